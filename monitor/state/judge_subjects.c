/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which subjects there are, what belongs to what, and the counts that follow from health: who is
 * up where.  A change of one target costs a few additions.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/base/comma.h"
#include "monitor/state/judge_private.h"

static uint32_t
find_or_add(const char **names, uint32_t *count, const char *name)
{
	for (uint32_t i = 0; i < *count; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	names[*count] = name;
	return (*count)++;
}

static const char *
class_list(const struct plan_class *class, bool regions)
{
	return regions ? class->regions : class->jurisdictions;
}

/* A class that approves whole providers or own premises has no list of regions. */
static bool
approves_otherwise(const struct plan *plan, uint64_t mask)
{
	for (uint32_t i = 0; i < plan->classes; i++)
		if ((mask >> i & 1) != 0 &&
		    (plan->class[i].providers[0] != '\0' || plan->class[i].own))
			return true;
	return false;
}

/* What every data class of the mask allows, as a CBOR array; nothing without a class. */
static void
put_allowed(const struct plan *plan, uint64_t mask, bool regions, struct buffer *out)
{
	struct buffer items = { 0 };
	const char *first;
	struct bytes word;
	uint64_t count = 0;

	if (mask == 0 || (regions && approves_otherwise(plan, mask)))
		return;
	first = class_list(&plan->class[__builtin_ctzll(mask)], regions);
	while (comma_next(&first, &word)) {
		bool everywhere = true;

		for (uint32_t i = 0; i < plan->classes; i++)
			if ((mask >> i & 1) != 0)
				everywhere &= comma_has(class_list(&plan->class[i], regions), word);
		if (!everywhere)
			continue;
		cbor_put_text(&items, word);
		count++;
	}
	cbor_put_array(out, count);
	buffer_put(out, items.at, items.len);
	buffer_free(&items);
}

static void
put_classes(const struct plan *plan, uint64_t mask, struct buffer *out)
{
	if (mask == 0)
		return;
	cbor_put_array(out, (uint64_t)__builtin_popcountll(mask));
	for (uint32_t i = 0; i < plan->classes; i++)
		if ((mask >> i & 1) != 0)
			cbor_put_cstr(out, plan->class[i].name);
}

static void
make_sites(struct subjects *s, const struct plan *plan)
{
	s->provider = memory_new(plan->sites + 1, sizeof(*s->provider));
	s->provider_of = memory_new(plan->sites, sizeof(*s->provider_of));
	s->region_of = memory_new(plan->sites, sizeof(*s->region_of));
	s->declared = memory_new(plan->sites, sizeof(*s->declared));
	for (uint32_t i = 0; i < plan->sites; i++) {
		const struct plan_site *site = &plan->site[i];

		s->provider_of[i] = site->provider[0] == '\0' ? NO_INDEX :
		    find_or_add(s->provider, &s->count[SUBJECT_PROVIDER], site->provider);
		if (site->region[0] != '\0')
			buffer_print(&s->declared[i], "%s/%s", site->provider[0] != '\0' ?
			    site->provider : "own", site->region);
		/* A site without a region is one by itself. */
		s->region_of[i] = s->regions++;
		for (uint32_t j = 0; j < i && s->declared[i].len > 0; j++)
			if (bytes_equal(bytes_of_buffer(&s->declared[i]),
			    bytes_of_buffer(&s->declared[j]))) {
				s->region_of[i] = s->region_of[j];
				s->regions--;
				break;
			}
	}
}

struct by_name { const char *name; uint32_t index; };

static int
compare_names(const void *a, const void *b)
{
	const struct by_name *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

/* Sets are numbered by the first instance that names them. */
static void
make_sets(struct subjects *s, const struct plan *plan)
{
	struct by_name *sorted = memory_new(plan->instances + 1, sizeof(*sorted));
	uint32_t *first = memory_new(plan->instances + 1, sizeof(*first)), named = 0;

	s->set = memory_new(plan->instances + 1, sizeof(*s->set));
	s->set_of = memory_new(plan->instances, sizeof(*s->set_of));
	for (uint32_t i = 0; i < plan->instances; i++) {
		s->set_of[i] = NO_INDEX;
		if (plan->instance[i].replica_set[0] != '\0')
			sorted[named++] = (struct by_name){ plan->instance[i].replica_set, i };
	}
	qsort(sorted, named, sizeof(*sorted), compare_names);
	for (uint32_t i = 0, begin = 0; i < named; i++) {
		if (strcmp(sorted[i].name, sorted[begin].name) != 0)
			begin = i;
		first[sorted[i].index] = sorted[begin].index;
	}
	for (uint32_t i = 0; i < plan->instances; i++) {
		if (plan->instance[i].replica_set[0] == '\0')
			continue;
		if (first[i] == i) {
			s->set[s->count[SUBJECT_REPLICA_SET]] = plan->instance[i].replica_set;
			s->set_of[i] = s->count[SUBJECT_REPLICA_SET]++;
		} else {
			s->set_of[i] = s->set_of[first[i]];
		}
	}
	free(sorted);
	free(first);
}

static void
make_instances(struct subjects *s, const struct plan *plan)
{
	s->data = memory_new(plan->instances, sizeof(*s->data));
	s->approved = memory_new(plan->instances, sizeof(*s->approved));
	s->jurisdictions = memory_new(plan->instances, sizeof(*s->jurisdictions));
	for (uint32_t i = 0; i < plan->instances; i++) {
		uint64_t mask = plan->instance[i].data;

		put_classes(plan, mask, &s->data[i]);
		put_allowed(plan, mask, true, &s->approved[i]);
		put_allowed(plan, mask, false, &s->jurisdictions[i]);
	}
	s->down_first = memory_new(plan->instances + 1, sizeof(*s->down_first));
	s->down = memory_new(plan->targets, sizeof(*s->down));
	for (uint32_t i = 0; i < plan->targets; i++)
		s->down_first[plan->target[i].instance + 1]++;
	for (uint32_t i = 0; i < plan->instances; i++)
		s->down_first[i + 1] += s->down_first[i];
	for (uint32_t i = plan->targets; i > 0; i--) {
		uint32_t instance = plan->target[i - 1].instance;

		/* From behind: the first of each instance ends where it began. */
		s->down[--s->down_first[instance + 1]] = i - 1;
	}
	/* The counting above moved each end to its begin. */
	for (uint32_t i = 0; i < plan->instances; i++)
		s->down_first[i] = s->down_first[i + 1];
	s->down_first[plan->instances] = plan->targets;
}

static void
make_stores(struct subjects *s, const struct plan *plan)
{
	s->store_data = memory_new(plan->stores, sizeof(*s->store_data));
	s->store_approved = memory_new(plan->stores, sizeof(*s->store_approved));
	s->store_jurisdictions = memory_new(plan->stores, sizeof(*s->store_jurisdictions));
	for (uint32_t i = 0; i < plan->stores; i++) {
		put_classes(plan, plan->store[i].data, &s->store_data[i]);
		put_allowed(plan, plan->store[i].data, true, &s->store_approved[i]);
		put_allowed(plan, plan->store[i].data, false, &s->store_jurisdictions[i]);
	}
}

static int
target_named(const struct plan *plan, const struct by_name *sorted, struct bytes name)
{
	uint32_t low = 0, high = plan->targets;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (bytes_compare(bytes_of_text(sorted[middle].name), name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < plan->targets && bytes_equal(bytes_of_text(sorted[low].name), name))
		return (int)sorted[low].index;
	return -1;
}

static int
compare_bytewise(const void *a, const void *b)
{
	const struct by_name *x = a, *y = b;

	return bytes_compare(bytes_of_text(x->name), bytes_of_text(y->name));
}

/* For target_named(); the caller frees.  NULL is an empty plan. */
static struct by_name *
sorted_targets(const struct plan *plan)
{
	uint32_t targets = plan != NULL ? plan->targets : 0;
	struct by_name *sorted = memory_new(targets + 1, sizeof(*sorted));

	for (uint32_t i = 0; i < targets; i++)
		sorted[i] = (struct by_name){ plan->target[i].name, i };
	qsort(sorted, targets, sizeof(*sorted), compare_bytewise);
	return sorted;
}

static void
make_wires(struct subjects *s, const struct plan *plan)
{
	struct by_name *sorted = sorted_targets(plan);
	uint32_t keys = s->count[SUBJECT_KEY], wires = 0, cap = 0;

	s->wire_first = memory_new(keys + 1, sizeof(*s->wire_first));
	for (uint32_t k = 0; k < keys; k++) {
		const char *list = plan_option(&plan->target[s->target_of[k]], "wire", "");
		struct bytes word;

		s->wire_first[k] = wires;
		while (comma_next(&list, &word)) {
			int found = target_named(plan, sorted, word);

			if (wires == cap) {
				cap = cap * 2 + 8;
				s->wire = memory_resize(s->wire, cap, sizeof(*s->wire));
			}
			s->wire[wires++] = found < 0 ? NO_INDEX : (uint32_t)found;
			if (found >= 0)
				s->is_wire[found] = true;
		}
	}
	s->wire_first[keys] = wires;
	free(sorted);
}

static void
make_keys(struct subjects *s, const struct plan *plan)
{
	s->key_of = memory_new(plan->targets, sizeof(*s->key_of));
	s->target_of = memory_new(plan->targets + 1, sizeof(*s->target_of));
	s->is_wire = memory_new(plan->targets, sizeof(*s->is_wire));
	for (uint32_t i = 0; i < plan->targets; i++) {
		bool key = plan_target_has_key(&plan->target[i]);

		s->key_of[i] = key ? s->count[SUBJECT_KEY] : NO_INDEX;
		if (key)
			s->target_of[s->count[SUBJECT_KEY]++] = i;
	}
	make_wires(s, plan);
}

static void
make_sights(struct subjects *s, const struct plan *plan)
{
	struct by_name *sorted = sorted_targets(plan->keys > 0 ? plan : NULL);

	s->is_sight = memory_new(plan->targets + 1, sizeof(*s->is_sight));
	for (uint32_t k = 0; k < plan->keys; k++) {
		const char *list = plan->key[k].seen_by;
		struct bytes word;

		while (comma_next(&list, &word)) {
			int found = target_named(plan, sorted, word);

			if (found >= 0)
				s->is_sight[found] = true;
		}
	}
	free(sorted);
}

void
subjects_make(struct subjects *s, const struct plan *plan)
{
	struct plan *held = plan_hold((struct plan *)(uintptr_t)plan);

	*s = (struct subjects){ .plan = held };
	s->count[SUBJECT_CARRIER] = 1;
	s->count[SUBJECT_FUNCTION] = FUNCTION_COUNT;
	s->count[SUBJECT_SITE] = plan->sites;
	s->count[SUBJECT_INSTANCE] = plan->instances;
	s->count[SUBJECT_TARGET] = plan->targets;
	s->count[SUBJECT_STORE] = plan->stores;
	s->count[SUBJECT_CUSTODY] = plan->keys;
	make_sites(s, plan);
	make_sets(s, plan);
	make_instances(s, plan);
	make_stores(s, plan);
	make_keys(s, plan);
	make_sights(s, plan);
}

static void
buffers_free(struct buffer *buffer, uint32_t count)
{
	for (uint32_t i = 0; buffer != NULL && i < count; i++)
		buffer_free(&buffer[i]);
	free(buffer);
}

void
subjects_free(struct subjects *s)
{
	if (s->plan == NULL)
		return;
	buffers_free(s->declared, s->plan->sites);
	buffers_free(s->data, s->plan->instances);
	buffers_free(s->approved, s->plan->instances);
	buffers_free(s->jurisdictions, s->plan->instances);
	buffers_free(s->store_data, s->plan->stores);
	buffers_free(s->store_approved, s->plan->stores);
	buffers_free(s->store_jurisdictions, s->plan->stores);
	free(s->provider);
	free(s->provider_of);
	free(s->region_of);
	free(s->set);
	free(s->set_of);
	free(s->down_first);
	free(s->down);
	free(s->key_of);
	free(s->target_of);
	free(s->is_wire);
	free(s->is_sight);
	free(s->wire);
	free(s->wire_first);
	plan_free(s->plan);
	*s = (struct subjects){ .plan = NULL };
}

/* The store a target or key belongs to; NO_INDEX for those of an instance, and for others. */
static uint32_t
store_of(const struct subjects *s, struct subject subject)
{
	uint32_t target = subject.kind == SUBJECT_KEY ? s->target_of[subject.index] :
	    subject.kind == SUBJECT_TARGET ? subject.index : NO_INDEX;

	return target != NO_INDEX && s->plan->target[target].store > 0 ?
	    s->plan->target[target].store - 1 : NO_INDEX;
}

/* The instance a target, key, store or instance is or belongs to; NO_INDEX for others. */
static uint32_t
instance_of(const struct subjects *s, struct subject subject)
{
	switch (subject.kind) {
	case SUBJECT_KEY:
		return s->plan->target[s->target_of[subject.index]].instance;
	case SUBJECT_TARGET:
		return s->plan->target[subject.index].instance;
	case SUBJECT_STORE:
		return s->plan->store[subject.index].instance;
	case SUBJECT_INSTANCE:
		return subject.index;
	default:
		return NO_INDEX;
	}
}

/* A store stands on its own site, and so do its targets. */
static uint32_t
site_of(const struct subjects *s, struct subject subject, uint32_t instance)
{
	uint32_t store = subject.kind == SUBJECT_STORE ? subject.index : store_of(s, subject);

	return subject.kind == SUBJECT_SITE ? subject.index :
	    store != NO_INDEX ? s->plan->store[store].site :
	    instance != NO_INDEX ? s->plan->instance[instance].site : NO_INDEX;
}

bool
subjects_above(const struct subjects *s, struct subject subject, enum subject_kind kind,
    struct subject *out)
{
	uint32_t instance = instance_of(s, subject), site, index = NO_INDEX;

	*out = subject;
	if (kind == subject.kind)
		return true;
	site = site_of(s, subject, instance);
	if (kind == SUBJECT_CARRIER)
		index = 0;
	else if (kind == SUBJECT_PROVIDER && site != NO_INDEX)
		index = s->provider_of[site];
	else if (kind == SUBJECT_SITE)
		index = site;
	else if (kind == SUBJECT_INSTANCE)
		index = instance;
	else if (kind == SUBJECT_STORE)
		index = store_of(s, subject);
	else if (kind == SUBJECT_FUNCTION && instance != NO_INDEX)
		index = (uint32_t)s->plan->instance[instance].function;
	else if (kind == SUBJECT_REPLICA_SET && instance != NO_INDEX)
		index = s->set_of[instance];
	*out = (struct subject){ kind, index, 0 };
	return index != NO_INDEX;
}
