/* SPDX-License-Identifier: Apache-2.0 */
/* Commands typed behind ":": what they are called, what they do, how their words complete. */
#ifndef TUI_ORDER_H
#define TUI_ORDER_H

#include "monitor/base/bytes.h"

struct desk;

enum order_words { ORDER_WORDS_NONE, ORDER_WORDS_TARGETS, ORDER_WORDS_INCIDENTS,
	ORDER_WORDS_CONTROLS, ORDER_WORDS_PALETTES };

struct order {
	const char      *name, *usage;
	const char      *text;		/* N_() */
	enum order_words words;		/* what its first operand is the name of */
	void           (*run)(struct desk *, const char *operand);
};

/* The table from 0, for help and manual; NULL ends it.  Views by their names come besides. */
const struct order *order_at(unsigned place);
/* Runs what was typed; what went wrong is said at the bottom of the screen. */
void order_run(struct desk *, const char *line);
/* Completes the line in place as far as it is certain; choices gets the possible words. */
void order_complete(const struct desk *, char *line, size_t line_size, struct buffer *choices);

#endif
