/* SPDX-License-Identifier: Apache-2.0 */
/* A judged seal in sentences and as JSON: the same wherever one is shown. */
#ifndef REPORTS_SEAL_JUDGE_H
#define REPORTS_SEAL_JUDGE_H

#include <jansson.h>

#include "attest/cades.h"

/* "sealed (CAdES-B-T) by CN=... before 2026-...": what an accepted seal shows. */
void    seal_judged_good(const struct cades_result *, struct buffer *out);
/* Which rule it breaks, what was expected and found, the clause, and what to do. */
void    seal_judged_bad(const struct cades_result *, struct buffer *out);
json_t *seal_judged_json(const struct cades_result *);

#endif
