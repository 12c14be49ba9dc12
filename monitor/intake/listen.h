/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of listeners share: listen.c opens them, each transport reads in its own. */
#ifndef MONITOR_INTAKE_LISTEN_H
#define MONITOR_INTAKE_LISTEN_H

#include "monitor/intake/intake.h"

/* Room for bursts, and a count of what did not fit. */
void listener_options(int fd, bool stream);
/* Opens and binds what the plan says; listener->fd is it. */
MUST_USE enum err listener_bind(struct listener *, const struct plan_listener *, struct why *);
/* Calls back when there is something to read or a connection to accept. */
void listener_watch(struct listener *, uv_poll_cb);

/* Counts what the kernel says it dropped before this datagram. */
struct msghdr;
void listener_drops(struct listener *, struct msghdr *, const char *sender);
/* The same without a datagram: what was dropped last, with nothing behind it that could say so. */
void listener_dropped(struct listener *);
void udp_start(struct listener *);

#endif
