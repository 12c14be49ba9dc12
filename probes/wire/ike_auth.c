/* SPDX-License-Identifier: Apache-2.0 */
/* Reader and writer of what follows IKE_SA_INIT; see ike_auth.h. */
#include <arpa/inet.h>
#include <assert.h>
#include <string.h>

#include "probes/wire/ike_auth.h"
#include "probes/wire/ike_part.h"

enum { ENCODING_X509 = 4, ADDRESS_RANGE = 7, PORTS = 0xffff, EAP_REQUEST = 1, EAP_RESPONSE, EAP_NAK,
	EAP_METHODS, EAP_EXPANDED = 254, VENDOR_3GPP = 10415, EAP_5G = 3, ID_SHOWN = 128 };

/* --- reading ------------------------------------------------------------------------------ */

static enum err
fragment_read(struct bytes body, struct ike_sealed *out, struct why *why)
{
	struct reader in = reader_of(body);

	out->fragment = (uint16_t)read_be(&in, 2);
	out->fragments = (uint16_t)read_be(&in, 2);
	if (in.failed || out->fragment == 0 || out->fragment > out->fragments)
		return why_set(why, ERR_MALFORMED, "a fragment of the answer is number %u of %u "
		    "(RFC 7383 2.5)", out->fragment, out->fragments);
	if (out->fragments > IKE_FRAGMENTS_MAX)
		return why_set(why, ERR_LIMIT, "the answer comes in more than %d fragments",
		    IKE_FRAGMENTS_MAX);
	out->content = bytes_slice(body, 4, body.len);
	return ERR_OK;
}

enum err
ike_sealed_read(struct bytes message, struct ike_sealed *out, struct why *why)
{
	struct ike_head head;
	struct ike_payload payload;
	struct ike_walk walk;
	enum err err = ike_head_read(message, &head, why);

	*out = (struct ike_sealed){ .spi_i = head.spi_i, .spi_r = head.spi_r,
		.exchange = head.exchange, .flags = head.flags, .message = head.message,
		.whole = message };
	if (err != ERR_OK)
		return err;
	walk = ike_walk_of(head.next, bytes_slice(message, IKE_HEADER_LEN, message.len));
	while (ike_payload_next(&walk, &payload, why)) {
		if (payload.type != PAYLOAD_SK && payload.type != PAYLOAD_SKF)
			continue;
		out->first = payload.inner;
		out->content = payload.body;
		if (payload.type == PAYLOAD_SKF)
			err = fragment_read(payload.body, out, why);
		out->clear = bytes_of(message.at, message.len - out->content.len);
	}
	if (err == ERR_OK && walk.err == ERR_OK && out->content.at == NULL)
		return why_set(why, ERR_NOT_FOUND, "the answer is not encrypted");
	/* What the payload says of its end is what was authenticated: nothing follows it. */
	return err != ERR_OK ? err : walk.err;
}

static enum err
identity_read(struct bytes body, struct ike_auth_said *said, struct why *why)
{
	if (said->has_id || body.len < 5)
		return why_set(why, ERR_MALFORMED, "the answer has two identities, or one that "
		    "ends early");
	said->has_id = true;
	said->id_type = body.at[0];
	said->id_whole = body;
	said->id = bytes_slice(body, 4, body.len);
	return ERR_OK;
}

static enum err
certificate_take(struct bytes body, struct ike_auth_said *said, struct why *why)
{
	if (body.len < 2)
		return why_set(why, ERR_MALFORMED, "a certificate of the answer ends early");
	if (body.at[0] != ENCODING_X509) {
		said->others++;
		return ERR_OK;
	}
	if (said->certificates == IKE_CERTIFICATES_MAX)
		return why_set(why, ERR_LIMIT, "the answer has more than %d certificates",
		    IKE_CERTIFICATES_MAX);
	said->certificate[said->certificates++] = bytes_slice(body, 1, body.len);
	return ERR_OK;
}

static enum err
auth_read(struct bytes body, struct ike_auth_said *said, struct why *why)
{
	if (said->has_auth || body.len < 5 || body.at[0] == IKE_AUTH_NONE)
		return why_set(why, ERR_MALFORMED, "the answer has two AUTH payloads, or one that "
		    "ends early or has no method");
	said->has_auth = true;
	said->method = body.at[0];
	said->auth = bytes_slice(body, 4, body.len);
	return ERR_OK;
}

static enum err
notify_take(struct bytes body, struct ike_auth_said *said, struct why *why)
{
	struct bytes data;
	uint16_t number;
	enum err err = ike_notify_read(body, &number, &data, why);

	if (err == ERR_OK && number < IKE_NOTIFY_ERRORS && said->error == 0)
		said->error = number;
	return err;
}

static enum err
inside_read(const struct ike_payload *payload, struct ike_auth_said *said, struct why *why)
{
	struct bytes body = payload->body;

	switch (payload->type) {
	case PAYLOAD_ID_R:
		return identity_read(body, said, why);
	case PAYLOAD_CERT:
		return certificate_take(body, said, why);
	case PAYLOAD_AUTH:
		return auth_read(body, said, why);
	case PAYLOAD_NOTIFY:
		return notify_take(body, said, why);
	case PAYLOAD_EAP:
		if (said->has_eap || body.len < 4)
			return why_set(why, ERR_MALFORMED, "the answer has two EAP payloads, or "
			    "one that ends early");
		said->has_eap = true;
		said->eap = body;
		return ERR_OK;
	case PAYLOAD_DELETE:
		said->deleted = true;
		return ERR_OK;
	case PAYLOAD_SA:
		said->has_sa = true;
		return ERR_OK;
	case PAYLOAD_SK:
	case PAYLOAD_SKF:
		return why_set(why, ERR_MALFORMED, "the answer is encrypted twice");
	case PAYLOAD_VENDOR:
	case PAYLOAD_CERTREQ:
	case PAYLOAD_TS_I:
	case PAYLOAD_TS_R:
	case PAYLOAD_CP:
		return ERR_OK;
	default:
		if (payload->critical)
			return why_set(why, ERR_UNSUPPORTED, "the answer has a critical payload %u "
			    "that this version does not know", payload->type);
		return ERR_OK;
	}
}

enum err
ike_auth_read(uint8_t first, struct bytes inside, struct ike_auth_said *said, struct why *why)
{
	struct ike_walk walk = ike_walk_of(first, inside);
	struct ike_payload payload;
	enum err err = ERR_OK;

	*said = (struct ike_auth_said){ .has_id = false };
	while (err == ERR_OK && ike_payload_next(&walk, &payload, why))
		err = inside_read(&payload, said, why);
	return err != ERR_OK ? err : walk.err;
}

/* --- writing ------------------------------------------------------------------------------ */

/* A payload behind the ones before it: tells the one before what comes, and where its own is. */
struct train { struct buffer *out; uint8_t first; size_t last; };

static size_t
coach(struct train *train, uint8_t type)
{
	size_t from;

	if (train->first == PAYLOAD_NONE)
		train->first = type;
	else if (!train->out->failed)
		train->out->at[train->last] = type;
	train->last = train->out->len;
	ike_payload_begin(train->out, PAYLOAD_NONE, &from);
	return from;
}

static void
coach_end(struct train *train, size_t from)
{
	ike_length_fill(train->out, from + 2, from, 2);
}

void
ike_identity_write(uint8_t type, struct bytes id, struct buffer *out)
{
	buffer_put_be(out, type, 1);
	buffer_put_be(out, 0, 3);
	buffer_put(out, id.at, id.len);
}

static void
identity_add(struct train *train, uint8_t payload, uint8_t type, struct bytes id)
{
	size_t from = coach(train, payload);

	ike_identity_write(type, id, train->out);
	coach_end(train, from);
}

/* One address of those for documentation (RFC 5737): no traffic of anybody fits. */
static void
selector_add(struct train *train, uint8_t payload)
{
	size_t from = coach(train, payload);

	buffer_put_be(train->out, 1, 1);	/* one selector */
	buffer_put_be(train->out, 0, 3);
	buffer_put_be(train->out, ADDRESS_RANGE, 1);
	buffer_put_be(train->out, 0, 1);
	buffer_put_be(train->out, 16, 2);
	buffer_put_be(train->out, PORTS, 4);	/* 0 to 65535 */
	buffer_put_be(train->out, 0xcb0071ff, 4);
	buffer_put_be(train->out, 0xcb0071ff, 4);
	coach_end(train, from);
}

static void
child_add(struct train *train, uint32_t spi)
{
	static const struct ike_transform aead[] = { { IKE_ENCR, 20, 256 }, { IKE_ENCR, 20, 128 },
	    { IKE_ESN, 0, 0 }, { IKE_ESN, 1, 0 } };
	static const struct ike_transform cbc[] = { { IKE_ENCR, 12, 256 }, { IKE_ENCR, 12, 128 },
	    { IKE_INTEG, 12, 0 }, { IKE_INTEG, 13, 0 }, { IKE_INTEG, 14, 0 },
	    { IKE_ESN, 0, 0 }, { IKE_ESN, 1, 0 } };
	static const struct ike_offer offers[] = { { aead, 4 }, { cbc, 7 } };
	uint8_t octets[4] = { (uint8_t)(spi >> 24), (uint8_t)(spi >> 16), (uint8_t)(spi >> 8),
	    (uint8_t)spi };
	size_t from = coach(train, PAYLOAD_SA);

	assert(spi != 0);
	for (unsigned i = 0; i < 2; i++)
		ike_proposal_write(train->out, i == 1, i + 1, IKE_PROTOCOL_ESP,
		    bytes_of(octets, sizeof(octets)), &offers[i]);
	coach_end(train, from);
	selector_add(train, PAYLOAD_TS_I);
	selector_add(train, PAYLOAD_TS_R);
}

uint8_t
ike_auth_write(const struct ike_auth_request *request, struct buffer *inside)
{
	struct train train = { .out = inside };
	size_t from;

	identity_add(&train, PAYLOAD_ID_I, request->id_type, request->id);
	for (size_t i = 0; i < request->certificates; i++) {
		from = coach(&train, PAYLOAD_CERT);
		buffer_put_u8(inside, ENCODING_X509);
		buffer_put(inside, request->certificate[i].at, request->certificate[i].len);
		coach_end(&train, from);
	}
	/* A responder may show its certificate only to who asks for one (RFC 7296 3.7). */
	from = coach(&train, PAYLOAD_CERTREQ);
	buffer_put_u8(inside, ENCODING_X509);
	buffer_put(inside, request->authorities.at, request->authorities.len);
	coach_end(&train, from);
	if (request->peer_type != 0)
		identity_add(&train, PAYLOAD_ID_R, request->peer_type, request->peer);
	if (request->method != IKE_AUTH_NONE) {
		from = coach(&train, PAYLOAD_AUTH);
		buffer_put_be(inside, (uint64_t)request->method << 24, 4);
		buffer_put(inside, request->auth.at, request->auth.len);
		coach_end(&train, from);
	}
	if (request->child)
		child_add(&train, request->spi);
	return train.first;
}

uint8_t
ike_delete_write(struct buffer *inside)
{
	struct train train = { .out = inside };
	size_t from = coach(&train, PAYLOAD_DELETE);

	buffer_put_be(inside, IKE_PROTOCOL_IKE, 1);
	buffer_put_be(inside, 0, 3);	/* the IKE SA itself has no SPI here */
	coach_end(&train, from);
	return train.first;
}

uint8_t
ike_eap_refuse(struct bytes eap, struct buffer *inside)
{
	struct train train = { .out = inside };
	struct reader in = reader_of(eap);
	uint64_t code = read_be(&in, 1), number = read_be(&in, 1), type;
	bool expanded;
	size_t from;

	read_be(&in, 2);
	type = read_be(&in, 1);
	if (in.failed || code != EAP_REQUEST || type < EAP_METHODS)
		return PAYLOAD_NONE;
	expanded = type == EAP_EXPANDED;
	from = coach(&train, PAYLOAD_EAP);
	buffer_put_u8(inside, EAP_RESPONSE);
	buffer_put_be(inside, number, 1);
	buffer_put_be(inside, expanded ? 20 : 6, 2);
	buffer_put_be(inside, expanded ? (uint64_t)EAP_EXPANDED << 24 : EAP_NAK, expanded ? 4 : 1);
	if (expanded) {		/* of the IETF, Nak; and no other method is wanted */
		buffer_put_be(inside, EAP_NAK, 4);
		buffer_put_be(inside, (uint64_t)EAP_EXPANDED << 24, 4);
		buffer_put_be(inside, 0, 4);
	} else {
		buffer_put_u8(inside, 0);
	}
	coach_end(&train, from);
	return train.first;
}

void
ike_sealed_begin(struct buffer *out, uint64_t spi_i, uint64_t spi_r, uint8_t exchange,
    uint32_t message, uint8_t first, size_t content)
{
	struct ike_head head = { .spi_i = spi_i, .spi_r = spi_r, .next = PAYLOAD_SK,
		.exchange = exchange, .flags = IKE_FLAG_INITIATOR, .message = message };
	size_t from = out->len, whole = IKE_HEADER_LEN + 4 + content;

	ike_head_write(&head, out);
	buffer_put_be(out, first, 1);
	buffer_put_be(out, 0, 1);
	buffer_put_be(out, 4 + content, 2);
	for (unsigned i = 0; i < 4 && !out->failed; i++)
		out->at[from + 24 + i] = (uint8_t)(whole >> 8 * (3 - i));
}

/* --- for people --------------------------------------------------------------------------- */

void
ike_identity_put(uint8_t type, struct bytes id, struct buffer *out)
{
	char text[2 * ID_SHOWN + 1];
	bool words = type == IKE_ID_FQDN || type == IKE_ID_MAIL;

	for (size_t i = 0; i < id.len && words; i++)
		words = id.at[i] > 0x20 && id.at[i] < 0x7f;
	if ((type == IKE_ID_IPV4 && id.len == 4) || (type == IKE_ID_IPV6 && id.len == 16)) {
		inet_ntop(id.len == 4 ? AF_INET : AF_INET6, id.at, text, sizeof(text));
		buffer_put_text(out, text);
	} else if (words && id.len > 0) {
		buffer_put(out, id.at, id.len < 2 * ID_SHOWN ? id.len : 2 * ID_SHOWN);
	} else {
		hex_of(bytes_slice(id, 0, ID_SHOWN), text);
		buffer_print(out, "type %u: %s", type, text);
	}
}

const char *
ike_auth_method_name(uint8_t method)
{
	switch (method) {
	case IKE_AUTH_RSA:
		return "RSA signature";
	case IKE_AUTH_SHARED_KEY:
		return "shared key";
	case IKE_AUTH_DSS:
		return "DSS signature";
	case IKE_AUTH_ECDSA_256:
		return "ECDSA with SHA-256 on P-256";
	case IKE_AUTH_ECDSA_384:
		return "ECDSA with SHA-384 on P-384";
	case IKE_AUTH_ECDSA_521:
		return "ECDSA with SHA-512 on P-521";
	case IKE_AUTH_NULL:
		return "none (RFC 7619)";
	case IKE_AUTH_SIGNATURE:
		return "digital signature (RFC 7427)";
	default:
		return NULL;
	}
}

const char *
ike_eap_name(struct bytes eap)
{
	static const struct { uint8_t type; const char *name; } names[] = {
		{ 1, "Identity" }, { 4, "MD5-Challenge" }, { 13, "TLS" }, { 18, "SIM" },
		{ 21, "TTLS" }, { 23, "AKA" }, { 25, "PEAP" }, { 26, "MSCHAPv2" }, { 50, "AKA'" },
	};
	struct reader in = reader_of(eap);
	uint64_t code = read_be(&in, 1), type;

	read_be(&in, 3);
	type = read_be(&in, 1);
	if (in.failed || code != EAP_REQUEST)
		return NULL;
	/* RFC 3748 5.7; TS 24.502 9.3.2: EAP-5G, by which an N3IWF begins. */
	if (type == EAP_EXPANDED && read_be(&in, 3) == VENDOR_3GPP && read_be(&in, 4) == EAP_5G)
		return "5G";
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].type == type)
			return names[i].name;
	return NULL;
}
