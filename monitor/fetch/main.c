/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sekimori-fetch: the role that speaks HTTP for others (notices, heartbeat, time stamps); with
 * index 1 or 2 it polls (poll.h).  One thread: curl's own poll also watches the links.  Every
 * request is answered exactly once with FETCHED unless its asker is gone; nothing anybody sends is
 * fatal.
 */
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "monitor/base/clock.h"
#include "monitor/base/command.h"
#include "monitor/base/limits.h"
#include "monitor/base/log.h"
#include "monitor/daemon/link.h"
#include "monitor/daemon/role.h"
#include "monitor/fetch/poll.h"

enum {
	TRANSFERS_MAX  = 64,	/* begun at once; more are answered ERR_BUSY and may ask again */
	CONNECTIONS    = 16,	/* to all hosts: bounds descriptors and TLS memory */
	HOST_CONNECTIONS = 4,	/* to one host: a slow receiver does not hold up the others */
	REPLIES_MAX    = 4 * TRANSFERS_MAX,	/* waiting for a full link; then they are dropped */
	TURN_MS        = 1000,
	STOP_MS        = 3000	/* for transfers in flight after STOP */
};

struct reply { uint64_t role, index; struct buffer body; };

struct fetch {
	struct role_start *start;
	CURLM             *multi;
	struct transfer   *active[TRANSFERS_MAX];
	struct reply      *reply[REPLIES_MAX];	/* oldest first */
	size_t             replies;
	struct buffer      message;
	int64_t            stop_ns;	/* when to end, 0 while working */
	int64_t            ready_ns;	/* when READY is due again */
};

static void
reply_free(struct reply *reply)
{
	buffer_free(&reply->body);
	free(reply);
}

/* Forgets everything for an asker that is gone or was replaced. */
static void
asker_forget(struct fetch *f, uint64_t role, uint64_t index)
{
	size_t kept = 0;

	for (size_t i = 0; i < TRANSFERS_MAX; i++) {
		struct transfer *transfer = f->active[i];

		if (transfer == NULL || transfer->role != role || transfer->index != index)
			continue;
		curl_multi_remove_handle(f->multi, transfer->easy);
		transfer_free(transfer);
		f->active[i] = NULL;
	}
	for (size_t i = 0; i < f->replies; i++) {
		if (f->reply[i]->role == role && f->reply[i]->index == index)
			reply_free(f->reply[i]);
		else
			f->reply[kept++] = f->reply[i];
	}
	f->replies = kept;
}

static void
answer(struct fetch *f, uint64_t role, uint64_t index, struct buffer body)
{
	struct reply *reply;

	if (f->replies == REPLIES_MAX) {
		/* It asks without reading: the asker's own timeout answers for us. */
		log_line(LOG_LEVEL_WARNING, "an answer for %s was dropped: it does not read",
		    role_name(role) != NULL ? role_name(role) : "a role");
		buffer_free(&body);
		return;
	}
	reply = memory_new(1, sizeof(*reply));
	*reply = (struct reply){ .role = role, .index = index, .body = body };
	f->reply[f->replies++] = reply;
}

static void
refuse(struct fetch *f, const struct role_link *link, uint64_t id, const struct why *why)
{
	struct buffer body = { .max = 0 };

	fetch_answer_put(&body, id, why->err, 0, bytes_of_text(why->text));
	answer(f, link->role, link->index, body);
}

static void
request_take(struct fetch *f, const struct role_link *link, struct bytes body)
{
	struct fetch_request request;
	struct transfer *transfer = NULL;
	char trust[PATH_TEXT_MAX], secret[PATH_TEXT_MAX];
	struct why why = { .err = ERR_OK };
	size_t place = 0;
	enum err err = fetch_request_read(body, &request, &why);

	while (place < TRANSFERS_MAX && f->active[place] != NULL)
		place++;
	if (err == ERR_OK)
		err = fetch_request_permit(&request, f->start->plan, &why);
	if (err == ERR_OK && (place == TRANSFERS_MAX || f->stop_ns != 0))
		err = why_set(&why, ERR_BUSY,
		    "the fetch role has %d transfers in flight; ask again",
		    TRANSFERS_MAX);
	if (err == ERR_OK) {
		/* Both equal a text of the plan, so they are shorter than a path may be. */
		snprintf(trust, sizeof(trust), "%.*s", (int)request.trust.len,
		    (const char *)request.trust.at);
		snprintf(secret, sizeof(secret), "%.*s", (int)request.secret.len,
		    (const char *)request.secret.at);
		err = transfer_make(&request, role_file(f->start, trust),
		    role_file(f->start, secret), &transfer, &why);
	}
	if (err != ERR_OK) {
		refuse(f, link, request.id, &why);
		return;
	}
	transfer->role = link->role;
	transfer->index = link->index;
	if (curl_multi_add_handle(f->multi, transfer->easy) != CURLM_OK) {
		transfer_free(transfer);
		why_set(&why, ERR_IO, "libcurl could not begin the transfer");
		refuse(f, link, request.id, &why);
		return;
	}
	f->active[place] = transfer;
}

static void
link_read(struct fetch *f, const struct role_link link)
{
	for (int turn = 0; turn < LINK_TURN_MAX; turn++) {
		enum message message;
		int attached;
		enum err err = link_receive(link.fd, &message, &f->message, &attached);

		if (attached >= 0)
			close(attached);
		if (err == ERR_BUSY)
			return;
		if (err == ERR_CLOSED) {
			asker_forget(f, link.role, link.index);
			role_link_drop(f->start, (enum role)link.role, (uint32_t)link.index);
			return;
		}
		if (err == ERR_OK && message == MESSAGE_FETCH)
			request_take(f, &link, bytes_of_buffer(&f->message));
		else
			log_line(LOG_LEVEL_WARNING,
			    "a message that is not a fetch request was passed over");
	}
}

static bool
control_read(struct fetch *f)
{
	struct why why = { .err = ERR_OK };
	enum message message;
	uint64_t role, index;
	int attached;
	enum err err = link_receive(f->start->control, &message, &f->message, &attached);

	if (err == ERR_CLOSED)
		return false;
	if (err != ERR_OK)
		return true;
	if (message == MESSAGE_STOP)
		f->stop_ns = clock_monotonic_ns() + STOP_MS * INT64_C(1000000);
	if (message == MESSAGE_LINK && role_link_read(bytes_of_buffer(&f->message), &role, &index))
		asker_forget(f, role, index);
	if (role_take(f->start, message, bytes_of_buffer(&f->message), attached, &why) != ERR_OK)
		log_line(LOG_LEVEL_WARNING, "%s was passed over: %s", message_name(message),
		    why.text);
	return true;
}

static void
transfers_finish(struct fetch *f)
{
	CURLMsg *done;
	int left;

	while ((done = curl_multi_info_read(f->multi, &left)) != NULL) {
		struct transfer *transfer = NULL;
		struct buffer body = { .max = 0 };
		struct why why = { .err = ERR_OK };
		CURLcode code = done->data.result;
		uint64_t status;
		enum err err;

		if (done->msg != CURLMSG_DONE ||
		    curl_easy_getinfo(done->easy_handle, CURLINFO_PRIVATE,
		    (char **)&transfer) != CURLE_OK)
			continue;
		curl_multi_remove_handle(f->multi, transfer->easy);
		err = transfer_result(transfer, code, &status, &why);
		fetch_answer_put(&body, transfer->id, err, status, err == ERR_OK ?
		    bytes_of_buffer(&transfer->answer) : bytes_of_text(why.text));
		answer(f, transfer->role, transfer->index, body);
		for (size_t i = 0; i < TRANSFERS_MAX; i++)
			if (f->active[i] == transfer)
				f->active[i] = NULL;
		transfer_free(transfer);
	}
}

/* Sends what the links take; an asker's answers stay in order. */
static void
replies_send(struct fetch *f)
{
	size_t kept = 0;

	for (size_t i = 0; i < f->replies; i++) {
		struct reply *reply = f->reply[i];
		int fd = role_link_fd(f->start, (enum role)reply->role, (uint32_t)reply->index);
		enum err err = fd < 0 ? ERR_CLOSED :
		    link_send_large(fd, MESSAGE_FETCHED, bytes_of_buffer(&reply->body));

		if (err == ERR_BUSY)
			f->reply[kept++] = reply;
		else
			reply_free(reply);
	}
	f->replies = kept;
}

static bool
idle(const struct fetch *f)
{
	for (size_t i = 0; i < TRANSFERS_MAX; i++)
		if (f->active[i] != NULL)
			return false;
	return f->replies == 0;
}

/* False if the supervisor is gone; a full control link is tried again in the next turn. */
static bool
watchdog(struct fetch *f)
{
	enum err err;

	if (clock_monotonic_ns() < f->ready_ns)
		return true;
	err = role_ready(f->start, 0);
	if (err == ERR_OK)
		f->ready_ns = clock_monotonic_ns() + ROLE_READY_MS * INT64_C(1000000);
	return err != ERR_CLOSED;
}

static bool
turn(struct fetch *f)
{
	struct curl_waitfd wait[ROLE_LINKS_MAX + 1] = { 0 };
	struct role_link link[ROLE_LINKS_MAX];
	uint32_t links = f->start->links;
	int running;

	memcpy(link, f->start->link, sizeof(link[0]) * links);
	wait[links] = (struct curl_waitfd){ .fd = f->start->control, .events = CURL_WAIT_POLLIN };
	for (uint32_t i = 0; i < links; i++)
		wait[i] = (struct curl_waitfd){ .fd = link[i].fd, .events = CURL_WAIT_POLLIN };
	for (uint32_t i = 0; i < links; i++)
		for (size_t n = 0; n < f->replies; n++)
			if (f->reply[n]->role == link[i].role &&
			    f->reply[n]->index == link[i].index)
				wait[i].events |= CURL_WAIT_POLLOUT;
	if (curl_multi_poll(f->multi, wait, links + 1, TURN_MS, NULL) != CURLM_OK)
		return false;
	curl_multi_perform(f->multi, &running);
	transfers_finish(f);
	/* Links first: taking a control message may replace them. */
	for (uint32_t i = 0; i < links; i++)
		if (wait[i].revents != 0)
			link_read(f, link[i]);
	replies_send(f);
	if ((wait[links].revents != 0 && !control_read(f)) || !watchdog(f))
		return false;
	return f->stop_ns == 0 || (!idle(f) && clock_monotonic_ns() < f->stop_ns);
}

/* Libraries load parts of themselves late; a sandbox would refuse that. */
static void
libraries_touch(void)
{
	struct addrinfo hints = { .ai_flags = AI_ADDRCONFIG, .ai_socktype = SOCK_STREAM },
	    *found = NULL;

	if (getaddrinfo("localhost", "443", &hints, &found) == 0)
		freeaddrinfo(found);
}

static enum err
begin(struct fetch *f, struct why *why)
{
	struct buffer sandbox = { .max = 0 }, scratch = { .max = 0 }, bytes = { .max = 0 };
	struct record record;
	int ledger = role_link_fd(f->start, ROLE_LEDGER, 0);
	enum err err;

	f->multi = curl_multi_init();
	if (f->multi == NULL)
		return why_set(why, ERR_IO, "libcurl could not make a multi handle");
	curl_multi_setopt(f->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)CONNECTIONS);
	curl_multi_setopt(f->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)HOST_CONNECTIONS);
	err = sandbox_enter(ROLE_FETCH, f->start, &sandbox, why);
	if (err == ERR_OK && ledger >= 0) {
		role_self(f->start, &record, &scratch, buffer_text(&sandbox));
		record_encode(&bytes, &record);
		if (link_send(ledger, MESSAGE_RECORD, bytes_of_buffer(&bytes), -1) != ERR_OK)
			log_line(LOG_LEVEL_WARNING,
			    "the ledger did not take this role's SELF record");
	}
	buffer_free(&sandbox);
	buffer_free(&scratch);
	buffer_free(&bytes);
	if (err == ERR_OK && !watchdog(f))
		err = why_set(why, ERR_CLOSED, "the supervisor is gone");
	return err;
}

static int
serve(struct role_start *start)
{
	struct fetch f = { .start = start };
	struct why why = { .err = ERR_OK };

	if (begin(&f, &why) != ERR_OK) {
		log_line(LOG_LEVEL_ERROR, "%s", why.text);
		return EXIT_UNKNOWN;
	}
	while (turn(&f))
		continue;
	for (uint32_t i = 0; i < start->links; i++)
		asker_forget(&f, start->link[i].role, start->link[i].index);
	curl_multi_cleanup(f.multi);
	buffer_free(&f.message);
	return EXIT_FINE;
}

int
main(int argc, char **argv)
{
	static struct role_start start;
	struct why why = { .err = ERR_OK };
	unsigned index = argc == 4 && strlen(argv[3]) == 1 && argv[3][0] >= '0' ?
	    (unsigned)(argv[3][0] - '0') : FETCH_SERVES;
	int status = EXIT_UNKNOWN;

	if (argc != 4 || index > FETCH_KEEPS || strcmp(argv[1], "role") != 0 ||
	    strcmp(argv[2], "fetch") != 0) {
		fputs("sekimori-fetch: started by the supervisor only; use \"sekimori run\"\n",
		    stderr);
		return EXIT_USAGE;
	}
	if (role_begin(&start, ROLE_FETCH, index, &why) != ERR_OK) {
		log_line(LOG_LEVEL_ERROR, "%s", why.text);
		return EXIT_UNKNOWN;
	}
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		log_line(LOG_LEVEL_ERROR, "libcurl could not be initialised");
	} else {
		libraries_touch();
		status = index == FETCH_SERVES ? serve(&start) : poll_run(&start);
		curl_global_cleanup();
	}
	role_end(&start);
	return status;
}
