/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claims of a location token between their tree, which has the names of JSON, and CBOR with its
 * integer labels: one table, both directions, so that the two forms say the same.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "attest/ear_part.h"
#include "attest/json_strict.h"
#include "monitor/base/cbor.h"

enum { PAIRS_MAX = 64 };		/* of one map; we write at most a dozen */

static const struct label { enum ear_context in; const char *name; int64_t label;
	enum ear_context inside; } labels[] = {
#define EAR_LABEL(in, name, label, inside) { EAR_IN_##in, name, label, EAR_IN_##inside },
#include "attest/ear_list.h"
};

static const struct label *
label_named(enum ear_context in, const char *name)
{
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		if (labels[i].in == in && strcmp(labels[i].name, name) == 0)
			return &labels[i];
	return NULL;
}

static const struct label *
label_numbered(enum ear_context in, int64_t number)
{
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		if (labels[i].in == in && labels[i].label == number)
			return &labels[i];
	return NULL;
}

static enum ear_context
inside(enum ear_context in, const struct label *label)
{
	if (in == EAR_IN_SUBMODS)
		return EAR_IN_APPRAISAL;
	return label != NULL ? label->inside : EAR_IN_OTHER;
}

/* --- writing ------------------------------------------------------------------------------ */

struct pair { struct buffer key; const json_t *value; enum ear_context inside; };

static int
by_octets(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	size_t least = x->key.len < y->key.len ? x->key.len : y->key.len;
	int order = memcmp(x->key.at, y->key.at, least);

	return order != 0 ? order : x->key.len < y->key.len ? -1 : x->key.len > y->key.len;
}

static enum err put(const json_t *value, enum ear_context in, struct buffer *out, struct why *);

static enum err
put_map(const json_t *object, enum ear_context in, struct buffer *out, struct why *why)
{
	struct pair pair[PAIRS_MAX] = { { .value = NULL } };
	json_t *value, *map = (json_t *)(uintptr_t)object;
	size_t count = 0;
	const char *name;
	enum err err = ERR_OK;

	if (json_object_size(object) > PAIRS_MAX)
		return why_set(why, ERR_LIMIT, "a claim has more than %d members", PAIRS_MAX);
	json_object_foreach(map, name, value) {
		const struct label *label = label_named(in, name);

		if (label != NULL)
			cbor_put_int(&pair[count].key, label->label);
		else
			cbor_put_cstr(&pair[count].key, name);
		pair[count].value = value;
		pair[count++].inside = inside(in, label);
	}
	qsort(pair, count, sizeof(pair[0]), by_octets);
	cbor_put_map(out, count);
	for (size_t i = 0; i < count; i++) {
		buffer_put(out, pair[i].key.at, pair[i].key.len);
		if (err == ERR_OK)
			err = put(pair[i].value, pair[i].inside, out, why);
		buffer_free(&pair[i].key);
	}
	return err;
}

static const struct { const char *name; enum ear_status status; } tiers[] = {
	{ "none", EAR_NONE }, { "affirming", EAR_AFFIRMING }, { "warning", EAR_WARNING },
	{ "contraindicated", EAR_CONTRAINDICATED },
};

const char *
ear_status_name(enum ear_status status)
{
	for (size_t i = 0; i < sizeof(tiers) / sizeof(tiers[0]); i++)
		if (tiers[i].status == status)
			return tiers[i].name;
	return "";
}

static enum err
put_text(const json_t *value, enum ear_context in, struct buffer *out, struct why *why)
{
	const char *text = json_string_value(value);

	if (in != EAR_IN_STATUS) {
		cbor_put_text(out, bytes_of(text, json_string_length(value)));
		return ERR_OK;
	}
	for (size_t i = 0; i < sizeof(tiers) / sizeof(tiers[0]); i++)
		if (strcmp(tiers[i].name, text) == 0) {
			cbor_put_uint(out, tiers[i].status);
			return ERR_OK;
		}
	return why_set(why, ERR_UNSUPPORTED, "the status is no tier of trustworthiness");
}

/* Recursion is over a tree of our own making, at most six deep. */
static enum err
put(const json_t *value, enum ear_context in, struct buffer *out, struct why *why)
{
	enum err err = ERR_OK;

	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return put_map(value, in, out, why);
	case JSON_ARRAY:
		cbor_put_array(out, json_array_size(value));
		for (size_t i = 0; err == ERR_OK && i < json_array_size(value); i++)
			err = put(json_array_get(value, i), EAR_IN_OTHER, out, why);
		return err;
	case JSON_STRING:
		return put_text(value, in, out, why);
	case JSON_INTEGER:
		cbor_put_int(out, json_integer_value(value));
		return ERR_OK;
	case JSON_TRUE:
	case JSON_FALSE:
		cbor_put_bool(out, json_is_true(value));
		return ERR_OK;
	default:
		return why_set(why, ERR_UNSUPPORTED, "a claim has a type that none of ours has");
	}
}

enum err
ear_cbor_put(const json_t *claims, struct buffer *out, struct why *why)
{
	return put(claims, EAR_IN_TOKEN, out, why);
}

/* --- reading ------------------------------------------------------------------------------ */

static json_t *take(struct cbor *, enum ear_context, unsigned depth);

/* The key's name and what is inside; false: no claim of ours. */
static bool
take_key(struct cbor *in, enum ear_context context, struct bytes *name, enum ear_context *within)
{
	const struct label *label = NULL;

	if (cbor_peek(in) == CBOR_TEXT) {
		*name = cbor_text(in);
		*within = inside(context, NULL);
		return in->err == ERR_OK && memchr(name->at, '\0', name->len) == NULL;
	}
	label = label_numbered(context, cbor_int(in));
	if (in->err != ERR_OK || label == NULL)
		return false;
	*name = bytes_of_text(label->name);
	*within = inside(context, label);
	return true;
}

static json_t *
take_map(struct cbor *in, enum ear_context context, unsigned depth)
{
	uint64_t pairs = cbor_map(in);
	json_t *object = json_object();

	for (uint64_t i = 0; i < pairs && in->err == ERR_OK; i++) {
		enum ear_context within = EAR_IN_OTHER;
		struct bytes name = { NULL, 0 };
		char *key;

		if (pairs > PAIRS_MAX || !take_key(in, context, &name, &within)) {
			cbor_fail(in, ERR_UNSUPPORTED);
			break;
		}
		key = memory_text(name);
		if (json_object_get(object, key) != NULL ||
		    json_object_set_new(object, key, take(in, within, depth + 1)) != 0)
			cbor_fail(in, ERR_MALFORMED);
		free(key);
	}
	return object;
}

static json_t *
take_status(struct cbor *in)
{
	uint64_t tier = cbor_uint(in);

	for (size_t i = 0; i < sizeof(tiers) / sizeof(tiers[0]); i++)
		if (tiers[i].status == tier)
			return json_string(tiers[i].name);
	cbor_fail(in, ERR_UNSUPPORTED);
	return json_null();
}

static json_t *
take_array(struct cbor *in, unsigned depth)
{
	uint64_t count = cbor_array(in);
	json_t *array = json_array();

	for (uint64_t i = 0; i < count && in->err == ERR_OK; i++)
		json_array_append_new(array, take(in, EAR_IN_OTHER, depth + 1));
	return array;
}

/* Always a value; whether it counts is in->err.  Depth is bounded as of the strict JSON reader. */
static json_t *
take(struct cbor *in, enum ear_context context, unsigned depth)
{
	struct bytes text;

	if (depth > JSON_STRICT_DEPTH)
		cbor_fail(in, ERR_LIMIT);
	if (in->err != ERR_OK)
		return json_null();
	if (context == EAR_IN_STATUS)
		return take_status(in);
	switch (cbor_peek(in)) {
	case CBOR_MAP:   return take_map(in, context, depth);
	case CBOR_ARRAY: return take_array(in, depth);
	case CBOR_UINT:
	case CBOR_NEGATIVE:
		return json_integer(cbor_int(in));
	case CBOR_SIMPLE:
		return json_boolean(cbor_bool(in));
	case CBOR_TEXT:
		text = cbor_text(in);
		return in->err == ERR_OK ? json_stringn((const char *)text.at, text.len) :
		    json_null();
	default:
		cbor_fail(in, ERR_UNSUPPORTED);
		return json_null();
	}
}

enum err
ear_cbor_read(struct bytes octets, json_t **claims, struct why *why)
{
	struct cbor in = cbor_of(octets, true);
	enum err err = cbor_check(octets, why);

	*claims = NULL;
	if (err != ERR_OK)
		return err;
	*claims = take(&in, EAR_IN_TOKEN, 0);
	if (cbor_done(&in) && json_is_object(*claims))
		return ERR_OK;
	err = in.err != ERR_OK ? in.err : ERR_MALFORMED;
	return why_set(why, err, "its claims are not those of an attestation result (octet %zu)",
	    in.at);
}
