/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cipher suites there are, and what their names say of them: how keys are exchanged, and what
 * is weak.  A suite without a name is neither weak nor strong: it is unknown.
 */
#ifndef PROBES_WIRE_TLS_SUITE_H
#define PROBES_WIRE_TLS_SUITE_H

#include "probes/wire/tls_handshake.h"

enum {
	TLS_SUITE_SCSV_RENEGOTIATION = 0x00ff,	/* RFC 5746 section 3.3 */
	TLS_SUITE_SCSV_FALLBACK      = 0x5600	/* RFC 7507 */
};

/* Why a suite is weak; several may hold. */
enum tls_weakness {
	TLS_WEAK_NULL      = 1,		/* encrypts nothing */
	TLS_WEAK_EXPORT    = 1 << 1,	/* 40 or 56 bits by design */
	TLS_WEAK_ANONYMOUS = 1 << 2,	/* authenticates nobody */
	TLS_WEAK_RC4       = 1 << 3,	/* RFC 7465 */
	TLS_WEAK_DES       = 1 << 4,	/* DES, RC2 or IDEA: RFC 5469 */
	TLS_WEAK_3DES      = 1 << 5,	/* blocks of 64 bits */
	TLS_WEAK_MD5       = 1 << 6	/* authenticates records with MD5 */
};

struct tls_suite {
	uint16_t          number;
	const char       *name;		/* IANA */
	enum tls_exchange exchange;	/* how ServerKeyExchange is read */
	unsigned          weak;		/* of enum tls_weakness */
	bool              tls13;	/* only for TLS 1.3 */
	bool              forward;	/* forward secrecy: an ephemeral exchange */
	bool              psk;		/* with a pre-shared key: an identity hint comes first */
};

/* False if the number is not in the table. */
bool        tls_suite_find(uint16_t number, struct tls_suite *);
/*
 * All suites that can be offered, ascending, TLS 1.3's or the older ones; signals that are no
 * suites are not among them.  out takes max numbers; returns how many there are.
 */
size_t      tls_suites(bool tls13, uint16_t *out, size_t max);
/* "NULL" for the one weakness given (the lowest bit set); "" for none. */
const char *tls_weakness_name(unsigned weak);

/* All groups, all schemes, ascending; as above. */
size_t tls_groups(uint16_t *out, size_t max);
size_t tls_schemes(uint16_t *out, size_t max);
/* A group that holds against a quantum computer, alone or in a hybrid (RFC 9794). */
bool   tls_group_is_pq(uint16_t group);
/* Less than 224 bits: NIST SP 800-131A has them disallowed since 2014. */
bool   tls_group_is_weak(uint16_t group);
/* Signs a SHA-1 or MD5 digest (RFC 9155). */
bool   tls_scheme_is_weak(uint16_t scheme);

#endif
