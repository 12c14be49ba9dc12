/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records for people and as JSON, made from record_list.h.  Fields that say nothing (empty texts
 * and lists, zero hashes, no error) are left out for people and kept in JSON.
 */
#include <inttypes.h>
#include <string.h>

#include "monitor/base/timetext.h"
#include "monitor/ledger/fact_print.h"
#include "monitor/ledger/record.h"
#include "monitor/ledger/text.h"

/* Words for the numbers of some fields; NULL if the number is all there is to say. */
static const char *
word_of(const char *field, uint64_t value)
{
	if (strcmp(field, "outcome") == 0)
		return value < OUTCOME_COUNT ? outcome_name(value) : NULL;
	if (strcmp(field, "error") == 0)
		return value < ERR_COUNT ? err_name((enum err)value) : NULL;
	if (strcmp(field, "role") == 0)
		return role_name(value);
	if (strcmp(field, "act") == 0)
		return act_name(value);
	if (strcmp(field, "form") == 0)
		return signal_form_name(value);
	if (strcmp(field, "severity") == 0)
		return severity_name(value);
	if (strcmp(field, "alarm_type") == 0)
		return alarm_type_name(value);
	if (strcmp(field, "clock") == 0)
		return signal_clock_name(value);
	return NULL;
}

/* --- for people --------------------------------------------------------------------------- */

static void
people_u64(struct buffer *out, const char *field, const uint64_t *value)
{
	const char *word = word_of(field, *value);

	if (strcmp(field, "error") == 0 && *value == ERR_OK)
		return;
	if (word != NULL)
		buffer_print(out, " %s=%s", field, word);
	else
		buffer_print(out, " %s=%" PRIu64, field, *value);
}

static void
people_i64(struct buffer *out, const char *field, const int64_t *value)
{
	buffer_print(out, " %s=%" PRId64, field, *value);
}

static void
people_time(struct buffer *out, const char *field, const int64_t *value)
{
	char text[TIME_TEXT];

	/* 0 is "not said"; as a date it would be a false one. */
	if (*value == 0) {
		buffer_print(out, " %s=none", field);
		return;
	}
	time_jst(*value, text);
	buffer_print(out, " %s=\"%s\"", field, text);
}

static void
people_flag(struct buffer *out, const char *field, const bool *value)
{
	buffer_print(out, " %s=%s", field, *value ? "yes" : "no");
}

static void
people_text(struct buffer *out, const char *field, const struct bytes *value)
{
	if (value->len == 0)
		return;
	buffer_print(out, " %s=\"", field);
	text_put_escaped(out, *value);
	buffer_put_text(out, "\"");
}

static void
people_bytes(struct buffer *out, const char *field, const struct bytes *value)
{
	if (value->len == 0)
		return;
	buffer_print(out, " %s=", field);
	text_put_hex(out, *value);
}

static void
people_hash(struct buffer *out, const char *field, const struct hash *value)
{
	if (!hash_is_zero(*value))
		people_bytes(out, field, &(struct bytes){ .at = value->at, .len = HASH_LEN });
}

static void
people_secret(struct buffer *out, const char *field, const struct hash *value)
{
	if (hash_is_zero(*value))
		return;
	buffer_print(out, " %s=withheld:", field);
	text_put_hex(out, hash_bytes(value));
}

static void
people_hashes(struct buffer *out, const char *field, const struct record_list *value)
{
	struct record_walk walk = record_walk_of(*value);
	const char *gap = "";
	struct hash hash;

	if (walk.left > 0)
		buffer_print(out, " %s=", field);
	for (; record_hashes_next(&walk, &hash); gap = ",") {
		buffer_put_text(out, gap);
		text_put_hex(out, hash_bytes(&hash));
	}
}

static void
people_ids(struct buffer *out, const char *field, const struct record_list *value)
{
	struct record_walk walk = record_walk_of(*value);
	const char *gap = "";
	uint64_t id;

	if (walk.left > 0)
		buffer_print(out, " %s=", field);
	for (; record_ids_next(&walk, &id); gap = ",")
		buffer_print(out, "%s%" PRIu64, gap, id);
}

static void
people_facts(struct buffer *out, const char *field, const struct bytes *value)
{
	(void)field;
	if (fact_walk_of(*value).left == 0)
		return;
	buffer_put_text(out, " ");
	facts_print(out, *value);
}

#define RECORD(number, KIND, name, text)                                        \
static void                                                                     \
people_kind_##name(struct buffer *out, const struct record_##name *fields)      \
{                                                                               \
	(void)out;                                                              \
	(void)fields;
#define FIELD(key, type, name, text) people_##type(out, #name, &fields->name);
#define RECORD_END(KIND, name) }
#include "monitor/ledger/record_list.h"

static const char *const signal_kinds[SIGNAL_KINDS] = { [SIGNAL_EVENT] = "event",
	[SIGNAL_RAISED] = "raised", [SIGNAL_CLEARED] = "cleared", [SIGNAL_NOTICE] = "notice" };

void
record_print(struct buffer *out, const struct record *rec)
{
	const char *kind = record_kind_name(rec->kind), *role = role_name(rec->role);

	if (rec->drill)
		buffer_put_text(out, "DRILL ");
	if (kind != NULL)
		buffer_put_text(out, kind);
	else
		buffer_print(out, "kind-%u (of a newer version)", (unsigned)rec->kind);
	if (role != NULL)
		buffer_print(out, " by %s", role);
	else
		buffer_print(out, " by role-%" PRIu64, rec->role);
	buffer_print(out, ".%" PRIu64, rec->index);
	if (rec->kind == RECORD_SIGNAL && rec->signal.kind < SIGNAL_KINDS)
		buffer_print(out, " %s", signal_kinds[rec->signal.kind]);
	people_time(out, "observed", &rec->observed_ms);
	switch (rec->kind) {
#define RECORD(number, KIND, name, text)                                        \
	case RECORD_##KIND:                                                     \
		people_kind_##name(out, &rec->name);                            \
		break;
#include "monitor/ledger/record_list.h"
	case RECORD_NONE:
		break;
	}
}

/* --- JSON --------------------------------------------------------------------------------- */

static void
json_u64(struct buffer *out, const char *field, const uint64_t *value)
{
	const char *word = word_of(field, *value);

	if (word != NULL)
		buffer_print(out, "\"%s\":\"%s\"", field, word);
	else
		buffer_print(out, "\"%s\":%" PRIu64, field, *value);
}

static void
json_i64(struct buffer *out, const char *field, const int64_t *value)
{
	buffer_print(out, "\"%s\":%" PRId64, field, *value);
}

static void
json_time(struct buffer *out, const char *field, const int64_t *value)
{
	char text[TIME_TEXT];

	if (*value == 0) {
		buffer_print(out, "\"%s\":null", field);
		return;
	}
	time_utc(*value, text);
	buffer_print(out, "\"%s\":\"%s\"", field, text);
}

static void
json_flag(struct buffer *out, const char *field, const bool *value)
{
	buffer_print(out, "\"%s\":%s", field, *value ? "true" : "false");
}

static void
json_text(struct buffer *out, const char *field, const struct bytes *value)
{
	buffer_print(out, "\"%s\":", field);
	text_put_json(out, *value);
}

static void
json_bytes(struct buffer *out, const char *field, const struct bytes *value)
{
	buffer_print(out, "\"%s\":\"", field);
	text_put_hex(out, *value);
	buffer_put_text(out, "\"");
}

static void
json_hash(struct buffer *out, const char *field, const struct hash *value)
{
	json_bytes(out, field, &(struct bytes){ .at = value->at, .len = HASH_LEN });
}

static void
json_secret(struct buffer *out, const char *field, const struct hash *value)
{
	if (hash_is_zero(*value))
		buffer_print(out, "\"%s\":null", field);
	else
		json_hash(out, field, value);
}

static void
json_hashes(struct buffer *out, const char *field, const struct record_list *value)
{
	struct record_walk walk = record_walk_of(*value);
	const char *gap = "";
	struct hash hash;

	buffer_print(out, "\"%s\":[", field);
	for (; record_hashes_next(&walk, &hash); gap = ",") {
		buffer_print(out, "%s\"", gap);
		text_put_hex(out, hash_bytes(&hash));
		buffer_put_text(out, "\"");
	}
	buffer_put_text(out, "]");
}

static void
json_ids(struct buffer *out, const char *field, const struct record_list *value)
{
	struct record_walk walk = record_walk_of(*value);
	const char *gap = "";
	uint64_t id;

	buffer_print(out, "\"%s\":[", field);
	for (; record_ids_next(&walk, &id); gap = ",")
		buffer_print(out, "%s%" PRIu64, gap, id);
	buffer_put_text(out, "]");
}

static void
json_facts(struct buffer *out, const char *field, const struct bytes *value)
{
	buffer_print(out, "\"%s\":", field);
	facts_print_json(out, *value);
}

#define RECORD(number, KIND, name, text)                                        \
static void                                                                     \
json_kind_##name(struct buffer *out, const struct record_##name *fields)        \
{                                                                               \
	const char *gap = "";                                                   \
	(void)gap;                                                              \
	(void)out;                                                              \
	(void)fields;
#define FIELD(key, type, name, text)                                            \
	buffer_put_text(out, gap);                                              \
	json_##type(out, #name, &fields->name);                                 \
	gap = ",";
#define RECORD_END(KIND, name) }
#include "monitor/ledger/record_list.h"

void
record_print_json(struct buffer *out, const struct record *rec)
{
	const char *kind = record_kind_name(rec->kind);

	buffer_print(out, "{\"seq\":%" PRIu64 ",", rec->seq);
	if (rec->drill)
		buffer_put_text(out, "\"drill\":true,");
	if (kind != NULL)
		buffer_print(out, "\"kind\":\"%s\",", kind);
	else
		buffer_print(out, "\"kind\":%u,", (unsigned)rec->kind);
	json_time(out, "recorded", &rec->recorded_ms);
	buffer_put_text(out, ",");
	json_time(out, "observed", &rec->observed_ms);
	buffer_put_text(out, ",");
	json_u64(out, "role", &rec->role);
	buffer_print(out, ",\"index\":%" PRIu64 ",\"fields\":{", rec->index);
	switch (rec->kind) {
#define RECORD(number, KIND, name, text)                                        \
	case RECORD_##KIND:                                                     \
		json_kind_##name(out, &rec->name);                              \
		break;
#include "monitor/ledger/record_list.h"
	case RECORD_NONE:
		break;
	}
	buffer_put_text(out, "}}");
}
