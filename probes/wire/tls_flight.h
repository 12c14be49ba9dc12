/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads what a server answers to a ClientHello, as octets come: records in any cut, messages across
 * records, up to ServerHelloDone, to the first octet that is encrypted, or to a fatal alert
 * (RFC 6101, RFC 5246, RFC 8446).  Pure; every input is hostile.
 */
#ifndef PROBES_WIRE_TLS_FLIGHT_H
#define PROBES_WIRE_TLS_FLIGHT_H

#include "probes/wire/tls_hello.h"
#include "probes/wire/tls_suite.h"

enum {
	TLS_RECORD_MAX  = 16384 + 2048,		/* RFC 5246 6.2.3; SSL 3.0 the same */
	TLS_MESSAGE_MAX = 128 << 10,		/* octets of one handshake message */
	TLS_WARNINGS_MAX = 16,			/* warning alerts that are put up with */
	TLS_EMPTY_MAX   = 16			/* empty records, likewise */
};

enum tls_flight_step {
	TLS_FLIGHT_MORE,	/* wants more octets */
	TLS_FLIGHT_DONE,	/* nothing more comes in the clear */
	TLS_FLIGHT_ALERT,	/* a fatal alert, or close_notify: see alert */
	TLS_FLIGHT_BROKEN	/* not TLS, or not as the RFCs have it: see why */
};

struct tls_flight {
	struct buffer data;		/* not yet cut into records, and the message of now */
	struct buffer message;
	unsigned      empty, warnings;
	bool          sealed;		/* what follows is encrypted */

	bool          hello;		/* ServerHello or HelloRetryRequest was read: */
	bool          retry;		/* HelloRetryRequest */
	uint16_t      version;		/* that was chosen */
	uint16_t      suite;
	uint8_t       compression;
	bool          session;		/* a session id of the server's own */
	bool          renegotiation, master_secret, encrypt_then_mac, ticket, heartbeat;
	bool          status_promised;	/* status_request was answered */
	char          alpn[256];	/* "" if none was chosen */
	struct buffer cookie;		/* of a HelloRetryRequest */

	struct tls_heard heard;		/* group, dh_bits, scheme, certificate_requested */
	bool          keys;		/* ServerKeyExchange was read */
	size_t        certificates;
	struct buffer chain;		/* as tls_certificates() makes it */
	struct buffer status;		/* stapled OCSP response in DER (RFC 6066 section 8) */
	bool          done;		/* ServerHelloDone */

	bool          alerted;
	uint8_t       level, alert;	/* of the last alert, also of a warning */
};

/*
 * Takes octets.  After DONE, ALERT or BROKEN nothing more is read.  The sentence of BROKEN has no
 * addresses in it.
 */
enum tls_flight_step tls_flight_read(struct tls_flight *, struct bytes in, struct why *);
/* Ready for the answer of the next connection; keeps memory. */
void tls_flight_reset(struct tls_flight *);
void tls_flight_free(struct tls_flight *);
/* "TLSv1.2", "SSLv3"; "unknown" for another number. */
const char *tls_version_name(uint16_t);

#endif
