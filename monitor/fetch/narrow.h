/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every transfer of ours by libcurl is narrowed to: no redirect, no proxy, no
 * credential file, TLS 1.2 at least with peer and name verified, bounded in octets and time.
 */
#ifndef MONITOR_FETCH_NARROW_H
#define MONITOR_FETCH_NARROW_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

/* protocols: "https", or "http,https".  False: an option was refused; nothing may be sent. */
bool narrow(CURL *, const char *protocols, int64_t time_ms, uint64_t octets_max);

#endif
