/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Metrics: the first line is a selector, the rest a document; the first octet also says which form.
 * A sum is of series that are there, and a count is what fits a record.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/feed/exposition.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const uint8_t *end = len > 0 ? memchr(data + 1, '\n', len - 1) : NULL;
	struct exposition_selector selector[2];
	struct exposition_sum sum[2];
	struct why why = { .err = ERR_OK };
	struct bytes document;
	uint64_t value;
	char *text;

	if (end == NULL)
		return 0;
	text = memory_text(bytes_of(data + 1, (size_t)(end - data) - 1));
	document = bytes_of(end + 1, len - (size_t)(end - data) - 1);
	if (exposition_selector_read(text, &selector[0], &why) != ERR_OK) {
		must(why.text[0] != '\0');
		must(exposition_selector_read("a", &selector[0], &why) == ERR_OK);
	}
	/* The same without its labels finds at least as many. */
	selector[1] = (struct exposition_selector){ .name = selector[0].name };
	why = (struct why){ .err = ERR_OK };
	if (exposition_read(document, data[0] & 1, selector, sum, 2, &why) != ERR_OK) {
		must(why.text[0] != '\0');
	} else {
		must(sum[0].series <= sum[1].series && sum[1].series <= document.len);
		must(sum[0].told_ms >= 0 && sum[0].told_ms <= sum[1].told_ms);
		if (exposition_count(&sum[0], 1e6, &value, &why) != ERR_OK)
			must(why.text[0] != '\0' && value == 0);
		else
			must(sum[0].series > 0 && value <= INT64_MAX);
	}
	free(text);
	return 0;
}
