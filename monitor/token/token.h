/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside sekimori-token: one PKCS#11 module, one session, one signature, then the end.  The module
 * is somebody else's code in this process: it is loaded after the sandbox was entered, and what it
 * answers is checked as far as a process can check its own memory.
 */
#ifndef MONITOR_TOKEN_TOKEN_H
#define MONITOR_TOKEN_TOKEN_H

#include <p11-kit/pkcs11.h>

#include "attest/possession.h"
#include "probes/wire/token_message.h"

enum {
	SLOTS_MAX     = 256,		/* slots of a module: more are not looked at */
	ATTRIBUTE_MAX = 4096,		/* octets of one attribute; more is nonsense */
	MODULE_MAX    = 64 << 20	/* octets of a module's file; more is not loaded */
};

struct work {
	struct token_request request;
	CK_FUNCTION_LIST    *call;
	CK_SESSION_HANDLE    session;
	CK_OBJECT_HANDLE     key;
	CK_KEY_TYPE          kind;
	bool                 always_login;	/* CKA_ALWAYS_AUTHENTICATE */

	struct possession    possession;
	struct buffer        spki, signature;	/* behind its views */
	struct buffer        listing;		/* of the whole token, if asked for */
	char manufacturer[33], model[17], firmware[8], library[48];

	/* What the answer says; the first failure stays. */
	enum token_result    result;
	CK_RV                rv;
	char                 text[TOKEN_TEXT_MAX + 1];
};

/* Every step returns false once result says why not. */
bool fail(struct work *, enum token_result, CK_RV, const char *fmt, ...) PRINTF(4, 5);
void stage(enum token_stage);			/* told at once, for the case that it is the last */

bool confine(struct work *);			/* confine.c: no way back */
bool module_load(struct work *);		/* module.c: its file's hash, its functions */
bool module_token(struct work *);		/* the one token, what it is, a session, login */
bool key_make(struct work *);			/* make.c: a new pair, never to leave */
bool key_find(struct work *);			/* key.c: exactly one private key, its attributes */
bool public_find(struct work *);		/* public.c: its public half, as SPKI */
bool key_sign(struct work *);			/* sign.c: the nonce */
bool key_seal(struct work *);			/* seal.c: the message */
bool token_list(struct work *);			/* audit.c: everything on the token */
bool login(struct work *, CK_USER_TYPE);	/* module.c */

/* sign.c: one C_SignInit and C_Sign, the signature into work->signature. */
CK_RV sign_with(struct work *, CK_MECHANISM *, struct bytes message);

/*
 * The value of an attribute, appended to out; false if the object has none, it is empty, hidden or
 * not a length that can be.
 */
bool attribute_octets(struct work *, CK_OBJECT_HANDLE, CK_ATTRIBUTE_TYPE, struct buffer *out);
/* False if it is not answered as a boolean. */
bool attribute_bool(struct work *, CK_OBJECT_HANDLE, CK_ATTRIBUTE_TYPE, bool *value);
/* Finds at most max objects; returns how many, or -1 after fail(). */
long objects_find(struct work *, CK_ATTRIBUTE *, CK_ULONG count, CK_OBJECT_HANDLE *, CK_ULONG max);

#endif
