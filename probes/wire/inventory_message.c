/* SPDX-License-Identifier: Apache-2.0 */
/* Requests to and answers of sekimori-inventory, both directions; see inventory_message.h. */
#include "monitor/base/cbor.h"
#include "monitor/base/log.h"
#include "probes/wire/inventory_message.h"

enum { TEXTS = 8, REQUEST_KEYS = TEXTS + 2, REPLY_KEYS = 4 };

static void
key_expect(struct cbor *in, uint64_t key)
{
	if (cbor_uint(in) != key)
		cbor_fail(in, ERR_MALFORMED);
}

void
inventory_request_write(struct buffer *out, const struct inventory_request *request)
{
	const struct bytes part[TEXTS] = { request->provider, request->account, request->kind,
		request->resource, request->regions, request->endpoint, request->credential,
		request->trust };

	cbor_put_map(out, REQUEST_KEYS);
	for (size_t i = 0; i < TEXTS; i++) {
		cbor_put_uint(out, i + 1);
		cbor_put_bytes(out, part[i]);
	}
	cbor_put_uint(out, TEXTS + 1);
	cbor_put_bool(out, request->allow_write);
	cbor_put_uint(out, TEXTS + 2);
	cbor_put_uint(out, request->time_ms);
}

enum err
inventory_request_read(struct bytes octets, struct inventory_request *out, struct why *why)
{
	struct cbor in = cbor_of(octets, true);
	struct bytes *part[TEXTS] = { &out->provider, &out->account, &out->kind, &out->resource,
		&out->regions, &out->endpoint, &out->credential, &out->trust };

	*out = (struct inventory_request){ .allow_write = false };
	if (cbor_map(&in) != REQUEST_KEYS)
		cbor_fail(&in, ERR_MALFORMED);
	for (size_t i = 0; i < TEXTS; i++) {
		key_expect(&in, i + 1);
		*part[i] = cbor_bytes(&in);
	}
	key_expect(&in, TEXTS + 1);
	out->allow_write = cbor_bool(&in);
	key_expect(&in, TEXTS + 2);
	out->time_ms = cbor_uint(&in);
	if (in.err == ERR_OK && !cbor_done(&in))
		cbor_fail(&in, ERR_MALFORMED);
	if (in.err != ERR_OK)
		return why_at(why, in.err, in.at, "request to sekimori-inventory: octet %zu: %s",
		    in.at, err_text(in.err));
	return ERR_OK;
}

void
inventory_step_write(struct buffer *out, struct bytes text)
{
	char safe[INVENTORY_STEP_MAX + 1];

	text_escape((const char *)text.at, text.len, safe, sizeof(safe));
	cbor_put_cstr(out, safe);
}

void
inventory_reply_write(struct buffer *out, const struct inventory_reply *reply)
{
	cbor_put_map(out, REPLY_KEYS);
	cbor_put_uint(out, 1);
	cbor_put_uint(out, reply->result);
	cbor_put_uint(out, 2);
	cbor_put_text(out, reply->text);
	cbor_put_uint(out, 3);
	cbor_put_bytes(out, reply->facts);
	cbor_put_uint(out, 4);
	cbor_put_array(out, reply->evidences);
	for (size_t i = 0; i < reply->evidences; i++)
		cbor_put_bytes(out, reply->evidence[i]);
}

static void
evidence_read(struct cbor *in, struct inventory_reply *out)
{
	uint64_t count = cbor_array(in);

	if (count > INVENTORY_EVIDENCE_MAX)
		cbor_fail(in, ERR_LIMIT);
	for (uint64_t i = 0; i < count && in->err == ERR_OK; i++) {
		out->evidence[i] = cbor_bytes(in);
		if (out->evidence[i].len == 0 || out->evidence[i].len > BLOB_MAX)
			cbor_fail(in, ERR_LIMIT);
		out->evidences++;
	}
}

static void
map_read(struct cbor *in, struct inventory_reply *out)
{
	uint64_t result;

	if (cbor_map(in) != REPLY_KEYS)
		cbor_fail(in, ERR_MALFORMED);
	key_expect(in, 1);
	result = cbor_uint(in);
	key_expect(in, 2);
	out->text = cbor_text(in);
	key_expect(in, 3);
	out->facts = cbor_bytes(in);
	key_expect(in, 4);
	evidence_read(in, out);
	if (in->err == ERR_OK && (!cbor_done(in) || result >= INVENTORY_RESULT_COUNT ||
	    out->text.len > INVENTORY_TEXT_MAX))
		cbor_fail(in, ERR_MALFORMED);
	if (in->err == ERR_OK) {
		out->result = (enum inventory_result)result;
		out->whole = true;
	}
}

enum err
inventory_reply_read(struct bytes octets, struct inventory_reply *out)
{
	struct cbor in = cbor_of(octets, true);

	*out = (struct inventory_reply){ .whole = false };
	if (octets.len > INVENTORY_ANSWER_MAX)
		return ERR_LIMIT;
	while (cbor_peek(&in) == CBOR_TEXT && in.err == ERR_OK) {
		struct bytes step = cbor_text(&in);

		if (step.len > INVENTORY_STEP_MAX)
			cbor_fail(&in, ERR_LIMIT);
		if (in.err == ERR_OK)
			out->step = step;
	}
	if (in.at == octets.len && in.err == ERR_OK)
		return ERR_OK;
	/* A step that was cut by the end of its writer. */
	if (cbor_peek(&in) != CBOR_MAP && in.err == ERR_TRUNCATED)
		return ERR_OK;
	map_read(&in, out);
	return in.err;
}
