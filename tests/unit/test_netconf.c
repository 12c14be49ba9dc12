/* SPDX-License-Identifier: Apache-2.0 */
/* The NETCONF codec: both framings cut anywhere, hellos and replies, and what must be refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "probes/wire/netconf.h"
#include "probes/wire/ssh.h"

#define NS "xmlns=\"urn:ietf:params:xml:ns:netconf:base:1.0\""
#define CAP(text) "<capability>" text "</capability>"

static enum netconf_step
frame(const char *text, size_t len, bool chunked, struct buffer *message)
{
	struct why why = { .err = ERR_OK };
	size_t used = 0;
	enum netconf_step step = netconf_frame(bytes_of(text, len), chunked, message, &used, &why);

	assert_true(step != NETCONF_MESSAGE || (used > 0 && used <= len));
	assert_true((step == NETCONF_BROKEN) == (why.err != ERR_OK));
	return step;
}

static void
framing(void **state)
{
	static const char old[] = "<a/>]]>]]>rest", chunks[] = "\n#4\n<a>b\n#4\n</a>\n##\nrest";
	static const char *const wrong[] = { "x", "\nx", "\n#x", "\n#0\n", "\n#01\n", "\n#-1\n", "\n#4 \n",
	    "\n#4\nabcdx", "\n##\n", "\n#4\nabcd\n##x", "\n#99999999999999999999\n", "\n#\n" };
	struct buffer message = { 0 };

	(void)state;
	for (size_t len = 0; len < sizeof(old) - 5; len++)
		assert_int_equal(frame(old, len, false, &message), NETCONF_MORE);
	assert_int_equal(frame(old, sizeof(old) - 1, false, &message), NETCONF_MESSAGE);
	assert_string_equal(buffer_text(&message), "<a/>");
	for (size_t len = 0; len < sizeof(chunks) - 5; len++)
		assert_int_equal(frame(chunks, len, true, &message), NETCONF_MORE);
	assert_int_equal(frame(chunks, sizeof(chunks) - 1, true, &message), NETCONF_MESSAGE);
	assert_string_equal(buffer_text(&message), "<a>b</a>");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(frame(wrong[i], strlen(wrong[i]), true, &message), NETCONF_BROKEN);
	buffer_free(&message);
}

static void
endless(void **state)
{
	struct buffer in = { 0 }, message = { 0 };

	(void)state;
	for (size_t i = 0; i <= NETCONF_MESSAGE_MAX; i++)
		buffer_put_u8(&in, 'a');
	assert_int_equal(frame((const char *)in.at, in.len, false, &message), NETCONF_BROKEN);
	buffer_reset(&in);
	while (in.len < NETCONF_MESSAGE_MAX + 4096)
		buffer_put_text(&in, "\n#8\nabcdefgh");
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(frame((const char *)in.at, in.len, true, &message),
		    i == 0 ? NETCONF_MORE : NETCONF_BROKEN);
		while (in.len < 2 * NETCONF_MESSAGE_MAX)
			buffer_put_text(&in, "\n#8\nabcdefgh");
	}
	buffer_free(&in), buffer_free(&message);
}

static enum err
hello_read(const char *xml, struct netconf_hello *hello)
{
	struct why why = { .err = ERR_OK };
	enum err err = netconf_hello_read(bytes_of_text(xml), hello, &why);

	assert_true((err == ERR_OK) == (why.text[0] == '\0'));
	return err;
}

static void
hellos(void **state)
{
	static const char *const wrong[] = { "", "x", "<hello/>", "<hello " NS "/>", "<rpc " NS "/>",
	    "<hello " NS "><capabilities>" CAP("urn:x") "</capabilities></hello>",
	    "<hello " NS "><capabilities>" CAP(NETCONF_BASE_1_1) "</capabilities>",
	    "<hello " NS "><capabilities>" CAP("") CAP(NETCONF_BASE_1_1) "</capabilities></hello>",
	    "<hello " NS "><capabilities>" CAP(NETCONF_BASE_1_1) "</capabilities><session-id>0</session-id></hello>",
	    "<hello " NS "><capabilities>" CAP(NETCONF_BASE_1_1) "</capabilities><session-id>4294967296</session-id></hello>",
	    "<hello " NS "><capabilities>" CAP(NETCONF_BASE_1_1) "</capabilities><session-id>7</session-id><session-id>7</session-id></hello>",
	    "<!DOCTYPE hello [<!ENTITY a \"b\">]><hello " NS "><capabilities>" CAP(NETCONF_BASE_1_1) CAP("&a;")
	    "</capabilities></hello>" };
	struct netconf_hello hello;
	struct buffer ours = { 0 };

	(void)state;
	assert_int_equal(hello_read("<?xml version=\"1.0\"?>\n<nc:hello xmlns:nc=\"urn:ietf:params:xml:ns:netconf:base:1.0\">"
	    "<nc:capabilities><nc:capability>\n urn:b?x=1&amp;y \n</nc:capability><nc:capability>" NETCONF_BASE_1_1
	    "</nc:capability><nc:capability>urn:b?x=1&amp;y</nc:capability></nc:capabilities>"
	    "<nc:session-id>4294967295</nc:session-id></nc:hello>", &hello), ERR_OK);
	assert_true(hello.count == 2 && hello.base11 && !hello.base10);
	assert_int_equal(hello.session, 4294967295);
	assert_string_equal(buffer_text(&hello.capabilities), "urn:b?x=1&y\n" NETCONF_BASE_1_1 "\n");
	buffer_free(&hello.capabilities);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_not_equal(hello_read(wrong[i], &hello), ERR_OK);
		buffer_free(&hello.capabilities);
	}
	/* Ours can be read by the same rules. */
	netconf_hello_write(&ours);
	ours.len -= 6;
	assert_int_equal(hello_read(buffer_text(&ours), &hello), ERR_OK);
	assert_true(hello.base10 && hello.base11 && hello.session == -1);
	buffer_free(&hello.capabilities), buffer_free(&ours);
}

static void
replies(void **state)
{
	static const struct { const char *xml; enum err err; bool ok; } rows[] = {
		{ "<rpc-reply message-id=\"1\" " NS "><ok/></rpc-reply>", ERR_OK, true },
		{ "<rpc-reply message-id=\"2\" " NS "><ok/></rpc-reply>", ERR_MALFORMED, false },
		{ "<rpc-reply " NS "><ok/></rpc-reply>", ERR_MALFORMED, false },
		{ "<rpc-reply message-id=\"1\" " NS "/>", ERR_MALFORMED, false },
		{ "<rpc-reply message-id=\"1\" " NS "><a><ok/></a></rpc-reply>", ERR_MALFORMED, false },
		{ "<rpc-reply message-id=\"1\"><ok/></rpc-reply>", ERR_MALFORMED, false },
		{ "<rpc-reply message-id=\"1\" " NS "><rpc-error><error-tag>access-denied</error-tag></rpc-error></rpc-reply>",
		  ERR_REFUSED, false },
		{ "<rpc-reply message-id=\"1\" " NS "><ok/></rpc-rep>", ERR_MALFORMED, false },
		{ "<notification " NS "/>", ERR_MALFORMED, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct why why = { .err = ERR_OK };
		bool ok = !rows[i].ok;

		assert_int_equal(netconf_reply_read(bytes_of_text(rows[i].xml), &ok, &why), rows[i].err);
		assert_int_equal(ok, rows[i].ok);
		assert_true(rows[i].err != ERR_REFUSED || strstr(why.text, "access-denied") != NULL);
	}
}

static void
channel(void **state)
{
	static const uint8_t confirmed[] = { 91, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0x20, 0, 0, 0, 0, 0x80, 0 };
	static const uint8_t data[] = { 94, 0, 0, 0, 0, 0, 0, 0, 2, 'h', 'i' };
	struct ssh_channel_message said;
	uint8_t other[sizeof(data)];

	(void)state;
	assert_true(ssh_channel_read(bytes_of(confirmed, sizeof(confirmed)), &said));
	assert_true(said.sender == 7 && said.window == 0x200000);
	assert_true(ssh_channel_read(bytes_of(data, sizeof(data)), &said));
	assert_true(bytes_equal(said.data, bytes_of_text("hi")));
	for (size_t len = 0; len < sizeof(data); len++)
		assert_false(ssh_channel_read(bytes_of(data, len), &said));
	memcpy(other, data, sizeof(data));
	other[4] = 1;		/* a channel that is not ours */
	assert_false(ssh_channel_read(bytes_of(other, sizeof(other)), &said));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(framing), cmocka_unit_test(endless), cmocka_unit_test(hellos),
		cmocka_unit_test(replies), cmocka_unit_test(channel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
