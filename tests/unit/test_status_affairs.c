/* SPDX-License-Identifier: Apache-2.0 */
/* The page of status about users and clocks, as text and as JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <jansson.h>

#include "monitor/base/i18n.h"
#include "reports/report_status.h"
#include "reports/report_status_affairs.h"
#include "tests/unit/network_plan.h"

#define MINUTE INT64_C(60000)

static void
users_and_clocks(void **unused)
{
	struct status status = { .live = false };
	struct buffer text = { .max = 0 };
	json_t *object = json_object();
	struct network network;

	(void)unused;
	i18n_open("en");
	network_open(&network, network_plan());
	status.state = network.state;
	status.now_ms = network.now_ms;
	status_affairs_text(&status, &text);
	assert_int_equal(text.len, 0);
	network_see(&network, MINUTE, HSS_1, OUTCOME_DOWN);
	network_tick(&network, 11 * MINUTE);
	status.now_ms = network.now_ms;
	status_affairs_text(&status, &text);
	assert_non_null(strstr(buffer_text(&text), "voice: stopped 60000, degraded 0"));
	assert_non_null(strstr(buffer_text(&text), "1 h in 50:00"));
	status_affairs_json(&status, object);
	assert_int_equal(json_array_size(json_object_get(object, "users_hit")), 2);
	assert_true(json_array_size(json_object_get(object, "clocks")) >= 2);
	/* Restored: nobody is hit any more, but what became due still runs. */
	network_see(&network, 70 * MINUTE, HSS_1, OUTCOME_UP);
	status.now_ms = network.now_ms;
	buffer_reset(&text);
	status_affairs_text(&status, &text);
	assert_null(strstr(buffer_text(&text), "voice: stopped"));
	assert_non_null(strstr(buffer_text(&text), "F4"));
	json_decref(object);
	buffer_free(&text);
	network_close(&network);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(users_and_clocks) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
