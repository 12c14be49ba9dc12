/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Public key confirmations of Luna modules: the real one in every broken form, and what a holder
 * of a confirmed key could make of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "attest/der.h"
#include "attest/luna_read.h"
#include "tests/unit/hsm_world.h"

#define NO_PIN "0000000000000000000000000000000000000000000000000000000000000000"
#define ANY "nonce = \"none\"; purposes = \"*\"; serial = \"*\"; "

static struct world *w;

static void
real(void)
{
	world_reset(w);
	world_file(w, "statement", "luna/ecc-pkc.p7b");
	world_file(w, "certificates", "luna/luna-ecc-root-certificate.pem");
}

static void
test_real(void **state)
{
	(void)state;
	real();
	world_file(w, "request", "luna/ecc-test.csr");
	assert_string_equal(world_verdict(w, "luna-pkc", "nonce = \"none\"; "
	    "purposes = [ \"1.3.6.1.4.1.12383.1.13\" ]; serial = [ \"521174\" ];"), "accept");
	assert_true(world_claims(w, CLAIM_SERIAL, "521174"));
	assert_true(world_claims(w, "luna-pkc.mended", "1"));
	assert_true(world_claims(w, "luna-pkc.origin", "Luna Module Hardware Origin"));
	assert_true(world_claims(w, CLAIM_KEY_SPKI,
	    "2b46db254646d108806df29049aa02d51c8d7c26888480b6afeb81d718010330"));
	assert_true(world_claims(w, CLAIM_KEY_GENERATED, ""));
	assert_string_equal(world_verdict(w, "luna-pkc", NULL), "indeterminate possession");
	assert_string_equal(world_verdict(w, "luna-pkc", "nonce = \"none\";"),
	    "indeterminate purpose");
	assert_string_equal(world_verdict(w, "luna-pkc", "nonce = \"none\"; serial = \"*\"; "
	    "purposes = [ \"1.3.6.1.4.1.12383.1.14\" ];"), "reject purpose");
	assert_string_equal(world_verdict(w, "luna-pkc", "nonce = \"none\"; purposes = \"*\"; "
	    "serial = [ \"52117\" ];"), "reject serial");
	assert_string_equal(world_verdict(w, "luna-pkc", ANY "roots = [ \"spki:" NO_PIN "\" ];"),
	    "reject chain");
	w->octets[2].at[w->octets[2].len / 2] ^= 1;
	assert_string_equal(world_verdict(w, "luna-pkc", ANY), "reject request");
	real();
	w->dossier.at_s = 1950000000;
	assert_string_equal(world_verdict(w, "luna-pkc", ANY), "reject time");
	w->dossier.at_s = 1200000000;
	assert_string_equal(world_verdict(w, "luna-pkc", ANY), "reject time");
}

/* Where the two certificates that count end: the root, which is pinned, stands behind. */
static size_t
counted_end(struct bytes p7b)
{
	static const uint8_t name[] = "SafeNet ECC Manufacturer Integrity Module ";
	size_t at = p7b.len;

	/* The issuer of the second, and issuer and subject of the root: the second is the root's. */
	for (int i = 0; i < 2; i++) {
		const uint8_t *found = NULL, *next = p7b.at;

		while ((next = memmem(next, (size_t)(p7b.at + at - next), name,
		    sizeof(name) - 1)) != NULL)
			found = next++;
		assert_non_null(found);
		at = (size_t)(found - p7b.at);
	}
	return at - 200;
}

static void
test_real_broken(void **state)
{
	struct bytes whole;
	size_t end;

	(void)state;
	real();
	whole = w->dossier.item[0].octets;
	end = counted_end(whole);
	assert_true(end > 1200);
	for (size_t i = 0; i < end; i++) {
		w->octets[0].at[i] ^= 1;
		world_judge(w, "luna-pkc", ANY);
		assert_int_equal(w->appraisal.verdict, ATTEST_REJECT);
		w->octets[0].at[i] ^= 1;
	}
	for (size_t i = 0; i < whole.len; i++) {
		w->dossier.item[0].octets.len = i;
		assert_string_equal(world_verdict(w, "luna-pkc", ANY), "reject form");
	}
}

/* Only what is not signed is written anew, and only where it was no number. */
static void
test_mend(void **state)
{
	struct luna luna;
	struct buffer der = vectors_file("tests/data/attest/luna/ecc-pkc.p7b");

	(void)state;
	assert_int_equal(luna_read(bytes_of_buffer(&der), &luna, NULL), ERR_OK);
	assert_int_equal(luna.count, 3);
	assert_int_equal(luna.mended, 1);
	assert_null(memmem(der.at, der.len, luna.certificate[0].at, luna.certificate[0].len));
	assert_non_null(memmem(der.at, der.len, luna.certificate[1].at, luna.certificate[1].len));
	assert_non_null(memmem(der.at, der.len, luna.certificate[2].at, luna.certificate[2].len));
	/* The signed part of the first is in it as it was: behind two headers of four octets. */
	assert_non_null(memmem(der.at, der.len, luna.certificate[0].at + 4,
	    luna.certificate[0].len - 4 - 2 - 1 - 106));
	luna_free(&luna);
	buffer_free(&der);
}

/* A seal is a PKCS#7 too: the first verifier that takes the file unnamed is this one. */
static void
test_looks(void **state)
{
	struct buffer der = vectors_file("tests/data/attest/luna/ecc-pkc.p7b");
	const struct verifier *const *all, *found = NULL;
	size_t count;

	(void)state;
	all = verifier_table(&count);
	for (size_t i = 0; i < count && found == NULL; i++)
		for (const struct attest_role *role = all[i]->role; role->name != NULL; role++)
			if (found == NULL && role->looks != NULL &&
			    role->looks(bytes_of_buffer(&der)))
				found = all[i];
	assert_ptr_equal(found, verifier_find("luna-pkc"));
	buffer_free(&der);
}

/* --- a maker of our own ------------------------------------------------------------------- */

static X509 *
key_certificate(const char *name, EVP_PKEY *key, X509 *issuer, EVP_PKEY *signer)
{
	X509 *made = world_certificate(name, key, issuer);

	world_extend(made, "1.3.6.1.4.1.12383.2.1", "\x07\x00", 2);
	world_extend_text(made, NID_ext_key_usage, "critical,1.3.6.1.4.1.12383.1.13");
	X509_sign(made, signer, EVP_sha384());
	return made;
}

static void
certificate_put(struct buffer *out, X509 *certificate)
{
	unsigned char *der = NULL;
	int len = i2d_X509(certificate, &der);

	buffer_put(out, der, (size_t)len);
	OPENSSL_free(der);
}

/* Of the certificates given; signers: with one octet where there is none to be. */
static const char *
tried(X509 *const *all, size_t count, bool signers, X509 *root)
{
	struct buffer list = { .max = 0 }, part = { .max = 0 }, whole = { .max = 0 };
	char text[512];

	for (size_t i = 0; i < count; i++)
		certificate_put(&list, all[i]);
	buffer_put(&part, "\x02\x01\x01\x31\x00\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01",
	    18);
	der_put(&part, DER_CONTEXT, bytes_of_buffer(&list));
	der_put(&part, DER_SET, bytes_of("\x05\x00", signers ? 2 : 0));
	buffer_reset(&list);
	der_put(&list, DER_SEQUENCE, bytes_of_buffer(&part));
	buffer_reset(&part);
	buffer_put(&part, "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", 11);
	der_put(&part, DER_CONTEXT, bytes_of_buffer(&list));
	der_put(&whole, DER_SEQUENCE, bytes_of_buffer(&part));
	world_reset(w);
	world_put(w, "statement", bytes_of_buffer(&whole));
	world_put_certificate(w, "certificates", root);
	buffer_free(&list);
	buffer_free(&part);
	buffer_free(&whole);
	snprintf(text, sizeof(text), ANY "%s", world_pin("roots", root));
	return world_verdict(w, "luna-pkc", text);
}

static void
test_traps(void **state)
{
	EVP_PKEY *root_key = world_ec(), *module_key = world_ec(), *key = world_ec(),
	    *software = world_ec();
	X509 *root = world_authority("maker", root_key, NULL, root_key);
	X509 *module = world_authority("7", module_key, root, root_key);
	X509 *liar = world_authority("8", module_key, root, root_key);
	X509 *leaf = key_certificate("key", key, module, module_key);
	X509 *lied = key_certificate("key", key, liar, module_key);
	X509 *below = key_certificate("below", software, leaf, key);
	X509 *beside = key_certificate("beside", software, module, module_key);

	(void)state;
	assert_string_equal(tried((X509 *[]){ leaf, module }, 2, false, root), "accept");
	assert_string_equal(tried((X509 *[]){ module, leaf }, 2, false, root), "accept");
	assert_string_equal(tried((X509 *[]){ leaf, module }, 2, true, root), "reject form");
	assert_string_equal(tried((X509 *[]){ leaf }, 1, false, root), "reject chain");
	assert_string_equal(tried((X509 *[]){ lied, liar }, 2, false, root), "reject device");
	/* A confirmed key that issues; and two keys, of which one would be chosen. */
	assert_string_equal(tried((X509 *[]){ below, leaf, module }, 3, false, root),
	    "reject issuer");
	assert_string_equal(tried((X509 *[]){ leaf, beside, module }, 3, false, root),
	    "reject form");
	X509_free(root);
	X509_free(module);
	X509_free(liar);
	X509_free(leaf);
	X509_free(lied);
	X509_free(below);
	X509_free(beside);
	EVP_PKEY_free(root_key);
	EVP_PKEY_free(module_key);
	EVP_PKEY_free(key);
	EVP_PKEY_free(software);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_real), cmocka_unit_test(test_real_broken),
		cmocka_unit_test(test_mend), cmocka_unit_test(test_looks),
		cmocka_unit_test(test_traps),
	};
	int failed;

	w = world_new();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	world_free(w);
	return failed;
}
