/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Event logs from strangers: a refusal has its sentence, an event lies inside the log and moves
 * on, and a replay touches only registers there are.
 */
#include <stdlib.h>

#include "attest/event_log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
walk(struct bytes octets)
{
	struct event_log log;
	struct event event;
	struct why why = { .err = ERR_OK };
	enum err err = event_log_open(octets, &log, &why);

	while (err == ERR_OK) {
		size_t before = log.in.at;

		err = event_log_next(&log, &event, &why);
		if (err == ERR_OK && (log.in.at <= before || log.in.at > octets.len ||
		    event.data.len > octets.len || event.digests == 0))
			abort();
		if (err == ERR_OK && event.data.len < 64)
			event_names_data(&event, DIGEST_SHA256);
	}
	if (err != ERR_CLOSED && why.text[0] == '\0')
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const enum digest banks[] = { DIGEST_SHA256, DIGEST_SHA384 };
	struct bytes octets = bytes_of(data, len);

	walk(octets);
	for (size_t i = 0; i < 2; i++) {
		struct event_replay replay;
		struct why why = { .err = ERR_OK };
		enum err err = event_log_replay(octets, banks[i], &replay, &why);

		if ((err == ERR_OK) != (why.text[0] == '\0') ||
		    replay.touched >> LOG_REGISTERS != 0)
			abort();
	}
	return 0;
}
