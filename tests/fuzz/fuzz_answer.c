/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An answer by hand: a file that should be a challenge, a key in any form and a signature as some
 * tool gave it, apart by their lengths.  What is written is evidence that verifies, or nothing is.
 */
#include <stdlib.h>

#include "attest/possession_answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

/* Two octets of length before each part but the last. */
static struct bytes
part(struct bytes *rest)
{
	size_t len = rest->len < 2 ? 0 : (size_t)rest->at[0] << 8 | rest->at[1];
	struct bytes out = bytes_slice(*rest, 2, len);

	*rest = bytes_slice(*rest, 2 + out.len, rest->len);
	return out;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct bytes rest = bytes_of(data, len), message = part(&rest), key = part(&rest), challenge;
	struct buffer out = { .max = POSSESSION_MAX }, again = { .max = 256 };
	struct why why = { .err = ERR_OK };
	struct claims *claims = memory_new(1, sizeof(*claims));

	if (possession_message_read(message, &challenge, &why) == ERR_OK) {
		possession_message(challenge, &again);
		must(bytes_equal(bytes_of_buffer(&again), message));
	} else {
		static const uint8_t fixed[POSSESSION_NONCE] = { 1, 2, 3 };

		must(why.text[0] != '\0');
		challenge = bytes_of(fixed, sizeof(fixed));
	}
	why = (struct why){ .err = ERR_OK };
	if (possession_answer(challenge, key, rest, &out, &why) == ERR_OK) {
		struct possession_input in = { .octets = bytes_of_buffer(&out),
			.nonce = challenge };

		must(possession_verify(&in, claims, NULL) == ERR_OK);
	} else {
		must(out.len == 0 && why.text[0] != '\0');
	}
	free(claims);
	buffer_free(&out);
	buffer_free(&again);
	return 0;
}
