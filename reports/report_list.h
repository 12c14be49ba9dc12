/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLES of "sekimori report": REPORT("name", "text"), each with a form reports/forms/NAME.form;
 * REPORT_FORMAT(name, "ending", print): how a filing is written.
 */
#ifndef REPORT
#define REPORT(name, text)
#endif
#ifndef REPORT_FORMAT
#define REPORT_FORMAT(name, ending, print)
#endif
REPORT("self-check", N_("self-check of equipment: third-party core equipment and every control"))

REPORT_FORMAT(text, "txt",  filing_print_text)
REPORT_FORMAT(json, "json", filing_print_json)
REPORT_FORMAT(html, "html", filing_print_html)
#undef REPORT
#undef REPORT_FORMAT
