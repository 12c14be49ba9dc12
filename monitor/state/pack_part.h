/* SPDX-License-Identifier: Apache-2.0 */
/* What the files that read packs and rules share; everybody else uses pack.h. */
#ifndef MONITOR_STATE_PACK_PART_H
#define MONITOR_STATE_PACK_PART_H

#include "monitor/base/conf.h"
#include "monitor/state/pack.h"

struct pack_reader {
	const char  *name;		/* of the file */
	struct pack *pack;
	struct why  *why;
};

/* A text of a group. */
struct pack_member { const char *name; bool required; };

/* --- pack.c ------------------------------------------------------------------------------- */
/* "NAME:LINE: sentence"; returns err. */
enum err pack_fault(struct pack_reader *, const struct conf_node *, enum err, const char *fmt, ...)
    PRINTF(4, 5);
/* A text of at most PACK_TEXT_MAX octets of UTF-8 without control characters. */
MUST_USE enum err pack_text_check(struct pack_reader *, const struct conf_node *, bool one_line);
/* The texts of a group by its table, checked; NULL where one was not given. */
MUST_USE enum err pack_group(struct pack_reader *, const struct conf_node *group,
    const struct pack_member *, size_t count, const struct conf_node **out);
const char *pack_text(const struct conf_node *);	/* "" for NULL */
MUST_USE enum err pack_id(struct pack_reader *, const struct conf_node *);
/* The place of the text among the words. */
MUST_USE enum err pack_word(struct pack_reader *, const struct conf_node *,
    const char *const *words, size_t count, unsigned *out);
/* The list called name, NULL if there is none; every entry of it a group, at most maximum. */
MUST_USE enum err pack_list(struct pack_reader *, const struct conf_node *root, const char *name,
    size_t maximum, const struct conf_node **out);

/* --- pack_control.c ----------------------------------------------------------------------- */
MUST_USE enum err pack_controls(struct pack_reader *, const struct conf_node *root);

#endif
