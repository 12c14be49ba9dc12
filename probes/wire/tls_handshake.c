/* SPDX-License-Identifier: Apache-2.0 */
/* Reader of TLS handshake messages; see tls_handshake.h. */
#include <string.h>

#include "probes/wire/tls_handshake.h"

enum {
	HEADER_LEN              = 4,
	EXTENSION_VERSIONS      = 43,
	EXTENSION_KEY_SHARE     = 51,
	CURVE_NAMED             = 3,
	VERSION_TLS13           = 0x0304
};

static struct reader
message_body(struct bytes message)
{
	return reader_of(bytes_slice(message, HEADER_LEN, message.len));
}

/* RFC 8446 4.1.3; a HelloRetryRequest has the same form and names a group too. */
static void
hear_server_hello(struct tls_heard *heard, struct bytes message)
{
	struct reader in = message_body(message), list;

	read_bytes(&in, 2 + 32);
	read_bytes(&in, read_be(&in, 1));
	read_bytes(&in, 2 + 1);
	list = reader_of(read_bytes(&in, read_be(&in, 2)));
	while (!in.failed && !list.failed && list.at < list.in.len) {
		uint64_t type = read_be(&list, 2);
		struct reader body = reader_of(read_bytes(&list, read_be(&list, 2)));

		if (list.failed)
			return;
		if (type == EXTENSION_VERSIONS)
			heard->tls13 = read_be(&body, 2) == VERSION_TLS13;
		else if (type == EXTENSION_KEY_SHARE)
			heard->group = (uint16_t)read_be(&body, 2);
	}
}

static uint32_t
bits_of(struct bytes number)
{
	uint32_t bits;

	while (number.len > 0 && number.at[0] == 0)
		number = bytes_slice(number, 1, number.len);
	if (number.len == 0)
		return 0;
	bits = (uint32_t)number.len * 8;
	for (uint8_t top = number.at[0]; (top & 0x80) == 0; top = (uint8_t)(top << 1))
		bits--;
	return bits;
}

/* RFC 8422 5.4 and RFC 5246 7.4.3: parameters, then (TLS 1.2 only) scheme and signature. */
static void
hear_key_exchange(struct tls_heard *heard, struct bytes message, enum tls_exchange exchange)
{
	struct reader in = message_body(message);
	uint64_t scheme, signature_len;

	if (exchange == TLS_EXCHANGE_ECDHE) {
		if (read_be(&in, 1) != CURVE_NAMED)
			return;
		heard->group = (uint16_t)read_be(&in, 2);
		read_bytes(&in, read_be(&in, 1));
	} else if (exchange == TLS_EXCHANGE_DHE) {
		heard->dh_bits = bits_of(read_bytes(&in, read_be(&in, 2)));
		read_bytes(&in, read_be(&in, 2));
		read_bytes(&in, read_be(&in, 2));
	} else {
		return;
	}
	scheme = read_be(&in, 2);
	signature_len = read_be(&in, 2);
	read_bytes(&in, signature_len);
	if (reader_done(&in))
		heard->scheme = (uint16_t)scheme;
}

void
tls_hear(struct tls_heard *heard, struct bytes message, enum tls_exchange exchange)
{
	struct reader in = message_body(message);

	if (message.len < HEADER_LEN)
		return;
	switch (message.at[0]) {
	case TLS_SERVER_HELLO:
		hear_server_hello(heard, message);
		break;
	case TLS_SERVER_KEY_EXCHANGE:
		if (!heard->tls13)
			hear_key_exchange(heard, message, exchange);
		break;
	case TLS_CERTIFICATE_REQUEST:
		heard->certificate_requested = true;
		break;
	case TLS_CERTIFICATE_VERIFY:
		if (heard->tls13)
			heard->scheme = (uint16_t)read_be(&in, 2);
		break;
	default:
		break;
	}
}

bool
tls_certificate_next(struct reader *list, struct bytes *der)
{
	if (list->failed || list->at >= list->in.len)
		return false;
	*der = read_bytes(list, read_be(list, 3));
	return !list->failed;
}

size_t
tls_certificates(struct bytes message, bool tls13, struct buffer *out)
{
	struct reader in = message_body(message), list;
	struct bytes der;
	size_t count = 0;

	if (message.len < HEADER_LEN || message.at[0] != TLS_CERTIFICATE)
		return 0;
	if (tls13)
		read_bytes(&in, read_be(&in, 1));
	list = reader_of(read_bytes(&in, read_be(&in, 3)));
	while (!in.failed && tls_certificate_next(&list, &der)) {
		buffer_put_be(out, der.len, 3);
		buffer_put(out, der.at, der.len);
		count++;
		if (tls13)
			read_bytes(&list, read_be(&list, 2));
	}
	return count;
}

/* RFC 6066 8: CertificateStatus with an OCSP response. */
static void
status_take(struct bytes status, struct buffer *out)
{
	struct reader in = reader_of(status);
	bool ocsp = read_be(&in, 1) == 1;
	struct bytes der = read_bytes(&in, read_be(&in, 3));

	if (ocsp && reader_done(&in))
		buffer_put(out, der.at, der.len);
}

void
tls_stapled(struct bytes message, bool tls13, struct buffer *out)
{
	enum { STATUS_REQUEST = 5 };
	struct reader in = message_body(message), list;

	if (message.len < HEADER_LEN)
		return;
	if (!tls13 && message.at[0] == TLS_CERTIFICATE_STATUS)
		status_take(bytes_slice(message, HEADER_LEN, message.len), out);
	if (!tls13 || message.at[0] != TLS_CERTIFICATE)
		return;
	read_bytes(&in, read_be(&in, 1));
	read_be(&in, 3);
	read_bytes(&in, read_be(&in, 3));
	list = reader_of(read_bytes(&in, read_be(&in, 2)));
	while (!in.failed && !list.failed && list.at < list.in.len) {
		uint64_t type = read_be(&list, 2);
		struct bytes value = read_bytes(&list, read_be(&list, 2));

		if (!list.failed && type == STATUS_REQUEST && out->len == 0)
			status_take(value, out);
	}
}
