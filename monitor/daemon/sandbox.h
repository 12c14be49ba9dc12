/* SPDX-License-Identifier: Apache-2.0 */
/* The sandbox's parts, for sandbox.c and its tests; roles call sandbox_enter of role.h. */
#ifndef MONITOR_DAEMON_SANDBOX_H
#define MONITOR_DAEMON_SANDBOX_H

#include "monitor/base/bytes.h"

/* What may be done below a path, as Landlock sees it. */
enum sandbox_access { SANDBOX_READ = 1, SANDBOX_WRITE = 2, SANDBOX_EXECUTE = 4 };

struct sandbox_path { const char *path; unsigned access; };

/* A growing list that owns its texts. */
struct sandbox_paths { struct sandbox_path *path; size_t count, cap; };
void sandbox_path_add(struct sandbox_paths *, struct bytes path, unsigned access);
void sandbox_paths_free(struct sandbox_paths *);

struct role_start;
/* The only program that this process may start: "sekimori-token" or "sekimori-inventory" for the
 * worker that takes the targets of that probe, "sekimori-token" for a signer whose key is in a
 * token, NULL for all others. */
const char *sandbox_helper(const struct role_start *);
/* This process is the fetch that exchanges files: it may write their folders, as their owner. */
bool sandbox_for_keeping(const struct role_start *);
/* Adds the folders that probes of this worker read in their rounds (OPTION_FOLDER). */
void sandbox_folders(const struct role_start *, struct sandbox_paths *);
/* Adds what it and its helpers need, and says whether any of them needs the network. */
void sandbox_helper_paths(const struct role_start *, struct sandbox_paths *, bool *network);

/*
 * Confines this process to the paths (those that do not exist are passed over), and to no TCP at
 * all unless network.  Appends "landlock abi N" or why not.  ERR_IO: the kernel has it, but it
 * could not be put in force.
 */
MUST_USE enum err landlock_enter(const struct sandbox_path *, size_t count, bool network,
    struct buffer *text, struct why *);

/* The same with TCP to one port of whatever address, and none that is listened for. */
MUST_USE enum err landlock_enter_to(const struct sandbox_path *, size_t count, uint16_t port,
    struct buffer *text, struct why *);

enum sandbox_default {
	SANDBOX_REFUSE,		/* a call that is not listed fails with EPERM */
	SANDBOX_END,		/* it ends the process, saying which call it was */
	SANDBOX_REPORT		/* it is said on standard error, and fails: for developers */
};

/* The calls of a role (its bit in sandbox_list.h).  Appends "seccomp N calls" or why not. */
MUST_USE enum err seccomp_enter(unsigned role_bit, enum sandbox_default, struct buffer *text,
    struct why *);

/* Never more of that resource (RLIMIT_...) than the value, and no way back; less stays less. */
void sandbox_limit(int resource, uint64_t value);

/* From root to that user and group, for good; no root: nothing.  Then no capabilities. */
MUST_USE enum err user_enter(uint32_t uid, uint32_t gid, struct buffer *text, struct why *);

#endif
