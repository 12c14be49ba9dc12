/* SPDX-License-Identifier: Apache-2.0 */
/* What a record says of hardware against what its evidence claims when it is judged again. */
#include <stdlib.h>
#include <string.h>

#include "attest/envelope.h"
#include "reports/verify_part.h"

static const struct { const char *claim; enum fact fact; } shared_claims[] = {
#define CLAIM_FACT(CLAIM, FACT) { CLAIM_##CLAIM, FACT_ATTEST_##FACT },
#include "monitor/ledger/claim_fact_list.h"
};

enum { SHARED = sizeof(shared_claims) / sizeof(shared_claims[0]) };

static void
claim_fact(struct fact_set *facts, const struct claim *claim, enum fact fact)
{
	struct reader in = reader_of(claim->value);
	struct buffer text = { .max = 0 };
	struct hash hash;

	switch (fact_row(fact)->type) {
	case FACT_TYPE_flag:
		fact_set_flag(facts, fact, claim->value.len == 1 && claim->value.at[0] != 0);
		break;
	case FACT_TYPE_int:
		fact_set_int(facts, fact, (int64_t)(read_be(&in, 8) & INT64_MAX));
		break;
	case FACT_TYPE_time:
		fact_set_time(facts, fact, (int64_t)(read_be(&in, 8) & INT64_MAX));
		break;
	case FACT_TYPE_hash:
		if (claim->value.len == HASH_LEN) {
			memcpy(hash.at, claim->value.at, HASH_LEN);
			fact_set_hash(facts, fact, hash);
		}
		break;
	default:
		claim_print(&text, claim);
		fact_set_text(facts, fact, bytes_of_buffer(&text));
		break;
	}
	buffer_free(&text);
}

static struct bytes
raw_fact(struct bytes facts, enum fact fact)
{
	struct fact_walk walk = fact_walk_of(facts);
	struct bytes value, found = bytes_of(NULL, 0);
	const struct fact_row *row;
	uint64_t number;

	while (fact_walk_next(&walk, &number, &row, &value))
		if (number == (uint64_t)fact)
			found = value;
	return found;
}

enum fact
verify_hardware_differs(struct bytes facts, const struct claims *claims)
{
	struct fact_set *set = memory_new(1, sizeof(*set));
	struct buffer map = { .max = 0 };
	enum fact differs = FACT_NONE;

	for (size_t i = 0; i < claims->count; i++)
		for (size_t j = 0; j < SHARED; j++)
			if (strcmp(claims->claim[i].name, shared_claims[j].claim) == 0)
				claim_fact(set, &claims->claim[i], shared_claims[j].fact);
	fact_set_write(set, FACTS_STEADY, &map);
	for (size_t j = 0; j < SHARED && differs == FACT_NONE; j++) {
		const struct fact_row *row = fact_row(shared_claims[j].fact);
		struct bytes recorded = raw_fact(facts, shared_claims[j].fact);

		/*
		 * A later edition may read more out of the same evidence than was recorded then;
		 * a flag, such as debugging, is never left out.
		 */
		if (row->steady && (recorded.len > 0 || row->type == FACT_TYPE_flag) &&
		    !bytes_equal(recorded, raw_fact(bytes_of_buffer(&map),
		    shared_claims[j].fact)))
			differs = shared_claims[j].fact;
	}
	fact_set_free(set);
	free(set);
	buffer_free(&map);
	return differs;
}

bool
verify_hardware_fresh(struct bytes facts, const struct envelope *envelope)
{
	bool fresh = false;

	return envelope->nonce.len == HASH_LEN && fact_flag(facts, FACT_ATTEST_FRESH, &fresh) &&
	    fresh;
}

struct hash
verify_hardware_answer(const struct envelope *envelope, struct hash evidence)
{
	for (size_t i = 0; i < envelope->items; i++)
		if (strcmp(envelope->item[i].role, "possession") == 0)
			return hash_of(envelope->item[i].octets);
	return evidence;
}
