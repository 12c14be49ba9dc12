/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLE of what a shape of a drawing stands for: DRAWING_ROLE(NAME, "name", fill, line, hatch,
 * dash), colours as 0xRRGGBB.  Every role differs from the others by hatch, dash or lightness, so
 * that a drawing printed in black and white still reads; what it means stands beside it in words.
 */
#ifndef DRAWING_ROLE
#define DRAWING_ROLE(NAME, name, fill, line, hatch, dash)
#endif
DRAWING_ROLE(PLAIN,        "plain",        0xffffff, 0x222222, NONE,     SOLID)
DRAWING_ROLE(QUIET,        "quiet",        0xf2f2f2, 0x8a8a8a, NONE,     SOLID)
DRAWING_ROLE(FRAME,        "frame",        0xfafafa, 0x555555, NONE,     LONG)
DRAWING_ROLE(ACCENT,       "accent",       0xd7e4f4, 0x1f4e8c, NONE,     SOLID)
DRAWING_ROLE(GOOD,         "good",         0xdff2df, 0x1e6b2b, NONE,     SOLID)
DRAWING_ROLE(DEGRADED,     "degraded",     0xffefc2, 0x8a5a00, RISING,   SOLID)
DRAWING_ROLE(BAD,          "bad",          0xf7c9c4, 0xa01010, CROSSED,  SOLID)
DRAWING_ROLE(UNKNOWN,      "unknown",      0xffffff, 0x5a5a5a, DOTTED,   SHORT)
DRAWING_ROLE(GAP,          "gap",          0xe4e4e4, 0x5a5a5a, FALLING,  SHORT)
DRAWING_ROLE(PLANNED,      "planned",      0xe6def2, 0x53388a, LEVEL,    SOLID)
DRAWING_ROLE(CARRIER,      "carrier",      0xe8f1fb, 0x1f4e8c, NONE,     SOLID)
DRAWING_ROLE(PROVIDER,     "provider",     0xfdf0e1, 0x8a4b08, NONE,     LONG)
DRAWING_ROLE(INTERCONNECT, "interconnect", 0xeaf5ef, 0x1d6a5a, NONE,     SHORT)
DRAWING_ROLE(DEADLINE,     "deadline",     0xa01010, 0xa01010, NONE,     SOLID)
DRAWING_ROLE(INK,          "ink",          0x222222, 0x222222, NONE,     SOLID)
DRAWING_ROLE(BLANK,        "blank",        0xffffff, 0xffffff, NONE,     SOLID)
#undef DRAWING_ROLE
