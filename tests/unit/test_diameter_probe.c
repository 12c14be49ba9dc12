/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The diameter probe against peers that are well, do not know us, ask back, leave, are silent at
 * any step or hostile, over TCP and TLS: each round is one recorded outcome, and none of them
 * leaves a well-behaved peer without a disconnect request.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/mman.h>

#include "probes/wire/diameter.h"
#include "tests/unit/tls_lab.h"

enum { DAY = 86400 };

/* What a peer answers to each of our requests, in order; 0: nothing. */
struct script {
	uint32_t    capabilities, watchdog, disconnect;
	uint32_t    asks;	/* command of a request of its own, before its first answer; 0: none */
	unsigned    asks_count;
	bool        twice, octets, wrong_hop, wrong_end, no_result, error_bit;
	uint32_t    leaves;	/* command it answers and then closes; 0: stays */
	struct bytes raw;	/* sent instead of the first answer */
	size_t      raw_repeat;
	SSL_CTX    *ctx;	/* NULL: TCP */
	bool        inband, eager;	/* TLS behind the capabilities answer; octets in the clear too */
	bool        plain_on;	/* agrees to inband TLS and does not come to it */
};

/* What a peer heard, seen from the test: shared memory. */
struct heard {
	bool     offered_tls, watchdog_secured;
	unsigned requests[3];	/* capabilities, watchdog, disconnect */
	uint32_t cause, answer;	/* of the disconnect request; result of what we answered it */
	uint8_t  address[8];	/* Host-IP-Address we said */
	bool     answer_error;
};

struct lab {
	uv_loop_t       loop;
	struct machine *machine;
	struct lab_seen seen;
	struct round_option option[8];
	size_t          options;
	uint16_t        port;
};

static struct tls_pair root;
static struct buffer root_pem;
static struct heard *heard;

static int
group_setup(void **state)
{
	(void)state;
	root = tls_issue(NULL, "Lab Root", true, -DAY, 10 * DAY, NULL);
	tls_pem(&root_pem, &root, false);
	heard = mmap(NULL, sizeof(*heard), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return heard == MAP_FAILED;
}

static int
group_teardown(void **state)
{
	(void)state;
	tls_pair_free(&root);
	buffer_free(&root_pem);
	return 0;
}

static int
setup(void **state)
{
	static uint16_t port = 8500;
	struct lab *lab = memory_new(1, sizeof(*lab));

	uv_loop_init(&lab->loop);
	lab->machine = machine_new(&lab->loop);
	lab->option[0] = (struct round_option){ .name = "transport", .value = "tcp" };
	lab->option[1] = (struct round_option){ .name = "origin_host", .value = "monitor.lab" };
	lab->option[2] = (struct round_option){ .name = "origin_realm", .value = "lab" };
	lab->options = 3;
	lab->port = port;
	port += 50;
	*state = lab;
	return 0;
}

static int
teardown(void **state)
{
	struct lab *lab = *state;

	machine_free(lab->machine);
	assert_int_equal(uv_loop_close(&lab->loop), 0);
	lab_seen_free(&lab->seen);
	free(lab);
	return 0;
}

struct wire { int fd; SSL *ssl; };

static bool
wire_write(const struct wire *wire, struct bytes out, size_t step)
{
	for (size_t at = 0; at < out.len; at += step) {
		size_t len = out.len - at < step ? out.len - at : step;

		if (wire->ssl != NULL ? SSL_write(wire->ssl, out.at + at, (int)len) <= 0 :
		    write(wire->fd, out.at + at, len) != (ssize_t)len)
			return false;
	}
	return true;
}

/* The next message of the client; false at its end. */
static bool
wire_read(const struct wire *wire, struct buffer *in, struct diameter_message *message)
{
	struct why why = { .err = ERR_OK };
	char part[4096];

	while (diameter_frame(bytes_of_buffer(in), message, &why) != DIAMETER_MESSAGE) {
		ssize_t got = wire->ssl != NULL ? SSL_read(wire->ssl, part, sizeof(part)) :
		    read(wire->fd, part, sizeof(part));

		if (got <= 0)
			return false;
		buffer_put(in, part, (size_t)got);
	}
	return true;
}

static const struct diameter_application offered = { .id = 16777251, .vendor = 10415 };
static const struct diameter_self peer = {
	.host = "hss.lab", .realm = "lab", .product = "bench", .application = &offered,
	.applications = 1
}, inband_peer = {
	.host = "hss.lab", .realm = "lab", .product = "bench", .application = &offered,
	.applications = 1, .inband_tls = true
};

static bool
reply(const struct wire *wire, const struct script *script, struct diameter_header header,
    uint32_t result)
{
	struct buffer out = { 0 };
	bool sent;

	header.hop ^= script->wrong_hop;
	header.end ^= script->wrong_end;
	diameter_answer_write(script->inband ? &inband_peer : &peer, &header, result, &out);
	if (script->eager)
		buffer_put(&out, "\1\0", 2);
	if (script->error_bit)
		out.at[4] |= DIAMETER_ERROR;
	if (script->no_result)
		out.at[DIAMETER_HEADER_LEN + 2] = 0x7f;	/* the first AVP is one nobody knows */
	if (script->twice)
		diameter_answer_write(&peer, &header, result, &out);
	sent = wire_write(wire, bytes_of_buffer(&out), script->octets ? 1 : out.len);
	buffer_free(&out);
	return sent;
}

static void
ask(const struct wire *wire, const struct script *script)
{
	struct buffer out = { 0 };

	for (unsigned i = 0; i < script->asks_count; i++)
		diameter_request_write(&peer, (enum diameter_command)script->asks,
		    (struct diameter_ids){ 77, 88 }, &out);
	(void)!wire_write(wire, bytes_of_buffer(&out), out.len + 1);
	buffer_free(&out);
}

static void
note_request(const struct diameter_message *message, const struct diameter_said *said, bool secured)
{
	struct reader avps = reader_of(message->avps);
	struct diameter_avp avp;
	uint32_t command = message->header.command;

	heard->requests[command == DIAMETER_CAPABILITIES ? 0 : command == DIAMETER_WATCHDOG ? 1 : 2]++;
	heard->offered_tls |= said->inband_tls;
	heard->watchdog_secured |= secured && command == DIAMETER_WATCHDOG;
	if (said->has_cause)
		heard->cause = said->cause;
	while (diameter_avp_next(&avps, &avp))
		if (avp.code == 257)
			memcpy(heard->address, avp.data.at, avp.data.len < 8 ? avp.data.len : 8);
}

/* False: the peer leaves. */
static bool
on_request(const struct wire *wire, const struct script *script, const struct diameter_header *header)
{
	uint32_t result = header->command == DIAMETER_CAPABILITIES ? script->capabilities :
	    header->command == DIAMETER_WATCHDOG ? script->watchdog : script->disconnect;

	if (header->command == DIAMETER_CAPABILITIES && script->asks != 0)
		ask(wire, script);
	if (script->raw.len > 0) {
		for (size_t i = 0; i < script->raw_repeat + 1; i++)
			if (!wire_write(wire, script->raw, script->raw.len))
				return false;
		return true;
	}
	return (result == 0 || reply(wire, script, *header, result)) &&
	    script->leaves != header->command;
}

/* RFC 6733 13.1: the handshake begins behind the capabilities answer. */
static bool
secured(struct wire *wire, const struct script *script)
{
	wire->ssl = SSL_new(script->ctx);
	SSL_set_fd(wire->ssl, wire->fd);
	return SSL_accept(wire->ssl) == 1;
}

static void
talk(struct wire *wire, const struct script *script)
{
	struct buffer in = { 0 };
	struct diameter_message message;
	struct diameter_said said;
	struct why why;
	bool stays = true;

	while (stays && wire_read(wire, &in, &message)) {
		if (diameter_read(&message, &said, &why) != ERR_OK)
			break;
		if ((message.header.flags & DIAMETER_REQUEST) != 0) {
			note_request(&message, &said, wire->ssl != NULL);
			stays = on_request(wire, script, &message.header);
		} else if (message.header.hop == 77 && message.header.end == 88) {
			heard->answer = said.result;
			heard->answer_error = (message.header.flags & DIAMETER_ERROR) != 0;
		}
		memmove(in.at, in.at + message.header.len, in.len - message.header.len);
		in.len -= message.header.len;
		if (script->inband && wire->ssl == NULL && !script->plain_on && stays)
			stays = secured(wire, script);
	}
	buffer_free(&in);
}

static void
serve(int fd, void *arg)
{
	const struct script *script = arg;
	struct wire wire = { .fd = fd };

	if (script->inband) {
		talk(&wire, script);
		SSL_free(wire.ssl);
	} else if (script->ctx != NULL) {
		wire.ssl = SSL_new(script->ctx);
		SSL_set_fd(wire.ssl, fd);
		if (SSL_accept(wire.ssl) == 1)
			talk(&wire, script);
		SSL_shutdown(wire.ssl);
		SSL_free(wire.ssl);
	} else {
		talk(&wire, script);
	}
	shutdown(fd, SHUT_WR);
}

static void
diameter_round(struct lab *lab, struct script script, int64_t deadline_ms)
{
	uint16_t port = lab->port++;
	struct endpoint *endpoint = endpoint_new(lab->machine, &probe_diameter, "127.0.0.1",
	    lab->option, lab->options);
	pid_t pid;

	*heard = (struct heard){ .cause = UINT32_MAX };
	pid = lab_serve(port, serve, &script);
	lab->seen.times = 0;
	lab_round(lab->machine, &lab->loop, endpoint, port, deadline_ms, &lab->seen);
	assert_int_equal(lab->seen.times, 1);
	assert_null(strstr(lab->seen.detail, "127.0"));
	endpoint_free(endpoint);
	/* What was sent last is heard after the round. */
	for (int i = 0; i < 400 && script.asks != 0 && heard->answer == 0; i++)
		usleep(5000);
	lab_end(pid);
}

static void
assert_outcome(struct lab *lab, enum outcome outcome, enum err err, const char *says)
{
	if (lab->seen.outcome != outcome || lab->seen.err != err ||
	    strstr(lab->seen.detail, says) == NULL)
		fail_msg("%s, %s: %s", outcome_name(lab->seen.outcome), err_name(lab->seen.err),
		    lab->seen.detail);
}

static int64_t
number(struct lab *lab, enum fact fact)
{
	int64_t value = -1;

	fact_int(bytes_of_buffer(&lab->seen.facts), fact, &value);
	return value;
}

static void
assert_text(struct lab *lab, enum fact fact, const char *text)
{
	struct bytes got;

	assert_true(fact_text(bytes_of_buffer(&lab->seen.facts), fact, &got));
	assert_true(bytes_equal(got, bytes_of_text(text)));
}

/* -1: not said. */
static int
disconnected(struct lab *lab)
{
	bool value;

	return fact_flag(bytes_of_buffer(&lab->seen.facts), FACT_DIAMETER_DISCONNECT, &value) ? value : -1;
}

static const struct script well = { .capabilities = 2001, .watchdog = 2001, .disconnect = 2001 };

static void
good(void **state)
{
	struct lab *lab = *state;
	struct script script = well;

	for (int i = 0; i < 3; i++) {
		script.octets = i == 1, script.twice = i == 2;
		diameter_round(lab, script, 4000);
		assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
		assert_int_equal(number(lab, FACT_DIAMETER_RESULT), 2001);
		assert_int_equal(number(lab, FACT_DIAMETER_WATCHDOG), 2001);
		assert_int_equal(disconnected(lab), 1);
		assert_text(lab, FACT_DIAMETER_ORIGIN_HOST, "hss.lab");
		assert_text(lab, FACT_DIAMETER_PRODUCT, "bench");
		assert_text(lab, FACT_DIAMETER_TRANSPORT, "TCP");
		assert_true(lab->seen.latency_us > 0);
		for (int k = 0; k < 3; k++)
			assert_int_equal(heard->requests[k], 1);
		assert_int_equal(heard->cause, 2);
		assert_memory_equal(heard->address, "\0\1\x7f\0\0\1", 6);
	}
	lab->option[3] = (struct round_option){ .name = "host_ip", .value = "2001:db8::9" };
	lab->options = 4;
	diameter_round(lab, well, 4000);
	assert_memory_equal(heard->address, "\0\2\x20\x01\x0d\xb8\0\0", 8);
}

static void
refusals(void **state)
{
	static const struct { uint32_t result; const char *says; } refusal[] = {
		{ 3010, "3010 (DIAMETER_UNKNOWN_PEER): it is alive but does not know us; add our origin_host" },
		{ 5010, "5010 (DIAMETER_NO_COMMON_APPLICATION): it is alive and shares no application" },
		{ 5012, "5012 (DIAMETER_UNABLE_TO_COMPLY)" },
		{ 3003, "3003 (DIAMETER_REALM_NOT_SERVED)" },
		{ 5017, "5017 (DIAMETER_NO_COMMON_SECURITY): it is alive and accepts no connection" },
		{ 4003, "4003 (ELECTION_LOST)" },
		{ 9999, "exchange with 9999" },
	};
	struct lab *lab = *state;

	for (size_t i = 0; i < sizeof(refusal) / sizeof(refusal[0]); i++) {
		diameter_round(lab, (struct script){ .capabilities = refusal[i].result }, 4000);
		assert_outcome(lab, OUTCOME_DEGRADED, ERR_REFUSED, refusal[i].says);
		assert_int_equal(number(lab, FACT_DIAMETER_RESULT), refusal[i].result);
		assert_int_equal(heard->requests[1] + heard->requests[2], 0);
	}
	diameter_round(lab, (struct script){ .capabilities = 2001, .no_result = true }, 4000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_MALFORMED, "no Result-Code");
	diameter_round(lab, (struct script){ .capabilities = 2001, .watchdog = 5012,
	    .disconnect = 2001 }, 4000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_REFUSED, "watchdog with 5012");
	assert_int_equal(disconnected(lab), 1);
}

/* Another's answer counts for nothing: our ids were not in it. */
static void
wrong_ids(void **state)
{
	struct lab *lab = *state;
	struct script script = well;

	script.wrong_hop = true, script.twice = true, script.leaves = DIAMETER_CAPABILITIES;
	diameter_round(lab, script, 4000);
	assert_outcome(lab, OUTCOME_UNKNOWN, ERR_CLOSED, "; 2 other messages of it were ignored");
	assert_int_equal(number(lab, FACT_DIAMETER_RESULT), -1);
	script.wrong_hop = false, script.wrong_end = true, script.leaves = 0;
	diameter_round(lab, script, 200);
	assert_outcome(lab, OUTCOME_DOWN, ERR_TIMEOUT, "; 2 other messages of it were ignored");
}

static void
peer_asks(void **state)
{
	struct lab *lab = *state;
	struct script script = well;
	static const uint32_t commands[] = { DIAMETER_CAPABILITIES, DIAMETER_WATCHDOG, 316 };

	script.asks_count = 1;
	for (size_t i = 0; i < 3; i++) {
		script.asks = commands[i];
		diameter_round(lab, script, 4000);
		assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
		assert_int_equal(heard->answer, i < 2 ? 2001 : 3002);
		assert_int_equal(heard->answer_error, i == 2);
	}
	script.asks_count = 1000, script.asks = DIAMETER_WATCHDOG;
	diameter_round(lab, script, 4000);
	assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
	script.asks_count = 1, script.asks = DIAMETER_DISCONNECT;
	diameter_round(lab, script, 4000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_CLOSED,
	    "the peer asked us to disconnect: DO_NOT_WANT_TO_TALK_TO_YOU");
	assert_int_equal(heard->answer, 2001);
}

/* A silent peer is asked to let go all the same; one that left is not waited for. */
static void
silence(void **state)
{
	struct lab *lab = *state;

	diameter_round(lab, (struct script){ .capabilities = 0 }, 200);
	assert_outcome(lab, OUTCOME_DOWN, ERR_TIMEOUT, "did not answer before the deadline");
	diameter_round(lab, (struct script){ .leaves = DIAMETER_CAPABILITIES }, 4000);
	assert_outcome(lab, OUTCOME_UNKNOWN, ERR_CLOSED, "without an answer: it may be down behind its "
	    "port, or not know us");
	diameter_round(lab, (struct script){ .capabilities = 2001, .disconnect = 2001 }, 400);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_TIMEOUT, "and not the watchdog");
	assert_int_equal(disconnected(lab), 1);
	assert_int_equal(heard->requests[2], 1);
	diameter_round(lab, (struct script){ .capabilities = 2001, .leaves = DIAMETER_WATCHDOG }, 4000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_CLOSED, "and not the watchdog");
	assert_int_equal(disconnected(lab), -1);
	/* No answer to the disconnect request is a fact about the peer, and no fault of its service. */
	diameter_round(lab, (struct script){ .capabilities = 2001, .watchdog = 2001 }, 400);
	assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
	assert_int_equal(disconnected(lab), 0);
	diameter_round(lab, (struct script){ .capabilities = 2001, .watchdog = 2001,
	    .leaves = DIAMETER_DISCONNECT }, 4000);
	assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
	assert_int_equal(disconnected(lab), 0);
}

static void
hostile(void **state)
{
	static const struct { const char *octets; size_t len; enum err err; const char *says; } raw[] = {
		{ "HTTP/1.1 400 Bad Request\r\n\r\n", 28, ERR_MALFORMED, "not Diameter" },
		{ "\x01\0\0\0\0\0\1\1\0\0\0\0\0\0\0\0\0\0\0\0", 20, ERR_MALFORMED, "has 0 octets" },
		{ "\x01\xff\xff\xfc\0\0\1\1\0\0\0\0\0\0\0\0\0\0\0\0", 20, ERR_LIMIT, "more than" },
		{ "\x01\0\0\x15\0\0\1\1", 8, ERR_MALFORMED, "has 21 octets" },
		/* Requests with an AVP of no octets, and with one of 16 MiB. */
		{ "\x01\0\0\x1c\x80\0\1\x18\0\0\0\0\0\0\0\1\0\0\0\2\0\0\1\x08\x40\0\0\0", 28,
		    ERR_MALFORMED, "does not fit" },
		{ "\x01\0\0\x1c\x80\0\1\x18\0\0\0\0\0\0\0\1\0\0\0\2\0\0\1\x08\x40\xff\xff\xff", 28,
		    ERR_MALFORMED, "does not fit" },
	};
	struct lab *lab = *state;

	for (size_t i = 0; i < sizeof(raw) / sizeof(raw[0]); i++) {
		diameter_round(lab, (struct script){ .raw = bytes_of(raw[i].octets, raw[i].len) }, 4000);
		assert_outcome(lab, OUTCOME_DOWN, raw[i].err, raw[i].says);
	}
	/* Well-formed answers to nothing, for ever; then a message that never becomes whole. */
	diameter_round(lab, (struct script){ .raw_repeat = 100000, .raw = bytes_of(
	    "\x01\0\0\x14\0\0\1\x18\0\0\0\0\0\0\0\1\0\0\0\2", 20) }, 4000);
	assert_outcome(lab, OUTCOME_DOWN, ERR_LIMIT, "other messages of it were ignored");
	diameter_round(lab, (struct script){ .raw = bytes_of("\x01\0\xff\xfc\0\0\1\1", 8) }, 200);
	assert_outcome(lab, OUTCOME_DOWN, ERR_TIMEOUT, "before the deadline");
}

static void
configuration(void **state)
{
	static const struct { const char *name, *value, *says; } bad[] = {
		{ "origin_host", "a b", "must be names" }, { "origin_realm", "..", "must be names" },
		{ "host_ip", "localhost", "not an IP address" }, { "applications", "s6a", "VENDOR:ID" },
	};
	struct lab *lab = *state;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct round_option before = lab->option[i < 2 ? 1 + i : 3];

		lab->option[i < 2 ? 1 + i : 3] = (struct round_option){ .name = bad[i].name,
		    .value = bad[i].value };
		lab->options = i < 2 ? 3 : 4;
		diameter_round(lab, well, 1000);
		assert_outcome(lab, OUTCOME_UNKNOWN, ERR_INVALID, bad[i].says);
		assert_int_equal(heard->requests[0], 0);
		lab->option[i < 2 ? 1 + i : 3] = before;
	}
}

static void
over_tls(void **state)
{
	struct lab *lab = *state;
	struct tls_pair leaf = tls_issue(&root, "hss", false, -DAY, DAY, "DNS:hss.lab");
	struct tls_pair late = tls_issue(&root, "hss", false, -2 * DAY, -DAY, "DNS:hss.lab");
	struct tls_server server = tls_server(&leaf, NULL), expired = tls_server(&late, NULL);
	struct tls_server closed = tls_server(&leaf, NULL);
	struct script script = well;

	lab->option[0] = (struct round_option){ .name = "trust", .value = "root.pem",
	    .octets = bytes_of_buffer(&root_pem) };
	lab->option[3] = (struct round_option){ .name = "server_name", .value = "hss.lab" };
	lab->options = 4;
	script.ctx = server.ctx;
	diameter_round(lab, script, 4000);
	assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
	assert_text(lab, FACT_DIAMETER_TRANSPORT, "TLS");
	assert_text(lab, FACT_TLS_VERSION, "TLSv1.3");
	assert_int_equal(heard->requests[2], 1);
	script.ctx = expired.ctx;
	diameter_round(lab, script, 4000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_EXPIRED, "the peer's certificate expired");
	assert_int_equal(number(lab, FACT_DIAMETER_WATCHDOG), 2001);
	script.capabilities = 3010;
	diameter_round(lab, script, 4000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_REFUSED, ", and the peer's certificate expired");
	SSL_CTX_set_verify(closed.ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	script.ctx = closed.ctx;
	diameter_round(lab, script, 4000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_REFUSED, "asks for a client certificate");
	SSL_CTX_free(server.ctx), SSL_CTX_free(expired.ctx), SSL_CTX_free(closed.ctx);
	tls_pair_free(&leaf), tls_pair_free(&late);
}

/* One endpoint: a peer that knew us and now closes is down; with other options nobody knows. */
static void
known_before(void **state)
{
	struct lab *lab = *state;
	uint16_t port = lab->port++;
	struct script scripts[] = { well, { .leaves = DIAMETER_CAPABILITIES },
	    { .capabilities = DIAMETER_UNKNOWN_PEER }, { .leaves = DIAMETER_CAPABILITIES } };
	const enum outcome outcomes[] = { OUTCOME_UP, OUTCOME_DOWN, OUTCOME_DEGRADED, OUTCOME_UNKNOWN };
	struct endpoint *endpoint = endpoint_new(lab->machine, &probe_diameter, "127.0.0.1",
	    lab->option, lab->options);
	bool known;

	for (size_t i = 0; i < 4; i++) {
		pid_t pid = lab_serve(port, serve, &scripts[i]);

		lab_round(lab->machine, &lab->loop, endpoint, port, 4000, &lab->seen);
		lab_end(pid);
		assert_outcome(lab, outcomes[i], i == 0 ? ERR_OK : i == 2 ? ERR_REFUSED : ERR_CLOSED, "");
		known = fact_flag(bytes_of_buffer(&lab->seen.facts), FACT_DIAMETER_KNOWN, &known) && known;
		assert_int_equal(known, i == 0);
	}
	endpoint_free(endpoint);
}

static int
flag(struct lab *lab, enum fact fact)
{
	bool value;

	return fact_flag(bytes_of_buffer(&lab->seen.facts), fact, &value) ? value : -1;
}

static void
inband(void **state)
{
	struct lab *lab = *state;
	struct tls_pair leaf = tls_issue(&root, "hss", false, -DAY, DAY, "DNS:hss.lab");
	struct tls_server server = tls_server(&leaf, NULL);
	struct script script = well;

	lab->option[0].value = "inband";
	lab->option[lab->options++] = (struct round_option){ .name = "trust", .value = "root.pem",
	    .octets = bytes_of_buffer(&root_pem) };
	lab->option[lab->options++] = (struct round_option){ .name = "server_name", .value = "hss.lab" };
	script.inband = true, script.ctx = server.ctx;
	diameter_round(lab, script, 4000);
	assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
	assert_true(heard->offered_tls && heard->watchdog_secured);
	assert_int_equal(flag(lab, FACT_DIAMETER_PROTECTED), 1);
	assert_int_equal(flag(lab, FACT_DIAMETER_CERTIFIED), 1);
	assert_text(lab, FACT_TLS_VERSION, "TLSv1.3");
	/* It does not agree: nothing more than the farewell is said in the clear. */
	diameter_round(lab, well, 4000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_MISMATCH, "does not agree to TLS");
	assert_int_equal(heard->requests[1], 0);
	assert_int_equal(heard->requests[2], 1);
	assert_int_equal(flag(lab, FACT_DIAMETER_PROTECTED), -1);
	/* Octets that came in the clear are not taken for those of TLS. */
	script.eager = true;
	diameter_round(lab, script, 4000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_MALFORMED, "in the clear behind its agreement");
	script.eager = false, script.plain_on = true;
	diameter_round(lab, script, 300);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_TIMEOUT, "agreed to TLS and did not come to it");
	SSL_CTX_free(server.ctx);
	tls_pair_free(&leaf);
	/* From the first octet, by a certificate of another name. */
	leaf = tls_issue(&root, "x", false, -DAY, DAY, "DNS:x.lab");
	server = tls_server(&leaf, NULL);
	lab->option[0].value = "tls";
	script = well, script.ctx = server.ctx;
	diameter_round(lab, script, 4000);
	assert_int_equal(flag(lab, FACT_DIAMETER_CERTIFIED), 0);
	SSL_CTX_free(server.ctx);
	tls_pair_free(&leaf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(good), T(known_before), T(inband), T(refusals), T(wrong_ids), T(peer_asks), T(silence), T(hostile),
		T(configuration), T(over_tls),
	};

	lab_enter();
	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
