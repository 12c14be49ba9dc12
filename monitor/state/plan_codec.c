/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plan as bytes, driven by plan_list.h: deterministic CBOR, every field always written.
 * Decoding refuses anything a reader could trip over (a bound, an index, an order), names it in
 * one sentence, and passes over fields of a newer version.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/cbor.h"
#include "monitor/state/plan.h"
#include "monitor/state/plan_check.h"

enum field_type { TYPE_text, TYPE_u32, TYPE_u64, TYPE_i64, TYPE_function, TYPE_list };

struct object;
struct field {
	uint64_t             key;
	enum field_type      type;
	const char          *name;
	size_t               at;	/* in the struct; of a list: of its array */
	int64_t              minimum;
	uint64_t             maximum;	/* octets, value or entries */
	const struct object *of;	/* entries of a list ... */
	size_t               counter;	/* ... and where their number is kept */
	const char          *text;
};

struct object {
	const char         *name, *text;
	size_t              size;
	const struct field *field;
	size_t              fields;
};

typedef struct plan_site      of_site;
typedef struct plan_instance  of_instance;
typedef struct plan_store     of_store;
typedef struct plan_exception of_exception;
typedef struct plan_option    of_option;
typedef struct plan_target    of_target;
typedef struct plan_channel   of_channel;
typedef struct plan_right     of_right;
typedef struct plan_authority of_authority;
typedef struct plan_class     of_class;
typedef struct plan_feed      of_feed;
typedef struct plan_pack      of_pack;
typedef struct plan_document  of_document;
typedef struct plan_declaration of_declaration;
typedef struct plan_key       of_key;
typedef struct plan_carrier   of_carrier;
typedef struct plan_seal      of_seal;
typedef struct plan_area      of_area;
typedef struct plan_service   of_service;
typedef struct plan_serve     of_serve;
typedef struct plan_set       of_set;
typedef struct plan_provider  of_provider;
typedef struct plan_dependency of_dependency;
typedef struct plan_reach     of_reach;
typedef struct plan_vantage   of_vantages;
typedef struct plan_listener  of_listener;
typedef struct plan_source    of_source;
typedef struct plan_download  of_download;
typedef struct plan_duties    of_duties;
typedef struct plan           of_plan;

#define OBJECT(what, text) static const struct field field_of_##what[] = {
#define FIELD(what, key_, type_, name_, minimum_, maximum_, text_)              \
	{ .key = key_, .type = TYPE_##type_, .name = #name_, .text = text_,     \
	  .at = offsetof(of_##what, name_), .minimum = minimum_, .maximum = maximum_ },
#define LIST(what, key_, entry, counter_, maximum_, text_)                      \
	{ .key = key_, .type = TYPE_list, .name = #counter_, .text = text_,     \
	  .at = offsetof(of_##what, entry), .counter = offsetof(of_##what, counter_), \
	  .maximum = maximum_, .of = &object_##entry },
#define OBJECT_END(what)                                                        \
	};                                                                      \
	static const struct object object_##what = {                            \
		.name = #what, .size = sizeof(of_##what), .field = field_of_##what, \
		.fields = sizeof(field_of_##what) / sizeof(*field_of_##what) };
#include "monitor/state/plan_list.h"


static void encode_object(struct buffer *, const struct object *, const void *);

static void
encode_field(struct buffer *out, const struct field *field, const uint8_t *at)
{
	const void *value = at + field->at;
	const uint8_t *entry;
	uint32_t count;

	switch (field->type) {
	case TYPE_text: {
		const char *text = *(const char *const *)value;

		cbor_put_cstr(out, text != NULL ? text : "");
		break;
	}
	case TYPE_u32:
	case TYPE_function:
		cbor_put_uint(out, *(const uint32_t *)value);
		break;
	case TYPE_u64:
		cbor_put_uint(out, *(const uint64_t *)value);
		break;
	case TYPE_i64:
		cbor_put_int(out, *(const int64_t *)value);
		break;
	case TYPE_list:
		count = *(const uint32_t *)(const void *)(at + field->counter);
		memcpy(&entry, value, sizeof(entry));
		cbor_put_array(out, count);
		for (uint32_t i = 0; i < count; i++)
			encode_object(out, field->of, entry + i * field->of->size);
		break;
	}
}

/* Calls itself as deep as the table is nested, whatever the plan holds. */
static void
encode_object(struct buffer *out, const struct object *object, const void *at)
{
	cbor_put_map(out, object->fields);
	for (size_t i = 0; i < object->fields; i++) {
		cbor_put_uint(out, object->field[i].key);
		encode_field(out, &object->field[i], at);
	}
}

void
plan_encode(struct buffer *out, const struct plan *plan)
{
	encode_object(out, &object_plan, plan);
}

struct decoder {
	struct cbor  cbor;
	struct plan *plan;		/* whose memory takes texts and arrays */
	struct why  *why;
	enum err     err;		/* the first failure that is not CBOR's */
};

static bool
going(const struct decoder *d)
{
	return d->err == ERR_OK && d->cbor.err == ERR_OK;
}

static void
refuse(struct decoder *d, const struct object *object, const struct field *field)
{
	if (going(d))
		d->err = why_at(d->why, ERR_LIMIT, d->cbor.at,
		    "plan: %s %s is outside %" PRId64 " to %" PRIu64 " (octet %zu)", object->name,
		    field->name, field->minimum, field->maximum, d->cbor.at);
}

static const char *
decode_text(struct decoder *d, const struct object *object, const struct field *field)
{
	struct bytes text = cbor_text(&d->cbor);

	if (text.len > field->maximum || (int64_t)text.len < field->minimum ||
	    (text.len > 0 && memchr(text.at, '\0', text.len) != NULL))
		refuse(d, object, field);
	return going(d) ? plan_text(d->plan, text) : "";
}

static uint64_t
decode_uint(struct decoder *d, const struct object *object, const struct field *field)
{
	uint64_t value = cbor_uint(&d->cbor);

	if (value > field->maximum || value < (uint64_t)field->minimum)
		refuse(d, object, field);
	return going(d) ? value : 0;
}

static int64_t
decode_int(struct decoder *d, const struct object *object, const struct field *field)
{
	int64_t value = cbor_int(&d->cbor);

	if (value < field->minimum || (value > 0 && (uint64_t)value > field->maximum))
		refuse(d, object, field);
	return going(d) ? value : 0;
}

static void decode_object(struct decoder *, const struct object *, void *);

static void
decode_list(struct decoder *d, const struct object *object, const struct field *field, uint8_t *at)
{
	uint64_t count = cbor_array(&d->cbor);
	uint8_t *entry;

	if (count > field->maximum)
		refuse(d, object, field);
	if (!going(d))
		return;
	entry = plan_array(d->plan, (size_t)count, field->of->size);
	memcpy(at + field->at, &entry, sizeof(entry));
	*(uint32_t *)(void *)(at + field->counter) = (uint32_t)count;
	for (uint64_t i = 0; i < count && going(d); i++)
		decode_object(d, field->of, entry + i * field->of->size);
}

static void
decode_field(struct decoder *d, const struct object *object, const struct field *field,
    uint8_t *at)
{
	void *value = at + field->at;

	switch (field->type) {
	case TYPE_text:
		*(const char **)value = decode_text(d, object, field);
		break;
	case TYPE_u32:
	case TYPE_function:
		*(uint32_t *)value = (uint32_t)decode_uint(d, object, field);
		break;
	case TYPE_u64:
		*(uint64_t *)value = decode_uint(d, object, field);
		break;
	case TYPE_i64:
		*(int64_t *)value = decode_int(d, object, field);
		break;
	case TYPE_list:
		decode_list(d, object, field, at);
		break;
	}
}

/* An older plan may lack a field: it reads as nothing, which its minimum must allow. */
static void
decode_missing(struct decoder *d, const struct object *object, const struct field *field,
    uint8_t *at)
{
	if (field->type == TYPE_text)
		*(const char **)(void *)(at + field->at) = "";
	if (field->minimum > 0)
		refuse(d, object, field);
}

/* Keys ascend in deterministic CBOR, so one pass over the table meets them all. */
static void
decode_object(struct decoder *d, const struct object *object, void *at)
{
	uint64_t pairs = cbor_map(&d->cbor);
	size_t next = 0;

	for (; pairs > 0 && going(d); pairs--) {
		uint64_t key = cbor_uint(&d->cbor);

		for (; next < object->fields && object->field[next].key < key; next++)
			decode_missing(d, object, &object->field[next], at);
		if (next < object->fields && object->field[next].key == key)
			decode_field(d, object, &object->field[next++], at);
		else
			cbor_skip(&d->cbor);
	}
	for (; next < object->fields; next++)
		decode_missing(d, object, &object->field[next], at);
}

/* Plans from before there were vantages name no endpoint: it is the target. */
static void
endpoints_fill(struct plan *plan)
{
	for (uint32_t i = 0; i < plan->targets; i++)
		if (plan->target[i].endpoint[0] == '\0')
			plan->target[i].endpoint = plan->target[i].name;
}

enum err
plan_decode(struct bytes in, struct plan **out, struct why *why)
{
	struct decoder d = { .cbor = cbor_of(in, true), .why = why };
	enum err err = cbor_check(in, why);

	*out = NULL;
	if (err != ERR_OK)
		return why_in(why, "plan");
	d.plan = plan_new();
	decode_object(&d, &object_plan, d.plan);
	err = d.err;
	if (err == ERR_OK && d.cbor.err != ERR_OK)
		err = why_at(why, d.cbor.err, d.cbor.at, "plan: octet %zu: %s", d.cbor.at,
		    err_text(d.cbor.err));
	if (err == ERR_OK)
		err = plan_check(d.plan, why);
	if (err != ERR_OK) {
		plan_free(d.plan);
		return err;
	}
	endpoints_fill(d.plan);
	*out = d.plan;
	return ERR_OK;
}

static void
print_type(struct buffer *out, const struct field *field)
{
	switch (field->type) {
	case TYPE_text:
		buffer_print(out, "tstr .size (%" PRId64 "..%" PRIu64 ")", field->minimum,
		    field->maximum);
		break;
	case TYPE_list:
		buffer_print(out, "[0*%" PRIu64 " %s]", field->maximum, field->of->name);
		break;
	default:
		buffer_print(out, "%" PRId64 "..%" PRIu64, field->minimum, field->maximum);
	}
}

static void
print_object(struct buffer *out, const struct object *object)
{
	buffer_print(out, "\n%s = {\n", object->name);
	for (size_t i = 0; i < object->fields; i++) {
		const struct field *field = &object->field[i];

		buffer_print(out, "\t? %" PRIu64 " => ", field->key);
		print_type(out, field);
		buffer_print(out, ",\t; %s: %s\n", field->name, field->text);
	}
	buffer_put_text(out, "\t* uint => any,\t; fields of a newer version\n}\n");
}

void
plan_print_cddl(struct buffer *out)
{
	buffer_put_text(out, "; SPDX-License-Identifier: Apache-2.0\n"
	    "; The plan blob that CONFIG records name (RFC 8610), from monitor/state/plan_list.h.\n"
	    "; A field that is missing reads as zero or the empty text.\n");
	print_object(out, &object_plan);
#define OBJECT_END(what)                                                        \
	if (&object_##what != &object_plan)                                     \
		print_object(out, &object_##what);
#include "monitor/state/plan_list.h"
}
