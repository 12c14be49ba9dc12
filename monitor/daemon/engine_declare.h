/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people declare: one function per act that checks it against what is believed now and fills
 * its record.  To add one: a function here, a line in declare_list.h, its words in a command.
 */
#ifndef MONITOR_DAEMON_ENGINE_DECLARE_H
#define MONITOR_DAEMON_ENGINE_DECLARE_H

#include "monitor/daemon/engine.h"

/* What a question was: the pending act has who asks, and the incident or record it names. */
struct declaring {
	struct engine        *engine;
	const struct pending *pending;
	struct bytes          text;	/* of the question, consumed line by line */
	struct buffer        *scratch;	/* for lists of the record; two, one each */
	struct bytes          said;	/* why: kept beside the tree */
};

/* The next line, without its end; empty behind the last. */
struct bytes declare_line(struct declaring *);
bool declare_number(struct bytes line, int64_t *out);	/* a decimal number that is not negative */
bool declare_hash(struct bytes line, struct hash *out);	/* 64 hex digits */
/* A line as text that fits; ERR_INVALID with the sentence if it is empty or longer. */
MUST_USE enum err declare_text(struct bytes line, char *out, size_t out_len, const char *sentence,
    struct why *);

/* Each fills the fields of its record that are not the author's; ERR with a sentence otherwise. */
#define DECLARE(act, kind, name, field) \
	MUST_USE enum err declare_##name(struct declaring *, struct record *, struct why *);
#include "monitor/daemon/declare_list.h"

#endif
