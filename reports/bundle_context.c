/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a range needs from outside of it to be judged: the keys, the plan in force, how each
 * worker stood when the range began, and the anchors that came after it.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/base/limits.h"
#include "monitor/state/plan.h"
#include "reports/bundle_part.h"

enum { LOOK_BACK_MAX = 4096, AUTHORITIES_MAX = 4 };

struct context {
	struct ledger     *ledger;
	uint64_t           from, to;
	struct bundle_list list;
};

/* --- lists of records --------------------------------------------------------------------- */

void
bundle_list_add(struct bundle_list *list, uint64_t seq)
{
	if (list->count == list->cap) {
		list->cap = list->cap > 0 ? 2 * list->cap : 64;
		list->seq = memory_resize(list->seq, list->cap, sizeof(*list->seq));
	}
	list->seq[list->count++] = seq;
}

static int
compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

void
bundle_list_sort(struct bundle_list *list, uint64_t from, uint64_t to)
{
	size_t kept = 0;

	if (list->count > 0)
		qsort(list->seq, list->count, sizeof(*list->seq), compare);
	for (size_t i = 0; i < list->count; i++)
		if ((list->seq[i] < from || list->seq[i] >= to) &&
		    (kept == 0 || list->seq[i] != list->seq[kept - 1]))
			list->seq[kept++] = list->seq[i];
	list->count = kept;
}

void
bundle_list_free(struct bundle_list *list)
{
	free(list->seq);
	*list = (struct bundle_list){ .seq = NULL };
}

/* --- what is taken ------------------------------------------------------------------------ */

/* Every KEY: the chain is worth nothing with a link missing. */
static enum err
take_keys(struct context *context, uint64_t size, struct why *why)
{
	uint64_t at = 0, seq;
	enum err err;

	while ((err = ledger_next(context->ledger, RECORD_KEY, at, &seq, why)) == ERR_OK &&
	    seq < size) {
		bundle_list_add(&context->list, seq);
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
			bundle_list_add(&context->list, seq);
			break;
		}
		if (role != ROLE_WORKER || index >= workers || found[index])
			continue;
		bundle_list_add(&context->list, seq);
		found[index] = true;
		missing--;
	}
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

struct authorities { char name[AUTHORITIES_MAX][NAME_MAX_LEN]; unsigned count; };

/* True if it is of an authority that was not seen yet. */
static bool
authority_new(struct authorities *seen, struct bytes name)
{
	name = bytes_slice(name, 0, NAME_MAX_LEN - 1);
	for (unsigned i = 0; i < seen->count; i++)
		if (bytes_equal(name, bytes_of_text(seen->name[i])))
			return false;
	if (seen->count == AUTHORITIES_MAX)
		return false;
	if (name.len > 0)
		memcpy(seen->name[seen->count], name.at, name.len);
	seen->count++;
	return true;
}

enum err
bundle_anchors(struct ledger *ledger, uint64_t covered, uint64_t size, struct bundle_list *list,
    struct why *why)
{
	struct authorities seen = { .count = 0 };
	uint64_t at = covered, seq;
	enum err err = ERR_OK;

	while (seen.count < AUTHORITIES_MAX &&
	    (err = ledger_next(ledger, RECORD_ANCHOR, at, &seq, why)) == ERR_OK && seq < size) {
		struct record record;

		err = ledger_read(ledger, seq, &record, why);
		if (err != ERR_OK)
			break;
		if (record.anchor.size >= covered && record.anchor.size <= seq &&
		    authority_new(&seen, record.anchor.authority))
			bundle_list_add(list, seq);
		at = seq + 1;
	}
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err
bundle_context(struct ledger *ledger, uint64_t from, uint64_t to, uint64_t size, uint64_t **seq,
    size_t *count, struct why *why)
{
	struct context context = { .ledger = ledger, .from = from, .to = to };
	uint64_t config;
	uint32_t workers = 0;
	enum err err = take_keys(&context, size > to ? size : to, why);

	if (err == ERR_OK)
		err = ledger_last(ledger, RECORD_CONFIG, from, &config, why);
	if (err == ERR_OK) {
		bundle_list_add(&context.list, config);
		err = workers_of(&context, config, &workers, why);
	} else if (err == ERR_NOT_FOUND) {
		err = ERR_OK;	/* the range begins before the first CONFIG */
	}
	if (err == ERR_OK)
		err = take_states(&context, RECORD_SELF, workers, why);
	if (err == ERR_OK)
		err = take_states(&context, RECORD_GAP, workers, why);
	if (err == ERR_OK && size > to)
		err = bundle_anchors(ledger, to, size, &context.list, why);
	bundle_list_sort(&context.list, from, to);
	if (err == ERR_OK && context.list.count > BUNDLE_CONTEXT_MAX)
		err = why_set(why, ERR_LIMIT, "%zu records from outside the range are needed to "
		    "judge it, a bundle holds %d", context.list.count, BUNDLE_CONTEXT_MAX);
	if (err != ERR_OK)
		bundle_list_free(&context.list);
	*seq = context.list.seq;
	*count = context.list.count;
	return err;
}
