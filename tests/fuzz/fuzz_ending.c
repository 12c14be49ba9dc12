/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any text as the fact attest.ends of a ledger: it is read to its end or to where it is none, and
 * what was read, noted and told again is read again.
 */
#include <stdlib.h>
#include <string.h>

#include "attest/attest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static bool
has(const struct appraisal *a, const struct ending *ending)
{
	for (size_t i = 0; i < a->endings; i++)
		if (strcmp(a->ending[i].what, ending->what) == 0 &&
		    a->ending[i].from_ms == ending->from_ms &&
		    a->ending[i].until_ms == ending->until_ms)
			return true;
	return false;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct appraisal *a = calloc(1, sizeof(*a));
	struct bytes text = bytes_of(data, size), told;
	struct ending ending;
	size_t at = 0, before = 0, count = 0;

	must(a != NULL);
	while (ending_next(text, &at, &ending)) {
		must(at > before && at <= size && strlen(ending.what) > 0);
		before = at;
		ending_note(a, ending.what, ending.from_ms, ending.until_ms);
	}
	must(a->endings <= ENDINGS_MAX);
	ending_claim(a);
	must(claims_get(&a->claims, CLAIM_ENDS, &told) == (a->endings > 0));
	/* Its words may hold what ends a word elsewhere, but never in what we make. */
	for (at = 0; a->endings > 0 && ending_next(told, &at, &ending); count++)
		must(has(a, &ending));
	must(count <= ENDINGS_TOLD);
	free(a);
	return 0;
}
