/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a module's process may say instead of an answer, and requests: whatever is taken for an
 * answer is within its bounds, and a request is read as it was written.
 */
#include <stdlib.h>

#include "probes/wire/token_message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct bytes octets = bytes_of(data, len);
	struct buffer again = { .max = 0 };
	struct token_answer answer, tail;
	struct token_request request;
	char text[TOKEN_RV_TEXT];
	enum err err = token_answer_read(octets, &answer);

	must((unsigned)answer.stage < TOKEN_STAGE_COUNT);
	must(err == ERR_OK || !answer.whole);
	must(token_stage_text(answer.stage)[0] != '\0' && token_rv_text(answer.rv, text)[0] != '\0');
	if (answer.whole) {
		must((unsigned)answer.result < TOKEN_RESULT_COUNT);
		must(answer.text.len <= TOKEN_TEXT_MAX);
		must((answer.result == TOKEN_SIGNED) == (answer.evidence.len > 0));
		token_answer_write(&again, &answer);
		must(again.len <= len && token_answer_read(bytes_of_buffer(&again), &tail) == ERR_OK);
		must(bytes_equal(bytes_of(data + len - again.len, again.len),
		    bytes_of_buffer(&again)));
	}
	buffer_reset(&again);
	if (token_request_read(octets, &request, NULL) == ERR_OK) {
		token_request_write(&again, &request);
		must(bytes_equal(bytes_of_buffer(&again), octets));
	}
	buffer_free(&again);
	return 0;
}
