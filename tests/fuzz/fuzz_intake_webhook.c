/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A webhook's sender that sends anything: HTTP given whole and in pieces, where both must find the
 * same requests; each body read as JSON, each alarm of it a record that passes our own check.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/intake/http.h"
#include "monitor/intake/webhook.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

struct found { size_t requests, octets; bool broken; };

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
on_alarm(void *arg, struct incoming *in, const struct bytes *word, size_t words)
{
	struct buffer out = { .max = 0 };
	struct record record, again;
	struct why why = { .err = ERR_OK };

	++*(size_t *)arg;
	for (size_t i = 0; i < words; i++)
		must(word[i].len > 0);
	must(in->kind == SIGNAL_EVENT || in->key[0] != '\0');
	incoming_record(in, "fuzz", &record);
	record.role = ROLE_INTAKE;
	record_encode(&out, &record);
	must(record_check(bytes_of_buffer(&out), &again, &why) == ERR_OK);
	buffer_free(&out);
}

static void
body_look(struct bytes body)
{
	static struct incoming in;
	struct why why = { .err = ERR_OK };
	size_t alarms = 0;
	uint64_t unsent;

	incoming_begin(&in, 0, SIGNAL_FORM_WEBHOOK, INT64_C(1780000000000), "192.0.2.1");
	if (webhook_read(body, &in, on_alarm, &alarms, &unsent, &why) != ERR_OK)
		must(alarms == 0 && why.text[0] != '\0');
	must(alarms <= INTAKE_ALARMS_MAX);
}

static struct found
read_all(struct bytes in, size_t piece, bool looking)
{
	struct http *http = http_new();
	struct found found = { .requests = 0 };
	size_t at = 0, used;

	while (at < in.len && !found.broken) {
		struct bytes some = bytes_slice(in, at, piece);
		enum http_step step = http_read(http, some, &used);

		must(used <= some.len && (step != HTTP_STEP_MORE || used == some.len));
		at += used;
		found.broken = step == HTTP_STEP_BROKEN;
		if (step != HTTP_STEP_REQUEST)
			continue;
		must(used > 0);
		found.requests++;
		found.octets += http_request(http)->body.len + strlen(http_request(http)->token);
		if (looking)
			body_look(bytes_of_buffer(&http_request(http)->body));
	}
	http_free(http);
	return found;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct bytes in = bytes_of(data, len);
	struct found whole, slow;

	body_look(in);
	whole = read_all(in, in.len, true);
	slow = read_all(in, 1, false);
	must(whole.requests == slow.requests && whole.octets == slow.octets &&
	    whole.broken == slow.broken);
	return 0;
}
