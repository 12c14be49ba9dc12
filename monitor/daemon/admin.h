/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The admin socket, STATE/admin.sock (SOCK_SEQPACKET).  Anybody may connect; the kernel says who
 * it is, the plan says which acts are theirs.  A request is CBOR [act, incident, text], an answer
 * CBOR [err, sentence, seq].  Clients are bounded in number, per user and in time.
 */
#ifndef MONITOR_DAEMON_ADMIN_H
#define MONITOR_DAEMON_ADMIN_H

#include <sys/types.h>
#include <uv.h>

#include "monitor/base/limits.h"
#include "monitor/ledger/record.h"
#include "monitor/state/plan.h"

enum {
	ADMIN_REQUEST_MAX = NOTE_TEXT_MAX + 64,
	ADMIN_CLIENTS_MAX = 32,
	ADMIN_USER_CLIENTS_MAX = 8,	/* of one user, so that nobody keeps the others out */
	ADMIN_IDLE_MS     = 10000,	/* a client that asks nothing is cut off */
	ADMIN_USERS_MAX   = 256
};

/* --- the wire ----------------------------------------------------------------------------- */
struct admin_request {
	enum act     act;
	uint64_t     incident;
	struct bytes text;		/* a view; UTF-8, no control octets but line end, tab */
};

void admin_request_put(struct buffer *, enum act, uint64_t incident, struct bytes text);
/* Checks everything that can be said without a state; the sentence goes back to the client. */
MUST_USE enum err admin_request_read(struct bytes, struct admin_request *, struct why *);
void admin_reply_put(struct buffer *, enum err, struct bytes sentence, uint64_t seq);
/* sentence is a view. */
MUST_USE enum err admin_reply_read(struct bytes, enum err *, struct bytes *sentence, uint64_t *seq,
    struct why *);

/* --- who may ------------------------------------------------------------------------------ */
struct admin_user { uid_t uid; char name[64]; uint64_t acts; };

/* Who has which right.  Made before the sandbox, because names are looked up in the system. */
struct admin_users {
	struct admin_user user[ADMIN_USERS_MAX];
	size_t            count;
};

/* root and own may always do everything; a name the system does not know is logged. */
void admin_users_make(struct admin_users *, const struct plan *, uid_t own);
/* ERR_DENIED with a sentence; author is filled in all cases ("uid 1234" for strangers). */
MUST_USE enum err admin_permit(const struct admin_users *, uid_t, enum act, char author[64],
    struct why *);

/* --- the server --------------------------------------------------------------------------- */
struct admin;

/* One question; answer it by number, now or later, exactly once. */
struct admin_question {
	uint64_t             number;
	uid_t                uid;
	struct admin_request request;	/* views, during the call only */
};
typedef void admin_ask(void *arg, const struct admin_question *);

/* Binds the socket, replacing one a dead daemon left; before the sandbox. */
MUST_USE enum err admin_bind(const char *state_dir, int *fd, struct why *);
/* Takes the descriptor over. */
struct admin *admin_open(uv_loop_t *, int fd, admin_ask *, void *arg);
/* Does nothing if the client went away meanwhile. */
void admin_answer(struct admin *, uint64_t number, enum err, const char *sentence, uint64_t seq);
void admin_expire(struct admin *, int64_t now_ms);	/* once a second, monotonic */
void admin_close(struct admin *);
/* The address of STATE/admin.sock, however long the path is; *dir is a descriptor to close after
 * use, or -1.  False if there is no such folder. */
struct sockaddr_un;
bool admin_address(const char *state_dir, struct sockaddr_un *, int *dir);

#endif
