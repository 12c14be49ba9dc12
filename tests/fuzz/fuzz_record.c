/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stranger's record: whatever is decoded can be printed, walked and written again; what is
 * accepted has exactly one encoding; whoever accepts it also accepts its fields.
 */
#include <stdlib.h>

#include "monitor/ledger/record.h"
#include "monitor/ledger/record_private.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

static void
walk(struct record_list list)
{
	struct record_walk walk = record_walk_of(list);
	struct hash hash;
	uint64_t id;

	while (record_ids_next(&walk, &id))
		;
	walk = record_walk_of(list);
	while (record_hashes_next(&walk, &hash))
		;
}

int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct buffer out = { 0 };
	struct record decoded, checked;
	struct why why = { 0 };
	enum err err = record_decode(bytes_of(at, len), &decoded, &why);

	if (err != ERR_OK && why.text[0] == '\0')
		abort();
	if (err == ERR_OK || err == ERR_UNSUPPORTED) {
		record_print(&out, &decoded);
		record_print_json(&out, &decoded);
	}
	if (err == ERR_OK && decoded.kind == RECORD_COVERAGE)
		walk(decoded.coverage.missed);
	if (err == ERR_OK && decoded.kind == RECORD_OBSERVATION)
		walk(decoded.observation.evidence);
	if (record_check(bytes_of(at, len), &checked, &why) == ERR_OK) {
		buffer_reset(&out);
		record_encode(&out, &checked);
		if (err != ERR_OK || !bytes_equal(bytes_of_buffer(&out), bytes_of(at, len)) ||
		    record_check_fields(&checked, &why) != ERR_OK)
			abort();
	}
	buffer_free(&out);
	return 0;
}
