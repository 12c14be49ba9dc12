/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What comes in as signals: severity, kind, key and title of each form, what a sender's clock is
 * worth, whom a signal is about, and what is counted together when one sender floods.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/cbor.h"
#include "monitor/base/timetext.h"
#include "monitor/intake/gather.h"
#include "monitor/intake/subject.h"
#include "monitor/intake/syslog_map.h"
#include "tests/unit/small_plan.h"

enum { NOON = 1780000000 };

static const int64_t now_ms = NOON * INT64_C(1000);

static struct incoming
of_syslog(const char *text)
{
	struct syslog_message message;
	struct incoming in;

	assert_int_equal(syslog_read(bytes_of_text(text), now_ms, &message), ERR_OK);
	incoming_begin(&in, 0, SIGNAL_FORM_SYSLOG, now_ms, "192.0.2.7");
	syslog_map(&message, bytes_of_text(text), &in);
	return in;
}

static void
severities(void **state)
{
	static const enum severity wanted[8] = { PERCEIVED_CRITICAL, PERCEIVED_CRITICAL,
		PERCEIVED_MAJOR, PERCEIVED_MINOR, PERCEIVED_WARNING, PERCEIVED_INDETERMINATE,
		PERCEIVED_INDETERMINATE, PERCEIVED_INDETERMINATE };
	char text[32];

	(void)state;
	for (unsigned i = 0; i < 8; i++) {
		snprintf(text, sizeof(text), "<%u>x", 24 + i);
		assert_int_equal(of_syslog(text).severity, wanted[i]);
		assert_int_equal(of_syslog(text).kind, SIGNAL_EVENT);
	}
}

static void
titles_without_text(void **state)
{
	struct incoming in = of_syslog("<34>1 - host-1 hss auth 4711 - IMSI 440101234567890 failed");

	(void)state;
	assert_string_equal(in.title, "hss 4711");
	assert_string_equal(in.key, "host-1/hss/4711");
	assert_string_equal(in.cause, "auth");
	assert_int_equal(in.alarm_type, ALARM_TYPE_SECURITY);
	assert_null(strstr(in.title, "4401"));
	/* No name of anything: the priority is the title. */
	in = of_syslog("<11>090-1234-5678 called");
	assert_string_equal(in.title, "user.err");
	assert_string_equal(in.key, "192.0.2.7//");
}

static void
alarms_of_syslog(void **state)
{
	struct incoming in = of_syslog("<137>1 2003-10-11T22:14:15.003Z ne1 app - - "
	    "[alarm resource=\"/if/3\" probableCause=\"lossOfSignal\" perceivedSeverity=\"critical\" "
	    "eventType=\"communicationsAlarm\"]");
	struct incoming end = of_syslog("<141>1 2003-10-11T22:14:15.003Z ne1 app - - "
	    "[alarm resource=\"/if/3\" probableCause=\"lossOfSignal\" perceivedSeverity=\"cleared\"]");

	(void)state;
	assert_int_equal(in.kind, SIGNAL_RAISED);
	assert_int_equal(in.severity, PERCEIVED_CRITICAL);
	assert_int_equal(in.alarm_type, ALARM_TYPE_COMMUNICATIONS);
	assert_string_equal(in.cause, "lossOfSignal");
	assert_int_equal(end.kind, SIGNAL_CLEARED);
	assert_int_equal(end.severity, PERCEIVED_CLEARED);
	assert_string_equal(in.key, end.key);
}

static void
clocks(void **state)
{
	struct incoming in;

	(void)state;
	incoming_begin(&in, 0, SIGNAL_FORM_SYSLOG, now_ms, "");
	incoming_told(&in, 0, true, false);
	assert_int_equal(in.clock, SIGNAL_CLOCK_NONE);
	assert_int_equal(in.told_ms, 0);
	incoming_told(&in, now_ms - 300000, true, false);
	assert_int_equal(in.clock, SIGNAL_CLOCK_AGREES);
	incoming_told(&in, now_ms - 300001, true, false);
	assert_int_equal(in.clock, SIGNAL_CLOCK_DOUBTFUL);
	incoming_told(&in, now_ms + 300001, true, false);
	assert_int_equal(in.clock, SIGNAL_CLOCK_DOUBTFUL);
	incoming_told(&in, now_ms, false, false);
	assert_int_equal(in.clock, SIGNAL_CLOCK_DOUBTFUL);
	/* What is told of something earlier may lie long ago, but not ahead. */
	incoming_told(&in, now_ms - 86400000, true, true);
	assert_int_equal(in.clock, SIGNAL_CLOCK_REPORTED);
	incoming_told(&in, now_ms + 86400000, true, true);
	assert_int_equal(in.clock, SIGNAL_CLOCK_DOUBTFUL);
	assert_int_equal(of_syslog("<13>1 - h a - - - x").told_ms, 0);
	assert_int_equal(of_syslog("<13>1 - h a - - - x").clock, SIGNAL_CLOCK_NONE);
}

static void
keys_stay_apart(void **state)
{
	struct incoming a, b;
	char text[2000];
	struct bytes part;

	(void)state;
	memset(text, 'k', sizeof(text));
	part = bytes_of(text, sizeof(text));
	incoming_begin(&a, 0, SIGNAL_FORM_TRAP, now_ms, "");
	incoming_begin(&b, 0, SIGNAL_FORM_TRAP, now_ms, "");
	incoming_key(&a, &part, 1);
	part.len--;
	incoming_key(&b, &part, 1);
	assert_true(strlen(a.key) < INCOMING_KEY);
	assert_string_not_equal(a.key, b.key);
	memset(text, 1, sizeof(text));
	incoming_key(&a, &part, 1);
	part.len--;
	incoming_key(&b, &part, 1);
	assert_string_not_equal(a.key, b.key);
	assert_true(utf8_valid(bytes_of_text(a.key)));
}

static void
subjects(void **state)
{
	struct plan *plan = small_plan();
	struct subject_names *names;
	struct incoming in;
	struct bytes word[2] = { bytes_of_text("unknown"), bytes_of_text("AMF-1.lab.example:9100") };

	(void)state;
	plan->instance[0].aliases = "edge, 2001:db8::7,shared";
	plan->instance[1].aliases = "shared";
	plan->instance[0].nf_instance_id = plan->instance[1].nf_instance_id = "";
	plan->target[0].address = "192.0.2.5";
	names = subject_names_new(plan);
	assert_string_equal(subject_of(names, bytes_of_text("amf-1")), "instance:amf-1");
	assert_string_equal(subject_of(names, bytes_of_text("EDGE")), "instance:amf-1");
	assert_string_equal(subject_of(names, bytes_of_text("edge.example.org")), "instance:amf-1");
	assert_string_equal(subject_of(names, bytes_of_text("[2001:db8::7]:9100")), "instance:amf-1");
	assert_string_equal(subject_of(names, bytes_of_text("2001:db8::7")), "instance:amf-1");
	assert_string_equal(subject_of(names, bytes_of_text("192.0.2.5:161")), "instance:amf-1");
	assert_string_equal(subject_of(names, bytes_of_text("192.0.2.1")), "instance:upf-1");
	assert_string_equal(subject_of(names, bytes_of_text("site:tokyo")), "site:tokyo");
	assert_string_equal(subject_of(names, bytes_of_text("site:osaka")), "");
	assert_string_equal(subject_of(names, bytes_of_text("192.0.2")), "");
	assert_string_equal(subject_of(names, bytes_of_text("shared")), "");
	assert_string_equal(subject_of(names, bytes_of_text("")), "");
	incoming_begin(&in, 0, SIGNAL_FORM_WEBHOOK, now_ms, "192.0.2.1");
	subject_put(names, "", word, 2, &in);
	assert_string_equal(in.subject, "instance:amf-1");
	subject_put(names, "", word, 1, &in);
	assert_string_equal(in.subject, "instance:upf-1");
	subject_put(names, "provider:aws", word, 2, &in);
	assert_string_equal(in.subject, "provider:aws");
	subject_names_free(names);
	plan_free(plan);
}

struct told { size_t records, room; uint64_t count; char last[INCOMING_KEY]; enum signal_kind kind; };

static bool
tell(void *arg, const struct incoming *in)
{
	struct told *told = arg;

	if (told->records == told->room)
		return false;
	told->records++;
	told->count += in->count;
	told->kind = in->kind;
	snprintf(told->last, sizeof(told->last), "%s", in->key);
	return true;
}

static struct incoming
keyed(const char *sender, const char *key, enum signal_kind kind)
{
	struct incoming in;

	incoming_begin(&in, 0, SIGNAL_FORM_TRAP, now_ms, sender);
	snprintf(in.key, sizeof(in.key), "%s", key);
	in.kind = kind;
	in.text = bytes_of_text("text");
	return in;
}

static void
a_flood_is_one_line(void **state)
{
	static const uint8_t seed[HASH_LEN] = { 1 };
	struct gather *gather = gather_new(seed);
	struct told told = { .room = 1000 };
	struct incoming in = keyed("192.0.2.1", "a", SIGNAL_RAISED);
	unsigned now = 0, later = 0;

	(void)state;
	for (unsigned i = 0; i < 50000; i++) {
		enum gathered gathered = gather_take(gather, &in, 100, false, 1000);

		now += gathered == GATHERED_NOW;
		later += gathered == GATHERED_LATER;
	}
	assert_int_equal(now, 100);
	assert_int_equal(later, 49900);
	/* Another sender has a rate of its own. */
	in = keyed("192.0.2.2", "a", SIGNAL_RAISED);
	assert_int_equal(gather_take(gather, &in, 100, false, 1000), GATHERED_NOW);
	gather_flush(gather, tell, &told);
	assert_int_equal(told.records, 1);
	assert_int_equal(told.count, 49900);
	assert_int_equal(gather_waiting(gather), 0);
	/* A second later there is a rate again; a tenth of one gives a tenth. */
	in = keyed("192.0.2.1", "a", SIGNAL_RAISED);
	for (now = 0, later = 0; later == 0; now++)
		later = gather_take(gather, &in, 100, false, 1100) != GATHERED_NOW;
	assert_int_equal(now - 1, 10);
	gather_free(gather);
}

static void
order_is_kept(void **state)
{
	static const uint8_t seed[HASH_LEN] = { 2 };
	struct gather *gather = gather_new(seed);
	struct told told = { .room = 1 };
	struct incoming up = keyed("s", "a", SIGNAL_RAISED), down = keyed("s", "a", SIGNAL_CLEARED);

	(void)state;
	assert_int_equal(gather_take(gather, &up, 1, false, 5000), GATHERED_NOW);
	assert_int_equal(gather_take(gather, &down, 1, false, 5000), GATHERED_LATER);
	assert_int_equal(gather_take(gather, &up, 1, false, 5000), GATHERED_LATER);
	assert_int_equal(gather_take(gather, &down, 1, false, 5000), GATHERED_LATER);
	/* There is a token again, but what waits goes first. */
	assert_int_equal(gather_take(gather, &down, 1, false, 9000), GATHERED_LATER);
	/* Only as far as the ledger takes it: the newest state is told last. */
	gather_flush(gather, tell, &told);
	assert_int_equal(told.kind, SIGNAL_RAISED);
	assert_int_equal(gather_waiting(gather), 1);
	told.room = 2;
	gather_flush(gather, tell, &told);
	assert_int_equal(told.kind, SIGNAL_CLEARED);
	assert_int_equal(told.count, 4);
	assert_int_equal(gather_waiting(gather), 0);
	gather_free(gather);
}

static void
shapes_are_bounded(void **state)
{
	static const uint8_t seed[HASH_LEN] = { 3 };
	struct gather *gather = gather_new(seed);
	struct told told = { .room = INTAKE_SHAPES };
	unsigned other = 0;
	char key[32];

	(void)state;
	for (unsigned i = 0; i < 5000; i++) {
		struct incoming in;

		snprintf(key, sizeof(key), "%u", i);
		in = keyed("s", key, SIGNAL_RAISED);
		other += gather_take(gather, &in, 0, false, 1000) == GATHERED_OTHER;
	}
	assert_int_equal(other, 5000 - INTAKE_SHAPES_SENDER);
	for (unsigned i = 0; i < 20000; i++) {
		struct incoming in;

		snprintf(key, sizeof(key), "%u", i);
		in = keyed(key, key, SIGNAL_RAISED);
		gather_take(gather, &in, 0, false, 1000);
	}
	assert_int_equal(gather_waiting(gather), INTAKE_SHAPES);
	gather_flush(gather, tell, &told);
	assert_int_equal(told.records, INTAKE_SHAPES);
	assert_int_equal(told.count, INTAKE_SHAPES);
	gather_free(gather);
}

/* Senders nobody knows, each within its rate: together they have one too. */
static void
all_senders_together(void **state)
{
	static const uint8_t seed[HASH_LEN] = { 4 };
	struct gather *gather = gather_new(seed);
	unsigned now = 0;
	char sender[32];

	(void)state;
	for (unsigned i = 0; i < 100000; i++) {
		struct incoming in;

		snprintf(sender, sizeof(sender), "s%u", i);
		in = keyed(sender, "k", SIGNAL_EVENT);
		now += gather_take(gather, &in, 1000, false, 1000) == GATHERED_NOW;
	}
	assert_int_equal(now, INTAKE_BURST);
	/* While the ledger is behind, nothing goes on. */
	for (unsigned i = 0; i < 10; i++) {
		struct incoming in = keyed("fresh", "k", SIGNAL_EVENT);

		assert_int_not_equal(gather_take(gather, &in, 1000, true, 100000), GATHERED_NOW);
	}
	gather_free(gather);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(severities),
		cmocka_unit_test(titles_without_text), cmocka_unit_test(alarms_of_syslog),
		cmocka_unit_test(clocks), cmocka_unit_test(keys_stay_apart),
		cmocka_unit_test(subjects), cmocka_unit_test(a_flood_is_one_line),
		cmocka_unit_test(order_is_kept), cmocka_unit_test(shapes_are_bounded),
		cmocka_unit_test(all_senders_together) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
