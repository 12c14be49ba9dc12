/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A judgement is made for a plan: its packs are read, its subjects numbered, and what was judged
 * of them before is carried over, found again by id and name.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/state/judge_private.h"

/* --- packs -------------------------------------------------------------------------------- */

struct kept_pack *
kept_pack_new(struct pack *pack, struct hash hash, const char *fault)
{
	struct kept_pack *kept = memory_new(1, sizeof(*kept));

	*kept = (struct kept_pack){ .owners = 1, .pack = pack, .hash = hash };
	snprintf(kept->fault, sizeof(kept->fault), "%s", fault);
	return kept;
}

void
kept_pack_drop(struct kept_pack *kept)
{
	if (kept == NULL || --kept->owners > 0)
		return;
	pack_free(kept->pack);
	free(kept);
}

/* The name without its folder, for sentences. */
static const char *
file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static struct kept_pack *
pack_load(const struct plan_pack *planned, const struct blob_source *source,
    const struct judgement *old)
{
	struct buffer octets = { .max = BLOB_MAX };
	struct pack *pack = NULL;
	struct hash hash = { { 0 } };
	struct why why = { .err = ERR_OK };
	struct kept_pack *kept;

	why.text[0] = '\0';
	if (hex_read(planned->hash, hash.at, HASH_LEN) != ERR_OK)
		return kept_pack_new(NULL, hash, "its hash in the plan is not one");
	for (uint32_t i = 0; old != NULL && i < old->packs; i++)
		if (hash_equal(old->pack[i].kept->hash, hash)) {
			old->pack[i].kept->owners++;
			return old->pack[i].kept;
		}
	if (source->get(source->arg, hash, &octets, &why) == ERR_OK &&
	    pack_read(file_name(planned->path), bytes_of_buffer(&octets), &pack, &why) != ERR_OK)
		pack = NULL;
	kept = kept_pack_new(pack, hash, pack == NULL ? why.text : "");
	buffer_free(&octets);
	return kept;
}

static const struct plan_document *
document_find(const struct plan *plan, const char *id)
{
	for (uint32_t i = 0; i < plan->documents; i++)
		if (strcmp(plan->document[i].id, id) == 0)
			return &plan->document[i];
	return NULL;
}

/* --- controls ----------------------------------------------------------------------------- */

static void
add_read(struct reads *reads, const struct condition_name *name)
{
	if (name->source == NAME_FACT && name->number < 64 * FACT_WORDS)
		reads->fact[name->number / 64] |= UINT64_C(1) << name->number % 64;
	if (name->source == NAME_SUBJECT && name->moving)
		reads_add(reads, name->number);
}

static void
condition_reads(const struct condition *condition, size_t wanted, struct reads *reads)
{
	size_t names = condition != NULL ? condition_names(condition) : 0;

	for (size_t i = 0; i < names; i++) {
		size_t quantifier;
		const struct condition_name *name = condition_name_at(condition, i, &quantifier);

		if (quantifier == wanted)
			add_read(reads, name);
	}
}

static void
quantifiers_add(struct judgement *j, uint32_t c, const struct condition *condition)
{
	size_t count = condition != NULL ? condition_quantifiers(condition) : 0;
	struct judged_control *control = &j->control[c];

	for (size_t q = 0; q < count; q++) {
		enum subject_kind kind = condition_quantifier_kind(condition, q);
		uint32_t elements = j->subjects.count[kind];
		struct quantifier *added;

		j->quantifier = memory_resize(j->quantifier, j->quantifiers + 1,
		    sizeof(*j->quantifier));
		added = &j->quantifier[j->quantifiers++];
		*added = (struct quantifier){ .control = c, .condition = condition, .q = q,
			.kind = kind,
			.tally = memory_new(control->cells + 1, sizeof(*added->tally)),
			.element = memory_new(elements + 1, sizeof(*added->element)),
			.next_ms = memory_new(elements + 1, sizeof(*added->next_ms)) };
		condition_reads(condition, q + 1, &added->reads);
		for (uint32_t i = 0; i < elements; i++)
			added->next_ms[i] = INT64_MAX;
		control->quantifiers++;
	}
}

static void
control_add(struct judgement *j, uint32_t pack, const struct pack_control *control)
{
	uint32_t c = j->controls++;
	struct judged_control *added = &j->control[c];

	*added = (struct judged_control){ .control = control, .pack = pack,
		.quantifier = j->quantifiers };
	if (control->condition == NULL)
		return;
	added->cells = j->subjects.count[control->subject];
	added->cell = memory_new(added->cells + 1, sizeof(*added->cell));
	added->next_ms = memory_new(added->cells + 1, sizeof(*added->next_ms));
	added->count[VERDICT_UNKNOWN] = added->cells;
	for (uint32_t i = 0; i < added->cells; i++)
		added->next_ms[i] = INT64_MAX;
	condition_reads(control->applies, 0, &added->reads);
	condition_reads(control->condition, 0, &added->reads);
	quantifiers_add(j, c, control->applies);
	quantifiers_add(j, c, control->condition);
}

static void
pack_add(struct judgement *j, struct kept_pack *kept)
{
	struct judged_pack *added = &j->pack[j->packs++];
	const struct pack *pack = kept->pack;

	*added = (struct judged_pack){ .kept = kept };
	if (pack == NULL)
		return;
	added->document = memory_new(pack->documents + 1, sizeof(*added->document));
	for (uint32_t i = 0; i < pack->documents; i++)
		added->document[i] = document_find(j->subjects.plan, pack->document[i].id);
	j->control = memory_resize(j->control, j->controls + pack->controls + 1,
	    sizeof(*j->control));
	for (uint32_t i = 0; i < pack->controls; i++)
		control_add(j, j->packs - 1, &pack->control[i]);
}

struct judgement *
judgement_new_with(const struct plan *plan, struct kept_pack *const *kept, uint32_t packs)
{
	struct judgement *j = memory_new(1, sizeof(*j));

	j->owners = 1;
	subjects_make(&j->subjects, plan);
	standing_make(&j->standing, &j->subjects);
	j->pack = memory_new(packs + 1, sizeof(*j->pack));
	for (uint32_t i = 0; i < packs; i++)
		pack_add(j, kept[i]);
	return j;
}

struct judgement *
judgement_again(const struct plan *plan, const struct judgement *old)
{
	struct kept_pack *kept[PLAN_PACK_MAX];
	struct judgement *j;

	for (uint32_t i = 0; i < old->packs; i++) {
		kept[i] = old->pack[i].kept;
		kept[i]->owners++;
	}
	j = judgement_new_with(plan, kept, old->packs);
	j->fixed = old->fixed;
	return j;
}

struct judgement *
judgement_new(const struct plan *plan, const struct blob_source *source,
    const struct judgement *old)
{
	struct kept_pack *kept[PLAN_PACK_MAX];

	if (old != NULL && old->fixed)
		return judgement_again(plan, old);
	if (plan->packs == 0)
		return NULL;
	for (uint32_t i = 0; i < plan->packs; i++)
		kept[i] = pack_load(&plan->pack[i], source, old);
	return judgement_new_with(plan, kept, plan->packs);
}

void
judgement_drop(struct judgement *j)
{
	if (j == NULL || --j->owners > 0)
		return;
	for (uint32_t i = 0; i < j->controls; i++) {
		free(j->control[i].cell);
		free(j->control[i].next_ms);
	}
	for (uint32_t i = 0; i < j->quantifiers; i++) {
		free(j->quantifier[i].tally);
		free(j->quantifier[i].element);
		free(j->quantifier[i].next_ms);
	}
	for (uint32_t i = 0; i < j->packs; i++) {
		free(j->pack[i].document);
		kept_pack_drop(j->pack[i].kept);
	}
	free(j->pack);
	free(j->control);
	free(j->quantifier);
	free(j->waiver);
	free(j->change);
	heap_free(&j->deadlines);
	standing_free(&j->standing);
	subjects_free(&j->subjects);
	free(j);
}

/* --- carrying over ------------------------------------------------------------------------ */

struct named { char text[SUBJECT_TEXT]; uint32_t index; };

static int
compare_named(const void *a, const void *b)
{
	const struct named *x = a, *y = b;

	return strcmp(x->text, y->text);
}

static struct named *
names_of(const struct judgement *j, enum subject_kind kind)
{
	struct named *names = memory_new(j->subjects.count[kind] + 1, sizeof(*names));

	for (uint32_t i = 0; i < j->subjects.count[kind]; i++) {
		judgement_subject_text(j, (struct subject){ kind, i, 0 }, names[i].text);
		names[i].index = i;
	}
	qsort(names, j->subjects.count[kind], sizeof(*names), compare_named);
	return names;
}

/* For each subject of now the one of before, NO_INDEX if there was none.  The caller frees. */
static uint32_t *
map_subjects(const struct judgement *now, const struct judgement *old, enum subject_kind kind)
{
	uint32_t count = now->subjects.count[kind], olds = old->subjects.count[kind];
	struct named *before = names_of(old, kind), wanted;
	uint32_t *map = memory_new(count + 1, sizeof(*map));

	for (uint32_t i = 0; i < count; i++) {
		const struct named *found;

		judgement_subject_text(now, (struct subject){ kind, i, 0 }, wanted.text);
		found = bsearch(&wanted, before, olds, sizeof(*before), compare_named);
		map[i] = found != NULL ? found->index : NO_INDEX;
	}
	free(before);
	return map;
}

static void
carry_control(struct judged_control *now, const struct judged_control *old, const uint32_t *map)
{
	for (uint32_t i = 0; i < now->cells && old->cell != NULL; i++) {
		if (map[i] == NO_INDEX)
			continue;
		now->count[now->cell[i].verdict]--;
		now->cell[i] = old->cell[map[i]];
		now->count[now->cell[i].verdict]++;
	}
}

static void
carry_lists(struct judgement *now, const struct judgement *old)
{
	now->waiver = memory_new(old->waivers + 1, sizeof(*now->waiver));
	now->change = memory_new(old->changes + 1, sizeof(*now->change));
	if (old->waivers > 0)
		memcpy(now->waiver, old->waiver, old->waivers * sizeof(*now->waiver));
	if (old->changes > 0)
		memcpy(now->change, old->change, old->changes * sizeof(*now->change));
	now->waivers = old->waivers;
	now->waiver_cap = old->waivers + 1;
	now->changes = old->changes;
	now->change_cap = old->changes + 1;
	now->change_total = old->change_total;
	now->anchor_seq = old->anchor_seq;
	now->gap_seq = old->gap_seq;
}

void
judgement_carry(struct judgement *now, const struct judgement *old, int64_t now_ms, uint64_t seq)
{
	uint32_t *map[SUBJECT_KINDS] = { NULL };

	for (uint32_t c = 0; c < now->controls; c++)
		for (uint32_t i = 0; i < now->control[c].cells; i++) {
			now->control[c].cell[i].since_ms = now_ms;
			now->control[c].cell[i].seq = seq;
		}
	if (old == NULL)
		return;
	for (uint32_t c = 0; c < now->controls; c++) {
		const struct pack_control *control = now->control[c].control;
		uint32_t before = judgement_find(old, control->id);

		if (before == UINT32_MAX || now->control[c].cell == NULL ||
		    old->control[before].control->subject != control->subject)
			continue;
		if (map[control->subject] == NULL)
			map[control->subject] = map_subjects(now, old, control->subject);
		carry_control(&now->control[c], &old->control[before], map[control->subject]);
	}
	for (int k = 0; k < SUBJECT_KINDS; k++)
		free(map[k]);
	carry_lists(now, old);
}

static void
twin_control(struct judged_control *now, const struct judged_control *old)
{
	if (now->cell == NULL)
		return;
	memcpy(now->cell, old->cell, now->cells * sizeof(*now->cell));
	memcpy(now->next_ms, old->next_ms, now->cells * sizeof(*now->next_ms));
	memcpy(now->count, old->count, sizeof(now->count));
}

static void
twin_quantifier(const struct judgement *j, struct quantifier *now, const struct quantifier *old)
{
	uint32_t elements = j->subjects.count[now->kind], cells = j->control[now->control].cells;

	memcpy(now->tally, old->tally, cells * sizeof(*now->tally));
	memcpy(now->element, old->element, elements * sizeof(*now->element));
	memcpy(now->next_ms, old->next_ms, elements * sizeof(*now->next_ms));
}

struct judgement *
judgement_twin(const struct judgement *old)
{
	struct judgement *now = judgement_again(old->subjects.plan, old);

	for (uint32_t c = 0; c < now->controls; c++)
		twin_control(&now->control[c], &old->control[c]);
	for (uint32_t q = 0; q < now->quantifiers; q++)
		twin_quantifier(now, &now->quantifier[q], &old->quantifier[q]);
	standing_copy(&now->standing, &old->standing, &now->subjects);
	now->deadlines.item = memory_new(old->deadlines.count + 1, sizeof(*now->deadlines.item));
	if (old->deadlines.count > 0)
		memcpy(now->deadlines.item, old->deadlines.item,
		    old->deadlines.count * sizeof(*now->deadlines.item));
	now->deadlines.count = old->deadlines.count;
	now->deadlines.cap = old->deadlines.count + 1;
	carry_lists(now, old);
	return now;
}
