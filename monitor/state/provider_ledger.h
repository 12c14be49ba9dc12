/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a provider's failures looked like from both sides: when we saw it, when the provider said
 * so, when it ended for each; lags, and availability against the contract.  Made on demand from a
 * state; as complete as the incidents and notices the state keeps.
 */
#ifndef MONITOR_STATE_PROVIDER_LEDGER_H
#define MONITOR_STATE_PROVIDER_LEDGER_H

#include "monitor/state/demarcation.h"

/* No such moment or lag. */
#define LAG_NONE INT64_MIN

/* One failure.  Moments in ms UTC; 0: there is none, or nobody said it. */
struct provider_entry {
	uint64_t incident;		/* 0: the provider told of something we did not see */
	uint64_t notice;		/* id of its notice; 0: it said nothing */
	char     region[NAME_MAX_LEN];	/* or site, or "" */
	char     title[160];		/* the provider's headline, or "" */
	enum side side;
	int64_t  occurred_ms, known_ms, restored_ms;	/* ours */
	int64_t  said_ms;		/* when its first notice came to us, by our clock */
	int64_t  told_ms, started_ms, ended_ms;		/* by its own clock */
	int64_t  detection_ms;		/* known minus the earlier start of both; LAG_NONE */
	int64_t  disclosure_ms;		/* said minus known: negative if it told us first */
	bool     late;			/* over what the contract promises, or not said yet */
	uint64_t known_seq, said_seq;	/* records */
};

struct provider_ledger {
	char     provider[NAME_MAX_LEN];
	const struct plan_provider *plan;	/* NULL: the plan only names it in sites */
	int64_t  from_ms, to_ms;
	int64_t  down_ms;		/* union of its incidents (side: provider) in the period */
	int64_t  doubtful_ms;		/* union of those of nobody's side yet */
	int64_t  blind_ms;		/* the monitor was not watching */
	uint32_t available_ppm, promised_ppm;	/* promised 0: no contract says */
	bool     met;			/* available is at least what was promised */
	struct provider_entry *entry;	/* owned; oldest first */
	uint32_t entries, entry_cap;
};

/* Failures of [from, to); an open one counts up to "to". */
void provider_ledger_make(const struct state *, const char *provider, int64_t from_ms,
    int64_t to_ms, struct provider_ledger *);
void provider_ledger_free(struct provider_ledger *);

/* Names of all providers of a plan, of sites and of contracts, each once, ascending. */
uint32_t providers_of(const struct plan *, const char **names, uint32_t most);

#endif
