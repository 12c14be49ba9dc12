/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SSH transport and authentication messages (RFC 4253, 4252, 4254, 8308) of a client that looks at
 * a server: identification, packets in the clear, offers, key exchange replies, who may log in how.
 * Pure; every input is hostile.  Views go into the octets they were read from.
 */
#ifndef PROBES_WIRE_SSH_H
#define PROBES_WIRE_SSH_H

#include "monitor/base/bytes.h"

enum {
	SSH_LINE_MAX   = 255,		/* octets of the identification, CR LF included (4.2) */
	SSH_LINES_MAX  = 32,		/* lines before it that are passed over */
	SSH_PACKET_MAX = 35000,		/* octets of a packet (RFC 4253 6.1); then ERR_LIMIT */
	SSH_NAMES_MAX  = 128,		/* names of one list; then ERR_LIMIT */
	SSH_NAME_MAX   = 64,		/* octets of a name (RFC 4251 6) */
	SSH_COOKIE_LEN = 16
};

enum ssh_message {
	SSH_DISCONNECT = 1, SSH_IGNORE, SSH_UNIMPLEMENTED, SSH_DEBUG, SSH_SERVICE_REQUEST,
	SSH_SERVICE_ACCEPT, SSH_EXT_INFO,
	SSH_KEXINIT = 20, SSH_NEWKEYS,
	SSH_EXCHANGE_INIT = 30, SSH_EXCHANGE_REPLY,
	SSH_AUTH_REQUEST = 50, SSH_AUTH_FAILURE, SSH_AUTH_SUCCESS, SSH_AUTH_BANNER,
	SSH_GLOBAL_REQUEST = 80, SSH_REQUEST_SUCCESS, SSH_REQUEST_FAILURE,
	SSH_CHANNEL_OPEN = 90, SSH_CHANNEL_CONFIRMATION, SSH_CHANNEL_OPEN_FAILURE,
	SSH_CHANNEL_WINDOW, SSH_CHANNEL_DATA, SSH_CHANNEL_EXTENDED, SSH_CHANNEL_EOF,
	SSH_CHANNEL_CLOSE, SSH_CHANNEL_REQUEST, SSH_CHANNEL_SUCCESS, SSH_CHANNEL_FAILURE
};

enum ssh_step { SSH_MORE, SSH_TAKEN, SSH_BROKEN };

/*
 * The server's identification at the front of in, lines of greeting before it passed over.
 * TAKEN: line is "SSH-2.0-..." without its end, used the octets to drop.  BROKEN: ERR_MALFORMED,
 * ERR_LIMIT, or ERR_UNSUPPORTED for a version that is not 2.0.
 */
enum ssh_step ssh_identification(struct bytes in, struct bytes *line, size_t *used, struct why *);
/* "1.99": it also speaks the broken SSH-1 (RFC 4253 5.1). */
bool          ssh_speaks_old(struct bytes line);

/* A packet in the clear (RFC 4253 6). */
enum ssh_step ssh_packet(struct bytes in, struct bytes *payload, size_t *used, struct why *);
/* The length field of a packet whose octets without it fill whole blocks, or not (AEAD, EtM). */
bool          ssh_length_fits(uint32_t len, size_t block, bool apart);
/* The payload of an opened packet: its octets behind the length.  False: the padding lies. */
bool          ssh_payload(struct bytes packet, struct bytes *payload);
/* Length, padding length, payload, padding of zeros; apart: the length is not in the blocks. */
void          ssh_packet_write(struct bytes payload, size_t block, bool apart, struct buffer *out);

enum ssh_list {
	SSH_KEX, SSH_HOSTKEY, SSH_CIPHER_OUT, SSH_CIPHER_IN, SSH_MAC_OUT, SSH_MAC_IN,
	SSH_COMPRESSION_OUT, SSH_COMPRESSION_IN, SSH_LANGUAGE_OUT, SSH_LANGUAGE_IN, SSH_LISTS
};

/* A KEXINIT; out is from client to server. */
struct ssh_offer {
	struct bytes list[SSH_LISTS];	/* as sent, with commas */
	bool         guesses;		/* first_kex_packet_follows */
};

MUST_USE enum err ssh_offer_read(struct bytes payload, struct ssh_offer *, struct why *);
void ssh_offer_write(const uint8_t cookie[SSH_COOKIE_LEN], const struct ssh_offer *,
    struct buffer *payload);
/* The next name of a list with commas; false at its end. */
bool ssh_name_next(struct bytes *list, struct bytes *name);
bool ssh_names_have(struct bytes list, const char *name);
/* The first of ours that is among theirs (RFC 4253 7.1); false if there is none. */
bool ssh_choose(struct bytes ours, struct bytes theirs, struct bytes *chosen);

/* "string" and "mpint" of RFC 4251 section 5; number: unsigned, leading zeros or not. */
struct bytes ssh_string(struct reader *);
void         ssh_string_put(struct buffer *, struct bytes);
void         ssh_text_put(struct buffer *, const char *);
void         ssh_number_put(struct buffer *, struct bytes number);
/* A number without its sign octet and leading zeros; a negative one is empty. */
struct bytes ssh_number(struct bytes mpint);

/* KEXDH_REPLY, KEX_ECDH_REPLY (RFC 4253 8, RFC 5656 4). */
struct ssh_reply { struct bytes host_key, public, signature; };
MUST_USE enum err ssh_reply_read(struct bytes payload, struct ssh_reply *, struct why *);

/* A public key: its algorithm and what follows it: numbers, a point, octets. */
enum { SSH_KEY_PARTS = 4 };
struct ssh_key {
	struct bytes algorithm, part[SSH_KEY_PARTS];
	size_t       parts;
};
bool ssh_key_read(struct bytes blob, struct ssh_key *);
/* "ssh-rsa" for the signature algorithms "rsa-sha2-256" and "rsa-sha2-512", else the same. */
struct bytes ssh_key_of(struct bytes signature_algorithm);
bool ssh_signature_read(struct bytes blob, struct bytes *algorithm, struct bytes *octets);

/* Reason code and words of a DISCONNECT, as sent. */
MUST_USE enum err ssh_disconnect_read(struct bytes payload, uint32_t *code, struct bytes *text);
void ssh_disconnect_write(struct buffer *payload);	/* by application (11) */
/* Value of one extension of an EXT_INFO (RFC 8308); false if it is not there. */
bool ssh_extension(struct bytes payload, const char *name, struct bytes *value);
/* Methods that can continue (RFC 4252 5.1). */
MUST_USE enum err ssh_failure_read(struct bytes payload, struct bytes *methods, bool *partial,
    struct why *);
void ssh_auth_none_write(const char *user, struct buffer *payload);

/* ---- what algorithms are worth (ssh_algorithm.c) ---- */

enum ssh_class { SSH_CLASS_KEX, SSH_CLASS_HOSTKEY, SSH_CLASS_CIPHER, SSH_CLASS_MAC };

/* What is weak in it; NULL: nothing that is known of. */
const char *ssh_weakness(enum ssh_class, struct bytes name);
bool        ssh_post_quantum(struct bytes kex);
bool        ssh_strict(const struct ssh_offer *);	/* a server's: kex-strict-s */
/* Open to prefix truncation (CVE-2023-48795): a mode it works on, without strict key exchange. */
bool        ssh_terrapin(const struct ssh_offer *);

#endif
