/* SPDX-License-Identifier: Apache-2.0 */
/* The plan: what is built is what is read back; nothing a reader could trip over is accepted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/cbor.h"
#include "monitor/base/limits.h"
#include "monitor/state/plan.h"

static const char *
text(struct plan *plan, const char *value)
{
	return plan_text(plan, bytes_of_text(value));
}

/* Two of each, so that one can be named as the other. */
static void
sample_network(struct plan *plan)
{
	plan->service = plan_array(plan, plan->services = 2, sizeof(*plan->service));
	plan->service[0] = (struct plan_service){ .name = "voice" };
	plan->service[1] = (struct plan_service){ .name = "data", .class = SERVICE_CLASS_INTERNET_ACCESS };
	plan->service[0].area = plan_array(plan, plan->service[0].areas = 2, sizeof(struct plan_area));
	plan->service[0].area[0] = (struct plan_area){ "JP-13", 5 };
	plan->service[0].area[1] = (struct plan_area){ "JP-14", 6 };
	plan->set = plan_array(plan, plan->sets = 2, sizeof(*plan->set));
	plan->set[0] = (struct plan_set){ .name = "amf" };
	plan->set[1] = (struct plan_set){ .name = "upf" };
	plan->set[0].serve = plan_array(plan, plan->set[0].serves = 2, sizeof(struct plan_serve));
	plan->set[0].serve[0] = (struct plan_serve){ 1, "" };
	plan->set[0].serve[1] = (struct plan_serve){ 0, "JP-13" };
	plan->provider = plan_array(plan, plan->providers = 2, sizeof(*plan->provider));
	plan->provider[0].name = "cloud-a";
	plan->provider[1].name = "carrier-b";
	plan->class = plan_array(plan, plan->classes = 1, sizeof(*plan->class));
	plan->class[0] = (struct plan_class){ .name = "subscriber", .providers = "cloud-a", .own = 1 };
	plan->store = plan_array(plan, plan->stores = 2, sizeof(*plan->store));
	plan->store[0] = (struct plan_store){ .name = "db", .site = 1, .data = 1, .set = "s", .copies = 2 };
	plan->store[1] = (struct plan_store){ .name = "copy", .instance = 1, .lag_ms = 5 };
	plan->exception = plan_array(plan, plan->exceptions = 2, sizeof(*plan->exception));
	plan->exception[0] = (struct plan_exception){ .name = "move", .data = 1, .place = "SG",
	    .until_ms = 9, .approver = "CTO", .why = "w" };
	plan->exception[1] = plan->exception[0];
	plan->exception[1].name = "land";
	plan->listener = plan_array(plan, plan->listeners = 2, sizeof(*plan->listener));
	plan->listener[0] = (struct plan_listener){ .name = "a", .kind = "trap", .transport = "udp",
	    .address = "::", .port = 162 };
	plan->listener[1] = plan->listener[0];
	plan->listener[1].name = "b";
	plan->source = plan_array(plan, plan->sources = 2, sizeof(*plan->source));
	plan->source[0] = (struct plan_source){ .name = "a", .kind = "rss", .url = "https://a/",
	    .interval_ms = 1, .subject = "provider:cloud-a" };
	plan->source[1] = plan->source[0];
	plan->source[1].name = "b";
}

/* Two sites, two instances, three targets with ids 3, 7 and 9. */
static struct plan *
sample(void)
{
	struct plan *plan = plan_new();
	static const uint64_t id[] = { 3, 7, 9 };

	plan->name = text(plan, "test");
	plan->name_ja = text(plan, "試験");
	plan->workers = 4;
	plan->group_wait_ms = 10000;
	plan->site = plan_array(plan, plan->sites = 2, sizeof(*plan->site));
	plan->instance = plan_array(plan, plan->instances = 2, sizeof(*plan->instance));
	plan->target = plan_array(plan, plan->targets = 3, sizeof(*plan->target));
	for (uint32_t i = 0; i < 2; i++) {
		plan->site[i].name = text(plan, i == 0 ? "tokyo" : "osaka");
		plan->site[i].latitude_udeg = -35600000 + (int64_t)i;
		plan->instance[i].name = text(plan, i == 0 ? "amf-1" : "upf-1");
		plan->instance[i].function = i == 0 ? FUNCTION_CONTROL : FUNCTION_SWITCHING;
		plan->instance[i].site = i;
	}
	for (uint32_t i = 0; i < 3; i++) {
		char name[8];

		snprintf(name, sizeof(name), "t%u", i);
		plan->target[i] = (struct plan_target){
			.id = id[i], .name = text(plan, name), .instance = i % 2,
			.probe = text(plan, "tls"), .address = text(plan, "192.0.2.1"), .port = 443,
			.interval_ms = 60000, .deadline_ms = 5000, .stale_ms = 180000,
			.fail_count = 2, .window = 3, .recover_count = 2,
			.vantage = i == 2 ? "osaka" : "", .endpoint = text(plan, name),
		};
	}
	plan->vantages = plan_array(plan, plan->vantage_count = 2, sizeof(*plan->vantages));
	plan->vantages[0] = (struct plan_vantage){ .name = "osaka", .source = "192.0.2.7" };
	plan->vantages[1] = (struct plan_vantage){ .name = "inside", .source = "192.0.2.8" };
	sample_network(plan);
	plan->target[1].option = plan_array(plan, 2, sizeof(struct plan_option));
	plan->target[1].options = 2;
	plan->target[1].option[0] = (struct plan_option){ "alpn", "h2" };
	plan->target[1].option[1] = (struct plan_option){ "name", "amf.example" };
	return plan;
}

static void
round_trip(void **unused)
{
	struct plan *plan = sample(), *again;
	struct buffer a = { 0 }, b = { 0 };
	struct why why = { 0 };

	(void)unused;
	plan_encode(&a, plan);
	assert_int_equal(plan_decode(bytes_of_buffer(&a), &again, &why), ERR_OK);
	plan_encode(&b, again);
	assert_true(bytes_equal(bytes_of_buffer(&a), bytes_of_buffer(&b)));
	assert_string_equal(again->name_ja, "試験");
	assert_int_equal(again->site[0].latitude_udeg, -35600000);
	assert_int_equal(again->instance[1].function, FUNCTION_SWITCHING);
	assert_string_equal(plan_option(&again->target[1], "name", "none"), "amf.example");
	assert_string_equal(plan_option(&again->target[1], "port", "none"), "none");
	assert_ptr_equal(plan_target_by_id(again, 7), &again->target[1]);
	assert_null(plan_target_by_id(again, 8));
	assert_null(plan_target_by_id(again, 0));
	buffer_reset(&b);
	plan_target_key(&b, again, &again->target[1]);
	assert_string_equal(buffer_text(&b), "upf-1/t1/tls/192.0.2.1:443");
	plan_free(plan_hold(again));
	assert_string_equal(again->name, "test");
	plan_free(again);
	plan_free(plan);
	buffer_free(&a);
	buffer_free(&b);
}

static enum err
judge(const struct plan *plan, const char *word)
{
	struct buffer bytes = { 0 };
	struct plan *again = NULL;
	struct why why = { 0 };
	enum err err;

	plan_encode(&bytes, plan);
	err = plan_decode(bytes_of_buffer(&bytes), &again, &why);
	assert_true((err == ERR_OK) == (again != NULL));
	if (err != ERR_OK && strstr(why.text, word) == NULL)
		fail_msg("\"%s\" does not speak of %s", why.text, word);
	plan_free(again);
	buffer_free(&bytes);
	return err;
}

static void
bounds_are_kept(void **unused)
{
	struct plan *plan = sample();

	(void)unused;
#define REFUSED(field, wrong, word)                                             \
	do {                                                                    \
		__typeof__(field) right = field;                                \
		field = wrong;                                                  \
		assert_int_not_equal(judge(plan, word), ERR_OK);                \
		field = right;                                                  \
		assert_int_equal(judge(plan, word), ERR_OK);                    \
	} while (0)
	REFUSED(plan->target[2].instance, 2, "instance");
	REFUSED(plan->instance[1].site, 2, "site");
	REFUSED(plan->instance[1].function, FUNCTION_COUNT, "function");
	REFUSED(plan->target[2].id, 7, "id");
	REFUSED(plan->target[1].id, 0, "id");
	REFUSED(plan->target[2].id, UINT64_C(1) << 62, "id");
	REFUSED(plan->target[0].window, 0, "window");
	REFUSED(plan->target[0].window, 33, "window");
	REFUSED(plan->target[0].window, 1, "never be down");
	REFUSED(plan->target[0].fail_count, 0, "fail_count");
	REFUSED(plan->target[0].recover_count, 0, "recover_count");
	REFUSED(plan->target[0].recover_count, 33, "recover_count");
	REFUSED(plan->target[0].interval_ms, 0, "interval_ms");
	REFUSED(plan->target[0].deadline_ms, -1, "deadline_ms");
	REFUSED(plan->target[0].stale_ms, INT64_MAX, "stale_ms");
	REFUSED(plan->target[0].port, 65536, "port");
	REFUSED(plan->target[0].name, "", "name");
	REFUSED(plan->site[1].name, "tokyo", "two sites");
	REFUSED(plan->instance[1].name, "amf-1", "two instances");
	REFUSED(plan->target[1].option[1].name, "alpn", "alpn");
	REFUSED(plan->workers, 0, "workers");
	REFUSED(plan->workers, WORKER_MAX + 1, "workers");
	REFUSED(plan->token_workers, 2, "token_workers");
	plan->token_workers = 1;
	REFUSED(plan->workers, 1, "leaves none");
	plan->inventory_workers = 1;
	REFUSED(plan->workers, 2, "leaves none");
	plan->inventory_workers = 0;
	REFUSED(plan->site[0].latitude_udeg, 90000001, "latitude");
	REFUSED(plan->site[0].jurisdiction, "JPN", "jurisdiction");
	REFUSED(plan->target[2].vantage, "kobe", "no such vantage");
	REFUSED(plan->target[0].aside, 2, "aside");
	REFUSED(plan->service[1].name, "voice", "two services");
	REFUSED(plan->service[1].class, SERVICE_CLASSES, "class");
	REFUSED(plan->service[0].area[1].area, "JP-13", "two areas of one service");
	REFUSED(plan->service[0].area[1].users, (uint64_t)PLAN_USERS_MAX + 1, "users");
	REFUSED(plan->set[1].name, "amf", "two replica sets");
	REFUSED(plan->set[0].serve[1].service, 2, "serves service 2");
	REFUSED(plan->set[0].serve[1].service, 1, "serves service data twice");
	REFUSED(plan->provider[1].name, "cloud-a", "two providers");
	REFUSED(plan->provider[1].availability_ppm, 1000001, "availability");
	REFUSED(plan->vantages[1].name, "osaka", "two vantages");
	REFUSED(plan->store[1].name, "db", "two stores");
	REFUSED(plan->store[1].site, 2, "store copy");
	REFUSED(plan->store[1].instance, 2, "store copy");
	REFUSED(plan->store[1].data, 2, "data class");
	REFUSED(plan->instance[1].data, 2, "data class");
	REFUSED(plan->store[1].synchronous, 2, "synchronous");
	REFUSED(plan->target[0].store, 3, "no such store");
	plan->target[0].store = plan->target[0].instance == 0 ? 1 : 2;
	REFUSED(plan->target[0].store, plan->target[0].instance == 0 ? 2 : 1, "no such store");
	REFUSED(plan->exception[1].name, "move", "two exceptions");
	REFUSED(plan->exception[1].data, 0, "data class");
	REFUSED(plan->exception[1].data, 3, "data class");
	REFUSED(plan->exception[1].until_ms, 0, "until");
	REFUSED(plan->exception[1].approver, "", "approver");
	REFUSED(plan->listener[1].name, "a", "two listeners");
	REFUSED(plan->listener[1].port, 0, "port");
	REFUSED(plan->source[1].name, "a", "two sources");
	plan->target[0].id = plan->target[1].id = plan->target[2].id = 0;
	assert_int_equal(judge(plan, ""), ERR_OK);
	plan_free(plan);
}

static void
long_names_are_refused(void **unused)
{
	struct plan *plan = sample();
	char name[NAME_MAX_LEN + 1];

	(void)unused;
	memset(name, 'n', sizeof(name));
	name[NAME_MAX_LEN] = '\0';
	plan->site[0].name = name;
	assert_int_equal(judge(plan, "name"), ERR_LIMIT);
	name[NAME_MAX_LEN - 1] = '\0';
	assert_int_equal(judge(plan, "name"), ERR_OK);
	plan_free(plan);
}

/* Every cut and every changed octet: refused or read, never worse. */
static void
damage_is_survived(void **unused)
{
	struct plan *plan = sample(), *again;
	struct buffer bytes = { 0 };
	struct why why;
	size_t refused = 0;

	(void)unused;
	plan_encode(&bytes, plan);
	for (size_t len = 0; len < bytes.len; len++) {
		assert_int_not_equal(plan_decode(bytes_of(bytes.at, len), &again, &why), ERR_OK);
		assert_null(again);
	}
	for (size_t i = 0; i < bytes.len; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			bytes.at[i] ^= (uint8_t)(1 << bit);
			refused += plan_decode(bytes_of_buffer(&bytes), &again, &why) != ERR_OK;
			plan_free(again);
			bytes.at[i] ^= (uint8_t)(1 << bit);
		}
	assert_true(refused > bytes.len);
	plan_free(plan);
	buffer_free(&bytes);
}

/* Of a plan from before there were vantages, each target is its own endpoint. */
static void
endpoints_are_filled(void **unused)
{
	struct plan *plan = sample(), *again;
	struct buffer bytes = { 0 };
	struct why why;

	(void)unused;
	plan->target[0].endpoint = "";
	plan->target[1].endpoint = "elsewhere";
	plan_encode(&bytes, plan);
	assert_int_equal(plan_decode(bytes_of_buffer(&bytes), &again, &why), ERR_OK);
	assert_string_equal(again->target[0].endpoint, "t0");
	assert_string_equal(again->target[1].endpoint, "elsewhere");
	plan_free(again);
	plan_free(plan);
	buffer_free(&bytes);
}

/* Key 99 of the plan is of a newer version; a plan without key 5 lacks what has a minimum. */
static void
versions_differ(void **unused)
{
	struct buffer bytes = { 0 };
	struct plan *plan;
	struct why why;

	(void)unused;
	cbor_put_map(&bytes, 3);
	cbor_put_uint(&bytes, 1);
	cbor_put_cstr(&bytes, "newer");
	cbor_put_uint(&bytes, 5);
	cbor_put_uint(&bytes, 2);
	cbor_put_uint(&bytes, 99);
	cbor_put_array(&bytes, 1);
	cbor_put_bool(&bytes, true);
	assert_int_equal(plan_decode(bytes_of_buffer(&bytes), &plan, &why), ERR_OK);
	assert_string_equal(plan->name, "newer");
	assert_string_equal(plan->newest_note, "");
	assert_int_equal(plan->workers, 2);
	plan_free(plan);
	buffer_reset(&bytes);
	cbor_put_map(&bytes, 1);
	cbor_put_uint(&bytes, 1);
	cbor_put_cstr(&bytes, "lacking");
	assert_int_equal(plan_decode(bytes_of_buffer(&bytes), &plan, &why), ERR_LIMIT);
	assert_non_null(strstr(why.text, "workers"));
	buffer_free(&bytes);
}

static void
targets_of_an_instance_share_a_worker(void **unused)
{
	struct plan *plan = sample();

	(void)unused;
	assert_int_equal(plan_worker_of(plan, 3), plan_worker_of(plan, 9));
	assert_in_range(plan_worker_of(plan, 7), 0, plan->workers - 1);
	assert_int_equal(plan_worker_of(plan, 8), 0);
	plan->token_workers = 1;
	assert_int_equal(plan_worker_of(plan, 3), plan_worker_of(plan, 9));
	assert_in_range(plan_worker_of(plan, 7), 0, plan->workers - 2);
	plan->target[0].probe = "token";
	assert_int_equal(plan_worker_of(plan, 3), plan->workers - 1);
	assert_in_range(plan_worker_of(plan, 9), 0, plan->workers - 2);
	/* Readers of inventories stand before the token workers, and nobody else goes there. */
	plan->workers = 3;
	plan->inventory_workers = 1;
	assert_int_equal(plan_worker_of(plan, 3), 2);
	assert_int_equal(plan_worker_of(plan, 9), 0);
	plan->target[0].probe = "inventory";
	assert_int_equal(plan_worker_of(plan, 3), 1);
	plan->target[0].probe = "token";
	plan->inventory_workers = 0;
	plan->workers = 2;
	assert_int_equal(plan_worker_of(plan, 3), 1);
	assert_int_equal(plan_worker_of(plan, 9), 0);
	plan->target[0].recover_count = 5;
	assert_int_equal(plan_explicit_rounds(&plan->target[0]), 4);
	assert_int_equal(plan_explicit_rounds(&plan->target[1]), 2);
	plan_free(plan);
}

static void
cddl_is_current(void **unused)
{
	struct buffer out = { 0 };
	FILE *file = fopen("docs/plan.cddl", "r");
	char shipped[65536];
	size_t len;

	(void)unused;
	assert_non_null(file);
	len = fread(shipped, 1, sizeof(shipped) - 1, file);
	fclose(file);
	shipped[len] = '\0';
	plan_print_cddl(&out);
	assert_string_equal(buffer_text(&out), shipped);
	buffer_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trip),
		cmocka_unit_test(bounds_are_kept),
		cmocka_unit_test(long_names_are_refused),
		cmocka_unit_test(damage_is_survived),
		cmocka_unit_test(endpoints_are_filled),
		cmocka_unit_test(versions_differ),
		cmocka_unit_test(targets_of_an_instance_share_a_worker),
		cmocka_unit_test(cddl_is_current),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
