/* SPDX-License-Identifier: Apache-2.0 */
/* Words between commas; see comma.h. */
#include <string.h>

#include "monitor/base/comma.h"

bool
comma_next(const char **list, struct bytes *word)
{
	const char *at = *list + strspn(*list, ", ");
	size_t len = strcspn(at, ",");

	*list = at + len;
	while (len > 0 && at[len - 1] == ' ')
		len--;
	*word = bytes_of(at, len);
	return len > 0;
}

bool
comma_has(const char *list, struct bytes wanted)
{
	struct bytes word;

	while (comma_next(&list, &word))
		if (bytes_equal(word, wanted))
			return true;
	return false;
}
