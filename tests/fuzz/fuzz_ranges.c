/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any octets as published ranges: refused with a sentence, or a table whose answers are whole.
 * The first octet chooses the form, the next sixteen an address.
 */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/limits.h"
#include "monitor/daemon/ranges.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
find(const struct ranges *ranges, const struct sockaddr *address, unsigned bits)
{
	struct ranges_found found = ranges_find(ranges, address);

	must(found.bits <= bits && (found.answer == RANGES_NONE) == (found.bits == 0));
	must((found.answer == RANGES_REGION) == (found.region != NULL));
	must((found.answer == RANGES_UNKNOWN) == (found.reason != NULL));
	if (found.region != NULL)
		must(found.region[0] != '\0' && strlen(found.region) < NAME_MAX_LEN &&
		    strpbrk(found.region, "/,") == NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sockaddr_in four = { .sin_family = AF_INET };
	struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
	static const char *const forms[] = { "csv", "aws", "azure", "google", "oracle", "registry" };
	struct why why = { .err = ERR_OK };
	struct ranges *ranges;
	enum err err;

	if (size < 17)
		return 0;
	memcpy(&four.sin_addr, data + 1, 4);
	memcpy(&six.sin6_addr, data + 1, 16);
	err = ranges_read(forms[data[0] % 6], bytes_of(data + 17, size - 17), &ranges, &why);
	must((err == ERR_OK) == (ranges != NULL) && (err == ERR_OK || why.text[0] != '\0'));
	if (ranges == NULL)
		return 0;
	must(ranges_count(ranges) <= REGISTRY_MAX && ranges_date_ms(ranges) >= 0);
	find(ranges, (struct sockaddr *)&four, 32);
	find(ranges, (struct sockaddr *)&six, 128);
	ranges_free(ranges);
	return 0;
}
