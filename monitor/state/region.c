/* SPDX-License-Identifier: Apache-2.0 */
/* Regions by their letters and digits alone. */
#include <ctype.h>

#include "monitor/state/region.h"

static const char *
next_sign(const char *at, bool in_list)
{
	while (*at != '\0' && !(in_list && *at == ',') && !isalnum((unsigned char)*at) &&
	    (unsigned char)*at < 0x80)
		at++;
	return at;
}

static bool
same(const char *entry, const char *region)
{
	for (;;) {
		entry = next_sign(entry, true);
		region = next_sign(region, false);
		if (*entry == '\0' || *entry == ',' || *region == '\0')
			return (*entry == '\0' || *entry == ',') && *region == '\0';
		if (tolower((unsigned char)*entry++) != tolower((unsigned char)*region++))
			return false;
	}
}

bool
region_named(const char *list, const char *region)
{
	if (*next_sign(region, false) == '\0')
		return false;
	for (;;) {
		if (same(list, region))
			return true;
		while (*list != '\0' && *list != ',')
			list++;
		if (*list == '\0')
			return false;
		list++;
	}
}
