/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The process behind one round of a probe that leaves its work to a program of ours: in a process
 * group of its own, with the request waiting on its descriptor 0 and nothing else of ours open.
 * Nothing here blocks: who does not end when killed is remembered and buried later.
 */
#ifndef PROBES_HELPER_H
#define PROBES_HELPER_H

#include <sys/types.h>

#include "monitor/base/bytes.h"

enum {
	HELPER_REQUEST_FD  = 0,
	HELPER_ANSWER_FD   = 3,		/* modules and libraries print to 0, 1 and 2 */
	HELPER_REQUEST_MAX = 60 << 10,	/* octets: fits a pipe that nobody reads yet */
	HELPERS_LEFT = 1024	/* killed and not gone yet: ROUNDS_IN_FLIGHT; more are forgotten */
};

/* Killed helpers that the kernel still holds. */
struct helper_graves { pid_t pid[HELPERS_LEFT]; size_t count; };

struct helper {
	pid_t         pid;		/* 0: none, or buried */
	int           answer;		/* to be watched; -1: none */
	struct buffer octets;		/* what it said so far */
};

/* A program of ours that helps; file is its descriptor, -1: not installed beside us. */
struct helper_program { const char *name; int file; size_t answer_max; };

/* Opens "sekimori-token" or another, to be executed later by whoever this process has become. */
struct helper_program helper_open(const char *name, size_t answer_max);
/* ERR_IO: it could not be started; ERR_LIMIT: the request is too large.  The request is copied. */
MUST_USE enum err helper_start(struct helper *, const struct helper_program *,
    struct bytes request, struct why *);
/* Takes what is there.  ERR_OK: that was all; ERR_BUSY: more may come; ERR_LIMIT: too much. */
MUST_USE enum err helper_read(struct helper *);
/* True once it ended; signal is the one that ended it, or 0, with its exit status. */
bool helper_ended(struct helper *, int *signal, int *status);
void helper_kill(struct helper *);	/* it has said too much */
/* Kills whoever is left of its group and gives everything back. */
void helper_free(struct helper *, struct helper_graves *);
void helper_graves_turn(struct helper_graves *);

#endif
