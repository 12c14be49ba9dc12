/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What "sekimori discover" shares: one round of a probe, heard to its end, and what is printed of
 * strangers.  Everything a peer says is bounded by its probe; of it only what can be a name or an
 * address enters a configuration.
 */
#ifndef MONITOR_DAEMON_DISCOVER_H
#define MONITOR_DAEMON_DISCOVER_H

#include "monitor/daemon/config.h"
#include "probes/net.h"
#include "probes/resolve.h"

enum { DISCOVER_HOST_MAX = 254, DISCOVER_FILE_MAX = 4 << 20, DISCOVER_OPTIONS_MAX = 16 };

/* Options of a probe as it wants them; files are read. */
struct discover_options {
	struct round_option option[DISCOVER_OPTIONS_MAX];
	struct buffer       octets[DISCOVER_OPTIONS_MAX];
	size_t              count;
};

/* ERR_INVALID with a sentence where the probe has no such option or the value does not fit. */
MUST_USE enum err discover_option(struct discover_options *, const struct probe_ops *,
    const char *name, const char *value, struct why *);
void discover_options_wipe(struct discover_options *);

/* What one round heard; copies. */
struct discover_heard {
	bool          done;
	enum outcome  outcome;
	enum err      err;
	char          address[80];
	char          detail[DETAIL_MAX];
	struct buffer evidence;		/* the first piece, or empty */
	struct buffer facts;
};

/* A loop with a machine; one for all rounds of a command. */
struct discover {
	uv_loop_t       loop;
	struct machine *machine;
};

void discover_open(struct discover *);
void discover_close(struct discover *);
/* The first address of a host, with port; turns the loop until it is known. */
MUST_USE enum err discover_resolve(struct discover *, const char *host, uint32_t port,
    int64_t deadline_ms, struct sockaddr_storage *, struct why *);
/*
 * One round at the first address of a host.  ERR_RESOLVE, ERR_TIMEOUT: no round was made, and why
 * says so.  Freed by discover_heard_free in any case.
 */
MUST_USE enum err discover_ask(struct discover *, const struct probe_ops *, const char *host,
    uint32_t port, const struct discover_options *, int64_t deadline_ms, struct discover_heard *,
    struct why *);
void discover_heard_free(struct discover_heard *);

/* Lower case letters, digits, "." and "-" of a stranger's text, at most 60; "" if none is left. */
void discover_name(const char *text, char out[NAME_MAX_LEN]);
/* True if it can stand as an address or host name in a configuration. */
bool discover_address(const char *text);

/*
 * The site new instances are put on: as asked, the only one of the plan, or "unplaced", which is
 * then declared in out.  plan and asked may be NULL.  ERR_NOT_FOUND: the plan has no such site.
 */
MUST_USE enum err discover_site(const struct plan *, const char *asked, const char **site,
    struct buffer *out, struct why *);

#endif
