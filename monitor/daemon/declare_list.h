/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLE of acts that become a record of their own: DECLARE(ACT, KIND, name, field): the function
 * declare_name fills record.field, which has uid and author, and text but for filings.
 */
DECLARE(WAIVE,   WAIVER,     waiver,     waiver)
DECLARE(AGREE,   WAIVER,     decision,   waiver)
DECLARE(FILE,    FILING,     filing,     filing)
DECLARE(WINDOW,  WINDOW,     window,     window)
DECLARE(CONSENT, WINDOW,     consent,    window)
DECLARE(CORRECT, CORRECTION, correction, correction)
DECLARE(FILL,    ENTRY,      entry,      entry)
DECLARE(INTENT,  INTENT,     intent,     intent)
DECLARE(CONCUR,  INTENT,     concur,     intent)
DECLARE(CEREMONY, CEREMONY, ceremony, ceremony)
#undef DECLARE
