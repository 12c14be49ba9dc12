/* SPDX-License-Identifier: Apache-2.0 */
/* Offers of algorithms, what was chosen, and who may log in how; see ssh.h. */
#include <string.h>

#include "probes/wire/ssh.h"

bool
ssh_name_next(struct bytes *list, struct bytes *name)
{
	const uint8_t *comma;

	if (list->len == 0)
		return false;
	comma = memchr(list->at, ',', list->len);
	if (comma == NULL) {
		*name = *list;
		*list = bytes_of(NULL, 0);
		return true;
	}
	*name = bytes_of(list->at, (size_t)(comma - list->at));
	*list = bytes_of(comma + 1, list->len - name->len - 1);
	return true;
}

bool
ssh_names_have(struct bytes list, const char *name)
{
	struct bytes each;

	while (ssh_name_next(&list, &each))
		if (bytes_equal(each, bytes_of_text(name)))
			return true;
	return false;
}

bool
ssh_choose(struct bytes ours, struct bytes theirs, struct bytes *chosen)
{
	struct bytes name, other, rest;

	while (ssh_name_next(&ours, &name))
		for (rest = theirs; ssh_name_next(&rest, &other);)
			if (bytes_equal(name, other)) {
				*chosen = name;
				return true;
			}
	return false;
}

/* RFC 4251 5 and 6: names of 1 to 64 printable octets, no comma at an end or before another. */
static enum err
names_check(struct bytes list, struct why *why)
{
	size_t count = 0, len = 0;

	for (size_t i = 0; i <= list.len && list.len > 0; i++) {
		bool end = i == list.len || list.at[i] == ',';

		if (!end && (list.at[i] <= 0x20 || list.at[i] > 0x7e))
			return why_set(why, ERR_MALFORMED,
			    "the peer offers an algorithm whose name has octets no name may have");
		if (end && (len == 0 || len > SSH_NAME_MAX))
			return why_set(why, ERR_MALFORMED,
			    "the peer offers an algorithm whose name has %zu octets", len);
		if (end && ++count > SSH_NAMES_MAX)
			return why_set(why, ERR_LIMIT,
			    "the peer offers more than %d algorithms of a kind", SSH_NAMES_MAX);
		len = end ? 0 : len + 1;
	}
	return ERR_OK;
}

enum err
ssh_offer_read(struct bytes payload, struct ssh_offer *offer, struct why *why)
{
	struct reader in = reader_of(payload);

	if (read_be(&in, 1) != SSH_KEXINIT)
		return why_set(why, ERR_MALFORMED,
		    "the peer's first SSH packet is not its offer of algorithms (KEXINIT)");
	read_bytes(&in, SSH_COOKIE_LEN);
	for (size_t i = 0; i < SSH_LISTS; i++)
		offer->list[i] = ssh_string(&in);
	offer->guesses = read_be(&in, 1) != 0;
	read_be(&in, 4);
	if (!reader_done(&in))
		return why_set(why, ERR_MALFORMED,
		    "the peer's offer of algorithms breaks its format");
	for (size_t i = 0; i < SSH_LISTS; i++)
		if (names_check(offer->list[i], why) != ERR_OK)
			return why->err;
	return ERR_OK;
}

void
ssh_offer_write(const uint8_t cookie[SSH_COOKIE_LEN], const struct ssh_offer *offer,
    struct buffer *payload)
{
	buffer_put_u8(payload, SSH_KEXINIT);
	buffer_put(payload, cookie, SSH_COOKIE_LEN);
	for (size_t i = 0; i < SSH_LISTS; i++)
		ssh_string_put(payload, offer->list[i]);
	buffer_put_u8(payload, offer->guesses ? 1 : 0);
	buffer_put_be(payload, 0, 4);
}

enum err
ssh_failure_read(struct bytes payload, struct bytes *methods, bool *partial, struct why *why)
{
	struct reader in = reader_of(payload);

	read_be(&in, 1);
	*methods = ssh_string(&in);
	*partial = read_be(&in, 1) != 0;
	if (!reader_done(&in))
		return why_set(why, ERR_MALFORMED,
		    "the peer's answer to the login breaks its format");
	return names_check(*methods, why);
}

void
ssh_auth_none_write(const char *user, struct buffer *payload)
{
	buffer_put_u8(payload, SSH_AUTH_REQUEST);
	ssh_text_put(payload, user);
	ssh_text_put(payload, "ssh-connection");
	ssh_text_put(payload, "none");
}
