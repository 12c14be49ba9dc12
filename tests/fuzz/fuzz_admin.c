/* SPDX-License-Identifier: Apache-2.0 */
/* What any local user may send to the admin socket, and what a client may be answered. */
#include <stdlib.h>

#include "monitor/daemon/admin.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct admin_request request;
	struct buffer again = { .max = 0 };
	struct bytes sentence;
	struct why why;
	enum err said;
	uint64_t seq;

	if (admin_request_read(bytes_of(at, len), &request, &why) == ERR_OK) {
		/* One encoding: what is accepted is what we would have written. */
		admin_request_put(&again, request.act, request.incident, request.text);
		if (!bytes_equal(bytes_of_buffer(&again), bytes_of(at, len)) ||
		    request.text.len > NOTE_TEXT_MAX)
			abort();
	}
	if (admin_reply_read(bytes_of(at, len), &said, &sentence, &seq, &why) == ERR_OK &&
	    (unsigned)said >= ERR_COUNT)
		abort();
	buffer_free(&again);
	return 0;
}
