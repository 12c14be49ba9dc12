/* SPDX-License-Identifier: Apache-2.0 */
/* JSON of a cloud's API; see cloud_json.h. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "monitor/base/json_bounds.h"
#include "monitor/base/timetext.h"
#include "monitor/inventory/cloud_json.h"

static enum err
bounds_check(struct bytes text, struct why *why)
{
	struct json_bounds most = { .depth = CLOUD_DEPTH_MAX, .groups = CLOUD_GROUPS_MAX };
	size_t at;

	if (json_fits(text, most, &at))
		return ERR_OK;
	return why_at(why, ERR_LIMIT, at, "the JSON is nested deeper than %d or has "
	    "more than %d objects", CLOUD_DEPTH_MAX, CLOUD_GROUPS_MAX);
}

json_t *
cloud_json_read(struct bytes text, struct why *why)
{
	json_error_t error = { .line = 0 };
	json_t *root;

	if (bounds_check(text, why) != ERR_OK)
		return NULL;
	root = json_loadb(text.len > 0 ? (const char *)text.at : "", text.len,
	    JSON_REJECT_DUPLICATES, &error);
	if (root == NULL) {
		bool early = json_error_code(&error) == json_error_premature_end_of_input;

		why_at(why, early ? ERR_TRUNCATED : ERR_MALFORMED, error.position > 0 ?
		    (uint64_t)error.position : 0, early ? "the JSON ends early, after %d octets" :
		    "it is not JSON, at octet %d", error.position);
		return NULL;
	}
	if (json_is_array(root))
		return json_pack("{s:o}", "items", root);
	if (!json_is_object(root)) {
		json_decref(root);
		why_set(why, ERR_MALFORMED, "the JSON is no object");
		return NULL;
	}
	return root;
}

json_t *
cloud_at(const json_t *value, const char *path)
{
	while (value != NULL) {
		size_t len = strcspn(path, ".");
		char word[CLOUD_WORD_MAX];

		snprintf(word, sizeof(word), "%.*s", (int)len, path);
		value = json_object_get(value, word);
		if (path[len] == '\0')
			break;
		path += len + 1;
	}
	return (json_t *)(uintptr_t)value;
}

struct bytes
cloud_text(const json_t *value, const char *path)
{
	const json_t *at = cloud_at(value, path);

	return bytes_of(json_is_string(at) ? json_string_value(at) : "", json_string_length(at));
}

enum setting
cloud_flag(const json_t *value, const char *path)
{
	const json_t *at = cloud_at(value, path);

	return json_is_true(at) ? SETTING_YES : json_is_false(at) ? SETTING_NO : SETTING_UNKNOWN;
}

size_t
cloud_count(const json_t *value, const char *path)
{
	return json_array_size(cloud_at(value, path));
}

void
cloud_set(char **field, const json_t *value, const char *path)
{
	resource_set(field, cloud_text(value, path));
}

struct bytes
cloud_tail(struct bytes text)
{
	size_t at = text.len;

	while (at > 0 && text.at[at - 1] != '/')
		at--;
	return bytes_slice(text, at, text.len - at);
}

struct bytes
cloud_between(struct bytes text, const char *word)
{
	const uint8_t *found = text.len > 0 ? memmem(text.at, text.len, word, strlen(word)) : NULL;
	const uint8_t *end;
	size_t at;

	if (found == NULL)
		return bytes_of("", 0);
	at = (size_t)(found - text.at) + strlen(word);
	end = at < text.len ? memchr(text.at + at, '/', text.len - at) : NULL;
	return bytes_slice(text, at, (end != NULL ? (size_t)(end - text.at) : text.len) - at);
}

bool
cloud_is(struct bytes text, const char *other)
{
	return text.len == strlen(other) && cloud_begins(text, other);
}

bool
cloud_begins(struct bytes text, const char *other)
{
	size_t len = strlen(other);

	return text.len >= len && (len == 0 || strncasecmp((const char *)text.at, other, len) == 0);
}

bool
cloud_ends(struct bytes text, const char *other)
{
	size_t len = strlen(other);

	return text.len >= len && cloud_is(bytes_slice(text, text.len - len, len), other);
}

void
cloud_place(char **field, const char *provider, struct bytes region)
{
	char text[RESOURCE_TEXT_MAX];
	size_t at = (size_t)snprintf(text, sizeof(text), "%s/", provider);

	for (size_t i = 0; i < region.len && at < sizeof(text) - 1; i++) {
		uint8_t c = region.at[i];

		text[at++] = (char)(c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c);
	}
	resource_set(field, bytes_of(text, region.len > 0 ? at : 0));
}

struct bytes
cloud_complaint(const json_t *body)
{
	static const char *const paths[] = { "error.message", "error_description", "message",
		"unauthorized.message", "forbidden.message", "overLimit.message",
		"itemNotFound.message", "error" };

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct bytes text = cloud_text(body, paths[i]);

		if (text.len > 0)
			return text;
	}
	return bytes_of("", 0);
}

enum setting
setting_of(bool yes)
{
	return yes ? SETTING_YES : SETTING_NO;
}

/* Fractions are left out, for clouds give seven digits; OpenStack leaves out the Z of its UTC. */
int64_t
cloud_time_ms(struct bytes text)
{
	char copy[40];
	size_t at = 19;
	int64_t ms = 0;

	if (text.len < 19 || text.len > 35)
		return 0;
	if (at < text.len && text.at[at] == '.')
		for (at++; at < text.len && text.at[at] >= '0' && text.at[at] <= '9'; at++)
			continue;
	snprintf(copy, sizeof(copy), "%.19s%.*s", (const char *)text.at, (int)(text.len - at),
	    (const char *)text.at + at);
	if (at == text.len)
		memcpy(copy + 19, "Z", 2);
	return time_read(copy, 0, &ms, NULL) == ERR_OK ? ms : 0;
}
