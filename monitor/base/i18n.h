/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages in the reader's language, from catalogues as msgfmt writes them.  Pure folders mark
 * texts with N_() and never translate; what is recorded in the ledger is English, what is shown
 * goes through _().
 */
#ifndef MONITOR_BASE_I18N_H
#define MONITOR_BASE_I18N_H

#include <stdbool.h>

#define _(text)  i18n_text(text)
#define N_(text) text
/* Named as in libintl.h, so that xgettext finds its calls. */
#define ngettext(one, many, n) i18n_plural(one, many, n)

/*
 * Sets the locale: UTF-8 whatever the environment says, numbers in C.  lang is "ja", "en" or
 * NULL for what the environment asks.  Catalogues are found beside the installation, or in the
 * build tree next to the running program.  May be called again: texts of the language before are
 * no longer valid then.
 */
void i18n_open(const char *lang);
const char *i18n_language(void);	/* "ja" or "en": the one in use */
bool        i18n_plain(void);	/* the environment asked for letters that are not UTF-8 */

/* The text in the reader's language, or itself where there is no translation. */
const char *i18n_text(const char *text) __attribute__((format_arg(1)));
const char *i18n_plural(const char *one, const char *many, unsigned long n)
    __attribute__((format_arg(1), format_arg(2)));

#endif
