/* SPDX-License-Identifier: Apache-2.0 */
/* Values of the configuration against their rows.  The sentence says what would have been right. */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/cbor.h"
#include "monitor/base/limits.h"
#include "monitor/base/option.h"
#include "monitor/base/timetext.h"

enum { MILLION = 1000000, FIXED_PLACES = 6 };

static bool
bounded(const struct option_row *row)
{
	return row->minimum != 0 || row->maximum != 0;
}

static bool
within(const struct option_row *row, int64_t value)
{
	return !bounded(row) || (value >= row->minimum && value <= row->maximum);
}

static enum err
check_text(const struct option_row *row, const char *value, struct why *why)
{
	size_t len = strlen(value);
	int64_t maximum = bounded(row) ? row->maximum : FACT_TEXT_MAX;

	if (!utf8_valid(bytes_of_text(value)))
		return why_set(why, ERR_INVALID, "%s must be UTF-8 text", row->name);
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)value[i] < 0x20 || value[i] == 0x7f)
			return why_set(why, ERR_INVALID, "%s must not hold control characters",
			    row->name);
	if ((int64_t)len < row->minimum || (int64_t)len > maximum)
		return why_set(why, ERR_INVALID, "%s must have %" PRId64 " to %" PRId64
		    " octets, not %zu", row->name, row->minimum, maximum, len);
	return ERR_OK;
}

static enum err
check_word(const struct option_row *row, const char *value, struct why *why)
{
	const char *at = row->words;
	size_t len = strlen(value);

	while (at != NULL && *at != '\0') {
		size_t word = strcspn(at, " ");

		if (word == len && len > 0 && memcmp(at, value, len) == 0)
			return ERR_OK;
		at += word;
		at += strspn(at, " ");
	}
	return why_set(why, ERR_INVALID, "%s must be one of: %s; not \"%.60s\"", row->name,
	    row->words, value);
}

enum err
integer_read(const char *text, int64_t *value)
{
	bool negative = text[0] == '-';
	const char *at = text + negative;

	*value = 0;
	if (*at == '\0')
		return ERR_INVALID;
	for (; *at != '\0'; at++) {
		int digit = *at - '0';

		if (!isdigit((unsigned char)*at) || __builtin_mul_overflow(*value, 10, value) ||
		    __builtin_add_overflow(*value, negative ? -digit : digit, value))
			return ERR_INVALID;
	}
	return ERR_OK;
}

static enum err
check_integer(const struct option_row *row, const char *value, struct why *why)
{
	int64_t number;

	if (integer_read(value, &number) != ERR_OK)
		return why_set(why, ERR_INVALID, "%s must be a whole number, not \"%.60s\"",
		    row->name, value);
	if (!within(row, number))
		return why_set(why, ERR_INVALID, "%s must be %" PRId64 " to %" PRId64
		    ", not %" PRId64, row->name, row->minimum, row->maximum, number);
	return ERR_OK;
}

static enum err
check_flag(const struct option_row *row, const char *value, struct why *why)
{
	if (strcmp(value, "true") != 0 && strcmp(value, "false") != 0)
		return why_set(why, ERR_INVALID, "%s must be true or false, not \"%.60s\"",
		    row->name, value);
	return ERR_OK;
}

static enum err
check_duration(const struct option_row *row, const char *value, struct why *why)
{
	char least[TIME_TEXT], most[TIME_TEXT];
	enum err err;
	int64_t ms;

	err = duration_read(value, &ms, why);
	if (err != ERR_OK) {
		why_in(why, "%s", row->name);
		return err;
	}
	if (within(row, ms))
		return ERR_OK;
	duration_text(row->minimum, least);
	duration_text(row->maximum, most);
	return why_set(why, ERR_INVALID, "%s must be %s to %s, not %.60s", row->name, least, most,
	    value);
}

static enum err
check_size(const struct option_row *row, const char *value, struct why *why)
{
	char least[TIME_TEXT], most[TIME_TEXT];
	uint64_t octets;
	enum err err;

	err = size_read(value, &octets, why);
	if (err != ERR_OK) {
		why_in(why, "%s", row->name);
		return err;
	}
	if (within(row, (int64_t)octets))
		return ERR_OK;
	size_text((uint64_t)row->minimum, least);
	size_text((uint64_t)row->maximum, most);
	return why_set(why, ERR_INVALID, "%s must be %s to %s, not %.60s", row->name, least, most,
	    value);
}

enum err
fixed_read(const char *text, int64_t *millionths)
{
	bool negative = text[0] == '-';
	const char *at = text + negative;
	int64_t whole = 0, part = 0;
	unsigned places = 0;

	if (!isdigit((unsigned char)*at))
		return ERR_INVALID;
	for (; isdigit((unsigned char)*at); at++) {
		whole = whole * 10 + (*at - '0');
		if (whole > INT64_MAX / MILLION - 1)
			return ERR_INVALID;
	}
	if (*at == '.') {
		for (at++; isdigit((unsigned char)*at) && places < FIXED_PLACES; at++, places++)
			part = part * 10 + (*at - '0');
		if (places == 0)
			return ERR_INVALID;
	}
	if (*at != '\0')
		return ERR_INVALID;
	for (; places < FIXED_PLACES; places++)
		part *= 10;
	*millionths = (whole * MILLION + part) * (negative ? -1 : 1);
	return ERR_OK;
}

void
fixed_text(int64_t millionths, char out[TIME_TEXT])
{
	uint64_t size = millionths < 0 ? -(uint64_t)millionths : (uint64_t)millionths;
	size_t len = (size_t)snprintf(out, TIME_TEXT, "%s%" PRIu64 ".%06" PRIu64,
	    millionths < 0 ? "-" : "", size / MILLION, size % MILLION);

	while (out[len - 1] == '0')
		out[--len] = '\0';
	if (out[len - 1] == '.')
		out[len - 1] = '\0';
}

static enum err
check_fixed(const struct option_row *row, const char *value, struct why *why)
{
	char least[TIME_TEXT], most[TIME_TEXT];
	int64_t number;

	if (fixed_read(value, &number) != ERR_OK)
		return why_set(why, ERR_INVALID, "%s must be a decimal number with at most six "
		    "places, such as \"35.681236\", not \"%.60s\"", row->name, value);
	if (within(row, number))
		return ERR_OK;
	fixed_text(row->minimum, least);
	fixed_text(row->maximum, most);
	return why_set(why, ERR_INVALID, "%s must be %s to %s, not %.60s", row->name, least, most,
	    value);
}

static enum err
check_date(const struct option_row *row, const char *value, struct why *why)
{
	char least[TIME_TEXT], most[TIME_TEXT];
	int64_t ms;
	enum err err = date_read(value, &ms, why);

	if (err != ERR_OK) {
		why_in(why, "%s", row->name);
		return err;
	}
	if (within(row, ms))
		return ERR_OK;
	time_jst_s(row->minimum, least);
	time_jst_s(row->maximum, most);
	return why_set(why, ERR_INVALID, "%s must be from %s to %s, not %.60s", row->name, least,
	    most, value);
}

static enum err
check_path(const struct option_row *row, const char *value, const char *what, struct why *why)
{
	size_t len = strlen(value);

	if (len == 0 || len >= PATH_TEXT_MAX)
		return why_set(why, ERR_INVALID, "%s must be the path of %s, 1 to %d octets",
		    row->name, what, PATH_TEXT_MAX - 1);
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)value[i] < 0x20 || value[i] == 0x7f)
			return why_set(why, ERR_INVALID, "%s must not hold control characters",
			    row->name);
	return ERR_OK;
}

/*
 * The configuration enters the ledger and leaves in bundles, so a secret may only be named.  The
 * sentence does not repeat the value: it could be the secret.
 */
static enum err
check_secret(const struct option_row *row, const char *value, struct why *why)
{
	bool path = value[0] == '/' || strncmp(value, "./", 2) == 0;

	if (!path || strstr(value, "-----BEGIN") != NULL || strchr(value, '\n') != NULL)
		return why_set(why, ERR_INVALID, "%s must be the path of a file that holds the "
		    "secret, starting with \"/\" or \"./\"; a secret itself has no place in the "
		    "configuration, because that is recorded", row->name);
	return check_path(row, value, "a file", why);
}

enum err
option_check(const struct option_row *row, const char *value, struct why *why)
{
	switch (row->type) {
	case OPTION_TEXT:     return check_text(row, value, why);
	case OPTION_WORD:     return check_word(row, value, why);
	case OPTION_INTEGER:  return check_integer(row, value, why);
	case OPTION_FLAG:     return check_flag(row, value, why);
	case OPTION_DURATION: return check_duration(row, value, why);
	case OPTION_SIZE:     return check_size(row, value, why);
	case OPTION_FILE:     return check_path(row, value, "a file", why);
	case OPTION_SECRET:   return check_secret(row, value, why);
	case OPTION_FOLDER:   return check_path(row, value, "a folder", why);
	case OPTION_FIXED:    return check_fixed(row, value, why);
	case OPTION_DATE:     return check_date(row, value, why);
	}
	return why_set(why, ERR_UNSUPPORTED, "%s has a type this version does not know", row->name);
}

const struct option_row *
option_find(const struct option_row *rows, const char *name)
{
	for (; rows != NULL && rows->name != NULL; rows++)
		if (strcmp(rows->name, name) == 0)
			return rows;
	return NULL;
}
