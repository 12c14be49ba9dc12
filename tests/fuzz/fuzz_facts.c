/* SPDX-License-Identifier: Apache-2.0 */
/* A stranger's facts, and a stranger's text on its way into one. */
#include <stdlib.h>

#include "monitor/base/limits.h"
#include "monitor/ledger/fact_print.h"
#include "monitor/ledger/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

static void
read_all(struct bytes facts, bool checked)
{
	struct fact_walk walk = fact_walk_of(facts);
	const struct fact_row *row;
	struct bytes value, text;
	struct hash hash;
	uint64_t number;
	int64_t integer;
	bool flag;

	while (fact_walk_next(&walk, &number, &row, &value)) {
		if (row == NULL)
			continue;
		/* What was checked can be read as what it is. */
		if (checked && row->type == FACT_TYPE_text && !fact_text(facts, row->fact, &text))
			abort();
		if (checked && row->type == FACT_TYPE_hash && !fact_hash(facts, row->fact, &hash))
			abort();
		if (checked && row->type == FACT_TYPE_flag && !fact_flag(facts, row->fact, &flag))
			abort();
		if (checked && row->type == FACT_TYPE_int && !fact_int(facts, row->fact, &integer))
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct bytes in = bytes_of(at, len);
	struct buffer out = { 0 };
	struct why why = { 0 };
	bool good = facts_check(in, &why) == ERR_OK;

	if (good && len > 0 && cbor_check(in, &why) != ERR_OK)
		abort();
	read_all(in, good);
	facts_print(&out, in);
	facts_print_json(&out, in);
	if (!utf8_valid(bytes_of_buffer(&out)))
		abort();
	buffer_reset(&out);
	text_mend(&out, in, FACT_ENTRY_MAX);
	if (out.len > FACT_ENTRY_MAX || !utf8_valid(bytes_of_buffer(&out)))
		abort();
	buffer_free(&out);
	return 0;
}
