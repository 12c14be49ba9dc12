/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time stamps: published ones of other authorities, and fresh ones made wrong in every way that
 * matters.  Each refusal has its own error and its own sentence.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "attest/timestamp.h"
#include "tests/unit/authority.h"
#include "tests/unit/vectors.h"

enum { AT_S = 1795000000 };		/* 2026-11-18, in no relation to any wall clock */

static const uint8_t nonce[8] = { 0x80, 1, 2, 3, 4, 5, 6, 7 };

static enum err
published(const char *response, const char *message, const char *roots, struct timestamp *out,
    struct why *why)
{
	char path[128];
	struct buffer octets, pem = { 0 };
	enum err err;

	snprintf(path, sizeof(path), "tests/data/rfc3161/%s", response);
	octets = vectors_file(path);
	if (roots != NULL) {
		snprintf(path, sizeof(path), "tests/data/rfc3161/%s", roots);
		pem = vectors_file(path);
	}
	err = timestamp_check(bytes_of_buffer(&octets), bytes_of_text(message), NULL,
	    bytes_of_buffer(&pem), out, why);
	buffer_free(&octets);
	buffer_free(&pem);
	return err;
}

static void
test_published(void **state)
{
	struct timestamp at;
	struct why why;

	(void)state;
	assert_int_equal(published("sigstage-sha256.tsr", "hello", "sigstage-chain.pem", &at, &why),
	    ERR_OK);
	assert_true(at.at_ms == 1746791935000);
	assert_string_equal(at.authority, "CN=sigstore-tsa,O=sigstore.dev");
	assert_string_equal(at.policy, "1.3.6.1.4.1.57264.2");
	assert_string_equal(at.serial, "784B4C5E57AAA63B570F15CBA4DF95251668AE9E");
	assert_int_equal(published("sigstage-sha512.tsr", "hello", "sigstage-chain.pem", &at, &why),
	    ERR_OK);
	assert_int_equal(published("testtsa.tsr", "hello", "testtsa-chain.pem", &at, &why), ERR_OK);
	assert_int_equal(published("sigstage-badsig.tsr", "hello", "sigstage-chain.pem", &at, &why),
	    ERR_UNTRUSTED);
	assert_non_null(strstr(why.text, "signature does not verify"));
	assert_int_equal(published("sigstage-sha256.tsr", "hellp", "sigstage-chain.pem", &at, &why),
	    ERR_MISMATCH);
	assert_non_null(strstr(why.text, "other octets"));
	assert_int_equal(published("sigstage-sha256.tsr", "hello", "testtsa-chain.pem", &at, &why),
	    ERR_UNTRUSTED);
	assert_non_null(strstr(why.text, "no pinned root"));
	assert_int_equal(published("sigstage-sha256.tsr", "hello", NULL, &at, &why),
	    ERR_UNSUPPORTED);
	assert_string_equal(at.authority, "CN=sigstore-tsa,O=sigstore.dev");
	assert_int_equal(published("testtsa-injected-certs.tsr", "hello", "sigstage-chain.pem", &at,
	    &why), ERR_UNTRUSTED);
}

struct stamped { struct authority authority; struct buffer roots, response; };

static void
stamp(struct stamped *out, const char *purpose, int64_t from_s, int64_t to_s, int64_t at_s)
{
	struct buffer request = { 0 };
	struct why why;

	*out = (struct stamped){ .roots = { .max = 0 } };
	out->authority = authority_make("test authority", purpose, from_s, to_s);
	out->authority.at_s = at_s;
	authority_roots(&out->authority, &out->roots);
	assert_int_equal(timestamp_request(&request, bytes_of_text("a checkpoint"), nonce, &why),
	    ERR_OK);
	authority_answer(&out->authority, bytes_of_buffer(&request), &out->response);
	buffer_free(&request);
}

static void
stamped_free(struct stamped *stamped)
{
	authority_free(&stamped->authority);
	buffer_free(&stamped->roots);
	buffer_free(&stamped->response);
}

static enum err
check(const struct stamped *stamped, const char *message, const uint8_t *with,
    struct timestamp *out, struct why *why)
{
	return timestamp_check(bytes_of_buffer(&stamped->response), bytes_of_text(message), with,
	    bytes_of_buffer(&stamped->roots), out, why);
}

static void
test_own(void **state)
{
	static const uint8_t other[8] = { 1 };
	struct stamped good, foreign;
	struct timestamp at;
	struct why why;

	(void)state;
	stamp(&good, "critical,timeStamping", AT_S - 1000, AT_S + 1000, AT_S);
	stamp(&foreign, "critical,timeStamping", AT_S - 1000, AT_S + 1000, AT_S);
	assert_int_equal(check(&good, "a checkpoint", nonce, &at, &why), ERR_OK);
	assert_true(at.at_ms == (int64_t)AT_S * 1000 + 250);
	assert_string_equal(at.authority, "CN=test authority");
	assert_string_equal(at.serial, "05E1");
	assert_int_equal(check(&good, "a checkpoint", NULL, &at, &why), ERR_OK);
	assert_int_equal(check(&good, "a checkpoint", other, &at, &why), ERR_MISMATCH);
	assert_non_null(strstr(why.text, "another nonce"));
	assert_int_equal(check(&good, "a checkpoint.", nonce, &at, &why), ERR_MISMATCH);
	assert_non_null(strstr(why.text, "other octets"));
	assert_int_equal(timestamp_check(bytes_of_buffer(&good.response), bytes_of_text("a "
	    "checkpoint"),
	    nonce, bytes_of_buffer(&foreign.roots), &at, &why), ERR_UNTRUSTED);
	assert_non_null(strstr(why.text, "no pinned root"));
	assert_int_equal(timestamp_check(bytes_of_buffer(&good.response), bytes_of_text("a "
	    "checkpoint"),
	    nonce, bytes_of(NULL, 0), &at, &why), ERR_UNSUPPORTED);
	assert_non_null(strstr(why.text, "no root is pinned"));
	assert_true(at.at_ms == (int64_t)AT_S * 1000 + 250);
	assert_int_equal(timestamp_check(bytes_of_buffer(&good.response), bytes_of_text("a "
	    "checkpoint"),
	    nonce, bytes_of_text("no PEM"), &at, &why), ERR_INVALID);
	/* A response without a nonce to a request that had one. */
	assert_int_equal(published("sigstage-sha256.tsr", "hello", NULL, &at, &why),
	    ERR_UNSUPPORTED);
	stamped_free(&good);
	stamped_free(&foreign);
}

/* The chain is judged at the token's own second, however long ago that was. */
static void
test_own_time(void **state)
{
	struct stamped late, early, old;
	struct timestamp at;
	struct why why;

	(void)state;
	stamp(&late, "critical,timeStamping", AT_S - 1000, AT_S - 1, AT_S);
	assert_int_equal(check(&late, "a checkpoint", nonce, &at, &why), ERR_EXPIRED);
	assert_non_null(strstr(why.text, "expired"));
	stamp(&early, "critical,timeStamping", AT_S + 1, AT_S + 1000, AT_S);
	assert_int_equal(check(&early, "a checkpoint", nonce, &at, &why), ERR_EXPIRED);
	assert_non_null(strstr(why.text, "not yet valid"));
	stamp(&old, "critical,timeStamping", 1000000000, 1000001000, 1000000500);
	assert_int_equal(check(&old, "a checkpoint", nonce, &at, &why), ERR_OK);
	stamped_free(&late);
	stamped_free(&early);
	stamped_free(&old);
}

/* RFC 3161 2.3: critical, and nothing beside it.  OpenSSL's own signer refuses such keys, so the
 * certificate is swapped for one of the wrong purpose after signing would have been refused. */
static void
test_purpose(void **state)
{
	static const char *const wrong[] = { "timeStamping", "critical,timeStamping,serverAuth",
		"critical,serverAuth", "critical,codeSigning" };
	struct timestamp at;
	struct why why;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct stamped stamped;
		const int64_t valid[2] = { AT_S - 1000, AT_S + 1000 };
		unsigned char *good = NULL, *bad = NULL;
		int good_len, bad_len;
		X509 *other;
		struct buffer changed = { 0 };
		size_t found = 0;

		stamp(&stamped, "critical,timeStamping", valid[0], valid[1], AT_S);
		other = authority_certificate("test authority", stamped.authority.key,
		    stamped.authority.root, stamped.authority.root_key, valid);
		X509_set_serialNumber(other, X509_get_serialNumber(stamped.authority.certificate));
		authority_extend(other, NID_ext_key_usage, wrong[i]);
		X509_sign(other, stamped.authority.root_key, EVP_sha256());
		good_len = i2d_X509(stamped.authority.certificate, &good);
		bad_len = i2d_X509(other, &bad);
		/* Put the other certificate in and mend the four lengths around it. */
		while (found + (size_t)good_len <= stamped.response.len &&
		    memcmp(stamped.response.at + found, good, (size_t)good_len) != 0)
			found++;
		assert_true(found + (size_t)good_len <= stamped.response.len);
		buffer_put(&changed, stamped.response.at, found);
		buffer_put(&changed, bad, (size_t)bad_len);
		buffer_put(&changed, stamped.response.at + found + good_len,
		    stamped.response.len - found - (size_t)good_len);
		for (size_t at_head = 0; at_head + 4 <= found; at_head++) {
			size_t len = (size_t)changed.at[at_head + 2] << 8 | changed.at[at_head + 3];

			if (changed.at[at_head + 1] == 0x82 &&
			    at_head + 4 + len >= found + (size_t)good_len
			    && at_head + 4 + len <= stamped.response.len) {
				len = len + (size_t)bad_len - (size_t)good_len;
				changed.at[at_head + 2] = (uint8_t)(len >> 8);
				changed.at[at_head + 3] = (uint8_t)len;
			}
		}
		assert_int_equal(timestamp_check(bytes_of_buffer(&changed),
		    bytes_of_text("a checkpoint"), nonce, bytes_of_buffer(&stamped.roots), &at,
		    &why),
		    ERR_UNTRUSTED);
		assert_non_null(strstr(why.text, "time-stamping alone"));
		buffer_free(&changed);
		OPENSSL_free(good);
		OPENSSL_free(bad);
		X509_free(other);
		stamped_free(&stamped);
	}
}

static void
test_refused(void **state)
{
	struct stamped stamped;
	struct buffer answer = { 0 };
	struct timestamp at;
	struct why why;

	(void)state;
	stamp(&stamped, "critical,timeStamping", AT_S - 1000, AT_S + 1000, AT_S);
	authority_answer(&stamped.authority, bytes_of_text("no request"), &answer);
	assert_int_equal(timestamp_check(bytes_of_buffer(&answer), bytes_of_text("a checkpoint"),
	    nonce,
	    bytes_of_buffer(&stamped.roots), &at, &why), ERR_REFUSED);
	assert_non_null(strstr(why.text, "status 2"));
	buffer_free(&answer);
	stamped_free(&stamped);
}

/* Cut at every octet: never accepted, and said to be cut wherever that can be seen. */
static void
test_cut(void **state)
{
	struct stamped stamped;
	struct timestamp at;
	struct why why;

	(void)state;
	stamp(&stamped, "critical,timeStamping", AT_S - 1000, AT_S + 1000, AT_S);
	for (size_t len = 0; len < stamped.response.len; len++)
		assert_int_equal(timestamp_check(bytes_slice(bytes_of_buffer(&stamped.response), 0,
		    len),
		    bytes_of_text("a checkpoint"), nonce, bytes_of_buffer(&stamped.roots), &at,
		    &why),
		    len < 4 ? ERR_MALFORMED : ERR_TRUNCATED);
	buffer_put_u8(&stamped.response, 0);
	assert_int_equal(check(&stamped, "a checkpoint", nonce, &at, &why), ERR_MALFORMED);
	stamped_free(&stamped);
}

/* Whatever single octet is changed, no other time, authority or serial is ever vouched for. */
static void
test_every_octet(void **state)
{
	struct stamped stamped;
	struct timestamp good, at;
	struct why why;
	size_t accepted = 0;

	(void)state;
	stamp(&stamped, "critical,timeStamping", AT_S - 1000, AT_S + 1000, AT_S);
	assert_int_equal(check(&stamped, "a checkpoint", nonce, &good, &why), ERR_OK);
	for (size_t i = 0; i < stamped.response.len; i++) {
		stamped.response.at[i] ^= 0x01;
		why = (struct why){ 0 };
		if (check(&stamped, "a checkpoint", nonce, &at, &why) == ERR_OK) {
			assert_memory_equal(&at, &good, sizeof(at));
			accepted++;
		} else {
			assert_string_not_equal(why.text, "");
		}
		stamped.response.at[i] ^= 0x01;
	}
	/* Only what nobody signs can differ: the status, CMS version, algorithm identifiers. */
	assert_true(accepted < 16);
	stamped_free(&stamped);
}

/* The request is what the openssl command line would send, octet for octet but the nonce. */
static void
test_request(void **state)
{
	struct buffer der = { 0 };
	struct why why;
	const unsigned char *at;
	TS_REQ *request;

	(void)state;
	assert_int_equal(timestamp_request(&der, bytes_of_text("x"), nonce, &why), ERR_OK);
	at = der.at;
	request = d2i_TS_REQ(NULL, &at, (long)der.len);
	assert_non_null(request);
	assert_ptr_equal(at, der.at + der.len);
	assert_int_equal(TS_REQ_get_version(request), 1);
	assert_int_not_equal(TS_REQ_get_cert_req(request), 0);
	assert_int_equal(ASN1_STRING_length(TS_REQ_get_nonce(request)), 8);
	assert_memory_equal(ASN1_STRING_get0_data(TS_REQ_get_nonce(request)), nonce, 8);
	TS_REQ_free(request);
	buffer_free(&der);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published),
		cmocka_unit_test(test_own),
		cmocka_unit_test(test_own_time),
		cmocka_unit_test(test_purpose),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_every_octet),
		cmocka_unit_test(test_request),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
