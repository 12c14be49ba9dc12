/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the JSON format of a paper share: writing here, reading there. */
#ifndef REPORTS_PAPER_JSON_H
#define REPORTS_PAPER_JSON_H

#include <jansson.h>

#include "reports/paper.h"

enum { PAPER_JSON_VERSION = 1 };

json_t *drawing_to_json(const struct drawing *);

/*
 * Reading: where names the place in sentences ("blocks[3]"), and the first fault stays; after it
 * every read gives nothing.
 */
struct json_reading {
	struct why *why;
	enum err    err;
	char        where[160];
};

void json_fault(struct json_reading *, enum err, const char *what);
/* True if value is an object that has no other members than those of the list ("a b c"). */
bool json_members(struct json_reading *, const json_t *value, const char *members);
const char *json_text(struct json_reading *, const json_t *object, const char *key, bool needed);
int64_t json_whole(struct json_reading *, const json_t *object, const char *key, bool needed,
    int64_t least, int64_t most);
bool json_flag(struct json_reading *, const json_t *object, const char *key);
/* NULL, and a fault unless not needed, if it is no array. */
json_t *json_list(struct json_reading *, const json_t *object, const char *key, bool needed);
/* Its place among names (NULL: unused); 0 where it is not there and not needed. */
unsigned json_word(struct json_reading *, const json_t *object, const char *key, bool needed,
    const char *(*name)(unsigned), unsigned names);

/* The caller frees; NULL after a fault. */
struct drawing *drawing_of_json(struct json_reading *, const json_t *);
/* Reads a block and puts it. */
void paper_block_of_json(struct json_reading *, const json_t *, struct paper *);

#endif
