/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration of an exercise: the carrier's own, with a state folder, key and origin of the
 * exercise, one worker that plays, and nothing that could reach anybody: no listener, no source,
 * no authority, and no notice unless it was asked for.  Written by "sekimori drill".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/file.h"
#include "monitor/daemon/config_drill.h"
#include "monitor/daemon/config_part.h"
#include "monitor/state/drill.h"


bool
config_is_drill(const struct conf_node *root)
{
	return conf_member(root, "drill") != NULL;
}

/* The plan has room for one more document: it is recorded with the configuration. */
static enum err
scenario_add(struct plan *plan, const char *path, struct why *why)
{
	struct plan_document *list = plan_array(plan, plan->documents + 1, sizeof(*list));
	struct buffer octets = { .max = 0 };
	struct drill *drill = NULL;
	bool *in = memory_new(plan->targets + 1, sizeof(*in));
	char hex[HASH_TEXT];
	enum err err = file_read(path, DRILL_FILE_MAX, &octets, why);

	if (err == ERR_OK && plan->documents == PLAN_DOCUMENT_MAX)
		err = why_set(why, ERR_LIMIT, "the configuration names %d documents, and the "
		    "scenario would be one more", PLAN_DOCUMENT_MAX);
	if (err == ERR_OK)
		err = drill_read(bytes_of_buffer(&octets), path, &drill, why);
	if (err == ERR_OK)
		err = drill_scope(drill, plan, in, why);
	if (err == ERR_OK) {
		hash_text(hash_of(bytes_of_buffer(&octets)), hex);
		if (plan->documents > 0)
			memcpy(list, plan->document, plan->documents * sizeof(*list));
		list[plan->documents++] = (struct plan_document){ .id = DRILL_DOCUMENT,
		    .title = plan_text(plan, bytes_of_text(drill->title)), .author = "",
		    .path = plan_text(plan, bytes_of_text(path)),
		    .hash = plan_text(plan, bytes_of_text(hex)) };
		plan->document = list;
		plan->drill = plan_text(plan, bytes_of_text(drill->id));
	}
	drill_free(drill);
	buffer_free(&octets);
	free(in);
	return err;
}

/* Nothing of the world reaches it, and nothing of it the world, but notices that were asked for:
 * who watches from outside hears no heartbeat of an exercise. */
static void
plan_close(struct plan *plan, bool notify)
{
	uint32_t kept;

	plan->listeners = plan->sources = plan->authorities = plan->seals = 0;
	plan->workers = 1;
	plan->token_workers = plan->inventory_workers = 0;
	plan->newest_note = "";
	kept = 0;
	for (uint32_t i = 0; i < plan->channels && notify; i++)
		if (strcmp(plan->channel[i].kind, "heartbeat") != 0)
			plan->channel[kept++] = plan->channel[i];
	plan->channels = kept;
}

static enum err
origin_make(struct config *config, struct why *why)
{
	char origin[sizeof(config->origin)];

	snprintf(origin, sizeof(origin), "%s", config->origin);
	if (snprintf(config->origin, sizeof(config->origin), DRILL_ORIGIN "%s", origin) >=
	    (int)sizeof(config->origin))
		return why_set(why, ERR_LIMIT, "ledger.origin is too long to be that of a drill");
	return ERR_OK;
}

static enum err
folder_make(struct config *config, const char *folder, struct why *why)
{
	if (file_path(config->state, sizeof(config->state), folder, "state") &&
	    file_path(config->key, sizeof(config->key), folder, "signing-key.pem"))
		return ERR_OK;
	return why_set(why, ERR_LIMIT, "the path of the exercise is too long");
}

enum err
config_drill_load(const struct conf_node *root, const char *folder, struct config *config,
    struct config_faults *faults, struct why *why)
{
	const struct conf_node *group = conf_member(root, "drill");
	const char *base = conf_text(conf_member(group, "config"));
	const char *scenario = conf_text(conf_member(group, "scenario"));
	enum err err;

	if (conf_kind(group) != CONF_GROUP || base[0] != '/' || scenario[0] != '/')
		return why_set(why, ERR_INVALID, "the section drill needs config and scenario, "
		    "both absolute paths; \"sekimori drill\" writes it");
	err = config_load(base, config, faults, why);
	if (err != ERR_OK)
		return err;
	if (config->plan->drill[0] != '\0')
		err = why_set(why, ERR_INVALID, "%.300s is the configuration of an exercise "
		    "itself: name the carrier's own", base);
	if (err == ERR_OK)
		err = folder_make(config, folder, why);
	if (err == ERR_OK)
		err = origin_make(config, why);
	plan_close(config->plan, conf_flag(conf_member(group, "notify")));
	if (err == ERR_OK)
		err = scenario_add(config->plan, scenario, why);
	if (err != ERR_OK) {
		plan_free(config->plan);
		config->plan = NULL;
	}
	return err;
}
