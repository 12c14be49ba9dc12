/* SPDX-License-Identifier: Apache-2.0 */
/* Echo replies of anybody: what is read lies inside what came; every error has a word. */
#include <stdlib.h>
#include <string.h>

#include "probes/wire/icmp.h"

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
	struct bytes in = bytes_of(data, len);
	struct buffer out = { .max = 1 << 20 };
	struct why why = { .err = ERR_OK };
	struct icmp_echo echo;

	for (int six = 0; six < 2; six++) {
		if (len >= 2)
			must(strlen(icmp_error_text(six, data[0], data[1])) > 5);
		if (icmp_reply_read(in, six, &echo, &why) != ERR_OK)
			continue;
		must(echo.data.len == len - ICMP_HEADER);
		must(echo.data.len == 0 || echo.data.at == data + ICMP_HEADER);
		buffer_reset(&out);
		icmp_echo_write(six, echo.sequence, echo.data, &out);
		must(out.len == len && memcmp(out.at + 6, data + 6, len - 6) == 0);
	}
	buffer_free(&out);
	return 0;
}
