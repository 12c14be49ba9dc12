/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes a ClientHello of our own (RFC 6101, RFC 5246, RFC 8446 section 4.1.2): any version, suite,
 * group and scheme there is, so that what no library speaks any more is still found.  Pure: the
 * caller gives the randomness.
 */
#ifndef PROBES_WIRE_TLS_HELLO_H
#define PROBES_WIRE_TLS_HELLO_H

#include "monitor/base/bytes.h"

enum {
	TLS_VERSION_SSL3 = 0x0300, TLS_VERSION_10 = 0x0301, TLS_VERSION_11 = 0x0302,
	TLS_VERSION_12 = 0x0303, TLS_VERSION_13 = 0x0304,
	TLS_RANDOM_LEN = 32
};

enum tls_extension {
	TLS_EXT_SERVER_NAME       = 0,
	TLS_EXT_STATUS_REQUEST    = 5,
	TLS_EXT_GROUPS            = 10,
	TLS_EXT_POINT_FORMATS     = 11,
	TLS_EXT_SCHEMES           = 13,
	TLS_EXT_HEARTBEAT         = 15,
	TLS_EXT_ALPN              = 16,
	TLS_EXT_ENCRYPT_THEN_MAC  = 22,
	TLS_EXT_MASTER_SECRET     = 23,
	TLS_EXT_TICKET            = 35,
	TLS_EXT_VERSIONS          = 43,
	TLS_EXT_COOKIE            = 44,
	TLS_EXT_PSK_MODES         = 45,
	TLS_EXT_KEY_SHARE         = 51,
	TLS_EXT_RENEGOTIATION     = 0xff01
};

struct tls_numbers {
	const uint16_t *at;
	size_t          count;
};

struct tls_share {
	uint16_t     group;
	struct bytes key;
};

/* Nothing is written that is not asked for: an all-zero field leaves its extension out. */
struct tls_offer {
	uint16_t           version;	/* the newest that is offered; for TLS 1.3 the only one */
	const uint8_t     *random;	/* TLS_RANDOM_LEN octets */
	struct bytes       session;	/* at most 32 octets */
	struct tls_numbers suites;	/* at least one */
	bool               deflate;	/* compression, besides none */
	const char        *server_name;	/* NULL or "": none; RFC 6066 wants no address here */
	const char        *alpn;	/* "h2,http/1.1"; NULL or "": none */
	struct tls_numbers groups, schemes;
	bool               key_share;	/* TLS 1.3: the extension, also when it is empty */
	const struct tls_share *shares;
	size_t             shares_count;
	struct bytes       cookie;	/* of a HelloRetryRequest */
	bool               status_request, ticket, master_secret, encrypt_then_mac;
	bool               renegotiation, heartbeat;
	bool               psk_modes;	/* psk_dhe_ke: session tickets are wanted */
};

/*
 * Appends the handshake message, header included, as a transcript hash wants it.  ERR_INVALID: the
 * offer does not fit its format (a list too long, a name of more than 255 octets, no suite).
 */
MUST_USE enum err tls_hello_message(const struct tls_offer *, struct buffer *out);
/* Appends the same within records.  SSL 3.0 gets no extension, unless something is asked for. */
MUST_USE enum err tls_hello_write(const struct tls_offer *, struct buffer *out);
/* Appends one alert in a record of this version. */
void tls_alert_write(uint16_t version, uint8_t level, uint8_t description, struct buffer *out);
/*
 * A public key of the group that anybody may use and nobody needs the secret of: the group's own
 * generator, or for ML-KEM a key of zeros, which FIPS 203 section 7.2 accepts.  Enough to be
 * answered with a ServerHello; appended to out.  False where the group has no such key here.
 */
bool tls_share_public(uint16_t group, struct buffer *out);

#endif
