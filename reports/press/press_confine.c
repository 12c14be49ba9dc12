/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The press's sandbox: no core dump, bounded time, memory and descriptors, no new privileges;
 * fonts and their configuration to read, a folder for temporary files to write, no network, no
 * new process.
 */
#include <sys/prctl.h>
#include <sys/resource.h>

#include "monitor/base/i18n.h"
#include "monitor/daemon/sandbox.h"
#include "reports/press/press.h"

#define CALL(name, roles)
#include "monitor/daemon/sandbox_list.h"

enum { CPU_S = 120, DESCRIPTORS = 256, MEMORY_MIB = 6144, FILE_MIB = 1024 };

/* Room above the bound lets the signal of the bound come first. */
static void
limit(int what, rlim_t value, rlim_t room)
{
	struct rlimit now;

	if (getrlimit((__rlimit_resource_t)what, &now) != 0)
		return;
	if (now.rlim_max == RLIM_INFINITY || value + room < now.rlim_max)
		now.rlim_max = value + room;
	now.rlim_cur = value < now.rlim_max ? value : now.rlim_max;
	setrlimit((__rlimit_resource_t)what, &now);
}

enum err
press_confine(struct why *why)
{
	static const struct sandbox_path paths[] = {
		{ "/dev/null", SANDBOX_READ | SANDBOX_WRITE }, { "/dev/urandom", SANDBOX_READ },
		{ "/usr/share", SANDBOX_READ }, { "/usr/local/share", SANDBOX_READ },
		{ "/usr/lib", SANDBOX_READ }, { "/lib", SANDBOX_READ },
		{ "/etc/fonts", SANDBOX_READ }, { "/etc/ld.so.cache", SANDBOX_READ },
		{ "/etc/localtime", SANDBOX_READ },
		{ "/var/cache/fontconfig", SANDBOX_READ },
		{ "/proc/self", SANDBOX_READ | SANDBOX_WRITE },
		{ "/tmp", SANDBOX_READ | SANDBOX_WRITE },
	};
	struct buffer text = { .max = 4096 };
	enum err err;

	limit(RLIMIT_CORE, 0, 0);
	limit(RLIMIT_CPU, CPU_S, 5);
	limit(RLIMIT_NOFILE, DESCRIPTORS, 0);
	limit(RLIMIT_FSIZE, (rlim_t)FILE_MIB << 20, 0);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
	limit(RLIMIT_AS, (rlim_t)MEMORY_MIB << 20, 0);
#endif
	prctl(PR_SET_DUMPABLE, 0);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return why_set(why, ERR_IO, _("new privileges cannot be given up"));
	err = landlock_enter(paths, sizeof(paths) / sizeof(*paths), false, &text, why);
	if (err == ERR_OK)
		err = seccomp_enter(S_MODULE, SANDBOX_REFUSE, &text, why);
	buffer_free(&text);
	return err;
}
