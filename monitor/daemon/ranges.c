/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ranges as they are put, and what is found of an address.  The forms that are read stand in one
 * table here, their readers in ranges_json.c and ranges_text.c, the lookup in ranges_table.c.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/cbor.h"
#include "monitor/base/limits.h"
#include "monitor/daemon/ranges.h"
#include "monitor/daemon/ranges_part.h"

enum { FOUR = 4, SIX = 16, PREFIX_TEXT = 64, REGIONS_MAX = 4096 };

struct ranges {
	const struct ranges_form *form;
	struct range_table four, six;
	char            **region;	/* as they came; order[] has them by name */
	uint16_t         *order;
	size_t            regions;
	uint64_t          serial;
	int64_t           date_ms;
};

static const struct ranges_form forms[] = {
	{ "csv",      RANGES_MAX,   true,  ranges_read_csv },
	{ "aws",      RANGES_MAX,   false, ranges_read_aws },
	{ "azure",    RANGES_MAX,   false, ranges_read_azure },
	{ "google",   RANGES_MAX,   false, ranges_read_google },
	{ "oracle",   RANGES_MAX,   false, ranges_read_oracle },
	{ "registry", REGISTRY_MAX, false, ranges_read_registry },
};

/* --- blocks that everybody has ------------------------------------------------------------- */

/* RFC 1918, 6598, 1122, 3927 and RFC 4193, 4291: octets and length. */
static const struct { uint8_t octets, at[2], bits; } private_blocks[] = {
	{ FOUR, { 10, 0 }, 8 }, { FOUR, { 172, 16 }, 12 }, { FOUR, { 192, 168 }, 16 },
	{ FOUR, { 100, 64 }, 10 }, { FOUR, { 127, 0 }, 8 }, { FOUR, { 169, 254 }, 16 },
	{ FOUR, { 0, 0 }, 8 }, { SIX, { 0xfc, 0 }, 7 }, { SIX, { 0xfe, 0x80 }, 10 },
	{ SIX, { 0, 0 }, 8 },
};

static bool
bits_equal(const uint8_t *a, const uint8_t *b, unsigned bits)
{
	uint8_t mask = (uint8_t)(0xff00 >> bits % 8);

	return memcmp(a, b, bits / 8) == 0 &&
	    (bits % 8 == 0 || ((a[bits / 8] ^ b[bits / 8]) & mask) == 0);
}

/* Length of the private block that holds the address; 0 if none does. */
static unsigned
private_bits(const uint8_t *at, unsigned octets)
{
	for (size_t i = 0; i < sizeof(private_blocks) / sizeof(private_blocks[0]); i++)
		if (private_blocks[i].octets == octets &&
		    bits_equal(at, private_blocks[i].at, private_blocks[i].bits))
			return private_blocks[i].bits;
	return 0;
}

/* --- making -------------------------------------------------------------------------------- */

static struct ranges *
ranges_new(const struct ranges_form *form)
{
	struct ranges *ranges = memory_new(1, sizeof(*ranges));

	ranges->form = form;
	return ranges;
}

void
ranges_free(struct ranges *ranges)
{
	if (ranges == NULL)
		return;
	for (size_t i = 0; i < ranges->regions; i++)
		free(ranges->region[i]);
	free(ranges->region);
	free(ranges->order);
	table_free(&ranges->four);
	table_free(&ranges->six);
	free(ranges);
}

void
ranges_put_date(struct ranges *ranges, int64_t ms)
{
	ranges->date_ms = ms;
}

void
ranges_put_serial(struct ranges *ranges, uint64_t serial)
{
	ranges->serial = serial;
}

static enum err
region_check(struct bytes region, struct why *why)
{
	bool plain = utf8_valid(region) && region.len < NAME_MAX_LEN;

	for (size_t i = 0; i < region.len && plain; i++)
		plain = region.at[i] >= 0x20 && region.at[i] != 0x7f && region.at[i] != '/' &&
		    region.at[i] != ',';
	if (!plain)
		return why_set(why, ERR_MALFORMED, "its region is not a name of at most %d octets "
		    "without \"/\" and commas", NAME_MAX_LEN - 1);
	return ERR_OK;
}

/* The index of a region, which is new or was there. */
static enum err
region_index(struct ranges *ranges, struct bytes region, uint16_t *index, struct why *why)
{
	size_t low = 0, high = ranges->regions;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = bytes_compare(region,
		    bytes_of_text(ranges->region[ranges->order[middle]]));

		if (order == 0) {
			*index = ranges->order[middle];
			return ERR_OK;
		}
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	if (ranges->regions == REGIONS_MAX)
		return why_set(why, ERR_LIMIT, "there are more than %d regions", REGIONS_MAX);
	if (ranges->region == NULL) {
		ranges->region = memory_new(REGIONS_MAX, sizeof(*ranges->region));
		ranges->order = memory_new(REGIONS_MAX, sizeof(*ranges->order));
	}
	*index = (uint16_t)ranges->regions;
	ranges->region[ranges->regions] = memory_text(region);
	memmove(&ranges->order[low + 1], &ranges->order[low],
	    (ranges->regions - low) * sizeof(*ranges->order));
	ranges->order[low] = *index;
	ranges->regions++;
	return ERR_OK;
}

/* "/24": digits alone, at most three, in range.  No slash: the whole address. */
static bool
bits_read(const char *text, unsigned all, uint8_t *bits)
{
	unsigned value = 0, digits = 0;

	*bits = (uint8_t)all;
	if (*text == '\0')
		return true;
	for (text++; *text >= '0' && *text <= '9' && digits < 3; text++, digits++)
		value = value * 10 + (unsigned)(*text - '0');
	*bits = (uint8_t)value;
	return digits > 0 && *text == '\0' && value <= all;
}

static bool
prefix_read(struct bytes prefix, struct range *range, unsigned *octets)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	char text[PREFIX_TEXT], address[PREFIX_TEXT];
	size_t len;

	if (prefix.len == 0 || prefix.len >= PREFIX_TEXT ||
	    memchr(prefix.at, '\0', prefix.len) != NULL)
		return false;
	memcpy(text, prefix.at, prefix.len);
	text[prefix.len] = '\0';
	len = strcspn(text, "/");
	memcpy(address, text, len);
	address[len] = '\0';
	if (inet_pton(AF_INET, address, range->at) == 1)
		*octets = FOUR;
	else if (inet_pton(AF_INET6, address, range->at) == 1 &&
	    memcmp(range->at, mapped, sizeof(mapped)) != 0)
		*octets = SIX;
	else
		return false;
	return bits_read(text + len, *octets * 8, &range->bits);
}

static bool
host_bits(const struct range *range, unsigned octets)
{
	for (unsigned bit = range->bits; bit < octets * 8; bit++)
		if (range->at[bit / 8] & 0x80 >> bit % 8)
			return true;
	return false;
}

enum err
ranges_put(struct ranges *ranges, struct bytes prefix, struct bytes region, struct why *why)
{
	return ranges_put_ranked(ranges, prefix, region, RANK_REGION, why);
}

enum err
ranges_put_ranked(struct ranges *ranges, struct bytes prefix, struct bytes region,
    enum range_rank rank, struct why *why)
{
	struct range range = { .region = rank == RANK_WORLD ? REGION_WORLD : REGION_NONE,
	    .rank = (uint8_t)rank };
	unsigned octets = 0;
	enum err err;

	if (!prefix_read(prefix, &range, &octets))
		return why_set(why, ERR_MALFORMED, "\"%.*s\" is not an address prefix such as "
		    "192.0.2.0/24", prefix.len < 60 ? (int)prefix.len : 60,
		    (const char *)prefix.at);
	if (range.bits == 0)
		return why_set(why, ERR_MALFORMED, "a prefix of length 0 holds every address");
	if (host_bits(&range, octets))
		return why_set(why, ERR_MALFORMED, "\"%.*s\" has bits set beyond its length",
		    (int)prefix.len, (const char *)prefix.at);
	if (ranges_count(ranges) == ranges->form->ranges_max)
		return why_set(why, ERR_LIMIT, "there are more than %zu ranges",
		    ranges->form->ranges_max);
	err = region_check(region, why);
	if (err == ERR_OK && region.len > 0)
		err = region_index(ranges, region, &range.region, why);
	if (err == ERR_OK)
		table_add(octets == FOUR ? &ranges->four : &ranges->six, &range);
	return err;
}

static const struct ranges_form *
form_find(const char *name)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (strcmp(forms[i].name, name) == 0)
			return &forms[i];
	return NULL;
}

enum err
ranges_read(const char *name, struct bytes octets, struct ranges **out, struct why *why)
{
	const struct ranges_form *form = form_find(name);
	struct ranges *ranges;
	enum err err;

	*out = NULL;
	if (octets.len > RANGES_FILE_MAX)
		return why_set(why, ERR_LIMIT, "it is larger than %d octets", RANGES_FILE_MAX);
	if (form == NULL)
		return why_set(why, ERR_UNSUPPORTED, "this version reads no ranges of the form "
		    "\"%.40s\"", name);
	ranges = ranges_new(form);
	err = form->read(ranges, octets, why);
	if (err != ERR_OK) {
		ranges_free(ranges);
		return err;
	}
	table_finish(&ranges->four);
	table_finish(&ranges->six);
	*out = ranges;
	return ERR_OK;
}

size_t
ranges_count(const struct ranges *ranges)
{
	return ranges->four.count + ranges->six.count;
}

int64_t
ranges_date_ms(const struct ranges *ranges)
{
	return ranges->date_ms;
}

uint64_t
ranges_serial(const struct ranges *ranges)
{
	return ranges->serial;
}

/* --- finding ------------------------------------------------------------------------------- */

/* The octets of the address, and in octets how many: 4, 16, or 0 if it is neither. */
static const uint8_t *
address_octets(const struct sockaddr *address, unsigned *octets)
{
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)address;

	*octets = FOUR;
	if (address->sa_family == AF_INET)
		return (const uint8_t *)&((const struct sockaddr_in *)address)->sin_addr;
	if (address->sa_family != AF_INET6) {
		*octets = 0;
		return NULL;
	}
	if (IN6_IS_ADDR_V4MAPPED(&six->sin6_addr))
		return six->sin6_addr.s6_addr + SIX - FOUR;
	*octets = SIX;
	return six->sin6_addr.s6_addr;
}

/* Why a range names no region. */
static const char *
region_reason(unsigned region)
{
	switch (region) {
	case REGION_TWO:
		return "it is published for two regions";
	case REGION_WORLD:
		return "it is published for a service that answers from many places";
	default:
		return "it is published for no one region";
	}
}

struct ranges_found
ranges_find(const struct ranges *ranges, const struct sockaddr *address)
{
	struct ranges_found out = { .answer = RANGES_NONE };
	unsigned octets, block, region, bits;
	const uint8_t *at = address_octets(address, &octets);

	if (octets == 0 || !table_find(octets == FOUR ? &ranges->four : &ranges->six, at, octets,
	    &region, &bits))
		return out;
	block = private_bits(at, octets);
	if (block != 0 && (!ranges->form->own_blocks || bits < block))
		return out;
	out.bits = bits;
	out.answer = region < REGION_WORLD ? RANGES_REGION : RANGES_UNKNOWN;
	if (out.answer == RANGES_REGION)
		out.region = ranges->region[region];
	else
		out.reason = region_reason(region);
	return out;
}
