/* SPDX-License-Identifier: Apache-2.0 */
/* See mmdb.h; "sections" below are those of the MaxMind DB format specification, version 2.0. */
#include <string.h>

#include "monitor/base/cbor.h"
#include "monitor/daemon/mmdb.h"

enum {
	TREE_GAP     = 16,		/* zero octets between tree and data */
	MARK_WITHIN  = 128 << 10,	/* the mark of the metadata is in the last so many octets */
	DEPTH        = 16,		/* values within values */
	STEPS        = 4096		/* values looked at for one answer */
};

enum { POINTER = 1, TEXT = 2, DOUBLE = 3, OCTETS = 4, UINT16 = 5, UINT32 = 6, MAP = 7, INT32 = 8,
	UINT64 = 9, UINT128 = 10, ARRAY = 11, FLAG = 14, FLOAT = 15 };

/* A walk over one section; at is its place there. */
struct walk {
	struct bytes section;
	size_t       at;
	unsigned     steps;
	bool         failed;
};

struct value { unsigned type; size_t size; struct bytes octets; };

static uint64_t
number_take(struct walk *walk, size_t count)
{
	uint64_t number = 0;

	if (walk->section.len - walk->at < count) {
		walk->failed = true;
		return 0;
	}
	for (size_t i = 0; i < count; i++)
		number = number << 8 | walk->section.at[walk->at++];
	return number;
}

/* Section "Data Field Format": sizes from 29 on stand in the octets behind. */
static size_t
size_take(struct walk *walk, unsigned size)
{
	switch (size) {
	case 29: return 29 + number_take(walk, 1);
	case 30: return 285 + number_take(walk, 2);
	case 31: return 65821 + number_take(walk, 3);
	default: return size;
	}
}

static size_t
pointer_take(struct walk *walk, unsigned control)
{
	uint64_t high = control & 7;

	switch (control >> 3 & 3) {
	case 0:  return (high << 8) + number_take(walk, 1);
	case 1:  return (high << 16) + number_take(walk, 2) + 2048;
	case 2:  return (high << 24) + number_take(walk, 3) + 526336;
	default: return number_take(walk, 4);
	}
}

/* One value's head and, unless it holds others, its octets.  A pointer's place is its size. */
static struct value
value_take(struct walk *walk)
{
	unsigned control = (unsigned)number_take(walk, 1);
	struct value value = { .type = control >> 5 };

	if (++walk->steps > STEPS)
		walk->failed = true;
	if (value.type == POINTER) {
		value.size = pointer_take(walk, control);
		return value;
	}
	if (value.type == 0)
		value.type = (unsigned)number_take(walk, 1) + 7;
	value.size = size_take(walk, control & 31);
	if (value.type == MAP || value.type == ARRAY || value.type == FLAG)
		return value;
	if (value.type < TEXT || value.type > FLOAT || value.type == 12 || value.type == 13 ||
	    walk->section.len - walk->at < value.size) {
		walk->failed = true;
		return value;
	}
	value.octets = bytes_slice(walk->section, walk->at, value.size);
	walk->at += value.size;
	return value;
}

/* Passes over what stands here; pointers are not followed. */
static void
value_skip(struct walk *walk, unsigned depth)
{
	struct value value = value_take(walk);
	size_t held = value.type == MAP ? 2 * value.size : value.type == ARRAY ? value.size : 0;

	if (depth == DEPTH)
		walk->failed = true;
	for (size_t i = 0; i < held && !walk->failed; i++)
		value_skip(walk, depth + 1);
}

/* What stands at the place, or where the pointer there leads; a pointer to a pointer is wrong. */
static struct value
value_follow(struct walk *walk)
{
	struct value value = value_take(walk);

	if (value.type != POINTER || walk->failed)
		return value;
	if (value.size >= walk->section.len) {
		walk->failed = true;
		return value;
	}
	walk->at = value.size;
	value = value_take(walk);
	walk->failed |= value.type == POINTER;
	return value;
}

/* Goes to the member of the map that stands here; false if there is none, or it is no map. */
static bool
member_find(struct walk *walk, const char *name)
{
	struct value map = value_follow(walk);

	for (size_t i = 0; map.type == MAP && i < map.size && !walk->failed; i++) {
		struct walk key = *walk;
		struct value found = value_follow(&key);

		walk->steps = key.steps;
		walk->failed |= key.failed;
		if (found.type != TEXT)
			walk->failed = true;
		if (walk->failed)
			break;
		value_skip(walk, 0);
		if (bytes_equal(found.octets, bytes_of_text(name)))
			return !walk->failed;
		value_skip(walk, 0);
	}
	return false;
}

/* The member of the map at the place as a number or a text; nothing if it is something else. */
static bool
number_find(const struct walk *map, const char *name, uint64_t *out, bool *failed)
{
	struct walk walk = *map;
	struct value value = { .type = 0 };

	if (member_find(&walk, name))
		value = value_follow(&walk);
	*failed |= walk.failed;
	if (walk.failed || value.octets.len > 8 ||
	    (value.type != UINT16 && value.type != UINT32 && value.type != UINT64))
		return false;
	*out = 0;
	for (size_t i = 0; i < value.octets.len; i++)
		*out = *out << 8 | value.octets.at[i];
	return true;
}

static struct bytes
text_find(const struct walk *map, const char *name, bool *failed)
{
	struct walk walk = *map;
	struct value value = { .type = 0 };

	if (member_find(&walk, name))
		value = value_follow(&walk);
	*failed |= walk.failed;
	return !walk.failed && value.type == TEXT ? value.octets : bytes_of(NULL, 0);
}

/* Valid UTF-8 without control characters, whole characters of it that fit; else nothing. */
static void
text_copy(struct bytes text, char *out, size_t out_len)
{
	size_t len = text.len;

	out[0] = '\0';
	if (!utf8_valid(text))
		return;
	for (size_t i = 0; i < len; i++)
		if (text.at[i] < ' ' || text.at[i] == 0x7f)
			return;
	if (len >= out_len)
		for (len = out_len - 1; len > 0 && (text.at[len] & 0xc0) == 0x80; )
			len--;
	if (len > 0)
		memcpy(out, text.at, len);
	out[len] = '\0';
}

/* --- the tree ------------------------------------------------------------------------------ */

/* Section "Binary Search Tree": the left record for bit 0, the right one for bit 1. */
static uint32_t
record_of(const struct mmdb *mmdb, uint32_t node, bool right)
{
	size_t octets = mmdb->record_bits / 4;
	const uint8_t *at = mmdb->tree.at + node * octets;

	if (mmdb->record_bits == 28) {
		uint32_t high = right ? at[3] & 15 : at[3] >> 4;

		at += right ? 4 : 0;
		return high << 24 | (uint32_t)at[0] << 16 | (uint32_t)at[1] << 8 | at[2];
	}
	at += right ? octets / 2 : 0;
	return mmdb->record_bits == 24 ? (uint32_t)at[0] << 16 | (uint32_t)at[1] << 8 | at[2] :
	    (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* IPv4 lies below ::/96 of a tree of IPv6: lookups begin there, or lengths would be 96 too long. */
static uint32_t
four_begins(const struct mmdb *mmdb)
{
	uint32_t node = 0;

	for (unsigned bit = 0; mmdb->version == 6 && bit < 96 && node < mmdb->nodes; bit++)
		node = record_of(mmdb, node, false);
	return node;
}

static enum err
metadata_find(struct bytes octets, size_t *mark, struct walk *walk, struct why *why)
{
	static const char text[] = "\xab\xcd\xef" "MaxMind.com";
	size_t len = sizeof(text) - 1;
	size_t least = octets.len > MARK_WITHIN ? octets.len - MARK_WITHIN : 0;

	for (*mark = octets.len; *mark >= least + len; (*mark)--)
		if (memcmp(octets.at + *mark - len, text, len) == 0) {
			*walk = (struct walk){ .section = bytes_slice(octets, *mark,
			    octets.len - *mark) };
			*mark -= len;
			return ERR_OK;
		}
	return why_set(why, ERR_MALFORMED, "it has no metadata at its end: it is no MaxMind DB "
	    "file, or was cut");
}

enum err
mmdb_read(struct bytes octets, struct mmdb *mmdb, struct why *why)
{
	uint64_t major = 0, nodes = 0, bits = 0, version = 0, built = 0, tree;
	bool failed = false, whole;
	struct walk walk;
	size_t mark;
	enum err err = metadata_find(octets, &mark, &walk, why);

	*mmdb = (struct mmdb){ .nodes = 0 };
	if (err != ERR_OK)
		return err;
	whole = number_find(&walk, "binary_format_major_version", &major, &failed) &&
	    number_find(&walk, "node_count", &nodes, &failed) &&
	    number_find(&walk, "record_size", &bits, &failed) &&
	    number_find(&walk, "ip_version", &version, &failed) &&
	    number_find(&walk, "build_epoch", &built, &failed) && built < UINT32_MAX * UINT64_C(4);
	if (!whole || failed)
		return why_set(why, ERR_MALFORMED, "its metadata are not whole");
	if (major != 2 || (bits != 24 && bits != 28 && bits != 32) ||
	    (version != 4 && version != 6))
		return why_set(why, ERR_UNSUPPORTED, "this version reads MaxMind DB files of major "
		    "version 2 with records of 24, 28 or 32 bits");
	tree = nodes * (bits / 4);
	if (nodes == 0 || nodes > UINT32_MAX / 2 || tree + TREE_GAP > mark)
		return why_set(why, ERR_MALFORMED, "its tree of %llu nodes does not fit in it: it "
		    "was cut", (unsigned long long)nodes);
	mmdb->nodes = (uint32_t)nodes;
	mmdb->record_bits = (unsigned)bits;
	mmdb->version = (unsigned)version;
	mmdb->tree = bytes_slice(octets, 0, tree);
	mmdb->data = bytes_slice(octets, tree + TREE_GAP, mark - tree - TREE_GAP);
	mmdb->date_ms = (int64_t)built * 1000;
	mmdb->four = four_begins(mmdb);
	text_copy(text_find(&walk, "database_type", &failed), mmdb->type, sizeof(mmdb->type));
	return ERR_OK;
}

static enum err
entry_read(const struct mmdb *mmdb, size_t at, struct mmdb_found *out, struct why *why)
{
	struct walk entry = { .section = mmdb->data, .at = at }, country = entry;
	struct bytes code = bytes_of(NULL, 0);
	bool failed = false;

	/* registered_country is where the block was registered: another witness, not this one. */
	if (member_find(&country, "country"))
		code = text_find(&country, "iso_code", &failed);
	failed |= country.failed;
	if (code.len == MMDB_COUNTRY && code.at[0] >= 'A' && code.at[0] <= 'Z' &&
	    code.at[1] >= 'A' && code.at[1] <= 'Z')
		memcpy(out->country, code.at, MMDB_COUNTRY);
	number_find(&entry, "autonomous_system_number", &out->number, &failed);
	text_copy(text_find(&entry, "autonomous_system_organization", &failed), out->holder,
	    sizeof(out->holder));
	if (failed)
		return why_set(why, ERR_MALFORMED, "its data are damaged at octet %zu", at);
	out->found = true;
	return ERR_OK;
}

enum err
mmdb_find(const struct mmdb *mmdb, const uint8_t *at, unsigned octets, struct mmdb_found *out,
    struct why *why)
{
	uint32_t node = octets == 4 ? mmdb->four : 0;
	unsigned bit = 0;

	*out = (struct mmdb_found){ .found = false };
	if (octets == 16 && mmdb->version == 4)
		return ERR_OK;
	for (; bit < octets * 8 && node < mmdb->nodes; bit++)
		node = record_of(mmdb, node, at[bit / 8] >> (7 - bit % 8) & 1);
	if (node == mmdb->nodes)
		return ERR_OK;
	if (node < mmdb->nodes || node - mmdb->nodes < TREE_GAP ||
	    node - mmdb->nodes - TREE_GAP >= mmdb->data.len)
		return why_set(why, ERR_MALFORMED, "its tree leads nowhere");
	out->bits = bit;
	return entry_read(mmdb, node - mmdb->nodes - TREE_GAP, out, why);
}
