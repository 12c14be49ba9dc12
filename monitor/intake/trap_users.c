/* SPDX-License-Identifier: Apache-2.0 */
/* See trap_users.h. */
#include <stdio.h>
#include <string.h>

#include "monitor/intake/trap_users.h"

enum { SECRET_MIN = 8 };	/* RFC 3414 11.2 */

static bool
begins(struct bytes word, const char *with, struct bytes *rest)
{
	size_t len = strlen(with);

	if (word.len < len || memcmp(word.at, with, len) != 0)
		return false;
	*rest = bytes_slice(word, len, word.len);
	return true;
}

static bool
engine_read(struct bytes hex, struct trap_user *user)
{
	char text[2 * SNMP_ENGINE_MAX + 1];

	begins(hex, "0x", &hex);
	if (hex.len % 2 != 0 || hex.len < 2 * SNMP_ENGINE_MIN || hex.len > 2 * SNMP_ENGINE_MAX)
		return false;
	snprintf(text, sizeof(text), "%.*s", (int)hex.len, (const char *)hex.at);
	for (char *at = text; *at != '\0'; at++)
		*at |= *at >= 'A' && *at <= 'F' ? 0x20 : 0;
	user->engine_len = hex.len / 2;
	return hex_read(text, user->engine, user->engine_len) == ERR_OK;
}

/* The words with "=" at the end; false: one that nobody knows. */
static bool
settings_take(struct credential_line *line, struct trap_user *user)
{
	struct bytes value;

	user->level = TRAP_PRIVATE;
	for (; line->words > 1; line->words--) {
		struct bytes word = line->word[line->words - 1];

		if (begins(word, "engine=", &value)) {
			if (!engine_read(value, user))
				return false;
		} else if (begins(word, "level=", &value)) {
			if (bytes_equal(value, bytes_of_text("authNoPriv")))
				user->level = TRAP_AUTH;
			else if (bytes_equal(value, bytes_of_text("noAuthNoPriv")))
				user->level = TRAP_NO_AUTH;
			else if (!bytes_equal(value, bytes_of_text("authPriv")))
				return false;
		} else {
			return true;
		}
	}
	return true;
}

static void
word_copy(char *out, size_t room, struct bytes word)
{
	snprintf(out, room, "%.*s", (int)word.len, (const char *)word.at);
}

static enum err
user_read(struct credential_line *line, struct trap_user *user, struct why *why)
{
	static const size_t words[] = { [TRAP_NO_AUTH] = 1, [TRAP_AUTH] = 3, [TRAP_PRIVATE] = 5 };

	*user = (struct trap_user){ .engine_len = 0 };
	if (line->word[0].len >= sizeof(user->name))
		return why_set(why, ERR_INVALID, "line %u: a name is at most 32 octets",
		    line->line);
	word_copy(user->name, sizeof(user->name), line->word[0]);
	if (!settings_take(line, user))
		return why_set(why, ERR_INVALID, "line %u: engine= wants 5 to 32 octets in hex, "
		    "level= one of authPriv, authNoPriv, noAuthNoPriv", line->line);
	/* A user with both secrets may still be said to send less. */
	if (line->words != words[user->level] && !(line->words == 5 && user->level == TRAP_AUTH))
		return why_set(why, ERR_INVALID, "line %u: NAME AUTH SECRET PRIV SECRET is "
		    "wanted, or less with level=authNoPriv or level=noAuthNoPriv", line->line);
	if (line->words >= 3) {
		word_copy(user->auth, sizeof(user->auth), line->word[1]);
		user->auth_secret = line->word[2];
	}
	if (line->words == 5) {
		word_copy(user->privacy, sizeof(user->privacy), line->word[3]);
		user->privacy_secret = line->word[4];
	}
	if ((line->words >= 3 && user->auth_secret.len < SECRET_MIN) ||
	    (line->words == 5 && user->privacy_secret.len < SECRET_MIN))
		return why_set(why, ERR_INVALID, "line %u: a secret has at least %d octets",
		    line->line, SECRET_MIN);
	return ERR_OK;
}

enum err
trap_users_read(struct bytes file, struct trap_user *user, size_t room, size_t *count,
    struct why *why)
{
	struct credential_line line;
	unsigned number = 0;
	size_t at = 0;
	enum err err = ERR_OK;

	*count = 0;
	while (err == ERR_OK && credential_next(file, &at, &number, &line)) {
		if (*count == room)
			return why_set(why, ERR_LIMIT, "more than %zu users", room);
		err = user_read(&line, &user[*count], why);
		*count += err == ERR_OK;
	}
	return err;
}
