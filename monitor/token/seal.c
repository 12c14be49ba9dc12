/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One signature over a message, for a seal or a checkpoint: the digest is made here where the
 * mechanism wants one, and by the token where it has only mechanisms that make their own.  An
 * Edwards key signs the message itself (RFC 8032 5.1, PureEdDSA).
 */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

#include "monitor/token/token.h"

/* DigestInfo without the digest (RFC 8017 9.2, note 1): the same but for two lengths and the last
 * octet of the object identifier. */
enum { INFO_LEN = 19 };

struct digest {
	unsigned          bits;
	uint8_t           oid_last;
	CK_MECHANISM_TYPE rsa, ecdsa;	/* that make it themselves */
};

static const struct digest digests[] = {
	{ 256, 1, CKM_SHA256_RSA_PKCS, CKM_ECDSA_SHA256 },
	{ 384, 2, CKM_SHA384_RSA_PKCS, CKM_ECDSA_SHA384 },
	{ 512, 3, CKM_SHA512_RSA_PKCS, CKM_ECDSA_SHA512 }
};

static const struct digest *
digest_find(unsigned bits)
{
	for (size_t i = 0; i < sizeof(digests) / sizeof(digests[0]); i++)
		if (digests[i].bits == bits)
			return &digests[i];
	return NULL;
}

static size_t
digest_make(const struct digest *digest, struct bytes message, uint8_t out[EVP_MAX_MD_SIZE])
{
	const EVP_MD *md = digest->bits == 256 ? EVP_sha256() : digest->bits == 384 ?
	    EVP_sha384() : EVP_sha512();
	unsigned len = 0;

	return EVP_Digest(message.at, message.len, out, &len, md, NULL) == 1 ? len : 0;
}

static CK_RV
rsa_seal(struct work *work, const struct digest *digest, struct bytes hash)
{
	uint8_t info[INFO_LEN + EVP_MAX_MD_SIZE] = { 0x30, (uint8_t)(17 + hash.len), 0x30, 0x0d,
	    6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, digest->oid_last, 5, 0, 4,
	    (uint8_t)hash.len };
	CK_MECHANISM pkcs1 = { .mechanism = CKM_RSA_PKCS };

	memcpy(info + INFO_LEN, hash.at, hash.len);
	return sign_with(work, &pkcs1, bytes_of(info, INFO_LEN + hash.len));
}

static bool
mechanism_missing(CK_RV rv)
{
	return rv == CKR_MECHANISM_INVALID || rv == CKR_FUNCTION_NOT_SUPPORTED ||
	    rv == CKR_KEY_TYPE_INCONSISTENT;
}

static CK_RV
message_sign(struct work *work, const struct digest *digest)
{
	CK_MECHANISM ecdsa = { .mechanism = CKM_ECDSA };
	CK_MECHANISM own = { .mechanism = work->kind == CKK_RSA ? digest->rsa : digest->ecdsa };
	uint8_t octets[EVP_MAX_MD_SIZE];
	struct bytes hash = bytes_of(octets, digest_make(digest, work->request.message, octets));
	CK_RV rv = work->kind == CKK_RSA ? rsa_seal(work, digest, hash) :
	    sign_with(work, &ecdsa, hash);

	return mechanism_missing(rv) ? sign_with(work, &own, work->request.message) : rv;
}

bool
key_seal(struct work *work)
{
	const struct digest *digest = digest_find(work->request.digest);
	CK_MECHANISM eddsa = { .mechanism = CKM_EDDSA };
	bool edwards = work->request.digest == 0 && work->kind == CKK_EC_EDWARDS;
	CK_RV rv;

	stage(TOKEN_STAGE_SIGN);
	work->signature.max = POSSESSION_SIGNATURE_MAX;
	if (!edwards && (digest == NULL || (work->kind != CKK_RSA && work->kind != CKK_EC)))
		return fail(work, TOKEN_KIND, 0, "CKA_KEY_TYPE 0x%lx makes no seals",
		    (unsigned long)work->kind);
	rv = edwards ? sign_with(work, &eddsa, work->request.message) : message_sign(work, digest);
	OPENSSL_cleanse((void *)(uintptr_t)work->request.pin.at, work->request.pin.len);
	if (work->result != TOKEN_SIGNED)
		return false;
	if (rv != CKR_OK)
		return fail(work, TOKEN_CALL, rv, "C_Sign");
	return work->signature.len > 0 ||
	    fail(work, TOKEN_NONSENSE, 0, "the signature has no octets, or too many");
}
