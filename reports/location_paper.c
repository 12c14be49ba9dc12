/* SPDX-License-Identifier: Apache-2.0 */
/* The paper of location: an answer for each class of data, all subjects, then each; location.h. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/command.h"
#include "monitor/base/i18n.h"
#include "monitor/base/log.h"
#include "monitor/base/timetext.h"
#include "monitor/ledger/ledger.h"
#include "monitor/state/describe_key.h"
#include "reports/location.h"
#include "reports/report_paper.h"
#include "reports/report_source.h"

struct paging {
	const struct filing_source *from;
	struct paper       *paper;
	struct location_set set;
	bool                japanese;
};

/* --- subjects ----------------------------------------------------------------------------- */

bool
location_class(const struct plan *plan, const char *name, uint64_t *mask)
{
	for (uint32_t i = 0; i < plan->classes; i++)
		if (strcmp(plan->class[i].name, name) == 0) {
			*mask = UINT64_C(1) << i;
			return true;
		}
	return false;
}

void
location_set_make(struct location_set *set, const struct state *state, uint64_t classes)
{
	struct where_subject *all;
	uint32_t count = where_subjects(state, &all);

	*set = (struct location_set){ memory_new(count + 1, sizeof(*set->one)), 0, state };
	for (uint32_t i = 0; i < count; i++) {
		struct location_one *one = &set->one[set->count];

		one->subject = all[i];
		whereabouts_make(&one->where, state, all[i].kind, all[i].index);
		if (classes == 0 || (one->where.data & classes) != 0)
			set->count++;
		else
			whereabouts_free(&one->where);
	}
	free(all);
}

void
location_set_free(struct location_set *set)
{
	for (uint32_t i = 0; i < set->count; i++)
		whereabouts_free(&set->one[i].where);
	free(set->one);
	set->one = NULL;
	set->count = 0;
}

static enum paper_tone
tone_of(enum where_verdict verdict)
{
	return verdict == WHERE_INSIDE ? PAPER_PLAIN : PAPER_BAD;
}

static enum paper_tone
stand_tone(enum where_stand stand)
{
	switch (stand) {
	case STAND_INSIDE:   return PAPER_PLAIN;
	case STAND_OUTSIDE:
	case STAND_EXCLUDES: return PAPER_BAD;
	default:             return PAPER_FAINT;
	}
}

/* --- classes of data ---------------------------------------------------------------------- */

static const char *
class_title(const struct paging *p, uint32_t class)
{
	const struct plan_class *c = &p->set.state->plan->class[class];
	const char *title = p->japanese && c->title_ja[0] != '\0' ? c->title_ja : c->title;

	return title != NULL && title[0] != '\0' ? title : c->name;
}

/* "store:db: inside: the provider's inventory places it in ... It rests on ..." */
static void
put_answer(struct paging *p, const struct location_one *one)
{
	struct buffer line = { .max = 0 };
	unsigned bases = where_bases(&one->where);

	where_subject_name(p->set.state, one->subject, &line);
	buffer_print(&line, ": %s: ", _(where_verdict_text(one->where.verdict)));
	whereabouts_print(&line, &one->where);
	if (where_only_declared(&one->where))
		buffer_print(&line, " (%s)", _("only declared"));
	else if (bases > 0 && one->where.verdict == WHERE_INSIDE)
		buffer_print(&line, ngettext(" (%u word besides the declaration says so)",
		    " (%u words besides the declaration say so)", bases), bases);
	paper_item(p->paper, 1, tone_of(one->where.verdict), buffer_text(&line));
	buffer_free(&line);
}

static void
put_class(struct paging *p, uint32_t class)
{
	bool any = false;

	paper_heading(p->paper, 3, class_title(p, class));
	for (uint32_t i = 0; i < p->set.count; i++) {
		if ((p->set.one[i].where.data >> class & 1) == 0)
			continue;
		if (!any)
			paper_list(p->paper, false);
		any = true;
		put_answer(p, &p->set.one[i]);
	}
	if (!any)
		paper_paragraph(p->paper, _("Nothing declares that it holds such data."));
}

static void
put_classes(struct paging *p, uint64_t asked)
{
	const struct plan *plan = p->set.state->plan;
	char when[TIME_TEXT];
	struct buffer line = { .max = 0 };

	time_jst_s(p->from->at_ms, when);
	paper_heading(p->paper, 2, _("Where data are"));
	buffer_print(&line, _("As it was known at %s, from what was recorded until then."), when);
	paper_paragraph(p->paper, buffer_text(&line));
	for (uint32_t i = 0; i < plan->classes; i++)
		if (asked == 0 || (asked >> i & 1) != 0)
			put_class(p, i);
	if (plan->classes == 0)
		paper_paragraph(p->paper, _("The configuration declares no classes of data, so "
		    "nothing says where anything may be."));
	buffer_free(&line);
}

/* --- all subjects ------------------------------------------------------------------------- */

static void
put_counts(struct paging *p)
{
	int64_t count[WHERE_VERDICTS] = { 0 };
	const struct paper_column columns[] = {
		{ .head = _("verdict"), .row_head = true },
		{ .head = _("subjects"), .align = PAPER_RIGHT },
	};

	for (uint32_t i = 0; i < p->set.count; i++)
		count[p->set.one[i].where.verdict]++;
	paper_heading(p->paper, 2, _("Instances, stores and keys"));
	paper_table(p->paper, "", columns, sizeof(columns) / sizeof(columns[0]));
	for (unsigned i = 0; i < WHERE_VERDICTS; i++) {
		paper_row(p->paper);
		paper_cell(p->paper, count[i] > 0 ? tone_of((enum where_verdict)i) : PAPER_PLAIN,
		    _(where_verdict_text((enum where_verdict)i)));
		paper_cell_number(p->paper, count[i]);
	}
}

static void
put_row(struct paging *p, const struct location_one *one)
{
	struct buffer text = { .max = 0 };

	paper_row(p->paper);
	where_subject_name(p->set.state, one->subject, &text);
	paper_cell(p->paper, PAPER_PLAIN, buffer_text(&text));
	buffer_reset(&text);
	where_data(p->set.state->plan, one->where.data, &text);
	paper_cell(p->paper, PAPER_PLAIN, text.len > 0 ? buffer_text(&text) : "-");
	paper_cell(p->paper, tone_of(one->where.verdict),
	    _(where_verdict_text(one->where.verdict)));
	buffer_reset(&text);
	where_deciding(&one->where, &text);
	paper_cell(p->paper, PAPER_PLAIN, text.len > 0 ? buffer_text(&text) : "-");
	for (enum where_witness w = 0; w < WITNESSES; w++) {
		enum where_stand stand = where_stand(where_best(&one->where, w));

		paper_cell(p->paper, stand_tone(stand), where_stand_word(stand));
	}
	buffer_free(&text);
}

static void
put_overview(struct paging *p)
{
	const struct paper_column columns[] = {
		{ .head = _("subject"), .row_head = true }, { .head = _("data") },
		{ .head = _("verdict") }, { .head = _("place") },
		{ .head = _(where_witness_text(WITNESS_DECLARED)) },
		{ .head = _("inventory") }, { .head = _("signed") },
		{ .head = _(where_witness_text(WITNESS_ADDRESS)) },
		{ .head = _(where_witness_text(WITNESS_PHYSICS)) },
	};

	paper_table(p->paper, "", columns, sizeof(columns) / sizeof(columns[0]));
	for (uint32_t i = 0; i < p->set.count; i++)
		put_row(p, &p->set.one[i]);
}

/* --- one subject -------------------------------------------------------------------------- */

/* When the record that says it was written: since then at the latest it is so. */
static void
put_since(struct paging *p, const struct where_testimony *t)
{
	struct buffer line = { .max = 0 };
	struct record record;
	struct why why = { .err = ERR_OK };
	char when[TIME_TEXT];

	if (p->from->from == NULL || t->seq == 0 ||
	    ledger_read(p->from->from->shelf, t->seq, &record, &why) != ERR_OK)
		return;
	time_jst_s(record.recorded_ms, when);
	buffer_print(&line, _("since %s at the latest"), when);
	paper_cell_line(p->paper, buffer_text(&line));
	buffer_free(&line);
}

static void
put_heard(struct paging *p, const struct where_testimony *t)
{
	struct buffer age = { .max = 0 }, line = { .max = 0 };

	if (t->heard_ms == 0) {
		paper_cell(p->paper, PAPER_FAINT, t->witness == WITNESS_DECLARED ?
		    _("as long as it is configured") : _("never"));
	} else {
		key_age(p->from->at_ms - t->heard_ms, &age);
		buffer_print(&line, _("%s ago"), buffer_text(&age));
		paper_cell(p->paper, PAPER_PLAIN, buffer_text(&line));
	}
	buffer_free(&age);
	buffer_free(&line);
}

/* Who sealed that it stands there, and in which edition. */
static void
put_officer(struct paging *p, const struct where_testimony *t)
{
	struct bytes facts, officer, id;
	struct buffer line = { .max = 0 };
	char safe[512];

	if (t->basis != WHERE_BASIS_OFFICER || t->target == NULL)
		return;
	facts = bytes_of_buffer(&t->target->replica[t->replica].facts);
	if (fact_text(facts, FACT_ATTEST_REGISTER_OFFICER, &officer) &&
	    fact_text(facts, FACT_ATTEST_REGISTER_ID, &id)) {
		text_escape((const char *)officer.at, officer.len, safe, sizeof(safe));
		buffer_print(&line, _("sealed by %s"), safe);
		paper_cell_line(p->paper, buffer_text(&line));
		text_escape((const char *)id.at, id.len, safe, sizeof(safe));
		paper_cell_line(p->paper, safe);
	}
	buffer_free(&line);
}

static void
put_testimony(struct paging *p, const struct where_testimony *t)
{
	enum where_stand stand = where_stand(t);
	struct buffer value = { .max = 0 };

	paper_row(p->paper);
	paper_cell(p->paper, PAPER_PLAIN, _(where_witness_text(t->witness)));
	if (t->target != NULL)
		paper_cell_line(p->paper, t->target->plan->name);
	paper_cell(p->paper, stand_tone(stand), where_stand_word(stand));
	if (t->excludes && stand == STAND_EXCLUDES)
		paper_cell_line(p->paper, t->excluded);
	if (t->lack != WHERE_LACK_NONE)
		paper_cell_line(p->paper, _(where_lack_text(t->lack)));
	where_value(t, &value);
	paper_cell(p->paper, PAPER_PLAIN, value.len > 0 ? buffer_text(&value) : "-");
	paper_cell(p->paper, PAPER_PLAIN, where_grade_name(t->grade));
	paper_cell_line(p->paper, _(where_basis_text(t->basis)));
	put_officer(p, t);
	put_heard(p, t);
	put_since(p, t);
	paper_cell_number(p->paper, (int64_t)t->seq);
	buffer_free(&value);
}

static void
put_subject(struct paging *p, const struct location_one *one)
{
	const struct paper_column columns[] = {
		{ .head = _("witness"), .row_head = true }, { .head = _("says") },
		{ .head = _("place or bound"), .code = true },
		{ .head = _("grade, whose word") }, { .head = _("last known") },
		{ .head = _("record"), .align = PAPER_RIGHT },
	};
	const char *advice = whereabouts_advice(&one->where);
	struct buffer text = { .max = 0 };

	where_subject_name(p->set.state, one->subject, &text);
	paper_heading(p->paper, 3, buffer_text(&text));
	buffer_reset(&text);
	buffer_print(&text, "%s: ", _(where_verdict_text(one->where.verdict)));
	whereabouts_print(&text, &one->where);
	if (advice[0] != '\0')
		buffer_print(&text, _(". What to do: %s."), _(advice));
	if (one->where.verdict == WHERE_INSIDE)
		paper_paragraph(p->paper, buffer_text(&text));
	else
		paper_warning(p->paper, buffer_text(&text));
	paper_table(p->paper, "", columns, sizeof(columns) / sizeof(columns[0]));
	for (uint32_t i = 0; i < one->where.testimonies; i++)
		put_testimony(p, &one->where.testimony[i]);
	buffer_free(&text);
}

static void
put_limits(struct paper *paper)
{
	paper_heading(paper, 2, _("Limit of each proof"));
	paper_list(paper, false);
	for (enum where_witness w = 0; w < WITNESSES; w++) {
		struct buffer line = { .max = 0 };

		buffer_print(&line, "%s: %s", _(where_witness_text(w)), _(where_limit(w)));
		paper_item(paper, 1, PAPER_PLAIN, buffer_text(&line));
		buffer_free(&line);
	}
	for (enum where_grade g = WHERE_GRADE_D; g < WHERE_GRADES; g++) {
		struct buffer line = { .max = 0 };

		buffer_print(&line, _("grade %s: %s"), where_grade_name(g),
		    _(where_grade_text(g)));
		paper_item(paper, 1, PAPER_FAINT, buffer_text(&line));
		buffer_free(&line);
	}
	paper_note(paper, _(where_limit_time()));
}

static void
code_set(const struct location_set *set, int *code)
{
	if (set->count == 0 && *code == EXIT_FINE)
		*code = EXIT_UNKNOWN;
	for (uint32_t i = 0; i < set->count; i++) {
		enum where_verdict verdict = set->one[i].where.verdict;

		if (verdict == WHERE_OUTSIDE || verdict == WHERE_CONTRADICTED)
			*code = EXIT_FINDING;
		else if (verdict == WHERE_UNKNOWN && *code == EXIT_FINE)
			*code = EXIT_UNKNOWN;
	}
}

enum err
location_paper(const struct filing_source *from, const struct location_asked *asked,
    struct paper **out, int *code, struct why *why)
{
	struct paging p = { .from = from, .japanese = strcmp(i18n_language(), "ja") == 0 };
	uint64_t classes = 0;
	enum err err = ERR_OK;

	if (asked->data != NULL && !location_class(from->state->plan, asked->data, &classes))
		return why_set(why, ERR_INVALID,
		    _("the configuration has no data class \"%.100s\""), asked->data);
	p.paper = *out = paper_new(i18n_language(), _("Where data, functions and keys are"));
	location_set_make(&p.set, from->state, classes);
	report_paper_head(p.paper, from);
	put_classes(&p, classes);
	put_counts(&p);
	put_overview(&p);
	for (uint32_t i = 0; i < p.set.count; i++)
		put_subject(&p, &p.set.one[i]);
	location_put_edges(p.paper, &p.set);
	location_put_bounds(p.paper, &p.set);
	location_put_recovery(p.paper, &p.set);
	if (asked->history)
		err = location_put_history(p.paper, from, asked, why);
	put_limits(p.paper);
	code_set(&p.set, code);
	location_set_free(&p.set);
	return err;
}
