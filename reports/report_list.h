/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLES of "sekimori report": REPORT("name", "text"), each with a form reports/forms/NAME.form;
 * REPORT_FORMAT(name, "ending", print): how a filing is written; REPORT_PRESSED(name, "ending"):
 * by sekimori-press, from the filing as a paper.
 */
#ifndef REPORT
#define REPORT(name, text)
#endif
#ifndef REPORT_FORMAT
#define REPORT_FORMAT(name, ending, print)
#endif
#ifndef REPORT_PRESSED
#define REPORT_PRESSED(name, ending)
#endif
REPORT("self-check", N_("self-check of equipment: third-party core equipment and every control"))

REPORT_FORMAT(text, "txt",  filing_print_text)
REPORT_FORMAT(json, "json", filing_print_json)
REPORT_FORMAT(html, "html", filing_print_html)
REPORT_PRESSED(pdf, "pdf")
REPORT_PRESSED(xlsx, "xlsx")
#undef REPORT
#undef REPORT_FORMAT
#undef REPORT_PRESSED
