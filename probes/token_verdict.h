/* SPDX-License-Identifier: Apache-2.0 */
/* What an answer without a signature means for the round, in a sentence. */
#ifndef PROBES_TOKEN_VERDICT_H
#define PROBES_TOKEN_VERDICT_H

#include "attest/claims.h"
#include "probes/probe.h"
#include "probes/wire/token_message.h"

/* The answer is whole and its result is not TOKEN_SIGNED. */
void token_verdict_finish(struct round *, const struct token_answer *);
/* There was none: the process ended by that signal, or with that status. */
void token_verdict_died(struct round *, enum token_stage, int signal, int status);
/* Claims that have the names of facts, as facts. */
void token_verdict_claims(struct fact_set *, const struct claims *);

#endif
