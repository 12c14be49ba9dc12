/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Possession by hand: the octets that any tool of a security module can sign, and evidence made
 * out of what it signed.
 */
#ifndef ATTEST_POSSESSION_ANSWER_H
#define ATTEST_POSSESSION_ANSWER_H

#include "attest/possession.h"

/* "sekimori possession v1" || challenge: what is signed with SHA-256 inside.  Appended. */
void possession_message(struct bytes challenge, struct buffer *out);
/* The challenge in such a message, a view; ERR_MALFORMED: it is none. */
MUST_USE enum err possession_message_read(struct bytes message, struct bytes *challenge,
    struct why *);
/*
 * The evidence; appended.  key: SubjectPublicKeyInfo or a certificate, PEM or DER; signature: of
 * the message (of its SHA-256, for EdDSA), as tools give it: DER or r and s, RSA of either padding,
 * binary or base64.  It is verified first: ERR_UNTRUSTED, and nothing is written.
 */
MUST_USE enum err possession_answer(struct bytes challenge, struct bytes key,
    struct bytes signature, struct buffer *out, struct why *);

#endif
