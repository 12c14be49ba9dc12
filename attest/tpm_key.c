/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of TPM 2.0; see tpm_key.h. */
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "attest/spki.h"
#include "attest/tpm_key.h"

enum { CURVE_P256 = 3, CURVE_P384 = 4, CURVE_P521 = 5 };	/* TPM_ECC_CURVE */
enum { COORDINATE_MAX = 66 };

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

static void
group_drop(void *group)
{
	EC_GROUP_free(group);
}

/* Without making a key of it, which takes half as long as a signature is verified in. */
static bool
on_curve(struct chain_memory *memory, const char *name, const struct tpm_public *public)
{
	size_t field = strcmp(name, "P-521") == 0 ? 66 : strcmp(name, "P-384") == 0 ? 48 : 32;
	uint8_t octets[1 + 2 * COORDINATE_MAX] = { POINT_CONVERSION_UNCOMPRESSED };
	struct bytes x = public->first, y = public->second;
	struct hash of = hash_of3(bytes_of_text("curve"), bytes_of_text(name), bytes_of(NULL, 0));
	EC_GROUP *known = memory == NULL ? NULL : chain_memory_object(memory, of), *group = known;
	EC_POINT *point;
	bool good;

	if (x.len == 0 || y.len == 0 || x.len > field || y.len > field)
		return false;
	memcpy(octets + 1 + field - x.len, x.at, x.len);
	memcpy(octets + 1 + 2 * field - y.len, y.at, y.len);
	if (group == NULL)
		group = EC_GROUP_new_by_curve_name(EC_curve_nist2nid(name));
	point = group == NULL ? NULL : EC_POINT_new(group);
	good = point != NULL && EC_POINT_oct2point(group, point, octets, 1 + 2 * field, NULL) == 1;
	EC_POINT_free(point);
	if (known == NULL && memory != NULL && group != NULL)
		chain_memory_object_keep(memory, of, group, group_drop);
	else if (known == NULL)
		EC_GROUP_free(group);
	ERR_clear_error();
	return good;
}

bool
tpm_key_sound(struct chain_memory *memory, const struct tpm_public *public, int rsa_bits,
    struct hash *spki)
{
	const char *group = group_of(public);
	EVP_PKEY *key;
	bool good;

	if (public->type != TPM_RSA)
		return group != NULL && on_curve(memory, group, public) &&
		    spki_hash_point(group, public->first, public->second, spki);
	key = tpm_key_known(memory, public, spki);
	good = key != NULL && EVP_PKEY_get_bits(key) >= rsa_bits;
	EVP_PKEY_free(key);
	return good;
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

bool
tpm_ak_sound(const struct tpm_public *public, char wrong[TPM_AK_WRONG])
{
	static const struct { uint32_t bit; bool set; const char *name; } needed[] = {
		{ TPM_RESTRICTED, true, "restricted" }, { TPM_SIGN, true, "sign" },
		{ TPM_DECRYPT, false, "decrypt" }, { TPM_FIXED_TPM, true, "fixedTPM" },
		{ TPM_SENSITIVE_DATA_ORIGIN, true, "sensitiveDataOrigin" } };
	size_t len = 0;

	wrong[0] = '\0';
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (((public->attributes & needed[i].bit) != 0) != needed[i].set)
			len += (size_t)snprintf(wrong + len, TPM_AK_WRONG - len, "%s%s%s",
			    len > 0 ? " " : "", needed[i].set ? "not " : "", needed[i].name);
	return len == 0;
}
