/* SPDX-License-Identifier: Apache-2.0 */
/* The rules for finding configuration and state, once for all commands. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "monitor/base/conf.h"
#include "monitor/base/file.h"
#include "monitor/base/place.h"
#include "monitor/base/places.h"

static bool
copy(char out[PATH_TEXT_MAX], const char *text)
{
	return (size_t)snprintf(out, PATH_TEXT_MAX, "%s", text) < PATH_TEXT_MAX;
}

/* A relative state folder is relative to the configuration's, as the daemon takes it. */
static bool
state_below(const char *config, const char *state, char out[PATH_TEXT_MAX])
{
	char real[PATH_MAX];
	char *slash;

	if (state[0] == '/')
		return copy(out, state);
	if (realpath(config, real) == NULL)
		return false;
	slash = strrchr(real, '/');
	slash[slash == real ? 1 : 0] = '\0';
	while (strncmp(state, "./", 2) == 0)
		state += 2;
	return file_path(out, PATH_TEXT_MAX, real, state);
}

/* monitor.state of the configuration into place->state, if it says so. */
static enum err
state_of_config(struct place *place, struct why *why)
{
	struct buffer octets = { .max = 0 };
	const struct conf_node *monitor, *state;
	struct conf *conf = NULL;
	enum err err = file_read(place->config, CONFIG_MAX, &octets, why);

	if (err == ERR_OK)
		err = conf_read(place->config, bytes_of_buffer(&octets), &conf, why);
	buffer_free(&octets);
	if (err != ERR_OK)
		return err;
	monitor = conf_member(conf_root(conf), "monitor");
	state = monitor != NULL ? conf_member(monitor, "state") : NULL;
	if (state != NULL && (conf_kind(state) != CONF_TEXT || conf_text(state)[0] == '\0' ||
	    !state_below(place->config, conf_text(state), place->state)))
		err = why_set(why, ERR_INVALID, "%s: monitor.state is not a path", place->config);
	conf_free(conf);
	return err;
}

enum err
place_find(struct place *place, const char *config, const char *state, struct why *why)
{
	enum err err;

	*place = (struct place){ .config = "" };
	place_config(place->config);
	place_state(place->state);
	if ((config != NULL && !copy(place->config, config)) ||
	    (state != NULL && !copy(place->state, state)))
		return why_set(why, ERR_LIMIT, "a path is longer than %d octets", PATH_TEXT_MAX);
	if (state == NULL && (config != NULL || access(place->config, R_OK) == 0)) {
		err = state_of_config(place, why);
		if (err != ERR_OK) {
			why->err = ERR_INVALID;
			return ERR_INVALID;
		}
	}
	if (place->state[0] == '\0')
		return why_set(why, ERR_INVALID,
		    "no state folder is known: set monitor.state in %s",
		    place->config);
	if (!file_path(place->ledger, PATH_TEXT_MAX, place->state, "ledger.db") ||
	    !file_path(place->cache, PATH_TEXT_MAX, place->state, "cache"))
		return why_set(why, ERR_LIMIT, "the path of the state folder is too long");
	return ERR_OK;
}
