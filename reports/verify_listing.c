/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The listing of a whole token, judged again: what a record counts must be what its listing shows.
 * Which keys are used is not in the listing; that count is the worker's.
 */
#include <stdlib.h>

#include "attest/token_audit.h"
#include "reports/verify_part.h"

static const struct { enum audit_list list; enum fact count; } counted[] = {
	{ AUDIT_CAN_LEAVE, FACT_TOKEN_EXTRACTABLE_COUNT },
	{ AUDIT_READABLE, FACT_TOKEN_READABLE_COUNT },
	{ AUDIT_IMPORTED, FACT_TOKEN_IMPORTED_COUNT },
	{ AUDIT_OVERPOWERED, FACT_TOKEN_OVERPOWERED_COUNT },
	{ AUDIT_KEYLESS, FACT_TOKEN_KEYLESS_COUNT },
	{ AUDIT_UNSAID, FACT_TOKEN_UNSAID_COUNT }
};

static bool
count_is(struct bytes facts, enum fact fact, uint32_t wanted)
{
	int64_t said;

	return fact_int(facts, fact, &said) && said == (int64_t)wanted;
}

enum err
verify_listing(struct bytes facts, struct bytes listing, enum fact *differs, struct why *why)
{
	struct token_audit *audit = memory_new(1, sizeof(*audit));
	enum err err = token_audit_judge(listing, "", audit, why);
	bool whole;

	*differs = FACT_NONE;
	if (err == ERR_OK && (!fact_flag(facts, FACT_TOKEN_AUDITED, &whole) ||
	    whole != audit->whole))
		*differs = FACT_TOKEN_AUDITED;
	if (err == ERR_OK && !count_is(facts, FACT_TOKEN_KEYS, audit->keys))
		*differs = FACT_TOKEN_KEYS;
	for (size_t i = 0; i < sizeof(counted) / sizeof(counted[0]) && err == ERR_OK; i++)
		if (!count_is(facts, counted[i].count, audit->count[counted[i].list]))
			*differs = counted[i].count;
	token_audit_free(audit);
	free(audit);
	return err;
}
