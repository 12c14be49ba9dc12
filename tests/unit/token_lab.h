/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of the probe "token" share: a folder with tokens of SoftHSM2, made by the tools
 * that an operator uses, and the helper beside the program, where it is looked for.
 */
#ifndef TESTS_UNIT_TOKEN_LAB_H
#define TESTS_UNIT_TOKEN_LAB_H

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>

#include "monitor/base/file.h"
#include "tests/unit/probe_lab.h"

#define SOFTHSM "/usr/lib/softhsm/libsofthsm2.so"
#define PIN     "13579"

static char folder[64];

static inline int
command(const char *const argv[])
{
	posix_spawn_file_actions_t files;
	int status = -1;
	pid_t pid;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	if (posix_spawnp(&pid, argv[0], &files, NULL, (char *const *)(uintptr_t)argv,
	    environ) == 0)
		waitpid(pid, &status, 0);
	posix_spawn_file_actions_destroy(&files);
	return status;
}

static inline void
must(const char *const argv[])
{
	if (command(argv) != 0) {
		fprintf(stderr, "%s %s failed: softhsm2, opensc and a compiler are needed\n",
		    argv[0], argv[1]);
		exit(1);
	}
}

static inline void
token_make(const char *label)
{
	must((const char *[]){ "softhsm2-util", "--init-token", "--free", "--label", label,
	    "--so-pin", "2468", "--pin", PIN, NULL });
}

static inline void
key_make(const char *token, const char *type, const char *id, const char *label)
{
	must((const char *[]){ "pkcs11-tool", "--module", SOFTHSM, "--token-label", token,
	    "--login", "--pin", PIN, "--keypairgen", "--key-type", type, "--id", id, "--label",
	    label, NULL });
}

static inline void
write_text(const char *name, const char *text)
{
	char path[160];
	struct why why = { .err = ERR_OK };

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (file_write(path, bytes_of_text(text), 0600, &why) != ERR_OK) {
		fprintf(stderr, "%s\n", why.text);
		exit(1);
	}
}

/* The helper is looked for beside the program. */
static inline void
helper_link(void)
{
	char path[512];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 32);
	char *slash;

	path[len > 0 ? len : 0] = '\0';
	slash = strrchr(path, '/');
	snprintf(slash, 32, "/sekimori-token");
	if ((symlink("../../sekimori-token", path) != 0 && errno != EEXIST) ||
	    access(path, X_OK) != 0) {
		fprintf(stderr, "%s is not there: make it first\n", path);
		exit(1);
	}
}

static inline void
hsm_begin(void)
{
	char text[512], path[96];

	helper_link();
	snprintf(folder, sizeof(folder), "%s/sekimori-token-XXXXXX", P_tmpdir);
	if (mkdtemp(folder) == NULL)
		exit(1);
	snprintf(path, sizeof(path), "%s/tokens", folder);
	mkdir(path, 0700);
	snprintf(text, sizeof(text), "directories.tokendir = %s/tokens\n"
	    "objectstore.backend = file\nlog.level = ERROR\nslots.removable = false\n", folder);
	write_text("softhsm2.conf", text);
	snprintf(path, sizeof(path), "%s/softhsm2.conf", folder);
	setenv("SOFTHSM2_CONF", path, 1);
}

static inline void
hsm_end(void)
{
	must((const char *[]){ "rm", "-rf", folder, NULL });
}

#endif
