/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The canonical judgement as bytes, and a judgement put back beside its state.  What can be
 * derived is left out: tallies, deadlines and counts are made again from the state.
 *
 *   [version, [pack hash], [anchor, gap], changes ever,
 *    [[control id, [[verdict, beneath, since, record] per subject]]],
 *    [waiver], [change]]
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/state/judge_private.h"

enum { PARTS = 7, CELL_PARTS = 4, WAIVER_PARTS = 12, CHANGE_PARTS = 7 };

static void
put_cells(struct buffer *out, const struct judgement *j)
{
	cbor_put_array(out, j->controls);
	for (uint32_t c = 0; c < j->controls; c++) {
		const struct judged_control *control = &j->control[c];

		cbor_put_array(out, 2);
		cbor_put_cstr(out, control->control->id);
		cbor_put_array(out, control->cells);
		for (uint32_t i = 0; i < control->cells; i++) {
			cbor_put_array(out, CELL_PARTS);
			cbor_put_uint(out, control->cell[i].verdict);
			cbor_put_uint(out, control->cell[i].beneath);
			cbor_put_int(out, control->cell[i].since_ms);
			cbor_put_uint(out, control->cell[i].seq);
		}
	}
}

static void
put_waivers(struct buffer *out, const struct judgement *j)
{
	cbor_put_array(out, j->waivers);
	for (uint32_t i = 0; i < j->waivers; i++) {
		const struct waiver *w = &j->waiver[i];

		cbor_put_array(out, WAIVER_PARTS);
		cbor_put_uint(out, w->seq);
		cbor_put_uint(out, (uint64_t)w->step);
		cbor_put_int(out, w->asked_ms);
		cbor_put_int(out, w->decided_ms);
		cbor_put_int(out, w->until_ms);
		cbor_put_uint(out, w->decided_seq);
		cbor_put_uint(out, w->asked_uid);
		cbor_put_cstr(out, w->asked_by);
		cbor_put_cstr(out, w->decided_by);
		cbor_put_cstr(out, w->control);
		cbor_put_cstr(out, w->subject);
		cbor_put_bytes(out, hash_bytes(&w->text));
	}
}

static void
put_changes(struct buffer *out, const struct judgement *j)
{
	cbor_put_array(out, j->changes);
	for (uint32_t i = 0; i < j->changes; i++) {
		const struct judged_change *change = &j->change[i];

		cbor_put_array(out, CHANGE_PARTS);
		cbor_put_uint(out, change->seq);
		cbor_put_int(out, change->recorded_ms);
		cbor_put_uint(out, (uint64_t)change->before);
		cbor_put_uint(out, (uint64_t)change->after);
		cbor_put_uint(out, (uint64_t)change->level);
		cbor_put_cstr(out, change->control);
		cbor_put_cstr(out, change->subject);
	}
}

void
judgement_encode(struct buffer *out, const struct state *state)
{
	const struct judgement *j = state->judgement;

	if (j == NULL)
		return;
	cbor_put_array(out, PARTS);
	cbor_put_uint(out, JUDGE_VERSION);
	cbor_put_array(out, j->packs);
	for (uint32_t i = 0; i < j->packs; i++)
		cbor_put_bytes(out, hash_bytes(&j->pack[i].kept->hash));
	cbor_put_array(out, 2);
	cbor_put_uint(out, j->anchor_seq);
	cbor_put_uint(out, j->gap_seq);
	cbor_put_uint(out, j->change_total);
	put_cells(out, j);
	put_waivers(out, j);
	put_changes(out, j);
}

struct hash
judgement_hash(const struct state *state)
{
	struct buffer octets = { .max = 0 };
	struct hash hash = { { 0 } };

	judgement_encode(&octets, state);
	if (octets.len > 0)
		hash = hash_of(bytes_of_buffer(&octets));
	buffer_free(&octets);
	return hash;
}

/* --- back --------------------------------------------------------------------------------- */

static void
expect(struct cbor *in, uint64_t got, uint64_t wanted)
{
	if (got != wanted)
		cbor_fail(in, ERR_MISMATCH);
}

static uint8_t
get_small(struct cbor *in, uint64_t below)
{
	uint64_t value = cbor_uint(in);

	if (value >= below)
		cbor_fail(in, ERR_MALFORMED);
	return in->err == ERR_OK ? (uint8_t)value : 0;
}

static void
get_text(struct cbor *in, char *out, size_t out_len)
{
	struct bytes text = cbor_text(in);

	if (text.len >= out_len)
		cbor_fail(in, ERR_MALFORMED);
	else
		text_take(out, out_len, text);
}

static void
get_head(struct cbor *in, struct judgement *j)
{
	expect(in, cbor_array(in), PARTS);
	expect(in, cbor_uint(in), JUDGE_VERSION);
	expect(in, cbor_array(in), j->packs);
	for (uint32_t i = 0; i < j->packs && in->err == ERR_OK; i++)
		if (!bytes_equal(cbor_bytes(in), hash_bytes(&j->pack[i].kept->hash)))
			cbor_fail(in, ERR_MISMATCH);
	expect(in, cbor_array(in), 2);
	j->anchor_seq = cbor_uint(in);
	j->gap_seq = cbor_uint(in);
	j->change_total = cbor_uint(in);
}

static void
get_cells(struct cbor *in, struct judgement *j)
{
	expect(in, cbor_array(in), j->controls);
	for (uint32_t c = 0; c < j->controls && in->err == ERR_OK; c++) {
		struct judged_control *control = &j->control[c];

		expect(in, cbor_array(in), 2);
		if (!bytes_equal(cbor_text(in), bytes_of_text(control->control->id)))
			cbor_fail(in, ERR_MISMATCH);
		expect(in, cbor_array(in), control->cells);
		memset(control->count, 0, sizeof(control->count));
		for (uint32_t i = 0; i < control->cells && in->err == ERR_OK; i++) {
			struct cell *cell = &control->cell[i];

			expect(in, cbor_array(in), CELL_PARTS);
			cell->verdict = get_small(in, VERDICTS);
			cell->beneath = get_small(in, VERDICTS);
			cell->since_ms = cbor_int(in);
			cell->seq = cbor_uint(in);
			control->count[cell->verdict]++;
		}
	}
}

static void
get_waivers(struct cbor *in, struct judgement *j)
{
	uint64_t count = cbor_array(in);

	if (count > WAIVERS_KEPT)
		cbor_fail(in, ERR_LIMIT);
	if (in->err != ERR_OK)
		return;
	j->waiver = memory_new((size_t)count + 1, sizeof(*j->waiver));
	j->waiver_cap = (uint32_t)count + 1;
	for (; j->waivers < count && in->err == ERR_OK; j->waivers++) {
		struct waiver *w = &j->waiver[j->waivers];
		struct bytes text;

		expect(in, cbor_array(in), WAIVER_PARTS);
		w->seq = cbor_uint(in);
		w->step = (enum waiver_step)get_small(in, WAIVER_ENDED + 1);
		w->asked_ms = cbor_int(in);
		w->decided_ms = cbor_int(in);
		w->until_ms = cbor_int(in);
		w->decided_seq = cbor_uint(in);
		w->asked_uid = cbor_uint(in);
		get_text(in, w->asked_by, sizeof(w->asked_by));
		get_text(in, w->decided_by, sizeof(w->decided_by));
		get_text(in, w->control, sizeof(w->control));
		get_text(in, w->subject, sizeof(w->subject));
		text = cbor_bytes(in);
		if (text.len != HASH_LEN)
			cbor_fail(in, ERR_MALFORMED);
		else
			memcpy(w->text.at, text.at, HASH_LEN);
	}
}

static void
get_changes(struct cbor *in, struct judgement *j)
{
	uint64_t count = cbor_array(in);

	if (count > TIMELINE_MAX)
		cbor_fail(in, ERR_LIMIT);
	if (in->err != ERR_OK)
		return;
	j->change = memory_new((size_t)count + 1, sizeof(*j->change));
	j->change_cap = (uint32_t)count + 1;
	for (; j->changes < count && in->err == ERR_OK; j->changes++) {
		struct judged_change *change = &j->change[j->changes];

		expect(in, cbor_array(in), CHANGE_PARTS);
		change->seq = cbor_uint(in);
		change->recorded_ms = cbor_int(in);
		change->before = (enum verdict)get_small(in, VERDICTS);
		change->after = (enum verdict)get_small(in, VERDICTS);
		change->level = (enum level)get_small(in, LEVELS);
		get_text(in, change->control, sizeof(change->control));
		get_text(in, change->subject, sizeof(change->subject));
	}
}

enum err
judgement_restore(struct state *state, struct bytes octets, const struct blob_source *source,
    struct why *why)
{
	struct cbor in = cbor_of(octets, true);
	struct judgement *j;

	if (state->plan == NULL || state->plan->packs == 0)
		return octets.len == 0 ? ERR_OK : why_set(why, ERR_MISMATCH,
		    "a judgement is given, but the plan names no pack");
	j = judgement_new(state->plan, source, NULL);
	get_head(&in, j);
	get_cells(&in, j);
	get_waivers(&in, j);
	get_changes(&in, j);
	if (!cbor_done(&in)) {
		judgement_drop(j);
		return why_set(why, in.err == ERR_OK ? ERR_MALFORMED : in.err,
		    "the judgement is not one of this plan and these packs (octet %zu)", in.at);
	}
	judgement_drop(state->judgement);
	state->judgement = j;
	touched_make(&state->memory->touched, state->targets);
	judgement_begin(state);
	return ERR_OK;
}
