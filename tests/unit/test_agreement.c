/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Diffie-Hellman of SSH and IKE, with the values as IKE has them: in each group both ends agree,
 * and a value that is none of the group, or gives the secret away, is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <openssl/bn.h>
#include <string.h>

#include "probes/ike_keys.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const uint16_t methods[] = { 31, 32, 19, 20, 21, 14, 15, 16 };

static struct buffer
value_of(uint16_t method, struct agreement **agreement)
{
	struct buffer value = { 0 };

	*agreement = agreement_new(ike_group(method));
	assert_non_null(*agreement);
	ike_value_put(method, *agreement, &value);
	assert_int_equal(value.len, ike_value_len(method));
	return value;
}

static void
agreements(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(methods); i++) {
		for (unsigned round = 0; round < 4; round++) {
			struct agreement *a, *b;
			struct buffer of_a = value_of(methods[i], &a);
			struct buffer of_b = value_of(methods[i], &b);
			struct buffer one = { 0 }, other = { 0 };

			assert_true(ike_value_share(methods[i], a, bytes_of_buffer(&of_b), &one));
			assert_true(ike_value_share(methods[i], b, bytes_of_buffer(&of_a), &other));
			assert_true(bytes_equal(bytes_of_buffer(&one), bytes_of_buffer(&other)));
			/* Of a curve one coordinate, of numbers all (RFC 5903 7, 7296 2.14). */
			assert_int_equal(one.len, methods[i] >= 19 && methods[i] <= 21 ?
			    of_a.len / 2 : of_a.len);
			assert_false(bytes_equal(bytes_of_buffer(&of_a), bytes_of_buffer(&of_b)));
			agreement_free(a), agreement_free(b);
			buffer_free(&of_a), buffer_free(&of_b), buffer_free(&one);
			buffer_free(&other);
		}
	}
	assert_null(ike_group(2));
	assert_null(ike_group(36));
	assert_null(agreement_new("MODP 768"));
	agreement_free(NULL);
}

static void
assert_refused(uint16_t method, const struct agreement *agreement, struct bytes theirs)
{
	struct buffer secret = { 0 };

	if (ike_value_share(method, agreement, theirs, &secret))
		fail_msg("method %u takes a value of %zu octets that ends in %02x", method,
		    theirs.len, theirs.len > 0 ? theirs.at[theirs.len - 1] : 0);
	assert_int_equal(secret.len, 0);
	buffer_free(&secret);
}

static void
values_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(methods); i++) {
		struct agreement *agreement;
		struct buffer value = value_of(methods[i], &agreement);
		uint8_t other[IKE_VALUE_MAX] = { 0 };

		assert_refused(methods[i], agreement, bytes_of(NULL, 0));
		assert_refused(methods[i], agreement, bytes_of(value.at, value.len - 1));
		memcpy(other, value.at, value.len);
		assert_refused(methods[i], agreement, bytes_of(other, value.len + 1));
		if (methods[i] >= 19 && methods[i] <= 21) {	/* a point beside the curve */
			other[value.len - 1] ^= 1;
			assert_refused(methods[i], agreement, bytes_of(other, value.len));
			memset(other, 0xff, value.len);
			assert_refused(methods[i], agreement, bytes_of(other, value.len));
		}
		memset(other, 0, sizeof(other));
		assert_refused(methods[i], agreement, bytes_of(other, value.len));
		/* 1: of X25519 and X448 a point of small order, of numbers the identity. */
		other[methods[i] > 21 ? 0 : value.len - 1] = 1;
		assert_refused(methods[i], agreement, bytes_of(other, value.len));
		agreement_free(agreement);
		buffer_free(&value);
	}
}

static void
numbers_refused(void **state)
{
	static BIGNUM *(*const primes[])(BIGNUM *) = { BN_get_rfc3526_prime_2048,
	    BN_get_rfc3526_prime_3072, BN_get_rfc3526_prime_4096 };

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		uint16_t method = (uint16_t)(14 + i);
		struct agreement *agreement;
		struct buffer value = value_of(method, &agreement), secret = { 0 };
		BIGNUM *prime = primes[i](NULL);
		uint8_t other[512];

		for (BN_ULONG less = 0; less < 2; less++) {	/* p, p - 1 */
			BN_bn2binpad(prime, other, (int)value.len);
			assert_refused(method, agreement, bytes_of(other, value.len));
			BN_sub_word(prime, 1);
		}
		BN_bn2binpad(prime, other, (int)value.len);	/* p - 2 */
		assert_true(ike_value_share(method, agreement, bytes_of(other, value.len),
		    &secret));
		memset(other, 0xff, value.len);
		assert_refused(method, agreement, bytes_of(other, value.len));
		BN_free(prime);
		agreement_free(agreement);
		buffer_free(&value), buffer_free(&secret);
	}
}

/* A secret that is a small number is as long as any other (RFC 7296 2.14). */
static void
zeros_in_front(void **state)
{
	struct agreement *agreement;
	struct buffer value = value_of(14, &agreement), secret = { 0 };
	uint8_t other[256] = { 0 };
	unsigned found = 0;

	(void)state;
	for (unsigned i = 2; i < 4000 && found < 3; i++) {
		other[254] = (uint8_t)(i >> 8), other[255] = (uint8_t)i;
		buffer_reset(&secret);
		assert_true(ike_value_share(14, agreement, bytes_of(other, 256), &secret));
		assert_int_equal(secret.len, 256);
		found += secret.at[0] == 0;
	}
	assert_int_equal(found, 3);
	agreement_free(agreement);
	buffer_free(&value), buffer_free(&secret);
}

/* RFC 7748 6.1: each value of small order that there is. */
static void
small_orders(void **state)
{
	static const char *const hex[] = {
		"e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
		"5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"0000000000000000000000000000000000000000000000000000000000000080",
	};
	struct agreement *agreement = agreement_new("X25519");
	uint8_t value[32];

	(void)state;
	for (size_t i = 0; i < COUNT(hex); i++) {
		assert_int_equal(hex_read(hex[i], value, 32), ERR_OK);
		assert_refused(31, agreement, bytes_of(value, 32));
	}
	agreement_free(agreement);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test(name)
		T(agreements), T(values_refused), T(numbers_refused),
		T(zeros_in_front), T(small_orders),
	};

	return cmocka_run_group_tests_name("agreement", tests, NULL, NULL);
}
