/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The layout of quotes: Intel SGX ECDSA QuoteLibReference (version 3) and TDX DCAP Quoting Library
 * API, appendix A (versions 4 and 5).
 */
#include <assert.h>

#include "attest/intel_quote.h"

enum {
	HEADER = 48, BODY_HEAD = 6,	/* octets; in version 5 a type and a size precede a body */
	VENDOR_AT = 12, VENDOR_LEN = 16, USER_DATA_AT = 28, USER_DATA_LEN = 20,
	POINT = 64, PEM_CHAIN = 5, QE_REPORT = 6	/* certification data types */
};

uint64_t
quote_number(struct bytes in, size_t at, size_t octets)
{
	uint64_t value = 0;

	assert(octets <= 8 && at <= in.len && octets <= in.len - at);
	for (size_t i = octets; i > 0; i--)
		value = value << 8 | in.at[at + i - 1];
	return value;
}

bool
octets_zero(struct bytes octets)
{
	for (size_t i = 0; i < octets.len; i++)
		if (octets.at[i] != 0)
			return false;
	return true;
}

static uint64_t
read_number(struct reader *in, size_t octets)
{
	struct bytes field = read_bytes(in, octets);

	return in->failed ? 0 : quote_number(field, 0, octets);
}

static size_t
left(const struct reader *in)
{
	return in->in.len - in->at;
}

static enum quote_fault
fault(enum quote_fault which, struct why *why, const struct reader *in, const char *what)
{
	why_at(why, ERR_MALFORMED, in->at, "%s (octet %zu)", what, in->at);
	return which;
}

static size_t
body_len(enum quote_kind kind)
{
	return kind == QUOTE_SGX ? SGX_BODY : kind == QUOTE_TD_10 ? TD_10_BODY : TD_15_BODY;
}

static enum quote_fault
header_read(struct reader *in, struct quote *quote, struct why *why)
{
	struct bytes header = read_bytes(in, HEADER);

	if (in->failed)
		return fault(QUOTE_LENGTHS, why, in, "it is shorter than a quote's header");
	quote->version = (uint16_t)quote_number(header, 0, 2);
	quote->key_type = (uint16_t)quote_number(header, 2, 2);
	quote->tee = (uint32_t)quote_number(header, 4, 4);
	quote->vendor = bytes_slice(header, VENDOR_AT, VENDOR_LEN);
	quote->user_data = bytes_slice(header, USER_DATA_AT, USER_DATA_LEN);
	if (quote->version < 3 || quote->version > 5 || quote->key_type != QUOTE_KEY_P256) {
		why_set(why, ERR_UNSUPPORTED, "version %u, attestation key type %u",
		    quote->version, quote->key_type);
		return QUOTE_VERSION;
	}
	return QUOTE_WHOLE;
}

static enum quote_fault
body_read(struct reader *in, struct quote *quote, struct why *why)
{
	uint64_t kind = quote->tee == QUOTE_TEE_SGX ? QUOTE_SGX : QUOTE_TD_10;

	if (quote->version == 3 && quote->tee != QUOTE_TEE_SGX)
		return fault(QUOTE_BODY, why, in, "version 3 is of enclaves alone");
	if (quote->tee != QUOTE_TEE_SGX && quote->tee != QUOTE_TEE_TDX)
		return fault(QUOTE_BODY, why, in, "its TEE type is neither SGX nor TDX");
	if (quote->version == 5) {
		uint64_t size;

		kind = read_number(in, 2);
		size = read_number(in, 4);
		if (in->failed || kind < QUOTE_SGX || kind > QUOTE_TD_15 ||
		    (kind == QUOTE_SGX) != (quote->tee == QUOTE_TEE_SGX) ||
		    size != body_len((enum quote_kind)kind))
			return fault(QUOTE_BODY, why, in,
			    "the body's type, size and TEE do not fit each other");
	}
	quote->kind = (enum quote_kind)kind;
	quote->body = read_bytes(in, body_len(quote->kind));
	if (in->failed)
		return fault(QUOTE_BODY, why, in, "it ends within its body");
	quote->covered = bytes_slice(in->in, 0, in->at);
	return QUOTE_WHOLE;
}

/* The QE's report on the attestation key, and the certificates behind it, up to the end of in. */
static enum quote_fault
certification_read(struct reader *in, struct quote *quote, struct why *why)
{
	uint64_t type, size;

	quote->qe_report = read_bytes(in, SGX_BODY);
	quote->qe_signature = read_bytes(in, POINT);
	quote->qe_auth = read_bytes(in, (size_t)read_number(in, 2));
	type = read_number(in, 2);
	size = read_number(in, 4);
	if (in->failed)
		return fault(QUOTE_LENGTHS, why, in, "it ends within the QE's report");
	if (size != left(in))
		return fault(QUOTE_LENGTHS, why, in,
		    "the size of the certificates is not what is left");
	if (type != PEM_CHAIN) {
		why_at(why, ERR_UNSUPPORTED, in->at, "certification data of type %u, not 5",
		    (unsigned)type);
		return QUOTE_CERTIFICATION;
	}
	quote->chain = read_bytes(in, (size_t)size);
	return QUOTE_WHOLE;
}

static enum quote_fault
signature_read(struct bytes data, struct quote *quote, struct why *why)
{
	struct reader in = reader_of(data);
	uint64_t type, size;

	quote->signature = read_bytes(&in, POINT);
	quote->key = read_bytes(&in, POINT);
	if (in.failed)
		return fault(QUOTE_LENGTHS, why, &in, "it ends within its signature");
	if (quote->version == 3)
		return certification_read(&in, quote, why);
	type = read_number(&in, 2);
	size = read_number(&in, 4);
	if (in.failed || size != left(&in))
		return fault(QUOTE_LENGTHS, why, &in,
		    "the size of the certification data is not what is left");
	if (type != QE_REPORT) {
		why_at(why, ERR_UNSUPPORTED, in.at, "certification data of type %u, not 6",
		    (unsigned)type);
		return QUOTE_CERTIFICATION;
	}
	return certification_read(&in, quote, why);
}

enum quote_fault
quote_read(struct bytes octets, struct quote *quote, struct why *why)
{
	struct reader in = reader_of(octets);
	enum quote_fault found;
	uint64_t size;

	*quote = (struct quote){ .version = 0 };
	found = header_read(&in, quote, why);
	if (found == QUOTE_WHOLE)
		found = body_read(&in, quote, why);
	if (found != QUOTE_WHOLE)
		return found;
	size = read_number(&in, 4);
	if (in.failed || size > left(&in))
		return fault(QUOTE_LENGTHS, why, &in,
		    "the size of the signature data is more than what is left");
	found = signature_read(read_bytes(&in, (size_t)size), quote, why);
	quote->rest = bytes_slice(octets, in.at, octets.len - in.at);
	return found;
}
