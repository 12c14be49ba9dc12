/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A database of addresses in the MaxMind DB format, version 2.0: country and autonomous system of
 * an address.  It is read where it lies, in shared memory, and may be anything: no walk leaves the
 * file, and none goes on without end.  A library would open it by a name, which no role may do.
 */
#ifndef MONITOR_DAEMON_MMDB_H
#define MONITOR_DAEMON_MMDB_H

#include "monitor/base/bytes.h"

enum { MMDB_COUNTRY = 2, MMDB_HOLDER_MAX = 128, MMDB_TYPE_MAX = 64 };

struct mmdb {
	struct bytes tree, data;	/* views of the file */
	uint32_t     nodes;
	unsigned     record_bits;	/* 24, 28 or 32 */
	unsigned     version;		/* 4 or 6: of the addresses in the tree */
	uint32_t     four;		/* node at which IPv4 begins */
	int64_t      date_ms;		/* build_epoch */
	char         type[MMDB_TYPE_MAX];	/* database_type, cut; printable */
};

struct mmdb_found {
	bool     found;		/* an entry holds the address */
	unsigned bits;		/* length of its prefix, of 32 or of 128 */
	char     country[MMDB_COUNTRY + 1];	/* ISO 3166-1 of where it is said to be, or "" */
	uint64_t number;	/* of its autonomous system, 0 if not said */
	char     holder[MMDB_HOLDER_MAX];	/* who announces it, cut, printable; or "" */
};

/* Views into octets, which must live as long.  ERR_MALFORMED, ERR_UNSUPPORTED, with a sentence. */
MUST_USE enum err mmdb_read(struct bytes octets, struct mmdb *, struct why *);
/* at: 4 or 16 octets.  ERR_MALFORMED: the file is damaged where the address leads. */
MUST_USE enum err mmdb_find(const struct mmdb *, const uint8_t *at, unsigned octets,
    struct mmdb_found *, struct why *);

#endif
