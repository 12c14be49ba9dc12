/* SPDX-License-Identifier: Apache-2.0 */
/* A public key in words: the same ones wherever a key is named, so that they can be compared. */
#ifndef ATTEST_KEY_TEXT_H
#define ATTEST_KEY_TEXT_H

#include "monitor/base/bytes.h"

struct evp_pkey_st;	/* EVP_PKEY of libcrypto */

/* Appends "EC secp256r1", "RSA 2048", "Ed25519". */
void key_text_put(struct buffer *, const struct evp_pkey_st *);

#endif
