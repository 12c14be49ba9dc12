/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A SIP peer that sends anything: read whole, cut in two by the first octet, and octet by octet;
 * all three must find the same messages.  What is read is answered, and the answer read again.
 */
#include <stdlib.h>
#include <string.h>

#include "probes/wire/sip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { MESSAGES_MAX = 64, ENTRIES_MAX = 8 };

static const struct sip_ids ids = {
	.branch = "z9hG4bK22c3c3485921caf4", .tag = "b2fa2b912ea4b425",
	.call_id = "6a81c7bd88609d4f18219046cf8fdf15", .sequence = 1
};

struct found {
	size_t   len[MESSAGES_MAX];
	size_t   messages;
	bool     broken;
	enum err err;
};

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
inside(struct bytes in, struct bytes view)
{
	must(view.at == NULL || (view.at >= in.at && view.at + view.len <= in.at + in.len));
}

static void
look(struct bytes in, const struct sip_message *message)
{
	struct bytes entry[ENTRIES_MAX];
	struct buffer out = { .max = 0 };
	struct sip_stream stream = { .scanned = 0 };
	struct sip_message again;
	struct why why = { .err = ERR_OK };
	size_t entries = sip_allowed(message, entry, ENTRIES_MAX);

	inside(in, message->via), inside(in, message->call_id), inside(in, message->sequence);
	inside(in, message->from), inside(in, message->to), inside(in, message->server);
	inside(in, message->body), inside(in, message->reason), inside(in, message->headers);
	for (size_t i = 0; i < entries && i < ENTRIES_MAX; i++)
		inside(in, entry[i]);
	must(!sip_answers(message, &ids) || !message->request);
	sip_text(message->server, &out);
	must(out.len <= message->server.len && !memchr(buffer_text(&out), '\n', out.len));
	buffer_reset(&out);
	if (message->request && sip_answer_write(message, 200, "OK", ids.tag, &out) == ERR_OK)
		must(sip_read(&stream, bytes_of_buffer(&out), &again, &why) == SIP_MESSAGE &&
		    again.status == 200 && again.via_rows == message->via_rows &&
		    bytes_equal(again.call_id, message->call_id));
	buffer_free(&out);
}

/* step: how many octets come at a time; first: how many at first. */
static struct found
read_all(struct bytes in, size_t first, size_t step)
{
	struct sip_stream stream = { .scanned = 0 };
	struct found found = { .messages = 0 };
	struct why why = { .err = ERR_OK };
	struct sip_message message;
	size_t used = 0, have = first < in.len ? first : in.len;

	for (;;) {
		enum sip_step said = sip_read(&stream, bytes_slice(in, used, have - used),
		    &message, &why);

		if (said == SIP_MESSAGE) {
			must(message.len > 0 && message.len <= have - used);
			look(bytes_slice(in, used, message.len), &message);
			found.len[found.messages++] = message.len;
			used += message.len;
			stream = (struct sip_stream){ .scanned = 0 };
		}
		found.broken = said == SIP_BROKEN;
		found.err = why.err;
		if (found.broken || found.messages == MESSAGES_MAX ||
		    (said == SIP_MORE && have == in.len))
			return found;
		if (said == SIP_MORE)
			have += step < in.len - have ? step : in.len - have;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct bytes in = bytes_of(data, len);
	struct found whole, cut, slow;

	if (len == 0)
		return 0;
	in = bytes_slice(in, 1, len);
	whole = read_all(in, in.len, 1);
	cut = read_all(in, data[0], in.len);
	slow = read_all(in, 0, 1);
	must(whole.messages == cut.messages && whole.messages == slow.messages);
	must(whole.broken == cut.broken && whole.broken == slow.broken);
	must(!whole.broken || (whole.err != ERR_OK && whole.err == cut.err && whole.err == slow.err));
	must(memcmp(whole.len, cut.len, whole.messages * sizeof(whole.len[0])) == 0);
	must(memcmp(whole.len, slow.len, whole.messages * sizeof(whole.len[0])) == 0);
	return 0;
}
