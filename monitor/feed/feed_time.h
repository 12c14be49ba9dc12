/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Times as feeds and HTTP write them.  A time in a zone nobody knows is no time: a local time read
 * as UTC would be a false one.
 */
#ifndef MONITOR_FEED_FEED_TIME_H
#define MONITOR_FEED_FEED_TIME_H

#include "monitor/base/bytes.h"

struct feed_when { int64_t ms; bool doubtful; };	/* ms 0: none, or one of no known zone */

struct feed_when feed_time_iso(struct bytes text);	/* RFC 3339; "+0900" too */
struct feed_when feed_time_mail(struct bytes text);	/* RFC 822, RFC 5322 3.3, RFC 9110 5.6.7 */
struct feed_when feed_time_seconds(int64_t);		/* since 1970; milliseconds if huge */

#endif
