/* SPDX-License-Identifier: Apache-2.0 */
/* The table of PINs; see token_login.h. */
#include "probes/token_login.h"

static size_t
place_of(const struct token_logins *logins, struct hash login)
{
	size_t i = 0;

	while (i < logins->count && !hash_equal(logins->entry[i].login, login))
		i++;
	return i;
}

enum login_state
token_login_ask(struct token_logins *logins, struct hash login)
{
	size_t place = place_of(logins, login);

	if (place == TOKEN_LOGINS_MAX)
		return LOGIN_FULL;
	if (place == logins->count) {
		logins->entry[place].login = login;
		logins->entry[place].state = LOGIN_OPEN;
		logins->entry[place].busy = false;
		logins->count++;
	}
	if (logins->entry[place].state == LOGIN_REFUSED)
		return LOGIN_REFUSED;
	if (logins->entry[place].busy)
		return LOGIN_BUSY;
	logins->entry[place].busy = true;
	return logins->entry[place].state;
}

void
token_login_settle(struct token_logins *logins, struct hash login, enum login_state learnt)
{
	size_t place = place_of(logins, login);

	if (place == logins->count)
		return;
	logins->entry[place].busy = false;
	if (learnt != LOGIN_OPEN)
		logins->entry[place].state = learnt;
	else if (logins->entry[place].state == LOGIN_OPEN)
		logins->entry[place] = logins->entry[--logins->count];
}
