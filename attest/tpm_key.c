/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of TPM 2.0; see tpm_key.h. */
#include <stdio.h>
#include <string.h>

#include "attest/spki.h"
#include "attest/tpm_key.h"

enum { CURVE_P256 = 3, CURVE_P384 = 4, CURVE_P521 = 5 };	/* TPM_ECC_CURVE */

/* NULL: it is of no curve that is read. */
static const char *
group_of(const struct tpm_public *public)
{
	return public->type == TPM_RSA ? NULL : public->curve == CURVE_P256 ? "P-256" :
	    public->curve == CURVE_P384 ? "P-384" : public->curve == CURVE_P521 ? "P-521" : NULL;
}

struct evp_pkey_st *
tpm_key(const struct tpm_public *public)
{
	const char *group = group_of(public);

	if (public->type == TPM_RSA)
		return key_of_rsa(public->first, public->exponent);
	return group == NULL ? NULL : key_of_point(group, public->first, public->second);
}

struct evp_pkey_st *
tpm_key_known(struct chain_memory *memory, const struct tpm_public *public, struct hash *spki)
{
	struct hash of = hash_of3(bytes_of_text("TPMT_PUBLIC"), public->octets,
	    bytes_of(NULL, 0));
	struct evp_pkey_st *key = chain_memory_key(memory, of, spki);

	if (key != NULL)
		return key;
	key = tpm_key(public);
	if (key == NULL || group_of(public) == NULL ||
	    !spki_hash_point(group_of(public), public->first, public->second, spki))
		*spki = key_spki(key);
	chain_memory_key_keep(memory, of, key, *spki);
	return key;
}

bool
tpm_signed(struct evp_pkey_st *key, const struct tpm_signature *signature, struct bytes message)
{
	enum digest digest;

	if (!tpm_digest(signature->hash, &digest))
		return false;
	switch (signature->scheme) {
	case TPM_RSASSA:
		return signature_rsa_pkcs1(key, digest, message, signature->first);
	case TPM_RSAPSS:
		return signature_rsa_pss(key, digest, message, signature->first);
	case TPM_ECDSA:
		return signature_ecdsa(key, digest, message, signature->first, signature->second);
	default:
		return false;
	}
}

void
tpm_scheme_text(uint16_t scheme, uint16_t hash, char *out, size_t size)
{
	snprintf(out, size, "%s with %s", scheme == TPM_RSASSA ? "RSASSA" :
	    scheme == TPM_RSAPSS ? "RSAPSS" : scheme == TPM_ECDSA ? "ECDSA" :
	    scheme == TPM_NULL ? "any scheme" : "another scheme", tpm_algorithm_name(hash));
}
