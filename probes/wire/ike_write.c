/* SPDX-License-Identifier: Apache-2.0 */
/* Writer of our IKE_SA_INIT, and the check that an answer chose from what it offered; ike.h. */
#include <assert.h>
#include <string.h>

#include "probes/wire/ike.h"

enum {
	PAYLOAD_NONE = 0, PAYLOAD_SA = 33, PAYLOAD_KE = 34, PAYLOAD_NONCE = 40,
	PAYLOAD_NOTIFY = 41,
	VERSION = 0x20, PROTOCOL_IKE = 1, KEY_LENGTH = 0x800e,
	MLKEM_MODULUS = 3329, MLKEM_SEED = 32,
	POINT_TEXT_MAX = 264
};

static void
length_fill(struct buffer *out, size_t at, size_t from, unsigned octets)
{
	size_t len = out->len - from;

	if (out->failed)
		return;
	for (unsigned i = 0; i < octets; i++)
		out->at[at + i] = (uint8_t)(len >> 8 * (octets - 1 - i));
}

static void
payload_begin(struct buffer *out, uint8_t next, size_t *from)
{
	*from = out->len;
	buffer_put_be(out, next, 1);
	buffer_put_be(out, 0, 3);
}

static void
transform_write(struct buffer *out, const struct ike_transform *transform, bool last)
{
	buffer_put_be(out, last ? 0 : 3, 1);
	buffer_put_be(out, 0, 1);
	buffer_put_be(out, transform->bits != 0 ? 12 : 8, 2);
	buffer_put_be(out, transform->type, 1);
	buffer_put_be(out, 0, 1);
	buffer_put_be(out, transform->id, 2);
	if (transform->bits != 0) {
		buffer_put_be(out, KEY_LENGTH, 2);
		buffer_put_be(out, transform->bits, 2);
	}
}

static void
sa_write(struct buffer *out, const struct ike_request *request)
{
	size_t payload, proposal;

	payload_begin(out, PAYLOAD_KE, &payload);
	for (size_t i = 0; i < request->offers; i++) {
		const struct ike_offer *offer = &request->offer[i];

		assert(offer->count > 0 && offer->count <= 255);
		proposal = out->len;
		buffer_put_be(out, i + 1 < request->offers ? 2 : 0, 1);
		buffer_put_be(out, 0, 3);
		buffer_put_be(out, i + 1, 1);
		buffer_put_be(out, PROTOCOL_IKE, 1);
		buffer_put_be(out, 0, 1);
		buffer_put_be(out, offer->count, 1);
		for (size_t t = 0; t < offer->count; t++)
			transform_write(out, &offer->transform[t], t + 1 == offer->count);
		length_fill(out, proposal + 2, proposal, 2);
	}
	length_fill(out, payload + 2, payload, 2);
}

static void
notify_write(struct buffer *out, uint8_t next, uint16_t number, struct bytes data)
{
	size_t payload;

	payload_begin(out, next, &payload);
	buffer_put_be(out, 0, 2);	/* no protocol, no SPI */
	buffer_put_be(out, number, 2);
	buffer_put(out, data.at, data.len);
	length_fill(out, payload + 2, payload, 2);
}

/* What a responder only tells whoever asks: the hashes (RFC 7427), fragments, PPK, intermediate. */
static void
notifies_write(struct buffer *out)
{
	static const uint8_t hashes[] = { 0, 2, 0, 3, 0, 4, 0, 5 };
	struct bytes none = { NULL, 0 };

	notify_write(out, PAYLOAD_NOTIFY, IKE_IKEV2_FRAGMENTATION_SUPPORTED, none);
	notify_write(out, PAYLOAD_NOTIFY, IKE_USE_PPK, none);
	notify_write(out, PAYLOAD_NOTIFY, IKE_INTERMEDIATE_EXCHANGE_SUPPORTED, none);
	notify_write(out, PAYLOAD_NONE, IKE_SIGNATURE_HASH_ALGORITHMS,
	    bytes_of(hashes, sizeof(hashes)));
}

void
ike_request_write(const struct ike_request *request, struct buffer *out)
{
	bool cookie = request->cookie.len > 0;
	size_t message = out->len, payload;

	assert(request->spi != 0 && request->offers > 0 && request->offers <= 255);
	assert(request->cookie.len <= IKE_COOKIE_MAX);
	buffer_put_be(out, request->spi, 8);
	buffer_put_be(out, 0, 8);
	buffer_put_be(out, cookie ? PAYLOAD_NOTIFY : PAYLOAD_SA, 1);
	buffer_put_be(out, VERSION, 1);
	buffer_put_be(out, IKE_SA_INIT, 1);
	buffer_put_be(out, IKE_FLAG_INITIATOR, 1);
	buffer_put_be(out, 0, 8);	/* message id, and the length */
	/* RFC 7296 2.6: the cookie comes first, and all else stays as it was. */
	if (cookie)
		notify_write(out, PAYLOAD_SA, IKE_COOKIE, request->cookie);
	sa_write(out, request);
	payload_begin(out, PAYLOAD_NONCE, &payload);
	buffer_put_be(out, request->method, 2);
	buffer_put_be(out, 0, 2);
	buffer_put(out, request->value.at, request->value.len);
	length_fill(out, payload + 2, payload, 2);
	payload_begin(out, PAYLOAD_NOTIFY, &payload);
	buffer_put(out, request->nonce.at, request->nonce.len);
	length_fill(out, payload + 2, payload, 2);
	notifies_write(out);
	length_fill(out, message + 24, message, 4);
}

static const char *
point_of(uint16_t method)
{
	static const struct { uint16_t method; const char *text; } points[] = {
#define POINT(number, hex) { number, hex },
#include "probes/wire/ike_point_list.h"
	};

	for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++)
		if (points[i].method == method)
			return points[i].text;
	return NULL;
}

/* FIPS 203 7.2: twelve bits a coefficient, each below the modulus, then a seed. */
static void
kem_fill(uint8_t *value, size_t len)
{
	for (size_t i = 0; i + 3 <= len - MLKEM_SEED; i += 3) {
		unsigned low = value[i] | (unsigned)(value[i + 1] & 0xf) << 8;
		unsigned high = value[i + 1] >> 4 | (unsigned)value[i + 2] << 4;

		low %= MLKEM_MODULUS;
		high %= MLKEM_MODULUS;
		value[i] = (uint8_t)low;
		value[i + 1] = (uint8_t)(low >> 8 | (high & 0xf) << 4);
		value[i + 2] = (uint8_t)(high >> 4);
	}
}

enum err
ike_value_write(uint16_t method, const uint8_t *random, struct buffer *out)
{
	const struct ike_algorithm *algorithm = ike_algorithm(IKE_KE, method);
	const char *point = point_of(method);
	size_t len = ike_value_len(method);
	uint8_t value[IKE_VALUE_MAX];

	if (algorithm == NULL || len == 0 || len > sizeof(value))
		return ERR_UNSUPPORTED;
	memcpy(value, random, len);
	if (algorithm->point) {
		if (point == NULL || hex_read(point, value, len) != ERR_OK)
			return ERR_UNSUPPORTED;
	} else if (algorithm->kem) {
		kem_fill(value, len);
	} else {
		/* Below every modulus, and not one of the values that are refused: 0, 1, p - 1. */
		value[0] &= 0x3f;
		value[1] |= 1;
	}
	buffer_put(out, value, len);
	return ERR_OK;
}

const struct ike_transform *
ike_chosen(const struct ike_said *said, uint8_t type)
{
	for (size_t i = 0; i < said->transforms && i < IKE_CHOSEN_MAX; i++)
		if (said->transform[i].type == type)
			return &said->transform[i];
	return NULL;
}

static bool
offered(const struct ike_offer *offer, const struct ike_transform *transform)
{
	for (size_t i = 0; i < offer->count; i++)
		if (offer->transform[i].type == transform->type &&
		    offer->transform[i].id == transform->id &&
		    offer->transform[i].bits == transform->bits)
			return true;
	return false;
}

/* Every transform was offered there, and every type of the offer is there once. */
static bool
chosen_from(const struct ike_said *said, const struct ike_offer *offer)
{
	unsigned chosen = 0, types = 0;

	for (size_t i = 0; i < said->transforms; i++) {
		unsigned bit = 1U << (said->transform[i].type & 0x1f);

		if (!offered(offer, &said->transform[i]) || (chosen & bit) != 0)
			return false;
		chosen |= bit;
	}
	for (size_t i = 0; i < offer->count; i++)
		types |= 1U << (offer->transform[i].type & 0x1f);
	return chosen == types;
}

enum err
ike_choice_check(const struct ike_said *said, const struct ike_request *request, struct why *why)
{
	const struct ike_transform *method;

	if (!said->has_sa || !said->has_ke || said->nonce.at == NULL || said->spi_r == 0)
		return why_set(why, ERR_MALFORMED, "the answer lacks SA, KE, nonce or its SPI");
	if (said->proposals != 1 || said->protocol != PROTOCOL_IKE)
		return why_set(why, ERR_MALFORMED, "the answer has %zu proposals of protocol %u, "
		    "where one of IKE is due (RFC 7296 2.7)", said->proposals, said->protocol);
	for (size_t i = 0; i < request->offers && said->transforms <= IKE_CHOSEN_MAX; i++) {
		if (!chosen_from(said, &request->offer[i]))
			continue;
		method = ike_chosen(said, IKE_KE);
		if (method == NULL || method->id != said->method ||
		    said->method != request->method)
			return why_set(why, ERR_MALFORMED, "the answer's KE payload is of method "
			    "%u, and its proposal and our request say otherwise (RFC 7296 2.7)",
			    said->method);
		return ERR_OK;
	}
	return why_set(why, ERR_MALFORMED, "the answer chose what was not offered");
}
