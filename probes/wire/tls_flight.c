/* SPDX-License-Identifier: Apache-2.0 */
/* Reader of a server's answer to a ClientHello; see tls_flight.h. */
#include <string.h>

#include "probes/wire/tls_flight.h"

enum {
	RECORD_HEADER = 5, MESSAGE_HEADER = 4,
	CHANGE_CIPHER = 20, ALERT = 21, HANDSHAKE = 22, APPLICATION = 23,
	HELLO_REQUEST = 0, SERVER_HELLO_DONE = 14,
	FATAL = 2, CLOSE_NOTIFY = 0
};

/* RFC 8446 4.1.3: SHA-256 of "HelloRetryRequest". */
static const uint8_t retry_random[TLS_RANDOM_LEN] = {
	0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8,
	0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8,
	0x33, 0x9c
};

const char *
tls_version_name(uint16_t version)
{
	static const char *const names[] = { "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3" };

	return version >= TLS_VERSION_SSL3 && version <= TLS_VERSION_13 ?
	    names[version - TLS_VERSION_SSL3] : "unknown";
}

static struct reader
body_of(struct bytes message)
{
	return reader_of(bytes_slice(message, MESSAGE_HEADER, message.len));
}

/* RFC 7301 3.1: exactly one name. */
static void
take_alpn(struct tls_flight *flight, struct reader in)
{
	struct bytes name;

	read_be(&in, 2);
	name = read_bytes(&in, read_be(&in, 1));
	if (!reader_done(&in) || memchr(name.at, 0, name.len) != NULL)
		return;
	memcpy(flight->alpn, name.at, name.len);
	flight->alpn[name.len] = '\0';
}

static void
take_extension(struct tls_flight *flight, uint64_t type, struct bytes value)
{
	struct reader in = reader_of(value);
	struct bytes cookie;

	switch (type) {
	case TLS_EXT_STATUS_REQUEST: flight->status_promised = true; break;
	case TLS_EXT_HEARTBEAT: flight->heartbeat = true; break;
	case TLS_EXT_ALPN: take_alpn(flight, in); break;
	case TLS_EXT_ENCRYPT_THEN_MAC: flight->encrypt_then_mac = true; break;
	case TLS_EXT_MASTER_SECRET: flight->master_secret = true; break;
	case TLS_EXT_TICKET: flight->ticket = true; break;
	case TLS_EXT_VERSIONS:
		flight->version = (uint16_t)read_be(&in, 2);
		flight->heard.tls13 = flight->version == TLS_VERSION_13;
		break;
	case TLS_EXT_COOKIE:
		cookie = read_bytes(&in, read_be(&in, 2));
		if (!in.failed)
			buffer_put(&flight->cookie, cookie.at, cookie.len);
		break;
	case TLS_EXT_KEY_SHARE: flight->heard.group = (uint16_t)read_be(&in, 2); break;
	case TLS_EXT_RENEGOTIATION: flight->renegotiation = true; break;
	default: break;
	}
}

static enum err
take_hello(struct tls_flight *flight, struct bytes message, struct why *why)
{
	struct reader in = body_of(message), list;
	struct bytes random;

	if (flight->hello)
		return why_set(why, ERR_MALFORMED, "the peer sent ServerHello twice");
	flight->version = (uint16_t)read_be(&in, 2);
	random = read_bytes(&in, TLS_RANDOM_LEN);
	flight->session = read_bytes(&in, read_be(&in, 1)).len > 0;
	flight->suite = (uint16_t)read_be(&in, 2);
	flight->compression = (uint8_t)read_be(&in, 1);
	if (in.failed)
		return why_set(why, ERR_MALFORMED, "the peer's ServerHello ends too early");
	flight->hello = true;
	if (in.at == in.in.len)		/* no extensions at all */
		return ERR_OK;
	list = reader_of(read_bytes(&in, read_be(&in, 2)));
	while (!in.failed && !list.failed && list.at < list.in.len) {
		uint64_t type = read_be(&list, 2);
		struct bytes value = read_bytes(&list, read_be(&list, 2));

		if (!list.failed)
			take_extension(flight, type, value);
	}
	if (list.failed || !reader_done(&in))
		return why_set(why, ERR_MALFORMED,
		    "the extensions of the peer's ServerHello do not fit their length");
	flight->retry = flight->heard.tls13 &&
	    bytes_equal(random, bytes_of(retry_random, sizeof(retry_random)));
	return ERR_OK;
}

/* RFC 4279 section 2: with a pre-shared key, a hint goes before the parameters. */
static void
take_keys(struct tls_flight *flight, struct bytes message)
{
	struct tls_suite suite = { .exchange = TLS_EXCHANGE_OTHER };
	struct buffer moved = { .max = TLS_MESSAGE_MAX };
	struct reader in = body_of(message);

	flight->keys = true;
	if (!tls_suite_find(flight->suite, &suite))
		return;
	if (!suite.psk) {
		tls_hear(&flight->heard, message, suite.exchange);
		return;
	}
	read_bytes(&in, read_be(&in, 2));
	if (in.failed)
		return;
	buffer_put(&moved, message.at, MESSAGE_HEADER);
	buffer_put(&moved, in.in.at + in.at, in.in.len - in.at);
	tls_hear(&flight->heard, bytes_of_buffer(&moved), suite.exchange);
	buffer_free(&moved);
}

static enum err
take_message(struct tls_flight *flight, struct bytes message, struct why *why)
{
	uint8_t type = message.at[0];

	if (type == HELLO_REQUEST)	/* RFC 5246 7.4.1.1: ignored within a handshake */
		return ERR_OK;
	if (type == TLS_SERVER_HELLO) {
		enum err err = take_hello(flight, message, why);

		flight->sealed = err == ERR_OK && flight->heard.tls13;
		return err;
	}
	if (!flight->hello)
		return why_set(why, ERR_MALFORMED,
		    "the peer answered with handshake message %u instead of ServerHello", type);
	if (type == TLS_CERTIFICATE && flight->certificates == 0)
		flight->certificates = tls_certificates(message, false, &flight->chain);
	else if (type == TLS_SERVER_KEY_EXCHANGE && !flight->keys)
		take_keys(flight, message);
	else if (type == TLS_CERTIFICATE_STATUS && flight->status.len == 0)
		tls_stapled(message, false, &flight->status);
	else if (type == TLS_CERTIFICATE_REQUEST)
		flight->heard.certificate_requested = true;
	else if (type == SERVER_HELLO_DONE)
		flight->done = flight->sealed = true;
	return ERR_OK;
}

/* All whole messages that are there; a record may hold several, a message several records. */
static enum err
take_handshake(struct tls_flight *flight, struct bytes part, struct why *why)
{
	size_t at = 0;

	buffer_put(&flight->message, part.at, part.len);
	while (!flight->sealed && flight->message.len - at >= MESSAGE_HEADER) {
		struct bytes rest = bytes_slice(bytes_of_buffer(&flight->message), at,
		    flight->message.len);
		struct reader in = reader_of(rest);
		size_t len;
		enum err err;

		read_be(&in, 1);
		len = (size_t)read_be(&in, 3) + MESSAGE_HEADER;
		if (len > TLS_MESSAGE_MAX)
			return why_set(why, ERR_LIMIT,
			    "the peer announces a handshake message of %zu octets", len);
		if (len > rest.len)
			break;
		err = take_message(flight, bytes_slice(rest, 0, len), why);
		if (err != ERR_OK)
			return err;
		at += len;
	}
	if (at > 0) {
		memmove(flight->message.at, flight->message.at + at, flight->message.len - at);
		flight->message.len -= at;
	}
	return ERR_OK;
}

static enum tls_flight_step
take_alert(struct tls_flight *flight, struct bytes body, struct why *why)
{
	if (body.len != 2) {
		why_set(why, ERR_MALFORMED, "the peer sent an alert of %zu octets", body.len);
		return TLS_FLIGHT_BROKEN;
	}
	flight->alerted = true;
	flight->level = body.at[0];
	flight->alert = body.at[1];
	if (flight->level == FATAL || flight->alert == CLOSE_NOTIFY)
		return TLS_FLIGHT_ALERT;
	if (++flight->warnings <= TLS_WARNINGS_MAX)
		return TLS_FLIGHT_MORE;
	why_set(why, ERR_LIMIT, "the peer sends warnings without end");
	return TLS_FLIGHT_BROKEN;
}

static enum tls_flight_step
take_record(struct tls_flight *flight, uint8_t type, struct bytes body, struct why *why)
{
	if (body.len == 0 && ++flight->empty > TLS_EMPTY_MAX) {
		why_set(why, ERR_LIMIT, "the peer sends empty records without end");
		return TLS_FLIGHT_BROKEN;
	}
	if (type == ALERT)
		return take_alert(flight, body, why);
	if (type == HANDSHAKE) {
		if (take_handshake(flight, body, why) != ERR_OK)
			return TLS_FLIGHT_BROKEN;
		return flight->sealed ? TLS_FLIGHT_DONE : TLS_FLIGHT_MORE;
	}
	why_set(why, ERR_MALFORMED, "the peer sent a record of type %u before its handshake was "
	    "done", type);
	return TLS_FLIGHT_BROKEN;
}

/* Is this the head of a record?  An HTTP error page is told from TLS by its first octets. */
static bool
head_fits(struct tls_flight *flight, struct bytes rest, size_t *len, struct why *why)
{
	struct reader in = reader_of(rest);
	uint64_t type = read_be(&in, 1), major = read_be(&in, 1);

	read_be(&in, 1);
	*len = (size_t)read_be(&in, 2);
	if (type < CHANGE_CIPHER || type > APPLICATION || major != 3) {
		why_set(why, ERR_MALFORMED, flight->hello ?
		    "the peer's answer stops being TLS records" :
		    "what the peer answered is not TLS");
		return false;
	}
	if (*len > TLS_RECORD_MAX) {
		why_set(why, ERR_LIMIT, "the peer announces a record of %zu octets", *len);
		return false;
	}
	return true;
}

enum tls_flight_step
tls_flight_read(struct tls_flight *flight, struct bytes in, struct why *why)
{
	enum tls_flight_step step = TLS_FLIGHT_MORE;
	size_t at = 0, len;

	flight->data.max = flight->message.max = 2 * TLS_MESSAGE_MAX;
	flight->chain.max = flight->status.max = flight->cookie.max = TLS_MESSAGE_MAX;
	buffer_put(&flight->data, in.at, in.len);
	if (flight->data.failed) {
		why_set(why, ERR_LIMIT, "the peer sends more at once than is accepted");
		return TLS_FLIGHT_BROKEN;
	}
	while (step == TLS_FLIGHT_MORE && flight->data.len - at >= RECORD_HEADER) {
		struct bytes rest = bytes_slice(bytes_of_buffer(&flight->data), at,
		    flight->data.len);

		if (!head_fits(flight, rest, &len, why))
			return TLS_FLIGHT_BROKEN;
		if (rest.len < RECORD_HEADER + len)
			break;
		step = take_record(flight, rest.at[0], bytes_slice(rest, RECORD_HEADER, len), why);
		at += RECORD_HEADER + len;
	}
	if (at > 0) {
		memmove(flight->data.at, flight->data.at + at, flight->data.len - at);
		flight->data.len -= at;
	}
	return step;
}

void
tls_flight_reset(struct tls_flight *flight)
{
	struct tls_flight kept = *flight;

	*flight = (struct tls_flight){
		.data = kept.data, .message = kept.message, .chain = kept.chain,
		.status = kept.status, .cookie = kept.cookie
	};
	buffer_reset(&flight->data);
	buffer_reset(&flight->message);
	buffer_reset(&flight->chain);
	buffer_reset(&flight->status);
	buffer_reset(&flight->cookie);
}

void
tls_flight_free(struct tls_flight *flight)
{
	buffer_free(&flight->data);
	buffer_free(&flight->message);
	buffer_free(&flight->chain);
	buffer_free(&flight->status);
	buffer_free(&flight->cookie);
}
