/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The netconf probe against a simulated SSH server that takes every login and then goes wrong: in the
 * channel, in the framing, in the hello, in the reply.  The same hellos through OpenSSH's sshd are in
 * tests/peers/netconf.sh.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "probes/wire/netconf.h"
#include "tests/unit/ssh_lab.h"

#define NS    "xmlns=\"urn:ietf:params:xml:ns:netconf:base:1.0\""
#define CAP   "<capability>"
#define BASE0 CAP NETCONF_BASE_1_0 "</capability>"
#define BASE1 CAP NETCONF_BASE_1_1 "</capability>"
#define HELLO(inside) "<hello " NS "><capabilities>" inside "</hello>"
#define GOOD0 HELLO(BASE0 "</capabilities><session-id>7</session-id>") "]]>]]>"
#define GOOD1 HELLO(BASE0 BASE1 "</capabilities><session-id>7</session-id>") "]]>]]>"
#define OK    "<rpc-reply message-id=\"1\" " NS "><ok/></rpc-reply>"

enum { OUR_CHANNEL = 0, THEIR_CHANNEL = 7, WINDOW = 1 << 20, FLOOD = 5000 };

enum wrong { FINE, BY_OCTETS, EARLY, OTHER_CHANNEL, LYING_DATA, CONFIRMED_TWICE, NO_WINDOW,
	WINDOWS, STDERR, EOF_FIRST, CLOSE_WITHIN, DROP_WITHIN, CLEAR, REFUSED, NO_SUBSYSTEM, REQUESTS,
	SUCCESS_TWICE, OPENS, KEYS_AGAIN, NO_SSH, DRIPS };

struct script {
	const char *hello;	/* all of it, with its end */
	const char *reply;
	enum wrong  wrong;
	size_t      capabilities, capability_len;	/* instead of hello, this many so long */
};

static void
u32(struct buffer *out, unsigned type, uint32_t channel)
{
	buffer_reset(out);
	buffer_put_u8(out, (uint8_t)type);
	buffer_put_be(out, channel, 4);
}

static void
data_send(struct ssh_server *s, struct buffer *out, const char *text, size_t len)
{
	u32(out, SSH_CHANNEL_DATA, OUR_CHANNEL);
	ssh_string_put(out, bytes_of(text, len));
	ssh_server_send(s, bytes_of_buffer(out), false);
}

static void
text_send(struct ssh_server *s, struct buffer *out, const char *text, size_t step)
{
	size_t len = strlen(text);

	for (size_t at = 0; at < len; at += step)
		data_send(s, out, text + at, len - at < step ? len - at : step);
}

static void
confirm(struct ssh_server *s, struct buffer *out, const struct script *script)
{
	u32(out, SSH_CHANNEL_CONFIRMATION, OUR_CHANNEL);
	buffer_put_be(out, THEIR_CHANNEL, 4);
	buffer_put_be(out, script->wrong == NO_WINDOW ? 0 : WINDOW, 4);
	buffer_put_be(out, 32768, 4);
	ssh_server_send(s, bytes_of_buffer(out), false);
}

/* Messages without an end, until the client goes. */
static void
flood(struct ssh_server *s, struct buffer *out)
{
	for (size_t i = 0; i < FLOOD; i++)
		if (!ssh_server_send(s, bytes_of_buffer(out), false))
			return;
}

/* A hello that no literal holds. */
static void
many_send(struct ssh_server *s, struct buffer *out, const struct script *script)
{
	struct buffer all = { .max = 8 << 20 };

	buffer_put_text(&all, "<hello " NS "><capabilities>" BASE0);
	for (size_t i = 1; i < script->capabilities; i++) {
		size_t from = all.len;

		buffer_print(&all, CAP "urn:x:%zu:", i);
		while (all.len - from < strlen(CAP) + script->capability_len)
			buffer_put_u8(&all, 'a');
		buffer_put_text(&all, "</capability>");
	}
	buffer_put_text(&all, "</capabilities><session-id>7</session-id></hello>]]>]]>");
	text_send(s, out, buffer_text(&all), 16000);
	buffer_free(&all);
}

static void
hello_say(struct ssh_server *s, struct buffer *out, const struct script *script)
{
	static const uint8_t keys = SSH_KEXINIT;

	switch (script->wrong) {
	case OTHER_CHANNEL:
		u32(out, SSH_CHANNEL_DATA, 3);
		ssh_text_put(out, script->hello);
		ssh_server_send(s, bytes_of_buffer(out), false);
		return;
	case LYING_DATA:	/* the length says more than the packet has */
		u32(out, SSH_CHANNEL_DATA, OUR_CHANNEL);
		buffer_put_be(out, 0x7fffffff, 4);
		buffer_put_text(out, script->hello);
		ssh_server_send(s, bytes_of_buffer(out), false);
		return;
	case WINDOWS:
		u32(out, SSH_CHANNEL_WINDOW, OUR_CHANNEL);
		buffer_put_be(out, UINT32_MAX, 4);
		flood(s, out);
		return;
	case STDERR:
		u32(out, SSH_CHANNEL_EXTENDED, OUR_CHANNEL);
		buffer_put_be(out, 1, 4);
		ssh_text_put(out, script->hello);
		flood(s, out);
		return;
	case REQUESTS:
		u32(out, SSH_CHANNEL_REQUEST, OUR_CHANNEL);
		ssh_text_put(out, "exit-status");
		buffer_put_u8(out, 1);
		flood(s, out);
		return;
	case OPENS:		/* a channel of the server's own */
		buffer_reset(out);
		buffer_put_u8(out, SSH_CHANNEL_OPEN);
		ssh_text_put(out, "forwarded-tcpip");
		ssh_server_send(s, bytes_of_buffer(out), false);
		return;
	case KEYS_AGAIN:
		ssh_server_send(s, bytes_of(&keys, 1), false);
		return;
	case CLEAR:		/* NETCONF where packets of SSH are due */
		ssh_server_write(s, bytes_of_text(script->hello));
		return;
	case EOF_FIRST:
		u32(out, SSH_CHANNEL_EOF, OUR_CHANNEL);
		ssh_server_send(s, bytes_of_buffer(out), false);
		return;
	case CLOSE_WITHIN:
	case DROP_WITHIN:
		data_send(s, out, script->hello, 40);
		u32(out, SSH_CHANNEL_CLOSE, OUR_CHANNEL);
		if (script->wrong == CLOSE_WITHIN)
			ssh_server_send(s, bytes_of_buffer(out), false);
		return;
	default:
		text_send(s, out, script->hello, script->wrong == BY_OCTETS ? 1 : 16000);
	}
}

/* Behind the login, until the hello is said. */
static bool
channel_open(struct ssh_server *s, struct buffer *out, const struct script *script)
{
	if (!ssh_server_read(s) || s->payload.at[0] != SSH_CHANNEL_OPEN)
		return false;
	if (script->wrong == REFUSED) {
		u32(out, SSH_CHANNEL_OPEN_FAILURE, OUR_CHANNEL);
		return ssh_server_send(s, bytes_of_buffer(out), false) && false;
	}
	if (script->wrong == EARLY)
		data_send(s, out, script->hello, strlen(script->hello));
	confirm(s, out, script);
	if (script->wrong == CONFIRMED_TWICE)
		confirm(s, out, script);
	if (!ssh_server_read(s) || s->payload.at[0] != SSH_CHANNEL_REQUEST)
		return false;
	u32(out, script->wrong == NO_SUBSYSTEM ? SSH_CHANNEL_FAILURE : SSH_CHANNEL_SUCCESS, OUR_CHANNEL);
	ssh_server_send(s, bytes_of_buffer(out), false);
	if (script->wrong == SUCCESS_TWICE)
		ssh_server_send(s, bytes_of_buffer(out), false);
	return script->wrong != NO_SUBSYSTEM;
}

/* A reply of chunks of one octet, most of it at once and the rest octet by octet. */
static void
drip(struct ssh_server *s, struct buffer *out)
{
	struct buffer all = { .max = 1 << 20 };

	while (all.len < 900000)
		buffer_put_text(&all, "\n#1\na");
	text_send(s, out, buffer_text(&all), 16000);
	for (size_t i = 0; i < 3000; i++)
		data_send(s, out, &"\n#1\na"[i % 5], 1);
	buffer_free(&all);
}

static void
netconf_say(struct ssh_server *s, const struct script *script)
{
	const uint8_t success = SSH_AUTH_SUCCESS;
	struct buffer out = { 0 };

	if (!ssh_server_read(s) || s->payload.at[0] != SSH_SERVICE_REQUEST)
		return;
	s->payload.at[0] = SSH_SERVICE_ACCEPT;
	ssh_server_send(s, bytes_of_buffer(&s->payload), false);
	if (!ssh_server_read(s) || s->payload.at[0] != SSH_AUTH_REQUEST)
		return;
	ssh_server_send(s, bytes_of(&success, 1), false);
	if (channel_open(s, &out, script)) {
		if (script->capabilities > 0)
			many_send(s, &out, script);
		else
			hello_say(s, &out, script);
		/* Its hello, and its close-session. */
		if (script->reply != NULL && script->wrong != DROP_WITHIN && ssh_server_read(s) &&
		    ssh_server_read(s))
			text_send(s, &out, script->reply, script->wrong == BY_OCTETS ? 1 : 16000);
		if (script->wrong == DRIPS)
			drip(s, &out);
	}
	buffer_free(&out);
}

static void
serve(int fd, void *arg)
{
	const struct ssh_script fine = { .greeting = NULL };
	const struct script *script = arg;
	struct ssh_server s = { .fd = fd };
	struct ssh_exchange *exchange = NULL;

	if (script->wrong == NO_SSH) {
		ssh_server_write(&s, bytes_of_text(script->hello));
		shutdown(fd, SHUT_RDWR);
		return;
	}
	ssh_server_write(&s, bytes_of_text("SSH-2.0-lab\r\n"));
	ssh_server_offer(&s, &fine);
	if (ssh_server_greeting(&s) && ssh_server_read(&s)) {
		buffer_put(&s.client_offer, s.payload.at, s.payload.len);
		if (ssh_server_read(&s) && s.payload.at[0] == SSH_EXCHANGE_INIT) {
			exchange = ssh_server_reply(&s, &fine);
			ssh_server_secure(&s, exchange);
		}
	}
	if (s.cipher[1] != NULL)
		netconf_say(&s, script);
	ssh_exchange_free(exchange);
	while (script->wrong != DROP_WITHIN && ssh_server_more(&s))
		buffer_reset(&s.in);
	shutdown(fd, SHUT_WR);
}

/* ---- the rounds ---- */

static void
netconf_round(struct lab_seen *seen, struct script script, int64_t deadline_ms)
{
	static uint16_t port = 8400;
	struct buffer key = vectors_file("tests/data/ssh/ed25519");
	const struct round_option option[] = {
		{ .name = "user", .value = "monitor" },
		{ .name = "key", .value = "k", .octets = bytes_of_buffer(&key) }
	};
	struct machine *machine;
	struct endpoint *endpoint;
	uv_loop_t loop;
	pid_t pid = lab_serve(++port, serve, &script);

	uv_loop_init(&loop);
	machine = machine_new(&loop);
	endpoint = endpoint_new(machine, &probe_netconf, "127.0.0.1", option, 2);
	*seen = (struct lab_seen){ .times = 0 };
	lab_round(machine, &loop, endpoint, port, deadline_ms, seen);
	assert_int_equal(seen->times, 1);
	endpoint_free(endpoint);
	machine_free(machine);
	assert_int_equal(uv_loop_close(&loop), 0);
	lab_end(pid);
	buffer_free(&key);
}

static void
assert_seen(const struct lab_seen *seen, const char *title, enum outcome outcome, enum err err,
    const char *says)
{
	if (seen->outcome != outcome || seen->err != err || strstr(seen->detail, says) == NULL)
		fail_msg("%s: %s, %s: %s", title, outcome_name(seen->outcome), err_name(seen->err),
		    seen->detail);
}

/* 1, 0, or -1: it is not there. */
static int
flag(const struct lab_seen *seen, enum fact fact)
{
	bool value;

	return fact_flag(bytes_of_buffer(&seen->facts), fact, &value) ? value : -1;
}

static void
good(void **state)
{
	static const struct { const char *title; struct script script; } rows[] = {
		{ "base 1.0", { .hello = GOOD0, OK "]]>]]>" } },
		{ "base 1.1", { .hello = GOOD1, "\n#10\n<rpc-reply\n#69\n" " message-id=\"1\" " NS "><ok/>\n#12\n</rpc-reply>\n##\n" } },
		{ "octet by octet", { .hello = GOOD0, OK "]]>]]>", BY_OCTETS } },
	};
	struct lab_seen seen;
	int64_t session;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		netconf_round(&seen, rows[i].script, 8000);
		assert_seen(&seen, rows[i].title, OUTCOME_UP, ERR_OK, "");
		assert_int_equal(flag(&seen, FACT_NETCONF_CLOSED), 1);
		assert_true(fact_int(bytes_of_buffer(&seen.facts), FACT_NETCONF_SESSION, &session));
		assert_int_equal(session, 7);
		lab_seen_free(&seen);
	}
}

/* Below NETCONF: the channel. */
static void
channels(void **state)
{
	static const struct { enum wrong wrong; enum err err; const char *says; } rows[] = {
		{ EARLY, ERR_MALFORMED, "data that does not belong there" },
		{ OTHER_CHANNEL, ERR_MALFORMED, "does not belong there" },
		{ LYING_DATA, ERR_MALFORMED, "does not belong there" },
		{ CONFIRMED_TWICE, ERR_MALFORMED, "does not belong there" },
		{ SUCCESS_TWICE, ERR_MALFORMED, "does not belong there" },
		{ OPENS, ERR_MALFORMED, "does not belong there" },
		{ WINDOWS, ERR_LIMIT, "messages without an end" },
		{ STDERR, ERR_LIMIT, "messages without an end" },
		{ REQUESTS, ERR_LIMIT, "messages without an end" },
		{ EOF_FIRST, ERR_CLOSED, "did not say hello: the server ended the channel" },
		{ CLOSE_WITHIN, ERR_CLOSED, "did not say hello: the server ended the channel" },
		{ DROP_WITHIN, ERR_CLOSED, "did not say hello: the peer closed the connection" },
		{ REFUSED, ERR_REFUSED, "no channel was opened" },
		{ NO_SUBSYSTEM, ERR_REFUSED, "the netconf subsystem was not started" },
	};
	struct lab_seen seen;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		netconf_round(&seen, (struct script){ .hello = GOOD0, OK "]]>]]>", rows[i].wrong }, 8000);
		assert_seen(&seen, rows[i].says, OUTCOME_DEGRADED, rows[i].err, rows[i].says);
		assert_int_equal(flag(&seen, FACT_NETCONF_LOGIN), 1);
		assert_int_equal(flag(&seen, FACT_NETCONF_CLOSED), -1);
		lab_seen_free(&seen);
	}
	/* Text in the clear is no packet: whatever is wrong first ends it. */
	netconf_round(&seen, (struct script){ .hello = GOOD0, NULL, CLEAR }, 1500);
	assert_int_equal(seen.outcome, OUTCOME_DEGRADED);
	assert_int_equal(flag(&seen, FACT_NETCONF_SESSION), -1);
	lab_seen_free(&seen);
	netconf_round(&seen, (struct script){ .hello = GOOD0, NULL, KEYS_AGAIN }, 1500);
	assert_int_equal(seen.outcome, OUTCOME_DEGRADED);
	lab_seen_free(&seen);
	netconf_round(&seen, (struct script){ .hello = GOOD0 "\n", .wrong = NO_SSH }, 4000);
	assert_seen(&seen, "no SSH", OUTCOME_DOWN, ERR_CLOSED, "it does not speak SSH");
	lab_seen_free(&seen);
	/* It never lets us say goodbye: its hello counts, the session was not closed. */
	netconf_round(&seen, (struct script){ .hello = GOOD0, NULL, NO_WINDOW }, 1500);
	assert_seen(&seen, "no window", OUTCOME_DEGRADED, ERR_TIMEOUT, "close-session was not answered");
	assert_int_equal(flag(&seen, FACT_NETCONF_CLOSED), 0);
	lab_seen_free(&seen);
}

static void
hellos(void **state)
{
	static const struct { const char *title; struct script script; enum err err; const char *says; } rows[] = {
		{ "two session ids", { .hello = HELLO(BASE0 "</capabilities><session-id>7</session-id><session-id>8</session-id>")
		  "]]>]]>", NULL }, ERR_MALFORMED, "not one of NETCONF" },
		{ "no session id", { .hello = HELLO(BASE0 "</capabilities>") "]]>]]>", OK "]]>]]>" }, ERR_MALFORMED, "no session id" },
		{ "neither base", { .hello = HELLO(CAP "urn:x</capability></capabilities>") "]]>]]>", NULL }, ERR_UNSUPPORTED, "neither" },
		{ "HTTP", { .hello = "HTTP/1.1 400 Bad Request\r\n\r\n]]>]]>", NULL }, ERR_MALFORMED, "not one of NETCONF" },
		{ "two hellos, 1.0", { .hello = GOOD0 GOOD0, OK "]]>]]>" }, ERR_MALFORMED, "no reply" },
		{ "two hellos, 1.1", { .hello = GOOD1 GOOD1, NULL }, ERR_MALFORMED, "chunks break" },
		{ "5,000 capabilities", { .capabilities = 5000, .capability_len = 40 }, ERR_LIMIT, "more or longer" },
		{ "a long capability", { .capabilities = 2, .capability_len = NETCONF_CAPABILITY_MAX + 1 }, ERR_LIMIT, "more or longer" },
		{ "a hello of 2 MB", { .capabilities = 3000, .capability_len = 700 }, ERR_LIMIT, "without an end" },
	};
	struct lab_seen seen;
	int64_t count;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		netconf_round(&seen, rows[i].script, 8000);
		assert_seen(&seen, rows[i].title, OUTCOME_DEGRADED, rows[i].err, rows[i].says);
		lab_seen_free(&seen);
	}
	netconf_round(&seen, (struct script){ .reply = OK "]]>]]>", .capabilities = NETCONF_CAPABILITIES_MAX,
	    .capability_len = 100 }, 8000);
	assert_seen(&seen, "thousands", OUTCOME_UP, ERR_OK, "");
	assert_true(fact_int(bytes_of_buffer(&seen.facts), FACT_NETCONF_CAPABILITIES_COUNT, &count));
	assert_int_equal(count, NETCONF_CAPABILITIES_MAX);
	lab_seen_free(&seen);
}

/* The session was not closed by any of these. */
static void
replies(void **state)
{
	static const struct { struct script script; enum err err; const char *says; } rows[] = {
		{ { .hello = GOOD1, OK "]]>]]>" }, ERR_MALFORMED, "chunks break" },
		{ { .hello = GOOD1, "\n#0\n\n##\n" }, ERR_MALFORMED, "chunks break" },
		{ { .hello = GOOD1, "\n#4\n" OK "\n##\n" }, ERR_MALFORMED, "chunks break" },
		{ { .hello = GOOD1, "\n#4294967295\n" OK "\n##\n" }, ERR_MALFORMED, "chunks break" },
		{ { .hello = GOOD1, "\n#1000000\n" OK "\n##\n" }, ERR_TIMEOUT, "close-session was not answered" },
		{ { .hello = GOOD1, "\n#3\n" "abc" "\n##\n" }, ERR_MALFORMED, "no reply" },
		{ { .hello = GOOD0, "<rpc-reply message-id=\"2\" " NS "><ok/></rpc-reply>]]>]]>" }, ERR_MALFORMED, "another message" },
		{ { .hello = GOOD0, "<rpc-reply message-id=\"1\" " NS "><rpc-error><error-tag>\x1b[2J</error-tag></rpc-error>"
		  "</rpc-reply>]]>]]>" }, ERR_MALFORMED, "no reply" },
		{ { .hello = GOOD0, "<rpc-reply message-id=\"1\" " NS "><rpc-error><error-tag>access-denied</error-tag></rpc-error>"
		  "</rpc-reply>]]>]]>" }, ERR_REFUSED, "access-denied" },
	};
	struct lab_seen seen;
	int64_t cpu = clock_cpu_ns();

	(void)state;
	netconf_round(&seen, (struct script){ .hello = GOOD1, .reply = "\n#1\na", .wrong = DRIPS }, 20000);
	assert_seen(&seen, "drips", OUTCOME_DEGRADED, ERR_LIMIT, "too many small pieces");
	lab_seen_free(&seen);
	print_message("a reply in drops: %lld ms of CPU\n", (long long)(clock_cpu_ns() - cpu) / 1000000);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		netconf_round(&seen, rows[i].script, rows[i].err == ERR_TIMEOUT ? 1500 : 8000);
		assert_seen(&seen, rows[i].script.reply, OUTCOME_DEGRADED, rows[i].err, rows[i].says);
		assert_int_equal(flag(&seen, FACT_NETCONF_CLOSED), 0);
		assert_null(strchr(seen.detail, '\x1b'));
		lab_seen_free(&seen);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good), cmocka_unit_test(channels), cmocka_unit_test(hellos),
		cmocka_unit_test(replies),
	};

	lab_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
