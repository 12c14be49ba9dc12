/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What follows IKE_SA_INIT (RFC 7296 1.2, 1.4, 2.16, 3.5 to 3.11, 3.14; fragments: RFC 7383): where
 * the encrypted part of a message is, what an initiator says inside of IKE_AUTH, what a responder
 * said there.  Pure; every input is hostile.  Keys and ciphers are in probes/ike_keys.h.
 */
#ifndef PROBES_WIRE_IKE_AUTH_H
#define PROBES_WIRE_IKE_AUTH_H

#include "probes/wire/ike.h"

enum {
	IKE_CERTIFICATES_MAX = 10,	/* kept of an answer; more breaks it */
	IKE_FRAGMENTS_MAX    = 64,	/* of a message; more breaks it */
	IKE_AUTHORITY_LEN    = 20	/* of a CERTREQ: SHA-1 of a root's key (RFC 7296 3.7) */
};

enum ike_id_type { IKE_ID_IPV4 = 1, IKE_ID_FQDN, IKE_ID_MAIL, IKE_ID_IPV6 = 5, IKE_ID_DN = 9,
	IKE_ID_GN, IKE_ID_KEY };

/* How an end authenticates itself (RFC 7296 3.8, RFC 4754, RFC 7427, RFC 7619). */
enum ike_auth_method { IKE_AUTH_NONE, IKE_AUTH_RSA, IKE_AUTH_SHARED_KEY, IKE_AUTH_DSS,
	IKE_AUTH_ECDSA_256 = 9, IKE_AUTH_ECDSA_384, IKE_AUTH_ECDSA_521, IKE_AUTH_NULL = 13,
	IKE_AUTH_SIGNATURE };

/* A message with an encrypted part. */
struct ike_sealed {
	uint64_t spi_i, spi_r;
	uint8_t  exchange, flags;
	uint32_t message;
	uint8_t  first;			/* type of the first payload inside; not of later parts */
	uint16_t fragment, fragments;	/* 1 to fragments; 0 of 0: it is whole */
	struct bytes whole, clear;	/* the message; what is not sealed and authenticated */
	struct bytes content;		/* what is behind it: IV, ciphertext, integrity */
};

/* ERR_NOT_FOUND: it has no encrypted part; otherwise as ike_read(). */
MUST_USE enum err ike_sealed_read(struct bytes message, struct ike_sealed *, struct why *);

/* What an IKE_AUTH or INFORMATIONAL says inside.  Views. */
struct ike_auth_said {
	bool         has_id, has_auth, has_eap, has_sa, deleted;
	uint8_t      id_type;
	struct bytes id;		/* its value */
	struct bytes id_whole;		/* the payload without its generic header: what is signed */
	struct bytes certificate[IKE_CERTIFICATES_MAX];	/* X.509 in DER, its own first */
	size_t       certificates;
	size_t       others;		/* certificates in encodings that are not read */
	uint8_t      method;		/* enum ike_auth_method, or another number */
	struct bytes auth;
	struct bytes eap;
	uint16_t     error;		/* the first error notify, 0 if none */
};
/* ERR_MALFORMED, ERR_LIMIT, ERR_UNSUPPORTED (a critical payload that is not known). */
MUST_USE enum err ike_auth_read(uint8_t first, struct bytes inside, struct ike_auth_said *,
    struct why *);

struct ike_auth_request {
	uint8_t      id_type;
	struct bytes id;
	uint8_t      peer_type;		/* 0: nobody by name is asked for */
	struct bytes peer;
	const struct bytes *certificate;	/* in DER, our own first */
	size_t       certificates;
	struct bytes authorities;	/* those we trust, IKE_AUTHORITY_LEN octets each */
	uint8_t      method;		/* IKE_AUTH_NONE: no AUTH, which asks for EAP */
	struct bytes auth;
	bool         child;		/* proposes a CHILD SA; else none is made (RFC 6023) */
	uint32_t     spi;		/* of it, not 0 */
};
/* The payloads inside; returns the type of the first. */
uint8_t ike_auth_write(const struct ike_auth_request *, struct buffer *inside);
/* The identity as it is signed: the payload without its generic header. */
void    ike_identity_write(uint8_t type, struct bytes id, struct buffer *out);
/* A Delete of the IKE SA itself (RFC 7296 3.11); returns the type of the first payload. */
uint8_t ike_delete_write(struct buffer *inside);
/*
 * The head and the generic header of the encrypted payload, which holds so many octets; first: the
 * type of the first payload inside.  We are the initiator; requests only.
 */
void    ike_sealed_begin(struct buffer *, uint64_t spi_i, uint64_t spi_r, uint8_t exchange,
    uint32_t message, uint8_t first, size_t content);

/* "gw.example", "192.0.2.1", or "type 11: 0a0b" for what is no such name, cut. */
void ike_identity_put(uint8_t type, struct bytes id, struct buffer *out);
/* "ECDSA with SHA-256 on P-256", "method 12". */
const char *ike_auth_method_name(uint8_t method);	/* NULL: it has none */
/*
 * What refuses an EAP request for any method there is (RFC 3748 5.3), as an IKE_AUTH has it.
 * Returns the type of the first payload; 0: it asks for an identity first, which cannot be refused,
 * or is no request.
 */
uint8_t ike_eap_refuse(struct bytes eap, struct buffer *inside);
/* "Identity", "MD5-Challenge", "AKA'", "5G": what an EAP request asks for; NULL: none, no name. */
const char *ike_eap_name(struct bytes eap);

#endif
