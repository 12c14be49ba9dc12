/* SPDX-License-Identifier: Apache-2.0 */
/* What commands share that ask the running daemon for an act and print its answer. */
#ifndef MONITOR_DAEMON_ASK_H
#define MONITOR_DAEMON_ASK_H

#include "monitor/base/bytes.h"
#include "monitor/base/command.h"
#include "monitor/ledger/record.h"

/* Prints the daemon's sentence; returns the exit code of the command. */
int ask_daemon(const struct command *, const char *config, const char *state, enum act,
    uint64_t number, const char *text);
/* A whole number without a sign. */
bool ask_number(const char *text, uint64_t *number);
/*
 * "30d" and "2h" count from now_ms, forward; else a time or a date as people write them.  False:
 * a sentence was printed, return EXIT_USAGE.
 */
bool ask_time(const struct command *, const char *text, int64_t now_ms, int64_t *at_ms);
/* The operands from first on, with blanks between: nobody needs to quote a sentence. */
void ask_join(struct buffer *, int argc, char **argv, int first);
/* False: it is not UTF-8, and a sentence was printed. */
bool ask_text(const struct command *, const struct buffer *);

#endif
