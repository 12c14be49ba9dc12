/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The codec of IKE: our requests as tshark and strongSwan take them, real answers, the search for
 * what is accepted against responders of every taste, lengths that lie; cut anywhere.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "probes/ike_search.h"
#include "probes/wire/ike_v1.h"
#include "tests/unit/vectors.h"

#define DATA "tests/data/ike/"

static struct ike_said
said_of(const struct buffer *octets)
{
	struct ike_said said;
	struct why why = { .err = ERR_OK };

	if (ike_read(bytes_of_buffer(octets), &said, &why) != ERR_OK)
		fail_msg("not read: %s", why.text);
	return said;
}

static void
assert_text(struct buffer *text, const char *wanted)
{
	assert_string_equal(buffer_text(text), wanted);
	buffer_reset(text);
}

static void
assert_chosen(const struct ike_said *said, uint8_t type, const char *wanted)
{
	const struct ike_transform *chosen = ike_chosen(said, type);
	struct buffer text = { 0 };

	assert_non_null(chosen);
	ike_transform_put(chosen, &text);
	assert_text(&text, wanted);
	buffer_free(&text);
}

/* What was sent to strongSwan, and seen by tshark, is what is written from the same parts. */
static void
requests_written(void **state)
{
	static const char *const paths[] = { DATA "request", DATA "request-5.9.8",
	    DATA "request-cookie", DATA "request-6.0.1" };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct buffer real = vectors_file(paths[i]), out = { 0 };
		struct ike_said said = said_of(&real);
		struct ike_request request = { .spi = said.spi_i, .cookie = said.cookie,
		    .method = said.method, .value = said.value, .nonce = said.nonce };
		struct ike_transform transform[IKE_CHOSEN_MAX];
		struct ike_offer offer = { transform, IKE_CHOSEN_MAX };

		assert_int_equal(said.exchange, IKE_SA_INIT);
		assert_int_equal(said.flags, IKE_FLAG_INITIATOR);
		assert_int_equal(said.proposals, 4);
		assert_int_equal(said.value.len, ike_value_len(said.method));
		assert_false(ike_answers(&said, said.spi_i));
		memcpy(transform, said.transform, sizeof(transform));
		request.offer = &offer;
		request.offers = 1;
		ike_request_write(&request, &out);
		/* The end of it, from the KE payload on, is the same; the head but for its length. */
		assert_memory_equal(out.at, real.at, 24);
		assert_memory_equal(out.at + out.len - 130, real.at + real.len - 130, 130);
		assert_memory_equal(said_of(&out).transform, transform, sizeof(transform));
		buffer_free(&real), buffer_free(&out);
	}
}

static void
real_answers(void **state)
{
	struct buffer wanted = vectors_file(DATA "wanted-5.9.8");
	struct buffer answer = vectors_file(DATA "answer-5.9.8");
	struct buffer hybrid = vectors_file(DATA "answer-6.0.1");
	struct buffer cookie = vectors_file(DATA "cookie-5.9.8");
	struct buffer again = vectors_file(DATA "request-cookie");
	struct buffer refused = vectors_file(DATA "refused-5.9.8");
	struct buffer strong = vectors_file(DATA "strong-answer");
	struct ike_said said = said_of(&wanted);

	(void)state;
	assert_true(ike_answers(&said, said.spi_i));
	assert_false(ike_answers(&said, said.spi_i + 1));
	assert_true(said.wants_method && said.wanted == 20 && !said.has_sa);
	said = said_of(&answer);
	assert_chosen(&said, IKE_ENCR, "AES_GCM_16_256");
	assert_chosen(&said, IKE_PRF, "HMAC_SHA2_384");
	assert_chosen(&said, IKE_KE, "ECP384");
	assert_null(ike_chosen(&said, IKE_INTEG));
	assert_null(ike_chosen(&said, IKE_ADDKE1));
	assert_int_equal(said.hashes, 4);
	said = said_of(&hybrid);
	assert_chosen(&said, IKE_ADDKE1, "MLKEM768");
	assert_int_equal(said.status[said.statuses - 1], IKE_INTERMEDIATE_EXCHANGE_SUPPORTED);
	said = said_of(&cookie);
	assert_true(said.cookie.len > 0 && said.error == 0);
	assert_true(bytes_equal(said.cookie, said_of(&again).cookie));
	assert_int_equal(said_of(&refused).error, IKE_NO_PROPOSAL_CHOSEN);
	said = said_of(&strong);
	assert_chosen(&said, IKE_KE, "ECP256");
	buffer_free(&wanted), buffer_free(&answer), buffer_free(&hybrid), buffer_free(&cookie);
	buffer_free(&again), buffer_free(&refused), buffer_free(&strong);
}

static void
assert_choice(const struct ike_said *said, const struct ike_request *request, const char *says)
{
	struct why why = { .err = ERR_OK };

	if (says == NULL) {
		assert_int_equal(ike_choice_check(said, request, &why), ERR_OK);
		return;
	}
	assert_int_equal(ike_choice_check(said, request, &why), ERR_MALFORMED);
	if (strstr(why.text, says) == NULL)
		fail_msg("%s", why.text);
}

static void
choice_is_one_of_ours(void **state)
{
	static const struct ike_transform two[] = { { IKE_ENCR, 3, 0 }, { IKE_PRF, 2, 0 },
	    { IKE_INTEG, 2, 0 }, { IKE_KE, 2, 0 }, { IKE_KE, 14, 0 } };
	static const struct ike_transform one[] = { { IKE_ENCR, 20, 256 }, { IKE_PRF, 5, 0 },
	    { IKE_KE, 19, 0 } };
	struct ike_offer offers[] = { { one, 3 }, { two, 5 } };
	struct ike_request request = { .offer = offers, .offers = 2, .method = 19 };
	struct buffer strong = vectors_file(DATA "strong-answer");
	struct buffer weak = vectors_file(DATA "inconsistent-answer");
	struct ike_said said = said_of(&strong), cut;

	(void)state;
	assert_choice(&said, &request, NULL);
	request.method = 14;
	assert_choice(&said, &request, "KE payload is of method 19");
	request.method = 19;
	cut = said, cut.spi_r = 0;
	assert_choice(&cut, &request, "lacks");
	cut = said, cut.proposals = 2;
	assert_choice(&cut, &request, "2 proposals");
	cut = said, cut.transforms = 2;
	assert_choice(&cut, &request, "not offered");
	cut = said, cut.transform[0].bits = 128;
	assert_choice(&cut, &request, "not offered");
	cut = said, cut.transform[cut.transforms++] = cut.transform[1];
	assert_choice(&cut, &request, "not offered");
	cut = said, cut.transforms = 4000;
	assert_choice(&cut, &request, "not offered");
	request.offers = 1, request.offer = offers + 1;
	assert_choice(&said, &request, "not offered");
	/* 3DES, SHA-1 and group 2 in the proposal, a value of group 14 beside it. */
	said = said_of(&weak);
	request.offers = 2, request.offer = offers, request.method = 2;
	assert_choice(&said, &request, "KE payload is of method 14");
	assert_true(ike_transform_weak(ike_chosen(&said, IKE_ENCR)));
	assert_true(ike_transform_weak(ike_chosen(&said, IKE_KE)));
	buffer_free(&strong), buffer_free(&weak);
}

static void
version_one(void **state)
{
	struct buffer request = vectors_file(DATA "v1-request"), out = { 0 }, text = { 0 };
	struct buffer answer = vectors_file(DATA "v1-answer-5.9.8");
	struct buffer refused = vectors_file(DATA "v1-refused-5.9.8");
	struct ike_v1_said said;
	struct ike_said two;
	struct why why = { .err = ERR_OK };
	uint64_t cookie = 0;

	(void)state;
	for (int i = 0; i < 8; i++)
		cookie = cookie << 8 | request.at[i];
	ike_v1_write(cookie, &out);
	assert_true(bytes_equal(bytes_of_buffer(&out), bytes_of_buffer(&request)));
	assert_int_equal(ike_v1_read(bytes_of_buffer(&answer), &said, &why), ERR_OK);
	assert_true(said.has_sa && said.cookie_i == cookie && said.cookie_r != 0);
	ike_v1_put(&said, &text);
	assert_text(&text, "3DES MD5 MODP1024 PSK");
	assert_int_equal(ike_v1_read(bytes_of_buffer(&refused), &said, &why), ERR_OK);
	assert_true(!said.has_sa && said.error == IKE_NO_PROPOSAL_CHOSEN);
	/* Neither is taken for the other. */
	assert_int_equal(ike_read(bytes_of_buffer(&answer), &two, &why), ERR_UNSUPPORTED);
	for (size_t len = 0; len < answer.len; len++)
		assert_int_not_equal(ike_v1_read(bytes_of(answer.at, len), &said, &why), ERR_OK);
	buffer_free(&request), buffer_free(&out), buffer_free(&answer), buffer_free(&refused);
	buffer_free(&text);
}

static void
cut_everywhere(void **state)
{
	struct buffer real = vectors_file(DATA "answer-6.0.1");
	struct ike_said said;
	struct why why = { .err = ERR_OK };

	(void)state;
	for (size_t len = 0; len < real.len; len++) {
		uint8_t *copy = memory_new(1, len > 0 ? len : 1);

		memcpy(copy, real.at, len);
		assert_int_not_equal(ike_read(bytes_of(copy, len), &said, &why), ERR_OK);
		/* With a length that says it is whole. */
		if (len >= IKE_HEADER_LEN) {
			copy[26] = (uint8_t)(len >> 8);
			copy[27] = (uint8_t)len;
			assert_int_not_equal(ike_read(bytes_of(copy, len), &said, &why), ERR_OK);
		}
		free(copy);
	}
	buffer_free(&real);
}

static void
lengths_that_lie(void **state)
{
	struct buffer real = vectors_file(DATA "answer-5.9.8");
	/* A payload, a proposal, its count of transforms, a transform; more octets than told. */
	static const struct { size_t at; uint8_t value; } lies[] = { { 30, 0xff }, { 31, 0 },
	    { 31, 3 }, { 34, 0xff }, { 35, 7 }, { 38, 4 }, { 39, 2 }, { 39, 4 }, { 42, 0xff },
	    { 43, 7 }, { 43, 9 }, { 27, 1 }, { 17, 0x30 }, { 16, 46 }, { 32, 2 }, { 40, 1 } };
	struct ike_said said;
	struct why why = { .err = ERR_OK };

	(void)state;
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		uint8_t kept = real.at[lies[i].at];

		assert_int_not_equal(kept, lies[i].value);
		real.at[lies[i].at] = lies[i].value;
		if (ike_read(bytes_of_buffer(&real), &said, &why) == ERR_OK)
			fail_msg("octet %zu may be %u", lies[i].at, lies[i].value);
		assert_true(why.text[0] != '\0');
		real.at[lies[i].at] = kept;
	}
	/* An unknown payload is passed over, unless it is critical (RFC 7296 2.5). */
	real.at[16] = 200;
	assert_int_equal(ike_read(bytes_of_buffer(&real), &said, &why), ERR_OK);
	assert_false(said.has_sa);
	real.at[29] = 0x80;
	assert_int_equal(ike_read(bytes_of_buffer(&real), &said, &why), ERR_UNSUPPORTED);
	buffer_free(&real);
}

static void
names(void **state)
{
	static const struct { uint8_t type; const char *name; uint16_t id; } named[] = {
		{ IKE_ENCR, "3DES_CBC", 3 }, { IKE_ENCR, "AES_CBC", 12 }, { IKE_KE, "ECP_384", 20 },
		{ IKE_KE, "CURVE_25519", 31 }, { IKE_KE, "ML_KEM_768", 36 },
		{ IKE_PRF, "PRF_HMAC_SHA2_256", 5 }, { IKE_INTEG, "HMAC_MD5_96", 1 },
		{ IKE_KE, "MODP_1024", 2 }, { IKE_ENCR, "NULL", 11 } };
	struct buffer text = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
		const struct ike_algorithm *row = ike_algorithm_named(named[i].type,
		    bytes_of_text(named[i].name));

		assert_non_null(row);
		assert_int_equal(row->id, named[i].id);
	}
	assert_null(ike_algorithm_named(IKE_ENCR, bytes_of_text("")));
	assert_null(ike_algorithm_named(IKE_ENCR, bytes_of_text("CBC")));
	ike_transform_put(&(struct ike_transform){ IKE_ENCR, 999, 128 }, &text);
	assert_text(&text, "ENCR 999_128");
	ike_transform_put(&(struct ike_transform){ 77, 1, 0 }, &text);
	assert_text(&text, "transform 1");
	ike_vendor_put(bytes_of_text("OE-Libreswan-4.10"), &text);
	assert_text(&text, "OE-Libreswan-4.10");
	ike_vendor_put(bytes_of("\x88\x2f\xe5\x6d\x6f\xd2\x0d\xbc\x22\x51\x61\x3b\x2e\xbe\x5b\xeb",
	    16), &text);
	assert_text(&text, "strongSwan");
	ike_vendor_put(bytes_of("\x01\x02", 2), &text);
	assert_text(&text, "0102");
	buffer_free(&text);
}

/* Coefficients of ML-KEM below the modulus; numbers of MODP below every modulus. */
static void
values(void **state)
{
	uint8_t random[IKE_VALUE_MAX];
	const struct ike_algorithm *row;
	size_t count = ike_algorithms(&row);

	(void)state;
	memset(random, 0xff, sizeof(random));
	for (size_t i = 0; i < count; i++) {
		struct buffer value = { 0 };

		if (row[i].type != IKE_KE || row[i].size == 0)
			continue;
		assert_int_equal(ike_value_write(row[i].id, random, &value), ERR_OK);
		assert_int_equal(value.len, ike_value_len(row[i].id));
		assert_true(row[i].point || row[i].kem || value.at[0] <= 0x3f);
		for (size_t at = 0; row[i].kem && at + 35 <= value.len; at += 3)
			assert_true((value.at[at] | (value.at[at + 1] & 0xf) << 8) < 3329 &&
			    (value.at[at + 1] >> 4 | value.at[at + 2] << 4) < 3329);
		buffer_free(&value);
	}
	assert_int_equal(ike_value_write(9999, random, &(struct buffer){ 0 }), ERR_UNSUPPORTED);
}

/* A responder of one or two proposals, as RFC 7296 wants it to choose. */
struct taste { const struct ike_transform *transform; size_t count; };

static bool
taste_takes(const struct taste *taste, const struct ike_offer *offer, uint16_t *method)
{
	unsigned wanted = 0, found = 0, asked = 0;

	*method = 0;
	for (size_t i = 0; i < offer->count; i++)
		asked |= 1U << offer->transform[i].type;
	for (size_t t = 0; t < taste->count; t++) {
		const struct ike_transform *mine = &taste->transform[t];

		wanted |= 1U << mine->type;
		for (size_t i = 0; i < offer->count; i++) {
			const struct ike_transform *its = &offer->transform[i];

			if (its->type != mine->type || its->id != mine->id || its->bits != mine->bits)
				continue;
			found |= 1U << mine->type;
			if (mine->type == IKE_KE && *method == 0)
				*method = mine->id;
		}
	}
	return found == wanted && asked == wanted;
}

static unsigned
search_all(struct ike_search *search, const struct taste *taste, size_t tastes, unsigned *chosen)
{
	struct ike_request request = { .spi = 1, .nonce = bytes_of("0123456789abcdef", 16) };
	unsigned asked = 0;
	struct why why = { .err = ERR_OK };

	*search = (struct ike_search){ .phase = IKE_PHASE_GROUPS };
	*chosen = 0;
	ike_search_begin(search);
	for (; ike_search_next(search, &request); asked++) {
		enum ike_reply reply = IKE_REPLY_REFUSED;
		uint8_t value[128] = { 0 };
		struct buffer out = { 0 };
		uint16_t method = 0;

		assert_true(asked < 400);
		request.method = search->decoy;
		request.value = bytes_of(value, sizeof(value));
		ike_request_write(&request, &out);
		/* One packet, with a cookie, the marker, UDP and IPv6 around it. */
		assert_true(out.len + 8 + IKE_COOKIE_MAX / 2 + 4 + 8 + 40 <= 1500);
		buffer_free(&out);
		for (size_t i = 0; i < request.offers * tastes && reply == IKE_REPLY_REFUSED; i++)
			if (taste_takes(&taste[i % tastes], &request.offer[i / tastes], &method))
				reply = method == search->decoy ? IKE_REPLY_CHOSEN : IKE_REPLY_WANTED;
		*chosen += reply == IKE_REPLY_CHOSEN;
		assert_int_equal(ike_search_told(search, reply, method, &why), ERR_OK);
	}
	return asked;
}

static void
searches(void **state)
{
	static const struct ike_transform modern[] = { { IKE_ENCR, 20, 256 }, { IKE_PRF, 6, 0 },
	    { IKE_KE, 20, 0 }, { IKE_KE, 31, 0 } };
	static const struct ike_transform hybrid[] = { { IKE_ENCR, 28, 0 }, { IKE_PRF, 7, 0 },
	    { IKE_KE, 21, 0 }, { IKE_ADDKE1, 37, 0 } };
	static const struct ike_transform old[] = { { IKE_ENCR, 3, 0 }, { IKE_ENCR, 12, 192 },
	    { IKE_PRF, 1, 0 }, { IKE_INTEG, 1, 0 }, { IKE_KE, 22, 0 }, { IKE_KE, 2, 0 } };
	static const struct taste tastes[] = { { modern, 4 }, { hybrid, 4 }, { old, 6 } };
	static struct ike_search search;
	struct ike_set weak;
	unsigned asked, chosen;

	(void)state;
	asked = search_all(&search, tastes, 3, &chosen);
	assert_int_equal(search.total[IKE_PHASE_GROUPS].count, 5);
	assert_int_equal(search.total[IKE_PHASE_ENCR].count, 4);
	assert_int_equal(search.total[IKE_PHASE_PRF].count, 3);
	assert_int_equal(search.total[IKE_PHASE_INTEG].count, 1);
	assert_int_equal(search.total[IKE_PHASE_ADDITIONAL].count, 1);
	assert_int_equal(search.total[IKE_PHASE_ADDITIONAL].transform[0].id, 37);
	/* 3DES, MD5 twice, groups 22 and 2; group 22 was the decoy, once. */
	assert_int_equal(ike_search_weak(&search, &weak), 5);
	assert_int_equal(chosen, 1);
	assert_true(asked < 110);
	assert_int_equal(search_all(&search, tastes, 0, &chosen), 2);
	assert_int_equal(ike_search_weak(&search, &weak), 0);
	assert_true(search_all(&search, tastes, 1, &chosen) < 30);
	assert_int_equal(chosen, 0);
}

static void
search_is_lied_to(void **state)
{
	static struct ike_search search;
	struct ike_request request = { .spi = 1 };
	struct why why = { .err = ERR_OK };

	(void)state;
	ike_search_begin(&search);
	assert_true(ike_search_next(&search, &request));
	assert_int_equal(ike_search_told(&search, IKE_REPLY_WANTED, 4711, &why), ERR_MALFORMED);
	assert_int_equal(ike_search_told(&search, IKE_REPLY_WANTED, search.decoy, &why),
	    ERR_MALFORMED);
	assert_int_equal(ike_search_told(&search, IKE_REPLY_WANTED, 19, &why), ERR_OK);
	assert_true(ike_search_next(&search, &request));
	assert_int_equal(ike_search_told(&search, IKE_REPLY_WANTED, 19, &why), ERR_MALFORMED);
	/* It takes whatever it is given, until nothing is left to ask with. */
	search = (struct ike_search){ .phase = IKE_PHASE_GROUPS };
	ike_search_begin(&search);
	for (int i = 0; i < 8; i++) {
		assert_true(ike_search_next(&search, &request));
		assert_int_equal(ike_search_told(&search, IKE_REPLY_CHOSEN, 0, &why),
		    i < 7 ? ERR_OK : ERR_LIMIT);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_written), cmocka_unit_test(real_answers),
		cmocka_unit_test(choice_is_one_of_ours), cmocka_unit_test(version_one),
		cmocka_unit_test(cut_everywhere), cmocka_unit_test(lengths_that_lie),
		cmocka_unit_test(names), cmocka_unit_test(values), cmocka_unit_test(searches),
		cmocka_unit_test(search_is_lied_to),
	};

	return cmocka_run_group_tests_name("ike", tests, NULL, NULL);
}
