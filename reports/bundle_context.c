/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a range needs from outside of it to be judged: the keys, the plan in force, how each
 * worker stood when the range began, and the anchors that came after it.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/base/limits.h"
#include "monitor/state/plan.h"
#include "reports/bundle.h"

enum { LOOK_BACK_MAX = 4096, AUTHORITIES_MAX = 4 };

struct context {
	struct ledger *ledger;
	uint64_t       from, to;
	uint64_t      *seq;
	size_t         count;
};

static void
take(struct context *context, uint64_t seq)
{
	if (seq >= context->from && seq < context->to)
		return;
	for (size_t i = 0; i < context->count; i++)
		if (context->seq[i] == seq)
			return;
	if (context->count < BUNDLE_CONTEXT_MAX)
		context->seq[context->count++] = seq;
}

/* Every KEY: the chain is worth nothing with a link missing. */
static enum err
take_keys(struct context *context, uint64_t size, struct why *why)
{
	uint64_t at = 0, seq;
	enum err err;

	while ((err = ledger_next(context->ledger, RECORD_KEY, at, &seq, why)) == ERR_OK &&
	    seq < size) {
		if (context->count == BUNDLE_CONTEXT_MAX)
			return why_set(why, ERR_LIMIT, "the ledger's key was replaced more often "
			    "than a bundle can say");
		take(context, seq);
		at = seq + 1;
	}
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static enum err
workers_of(struct context *context, uint64_t config, uint32_t *workers, struct why *why)
{
	struct buffer octets = { .max = BUFFER_MAX };
	struct plan *plan = NULL;
	struct record record;
	enum err err = ledger_read(context->ledger, config, &record, why);

	if (err == ERR_OK)
		err = ledger_blob(context->ledger, record.config.plan, &octets, why);
	if (err == ERR_OK)
		err = plan_decode(bytes_of_buffer(&octets), &plan, why);
	if (err == ERR_OK)
		*workers = plan->workers < WORKER_MAX ? plan->workers : WORKER_MAX;
	plan_free(plan);
	buffer_free(&octets);
	return err;
}

/*
 * The last word of each worker about being there or not, from the records of one kind, newest
 * first; a supervisor's or ledger's GAP stands for all.
 */
static enum err
take_states(struct context *context, enum record_kind kind, uint32_t workers, struct why *why)
{
	bool found[WORKER_MAX] = { false };
	uint32_t missing = workers;
	uint64_t before = context->from, seq;
	enum err err = ERR_OK;

	for (unsigned i = 0; missing > 0 && i < LOOK_BACK_MAX; i++) {
		struct record record;
		uint64_t role, index;

		err = ledger_last(context->ledger, kind, before, &seq, why);
		if (err == ERR_OK)
			err = ledger_read(context->ledger, seq, &record, why);
		if (err != ERR_OK)
			break;
		before = seq;
		role = kind == RECORD_SELF ? record.role : record.gap.role;
		index = kind == RECORD_SELF ? record.index : record.gap.index;
		if (kind == RECORD_GAP && (role == ROLE_SUPERVISOR || role == ROLE_LEDGER)) {
			take(context, seq);
			break;
		}
		if (role != ROLE_WORKER || index >= workers || found[index])
			continue;
		take(context, seq);
		found[index] = true;
		missing--;
	}
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* The first anchor of each authority whose checkpoint covers the whole range. */
static enum err
take_anchors(struct context *context, uint64_t size, struct why *why)
{
	char names[AUTHORITIES_MAX][NAME_MAX_LEN] = { "" };
	uint64_t at = context->to, seq;
	unsigned count = 0;
	enum err err = ERR_OK;

	while (count < AUTHORITIES_MAX &&
	    (err = ledger_next(context->ledger, RECORD_ANCHOR, at, &seq, why)) == ERR_OK &&
	    seq < size) {
		struct record record;
		struct bytes name;
		bool known = false;

		err = ledger_read(context->ledger, seq, &record, why);
		if (err != ERR_OK)
			break;
		name = bytes_slice(record.anchor.authority, 0, NAME_MAX_LEN - 1);
		for (unsigned i = 0; i < count; i++)
			known = known || bytes_equal(name, bytes_of_text(names[i]));
		if (!known && record.anchor.size >= context->to && record.anchor.size <= seq) {
			if (name.len > 0)
				memcpy(names[count], name.at, name.len);
			count++;
			take(context, seq);
		}
		at = seq + 1;
	}
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static int
compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

enum err
bundle_context(struct ledger *ledger, uint64_t from, uint64_t to, uint64_t size, uint64_t **seq,
    size_t *count, struct why *why)
{
	struct context context = { .ledger = ledger, .from = from, .to = to,
	    .seq = memory_new(BUNDLE_CONTEXT_MAX, sizeof(uint64_t)) };
	uint64_t config;
	uint32_t workers = 0;
	enum err err = take_keys(&context, size > to ? size : to, why);

	if (err == ERR_OK)
		err = ledger_last(ledger, RECORD_CONFIG, from, &config, why);
	if (err == ERR_OK) {
		take(&context, config);
		err = workers_of(&context, config, &workers, why);
	} else if (err == ERR_NOT_FOUND) {
		err = ERR_OK;	/* the range begins before the first CONFIG */
	}
	if (err == ERR_OK)
		err = take_states(&context, RECORD_SELF, workers, why);
	if (err == ERR_OK)
		err = take_states(&context, RECORD_GAP, workers, why);
	if (err == ERR_OK && size > to)
		err = take_anchors(&context, size, why);
	if (err != ERR_OK) {
		free(context.seq);
		*seq = NULL;
		*count = 0;
		return err;
	}
	qsort(context.seq, context.count, sizeof(*context.seq), compare);
	*seq = context.seq;
	*count = context.count;
	return ERR_OK;
}
