/* SPDX-License-Identifier: Apache-2.0 */
/* What the readers of monitor/feed share; others include feed.h only. */
#ifndef MONITOR_FEED_FEED_PART_H
#define MONITOR_FEED_FEED_PART_H

#include "monitor/feed/feed.h"
#include "monitor/feed/feed_time.h"

/* A statement as a reader found it: views into what it reads, or NUL-terminated texts. */
struct feed_draft {
	struct bytes    key, title, region, services, text;
	enum feed_state state;
	enum severity   severity;	/* taken as CLEARED when the state says that it is over */
	int64_t         told_ms, started_ms, ended_ms;
	bool            doubtful;
	size_t          order;
	struct bytes    item;		/* a view that outlives the list, or of feed_keep() */
};

void         feed_add(struct feed_list *, const struct feed_draft *);
struct bytes feed_keep(struct feed_list *, char *text);	/* takes over malloc'd text */

/* --- texts: clean.c ------------------------------------------------------------------------ */
/* Appends text on one line: blanks folded, control and hidden characters and broken UTF-8 left
 * out; at most max octets, cut between characters with "...". */
void feed_clean(struct buffer *, struct bytes text, size_t max);
/* The same for a body with HTML in it: tags go, the five entities and &nbsp; are resolved. */
void feed_clean_html(struct buffer *, struct bytes text, size_t max);
/* A list of names with ", " between, each once, at most FEED_NAMES_MAX. */
struct feed_names { struct buffer text; size_t count; };
void feed_name_add(struct feed_names *, struct bytes name);
/* Position behind needle in text, regardless of ASCII case; 0 if it is not there. */
size_t feed_find(struct bytes text, const char *needle);

/* --- JSON: json.c -------------------------------------------------------------------------- */
struct json_t;
/* UTF-8 or UTF-16, with or without a byte order mark.  NULL with a sentence; else json_decref. */
struct json_t   *feed_json_read(struct bytes document, struct why *);
struct bytes     feed_json_text(const struct json_t *object, const char *name);	/* "" if none */
struct feed_when feed_json_time(const struct json_t *object, const char *name);
struct bytes     feed_json_item(struct feed_list *, const struct json_t *);	/* a copy of it */

/* --- XML: xml.c ---------------------------------------------------------------------------- */
/* An item of RSS or an entry of Atom; texts as they stand, entities resolved. */
struct feed_item {
	struct buffer key, title, link, body, published, updated;
	struct feed_names category;
	struct bytes  raw;		/* its part of the document */
	size_t        number;		/* from 0, in the order of the document */
};
typedef void feed_item_take(void *arg, const struct feed_item *);
MUST_USE enum err feed_xml_read(struct bytes document, feed_item_take *, void *arg, struct why *);

/* --- forms --------------------------------------------------------------------------------- */
MUST_USE enum err statuspage_read(struct bytes, struct feed_list *, struct why *);
MUST_USE enum err google_read(struct bytes, struct feed_list *, struct why *);
MUST_USE enum err aws_read(struct bytes, struct feed_list *, struct why *);
/* RSS and Atom, with what aws and azure put into them. */
MUST_USE enum err syndication_read(enum feed_kind, struct bytes, struct feed_list *, struct why *);
bool feed_is_xml(struct bytes document);
/* "Resolved: ...", "[Resolved] ...", "... - Mitigated", "【復旧】..."; INFORMED if none. */
enum feed_state feed_state_of_title(struct bytes title);
/* The word of a stage as Statuspage writes it: "in_progress"; INFORMED if it is another. */
enum feed_state feed_state_of_word(struct bytes word);

#endif
