/* SPDX-License-Identifier: Apache-2.0 */
/*
 * IKEv1 (RFC 2409, obsolete by RFC 9395) as far as the question whether a responder still speaks
 * it: the first message of Main Mode with a proposal of what was usual, and its answer.  Pure;
 * every input is hostile.
 */
#ifndef PROBES_WIRE_IKE_V1_H
#define PROBES_WIRE_IKE_V1_H

#include "monitor/base/bytes.h"

/* What a message says. */
struct ike_v1_said {
	uint64_t cookie_i, cookie_r;
	uint8_t  exchange;		/* 2 Main Mode, 5 Informational */
	bool     has_sa;		/* with one transform that was chosen */
	uint16_t encryption, bits, hash, method, group;	/* of it; method of authentication */
	uint16_t error;			/* the first notification below 16384, 0 if none */
};

/* Main Mode, message 1: AES, 3DES and DES with SHA-2, SHA-1, MD5 in groups 14, 5, 2, 1. */
void ike_v1_write(uint64_t cookie, struct buffer *out);
/* ERR_TRUNCATED, ERR_MALFORMED, ERR_LIMIT with the reason; ERR_UNSUPPORTED: not version 1. */
MUST_USE enum err ike_v1_read(struct bytes datagram, struct ike_v1_said *, struct why *);
/* "3DES MD5 MODP1024 PSK" of the transform that was chosen. */
void ike_v1_put(const struct ike_v1_said *, struct buffer *out);

#endif
