/* SPDX-License-Identifier: Apache-2.0 */
/* Writer of our IKE_SA_INIT, and the check that an answer chose from what it offered; ike.h. */
#include <assert.h>
#include <string.h>

#include "probes/wire/ike_part.h"

enum {
	KEY_LENGTH = 0x800e,
	MLKEM_MODULUS = 3329, MLKEM_SEED = 32,
	POINT_TEXT_MAX = 264
};

void
ike_length_fill(struct buffer *out, size_t at, size_t from, unsigned octets)
{
	size_t len = out->len - from;

	if (out->failed)
		return;
	for (unsigned i = 0; i < octets; i++)
		out->at[at + i] = (uint8_t)(len >> 8 * (octets - 1 - i));
}

void
ike_head_write(const struct ike_head *head, struct buffer *out)
{
	buffer_put_be(out, head->spi_i, 8);
	buffer_put_be(out, head->spi_r, 8);
	buffer_put_be(out, head->next, 1);
	buffer_put_be(out, IKE_VERSION_2, 1);
	buffer_put_be(out, head->exchange, 1);
	buffer_put_be(out, head->flags, 1);
	buffer_put_be(out, head->message, 4);
	buffer_put_be(out, 0, 4);
}

void
ike_payload_begin(struct buffer *out, uint8_t next, size_t *from)
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

void
ike_proposal_write(struct buffer *out, bool last, unsigned number, uint8_t protocol,
    struct bytes spi, const struct ike_offer *offer)
{
	size_t proposal = out->len;

	assert(offer->count > 0 && offer->count <= 255 && spi.len <= 255);
	buffer_put_be(out, last ? 0 : 2, 1);
	buffer_put_be(out, 0, 3);
	buffer_put_be(out, number, 1);
	buffer_put_be(out, protocol, 1);
	buffer_put_be(out, spi.len, 1);
	buffer_put_be(out, offer->count, 1);
	buffer_put(out, spi.at, spi.len);
	for (size_t t = 0; t < offer->count; t++)
		transform_write(out, &offer->transform[t], t + 1 == offer->count);
	ike_length_fill(out, proposal + 2, proposal, 2);
}

static void
sa_write(struct buffer *out, const struct ike_request *request)
{
	struct bytes none = { NULL, 0 };
	size_t payload;

	ike_payload_begin(out, PAYLOAD_KE, &payload);
	for (size_t i = 0; i < request->offers; i++)
		ike_proposal_write(out, i + 1 == request->offers, (unsigned)i + 1,
		    IKE_PROTOCOL_IKE, none, &request->offer[i]);
	ike_length_fill(out, payload + 2, payload, 2);
}

void
ike_notify_write(struct buffer *out, uint8_t next, uint16_t number, struct bytes data)
{
	size_t payload;

	ike_payload_begin(out, next, &payload);
	buffer_put_be(out, 0, 2);	/* no protocol, no SPI */
	buffer_put_be(out, number, 2);
	buffer_put(out, data.at, data.len);
	ike_length_fill(out, payload + 2, payload, 2);
}

/* What a responder only tells whoever asks: the hashes (RFC 7427), fragments, PPK, intermediate. */
static void
notifies_write(struct buffer *out, bool authenticates)
{
	static const uint8_t hashes[] = { 0, 2, 0, 3, 0, 4, 0, 5 };
	struct bytes none = { NULL, 0 };

	ike_notify_write(out, PAYLOAD_NOTIFY, IKE_IKEV2_FRAGMENTATION_SUPPORTED, none);
	/* Whoever goes on and says these has to do them (RFC 8784 3, RFC 9242 3). */
	if (!authenticates) {
		ike_notify_write(out, PAYLOAD_NOTIFY, IKE_USE_PPK, none);
		ike_notify_write(out, PAYLOAD_NOTIFY, IKE_INTERMEDIATE_EXCHANGE_SUPPORTED, none);
	}
	ike_notify_write(out, PAYLOAD_NONE, IKE_SIGNATURE_HASH_ALGORITHMS,
	    bytes_of(hashes, sizeof(hashes)));
}

void
ike_request_write(const struct ike_request *request, struct buffer *out)
{
	bool cookie = request->cookie.len > 0;
	struct ike_head head = { .spi_i = request->spi, .exchange = IKE_SA_INIT,
		.next = cookie ? PAYLOAD_NOTIFY : PAYLOAD_SA, .flags = IKE_FLAG_INITIATOR };
	size_t message = out->len, payload;

	assert(request->spi != 0 && request->offers > 0 && request->offers <= 255);
	assert(request->cookie.len <= IKE_COOKIE_MAX);
	ike_head_write(&head, out);
	/* RFC 7296 2.6: the cookie comes first, and all else stays as it was. */
	if (cookie)
		ike_notify_write(out, PAYLOAD_SA, IKE_COOKIE, request->cookie);
	sa_write(out, request);
	ike_payload_begin(out, PAYLOAD_NONCE, &payload);
	buffer_put_be(out, request->method, 2);
	buffer_put_be(out, 0, 2);
	buffer_put(out, request->value.at, request->value.len);
	ike_length_fill(out, payload + 2, payload, 2);
	ike_payload_begin(out, PAYLOAD_NOTIFY, &payload);
	buffer_put(out, request->nonce.at, request->nonce.len);
	ike_length_fill(out, payload + 2, payload, 2);
	notifies_write(out, request->authenticates);
	ike_length_fill(out, message + 24, message, 4);
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
	if (said->proposals != 1 || said->protocol != IKE_PROTOCOL_IKE)
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
