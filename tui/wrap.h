/* SPDX-License-Identifier: Apache-2.0 */
/* Long texts over several lines. */
#ifndef TUI_WRAP_H
#define TUI_WRAP_H

#include "monitor/base/bytes.h"

/*
 * As much of the text from that octet on as fits into so many columns, up to its last blank; a
 * wide character is never cut.  Never empty while text is left.
 */
struct bytes wrap_part(struct bytes text, size_t from, unsigned columns);

#endif
