/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages to the ledger in their order: straight onto the link while it takes them, then into
 * memory until it does again.  OUTBOX_MAX records fill it; who asks outbox_full() begins nothing
 * new.
 */
#ifndef MONITOR_DAEMON_OUTBOX_H
#define MONITOR_DAEMON_OUTBOX_H

#include "monitor/daemon/link.h"

struct outbox_message;

struct outbox {
	int                    fd;
	struct outbox_message *first, *last;
	size_t                 records;		/* waiting */
	bool                   broken;		/* the ledger is gone */
};

void outbox_send(struct outbox *, enum message, struct bytes body);
/* Sends what waits, as far as the link takes it. */
void outbox_drain(struct outbox *);
/* The same, waiting for the link at most so long; false if something is left. */
bool outbox_flush(struct outbox *, int64_t milliseconds);
bool outbox_empty(const struct outbox *);
bool outbox_full(const struct outbox *);
void outbox_free(struct outbox *);

#endif
