/* SPDX-License-Identifier: Apache-2.0 */
/* One line typed at the bottom of the screen, with editing and a short memory. */
#ifndef TUI_PROMPT_H
#define TUI_PROMPT_H

#include "monitor/base/bytes.h"

enum { PROMPT_MAX = 512, PROMPT_HISTORY = 16 };

struct prompt {
	char   kind;			/* ':' or '/'; 0: not open */
	char   text[PROMPT_MAX];	/* UTF-8, NUL-terminated */
	size_t len, at;			/* octets; at is the cursor's place */
	char   history[PROMPT_HISTORY][PROMPT_MAX];	/* of ':', newest first */
	unsigned histories, recalled;	/* recalled: 0 is the line being typed */
};

enum prompt_event { PROMPT_CHANGED, PROMPT_DONE, PROMPT_CANCELLED, PROMPT_COMPLETE };

void prompt_open(struct prompt *, char kind, const char *text);
void prompt_close(struct prompt *);
void prompt_set(struct prompt *, const char *text);	/* cursor to its end */
/* DONE keeps text and kind until prompt_close(), and remembers a command. */
enum prompt_event prompt_key(struct prompt *, uint32_t key);

#endif
