/* SPDX-License-Identifier: Apache-2.0 */
/* Runs, what is recorded of them, and coverage periods; see track.h. */
#include <stdlib.h>
#include <string.h>

#include "monitor/base/limits.h"
#include "monitor/daemon/track.h"

/* What a record costs beside facts and evidence; and the quota that ends a hold, lest each octet
 * of it is spent on two records about holding. */
enum { RECORD_COST = 512, HOLD_ENDS_OCTETS = CHANGE_OCTETS / 8 };

struct change {
	struct hash signature, verdict, evidence;
	int64_t     octets;
	bool        any, other;		/* anything at all; another verdict */
};

static struct hash
hash_taken(struct buffer *text)
{
	struct hash hash = hash_of(bytes_of_buffer(text));

	buffer_free(text);
	return hash;
}

static struct change
change_of(const struct track *track, const struct track_round *round)
{
	struct buffer verdict = { .max = 0 }, evidence = { .max = 0 }, all = { .max = 0 };
	struct change change = { .octets = RECORD_COST };

	cbor_put_uint(&verdict, round->outcome);
	cbor_put_uint(&verdict, round->err);
	cbor_put_uint(&verdict, round->replicas);
	cbor_put_bytes(&verdict, round->address);
	for (size_t i = 0; i < round->evidences; i++)
		cbor_put_bytes(&evidence, hash_bytes(&round->evidence[i]));
	change.verdict = hash_taken(&verdict);
	change.evidence = hash_taken(&evidence);
	if (round->evidences > 0 && !hash_equal(change.evidence, round->quota->evidence))
		change.octets += (int64_t)round->evidence_octets;
	cbor_put_bytes(&all, hash_bytes(&change.verdict));
	cbor_put_bytes(&all, hash_bytes(&change.evidence));
	fact_set_write(round->facts, FACTS_STEADY, &all);
	change.octets += (int64_t)all.len;
	change.signature = hash_taken(&all);
	change.other = !track->running || !hash_equal(track->verdict, change.verdict);
	change.any = change.other || track->holding ||
	    !hash_equal(track->signature, change.signature);
	return change;
}

static void
quota_fill(struct track_quota *quota, int64_t now_ms)
{
	int64_t most = CHANGE_OCTETS, passed = quota->begun ? now_ms - quota->filled_ms : 0;

	if (!quota->begun)
		quota->octets = most;
	if (passed > 0 && passed < INT64_MAX / CHANGE_OCTETS_S)
		quota->octets += passed * CHANGE_OCTETS_S / 1000;
	if (quota->octets > most)
		quota->octets = most;
	quota->begun = true;
	quota->filled_ms = now_ms;
}

static bool
quota_has(const struct track_quota *quota, int64_t octets, bool holding)
{
	int64_t need = holding && octets < HOLD_ENDS_OCTETS ? HOLD_ENDS_OCTETS : octets;

	return quota->octets >= (need < CHANGE_OCTETS ? need : CHANGE_OCTETS);
}

/* It may fall below nothing: what is larger than the whole is paid for afterwards. */
static void
quota_spend(struct track_quota *quota, const struct track_round *round, const struct change *change)
{
	quota->octets -= change->octets;
	if (round->evidences > 0)
		quota->evidence = change->evidence;
}

bool
track_close(struct track *track, uint64_t target, uint64_t replica, struct track_verdict *out)
{
	if (!track->running)
		return false;
	out->run = true;
	buffer_put(&out->varying, track->varying, track->varying_len);
	out->closed = (struct record_run){
		.target = target,
		.replica = replica,
		.outcome = track->outcome,
		.first = track->first_ms,
		.last = track->last_ms,
		.rounds = track->rounds,
		.missed = track->missed,
		.latency_min_us = latency_min(track->latency),
		.latency_median_us = latency_quantile(track->latency, 50),
		.latency_p99_us = latency_quantile(track->latency, 99),
		.latency_max_us = latency_max(track->latency),
		.facts = bytes_of_buffer(&out->varying)
	};
	track->running = false;
	return true;
}

static void
run_begin(struct track *track, const struct track_round *round, const struct change *change)
{
	if (track->latency == NULL)
		track->latency = latency_new();
	latency_reset(track->latency);
	track->running = true;
	track->signature = change->signature;
	track->verdict = change->verdict;
	track->outcome = round->outcome;
	track->first_ms = track->last_ms = round->observed_ms;
	track->began_ms = round->now_ms;
	track->rounds = 0;
	track->missed = 0;
}

static void
varying_take(struct track *track, const struct fact_set *facts)
{
	struct buffer varying = { .max = 0 };

	fact_set_write(facts, FACTS_VARYING, &varying);
	if (varying.len != track->varying_len)
		track->varying = memory_resize(track->varying, varying.len + 1, 1);
	if (varying.len > 0)
		memcpy(track->varying, varying.at, varying.len);
	track->varying_len = varying.len;
	buffer_free(&varying);
}

static void
run_extend(struct track *track, const struct track_round *round)
{
	track->rounds++;
	track->last_ms = round->observed_ms;
	if (round->latency_us > 0)
		latency_add(track->latency, (uint64_t)round->latency_us);
	varying_take(track, round->facts);
}

void
track_take(struct track *track, const struct track_round *round, struct track_verdict *out)
{
	struct change change = change_of(track, round);
	bool told;

	quota_fill(round->quota, round->now_ms);
	*out = (struct track_verdict){ .held = change.any &&
	    !quota_has(round->quota, change.octets, track->holding),
	    .changed = track->running && !hash_equal(track->signature, change.signature) };
	/* While it is held, only another verdict is news. */
	told = change.any && (!out->held || !track->holding || change.other);
	if (track->running)
		track->missed += round->missed;
	if (track->running && (told || round->now_ms - track->began_ms >= RUN_MS))
		track_close(track, round->target, round->replica, out);
	if (!track->running)
		run_begin(track, round, &change);
	if (told && (!out->held || change.other))
		track->owed = round->window > 0 ? round->window - 1 : 0;
	else if (!told && track->owed > 0)
		track->owed--, told = true;
	out->observation = told;
	if (told && !out->held)
		quota_spend(round->quota, round, &change);
	track->holding = out->held;
	run_extend(track, round);
}

void
track_verdict_free(struct track_verdict *verdict)
{
	buffer_free(&verdict->varying);
}

void
track_free(struct track *track)
{
	free(track->varying);
	latency_free(track->latency);
	*track = (struct track){ .running = false };
}

void
coverage_begin(struct coverage *coverage, int64_t wall_ms, int64_t monotonic_ms)
{
	*coverage = (struct coverage){ .at_ms = wall_ms, .monotonic_ms = monotonic_ms };
}

void
coverage_end(struct coverage *coverage, int64_t wall_ms, int64_t monotonic_ms,
    struct record_coverage *out)
{
	int64_t elapsed = monotonic_ms - coverage->monotonic_ms;
	int64_t to = coverage->at_ms + elapsed, most = elapsed / SLEW_DIVISOR, off = wall_ms - to;

	if (off > most)
		off = most;
	if (off < -most)
		off = -most;
	out->from = coverage->at_ms;
	out->to = to + off;
	out->rounds = coverage->rounds;
	*coverage = (struct coverage){ .at_ms = out->to, .monotonic_ms = monotonic_ms };
}
