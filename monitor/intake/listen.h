/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of listeners share: listen.c opens them, each transport reads in its own. */
#ifndef MONITOR_INTAKE_LISTEN_H
#define MONITOR_INTAKE_LISTEN_H

#include "monitor/intake/intake.h"

/* Calls back when there is something to read or a connection to accept. */
void listener_watch(struct listener *, uv_poll_cb);

/* Counts what the kernel says it dropped before this datagram. */
struct msghdr;
void listener_drops(struct listener *, struct msghdr *, const char *sender);
void udp_start(struct listener *);

#endif
