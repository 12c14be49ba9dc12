/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A filing as JSON: everything of the model, members in a fixed order, times in RFC 3339 UTC.
 * Names of members and of states are English; titles and sentences are in the filing's language.
 */
#include <jansson.h>
#include <stdlib.h>

#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "reports/filing_figure.h"

/* Clean text is UTF-8; json_string() would give NULL for what is not. */
static void
put_text(json_t *object, const char *key, const char *text)
{
	json_t *value = json_string(text);

	json_object_set_new(object, key, value != NULL ? value : json_null());
}

static void
put_count(json_t *object, const char *key, uint64_t value)
{
	json_object_set_new(object, key, json_integer((json_int_t)value));
}

static void
put_time(json_t *object, const char *key, int64_t ms)
{
	char text[TIME_TEXT];

	time_utc(ms, text);
	json_object_set_new(object, key, ms != 0 ? json_string(text) : json_null());
}

static void
put_flag(json_t *object, const char *key, bool value)
{
	json_object_set_new(object, key, json_boolean(value));
}

static void
put_cites(json_t *object, const uint64_t *cite, uint32_t cites)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < cites; i++)
		json_array_append_new(list, json_integer((json_int_t)cite[i]));
	json_object_set_new(object, "records", list);
}

static void
put_texts(json_t *object, const char *key, const char *const *text, uint32_t texts)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < texts; i++)
		json_array_append_new(list, json_string(text[i]));
	json_object_set_new(object, key, list);
}

static void
put_counts(json_t *object, const char *key, const uint32_t count[VERDICTS])
{
	json_t *counts = json_object();

	for (int v = 0; v < VERDICTS; v++)
		put_count(counts, verdict_name((enum verdict)v), count[v]);
	json_object_set_new(object, key, counts);
}

/* --- head --------------------------------------------------------------------------------- */

static json_t *
form_json(const struct form *form)
{
	json_t *object = json_object();
	char hash[HASH_TEXT];

	hash_text(form->hash, hash);
	put_text(object, "id", form->id);
	put_text(object, "edition", form->edition);
	put_text(object, "status", form_status_name(form->status));
	put_text(object, "source", form->source);
	put_text(object, "sha256", hash);
	return object;
}

static json_t *
ledger_json(const struct filing *filing)
{
	json_t *object = json_object(), *anchor = json_null();

	put_text(object, "origin", filing->origin);
	put_text(object, "key", filing->verifier);
	put_count(object, "size", filing->size);
	put_text(object, "root", filing->root);
	put_time(object, "newest", filing->newest_ms);
	if (filing->anchor_size > 0) {
		anchor = json_object();
		put_count(anchor, "size", filing->anchor_size);
		put_time(anchor, "stamped", filing->anchor_ms);
		put_text(anchor, "authority", filing->anchor_authority);
		put_count(anchor, "record", filing->anchor_seq);
	}
	json_object_set_new(object, "anchor", anchor);
	return object;
}

/* --- fields ------------------------------------------------------------------------------- */

static json_t *
value_json(const struct filing_value *value)
{
	json_t *object = json_object();

	put_text(object, "part", value->label);
	put_text(object, "name", value->name);
	put_flag(object, "known", value->known);
	put_text(object, "value", value->text);
	put_text(object, "basis", value->known ? filing_basis_name(value->basis) : "none");
	put_flag(object, "contradicted", value->contradicted);
	put_flag(object, "lapsed", value->lapsed);
	put_text(object, "how", value->how);
	put_time(object, "as_of", value->as_of_ms);
	put_texts(object, "subjects", value->subject, value->subjects);
	put_cites(object, value->cite, value->cites);
	return object;
}

static json_t *
answers_json(const struct filing_answer *answer, uint32_t answers)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < answers; i++) {
		json_t *object = json_object(), *values = json_array();
		const struct form_field *field = answer[i].field;

		put_count(object, "number", field->number);
		put_count(object, "head", field->head);
		put_text(object, "key", field->key);
		put_text(object, "title", answer[i].title);
		put_text(object, "fill", form_fill_name(field->fill));
		put_text(object, "status", form_status_name(field->status));
		put_text(object, "source", field->source);
		put_text(object, "standing", filing_standing_name(answer[i].standing));
		put_text(object, "who", answer[i].who);
		for (uint32_t v = 0; v < answer[i].values; v++)
			json_array_append_new(values, value_json(&answer[i].value[v]));
		json_object_set_new(object, "values", values);
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *
instance_json(const struct filing_instance *instance)
{
	json_t *object = json_object();

	put_text(object, "name", instance->name);
	put_text(object, "title", instance->title);
	put_text(object, "nf", instance->nf);
	put_text(object, "version", instance->version);
	put_text(object, "site", instance->site);
	put_text(object, "zone", instance->zone);
	put_text(object, "health", health_name(instance->health));
	put_count(object, "targets", instance->targets);
	return object;
}

static json_t *
sheet_json(const struct filing_sheet *sheet)
{
	json_t *object = json_object(), *instances = json_array();

	put_text(object, "title", sheet->title);
	put_text(object, "provider", sheet->provider);
	put_text(object, "provider_name", sheet->provider_name);
	put_text(object, "service", sheet->service);
	put_text(object, "region", sheet->region);
	put_text(object, "function", function_name(sheet->function));
	for (uint32_t i = 0; i < sheet->instances; i++)
		json_array_append_new(instances, instance_json(&sheet->instance[i]));
	json_object_set_new(object, "instances", instances);
	json_object_set_new(object, "fields", answers_json(sheet->answer, sheet->answers));
	return object;
}

/* --- controls ----------------------------------------------------------------------------- */

static json_t *
finding_json(const struct filing_finding *finding)
{
	json_t *object = json_object();

	put_text(object, "subject", finding->subject);
	put_text(object, "verdict", verdict_name(finding->verdict));
	put_text(object, "beneath", verdict_name(finding->beneath));
	put_time(object, "since", finding->since_ms);
	put_count(object, "decided_by", finding->seq);
	put_text(object, "missing", finding->missing);
	put_text(object, "because", finding->because);
	json_object_set_new(object, "waiver", finding->waiver != 0 ?
	    json_integer((json_int_t)finding->waiver) : json_null());
	put_cites(object, finding->cite, finding->cites);
	return object;
}

static json_t *
control_json(const struct filing_control *control)
{
	json_t *object = json_object(), *findings = json_array();

	put_text(object, "id", control->id);
	put_text(object, "clause", control->clause);
	put_text(object, "title", control->title);
	put_text(object, "requirement", control->requirement);
	put_text(object, "level", level_name(control->level));
	put_text(object, "subject", subject_kind_name(control->kind));
	put_text(object, "source", control->source);
	put_text(object, "confidence", control->confidence);
	put_flag(object, "decided", control->decided);
	put_text(object, "condition", control->condition);
	put_text(object, "lacks", control->lacks);
	put_text(object, "limit", control->limit);
	put_text(object, "verdict", verdict_name(control->verdict));
	put_counts(object, "subjects", control->count);
	for (uint32_t i = 0; i < control->findings; i++)
		json_array_append_new(findings, finding_json(&control->finding[i]));
	json_object_set_new(object, "findings", findings);
	return object;
}

static json_t *
standard_json(const struct filing_standard *standard)
{
	json_t *object = json_object(), *controls = json_array();

	put_text(object, "id", standard->id);
	put_text(object, "edition", standard->edition);
	put_text(object, "title", standard->title);
	put_text(object, "sha256", standard->hash);
	put_text(object, "fault", standard->fault);
	put_counts(object, "controls_by_verdict", standard->count);
	put_count(object, "cannot_be_decided", standard->undecided);
	for (uint32_t i = 0; i < standard->controls; i++)
		json_array_append_new(controls, control_json(&standard->control[i]));
	json_object_set_new(object, "controls", controls);
	return object;
}

static json_t *
waiver_json(const struct filing_waiver *waiver)
{
	json_t *object = json_object();

	put_count(object, "record", waiver->seq);
	put_text(object, "control", waiver->control);
	put_text(object, "subject", waiver->subject);
	put_text(object, "step", waiver->step == WAIVER_AGREED ? "in-force" : "asked");
	put_text(object, "asked_by", waiver->asked_by);
	put_time(object, "asked", waiver->asked_ms);
	put_text(object, "decided_by", waiver->decided_by);
	put_time(object, "decided", waiver->decided_ms);
	put_time(object, "until", waiver->until_ms);
	put_text(object, "reason_commitment", waiver->commitment);
	return object;
}

/* --- figures ------------------------------------------------------------------------------ */

static json_t *
figures_json(const struct filing *filing)
{
	json_t *list = json_array();
	struct drawing *drawing;
	struct why why;

	for (enum diagram_kind kind = 0; filing_has_figures(filing) && kind < DIAGRAMS; kind++) {
		json_t *object = json_object();
		bool drawn = filing_figure(filing, kind, &drawing, &why) == ERR_OK;

		put_text(object, "name", diagram_name(kind));
		put_text(object, "title", _(diagram_title(kind)));
		put_flag(object, "drawn", drawn);
		put_text(object, "description", drawn ? drawing->description : why.text);
		json_array_append_new(list, object);
		drawing_free(drawing);
	}
	return list;
}

/* --- the whole ---------------------------------------------------------------------------- */

static void
put_lists(json_t *object, const struct filing *filing)
{
	json_t *sheets = json_array(), *standards = json_array(), *waivers = json_array();

	json_object_set_new(object, "cover", answers_json(filing->cover, filing->covers));
	for (uint32_t i = 0; i < filing->sheets; i++)
		json_array_append_new(sheets, sheet_json(&filing->sheet[i]));
	json_object_set_new(object, "sheets", sheets);
	json_object_set_new(object, "figures", figures_json(filing));
	for (uint32_t i = 0; i < filing->standards; i++)
		json_array_append_new(standards, standard_json(&filing->standard[i]));
	json_object_set_new(object, "standards", standards);
	for (uint32_t i = 0; i < filing->waivers; i++)
		json_array_append_new(waivers, waiver_json(&filing->waiver[i]));
	json_object_set_new(object, "waivers", waivers);
}

void
filing_print_json(const struct filing *filing, struct buffer *out)
{
	json_t *object = json_object();
	char *dump;

	put_text(object, "report", filing->form->id);
	put_text(object, "language", filing->language);
	put_text(object, "title", filing->title);
	put_text(object, "basis", filing->basis);
	put_text(object, "note", filing->note);
	json_object_set_new(object, "form", form_json(filing->form));
	put_text(object, "monitor", filing->monitor);
	put_time(object, "at", filing->at_ms);
	json_object_set_new(object, "ledger", ledger_json(filing));
	put_texts(object, "warnings", filing->warning, filing->warnings);
	put_counts(object, "findings", filing->count);
	put_count(object, "cannot_be_decided", filing->undecided);
	put_count(object, "unknown_fields", filing->unknown_fields);
	put_count(object, "contradictions", filing->contradictions);
	put_count(object, "own_instances", filing->own_instances);
	put_texts(object, "heads", filing->head, filing->heads);
	put_lists(object, filing);
	put_count(object, "exit", (uint64_t)filing_code(filing));
	dump = json_dumps(object, JSON_INDENT(1));
	buffer_put_text(out, dump != NULL ? dump : "{}");
	buffer_put_u8(out, '\n');
	free(dump);
	json_decref(object);
}
