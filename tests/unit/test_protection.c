/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The downgrade detector over histories of facts.  Each step is folded twice, by the live state and
 * by one restored from its bytes, and both must agree.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor/state/describe.h"
#include "tests/unit/protection_world.h"

/* What is stronger first; every aspect of the table is here. */
static const struct { enum aspect aspect; const char *strong, *weak; } pairs[] = {
	{ ASPECT_TLS_VERSION, "TLSv1.3", "TLSv1.2" },
	{ ASPECT_TLS_VERSION, "TLSv1.2", "TLSv1.1" },
	{ ASPECT_TLS_VERSION, "TLSv1.1", "TLSv1" },
	{ ASPECT_TLS_VERSION, "TLSv1", "SSLv3" },
	{ ASPECT_TLS_SUITE, "TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256" },
	{ ASPECT_TLS_SUITE, "TLS_CHACHA20_POLY1305_SHA256", "TLS_RSA_WITH_AES_128_GCM_SHA256" },
	{ ASPECT_TLS_SUITE, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA" },
	{ ASPECT_TLS_SUITE, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_3DES_EDE_CBC_SHA" },
	{ ASPECT_TLS_SUITE, "TLS_RSA_WITH_3DES_EDE_CBC_SHA", "TLS_RSA_WITH_RC4_128_SHA" },
	{ ASPECT_TLS_SUITE, "TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_NULL_SHA256" },
	{ ASPECT_TLS_GROUP, "X25519MLKEM768", "x25519" },
	{ ASPECT_TLS_GROUP, "SecP256r1MLKEM768", "secp256r1" },
	{ ASPECT_TLS_GROUP, "secp256r1", "dh 1024" },
	{ ASPECT_TLS_GROUP, "ffdhe3072", "ffdhe2048" },
	{ ASPECT_TLS_GROUP, "secp256r1", "secp192r1" },
	{ ASPECT_TLS_SIGNATURE, "ecdsa_secp384r1_sha384", "ecdsa_secp256r1_sha256" },
	{ ASPECT_TLS_SIGNATURE, "rsa_pss_rsae_sha256", "rsa_pkcs1_sha1" },
	{ ASPECT_TLS_SIGNATURE, "mldsa65", "ecdsa_secp384r1_sha384" },
	{ ASPECT_TLS_KEY, "RSA 4096", "RSA 3072" },
	{ ASPECT_TLS_KEY, "RSA 3072", "RSA 2048" },
	{ ASPECT_TLS_KEY, "RSA 2048", "RSA 1024" },
	{ ASPECT_TLS_KEY, "RSA 2048", "RSA 2047" },
	{ ASPECT_TLS_KEY, "EC secp256r1", "RSA 2048" },
	{ ASPECT_TLS_KEY, "EC secp384r1", "EC secp256r1" },
	{ ASPECT_TLS_TRUST, "true", "false" },
	{ ASPECT_TLS_NAME, "true", "false" },
	{ ASPECT_TLS_MUTUAL, "true", "false" },
	{ ASPECT_TLS_OLDEST, "TLSv1.3", "TLSv1.3,TLSv1.2" },
	{ ASPECT_TLS_OLDEST, "TLSv1.3,TLSv1.2", "TLSv1.3,TLSv1.2,TLSv1" },
	{ ASPECT_TLS_OLDEST, "TLSv1.2", "SSLv3,TLSv1.2" },
	{ ASPECT_TLS_WEAK, "0", "2" },
	{ ASPECT_TLS_PQ, "true", "false" },
	{ ASPECT_TLS_FORWARD, "true", "false" },
	{ ASPECT_SIP_SRTP, "true", "false" },
	{ ASPECT_DIAMETER_PROTECTED, "true", "false" },
	{ ASPECT_SSH_PQ, "true", "false" },
	{ ASPECT_SSH_WEAK, "1", "3" },
	{ ASPECT_SSH_STRICT, "true", "false" },
	{ ASPECT_SSH_PASSWORD, "false", "true" },
	{ ASPECT_IKE_GROUP, "ML-KEM-768", "Curve25519" },
	{ ASPECT_IKE_GROUP, "ECP256", "MODP1024" },
	{ ASPECT_IKE_GROUP, "MODP3072", "MODP2048" },
	{ ASPECT_IKE_PQ, "ML-KEM-768", "none" },
	{ ASPECT_IKE_ENCRYPTION, "AES_GCM_16_256", "AES_CBC_128" },
	{ ASPECT_IKE_ENCRYPTION, "AES_CBC_128", "3DES" },
	{ ASPECT_IKE_WEAK, "0", "1" },
	{ ASPECT_IKE_PFS, "0", "1" },
	{ ASPECT_IKE_SA_WEAK, "0", "1" },
	{ ASPECT_IKE_KEY, "EC secp384r1", "RSA 2048" },
	{ ASPECT_IKE_TRUST, "true", "false" },
	{ ASPECT_IKE_SIGNATURE, "ecdsa-with-SHA384", "ecdsa-with-SHA256 (method 9)" },
	{ ASPECT_IKE_SIGNATURE, "rsassaPss with sha256", "sha1WithRSAEncryption (method 1)" },
	{ ASPECT_RADIUS_AUTHENTICATOR, "true", "false" },
	{ ASPECT_REFUSALS, "0", "1" },
	{ ASPECT_PFCP_CLEAR, "false", "true" },
	{ ASPECT_GTPU_CLEAR, "false", "true" },
	{ ASPECT_GTPC_CLEAR, "false", "true" },
	{ ASPECT_RADIUS_CLEAR, "false", "true" },
	{ ASPECT_DNS_SIGNED, "true", "false" },
	{ ASPECT_DNS_VALIDATED, "true", "false" },
	{ ASPECT_DNS_WEAK, "false", "true" },
	{ ASPECT_NTP_NTS, "true", "false" },
	{ ASPECT_SNMP_LEVEL, "authPriv SHA-256 AES", "authNoPriv SHA-256" },
	{ ASPECT_SNMP_LEVEL, "authNoPriv SHA-256", "noAuthNoPriv" },
	{ ASPECT_SNMP_AUTH, "authPriv SHA-512 AES", "authPriv SHA-256 AES" },
	{ ASPECT_SNMP_AUTH, "authPriv SHA-256 AES", "authPriv SHA AES" },
	{ ASPECT_SNMP_AUTH, "authPriv SHA AES", "authPriv MD5 AES" },
	{ ASPECT_SNMP_PRIVACY, "authPriv SHA AES-256", "authPriv SHA AES" },
	{ ASPECT_SNMP_PRIVACY, "authPriv SHA AES", "authPriv SHA DES" },
	{ ASPECT_SBI_SCHEME, "https", "http" },
	{ ASPECT_SBI_PLAINTEXT, "false", "true" },
	{ ASPECT_SBI_PROFILES, "0", "1" },
	{ ASPECT_SBI_NF, "true", "false" },
	{ ASPECT_SIP_TRANSPORT, "TLS", "TCP" },
	{ ASPECT_DIAMETER_TRANSPORT, "TLS", "TCP" },
	{ ASPECT_INVENTORY_PUBLIC, "false", "true" },
	{ ASPECT_INVENTORY_ENCRYPTED, "true", "false" },
	{ ASPECT_INVENTORY_LOGGING, "true", "false" },
	{ ASPECT_INVENTORY_ROTATION, "true", "false" },
	{ ASPECT_INVENTORY_VERSIONING, "true", "false" },
	{ ASPECT_INVENTORY_FACTOR, "true", "false" },
	{ ASPECT_ATTEST_DEBUG, "false", "true" },
	{ ASPECT_ATTEST_CONFIDENTIAL, "true", "false" },
	{ ASPECT_INVENTORY_LEAVING, "0", "1" },
	{ ASPECT_INVENTORY_OPEN, "0", "1" },
	{ ASPECT_INVENTORY_SHARED, "0", "1" },
	{ ASPECT_INVENTORY_HOLDER, "outside", "customer" },
	{ ASPECT_INVENTORY_HOLDER, "customer", "provider" },
	{ ASPECT_INVENTORY_RIGHTS, "read", "write" },
	{ ASPECT_ACCOUNT_PUBLIC, "3", "4" },
	{ ASPECT_ACCOUNT_OPEN, "3", "4" },
	{ ASPECT_ACCOUNT_UNENCRYPTED, "3", "4" },
	{ ASPECT_ACCOUNT_UNLOGGED, "3", "4" },
	{ ASPECT_ACCOUNT_UNROTATED, "3", "4" },
	{ ASPECT_ACCOUNT_FACTOR, "3", "4" },
	{ ASPECT_ACCOUNT_LEAVING, "3", "4" },
	{ ASPECT_ACCOUNT_SHARED, "3", "4" },
};

enum { PAIRS = sizeof(pairs) / sizeof(pairs[0]) };

static void
begin_two(struct fixture *f)
{
	begin_with(f, begin_plan(f, 1, 2, 1));
}

/* A fall opens, is told once, and closes when it is as strong again. */
static void
each_aspect_both_ways(void **unused)
{
	size_t count, covered = 0;
	const struct aspect_row *rows = aspect_rows(&count);

	(void)unused;
	for (size_t i = 0; i < PAIRS; i++) {
		const struct protection_level *level;
		enum fact fact = aspect_row(pairs[i].aspect)->fact;
		struct fixture f;
		uint64_t before, after;

		begin_two(&f);
		show(&f, 1, 0, 1, fact, pairs[i].strong);
		before = f.state->size - 1;
		assert_int_equal(f.state->dues, 0);
		show(&f, 1, 0, 1, fact, pairs[i].weak);
		after = f.state->size - 1;
		level = level_of(&f, 1, 0, pairs[i].aspect);
		if (level == NULL || !level->open)
			fail_msg("%s: %s is not weaker than %s", aspect_row(pairs[i].aspect)->name,
			    pairs[i].weak, pairs[i].strong);
		assert_int_equal(level->before_seq, before);
		assert_int_equal(level->seq, after);
		assert_int_equal(f.state->dues, 1);
		assert_int_equal(f.state->due[0].kind, TRANSITION_FELL);
		assert_int_equal(protection_count_all(f.state).open, 1);
		show(&f, 1, 0, 1, fact, pairs[i].strong);
		level = level_of(&f, 1, 0, pairs[i].aspect);
		assert_false(level->open);
		assert_false(level->unannounced);
		assert_int_equal(shown(&f, TRANSITION_FELL), 1);
		assert_int_equal(shown(&f, TRANSITION_RESTORED), 1);
		end(&f);
		/* From the weak one up it is a change, which nobody announced, and no fall. */
		begin_two(&f);
		show(&f, 1, 0, 1, fact, pairs[i].weak);
		show(&f, 1, 0, 1, fact, pairs[i].strong);
		level = level_of(&f, 1, 0, pairs[i].aspect);
		assert_false(level->open);
		assert_true(level->unannounced);
		assert_true(shown(&f, TRANSITION_CHANGED) >= 1);
		assert_int_equal(f.state->dues, 0);
		end(&f);
	}
	for (size_t r = 0; r < count; r++) {
		/* a_move_is_a_change; tests/unit/test_attest_back.c */
		bool there = rows[r].ranking == RANKING_PLACE || aspect_is_onwards(&rows[r]);

		for (size_t i = 0; i < PAIRS; i++)
			there = there || (uint32_t)pairs[i].aspect == rows[r].number;
		if (!there)
			fail_msg("no history for %s", rows[r].name);
		covered += there;
	}
	assert_int_equal(covered, count);
}

/* No place is stronger than another: a move is told, and an intent tells it from one nobody knew. */
static void
a_move_is_a_change(void **unused)
{
	const struct protection_level *level;
	struct fixture f;

	(void)unused;
	begin_two(&f);
	show(&f, 1, 0, 1, FACT_INVENTORY_PLACE, "aws/ap-northeast-1");
	show(&f, 1, 0, 1, FACT_INVENTORY_PLACE, "aws/eu-west-1");
	level = level_of(&f, 1, 0, ASPECT_INVENTORY_PLACE);
	assert_false(level->open);
	assert_true(level->unannounced);
	assert_int_equal(shown(&f, TRANSITION_CHANGED), 1);
	end(&f);
	begin_two(&f);
	show(&f, 1, 0, 1, FACT_INVENTORY_PLACE, "aws/ap-northeast-1");
	announce(&f, "target:*1", "inventory.place", 0, 60000);
	show(&f, 1, 0, 1, FACT_INVENTORY_PLACE, "aws/ap-northeast-3");
	level = level_of(&f, 1, 0, ASPECT_INVENTORY_PLACE);
	assert_false(level->unannounced);
	end(&f);
}

/* Silence, a failed round and a value nobody ranks: unknown, and never a fall. */
static void
what_is_missing_never_falls(void **unused)
{
	const struct protection_level *level;
	struct fixture f;

	(void)unused;
	begin_two(&f);
	show(&f, 1, 0, 1, FACT_TLS_VERSION, "TLSv1.3");
	assert_true(level_is_known(&state_target(f.state, 1)->replica[0],
	    level_of(&f, 1, 0, ASPECT_TLS_VERSION)));
	show(&f, 1, 0, 1, FACT_TLS_VERSION, NULL);
	show(&f, 1, 0, 1, FACT_TLS_VERSION, NULL);
	assert_false(level_is_known(&state_target(f.state, 1)->replica[0],
	    level_of(&f, 1, 0, ASPECT_TLS_VERSION)));
	show(&f, 1, 0, 1, FACT_TLS_VERSION, "TLSv9");
	level = level_of(&f, 1, 0, ASPECT_TLS_VERSION);
	assert_false(level->open);
	assert_true(level->unannounced);
	assert_int_equal(f.state->dues, 0);
	/* ... and a fall across silence is one all the same. */
	show(&f, 2, 0, 1, FACT_TLS_VERSION, "TLSv1.3");
	world_put(&f.world, (struct record){ .kind = RECORD_GAP, .role = ROLE_LEDGER,
		.gap = { .role = ROLE_WORKER, .reason = bytes_of_text("stopped") } });
	world_simple(&f.world, RECORD_SELF, ROLE_WORKER, 0);
	fold(&f);
	show(&f, 2, 0, 1, FACT_TLS_VERSION, NULL);
	show(&f, 2, 0, 1, FACT_TLS_VERSION, "TLSv1.2");
	assert_true(level_of(&f, 2, 0, ASPECT_TLS_VERSION)->open);
	end(&f);
}

static void
an_intent_announces(void **unused)
{
	struct fixture f;
	uint64_t id;

	(void)unused;
	begin_two(&f);
	show(&f, 1, 0, 1, FACT_TLS_VERSION, "TLSv1.3");
	show(&f, 2, 0, 1, FACT_TLS_VERSION, "TLSv1.3");
	id = announce(&f, "target:*1", "tls", 0, 3600000);
	assert_string_equal(intent_stand(f.state, state_intent(f.state, id)), "in force");
	show(&f, 1, 0, 1, FACT_TLS_VERSION, "TLSv1.2");
	assert_int_equal(level_of(&f, 1, 0, ASPECT_TLS_VERSION)->intent, id);
	assert_false(level_of(&f, 1, 0, ASPECT_TLS_VERSION)->open);
	assert_int_equal(state_intent(f.state, id)->changes, 1);
	assert_int_equal(shown(&f, TRANSITION_INTENT_DONE), 1);
	assert_string_equal(intent_stand(f.state, state_intent(f.state, id)), "done");
	/* From here on the new level is what is held against it. */
	show(&f, 1, 0, 1, FACT_TLS_VERSION, "TLSv1.2");
	assert_int_equal(protection_count_all(f.state).open, 0);
	/* Another target is not of its subject, and another aspect not of its list. */
	show(&f, 2, 0, 1, FACT_TLS_VERSION, "TLSv1.2");
	assert_true(level_of(&f, 2, 0, ASPECT_TLS_VERSION)->open);
	tick(&f, 7200000);
	assert_true(state_intent(f.state, id)->over);
	assert_false(state_intent(f.state, id)->idle);
	show(&f, 1, 0, 1, FACT_TLS_VERSION, "TLSv1.1");
	assert_true(level_of(&f, 1, 0, ASPECT_TLS_VERSION)->open);
	end(&f);
}

static void
other_aspects_are_not_announced(void **unused)
{
	struct fixture f;

	(void)unused;
	begin_two(&f);
	show(&f, 1, 0, 1, FACT_SIP_TRANSPORT, "TLS");
	announce(&f, "instance:instance0", "tls.version, snmp", 0, 3600000);
	show(&f, 1, 0, 1, FACT_SIP_TRANSPORT, "TCP");
	assert_true(level_of(&f, 1, 0, ASPECT_SIP_TRANSPORT)->open);
	end(&f);
}

/* Announced before it begins, after it ended, and only then: three findings, and one none. */
static void
intents_too_early_and_too_late(void **unused)
{
	struct fixture f;
	uint64_t id;

	(void)unused;
	begin_two(&f);
	show(&f, 1, 0, 1, FACT_TLS_VERSION, "TLSv1.3");
	id = announce(&f, "target:target1", "any", 600000, 1200000);
	assert_string_equal(intent_stand(f.state, state_intent(f.state, id)), "to come");
	show(&f, 1, 0, 1, FACT_TLS_VERSION, "TLSv1.2");
	assert_true(level_of(&f, 1, 0, ASPECT_TLS_VERSION)->open);
	show(&f, 1, 0, 1, FACT_TLS_VERSION, "TLSv1.3");
	/* It ends, and one round later nothing can have been seen of it any more. */
	tick(&f, 1200000);
	assert_false(state_intent(f.state, id)->over);
	tick(&f, 12000);
	assert_true(state_intent(f.state, id)->idle);
	assert_int_equal(shown(&f, TRANSITION_INTENT_IDLE), 1);
	/* A change whose last sight of before was within the time is announced though seen later. */
	show(&f, 1, 0, 1, FACT_TLS_VERSION, "TLSv1.3");
	id = announce(&f, "target:target1", "any", 0, 2000);
	tick(&f, 9000);
	show(&f, 1, 0, 1, FACT_TLS_VERSION, "TLSv1.2");
	assert_false(level_of(&f, 1, 0, ASPECT_TLS_VERSION)->open);
	assert_int_equal(level_of(&f, 1, 0, ASPECT_TLS_VERSION)->intent, id);
	end(&f);
}

/* A late announcement does not undo a fall; a person who accepts it does. */
static void
a_fall_is_accepted(void **unused)
{
	struct fixture f;
	uint64_t id;

	(void)unused;
	begin_two(&f);
	show(&f, 1, 0, 1, FACT_TLS_VERSION, "TLSv1.3");
	tick(&f, 60000);
	show(&f, 1, 0, 1, FACT_TLS_VERSION, "TLSv1.2");
	announce(&f, "target:target1", "any", 0, 3600000);
	assert_true(level_of(&f, 1, 0, ASPECT_TLS_VERSION)->open);
	id = accept_fall(&f, "instance:instance0");
	assert_false(level_of(&f, 1, 0, ASPECT_TLS_VERSION)->open);
	assert_int_equal(level_of(&f, 1, 0, ASPECT_TLS_VERSION)->intent, id);
	assert_string_equal(intent_stand(f.state, state_intent(f.state, id)), "accepted");
	id = accept_fall(&f, "instance:instance0");
	assert_string_equal(intent_stand(f.state, state_intent(f.state, id)), "nothing changed");
	end(&f);
}

static void
a_second_person_agrees(void **unused)
{
	struct fixture f;
	struct plan *plan = begin_plan(&f, 1, 2, 1);
	struct record_intent decide = { .step = INTENT_AGREED };
	uint64_t id;

	(void)unused;
	plan->second_person = UINT64_C(1) << ACT_INTENT;
	begin_with(&f, plan);
	show(&f, 1, 0, 1, FACT_TLS_VERSION, "TLSv1.3");
	id = announce(&f, "target:target1", "any", 0, 3600000);
	assert_string_equal(intent_stand(f.state, state_intent(f.state, id)),
	    "waits for a second person");
	show(&f, 1, 0, 1, FACT_TLS_VERSION, "TLSv1.2");
	assert_true(level_of(&f, 1, 0, ASPECT_TLS_VERSION)->open);
	show(&f, 1, 0, 1, FACT_TLS_VERSION, "TLSv1.3");
	decide.intent = id;
	intent_put(&f, decide, 7);	/* oneself: it does not count */
	assert_false(intent_counts(state_intent(f.state, id)));
	intent_put(&f, decide, 8);
	assert_true(intent_in_force(f.state, state_intent(f.state, id)));
	show(&f, 1, 0, 1, FACT_TLS_VERSION, "TLSv1.2");
	assert_false(level_of(&f, 1, 0, ASPECT_TLS_VERSION)->open);
	decide.step = INTENT_WITHDRAWN;
	intent_put(&f, decide, 7);
	assert_true(state_intent(f.state, id)->over);
	show(&f, 1, 0, 1, FACT_TLS_VERSION, "TLSv1.1");
	assert_true(level_of(&f, 1, 0, ASPECT_TLS_VERSION)->open);
	/* An acceptance waits for the second person, too. */
	id = accept_fall(&f, "target:target1");
	assert_true(level_of(&f, 1, 0, ASPECT_TLS_VERSION)->open);
	intent_put(&f, (struct record_intent){ .step = INTENT_AGREED, .intent = id }, 8);
	assert_false(level_of(&f, 1, 0, ASPECT_TLS_VERSION)->open);
	end(&f);
}

static void
one_address_only(void **unused)
{
	const struct target_state *target;
	struct buffer text = { 0 };
	struct fixture f;

	(void)unused;
	begin_two(&f);
	for (uint64_t r = 0; r < 3; r++)
		show(&f, 1, r, 3, FACT_TLS_GROUP, "X25519MLKEM768");
	show(&f, 1, 1, 3, FACT_TLS_GROUP, "x25519");
	target = state_target(f.state, 1);
	assert_false(level_of(&f, 1, 0, ASPECT_TLS_GROUP)->open);
	assert_true(level_of(&f, 1, 1, ASPECT_TLS_GROUP)->open);
	assert_int_equal(level_elsewhere(f.state, target, 1, level_of(&f, 1, 1, ASPECT_TLS_GROUP)),
	    ELSEWHERE_ADDRESS);
	transition_describe(f.state, &f.state->timeline[f.state->timelines - 1], &text);
	assert_non_null(strstr(buffer_text(&text), "address 2 of 3"));
	assert_non_null(strstr(buffer_text(&text), "tls.group X25519MLKEM768 -> x25519"));
	buffer_free(&text);
	/* Of the others the second is told no more: it is one fall of one instance. */
	show(&f, 1, 0, 3, FACT_TLS_GROUP, "x25519");
	assert_int_equal(f.state->dues, 1);
	assert_int_equal(shown(&f, TRANSITION_FELL), 2);
	end(&f);
}

/* Other addresses come: a weaker one is a fall, an equal one nothing, whichever number it has. */
static void
addresses_come_and_go(void **unused)
{
	struct fixture f;

	(void)unused;
	begin_two(&f);
	show(&f, 1, 0, 2, FACT_TLS_VERSION, "TLSv1.3");
	show(&f, 1, 1, 2, FACT_TLS_VERSION, "TLSv1.2");
	show(&f, 1, 0, 3, FACT_TLS_VERSION, "TLSv1.2");
	show(&f, 1, 1, 3, FACT_TLS_VERSION, "TLSv1.3");
	show(&f, 1, 2, 3, FACT_TLS_VERSION, "TLSv1.3");
	assert_int_equal(protection_count_all(f.state).open, 0);
	assert_int_equal(protection_count_all(f.state).unannounced, 0);
	show(&f, 1, 0, 4, FACT_TLS_VERSION, "TLSv1.3");
	show(&f, 1, 3, 4, FACT_TLS_VERSION, "TLSv1.1");
	assert_true(level_of(&f, 1, 3, ASPECT_TLS_VERSION)->open);
	assert_string_equal(level_of(&f, 1, 3, ASPECT_TLS_VERSION)->before, "TLSv1.2");
	/* Fewer: the fallen one is gone, and with it what fell. */
	show(&f, 1, 0, 1, FACT_TLS_VERSION, "TLSv1.3");
	assert_int_equal(protection_count_all(f.state).open, 0);
	end(&f);
}

static void
one_vantage_only(void **unused)
{
	struct fixture f;
	struct plan *plan = begin_plan(&f, 1, 1, 2);

	(void)unused;
	plan->vantages = plan_array(plan, 1, sizeof(*plan->vantages));
	plan->vantages[0] = (struct plan_vantage){ .name = "osaka", .source = "192.0.2.7" };
	plan->vantage_count = 1;
	plan->target[0].endpoint = plan->target[1].endpoint = "amf";
	plan->target[1].vantage = "osaka";
	begin_with(&f, plan);
	show(&f, 1, 0, 1, FACT_TLS_VERSION, "TLSv1.3");
	show(&f, 2, 0, 1, FACT_TLS_VERSION, "TLSv1.3");
	show(&f, 2, 0, 1, FACT_TLS_VERSION, "TLSv1.2");
	assert_int_equal(level_elsewhere(f.state, state_target(f.state, 2), 0,
	    level_of(&f, 2, 0, ASPECT_TLS_VERSION)), ELSEWHERE_VANTAGE);
	/* Once the other one sees it, too, it is everywhere. */
	show(&f, 1, 0, 1, FACT_TLS_VERSION, "TLSv1.2");
	assert_int_equal(level_elsewhere(f.state, state_target(f.state, 2), 0,
	    level_of(&f, 2, 0, ASPECT_TLS_VERSION)), 0);
	assert_int_equal(f.state->dues, 1);
	/* Both recover: it is over when the last of them has. */
	show(&f, 2, 0, 1, FACT_TLS_VERSION, "TLSv1.3");
	assert_int_equal(f.state->dues, 1);
	show(&f, 1, 0, 1, FACT_TLS_VERSION, "TLSv1.3");
	assert_int_equal(f.state->dues, 2);
	end(&f);
}

/* Something that falls again and again is told three times, then only shown until it rested. */
static void
flapping_is_bounded(void **unused)
{
	struct fixture f;

	(void)unused;
	begin_two(&f);
	for (unsigned i = 0; i < 200; i++) {
		show(&f, 1, 0, 1, FACT_TLS_GROUP, "X25519MLKEM768");
		show(&f, 1, 0, 1, FACT_TLS_GROUP, "x25519");
	}
	assert_true(level_of(&f, 1, 0, ASPECT_TLS_GROUP)->open);
	assert_int_equal(shown(&f, TRANSITION_FELL), 3);
	assert_int_equal(shown(&f, TRANSITION_RESTORED), 2);
	assert_int_equal(f.state->dues, 5);
	/* An hour of rest, and it is told again. */
	tick(&f, 3700000);
	show(&f, 1, 0, 1, FACT_TLS_GROUP, "X25519MLKEM768");
	show(&f, 1, 0, 1, FACT_TLS_GROUP, "x25519");
	assert_int_equal(shown(&f, TRANSITION_RESTORED), 3);
	assert_int_equal(shown(&f, TRANSITION_FELL), 4);
	end(&f);
}

/* Deeper and half-way back: what it fell from stays what it has to come back to. */
static void
a_fall_goes_on(void **unused)
{
	const struct protection_level *level;
	struct fixture f;

	(void)unused;
	begin_two(&f);
	show(&f, 1, 0, 1, FACT_TLS_VERSION, "TLSv1.3");
	show(&f, 1, 0, 1, FACT_TLS_VERSION, "TLSv1.2");
	show(&f, 1, 0, 1, FACT_TLS_VERSION, "TLSv1");
	level = level_of(&f, 1, 0, ASPECT_TLS_VERSION);
	assert_string_equal(level->before, "TLSv1.3");
	assert_string_equal(level->value, "TLSv1");
	assert_int_equal(shown(&f, TRANSITION_FELL), 2);
	assert_int_equal(f.state->dues, 2);
	show(&f, 1, 0, 1, FACT_TLS_VERSION, "TLSv1.2");
	assert_true(level_of(&f, 1, 0, ASPECT_TLS_VERSION)->open);
	assert_int_equal(shown(&f, TRANSITION_RESTORED), 0);
	show(&f, 1, 0, 1, FACT_TLS_VERSION, "TLSv1.3");
	assert_int_equal(shown(&f, TRANSITION_RESTORED), 1);
	end(&f);
}

static void
names_of_aspects(void **unused)
{
	(void)unused;
	assert_true(aspects_hold("any", "tls.version"));
	assert_true(aspects_hold("tls", "tls.version"));
	assert_true(aspects_hold("snmp.auth,tls.version", "tls.version"));
	assert_true(aspects_hold(" snmp, tls.version ", "snmp.level"));
	assert_false(aspects_hold("tls.vers", "tls.version"));
	assert_false(aspects_hold("tl", "tls.version"));
	assert_false(aspects_hold("", "tls.version"));
	assert_true(aspects_known("any"));
	assert_true(aspects_known("tls, snmp.auth"));
	assert_false(aspects_known("tls, nothing"));
	assert_false(aspects_known(""));
	assert_false(aspects_known(","));
}

/* Of a full list of intents the oldest that is over goes; where none is, a new one is refused. */
static void
more_intents_than_are_kept(void **unused)
{
	struct fixture f;

	(void)unused;
	begin_two(&f);
	for (int i = 0; i < INTENT_MAX + 3; i++)
		world_put(&f.world, (struct record){ .kind = RECORD_INTENT, .role = ROLE_ENGINE,
			.intent = { .subject = bytes_of_text("target:*"),
				.aspects = bytes_of_text("any"), .from = f.world.now_ms,
				.until = f.world.now_ms + 60000 } });
	fold(&f);
	assert_int_equal(f.state->intents, INTENT_MAX);
	assert_int_equal(f.state->intents_dropped, 3);
	tick(&f, 200000);
	announce(&f, "target:*", "any", 0, 60000);
	assert_int_equal(f.state->intents, INTENT_MAX);
	assert_int_equal(f.state->intents_dropped, 3);
	end(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_aspect_both_ways),
		cmocka_unit_test(a_move_is_a_change),
		cmocka_unit_test(what_is_missing_never_falls),
		cmocka_unit_test(an_intent_announces),
		cmocka_unit_test(other_aspects_are_not_announced),
		cmocka_unit_test(intents_too_early_and_too_late),
		cmocka_unit_test(a_fall_is_accepted),
		cmocka_unit_test(a_second_person_agrees),
		cmocka_unit_test(one_address_only),
		cmocka_unit_test(addresses_come_and_go),
		cmocka_unit_test(one_vantage_only),
		cmocka_unit_test(flapping_is_bounded),
		cmocka_unit_test(a_fall_goes_on),
		cmocka_unit_test(names_of_aspects),
		cmocka_unit_test(more_intents_than_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
