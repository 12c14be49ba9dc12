/* SPDX-License-Identifier: Apache-2.0 */
/* Times to kilometres, and the challenge within a TLS handshake; see distance.h. */
#include <stdlib.h>
#include <string.h>

#include "probes/wire/distance.h"

enum {
	RECORD_HANDSHAKE = 22, CLIENT_HELLO = 1, SERVER_HELLO = 2,
	/* Record 5, message 4, version 2, random 32; then the length of the session id. */
	SESSION_AT = 43
};

/* Above, nothing on earth could be meant, and products would not fit: an hour. */
static const int64_t most_ns = INT64_C(3600000000000);

/* Light goes so many micrometres in a nanosecond there and back, one way, rounded up: 149,896.229
 * in vacuum; two thirds of that. */
static const int64_t vacuum_um = 149897, fibre_um = 99931;

static bool
is_hello(struct bytes record, uint8_t message)
{
	return record.len > SESSION_AT + DISTANCE_REPEAT && record.at[0] == RECORD_HANDSHAKE &&
	    record.at[1] == 3 && record.at[5] == message && record.at[9] == 3 &&
	    record.at[SESSION_AT] == DISTANCE_REPEAT;
}

bool
distance_challenge(struct bytes record, uint8_t out[DISTANCE_REPEAT])
{
	if (!is_hello(record, CLIENT_HELLO))
		return false;
	memcpy(out, record.at + SESSION_AT + 1, DISTANCE_REPEAT);
	return true;
}

bool
distance_repeats(struct bytes answer, const uint8_t challenge[DISTANCE_REPEAT])
{
	return is_hello(answer, SERVER_HELLO) &&
	    memcmp(answer.at + SESSION_AT + 1, challenge, DISTANCE_REPEAT) == 0;
}

static int64_t
kilometres(int64_t ns, int64_t um)
{
	if (ns < 0)
		ns = 0;
	if (ns > most_ns)
		ns = most_ns;
	ns += (ns + 999) / 1000 + 1000;
	return (ns * um + 999999999) / 1000000000;
}

int64_t
distance_us(int64_t ns)
{
	return ns > 0 ? (ns + 999) / 1000 : 0;
}

int64_t
distance_km(int64_t ns)
{
	return kilometres(ns, vacuum_um);
}

int64_t
distance_km_fibre(int64_t ns)
{
	return kilometres(ns, fibre_um);
}

static int
by_value(const void *a, const void *b)
{
	int64_t x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return x < y ? -1 : x > y;
}

void
distance_least(int64_t *ns, size_t count, int64_t *least, int64_t *median)
{
	qsort(ns, count, sizeof(*ns), by_value);
	*least = ns[0];
	*median = ns[(count - 1) / 2];
}
