/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The page for people: head, shares, controls, open incidents, gaps.  At most a few screens, never
 * a log.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/log.h"
#include "monitor/base/timetext.h"
#include "monitor/state/describe.h"
#include "monitor/state/describe_judged.h"
#include "reports/report_status.h"
#include "reports/report_status_affairs.h"
#include "reports/report_status_protection.h"

enum { LISTED_MAX = 50 };

static void
put_age(struct buffer *out, int64_t now_ms, int64_t then_ms)
{
	char text[TIME_TEXT];
	int64_t age = now_ms - then_ms;

	if (then_ms == 0) {
		buffer_put_text(out, _("never"));
		return;
	}
	age = age < 0 ? 0 : age;
	/* Whole seconds, and whole minutes once they are many. */
	duration_text(age < 1000 ? 0 : age < 3600000 ? age / 1000 * 1000 : age / 60000 * 60000,
	    text);
	buffer_put_text(out, age < 1000 ? "0s" : text);
}

static void
put_ledger(const struct status *s, const char *path, struct buffer *out)
{
	const struct state *state = s->state;

	buffer_print(out, _("ledger     %s (%s), %" PRIu64 " records\n"), path,
	    state->origin[0] != '\0' ? state->origin : "-", s->size);
	if (s->checkpoint_size > 0)
		buffer_print(out, _("signed     checkpoint at %" PRIu64 ", root %.16s...\n"),
		    s->checkpoint_size, s->checkpoint_root);
	else
		buffer_put_text(out, _("signed     no checkpoint yet\n"));
	if (state->anchor_ms > 0) {
		char at[TIME_TEXT];

		time_jst_s(state->anchor_ms, at);
		buffer_print(out, _("anchored   up to %" PRIu64 " by %s, %s\n"), state->anchor_size,
		    state->anchor_authority, at);
	} else {
		buffer_put_text(out,
		    _("anchored   never: nobody outside vouches for this ledger yet\n"));
	}
	if (state->fork_seq != 0)
		buffer_print(out,
		    _("FORK       this ledger goes on from a copy, see record #%" PRIu64 "\n"),
		    state->fork_seq);
}

/* What its token says of itself is called its word. */
static void
put_own_key(const struct own_key_state *key, struct buffer *out)
{
	char model[NAME_MAX_LEN];

	text_escape(key->model, strlen(key->model), model, sizeof(model));
	if (!key->in_token)
		buffer_put_text(out, _("own key    in a file"));
	else
		buffer_print(out, !key->said ?
		    _("own key    in a token (%s), which does not say whether it can leave") :
		    key->held ? _("own key    in a token (%s), cannot leave by its own word") :
		    _("own key    in a token (%s), CAN LEAVE by its own word"), model);
	buffer_print(out, key->signed_nonce ?
	    _("; signed a fresh nonce at the start (record #%" PRIu64 ")\n") :
	    _("; did NOT sign a fresh nonce at the start (record #%" PRIu64 ")\n"), key->seq);
}

static void
put_clock(const struct status *s, struct buffer *out)
{
	const struct state *state = s->state;

	buffer_put_text(out, _("clock      "));
	buffer_put_text(out, state->clock_synchronised ? _("synchronised") : _("NOT synchronised"));
	if (state->clock_step_ms != 0)
		buffer_print(out, _(", wall clock %+" PRId64 ".%03d s from recorded time"),
		    state->clock_step_ms / 1000, (int)(state->clock_step_ms < 0 ?
		    -state->clock_step_ms % 1000 : state->clock_step_ms % 1000));
	buffer_put_u8(out, '\n');
	if (state->own_key.seq != 0)
		put_own_key(&state->own_key, out);
	if (state->watcher_seq != 0)
		buffer_put_text(out, state->watcher_heard ? _("watcher    hears us\n") :
		    _("watcher    does NOT hear us\n"));
	if (state->unknown_kinds > 0)
		buffer_print(out,
		    _("newer      %" PRIu64 " records are of kinds this version does not "
		    "know\n"), state->unknown_kinds);
}

static void
put_head(const struct status *s, const char *path, struct buffer *out)
{
	char now[TIME_TEXT], newest[TIME_TEXT];

	time_jst_s(s->now_ms, now);
	time_jst_s(s->newest_ms, newest);
	if (s->state->plan != NULL && s->state->plan->drill[0] != '\0')
		buffer_print(out, _("DRILL      %s: an exercise, nothing here happened\n"),
		    s->state->plan->drill);
	buffer_print(out, "%s  %s %s\n", s->state->plan != NULL ? s->state->plan->name :
	    _("(no plan)"),
	    s->live ? _("live") : _("AT"), now);
	if (s->newest_ms == 0) {
		buffer_put_text(out, _("newest     no record\n"));
	} else {
		buffer_print(out, _("newest     #%" PRIu64 ", %s, "), s->size - 1, newest);
		put_age(out, s->now_ms, s->newest_ms);
		buffer_put_text(out, _(" ago"));
		buffer_put_text(out, s->freshness == STALE ?
		    _("  STALE: nothing is being recorded\n") : "\n");
	}
	put_ledger(s, path, out);
	put_clock(s, out);
}

static unsigned
percent(uint32_t part, uint32_t whole)
{
	/* Neither 0 nor 100 unless it is all or nothing. */
	unsigned value = whole == 0 ? 0 : (unsigned)((uint64_t)part * 100 / whole);

	return value == 0 && part > 0 ? 1 : value;
}

static void
put_shares(const struct status *s, struct buffer *out)
{
	buffer_print(out, _("\n%-11s %-16s %7s %7s %8s %7s  %s\n"), _("FUNCTION"), _("SITE"),
	    _("TARGETS"),
	    _("PROVEN"), _("UNKNOWN"), _("FAILED"), _("OLDEST EVIDENCE"));
	for (uint32_t i = 0; i < s->shares; i++) {
		const struct status_share *share = &s->share[i];

		if (share->targets == 0)
			continue;
		buffer_print(out, "%-11s %-16s %7" PRIu32 " %6u%% %7u%% %6u%%  ",
		    function_name(share->function), s->state->plan->site[share->site].name,
		    share->targets, percent(share->proven, share->targets),
		    percent(share->unknown, share->targets),
		    percent(share->degraded + share->down, share->targets));
		put_age(out, s->now_ms, share->oldest_ms);
		buffer_put_u8(out, '\n');
	}
	buffer_print(out,
	    _("all: %" PRIu32 " targets, %" PRIu32 " proven, %" PRIu32 " unknown, %" PRIu32
	    " failed\n"), s->targets, s->proven, s->unknown, s->failed);
}

static void
put_incident(const struct status *s, const struct incident *incident, struct buffer *out)
{
	char opened[TIME_TEXT];

	time_jst_s(incident->opened_ms, opened);
	buffer_print(out, "  #%-8" PRIu64 " %-8s ", incident->id, health_name(incident->worst));
	incident_describe(incident, out);
	buffer_print(out, _(", %" PRIu32 " targets, opened %s, "), incident->members, opened);
	put_age(out, s->now_ms, incident->opened_ms);
	if (incident->acked_seq != 0)
		buffer_print(out, _(", acknowledged by %s"), incident->acked_by);
	if (incident->notes_total > 0)
		buffer_print(out, _(", %" PRIu64 " notes"), incident->notes_total);
	buffer_put_u8(out, '\n');
}

static void
put_incidents(const struct status *s, struct buffer *out)
{
	uint32_t open = state_open_incidents(s->state), listed = 0;

	buffer_print(out, _("\nOPEN INCIDENTS  %" PRIu32 "\n"), open);
	for (uint32_t i = s->state->incidents; i-- > 0 && listed < LISTED_MAX;) {
		const struct incident *incident = &s->state->incident[i];

		if (incident->resolved_ms != 0 || incident->absorbed_by != 0)
			continue;
		put_incident(s, incident, out);
		listed++;
	}
	if (open > listed)
		buffer_print(out, _("  and %" PRIu32 " older ones\n"), open - listed);
}

static void
put_gaps(const struct status *s, struct buffer *out)
{
	uint32_t listed = 0;

	buffer_print(out, _("\nGAPS  %" PRIu32 " open, %" PRIu64 " ever\n"), s->open_gaps,
	    s->state->gap_total);
	for (uint32_t i = s->state->gaps; i-- > 0 && listed < LISTED_MAX;) {
		const struct state_gap *gap = &s->state->gap[i];
		const char *role = role_name(gap->role);
		char from[TIME_TEXT], safe[4 * sizeof(gap->reason)];

		if (gap->ended_ms != 0)
			continue;
		time_jst_s(gap->from_ms, from);
		text_escape(gap->reason, strnlen(gap->reason, sizeof(gap->reason)), safe,
		    sizeof(safe));
		buffer_print(out, _("  #%-8" PRIu64 " %s %" PRIu64 " since %s: %s\n"), gap->seq,
		    role != NULL ? role : _("a role"), gap->index, from, safe);
		listed++;
	}
}

/* --- what is judged ----------------------------------------------------------------------- */

struct listing { const struct judgement *j; struct buffer *out; uint32_t listed; };

static void
put_contradiction(void *arg, uint32_t c, const struct finding *finding)
{
	struct listing *listing = arg;

	if (listing->listed++ >= LISTED_MAX)
		return;
	buffer_put_text(listing->out, _("  CONTRADICTION  "));
	finding_describe(listing->j, c, finding, listing->out);
	buffer_put_u8(listing->out, '\n');
}

static void
put_waiver(void *arg, const struct waiver *waiver)
{
	struct listing *listing = arg;

	if (listing->listed++ >= LISTED_MAX)
		return;
	buffer_put_text(listing->out, _("  ends soon      "));
	waiver_describe(waiver, WAIVER_AGREED, listing->out);
	buffer_put_u8(listing->out, '\n');
}

static void
put_more(struct listing *listing)
{
	if (listing->listed > LISTED_MAX)
		buffer_print(listing->out, _("  and %" PRIu32 " more\n"),
		    listing->listed - LISTED_MAX);
	listing->listed = 0;
}

static void
put_controls(const struct status *s, struct buffer *out)
{
	const struct judgement *j = judgement_of(s->state);
	struct listing listing = { j, out, 0 };

	if (j == NULL) {
		buffer_put_text(out, _("\nCONTROLS  no control pack is in force\n"));
		return;
	}
	buffer_print(out, _("\nCONTROLS  X not met %" PRIu32 ", ? unknown %" PRIu32 " (%" PRIu32
	    " not decidable), w waived %" PRIu32 ", . met %" PRIu32 ", - not applicable %" PRIu32
	    "\n"), s->verdict[VERDICT_NOT_MET], s->verdict[VERDICT_UNKNOWN], s->undecidable,
	    s->verdict[VERDICT_WAIVED], s->verdict[VERDICT_MET],
	    s->verdict[VERDICT_NOT_APPLICABLE]);
	status_contradictions(s, put_contradiction, &listing);
	put_more(&listing);
	status_waivers(s, put_waiver, &listing);
	put_more(&listing);
	for (uint32_t p = 0; p < judgement_packs(j); p++) {
		const char *fault = judgement_pack_fault(j, p);
		char safe[4 * WHY_TEXT_MAX + 1];

		if (judgement_pack(j, p) != NULL)
			continue;
		text_escape(fault, strlen(fault), safe, sizeof(safe));
		buffer_print(out, _("  a pack was set aside: %s\n"), safe);
	}
}

void
status_print_text(const struct status *status, const char *path, struct buffer *out)
{
	put_head(status, path, out);
	put_shares(status, out);
	put_controls(status, out);
	status_protection_text(status, out);
	put_incidents(status, out);
	status_affairs_text(status, out);
	put_gaps(status, out);
}
