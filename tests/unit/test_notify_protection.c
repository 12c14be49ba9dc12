/* SPDX-License-Identifier: Apache-2.0 */
/* What notices say of protection that fell, as folded from records, in both languages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>

#include "monitor/daemon/notify_protection.h"
#include "monitor/daemon/notify_text.h"
#include "tests/unit/protection_world.h"

static void
says(const struct notify_message *m, bool japanese, const char *wanted)
{
	struct buffer text = { .max = 0 };

	assert_true(protection_sentence(&text, m, japanese));
	if (strstr(buffer_text(&text), wanted) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", wanted, buffer_text(&text));
	buffer_free(&text);
}

static const struct transition *
newest_fall(const struct fixture *f)
{
	for (uint32_t i = f->state->timelines; i > 0; i--)
		if (f->state->timeline[i - 1].kind == TRANSITION_FELL)
			return &f->state->timeline[i - 1];
	return NULL;
}

/* Version and group fall in one round: one notice, with both. */
static void
a_fall_is_told_in_both_languages(void **unused)
{
	struct notify_message m = { .alarm = ALARM_NONE };
	struct fact_set set = { .count = 0 };
	struct buffer out = { .max = 0 };
	struct fixture f;
	json_t *object;
	json_error_t wrong;

	(void)unused;
	begin_with(&f, begin_plan(&f, 1, 2, 1));
	fact_put(&set, FACT_TLS_VERSION, "TLSv1.3");
	fact_put(&set, FACT_TLS_GROUP, "X25519MLKEM768");
	show_at(&f, 1, 0, 1, &set, OUTCOME_UP);
	fact_put(&set, FACT_TLS_VERSION, "TLSv1.2");
	fact_put(&set, FACT_TLS_GROUP, "secp256r1");
	show_at(&f, 1, 0, 1, &set, OUTCOME_UP);
	assert_int_equal(f.state->dues, 1);
	m.state = f.state;
	m.due = &f.state->due[0];
	m.transition = newest_fall(&f);
	says(&m, false, "target1 (instance0): protection fell, tls.version TLSv1.3 -> TLSv1.2, and "
	    "no intent announced it");
	says(&m, false, ". target1 (instance0): protection fell, tls.group X25519MLKEM768 -> ");
	says(&m, true, "tls.version が TLSv1.3 から TLSv1.2 に低下。変更予告はない");
	says(&m, true, "tls.group が X25519MLKEM768 から secp256r1 に低下");
	notice_json(&out, &m, f.state->now_ms);
	object = json_loads(buffer_text(&out), 0, &wrong);
	assert_non_null(object);
	assert_int_equal(json_array_size(json_object_get(object, "changes")), 2);
	assert_string_equal(json_string_value(json_object_get(object, "event")), "protection fell");
	json_decref(object);
	buffer_reset(&out);
	notice_syslog(&out, &m, f.state->now_ms, "host", 1);
	assert_memory_equal(buffer_text(&out), "<27>1 ", 6);	/* daemon, error */
	assert_non_null(strstr(buffer_text(&out), " PROTECTION "));
	buffer_free(&out);
	end(&f);
}

/* A peer's own words in a fact reach the NOC escaped. */
static void
what_peers_say_is_escaped(void **unused)
{
	struct notify_message m = { .alarm = ALARM_NONE };
	struct fixture f;

	(void)unused;
	begin_with(&f, begin_plan(&f, 1, 2, 1));
	show(&f, 1, 0, 1, FACT_TLS_GROUP, "X25519MLKEM768");
	show(&f, 1, 0, 1, FACT_TLS_GROUP, "x25519\x1b[2J\nX");
	m.state = f.state;
	m.due = &f.state->due[0];
	m.transition = newest_fall(&f);
	assert_non_null(m.transition);
	says(&m, false, "-> x25519?[2J?X, and no intent");
	end(&f);
}

static void
other_notices_are_not_ours(void **unused)
{
	struct notify_message m = { .alarm = ALARM_NONE };
	struct notice_due due = { .kind = TRANSITION_OPENED, .incident = 3 };
	struct buffer text = { .max = 0 };
	struct fixture f;

	(void)unused;
	begin_with(&f, begin_plan(&f, 1, 2, 1));
	m.state = f.state;
	m.due = &due;
	assert_false(protection_sentence(&text, &m, false));
	due = (struct notice_due){ .kind = TRANSITION_FELL, .transition = 12345 };
	assert_false(protection_sentence(&text, &m, true));
	assert_int_equal(text.len, 0);
	end(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fall_is_told_in_both_languages),
		cmocka_unit_test(what_peers_say_is_escaped),
		cmocka_unit_test(other_notices_are_not_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
