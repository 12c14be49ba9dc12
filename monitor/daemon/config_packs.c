/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Control packs: a name is looked for where an installation or a build tree keeps packs, a path is
 * taken as it is.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "monitor/base/file.h"
#include "monitor/daemon/config_part.h"
#include "monitor/state/pack.h"

/* The absolute path of a pack in the plan's memory; "" with a fault. */
static const char *
pack_path(struct config_reader *reader, const char *name, unsigned line)
{
	char folder[PATH_TEXT_MAX], file[NAME_MAX_LEN + 8], path[PATH_TEXT_MAX];
	const char *found;

	if (strchr(name, '/') != NULL) {
		found = config_path(reader, name);
		if (found[0] == '\0')
			config_fault(reader, line, "the path of a pack is too long");
		return found;
	}
	config_data_folder("packs", "SEKIMORI_PACKS", folder);
	if (name[0] == '\0' || name[0] == '.' || strlen(name) >= NAME_MAX_LEN) {
		config_fault(reader, line, "\"%.60s\" is neither the name of a pack nor a path "
		    "with a slash", name);
		return "";
	}
	snprintf(file, sizeof(file), "%s.pack", name);
	if (!file_path(path, sizeof(path), folder, file) || access(path, R_OK) != 0) {
		config_fault(reader, line, "there is no pack \"%s\" in %.200s; a file elsewhere "
		    "is named by its path", name, folder);
		return "";
	}
	return plan_text(reader->plan, bytes_of_text(path));
}

static bool
read_pack(struct config_reader *reader, const struct conf_node *node)
{
	static const struct option_row row = { .name = "packs", .type = OPTION_FILE };
	struct plan *plan = reader->plan;
	struct why why;
	const char *path;

	if (conf_kind(node) != CONF_TEXT) {
		config_fault(reader, conf_line(node), "an entry of packs must be %s, not %s",
		    conf_kind_text(CONF_TEXT), conf_kind_text(conf_kind(node)));
		return false;
	}
	if (option_check(&row, conf_text(node), &why) != ERR_OK) {
		config_fault(reader, conf_line(node), "%s", why.text);
		return false;
	}
	path = pack_path(reader, conf_text(node), conf_line(node));
	if (path[0] == '\0')
		return false;
	config_file_note(reader, row.name, path, conf_line(node));
	plan->pack[plan->packs++].path = path;
	return true;
}

void
config_read_packs(struct config_reader *reader, const struct conf_node *root)
{
	struct config_name *names;
	const struct conf_node *list = config_section_list(reader, root, "packs", &names);
	struct plan *plan = reader->plan;

	if (list == NULL)
		return;
	plan->pack = plan_array(plan, conf_count(list), sizeof(*plan->pack));
	for (size_t i = 0; i < conf_count(list); i++)
		if (read_pack(reader, conf_at(list, i)))
			names[plan->packs - 1] = (struct config_name){
			    plan->pack[plan->packs - 1].path, conf_line(conf_at(list, i)) };
	config_names_unique(reader, names, plan->packs, "pack");
	free(names);
}

/* An id says what a waiver or a filing speaks of, so no two controls share one. */
static void
check_ids(struct config_reader *reader, struct pack *const *pack, uint32_t packs, unsigned line)
{
	const struct pack *newest = pack[packs - 1];

	for (uint32_t p = 0; p + 1 < packs; p++)
		for (uint32_t i = 0; pack[p] != NULL && i < pack[p]->controls; i++)
			for (uint32_t k = 0; k < newest->controls; k++)
				if (strcmp(pack[p]->control[i].id, newest->control[k].id) == 0)
					config_fault(reader, line, "packs %s and %s both have a "
					    "control %s", pack[p]->id, newest->id,
					    newest->control[k].id);
}

/* A value that no control could read would be as if nothing were declared, without a word. */
static void
check_declared(struct config_reader *reader, const struct pack_item *item)
{
	const struct plan *plan = reader->plan;
	int64_t number;

	for (uint32_t i = 0; i < plan->declarations; i++) {
		const char *value = plan->declaration[i].value, *wanted = NULL;

		if (strcmp(plan->declaration[i].id, item->id) != 0 || value[0] == '\0')
			continue;
		if (item->type == FACT_TYPE_flag && strcmp(value, "true") != 0 &&
		    strcmp(value, "false") != 0)
			wanted = "\"true\" or \"false\"";
		else if (item->type == FACT_TYPE_int && integer_read(value, &number) != ERR_OK)
			wanted = "a whole number";
		else if (item->type == FACT_TYPE_time && date_read(value, &number, NULL) != ERR_OK)
			wanted = "a date";
		if (wanted != NULL)
			config_fault(reader, reader->declaration_line[i], "the value of \"%s\" "
			    "must be %s, not \"%.60s\": %s", item->id, wanted, value, item->title);
	}
}

void
config_packs_check(struct config_reader *reader)
{
	struct pack *pack[PLAN_PACK_MAX] = { NULL };
	struct plan *plan = reader->plan;
	struct buffer octets = { .max = 0 };
	struct why why = { .err = ERR_OK };

	for (uint32_t i = 0; i < plan->packs; i++) {
		unsigned line = config_file_line(reader, plan->pack[i].path);
		const char *name = strrchr(plan->pack[i].path, '/');

		plan->pack[i].id = plan->pack[i].edition = "";
		plan->pack[i].hash = config_file_hash(reader, plan->pack[i].path, &octets);
		/* One that is not there or empty was told already. */
		if (octets.len == 0 || plan->pack[i].hash[0] == '\0')
			continue;
		if (pack_read(name != NULL ? name + 1 : plan->pack[i].path,
		    bytes_of_buffer(&octets), &pack[i], &why) != ERR_OK) {
			config_fault(reader, line, "%s", why.text);
			pack[i] = NULL;
			continue;
		}
		plan->pack[i].id = plan_text(plan, bytes_of_text(pack[i]->id));
		plan->pack[i].edition = plan_text(plan, bytes_of_text(pack[i]->edition));
		check_ids(reader, pack, i + 1, line);
		for (uint32_t k = 0; k < pack[i]->declarations; k++)
			check_declared(reader, &pack[i]->declaration[k]);
	}
	for (uint32_t i = 0; i < plan->packs; i++)
		pack_free(pack[i]);
	buffer_free(&octets);
}
