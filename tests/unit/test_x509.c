/* SPDX-License-Identifier: Apache-2.0 */
/* The reader of plain certificates: what it reads, field by field, and what it leaves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <limits.h>

#include "probes/wire/x509.h"
#include "tests/unit/chain_mutant.h"

enum { FROM_S = 1790000000, UNTIL_S = 1800000000 };

static EVP_PKEY *p256, *p384, *rsa;

static int
group_setup(void **state)
{
	(void)state;
	p256 = EVP_EC_gen("P-256"), p384 = EVP_EC_gen("P-384"), rsa = EVP_RSA_gen(2048);
	return 0;
}

static int
group_teardown(void **state)
{
	(void)state;
	EVP_PKEY_free(p256), EVP_PKEY_free(p384), EVP_PKEY_free(rsa);
	return 0;
}

static struct maker
plain(EVP_PKEY *key)
{
	return (struct maker){ .key = key, .digest = EVP_sha256(), .name = { "C=JP", "O=Carrier", "CN=amf-1" },
	    .from_s = FROM_S, .until_s = UNTIL_S, .serial = 0x8123,
	    .extension = { "basicConstraints=critical,CA:TRUE,pathlen:3", "keyUsage=critical,digitalSignature,keyCertSign",
	    "extendedKeyUsage=clientAuth,serverAuth", "subjectAltName=DNS:amf.lab,IP:192.0.2.9", "subjectKeyIdentifier=0102",
	    "tlsfeature=status_request" } };
}

static void
text_is(struct x509_name name, const char *want)
{
	struct buffer text = { .max = 0 };

	assert_int_equal(x509_name_put(name, &text), want != NULL);
	assert_string_equal(buffer_text(&text), want != NULL ? want : "");
	buffer_free(&text);
}

static void
fields(void **state)
{
	struct maker maker = plain(p256);
	struct bytes rest, value;
	struct x509 read;
	uint8_t tag;

	(void)state;
	maker_make(&maker);
	assert_true(x509_read(bytes_of_buffer(&maker.der), &read));
	assert_true(bytes_equal(read.serial, bytes_of("\x81\x23", 2)));
	assert_string_equal(read.algorithm->name, "ecdsa-with-SHA256");
	text_is(read.subject, "CN=amf-1,O=Carrier,C=JP");
	assert_true(bytes_equal(read.subject.whole, read.issuer.whole));
	assert_int_equal(read.subject.fold, read.issuer.fold);
	assert_int_equal(read.not_before_ms, FROM_S * 1000LL);
	assert_int_equal(read.not_after_ms, UNTIL_S * 1000LL);
	assert_int_equal(read.key, X509_KEY_P256);
	assert_int_equal(read.point.len, 65);
	assert_int_equal(read.spki.len, 91);
	assert_true(read.constrained && read.ca && read.usage_given && read.purpose_given && read.server);
	assert_int_equal(read.path_length, 3);
	assert_int_equal(read.usage, X509_USAGE_DIGITAL_SIGNATURE | X509_USAGE_CERTIFICATE_SIGN);
	assert_true(read.must_staple);
	assert_false(read.undecided);
	assert_true(bytes_equal(read.subject_key_id, bytes_of("\1\2", 2)));
	assert_null(read.authority_key_id.at);
	rest = read.names;
	assert_true(x509_general_next(&rest, &tag, &value) && tag == X509_NAME_DNS);
	assert_true(bytes_equal(value, bytes_of_text("amf.lab")));
	assert_true(x509_general_next(&rest, &tag, &value) && tag == X509_NAME_ADDRESS && value.len == 4);
	assert_false(x509_general_next(&rest, &tag, &value));
	maker_free(&maker);
}

static void
kinds(void **state)
{
	const struct { EVP_PKEY *key; const EVP_MD *digest; bool pss; unsigned bits; const char *name; } cases[] = {
		{ p256, EVP_sha384(), false, 256, "ecdsa-with-SHA384" }, { p384, EVP_sha512(), false, 384, "ecdsa-with-SHA512" },
		{ rsa, EVP_sha256(), false, 2048, "sha256WithRSAEncryption" }, { rsa, EVP_sha384(), false, 2048, "sha384WithRSAEncryption" },
		{ rsa, EVP_sha512(), false, 2048, "sha512WithRSAEncryption" }, { rsa, EVP_sha256(), true, 2048, "rsassaPss" },
		{ rsa, EVP_sha384(), true, 2048, "rsassaPss" }, { rsa, EVP_sha512(), true, 2048, "rsassaPss" },
		{ p256, EVP_sha1(), false, 0, NULL }, { rsa, EVP_sha1(), false, 0, NULL }, { rsa, EVP_sha224(), true, 0, NULL } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct maker maker = plain(cases[i].key);
		struct x509 read;

		maker.digest = cases[i].digest;
		maker.pss = cases[i].pss;
		maker_make(&maker);
		assert_int_equal(x509_read(bytes_of_buffer(&maker.der), &read), cases[i].name != NULL);
		if (cases[i].name != NULL) {
			assert_string_equal(read.algorithm->name, cases[i].name);
			assert_int_equal(read.key_bits, cases[i].bits);
		}
		maker_free(&maker);
	}
}

/* One extension is another: what is read of it, or that it is left to the library. */
static void
extensions(void **state)
{
	static const struct { const char *text; bool plain, undecided; } cases[] = {
		{ "certificatePolicies=1.2.3.4", true, false }, { "certificatePolicies=critical,1.2.3.4", true, true },
		{ "1.2.3.4.5=critical,DER:0500", true, true }, { "1.2.3.4.5=DER:0500", true, false },
		{ "nameConstraints=permitted;DNS:lab", true, true }, { "nsCertType=server", true, true },
		{ "subjectKeyIdentifier=critical,DER:040101", true, true }, { "subjectKeyIdentifier=DER:0400", false, false }, { "subjectAltName=RID:1.2.3", false, false },
		{ "crlDistributionPoints=URI:http://crl.lab/a,URI:http://crl.lab/b", true, false },
		{ "crlDistributionPoints=DER:3000", false, false }, { "tlsfeature=DER:300402020005", false, false },
		{ "authorityKeyIdentifier=DER:3000", true, false }, { "authorityKeyIdentifier=DER:3003800101", true, false },
		{ "authorityKeyIdentifier=DER:3003810101", false, false }, { "authorityKeyIdentifier=DER:300380010100", false, false },
		{ "keyUsage=DER:03020187", false, false }, { "keyUsage=DER:03020184", false, false }, { "proxyCertInfo=critical,DER:3000", true, true } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct maker maker = plain(p256);
		struct x509 read;
		bool fine;

		/* Twice the same kind is refused: in place of it, or behind the others. */
		maker.extension[strncmp(cases[i].text, "keyU", 4) == 0 ? 1 : strncmp(cases[i].text, "subjectA", 8) == 0 ? 3 :
		    strncmp(cases[i].text, "subjectK", 8) == 0 ? 4 : strncmp(cases[i].text, "tls", 3) == 0 ? 5 : 6] = cases[i].text;
		maker_make(&maker);
		fine = x509_read(bytes_of_buffer(&maker.der), &read);
		if (fine != cases[i].plain || (fine && read.undecided != cases[i].undecided))
			fail_msg("%s: %d", cases[i].text, fine);
		maker_free(&maker);
	}
}

/* One octet of a good certificate is another one, at a place that is found by what stands there. */
static void
refused(void **state)
{
	static const struct { const char *what, *find; size_t find_len, at; uint8_t octet; } cases[] = {
		{ "version 2", "\xa0\x03\x02\x01\x02", 5, 4, 1 }, { "negative serial", "\x02\x03\x00\x81\x23", 5, 2, 0xff },
		{ "padded serial", "\x02\x03\x00\x81\x23", 5, 3, 0x01 }, { "month 99", "260921141320Z", 13, 2, '9' },
		{ "no zone", "260921141320Z", 13, 12, '+' }, { "a letter in a date", "260921", 6, 5, 'x' }, { "31 September", "260921", 6, 4, '3' },
		{ "second 60", "260921141320Z", 13, 10, '6' }, { "another curve", "\x2a\x86\x48\xce\x3d\x03\x01\x07", 8, 7, 6 },
		{ "a compressed point", "\x03\x42\x00\x04", 4, 3, 2 }, { "unused bits of a key", "\x03\x42\x00\x04", 4, 2, 1 },
		{ "critical but FALSE", "\x55\x1d\x13\x01\x01\xff", 6, 5, 0 }, { "TRUE but 1", "\x55\x1d\x13\x01\x01\xff", 6, 5, 1 },
		{ "CA but FALSE", "\x30\x06\x01\x01\xff\x02", 6, 4, 0 }, { "a length not the shortest", "\x55\x1d\x13", 3, -1, 0x80 },
		{ "text not UTF-8", "amf-1", 5, 0, 0xff }, { "text with a control character", "amf-1", 5, 3, 0x07 },
		{ "another extension twice", "\x55\x1d\x25", 3, 2, 0x0f }, { "an arc not the shortest", "\x55\x04\x0a", 3, 1, 0x80 } };
	struct maker maker = plain(p256);
	struct x509 read;

	(void)state;
	maker_make(&maker);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t *found = memmem(maker.der.at, maker.der.len, cases[i].find, cases[i].find_len), was;

		if (found == NULL)
			fail_msg("%s: nothing to change", cases[i].what);
		was = found[cases[i].at];
		found[cases[i].at] = cases[i].octet;
		if (x509_read(bytes_of_buffer(&maker.der), &read))
			fail_msg("%s was read", cases[i].what);
		found[cases[i].at] = was;
	}
	assert_true(x509_read(bytes_of_buffer(&maker.der), &read));
	for (size_t len = 0; len < maker.der.len; len++)
		assert_false(x509_read(bytes_of(maker.der.at, len), &read));
	buffer_put_u8(&maker.der, 0);
	assert_false(x509_read(bytes_of_buffer(&maker.der), &read));
	maker_free(&maker);
}

static void
fold_of(const char *text, int type, uint32_t *fold)
{
	struct maker maker = plain(p256);
	struct x509 read;

	maker.name[2] = text;
	maker.name_type = type;
	maker_make(&maker);
	assert_true(x509_read(bytes_of_buffer(&maker.der), &read));
	*fold = read.subject.fold;
	text_is(read.subject, strchr("#\xe6 ", text[3]) != NULL ? NULL : strchr(text + 3, ',') != NULL ? NULL :
	    (const char *[]){ "CN=amf-1,O=Carrier,C=JP", "CN=AMF-1,O=Carrier,C=JP", "CN=amf-2,O=Carrier,C=JP" }[
	    text[3] == 'A' ? 1 : text[7] == '2' ? 2 : 0]);
	maker_free(&maker);
}

/* Neither case, spaces nor the type of string make another fold; a letter does. */
static void
folds(void **state)
{
	uint32_t first, fold;

	(void)state;
	fold_of("CN=amf-1", 0, &first);
	fold_of("CN=AMF-1", 0, &fold);
	assert_int_equal(fold, first);
	fold_of("CN= amf - 1 ", 0, &fold);
	assert_int_equal(fold, first);
	fold_of("CN=amf-1", V_ASN1_PRINTABLESTRING, &fold);
	assert_int_equal(fold, first);
	fold_of("CN=amf-2", 0, &fold);
	assert_true(fold != first);
	fold_of("CN=\xe6\x9d\xb1", 0, &fold);
	assert_true(fold != first);
	fold_of("CN=amf,1", 0, &fold);
	assert_true(fold != first);
	fold_of("CN=#amf", 0, &fold);
	assert_true(fold != first);
}

/* Dates on both sides of 2050, when the form changes, and the last one there is. */
static void
dates(void **state)
{
	static const int64_t cases[] = { -631152000, 0, 951782400, 2524607999, 2524608000, 253402300799 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct maker maker = plain(p256);
		struct x509 read;

		maker.from_s = cases[i];
		maker.until_s = 253402300799;
		maker_make(&maker);
		assert_true(x509_read(bytes_of_buffer(&maker.der), &read));
		assert_int_equal(read.not_before_ms, cases[i] * 1000);
		assert_int_equal(read.not_after_ms, 253402300799000);
		maker_free(&maker);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields), cmocka_unit_test(kinds), cmocka_unit_test(extensions),
		cmocka_unit_test(refused), cmocka_unit_test(folds), cmocka_unit_test(dates),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
