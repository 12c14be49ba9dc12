/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys, digests and ciphers over anything: what is encrypted is decrypted to the same, what is
 * signed verifies, and not with one bit turned; salts and digests of any length are refused or
 * taken, and nothing is written beyond its room.
 */
#include <stdlib.h>
#include <string.h>

#include "probes/wire/usm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { TEXT_MAX = 512 };

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
cipher_look(enum usm_auth auth, enum usm_privacy privacy, struct usm_key *key, struct bytes salt,
    struct bytes text)
{
	uint8_t hidden[TEXT_MAX + 16], plain[TEXT_MAX + 16];
	size_t len = 0;
	enum err err;

	(void)auth;
	memset(hidden, 0xa5, sizeof(hidden));
	err = usm_encrypt(privacy, key, (int64_t)text.len, -1, salt, text, hidden, &len);
	must((err == ERR_OK) == (salt.len == USM_SALT_LEN));
	if (err != ERR_OK)
		return;
	must(len >= text.len && len < text.len + 8 && hidden[len] == 0xa5);
	must(usm_decrypt(privacy, key, (int64_t)text.len, -1, salt, bytes_of(hidden, len), plain) ==
	    ERR_OK);
	must(text.len == 0 || memcmp(plain, text.at, text.len) == 0);
	/* A peer's ciphertext of any length. */
	err = usm_decrypt(privacy, key, 0, 0, salt, text, plain);
	must((err == ERR_OK) == (privacy != USM_PRIVACY_DES || text.len % 8 == 0));
}

static void
digest_look(enum usm_auth auth, const struct usm_key *key, struct bytes text, size_t at)
{
	size_t need = usm_digest_len(auth);
	uint8_t message[TEXT_MAX];
	struct bytes whole = bytes_of(message, text.len);

	if (text.len == 0)
		return;
	memcpy(message, text.at, text.len);
	at %= text.len;
	must(usm_verify(auth, key, whole, bytes_of(message + at, (text.len - at) % (need + 9))) !=
	    ERR_OK || text.len - at >= need);
	if (text.len - at < need) {
		must(usm_sign(auth, key, message, text.len, text.len - at) == ERR_INVALID);
		return;
	}
	memset(message + at, 0, need);
	must(usm_sign(auth, key, message, text.len, text.len - at) == ERR_OK);
	must(usm_verify(auth, key, whole, bytes_of(message + at, need)) == ERR_OK);
	message[(at + text.len / 2) % text.len] ^= 4;
	must(usm_verify(auth, key, whole, bytes_of(message + at, need)) == ERR_UNTRUSTED);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct reader in = reader_of(bytes_of(data, len));
	enum usm_auth auth = (enum usm_auth)(read_be(&in, 1) % USM_AUTH_COUNT);
	/* The chaining of Reeder hashes a megaoctet: too slow for ten million turns. */
	enum usm_privacy privacy = (enum usm_privacy)(read_be(&in, 1) % USM_PRIVACY_AES192_REEDER);
	size_t at = (size_t)read_be(&in, 2);
	struct bytes engine = read_bytes(&in, (size_t)read_be(&in, 1) % 40);
	struct bytes salt = read_bytes(&in, (size_t)read_be(&in, 1) % 10), text;
	struct usm_key master = { .len = 0 }, key, local;

	if (in.failed)
		return 0;
	text = bytes_slice(in.in, in.at, TEXT_MAX);
	master.len = digest_len((enum digest)auth);
	memset(master.at, (int)len, master.len);
	must(usm_localise(auth, &master, engine, &local) == ERR_OK);
	must(usm_privacy_key(auth, privacy, &master, engine, &key) == ERR_OK);
	must(key.len >= 16 && key.len <= 32);
	cipher_look(auth, privacy, &key, salt, text);
	digest_look(auth, &local, text, at);
	return 0;
}
