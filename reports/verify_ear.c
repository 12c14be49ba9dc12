/* SPDX-License-Identifier: Apache-2.0 */
/* Location tokens offline: who signed is proven, what he concluded is his word. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/ear.h"
#include "attest/json_strict.h"
#include "monitor/base/command.h"
#include "monitor/base/file.h"
#include "monitor/base/i18n.h"
#include "monitor/base/log.h"
#include "monitor/base/timetext.h"
#include "reports/ledger_common.h"
#include "reports/verify_ear.h"

struct telling {
	verify_ear_told *told;
	void                 *arg;
	const struct ear_read *read;
	struct buffer         text;	/* of the claim being told */
};

static void
say(struct telling *t, enum shown shown, const char *kind)
{
	t->told(t->arg, shown, kind, buffer_text(&t->text));
	buffer_reset(&t->text);
}

/* "origin+hhhhhhhh", as the token names its key. */
static bool
is_its_key(const struct ear_read *read, const struct note_verifier *key)
{
	char name[NOTE_NAME_MAX + 16];

	snprintf(name, sizeof(name), "%s+%08x", key->name, key->id);
	return strcmp(name, read->key) == 0;
}

static enum err
say_identity(struct telling *t, const struct note_verifier *key, struct why *why)
{
	const struct ear_read *read = t->read;
	char when[TIME_TEXT];

	time_jst_s(json_integer_value(json_object_get(read->claims, "iat")) * 1000, when);
	if (key == NULL) {
		buffer_print(&t->text, _("it names the key %s, and no verifier key was given "
		    "(--key): anybody may have written it"), read->key);
		say(t, SHOWN_NOT_SHOWN, "identity");
		return ERR_OK;
	}
	if (!is_its_key(read, key))
		return why_set(why, ERR_UNTRUSTED, _("it names the key %s, not the one you trust "
		    "(%s+%08x)"), read->key, key->name, key->id);
	if (ed25519_verify(key->key, bytes_of_buffer(&read->signed_octets),
	    bytes_of(read->signature, sizeof(read->signature))) != ERR_OK)
		return why_set(why, ERR_UNTRUSTED, _("the signature is not of the key %s over "
		    "what the token says: it was changed, or written by somebody else"),
		    read->key);
	buffer_print(&t->text, _("signed by the key %s, which says that it was %s"), read->key,
	    when);
	say(t, SHOWN_PROVED, "identity");
	return ERR_OK;
}

static void
put_member(struct buffer *out, const json_t *object, const char *name, const char *before)
{
	const char *text = json_strict_text(object, name);

	if (text[0] != '\0')
		buffer_print(out, "%s%s", before, text);
}

static void
say_place(struct telling *t)
{
	const json_t *own = json_object_get(t->read->appraisal, "ear_verifier_claims");
	const json_t *place = json_object_get(t->read->appraisal, "ear.geographic-result-claims");

	buffer_print(&t->text, "%s: %s", t->read->subject, json_strict_text(t->read->appraisal,
	    "ear_status"));
	put_member(&t->text, own, "verdict", ", ");
	put_member(&t->text, place, "grc.jurisdiction-country", ", ");
	put_member(&t->text, own, "why", ": ");
	say(t, SHOWN_ASSERTED, "place");
}

static void
say_witness(struct telling *t, const json_t *witness)
{
	const json_t *seen = json_object_get(witness, "seen");
	char when[TIME_TEXT];

	buffer_print(&t->text, "%s", json_strict_text(witness, "witness"));
	put_member(&t->text, witness, "says", ": ");
	put_member(&t->text, witness, "place", ", ");
	put_member(&t->text, witness, "country", ", ");
	put_member(&t->text, witness, "grade", ", ");
	put_member(&t->text, witness, "basis", ", ");
	if (json_is_integer(json_object_get(witness, "bound-km")))
		buffer_print(&t->text, ", <= %lld km", (long long)json_integer_value(
		    json_object_get(witness, "bound-km")));
	put_member(&t->text, witness, "vantage", " ");
	if (json_is_integer(seen)) {
		time_jst_s(json_integer_value(seen) * 1000, when);
		buffer_print(&t->text, ", %s", when);
	}
	put_member(&t->text, witness, "why", ": ");
	say(t, SHOWN_ASSERTED, "witness");
}

static void
say_rest(struct telling *t)
{
	const json_t *own = json_object_get(t->read->appraisal, "ear_verifier_claims");
	const json_t *list = json_object_get(own, "witnesses");
	const json_t *ledger = json_object_get(own, "ledger");

	for (size_t i = 0; i < json_array_size(list); i++)
		say_witness(t, json_array_get(list, i));
	put_member(&t->text, own, "limit", "");
	if (t->text.len > 0)
		say(t, SHOWN_ASSERTED, "limit");
	buffer_print(&t->text, _("the %" PRIu64 " records of %s with root %s it was judged from: "
	    "ask for a bundle of them"),
	    (uint64_t)json_integer_value(json_object_get(ledger, "size")),
	    json_strict_text(ledger, "origin"), json_strict_text(ledger, "root"));
	say(t, SHOWN_NOT_SHOWN, "records");
}

enum err
verify_ear(struct bytes token, const struct note_verifier *key, verify_ear_told *told,
    void *arg, bool *vouched, struct why *why)
{
	struct ear_read read;
	struct telling t = { .told = told, .arg = arg, .read = &read };
	enum err err = ear_read(token, &read, why);

	*vouched = key != NULL;
	if (err == ERR_OK)
		err = say_identity(&t, key, why);
	if (err == ERR_OK) {
		say_place(&t);
		say_rest(&t);
	}
	buffer_free(&t.text);
	ear_read_free(&read);
	return err;
}

/* --- the command -------------------------------------------------------------------------- */

static void
keep(void *arg, enum shown shown, const char *kind, const char *text)
{
	char *safe = memory_new(4 * strlen(text) + 1, 1);

	text_escape(text, strlen(text), safe, 4 * strlen(text) + 1);
	json_array_append_new(arg, json_pack("{s:s,s:s,s:s}", "claim", kind, "verdict",
	    shown_name(shown), "text", safe));
	free(safe);
}

static void
print(const json_t *claims, bool json, enum err err, const char *text)
{
	json_t *out;

	for (size_t i = 0; !json && err == ERR_OK && i < json_array_size(claims); i++) {
		const json_t *one = json_array_get(claims, i);

		printf("%-10s %-9s %s\n", _(json_string_value(json_object_get(one, "verdict"))),
		    json_string_value(json_object_get(one, "claim")),
		    json_string_value(json_object_get(one, "text")));
	}
	if (!json) {
		if (err != ERR_OK)
			printf("%s: %s\n", _("REFUSED"), text);
		return;
	}
	out = json_pack("{s:b,s:O}", "refused", err != ERR_OK, "claims", claims);
	if (err != ERR_OK)
		json_object_set_new(out, "text", json_string(text));
	json_dumpf(out, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(out);
}

int
verify_ear_run(const char *path, const struct note_verifier *key, bool json)
{
	struct buffer token = { .max = 0 };
	struct why why = { .err = ERR_OK };
	char safe[4 * WHY_TEXT_MAX + 1];
	json_t *claims = json_array();
	bool vouched = false;
	enum err err = file_read(path, EAR_TOKEN_MAX, &token, &why);
	bool unread = err != ERR_OK;

	if (err == ERR_OK)
		err = verify_ear(bytes_of_buffer(&token), key, keep, claims, &vouched, &why);
	text_escape(why.text, strlen(why.text), safe, sizeof(safe));
	print(claims, json, err, safe);
	json_decref(claims);
	buffer_free(&token);
	if (err != ERR_OK)
		return unread ? EXIT_UNKNOWN : EXIT_FINDING;
	return vouched ? EXIT_FINE : EXIT_UNKNOWN;
}
