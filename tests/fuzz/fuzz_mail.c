/* SPDX-License-Identifier: Apache-2.0 */
/* An SMTP server that sends anything, and a domain that publishes anything. */
#include <stdlib.h>

#include "probes/wire/mail.h"

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
	static struct mail_reply reply, part;
	struct bytes in = bytes_of(data, len);
	struct why why;
	size_t size, less;
	enum mail_step step = mail_reply_read(in, &reply, &size, &why);

	must(step != MAIL_DONE || (size > 0 && size <= len && reply.lines > 0 &&
	    reply.code >= 200 && reply.code < 600));
	for (size_t i = 0; i < reply.lines; i++)
		must(reply.line[i].len <= MAIL_LINE_MAX && reply.line[i].at >= data &&
		    reply.line[i].at + reply.line[i].len <= data + len);
	(void)mail_offers(&reply, "STARTTLS");
	/* Less of it is no other reply, and no fault that the whole has not. */
	if (step == MAIL_DONE)
		for (size_t i = 0; i < size && i < 64; i++)
			must(mail_reply_read(bytes_of(data, i), &part, &less, &why) == MAIL_MORE);
	must(mail_spf_all(in) != NULL);
	(void)mail_is_spf(in);
	(void)mail_is_dmarc(in);
	(void)mail_dmarc_policy(in);
	return 0;
}
