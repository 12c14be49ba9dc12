/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fold over the records of a bundle.  Numbers are missing between them, so the state is told
 * each record's own; a CONFIG whose plan is not here ends it only if it is the one in force.
 */
#include <inttypes.h>

#include "monitor/base/limits.h"
#include "reports/rejudge_bundle.h"

/* Cells a reader keeps for a stranger, 32 octets each: 65,536 targets by 250 controls. */
#define CELLS_MAX (UINT64_C(1) << 24)

struct folding {
	const struct blob_source *source;
	struct state             *state;
	uint64_t                  weighed;	/* plans that were found small enough */
	struct hash               plan;		/* the last of them */
	struct why               *why;
};

static uint64_t
controls_of(struct folding *f, const struct plan_pack *planned)
{
	struct buffer octets = { .max = BLOB_MAX };
	struct pack *pack = NULL;
	struct hash hash;
	struct why why;
	uint64_t controls = 0;

	if (hex_read(planned->hash, hash.at, HASH_LEN) == ERR_OK &&
	    f->source->get(f->source->arg, hash, &octets, &why) == ERR_OK &&
	    pack_read("pack", bytes_of_buffer(&octets), &pack, &why) == ERR_OK)
		controls = pack->controls;
	pack_free(pack);
	buffer_free(&octets);
	return controls;
}

/* What a stranger's plan and packs would cost is counted before it is spent. */
static enum err
weigh(struct folding *f, const struct record *record)
{
	struct buffer octets = { .max = BUFFER_MAX };
	struct plan *plan = NULL;
	uint64_t controls = 0, subjects;
	enum err err;

	if (f->weighed > 0 && hash_equal(f->plan, record->config.plan))
		return ERR_OK;
	err = f->source->get(f->source->arg, record->config.plan, &octets, f->why);
	if (err == ERR_OK)
		err = plan_decode(bytes_of_buffer(&octets), &plan, f->why);
	if (err == ERR_OK) {
		for (uint32_t i = 0; i < plan->packs; i++)
			controls += controls_of(f, &plan->pack[i]);
		subjects = plan->targets + plan->instances + plan->sites + 1;
		if (controls > CELLS_MAX / subjects)
			err = why_set(f->why, ERR_LIMIT, "%" PRIu64 " controls on %" PRIu64
			    " subjects are more than are judged again here", controls, subjects);
		f->plan = record->config.plan;
		f->weighed++;
	}
	plan_free(plan);
	buffer_free(&octets);
	return err;
}

static enum err
apply(struct folding *f, const struct bundle_record *at)
{
	struct record record;
	enum err decoded = record_decode(at->octets, &record, NULL), err = ERR_OK;

	if (decoded != ERR_OK && decoded != ERR_UNSUPPORTED)
		return why_set(f->why, decoded, "record %" PRIu64 " is no canonical record",
		    at->seq);
	record.seq = at->seq;
	f->state->size = at->seq;
	if (decoded == ERR_OK && record.kind == RECORD_CONFIG)
		err = weigh(f, &record);
	if (err == ERR_OK)
		err = fold_apply(f->state, &record, decoded, f->source, f->why);
	return err == ERR_OK ? ERR_OK : why_in(f->why, "record %" PRIu64, at->seq);
}

enum err
rejudge_wait(struct state *state, int64_t at_ms, const struct blob_source *source, struct why *why)
{
	struct record tick = { .kind = RECORD_TICK, .role = ROLE_LEDGER, .recorded_ms = at_ms,
		.observed_ms = at_ms };
	uint64_t size = state->size;
	enum err err = ERR_OK;

	if (at_ms > state->now_ms)
		err = fold_apply(state, &tick, ERR_OK, source, why);
	state->size = size;
	return err;
}

enum err
rejudge_fold(const struct rejudge_moment *moment, const struct blob_source *source,
    struct state **out, struct why *why)
{
	struct folding f = { .source = source, .state = state_new(), .why = why };
	enum err err = ERR_OK;

	for (size_t i = 0; i < moment->records && moment->record[i].seq < moment->size &&
	    err == ERR_OK; i++)
		err = apply(&f, &moment->record[i]);
	if (err == ERR_OK) {
		f.state->size = moment->size;
		err = rejudge_wait(f.state, moment->at_ms, source, why);
	}
	if (err != ERR_OK) {
		state_free(f.state);
		f.state = NULL;
	}
	*out = f.state;
	return err;
}
