/* SPDX-License-Identifier: Apache-2.0 */
/* Controls for people: by standard, one with its subjects and records, what is lacking, waivers. */
#include <inttypes.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "monitor/ledger/text.h"
#include "reports/controls.h"

enum { ELEMENTS_SHOWN = 8 };

const char *
control_title(const struct pack_control *control)
{
	return strcmp(i18n_language(), "ja") == 0 ? control->title_ja : control->title;
}

const char *
control_limit(const struct pack_control *control)
{
	bool japanese = strcmp(i18n_language(), "ja") == 0 && control->limit_ja[0] != '\0';

	return japanese ? control->limit_ja : control->limit;
}

bool
controls_selects(const struct state *state, const struct controls_asked *asked, uint32_t c)
{
	const struct judgement *j = judgement_of(state);
	const struct pack *pack = judgement_pack(j, judgement_control_pack(j, c));
	uint32_t count[VERDICTS];

	if (asked->standard != NULL && strcmp(pack->id, asked->standard) != 0)
		return false;
	if (asked->verdict < 0)
		return true;
	judgement_counts(j, c, count);
	return count[asked->verdict] > 0 || (judgement_subjects(j, c) == 0 &&
	    asked->verdict == VERDICT_UNKNOWN);
}

static void
print_basis(struct buffer *out, unsigned basis)
{
	static const char *const names[] = { N_("declared"), N_("observed"), N_("proven") };
	const char *between = "";

	for (unsigned i = 0; i < 3; i++)
		if ((basis >> i & 1) != 0) {
			buffer_print(out, "%s%s", between, _(names[i]));
			between = ", ";
		}
}

static void
print_head(struct buffer *out, const struct judgement *j, uint32_t p)
{
	const struct pack *pack = judgement_pack(j, p);
	char hash[HASH_TEXT];

	if (pack == NULL) {
		buffer_print(out, _("a pack was set aside: %s\n"), judgement_pack_fault(j, p));
		return;
	}
	hash_text(judgement_pack_hash(j, p), hash);
	buffer_print(out, "%s  %s (%s)  %.16s...\n", pack->id,
	    strcmp(i18n_language(), "ja") == 0 ? pack->standard_ja : pack->standard,
	    pack->edition, hash);
}

static void
print_line(struct buffer *out, const struct judgement *j, uint32_t c)
{
	const struct pack_control *control = judgement_control(j, c);
	enum verdict verdict = judgement_verdict(j, c);
	uint32_t count[VERDICTS];

	judgement_counts(j, c, count);
	if (judgement_subjects(j, c) == 0 && control->condition == NULL)
		buffer_print(out, "  ? %-14s (%s) %s\n", control->id, _("cannot be decided yet"),
		    control_title(control));
	else
		buffer_print(out, "  %c %-14s X%-4" PRIu32 " ?%-4" PRIu32 " w%-4" PRIu32 " .%-4"
		    PRIu32 " -%-4" PRIu32 " %s%s\n", verdict_letter(verdict), control->id,
		    count[VERDICT_NOT_MET], count[VERDICT_UNKNOWN], count[VERDICT_WAIVED],
		    count[VERDICT_MET], count[VERDICT_NOT_APPLICABLE], control_title(control),
		    control->level == LEVEL_CONTRADICTION ? _("  [contradiction]") : "");
}

void
controls_print_list(struct buffer *out, const struct state *state,
    const struct controls_asked *asked, uint32_t count[VERDICTS])
{
	const struct judgement *j = judgement_of(state);
	uint32_t headed = UINT32_MAX;

	memset(count, 0, VERDICTS * sizeof(*count));
	for (uint32_t p = 0; p < judgement_packs(j); p++)
		if (judgement_pack(j, p) == NULL)
			print_head(out, j, p);
	for (uint32_t c = 0; c < judgement_controls(j); c++) {
		if (!controls_selects(state, asked, c))
			continue;
		if (judgement_control_pack(j, c) != headed) {
			headed = judgement_control_pack(j, c);
			print_head(out, j, headed);
		}
		print_line(out, j, c);
		count[judgement_verdict(j, c)]++;
	}
	buffer_print(out, _("X not met %" PRIu32 "   ? unknown %" PRIu32 "   w waived %" PRIu32
	    "   . met %" PRIu32 "   - not applicable %" PRIu32 "\n"), count[VERDICT_NOT_MET],
	    count[VERDICT_UNKNOWN], count[VERDICT_WAIVED], count[VERDICT_MET],
	    count[VERDICT_NOT_APPLICABLE]);
}

/* --- one control -------------------------------------------------------------------------- */

static void
print_list(struct buffer *out, struct bytes list)
{
	struct cbor in = cbor_of(list, true);
	uint64_t count = cbor_array(&in);

	for (uint64_t i = 0; i < count && in.err == ERR_OK; i++) {
		buffer_put_text(out, i > 0 ? ", " : "");
		text_put_escaped(out, cbor_text(&in));
	}
	if (count == 0)
		buffer_put_text(out, _("(none)"));
}

static void
print_value(struct buffer *out, enum fact_type type, const struct value *value)
{
	char text[TIME_TEXT];

	switch (type) {
	case FACT_TYPE_flag:
		buffer_put_text(out, value->flag ? "true" : "false");
		break;
	case FACT_TYPE_int:
		buffer_print(out, "%" PRId64, value->number);
		if (value->spread > 0)
			buffer_print(out, "..%" PRId64, value->number + value->spread);
		break;
	case FACT_TYPE_time:
		time_jst_s(value->number, text);
		buffer_put_text(out, text);
		break;
	case FACT_TYPE_text:
		text_put_escaped(out, value->text);
		break;
	case FACT_TYPE_hash:
		text_put_hex(out, value->text);
		break;
	default:
		print_list(out, value->list);
		break;
	}
}

void
judged_value_print(struct buffer *out, const struct judged_value *read)
{
	buffer_print(out, "%s = ", read->name->name);
	if (read->inside) {
		buffer_put_text(out, _("(of each element)"));
		return;
	}
	if (!read->value.known) {
		buffer_put_text(out, _("missing"));
		return;
	}
	print_value(out, read->name->type, &read->value);
	buffer_put_text(out, " (");
	print_basis(out, read->name->basis);
	if (read->value.seq != 0)
		buffer_print(out, _(", record #%" PRIu64), read->value.seq);
	buffer_put_text(out, ")");
}

struct reading { struct buffer *out; };

static void
on_read(void *arg, const struct judged_value *read)
{
	struct reading *reading = arg;

	buffer_put_text(reading->out, "        ");
	judged_value_print(reading->out, read);
	buffer_put_text(reading->out, "\n");
}

struct elements { struct buffer *out; const struct judgement *j; uint32_t shown, total; };

static void
on_element(void *arg, struct subject element)
{
	struct elements *elements = arg;
	char text[SUBJECT_TEXT];

	if (elements->total++ >= ELEMENTS_SHOWN)
		return;
	judgement_subject_text(elements->j, element, text);
	buffer_print(elements->out, "        %s\n", text);
	elements->shown++;
}

static void
print_finding(struct buffer *out, const struct state *state, uint32_t c, uint32_t i)
{
	const struct judgement *j = judgement_of(state);
	struct finding finding = judgement_finding(j, c, i);
	struct reading reading = { out };
	struct elements elements = { out, j, 0, 0 };
	char subject[SUBJECT_TEXT], since[TIME_TEXT];

	judgement_subject_text(j, finding.subject, subject);
	time_jst_s(finding.since_ms, since);
	buffer_print(out, _("    %c %-40s %s since %s, record #%" PRIu64 "\n"),
	    verdict_letter(finding.verdict), subject, _(verdict_text(finding.verdict)), since,
	    finding.seq);
	if (finding.waiver != 0)
		buffer_print(out, _("        waived by record #%" PRIu64 "; beneath: %s\n"),
		    finding.waiver, _(verdict_text(finding.beneath)));
	if (finding.beneath == VERDICT_NOT_APPLICABLE)
		return;
	for (uint32_t r = 0; r < (finding.subject.kind == SUBJECT_TARGET ?
	    state->target[finding.subject.index].replicas : 1); r++) {
		finding.subject.replica = r;
		judgement_reads(state, c, finding.subject, on_read, &reading);
	}
	if (finding.beneath == VERDICT_NOT_MET || finding.beneath == VERDICT_UNKNOWN)
		judgement_elements(state, c, finding.subject, on_element, &elements);
	if (elements.total > elements.shown)
		buffer_print(out, _("        and %" PRIu32 " more\n"),
		    elements.total - elements.shown);
}

void
controls_print_one(struct buffer *out, const struct state *state, uint32_t c,
    const struct controls_asked *asked)
{
	static const enum verdict worst[] = { VERDICT_NOT_MET, VERDICT_UNKNOWN, VERDICT_WAIVED,
		VERDICT_MET, VERDICT_NOT_APPLICABLE };
	const struct judgement *j = judgement_of(state);
	const struct pack_control *control = judgement_control(j, c);

	print_head(out, j, judgement_control_pack(j, c));
	buffer_print(out, "%s  %s\n", control->id, control_title(control));
	buffer_print(out, _("  clause       %s (%s)\n"), control->clause,
	    level_name(control->level));
	buffer_print(out, _("  asks         %s\n"), control->requirement);
	buffer_print(out, _("  source       %s (%s)\n"), control->source, control->confidence);
	if (control->condition == NULL) {
		buffer_print(out, _("  lacks        %s\n"), control->lacks);
		return;
	}
	if (control->applies != NULL)
		buffer_print(out, _("  applies if   %.*s\n"),
		    (int)condition_text(control->applies).len,
		    (const char *)condition_text(control->applies).at);
	buffer_print(out, _("  met if       %.*s\n"), (int)condition_text(control->condition).len,
	    (const char *)condition_text(control->condition).at);
	buffer_put_text(out, _("  rests on     "));
	print_basis(out, condition_basis(control->condition));
	buffer_put_text(out, "\n");
	if (control->limit[0] != '\0')
		buffer_print(out, _("  limit        %s\n"), control_limit(control));
	for (size_t w = 0; w < sizeof(worst) / sizeof(*worst); w++)
		for (uint32_t i = 0; i < judgement_subjects(j, c); i++)
			if (judgement_finding(j, c, i).verdict == worst[w] &&
			    (asked->verdict < 0 || asked->verdict == (int)worst[w]))
				print_finding(out, state, c, i);
}

/* --- what is lacking, and waivers --------------------------------------------------------- */

void
controls_print_lacking(struct buffer *out, const struct state *state)
{
	const struct judgement *j = judgement_of(state);
	uint32_t lacking = 0;

	for (uint32_t c = 0; c < judgement_controls(j); c++) {
		const struct pack_control *control = judgement_control(j, c);

		if (control->condition != NULL)
			continue;
		lacking++;
		buffer_print(out, "%-14s %s\n               %s\n", control->id,
		    control_title(control), control->lacks);
	}
	buffer_print(out, _("%" PRIu32 " of %" PRIu32 " controls cannot be decided yet\n"),
	    lacking, judgement_controls(j));
}

void
controls_print_waivers(struct buffer *out, const struct state *state,
    struct report_source *source)
{
	const struct judgement *j = judgement_of(state);

	for (uint32_t i = 0; i < judgement_waivers(j); i++) {
		const struct waiver *w = judgement_waiver(j, i);
		char until[TIME_TEXT];

		time_jst_s(w->until_ms, until);
		buffer_print(out, _("waiver %" PRIu64 "  %s for %s  %s  until %s\n"), w->seq,
		    w->control, w->subject, _(waiver_step_text(w->step)), until);
		buffer_print(out, _("    asked for by %s"), w->asked_by);
		if (w->decided_seq != 0)
			buffer_print(out, _(", decided by %s in record #%" PRIu64), w->decided_by,
			    w->decided_seq);
		buffer_put_text(out, ": ");
		report_said(source, w->text, out);
		buffer_put_text(out, "\n");
	}
	if (judgement_waivers(j) == 0)
		buffer_put_text(out, _("no waiver was asked for\n"));
}
