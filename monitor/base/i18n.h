/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages in the reader's language (gettext).  Pure folders mark texts with N_() and never
 * translate; what is recorded in the ledger is English, what is shown goes through _().
 */
#ifndef MONITOR_BASE_I18N_H
#define MONITOR_BASE_I18N_H

#include <libintl.h>

#define _(text)  gettext(text)
#define N_(text) text

/*
 * Sets the locale: UTF-8 whatever the environment says, numbers in C.  lang is "ja", "en" or
 * NULL for what the environment asks.  Catalogues are found beside the installation, or in the
 * build tree next to the running program.
 */
void i18n_open(const char *lang);

#endif
