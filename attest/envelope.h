/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evidence of hardware as it is recorded: everything a verifier needs besides the policy, so that
 * an auditor judges it again as of the second it came.
 *
 * What the asked hardware signs is never our nonce alone but
 *
 *	challenge = SHA-256("sekimori challenge v1" || nonce || exporter || SHA-256(SPKI))
 *
 * nonce: 32 fresh octets; exporter: 32 octets of the TLS connection the evidence came over (RFC
 * 9266, EXPORTER-Channel-Binding), or 32 zeros where there was none; SPKI: the key the asked side
 * says it speaks with, or nothing hashed and 32 zeros, which it always is for a keyless kind
 * (struct verifier).  By that an accepted answer is bound
 *   B1 to that key,  B3 to that connection;  B2, where the attested key itself is that key.
 *
 * Deterministic CBOR (RFC 8949 4.2.1), a map:
 *   1 => "sekimori-attestation-v1"
 *   2 => text: the kind, name of a verifier
 *   3 => bytes: nonce, 32 octets, or none where nothing was asked (a delivered file)
 *   4 => bytes: exporter, 32 octets or none
 *   5 => bytes: SubjectPublicKeyInfo, DER, or none
 *   6 => array of [ role text, bytes ]: evidence and collateral
 *   7 => bytes: SHA-256 of the policy it was judged by, or none
 *   8 => uint: when it came, seconds since 1970, UTC: as of when it is judged
 */
#ifndef ATTEST_ENVELOPE_H
#define ATTEST_ENVELOPE_H

#include "attest/attest.h"

#define ENVELOPE_FORMAT "sekimori-attestation-v1"

enum {
	ENVELOPE_NONCE    = 32,
	ENVELOPE_EXPORTER = 32,
	ENVELOPE_MAX      = 1 << 20,	/* octets */
	ENVELOPE_ITEM_MAX = 512 << 10,
	ENVELOPE_SPKI_MAX = 4096,
	ENVELOPE_NAME_MAX = 32		/* octets of a kind or role, with its NUL */
};

struct envelope_item { char role[ENVELOPE_NAME_MAX]; struct bytes octets; };

struct envelope {
	char                 kind[ENVELOPE_NAME_MAX];
	struct bytes         nonce, exporter, spki, policy;	/* may be empty */
	int64_t              at_s;		/* when it came, UTC */
	size_t               items;
	struct envelope_item item[ITEM_MAX];
};

void envelope_write(struct buffer *, const struct envelope *);
/* Views into the octets.  ERR_MALFORMED, ERR_LIMIT: why says where. */
MUST_USE enum err envelope_read(struct bytes, struct envelope *, struct why *);
/* True if octets say that they are one; nothing else of them is looked at. */
bool envelope_is(struct bytes);

struct hash envelope_challenge(struct bytes nonce, struct bytes exporter, struct bytes spki);
/*
 * A challenge where no more than ten decimal digits fit (Azure's metadata service): its first
 * eight octets as a number, the last ten digits of it.  Nothing that the asked side can choose
 * after it saw the nonce may be in such a challenge: with a key in it, whoever holds old answers
 * tries keys until the digits are those of one.  Without, each answer that is held fits a question
 * with a chance of 10^-10: that much it shows that an answer is fresh.  It binds no key and no
 * connection.
 */
enum { ENVELOPE_DIGITS = 11 };	/* with the NUL */
void envelope_digits(struct bytes challenge, char out[ENVELOPE_DIGITS]);

/*
 * The dossier of an envelope, as of the second it came.  The nonce is the challenge, kept in
 * *challenge: of a keyless kind without the envelope's key; an envelope without nonce has none.
 * policy and memory are left to the caller.  Roles are views of the envelope's.
 */
void envelope_dossier(const struct envelope *, struct hash *challenge, struct dossier *);

/*
 * How an accepted answer is bound to the envelope's key: "B1", "B1 B3", "B2 B3", ""; that of a
 * keyless kind is to nothing.
 */
enum { BINDING_TEXT = 12 };
void envelope_binding(const struct envelope *, const struct claims *, char out[BINDING_TEXT]);

#endif
