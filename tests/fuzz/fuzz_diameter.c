/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Diameter peer that sends anything: messages are framed and read, views stay inside, requests
 * are answered by messages we read ourselves; the input is also taken as the text of an option.
 */
#include <stdlib.h>

#include "probes/wire/diameter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
inside(struct bytes in, struct bytes view)
{
	must(view.at == NULL || view.len == 0 ||
	    (view.at >= in.at && view.at + view.len <= in.at + in.len));
}

static void
answer(const struct diameter_header *request, uint32_t result)
{
	const struct diameter_application offered = { .id = 16777251, .vendor = 10415 };
	const struct diameter_self self = { .host = "monitor.lab", .realm = "lab",
	    .product = "sekimori", .application = &offered, .applications = 1 };
	struct buffer out = { .max = 0 };
	struct diameter_message message;
	struct diameter_said said;
	struct why why = { .err = ERR_OK };

	diameter_answer_write(&self, request, result, &out);
	must(diameter_frame(bytes_of_buffer(&out), &message, &why) == DIAMETER_MESSAGE);
	must(message.header.len == out.len);
	must(diameter_answers(&message.header, (enum diameter_command)request->command,
	    (struct diameter_ids){ request->hop, request->end }));
	must(diameter_read(&message, &said, &why) == ERR_OK && said.result == result);
	buffer_free(&out);
}

static void
look(struct bytes in, const struct diameter_message *message)
{
	struct reader avps = reader_of(message->avps);
	struct diameter_said said;
	struct diameter_avp avp;
	struct why why = { .err = ERR_OK };
	enum err err = diameter_read(message, &said, &why);
	size_t before = 0;

	must(err == why.err && (err == ERR_OK) == (why.text[0] == '\0'));
	inside(in, said.origin_host), inside(in, said.origin_realm), inside(in, said.product);
	must(said.applications <= DIAMETER_APPLICATIONS_MAX);
	for (size_t i = 1; i < said.applications; i++)
		must(said.application[i - 1] < said.application[i]);
	while (diameter_avp_next(&avps, &avp)) {
		must(avps.at >= before + 8);
		before = avps.at;
		inside(in, avp.data);
		(void)diameter_avp_name(avp.code);
	}
	must(err != ERR_OK || !avps.failed);
	if ((message->header.flags & DIAMETER_REQUEST) != 0) {
		answer(&message->header, DIAMETER_SUCCESS);
		answer(&message->header, DIAMETER_UNABLE_TO_DELIVER);
	}
}

static void
option(struct bytes in)
{
	struct diameter_application out[DIAMETER_APPLICATIONS_MAX];
	struct why why = { .err = ERR_OK };
	char *text = memory_text(in);
	size_t count;

	if (diameter_applications_read(text, out, &count, &why) == ERR_OK)
		must(count > 0 && count <= DIAMETER_APPLICATIONS_MAX);
	else
		must(why.err == ERR_INVALID);
	(void)diameter_identity_valid(text);
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct bytes in = bytes_of(data, len);
	struct diameter_message message;
	struct why why = { .err = ERR_OK };
	size_t used = 0;

	option(in);
	while (diameter_frame(bytes_slice(in, used, len), &message, &why) == DIAMETER_MESSAGE) {
		must(message.header.len >= DIAMETER_HEADER_LEN && message.header.len <= len - used);
		look(bytes_slice(in, used, message.header.len), &message);
		used += message.header.len;
	}
	return 0;
}
