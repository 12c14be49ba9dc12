/* SPDX-License-Identifier: Apache-2.0 */
/*
 * C2SP signed notes, read strictly: one note has one form.  The text is separated from its
 * signatures by the last empty line, so a text may hold empty lines of its own.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/cbor.h"
#include "monitor/ledger/note.h"

static const char dash[] = "\xe2\x80\x94 ";	/* U+2014 and a space start a signature line */

enum { DASH_LEN = sizeof(dash) - 1, ID_LEN = 4, TIME_LEN = 8 };

/* Octets of a Unicode space (White_Space=yes) at the front of text, 0 if there is none. */
static size_t
space_at(struct bytes text)
{
	static const char *const spaces[] = { " ", "\t", "\n", "\v", "\f", "\r", "\xc2\x85",
		"\xc2\xa0", "\xe1\x9a\x80", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf",
		"\xe2\x81\x9f", "\xe3\x80\x80" };

	for (size_t i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++) {
		size_t len = strlen(spaces[i]);

		if (text.len >= len && memcmp(text.at, spaces[i], len) == 0)
			return len;
	}
	/* U+2000 to U+200A. */
	return text.len >= 3 && text.at[0] == 0xe2 && text.at[1] == 0x80 && text.at[2] >= 0x80 &&
	    text.at[2] <= 0x8a ? 3 : 0;
}

/* Key names are non-empty UTF-8 without spaces, plus signs or control characters. */
static bool
name_valid(struct bytes name)
{
	for (size_t i = 0; i < name.len; i++)
		if (name.at[i] == '+' || name.at[i] < 0x20 || space_at(bytes_slice(name, i, 3)) > 0)
			return false;
	return name.len > 0 && utf8_valid(name);
}

static uint32_t
key_id(const char *name, uint8_t type, const uint8_t key[32])
{
	uint8_t tail[34] = { '\n', type };
	struct hash hash;

	memcpy(tail + 2, key, 32);
	hash = hash_of3(bytes_of_text(name), bytes_of(tail, sizeof(tail)), bytes_of(NULL, 0));
	return (uint32_t)hash.at[0] << 24 | (uint32_t)hash.at[1] << 16 |
	    (uint32_t)hash.at[2] << 8 | hash.at[3];
}

/* Where the first plus sign from "from" on stands, or the length. */
static size_t
plus_at(struct bytes text, size_t from)
{
	while (from < text.len && text.at[from] != '+')
		from++;
	return from;
}

static enum err
verifier_key(struct bytes text, struct note_verifier *out, struct why *why)
{
	struct buffer key = { .max = 8192 };
	enum err err = base64_read(text, &key);

	if (err != ERR_OK || key.len < 1)
		err = why_set(why, ERR_MALFORMED, "the key of the verifier key is not base64");
	else if (key.at[0] != NOTE_ED25519 && key.at[0] != NOTE_COSIGNATURE)
		err = why_set(why, ERR_UNSUPPORTED,
		    "the verifier key is of type 0x%02x; only Ed25519 (0x01, 0x04) is known",
		    key.at[0]);
	else if (key.len != 1 + sizeof(out->key))
		err = why_set(why, ERR_MALFORMED, "the verifier key has %zu octets of key, not 32",
		    key.len - 1);
	else {
		out->type = key.at[0];
		memcpy(out->key, key.at + 1, sizeof(out->key));
	}
	buffer_free(&key);
	return err;
}

enum err
note_verifier_read(struct bytes text, struct note_verifier *out, struct why *why)
{
	size_t first = plus_at(text, 0), second = plus_at(text, first + 1);
	struct bytes name = bytes_slice(text, 0, first);
	char id[9] = "", want[9];
	enum err err;

	*out = (struct note_verifier){ 0 };
	if (first >= text.len || second >= text.len || second - first != sizeof(id))
		return why_set(why, ERR_MALFORMED,
		    "a verifier key is written NAME+8 hex digits+base64, and this is not");
	if (!name_valid(name) || name.len >= sizeof(out->name))
		return why_set(why, ERR_MALFORMED,
		    "the name of the verifier key is empty, too long or holds spaces");
	memcpy(out->name, name.at, name.len);
	memcpy(id, text.at + first + 1, sizeof(id) - 1);
	err = verifier_key(bytes_slice(text, second + 1, text.len), out, why);
	if (err != ERR_OK)
		return err;
	out->id = key_id(out->name, out->type, out->key);
	snprintf(want, sizeof(want), "%08" PRIx32, out->id);
	if (memcmp(id, want, sizeof(id)) != 0)
		return why_set(why, ERR_MISMATCH,
		    "the verifier key says id %.8s, its name and key make %s", id, want);
	return ERR_OK;
}

void
note_verifier_make(const char *name, const uint8_t key[32], struct note_verifier *out)
{
	*out = (struct note_verifier){ .type = NOTE_ED25519 };
	snprintf(out->name, sizeof(out->name), "%s", name);
	memcpy(out->key, key, sizeof(out->key));
	out->id = key_id(out->name, out->type, out->key);
}

void
note_verifier_text(const struct note_verifier *verifier, struct buffer *out)
{
	uint8_t key[33] = { verifier->type };

	memcpy(key + 1, verifier->key, sizeof(verifier->key));
	buffer_print(out, "%s+%08" PRIx32 "+", verifier->name, verifier->id);
	base64_put(out, bytes_of(key, sizeof(key)));
}

/* One signature line, without dash and newline, into the note. */
static enum err
signature_line(struct bytes line, struct note *out, size_t offset, struct why *why)
{
	struct note_signature *to = &out->signature[out->count];
	struct buffer octets = { .max = NOTE_MAX };
	struct bytes name;
	size_t blank = 0;
	enum err err = ERR_OK;

	while (blank < line.len && line.at[blank] != ' ')
		blank++;
	name = bytes_slice(line, 0, blank);
	if (!name_valid(name) || blank == line.len ||
	    base64_read(bytes_slice(line, blank + 1, line.len), &octets) != ERR_OK ||
	    octets.len <= ID_LEN) {
		err = why_at(why, ERR_MALFORMED, offset,
		    "the signature line at offset %zu is not a name and a base64 signature",
		    offset);
	} else if (name.len >= sizeof(to->name) || octets.len - ID_LEN > sizeof(to->octets)) {
		out->passed_over++;	/* no key of a known type has such a name or signature */
	} else {
		*to = (struct note_signature){ .len = octets.len - ID_LEN };
		memcpy(to->name, name.at, name.len);
		for (unsigned i = 0; i < ID_LEN; i++)
			to->id = to->id << 8 | octets.at[i];
		memcpy(to->octets, octets.at + ID_LEN, to->len);
		out->count++;
	}
	buffer_free(&octets);
	return err;
}

static enum err
note_octets(struct bytes in, struct why *why)
{
	if (in.len > NOTE_MAX)
		return why_set(why, ERR_LIMIT, "the note has %zu octets; %d are allowed", in.len,
		    NOTE_MAX);
	if (!utf8_valid(in))
		return why_set(why, ERR_MALFORMED, "the note is not UTF-8");
	for (size_t i = 0; i < in.len; i++)
		if (in.at[i] < 0x20 && in.at[i] != '\n')
			return why_at(why, ERR_MALFORMED, i,
			    "the note holds a control character at offset %zu", i);
	if (in.len == 0 || in.at[in.len - 1] != '\n')
		return why_at(why, ERR_TRUNCATED, in.len, "the note does not end with a newline");
	return ERR_OK;
}

enum err
note_read(struct bytes in, struct note *out, struct why *why)
{
	size_t at = in.len, lines = 0;
	enum err err = note_octets(in, why);

	*out = (struct note){ 0 };
	if (err != ERR_OK)
		return err;
	while (at >= 2 && (in.at[at - 1] != '\n' || in.at[at - 2] != '\n'))
		at--;
	if (at < 2 || at == in.len)
		return why_at(why, ERR_MALFORMED, at < 2 ? 0 : at,
		    "the note has no empty line with signatures behind it");
	out->text = bytes_slice(in, 0, at - 1);
	while (at < in.len) {
		size_t end = at;

		while (in.at[end] != '\n')
			end++;
		if (end - at < DASH_LEN || memcmp(in.at + at, dash, DASH_LEN) != 0)
			return why_at(why, ERR_MALFORMED, at,
			    "the line at offset %zu behind the note's empty line is no signature",
			    at);
		if (lines++ == NOTE_SIGNATURES_MAX)
			return why_at(why, ERR_LIMIT, at, "the note has more than %d signatures",
			    NOTE_SIGNATURES_MAX);
		err = signature_line(bytes_slice(in, at + DASH_LEN, end - at - DASH_LEN), out, at,
		    why);
		if (err != ERR_OK)
			return err;
		at = end + 1;
	}
	return ERR_OK;
}

/* C2SP tlog-cosignature: 8 octets of POSIX time, then Ed25519 over a header that holds it. */
static enum err
cosignature_verify(const struct note *note, const struct note_verifier *verifier,
    const struct note_signature *signature)
{
	struct reader reader = reader_of(bytes_of(signature->octets, signature->len));
	uint64_t time = read_be(&reader, TIME_LEN);
	struct buffer text = { .max = NOTE_MAX + 64 };
	enum err err;

	if (reader.failed || time > INT64_MAX)
		return ERR_UNTRUSTED;
	buffer_print(&text, "cosignature/v1\ntime %" PRIu64 "\n", time);
	buffer_put(&text, note->text.at, note->text.len);
	err = ed25519_verify(verifier->key, bytes_of_buffer(&text),
	    read_bytes(&reader, signature->len - TIME_LEN));
	buffer_free(&text);
	return err;
}

enum err
note_verify(const struct note *note, const struct note_verifier *verifier, struct why *why)
{
	for (size_t i = 0; i < note->count; i++) {
		const struct note_signature *signature = &note->signature[i];
		enum err err;

		if (signature->id != verifier->id || strcmp(signature->name, verifier->name) != 0)
			continue;
		err = verifier->type == NOTE_COSIGNATURE ?
		    cosignature_verify(note, verifier, signature) :
		    ed25519_verify(verifier->key, note->text,
		        bytes_of(signature->octets, signature->len));
		if (err != ERR_OK)
			return why_set(why, ERR_UNTRUSTED,
			    "the signature by %.200s+%08" PRIx32 " does not verify", verifier->name,
			    verifier->id);
		return ERR_OK;
	}
	return why_set(why, ERR_NOT_FOUND, "the note bears no signature by %.200s+%08" PRIx32,
	    verifier->name, verifier->id);
}

void
note_put_signature(struct buffer *out, const struct note_verifier *verifier,
    struct bytes signature)
{
	struct buffer octets = { 0 };

	buffer_put_be(&octets, verifier->id, ID_LEN);
	buffer_put(&octets, signature.at, signature.len);
	buffer_print(out, "%s%s ", dash, verifier->name);
	base64_put(out, bytes_of_buffer(&octets));
	buffer_put_text(out, "\n");
	buffer_free(&octets);
}
