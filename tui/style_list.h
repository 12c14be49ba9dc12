/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLE of what is told apart by colour: STYLE(NAME, c256, c8, b256, b8, attributes, mono).
 * c: colour on a terminal with 256 and with 8 colours; b: the same in the colour-blind palette
 * (blue, yellow and vermilion, after Okabe and Ito); -1 is the terminal's own.  attributes go
 * with both, mono stands alone where there is no colour.  Every style that carries a meaning
 * also has its letter or word on the screen.
 */
STYLE(NORMAL,    -1, -1,  -1, -1, 0,                 0)
STYLE(QUIET,    245, -1, 245, -1, 0,                 0)
STYLE(STRONG,    -1, -1,  -1, -1, PAINT_BOLD,        PAINT_BOLD)
STYLE(HEADING,  110,  6, 110,  6, 0,                 PAINT_UNDERLINE)
STYLE(UP,        71,  2,  74,  4, 0,                 0)
STYLE(DEGRADED, 214,  3, 220,  3, PAINT_BOLD,        PAINT_BOLD)
STYLE(DOWN,     203,  1, 202,  1, PAINT_BOLD,        PAINT_BOLD | PAINT_UNDERLINE)
STYLE(UNKNOWN,  176,  5, 252,  7, 0,                 PAINT_UNDERLINE)
STYLE(HEADER,    -1, -1,  -1, -1, PAINT_BOLD,        PAINT_BOLD)
STYLE(TAB,      245, -1, 245, -1, 0,                 0)
STYLE(TAB_HERE,  -1, -1,  -1, -1, PAINT_BOLD,        PAINT_BOLD)
STYLE(REPLAY,   214,  3, 220,  3, PAINT_BOLD | PAINT_REVERSE, PAINT_BOLD | PAINT_REVERSE)
STYLE(ALARM,    203,  1, 202,  1, PAINT_BOLD | PAINT_REVERSE, PAINT_BOLD | PAINT_REVERSE)
STYLE(PROMPT,    -1, -1,  -1, -1, PAINT_BOLD,        PAINT_BOLD)
STYLE(KEY,      110,  6, 110,  6, PAINT_BOLD,        PAINT_BOLD)
#undef STYLE
