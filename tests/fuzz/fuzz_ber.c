/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BER of a stranger: elements stay inside what holds them; a number or an object that was read is
 * written and read again as the same.
 */
#include <stdlib.h>
#include <string.h>

#include "probes/wire/ber.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
number_again(struct bytes content)
{
	int64_t number, again;
	uint8_t octets[16];
	struct ber_writer out = ber_writer_of(octets, sizeof(octets));
	struct reader in;

	if (!ber_number(content, &number))
		return;
	ber_put_number(&out, BER_INTEGER, number);
	in = reader_of(ber_written(&out));
	again = ber_take_number(&in, INT64_MIN, INT64_MAX);
	must(reader_done(&in) && again == number);
	must(ber_written(&out).len <= content.len + 2);
}

static void
object_again(struct bytes content)
{
	unsigned long arcs[BER_ARCS_MAX], again[BER_ARCS_MAX];
	uint8_t octets[5 * BER_ARCS_MAX + 8];
	struct ber_writer out = ber_writer_of(octets, sizeof(octets));
	size_t len, again_len = 0;
	struct reader in;

	if (!ber_object(content, arcs, &len))
		return;
	must(len >= 2 && len <= BER_ARCS_MAX);
	ber_put_object(&out, arcs, len);
	must(!out.failed);
	in = reader_of(ber_written(&out));
	content = ber_take(&in, BER_OBJECT);
	must(reader_done(&in) && ber_object(content, again, &again_len));
	must(again_len == len && memcmp(arcs, again, len * sizeof(arcs[0])) == 0);
}

/* Writing into any room fails or fits, and never goes beyond it. */
static void
room_is_kept(struct bytes in)
{
	uint8_t room[40];
	struct ber_writer out;

	memset(room, 0xa5, sizeof(room));
	out = ber_writer_of(room, in.len % 32);
	ber_put_octets(&out, BER_OCTETS, bytes_slice(in, 0, 24));
	ber_put_number(&out, BER_INTEGER, (int64_t)in.len - 7);
	ber_put_head(&out, BER_SEQUENCE, out.size);
	for (size_t i = in.len % 32; i < sizeof(room); i++)
		must(room[i] == 0xa5);
	must(out.failed == (ber_written(&out).len == 0));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct bytes all = bytes_of(data, len);
	struct reader in = reader_of(all);
	unsigned tag;

	while (!in.failed && !reader_done(&in)) {
		size_t before = in.at;
		struct bytes content = ber_element(&in, &tag);

		if (in.failed)
			break;
		must(in.at >= before + 2 && in.at <= len);
		must(content.at >= data && content.at + content.len == data + in.at);
		number_again(content);
		object_again(content);
	}
	number_again(all);
	object_again(all);
	room_is_kept(all);
	return 0;
}
