/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads MO files as the GNU gettext manual and msgfmt's sources lay them down, with the strings
 * that hold PRIu64 and its like.  The C library's own gettext asks for a generated locale (since
 * 2.39 C.UTF-8 counts as none), which a server or container often lacks.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/catalogue.h"

/* Where numbers stand in the head; those of "system" strings are there from minor revision 1. */
enum { REVISION_AT = 4, COUNT_AT = 8, TEXTS_AT = 12, TRANSLATIONS_AT = 16, HEAD_LEN = 28,
	NAMES_COUNT_AT = 28, NAMES_AT = 32, SYSTEM_COUNT_AT = 36, SYSTEM_TEXTS_AT = 40,
	SYSTEM_TRANSLATIONS_AT = 44 };

static const uint32_t magic = 0x950412de, last_segment = 0xffffffff;

struct entry { const char *text, *translation; };

struct catalogue {
	struct buffer octets;		/* the file; plain texts point into it */
	struct entry *entry;		/* ascending by text */
	size_t        count;
	struct buffer made;		/* the texts with system names, each ended by NUL */
};

struct mo {
	struct bytes octets;
	bool         big;
	bool         failed;		/* something left the octets; every later read gives zero */
};

static uint32_t
number_at(struct mo *mo, uint64_t at)
{
	const uint8_t *p;

	if (mo->failed || at + 4 > mo->octets.len) {
		mo->failed = true;
		return 0;
	}
	p = mo->octets.at + at;
	return mo->big ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3] :
	    (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

/* Text i of a table of length and offset; it must end in NUL within the octets. */
static const char *
text_at(struct mo *mo, uint32_t table_at, uint32_t i)
{
	uint64_t row = (uint64_t)number_at(mo, table_at) + (uint64_t)i * 8;
	uint64_t len = number_at(mo, row), at = number_at(mo, row + 4);

	if (mo->failed || at + len >= mo->octets.len || mo->octets.at[at + len] != '\0') {
		mo->failed = true;
		return "";
	}
	return (const char *)mo->octets.at + at;
}

/* What this machine calls PRIu64; NULL for names that nobody uses here. */
static const char *
system_name(const char *name)
{
	static const struct { const char *name, *value; } known[] = {
		{ "PRId32", PRId32 }, { "PRIi32", PRIi32 }, { "PRIu32", PRIu32 },
		{ "PRIx32", PRIx32 }, { "PRId64", PRId64 }, { "PRIi64", PRIi64 },
		{ "PRIu64", PRIu64 }, { "PRIx64", PRIx64 }, { "PRIX64", PRIX64 }, { "I", "" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].name, name) == 0)
			return known[i].value;
	return NULL;
}

/* The name of a segment: length (its NUL included) and offset. */
static const char *
segment_name(struct mo *mo, uint32_t i)
{
	uint64_t row = (uint64_t)number_at(mo, NAMES_AT) + (uint64_t)i * 8;
	uint64_t len = number_at(mo, row), at = number_at(mo, row + 4);

	if (mo->failed || len == 0 || i >= number_at(mo, NAMES_COUNT_AT) ||
	    at + len > mo->octets.len || mo->octets.at[at + len - 1] != '\0') {
		mo->failed = true;
		return "";
	}
	return (const char *)mo->octets.at + at;
}

/* Appends a text put together from fixed parts and system names; false if a name is unknown. */
static bool
system_text(struct mo *mo, uint32_t table_at, uint32_t i, struct buffer *out)
{
	uint64_t row = number_at(mo, (uint64_t)number_at(mo, table_at) + (uint64_t)i * 4);
	uint64_t at = number_at(mo, row), start = out->len;

	for (row += 4; !mo->failed; row += 8) {
		uint64_t len = number_at(mo, row);
		uint32_t name = number_at(mo, row + 4);
		const char *value;

		if (mo->failed || at + len > mo->octets.len ||
		    out->len - start > CATALOGUE_TEXT_MAX)
			break;
		buffer_put(out, mo->octets.at + at, (size_t)len);
		at += len;
		if (name == last_segment) {
			if (len == 0 || out->at[out->len - 1] != '\0')
				break;
			return true;
		}
		value = system_name(segment_name(mo, name));
		if (value == NULL)
			return false;
		buffer_put_text(out, value);
	}
	mo->failed = true;
	return false;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->text, ((const struct entry *)b)->text);
}

static void
read_plain(struct catalogue *catalogue, struct mo *mo, uint32_t count)
{
	for (uint32_t i = 0; i < count && !mo->failed; i++)
		catalogue->entry[catalogue->count++] = (struct entry){
		    .text = text_at(mo, TEXTS_AT, i),
		    .translation = text_at(mo, TRANSLATIONS_AT, i) };
}

static void
read_system(struct catalogue *catalogue, struct mo *mo, uint32_t count)
{
	struct buffer *made = &catalogue->made;
	size_t *place = memory_new(count, 2 * sizeof(*place));
	size_t kept = 0;

	for (uint32_t i = 0; i < count && !mo->failed; i++) {
		place[2 * kept] = made->len;
		if (!system_text(mo, SYSTEM_TEXTS_AT, i, made))
			continue;
		place[2 * kept + 1] = made->len;
		if (system_text(mo, SYSTEM_TRANSLATIONS_AT, i, made))
			kept++;
	}
	mo->failed = mo->failed || made->failed;
	for (size_t i = 0; i < kept && !mo->failed; i++)
		catalogue->entry[catalogue->count++] = (struct entry){
		    .text = (const char *)made->at + place[2 * i],
		    .translation = (const char *)made->at + place[2 * i + 1] };
	free(place);
}

enum err
catalogue_read(struct bytes octets, struct catalogue **out, struct why *why)
{
	struct catalogue *catalogue = memory_new(1, sizeof(*catalogue));
	struct mo mo = { .failed = octets.len > CATALOGUE_MAX || octets.len < HEAD_LEN };
	uint32_t count, system = 0;

	catalogue->made.max = CATALOGUE_MAX;
	buffer_put(&catalogue->octets, octets.at, octets.len);
	mo.octets = bytes_of_buffer(&catalogue->octets);
	mo.big = !mo.failed && mo.octets.at[0] == magic >> 24;
	/* The upper half is the major revision; 0 and 1 are alike. */
	if (number_at(&mo, 0) != magic || number_at(&mo, REVISION_AT) >> 16 > 1)
		mo.failed = true;
	count = number_at(&mo, COUNT_AT);
	if ((number_at(&mo, REVISION_AT) & 0xffff) > 0)
		system = number_at(&mo, SYSTEM_COUNT_AT);
	if (count > octets.len / 8 || system > octets.len / 8)
		mo.failed = true;
	if (!mo.failed) {
		catalogue->entry = memory_new((size_t)count + system, sizeof(*catalogue->entry));
		read_plain(catalogue, &mo, count);
		read_system(catalogue, &mo, system);
	}
	*out = NULL;
	if (mo.failed) {
		catalogue_free(catalogue);
		return why_set(why, ERR_MALFORMED, "not a catalogue of messages, or a damaged one");
	}
	qsort(catalogue->entry, catalogue->count, sizeof(*catalogue->entry), by_text);
	*out = catalogue;
	return ERR_OK;
}

void
catalogue_free(struct catalogue *catalogue)
{
	if (catalogue == NULL)
		return;
	buffer_free(&catalogue->octets);
	buffer_free(&catalogue->made);
	free(catalogue->entry);
	free(catalogue);
}

const char *
catalogue_find(const struct catalogue *catalogue, const char *text)
{
	struct entry wanted = { .text = text };
	const struct entry *found = catalogue->count > 0 ? bsearch(&wanted, catalogue->entry,
	    catalogue->count, sizeof(*catalogue->entry), by_text) : NULL;

	return found != NULL ? found->translation : NULL;
}
