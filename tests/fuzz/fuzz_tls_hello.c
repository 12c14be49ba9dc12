/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A TLS server that answers anything: the same flight whole, cut in two by the first octet, and
 * octet by octet; all three must find the same.
 */
#include <stdlib.h>
#include <string.h>

#include "probes/wire/tls_flight.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static enum tls_flight_step
read_all(struct tls_flight *flight, struct bytes in, size_t first, size_t step)
{
	struct why why = { .err = ERR_OK };
	enum tls_flight_step said = tls_flight_read(flight, bytes_slice(in, 0, first), &why);

	for (size_t at = first; said == TLS_FLIGHT_MORE && at < in.len; at += step)
		said = tls_flight_read(flight, bytes_slice(in, at, step), &why);
	must((said == TLS_FLIGHT_BROKEN) == (why.err != ERR_OK && why.text[0] != '\0'));
	return said;
}

static void
same(const struct tls_flight *a, const struct tls_flight *b)
{
	must(a->hello == b->hello && a->version == b->version && a->suite == b->suite);
	must(a->heard.group == b->heard.group && a->heard.dh_bits == b->heard.dh_bits);
	must(a->heard.scheme == b->heard.scheme && a->certificates == b->certificates);
	must(bytes_equal(bytes_of_buffer(&a->chain), bytes_of_buffer(&b->chain)));
	must(bytes_equal(bytes_of_buffer(&a->status), bytes_of_buffer(&b->status)));
	must(strcmp(a->alpn, b->alpn) == 0 && a->alert == b->alert && a->retry == b->retry);
}

static void
flights(struct bytes in, size_t cut)
{
	static struct tls_flight whole, two, slow;
	enum tls_flight_step said;

	tls_flight_reset(&whole);
	tls_flight_reset(&two);
	tls_flight_reset(&slow);
	said = read_all(&whole, in, in.len, 1);
	must(read_all(&two, in, cut, in.len + 1) == said);
	same(&whole, &two);
	if (in.len > 300)
		return;
	must(read_all(&slow, in, 0, 1) == said);
	same(&whole, &slow);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (len > 0)
		flights(bytes_of(data + 1, len - 1), data[0]);
	return 0;
}
