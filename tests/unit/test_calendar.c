/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The calendar from folded facts; its iCalendar octets by rule, and as python3-icalendar (a Debian
 * package that is not ours) reads them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>

#include "reports/calendar_ics.h"
#include "tests/unit/protection_world.h"

#define DAY INT64_C(86400000)

static void
show_by(struct fixture *f, uint64_t target, uint64_t replica, uint64_t replicas,
    const char *subject, const int64_t *days, size_t count, bool ike)
{
	struct fact_set set = { .count = 0 };
	int64_t at[4];

	for (size_t i = 0; i < count; i++)
		at[i] = 2000000 + days[i] * DAY;
	fact_set_times(&set, ike ? FACT_IKE_AUTH_CHAIN_EXPIRIES : FACT_TLS_CHAIN_EXPIRIES, at, count);
	fact_set_text(&set, ike ? FACT_IKE_AUTH_SUBJECT : FACT_TLS_SUBJECT, bytes_of_text(subject));
	fact_set_time(&set, ike ? FACT_IKE_AUTH_NOT_BEFORE : FACT_TLS_NOT_BEFORE, 1000000);
	show_at(f, target, replica, replicas, &set, OUTCOME_UP);
}

static void
show_chain(struct fixture *f, uint64_t target, uint64_t replica, uint64_t replicas,
    const char *subject, const int64_t *days, size_t count)
{
	show_by(f, target, replica, replicas, subject, days, count, false);
}

static void
begin_calendar(struct fixture *f)
{
	struct plan *plan = begin_plan(f, 1, 3, 1);

	plan->name = "Carrier; north, \\ main";
	begin_with(f, plan);
	show_chain(f, 1, 0, 2, "CN=amf-1.example,O=試験網事業者、東京都千代田区の長い名前の部署,OU=\xe9\x81\x8b\xe7\x94\xa8",
	    (const int64_t[]){ 20, 400 }, 2);
	show_chain(f, 1, 1, 2, "CN=amf-1.example,O=試験網事業者、東京都千代田区の長い名前の部署,OU=\xe9\x81\x8b\xe7\x94\xa8",
	    (const int64_t[]){ 20, 400 }, 2);
	show_chain(f, 2, 0, 1, "CN=hss;1\x1b[31m", (const int64_t[]){ 3 }, 1);
	show_by(f, 3, 0, 1, "CN=old", (const int64_t[]){ -2 }, 1, true);
	announce(f, "instance:instance0", "tls", 0, 5 * DAY);
}

static void
what_ends_is_listed_once(void **unused)
{
	struct calendar calendar;
	struct fixture f;

	(void)unused;
	begin_calendar(&f);
	calendar_make(&calendar, f.state);
	assert_int_equal(calendar.entries, 5);
	assert_string_equal(calendar.entry[0].title, "CN=old");
	assert_int_equal(calendar_letter(&calendar.entry[0], f.state->now_ms), 'X');
	assert_true(calendar_days(&calendar.entry[0], f.state->now_ms) < 0);
	assert_int_equal(calendar_letter(&calendar.entry[1], f.state->now_ms), '!');
	assert_int_equal(calendar.entry[2].kind, CALENDAR_INTENT);
	assert_int_equal(calendar.entry[3].seen, 2);
	assert_int_equal(calendar_letter(&calendar.entry[3], f.state->now_ms), 'w');
	assert_int_equal(calendar.entry[4].position, 1);
	assert_int_equal(calendar_letter(&calendar.entry[4], f.state->now_ms), '.');
	for (size_t i = 0; i + 1 < calendar.entries; i++)
		assert_false(hash_equal(calendar_id(f.state, &calendar.entry[i]),
		    calendar_id(f.state, &calendar.entry[i + 1])));
	calendar_free(&calendar);
	/* Silence: it is listed all the same, and not as known. */
	tick(&f, 400000);
	calendar_make(&calendar, f.state);
	assert_int_equal(calendar.entries, 5);
	assert_false(calendar.entry[0].known);
	calendar_free(&calendar);
	end(&f);
}

static void
days_are_rounded_down(void **unused)
{
	struct calendar_entry entry = { .at_ms = 10 * DAY };

	(void)unused;
	assert_int_equal(calendar_days(&entry, 10 * DAY), 0);
	assert_int_equal(calendar_days(&entry, 10 * DAY - 1), 0);
	assert_int_equal(calendar_days(&entry, 9 * DAY), 1);
	assert_int_equal(calendar_days(&entry, 10 * DAY + 1), -1);
	assert_int_equal(calendar_days(&entry, 11 * DAY), -1);
	assert_int_equal(calendar_days(&entry, 11 * DAY + 1), -2);
	entry.at_ms = INT64_MAX;
	assert_true(calendar_days(&entry, -5) > 0);
}

/* RFC 5545 3.1: CRLF, at most 75 octets, and each line by itself is UTF-8 and has no control octet. */
static void
lines_are_folded(struct buffer *ics)
{
	const char *at = buffer_text(ics);

	while (*at != '\0') {
		const char *end = strstr(at, "\r\n");

		assert_non_null(end);
		assert_true(end - at <= 75);
		assert_true(utf8_valid(bytes_of(at, (size_t)(end - at))));
		for (const char *c = at; c < end; c++)
			assert_true((unsigned char)*c >= 0x20);
		at = end + 2;
	}
}

static const char reader[] =
    "import sys, icalendar\n"
    "c = icalendar.Calendar.from_ical(open(sys.argv[1], 'rb').read())\n"
    "for e in c.walk('VEVENT'):\n"
    "    a = sorted(str(x['TRIGGER'].dt.days) for x in e.walk('VALARM'))\n"
    "    print(e['UID'], e['DTSTART'].dt.isoformat(), ','.join(a), e['SUMMARY'], sep='|')\n"
    "print(c['X-WR-CALNAME'], c['VERSION'], sep='|')\n";

static void
put_file(const char *path, const char *text, size_t len)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

/* What somebody else's parser makes of it. */
static void
another_program_reads_it(void **unused)
{
	char folder[] = "/tmp/calendar.XXXXXX", ics[64], script[64], command[256], line[1024];
	struct buffer out = { .max = 0 };
	struct calendar calendar;
	unsigned events = 0;
	struct fixture f;
	FILE *pipe;

	(void)unused;
	if (system("/usr/bin/python3 -c 'import icalendar' 2>/dev/null") != 0) {
		print_message("python3-icalendar is not installed: tests/deps.sh test\n");
		skip();
	}
	begin_calendar(&f);
	calendar_make(&calendar, f.state);
	calendar_print_ics(&out, f.state, &calendar, f.state->now_ms);
	lines_are_folded(&out);
	assert_non_null(mkdtemp(folder));
	snprintf(ics, sizeof(ics), "%s/c.ics", folder);
	snprintf(script, sizeof(script), "%s/r.py", folder);
	put_file(ics, buffer_text(&out), out.len);
	put_file(script, reader, strlen(reader));
	snprintf(command, sizeof(command), "PYTHONIOENCODING=utf-8 /usr/bin/python3 %s %s", script, ics);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	while (fgets(line, sizeof(line), pipe) != NULL) {
		if (strstr(line, "@sekimori|") == NULL) {
			assert_string_equal(line, "Carrier; north, \\ main|2.0\n");
			continue;
		}
		assert_non_null(strstr(line, "+00:00|-1,-30,-7|"));
		events++;
		if (events == 2)
			assert_non_null(strstr(line, "CN=hss;1\\x1b[31m"));
		if (events == 4)
			assert_non_null(strstr(line, "O=試験網事業者、東京都千代田区の長い名前の部署"));
		if (events == 4)
			assert_non_null(strstr(line, "|1970-01-21T00:33:20+00:00|"));
	}
	assert_int_equal(pclose(pipe), 0);
	assert_int_equal(events, 5);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	assert_int_equal(system(command), 0);
	calendar_free(&calendar);
	buffer_free(&out);
	end(&f);
}

static void
text_and_json(void **unused)
{
	struct buffer out = { .max = 0 };
	struct calendar calendar;
	json_error_t wrong;
	struct fixture f;
	json_t *object;

	(void)unused;
	begin_calendar(&f);
	calendar_make(&calendar, f.state);
	calendar_print_text(&out, f.state, &calendar, f.state->now_ms);
	assert_non_null(strstr(buffer_text(&out), "certificate of target:target3 ends: CN=old"));
	assert_non_null(strstr(buffer_text(&out), "1 above the leaf of"));
	assert_null(strchr(buffer_text(&out), '\x1b'));
	buffer_reset(&out);
	calendar_print_json(&out, f.state, &calendar, f.state->now_ms);
	object = json_loads(buffer_text(&out), 0, &wrong);
	assert_non_null(object);
	assert_int_equal(json_array_size(json_object_get(object, "entries")), 5);
	json_decref(object);
	calendar_free(&calendar);
	buffer_free(&out);
	end(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_ends_is_listed_once),
		cmocka_unit_test(days_are_rounded_down),
		cmocka_unit_test(another_program_reads_it),
		cmocka_unit_test(text_and_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
