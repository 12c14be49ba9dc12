/* SPDX-License-Identifier: Apache-2.0 */
/* A DNS server that sends anything. */
#include <stdlib.h>
#include <string.h>

#include "probes/wire/dns.h"

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

/* A name is labels up to the root's, and as text it is printable. */
static void
look_name(const struct dns_name *name)
{
	char text[DNS_NAME_TEXT];
	size_t at = 0;

	must(name->len > 0 && name->at[name->len - 1] == 0);
	while (name->at[at] != 0)
		at += 1u + name->at[at];
	must(at + 1 == name->len);
	dns_name_text(name, text);
	must(strlen(text) < DNS_NAME_TEXT);
	for (size_t i = 0; text[i] != '\0'; i++)
		must(text[i] > ' ' && text[i] <= '~');
}

static void
look_seal(const struct dns_answer *answer, int64_t now_s)
{
	struct dns_seal seal;

	dns_seal_look(answer, now_s, &seal);
	must(seal.sealed <= seal.sets && seal.sets <= answer->records);
	must((seal.sealed == 0) == (seal.expiry_s == 0) && !(seal.expired && seal.early));
	must(seal.algorithms <= DNS_SIGNERS_MAX);
	for (size_t i = 1; i < seal.algorithms; i++)
		must(seal.algorithm[i - 1] < seal.algorithm[i]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct dns_answer answer;
	struct buffer text = { .max = DNS_MESSAGE_MAX };
	struct bytes in = bytes_of(data, len);
	struct dns_asked asked = { .id = 0x1234, .type = DNS_A };
	struct why why = { .text = "" };
	enum err err;

	must(dns_name_of("www.carrier.test", &asked.name, &why) == ERR_OK);
	err = dns_read(in, &answer, &why);
	must((err == ERR_OK) == (why.text[0] == '\0') && answer.records <= DNS_RECORDS_MAX);
	if (dns_answers(&answer, &asked))
		look_name(&answer.question);
	if (err != ERR_OK)
		return 0;
	inside(in, answer.nsid), inside(in, answer.error_text);
	for (size_t i = 0; i < answer.records; i++) {
		inside(in, answer.record[i].data);
		look_name(&answer.record[i].owner);
		(void)!dns_data_text(&answer, &answer.record[i], &text);
		must(!text.failed);
		buffer_reset(&text);
	}
	look_seal(&answer, 1798365160);
	buffer_free(&text);
	return 0;
}
