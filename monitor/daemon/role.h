/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every role process does first.  The supervisor re-executes the program as
 * "sekimori role NAME INDEX" (or the role's own executable in libexec, with the same operands)
 * with the control link as descriptor 3.  role_begin() waits until START came.
 */
#ifndef MONITOR_DAEMON_ROLE_H
#define MONITOR_DAEMON_ROLE_H

#include "monitor/base/hash.h"
#include "monitor/ledger/record.h"
#include "monitor/state/plan.h"

struct own_token;

enum { ROLE_CONTROL_FD = 3, ROLE_LINKS_MAX = 128 };

/* Indexes of the fetch role: what others ask for; the sources of the plan; its downloads. */
enum { FETCH_SERVES, FETCH_POLLS, FETCH_KEEPS };

struct role_file { const char *path; struct bytes octets; };

struct role_link { uint64_t role, index; int fd; };

struct role_shared { char *path; int fd; };	/* a sealed memfd: it never changes or shrinks */

struct role_start {
	enum role    role;
	uint32_t     index;
	int          control;		/* link to the supervisor */
	char         state[4096];	/* state folder */
	char         config[4096];
	char         libexec[4096];	/* where programs of their own are found */
	char         key[4096];		/* signing key file, for the signer only */
	char         newest_note[4096];	/* extra copy of the newest anchored checkpoint, or "" */
	bool         sandbox_report;	/* say what the sandbox refuses: for developers */
	const struct own_token *own_token[3];	/* of the signer: own_key.h */
	struct hash  program;		/* SHA-256 of the executable, read before the sandbox */
	struct buffer plan_octets;
	struct plan  *plan;		/* NULL for the ledger before the first CONFIG */
	struct buffer files;		/* the FILES body; see role_file() */
	struct role_shared shared[PLAN_FEED_MAX];	/* since that FILES; see role_map() */
	uint32_t     shares;
	struct role_link link[ROLE_LINKS_MAX];
	uint32_t     links;
};

/* Blocks until START; ERR_CLOSED if the supervisor went away. */
MUST_USE enum err role_begin(struct role_start *, enum role, uint32_t index, struct why *);
/*
 * Takes one later control message (PLAN, FILES, FILE, LINK) into the struct; others are ignored
 * here and attached is closed.  A plan that does not decode leaves the old one in force.  A LINK to
 * a role that is already there closes the older descriptor, so a role that polls it stops polling
 * first: role_link_read() says which one a LINK body is about.
 */
MUST_USE enum err role_take(struct role_start *, unsigned message, struct bytes body, int attached,
    struct why *);
int          role_link_fd(const struct role_start *, enum role, uint32_t index); /* or -1 */
bool         role_link_read(struct bytes body, uint64_t *role, uint64_t *index);
/* Closes and forgets a link, for one whose peer is gone or talks nonsense. */
void         role_link_drop(struct role_start *, enum role, uint32_t index);
/* Gives back everything the struct holds, links and control included. */
void         role_end(struct role_start *);
struct bytes role_file(const struct role_start *, const char *path);	/* empty if not there */
/* Maps a file that is shared, or empty; the caller gives it back with role_unmap(). */
struct bytes role_map(const struct role_start *, const char *path);
void         role_unmap(struct bytes);		/* empty is fine */
/* Fills the SELF record of this process: program hash, sandbox text, clock quality. */
void         role_self(const struct role_start *, struct record *, struct buffer *scratch,
    const char *sandbox);

/*
 * "READY" on the control link: the role works.  It is said again at least every ROLE_READY_MS: the
 * supervisor ends a role that is silent for ROLE_SILENCE_MS longer than the last READY announced.
 */
enum { ROLE_READY_MS = 5000, ROLE_SILENCE_MS = 30000 };
MUST_USE enum err role_ready(const struct role_start *, uint64_t silent_ms);

/* One entry per role; the number it returns is the exit status. */
#define ROLE(number, NAME, name, text) int name##_main(struct role_start *);
#include "monitor/ledger/role_list.h"

/*
 * Gives up everything the role does not need: user, capabilities, seccomp, Landlock (layers that
 * the kernel lacks are said in the text).  Appends one line for SELF to text.  After it, breaking
 * a rule ends the process (parsers) or fails the call (others).
 */
MUST_USE enum err sandbox_enter(enum role, const struct role_start *, struct buffer *text,
    struct why *);
/*
 * What of the plan the sandbox of a worker is made from, zero for most.  A process whose plan
 * changes it cannot widen its sandbox: it ends and is started again.
 */
struct hash sandbox_basis(const struct role_start *);
/* This process is a worker that has targets of the probe "icmp": their sockets are opened before
 * the right to open them is given up. */
bool        sandbox_for_echo(const struct role_start *);

#endif
