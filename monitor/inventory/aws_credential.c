/* SPDX-License-Identifier: Apache-2.0 */
/* The credential file of Amazon's own tools: sections, "name = value" lines, comments. */
#include <string.h>
#include <strings.h>

#include "monitor/inventory/aws.h"

static struct bytes
trimmed(struct bytes text)
{
	while (text.len > 0 && text.at[0] <= ' ')
		text = bytes_slice(text, 1, text.len - 1);
	while (text.len > 0 && text.at[text.len - 1] <= ' ')
		text.len--;
	return text;
}

static bool
is_visible(struct bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] <= ' ' || text.at[i] > '~')
			return false;
	return true;
}

static bool
named(struct bytes name, const char *wanted)
{
	return name.len == strlen(wanted) &&
	    strncasecmp((const char *)name.at, wanted, name.len) == 0;
}

/* False: the line is neither a section, a comment nor a setting. */
static bool
line_read(struct bytes line, struct aws_credential *out, unsigned *sections)
{
	const uint8_t *equals;
	struct bytes name, value;

	line = trimmed(line);
	if (line.len == 0 || line.at[0] == '#' || line.at[0] == ';')
		return true;
	if (line.at[0] == '[') {
		++*sections;
		return true;
	}
	equals = memchr(line.at, '=', line.len);
	if (equals == NULL)
		return false;
	name = trimmed(bytes_slice(line, 0, (size_t)(equals - line.at)));
	value = trimmed(bytes_slice(line, (size_t)(equals - line.at) + 1, line.len));
	if (named(name, "aws_access_key_id"))
		out->id = value;
	else if (named(name, "aws_secret_access_key"))
		out->secret = value;
	else if (named(name, "aws_session_token"))
		out->token = value;
	return true;
}

enum err
aws_credential_read(struct bytes file, struct aws_credential *out, struct why *why)
{
	unsigned line = 1, sections = 0;

	*out = (struct aws_credential){ .id = bytes_of(NULL, 0) };
	for (size_t at = 0; at < file.len; line++) {
		const uint8_t *end = memchr(file.at + at, '\n', file.len - at);
		size_t len = end != NULL ? (size_t)(end - file.at) - at : file.len - at;

		if (!line_read(bytes_slice(file, at, len), out, &sections))
			return why_set(why, ERR_INVALID, "line %u is not \"name = value\"", line);
		at += len + 1;
	}
	if (sections > 1)
		return why_set(why, ERR_INVALID, "it has %u sections, and which is meant nobody "
		    "says: keep one", sections);
	if (out->id.len == 0 || out->secret.len == 0)
		return why_set(why, ERR_INVALID, "it needs aws_access_key_id and "
		    "aws_secret_access_key");
	if (out->secret.len > AWS_SECRET_MAX)
		return why_set(why, ERR_INVALID, "aws_secret_access_key is longer than %d octets",
		    AWS_SECRET_MAX);
	if (!is_visible(out->id) || !is_visible(out->secret) || !is_visible(out->token))
		return why_set(why, ERR_INVALID, "a value holds blanks or is not ASCII");
	return ERR_OK;
}
