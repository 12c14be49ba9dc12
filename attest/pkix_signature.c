/* SPDX-License-Identifier: Apache-2.0 */
/* Who signed PKIX Evidence, and under which root; see pkix_part.h. */
#include <openssl/x509v3.h>
#include <string.h>

#include "attest/pkix_part.h"
#include "attest/signature.h"

enum err
pkix_pool(struct pkix *w, struct why *why)
{
	enum err err = pool_add_role(&w->pool, w->dossier, "certificates", why);

	err = err == ERR_NOT_FOUND ? ERR_OK : err;
	for (size_t i = 0; i < w->it.signatures && err == ERR_OK; i++)
		if (w->it.signature[i].certificate.len > 0)
			err = pool_add(&w->pool, w->dossier, w->it.signature[i].certificate, why);
	for (size_t i = 0; i < w->it.intermediates && err == ERR_OK; i++)
		err = pool_add(&w->pool, w->dossier, w->it.intermediate[i], why);
	return err;
}

struct hash
pkix_spki(const struct dossier *dossier, struct bytes der)
{
	struct hash of = hash_of3(bytes_of_text("SubjectPublicKeyInfo"), der, bytes_of(NULL, 0));
	struct hash hash = { { 0 } };
	EVP_PKEY *key = chain_memory_key(dossier->memory, of, &hash);

	if (key == NULL) {
		key = key_of_spki(der);
		hash = key_spki(key);
		chain_memory_key_keep(dossier->memory, of, key, hash);
	}
	EVP_PKEY_free(key);
	return hash;
}

static bool
named_by(const struct pkix *w, X509 *one, const struct evidence_signature *block)
{
	const ASN1_OCTET_STRING *id;

	if (block->certificate.len > 0)
		return hash_equal(certificate_hash(one), hash_of(block->certificate));
	if (block->spki.len > 0)
		return hash_equal(certificate_spki(one), pkix_spki(w->dossier, block->spki));
	id = X509_get0_subject_key_id(one);
	return id != NULL && bytes_equal(block->key_id, bytes_of(ASN1_STRING_get0_data(id),
	    (size_t)ASN1_STRING_length(id)));
}

static X509 *
signer_of(const struct pkix *w, const struct evidence_signature *block)
{
	for (size_t i = 0; i < w->pool.certificates; i++)
		if (named_by(w, w->pool.certificate[i], block))
			return w->pool.certificate[i];
	return NULL;
}

static bool
block_verify(const struct pkix *w, const struct evidence_signature *block, X509 *signer)
{
	static const struct { const char *oid; enum digest digest; bool ec; } known[] = {
		{ "1.2.840.10045.4.3.2", DIGEST_SHA256, true },
		{ "1.2.840.10045.4.3.3", DIGEST_SHA384, true },
		{ "1.2.840.10045.4.3.4", DIGEST_SHA512, true },
		{ "1.2.840.113549.1.1.11", DIGEST_SHA256, false },
		{ "1.2.840.113549.1.1.12", DIGEST_SHA384, false },
		{ "1.2.840.113549.1.1.13", DIGEST_SHA512, false },
	};
	EVP_PKEY *key = X509_get0_pubkey(signer);

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].oid, block->algorithm) == 0)
			return (known[i].ec ? signature_ecdsa_der : signature_rsa_pkcs1)(key,
			    known[i].digest, w->it.tbs, block->value);
	return false;
}

bool
hold_pkix_signatures(struct pkix *w)
{
	for (size_t i = 0; i < w->it.signatures; i++) {
		const struct evidence_signature *block = &w->it.signature[i];
		X509 *signer = signer_of(w, block);

		if (signer == NULL)
			continue;
		if (!hold(w->a, PKIX_SIGNATURE, block_verify(w, block, signer), "ECDSA or RSA that "
		    "holds", "signature %zu, algorithm %s, does not", i + 1, block->algorithm))
			return false;
		w->signer[w->signers++] = signer;
	}
	if (!hold(w->a, PKIX_SIGNATURE, w->signers > 0, "at least one by a known key",
	    "%zu signatures, none by a key that was given", w->it.signatures))
		return false;
	for (size_t i = 0; i < w->signers; i++)
		if (!hold(w->a, PKIX_SIGNER,
		    (X509_get_extension_flags(w->signer[i]) & EXFLAG_KUSAGE) != 0 &&
		    (X509_get_key_usage(w->signer[i]) & KU_DIGITAL_SIGNATURE) != 0,
		    "keyUsage digitalSignature", "a certificate without it"))
			return false;
	return true;
}

bool
hold_pkix_anchor(struct pkix *w)
{
	X509 *best = w->signer[0];
	char found[STEP_TEXT];

	for (size_t i = 0; i < w->signers; i++)
		if (chain_build(w->dossier, w->a, "roots", &w->pool, w->signer[i],
		    CHAIN_LEAF_IS_PIN, &w->chain, found) == CHAIN_GOOD) {
			best = w->signer[i];
			break;
		}
	return hold_chain(w->dossier, w->a, PKIX_CHAIN, PKIX_TIME, "roots", &w->pool, best,
	    CHAIN_LEAF_IS_PIN, &w->chain);
}
