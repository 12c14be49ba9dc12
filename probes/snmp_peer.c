/* SPDX-License-Identifier: Apache-2.0 */
/* See snmp_peer.h.  Credentials and users are in snmp_user.c. */
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/library/large_fd_set.h>
#include <net-snmp/library/lcd_time.h>
#include <net-snmp/library/snmp_transport.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/resolve.h"
#include "probes/snmp_user.h"

enum { RETRIES = 3, WINDOWS_MAX = 2 };

/*
 * The library writes a line for many a malformed packet, so that whoever sends them would fill the
 * log.  Without any handler it falls back on standard error: one that drops all is needed.
 */
static void
log_nothing(void)
{
	snmp_disable_log();
	netsnmp_register_loghandler(NETSNMP_LOGHANDLER_NONE, LOG_DEBUG);
}

/*
 * The library would look for MIB texts and a persistent folder, read configuration and set signal
 * alarms: none of that is wanted in a sandbox.
 */
void
snmp_shared_begin(void *at)
{
	struct snmp_shared *shared = at;
	netsnmp_large_fd_set *fds = memory_new(1, sizeof(*fds));

	setenv("MIBS", "", 1);
	setenv("MIBDIRS", "/dev/null", 1);
	setenv("SNMPCONFPATH", "/dev/null", 1);
	setenv("SNMP_PERSISTENT_DIR", "/dev/null", 1);
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_READ_CONFIGS, 1);
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_PERSIST_STATE, 1);
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_ALARM_DONT_USE_SIG, 1);
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DISABLE_PERSISTENT_LOAD, 1);
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DISABLE_PERSISTENT_SAVE, 1);
	log_nothing();
	init_snmp("sekimori");
	log_nothing();
	netsnmp_large_fd_set_init(fds, FD_SETSIZE);
	NETSNMP_LARGE_FD_ZERO(fds);
	shared->fds = fds;
	shared->begun = true;
	snmp_users_begin();
}

void
snmp_shared_end(void *at)
{
	struct snmp_shared *shared = at;

	netsnmp_large_fd_set_cleanup(shared->fds);
	free(shared->fds);
}

static const char *
report_text(int type)
{
	switch (type) {
	case SNMPERR_UNKNOWN_ENG_ID:
		return "usmStatsUnknownEngineIDs: it is another engine now";
	case SNMPERR_UNKNOWN_USER_NAME:
		return "usmStatsUnknownUserNames: it does not know this user";
	case SNMPERR_UNSUPPORTED_SEC_LEVEL:
		return "usmStatsUnsupportedSecLevels: not for this security level";
	case SNMPERR_AUTHENTICATION_FAILURE:
		return "usmStatsWrongDigests: the authentication secret or protocol is wrong";
	case SNMPERR_NOT_IN_TIME_WINDOW:
		return "usmStatsNotInTimeWindows: its engine time went back";
	case SNMPERR_DECRYPTION_ERR:
		return "usmStatsDecryptionErrors: the privacy secret or protocol is wrong";
	default:
		return "a Report of an unknown kind";
	}
}

static struct snmp_value
value_of(const netsnmp_variable_list *variable)
{
	struct snmp_value value = { .oid = variable->name, .oid_len = variable->name_length };

	switch (variable->type) {
	case ASN_INTEGER:
		value.type = SNMP_INTEGER;
		value.number = *variable->val.integer;
		break;
	case ASN_TIMETICKS:
		value.type = SNMP_TICKS;
		value.number =
		    (int64_t)(*(const unsigned long *)variable->val.integer & 0xffffffff);
		break;
	case ASN_OCTET_STR:
		value.type = SNMP_OCTETS;
		value.octets = bytes_of(variable->val.string, variable->val_len);
		break;
	case ASN_OBJECT_ID:
		value.type = SNMP_OBJECT;
		value.object = variable->val.objid;
		value.object_len = variable->val_len / sizeof(oid);
		break;
	case SNMP_ENDOFMIBVIEW:
		value.type = SNMP_END;
		break;
	default:
		break;
	}
	return value;
}

static void
answer_take(struct snmp_peer *peer, const netsnmp_pdu *pdu)
{
	size_t place = 0;

	peer->said = SNMP_SAID_ANSWER;
	peer->unproved = false;
	peer->error_status = pdu->errstat;
	for (const netsnmp_variable_list *variable = pdu->variables; variable != NULL;
	    variable = variable->next_variable) {
		struct snmp_value value = value_of(variable);

		peer->value(peer->arg, place++, &value);
	}
}

static bool
is_of_engine(const netsnmp_session *library, const netsnmp_pdu *pdu)
{
	return bytes_equal(bytes_of(pdu->securityEngineID, pdu->securityEngineIDLen),
	    bytes_of(library->securityEngineID, library->securityEngineIDLen));
}

static bool
is_security_error(int failed)
{
	return failed <= SNMPERR_USM_GENERICERROR && failed >= SNMPERR_USM_DECRYPTIONERROR;
}

/*
 * Authenticated and encrypted as the request was.  Reports are plain where the agent has no user
 * to sign for, but one about the time window is signed (RFC 3414 section 3.2 step 7).
 */
static bool
is_proved(const netsnmp_session *library, const netsnmp_pdu *pdu)
{
	if (pdu->version != SNMP_VERSION_3 || pdu->securityModel != SNMP_SEC_MODEL_USM)
		return false;
	if (pdu->command == SNMP_MSG_REPORT)
		return snmpv3_get_report_type((netsnmp_pdu *)(uintptr_t)pdu) !=
		    SNMPERR_NOT_IN_TIME_WINDOW || pdu->securityLevel != SNMP_SEC_LEVEL_NOAUTH ||
		    library->securityLevel == SNMP_SEC_LEVEL_NOAUTH;
	return pdu->securityLevel == library->securityLevel && is_of_engine(library, pdu);
}

/*
 * The library may hand over what failed its checks as well, and only here it says so.  What is
 * dropped here leaves the request open, so that the agent's own answer is still heard.
 */
static int
on_parsed(netsnmp_session *library, netsnmp_pdu *pdu, int failed)
{
	struct snmp_peer *peer = library->myvoid;
	if (failed == SNMP_ERR_NOERROR && is_proved(library, pdu))
		return 1;
	if (failed == SNMP_ERR_NOERROR || is_security_error(failed))
		peer->unproved = true;
	return 0;
}

/* Requests are matched by the library; a Report may come without the request's number. */
static int
on_message(int what, netsnmp_session *library, int number, netsnmp_pdu *pdu, void *magic)
{
	struct snmp_peer *peer = magic;
	int type;

	(void)library, (void)number;
	if (what == NETSNMP_CALLBACK_OP_TIMED_OUT) {
		peer->outstanding = false;
		peer->said = SNMP_SAID_SILENCE;
		return 1;
	}
	if (what != NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE || pdu == NULL || !peer->outstanding)
		return 1;
	if (pdu->command == SNMP_MSG_RESPONSE && peer->known) {
		peer->outstanding = false;
		answer_take(peer, pdu);
	} else if (pdu->command == SNMP_MSG_REPORT) {
		type = snmpv3_get_report_type(pdu);
		/* The library sends again with the right time, which helps once or never. */
		if (type == SNMPERR_NOT_IN_TIME_WINDOW && ++peer->windows < WINDOWS_MAX)
			return 1;
		peer->outstanding = false;
		peer->said = peer->known ? SNMP_SAID_NO : SNMP_SAID_ENGINE;
		peer->refusal = report_text(type);
	}
	return 1;
}

enum err
snmp_peer_open(struct snmp_peer *peer, struct snmp_credential *credential,
    const struct sockaddr *address, const struct sockaddr *source, int64_t retry_ms,
    struct why *why)
{
	char text[80], name[96], local[80];
	netsnmp_tdomain_spec spec = { .application = "snmp", .target = name };
	netsnmp_transport *transport;
	netsnmp_session template;

	address_text(address, text, sizeof(text));
	snprintf(name, sizeof(name), "%s:%s", address->sa_family == AF_INET6 ? "udp6" : "udp",
	    text);
	snmp_sess_init(&template);
	if (source != NULL) {
		address_text(source, local, sizeof(local));
		spec.source = local;
	}
	template.version = SNMP_VERSION_3;
	template.retries = RETRIES;
	template.timeout = (long)retry_ms * 1000;
	template.flags |= SNMP_FLAGS_DONT_PROBE;
	template.myvoid = peer;
	snmp_credential_apply(credential, &template);
	/* snmp_sess_open() would do the same without a place for the hook. */
	transport = netsnmp_tdomain_transport_tspec(&spec);
	if (transport != NULL)
		peer->handle = snmp_sess_add(&template, transport, NULL, on_parsed);
	if (peer->handle == NULL)
		return why_set(why, ERR_IO, "no SNMP session: %s",
		    snmp_api_errstring(template.s_snmp_errno));
	/* Opening clears the flag; without it the first request blocks until the engine answers. */
	snmp_sess_session(peer->handle)->flags |= SNMP_FLAGS_DONT_PROBE;
	peer->credential = credential;
	peer->known = peer->outstanding = false;
	peer->user = NULL;
	return ERR_OK;
}

void
snmp_peer_wake(struct snmp_peer *peer)
{
	if (!peer->awake && peer->user != NULL) {
		snmp_user_wake(peer->user);
		peer->awake = true;
	}
}

void
snmp_peer_rest(struct snmp_peer *peer)
{
	if (peer->awake)
		snmp_user_rest(peer->user);
	peer->awake = false;
}

void
snmp_peer_close(struct snmp_peer *peer)
{
	if (peer->handle != NULL)
		snmp_sess_close(peer->handle);
	peer->handle = NULL;
	snmp_peer_rest(peer);
	snmp_user_release(peer->shared, peer->user);
	peer->user = NULL;
	peer->known = peer->outstanding = false;
}

int
snmp_peer_fd(const struct snmp_peer *peer)
{
	return snmp_sess_transport(peer->handle)->sock;
}

static enum err
request_send(struct snmp_peer *peer, netsnmp_pdu *pdu)
{
	peer->said = SNMP_SAID_NOTHING;
	peer->error_status = 0;
	peer->windows = 0;
	peer->outstanding = true;
	if (snmp_sess_async_send(peer->handle, pdu, on_message, peer) != 0)
		return ERR_OK;
	snmp_free_pdu(pdu);
	peer->outstanding = false;
	return ERR_IO;
}

/* RFC 3414 section 4: a request without user and engine is answered by a Report with the engine. */
enum err
snmp_peer_discover(struct snmp_peer *peer)
{
	netsnmp_pdu *pdu = snmp_pdu_create(SNMP_MSG_GET);

	pdu->version = SNMP_VERSION_3;
	pdu->securityName = strdup("");
	pdu->securityNameLen = 0;
	pdu->securityLevel = SNMP_SEC_LEVEL_NOAUTH;
	pdu->securityModel = SNMP_SEC_MODEL_USM;
	pdu->flags |= UCD_MSG_FLAG_ALWAYS_IN_VIEW;
	return request_send(peer, pdu);
}

enum err
snmp_peer_use_engine(struct snmp_peer *peer, struct why *why)
{
	netsnmp_session *library = snmp_sess_session(peer->handle);
	enum err err;

	if (library->securityEngineIDLen == 0)
		return why_set(why, ERR_MALFORMED, "the agent's Report has no engine id");
	err = snmp_user_take(peer->shared, peer->credential, library, &peer->user, why);
	peer->known = err == ERR_OK;
	snmp_peer_wake(peer);
	return err;
}

static enum err
request_build(struct snmp_peer *peer, netsnmp_pdu *pdu, unsigned long (*oids)[SNMP_OID_MAX],
    const size_t *oid_len, size_t count)
{
	for (size_t i = 0; i < count; i++)
		snmp_add_null_var(pdu, oids[i], oid_len[i]);
	return request_send(peer, pdu);
}

enum err
snmp_peer_get(struct snmp_peer *peer, unsigned long (*oids)[SNMP_OID_MAX],
    const size_t *oid_len, size_t count)
{
	return request_build(peer, snmp_pdu_create(SNMP_MSG_GET), oids, oid_len, count);
}

enum err
snmp_peer_bulk(struct snmp_peer *peer, unsigned long (*oids)[SNMP_OID_MAX],
    const size_t *oid_len, size_t count, unsigned repetitions)
{
	netsnmp_pdu *pdu = snmp_pdu_create(SNMP_MSG_GETBULK);

	pdu->non_repeaters = 0;
	pdu->max_repetitions = repetitions;
	return request_build(peer, pdu, oids, oid_len, count);
}

/* Only this session's descriptor is in the set; it may be above FD_SETSIZE. */
void
snmp_peer_read(struct snmp_peer *peer)
{
	netsnmp_large_fd_set *fds = peer->shared->fds;
	int fd = snmp_peer_fd(peer);

	if ((unsigned)fd >= fds->lfs_setsize)
		netsnmp_large_fd_set_resize(fds, fd + FD_SETSIZE);
	NETSNMP_LARGE_FD_SET(fd, fds);
	snmp_sess_read2(peer->handle, fds);
	NETSNMP_LARGE_FD_CLR(fd, fds);
}

void
snmp_peer_tick(struct snmp_peer *peer)
{
	snmp_sess_timeout(peer->handle);
}

bool
snmp_peer_engine(const struct snmp_peer *peer, struct bytes *id, int64_t *boots,
    int64_t *time_s)
{
	const netsnmp_session *library = peer->handle != NULL ?
	    snmp_sess_session(peer->handle) : NULL;
	unsigned boots_now, time_now;

	if (library == NULL || library->securityEngineIDLen == 0)
		return false;
	*id = bytes_of(library->securityEngineID, library->securityEngineIDLen);
	if (get_enginetime(id->at, (unsigned)id->len, &boots_now, &time_now, TRUE) !=
	    SNMPERR_SUCCESS)
		boots_now = time_now = 0;
	*boots = boots_now;
	*time_s = time_now;
	return true;
}
