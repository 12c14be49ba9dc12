/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLE of the fixed words of a paper: PAPER_WORD(NAME, "name", "text").  A paper carries them in
 * its own language, so that whoever prints it needs no catalogue.
 */
#ifndef PAPER_WORD
#define PAPER_WORD(NAME, name, text)
#endif
PAPER_WORD(DRAFT,         "draft",         N_("DRAFT"))
PAPER_WORD(DRILL,         "drill",         N_("DRILL"))
PAPER_WORD(DRAFT_MEANING, "draft-meaning", N_("Draft: people must still confirm or enter what is marked so."))
PAPER_WORD(DRILL_MEANING, "drill-meaning", N_("Exercise: nothing in this document happened, and it must not be filed."))
PAPER_WORD(CONTENTS,      "contents",      N_("Contents"))
PAPER_WORD(SPEAKS,        "speaks",        N_("What this document speaks for"))
PAPER_WORD(NOTE,          "note",          N_("Note"))
PAPER_WORD(WARNING,       "warning",       N_("Warning"))
PAPER_WORD(RECORDS,       "records",       N_("records"))
PAPER_WORD(FIGURE,        "figure",        N_("Figure"))
PAPER_WORD(TABLE,         "table",         N_("Table"))
PAPER_WORD(NOTHING,       "nothing",       N_("None."))
#undef PAPER_WORD
