/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a worker knows of the PINs it was given: proven, refused, or being tried by one round.
 * Targets that share a token and a PIN share this, so that ten of them are not ten wrong tries.
 */
#ifndef PROBES_TOKEN_LOGIN_H
#define PROBES_TOKEN_LOGIN_H

#include "monitor/base/hash.h"

enum { TOKEN_LOGINS_MAX = 1024 };	/* PINs of one worker; further ones are not tried */

enum login_state {
	LOGIN_OPEN,		/* not known yet */
	LOGIN_PROVEN,		/* it logged in before */
	LOGIN_REFUSED,
	LOGIN_BUSY,		/* another round is logging in */
	LOGIN_FULL
};

struct token_logins {
	struct { struct hash login; enum login_state state; bool busy; } entry[TOKEN_LOGINS_MAX];
	size_t count;
};

/* LOGIN_OPEN and LOGIN_PROVEN make the asker the one who logs in, alone until it settles. */
enum login_state token_login_ask(struct token_logins *, struct hash login);
/* What the asker learnt: LOGIN_PROVEN, LOGIN_REFUSED, or LOGIN_OPEN: nothing. */
void token_login_settle(struct token_logins *, struct hash login, enum login_state);

#endif
