/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lookups of addresses on one core, each a random address in a random one of the file's ranges,
 * beside libmaxminddb over a database that is made here of the same ranges.  FEEDS names a folder
 * with whole files (aws-ip-ranges.json, ...); without it the cut ones of the tests are read.
 */
#include <arpa/inet.h>
#include <malloc.h>
#include <maxminddb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "monitor/base/file.h"
#include "monitor/base/limits.h"
#include "monitor/daemon/mmdb.h"
#include "monitor/daemon/ranges_part.h"

enum { ADDRESSES = 1 << 16, PASSES = 64, RECORD_OCTETS = 8 };

union address { struct sockaddr any; struct sockaddr_in four; struct sockaddr_in6 six; };

/* --- a database of the same ranges --------------------------------------------------------- */

struct maker { uint32_t (*node)[2]; size_t nodes, cap; };

enum { EMPTY = UINT32_MAX, DATA = UINT32_MAX - 1 };

static uint32_t
node_new(struct maker *m, uint32_t both)
{
	if (m->nodes == m->cap) {
		m->cap = m->cap > 0 ? 2 * m->cap : 4096;
		m->node = memory_resize(m->node, m->cap, sizeof(*m->node));
	}
	m->node[m->nodes][0] = m->node[m->nodes][1] = both;
	return (uint32_t)m->nodes++;
}

static void
put(struct maker *m, const uint8_t at[16], unsigned bits)
{
	uint32_t node = 0;

	for (unsigned bit = 0; bit + 1 < bits; bit++) {
		unsigned side = at[bit / 8] >> (7 - bit % 8) & 1;
		uint32_t next = m->node[node][side];

		if (next == EMPTY || next == DATA) {
			next = node_new(m, next);
			m->node[node][side] = next;
		}
		node = next;
	}
	m->node[node][at[(bits - 1) / 8] >> (7 - (bits - 1) % 8) & 1] = DATA;
}

static void
text_put(struct buffer *out, const char *text)
{
	buffer_put_u8(out, (uint8_t)(0x40 | strlen(text)));
	buffer_put_text(out, text);
}

/* Every entry is one map: what is measured is the way to it. */
static void
database_write(const struct maker *m, const char *path)
{
	static const uint8_t gap[16], entry[] = "\xe1\x46region\x45tokyo";
	struct buffer out = { .max = 0 };
	struct why why;

	for (size_t i = 0; i < m->nodes; i++)
		for (unsigned side = 0; side < 2; side++) {
			uint32_t next = m->node[i][side];

			buffer_put_be(&out, next == EMPTY ? m->nodes : next == DATA ?
			    m->nodes + sizeof(gap) : next, 4);
		}
	buffer_put(&out, gap, sizeof(gap));
	buffer_put(&out, entry, sizeof(entry) - 1);
	buffer_put(&out, "\xab\xcd\xef" "MaxMind.com\xe9", 15);
	text_put(&out, "binary_format_major_version"), buffer_put(&out, "\xa1\x02", 2);
	text_put(&out, "binary_format_minor_version"), buffer_put(&out, "\xa0", 1);
	text_put(&out, "node_count"), buffer_put_u8(&out, 0xc4), buffer_put_be(&out, m->nodes, 4);
	text_put(&out, "record_size"), buffer_put(&out, "\xa1\x20", 2);
	text_put(&out, "ip_version"), buffer_put(&out, "\xa1\x06", 2);
	text_put(&out, "database_type"), text_put(&out, "bench");
	text_put(&out, "build_epoch"), buffer_put(&out, "\x04\x02\x66\x00\x00\x00", 6);
	text_put(&out, "languages"), buffer_put(&out, "\x00\x04", 2);
	text_put(&out, "description"), buffer_put(&out, "\xe0", 1);
	if (file_write(path, bytes_of_buffer(&out), 0600, &why) != ERR_OK) {
		fprintf(stderr, "bench_ranges: %s\n", why.text);
		exit(1);
	}
	buffer_free(&out);
}

/* --- addresses ----------------------------------------------------------------------------- */

static uint64_t
next_random(void)
{
	static uint64_t state = UINT64_C(88172645463325252);

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

struct prefix { uint8_t at[16]; unsigned bits; bool four; };

/* Prefixes as they stand in the file, whatever its form: everything with a slash. */
static size_t
prefixes_of(struct bytes octets, struct prefix **out)
{
	size_t count = 0, cap = 0;

	*out = NULL;
	for (size_t i = 0; i + 3 < octets.len; i++) {
		char text[64];
		size_t from = i, to = i + 1;
		struct prefix one = { .bits = 0 };

		if (octets.at[i] != '/' || octets.at[i + 1] < '0' || octets.at[i + 1] > '9')
			continue;
		while (from > 0 && strchr("0123456789abcdefABCDEF.:", octets.at[from - 1]) != NULL)
			from--;
		while (to < octets.len && octets.at[to] >= '0' && octets.at[to] <= '9')
			one.bits = one.bits * 10 + (unsigned)(octets.at[to++] - '0');
		if (i - from >= sizeof(text) || one.bits == 0)
			continue;
		memcpy(text, octets.at + from, i - from);
		text[i - from] = '\0';
		one.four = inet_pton(AF_INET, text, one.at) == 1;
		if (!one.four && inet_pton(AF_INET6, text, one.at) != 1)
			continue;
		if (count == cap) {
			cap = cap > 0 ? 2 * cap : 4096;
			*out = memory_resize(*out, cap, sizeof(**out));
		}
		(*out)[count++] = one;
	}
	return count;
}

static int
by_length(const void *a, const void *b)
{
	return (int)((const struct prefix *)a)->bits - (int)((const struct prefix *)b)->bits;
}

static union address
address_in(const struct prefix *prefix)
{
	union address out = { .six = { .sin6_family = AF_INET6 } };
	uint8_t at[16];

	memcpy(at, prefix->at, sizeof(at));
	for (unsigned bit = prefix->bits; bit < (prefix->four ? 32 : 128); bit++)
		if (next_random() & 1)
			at[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
	if (prefix->four) {
		out = (union address){ .four = { .sin_family = AF_INET } };
		memcpy(&out.four.sin_addr, at, 4);
	} else {
		memcpy(&out.six.sin6_addr, at, 16);
	}
	return out;
}

/* Of this process: what others take of the core meanwhile is not ours. */
static int64_t
spent_ns(void)
{
	struct timespec spent;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
	return spent.tv_sec * INT64_C(1000000000) + spent.tv_nsec;
}

/* --- measuring ----------------------------------------------------------------------------- */

static double
rate(int64_t begun_ns)
{
	return (double)ADDRESSES * PASSES / ((double)(spent_ns() - begun_ns) / 1e9) / 1e6;
}

static double
measure_table(const struct ranges *ranges, const union address *address, size_t *found)
{
	int64_t begun = spent_ns();

	*found = 0;
	for (unsigned pass = 0; pass < PASSES; pass++)
		for (size_t i = 0; i < ADDRESSES; i++)
			*found += ranges_find(ranges, &address[i].any).answer != RANGES_NONE;
	return rate(begun);
}

static double
measure_library(const char *path, const union address *address, size_t *found)
{
	MMDB_s library;
	int64_t begun;

	if (MMDB_open(path, MMDB_MODE_MMAP, &library) != MMDB_SUCCESS) {
		fprintf(stderr, "bench_ranges: libmaxminddb does not open %s\n", path);
		exit(1);
	}
	begun = spent_ns();
	*found = 0;
	for (unsigned pass = 0; pass < PASSES; pass++)
		for (size_t i = 0; i < ADDRESSES; i++) {
			int failed;

			*found += MMDB_lookup_sockaddr(&library, &address[i].any,
			    &failed).found_entry;
		}
	MMDB_close(&library);
	return rate(begun);
}

static void
measure(const char *form, const char *path)
{
	static union address address[ADDRESSES];
	struct buffer octets = { .max = 0 };
	struct prefix *prefix;
	struct maker maker = { .nodes = 0 };
	struct ranges *ranges = NULL;
	struct why why;
	char database[] = "/tmp/bench_rangesXXXXXX";
	size_t prefixes, ours_found, found, before, memory;
	double ours, theirs;
	int64_t begun, read_ns;

	if (file_read(path, RANGES_FILE_MAX, &octets, &why) != ERR_OK) {
		printf("| %-9s | skipped: %s\n", form, why.text);
		return;
	}
	before = mallinfo2().uordblks;
	begun = spent_ns();
	if (ranges_read(form, bytes_of_buffer(&octets), &ranges, &why) != ERR_OK) {
		fprintf(stderr, "bench_ranges: %s: %s\n", path, why.text);
		exit(1);
	}
	read_ns = spent_ns() - begun;
	memory = mallinfo2().uordblks - before;
	prefixes = prefixes_of(bytes_of_buffer(&octets), &prefix);
	qsort(prefix, prefixes, sizeof(*prefix), by_length);
	node_new(&maker, EMPTY);
	for (size_t i = 0; i < prefixes; i++) {
		uint8_t at[16] = { 0 };

		memcpy(prefix[i].four ? at + 12 : at, prefix[i].at, prefix[i].four ? 4 : 16);
		put(&maker, at, prefix[i].bits + (prefix[i].four ? 96 : 0));
	}
	for (size_t i = 0; i < ADDRESSES; i++)
		address[i] = address_in(&prefix[next_random() % prefixes]);
	close(mkstemp(database));
	database_write(&maker, database);
	ours = measure_table(ranges, address, &ours_found);
	theirs = measure_library(database, address, &found);
	printf("| %-9s | %7zu | %7.1f | %9zu | %8.1f | %8.1f | %10zu | %5.1f |\n", form,
	    ranges_count(ranges), (double)read_ns / 1e6, memory / 1024, ours, theirs,
	    maker.nodes * RECORD_OCTETS / 1024, ours / theirs);
	/* The file of Azure has tags that we pass over: the library knows them, too. */
	if (strcmp(form, "azure") != 0 && ours_found != found)
		printf("the answers differ: %zu and %zu of %u\n", ours_found, found,
		    ADDRESSES * PASSES);
	unlink(database);
	free(maker.node);
	free(prefix);
	ranges_free(ranges);
	buffer_free(&octets);
}

/* As many as are taken, of random lengths at random places: no cache line is near another. */
static void
measure_random(void)
{
	struct buffer text = { .max = 0 };
	char path[] = "/tmp/bench_randomXXXXXX";
	struct why why;

	for (unsigned i = 0; i < RANGES_MAX; i++) {
		unsigned bits = 12 + (unsigned)(next_random() % 13);
		uint32_t at = (uint32_t)next_random() & ~(uint32_t)0 << (32 - bits);

		if (at >> 24 < 11 || (at >> 24 >= 100 && at >> 24 <= 192))
			at = (at & 0x00ffffff) | 0x0b000000;
		buffer_print(&text, "%u.%u.%u.%u/%u,r%u\n", at >> 24, at >> 16 & 255, at >> 8 & 255,
		    at & 255, bits, i % 4000);
	}
	close(mkstemp(path));
	if (file_write(path, bytes_of_buffer(&text), 0600, &why) == ERR_OK)
		measure("csv", path);
	unlink(path);
	buffer_free(&text);
}

int
main(void)
{
	static const struct { const char *form, *whole, *cut; } files[] = {
		{ "aws", "aws-ip-ranges.json", "aws.json" },
		{ "azure", "azure-servicetags-public.json", "azure.json" },
		{ "google", "gcp-cloud.json", "google.json" },
		{ "oracle", "oracle-public-ip-ranges.json", "oracle.json" },
	};
	const char *folder = getenv("FEEDS");

	printf("| form      |  ranges | read ms |  KiB kept | M/s ours | M/s libmaxminddb | its KiB | ratio |\n");
	printf("|-----------|---------|---------|-----------|----------|----------|------------|-------|\n");
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char path[PATH_TEXT_MAX];

		snprintf(path, sizeof(path), "%s/%s", folder != NULL ? folder :
		    "tests/data/ip-ranges", folder != NULL ? files[i].whole : files[i].cut);
		measure(files[i].form, path);
	}
	measure_random();
	return 0;
}
