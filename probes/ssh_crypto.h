/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cryptography of an SSH connection that measures (RFC 4253 7 to 9, 4344, 5647, 5656, 8731):
 * one key exchange, packets of both directions, host keys and whether they signed, a user's key.
 * Old algorithms are spoken too, so that servers that have nothing else are seen; nothing that
 * matters is ever sent over them.
 */
#ifndef PROBES_SSH_CRYPTO_H
#define PROBES_SSH_CRYPTO_H

#include "monitor/base/hash.h"
#include "probes/wire/ssh.h"

/* What we can do, in our order, with commas. */
extern const char ssh_crypto_exchanges[], ssh_crypto_ciphers[], ssh_crypto_macs[];

struct ssh_exchange;

/* NULL: not one of ssh_crypto_exchanges. */
struct ssh_exchange *ssh_exchange_new(struct bytes name);
void                 ssh_exchange_free(struct ssh_exchange *);
/* Our public value as KEX_INIT carries it, without the length. */
struct bytes         ssh_exchange_public(const struct ssh_exchange *);
/*
 * The peer's value gives the secret.  transcript: all that the exchange hash is over, but for the
 * secret (RFC 4253 8).  ERR_MALFORMED: a value no honest peer sends.
 */
MUST_USE enum err    ssh_exchange_finish(struct ssh_exchange *, struct bytes theirs,
    struct bytes transcript, struct why *);
struct bytes         ssh_exchange_hash(const struct ssh_exchange *);	/* H, once finished */

struct ssh_cipher;

/* A client's two ways; a test's server has the other two. */
enum ssh_way { SSH_WAY_OUT, SSH_WAY_IN, SSH_WAY_SERVER_OUT, SSH_WAY_SERVER_IN };

/*
 * Packets of one direction under the keys of a finished exchange whose H is the session's id.
 * NULL: not among ours.  mac is not looked at where the cipher brings its own.
 */
struct ssh_cipher *ssh_cipher_new(const struct ssh_exchange *, struct bytes cipher,
    struct bytes mac, enum ssh_way);
void               ssh_cipher_free(struct ssh_cipher *);
void               ssh_cipher_seal(struct ssh_cipher *, uint32_t sequence, struct bytes payload,
    struct buffer *out);
/*
 * The packet at the front of in, all octets since the last one.  TAKEN: payload is replaced.
 * BROKEN: ERR_MALFORMED, ERR_LIMIT, or ERR_UNTRUSTED for a packet that was changed.
 */
enum ssh_step      ssh_cipher_open(struct ssh_cipher *, uint32_t sequence, struct bytes in,
    struct buffer *payload, size_t *used, struct why *);
/* Does the cipher bring its own integrity? */
bool               ssh_cipher_is_aead(struct bytes cipher);

struct ssh_host_key {
	char        kind[48];		/* "Ed25519", "RSA 3072", as tls.key has it */
	bool        weak;		/* RSA of less than 2,048 bits, or DSA */
	struct hash spki;		/* SHA-256 of its SubjectPublicKeyInfo, as tls.spki */
	struct hash fingerprint;	/* SHA-256 of the SSH form, as ssh-keygen -l shows it */
};

/* ERR_UNSUPPORTED, or ERR_MALFORMED: not a key of its kind. */
MUST_USE enum err ssh_host_key_look(struct bytes blob, struct ssh_host_key *, struct why *);
/* Did the key sign the octets by this algorithm (RFC 8332)?  ERR_UNTRUSTED: it did not. */
MUST_USE enum err ssh_host_key_verify(struct bytes blob, struct bytes algorithm,
    struct bytes signature, struct bytes octets, struct why *);

struct ssh_user_key;

/* A private key without pass phrase: PEM, or Ed25519 as ssh-keygen writes it. */
MUST_USE enum err ssh_user_key_read(struct bytes octets, struct ssh_user_key **, struct why *);
void              ssh_user_key_free(struct ssh_user_key *);
struct bytes      ssh_user_key_blob(const struct ssh_user_key *);
const char       *ssh_user_key_algorithm(const struct ssh_user_key *);
/* The signature as SSH carries it (RFC 4252 7). */
MUST_USE enum err ssh_user_key_sign(const struct ssh_user_key *, struct bytes octets,
    struct buffer *signature);

/* For ssh_crypto_packet.c: fills len octets of key material (RFC 4253 7.2). */
void ssh_exchange_derive(const struct ssh_exchange *, char letter, uint8_t *out, size_t len);

#endif
