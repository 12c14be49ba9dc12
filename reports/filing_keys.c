/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys in a filing: one sentence for each key on the wire of a sheet's instances that is bound to
 * hardware, and for each that is not the link that lacks or breaks, as "report keys" has them; and
 * what is known of stores and of declared keys that protect something on the sheet.
 */
#include <stdio.h>
#include <string.h>

#include "monitor/base/comma.h"
#include "monitor/base/i18n.h"
#include "monitor/state/custody.h"
#include "monitor/state/describe_key.h"
#include "reports/filing_part.h"

/* --- from hardware to the wire ------------------------------------------------------------ */

/* The weakest of its links is what our own probe saw: the sentence is observed, not proven. */
static void
add_bound(struct filling *f, const struct key_chain *chain, const char *about)
{
	struct buffer text = { .max = 0 };

	for (uint32_t i = 0; i < chain->wires; i++) {
		const struct key_wire *wire = &chain->wire[i];
		struct filing_value value = { .basis = BASIS_OBSERVED, .known = true,
			.name = "key.chain", .how = "", .as_of_ms = chain->heard_ms <
			wire->heard_ms ? chain->heard_ms : wire->heard_ms };

		buffer_reset(&text);
		key_sentence(f->maker->state, chain, wire, f->maker->source->at_ms, &text);
		value.text = buffer_text(&text);
		filling_add(f, &value, about, chain->replica->seq);
		filling_add(f, &value, "", wire->replica->seq);
	}
	buffer_free(&text);
}

static void
add_lacking(struct filling *f, const struct key_chain *chain, const char *about)
{
	struct buffer text = { .max = 0 };
	struct filing_value value = { .basis = chain->stand == KEY_DECLARED ? BASIS_DECLARED :
		BASIS_OBSERVED, .known = true, .contradicted = chain->stand == KEY_BROKEN,
		.name = "key.chain", .how = "", .as_of_ms = chain->heard_ms };

	key_lacking(chain, NULL, NULL, &text);
	value.text = buffer_text(&text);
	if (chain->stand == KEY_UNKNOWN)
		filling_unknown(f, about, key_link_word(chain->weakest), buffer_text(&text));
	else
		filling_add(f, &value, about, chain->replica->seq);
	buffer_free(&text);
}

void
filling_keys(struct filling *f)
{
	for (uint32_t i = 0; i < f->scope->targets; i++) {
		uint32_t target = f->scope->target[i];
		char about[SUBJECT_TEXT];
		struct key_chain chain;

		if (!plan_target_has_key(&f->maker->plan->target[target]))
			continue;
		snprintf(about, sizeof(about), "key:%.120s", f->maker->plan->target[target].name);
		key_chain_make(&chain, f->maker->state, target);
		if (chain.stand == KEY_HOLDS)
			add_bound(f, &chain, about);
		else
			add_lacking(f, &chain, about);
		key_chain_free(&chain);
	}
}

/* --- stores and declared keys ------------------------------------------------------------- */

static bool
has_instance(const struct scope_of_sheet *scope, uint32_t instance)
{
	for (uint32_t i = 0; i < scope->instances; i++)
		if (scope->instance[i] == instance)
			return true;
	return false;
}

void
filling_stores(struct filling *f, const struct condition_name *name)
{
	const struct plan *plan = f->maker->plan;

	for (uint32_t i = 0; i < plan->stores; i++)
		if (has_instance(f->scope, plan->store[i].instance))
			filling_subject_fact(f, (struct subject){ SUBJECT_STORE, i, 0 }, name);
}

static bool
is_named(struct bytes word, const char *kind, const char *name)
{
	char text[SUBJECT_TEXT];

	snprintf(text, sizeof(text), "%s:%.120s", kind, name);
	return bytes_equal(word, bytes_of_text(text));
}

/* Whether "store:NAME", "instance:NAME" or "target:NAME" is on the sheet. */
static bool
is_on_sheet(const struct filling *f, struct bytes word)
{
	const struct plan *plan = f->maker->plan;

	for (uint32_t i = 0; i < f->scope->instances; i++)
		if (is_named(word, "instance", plan->instance[f->scope->instance[i]].name))
			return true;
	for (uint32_t i = 0; i < f->scope->targets; i++)
		if (is_named(word, "target", plan->target[f->scope->target[i]].name))
			return true;
	for (uint32_t i = 0; i < plan->stores; i++)
		if (has_instance(f->scope, plan->store[i].instance) &&
		    is_named(word, "store", plan->store[i].name))
			return true;
	return false;
}

void
filling_custody(struct filling *f, const struct condition_name *name)
{
	const struct plan *plan = f->maker->plan;

	for (uint32_t i = 0; i < plan->keys; i++) {
		const char *list = plan->key[i].protects;
		struct bytes word;
		bool ours = false;

		while (!ours && comma_next(&list, &word))
			ours = is_on_sheet(f, word);
		if (ours)
			filling_subject_fact(f, (struct subject){ SUBJECT_CUSTODY, i, 0 }, name);
	}
}
