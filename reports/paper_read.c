/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A paper from JSON: the values and the head.  The octets are untrusted; the builders of the
 * model clean every text and keep every bound, and what is left to check here is shape.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/limits.h"
#include "monitor/base/log.h"
#include "monitor/base/timetext.h"
#include "reports/paper_json.h"
#include "reports/paper_part.h"

/* --- values ------------------------------------------------------------------------------- */

void
json_fault(struct json_reading *r, enum err err, const char *what)
{
	if (r->err == ERR_OK)
		r->err = why_set(r->why, err, "%s: %.200s", r->where, what);
}

static void
fault_at(struct json_reading *r, const char *key, const char *what)
{
	char text[160];

	snprintf(text, sizeof(text), "\"%.60s\" %s", key, what);
	json_fault(r, ERR_MALFORMED, text);
}

static bool
listed(const char *members, const char *key)
{
	size_t len = strlen(key);

	for (const char *at = members; *at != '\0' && len > 0;) {
		size_t word = strcspn(at, " ");

		if (word == len && memcmp(at, key, len) == 0)
			return true;
		at += word + (at[word] == ' ');
	}
	return false;
}

bool
json_members(struct json_reading *r, const json_t *value, const char *members)
{
	char clean[64];
	const char *key;
	json_t *member;

	if (r->err != ERR_OK)
		return false;
	if (!json_is_object(value)) {
		json_fault(r, ERR_MALFORMED, _("an object is expected"));
		return false;
	}
	json_object_foreach((json_t *)(uintptr_t)value, key, member) {
		if (listed(members, key))
			continue;
		text_escape(key, strlen(key), clean, sizeof(clean));
		fault_at(r, clean, _("is no member of it that this version knows"));
		return false;
	}
	return true;
}

static const json_t *
member_of(struct json_reading *r, const json_t *object, const char *key, bool needed)
{
	const json_t *value = r->err == ERR_OK ? json_object_get(object, key) : NULL;

	if (value == NULL && needed)
		fault_at(r, key, _("is missing"));
	return r->err == ERR_OK ? value : NULL;
}

const char *
json_text(struct json_reading *r, const json_t *object, const char *key, bool needed)
{
	const json_t *value = member_of(r, object, key, needed);

	if (value != NULL && !json_is_string(value))
		fault_at(r, key, _("must be a text"));
	return value != NULL && json_is_string(value) ? json_string_value(value) : "";
}

int64_t
json_whole(struct json_reading *r, const json_t *object, const char *key, bool needed,
    int64_t least, int64_t most)
{
	const json_t *value = member_of(r, object, key, needed);

	if (value == NULL)
		return least > 0 ? least : 0;
	if (json_is_integer(value) && json_integer_value(value) >= least &&
	    json_integer_value(value) <= most)
		return json_integer_value(value);
	fault_at(r, key, _("must be a whole number within its bounds"));
	return least > 0 ? least : 0;
}

bool
json_flag(struct json_reading *r, const json_t *object, const char *key)
{
	const json_t *value = member_of(r, object, key, false);

	if (value != NULL && !json_is_boolean(value))
		fault_at(r, key, _("must be true or false"));
	return value != NULL && json_is_true(value);
}

json_t *
json_list(struct json_reading *r, const json_t *object, const char *key, bool needed)
{
	const json_t *value = member_of(r, object, key, needed);

	if (value == NULL)
		return NULL;
	if (!json_is_array(value))
		fault_at(r, key, _("must be a list"));
	return json_is_array(value) ? (json_t *)(uintptr_t)value : NULL;
}

unsigned
json_word(struct json_reading *r, const json_t *object, const char *key, bool needed,
    const char *(*name)(unsigned), unsigned names)
{
	const char *word = json_text(r, object, key, needed);

	if (word[0] == '\0' && !needed)
		return 0;
	for (unsigned i = 0; i < names; i++)
		if (name(i) != NULL && strcmp(name(i), word) == 0)
			return i;
	fault_at(r, key, _("is none of the words it can be"));
	return 0;
}

/* --- head --------------------------------------------------------------------------------- */

static int64_t
read_time(struct json_reading *r, const json_t *object, const char *key, bool needed)
{
	const char *text = json_text(r, object, key, needed);
	int64_t ms = 0;
	struct why why;

	if (text[0] != '\0' && time_read(text, 0, &ms, &why) != ERR_OK)
		fault_at(r, key, _("must be a time of RFC 3339"));
	return ms;
}

static void
read_marks(struct json_reading *r, const json_t *root, struct paper *paper)
{
	json_t *list = json_list(r, root, "marks", true);

	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *word = json_string_value(json_array_get(list, i));

		if (word != NULL && strcmp(word, "drill") == 0)
			paper_mark(paper, PAPER_DRILL);
		else if (word != NULL && strcmp(word, "draft") == 0)
			paper_mark(paper, PAPER_DRAFT);
		else
			/* A mark that is not understood must not get lost. */
			json_fault(r, ERR_UNSUPPORTED,
			    _("this version does not know a mark of it"));
	}
}

static void
read_ledger(struct json_reading *r, const json_t *root, struct paper *paper)
{
	const json_t *value = member_of(r, root, "ledger", true);
	struct paper_ledger *ledger = &paper->ledger;

	snprintf(r->where, sizeof(r->where), "ledger");
	if (!json_members(r, value, "origin size root as_of anchor_size anchor anchored_by"))
		return;
	ledger->origin = paper_keep(paper, json_text(r, value, "origin", true));
	ledger->size = (uint64_t)json_whole(r, value, "size", true, 0, INT64_MAX);
	ledger->root = paper_keep(paper, json_text(r, value, "root", true));
	ledger->as_of_ms = read_time(r, value, "as_of", true);
	ledger->anchor_size = (uint64_t)json_whole(r, value, "anchor_size", false, 0, INT64_MAX);
	ledger->anchor_ms = read_time(r, value, "anchor", ledger->anchor_size > 0);
	ledger->anchored_by = paper_keep(paper, json_text(r, value, "anchored_by", false));
}

static void
read_facts(struct json_reading *r, const json_t *root, struct paper *paper)
{
	json_t *list = json_list(r, root, "facts", true);

	for (size_t i = 0; i < json_array_size(list) && r->err == ERR_OK; i++) {
		const json_t *fact = json_array_get(list, i);

		snprintf(r->where, sizeof(r->where), "facts[%zu]", i);
		if (json_members(r, fact, "label text"))
			paper_fact(paper, json_text(r, fact, "label", true),
			    json_text(r, fact, "text", true));
	}
}

static void
read_words(struct json_reading *r, const json_t *root, struct paper *paper)
{
	static const char *const names[PAPER_WORDS] = {
#define PAPER_WORD(NAME, name, text) [PAPER_WORD_##NAME] = name,
#include "reports/paper_list.h"
	};
	const json_t *words = member_of(r, root, "words", true);

	snprintf(r->where, sizeof(r->where), "words");
	if (r->err == ERR_OK && !json_is_object(words))
		json_fault(r, ERR_MALFORMED, _("an object is expected"));
	for (int i = 0; i < PAPER_WORDS && r->err == ERR_OK; i++)
		paper->word[i] = paper_keep(paper, json_text(r, words, names[i], true));
}

static void
read_head(struct json_reading *r, const json_t *root, struct paper *paper)
{
	paper->subtitle = paper_keep(paper, json_text(r, root, "subtitle", false));
	paper->form = paper_keep(paper, json_text(r, root, "form", false));
	paper->edition = paper_keep(paper, json_text(r, root, "edition", false));
	paper->status = paper_keep(paper, json_text(r, root, "status", false));
	paper->foot = paper_keep(paper, json_text(r, root, "foot", false));
	read_marks(r, root, paper);
	read_ledger(r, root, paper);
	read_facts(r, root, paper);
	read_words(r, root, paper);
}

/* --- the whole ---------------------------------------------------------------------------- */

static enum err
load(struct bytes octets, json_t **root, struct why *why)
{
	json_error_t error;

	if (octets.len > PAPER_JSON_MAX)
		return why_set(why, ERR_LIMIT, _("the document has %zu octets; at most %d are "
		    "read"), octets.len, PAPER_JSON_MAX);
	if (octets.len == 0)
		return why_set(why, ERR_TRUNCATED, _("there is no document to read"));
	*root = json_loadb((const char *)octets.at, octets.len, JSON_REJECT_DUPLICATES, &error);
	if (*root != NULL)
		return ERR_OK;
	return why_at(why, json_error_code(&error) == json_error_premature_end_of_input ?
	    ERR_TRUNCATED : ERR_MALFORMED, error.position > 0 ? (uint64_t)error.position : 0,
	    _("line %d of the document's JSON: %.200s"), error.line, error.text);
}

static void
read_paper(struct json_reading *r, const json_t *root, struct paper *paper)
{
	json_t *blocks = json_list(r, root, "blocks", true);

	read_head(r, root, paper);
	for (size_t i = 0; i < json_array_size(blocks) && r->err == ERR_OK; i++) {
		snprintf(r->where, sizeof(r->where), "blocks[%zu]", i);
		paper_block_of_json(r, json_array_get(blocks, i), paper);
		if (!paper_sound(paper))
			json_fault(r, paper->why.err, paper->why.text);
	}
	if (!paper_sound(paper))
		json_fault(r, paper->why.err, paper->why.text);
}

enum err
paper_read_json(struct bytes octets, struct paper **out, struct why *why)
{
	struct json_reading r = { .why = why, .where = "the document" };
	struct paper *paper;
	json_t *root;
	enum err err = load(octets, &root, why);

	*out = NULL;
	if (err != ERR_OK)
		return err;
	if (json_members(&r, root, "paper marks language title subtitle form edition status "
	    "ledger facts foot words blocks") &&
	    json_whole(&r, root, "paper", true, 0, INT64_MAX) != PAPER_JSON_VERSION)
		json_fault(&r, ERR_UNSUPPORTED, _("its version is not the one this program reads"));
	paper = paper_new(json_text(&r, root, "language", true),
	    json_text(&r, root, "title", true));
	if (r.err == ERR_OK)
		read_paper(&r, root, paper);
	json_decref(root);
	if (r.err == ERR_OK)
		*out = paper;
	else
		paper_free(paper);
	return r.err;
}
