/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The helper's sandbox, inside that of its worker: no core dump, bounded resources, no new
 * privileges, no files but the roots and what name lookups read, no new process.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "monitor/daemon/sandbox.h"
#include "monitor/inventory/program.h"

#define CALL(name, roles)
#include "monitor/daemon/sandbox_list.h"

enum { CPU_S = 300, DESCRIPTORS = 64, MEMORY_MIB = 1024 };

enum err
confine(struct why *why)
{
	static const struct sandbox_path paths[] = {
		{ "/dev/null", SANDBOX_READ | SANDBOX_WRITE }, { "/dev/urandom", SANDBOX_READ },
		{ "/usr/lib", SANDBOX_READ }, { "/lib", SANDBOX_READ }, { "/lib64", SANDBOX_READ },
		{ "/etc/ssl", SANDBOX_READ }, { "/usr/share/ca-certificates", SANDBOX_READ },
		{ "/etc/resolv.conf", SANDBOX_READ }, { "/etc/hosts", SANDBOX_READ },
		{ "/etc/nsswitch.conf", SANDBOX_READ }, { "/etc/host.conf", SANDBOX_READ },
		{ "/etc/gai.conf", SANDBOX_READ }, { "/etc/services", SANDBOX_READ },
		{ "/etc/ld.so.cache", SANDBOX_READ }, { "/etc/localtime", SANDBOX_READ },
		{ "/run/systemd/resolve", SANDBOX_READ }, { "/run/resolvconf", SANDBOX_READ } };
	struct buffer text = { .max = 4096 };
	enum err err;

	sandbox_limit(RLIMIT_CORE, 0);
	sandbox_limit(RLIMIT_CPU, CPU_S);
	sandbox_limit(RLIMIT_NOFILE, DESCRIPTORS);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
	sandbox_limit(RLIMIT_AS, (rlim_t)MEMORY_MIB << 20);
#endif
	prctl(PR_SET_DUMPABLE, 0);
	clearenv();
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return why_set(why, ERR_IO, "new privileges cannot be given up");
	err = landlock_enter(paths, sizeof(paths) / sizeof(paths[0]), true, &text, why);
	if (err == ERR_OK)
		err = seccomp_enter(S_FETCH, SANDBOX_REFUSE, &text, why);
	buffer_free(&text);
	return err;
}
