/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of legal duties, and where data files of an installation are.  A name is looked for where
 * an installation or a build tree keeps such files, a path is taken as it is; without a section
 * the file that comes with the program is taken, so that no clock is missing for want of a line.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "monitor/base/file.h"
#include "monitor/base/places.h"
#include "monitor/daemon/config_part.h"
#include "monitor/state/duty_rules.h"

static const char shipped[] = "jp-telecom";

void
config_data_folder(const char *kind, const char *variable, char out[PATH_TEXT_MAX])
{
	place_data(kind, variable, out);
}

/* The absolute path in the plan's memory; "" with a fault. */
static const char *
duties_path(struct config_reader *reader, const char *name, unsigned line)
{
	char folder[PATH_TEXT_MAX], file[NAME_MAX_LEN + 8], path[PATH_TEXT_MAX];
	const char *found;

	if (strchr(name, '/') != NULL) {
		found = config_path(reader, name);
		if (found[0] == '\0')
			config_fault(reader, line, "the path of a file of duties is too long");
		return found;
	}
	config_data_folder("duties", "SEKIMORI_DUTIES", folder);
	if (name[0] == '\0' || name[0] == '.' || strlen(name) >= NAME_MAX_LEN) {
		config_fault(reader, line, "\"%.60s\" is neither the name of a file of duties nor "
		    "a path with a slash", name);
		return "";
	}
	snprintf(file, sizeof(file), "%s.duty", name);
	if (!file_path(path, sizeof(path), folder, file) || access(path, R_OK) != 0) {
		config_fault(reader, line, "there is no file of duties \"%s\" in %.200s; a file "
		    "elsewhere is named by its path", name, folder);
		return "";
	}
	return plan_text(reader->plan, bytes_of_text(path));
}

static void
duties_add(struct config_reader *reader, const char *path, unsigned line)
{
	struct plan *plan = reader->plan;

	config_file_note(reader, "duties", path, line);
	plan->duties[plan->duty_files++].path = path;
}

static void
duties_read(struct config_reader *reader, const struct conf_node *node, struct config_name *name)
{
	static const struct option_row row = { .name = "duties", .type = OPTION_FILE };
	struct why why;
	const char *path;

	*name = (struct config_name){ .name = "", .line = conf_line(node) };
	if (conf_kind(node) != CONF_TEXT) {
		config_fault(reader, conf_line(node), "an entry of duties must be %s, not %s",
		    conf_kind_text(CONF_TEXT), conf_kind_text(conf_kind(node)));
		return;
	}
	if (option_check(&row, conf_text(node), &why) != ERR_OK) {
		config_fault(reader, conf_line(node), "%s", why.text);
		return;
	}
	path = duties_path(reader, conf_text(node), conf_line(node));
	if (path[0] == '\0')
		return;
	duties_add(reader, path, conf_line(node));
	name->name = path;
}

static void
duties_default(struct config_reader *reader)
{
	char folder[PATH_TEXT_MAX], path[PATH_TEXT_MAX], file[NAME_MAX_LEN];

	config_data_folder("duties", "SEKIMORI_DUTIES", folder);
	snprintf(file, sizeof(file), "%s.duty", shipped);
	if (file_path(path, sizeof(path), folder, file) && access(path, R_OK) == 0)
		duties_add(reader, plan_text(reader->plan, bytes_of_text(path)), 0);
}

void
config_read_duties(struct config_reader *reader, const struct conf_node *root)
{
	const struct conf_node *node = conf_member(root, "duties"), *list;
	struct config_name names[PLAN_DUTY_FILES_MAX];
	struct plan *plan = reader->plan;

	plan->duties = plan_array(plan, PLAN_DUTY_FILES_MAX, sizeof(*plan->duties));
	if (node == NULL) {
		duties_default(reader);
		return;
	}
	if (conf_kind(node) == CONF_TEXT) {
		duties_read(reader, node, names);
		return;
	}
	list = config_list(reader, root, "duties", PLAN_DUTY_FILES_MAX);
	if (list == NULL)
		return;
	for (size_t i = 0; i < conf_count(list); i++)
		duties_read(reader, conf_at(list, i), &names[i]);
	config_names_unique(reader, names, conf_count(list), "file of duties");
}

/*
 * As who judges will read it; the text goes into the plan, so that a replay needs no file.  An id
 * says what a report speaks of, so no two files share one.
 */
static void
check_duties(struct config_reader *reader, uint32_t at, struct bytes octets)
{
	struct plan_duties *duties = &reader->plan->duties[at];
	const char *name = strrchr(duties->path, '/');
	unsigned line = config_file_line(reader, duties->path);
	struct duty_rules *rules;
	struct why why;

	if (octets.len > PLAN_DUTY_TEXT_MAX) {
		config_fault(reader, line, "%s has %zu octets, and a file of duties may have %d",
		    duties->path, octets.len, PLAN_DUTY_TEXT_MAX);
		return;
	}
	if (duty_rules_read(name != NULL ? name + 1 : duties->path, octets, &rules, &why) !=
	    ERR_OK) {
		config_fault(reader, line, "%s", why.text);
		return;
	}
	duties->id = plan_text(reader->plan, bytes_of_text(rules->id));
	duties->edition = plan_text(reader->plan, bytes_of_text(rules->edition));
	duties->text = plan_text(reader->plan, octets);
	duty_rules_free(rules);
	for (uint32_t i = 0; i < at; i++)
		if (strcmp(reader->plan->duties[i].id, duties->id) == 0)
			config_fault(reader, line, "%s and %s are both the duties \"%.60s\"",
			    reader->plan->duties[i].path, duties->path, duties->id);
}

void
config_duties_check(struct config_reader *reader)
{
	struct plan *plan = reader->plan;
	struct buffer octets = { .max = 0 };

	for (uint32_t i = 0; i < plan->duty_files; i++) {
		plan->duties[i].id = plan->duties[i].edition = plan->duties[i].text = "";
		plan->duties[i].hash = config_file_hash(reader, plan->duties[i].path, &octets);
		/* One that is not there or empty was told already. */
		if (octets.len > 0 && plan->duties[i].hash[0] != '\0')
			check_duties(reader, i, bytes_of_buffer(&octets));
	}
	buffer_free(&octets);
}
