/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making seals, with keys in files and in a token of SoftHSM2: our own judge accepts them, and so
 * do "openssl cms -verify -cades" and "openssl ts -verify", which share no line with what made
 * them.  A key or certificate that would make a seal nobody accepts is refused before it is used.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "reports/seal_part.h"
#include "tests/unit/seal_lab.h"
#include "tests/unit/token_lab.h"

enum { AT_S = 1795000000, YEAR_S = 31536000 };	/* 2026-11-18, in no relation to any wall clock */

static const char document[] = "a paper\r\nof the carrier\n";
static struct authority authority;

static const char *
path_of(const char *name)
{
	static char path[64][160];	/* of the last 64 calls */
	static unsigned next;
	char *out = path[next++ % 64];

	snprintf(out, 160, "%s/%s", folder, name);
	return out;
}

static void
key_write(const char *name, EVP_PKEY *key, const char *passphrase)
{
	FILE *file = fopen(path_of(name), "w");

	assert_non_null(file);
	assert_int_equal(PEM_write_PKCS8PrivateKey(file, key, passphrase != NULL ?
	    EVP_aes_256_cbc() : NULL, NULL, 0, NULL, (void *)(uintptr_t)passphrase), 1);
	fclose(file);
	assert_int_equal(chmod(path_of(name), 0600), 0);
}

static void
certificate_write(const char *name, X509 *certificate)
{
	struct buffer pem = { .max = 0 };

	seal_pem(certificate, &pem);
	write_text(name, buffer_text(&pem));
	buffer_free(&pem);
}

/* root.pem, seal.pem, seal.key and the DER beside them, as another tool takes it. */
static struct sealer
files_make(const char *kind)
{
	struct sealer sealer = sealer_make(kind, "critical,digitalSignature,nonRepudiation",
	    AT_S - YEAR_S, AT_S + YEAR_S);

	certificate_write("root.pem", sealer.root);
	certificate_write("seal.pem", sealer.certificate);
	key_write("seal.key", sealer.key, NULL);
	return sealer;
}

static struct seal_settings
settings_of(const char *key)
{
	return (struct seal_settings){ .certificate = path_of("seal.pem"),
		.chain = path_of("root.pem"), .key = key };
}

static void
octets_write(const char *name, struct bytes octets)
{
	struct why why;

	assert_int_equal(file_write(path_of(name), octets, 0644, &why), ERR_OK);
}

/* As a stranger checks it, at the second it was made. */
static int
openssl_accepts(struct bytes seal)
{
	octets_write("document", bytes_of_text(document));
	octets_write("seal.p7s", seal);
	return command((const char *[]){ "openssl", "cms", "-verify", "-cades", "-binary",
	    "-inform", "DER", "-in", path_of("seal.p7s"), "-content", path_of("document"),
	    "-CAfile", path_of("root.pem"), "-purpose", "any", "-attime", "1795000000", "-out",
	    "/dev/null", NULL });
}

static struct cades_result
judge(struct bytes seal, X509 *root)
{
	struct buffer roots = { .max = 0 }, stamp_roots = { .max = 0 };
	struct cades_result out;

	seal_pem(root, &roots);
	authority_roots(&authority, &stamp_roots);
	cades_verify(&(struct cades_input){ .seal = seal, .document = bytes_of_text(document),
	    .roots_pem = bytes_of_buffer(&roots),
	    .stamp_roots_pem = bytes_of_buffer(&stamp_roots), .at_s = AT_S }, &out);
	buffer_free(&roots);
	buffer_free(&stamp_roots);
	return out;
}

static enum err
make(const struct seal_settings *settings, struct buffer *seal, struct why *why)
{
	struct seal_maker *maker;
	enum err err = seal_open(&maker, settings, why);

	if (err == ERR_OK)
		err = seal_make(maker, bytes_of_text(document), AT_S, seal, why);
	seal_close(maker);
	return err;
}

static void
test_files(void **state)
{
	static const char *const kinds[] = { "P-256", "P-384", "P-521", "RSA" };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct sealer sealer = files_make(kinds[i]);
		struct seal_settings settings = settings_of(path_of("seal.key"));
		struct buffer seal = { .max = 0 };
		struct cades_result result;
		struct why why = { .err = ERR_OK };

		if (make(&settings, &seal, &why) != ERR_OK)
			fail_msg("%s: %s", kinds[i], why.text);
		result = judge(bytes_of_buffer(&seal), sealer.root);
		assert_int_equal(result.answer, CADES_ACCEPT);
		assert_int_equal(result.level, CADES_B_B);
		assert_true(result.claimed && result.claimed_s == AT_S);
		assert_string_equal(result.signer, "CN=Example Telecom e-seal");
		assert_int_equal(openssl_accepts(bytes_of_buffer(&seal)), 0);
		buffer_free(&seal);
		sealer_free(&sealer);
	}
}

static void
test_stamped(void **state)
{
	struct sealer sealer = files_make("P-256");
	struct seal_settings settings = settings_of(path_of("seal.key"));
	struct buffer plain = { .max = 0 }, seal = { .max = 0 }, signature = { .max = 0 };
	struct buffer request = { .max = 0 }, response = { .max = 0 }, token = { .max = 0 };
	static const uint8_t nonce[8] = { 7 };
	struct cades_result result;
	struct why why = { .err = ERR_OK };

	(void)state;
	assert_int_equal(make(&settings, &plain, &why), ERR_OK);
	assert_int_equal(seal_signature(bytes_of_buffer(&plain), &signature, &why), ERR_OK);
	assert_int_equal(timestamp_request_hash(&request, hash_of(bytes_of_buffer(&signature)),
	    nonce, &why), ERR_OK);
	authority_answer(&authority, bytes_of_buffer(&request), &response);
	assert_int_equal(timestamp_token(bytes_of_buffer(&response), &token, &why), ERR_OK);
	assert_int_equal(seal_stamped(bytes_of_buffer(&plain), bytes_of_buffer(&token), &seal,
	    &why), ERR_OK);
	result = judge(bytes_of_buffer(&seal), sealer.root);
	assert_int_equal(result.answer, CADES_ACCEPT);
	assert_int_equal(result.level, CADES_B_T);
	assert_true(result.stamp_proved);
	assert_int_equal(openssl_accepts(bytes_of_buffer(&seal)), 0);
	certificate_write("tsa.pem", authority.root);
	octets_write("token", bytes_of_buffer(&token));
	octets_write("signature", bytes_of_buffer(&signature));
	assert_int_equal(command((const char *[]){ "openssl", "ts", "-verify", "-token_in", "-in",
	    path_of("token"), "-data", path_of("signature"), "-CAfile", path_of("tsa.pem"),
	    "-attime", "1795000000", NULL }), 0);
	/* A token over another signature does not get in. */
	signature.at[0] ^= 1;
	buffer_reset(&request);
	buffer_reset(&response);
	buffer_reset(&token);
	assert_int_equal(timestamp_request(&request, bytes_of_buffer(&signature), nonce, &why),
	    ERR_OK);
	authority_answer(&authority, bytes_of_buffer(&request), &response);
	assert_int_equal(timestamp_token(bytes_of_buffer(&response), &token, &why), ERR_OK);
	assert_int_equal(seal_stamped(bytes_of_buffer(&plain), bytes_of_buffer(&token), &seal,
	    &why), ERR_MISMATCH);
	buffer_free(&plain);
	buffer_free(&seal);
	buffer_free(&signature);
	buffer_free(&request);
	buffer_free(&response);
	buffer_free(&token);
	sealer_free(&sealer);
}

/* What "openssl cms -sign -cades" makes is a seal to us, too. */
static void
test_other_maker(void **state)
{
	struct sealer sealer = files_make("RSA");
	struct buffer seal = { .max = 0 };
	struct why why;

	(void)state;
	octets_write("document", bytes_of_text(document));
	assert_int_equal(command((const char *[]){ "openssl", "cms", "-sign", "-cades", "-binary",
	    "-in", path_of("document"), "-signer", path_of("seal.pem"), "-inkey",
	    path_of("seal.key"), "-md", "sha384", "-keyopt", "rsa_padding_mode:pss", "-outform",
	    "DER", "-out", path_of("other.p7s"), NULL }), 0);
	assert_int_equal(file_read(path_of("other.p7s"), CADES_MAX, &seal, &why), ERR_OK);
	assert_int_equal(judge(bytes_of_buffer(&seal), sealer.root).answer, CADES_ACCEPT);
	buffer_free(&seal);
	sealer_free(&sealer);
}

static void
assert_refused(const struct seal_settings *settings, enum err err, const char *part)
{
	struct buffer seal = { .max = 0 };
	struct why why = { .err = ERR_OK };

	assert_int_equal(make(settings, &seal, &why), err);
	if (strstr(why.text, part) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", why.text, part);
	buffer_free(&seal);
}

static void
test_refused(void **state)
{
	struct sealer sealer = files_make("P-256"), other = sealer_make("P-256", NULL, 0, AT_S);
	struct seal_settings settings = settings_of(path_of("seal.key"));

	(void)state;
	chmod(path_of("seal.key"), 0640);
	assert_refused(&settings, ERR_DENIED, "chmod");
	key_write("seal.key", other.key, NULL);
	assert_refused(&settings, ERR_MISMATCH, "not that of the certificate");
	key_write("seal.key", sealer.key, "a passphrase");
	assert_refused(&settings, ERR_INVALID, "--pin");
	write_text("pin", "a passphrase\n");
	settings.pin = path_of("pin");
	{
		struct buffer seal = { .max = 0 };
		struct why why = { .err = ERR_OK };

		assert_int_equal(make(&settings, &seal, &why), ERR_OK);
		buffer_free(&seal);
	}
	/* Expired the second it is to seal. */
	key_write("seal.key", other.key, NULL);
	certificate_write("seal.pem", other.certificate);
	assert_refused(&settings, ERR_EXPIRED, "expired");
	sealer_free(&other);
	other = sealer_make("P-256", "critical,keyAgreement", 0, AT_S + 9);
	key_write("seal.key", other.key, NULL);
	certificate_write("seal.pem", other.certificate);
	assert_refused(&settings, ERR_INVALID, "keyUsage");
	settings.key = NULL;
	assert_refused(&settings, ERR_INVALID, "section");
	sealer_free(&sealer);
	sealer_free(&other);
}

static void
test_uri(void **state)
{
	static const struct { const char *text, *part; } bad[] = {
		{ "pkcs11:token=a;object=b", "module-path" },
		{ "pkcs11:object=b?module-path=/m.so", "neither token nor serial" },
		{ "pkcs11:token=a?module-path=/m.so", "neither object nor id" },
		{ "pkcs11:token=a;object=b?module-path=/m.so&pin-value=1234", "holds a PIN" },
		{ "pkcs11:token=a%2;object=b?module-path=/m.so", "\"token\"" },
		{ "pkcs11:token=a%00;object=b?module-path=/m.so", "\"token\"" },
		{ "pkcs11:token=a;object=b;colour=c?module-path=/m.so", "colour" },
		{ "pkcs11:token=a;object=b;type=cert?module-path=/m.so", "\"type\"" },
		{ "pkcs11:token", "NAME=VALUE" }
	};
	struct seal_uri uri;
	struct why why;

	(void)state;
	assert_true(seal_is_uri("pkcs11:") && !seal_is_uri("/key.pem"));
	assert_int_equal(seal_uri_read("pkcs11:token=e%20seal;id=%01%ff;object=k;type=private"
	    "?module-path=/m.so&pin-source=file:/run/pin", &uri, &why), ERR_OK);
	assert_string_equal(uri.token, "e seal");
	assert_string_equal(uri.module, "/m.so");
	assert_string_equal(uri.pin, "/run/pin");
	assert_int_equal(uri.id_len, 2);
	assert_int_equal(uri.id[1], 0xff);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(seal_uri_read(bad[i].text, &uri, &why), ERR_INVALID);
		if (strstr(why.text, bad[i].part) == NULL)
			fail_msg("%s: \"%s\"", bad[i].text, why.text);
	}
}

/* --- a token ------------------------------------------------------------------------------- */

static void
token_import(const char *kind)
{
	struct sealer sealer = files_make(kind);

	must((const char *[]){ "softhsm2-util", "--import", path_of("seal.key"), "--token",
	    "e-seal", "--label", kind, "--id", strcmp(kind, "RSA") == 0 ? "0A" : "0B", "--pin",
	    PIN, NULL });
	unlink(path_of("seal.key"));
	sealer_free(&sealer);
}

static struct seal_settings
token_settings(const char *kind, const char *pin)
{
	static char uri[512], environment[256];
	struct seal_settings out;

	snprintf(uri, sizeof(uri), "pkcs11:token=e-seal;object=%s?module-path=" SOFTHSM, kind);
	snprintf(environment, sizeof(environment), "SOFTHSM2_CONF=%s/softhsm2.conf", folder);
	out = settings_of(uri);
	out.pin = path_of(pin);
	out.paths = folder;
	out.environment = environment;
	return out;
}

static void
test_token(void **state)
{
	static const char *const kinds[] = { "RSA", "P-384" };

	(void)state;
	token_make("e-seal");
	write_text("pin", PIN "\n");
	write_text("wrong-pin", "00000");
	for (size_t i = 0; i < 2; i++) {
		struct buffer seal = { .max = 0 };
		struct seal_settings settings;
		struct why why = { .err = ERR_OK };

		token_import(kinds[i]);
		settings = token_settings(kinds[i], "pin");
		if (make(&settings, &seal, &why) != ERR_OK)
			fail_msg("%s: %s", kinds[i], why.text);
		assert_int_equal(openssl_accepts(bytes_of_buffer(&seal)), 0);
		buffer_free(&seal);
	}
	{
		struct seal_settings settings = token_settings("P-384", "wrong-pin");

		assert_refused(&settings, ERR_DENIED, "tried once");
		/* That wrong try counts: a good PIN is not tried before somebody looked. */
		settings = token_settings("P-384", "pin");
		assert_refused(&settings, ERR_IO, "by hand");
		settings = token_settings("P-999", "pin");
	}
}

/* Another certificate than the token's key: found before anything is written. */
static void
test_token_other(void **state)
{
	struct sealer other = files_make("P-384");
	struct seal_settings settings;

	(void)state;
	must((const char *[]){ "pkcs11-tool", "--module", SOFTHSM, "--token-label", "e-seal",
	    "--login", "--pin", PIN, "--list-objects", NULL });
	settings = token_settings("P-384", "pin");
	assert_refused(&settings, ERR_MISMATCH, "not that of the certificate");
	settings = token_settings("nobody", "pin");
	assert_refused(&settings, ERR_IO, "no private key");
	settings.key = "pkcs11:token=none;object=k?module-path=" SOFTHSM;
	assert_refused(&settings, ERR_IO, "no token");
	settings.key = "pkcs11:token=none;object=k?module-path=/nowhere.so";
	assert_refused(&settings, ERR_IO, "cannot be loaded");
	sealer_free(&other);
}

static int
begin(void **state)
{
	(void)state;
	hsm_begin();
	authority = authority_make("test authority", "critical,timeStamping", AT_S - 1000,
	    AT_S + YEAR_S);
	authority.at_s = AT_S;
	return 0;
}

static int
finish(void **state)
{
	(void)state;
	authority_free(&authority);
	hsm_end();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files), cmocka_unit_test(test_stamped),
		cmocka_unit_test(test_other_maker), cmocka_unit_test(test_refused),
		cmocka_unit_test(test_uri), cmocka_unit_test(test_token),
		cmocka_unit_test(test_token_other)
	};

	return cmocka_run_group_tests(tests, begin, finish);
}
