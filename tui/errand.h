/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Another sekimori command, run on behalf of the person at the screen: the screen itself only
 * reads, so an acknowledgement is "sekimori ack N TEXT" as a child process, by argument vector
 * and never through a shell.  One at a time; its answer is the last line it printed.
 */
#ifndef TUI_ERRAND_H
#define TUI_ERRAND_H

#include "monitor/base/bytes.h"

enum { ERRAND_ARGUMENTS = 16, ERRAND_ANSWER = 400 };

struct errand {
	int    process;			/* 0: none is running */
	int    fd;			/* its output, -1 if none */
	char   answer[ERRAND_ANSWER];	/* the last line, escaped when drawn */
	size_t len;
	bool   line_ended;
};

/* ERR_BUSY while another runs.  arguments[0] is the command's name; NULL ends them. */
MUST_USE enum err errand_start(struct errand *, const char *const *arguments, struct why *);
/* Takes what was printed; true once it ended, with *status as its exit code (-1: a signal). */
bool errand_turn(struct errand *, int *status);
/* Waits for it; for --dump. */
void errand_wait(struct errand *, int *status);
void errand_close(struct errand *);

#endif
