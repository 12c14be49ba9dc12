/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the probes of IKE share: one request at a time over UDP, sent again until it is answered,
 * and what an answer says as facts.
 */
#ifndef PROBES_IKE_TALK_H
#define PROBES_IKE_TALK_H

#include "probes/probe.h"
#include "probes/wire/ike.h"

enum { IKE_ENCAPSULATED_PORT = 4500, IKE_COOKIES_MAX = 3, IKE_DATAGRAM_MAX = 8 << 10 };

struct ike_talk {
	uint64_t      spi;		/* of the request that waits, never 0 */
	uint8_t       nonce[IKE_NONCE_LEN];
	struct buffer value;		/* of its KE payload */
	struct buffer sent;		/* the datagram as it left */
	bool          marker;		/* non-ESP marker in front (RFC 3948 2.2) */
	unsigned      sends;		/* of this request */
	unsigned      cookies;		/* that were asked for since it was made */
	unsigned      ignored;		/* datagrams that answer nothing of ours, in the round */
	int64_t       wait_ns;
};

/* The option "marker": auto is port 4500. */
void ike_talk_open(struct round *, struct ike_talk *);
void ike_talk_free(struct ike_talk *);
/* Fresh SPI, nonce and value of the method, which are put into the request. */
void ike_talk_fresh(struct ike_talk *, uint16_t method, struct ike_request *);
/* Sends a message and waits to send it again. */
void ike_talk_send(struct round *, struct ike_talk *, struct bytes message);
/* After EVENT_TIMER: sends again; false: it was sent max times, nothing was done. */
bool ike_talk_again(struct round *, struct ike_talk *, unsigned max);
/* A datagram without its marker; empty if it has none where it must, or has one of ESP. */
struct bytes ike_talk_taken(const struct ike_talk *, struct bytes datagram);

/* Facts of any answer of version 2, of the proposal it chose, and of an error it gave. */
void ike_look_answer(struct round *, const struct ike_said *);
void ike_look_choice(struct round *, const struct ike_said *);
void ike_look_list(struct round *, enum fact, const struct ike_transform *, size_t count);
/* "NO_PROPOSAL_CHOSEN", or "error 99". */
void ike_look_error(uint16_t error, char *out, size_t len);

#define IKE_OPTIONS                                                                        \
	{ .name = "marker", .type = OPTION_WORD, .otherwise = "auto", .words = "auto yes no", \
	  .help = N_("the non-ESP marker before each message; auto: on port 4500") }

#endif
