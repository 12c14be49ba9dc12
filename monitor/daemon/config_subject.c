/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a setting can speak of as KIND:NAME.  Thousands of dependencies ask, so the names are
 * sorted once.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/daemon/config_part.h"

static void
add(struct config_subjects *subjects, const char *kind, const char *name)
{
	if (name[0] == '\0')
		return;
	buffer_print(&subjects->names, "%s:%s", kind, name);
	buffer_put_u8(&subjects->names, '\0');
	subjects->count++;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void
config_subjects_make(const struct plan *plan, struct config_subjects *out)
{
	const char *at;

	*out = (struct config_subjects){ .count = 0 };
	for (uint32_t i = 0; i < plan->services; i++)
		add(out, "service", plan->service[i].name);
	for (uint32_t i = 0; i < plan->sets; i++)
		add(out, "replica_set", plan->set[i].name);
	for (uint32_t i = 0; i < plan->instances; i++) {
		add(out, "replica_set", plan->instance[i].replica_set);
		add(out, "instance", plan->instance[i].name);
	}
	for (uint32_t i = 0; i < plan->sites; i++) {
		add(out, "site", plan->site[i].name);
		add(out, "provider", plan->site[i].provider);
	}
	for (uint32_t i = 0; i < plan->providers; i++)
		add(out, "provider", plan->provider[i].name);
	for (uint32_t i = 0; i < plan->stores; i++)
		add(out, "store", plan->store[i].name);
	for (uint32_t i = 0; i < plan->targets; i++)
		add(out, "target", plan->target[i].name);
	out->name = memory_new(out->count, sizeof(*out->name));
	at = (const char *)out->names.at;
	for (size_t i = 0; i < out->count; i++, at += strlen(at) + 1)
		out->name[i] = at;
	if (out->count > 0)
		qsort(out->name, out->count, sizeof(*out->name), by_text);
}

void
config_subjects_free(struct config_subjects *subjects)
{
	free(subjects->name);
	buffer_free(&subjects->names);
	*subjects = (struct config_subjects){ .count = 0 };
}

/* Whether the octets before the colon are one of the words. */
static bool
kind_known(const char *subject, size_t len, const char *kinds)
{
	for (const char *at = kinds; *at != '\0';) {
		size_t word = strcspn(at, " ");

		if (word == len && memcmp(at, subject, len) == 0)
			return true;
		at += word + strspn(at + word, " ");
	}
	return false;
}

/* "instance:NAME or site:NAME" */
static void
print_kinds(struct buffer *out, const char *kinds)
{
	for (const char *at = kinds; *at != '\0';) {
		size_t word = strcspn(at, " ");
		const char *next = at + word + strspn(at + word, " ");

		buffer_print(out, "%s%.*s:NAME", at == kinds ? "" : *next == '\0' ? " or " : ", ",
		    (int)word, at);
		at = next;
	}
}

bool
config_subject_name(struct config_reader *reader, const struct config_subjects *subjects,
    unsigned line, const char *row, const char *subject, const char *kinds)
{
	const char *colon = strchr(subject, ':');
	struct buffer known = { .max = 512 };

	if (colon == NULL || !kind_known(subject, (size_t)(colon - subject), kinds)) {
		print_kinds(&known, kinds);
		config_fault(reader, line, "%s is \"%.100s\" and must be %s", row, subject,
		    buffer_text(&known));
		buffer_free(&known);
		return false;
	}
	if (subjects->count > 0 && bsearch(&subject, subjects->name, subjects->count,
	    sizeof(*subjects->name), by_text) != NULL)
		return true;
	config_fault(reader, line, "there is no %.*s \"%.100s\"", (int)(colon - subject), subject,
	    colon + 1);
	return false;
}

bool
config_subject_check(struct config_reader *reader, const struct config_subjects *subjects,
    const struct config_group *group, const char *row, const char *kinds)
{
	const char *subject = config_group_text(group, row);

	return subject[0] == '\0' || config_subject_name(reader, subjects,
	    config_group_line(group, row), row, subject, kinds);
}
