/* SPDX-License-Identifier: Apache-2.0 */
/* Facts of the whole token; see token_audit.h. */
#include <stdlib.h>

#include "probes/token_audit.h"

static const struct { enum fact names, count; } lists[AUDIT_LISTS] = {
	[AUDIT_CAN_LEAVE]   = { FACT_TOKEN_EXTRACTABLE, FACT_TOKEN_EXTRACTABLE_COUNT },
	[AUDIT_READABLE]    = { FACT_TOKEN_READABLE,    FACT_TOKEN_READABLE_COUNT },
	[AUDIT_IMPORTED]    = { FACT_TOKEN_IMPORTED,    FACT_TOKEN_IMPORTED_COUNT },
	[AUDIT_OVERPOWERED] = { FACT_TOKEN_OVERPOWERED, FACT_TOKEN_OVERPOWERED_COUNT },
	[AUDIT_UNUSED]      = { FACT_TOKEN_UNUSED,      FACT_TOKEN_UNUSED_COUNT },
	[AUDIT_KEYLESS]     = { FACT_TOKEN_KEYLESS,     FACT_TOKEN_KEYLESS_COUNT },
	[AUDIT_UNSAID]      = { FACT_TOKEN_UNSAID,      FACT_TOKEN_UNSAID_COUNT }
};

enum err
token_audit_facts(struct fact_set *facts, struct bytes listing, const char *uses,
    struct why *why)
{
	struct token_audit *audit = memory_new(1, sizeof(*audit));
	enum err err = token_audit_judge(listing, uses, audit, why);

	if (err == ERR_OK) {
		fact_set_flag(facts, FACT_TOKEN_AUDITED, audit->whole);
		fact_set_int(facts, FACT_TOKEN_KEYS, audit->keys);
		fact_set_int(facts, FACT_TOKEN_CERTIFICATES, audit->certificates);
	}
	for (size_t i = 0; i < AUDIT_LISTS && err == ERR_OK; i++) {
		size_t named = audit->count[i] < AUDIT_NAMES ? audit->count[i] : AUDIT_NAMES;

		fact_set_int(facts, lists[i].count, audit->count[i]);
		if (named > 0)
			fact_set_texts(facts, lists[i].names, audit->name[i], named);
	}
	token_audit_free(audit);
	free(audit);
	return err;
}
