/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which request of IKE_SA_INIT to send next to learn what a responder accepts.  The key exchange
 * value is of a group that it does not accept: whether a proposal is acceptable is then told by
 * INVALID_KE_PAYLOAD, which keeps no half-open SA and computes nothing.  A responder that demands
 * an additional key exchange (RFC 9370) refuses a proposal without one, and one that does not
 * know it refuses a proposal with it: so there are two passes.  No clock, no socket.
 */
#ifndef PROBES_IKE_SEARCH_H
#define PROBES_IKE_SEARCH_H

#include "probes/wire/ike.h"

enum {
	IKE_LIST_MAX = 64,		/* candidates of one type */
	IKE_STACK_MAX = 16		/* spans of candidates that wait */
};

enum ike_phase { IKE_PHASE_GROUPS, IKE_PHASE_ENCR, IKE_PHASE_PRF, IKE_PHASE_INTEG,
	IKE_PHASE_ADDITIONAL, IKE_PHASE_DONE };

struct ike_set { struct ike_transform transform[IKE_LIST_MAX]; size_t count; };

struct ike_span { size_t from, to; };

struct ike_search {
	enum ike_phase  phase;
	struct ike_set  candidate;		/* of the phase */
	bool            hybrid;		/* the second pass: with an additional key exchange */
	struct ike_set  accepted[IKE_PHASE_DONE];	/* in this pass */
	struct ike_set  total[IKE_PHASE_DONE];	/* in any; complete when everything is known */
	struct ike_span span[IKE_STACK_MAX];
	size_t          spans;
	uint16_t        decoy;			/* the group of the value that is sent */
	struct ike_transform proposal[2][4 * IKE_LIST_MAX];
	struct ike_offer offer[2];
	size_t          offers;
};

void ike_search_begin(struct ike_search *);
/* Puts the offers of the next question into request; false: everything is known. */
bool ike_search_next(struct ike_search *, struct ike_request *);
enum ike_reply { IKE_REPLY_REFUSED, IKE_REPLY_WANTED, IKE_REPLY_CHOSEN };
/*
 * The answer to it: refused (NO_PROPOSAL_CHOSEN), another group wanted, or chosen as it was.
 * ERR_MALFORMED: a group is wanted that was not offered; ERR_LIMIT: it accepts every group that
 * could serve to ask.
 */
MUST_USE enum err ike_search_told(struct ike_search *, enum ike_reply, uint16_t wanted,
    struct why *);
/* Weak ones of all that is accepted, each once; returns how many. */
size_t ike_search_weak(const struct ike_search *, struct ike_set *out);

#endif
