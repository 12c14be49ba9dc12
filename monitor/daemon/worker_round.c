/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A visit to a target: its name is looked up, then each address behind it gets a round of its own,
 * a gap apart; what each round saw goes through its track, which says what is recorded.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/clock.h"
#include "monitor/base/limits.h"
#include "monitor/daemon/worker.h"

enum { ADDRESS_TEXT = 80, SALT_LEN = 32 };

static void
run_send(struct place *place, struct track_verdict *verdict)
{
	struct record record = { .kind = RECORD_RUN, .observed_ms = verdict->closed.last,
	    .run = verdict->closed };

	worker_send(place->worker, &record);
}

void
place_close_runs(struct place *place)
{
	for (uint32_t i = 0; i < place->replicas; i++) {
		struct track_verdict verdict = { .run = false };

		if (track_close(&place->replica[i].track, place->id, i, &verdict))
			run_send(place, &verdict);
		track_verdict_free(&verdict);
	}
}

/* The address enters as a commitment; salt and value go beside it and can be withheld. */
static struct hash
address_commit(struct place *place, struct bytes address)
{
	uint8_t value[SALT_LEN + ADDRESS_TEXT];

	if (address.len == 0)
		return (struct hash){ { 0 } };
	random_fill(value, SALT_LEN);
	memcpy(value + SALT_LEN, address.at, address.len);
	outbox_send(&place->worker->outbox, MESSAGE_VALUE, bytes_of(value, SALT_LEN + address.len));
	return secret_commit(bytes_of(value, SALT_LEN), address);
}

static void
observation_send(struct place *place, const struct track_round *round, const char *detail,
    const struct round_blob *evidence)
{
	struct worker *worker = place->worker;
	struct buffer facts = { .max = RECORD_MAX }, list = { .max = RECORD_MAX };
	struct record record = { .kind = RECORD_OBSERVATION, .observed_ms = round->observed_ms };

	for (size_t i = 0; i < round->evidences; i++)
		outbox_send(&worker->outbox, MESSAGE_BLOB, evidence[i].raw);
	fact_set_write(round->facts, FACTS_ALL, &facts);
	record.observation = (struct record_observation){
		.target = round->target,
		.replica = round->replica,
		.replicas = round->replicas,
		.outcome = round->outcome,
		.error = round->err,
		.latency_us = (uint64_t)round->latency_us,
		.facts = bytes_of_buffer(&facts),
		.evidence = record_hashes(&list, round->evidence, round->evidences),
		.address = address_commit(place, round->address),
		.detail = bytes_of_text(detail)
	};
	worker_send(worker, &record);
	buffer_free(&facts);
	buffer_free(&list);
}

/* Its facts and evidence stay out; COVERAGE names the target as held for as long. */
static void
held_send(struct place *place, const struct track_round *round, const char *saw)
{
	struct fact_set none = { .count = 0 };
	struct track_round held = *round;
	char detail[DETAIL_MAX];

	held.facts = &none;
	held.evidences = 0;
	snprintf(detail, sizeof(detail), "it changes too often: its facts and evidence are held "
	    "back, for they would fill the ledger with more than %d octets a second%s%.200s",
	    CHANGE_OCTETS_S, saw[0] != '\0' ? "; " : "", saw);
	observation_send(place, &held, detail, NULL);
}

static void
round_take(struct replica *replica, struct track_round *round, const char *detail,
    const struct round_blob *evidence)
{
	struct place *place = replica->place;
	const struct plan_target *target = place->target;
	struct track_verdict verdict;

	round->target = place->id;
	round->replica = (uint64_t)(replica - place->replica);
	round->now_ms = worker_now_ms(place->worker);
	round->window = target->window > target->recover_count ? target->window :
	    target->recover_count;
	round->missed = place->skipped;
	round->quota = &place->quota;
	for (size_t i = 0; i < round->evidences; i++)
		round->evidence_octets += evidence[i].raw.len;
	track_take(&replica->track, round, &verdict);
	if (verdict.run)
		run_send(place, &verdict);
	if (verdict.observation && verdict.held)
		held_send(place, round, detail);
	else if (verdict.observation)
		observation_send(place, round, detail, evidence);
	/* One that answers no more has nothing to be looked into. */
	if (verdict.changed && round->outcome != OUTCOME_DOWN)
		worker_changed(place->worker, place);
	if (verdict.held)
		schedule_flag(place->worker->schedule, place->id, SCHEDULE_HELD);
	track_verdict_free(&verdict);
	place->worker->coverage.rounds++;
	if (round->outcome != OUTCOME_DOWN)
		place->all_down = false;
}

static void
visit_end(struct place *place)
{
	place->visiting = false;
	schedule_finish(place->worker->schedule, place->id, worker_now_ms(place->worker),
	    place->all_down);
	worker_pump(place->worker);
}

static void
on_round(void *arg, const struct round_result *result)
{
	struct replica *replica = arg;
	struct place *place = replica->place;
	struct hash hashes[EVIDENCE_MAX];
	char address[ADDRESS_TEXT];
	struct track_round round = {
		.replicas = place->addresses > 0 ? place->addresses : 1,
		.outcome = result->outcome,
		.err = result->err,
		.latency_us = result->latency_us,
		.facts = result->facts,
		.evidence = hashes,
		.evidences = result->evidences,
		.observed_ms = result->started_wall_ms
	};

	address_text(&replica->address.any, address, sizeof(address));
	round.address = bytes_of_text(address);
	round.facts = worker_location_facts(place->worker, &replica->address.any, result->facts);
	for (size_t i = 0; i < result->evidences; i++)
		hashes[i] = result->evidence[i].hash;
	round_take(replica, &round, result->detail, result->evidence);
	schedule_spend(place->worker->schedule, place->id,
	    result->connections > 0 ? result->connections : 1, worker_now_ms(place->worker));
	place->running--;
	if (place->running == 0 && place->next == place->replicas)
		visit_end(place);
	else if (place->deep && place->next < place->replicas)
		schedule_again(place->worker->schedule, place->id, worker_now_ms(place->worker));
}

void
visit_continue(struct place *place)
{
	struct replica *replica;
	enum err err;

	if (!place->visiting || place->lookup != NULL || place->next >= place->replicas)
		return;
	replica = &place->replica[place->next++];
	place->running++;
	if (place->next < place->replicas && !place->deep)
		schedule_again(place->worker->schedule, place->id, worker_now_ms(place->worker));
	err = machine_start(place->worker->machine, &(struct round_request){
	    .endpoint = replica->endpoint, .address = &replica->address.any,
	    .address_len = address_len(&replica->address.any),
	    .deadline_ms = place->target->deadline_ms, .addresses = place->addresses,
	    .resolve_us = place->resolve_us, .done = on_round, .arg = replica });
	/* The pump begins nothing while ROUNDS_IN_FLIGHT run, and an endpoint has one visit. */
	assert(err == ERR_OK);
	(void)err;
}

static void
replicas_free(struct place *place)
{
	for (uint32_t i = 0; i < place->replicas; i++) {
		endpoint_free(place->replica[i].endpoint);
		track_free(&place->replica[i].track);
	}
}

static bool
addresses_same(const struct place *place, const struct resolved *resolved)
{
	if (!place->resolved || place->replicas != resolved->count)
		return false;
	for (size_t i = 0; i < resolved->count; i++) {
		const struct sockaddr *address = (const struct sockaddr *)&resolved->address[i];

		if (memcmp(&place->replica[i].address, address, address_len(address)) != 0)
			return false;
	}
	return true;
}

/* Another set of addresses: every run ends and every replica begins anew. */
static void
addresses_take(struct place *place, const struct resolved *resolved)
{
	place->addresses = resolved->literal ? 0 : resolved->total;
	if (addresses_same(place, resolved))
		return;
	if (place->resolved)
		worker_changed(place->worker, place);
	place_close_runs(place);
	replicas_free(place);
	free(place->replica);
	place->replica = memory_new(resolved->count, sizeof(*place->replica));
	place->replicas = (uint32_t)resolved->count;
	place->resolved = true;
	for (uint32_t i = 0; i < place->replicas; i++) {
		struct replica *replica = &place->replica[i];

		replica->place = place;
		memcpy(&replica->address, &resolved->address[i],
		    address_len((const struct sockaddr *)&resolved->address[i]));
		replica->endpoint = endpoint_new(place->worker->machine, place->ops,
		    place->target->address, place->option, place->options);
		if (place->vantage != NULL)
			endpoint_source(replica->endpoint, place->vantage->name,
			    (const struct sockaddr *)&place->source);
	}
}

/* No address, so no round: that is what was seen.  An answer that says so is the name's fault. */
static void
unresolved_take(struct place *place, const struct resolved *resolved)
{
	struct fact_set facts = { .count = 0 };
	char detail[DETAIL_MAX];
	struct track_round round = {
		.outcome = resolved->final ? OUTCOME_DOWN : OUTCOME_UNKNOWN,
		.err = resolved->err,
		.facts = &facts,
		.observed_ms = clock_wall_ms()
	};

	snprintf(detail, sizeof(detail), "the name does not resolve: %s", resolved->text);
	round_take(&place->replica[0], &round, detail, NULL);
	fact_set_free(&facts);
	visit_end(place);
}

static void
on_resolved(void *arg, const struct resolved *resolved)
{
	struct place *place = arg;

	place->lookup = NULL;
	place->resolve_us = resolved->us;
	if (resolved->err != ERR_OK) {
		unresolved_take(place, resolved);
		return;
	}
	addresses_take(place, resolved);
	if (machine_rounds(place->worker->machine) < ROUNDS_IN_FLIGHT)
		visit_continue(place);
	else
		schedule_again(place->worker->schedule, place->id, worker_now_ms(place->worker));
}

void
visit_begin(struct place *place, const struct schedule_due *due)
{
	struct lookup *lookup;

	place->visiting = place->all_down = true;
	place->next = place->running = 0;
	place->skipped = due->skipped;
	if (place->ops->local) {
		on_resolved(place, &(struct resolved){ .err = ERR_OK, .text = "", .literal = true,
		    .address[0].ss_family = AF_UNSPEC, .count = 1, .total = 1 });
		return;
	}
	lookup = resolve_start(place->worker->resolver, &(struct resolve_request){
	    .host = place->target->address, .port = place->target->port,
	    .family = place->source.ss_family, .deadline_ms = place->target->deadline_ms },
	    on_resolved, place);
	if (place->visiting && lookup != NULL)
		place->lookup = lookup;
}

void
visit_abort(struct place *place)
{
	lookup_cancel(place->lookup);
	place->lookup = NULL;
	replicas_free(place);
	free(place->replica);
	place->replica = memory_new(1, sizeof(*place->replica));
	place->replica[0].place = place;
	place->replicas = 1;
	place->resolved = false;
	if (place->visiting)
		schedule_finish(place->worker->schedule, place->id, worker_now_ms(place->worker),
		    false);
	place->visiting = false;
}
