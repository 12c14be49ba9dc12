/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The section "seal".  Key and PIN are only named: who seals opens them, and the daemon, which may
 * run as another user, neither reads nor checks them.  What could be a secret itself is refused,
 * because the plan is recorded.
 */
#include <string.h>

#include "monitor/daemon/config_part.h"
#include "monitor/daemon/config_rows.h"

static bool
is_uri(const char *key)
{
	return strncmp(key, "pkcs11:", 7) == 0;
}

static void
secrets_check(struct config_reader *reader, const struct config_group *group,
    const struct plan_seal *seal)
{
	if (strstr(seal->key, "pin-value") != NULL)
		config_fault(reader, config_group_line(group, "key"), "key holds a PIN, and the "
		    "configuration is recorded; name a file of it with pin");
	else if (seal->key[0] != '\0' && seal->key[0] != '/' && !is_uri(seal->key))
		config_fault(reader, config_group_line(group, "key"), "key must be the absolute "
		    "path of a file, or begin with \"pkcs11:\"");
	if (seal->pin[0] != '\0' && seal->pin[0] != '/')
		config_fault(reader, config_group_line(group, "pin"), "pin must be the absolute "
		    "path of a file: a secret itself has no place in a configuration, which is "
		    "recorded");
}

static void
authority_check(struct config_reader *reader, const struct config_group *group,
    const struct plan_seal *seal)
{
	const struct plan *plan = reader->plan;

	for (uint32_t i = 0; i < plan->authorities; i++)
		if (strcmp(plan->authority[i].name, seal->authority) == 0)
			return;
	if (seal->authority[0] != '\0')
		config_fault(reader, config_group_line(group, "authority"), "there is no "
		    "authority \"%.100s\" in this configuration", seal->authority);
}

void
config_read_seal(struct config_reader *reader, const struct conf_node *root)
{
	struct plan *plan = reader->plan;
	struct plan_seal *seal;
	struct config_group group;

	/* An empty group, as "init" writes it, says nothing. */
	if (!config_section_group(reader, root, "seal", config_seal_rows, &group) ||
	    conf_count(group.node) == 0)
		return;
	plan->seal = seal = plan_array(plan, 1, sizeof(*plan->seal));
	plan->seals = 1;
	*seal = (struct plan_seal){ .certificate = config_group_text(&group, "certificate"),
	    .chain = config_group_text(&group, "chain"), .key = config_group_text(&group, "key"),
	    .pin = config_group_text(&group, "pin"),
	    .authority = config_group_text(&group, "authority"),
	    .paths = config_group_text(&group, "paths"),
	    .environment = config_group_text(&group, "environment"),
	    .network = strcmp(config_group_text(&group, "network"), "true") == 0 };
	if (seal->certificate[0] == '\0' || seal->key[0] == '\0')
		config_fault(reader, conf_line(group.node),
		    "a seal needs both certificate and key");
	secrets_check(reader, &group, seal);
	authority_check(reader, &group, seal);
}
