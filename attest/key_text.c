/* SPDX-License-Identifier: Apache-2.0 */
/* Kind and size of a public key; see key_text.h. */
#include <openssl/err.h>
#include <openssl/evp.h>
#include <string.h>

#include "attest/key_text.h"

static const char *
curve_name(const char *group)
{
	return strcmp(group, "prime256v1") == 0 ? "secp256r1" : group;
}

void
key_text_put(struct buffer *out, const struct evp_pkey_st *key)
{
	char group[64];

	if (EVP_PKEY_is_a(key, "EC") &&
	    EVP_PKEY_get_group_name(key, group, sizeof(group), NULL) == 1)
		buffer_print(out, "EC %s", curve_name(group));
	else if (EVP_PKEY_is_a(key, "ED25519") || EVP_PKEY_is_a(key, "ED448"))
		buffer_print(out, "%s", EVP_PKEY_is_a(key, "ED448") ? "Ed448" : "Ed25519");
	else
		buffer_print(out, "%s %d", EVP_PKEY_get0_type_name(key), EVP_PKEY_get_bits(key));
	ERR_clear_error();
}
