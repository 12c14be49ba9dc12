/* SPDX-License-Identifier: Apache-2.0 */
/* How much is proven, unknown and failed, in words and as a bar. */
#ifndef TUI_SHARE_H
#define TUI_SHARE_H

#include "tui/scene.h"

/* Shares in percent and numbers, and the age of the oldest evidence. */
void share_words(const struct scene *, struct strip *);
/* One letter of health per column, each health as its share; what there is has at least one. */
void share_bar(const struct scene *, struct strip *);

#endif
