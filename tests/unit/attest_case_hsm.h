/* SPDX-License-Identifier: Apache-2.0 */
/* Cases of keys in security modules: which files are what, and which roots their policy pins. */
#ifndef TESTS_UNIT_ATTEST_CASE_HSM_H
#define TESTS_UNIT_ATTEST_CASE_HSM_H

#include <openssl/evp.h>

#include "attest/chain.h"
#include "attest/signature.h"
#include "tests/unit/attest_case.h"

/* Pins what is in one file, by key or by certificate, and puts it beside the other certificates. */
static inline void
hsm_pin(struct attest_case *c, struct bytes pem, bool by_key, struct buffer *list)
{
	struct pool pool = { .certificates = 0 };
	char hex[HASH_TEXT];

	if (pool_add(&pool, &c->dossier, pem, NULL) != ERR_OK)
		abort();
	for (size_t i = 0; i < pool.certificates; i++) {
		hash_text(by_key ? certificate_spki(pool.certificate[i]) :
		    certificate_hash(pool.certificate[i]), hex);
		buffer_print(list, "%s\"%s:%s\"", list->len > 0 ? ", " : "",
		    by_key ? "spki" : "sha256", hex);
	}
	pool_free(&pool);
	dossier_put(&c->dossier, "certificates", pem);
}

static inline void
hsm_roots(struct attest_case *c, const char *key, const char *arg, bool by_key)
{
	const json_t *value = json_object_get(c->args, arg);
	struct buffer list = { .max = 0 };

	if (json_is_string(value))
		hsm_pin(c, case_file(c, arg), by_key, &list);
	for (size_t i = 0; i < json_array_size(value); i++)
		hsm_pin(c, case_named(c, arg, json_string_value(json_array_get(value, i))),
		    by_key, &list);
	case_policy(c, "%s = [ %s ];\n", key, buffer_text(&list));
	buffer_free(&list);
}

static void
case_yubihsm(struct attest_case *c)
{
	c->verifier = verifier_find("yubihsm");
	case_policy(c, "yubihsm = { nonce = \"none\"; serial = \"*\"; firmware = \"*\";\n");
	/* The case forbids sign-ecdsa (128): the others that sign are allowed. */
	case_policy(c, "capabilities = [ %s ];\n", case_has(c, "max_caps_forbid") ?
	    "\"sign-pkcs\", \"sign-pss\", \"sign-eddsa\"" : "\"*\"");
	case_role(c, "statement", "leaf");
	case_role(c, "certificates", "chain");
	hsm_roots(c, "roots", "roots", false);
	case_spki(c, "spki_sha256");
	case_policy(c, "};\n");
}

static void
case_piv(struct attest_case *c)
{
	c->verifier = verifier_find("yubikey-piv");
	case_policy(c, "yubikey-piv = { nonce = \"none\"; pin = \"*\"; touch = \"*\";\n"
	    "firmware = \"*\";\n");
	case_list(c, "serial", "serial");
	case_role(c, "statement", "leaf");
	case_role(c, "certificates", "inter");
	hsm_roots(c, "roots", "roots", false);
	case_policy(c, "};\n");
}

static void
case_marvell(struct attest_case *c)
{
	EVP_PKEY *key;

	c->verifier = verifier_find("marvell-hsm");
	case_policy(c, "marvell-hsm = { nonce = \"none\"; resource = \"*\"; regions = \"*\";\n"
	    "serial = \"*\";\n");
	case_role(c, "statement", "blob");
	case_role(c, "certificates", "chain");
	hsm_roots(c, "roots", "mfr_spki", true);
	hsm_roots(c, "owner_roots", "owner_root", false);
	case_policy(c, "};\n");
	if (!case_has(c, "pub"))
		return;
	key = key_of_pem(case_file(c, "pub"));
	if (key == NULL)
		abort();
	c->spki = key_spki(key);
	c->dossier.spki = &c->spki;
	EVP_PKEY_free(key);
}

static void
case_luna(struct attest_case *c)
{
	c->verifier = verifier_find("luna-pkc");
	case_policy(c, "luna-pkc = { nonce = \"none\"; purposes = \"*\"; serial = \"*\";\n");
	case_role(c, "statement", "p7b");
	case_role(c, "request", "csr");
	hsm_roots(c, "roots", "root", true);
	case_policy(c, "};\n");
}

/* The cases name no root and no second: their attestation keys themselves are pinned. */
static void
case_pkixev(struct attest_case *c)
{
	c->verifier = verifier_find("pkix-evidence");
	c->dossier.at_s = 1787616000;	/* 2026-08-25 */
	case_policy(c, "pkix-evidence = { serial = \"*\"; roots = [\n"
	    "\"spki:7c9fc17278096a0441a7b2f7421e1788bfcde67332a727e92f4bd5d418a2abb0\",\n"
	    "\"spki:6975d985754be4d34f7dee88ca341467d3d3c5a9d104e83fbc591f84b553c0d7\" ];\n");
	case_role(c, "statement", "pem");
	case_role(c, "certificates", "ak");
	case_nonce(c, "nonce");
	case_spki(c, "key_spki");
	case_policy(c, "};\n");
}

#endif
