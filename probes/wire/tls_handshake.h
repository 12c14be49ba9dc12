/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads what a TLS server's handshake messages say in the clear of the handshake: key exchange
 * group, signature scheme, certificates (RFC 5246 section 7.4, RFC 8422 section 5.4, RFC 8446
 * section 4).  A message is its header of four octets and its body.  Pure; every input is hostile.
 */
#ifndef PROBES_WIRE_TLS_HANDSHAKE_H
#define PROBES_WIRE_TLS_HANDSHAKE_H

#include "monitor/base/bytes.h"

enum tls_message {
	TLS_SERVER_HELLO        = 2,
	TLS_CERTIFICATE         = 11,
	TLS_SERVER_KEY_EXCHANGE = 12,
	TLS_CERTIFICATE_REQUEST = 13,
	TLS_CERTIFICATE_VERIFY  = 15,
	TLS_CERTIFICATE_STATUS  = 22
};

enum tls_exchange { TLS_EXCHANGE_OTHER, TLS_EXCHANGE_ECDHE, TLS_EXCHANGE_DHE };

/* What was gathered from the server's messages so far; all zero before the first. */
struct tls_heard {
	bool     tls13;			/* ServerHello chose TLS 1.3 */
	uint16_t group;			/* IANA number, 0 if none was named */
	uint32_t dh_bits;		/* of a DHE prime without a name */
	uint16_t scheme;		/* IANA number of the signature scheme, 0 if not named */
	bool     certificate_requested;
};

/* Takes one message of the server.  exchange: of the suite, for TLS 1.2 and older. */
void tls_hear(struct tls_heard *, struct bytes message, enum tls_exchange);
/*
 * Appends the certificates of a Certificate message, each DER with a length of three octets, and
 * nothing else of it; what breaks the format ends the list.  Returns how many.
 */
size_t tls_certificates(struct bytes message, bool tls13, struct buffer *out);
/*
 * Appends the stapled OCSP response in DER: of a CertificateStatus message (RFC 6066 section 8) or,
 * in TLS 1.3, of the first entry of a Certificate message (RFC 8446 section 4.4.2.1); nothing if
 * there is none or the format is broken.
 */
void   tls_stapled(struct bytes message, bool tls13, struct buffer *out);
/* The next certificate of such a list; false at its end or where it breaks. */
bool   tls_certificate_next(struct reader *, struct bytes *der);

/* IANA names ("x25519", "ecdsa_secp256r1_sha256"); NULL if this version does not know it. */
const char *tls_group_name(uint16_t);
const char *tls_scheme_name(uint16_t);
/* "certificate_required" for 116 (RFC 8446 section 6); NULL if unknown. */
const char *tls_alert_name(uint8_t);

#endif
