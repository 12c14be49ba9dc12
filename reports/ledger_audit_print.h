/* SPDX-License-Identifier: Apache-2.0 */
/* How an audit is told: a line or a JSON object per item as it comes, and the sum at the end. */
#ifndef REPORTS_LEDGER_AUDIT_PRINT_H
#define REPORTS_LEDGER_AUDIT_PRINT_H

#include <jansson.h>

#include "reports/audit.h"

struct audit_print {
	bool     json;
	uint64_t from, to;
	uint64_t items;			/* printed so far */
};

/* asked is where the range was to begin; records between it and from are pruned. */
void audit_print_begin(struct audit_print *, uint64_t asked);
void audit_print_item(void *print, const struct audit_item *);	/* an audit_each */
/* err other than ERR_OK: the audit broke off, and why says why.  Gives the exit code. */
int  audit_print_end(struct audit_print *, const struct audit *, enum err, const struct why *);
/* One item as a JSON object, for "verify --json". */
json_t *audit_item_json(const struct audit_item *);

#endif
