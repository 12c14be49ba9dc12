/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of TPM 2.0; see tpm_key.h. */
#include <stdio.h>
#include <string.h>

#include "attest/tpm_key.h"

enum { CURVE_P256 = 3, CURVE_P384 = 4, CURVE_P521 = 5 };	/* TPM_ECC_CURVE */

struct evp_pkey_st *
tpm_key(const struct tpm_public *public)
{
	if (public->type == TPM_RSA)
		return key_of_rsa(public->first, public->exponent);
	switch (public->curve) {
	case CURVE_P256:
		return key_of_point("P-256", public->first, public->second);
	case CURVE_P384:
		return key_of_point("P-384", public->first, public->second);
	case CURVE_P521:
		return key_of_point("P-521", public->first, public->second);
	default:
		return NULL;
	}
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
