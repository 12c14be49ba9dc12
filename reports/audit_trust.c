/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who signed: the chain of KEY records, the checkpoints against the key in force at their size,
 * and the anchors, where an outside authority says that a checkpoint existed before a time.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "attest/timestamp.h"
#include "monitor/base/timetext.h"
#include "monitor/ledger/key.h"
#include "reports/audit_parts.h"

const struct note_verifier *
audit_key_at(const struct audit *audit, uint64_t size)
{
	for (size_t i = audit->keys; i > 0; i--)
		if (audit->key[i - 1].seq < size)
			return &audit->key[i - 1].verifier;
	return audit->given_key && (audit->keys == 0 || audit->key[0].seq > 0) ? &audit->given :
	    NULL;
}

void
audit_give_key(struct audit *audit, const struct note_verifier *key)
{
	audit->given = *key;
	audit->given_key = true;
	if (audit->keys == 0)
		snprintf(audit->origin, sizeof(audit->origin), "%s", key->name);
}

static bool
same_key(const struct note_verifier *a, const struct note_verifier *b)
{
	return a->type == b->type && memcmp(a->key, b->key, sizeof(a->key)) == 0 &&
	    strcmp(a->name, b->name) == 0;
}

bool
audit_key_known(const struct audit *audit, const struct note_verifier *key)
{
	const struct note_verifier *before = audit_key_at(audit, 0);

	for (size_t i = 0; i < audit->keys; i++)
		if (same_key(&audit->key[i].verifier, key))
			return true;
	return before != NULL && same_key(before, key);
}

/*
 * The first KEY there is, where the chain's begin is pruned and the key that was given is the one
 * it hands over to: both signed for that, so the key before it is known as well.
 */
static void
given_moves_back(struct audit *audit, const struct record *record)
{
	struct note_verifier next, before;

	if (audit->keys == 0 && audit->given_key && record->seq > 0 &&
	    note_verifier_read(record->key.verifier, &next, NULL) == ERR_OK &&
	    same_key(&next, &audit->given) &&
	    note_verifier_read(record->key.previous, &before, NULL) == ERR_OK)
		audit->given = before;
}

void
audit_trust_key(struct audit *audit, const struct record *record)
{
	const struct note_verifier *in_force;
	struct note_verifier next;
	struct why why = { 0 };

	given_moves_back(audit, record);
	in_force = record->seq > 0 ? audit_key_at(audit, record->seq) : NULL;
	if (in_force == NULL && record->seq != 0)
		audit_say(audit, AUDIT_FINDING, AUDIT_KEY, record->seq, "the chain of keys begins "
		    "at "
		    "record %" PRIu64 ", not at record 0", record->seq);
	if (key_check(&record->key, in_force, &next, &why) != ERR_OK) {
		audit_say(audit, AUDIT_FINDING, AUDIT_KEY, record->seq, "record %" PRIu64
		    " does not continue the chain of keys: %.250s", record->seq, why.text);
		return;
	}
	if (audit->keys == audit->key_cap) {
		audit->key_cap = audit->key_cap > 0 ? 2 * audit->key_cap : 8;
		audit->key = memory_resize(audit->key, audit->key_cap, sizeof(*audit->key));
	}
	audit->key[audit->keys++] = (struct audit_key){ .seq = record->seq, .verifier = next };
	snprintf(audit->origin, sizeof(audit->origin), "%.*s",
	    record->key.origin.len < NOTE_NAME_MAX ? (int)record->key.origin.len : 0,
	    (const char *)record->key.origin.at);
}

/* A note as a checkpoint of this ledger, signed by the key in force at its size. */
static enum err
checkpoint_signed(struct audit *audit, struct bytes octets, struct checkpoint *out, struct why *why)
{
	const struct note_verifier *key;
	struct note note;
	enum err err = note_read(octets, &note, why);

	if (err == ERR_OK)
		err = checkpoint_read(note.text, out, why);
	if (err != ERR_OK)
		return err;
	key = audit_key_at(audit, out->size);
	if (key == NULL)
		return why_set(why, ERR_UNTRUSTED, "no KEY record before it says whose key to "
		    "trust");
	if (strcmp(out->origin, audit->origin) != 0)
		return why_set(why, ERR_MISMATCH, "its origin is \"%.150s\", the ledger's is "
		    "\"%.150s\"",
		    out->origin, audit->origin);
	return note_verify(&note, key, why);
}

void
audit_checkpoint(struct audit *audit, uint64_t size, struct bytes octets)
{
	struct checkpoint checkpoint = { .size = 0 };
	struct why why = { 0 };
	enum err err = checkpoint_signed(audit, octets, &checkpoint, &why);

	audit->totals.checkpoints++;
	if (audit->keys == 0 && !audit->given_key) {
		if (!audit->keyless)
			audit_say(audit, AUDIT_FINDING, AUDIT_KEY, size, "no KEY record is there, "
			    "so that nobody can say whose signature any checkpoint should bear");
		audit->keyless = true;
		return;
	}
	if (err != ERR_OK) {
		audit_say(audit, AUDIT_FINDING, AUDIT_SIGNATURE, size, "the checkpoint of %" PRIu64
		    " records does not hold: %.250s", size, why.text);
		return;
	}
	if (checkpoint.size != size || size != audit->tree.size) {
		audit_say(audit, AUDIT_FINDING, AUDIT_ROOT, size, "the checkpoint kept for %" PRIu64
		    " records speaks of %" PRIu64, size, checkpoint.size);
		return;
	}
	if (!hash_equal(checkpoint.root, audit_root(audit))) {
		audit_say(audit, AUDIT_FINDING, AUDIT_ROOT, size, "the root computed from the "
		    "records "
		    "up to %" PRIu64 " is not the one that was signed: a record was changed after "
		    "it was signed", size);
		return;
	}
	audit->signed_size = size;
	audit->signed_ms = audit->recorded_ms;
}

void
audit_checkpoint_later(struct audit *audit, struct bytes octets, const struct proof *proof)
{
	struct checkpoint checkpoint = { .size = 0 };
	struct why why = { 0 };
	uint64_t size = audit->tree.size;
	enum err err = checkpoint_signed(audit, octets, &checkpoint, &why);

	audit->totals.checkpoints++;
	if (err != ERR_OK) {
		audit_say(audit, AUDIT_FINDING, AUDIT_SIGNATURE, checkpoint.size, "the checkpoint "
		    "after the range does not hold: %.250s", why.text);
		return;
	}
	if (proof != NULL && merkle_check_consistency(size, checkpoint.size, proof,
	    audit_root(audit),
	    checkpoint.root) != ERR_OK) {
		audit_say(audit, AUDIT_FINDING, AUDIT_ROOT, size, "the tree signed at %" PRIu64 " "
		    "records "
		    "is not a continuation of the %" PRIu64 " records of this range",
		    checkpoint.size, size);
		return;
	}
	audit->signed_size = size;
	audit->signed_ms = audit->recorded_ms;
}

/* The tree had this root at this size; says a finding if it had not. */
static bool
root_holds(struct audit *audit, uint64_t seq, uint64_t size, struct hash root, const char *what)
{
	struct hash ours;
	struct why why = { 0 };
	enum err err;

	if (size > seq) {
		audit_say(audit, AUDIT_FINDING, AUDIT_ROOT, seq, "record %" PRIu64 " (%s) speaks "
		    "of %"
		    PRIu64 " records, more than there were", seq, what, size);
		return false;
	}
	err = audit->source->root(audit->source->arg, size, &ours, &why);
	if (err == ERR_NOT_FOUND) {
		audit_say(audit, AUDIT_ASSERTED, AUDIT_ROOT, seq, "that the tree had the root "
		    "record %"
		    PRIu64 " (%s) names, at %" PRIu64 " records, cannot be shown here", seq, what,
		    size);
		return false;
	}
	if (err != ERR_OK || !hash_equal(ours, root)) {
		audit_say(audit, AUDIT_FINDING, AUDIT_ROOT, seq, "record %" PRIu64 " (%s) names a "
		    "root "
		    "for %" PRIu64 " records that the tree never had", seq, what, size);
		return false;
	}
	return true;
}

void
audit_trust_root(struct audit *audit, const struct record *record)
{
	(void)root_holds(audit, record->seq, record->backup.size, record->backup.root, "BACKUP");
}

static enum err
anchor_note(struct audit *audit, const struct record *record, struct buffer *note, struct why *why)
{
	struct checkpoint checkpoint;
	enum err err = audit->source->blob(audit->source->arg, record->anchor.note, note, why);

	if (err == ERR_OK)
		err = checkpoint_signed(audit, bytes_of_buffer(note), &checkpoint, why);
	if (err == ERR_OK && (checkpoint.size != record->anchor.size ||
	    !hash_equal(checkpoint.root, record->anchor.root)))
		err = why_set(why, ERR_MISMATCH, "its note is of another size or root than it "
		    "says");
	return err;
}

static void
stamp_better(struct audit_stamp *best, uint64_t size, const struct timestamp *stamp, bool proved)
{
	if (best->known && (best->proved > proved ||
	    (best->proved == proved && best->at_ms <= stamp->at_ms)))
		return;
	*best = (struct audit_stamp){ .known = true, .proved = proved, .size = size,
	    .at_ms = stamp->at_ms };
	snprintf(best->authority, sizeof(best->authority), "%s", stamp->authority);
}

static void
stamp_take(struct audit *audit, uint64_t size, const struct timestamp *stamp, bool proved)
{
	if (proved && size > audit->totals.proved_size) {
		audit->totals.proved_size = size;
		audit->totals.proved_ms = stamp->at_ms;
	}
	if (size >= audit->goal)
		stamp_better(&audit->totals.stamp, size, stamp, proved);
	if (audit->goal_later > 0 && size >= audit->goal_later)
		stamp_better(&audit->totals.later, size, stamp, proved);
}

static void
anchor_said(struct audit *audit, const struct record *record, enum err err,
    const struct timestamp *stamp, const struct why *why)
{
	const struct record_anchor *anchor = &record->anchor;
	char when[TIME_TEXT];

	time_jst(stamp->at_ms, when);
	if ((err == ERR_OK || err == ERR_UNSUPPORTED) && stamp->at_ms != anchor->stamped) {
		audit_say(audit, AUDIT_FINDING, AUDIT_ANCHOR, record->seq, "the time stamp of "
		    "record %"
		    PRIu64 " says %s, the record says something else", record->seq, when);
	} else if (err == ERR_OK) {
		audit->totals.anchors_proved++;
		stamp_take(audit, anchor->size, stamp, true);
		audit_say(audit, AUDIT_NOTED, AUDIT_ANCHOR, record->seq, "%" PRIu64
		    " records existed before %s, by %.200s (record %" PRIu64 ")", anchor->size,
		    when,
		    stamp->authority, record->seq);
	} else if (err == ERR_UNSUPPORTED) {
		audit->totals.anchors_asserted++;
		stamp_take(audit, anchor->size, stamp, false);
		audit_say(audit, AUDIT_ASSERTED, AUDIT_ANCHOR, record->seq, "%" PRIu64
		    " records existed before %s, says %.150s (record %" PRIu64 "); no pinned root "
		    "proves who that is", anchor->size, when, stamp->authority, record->seq);
	} else {
		audit_say(audit, AUDIT_FINDING, AUDIT_ANCHOR, record->seq, "the anchor of record %"
		    PRIu64 " does not hold: %.250s", record->seq, why->text);
	}
}

void
audit_trust_anchor(struct audit *audit, const struct record *record)
{
	struct buffer note = { .max = NOTE_MAX }, token = { .max = BLOB_MAX };
	struct timestamp stamp = { 0 };
	struct why why = { 0 };
	enum err err;

	if (!root_holds(audit, record->seq, record->anchor.size, record->anchor.root, "ANCHOR"))
		return;
	err = anchor_note(audit, record, &note, &why);
	if (err == ERR_OK)
		err = audit->source->blob(audit->source->arg, record->anchor.token, &token, &why);
	if (err == ERR_DENIED)
		audit_say(audit, AUDIT_ASSERTED, AUDIT_ANCHOR, record->seq, "the note or token of "
		    "record %"
		    PRIu64 " is withheld", record->seq);
	else if (err != ERR_OK && token.len == 0)
		audit_say(audit, AUDIT_FINDING, AUDIT_ANCHOR, record->seq, "the anchor of record %"
		    PRIu64 " does not hold: %.250s", record->seq,
		    why.text[0] != '\0' ? why.text : err_text(err));
	else {
		err = timestamp_check(bytes_of_buffer(&token), bytes_of_buffer(&note), NULL,
		    audit->source->roots_pem, &stamp, &why);
		anchor_said(audit, record, err, &stamp, &why);
	}
	buffer_free(&note);
	buffer_free(&token);
}

void
audit_trust_end(struct audit *audit)
{
	uint64_t open = audit->tree.size - (audit->signed_size > audit->from ? audit->signed_size :
	    audit->from);
	int64_t since_ms = audit->recorded_ms - (audit->signed_ms != 0 ? audit->signed_ms :
	    audit->totals.first_ms);

	if (audit->tree.size == audit->from || open == 0)
		return;
	if (audit->signed_size == 0)
		audit_say(audit, AUDIT_FINDING, AUDIT_SIGNATURE, audit->tree.size,
		    "no signed checkpoint covers any record of this range");
	else
		audit_say(audit, since_ms > AUDIT_FRESH_MS ? AUDIT_FINDING : AUDIT_NOTED,
		    since_ms > AUDIT_FRESH_MS ? AUDIT_SIGNATURE : AUDIT_OPEN, audit->tree.size,
		    "the newest %" PRIu64 " records are not yet signed", open);
}
