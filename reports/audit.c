/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The audit's spine: sequence, canonical form, leaf and tree, recorded time and silence, blobs.
 * Keys, checkpoints and anchors are audit_trust.c; the workers' time is audit_cover.c.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/timetext.h"
#include "reports/audit_parts.h"
#include "reports/audit_refs.h"

static void
say(struct audit *audit, struct audit_item *item, const char *fmt, va_list args)
{
	vsnprintf(item->text, sizeof(item->text), fmt, args);
	audit->totals.items[item->weight]++;
	audit->totals.of_kind[item->kind]++;
	if (item->weight == AUDIT_FINDING)
		audit->totals.findings_of_kind[item->kind]++;
	audit->each(audit->arg, item);
}

void
audit_say(struct audit *audit, enum audit_weight weight, enum audit_kind kind, uint64_t seq,
    const char *fmt, ...)
{
	struct audit_item item = { .kind = kind, .weight = weight, .seq = seq };
	va_list args;

	va_start(args, fmt);
	say(audit, &item, fmt, args);
	va_end(args);
}

void
audit_say_worker(struct audit *audit, enum audit_weight weight, enum audit_kind kind,
    uint64_t worker, const struct audit_period *period, const char *fmt, ...)
{
	struct audit_item item = { .kind = kind, .weight = weight,
	    .worker_known = worker < WORKER_MAX, .worker = worker, .from_ms = period->from_ms,
	    .to_ms = period->to_ms };
	va_list args;

	if (worker < WORKER_MAX) {
		item.targets = audit->worker[worker].targets;
		item.seq = audit->worker[worker].gap ? audit->worker[worker].gap_seq :
		    audit->worker[worker].seq;
	}
	va_start(args, fmt);
	say(audit, &item, fmt, args);
	va_end(args);
}

void
audit_remark(struct audit *audit, enum audit_weight weight, enum audit_kind kind, uint64_t seq,
    const char *text)
{
	audit_say(audit, weight, kind, seq, "%s", text);
}

struct audit *
audit_new(const struct audit_source *source, const struct merkle *edge, audit_each *each, void *arg)
{
	struct audit *audit = memory_new(1, sizeof(*audit));

	audit->source = source;
	audit->each = each;
	audit->arg = arg;
	audit->tree = *edge;
	audit->from = edge->size;
	return audit;
}

void
audit_free(struct audit *audit)
{
	if (audit == NULL)
		return;
	free(audit->key);
	hash_set_free(&audit->seen);
	buffer_free(&audit->scratch);
	free(audit);
}

/* --- time --------------------------------------------------------------------------------- */

static void
silence_close(struct audit *audit)
{
	char from[TIME_TEXT], to[TIME_TEXT];

	time_jst(audit->silence.from_ms, from);
	time_jst(audit->silence.to_ms, to);
	audit->silence.open = false;
	audit_say(audit, AUDIT_FINDING, AUDIT_SILENCE, audit->silence.seq, "nothing was recorded "
	    "from "
	    "%s to %s, before record %" PRIu64 ", and no GAP accounts for it", from, to,
	    audit->silence.seq);
}

/* A GAP of the ledger or of everything, of which a silence is a part, accounts for it. */
static bool
silence_explained(const struct audit *audit, const struct record *record)
{
	return record->kind == RECORD_GAP &&
	    (record->gap.role == ROLE_SUPERVISOR || record->gap.role == ROLE_LEDGER) &&
	    record->gap.from <= audit->silence.from_ms + TICK_MS &&
	    record->gap.to >= audit->silence.to_ms - AUDIT_SILENCE_MS;
}

static void
time_passes(struct audit *audit, const struct record *record)
{
	int64_t passed = record->recorded_ms - audit->recorded_ms;

	if (audit->begun && passed < 0)
		audit_say(audit, AUDIT_FINDING, AUDIT_TIME, record->seq, "record %" PRIu64
		    " was recorded %" PRId64 " ms before the one in front of it", record->seq,
		    -passed);
	if (audit->silence.open && record->recorded_ms > audit->silence.to_ms + AUDIT_SILENCE_MS)
		silence_close(audit);
	if (audit->begun && passed > AUDIT_SILENCE_MS) {
		if (audit->silence.open)
			silence_close(audit);
		audit->silence.open = true;
		audit->silence.from_ms = audit->recorded_ms;
		audit->silence.to_ms = record->recorded_ms;
		audit->silence.seq = record->seq;
	}
	if (audit->silence.open && silence_explained(audit, record))
		audit->silence.open = false;
	if (!audit->begun) {
		audit->begun = true;
		audit->totals.first_ms = record->recorded_ms;
		audit_cover_begin(audit, record);
	}
	if (record->recorded_ms > audit->recorded_ms || audit->totals.records == 1)
		audit->recorded_ms = record->recorded_ms;
	audit->totals.last_ms = audit->recorded_ms;
}

/* --- blobs -------------------------------------------------------------------------------- */

struct blob_look { struct audit *audit; uint64_t seq; };

static void
blob_look(void *arg, struct hash hash, const char *field)
{
	struct blob_look *look = arg;
	struct audit *audit = look->audit;
	char text[HASH_TEXT];
	struct why why = { 0 };
	enum err err;

	if (!hash_set_add(&audit->seen, hash))
		return;
	buffer_reset(&audit->scratch);
	err = audit->source->blob(audit->source->arg, hash, &audit->scratch, &why);
	hash_text(hash, text);
	if (err == ERR_DENIED)
		audit_say(audit, AUDIT_ASSERTED, AUDIT_BLOB, look->seq, "blob %s, named by record %"
		    PRIu64 " (%s), is withheld", text, look->seq, field);
	else if (err != ERR_OK)
		audit_say(audit, AUDIT_FINDING, AUDIT_BLOB, look->seq, "blob %s, named by record %"
		    PRIu64 " (%s), cannot be had: %.160s", text, look->seq, field,
		    why.text[0] != '\0' ? why.text : err_text(err));
	else if (!hash_equal(hash_of(bytes_of_buffer(&audit->scratch)), hash))
		audit_say(audit, AUDIT_FINDING, AUDIT_BLOB, look->seq, "blob %s, named by record %"
		    PRIu64 " (%s), does not have that hash", text, look->seq, field);
	else
		audit->totals.blobs++;
}

/* --- records ------------------------------------------------------------------------------ */

static void
record_seen(struct audit *audit, const struct record *record)
{
	struct blob_look look = { audit, record->seq };

	record_blobs(record, blob_look, &look);
	switch (record->kind) {
	case RECORD_KEY:
		audit_trust_key(audit, record);
		break;
	case RECORD_ANCHOR:
		audit_trust_anchor(audit, record);
		break;
	case RECORD_BACKUP:
		audit_trust_root(audit, record);
		break;
	case RECORD_PRUNE:
		audit_say(audit, AUDIT_NOTED, AUDIT_PRUNED, record->seq, "record %" PRIu64
		    " says that the bytes of records before %" PRIu64 " were removed", record->seq,
		    record->prune.until);
		break;
	case RECORD_FORK:
		audit_say(audit, AUDIT_FINDING, AUDIT_FORK, record->seq, "record %" PRIu64 " says "
		    "that "
		    "this ledger goes on from a copy: a checkpoint of %" PRIu64 " records was "
		    "signed elsewhere", record->seq, record->fork.anchored_size);
		break;
	default:
		break;
	}
	audit_cover(audit, record, false);
}

/* The leaf of the next record; a sequence with something missing cannot be joined. */
static void
leaf_push(struct audit *audit, uint64_t seq, struct bytes raw, const struct hash *stored)
{
	struct hash leaf = merkle_leaf(raw);

	if (stored != NULL && !hash_equal(leaf, *stored))
		audit_say(audit, AUDIT_FINDING, AUDIT_LEAF, seq, "record %" PRIu64
		    " is not the record the tree holds: its bytes were changed", seq);
	merkle_push(&audit->tree, leaf);
}

void
audit_record(struct audit *audit, uint64_t seq, struct bytes raw, const struct hash *stored)
{
	struct record record;
	struct why why = { 0 };
	enum err err;

	if (seq != audit->tree.size) {
		audit_say(audit, AUDIT_FINDING, AUDIT_SEQUENCE, seq, "record %" PRIu64
		    " comes where record %" PRIu64 " should be", seq, audit->tree.size);
		return;
	}
	leaf_push(audit, seq, raw, stored);
	audit->totals.records++;
	err = record_check(raw, &record, &why);
	record.seq = seq;
	if ((err == ERR_OK || err == ERR_UNSUPPORTED) && !record_times_sane(&record))
		err = why_set(&why, ERR_LIMIT, "it holds a time that no clock shows");
	if (err == ERR_UNSUPPORTED) {
		audit_say(audit, AUDIT_NOTED, AUDIT_UNKNOWN, seq, "record %" PRIu64
		    " is of a kind this version does not know; place and bytes were checked",
		    seq);
		time_passes(audit, &record);
		return;
	}
	if (err != ERR_OK) {
		audit_say(audit, AUDIT_FINDING, AUDIT_RECORD, seq, "record %" PRIu64
		    " is no canonical record: %.250s", seq, why.text);
		return;
	}
	time_passes(audit, &record);
	record_seen(audit, &record);
}

void
audit_context(struct audit *audit, uint64_t seq, struct bytes raw)
{
	struct blob_look look;
	struct record record;
	struct why why = { 0 };
	enum err err = record_check(raw, &record, &why);

	if (err == ERR_OK && !record_times_sane(&record))
		err = why_set(&why, ERR_LIMIT, "it holds a time that no clock shows");
	if (err != ERR_OK) {
		audit_say(audit, AUDIT_FINDING, AUDIT_RECORD, seq, "record %" PRIu64
		    ", from before the range, is no canonical record: %.230s", seq, why.text);
		return;
	}
	record.seq = seq;
	switch (record.kind) {
	case RECORD_KEY:
		audit_trust_key(audit, &record);
		break;
	case RECORD_CONFIG:		/* only its plan is asked for */
		look = (struct blob_look){ audit, seq };
		blob_look(&look, record.config.plan, "plan");
		/* fallthrough */
	case RECORD_SELF:
	case RECORD_GAP:
		if (!audit->begun)
			audit_cover(audit, &record, true);
		break;
	default:
		look = (struct blob_look){ audit, seq };
		record_blobs(&record, blob_look, &look);
		if (record.kind == RECORD_ANCHOR)
			audit_trust_anchor(audit, &record);
		break;
	}
}

void
audit_goal(struct audit *audit, uint64_t size)
{
	audit->goal = size;
}

void
audit_goal_later(struct audit *audit, uint64_t size)
{
	audit->goal_later = size;
}

void
audit_end(struct audit *audit)
{
	if (audit->silence.open)
		silence_close(audit);
	audit_cover_end(audit);
	audit_trust_end(audit);
}

uint64_t
audit_size(const struct audit *audit)
{
	return audit->tree.size;
}

struct hash
audit_root(const struct audit *audit)
{
	return merkle_root(&audit->tree);
}

const struct audit_totals *
audit_totals(const struct audit *audit)
{
	return &audit->totals;
}

const char *
audit_kind_name(enum audit_kind kind)
{
	static const char *const names[AUDIT_KINDS] = {
#define X(NAME, name) [AUDIT_##NAME] = name,
		AUDIT_LIST(X)
#undef X
	};

	return (unsigned)kind < AUDIT_KINDS ? names[kind] : "?";
}
