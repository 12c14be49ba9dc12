/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The monitor's own signing key: Ed25519, in a file or in a PKCS#11 token.  A key in a token is
 * described by a file in the key's place, guarded like a key because the PIN stands in it:
 *
 *   sekimori token key 1
 *   module = /usr/lib/softhsm/libsofthsm2.so
 *   token = ledger
 *   object = sekimori
 *   pin = ...
 *
 * and, where wanted, serial, paths, environment and network, as for the probe "token".  So a
 * rotation is the same for both: the file of the new key is renamed over that of the old one.
 * A token that refused a PIN is not asked again with it: PATH.refused says so across restarts.
 */
#ifndef MONITOR_DAEMON_OWN_KEY_H
#define MONITOR_DAEMON_OWN_KEY_H

#include "monitor/base/limits.h"
#include "monitor/ledger/note.h"

enum { OWN_KEY_MS = 8000 };	/* for one answer of a token: the ledger waits 10 s */

struct own_token {
	char module[PATH_TEXT_MAX], paths[PATH_TEXT_MAX], environment[PATH_TEXT_MAX];
	char token[33], serial[17], object[65], pin[256];
	bool network;
};

/* True if the file's octets begin as a description of a key in a token does. */
bool own_token_is(struct bytes file);
/* One sentence with the line of what is wrong.  The PIN is in it: cleanse it. */
MUST_USE enum err own_token_read(struct bytes file, struct own_token *, struct why *);
void own_token_write(struct buffer *, const struct own_token *);

struct own_key;			/* opened: ready to sign */

/* A key in a file, taken over. */
struct own_key *own_key_of_file(struct signing_key *);
/*
 * A key in a token: it signs a fresh nonce, and is what that shows.  program: sekimori-token, by
 * helper_open().  make: it is made first, as object, with 8 random octets as id.
 * ERR_DENIED: the PIN was refused, and must not be tried again.
 */
MUST_USE enum err own_key_of_token(const struct own_token *, int program, bool make,
    struct own_key **, struct why *);
void own_key_public(const struct own_key *, uint8_t out[32]);
void own_key_spki(const uint8_t key[32], struct buffer *out);	/* SubjectPublicKeyInfo */
/* Of a token: what it made is verified before it counts. */
MUST_USE enum err own_key_sign(struct own_key *, struct bytes text, uint8_t signature[64],
    struct why *);
/* The evidence of attest/possession.h that it was opened with; empty for a file. */
struct bytes own_key_proof(const struct own_key *);
const struct own_token *own_key_token(const struct own_key *);	/* NULL: a file */
/*
 * Appends the facts of it, as the SELF record of the signer tells them: where it lives, which it
 * is, that it signs a fresh nonce now, what its token says.  ERR_UNTRUSTED: it does not sign.
 */
MUST_USE enum err own_key_tell(struct own_key *, struct buffer *facts, struct why *);
void own_key_free(struct own_key *);

#endif
