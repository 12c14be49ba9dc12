/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first exchange of IKE: writes our request IKE_SA_INIT (RFC 7296, with additional key
 * exchanges of RFC 9370), reads what a responder answers, names algorithms.  Nothing here makes a
 * key; what follows is in ike_auth.h.  IKEv1 (RFC 2409) only as far as a Main Mode proposal and its
 * answer, in ike_v1.h.  Pure; every input is hostile.
 */
#ifndef PROBES_WIRE_IKE_H
#define PROBES_WIRE_IKE_H

#include "monitor/base/bytes.h"

enum {
	IKE_HEADER_LEN     = 28,
	IKE_MESSAGE_MAX    = 16 << 10,	/* octets of a message that is read */
	IKE_CHOSEN_MAX     = 16,	/* transforms of an answer; more breaks it */
	IKE_PAYLOADS_MAX   = 64,	/* payloads of a message; more breaks it */
	IKE_VENDORS_MAX    = 16,	/* vendor ids kept */
	IKE_HASHES_MAX     = 16,	/* signature hash algorithms kept */
	IKE_COOKIE_MAX     = 64,	/* RFC 7296 2.6 */
	IKE_NONCE_LEN      = 32,	/* of ours; a peer's has 16 to 256 */
	IKE_VALUE_MAX      = 1568	/* octets of a key exchange value that is written */
};

enum ike_exchange_type { IKE_SA_INIT = 34, IKE_AUTH = 35, IKE_INFORMATIONAL = 37 };
enum ike_flag { IKE_FLAG_INITIATOR = 0x08, IKE_FLAG_RESPONSE = 0x20 };

/* Transform types (RFC 7296 3.3.2, RFC 9370 2.2.2). */
enum ike_type { IKE_ENCR = 1, IKE_PRF, IKE_INTEG, IKE_KE, IKE_ESN, IKE_ADDKE1, IKE_ADDKE7 = 12 };

enum ike_notify {
#define NOTIFY(number, NAME) IKE_##NAME = number,
#include "probes/wire/ike_notify_list.h"
	IKE_NOTIFY_ERRORS = 16384	/* numbers below are errors */
};
const char *ike_notify_name(unsigned number);	/* NULL: this version knows no name */

struct ike_transform {
	uint8_t  type;
	uint16_t id;
	uint16_t bits;			/* Key Length attribute, 0 if there is none */
};

/* A row of ike_list.h. */
struct ike_algorithm {
	uint8_t     type;		/* ENCR, PRF, INTEG, KE or ESN */
	uint16_t    id;
	const char *name, *level;	/* of RFC 8247 */
	bool        weak;
	uint16_t    size;
	bool        aead, point, kem, unasked;
};

size_t ike_algorithms(const struct ike_algorithm **);	/* the whole table */
/* NULL if this version does not know it; ADDKE types are found as KE. */
const struct ike_algorithm *ike_algorithm(uint8_t type, uint16_t id);
/*
 * By a name as daemons write it: without regard to case and underscores, with or without PRF_ in
 * front and _CBC behind.  NULL if there is none.
 */
const struct ike_algorithm *ike_algorithm_named(uint8_t type, struct bytes name);
bool ike_transform_weak(const struct ike_transform *);
/* "AES_GCM_16_256", "MODP2048", or "ENCR 99" for what has no name. */
void ike_transform_put(const struct ike_transform *, struct buffer *out);
/* "IDENTITY", "SHA2_256", or "hash 9" (RFC 7427, RFC 8420). */
void ike_hash_put(uint16_t hash, struct buffer *out);
/* A vendor id for people: its name, its text if it is printable, else hex, cut. */
void ike_vendor_put(struct bytes id, struct buffer *out);

/* Octets of a key exchange value; 0: the method is not known. */
size_t ike_value_len(uint16_t method);
/*
 * A value of the right form that keys nothing: below the modulus, on the curve, coefficients in
 * range.  random: as many octets as the value has.  ERR_UNSUPPORTED: the method is not known.
 */
MUST_USE enum err ike_value_write(uint16_t method, const uint8_t *random, struct buffer *out);

struct ike_offer { const struct ike_transform *transform; size_t count; };	/* one proposal */

struct ike_request {
	uint64_t     spi;		/* ours, not 0 */
	struct bytes cookie;		/* that the responder asked for, or empty */
	const struct ike_offer *offer;	/* in order of preference; each of 1 to 255 transforms */
	size_t       offers;		/* 1 to 255 */
	uint16_t     method;		/* of the KE payload */
	struct bytes value, nonce;
	bool         authenticates;	/* it goes on to IKE_AUTH: announces what it can do */
};

/* The message IKE_SA_INIT with message id 0. */
void ike_request_write(const struct ike_request *, struct buffer *out);

/* What a message says.  Views into the octets it was read from. */
struct ike_said {
	uint64_t     spi_i, spi_r;
	uint8_t      major, minor, exchange, flags;
	uint32_t     message;
	size_t       proposals;		/* of the SA payload */
	uint8_t      protocol;		/* of the first proposal: 1 is IKE */
	struct ike_transform transform[IKE_CHOSEN_MAX];	/* of the first proposal */
	size_t       transforms;	/* of it, those beyond IKE_CHOSEN_MAX too */
	bool         has_sa, has_ke, certificates;	/* certificates: CERTREQ is there */
	uint16_t     method;
	struct bytes value, nonce;
	uint16_t     error;		/* the first error notify, 0 if none */
	bool         wants_method;	/* INVALID_KE_PAYLOAD, with the method that is wanted */
	uint16_t     wanted;
	struct bytes cookie, redirect;
	uint16_t     status[IKE_VENDORS_MAX];	/* other notifies, ascending, each once */
	size_t       statuses;
	uint16_t     hash[IKE_HASHES_MAX];
	size_t       hashes;
	struct bytes vendor[IKE_VENDORS_MAX];
	size_t       vendors;
};

/*
 * ERR_TRUNCATED, ERR_MALFORMED, ERR_LIMIT with the reason; then said holds the head at most.  A
 * message of another major version is read as far as its head: ERR_UNSUPPORTED.
 */
MUST_USE enum err ike_read(struct bytes datagram, struct ike_said *, struct why *);

/* It answers the request with our SPI, with message id 0 (RFC 7296 2.1, 2.6). */
bool ike_answers(const struct ike_said *, uint64_t spi);
/* The one transform of that type in the chosen proposal; NULL if none. */
const struct ike_transform *ike_chosen(const struct ike_said *, uint8_t type);
/*
 * The answer chose one proposal of ours (RFC 7296 2.7): each transform was offered in one and the
 * same proposal, one of each type that proposal has.  ERR_MALFORMED with the reason.
 */
MUST_USE enum err ike_choice_check(const struct ike_said *, const struct ike_request *,
    struct why *);

#endif
