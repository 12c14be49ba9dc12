/* SPDX-License-Identifier: Apache-2.0 */
/* What the files that make stories share, and nobody else includes. */
#ifndef MONITOR_REPLAY_STORY_PART_H
#define MONITOR_REPLAY_STORY_PART_H

#include "monitor/replay/story.h"

enum {
	STORY_IDS_MAX = 256,	/* incidents that became part of one; further ones are left out */
	STORY_BEFORE  = 64	/* records before the first that are looked at, too */
};

/* Takes the text; beyond STORY_MAX it is counted. */
void story_add(struct story *, struct story_entry, struct buffer *text);
enum story_kind story_kind_of(enum transition_kind);
bool story_is_problem(const struct transition *);
/* Kinds of records that no transition tells of. */
bool story_is_apart(enum record_kind);
/* A record about one of these incidents, told without a state. */
void story_record(struct story *, const struct record *, const uint64_t *id, size_t ids);

#endif
