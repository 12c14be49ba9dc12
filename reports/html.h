/* SPDX-License-Identifier: Apache-2.0 */
/* Markup as every HTML and SVG document of ours writes it: text can never become markup. */
#ifndef REPORTS_HTML_H
#define REPORTS_HTML_H

#include "monitor/base/bytes.h"

/* Appends text with the five characters of markup as references. */
void html_text(struct buffer *, const char *text);
/* "<TAG ATTRIBUTES>" text "</TAG>"; tag and attributes are ours: "td class=\"n\"". */
void html_element(struct buffer *, const char *tag, const char *attributes, const char *text);
/* A row of column heads. */
void html_heads(struct buffer *, const char *const *head, size_t heads);

#endif
