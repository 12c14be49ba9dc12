/* SPDX-License-Identifier: Apache-2.0 */
/* Views, bounded buffers, a sticky reader, hex and base64. */
#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/bytes.h"
#include "monitor/base/limits.h"

struct bytes
bytes_of(const void *at, size_t len)
{
	return (struct bytes){ .at = at, .len = len };
}

struct bytes
bytes_of_text(const char *text)
{
	return bytes_of(text, strlen(text));
}

struct bytes
bytes_of_buffer(const struct buffer *buffer)
{
	return bytes_of(buffer->at, buffer->len);
}

int
bytes_compare(struct bytes a, struct bytes b)
{
	size_t common = a.len < b.len ? a.len : b.len;
	int order = common == 0 ? 0 : memcmp(a.at, b.at, common);

	if (order != 0)
		return order;
	return a.len < b.len ? -1 : a.len > b.len;
}

bool
bytes_equal(struct bytes a, struct bytes b)
{
	return a.len == b.len && bytes_compare(a, b) == 0;
}

struct bytes
bytes_slice(struct bytes all, size_t from, size_t len)
{
	if (from >= all.len)
		return bytes_of(NULL, 0);
	if (len > all.len - from)
		len = all.len - from;
	return bytes_of(all.at + from, len);
}

static void
memory_gone(void)
{
	fputs("sekimori: out of memory\n", stderr);
	abort();
}

void *
memory_new(size_t count, size_t size)
{
	void *at = calloc(count > 0 ? count : 1, size > 0 ? size : 1);

	if (at == NULL)
		memory_gone();
	return at;
}

void *
memory_resize(void *old, size_t count, size_t size)
{
	void *at = reallocarray(old, count > 0 ? count : 1, size > 0 ? size : 1);

	if (at == NULL)
		memory_gone();
	return at;
}

char *
memory_text(struct bytes text)
{
	char *copy = memory_new(text.len + 1, 1);

	if (text.len > 0)
		memcpy(copy, text.at, text.len);
	return copy;
}

void
memory_trim(void)
{
	malloc_trim(0);
}

/* Room for len more and a NUL, or the buffer is failed from here on. */
static bool
buffer_room(struct buffer *buffer, size_t len)
{
	size_t max = buffer->max > 0 ? buffer->max : BUFFER_MAX, cap;

	if (buffer->failed || len > max || buffer->len > max - len) {
		buffer->failed = true;
		return false;
	}
	if (buffer->len + len + 1 <= buffer->cap)
		return true;
	cap = buffer->cap > 0 ? buffer->cap : 256;
	while (cap < buffer->len + len + 1)
		cap *= 2;
	buffer->at = memory_resize(buffer->at, cap, 1);
	buffer->cap = cap;
	return true;
}

void
buffer_put(struct buffer *buffer, const void *at, size_t len)
{
	if (!buffer_room(buffer, len) || len == 0)
		return;
	memcpy(buffer->at + buffer->len, at, len);
	buffer->len += len;
}

void
buffer_put_u8(struct buffer *buffer, uint8_t value)
{
	buffer_put(buffer, &value, 1);
}

void
buffer_put_be(struct buffer *buffer, uint64_t value, unsigned octets)
{
	uint8_t at[8];

	for (unsigned i = 0; i < octets && i < sizeof(at); i++)
		at[i] = (uint8_t)(value >> (8 * (octets - 1 - i)));
	buffer_put(buffer, at, octets);
}

void
buffer_put_text(struct buffer *buffer, const char *text)
{
	buffer_put(buffer, text, strlen(text));
}

void
buffer_print(struct buffer *buffer, const char *fmt, ...)
{
	va_list args, again;
	int len;

	va_start(args, fmt);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	if (len >= 0 && buffer_room(buffer, (size_t)len)) {
		vsnprintf((char *)buffer->at + buffer->len, (size_t)len + 1, fmt, again);
		buffer->len += (size_t)len;
	}
	va_end(again);
}

const char *
buffer_text(struct buffer *buffer)
{
	if (buffer->at == NULL)
		return "";
	buffer->at[buffer->len] = '\0';
	return (const char *)buffer->at;
}

void
buffer_reset(struct buffer *buffer)
{
	buffer->len = 0;
	buffer->failed = false;
}

void
buffer_free(struct buffer *buffer)
{
	free(buffer->at);
	*buffer = (struct buffer){ .max = buffer->max };
}

struct reader
reader_of(struct bytes in)
{
	return (struct reader){ .in = in };
}

struct bytes
read_bytes(struct reader *reader, size_t len)
{
	struct bytes out = { NULL, 0 };

	if (reader->failed || len > reader->in.len - reader->at) {
		reader->failed = true;
		return out;
	}
	out = bytes_of(reader->in.at + reader->at, len);
	reader->at += len;
	return out;
}

uint64_t
read_be(struct reader *reader, unsigned octets)
{
	struct bytes raw = read_bytes(reader, octets);
	uint64_t value = 0;

	for (size_t i = 0; i < raw.len; i++)
		value = value << 8 | raw.at[i];
	return value;
}

bool
reader_done(const struct reader *reader)
{
	return !reader->failed && reader->at == reader->in.len;
}

void
hex_of(struct bytes in, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < in.len; i++) {
		out[2 * i] = digits[in.at[i] >> 4];
		out[2 * i + 1] = digits[in.at[i] & 15];
	}
	out[2 * in.len] = '\0';
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

enum err
hex_read(const char *text, uint8_t *out, size_t len)
{
	if (strlen(text) != 2 * len)
		return ERR_MALFORMED;
	for (size_t i = 0; i < len; i++) {
		int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return ERR_MALFORMED;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return ERR_OK;
}

void
base64_put(struct buffer *out, struct bytes in)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < in.len; i += 3) {
		size_t left = in.len - i;
		uint32_t group = (uint32_t)in.at[i] << 16 |
		    (left > 1 ? (uint32_t)in.at[i + 1] << 8 : 0) | (left > 2 ? in.at[i + 2] : 0);
		char text[4] = { digits[group >> 18], digits[group >> 12 & 63],
		    left > 1 ? digits[group >> 6 & 63] : '=', left > 2 ? digits[group & 63] : '=' };

		buffer_put(out, text, sizeof(text));
	}
}

static int
base64_digit(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

enum err
base64_read(struct bytes text, struct buffer *out)
{
	if (text.len % 4 != 0)
		return ERR_MALFORMED;
	for (size_t i = 0; i < text.len; i += 4) {
		unsigned pad = i + 4 < text.len ? 0 :
		    (text.at[i + 3] == '=') + (text.at[i + 3] == '=' && text.at[i + 2] == '=');
		uint32_t group = 0;

		for (unsigned j = 0; j < 4; j++) {
			int digit = j >= 4 - pad ? 0 : base64_digit(text.at[i + j]);

			if (digit < 0)
				return ERR_MALFORMED;
			group = group << 6 | (uint32_t)digit;
		}
		/* RFC 4648 3.5: the bits that padding leaves over must be zero. */
		if ((pad == 1 && (group & 0xff) != 0) || (pad == 2 && (group & 0xffff) != 0))
			return ERR_MALFORMED;
		buffer_put_be(out, group >> (8 * pad), 3 - pad);
	}
	return out->failed ? ERR_LIMIT : ERR_OK;
}
