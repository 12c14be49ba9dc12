/* SPDX-License-Identifier: Apache-2.0 */
/* See subject.h: a sorted table of words. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/intake/subject.h"

struct name { char *word; const char *of; };	/* of: "" if it is ambiguous */

struct subject_names {
	struct name  *name;
	size_t        count, cap;
	struct plan  *plan;	/* texts of subjects, in its memory */
};

static void
add(struct subject_names *s, struct bytes word, const char *of)
{
	char *copy;

	while (word.len > 0 && isspace(word.at[0]))
		word = bytes_slice(word, 1, word.len);
	while (word.len > 0 && isspace(word.at[word.len - 1]))
		word.len--;
	if (word.len == 0)
		return;
	if (s->count == s->cap) {
		s->cap = s->cap > 0 ? 2 * s->cap : 256;
		s->name = memory_resize(s->name, s->cap, sizeof(*s->name));
	}
	copy = memory_text(word);
	for (char *at = copy; *at != '\0'; at++)
		*at = (char)tolower((unsigned char)*at);
	s->name[s->count++] = (struct name){ .word = copy, .of = of };
}

static void
add_list(struct subject_names *s, const char *list, const char *of)
{
	while (*list != '\0') {
		size_t len = strcspn(list, ",");

		add(s, bytes_of(list, len), of);
		list += len + (list[len] == ',');
	}
}

static const char *
subject_text(struct subject_names *s, const char *kind, const char *name)
{
	char text[INCOMING_SUBJECT];

	snprintf(text, sizeof(text), "%s:%s", kind, name);
	return plan_text(s->plan, bytes_of_text(text));
}

static int
by_word(const void *a, const void *b)
{
	const struct name *x = a, *y = b;
	int order = strcmp(x->word, y->word);

	return order != 0 ? order : strcmp(x->of, y->of);
}

/* Once each; a word of two subjects is nobody's, but stays: its shorter form is not tried. */
static void
settle(struct subject_names *s)
{
	size_t kept = 0;

	if (s->count > 0)
		qsort(s->name, s->count, sizeof(*s->name), by_word);
	for (size_t i = 0; i < s->count; i++) {
		struct name *last = kept > 0 ? &s->name[kept - 1] : NULL;

		if (last == NULL || strcmp(last->word, s->name[i].word) != 0) {
			s->name[kept++] = s->name[i];
			continue;
		}
		if (strcmp(last->of, s->name[i].of) != 0)
			last->of = "";
		free(s->name[i].word);
	}
	s->count = kept;
}

/* "site:tokyo": whoever writes subjects as records have them is taken by the word. */
static void
add_whole(struct subject_names *s, const char *kind, const char *name)
{
	const char *text = subject_text(s, kind, name);

	add(s, bytes_of_text(text), text);
}

static void
add_all_whole(struct subject_names *s, const struct plan *plan)
{
	for (uint32_t i = 0; i < plan->instances; i++)
		add_whole(s, "instance", plan->instance[i].name);
	for (uint32_t i = 0; i < plan->sites; i++)
		add_whole(s, "site", plan->site[i].name);
	for (uint32_t i = 0; i < plan->providers; i++)
		add_whole(s, "provider", plan->provider[i].name);
	for (uint32_t i = 0; i < plan->services; i++)
		add_whole(s, "service", plan->service[i].name);
	for (uint32_t i = 0; i < plan->sets; i++)
		add_whole(s, "replica_set", plan->set[i].name);
	for (uint32_t i = 0; i < plan->targets; i++)
		add_whole(s, "target", plan->target[i].name);
}

struct subject_names *
subject_names_new(const struct plan *plan)
{
	struct subject_names *s = memory_new(1, sizeof(*s));
	const char **of = memory_new(plan->instances + 1, sizeof(*of));

	s->plan = plan_new();
	for (uint32_t i = 0; i < plan->instances; i++) {
		const struct plan_instance *instance = &plan->instance[i];

		of[i] = subject_text(s, "instance", instance->name);
		add(s, bytes_of_text(instance->name), of[i]);
		add(s, bytes_of_text(instance->nf_instance_id), of[i]);
		add_list(s, instance->aliases, of[i]);
	}
	for (uint32_t i = 0; i < plan->targets; i++)
		if (plan->target[i].instance < plan->instances)
			add(s, bytes_of_text(plan->target[i].address),
			    of[plan->target[i].instance]);
	free(of);
	add_all_whole(s, plan);
	settle(s);
	return s;
}

void
subject_names_free(struct subject_names *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->count; i++)
		free(s->name[i].word);
	free(s->name);
	plan_free(s->plan);
	free(s);
}

static const char *
find(const struct subject_names *s, const char *word)
{
	size_t low = 0, high = s->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(s->name[middle].word, word);

		if (order == 0)
			return s->name[middle].of;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* Takes ":9100" and brackets off; false if there were none. */
static bool
port_cut(char *word)
{
	char *colon = strrchr(word, ':');

	if (colon == NULL || colon == word || strspn(colon + 1, "0123456789") !=
	    strlen(colon + 1) || (strchr(word, ':') != colon && word[0] != '['))
		return false;
	*colon = '\0';
	if (word[0] == '[' && colon[-1] == ']') {
		colon[-1] = '\0';
		memmove(word, word + 1, strlen(word));
	}
	return true;
}

const char *
subject_of(const struct subject_names *s, struct bytes word)
{
	char text[INCOMING_SUBJECT];
	const char *found;
	char *dot;

	if (word.len == 0 || word.len >= sizeof(text) || memchr(word.at, '\0', word.len) != NULL)
		return "";
	for (size_t i = 0; i < word.len; i++)
		text[i] = (char)tolower(word.at[i]);
	text[word.len] = '\0';
	found = find(s, text);
	if (found == NULL && port_cut(text))
		found = find(s, text);
	dot = strchr(text, '.');
	if (found == NULL && dot != NULL && !isdigit((unsigned char)text[0])) {
		*dot = '\0';
		found = find(s, text);
	}
	return found != NULL ? found : "";
}

void
subject_put(const struct subject_names *s, const char *fixed, const struct bytes *word,
    size_t words, struct incoming *in)
{
	const char *subject = fixed;

	for (size_t i = 0; i < words && subject[0] == '\0'; i++)
		subject = subject_of(s, word[i]);
	if (subject[0] == '\0')
		subject = subject_of(s, bytes_of_text(in->sender));
	snprintf(in->subject, sizeof(in->subject), "%s", subject);
}
