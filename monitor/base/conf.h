/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Configuration files in libconfig's syntax: the only door to that library.  Before libconfig
 * sees the text it is looked over for what the library would take wrongly or without a word:
 * integers that wrap, files named by @include, nesting and groups without bound, octets that are
 * not text.  Every node knows its line.
 */
#ifndef MONITOR_BASE_CONF_H
#define MONITOR_BASE_CONF_H

#include "monitor/base/bytes.h"

enum { CONF_DEPTH_MAX = 8, CONF_GROUP_MAX = 128 };

enum conf_kind {
	CONF_GROUP,		/* { name = value; ... } */
	CONF_LIST,		/* ( value, ... ), and [ value, ... ] */
	CONF_TEXT,		/* "..." */
	CONF_INTEGER,
	CONF_FLAG,		/* true, false */
	CONF_OTHER		/* a float: nothing here takes one, decimal numbers are texts */
};

struct conf;
struct conf_node;		/* lives as long as its conf */

/*
 * The whole text.  ERR_INVALID or ERR_LIMIT with "NAME:LINE: sentence" in why and the line in
 * why->offset.  On success the caller frees *out.
 */
MUST_USE enum err conf_read(const char *name, struct bytes text, struct conf **out, struct why *);
void conf_free(struct conf *);

const struct conf_node *conf_root(const struct conf *);	/* a group */
enum conf_kind conf_kind(const struct conf_node *);
const char    *conf_name(const struct conf_node *);	/* of a member; "" for list entries */
unsigned       conf_line(const struct conf_node *);	/* from 1; 0 for the root */
size_t         conf_count(const struct conf_node *);	/* members or entries; 0 for a value */
const struct conf_node *conf_at(const struct conf_node *, size_t);
const struct conf_node *conf_member(const struct conf_node *, const char *name); /* or NULL */
const char    *conf_text(const struct conf_node *);	/* CONF_TEXT, else "" */
int64_t        conf_integer(const struct conf_node *);	/* CONF_INTEGER, else 0 */
bool           conf_flag(const struct conf_node *);	/* CONF_FLAG, else false */
const char    *conf_kind_text(enum conf_kind);		/* "a text in quotes" */

#endif
