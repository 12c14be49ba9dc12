/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any answers to the questions of tls-deep, four octets each, said again and again: the questions
 * must end, whatever was answered, and what is missing must be said.
 */
#include <stdlib.h>

#include "probes/tls_deep.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { QUESTIONS_MAX = 4000 };

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static enum deep_answer
answer_of(struct bytes in, size_t turn, const struct deep_ask *ask, struct tls_flight *flight)
{
	const uint8_t *at = in.at + turn * 4 % (in.len - 3);
	const struct deep_list *from = &ask->suites;

	*flight = (struct tls_flight){ .hello = true, .version = ask->version };
	flight->suite = from->at[at[1] % from->count];
	flight->heard.tls13 = ask->version == TLS_VERSION_13;
	flight->retry = flight->heard.tls13 && (at[0] & 0x80) != 0;
	if (ask->groups.count > 0)
		flight->heard.group = ask->groups.at[at[2] % ask->groups.count];
	if (ask->schemes.count > 0)
		flight->heard.scheme = ask->schemes.at[at[3] % ask->schemes.count];
	if ((at[0] & 0x40) != 0)
		flight->suite = (uint16_t)(at[1] << 8 | at[2]);
	if ((at[0] & 0x20) != 0)
		flight->version = (uint16_t)(0x0300 + at[3] % 6);
	flight->heard.dh_bits = at[3];
	flight->alert = at[3];
	return (enum deep_answer)(at[0] % 8 <= DEEP_SILENT ? at[0] % 8 : DEEP_HELLO);
}

static void
questions(struct bytes in)
{
	static struct deep deep;
	static struct deep_ask ask;
	struct tls_flight flight;
	size_t turn = 0;

	deep_begin(&deep);
	for (; deep_next(&deep, &ask); turn++) {
		enum deep_answer answer;

		must(turn < QUESTIONS_MAX && ask.suites.count > 0 &&
		    ask.suites.count <= DEEP_SUITES);
		answer = answer_of(in, turn, &ask, &flight);
		deep_take(&deep, &ask, answer, &flight);
	}
	must(deep.silences == 0 || deep_missing(&deep)[0] != '\0');
	must(deep.silences > 0 || deep.phase == DEEP_PHASE_END);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (len < 4)
		return 0;
	questions(bytes_of(data, len));
	return 0;
}
