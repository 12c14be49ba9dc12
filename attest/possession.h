/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Possession: a key behind a PKCS#11 module signed our fresh nonce, and the module said what it
 * says about that key.
 *
 * What it proves: at that moment somebody behind the module could use the private key of this
 * public key.  What it does not prove: that the key lives in hardware, or in one place only.  The
 * attributes are the module's own word, unsigned; a software token, a copied token and a key that
 * was exported and loaded again cannot be told apart from an HSM by this.  Its label says so.
 *
 * The evidence is deterministic CBOR (RFC 8949 4.2.1), a map:
 *   1 => "sekimori-possession-v1"
 *   2 => bytes: our nonce, 32 octets
 *   3 => text: the algorithm, from the table below
 *   4 => bytes: SubjectPublicKeyInfo (RFC 5280), DER
 *   5 => bytes: signature over SHA-256("sekimori possession v1" || nonce)
 *   6 => map: number of a boolean attribute of the private key (PKCS#11, CKA_...) => bool;
 *        one the module does not answer is absent: not known, which is not false
 *   7 => map: 1 manufacturer, 2 model, 3 firmware, 4 manufacturer and version of the module, each
 *        text; 5 SHA-256 of the token's serial number; 6 SHA-256 of the module's file
 */
#ifndef ATTEST_POSSESSION_H
#define ATTEST_POSSESSION_H

#include "attest/claims.h"
#include "monitor/base/hash.h"

#define POSSESSION_FORMAT "sekimori-possession-v1"
#define POSSESSION_LABEL  "the token's own word, plus possession"

enum {
	POSSESSION_NONCE         = 32,
	POSSESSION_MAX           = 16 << 10,	/* octets of the evidence */
	POSSESSION_SPKI_MAX      = 4096,
	POSSESSION_SIGNATURE_MAX = 2048,
	POSSESSION_BITS_MAX      = 8192,	/* of an RSA key: a larger one takes too long */
	POSSESSION_ATTRIBUTES    = 32,
	POSSESSION_TEXT_MAX      = 128		/* octets of a text about the token */
};

/* ECDSA: r and s, each as long as the order, big-endian; PSS: MGF1 with SHA-256, salt 32. */
#define POSSESSION_ALGORITHMS(X)            \
	X(ECDSA,     "ECDSA-SHA256")        \
	X(RSA_PSS,   "RSASSA-PSS-SHA256")   \
	X(RSA_PKCS1, "RSASSA-PKCS1-SHA256") \
	X(EDDSA,     "EdDSA")

enum possession_algorithm {
#define X(NAME, text) POSSESSION_##NAME,
	POSSESSION_ALGORITHMS(X)
#undef X
	POSSESSION_ALGORITHM_COUNT
};

struct possession_attribute { uint64_t type; bool value; };

struct possession {
	struct bytes nonce, spki, signature;
	enum possession_algorithm algorithm;
	struct possession_attribute attribute[POSSESSION_ATTRIBUTES];	/* ascending by type */
	size_t       attributes;
	struct bytes manufacturer, model, firmware, library;	/* UTF-8 */
	struct hash  serial, module;
};

struct possession_input {
	struct bytes octets;	/* as recorded */
	struct bytes nonce;	/* the one we asked with */
	int64_t      at_s;	/* as of which second, UTC */
};

/*
 * ERR_OK: it is proven, and claims have the names of facts.  Any other: claims are empty and why
 * says which rule decided; ERR_UNSUPPORTED: it cannot be judged.
 */
MUST_USE enum err possession_verify(const struct possession_input *, struct claims *, struct why *);
/* True if octets say that they are evidence of possession; nothing else of them is looked at. */
bool possession_is(struct bytes);

/* The 32 octets that are signed; EdDSA takes them as its message. */
struct hash possession_digest(struct bytes nonce);
void possession_write(struct buffer *, const struct possession *);
/*
 * Views into the octets.  Form and bounds are checked, no signature: an auditor who verifies again
 * takes the nonce from here and knows then that its freshness rests on the worker that asked.
 */
MUST_USE enum err possession_read(struct bytes, struct possession *, struct why *);

/*
 * The public key's octets as certificates have them: named curve, uncompressed point.  Appended;
 * ERR_MALFORMED: no key, ERR_UNSUPPORTED: a kind or curve we do not know, ERR_LIMIT: too large.
 */
MUST_USE enum err possession_spki(struct bytes spki, struct buffer *out, struct why *);

#endif
