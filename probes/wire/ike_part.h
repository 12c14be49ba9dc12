/* SPDX-License-Identifier: Apache-2.0 */
/* What the readers and writers of IKEv2 messages share; for probes/wire/ike*.c alone. */
#ifndef PROBES_WIRE_IKE_PART_H
#define PROBES_WIRE_IKE_PART_H

#include "probes/wire/ike.h"

/* Payload types (RFC 7296 3.2, RFC 7383 2.5). */
enum {
	PAYLOAD_NONE = 0, PAYLOAD_SA = 33, PAYLOAD_KE = 34, PAYLOAD_ID_I = 35, PAYLOAD_ID_R = 36,
	PAYLOAD_CERT = 37, PAYLOAD_CERTREQ = 38, PAYLOAD_AUTH = 39, PAYLOAD_NONCE = 40,
	PAYLOAD_NOTIFY = 41, PAYLOAD_DELETE = 42, PAYLOAD_VENDOR = 43, PAYLOAD_TS_I = 44,
	PAYLOAD_TS_R = 45, PAYLOAD_SK = 46, PAYLOAD_CP = 47, PAYLOAD_EAP = 48, PAYLOAD_SKF = 53
};
enum { IKE_VERSION_2 = 0x20, IKE_PROTOCOL_IKE = 1, IKE_PROTOCOL_ESP = 3 };

/* Payloads one after another, from the type of the first. */
struct ike_walk { struct reader in; uint8_t next; unsigned count; enum err err; };
struct ike_payload {
	uint8_t      type;
	bool         critical;
	uint8_t      inner;	/* of SK and SKF, which are the last: what is first inside */
	struct bytes body;
};
struct ike_walk ike_walk_of(uint8_t first, struct bytes payloads);
/* False: they ended, with nothing behind them, or err says what is wrong with them. */
bool ike_payload_next(struct ike_walk *, struct ike_payload *, struct why *);

/* The head of a message; ERR_TRUNCATED, ERR_MALFORMED, ERR_LIMIT, ERR_UNSUPPORTED: no version 2. */
struct ike_head {
	uint64_t spi_i, spi_r;
	uint8_t  next, major, minor, exchange, flags;
	uint32_t message;
};
MUST_USE enum err ike_head_read(struct bytes message, struct ike_head *, struct why *);
/* With a length of 0, for ike_length_fill() at 24 behind it. */
void ike_head_write(const struct ike_head *, struct buffer *);

/* The length since from, in so many octets at an offset of the buffer. */
void ike_length_fill(struct buffer *, size_t at, size_t from, unsigned octets);
/* The generic header; from: for ike_length_fill(out, *from + 2, *from, 2). */
void ike_payload_begin(struct buffer *, uint8_t next, size_t *from);
void ike_proposal_write(struct buffer *, bool last, unsigned number, uint8_t protocol,
    struct bytes spi, const struct ike_offer *);
void ike_notify_write(struct buffer *, uint8_t next, uint16_t number, struct bytes data);
/* Number and data of a notify payload; ERR_MALFORMED. */
MUST_USE enum err ike_notify_read(struct bytes body, uint16_t *number, struct bytes *data,
    struct why *);

#endif
