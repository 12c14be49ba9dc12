/* SPDX-License-Identifier: Apache-2.0 */
/* Countries of addresses; see audit_places.h.  IPv4 stands within IPv6, as ::ffff:0:0/96. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/audit_places.h"

struct row { uint8_t prefix[16]; uint8_t bits; char country[3]; };

struct audit_places { struct row *row; size_t rows, cap; uint8_t used[129]; };

/* bits: in the 128 of IPv6; 96 is added to those of IPv4. */
static bool
address_read(struct bytes text, uint8_t out[16], bool *four)
{
	char copy[64];

	if (text.len == 0 || text.len >= sizeof(copy))
		return false;
	snprintf(copy, sizeof(copy), "%.*s", (int)text.len, (const char *)text.at);
	memset(out, 0, 16);
	out[10] = out[11] = 0xff;
	*four = inet_pton(AF_INET, copy, out + 12) == 1;
	return *four || inet_pton(AF_INET6, copy, out) == 1;
}

static void
mask(uint8_t octets[16], unsigned bits)
{
	for (unsigned i = 0; i < 16; i++) {
		unsigned left = bits > 8 * i ? bits - 8 * i : 0;

		octets[i] &= left >= 8 ? 0xff : (uint8_t)(0xff00u >> left);
	}
}

static bool
bits_read(struct bytes text, bool four, uint8_t *bits)
{
	unsigned value = 0, most = four ? 32 : 128;

	if (text.len == 0 || text.len > 3)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
		value = 10 * value + (text.at[i] - '0');
	}
	*bits = (uint8_t)(four ? value + 96 : value);
	return value <= most;
}

static struct bytes
trimmed(struct bytes text)
{
	while (text.len > 0 && text.at[text.len - 1] <= ' ')
		text.len--;
	while (text.len > 0 && text.at[0] <= ' ')
		text = bytes_slice(text, 1, text.len - 1);
	return text;
}

static bool
row_read(struct bytes line, struct row *row)
{
	const uint8_t *comma = memchr(line.at, ',', line.len), *slash, *next;
	struct bytes prefix, country;
	bool four;

	if (comma == NULL)
		return false;
	prefix = trimmed(bytes_slice(line, 0, (size_t)(comma - line.at)));
	country = bytes_slice(line, (size_t)(comma - line.at) + 1, line.len);
	next = country.len > 0 ? memchr(country.at, ',', country.len) : NULL;
	if (next != NULL)
		country.len = (size_t)(next - country.at);
	country = trimmed(country);
	slash = prefix.len > 0 ? memchr(prefix.at, '/', prefix.len) : NULL;
	if (slash == NULL || country.len != 2 || !address_read(bytes_slice(prefix, 0,
	    (size_t)(slash - prefix.at)), row->prefix, &four) || !bits_read(bytes_slice(prefix,
	    (size_t)(slash - prefix.at) + 1, prefix.len), four, &row->bits))
		return false;
	for (int i = 0; i < 2; i++) {
		uint8_t c = country.at[i] & 0xdf;

		if (c < 'A' || c > 'Z')
			return false;
		row->country[i] = (char)c;
	}
	row->country[2] = '\0';
	mask(row->prefix, row->bits);
	return true;
}

static int
by_prefix(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int order = memcmp(x->prefix, y->prefix, 16);

	return order != 0 ? order : (int)x->bits - (int)y->bits;
}

/* One prefix twice with two countries says nothing: it is kept, with no country. */
static void
finish(struct audit_places *places)
{
	size_t kept = 0;

	if (places->rows > 0)
		qsort(places->row, places->rows, sizeof(*places->row), by_prefix);
	for (size_t i = 0; i < places->rows; i++) {
		struct row *before = kept > 0 ? &places->row[kept - 1] : NULL;

		if (before == NULL || by_prefix(before, &places->row[i]) != 0)
			places->row[kept++] = places->row[i];
		else if (strcmp(before->country, places->row[i].country) != 0)
			before->country[0] = '\0';
	}
	places->rows = kept;
	for (size_t i = 0; i < kept; i++)
		places->used[places->row[i].bits] = 1;
}

static enum err
line_take(struct audit_places *places, struct bytes line, size_t number, struct why *why)
{
	line = trimmed(line);
	if (line.len == 0 || line.at[0] == '#')
		return ERR_OK;
	if (places->rows == RANGES_MAX)
		return why_set(why, ERR_LIMIT, "more than %d prefixes", RANGES_MAX);
	if (places->rows == places->cap) {
		places->cap = places->cap > 0 ? 2 * places->cap : 256;
		places->row = memory_resize(places->row, places->cap, sizeof(*places->row));
	}
	if (!row_read(line, &places->row[places->rows]))
		return why_set(why, ERR_MALFORMED, "line %zu is no \"prefix,country\", such as "
		    "192.0.2.0/24,JP", number);
	places->rows++;
	return ERR_OK;
}

enum err
audit_places_read(struct bytes octets, struct audit_places **out, struct why *why)
{
	struct audit_places *places = memory_new(1, sizeof(*places));
	enum err err = ERR_OK;
	size_t number = 1;

	while (err == ERR_OK && octets.len > 0) {
		const uint8_t *end = memchr(octets.at, '\n', octets.len);
		size_t len = end != NULL ? (size_t)(end - octets.at) : octets.len;

		err = line_take(places, bytes_slice(octets, 0, len), number++, why);
		octets = bytes_slice(octets, end != NULL ? len + 1 : len, octets.len);
	}
	if (err != ERR_OK) {
		audit_places_free(places);
		return err;
	}
	finish(places);
	*out = places;
	return ERR_OK;
}

void
audit_places_free(struct audit_places *places)
{
	if (places != NULL)
		free(places->row);
	free(places);
}

size_t
audit_places_count(const struct audit_places *places)
{
	return places->rows;
}

bool
audit_places_find(const struct audit_places *places, struct bytes address, char country[3])
{
	uint8_t octets[16];
	bool four;

	if (places == NULL || !address_read(address, octets, &four))
		return false;
	for (int bits = 128; bits >= 0; bits--) {
		struct row wanted = { .bits = (uint8_t)bits };
		const struct row *found;

		if (!places->used[bits])
			continue;
		memcpy(wanted.prefix, octets, 16);
		mask(wanted.prefix, (unsigned)bits);
		found = bsearch(&wanted, places->row, places->rows, sizeof(wanted), by_prefix);
		if (found != NULL) {
			memcpy(country, found->country, 3);
			return found->country[0] != '\0';
		}
	}
	return false;
}
