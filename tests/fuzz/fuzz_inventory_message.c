/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What sekimori-inventory may say instead of an answer, and requests: whatever is taken for one is
 * within its bounds and comes back as it was written.
 */
#include <stdlib.h>

#include "probes/wire/inventory_message.h"

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
	struct inventory_reply reply, tail;
	struct inventory_request request;
	enum err err = inventory_reply_read(octets, &reply);

	must(reply.step.len <= INVENTORY_STEP_MAX && (err == ERR_OK || !reply.whole));
	if (reply.whole) {
		must((unsigned)reply.result < INVENTORY_RESULT_COUNT);
		must(reply.text.len <= INVENTORY_TEXT_MAX);
		must(reply.evidences <= INVENTORY_EVIDENCE_MAX);
		inventory_reply_write(&again, &reply);
		must(again.len <= len &&
		    inventory_reply_read(bytes_of_buffer(&again), &tail) == ERR_OK);
		must(bytes_equal(bytes_of(data + len - again.len, again.len),
		    bytes_of_buffer(&again)));
	}
	buffer_reset(&again);
	if (inventory_request_read(octets, &request, NULL) == ERR_OK) {
		inventory_request_write(&again, &request);
		must(bytes_equal(bytes_of_buffer(&again), octets));
	}
	buffer_free(&again);
	return 0;
}
