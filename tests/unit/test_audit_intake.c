/* SPDX-License-Identifier: Apache-2.0 */
/* Whether what the listeners could have received is accounted for: each hole, and what explains it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "reports/audit_parts.h"

static unsigned holes;

static void
on_item(void *arg, const struct audit_item *item)
{
	(void)arg;
	assert_int_equal(item->weight, AUDIT_FINDING);
	assert_int_equal(item->kind, AUDIT_HOLE);
	holes++;
}

static struct audit *
begin(uint32_t listeners)
{
	struct audit *audit = memory_new(1, sizeof(*audit));
	struct plan plan = { .listeners = listeners };

	audit->each = on_item;
	holes = 0;
	audit_intake_plan(audit, &plan, 1000);
	return audit;
}

static void
at(struct audit *audit, struct record *record, int64_t ms)
{
	record->recorded_ms = audit->recorded_ms = ms + 50;
	record->observed_ms = ms;
	audit_intake(audit, record, false);
}

static void
self(struct audit *audit, int64_t ms)
{
	at(audit, &(struct record){ .kind = RECORD_SELF, .role = ROLE_INTAKE }, ms);
}

static void
cover(struct audit *audit, int64_t from, int64_t to)
{
	at(audit, &(struct record){ .kind = RECORD_COVERAGE, .role = ROLE_INTAKE,
	    .coverage = { .from = from, .to = to } }, to);
}

static void
gap(struct audit *audit, uint64_t role, int64_t from, int64_t to)
{
	at(audit, &(struct record){ .kind = RECORD_GAP, .role = ROLE_LEDGER,
	    .gap = { .role = role, .from = from, .to = to } }, to);
}

static unsigned
end(struct audit *audit, int64_t ms)
{
	audit->recorded_ms = ms;
	audit_intake_end(audit);
	free(audit);
	return holes;
}

static void
accounted_for(void **state)
{
	struct audit *audit = begin(1);

	(void)state;
	self(audit, 2000);
	cover(audit, 2000, 62000);
	cover(audit, 62000, 122000);
	gap(audit, ROLE_INTAKE, 122000, 130000);
	self(audit, 131000);
	cover(audit, 131000, 191000);
	gap(audit, ROLE_SUPERVISOR, 191000, 900000);
	assert_int_equal(end(audit, 9000000), 0);
	/* Nobody listens: nobody has to say so. */
	assert_int_equal(end(begin(0), 9000000), 0);
}

static void
holes_found(void **state)
{
	struct audit *audit = begin(1);

	(void)state;
	self(audit, 2000);
	cover(audit, 2000, 62000);
	cover(audit, 122000, 182000);
	assert_int_equal(end(audit, 190000), 1);
	audit = begin(1);
	self(audit, 2000);
	cover(audit, 2000, 62000);
	assert_int_equal(end(audit, 62000 + AUDIT_FRESH_MS + 1000), 1);
	/* It began anew, and nothing says that it had ended. */
	audit = begin(1);
	self(audit, 2000);
	cover(audit, 2000, 62000);
	self(audit, 90000);
	assert_int_equal(end(audit, 91000), 1);
	/* The gap of a worker explains nothing here, and a late one not what was before it. */
	audit = begin(1);
	self(audit, 2000);
	gap(audit, ROLE_WORKER, 3000, 400000);
	assert_int_equal(end(audit, 400000), 1);
	audit = begin(1);
	self(audit, 2000);
	gap(audit, ROLE_INTAKE, 400000, 500000);
	assert_int_equal(end(audit, 500000), 1);
	/* It was to listen and never did. */
	assert_int_equal(end(begin(1), 1000 + AUDIT_FRESH_MS + 1), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(accounted_for),
		cmocka_unit_test(holes_found) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
