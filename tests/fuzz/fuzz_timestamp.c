/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time-stamp responses from strangers: without a pinned root nothing is ever proved, every
 * refusal has a sentence, and the texts that are handed out end within their arrays.
 */
#include <stdlib.h>
#include <string.h>

#include "attest/timestamp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const uint8_t nonce[8] = { 1, 2, 3 };
	struct timestamp out;
	struct why why = { 0 };
	enum err err = timestamp_check(bytes_of(data, len), bytes_of_text("hello"),
	    len % 2 == 0 ? NULL : nonce, bytes_of(NULL, 0), &out, &why);

	if (err == ERR_OK || why.text[0] == '\0' || why.err != err ||
	    memchr(out.authority, 0, sizeof(out.authority)) == NULL ||
	    memchr(out.serial, 0, sizeof(out.serial)) == NULL ||
	    memchr(out.policy, 0, sizeof(out.policy)) == NULL)
		abort();
	return 0;
}
