/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The measuring client: hostile octets instead of a server, and behind a good ServerHello hostile
 * messages under the right keys, cut into records as the input says.
 */
#include <stdlib.h>
#include <string.h>

#include "probes/tls_measure.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

static struct tls_tools *tools;
static struct tls_chain_cache *chains;

static void
hello_put(struct buffer *out, const uint8_t peer[TLS_SHARE], uint16_t suite)
{
	buffer_put_be(out, 0x160303, 3);
	buffer_put_be(out, 4 + 2 + 32 + 1 + 2 + 1 + 2 + 6 + 8 + TLS_SHARE, 2);
	buffer_put_be(out, 0x02000000 | (2 + 32 + 1 + 2 + 1 + 2 + 6 + 8 + TLS_SHARE), 4);
	buffer_put_be(out, 0x0303, 2);
	for (unsigned i = 0; i < 32; i++)
		buffer_put_u8(out, (uint8_t)i);
	buffer_put_u8(out, 0);
	buffer_put_be(out, suite, 2);
	buffer_put_u8(out, 0);
	buffer_put_be(out, 6 + 8 + TLS_SHARE, 2);
	buffer_put_be(out, UINT64_C(0x002b00020304), 6);
	buffer_put_be(out, UINT64_C(0x00330024001d0020), 8);
	buffer_put(out, peer, TLS_SHARE);
}

/* Each record: one octet of length, its type, its plaintext. */
static void
records_feed(struct tls_measure *measure, struct bytes in)
{
	struct tls_secrets server = measure->secrets;
	struct buffer out = { 0 };

	server.ours = measure->secrets.theirs;
	while (in.len > 2) {
		size_t len = in.at[0] % (4 + TLS_SECRET_MAX);
		struct bytes plain = bytes_slice(in, 2, len);

		buffer_reset(&out);
		tls_record_seal(&server, in.at[1] % 4 == 0 ? in.at[1] : 22, plain, &out);
		if (tls_measure_step(measure, bytes_of_buffer(&out)) != TLS_MEASURE_MORE)
			break;
		in = bytes_slice(in, 2 + plain.len, in.len);
	}
	buffer_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	static const uint16_t suite[] = { 0x1301, 0x1302, 0x1303 };
	struct tls_measure measure;
	struct tls_session session;
	struct buffer hello = { 0 };
	uint8_t peer[TLS_SHARE] = { 9 };

	if (tools == NULL) {
		tools = tls_tools_new();
		chains = tls_chain_cache_new();
	}
	if (len < 1)
		return 0;
	if (tls_measure_open(&measure, tools, chains, &session, "amf.lab", "h2,http/1.1")) {
		if (at[0] % 4 == 3) {
			tls_measure_step(&measure, bytes_of(at + 1, len - 1));
		} else {
			hello_put(&hello, peer, suite[at[0] % 4]);
			if (tls_measure_step(&measure, bytes_of_buffer(&hello)) != TLS_MEASURE_MORE)
				abort();
			records_feed(&measure, bytes_of(at + 1, len - 1));
			if (measure.next == 0)
				abort();	/* nobody can sign that handshake */
		}
	}
	tls_measure_close(&measure);
	tls_session_close(&session);
	buffer_free(&hello);
	return 0;
}
