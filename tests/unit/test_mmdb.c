/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Databases of addresses: every answer held against libmaxminddb over the same files, and files
 * that are cut, damaged in each octet, or made to lead a reader in circles.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <maxminddb.h>
#include <netinet/in.h>

#include "monitor/daemon/mmdb.h"
#include "tests/unit/vectors.h"

#define COUNTRY "tests/data/mmdb/country.mmdb"
#define NUMBER "tests/data/mmdb/asn.mmdb"

static uint32_t
next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static struct mmdb_found
find(const struct mmdb *mmdb, const uint8_t *at, unsigned octets)
{
	struct mmdb_found found;
	struct why why = { .err = ERR_OK };

	if (mmdb_find(mmdb, at, octets, &found, &why) != ERR_OK)
		fail_msg("%s", why.text);
	return found;
}

static void
reference(MMDB_s *library, const uint8_t *at, unsigned octets, struct mmdb_found *out)
{
	struct sockaddr_in four = { .sin_family = AF_INET };
	struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
	MMDB_lookup_result_s entry;
	MMDB_entry_data_s data;
	int failed;

	*out = (struct mmdb_found){ .found = false };
	memcpy(octets == 4 ? (void *)&four.sin_addr : (void *)&six.sin6_addr, at, octets);
	entry = MMDB_lookup_sockaddr(library, octets == 4 ? (struct sockaddr *)&four :
	    (struct sockaddr *)&six, &failed);
	assert_int_equal(failed, MMDB_SUCCESS);
	out->found = entry.found_entry;
	if (!entry.found_entry)
		return;
	/* In a tree of IPv6 the library gives the length of an IPv4 prefix with 96 more. */
	out->bits = entry.netmask;
	if (octets == 4 && library->metadata.ip_version == 6)
		out->bits = entry.netmask >= 96 ? out->bits - 96U : 0;
	if (MMDB_get_value(&entry.entry, &data, "country", "iso_code", NULL) == MMDB_SUCCESS &&
	    data.has_data && data.data_size == 2)
		memcpy(out->country, data.utf8_string, 2);
	if (MMDB_get_value(&entry.entry, &data, "autonomous_system_number", NULL) == MMDB_SUCCESS &&
	    data.has_data)
		out->number = data.uint32;
	if (MMDB_get_value(&entry.entry, &data, "autonomous_system_organization", NULL) ==
	    MMDB_SUCCESS && data.has_data)
		snprintf(out->holder, sizeof(out->holder), "%.*s", (int)data.data_size,
		    data.utf8_string);
}

static void
hold(const struct mmdb *mmdb, MMDB_s *library, const uint8_t *at, unsigned octets)
{
	struct mmdb_found found = find(mmdb, at, octets), expected;

	reference(library, at, octets, &expected);
	assert_int_equal(found.found, expected.found);
	assert_int_equal(found.bits, expected.bits);
	assert_string_equal(found.country, expected.country);
	assert_int_equal(found.number, expected.number);
	assert_string_equal(found.holder, expected.holder);
}

struct tour { const struct mmdb *mmdb; MMDB_s *library; unsigned entries; uint32_t random; };

/* Below a record: an entry, or nothing, is asked for by its first, its last and another address. */
static void
hold_range(struct tour *tour, const uint8_t prefix[16], unsigned bits)
{
	static const uint8_t zero[12];
	unsigned all = tour->library->metadata.ip_version == 6 ? 128 : 32;

	for (unsigned kind = 0; kind < 3; kind++) {
		uint8_t at[16];

		memcpy(at, prefix, sizeof(at));
		for (unsigned bit = bits; bit < all && kind > 0; bit++)
			if (kind == 1 || next_random(&tour->random) & 1)
				at[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
		hold(tour->mmdb, tour->library, at, all / 8);
		if (all == 128 && bits >= 96 && memcmp(at, zero, 12) == 0)
			hold(tour->mmdb, tour->library, at + 12, 4);
	}
}

/* Every record of the tree, as the library lists them. */
static void
tour_node(struct tour *tour, uint64_t node, uint8_t prefix[16], unsigned bits)
{
	MMDB_search_node_s records;

	assert_int_equal(MMDB_read_node(tour->library, (uint32_t)node, &records), MMDB_SUCCESS);
	for (unsigned right = 0; right < 2; right++) {
		uint8_t type = right ? records.right_record_type : records.left_record_type;
		uint64_t next = right ? records.right_record : records.left_record;

		if (right)
			prefix[bits / 8] |= (uint8_t)(0x80 >> bits % 8);
		tour->entries += type == MMDB_RECORD_TYPE_DATA;
		if (type == MMDB_RECORD_TYPE_SEARCH_NODE)
			tour_node(tour, next, prefix, bits + 1);
		else
			hold_range(tour, prefix, bits + 1);
	}
	prefix[bits / 8] &= (uint8_t)~(0x80 >> bits % 8);
}

static void
against_library(void **unused)
{
	static const char *const files[] = { COUNTRY, NUMBER };
	static const char *const known[] = { "2.125.160.216", "81.2.69.142", "89.160.20.112",
	    "216.160.83.56", "175.16.199.1", "1.128.0.1", "12.81.92.1", "1.0.0.0", "2001:218::1",
	    "2001:252::1", "2600:7000::1", "2c0f:ff40::1", "2a02:d5c0::1", "::1", "2002:d8a0:5338::1" };
	const uint32_t random = 88172645;

	(void)unused;
	for (size_t i = 0; i < 2; i++) {
		struct buffer octets = vectors_file(files[i]);
		struct mmdb mmdb;
		struct why why;
		MMDB_s library;
		struct tour tour = { .mmdb = &mmdb, .library = &library, .random = random };
		uint8_t prefix[16] = { 0 };
		unsigned held = 0;

		assert_int_equal(MMDB_open(files[i], MMDB_MODE_MMAP, &library), MMDB_SUCCESS);
		assert_int_equal(mmdb_read(bytes_of_buffer(&octets), &mmdb, &why), ERR_OK);
		assert_int_equal(mmdb.nodes, library.metadata.node_count);
		assert_int_equal(mmdb.record_bits, library.metadata.record_size);
		assert_int_equal(mmdb.date_ms, (int64_t)library.metadata.build_epoch * 1000);
		assert_string_equal(mmdb.type, library.metadata.database_type);
		for (size_t j = 0; j < sizeof(known) / sizeof(known[0]); j++) {
			uint8_t at[16];
			bool six = strchr(known[j], ':') != NULL;

			assert_int_equal(inet_pton(six ? AF_INET6 : AF_INET, known[j], at), 1);
			hold(&mmdb, &library, at, six ? 16 : 4);
			held += find(&mmdb, at, six ? 16 : 4).found;
		}
		assert_true(held >= 4);
		tour_node(&tour, 0, prefix, 0);
		if (tour.entries < 100)
			fail_msg("only %u entries in %s", tour.entries, files[i]);
		MMDB_close(&library);
		buffer_free(&octets);
	}
}

static void
known_answers(void **unused)
{
	struct buffer country = vectors_file(COUNTRY), number = vectors_file(NUMBER);
	static const uint8_t london[4] = { 81, 2, 69, 160 }, telstra[4] = { 1, 128, 0, 1 };
	struct mmdb_found found;
	struct mmdb mmdb;
	struct why why;

	(void)unused;
	assert_int_equal(mmdb_read(bytes_of_buffer(&country), &mmdb, &why), ERR_OK);
	found = find(&mmdb, london, 4);
	assert_string_equal(found.country, "GB");
	assert_in_range(found.bits, 8, 32);	/* of 32: not 96 too long */
	assert_int_equal(mmdb_read(bytes_of_buffer(&number), &mmdb, &why), ERR_OK);
	found = find(&mmdb, telstra, 4);
	assert_int_equal(found.number, 1221);
	assert_string_equal(found.holder, "Telstra Pty Ltd");
	assert_string_equal(found.country, "");
	buffer_free(&country);
	buffer_free(&number);
}

/* Whatever it is now: an answer or a sentence, in bounded time, and nothing outside it is read. */
static void
survive(struct bytes octets, uint32_t *random)
{
	/* Alone in memory of its own, so that a sanitizer sees a step beyond. */
	uint8_t *copy = memory_new(octets.len + 1, 1);
	struct mmdb mmdb;
	struct why why = { .err = ERR_OK };

	memcpy(copy, octets.at, octets.len);
	copy = memory_resize(copy, octets.len > 0 ? octets.len : 1, 1);
	if (mmdb_read(bytes_of(copy, octets.len), &mmdb, &why) == ERR_OK)
		for (unsigned i = 0; i < 8; i++) {
			uint8_t at[16];
			struct mmdb_found found;

			for (unsigned j = 0; j < 16; j++)
				at[j] = (uint8_t)next_random(random);
			at[0] = i % 2 == 0 ? 81 : 0x20;
			if (mmdb_find(&mmdb, at, i % 2 == 0 ? 4 : 16, &found, &why) != ERR_OK)
				assert_true(why.text[0] != '\0');
			assert_true(memchr(found.holder, '\0', sizeof(found.holder)) != NULL);
		}
	else
		assert_true(why.text[0] != '\0');
	free(copy);
}

static void
damaged(void **unused)
{
	struct buffer octets = vectors_file(NUMBER);
	struct mmdb mmdb;
	struct why why;
	uint32_t random = 521288629;

	(void)unused;
	for (size_t len = 0; len < octets.len; len += 97)
		survive(bytes_slice(bytes_of_buffer(&octets), 0, len), &random);
	for (size_t i = 0; i < octets.len; i += 3) {
		uint8_t kept = octets.at[i];

		octets.at[i] = (uint8_t)next_random(&random);
		survive(bytes_of_buffer(&octets), &random);
		octets.at[i] = kept;
	}
	/* Cut in the middle, with its end put back: the tree no longer fits. */
	assert_int_equal(mmdb_read(bytes_slice(bytes_of_buffer(&octets), octets.len / 2,
	    octets.len), &mmdb, &why), ERR_MALFORMED);
	assert_non_null(strstr(why.text, "does not fit in it: it was cut"));
	assert_int_equal(mmdb_read(bytes_slice(bytes_of_buffer(&octets), 0, octets.len / 2), &mmdb,
	    &why), ERR_MALFORMED);
	assert_non_null(strstr(why.text, "no metadata at its end"));
	buffer_free(&octets);
}

/* A tree of one node of 24 bits whose both records lead to data, and the data as given. */
static struct buffer
made(const char *data, size_t data_len, unsigned version)
{
	static const char head[] = "\xab\xcd\xef" "MaxMind.com\xe5"
	    "\x5b" "binary_format_major_version\xa1\x02" "\x4a" "node_count\xc1\x01"
	    "\x4b" "record_size\xa1\x18" "\x4a" "ip_version\xa1";
	static const char tail[] = "\x4b" "build_epoch\x04\x02\x66\x00\x00\x00";
	static const uint8_t tree[6] = { 0, 0, 17, 0, 0, 17 };
	static const uint8_t gap[16];
	struct buffer out = { .max = 0 };

	buffer_put(&out, tree, sizeof(tree));
	buffer_put(&out, gap, sizeof(gap));
	buffer_put(&out, data, data_len);
	/* "binary_format_major_version" has 27 octets: the head says so in its low bits. */
	buffer_put(&out, head, sizeof(head) - 1);
	buffer_put_u8(&out, (uint8_t)version);
	buffer_put(&out, tail, sizeof(tail) - 1);
	return out;
}

static const struct { const char *data; size_t len; bool well; } circles[] = {
#define DATA(text, well) { text, sizeof(text) - 1, well }
	DATA("\xe1\x47" "country\xe1\x48" "iso_code\x42JP", true),
	DATA("\x20\x00", false),				/* a pointer to itself */
	DATA("\xe1\x20\x00\xa1\x01", false),			/* its key is the map */
	DATA("\xe1\x47" "country\x20\x00", true),		/* its country is the whole: no code */
	DATA("\xff\xff\xff\xff", false),			/* sixteen million members */
	DATA("\xe1\x41" "a\x1f\x04\xff\xff\xff", false),	/* an array as long */
	DATA("\xe1\x41" "a" "\x01\x04\x01\x04\x01\x04\x01\x04\x01\x04\x01\x04\x01\x04\x01\x04\x01\x04"
	    "\x01\x04\x01\x04\x01\x04\x01\x04\x01\x04\x01\x04\x01\x04\x01\x04\x01\x04\xa0", false),
	DATA("\xe1\x47" "country\xe1\x48" "iso_code\x5d", false),	/* cut within a text */
	DATA("\xe1\x47" "country\xe1\x48" "iso_code\x42jp", true),
	DATA("\xa1\x01", true),					/* no map at all: nothing */
#undef DATA
};

static void
circular(void **unused)
{
	static const uint8_t at[4] = { 192, 0, 2, 1 };

	(void)unused;
	for (size_t i = 0; i < sizeof(circles) / sizeof(circles[0]); i++) {
		struct buffer octets = made(circles[i].data, circles[i].len, 4);
		struct mmdb_found found;
		struct mmdb mmdb;
		struct why why = { .err = ERR_OK };

		if (mmdb_read(bytes_of_buffer(&octets), &mmdb, &why) != ERR_OK)
			fail_msg("case %zu: %s", i, why.text);
		if ((mmdb_find(&mmdb, at, 4, &found, &why) == ERR_OK) != circles[i].well)
			fail_msg("case %zu: %s", i, circles[i].well ? why.text : "taken");
		assert_string_equal(found.country, i == 0 ? "JP" : "");
		buffer_free(&octets);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_answers), cmocka_unit_test(against_library),
		cmocka_unit_test(damaged), cmocka_unit_test(circular),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
