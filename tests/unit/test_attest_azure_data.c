/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Azure's attested data from a simulated metadata service, right and wrong in every way that
 * matters (the real one is among the published cases).  Each breach is told by its own rule.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "attest/envelope.h"
#include "tests/unit/attest_asked.h"
#include "tests/unit/cloud_lab.h"

#define NO_PIN "0000000000000000000000000000000000000000000000000000000000000000"
#define NAMES "DNS:metadata.azure.com,DNS:japaneast.metadata.azure.com"
#define STAMPS(created, expires) "\"timeStamp\":{\"createdOn\":\"" created "\",\"expiresOn\":\""  \
	expires "\"}"
#define LIFE STAMPS("11/18/26 09:00:00 -0000", "11/18/26 15:00:00 -0000")
#define TEXT(stamps) "{\"nonce\":\"0123456789\",\"vmId\":\"vm-1\",\"sku\":\"core\","              \
	"\"subscriptionId\":\"sub-1\"," stamps "}"
#define ANY "subscriptions = \"*\"; regions = [ \"japaneast\" ]; crl = \"if_given\"; "

static struct cloud cloud;
static char roots[128];
static struct buffer certificates;

static void
cloud_use(const char *names)
{
	char hex[HASH_TEXT];

	buffer_reset(&certificates);
	cloud_free(&cloud);
	cloud = cloud_make(names, CLOUD_AT_S - CLOUD_DAY_S, CLOUD_AT_S + CLOUD_DAY_S);
	cloud_pem(cloud.root, &certificates);
	hash_text(certificate_hash(cloud.root), hex);
	snprintf(roots, sizeof(roots), "roots = \"sha256:%s\"; ", hex);
}

static int
lab_begin(void **state)
{
	(void)state;
	cloud_use(NAMES);
	return 0;
}

static int
lab_end(void **state)
{
	(void)state;
	cloud_free(&cloud);
	buffer_free(&certificates);
	return 0;
}

static const char *
section(const char *more)
{
	static char text[1024];

	snprintf(text, sizeof(text), "azure-attested-data = { %s %s };", roots, more);
	return text;
}

/* Judged at a second, asked with the nonce that good documents hold. */
static const char *
asked_of(struct bytes document, int64_t at_s, const char *policy)
{
	struct dossier dossier = { .at_s = at_s, .nonce = bytes_of_text("0123456789") };

	dossier_put(&dossier, "document", document);
	dossier_put(&dossier, "certificates", bytes_of_buffer(&certificates));
	return asked_text(asked("azure-attested-data", dossier, policy));
}

static const char *
judged(const char *text, const char *policy)
{
	struct buffer der = { .max = 0 };
	const char *out;

	cloud_sign(&cloud, text, EVP_sha256(), CMS_NOATTR, false, &der);
	out = asked_of(bytes_of_buffer(&der), CLOUD_AT_S, policy);
	buffer_free(&der);
	return out;
}

static void
test_forms(void **state)
{
	struct buffer der = { .max = 0 }, base64 = { .max = 0 }, answer = { .max = 0 };

	(void)state;
	cloud_sign(&cloud, TEXT(LIFE), EVP_sha256(), 0, false, &der);
	assert_string_equal(asked_of(bytes_of_buffer(&der), CLOUD_AT_S, section(ANY)), "accept");
	base64_put(&base64, bytes_of_buffer(&der));
	assert_string_equal(asked_of(bytes_of_buffer(&base64), CLOUD_AT_S, section(ANY)),
	    "accept");
	buffer_print(&answer, "{\"encoding\":\"pkcs7\",\"signature\":\"%s\"}",
	    buffer_text(&base64));
	assert_string_equal(asked_of(bytes_of_buffer(&answer), CLOUD_AT_S, section(ANY)),
	    "accept");
	answer.at[14] = 'q';
	assert_string_equal(asked_of(bytes_of_buffer(&answer), CLOUD_AT_S, section(ANY)),
	    "reject form");
	for (size_t len = 0; len < der.len; len += 3)
		assert_string_equal(asked_of(bytes_of(der.at, len), CLOUD_AT_S, section(ANY)),
		    "reject form");
	buffer_put_u8(&der, 0);
	assert_string_equal(asked_of(bytes_of_buffer(&der), CLOUD_AT_S, section(ANY)),
	    "reject form");
	buffer_reset(&der);
	cloud_sign(&cloud, TEXT(LIFE), EVP_sha1(), 0, false, &der);
	assert_string_equal(asked_of(bytes_of_buffer(&der), CLOUD_AT_S, section(ANY)),
	    "reject algorithm");
	buffer_reset(&der);
	cloud_sign(&cloud, TEXT(LIFE), EVP_sha256(), CMS_NOCERTS, false, &der);
	assert_string_equal(asked_of(bytes_of_buffer(&der), CLOUD_AT_S, section(ANY)),
	    "reject signature");
	buffer_free(&der);
	buffer_free(&base64);
	buffer_free(&answer);
}

static void
test_fields(void **state)
{
	static const char *const wrong[] = { "11/18/26 09:00:00 +0900", "11/18/26 09:00:00",
		"2026-11-18T09:00:00Z", "13/18/26 09:00:00 -0000", "02/30/26 09:00:00 -0000",
		"11/18/26 24:00:00 -0000", "11/18/26 09:00:00 -0000 ", "" };
	char text[512];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(text, sizeof(text), "{\"nonce\":\"0123456789\",\"vmId\":\"v\","
		    "\"subscriptionId\":\"s\",\"timeStamp\":{\"createdOn\":\"%s\","
		    "\"expiresOn\":\"11/18/26 15:00:00 -0000\"}}", wrong[i]);
		assert_string_equal(judged(text, section(ANY)), "reject fields");
	}
	assert_string_equal(judged("{" LIFE "}", section(ANY)), "reject fields");
	assert_string_equal(judged(TEXT(LIFE "," LIFE), section(ANY)), "reject fields");
	/* From the second it was made until before the one at which it expires. */
	assert_string_equal(judged(TEXT(STAMPS("11/18/26 11:06:40 -0000",
	    "11/18/26 11:06:41 -0000")), section(ANY)), "accept");
	assert_string_equal(judged(TEXT(STAMPS("11/18/26 11:06:41 -0000",
	    "11/18/26 15:00:00 -0000")), section(ANY)), "reject document-time");
	assert_string_equal(judged(TEXT(STAMPS("11/18/26 09:00:00 -0000",
	    "11/18/26 11:06:40 -0000")), section(ANY)), "reject document-time");
}

static void
test_hosts(void **state)
{
	static const char *const wrong[] = { NULL, "DNS:metadata.azure.com",
		"DNS:metadata.azure.com.example.net", "DNS:japaneastmetadata.azure.com",
		"DNS:japaneast.metadata.azure.com,DNS:japanwest.metadata.azure.com",
		"DNS:*.metadata.azure.com", "DNS:japaneast.metadata.azure.com,DNS:example.net",
		"DNS:japan.east.metadata.azure.com", "DNS:.metadata.azure.com",
		"DNS:JapanEast.metadata.azure.com", "email:a@japaneast.metadata.azure.com" };

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		cloud_use(wrong[i]);
		assert_string_equal(judged(TEXT(LIFE), section(ANY)), "reject host");
	}
	cloud_use("DNS:japaneast.metadata.azure.com");
	assert_string_equal(judged(TEXT(LIFE), section(ANY)), "accept");
	cloud_use("DNS:japanwest.metadata.azure.com");
	assert_string_equal(judged(TEXT(LIFE), section(ANY)), "reject region");
	cloud_use(NAMES);
}

static void
test_chain(void **state)
{
	struct buffer der = { .max = 0 };

	(void)state;
	/* No root is built in, and "*" is none. */
	assert_string_equal(judged(TEXT(LIFE), "azure-attested-data = { " ANY " };"),
	    "indeterminate chain");
	assert_string_equal(judged(TEXT(LIFE), "azure-attested-data = { roots = \"*\"; " ANY " };"),
	    "reject chain");
	assert_string_equal(judged(TEXT(LIFE), "azure-attested-data = { roots = "
	    "\"sha256:" NO_PIN "\"; " ANY " };"), "reject chain");
	assert_string_equal(judged(TEXT(LIFE), NULL), "indeterminate chain");
	cloud_sign(&cloud, TEXT(LIFE), EVP_sha256(), 0, false, &der);
	assert_string_equal(asked_of(bytes_of_buffer(&der), CLOUD_AT_S + CLOUD_DAY_S + 1,
	    section(ANY)), "reject time");
	assert_string_equal(asked_of(bytes_of_buffer(&der), CLOUD_AT_S - CLOUD_DAY_S - 1,
	    section(ANY)), "reject time");
	buffer_free(&der);
}

static const char *
with_list(X509 *issuer, EVP_PKEY *key, X509 *revoked)
{
	size_t before = certificates.len;
	const char *out;

	cloud_list(issuer, key, revoked, &certificates);
	out = judged(TEXT(LIFE), section(ANY));
	certificates.len = before;
	return out;
}

static void
test_lists(void **state)
{
	struct cloud other = cloud_make(NAMES, CLOUD_AT_S - CLOUD_DAY_S, CLOUD_AT_S + CLOUD_DAY_S);

	(void)state;
	assert_string_equal(judged(TEXT(LIFE), section("subscriptions = \"*\"; "
	    "regions = \"japaneast\";")), "indeterminate crl");
	assert_string_equal(with_list(cloud.root, cloud.root_key, NULL), "accept");
	assert_string_equal(with_list(cloud.root, cloud.root_key, other.leaf), "accept");
	assert_string_equal(with_list(cloud.root, cloud.root_key, cloud.leaf), "reject revoked");
	assert_string_equal(with_list(other.leaf, other.root_key, NULL), "reject crl");
	assert_string_equal(with_list(cloud.root, other.root_key, NULL), "reject crl");
	cloud_free(&other);
}

static void
test_policy(void **state)
{
	struct buffer der = { .max = 0 };
	struct dossier dossier = { .at_s = CLOUD_AT_S };
	struct hash spki = { { 7 } };
	struct appraisal *answer;

	(void)state;
	assert_string_equal(judged(TEXT(LIFE), section("subscriptions = \"sub-2\"; "
	    "crl = \"if_given\"; regions = \"*\";")), "reject subscription");
	assert_string_equal(judged(TEXT(LIFE), section("subscriptions = \"sub-1\"; "
	    "crl = \"if_given\";")), "indeterminate region");
	assert_string_equal(judged(TEXT(LIFE), section("subscriptions = \"sub-1\"; "
	    "crl = \"if_given\"; regions = [ \"japan\", \"japaneast2\" ];")), "reject region");
	cloud_sign(&cloud, TEXT(LIFE), EVP_sha256(), 0, false, &der);
	dossier_put(&dossier, "document", bytes_of_buffer(&der));
	dossier_put(&dossier, "certificates", bytes_of_buffer(&certificates));
	assert_string_equal(asked_text(asked("azure-attested-data", dossier, section(ANY))),
	    "indeterminate nonce");
	dossier.nonce = bytes_of_text("9876543210");
	assert_string_equal(asked_text(asked("azure-attested-data", dossier, section(ANY))),
	    "reject nonce");
	dossier.nonce = bytes_of_text("0123456789");
	answer = asked("azure-attested-data", dossier, section(ANY));
	assert_int_equal(answer->verdict, ATTEST_ACCEPT);
	assert_string_equal(asked_claim(answer, "region"), "japaneast");
	assert_string_equal(asked_claim(answer, "instance"), "vm-1");
	assert_string_equal(asked_claim(answer, "account"), "sub-1");
	assert_string_equal(asked_claim(answer, "place.grade"), "C");
	assert_string_equal(asked_claim(answer, "expires"), "2026-11-18T15:00:00.000Z");
	free(answer);
	dossier.spki = &spki;
	assert_string_equal(asked_text(asked("azure-attested-data", dossier, section(ANY))),
	    "reject key");
	buffer_free(&der);
}

/* A document signed for the digits of a challenge, judged as an answer of a witness. */
static const char *
answered(struct envelope envelope, struct hash signed_for)
{
	char text[512], digits[ENVELOPE_DIGITS];
	struct buffer der = { .max = 0 };
	struct hash challenge;
	struct dossier dossier;
	const char *said;

	envelope_digits(hash_bytes(&signed_for), digits);
	snprintf(text, sizeof(text), "{\"nonce\":\"%s\",\"vmId\":\"vm-1\","
	    "\"subscriptionId\":\"sub-1\"," LIFE "}", digits);
	cloud_sign(&cloud, text, EVP_sha256(), 0, false, &der);
	envelope.items = 2;
	envelope.item[0] = (struct envelope_item){ "document", bytes_of_buffer(&der) };
	envelope.item[1] = (struct envelope_item){ "certificates", bytes_of_buffer(&certificates) };
	envelope_dossier(&envelope, &challenge, &dossier);
	said = asked_text(asked("azure-attested-data", dossier, section(ANY)));
	buffer_free(&der);
	return said;
}

/* Who answers names its key after it saw the nonce: no key makes old digits the asked ones. */
static void
test_key_chosen(void **state)
{
	static const uint8_t nonce[32] = { 1 }, exporter[32] = { 2 }, other[32] = { 3 };
	const struct bytes key = bytes_of_text("any octets"), none = bytes_of(NULL, 0);
	struct envelope envelope = { .kind = "azure-attested-data", .at_s = CLOUD_AT_S,
		.nonce = bytes_of(nonce, 32), .exporter = bytes_of(exporter, 32), .spki = key };
	struct claims claims = { .count = 0 };
	char binding[BINDING_TEXT];

	(void)state;
	assert_string_equal(answered(envelope, envelope_challenge(envelope.nonce,
	    envelope.exporter, key)), "reject nonce");
	assert_string_equal(answered(envelope, envelope_challenge(envelope.nonce,
	    envelope.exporter, none)), "accept");
	envelope_binding(&envelope, &claims, binding);
	assert_string_equal(binding, "");
	envelope.spki = none;
	assert_string_equal(answered(envelope, envelope_challenge(envelope.nonce,
	    envelope.exporter, none)), "accept");
	assert_string_equal(answered(envelope, envelope_challenge(bytes_of(other, 32),
	    envelope.exporter, none)), "reject nonce");
	assert_string_equal(answered(envelope, envelope_challenge(envelope.nonce,
	    bytes_of(other, 32), none)), "reject nonce");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms), cmocka_unit_test(test_fields),
		cmocka_unit_test(test_hosts), cmocka_unit_test(test_chain),
		cmocka_unit_test(test_lists), cmocka_unit_test(test_policy),
		cmocka_unit_test(test_key_chosen)
	};

	return cmocka_run_group_tests_name("azure", tests, lab_begin, lab_end);
}
