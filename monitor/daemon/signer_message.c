/* SPDX-License-Identifier: Apache-2.0 */
/* KEY messages, both directions; lengths of keys and signatures are checked on arrival. */
#include "monitor/base/cbor.h"
#include "monitor/daemon/signer.h"

void
signer_locate_put(struct buffer *out, uint64_t form, struct bytes key, struct bytes claims)
{
	cbor_put_array(out, 3);
	cbor_put_uint(out, form);
	cbor_put_text(out, key);
	cbor_put_bytes(out, claims);
}

bool
signer_locate_read(struct bytes text, uint64_t *form, struct bytes *key, struct bytes *claims)
{
	struct cbor in = cbor_of(text, true);
	bool three = cbor_array(&in) == 3;

	*form = cbor_uint(&in);
	*key = cbor_text(&in);
	*claims = cbor_bytes(&in);
	return three && cbor_done(&in);
}

void
signer_request_put(struct buffer *out, enum signer_operation operation, struct bytes text)
{
	cbor_put_array(out, 2);
	cbor_put_uint(out, operation);
	cbor_put_bytes(out, text);
}

bool
signer_request_read(struct bytes body, uint64_t *operation, struct bytes *text)
{
	struct cbor in = cbor_of(body, true);
	bool pair = cbor_array(&in) == 2;

	*operation = cbor_uint(&in);
	*text = cbor_bytes(&in);
	return pair && cbor_done(&in) && *operation < SIGNER_OPERATIONS;
}

void
signer_reply_put(struct buffer *out, const struct signer_reply *reply)
{
	cbor_put_array(out, 7);
	cbor_put_uint(out, reply->operation);
	cbor_put_uint(out, reply->err);
	cbor_put_text(out, reply->sentence);
	cbor_put_bytes(out, reply->key);
	cbor_put_bytes(out, reply->next);
	cbor_put_bytes(out, reply->next_signature);
	cbor_put_bytes(out, reply->key_signature);
}

bool
signer_reply_read(struct bytes body, struct signer_reply *reply)
{
	struct cbor in = cbor_of(body, true);
	bool seven = cbor_array(&in) == 7;

	reply->operation = cbor_uint(&in);
	reply->err = cbor_uint(&in);
	reply->sentence = cbor_text(&in);
	reply->key = cbor_bytes(&in);
	reply->next = cbor_bytes(&in);
	reply->next_signature = cbor_bytes(&in);
	reply->key_signature = cbor_bytes(&in);
	return seven && cbor_done(&in) && reply->operation < SIGNER_OPERATIONS &&
	    reply->key.len == 32 && (reply->next.len == 0 || reply->next.len == 32) &&
	    (reply->next_signature.len == 0 || reply->next_signature.len == 64) &&
	    (reply->key_signature.len == 0 || reply->key_signature.len == 64);
}
