/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any octets as a file that is kept fresh: the first chooses the form.  Read or refused with a
 * sentence; what was read may take its own place, unless it ran out, and is told before it does.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/daemon/download.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const forms[] = { "crl", "jwks", "tcb-info", "pem", "file", "registry",
		"azure", "mmdb", "policy", "site-register" };
	struct download_content content;
	struct why why = { .err = ERR_OK };
	int64_t alarm_ms;

	if (size == 0)
		return 0;
	if (download_read(forms[data[0] % 10], bytes_of(data + 1, size - 1), 0, &content, &why) !=
	    ERR_OK) {
		must(why.text[0] != '\0');
		return 0;
	}
	must(content.entries > 0);
	must(download_newer(&content, &content, content.until_ms - 1, &why) == ERR_OK);
	alarm_ms = download_alarm_ms(&content, 0);
	must((content.until_ms == 0) == (alarm_ms == INT64_MAX));
	return 0;
}
