/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The part of the paper of keys that says whether data are closed to the provider: each store at
 * rest and with whose key, each instance in use; declared, observed and proven beside each other.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/attest.h"
#include "monitor/base/command.h"
#include "monitor/base/i18n.h"
#include "monitor/state/describe_key.h"
#include "monitor/state/enclosure.h"
#include "reports/keys.h"

enum { KINDS_MAX = 16 };		/* kinds of evidence whose limit is printed */

struct closed {
	const struct filing_source *from;
	struct paper         *paper;
	int                  *code;
	const struct verifier *kind[KINDS_MAX];
	size_t                kinds;
};

static enum paper_tone
tone_of(enum enclosure_verdict verdict)
{
	return verdict == ENCLOSURE_HOLDS ? PAPER_PLAIN : PAPER_BAD;
}

/* What was declared and is not so is a finding; of what nobody declared nothing is asked. */
static void
count_in(struct closed *part, enum enclosure_verdict verdict, bool declared)
{
	if (verdict == ENCLOSURE_CONTRADICTED)
		*part->code = EXIT_FINDING;
	else if (verdict == ENCLOSURE_UNKNOWN && declared && *part->code == EXIT_FINE)
		*part->code = EXIT_UNKNOWN;
}

static void
put_line(struct closed *part, const char *head, const char *text)
{
	struct buffer line = { .max = 0 };

	buffer_print(&line, head, text);
	paper_cell_line(part->paper, buffer_text(&line));
	buffer_free(&line);
}

static void
put_document(struct closed *part, const char *id)
{
	if (id[0] != '\0')
		put_line(part, _("document: %s"), id);
}

/* Whose sighting that is, how old, and why it does not count. */
static void
put_source(struct closed *part, const struct target_state *target, int64_t heard_ms, uint64_t seq,
    enum enclosure_lack lack)
{
	struct buffer line = { .max = 0 };

	buffer_print(&line, "%s", target->plan->name);
	if (seq != 0) {
		buffer_put_text(&line, ", ");
		key_age(part->from->at_ms - heard_ms, &line);
	}
	if (lack != ENCLOSURE_LACK_NONE)
		buffer_print(&line, ": %s", _(enclosure_lack_text(lack)));
	paper_cell_line(part->paper, buffer_text(&line));
	buffer_free(&line);
}

static void
put_verdict(struct closed *part, enum enclosure_verdict verdict, const char *text,
    const char *advice, enum enclosure_lack lack)
{
	paper_cell(part->paper, tone_of(verdict), _(enclosure_verdict_text(verdict)));
	paper_cell(part->paper, PAPER_PLAIN, _(text));
	if (lack != ENCLOSURE_LACK_NONE) {
		paper_cell_line(part->paper, _(enclosure_lack_text(lack)));
		advice = enclosure_lack_advice(lack);
	}
	if (advice[0] != '\0')
		put_line(part, _("what to do: %s"), _(advice));
}

/* --- in use ------------------------------------------------------------------------------- */

static void
kind_note(struct closed *part, struct bytes kind)
{
	const struct verifier *verifier = verifier_named(kind);

	for (size_t i = 0; i < part->kinds; i++)
		if (part->kind[i] == verifier)
			return;
	if (verifier != NULL && verifier->set->limit != NULL && part->kinds < KINDS_MAX)
		part->kind[part->kinds++] = verifier;
}

static void
put_level(struct closed *part, enum use_level level)
{
	if (level == USE_LEVEL_UNSAID)
		paper_cell(part->paper, PAPER_FAINT, "-");
	else
		paper_cell(part->paper, PAPER_PLAIN, _(use_level_text(level)));
}

static void
put_sightings(struct closed *part, const struct enclosure_use *use, bool proof)
{
	for (uint32_t i = 0; i < use->sightings; i++) {
		const struct use_sighting *s = &use->sighting[i];

		if (s->proof != proof)
			continue;
		put_source(part, s->target, s->heard_ms, s->seq, s->lack);
		if (proof)
			kind_note(part, s->kind);
	}
}

static void
put_use(struct closed *part, const struct enclosure_use *use)
{
	const struct use_sighting *by = use->by != ENCLOSURE_NOBODY ? &use->sighting[use->by] :
	    NULL;

	paper_row(part->paper);
	paper_cell(part->paper, PAPER_PLAIN,
	    part->from->state->plan->instance[use->instance].name);
	put_level(part, use->declared);
	put_document(part, use->document);
	put_level(part, use->seen);
	put_sightings(part, use, false);
	put_level(part, use->proven);
	put_sightings(part, use, true);
	put_verdict(part, use->verdict, use_why_text(use->why), use_why_advice(use->why),
	    by != NULL ? by->lack : ENCLOSURE_LACK_NONE);
	if (by != NULL)
		paper_cell_number(part->paper, (int64_t)by->seq);
	count_in(part, use->verdict, use->declared != USE_LEVEL_UNSAID);
}

static void
put_limits(struct closed *part)
{
	struct buffer line = { .max = 0 };

	for (size_t i = 0; i < part->kinds; i++) {
		buffer_reset(&line);
		buffer_print(&line, _("Limit of the proof by %s: %s"), part->kind[i]->set->name,
		    _(part->kind[i]->set->limit));
		paper_note(part->paper, buffer_text(&line));
	}
	buffer_free(&line);
	paper_note(part->paper, _("Proven is what accepted, fresh evidence of the hardware says "
	    "that is bound to this machine. What the provider's inventory says of a machine is its "
	    "own word: observed, not proven."));
}

static void
put_silent(struct closed *part, uint32_t silent, uint32_t all, const char *one)
{
	struct buffer line = { .max = 0 };

	if (silent == 0)
		return;
	buffer_print(&line, one, silent, all);
	paper_paragraph(part->paper, buffer_text(&line));
	buffer_free(&line);
}

static void
put_uses(struct closed *part)
{
	const struct paper_column columns[] = {
		{ .head = _("instance"), .row_head = true, .width = 12 },
		{ .head = _("declared"), .width = 17 }, { .head = _("observed"), .width = 18 },
		{ .head = _("proven"), .width = 17 }, { .head = _("verdict"), .width = 9 },
		{ .head = _("reason"), .width = 21 },
		{ .head = _("record"), .align = PAPER_RIGHT, .width = 6 },
	};
	const struct state *state = part->from->state;
	uint32_t silent = 0;

	paper_heading(part->paper, 3, _("In use: memory of instances"));
	for (uint32_t i = 0; i < state->plan->instances; i++) {
		struct enclosure_use use;

		enclosure_use_make(&use, state, i);
		if (use.declared == USE_LEVEL_UNSAID && use.sightings == 0)
			silent++;
		else {
			if (i == silent)
				paper_table(part->paper, "", columns,
				    sizeof(columns) / sizeof(columns[0]));
			put_use(part, &use);
		}
		enclosure_use_free(&use);
	}
	put_silent(part, silent, state->plan->instances, _("Of %u of %u instances nothing is "
	    "declared and nothing was asked: whether their memory is closed to the provider is "
	    "unknown."));
	put_limits(part);
}

/* --- at rest ------------------------------------------------------------------------------ */

static void
put_encrypted(struct closed *part, enum rest_encrypted encrypted, enum key_holder holder,
    bool observed)
{
	static const char *const words[] = { [REST_UNSAID] = "-", [REST_NO] = N_("not encrypted"),
		[REST_YES] = N_("encrypted") };

	paper_cell(part->paper, encrypted == REST_UNSAID ? PAPER_FAINT : encrypted == REST_NO ?
	    PAPER_BAD : PAPER_PLAIN, encrypted == REST_UNSAID ? "-" : _(words[encrypted]));
	/* That a declaration leaves it open is nobody's silence. */
	if (encrypted == REST_YES && (observed || holder != KEY_HOLDER_UNSAID))
		paper_cell_line(part->paper, _(key_holder_text(holder)));
}

static void
put_rest_sightings(struct closed *part, const struct enclosure_rest *rest)
{
	struct buffer key = { .max = 0 };

	for (uint32_t i = 0; i < rest->sightings; i++) {
		const struct rest_sighting *s = &rest->sighting[i];

		put_source(part, s->target, s->heard_ms, s->seq, s->lack);
		if (s->key.len == 0)
			continue;
		buffer_reset(&key);
		buffer_put(&key, s->key.at, s->key.len);
		put_line(part, _("key: %s"), buffer_text(&key));
	}
	buffer_free(&key);
}

/* Of the key there may be a proof; never of the disk. */
static void
put_rest_proof(struct closed *part, const struct enclosure_rest *rest)
{
	const struct state *state = part->from->state;
	struct key_chain chain;
	enum key_link link = KEY_LINK_KEY;

	paper_cell(part->paper, PAPER_FAINT, _("cannot be: no probe sees a disk"));
	if (rest->key_target == ENCLOSURE_NOBODY ||
	    !plan_target_has_key(&state->plan->target[rest->key_target]))
		return;
	key_chain_make(&chain, state, rest->key_target);
	if (key_link_stand(&chain, KEY_LINK_EVIDENCE) > key_link_stand(&chain, KEY_LINK_KEY))
		link = KEY_LINK_EVIDENCE;
	put_line(part, _("of its key: %s"), key_stand_word(key_link_stand(&chain, link)));
	paper_cell_line(part->paper, _(key_why_text(chain.why[link])));
	key_chain_free(&chain);
}

static void
put_rest(struct closed *part, const struct enclosure_rest *rest)
{
	const struct rest_sighting *by = rest->by != ENCLOSURE_NOBODY && rest->by <
	    rest->sightings ? &rest->sighting[rest->by] : NULL;

	paper_row(part->paper);
	paper_cell(part->paper, PAPER_PLAIN, part->from->state->plan->store[rest->store].name);
	put_encrypted(part, rest->encrypted, rest->holder, false);
	if (rest->key[0] != '\0')
		put_line(part, _("key: %s"), rest->key);
	put_document(part, rest->document);
	put_encrypted(part, rest->seen, rest->seen_holder, true);
	put_rest_sightings(part, rest);
	put_rest_proof(part, rest);
	put_verdict(part, rest->verdict, rest_why_text(rest->why), rest_why_advice(rest->why),
	    by != NULL ? by->lack : ENCLOSURE_LACK_NONE);
	if (by != NULL)
		paper_cell_number(part->paper, (int64_t)by->seq);
	count_in(part, rest->verdict, rest->encrypted != REST_UNSAID);
}

static void
put_rests(struct closed *part)
{
	const struct paper_column columns[] = {
		{ .head = _("store"), .row_head = true, .width = 12 },
		{ .head = _("declared"), .width = 17 }, { .head = _("observed"), .width = 18 },
		{ .head = _("proven"), .width = 17 }, { .head = _("verdict"), .width = 9 },
		{ .head = _("reason"), .width = 21 },
		{ .head = _("record"), .align = PAPER_RIGHT, .width = 6 },
	};
	const struct state *state = part->from->state;

	paper_heading(part->paper, 3, _("At rest: stores, and whose key"));
	if (state->plan->stores == 0) {
		paper_paragraph(part->paper, _("No store is configured: whether data are encrypted "
		    "where they lie is unknown."));
		return;
	}
	paper_table(part->paper, "", columns, sizeof(columns) / sizeof(columns[0]));
	for (uint32_t i = 0; i < state->plan->stores; i++) {
		struct enclosure_rest rest;

		enclosure_rest_make(&rest, state, i);
		put_rest(part, &rest);
		enclosure_rest_free(&rest);
	}
	paper_note(part->paper, _("Encryption at rest is never proven here: no probe sees a disk, "
	    "and the provider's API is its own word. Evidence that a key lives in hardware and "
	    "cannot leave it does not show that the data are encrypted with that key, nor that "
	    "whoever may use the key does not decrypt them."));
}

void
keys_put_enclosure(struct paper *paper, const struct filing_source *from, int *code)
{
	struct closed part = { .from = from, .paper = paper, .code = code };

	paper_heading(paper, 2, _("Data closed to the provider"));
	put_rests(&part);
	put_uses(&part);
}
