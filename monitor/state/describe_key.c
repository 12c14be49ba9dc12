/* SPDX-License-Identifier: Apache-2.0 */
/* Sentences about keys and the hardware behind them.  Nothing here is recorded. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/log.h"
#include "monitor/base/timetext.h"
#include "monitor/state/describe_key.h"

enum { WORD = 256, KEY_DIGITS = 16, AGE_TEXT = 40 };

const char *
key_stand_word(enum key_stand stand)
{
	switch (stand) {
	case KEY_HOLDS:    return _("proven");
	case KEY_DECLARED: return _("only declared");
	case KEY_BROKEN:   return _("contradicted");
	default:           return _("unknown");
	}
}

const char *
key_link_word(enum key_link link)
{
	switch (link) {
	case KEY_LINK_HARDWARE: return _("hardware");
	case KEY_LINK_EVIDENCE: return _("evidence");
	case KEY_LINK_KEY:      return _("key");
	case KEY_LINK_BINDING:  return _("binding");
	default:                return _("wire");
	}
}

void
key_age(int64_t ms, struct buffer *out)
{
	int64_t s = ms > 0 ? ms / 1000 : 0;

	if (s < 120)
		buffer_print(out, _("%" PRId64 " s"), s);
	else if (s < 7200)
		buffer_print(out, _("%" PRId64 " min"), s / 60);
	else if (s < INT64_C(48) * 3600)
		buffer_print(out, _("%" PRId64 " h"), s / 3600);
	else
		buffer_print(out, _("%" PRId64 " d"), s / 86400);
}

void
key_fact_text(const struct fact_row *row, struct bytes value, struct buffer *out)
{
	struct cbor cbor = cbor_of(value, true);

	if (row->type == FACT_TYPE_flag)
		buffer_put_text(out, cbor_bool(&cbor) ? _("yes") : _("no"));
	else
		fact_print(out, row, value);
}

static void
put_address(const struct plan_target *plan, struct buffer *out)
{
	buffer_print(out, strchr(plan->address, ':') != NULL ? "[%s]:%" PRIu32 : "%s:%" PRIu32,
	    plan->address, plan->port);
}

void
key_wire_name(const struct key_wire *wire, struct buffer *out)
{
	if (wire->target == NULL) {
		buffer_put(out, wire->name.at, wire->name.len);
		return;
	}
	buffer_print(out, "%s ", wire->target->plan->name);
	put_address(wire->target->plan, out);
	if (wire->target->replicas > 1)
		buffer_print(out, " #%" PRIu32, wire->number + 1);
}

static const char *
word_of(const struct key_chain *chain, enum fact fact, const char *otherwise, char out[WORD])
{
	struct bytes text;

	snprintf(out, WORD, "%s", otherwise);
	if (fact_text(bytes_of_buffer(&chain->replica->facts), fact, &text) && text.len > 0)
		text_escape((const char *)text.at, text.len, out, WORD);
	return out;
}

/* Where it stands, by the register that an officer sealed. */
static void
put_site(const struct key_chain *chain, struct buffer *out)
{
	char site[WORD], officer[WORD], id[WORD];

	if (word_of(chain, FACT_ATTEST_SITE, "", site)[0] == '\0')
		return;
	word_of(chain, FACT_ATTEST_REGISTER_OFFICER, "-", officer);
	word_of(chain, FACT_ATTEST_REGISTER_ID, "-", id);
	/* TRANSLATORS: site, "CN=...", "sites, edition 2026-11" */
	buffer_print(out, _(", on the register of site %s (sealed by %s: %s)"), site, officer, id);
}

/* "HSM serial 12": the kind, or the model where there is none, and the serial number. */
static void
put_device(const struct key_chain *chain, struct buffer *out)
{
	char kind[WORD], serial[WORD];

	word_of(chain, FACT_ATTEST_HARDWARE, _("hardware"), kind);
	if (word_of(chain, FACT_ATTEST_SERIAL, "", serial)[0] != '\0')
		buffer_print(out, _("%s serial %s"), kind, serial);
	else
		buffer_print(out, _("%s without a serial number"), kind);
	put_site(chain, out);
}

static void
put_attested(const struct key_chain *chain, int64_t now_ms, struct buffer *out)
{
	struct buffer age = { .max = AGE_TEXT };
	char policy[WORD], made[TIME_TEXT] = "";
	int64_t made_ms;

	word_of(chain, FACT_ATTEST_POLICY_ID, "-", policy);
	key_age(now_ms - chain->heard_ms, &age);
	if (chain->why[KEY_LINK_EVIDENCE] == KEY_WHY_EVIDENCE_FRESH)
		buffer_print(out, _("attested %s ago under policy %s"), buffer_text(&age), policy);
	else if (fact_int(bytes_of_buffer(&chain->replica->facts), FACT_ATTEST_MADE, &made_ms)) {
		time_jst_s(made_ms, made);
		buffer_print(out, _("by a statement of %s, judged %s ago under policy %s"), made,
		    buffer_text(&age), policy);
	} else {
		buffer_print(out, _("by a statement without a date, judged %s ago under policy %s"),
		    buffer_text(&age), policy);
	}
	buffer_free(&age);
}

void
key_sentence(const struct state *state, const struct key_chain *chain,
    const struct key_wire *wire, int64_t now_ms, struct buffer *out)
{
	const struct plan_instance *on =
	    &state->plan->instance[wire->target->plan->instance];
	struct buffer address = { .max = 0 }, device = { .max = 0 }, attested = { .max = 0 };
	char hex[2 * HASH_LEN + 1], name[WORD];

	hex_of(bytes_of(wire->seen.at, HASH_LEN), hex);
	hex[KEY_DIGITS] = '\0';
	put_address(wire->target->plan, &address);
	put_device(chain, &device);
	put_attested(chain, now_ms, &attested);
	snprintf(name, sizeof(name), "%s%s%s", on->nf != NULL ? on->nf : "",
	    on->nf != NULL && on->nf[0] != '\0' ? " " : "", on->name);
	if (chain->why[KEY_LINK_KEY] == KEY_WHY_KEY_INSIDE)
		/* TRANSLATORS: instance, address, key, key, device, "attested ... under ..." */
		buffer_print(out, _("%s at %s speaks with key %s; %s was made in %s, never "
		    "exportable, %s."), name, buffer_text(&address), hex, hex,
		    buffer_text(&device), buffer_text(&attested));
	else
		/* TRANSLATORS: instance, address, key, key, device, "attested ... under ..." */
		buffer_print(out, _("%s at %s speaks with key %s; %s is vouched for by %s, %s."),
		    name, buffer_text(&address), hex, hex, buffer_text(&device),
		    buffer_text(&attested));
	buffer_free(&address);
	buffer_free(&device);
	buffer_free(&attested);
}

void
key_lacking(const struct key_chain *chain, const char *reason, const char *advice,
    struct buffer *out)
{
	enum key_why why = chain->why[chain->weakest];
	const char *form = chain->stand == KEY_BROKEN ?
	    N_("Contradicted at the link \"%s\": %s. What to do: %s.") :
	    chain->stand == KEY_DECLARED ?
	    N_("Only declared at the link \"%s\": %s. What to do: %s.") :
	    N_("Unknown at the link \"%s\": %s. What to do: %s.");

	buffer_print(out, _(form), key_link_word(chain->weakest),
	    _(reason != NULL ? reason : key_why_text(why)),
	    _(advice != NULL ? advice : key_why_advice(why)));
}
