/* SPDX-License-Identifier: Apache-2.0 */
/* Breaking of lines, measured as they will be drawn. */
#include <string.h>

#include "tui/cell.h"
#include "tui/wrap.h"

struct bytes
wrap_part(struct bytes text, size_t from, unsigned columns)
{
	struct bytes rest = bytes_slice(text, from, text.len), part = { rest.at, 0 };
	size_t blank = 0;
	char escape[CELL_ESCAPE];
	unsigned used = 0;
	uint32_t code;

	while (text_next(&rest, &code, escape)) {
		used += escape[0] != '\0' ? (unsigned)strlen(escape) : (unsigned)cell_width(code);
		if (used > columns && part.len > 0)
			break;
		part.len = (size_t)(rest.at - part.at);
		if (code == ' ' || rest.len == 0)
			blank = part.len;
	}
	if (blank != 0)
		part.len = blank;
	return part;
}
