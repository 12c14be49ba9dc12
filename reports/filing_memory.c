/* SPDX-License-Identifier: Apache-2.0 */
/* Chunks, and texts made clean in them. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "monitor/base/log.h"
#include "reports/filing_memory.h"

enum { CHUNK = 64 << 10, ALIGN = 16, PRINT_MAX = 8 << 10 };

struct chunk {
	struct chunk *next;
	size_t        used, size;
	_Alignas(ALIGN) uint8_t at[];
};

struct filing_memory { struct chunk *chunk; };

struct filing_memory *
filing_memory_new(void)
{
	return memory_new(1, sizeof(struct filing_memory));
}

void
filing_memory_free(struct filing_memory *memory)
{
	struct chunk *next;

	if (memory == NULL)
		return;
	for (struct chunk *chunk = memory->chunk; chunk != NULL; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
	free(memory);
}

static void *
take(struct filing_memory *memory, size_t octets)
{
	struct chunk *chunk = memory->chunk;
	size_t size;
	void *at;

	octets = (octets + ALIGN - 1) / ALIGN * ALIGN;
	if (chunk == NULL || octets > chunk->size - chunk->used) {
		size = octets > CHUNK ? octets : CHUNK;
		chunk = memory_new(1, sizeof(*chunk) + size);
		chunk->size = size;
		chunk->next = memory->chunk;
		memory->chunk = chunk;
	}
	at = chunk->at + chunk->used;
	chunk->used += octets;
	return at;
}

void *
filing_array(struct filing_memory *memory, size_t count, size_t size)
{
	/* memory_new() refuses what would wrap. */
	if (count > SIZE_MAX / 2 / size)
		return memory_new(count, size);
	return take(memory, count * size);
}

void *
filing_grow(struct filing_memory *memory, void *array, uint32_t count, size_t size)
{
	void *grown;

	/* It was given 4, 8, 16, ... places. */
	if (count != 0 && (count < 4 || (count & (count - 1)) != 0))
		return array;
	grown = filing_array(memory, count == 0 ? 4 : (size_t)count * 2, size);
	if (count > 0)
		memcpy(grown, array, count * size);
	return grown;
}

const char *
filing_text(struct filing_memory *memory, struct bytes text)
{
	struct buffer clean = { .max = 0 };
	char *kept;

	text_clean(&clean, text);
	kept = take(memory, clean.len + 1);
	if (clean.len > 0)
		memcpy(kept, clean.at, clean.len);
	buffer_free(&clean);
	return kept;
}

const char *
filing_print(struct filing_memory *memory, const char *fmt, ...)
{
	char text[PRINT_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return filing_text(memory, bytes_of_text(text));
}

/* --- clean text --------------------------------------------------------------------------- */

/* What text_safe_character() lets pass and still cannot be seen: soft hyphen, annotation and
 * filler characters, variation selectors, tags, and what is no character (Unicode 23.7; XML has
 * no place for it). */
static bool
is_unseen(uint32_t code)
{
	return code == 0xad || code == 0x34f || code == 0x115f || code == 0x1160 ||
	    code == 0x180e || code == 0x3164 || code == 0xffa0 ||
	    (code >= 0xfe00 && code <= 0xfe0f) || (code >= 0xfff0 && code <= 0xfffb) ||
	    (code >= 0xe0000 && code <= 0xe0fff) || (code >= 0xfdd0 && code <= 0xfdef) ||
	    (code & 0xfffe) == 0xfffe;
}

/* The code point of a well-formed character. */
static uint32_t
code_of(const uint8_t *at, size_t len)
{
	uint32_t code = len == 1 ? at[0] : at[0] & (0x7fU >> len);

	for (size_t i = 1; i < len; i++)
		code = code << 6 | (at[i] & 0x3fU);
	return code;
}

/* Octets of the well-formed character at the front, safe or not; 0 if there is none. */
static size_t
well_formed(struct bytes text)
{
	uint8_t first = text.at[0];
	size_t len = first < 0xe0 ? 2 : 3;

	/* What is unsafe and well-formed has two or three octets, or is a control. */
	if (first < 0xc2 || len > text.len || (first == 0xe0 && text.at[1] < 0xa0) ||
	    (first == 0xed && text.at[1] >= 0xa0) || first >= 0xf0)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((text.at[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

void
text_clean(struct buffer *out, struct bytes text)
{
	while (text.len > 0 && !out->failed) {
		size_t len = text_safe_character((const char *)text.at, text.len);
		size_t step = len > 0 ? len : well_formed(text);
		uint8_t c = text.at[0];

		if (len > 0 && !is_unseen(code_of(text.at, len)))
			buffer_put(out, text.at, len);
		else if (c == '\n' || c == '\t' || c == '\r')
			buffer_put_u8(out, ' ');
		else if (step > 0)
			buffer_print(out, "\\u{%x}", (unsigned)code_of(text.at, step));
		else
			buffer_print(out, "\\x%02x", c);
		text = bytes_slice(text, step > 0 ? step : 1, text.len);
	}
}

size_t
text_character(struct bytes clean, unsigned *columns)
{
	uint8_t first = clean.len > 0 ? clean.at[0] : 0;
	size_t len = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	int width;

	*columns = 1;
	if (clean.len == 0)
		return 0;
	if (len == 1 || len > clean.len)
		return len == 1 ? 1 : clean.len;
	width = wcwidth((wchar_t)code_of(clean.at, len));
	*columns = width < 0 ? 1 : (unsigned)width;
	return len;
}

unsigned
text_columns(struct bytes clean)
{
	unsigned columns, all = 0;
	size_t len;

	while ((len = text_character(clean, &columns)) > 0) {
		all += columns;
		clean = bytes_slice(clean, len, clean.len);
	}
	return all;
}
