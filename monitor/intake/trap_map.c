/* SPDX-License-Identifier: Apache-2.0 */
/* See trap_map.h. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/cbor.h"
#include "monitor/intake/trap_map.h"
#include "monitor/intake/x733.h"

enum value_field { VALUE_EVENT_TYPE, VALUE_CAUSE, VALUE_SEVERITY, VALUE_MODEL, VALUE_RESOURCE,
	VALUE_ADDRESS, VALUE_NAME };

struct row {
	const char      *oid, *name;
	enum signal_kind kind;
	enum severity    severity;
	enum alarm_type  type;
	const char      *cause, *pair, *index;
};

static const struct row rows[] = {
#define TRAP(oid, name, KIND, SEVERITY, TYPE, cause, pair, index) \
	{ oid, name, SIGNAL_##KIND, PERCEIVED_##SEVERITY, ALARM_TYPE_##TYPE, cause, pair, index },
#include "monitor/intake/trap_list.h"
};

static const struct { enum value_field field; const char *column; } values[] = {
#define TRAP_VALUE(FIELD, column) { VALUE_##FIELD, column },
#include "monitor/intake/trap_list.h"
};

/* What is behind the column and its dot; NULL if it is no instance of it. */
static const char *
instance_of(const char *oid, const char *column)
{
	size_t len = strlen(column);

	return len > 0 && strncmp(oid, column, len) == 0 && oid[len] == '.' ? oid + len + 1 : NULL;
}

static const struct trap_variable *
value_find(const struct trap *trap, enum value_field field)
{
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		for (size_t k = 0; k < trap->variables && values[i].field == field; k++)
			if (instance_of(trap->variable[k].oid, values[i].column) != NULL)
				return &trap->variable[k];
	return NULL;
}

/* RFC 3416 4.2.6: sysUpTime.0, then snmpTrapOID.0; some put them elsewhere. */
static const char *
notification_of(const struct trap *trap)
{
	for (size_t i = 0; i < trap->variables; i++)
		if (strcmp(trap->variable[i].oid, "1.3.6.1.6.3.1.1.4.1.0") == 0 &&
		    trap->variable[i].object[0] != '\0')
			return trap->variable[i].object;
	return NULL;
}

static const char *
index_of(const struct trap *trap, const char *column)
{
	for (size_t i = 0; i < trap->variables; i++) {
		const char *instance = instance_of(trap->variable[i].oid, column);

		if (instance != NULL)
			return instance;
	}
	return "";
}

/* RFC 3877: ItuPerceivedSeverity, and the states of a model in the order of section 5.4. */
static enum severity
severity_of_itu(int64_t number)
{
	static const enum severity itu[] = { PERCEIVED_INDETERMINATE, PERCEIVED_CLEARED,
		PERCEIVED_INDETERMINATE, PERCEIVED_CRITICAL, PERCEIVED_MAJOR, PERCEIVED_MINOR,
		PERCEIVED_WARNING };

	return number >= 1 && number <= 6 ? itu[number] : PERCEIVED_INDETERMINATE;
}

static enum severity
severity_of_state(const char *state)
{
	static const enum severity model[] = { PERCEIVED_INDETERMINATE, PERCEIVED_CLEARED,
		PERCEIVED_INDETERMINATE, PERCEIVED_WARNING, PERCEIVED_MINOR, PERCEIVED_MAJOR,
		PERCEIVED_CRITICAL };

	return state[0] >= '1' && state[0] <= '6' && state[1] == '\0' ? model[state[0] - '0'] :
	    PERCEIVED_INDETERMINATE;
}

/* What variables say goes before what the table says of the notification. */
static void
severity_put(const struct trap *trap, struct incoming *in)
{
	const struct trap_variable *itu = value_find(trap, VALUE_SEVERITY);
	const struct trap_variable *model = value_find(trap, VALUE_MODEL);
	const char *state = model != NULL ? strrchr(model->object, '.') : NULL;

	if (in->kind == SIGNAL_CLEARED)
		return;
	if (itu != NULL && itu->is_number)
		in->severity = severity_of_itu(itu->number);
	else if (state != NULL)
		in->severity = severity_of_state(state + 1);
	if (in->severity == PERCEIVED_CLEARED)
		in->kind = SIGNAL_CLEARED;
}

static void
x733_put(const struct trap *trap, struct incoming *in)
{
	const struct trap_variable *type = value_find(trap, VALUE_EVENT_TYPE);
	const struct trap_variable *cause = value_find(trap, VALUE_CAUSE);
	const char *word;

	if (type != NULL && type->is_number && type->number > 0)
		in->alarm_type = x733_alarm_type_of((uint64_t)type->number);
	word = cause != NULL && cause->is_number && cause->number > 0 ?
	    x733_cause_of((uint64_t)cause->number) : NULL;
	if (word != NULL) {
		in->cause[0] = '\0';
		incoming_put_text(in->cause, sizeof(in->cause), word);
	}
}

/* Who sent it, what pairs, and of which: a model's last arc is its state, so it is left out. */
static void
key_put(const struct trap *trap, const char *pair, const char *index, struct bytes from,
    struct incoming *in)
{
	const struct trap_variable *model = value_find(trap, VALUE_MODEL);
	const struct trap_variable *resource = value_find(trap, VALUE_RESOURCE);
	const char *end = model != NULL ? strrchr(model->object, '.') : NULL;
	struct bytes part[5] = { from, bytes_of_text(pair), bytes_of_text(index) };

	part[3] = end != NULL ? bytes_of(model->object, (size_t)(end - model->object)) :
	    bytes_of(NULL, 0);
	part[4] = resource != NULL ? bytes_of_text(resource->object) : bytes_of(NULL, 0);
	incoming_key(in, part, part[3].len > 0 || part[4].len > 0 ? 5 : 3);
}

static void
value_put(struct buffer *out, const struct trap_variable *variable)
{
	char hex[2 * 256 + 1];

	buffer_print(out, "%s = ", variable->oid);
	if (variable->is_number) {
		buffer_print(out, "%" PRId64, variable->number);
	} else if (variable->object[0] != '\0') {
		buffer_put_text(out, variable->object);
	} else if (variable->is_address && variable->octets.len == 4) {
		buffer_print(out, "%u.%u.%u.%u", variable->octets.at[0], variable->octets.at[1],
		    variable->octets.at[2], variable->octets.at[3]);
	} else if (utf8_valid(variable->octets)) {
		buffer_put(out, variable->octets.at, variable->octets.len);
	} else {
		hex_of(bytes_slice(variable->octets, 0, 256), hex);
		buffer_print(out, "0x%s%s", hex, variable->octets.len > 256 ? "..." : "");
	}
	buffer_put_u8(out, '\n');
}

/* The address in it, written into text in front of all else, or the sender's own. */
static struct bytes
address_put(const struct trap *trap, const struct incoming *in, struct buffer *text)
{
	const struct trap_variable *address = value_find(trap, VALUE_ADDRESS);

	if (address == NULL || !address->is_address || address->octets.len != 4)
		return bytes_of_text(in->sender);
	buffer_print(text, "%u.%u.%u.%u", address->octets.at[0], address->octets.at[1],
	    address->octets.at[2], address->octets.at[3]);
	return bytes_of_buffer(text);
}

static const struct row *
row_find(const char *oid)
{
	static const struct row unknown = { .oid = "", .name = "", .kind = SIGNAL_EVENT,
		.cause = "", .pair = "", .index = "" };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].oid, oid) == 0)
			return &rows[i];
	return &unknown;
}

enum err
trap_map(const struct trap *trap, struct incoming *in, struct buffer *text, struct bytes who[2],
    size_t *whos)
{
	const char *oid = notification_of(trap);
	const struct trap_variable *name = value_find(trap, VALUE_NAME);
	const struct row *row;
	size_t from_len;

	*whos = 0;
	if (oid == NULL)
		return ERR_MALFORMED;
	row = row_find(oid);
	in->kind = row->kind;
	in->severity = row->severity;
	in->alarm_type = row->type;
	incoming_put_text(in->title, sizeof(in->title), row->name[0] != '\0' ? row->name : oid);
	incoming_put_text(in->cause, sizeof(in->cause), row->cause);
	severity_put(trap, in);
	x733_put(trap, in);
	buffer_reset(text);
	key_put(trap, row->pair[0] != '\0' ? row->pair : oid, index_of(trap, row->index),
	    address_put(trap, in, text), in);
	from_len = text->len;
	if (from_len > 0)
		buffer_put_u8(text, '\n');
	for (size_t i = 0; i < trap->variables; i++)
		value_put(text, &trap->variable[i]);
	in->text = bytes_of_buffer(text);
	/* The buffer has grown: only now it stays where it is. */
	if (name != NULL && name->octets.len > 0)
		who[(*whos)++] = name->octets;
	if (from_len > 0)
		who[(*whos)++] = bytes_slice(in->text, 0, from_len);
	incoming_told(in, 0, true, false);
	return ERR_OK;
}
