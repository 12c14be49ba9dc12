/* SPDX-License-Identifier: Apache-2.0 */
/* The lists and lookups of one plan.  A plan made by hand may leave texts out: they read as "". */
#include <stdlib.h>
#include <string.h>

#include "monitor/state/plan_view.h"

static const char *
given(const char *text)
{
	return text != NULL ? text : "";
}

static void
view_sites(struct plan_view *view)
{
	const struct plan *plan = view->plan;
	uint32_t at = 0;

	view->of_site = memory_new(plan->sites, sizeof(*view->of_site));
	view->site_instance = memory_new(plan->instances, sizeof(*view->site_instance));
	view->provider = memory_new(plan->sites, sizeof(*view->provider));
	for (uint32_t i = 0; i < plan->instances; i++)
		view->of_site[plan->instance[i].site].count++;
	for (uint32_t i = 0; i < plan->sites; i++) {
		struct buffer text = { 0 };

		view->of_site[i].at = at;
		at += view->of_site[i].count;
		view->of_site[i].count = 0;
		buffer_print(&text, "provider:%s", given(plan->site[i].provider));
		view->provider[i] = given(plan->site[i].provider)[0] == '\0' ? GRAPH_NONE :
		    graph_find(view->graph, buffer_text(&text));
		buffer_free(&text);
	}
	for (uint32_t i = 0; i < plan->instances; i++) {
		struct index_range *range = &view->of_site[plan->instance[i].site];

		view->site_instance[range->at + range->count++] = i;
	}
}

struct order { const char *text; uint32_t key, index; };

static int
by_order(const void *a, const void *b)
{
	const struct order *x = a, *y = b;
	int order;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	order = strcmp(x->text, y->text);
	return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

static void
view_endpoint(struct plan_view *view, uint32_t at, uint32_t count)
{
	bool several = false;

	for (uint32_t i = at + 1; i < at + count; i++)
		several |= view->vantage[view->instance_target[i]] !=
		    view->vantage[view->instance_target[at]];
	for (uint32_t i = at; i < at + count; i++) {
		uint32_t target = view->instance_target[i];

		view->endpoint[target] = (struct index_range){ at, count };
		view->several[target] = several;
	}
}

/* An endpoint without a name is its target alone. */
static bool
same_endpoint(const struct order *a, const struct order *b)
{
	return a->key == b->key && a->text[0] != '\0' && strcmp(a->text, b->text) == 0;
}

static uint32_t
vantage_of(const struct plan *plan, const struct plan_target *target)
{
	const char *name = given(target->vantage);

	for (uint32_t i = 0; name[0] != '\0' && i < plan->vantage_count; i++)
		if (strcmp(plan->vantages[i].name, name) == 0)
			return i + 1;
	return 0;
}

static void
view_targets(struct plan_view *view)
{
	const struct plan *plan = view->plan;
	struct order *order = memory_new(plan->targets, sizeof(*order));
	uint32_t first = 0;

	view->of_instance = memory_new(plan->instances, sizeof(*view->of_instance));
	view->instance_target = memory_new(plan->targets, sizeof(*view->instance_target));
	view->endpoint = memory_new(plan->targets, sizeof(*view->endpoint));
	view->several = memory_new(plan->targets, sizeof(*view->several));
	view->vantage = memory_new(plan->targets, sizeof(*view->vantage));
	for (uint32_t i = 0; i < plan->targets; i++) {
		view->vantage[i] = vantage_of(plan, &plan->target[i]);
		order[i] = (struct order){ .text = given(plan->target[i].endpoint),
			.key = plan->target[i].instance, .index = i };
	}
	if (plan->targets > 1)
		qsort(order, plan->targets, sizeof(*order), by_order);
	for (uint32_t i = 0; i < plan->targets; i++) {
		struct index_range *range = &view->of_instance[order[i].key];

		if (range->count++ == 0)
			range->at = i;
		view->instance_target[i] = order[i].index;
		if (i + 1 == plan->targets || !same_endpoint(&order[i], &order[i + 1])) {
			view_endpoint(view, first, i + 1 - first);
			first = i + 1;
		}
	}
	free(order);
}

static void
view_names(struct plan_view *view)
{
	const struct plan *plan = view->plan;
	struct order *order = memory_new(plan->targets, sizeof(*order));

	view->by_name = memory_new(plan->targets, sizeof(*view->by_name));
	for (uint32_t i = 0; i < plan->targets; i++)
		order[i] = (struct order){ .text = given(plan->target[i].name), .index = i };
	if (plan->targets > 1)
		qsort(order, plan->targets, sizeof(*order), by_order);
	for (uint32_t i = 0; i < plan->targets; i++)
		view->by_name[i] = order[i].index;
	free(order);
}

struct plan_view *
plan_view_new(struct plan *plan)
{
	struct plan_view *view = memory_new(1, sizeof(*view));

	view->owners = 1;
	view->plan = plan_hold(plan);
	view->graph = graph_new(plan);
	view_sites(view);
	view_targets(view);
	view_names(view);
	return view;
}

struct plan_view *
plan_view_hold(struct plan_view *view)
{
	view->owners++;
	return view;
}

void
plan_view_free(struct plan_view *view)
{
	if (view == NULL || --view->owners > 0)
		return;
	free(view->site_instance);
	free(view->of_site);
	free(view->instance_target);
	free(view->of_instance);
	free(view->endpoint);
	free(view->several);
	free(view->provider);
	free(view->vantage);
	free(view->by_name);
	graph_free(view->graph);
	plan_free(view->plan);
	free(view);
}

uint32_t
plan_view_set(const struct plan_view *view, uint32_t instance)
{
	return graph_set_of(view->graph, graph_of(view->graph, GRAPH_INSTANCE, instance));
}

struct subject_ref
ref_of_target(uint32_t target)
{
	return (struct subject_ref){ .kind = REF_TARGET, .target = target };
}

struct subject_ref
ref_of_node(uint32_t node)
{
	return (struct subject_ref){ .kind = node == GRAPH_NONE ? REF_NONE : REF_NODE,
		.node = node };
}

static struct subject_ref
find_target(const struct plan_view *view, const char *name)
{
	uint32_t low = 0, high = view->plan->targets;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (strcmp(given(view->plan->target[view->by_name[middle]].name), name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == view->plan->targets ||
	    strcmp(given(view->plan->target[view->by_name[low]].name), name) != 0)
		return (struct subject_ref){ .kind = REF_NONE };
	return ref_of_target(view->by_name[low]);
}

struct subject_ref
plan_view_find(const struct plan_view *view, const char *subject)
{
	if (strncmp(subject, "target:", 7) == 0)
		return find_target(view, subject + 7);
	return ref_of_node(graph_find(view->graph, subject));
}

/* From a target to its instance, from there to its site and the site's provider. */
static bool
instance_within(const struct plan_view *view, uint32_t instance, uint32_t outer)
{
	uint32_t site = view->plan->instance[instance].site;

	return graph_of(view->graph, GRAPH_INSTANCE, instance) == outer ||
	    plan_view_set(view, instance) == outer ||
	    graph_of(view->graph, GRAPH_SITE, site) == outer || view->provider[site] == outer;
}

bool
subject_within(const struct plan_view *view, struct subject_ref inner, struct subject_ref outer)
{
	const struct graph_node *node;

	if (inner.kind == REF_NONE || outer.kind == REF_NONE)
		return false;
	if (inner.kind == REF_TARGET)
		return outer.kind == REF_TARGET ? inner.target == outer.target :
		    instance_within(view, view->plan->target[inner.target].instance, outer.node);
	if (outer.kind == REF_TARGET)
		return false;
	if (inner.node == outer.node)
		return true;
	node = graph_node(view->graph, inner.node);
	if (node->index == GRAPH_NONE)
		return false;
	if (node->kind == GRAPH_INSTANCE)
		return instance_within(view, node->index, outer.node);
	return node->kind == GRAPH_SITE && view->provider[node->index] == outer.node;
}
