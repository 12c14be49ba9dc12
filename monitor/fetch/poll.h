/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The polling processes: sekimori-fetch with index 1 or 2.  The first looks at the sources of the
 * plan, parses what it gets and appends SIGNAL and METRIC records; a process of its own, so that a
 * hostile feed shares no memory with the secrets of notice channels.  The second does the same
 * for the downloads of the plan: it has no secret at all, and may write where they lie (keep.c).
 */
#ifndef MONITOR_FETCH_POLL_H
#define MONITOR_FETCH_POLL_H

#include "monitor/daemon/download.h"
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
	DOWNLOAD_MS       = 120000,	/* a download may take this long: a database has 70 MB */
	KEEP_CHECK_MS     = 5000,	/* between two looks at how old files are */
	REDIRECTS_MAX     = 3,
	SIGNALS_OF_A_LOOK = 64,		/* statements recorded of one look; the rest is one count */
	DOCUMENT_OCTETS   = 64 << 10,	/* of a larger document only the item is kept ... */
	ITEM_OCTETS       = 256 << 10,	/* ... unless that is larger than this */
	SOURCE_METRICS    = 4
};

/* What a source may fill of the ledger by changing: as a target's, CHANGE_OCTETS of limits.h. */
struct poll_quota { bool begun; int64_t octets, filled_ms; };

/* How fresh a file is, the worse the larger. */
enum keep_state { KEEP_FINE, KEEP_ENDS_SOON, KEEP_REFUSED, KEEP_STALE, KEEP_ENDED, KEEP_STATES };

/* A file that is kept fresh. */
struct keep {
	const struct plan_download *plan;	/* in the plan in force; NULL: this is a source */
	struct plan_source          source;	/* what a look needs of it */
	struct hash                 hash;	/* of the file in use, as it was read last */
	struct download_content     content;
	bool                        readable;	/* the file in use is what its form says */
	int64_t                     file_ms;	/* when the file in use was written */
	struct hash                 refused;	/* what was kept out, or zero ... */
	char                        reason[WHY_TEXT_MAX];	/* ... and why */
	struct hash                 told_of;	/* the file kept out of which it was told */
	enum keep_state             told;
	bool                        any_told;
};

struct source {
	struct poll              *poll;
	const struct plan_source *plan;		/* in the plan in force */
	struct keep               keep;
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
	struct hash        sandbox;	/* sandbox_basis() it was entered with */
	CURLM             *multi;
	struct source    **source;
	size_t             sources, looks;
	struct outbox      outbox;
	struct buffer      message, body;
	int64_t            ready_ns;
	int64_t            check_ms;	/* when files are looked at again */
	bool               stopping;
	bool               reload;	/* a file was exchanged and the supervisor was not told */
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
void record_send(struct poll *, struct record *);
/* An event of the source, to be completed and sent. */
struct record event_of(const struct source *, const char *key, enum severity);
/* Takes octets out of what the source may fill, if there are so many. */
bool quota_take(struct poll_quota *, size_t octets);
/* The state of a file changed, or another one was kept out: an alarm, or its end. */
void record_kept(struct source *, enum keep_state);
/* The file was exchanged: before and after, with the new one as evidence if it is not too large. */
void record_exchanged(struct source *, const struct keep *before, struct bytes octets);

/* --- files that are kept fresh: keep.c ----------------------------------------------------- */
/* What was fetched: it takes the place of the file, or is kept out, or is damaged (an error). */
MUST_USE enum err keep_take(struct source *, struct bytes octets, struct why *);
void keep_read(struct source *);	/* the file in use, if it is another than before */
void keep_check(struct source *, int64_t now_ms);	/* how old it is (UTC); tells of changes */

#endif
