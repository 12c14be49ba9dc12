/* SPDX-License-Identifier: Apache-2.0 */
/* What notices say of users and duties, as folded from records. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <jansson.h>

#include "monitor/daemon/notify_affairs.h"
#include "tests/unit/network_plan.h"

#define MINUTE INT64_C(60000)

static const struct transition *
newest(const struct state *state, const char *detail)
{
	for (uint32_t i = state->timelines; i > 0; i--)
		if (state->timeline[i - 1].kind == TRANSITION_DUTY &&
		    strcmp(state->timeline[i - 1].detail, detail) == 0)
			return &state->timeline[i - 1];
	return NULL;
}

static void
says(const struct notify_message *m, bool japanese, const char *wanted)
{
	struct buffer text = { .max = 0 };

	assert_true(duty_sentence(&text, m, japanese));
	if (strstr(buffer_text(&text), wanted) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", wanted, buffer_text(&text));
	buffer_free(&text);
}

static void
a_duty_is_told_in_both_languages(void **unused)
{
	struct notify_message m = { .alarm = ALARM_NONE };
	struct notice_due due = { .kind = TRANSITION_DUTY };
	struct network network;
	struct buffer text = { .max = 0 };
	json_t *object = json_object();

	(void)unused;
	network_open(&network, network_plan());
	network_see(&network, MINUTE, HSS_1, OUTCOME_DOWN);
	network_tick(&network, 65 * MINUTE);
	m.state = network.state;
	m.incident = network_incident(&network);
	m.due = &due;
	due.incident = m.incident->id;
	m.transition = newest(network.state, "F4 reached");
	assert_non_null(m.transition);
	/* Both became due in one moment, and share one notice. */
	assert_true(m.transition->id == newest(network.state, "F3 reached")->id);
	says(&m, false, " F3 ");
	says(&m, false, " F4 ");
	says(&m, true, "。障害 ");
	says(&m, false, "became due, until 2026-12-31 00:00:00 JST");
	says(&m, true, "の義務が生じました（期限 2026-12-31 00:00:00 JST）");
	assert_false(duty_urgent(&m));
	m.transition = newest(network.state, "F3 reached");
	says(&m, true, "総務");
	affairs_json(object, &m);
	assert_int_equal(json_array_size(json_object_get(object, "users")), 2);
	assert_int_equal(json_integer_value(json_object_get(json_array_get(
	    json_object_get(object, "users"), 0), "stopped")), 60000);
	assert_true(json_array_size(json_object_get(object, "duties")) >= 2);
	m.transition = NULL;
	assert_false(duty_sentence(&text, &m, false));
	assert_int_equal(text.len, 0);
	json_decref(object);
	buffer_free(&text);
	network_close(&network);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_duty_is_told_in_both_languages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
