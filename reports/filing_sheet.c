/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sheets: one for each third party's service in a region for a core function.  What stands on
 * the carrier's own premises is no third party's equipment and gets none.  Then every field of
 * the form is answered for every sheet.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "reports/accident_part.h"

struct placed { const struct plan *plan; uint32_t instance; };

static const struct plan_site *
site_of(const struct plan *plan, uint32_t instance)
{
	return &plan->site[plan->instance[instance].site];
}

/* 0 where both belong on one sheet. */
static int
compare_sheet(const struct placed *a, const struct placed *b)
{
	const struct plan_instance *x = &a->plan->instance[a->instance];
	const struct plan_instance *y = &b->plan->instance[b->instance];
	const struct plan_site *p = site_of(a->plan, a->instance);
	const struct plan_site *q = site_of(b->plan, b->instance);
	int order = strcmp(p->provider, q->provider);

	if (order == 0)
		order = strcmp(p->region, q->region);
	/* Without a region every site is a place of its own. */
	if (order == 0 && p->region[0] == '\0')
		order = strcmp(p->name, q->name);
	if (order == 0)
		order = strcmp(x->service, y->service);
	return order != 0 ? order : (int)x->function - (int)y->function;
}

static int
compare_placed(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;
	int order = compare_sheet(x, y);

	return order != 0 ? order : x->instance < y->instance ? -1 : 1;
}

/* --- instances ---------------------------------------------------------------------------- */

static enum health
instance_health(const struct maker *m, uint32_t instance)
{
	static const uint8_t rank[HEALTH_COUNT] = { [HEALTH_UP] = 0, [HEALTH_UNKNOWN] = 1,
		[HEALTH_DEGRADED] = 2, [HEALTH_DOWN] = 3 };
	enum health worst = HEALTH_UP;

	if (m->target_first[instance] == m->target_first[instance + 1])
		return HEALTH_UNKNOWN;
	for (uint32_t t = m->target_first[instance]; t < m->target_first[instance + 1]; t++) {
		enum health health = m->state->target[m->target[t]].health;

		worst = rank[health] > rank[worst] ? health : worst;
	}
	return worst;
}

static struct filing_instance
instance_row(const struct maker *m, uint32_t i)
{
	const struct plan_instance *instance = &m->plan->instance[i];
	const struct plan_site *site = site_of(m->plan, i);
	struct filing_memory *memory = m->memory;

	return (struct filing_instance){
		.name = filing_text(memory, bytes_of_text(instance->name)),
		.title = maker_text(m, instance->title, instance->title_ja),
		.nf = filing_text(memory, bytes_of_text(instance->nf)),
		.version = filing_text(memory, bytes_of_text(instance->version)),
		.site = filing_text(memory, bytes_of_text(site->name)),
		.zone = filing_text(memory, bytes_of_text(site->zone)),
		.health = instance_health(m, i),
		.targets = m->target_first[i + 1] - m->target_first[i] };
}

/* --- sheets ------------------------------------------------------------------------------- */

static void
add_site(struct maker *m, struct scope_of_sheet *scope, uint32_t site)
{
	for (uint32_t i = 0; i < scope->sites; i++)
		if (scope->site[i] == site)
			return;
	scope->site = filing_grow(m->memory, scope->site, scope->sites, sizeof(*scope->site));
	scope->site[scope->sites++] = site;
}

static void
add_targets(struct maker *m, struct scope_of_sheet *scope)
{
	uint32_t count = 0;

	scope->target = filing_array(m->memory, scope->targets + 1, sizeof(*scope->target));
	for (uint32_t i = 0; i < scope->instances; i++) {
		uint32_t instance = scope->instance[i];

		for (uint32_t t = m->target_first[instance]; t < m->target_first[instance + 1];
		    t++)
			scope->target[count++] = m->target[t];
	}
}

static const char *
sheet_title(const struct maker *m, const struct filing_sheet *sheet)
{
	return filing_print(m->memory, "%s / %s / %s / %s", sheet->provider_name[0] != '\0' ?
	    sheet->provider_name : sheet->provider, sheet->region[0] != '\0' ? sheet->region :
	    _("(no region declared)"), sheet->service[0] != '\0' ? sheet->service :
	    _("(no service declared)"), function_title(sheet->function));
}

static void
fill_sheet(struct maker *m, uint32_t number, const struct placed *placed, uint32_t count)
{
	const struct plan *plan = m->plan;
	const struct plan_instance *first = &plan->instance[placed->instance];
	const struct plan_site *site = site_of(plan, placed->instance);
	struct filing_sheet *sheet = &m->filing->sheet[number];
	struct scope_of_sheet *scope = &m->scope[number];

	*sheet = (struct filing_sheet){ .function = first->function,
		.provider = filing_text(m->memory, bytes_of_text(site->provider)),
		.provider_name = filing_text(m->memory, bytes_of_text(site->provider_name)),
		.service = filing_text(m->memory, bytes_of_text(first->service)),
		.region = filing_text(m->memory, bytes_of_text(site->region)) };
	sheet->title = sheet_title(m, sheet);
	sheet->instance = filing_array(m->memory, count, sizeof(*sheet->instance));
	sheet->instances = count;
	*scope = (struct scope_of_sheet){ .sheet = sheet, .number = number, .instances = count,
		.instance = filing_array(m->memory, count, sizeof(*scope->instance)) };
	for (uint32_t i = 0; i < count; i++) {
		scope->instance[i] = placed[i].instance;
		m->sheet_of[placed[i].instance] = number;
		sheet->instance[i] = instance_row(m, placed[i].instance);
		add_site(m, scope, plan->instance[placed[i].instance].site);
		scope->targets += sheet->instance[i].targets;
	}
	add_targets(m, scope);
}

static uint32_t
count_sheets(const struct placed *placed, uint32_t count)
{
	uint32_t sheets = 0;

	for (uint32_t i = 0; i < count; i++)
		sheets += i == 0 || compare_sheet(&placed[i - 1], &placed[i]) != 0;
	return sheets;
}

enum err
maker_sheets(struct maker *m, struct why *why)
{
	uint32_t instances = m->plan != NULL ? m->plan->instances : 0, count = 0, number = 0;
	struct placed *placed = memory_new(instances + 1, sizeof(*placed));
	struct filing *filing = m->filing;

	m->sheet_of = filing_array(m->memory, instances + 1, sizeof(*m->sheet_of));
	for (uint32_t i = 0; i < instances; i++) {
		m->sheet_of[i] = NO_SHEET;
		if (site_of(m->plan, i)->provider[0] != '\0')
			placed[count++] = (struct placed){ m->plan, i };
	}
	filing->own_instances = instances - count;
	qsort(placed, count, sizeof(*placed), compare_placed);
	filing->sheets = count_sheets(placed, count);
	if (filing->sheets > FILING_SHEETS_MAX) {
		free(placed);
		return why_set(why, ERR_LIMIT, _("%u sheets are more than the %d one filing may "
		    "have"), filing->sheets, FILING_SHEETS_MAX);
	}
	filing->sheet = filing_array(m->memory, filing->sheets + 1, sizeof(*filing->sheet));
	m->scope = filing_array(m->memory, filing->sheets + 1, sizeof(*m->scope));
	for (uint32_t from = 0, to; from < count; from = to) {
		for (to = from + 1; to < count &&
		    compare_sheet(&placed[from], &placed[to]) == 0; to++)
			continue;
		fill_sheet(m, number++, &placed[from], to - from);
	}
	free(placed);
	return ERR_OK;
}

/* --- answers ------------------------------------------------------------------------------ */

static void
fill_part(struct filling *f)
{
	const struct form_part *part = f->part;
	const char *fixed = maker_text(f->maker, part->text, part->text_ja);
	bool known = false;

	f->from = f->answer->values;
	if (fixed[0] != '\0') {
		struct filing_value value = { .known = true, .name = "", .text = fixed,
			.how = "" };

		filling_add(f, &value, "", UINT64_MAX);
	}
	filling_from(f);
	filling_facts(f);
	filling_declared(f);
	for (uint32_t i = f->from; i < f->answer->values; i++)
		known |= f->answer->value[i].known || part->from != FORM_FROM_NOTHING;
	if (known || f->answer->field->fill == FORM_H)
		return;
	filling_unknown(f, "", f->answer->field->fill == FORM_A ? _("no source") :
	    _("nothing was declared"), maker_text(f->maker, part->lacks, part->lacks_ja));
}

static struct filing_answer
answer_of(struct maker *m, const struct form_field *field, const struct scope_of_sheet *scope)
{
	struct filing_answer answer = { .field = field,
		.title = maker_text(m, field->title, field->title_ja),
		.who = maker_text(m, field->who, field->who_ja) };
	struct filling f = { .maker = m, .scope = scope, .answer = &answer };

	for (uint32_t i = 0; i < field->parts; i++) {
		f.part = &field->part[i];
		fill_part(&f);
	}
	answer.standing = field->fill == FORM_H ? FILING_BLANK : field->fill == FORM_M ?
	    FILING_DRAFT : answer.unknowns == 0 ? FILING_FILLED :
	    answer.unknowns < answer.values ? FILING_PARTLY : FILING_UNKNOWN;
	if (m->source->accident != NULL)
		accident_answer(m, &answer);
	m->filing->unknown_fields += field->fill == FORM_A && answer.unknowns > 0;
	for (uint32_t i = 0; i < answer.values; i++)
		m->filing->contradictions += answer.value[i].contradicted;
	return answer;
}

void
maker_answers(struct maker *m)
{
	static const struct scope_of_sheet cover = { .sheet = NULL };
	struct filing *filing = m->filing;
	const struct form *form = filing->form;

	filing->covers = form->covers;
	filing->cover = filing_array(m->memory, form->covers + 1, sizeof(*filing->cover));
	for (uint32_t i = 0; i < form->covers; i++)
		filing->cover[i] = answer_of(m, &form->cover[i], &cover);
	for (uint32_t s = 0; s < filing->sheets; s++) {
		struct filing_sheet *sheet = &filing->sheet[s];

		sheet->answers = form->fields;
		sheet->answer = filing_array(m->memory, form->fields + 1, sizeof(*sheet->answer));
		for (uint32_t i = 0; i < form->fields; i++)
			sheet->answer[i] = answer_of(m, &form->field[i], &m->scope[s]);
	}
}
