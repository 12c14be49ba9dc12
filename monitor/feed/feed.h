/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What providers say of themselves: octets of a status feed in, a list of statements out.  Pure:
 * no clock, no network.  A feed proves only that the provider said so; what it does not say (a
 * time, a region) stays empty and is never guessed.  docs/feeds.md has the mapping of each form.
 */
#ifndef MONITOR_FEED_FEED_H
#define MONITOR_FEED_FEED_H

#include "monitor/base/bytes.h"
#include "monitor/ledger/record.h"

enum {
	FEED_DOCUMENT_MAX = 8 << 20,	/* octets: Google's history is a few MiB; unreadable */
	FEED_DEPTH_MAX    = 32,		/* nesting; the forms need 8; unreadable */
	FEED_GROUPS_MAX   = 200000,	/* JSON objects and arrays: 350 octets of memory each */
	FEED_VALUES_MAX   = 1000000,	/* JSON values; unreadable, as above */
	FEED_NOTICES_MAX  = 4096,	/* statements; the rest is counted in left_out */
	FEED_NAMES_MAX    = 64,		/* regions or services named in one; the rest: "..." */
	FEED_KEY_MAX      = 200,	/* octets; a longer one becomes its SHA-256 */
	FEED_TITLE_MAX    = 256,	/* octets; cut between characters, with "..." */
	FEED_PLACES_MAX   = 400,	/* octets of regions, and of services; likewise */
	FEED_TEXT_MAX     = 4000	/* octets of the body; likewise */
};

enum feed_kind {
	FEED_NONE,
#define FEED_KIND(NAME, name) FEED_##NAME,
#include "monitor/feed/feed_list.h"
};

enum feed_state {
#define FEED_STATE(NAME, word, open) FEED_##NAME,
#include "monitor/feed/feed_list.h"
	FEED_STATES
};

/* One statement about one event.  Texts are clean UTF-8 without control characters. */
struct feed_notice {
	char           *key;		/* the provider's own name of the event; pairs statements */
	char           *title;		/* headline */
	char           *region;		/* regions it names, ", " between; "" if none */
	char           *services;	/* likewise */
	char           *text;		/* the body without its markup, "" if none */
	enum feed_state state;
	enum severity   severity;	/* CLEARED when it is over */
	int64_t         told_ms;	/* when it was posted, ms UTC; 0: not said */
	bool            doubtful;	/* a time was given in a zone nobody knows; told_ms is 0 */
	int64_t         started_ms, ended_ms;	/* as the provider says; 0: not said */
	size_t          order;		/* among statements of equal time: larger is newer */
	bool            first, newest;	/* of its event in this document */
	struct bytes    item;		/* its part of the document or a copy; see feed_list.kept */
};

struct feed_list {
	struct feed_notice *notice;	/* by key, then oldest first */
	size_t              notices, cap;
	size_t              left_out;	/* beyond FEED_NOTICES_MAX */
	char              **kept;	/* items that are no part of the document */
	size_t              keeps, keep_cap;
};

enum feed_kind feed_kind_by_name(const char *);	/* FEED_NONE if it is none */
const char    *feed_state_word(enum feed_state);	/* "identified" */
bool           feed_state_open(enum feed_state);	/* not over, as far as it says */
bool           feed_state_over(enum feed_state);

/*
 * Reads a document of that kind; list is empty before.  Items are views into document or live in
 * the list.  ERR_MALFORMED, ERR_TRUNCATED, ERR_LIMIT or ERR_UNSUPPORTED (another form) with a
 * sentence; then the list is empty.
 */
MUST_USE enum err feed_read(enum feed_kind, struct bytes document, struct feed_list *,
    struct why *);
void feed_list_free(struct feed_list *);

/*
 * True if the statement is about one of the regions (names with commas; "" is all).  One that names
 * no region and no service may be about everything, and counts.
 */
bool feed_concerns(const struct feed_notice *, const char *regions);
/* Before a sandbox: what jansson takes from the system at its first use. */
void feed_begin(void);

#endif
