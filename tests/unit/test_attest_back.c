/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What only goes forwards, across restarts of worker and monitor: counters of a TPM and names of
 * deliveries are held against the newest that the ledger has, whatever the worker still knows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor/base/file.h"
#include "monitor/state/judge.h"
#include "monitor/state/key_chain.h"
#include "monitor/state/protection.h"
#include "tests/unit/places_world.h"

enum { WITNESS = 1, HSM = 6 };		/* index of udm-witness, of udm-hsm */

#define QUOTE "attest.verdict=accept;attest.kind=tpm-quote;attest.fresh=yes;attest.went_back=no;"  \
    "attest.serial=000b;attest.hardware=TPM;attest.counters="
#define STATEMENT "attest.verdict=accept;attest.kind=yubihsm;attest.fresh=no;"                      \
    "attest.went_back=no;attest.serial=7;attest.hardware=HSM;attest.delivery=2026;attest.delivered="
#define DEVICE " 0123456789abcdef"

static struct buffer core;		/* the pack that is installed */

static struct places_world *
begin(void)
{
	struct why why = { .text = "" };

	buffer_free(&core);
	core.max = 1 << 20;
	if (file_read("monitor/state/packs/sekimori-core.pack", core.max, &core, &why) != ERR_OK)
		fail_msg("%s", why.text);
	return places_new(buffer_text(&core));
}

/* The worker knows nothing of before; the monitor goes on from the octets of its state. */
static void
restart(struct places_world *world)
{
	struct record gap = { .kind = RECORD_GAP, .role = ROLE_LEDGER,
		.gap = { .role = ROLE_SUPERVISOR, .reason = bytes_of_text("stopped") } };
	struct record self = { .kind = RECORD_SELF, .role = ROLE_WORKER };
	struct blob_source source = { places_blob, world };
	struct buffer octets = { .max = 0 }, judged = { .max = 0 };
	struct why why = { .text = "" };

	places_put(world, &gap);
	world->now_ms += 1000;
	places_put(world, &self);
	state_encode(&octets, world->state);
	judgement_encode(&judged, world->state);
	state_free(world->state);
	if (state_decode(bytes_of_buffer(&octets), &world->state, &why) != ERR_OK ||
	    judgement_restore(world->state, bytes_of_buffer(&judged), &source, &why) != ERR_OK)
		fail_msg("%s", why.text);
	buffer_free(&octets);
	buffer_free(&judged);
}

static enum verdict
back(const struct places_world *world, uint32_t target)
{
	const struct judgement *j = judgement_of(world->state);

	if (judgement_pack(j, 0) == NULL)
		fail_msg("%s", judgement_pack_fault(j, 0));
	return judgement_finding(j, judgement_find(j, "SK-HW-BACK"), target).verdict;
}

static enum key_why
evidence(const struct places_world *world, uint32_t target)
{
	struct key_chain chain;
	enum key_why why;

	key_chain_make(&chain, world->state, target);
	why = chain.why[KEY_LINK_EVIDENCE];
	key_chain_free(&chain);
	return why;
}

static uint32_t
told(const struct places_world *world, enum transition_kind kind)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < world->state->timelines; i++)
		count += world->state->timeline[i].kind == kind;
	return count;
}

static void
count(struct places_world *world, const char *counters)
{
	char facts[256];

	snprintf(facts, sizeof(facts), QUOTE "%s", counters);
	places_see(world, "udm-witness", facts);
}

static void
deliver(struct places_world *world, const char *name)
{
	char facts[384];

	snprintf(facts, sizeof(facts), STATEMENT "%s", name);
	places_see(world, "udm-hsm", facts);
}

static void
expect(const struct places_world *world, uint32_t target, bool behind, enum key_why why)
{
	const struct target_state *state = &world->state->target[target];

	assert_int_equal(protection_went_back(&state->replica[0]), behind);
	assert_int_equal(protection_count(state).unannounced, 0);
	assert_int_equal(back(world, target), behind ? VERDICT_NOT_MET : VERDICT_MET);
	assert_int_equal(evidence(world, target), why);
}

static void
announce(struct places_world *world, enum intent_kind kind)
{
	struct record record = { .kind = RECORD_INTENT, .role = ROLE_ENGINE, .intent = {
		.kind = kind, .subject = bytes_of_text("target:udm-*"), .uid = 7,
		.aspects = bytes_of_text("attest"), .ticket = bytes_of_text("CHG-1"),
		.author = bytes_of_text("akira"), .from = world->now_ms,
		.until = world->now_ms + 3600000 } };

	world->now_ms += 100;
	places_put(world, &record);
}

static void
counters_go_on(void **unused)
{
	static const char *const order[] = { "41.2.100" DEVICE, "41.2.100" DEVICE,
		"41.2.101" DEVICE, "41.3.101" DEVICE, "42.0.0" DEVICE, "100.0.9" DEVICE };
	struct places_world *world = begin();

	(void)unused;
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		count(world, order[i]);
		expect(world, WITNESS, false, KEY_WHY_EVIDENCE_FRESH);
		if (i % 2 == 0)
			restart(world);
	}
	/* Of another device nothing is known. */
	count(world, "3.0.5 aaaaaaaaaaaaaaaa");
	expect(world, WITNESS, false, KEY_WHY_EVIDENCE_FRESH);
	assert_int_equal(told(world, TRANSITION_CHANGED), 0);
	assert_int_equal(told(world, TRANSITION_FELL), 0);
	places_free(world);
}

static void
counters_go_back(void **unused)
{
	static const char *const behind[] = { "40.9.999" DEVICE, "41.1.999" DEVICE,
		"41.2.99" DEVICE, "9.9.9999" DEVICE };

	(void)unused;
	for (size_t i = 0; i < sizeof(behind) / sizeof(behind[0]); i++) {
		struct places_world *world = begin();

		count(world, "41.2.100" DEVICE);
		/* Down, so that the newest observation has no counters. */
		places_see(world, "udm-witness", "");
		restart(world);
		count(world, behind[i]);
		expect(world, WITNESS, true, KEY_WHY_EVIDENCE_WENT_BACK);
		assert_int_equal(told(world, TRANSITION_FELL), 1);
		restart(world);
		assert_true(protection_went_back(&world->state->target[WITNESS].replica[0]));
		count(world, behind[i]);
		expect(world, WITNESS, true, KEY_WHY_EVIDENCE_WENT_BACK);
		count(world, "41.2.100" DEVICE);
		expect(world, WITNESS, false, KEY_WHY_EVIDENCE_FRESH);
		assert_int_equal(told(world, TRANSITION_FELL), 1);
		assert_int_equal(told(world, TRANSITION_RESTORED), 1);
		places_free(world);
	}
}

/* Going on behind it, another device, and an announcement of later change nothing; a person may. */
static void
what_is_behind_stays(void **unused)
{
	struct places_world *world = begin();

	(void)unused;
	count(world, "41.2.100" DEVICE);
	restart(world);
	count(world, "7.0.50" DEVICE);
	announce(world, INTENT_CHANGE);
	count(world, "7.0.60" DEVICE);
	expect(world, WITNESS, true, KEY_WHY_EVIDENCE_WENT_BACK);
	count(world, "90.0.60 aaaaaaaaaaaaaaaa");
	expect(world, WITNESS, true, KEY_WHY_EVIDENCE_WENT_BACK);
	count(world, "8.0.1" DEVICE);
	expect(world, WITNESS, true, KEY_WHY_EVIDENCE_WENT_BACK);
	assert_int_equal(told(world, TRANSITION_FELL), 1);
	announce(world, INTENT_ACCEPTANCE);
	expect(world, WITNESS, false, KEY_WHY_EVIDENCE_FRESH);
	/* From here on this is what is held against it. */
	count(world, "8.0.2" DEVICE);
	expect(world, WITNESS, false, KEY_WHY_EVIDENCE_FRESH);
	restart(world);
	places_tick(world, 7200000);
	count(world, "8.0.1" DEVICE);
	expect(world, WITNESS, true, KEY_WHY_EVIDENCE_WENT_BACK);
	places_free(world);
}

/* Announced before it happens, as when the device is cleared. */
static void
an_announced_reset(void **unused)
{
	struct places_world *world = begin();

	(void)unused;
	count(world, "41.2.100" DEVICE);
	announce(world, INTENT_CHANGE);
	count(world, "1.0.1" DEVICE);
	expect(world, WITNESS, false, KEY_WHY_EVIDENCE_FRESH);
	assert_int_equal(told(world, TRANSITION_CHANGED), 1);
	places_free(world);
}

static void
deliveries(void **unused)
{
	struct places_world *world = begin();

	(void)unused;
	deliver(world, "2026-11-20");
	deliver(world, "2026-11-22");
	expect(world, HSM, false, KEY_WHY_EVIDENCE_STATEMENT);
	/* Nothing is there while the monitor is down, then the older one again. */
	restart(world);
	places_see(world, "udm-hsm", "");
	deliver(world, "2026-11-20");
	expect(world, HSM, true, KEY_WHY_EVIDENCE_PUT_BACK);
	restart(world);
	deliver(world, "2026-11-21");
	expect(world, HSM, true, KEY_WHY_EVIDENCE_PUT_BACK);
	deliver(world, "2026-11-23");
	expect(world, HSM, false, KEY_WHY_EVIDENCE_STATEMENT);
	assert_int_equal(told(world, TRANSITION_FELL), 1);
	assert_int_equal(told(world, TRANSITION_RESTORED), 1);
	assert_int_equal(told(world, TRANSITION_CHANGED), 0);
	places_free(world);
}

/* Records of before there were these facts are believed as they were then. */
static void
older_records(void **unused)
{
	struct places_world *world = begin();

	(void)unused;
	places_see(world, "udm-witness", "attest.verdict=accept;attest.kind=tpm-quote;"
	    "attest.fresh=yes;attest.went_back=no;attest.resets=41;attest.clock=100");
	restart(world);
	places_see(world, "udm-witness", "attest.verdict=accept;attest.kind=tpm-quote;"
	    "attest.fresh=yes;attest.went_back=no;attest.resets=7;attest.clock=50");
	expect(world, WITNESS, false, KEY_WHY_EVIDENCE_FRESH);
	assert_int_equal(world->state->target[WITNESS].replica[0].levels, 0);
	places_free(world);
}

static void
orders(void **unused)
{
	const struct aspect_row *counters = aspect_row(ASPECT_ATTEST_COUNTERS);
	static const char *const strange[] = { "", "1", "1.2.3", "1.2 " DEVICE, "a.b.c" DEVICE,
		"-1.0.0" DEVICE, "1..0" DEVICE, "1.0.0.0" DEVICE, " 1.0.0" DEVICE };

	(void)unused;
	for (size_t i = 0; i < sizeof(strange) / sizeof(strange[0]); i++) {
		assert_int_equal(aspect_order(counters, strange[i], "5.5.5" DEVICE), ORDER_NONE);
		assert_int_equal(aspect_order(counters, "5.5.5" DEVICE, strange[i]), ORDER_NONE);
	}
	assert_int_equal(aspect_order(counters, "5.5.5" DEVICE, "5.5.5" DEVICE), ORDER_EQUAL);
	assert_int_equal(aspect_order(counters, "6.0.0" DEVICE, "5.5.5" DEVICE), ORDER_ABOVE);
	assert_int_equal(aspect_order(counters, "5.6.4" DEVICE, "5.5.5" DEVICE), ORDER_BELOW);
	assert_int_equal(aspect_order(counters, "18446744073709551615.0.0" DEVICE, "5.5.5" DEVICE),
	    ORDER_ABOVE);
}

static int
forget(void **unused)
{
	(void)unused;
	buffer_free(&core);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counters_go_on),
		cmocka_unit_test(counters_go_back),
		cmocka_unit_test(what_is_behind_stays),
		cmocka_unit_test(an_announced_reset),
		cmocka_unit_test(deliveries),
		cmocka_unit_test(older_records),
		cmocka_unit_test(orders),
	};

	return cmocka_run_group_tests(tests, NULL, forget);
}
