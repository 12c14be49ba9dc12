/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever a ledger went through (outages, gaps, restarts, reloads, missed rounds, clocks that were
 * wrong, waivers), a filing of any moment can be judged again from its bundle: every verdict of
 * the state of all records follows from the few that are exported.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <unistd.h>

#include "reports/verify.h"
#include "tests/unit/bundle_copy.h"
#include "tests/unit/claims_of.h"
#include "tests/unit/filing_world.h"

enum { SEEDS = 8, STEPS = 420, MOMENTS = 10 };

struct random { uint64_t at; };

static uint64_t
below(struct random *random, uint64_t limit)
{
	random->at ^= random->at >> 12;
	random->at ^= random->at << 25;
	random->at ^= random->at >> 27;
	return (random->at * UINT64_C(0x2545f4914f6cdd1d) >> 16) % limit;
}

static void
cover(struct filing_world *fw, struct random *random, uint64_t worker)
{
	struct record record = { .kind = RECORD_COVERAGE, .role = ROLE_WORKER, .index = worker };
	struct buffer missed = { 0 };
	uint64_t id = 1 + below(random, FW_TARGETS);
	bool named = below(random, 3) == 0 && plan_worker_of(fw->plan, id) == worker;

	record.coverage = (struct record_coverage){ .from = fw->world->covered_ms[worker],
	    .to = fw->world->now_ms - 10, .targets = fw->world->targets[worker], .rounds = 9,
	    .missed = record_ids(&missed, &id, named ? 1 : 0) };
	fw->world->covered_ms[worker] = record.coverage.to;
	world_put(fw->world, &record);
	buffer_free(&missed);
}

static void
clock_record(struct filing_world *fw, struct random *random)
{
	struct record record = { .kind = RECORD_CLOCK };

	record.clock = (struct record_clock){ .wall = fw->world->now_ms,
	    .step_ms = below(random, 2) == 0 ? 0 : -(int64_t)below(random, 90000),
	    .cause = bytes_of_text("stepped") };
	world_put(fw->world, &record);
}

static void
run_record(struct filing_world *fw, struct random *random)
{
	uint64_t id = 1 + below(random, FW_TARGETS);
	struct record record = { .kind = RECORD_RUN, .role = ROLE_WORKER,
		.index = plan_worker_of(fw->plan, id) };

	record.run = (struct record_run){ .target = id,
	    .outcome = below(random, 3) == 0 ? OUTCOME_DOWN : OUTCOME_UP,
	    .first = fw->world->now_ms - 60000, .last = fw->world->now_ms - 100, .rounds = 6 };
	world_put(fw->world, &record);
}

static void
restart(struct filing_world *fw, struct random *random)
{
	uint64_t worker = below(random, 2), all = below(random, 6);

	if (all == 0)
		world_gap(fw->world, ROLE_SUPERVISOR, 0, fw->world->now_ms - 1000, "all stopped");
	else if (all < 5)
		world_gap(fw->world, ROLE_WORKER, worker, fw->world->covered_ms[worker], "killed");
	fw->world->now_ms += 2000;
	if (all != 1)
		world_self(fw->world, ROLE_WORKER, worker);
	if (all == 0)
		world_self(fw->world, ROLE_WORKER, 1 - worker);
}

static void
observe(struct filing_world *fw, struct random *random)
{
	static const char *const versions[] = { "TLSv1.3", "TLSv1.2", "TLSv1" };
	uint64_t id = 1 + below(random, FW_TARGETS), kind = below(random, 8);
	uint64_t replicas = id == 4 ? 1 + below(random, 3) : 1;

	fw_observe(fw, id, (struct fw_seen){
	    .version = versions[below(random, 3)],
	    .outcome = kind == 0 ? OUTCOME_UNKNOWN + 1 : kind < 3 ? OUTCOME_DOWN :
	    kind == 3 ? OUTCOME_DEGRADED : OUTCOME_UP,
	    .replica = below(random, replicas), .replicas = replicas,
	    .place = below(random, 4) == 0 ? "aws/eu-west-1" : NULL,
	    .untrusted = below(random, 5) == 0 });
}

static void
reload(struct filing_world *fw, struct random *random)
{
	fw->plan->target[below(random, FW_TARGETS)].stale_ms =
	    60000 + 30000 * (int64_t)below(random, 5);
	fw_config(fw, "reload");
}

static void
waive(struct filing_world *fw, struct random *random, uint64_t *asked)
{
	uint64_t kind = below(random, 4);

	if (kind == 0 || *asked == 0)
		*asked = fw_waive(fw, 0, 0, 1, fw->world->now_ms + 60000 +
		    (int64_t)below(random, 900000));
	else
		fw_waive(fw, kind, *asked, 2, 0);
}

static void
anchor_or_key(struct filing_world *fw, struct random *random)
{
	world_checkpoint(fw->world);
	if (below(random, 2) == 0)
		world_anchor(fw->world, &fw->authority, "tsa");
	else
		world_key(fw->world);
}

static struct filing_world *
world_of(uint64_t seed)
{
	struct filing_world *fw = fw_new();
	struct random random = { seed * 2 + 1 };
	struct record tick = { .kind = RECORD_TICK };
	uint64_t asked = 0;

	for (unsigned i = 0; i < STEPS && fw->world->blobs < WORLD_BLOBS - 8; i++) {
		fw->world->now_ms += (int64_t)below(&random, 8000);
		switch (below(&random, 40)) {
		case 0:  restart(fw, &random); break;
		case 1:  clock_record(fw, &random); break;
		case 2:  if (below(&random, 4) == 0) reload(fw, &random); break;
		case 3:  waive(fw, &random, &asked); break;
		case 4:  if (below(&random, 8) == 0) anchor_or_key(fw, &random); break;
		case 5: case 6: case 7: run_record(fw, &random); break;
		case 8: case 9: case 10: case 11: case 12: case 13: case 14:
			cover(fw, &random, below(&random, 2));
			break;
		case 15: case 16: case 17: case 18: case 19: case 20: case 21:
			observe(fw, &random);
			break;
		default: world_put(fw->world, &tick); break;
		}
	}
	world_checkpoint(fw->world);
	return fw;
}

/* --- one filing --------------------------------------------------------------------------- */

struct told { size_t proved, others; char other[400]; };

static void
on_claim(void *arg, enum claim_kind claim, enum shown verdict, const char *text)
{
	struct told *told = arg;

	if (claim != CLAIM_JUDGED)
		return;
	if (verdict == SHOWN_PROVED)
		told->proved++;
	else if (told->others++ == 0)
		snprintf(told->other, sizeof(told->other), "%.399s", text);
}

static void
on_item(void *arg, const struct audit_item *item)
{
	(void)arg, (void)item;
}

static void
check_moment(const struct filing_world *fw, struct ledger *ledger, const char *folder,
    const struct bundle_order *moment)
{
	struct bundle_order order = *moment;
	struct verify_options how = { .key = &fw->world->verifier };
	struct state *state = fw_state(fw, order.to);
	struct told told = { .proved = 0 };
	struct verify_teller teller = { on_claim, on_item, &told };
	struct verify_result result;
	struct bundle_octets octets;
	struct claims_of made;
	struct copy copy;
	struct why why;
	char path[160];

	snprintf(path, sizeof(path), "%s/%u-%u", folder, (unsigned)order.from, (unsigned)order.to);
	claims_of_state(&made, state, 0);
	order.claim = made.claim;
	order.claims = made.claims;
	copy_must(bundle_export_filing(ledger, &order, path, &why), &why);
	copy_load(&copy, path);
	octets = copy_octets(&copy);
	copy_must(verify_bundle(&octets, &how, &teller, &result, &why), &why);
	if (told.others > 0 || told.proved != made.claims)
		fail_msg("%s: %zu of %zu are proved; %s", path, told.proved, made.claims, told.other);
	copy_free(&copy);
	claims_of_free(&made);
	state_free(state);
}

static void
test_any_moment(void **unused)
{
	char folder[96], command[128], file[128];

	(void)unused;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		struct filing_world *fw = world_of(seed);
		struct random random = { seed * 77 + 1 };
		struct ledger *ledger;
		struct why why;

		snprintf(folder, sizeof(folder), "%s/test-filing-fold-XXXXXX", P_tmpdir);
		assert_non_null(mkdtemp(folder));
		snprintf(file, sizeof(file), "%s/ledger.db", folder);
		world_write(fw->world, file);
		copy_must(ledger_open(&ledger, file, LEDGER_READ, &why), &why);
		for (unsigned i = 0; i < MOMENTS; i++) {
			struct bundle_order order = { .to = 20 + below(&random, fw->world->size - 20) };

			order.from = order.to - 1 - below(&random, order.to < 120 ? order.to : 120);
			check_moment(fw, ledger, folder, &order);
		}
		ledger_close(ledger);
		snprintf(command, sizeof(command), "rm -rf '%s'", folder);
		assert_int_equal(system(command), 0);
		fw_free(fw);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_any_moment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
