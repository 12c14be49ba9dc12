/* SPDX-License-Identifier: Apache-2.0 */
/* The measuring client: one handshake after RFC 8446, message by message; see tls_measure.h. */
#include <openssl/rand.h>
#include <string.h>

#include "monitor/base/limits.h"
#include "probes/tls_measure.h"

enum {
	RECORD_BODY_MAX = 16384 + 256, IGNORED_MAX = 4,
	CHANGE_CIPHER_SPEC = 20, ALERT = 21, HANDSHAKE = 22, APPLICATION_DATA = 23,
	SERVER_HELLO = 2, ENCRYPTED_EXTENSIONS = 8, CERTIFICATE = 11, CERTIFICATE_VERIFY = 15,
	FINISHED = 20,
	X25519 = 0x001d
};

/* --- ClientHello -------------------------------------------------------------------------- */

/* What libssl offers in TLS 1.3, and enough of older suites that a server without it says so. */
static const uint16_t suites[] = { 0x1302, 0x1303, 0x1301, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc02b,
	0xc02f, 0x009d, 0x009c, 0xc00a, 0xc014, 0x0035, 0x002f };
static const uint16_t groups[] = { X25519, 0x0017, 0x001e, 0x0019, 0x0018, 0x0100, 0x0101, 0x0102,
	0x0103, 0x0104 };
static const uint16_t schemes[] = { 0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0809, 0x080a, 0x080b,
	0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0303, 0x0301 };
static const uint16_t versions[] = { 0x0304, 0x0303 };

/* A length of two octets is put when what it counts is there. */
static size_t
length_open(struct buffer *out)
{
	buffer_put_be(out, 0, 2);
	return out->len;
}

static void
length_close(struct buffer *out, size_t from)
{
	size_t len = out->len - from;

	out->at[from - 2] = (uint8_t)(len >> 8);
	out->at[from - 1] = (uint8_t)len;
}

static void
numbers_put(struct buffer *out, unsigned extension, const uint16_t *number, size_t count,
    unsigned length_octets)
{
	buffer_put_be(out, extension, 2);
	buffer_put_be(out, 2 * count + length_octets, 2);
	buffer_put_be(out, 2 * count, length_octets);
	for (size_t i = 0; i < count; i++)
		buffer_put_be(out, number[i], 2);
}

static void
server_name_put(struct buffer *out, const char *name)
{
	size_t len = strlen(name);

	buffer_put_be(out, 0, 2);
	buffer_put_be(out, len + 5, 2);
	buffer_put_be(out, len + 3, 2);
	buffer_put_u8(out, 0);
	buffer_put_be(out, len, 2);
	buffer_put_text(out, name);
}

static bool
alpn_put(struct buffer *out, const char *list)
{
	size_t extension, names;

	buffer_put_be(out, 16, 2);
	extension = length_open(out);
	names = length_open(out);
	while (*list != '\0') {
		size_t len = strcspn(list, ",");

		if (len == 0 || len > 255)
			return false;
		buffer_put_u8(out, (uint8_t)len);
		buffer_put(out, list, len);
		list += len + (list[len] == ',');
	}
	length_close(out, names);
	length_close(out, extension);
	return true;
}

static bool
extensions_put(struct buffer *out, const uint8_t share[TLS_SHARE], const char *server_name,
    const char *alpn)
{
	static const uint8_t points[] = { 0, 11, 0, 2, 1, 0 };
	static const uint8_t status[] = { 0, 5, 0, 5, 1, 0, 0, 0, 0 };
	static const uint8_t empty[] = { 0, 22, 0, 0, 0, 23, 0, 0, 0xff, 1, 0, 1, 0 };
	static const uint8_t modes[] = { 0, 45, 0, 2, 1, 1 };
	size_t from = length_open(out);
	bool fine = true;

	if (server_name[0] != '\0')
		server_name_put(out, server_name);
	buffer_put(out, points, sizeof(points));
	numbers_put(out, 10, groups, sizeof(groups) / sizeof(groups[0]), 2);
	if (alpn[0] != '\0')
		fine = alpn_put(out, alpn);
	buffer_put(out, status, sizeof(status));
	buffer_put(out, empty, sizeof(empty));
	numbers_put(out, 13, schemes, sizeof(schemes) / sizeof(schemes[0]), 2);
	numbers_put(out, 43, versions, sizeof(versions) / sizeof(versions[0]), 1);
	buffer_put(out, modes, sizeof(modes));
	buffer_put_be(out, 51, 2);
	buffer_put_be(out, TLS_SHARE + 6, 2);
	buffer_put_be(out, TLS_SHARE + 4, 2);
	buffer_put_be(out, X25519, 2);
	buffer_put_be(out, TLS_SHARE, 2);
	buffer_put(out, share, TLS_SHARE);
	length_close(out, from);
	return fine;
}

static bool
hello_put(struct buffer *out, const uint8_t share[TLS_SHARE], const char *server_name,
    const char *alpn)
{
	uint8_t random[32];
	size_t from;
	bool fine;

	if (RAND_bytes(random, sizeof(random)) != 1)
		return false;
	buffer_put_be(out, 0x0100, 2);	/* ClientHello, and the high octet of its length */
	from = length_open(out);
	buffer_put_be(out, 0x0303, 2);
	buffer_put(out, random, sizeof(random));
	buffer_put_u8(out, 0);
	buffer_put_be(out, sizeof(suites), 2);
	for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++)
		buffer_put_be(out, suites[i], 2);
	buffer_put_be(out, 0x0100, 2);
	fine = extensions_put(out, share, server_name, alpn);
	length_close(out, from);
	return fine && !out->failed;
}

bool
tls_measure_open(struct tls_measure *measure, struct tls_tools *tools,
    struct tls_chain_cache *chains, struct tls_session *session, const char *server_name,
    const char *alpn)
{
	uint8_t share[TLS_SHARE];

	*session = (struct tls_session){ .chain.max = ANSWER_MAX, .out.max = ANSWER_MAX,
	    .status.max = ANSWER_MAX };
	*measure = (struct tls_measure){ .tools = tools, .session = session, .chains = chains,
	    .next = SERVER_HELLO, .raw.max = ANSWER_MAX, .message.max = ANSWER_MAX,
	    .hello.max = 4096 };
	if (strlen(server_name) > 253)
		return false;
	measure->share = tls_share_new(tools, share);
	if (measure->share == NULL ||
	    !hello_put(&measure->hello, share, server_name, alpn))
		return false;
	buffer_put_be(&session->out, 0x160301, 3);
	buffer_put_be(&session->out, measure->hello.len, 2);
	buffer_put(&session->out, measure->hello.at, measure->hello.len);
	return true;
}

void
tls_measure_close(struct tls_measure *measure)
{
	tls_share_free(measure->share);
	tls_secrets_end(&measure->secrets);
	buffer_free(&measure->hello);
	buffer_free(&measure->raw);
	buffer_free(&measure->message);
	measure->share = NULL;
}

/* --- the server's messages ---------------------------------------------------------------- */

/* The share of the server, and that it chose what this client speaks. */
static bool
hello_take(struct bytes body, uint16_t *suite, uint8_t share[TLS_SHARE])
{
	struct reader in = reader_of(body), list;
	bool tls13 = false, shared = false;

	if (read_be(&in, 2) != 0x0303)
		return false;
	read_bytes(&in, 32);
	if (read_be(&in, 1) != 0)	/* we sent no session to echo */
		return false;
	*suite = (uint16_t)read_be(&in, 2);
	if (read_be(&in, 1) != 0)
		return false;
	list = reader_of(read_bytes(&in, read_be(&in, 2)));
	while (!list.failed && list.at < list.in.len) {
		uint64_t type = read_be(&list, 2);
		struct reader extension = reader_of(read_bytes(&list, read_be(&list, 2)));

		if (type == 43) {
			tls13 = read_be(&extension, 2) == 0x0304 && reader_done(&extension);
		} else if (type == 51) {
			/* A HelloRetryRequest names a group only, and is not done here. */
			shared = read_be(&extension, 2) == X25519 &&
			    read_be(&extension, 2) == TLS_SHARE &&
			    extension.in.len == 4 + TLS_SHARE;
			if (!shared)
				return false;
			memcpy(share, extension.in.at + 4, TLS_SHARE);
		} else {
			return false;
		}
	}
	return reader_done(&in) && reader_done(&list) && tls13 && shared;
}

static bool
on_hello(struct tls_measure *measure, struct bytes message)
{
	struct tls_session *session = measure->session;
	uint8_t share[TLS_SHARE];
	uint16_t suite;

	if (!hello_take(bytes_slice(message, 4, message.len), &suite, share) ||
	    !tls_secrets_begin(&measure->secrets, measure->tools, suite,
	    bytes_of_buffer(&measure->hello)))
		return false;
	tls_secrets_hear(&measure->secrets, message);
	session->measured.version = "TLSv1.3";
	session->measured.suite = tls_secrets_suite_name(suite);
	measure->next = ENCRYPTED_EXTENSIONS;
	return tls_secrets_handshake(&measure->secrets, measure->share, share);
}

static bool
on_extensions(struct tls_measure *measure, struct bytes message)
{
	struct reader in = reader_of(bytes_slice(message, 4, message.len)), list;
	struct tls_session *session = measure->session;

	list = reader_of(read_bytes(&in, read_be(&in, 2)));
	while (!list.failed && list.at < list.in.len) {
		uint64_t type = read_be(&list, 2);
		struct reader extension = reader_of(read_bytes(&list, read_be(&list, 2)));
		struct bytes name;

		if (type != 16)
			continue;
		if (read_be(&extension, 2) + 2 != extension.in.len)
			return false;
		name = read_bytes(&extension, read_be(&extension, 1));
		if (!reader_done(&extension) || name.len == 0)
			return false;
		memcpy(session->measured.alpn, name.at, name.len);
		session->measured.alpn_len = (uint8_t)name.len;
	}
	measure->next = CERTIFICATE;
	return reader_done(&in) && reader_done(&list);
}

static bool
on_certificate(struct tls_measure *measure, struct bytes message)
{
	struct tls_session *session = measure->session;

	session->certificates = tls_certificates(message, true, &session->chain);
	if (session->certificates == 0)
		return false;
	tls_stapled(message, true, &session->status);
	measure->chain = hash_of(bytes_of_buffer(&session->chain));
	measure->next = CERTIFICATE_VERIFY;
	return true;
}

static bool
on_verify(struct tls_measure *measure, struct bytes message)
{
	struct reader in = reader_of(bytes_slice(message, 4, message.len));
	uint16_t scheme = (uint16_t)read_be(&in, 2);
	struct bytes signature = read_bytes(&in, read_be(&in, 2));
	struct tls_chain *chain = tls_chain_find(measure->chains, measure->chain,
	    bytes_of_buffer(&measure->session->chain));
	uint8_t covered[TLS_COVERED_MAX];
	size_t len = tls_secrets_covered(&measure->secrets, covered);

	measure->next = FINISHED;
	return reader_done(&in) && chain != NULL && len > 0 &&
	    tls_chain_signed(chain, scheme, bytes_of(covered, len), signature);
}

static bool
on_finished(struct tls_measure *measure, struct bytes message)
{
	static const uint8_t close_notify[] = { 1, 0 };
	struct buffer *out = &measure->session->out;
	uint8_t finished[4 + TLS_SECRET_MAX];
	size_t len;

	if (!tls_secrets_finished_right(&measure->secrets, bytes_slice(message, 4, message.len)))
		return false;
	tls_secrets_hear(&measure->secrets, message);
	len = tls_secrets_finished(&measure->secrets, finished);
	if (len == 0)
		return false;
	tls_record_seal(&measure->secrets, HANDSHAKE, bytes_of(finished, len), out);
	if (!tls_secrets_application(&measure->secrets))
		return false;
	tls_record_seal(&measure->secrets, ALERT, bytes_of(close_notify, sizeof(close_notify)),
	    out);
	measure->session->established = true;
	measure->next = 0;
	return true;
}

static bool
on_message(struct tls_measure *measure, struct bytes message)
{
	if (message.at[0] != measure->next)
		return false;	/* out of order; a CertificateRequest among others */
	tls_hear(&measure->session->heard, message, TLS_EXCHANGE_OTHER);
	switch (message.at[0]) {
	case SERVER_HELLO:
		return on_hello(measure, message);
	case ENCRYPTED_EXTENSIONS:
		tls_secrets_hear(&measure->secrets, message);
		return on_extensions(measure, message);
	case CERTIFICATE:
		tls_secrets_hear(&measure->secrets, message);
		return on_certificate(measure, message);
	case CERTIFICATE_VERIFY:
		if (!on_verify(measure, message))
			return false;
		tls_secrets_hear(&measure->secrets, message);
		return true;
	default:
		return on_finished(measure, message);
	}
}

/* Whole messages of what has come; keys change behind ServerHello and Finished only, and nothing
 * may stand behind these in one record (RFC 8446 section 5.1). */
static bool
messages_take(struct tls_measure *measure)
{
	struct bytes rest = bytes_of_buffer(&measure->message);
	bool first = measure->next == SERVER_HELLO;

	while (rest.len >= 4 && measure->next != 0) {
		size_t len = 4 + ((size_t)rest.at[1] << 16 | (size_t)rest.at[2] << 8 | rest.at[3]);

		if (len > ANSWER_MAX)
			return false;
		if (rest.len < len)
			break;
		if (!on_message(measure, bytes_slice(rest, 0, len)))
			return false;
		rest = bytes_slice(rest, len, rest.len);
		if (first && rest.len > 0)
			return false;
	}
	if (rest.len > 0 && rest.at != measure->message.at)
		memmove(measure->message.at, rest.at, rest.len);
	measure->message.len = rest.len;
	return measure->next != 0 || rest.len == 0;
}

static bool
on_record(struct tls_measure *measure, uint8_t *record, size_t len)
{
	struct bytes plain = bytes_of(record + 5, len - 5);
	uint8_t type = record[0];

	if (type == CHANGE_CIPHER_SPEC)
		return ++measure->ignored <= IGNORED_MAX && len == 6 && record[5] == 1;
	if (measure->next == SERVER_HELLO ? type != HANDSHAKE : type != APPLICATION_DATA ||
	    !tls_record_open(&measure->secrets, record, len, &plain, &type))
		return false;
	if (type != HANDSHAKE || plain.len == 0)
		return false;
	buffer_put(&measure->message, plain.at, plain.len);
	return !measure->message.failed && messages_take(measure);
}

enum tls_measure_step
tls_measure_step(struct tls_measure *measure, struct bytes in)
{
	struct buffer *raw = &measure->raw;
	size_t at = 0;

	buffer_put(raw, in.at, in.len);
	if (raw->failed)
		return TLS_MEASURE_ELSEWHERE;
	while (raw->len - at >= 5 && measure->next != 0) {
		size_t len = 5 + ((size_t)raw->at[at + 3] << 8 | raw->at[at + 4]);

		if (len > 5 + RECORD_BODY_MAX)
			return TLS_MEASURE_ELSEWHERE;
		if (raw->len - at < len)
			break;
		if (!on_record(measure, raw->at + at, len))
			return TLS_MEASURE_ELSEWHERE;
		at += len;
	}
	if (at > 0 && raw->len > at)
		memmove(raw->at, raw->at + at, raw->len - at);
	raw->len -= at;
	return measure->next == 0 ? TLS_MEASURE_DONE : TLS_MEASURE_MORE;
}
