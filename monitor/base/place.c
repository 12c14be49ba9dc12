/* SPDX-License-Identifier: Apache-2.0 */
/* The rules for finding configuration and state, once for all commands. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "monitor/base/conf.h"
#include "monitor/base/file.h"
#include "monitor/base/place.h"

enum { CONFIG_OCTETS_MAX = 16 << 20 };

static const char system_config[] = "/etc/sekimori/sekimori.conf";
static const char system_state[] = "/var/lib/sekimori";

static bool
is_system(void)
{
	return geteuid() == 0 || access(system_config, F_OK) == 0;
}

static bool
copy(char out[PATH_TEXT_MAX], const char *text)
{
	return (size_t)snprintf(out, PATH_TEXT_MAX, "%s", text) < PATH_TEXT_MAX;
}

static enum err
defaults(struct place *place, struct why *why)
{
	const char *home = getenv("HOME");

	if (is_system()) {
		copy(place->config, system_config);
		copy(place->state, system_state);
		return ERR_OK;
	}
	if (home == NULL || home[0] != '/')
		return why_set(why, ERR_INVALID, "HOME is not set; say where the configuration is with -c");
	if (!file_path(place->config, PATH_TEXT_MAX, home, ".config/sekimori/sekimori.conf") ||
	    !file_path(place->state, PATH_TEXT_MAX, home, ".local/state/sekimori"))
		return why_set(why, ERR_LIMIT, "HOME is too long");
	return ERR_OK;
}

/* monitor.state of the configuration into place->state, if it says so. */
static enum err
state_of_config(struct place *place, struct why *why)
{
	struct buffer octets = { .max = 0 };
	const struct conf_node *monitor, *state;
	struct conf *conf = NULL;
	enum err err = file_read(place->config, CONFIG_OCTETS_MAX, &octets, why);

	if (err == ERR_OK)
		err = conf_read(place->config, bytes_of_buffer(&octets), &conf, why);
	buffer_free(&octets);
	if (err != ERR_OK)
		return err;
	monitor = conf_member(conf_root(conf), "monitor");
	state = monitor != NULL ? conf_member(monitor, "state") : NULL;
	if (state != NULL && (conf_kind(state) != CONF_TEXT || !copy(place->state, conf_text(state))))
		err = why_set(why, ERR_INVALID, "%s: monitor.state is not a path", place->config);
	conf_free(conf);
	return err;
}

enum err
place_find(struct place *place, const char *config, const char *state, struct why *why)
{
	enum err err = ERR_OK;

	*place = (struct place){ .config = "" };
	if (config == NULL || state == NULL)
		err = defaults(place, why);
	/* What was given makes up for a default that is not there. */
	if (err != ERR_OK && config == NULL && state == NULL)
		return err;
	if ((config != NULL && !copy(place->config, config)) || (state != NULL && !copy(place->state, state)))
		return why_set(why, ERR_LIMIT, "a path is longer than %d octets", PATH_TEXT_MAX);
	if (state == NULL && (config != NULL || access(place->config, R_OK) == 0)) {
		err = state_of_config(place, why);
		if (err != ERR_OK) {
			why->err = ERR_INVALID;
			return ERR_INVALID;
		}
	}
	if (place->state[0] == '\0')
		return why_set(why, ERR_INVALID, "no state folder is known: set monitor.state in %s",
		    place->config);
	if (!file_path(place->ledger, PATH_TEXT_MAX, place->state, "ledger.db") ||
	    !file_path(place->cache, PATH_TEXT_MAX, place->state, "cache"))
		return why_set(why, ERR_LIMIT, "the path of the state folder is too long");
	return ERR_OK;
}
