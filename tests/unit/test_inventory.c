/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every provider shares: messages, waiting for those who ask to wait, the listing and the
 * facts of an account, and that a resource which is said in two ways is told so.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor/ledger/facts.h"
#include "tests/unit/inventory_fake.h"

static void
messages_come_back(void **state)
{
	struct inventory_request request = { .provider = bytes_of_text("aws"),
	    .account = bytes_of_text("1"), .kind = bytes_of_text("machine"),
	    .resource = bytes_of_text("i-1"), .regions = bytes_of_text("a, b"),
	    .endpoint = bytes_of_text("https://x"), .credential = bytes_of_text("secret"),
	    .trust = bytes_of_text("pem"), .allow_write = true, .time_ms = 9000 }, back;
	struct inventory_reply reply = { .result = INVENTORY_PARTIAL,
	    .text = bytes_of_text("one part"), .facts = bytes_of("\xa0", 1), .evidences = 2,
	    .evidence = { bytes_of_text("{}\n"), bytes_of_text("{1}\n") } }, again;
	struct buffer octets = { .max = 0 };

	(void)state;
	inventory_request_write(&octets, &request);
	assert_int_equal(inventory_request_read(bytes_of_buffer(&octets), &back, NULL), ERR_OK);
	assert_true(bytes_equal(back.regions, request.regions) && back.allow_write);
	assert_true(bytes_equal(back.credential, request.credential) && back.time_ms == 9000);
	for (size_t cut = 0; cut < octets.len; cut++)
		assert_int_not_equal(inventory_request_read(bytes_of(octets.at, cut), &back, NULL),
		    ERR_OK);
	buffer_reset(&octets);
	inventory_step_write(&octets, bytes_of_text("in \x1b[1mA"));
	assert_int_equal(inventory_reply_read(bytes_of_buffer(&octets), &again), ERR_OK);
	assert_false(again.whole);
	assert_true(bytes_equal(again.step, bytes_of_text("in \\x1b[1mA")));
	inventory_reply_write(&octets, &reply);
	assert_int_equal(inventory_reply_read(bytes_of_buffer(&octets), &again), ERR_OK);
	assert_true(again.whole && again.result == INVENTORY_PARTIAL && again.evidences == 2);
	assert_true(bytes_equal(again.evidence[1], reply.evidence[1]));
	for (size_t cut = 0; cut < octets.len; cut++) {
		enum err err = inventory_reply_read(bytes_of(octets.at, cut), &again);

		assert_true(err != ERR_OK || !again.whole);
	}
	buffer_free(&octets);
}

static enum err
ask(struct fake *fake, int64_t time_ms, struct why *why)
{
	struct inventory inventory = { .transport = &fake->transport, .until_ms = time_ms };
	struct call call = { .method = "GET", .url = "https://x/" };
	struct call_answer answer = { .status = 0 };
	enum err err = inventory_ask(&inventory, &call, NULL, &answer, why);

	call_answer_free(&answer);
	return err;
}

static void
who_asks_to_wait_is_waited_for(void **state)
{
	static const struct canned later[] = { { .status = 503, .head = "Retry-After: 3\r\n" },
		{ .status = 429, .head = "retry-after:4\r\n" }, { .status = 200 } };
	static const struct canned never[] = { { .status = 429 } };
	static const struct canned long_wait[] = { { .status = 429, .head = "Retry-After: 90\r\n" } };
	static const struct canned silent[] = { { .err = ERR_TIMEOUT } };
	struct why why = { .err = ERR_OK };
	struct fake fake;

	(void)state;
	fake_begin(&fake, later, 3);
	assert_int_equal(ask(&fake, 30000, &why), ERR_OK);
	assert_int_equal(fake.waited_ms, 7000);
	fake_end(&fake);
	fake_begin(&fake, never, 1);
	assert_int_equal(ask(&fake, 3600000, &why), ERR_BUSY);
	assert_int_equal(fake.asked, CALL_TRIES);
	assert_int_equal(fake.waited_ms, 250 + 500 + 1000 + 2000 + 4000 + 8000 + 16000);
	fake_end(&fake);
	/* Nobody waits for longer than the round may last. */
	fake_begin(&fake, long_wait, 1);
	assert_int_equal(ask(&fake, 30000, &why), ERR_BUSY);
	assert_int_equal(fake.asked, 1);
	assert_int_equal(fake.waited_ms, 0);
	assert_non_null(strstr(why.text, "90000 ms"));
	fake_end(&fake);
	fake_begin(&fake, silent, 1);
	assert_int_equal(ask(&fake, 30000, &why), ERR_TIMEOUT);
	assert_int_equal(ask(&fake, 40, &why), ERR_TIMEOUT);
	assert_int_equal(fake.asked, 1);
	fake_end(&fake);
}

static void
header_lines_are_found(void **state)
{
	struct call_answer answer = { .status = 200 };

	(void)state;
	buffer_put_text(&answer.head, "Date: now\r\nX-Long:  a b \r\nretry: 1");
	assert_true(bytes_equal(call_answer_header(&answer, "x-long"), bytes_of_text("a b")));
	assert_true(bytes_equal(call_answer_header(&answer, "Retry"), bytes_of_text("1")));
	assert_int_equal(call_answer_header(&answer, "dat").len, 0);
	call_answer_free(&answer);
}

static void
resource_make(struct resource *one, const char *id, const char *place)
{
	*one = (struct resource){ .kind = NULL };
	resource_set(&one->kind, bytes_of_text("bucket"));
	resource_set(&one->id, bytes_of_text(id));
	resource_set(&one->place, bytes_of_text(place));
}

static void
listings_are_canonical(void **state)
{
	struct buffer line = { .max = 0 };
	struct resource one;

	(void)state;
	resource_make(&one, "a\"b\n", "aws/x");
	one.setting[RESOURCE_PUBLIC] = SETTING_NO;
	one.setting[RESOURCE_ENCRYPTED] = SETTING_YES;
	text_list_add(&one.shared, bytes_of_text("2"));
	text_list_add(&one.shared, bytes_of_text("1"));
	resource_edge(&one, EDGE_REPLICATION, bytes_of_text("aws/x"), bytes_of_text("aws/y"),
	    bytes_of_text("b"));
	one.open_known = true;
	resource_line(&line, &one);
	assert_string_equal(buffer_text(&line), "{\"edges\":[{\"from\":\"aws/x\",\"id\":\"b\","
	    "\"kind\":\"replication\",\"to\":\"aws/y\"}],\"encrypted\":true,"
	    "\"id\":\"a\\\"b\\\\x0a\",\"kind\":\"bucket\",\"open\":[],\"place\":\"aws/x\","
	    "\"public\":false,\"shared\":[\"1\",\"2\"]}\n");
	buffer_free(&line);
	resource_free(&one);
}

static void
what_comes_twice_counts_once(void **state)
{
	struct stock stock = { .rows = 0 };
	struct buffer listing = { .max = 0 };
	struct resource one;

	(void)state;
	resource_make(&one, "b", "aws/x");
	stock_put(&stock, &one);
	stock_put(&stock, &one);
	resource_free(&one);
	resource_make(&one, "a", "aws/x");
	stock_put(&stock, &one);
	resource_set(&one.place, bytes_of_text("aws/y"));
	stock_put(&stock, &one);
	resource_free(&one);
	stock_settle(&stock);
	assert_int_equal(stock.rows, 3);
	assert_int_equal(stock.contradictions.all, 1);
	assert_non_null(strstr(stock.contradictions.text[0], "bucket a in aws/y"));
	assert_int_equal(stock_listing(&stock, 0, BLOB_MAX, &listing), 3);
	assert_non_null(strstr(buffer_text(&listing), "\"id\":\"a\""));
	buffer_free(&listing);
	stock_free(&stock);
}

static void
an_account_is_counted(void **state)
{
	struct inventory inventory = { .request.provider = bytes_of_text("aws") };
	struct fact_set *set = memory_new(1, sizeof(*set));
	struct buffer facts = { .max = 0 };
	struct resource one;
	char name[16];
	int64_t count;

	(void)state;
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "b-%03d", i);
		resource_make(&one, name, i % 2 ? "aws/x" : "aws/y");
		one.setting[RESOURCE_PUBLIC] = i < 70 ? SETTING_YES : SETTING_UNKNOWN;
		one.setting[RESOURCE_LOGGING] = i < 3 ? SETTING_NO : SETTING_YES;
		if (i == 5)
			resource_edge(&one, EDGE_REPLICATION, bytes_of_text("aws/x"),
			    bytes_of_text("aws/z"), bytes_of_text("rule"));
		inventory_put(&inventory, &one);
		resource_free(&one);
	}
	stock_settle(&inventory.stock);
	inventory_facts(&inventory, set);
	fact_set_write(set, FACTS_ALL, &facts);
	assert_int_equal(facts_check(bytes_of_buffer(&facts), NULL), ERR_OK);
	assert_true(facts.len < RECORD_MAX / 2);
	assert_true(fact_int(bytes_of_buffer(&facts), FACT_INVENTORY_COUNT, &count));
	assert_int_equal(count, 100);
	assert_true(fact_int(bytes_of_buffer(&facts), FACT_INVENTORY_ALL_PUBLIC_COUNT, &count));
	assert_int_equal(count, 70);
	assert_true(fact_int(bytes_of_buffer(&facts), FACT_INVENTORY_ALL_UNLOGGED_COUNT, &count));
	assert_int_equal(count, 3);
	assert_true(fact_int(bytes_of_buffer(&facts), FACT_INVENTORY_ALL_LEAVING_COUNT, &count));
	assert_int_equal(count, 1);
	assert_true(fact_int(bytes_of_buffer(&facts), FACT_INVENTORY_PLACES_COUNT, &count));
	assert_int_equal(count, 2);
	fact_set_free(set);
	free(set);
	buffer_free(&facts);
	stock_free(&inventory.stock);
}

/* Every list full of the longest names: the record still takes the facts. */
static void
facts_fit_a_record(void **state)
{
	struct inventory inventory = { .request.provider = bytes_of_text("aws") };
	struct fact_set *set = memory_new(1, sizeof(*set));
	struct buffer facts = { .max = 0 };
	char name[RESOURCE_TEXT_MAX];

	(void)state;
	for (int i = 0; i < 300; i++) {
		struct resource one;

		memset(name, 'x', sizeof(name));
		snprintf(name + sizeof(name) - 12, 12, "%05d", i);
		resource_make(&one, name, name);
		for (int s = 0; s < RESOURCE_SETTING_COUNT; s++)
			one.setting[s] = s == RESOURCE_PUBLIC ? SETTING_YES : SETTING_NO;
		one.administrator = true;
		text_list_add(&one.open, bytes_of_text(name));
		text_list_add(&one.shared, bytes_of_text(name));
		resource_edge(&one, EDGE_SHARE, bytes_of_text(name), bytes_of_text(name + i),
		    bytes_of_text(name));
		inventory_put(&inventory, &one);
		inventory_unread(&inventory, "%s", name);
		inventory_contradiction(&inventory, "%s", name);
		resource_free(&one);
	}
	stock_settle(&inventory.stock);
	inventory_facts(&inventory, set);
	fact_set_write(set, FACTS_ALL, &facts);
	assert_true(facts.len < RECORD_MAX - 4096);
	fact_set_free(set);
	free(set);
	buffer_free(&facts);
	stock_free(&inventory.stock);
}

static void
an_unknown_provider_is_said(void **state)
{
	struct inventory_request request = { .provider = bytes_of_text("acme"), .time_ms = 9000 };
	struct inventory_reply reply;
	struct buffer out = { .max = 0 };
	struct fake fake;

	(void)state;
	fake_begin(&fake, NULL, 0);
	fake_round(&fake, &request, &out, &reply);
	assert_int_equal(reply.result, INVENTORY_OPTIONS);
	buffer_free(&out);
	fake_end(&fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_come_back),
		cmocka_unit_test(who_asks_to_wait_is_waited_for),
		cmocka_unit_test(header_lines_are_found),
		cmocka_unit_test(listings_are_canonical),
		cmocka_unit_test(what_comes_twice_counts_once),
		cmocka_unit_test(an_account_is_counted),
		cmocka_unit_test(facts_fit_a_record),
		cmocka_unit_test(an_unknown_provider_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
