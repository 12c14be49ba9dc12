/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a paper about one incident is made from: the incident and whom it hit in one state, its
 * story, what people entered into the paper, the edition it is.  Everything is of the first "size"
 * records, so that the same paper can be made again from the ledger at any later time.
 */
#ifndef REPORTS_ACCIDENT_H
#define REPORTS_ACCIDENT_H

#include "monitor/base/timetext.h"
#include "monitor/replay/story.h"
#include "monitor/state/affairs.h"
#include "monitor/state/demarcation.h"
#include "reports/filing.h"
#include "reports/report_source.h"

enum {
	ACCIDENT_ENTRIES_MAX = 4096,	/* fields with entries of a paper; others are left */
	ACCIDENT_ROWS_MAX = 500,	/* of one table; further ones are counted */
	ACCIDENT_NAMED_MAX = 40		/* instances named in one value; further ones are counted */
};

/* The newest ENTRY of one field. */
struct accident_entry {
	char        *field;
	char        *author;
	uint64_t     seq;
	int64_t      recorded_ms;
	bool         withheld;		/* the value is not there, or was asked not to be shown */
	char        *text;		/* one line or more; "" if withheld */
	struct hash  commitment;	/* of the text; zero: it was withdrawn */
};

/* Of the English draft of a field, so that a confirmation says what was confirmed. */
struct accident_digest { char field[64]; struct hash hash; };

/* What is asked for. */
struct accident_order {
	struct report_source *source;
	const char *report;		/* "prompt-report" */
	uint64_t    incident;
	uint64_t    edition;		/* 0: not frozen */
	uint64_t    previous;		/* record of the FILING it replaces, 0 if none */
	bool        withhold;		/* what people said stays out */
	bool        brief;		/* without its story: a row of a list */
	struct accident_digest digest[FORM_FIELDS_MAX];  size_t digests;
};

struct accident {
	struct accident_order   order;
	const struct state     *state;
	const struct incident  *incident;
	const struct affair    *affair;		/* NULL: nobody was counted */
	struct affair_case      made;
	struct duty_verdict    *verdict;	/* NULL: no duties are in force */
	struct demarcation      side;
	struct story           *story;
	struct accident_entry  *entry;  uint32_t entries;
	int64_t                 occurred_ms, known_ms, restored_ms, at_ms;
};

/*
 * Opens it in the language in use; source->state must stay and must not be the replay's own, which
 * is moved.  ERR_NOT_FOUND: there was no such incident.  accident_close() in any case.
 */
MUST_USE enum err accident_open(const struct accident_order *, const struct filing_source *,
    struct accident **, struct why *);
void accident_close(struct accident *);		/* NULL is fine */
/* Sets the digests of the order from a filing in English. */
void accident_digests(const struct filing *, struct accident_order *);
/* SHA-256 over what a field says as drafted. */
struct hash accident_draft_hash(const struct filing_answer *);
const struct accident_entry *accident_entry_of(const struct accident *, const char *field);
/* "2026年11月30日（月）09時53分20秒" or "2026-11-30 09:53:20 JST". */
void accident_moment(int64_t ms, char out[2 * TIME_TEXT]);
/* "東京都", "Tokyo"; the code itself where it is no prefecture of Japan. */
const char *prefecture_name(const char *code, bool japanese);

/* Reads the entries of a paper up to a size of the ledger; the newest of each field. */
MUST_USE enum err accident_entries_read(struct accident *, uint64_t size, struct why *);

#endif
