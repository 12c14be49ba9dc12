/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What of a feed is news, when it is looked at again, and which value of a metric is worth a
 * record: at a start, when something changes, and when nothing does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/timetext.h"
#include "monitor/feed/book.h"
#include "monitor/feed/meter.h"
#include "monitor/feed/pace.h"

#define HOUR INT64_C(3600000)
#define NOW  INT64_C(1768500000000)

static struct buffer told;

static void
tell(void *arg, const struct feed_notice *notice)
{
	(void)arg;
	buffer_print(&told, "%s:%s:%s ", notice->key, feed_state_word(notice->state),
	    notice->title);
}

/* What the book makes news of. */
static void
take(struct feed_book *book, const char *json, const char *regions, const char *expected)
{
	struct feed_list list = { .notices = 0 };
	struct why why = { .err = ERR_OK };

	buffer_reset(&told);
	if (feed_read(FEED_STATUSPAGE, bytes_of_text(json), &list, &why) != ERR_OK)
		fail_msg("%s", why.text);
	feed_book_take(book, &list, regions, NOW, tell, NULL);
	feed_list_free(&list);
	assert_string_equal(buffer_text(&told), expected);
}

struct page { struct buffer text; bool open; };

/* An incident with a statement per letter: i, d (identified), m, r; the last letter is newest. */
static void
incident(struct page *page, const char *id, const char *name, const char *stages, int64_t first_ms)
{
	char time[TIME_TEXT];

	buffer_print(&page->text, "%s{\"id\":\"%s\",\"name\":\"%s\",\"impact\":\"major\","
	    "\"components\":[{\"name\":\"API\"}],\"incident_updates\":[", page->open ? "," :
	    "{\"incidents\":[", id, name);
	page->open = true;
	for (size_t i = strlen(stages); i-- > 0;) {
		time_utc(first_ms + (int64_t)i * 60000, time);
		buffer_print(&page->text, "{\"status\":\"%s\",\"body\":\"%zu\",\"display_at\":"
		    "\"%s\"}%s", stages[i] == 'i' ? "investigating" : stages[i] == 'd' ?
		    "identified" : stages[i] == 'm' ? "monitoring" : "resolved", i, time,
		    i > 0 ? "," : "");
	}
	buffer_put_text(&page->text, "]}");
}

static const char *
page_end(struct page *page)
{
	buffer_put_text(&page->text, page->open ? "]}" : "{\"incidents\":[]}");
	return buffer_text(&page->text);
}

static void
page_free(struct page *page)
{
	buffer_free(&page->text);
	page->open = false;
}

static void
test_start(void **state)
{
	struct feed_book book = { .knowns = 0 };
	struct page page = { .open = false };
	const char *text;

	(void)state;
	incident(&page, "a-old-over", "one", "ir", NOW - 30 * HOUR);
	incident(&page, "b-old-open", "two", "idd", NOW - 30 * HOUR);
	incident(&page, "c-new-over", "three", "ir", NOW - HOUR);
	text = page_end(&page);
	/* Of an old one: when it was disclosed, and where it stands. */
	take(&book, text, "", "b-old-open:investigating:two b-old-open:identified:two "
	    "c-new-over:investigating:three c-new-over:resolved:three ");
	take(&book, text, "", "");
	feed_book_free(&book);
	take(&book, text, "Osaka", "");
	take(&book, text, "API", "b-old-open:investigating:two b-old-open:identified:two "
	    "c-new-over:investigating:three c-new-over:resolved:three ");
	feed_book_free(&book);
	page_free(&page);
}

static void
test_changes(void **state)
{
	struct feed_book book = { .knowns = 0 };
	struct page page = { .open = false };

	(void)state;
	take(&book, page_end(&page), "", "");
	page_free(&page);
	incident(&page, "a", "one", "i", NOW - HOUR);
	take(&book, page_end(&page), "", "a:investigating:one ");
	page_free(&page);
	incident(&page, "a", "one", "im", NOW - HOUR);
	incident(&page, "b", "two", "i", NOW);
	take(&book, page_end(&page), "", "a:monitoring:one b:investigating:two ");
	page_free(&page);
	/* The headline alone changed: what stands newest is told again. */
	incident(&page, "a", "one, worse", "im", NOW - HOUR);
	incident(&page, "b", "two", "ir", NOW);
	take(&book, page_end(&page), "", "a:monitoring:one, worse b:resolved:two ");
	page_free(&page);
	/* One that was over may go; one that was open is over as far as one can tell. */
	take(&book, page_end(&page), "", "a:unlisted:one, worse ");
	page_free(&page);
	take(&book, page_end(&page), "", "");
	page_free(&page);
	incident(&page, "a", "one, worse", "im", NOW - HOUR);
	take(&book, page_end(&page), "", "a:investigating:one, worse a:monitoring:one, worse ");
	page_free(&page);
	feed_book_free(&book);
}

/* An old event that turns up later is none; one that moves again is. */
static void
test_old(void **state)
{
	struct feed_book book = { .knowns = 0 };
	struct page page = { .open = false };

	(void)state;
	incident(&page, "a", "one", "ir", NOW - 50 * HOUR);
	take(&book, page_end(&page), "", "");
	page_free(&page);
	incident(&page, "a", "one, edited", "ir", NOW - 50 * HOUR);
	incident(&page, "b", "two", "ir", NOW - 50 * HOUR);
	take(&book, page_end(&page), "", "");
	page_free(&page);
	incident(&page, "a", "one, edited", "iri", NOW - 50 * HOUR);
	take(&book, page_end(&page), "", "a:investigating:one, edited ");
	page_free(&page);
	feed_book_free(&book);
}

static void
test_pace(void **state)
{
	struct pace pace = { .interval_ms = 60000 };
	int64_t next;

	(void)state;
	for (uint32_t random = 0; random < 100000; random += 777) {
		int64_t first = pace_first_ms(&pace, 1000, random);

		assert_true(first >= 1000 && first <= 6000);
		assert_int_equal(pace_take(&pace, true, 0, 0, random, &next), PACE_NOTHING);
		assert_true(next >= 54000 && next <= 66000);
	}
	/* One failure may be chance: it is looked at again sooner, and nothing is told. */
	assert_int_equal(pace_take(&pace, false, 0, 0, 0, &next), PACE_NOTHING);
	assert_int_equal(next, 27000);
	assert_int_equal(pace_take(&pace, false, 0, 0, 0, &next), PACE_BEGAN);
	assert_int_equal(next, 54000);
	assert_int_equal(pace_take(&pace, false, 0, 0, 0, &next), PACE_NOTHING);
	assert_int_equal(next, 108000);
	for (int i = 0; i < 5000; i++)
		assert_int_equal(pace_take(&pace, false, 0, 0, 0, &next), PACE_NOTHING);
	assert_int_equal(next, PACE_SLOW_MS - PACE_SLOW_MS / 10);
	assert_int_equal(pace_take(&pace, true, 0, 0, 0, &next), PACE_ENDED);
	assert_int_equal(pace_take(&pace, true, 0, 0, 0, &next), PACE_NOTHING);
	/* Asked to stay away for long: that is no chance; for ever: an hour. */
	assert_int_equal(pace_take(&pace, false, 600000, 0, 0, &next), PACE_BEGAN);
	assert_int_equal(next, 600000);
	pace_take(&pace, false, INT64_MAX, 5, 0, &next);
	assert_int_equal(next, 5 + PACE_ASKED_MS);
	/* An interval longer than the longest wait is kept. */
	pace = (struct pace){ .interval_ms = 86400000 };
	for (int i = 0; i < 9; i++)
		pace_take(&pace, false, 0, 0, 8640000, &next);
	assert_int_equal(next, 86400000);
}

static void
test_meter(void **state)
{
	struct meter meter = { .begun = false };
	uint64_t before;

	(void)state;
	assert_true(meter_take(&meter, true, 1000, 1, 0, &before));
	assert_int_equal(before, 0);
	assert_false(meter_take(&meter, true, 1000, 1, 100000, &before));
	assert_true(meter_take(&meter, true, 1001, 1, 100000, &before));
	assert_int_equal(before, 1000);
	assert_false(meter_take(&meter, true, 2000, 1, 159999, &before));
	assert_true(meter_take(&meter, true, 2000, 1, 160000, &before));
	/* A fall of a tenth is told at once, a smaller one with the next minute. */
	assert_false(meter_take(&meter, true, 1801, 1, 160001, &before));
	assert_true(meter_take(&meter, true, 1800, 1, 160001, &before));
	assert_int_equal(before, 2000);
	assert_true(meter_take(&meter, true, 0, 1, 160002, &before));
	assert_false(meter_take(&meter, true, 1800, 1, 160003, &before));
	/* Unknown at once, and once; known again at once, beside the last value there was. */
	assert_true(meter_take(&meter, false, 0, 1, 160004, &before));
	assert_int_equal(before, 0);
	assert_false(meter_take(&meter, false, 0, 1, 990004, &before));
	assert_true(meter_take(&meter, true, 1800, 1, 990005, &before));
	assert_int_equal(before, 0);
	/* A step: less is no move. */
	assert_false(meter_take(&meter, true, 1809, 10, 1990005, &before));
	assert_true(meter_take(&meter, true, 1810, 10, 1990005, &before));
	meter = (struct meter){ .begun = false };
	assert_true(meter_take(&meter, false, 0, 1, 0, &before));
	assert_true(meter_take(&meter, true, UINT64_MAX, 1, 0, &before));
	assert_true(meter_take(&meter, true, 1, 1, 0, &before));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_start),
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_old),
		cmocka_unit_test(test_pace),
		cmocka_unit_test(test_meter),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	buffer_free(&told);
	return failed;
}
