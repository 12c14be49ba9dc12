/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys whose custody is declared.  What a key protects, who sees it and which document speaks of
 * it must be there: a slip of the pen would leave a key unprotected on paper and unseen.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "monitor/base/comma.h"
#include "monitor/daemon/config_part.h"
#include "monitor/daemon/config_rows.h"
#include "monitor/state/custody.h"

#define PROTECTED_KINDS "store instance target"

/* A name of the list as text; false, with a fault, if it is longer than any name. */
static bool
word_take(struct config_reader *reader, const struct config_group *group, const char *row,
    struct bytes word, char *out, size_t out_len)
{
	if (word.len >= out_len) {
		config_fault(reader, config_group_line(group, row), "%s has a name that is too "
		    "long: \"%.40s...\"", row, (const char *)word.at);
		return false;
	}
	snprintf(out, out_len, "%.*s", (int)word.len, (const char *)word.at);
	return true;
}

/* "provider:NAME" must be there; a third party must not look like one of the other two. */
static void
check_party(struct config_reader *reader, const struct config_subjects *subjects,
    const struct config_group *group, const char *row)
{
	const char *text = config_group_text(group, row);
	bool mistaken = strcasecmp(text, "carrier") == 0 || strncasecmp(text, "provider", 8) == 0;

	if (strncmp(text, "provider:", 9) == 0) {
		(void)config_subject_check(reader, subjects, group, row, "provider");
		return;
	}
	for (uint32_t i = 0; i < reader->plan->sites; i++)
		mistaken |= text[0] != '\0' && strcmp(text, reader->plan->site[i].provider) == 0;
	if (mistaken && strcmp(text, "carrier") != 0)
		config_fault(reader, config_group_line(group, row), "%s = \"%.100s\" would be a "
		    "third party of that name; write \"carrier\" or \"provider:NAME\"", row, text);
}

static void
check_protects(struct config_reader *reader, const struct config_subjects *subjects,
    const struct config_group *group)
{
	const char *list = config_group_text(group, "protects");
	struct bytes word;
	uint32_t count = 0;

	while (comma_next(&list, &word)) {
		char name[2 * NAME_MAX_LEN];

		count++;
		if (word_take(reader, group, "protects", word, name, sizeof(name)))
			(void)config_subject_name(reader, subjects, config_group_line(group,
			    "protects"), "protects", name, PROTECTED_KINDS);
	}
	if (count == 0 && config_group_given(group, "protects"))
		config_fault(reader, config_group_line(group, "protects"), "protects names "
		    "nothing; write it as \"store:NAME, instance:NAME\"");
}

static const struct plan_target *
target_named(const struct plan *plan, const char *name)
{
	for (uint32_t i = 0; i < plan->targets; i++)
		if (strcmp(plan->target[i].name, name) == 0)
			return &plan->target[i];
	return NULL;
}

static void
check_seen_by(struct config_reader *reader, const struct config_group *group)
{
	const char *list = config_group_text(group, "seen_by");
	unsigned line = config_group_line(group, "seen_by");
	uint32_t count = 0;
	struct bytes word;

	while (comma_next(&list, &word)) {
		char name[NAME_MAX_LEN];
		const struct plan_target *target;

		if (++count == CUSTODY_SIGHTS + 1)
			config_fault(reader, line, "seen_by names more than %d targets",
			    CUSTODY_SIGHTS);
		if (!word_take(reader, group, "seen_by", word, name, sizeof(name)))
			continue;
		target = target_named(reader->plan, name);
		if (target == NULL)
			config_fault(reader, line, "seen_by names the target \"%s\", and there is "
			    "none of that name", name);
		else if (!plan_target_has_key(target) && strcmp(target->probe, "inventory") != 0)
			config_fault(reader, line, "the target \"%s\" of probe \"%s\" says "
			    "nothing of a key; seen_by takes targets of probe token, witness, "
			    "drop or inventory", name, target->probe);
	}
}

static void
check_document(struct config_reader *reader, const struct config_group *group)
{
	const char *id = config_group_text(group, "document");

	for (uint32_t i = 0; i < reader->plan->documents; i++)
		if (strcmp(reader->plan->document[i].id, id) == 0)
			return;
	if (id[0] != '\0')
		config_fault(reader, config_group_line(group, "document"), "there is no document "
		    "\"%.100s\"; add it to documents", id);
}

static void
read_key(struct config_reader *reader, const struct config_subjects *subjects,
    const struct config_group *group, struct plan_key *key)
{
	*key = (struct plan_key){ .name = config_group_text(group, "name"),
		.kind = config_group_text(group, "kind"),
		.holder = config_group_text(group, "holder"),
		.host = config_group_text(group, "host"),
		.protects = config_group_text(group, "protects"),
		.seen_by = config_group_text(group, "seen_by"),
		.module = config_group_text(group, "module"),
		.firmware = config_group_text(group, "firmware"),
		.serial = config_group_text(group, "serial"),
		.validation = config_group_text(group, "validation"),
		.document = config_group_text(group, "document"),
		.rotation_ms = config_group_number(group, "rotation"),
		.ceremony = config_group_flag(group, "ceremony") };
	check_party(reader, subjects, group, "holder");
	check_party(reader, subjects, group, "host");
	check_protects(reader, subjects, group);
	check_seen_by(reader, group);
	check_document(reader, group);
}

void
config_read_keys(struct config_reader *reader, const struct conf_node *root)
{
	struct config_name *names;
	const struct conf_node *list = config_section_list(reader, root, "keys", &names);
	struct plan *plan = reader->plan;
	struct config_subjects subjects;

	if (list == NULL)
		return;
	config_subjects_make(plan, &subjects);
	plan->key = plan_array(plan, conf_count(list), sizeof(*plan->key));
	for (size_t i = 0; i < conf_count(list); i++) {
		struct config_group group;

		if (!config_entry_read(reader, list, i, config_key_rows, NULL, &group))
			continue;
		read_key(reader, &subjects, &group, &plan->key[plan->keys]);
		names[plan->keys++] = (struct config_name){ config_group_text(&group, "name"),
			conf_line(group.node) };
	}
	config_names_unique(reader, names, plan->keys, "key");
	config_subjects_free(&subjects);
	free(names);
}
