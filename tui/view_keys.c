/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys: each with the chain from its hardware root to the wire, link by link, as report keys has
 * it; the worst first.  Then a line for each thing that is closed to the provider, or should be,
 * and one for each key whose custody is declared.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "attest/attest.h"
#include "monitor/base/i18n.h"
#include "monitor/state/describe_key.h"
#include "tui/closed.h"
#include "tui/column.h"
#include "tui/view.h"
#include "tui/wrap.h"

enum keys_kind { CHAIN_NONE, CHAIN_KEY, CHAIN_TEXT, CHAIN_LINK, CHAIN_WIRE, CHAIN_LIMIT,
	CLOSED_USE, CLOSED_REST, CLOSED_CUSTODY };
enum { LINK_STATE, LINK_LINK, LINK_WHAT, LINK_WHY, LINK_COLUMNS };
enum { TEXT_WIDTH = 74, MARGIN = 3, HEX_SHOWN = 16 };

static const struct column table[LINK_COLUMNS] = {
	[LINK_STATE] = { .title = N_("STATE"), .width = 16 },
	[LINK_LINK]  = { .title = N_("LINK"), .width = 12 },
	[LINK_WHAT]  = { .title = N_("WHAT IS KNOWN"), .width = 20, .grow = 1, .most = 40 },
	[LINK_WHY]   = { .title = N_("REASON"), .width = 20, .grow = 3 },
};

static char
stand_letter(enum key_stand stand)
{
	switch (stand) {
	case KEY_HOLDS:    return '.';
	case KEY_DECLARED: return '!';
	case KEY_BROKEN:   return 'X';
	default:           return '?';
	}
}

static enum style
stand_style(enum key_stand stand)
{
	switch (stand) {
	case KEY_HOLDS:    return STYLE_UP;
	case KEY_DECLARED: return STYLE_DEGRADED;
	case KEY_BROKEN:   return STYLE_DOWN;
	default:           return STYLE_UNKNOWN;
	}
}

/* --- rows --------------------------------------------------------------------------------- */

/* The sentence of a chain: what it says, or what it lacks. */
static void
chain_text(const struct scene *scene, const struct key_chain *chain, struct buffer *out)
{
	for (uint32_t i = 0; i < chain->wires && chain->stand == KEY_HOLDS; i++) {
		if (i > 0)
			buffer_put_text(out, " ");
		key_sentence(scene->state, chain, &chain->wire[i], scene->now_ms, out);
	}
	if (chain->stand != KEY_HOLDS) {
		const struct rule *rule = NULL;
		struct bytes name;

		if (chain->why[chain->weakest] == KEY_WHY_EVIDENCE_REJECTED &&
		    fact_text(bytes_of_buffer(&chain->replica->facts), FACT_ATTEST_RULE, &name))
			rule = rule_named(name);
		key_lacking(chain, rule != NULL ? rule->text : NULL,
		    rule != NULL ? rule->advice : NULL, out);
	}
	if (key_link_stand(chain, KEY_LINK_EVIDENCE) != KEY_HOLDS &&
	    chain->replica->detail.len > 0) {
		buffer_put_text(out, " ");
		buffer_print(out, _("the round says: %.*s"), (int)chain->replica->detail.len,
		    (const char *)chain->replica->detail.at);
	}
}

/* What accepted evidence of that kind does not prove; nothing if none was accepted. */
static void
limit_text(const struct key_chain *chain, struct buffer *out)
{
	const struct verifier *verifier = NULL;
	struct bytes kind;

	if (key_link_stand(chain, KEY_LINK_EVIDENCE) == KEY_HOLDS &&
	    fact_text(bytes_of_buffer(&chain->replica->facts), FACT_ATTEST_KIND, &kind))
		verifier = verifier_named(kind);
	if (verifier != NULL && verifier->set->limit != NULL)
		buffer_print(out, _("Limit of the proof: %s"), _(verifier->set->limit));
}

/* Place of the key's target, and which line, link or wire. */
static uint64_t
row_id(uint32_t place, size_t which)
{
	return (uint64_t)place << 32 | (uint32_t)which;
}

static bool
key_hidden(const struct view *view, const struct scene *scene, const struct key_chain *chain)
{
	const struct plan_target *target = chain->target->plan;
	char words[512];

	snprintf(words, sizeof(words), "%s %s %s %s",
	    scene->state->plan->instance[target->instance].name, target->name, target->probe,
	    key_stand_word(chain->stand));
	return view_filtered(view, words);
}

static void
text_rows(struct view *view, enum keys_kind kind, uint32_t place, const struct buffer *text)
{
	for (size_t from = 0; from < text->len;) {
		view_add(view, (struct view_row){ .kind = kind, .id = row_id(place, from) });
		from += wrap_part(bytes_of_buffer(text), from, TEXT_WIDTH).len;
	}
}

static void
key_rows(struct view *view, const struct scene *scene, const struct key_chain *chain,
    uint32_t place)
{
	struct buffer text = { .max = 0 };
	size_t at = view->rows;

	view_add(view, (struct view_row){ .kind = CHAIN_KEY, .stop = true, .id = place,
	    .problem = chain->stand == KEY_BROKEN });
	chain_text(scene, chain, &text);
	text_rows(view, CHAIN_TEXT, place, &text);
	for (enum key_link link = 0; link < KEY_LINK_WIRE; link++)
		view_add(view, (struct view_row){ .kind = CHAIN_LINK, .stop = true,
		    .id = row_id(place, link) });
	for (uint32_t i = 0; i < chain->wires; i++)
		view_add(view, (struct view_row){ .kind = CHAIN_WIRE, .stop = true,
		    .id = row_id(place, i) });
	if (chain->wires == 0)
		view_add(view, (struct view_row){ .kind = CHAIN_LINK, .stop = true,
		    .id = row_id(place, KEY_LINK_WIRE) });
	buffer_reset(&text);
	limit_text(chain, &text);
	text_rows(view, CHAIN_LIMIT, place, &text);
	view->row[at].reach = (uint32_t)(view->rows - 1 - at);
	buffer_free(&text);
}

static bool
closed_line(const struct scene *scene, const struct view_row *row, struct closed_line *line)
{
	return row->kind == CLOSED_USE ? closed_use_line(scene, (uint32_t)row->id, line) :
	    row->kind == CLOSED_CUSTODY ? custody_line(scene, (uint32_t)row->id, line) :
	    closed_rest_line(scene, (uint32_t)row->id, line);
}

static void
closed_rows(struct view *view, const struct scene *scene, enum keys_kind kind, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		struct view_row row = { .kind = kind, .stop = true, .id = i };
		struct closed_line line;
		bool shown = closed_line(scene, &row, &line);

		row.problem = line.problem;
		if (shown && !view_filtered(view, buffer_text(&line.what)))
			view_add(view, row);
		buffer_free(&line.what);
	}
}

static void
keys_rows(struct view *view, const struct scene *scene)
{
	static const enum key_stand order[KEY_STANDS] = { KEY_BROKEN, KEY_UNKNOWN, KEY_DECLARED,
		KEY_HOLDS };
	const struct state *state = scene->state;

	for (unsigned pass = 0; pass < KEY_STANDS; pass++)
		for (uint32_t i = 0; i < state->targets; i++) {
			struct key_chain chain;

			if (!plan_target_has_key(state->target[i].plan))
				continue;
			key_chain_make(&chain, state, i);
			if (chain.stand == order[pass] && !key_hidden(view, scene, &chain))
				key_rows(view, scene, &chain, i);
			key_chain_free(&chain);
		}
	if (state->plan != NULL) {
		closed_rows(view, scene, CLOSED_USE, state->plan->instances);
		closed_rows(view, scene, CLOSED_REST, state->plan->stores);
		closed_rows(view, scene, CLOSED_CUSTODY, state->plan->keys);
	}
	if (view->rows == 0)
		view_add(view, (struct view_row){ .kind = CHAIN_NONE, .stop = true });
}

/* --- drawing ------------------------------------------------------------------------------ */

static void
keys_heading(const struct view *view, const struct scene *scene, unsigned line,
    struct strip *strip)
{
	struct columns columns = columns_fit(table, LINK_COLUMNS, MARGIN, strip->end);
	uint32_t count[KEY_STANDS] = { 0 };

	(void)view;
	if (line == 1) {
		strip_to(strip, MARGIN);
		columns_heading(&columns, strip);
		return;
	}
	for (uint32_t i = 0; i < scene->state->targets; i++) {
		struct key_chain chain;

		if (!plan_target_has_key(scene->state->target[i].plan))
			continue;
		key_chain_make(&chain, scene->state, i);
		count[chain.stand]++;
		key_chain_free(&chain);
	}
	strip_to(strip, 1);
	for (enum key_stand stand = KEY_STANDS; stand-- > 0;)
		strip_print(strip, count[stand] > 0 ? stand_style(stand) : STYLE_QUIET,
		    "%c %s %" PRIu32 "   ", stand_letter(stand), key_stand_word(stand),
		    count[stand]);
}

static void
draw_key(const struct scene *scene, const struct key_chain *chain, struct strip *strip)
{
	const struct plan_target *target = chain->target->plan;
	const struct plan_instance *on = &scene->state->plan->instance[target->instance];
	char age[TIME_TEXT];

	strip_print(strip, stand_style(chain->stand), "%c %s", stand_letter(chain->stand),
	    key_stand_word(chain->stand));
	strip_print(strip, STYLE_STRONG, "   %s%s%s: %s", on->nf != NULL ? on->nf : "",
	    on->nf != NULL && on->nf[0] != '\0' ? " " : "", on->name, target->name);
	strip_print(strip, STYLE_QUIET, " (%s)", target->probe);
	if (chain->replica->seen) {
		age_text(scene->now_ms - chain->heard_ms, age);
		strip_print(strip, chain->usable ? STYLE_QUIET : STYLE_UNKNOWN, "   %s", age);
	}
}

static void
take_value(void *arg, const char *label, const struct fact_row *row, struct bytes value)
{
	struct buffer *line = arg;
	size_t begin;

	if (row->fact == FACT_ATTEST_POLICY)
		return;
	if (line->len > 0)
		buffer_put_text(line, ", ");
	if (row->type == FACT_TYPE_flag || row->type == FACT_TYPE_time ||
	    row->fact == FACT_ATTEST_SERIAL)
		buffer_print(line, "%s: ", _(label));
	begin = line->len;
	key_fact_text(row, value, line);
	if (row->type == FACT_TYPE_hash && line->len > begin + HEX_SHOWN)
		line->len = begin + HEX_SHOWN;
}

static void
draw_cells(enum key_stand stand, enum key_link link, const char *what, enum key_why why,
    struct strip *strip)
{
	struct columns columns = columns_fit(table, LINK_COLUMNS, MARGIN, strip->end);
	char state[64];

	strip_to(strip, MARGIN);
	snprintf(state, sizeof(state), "%c %s", stand_letter(stand), key_stand_word(stand));
	columns_put(&columns, LINK_STATE, strip, stand_style(stand), state);
	columns_put(&columns, LINK_LINK, strip, STYLE_NORMAL, key_link_word(link));
	columns_put(&columns, LINK_WHAT, strip, STYLE_QUIET, what);
	columns_put(&columns, LINK_WHY, strip, stand == KEY_HOLDS ? STYLE_QUIET :
	    stand_style(stand), _(key_why_text(why)));
}

static void
draw_text(const struct buffer *text, size_t from, enum style style, struct strip *strip)
{
	strip_to(strip, MARGIN);
	if (from < text->len)
		strip_bytes(strip, style, wrap_part(bytes_of_buffer(text), from, TEXT_WIDTH));
}

static void
draw_closed(const struct scene *scene, const struct view_row *row, struct strip *strip)
{
	struct columns columns = columns_fit(table, LINK_COLUMNS, MARGIN, strip->end);
	struct closed_line line;

	(void)closed_line(scene, row, &line);
	strip_to(strip, MARGIN);
	columns_put(&columns, LINK_STATE, strip, line.style, line.state);
	columns_put(&columns, LINK_LINK, strip, STYLE_NORMAL, line.link);
	columns_put(&columns, LINK_WHAT, strip, STYLE_NORMAL, buffer_text(&line.what));
	columns_put(&columns, LINK_WHY, strip, line.style == STYLE_UP ? STYLE_QUIET : line.style,
	    line.why);
	buffer_free(&line.what);
}

static void
keys_line(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct strip *strip)
{
	uint32_t place = (uint32_t)(row->kind == CHAIN_KEY ? row->id : row->id >> 32);
	uint32_t which = (uint32_t)row->id;
	struct buffer text = { .max = 0 };
	struct key_chain chain;

	(void)view;
	if (row->kind == CHAIN_NONE) {
		strip_text(strip, STYLE_QUIET, _("no target tells of a key (probes token, witness "
		    "and drop do), or none that the filter shows"));
		return;
	}
	if (row->kind >= CLOSED_USE) {
		draw_closed(scene, row, strip);
		return;
	}
	key_chain_make(&chain, scene->state, place);
	switch ((enum keys_kind)row->kind) {
	case CHAIN_TEXT:
		chain_text(scene, &chain, &text);
		draw_text(&text, which, chain.stand == KEY_HOLDS ? STYLE_NORMAL :
		    stand_style(chain.stand), strip);
		break;
	case CHAIN_LIMIT:
		limit_text(&chain, &text);
		draw_text(&text, which, STYLE_QUIET, strip);
		break;
	case CHAIN_LINK:
		key_link_facts(&chain, (enum key_link)which, take_value, &text);
		draw_cells(key_link_stand(&chain, (enum key_link)which), (enum key_link)which,
		    buffer_text(&text), chain.why[which], strip);
		break;
	case CHAIN_WIRE:
		if (which >= chain.wires)
			break;
		key_wire_name(&chain.wire[which], &text);
		draw_cells(key_why_stand(chain.wire[which].why), KEY_LINK_WIRE,
		    buffer_text(&text), chain.wire[which].why, strip);
		break;
	default:
		draw_key(scene, &chain, strip);
		break;
	}
	buffer_free(&text);
	key_chain_free(&chain);
}

/* The target behind a row: of the key, or of the wire. */
static const struct target_state *
row_target(const struct scene *scene, const struct view_row *row, uint64_t *seq)
{
	const struct target_state *target = NULL;
	uint32_t which = (uint32_t)row->id;
	struct key_chain chain;

	if (row->kind == CHAIN_NONE || row->kind >= CLOSED_USE)
		return NULL;
	key_chain_make(&chain, scene->state, (uint32_t)(row->kind == CHAIN_KEY ? row->id :
	    row->id >> 32));
	if (row->kind != CHAIN_WIRE) {
		target = chain.target;
		*seq = chain.replica->seq;
	} else if (which < chain.wires && chain.wire[which].target != NULL) {
		target = chain.wire[which].target;
		*seq = chain.wire[which].replica->seq;
	}
	key_chain_free(&chain);
	return target;
}

static void
keys_open(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct opening *opening)
{
	uint64_t seq;
	const struct target_state *target = row_target(scene, row, &seq);

	(void)view;
	if (target == NULL)
		return;
	opening->ops = &view_target;
	opening->subject = target->plan->id;
}

static bool
keys_record(const struct view *view, const struct scene *scene, const struct view_row *row,
    uint64_t *seq)
{
	(void)view;
	return row_target(scene, row, seq) != NULL && *seq != 0;
}

const struct view_ops view_keys = {
	.name    = "keys",
	.title   = N_("Keys"),
	.alone   = true,
	.head    = 2,
	.rows    = keys_rows,
	.heading = keys_heading,
	.line    = keys_line,
	.open    = keys_open,
	.record  = keys_record,
};
