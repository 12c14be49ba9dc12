/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the probe "token", or whoever seals a paper, and sekimori-token say to each other.  The
 * request is one CBOR map; the answer a sequence (RFC 8742) of the stages that were begun, then
 * one map.  sekimori-token shares its memory with somebody else's module, so every octet of the
 * answer is untrusted.
 */
#ifndef PROBES_WIRE_TOKEN_MESSAGE_H
#define PROBES_WIRE_TOKEN_MESSAGE_H

#include "monitor/base/bytes.h"

enum {
	TOKEN_REQUEST_FD  = 0,
	TOKEN_ANSWER_FD   = 3,		/* modules print to 0, 1 and 2 */
	TOKEN_REQUEST_MAX = 32 << 10,	/* octets: fits a pipe that nobody reads yet */
	TOKEN_ANSWER_MAX  = 224 << 10,	/* evidence, and a listing of the whole token */
	TOKEN_TEXT_MAX    = 200		/* octets of what a loader says */
};

/* Where the helper is, so that a crash or hang can be told with its place. */
#define TOKEN_STAGES(X)                                      \
	X(BEGIN,      "before the module was loaded")        \
	X(LOAD,       "while the module was loaded")         \
	X(INITIALIZE, "in C_Initialize")                     \
	X(SLOTS,      "while tokens were looked for")        \
	X(SESSION,    "in C_OpenSession")                    \
	X(LOGIN,      "in C_Login")                          \
	X(OBJECTS,    "while the key was looked for")        \
	X(ATTRIBUTES, "while attributes of the key were read") \
	X(AUDIT,      "while the objects of the token were listed") \
	X(MAKE,       "while it made a key") \
	X(SIGN,       "while it signed")                     \
	X(END,        "after it had signed")

enum token_stage {
#define X(NAME, text) TOKEN_STAGE_##NAME,
	TOKEN_STAGES(X)
#undef X
	TOKEN_STAGE_COUNT
};

enum token_result {
	TOKEN_SIGNED,		/* evidence is there; whether it proves anything is not yet known */
	TOKEN_CONFINE,		/* the helper could not confine itself; text */
	TOKEN_REQUEST,		/* the request is not one; text */
	TOKEN_LOAD,		/* the module cannot be read or loaded; text */
	TOKEN_CALL,		/* a call of PKCS#11 failed: stage and rv */
	TOKEN_NONSENSE,		/* a call succeeded with lengths or types that cannot be; text */
	TOKEN_NONE,		/* no such token */
	TOKEN_SEVERAL,		/* more than one such token */
	TOKEN_PIN_MISSING,	/* the token wants one, none is configured */
	TOKEN_PIN_WRONG,	/* tried once, refused */
	TOKEN_PIN_LOCKED,	/* not tried: the token says it is locked or has one try left */
	TOKEN_PIN_COUNTED,	/* not tried: wrong ones were counted, ours is not proven */
	TOKEN_KEY_NONE,
	TOKEN_KEY_SEVERAL,
	TOKEN_PUBLIC_NONE,	/* nothing on the token says what the public key is */
	TOKEN_PUBLIC_SEVERAL,
	TOKEN_KIND,		/* not a kind of key that we have a mechanism for; text */
	TOKEN_RESULT_COUNT
};

struct token_request {
	struct bytes module;		/* absolute path */
	struct bytes token, serial;	/* label, serial number; empty: any */
	struct bytes key, key_id;	/* label; CKA_ID; empty: any */
	struct bytes pin;		/* empty: none */
	struct bytes nonce;
	struct bytes paths;		/* files and folders the module may use, with commas */
	struct bytes environment;	/* NAME=VALUE, with commas */
	bool         network;		/* the module may use it */
	bool         proven;		/* this PIN has logged in before */
	struct bytes message;		/* to be signed instead of the nonce; empty: none */
	unsigned     digest;		/* bits of SHA-2 over the message: 256, 384 or 512; 0: the
					 * message itself, by an Edwards key */
	bool         audit;		/* every object of the token is listed, too */
	bool         make;		/* an Ed25519 pair of that label and id is made first */
};

struct token_answer {
	enum token_stage  stage;	/* the last one begun */
	bool              whole;	/* the map was there; all below are its */
	enum token_result result;
	uint64_t          rv;		/* CK_RV of the call that failed, or 0 */
	struct bytes      text;		/* UTF-8, as a stranger says it */
	struct bytes      evidence;	/* of attest/possession.h; of a message token_signature */
	struct bytes      listing;	/* of attest/token_audit.h; empty if not asked for */
};

void token_request_write(struct buffer *, const struct token_request *);
/* Views into the octets; ERR_MALFORMED or what CBOR says. */
MUST_USE enum err token_request_read(struct bytes, struct token_request *, struct why *);

/* What signing a message brings: the key's public half as the token has it, and the signature as
 * PKCS#11 makes it (ECDSA: r and s, each as long as the order). */
struct token_signature { struct bytes spki, signature; };

void token_signature_write(struct buffer *, const struct token_signature *);
/* Views into the octets; ERR_MALFORMED. */
MUST_USE enum err token_signature_read(struct bytes, struct token_signature *, struct why *);

void token_stage_write(struct buffer *, enum token_stage);
void token_answer_write(struct buffer *, const struct token_answer *);	/* the map alone */
/*
 * Views into the octets.  An answer that ends before its map is ERR_OK and not whole: that is how
 * a helper dies.  ERR_MALFORMED or ERR_LIMIT: not an answer; stage is then still told.
 */
MUST_USE enum err token_answer_read(struct bytes, struct token_answer *);

const char *token_stage_text(enum token_stage);		/* "in C_Login" */
/* "CKR_PIN_LOCKED"; "CKR 0x80000001" for others, in the caller's memory. */
enum { TOKEN_RV_TEXT = 48 };
const char *token_rv_text(uint64_t rv, char out[TOKEN_RV_TEXT]);

#endif
