/* SPDX-License-Identifier: Apache-2.0 */
/* Documents of AWS Nitro, taken apart; see nitro_read.h. */
#include "attest/nitro_read.h"
#include "monitor/base/cbor.h"

enum { COSE_SIGN1 = 18, COSE_PARTS = 4, BREAK = 0xff, INDEFINITE = 31 };

enum err
nitro_cose_read(struct bytes octets, struct nitro_cose *out, struct why *why)
{
	struct cbor r = cbor_of(octets, true);
	uint64_t parts, headers;

	*out = (struct nitro_cose){ .payload = { NULL, 0 } };
	if (octets.len > NITRO_DOCUMENT_MAX)
		return why_set(why, ERR_LIMIT, "%zu octets", octets.len);
	if (cbor_peek(&r) == CBOR_TAG && cbor_tag(&r) != COSE_SIGN1)
		cbor_fail(&r, ERR_MALFORMED);
	parts = cbor_array(&r);
	out->protected = cbor_bytes(&r);
	headers = cbor_map(&r);
	out->payload = cbor_bytes(&r);
	out->signature = cbor_bytes(&r);
	if (r.err != ERR_OK || parts != COSE_PARTS || headers != 0 || !cbor_done(&r))
		return why_at(why, r.err != ERR_OK ? r.err : ERR_MALFORMED, r.at,
		    "%zu octets, read up to octet %zu", octets.len, r.at);
	return ERR_OK;
}

/* A map or an array, whose length some hypervisors do not tell before its end. */
struct span { uint64_t left; bool endless; };

static struct span
span_open(struct cbor *r, enum cbor_type type)
{
	struct span span = { .endless = r->err == ERR_OK && r->at < r->in.len &&
	    r->in.at[r->at] == ((unsigned)type << 5 | INDEFINITE) };

	if (span.endless)
		r->at++;
	else
		span.left = type == CBOR_MAP ? cbor_map(r) : cbor_array(r);
	return span;
}

static bool
span_next(struct cbor *r, struct span *span)
{
	if (r->err != ERR_OK || (!span->endless && span->left == 0))
		return false;
	if (span->endless && r->at < r->in.len && r->in.at[r->at] == BREAK) {
		r->at++;
		return false;
	}
	span->left -= !span->endless;
	return true;
}

static bool
null_read(struct cbor *r)
{
	if (cbor_peek(r) != CBOR_SIMPLE)
		return false;
	cbor_null(r);
	return true;
}

static struct bytes
data_read(struct cbor *r, size_t max)
{
	struct bytes data = { NULL, 0 };

	if (!null_read(r))
		data = cbor_bytes(r);
	if (data.len > max)
		cbor_fail(r, ERR_LIMIT);
	return data;
}

static struct bytes
text_read(struct cbor *r)
{
	struct bytes text = { NULL, 0 };

	if (!null_read(r))
		text = cbor_text(r);
	if (text.len > NITRO_MODULE_MAX)
		cbor_fail(r, ERR_LIMIT);
	return text;
}

static void
registers_read(struct cbor *r, struct nitro_document *out, enum nitro_kind kind)
{
	struct span span;

	if (null_read(r))
		return;
	if (out->kind != NITRO_NONE)
		cbor_fail(r, ERR_MALFORMED);
	out->kind = kind;
	span = span_open(r, CBOR_MAP);
	while (span_next(r, &span)) {
		uint64_t at = cbor_uint(r);
		struct bytes value = cbor_bytes(r);

		if (r->err != ERR_OK)
			return;
		if (at >= NITRO_PCRS || out->pcr[at].len > 0 ||
		    (value.len != 32 && value.len != 48 && value.len != 64))
			cbor_fail(r, ERR_MALFORMED);
		else
			out->pcr[at] = value;
	}
}

static void
bundle_read(struct cbor *r, struct nitro_document *out)
{
	struct span span;

	if (null_read(r))
		return;
	span = span_open(r, CBOR_ARRAY);
	while (span_next(r, &span)) {
		struct bytes one = cbor_bytes(r);

		if (one.len > NITRO_CERTIFICATE_MAX || out->issuers == NITRO_BUNDLE_MAX)
			cbor_fail(r, ERR_LIMIT);
		else if (one.len == 0)
			cbor_fail(r, ERR_MALFORMED);
		else
			out->issuer[out->issuers++] = one;
	}
}

enum field { MODULE, TIMESTAMP, DIGEST, PCRS, TPM_PCRS, CERTIFICATE, BUNDLE, KEY, DATA, NONCE,
	FIELDS };

static void
field_read(struct cbor *r, enum field field, struct nitro_document *out)
{
	switch (field) {
	case MODULE:
		out->module = text_read(r);
		break;
	case TIMESTAMP:
		out->made_ms = cbor_uint(r);
		break;
	case DIGEST:
		out->digest = text_read(r);
		break;
	case PCRS:
	case TPM_PCRS:
		registers_read(r, out, field == PCRS ? NITRO_ENCLAVE : NITRO_TPM);
		break;
	case CERTIFICATE:
		out->certificate = data_read(r, NITRO_CERTIFICATE_MAX);
		break;
	case BUNDLE:
		bundle_read(r, out);
		break;
	case KEY:
		out->public_key = data_read(r, NITRO_DATA_MAX);
		break;
	case DATA:
		out->user_data = data_read(r, NITRO_DATA_MAX);
		break;
	case NONCE:
		out->nonce = data_read(r, NITRO_DATA_MAX);
		break;
	case FIELDS:
		cbor_skip(r);
		break;
	}
}

static enum field
field_of(struct bytes name)
{
	static const char *const names[FIELDS] = { "module_id", "timestamp", "digest", "pcrs",
		"nitrotpm_pcrs", "certificate", "cabundle", "public_key", "user_data", "nonce" };

	for (size_t i = 0; i < FIELDS; i++)
		if (bytes_equal(name, bytes_of_text(names[i])))
			return (enum field)i;
	return FIELDS;
}

enum err
nitro_document_read(struct bytes payload, struct nitro_document *out, struct why *why)
{
	struct cbor r = cbor_of(payload, false);
	struct span span = span_open(&r, CBOR_MAP);
	unsigned seen = 0;

	*out = (struct nitro_document){ .kind = NITRO_NONE };
	while (span_next(&r, &span)) {
		struct bytes name = cbor_text(&r);
		enum field field = field_of(name);

		if (r.err != ERR_OK)
			break;
		if (field != FIELDS && (seen & 1U << field) != 0)
			return why_at(why, ERR_MALFORMED, r.at, "\"%.*s\" twice", (int)name.len,
			    (const char *)name.at);
		seen |= 1U << field;
		field_read(&r, field, out);
	}
	if (!cbor_done(&r))
		return why_at(why, r.err != ERR_OK ? r.err : ERR_MALFORMED, r.at, "%s at octet "
		    "%zu of %zu of the payload", r.err != ERR_OK ? err_text(r.err) :
		    "octets behind it", r.at, payload.len);
	return ERR_OK;
}
