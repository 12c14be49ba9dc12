/* SPDX-License-Identifier: Apache-2.0 */
/*
 * IKE_SA_INIT up to the responder's choice: a cookie is sent back and the group it wants is taken,
 * each a bounded number of times; what is not for our SPI waits.
 */
#ifndef PROBES_IKE_OPENING_H
#define PROBES_IKE_OPENING_H

#include "probes/agreement.h"
#include "probes/ike_talk.h"

struct ike_opening {
	struct ike_talk    talk;
	struct ike_request request;
	struct agreement  *agreement;	/* of the request's value; NULL: it keys nothing */
	struct buffer      asked;	/* the request as it was sent last, without marker */
	unsigned           methods;	/* other groups that were wanted */
	bool               cookie;	/* one was asked for */
	char               broken[WHY_TEXT_MAX];	/* the last answer of ours that was none */
};

/*
 * Sends the first request.  offers: 1 to 255, and as long as the opening; method: that the endpoint
 * wanted last, or 0.  authenticates: with a value of ours that keys, and what IKE_AUTH needs.
 */
void ike_opening_begin(struct round *, struct ike_opening *, const struct ike_offer *,
    size_t offers, uint16_t method, bool authenticates);
/*
 * Takes a datagram.  True: said is the responder's answer, whether a choice or an error.  False:
 * it was no answer, or one that was dealt with, or the round is finished.  wanted: the method that
 * the endpoint wants, for the next round.
 */
bool ike_opening_data(struct round *, struct ike_opening *, struct bytes datagram,
    struct ike_said *said, uint16_t *wanted);
/* After EVENT_DEADLINE, while there is no answer: how the round ends. */
void ike_opening_silent(struct round *, const struct ike_opening *);
void ike_opening_free(struct ike_opening *);

#endif
