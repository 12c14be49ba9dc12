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
 * The forms, each as its publisher serves it:
 * "aws"      ip-ranges.json: prefixes and ipv6_prefixes; the region GLOBAL is none
 * "azure"    ServiceTags_Public.json: the tags AzureCloud.REGION; what AzureCloud has beyond them
 *            is of no region, what AzureFrontDoor names answers from many places
 * "google"   cloud.json: scope; the scope global is none
 * "oracle"   public_ip_ranges.json: cidrs of regions
 * "registry" delegated or delegated-extended file of a regional registry: the "region" is the
 *            country of the holder, which is not where an address is used
 * "csv"      lines of "prefix,region" with anything behind another comma (RFC 8805 passes: its
 *            country is the region), "#" begins a comment, "# date: TIME" gives the date (RFC 3339)
 * ERR_MALFORMED or ERR_LIMIT with the place; the caller frees *out.
 */
MUST_USE enum err ranges_read(const char *form, struct bytes octets, struct ranges **out,
    struct why *);
void    ranges_free(struct ranges *);		/* NULL is fine */
size_t  ranges_count(const struct ranges *);	/* different prefixes */
int64_t ranges_date_ms(const struct ranges *);	/* when the provider made it; 0 if not said */
uint64_t ranges_serial(const struct ranges *);	/* grows with each edition; 0 if there is none */

/*
 * The most specific range that holds an IPv4 or IPv6 address (IPv4 within IPv6 counts as IPv4).
 * Addresses that are private, of a link or of a loop are in a range only if it is a csv file's and
 * lies within that block: no provider can publish what everybody has.
 */
struct ranges_found ranges_find(const struct ranges *, const struct sockaddr *);

#endif
