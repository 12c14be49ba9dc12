/* SPDX-License-Identifier: Apache-2.0 */
/* See snmp_credential.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/snmp_credential.h"

static unsigned
flags_of(const char *level)
{
	if (strcmp(level, "noAuthNoPriv") == 0)
		return 0;
	return strcmp(level, "authNoPriv") == 0 ? SNMP_FLAG_AUTHENTIC :
	    SNMP_FLAG_AUTHENTIC | SNMP_FLAG_PRIVATE;
}

/* A secret file ends with a line end in most hands: it is not part of the secret. */
static struct bytes
secret_of(struct bytes octets)
{
	while (octets.len > 0 && (octets.at[octets.len - 1] == '\n' ||
	    octets.at[octets.len - 1] == '\r'))
		octets.len--;
	return octets;
}

static enum err
key_derive(enum usm_auth auth, struct bytes file, const char *option, struct usm_key *key,
    struct why *why)
{
	enum err err = usm_master(auth, secret_of(file), key);

	if (err == ERR_INVALID)
		return why_set(why, ERR_INVALID, "%s must hold at least %d octets", option,
		    USM_SECRET_MIN);
	if (err != ERR_OK)
		return why_set(why, ERR_INVALID, "auth_protocol %s is not supported here",
		    usm_auth_word(auth));
	return ERR_OK;
}

static enum err
keys_derive(struct snmp_credential *credential, const struct snmp_words *words, struct why *why)
{
	enum err err;

	credential->flags = flags_of(words->level);
	if (credential->flags == 0)
		return ERR_OK;
	if (!usm_auth_find(words->auth, &credential->auth))
		return why_set(why, ERR_INVALID, "auth_protocol %s is not known", words->auth);
	err = key_derive(credential->auth, words->auth_secret, "auth_secret",
	    &credential->auth_master, why);
	if (err != ERR_OK || !(credential->flags & SNMP_FLAG_PRIVATE))
		return err;
	if (!usm_privacy_find(words->privacy, &credential->privacy))
		return why_set(why, ERR_INVALID, "privacy_protocol %s is not known",
		    words->privacy);
	return key_derive(credential->auth, words->privacy_secret, "privacy_secret",
	    &credential->privacy_master, why);
}

static struct hash
words_hash(const struct snmp_words *words)
{
	const char *text[] = { words->user, words->level, words->auth, words->privacy,
	    words->context };
	struct buffer all = { .max = 0 };
	struct hash hash;

	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
		buffer_put_text(&all, text[i]);
		buffer_put_u8(&all, 0);
	}
	hash = hash_of3(hash_bytes(&(struct hash){ { 0 } }), bytes_of_buffer(&all),
	    words->auth_secret);
	hash = hash_of3(hash_bytes(&hash), words->privacy_secret, bytes_of(NULL, 0));
	buffer_free(&all);
	return hash;
}

static void
describe(struct snmp_credential *credential, const struct snmp_words *words)
{
	snprintf(credential->user, sizeof(credential->user), "%s", words->user);
	snprintf(credential->context, sizeof(credential->context), "%s", words->context);
	if (credential->flags & SNMP_FLAG_PRIVATE)
		snprintf(credential->security, sizeof(credential->security), "authPriv %s %s",
		    words->auth, words->privacy);
	else if (credential->flags & SNMP_FLAG_AUTHENTIC)
		snprintf(credential->security, sizeof(credential->security), "authNoPriv %s",
		    words->auth);
	else
		snprintf(credential->security, sizeof(credential->security), "noAuthNoPriv");
}

enum err
snmp_credential_find(struct snmp_credentials *all, const struct snmp_words *words,
    struct snmp_credential **out, struct why *why)
{
	struct hash hash = words_hash(words);
	struct snmp_credential *credential = all->first;
	enum err err;

	while (credential != NULL && !hash_equal(credential->hash, hash))
		credential = credential->next;
	if (credential == NULL) {
		credential = memory_new(1, sizeof(*credential));
		err = keys_derive(credential, words, why);
		if (err != ERR_OK) {
			explicit_bzero(credential, sizeof(*credential));
			free(credential);
			return err;
		}
		credential->hash = hash;
		describe(credential, words);
		credential->next = all->first;
		all->first = credential;
	}
	credential->users++;
	*out = credential;
	return ERR_OK;
}

void
snmp_credential_free(struct snmp_credentials *all, struct snmp_credential *credential)
{
	struct snmp_credential **at = &all->first;

	if (credential == NULL || --credential->users > 0)
		return;
	while (*at != credential)
		at = &(*at)->next;
	*at = credential->next;
	explicit_bzero(credential, sizeof(*credential));
	free(credential);
}
