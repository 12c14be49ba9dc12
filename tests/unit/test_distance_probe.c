/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The probe "distance": kilometres never less than light needs, time stamps never less than what
 * an answer took, clocks that are set meanwhile, and peers that answer what nobody asked.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>

#include "probes/stamp.h"
#include "probes/wire/distance.h"
#include "tests/unit/probe_lab.h"

enum { PORT = 7131, DELAY_US = 3000 };

struct lab {
	uv_loop_t       loop;
	struct machine *machine;
	struct lab_seen seen;
};

static int
setup(void **state)
{
	struct lab *lab = memory_new(1, sizeof(*lab));

	uv_loop_init(&lab->loop);
	lab->machine = machine_new(&lab->loop);
	*state = lab;
	return 0;
}

static int
teardown(void **state)
{
	struct lab *lab = *state;

	machine_free(lab->machine);
	assert_int_equal(uv_loop_close(&lab->loop), 0);
	lab_seen_free(&lab->seen);
	free(lab);
	return 0;
}

static void
test_kilometres(void **unused)
{
	(void)unused;
	for (int64_t ns = 0; ns < INT64_C(200000000); ns += 1 + ns / 700) {
		double exact = 299792.458 * (double)ns / 2e9;

		/* Never less; never more than a thousandth and a half of a kilometre beyond. */
		assert_true((double)distance_km(ns) >= exact);
		assert_true((double)distance_km(ns) < exact * 1.00101 + 1.2);
		assert_true((double)distance_km_fibre(ns) >= exact * 2 / 3);
		assert_true((double)distance_km_fibre(ns) < exact * 2 / 3 * 1.00101 + 1.2);
	}
	/* The shared figures: fibre 100 km for a millisecond, vacuum 150. */
	assert_int_equal(distance_km(7700000), 1156);
	assert_int_equal(distance_km_fibre(11600000), 1161);
	assert_true(distance_km(-5) <= 1);
	assert_true(distance_km(INT64_MAX) > 20038);
	assert_int_equal(distance_us(1), 1);
	assert_int_equal(distance_us(1000), 1);
	assert_int_equal(distance_us(1001), 2);
}

static void
test_least(void **unused)
{
	int64_t times[] = { 9, 3, 7, 5 }, least, median;

	(void)unused;
	distance_least(times, 4, &least, &median);
	assert_int_equal(least, 3);
	assert_int_equal(median, 5);
	distance_least(times, 1, &least, &median);
	assert_int_equal(median, 3);
}

/* A hello and an answer as on the wire, to be spoiled octet by octet. */
static void
test_repeats(void **unused)
{
	uint8_t hello[100] = { 22, 3, 1, 0, 95, 1, 0, 0, 91, 3, 3 }, answer[DISTANCE_ANSWER] =
	    { 22, 3, 3, 0, 122, 2, 0, 0, 118, 3, 3 }, challenge[DISTANCE_REPEAT];

	(void)unused;
	hello[43] = answer[43] = 32;
	for (int i = 0; i < 32; i++)
		hello[44 + i] = answer[44 + i] = (uint8_t)(i + 1);
	assert_true(distance_challenge(bytes_of(hello, sizeof(hello)), challenge));
	assert_true(distance_repeats(bytes_of(answer, sizeof(answer)), challenge));
	for (size_t len = 0; len < sizeof(answer); len++)
		assert_false(distance_repeats(bytes_of(answer, len), challenge));
	for (size_t i = 43; i < sizeof(answer); i++) {
		answer[i] ^= 0x10;
		assert_false(distance_repeats(bytes_of(answer, sizeof(answer)), challenge));
		answer[i] ^= 0x10;
	}
	answer[5] = 1;
	assert_false(distance_repeats(bytes_of(answer, sizeof(answer)), challenge));
	hello[43] = 0;
	assert_false(distance_challenge(bytes_of(hello, sizeof(hello)), challenge));
}

/* An answer that left at 100 and came at 600, by clocks that agree, are stepped, or say nothing. */
static void
test_clocks(void **unused)
{
	const int64_t wall = INT64_C(1790000000000000000);
	struct stamped one = { .told = true, .left_ns = wall + 110, .sent = { 100, wall + 100, 2 } };
	struct stamp stamp = stamp_make(&one, wall + 600, (struct moment){ 700, wall + 700, 3 });

	(void)unused;
	assert_true(stamp.kernel && stamp.ns == 490 + 5);
	/* Set back by 300 in between: the difference alone would say 190. */
	stamp = stamp_make(&one, wall + 300, (struct moment){ 700, wall + 400, 3 });
	assert_true(stamp.ns >= 490);
	/* Set forward: longer than our own clock says, which is taken. */
	stamp = stamp_make(&one, wall + 900600, (struct moment){ 700, wall + 900700, 3 });
	assert_true(!stamp.kernel && stamp.ns == 603);
	/* Set back before it had left, as it seems. */
	stamp = stamp_make(&one, wall - 900, (struct moment){ 700, wall - 800, 3 });
	assert_true(!stamp.kernel && stamp.ns == 603);
	stamp = stamp_make(&one, 0, (struct moment){ 700, wall + 700, 3 });
	assert_true(!stamp.kernel && stamp.ns == 603);
	one.told = false;
	stamp = stamp_make(&one, wall + 600, (struct moment){ 700, wall + 700, 3 });
	assert_true(!stamp.kernel && stamp.ns == 603);
}

static void
serve_late(int fd, void *arg)
{
	char octets[600];

	(void)arg;
	if (read(fd, octets, sizeof(octets)) <= 0)
		return;
	usleep(DELAY_US);
	(void)!write(fd, octets, 40);
}

/* Real sockets: what comes after three milliseconds is never said to have come sooner. */
static void
test_stamps(void **unused)
{
	pid_t server = lab_serve(PORT, serve_late, NULL);
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(PORT),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	uint8_t hello[500] = { 1 }, octets[64];
	unsigned kernel = 0;

	(void)unused;
	for (int i = 0; i < 20; i++) {
		struct stamped one;
		struct stamp stamp;
		const char *text = "";
		size_t len, all = 0;

		assert_int_equal(stamp_open(&one, (struct sockaddr *)&to, sizeof(to), NULL, &text),
		    ERR_OK);
		while (stamp_connected(&one, &text) != ERR_OK)
			usleep(100);
		assert_int_equal(stamp_begin(&one, bytes_of(hello, sizeof(hello)), &text), ERR_OK);
		while (all < 40) {
			enum err err = stamp_take(&one, octets, 10, &len, &stamp, &text);

			assert_true(err == ERR_OK || err == ERR_BUSY);
			if (err != ERR_OK)
				continue;
			assert_true(len <= 10);
			all += len;
			assert_true(stamp.ns >= DELAY_US * INT64_C(1000));
			kernel += stamp.kernel;
		}
		stamp_close(&one);
		stamp_close(&one);
	}
	print_message("%u of 80 stamps by the kernel\n", kernel);
	lab_end(server);
}

static void
round_at(struct lab *lab, uint16_t port)
{
	static const struct round_option options[] = { { .name = "pace", .value = "0ms" } };
	struct endpoint *endpoint = endpoint_new(lab->machine, &probe_distance, "127.0.0.1",
	    options, 1);

	lab_round(lab->machine, &lab->loop, endpoint, port, 5000, &lab->seen);
	endpoint_free(endpoint);
}

static void
assert_nothing(const struct lab *lab)
{
	static const enum fact none[] = { FACT_RTT_MIN_US, FACT_BOUND_KM, FACT_BOUND_KM_FIBRE,
		FACT_RTT_SIGNED_MIN_US, FACT_BOUND_SIGNED_KM };
	int64_t value;

	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_false(fact_int(bytes_of_buffer(&lab->seen.facts), none[i], &value));
	assert_true(fact_int(bytes_of_buffer(&lab->seen.facts), FACT_RTT_FAILED, &value));
	assert_int_equal(value, 5);
	assert_int_equal(lab->seen.outcome, OUTCOME_DOWN);
}

static void
serve_end(int fd, void *arg)
{
	(void)fd, (void)arg;
}

/* A ServerHello made before the hello was there: it repeats nothing. */
static void
serve_prepared(int fd, void *arg)
{
	uint8_t answer[127] = { 22, 3, 3, 0, 122, 2, 0, 0, 118, 3, 3 };

	(void)arg;
	answer[43] = 32;
	(void)!write(fd, answer, sizeof(answer));
	usleep(20000);
}

static void
serve_noise(int fd, void *arg)
{
	static const char text[] = "HTTP/1.0 400 Bad Request\r\nServer: none\r\nContent-Type: "
	    "text/plain\r\n\r\nwhat are you talking about, this is no TLS\r\n";

	(void)arg;
	(void)!write(fd, text, sizeof(text) - 1);
	usleep(20000);
}

static void
test_liars(void **state)
{
	static void (*const serve[])(int, void *) = { serve_end, serve_prepared, serve_noise };
	struct lab *lab = *state;

	for (size_t i = 0; i < sizeof(serve) / sizeof(serve[0]); i++) {
		pid_t server = lab_serve(PORT + 1, serve[i], NULL);

		round_at(lab, PORT + 1);
		assert_nothing(lab);
		lab_end(server);
	}
	round_at(lab, PORT + 2);
	assert_nothing(lab);
	assert_int_equal(lab->seen.err, ERR_REFUSED);
	assert_non_null(strstr(lab->seen.detail, "does not accept connections"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kilometres),
		cmocka_unit_test(test_least),
		cmocka_unit_test(test_repeats),
		cmocka_unit_test(test_clocks),
		cmocka_unit_test(test_stamps),
		cmocka_unit_test_setup_teardown(test_liars, setup, teardown),
	};

	lab_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
