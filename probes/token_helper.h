/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The process behind one round of the probe "token": sekimori-token in a process group of its own,
 * with the request waiting on its descriptor 0 and nothing else of ours open.  Nothing here blocks:
 * who does not end when killed is remembered and buried later.
 */
#ifndef PROBES_TOKEN_HELPER_H
#define PROBES_TOKEN_HELPER_H

#include <sys/types.h>

#include "monitor/base/bytes.h"

enum { HELPERS_LEFT = 1024 };	/* killed and not gone yet: ROUNDS_IN_FLIGHT; more are forgotten */

/* Killed helpers that the kernel still holds. */
struct token_graves { pid_t pid[HELPERS_LEFT]; size_t count; };

struct token_helper {
	pid_t         pid;		/* 0: none, or buried */
	int           answer;		/* to be watched; -1: none */
	struct buffer octets;		/* what it said so far */
};

/* Opens the helper, to be executed later by whoever this process has become; -1 if not there. */
int token_helper_open(void);
/* ERR_IO: it could not be started; ERR_LIMIT: the request is too large.  The request is copied. */
MUST_USE enum err token_helper_start(struct token_helper *, int program, struct bytes request,
    struct why *);
/* Takes what is there.  ERR_OK: that was all; ERR_BUSY: more may come; ERR_LIMIT: too much. */
MUST_USE enum err token_helper_read(struct token_helper *);
/* True once it ended; signal is the one that ended it, or 0, with its exit status. */
bool token_helper_ended(struct token_helper *, int *signal, int *status);
void token_helper_kill(struct token_helper *);	/* it has said too much */
/* Kills whoever is left of its group and gives everything back. */
void token_helper_free(struct token_helper *, struct token_graves *);
void token_graves_turn(struct token_graves *);

#endif
