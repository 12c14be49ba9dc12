/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ranges as lines: csv, and the delegated files of regional registries, which say how many lines
 * they have, so that one that was cut is found.  Each fault has its line.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/limits.h"
#include "monitor/base/timetext.h"
#include "monitor/daemon/ranges_part.h"

/* --- lines --------------------------------------------------------------------------------- */

static struct bytes
trimmed(struct bytes text)
{
	while (text.len > 0 && (text.at[0] == ' ' || text.at[0] == '\t'))
		text = bytes_slice(text, 1, text.len - 1);
	while (text.len > 0 && strchr(" \t\r", text.at[text.len - 1]) != NULL &&
	    text.at[text.len - 1] != '\0')
		text.len--;
	return text;
}

/* Up to the separator; rest goes on behind it and is empty after the last. */
static struct bytes
part_take(struct bytes *rest, char separator)
{
	const uint8_t *end = rest->len > 0 ? memchr(rest->at, separator, rest->len) : NULL;
	size_t len = end != NULL ? (size_t)(end - rest->at) : rest->len;
	struct bytes part = bytes_slice(*rest, 0, len);

	*rest = end != NULL ? bytes_slice(*rest, len + 1, rest->len - len - 1) :
	    bytes_of(NULL, 0);
	return part;
}

/* A field without blanks around it and without quotes (RFC 4180). */
static struct bytes
field_take(struct bytes *line)
{
	struct bytes field = trimmed(part_take(line, ','));

	if (field.len >= 2 && field.at[0] == '"' && field.at[field.len - 1] == '"')
		field = trimmed(bytes_slice(field, 1, field.len - 2));
	return field;
}

/* "# date: 2026-01-02T00:00:00Z"; other comments say nothing. */
static enum err
comment_take(struct ranges *ranges, struct bytes line, struct why *why)
{
	static const char mark[] = "date:";
	struct bytes text = trimmed(bytes_slice(line, 1, line.len - 1));
	char value[TIME_TEXT];
	int64_t ms;
	enum err err;

	if (text.len < sizeof(mark) - 1 || memcmp(text.at, mark, sizeof(mark) - 1) != 0 ||
	    ranges_date_ms(ranges) != 0)
		return ERR_OK;
	text = trimmed(bytes_slice(text, sizeof(mark) - 1, text.len));
	if (text.len >= sizeof(value) || (text.len > 0 && memchr(text.at, '\0', text.len) != NULL))
		return why_set(why, ERR_MALFORMED, "what follows \"date:\" is not a date");
	memcpy(value, text.len > 0 ? (const char *)text.at : "", text.len);
	value[text.len] = '\0';
	err = date_read(value, &ms, why);
	if (err != ERR_OK)
		return ERR_MALFORMED;
	ranges_put_date(ranges, ms);
	return ERR_OK;
}

static enum err
line_take(struct ranges *ranges, struct bytes line, struct why *why)
{
	struct bytes prefix, region;

	line = trimmed(line);
	if (line.len == 0)
		return ERR_OK;
	if (line.at[0] == '#')
		return comment_take(ranges, line, why);
	if (memchr(line.at, ',', line.len) == NULL)
		return why_set(why, ERR_MALFORMED, "there is no comma; a line is "
		    "\"prefix,region\"");
	prefix = field_take(&line);
	region = field_take(&line);
	return ranges_put(ranges, prefix, region, why);
}

enum err
ranges_read_csv(struct ranges *ranges, struct bytes octets, struct why *why)
{
	enum err err = ERR_OK;
	uint64_t line = 0;

	if (octets.len >= 3 && memcmp(octets.at, "\xef\xbb\xbf", 3) == 0)
		octets = bytes_slice(octets, 3, octets.len - 3);
	while (octets.len > 0 && err == ERR_OK) {
		line++;
		err = line_take(ranges, part_take(&octets, '\n'), why);
	}
	if (err != ERR_OK)
		why_in(why, "line %llu", (unsigned long long)line);
	return err;
}

/* --- regional registries ------------------------------------------------------------------- */

/* A line of registry|country|type|start|value|date|status, or the head: version|registry|... */
enum { FIELDS = 7 };
enum { HEAD_VERSION, HEAD_REGISTRY, HEAD_SERIAL, HEAD_RECORDS, HEAD_BEGAN, HEAD_ENDS };
enum { ROW_REGISTRY, ROW_COUNTRY, ROW_TYPE, ROW_START, ROW_VALUE, ROW_DATE, ROW_STATUS };

struct registry {
	struct ranges *ranges;
	bool           headed;
	uint64_t       told, rows;	/* records by the head; those that were read */
};

static bool
number_read(struct bytes text, uint64_t most, uint64_t *out)
{
	*out = 0;
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9' || *out > most / 10)
			return false;
		*out = *out * 10 + (uint64_t)(text.at[i] - '0');
	}
	return text.len > 0 && *out <= most;
}

static bool
is(struct bytes text, const char *word)
{
	return bytes_equal(text, bytes_of_text(word));
}

/* "20210715": the day up to which the file speaks, as midnight in UTC. */
static bool
day_read(struct bytes text, int64_t *ms)
{
	char date[TIME_TEXT];

	if (text.len != 8)
		return false;
	snprintf(date, sizeof(date), "%.4s-%.2s-%.2sT00:00:00Z", (const char *)text.at,
	    (const char *)text.at + 4, (const char *)text.at + 6);
	return date_read(date, ms, NULL) == ERR_OK;
}

static enum err
head_take(struct registry *registry, const struct bytes *field, struct why *why)
{
	uint64_t serial;
	int64_t ms;

	if (!number_read(field[HEAD_RECORDS], UINT32_MAX, &registry->told) ||
	    !number_read(field[HEAD_SERIAL], UINT64_MAX / 16, &serial) ||
	    !day_read(field[HEAD_ENDS], &ms))
		return why_set(why, ERR_MALFORMED, "it is not the head of a delegated file: "
		    "version|registry|serial|records|began|ends|offset");
	registry->headed = true;
	ranges_put_serial(registry->ranges, serial);
	ranges_put_date(registry->ranges, ms);
	return ERR_OK;
}

/* "JP"; AP and EU are whole regions and ZZ is nobody: no country. */
static enum err
country_read(struct bytes text, struct bytes *out, struct why *why)
{
	*out = is(text, "AP") || is(text, "EU") || is(text, "ZZ") ? bytes_of(NULL, 0) : text;
	if (text.len == 2 && text.at[0] >= 'A' && text.at[0] <= 'Z' && text.at[1] >= 'A' &&
	    text.at[1] <= 'Z')
		return ERR_OK;
	return why_set(why, ERR_MALFORMED, "\"%.*s\" is not a country of two capital letters",
	    text.len < 20 ? (int)text.len : 20, (const char *)text.at);
}

/* So many addresses from the first, as the fewest prefixes: counts are not always powers of two. */
static enum err
four_put(struct ranges *ranges, struct bytes start, struct bytes count, struct bytes country,
    struct why *why)
{
	char text[INET_ADDRSTRLEN + 12], dotted[INET_ADDRSTRLEN];
	struct in_addr first;
	uint64_t at, left;
	enum err err = ERR_OK;

	snprintf(text, sizeof(text), "%.*s", (int)start.len, (const char *)start.at);
	if (start.len >= sizeof(dotted) || inet_pton(AF_INET, text, &first) != 1)
		return why_set(why, ERR_MALFORMED, "\"%.*s\" is not an IPv4 address",
		    start.len < 40 ? (int)start.len : 40, (const char *)start.at);
	at = ntohl(first.s_addr);
	if (!number_read(count, UINT32_MAX, &left) || left == 0 ||
	    at + left > UINT64_C(1) << 32)
		return why_set(why, ERR_MALFORMED, "\"%.*s\" is not a count of addresses from %s "
		    "on", count.len < 20 ? (int)count.len : 20, (const char *)count.at, text);
	while (left > 0 && err == ERR_OK) {
		unsigned bits = 32;

		while (bits > 1 && (at & UINT64_C(1) << (32 - bits)) == 0 &&
		    UINT64_C(1) << (33 - bits) <= left)
			bits--;
		first.s_addr = htonl((uint32_t)at);
		inet_ntop(AF_INET, &first, dotted, sizeof(dotted));
		snprintf(text, sizeof(text), "%s/%u", dotted, bits);
		err = ranges_put(ranges, bytes_of_text(text), country, why);
		at += UINT64_C(1) << (32 - bits);
		left -= UINT64_C(1) << (32 - bits);
	}
	return err;
}

static enum err
six_put(struct ranges *ranges, struct bytes start, struct bytes bits, struct bytes country,
    struct why *why)
{
	struct buffer prefix = { .max = PATH_TEXT_MAX };
	enum err err;

	buffer_put(&prefix, start.at, start.len);
	buffer_put_u8(&prefix, '/');
	buffer_put(&prefix, bits.at, bits.len);
	err = ranges_put(ranges, bytes_of_buffer(&prefix), country, why);
	buffer_free(&prefix);
	return err;
}

/* Numbers of autonomous systems and what nobody holds are counted and passed over. */
static enum err
row_take(struct registry *registry, const struct bytes *field, struct why *why)
{
	bool four = is(field[ROW_TYPE], "ipv4"), six = is(field[ROW_TYPE], "ipv6");
	struct bytes country;
	enum err err;

	registry->rows++;
	if (!four && !six && !is(field[ROW_TYPE], "asn"))
		return why_set(why, ERR_MALFORMED, "\"%.*s\" is none of asn, ipv4 and ipv6",
		    field[ROW_TYPE].len < 20 ? (int)field[ROW_TYPE].len : 20,
		    (const char *)field[ROW_TYPE].at);
	if ((!four && !six) || (!is(field[ROW_STATUS], "allocated") &&
	    !is(field[ROW_STATUS], "assigned")))
		return ERR_OK;
	err = country_read(field[ROW_COUNTRY], &country, why);
	if (err != ERR_OK)
		return err;
	return four ?
	    four_put(registry->ranges, field[ROW_START], field[ROW_VALUE], country, why) :
	    six_put(registry->ranges, field[ROW_START], field[ROW_VALUE], country, why);
}

static enum err
registry_line(struct registry *registry, struct bytes line, struct why *why)
{
	struct bytes field[FIELDS] = { { .len = 0 } };
	size_t fields = 0;

	line = trimmed(line);
	if (line.len == 0 || line.at[0] == '#')
		return ERR_OK;
	while (line.len > 0 && fields < FIELDS)
		field[fields++] = part_take(&line, '|');
	if (!registry->headed)
		return head_take(registry, field, why);
	if (fields == 6 && is(field[5], "summary"))
		return ERR_OK;
	if (fields < FIELDS)
		return why_set(why, ERR_MALFORMED, "it has %zu fields of %d", fields, FIELDS);
	return row_take(registry, field, why);
}

enum err
ranges_read_registry(struct ranges *ranges, struct bytes octets, struct why *why)
{
	struct registry registry = { .ranges = ranges };
	enum err err = ERR_OK;
	uint64_t line = 0;

	while (octets.len > 0 && err == ERR_OK) {
		line++;
		err = registry_line(&registry, part_take(&octets, '\n'), why);
	}
	if (err != ERR_OK) {
		why_in(why, "line %" PRIu64, line);
		return err;
	}
	if (!registry.headed)
		return why_set(why, ERR_MALFORMED, "it has no head: it is empty, or was cut");
	if (registry.rows != registry.told)
		return why_set(why, ERR_MALFORMED, "its head tells of %" PRIu64 " records and "
		    "there are %" PRIu64 ": it was cut, or is a part; fetch it whole",
		    registry.told, registry.rows);
	return ERR_OK;
}
