/* SPDX-License-Identifier: Apache-2.0 */
/* The rules for finding configuration and state, once for all commands. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "monitor/base/conf.h"
#include "monitor/base/file.h"
#include "monitor/base/place.h"
#include "monitor/base/places.h"

enum { CONFIG_OCTETS_MAX = 16 << 20 };

static bool
copy(char out[PATH_TEXT_MAX], const char *text)
{
	return (size_t)snprintf(out, PATH_TEXT_MAX, "%s", text) < PATH_TEXT_MAX;
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
		return why_set(why, ERR_INVALID, "no state folder is known: set monitor.state in %s",
		    place->config);
	if (!file_path(place->ledger, PATH_TEXT_MAX, place->state, "ledger.db") ||
	    !file_path(place->cache, PATH_TEXT_MAX, place->state, "cache"))
		return why_set(why, ERR_LIMIT, "the path of the state folder is too long");
	return ERR_OK;
}
