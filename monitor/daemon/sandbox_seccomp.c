/* SPDX-License-Identifier: Apache-2.0 */
/* User, capabilities and system calls of any sandbox; whose they are is said in sandbox.c. */
#include <errno.h>
#include <grp.h>
#include <linux/sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <ucontext.h>
#include <unistd.h>

#include "monitor/daemon/sandbox.h"

#define CALL(name, roles)
#include "monitor/daemon/sandbox_list.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

#define NAMESPACES \
	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | \
	    CLONE_NEWPID | CLONE_NEWNET)

static bool
user_become(uint32_t uid, uint32_t gid)
{
	bool groups = setgroups(0, NULL) == 0;

	if (setresgid(gid, gid, gid) != 0 || setresuid(uid, uid, uid) != 0)
		return false;
	if (!groups)
		errno = EPERM;
	return groups;
}

void
sandbox_limit(int resource, uint64_t value)
{
	struct rlimit now;

	if (getrlimit((__rlimit_resource_t)resource, &now) != 0)
		return;
	if (now.rlim_max == RLIM_INFINITY || value < now.rlim_max)
		now.rlim_max = value;
	now.rlim_cur = now.rlim_max;
	setrlimit((__rlimit_resource_t)resource, &now);
}

enum err
user_enter(uint32_t uid, uint32_t gid, struct buffer *text, struct why *why)
{
	cap_t none;

	if (geteuid() == 0) {
		for (int cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
			prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
		/* EINVAL: a namespace that has no such user; the text then says who it stayed. */
		if (uid != 0 && !user_become(uid, gid) && errno != EINVAL)
			return why_set(why, ERR_DENIED, "cannot become user %u: %s", uid,
			    strerror(errno));
	}
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	none = cap_init();
	if (none == NULL || cap_set_proc(none) != 0) {
		cap_free(none);
		return why_set(
		    why, ERR_DENIED, "capabilities cannot be given up: %s", strerror(errno));
	}
	cap_free(none);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return why_set(
		    why, ERR_DENIED, "new privileges cannot be given up: %s", strerror(errno));
	/* Another user id cancels the death signal. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	buffer_print(text, "user %u, no capabilities", (unsigned)geteuid());
	return ERR_OK;
}

/* Only what may be called in a signal handler. */
static void
refused_say(int number)
{
	char line[] = "<3>sandbox: refused system call 0000\n";
	size_t at = sizeof(line) - 3;

	for (int i = 0; i < 4; i++, number /= 10)
		line[at--] = (char)('0' + number % 10);
	(void)!write(STDERR_FILENO, line, sizeof(line) - 1);
}

static void
on_refused_end(int signal_number, siginfo_t *info, void *context)
{
	(void)context;
	refused_say(info->si_syscall);
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

static void
on_refused_report(int signal_number, siginfo_t *info, void *context)
{
	ucontext_t *at = context;

	(void)signal_number;
	refused_say(info->si_syscall);
#if defined(__x86_64__)
	at->uc_mcontext.gregs[REG_RAX] = -EPERM;
#elif defined(__aarch64__)
	at->uc_mcontext.regs[0] = (uint64_t)-EPERM;
#else
	(void)at;
#endif
}

/* The helper of tokens ends without the reports of sanitizers, so it is confined as without. */
static bool
sanitized(unsigned role_bit)
{
	return SANITIZED && !(role_bit & (S_MODULE | S_MODULE_NET));
}

/* Nothing of ours ever does these: whoever does is not us any more. */
static int
rules_never(scmp_filter_ctx filter, unsigned role_bit)
{
	static const int never[] = { SCMP_SYS(execveat), SCMP_SYS(ptrace),
		SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev), SCMP_SYS(bpf),
		SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(pivot_root), SCMP_SYS(chroot),
		SCMP_SYS(kexec_load), SCMP_SYS(init_module), SCMP_SYS(finit_module),
		SCMP_SYS(keyctl), SCMP_SYS(add_key), SCMP_SYS(request_key), SCMP_SYS(userfaultfd),
		SCMP_SYS(perf_event_open), SCMP_SYS(setns), SCMP_SYS(unshare) };
	int failed = 0;

	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]) && !sanitized(role_bit); i++)
		failed |= seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, never[i], 0);
	if (!sanitized(role_bit) && !(role_bit & S_TOKEN))
		failed |= seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, SCMP_SYS(execve), 0);
	return failed;
}

/* What sekimori-witness asks hardware: SNP_GET_REPORT, SNP_GET_EXT_REPORT, NSM_IOCTL_RAW. */
static int
rules_witness(scmp_filter_ctx filter)
{
	static const unsigned long requests[] = { _IOWR('S', 0, uint64_t[4]),
		_IOWR('S', 2, uint64_t[4]), _IOWR(0x0a, 0, uint64_t[4]) };
	int failed = 0;

	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++)
		failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
		    SCMP_A1(SCMP_CMP_EQ, requests[i], 0));
	return failed;
}

/*
 * One request over TCP of IPv4, to the port that Landlock leaves open.  Landlock knows TCP alone:
 * no other family, kind or protocol (MPTCP and SCTP are streams, too), and no MSG_FASTOPEN, which
 * connects without asking it.
 */
static int
rules_imds(scmp_filter_ctx filter)
{
	const scmp_datum_t type = ~(scmp_datum_t)(SOCK_CLOEXEC | SOCK_NONBLOCK) & UINT32_MAX;

	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 3,
	    SCMP_A0(SCMP_CMP_EQ, AF_INET, 0),
	    SCMP_A1(SCMP_CMP_MASKED_EQ, type, SOCK_STREAM), SCMP_A2(SCMP_CMP_EQ, 0, 0)) |
	    seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(sendto), 1,
	    SCMP_A3(SCMP_CMP_MASKED_EQ, MSG_FASTOPEN, 0)) |
	    seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(sendmsg), 1,
	    SCMP_A2(SCMP_CMP_MASKED_EQ, MSG_FASTOPEN, 0));
}

/* Calls whose arguments matter. */
static int
rules_with_arguments(scmp_filter_ctx filter, unsigned role_bit)
{
	static const int families[] = { AF_UNIX, AF_INET, AF_INET6, AF_NETLINK };
	static const unsigned long requests[] = { FIONBIO, FIONREAD, FIOCLEX, TCGETS,
	    SIOCGIFINDEX };
	int failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
	    role_bit & S_TOKEN ? SCMP_A0(SCMP_CMP_MASKED_EQ, NAMESPACES, 0) :
	    SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));

	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]) && (role_bit & S_NET); i++)
		failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
		    SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)families[i], 0));
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++)
		failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
		    SCMP_A1(SCMP_CMP_EQ, requests[i], 0));
	if (role_bit & S_WITNESSES)
		failed |= rules_witness(filter);
	if (role_bit & S_WITNESS_IMDS)
		failed |= rules_imds(filter);
	/* glibc tries clone3 first and falls back to clone only on this answer. */
	failed |= seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
	failed |= seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(io_uring_setup), 0);
	failed |= seccomp_rule_add(filter, SCMP_ACT_ERRNO(EAFNOSUPPORT), SCMP_SYS(socket), 1,
	    SCMP_A0(SCMP_CMP_GT, AF_NETLINK, 0));
	return failed;
}

/* What sanitizers do at run time and when they report leaks at the end. */
static int
rules_sanitizer(scmp_filter_ctx filter, unsigned role_bit)
{
	static const int extra[] = { SCMP_SYS(clone), SCMP_SYS(ptrace), SCMP_SYS(wait4),
		SCMP_SYS(getdents), SCMP_SYS(process_vm_readv), SCMP_SYS(personality),
		SCMP_SYS(kill), SCMP_SYS(sched_setaffinity), SCMP_SYS(setrlimit),
		SCMP_SYS(getrlimit) };
	int failed = 0;

	for (size_t i = 0; i < sizeof(extra) / sizeof(extra[0]) && sanitized(role_bit); i++)
		failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, extra[i], 0);
	return failed;
}

static int
rules_listed(scmp_filter_ctx filter, unsigned role_bit, unsigned *count)
{
	static const struct { int call; unsigned roles; } list[] = {
#define CALL(name, roles) { SCMP_SYS(name), roles },
#include "monitor/daemon/sandbox_list.h"
	};
	int failed = 0;

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
		if (!(list[i].roles & role_bit))
			continue;
		failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, list[i].call, 0);
		++*count;
	}
	return failed;
}

enum err
seccomp_enter(
    unsigned role_bit, enum sandbox_default otherwise, struct buffer *text, struct why *why)
{
	scmp_filter_ctx filter = seccomp_init(otherwise == SANDBOX_REFUSE ? SCMP_ACT_ERRNO(EPERM) :
	    SCMP_ACT_TRAP);
	struct sigaction action = { .sa_sigaction = otherwise == SANDBOX_REPORT ? on_refused_report
		                                                                : on_refused_end,
		.sa_flags = SA_SIGINFO };
	unsigned count = 0;
	int failed;

	if (filter == NULL)
		return why_set(why, ERR_IO, "seccomp makes no filter");
	failed = rules_listed(filter, role_bit, &count) | rules_with_arguments(filter, role_bit) |
	    rules_sanitizer(filter, role_bit) | rules_never(filter, role_bit);
	if (failed != 0) {
		seccomp_release(filter);
		return why_set(why, ERR_IO, "seccomp refuses a rule: %s", strerror(-failed));
	}
	sigaction(SIGSYS, &action, NULL);
	failed = seccomp_load(filter);
	seccomp_release(filter);
	if (failed == 0)
		buffer_print(text, ", seccomp %u calls%s", count, otherwise == SANDBOX_END ?
		    ", any other ends it" : "");
	else
		buffer_print(text, ", no seccomp (%s)", strerror(-failed));
	return ERR_OK;
}
