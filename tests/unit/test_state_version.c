/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A state of fold version 1 is read by this version, its new parts empty: one site of four
 * instances with two targets each; two targets of two instances went down one after the other, a
 * person acknowledged, and the signer has a gap.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor/base/file.h"
#include "monitor/ledger/facts.h"
#include "tests/unit/correlate_world.h"

static void
version_1_is_read(void **unused)
{
	struct buffer octets = { 0 }, again = { 0 };
	const struct incident *incident;
	struct state *state, *copy;
	struct why why;

	(void)unused;
	assert_int_equal(file_read("tests/data/state/version1.cbor", STATE_MAX, &octets, &why),
	    ERR_OK);
	assert_int_equal(octets.at[1], 1);
	assert_int_equal(state_decode(bytes_of_buffer(&octets), &state, &why), ERR_OK);
	assert_int_equal(state->targets, 8);
	assert_int_equal(state->alarms + state->floods + state->saids + state->windows, 0);
	assert_int_equal(state->gaps, 1);
	incident = state_incident(state, 11);
	assert_non_null(incident);
	assert_string_equal(incident->subject, "instance:instance0");
	assert_string_equal(incident->acked_by, "akira");
	assert_int_equal(incident->known_ms, incident->opened_ms);
	assert_int_equal(state_open_incidents(state), 1);
	/* Written again it is of this version, and the same from there. */
	state_encode(&again, state);
	assert_int_equal(again.at[1], FOLD_VERSION);
	assert_int_equal(state_decode(bytes_of_buffer(&again), &copy, &why), ERR_OK);
	assert_true(hash_equal(state_hash(copy), state_hash(state)));
	fold_advance(copy, state->now_ms + 10000000);
	for (uint32_t i = 0; i < copy->targets; i++)
		assert_int_equal(copy->target[i].health, HEALTH_UNKNOWN);
	state_free(copy);
	state_free(state);
	buffer_free(&again);
	buffer_free(&octets);
}

/* The same state as version 2 wrote it: what is known of protection begins with the next round. */
static void
version_2_is_read(void **unused)
{
	struct buffer octets = { 0 };
	struct state *state;
	struct why why;

	(void)unused;
	assert_int_equal(file_read("tests/data/state/version2.cbor", STATE_MAX, &octets, &why),
	    ERR_OK);
	assert_int_equal(octets.at[1], 2);
	assert_int_equal(state_decode(bytes_of_buffer(&octets), &state, &why), ERR_OK);
	assert_int_equal(state->targets, 8);
	assert_int_equal(state->intents, 0);
	for (uint32_t i = 0; i < state->targets; i++)
		for (uint32_t j = 0; j < state->target[i].replicas; j++)
			assert_int_equal(state->target[i].replica[j].levels, 0);
	assert_string_equal(state_incident(state, 11)->acked_by, "akira");
	state_free(state);
	octets.at[1] = FOLD_VERSION;
	assert_int_equal(state_decode(bytes_of_buffer(&octets), &state, &why), ERR_MALFORMED);
	buffer_free(&octets);
}

/* A state of version 4 is one of today without its last part: nothing was done to a key. */
static void
version_4_is_read(void **unused)
{
	struct buffer octets = { 0 }, again = { 0 };
	struct state *state;
	struct why why;

	(void)unused;
	assert_int_equal(file_read("tests/data/state/version2.cbor", STATE_MAX, &octets, &why),
	    ERR_OK);
	assert_int_equal(state_decode(bytes_of_buffer(&octets), &state, &why), ERR_OK);
	state_encode(&again, state);
	state_free(state);
	assert_int_equal(again.at[1], 5);
	assert_memory_equal(again.at + again.len - 3, "\x82\x00\x80", 3);
	again.at[0]--;
	again.at[1] = 4;
	again.len -= 3;
	assert_int_equal(state_decode(bytes_of_buffer(&again), &state, &why), ERR_OK);
	assert_int_equal(state->targets, 8);
	assert_int_equal(state->ceremonies, 0);
	state_free(state);
	again.at[1] = 5;
	assert_int_not_equal(state_decode(bytes_of_buffer(&again), &state, &why), ERR_OK);
	buffer_free(&again);
	buffer_free(&octets);
}

/* A state of version 3 is one of version 4 without its last part: our own key is not known. */
static void
version_3_is_read(void **unused)
{
	struct buffer octets = { 0 }, again = { 0 };
	struct state *state;
	struct why why;

	(void)unused;
	assert_int_equal(file_read("tests/data/state/version2.cbor", STATE_MAX, &octets, &why),
	    ERR_OK);
	assert_int_equal(state_decode(bytes_of_buffer(&octets), &state, &why), ERR_OK);
	state_encode(&again, state);
	state_free(state);
	again.len -= 3;
	assert_int_equal(again.at[again.len - 7], 0x86);
	again.at[0] -= 2;
	again.at[1] = 3;
	again.len -= 7;
	assert_int_equal(state_decode(bytes_of_buffer(&again), &state, &why), ERR_OK);
	assert_int_equal(state->targets, 8);
	assert_int_equal(state->own_key.seq, 0);
	state_free(state);
	again.at[1] = 4;
	assert_int_not_equal(state_decode(bytes_of_buffer(&again), &state, &why), ERR_OK);
	buffer_free(&again);
	buffer_free(&octets);
}

/* What the signer tells of its key is kept, written and read; a signer that tells nothing ends it. */
static void
the_own_key_is_kept(void **unused)
{
	struct fact_set *facts = memory_new(1, sizeof(*facts));
	struct buffer map = { 0 }, octets = { 0 };
	struct record record = { .kind = RECORD_SELF, .role = ROLE_SIGNER, .recorded_ms = 1000 };
	struct state *state = state_new(), *copy;
	struct why why;

	(void)unused;
	fact_set_text(facts, FACT_KEY_PLACE, bytes_of_text("token"));
	fact_set_text(facts, FACT_TOKEN_MODEL, bytes_of_text("SoftHSM v2"));
	fact_set_flag(facts, FACT_KEY_SIGNED, true);
	fact_set_flag(facts, FACT_KEY_SENSITIVE, true);
	fact_set_flag(facts, FACT_KEY_NEVER_EXTRACTABLE, true);
	fact_set_write(facts, FACTS_ALL, &map);
	state->size = 1;
	record.self.key = bytes_of_buffer(&map);
	assert_int_equal(fold_apply(state, &record, ERR_OK, NULL, &why), ERR_OK);
	assert_true(state->own_key.in_token && state->own_key.signed_nonce);
	assert_false(state->own_key.said || state->own_key.held);	/* not said: CKA_LOCAL */
	fact_set_flag(facts, FACT_KEY_LOCAL, true);
	buffer_reset(&map);
	fact_set_write(facts, FACTS_ALL, &map);
	record.self.key = bytes_of_buffer(&map);
	assert_int_equal(fold_apply(state, &record, ERR_OK, NULL, &why), ERR_OK);
	assert_true(state->own_key.said && state->own_key.held);
	state_encode(&octets, state);
	assert_int_equal(state_decode(bytes_of_buffer(&octets), &copy, &why), ERR_OK);
	assert_string_equal(copy->own_key.model, "SoftHSM v2");
	assert_int_equal(copy->own_key.seq, 2);
	record.self.key = bytes_of(NULL, 0);
	assert_int_equal(fold_apply(state, &record, ERR_OK, NULL, &why), ERR_OK);
	assert_int_equal(state->own_key.seq, 0);
	state_free(copy);
	state_free(state);
	fact_set_free(facts);
	free(facts);
	buffer_free(&map);
	buffer_free(&octets);
}

static void
newer_ones_are_refused(void **unused)
{
	struct buffer octets = { 0 };
	struct state *state;
	struct why why;

	(void)unused;
	assert_int_equal(file_read("tests/data/state/version1.cbor", STATE_MAX, &octets, &why),
	    ERR_OK);
	octets.at[1] = FOLD_VERSION + 1;
	assert_int_equal(state_decode(bytes_of_buffer(&octets), &state, &why), ERR_UNSUPPORTED);
	octets.at[1] = 0;
	assert_int_equal(state_decode(bytes_of_buffer(&octets), &state, &why), ERR_UNSUPPORTED);
	/* What version 1 wrote is no state of version 2. */
	octets.at[1] = FOLD_VERSION;
	assert_int_equal(state_decode(bytes_of_buffer(&octets), &state, &why), ERR_MALFORMED);
	buffer_free(&octets);
}

/* Recorded ids of kinds below 15 stay; those above are apart from them and from each other. */
static void
transition_ids_are_apart(void **unused)
{
	uint64_t seqs[] = { 0, 1, 15, 16, 4095, TRANSITION_SEQ_MAX - 1 };

	(void)unused;
	assert_int_equal(transition_id(77, TRANSITION_ANCHOR), 77 * 16 + 14);
	for (size_t i = 0; i < sizeof(seqs) / sizeof(seqs[0]); i++)
		for (int kind = 0; kind < TRANSITION_COUNT; kind++) {
			uint64_t id = transition_id(seqs[i], (enum transition_kind)kind);

			assert_int_equal(transition_seq(id), seqs[i]);
			assert_int_equal(transition_kind_of(id), kind);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(version_1_is_read), cmocka_unit_test(version_2_is_read),
		cmocka_unit_test(version_3_is_read), cmocka_unit_test(version_4_is_read),
		cmocka_unit_test(the_own_key_is_kept),
		cmocka_unit_test(newer_ones_are_refused),
		cmocka_unit_test(transition_ids_are_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
