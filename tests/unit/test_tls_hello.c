/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ClientHello we write and the answers we read: captures of real servers from SSLv3 to TLS 1.3,
 * cut anywhere and given octet by octet, and what must be refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "probes/wire/tls_flight.h"
#include "tests/unit/vectors.h"

static enum tls_flight_step
take(struct tls_flight *flight, struct bytes in, size_t step)
{
	enum tls_flight_step said = TLS_FLIGHT_MORE;
	struct why why = { .err = ERR_OK };

	tls_flight_reset(flight);
	for (size_t at = 0; at < in.len && said == TLS_FLIGHT_MORE; at += step)
		said = tls_flight_read(flight, bytes_slice(in, at, step), &why);
	assert_true((said == TLS_FLIGHT_BROKEN) == (why.err != ERR_OK));
	assert_true((said == TLS_FLIGHT_BROKEN) == (why.text[0] != '\0'));
	return said;
}

/* A capture, whole, cut in two everywhere, and octet by octet: the same each time. */
static struct tls_flight
captured(const char *path, enum tls_flight_step want)
{
	struct buffer octets = vectors_file(path);
	struct tls_flight flight = { .hello = false };

	for (size_t step = 1; step < octets.len; step += 7) {
		assert_int_equal(take(&flight, bytes_of_buffer(&octets), step), want);
	}
	assert_int_equal(take(&flight, bytes_of_buffer(&octets), octets.len), want);
	buffer_free(&octets);
	return flight;
}

static void
assert_suite(const struct tls_flight *flight, uint16_t version, const char *name)
{
	struct tls_suite suite;

	assert_true(flight->hello);
	assert_int_equal(flight->version, version);
	assert_true(tls_suite_find(flight->suite, &suite));
	assert_string_equal(suite.name, name);
}

static void
old_answers(void **state)
{
	struct tls_flight flight = captured("tests/data/tls_hello/ssl3-export-rc4", TLS_FLIGHT_DONE);

	(void)state;
	assert_suite(&flight, TLS_VERSION_SSL3, "TLS_RSA_EXPORT_WITH_RC4_40_MD5");
	assert_true(flight.keys && flight.done);
	assert_int_equal(flight.certificates, 1);
	assert_int_equal(flight.heard.group, 0);
	tls_flight_free(&flight);

	flight = captured("tests/data/tls_hello/ssl3-dhe-des", TLS_FLIGHT_DONE);
	assert_suite(&flight, TLS_VERSION_SSL3, "TLS_DHE_RSA_WITH_DES_CBC_SHA");
	assert_int_equal(flight.heard.dh_bits, 2048);
	assert_int_equal(flight.heard.scheme, 0);
	tls_flight_free(&flight);

	flight = captured("tests/data/tls_hello/ssl3-ecdh-anon", TLS_FLIGHT_DONE);
	assert_suite(&flight, TLS_VERSION_SSL3, "TLS_ECDH_anon_WITH_AES_128_CBC_SHA");
	assert_int_equal(flight.certificates, 0);
	assert_string_equal(tls_group_name(flight.heard.group), "x25519");
	tls_flight_free(&flight);
}

static void
answers_of_tls12(void **state)
{
	struct tls_flight flight = captured("tests/data/tls_hello/tls12-stapled", TLS_FLIGHT_DONE);

	(void)state;
	assert_int_equal(flight.version, TLS_VERSION_12);
	assert_true(flight.status_promised && flight.status.len > 1000);
	assert_int_equal(flight.status.at[0], 0x30);
	assert_string_equal(flight.alpn, "h2");
	assert_true(flight.heard.certificate_requested);
	assert_true(flight.renegotiation);
	tls_flight_free(&flight);

	flight = captured("tests/data/tls_hello/tls12-ecdhe-rsa", TLS_FLIGHT_DONE);
	assert_suite(&flight, TLS_VERSION_12, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA");
	assert_true(flight.master_secret && flight.encrypt_then_mac && flight.ticket);
	assert_int_not_equal(flight.heard.group, 0);
	assert_string_equal(tls_scheme_name(flight.heard.scheme), "rsa_pkcs1_sha224");
	assert_int_equal(flight.status.len, 0);
	tls_flight_free(&flight);

	flight = captured("tests/data/tls_hello/tls12-dhe-2048", TLS_FLIGHT_DONE);
	assert_suite(&flight, TLS_VERSION_12, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA");
	assert_int_equal(flight.heard.dh_bits, 2048);
	tls_flight_free(&flight);
}

static void
answers_of_tls13(void **state)
{
	struct tls_flight flight = captured("tests/data/tls_hello/tls13-retry-x25519mlkem768",
	    TLS_FLIGHT_DONE);

	(void)state;
	assert_suite(&flight, TLS_VERSION_13, "TLS_AES_128_GCM_SHA256");
	assert_true(flight.retry && flight.heard.tls13);
	assert_string_equal(tls_group_name(flight.heard.group), "X25519MLKEM768");
	assert_true(tls_group_is_pq(flight.heard.group));
	tls_flight_free(&flight);

	flight = captured("tests/data/tls_hello/tls13-hello", TLS_FLIGHT_DONE);
	assert_true(flight.hello && !flight.retry && flight.heard.tls13);
	assert_int_equal(flight.certificates, 0);	/* encrypted */
	tls_flight_free(&flight);
}

static void
alerts(void **state)
{
	struct tls_flight flight = captured("tests/data/tls_hello/alert-protocol-version",
	    TLS_FLIGHT_ALERT);
	const uint8_t warning[] = { 21, 3, 3, 0, 2, 1, 112 };
	struct buffer many = { .max = 0 };

	(void)state;
	assert_false(flight.hello);
	assert_int_equal(flight.alert, 70);
	assert_int_equal(take(&flight, bytes_of(warning, sizeof(warning)), 3), TLS_FLIGHT_MORE);
	assert_true(flight.alerted);
	for (int i = 0; i <= TLS_WARNINGS_MAX; i++)
		buffer_put(&many, warning, sizeof(warning));
	assert_int_equal(take(&flight, bytes_of_buffer(&many), 100), TLS_FLIGHT_BROKEN);
	buffer_free(&many);
	tls_flight_free(&flight);
}

/* What must be refused: octets, and the sentence. */
static void
broken(void **state)
{
	static const struct { const char *name; uint8_t octets[16]; size_t len; } bad[] = {
		{ "HTTP", "HTTP/1.1 400 Bad", 16 },
		{ "SSLv2", { 0x80, 0x0b, 4, 0, 1, 0, 2, 0, 0, 0, 16 }, 11 },
		{ "too long a record", { 22, 3, 3, 0x48, 0x01 }, 5 },
		{ "too long a message", { 22, 3, 3, 0, 4, 2, 3, 0, 0 }, 9 },
		{ "a certificate first", { 22, 3, 3, 0, 4, 11, 0, 0, 0 }, 9 },
		{ "an empty ServerHello", { 22, 3, 3, 0, 4, 2, 0, 0, 0 }, 9 },
		{ "application data", { 23, 3, 3, 0, 1, 0 }, 6 },
		{ "an alert of one octet", { 21, 3, 3, 0, 1, 2 }, 6 },
		{ "a change of ciphers", { 20, 3, 3, 0, 1, 1 }, 6 },
	};
	struct tls_flight flight = { .hello = false };
	struct buffer empty = { .max = 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		for (size_t step = 1; step <= bad[i].len; step++)
			if (take(&flight, bytes_of(bad[i].octets, bad[i].len), step) !=
			    TLS_FLIGHT_BROKEN)
				fail_msg("%s was taken", bad[i].name);
	for (int i = 0; i <= TLS_EMPTY_MAX; i++)
		buffer_put(&empty, "\x16\x03\x03\0\0", 5);
	assert_int_equal(take(&flight, bytes_of_buffer(&empty), 64), TLS_FLIGHT_BROKEN);
	buffer_free(&empty);
	tls_flight_free(&flight);
}

/* Every length of a real answer, made to lie. */
static void
lengths_that_lie(void **state)
{
	struct buffer octets = vectors_file("tests/data/tls_hello/tls12-stapled");
	struct tls_flight flight = { .hello = false };

	(void)state;
	for (size_t i = 0; i < octets.len; i++)
		for (unsigned to = 0; to < 256; to += 51) {
			uint8_t was = octets.at[i];

			octets.at[i] = (uint8_t)to;
			(void)take(&flight, bytes_of_buffer(&octets), octets.len);
			assert_true(flight.chain.len <= octets.len);
			assert_true(flight.status.len <= octets.len);
			octets.at[i] = was;
		}
	buffer_free(&octets);
	tls_flight_free(&flight);
}

static void
hello_twice(void **state)
{
	struct buffer octets = vectors_file("tests/data/tls_hello/tls12-ecdhe-rsa"), twice = { 0 };
	size_t len = 5 + (size_t)(octets.at[3] << 8 | octets.at[4]);
	struct tls_flight flight = { .hello = false };

	(void)state;
	buffer_put(&twice, octets.at, len);
	buffer_put(&twice, octets.at, octets.len);
	assert_int_equal(take(&flight, bytes_of_buffer(&twice), twice.len), TLS_FLIGHT_BROKEN);
	buffer_free(&octets);
	buffer_free(&twice);
	tls_flight_free(&flight);
}

static void
written(void **state)
{
	static const uint16_t suites[] = { 0x1301, 0x1302 }, groups[] = { 0x11ec, 29 };
	static const uint8_t random[TLS_RANDOM_LEN] = { 1, 2, 3 };
	struct buffer out = { .max = 0 }, key = { .max = 0 };
	struct tls_share share = { .group = 0x11ec };
	struct tls_offer offer = {
		.version = TLS_VERSION_13, .random = random, .suites = { suites, 2 },
		.groups = { groups, 2 }, .key_share = true, .shares = &share, .shares_count = 1,
		.server_name = "amf.example", .alpn = "h2,http/1.1"
	};
	char long_name[300];
	size_t len;

	(void)state;
	assert_true(tls_share_public(0x11ec, &key));
	assert_int_equal(key.len, 1184 + 32);
	share.key = bytes_of_buffer(&key);
	assert_int_equal(tls_hello_write(&offer, &out), ERR_OK);
	assert_int_equal(out.at[0], 22);
	assert_int_equal(out.at[3] << 8 | out.at[4], out.len - 5);
	assert_int_equal(out.at[7] << 8 | out.at[8], out.len - 9);
	len = out.len;
	buffer_reset(&out);
	assert_int_equal(tls_hello_message(&offer, &out), ERR_OK);
	assert_int_equal(out.len, len - 5);

	buffer_reset(&out);
	offer.suites.count = 0;
	assert_int_equal(tls_hello_write(&offer, &out), ERR_INVALID);
	offer.suites.count = 2;
	offer.alpn = "h2,,x";
	assert_int_equal(tls_hello_write(&offer, &out), ERR_INVALID);
	offer.alpn = "h2";
	memset(long_name, 'a', sizeof(long_name));
	long_name[sizeof(long_name) - 1] = '\0';
	offer.server_name = long_name;
	assert_int_equal(tls_hello_write(&offer, &out), ERR_INVALID);
	assert_int_equal(out.len, 0);
	buffer_free(&out);
	buffer_free(&key);
}

/* SSL 3.0 has no extensions: not even an empty list of them. */
static void
written_ssl3(void **state)
{
	static const uint16_t suites[] = { 4, 5 };
	static const uint8_t random[TLS_RANDOM_LEN] = { 9 };
	struct tls_offer offer = { .version = TLS_VERSION_SSL3, .random = random,
	    .suites = { suites, 2 } };
	struct buffer out = { .max = 0 };

	(void)state;
	assert_int_equal(tls_hello_write(&offer, &out), ERR_OK);
	assert_int_equal(out.len, 5 + 4 + 2 + 32 + 1 + 2 + 4 + 2);
	assert_int_equal(out.at[1] << 8 | out.at[2], 0x0300);
	assert_int_equal(out.at[9] << 8 | out.at[10], 0x0300);
	buffer_free(&out);
}

/* The octets of every version that a server was really asked with. */
static void
written_as_captured(void **state)
{
	static const struct { const char *path; uint16_t version; } hello[] = {
		{ "tests/data/tls_hello/hello-tls13", TLS_VERSION_13 },
		{ "tests/data/tls_hello/hello-tls12", TLS_VERSION_12 },
		{ "tests/data/tls_hello/hello-ssl3", TLS_VERSION_SSL3 }
	};
	static uint16_t suites[512], groups[96], schemes[96];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct buffer real = vectors_file(hello[i].path), out = { .max = 0 };
		bool old = hello[i].version < TLS_VERSION_13, ssl3 = hello[i].version == 0x0300;
		struct tls_offer offer = {
			.version = hello[i].version, .random = real.at + 11, .deflate = old,
			.suites = { suites, tls_suites(!old, suites, 512) },
			.groups = { groups, ssl3 ? 0 : tls_groups(groups, 96) },
			.schemes = { schemes, ssl3 ? 0 : tls_schemes(schemes, 96) },
			.key_share = !old, .status_request = !ssl3, .ticket = old && !ssl3,
			.master_secret = old && !ssl3, .encrypt_then_mac = old && !ssl3,
			.renegotiation = old && !ssl3, .heartbeat = old && !ssl3
		};

		assert_int_equal(tls_hello_write(&offer, &out), ERR_OK);
		assert_int_equal(out.len, real.len);
		assert_memory_equal(out.at, real.at, real.len);
		buffer_free(&real);
		buffer_free(&out);
	}
}

static void
names_say_what_is_weak(void **state)
{
	static const struct { uint16_t number; unsigned weak; enum tls_exchange exchange;
	    bool forward; } of[] = {
		{ 0x0001, TLS_WEAK_NULL | TLS_WEAK_MD5, TLS_EXCHANGE_OTHER, false },
		{ 0x0003, TLS_WEAK_EXPORT | TLS_WEAK_RC4 | TLS_WEAK_MD5, TLS_EXCHANGE_OTHER, false },
		{ 0x0009, TLS_WEAK_DES, TLS_EXCHANGE_OTHER, false },
		{ 0x0016, TLS_WEAK_3DES, TLS_EXCHANGE_DHE, true },
		{ 0x0018, TLS_WEAK_ANONYMOUS | TLS_WEAK_RC4 | TLS_WEAK_MD5, TLS_EXCHANGE_DHE, true },
		{ 0x009f, 0, TLS_EXCHANGE_DHE, true },
		{ 0x002f, 0, TLS_EXCHANGE_OTHER, false },
		{ 0xc018, TLS_WEAK_ANONYMOUS, TLS_EXCHANGE_ECDHE, true },
		{ 0xc02f, 0, TLS_EXCHANGE_ECDHE, true },
		{ 0xc0b4, TLS_WEAK_NULL, TLS_EXCHANGE_OTHER, true },
		{ 0x1301, 0, TLS_EXCHANGE_OTHER, true }
	};
	struct tls_suite suite;
	uint16_t numbers[512];
	size_t count = tls_suites(false, numbers, 512);

	(void)state;
	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		assert_true(tls_suite_find(of[i].number, &suite));
		assert_int_equal(suite.weak, of[i].weak);
		assert_int_equal(suite.exchange, of[i].exchange);
		assert_int_equal(suite.forward, of[i].forward);
	}
	assert_false(tls_suite_find(0xfafa, &suite));
	for (size_t i = 0; i < count; i++) {
		assert_true(i == 0 || numbers[i] > numbers[i - 1]);
		assert_true(numbers[i] != 0 && numbers[i] != 0x00ff && numbers[i] != 0x5600);
	}
	assert_int_equal(tls_suites(true, numbers, 512), 11);
	assert_true(tls_group_is_pq(0x6399) && !tls_group_is_pq(29));
	assert_true(tls_group_is_weak(19) && !tls_group_is_weak(23));
	assert_true(tls_scheme_is_weak(0x0201) && !tls_scheme_is_weak(0x0301));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(old_answers),
		cmocka_unit_test(answers_of_tls12),
		cmocka_unit_test(answers_of_tls13),
		cmocka_unit_test(alerts),
		cmocka_unit_test(broken),
		cmocka_unit_test(lengths_that_lie),
		cmocka_unit_test(hello_twice),
		cmocka_unit_test(written),
		cmocka_unit_test(written_ssl3),
		cmocka_unit_test(written_as_captured),
		cmocka_unit_test(names_say_what_is_weak)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
