/* SPDX-License-Identifier: Apache-2.0 */
/* By which key to seal: what was said, else what the configuration in force says. */
#ifndef REPORTS_SEAL_SETTINGS_H
#define REPORTS_SEAL_SETTINGS_H

#include "monitor/ledger/ledger.h"
#include "monitor/state/plan.h"
#include "reports/seal.h"

/*
 * Fills what is NULL from the newest CONFIG of the ledger; *plan owns those texts and is freed by
 * the caller (NULL is fine).  A key that was said takes no certificate from the configuration.
 */
MUST_USE enum err seal_settings_fill(struct seal_settings *, struct ledger *, struct plan **plan,
    struct why *);

#endif
