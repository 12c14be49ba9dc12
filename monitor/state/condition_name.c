/* SPDX-License-Identifier: Apache-2.0 */
/* What a condition may speak of: subjects, which is above which, and the names of the tables. */
#include <string.h>

#include "monitor/state/condition.h"

enum { FIXED = false, MOVING = true };

static const char *const subjects[SUBJECT_KINDS] = {
#define SUBJECT(NAME, name, text) [SUBJECT_##NAME] = #name,
#include "monitor/state/subject_list.h"
};

static const struct condition_name subject_names[SUBJECT_FACTS] = {
#define SUBJECT_FACT(KIND, kind_type, NAME, word, BASIS, change, text)                         \
	[SUBJECT_FACT_##NAME] = { .source = NAME_SUBJECT, .number = SUBJECT_FACT_##NAME,       \
	  .kind = SUBJECT_##KIND, .type = FACT_TYPE_##kind_type, .basis = BASIS_##BASIS,       \
	  .moving = change, .name = word },
#include "monitor/state/subject_list.h"
};

#define BIT(NAME) (1U << SUBJECT_##NAME)

/* Nothing is above the carrier or below a key; a key is a target with one (plan_target_has_key).
 * A target may be a store's. */
static const unsigned below_of[SUBJECT_KINDS] = {
	[SUBJECT_CARRIER]     = ((1U << SUBJECT_KINDS) - 1) & ~BIT(CARRIER),
	[SUBJECT_PROVIDER]    = BIT(SITE) | BIT(INSTANCE) | BIT(STORE) | BIT(TARGET) | BIT(KEY),
	[SUBJECT_SITE]        = BIT(INSTANCE) | BIT(STORE) | BIT(TARGET) | BIT(KEY),
	[SUBJECT_FUNCTION]    = BIT(INSTANCE) | BIT(STORE) | BIT(TARGET) | BIT(KEY),
	[SUBJECT_REPLICA_SET] = BIT(INSTANCE) | BIT(STORE) | BIT(TARGET) | BIT(KEY),
	[SUBJECT_INSTANCE]    = BIT(STORE) | BIT(TARGET) | BIT(KEY),
	[SUBJECT_STORE]       = BIT(TARGET) | BIT(KEY),
};

const char *
subject_kind_name(enum subject_kind kind)
{
	return (unsigned)kind < SUBJECT_KINDS ? subjects[kind] : "unknown";
}

bool
subject_kind_find(struct bytes name, enum subject_kind *kind)
{
	for (unsigned i = 0; i < SUBJECT_KINDS; i++) {
		if (!bytes_equal(name, bytes_of_text(subjects[i])))
			continue;
		*kind = (enum subject_kind)i;
		return true;
	}
	return false;
}

/* Of the others a plan has none yet. */
bool
subject_kind_is_judged(enum subject_kind kind)
{
	return (unsigned)kind <= SUBJECT_CUSTODY || kind == SUBJECT_STORE;
}

bool
subject_is_above(enum subject_kind above, enum subject_kind below)
{
	return (unsigned)above < SUBJECT_KINDS && (unsigned)below < SUBJECT_KINDS &&
	    (below_of[above] >> below & 1) != 0;
}

/* What "sekimori verify" derives again from recorded evidence (reports/verify_hardware.c). */
static enum basis
fact_basis(const struct fact_row *row)
{
	switch (row->fact) {
	case FACT_ATTEST_VERDICT:
	case FACT_ATTEST_KIND:
#define CLAIM_FACT(CLAIM, FACT) case FACT_ATTEST_##FACT:
#include "monitor/ledger/claim_fact_list.h"
		return row->steady ? BASIS_PROVEN : BASIS_OBSERVED;
	default:
		return BASIS_OBSERVED;
	}
}

bool
condition_name_find(struct bytes name, struct condition_name *out)
{
	const struct fact_row *rows;
	size_t count = fact_rows(&rows);

	for (size_t i = 0; i < SUBJECT_FACTS; i++) {
		if (!bytes_equal(name, bytes_of_text(subject_names[i].name)))
			continue;
		*out = subject_names[i];
		return true;
	}
	for (size_t i = 0; i < count; i++) {
		if (!bytes_equal(name, bytes_of_text(rows[i].name)))
			continue;
		*out = (struct condition_name){ .source = NAME_FACT, .number = rows[i].fact,
		    .kind = SUBJECT_TARGET, .type = rows[i].type, .basis = fact_basis(&rows[i]),
		    .moving = true, .name = rows[i].name };
		return true;
	}
	return false;
}
