/* SPDX-License-Identifier: Apache-2.0 */
/* See keys_custody.h.  What is declared, observed and proven has columns of its own. */
#include <inttypes.h>
#include <string.h>

#include "monitor/base/command.h"
#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "monitor/state/describe_custody.h"
#include "reports/keys_custody.h"
#include "reports/report_paper.h"

static enum paper_tone
tone_of(enum custody_stand stand)
{
	switch (stand) {
	case CUSTODY_PROVEN: case CUSTODY_OBSERVED: return PAPER_PLAIN;
	case CUSTODY_DECLARED: return PAPER_STRONG;
	default:               return PAPER_BAD;
	}
}

/* In Japan Standard Time, as everywhere in papers. */
static const char *
day(int64_t ms, char out[TIME_TEXT])
{
	time_jst_s(ms, out);
	out[sizeof("2026-11-20") - 1] = '\0';
	return out;
}

static void
put_hosts(const struct custody *c, struct buffer *out)
{
	for (uint32_t i = 0; i < c->hosts; i++) {
		buffer_put_text(out, i > 0 ? ", " : "");
		party_describe(&c->host[i], out);
	}
}

/* --- what is declared, and what was found -------------------------------------------------- */

static void
put_validation(const struct custody *c, struct buffer *out)
{
	char made[TIME_TEXT], until[TIME_TEXT];

	buffer_put_text(out, c->key->validation);
	if (c->document == NULL)
		return;
	if (c->document->until_ms != 0)
		buffer_print(out, _("; document \"%s\" of %s, valid until %s"), c->document->id,
		    day(c->document->date_ms, made), day(c->document->until_ms, until));
	else
		buffer_print(out, _("; document \"%s\" of %s, without an end"), c->document->id,
		    day(c->document->date_ms, made));
}

static void
put_rotation(const struct custody *c, struct buffer *out)
{
	char text[TIME_TEXT];

	if (c->key->rotation_ms == 0)
		return;
	duration_text(c->key->rotation_ms, text);
	buffer_print(out, _("at the latest every %s"), text);
	if (c->due_ms != 0)
		buffer_print(out, _("; next by %s"), day(c->due_ms, text));
}

static void
put_declared(const struct custody *c, enum custody_item item, struct buffer *out)
{
	switch (item) {
	case CUSTODY_HOLDER:     party_describe(&c->holder, out); break;
	case CUSTODY_HOST:       put_hosts(c, out); break;
	case CUSTODY_MODULE:     buffer_put_text(out, c->key->module); break;
	case CUSTODY_FIRMWARE:   buffer_put_text(out, c->key->firmware); break;
	case CUSTODY_SERIAL:     buffer_put_text(out, c->key->serial); break;
	case CUSTODY_VALIDATION: put_validation(c, out); break;
	case CUSTODY_ROTATION:   put_rotation(c, out); break;
	case CUSTODY_MADE:
		buffer_put_text(out, c->key->ceremony != 0 ? _("promised") : "");
		break;
	default:
		break;
	}
}

static void
put_item(struct paper *paper, const struct custody *c, enum custody_item item)
{
	enum custody_why why = c->why[item];
	struct buffer line = { .max = 0 };

	paper_row(paper);
	paper_cell(paper, PAPER_PLAIN, _(custody_item_word(item)));
	paper_cell(paper, tone_of(custody_why_stand(why)), _(custody_stand_word(
	    custody_why_stand(why))));
	put_declared(c, item, &line);
	paper_cell(paper, PAPER_PLAIN, line.len > 0 ? buffer_text(&line) : "-");
	buffer_reset(&line);
	buffer_put(&line, c->found[item].at, c->found[item].len);
	paper_cell(paper, PAPER_PLAIN, line.len > 0 ? buffer_text(&line) : "-");
	paper_cell(paper, PAPER_PLAIN, _(custody_why_text(why)));
	buffer_reset(&line);
	buffer_print(&line, custody_why_advises(why) ? _("what to do: %s") : _("limit: %s"),
	    _(custody_why_limit(why)));
	paper_cell_line(paper, buffer_text(&line));
	if (c->seq[item] != 0)
		paper_cell_number(paper, (int64_t)c->seq[item]);
	else
		paper_cell(paper, PAPER_FAINT, "-");
	buffer_free(&line);
}

/* --- what was done ------------------------------------------------------------------------ */

static void
put_ceremony(struct paper *paper, const struct ceremony_state *one)
{
	struct buffer line = { .max = 0 };
	char text[TIME_TEXT], hex[HASH_TEXT];

	paper_row(paper);
	paper_cell(paper, PAPER_PLAIN, _(ceremony_kind_text(one->kind)));
	time_jst_s(one->at_ms, text);
	paper_cell(paper, PAPER_PLAIN, text);
	paper_cell(paper, PAPER_PLAIN, one->present);
	buffer_print(&line, _("told by %s"), one->asked_by);
	paper_cell(paper, ceremony_counts(one) ? PAPER_PLAIN : PAPER_BAD, buffer_text(&line));
	buffer_reset(&line);
	buffer_put_text(&line, _(ceremony_step_text(one->step)));
	if (one->decided_by[0] != '\0')
		buffer_print(&line, _(" by %s, record %" PRIu64), one->decided_by,
		    one->decided_seq);
	paper_cell_line(paper, buffer_text(&line));
	hash_text(one->minutes, hex);
	paper_cell(paper, PAPER_FAINT, hex);
	paper_cell_number(paper, (int64_t)one->id);
	buffer_free(&line);
}

static void
put_ceremonies(struct paper *paper, const struct state *state, const struct custody *c)
{
	const struct paper_column columns[] = {
		{ .head = _("what was done"), .row_head = true }, { .head = _("when, as told") },
		{ .head = _("who was present") }, { .head = _("who stands behind it") },
		{ .head = _("minutes (SHA-256)"), .code = true },
		{ .head = _("record"), .align = PAPER_RIGHT },
	};
	bool any = false;

	for (uint32_t i = state->ceremonies; i > 0; i--) {
		const struct ceremony_state *one = &state->ceremony[i - 1];

		if (strcmp(one->key, c->key->name) != 0)
			continue;
		if (!any)
			paper_table(paper, "", columns, sizeof(columns) / sizeof(columns[0]));
		any = true;
		put_ceremony(paper, one);
	}
	if (!any)
		paper_paragraph(paper, _("Nothing that was done to this key is on record."));
}

static void
put_key(struct paper *paper, const struct state *state, const struct custody *c)
{
	const struct paper_column columns[] = {
		{ .head = _("item"), .row_head = true }, { .head = _("verdict") },
		{ .head = _("declared") }, { .head = _("observed or proven") },
		{ .head = _("reason") }, { .head = _("record"), .align = PAPER_RIGHT },
	};
	struct buffer line = { .max = 0 };

	buffer_print(&line, _("Custody of %s"), c->key->name);
	paper_heading(paper, 3, buffer_text(&line));
	buffer_reset(&line);
	if (c->destroyed)
		buffer_print(&line, _("It was destroyed (record %" PRIu64 "); what stands below "
		    "is what was known of it."), c->newest[CEREMONY_DESTROYED]->id);
	else
		buffer_print(&line, _("It protects: %s."), c->key->protects);
	paper_paragraph(paper, buffer_text(&line));
	buffer_free(&line);
	paper_table(paper, "", columns, sizeof(columns) / sizeof(columns[0]));
	for (unsigned i = 0; i < CUSTODY_ITEMS; i++)
		put_item(paper, c, (enum custody_item)i);
	put_ceremonies(paper, state, c);
}

/* --- all of them -------------------------------------------------------------------------- */

static void
put_row(struct paper *paper, const struct custody *c)
{
	char due[TIME_TEXT];
	struct buffer line = { .max = 0 };

	paper_row(paper);
	paper_cell(paper, PAPER_PLAIN, c->key->name);
	paper_cell(paper, tone_of(c->stand), _(custody_stand_word(c->stand)));
	party_describe(&c->holder, &line);
	paper_cell(paper, PAPER_PLAIN, buffer_text(&line));
	buffer_reset(&line);
	put_hosts(c, &line);
	paper_cell(paper, PAPER_PLAIN, line.len > 0 ? buffer_text(&line) : "-");
	buffer_reset(&line);
	if (c->destroyed)
		buffer_put_text(&line, _("destroyed"));
	else if (c->due_ms != 0)
		buffer_put_text(&line, day(c->due_ms, due));
	paper_cell(paper, PAPER_PLAIN, line.len > 0 ? buffer_text(&line) : "-");
	buffer_free(&line);
}

static void
code_take(const struct custody *c, int *code)
{
	if (c->destroyed)
		return;
	if (c->stand == CUSTODY_CONTRADICTED || c->stand == CUSTODY_SHORT)
		*code = EXIT_FINDING;
	else if (c->stand == CUSTODY_UNKNOWN && *code == EXIT_FINE)
		*code = EXIT_UNKNOWN;
}

void
keys_custody_put(struct paper *paper, const struct filing_source *from, int *code)
{
	const struct state *state = from->state;
	const struct paper_column columns[] = {
		{ .head = _("key"), .row_head = true }, { .head = _("verdict") },
		{ .head = _("holder") }, { .head = _("host of what it protects") },
		{ .head = _("next rotation by") },
	};
	struct custody c;

	paper_heading(paper, 2, _("Custody"));
	if (state->plan->keys == 0) {
		paper_paragraph(paper, _("No key is declared in the section keys, so nothing is "
		    "known of who holds one against who hosts the data."));
		return;
	}
	paper_table(paper, "", columns, sizeof(columns) / sizeof(columns[0]));
	for (uint32_t i = 0; i < state->plan->keys; i++) {
		custody_make(&c, state, i);
		put_row(paper, &c);
		code_take(&c, code);
	}
	for (uint32_t i = 0; i < state->plan->keys; i++) {
		custody_make(&c, state, i);
		put_key(paper, state, &c);
	}
	paper_note(paper, _("Who holds a key is declared; what two persons recorded is their word, "
	    "and the minutes prove only that they have not changed since. What hardware proves is "
	    "judged again by \"sekimori verify\"."));
}
