/* SPDX-License-Identifier: Apache-2.0 */
/* See credentials.h.  Comparing hashes under a salt of ours tells nothing by its time. */
#include <stdlib.h>
#include <string.h>

#include "monitor/intake/credentials.h"

static bool
is_blank(uint8_t octet)
{
	return octet == ' ' || octet == '\t' || octet == '\r';
}

bool
credential_next(struct bytes file, size_t *at, unsigned *line, struct credential_line *out)
{
	while (*at < file.len) {
		const uint8_t *end = memchr(file.at + *at, '\n', file.len - *at);
		size_t stop = end != NULL ? (size_t)(end - file.at) : file.len, i = *at;

		*at = stop + 1;
		*out = (struct credential_line){ .line = ++*line };
		while (i < stop && out->words < CREDENTIAL_WORDS) {
			size_t from;

			while (i < stop && is_blank(file.at[i]))
				i++;
			for (from = i; i < stop && !is_blank(file.at[i]); i++)
				;
			if (i > from)
				out->word[out->words++] = bytes_slice(file, from, i - from);
		}
		if (out->words > 0 && out->word[0].at[0] != '#')
			return true;
	}
	return false;
}

enum err
secrets_read(struct bytes file, size_t word, struct secrets *out, struct why *why)
{
	struct credential_line entry;
	unsigned line = 0;
	size_t at = 0;

	*out = (struct secrets){ .count = 0 };
	random_fill(out->salt.at, sizeof(out->salt.at));
	out->hash = memory_new(INTAKE_USERS_MAX, sizeof(*out->hash));
	while (credential_next(file, &at, &line, &entry)) {
		enum err err = entry.words != word + 1 ? ERR_INVALID :
		    out->count == INTAKE_USERS_MAX ? ERR_LIMIT : ERR_OK;

		if (err != ERR_OK) {
			secrets_free(out);
			return err == ERR_LIMIT ? why_set(why, err, "more than %d entries",
			    INTAKE_USERS_MAX) : why_set(why, err, "line %u has %zu words, and %zu "
			    "are wanted", entry.line, entry.words, word + 1);
		}
		out->hash[out->count++] = hash_of3(hash_bytes(&out->salt), entry.word[word],
		    bytes_of(NULL, 0));
	}
	return ERR_OK;
}

bool
secrets_hold(const struct secrets *secrets, struct bytes secret)
{
	struct hash hash = hash_of3(hash_bytes(&secrets->salt), secret, bytes_of(NULL, 0));
	bool found = false;

	for (size_t i = 0; i < secrets->count; i++)
		found |= hash_equal(secrets->hash[i], hash);
	return found && secret.len > 0;
}

void
secrets_free(struct secrets *secrets)
{
	free(secrets->hash);
	*secrets = (struct secrets){ .count = 0 };
}
