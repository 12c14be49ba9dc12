/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mail probe: replies whose lines lie, SPF and DMARC texts, and a simulated server that
 * refuses, says too much behind STARTTLS, or never ends.  Real ones are in tests/peers/mail.sh.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "probes/wire/mail.h"
#include "tests/unit/datagram_lab.h"

static struct mail_reply reply;
static size_t reply_len;

static enum mail_step
read_of(const char *text)
{
	struct why why;

	return mail_reply_read(bytes_of_text(text), &reply, &reply_len, &why);
}

static void
replies(void **state)
{
	struct buffer large = { .max = 1 << 20 };

	(void)state;
	assert_int_equal(read_of("220 mail.example ESMTP\r\n250"), MAIL_DONE);
	assert_int_equal(reply.code, 220);
	assert_int_equal(reply_len, 24);
	assert_true(bytes_equal(reply.line[0], bytes_of_text("mail.example ESMTP")));
	assert_int_equal(read_of("250-a\r\n250-STARTTLS\r\n250-AUTH=PLAIN\n250 size 10\r\n"), MAIL_DONE);
	assert_int_equal(reply.lines, 4);
	assert_true(mail_offers(&reply, "STARTTLS") && mail_offers(&reply, "AUTH"));
	assert_true(mail_offers(&reply, "SIZE") && !mail_offers(&reply, "START"));
	assert_false(mail_offers(&reply, "a"));
	assert_int_equal(read_of("250\r\n"), MAIL_DONE);
	assert_int_equal(read_of(""), MAIL_MORE);
	assert_int_equal(read_of("22"), MAIL_MORE);
	assert_int_equal(read_of("250-a\r\n"), MAIL_MORE);
	assert_int_equal(read_of("250-a\r\n25"), MAIL_MORE);
	assert_int_equal(read_of("SSH-2.0"), MAIL_BROKEN);
	assert_int_equal(read_of("\r\n"), MAIL_BROKEN);
	assert_int_equal(read_of("120 a\r\n"), MAIL_BROKEN);
	assert_int_equal(read_of("250x\r\n"), MAIL_BROKEN);
	assert_int_equal(read_of("250-a\r\n251 b\r\n"), MAIL_BROKEN);
	for (size_t i = 0; i <= MAIL_LINES_MAX; i++)
		buffer_put_text(&large, "250-x\r\n");
	assert_int_equal(read_of(buffer_text(&large)), MAIL_BROKEN);
	buffer_reset(&large);
	buffer_put_text(&large, "220 ");
	for (size_t i = 0; i < MAIL_LINE_MAX; i++)
		buffer_put_u8(&large, 'x');
	assert_int_equal(read_of(buffer_text(&large)), MAIL_BROKEN);
	buffer_free(&large);
}

static void
policies(void **state)
{
	static const char *const spf[][2] = { { "v=spf1 -all", "fail" }, { "v=spf1 ~ALL", "softfail" },
		{ "v=spf1 mx ?all -all", "neutral" }, { "v=spf1 all", "pass" }, { "v=spf1 +all", "pass" },
		{ "v=spf1", "none" }, { "v=spf1 include:-all", "none" },
		{ "v=spf1 redirect=x.example", "redirect" } };
	static const char *const dmarc[][2] = { { "v=DMARC1; p=reject", "reject" },
		{ "v=DMARC1;p=Quarantine;", "quarantine" }, { "v = DMARC1 ; sp=none; p = none", "none" } };

	(void)state;
	for (size_t i = 0; i < sizeof(spf) / sizeof(spf[0]); i++) {
		assert_true(mail_is_spf(bytes_of_text(spf[i][0])));
		assert_string_equal(mail_spf_all(bytes_of_text(spf[i][0])), spf[i][1]);
	}
	assert_false(mail_is_spf(bytes_of_text("v=spf10 -all")) || mail_is_spf(bytes_of_text("")));
	for (size_t i = 0; i < sizeof(dmarc) / sizeof(dmarc[0]); i++) {
		assert_true(mail_is_dmarc(bytes_of_text(dmarc[i][0])));
		assert_string_equal(mail_dmarc_policy(bytes_of_text(dmarc[i][0])), dmarc[i][1]);
	}
	assert_false(mail_is_dmarc(bytes_of_text("p=reject; v=DMARC1")));
	assert_false(mail_is_dmarc(bytes_of_text("v=dmarc1; p=reject")));
	assert_null(mail_dmarc_policy(bytes_of_text("v=DMARC1; sp=reject; p=rejected")));
	assert_null(mail_dmarc_policy(bytes_of_text("v=DMARC1; p")));
}

/* What is said at first, to EHLO, to STARTTLS. */
static const struct script {
	const char  *said[3];
	enum outcome outcome;
	enum err     err;
	const char  *says;
} scripts[] = {
	{ { "554 no\r\n" }, OUTCOME_DOWN, ERR_REFUSED, "greets with 554" },
	{ { "SSH-2.0-x\r\n" }, OUTCOME_DOWN, ERR_MALFORMED, "no reply of SMTP" },
	{ { "220-a\r\n" }, OUTCOME_DOWN, ERR_TRUNCATED, "ended the connection" },
	{ { "220 a\r\n", "502 no\r\n" }, OUTCOME_DEGRADED, ERR_REFUSED, "refuses EHLO with 502" },
	{ { "220 a\r\n", "250 a\r\n" }, OUTCOME_DEGRADED, ERR_UNSUPPORTED, "no STARTTLS" },
	{ { "220 a\r\n", "250-a\r\n250 AUTH PLAIN\r\n" }, OUTCOME_DEGRADED, ERR_MISMATCH,
	    "logins without TLS" },
	{ { "220 a\r\n", "250-a\r\n250 STARTTLS\r\n", "454 later\r\n" }, OUTCOME_DEGRADED,
	    ERR_REFUSED, "refuses it with 454" },
	{ { "220 a\r\n", "250-a\r\n250 STARTTLS\r\n", "220 go\r\n" }, OUTCOME_DEGRADED,
	    ERR_CLOSED, "handshake was not finished" },
	/* Replies in the clear that are there before TLS is are not taken for answers behind it. */
	{ { "220 a\r\n", "250-a\r\n250 STARTTLS\r\n", "220 go\r\n250-a\r\n250 AUTH\r\n" },
	    OUTCOME_DEGRADED, ERR_CLOSED, "handshake was not finished" },
};

static void
serve(int fd, void *arg)
{
	const struct script *script = arg;
	char request[512];

	for (unsigned i = 0; i < 3 && script->said[i] != NULL; i++) {
		if (i > 0 && read(fd, request, sizeof(request)) <= 0)
			return;
		if (write(fd, script->said[i], strlen(script->said[i])) < 0)
			return;
	}
	shutdown(fd, SHUT_WR);
	(void)!read(fd, request, sizeof(request));
}

/* A greeting without end. */
static void
serve_endless(int fd, void *arg)
{
	(void)arg;
	while (write(fd, "220-for ever\r\n", 14) == 14)
		continue;
}

static void
endless(void **state)
{
	struct datagram_lab lab;
	pid_t pid = lab_serve(8100, serve_endless, NULL);

	(void)state;
	datagram_begin(&lab, &probe_mail, NULL, 0);
	datagram_round(&lab, 8100, 2000);
	assert_int_equal(lab.seen.outcome, OUTCOME_DOWN);
	assert_non_null(strstr(lab.seen.detail, "a reply without end"));
	datagram_end(&lab);
	lab_end(pid);
}

static void
servers(void **state)
{
	uint16_t port = 8101;

	(void)state;
	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
		struct datagram_lab lab;
		pid_t pid = lab_serve(++port, serve, (void *)(uintptr_t)&scripts[i]);

		datagram_begin(&lab, &probe_mail, NULL, 0);
		datagram_round(&lab, port, 2000);
		if (lab.seen.outcome != scripts[i].outcome || lab.seen.err != scripts[i].err ||
		    strstr(lab.seen.detail, scripts[i].says) == NULL)
			fail_msg("%zu: %s, %s: %s", i, outcome_name(lab.seen.outcome),
			    err_name(lab.seen.err), lab.seen.detail);
		assert_null(strstr(lab.seen.detail, "127.0"));
		datagram_end(&lab);
		lab_end(pid);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(replies), cmocka_unit_test(policies),
	    cmocka_unit_test(servers), cmocka_unit_test(endless) };

	lab_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
