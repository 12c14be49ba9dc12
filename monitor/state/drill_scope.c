/* SPDX-License-Identifier: Apache-2.0 */
/* To which targets of a carrier's plan a scenario happens; see drill_scope(). */
#include <stdlib.h>
#include <string.h>

#include "monitor/state/drill.h"

struct scope { const struct plan *plan; bool *in; };

static const struct plan_instance *
instance_of(const struct scope *s, uint32_t target)
{
	return &s->plan->instance[s->plan->target[target].instance];
}

static const struct plan_site *
site_of(const struct scope *s, uint32_t target)
{
	return &s->plan->site[instance_of(s, target)->site];
}

/* Two targets are of the same thing, and it is one that has a name. */
static bool
same(const struct scope *s, const char *what, uint32_t a, uint32_t b)
{
	const struct plan_site *x = site_of(s, a), *y = site_of(s, b);

	if (strcmp(what, "region") == 0)
		return x->provider[0] != '\0' && strcmp(x->provider, y->provider) == 0 &&
		    strcmp(x->region, y->region) == 0;
	if (strcmp(what, "provider") == 0)
		return x->provider[0] != '\0' && strcmp(x->provider, y->provider) == 0;
	if (strcmp(what, "site") == 0)
		return x == y;
	if (strcmp(what, "replica_set") == 0)
		return instance_of(s, a)->replica_set[0] != '\0' &&
		    strcmp(instance_of(s, a)->replica_set, instance_of(s, b)->replica_set) == 0;
	return strcmp(what, "instance") == 0 && instance_of(s, a) == instance_of(s, b);
}

/* Instances that are of the same thing as the target; each has its targets together or apart. */
static uint32_t
weight(const struct scope *s, const char *what, uint32_t target)
{
	bool *seen = memory_new(s->plan->instances + 1, sizeof(*seen));
	uint32_t count = 0;

	for (uint32_t i = 0; i < s->plan->targets; i++) {
		uint32_t instance = s->plan->target[i].instance;

		if (seen[instance] || !same(s, what, target, i))
			continue;
		seen[instance] = true;
		count++;
	}
	free(seen);
	return count;
}

/* The one with most instances; of several the first in the plan. */
static bool
take_largest(const struct scope *s, const char *what)
{
	uint32_t best = 0, most = 0;
	bool *done = memory_new(s->plan->targets + 1, sizeof(*done));

	for (uint32_t i = 0; i < s->plan->targets; i++) {
		uint32_t count = done[i] ? 0 : weight(s, what, i);

		for (uint32_t j = i; count > 0 && j < s->plan->targets; j++)
			done[j] = done[j] || same(s, what, i, j);
		if (count > most) {
			most = count;
			best = i;
		}
	}
	free(done);
	for (uint32_t i = 0; most > 0 && i < s->plan->targets; i++)
		s->in[i] = same(s, what, best, i);
	return most > 0;
}

static bool
is_named(const struct scope *s, uint32_t i, struct bytes kind, const char *name)
{
	const struct plan_instance *instance = instance_of(s, i);
	const struct { const char *kind, *name; } is[] = {
		{ "target", s->plan->target[i].name }, { "probe", s->plan->target[i].probe },
		{ "instance", instance->name }, { "replica_set", instance->replica_set },
		{ "function", function_name(instance->function) },
		{ "site", site_of(s, i)->name }, { "provider", site_of(s, i)->provider },
		{ "region", site_of(s, i)->region },
	};

	for (size_t k = 0; k < sizeof(is) / sizeof(is[0]); k++)
		if (bytes_equal(kind, bytes_of_text(is[k].kind)))
			return is[k].name[0] != '\0' && strcmp(is[k].name, name) == 0;
	return false;
}

static bool
take_word(const struct scope *s, const char *word)
{
	const char *colon = strchr(word, ':');
	bool any = false;

	if (colon == NULL)
		return take_largest(s, word);
	for (uint32_t i = 0; i < s->plan->targets; i++) {
		s->in[i] = is_named(s, i, bytes_of(word, (size_t)(colon - word)), colon + 1);
		any |= s->in[i];
	}
	return any;
}

enum err
drill_scope(const struct drill *drill, const struct plan *plan, bool *in, struct why *why)
{
	const struct scope s = { .plan = plan, .in = in };
	const char *list = drill->of[0] != '\0' ? drill->of : drill->where;
	char word[NAME_MAX_LEN + 32];

	for (uint32_t i = 0; i < plan->targets; i++)
		in[i] = false;
	while (*list != '\0') {
		size_t len = strcspn(list, " ");

		if (len > 0 && len < sizeof(word)) {
			memcpy(word, list, len);
			word[len] = '\0';
			if (take_word(&s, word))
				return ERR_OK;
		}
		list += len + (list[len] == ' ');
	}
	return why_set(why, ERR_NOT_FOUND, "the scenario %s has nothing to happen to: this "
	    "configuration has no target of \"%.100s\"; name one with --of KIND:NAME", drill->id,
	    drill->of[0] != '\0' ? drill->of : drill->where);
}
