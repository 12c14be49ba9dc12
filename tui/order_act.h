/* SPDX-License-Identifier: Apache-2.0 */
/* Commands behind ":" that have something recorded or written; order.c lists them. */
#ifndef TUI_ORDER_ACT_H
#define TUI_ORDER_ACT_H

struct desk;

void order_silence(struct desk *, const char *operand);		/* SUBJECT DURATION WHY */
void order_maintenance(struct desk *, const char *operand);	/* SUBJECT DURATION WHY */
void order_agree(struct desk *, const char *operand);		/* N, a window */
void order_end(struct desk *, const char *operand);		/* N, a window */
void order_correct(struct desk *, const char *operand);		/* N WHAT VALUE WHY */
void order_merge(struct desk *, const char *operand);		/* N M WHY */
void order_split(struct desk *, const char *operand);		/* N TARGETS WHY */
void order_report(struct desk *, const char *operand);		/* N DIR [LANG [FORMATS]] */

#endif
