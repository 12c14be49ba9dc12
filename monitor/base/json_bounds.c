/* SPDX-License-Identifier: Apache-2.0 */
/* Brackets and commas outside of strings, counted; see json_bounds.h. */
#include "monitor/base/json_bounds.h"

bool
json_fits(struct bytes text, struct json_bounds most, size_t *at)
{
	size_t depth = 0, groups = 0, values = 0;
	bool inside = false;	/* a string */

	for (size_t i = 0; i < text.len; i++) {
		uint8_t octet = text.at[i];

		if (inside && octet == '\\')
			i++;
		else if (octet == '"')
			inside = !inside;
		else if (!inside && (octet == '[' || octet == '{'))
			depth++, groups++;
		else if (!inside && (octet == ']' || octet == '}') && depth > 0)
			depth--;
		else if (!inside && octet == ',')
			values++;
		if (depth <= most.depth && (most.groups == 0 || groups <= most.groups) &&
		    (most.values == 0 || values <= most.values))
			continue;
		if (at != NULL)
			*at = i;
		return false;
	}
	return true;
}
