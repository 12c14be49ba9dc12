/* SPDX-License-Identifier: Apache-2.0 */
/*
 * KEY messages between ledger and signer.  Request: CBOR array of operation and text.  Reply:
 * CBOR array of operation, enum err, sentence, public key in use, public key of PATH.next (empty
 * if there is none), signature of the statement by the next key, signature by the key in use.
 */
#ifndef MONITOR_DAEMON_SIGNER_H
#define MONITOR_DAEMON_SIGNER_H

#include "monitor/base/bytes.h"

enum signer_operation {
	SIGNER_KEYS,		/* which keys are there */
	SIGNER_PREPARE,		/* make a new key beside the one in use, on disk */
	SIGNER_PROVE,		/* sign the rotation statement with both */
	SIGNER_ADOPT,		/* the KEY record is committed: the new key is in force */
	SIGNER_ABANDON,		/* forget the new key */
	SIGNER_LOCATE,		/* sign a location token; text: see signer_locate_put */
	SIGNER_OPERATIONS
};

struct signer_reply {
	uint64_t     operation, err;
	struct bytes sentence, key, next, next_signature, key_signature;
};

/* The text of SIGNER_LOCATE; views into it. */
void signer_locate_put(struct buffer *, uint64_t form, struct bytes key, struct bytes claims);
bool signer_locate_read(struct bytes, uint64_t *form, struct bytes *key, struct bytes *claims);
void signer_request_put(struct buffer *, enum signer_operation, struct bytes text);
bool signer_request_read(struct bytes, uint64_t *operation, struct bytes *text);
void signer_reply_put(struct buffer *, const struct signer_reply *);
bool signer_reply_read(struct bytes, struct signer_reply *);	/* views into the bytes */

#endif
