/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger and signer roles as real processes, driven over their links by a supervisor, an
 * engine and a worker that this test plays: start, stop, death, rotation and its interruptions,
 * forks, and a worker that lies.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor/base/command.h"
#include "tests/unit/ledger_rig.h"

/* --- what only this test needs --------------------------------------------------------------- */

/* The newest checkpoint is signed by the newest KEY record's key and true; its size. */
static uint64_t
checkpoint_good(struct rig *rig)
{
	struct ledger *ledger = look(rig);
	struct buffer octets = { .max = 0 };
	struct note_verifier verifier;
	struct checkpoint checkpoint;
	struct record record;
	struct note note;
	struct hash root;
	struct why why;
	uint64_t seq, size;

	assert_int_equal(ledger_checkpoint(ledger, UINT64_MAX >> 1, &size, &octets, &why), ERR_OK);
	assert_int_equal(ledger_last(ledger, RECORD_KEY, ledger_size(ledger), &seq, &why), ERR_OK);
	assert_int_equal(ledger_read(ledger, seq, &record, &why), ERR_OK);
	assert_int_equal(note_verifier_read(record.key.verifier, &verifier, &why), ERR_OK);
	assert_int_equal(note_read(bytes_of_buffer(&octets), &note, &why), ERR_OK);
	assert_int_equal(note_verify(&note, &verifier, &why), ERR_OK);
	assert_int_equal(checkpoint_read(note.text, &checkpoint, &why), ERR_OK);
	assert_int_equal(ledger_root(ledger, size, &root, &why), ERR_OK);
	assert_int_equal(checkpoint.size, size);
	assert_true(hash_equal(root, checkpoint.root));
	buffer_free(&octets);
	ledger_close(ledger);
	return size;
}

/* The answer's error number. */
static uint64_t
act(struct rig *rig, enum act act, const char *text)
{
	struct buffer body = { .max = 0 };
	struct cbor in;

	cbor_put_array(&body, 4);
	cbor_put_uint(&body, 7);
	cbor_put_uint(&body, act);
	cbor_put_cstr(&body, "tester");
	cbor_put_cstr(&body, text);
	assert_int_equal(link_send(rig->engine, MESSAGE_ACT, bytes_of_buffer(&body), -1), ERR_OK);
	buffer_free(&body);
	assert_true(expect(rig, rig->engine, MESSAGE_ACTED));
	in = cbor_of(bytes_of_buffer(&rig->body), true);
	assert_int_equal(cbor_array(&in), 3);
	assert_int_equal(cbor_uint(&in), 7);
	return cbor_uint(&in);
}

/* --- tests ---------------------------------------------------------------------------------- */

static void
test_new_and_stopped(void **state)
{
	struct rig *rig = *state;
	struct ledger *ledger;
	struct note_verifier verifier;
	struct record record;
	struct plan *plan;
	struct why why;

	begin(rig);
	assert_int_equal(plan_decode(bytes_of_buffer(&rig->body), &plan, &why), ERR_OK);
	assert_int_equal(plan->targets, 2);
	assert_true(plan->target[0].id != 0 && plan->target[0].id < plan->target[1].id);
	plan_free(plan);
	end(rig, true);
	ledger = look(rig);
	assert_int_equal(ledger_read(ledger, 0, &record, &why), ERR_OK);
	assert_int_equal(record.kind, RECORD_KEY);
	assert_int_equal(key_check(&record.key, NULL, &verifier, &why), ERR_OK);
	assert_int_equal(ledger_read(ledger, ledger_size(ledger) - 1, &record, &why), ERR_OK);
	assert_int_equal(record.kind, RECORD_GAP);
	ledger_close(ledger);
	assert_int_equal(records(rig, RECORD_SELF, ROLE_LEDGER, 0, ""), 1);
	assert_int_equal(records(rig, RECORD_SELF, ROLE_SIGNER, 0, ""), 1);
	assert_int_equal(checkpoint_good(rig), size_now(rig));
}

static void
test_target_ids_are_never_reused(void **state)
{
	struct rig *rig = *state;
	uint64_t first, second;
	struct plan *plan;
	struct why why;

	begin(rig);
	assert_int_equal(plan_decode(bytes_of_buffer(&rig->body), &plan, &why), ERR_OK);
	first = plan->target[0].id;
	second = plan->target[1].id;
	plan_free(plan);
	rig->address[0] = NULL;
	rig->address[2] = "192.0.2.3";
	config_give(rig, "reload");
	assert_true(expect(rig, rig->control, MESSAGE_PLAN));
	end(rig, false);
	rig->address[0] = "192.0.2.1";
	begin(rig);
	assert_int_equal(plan_decode(bytes_of_buffer(&rig->body), &plan, &why), ERR_OK);
	assert_int_equal(plan->targets, 3);
	assert_int_equal(plan->target[0].id, first);
	assert_int_equal(plan->target[1].id, second);
	assert_true(plan->target[2].id > second);
	assert_string_equal(plan->target[2].address, "192.0.2.3");
	plan_free(plan);
	end(rig, true);
	assert_int_equal(records(rig, RECORD_CONFIG, ROLE_LEDGER, 0, ""), 3);
}

/* A reload that changes nothing is answered, and not recorded; nor is an earlier one forgotten. */
static void
test_equal_configurations(void **state)
{
	struct rig *rig = *state;

	begin(rig);
	for (unsigned i = 0; i < 20; i++) {
		config_give(rig, "reload");
		assert_true(expect(rig, rig->control, MESSAGE_PLAN));
	}
	assert_int_equal(records(rig, RECORD_CONFIG, ROLE_LEDGER, 0, ""), 1);
	rig->address[2] = "192.0.2.3";
	config_give(rig, "reload");
	assert_true(expect(rig, rig->control, MESSAGE_PLAN));
	rig->address[2] = NULL;
	config_give(rig, "reload");
	assert_true(expect(rig, rig->control, MESSAGE_PLAN));
	assert_int_equal(records(rig, RECORD_CONFIG, ROLE_LEDGER, 0, ""), 3);
	end(rig, true);
	begin(rig);
	end(rig, true);
	assert_int_equal(records(rig, RECORD_CONFIG, ROLE_LEDGER, 0, ""), 4);
}

/* Another origin is another ledger: refused, in a sentence with both names. */
static void
test_other_origin(void **state)
{
	struct rig *rig = *state;
	uint64_t size;

	begin(rig);
	end(rig, true);
	size = size_now(rig);
	rig->origin = "example.org/other";
	begin_only(rig);
	assert_true(expect(rig, rig->control, MESSAGE_STATUS));
	assert_non_null(strstr(buffer_text(&rig->body), "\"example.org/other\""));
	assert_non_null(strstr(buffer_text(&rig->body), "\"example.org/test\""));
	assert_int_equal(ended(rig->ledger), EXIT_USAGE);
	close(rig->control);
	close(rig->worker);
	close(rig->engine);
	close(rig->signer_control);
	(void)ended(rig->signer);
	assert_int_equal(size_now(rig), size);
}

/* One that was begun with what is refused with the other, and nothing enters it. */
static void
drill_refused(struct rig *rig, const char *first, const char *then, const char *sentence)
{
	struct ledger *ledger;
	struct record record;
	struct why why;
	uint64_t size;

	rig->drill = first;
	begin(rig);
	end(rig, true);
	size = size_now(rig);
	ledger = look(rig);
	for (uint64_t seq = 0; seq < size; seq++) {
		assert_int_equal(ledger_read(ledger, seq, &record, &why), ERR_OK);
		assert_int_equal(record.drill, first[0] != '\0');
	}
	ledger_close(ledger);
	rig->drill = then;
	begin_only(rig);
	assert_true(expect(rig, rig->control, MESSAGE_STATUS));
	assert_non_null(strstr(buffer_text(&rig->body), sentence));
	assert_int_equal(ended(rig->ledger), EXIT_USAGE);
	close(rig->control);
	close(rig->worker);
	close(rig->engine);
	close(rig->signer_control);
	(void)ended(rig->signer);
	assert_int_equal(size_now(rig), size);
}

static void
test_drill_is_not_taken_for_real(void **state)
{
	drill_refused(*state, "region-loss", "", "is the ledger of an exercise");
}

static void
test_real_is_not_taken_for_a_drill(void **state)
{
	drill_refused(*state, "", "region-loss", "is the real ledger");
}

static void
test_killed(void **state)
{
	struct rig *rig = *state;
	struct ledger *ledger;
	struct record record;
	struct why why;
	int64_t vouched;
	uint64_t seq;

	begin(rig);
	say_self(rig->worker);
	vouched = say_coverage(rig->worker);
	assert_true(recorded(rig, RECORD_COVERAGE, ROLE_WORKER, 1, ""));
	end(rig, false);
	begin(rig);
	assert_int_equal(records(rig, RECORD_GAP, ROLE_SUPERVISOR, 0, "without saying so"), 1);
	assert_int_equal(records(rig, RECORD_GAP, ROLE_WORKER, 1, "without saying so"), 1);
	assert_int_equal(records(rig, RECORD_GAP, ROLE_WORKER, 0, ""), 0);
	ledger = look(rig);
	assert_int_equal(ledger_last(ledger, RECORD_GAP, ledger_size(ledger), &seq, &why), ERR_OK);
	assert_int_equal(ledger_read(ledger, seq, &record, &why), ERR_OK);
	assert_int_equal(record.gap.from, vouched);
	assert_true(record.gap.to >= vouched);
	ledger_close(ledger);
	end(rig, true);
	begin(rig);
	assert_int_equal(records(rig, RECORD_GAP, ROLE_SUPERVISOR, 0, "had been stopped"), 1);
	end(rig, true);
}

static void
say_died(struct rig *rig, uint64_t index)
{
	struct buffer body = { .max = 0 };

	cbor_put_array(&body, 3);
	cbor_put_uint(&body, ROLE_WORKER);
	cbor_put_uint(&body, index);
	cbor_put_cstr(&body, "killed at once");
	assert_int_equal(link_send(rig->control, MESSAGE_DIED, bytes_of_buffer(&body), -1), ERR_OK);
	buffer_free(&body);
}

/* A worker that dies before its SELF is committed leaves a gap of its own, each time. */
static void
test_died_at_once(void **state)
{
	struct rig *rig = *state;

	begin(rig);
	say_self(rig->worker);
	assert_true(recorded(rig, RECORD_SELF, ROLE_WORKER, 1, ""));
	say_died(rig, 1);
	assert_true(recorded(rig, RECORD_GAP, ROLE_WORKER, 1, "killed at once"));
	for (unsigned i = 0; i < 3; i++) {
		close(rig->worker);
		rig->worker = link_played(rig, ROLE_WORKER, 1);
		say_self(rig->worker);
		say_died(rig, 1);
	}
	assert_true(recorded_so_often(rig, RECORD_GAP, ROLE_WORKER, 1, "at once", 4));
	assert_int_equal(records(rig, RECORD_SELF, ROLE_WORKER, 1, ""), 4);
	assert_int_equal(records(rig, RECORD_GAP, ROLE_WORKER, 1, "at once"), 4);
	end(rig, true);
}

static struct record_gap
last_gap(struct rig *rig)
{
	struct ledger *ledger = look(rig);
	struct record record;
	struct why why;
	uint64_t seq;
	enum err err = ledger_last(ledger, RECORD_GAP, ledger_size(ledger), &seq, &why);

	if (err == ERR_OK)
		err = ledger_read(ledger, seq, &record, &why);
	record.gap.reason = bytes_of(NULL, 0);
	ledger_close(ledger);
	assert_int_equal(err, ERR_OK);
	assert_int_equal(record.gap.to, record.recorded_ms);
	return record.gap;
}

/*
 * A ledger role that was stopped says on waking that it stood still, and asks for all anew.  The
 * gap begins with what was recorded last before and ends before the workers are told.  The bounds
 * are what this process saw of it: a loaded machine may stop either of them for longer.
 */
static void
test_stopped_for_a_while(void **state)
{
	struct rig *rig = *state;
	int64_t spoke_ms, stopped_ms, continued_ms, told_ms, span_ms;
	struct record_gap gap;
	int status;

	begin(rig);
	say_self(rig->worker);
	spoke_ms = now_ms();
	say_coverage(rig->worker);
	assert_true(recorded(rig, RECORD_COVERAGE, ROLE_WORKER, 1, ""));
	assert_int_equal(kill(rig->ledger, SIGSTOP), 0);
	assert_int_equal(waitpid(rig->ledger, &status, WUNTRACED), rig->ledger);
	assert_true(WIFSTOPPED(status));
	stopped_ms = now_ms();
	usleep((STANDSTILL_MS + 1000) * 1000);
	continued_ms = now_ms();
	assert_int_equal(kill(rig->ledger, SIGCONT), 0);
	assert_true(expect(rig, rig->worker, MESSAGE_AGAIN));
	told_ms = now_ms();
	gap = last_gap(rig);
	span_ms = gap.to - gap.from;
	assert_int_equal(gap.role, ROLE_LEDGER);
	/* Recorded time may approach the wall clock by a twentieth of what passed. */
	assert_true(span_ms > STANDSTILL_MS);
	assert_true(span_ms >= (continued_ms - stopped_ms) * 19 / 20);
	assert_true(span_ms <= (told_ms - spoke_ms) * 21 / 20 + 100);
	/* Once for each time; a second one needs another standstill, of the whole machine. */
	if (now_ms() - continued_ms < STANDSTILL_MS && stopped_ms - spoke_ms < STANDSTILL_MS) {
		assert_int_equal(records(rig, RECORD_GAP, ROLE_LEDGER, 0, "stood still for"), 1);
		assert_int_equal(records(rig, RECORD_SELF, ROLE_LEDGER, 0, ""), 2);
	}
	/* The gap stands for the worker, unless it vouched for time behind it. */
	say_self(rig->worker);
	say_coverage(rig->worker);
	assert_int_equal(records(rig, RECORD_GAP, ROLE_WORKER, 1, ""), 0);
	say_self(rig->worker);
	assert_true(recorded(rig, RECORD_GAP, ROLE_WORKER, 1, "began anew"));
	assert_int_equal(records(rig, RECORD_GAP, ROLE_WORKER, 1, ""), 1);
	if (now_ms() - continued_ms < STANDSTILL_MS && stopped_ms - spoke_ms < STANDSTILL_MS)
		assert_int_equal(records(rig, RECORD_GAP, ROLE_LEDGER, 0, ""), 1);
	end(rig, true);
}

/* A worker cannot speak for another, nor say what is not its to say, nor hurt by nonsense. */
static void
test_lying_worker(void **state)
{
	struct rig *rig = *state;
	struct record notice = { .kind = RECORD_NOTICE };
	uint64_t before;

	begin(rig);
	say_coverage(rig->worker);
	assert_true(recorded(rig, RECORD_COVERAGE, ROLE_WORKER, 1, ""));
	assert_int_equal(records(rig, RECORD_COVERAGE, ROLE_ENGINE, 9, ""), 0);
	notice.notice.channel = notice.notice.answer = bytes_of_text("fine");
	say(rig->worker, &notice);
	assert_true(expect(rig, rig->control, MESSAGE_DIED));
	assert_true(recorded(rig, RECORD_GAP, ROLE_WORKER, 1, "wrote a NOTICE record"));
	assert_false(expect(rig, rig->worker, MESSAGE_GROWN));
	close(rig->worker);
	for (unsigned kind = 0; kind < 4; kind++) {
		static const enum message messages[] = { MESSAGE_RECORD, MESSAGE_ACT,
			MESSAGE_SIGNED, MESSAGE_VALUE };

		rig->worker = link_played(rig, ROLE_WORKER, kind + 10);
		assert_int_equal(
		    link_send(rig->worker, messages[kind], bytes_of_text("?"), -1), ERR_OK);
		assert_true(expect(rig, rig->control, MESSAGE_DIED));
		assert_true(recorded(rig, RECORD_GAP, ROLE_WORKER, kind + 10, ""));
		close(rig->worker);
	}
	before = size_now(rig);
	rig->worker = link_played(rig, ROLE_WORKER, 1);
	say_coverage(rig->worker);
	assert_true(records(rig, RECORD_NOTICE, ROLE_WORKER, 1, "") == 0);
	assert_true(recorded_so_often(rig, RECORD_COVERAGE, ROLE_WORKER, 1, "", 2));
	assert_true(size_now(rig) > before);
	end(rig, true);
}

/* Who polls may write what it saw and answers nobody; who serves answers and may write neither; who
 * keeps files fresh says so and counts nothing. */
static void
test_three_fetches(void **state)
{
	struct rig *rig = *state;
	struct record signal = { .kind = RECORD_SIGNAL }, metric = { .kind = RECORD_METRIC };
	int polls, serves, keeps;

	begin(rig);
	signal.signal.source = metric.metric.source = bytes_of_text("page");
	signal.signal.count = metric.metric.metric = 1;
	polls = link_played(rig, ROLE_FETCH, FETCH_POLLS);
	serves = link_played(rig, ROLE_FETCH, FETCH_SERVES);
	keeps = link_played(rig, ROLE_FETCH, FETCH_KEEPS);
	say(keeps, &signal);
	assert_true(recorded(rig, RECORD_SIGNAL, ROLE_FETCH, FETCH_KEEPS, ""));
	say(keeps, &metric);
	assert_true(expect(rig, rig->control, MESSAGE_DIED));
	assert_true(recorded(rig, RECORD_GAP, ROLE_FETCH, FETCH_KEEPS, "wrote a METRIC record"));
	say(polls, &signal);
	say(polls, &metric);
	assert_true(recorded(rig, RECORD_SIGNAL, ROLE_FETCH, FETCH_POLLS, ""));
	assert_true(recorded(rig, RECORD_METRIC, ROLE_FETCH, FETCH_POLLS, ""));
	say(serves, &signal);
	assert_true(expect(rig, rig->control, MESSAGE_DIED));
	assert_true(recorded(rig, RECORD_GAP, ROLE_FETCH, FETCH_SERVES, "wrote a SIGNAL record"));
	assert_int_equal(records(rig, RECORD_SIGNAL, ROLE_FETCH, FETCH_SERVES, ""), 0);
	assert_int_equal(link_send(polls, MESSAGE_FETCHED, bytes_of_text("?"), -1), ERR_OK);
	assert_true(expect(rig, rig->control, MESSAGE_DIED));
	assert_true(recorded(rig, RECORD_GAP, ROLE_FETCH, FETCH_POLLS, "no business sending"));
	close(polls);
	close(serves);
	close(keeps);
	end(rig, true);
}

static void
test_rotation(void **state)
{
	struct rig *rig = *state;
	char next[128], previous[128];
	uint64_t size;

	snprintf(next, sizeof(next), "%s.next", rig->key);
	snprintf(previous, sizeof(previous), "%s.previous", rig->key);
	begin(rig);
	assert_int_equal(act(rig, ACT_ROTATE, ""), ERR_OK);
	assert_int_equal(records(rig, RECORD_KEY, ROLE_LEDGER, 0, ""), 2);
	end(rig, true);
	size = checkpoint_good(rig);
	assert_int_equal(access(previous, F_OK), 0);
	assert_int_equal(access(next, F_OK), -1);
	/* Recorded, and killed before the new key took the old one's place: finished now. */
	assert_int_equal(rename(rig->key, next), 0);
	assert_int_equal(rename(previous, rig->key), 0);
	begin(rig);
	end(rig, true);
	assert_true(checkpoint_good(rig) > size);
	assert_int_equal(access(next, F_OK), -1);
	/* Prepared, and killed before it was recorded: dropped, the old key goes on. */
	size = checkpoint_good(rig);
	key_write(next);
	begin(rig);
	assert_true(recorded(rig, RECORD_SELF, ROLE_SIGNER, 0, ""));
	end(rig, true);
	assert_true(checkpoint_good(rig) > size);
	assert_int_equal(access(next, F_OK), -1);
	assert_int_equal(records(rig, RECORD_KEY, ROLE_LEDGER, 0, ""), 2);
}

/* A key that is not the ledger's signs nothing; nothing else stops. */
static void
test_foreign_key(void **state)
{
	struct rig *rig = *state;
	uint64_t size;

	begin(rig);
	end(rig, true);
	size = checkpoint_good(rig);
	key_write(rig->key);
	begin(rig);
	say_coverage(rig->worker);
	assert_true(recorded(rig, RECORD_COVERAGE, ROLE_WORKER, 1, ""));
	assert_int_not_equal(act(rig, ACT_ROTATE, ""), ERR_OK);
	end(rig, true);
	assert_true(size_now(rig) > size);
	assert_int_equal(checkpoint_good(rig), size);
}

/* A restored copy that goes on is a fork, known by the checkpoint kept outside; recorded once. */
static void
test_fork(void **state)
{
	struct rig *rig = *state;
	char copy[160], newest[160];
	struct buffer note = { .max = 0 };
	struct ledger *ledger;
	struct why why;
	uint64_t size;

	begin(rig);
	assert_int_equal(act(rig, ACT_BACKUP, "b"), ERR_OK);
	assert_int_equal(act(rig, ACT_BACKUP, "b"), ERR_INVALID);
	assert_int_equal(act(rig, ACT_BACKUP, "../b"), ERR_INVALID);
	say_coverage(rig->worker);
	end(rig, true);
	ledger = look(rig);
	assert_int_equal(ledger_checkpoint(ledger, UINT64_MAX >> 1, &size, &note, &why), ERR_OK);
	ledger_close(ledger);
	snprintf(newest, sizeof(newest), "%s/newest-checkpoint", rig->state);
	assert_int_equal(file_write(newest, bytes_of_buffer(&note), 0644, &why), ERR_OK);
	buffer_free(&note);
	begin(rig);
	end(rig, true);
	assert_int_equal(records(rig, RECORD_FORK, ROLE_LEDGER, 0, ""), 0);
	snprintf(copy, sizeof(copy), "%s/backup/b.db", rig->state);
	assert_int_equal(rename(copy, rig->path), 0);
	snprintf(copy, sizeof(copy), "%s-wal", rig->path);
	unlink(copy);
	for (unsigned i = 0; i < 2; i++) {
		begin(rig);
		assert_true(recorded(rig, RECORD_FORK, ROLE_LEDGER, 0, ""));
		end(rig, true);
		assert_int_equal(records(rig, RECORD_FORK, ROLE_LEDGER, 0, ""), 1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_new_and_stopped, setup, teardown),
		cmocka_unit_test_setup_teardown(test_target_ids_are_never_reused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_equal_configurations, setup, teardown),
		cmocka_unit_test_setup_teardown(test_other_origin, setup, teardown),
		cmocka_unit_test_setup_teardown(test_drill_is_not_taken_for_real, setup, teardown),
		cmocka_unit_test_setup_teardown(test_real_is_not_taken_for_a_drill, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(test_killed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_died_at_once, setup, teardown),
		cmocka_unit_test_setup_teardown(test_stopped_for_a_while, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lying_worker, setup, teardown),
		cmocka_unit_test_setup_teardown(test_three_fetches, setup, teardown),
		cmocka_unit_test_setup_teardown(test_rotation, setup, teardown),
		cmocka_unit_test_setup_teardown(test_foreign_key, setup, teardown),
		cmocka_unit_test_setup_teardown(test_fork, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
