/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a monitor asks sekimori-witness, and what it answers: one message each way over mutual TLS
 * 1.3, each a deterministic CBOR map behind its length (4 octets, big-endian); then both close.
 *
 * Request:
 *   1 => "sekimori-witness-v1"
 *   2 => bytes: nonce, 32 octets
 *   3 => array of text: kinds of evidence that are wanted, names of verifiers; at most 8
 * Answer:
 *   1 => "sekimori-witness-v1"
 *   2 => bytes: the same nonce
 *   3 => bytes: SubjectPublicKeyInfo (DER) of the key the watched function speaks with, or none
 *   4 => array of [ kind text, [ [ role text, bytes ] ... ] ]: one for each kind that could be had
 *   5 => array of [ kind text, sentence text ]: why one could not
 * What hardware signs is the challenge of attest/envelope.h over that nonce, the connection's
 * exporter (RFC 9266) and that key.
 */
#ifndef PROBES_WIRE_WITNESS_H
#define PROBES_WIRE_WITNESS_H

#include "monitor/base/bytes.h"

#define WITNESS_FORMAT "sekimori-witness-v1"
#define WITNESS_EXPORTER "EXPORTER-Channel-Binding"	/* RFC 9266: no context, 32 octets */

enum {
	WITNESS_NONCE    = 32,
	WITNESS_KINDS    = 8,
	WITNESS_ITEMS    = 16,		/* of one kind */
	WITNESS_NAME_MAX = 32,		/* octets of a kind or role, with its NUL */
	WITNESS_TEXT_MAX = 200,		/* octets of a sentence */
	WITNESS_SPKI_MAX = 4096,
	WITNESS_REQUEST_MAX = 1024,	/* octets behind the length */
	WITNESS_ANSWER_MAX  = 768 << 10,
	WITNESS_PORT     = 5737	/* not registered: a default of ours */
};

struct witness_request {
	struct bytes nonce;
	size_t       kinds;
	char         kind[WITNESS_KINDS][WITNESS_NAME_MAX];
};

struct witness_item { char role[WITNESS_NAME_MAX]; struct bytes octets; };

struct witness_statement {
	char                kind[WITNESS_NAME_MAX];
	size_t              items;
	struct witness_item item[WITNESS_ITEMS];
};

struct witness_lack { char kind[WITNESS_NAME_MAX]; struct bytes text; };

struct witness_answer {
	struct bytes             nonce, spki;
	size_t                   statements, lacks;
	struct witness_statement statement[WITNESS_KINDS];
	struct witness_lack      lack[WITNESS_KINDS];
};

/* With the length in front; appended. */
void witness_request_write(struct buffer *, const struct witness_request *);
void witness_answer_write(struct buffer *, const struct witness_answer *);
/*
 * Of octets that begin with the length.  ERR_TRUNCATED: more must come; ERR_LIMIT, ERR_MALFORMED:
 * never will.  Views into the octets.  Nothing may stand behind the message.
 */
MUST_USE enum err witness_request_read(struct bytes, struct witness_request *, struct why *);
MUST_USE enum err witness_answer_read(struct bytes, struct witness_answer *, struct why *);

#endif
