/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An answer of a metadata service: it comes in any pieces, and what is taken of it at last lies
 * within what came, whatever came before; a beginning is never taken for another whole.
 */
#include <stdlib.h>

#include "probes/wire/imds.h"

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
	struct imds_answer whole, part;
	struct why why = { .err = ERR_OK };
	enum err err = imds_answer_read(bytes_of(data, len), false, &whole, &why), ended;

	must(whole.body.len <= len && whole.body.len <= IMDS_BODY_MAX);
	must(err != ERR_OK || whole.status == 200);
	must(err != ERR_REFUSED || (whole.status >= 200 && whole.status <= 599));
	must(whole.flavor.len == 0 || (whole.flavor.at >= data &&
	    whole.flavor.at + whole.flavor.len <= data + len));
	ended = imds_answer_read(bytes_of(data, len), true, &part, &why);
	/* The end decides only about what was not whole before. */
	must(err == ERR_TRUNCATED || ended == err);
	must((ended == ERR_OK) == (why.err == ERR_OK) || err != ERR_TRUNCATED);
	buffer_free(&part.body);
	if (err == ERR_OK && len > 0) {
		must(imds_answer_read(bytes_of(data, len - 1), false, &part, NULL) == ERR_TRUNCATED);
		buffer_free(&part.body);
	}
	buffer_free(&whole.body);
	return 0;
}
