/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A report that is a paper: the options all of them have, the ledger it speaks for, and writing it
 * in each language and format.  A report gives one function that makes its paper.
 */
#ifndef REPORTS_REPORT_PAPER_H
#define REPORTS_REPORT_PAPER_H

#include "monitor/base/command.h"
#include "reports/filing_write.h"
#include "reports/paper.h"

enum { REPORT_PAPER_AT, REPORT_PAPER_LANG, REPORT_PAPER_FORMAT, REPORT_PAPER_OUT,
	REPORT_PAPER_FORCE, REPORT_PAPER_SEAL, REPORT_PAPER_NO_TIMESTAMP, REPORT_PAPER_CONFIG,
	REPORT_PAPER_LEDGER, REPORT_PAPER_OPTIONS };

/* The first rows of the options of such a command; its own follow. */
#define REPORT_PAPER_ROWS                                                                        \
	[REPORT_PAPER_AT]     = { "at", 0, "TIME", N_("as believed at this recorded time") },    \
	[REPORT_PAPER_LANG]   = { "lang", 0, "LIST",                                             \
	    N_("languages of the documents: ja, en or both") },                                  \
	[REPORT_PAPER_FORMAT] = { "format", 0, "LIST",                                           \
	    N_("formats, text if not given; \"report list\" names them") },                      \
	[REPORT_PAPER_OUT]    = { "out", 'o', "DIR", N_("write files there") },                  \
	[REPORT_PAPER_FORCE]  = { "force", 0, NULL, N_("replace files that are there already") }, \
	[REPORT_PAPER_SEAL]   = { "seal", 0, NULL,                                               \
	    N_("seal each document with the carrier's e-seal: DOCUMENT.p7s beside it") },        \
	[REPORT_PAPER_NO_TIMESTAMP] = { "no-timestamp", 0, NULL,                                 \
	    N_("seal without a time stamp: nobody then vouches for when") },                     \
	[REPORT_PAPER_CONFIG] = { "config", 'c', "FILE", N_("the daemon's configuration") },     \
	[REPORT_PAPER_LEDGER] = { "ledger", 0, "FILE",                                           \
	    N_("a ledger file, instead of the daemon's") }

struct report_paper {
	const char *name;		/* "dependencies": of its files */
	const char *at, *config, *ledger, *folder;
	bool        force, seal, no_timestamp;
	struct filing_order order;	/* its languages */
	unsigned    format[FILING_FORMATS_MAX];	/* rows of the table, behind them svg; none: text */
	size_t      formats;
	/*
	 * Makes the paper in the language in use; *code may become an exit code.  The state has a
	 * plan.  The caller frees the paper.
	 */
	enum err  (*make)(void *arg, const struct filing_source *, struct paper **, int *code,
	    struct why *);
	void       *arg;
};

/* The next option that is not one of the common rows, as command_next(). */
int report_paper_next(const struct command *, int argc, char **argv, struct report_paper *,
    const char **value);
/* Reads, makes and writes; returns the exit code.  ERR_INVALID of make is a wrong command. */
int report_paper_run(const struct command *, const struct report_paper *);
/*
 * Its documents as those of a filing, from a ledger that stands already: named, hashed, nothing
 * written.  No figure alone (svg).  ERR_LIMIT: more than one FILING record takes.
 */
MUST_USE enum err report_paper_documents(const struct report_paper *, const struct filing_source *,
    struct filing_documents *, int *code, struct why *);
/* "text,html": each once; ERR_INVALID with what there is. */
MUST_USE enum err report_paper_formats(const char *list, struct report_paper *, struct why *);
const char *report_paper_format(size_t i);	/* "text"; NULL behind the last */
/* The head: what the paper speaks for.  Called by make. */
void report_paper_head(struct paper *, const struct filing_source *);
/* By which file and edition of legal duties it speaks; nothing if the plan has none. */
void report_paper_rules(struct paper *, const struct state *);

/* Of the table report_command_list.h, or NULL behind its end. */
const struct command *report_subcommand(size_t at);

#endif
