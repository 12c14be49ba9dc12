/* SPDX-License-Identifier: Apache-2.0 */
/* One contradiction is a control in the upper half of its id and a subject of it in the lower. */
#include "monitor/base/i18n.h"
#include "tui/contradiction.h"
#include "tui/judged.h"

enum { CONTROL_WIDTH = 20, SUBJECT_WIDTH = 24, AGE_WIDTH = 7 };

static struct finding
finding_of(const struct scene *scene, uint64_t id)
{
	return judgement_glance(judged_of(scene), (uint32_t)(id >> 32), (uint32_t)id);
}

/* Keeps the list newest first; count is how many came before this one. */
static void
keep(const struct scene *scene, uint64_t *id, uint32_t max, uint32_t count, uint64_t fresh)
{
	int64_t since_ms = finding_of(scene, fresh).since_ms;
	uint32_t at = count < max ? count : max;

	while (at > 0 && finding_of(scene, id[at - 1]).since_ms < since_ms) {
		if (at < max)
			id[at] = id[at - 1];
		at--;
	}
	if (at < max)
		id[at] = fresh;
}

uint32_t
contradictions_newest(const struct scene *scene, uint64_t *id, uint32_t max)
{
	const struct judgement *j = judged_of(scene);
	uint32_t found = 0, count[VERDICTS];

	for (uint32_t c = 0; j != NULL && c < judgement_controls(j); c++) {
		judgement_counts(j, c, count);
		if (judgement_control(j, c)->level != LEVEL_CONTRADICTION ||
		    count[VERDICT_NOT_MET] == 0)
			continue;
		for (uint32_t i = 0; i < judgement_subjects(j, c); i++)
			if (judgement_glance(j, c, i).verdict == VERDICT_NOT_MET)
				keep(scene, id, max, found++, (uint64_t)c << 32 | i);
	}
	return found;
}

void
contradiction_line(const struct scene *scene, uint64_t id, struct strip *strip)
{
	const struct judgement *j = judged_of(scene);
	const struct pack_control *control = judgement_control(j, (uint32_t)(id >> 32));
	struct finding finding = finding_of(scene, id);
	char text[SUBJECT_TEXT], age[TIME_TEXT];

	judgement_subject_text(j, finding.subject, text);
	strip_print(strip, STYLE_DOWN, "%c ", verdict_letter(finding.verdict));
	strip_field(strip, CONTROL_WIDTH, ALIGN_LEFT, STYLE_DOWN, control->id);
	strip_field(strip, SUBJECT_WIDTH, ALIGN_LEFT, STYLE_STRONG, text);
	age_text(scene->now_ms - finding.since_ms, age);
	strip_field(strip, AGE_WIDTH, ALIGN_RIGHT, STYLE_NORMAL, age);
	strip_to(strip, strip->column + 2);
	strip_text(strip, STYLE_DOWN, judged_title(scene, control));
}

void
contradiction_open(const struct scene *scene, uint64_t id, struct opening *opening)
{
	const struct judgement *j = judged_of(scene);
	char text[SUBJECT_TEXT];

	judgement_subject_text(j, finding_of(scene, id).subject, text);
	opening->ops = &view_control;
	opening->subject = judged_key(judgement_control(j, (uint32_t)(id >> 32))->id);
	opening->part = judged_key(text);
}
