/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Site registers of targets that judge evidence of hardware: the seal that stands beside the
 * register and the site of the instance stand in the plan as if they had been written out, so that
 * a record of the configuration says what was asked.
 */
#include <stdio.h>
#include <string.h>

#include "monitor/daemon/config_part.h"

static void
fill(struct config_group *own, const char *name, const char *value, unsigned line)
{
	for (size_t i = 0; own->rows != NULL && own->rows[i].name != NULL && i < OPTION_MAX; i++)
		if (strcmp(own->rows[i].name, name) == 0) {
			own->value[i] = value;
			own->line[i] = line;
		}
}

void
config_register_fill(struct config_reader *reader, struct config_group *own,
    const struct plan_target *target)
{
	const struct plan *plan = reader->plan;
	const char *path = config_group_text(own, "register");
	unsigned line = config_group_line(own, "register");
	uint32_t site = plan->instance[target->instance].site;
	char seal[PATH_TEXT_MAX];

	if (path[0] == '\0')
		return;
	if (!config_group_given(own, "register_seal")) {
		if (snprintf(seal, sizeof(seal), "%s.p7s", path) >= PATH_TEXT_MAX) {
			config_fault(reader, line, "the path of register is too long for its seal "
			    "beside it");
			return;
		}
		path = plan_text(reader->plan, bytes_of_text(seal));
		fill(own, "register_seal", path, line);
		config_file_note(reader, "register_seal", path, line);
	}
	if (!config_group_given(own, "site") && site < plan->sites)
		fill(own, "site", plan->site[site].name, line);
	else if (config_group_given(own, "site") &&
	    config_site_find(plan, config_group_text(own, "site")) == UINT32_MAX)
		config_fault(reader, config_group_line(own, "site"), "there is no site \"%.100s\"; "
		    "add it to sites", config_group_text(own, "site"));
}
