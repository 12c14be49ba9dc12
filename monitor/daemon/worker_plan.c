/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the plan to places: which targets are this worker's, what changed since the plan before.
 * A place whose rounds depend on nothing that changed goes on as it is: sessions, runs and slots.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/base/clock.h"
#include "monitor/base/log.h"
#include "monitor/daemon/worker.h"

enum { DAY_MS = 86400000, JST_MS = 9 * 3600000 };

struct place *
worker_place(const struct worker *worker, uint64_t id)
{
	size_t low = 0, high = worker->places;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (worker->place[middle]->id == id)
			return worker->place[middle];
		if (worker->place[middle]->id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static bool
option_is_file(const struct probe_ops *ops, const char *name)
{
	const struct option_row *row = ops->options;

	for (; row != NULL && row->name != NULL; row++)
		if (strcmp(row->name, name) == 0)
			return row->type == OPTION_FILE || row->type == OPTION_SECRET;
	return false;
}

/* The plan's reader made sure that the vantage is there. */
static void
place_vantage(struct place *place)
{
	const struct plan *plan = place->worker->start->plan;

	place->vantage = NULL;
	place->source = (struct sockaddr_storage){ .ss_family = AF_UNSPEC };
	for (uint32_t i = 0; i < plan->vantage_count && place->target->vantage[0] != '\0'; i++)
		if (strcmp(plan->vantages[i].name, place->target->vantage) == 0)
			place->vantage = &plan->vantages[i];
	if (place->vantage != NULL && !address_read(place->vantage->source, 0, &place->source))
		log_line(LOG_LEVEL_ERROR, "the vantage %s is not used: %s is no address",
		    place->vantage->name, place->vantage->source);
}

/* Options point into the plan and the files, which move when new ones are taken. */
static void
place_options(struct place *place, const struct plan_target *target)
{
	const struct role_start *start = place->worker->start;

	place->target = target;
	place->deep = probe_is_deep(target->probe);
	place_vantage(place);
	free(place->option);
	place->option = memory_new(target->options + 1, sizeof(*place->option));
	place->options = target->options;
	for (uint32_t i = 0; i < target->options; i++) {
		place->option[i].name = target->option[i].name;
		place->option[i].value = target->option[i].value;
		if (option_is_file(place->ops, target->option[i].name))
			place->option[i].octets = role_file(start, target->option[i].value);
	}
	for (uint32_t i = 0; i < place->replicas; i++)
		if (place->replica[i].endpoint != NULL)
			endpoint_options(place->replica[i].endpoint, place->option, place->options);
}

static void
put_part(struct buffer *out, struct bytes part)
{
	buffer_put_be(out, part.len, 4);
	buffer_put(out, part.at, part.len);
}

static struct hash
fingerprint_of(const struct place *place, struct buffer *scratch)
{
	const struct plan_target *target = place->target;

	buffer_reset(scratch);
	put_part(scratch, bytes_of_text(target->probe));
	put_part(scratch, bytes_of_text(target->address));
	buffer_put_be(scratch, target->port, 4);
	put_part(scratch, bytes_of_text(place->vantage != NULL ? place->vantage->name : ""));
	put_part(scratch, bytes_of_text(place->vantage != NULL ? place->vantage->source : ""));
	for (size_t i = 0; i < place->options; i++) {
		struct hash octets = hash_of(place->option[i].octets);

		put_part(scratch, bytes_of_text(place->option[i].name));
		put_part(scratch, bytes_of_text(place->option[i].value));
		put_part(scratch, hash_bytes(&octets));
	}
	return hash_of(bytes_of_buffer(scratch));
}

static struct place *
place_new(struct worker *worker, const struct plan_target *target)
{
	struct place *place = memory_new(1, sizeof(*place));

	place->worker = worker;
	place->id = target->id;
	place->ops = probe_find(target->probe);
	visit_abort(place);
	place_options(place, target);
	place->fingerprint = fingerprint_of(place, &worker->scratch);
	return place;
}

static void
place_end(struct place *place)
{
	place_close_runs(place);
	visit_abort(place);
	free(place->replica);
	free(place->option);
	free(place);
}

static void
place_renew(struct place *place, const struct plan_target *target)
{
	struct worker *worker = place->worker;
	struct hash fingerprint;

	place->ops = probe_find(target->probe);
	place_options(place, target);
	fingerprint = fingerprint_of(place, &worker->scratch);
	if (hash_equal(fingerprint, place->fingerprint))
		return;
	place->fingerprint = fingerprint;
	place_close_runs(place);
	visit_abort(place);
}

static bool
target_is_ours(const struct worker *worker, const struct plan_target *target)
{
	const struct role_start *start = worker->start;

	if (plan_worker_of(start->plan, target->id) != start->index)
		return false;
	if (probe_find(target->probe) != NULL)
		return true;
	log_line(LOG_LEVEL_ERROR, "target %s is not probed: this version has no probe \"%s\"",
	    target->name, target->probe);
	return false;
}

static uint64_t
instance_key(const struct plan *plan, const struct plan_target *target)
{
	struct hash hash = hash_of(bytes_of_text(plan->instance[target->instance].name));
	uint64_t key;

	memcpy(&key, hash.at, sizeof(key));
	return key;
}

/* Midnight JST is 15:00 UTC; the moment of a slot on the clock that never steps. */
static int64_t
slot_ms(const struct worker *worker, uint32_t minute)
{
	int64_t of_day = ((int64_t)minute * 60000 + DAY_MS - JST_MS) % DAY_MS;

	return worker_now_ms(worker) - clock_wall_ms() % DAY_MS + of_day;
}

static struct schedule_target
schedule_target_of(const struct worker *worker, const struct place *place)
{
	const struct plan *plan = worker->start->plan;
	const struct plan_target *planned = place->target;
	const struct plan_instance *instance = &plan->instance[planned->instance];
	struct schedule_target target = { .id = planned->id,
	    .instance = instance_key(plan, planned), .interval_ms = planned->interval_ms,
	    .window = place->deep ? SCHEDULE_NO_BACKOFF : planned->window,
	    .deep = place->deep, .fixed = planned->at_minute != 0,
	    .hourly = instance->deep_connections != 0 ? instance->deep_connections :
	    plan->deep_connections };

	if (target.fixed)
		target.slot_ms = slot_ms(worker, planned->at_minute);
	return target;
}

static void
schedule_take(struct worker *worker)
{
	const struct plan *plan = worker->start->plan;
	struct schedule_target *target = memory_new(worker->places + 1, sizeof(*target));

	for (size_t i = 0; i < worker->places; i++) {
		target[i] = schedule_target_of(worker, worker->place[i]);
	}
	schedule_load(worker->schedule, target, worker->places, plan->instance_gap_ms,
	    worker_now_ms(worker));
	free(target);
}

/* Both lists ascend by id: one walk finds what is new, what stays and what is gone. */
void
worker_plan_take(struct worker *worker)
{
	const struct plan *plan = worker->start->plan;
	struct place **place = memory_new(plan->targets + 1, sizeof(*place));
	size_t places = 0, old = 0;

	for (uint32_t i = 0; i < plan->targets; i++) {
		const struct plan_target *target = &plan->target[i];

		if (!target_is_ours(worker, target))
			continue;
		while (old < worker->places && worker->place[old]->id < target->id)
			place_end(worker->place[old++]);
		if (old < worker->places && worker->place[old]->id == target->id) {
			place[places] = worker->place[old++];
			place_renew(place[places++], target);
		} else {
			place[places++] = place_new(worker, target);
		}
	}
	while (old < worker->places)
		place_end(worker->place[old++]);
	free(worker->place);
	worker->place = place;
	worker->places = places;
	/* SELF needs its hash; the decoded plan is what rounds are made from. */
	worker->plan = hash_of(bytes_of_buffer(&worker->start->plan_octets));
	buffer_free(&worker->start->plan_octets);
	schedule_take(worker);
	worker_follow_take(worker);
	worker_location_take(worker);
}

void
worker_files_take(struct worker *worker)
{
	for (size_t i = 0; i < worker->places; i++)
		place_options(worker->place[i], worker->place[i]->target);
}

void
worker_plan_free(struct worker *worker)
{
	for (size_t i = 0; i < worker->places; i++)
		place_end(worker->place[i]);
	free(worker->place);
	free(worker->follow);
	worker->place = NULL;
	worker->follow = NULL;
	worker->places = worker->follows = 0;
	worker_location_free(worker);
}
