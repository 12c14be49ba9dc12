/* SPDX-License-Identifier: Apache-2.0 */
/* The judgement as JSON; names and keys are not translated, times are RFC 3339 UTC. */
#include <jansson.h>
#include <stdlib.h>

#include "monitor/base/timetext.h"
#include "reports/controls.h"

static void
put_text(json_t *object, const char *key, const char *text)
{
	json_t *value = json_string(text);

	json_object_set_new(object, key, value != NULL ? value : json_null());
}

static void
put_time(json_t *object, const char *key, int64_t ms)
{
	char text[TIME_TEXT];

	time_utc(ms, text);
	json_object_set_new(object, key, ms != 0 ? json_string(text) : json_null());
}

static void
put_count(json_t *object, const char *key, uint64_t count)
{
	json_object_set_new(object, key, json_integer((json_int_t)count));
}

static json_t *
packs_json(const struct judgement *j)
{
	json_t *list = json_array();

	for (uint32_t p = 0; p < judgement_packs(j); p++) {
		const struct pack *pack = judgement_pack(j, p);
		json_t *one = json_object();
		char hash[HASH_TEXT];

		hash_text(judgement_pack_hash(j, p), hash);
		put_text(one, "sha256", hash);
		put_text(one, "id", pack != NULL ? pack->id : "");
		put_text(one, "edition", pack != NULL ? pack->edition : "");
		put_text(one, "fault", judgement_pack_fault(j, p));
		json_array_append_new(list, one);
	}
	return list;
}

static json_t *
finding_json(const struct state *state, uint32_t c, uint32_t i)
{
	const struct judgement *j = judgement_of(state);
	struct finding finding = judgement_finding(j, c, i);
	struct buffer missing = { .max = 0 };
	json_t *one = json_object();
	char subject[SUBJECT_TEXT];

	judgement_subject_text(j, finding.subject, subject);
	put_text(one, "subject", subject);
	put_text(one, "verdict", verdict_name(finding.verdict));
	put_text(one, "beneath", verdict_name(finding.beneath));
	put_time(one, "since", finding.since_ms);
	put_count(one, "record", finding.seq);
	if (finding.waiver != 0)
		put_count(one, "waiver", finding.waiver);
	if (finding.beneath == VERDICT_UNKNOWN) {
		judgement_missing(state, c, finding.subject, &missing);
		put_text(one, "missing", buffer_text(&missing));
	}
	buffer_free(&missing);
	return one;
}

static json_t *
control_json(const struct state *state, uint32_t c, int verdict)
{
	const struct judgement *j = judgement_of(state);
	const struct pack_control *control = judgement_control(j, c);
	json_t *one = json_object(), *findings = json_array();

	put_text(one, "id", control->id);
	put_text(one, "pack", judgement_pack(j, judgement_control_pack(j, c))->id);
	put_text(one, "clause", control->clause);
	put_text(one, "title", control->title);
	put_text(one, "title_ja", control->title_ja);
	put_text(one, "level", level_name(control->level));
	put_text(one, "kind", subject_kind_name(control->subject));
	put_text(one, "verdict", verdict_name(judgement_verdict(j, c)));
	if (control->condition == NULL)
		put_text(one, "lacks", control->lacks);
	for (uint32_t i = 0; i < judgement_subjects(j, c); i++)
		if (verdict < 0 || (int)judgement_finding(j, c, i).verdict == verdict)
			json_array_append_new(findings, finding_json(state, c, i));
	json_object_set_new(one, "findings", findings);
	return one;
}

static json_t *
waivers_json(const struct judgement *j, struct report_source *source)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < judgement_waivers(j); i++) {
		const struct waiver *w = judgement_waiver(j, i);
		struct buffer said = { .max = 0 };
		json_t *one = json_object();

		put_count(one, "waiver", w->seq);
		put_text(one, "control", w->control);
		put_text(one, "subject", w->subject);
		put_text(one, "state", waiver_step_text(w->step));
		put_time(one, "until", w->until_ms);
		put_text(one, "asked_by", w->asked_by);
		put_time(one, "asked", w->asked_ms);
		put_text(one, "decided_by", w->decided_by);
		put_time(one, "decided", w->decided_ms);
		report_said(source, w->text, &said);
		put_text(one, "why", buffer_text(&said));
		buffer_free(&said);
		json_array_append_new(list, one);
	}
	return list;
}

void
controls_print_json(struct buffer *out, const struct state *state,
    const struct controls_asked *asked, struct report_source *source, uint32_t count[VERDICTS])
{
	const struct judgement *j = judgement_of(state);
	json_t *root = json_object(), *list = json_array();
	char *text;

	for (int i = 0; i < VERDICTS; i++)
		count[i] = 0;
	for (uint32_t c = 0; c < judgement_controls(j); c++) {
		bool named = asked->id != NULL && c == judgement_find(j, asked->id);

		if (asked->id != NULL ? !named : !controls_selects(state, asked, c))
			continue;
		if (asked->lacking && judgement_control(j, c)->condition != NULL)
			continue;
		json_array_append_new(list, control_json(state, c, asked->verdict));
		count[judgement_verdict(j, c)]++;
	}
	json_object_set_new(root, "packs", packs_json(j));
	json_object_set_new(root, "controls", list);
	json_object_set_new(root, "waivers", waivers_json(j, source));
	text = json_dumps(root, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
	buffer_put_text(out, text != NULL ? text : "{}");
	buffer_put_text(out, "\n");
	free(text);
	json_decref(root);
}
