/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A RADIUS server that sends anything, without and with the secret: in the second half of the cases
 * its Response Authenticator is made right first, so that what lies behind that check is reached.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/base/hash.h"
#include "probes/wire/radius.h"

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
	static const struct radius_asked asked = { .identifier = 7, .authenticator = { 1, 2, 3 },
	    .secret = { .at = (const uint8_t *)"secret", .len = 6 } };
	uint8_t *octets = memory_new(len + 1, 1);
	struct radius_answer answer;
	struct why why = { .err = ERR_OK };
	enum err err;
	size_t said;

	memcpy(octets, data, len);
	err = radius_read(bytes_of(octets, len), &asked, &answer, &why);
	must((err == ERR_OK) == (why.text[0] == '\0'));
	if (err == ERR_OK) {
		said = (size_t)octets[2] << 8 | octets[3];
		must(said >= 20 && said <= len && answer.attributes <= (said - 20) / 2);
		must(answer.has_message_authenticator || !answer.message_authentic);
		struct bytes part[] = { bytes_of(octets, 4), bytes_of(asked.authenticator, 16),
		    bytes_of(octets + 20, said - 20), asked.secret };

		must(md5_of(part, 4, octets + 4));
		must(radius_read(bytes_of(octets, len), &asked, &answer, &why) == ERR_OK);
		must(answer.authentic);
		octets[4] ^= 1;
		must(radius_read(bytes_of(octets, len), &asked, &answer, &why) == ERR_OK);
		must(!answer.authentic);
	}
	free(octets);
	return 0;
}
