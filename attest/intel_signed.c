/* SPDX-License-Identifier: Apache-2.0 */
/* Signed collateral before anybody reads it; see intel_signed.h. */
#include <string.h>

#include "attest/intel_signed.h"

#define TAIL ",\"signature\":\""

enum { HEX_LEN = 2 * SIGNED_SIGNATURE, TAIL_LEN = sizeof(TAIL) - 1, CLOSE_LEN = 2,
	COLLATERAL_MAX = 512 << 10 };

static struct bytes
trimmed(struct bytes text)
{
	while (text.len > 0 && memchr(" \t\r\n", text.at[text.len - 1], 5) != NULL)
		text.len--;
	return text;
}

static bool
starts(struct bytes text, const char *with)
{
	return text.len >= strlen(with) && memcmp(text.at, with, strlen(with)) == 0;
}

/* The tail has a fixed length, so that no text inside can be taken for it. */
enum err
signed_read(struct bytes text, const char *name, struct signed_text *out, struct why *why)
{
	size_t behind = TAIL_LEN + HEX_LEN + CLOSE_LEN, head = strlen(name) + 4;
	char hex[HEX_LEN + 1] = "";
	struct bytes tail;

	if (text.len > SIGNED_MAX)
		return why_set(why, ERR_LIMIT, "%zu octets, more than %d", text.len, SIGNED_MAX);
	text = trimmed(text);
	if (text.len < head + behind + 2 || !starts(text, "{\"") ||
	    !starts(bytes_slice(text, 2, text.len), name) ||
	    !starts(bytes_slice(text, 2 + strlen(name), text.len), "\":{"))
		return why_set(why, ERR_MALFORMED, "it does not begin with {\"%s\":{", name);
	tail = bytes_slice(text, text.len - behind, behind);
	memcpy(hex, tail.at + TAIL_LEN, HEX_LEN);
	if (!starts(tail, TAIL) || memcmp(tail.at + TAIL_LEN + HEX_LEN, "\"}", CLOSE_LEN) != 0 ||
	    hex_read(hex, out->signature, SIGNED_SIGNATURE) != ERR_OK)
		return why_set(why, ERR_MALFORMED, "it does not end with a signature of %d hex "
		    "digits", HEX_LEN);
	out->body = bytes_slice(text, head, text.len - behind - head);
	return ERR_OK;
}

static bool
is_hex(struct bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] == '\0' || strchr("0123456789abcdefABCDEF", text.at[i]) == NULL)
			return false;
	return text.len >= 2 && text.len % 2 == 0;
}

static uint8_t
octet_of(const uint8_t *at)
{
	char text[3] = { (char)at[0], (char)at[1], '\0' };
	uint8_t value = 0;

	return hex_read(text, &value, 1) == ERR_OK ? value : '?';
}

struct bytes
collateral_plain(struct bytes octets, struct buffer *scratch)
{
	struct bytes text = octets.len > COLLATERAL_MAX ? octets : trimmed(octets);

	if (text.len > COLLATERAL_MAX)
		return octets;
	if (is_hex(text)) {
		for (size_t i = 0; i < text.len; i += 2)
			buffer_put_u8(scratch, octet_of(text.at + i));
		return bytes_of_buffer(scratch);
	}
	if (!starts(text, "-----BEGIN%20"))
		return octets;
	for (size_t i = 0; i < text.len; i++) {
		bool coded = text.at[i] == '%' && text.len - i > 2;

		buffer_put_u8(scratch, coded ? octet_of(text.at + i + 1) : text.at[i]);
		i += coded ? 2 : 0;
	}
	return bytes_of_buffer(scratch);
}
