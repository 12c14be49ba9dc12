/* SPDX-License-Identifier: Apache-2.0 */
/* C2SP tlog-checkpoint: origin, size and root as the text of a signed note. */
#include <inttypes.h>
#include <string.h>

#include "monitor/base/cbor.h"
#include "monitor/ledger/note.h"

void
checkpoint_text(struct buffer *out, const struct checkpoint *checkpoint)
{
	buffer_print(out, "%s\n%" PRIu64 "\n", checkpoint->origin, checkpoint->size);
	base64_put(out, hash_bytes(&checkpoint->root));
	buffer_put_text(out, "\n");
}

/* The next line without its newline; false if there is none, or a control character in it. */
static bool
next_line(struct bytes text, size_t *at, struct bytes *line)
{
	size_t end = *at;

	while (end < text.len && text.at[end] >= 0x20)
		end++;
	if (end >= text.len || text.at[end] != '\n')
		return false;
	*line = bytes_slice(text, *at, end - *at);
	*at = end + 1;
	return true;
}

/* Decimal without leading zeros. */
static bool
size_of_line(struct bytes line, uint64_t *out)
{
	*out = 0;
	if (line.len == 0 || (line.len > 1 && line.at[0] == '0'))
		return false;
	for (size_t i = 0; i < line.len; i++) {
		unsigned digit = line.at[i] - (unsigned)'0';

		if (digit > 9 || *out > (UINT64_MAX - digit) / 10)
			return false;
		*out = *out * 10 + digit;
	}
	return true;
}

static bool
root_of_line(struct bytes line, struct hash *out)
{
	struct buffer octets = { .max = 256 };
	bool good = base64_read(line, &octets) == ERR_OK && octets.len == HASH_LEN;

	if (good)
		memcpy(out->at, octets.at, HASH_LEN);
	buffer_free(&octets);
	return good;
}

enum err
checkpoint_read(struct bytes text, struct checkpoint *out, struct why *why)
{
	struct bytes line;
	size_t at = 0;

	*out = (struct checkpoint){ 0 };
	if (!next_line(text, &at, &line) || line.len == 0 || !utf8_valid(line))
		return why_set(why, ERR_MALFORMED, "the checkpoint's first line is no origin");
	if (line.len >= sizeof(out->origin))
		return why_set(why, ERR_LIMIT, "the checkpoint's origin has %zu octets; %zu are "
		    "allowed",
		    line.len, sizeof(out->origin) - 1);
	memcpy(out->origin, line.at, line.len);
	if (!next_line(text, &at, &line) || !size_of_line(line, &out->size))
		return why_at(why, ERR_MALFORMED, at, "the checkpoint's second line is no tree "
		    "size");
	if (!next_line(text, &at, &line) || !root_of_line(line, &out->root))
		return why_at(why, ERR_MALFORMED, at,
		    "the checkpoint's third line is not a SHA-256 in base64");
	while (at < text.len)
		if (!next_line(text, &at, &line) || line.len == 0)
			return why_at(why, ERR_MALFORMED, at,
			    "an extension line of the checkpoint is empty or has no newline");
	return ERR_OK;
}
