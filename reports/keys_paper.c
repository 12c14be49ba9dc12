/* SPDX-License-Identifier: Apache-2.0 */
/* The paper of keys: how many stand how, which, then each with its links; see keys.h. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/attest.h"
#include "monitor/base/command.h"
#include "monitor/base/i18n.h"
#include "monitor/state/describe_key.h"
#include "reports/keys.h"
#include "reports/keys_custody.h"
#include "reports/report_paper.h"

struct keys {
	const struct filing_source *from;
	struct paper     *paper;
	struct key_chain *chain;
	uint32_t          chains;
	bool              begun;	/* the cell of what is known has a line */
};

static enum paper_tone
tone_of(enum key_stand stand)
{
	switch (stand) {
	case KEY_HOLDS:    return PAPER_PLAIN;
	case KEY_DECLARED: return PAPER_STRONG;
	default:           return PAPER_BAD;
	}
}

static const char *
instance_of(const struct keys *keys, const struct key_chain *chain)
{
	return keys->from->state->plan->instance[chain->target->plan->instance].name;
}

/* --- summary ------------------------------------------------------------------------------ */

static void
put_counts(struct keys *keys)
{
	static const char *const means[KEY_STANDS] = {
		[KEY_HOLDS] = N_("every link holds, from hardware to each wire that is named"),
		[KEY_DECLARED] = N_("no link is broken, and one rests on the word of a module or "
		    "program"),
		[KEY_UNKNOWN] = N_("a link is missing, stale or undecided: nothing is proven"),
		[KEY_BROKEN] = N_("a link is broken: evidence against what is promised"),
	};
	static const enum key_stand order[KEY_STANDS] = { KEY_HOLDS, KEY_DECLARED, KEY_BROKEN,
		KEY_UNKNOWN };
	const struct paper_column columns[] = {
		{ .head = _("verdict"), .row_head = true },
		{ .head = _("keys"), .align = PAPER_RIGHT }, { .head = _("what that means") },
	};
	int64_t count[KEY_STANDS] = { 0 };

	for (uint32_t i = 0; i < keys->chains; i++)
		count[keys->chain[i].stand]++;
	paper_heading(keys->paper, 2, _("Keys bound to hardware"));
	paper_table(keys->paper, "", columns, sizeof(columns) / sizeof(columns[0]));
	for (unsigned i = 0; i < KEY_STANDS; i++) {
		paper_row(keys->paper);
		paper_cell(keys->paper, count[order[i]] > 0 ? tone_of(order[i]) : PAPER_PLAIN,
		    key_stand_word(order[i]));
		paper_cell_number(keys->paper, count[order[i]]);
		paper_cell(keys->paper, PAPER_FAINT, _(means[order[i]]));
	}
}

static void
put_overview(struct keys *keys)
{
	const struct paper_column columns[] = {
		{ .head = _("instance"), .row_head = true }, { .head = _("key") },
		{ .head = _("verdict") }, { .head = _("first link that does not hold") },
		{ .head = _("record"), .align = PAPER_RIGHT },
	};

	if (keys->chains == 0) {
		paper_paragraph(keys->paper, _("No target tells of a key: none has the probe "
		    "\"token\", \"witness\" or \"drop\", so nothing is known of any key."));
		return;
	}
	paper_table(keys->paper, "", columns, sizeof(columns) / sizeof(columns[0]));
	for (uint32_t i = 0; i < keys->chains; i++) {
		const struct key_chain *chain = &keys->chain[i];

		paper_row(keys->paper);
		paper_cell(keys->paper, PAPER_PLAIN, instance_of(keys, chain));
		paper_cell(keys->paper, PAPER_PLAIN, chain->target->plan->name);
		paper_cell(keys->paper, tone_of(chain->stand), key_stand_word(chain->stand));
		if (chain->stand == KEY_HOLDS)
			paper_cell(keys->paper, PAPER_FAINT, "-");
		else {
			paper_cell(keys->paper, PAPER_PLAIN, key_link_word(chain->weakest));
			paper_cell_line(keys->paper, _(key_why_text(chain->why[chain->weakest])));
		}
		paper_cell_number(keys->paper, (int64_t)chain->replica->seq);
	}
}

/* --- one key ------------------------------------------------------------------------------ */

/* What is known of a link: a line of one cell. */
static void
put_known(struct keys *keys, const char *text)
{
	if (keys->begun)
		paper_cell_line(keys->paper, text);
	else
		paper_cell(keys->paper, PAPER_PLAIN, text);
	keys->begun = true;
}

static void
put_fact(void *arg, const char *label, const struct fact_row *row, struct bytes value)
{
	struct keys *keys = arg;
	struct buffer line = { .max = 0 };

	buffer_print(&line, "%s: ", _(label));
	key_fact_text(row, value, &line);
	put_known(keys, buffer_text(&line));
	buffer_free(&line);
}

static const struct rule *
rule_of(const struct key_chain *chain)
{
	struct bytes name;

	return fact_text(bytes_of_buffer(&chain->replica->facts), FACT_ATTEST_RULE, &name) ?
	    rule_named(name) : NULL;
}

static void
put_reason(struct keys *keys, const struct key_chain *chain, enum key_link link, enum key_why why)
{
	bool decided = why == KEY_WHY_EVIDENCE_REJECTED || why == KEY_WHY_EVIDENCE_UNDECIDED;
	const struct rule *rule = decided ? rule_of(chain) : NULL;
	struct buffer line = { .max = 0 };
	const char *advice = why == KEY_WHY_EVIDENCE_REJECTED && rule != NULL ? rule->advice :
	    key_why_advice(why);

	paper_cell(keys->paper, PAPER_PLAIN, _(key_why_text(why)));
	if (rule != NULL && why == KEY_WHY_EVIDENCE_REJECTED)
		paper_cell_line(keys->paper, _(rule->text));
	if (link == KEY_LINK_EVIDENCE && key_why_stand(why) != KEY_HOLDS &&
	    chain->replica->detail.len > 0) {
		buffer_print(&line, _("the round says: %.*s"), (int)chain->replica->detail.len,
		    (const char *)chain->replica->detail.at);
		paper_cell_line(keys->paper, buffer_text(&line));
		buffer_reset(&line);
	}
	if (key_why_stand(why) != KEY_HOLDS && advice[0] != '\0') {
		buffer_print(&line, _("what to do: %s"), _(advice));
		paper_cell_line(keys->paper, buffer_text(&line));
	}
	buffer_free(&line);
}

static void
put_age(struct keys *keys, int64_t heard_ms)
{
	struct buffer line = { .max = 0 }, age = { .max = 0 };

	key_age(keys->from->at_ms - heard_ms, &age);
	buffer_print(&line, _("last known %s ago"), buffer_text(&age));
	put_known(keys, buffer_text(&line));
	buffer_free(&line);
	buffer_free(&age);
}

static void
put_link(struct keys *keys, const struct key_chain *chain, enum key_link link)
{
	enum key_stand stand = key_link_stand(chain, link);

	paper_row(keys->paper);
	paper_cell(keys->paper, PAPER_PLAIN, key_link_word(link));
	paper_cell(keys->paper, tone_of(stand), key_stand_word(stand));
	keys->begun = false;
	if (link == KEY_LINK_EVIDENCE) {
		put_known(keys, chain->target->plan->name);
		if (chain->replica->seen)
			put_age(keys, chain->heard_ms);
	}
	key_link_facts(chain, link, put_fact, keys);
	if (!keys->begun)
		put_known(keys, "-");
	put_reason(keys, chain, link, chain->why[link]);
	paper_cell_number(keys->paper, (int64_t)chain->replica->seq);
}

static void
put_wire(struct keys *keys, const struct key_chain *chain, const struct key_wire *wire)
{
	struct buffer line = { .max = 0 };
	char hex[HASH_TEXT];

	paper_row(keys->paper);
	paper_cell(keys->paper, PAPER_PLAIN, key_link_word(KEY_LINK_WIRE));
	paper_cell(keys->paper, tone_of(key_why_stand(wire->why)),
	    key_stand_word(key_why_stand(wire->why)));
	key_wire_name(wire, &line);
	keys->begun = false;
	put_known(keys, buffer_text(&line));
	if (wire->shown) {
		buffer_reset(&line);
		hash_text(wire->seen, hex);
		buffer_print(&line, _("key seen: %s"), hex);
		put_known(keys, buffer_text(&line));
		put_age(keys, wire->heard_ms);
	}
	put_reason(keys, chain, KEY_LINK_WIRE, wire->why);
	if (wire->replica != NULL)
		paper_cell_number(keys->paper, (int64_t)wire->replica->seq);
	buffer_free(&line);
}

static void
put_limit(struct keys *keys, const struct key_chain *chain)
{
	struct bytes kind;
	const struct verifier *verifier = NULL;
	struct buffer line = { .max = 0 };

	if (fact_text(bytes_of_buffer(&chain->replica->facts), FACT_ATTEST_KIND, &kind))
		verifier = verifier_named(kind);
	buffer_print(&line, _("Limit of the proof: %s"), verifier != NULL &&
	    verifier->set->limit != NULL ? _(verifier->set->limit) :
	    _("It proves that whoever answers there holds the private key now; not where the key "
	    "is kept, nor that it cannot leave: that is the module's own word."));
	if (verifier != NULL || strcmp(chain->target->plan->probe, "token") == 0)
		paper_note(keys->paper, buffer_text(&line));
	buffer_free(&line);
}

static void
put_sentences(struct keys *keys, const struct key_chain *chain)
{
	struct buffer text = { .max = 0 };

	for (uint32_t i = 0; i < chain->wires && chain->stand == KEY_HOLDS; i++) {
		key_sentence(keys->from->state, chain, &chain->wire[i], keys->from->at_ms, &text);
		paper_paragraph(keys->paper, buffer_text(&text));
		buffer_reset(&text);
	}
	if (chain->stand != KEY_HOLDS) {
		const struct rule *rule = chain->why[chain->weakest] ==
		    KEY_WHY_EVIDENCE_REJECTED ? rule_of(chain) : NULL;

		key_lacking(chain, rule != NULL ? rule->text : NULL,
		    rule != NULL ? rule->advice : NULL, &text);
		paper_warning(keys->paper, buffer_text(&text));
	}
	if (!chain->usable && chain->replica->facts.len > 0)
		paper_paragraph(keys->paper, _("What stands below of hardware, evidence and key "
		    "is what was known last; it no longer counts."));
	buffer_free(&text);
}

static void
put_key(struct keys *keys, const struct key_chain *chain)
{
	const struct paper_column columns[] = {
		{ .head = _("link"), .row_head = true }, { .head = _("verdict") },
		{ .head = _("what is known"), .code = true }, { .head = _("reason") },
		{ .head = _("record"), .align = PAPER_RIGHT },
	};
	struct buffer title = { .max = 0 };

	buffer_print(&title, "%s: %s", instance_of(keys, chain), chain->target->plan->name);
	paper_heading(keys->paper, 2, buffer_text(&title));
	buffer_free(&title);
	put_sentences(keys, chain);
	paper_table(keys->paper, "", columns, sizeof(columns) / sizeof(columns[0]));
	for (enum key_link link = 0; link < KEY_LINK_WIRE; link++)
		put_link(keys, chain, link);
	for (uint32_t i = 0; i < chain->wires; i++)
		put_wire(keys, chain, &chain->wire[i]);
	if (chain->wires == 0)
		put_link(keys, chain, KEY_LINK_WIRE);
	put_limit(keys, chain);
}

/* --- the paper ---------------------------------------------------------------------------- */

static int
by_instance(const void *a, const void *b)
{
	const struct key_chain *x = a, *y = b;
	uint32_t i = x->target->plan->instance, k = y->target->plan->instance;

	if (i != k)
		return i < k ? -1 : 1;
	return strcmp(x->target->plan->name, y->target->plan->name);
}

static void
put_keyless(struct keys *keys)
{
	const struct plan *plan = keys->from->state->plan;
	bool *has = memory_new(plan->instances + 1, sizeof(*has)), any = false;

	for (uint32_t i = 0; i < keys->chains; i++)
		has[keys->chain[i].target->plan->instance] = true;
	for (uint32_t i = 0; i < plan->instances; i++) {
		if (has[i])
			continue;
		if (!any) {
			paper_heading(keys->paper, 2, _("No key known"));
			paper_paragraph(keys->paper, _("Of these instances no target tells where "
			    "a key is kept."));
			paper_list(keys->paper, false);
		}
		any = true;
		paper_item(keys->paper, 1, PAPER_PLAIN, plan->instance[i].name);
	}
	free(has);
}

struct paper *
keys_paper(const struct filing_source *from, int *code)
{
	struct keys keys = { .from = from,
		.paper = paper_new(i18n_language(), _("Keys, from hardware to the wire")),
		.chain = memory_new(from->state->targets + 1, sizeof(struct key_chain)) };

	for (uint32_t i = 0; i < from->state->targets; i++)
		if (plan_target_has_key(from->state->target[i].plan))
			key_chain_make(&keys.chain[keys.chains++], from->state, i);
	qsort(keys.chain, keys.chains, sizeof(*keys.chain), by_instance);
	report_paper_head(keys.paper, from);
	put_counts(&keys);
	put_overview(&keys);
	for (uint32_t i = 0; i < keys.chains; i++) {
		put_key(&keys, &keys.chain[i]);
		if (keys.chain[i].stand == KEY_BROKEN)
			*code = EXIT_FINDING;
		else if (keys.chain[i].stand != KEY_HOLDS && *code == EXIT_FINE)
			*code = EXIT_UNKNOWN;
	}
	if (keys.chains == 0)
		*code = EXIT_UNKNOWN;
	put_keyless(&keys);
	keys_put_enclosure(keys.paper, from, code);
	keys_custody_put(keys.paper, from, code);
	paper_note(keys.paper, _("Each verdict is of the monitor's own rounds: evidence judged by "
	    "the carrier's policy when it came, and the key that TLS, SSH or IKE showed us. "
	    "Other connections of the instance were not seen. The evidence and its collateral are "
	    "in the ledger; \"sekimori verify\" judges them again."));
	for (uint32_t i = 0; i < keys.chains; i++)
		key_chain_free(&keys.chain[i]);
	free(keys.chain);
	return keys.paper;
}
