/* SPDX-License-Identifier: Apache-2.0 */
/* What the ledger subcommands share: options that say which ledger and which records. */
#ifndef REPORTS_LEDGER_COMMON_H
#define REPORTS_LEDGER_COMMON_H

#include "monitor/base/command.h"
#include "monitor/ledger/ledger.h"

/* The rows every subcommand begins its table with, in the order of enum ledger_option. */
#define LEDGER_OPTIONS                                                                        \
	{ "config", 'c', "FILE", N_("the daemon's configuration") },                          \
	{ "state", 's', "DIR", N_("the daemon's state folder") },                             \
	{ "ledger", 'l', "FILE", N_("another ledger: a copy, a backup") },                    \
	{ "from", 'f', "WHERE", N_("first record: its number, or a time") },                  \
	{ "to", 't', "WHERE", N_("end of the range: a record number (not included) or a time") }, \
	{ "json", 'j', NULL, N_("machine-readable output") }

enum ledger_option { LEDGER_OPTION_CONFIG, LEDGER_OPTION_STATE, LEDGER_OPTION_LEDGER,
	LEDGER_OPTION_FROM, LEDGER_OPTION_TO, LEDGER_OPTION_JSON, LEDGER_OPTIONS_OWN };

enum { LEDGER_OPERANDS_MAX = 1024 };

struct ledger_asked {
	const char *config, *state, *file, *from, *to;
	bool        json;
	const char *operand[LEDGER_OPERANDS_MAX];
	int         operands;
};

/*
 * The next option of the subcommand's own (counted from LEDGER_OPTIONS_OWN), options and operands
 * in any order; COMMAND_END when all are read.  COMMAND_WRONG: a sentence was printed.
 */
int ledger_options(const struct command *, int argc, char **argv, struct ledger_asked *,
    const char **value);

struct ledger_reader {
	struct ledger *ledger;
	struct ledger *shelf;		/* a second handle, for blobs while records are walked */
	uint64_t       from, to;	/* the range asked for, clipped to what there is */
};

/* Opens and finds the range; the sentence says what to do. */
MUST_USE enum err ledger_reader_open(struct ledger_reader *, const struct ledger_asked *,
    struct why *);
void ledger_reader_close(struct ledger_reader *);
/* "123" or a time as record number; after: a time means the first record behind it. */
MUST_USE enum err ledger_place(struct ledger *, const char *text, bool after, uint64_t *seq,
    struct why *);
/* "done of total" on standard error, if that is a terminal; done 0 begins, done == total ends. */
void ledger_progress(const char *doing, uint64_t done, uint64_t total);
/* Untrusted text to standard output, control octets escaped. */
void ledger_put_safe(const char *text);
/* A subcommand for help and manual; NULL behind the last. */
const struct command *ledger_subcommand(size_t at);

#endif
