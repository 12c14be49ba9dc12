/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SSH packets under keys: AES in counter, Galois/counter or CBC mode and 3DES, with a MAC before or
 * behind the encryption.  The length of a packet is believed only as far as a bound, and nothing in
 * a packet before its tag was checked.
 */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

#include "probes/ssh_crypto.h"

enum { KEY_MAX = 64, IV_LEN = 16, TAG_LEN = 16, BLOCK_MAX = 16, GCM_FIXED = 4, GCM_IV = 12 };

const char ssh_crypto_ciphers[] = "aes256-gcm@openssh.com,aes128-gcm@openssh.com,aes256-ctr,"
    "aes192-ctr,aes128-ctr,aes256-cbc,aes192-cbc,aes128-cbc,3des-cbc";
const char ssh_crypto_macs[] = "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,"
    "hmac-sha2-256,hmac-sha2-512,hmac-sha1-etm@openssh.com,hmac-sha1,hmac-md5";

struct cipher_row { const char *name, *method; size_t key_len, block; bool gcm; };
struct mac_row { const char *name, *hash; size_t len; bool behind; };

static const struct cipher_row ciphers[] = {
	{ "aes256-gcm@openssh.com", "AES-256-GCM", 32, 16, true },
	{ "aes128-gcm@openssh.com", "AES-128-GCM", 16, 16, true },
	{ "aes256-ctr", "AES-256-CTR", 32, 16, false },
	{ "aes192-ctr", "AES-192-CTR", 24, 16, false },
	{ "aes128-ctr", "AES-128-CTR", 16, 16, false },
	{ "aes256-cbc", "AES-256-CBC", 32, 16, false },
	{ "aes192-cbc", "AES-192-CBC", 24, 16, false },
	{ "aes128-cbc", "AES-128-CBC", 16, 16, false },
	{ "3des-cbc", "DES-EDE3-CBC", 24, 8, false },
};

static const struct mac_row macs[] = {
	{ "hmac-sha2-256-etm@openssh.com", "SHA256", 32, true },
	{ "hmac-sha2-512-etm@openssh.com", "SHA512", 64, true },
	{ "hmac-sha2-256", "SHA256", 32, false },
	{ "hmac-sha2-512", "SHA512", 64, false },
	{ "hmac-sha1-etm@openssh.com", "SHA1", 20, true },
	{ "hmac-sha1", "SHA1", 20, false },
	{ "hmac-md5", "MD5", 16, false },
};

struct ssh_cipher {
	const struct cipher_row *row;
	const struct mac_row    *mac;		/* NULL: the cipher's own tag */
	EVP_CIPHER_CTX          *ctx;
	uint8_t                  key[KEY_MAX], iv[IV_LEN];
	uint8_t                  head[BLOCK_MAX];	/* the first block, opened */
	bool                     has_head;
};

static const struct cipher_row *
cipher_find(struct bytes name)
{
	for (size_t i = 0; i < sizeof(ciphers) / sizeof(ciphers[0]); i++)
		if (bytes_equal(name, bytes_of_text(ciphers[i].name)))
			return &ciphers[i];
	return NULL;
}

static const struct mac_row *
mac_find(struct bytes name)
{
	for (size_t i = 0; i < sizeof(macs) / sizeof(macs[0]); i++)
		if (bytes_equal(name, bytes_of_text(macs[i].name)))
			return &macs[i];
	return NULL;
}

bool
ssh_cipher_is_aead(struct bytes name)
{
	const struct cipher_row *row = cipher_find(name);

	return row != NULL && row->gcm;
}

struct ssh_cipher *
ssh_cipher_new(const struct ssh_exchange *exchange, struct bytes name, struct bytes mac_name,
    enum ssh_way way)
{
	const struct cipher_row *row = cipher_find(name);
	const struct mac_row *mac = row == NULL || row->gcm ? NULL : mac_find(mac_name);
	bool incoming = way == SSH_WAY_IN || way == SSH_WAY_SERVER_IN;
	bool to_client = way == SSH_WAY_IN || way == SSH_WAY_SERVER_OUT;
	struct ssh_cipher *cipher;
	uint8_t key[KEY_MAX];

	if (row == NULL || (!row->gcm && mac == NULL))
		return NULL;
	cipher = memory_new(1, sizeof(*cipher));
	cipher->row = row;
	cipher->mac = mac;
	cipher->ctx = EVP_CIPHER_CTX_new();
	ssh_exchange_derive(exchange, to_client ? 'B' : 'A', cipher->iv, IV_LEN);
	ssh_exchange_derive(exchange, to_client ? 'D' : 'C', key, row->key_len);
	if (mac != NULL)
		ssh_exchange_derive(exchange, to_client ? 'F' : 'E', cipher->key, mac->len);
	EVP_CipherInit_ex(cipher->ctx, EVP_get_cipherbyname(row->method), NULL, key, cipher->iv,
	    incoming ? 0 : 1);
	EVP_CIPHER_CTX_set_padding(cipher->ctx, 0);
	OPENSSL_cleanse(key, sizeof(key));
	return cipher;
}

void
ssh_cipher_free(struct ssh_cipher *cipher)
{
	if (cipher == NULL)
		return;
	EVP_CIPHER_CTX_free(cipher->ctx);
	OPENSSL_cleanse(cipher, sizeof(*cipher));
	free(cipher);
}

/* RFC 5647 7.1: four fixed octets, and a counter of eight that grows with each packet. */
static void
gcm_next(struct ssh_cipher *cipher)
{
	EVP_CipherInit_ex(cipher->ctx, NULL, NULL, NULL, cipher->iv, -1);
	for (size_t i = GCM_IV; i > GCM_FIXED && ++cipher->iv[i - 1] == 0; i--)
		continue;
}

static void
mac_of(const struct ssh_cipher *cipher, uint32_t sequence, struct bytes octets,
    uint8_t tag[EVP_MAX_MD_SIZE])
{
	const uint8_t number[4] = { (uint8_t)(sequence >> 24), (uint8_t)(sequence >> 16),
	    (uint8_t)(sequence >> 8), (uint8_t)sequence };
	struct buffer all = { .max = SSH_PACKET_MAX + 64 };
	unsigned len = 0;

	buffer_put(&all, number, sizeof(number));
	buffer_put(&all, octets.at, octets.len);
	HMAC(EVP_get_digestbyname(cipher->mac->hash), cipher->key, (int)cipher->mac->len, all.at,
	    all.len, tag, &len);
	OPENSSL_cleanse(all.at, all.len);
	buffer_free(&all);
}

void
ssh_cipher_seal(struct ssh_cipher *cipher, uint32_t sequence, struct bytes payload,
    struct buffer *out)
{
	const struct mac_row *mac = cipher->mac;
	bool apart = mac == NULL || mac->behind;
	size_t skip = apart ? 4 : 0, at = out->len, padding, len;
	uint8_t tag[EVP_MAX_MD_SIZE];
	int got = 0;

	ssh_packet_write(payload, cipher->row->block, apart, out);
	if (out->failed)
		return;
	len = out->len - at;
	padding = out->at[at + 4];
	random_fill(out->at + out->len - padding, padding);
	if (mac == NULL) {
		gcm_next(cipher);
		EVP_CipherUpdate(cipher->ctx, NULL, &got, out->at + at, 4);
	} else if (!mac->behind) {
		mac_of(cipher, sequence, bytes_of(out->at + at, len), tag);
	}
	EVP_CipherUpdate(cipher->ctx, out->at + at + skip, &got, out->at + at + skip,
	    (int)(len - skip));
	if (mac == NULL) {
		EVP_CipherFinal_ex(cipher->ctx, tag, &got);
		EVP_CIPHER_CTX_ctrl(cipher->ctx, EVP_CTRL_AEAD_GET_TAG, TAG_LEN, tag);
	} else if (mac->behind) {
		mac_of(cipher, sequence, bytes_of(out->at + at, len), tag);
	}
	buffer_put(out, tag, mac == NULL ? TAG_LEN : mac->len);
}

static enum ssh_step
broken(struct why *why, enum err err, const char *text)
{
	why_set(why, err, "%s", text);
	return SSH_BROKEN;
}

/* False: not enough octets to know. */
static bool
length_of(struct ssh_cipher *cipher, struct bytes in, bool apart, uint32_t *len)
{
	struct reader reader = reader_of(in);
	int got = 0;

	if (!apart) {
		if (in.len < cipher->row->block)
			return false;
		if (!cipher->has_head)
			EVP_CipherUpdate(cipher->ctx, cipher->head, &got, in.at,
			    (int)cipher->row->block);
		cipher->has_head = true;
		reader = reader_of(bytes_of(cipher->head, cipher->row->block));
	}
	*len = (uint32_t)read_be(&reader, 4);
	return !reader.failed;
}

/* packet: the length and what it counts; the tag is behind it. */
static bool
open_checked(struct ssh_cipher *cipher, uint32_t sequence, struct bytes packet,
    struct buffer *clear)
{
	const struct mac_row *mac = cipher->mac;
	uint8_t tag[EVP_MAX_MD_SIZE];
	const uint8_t *given = packet.at + packet.len;
	bool apart = mac == NULL || mac->behind;
	size_t skip = apart ? 4 : cipher->row->block;
	int got = 0;

	buffer_reset(clear);
	buffer_put(clear, packet.at, packet.len);
	if (clear->failed)
		return false;
	if (mac == NULL) {
		memcpy(tag, given, TAG_LEN);
		gcm_next(cipher);
		EVP_CIPHER_CTX_ctrl(cipher->ctx, EVP_CTRL_AEAD_SET_TAG, TAG_LEN, tag);
		EVP_CipherUpdate(cipher->ctx, NULL, &got, packet.at, 4);
	} else if (mac->behind) {
		mac_of(cipher, sequence, packet, tag);
		if (CRYPTO_memcmp(tag, given, mac->len) != 0)
			return false;
	} else {
		memcpy(clear->at, cipher->head, skip);
	}
	if (packet.len > skip)
		EVP_CipherUpdate(cipher->ctx, clear->at + skip, &got, packet.at + skip,
		    (int)(packet.len - skip));
	if (mac == NULL)
		return EVP_CipherFinal_ex(cipher->ctx, tag, &got) == 1;
	if (!mac->behind) {
		mac_of(cipher, sequence, bytes_of(clear->at, packet.len), tag);
		return CRYPTO_memcmp(tag, given, mac->len) == 0;
	}
	return true;
}

enum ssh_step
ssh_cipher_open(struct ssh_cipher *cipher, uint32_t sequence, struct bytes in,
    struct buffer *payload, size_t *used, struct why *why)
{
	bool apart = cipher->mac == NULL || cipher->mac->behind;
	size_t tag = cipher->mac == NULL ? TAG_LEN : cipher->mac->len;
	struct bytes view;
	uint32_t len;

	if (!length_of(cipher, in, apart, &len))
		return SSH_MORE;
	if (!ssh_length_fits(len, cipher->row->block, apart))
		return broken(why, ERR_UNTRUSTED,
		    "the peer sent an encrypted packet of a length that cannot be");
	if (in.len < 4 + (size_t)len + tag)
		return SSH_MORE;
	if (!open_checked(cipher, sequence, bytes_of(in.at, 4 + (size_t)len), payload))
		return broken(why, ERR_UNTRUSTED,
		    "a packet of the peer was changed on its way: its tag does not fit");
	cipher->has_head = false;
	if (!ssh_payload(bytes_of(payload->at + 4, len), &view))
		return broken(why, ERR_MALFORMED,
		    "the peer sent an SSH packet whose padding does not fit");
	memmove(payload->at, view.at, view.len);
	payload->len = view.len;
	*used = 4 + (size_t)len + tag;
	return SSH_TAKEN;
}
