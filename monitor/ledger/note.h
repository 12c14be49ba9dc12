/* SPDX-License-Identifier: Apache-2.0 */
/*
 * C2SP signed notes and checkpoints (signed-note, tlog-checkpoint, tlog-cosignature).  A note is
 * text, an empty line and signature lines; a checkpoint is a note of origin, size and root.
 */
#ifndef MONITOR_LEDGER_NOTE_H
#define MONITOR_LEDGER_NOTE_H

#include "monitor/base/hash.h"

enum { NOTE_MAX = 16384, NOTE_SIGNATURES_MAX = 16, NOTE_NAME_MAX = 256 };
enum { NOTE_ED25519 = 0x01, NOTE_COSIGNATURE = 0x04 };

/* A verifier key: "name+hhhhhhhh+base64(type || key)". */
struct note_verifier {
	char     name[NOTE_NAME_MAX];
	uint32_t id;			/* first 4 octets of SHA-256(name || 0x0a || type || key) */
	uint8_t  type;
	uint8_t  key[32];		/* Ed25519 */
};

struct note_signature {
	char         name[NOTE_NAME_MAX];
	uint32_t     id;
	uint8_t      octets[128];	/* without the id; longer ones are kept out and counted */
	size_t       len;
};

struct note {
	struct bytes          text;	/* with its final newline; view into the note */
	size_t                count, passed_over;
	struct note_signature signature[NOTE_SIGNATURES_MAX];
};

MUST_USE enum err note_verifier_read(struct bytes text, struct note_verifier *, struct why *);
void note_verifier_make(const char *name, const uint8_t key[32], struct note_verifier *);
void note_verifier_text(const struct note_verifier *, struct buffer *);
MUST_USE enum err note_read(struct bytes, struct note *, struct why *);
/* ERR_NOT_FOUND: no signature of that key; ERR_UNTRUSTED: there is one and it is wrong. */
MUST_USE enum err note_verify(const struct note *, const struct note_verifier *, struct why *);
/* Appends "— name base64(id || signature)\n". */
void note_put_signature(struct buffer *, const struct note_verifier *, struct bytes signature);

struct checkpoint {
	char        origin[NOTE_NAME_MAX];
	uint64_t    size;
	struct hash root;
};

/* Appends the three lines to be signed, with the final newline. */
void checkpoint_text(struct buffer *, const struct checkpoint *);
MUST_USE enum err checkpoint_read(struct bytes note_text, struct checkpoint *, struct why *);

/* Ed25519 file keys: PKCS#8 PEM, as openssl genpkey writes them. */
struct signing_key;
MUST_USE enum err signing_key_make(struct signing_key **, struct why *);
MUST_USE enum err signing_key_read(struct bytes pem, struct signing_key **, struct why *);
MUST_USE enum err signing_key_write(const struct signing_key *, struct buffer *pem, struct why *);
void signing_key_public(const struct signing_key *, uint8_t key[32]);
MUST_USE enum err signing_key_sign(const struct signing_key *, struct bytes text,
    uint8_t signature[64], struct why *);
void signing_key_free(struct signing_key *);
/* Ed25519 over text; ERR_UNTRUSTED if it does not verify. */
MUST_USE enum err ed25519_verify(const uint8_t key[32], struct bytes text, struct bytes signature);

#endif
