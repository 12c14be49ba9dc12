/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values a form asks for by name: facts of probes with their age, what follows from plan and
 * health, documents and declarations of the carrier.
 */
#include <stdio.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "reports/filing_part.h"

/* --- facts of probes ---------------------------------------------------------------------- */

static bool
raw_fact(const struct replica_state *replica, uint32_t number, const struct fact_row **row,
    struct bytes *raw)
{
	struct fact_walk walk = fact_walk_of(bytes_of_buffer(&replica->facts));
	uint64_t found;

	while (fact_walk_next(&walk, &found, row, raw))
		if (found == number)
			return *row != NULL;
	return false;
}

static void
target_text(const struct filling *f, uint32_t target, uint32_t replica, char out[SUBJECT_TEXT])
{
	const struct maker *m = f->maker;

	if (m->state->target[target].replicas > 1)
		snprintf(out, SUBJECT_TEXT, "target:%.120s address %u",
		    m->plan->target[target].name, replica + 1);
	else
		snprintf(out, SUBJECT_TEXT, "target:%.120s", m->plan->target[target].name);
}

void
filling_fact(struct filling *f, uint32_t target, uint32_t replica,
    const struct condition_name *name, const char *how, bool contradicted)
{
	const struct maker *m = f->maker;
	const struct target_state *state = &m->state->target[target];
	const struct replica_state *seen = &state->replica[replica];
	struct buffer text = { .max = 0 };
	struct filing_value value = { .basis = name->basis, .known = true, .named = true,
		.name = name->name, .how = how };
	const struct fact_row *row;
	char subject[SUBJECT_TEXT];
	struct bytes raw;

	if (!raw_fact(seen, name->number, &row, &raw))
		return;
	fact_print(&text, row, raw);
	value.text = buffer_text(&text);
	value.as_of_ms = fold_heard_ms(m->state, state, seen);
	value.lapsed = !judgement_value(m->state,
	    (struct subject){ SUBJECT_TARGET, target, replica }, name).known;
	value.contradicted = contradicted && !value.lapsed;
	target_text(f, target, replica, subject);
	filling_add(f, &value, subject, seen->seq);
	buffer_free(&text);
}

/* --- what follows from plan and health ---------------------------------------------------- */

void
filling_subject_fact(struct filling *f, struct subject subject, const struct condition_name *name)
{
	const struct maker *m = f->maker;
	struct value found = judgement_value(m->state, subject, name);
	struct buffer text = { .max = 0 };
	struct filing_value value = { .basis = name->basis, .known = true, .named = true,
		.name = name->name, .how = "", .as_of_ms = name->basis == BASIS_DECLARED ?
		m->source->config_ms : m->state->now_ms };
	char about[SUBJECT_TEXT];

	if (!found.known)
		return;
	value_print(&text, name->type, &found);
	value.text = buffer_text(&text);
	value.contradicted = name->number == SUBJECT_FACT_KEY_BOUND &&
	    strcmp(value.text, "contradicted") == 0;
	judgement_subject_text(m->state->judgement, subject, about);
	filling_add(f, &value, about, found.seq > 0 && found.seq < m->source->size ? found.seq :
	    UINT64_MAX);
	buffer_free(&text);
}

static void
add_target_facts(struct filling *f, const struct condition_name *name)
{
	const struct maker *m = f->maker;

	for (uint32_t i = 0; i < f->scope->targets; i++) {
		uint32_t target = f->scope->target[i];

		if (name->source != NAME_FACT)
			filling_subject_fact(f, (struct subject){ SUBJECT_TARGET, target, 0 },
			    name);
		for (uint32_t r = 0; name->source == NAME_FACT &&
		    r < m->state->target[target].replicas; r++)
			filling_fact(f, target, r, name, "", false);
	}
}

static void
add_key_facts(struct filling *f, const struct condition_name *name)
{
	const struct maker *m = f->maker;

	for (uint32_t i = 0; i < f->scope->targets; i++) {
		uint32_t key = m->key_of[f->scope->target[i]];

		if (key != UINT32_MAX)
			filling_subject_fact(f, (struct subject){ SUBJECT_KEY, key, 0 }, name);
	}
}

/* Those of the sheet's instances, sites, sets: each once. */
static void
add_set_facts(struct filling *f, const struct condition_name *name)
{
	const struct maker *m = f->maker;

	for (uint32_t i = 0; i < f->scope->instances; i++) {
		const char *set = m->plan->instance[f->scope->instance[i]].replica_set;
		char text[SUBJECT_TEXT];
		struct subject subject;
		bool seen = set[0] == '\0';

		for (uint32_t j = 0; j < i && !seen; j++)
			seen = strcmp(m->plan->instance[f->scope->instance[j]].replica_set,
			    set) == 0;
		snprintf(text, sizeof(text), "replica_set:%.120s", set);
		if (!seen && judgement_subject_find(m->state->judgement, text, &subject))
			filling_subject_fact(f, subject, name);
	}
}

static void
add_named(struct filling *f, const struct condition_name *name)
{
	const struct maker *m = f->maker;
	char text[SUBJECT_TEXT];
	struct subject subject;

	switch (name->kind) {
	case SUBJECT_TARGET:      add_target_facts(f, name); break;
	case SUBJECT_KEY:         add_key_facts(f, name); break;
	case SUBJECT_REPLICA_SET: add_set_facts(f, name); break;
	case SUBJECT_STORE:       filling_stores(f, name); break;
	case SUBJECT_CUSTODY:     filling_custody(f, name); break;
	case SUBJECT_INSTANCE:
		for (uint32_t i = 0; i < f->scope->instances; i++)
			filling_subject_fact(f, (struct subject){ SUBJECT_INSTANCE,
			    f->scope->instance[i], 0 }, name);
		break;
	case SUBJECT_SITE:
		for (uint32_t i = 0; i < f->scope->sites; i++)
			filling_subject_fact(f, (struct subject){ SUBJECT_SITE,
			    f->scope->site[i], 0 }, name);
		break;
	case SUBJECT_FUNCTION:
		filling_subject_fact(f, (struct subject){ SUBJECT_FUNCTION,
		    (uint32_t)f->scope->sheet->function, 0 }, name);
		break;
	case SUBJECT_PROVIDER:
		snprintf(text, sizeof(text), "provider:%.120s", f->scope->sheet->provider);
		if (judgement_subject_find(m->state->judgement, text, &subject))
			filling_subject_fact(f, subject, name);
		break;
	default:
		filling_subject_fact(f, (struct subject){ SUBJECT_CARRIER, 0, 0 }, name);
		break;
	}
}

/* Targets of which nothing counts: the part would look complete without them. */
static void
add_blind(struct filling *f)
{
	for (uint32_t i = 0; i < f->scope->targets; i++) {
		uint32_t target = f->scope->target[i];
		const struct target_state *state = &f->maker->state->target[target];
		char about[SUBJECT_TEXT];

		if (state->health != HEALTH_UNKNOWN)
			continue;
		target_text(f, target, 0, about);
		filling_unknown(f, about, _("nothing is known of these endpoints now"),
		    _(reason_text(state->reason)));
	}
}

void
filling_facts(struct filling *f)
{
	bool targets = false;

	if (f->maker->plan == NULL || f->scope->sheet == NULL)
		return;
	for (uint32_t i = 0; i < f->part->facts; i++) {
		add_named(f, &f->part->fact[i]);
		targets |= f->part->fact[i].kind == SUBJECT_TARGET;
	}
	if (targets)
		add_blind(f);
}

/* --- documents and declarations ----------------------------------------------------------- */

/* "exit" takes the one called so, "exit.x" and "exit_x"; "exit." those with the point alone. */
static bool
is_asked_for(const struct form_part *part, const char *id)
{
	for (uint32_t i = 0; i < part->declareds; i++) {
		size_t len = strlen(part->declared[i]);

		if (strncmp(part->declared[i], id, len) == 0 && (id[len] == '\0' ||
		    id[len] == '.' || id[len] == '_' || part->declared[i][len - 1] == '.'))
			return true;
	}
	return false;
}

static bool
is_about(const struct filling *f, const char *subject)
{
	const struct plan *plan = f->maker->plan;
	const struct scope_of_sheet *scope = f->scope;

	if (subject[0] == '\0' || strcmp(subject, "carrier") == 0)
		return true;
	if (strncmp(subject, "site:", 5) == 0)
		for (uint32_t i = 0; i < scope->sites; i++)
			if (strcmp(plan->site[scope->site[i]].name, subject + 5) == 0)
				return true;
	if (strncmp(subject, "instance:", 9) == 0)
		for (uint32_t i = 0; i < scope->instances; i++)
			if (strcmp(plan->instance[scope->instance[i]].name, subject + 9) == 0)
				return true;
	return false;
}

static void
add_document(struct filling *f, const struct plan_document *document)
{
	struct buffer text = { .max = 0 };
	struct filing_value value = { .basis = BASIS_DECLARED, .known = true, .name = document->id,
		.as_of_ms = document->date_ms };
	char hash[80] = "";

	buffer_print(&text, _("document \"%s\" by %s"), document->title,
	    document->author[0] != '\0' ? document->author : "-");
	if (document->until_ms != 0 && document->until_ms <= f->maker->source->at_ms) {
		buffer_print(&text, " (%s)", _("no longer valid"));
		value.lapsed = true;
	}
	value.text = buffer_text(&text);
	if (document->hash[0] != '\0')
		snprintf(hash, sizeof(hash), "SHA-256 %.64s", document->hash);
	value.how = hash;
	filling_add(f, &value, "", f->maker->filing->config_seq);
	buffer_free(&text);
}

static void
add_declaration(struct filling *f, const struct plan_declaration *said)
{
	struct filing_value value = { .basis = BASIS_DECLARED, .known = true, .named = true,
		.name = said->id, .text = said->value, .as_of_ms = said->date_ms };
	struct buffer how = { .max = 0 };

	if (said->author[0] != '\0')
		buffer_print(&how, _("declared by %s"), said->author);
	value.how = buffer_text(&how);
	filling_add(f, &value, said->subject, f->maker->filing->config_seq);
	buffer_free(&how);
}

void
filling_declared(struct filling *f)
{
	const struct plan *plan = f->maker->plan;

	for (uint32_t i = 0; plan != NULL && i < plan->documents; i++)
		if (is_asked_for(f->part, plan->document[i].id))
			add_document(f, &plan->document[i]);
	for (uint32_t i = 0; plan != NULL && i < plan->declarations; i++)
		if (is_asked_for(f->part, plan->declaration[i].id) &&
		    is_about(f, plan->declaration[i].subject))
			add_declaration(f, &plan->declaration[i]);
}
