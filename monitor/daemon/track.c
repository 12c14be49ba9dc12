/* SPDX-License-Identifier: Apache-2.0 */
/* Runs, what is recorded of them, and coverage periods; see track.h. */
#include <stdlib.h>
#include <string.h>

#include "monitor/base/limits.h"
#include "monitor/daemon/track.h"

static struct hash
signature_of(const struct track_round *round)
{
	struct buffer text = { .max = 0 };
	struct hash signature;

	cbor_put_uint(&text, round->outcome);
	cbor_put_uint(&text, round->err);
	cbor_put_uint(&text, round->replicas);
	cbor_put_bytes(&text, round->address);
	for (size_t i = 0; i < round->evidences; i++)
		cbor_put_bytes(&text, hash_bytes(&round->evidence[i]));
	fact_set_write(round->facts, FACTS_STEADY, &text);
	signature = hash_of(bytes_of_buffer(&text));
	buffer_free(&text);
	return signature;
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
run_begin(struct track *track, const struct track_round *round, struct hash signature)
{
	if (track->latency == NULL)
		track->latency = latency_new();
	latency_reset(track->latency);
	track->running = true;
	track->signature = signature;
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
	struct hash signature = signature_of(round);
	bool changed = !track->running || !hash_equal(track->signature, signature);

	*out = (struct track_verdict){ .observation = changed };
	if (track->running)
		track->missed += round->missed;
	if (track->running && (changed || round->now_ms - track->began_ms >= RUN_MS))
		track_close(track, round->target, round->replica, out);
	if (!track->running)
		run_begin(track, round, signature);
	if (changed) {
		track->owed = round->window > 0 ? round->window - 1 : 0;
	} else if (track->owed > 0) {
		track->owed--;
		out->observation = true;
	}
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
