/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLE of the reports that are papers (reports/paper.h) and not forms, each a command of its own
 * in its own file: REPORT_COMMAND(identifier), "sekimori report IDENTIFIER".
 */
REPORT_COMMAND(prompt_report)
REPORT_COMMAND(detailed_report)
REPORT_COMMAND(near_accident)
REPORT_COMMAND(yearly_list)
REPORT_COMMAND(fill)
REPORT_COMMAND(dependencies)
REPORT_COMMAND(diagram)
REPORT_COMMAND(duties)
REPORT_COMMAND(provider)
REPORT_COMMAND(crypto)
REPORT_COMMAND(keys)
REPORT_COMMAND(location)
REPORT_COMMAND(calendar)
#undef REPORT_COMMAND
