/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Name lookups: at most LOOKUPS_IN_FLIGHT at a time, the rest wait in order.  All addresses
 * behind a name are probed apart, so the answer is sorted and bounded; literal addresses need no
 * lookup and are answered at once.
 */
#ifndef PROBES_RESOLVE_H
#define PROBES_RESOLVE_H

#include <sys/socket.h>
#include <uv.h>

#include "monitor/base/limits.h"
#include "probes/probe.h"

struct resolver;
struct lookup;

struct resolved {
	enum err    err;		/* ERR_OK, ERR_RESOLVE, ERR_TIMEOUT, ERR_IO */
	const char *text;		/* why not, "" if it did */
	bool        final;		/* the name service says there is no such name or address */
	bool        literal;
	struct sockaddr_storage address[REPLICA_MAX];	/* with port; ascending, each once */
	size_t      count;		/* of address[] */
	size_t      total;		/* how many the name has */
	int64_t     us;			/* what the lookup took, waiting for its turn included */
};

struct resolve_request {
	const char *host;
	uint32_t    port;
	int         family;		/* AF_UNSPEC, or only addresses of this one */
	int64_t     deadline_ms;
};

typedef void (*resolve_done)(void *arg, const struct resolved *);

struct resolver *resolver_new(uv_loop_t *);
/* The system is busy with a lookup: a thread that nothing can stop. */
bool             resolver_busy(const struct resolver *);
/* Cancels all; lookups that the system is busy with are awaited. */
void             resolver_free(struct resolver *);
/*
 * done is called once, for a literal before this returns (then the result is NULL).  Where only
 * addresses of another family are found, the answer is ERR_RESOLVE and not final.  After
 * deadline_ms the answer is ERR_TIMEOUT whatever the system is still doing.
 */
struct lookup   *resolve_start(struct resolver *, const struct resolve_request *,
    resolve_done done, void *arg);
void             lookup_cancel(struct lookup *);	/* done is not called */

socklen_t address_len(const struct sockaddr *);
void      address_set_port(struct sockaddr *, uint16_t port);	/* of AF_INET or AF_INET6 */
/* "192.0.2.1:443" or "[2001:db8::1]:443"; "" for AF_UNSPEC, where a round asks no peer. */
void      address_text(const struct sockaddr *, char *out, size_t out_len);
/* True if host is a literal address; it is put into out with the port. */
bool      address_read(const char *host, uint32_t port, struct sockaddr_storage *out);

#endif
