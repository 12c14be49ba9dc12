/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The helper's sandbox, inside that of its worker: no core dump, bounded resources, no new
 * privileges, only the files that the module and the option "paths" need, no network unless the
 * option says so, no new process.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "monitor/base/limits.h"
#include "monitor/daemon/sandbox.h"
#include "monitor/token/token.h"

#define CALL(name, roles)
#include "monitor/daemon/sandbox_list.h"

enum {
	PATHS_MAX    = 64,
	CPU_S        = 60,
	DESCRIPTORS  = 256,
	MEMORY_MIB   = 2048,
	FILE_MIB     = 64
};

static void
limits_set(void)
{
	sandbox_limit(RLIMIT_CORE, 0);
	sandbox_limit(RLIMIT_CPU, CPU_S);
	sandbox_limit(RLIMIT_NOFILE, DESCRIPTORS);
	sandbox_limit(RLIMIT_FSIZE, (rlim_t)FILE_MIB << 20);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
	sandbox_limit(RLIMIT_AS, (rlim_t)MEMORY_MIB << 20);
#endif
}

/* The entries of a list with commas, blanks around them passed over; false: too many, too long. */
static bool
list_take(struct bytes list, void (*each)(void *arg, char *entry), void *arg)
{
	size_t entries = 0, at = 0;

	while (at < list.len) {
		char entry[PATH_TEXT_MAX];
		size_t len = 0;

		while (at < list.len && list.at[at] == ' ')
			at++;
		for (; at < list.len && list.at[at] != ','; at++) {
			if (len == sizeof(entry) - 1)
				return false;
			entry[len++] = (char)list.at[at];
		}
		at++;
		while (len > 0 && entry[len - 1] == ' ')
			len--;
		entry[len] = '\0';
		if (++entries > PATHS_MAX / 2)
			return false;
		if (len > 0)
			each(arg, entry);
	}
	return true;
}

struct path_list {
	struct sandbox_path path[PATHS_MAX];
	size_t              count;
};

static void
path_add(void *arg, char *entry)
{
	struct path_list *list = arg;

	list->path[list->count++] = (struct sandbox_path){ memory_text(bytes_of_text(entry)),
	    SANDBOX_READ | SANDBOX_WRITE };
}

static void
environment_add(void *arg, char *entry)
{
	char *equals = strchr(entry, '=');

	(void)arg;
	if (equals == NULL || equals == entry)
		return;
	*equals = '\0';
	setenv(entry, equals + 1, 1);
}

/* What libraries read when they are loaded, and the module's own folder. */
static void
paths_common(struct path_list *list, const struct token_request *request)
{
	static const char *const read_only[] = { "/usr/lib", "/lib", "/lib64", "/usr/lib64",
		"/usr/local/lib", "/etc/ld.so.cache", "/etc/ssl", "/etc/localtime", "/dev/urandom",
		"/dev/random" };
	static const char *const lookup[] = { "/etc/resolv.conf", "/etc/hosts",
		"/etc/nsswitch.conf", "/etc/host.conf", "/etc/gai.conf", "/etc/services",
		"/run/systemd/resolve" };
	char *folder = memory_text(request->module), *slash = strrchr(folder, '/');

	list->path[list->count++] =
	    (struct sandbox_path){ "/dev/null", SANDBOX_READ | SANDBOX_WRITE };
	for (size_t i = 0; i < sizeof(read_only) / sizeof(read_only[0]); i++)
		list->path[list->count++] = (struct sandbox_path){ read_only[i], SANDBOX_READ };
	for (size_t i = 0; request->network && i < sizeof(lookup) / sizeof(lookup[0]); i++)
		list->path[list->count++] = (struct sandbox_path){ lookup[i], SANDBOX_READ };
	if (slash != NULL && slash != folder)
		*slash = '\0';
	list->path[list->count++] = (struct sandbox_path){ folder, SANDBOX_READ };
}

bool
confine(struct work *work)
{
	struct path_list list = { .count = 0 };
	struct buffer text = { .max = 4096 };
	struct why why = { .err = ERR_OK };
	bool network = work->request.network;

	limits_set();
	prctl(PR_SET_DUMPABLE, 0);
	clearenv();
	paths_common(&list, &work->request);
	if (!list_take(work->request.paths, path_add, &list) ||
	    !list_take(work->request.environment, environment_add, NULL))
		return fail(work, TOKEN_CONFINE, 0, "paths or environment have too many entries, "
		    "or too long ones");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return fail(work, TOKEN_CONFINE, 0, "new privileges cannot be given up");
	if (landlock_enter(list.path, list.count, network, &text, &why) != ERR_OK ||
	    seccomp_enter(network ? S_MODULE_NET : S_MODULE, SANDBOX_REFUSE, &text, &why) != ERR_OK)
		return fail(work, TOKEN_CONFINE, 0, "%s", why.text);
	buffer_free(&text);
	return true;
}
