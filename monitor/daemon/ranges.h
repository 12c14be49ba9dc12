/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Address ranges that a provider publishes, as a table in which the most specific range of an
 * address is found.  Files come from strangers: what is wrong refuses the file with its place, and
 * what contradicts itself says nothing about where an address is.
 */
#ifndef MONITOR_DAEMON_RANGES_H
#define MONITOR_DAEMON_RANGES_H

#include <sys/socket.h>

#include "monitor/base/bytes.h"

struct ranges;

enum ranges_answer {
	RANGES_NONE,		/* no range holds the address */
	RANGES_REGION,		/* the most specific one is of one region */
	RANGES_UNKNOWN		/* it is of no one region */
};

struct ranges_found {
	enum ranges_answer answer;
	const char        *region;	/* RANGES_REGION; lives as long as the table */
	const char        *reason;	/* RANGES_UNKNOWN: "it is published as GLOBAL" */
	unsigned           bits;	/* length of the range's prefix, of 32 or of 128 */
};

/*
 * form "aws": ip-ranges.json of Amazon Web Services: prefixes and ipv6_prefixes with region; the
 * region GLOBAL is none.  form "csv": lines of "prefix,region" with anything behind another comma
 * (RFC 8805 passes: its country is the region), "#" begins a comment, "# date: TIME" gives the
 * date (RFC 3339).  ERR_MALFORMED or ERR_LIMIT with the place; the caller frees *out.
 */
MUST_USE enum err ranges_read(const char *form, struct bytes octets, struct ranges **out,
    struct why *);
void    ranges_free(struct ranges *);		/* NULL is fine */
size_t  ranges_count(const struct ranges *);	/* different prefixes */
int64_t ranges_date_ms(const struct ranges *);	/* when the provider made it; 0 if not said */

/*
 * The most specific range that holds an IPv4 or IPv6 address (IPv4 within IPv6 counts as IPv4).
 * Addresses that are private, of a link or of a loop are in a range only if it is a csv file's and
 * lies within that block: no provider can publish what everybody has.
 */
struct ranges_found ranges_find(const struct ranges *, const struct sockaddr *);

/* For the readers of forms.  Prefix as text; a region that is empty is of no one region. */
struct ranges *ranges_new(bool own_blocks);	/* whether private blocks may be named */
MUST_USE enum err ranges_put(struct ranges *, struct bytes prefix, struct bytes region,
    struct why *);
void ranges_put_date(struct ranges *, int64_t ms);
void ranges_finish(struct ranges *);		/* behind the last; before ranges_find */
MUST_USE enum err ranges_read_aws(struct ranges *, struct bytes octets, struct why *);
MUST_USE enum err ranges_read_csv(struct ranges *, struct bytes octets, struct why *);

#endif
