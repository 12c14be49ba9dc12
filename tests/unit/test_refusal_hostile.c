/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The refusal probes of SIP, Diameter and SBI against peers that speak TLS as they should and, asked
 * in the clear, lie about lengths, never end, answer for somebody else, twice or in pieces.  "Proven
 * closed" is said of a refusal alone; whatever else comes is unclear, and each round ends once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/tls_lab.h"

extern const struct probe_ops probe_sip_refusal, probe_diameter_refusal, probe_sbi_refusal;

enum { DAY = 86400, ROUND_MS = 3000, ENDLESS_MAX = 256 << 20 };

enum answer { REFUSED, UNCLEAR, ACCEPTED };

/* What a peer does with plaintext: octets, so often, then it ends or holds. */
struct manner {
	const struct probe_ops *probe;
	const char *octets;	/* "%V", "%I", "%C": lines of the request; NULL: none */
	size_t      len;	/* 0: a text, its lines filled in */
	bool        endless, hold, slowly;
	enum answer answer;
};

static struct tls_pair root, leaf;
static struct tls_server tls;
static struct buffer permission;

static void
line_put(struct buffer *out, const char *request, const char *name, size_t skip)
{
	const char *line = strstr(request, name);

	if (line != NULL)
		buffer_put(out, line + skip, strcspn(line, "\r") - skip);
}

static void
octets_make(struct buffer *out, const struct manner *manner, const char *request)
{
	if (manner->len > 0) {
		buffer_put(out, manner->octets, manner->len);
		return;
	}
	for (const char *at = manner->octets; at != NULL && *at != '\0'; at++) {
		if (*at != '%')
			buffer_put_u8(out, (uint8_t)*at);
		else if (*++at == 'V')
			line_put(out, request, "Via:", 0);
		else if (*at == 'F')
			line_put(out, request, "From:", 0);
		else if (*at == 'T')
			line_put(out, request, "To:", 0);
		else if (*at == 'I')
			line_put(out, request, "Call-ID:", 0);
		else
			line_put(out, request, "CSeq:", 0);
	}
}

static void
plainly(int fd, const struct manner *manner)
{
	char request[4096] = "", rest[4096];
	struct buffer out = { 0 };
	size_t sent = 0, step;
	ssize_t got = read(fd, request, sizeof(request) - 1);

	if (got <= 0)
		return;
	octets_make(&out, manner, request);
	step = manner->slowly ? 1 : out.len;
	do {
		for (size_t at = 0; at < out.len; at += step) {
			if (write(fd, out.at + at, step) < 0)
				sent = ENDLESS_MAX;
			if (manner->slowly)
				usleep(2000);
		}
		sent += out.len;
	} while (manner->endless && out.len > 0 && sent < ENDLESS_MAX);
	while (manner->hold && read(fd, rest, sizeof(rest)) > 0)
		;
	buffer_free(&out);
}

static void
serve(int fd, void *arg)
{
	unsigned char first = 0;

	if (recv(fd, &first, 1, MSG_PEEK) != 1)
		return;
	if (first == 0x16)
		tls_serve(fd, &tls);
	else
		plainly(fd, arg);
	shutdown(fd, SHUT_WR);
}

static int
group_setup(void **state)
{
	(void)state;
	root = tls_issue(NULL, "Lab Root", true, -DAY, 10 * DAY, NULL);
	leaf = tls_issue(&root, "peer.lab", false, -DAY, 10 * DAY, "IP:127.0.0.1");
	tls = tls_server(&leaf, NULL);
	buffer_print(&permission, "permissions = ( { who = \"A. Sato\"; until = \"9998-12-31\"; "
	    "why = \"CHG-1\"; hosts = [ \"127.0.0.*\" ]; attempts = [ \"plaintext\" ]; } );\n");
	return 0;
}

static int
group_teardown(void **state)
{
	(void)state;
	SSL_CTX_free(tls.ctx);
	tls_pair_free(&leaf), tls_pair_free(&root);
	buffer_free(&permission);
	return 0;
}

static void
meet(const struct manner *manner, const char *what)
{
	static uint16_t port = 7700;
	struct round_option option[] = {
		{ .name = "attempts", .value = "plaintext" },
		{ .name = "permission", .value = "f", .octets = bytes_of_buffer(&permission) },
		{ .name = "transport", .value = "tls" } };
	struct round_option names[] = { option[0], option[1],
		{ .name = "origin_host", .value = "monitor.lab.example" },
		{ .name = "origin_realm", .value = "lab.example" } };
	static const enum outcome outcomes[] = { [REFUSED] = OUTCOME_UP,
	    [UNCLEAR] = OUTCOME_UNKNOWN, [ACCEPTED] = OUTCOME_DEGRADED };
	bool flag = false, known;
	struct lab_seen seen = { 0 };
	struct endpoint *endpoint;
	struct machine *machine;
	uv_loop_t loop;
	pid_t pid = lab_serve(port, serve, (void *)(uintptr_t)manner);

	uv_loop_init(&loop);
	machine = machine_new(&loop);
	endpoint = endpoint_new(machine, manner->probe, "127.0.0.1",
	    manner->probe == &probe_diameter_refusal ? names : option, manner->probe ==
	    &probe_diameter_refusal ? 4 : manner->probe == &probe_sip_refusal ? 3 : 2);
	lab_round(machine, &loop, endpoint, port++, ROUND_MS, &seen);
	known = fact_flag(bytes_of_buffer(&seen.facts), FACT_REFUSAL_CLOSED, &flag);
	if (seen.times != 1 || seen.outcome != outcomes[manner->answer] ||
	    known != (manner->answer != UNCLEAR) || flag != (manner->answer == REFUSED))
		fail_msg("%s, %s: %s, closed %s: %s", manner->probe->name, what,
		    outcome_name(seen.outcome), !known ? "missing" : flag ? "yes" : "no", seen.detail);
	endpoint_free(endpoint);
	machine_free(machine);
	assert_int_equal(uv_loop_close(&loop), 0);
	lab_seen_free(&seen);
	lab_end(pid);
}

static const struct probe_ops *const probes[] = { &probe_sip_refusal, &probe_diameter_refusal,
	&probe_sbi_refusal };

/* What no protocol explains is unclear; what ends, or speaks TLS, has refused. */
static void
in_no_protocol(void **state)
{
	static const struct { const char *what; struct manner manner; } manners[] = {
		{ "an end without a word", { .answer = REFUSED } },
		{ "an alert of TLS", { .octets = "\x15\x03\x01\0\2\2\x0a", .len = 7,
		    .answer = REFUSED } },
		{ "silence", { .hold = true, .answer = UNCLEAR } },
		{ "half an alert", { .octets = "\x15", .len = 1, .hold = true, .answer = UNCLEAR } },
		{ "zeros for ever", { .octets = "\0\0\0\0\0\0\0\0", .len = 8, .endless = true,
		    .answer = UNCLEAR } },
		{ "ones for ever", { .octets = "\xff\xff\xff\xff\xff\xff\xff\xff", .len = 8,
		    .endless = true, .answer = UNCLEAR } },
		{ "noise in single octets", { .octets = "\x07?\xc3(\xa0\xa1\r\n\r\n\0\x01", .len = 12,
		    .slowly = true, .hold = true, .answer = UNCLEAR } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(manners) / sizeof(manners[0]); i++)
		for (size_t k = 0; k < sizeof(probes) / sizeof(probes[0]); k++) {
			struct manner manner = manners[i].manner;

			manner.probe = probes[k];
			meet(&manner, manners[i].what);
		}
}

#define HEAD "%V\r\n%F\r\n%T;tag=1\r\n%I\r\n%C\r\n"
#define OK_ANSWER "SIP/2.0 200 OK\r\n" HEAD "Content-Length: 0\r\n\r\n"

static void
sip(void **state)
{
	static const struct { const char *what; struct manner manner; } manners[] = {
		{ "served", { .octets = OK_ANSWER, .answer = ACCEPTED } },
		{ "served in single octets", { .octets = OK_ANSWER, .slowly = true,
		    .answer = ACCEPTED } },
		{ "served twice", { .octets = OK_ANSWER OK_ANSWER, .answer = ACCEPTED } },
		{ "refused, then served", { .octets = "SIP/2.0 403 No\r\n" HEAD "l: 0\r\n\r\n"
		    OK_ANSWER, .answer = REFUSED } },
		{ "provisional for ever", { .octets = "SIP/2.0 100 Trying\r\n" HEAD "l: 0\r\n\r\n",
		    .endless = true, .answer = UNCLEAR } },
		{ "another call's answer", { .octets = "SIP/2.0 403 No\r\n%V\r\n%F\r\n%T\r\n"
		    "Call-ID: other\r\n%C\r\nl: 0\r\n\r\n", .hold = true, .answer = UNCLEAR } },
		{ "another transaction's", { .octets = "SIP/2.0 403 No\r\nVia: SIP/2.0/TCP x;"
		    "branch=z9hG4bKother\r\n%F\r\n%T\r\n%I\r\n%C\r\nl: 0\r\n\r\n", .answer = UNCLEAR } },
		{ "a length that lies", { .octets = "SIP/2.0 403 No\r\n" HEAD
		    "Content-Length: 99999999\r\n\r\n", .hold = true, .answer = UNCLEAR } },
		{ "two lengths", { .octets = "SIP/2.0 403 No\r\n" HEAD
		    "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", .hold = true,
		    .answer = UNCLEAR } },
		{ "a status of no class", { .octets = "SIP/2.0 999 Odd\r\n" HEAD "l: 0\r\n\r\n",
		    .hold = true, .answer = UNCLEAR } },
		{ "a head without end", { .octets = "SIP/2.0 200 OK\r\nX: y\r\n", .endless = true,
		    .answer = UNCLEAR } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(manners) / sizeof(manners[0]); i++) {
		struct manner manner = manners[i].manner;

		manner.probe = &probe_sip_refusal;
		meet(&manner, manners[i].what);
	}
}

static void
diameter(void **state)
{
	/* Headers of RFC 6733 3: version, length, flags, code, application, two identifiers. */
	static const struct { const char *what; struct manner manner; } manners[] = {
		{ "a length of nothing", { .octets = "\1\0\0\0\0\0\1\1\0\0\0\0\0\0\0\1\0\0\0\1",
		    .len = 20, .answer = UNCLEAR } },
		{ "a length beyond all", { .octets = "\1\xff\xff\xff\0\0\1\1\0\0\0\0\0\0\0\1\0\0\0\1",
		    .len = 20, .hold = true, .answer = UNCLEAR } },
		{ "a length not of four", { .octets = "\1\0\0\x15\0\0\1\1\0\0\0\0\0\0\0\1\0\0\0\1\0",
		    .len = 21, .hold = true, .answer = UNCLEAR } },
		{ "another version", { .octets = "\2\0\0\x14\0\0\1\1\0\0\0\0\0\0\0\1\0\0\0\1",
		    .len = 20, .hold = true, .answer = UNCLEAR } },
		{ "another's answer", { .octets = "\1\0\0\x14\0\0\1\1\0\0\0\0\0\0\0\1\0\0\0\1",
		    .len = 20, .hold = true, .answer = UNCLEAR } },
		{ "another's answers for ever", { .octets = "\1\0\0\x14\0\0\1\1\0\0\0\0\0\0\0\1\0\0\0\1",
		    .len = 20, .endless = true, .answer = UNCLEAR } },
		{ "half a header", { .octets = "\1\0\0\x14\0\0\1", .len = 7, .answer = UNCLEAR } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(manners) / sizeof(manners[0]); i++) {
		struct manner manner = manners[i].manner;

		manner.probe = &probe_diameter_refusal;
		meet(&manner, manners[i].what);
	}
}

static void
sbi(void **state)
{
	/* Frames of RFC 9113 4.1: length of three octets, type, flags, stream.  Who sends SETTINGS
	 * speaks HTTP/2 in the clear, whatever follows. */
	static const struct { const char *what; struct manner manner; } manners[] = {
		{ "HTTP/1.1 says no", { .octets = "HTTP/1.1 400 Bad Request\r\n"
		    "Content-Length: 0\r\nConnection: close\r\n\r\n", .answer = REFUSED } },
		{ "a frame beyond all", { .octets = "\xff\xff\xff\4\0\0\0\0\0", .len = 9, .hold = true,
		    .answer = UNCLEAR } },
		{ "settings that are cut", { .octets = "\0\0\6\4\0\0\0\0\0\0\3", .len = 11,
		    .answer = ACCEPTED } },
		{ "settings for ever", { .octets = "\0\0\0\4\0\0\0\0\0", .len = 9, .endless = true,
		    .answer = ACCEPTED } },
		{ "an answer on a stream nobody opened", { .octets = "\0\0\0\4\0\0\0\0\0"
		    "\0\0\1\1\5\0\0\0\7\x88", .len = 19, .hold = true, .answer = ACCEPTED } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(manners) / sizeof(manners[0]); i++) {
		struct manner manner = manners[i].manner;

		manner.probe = &probe_sbi_refusal;
		meet(&manner, manners[i].what);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_no_protocol), cmocka_unit_test(sip), cmocka_unit_test(diameter),
		cmocka_unit_test(sbi),
	};

	lab_enter();
	return cmocka_run_group_tests_name("refusal-hostile", tests, group_setup, group_teardown);
}
