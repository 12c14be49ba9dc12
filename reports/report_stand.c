/* SPDX-License-Identifier: Apache-2.0 */
/* See report_stand.h. */
#include "monitor/base/clock.h"
#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "reports/ledger_common.h"
#include "reports/report_stand.h"

static bool
on_progress(void *arg, uint64_t done, uint64_t total)
{
	(void)arg;
	ledger_progress(_("folding"), done, total);
	return true;
}

/* What is not signed yet cannot be proved to anybody. */
static enum err
signed_size(struct report_source *source, uint64_t *size, struct why *why)
{
	struct buffer note = { .max = NOTE_MAX };
	enum err err = ledger_checkpoint(source->ledger, UINT64_MAX, size, &note, why);

	buffer_free(&note);
	return err != ERR_NOT_FOUND ? err : why_set(why, err, _("the ledger has no signed "
	    "checkpoint yet, so that nothing of it can be proved to anybody; wait for the signer"));
}

/* Now is the newest record: what a ledger that no longer grows knew last, at that moment. */
static enum err
stand(struct report_source *source, const char *at, bool of_signed, struct filing_source *out,
    struct why *why)
{
	uint64_t size = ledger_size(source->ledger);
	enum err err = ERR_OK;

	replay_on_progress(source->replay, on_progress, NULL);
	if (at != NULL)
		err = time_read(at, clock_wall_ms(), &out->at_ms, why);
	else if (of_signed)
		err = signed_size(source, &size, why);
	if (err == ERR_OK)
		err = at != NULL ? replay_to_time(source->replay, out->at_ms, why) :
		    replay_to_size(source->replay, size, why);
	ledger_progress("", 1, 1);
	if (err != ERR_OK)
		return err;
	out->state = replay_state(source->replay);
	out->from = source;
	out->size = out->state->size;
	out->newest_ms = out->state->now_ms;
	if (at == NULL)
		out->at_ms = out->newest_ms;
	return ERR_OK;
}

/* A throw-away copy, as if a TICK were recorded then: what nobody has heard of since grows old,
 * and is judged so. */
static enum err
let_time_pass(const struct filing_source *from, struct blob_source blobs, struct state **later,
    struct why *why)
{
	struct record tick = { .kind = RECORD_TICK, .role = ROLE_LEDGER,
		.recorded_ms = from->at_ms, .observed_ms = from->at_ms };

	*later = state_copy(from->state);
	return fold_apply(*later, &tick, ERR_OK, &blobs, why);
}

static void
find_records(struct report_source *source, struct filing_source *out)
{
	struct record record;
	struct why why;

	if (out->size > 0 && ledger_root(source->shelf, out->size, &out->root, &why) != ERR_OK)
		out->root = (struct hash){ { 0 } };
	if (out->state->plan != NULL &&
	    ledger_read(source->shelf, out->state->config_seq, &record, &why) == ERR_OK)
		out->config_ms = record.recorded_ms;
	if (ledger_last(source->shelf, RECORD_ANCHOR, out->size, &out->anchor_seq, &why) != ERR_OK)
		out->anchor_seq = 0;
}

enum err
report_stand(struct report_source *source, const char *at, bool of_signed,
    struct filing_source *out, struct state **later, struct why *why)
{
	enum err err = stand(source, at, of_signed, out, why);

	*later = NULL;
	out->source = source;
	if (err == ERR_OK && out->at_ms > out->newest_ms) {
		err = let_time_pass(out, report_blobs(source), later, why);
		out->state = *later;
	}
	if (err == ERR_OK)
		find_records(source, out);
	return err;
}

enum err
report_stand_size(struct report_source *source, uint64_t size, struct filing_source *out,
    struct why *why)
{
	enum err err;

	out->source = source;
	replay_on_progress(source->replay, on_progress, NULL);
	err = replay_to_size(source->replay, size, why);
	ledger_progress("", 1, 1);
	if (err != ERR_OK)
		return err;
	out->state = replay_state(source->replay);
	out->from = source;
	out->size = out->state->size;
	out->at_ms = out->newest_ms = out->state->now_ms;
	find_records(source, out);
	return ERR_OK;
}
