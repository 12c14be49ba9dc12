/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A TLS server that says anything: to the reader of messages, and for one first octet of eight also
 * as the peer of a whole session, which makes a key for each and is libssl's to read.  That octet
 * says how the input is cut, too.
 */
#include <stdlib.h>
#include <string.h>

#include "probes/tls_session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
messages(struct bytes in)
{
	struct tls_heard heard = { .group = 0 };
	struct buffer list = { .max = 0 };
	struct reader walk;
	struct bytes der;
	size_t sent;

	for (unsigned i = 0; i < 6; i++) {
		heard.tls13 = i % 2 != 0;
		tls_hear(&heard, in, (enum tls_exchange)(i / 2));
		(void)tls_group_name(heard.group);
		(void)tls_scheme_name(heard.scheme);
	}
	for (unsigned i = 0; i < 2; i++) {
		buffer_reset(&list);
		sent = tls_certificates(in, i != 0, &list);
		must(list.len <= in.len);
		for (walk = reader_of(bytes_of_buffer(&list)); tls_certificate_next(&walk, &der); sent--)
			must(sent > 0);
		must(sent == 0 && reader_done(&walk));
		/* A stapled response is one run of octets of the message. */
		buffer_reset(&list);
		tls_stapled(in, i != 0, &list);
		must(list.len == 0 || memmem(in.at, in.len, list.at, list.len) != NULL);
	}
	buffer_free(&list);
}

static void
session(struct bytes in, size_t cut)
{
	static struct tls_context context;
	struct tls_session peer;
	enum tls_step step;
	struct why why = { .err = ERR_OK };

	if (context.ctx == NULL)
		must(tls_context_open(&context, bytes_of(NULL, 0), bytes_of(NULL, 0), &why) == ERR_OK);
	must(tls_session_open(&peer, &context, "amf.example", "h2,http/1.1", &why) == ERR_OK);
	must(tls_session_step(&peer, bytes_of(NULL, 0), &why) == TLS_STEP_MORE);
	must(peer.out.len > 100);
	step = tls_session_step(&peer, bytes_slice(in, 0, cut), &why);
	if (step == TLS_STEP_MORE)
		step = tls_session_step(&peer, bytes_slice(in, cut, in.len), &why);
	must(step != TLS_STEP_FAILED || (why.err != ERR_OK && why.text[0] != '\0'));
	must(step != TLS_STEP_DONE);	/* nobody knows our secret */
	tls_session_close(&peer);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (len == 0)
		return 0;
	messages(bytes_of(data + 1, len - 1));
	if (data[0] % 8 == 0)
		session(bytes_of(data + 1, len - 1), data[0]);
	return 0;
}
