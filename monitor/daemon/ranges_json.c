/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ranges as JSON, of four clouds, each with the place of the first fault.  JSON is looked over
 * before it is parsed, so that a file cannot ask for more memory than its ranges need.
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/limits.h"
#include "monitor/base/timetext.h"
#include "monitor/daemon/ranges_part.h"

enum { MEMBERS = 8 };	/* values of an entry, with room */
enum { AWS_DEPTH = 3, GOOGLE_DEPTH = 3, AZURE_DEPTH = 5, ORACLE_DEPTH = 6 };	/* nesting */

/* Depth, because jansson recurses; values, because each takes memory. */
static enum err
json_fits(struct bytes text, size_t depth_max, struct why *why)
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
		if (depth > depth_max)
			return why_at(why, ERR_MALFORMED, i, "it is nested deeper than %zu at "
			    "octet %zu", depth_max, i);
	}
	if (groups > RANGES_MAX + MEMBERS || values > (size_t)RANGES_MAX * MEMBERS)
		return why_set(why, ERR_LIMIT, "there are more than %d ranges", RANGES_MAX);
	return ERR_OK;
}

static enum err
root_read(struct bytes octets, size_t depth_max, json_t **root, struct why *why)
{
	json_error_t error;
	enum err err = json_fits(octets, depth_max, why);

	*root = NULL;
	if (err != ERR_OK)
		return err;
	*root = json_loadb((const char *)octets.at, octets.len, JSON_REJECT_DUPLICATES, &error);
	if (*root == NULL)
		return why_set(why, ERR_MALFORMED, "line %d is not JSON, or has a key twice",
		    error.line);
	return ERR_OK;
}

/* The octets of a text; nothing of what is none. */
static struct bytes
text_of(const json_t *value)
{
	return bytes_of(json_string_value(value), json_string_length(value));
}

static enum err
list_of(const json_t *from, const char *name, const json_t **list, struct why *why)
{
	*list = json_object_get(from, name);
	return json_is_array(*list) ? ERR_OK : why_set(why, ERR_MALFORMED,
	    "there is no list \"%s\"", name);
}

static uint64_t
digits_read(const char *text)
{
	unsigned long long number = 0;
	int end = 0;

	if (text == NULL || strspn(text, "0123456789") != strlen(text) || strlen(text) > 18 ||
	    sscanf(text, "%18llu%n", &number, &end) != 1)
		return 0;
	return number;
}

/* --- Amazon Web Services ------------------------------------------------------------------- */

/* "2026-08-22-15-17-05", in UTC. */
static enum err
aws_date(struct ranges *ranges, const json_t *root, struct why *why)
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
	ranges_put_serial(ranges, digits_read(json_string_value(json_object_get(root,
	    "syncToken"))));
	return ERR_OK;
}

static enum err
aws_prefixes(struct ranges *ranges, const json_t *root, const char *name, const char *key,
    struct why *why)
{
	const json_t *prefixes;
	enum err err = list_of(root, name, &prefixes, why);

	for (size_t i = 0; err == ERR_OK && i < json_array_size(prefixes); i++) {
		const json_t *entry = json_array_get(prefixes, i);
		const json_t *prefix = json_object_get(entry, key);
		const json_t *region = json_object_get(entry, "region");

		if (!json_is_string(prefix) || !json_is_string(region))
			return why_set(why, ERR_MALFORMED, "%s[%zu] has no %s or no region", name,
			    i, key);
		err = ranges_put(ranges, text_of(prefix),
		    strcmp(json_string_value(region), "GLOBAL") == 0 ? bytes_of(NULL, 0) :
		    text_of(region), why);
		if (err != ERR_OK)
			why_in(why, "%s[%zu]", name, i);
	}
	return err;
}

enum err
ranges_read_aws(struct ranges *ranges, struct bytes octets, struct why *why)
{
	json_t *root;
	enum err err = root_read(octets, AWS_DEPTH, &root, why);

	if (err == ERR_OK)
		err = aws_date(ranges, root, why);
	if (err == ERR_OK)
		err = aws_prefixes(ranges, root, "prefixes", "ip_prefix", why);
	if (err == ERR_OK)
		err = aws_prefixes(ranges, root, "ipv6_prefixes", "ipv6_prefix", why);
	json_decref(root);
	return err;
}

/* --- Microsoft Azure ----------------------------------------------------------------------- */

/* False: a tag that says nothing of places, because its addresses are in every region. */
static bool
azure_rank(const char *tag, enum range_rank *rank)
{
	static const char cloud[] = "AzureCloud", region[] = "AzureCloud.";
	static const char door[] = "AzureFrontDoor.";

	*rank = strncmp(tag, door, strlen(door)) == 0 ? RANK_WORLD :
	    strncmp(tag, region, strlen(region)) == 0 ? RANK_REGION : RANK_REST;
	return *rank != RANK_REST || strcmp(tag, cloud) == 0;
}

static enum err
azure_tag(struct ranges *ranges, const json_t *entry, struct why *why)
{
	const json_t *name = json_object_get(entry, "name");
	const json_t *properties = json_object_get(entry, "properties");
	const json_t *region = json_object_get(properties, "region"), *prefixes;
	enum range_rank rank;
	enum err err;

	if (!json_is_string(name) || !json_is_string(region))
		return why_set(why, ERR_MALFORMED, "it has no name or no region");
	err = list_of(properties, "addressPrefixes", &prefixes, why);
	if (err != ERR_OK || !azure_rank(json_string_value(name), &rank))
		return err;
	if (rank == RANK_REGION && json_string_length(region) == 0)
		return why_set(why, ERR_MALFORMED, "\"%.60s\" has no region",
		    json_string_value(name));
	for (size_t i = 0; err == ERR_OK && i < json_array_size(prefixes); i++) {
		err = ranges_put_ranked(ranges, text_of(json_array_get(prefixes, i)),
		    rank == RANK_REGION ? text_of(region) : bytes_of(NULL, 0), rank, why);
		if (err != ERR_OK)
			why_in(why, "addressPrefixes[%zu]", i);
	}
	return err;
}

/* There is no date in it: the change number says which edition it is. */
enum err
ranges_read_azure(struct ranges *ranges, struct bytes octets, struct why *why)
{
	const json_t *values, *number;
	json_t *root;
	enum err err = root_read(octets, AZURE_DEPTH, &root, why);

	if (err == ERR_OK)
		err = list_of(root, "values", &values, why);
	number = json_object_get(root, "changeNumber");
	if (err == ERR_OK && json_integer_value(number) <= 0)
		err = why_set(why, ERR_MALFORMED, "there is no changeNumber");
	if (err == ERR_OK)
		ranges_put_serial(ranges, (uint64_t)json_integer_value(number));
	for (size_t i = 0; err == ERR_OK && i < json_array_size(values); i++) {
		err = azure_tag(ranges, json_array_get(values, i), why);
		if (err != ERR_OK)
			why_in(why, "values[%zu]", i);
	}
	json_decref(root);
	return err;
}

/* --- Google Cloud -------------------------------------------------------------------------- */

static enum err
google_entry(struct ranges *ranges, const json_t *entry, struct why *why)
{
	const json_t *scope = json_object_get(entry, "scope");
	const json_t *four = json_object_get(entry, "ipv4Prefix");
	const json_t *prefix = four != NULL ? four : json_object_get(entry, "ipv6Prefix");

	if (!json_is_string(prefix) || !json_is_string(scope))
		return why_set(why, ERR_MALFORMED, "it has no prefix or no scope");
	return ranges_put(ranges, text_of(prefix), strcmp(json_string_value(scope), "global") == 0 ?
	    bytes_of(NULL, 0) : text_of(scope), why);
}

/* creationTime has no zone; syncToken is the same moment in milliseconds since 1970. */
enum err
ranges_read_google(struct ranges *ranges, struct bytes octets, struct why *why)
{
	const json_t *prefixes;
	uint64_t token;
	json_t *root;
	enum err err = root_read(octets, GOOGLE_DEPTH, &root, why);

	if (err == ERR_OK)
		err = list_of(root, "prefixes", &prefixes, why);
	token = digits_read(json_string_value(json_object_get(root, "syncToken")));
	if (err == ERR_OK && token == 0)
		err = why_set(why, ERR_MALFORMED, "syncToken is not milliseconds since 1970");
	if (err == ERR_OK) {
		ranges_put_date(ranges, (int64_t)token);
		ranges_put_serial(ranges, token);
	}
	for (size_t i = 0; err == ERR_OK && i < json_array_size(prefixes); i++) {
		err = google_entry(ranges, json_array_get(prefixes, i), why);
		if (err != ERR_OK)
			why_in(why, "prefixes[%zu]", i);
	}
	json_decref(root);
	return err;
}

/* --- Oracle Cloud -------------------------------------------------------------------------- */

/* "2025-07-21T07:13:25.457838", in UTC. */
static enum err
oracle_date(struct ranges *ranges, const json_t *root, struct why *why)
{
	const char *made = json_string_value(json_object_get(root, "last_updated_timestamp"));
	char text[TIME_TEXT];
	int64_t ms;

	snprintf(text, sizeof(text), "%.19sZ", made != NULL ? made : "");
	if (made == NULL || strlen(made) < 19 || made[10] != 'T' ||
	    strspn(made + 19, ".0123456789") != strlen(made + 19) ||
	    date_read(text, &ms, NULL) != ERR_OK)
		return why_set(why, ERR_MALFORMED, "last_updated_timestamp is not a time such as "
		    "\"2025-07-21T07:13:25.457838\"");
	ranges_put_date(ranges, ms);
	return ERR_OK;
}

static enum err
oracle_region(struct ranges *ranges, const json_t *entry, struct why *why)
{
	const json_t *region = json_object_get(entry, "region"), *cidrs;
	enum err err = list_of(entry, "cidrs", &cidrs, why);

	if (err == ERR_OK && json_string_length(region) == 0)
		err = why_set(why, ERR_MALFORMED, "it has no region");
	for (size_t i = 0; err == ERR_OK && i < json_array_size(cidrs); i++) {
		err = ranges_put(ranges, text_of(json_object_get(json_array_get(cidrs, i),
		    "cidr")), text_of(region), why);
		if (err != ERR_OK)
			why_in(why, "cidrs[%zu]", i);
	}
	return err;
}

enum err
ranges_read_oracle(struct ranges *ranges, struct bytes octets, struct why *why)
{
	const json_t *regions;
	json_t *root;
	enum err err = root_read(octets, ORACLE_DEPTH, &root, why);

	if (err == ERR_OK)
		err = oracle_date(ranges, root, why);
	if (err == ERR_OK)
		err = list_of(root, "regions", &regions, why);
	for (size_t i = 0; err == ERR_OK && i < json_array_size(regions); i++) {
		err = oracle_region(ranges, json_array_get(regions, i), why);
		if (err != ERR_OK)
			why_in(why, "regions[%zu]", i);
	}
	json_decref(root);
	return err;
}
