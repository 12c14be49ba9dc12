/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Webhooks: who may post, what each request is answered.  2xx is said when all it brought was
 * handed to the ledger's link and not before; a ledger that is behind is "503, come again".
 */
#include <stdio.h>
#include <string.h>

#include "monitor/base/clock.h"
#include "monitor/intake/http.h"
#include "monitor/intake/stream.h"
#include "monitor/intake/webhook.h"

enum { ANSWER_PATIENCE_MS = 8000, AGAIN_S = 5 };

static void
answer(struct connection *c, const char *status, const char *extra, const char *text)
{
	bool keep = http_request(c->http)->keep && !c->ending;
	struct buffer head = { .max = 0 };

	buffer_print(&head, "HTTP/1.1 %s\r\nContent-Type: text/plain; charset=utf-8\r\n"
	    "Content-Length: %zu\r\nConnection: %s\r\n%s\r\n%s", status, strlen(text),
	    keep ? "keep-alive" : "close", extra, text);
	connection_say(c, bytes_of_buffer(&head));
	buffer_free(&head);
	c->request_ms = c->answer_ms = 0;
	c->continued = false;
	if (!keep)
		connection_end(c);
}

/* For a request that will not be read to its end: the connection cannot go on. */
static void
refuse(struct connection *c, const char *status, const char *text)
{
	http_request(c->http)->keep = false;
	intake_lost(c->listener, LOSS_REQUEST, 1, c->sender);
	answer(c, status, "", text);
}

static void
again(struct connection *c)
{
	char extra[32];

	snprintf(extra, sizeof(extra), "Retry-After: %d\r\n", AGAIN_S);
	intake_lost(c->listener, LOSS_AGAIN, 1, c->sender);
	answer(c, "503 Service Unavailable", extra, "the ledger is behind; come again\n");
}

struct taking { struct connection *connection; bool later, other; };

static void
on_alarm(void *arg, struct incoming *in, const struct bytes *word, size_t words)
{
	struct taking *taking = arg;
	struct listener *listener = taking->connection->listener;
	enum gathered gathered;

	subject_put(listener->intake->subjects, listener_plan(listener)->subject, word, words, in);
	gathered = intake_take(listener, in);
	taking->later |= gathered == GATHERED_LATER;
	taking->other |= gathered == GATHERED_OTHER;
}

static void
body_take(struct connection *c, const struct http_request *request)
{
	struct listener *listener = c->listener;
	struct intake *intake = listener->intake;
	struct taking taking = { .connection = c };
	struct why why = { .err = ERR_OK };
	uint64_t unsent = 0;
	enum err err;

	incoming_begin(&intake->incoming, listener->index, SIGNAL_FORM_WEBHOOK, clock_wall_ms(),
	    c->sender);
	err = webhook_read(bytes_of_buffer(&request->body), &intake->incoming, on_alarm, &taking,
	    &unsent, &why);
	if (unsent > 0)
		intake_lost(listener, LOSS_UNSENT, unsent, c->sender);
	if (err != ERR_OK) {
		intake_lost(listener, LOSS_REQUEST, 1, c->sender);
		answer(c, err == ERR_LIMIT ? "413 Content Too Large" : "400 Bad Request", "",
		    why.text);
	} else if (taking.other) {
		again(c);
	} else if (taking.later) {
		c->answer_ms = intake_now_ms(intake);
	} else {
		answer(c, "200 OK", "", "taken\n");
	}
}

static void
request_take(struct connection *c)
{
	const struct http_request *request = http_request(c->http);
	struct listener *listener = c->listener;
	bool users = listener_plan(listener)->users[0] != '\0';

	if (!request->post) {
		intake_lost(listener, LOSS_REQUEST, 1, c->sender);
		answer(c, "405 Method Not Allowed", "Allow: POST\r\n", "POST only\n");
	} else if (users && !secrets_hold(&listener->tokens, bytes_of_text(request->token))) {
		intake_lost(listener, LOSS_TOKEN, 1, c->sender);
		answer(c, "401 Unauthorized", "WWW-Authenticate: Bearer\r\n",
		    "a bearer token of this listener is wanted\n");
	} else if (!intake_open(listener->intake)) {
		again(c);
	} else {
		c->messages++;
		body_take(c, request);
	}
}

/* Whether all bodies that are being read fit together. */
static bool
bodies_fit(const struct intake *intake)
{
	size_t octets = 0;

	for (struct connection *c = intake->connections; c != NULL; c = c->next)
		if (c->http != NULL && http_begun(c->http))
			octets += http_request(c->http)->body.len;
	return octets <= INTAKE_BODIES_MAX;
}

/* A request that is not whole yet. */
static void
request_go_on(struct connection *c)
{
	static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
	struct http_request *request = http_request(c->http);

	if (!http_begun(c->http))
		return;
	if (c->request_ms == 0)
		c->request_ms = c->heard_ms;
	if (request->body.len > 0 && !bodies_fit(c->listener->intake)) {
		request->keep = false;
		again(c);
	} else if (request->expects && !c->continued) {
		c->continued = true;
		connection_say(c, bytes_of_text(go_on));
	}
}

void
webhook_take(struct connection *c)
{
	while (!c->ending && c->answer_ms == 0 && c->in.len > 0) {
		size_t used;
		enum http_step step = http_read(c->http, bytes_of_buffer(&c->in), &used);

		c->in.len -= used;
		memmove(c->in.at, c->in.at + used, c->in.len);
		if (step == HTTP_STEP_REQUEST)
			request_take(c);
		else if (step == HTTP_STEP_MORE)
			request_go_on(c);
		else if (http_request(c->http)->too_large)
			refuse(c, "413 Content Too Large", "the body is too large\n");
		else
			refuse(c, "400 Bad Request", "this is no HTTP/1.1 request\n");
	}
}

void
webhook_turn(struct connection *c, int64_t now_ms)
{
	if (c->answer_ms == 0)
		return;
	if (gather_waiting(c->listener->intake->gather) == 0)
		answer(c, "200 OK", "", "taken\n");
	else if (now_ms - c->answer_ms > ANSWER_PATIENCE_MS)
		again(c);
	webhook_take(c);
}
