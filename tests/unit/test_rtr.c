/* SPDX-License-Identifier: Apache-2.0 */
/* RTR PDUs, right and lying, and the origin of routes as RFC 6811 has it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "probes/wire/rtr.h"

static struct rtr_pdu pdu;
static size_t pdu_len;

static enum rtr_step
read_of(const char *octets, size_t len)
{
	struct why why;

	return rtr_read(bytes_of(octets, len), &pdu, &pdu_len, &why);
}

#define READ(octets) read_of(octets, sizeof(octets) - 1)

static void
pdus(void **state)
{
	static const char four[] = "\1\4\0\0\0\0\0\24\1\30\30\0\300\0\2\0\0\0\373\364";

	(void)state;
	assert_int_equal(READ(four), RTR_DONE);
	assert_int_equal(pdu_len, 20);
	assert_true(pdu.announced);
	assert_int_equal(pdu.prefix.length, 24);
	assert_int_equal(pdu.prefix.asn, 64500);
	for (size_t len = 0; len + 1 < sizeof(four) - 1; len++)
		assert_int_equal(read_of(four, len), RTR_MORE);
	assert_int_equal(READ("\1\3\22\64\0\0\0\10"), RTR_DONE);
	assert_int_equal(pdu.session, 0x1234);
	assert_int_equal(READ("\1\7\22\64\0\0\0\30\0\0\0\11\0\0\16\20\0\0\2\130\0\0\34\40"), RTR_DONE);
	assert_int_equal(pdu.serial, 9);
	assert_int_equal(pdu.refresh_s, 3600);
	assert_int_equal(READ("\0\7\22\64\0\0\0\14\0\0\0\11"), RTR_DONE);
	assert_int_equal(pdu.refresh_s, 0);
	assert_int_equal(READ("\1\12\0\2\0\0\0\22\0\0\0\0\0\0\0\2no"), RTR_DONE);
	assert_int_equal(pdu.session, RTR_NO_DATA);
	assert_true(bytes_equal(pdu.text, bytes_of_text("no")));
}

static void
lies(void **state)
{
	(void)state;
	assert_int_equal(READ("HTTP/1.1"), RTR_BROKEN);
	assert_int_equal(READ("\2\3\0\0\0\0\0\10"), RTR_BROKEN);
	assert_int_equal(READ("\1\5\0\0\0\0\0\10"), RTR_BROKEN);
	assert_int_equal(READ("\1\3\0\0\0\0\0\11"), RTR_BROKEN);
	assert_int_equal(READ("\1\3\0\0\0\0\0\0"), RTR_BROKEN);
	assert_int_equal(READ("\1\12\0\0\377\377\377\377"), RTR_BROKEN);
	assert_int_equal(READ("\1\12\0\0\0\0\0\7"), RTR_BROKEN);
	/* Version 0 has no router keys, and a shorter end. */
	assert_int_equal(READ("\0\11\0\0\0\0\0\10"), RTR_BROKEN);
	assert_int_equal(READ("\0\7\0\0\0\0\0\30"), RTR_BROKEN);
	/* Longer than its maximum; more than the family has. */
	assert_int_equal(READ("\1\4\0\0\0\0\0\24\1\31\30\0\300\0\2\0\0\0\373\364"), RTR_BROKEN);
	assert_int_equal(READ("\1\4\0\0\0\0\0\24\1\30\41\0\300\0\2\0\0\0\373\364"), RTR_BROKEN);
	/* Fields of an error report that are longer than it, or do not fill it. */
	assert_int_equal(READ("\1\12\0\2\0\0\0\22\0\0\0\0\0\0\0\3no"), RTR_BROKEN);
	assert_int_equal(READ("\1\12\0\2\0\0\0\22\377\377\377\377\0\0\0\2no"), RTR_BROKEN);
	assert_int_equal(READ("\1\12\0\2\0\0\0\22\0\0\0\0\0\0\0\1no"), RTR_BROKEN);
}

static enum err
routes(const char *text, size_t *count)
{
	static struct rtr_route route[RTR_ROUTES_MAX];
	struct why why;

	return rtr_routes_read(text, route, count, &why);
}

static void
lists(void **state)
{
	static const char *const wrong[] = { "", "192.0.2.0/24", "192.0.2.0/24 64500", "192.0.2.0 AS1",
	    "192.0.2.1/24 AS1", "192.0.2.0/33 AS1", "192.0.2.0/24 AS4294967296", "192.0.2.0/24 AS1,",
	    "192.0.2.0/24 AS1 AS2", "x/24 AS1", "192.0.2.0/24AS1", "2001:db8::/129 AS1",
	    "192.0.2.0/24 AS", "/ AS1" };
	size_t count;
	char many[2048] = "";

	(void)state;
	assert_int_equal(routes("192.0.2.0/24 AS64500, 2001:db8::/32 AS4294967295", &count), ERR_OK);
	assert_int_equal(count, 2);
	assert_int_equal(routes("0.0.0.0/0 AS1", &count), ERR_OK);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (routes(wrong[i], &count) != ERR_INVALID)
			fail_msg("\"%s\" was taken", wrong[i]);
	for (size_t i = 0; i <= RTR_ROUTES_MAX; i++)
		strcat(many, i == 0 ? "192.0.2.0/24 AS1" : ",192.0.2.0/24 AS1");
	assert_int_equal(routes(many, &count), ERR_LIMIT);
}

static enum rtr_state
state_of(const char *route_text, const char *held)
{
	static struct rtr_route route[RTR_ROUTES_MAX], vrp[RTR_ROUTES_MAX];
	size_t count, held_count = 0;

	assert_int_equal(rtr_routes_read(route_text, route, &count, NULL), ERR_OK);
	if (held[0] != '\0')
		assert_int_equal(rtr_routes_read(held, vrp, &held_count, NULL), ERR_OK);
	for (size_t i = 0; i < held_count; i++)
		rtr_route_hold(&route[0], &vrp[i].prefix);
	return rtr_route_state(&route[0]);
}

static void
origins(void **state)
{
	struct rtr_route route = { .prefix = { .address = { 192, 0, 2 }, .bits = 32, .length = 25,
	    .max_length = 25, .asn = 64500 } };
	struct rtr_prefix vrp = route.prefix;
	char text[RTR_ROUTE_TEXT];

	(void)state;
	assert_int_equal(state_of("192.0.2.0/24 AS64500", ""), RTR_NOT_FOUND);
	assert_int_equal(state_of("192.0.2.0/24 AS64500", "192.0.2.0/24 AS64500"), RTR_VALID);
	assert_int_equal(state_of("192.0.2.0/24 AS64500", "192.0.2.0/24 AS64501"), RTR_INVALID);
	assert_int_equal(state_of("192.0.2.0/24 AS64500", "192.0.0.0/16 AS64500"), RTR_INVALID);
	assert_int_equal(state_of("192.0.2.0/24 AS64500", "192.0.2.0/25 AS64500"), RTR_NOT_FOUND);
	assert_int_equal(state_of("192.0.2.0/24 AS64500", "192.0.3.0/24 AS64500"), RTR_NOT_FOUND);
	assert_int_equal(state_of("192.0.2.0/24 AS0", "192.0.2.0/24 AS0"), RTR_INVALID);
	/* One that matches is enough, before or behind one that does not (RFC 6811 2). */
	assert_int_equal(state_of("192.0.2.0/24 AS64500",
	    "192.0.2.0/24 AS64501, 192.0.2.0/24 AS64500"), RTR_VALID);
	assert_int_equal(state_of("192.0.2.0/24 AS64500",
	    "192.0.2.0/24 AS64500, 192.0.2.0/24 AS64501"), RTR_VALID);
	assert_int_equal(state_of("2001:db8:8000::/33 AS1", "2001:db8::/32 AS1"), RTR_INVALID);
	assert_int_equal(state_of("2001:db8::/32 AS1", "32.1.13.184/32 AS1"), RTR_NOT_FOUND);
	assert_int_equal(state_of("192.0.2.0/24 AS1", "0.0.0.0/0 AS1"), RTR_INVALID);
	vrp.length = 24;
	rtr_route_hold(&route, &vrp);
	assert_int_equal(rtr_route_state(&route), RTR_VALID);
	rtr_route_text(&route, text);
	assert_string_equal(text, "192.0.2.0/25 AS64500");
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(pdus), cmocka_unit_test(lies),
	    cmocka_unit_test(lists), cmocka_unit_test(origins) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
