/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The forms in which ranges are published, each with the place of the first fault.  JSON is looked
 * over before it is parsed, so that a file cannot ask for more memory than its ranges need.
 */
#include <jansson.h>
#include <string.h>

#include "monitor/base/limits.h"
#include "monitor/base/timetext.h"
#include "monitor/daemon/ranges.h"

enum { AWS_DEPTH = 3, AWS_MEMBERS = 8 };	/* nesting; members of an entry, with room */

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

/* --- Amazon Web Services ------------------------------------------------------------------- */

/* Depth, because jansson recurses; values, because each takes memory. */
static enum err
json_fits(struct bytes text, struct why *why)
{
	size_t depth = 0, groups = 0, values = 0;
	bool inside = false;	/* a string */

	for (size_t i = 0; i < text.len; i++) {
		uint8_t at = text.at[i];

		if (at == '"')
			inside = !inside;
		else if (inside)
			i += at == '\\';
		else if (at == '{' || at == '[')
			groups++, depth++;
		else if ((at == '}' || at == ']') && depth > 0)
			depth--;
		else
			values += at == ',';
		if (depth > AWS_DEPTH)
			return why_at(why, ERR_MALFORMED, i, "it is nested deeper than %d at octet "
			    "%zu", AWS_DEPTH, i);
	}
	if (groups > RANGES_MAX + AWS_MEMBERS || values > (size_t)RANGES_MAX * AWS_MEMBERS)
		return why_set(why, ERR_LIMIT, "there are more than %d ranges", RANGES_MAX);
	return ERR_OK;
}

/* "2026-08-22-15-17-05", in UTC. */
static enum err
date_take(struct ranges *ranges, const json_t *root, struct why *why)
{
	const char *made = json_string_value(json_object_get(root, "createDate"));
	char text[TIME_TEXT] = "";
	int64_t ms;

	if (made != NULL && strlen(made) == 19) {
		memcpy(text, made, 19);
		text[10] = 'T';
		text[13] = text[16] = ':';
		text[19] = 'Z';
	}
	if (made == NULL || strlen(made) != 19 || made[10] != '-' || made[13] != '-' ||
	    made[16] != '-' || date_read(text, &ms, NULL) != ERR_OK)
		return why_set(why, ERR_MALFORMED, "createDate is not a time such as "
		    "\"2026-08-22-15-17-05\"");
	ranges_put_date(ranges, ms);
	return ERR_OK;
}

static enum err
prefixes_take(struct ranges *ranges, const json_t *root, const char *list, const char *key,
    struct why *why)
{
	const json_t *prefixes = json_object_get(root, list);
	enum err err = ERR_OK;

	if (!json_is_array(prefixes))
		return why_set(why, ERR_MALFORMED, "there is no list \"%s\"", list);
	for (size_t i = 0; i < json_array_size(prefixes) && err == ERR_OK; i++) {
		const json_t *entry = json_array_get(prefixes, i);
		const json_t *prefix = json_object_get(entry, key);
		const json_t *region = json_object_get(entry, "region");
		struct bytes name;

		if (!json_is_string(prefix) || !json_is_string(region))
			return why_set(why, ERR_MALFORMED, "%s[%zu] has no %s or no region", list,
			    i, key);
		name = bytes_of(json_string_value(region), json_string_length(region));
		if (bytes_equal(name, bytes_of_text("GLOBAL")))
			name = bytes_of(NULL, 0);
		err = ranges_put(ranges, bytes_of(json_string_value(prefix),
		    json_string_length(prefix)), name, why);
		if (err != ERR_OK)
			why_in(why, "%s[%zu]", list, i);
	}
	return err;
}

enum err
ranges_read_aws(struct ranges *ranges, struct bytes octets, struct why *why)
{
	json_error_t error;
	json_t *root;
	enum err err = json_fits(octets, why);

	if (err != ERR_OK)
		return err;
	root = json_loadb((const char *)octets.at, octets.len, JSON_REJECT_DUPLICATES, &error);
	if (root == NULL)
		return why_set(why, ERR_MALFORMED, "line %d is not JSON, or has a key twice",
		    error.line);
	err = date_take(ranges, root, why);
	if (err == ERR_OK)
		err = prefixes_take(ranges, root, "prefixes", "ip_prefix", why);
	if (err == ERR_OK)
		err = prefixes_take(ranges, root, "ipv6_prefixes", "ipv6_prefix", why);
	json_decref(root);
	return err;
}
