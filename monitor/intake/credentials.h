/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of who may send: one entry a line, its words apart by blanks; empty lines and what begins
 * with "#" are passed over.  Tokens and communities are kept as salted hashes.
 */
#ifndef MONITOR_INTAKE_CREDENTIALS_H
#define MONITOR_INTAKE_CREDENTIALS_H

#include "monitor/base/hash.h"
#include "monitor/base/limits.h"

enum { CREDENTIAL_WORDS = 8 };

/* One line; its words are views. */
struct credential_line { unsigned line; struct bytes word[CREDENTIAL_WORDS]; size_t words; };
/* False at the end.  at: where reading stands, zero at first. */
bool credential_next(struct bytes file, size_t *at, unsigned *line, struct credential_line *out);

/* Names with a secret each, or secrets alone. */
struct secrets {
	struct hash  salt;
	size_t       count;
	struct hash *hash;
};

/* word: which word of a line is the secret.  ERR_INVALID: a line without it; ERR_LIMIT. */
MUST_USE enum err secrets_read(struct bytes file, size_t word, struct secrets *, struct why *);
bool secrets_hold(const struct secrets *, struct bytes secret);
void secrets_free(struct secrets *);

#endif
