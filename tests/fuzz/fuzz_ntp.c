/* SPDX-License-Identifier: Apache-2.0 */
/* An NTP server, and one of NTS key establishment, that sends anything. */
#include <stdlib.h>
#include <string.h>

#include "probes/wire/ntp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
inside(struct bytes in, struct bytes view)
{
	must(view.len == 0 || (view.at >= in.at && view.at + view.len <= in.at + in.len));
}

static void
look_packet(struct bytes in)
{
	char text[NTP_REFERENCE], kiss[5];
	struct ntp_answer answer;
	struct nts_answer fields;
	struct why why;

	(void)ntp_control_mode(in);
	if (ntp_read(in, &answer, &why) != ERR_OK)
		return;
	inside(in, answer.extensions);
	must(answer.root_delay_us >= 0 && answer.root_dispersion_us >= 0);
	must(!(ntp_synchronised(&answer) && ntp_kiss(&answer, kiss)));
	ntp_reference_text(&answer, text);
	for (size_t i = 0; text[i] != '\0'; i++)
		must(text[i] > 0x20 && text[i] < 0x7f);
	must(ntp_apart_us(answer.transmit, answer.receive) ==
	    ntp_apart_us(answer.transmit - answer.receive, 0));
	if (nts_answer_read(in, &fields, &why) != ERR_OK)
		return;
	inside(in, fields.unique), inside(in, fields.nonce), inside(in, fields.sealed);
	inside(in, fields.covered);
	must(!fields.has_authenticator || (fields.covered.len >= NTP_HEADER_LEN &&
	    fields.sealed.len >= NTS_TAG_LEN && fields.nonce.len > 0));
}

static void
look_records(struct bytes in)
{
	struct nts_ke ke, part;
	struct why why;
	enum nts_step whole = nts_ke_read(in, &ke, &why);

	for (size_t i = 0; i < ke.cookies; i++) {
		inside(in, ke.cookie[i]);
		must(ke.cookie[i].len > 0 && ke.cookie[i].len <= NTS_COOKIE_MAX);
	}
	inside(in, ke.server);
	must(whole != NTS_DONE || ke.ended);
	/* What was read of less is never taken back by more. */
	for (size_t len = 0; len < in.len && len < 64; len++)
		if (nts_ke_read(bytes_slice(in, 0, len), &part, &why) != NTS_MORE)
			must(whole != NTS_MORE);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	look_packet(bytes_of(data, len));
	look_records(bytes_of(data, len));
	return 0;
}
