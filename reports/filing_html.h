/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the HTML format of a filing share. */
#ifndef REPORTS_FILING_HTML_H
#define REPORTS_FILING_HTML_H

#include "reports/filing.h"
#include "reports/html.h"

/* The control table and the waivers. */
void html_controls(const struct filing *, struct buffer *);
void html_waivers(const struct filing *, struct buffer *);

#endif
