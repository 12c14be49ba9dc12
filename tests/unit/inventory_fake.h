/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A transport without a network: answers in the order they are given, a clock that only waiting
 * and exchanges move, and what was asked, for tests.
 */
#ifndef TESTS_UNIT_INVENTORY_FAKE_H
#define TESTS_UNIT_INVENTORY_FAKE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/inventory/inventory.h"

struct canned { long status; const char *head, *body; enum err err; };

struct fake {
	const struct canned *answer;
	size_t               answers, asked;
	int64_t              now_ms, waited_ms, exchange_ms;
	struct buffer        said;	/* "METHOD URL BODY\n" */
	struct buffer        steps;
	struct transport     transport;
};

static enum err
fake_exchange(void *arg, const struct call *call, int64_t time_ms, struct call_answer *answer,
    struct why *why)
{
	struct fake *fake = arg;
	const struct canned *canned = &fake->answer[fake->asked < fake->answers ? fake->asked :
	    fake->answers - 1];

	(void)time_ms;
	fake->asked++;
	fake->now_ms += fake->exchange_ms;
	buffer_print(&fake->said, "%s %s ", call->method, call->url);
	buffer_put(&fake->said, call->body.at, call->body.len);
	buffer_put_u8(&fake->said, '\n');
	if (canned->err != ERR_OK)
		return why_set(why, canned->err, "as the test says");
	answer->status = canned->status;
	buffer_put_text(&answer->body, canned->body != NULL ? canned->body : "");
	buffer_put_text(&answer->head, canned->head != NULL ? canned->head : "");
	return ERR_OK;
}

static int64_t
fake_now(void *arg)
{
	return ((struct fake *)arg)->now_ms;
}

static int64_t
fake_wall(void *arg)
{
	(void)arg;
	return INT64_C(1440938160000);	/* 2015-08-30T12:36:00Z, as in published examples */
}

static void
fake_wait(void *arg, int64_t ms)
{
	struct fake *fake = arg;

	fake->now_ms += ms;
	fake->waited_ms += ms;
}

static void
fake_step(void *arg, struct bytes text)
{
	struct fake *fake = arg;

	buffer_put(&fake->steps, text.at, text.len);
	buffer_put_u8(&fake->steps, '\n');
}

static inline void
fake_begin(struct fake *fake, const struct canned *answer, size_t answers)
{
	*fake = (struct fake){ .answer = answer, .answers = answers, .exchange_ms = 10 };
	fake->transport = (struct transport){ .arg = fake, .exchange = fake_exchange,
	    .now_ms = fake_now, .wall_ms = fake_wall, .wait = fake_wait, .step = fake_step };
}

static inline void
fake_end(struct fake *fake)
{
	buffer_free(&fake->said);
	buffer_free(&fake->steps);
}

/* A whole round; the reply's views live in out. */
static inline void
fake_round(struct fake *fake, const struct inventory_request *request, struct buffer *out,
    struct inventory_reply *reply)
{
	struct buffer octets = { .max = 0 };

	inventory_request_write(&octets, request);
	inventory_run(bytes_of_buffer(&octets), &fake->transport, out);
	assert_int_equal(inventory_reply_read(bytes_of_buffer(out), reply), ERR_OK);
	assert_true(reply->whole);
	buffer_free(&octets);
}

#endif
