/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PKCS#11 URIs (RFC 7512): token, serial, object, id, type of the path; module-path and pin-source
 * of the query.  A PIN inside the URI is refused: it would stand in histories and process lists.
 */
#include <stdio.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "reports/seal_part.h"

#define SCHEME "pkcs11:"

bool
seal_is_uri(const char *key)
{
	return strncmp(key, SCHEME, sizeof(SCHEME) - 1) == 0;
}

static int
digit_of(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 :
	    c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Percent encoding taken off; false if it is broken, too long, or hides a NUL in a text. */
static bool
value_decode(struct bytes value, bool text, uint8_t *out, size_t max, size_t *len)
{
	*len = 0;
	for (size_t i = 0; i < value.len; i++) {
		uint8_t octet = value.at[i];

		if (octet == '%') {
			int high = i + 2 < value.len ? digit_of((char)value.at[i + 1]) : -1;
			int low = high >= 0 ? digit_of((char)value.at[i + 2]) : -1;

			if (low < 0)
				return false;
			octet = (uint8_t)(high * 16 + low);
			i += 2;
		}
		if (*len == max || (text && octet == '\0'))
			return false;
		out[(*len)++] = octet;
	}
	return true;
}

static bool
text_decode(struct bytes value, char *out, size_t out_len)
{
	size_t len;

	if (!value_decode(value, true, (uint8_t *)out, out_len - 1, &len) || len == 0)
		return false;
	out[len] = '\0';
	return true;
}

static bool
is_name(struct bytes name, const char *text)
{
	return bytes_equal(name, bytes_of_text(text));
}

/* RFC 7512, 2.4: pin-source is a path, or a "file:" URI of one. */
static bool
pin_source(struct bytes value, char out[PATH_TEXT_MAX])
{
	char text[PATH_TEXT_MAX];
	const char *at = text;

	if (!text_decode(value, text, sizeof(text)))
		return false;
	if (strncmp(at, "file://", 7) == 0)
		at += 7;
	else if (strncmp(at, "file:", 5) == 0)
		at += 5;
	snprintf(out, PATH_TEXT_MAX, "%s", at);
	return out[0] == '/';
}

static enum err
attribute_take(struct seal_uri *out, struct bytes name, struct bytes value, struct why *why)
{
	bool good = true;

	if (is_name(name, "pin-value"))
		return why_set(why, ERR_INVALID, _("the URI of the key holds a PIN; name a file "
		    "with --pin FILE or pin-source instead"));
	if (is_name(name, "token"))
		good = text_decode(value, out->token, sizeof(out->token));
	else if (is_name(name, "serial"))
		good = text_decode(value, out->serial, sizeof(out->serial));
	else if (is_name(name, "object"))
		good = text_decode(value, out->object, sizeof(out->object));
	else if (is_name(name, "id"))
		good = value_decode(value, false, out->id, sizeof(out->id), &out->id_len);
	else if (is_name(name, "type"))
		good = is_name(value, "private");
	else if (is_name(name, "module-path"))
		good = text_decode(value, out->module, sizeof(out->module));
	else if (is_name(name, "pin-source"))
		good = pin_source(value, out->pin);
	else
		return why_set(why, ERR_INVALID, _("the URI of the key has an attribute \"%.*s\" "
		    "that is not used here"), (int)(name.len < 40 ? name.len : 40),
		    (const char *)name.at);
	return good ? ERR_OK : why_set(why, ERR_INVALID,
	    _("the attribute \"%.*s\" in the URI of the key cannot be read"), (int)name.len,
	    (const char *)name.at);
}

enum err
seal_uri_read(const char *text, struct seal_uri *out, struct why *why)
{
	const char *at = text + sizeof(SCHEME) - 1;
	enum err err = ERR_OK;

	*out = (struct seal_uri){ .id_len = 0 };
	while (*at != '\0' && err == ERR_OK) {
		size_t len = strcspn(at, ";?&"), name = strcspn(at, "=");

		if (name >= len)
			return why_set(why, ERR_INVALID, _("the URI of the key is not "
			    "pkcs11:NAME=VALUE;...?module-path=FILE"));
		err = attribute_take(out, bytes_of(at, name), bytes_of(at + name + 1,
		    len - name - 1), why);
		at += len + (at[len] != '\0');
	}
	if (err == ERR_OK && out->module[0] != '/')
		err = why_set(why, ERR_INVALID, _("the URI of the key does not say which module: "
		    "end it with ?module-path=/path/of/module.so"));
	if (err == ERR_OK && out->token[0] == '\0' && out->serial[0] == '\0')
		err = why_set(why, ERR_INVALID,
		    _("the URI of the key says neither token nor serial"));
	if (err == ERR_OK && out->object[0] == '\0' && out->id_len == 0)
		err = why_set(why, ERR_INVALID,
		    _("the URI of the key says neither object nor id"));
	return err;
}
