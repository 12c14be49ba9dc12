/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rpki probe against a simulated cache that answers out of order, twice, in another version or
 * session, without end, or not.  Real ones are in tests/peers/rpki.sh.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/datagram_lab.h"

#define PIECE(octets) { octets, sizeof(octets) - 1 }
#define RESPONSE "\1\3\22\64\0\0\0\10"
#define OURS     "\1\4\0\0\0\0\0\24\1\30\30\0\300\0\2\0\0\0\373\364"
#define OTHER    "\1\4\0\0\0\0\0\24\1\30\30\0\300\0\2\0\0\0\373\365"
#define GONE     "\1\4\0\0\0\0\0\24\0\30\30\0\300\0\2\0\0\0\373\364"
#define END      "\1\7\22\64\0\0\0\30\0\0\0\11\0\0\16\20\0\0\2\130\0\0\34\40"
#define NOTIFY   "\1\0\22\64\0\0\0\14\0\0\0\11"

static const struct piece {
	const char *octets;
	size_t      len;
} said[] = {
	PIECE(RESPONSE OURS END),
	PIECE(NOTIFY RESPONSE OTHER OURS END END),
	PIECE("\0\3\22\64\0\0\0\10\0\4\0\0\0\0\0\24\1\30\30\0\300\0\2\0\0\0\373\364"
	    "\0\7\22\64\0\0\0\14\0\0\0\11"),
	PIECE(OURS END),
	PIECE(RESPONSE RESPONSE OURS END),
	PIECE(RESPONSE GONE END),
	PIECE(RESPONSE "\1\7\22\65\0\0\0\30\0\0\0\11\0\0\16\20\0\0\2\130\0\0\34\40"),
	PIECE(RESPONSE "\0\4\0\0\0\0\0\24\1\30\30\0\300\0\2\0\0\0\373\364"),
	PIECE("\1\10\0\0\0\0\0\10"),
	PIECE("\1\12\0\2\0\0\0\20\0\0\0\0\0\0\0\0"),
	PIECE("\1\12\0\4\0\0\0\20\0\0\0\0\0\0\0\0"),
	PIECE("220 mail ESMTP\r\n"),
	PIECE(RESPONSE OURS),
	PIECE(RESPONSE OTHER END),
	PIECE(RESPONSE END),
};

static const struct expected {
	enum outcome outcome;
	enum err     err;
	const char  *says;
} expected[] = {
	{ OUTCOME_UP, ERR_OK, "" },
	{ OUTCOME_UP, ERR_OK, "" },
	{ OUTCOME_UP, ERR_OK, "" },
	{ OUTCOME_DOWN, ERR_MALFORMED, "data before its response" },
	{ OUTCOME_DOWN, ERR_MALFORMED, "begins to answer twice" },
	{ OUTCOME_DOWN, ERR_MALFORMED, "withdraws a prefix" },
	{ OUTCOME_DOWN, ERR_MALFORMED, "another session" },
	{ OUTCOME_DOWN, ERR_MALFORMED, "changes its version" },
	{ OUTCOME_DOWN, ERR_MALFORMED, "cache reset" },
	{ OUTCOME_DOWN, ERR_REFUSED, "no data yet" },
	{ OUTCOME_DOWN, ERR_REFUSED, "Unsupported Protocol Version" },
	{ OUTCOME_DOWN, ERR_MALFORMED, "no PDU of RTR" },
	{ OUTCOME_DOWN, ERR_TRUNCATED, "within its answer" },
	{ OUTCOME_DEGRADED, ERR_MISMATCH, "invalid, so that others drop them: 192.0.2.0/24 AS64500" },
	{ OUTCOME_DEGRADED, ERR_NOT_FOUND, "holds 0 validated prefixes" },
};

static void
serve(int fd, void *arg)
{
	const struct piece *piece = arg;
	char request[64];

	if (read(fd, request, sizeof(request)) != 8)
		return;
	if (write(fd, piece->octets, piece->len) < 0)
		return;
	shutdown(fd, SHUT_WR);
	(void)!read(fd, request, sizeof(request));
}

/* One octet at a time. */
static void
serve_slowly(int fd, void *arg)
{
	const struct piece *piece = arg;
	char request[64];

	if (read(fd, request, sizeof(request)) != 8)
		return;
	for (size_t i = 0; i < piece->len; i++)
		if (write(fd, piece->octets + i, 1) != 1)
			return;
	(void)!read(fd, request, sizeof(request));
}

/* A prefix for ever. */
static void
serve_endless(int fd, void *arg)
{
	static char block[20 * 1000];

	(void)arg;
	for (size_t i = 0; i < 1000; i++)
		memcpy(block + 20 * i, OTHER, 20);
	if (write(fd, RESPONSE, 8) != 8)
		return;
	while (write(fd, block, sizeof(block)) > 0)
		continue;
}

static uint16_t port = 8001;

static void
begin(struct datagram_lab *lab, const char *unchanged)
{
	static struct round_option option[] = {
		{ .name = "prefixes", .value = "192.0.2.0/24 AS64500" },
		{ .name = "max_unchanged" },
	};

	option[1].value = unchanged;
	datagram_begin(lab, &probe_rpki, option, 2);
}

static void
gives(void (*how)(int, void *), size_t which, struct expected wanted)
{
	struct datagram_lab lab;
	pid_t pid = lab_serve(++port, how, (void *)(uintptr_t)&said[which]);

	begin(&lab, "1d");
	datagram_round(&lab, port, 1500);
	if (lab.seen.outcome != wanted.outcome || lab.seen.err != wanted.err ||
	    strstr(lab.seen.detail, wanted.says) == NULL)
		fail_msg("%zu: %s, %s: %s", which, outcome_name(lab.seen.outcome),
		    err_name(lab.seen.err), lab.seen.detail);
	assert_null(strstr(lab.seen.detail, "127.0"));
	datagram_end(&lab);
	lab_end(pid);
}

static void
caches(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		gives(serve, i, expected[i]);
	gives(serve_slowly, 1, expected[1]);
}

static void
endless(void **state)
{
	struct datagram_lab lab;
	pid_t pid = lab_serve(++port, serve_endless, NULL);

	(void)state;
	begin(&lab, "1d");
	datagram_round(&lab, port, 500);
	/* By time, octets or PDUs, whichever is first. */
	assert_int_equal(lab.seen.outcome, OUTCOME_DOWN);
	datagram_end(&lab);
	lab_end(pid);
}

static void
stands_still(void **state)
{
	struct datagram_lab lab;
	pid_t pid = lab_serve(++port, serve, (void *)(uintptr_t)&said[0]);

	(void)state;
	begin(&lab, "10ms");
	datagram_round(&lab, port, 1500);
	assert_int_equal(lab.seen.outcome, OUTCOME_UP);
	usleep(30000);
	datagram_round(&lab, port, 1500);
	assert_int_equal(lab.seen.outcome, OUTCOME_DEGRADED);
	assert_non_null(strstr(lab.seen.detail, "has not changed"));
	datagram_end(&lab);
	lab_end(pid);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(caches), cmocka_unit_test(endless),
	    cmocka_unit_test(stands_still) };

	lab_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
