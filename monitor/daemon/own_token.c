/* SPDX-License-Identifier: Apache-2.0 */
/* The file that describes a key in a token, both directions; see own_key.h. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "monitor/daemon/own_key.h"

#define HEAD "sekimori token key 1"

static const struct { const char *name; size_t at, size; bool needed; } rows[] = {
#define ROW(name, needed) { #name, offsetof(struct own_token, name), \
	sizeof(((struct own_token *)0)->name), needed }
	ROW(module, true), ROW(token, false), ROW(serial, false), ROW(object, true),
	ROW(pin, false), ROW(paths, false), ROW(environment, false)
#undef ROW
};
enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

bool
own_token_is(struct bytes file)
{
	struct bytes head = bytes_of_text(HEAD);

	return file.len >= head.len && bytes_equal(bytes_slice(file, 0, head.len), head);
}

static struct bytes
trimmed(struct bytes text)
{
	while (text.len > 0 && (text.at[text.len - 1] == ' ' || text.at[text.len - 1] == '\r'))
		text.len--;
	while (text.len > 0 && text.at[0] == ' ')
		text = bytes_slice(text, 1, text.len - 1);
	return text;
}

/* Names alone are told, never values: one of them is the PIN. */
static enum err
line_take(struct own_token *out, struct bytes line, unsigned number, struct why *why)
{
	const uint8_t *equals = line.len > 0 ? memchr(line.at, '=', line.len) : NULL;
	size_t split = equals != NULL ? (size_t)(equals - line.at) : line.len;
	struct bytes name = trimmed(bytes_slice(line, 0, split)), value;

	if (trimmed(line).len == 0 || line.at[0] == '#')
		return ERR_OK;
	if (equals == NULL)
		return why_set(why, ERR_MALFORMED, "line %u is not NAME = VALUE", number);
	value = trimmed(bytes_slice(line, split + 1, line.len - split - 1));
	if (bytes_equal(name, bytes_of_text("network"))) {
		out->network = bytes_equal(value, bytes_of_text("true"));
		return ERR_OK;
	}
	for (size_t i = 0; i < ROWS; i++) {
		if (!bytes_equal(name, bytes_of_text(rows[i].name)))
			continue;
		if (value.len == 0 || value.len >= rows[i].size ||
		    memchr(value.at, '\0', value.len) != NULL)
			return why_set(why, ERR_MALFORMED, "line %u: %s is empty or too long",
			    number, rows[i].name);
		memcpy((char *)out + rows[i].at, value.at, value.len);
		return ERR_OK;
	}
	return why_set(why, ERR_MALFORMED, "line %u: there is no setting of that name; there are "
	    "module, token, serial, object, pin, paths, environment and network", number);
}

enum err
own_token_read(struct bytes file, struct own_token *out, struct why *why)
{
	unsigned number = 0;
	enum err err = ERR_OK;

	*out = (struct own_token){ .network = false };
	while (file.len > 0 && err == ERR_OK) {
		const uint8_t *end = memchr(file.at, '\n', file.len);
		size_t len = end != NULL ? (size_t)(end - file.at) : file.len;

		if (number++ > 0)
			err = line_take(out, bytes_slice(file, 0, len), number, why);
		len += end != NULL;
		file = bytes_slice(file, len, file.len - len);
	}
	for (size_t i = 0; i < ROWS && err == ERR_OK; i++)
		if (rows[i].needed && ((const char *)out + rows[i].at)[0] == '\0')
			err = why_set(why, ERR_INVALID, "%s is missing", rows[i].name);
	if (err == ERR_OK && out->module[0] != '/')
		err = why_set(why, ERR_INVALID, "module must be an absolute path");
	if (err == ERR_OK && out->token[0] == '\0' && out->serial[0] == '\0')
		err = why_set(why, ERR_INVALID, "neither token nor serial says which token is "
		    "meant");
	return err;
}

void
own_token_write(struct buffer *out, const struct own_token *token)
{
	buffer_put_text(out, HEAD "\n");
	for (size_t i = 0; i < ROWS; i++) {
		const char *value = (const char *)token + rows[i].at;

		if (value[0] != '\0')
			buffer_print(out, "%s = %s\n", rows[i].name, value);
	}
	if (token->network)
		buffer_put_text(out, "network = true\n");
}
