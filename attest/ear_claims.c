/* SPDX-License-Identifier: Apache-2.0 */
/* The claims of a location token: built once as a tree, then written in either form. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "attest/ear_part.h"

static void
set_text(json_t *object, const char *name, const char *text)
{
	json_t *value;

	if (text == NULL || text[0] == '\0')
		return;
	value = json_string(text);
	json_object_set_new(object, name, value != NULL ? value : json_string("(not UTF-8)"));
}

static json_t *
witness_of(const struct ear_witness *witness)
{
	json_t *object = json_object();

	set_text(object, "witness", witness->name);
	set_text(object, "says", witness->stand);
	set_text(object, "place", witness->value);
	set_text(object, "country", witness->country);
	set_text(object, "grade", witness->grade);
	set_text(object, "basis", witness->basis);
	set_text(object, "why", witness->why);
	if (witness->seen_s > 0)
		json_object_set_new(object, "seen", json_integer(witness->seen_s));
	if (witness->vantage != NULL) {
		json_object_set_new(object, "bound-km", json_integer(witness->km));
		set_text(object, "vantage", witness->vantage);
	}
	return object;
}

/* Claims of the verifier's own authority (draft-ietf-rats-ear-04): each witness apart. */
static json_t *
own_claims(const struct ear_statement *s)
{
	json_t *object = json_object(), *list = json_array();

	set_text(object, "verdict", s->verdict);
	set_text(object, "why", s->why);
	set_text(object, "limit", s->limit);
	set_text(object, "excluded-countries", s->excluded);
	for (size_t i = 0; i < s->witnesses; i++)
		json_array_append_new(list, witness_of(&s->witness[i]));
	json_object_set_new(object, "witnesses", list);
	json_object_set_new(object, "ledger", json_pack("{s:s,s:I,s:s}", "origin", s->origin,
	    "size", (json_int_t)s->size, "root", s->root));
	return object;
}

static json_t *
appraisal_of(const struct ear_statement *s)
{
	json_t *object = json_pack("{s:s,s:s}", "eat_profile", EAR_GEOGRAPHIC_PROFILE,
	    "ear_status", ear_status_name(s->status));

	if (s->country != NULL)
		json_object_set_new(object, "ear.geographic-result-claims", json_pack("{s:s}",
		    "grc.jurisdiction-country", s->country));
	json_object_set_new(object, "ear_verifier_claims", own_claims(s));
	return object;
}

static enum err
text_put(const json_t *claims, struct buffer *out, struct why *why)
{
	char *text = json_dumps(claims, JSON_COMPACT);

	if (text == NULL)
		return why_set(why, ERR_INVALID, "a text of the claims is not UTF-8");
	buffer_put_text(out, text);
	free(text);
	return ERR_OK;
}

enum err
ear_claims(const struct ear_statement *s, enum ear_form form, struct buffer *out, struct why *why)
{
	json_t *claims = json_pack("{s:s,s:I,s:{s:s,s:s}}", "eat_profile", EAR_PROFILE, "iat",
	    (json_int_t)s->issued_s, "ear_verifier_id", "developer", "sekimori", "build", s->build);
	json_t *submods = json_object();
	size_t from = out->len;
	enum err err;

	json_object_set_new(claims, "submods", submods);
	json_object_set_new(submods, s->subject, appraisal_of(s));
	err = form == EAR_CBOR ? ear_cbor_put(claims, out, why) : text_put(claims, out, why);
	json_decref(claims);
	if (err == ERR_OK && (out->failed || out->len - from > EAR_CLAIMS_MAX))
		err = why_set(why, ERR_LIMIT, "the statement is longer than %d octets",
		    EAR_CLAIMS_MAX);
	return err;
}
