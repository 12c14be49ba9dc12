/* SPDX-License-Identifier: Apache-2.0 */
/* See outbox.h. */
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/clock.h"
#include "monitor/base/limits.h"
#include "monitor/base/log.h"
#include "monitor/daemon/outbox.h"

struct outbox_message {
	struct outbox_message *next;
	enum message           message;
	size_t                 len;
	uint8_t                octets[];
};

/* True if it is done with, sent or not. */
static bool
message_send(struct outbox *outbox, enum message message, struct bytes body)
{
	enum err err = outbox->broken ? ERR_CLOSED : link_send_large(outbox->fd, message, body);

	if (err == ERR_BUSY)
		return false;
	if (err == ERR_CLOSED)
		outbox->broken = true;
	else if (err != ERR_OK)
		log_line(LOG_LEVEL_ERROR, "%s of %zu octets cannot be sent to the ledger: %s",
		    message_name(message), body.len, err_text(err));
	return true;
}

void
outbox_send(struct outbox *outbox, enum message message, struct bytes body)
{
	struct outbox_message *waiting;

	if (outbox->first == NULL && message_send(outbox, message, body))
		return;
	waiting = memory_new(1, sizeof(*waiting) + body.len);
	waiting->message = message;
	waiting->len = body.len;
	if (body.len > 0)
		memcpy(waiting->octets, body.at, body.len);
	*(outbox->last != NULL ? &outbox->last->next : &outbox->first) = waiting;
	outbox->last = waiting;
	outbox->records += message == MESSAGE_RECORD;
}

void
outbox_drain(struct outbox *outbox)
{
	while (outbox->first != NULL) {
		struct outbox_message *waiting = outbox->first;

		if (!message_send(outbox, waiting->message,
		    bytes_of(waiting->octets, waiting->len)))
			return;
		outbox->first = waiting->next;
		if (outbox->first == NULL)
			outbox->last = NULL;
		outbox->records -= waiting->message == MESSAGE_RECORD;
		free(waiting);
	}
}

bool
outbox_flush(struct outbox *outbox, int64_t milliseconds)
{
	int64_t until = clock_monotonic_ns() / 1000000 + milliseconds, left;

	for (;;) {
		struct pollfd wait = { .fd = outbox->fd, .events = POLLOUT };

		outbox_drain(outbox);
		left = until - clock_monotonic_ns() / 1000000;
		if (outbox->first == NULL || left <= 0)
			return outbox->first == NULL;
		(void)poll(&wait, 1, (int)left);
	}
}

bool
outbox_empty(const struct outbox *outbox)
{
	return outbox->first == NULL;
}

bool
outbox_full(const struct outbox *outbox)
{
	return outbox->records >= OUTBOX_MAX;
}

void
outbox_free(struct outbox *outbox)
{
	while (outbox->first != NULL) {
		struct outbox_message *waiting = outbox->first;

		outbox->first = waiting->next;
		free(waiting);
	}
	*outbox = (struct outbox){ .fd = -1 };
}
