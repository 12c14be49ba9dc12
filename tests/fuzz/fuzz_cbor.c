/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any octets through the CBOR reader: what cbor_check takes must walk to its end item by item,
 * print without complaint and encode again to the same octets.
 */
#include <stdlib.h>

#include "monitor/base/cbor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads one head and writes it again; false when the reader has failed. */
static bool
copy_one(struct cbor *in, struct buffer *out)
{
	switch (cbor_peek(in)) {
	case CBOR_UINT:     cbor_put_uint(out, cbor_uint(in)); break;
	case CBOR_NEGATIVE: cbor_put_int(out, cbor_int(in)); break;
	case CBOR_BYTES:    cbor_put_bytes(out, cbor_bytes(in)); break;
	case CBOR_TEXT:     cbor_put_text(out, cbor_text(in)); break;
	case CBOR_ARRAY:    cbor_put_array(out, cbor_array(in)); break;
	case CBOR_MAP:      cbor_put_map(out, cbor_map(in)); break;
	case CBOR_TAG:      cbor_put_tag(out, cbor_tag(in)); break;
	case CBOR_SIMPLE:
		if (in->in.at[in->at] == 0xf6) {
			cbor_null(in);
			cbor_put_null(out);
		} else {
			cbor_put_bool(out, cbor_bool(in));
		}
		break;
	case CBOR_NONE:
		return false;
	}
	return in->err == ERR_OK;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes item = bytes_of(data, size);
	struct buffer out = { .max = 1 << 22 };
	struct cbor in = cbor_of(item, true), loose = cbor_of(item, false);
	struct why why = { .err = ERR_OK };
	bool good = cbor_check(item, &why) == ERR_OK;

	cbor_print(&out, item);
	if (!good && why.text[0] == '\0')
		abort();
	cbor_skip(&loose);
	if (good && !cbor_done(&loose))
		abort();
	buffer_reset(&out);
	while (in.at < size && copy_one(&in, &out))
		continue;
	/* Negative numbers beyond int64_t pass the check and are beyond the copy. */
	if (good && in.err != ERR_LIMIT && !bytes_equal(bytes_of_buffer(&out), item))
		abort();
	buffer_free(&out);
	return 0;
}
