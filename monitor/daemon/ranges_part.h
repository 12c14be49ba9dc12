/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of ranges share: putting, for the readers of forms, and the table of one address
 * family, which is a list of ranges until it is finished and answers lookups behind that.
 */
#ifndef MONITOR_DAEMON_RANGES_PART_H
#define MONITOR_DAEMON_RANGES_PART_H

#include "monitor/daemon/ranges.h"

/* Instead of the index of a region. */
enum { REGION_WORLD = 0xfffd, REGION_NONE = 0xfffe, REGION_TWO = 0xffff };

/* Of two equal prefixes the higher rank counts; equal ranks that disagree are of no one region. */
enum range_rank { RANK_REST, RANK_REGION, RANK_WORLD };

struct range {
	uint8_t  at[16];	/* the first 4 or all 16 octets; those behind the prefix are 0 */
	uint8_t  bits, rank;
	uint16_t region;
};

/*
 * Finished, the address space is cut at each end of a range: start[i] and, where prefixes are
 * longer than 64 bits, more[i] begin a span of one answer, value[i], up to start[i + 1].
 */
struct range_table {
	struct range *range;		/* until table_finish() */
	size_t        count, cap;	/* ranges; finished: different prefixes */
	uint64_t     *start, *more;	/* the first and the second 64 bits of an address */
	uint32_t     *value;
	size_t        spans;
};

void table_add(struct range_table *, const struct range *);
void table_finish(struct range_table *);
void table_free(struct range_table *);
/* Of the most specific range that holds the address of 4 or 16 octets; false if none does. */
bool table_find(const struct range_table *, const uint8_t *at, unsigned octets, unsigned *region,
    unsigned *bits);

/* --- readers of forms ---------------------------------------------------------------------- */

typedef enum err ranges_reader(struct ranges *, struct bytes octets, struct why *);

struct ranges_form {
	const char    *name;
	size_t         ranges_max;
	bool           own_blocks;	/* whether private blocks may be named */
	ranges_reader *read;
};

ranges_reader ranges_read_csv, ranges_read_registry;				/* ranges_text.c */
ranges_reader ranges_read_aws, ranges_read_azure, ranges_read_google, ranges_read_oracle;

/* Prefix as text; a region that is empty is of no one region. */
MUST_USE enum err ranges_put(struct ranges *, struct bytes prefix, struct bytes region,
    struct why *);
MUST_USE enum err ranges_put_ranked(struct ranges *, struct bytes prefix, struct bytes region,
    enum range_rank, struct why *);
void ranges_put_date(struct ranges *, int64_t ms);
void ranges_put_serial(struct ranges *, uint64_t serial);

#endif
