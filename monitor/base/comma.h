/* SPDX-License-Identifier: Apache-2.0 */
/* Lists with commas, as configurations have them: "aws/tokyo, own/kobe". */
#ifndef MONITOR_BASE_COMMA_H
#define MONITOR_BASE_COMMA_H

#include "monitor/base/bytes.h"

/*
 * Takes the next word off the list, without the blanks around it; empty words are passed over.
 * False at the end.  The word is a view of the list.
 */
bool comma_next(const char **list, struct bytes *word);
bool comma_has(const char *list, struct bytes word);

#endif
