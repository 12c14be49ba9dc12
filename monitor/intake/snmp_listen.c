/* SPDX-License-Identifier: Apache-2.0 */
/*
 * See snmp_listen.h.  Each datagram is looked at before the library sees it: who is not listed is
 * passed over and counted.  An engine is remembered only once a message of it was authentic.
 */
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/library/large_fd_set.h>
#include <net-snmp/library/snmp_transport.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "monitor/base/clock.h"
#include "monitor/intake/snmp_library.h"
#include "monitor/intake/snmp_listen.h"
#include "monitor/intake/snmp_pdu.h"

enum { DATAGRAMS = 256, ROOM = 65536, PATIENCE_MS = 8000 };

struct snmp_listener { void *handle; netsnmp_large_fd_set fds; };

/* What the library is reading now: it calls back without saying so. */
static struct {
	struct listener *listener;
	char             sender[INCOMING_SENDER];
	bool             sound;		/* it parsed, and whoever sent it knew the secrets */
	bool             taken;
} now;

/* Informs whose signals wait to be told. */
static struct { void *handle; netsnmp_pdu *answer; int64_t since_ms; } waiting[INTAKE_ANSWERS];
static size_t waits;

static struct buffer text;
static struct trap trap;

static void
answer_send(void *handle, netsnmp_pdu *answer)
{
	if (snmp_sess_send(handle, answer) == 0)
		snmp_free_pdu(answer);
}

static void
inform_answer(struct listener *listener, netsnmp_pdu *pdu, enum gathered gathered)
{
	netsnmp_pdu *answer;

	if (gathered == GATHERED_OTHER || (gathered == GATHERED_LATER && waits == INTAKE_ANSWERS)) {
		intake_lost(listener, LOSS_INFORM, 1, now.sender);
		return;
	}
	answer = snmp_clone_pdu(pdu);
	if (answer == NULL)
		return;
	answer->command = SNMP_MSG_RESPONSE;
	answer->errstat = answer->errindex = 0;
	if (gathered == GATHERED_NOW) {
		answer_send(listener->snmp->handle, answer);
		return;
	}
	waiting[waits].handle = listener->snmp->handle;
	waiting[waits].answer = answer;
	waiting[waits++].since_ms = intake_now_ms(listener->intake);
}

void
snmp_answers_turn(struct intake *intake)
{
	int64_t now_ms = intake_now_ms(intake);
	bool told = gather_waiting(intake->gather) == 0;
	size_t kept = 0;

	for (size_t i = 0; i < waits; i++) {
		if (told)
			answer_send(waiting[i].handle, waiting[i].answer);
		else if (now_ms - waiting[i].since_ms > PATIENCE_MS)
			snmp_free_pdu(waiting[i].answer);
		else
			waiting[kept++] = waiting[i];
	}
	waits = kept;
}

/* Level and user of what the library found authentic. */
static bool
permitted(const netsnmp_pdu *pdu, struct listener *listener)
{
	const struct snmp_known *k;

	if (pdu->version != SNMP_VERSION_3)
		return true;
	k = snmp_known_find(bytes_of(pdu->securityName, pdu->securityNameLen),
	    bytes_of(pdu->securityEngineID, pdu->securityEngineIDLen), listener->index);
	return k != NULL && pdu->securityLevel >= (int)snmp_known_level(k);
}

static void
notification_take(struct listener *listener, netsnmp_pdu *pdu)
{
	struct incoming *in = &listener->intake->incoming;
	bool inform = pdu->command == SNMP_MSG_INFORM;
	struct bytes who[2];
	enum gathered gathered;
	size_t whos;

	incoming_begin(in, listener->index, inform ? SIGNAL_FORM_INFORM : SIGNAL_FORM_TRAP,
	    clock_wall_ms(), now.sender);
	snmp_pdu_read(pdu, &trap);
	if (trap_map(&trap, in, &text, who, &whos) != ERR_OK) {
		intake_lost(listener, LOSS_MALFORMED, 1, now.sender);
		return;
	}
	subject_put(listener->intake->subjects, listener_plan(listener)->subject, who, whos, in);
	gathered = intake_take(listener, in);
	if (inform)
		inform_answer(listener, pdu, gathered);
}

/*
 * The library hands over what failed its checks as well, with whatever it could parse of it; only
 * here it says so.  Nothing is believed that did not pass here.
 */
static int
on_parsed(netsnmp_session *session, netsnmp_pdu *pdu, int failed)
{
	(void)session, (void)pdu;
	now.sound = failed == SNMP_ERR_NOERROR;
	return now.sound;
}

static int
on_pdu(int operation, netsnmp_session *session, int id, netsnmp_pdu *pdu, void *arg)
{
	struct listener *listener = now.listener;

	(void)session, (void)id, (void)arg;
	if (operation != NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE || listener == NULL || pdu == NULL ||
	    !now.sound || !permitted(pdu, listener))
		return 1;
	now.taken = true;
	if (pdu->command == SNMP_MSG_TRAP || pdu->command == SNMP_MSG_TRAP2 ||
	    pdu->command == SNMP_MSG_INFORM)
		notification_take(listener, pdu);
	else
		intake_lost(listener, LOSS_MALFORMED, 1, now.sender);
	return 1;
}

/*
 * The library would keep IPv4 out of "::" and asks nobody: its socket is replaced by one of ours,
 * which differs in nothing else.
 */
static enum err
socket_replace(struct listener *listener, const struct plan_listener *plan, int library,
    struct why *why)
{
	if (strchr(plan->address, ':') == NULL)
		return ERR_OK;
	if (listener_bind(listener, plan, why) != ERR_OK)
		return why->err;
	if (dup3(listener->fd, library, O_CLOEXEC) < 0)
		why_set(why, ERR_IO, "no socket: %s", strerror(errno));
	close(listener->fd);
	listener->fd = -1;
	return why->err;
}

enum err
snmp_listen_open(struct listener *listener, const struct plan_listener *plan, struct why *why)
{
	struct snmp_listener *snmp = memory_new(1, sizeof(*snmp));
	bool six = strchr(plan->address, ':') != NULL;
	netsnmp_transport *transport;
	netsnmp_session template;
	char where[80];

	if (six)
		snprintf(where, sizeof(where), "udp6:[::1]:0");
	else
		snprintf(where, sizeof(where), "udp:%s:%u", plan->address, plan->port);
	transport = netsnmp_transport_open_server("snmptrap", where);
	if (transport == NULL) {
		free(snmp);
		return why_set(why, ERR_IO, "%s port %u cannot be listened on: %s", plan->address,
		    plan->port, strerror(errno));
	}
	if (socket_replace(listener, plan, transport->sock, why) != ERR_OK) {
		netsnmp_transport_free(transport);
		free(snmp);
		return why->err;
	}
	snmp_sess_init(&template);
	template.version = SNMP_DEFAULT_VERSION;
	template.callback = on_pdu;
	template.isAuthoritative = SNMP_SESS_UNKNOWNAUTH;
	snmp->handle = snmp_sess_add(&template, transport, NULL, on_parsed);
	if (snmp->handle == NULL) {
		free(snmp);
		return why_set(why, ERR_IO, "no SNMP session for %s", where);
	}
	netsnmp_large_fd_set_init(&snmp->fds, FD_SETSIZE);
	listener->snmp = snmp;
	listener->fd = transport->sock;
	listener_options(transport->sock, false);
	return ERR_OK;
}

/* True: the library may see it.  k, *fresh: a user that it came to know for that. */
static bool
let_in(struct listener *listener, const struct snmp_head *head, const struct snmp_known **k,
    bool *fresh)
{
	*k = NULL;
	*fresh = false;
	if (head->version != SNMP_VERSION_V3) {
		if (secrets_hold(&listener->communities, head->community))
			return true;
		intake_lost(listener, LOSS_COMMUNITY, 1, now.sender);
		return false;
	}
	/* Senders of informs ask for our engine first (RFC 3414 4). */
	if (head->user.len == 0 || head->engine.len == 0)
		return listener_plan(listener)->users[0] != '\0';
	*k = snmp_known_find(head->user, head->engine, listener->index);
	if (*k != NULL && (snmp_engine_is_ours(head->engine) || (head->engine.len >=
	    SNMP_ENGINE_MIN && snmp_engine_know(*k, head->engine, fresh) == ERR_OK)))
		return true;
	intake_lost(listener, LOSS_USER, 1, now.sender);
	return false;
}

static void
library_read(struct listener *listener)
{
	NETSNMP_LARGE_FD_ZERO(&listener->snmp->fds);
	NETSNMP_LARGE_FD_SET(listener->fd, &listener->snmp->fds);
	snmp_sess_read2(listener->snmp->handle, &listener->snmp->fds);
}

static void
datagram_take(struct listener *listener, struct bytes octets)
{
	unsigned late = snmp_get_statistic(STAT_USMSTATSNOTINTIMEWINDOWS);
	const struct snmp_known *k = NULL;
	struct snmp_head head;
	bool fresh = false;
	enum err err = snmp_head_read(octets, &head);
	uint8_t nothing[1];

	now.taken = now.sound = false;
	if (err != ERR_OK)
		intake_lost(listener, LOSS_MALFORMED, 1, now.sender);
	if (err != ERR_OK || !let_in(listener, &head, &k, &fresh)) {
		(void)!recv(listener->fd, nothing, sizeof(nothing), MSG_DONTWAIT | MSG_TRUNC);
		return;
	}
	now.listener = listener;
	library_read(listener);
	now.listener = NULL;
	if (now.taken)
		return;
	if (fresh)
		snmp_engine_forget(k, head.engine);
	/* A sender whose idea of our time is old is told ours, and comes again. */
	if (head.version != SNMP_VERSION_V3)
		intake_lost(listener, LOSS_MALFORMED, 1, now.sender);
	else if (k != NULL && snmp_get_statistic(STAT_USMSTATSNOTINTIMEWINDOWS) == late)
		intake_lost(listener, LOSS_USER, 1, now.sender);
}

static void
on_datagrams(uv_poll_t *poll, int status, int events)
{
	static uint8_t octets[ROOM];
	struct listener *listener = poll->data;

	(void)status, (void)events;
	for (unsigned i = 0; i < DATAGRAMS && !listener->intake->ended; i++) {
		union { struct cmsghdr align; uint8_t room[64]; } control;
		struct sockaddr_storage from;
		struct iovec part = { .iov_base = octets, .iov_len = sizeof(octets) };
		struct msghdr head = { .msg_name = &from, .msg_namelen = sizeof(from),
		    .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.room,
		    .msg_controllen = sizeof(control.room) };
		ssize_t got = recvmsg(listener->fd, &head, MSG_DONTWAIT | MSG_PEEK);

		if (got < 0)
			return;
		sender_text((struct sockaddr *)&from, now.sender);
		listener_drops(listener, &head, now.sender);
		datagram_take(listener, bytes_of(octets, (size_t)got));
	}
}

void
snmp_listen_start(struct listener *listener)
{
	listener_watch(listener, on_datagrams);
}
