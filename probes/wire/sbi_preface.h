/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does an endpoint take HTTP/2 without TLS?  The octets that ask (RFC 9113 section 3.4: preface
 * and SETTINGS, nothing else) and what the first octets of the answer say.
 */
#ifndef PROBES_WIRE_SBI_PREFACE_H
#define PROBES_WIRE_SBI_PREFACE_H

#include "monitor/base/bytes.h"

enum { SBI_PLAIN_NEED = 13 };	/* octets that are always enough to decide */

enum sbi_plain {
	SBI_PLAIN_MORE,		/* not yet to be told */
	SBI_PLAIN_ACCEPTED,	/* a SETTINGS frame, or HTTP/1 that does not refuse */
	SBI_PLAIN_REFUSED,	/* a TLS alert: it wants TLS here */
	SBI_PLAIN_OTHER		/* something else: nothing is known */
};

struct bytes   sbi_plain_question(void);	/* preface and an empty SETTINGS frame */
struct bytes   sbi_plain_goodbye(void);		/* GOAWAY, NO_ERROR */
/* From the first octets the peer sent.  HTTP/1 with 400 or 426 (the preface is no request it
 * takes) decides nothing: OTHER. */
enum sbi_plain sbi_plain_judge(struct bytes answer);

#endif
