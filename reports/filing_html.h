/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the HTML format share. */
#ifndef REPORTS_FILING_HTML_H
#define REPORTS_FILING_HTML_H

#include "reports/filing.h"

/* Appends text with the five characters of markup as references. */
void html_text(struct buffer *, const char *text);
/* "<TAG ATTRIBUTES>" text "</TAG>"; tag and attributes are ours: "td class=\"n\"". */
void html_element(struct buffer *, const char *tag, const char *attributes, const char *text);
/* A row of column heads. */
void html_heads(struct buffer *, const char *const *head, size_t heads);

/* The control table and the waivers. */
void html_controls(const struct filing *, struct buffer *);
void html_waivers(const struct filing *, struct buffer *);

#endif
