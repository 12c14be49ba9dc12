/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One resource as a provider describes it.  A setting that was not said stays unknown: silence is
 * never "no".  Every text is owned by the resource; what is put in is copied, and cut to a bound.
 */
#ifndef MONITOR_INVENTORY_RESOURCE_H
#define MONITOR_INVENTORY_RESOURCE_H

#include "monitor/base/bytes.h"

enum {
	RESOURCE_TEXT_MAX = 512,	/* octets of an identifier: Azure's are the longest; cut */
	RESOURCE_LIST_MAX = 256,	/* entries of one list kept; more are counted */
	RESOURCE_EDGE_MAX = 256
};

/* A list that owns its texts. */
struct text_list { char **text; size_t count, cap, all; };	/* all: with those not kept */

void text_list_add(struct text_list *, struct bytes);
void text_list_print(struct text_list *, const char *fmt, ...) PRINTF(2, 3);
void text_list_free(struct text_list *);

enum setting { SETTING_UNKNOWN, SETTING_NO, SETTING_YES };

/* SETTING(NAME, "name"): what is switched on or off. */
#define RESOURCE_SETTINGS(X)                \
	X(PUBLIC,        "public")          \
	X(ENCRYPTED,     "encrypted")       \
	X(LOGGING,       "logging")         \
	X(ROTATION,      "rotation")        \
	X(VERSIONING,    "versioning")      \
	X(SECOND_FACTOR, "second_factor")

enum resource_setting {
#define X(NAME, name) RESOURCE_##NAME,
	RESOURCE_SETTINGS(X)
#undef X
	RESOURCE_SETTING_COUNT
};

/* EDGE(NAME, "words"): ways in which data leave. */
#define EDGE_KINDS(X)                       \
	X(REPLICATION, "replication")       \
	X(BACKUP,      "backup")            \
	X(COPY,        "snapshot copy")     \
	X(SHARE,       "share")             \
	X(LOGS,        "log sink")          \
	X(KEY_REPLICA, "key replica")       \
	X(EXPORT,      "export")

enum edge_kind {
#define X(NAME, words) EDGE_##NAME,
	EDGE_KINDS(X)
#undef X
	EDGE_KIND_COUNT
};

struct edge {
	enum edge_kind kind;
	char          *from, *to;	/* "provider/region"; to is "" where it is not said */
	char          *id;		/* what is there, or the rule that says so */
};

/* TEXT(field): the texts of a resource, "" or NULL if not said. */
#define RESOURCE_TEXTS(X)                                                                  \
	X(kind)		/* "machine" */                                                    \
	X(id)                                                                              \
	X(name)                                                                            \
	X(place)	/* "aws/ap-northeast-1" */                                         \
	X(zone)                                                                            \
	X(state)                                                                           \
	X(owner)	/* account */                                                      \
	X(key)		/* that it is encrypted with */                                    \
	X(key_holder)	/* "provider", "customer", "outside" */                            \
	X(in_use)	/* of a machine: none, measured-boot, confidential-vm, enclave */

struct resource {
#define X(field) char *field;
	RESOURCE_TEXTS(X)
#undef X
	enum setting     setting[RESOURCE_SETTING_COUNT];
	struct text_list shared;	/* other accounts */
	struct text_list open;		/* rules that let the whole world in */
	struct text_list parts;		/* identifiers of what it is made of: volumes, groups */
	struct text_list unread;	/* what of it could not be read, and why */
	struct text_list unsaid;	/* what the API has no answer to, and why */
	struct edge     *edge;
	size_t           edges, edge_cap, edge_all;
	bool             administrator;	/* a person or role that may do everything */
	bool             shared_known, open_known, edges_known;	/* an empty list says "none" */
	int64_t          created_ms;	/* 0: not said */
};

/* Replaces the text; control octets are escaped, so that it may enter the ledger. */
void resource_set(char **field, struct bytes);
void resource_print(char **field, const char *fmt, ...) PRINTF(2, 3);
const char *resource_text(const char *field);		/* "" for NULL */
void resource_edge(struct resource *, enum edge_kind, struct bytes from, struct bytes to,
    struct bytes id);
/* From one region to another, or nobody says where to. */
bool edge_leaves(const struct edge *);
void resource_free(struct resource *);			/* usable again */

const char *setting_word(enum setting);			/* "yes", "no", "unknown" */
const char *edge_word(enum edge_kind);
const char *resource_setting_word(enum resource_setting);

/* What one answer of a provider holds, and where the next one begins. */
struct page {
	struct resource *resource;
	size_t           count, cap;
	char            *next;		/* token of the next page, NULL: this is the last */
};

enum { PAGE_MAX = 5000 };	/* resources of one answer: providers give 1,000 at most */

/* One more, zeroed; NULL: the page is full. */
struct resource *page_add(struct page *);
void page_free(struct page *);				/* usable again */

/*
 * The canonical form: one line of JSON, keys in order, what was not said left out, an LF behind
 * it.  Two answers say the same of a resource exactly if their lines are equal.
 */
void resource_line(struct buffer *, const struct resource *);

#endif
