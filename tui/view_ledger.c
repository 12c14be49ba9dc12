/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger's own health: how large, when last sealed and anchored, whether the monitor itself
 * was watching.  Gaps newest first.
 */
#include <inttypes.h>
#include <stdio.h>

#include "monitor/base/i18n.h"
#include "tui/view.h"

enum ledger_kind { LEDGER_LINE, LEDGER_BLANK, LEDGER_WORKERS, LEDGER_WORKER, LEDGER_GAPS,
	LEDGER_GAP, LEDGER_NO_GAP };

/* The lines of the first part; each is a label and what it says. */
enum ledger_line { LINE_SIZE, LINE_NEWEST, LINE_SEAL, LINE_ANCHOR, LINE_ROOT, LINE_KEY, LINE_BELIEF,
	LINE_CLOCK, LINE_WATCHER, LINE_FORK, LINE_UNKNOWN, LINE_COUNT };

enum { LABEL = 16 };

/* What is only said when there is something to say. */
static bool
ledger_line_needed(const struct scene *scene, enum ledger_line line)
{
	switch (line) {
	case LINE_FORK:		return scene->state->fork_seq != 0;
	case LINE_UNKNOWN:	return scene->state->unknown_kinds != 0;
	case LINE_WATCHER:	return scene->state->watcher_seq != 0;
	default:		return true;
	}
}

/* A worker that works vouches once a minute; one that does not is not known to be running. */
static bool
ledger_worker_silent(const struct scene *scene, const struct worker_state *worker)
{
	int64_t heard_ms = worker->vouched_ms > worker->since_ms ? worker->vouched_ms :
	    worker->since_ms;

	return scene->now_ms - heard_ms > 3 * (int64_t)COVERAGE_MS;
}

static void
ledger_rows(struct view *view, const struct scene *scene)
{
	const struct state *state = scene->state;

	for (unsigned i = 0; i < LINE_COUNT; i++)
		if (ledger_line_needed(scene, (enum ledger_line)i))
			view_add(view, (struct view_row){ .kind = LEDGER_LINE, .stop = true,
			    .id = i, .problem = i == LINE_FORK });
	view_add(view, (struct view_row){ .kind = LEDGER_BLANK });
	view_add(view, (struct view_row){ .kind = LEDGER_WORKERS });
	for (uint32_t i = 0; i < WORKER_MAX; i++)
		if (state->worker[i].seq != 0 || (state->plan != NULL && i < state->plan->workers))
			view_add(view, (struct view_row){ .kind = LEDGER_WORKER, .stop = true,
			    .id = i, .problem = !state->worker[i].running ||
			    ledger_worker_silent(scene, &state->worker[i]) });
	view_add(view, (struct view_row){ .kind = LEDGER_BLANK });
	view_add(view, (struct view_row){ .kind = LEDGER_GAPS });
	for (uint32_t i = state->gaps; i-- > 0;)
		view_add(view, (struct view_row){ .kind = LEDGER_GAP, .stop = true, .id = i,
		    .problem = state->gap[i].ended_ms == 0 });
	if (state->gaps == 0)
		view_add(view, (struct view_row){ .kind = LEDGER_NO_GAP });
}

static void
ledger_size_line(const struct scene *scene, struct strip *strip)
{
	char octets[TIME_TEXT];

	size_text(scene->facts.octets, octets);
	strip_print(strip, STYLE_STRONG, ngettext("%" PRIu64 " record", "%" PRIu64 " records",
	    scene->facts.size), scene->facts.size);
	strip_print(strip, STYLE_NORMAL, _("   %s on disk"), octets);
	if (scene->facts.first != 0)
		strip_print(strip, STYLE_NORMAL, _("   bytes kept from record %" PRIu64 " on"),
		    scene->facts.first);
}

/* "SIZE records, MOMENT, AGE ago", and how many came since. */
static void
ledger_reached(const struct scene *scene, uint64_t size, int64_t at_ms, struct strip *strip)
{
	char moment[TIME_TEXT], age[TIME_TEXT];

	moment_text(at_ms, scene->now_ms, moment);
	age_text(scene->now_ms - at_ms, age);
	strip_print(strip, STYLE_NORMAL, _("%s   %s ago   up to record %" PRIu64), moment, age,
	    size - 1);
	if (scene->facts.size > size)
		strip_print(strip, STYLE_QUIET, _("   %" PRIu64 " since"),
		    scene->facts.size - size);
}

static void
ledger_clock(const struct state *state, struct strip *strip)
{
	int64_t step_ms = state->clock_step_ms;
	char step[TIME_TEXT];

	duration_text(step_ms < 0 ? -step_ms : step_ms, step);
	if (step_ms == 0)
		strip_text(strip, STYLE_NORMAL, _("recorded time and the wall clock are together"));
	else
		strip_print(strip, STYLE_DEGRADED, step_ms > 0 ?
		    _("! the wall clock is %s ahead of recorded time") :
		    _("! the wall clock is %s behind recorded time"), step);
	strip_text(strip, STYLE_QUIET, state->clock_synchronised ? _("   disciplined") :
	    _("   not disciplined by any source"));
}

static void
ledger_root_line(const struct scene *scene, struct strip *strip)
{
	char hex[HASH_TEXT];

	if (!scene->facts.known) {
		strip_text(strip, STYLE_UNKNOWN, _("? cannot be read"));
		return;
	}
	hash_text(scene->facts.root, hex);
	strip_text(strip, STYLE_QUIET, hex);
}

static void
ledger_state_line(const struct scene *scene, enum ledger_line line, struct strip *strip)
{
	const struct state *state = scene->state;

	switch (line) {
	case LINE_KEY:
		strip_text(strip, STYLE_QUIET, state->verifier[0] != '\0' ? state->verifier : "-");
		break;
	case LINE_BELIEF:
		if (state->belief_seq != 0)
			strip_print(strip, STYLE_NORMAL, _("record %" PRIu64), state->belief_seq);
		else
			strip_text(strip, STYLE_QUIET, _("none yet"));
		break;
	case LINE_WATCHER:
		strip_text(strip, state->watcher_heard ? STYLE_NORMAL : STYLE_DEGRADED,
		    state->watcher_heard ? _("hears us") : _("! does not hear us"));
		break;
	case LINE_FORK:
		strip_print(strip, STYLE_DOWN, _("X this ledger goes on from a copy; see record %"
		    PRIu64), state->fork_seq);
		break;
	default:
		strip_print(strip, STYLE_UNKNOWN, _("? %" PRIu64
		    " of kinds this version does not know"), state->unknown_kinds);
		break;
	}
}

static void
ledger_first_part(const struct scene *scene, enum ledger_line line, struct strip *strip)
{
	static const char *const labels[LINE_COUNT] = {
		[LINE_SIZE] = N_("size"), [LINE_NEWEST] = N_("newest record"),
		[LINE_SEAL] = N_("last seal"), [LINE_ANCHOR] = N_("last anchor"),
		[LINE_ROOT] = N_("root"), [LINE_KEY] = N_("signing key"),
		[LINE_BELIEF] = N_("last belief"), [LINE_CLOCK] = N_("clock"),
		[LINE_WATCHER] = N_("outside watcher"), [LINE_FORK] = N_("fork"),
		[LINE_UNKNOWN] = N_("records"),
	};
	const struct ledger_facts *facts = &scene->facts;

	strip_field(strip, LABEL, ALIGN_LEFT, STYLE_QUIET, _(labels[line]));
	switch (line) {
	case LINE_SIZE:
		ledger_size_line(scene, strip);
		break;
	case LINE_NEWEST:
		if (facts->size > 0)
			ledger_reached(scene, facts->size, facts->recorded_ms, strip);
		break;
	case LINE_SEAL:
		if (facts->sealed_size != 0)
			ledger_reached(scene, facts->sealed_size, facts->sealed_ms, strip);
		else
			strip_text(strip, STYLE_UNKNOWN, _("? never sealed"));
		break;
	case LINE_ANCHOR:
		if (scene->state->anchor_size != 0) {
			ledger_reached(scene, scene->state->anchor_size, scene->state->anchor_ms,
			    strip);
			strip_print(strip, STYLE_QUIET, _("   by %s"),
			    scene->state->anchor_authority);
		} else {
			strip_text(strip, STYLE_UNKNOWN, _("? never anchored"));
		}
		break;
	case LINE_ROOT:
		ledger_root_line(scene, strip);
		break;
	case LINE_CLOCK:
		ledger_clock(scene->state, strip);
		break;
	default:
		ledger_state_line(scene, line, strip);
		break;
	}
}

static void
ledger_worker(const struct scene *scene, uint32_t index, struct strip *strip)
{
	const struct worker_state *worker = &scene->state->worker[index];
	char age[TIME_TEXT], text[3 * TIME_TEXT];

	snprintf(text, sizeof(text), _("worker %" PRIu32), index);
	strip_field(strip, LABEL, ALIGN_LEFT, STYLE_NORMAL, text);
	age_text(worker->since_ms != 0 ? scene->now_ms - worker->since_ms : -1, age);
	snprintf(text, sizeof(text), "%s %s", !worker->running ? _("? not running") :
	    ledger_worker_silent(scene, worker) ? _("? silent") : _(". running"), age);
	strip_field(strip, 22, ALIGN_LEFT, worker->running &&
	    !ledger_worker_silent(scene, worker) ? STYLE_UP : STYLE_UNKNOWN, text);
	if (worker->vouched_ms == 0) {
		strip_text(strip, STYLE_QUIET, _("has vouched for nothing yet"));
		return;
	}
	age_text(scene->now_ms - worker->vouched_ms, age);
	strip_print(strip, STYLE_NORMAL, _("vouched %s ago   %" PRIu64 " rounds"), age,
	    worker->rounds);
	if (worker->missed + worker->late + worker->held > 0)
		strip_print(strip, STYLE_DEGRADED, _("   %" PRIu64 " missed, %" PRIu64 " late, %"
		    PRIu64 " held back"), worker->missed, worker->late, worker->held);
}

static void
ledger_gap(const struct scene *scene, const struct state_gap *gap, struct strip *strip)
{
	const char *role = role_name(gap->role);
	char from[TIME_TEXT], text[2 * TIME_TEXT];

	moment_text(gap->from_ms, scene->now_ms, from);
	strip_field(strip, 14, ALIGN_RIGHT, STYLE_NORMAL, from);
	age_text((gap->ended_ms != 0 ? gap->ended_ms : scene->now_ms) - gap->from_ms, from);
	snprintf(text, sizeof(text), "  %s %s", from, gap->ended_ms != 0 ? "" : _("open"));
	strip_field(strip, 16, ALIGN_LEFT, gap->ended_ms != 0 ? STYLE_NORMAL : STYLE_UNKNOWN, text);
	snprintf(text, sizeof(text), "%s %" PRIu64, role != NULL ? role : "?", gap->index);
	strip_field(strip, 13, ALIGN_LEFT, STYLE_STRONG, text);
	strip_text(strip, STYLE_NORMAL, gap->reason);
}

static void
ledger_line(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct strip *strip)
{
	switch ((enum ledger_kind)row->kind) {
	case LEDGER_LINE:
		ledger_first_part(scene, (enum ledger_line)row->id, strip);
		break;
	case LEDGER_WORKERS:
		strip_text(strip, STYLE_HEADING, _("WHO IS WATCHING"));
		break;
	case LEDGER_WORKER:
		ledger_worker(scene, (uint32_t)row->id, strip);
		break;
	case LEDGER_GAPS:
		strip_print(strip, STYLE_HEADING, _("GAPS (%" PRIu64 ")"), scene->state->gap_total);
		break;
	case LEDGER_GAP:
		ledger_gap(scene, &scene->state->gap[row->id], strip);
		break;
	case LEDGER_NO_GAP:
		strip_text(strip, STYLE_QUIET, _("none"));
		break;
	default:
		break;
	}
	(void)view;
}

static void
ledger_open_row(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct opening *opening)
{
	const struct state *state = scene->state;
	uint64_t seq = 0;

	(void)view;
	if (row->kind == LEDGER_GAP)
		seq = state->gap[row->id].seq;
	else if (row->kind == LEDGER_WORKER)
		seq = state->worker[row->id].seq;
	else if (row->id == LINE_BELIEF)
		seq = state->belief_seq;
	else if (row->id == LINE_FORK)
		seq = state->fork_seq;
	else if (row->id == LINE_WATCHER)
		seq = state->watcher_seq;
	else if (row->id == LINE_NEWEST && scene->facts.size > 0)
		seq = scene->facts.size - 1;
	if (seq == 0)
		return;
	opening->ops = &view_record;
	opening->subject = seq;
}

const struct view_ops view_ledger = {
	.name  = "ledger",
	.title = N_("Ledger"),
	.tab   = true,
	.rows  = ledger_rows,
	.line  = ledger_line,
	.open  = ledger_open_row,
};
