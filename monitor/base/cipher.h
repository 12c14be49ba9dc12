/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ciphers of peers' protocols: AES in CFB-128 (NIST SP 800-38A 6.3) and, because peers still
 * ask for it, single DES in CBC.  Pure.
 */
#ifndef MONITOR_BASE_CIPHER_H
#define MONITOR_BASE_CIPHER_H

#include "monitor/base/bytes.h"

enum { CIPHER_AES_BLOCK = 16, CIPHER_DES_BLOCK = 8 };

/*
 * The key has 16, 24 or 32 octets, anything else is ERR_INVALID; out has room for in.len octets and
 * may be in.at.
 */
MUST_USE enum err cipher_aes_cfb(struct bytes key, const uint8_t iv[CIPHER_AES_BLOCK], bool encrypt,
    struct bytes in, uint8_t *out);
/* in.len is a multiple of CIPHER_DES_BLOCK, or ERR_INVALID; no padding is added or taken away. */
MUST_USE enum err cipher_des_cbc(const uint8_t key[CIPHER_DES_BLOCK],
    const uint8_t iv[CIPHER_DES_BLOCK], bool encrypt, struct bytes in, uint8_t *out);

#endif
