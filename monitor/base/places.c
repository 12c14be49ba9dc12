/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Default places.  What root would use is taken by everybody who can: an operator who may read
 * the service's ledger looks at that one, not at an empty one of his own.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "monitor/base/places.h"

/* The XDG variable if it is an absolute path, as its specification asks; else below HOME. */
static void
place_of_user(const char *variable, const char *below, const char *name, char out[PATH_TEXT_MAX])
{
	const char *base = getenv(variable), *home = getenv("HOME");
	int len;

	if (base != NULL && base[0] == '/')
		len = snprintf(out, PATH_TEXT_MAX, "%s/%s", base, name);
	else
		len = snprintf(out, PATH_TEXT_MAX, "%s/%s/%s",
		    home != NULL && home[0] == '/' ? home : "/", below, name);
	if (len >= PATH_TEXT_MAX)
		snprintf(out, PATH_TEXT_MAX, "/%s", name);
}

void
place_config(char out[PATH_TEXT_MAX])
{
	static const char common[] = "/etc/sekimori/sekimori.conf";

	if (geteuid() == 0 || access(common, R_OK) == 0)
		snprintf(out, PATH_TEXT_MAX, "%s", common);
	else
		place_of_user("XDG_CONFIG_HOME", ".config", "sekimori/sekimori.conf", out);
}

void
place_state(char out[PATH_TEXT_MAX])
{
	static const char common[] = "/var/lib/sekimori";

	if (geteuid() == 0 || access(common, R_OK | X_OK) == 0)
		snprintf(out, PATH_TEXT_MAX, "%s", common);
	else
		place_of_user("XDG_STATE_HOME", ".local/state", "sekimori", out);
}

static bool
programs_in(const char *folder, const char *below, const char *name, char out[PATH_TEXT_MAX])
{
	char path[2 * PATH_TEXT_MAX];
	int len = snprintf(path, sizeof(path), "%s%s/%s", folder, below, name);

	if (len < 0 || len >= PATH_TEXT_MAX || access(path, X_OK) != 0)
		return false;
	snprintf(out, PATH_TEXT_MAX, "%.*s", len - (int)strlen(name) - 1, path);
	return true;
}

void
place_programs(const char *name, char out[PATH_TEXT_MAX])
{
	char program[PATH_TEXT_MAX];
	ssize_t len = readlink("/proc/self/exe", program, sizeof(program) - 1);
	char *slash;

	snprintf(out, PATH_TEXT_MAX, "%s/libexec/sekimori", PREFIX);
	if (len <= 0)
		return;
	program[len] = '\0';
	slash = strrchr(program, '/');
	if (slash == NULL)
		return;
	*slash = '\0';
	if (programs_in(program, "", name, out))
		return;
	slash = strrchr(program, '/');
	if (slash == NULL)
		return;
	*slash = '\0';
	programs_in(program, "/libexec/sekimori", name, out);
}

void
place_data(const char *kind, const char *variable, char out[PATH_TEXT_MAX])
{
	static const char *const beside[] = { "../share/sekimori", "../../monitor/state" };
	const char *given = getenv(variable);
	char program[PATH_TEXT_MAX], path[2 * PATH_TEXT_MAX];
	ssize_t len = readlink("/proc/self/exe", program, sizeof(program) - 1);
	char *slash;

	if (given != NULL && given[0] == '/') {
		snprintf(out, PATH_TEXT_MAX, "%s", given);
		return;
	}
	program[len > 0 ? len : 0] = '\0';
	slash = strrchr(program, '/');
	for (size_t i = 0; slash != NULL && i < sizeof(beside) / sizeof(beside[0]); i++) {
		int size = snprintf(path, sizeof(path), "%.*s/%s/%s", (int)(slash - program),
		    program, beside[i], kind);

		if (size > 0 && size < PATH_TEXT_MAX && access(path, X_OK) == 0) {
			snprintf(out, PATH_TEXT_MAX, "%.*s", size, path);
			return;
		}
	}
	snprintf(out, PATH_TEXT_MAX, "%s/share/sekimori/%s", PREFIX, kind);
}
