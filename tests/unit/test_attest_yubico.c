/* SPDX-License-Identifier: Apache-2.0 */
/*
 * YubiHSM 2 and YubiKey attestations: real ones in every broken form, and ones of a maker made
 * here where the real one would have to sign something wrong.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/hsm_world.h"

#define NO_PIN "0000000000000000000000000000000000000000000000000000000000000000"
#define ANY_HSM "nonce = \"none\"; capabilities = \"*\"; serial = \"*\"; firmware = \"*\"; "
#define ANY_PIV "nonce = \"none\"; pin = \"*\"; touch = \"*\"; serial = \"*\"; firmware = \"*\"; "
#define LISTED_HSM "nonce = \"none\"; capabilities = [ \"sign-ecdsa\" ]; " \
	"serial = [ \"31650425\" ]; firmware = [ \"2.4.0\" ]; "

static struct world *w;

static void
real_hsm(void)
{
	world_reset(w);
	world_file(w, "statement", "yubico/hsm-31650425-7e57.attest.pem");
	world_file(w, "certificates", "yubico/hsm-31650425-device.pem");
	world_file(w, "certificates", "yubico/hsm-subca-E45DA5F3.pem");
	world_file(w, "certificates", "yubico/hsm-root.pem");
}

static void
real_piv(const char *number)
{
	char name[64];

	world_reset(w);
	snprintf(name, sizeof(name), "yubico/piv-%s.key.pem", number);
	world_file(w, "statement", name);
	snprintf(name, sizeof(name), "yubico/piv-%s.device.pem", number);
	world_file(w, "certificates", name);
	world_file(w, "certificates", "yubico/piv-ca-2018.pem");
	world_file(w, "certificates", "yubico/u2f-ca.pem");
}

static void
test_hsm_real(void **state)
{
	(void)state;
	real_hsm();
	assert_string_equal(world_verdict(w, "yubihsm", LISTED_HSM), "accept");
	assert_true(world_claims(w, CLAIM_SERIAL, "31650425"));
	assert_true(world_claims(w, CLAIM_FIRMWARE, "2.4.0"));
	assert_true(world_claims(w, CLAIM_KEY_LABEL, "hsmaudit-test"));
	assert_true(world_claims(w, CLAIM_KEY_EXPORTABLE, "no"));
	assert_true(world_claims(w, CLAIM_KEY_SPKI,
	    "a5f476cb1358f06449b579cbe2fab0498774d4d0b8d496b390f0511198658c2a"));
	assert_string_equal(world_verdict(w, "yubihsm", NULL), "indeterminate possession");
	assert_string_equal(world_verdict(w, "yubihsm", "nonce = \"none\";"),
	    "indeterminate capabilities");
	assert_string_equal(world_verdict(w, "yubihsm", "nonce = \"none\"; serial = \"*\"; "
	    "firmware = \"*\"; capabilities = [ \"sign-pss\" ];"), "reject capabilities");
	assert_string_equal(world_verdict(w, "yubihsm", "nonce = \"none\"; serial = [ \"3165042\" ]; "
	    "firmware = \"*\"; capabilities = \"*\";"), "reject serial");
	assert_string_equal(world_verdict(w, "yubihsm", "nonce = \"none\"; firmware = [ \"2.3.1\" ]; "
	    "serial = \"*\"; capabilities = \"*\";"), "reject firmware");
	assert_string_equal(world_verdict(w, "yubihsm", ANY_HSM "roots = [ \"sha256:" NO_PIN "\" ];"),
	    "reject chain");
	w->dossier.at_s = 3500000000;
	assert_string_equal(world_verdict(w, "yubihsm", ANY_HSM), "reject time");
	w->dossier.at_s = 1400000000;
	assert_string_equal(world_verdict(w, "yubihsm", ANY_HSM), "reject time");
}

/* No octet of the real statement can be another, and none can be missing. */
static void
flip_all(const char *verifier, const char *section, void (*real)(void))
{
	struct pool pool = { .certificates = 0 };
	unsigned char *der = NULL;
	int len;

	real();
	assert_int_equal(pool_add(&pool, &w->dossier, w->dossier.item[0].octets, NULL), ERR_OK);
	len = i2d_X509(pool.certificate[0], &der);
	w->dossier.item[0].octets = bytes_of(der, (size_t)len);
	assert_string_equal(world_verdict(w, verifier, section), "accept");
	for (int i = 0; i < len; i++) {
		der[i] ^= 1;
		world_judge(w, verifier, section);
		assert_int_equal(w->appraisal.verdict, ATTEST_REJECT);
		der[i] ^= 1;
	}
	for (int i = 0; i < len; i++) {
		w->dossier.item[0].octets = bytes_of(der, (size_t)i);
		assert_string_equal(world_verdict(w, verifier, section), "reject form");
	}
	OPENSSL_free(der);
	pool_free(&pool);
}

static void
real_piv_0(void)
{
	real_piv("0");
}

static void
test_flips(void **state)
{
	(void)state;
	flip_all("yubihsm", ANY_HSM, real_hsm);
	flip_all("yubikey-piv", ANY_PIV, real_piv_0);
}

/* --- a maker of our own ------------------------------------------------------------------- */

struct maker { EVP_PKEY *root_key, *device_key, *key; X509 *root, *device; };

static struct maker
maker_new(const char *device, const char *oid, const void *extension, size_t len)
{
	struct maker m = { .root_key = world_ec(), .device_key = world_ec(), .key = world_ec() };

	m.root = world_authority("root", m.root_key, NULL, m.root_key);
	m.device = world_certificate(device, m.device_key, m.root);
	world_extend_text(m.device, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
	world_extend(m.device, oid, extension, len);
	X509_sign(m.device, m.root_key, EVP_sha256());
	return m;
}

static void
maker_free(struct maker *m)
{
	X509_free(m->root);
	X509_free(m->device);
	EVP_PKEY_free(m->root_key);
	EVP_PKEY_free(m->device_key);
	EVP_PKEY_free(m->key);
}

static const char *
maker_judge(const struct maker *m, X509 *leaf, EVP_PKEY *signer, const char *verifier,
    const char *section)
{
	char text[512];

	X509_sign(leaf, signer, EVP_sha256());
	world_put_certificate(w, "statement", leaf);
	world_put_certificate(w, "certificates", m->device);
	world_put_certificate(w, "certificates", m->root);
	X509_free(leaf);
	snprintf(text, sizeof(text), "%s%s", section, world_pin("roots", m->root));
	return world_verdict(w, verifier, text);
}

struct hsm_leaf { uint8_t origin, serial, bit16; int without; };

static X509 *
hsm_leaf(const struct maker *m, struct hsm_leaf how)
{
	X509 *leaf = world_certificate("key", m->key, m->device);
	const uint8_t firmware[] = { 4, 3, 2, 4, 0 }, serial[] = { 2, 1, how.serial },
	    origin[] = { 3, 2, 0, how.origin }, domains[] = { 3, 3, 0, 0, 1 },
	    capabilities[] = { 3, 9, 0, 0, 0, 0, 0, 0, how.bit16, 0, 0x80 }, id[] = { 2, 1, 5 },
	    label[] = { 0x0c, 2, 'k', '1' };
	const struct { const char *oid; const uint8_t *at; size_t len; } all[] = {
		{ "1.3.6.1.4.1.41482.4.1", firmware, sizeof(firmware) },
		{ "1.3.6.1.4.1.41482.4.2", serial, sizeof(serial) },
		{ "1.3.6.1.4.1.41482.4.3", origin, sizeof(origin) },
		{ "1.3.6.1.4.1.41482.4.4", domains, sizeof(domains) },
		{ "1.3.6.1.4.1.41482.4.5", capabilities, sizeof(capabilities) },
		{ "1.3.6.1.4.1.41482.4.6", id, sizeof(id) },
		{ "1.3.6.1.4.1.41482.4.9", label, sizeof(label) },
	};

	for (int i = 0; i < 7; i++)
		if (i != how.without)
			world_extend(leaf, all[i].oid, all[i].at, all[i].len);
	return leaf;
}

static void
test_hsm_traps(void **state)
{
	static const struct { struct hsm_leaf how; const char *verdict; } tries[] = {
		{ { 0x01, 7, 0, -1 }, "accept" },
		{ { 0x02, 7, 0, -1 }, "reject origin" },
		{ { 0x10, 7, 0, -1 }, "reject origin" },
		{ { 0x11, 7, 0, -1 }, "reject origin" },
		{ { 0x00, 7, 0, -1 }, "reject origin" },
		{ { 0x01, 8, 0, -1 }, "reject device" },
		{ { 0x01, 7, 1, -1 }, "reject exportable" },
		{ { 0x01, 7, 0, 0 }, "reject form" }, { { 0x01, 7, 0, 1 }, "reject form" },
		{ { 0x01, 7, 0, 2 }, "reject form" }, { { 0x01, 7, 0, 3 }, "reject form" },
		{ { 0x01, 7, 0, 4 }, "reject form" }, { { 0x01, 7, 0, 5 }, "reject form" },
		{ { 0x01, 7, 0, 6 }, "reject form" },
	};
	struct maker m = maker_new("YubiHSM Attestation (7)", "1.3.6.1.4.1.41482.4.2",
	    "\x02\x01\x07", 3);
	struct hash other = { { 1 } };

	(void)state;
	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		world_reset(w);
		assert_string_equal(maker_judge(&m, hsm_leaf(&m, tries[i].how), m.device_key,
		    "yubihsm", ANY_HSM), tries[i].verdict);
	}
	world_reset(w);
	w->dossier.spki = &other;
	assert_string_equal(maker_judge(&m, hsm_leaf(&m, tries[0].how), m.device_key, "yubihsm",
	    ANY_HSM), "reject binding");
	/* An attestation key of the customer's own, which the device itself once attested. */
	world_reset(w);
	assert_string_equal(maker_judge(&m, hsm_leaf(&m, tries[0].how), m.key, "yubihsm",
	    ANY_HSM), "reject chain");
	maker_free(&m);
}

/* Fresh is what the same key signed with our nonce, nothing else. */
static void
test_possession(void **state)
{
	static const uint8_t nonce[POSSESSION_NONCE] = { 1 }, other[POSSESSION_NONCE] = { 2 };
	const char *any = "capabilities = \"*\"; serial = \"*\"; firmware = \"*\"; ";
	const struct hsm_leaf how = { 0x01, 7, 0, -1 };
	struct maker m = maker_new("YubiHSM Attestation (7)", "1.3.6.1.4.1.41482.4.2",
	    "\x02\x01\x07", 3);

	(void)state;
	for (int i = 0; i < 4; i++) {
		static const char *const verdicts[] = { "accept", "reject possession",
			"reject possession", "indeterminate possession" };

		world_reset(w);
		w->dossier.nonce = bytes_of(i == 1 ? other : nonce, i == 3 ? 0 : sizeof(nonce));
		world_possession(w, i == 2 ? m.device_key : m.key, nonce);
		assert_string_equal(maker_judge(&m, hsm_leaf(&m, how), m.device_key, "yubihsm",
		    any), verdicts[i]);
	}
	maker_free(&m);
}

/* --- YubiKeys ----------------------------------------------------------------------------- */

static void
test_piv_real(void **state)
{
	(void)state;
	real_piv("0");
	assert_string_equal(world_verdict(w, "yubikey-piv", "nonce = \"none\"; pin = [ \"once\" ]; "
	    "touch = [ \"never\" ]; serial = [ \"15732500\" ]; firmware = [ \"5.4.3\" ];"),
	    "accept");
	assert_true(world_claims(w, CLAIM_KEY_LABEL, "YubiKey PIV Attestation 9a"));
	assert_string_equal(world_verdict(w, "yubikey-piv", "nonce = \"none\"; pin = [ \"always\" ];"
	    "touch = \"*\"; serial = \"*\"; firmware = \"*\";"), "reject pin");
	assert_string_equal(world_verdict(w, "yubikey-piv", "nonce = \"none\"; pin = \"*\";"
	    "touch = [ \"cached\" ]; serial = \"*\"; firmware = \"*\";"), "reject touch");
	assert_string_equal(world_verdict(w, "yubikey-piv", "nonce = \"none\";"),
	    "indeterminate pin");
	assert_string_equal(world_verdict(w, "yubikey-piv", NULL), "indeterminate possession");
	/* Firmware 4.3: no serial number inside, so a register cannot be asked. */
	real_piv("1");
	assert_string_equal(world_verdict(w, "yubikey-piv", ANY_PIV), "accept");
	assert_string_equal(world_verdict(w, "yubikey-piv", "nonce = \"none\"; pin = \"*\"; "
	    "touch = \"*\"; serial = [ \"1\" ]; firmware = \"*\";"), "indeterminate serial");
	w->dossier.at_s = 2600000000;
	assert_string_equal(world_verdict(w, "yubikey-piv", ANY_PIV), "reject time");
}

static X509 *
piv_leaf(EVP_PKEY *key, X509 *issuer, const uint8_t firmware[3])
{
	X509 *leaf = world_certificate("YubiKey PIV Attestation 9a", key, issuer);

	world_extend(leaf, "1.3.6.1.4.1.41482.3.3", firmware, 3);
	world_extend(leaf, "1.3.6.1.4.1.41482.3.7", "\x02\x01\x07", 3);
	world_extend(leaf, "1.3.6.1.4.1.41482.3.8", "\x02\x01", 2);
	return leaf;
}

static void
test_piv_roca(void **state)
{
	static const struct { uint8_t firmware[3]; bool rsa; const char *verdict; } tries[] = {
		{ { 4, 2, 5 }, true, "accept" }, { { 4, 2, 6 }, true, "reject roca" },
		{ { 4, 3, 0 }, true, "reject roca" }, { { 4, 3, 4 }, true, "reject roca" },
		{ { 4, 3, 5 }, true, "accept" }, { { 5, 4, 3 }, true, "accept" },
		{ { 4, 3, 4 }, false, "accept" },
	};
	struct maker m = maker_new("Yubico PIV Attestation", "1.3.6.1.4.1.41482.3.3",
	    "\x05\x04\x03", 3);
	EVP_PKEY *rsa = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)1024);

	(void)state;
	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		world_reset(w);
		assert_string_equal(maker_judge(&m, piv_leaf(tries[i].rsa ? rsa : m.key, m.device,
		    tries[i].firmware), m.device_key, "yubikey-piv", ANY_PIV), tries[i].verdict);
	}
	EVP_PKEY_free(rsa);
	maker_free(&m);
}

/* As devices of firmware 4.3 have it: without basicConstraints. */
static X509 *
piv_old_device(const struct maker *m, const char *name, bool firmware)
{
	X509 *device = world_certificate(name, m->device_key, m->root);

	if (firmware)
		world_extend(device, "1.3.6.1.4.1.41482.3.3", "\x04\x03\x07", 3);
	X509_sign(device, m->root_key, EVP_sha256());
	return device;
}

static const uint8_t recent[3] = { 5, 4, 3 };

/* Whoever holds an attested key signs a statement with it: the chain holds, the issuer is wrong. */
static void
test_piv_issuer(void **state)
{
	struct maker m = maker_new("Yubico PIV Attestation", "1.3.6.1.4.1.41482.3.3",
	    "\x05\x04\x03", 3), old = m;
	EVP_PKEY *software = world_ec();

	(void)state;
	for (int i = 0; i < 2; i++) {
		static const char *const verdicts[] = { "reject chain", "reject issuer" };
		X509 *attested;

		if (i == 1)
			old.device = piv_old_device(&m, "Yubico PIV Attestation", true);
		attested = piv_leaf(m.key, old.device, recent);
		X509_sign(attested, m.device_key, EVP_sha256());
		world_reset(w);
		world_put_certificate(w, "certificates", attested);
		assert_string_equal(maker_judge(&old, piv_leaf(software, attested, recent), m.key,
		    "yubikey-piv", ANY_PIV), verdicts[i]);
		X509_free(attested);
	}
	X509_free(old.device);
	EVP_PKEY_free(software);
	maker_free(&m);
}

static void
test_piv_old(void **state)
{
	static const struct { const char *name; bool firmware; const char *verdict; } tries[] = {
		{ "Yubico PIV Attestation", true, "accept" },
		{ "somebody", true, "reject issuer" },
		{ "Yubico PIV Attestation", false, "reject issuer" },
	};
	struct maker m = maker_new("Yubico PIV Attestation", "1.3.6.1.4.1.41482.3.3",
	    "\x05\x04\x03", 3), old = m;

	(void)state;
	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		old.device = piv_old_device(&m, tries[i].name, tries[i].firmware);
		world_reset(w);
		assert_string_equal(maker_judge(&old, piv_leaf(m.key, old.device, recent),
		    m.device_key, "yubikey-piv", ANY_PIV), tries[i].verdict);
		X509_free(old.device);
	}
	maker_free(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hsm_real), cmocka_unit_test(test_flips),
		cmocka_unit_test(test_hsm_traps), cmocka_unit_test(test_possession),
		cmocka_unit_test(test_piv_real), cmocka_unit_test(test_piv_roca),
		cmocka_unit_test(test_piv_issuer), cmocka_unit_test(test_piv_old),
	};
	int failed;

	w = world_new();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	world_free(w);
	return failed;
}
