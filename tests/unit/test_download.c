/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that are kept fresh: what each form says of itself on real files, what may not take the
 * place of another, and when one that runs out is told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor/base/timetext.h"
#include "monitor/daemon/download.h"
#include "tests/unit/vectors.h"

#define ROOT "tests/data/attest/"
#define DAY INT64_C(86400000)

static const struct {
	const char *form, *file;
	size_t      entries;
	uint64_t    serial;
	const char *date, *until;	/* "" none */
} real[] = {
	{ "aws", "tests/data/ip-ranges/aws.json", 0, 1787411825, "2026-08-22T15:17:05.000Z", "" },
	{ "azure", "tests/data/ip-ranges/azure.json", 1295, 363, "", "" },
	{ "google", "tests/data/ip-ranges/google.json", 782, 1753409788780, "2025-07-25T02:16:28.780Z", "" },
	{ "oracle", "tests/data/ip-ranges/oracle.json", 171, 0, "2025-07-21T07:13:25.000Z", "" },
	{ "csv", "tests/data/ip-ranges/gcp.csv", 782, 0, "2025-07-24T19:16:28.000Z", "" },
	{ "registry", "tests/data/ip-ranges/registry.txt", 650, 20210715, "2021-07-14T00:00:00.000Z", "" },
	{ "mmdb", "tests/data/mmdb/asn.mmdb", 0, 0, "?", "" },
	{ "crl", ROOT "snp/roots/milan.crl.der", 1, 0, "2026-08-19T14:19:23.000Z", "2026-10-04T00:00:00.000Z" },
	{ "crl", ROOT "tdx/collateral-2026-03/root_ca_crl.der", 1, 0, "2026-02-26T13:04:00.000Z", "2027-02-26T13:04:00.000Z" },
	{ "tcb-info", ROOT "tdx/collateral-2026-03/tcb_info_50806f000000.json", 0, 0, "2026-03-16T22:21:30.000Z", "2026-04-15T22:21:30.000Z" },
	{ "jwks", ROOT "gcp-identity/jwks-2025-02.json", 2, 0, "", "" },
	{ "pem", "tests/data/rfc3161/sigstage-chain.pem", 2, 0, "", "?" },
	{ "file", "tests/data/rfc3161/sigstage-chain.pem", 0, 0, "", "" },
};

static void
expect_time(const char *file, int64_t ms, const char *expected)
{
	char text[TIME_TEXT];

	if (strcmp(expected, "?") == 0) {
		assert_true(ms > 0);
		return;
	}
	time_utc(ms, text);
	if (strcmp(expected, ms == 0 ? "" : text) != 0)
		fail_msg("%s: %s instead of %s", file, text, expected);
}

static void
real_files(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof(real) / sizeof(real[0]); i++) {
		struct buffer octets = vectors_file(real[i].file);
		struct download_content content, cut;
		struct why why = { .err = ERR_OK };

		if (download_read(real[i].form, bytes_of_buffer(&octets), 0, &content, &why) != ERR_OK)
			fail_msg("%s: %s", real[i].file, why.text);
		if (real[i].entries != 0)
			assert_int_equal(content.entries, real[i].entries);
		assert_true(content.entries > 0);
		assert_int_equal(content.serial, real[i].serial);
		expect_time(real[i].file, content.date_ms, real[i].date);
		expect_time(real[i].file, content.until_ms, real[i].until);
		/* The first three quarters of it are refused, but where any octets are as good. */
		if (download_read(real[i].form, bytes_slice(bytes_of_buffer(&octets), 0,
		    octets.len / 4 * 3), 0, &cut, &why) == ERR_OK &&
		    strcmp(real[i].form, "csv") != 0 && strcmp(real[i].form, "file") != 0)
			fail_msg("%s is taken though it is cut", real[i].file);
		buffer_free(&octets);
	}
}

/* What a person ends on a day: the next entry of a policy, the whole of a register. */
static void
ends_by_hand(void **unused)
{
	static const char policy[] = "policy = \"p\"; edition = \"1\"; timestamp = { nonce = \"none\"; oid = "
	    "( \"1.1\", { value = \"1.2\"; until = \"2027-01-31\"; }, { value = \"1.3\"; until = "
	    "\"2026-12-31T00:00:00Z\"; } ); };\ntpm-quote = { ak = \"*\"; };";
	static const char sites[] = "register = \"s\"; edition = \"1\"; officer = \"A\"; from = "
	    "\"2026-11-01\"; until = \"2027-04-30\"; entries = ( { site = \"t\"; kind = \"yubihsm\"; "
	    "serial = \"1\"; } );";
	struct download_content content;
	struct why why = { .err = ERR_OK };

	(void)unused;
	assert_int_equal(download_read("policy", bytes_of_text(policy), 0, &content, &why), ERR_OK);
	assert_int_equal(content.entries, 2);
	expect_time("policy", content.until_ms, "2026-12-31T00:00:00.000Z");
	assert_int_equal(download_alarm_ms(&content, 0), content.until_ms - 7 * DAY);
	/* One that is over says nothing any more; a day counts whole, in Japan Standard Time. */
	assert_int_equal(download_read("policy", bytes_of_text(policy), content.until_ms, &content,
	    &why), ERR_OK);
	expect_time("policy", content.until_ms, "2027-01-31T15:00:00.000Z");
	assert_int_equal(download_read("policy", bytes_of_text(policy), content.until_ms, &content,
	    &why), ERR_OK);
	assert_int_equal(content.until_ms, 0);
	if (download_read("site-register", bytes_of_text(sites), 0, &content, &why) != ERR_OK)
		fail_msg("%s", why.text);
	assert_int_equal(content.entries, 1);
	expect_time("register", content.date_ms, "2026-10-31T15:00:00.000Z");
	expect_time("register", content.until_ms, "2027-04-30T15:00:00.000Z");
	assert_true(download_by_hand("policy") && download_by_hand("site-register"));
	assert_false(download_by_hand("pem"));
}

#define DEEP "[[[[[[[[[[[[[[[[[["

static const struct { const char *form, *text, *sentence; } bad[] = {
	{ "jwks", "{}", "no list \"keys\"" },
	{ "jwks", "{\"keys\":[]}", "no list \"keys\"" },
	{ "jwks", "{\"keys\":[{}]}", "keys[0] has no kty" },
	{ "jwks", "{\"keys\":[{\"kty\":\"RSA\"}],\"keys\":[]}", "has a key twice" },
	{ "jwks", DEEP, "nested deeper than 12" },
	{ "tcb-info", "{\"tcbInfo\":{}}", "there is no tcbInfo" },
	{ "tcb-info", "{\"tcbInfo\":{\"issueDate\":\"x\",\"nextUpdate\":\"y\"},\"signature\":\"00\"}", "there is no tcbInfo" },
	{ "tcb-info", DEEP, "nested deeper than 12" },
	{ "crl", "-----BEGIN X509 CRL-----\nMIIB\n-----END X509 CRL-----\n", "no revocation list" },
	{ "crl", "nothing", "no revocation list" },
	{ "pem", "nothing", "certificate 1 of it is no PEM" },
	{ "pem", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", "certificate 1 of it" },
	{ "csv", "# nothing\n", "there is nothing in it" },
	{ "policy", "policy = \"p\"; edition = \"1\";", "there is nothing in it" },
	{ "policy", "policy = \"p\"; edition = \"1\"; timestamp = { oids = \"1\"; };", "is no key of" },
	{ "site-register", "register = \"s\";", "site-register" },
	{ "file", "", "it is empty" },
	{ "elf", "x", "keeps no files of the form \"elf\"" },
};

static void
bad_files(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct download_content content;
		struct why why = { .err = ERR_OK };

		if (download_read(bad[i].form, bytes_of_text(bad[i].text), 0, &content, &why) == ERR_OK)
			fail_msg("taken: %s", bad[i].text);
		if (strstr(why.text, bad[i].sentence) == NULL)
			fail_msg("wanted \"%s\", got \"%s\"", bad[i].sentence, why.text);
	}
}

static const struct {
	struct download_content had, got;
	const char *sentence;	/* NULL: it may take the place */
} newer[] = {
	{ { 100, 5, 0, 0 }, { 100, 6, 0, 0 }, NULL },
	{ { 100, 5, 0, 0 }, { 50, 6, 0, 0 }, NULL },
	{ { 100, 5, 0, 0 }, { 49, 6, 0, 0 }, "it has 49 entries and the one in use has 100" },
	{ { 101, 5, 0, 0 }, { 50, 6, 0, 0 }, "it has 50 entries and the one in use has 101" },
	{ { 1, 0, 0, 0 }, { 1, 0, 0, 0 }, NULL },
	{ { 100, 5, 0, 0 }, { 100, 4, 0, 0 }, "edition 4 against 5" },
	{ { 100, 5, 0, 0 }, { 100, 0, 0, 0 }, NULL },	/* it says nothing of editions */
	{ { 100, 0, 9 * DAY, 0 }, { 100, 0, 8 * DAY, 0 }, "made 1970-01-09T00:00:00.000Z against" },
	{ { 100, 0, 9 * DAY, 0 }, { 100, 0, 9 * DAY, 0 }, NULL },	/* corrected the same day */
	{ { 1, 0, DAY, 20 * DAY }, { 1, 0, 2 * DAY, 10 * DAY }, "it ran out at 1970-01-11" },
	{ { 1, 0, DAY, 20 * DAY }, { 1, 0, 2 * DAY, 11 * DAY }, NULL },
};

static void
whether_newer(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof(newer) / sizeof(newer[0]); i++) {
		struct why why = { .err = ERR_OK };
		enum err err = download_newer(&newer[i].had, &newer[i].got, 10 * DAY, &why);

		if ((err == ERR_OK) != (newer[i].sentence == NULL) ||
		    (err != ERR_OK && strstr(why.text, newer[i].sentence) == NULL))
			fail_msg("case %zu: %s", i, err == ERR_OK ? "taken" : why.text);
	}
}

static void
when_told(void **unused)
{
	const struct download_content year = { 1, 0, 100 * DAY, 465 * DAY }, month = { 1, 0, 100 * DAY, 120 * DAY },
	    undated = { 1, 0, 0, 120 * DAY }, endless = { 1, 0, 100 * DAY, 0 };

	(void)unused;
	assert_int_equal(download_alarm_ms(&year, 0), 458 * DAY);	/* seven days */
	assert_int_equal(download_alarm_ms(&month, 0), 115 * DAY);	/* a quarter of twenty */
	assert_int_equal(download_alarm_ms(&undated, 0), 113 * DAY);
	assert_int_equal(download_alarm_ms(&month, 2 * DAY), 118 * DAY);
	assert_true(download_alarm_ms(&endless, DAY) == INT64_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(real_files), cmocka_unit_test(ends_by_hand), cmocka_unit_test(bad_files),
		cmocka_unit_test(whether_newer), cmocka_unit_test(when_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
