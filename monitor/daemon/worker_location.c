/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the addresses of rounds are: the feeds of the plan in force, read inside the sandbox and
 * kept until they change, and their facts beside what a round saw.
 */
#include "monitor/base/log.h"
#include "monitor/daemon/worker.h"

/* Of everything that the tables were made from. */
static struct hash
feeds_basis(const struct plan *plan)
{
	struct buffer text = { .max = 0 };
	struct hash basis;

	for (uint32_t i = 0; i < plan->feeds; i++)
		buffer_print(&text, "%s\n%s\n%s\n%s\n", plan->feed[i].provider, plan->feed[i].form,
		    plan->feed[i].path, plan->feed[i].hash);
	basis = hash_of(bytes_of_buffer(&text));
	buffer_free(&text);
	return basis;
}

static void
maps_drop(struct worker *worker)
{
	for (size_t i = 0; i < PLAN_FEED_MAX; i++) {
		role_unmap(worker->feed_map[i]);
		worker->feed_map[i] = bytes_of(NULL, 0);
	}
}

/*
 * The file is shared with the other workers, or stands among the files of this one; those go with
 * the next plan, so what is looked into where it lies must be shared.
 */
static enum err
feed_take(struct worker *worker, uint32_t feed, struct why *why)
{
	const struct plan_feed *planned = &worker->start->plan->feed[feed];
	bool views = location_views(planned->form);
	struct bytes mapped = role_map(worker->start, planned->path);
	enum err err = location_add(worker->location, planned, mapped.len > 0 || views ? mapped :
	    role_file(worker->start, planned->path), why);

	if (err == ERR_OK && views)
		worker->feed_map[feed] = mapped;
	else
		role_unmap(mapped);
	return err;
}

void
worker_location_take(struct worker *worker)
{
	const struct plan *plan = worker->start->plan;
	struct hash basis = feeds_basis(plan);
	struct why why;

	if (worker->location != NULL && hash_equal(basis, worker->feeds))
		return;
	location_free(worker->location);
	maps_drop(worker);
	worker->location = location_new();
	worker->feeds = basis;
	for (uint32_t i = 0; i < plan->feeds; i++)
		if (feed_take(worker, i, &why) != ERR_OK) {
			log_line(LOG_LEVEL_ERROR, "addresses are not looked up in it: %s",
			    why.text);
			/* The next plan may come with the file that belongs to it. */
			worker->feeds = (struct hash){ { 0 } };
		}
	if (plan->feeds > 0)
		memory_trim();
}

void
worker_location_free(struct worker *worker)
{
	location_free(worker->location);
	worker->location = NULL;
	maps_drop(worker);
	fact_set_free(&worker->facts);
}

const struct fact_set *
worker_location_facts(struct worker *worker, const struct sockaddr *address,
    const struct fact_set *seen)
{
	if (worker->start->plan->feeds == 0)
		return seen;
	fact_set_reset(&worker->facts);
	fact_set_add(&worker->facts, seen);
	location_facts(worker->location, address, &worker->facts);
	return &worker->facts;
}
