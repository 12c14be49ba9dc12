/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SNMP notifications: the head of a message before it is believed, files of users and tokens, and
 * each row of the table that pairs, with what variables of RFC 3877 say besides.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "monitor/intake/trap_map.h"
#include "monitor/intake/trap_users.h"

static struct trap trap;

static void
begin(const char *notification)
{
	trap.variables = 2;
	trap.variable[0] = (struct trap_variable){ .oid = "1.3.6.1.2.1.1.3.0", .is_number = true,
	    .object = "" };
	trap.variable[1] = (struct trap_variable){ .oid = "1.3.6.1.6.3.1.1.4.1.0",
	    .object = notification };
}

static void
number(const char *oid, int64_t value)
{
	trap.variable[trap.variables++] = (struct trap_variable){ .oid = oid, .is_number = true,
	    .number = value, .object = "" };
}

static void
object(const char *oid, const char *value)
{
	trap.variable[trap.variables++] = (struct trap_variable){ .oid = oid, .object = value };
}

static struct incoming
mapped(void)
{
	struct buffer text = { .max = 0 };
	struct incoming in;
	struct bytes who[2];
	size_t whos;

	incoming_begin(&in, 0, SIGNAL_FORM_TRAP, 1000, "192.0.2.1");
	assert_int_equal(trap_map(&trap, &in, &text, who, &whos), ERR_OK);
	assert_true(in.text.len > 0);
	buffer_free(&text);
	in.text = bytes_of(NULL, 0);
	return in;
}

static void
pairs(void **state)
{
	static const struct { const char *raise, *clear, *column; } pair[] = {
		{ "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.6.3.1.1.5.4", "1.3.6.1.2.1.2.2.1.1.7" },
		{ "1.3.6.1.2.1.131.0.2", "1.3.6.1.2.1.131.0.1", "1.3.6.1.2.1.131.1.1.1.2.7" },
		{ "1.3.6.1.2.1.15.0.2", "1.3.6.1.2.1.15.0.1", "1.3.6.1.2.1.15.3.1.7.10.0.0.7" },
		{ "1.3.6.1.2.1.15.7.2", "1.3.6.1.2.1.15.7.1", "1.3.6.1.2.1.15.3.1.7.10.0.0.7" } };

	(void)state;
	for (size_t i = 0; i < sizeof(pair) / sizeof(pair[0]); i++) {
		struct incoming raised, cleared;

		begin(pair[i].raise);
		number(pair[i].column, 7);
		raised = mapped();
		begin(pair[i].clear);
		number(pair[i].column, 7);
		cleared = mapped();
		assert_int_equal(raised.kind, SIGNAL_RAISED);
		assert_int_equal(raised.severity, PERCEIVED_MAJOR);
		assert_int_equal(cleared.kind, SIGNAL_CLEARED);
		assert_int_equal(cleared.severity, PERCEIVED_CLEARED);
		assert_string_equal(raised.key, cleared.key);
		begin(pair[i].raise);
		assert_string_not_equal(mapped().key, raised.key);
	}
}

static void
alarm_mib(void **state)
{
	struct incoming raised, cleared;

	(void)state;
	begin("1.3.6.1.2.1.118.0.2");
	object("1.3.6.1.2.1.118.1.2.2.1.13.1", "1.3.6.1.2.1.118.1.1.2.1.3.0.5.4");
	object("1.3.6.1.2.1.118.1.2.2.1.10.1", "1.3.6.1.2.1.2.2.1.1.4");
	number("1.3.6.1.2.1.121.1.1.1.1.2.0.5.5", 4);
	number("1.3.6.1.2.1.121.1.1.1.1.3.0.5.5", 166);
	raised = mapped();
	assert_int_equal(raised.kind, SIGNAL_RAISED);
	assert_int_equal(raised.severity, PERCEIVED_MINOR);
	assert_int_equal(raised.alarm_type, ALARM_TYPE_PROCESSING_ERROR);
	assert_string_equal(raised.cause, "versionMismatch");
	/* The same model and resource in the state 1 is its end, whatever notification brings it. */
	begin("1.3.6.1.2.1.118.0.2");
	object("1.3.6.1.2.1.118.1.2.2.1.13.1", "1.3.6.1.2.1.118.1.1.2.1.3.0.5.1");
	object("1.3.6.1.2.1.118.1.2.2.1.10.1", "1.3.6.1.2.1.2.2.1.1.4");
	cleared = mapped();
	assert_int_equal(cleared.kind, SIGNAL_CLEARED);
	assert_string_equal(cleared.key, raised.key);
	begin("1.3.6.1.2.1.118.0.3");
	object("1.3.6.1.2.1.118.1.3.2.1.10.1", "1.3.6.1.2.1.118.1.1.2.1.3.0.5.1");
	object("1.3.6.1.2.1.118.1.3.2.1.8.1", "1.3.6.1.2.1.2.2.1.1.4");
	assert_string_equal(mapped().key, raised.key);
}

static void
unknown(void **state)
{
	struct buffer text = { .max = 0 };
	struct incoming in;
	struct bytes who[2];
	size_t whos;

	(void)state;
	begin("1.3.6.1.4.1.32473.9");
	in = mapped();
	assert_int_equal(in.kind, SIGNAL_EVENT);
	assert_int_equal(in.severity, PERCEIVED_INDETERMINATE);
	assert_string_equal(in.title, "1.3.6.1.4.1.32473.9");
	assert_int_equal(in.told_ms, 0);
	assert_int_equal(in.clock, SIGNAL_CLOCK_NONE);
	/* X.733 in it all the same. */
	number("1.3.6.1.2.1.121.1.1.1.1.1.0.1.3", 3);
	assert_int_equal(mapped().severity, PERCEIVED_CRITICAL);
	trap.variables = 1;
	incoming_begin(&in, 0, SIGNAL_FORM_TRAP, 1000, "192.0.2.1");
	assert_int_equal(trap_map(&trap, &in, &text, who, &whos), ERR_MALFORMED);
	/* Somebody's agent behind a proxy: who really sent it. */
	begin("1.3.6.1.6.3.1.1.5.1");
	trap.variable[trap.variables++] = (struct trap_variable){ .oid = "1.3.6.1.6.3.18.1.3.0",
	    .object = "", .is_address = true, .octets = bytes_of("\xc0\x00\x02\x07", 4) };
	trap.variable[trap.variables++] = (struct trap_variable){ .oid = "1.3.6.1.2.1.1.5.0",
	    .object = "", .octets = bytes_of_text("edge-7") };
	incoming_begin(&in, 0, SIGNAL_FORM_TRAP, 1000, "192.0.2.1");
	assert_int_equal(trap_map(&trap, &in, &text, who, &whos), ERR_OK);
	assert_int_equal(whos, 2);
	assert_true(bytes_equal(who[0], bytes_of_text("edge-7")));
	assert_true(bytes_equal(who[1], bytes_of_text("192.0.2.7")));
	assert_non_null(strstr(in.key, "192.0.2.7/"));
	buffer_free(&text);
}

static void
heads(void **state)
{
	static const uint8_t v2c[] = { 0x30, 0x0d, 2, 1, 1, 4, 6, 'p', 'u', 'b', 'l', 'i', 'c', 0xa7, 0 };
	static const uint8_t v3[] = { 0x30, 0x34, 2, 1, 3, 0x30, 0x0f, 2, 3, 1, 2, 3, 2, 2, 0x7f, 0xff,
		4, 1, 7, 2, 1, 3, 4, 0x1c, 0x30, 0x1a, 4, 5, 0x80, 0, 0, 0, 1, 2, 1, 9, 2, 1, 8, 4, 3, 'n',
		'o', 'c', 4, 0, 4, 0, 0xa0, 0, 0, 0, 0, 0 };
	struct snmp_head head;

	(void)state;
	assert_int_equal(snmp_head_read(bytes_of(v2c, sizeof(v2c)), &head), ERR_OK);
	assert_int_equal(head.version, SNMP_VERSION_V2C);
	assert_true(bytes_equal(head.community, bytes_of_text("public")));
	assert_int_equal(snmp_head_read(bytes_of(v3, sizeof(v3)), &head), ERR_OK);
	assert_int_equal(head.version, SNMP_VERSION_V3);
	assert_true(bytes_equal(head.user, bytes_of_text("noc")));
	assert_int_equal(head.engine.len, 5);
	assert_true(head.authentic && head.private && head.reportable);
	for (size_t len = 0; len < 48; len++) {
		uint8_t *copy = memory_new(len + 1, 1);

		memcpy(copy, v3, len);
		assert_int_not_equal(snmp_head_read(bytes_of(copy, len), &head), ERR_OK);
		free(copy);
	}
}

static enum err
users(const char *text, struct trap_user *user, size_t *count)
{
	struct why why;

	return trap_users_read(bytes_of_text(text), user, 4, count, &why);
}

static void
files_of_users(void **state)
{
	static const char *const wrong[] = { "noc", "noc SHA authsecret1", "noc SHA short AES longlong1",
		"noc SHA authsecret1 AES privsecret1 engine=12", "noc SHA authsecret1 AES privsecret1 more",
		"noc SHA authsecret1 level=odd", "noc level=authNoPriv",
		"a-name-that-is-longer-than-32-octets-is SHA authsecret1 AES privsecret1",
		"noc SHA authsecret1 AES privsecret1 engine=80000000gg" };
	struct trap_user user[4];
	struct secrets secrets;
	struct why why;
	size_t count;

	(void)state;
	assert_int_equal(users("# a comment\n\nnoc SHA-256 authsecret1 AES privsecret1\r\n"
	    "old SHA authsecret2 level=authNoPriv engine=0x8000000001\n lab level=noAuthNoPriv", user,
	    &count), ERR_OK);
	assert_int_equal(count, 3);
	assert_int_equal(user[0].level, TRAP_PRIVATE);
	assert_string_equal(user[0].privacy, "AES");
	assert_true(bytes_equal(user[0].privacy_secret, bytes_of_text("privsecret1")));
	assert_int_equal(user[0].engine_len, 0);
	assert_int_equal(user[1].level, TRAP_AUTH);
	assert_int_equal(user[1].engine_len, 5);
	assert_int_equal(user[1].engine[4], 1);
	assert_int_equal(user[2].level, TRAP_NO_AUTH);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(users(wrong[i], user, &count), ERR_INVALID);
	assert_int_equal(users("a level=noAuthNoPriv\nb level=noAuthNoPriv\nc level=noAuthNoPriv\n"
	    "d level=noAuthNoPriv\ne level=noAuthNoPriv\n", user, &count), ERR_LIMIT);
	assert_int_equal(secrets_read(bytes_of_text("am token-1\n#x\nother token-2"), 1, &secrets,
	    &why), ERR_OK);
	assert_true(secrets_hold(&secrets, bytes_of_text("token-1")));
	assert_true(secrets_hold(&secrets, bytes_of_text("token-2")));
	assert_false(secrets_hold(&secrets, bytes_of_text("token-")));
	assert_false(secrets_hold(&secrets, bytes_of_text("am")));
	assert_false(secrets_hold(&secrets, bytes_of_text("")));
	secrets_free(&secrets);
	assert_int_equal(secrets_read(bytes_of_text("am"), 1, &secrets, &why), ERR_INVALID);
	assert_int_equal(secrets_read(bytes_of_text("one two"), 0, &secrets, &why), ERR_INVALID);
	assert_int_equal(secrets_read(bytes_of_text(""), 0, &secrets, &why), ERR_OK);
	assert_false(secrets_hold(&secrets, bytes_of_text("")));
	secrets_free(&secrets);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(pairs), cmocka_unit_test(alarm_mib),
		cmocka_unit_test(unknown), cmocka_unit_test(heads), cmocka_unit_test(files_of_users) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
