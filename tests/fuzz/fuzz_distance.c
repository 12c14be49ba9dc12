/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any octets as ClientHello and as answer: nothing is read beyond them, and only an answer that
 * holds all of the challenge repeats it.
 */
#include <stdlib.h>
#include <string.h>

#include "probes/wire/distance.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t challenge[DISTANCE_REPEAT] = { 0 };
	struct bytes all = bytes_of(data, size);

	if (distance_challenge(all, challenge) &&
	    memcmp(data + DISTANCE_ANSWER - DISTANCE_REPEAT, challenge, DISTANCE_REPEAT) != 0)
		abort();
	if (distance_repeats(all, challenge) && (size < DISTANCE_ANSWER ||
	    memcmp(data + DISTANCE_ANSWER - DISTANCE_REPEAT, challenge, DISTANCE_REPEAT) != 0))
		abort();
	return 0;
}
