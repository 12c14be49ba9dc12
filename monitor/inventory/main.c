/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sekimori-inventory: reads one request, enters its sandbox, asks a provider's API, answers and
 * ends.  Started by the probe "inventory", with the request on descriptor 0 and the answer
 * expected on another that libraries do not print to.  The credential is nowhere but in its memory.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "monitor/base/file.h"
#include "monitor/inventory/program.h"

enum { LIFE_SPARE_S = 10, LIFE_MAX_S = 3600 };	/* the longest deadline of a round is 30m */

void
answer_put(struct bytes out)
{
	while (out.len > 0) {
		ssize_t done = write(INVENTORY_ANSWER_FD, out.at, out.len);

		if (done <= 0)
			return;
		out = bytes_slice(out, (size_t)done, out.len - (size_t)done);
	}
}

/* No descriptor is left but the answer's; what libraries print goes nowhere. */
static void
descriptors_settle(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = 0; fd <= STDERR_FILENO && null >= 0; fd++)
		dup2(null, fd);
	close_range(INVENTORY_ANSWER_FD + 1, ~0U, 0);
}

static void
failure_put(enum inventory_result result, const struct why *why)
{
	struct buffer out = { .max = 0 };

	inventory_reply_write(&out, &(struct inventory_reply){ .result = result,
	    .text = bytes_slice(bytes_of_text(why->text), 0, INVENTORY_TEXT_MAX),
	    .facts = bytes_of("\xa0", 1) });
	answer_put(bytes_of_buffer(&out));
	buffer_free(&out);
}

static void
round_run(struct bytes request)
{
	struct inventory_request asked;
	struct transport transport = { .arg = NULL };
	struct buffer reply = { .max = INVENTORY_ANSWER_MAX };
	struct why why = { .err = ERR_OK };

	if (inventory_request_read(request, &asked, &why) != ERR_OK) {
		failure_put(INVENTORY_OPTIONS, &why);
		return;
	}
	alarm(asked.time_ms / 1000 > LIFE_MAX_S ? LIFE_MAX_S :
	    (unsigned)(asked.time_ms / 1000) + LIFE_SPARE_S);
	if (confine(&why) != ERR_OK || transport_open(&transport, asked.trust, &why) != ERR_OK) {
		failure_put(INVENTORY_CONFINE, &why);
	} else {
		inventory_run(request, &transport, &reply);
		answer_put(bytes_of_buffer(&reply));
	}
	transport_close(&transport);
	buffer_free(&reply);
}

int
main(void)
{
	struct buffer request = { .max = INVENTORY_REQUEST_MAX };
	struct why why = { .err = ERR_OK };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_DUMPABLE, 0);
	if (fcntl(INVENTORY_ANSWER_FD, F_GETFD) < 0) {
		fputs("sekimori-inventory: started by the probe \"inventory\" only; use "
		    "\"sekimori probe inventory\"\n", stderr);
		return 2;
	}
	if (file_read_fd(INVENTORY_REQUEST_FD, "request", INVENTORY_REQUEST_MAX, &request,
	    &why) != ERR_OK) {
		failure_put(INVENTORY_OPTIONS, &why);
	} else {
		descriptors_settle();
		round_run(bytes_of_buffer(&request));
	}
	if (request.cap > 0)
		explicit_bzero(request.at, request.cap);
	buffer_free(&request);
	return 0;
}
