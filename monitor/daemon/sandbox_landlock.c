/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Landlock by its system calls: the kernel says which version it has and only rights of that
 * version are handled, so an older kernel confines less and the text says so.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "monitor/daemon/sandbox.h"

/* Bits of newer versions than the headers of the oldest system we build on. */
#define FS_REFER     (UINT64_C(1) << 13)
#define FS_TRUNCATE  (UINT64_C(1) << 14)
#define FS_IOCTL_DEV (UINT64_C(1) << 15)
#define NET_TCP      UINT64_C(3)
#define NET_CONNECT  UINT64_C(2)
#define RULE_NET_PORT 2
#define SCOPE_ALL    UINT64_C(3)

struct ruleset { uint64_t fs, net, scoped; };

#define FILE_READ  (LANDLOCK_ACCESS_FS_READ_FILE)
#define FILE_WRITE (LANDLOCK_ACCESS_FS_WRITE_FILE | FS_TRUNCATE)
#define DIR_READ   (LANDLOCK_ACCESS_FS_READ_DIR)
#define DIR_WRITE \
	(LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR | \
	    LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR | \
	    LANDLOCK_ACCESS_FS_MAKE_SOCK | FS_REFER)

static struct ruleset
ruleset_of(long abi, bool network)
{
	struct ruleset rules = { .fs = (UINT64_C(1) << 13) - 1 };

	if (abi >= 2)
		rules.fs |= FS_REFER;
	if (abi >= 3)
		rules.fs |= FS_TRUNCATE;
	if (abi >= 4 && !network)
		rules.net = NET_TCP;
	if (abi >= 5)
		rules.fs |= FS_IOCTL_DEV;
	if (abi >= 6)
		rules.scoped = SCOPE_ALL;
	return rules;
}

/* Rights of folders on a file are refused by the kernel, so a file gets a file's. */
static enum err
path_allow(int ruleset, uint64_t handled, const struct sandbox_path *path, struct why *why)
{
	struct landlock_path_beneath_attr rule = { .parent_fd =
		                                       open(path->path, O_PATH | O_CLOEXEC) };
	struct stat about;
	uint64_t rights = 0;
	long done;

	if (rule.parent_fd < 0)
		return ERR_OK;
	if (path->access & SANDBOX_READ)
		rights |= FILE_READ | DIR_READ;
	if (path->access & SANDBOX_WRITE)
		rights |= FILE_WRITE | DIR_WRITE;
	if (path->access & SANDBOX_EXECUTE)
		rights |= LANDLOCK_ACCESS_FS_EXECUTE;
	if (fstat(rule.parent_fd, &about) == 0 && !S_ISDIR(about.st_mode))
		rights &= FILE_READ | FILE_WRITE | LANDLOCK_ACCESS_FS_EXECUTE;
	rule.allowed_access = rights & handled;
	done = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	close(rule.parent_fd);
	return done == 0 ? ERR_OK : why_set(why, ERR_IO, "Landlock refuses the rule for %s: %s",
	    path->path, strerror(errno));
}

/* struct landlock_net_port_attr and LANDLOCK_RULE_NET_PORT of Linux 6.7. */
static enum err
port_allow(int ruleset, uint16_t port, struct why *why)
{
	struct { uint64_t allowed_access, port; } rule = { NET_CONNECT, port };

	return syscall(SYS_landlock_add_rule, ruleset, RULE_NET_PORT, &rule, 0) == 0 ? ERR_OK :
	    why_set(why, ERR_IO, "Landlock refuses the rule for port %u: %s", port,
	    strerror(errno));
}

/* port 0: none. */
static enum err
enter(const struct sandbox_path *paths, size_t count, bool network, uint16_t port,
    struct buffer *text, struct why *why)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	struct ruleset rules = ruleset_of(abi, network);
	enum err err = ERR_OK;
	int ruleset;

	if (abi < 1) {
		buffer_print(text, ", no landlock (%s)", strerror(errno));
		return ERR_OK;
	}
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &rules, sizeof(rules), 0);
	if (ruleset < 0)
		return why_set(why, ERR_IO, "Landlock makes no rules: %s", strerror(errno));
	for (size_t i = 0; i < count && err == ERR_OK; i++)
		err = path_allow(ruleset, rules.fs, &paths[i], why);
	if (err == ERR_OK && port != 0 && rules.net != 0)
		err = port_allow(ruleset, port, why);
	if (err == ERR_OK && syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
		err = why_set(why, ERR_IO, "Landlock cannot be put in force: %s", strerror(errno));
	close(ruleset);
	if (err == ERR_OK)
		buffer_print(text, ", landlock abi %ld", abi);
	if (err == ERR_OK && port != 0)
		buffer_print(text, rules.net != 0 ? ", TCP to port %u alone" :
		    ", TCP to any port: port %u cannot be told apart before landlock abi 4", port);
	return err;
}

enum err
landlock_enter(const struct sandbox_path *paths, size_t count, bool network, struct buffer *text,
    struct why *why)
{
	return enter(paths, count, network, 0, text, why);
}

enum err
landlock_enter_to(const struct sandbox_path *paths, size_t count, uint16_t port,
    struct buffer *text, struct why *why)
{
	return enter(paths, count, false, port, text, why);
}
