/* SPDX-License-Identifier: Apache-2.0 */
/* Reader of IKEv2 messages; see ike.h. */
#include "probes/wire/ike_part.h"

enum {
	CRITICAL = 0x80,
	NONCE_MIN = 16, NONCE_MAX = 256,
	ATTRIBUTE_SHORT = 0x8000, ATTRIBUTE_KEY_LENGTH = 14
};

/* --- messages and payloads ----------------------------------------------------------------- */

enum err
ike_head_read(struct bytes message, struct ike_head *head, struct why *why)
{
	struct reader in = reader_of(message);
	uint64_t version, len;

	*head = (struct ike_head){ .spi_i = read_be(&in, 8) };
	head->spi_r = read_be(&in, 8);
	head->next = (uint8_t)read_be(&in, 1);
	version = read_be(&in, 1);
	head->major = (uint8_t)(version >> 4);
	head->minor = version & 0xf;
	head->exchange = (uint8_t)read_be(&in, 1);
	head->flags = (uint8_t)read_be(&in, 1);
	head->message = (uint32_t)read_be(&in, 4);
	len = read_be(&in, 4);
	if (in.failed)
		return why_set(why, ERR_TRUNCATED, "the answer has %zu octets, and the head of IKE "
		    "has %d", message.len, IKE_HEADER_LEN);
	if (head->major != 2)
		return why_set(why, ERR_UNSUPPORTED, "the answer is IKE version %u", head->major);
	if (len != message.len)
		return why_set(why, ERR_MALFORMED, "the answer says that it has %llu octets, and "
		    "has %zu", (unsigned long long)len, message.len);
	if (len > IKE_MESSAGE_MAX)
		return why_set(why, ERR_LIMIT, "the answer has more than %d octets",
		    IKE_MESSAGE_MAX);
	return ERR_OK;
}

struct ike_walk
ike_walk_of(uint8_t first, struct bytes payloads)
{
	return (struct ike_walk){ .in = reader_of(payloads), .next = first, .err = ERR_OK };
}

bool
ike_payload_next(struct ike_walk *walk, struct ike_payload *out, struct why *why)
{
	uint64_t len;

	*out = (struct ike_payload){ .type = walk->next };
	if (walk->err != ERR_OK)
		return false;
	if (walk->next == PAYLOAD_NONE) {
		if (!reader_done(&walk->in))
			walk->err = why_set(why, ERR_MALFORMED, "octets follow the last payload of "
			    "the answer");
		return false;
	}
	if (walk->count++ == IKE_PAYLOADS_MAX) {
		walk->err = why_set(why, ERR_LIMIT, "the answer has more than %d payloads",
		    IKE_PAYLOADS_MAX);
		return false;
	}
	walk->next = (uint8_t)read_be(&walk->in, 1);
	out->critical = (read_be(&walk->in, 1) & CRITICAL) != 0;
	len = read_be(&walk->in, 2);
	if (walk->in.failed || len < 4) {
		walk->err = why_set(why, ERR_MALFORMED, "a payload of the answer says that it has "
		    "%u octets", (unsigned)len);
		return false;
	}
	out->body = read_bytes(&walk->in, len - 4);
	if (walk->in.failed) {
		walk->err = why_set(why, ERR_MALFORMED, "payload %u of the answer ends after the "
		    "message", out->type);
		return false;
	}
	/* RFC 7296 3.14: the next of an encrypted payload is inside it. */
	if (out->type == PAYLOAD_SK || out->type == PAYLOAD_SKF) {
		out->inner = walk->next;
		walk->next = PAYLOAD_NONE;
	}
	return true;
}

enum err
ike_notify_read(struct bytes body, uint16_t *number, struct bytes *data, struct why *why)
{
	struct reader in = reader_of(body);
	uint64_t spi_len;

	read_be(&in, 1);
	spi_len = read_be(&in, 1);
	*number = (uint16_t)read_be(&in, 2);
	read_bytes(&in, spi_len);
	*data = bytes_slice(body, in.at, body.len);
	if (in.failed || *number == 0)
		return why_set(why, ERR_MALFORMED, "a notify of the answer ends early or has no "
		    "number");
	return ERR_OK;
}

/* --- the first exchange ------------------------------------------------------------------- */

static enum err
transform_read(struct reader *in, struct ike_transform *transform, bool *last, struct why *why)
{
	uint64_t more = read_be(in, 1), len;
	struct reader attributes;

	read_be(in, 1);
	len = read_be(in, 2);
	transform->type = (uint8_t)read_be(in, 1);
	read_be(in, 1);
	transform->id = (uint16_t)read_be(in, 2);
	transform->bits = 0;
	if (in->failed || len < 8 || (more != 0 && more != 3))
		return why_set(why, ERR_MALFORMED, "a transform of the answer says that it has %u "
		    "octets and is followed by %u", (unsigned)len, (unsigned)more);
	*last = more == 0;
	attributes = reader_of(read_bytes(in, len - 8));
	while (!in->failed && attributes.at < attributes.in.len) {
		uint64_t kind = read_be(&attributes, 2), value = read_be(&attributes, 2);

		if (kind == (ATTRIBUTE_SHORT | ATTRIBUTE_KEY_LENGTH))
			transform->bits = (uint16_t)value;
		else if (!(kind & ATTRIBUTE_SHORT))
			read_bytes(&attributes, value);
		if (attributes.failed)
			break;
	}
	if (in->failed || attributes.failed)
		return why_set(why, ERR_MALFORMED, "a transform of the answer ends early");
	return ERR_OK;
}

/* The proposal at the front; kept only if it is the first. */
static enum err
proposal_read(struct reader *in, struct ike_said *said, bool *last, struct why *why)
{
	uint64_t more = read_be(in, 1), len, protocol, spi_len, count;
	struct ike_transform transform;
	struct reader body;
	bool end = false;

	read_be(in, 1);
	len = read_be(in, 2);
	if (in->failed || len < 8 || (more != 0 && more != 2))
		return why_set(why, ERR_MALFORMED, "a proposal of the answer says that it has %u "
		    "octets and is followed by %u", (unsigned)len, (unsigned)more);
	*last = more == 0;
	body = reader_of(read_bytes(in, len - 4));
	read_be(&body, 1);
	protocol = read_be(&body, 1);
	spi_len = read_be(&body, 1);
	count = read_be(&body, 1);
	read_bytes(&body, spi_len);
	if (in->failed || body.failed)
		return why_set(why, ERR_MALFORMED, "a proposal of the answer ends early");
	if (said->proposals == 0)
		said->protocol = (uint8_t)protocol;
	for (uint64_t i = 0; i < count; i++) {
		enum err err = transform_read(&body, &transform, &end, why);

		if (err != ERR_OK)
			return err;
		if (end != (i + 1 == count))
			return why_set(why, ERR_MALFORMED, "a proposal of the answer does not have "
			    "the %u transforms it says", (unsigned)count);
		if (said->proposals == 0 && said->transforms < IKE_CHOSEN_MAX)
			said->transform[said->transforms] = transform;
		said->transforms += said->proposals == 0;
	}
	if (!reader_done(&body))
		return why_set(why, ERR_MALFORMED, "octets follow the last transform of a proposal "
		    "of the answer");
	said->proposals++;
	return ERR_OK;
}

static enum err
sa_read(struct bytes body, struct ike_said *said, struct why *why)
{
	struct reader in = reader_of(body);
	bool last = false;

	if (said->has_sa)
		return why_set(why, ERR_MALFORMED, "the answer has two SA payloads");
	said->has_sa = true;
	while (!last) {
		enum err err = proposal_read(&in, said, &last, why);

		if (err != ERR_OK)
			return err;
	}
	if (!reader_done(&in))
		return why_set(why, ERR_MALFORMED, "octets follow the last proposal of the answer");
	return ERR_OK;
}

static enum err
ke_read(struct bytes body, struct ike_said *said, struct why *why)
{
	struct reader in = reader_of(body);

	if (said->has_ke)
		return why_set(why, ERR_MALFORMED, "the answer has two KE payloads");
	said->has_ke = true;
	said->method = (uint16_t)read_be(&in, 2);
	read_be(&in, 2);
	said->value = bytes_slice(body, 4, body.len);
	if (in.failed)
		return why_set(why, ERR_MALFORMED, "the KE payload of the answer ends early");
	return ERR_OK;
}

/* Kept ascending; what is there already, or too much, changes nothing. */
static void
status_add(struct ike_said *said, uint16_t status)
{
	size_t at = 0;

	while (at < said->statuses && said->status[at] < status)
		at++;
	if (said->statuses == IKE_VENDORS_MAX ||
	    (at < said->statuses && said->status[at] == status))
		return;
	for (size_t i = said->statuses++; i > at; i--)
		said->status[i] = said->status[i - 1];
	said->status[at] = status;
}

static enum err
notify_take(struct ike_said *said, uint16_t number, struct bytes data, struct why *why)
{
	struct reader in = reader_of(data);

	if (number < IKE_NOTIFY_ERRORS && said->error == 0)
		said->error = number;
	if (number >= IKE_NOTIFY_ERRORS)
		status_add(said, number);
	if (number == IKE_INVALID_KE_PAYLOAD) {
		said->wanted = (uint16_t)read_be(&in, 2);
		said->wants_method = reader_done(&in);
		if (!said->wants_method)
			return why_set(why, ERR_MALFORMED, "INVALID_KE_PAYLOAD of the answer has "
			    "%zu octets and not the 2 of a method (RFC 7296 1.3)", data.len);
	}
	if (number == IKE_COOKIE) {
		if (data.len == 0 || data.len > IKE_COOKIE_MAX)
			return why_set(why, ERR_MALFORMED, "the cookie of the answer has %zu "
			    "octets and not 1 to 64 (RFC 7296 2.6)", data.len);
		said->cookie = data;
	}
	if (number == IKE_REDIRECT)
		said->redirect = data;
	while (number == IKE_SIGNATURE_HASH_ALGORITHMS && in.at + 2 <= data.len &&
	    said->hashes < IKE_HASHES_MAX)
		said->hash[said->hashes++] = (uint16_t)read_be(&in, 2);
	return ERR_OK;
}

static enum err
notify_read(struct bytes body, struct ike_said *said, struct why *why)
{
	struct bytes data;
	uint16_t number;
	enum err err = ike_notify_read(body, &number, &data, why);

	return err == ERR_OK ? notify_take(said, number, data, why) : err;
}

static enum err
payload_read(const struct ike_payload *payload, struct ike_said *said, struct why *why)
{
	struct bytes body = payload->body;

	switch (payload->type) {
	case PAYLOAD_SA:
		return sa_read(body, said, why);
	case PAYLOAD_KE:
		return ke_read(body, said, why);
	case PAYLOAD_NONCE:
		if (said->nonce.at != NULL || body.len < NONCE_MIN || body.len > NONCE_MAX)
			return why_set(why, ERR_MALFORMED, "the answer has two nonces, or one of "
			    "%zu octets and not 16 to 256 (RFC 7296 3.9)", body.len);
		said->nonce = body;
		return ERR_OK;
	case PAYLOAD_NOTIFY:
		return notify_read(body, said, why);
	case PAYLOAD_VENDOR:
		if (said->vendors < IKE_VENDORS_MAX)
			said->vendor[said->vendors++] = body;
		return ERR_OK;
	case PAYLOAD_CERTREQ:
		said->certificates = true;
		return ERR_OK;
	case PAYLOAD_SK:
	case PAYLOAD_SKF:
		return why_set(why, ERR_MALFORMED, "the answer is encrypted, and there are no keys "
		    "yet");
	default:
		/* RFC 7296 2.5: what is not known is passed over, unless it is critical. */
		if (payload->critical)
			return why_set(why, ERR_UNSUPPORTED, "the answer has a critical payload %u "
			    "that this version does not know", payload->type);
		return ERR_OK;
	}
}

enum err
ike_read(struct bytes datagram, struct ike_said *said, struct why *why)
{
	struct ike_head head;
	struct ike_payload payload;
	struct ike_walk walk;
	enum err err = ike_head_read(datagram, &head, why);

	*said = (struct ike_said){ .spi_i = head.spi_i, .spi_r = head.spi_r, .major = head.major,
		.minor = head.minor, .exchange = head.exchange, .flags = head.flags,
		.message = head.message };
	if (err != ERR_OK)
		return err;
	walk = ike_walk_of(head.next, bytes_slice(datagram, IKE_HEADER_LEN, datagram.len));
	while (err == ERR_OK && ike_payload_next(&walk, &payload, why))
		err = payload_read(&payload, said, why);
	return err != ERR_OK ? err : walk.err;
}

bool
ike_answers(const struct ike_said *said, uint64_t spi)
{
	return said->spi_i == spi && said->exchange == IKE_SA_INIT && said->message == 0 &&
	    (said->flags & IKE_FLAG_RESPONSE) != 0 && (said->flags & IKE_FLAG_INITIATOR) == 0;
}
