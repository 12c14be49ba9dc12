/* SPDX-License-Identifier: Apache-2.0 */
/* See snmp_user.h. */
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/library/keytools.h>
#include <net-snmp/library/lcd_time.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/hash.h"
#include "probes/snmp_user.h"

enum { SECRET_MIN = 8 };	/* RFC 3414 section 11.2 */

struct snmp_credential {
	struct snmp_credential *next;
	struct hash             hash;	/* of everything in it */
	unsigned                users;
	char                    name[33], context[256], security[80];
	int                     level;
	const oid              *auth, *privacy;
	size_t                  auth_len, privacy_len;
	u_char                  auth_key[USM_AUTH_KU_LEN], privacy_key[USM_PRIV_KU_LEN];
	size_t                  auth_key_len, privacy_key_len;
};

struct snmp_user {
	struct snmp_user *next;
	struct hash       key;		/* of engine and name */
	struct hash       credential;
	unsigned          sessions, awake;
	struct usmUser   *library;	/* in the library's list while awake */
	size_t            engine_len;
	u_char            engine[];
};

void
snmp_users_begin(void)
{
	struct usmUser *user = usm_get_user(NULL, 0, "");

	if (user != NULL)
		return;
	user = usm_create_user();
	user->name = strdup("");
	user->secName = strdup("");
	user->userStatus = SNMP_ROW_ACTIVE;
	usm_add_user(user);
}

struct protocol { const char *word; const oid *oid; size_t len; };

static const struct protocol *
auth_find(const char *word)
{
	static const struct protocol protocols[] = {
		{ "MD5", usmHMACMD5AuthProtocol, OID_LENGTH(usmHMACMD5AuthProtocol) },
		{ "SHA", usmHMACSHA1AuthProtocol, OID_LENGTH(usmHMACSHA1AuthProtocol) },
		{ "SHA-224", usmHMAC128SHA224AuthProtocol,
		    OID_LENGTH(usmHMAC128SHA224AuthProtocol) },
		{ "SHA-256", usmHMAC192SHA256AuthProtocol,
		    OID_LENGTH(usmHMAC192SHA256AuthProtocol) },
		{ "SHA-384", usmHMAC256SHA384AuthProtocol,
		    OID_LENGTH(usmHMAC256SHA384AuthProtocol) },
		{ "SHA-512", usmHMAC384SHA512AuthProtocol,
		    OID_LENGTH(usmHMAC384SHA512AuthProtocol) } };

	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (strcmp(protocols[i].word, word) == 0)
			return &protocols[i];
	return NULL;
}

static const struct protocol *
privacy_find(const char *word)
{
	static const struct protocol protocols[] = {
		{ "DES", usmDESPrivProtocol, OID_LENGTH(usmDESPrivProtocol) },
		{ "AES", usmAESPrivProtocol, OID_LENGTH(usmAESPrivProtocol) } };

	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (strcmp(protocols[i].word, word) == 0)
			return &protocols[i];
	return NULL;
}

static int
level_of(const char *word)
{
	if (strcmp(word, "noAuthNoPriv") == 0)
		return SNMP_SEC_LEVEL_NOAUTH;
	return strcmp(word, "authNoPriv") == 0 ? SNMP_SEC_LEVEL_AUTHNOPRIV :
	    SNMP_SEC_LEVEL_AUTHPRIV;
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
key_derive(const struct protocol *auth, struct bytes secret, u_char *key, size_t *len)
{
	return generate_Ku(auth->oid, (u_int)auth->len, secret.at, secret.len, key, len) ==
	    SNMPERR_SUCCESS ? ERR_OK : ERR_INVALID;
}

static enum err
credential_keys(struct snmp_credential *credential, const struct snmp_words *words, struct why *why)
{
	const struct protocol *auth = auth_find(words->auth);
	const struct protocol *privacy = privacy_find(words->privacy);
	struct bytes auth_secret = secret_of(words->auth_secret);
	struct bytes privacy_secret = secret_of(words->privacy_secret);

	credential->level = level_of(words->level);
	if (credential->level == SNMP_SEC_LEVEL_NOAUTH)
		return ERR_OK;
	if (auth == NULL || auth_secret.len < SECRET_MIN)
		return why_set(why, ERR_INVALID, "auth_secret must hold at least %d octets and "
		    "auth_protocol be known", SECRET_MIN);
	credential->auth = auth->oid;
	credential->auth_len = auth->len;
	credential->auth_key_len = sizeof(credential->auth_key);
	if (key_derive(auth, auth_secret, credential->auth_key,
	    &credential->auth_key_len) != ERR_OK)
		return why_set(why, ERR_INVALID, "auth_protocol %s is not supported here",
		    words->auth);
	if (credential->level == SNMP_SEC_LEVEL_AUTHNOPRIV)
		return ERR_OK;
	if (privacy == NULL || privacy_secret.len < SECRET_MIN)
		return why_set(why, ERR_INVALID, "privacy_secret must hold at least %d octets and "
		    "privacy_protocol be known", SECRET_MIN);
	credential->privacy = privacy->oid;
	credential->privacy_len = privacy->len;
	credential->privacy_key_len = sizeof(credential->privacy_key);
	return key_derive(auth, privacy_secret, credential->privacy_key,
	    &credential->privacy_key_len);
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
credential_describe(struct snmp_credential *credential, const struct snmp_words *words)
{
	snprintf(credential->name, sizeof(credential->name), "%s", words->user);
	snprintf(credential->context, sizeof(credential->context), "%s", words->context);
	if (credential->level == SNMP_SEC_LEVEL_AUTHPRIV)
		snprintf(credential->security, sizeof(credential->security), "authPriv %s %s",
		    words->auth, words->privacy);
	else if (credential->level == SNMP_SEC_LEVEL_AUTHNOPRIV)
		snprintf(credential->security, sizeof(credential->security), "authNoPriv %s",
		    words->auth);
	else
		snprintf(credential->security, sizeof(credential->security), "noAuthNoPriv");
}

enum err
snmp_credential_find(struct snmp_shared *shared, const struct snmp_words *words,
    struct snmp_credential **out, struct why *why)
{
	struct hash hash = words_hash(words);
	struct snmp_credential *credential = shared->credentials;
	enum err err;

	while (credential != NULL && !hash_equal(credential->hash, hash))
		credential = credential->next;
	if (credential == NULL) {
		credential = memory_new(1, sizeof(*credential));
		err = credential_keys(credential, words, why);
		if (err != ERR_OK) {
			explicit_bzero(credential, sizeof(*credential));
			free(credential);
			return err;
		}
		credential->hash = hash;
		credential_describe(credential, words);
		credential->next = shared->credentials;
		shared->credentials = credential;
	}
	credential->users++;
	*out = credential;
	return ERR_OK;
}

void
snmp_credential_free(struct snmp_shared *shared, struct snmp_credential *credential)
{
	struct snmp_credential **at = &shared->credentials;

	if (credential == NULL || --credential->users > 0)
		return;
	while (*at != credential)
		at = &(*at)->next;
	*at = credential->next;
	explicit_bzero(credential, sizeof(*credential));
	free(credential);
}

const char *
snmp_credential_security(const struct snmp_credential *credential)
{
	return credential->security;
}

void
snmp_credential_apply(struct snmp_credential *credential, void *at)
{
	netsnmp_session *template = at;

	template->securityName = credential->name;
	template->securityNameLen = strlen(credential->name);
	template->securityLevel = credential->level;
	template->securityModel = SNMP_SEC_MODEL_USM;
	template->contextName = credential->context;
	template->contextNameLen = strlen(credential->context);
	/* Without a protocol named, the library takes one of its own choice. */
	template->securityAuthProto = credential->auth != NULL ?
	    (oid *)(uintptr_t)credential->auth : usmNoAuthProtocol;
	template->securityAuthProtoLen = credential->auth != NULL ? credential->auth_len :
	    OID_LENGTH(usmNoAuthProtocol);
	template->securityPrivProto = credential->privacy != NULL ?
	    (oid *)(uintptr_t)credential->privacy : usmNoPrivProtocol;
	template->securityPrivProtoLen = credential->privacy != NULL ? credential->privacy_len :
	    OID_LENGTH(usmNoPrivProtocol);
	memcpy(template->securityAuthKey, credential->auth_key, credential->auth_key_len);
	template->securityAuthKeyLen = credential->auth_key_len;
	memcpy(template->securityPrivKey, credential->privacy_key, credential->privacy_key_len);
	template->securityPrivKeyLen = credential->privacy_key_len;
}

void
snmp_user_wake(struct snmp_user *user)
{
	if (user != NULL && user->awake++ == 0)
		usm_add_user(user->library);
}

void
snmp_user_rest(struct snmp_user *user)
{
	if (user == NULL || user->awake == 0 || --user->awake > 0)
		return;
	usm_remove_user(user->library);
	user->library->next = user->library->prev = NULL;
}

enum err
snmp_user_take(struct snmp_shared *shared, const struct snmp_credential *credential, void *at,
    struct snmp_user **out, struct why *why)
{
	netsnmp_session *library = at;
	struct bytes engine = bytes_of(library->securityEngineID, library->securityEngineIDLen);
	struct hash key = hash_of3(bytes_of_text(credential->name), bytes_of("", 1), engine);
	struct snmp_user *user = shared->users;

	while (user != NULL && !hash_equal(user->key, key))
		user = user->next;
	if (user != NULL && !hash_equal(user->credential, credential->hash))
		return why_set(why, ERR_MISMATCH, "another target shows the same engine id and is "
		    "asked as the same user with other secrets");
	if (user == NULL) {
		if (create_user_from_session(library) != SNMPERR_SUCCESS)
			return why_set(why, ERR_INVALID, "no user can be made for this engine");
		user = memory_new(1, sizeof(*user) + engine.len);
		user->key = key;
		user->credential = credential->hash;
		user->library = usm_get_user(engine.at, engine.len, credential->name);
		user->awake = 1;
		snmp_user_rest(user);
		user->engine_len = engine.len;
		memcpy(user->engine, engine.at, engine.len);
		user->next = shared->users;
		shared->users = user;
	}
	library->flags |= SNMP_FLAGS_USER_CREATED;
	user->sessions++;
	*out = user;
	return ERR_OK;
}

void
snmp_user_release(struct snmp_shared *shared, struct snmp_user *user)
{
	struct snmp_user **at = &shared->users;

	if (user == NULL || --user->sessions > 0)
		return;
	while (*at != user)
		at = &(*at)->next;
	*at = user->next;
	if (user->awake > 0)
		usm_remove_user(user->library);
	usm_free_user(user->library);
	free_enginetime(user->engine, user->engine_len);
	free(user);
}
