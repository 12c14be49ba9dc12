/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLE of how a paper is written: PAPER_FORMAT(name, "ending", print); print is void (const
 * struct paper *, struct buffer *).  PAPER_PRESSED(name, "ending"): by sekimori-press.  SVG stands
 * apart: it is of each figure.
 */
#ifndef PAPER_FORMAT
#define PAPER_FORMAT(name, ending, print)
#endif
#ifndef PAPER_PRESSED
#define PAPER_PRESSED(name, ending)
#endif
PAPER_FORMAT(text, "txt",  paper_print_text)
PAPER_FORMAT(json, "json", paper_print_json)
PAPER_FORMAT(html, "html", paper_print_html)
PAPER_PRESSED(pdf, "pdf")
PAPER_PRESSED(xlsx, "xlsx")
#undef PAPER_FORMAT
#undef PAPER_PRESSED
