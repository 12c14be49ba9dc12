/* SPDX-License-Identifier: Apache-2.0 */
/* A fact of a round as people read it. */
#ifndef TESTS_UNIT_LAB_FACT_H
#define TESTS_UNIT_LAB_FACT_H

#include "tests/unit/probe_lab.h"

/* wanted: "" if it must not be there. */
static inline void
lab_assert_fact(const struct lab_seen *seen, enum fact fact, const char *wanted)
{
	struct fact_walk walk = fact_walk_of(bytes_of_buffer(&seen->facts));
	const struct fact_row *row;
	struct buffer text = { 0 };
	struct bytes value;
	uint64_t number;

	while (fact_walk_next(&walk, &number, &row, &value))
		if (number == (uint64_t)fact)
			fact_print(&text, row, value);
	if (strcmp(buffer_text(&text), wanted) != 0)
		fail_msg("%s is \"%s\", not \"%s\"", fact_row((uint64_t)fact)->name,
		    buffer_text(&text), wanted);
	buffer_free(&text);
}

#endif
