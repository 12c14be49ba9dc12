/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of the view of keys about data closed to the provider (monitor/state/enclosure.h) and
 * custody of keys (monitor/state/custody.h). */
#ifndef TUI_CLOSED_H
#define TUI_CLOSED_H

#include "tui/view.h"

/* What one line says; texts are in the reader's language, the caller frees what. */
struct closed_line {
	char          state[64];	/* ". holds" */
	enum style    style;
	const char   *link;		/* "in use" or "at rest" */
	struct buffer what;		/* the thing, declared against seen and proven */
	const char   *why;
	bool          problem;		/* contradicted or not closed */
};

/* Of an instance in use, or of a store at rest; false if nothing is declared and nobody asked. */
bool closed_use_line(const struct scene *, uint32_t instance, struct closed_line *);
bool closed_rest_line(const struct scene *, uint32_t store, struct closed_line *);
/* Of a key whose custody is declared: holder, hosts, the item that stands worst. */
bool custody_line(const struct scene *, uint32_t key, struct closed_line *);

#endif
