/* SPDX-License-Identifier: Apache-2.0 */
/* Verdicts, values and names of the judgement, as the views show them. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/ledger/text.h"
#include "tui/cell.h"
#include "tui/judged.h"

const struct judgement *
judged_of(const struct scene *scene)
{
	return scene->state != NULL ? judgement_of(scene->state) : NULL;
}

/* --- verdicts ----------------------------------------------------------------------------- */

enum style
verdict_style(enum verdict verdict)
{
	static const enum style styles[VERDICTS] = {
		[VERDICT_UNKNOWN] = STYLE_UNKNOWN, [VERDICT_MET] = STYLE_UP,
		[VERDICT_NOT_MET] = STYLE_DOWN, [VERDICT_WAIVED] = STYLE_DEGRADED,
		[VERDICT_NOT_APPLICABLE] = STYLE_QUIET };

	return styles[verdict];
}

static const enum verdict worst_first[VERDICTS] = { VERDICT_NOT_MET, VERDICT_UNKNOWN,
	VERDICT_WAIVED, VERDICT_MET, VERDICT_NOT_APPLICABLE };

enum verdict
verdict_at(unsigned rank)
{
	return worst_first[rank];
}

unsigned
verdict_rank(enum verdict verdict)
{
	unsigned rank = 0;

	while (rank + 1 < VERDICTS && worst_first[rank] != verdict)
		rank++;
	return rank;
}

void
judged_counts(const uint32_t count[VERDICTS], unsigned width, struct strip *strip)
{
	struct strip cell = *strip;
	bool any = false;

	if (cell.column + width < cell.end)
		cell.end = cell.column + width;
	for (unsigned rank = 0; rank < VERDICTS; rank++) {
		enum verdict verdict = worst_first[rank];
		unsigned more = 0;
		char text[24];

		if (count[verdict] == 0)
			continue;
		for (unsigned next = rank + 1; next < VERDICTS; next++)
			more |= count[worst_first[next]] > 0;
		snprintf(text, sizeof(text), "%s%c%" PRIu32, any ? " " : "",
		    verdict_letter(verdict), count[verdict]);
		if (cell.column + text_width(bytes_of_text(text)) + more > cell.end) {
			strip_text(&cell, STYLE_QUIET, "~");
			break;
		}
		strip_text(&cell, verdict_style(verdict), text);
		any = true;
	}
	strip_to(strip, cell.end);
}

void
judged_summary(const struct scene *scene, struct strip *strip)
{
	const struct control_sum *sum = &scene->controls;

	strip_text(strip, STYLE_NORMAL, _("controls"));
	for (unsigned rank = 0; rank < VERDICTS; rank++)
		strip_print(strip, sum->count[worst_first[rank]] > 0 ?
		    verdict_style(worst_first[rank]) : STYLE_QUIET, "%s%c %" PRIu32,
		    rank == 0 ? "  " : "   ", verdict_letter(worst_first[rank]),
		    sum->count[worst_first[rank]]);
}

/* --- texts of packs ----------------------------------------------------------------------- */

const char *
judged_title(const struct scene *scene, const struct pack_control *control)
{
	return scene->japanese && control->title_ja[0] != '\0' ? control->title_ja : control->title;
}

const char *
judged_limit(const struct scene *scene, const struct pack_control *control)
{
	return scene->japanese && control->limit_ja[0] != '\0' ? control->limit_ja : control->limit;
}

const char *
judged_standard(const struct scene *scene, const struct pack *pack)
{
	return scene->japanese && pack->standard_ja[0] != '\0' ? pack->standard_ja : pack->standard;
}

/* --- look-ups ----------------------------------------------------------------------------- */

/* FNV-1a, 64 bit. */
uint64_t
judged_key(const char *name)
{
	uint64_t key = UINT64_C(0xcbf29ce484222325);

	for (; *name != '\0'; name++)
		key = (key ^ (uint8_t)*name) * UINT64_C(0x100000001b3);
	return key > JUDGED_FOLDED ? key : JUDGED_FOLDED + 1;
}

uint32_t
judged_control(const struct judgement *j, uint64_t key)
{
	for (uint32_t c = 0; j != NULL && c < judgement_controls(j); c++)
		if (judged_key(judgement_control(j, c)->id) == key)
			return c;
	return UINT32_MAX;
}

uint32_t
judged_subject(const struct judgement *j, uint32_t c, uint64_t key)
{
	char text[SUBJECT_TEXT];

	for (uint32_t i = 0; key > JUDGED_FOLDED && i < judgement_subjects(j, c); i++) {
		judgement_subject_text(j, judgement_glance(j, c, i).subject, text);
		if (judged_key(text) == key)
			return i;
	}
	return UINT32_MAX;
}

const struct waiver *
judged_waiver(const struct judgement *j, const char *control, const char *subject)
{
	for (uint32_t i = judgement_waivers(j); i-- > 0;) {
		const struct waiver *waiver = judgement_waiver(j, i);

		if ((waiver->step == WAIVER_ASKED || waiver->step == WAIVER_AGREED) &&
		    strcmp(waiver->control, control) == 0 &&
		    strcmp(waiver->subject, subject) == 0)
			return waiver;
	}
	return NULL;
}

uint64_t
judged_target(const struct scene *scene, struct subject subject)
{
	const struct state *state = scene->state;
	char text[SUBJECT_TEXT];
	const char *name;

	if (subject.kind == SUBJECT_TARGET)
		return subject.index < state->targets ? state->target[subject.index].plan->id : 0;
	if (subject.kind != SUBJECT_KEY)
		return 0;
	judgement_subject_text(judgement_of(state), subject, text);
	name = strchr(text, ':');
	for (uint32_t i = 0; name != NULL && i < state->targets; i++)
		if (strcmp(state->target[i].plan->name, name + 1) == 0)
			return state->target[i].plan->id;
	return 0;
}

/* --- values ------------------------------------------------------------------------------- */

static void
put_list(struct buffer *out, struct bytes list)
{
	struct cbor in = cbor_of(list, true);
	uint64_t count = cbor_array(&in);

	for (uint64_t i = 0; i < count && in.err == ERR_OK; i++) {
		struct bytes text = cbor_text(&in);

		buffer_put_text(out, i > 0 ? ", " : "");
		buffer_put(out, text.at, text.len);
	}
	if (count == 0)
		buffer_put_text(out, _("(none)"));
}

void
judged_value(const struct judged_value *read, struct buffer *out)
{
	const struct value *value = &read->value;
	char text[TIME_TEXT];

	if (read->inside || !value->known) {
		buffer_put_text(out, read->inside ? _("(of each element)") : _("missing"));
		return;
	}
	switch (read->name->type) {
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
		buffer_put(out, value->text.at, value->text.len);
		break;
	case FACT_TYPE_hash:
		text_put_hex(out, value->text);
		break;
	default:
		put_list(out, value->list);
		break;
	}
}

void
judged_basis(unsigned basis, struct buffer *out)
{
	static const char *const names[] = { N_("declared"), N_("observed"), N_("proven") };
	const char *between = "";

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if ((basis >> i & 1) != 0) {
			buffer_print(out, "%s%s", between, _(names[i]));
			between = ", ";
		}
}
