/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the time of an answer to kilometres, and what makes a ServerHello an answer: that it repeats
 * 32 octets of our ClientHello which nobody could know before (RFC 8446 section 4.1.3).  Whole
 * numbers, rounded up at each step: what comes out is never less than how far light can have gone.
 */
#ifndef PROBES_WIRE_DISTANCE_H
#define PROBES_WIRE_DISTANCE_H

#include "monitor/base/bytes.h"

enum {
	DISTANCE_REPEAT = 32,		/* octets of the session id: all there may be */
	DISTANCE_ANSWER = 76		/* octets of a record until the repeated ones are whole */
};

/* The session id of a ClientHello as it stands in its record; false unless it has 32 octets. */
bool distance_challenge(struct bytes record, uint8_t out[DISTANCE_REPEAT]);

/* Does it begin with a ServerHello of TLS 1.3 (or its HelloRetryRequest) that repeats them?
 * answer: at least DISTANCE_ANSWER octets, else false. */
bool distance_repeats(struct bytes answer, const uint8_t challenge[DISTANCE_REPEAT]);

/* Nanoseconds there and back to microseconds, rounded up. */
int64_t distance_us(int64_t ns);
/*
 * The same to kilometres one way by light in vacuum, 299,792,458 m/s.  A thousandth and a
 * microsecond are added for clocks that go wrong: disciplined ones are off by half of that at most.
 */
int64_t distance_km(int64_t ns);
/* The same at two thirds of that speed, as in fibre: true only if the whole way is fibre. */
int64_t distance_km_fibre(int64_t ns);

/* The least and the median (the lower of two) of times; count is not 0.  Sorts them. */
void distance_least(int64_t *ns, size_t count, int64_t *least, int64_t *median);

#endif
