/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Syslog by datagram: unix:PATH or udp://HOST:PORT.  Accepted means that the local socket, or the
 * network, took it: neither transport says more.  Names are looked up off the loop.
 */
#ifndef MONITOR_DAEMON_ENGINE_SYSLOG_H
#define MONITOR_DAEMON_ENGINE_SYSLOG_H

#include <uv.h>

#include "monitor/base/bytes.h"

typedef void syslog_sent(void *arg, uint64_t tag, enum err err, const char *answer);

/* Calls back exactly once, at once or later, unless it returns an error. */
MUST_USE enum err syslog_send(uv_loop_t *, const char *url, struct bytes line, syslog_sent *,
    void *arg, uint64_t tag);
/* "udp://[2001:db8::1]:514" into host and port; false if it is not such a URL. */
bool syslog_url_read(const char *url, char host[256], char port[8]);

#endif
