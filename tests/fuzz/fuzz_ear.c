/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Location tokens from strangers: whatever is refused has a sentence; whatever is read in CBOR is
 * written back to the same octets, and names one subject and a key.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "attest/ear_part.h"
#include "monitor/base/cbor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

/* The claims are the last byte string of what is signed. */
static void
cbor_again(const struct ear_read *read)
{
	struct cbor in = cbor_of(bytes_of_buffer(&read->signed_octets), true);
	struct buffer again = { .max = 0 };
	struct why why = { .err = ERR_OK };

	cbor_array(&in);
	cbor_skip(&in);
	cbor_skip(&in);
	cbor_skip(&in);
	must(ear_cbor_put(read->claims, &again, &why) == ERR_OK);
	must(bytes_equal(cbor_bytes(&in), bytes_of_buffer(&again)));
	buffer_free(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ear_read read;
	struct why why = { .err = ERR_OK };

	if (ear_read(bytes_of(data, len), &read, &why) == ERR_OK) {
		must(read.key[0] != '\0' && read.subject != NULL && read.appraisal != NULL);
		must(read.signed_octets.len > 0);
		if (read.form == EAR_CBOR)
			cbor_again(&read);
	} else {
		must(why.text[0] != '\0');
	}
	ear_read_free(&read);
	return 0;
}
