/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sip probe against servers that answer well, late, for somebody else, in pieces or not at
 * all, over TCP and TLS: each round is one recorded outcome.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <netinet/tcp.h>

#include "tests/unit/tls_lab.h"

enum { DAY = 86400, REQUEST_MAX = 4096 };

/* What a server does with the one request it reads. */
struct script {
	/* "%V", "%F", "%T", "%I", "%C": the request's Via row, From, To, Call-ID, CSeq values */
	const char *answer;
	const char *first;	/* is sent at once, before the request is there */
	size_t      repeat;	/* how often answer is sent; 0: once */
	bool        octets;	/* one octet a segment */
	bool        hold;	/* the connection stays open */
	const char *expect;	/* must be in what the client sends after the answer */
	SSL_CTX    *ctx;	/* NULL: TCP */
};

#define HEAD "%V\r\nFrom: %F\r\nTo: %T;tag=1\r\nCall-ID: %I\r\nCSeq: %C\r\n"
#define OK_ANSWER "SIP/2.0 200 OK\r\n" HEAD "Allow: INVITE, OPTIONS\r\nServer: test\r\nContent-Length: 0\r\n\r\n"

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

static int
group_setup(void **state)
{
	(void)state;
	root = tls_issue(NULL, "Lab Root", true, -DAY, 10 * DAY, NULL);
	tls_pem(&root_pem, &root, false);
	return 0;
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
	static uint16_t port = 7500;
	struct lab *lab = memory_new(1, sizeof(*lab));

	uv_loop_init(&lab->loop);
	lab->machine = machine_new(&lab->loop);
	lab->option[0] = (struct round_option){ .name = "transport", .value = "tcp" };
	lab->options = 1;
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

static ssize_t
wire_read(const struct wire *wire, void *at, size_t len)
{
	return wire->ssl != NULL ? SSL_read(wire->ssl, at, (int)len) : read(wire->fd, at, len);
}

static bool
wire_write(const struct wire *wire, const void *at, size_t len)
{
	return wire->ssl != NULL ? SSL_write(wire->ssl, at, (int)len) > 0 :
	    write(wire->fd, at, len) == (ssize_t)len;
}

/* A whole line of the request that begins so, or what follows the name on it. */
static void
put_line(struct buffer *out, const char *request, const char *name, bool all)
{
	const char *line = strstr(request, name);
	size_t skip = all || line == NULL ? 0 : strlen(name) + 2;

	if (line != NULL)
		buffer_put(out, line + skip, strcspn(line, "\r") - skip);
}

static void
fill(struct buffer *out, const char *answer, const char *request)
{
	for (; *answer != '\0'; answer++) {
		if (answer[0] != '%' || answer[1] == '\0') {
			buffer_put_u8(out, (uint8_t)*answer);
			continue;
		}
		switch (*++answer) {
		case 'V': put_line(out, request, "Via", true); break;
		case 'F': put_line(out, request, "From", false); break;
		case 'T': put_line(out, request, "To", false); break;
		case 'I': put_line(out, request, "Call-ID", false); break;
		case 'C': put_line(out, request, "CSeq", false); break;
		case '0': buffer_put_u8(out, 0); break;
		default: break;
		}
	}
}

static void
talk(const struct wire *wire, const struct script *script)
{
	char request[REQUEST_MAX + 1] = "", more[REQUEST_MAX];
	struct buffer out = { 0 };
	size_t have = 0, step;
	ssize_t got;

	if (script->first != NULL && !wire_write(wire, script->first, strlen(script->first)))
		return;
	while (strstr(request, "\r\n\r\n") == NULL && have < REQUEST_MAX) {
		got = wire_read(wire, request + have, REQUEST_MAX - have);
		if (got <= 0)
			return;
		have += (size_t)got;
		request[have] = '\0';
	}
	for (size_t i = 0; i < (script->repeat > 0 ? script->repeat : 1); i++)
		fill(&out, script->answer, request);
	step = script->octets ? 1 : 65536;
	for (size_t at = 0; at < out.len; at += step)
		if (!wire_write(wire, out.at + at, out.len - at < step ? out.len - at : step))
			break;
	buffer_free(&out);
	if (script->expect != NULL) {
		got = wire_read(wire, more, sizeof(more) - 1);
		more[got > 0 ? got : 0] = '\0';
		have = strstr(more, script->expect) != NULL;
		buffer_reset(&out);
		fill(&out, have ? OK_ANSWER : "SIP/2.0 599 Unexpected\r\n" HEAD "l: 0\r\n\r\n", request);
		wire_write(wire, out.at, out.len);
		buffer_free(&out);
	}
	if (script->hold)
		while (wire_read(wire, more, sizeof(more)) > 0)
			;
}

static void
serve(int fd, void *arg)
{
	const struct script *script = arg;
	struct wire wire = { .fd = fd };
	int on = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (script->ctx != NULL) {
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
sip_round(struct lab *lab, struct script script, int64_t deadline_ms)
{
	uint16_t port = lab->port++;
	pid_t pid = lab_serve(port, serve, &script);
	struct endpoint *endpoint = endpoint_new(lab->machine, &probe_sip, "127.0.0.1", lab->option,
	    lab->options);

	lab->seen.times = 0;
	lab_round(lab->machine, &lab->loop, endpoint, port, deadline_ms, &lab->seen);
	assert_int_equal(lab->seen.times, 1);
	assert_null(strstr(lab->seen.detail, "127.0"));
	endpoint_free(endpoint);
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
status_of(struct lab *lab)
{
	int64_t status = 0;

	fact_int(bytes_of_buffer(&lab->seen.facts), FACT_SIP_STATUS, &status);
	return status;
}

static void
assert_text(struct lab *lab, enum fact fact, const char *text)
{
	struct bytes got;

	assert_true(fact_text(bytes_of_buffer(&lab->seen.facts), fact, &got));
	if (!bytes_equal(got, bytes_of_text(text)))
		fail_msg("fact %d is \"%.*s\", not \"%s\"", (int)fact, (int)got.len, got.at, text);
}

static void
good(void **state)
{
	struct lab *lab = *state;

	sip_round(lab, (struct script){ .answer = OK_ANSWER, .hold = true }, 4000);
	assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
	assert_int_equal(status_of(lab), 200);
	assert_text(lab, FACT_SIP_REASON, "OK");
	assert_text(lab, FACT_SIP_SERVER, "test");
	assert_text(lab, FACT_SIP_TRANSPORT, "TCP");
	assert_true(lab->seen.latency_us > 0);
	/* In single octets, and with everything around it that may be there. */
	sip_round(lab, (struct script){ .answer = OK_ANSWER, .octets = true }, 4000);
	assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
	sip_round(lab, (struct script){ .first = "\r\n\r\n\r\n", .answer = "SIP/2.0 100 Trying\r\n" HEAD
	    "l: 0\r\n\r\n\r\n\r\n" OK_ANSWER "SIP/2.0 503 later\r\n" HEAD "l: 0\r\n\r\n" }, 4000);
	assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
	assert_int_equal(status_of(lab), 200);
}

static void
any_final_answer_lives(void **state)
{
	static const struct { const char *answer; int status; enum outcome outcome; } answers[] = {
		{ "SIP/2.0 302 Moved\r\n" HEAD "l: 0\r\n\r\n", 302, OUTCOME_UP },
		{ "SIP/2.0 401 Unauthorized\r\n" HEAD "l: 0\r\n\r\n", 401, OUTCOME_UP },
		{ "SIP/2.0 405 No\r\n" HEAD "l: 5\r\n\r\nabcde", 405, OUTCOME_UP },
		{ "SIP/2.0 483 \r\n" HEAD "l: 0\r\n\r\n", 483, OUTCOME_UP },
		{ "SIP/2.0 503 Busy\r\n" HEAD "l: 0\r\n\r\n", 503, OUTCOME_DEGRADED },
		{ "SIP/2.0 600 Busy\r\n" HEAD "l: 0\r\n\r\n", 600, OUTCOME_DEGRADED },
		{ "SIP/2.0 200 OK\r\n" HEAD "\r\n", 200, OUTCOME_DEGRADED },
	};
	struct lab *lab = *state;

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		sip_round(lab, (struct script){ .answer = answers[i].answer }, 4000);
		assert_int_equal(lab->seen.outcome, answers[i].outcome);
		assert_int_equal(status_of(lab), answers[i].status);
	}
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_MALFORMED, "no Content-Length");
}

static void
somebody_elses(void **state)
{
	struct lab *lab = *state;
	static const char other[] = "SIP/2.0 200 OK\r\nVia: SIP/2.0/TCP x;branch=z9hG4bKother\r\n"
	    "f: a\r\nt: b\r\ni: %I\r\nCSeq: %C\r\nl: 0\r\n\r\n";

	sip_round(lab, (struct script){ .answer = other, .repeat = 3 }, 4000);
	assert_outcome(lab, OUTCOME_DOWN, ERR_CLOSED, "; 3 other messages of it were ignored");
	assert_int_equal(status_of(lab), 0);
	sip_round(lab, (struct script){ .answer = "SIP/2.0 200 OK\r\n%V\r\nf: a\r\nt: b\r\ni: other\r\n"
	    "CSeq: %C\r\nl: 0\r\n\r\n" OK_ANSWER }, 4000);
	assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
}

static void
peer_asks_us(void **state)
{
	struct lab *lab = *state;
	static const char ask[] = "OPTIONS sip:us SIP/2.0\r\nv: SIP/2.0/TCP x;branch=z9hG4bK1\r\n"
	    "f: <sip:p>;tag=9\r\nt: <sip:us>\r\ni: theirs\r\nCSeq: 3 OPTIONS\r\nl: 0\r\n\r\n";

	sip_round(lab, (struct script){ .answer = ask, .expect = "SIP/2.0 200 OK\r\n"
	    "v: SIP/2.0/TCP x;branch=z9hG4bK1\r\nf: <sip:p>;tag=9\r\nt: <sip:us>;tag=" }, 4000);
	assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
	sip_round(lab, (struct script){ .answer = ask, .repeat = 500, .hold = true }, 300);
	assert_outcome(lab, OUTCOME_DOWN, ERR_TIMEOUT, "other messages of it were ignored");
	sip_round(lab, (struct script){ .answer = "MESSAGE sip:us SIP/2.0\r\nv: a\r\nf: b\r\nt: c\r\n"
	    "i: d\r\nCSeq: 1 MESSAGE\r\nl: 0\r\n\r\n", .expect = "SIP/2.0 405 " }, 4000);
	assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
}

static void
no_answer(void **state)
{
	struct lab *lab = *state;

	sip_round(lab, (struct script){ .answer = "", .hold = true }, 200);
	assert_outcome(lab, OUTCOME_DOWN, ERR_TIMEOUT, "did not answer before the deadline");
	sip_round(lab, (struct script){ .answer = "" }, 4000);
	assert_outcome(lab, OUTCOME_DOWN, ERR_CLOSED, "without an answer");
	sip_round(lab, (struct script){ .answer = "SIP/2.0 180 Ringing\r\n" HEAD "l: 0\r\n\r\n",
	    .hold = true }, 200);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_TIMEOUT, "the peer answered 180 and then gave no final");
	sip_round(lab, (struct script){ .answer = "SIP/2.0 200 OK\r\n" HEAD "l: 10\r\n\r\nabc" }, 4000);
	assert_outcome(lab, OUTCOME_DOWN, ERR_TRUNCATED, "within a message");
	sip_round(lab, (struct script){ .answer = "SIP/2.0 200 OK\r\nVia" }, 4000);
	assert_outcome(lab, OUTCOME_DOWN, ERR_TRUNCATED, "within a message");
}

static void
hostile(void **state)
{
	struct lab *lab = *state;

	sip_round(lab, (struct script){ .answer = "HTTP/1.1 400 Bad Request\r\n\r\n" }, 4000);
	assert_outcome(lab, OUTCOME_DOWN, ERR_MALFORMED, "not SIP");
	sip_round(lab, (struct script){ .first = "220 mail\r\n", .answer = "" }, 4000);
	assert_outcome(lab, OUTCOME_DOWN, ERR_MALFORMED, "not SIP");
	sip_round(lab, (struct script){ .answer = "SIP/2.0 200 O%0K\r\n" HEAD "l: 0\r\n\r\n" }, 4000);
	assert_outcome(lab, OUTCOME_DOWN, ERR_MALFORMED, "control character");
	sip_round(lab, (struct script){ .answer = "\r\n", .repeat = 1 << 20 }, 4000);
	assert_outcome(lab, OUTCOME_DOWN, ERR_LIMIT, "more than is accepted");
	sip_round(lab, (struct script){ .first = "SIP/2.0 200 OK\r\n", .answer = "A: b\r\n",
	    .repeat = 10000 }, 4000);
	assert_outcome(lab, OUTCOME_DOWN, ERR_LIMIT, "header lines");
	sip_round(lab, (struct script){ .first = "SIP/2.0 200 OK\r\nA: ", .answer = "b",
	    .repeat = 1 << 20 }, 4000);
	assert_outcome(lab, OUTCOME_DOWN, ERR_LIMIT, "octets");
	sip_round(lab, (struct script){ .answer = "SIP/2.0 100 Trying\r\n" HEAD "l: 0\r\n\r\n",
	    .repeat = 10000 }, 4000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_LIMIT, "answered 100");
	sip_round(lab, (struct script){ .answer = "SIP/2.0 200 OK\r\n" HEAD "l: 999999999\r\n\r\n" },
	    4000);
	assert_outcome(lab, OUTCOME_DOWN, ERR_LIMIT, "body");
}

/* What peers say is shown to people: it may hold anything, and stays text. */
static void
rude_texts(void **state)
{
	struct lab *lab = *state;
	struct bytes got;

	sip_round(lab, (struct script){ .answer = "SIP/2.0 200 \xff\xfe\r\n" HEAD
	    "Server: a\r\n b\r\nl: 0\r\n\r\n" }, 4000);
	assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
	assert_text(lab, FACT_SIP_SERVER, "a b");
	assert_true(fact_text(bytes_of_buffer(&lab->seen.facts), FACT_SIP_REASON, &got));
	assert_true(utf8_valid(got));
}

static void
configuration(void **state)
{
	struct lab *lab = *state;

	lab->options = 2;
	lab->option[1] = (struct round_option){ .name = "uri", .value = "sip:a\r\nX: y" };
	sip_round(lab, (struct script){ .answer = OK_ANSWER }, 1000);
	assert_outcome(lab, OUTCOME_UNKNOWN, ERR_INVALID, "must be SIP URIs");
	lab->option[1] = (struct round_option){ .name = "from", .value = "tel:1" };
	sip_round(lab, (struct script){ .answer = OK_ANSWER }, 1000);
	assert_outcome(lab, OUTCOME_UNKNOWN, ERR_INVALID, "must be SIP URIs");
	lab->option[1] = (struct round_option){ .name = "uri", .value = "sips:a" };
	sip_round(lab, (struct script){ .answer = OK_ANSWER }, 1000);
	assert_outcome(lab, OUTCOME_UNKNOWN, ERR_INVALID, "only asked over TLS");
	lab->option[1] = (struct round_option){ .name = "uri", .value = "sip:pcscf.lab" };
	sip_round(lab, (struct script){ .answer = OK_ANSWER }, 4000);
	assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
}

static void
over_tls(void **state)
{
	struct lab *lab = *state;
	struct tls_pair leaf = tls_issue(&root, "pcscf", false, -DAY, DAY, "DNS:pcscf.lab");
	struct tls_server server = tls_server(&leaf, NULL);
	bool trusted;

	lab->option[0] = (struct round_option){ .name = "trust", .value = "root.pem",
	    .octets = bytes_of_buffer(&root_pem) };
	lab->option[1] = (struct round_option){ .name = "server_name", .value = "pcscf.lab" };
	lab->options = 2;
	sip_round(lab, (struct script){ .answer = OK_ANSWER, .ctx = server.ctx, .octets = true,
	    .first = "\r\n" }, 4000);
	assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
	assert_text(lab, FACT_SIP_TRANSPORT, "TLS");
	assert_text(lab, FACT_TLS_VERSION, "TLSv1.3");
	assert_int_equal(status_of(lab), 200);
	/* It answers well, and is not who it should be: both are said. */
	lab->option[1].value = "hss.lab";
	sip_round(lab, (struct script){ .answer = "SIP/2.0 500 No\r\n" HEAD "l: 0\r\n\r\n",
	    .ctx = server.ctx }, 4000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_REFUSED,
	    "answered OPTIONS with 500, and the certificate does not name");
	/* No answer: what the handshake showed is kept all the same. */
	sip_round(lab, (struct script){ .answer = "", .ctx = server.ctx }, 4000);
	assert_outcome(lab, OUTCOME_DOWN, ERR_CLOSED, "without an answer");
	assert_true(fact_flag(bytes_of_buffer(&lab->seen.facts), FACT_TLS_TRUSTED, &trusted) && trusted);
	SSL_CTX_free(server.ctx);
	tls_pair_free(&leaf);
	/* The port speaks SIP, but not TLS. */
	sip_round(lab, (struct script){ .first = "SIP/2.0 400 TLS?\r\n\r\n", .answer = "" }, 4000);
	assert_outcome(lab, OUTCOME_DOWN, ERR_MALFORMED, "");
}

static void
client_certificate_wanted(void **state)
{
	struct lab *lab = *state;
	struct tls_pair leaf = tls_issue(&root, "pcscf", false, -DAY, DAY, "DNS:pcscf.lab");
	const int versions[] = { TLS1_3_VERSION, TLS1_2_VERSION };

	lab->option[0] = (struct round_option){ .name = "trust", .value = "root.pem",
	    .octets = bytes_of_buffer(&root_pem) };
	lab->option[1] = (struct round_option){ .name = "server_name", .value = "pcscf.lab" };
	lab->options = 2;
	for (size_t i = 0; i < 2; i++) {
		struct tls_server server = tls_server(&leaf, NULL);

		SSL_CTX_set_max_proto_version(server.ctx, versions[i]);
		SSL_CTX_set_verify(server.ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
		sip_round(lab, (struct script){ .answer = OK_ANSWER, .ctx = server.ctx }, 4000);
		assert_int_equal(lab->seen.outcome, OUTCOME_DEGRADED);
		assert_int_equal(lab->seen.err, ERR_REFUSED);
		SSL_CTX_free(server.ctx);
	}
	tls_pair_free(&leaf);
}

/* Answers the datagrams from the skip-th on, each with every text that is given. */
struct datagrams { size_t skip; const char *answer[4]; bool cut; };

static pid_t
serve_udp(uint16_t port, const struct datagrams *script)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) }, peer;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	pid_t pid;

	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	pid = fork();
	if (pid != 0) {
		close(fd);
		return pid;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (size_t came = 0;; came++) {
		socklen_t len = sizeof(peer);
		char request[REQUEST_MAX + 1];
		ssize_t got = recvfrom(fd, request, REQUEST_MAX, 0, (struct sockaddr *)&peer, &len);

		request[got > 0 ? got : 0] = '\0';
		for (size_t i = 0; i < 4 && came >= script->skip && script->answer[i] != NULL; i++) {
			struct buffer out = { 0 };

			fill(&out, script->answer[i], request);
			sendto(fd, buffer_text(&out), out.len - (script->cut ? 4 : 0), 0,
			    (struct sockaddr *)&peer, len);
			buffer_free(&out);
		}
	}
}

static void
udp_round(struct lab *lab, struct datagrams script, int64_t deadline_ms)
{
	uint16_t port = lab->port++;
	pid_t pid = serve_udp(port, &script);
	struct endpoint *endpoint;

	lab->option[0].value = "udp";
	endpoint = endpoint_new(lab->machine, &probe_sip, "127.0.0.1", lab->option, lab->options);
	lab_round(lab->machine, &lab->loop, endpoint, port, deadline_ms, &lab->seen);
	endpoint_free(endpoint);
	lab_end(pid);
}

static int64_t
sent_again(struct lab *lab)
{
	int64_t count = -1;

	fact_int(bytes_of_buffer(&lab->seen.facts), FACT_SIP_RETRANSMISSIONS, &count);
	return count;
}

static void
datagrams(void **state)
{
	struct lab *lab = *state;
	struct endpoint *endpoint;

	udp_round(lab, (struct datagrams){ .answer = { OK_ANSWER, OK_ANSWER } }, 4000);
	assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
	assert_text(lab, FACT_SIP_TRANSPORT, "UDP");
	assert_int_equal(sent_again(lab), 0);
	/* The first two are lost: T1 and 2 * T1 later (RFC 3261 17.1.2.2). */
	udp_round(lab, (struct datagrams){ .skip = 2, .answer = { OK_ANSWER } }, 4000);
	assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
	assert_int_equal(sent_again(lab), 2);
	assert_in_range(lab->seen.latency_us, 1400000, 2500000);
	/* RFC 3261 18.3: without Content-Length the datagram ends the body; that is no fault here. */
	udp_round(lab, (struct datagrams){ .answer = { "SIP/2.0 200 OK\r\n" HEAD
	    "c: application/sdp\r\n\r\nv=0\r\no=- 1 1 IN IP4 a\r\ns=-\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n" } },
	    4000);
	assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
	/* Noise, a stranger's answer, a provisional one, then ours. */
	udp_round(lab, (struct datagrams){ .answer = { "\x01noise", "SIP/2.0 200 OK\r\n%V\r\nf: a\r\nt: b\r\n"
	    "i: other\r\nCSeq: %C\r\n\r\n", "SIP/2.0 100 Trying\r\n" HEAD "\r\n", OK_ANSWER } }, 4000);
	assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
	udp_round(lab, (struct datagrams){ .answer = { "SIP/2.0 100 Trying\r\n" HEAD "\r\n" } }, 300);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_TIMEOUT, "the peer answered 100");
	udp_round(lab, (struct datagrams){ .answer = { OK_ANSWER }, .cut = true }, 300);
	assert_outcome(lab, OUTCOME_DOWN, ERR_MALFORMED, "ends within a message");
	udp_round(lab, (struct datagrams){ .skip = SIZE_MAX }, 300);
	assert_outcome(lab, OUTCOME_DOWN, ERR_TIMEOUT, "did not answer before the deadline");
	endpoint = endpoint_new(lab->machine, &probe_sip, "127.0.0.1", lab->option, lab->options);
	lab_round(lab->machine, &lab->loop, endpoint, lab->port++, 2000, &lab->seen);
	assert_outcome(lab, OUTCOME_DOWN, ERR_REFUSED, "takes no datagrams");
	endpoint_free(endpoint);
}

/* The peer says from where it saw us (RFC 3581), and what media it would take. */
static void
what_datagrams_tell(void **state)
{
	static const char sdp[] = "SIP/2.0 200 OK\r\n%V=1;received=192.0.2.9\r\nf: a\r\nt: b\r\ni: %I\r\n"
	    "CSeq: %C\r\nc: Application/SDP;x=1\r\n\r\nv=0\r\no=- 1 1 IN IP4 a\r\ns=-\r\nt=0 0\r\n"
	    "m=audio 9 RTP/SAVP 0\r\nm=video 9 RTP/AVP 9\r\n";
	struct lab *lab = *state;
	bool flag = false;

	udp_round(lab, (struct datagrams){ .answer = { sdp } }, 2000);
	assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
	assert_true(fact_flag(bytes_of_buffer(&lab->seen.facts), FACT_SIP_NAT, &flag) && flag);
	assert_true(fact_flag(bytes_of_buffer(&lab->seen.facts), FACT_SIP_SDP_SRTP, &flag) && !flag);
	lab->option[lab->options++] = (struct round_option){ .name = "srtp", .value = "required" };
	udp_round(lab, (struct datagrams){ .answer = { sdp } }, 2000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_MISMATCH, "media without SRTP");
	udp_round(lab, (struct datagrams){ .answer = { "SIP/2.0 200 OK\r\n" HEAD
	    "c: application/sdp\r\n\r\nv=9\r\n" } }, 2000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_MALFORMED, "is not SDP");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(good), T(any_final_answer_lives), T(somebody_elses), T(peer_asks_us), T(no_answer),
		T(hostile), T(rude_texts), T(configuration), T(over_tls), T(client_certificate_wanted),
		T(datagrams), T(what_datagrams_tell),
	};

	lab_enter();
	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
