/* SPDX-License-Identifier: Apache-2.0 */
/* See webhook.h. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/intake/webhook.h"
#include "monitor/intake/x733.h"
#include "probes/wire/syslog.h"

enum { WORDS_MAX = 16 };

enum field { FIELD_KEY, FIELD_STATE, FIELD_SEVERITY, FIELD_TITLE, FIELD_TYPE, FIELD_CAUSE,
	FIELD_SUBJECT, FIELD_TIME };

struct row { enum field field; const char *name; };

static const struct row labels[] = {
#define LABEL(FIELD, name) { FIELD_##FIELD, name },
#include "monitor/intake/webhook_list.h"
};

static const struct row members[] = {
#define MEMBER(FIELD, name) { FIELD_##FIELD, name },
#include "monitor/intake/webhook_list.h"
};

struct reading {
	struct incoming *in;
	webhook_alarm   *then;
	void            *arg;
	size_t           alarms;
};

static struct bytes
text_of(const json_t *value)
{
	if (!json_is_string(value))
		return bytes_of(NULL, 0);
	return bytes_of(json_string_value(value), json_string_length(value));
}

static struct bytes
member_text(const json_t *object, const char *name)
{
	return text_of(json_object_get(object, name));
}

/* All values an object has for a field, in the order of the table. */
static size_t
field_all(const json_t *object, const struct row *row, size_t rows, enum field field,
    struct bytes *out, size_t room)
{
	size_t count = 0;

	for (size_t i = 0; i < rows && count < room; i++) {
		if (row[i].field != field)
			continue;
		out[count] = member_text(object, row[i].name);
		count += out[count].len > 0;
	}
	return count;
}

static struct bytes
field_first(const json_t *object, const struct row *row, size_t rows, enum field field)
{
	struct bytes found = bytes_of(NULL, 0);

	(void)field_all(object, row, rows, field, &found, 1);
	return found;
}

#define LABELS(object, field) field_first(object, labels, sizeof(labels) / sizeof(labels[0]), field)
#define MEMBERS(object, field) \
	field_first(object, members, sizeof(members) / sizeof(members[0]), field)

/* The alarm as it came, for its text; the caller frees it. */
static char *
whole_of(const json_t *object, struct incoming *in)
{
	char *text = json_dumps(object, JSON_COMPACT);

	in->text = text != NULL ? bytes_of_text(text) : bytes_of(NULL, 0);
	return text;
}

/* A time that is none is no time: told says nothing false. */
static void
told(struct incoming *in, struct bytes time, bool earlier)
{
	int64_t ms = 0;

	if (time.len == 0 || syslog_time_whole(time, &ms) != time.len)
		ms = 0;
	incoming_told(in, ms, true, earlier);
}

static void
hand_on(struct reading *reading, const struct bytes *word, size_t words)
{
	reading->alarms++;
	reading->then(reading->arg, reading->in, word, words);
}

static void
texts_clear(struct incoming *in)
{
	in->key[0] = in->title[0] = in->cause[0] = in->subject[0] = '\0';
	in->severity = PERCEIVED_INDETERMINATE;
	in->alarm_type = ALARM_TYPE_NONE;
}

static enum err
alert_read(struct reading *reading, const json_t *alert, struct why *why)
{
	const json_t *label = json_object_get(alert, "labels");
	struct bytes status = member_text(alert, "status"), word[WORDS_MAX];
	struct bytes key = member_text(alert, "fingerprint");
	struct bytes name = member_text(label, "alertname");
	bool resolved = bytes_equal(status, bytes_of_text("resolved"));
	struct incoming *in = reading->in;
	size_t words;
	char *text;

	if (!json_is_object(label) || key.len == 0 ||
	    !(resolved || bytes_equal(status, bytes_of_text("firing"))))
		return why_set(why, ERR_INVALID, "an alert needs labels, a fingerprint, and the "
		    "status firing or resolved\n");
	if (reading->then == NULL)
		return ERR_OK;
	texts_clear(in);
	in->kind = resolved ? SIGNAL_CLEARED : SIGNAL_RAISED;
	x733_severity(LABELS(label, FIELD_SEVERITY), &in->severity);
	if (resolved)
		in->severity = PERCEIVED_CLEARED;
	x733_alarm_type(LABELS(label, FIELD_TYPE), &in->alarm_type);
	incoming_key(in, &key, 1);
	incoming_put(in->title, sizeof(in->title), name.len > 0 ? name : bytes_of_text("alert"));
	incoming_put(in->cause, sizeof(in->cause), LABELS(label, FIELD_CAUSE));
	told(in, member_text(alert, resolved ? "endsAt" : "startsAt"), true);
	words = field_all(label, labels, sizeof(labels) / sizeof(labels[0]), FIELD_SUBJECT, word,
	    WORDS_MAX);
	text = whole_of(alert, in);
	hand_on(reading, word, words);
	free(text);
	return ERR_OK;
}

static bool
state_find(struct bytes word, enum signal_kind *kind)
{
	static const struct { const char *word; enum signal_kind kind; } states[] = {
#define STATE(word, KIND) { word, SIGNAL_##KIND },
#include "monitor/intake/webhook_list.h"
	};

	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (bytes_equal(word, bytes_of_text(states[i].word))) {
			*kind = states[i].kind;
			return true;
		}
	return false;
}

/* An alarm without a state of its own is cleared if its severity says so, else raised. */
static enum err
own_judge(const json_t *object, struct incoming *in, struct why *why)
{
	struct bytes state = MEMBERS(object, FIELD_STATE), word = MEMBERS(object, FIELD_SEVERITY);
	struct bytes key = MEMBERS(object, FIELD_KEY);

	texts_clear(in);
	if (word.len > 0 && !x733_severity(word, &in->severity))
		return why_set(why, ERR_INVALID, "severity is none of critical, major, minor, "
		    "warning, indeterminate, cleared\n");
	in->kind = key.len == 0 ? SIGNAL_EVENT : in->severity == PERCEIVED_CLEARED ?
	    SIGNAL_CLEARED : SIGNAL_RAISED;
	if (state.len > 0 && !state_find(state, &in->kind))
		return why_set(why, ERR_INVALID, "state is none of raised, cleared, event\n");
	if (in->kind == SIGNAL_RAISED && in->severity == PERCEIVED_CLEARED)
		in->kind = SIGNAL_CLEARED;
	if (in->kind == SIGNAL_CLEARED)
		in->severity = PERCEIVED_CLEARED;
	if (in->kind != SIGNAL_EVENT && key.len == 0)
		return why_set(why, ERR_INVALID, "an alarm needs a key, so that its clearing "
		    "finds it\n");
	if (MEMBERS(object, FIELD_TITLE).len == 0)
		return why_set(why, ERR_INVALID, "a title is missing\n");
	return ERR_OK;
}

static enum err
own_read(struct reading *reading, const json_t *object, struct why *why)
{
	struct incoming *in = reading->in;
	struct bytes word[WORDS_MAX], key = MEMBERS(object, FIELD_KEY);
	enum err err = own_judge(object, in, why);
	size_t words;
	char *text;

	if (err != ERR_OK || reading->then == NULL)
		return err;
	incoming_put(in->title, sizeof(in->title), MEMBERS(object, FIELD_TITLE));
	if (key.len == 0)
		key = MEMBERS(object, FIELD_TITLE);
	incoming_key(in, &key, 1);
	incoming_put(in->cause, sizeof(in->cause), MEMBERS(object, FIELD_CAUSE));
	x733_alarm_type(MEMBERS(object, FIELD_TYPE), &in->alarm_type);
	told(in, MEMBERS(object, FIELD_TIME), true);
	words = field_all(object, members, sizeof(members) / sizeof(members[0]), FIELD_SUBJECT,
	    word, WORDS_MAX);
	text = whole_of(object, in);
	hand_on(reading, word, words);
	free(text);
	return ERR_OK;
}

/* One object, a list of them, or a list in a member. */
static enum err
document_read(struct reading *reading, const json_t *root, struct why *why)
{
	const json_t *alerts = json_object_get(root, "alerts"), *alarms, *list;
	enum err err = ERR_OK;

	alarms = json_object_get(root, "alarms");
	list = json_is_array(alerts) ? alerts : json_is_array(alarms) ? alarms :
	    json_is_array(root) ? root : NULL;
	if (json_array_size(list) > INTAKE_ALARMS_MAX)
		return why_set(why, ERR_LIMIT, "more than %d alarms in one request\n",
		    INTAKE_ALARMS_MAX);
	for (size_t i = 0; i < json_array_size(list) && err == ERR_OK; i++) {
		const json_t *entry = json_array_get(list, i);

		if (!json_is_object(entry))
			err = why_set(why, ERR_INVALID, "an alarm is an object\n");
		else
			err = list == alerts ? alert_read(reading, entry, why) :
			    own_read(reading, entry, why);
	}
	if (list == NULL)
		err = json_is_object(root) ? own_read(reading, root, why) :
		    why_set(why, ERR_INVALID, "alarms are wanted: an object, or a list of them\n");
	return err;
}

static uint64_t
unsent_of(const json_t *root)
{
	json_int_t count = json_integer_value(json_object_get(root, "truncatedAlerts"));

	return count > 0 && count < 1000000000 ? (uint64_t)count : 0;
}

enum err
webhook_read(struct bytes body, struct incoming *in, webhook_alarm *then, void *arg,
    uint64_t *unsent, struct why *why)
{
	struct reading judge = { .in = in }, take = { .in = in, .then = then, .arg = arg };
	json_error_t error;
	json_t *root;
	enum err err;

	*unsent = 0;
	if (body.len == 0)
		return why_set(why, ERR_MALFORMED, "there is no JSON\n");
	root = json_loadb((const char *)body.at, body.len, JSON_REJECT_DUPLICATES, &error);
	if (root == NULL)
		return why_set(why, ERR_MALFORMED, "no JSON at octet %d: %.100s\n", error.position,
		    error.text);
	err = document_read(&judge, root, why);
	if (err == ERR_OK) {
		*unsent = unsent_of(root);
		err = document_read(&take, root, why);
	}
	json_decref(root);
	return err;
}
