/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLE of system calls: CALL(name, roles that may make it).  Measured with "sekimori run
 * --sandbox-report", then completed by what the same library paths call on error and on other
 * kernels.  clone is allowed for threads only (for processes too, not for namespaces, where a
 * helper is started), socket by family, ioctl by request: sandbox.c.
 * S_TOKEN is a worker that starts sekimori-token or sekimori-inventory; S_MODULE and S_MODULE_NET
 * are the former, without and with the network, inside it, and S_FETCH the latter.  S_INTAKE
 * listens on what was bound before, and so does sekimori-witness: S_WITNESS, S_WITNESS_IMDS where it
 * asks a metadata service, over TCP of IPv4 and nothing else (sandbox_seccomp.c), and S_WITNESS_NET
 * where its TPM is behind a socket.  S_KEEP is the fetch process that exchanges files.
 */
#ifndef S_ALL
#define S_LEDGER  0x01
#define S_SIGNER  0x02
#define S_ENGINE  0x04
#define S_WORKER  0x08
#define S_FETCH   0x10
#define S_TOKEN   0x20
#define S_MODULE  0x40
#define S_MODULE_NET 0x80
#define S_INTAKE  0x100
#define S_WITNESS 0x200
#define S_WITNESS_NET 0x400
#define S_KEEP    0x800
#define S_WITNESS_IMDS 0x1000
#define S_ALL     0x1fff
#define S_SENDS   (S_ALL & ~S_WITNESS_IMDS)
#define S_MODULES (S_TOKEN | S_MODULE | S_MODULE_NET)
#define S_WITNESSES (S_WITNESS | S_WITNESS_NET | S_WITNESS_IMDS)
#define S_NET     (S_WORKER | S_FETCH | S_KEEP | S_ENGINE | S_TOKEN | S_MODULE_NET | S_WITNESS_NET)
#define S_DISK    (S_LEDGER | S_SIGNER | S_ENGINE | S_MODULES)
#endif

/* memory */
CALL(brk, S_ALL)
CALL(mmap, S_ALL)
CALL(mprotect, S_ALL)
CALL(mremap, S_ALL)
CALL(munmap, S_ALL)
CALL(madvise, S_ALL)
CALL(memfd_create, S_ALL)
CALL(membarrier, S_ALL)
/* descriptors */
CALL(read, S_ALL)
CALL(readv, S_ALL)
CALL(pread64, S_ALL)
CALL(write, S_ALL)
CALL(writev, S_ALL)
CALL(pwrite64, S_ALL)
CALL(close, S_ALL)
CALL(close_range, S_ALL)
CALL(dup, S_ALL)
CALL(dup2, S_ALL)
CALL(dup3, S_ALL)
CALL(fcntl, S_ALL)
CALL(fstat, S_ALL)
CALL(newfstatat, S_ALL)
CALL(statx, S_ALL)
CALL(stat, S_ALL)
CALL(lstat, S_ALL)
CALL(lseek, S_ALL)
CALL(pipe2, S_ALL)
CALL(eventfd2, S_ALL)
CALL(ftruncate, S_ALL)
/* files: which ones is Landlock's business */
CALL(open, S_ALL)
CALL(openat, S_ALL)
CALL(access, S_ALL)
CALL(faccessat, S_ALL)
CALL(faccessat2, S_ALL)
CALL(readlink, S_ALL)
CALL(readlinkat, S_ALL)
CALL(getcwd, S_ALL)
CALL(getdents64, S_ALL)
CALL(fsync, S_DISK | S_KEEP)
CALL(fdatasync, S_DISK)
CALL(fallocate, S_DISK)
CALL(flock, S_DISK)
CALL(fchmod, S_DISK | S_KEEP)
CALL(fchown, S_DISK)
CALL(chmod, S_DISK)
CALL(fstatfs, S_DISK)
CALL(statfs, S_DISK)
CALL(link, S_DISK)
CALL(linkat, S_DISK)
CALL(mkdir, S_DISK | S_WITNESSES)
CALL(mkdirat, S_DISK)
CALL(rename, S_DISK | S_KEEP)
CALL(renameat, S_DISK)
CALL(renameat2, S_DISK)
CALL(rmdir, S_DISK | S_WITNESSES)
CALL(unlink, S_DISK | S_KEEP)
CALL(unlinkat, S_DISK)
CALL(utimensat, S_DISK)
CALL(umask, S_DISK)
/* waiting */
CALL(epoll_create1, S_ALL)
CALL(epoll_ctl, S_ALL)
CALL(epoll_wait, S_ALL)
CALL(epoll_pwait, S_ALL)
CALL(epoll_pwait2, S_ALL)
CALL(poll, S_ALL)
CALL(ppoll, S_ALL)
CALL(select, S_ALL)
CALL(pselect6, S_ALL)
CALL(futex, S_ALL)
CALL(nanosleep, S_ALL)
CALL(clock_nanosleep, S_ALL)
CALL(restart_syscall, S_ALL)
CALL(sched_yield, S_ALL)
CALL(timerfd_create, S_ALL)
CALL(timerfd_settime, S_ALL)
/* time */
CALL(clock_gettime, S_ALL)
CALL(clock_getres, S_ALL)
CALL(gettimeofday, S_ALL)
CALL(time, S_ALL)
CALL(setitimer, S_WITNESSES)
CALL(adjtimex, S_ALL)
CALL(clock_adjtime, S_ALL)
/* this process */
CALL(exit, S_ALL)
CALL(exit_group, S_ALL)
CALL(getpid, S_ALL)
CALL(getppid, S_ALL)
CALL(gettid, S_ALL)
CALL(getuid, S_ALL)
CALL(geteuid, S_ALL)
CALL(getgid, S_ALL)
CALL(getegid, S_ALL)
CALL(getrandom, S_ALL)
CALL(getrusage, S_ALL)
CALL(prlimit64, S_ALL)
CALL(prctl, S_ALL)
CALL(arch_prctl, S_ALL)
CALL(rseq, S_ALL)
CALL(set_robust_list, S_ALL)
CALL(set_tid_address, S_ALL)
CALL(sched_getaffinity, S_ALL)
CALL(sysinfo, S_ALL)
CALL(uname, S_ALL)
CALL(rt_sigaction, S_ALL)
CALL(rt_sigprocmask, S_ALL)
CALL(rt_sigreturn, S_ALL)
CALL(sigaltstack, S_ALL)
CALL(tgkill, S_ALL)
/* links, and the network */
CALL(recvmsg, S_ALL)
CALL(sendmsg, S_SENDS)
CALL(recvfrom, S_ALL)
CALL(sendto, S_SENDS)
CALL(getsockopt, S_ALL)
CALL(setsockopt, S_NET | S_INTAKE | S_WITNESSES)
CALL(shutdown, S_ALL)
CALL(accept4, S_ENGINE | S_INTAKE | S_WITNESSES)
CALL(accept, S_ENGINE | S_INTAKE)
CALL(listen, S_ENGINE)
CALL(bind, S_NET)
CALL(connect, S_NET | S_WITNESS_IMDS)
CALL(getpeername, S_NET | S_INTAKE)
CALL(getsockname, S_NET | S_INTAKE)
CALL(recvmmsg, S_NET | S_INTAKE)
CALL(sendmmsg, S_NET)
CALL(socketpair, S_NET)
/* what modules of tokens do */
CALL(mlock, S_MODULES)
CALL(mlock2, S_MODULES)
CALL(munlock, S_MODULES)
CALL(getrlimit, S_MODULES)
CALL(setrlimit, S_MODULES)
CALL(getresuid, S_MODULES)
CALL(getresgid, S_MODULES)
CALL(getgroups, S_MODULES)
CALL(shmget, S_MODULES)
CALL(shmat, S_MODULES)
CALL(shmctl, S_MODULES)
CALL(shmdt, S_MODULES)
CALL(semget, S_MODULES)
CALL(semop, S_MODULES)
CALL(semctl, S_MODULES)
CALL(alarm, S_MODULES)
CALL(timer_create, S_MODULES)
CALL(timer_settime, S_MODULES)
CALL(timer_delete, S_MODULES)
/* starting and ending the helper, and what it does to confine itself */
CALL(vfork, S_TOKEN)
CALL(execve, S_TOKEN)
CALL(wait4, S_TOKEN)
CALL(waitid, S_TOKEN)
CALL(kill, S_TOKEN)
CALL(setpgid, S_TOKEN)
CALL(pidfd_open, S_TOKEN)
CALL(seccomp, S_TOKEN)
CALL(landlock_create_ruleset, S_TOKEN)
CALL(landlock_add_rule, S_TOKEN)
CALL(landlock_restrict_self, S_TOKEN)
#undef CALL
