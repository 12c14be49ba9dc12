/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A command of the command line as data: help, manual page and parsing (getopt_long) come from
 * one table.  Each command is one const struct at the end of its file and one line in
 * monitor/command_list.h (or a list of its own for "sekimori ledger ...").
 */
#ifndef MONITOR_BASE_COMMAND_H
#define MONITOR_BASE_COMMAND_H

#include "monitor/base/err.h"

enum {
	EXIT_FINE    = 0,	/* as it should be */
	EXIT_FINDING = 1,	/* something is not as it should be */
	EXIT_USAGE   = 2,	/* the command or configuration is wrong */
	EXIT_UNKNOWN = 3	/* cannot know: no answer, no evidence, stale */
};

struct command_option {
	const char *name;	/* long name */
	char        letter;	/* short one, or 0 */
	const char *argument;	/* "FILE", "TIME", NULL for a flag */
	const char *help;	/* N_() */
};

struct command {
	const char *name;	/* "status" or "ledger audit" */
	const char *usage;	/* what follows the options: "BUNDLE", "" */
	const char *summary;	/* one line, N_() */
	const char *about;	/* paragraphs for --help and the manual, N_(), or NULL */
	const struct command_option *options;	/* ended by a NULL name */
	int       (*run)(const struct command *, int argc, char **argv);
	const char *more;	/* further lines for the manual only, English, or NULL */
};

enum { COMMAND_END = -1, COMMAND_WRONG = -2, COMMAND_HELP = -3 };

/*
 * Next option: its place in the table, with *value set for those that take one; COMMAND_END when
 * all are read (optind then stands at the first operand).  COMMAND_WRONG: a sentence was printed,
 * return EXIT_USAGE.  COMMAND_HELP: help was printed, return EXIT_FINE.
 */
int command_next(const struct command *, int argc, char **argv, const char **value);
/* Operands of a command, views of argv. */
struct operands {
	const char **at;	/* the caller's, of max */
	int          max, count;
	bool         over;	/* "--" was read: all that follows are operands */
};
/*
 * The same for options and operands in any order: those go to *operands.  COMMAND_END when all are
 * read, or when there are more operands than max: then optind < argc.
 */
int command_among(const struct command *, int argc, char **argv, const char **value,
    struct operands *);
/*
 * The place in argv of the first operand behind options of the command; 0 if there is none, or an
 * option before it is not of its table.  Nothing is printed, and options are read from the first
 * again after it.
 */
int command_operand(const struct command *, int argc, char **argv);
/*
 * Of a command that has verbs: its options before the verb and behind it, all of them.  value[i] is
 * that of option i, "" of a flag, and stays as it is where the option is not given.  *argv then
 * begins with the verb, or with otherwise where there is none, and its operands follow.  False: a
 * sentence or the help was printed, return *code.
 */
bool command_verb(const struct command *, int *argc, char ***argv, const char *otherwise,
    const char **value, int *code);
/* Prints "sekimori NAME: sentence" on standard error and returns EXIT_USAGE. */
int command_wrong(const struct command *, const char *fmt, ...) PRINTF(2, 3);
/* Prints why's sentence likewise; the exit code that fits its error. */
int command_failed(const struct command *, const struct why *);
void command_help(const struct command *);

#endif
