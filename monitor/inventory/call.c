/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One exchange and its repetitions: a provider that asks to wait is waited for, as long as it says
 * or twice as long each time, and never beyond the round's own time.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "monitor/base/timetext.h"
#include "monitor/inventory/inventory.h"

enum { WAIT_FIRST_MS = 250, WAIT_LONGEST_MS = 20000, LEFT_LEAST_MS = 50 };

void
call_header_add(struct call *call, const char *name, const char *value)
{
	if (call->headers < CALL_HEADERS)
		call->header[call->headers++] = (struct call_header){ name, value };
}

void
call_answer_free(struct call_answer *answer)
{
	buffer_free(&answer->body);
	buffer_free(&answer->head);
	answer->status = 0;
}

struct bytes
call_answer_header(const struct call_answer *answer, const char *name)
{
	const char *at = (const char *)answer->head.at;
	size_t left = answer->head.len, name_len = strlen(name);

	while (left > 0) {
		const char *end = memchr(at, '\n', left);
		size_t len = end != NULL ? (size_t)(end - at) : left;

		if (len > name_len && at[name_len] == ':' &&
		    strncasecmp(at, name, name_len) == 0) {
			struct bytes value = bytes_of(at + name_len + 1, len - name_len - 1);

			while (value.len > 0 && (value.at[0] == ' ' || value.at[0] == '\t'))
				value = bytes_slice(value, 1, value.len - 1);
			while (value.len > 0 && value.at[value.len - 1] <= ' ')
				value.len--;
			return value;
		}
		if (end == NULL)
			break;
		left -= len + 1;
		at = end + 1;
	}
	return bytes_of(NULL, 0);
}

/* Retry-After in whole seconds; a date is as good as none: the round is short. */
static int64_t
asked_wait_ms(const struct call_answer *answer)
{
	struct bytes value = call_answer_header(answer, "retry-after");
	int64_t s = 0;

	if (value.len == 0 || value.len > 6)
		return 0;
	for (size_t i = 0; i < value.len; i++) {
		if (value.at[i] < '0' || value.at[i] > '9')
			return 0;
		s = s * 10 + (value.at[i] - '0');
	}
	return s * 1000;
}

static int64_t
left_ms(const struct inventory *inventory)
{
	return inventory->until_ms - inventory->transport->now_ms(inventory->transport->arg);
}

static bool
wants_wait(const struct call_answer *answer, bool (*throttled)(const struct call_answer *))
{
	return answer->status == 429 || answer->status == 503 ||
	    (throttled != NULL && throttled(answer));
}

enum err
inventory_ask(struct inventory *inventory, const struct call *call,
    bool (*throttled)(const struct call_answer *), struct call_answer *answer, struct why *why)
{
	const struct transport *transport = inventory->transport;
	int64_t own_ms = WAIT_FIRST_MS;

	for (unsigned tries = 1;; tries++) {
		int64_t left = left_ms(inventory), wait;
		enum err err;

		call_answer_free(answer);
		answer->body.max = CALL_ANSWER_MAX;
		answer->head.max = CALL_HEADERS_MAX;
		if (inventory->calls++ >= CALLS_MAX)
			return why_set(why, ERR_LIMIT, "more than %d calls in one round",
			    CALLS_MAX);
		if (left < LEFT_LEAST_MS)
			return why_set(why, ERR_TIMEOUT, "the deadline came first");
		err = transport->exchange(transport->arg, call,
		    left < CALL_TIME_MS ? left : CALL_TIME_MS, answer, why);
		if (err != ERR_OK || !wants_wait(answer, throttled))
			return err;
		inventory->throttled++;
		wait = asked_wait_ms(answer);
		wait = wait > own_ms ? wait : own_ms;
		if (tries == CALL_TRIES || wait >= left_ms(inventory))
			return why_set(why, ERR_BUSY, "the API answered %ld, after %u tries, and "
			    "asks to wait %lld ms more", answer->status, tries, (long long)wait);
		transport->wait(transport->arg, wait);
		own_ms = 2 * own_ms < WAIT_LONGEST_MS ? 2 * own_ms : WAIT_LONGEST_MS;
	}
}
