/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What each role gives up, in this order: user and groups, capabilities, new privileges, files
 * (Landlock), system calls (seccomp).  What the kernel lacks is said in the text that the role's
 * SELF record carries; what it has and refuses is an error, so no role runs with less than said.
 */
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "monitor/base/limits.h"
#include "monitor/daemon/role.h"
#include "monitor/daemon/sandbox.h"

#define CALL(name, roles)
#include "monitor/daemon/sandbox_list.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

enum { NOBODY = 65534 };

static unsigned
bit_of(enum role role, bool helped, bool keeps)
{
	if (helped)
		return role == ROLE_SIGNER ? S_TOKEN | S_SIGNER : S_TOKEN;
	if (keeps)
		return S_KEEP;
	switch (role) {
	case ROLE_LEDGER:
		return S_LEDGER;
	case ROLE_SIGNER:
		return S_SIGNER;
	case ROLE_ENGINE:
		return S_ENGINE;
	case ROLE_WORKER:
		return S_WORKER;
	case ROLE_INTAKE:
		return S_INTAKE;
	default:
		return S_FETCH;
	}
}

static void
folder_of(const char *path, char out[PATH_TEXT_MAX])
{
	char *slash;

	snprintf(out, PATH_TEXT_MAX, "%s", path);
	slash = strrchr(out, '/');
	if (slash != NULL)
		slash[slash == out ? 1 : 0] = '\0';
}

static void
path_add(struct sandbox_paths *out, const char *path, unsigned access)
{
	sandbox_path_add(out, bytes_of_text(path), access);
}

/* What name lookups, late-loaded libraries and, for fetch, system roots are read from. */
static void
paths_common(struct sandbox_paths *out, enum role role, bool tokens)
{
	static const char *const lookup[] = { "/etc/resolv.conf", "/etc/hosts",
		"/etc/nsswitch.conf", "/etc/host.conf", "/etc/gai.conf", "/etc/services",
		"/etc/protocols", "/etc/ld.so.cache", "/run/systemd/resolve", "/run/resolvconf",
		"/run/NetworkManager", "/usr/lib", "/lib", "/lib64", "/usr/lib64", "/etc/localtime",
		"/usr/share/zoneinfo" };

	path_add(out, "/dev/null", SANDBOX_READ | SANDBOX_WRITE);
	if (SANITIZED)
		path_add(out, "/proc", SANDBOX_READ);
	if (role == ROLE_LEDGER || (role == ROLE_SIGNER && !tokens))
		return;
	for (size_t i = 0; i < sizeof(lookup) / sizeof(lookup[0]); i++)
		path_add(out, lookup[i], SANDBOX_READ);
	if (role == ROLE_ENGINE) {
		path_add(out, "/etc/passwd", SANDBOX_READ);
		path_add(out, "/etc/group", SANDBOX_READ);
	}
	if (role == ROLE_FETCH) {
		path_add(out, "/etc/ssl", SANDBOX_READ);
		path_add(out, "/usr/share/ca-certificates", SANDBOX_READ);
	}
}

/* Who a role becomes: what owns files stays with the state folder's owner, the rest is nobody. */
static void
user_of(enum role role, const struct role_start *start, uint32_t *uid, uint32_t *gid)
{
	struct stat about;
	const struct passwd *user = NULL;

	*uid = *gid = NOBODY;
	if (role == ROLE_LEDGER || role == ROLE_ENGINE || role == ROLE_SIGNER ||
	    sandbox_for_keeping(start)) {
		if (stat(start->state, &about) == 0) {
			*uid = about.st_uid;
			*gid = about.st_gid != 0 || about.st_uid == 0 ? about.st_gid : NOBODY;
		}
		return;
	}
	if (geteuid() == 0 && start->plan != NULL && start->plan->user[0] != '\0')
		user = getpwnam(start->plan->user);
	if (user != NULL && user->pw_uid != 0) {
		*uid = user->pw_uid;
		*gid = user->pw_gid;
	}
}

bool
sandbox_for_keeping(const struct role_start *start)
{
	return start->role == ROLE_FETCH && start->index == FETCH_KEEPS;
}

/* The folders of what it exchanges or watches, and nothing else of the disk. */
static void
paths_kept(struct sandbox_paths *out, const struct role_start *start)
{
	char folder[PATH_TEXT_MAX];

	for (uint32_t i = 0; start->plan != NULL && i < start->plan->downloads; i++) {
		folder_of(start->plan->download[i].path, folder);
		path_add(out, folder, start->plan->download[i].url[0] != '\0' ?
		    SANDBOX_READ | SANDBOX_WRITE : SANDBOX_READ);
	}
}

enum err
sandbox_enter(enum role role, const struct role_start *start, struct buffer *text, struct why *why)
{
	char key_folder[PATH_TEXT_MAX], note_folder[PATH_TEXT_MAX];
	struct sandbox_paths paths = { .path = NULL };
	bool network = role == ROLE_WORKER || role == ROLE_FETCH;
	const char *helper = sandbox_helper(start);
	/* What a module is refused must not end it, and nobody inside it could report. */
	enum sandbox_default otherwise = helper != NULL ? SANDBOX_REFUSE :
	    start->sandbox_report ? SANDBOX_REPORT :
	    (role == ROLE_WORKER || role == ROLE_INTAKE) && !SANITIZED ? SANDBOX_END :
	    SANDBOX_REFUSE;
	uint32_t uid, gid;
	enum err err;

	user_of(role, start, &uid, &gid);
	folder_of(start->key, key_folder);
	folder_of(start->newest_note, note_folder);
	paths_common(&paths, role, helper != NULL);
	if (role == ROLE_LEDGER || role == ROLE_ENGINE)
		path_add(&paths, start->state, SANDBOX_READ | SANDBOX_WRITE);
	if (role == ROLE_LEDGER && start->newest_note[0] == '/')
		path_add(&paths, note_folder, SANDBOX_READ | SANDBOX_WRITE);
	if (role == ROLE_SIGNER)
		path_add(&paths, key_folder, SANDBOX_READ | SANDBOX_WRITE);
	sandbox_folders(start, &paths);
	if (helper != NULL)
		sandbox_helper_paths(start, &paths, &network);
	if (sandbox_for_keeping(start))
		paths_kept(&paths, start);
	err = user_enter(uid, gid, text, why);
	if (err == ERR_OK && helper != NULL)
		buffer_print(text, ", may start %s", helper);
	if (err == ERR_OK && role == ROLE_WORKER && sandbox_for_echo(start))
		buffer_put_text(text, ", holds ICMP sockets if it was allowed any");
	if (err == ERR_OK)
		err = landlock_enter(paths.path, paths.count, network, text, why);
	if (err == ERR_OK)
		err = seccomp_enter(bit_of(role, helper != NULL, sandbox_for_keeping(start)),
		    otherwise, text, why);
	sandbox_paths_free(&paths);
	if (err != ERR_OK)
		why_in(why, "the sandbox of %s", role_name(role));
	return err;
}
