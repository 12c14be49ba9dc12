/* SPDX-License-Identifier: Apache-2.0 */
/* What the carrier declares of its data: encrypted at rest with whose key, and closed in use. */
#include <string.h>

#include "monitor/daemon/config_part.h"
#include "monitor/daemon/config_rows.h"
#include "monitor/state/enclosure.h"

/* Documents are a later section: looked for by config_enclosure_check(). */
static const char *
document_note(struct config_reader *reader, const struct config_group *group, const char *row)
{
	const char *id = config_group_text(group, row);

	if (id[0] == '\0')
		return id;
	reader->named = memory_resize(reader->named, reader->names + 1, sizeof(*reader->named));
	reader->named[reader->names++] = (struct config_name){ id, config_group_line(group, row) };
	return id;
}

void
config_rest_read(struct config_reader *reader, const struct conf_node *entry,
    struct plan_store *store)
{
	const struct conf_node *node = conf_member(entry, "at_rest");
	struct config_group group;
	const char *encrypted;

	store->key = store->rest_document = "";
	if (node == NULL)
		return;
	if (conf_kind(node) != CONF_GROUP) {
		config_fault(reader, conf_line(node), "at_rest must be a group in { }, not %s",
		    conf_kind_text(conf_kind(node)));
		return;
	}
	config_group_read(reader, node, config_rest_rows, &group);
	config_group_unknown(reader, node, config_rest_rows, NULL, NULL);
	encrypted = config_group_text(&group, "encrypted");
	store->encrypted = encrypted[0] == '\0' ? REST_UNSAID :
	    config_group_flag(&group, "encrypted") ? REST_YES : REST_NO;
	store->key_holder = key_holder_find(bytes_of_text(config_group_text(&group, "holder")));
	store->key = config_group_text(&group, "key");
	store->rest_document = document_note(reader, &group, "document");
	if (store->encrypted == REST_NO && (store->key_holder != KEY_HOLDER_UNSAID ||
	    store->key[0] != '\0'))
		config_fault(reader, config_group_line(&group, store->key[0] != '\0' ? "key" :
		    "holder"), "what is not encrypted has no key: take holder and key away, or "
		    "say encrypted = true");
}

void
config_use_read(struct config_reader *reader, const struct config_group *group,
    struct plan_instance *instance)
{
	instance->in_use = use_level_find(bytes_of_text(config_group_text(group, "in_use")));
	instance->use_document = document_note(reader, group, "in_use_document");
	if (instance->use_document[0] != '\0' && instance->in_use == USE_LEVEL_UNSAID)
		config_fault(reader, config_group_line(group, "in_use_document"), "in_use_document "
		    "says how in_use is known, and in_use is not given");
}

void
config_enclosure_check(struct config_reader *reader)
{
	const struct plan *plan = reader->plan;

	for (size_t i = 0; i < reader->names; i++) {
		bool found = false;

		for (uint32_t d = 0; d < plan->documents && !found; d++)
			found = strcmp(plan->document[d].id, reader->named[i].name) == 0;
		if (!found)
			config_fault(reader, reader->named[i].line, "there is no document "
			    "\"%.100s\"; add it to documents", reader->named[i].name);
	}
}
