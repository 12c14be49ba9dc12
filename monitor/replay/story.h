/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The story of one incident: everything of the ledger that belongs to it in one order, up to a size
 * of the ledger: what was observed, what was raised, what providers said, what verdicts changed,
 * what people did, what was told to whom, which clocks ran, what was filed.  The same incident at
 * an earlier size is the story as known then; at the newest size it is the one as corrected since.
 */
#ifndef MONITOR_REPLAY_STORY_H
#define MONITOR_REPLAY_STORY_H

#include "monitor/replay/replay.h"

enum story_kind {
	STORY_HEALTH,		/* what was observed of a target */
	STORY_INCIDENT,		/* opened, grew, resolved, became part of another */
	STORY_ALARM,		/* what came in beside probes */
	STORY_PROVIDER,		/* a provider's own word */
	STORY_VERDICT,		/* a control's verdict changed for something of it */
	STORY_PERSON,		/* what a person did: noted, corrected, filled */
	STORY_NOTICE,		/* somebody outside accepted a notice */
	STORY_DUTY,		/* a legal clock */
	STORY_IMPACT,		/* users, responsibility */
	STORY_FILING,		/* a paper was recorded */
	STORY_MONITOR,		/* the monitor itself: gaps, clocks, configuration, windows */
	STORY_KINDS
};

struct story_entry {
	enum story_kind kind;
	bool         problem;		/* it says that something is wrong */
	int64_t      recorded_ms;	/* when the ledger wrote it */
	int64_t      observed_ms;	/* when it was, as its observer says */
	uint64_t     seq;		/* the record behind it */
	struct hash  said;		/* commitment of what a person said, zero if nothing */
	char        *text;		/* one sentence, in the language in use; owned */
};

enum { STORY_MAX = 20000 };		/* entries; more are counted */

struct story {
	uint64_t incident, size;	/* as known by that many records */
	struct story_entry *entry;	/* by observed time, then by record */
	size_t   entries, entry_cap;
	uint64_t passed_over;		/* entries beyond STORY_MAX */
	struct state *state;		/* as believed after "size" records; owned */
};

/*
 * The replay may stand anywhere and is moved; shelf is another handle of the same ledger, for
 * blobs on the way.  size is at most that of the ledger.  ERR_NOT_FOUND: no such incident then.
 * The replay's on_progress is called on the way; ERR_CLOSED when it gives up.
 * The caller frees with story_free().
 */
MUST_USE enum err story_make(struct replay *, struct ledger *, struct ledger *shelf,
    uint64_t incident, uint64_t size, struct story **, struct why *);
void story_free(struct story *);		/* NULL is fine */

const char *story_kind_name(enum story_kind);	/* "alarm"; marked for translation */
char        story_kind_letter(enum story_kind);	/* for black and white */

#endif
