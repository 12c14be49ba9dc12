/* SPDX-License-Identifier: Apache-2.0 */
/* base64 around a statement; see base64_form.h. */
#include <string.h>

#include "attest/base64_form.h"

static bool
is_base64(uint8_t octet)
{
	return (octet >= 'A' && octet <= 'Z') || (octet >= 'a' && octet <= 'z') ||
	    (octet >= '0' && octet <= '9') || octet == '+' || octet == '/' || octet == '=';
}

/* Line ends only behind a whole line of base64: LF, or CR and LF. */
static bool
lines_join(struct bytes octets, struct buffer *text)
{
	for (size_t i = 0; i < octets.len; i++) {
		uint8_t at = octets.at[i], before = i > 0 ? octets.at[i - 1] : '\n';

		if (is_base64(at))
			buffer_put_u8(text, at);
		else if (before == '\n' || (at != '\n' && (at != '\r' || before == '\r' ||
		    i + 1 == octets.len || octets.at[i + 1] != '\n')))
			return false;
	}
	return text->len > 0 && !text->failed;
}

struct bytes
base64_form_open(struct bytes octets, struct buffer *keep)
{
	struct buffer text = { .max = keep->max > 0 ? 2 * keep->max : 0 };
	bool good = octets.len > 0 && is_base64(octets.at[0]) && lines_join(octets, &text) &&
	    base64_read(bytes_of_buffer(&text), keep) == ERR_OK;

	buffer_free(&text);
	return good ? bytes_of_buffer(keep) : octets;
}
