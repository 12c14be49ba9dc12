/* SPDX-License-Identifier: Apache-2.0 */
/* base64url in terms of base64, whose reader refuses whatever is not canonical. */
#include "attest/base64url.h"

void
base64url_put(struct buffer *out, struct bytes octets)
{
	size_t from = out->len;

	base64_put(out, octets);
	while (out->len > from && out->at[out->len - 1] == '=')
		out->len--;
	for (size_t i = from; i < out->len; i++)
		out->at[i] = out->at[i] == '+' ? '-' : out->at[i] == '/' ? '_' : out->at[i];
}

enum err
base64url_read(struct bytes text, struct buffer *out)
{
	struct buffer plain = { .max = text.len + 4 };
	enum err err = text.len == 0 || text.len % 4 == 1 ? ERR_MALFORMED : ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < text.len; i++) {
		uint8_t at = text.at[i];

		if (at == '+' || at == '/' || at == '=')
			err = ERR_MALFORMED;
		buffer_put_u8(&plain, at == '-' ? '+' : at == '_' ? '/' : at);
	}
	while (plain.len % 4 != 0 && !plain.failed)
		buffer_put_u8(&plain, '=');
	if (err == ERR_OK)
		err = base64_read(bytes_of_buffer(&plain), out);
	if (err == ERR_OK && out->failed)
		err = ERR_LIMIT;
	buffer_free(&plain);
	return err;
}
