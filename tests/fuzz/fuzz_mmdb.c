/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any octets as a database of addresses: the first sixteen are an address, looked up as IPv6 and,
 * by its first four, as IPv4.  Whatever is found is clean and bounded.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/daemon/mmdb.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
find(const struct mmdb *mmdb, const uint8_t *at, unsigned octets)
{
	struct mmdb_found found;
	struct why why = { .err = ERR_OK };
	size_t len;

	if (mmdb_find(mmdb, at, octets, &found, &why) != ERR_OK) {
		must(why.text[0] != '\0' && !found.found);
		return;
	}
	must(found.bits <= octets * 8 && (found.found || found.bits == 0));
	len = strnlen(found.holder, sizeof(found.holder));
	must(len < sizeof(found.holder));
	for (size_t i = 0; i < len; i++)
		must((uint8_t)found.holder[i] >= ' ' && found.holder[i] != 0x7f);
	must(found.country[0] == '\0' || (strlen(found.country) == MMDB_COUNTRY &&
	    found.country[0] >= 'A' && found.country[0] <= 'Z'));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct why why = { .err = ERR_OK };
	struct mmdb mmdb;

	if (size < 16)
		return 0;
	if (mmdb_read(bytes_of(data + 16, size - 16), &mmdb, &why) != ERR_OK) {
		must(why.text[0] != '\0');
		return 0;
	}
	must(mmdb.nodes > 0 && strnlen(mmdb.type, sizeof(mmdb.type)) < sizeof(mmdb.type));
	find(&mmdb, data, 16);
	find(&mmdb, data, 4);
	return 0;
}
