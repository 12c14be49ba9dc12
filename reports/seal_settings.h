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

/* --- seal_filing.c --- */
struct seal_run {
	struct ledger *ledger;	/* whose newest configuration says by which key */
	const char    *config;	/* of the daemon that is asked for time stamps, or NULL */
	bool           without;	/* no time stamps are wanted */
};

/* Appends the seal of each document to its buffer; after a failure some may be there. */
MUST_USE enum err seal_each(const struct seal_run *, const struct bytes *document, size_t count,
    struct buffer *seal, struct why *);

#endif
