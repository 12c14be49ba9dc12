/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger role under the machine's clocks: what it records when it starts far from its newest
 * record.  The wall clock and the kernel's word for it are this program's, shared with the role.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <time.h>

#include "tests/unit/ledger_rig.h"

#define DAY_MS (86400 * INT64_C(1000))

static struct machine_clock {
	volatile int64_t ahead_ms;	/* of the machine's */
	volatile bool    synchronised;
} *machine;

int
clock_gettime(clockid_t id, struct timespec *now)
{
	int code = (int)syscall(SYS_clock_gettime, id, now);

	if (id == CLOCK_REALTIME && machine != NULL) {
		now->tv_sec += machine->ahead_ms / 1000;
		now->tv_nsec += machine->ahead_ms % 1000 * 1000000;
		now->tv_sec += now->tv_nsec / 1000000000;
		now->tv_nsec %= 1000000000;
	}
	return code;
}

int
adjtimex(struct timex *about)
{
	*about = (struct timex){ .status = machine->synchronised ? 0 : STA_UNSYNC };
	return machine->synchronised ? TIME_OK : TIME_ERROR;
}

struct seen {
	char    causes[256];		/* of the CLOCK records, each with a blank behind it */
	int64_t step_ms[8];
	unsigned clocks;
	int64_t last_ms;		/* recorded time of the newest record */
	int64_t jump_ms;		/* the largest step of recorded time */
	bool    back;			/* it went back */
};

static bool
on_record(void *arg, const struct record *record, struct bytes raw, enum err err)
{
	struct seen *seen = arg;
	size_t len = strlen(seen->causes);

	(void)raw;
	assert_int_equal(err, ERR_OK);
	seen->back |= record->recorded_ms < seen->last_ms;
	if (seen->last_ms != 0 && record->recorded_ms - seen->last_ms > seen->jump_ms)
		seen->jump_ms = record->recorded_ms - seen->last_ms;
	seen->last_ms = record->recorded_ms;
	if (record->kind != RECORD_CLOCK)
		return true;
	assert_true(seen->clocks < 8);
	seen->step_ms[seen->clocks++] = record->clock.step_ms;
	assert_int_equal(record->clock.synchronised, machine->synchronised);
	snprintf(seen->causes + len, sizeof(seen->causes) - len, "%.*s ",
	    (int)record->clock.cause.len, (const char *)record->clock.cause.at);
	return true;
}

/* Everything from that record on. */
static struct seen
seen_from(struct rig *rig, uint64_t from)
{
	struct seen seen = { .clocks = 0 };
	struct ledger *ledger = look(rig);
	struct why why;

	assert_int_equal(ledger_scan(ledger, from, ledger_size(ledger), on_record, &seen, &why),
	    ERR_OK);
	ledger_close(ledger);
	assert_false(seen.back);
	return seen;
}

/* A first life under a true clock; how many records it left. */
static uint64_t
lived(struct rig *rig)
{
	machine->ahead_ms = 0;
	machine->synchronised = true;
	begin(rig);
	end(rig, true);
	return size_now(rig);
}

static void
test_days_later(void **state)
{
	struct rig *rig = *state;
	uint64_t size = lived(rig);
	struct seen seen;

	machine->ahead_ms = 3 * DAY_MS;
	begin(rig);
	end(rig, true);
	seen = seen_from(rig, size - 1);
	assert_string_equal(seen.causes, "restart taken ");
	assert_true(seen.step_ms[0] >= 3 * DAY_MS && seen.step_ms[0] < 3 * DAY_MS + 60000);
	assert_int_equal(seen.step_ms[1], 0);
	assert_true(seen.jump_ms >= 3 * DAY_MS);
	assert_int_equal(records(rig, RECORD_GAP, ROLE_SUPERVISOR, 0, "not running"), 1);
}

/* Decades ahead and nobody vouches: not believed, until the time source says what it is. */
static void
test_boot_in_2099(void **state)
{
	struct rig *rig = *state;
	uint64_t size = lived(rig);
	struct seen seen;

	machine->ahead_ms = 26680 * DAY_MS;
	machine->synchronised = false;
	begin(rig);
	say_self(rig->worker);
	assert_true(recorded(rig, RECORD_SELF, ROLE_WORKER, 1, ""));
	seen = seen_from(rig, size - 1);
	assert_string_equal(seen.causes, "held ");
	assert_true(seen.step_ms[0] > 26679 * DAY_MS);
	assert_true(seen.jump_ms < 60000);
	size = size_now(rig);
	machine->ahead_ms = 2 * DAY_MS;
	machine->synchronised = true;
	say_coverage(rig->worker);
	assert_true(expect(rig, rig->worker, MESSAGE_AGAIN));
	seen = seen_from(rig, size - 1);
	assert_string_equal(seen.causes, "believed taken ");
	assert_true(seen.jump_ms > DAY_MS);
	assert_int_equal(records(rig, RECORD_GAP, ROLE_LEDGER, 0, "went on to the wall clock"), 1);
	end(rig, true);
}

static void
test_boot_in_1970(void **state)
{
	struct rig *rig = *state;
	uint64_t size = lived(rig);
	struct seen seen;

	machine->ahead_ms = 3600000 - clock_wall_ms();
	machine->synchronised = false;
	begin(rig);
	end(rig, true);
	seen = seen_from(rig, size - 1);
	assert_string_equal(seen.causes, "held ");
	assert_true(seen.step_ms[0] < -20000 * DAY_MS);
	assert_true(seen.jump_ms < 60000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_days_later, setup, teardown),
		cmocka_unit_test_setup_teardown(test_boot_in_2099, setup, teardown),
		cmocka_unit_test_setup_teardown(test_boot_in_1970, setup, teardown),
	};

	machine = mmap(NULL, sizeof(*machine), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
	    -1, 0);
	if (machine == MAP_FAILED)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
