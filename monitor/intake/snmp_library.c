/* SPDX-License-Identifier: Apache-2.0 */
/* See snmp_library.h. */
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/library/keytools.h>
#include <net-snmp/library/lcd_time.h>
#include <net-snmp/library/scapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/intake/snmp_library.h"

enum { KNOWN_MAX = 2 * TRAP_USERS_MAX, ENGINE_OWN_LEN = 17 };

struct snmp_known {
	struct trap_user user;		/* its views are not kept */
	struct hash      secrets;	/* of protocols and secrets */
	uint32_t         listeners;	/* bit of each whose file names it */
	oid             *auth, *privacy;
	size_t           auth_len, privacy_len;
	u_char           auth_key[USM_AUTH_KU_LEN], privacy_key[USM_PRIV_KU_LEN];
	size_t           auth_key_len, privacy_key_len;
};

static struct snmp_known known[KNOWN_MAX];
static size_t knowns, engines;
static u_char own[ENGINE_OWN_LEN];

void
snmp_library_begin(struct bytes engine, uint32_t boots)
{
	/* net-snmp's own enterprise, format 5: octets of who administers it (RFC 3411). */
	static const u_char head[5] = { 0x80, 0x00, 0x1f, 0x88, 0x05 };
	struct hash hash = hash_of(engine);
	char line[64];

	memcpy(own, head, sizeof(head));
	memcpy(own + sizeof(head), hash.at, sizeof(own) - sizeof(head));
	setenv("MIBS", "", 1);
	setenv("MIBDIRS", "/dev/null", 1);
	setenv("SNMPCONFPATH", "/dev/null", 1);
	setenv("SNMP_PERSISTENT_DIR", "/dev/null", 1);
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_READ_CONFIGS, 1);
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_PERSIST_STATE, 1);
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_ALARM_DONT_USE_SIG, 1);
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DISABLE_PERSISTENT_LOAD, 1);
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DISABLE_PERSISTENT_SAVE, 1);
	snmp_disable_log();
	netsnmp_register_loghandler(NETSNMP_LOGHANDLER_NONE, LOG_DEBUG);
	init_snmp("sekimori");
	snmp_disable_log();
	netsnmp_register_loghandler(NETSNMP_LOGHANDLER_NONE, LOG_DEBUG);
	set_exact_engineID(own, sizeof(own));
	/* The function for it is not exported; the library's own setting, which adds one, is. */
	snprintf(line, sizeof(line), "engineBoots %u", (unsigned)(boots & INT32_MAX));
	netsnmp_config(line);
	set_enginetime(own, sizeof(own), (u_int)snmpv3_local_snmpEngineBoots(),
	    (u_int)snmpv3_local_snmpEngineTime(), TRUE);
}

bool
snmp_engine_is_ours(struct bytes engine)
{
	return bytes_equal(engine, bytes_of(own, sizeof(own)));
}

static void
template_fill(const struct snmp_known *k, struct bytes engine, netsnmp_session *out)
{
	snmp_sess_init(out);
	out->version = SNMP_VERSION_3;
	out->securityModel = SNMP_SEC_MODEL_USM;
	out->securityName = (char *)(uintptr_t)k->user.name;
	out->securityNameLen = strlen(k->user.name);
	out->securityEngineID = (u_char *)(uintptr_t)engine.at;
	out->securityEngineIDLen = engine.len;
	out->securityLevel = k->privacy_len > 0 ? SNMP_SEC_LEVEL_AUTHPRIV : k->auth_len > 0 ?
	    SNMP_SEC_LEVEL_AUTHNOPRIV : SNMP_SEC_LEVEL_NOAUTH;
	/* Without a protocol named, the library takes one of its own choice. */
	out->securityAuthProto = k->auth != NULL ? k->auth : usmNoAuthProtocol;
	out->securityAuthProtoLen = k->auth != NULL ? k->auth_len : OID_LENGTH(usmNoAuthProtocol);
	memcpy(out->securityAuthKey, k->auth_key, k->auth_key_len);
	out->securityAuthKeyLen = k->auth_key_len;
	out->securityPrivProto = k->privacy != NULL ? k->privacy : usmNoPrivProtocol;
	out->securityPrivProtoLen = k->privacy != NULL ? k->privacy_len :
	    OID_LENGTH(usmNoPrivProtocol);
	memcpy(out->securityPrivKey, k->privacy_key, k->privacy_key_len);
	out->securityPrivKeyLen = k->privacy_key_len;
}

static struct usmUser *
library_user(const struct snmp_known *k, struct bytes engine)
{
	return usm_get_user((u_char *)(uintptr_t)engine.at, engine.len,
	    (char *)(uintptr_t)k->user.name);
}

enum err
snmp_engine_know(const struct snmp_known *k, struct bytes engine, bool *fresh)
{
	netsnmp_session template;

	*fresh = false;
	if (library_user(k, engine) != NULL)
		return ERR_OK;
	if (engines == INTAKE_ENGINES)
		return ERR_LIMIT;
	template_fill(k, engine, &template);
	if (create_user_from_session(&template) != SNMPERR_SUCCESS)
		return ERR_INVALID;
	explicit_bzero(&template, sizeof(template));
	engines++;
	*fresh = true;
	return ERR_OK;
}

void
snmp_engine_forget(const struct snmp_known *k, struct bytes engine)
{
	struct usmUser *user = library_user(k, engine);

	if (user == NULL)
		return;
	usm_remove_user(user);
	usm_free_user(user);
	engines--;
	/* Its clock stays while another user of it is known: else old messages could come again. */
	for (size_t i = 0; i < knowns; i++)
		if (library_user(&known[i], engine) != NULL)
			return;
	free_enginetime((u_char *)(uintptr_t)engine.at, engine.len);
}

const struct snmp_known *
snmp_known_find(struct bytes name, struct bytes engine, uint32_t listener)
{
	for (size_t i = 0; i < knowns; i++) {
		const struct trap_user *user = &known[i].user;

		if (!(known[i].listeners >> listener & 1) ||
		    !bytes_equal(name, bytes_of_text(user->name)))
			continue;
		if (user->engine_len == 0 || snmp_engine_is_ours(engine) ||
		    bytes_equal(engine, bytes_of(user->engine, user->engine_len)))
			return &known[i];
	}
	return NULL;
}

enum trap_level
snmp_known_level(const struct snmp_known *k)
{
	return k->user.level;
}

static enum err
keys_make(struct snmp_known *k, const struct trap_user *user, struct why *why)
{
	int auth = user->auth[0] != '\0' ? usm_lookup_auth_type(user->auth) : 0;
	int privacy = user->privacy[0] != '\0' ? usm_lookup_priv_type(user->privacy) : 0;
	bool fine;

	if (user->auth[0] == '\0')
		return ERR_OK;
	k->auth = auth > 0 ? sc_get_auth_oid(auth, &k->auth_len) : NULL;
	k->privacy = privacy > 0 ? sc_get_priv_oid(privacy, &k->privacy_len) : NULL;
	if (k->auth == NULL || (user->privacy[0] != '\0' && k->privacy == NULL))
		return why_set(why, ERR_INVALID, "user %s: the protocol %s is not known; SHA, "
		    "SHA-224, SHA-256, SHA-384, SHA-512, MD5, and AES, AES-192, AES-256, DES are",
		    user->name, k->auth == NULL ? user->auth : user->privacy);
	k->auth_key_len = sizeof(k->auth_key);
	k->privacy_key_len = k->privacy != NULL ? sizeof(k->privacy_key) : 0;
	fine = generate_Ku(k->auth, (u_int)k->auth_len, user->auth_secret.at,
	    user->auth_secret.len, k->auth_key, &k->auth_key_len) == SNMPERR_SUCCESS;
	if (fine && k->privacy != NULL)
		fine = generate_Ku(k->auth, (u_int)k->auth_len, user->privacy_secret.at,
		    user->privacy_secret.len, k->privacy_key, &k->privacy_key_len) ==
		    SNMPERR_SUCCESS;
	return fine ? ERR_OK : why_set(why, ERR_INVALID, "user %s: no keys can be made",
	    user->name);
}

static struct hash
secrets_of(const struct trap_user *user)
{
	struct hash auth = hash_of3(bytes_of_text(user->auth), bytes_of("", 1), user->auth_secret);
	struct hash privacy = hash_of3(bytes_of_text(user->privacy), bytes_of("", 1),
	    user->privacy_secret);

	return hash_of3(hash_bytes(&auth), hash_bytes(&privacy), bytes_of(NULL, 0));
}

static enum err
user_take(const struct trap_user *user, uint32_t listener, struct why *why)
{
	struct hash secrets = secrets_of(user);
	struct snmp_known *k = NULL;
	bool fresh;
	enum err err;

	for (size_t i = 0; i < knowns; i++)
		if (strcmp(known[i].user.name, user->name) == 0)
			k = &known[i];
	if (k != NULL && !hash_equal(k->secrets, secrets))
		return why_set(why, ERR_MISMATCH, "user %s stands twice with other secrets",
		    user->name);
	if (k == NULL) {
		if (knowns == KNOWN_MAX)
			return why_set(why, ERR_LIMIT, "more than %d users", KNOWN_MAX);
		k = &known[knowns];
		*k = (struct snmp_known){ .user = *user, .secrets = secrets };
		err = keys_make(k, user, why);
		if (err != ERR_OK)
			return err;
		knowns++;
		k->user.auth_secret = k->user.privacy_secret = bytes_of(NULL, 0);
	}
	k->listeners |= UINT32_C(1) << listener;
	/* Informs come under our own engine. */
	if (snmp_engine_know(k, bytes_of(own, sizeof(own)), &fresh) != ERR_OK)
		return why_set(why, ERR_INVALID, "user %s cannot be used", user->name);
	return ERR_OK;
}

enum err
snmp_users_take(struct bytes file, uint32_t listener, struct why *why)
{
	struct trap_user *user = memory_new(TRAP_USERS_MAX, sizeof(*user));
	size_t count = 0;
	enum err err = trap_users_read(file, user, TRAP_USERS_MAX, &count, why);

	for (size_t i = 0; i < count && err == ERR_OK; i++)
		err = user_take(&user[i], listener, why);
	free(user);
	return err;
}
