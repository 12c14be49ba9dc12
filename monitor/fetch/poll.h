/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The polling process: sekimori-fetch with index 1.  It looks at the sources of the plan, parses
 * what it gets and appends SIGNAL and METRIC records; a process of its own, so that a hostile feed
 * shares no memory with the secrets of notice channels.
 */
#ifndef MONITOR_FETCH_POLL_H
#define MONITOR_FETCH_POLL_H

#include "monitor/daemon/outbox.h"
#include "monitor/daemon/role.h"
#include "monitor/feed/book.h"
#include "monitor/feed/exposition.h"
#include "monitor/feed/meter.h"
#include "monitor/feed/pace.h"
#include "monitor/fetch/look.h"

enum {
	LOOKS_MAX         = 16,		/* at once; others wait their turn */
	LOOK_MIN_MS       = 2000,	/* a look may take as long as the interval, at least this */
	LOOK_MS           = 30000,	/* ... and at most this */
	REDIRECTS_MAX     = 3,
	SIGNALS_OF_A_LOOK = 64,		/* statements recorded of one look; the rest is one count */
	DOCUMENT_OCTETS   = 64 << 10,	/* of a larger document only the item is kept ... */
	ITEM_OCTETS       = 256 << 10,	/* ... unless that is larger than this */
	SOURCE_METRICS    = 4
};

/* What a source may fill of the ledger by changing: as a target's, CHANGE_OCTETS of limits.h. */
struct poll_quota { bool begun; int64_t octets, filled_ms; };

struct source {
	struct poll              *poll;
	const struct plan_source *plan;		/* in the plan in force */
	struct hash               fingerprint;	/* of all of it but the interval */
	enum feed_kind            kind;		/* FEED_NONE: metrics */
	struct pace               pace;
	int64_t                   due_ms;	/* monotonic */
	struct look              *look;		/* in flight, or NULL */
	struct buffer             redirect;	/* where the next look goes instead, or empty */
	unsigned                  redirects;
	struct validators         have;
	struct hash               document;	/* the newest that was read */
	bool                      was_read;	/* since this process began */
	struct feed_book          book;
	struct poll_quota         quota;
	enum metric               metric[SOURCE_METRICS];
	struct exposition_selector selector[SOURCE_METRICS];
	struct meter              meter[SOURCE_METRICS];
	size_t                    metrics;
};

struct poll {
	struct role_start *start;
	CURLM             *multi;
	struct source    **source;
	size_t             sources, looks;
	struct outbox      outbox;
	struct buffer      message, body;
	int64_t            ready_ns;
	bool               stopping;
};

int  poll_run(struct role_start *);	/* the exit status */
int64_t poll_now_ms(void);		/* monotonic */

/* --- one look: poll_look.c ----------------------------------------------------------------- */
void source_look(struct source *);	/* begins one; a failure is an answer too */
void source_answer(struct source *, CURLcode);
void source_abort(struct source *);	/* what is in flight is forgotten */

/* --- records: poll_record.c ---------------------------------------------------------------- */
/* What of the list is news; document is what it was read from. */
void record_notices(struct source *, const struct feed_list *, struct bytes document);
/* "It cannot be read" began or ended; why is said with it. */
void record_reading(struct source *, bool readable, const char *why);
/* Values of the metrics; NULL: none can be had. */
void record_metrics(struct source *, const struct exposition_sum *, const char *why);
void record_self(struct poll *, const char *sandbox);

#endif
