/* SPDX-License-Identifier: Apache-2.0 */
/* One nonce answered twice in a bundle: what is an old nonce used again, and what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor/base/bytes.h"
#include "reports/verify_proofs.h"

struct answer { char nonce, evidence; uint64_t target; bool published; };

static const struct { struct answer one, two; bool good; } cases[] = {
	{ { 'n', 'e', 1, false }, { 'n', 'e', 1, false }, true },	/* named again: nothing changed */
	{ { 'n', 'e', 1, false }, { 'm', 'f', 1, false }, true },
	{ { 'n', 'e', 1, false }, { 'n', 'f', 1, false }, false },
	{ { 'n', 'e', 1, false }, { 'n', 'e', 2, false }, false },
	{ { 'n', 'e', 1, true }, { 'n', 'f', 1, true }, true },	/* signed anew within its period */
	{ { 'n', 'e', 1, true }, { 'n', 'e', 2, true }, true },	/* one delivery, two targets */
	{ { 'n', 'e', 1, true }, { 'n', 'f', 2, true }, false },
	{ { 'n', 'e', 1, true }, { 'n', 'f', 1, false }, false },
};

static void
keep(struct proofs *all, const struct answer *answer, uint64_t seq)
{
	struct proof_seen proof = { .seq = seq, .target = answer->target,
	    .published = answer->published };

	proof.nonce.at[0] = (uint8_t)answer->nonce;
	proof.evidence.at[0] = (uint8_t)answer->evidence;
	proofs_keep(all, &proof);
}

static void
nonces(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct proofs all = { .proof = NULL };
		struct answer between = { 'x', 'y', 9, false };
		struct why why = { .text = "" };
		enum err err;

		keep(&all, &cases[i].two, 7);
		keep(&all, &between, 8);
		keep(&all, &cases[i].one, 5);
		err = proofs_check(&all, &why);
		if ((err == ERR_OK) != cases[i].good)
			fail_msg("case %zu: %s", i, why.text);
		if (err != ERR_OK)
			assert_string_equal(why.text, "the evidence of record 7 answers the nonce that the "
			    "evidence of record 5 answered: an old nonce was used again");
		proofs_free(&all);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(nonces) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
