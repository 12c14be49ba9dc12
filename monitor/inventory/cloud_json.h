/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON of a cloud's API, bounded before a parser sees it.  What is missing or of another type reads
 * as "not said", never as an error and never as "no": a provider leaves fields out.  Pure.
 */
#ifndef MONITOR_INVENTORY_CLOUD_JSON_H
#define MONITOR_INVENTORY_CLOUD_JSON_H

#include "monitor/inventory/resource.h"

struct json_t;

enum {
	CLOUD_DEPTH_MAX  = 64,		/* of nesting: documented answers have 12 */
	CLOUD_GROUPS_MAX = 400000,	/* objects and arrays: 1,000 machines have 60,000 */
	CLOUD_WORD_MAX   = 128		/* octets of one part of a path */
};

/*
 * One object, or an array as its member "items"; to json_decref.  NULL with ERR_TRUNCATED,
 * ERR_MALFORMED or ERR_LIMIT and a sentence.
 */
struct json_t *cloud_json_read(struct bytes, struct why *);
/* By a path of names with dots between; NULL if a part is missing. */
struct json_t *cloud_at(const struct json_t *, const char *path);
struct bytes   cloud_text(const struct json_t *, const char *path);	/* "" if there is none */
enum setting   cloud_flag(const struct json_t *, const char *path);
size_t         cloud_count(const struct json_t *, const char *path);	/* of an array; else 0 */
void           cloud_set(char **field, const struct json_t *, const char *path);
/* What follows the last '/', or the whole. */
struct bytes   cloud_tail(struct bytes);
/* What stands between the first word and the next '/', as in ".../locations/WHAT/..."; or "". */
struct bytes   cloud_between(struct bytes, const char *word);
/* Equal, or with that beginning or end; regardless of case. */
bool           cloud_is(struct bytes, const char *text);
bool           cloud_begins(struct bytes, const char *text);
bool           cloud_ends(struct bytes, const char *text);
/* "provider/region" with the region in lower case. */
void           cloud_place(char **field, const char *provider, struct bytes region);
/* What an error's body says: the texts by which the four clouds say it; "" if none. */
struct bytes   cloud_complaint(const struct json_t *);
/* The setting that a question with a known answer has. */
enum setting   setting_of(bool yes);
/* "2026-04-02T01:02:03Z" with or without a fraction and an offset; 0 if it is none. */
int64_t        cloud_time_ms(struct bytes);

#endif
