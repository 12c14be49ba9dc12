/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EC2 identity documents: a real one in both forms, cut and turned, and those of a simulated
 * service, right and wrong in every way that matters.  Each breach is told by its own rule.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/attest_asked.h"
#include "tests/unit/cloud_lab.h"
#include "tests/unit/vectors.h"

#define IID "tests/data/attest/aws-iid/"
#define ANY "accounts = \"*\"; images = \"*\"; regions = \"*\"; "
#define REAL_POLICY "ec2-identity = { nonce = \"none\"; accounts = \"189292791360\"; "           \
	"images = \"ami-0cbde744623b7506b\"; regions = \"ap-southeast-2\"; };"
#define TEXT(region, zone, more) "{\"region\":\"" region "\",\"availabilityZone\":\"" zone        \
	"\",\"instanceId\":\"i-1\",\"accountId\":\"123456789012\",\"imageId\":\"ami-1\","       \
	"\"pendingTime\":\"2026-11-18T11:00:00Z\"" more "}"
#define GOOD TEXT("ap-northeast-1", "ap-northeast-1a", "")

enum { REAL_AT_S = 1771290000 };

static struct cloud cloud;
static struct buffer pem;
static char roots[160];		/* roots = "ap-northeast-1:sha256:..."; */

static int
lab_begin(void **state)
{
	char hex[HASH_TEXT];

	(void)state;
	cloud = cloud_make(NULL, CLOUD_AT_S - CLOUD_DAY_S, CLOUD_AT_S + CLOUD_DAY_S);
	cloud_pem(cloud.leaf, &pem);
	hash_text(certificate_hash(cloud.leaf), hex);
	snprintf(roots, sizeof(roots), "roots = \"ap-northeast-1:sha256:%s\"; ", hex);
	return 0;
}

static int
lab_end(void **state)
{
	(void)state;
	cloud_free(&cloud);
	buffer_free(&pem);
	return 0;
}

static struct dossier
dossier_of(struct bytes document, int64_t at_s)
{
	struct dossier dossier = { .at_s = at_s };

	dossier_put(&dossier, "document", document);
	dossier_put(&dossier, "certificate", bytes_of_buffer(&pem));
	return dossier;
}

static const char *
section(const char *more)
{
	static char text[1024];

	snprintf(text, sizeof(text), "ec2-identity = { %s %s };", roots, more);
	return text;
}

static const char *
judged_as(const char *text, const EVP_MD *digest, unsigned flags, bool twice)
{
	struct buffer der = { .max = 0 };
	const char *out;

	cloud_sign(&cloud, text, digest, flags, twice, &der);
	out = asked_text(asked("ec2-identity", dossier_of(bytes_of_buffer(&der), CLOUD_AT_S),
	    section(ANY "nonce = \"none\";")));
	buffer_free(&der);
	return out;
}

static const char *
judged(const char *text)
{
	return judged_as(text, EVP_sha256(), CMS_NOCERTS, false);
}

static void
test_forms(void **state)
{
	(void)state;
	assert_string_equal(judged(GOOD), "accept");
	assert_string_equal(judged_as(GOOD, EVP_sha512(), 0, false), "accept");
	assert_string_equal(judged_as(GOOD, EVP_sha256(), CMS_NOATTR, false), "accept");
	assert_string_equal(judged_as(GOOD, EVP_sha1(), 0, false), "reject algorithm");
	assert_string_equal(judged_as(GOOD, EVP_sha256(), CMS_DETACHED, false), "reject form");
	assert_string_equal(judged_as(GOOD, EVP_sha256(), 0, true), "reject form");
	assert_string_equal(judged("[]"), "reject fields");
	assert_string_equal(judged(GOOD " "), "accept");
	assert_string_equal(judged(GOOD "{}"), "reject fields");
}

static void
test_fields(void **state)
{
	(void)state;
	assert_string_equal(judged(TEXT("ap-northeast-1", "ap-northeast-1a",
	    ",\"region\":\"ap-northeast-1\"")), "reject fields");
	assert_string_equal(judged(TEXT("ap-northeast-1", "ap-southeast-2a", "")),
	    "reject fields");
	assert_string_equal(judged(TEXT("ap-northeast-1", "ap-northeast-1", "")), "reject fields");
	assert_string_equal(judged(TEXT("ap-northeast-1", "", "")), "reject fields");
	assert_string_equal(judged(TEXT("", "a", "")), "reject fields");
	assert_string_equal(judged(TEXT("ap-northeast-1\\u001b[2J", "ap-northeast-1a", "")),
	    "reject fields");
	assert_string_equal(judged("{\"region\":\"ap-northeast-1\"}"), "reject fields");
	assert_string_equal(judged("{\"region\":[\"ap-northeast-1\"]}"), "reject fields");
	assert_string_equal(judged("[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]"), "reject fields");
}

/* The region of the document chooses the certificate, never the other way round. */
static void
test_certificate(void **state)
{
	struct buffer der = { .max = 0 };
	struct dossier dossier;

	(void)state;
	assert_string_equal(judged(TEXT("ap-northeast-3", "ap-northeast-3a", "")),
	    "reject certificate");
	cloud_sign(&cloud, GOOD, EVP_sha256(), CMS_NOCERTS, false, &der);
	dossier = dossier_of(bytes_of_buffer(&der), CLOUD_AT_S);
	assert_string_equal(asked_text(asked("ec2-identity", dossier,
	    "ec2-identity = { nonce = \"none\"; " ANY "};")), "reject certificate");
	assert_string_equal(asked_text(asked("ec2-identity", dossier,
	    "ec2-identity = { nonce = \"none\"; roots = \"*\"; " ANY "};")),
	    "reject certificate");
	assert_string_equal(asked_text(asked("ec2-identity", dossier,
	    "ec2-identity = { nonce = \"none\"; roots = \"ap-northeast-1\"; " ANY "};")),
	    "reject certificate");
	assert_string_equal(asked_text(asked("ec2-identity", dossier, NULL)),
	    "reject certificate");
	dossier.at_s = CLOUD_AT_S + CLOUD_DAY_S + 1;
	assert_string_equal(asked_text(asked("ec2-identity", dossier, section(ANY))),
	    "reject time");
	dossier.at_s = CLOUD_AT_S - CLOUD_DAY_S - 1;
	assert_string_equal(asked_text(asked("ec2-identity", dossier, section(ANY))),
	    "reject time");
	dossier.at_s = CLOUD_AT_S - 1000;
	assert_string_equal(asked_text(asked("ec2-identity", dossier, section(ANY))),
	    "reject started");
	dossier.at_s = CLOUD_AT_S;
	dossier.count = 1;
	assert_string_equal(asked_text(asked("ec2-identity", dossier, section(ANY))),
	    "indeterminate signature");
	buffer_free(&der);
}

static void
test_policy(void **state)
{
	static const uint8_t nonce[32] = { 1 };
	struct hash spki = { { 7 } };
	struct buffer der = { .max = 0 };
	struct dossier dossier;

	(void)state;
	cloud_sign(&cloud, GOOD, EVP_sha256(), CMS_NOCERTS, false, &der);
	dossier = dossier_of(bytes_of_buffer(&der), CLOUD_AT_S);
	/* Silent about the nonce, which it cannot hold: that a bearer will do must be said. */
	assert_string_equal(asked_text(asked("ec2-identity", dossier, section(ANY))),
	    "indeterminate nonce");
	assert_string_equal(asked_text(asked("ec2-identity", dossier, section("nonce = \"none\"; "
	    "images = \"*\"; regions = \"*\";"))), "indeterminate account");
	assert_string_equal(asked_text(asked("ec2-identity", dossier, section("nonce = \"none\"; "
	    "accounts = \"123456789012\"; regions = \"*\";"))), "indeterminate image");
	assert_string_equal(asked_text(asked("ec2-identity", dossier, section("nonce = \"none\"; "
	    "accounts = \"12345678901\"; images = \"*\"; regions = \"*\";"))),
	    "reject account");
	assert_string_equal(asked_text(asked("ec2-identity", dossier, section("nonce = \"none\"; "
	    "accounts = \"*\"; images = \"*\"; regions = \"ap-northeast\";"))),
	    "reject region");
	dossier.spki = &spki;
	assert_string_equal(asked_text(asked("ec2-identity", dossier,
	    section(ANY "nonce = \"none\";"))), "reject key");
	dossier.nonce = bytes_of(nonce, 32);
	assert_string_equal(asked_text(asked("ec2-identity", dossier,
	    section(ANY "nonce = \"none\";"))), "reject nonce");
	buffer_free(&der);
}

/* --- the real one ----------------------------------------------------------------------------- */

static const char *
real(struct bytes document, struct bytes certificate, struct bytes signature, const char *policy)
{
	struct dossier dossier = { .at_s = REAL_AT_S };

	dossier_put(&dossier, "document", document);
	dossier_put(&dossier, "certificate", certificate);
	if (signature.len > 0)
		dossier_put(&dossier, "signature", signature);
	return asked_text(asked("ec2-identity", dossier, policy));
}

static void
test_real(void **state)
{
	struct buffer der = vectors_file(IID "ap-southeast-2.rsa2048.p7s.der"),
	    all = vectors_file(IID "all-regions.rsa2048.pem"), text = { .max = 0 };
	struct dossier dossier = { .at_s = REAL_AT_S };
	struct appraisal *answer;

	(void)state;
	dossier_put(&dossier, "document", bytes_of_buffer(&der));
	dossier_put(&dossier, "certificate", bytes_of_buffer(&all));
	answer = asked("ec2-identity", dossier, REAL_POLICY);
	assert_int_equal(answer->verdict, ATTEST_ACCEPT);
	assert_string_equal(asked_claim(answer, "zone"), "ap-southeast-2a");
	assert_string_equal(asked_claim(answer, "instance"), "i-0c5541936caf78c12");
	assert_string_equal(asked_claim(answer, "place.grade"), "C");
	assert_string_equal(asked_claim(answer, "key.spki"), "");
	assert_string_equal(asked_claim(answer, "made"), "2026-02-16T00:38:27.000Z");
	free(answer);
	base64_put(&text, bytes_of_buffer(&der));
	assert_string_equal(real(bytes_of_buffer(&text), bytes_of_buffer(&all), bytes_of(NULL, 0),
	    REAL_POLICY), "accept");
	for (size_t len = 0; len < der.len; len++)
		assert_string_equal(real(bytes_of(der.at, len), bytes_of_buffer(&pem),
		    bytes_of(NULL, 0), REAL_POLICY), "reject form");
	buffer_put_u8(&der, 0);
	assert_string_equal(real(bytes_of_buffer(&der), bytes_of_buffer(&all), bytes_of(NULL, 0),
	    REAL_POLICY), "reject form");
	buffer_free(&der);
	buffer_free(&all);
	buffer_free(&text);
}

static void
test_real_turned(void **state)
{
	struct buffer der = vectors_file(IID "ap-southeast-2.rsa2048.p7s.der"),
	    one = vectors_file(IID "ap-southeast-2.rsa2048.pem"), again = { .max = 0 };
	size_t begin, end;

	(void)state;
	/* Elsewhere are octets that nobody signed: versions, and how algorithms are named. */
	begin = (size_t)((uint8_t *)memchr(der.at, '{', der.len) - der.at);
	end = begin + 484 - 1;
	for (size_t at = 0; at < der.len; at += 3) {
		const char *answer;

		buffer_reset(&again);
		buffer_put(&again, der.at, der.len);
		again.at[at] ^= 1;
		answer = real(bytes_of_buffer(&again), bytes_of_buffer(&one), bytes_of(NULL, 0),
		    REAL_POLICY);
		if ((at >= begin && at <= end) || (der.len - at > 6 && der.len - at < 256))
			assert_string_equal(answer, "reject signature");
	}
	buffer_free(&der);
	buffer_free(&one);
	buffer_free(&again);
}

static void
test_real_text(void **state)
{
	struct buffer text = vectors_file(IID "ap-southeast-2.document.json"),
	    one = vectors_file(IID "ap-southeast-2.rsa.pem"),
	    signature = vectors_file(IID "ap-southeast-2.rsa1024.sig"), lines = { .max = 0 };
	char short_key[512];

	(void)state;
	snprintf(short_key, sizeof(short_key), "ec2-identity = { nonce = \"none\"; " ANY
	    "min_rsa_bits = 1024; };");
	assert_string_equal(real(bytes_of_buffer(&text), bytes_of_buffer(&one),
	    bytes_of_buffer(&signature), short_key), "accept");
	assert_string_equal(real(bytes_of_buffer(&text), bytes_of_buffer(&one),
	    bytes_of_buffer(&signature), REAL_POLICY), "reject strength");
	base64_put(&lines, bytes_of_buffer(&signature));
	assert_string_equal(real(bytes_of_buffer(&text), bytes_of_buffer(&one),
	    bytes_of_buffer(&lines), short_key), "accept");
	assert_string_equal(real(bytes_of_buffer(&text), bytes_of_buffer(&one), bytes_of(NULL, 0),
	    short_key), "indeterminate signature");
	for (size_t at = 1; at < text.len; at += 3) {
		text.at[at] ^= 2;
		assert_string_equal(real(bytes_of_buffer(&text), bytes_of_buffer(&one),
		    bytes_of_buffer(&signature), short_key), "reject signature");
		text.at[at] ^= 2;
	}
	buffer_free(&text);
	buffer_free(&one);
	buffer_free(&signature);
	buffer_free(&lines);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms), cmocka_unit_test(test_fields),
		cmocka_unit_test(test_certificate), cmocka_unit_test(test_policy),
		cmocka_unit_test(test_real), cmocka_unit_test(test_real_turned),
		cmocka_unit_test(test_real_text),
	};

	return cmocka_run_group_tests_name("ec2", tests, lab_begin, lab_end);
}
