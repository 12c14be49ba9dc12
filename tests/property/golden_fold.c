/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scripts of records in tests/golden/fold/NAME.script, folded; what is believed where the script
 * says "show" must be NAME.expected to the letter.  GOLDEN_WRITE=1 writes what is believed now.
 *
 *   plan SITES EACH PER [WORKERS]       set ID FIELD VALUE      (stale, fail, window, recover)
 *   drop ID                             config
 *   wait MS                             observed MS             (of the next record, from now)
 *   see TARGET OUTCOMES [R OF]          U up, D down, G degraded, ? unknown; one second each
 *   run TARGET OUTCOME ROUNDS           cover WORKER [MISSED...]
 *   gap ROLE INDEX                      self ROLE INDEX         tick
 *   ack|note INCIDENT AUTHOR            notice INCIDENT KIND SEQ CHANNEL
 *   clock STEP_MS                       anchor | key | fork | belief | state | newer
 *   heartbeat 0|1                       show
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <unistd.h>

#include "monitor/base/file.h"
#include "tests/property/world.h"

#define FOLDER "tests/golden/fold"

struct script {
	struct world  world;
	struct state *state;
	struct buffer out;
	int64_t       observed_ms;	/* 0: as recorded */
};

/* Seconds since the script began. */
static void
put_time(struct script *s, const char *name, int64_t ms)
{
	if (ms == 0)
		buffer_print(&s->out, " %s=-", name);
	else
		buffer_print(&s->out, " %s=%" PRId64 ".%03" PRId64, name, (ms - 1000000) / 1000,
		    (ms - 1000000) % 1000 < 0 ? -((ms - 1000000) % 1000) : (ms - 1000000) % 1000);
}

static void
show_targets(struct script *s)
{
	for (uint32_t i = 0; i < s->state->targets; i++) {
		const struct target_state *target = &s->state->target[i];

		buffer_print(&s->out, "target %" PRIu64 " %s (%s)", target->plan->id,
		    health_name(target->health), reason_text(target->reason));
		put_time(s, "since", target->since_ms);
		buffer_print(&s->out, " seq=%" PRIu64 " incident=%" PRIu64 "\n", target->seq,
		    target->incident);
		for (uint32_t j = 0; j < target->replicas; j++) {
			const struct replica_state *r = &target->replica[j];

			buffer_print(&s->out, "  replica %u %s%s history=%x/%x/%x of %u", j,
			    health_name(r->health), r->seen ? "" : " unseen", r->history,
			    r->history_down, r->history_unknown, r->rounds);
			put_time(s, "heard", fold_heard_ms(s->state, target, r));
			buffer_print(&s->out, " seq=%" PRIu64 "\n", r->seq);
		}
	}
}

static void
show_incidents(struct script *s)
{
	for (uint32_t i = 0; i < s->state->incidents; i++) {
		const struct incident *n = &s->state->incident[i];

		buffer_print(&s->out, "incident %" PRIu64 " %s %s %s worst=%s", n->id,
		    scope_name(n->scope), n->site_name, n->instance_name, health_name(n->worst));
		put_time(s, "occurred", n->occurred_ms);
		put_time(s, "opened", n->opened_ms);
		put_time(s, "told", n->told_ms);
		put_time(s, "resolved", n->resolved_ms);
		buffer_print(&s->out, " absorbed_by=%" PRIu64 " acked_by=%s notes=%" PRIu64 "\n",
		    n->absorbed_by, n->acked_by, n->notes_total);
		for (uint32_t j = 0; j < n->members; j++)
			buffer_print(&s->out, "  member %" PRIu64 " %s worst=%s\n",
			    n->member[j].target, health_name(n->member[j].health),
			    health_name(n->member[j].worst));
	}
	for (uint32_t i = 0; i < s->state->dues; i++) {
		const struct notice_due *due = &s->state->due[i];

		buffer_print(&s->out, "owed %s of incident %" PRIu64 " id=%" PRIu64 "/%" PRIu64
		    " accepted=%" PRIx64 "\n", transition_text(due->kind), due->incident,
		    transition_seq(due->transition),
		    (uint64_t)transition_kind_of(due->transition), due->accepted);
	}
}

static void
show_timeline(struct script *s)
{
	for (uint32_t i = 0; i < s->state->timelines; i++) {
		const struct transition *t = &s->state->timeline[i];

		buffer_print(&s->out, "transition %" PRIu64 "/%" PRIu64, transition_seq(t->id),
		    (uint64_t)transition_kind_of(t->id));
		put_time(s, "recorded", t->recorded_ms);
		put_time(s, "observed", t->observed_ms);
		buffer_print(&s->out, " %s seq=%" PRIu64 " incident=%" PRIu64 " target=%" PRIu64,
		    transition_text(t->kind), t->seq, t->incident, t->target);
		if (t->kind == TRANSITION_HEALTH)
			buffer_print(&s->out, " %s to %s (%s)", health_name(t->before),
			    health_name(t->after), reason_text(t->reason));
		if (t->role != 0)
			buffer_print(&s->out, " role=%" PRIu64 ".%" PRIu64, t->role, t->index);
		if (t->value != 0)
			buffer_print(&s->out, " value=%" PRId64, t->value);
		buffer_print(&s->out, "%s%s%s%s\n", t->author[0] != '\0' ? " by " : "", t->author,
		    t->detail[0] != '\0' ? ": " : "", t->detail);
	}
}

static void
show(struct script *s)
{
	const struct state *state = s->state;

	buffer_print(&s->out, "--- size=%" PRIu64, state->size);
	put_time(s, "now", state->now_ms);
	buffer_print(&s->out, " newer=%" PRIu64 " config=%" PRIu64 " belief=%" PRIu64
	    " state=%" PRIu64 " fork=%" PRIu64 "\n", state->unknown_kinds, state->config_seq,
	    state->belief_seq, state->state_seq, state->fork_seq);
	buffer_print(&s->out, "clock step=%" PRId64 " watcher=%d anchor=%" PRIu64 " %s origin=%s\n",
	    state->clock_step_ms, state->watcher_heard, state->anchor_size, state->anchor_authority,
	    state->origin);
	for (uint32_t i = 0; state->plan != NULL && i < state->plan->workers; i++) {
		const struct worker_state *w = &state->worker[i];

		buffer_print(&s->out, "worker %u %s coverage=%" PRIu64 " missed=%" PRIu64, i,
		    w->running ? "running" : "silent", w->coverage, w->missed);
		put_time(s, "vouched", w->vouched_ms);
		buffer_put_text(&s->out, "\n");
	}
	for (uint32_t i = 0; i < state->gaps; i++) {
		buffer_print(&s->out, "gap %" PRIu64 " of %s %" PRIu64, state->gap[i].seq,
		    role_name(state->gap[i].role), state->gap[i].index);
		put_time(s, "to", state->gap[i].to_ms);
		put_time(s, "ended", state->gap[i].ended_ms);
		buffer_print(&s->out, ": %s\n", state->gap[i].reason);
	}
	show_targets(s);
	show_incidents(s);
	show_timeline(s);
}

static void
put(struct script *s, struct record rec)
{
	rec.observed_ms = s->observed_ms;
	s->observed_ms = 0;
	world_put(&s->world, rec);
	world_fold(&s->world, s->state, s->world.records);
}

static enum outcome
outcome_of(char letter)
{
	return letter == 'U' ? OUTCOME_UP : letter == 'D' ? OUTCOME_DOWN :
	    letter == 'G' ? OUTCOME_DEGRADED : OUTCOME_UNKNOWN;
}

static uint64_t
role_by_name(const char *name)
{
	for (uint64_t role = 1; role_name(role) != NULL; role++)
		if (strcmp(role_name(role), name) == 0)
			return role;
	fail_msg("there is no role %s", name);
	return 0;
}

static void
do_see(struct script *s, char *word[], size_t words)
{
	uint64_t target = strtoull(word[1], NULL, 10);

	for (const char *o = word[2]; *o != '\0'; o++) {
		s->world.now_ms += 1000;
		put(s, (struct record){ .kind = RECORD_OBSERVATION, .role = ROLE_WORKER,
			.index = plan_worker_of(s->world.plan, target), .observation = {
				.target = target, .outcome = outcome_of(*o),
				.replica = words > 3 ? strtoull(word[3], NULL, 10) : 0,
				.replicas = words > 4 ? strtoull(word[4], NULL, 10) : 1,
				.detail = bytes_of_text(*o == 'U' ? "" :
					*o == 'D' ? "no answer" : "slow") } });
	}
}

static void
do_cover(struct script *s, char *word[], size_t words)
{
	struct buffer scratch = { 0 };
	uint64_t missed[16];

	for (size_t i = 2; i < words; i++)
		missed[i - 2] = strtoull(word[i], NULL, 10);
	put(s, (struct record){ .kind = RECORD_COVERAGE, .role = ROLE_WORKER,
		.index = strtoull(word[1], NULL, 10), .coverage = { .from = s->world.now_ms - 60000,
			.to = s->world.now_ms,
			.missed = record_ids(&scratch, missed, words - 2) } });
	buffer_free(&scratch);
}

static void
do_set(struct script *s, char *word[])
{
	struct plan_target *target = &s->world.plan->target[strtoull(word[1], NULL, 10) - 1];
	uint32_t value = (uint32_t)strtoull(word[3], NULL, 10);

	if (strcmp(word[2], "stale") == 0)
		target->stale_ms = value;
	else if (strcmp(word[2], "fail") == 0)
		target->fail_count = value;
	else if (strcmp(word[2], "window") == 0)
		target->window = value;
	else if (strcmp(word[2], "recover") == 0)
		target->recover_count = value;
	else
		fail_msg("set: %s?", word[2]);
}

static void
do_drop(struct script *s, uint64_t id)
{
	struct plan *plan = s->world.plan;

	for (uint32_t i = 0; i < plan->targets; i++)
		if (plan->target[i].id == id) {
			memmove(&plan->target[i], &plan->target[i + 1],
			    (plan->targets - i - 1) * sizeof(*plan->target));
			plan->targets--;
		}
}

static void
do_plan(struct script *s, char *word[], size_t words)
{
	plan_free(s->world.plan);
	s->world.plan = world_plan((uint32_t)strtoul(word[1], NULL, 10),
	    (uint32_t)strtoul(word[2], NULL, 10), (uint32_t)strtoul(word[3], NULL, 10),
	    words > 4 ? (uint32_t)strtoul(word[4], NULL, 10) : 1);
}

/* What needs no operand but numbers and names. */
static bool
do_simple(struct script *s, const char *what, const char *a, const char *b)
{
	struct record rec = { .role = ROLE_LEDGER };

	if (strcmp(what, "tick") == 0)
		rec.kind = RECORD_TICK;
	else if (strcmp(what, "gap") == 0)
		rec = (struct record){ .kind = RECORD_GAP, .role = ROLE_LEDGER, .gap = {
			.role = role_by_name(a), .index = strtoull(b, NULL, 10),
			.from = s->world.now_ms - 2000, .to = s->world.now_ms,
			.reason = bytes_of_text("killed by signal 9") } };
	else if (strcmp(what, "self") == 0)
		rec = (struct record){ .kind = RECORD_SELF, .role = role_by_name(a),
			.index = strtoull(b, NULL, 10) };
	else if (strcmp(what, "clock") == 0)
		rec = (struct record){ .kind = RECORD_CLOCK, .role = ROLE_LEDGER, .clock = {
			.step_ms = strtoll(a, NULL, 10), .cause = bytes_of_text("stepped") } };
	else if (strcmp(what, "anchor") == 0)
		rec = (struct record){ .kind = RECORD_ANCHOR, .role = ROLE_LEDGER, .anchor = {
			.size = s->state->size, .authority = bytes_of_text("tsa"), .stamped = 5 } };
	else if (strcmp(what, "key") == 0)
		rec = (struct record){ .kind = RECORD_KEY, .role = ROLE_LEDGER, .key = {
			.origin = bytes_of_text("example.org/log"),
			.verifier = bytes_of_text("v+1"),
			.author = bytes_of_text("root") } };
	else if (strcmp(what, "fork") == 0)
		rec = (struct record){ .kind = RECORD_FORK, .role = ROLE_LEDGER, .fork = {
			.reason = bytes_of_text("another continuation was anchored") } };
	else if (strcmp(what, "heartbeat") == 0)
		rec = (struct record){ .kind = RECORD_HEARTBEAT, .role = ROLE_ENGINE, .heartbeat = {
			.heard = a[0] == '1', .answer = bytes_of_text("200") } };
	else if (strcmp(what, "belief") == 0)
		rec.kind = RECORD_BELIEF;
	else if (strcmp(what, "state") == 0)
		rec.kind = RECORD_STATE;
	else
		return false;
	put(s, rec);
	return true;
}

static void
do_act(struct script *s, char *word[])
{
	put(s, (struct record){ .kind = RECORD_OPERATOR, .role = ROLE_ENGINE, .operator = {
		.act = strcmp(word[0], "ack") == 0 ? ACT_ACK : ACT_NOTE,
		.incident = strtoull(word[1], NULL, 10), .author = bytes_of_text(word[2]),
		.text = hash_of(bytes_of_text("said")) } });
}

static void
do_notice(struct script *s, char *word[])
{
	put(s, (struct record){ .kind = RECORD_NOTICE, .role = ROLE_ENGINE, .notice = {
		.incident = strtoull(word[1], NULL, 10), .channel = bytes_of_text(word[4]),
		.transition = transition_id(strtoull(word[3], NULL, 10),
			(enum transition_kind)strtoul(word[2], NULL, 10)) } });
}

static void
do_newer(struct script *s)
{
	struct record rec = { .kind = (enum record_kind)99, .recorded_ms = s->world.now_ms };
	struct blob_source source = { world_blob, &s->world };
	struct why why;

	/* It has no place on the tape, which knows the kinds of this version only. */
	assert_int_equal(fold_apply(s->state, &rec, ERR_UNSUPPORTED, &source, &why), ERR_OK);
	world_simple(&s->world, RECORD_TICK, ROLE_LEDGER, 0);
}

static void
do_run(struct script *s, char *word[])
{
	put(s, (struct record){ .kind = RECORD_RUN, .role = ROLE_WORKER, .run = {
		.target = strtoull(word[1], NULL, 10), .outcome = outcome_of(word[2][0]),
		.rounds = strtoull(word[3], NULL, 10), .first = s->world.now_ms - 60000,
		.last = s->world.now_ms } });
}

static void
do_line(struct script *s, char *word[], size_t words)
{
	const char *what = word[0];

	if (strcmp(what, "plan") == 0)
		do_plan(s, word, words);
	else if (strcmp(what, "set") == 0)
		do_set(s, word);
	else if (strcmp(what, "drop") == 0)
		do_drop(s, strtoull(word[1], NULL, 10));
	else if (strcmp(what, "config") == 0)
		world_config(&s->world);
	else if (strcmp(what, "wait") == 0)
		s->world.now_ms += strtoll(word[1], NULL, 10);
	else if (strcmp(what, "observed") == 0)
		s->observed_ms = s->world.now_ms + strtoll(word[1], NULL, 10);
	else if (strcmp(what, "see") == 0)
		do_see(s, word, words);
	else if (strcmp(what, "run") == 0)
		do_run(s, word);
	else if (strcmp(what, "cover") == 0)
		do_cover(s, word, words);
	else if (strcmp(what, "ack") == 0 || strcmp(what, "note") == 0)
		do_act(s, word);
	else if (strcmp(what, "notice") == 0)
		do_notice(s, word);
	else if (strcmp(what, "newer") == 0)
		do_newer(s);
	else if (strcmp(what, "show") == 0)
		show(s);
	else if (!do_simple(s, what, words > 1 ? word[1] : "", words > 2 ? word[2] : ""))
		fail_msg("script: %s?", what);
	world_fold(&s->world, s->state, s->world.records);
}

static void
run_script(struct script *s, char *text)
{
	char *line, *rest = text;

	while ((line = strsep(&rest, "\n")) != NULL) {
		char *word[20];
		size_t words = 0;

		buffer_print(&s->out, "%s%s\n", line[0] == '#' || line[0] == '\0' ? "" : "> ",
		    line);
		for (char *at = line; words < 20 && line[0] != '#'; words++) {
			at += strspn(at, " ");
			if (*at == '\0')
				break;
			word[words] = at;
			at += strcspn(at, " ");
			if (*at != '\0')
				*at++ = '\0';
		}
		if (words > 0)
			do_line(s, word, words);
	}
}

static void
check_script(const char *name)
{
	struct script s = { .observed_ms = 0 };
	struct buffer text = { 0 }, expected = { 0 };
	char path[256];
	struct why why;

	world_begin(&s.world, 1);
	s.state = state_new();
	snprintf(path, sizeof(path), FOLDER "/%s.script", name);
	assert_int_equal(file_read(path, 1 << 20, &text, &why), ERR_OK);
	buffer_text(&text);
	run_script(&s, (char *)text.at);
	snprintf(path, sizeof(path), FOLDER "/%s.expected", name);
	if (getenv("GOLDEN_WRITE") != NULL)
		assert_int_equal(file_write(path, bytes_of_buffer(&s.out), 0644, &why), ERR_OK);
	assert_int_equal(file_read(path, 1 << 20, &expected, &why), ERR_OK);
	assert_string_equal(buffer_text(&s.out), buffer_text(&expected));
	buffer_free(&text);
	buffer_free(&expected);
	buffer_free(&s.out);
	state_free(s.state);
	world_end(&s.world);
}

#define SCRIPT(name) static void name(void **unused) { (void)unused; check_script(#name); }
SCRIPT(outage)
SCRIPT(site)
SCRIPT(silence)
SCRIPT(gap)
SCRIPT(reload)
SCRIPT(clocks)

/* A script that nobody runs would prove nothing. */
static void
all_scripts_are_run(void **unused)
{
	DIR *dir = opendir(FOLDER);
	const struct dirent *entry;
	int scripts = 0;

	(void)unused;
	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL)
		scripts += strstr(entry->d_name, ".script") != NULL;
	closedir(dir);
	assert_int_equal(scripts, 6);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(outage), cmocka_unit_test(site), cmocka_unit_test(silence),
		cmocka_unit_test(gap), cmocka_unit_test(reload), cmocka_unit_test(clocks),
		cmocka_unit_test(all_scripts_are_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
