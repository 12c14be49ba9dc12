/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What comes over links.  A role may write the kinds the table gives it and speaks for nobody but
 * itself: role and index are the link's own, whatever the record says.  Nonsense cuts the link,
 * and that is a GAP; nothing that comes is fatal.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "monitor/base/cbor.h"
#include "monitor/base/log.h"
#include "monitor/daemon/ledger_role.h"

enum { SALT_LEN = 32, DRAIN_MAX = 100000, MESSAGE_MEMORY = 1 << 20 };

#define MAY(kind) (UINT64_C(1) << RECORD_##kind)

static uint64_t
kinds_of(uint64_t role, uint64_t index, bool drill)
{
	/* The worker of an exercise plays what others would have received, too. */
	if (drill && role == ROLE_WORKER)
		return MAY(SELF) | MAY(OBSERVATION) | MAY(COVERAGE) | MAY(SIGNAL) | MAY(METRIC);
	switch (role) {
	case ROLE_SUPERVISOR:
	case ROLE_SIGNER:
		return MAY(SELF);
	case ROLE_FETCH:
		return index == FETCH_POLLS ? MAY(SELF) | MAY(SIGNAL) | MAY(METRIC) :
		    index == FETCH_KEEPS ? MAY(SELF) | MAY(SIGNAL) : MAY(SELF);
	case ROLE_WORKER:
		return MAY(SELF) | MAY(OBSERVATION) | MAY(RUN) | MAY(COVERAGE);
	case ROLE_INTAKE:
		return MAY(SELF) | MAY(COVERAGE) | MAY(SIGNAL);
	case ROLE_ENGINE:
		return MAY(SELF) | MAY(OPERATOR) | MAY(NOTICE) | MAY(BELIEF) | MAY(STATE) |
		    MAY(HEARTBEAT) | MAY(WAIVER) | MAY(FILING) | MAY(WINDOW) | MAY(INTENT) |
		    MAY(CEREMONY) | MAY(CORRECTION) | MAY(ENTRY) | MAY(SIGNAL);
	default:
		return 0;
	}
}

struct peer *
peer_of(struct ledger_role *l, uint64_t role, uint64_t index)
{
	for (uint32_t i = 0; i < l->peers; i++)
		if (l->peer[i].role == role && l->peer[i].index == index)
			return &l->peer[i];
	if (l->peers == ROLE_LINKS_MAX)
		return NULL;
	l->peer[l->peers] = (struct peer){ .role = role, .index = index };
	return &l->peer[l->peers++];
}

static void
on_link_closed(uv_handle_t *handle)
{
	free(handle->data);
}

void
link_close(struct ledger_role *l, uint64_t role, uint64_t index)
{
	struct peer *peer = peer_of(l, role, index);

	if (peer == NULL || peer->link == NULL)
		return;
	uv_poll_stop(&peer->link->poll);
	uv_close((uv_handle_t *)&peer->link->poll, on_link_closed);
	peer->link = NULL;
	peer->spoke = false;
	if (role == ROLE_SIGNER)
		sign_forget(l);
	if (role == ROLE_FETCH && index == FETCH_SERVES)
		anchor_forget(l);
}

void
link_cut(struct ledger_role *l, uint64_t role, uint64_t index, const char *reason)
{
	struct buffer body = { .max = 0 };
	struct peer *peer = peer_of(l, role, index);
	const char *name = role_name(role) != NULL ? role_name(role) : "role";

	log_line(LOG_LEVEL_ERROR, "the link to %s %" PRIu64 " was cut: %s", name, index, reason);
	link_close(l, role, index);
	role_link_drop(l->start, (enum role)role, (uint32_t)index);
	if (peer != NULL)
		gap_record(l, peer, 0, reason);
	cbor_put_array(&body, 3);
	cbor_put_uint(&body, role);
	cbor_put_uint(&body, index);
	cbor_put_cstr(&body, reason);
	if (link_send(l->start->control, MESSAGE_DIED, bytes_of_buffer(&body), -1) != ERR_OK)
		log_line(LOG_LEVEL_WARNING, "the supervisor does not take a message");
	buffer_free(&body);
}

/*
 * What is about to be recorded of it.  It may die before that is committed: then another gap is to
 * be told.  A worker that begins anew without having ended leaves time between its last word and
 * its SELF that nobody vouches for.
 */
static void
worker_speaks(struct ledger_role *l, struct peer *peer, const struct record *record)
{
	bool self = record->kind == RECORD_SELF;

	if (peer == NULL || (!self && record->kind != RECORD_COVERAGE))
		return;
	if (self && peer->spoke && (peer->role == ROLE_WORKER || peer->role == ROLE_INTAKE))
		gap_record(l, peer, 0, "it began anew");
	peer->spoke = true;
	if (self)
		peer->gap_told = false;
}

/* NULL, or what was wrong with it. */
static const char *
take_record(
    struct ledger_role *l, uint64_t role, uint64_t index, struct bytes body, struct why *why)
{
	struct record record;

	if (record_check(body, &record, why) != ERR_OK) {
		why_in(why, "a record that is none");
		return why->text;
	}
	if (record.kind > 63 || !(kinds_of(role, index, l->drill) & (UINT64_C(1) << record.kind))) {
		const char *kind = record_kind_name(record.kind);

		why_set(why, ERR_DENIED, "it wrote a %s record, which only another role may",
		    kind != NULL ? kind : "unknown");
		return why->text;
	}
	worker_speaks(l, peer_of(l, role, index), &record);
	batch_foreign(l, role, index, record.kind, body);
	return NULL;
}

void
supervisor_record(struct ledger_role *l, struct bytes body)
{
	struct why why = { .err = ERR_OK };
	const char *wrong = take_record(l, ROLE_SUPERVISOR, 0, body, &why);

	if (wrong != NULL)
		log_line(LOG_LEVEL_ERROR, "the supervisor: %s", wrong);
}

static const char *
take_side(struct ledger_role *l, struct ledger_link *link, enum message message, struct bytes body)
{
	if (++link->blobs > PENDING_BLOBS_MAX)
		return "more blobs and values than one record may have";
	if (message == MESSAGE_BLOB && body.len > BLOB_MAX && link->role != ROLE_ENGINE)
		return "a blob larger than evidence may be";
	if (message == MESSAGE_BLOB)
		batch_blob(l, body);
	else if (body.len < SALT_LEN)
		return "a value without its salt";
	else
		batch_value(l, body);
	return NULL;
}

static const char *
take_message(struct ledger_role *l, struct ledger_link *link, enum message message,
    struct bytes body, struct why *why)
{
	switch (message) {
	case MESSAGE_RECORD:
		link->blobs = 0;
		return take_record(l, link->role, link->index, body, why);
	case MESSAGE_BLOB:
	case MESSAGE_VALUE:
		return take_side(l, link, message, body);
	case MESSAGE_SIGNED:
		if (link->role == ROLE_SIGNER)
			return sign_answer(l, body), NULL;
		break;
	case MESSAGE_KEY:
		if (link->role == ROLE_SIGNER)
			return key_answer(l, body), NULL;
		break;
	case MESSAGE_FETCHED:
		if (link->role == ROLE_FETCH && link->index == FETCH_SERVES)
			return anchor_answer(l, body), NULL;
		break;
	case MESSAGE_ACT:
		if (link->role == ROLE_ENGINE)
			return upkeep_act(l, body), NULL;
		break;
	case MESSAGE_LOCATE:
		if (link->role == ROLE_ENGINE)
			return locate_take(l, body), NULL;
		break;
	default:
		break;
	}
	return "a message that this role has no business sending";
}

/* A stranger may fill neither the disk nor our time. */
static bool
link_floods(struct ledger_link *link, size_t octets)
{
	int64_t now = clock_monotonic_ns();

	if (now - link->minute_ns > 60 * INT64_C(1000000000)) {
		link->minute_ns = now;
		link->octets = 0;
	}
	link->octets += octets;
	return link->octets > LINK_MINUTE_OCTETS;
}

/* One message; false: nothing more to take from this link now. */
static bool
link_take(struct ledger_role *l, struct ledger_link *link)
{
	uint64_t role = link->role, index = link->index;
	struct why why = { .err = ERR_OK };
	enum message message;
	int attached;
	const char *wrong;
	enum err err = link_receive(link->fd, &message, &l->message, &attached);

	if (attached >= 0)
		close(attached);
	if (err == ERR_BUSY)
		return false;
	if (err == ERR_CLOSED) {
		link_close(l, role, index);
		role_link_drop(l->start, (enum role)role, (uint32_t)index);
		return false;
	}
	wrong = link_floods(link, l->message.len)
	    ? "it sent more in a minute than all its work can need"
	    : err != ERR_OK ? "a packet that is no message"
	                    : take_message(l, link, message, bytes_of_buffer(&l->message), &why);
	if (l->message.cap > MESSAGE_MEMORY)
		buffer_free(&l->message);
	if (wrong == NULL)
		return true;
	link_cut(l, role, index, wrong);
	return false;
}

static void
on_link(uv_poll_t *poll, int status, int events)
{
	struct ledger_link *link = poll->data;
	struct ledger_role *l = link->ledger;
	struct peer *peer = peer_of(l, link->role, link->index);
	struct why why;

	(void)events;
	for (unsigned taken = 0; taken < LINK_TURN_MAX && l->held_ns == 0; taken++) {
		if (!link_take(l, link) || peer == NULL || peer->link != link)
			return;
		if (batch_full(l) && batch_commit(l, &why) != ERR_OK)
			return;
	}
	/* A peer that died with our messages unread stops the poll, though its last words wait. */
	if (status < 0 && l->held_ns == 0)
		uv_poll_start(&link->poll, UV_READABLE | UV_DISCONNECT, on_link);
}

void
link_open(struct ledger_role *l, uint64_t role, uint64_t index)
{
	struct peer *peer = peer_of(l, role, index);
	struct ledger_link *link;
	int fd = role_link_fd(l->start, (enum role)role, (uint32_t)index);

	if (peer == NULL || fd < 0 || role_name(role) == NULL) {
		log_line(LOG_LEVEL_ERROR, "a link to role %" PRIu64 " was passed over", role);
		return;
	}
	link = memory_new(1, sizeof(*link));
	*link = (struct ledger_link){ .ledger = l, .role = role, .index = index, .fd = fd };
	if (uv_poll_init(&l->loop, &link->poll, fd) != 0) {
		log_line(
		    LOG_LEVEL_ERROR, "cannot poll the link to %s %" PRIu64, role_name(role), index);
		free(link);
		return;
	}
	link->poll.data = link;
	peer->link = link;
	if (l->begun && l->held_ns == 0)
		uv_poll_start(&link->poll, UV_READABLE | UV_DISCONNECT, on_link);
	if (role == ROLE_SIGNER)
		sign_ask_keys(l);
}

void
link_drain(struct ledger_role *l, uint64_t role, uint64_t index)
{
	struct peer *peer = peer_of(l, role, index);
	struct why why;

	for (unsigned taken = 0; taken < DRAIN_MAX; taken++) {
		if (peer == NULL || peer->link == NULL || !link_take(l, peer->link))
			return;
		if (batch_full(l) && l->held_ns == 0 && batch_commit(l, &why) != ERR_OK)
			continue;
	}
}

void
links_hold(struct ledger_role *l, bool hold)
{
	for (uint32_t i = 0; i < l->peers; i++) {
		struct ledger_link *link = l->peer[i].link;

		if (link == NULL)
			continue;
		if (hold)
			uv_poll_stop(&link->poll);
		else
			uv_poll_start(&link->poll, UV_READABLE | UV_DISCONNECT, on_link);
	}
}

void
links_again(struct ledger_role *l)
{
	for (uint32_t i = 0; i < l->peers; i++)
		if ((l->peer[i].role == ROLE_WORKER || l->peer[i].role == ROLE_INTAKE) &&
		    l->peer[i].link != NULL)
			l->peer[i].link->again = true;
	links_again_owed(l);
}

void
links_again_owed(struct ledger_role *l)
{
	for (uint32_t i = 0; i < l->peers; i++) {
		struct ledger_link *link = l->peer[i].link;

		/* One that does not take it is stopped itself, or gone: tried again each turn. */
		if (link != NULL && link->again)
			link->again = link_send(link->fd, MESSAGE_AGAIN, bytes_of(NULL, 0), -1) ==
			    ERR_BUSY;
	}
}
