/* SPDX-License-Identifier: Apache-2.0 */
/* One signature over the digest of our nonce, by the mechanism that fits the key. */
#include <openssl/crypto.h>
#include <string.h>

#include "monitor/token/token.h"

/* DigestInfo of SHA-256 without the digest (RFC 8017 9.2, note 1). */
static const uint8_t digest_info[] = { 0x30, 0x31, 0x30, 0x0d, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3,
	4, 2, 1, 5, 0, 4, 0x20 };

CK_RV
sign_with(struct work *work, CK_MECHANISM *mechanism, struct bytes message)
{
	uint8_t signature[POSSESSION_SIGNATURE_MAX];
	CK_ULONG len = sizeof(signature);
	CK_RV rv = work->call->C_SignInit(work->session, mechanism, work->key);

	if (rv != CKR_OK)
		return rv;
	/* Before every signature, if the key asks for it; the PIN is known to be right. */
	if (work->always_login && !login(work, CKU_CONTEXT_SPECIFIC))
		return work->rv;
	rv = work->call->C_Sign(work->session, (CK_BYTE *)(uintptr_t)message.at, message.len,
	    signature, &len);
	if (rv == CKR_OK && len <= sizeof(signature))
		buffer_put(&work->signature, signature, len);
	return rv;
}

static CK_RV
rsa_sign(struct work *work, struct hash digest)
{
	CK_RSA_PKCS_PSS_PARAMS params = { .hashAlg = CKM_SHA256, .mgf = CKG_MGF1_SHA256,
	    .sLen = HASH_LEN };
	CK_MECHANISM pss = { CKM_RSA_PKCS_PSS, &params, sizeof(params) };
	CK_MECHANISM pkcs1 = { .mechanism = CKM_RSA_PKCS };
	uint8_t info[sizeof(digest_info) + HASH_LEN];
	CK_RV rv = sign_with(work, &pss, hash_bytes(&digest));

	work->possession.algorithm = POSSESSION_RSA_PSS;
	/* An older token, or a key that may not: the older padding proves the same. */
	if (rv != CKR_MECHANISM_INVALID && rv != CKR_MECHANISM_PARAM_INVALID &&
	    rv != CKR_KEY_FUNCTION_NOT_PERMITTED && rv != CKR_FUNCTION_NOT_SUPPORTED)
		return rv;
	memcpy(info, digest_info, sizeof(digest_info));
	memcpy(info + sizeof(digest_info), digest.at, HASH_LEN);
	work->possession.algorithm = POSSESSION_RSA_PKCS1;
	return sign_with(work, &pkcs1, bytes_of(info, sizeof(info)));
}

bool
key_sign(struct work *work)
{
	struct hash digest = possession_digest(work->request.nonce);
	CK_MECHANISM ecdsa = { .mechanism = CKM_ECDSA }, eddsa = { .mechanism = CKM_EDDSA };
	CK_RV rv;

	stage(TOKEN_STAGE_SIGN);
	work->signature.max = POSSESSION_SIGNATURE_MAX;
	if (work->kind == CKK_RSA) {
		rv = rsa_sign(work, digest);
	} else {
		work->possession.algorithm = work->kind == CKK_EC ? POSSESSION_ECDSA :
		    POSSESSION_EDDSA;
		rv = sign_with(work, work->kind == CKK_EC ? &ecdsa : &eddsa,
		    hash_bytes(&digest));
	}
	OPENSSL_cleanse((void *)(uintptr_t)work->request.pin.at, work->request.pin.len);
	if (work->result != TOKEN_SIGNED)
		return false;
	if (rv != CKR_OK)
		return fail(work, TOKEN_CALL, rv, "C_Sign");
	return work->signature.len > 0 ||
	    fail(work, TOKEN_NONSENSE, 0, "the signature has no octets, or too many");
}
