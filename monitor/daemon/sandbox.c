/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What each role gives up, in this order: user and groups, capabilities, new privileges, files
 * (Landlock), system calls (seccomp).  What the kernel lacks is said in the text that the role's
 * SELF record carries; what it has and refuses is an error, so no role runs with less than said.
 */
#include <errno.h>
#include <grp.h>
#include <linux/sched.h>
#include <pwd.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <ucontext.h>
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

static unsigned
bit_of(enum role role, bool tokens)
{
	if (tokens)
		return S_TOKEN;
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
paths_common(struct sandbox_paths *out, enum role role)
{
	static const char *const lookup[] = { "/etc/resolv.conf", "/etc/hosts",
		"/etc/nsswitch.conf", "/etc/host.conf", "/etc/gai.conf", "/etc/services",
		"/etc/protocols", "/etc/ld.so.cache", "/run/systemd/resolve", "/run/resolvconf",
		"/run/NetworkManager", "/usr/lib", "/lib", "/lib64", "/usr/lib64", "/etc/localtime",
		"/usr/share/zoneinfo" };

	path_add(out, "/dev/null", SANDBOX_READ | SANDBOX_WRITE);
	if (SANITIZED)
		path_add(out, "/proc", SANDBOX_READ);
	if (role == ROLE_LEDGER || role == ROLE_SIGNER)
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
	if (role == ROLE_LEDGER || role == ROLE_ENGINE || role == ROLE_SIGNER) {
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

enum err
sandbox_enter(enum role role, const struct role_start *start, struct buffer *text, struct why *why)
{
	char key_folder[PATH_TEXT_MAX], note_folder[PATH_TEXT_MAX];
	struct sandbox_paths paths = { .path = NULL };
	bool network = role == ROLE_WORKER || role == ROLE_FETCH;
	bool tokens = sandbox_for_tokens(start);
	/* What a module is refused must not end it, and nobody inside it could report. */
	enum sandbox_default otherwise = tokens ? SANDBOX_REFUSE :
	    start->sandbox_report ? SANDBOX_REPORT :
	    (role == ROLE_WORKER || role == ROLE_INTAKE) && !SANITIZED ? SANDBOX_END :
	    SANDBOX_REFUSE;
	uint32_t uid, gid;
	enum err err;

	user_of(role, start, &uid, &gid);
	folder_of(start->key, key_folder);
	folder_of(start->newest_note, note_folder);
	paths_common(&paths, role);
	if (role == ROLE_LEDGER || role == ROLE_ENGINE)
		path_add(&paths, start->state, SANDBOX_READ | SANDBOX_WRITE);
	if (role == ROLE_LEDGER && start->newest_note[0] == '/')
		path_add(&paths, note_folder, SANDBOX_READ | SANDBOX_WRITE);
	if (role == ROLE_SIGNER)
		path_add(&paths, key_folder, SANDBOX_READ | SANDBOX_WRITE);
	if (tokens)
		sandbox_token_paths(start, &paths, &network);
	err = user_enter(uid, gid, text, why);
	if (err == ERR_OK && tokens)
		buffer_put_text(text, ", may start sekimori-token");
	if (err == ERR_OK && role == ROLE_WORKER && sandbox_for_echo(start))
		buffer_put_text(text, ", holds ICMP sockets if it was allowed any");
	if (err == ERR_OK)
		err = landlock_enter(paths.path, paths.count, network, text, why);
	if (err == ERR_OK)
		err = seccomp_enter(bit_of(role, tokens), otherwise, text, why);
	sandbox_paths_free(&paths);
	if (err != ERR_OK)
		why_in(why, "the sandbox of %s", role_name(role));
	return err;
}
