/* SPDX-License-Identifier: Apache-2.0 */
/* AEAD_AES_SIV_CMAC_256 (RFC 5297) with one associated text and a nonce, as NTS uses it. */
#ifndef PROBES_NTS_CRYPTO_H
#define PROBES_NTS_CRYPTO_H

#include "monitor/base/bytes.h"

enum { NTS_KEY_LEN = 32, NTS_SIV_LEN = 16, NTS_PLAIN_MAX = 4096 };

/* Appends tag and ciphertext.  An empty plain text is allowed, which libcrypto's own refuses. */
void nts_seal(const uint8_t key[NTS_KEY_LEN], struct bytes associated, struct bytes nonce,
    struct bytes plain, struct buffer *out);
/* ERR_UNTRUSTED: not made with the key, or changed.  Appends the plain text. */
MUST_USE enum err nts_open(const uint8_t key[NTS_KEY_LEN], struct bytes associated,
    struct bytes nonce, struct bytes sealed, struct buffer *plain);

#endif
