/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The probe ike-auth against a simulated responder that lies in each place it can: in who it is, in
 * what it signs, in its fragments, and by saying nothing more.  Real ones are in
 * tests/peers/ike_auth.sh.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/ike_world.h"

static void
good_eap(void **state)
{
	struct lab *lab = *state;
	struct ike_script script = lab->script;

	one(lab, script, 5000);
	assert_good(lab, &gateway);
	assert_fact(lab, FACT_IKE_AUTH_ID, "gw.lab");
	assert_fact(lab, FACT_IKE_AUTH_METHOD, "ecdsa-with-SHA256");
	assert_fact(lab, FACT_IKE_AUTH_EAP, "MD5-Challenge");
	assert_fact(lab, FACT_IKE_AUTH_KEY, "EC secp256r1");
	assert_fact(lab, FACT_IKE_AUTH_ISSUER, "CN=authority");
	assert_fact(lab, FACT_IKE_AUTH_CHAIN_LENGTH, "1");
	assert_fact(lab, FACT_IKE_ENCRYPTION, "AES_GCM_16_256");
	assert_int_equal(lab->seen.blobs, 1);
	/* Another group after a cookie, AES-CBC, and no hash announced: by the older method. */
	script.cookie = script.wants = script.cbc = true, script.announces = false;
	one(lab, script, 5000);
	assert_good(lab, &gateway);
	assert_fact(lab, FACT_IKE_GROUP, "ECP256");
	assert_fact(lab, FACT_IKE_INTEGRITY, "HMAC_SHA2_384_192");
	assert_fact(lab, FACT_IKE_COOKIE, "yes");
	assert_fact(lab, FACT_IKE_AUTH_METHOD, "ecdsa-with-SHA256 (method 9)");
	/* EAP-5G on port 4500, as an N3IWF begins. */
	script.marker = true, script.eap = bytes_of("\1\1\0\16\376\0\50\257\0\0\0\3\1\0", 14);
	one(lab, script, 5000);
	assert_good(lab, &gateway);
	assert_fact(lab, FACT_IKE_AUTH_EAP, "5G");
	/* What asks for an identity first cannot be refused: nothing of ours is there to end. */
	script.marker = false, script.eap = bytes_of("\1\1\0\5\1", 5);
	one(lab, script, 5000);
	assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
	assert_int_equal(flag(lab, FACT_IKE_AUTH_ENDED), -1);
	assert_fact(lab, FACT_IKE_AUTH_EAP, "Identity");
}

static void
good_certificate(void **state)
{
	struct lab *lab = *state;
	struct ike_script script;

	with_certificate(lab);
	script = lab->script;
	for (unsigned i = 0; i < 4; i++) {
		script.announces = i % 2 == 0, script.childless = i < 2;
		script.wants = script.cookie = i > 1;
		one(lab, script, 5000);
		assert_good(lab, &gateway);
		assert_fact(lab, FACT_IKE_AUTH_EAP, "");
	}
	/* With a chain, and under a name of our own. */
	lab->option[lab->options++] = (struct round_option){ .name = "identity",
		.value = "monitor.lab" };
	script.own = &below, script.issuer = &middle;
	one(lab, script, 5000);
	assert_good(lab, &below);
	assert_fact(lab, FACT_IKE_AUTH_CHAIN_LENGTH, "2");
	script.client = gateway.key;	/* that is not ours: it does not take what we sign */
	one(lab, script, 5000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_REFUSED, "did not take our certificate or "
	    "identity (AUTHENTICATION_FAILED)");
	assert_fact(lab, FACT_IKE_REFUSED, "AUTHENTICATION_FAILED");
	assert_key(lab, NULL);
}

static void
identities(void **state)
{
	static const uint8_t address[] = { 192, 0, 2, 7, 192, 0, 2, 8 };
	unsigned char *subject = NULL;
	int len = i2d_X509_NAME(X509_get_subject_name(gateway.certificate), &subject);
	uint8_t key[200];
	const struct { uint8_t type; struct bytes id; const char *shown; bool named; } rows[] = {
		{ IKE_ID_FQDN, bytes_of_text("GW.lab"), "GW.lab", true },
		{ IKE_ID_MAIL, bytes_of_text("ops@gw.lab"), "ops@gw.lab", true },
		{ IKE_ID_IPV4, bytes_of(address, 4), "192.0.2.7", true },
		{ IKE_ID_DN, bytes_of(subject, (size_t)len), "CN=gw.lab", true },
		{ IKE_ID_FQDN, bytes_of_text("other.lab"), "other.lab", false },
		/* What is above a name it has, or only begins like it, is not that name. */
		{ IKE_ID_FQDN, bytes_of_text(".lab"), ".lab", false },
		{ IKE_ID_FQDN, bytes_of_text("lab"), "lab", false },
		{ IKE_ID_FQDN, bytes_of("gw.lab", 7), "type 2: 67772e6c616200", false },
		{ IKE_ID_MAIL, bytes_of_text("gw.lab"), "gw.lab", false },
		{ IKE_ID_IPV4, bytes_of(address + 4, 4), "192.0.2.8", false },
		{ IKE_ID_DN, bytes_of(subject, (size_t)len - 1), NULL, false },
		{ IKE_ID_KEY, bytes_of(key, sizeof(key)), NULL, false },
		{ 77, bytes_of_text("gw.lab"), "type 77: 67772e6c6162", false },
	};
	struct lab *lab = *state;
	struct ike_script script = lab->script;

	memset(key, 0xab, sizeof(key));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buffer text = { 0 };

		script.id_type = rows[i].type, script.id = rows[i].id;
		one(lab, script, 5000);
		if (flag(lab, FACT_IKE_AUTH_ID_CERTIFIED) != rows[i].named)
			fail_msg("row %zu: certified or not", i);
		assert_outcome(lab, rows[i].named ? OUTCOME_UP : OUTCOME_DEGRADED, rows[i].named ?
		    ERR_OK : ERR_MISMATCH, rows[i].named ? "" : "does not name the identity");
		assert_key(lab, &gateway);
		if (rows[i].shown == NULL) {
			ike_identity_put(rows[i].type, rows[i].id, &text);
			assert_fact(lab, FACT_IKE_AUTH_ID, buffer_text(&text));
		} else {
			assert_fact(lab, FACT_IKE_AUTH_ID, rows[i].shown);
		}
		buffer_free(&text);
	}
	OPENSSL_free(subject);
	/* Neither the subject nor a pattern is a name (RFC 4945 3.1.2). */
	script = lab->script, script.own = &bare;
	one(lab, script, 5000);
	assert_int_equal(flag(lab, FACT_IKE_AUTH_ID_CERTIFIED), 0);
	script.own = &wild, script.id = bytes_of_text("a.gw.lab");
	one(lab, script, 5000);
	assert_int_equal(flag(lab, FACT_IKE_AUTH_ID_CERTIFIED), 0);
	/* Whom we want is asked for; a subject is only compared. */
	lab->option[lab->options++] = (struct round_option){ .name = "peer", .value = "gw.lab" };
	script = lab->script, script.asked = true;
	one(lab, script, 5000);
	assert_good(lab, &gateway);
	lab->option[lab->options - 1].value = "CN=gw.lab";
	script.asked = false;
	one(lab, script, 5000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_MISMATCH, "not the peer that was asked for");
	lab->option[lab->options - 1].value = "ops@gw.lab";
	script.asked = true;
	one(lab, script, 5000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_MISMATCH, "not the peer that was asked for");
	assert_key(lab, &gateway);
}

/* It answers, and still it is not one to be trusted; what was proven and what not is told apart. */
static void
lies(void **state)
{
	static const struct { enum ike_lie lie; enum outcome outcome; enum err err;
		const char *says; } rows[] = {
		{ LIE_GARBAGE, OUTCOME_DEGRADED, ERR_MALFORMED, "certificate cannot be read" },
		{ LIE_NO_CERTIFICATE, OUTCOME_UNKNOWN, ERR_UNSUPPORTED, "showed no certificate" },
		{ LIE_SHARED_KEY, OUTCOME_UNKNOWN, ERR_UNSUPPORTED, "itself by shared key" },
		{ LIE_TWO_AUTHS, OUTCOME_DEGRADED, ERR_MALFORMED, "two AUTH payloads" },
		{ LIE_FAILED, OUTCOME_UNKNOWN, ERR_DENIED, "(AUTHENTICATION_FAILED): give" },
	};
	struct lab *lab = *state;
	struct ike_script script = lab->script;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		script.lie = rows[i].lie;
		one(lab, script, 5000);
		assert_outcome(lab, rows[i].outcome, rows[i].err, rows[i].says);
		assert_int_equal(flag(lab, FACT_IKE_AUTH_PROVEN), -1);
		assert_key(lab, NULL);
	}
	script = lab->script, script.signs = stranger.key;
	one(lab, script, 5000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_UNTRUSTED, "did not sign this exchange");
	assert_int_equal(flag(lab, FACT_IKE_AUTH_PROVEN), 0);
	assert_int_equal(flag(lab, FACT_IKE_AUTH_TRUSTED), 1);
	assert_key(lab, NULL);
	/* What was signed before is no proof of now, though it was that key. */
	script = lab->script, script.lie = LIE_AUTH_AGAIN;
	one(lab, script, 5000);
	assert_good(lab, &gateway);
	rounds(lab, script, 5000, 2);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_UNTRUSTED, "did not sign this exchange");
	assert_int_equal(flag(lab, FACT_IKE_AUTH_PROVEN), 0);
	assert_key(lab, NULL);
	script = lab->script, script.own = &stranger;
	one(lab, script, 5000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_UNTRUSTED, "the chain is not trusted");
	assert_int_equal(flag(lab, FACT_IKE_AUTH_TRUSTED), 0);
	assert_key(lab, &stranger);
	script.own = &below;		/* without what certifies it */
	one(lab, script, 5000);
	assert_int_equal(flag(lab, FACT_IKE_AUTH_TRUSTED), 0);
	script.own = &old;
	one(lab, script, 5000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_EXPIRED, "expired");
	assert_key(lab, &old);
	lab->options = 0;
	one(lab, lab->script, 5000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_UNTRUSTED, "no trust anchors are configured");
	assert_key(lab, &gateway);
}

/* The same, of who wants us to authenticate ourselves. */
static void
lies_to_certificate(void **state)
{
	struct lab *lab = *state;
	struct ike_script script;

	with_certificate(lab);
	script = lab->script, script.signs = stranger.key;
	one(lab, script, 5000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_UNTRUSTED, "did not sign this exchange");
	assert_int_equal(flag(lab, FACT_IKE_AUTH_ENDED), 1);
	assert_key(lab, NULL);
	script = lab->script, script.lie = LIE_SHARED_KEY;
	one(lab, script, 5000);
	assert_outcome(lab, OUTCOME_UNKNOWN, ERR_UNSUPPORTED, "itself by shared key");
	assert_int_equal(flag(lab, FACT_IKE_AUTH_ENDED), 1);
	script.lie = LIE_FAILED;
	one(lab, script, 5000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_REFUSED, "(AUTHENTICATION_FAILED)");
	/* A key that does not fit the certificate is said before anything is sent. */
	buffer_reset(&lab->key);
	tls_pem(&lab->key, &gateway, true);
	lab->option[lab->options - 1].octets = bytes_of_buffer(&lab->key);
	one(lab, script, 5000);
	assert_outcome(lab, OUTCOME_UNKNOWN, ERR_INVALID, "is not a PEM chain");
	lab->options--;
	one(lab, script, 5000);
	assert_outcome(lab, OUTCOME_UNKNOWN, ERR_INVALID, "needed both or neither");
}

/* Datagrams that were not made with the keys say nothing, whatever they say. */
static void
others_talk(void **state)
{
	struct lab *lab = *state;
	struct ike_script script = lab->script;

	script.lie = LIE_PLAIN_FIRST;
	one(lab, script, 5000);
	assert_good(lab, &gateway);
	script.lie = LIE_INIT_AGAIN;
	one(lab, script, 5000);
	assert_good(lab, &gateway);
	/* A responder that can do more says so, and reserved bits say nothing (RFC 7296 3.1). */
	script.lie = LIE_NONE, script.flags = 0xd0;
	one(lab, script, 5000);
	assert_good(lab, &gateway);
	script.flags = 0, script.lie = LIE_OTHER_KEYS;
	one(lab, script, 1500);
	assert_outcome(lab, OUTCOME_UNKNOWN, ERR_TIMEOUT, "said nothing to IKE_AUTH that was made");
	assert_int_equal(flag(lab, FACT_IKE_AUTH_PROVEN), -1);
	assert_key(lab, NULL);
	script.lie = LIE_FLOOD;
	one(lab, script, 8000);
	assert_outcome(lab, OUTCOME_UNKNOWN, ERR_LIMIT, "more than is accepted");
	script.lie = LIE_LEAVES;
	one(lab, script, 8000);
	assert_outcome(lab, OUTCOME_UNKNOWN, ERR_REFUSED, "took IKE_SA_INIT");
}

static void
fragments(void **state)
{
	static const enum ike_lie fine[] = { LIE_NONE, LIE_BACKWARDS, LIE_TWICE, LIE_CUT_ANEW,
	    LIE_LATE, LIE_ONE_FORGED };
	struct lab *lab = *state;
	struct ike_script script = lab->script;

	script.cut = 100;
	for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++) {
		script.lie = fine[i];
		one(lab, script, 5000);
		assert_good(lab, &gateway);
	}
	script.cbc = true, script.lie = LIE_NONE;
	one(lab, script, 5000);
	assert_good(lab, &gateway);
	script.cut = 4000;		/* one of one */
	one(lab, script, 5000);
	assert_good(lab, &gateway);
	script.cut = 100, script.lie = LIE_ONE_MISSING;
	one(lab, script, 1500);
	assert_outcome(lab, OUTCOME_UNKNOWN, ERR_TIMEOUT, "said nothing to IKE_AUTH");
	assert_key(lab, NULL);
	script.lie = LIE_NONE, script.cut = 1000, script.extra = 15000;
	one(lab, script, 5000);
	assert_good(lab, &gateway);
	script.extra = 17000;
	one(lab, script, 5000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_LIMIT, "more than 16384 octets in its fragments");
	assert_key(lab, NULL);
	script.cut = 100, script.extra = 8000;	/* more fragments than are taken */
	one(lab, script, 1500);
	assert_outcome(lab, OUTCOME_UNKNOWN, ERR_TIMEOUT, "said nothing to IKE_AUTH");
}

/* An end that nobody confirms is told, and not waited for to the deadline. */
static void
ends(void **state)
{
	struct lab *lab = *state;
	struct ike_script script = lab->script;
	int64_t from_ms;

	for (unsigned i = 0; i < 2; i++) {
		script.lie = LIE_NO_END;
		from_ms = clock_monotonic_ns() / 1000000;
		one(lab, script, 30000);
		assert_true(clock_monotonic_ns() / 1000000 - from_ms < 15000);
		assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
		assert_key(lab, &gateway);
		assert_int_equal(flag(lab, FACT_IKE_AUTH_ENDED), 0);
		/* Nor does the deadline take away what was seen. */
		one(lab, script, 900);
		assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
		assert_int_equal(flag(lab, FACT_IKE_AUTH_ENDED), 0);
		script.signs = stranger.key;
		one(lab, script, 5000);
		assert_outcome(lab, OUTCOME_DEGRADED, ERR_UNTRUSTED, "did not sign");
		assert_int_equal(flag(lab, FACT_IKE_AUTH_ENDED), 0);
		with_certificate(lab);
		script = lab->script;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(good_eap), T(good_certificate), T(identities), T(lies), T(lies_to_certificate),
		T(others_talk), T(fragments), T(ends),
	};

	lab_enter();
	return cmocka_run_group_tests_name("ike-auth probe", tests, world_make, world_end);
}
