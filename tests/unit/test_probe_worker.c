/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The worker role as the supervisor and the ledger see it: this test holds both ends of its links,
 * the worker is a child process in its sandbox, its targets are real sockets of this namespace.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>

#include "monitor/base/clock.h"
#include "monitor/base/limits.h"
#include "monitor/daemon/link.h"
#include "monitor/daemon/role.h"
#include "tests/unit/probe_lab.h"

enum { KINDS = 32, HEARD_MAX = 8192 };

struct heard {
	enum record_kind kind;
	uint64_t target, replica, replicas, outcome, error, rounds, missed;
	int64_t  from, to, observed_ms;
	struct hash address;	/* of SELF: its plan */
	char     region[32], unknown[80];	/* "" if there is no such fact */
};

struct boss {
	pid_t  pid;
	int    control, ledger;
	struct heard heard[HEARD_MAX];
	size_t count, values, blobs;
	struct hash value[HEARD_MAX];	/* commitments of the values that came */
	unsigned ready;
	bool   closed;
};

static void
target_add(struct plan *plan, uint64_t id, const char *name, const char *address, uint32_t port,
    int64_t interval_ms)
{
	plan->target[plan->targets++] = (struct plan_target){ .id = id,
	    .name = plan_text(plan, bytes_of_text(name)), .probe = "tcp",
	    .address = plan_text(plan, bytes_of_text(address)), .port = port,
	    .interval_ms = interval_ms * lab_patience(),
	    .deadline_ms = interval_ms / 2 * lab_patience(), .stale_ms = 90000,
	    .fail_count = 2, .window = 3, .recover_count = 2 };
}

static struct plan *
plan_begin(void)
{
	struct plan *plan = plan_new();

	plan->name = "test";
	plan->workers = 1;
	plan->site = plan_array(plan, 1, sizeof(*plan->site));
	plan->sites = 1;
	plan->site[0] = (struct plan_site){ .name = "s", .jurisdiction = "JP" };
	plan->instance = plan_array(plan, 1, sizeof(*plan->instance));
	plan->instances = 1;
	plan->instance[0] = (struct plan_instance){ .name = "i" };
	plan->target = plan_array(plan, 1000, sizeof(*plan->target));
	return plan;
}

static void
boss_start(struct boss *boss, const struct plan *plan)
{
	struct why why = { .err = ERR_OK };
	int control[2], ledger[2];

	*boss = (struct boss){ .pid = 0 };
	assert_int_equal(link_pair(control, &why), ERR_OK);
	assert_int_equal(link_pair(ledger, &why), ERR_OK);
	boss->pid = fork();
	if (boss->pid == 0) {
		static struct role_start start;

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		/* A listener kept here would keep its port open. */
		for (int fd = 3; fd < 256; fd++)
			if (fd != control[1] && fd != ledger[1])
				close(fd);
		start = (struct role_start){ .role = ROLE_WORKER, .control = control[1], .links = 1,
		    .link[0] = { .role = ROLE_LEDGER, .fd = ledger[1] } };
		plan_encode(&start.plan_octets, plan);
		if (plan_decode(bytes_of_buffer(&start.plan_octets), &start.plan, &why) != ERR_OK) {
			fprintf(stderr, "%s\n", why.text);
			_exit(9);
		}
		_exit(worker_main(&start));
	}
	close(control[1]);
	close(ledger[1]);
	boss->control = control[0];
	boss->ledger = ledger[0];
}

static void
fact_hear(struct bytes facts, enum fact fact, char *out, size_t len)
{
	struct bytes value = bytes_of(NULL, 0);

	(void)fact_text(facts, fact, &value);
	snprintf(out, len, "%.*s", (int)value.len, value.len > 0 ? (const char *)value.at : "");
}

static void
record_hear(struct boss *boss, struct bytes octets)
{
	struct heard *heard = &boss->heard[boss->count];
	struct record record;
	struct why why = { .err = ERR_OK };

	if (record_check(octets, &record, &why) != ERR_OK)
		fail_msg("a record of the worker: %s", why.text);
	assert_int_equal(record.recorded_ms, 0);
	assert_int_equal(record.role, ROLE_WORKER);
	assert_true(boss->count < HEARD_MAX);
	boss->count++;
	*heard = (struct heard){ .kind = record.kind, .observed_ms = record.observed_ms };
	if (record.kind == RECORD_OBSERVATION) {
		heard->target = record.observation.target;
		heard->replica = record.observation.replica;
		heard->replicas = record.observation.replicas;
		heard->outcome = record.observation.outcome;
		heard->error = record.observation.error;
		heard->address = record.observation.address;
		fact_hear(record.observation.facts, FACT_LOC_OBSERVED, heard->region, sizeof(heard->region));
		fact_hear(record.observation.facts, FACT_LOC_UNKNOWN, heard->unknown, sizeof(heard->unknown));
	} else if (record.kind == RECORD_RUN) {
		heard->target = record.run.target;
		heard->outcome = record.run.outcome;
		heard->rounds = record.run.rounds;
		heard->missed = record.run.missed;
	} else if (record.kind == RECORD_SELF) {
		heard->address = record.self.plan;
	} else if (record.kind == RECORD_COVERAGE) {
		heard->from = record.coverage.from;
		heard->to = record.coverage.to;
		heard->rounds = record.coverage.rounds;
		heard->missed = record_walk_of(record.coverage.missed).left;
	}
}

/* Takes what both links have until the time is over or the worker is gone. */
static void
boss_listen(struct boss *boss, int milliseconds)
{
	int64_t until = clock_monotonic_ns() / 1000000 + milliseconds * lab_patience(), left;
	struct buffer body = { .max = 0 };

	while (!boss->closed && (left = until - clock_monotonic_ns() / 1000000) > 0) {
		struct pollfd wait[] = { { .fd = boss->ledger, .events = POLLIN },
		    { .fd = boss->control, .events = POLLIN } };
		enum message message;
		int attached;
		enum err err;

		poll(wait, 2, (int)left);
		while (link_receive(boss->control, &message, &body, &attached) == ERR_OK)
			boss->ready += message == MESSAGE_READY;
		while ((err = link_receive(boss->ledger, &message, &body, &attached)) == ERR_OK) {
			if (message == MESSAGE_RECORD)
				record_hear(boss, bytes_of_buffer(&body));
			else if (message == MESSAGE_VALUE)
				boss->value[boss->values++ % HEARD_MAX] =
				    secret_commit(bytes_slice(bytes_of_buffer(&body), 0, 32),
				    bytes_slice(bytes_of_buffer(&body), 32, body.len));
		}
		boss->closed = err == ERR_CLOSED;
	}
	buffer_free(&body);
}

static int
boss_end(struct boss *boss)
{
	int status = 0;

	(void)!link_send(boss->control, MESSAGE_STOP, bytes_of(NULL, 0), -1);
	boss_listen(boss, 5000);
	assert_true(boss->closed);
	close(boss->control);
	close(boss->ledger);
	assert_int_equal(waitpid(boss->pid, &status, 0), boss->pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static size_t
heard_count(const struct boss *boss, enum record_kind kind, uint64_t target)
{
	size_t count = 0;

	for (size_t i = 0; i < boss->count; i++)
		count += boss->heard[i].kind == kind && (target == 0 || boss->heard[i].target == target);
	return count;
}

static void
a_life(void **state)
{
	static struct boss boss;
	struct plan *plan = plan_begin();
	int open = lab_listen(7201);
	uint64_t last_outcome = 0;
	size_t committed = 0;

	(void)state;
	target_add(plan, 3, "open", "127.0.0.1", 7201, 200);
	target_add(plan, 5, "shut", "127.0.0.1", 7202, 200);
	target_add(plan, 6, "nameless", "no-such-name.invalid", 7203, 400);
	boss_start(&boss, plan);
	boss_listen(&boss, 1500);
	assert_true(boss.ready >= 1);
	assert_int_equal(boss.heard[0].kind, RECORD_SELF);
	/* The window is recorded, then silence: nothing changes. */
	assert_int_equal(heard_count(&boss, RECORD_OBSERVATION, 3), 3);
	assert_int_equal(heard_count(&boss, RECORD_OBSERVATION, 5), 3);
	assert_int_equal(heard_count(&boss, RECORD_RUN, 0), 0);
	close(open);
	boss_listen(&boss, 1000);
	assert_int_equal(heard_count(&boss, RECORD_RUN, 3), 1);
	assert_int_equal(heard_count(&boss, RECORD_OBSERVATION, 3), 6);
	open = lab_listen(7201);
	boss_listen(&boss, 2000);
	assert_int_equal(heard_count(&boss, RECORD_RUN, 3), 2);
	assert_int_equal(boss_end(&boss), 0);
	/* At the end every run is closed and the last word is COVERAGE. */
	assert_int_equal(heard_count(&boss, RECORD_RUN, 3), 3);
	assert_int_equal(heard_count(&boss, RECORD_RUN, 5), 1);
	assert_int_equal(heard_count(&boss, RECORD_COVERAGE, 0), 1);
	assert_int_equal(boss.heard[boss.count - 1].kind, RECORD_COVERAGE);
	assert_int_equal(boss.heard[boss.count - 1].from, boss.heard[0].observed_ms);
	assert_int_equal(boss.heard[boss.count - 1].missed, 0);
	assert_true(boss.heard[boss.count - 1].rounds >= 20);
	for (size_t i = 0; i < boss.count; i++) {
		const struct heard *heard = &boss.heard[i];

		if (heard->kind != RECORD_OBSERVATION)
			continue;
		if (heard->target == 6) {
			assert_int_equal(heard->replicas, 0);
			assert_true(heard->error == ERR_RESOLVE || heard->error == ERR_TIMEOUT);
			assert_true(hash_is_zero(heard->address));
			continue;
		}
		last_outcome = heard->target == 3 ? heard->outcome : last_outcome;
		for (size_t k = 0; k < boss.values; k++)
			committed += hash_equal(boss.value[k], heard->address);
	}
	assert_int_equal(last_outcome, OUTCOME_UP);
	assert_int_equal(committed, heard_count(&boss, RECORD_OBSERVATION, 3) +
	    heard_count(&boss, RECORD_OBSERVATION, 5));
	close(open);
	plan_free(plan);
}

static void
reload(void **state)
{
	static struct boss boss;
	struct plan *plan = plan_begin(), *other = plan_begin();
	struct buffer octets = { .max = 0 };
	int one = lab_listen(7211), two = lab_listen(7212);

	(void)state;
	target_add(plan, 1, "stays", "127.0.0.1", 7211, 100);
	target_add(plan, 2, "goes", "127.0.0.1", 7212, 100);
	target_add(plan, 4, "moves", "127.0.0.1", 7213, 100);
	target_add(other, 1, "stays", "127.0.0.1", 7211, 100);
	target_add(other, 4, "moves", "127.0.0.1", 7212, 100);
	target_add(other, 9, "comes", "127.0.0.1", 7211, 100);
	boss_start(&boss, plan);
	boss_listen(&boss, 600);
	plan_encode(&octets, other);
	assert_int_equal(link_send_large(boss.control, MESSAGE_PLAN, bytes_of_buffer(&octets)), ERR_OK);
	boss_listen(&boss, 600);
	/* Nonsense and unknown messages are passed over. */
	assert_int_equal(link_send(boss.control, MESSAGE_PLAN, bytes_of_text("x"), -1), ERR_OK);
	assert_int_equal(link_send(boss.control, MESSAGE_GROWN, bytes_of_text("x"), -1), ERR_OK);
	boss_listen(&boss, 300);
	assert_int_equal(heard_count(&boss, RECORD_OBSERVATION, 1), 3);	/* it went on */
	assert_int_equal(heard_count(&boss, RECORD_RUN, 1), 0);
	assert_int_equal(heard_count(&boss, RECORD_RUN, 2), 1);
	assert_int_equal(heard_count(&boss, RECORD_OBSERVATION, 4), 6);
	assert_int_equal(heard_count(&boss, RECORD_OBSERVATION, 9), 3);
	assert_int_equal(boss_end(&boss), 0);
	assert_int_equal(boss.heard[boss.count - 1].missed, 0);
	for (size_t i = 0; i < boss.count; i++)
		if (boss.heard[i].kind == RECORD_RUN && boss.heard[i].target == 1) {
			assert_in_range(boss.heard[i].rounds, 13, 17);	/* no slot was lost */
			assert_int_equal(boss.heard[i].missed, 0);
		}
	close(one), close(two);
	buffer_free(&octets);
	plan_free(plan);
	plan_free(other);
}

static void
feeds_send(struct boss *boss, struct plan *plan, const char *planned, const char *sent)
{
	struct buffer octets = { .max = 0 };
	char hex[HASH_TEXT];

	hash_text(hash_of(bytes_of_text(planned)), hex);
	plan->feed = plan_array(plan, 1, sizeof(*plan->feed));
	plan->feeds = 1;
	plan->feed[0] = (struct plan_feed){ .provider = "example", .path = "/feed.csv",
	    .form = planned[0] == '{' ? "aws" : "csv",
	    .hash = plan_text(plan, bytes_of_text(hex)) };
	cbor_put_map(&octets, 1);
	cbor_put_cstr(&octets, "/feed.csv");
	cbor_put_bytes(&octets, bytes_of_text(sent));
	assert_int_equal(link_send_large(boss->control, MESSAGE_FILES, bytes_of_buffer(&octets)), ERR_OK);
	buffer_reset(&octets);
	plan_encode(&octets, plan);
	assert_int_equal(link_send_large(boss->control, MESSAGE_PLAN, bytes_of_buffer(&octets)), ERR_OK);
	buffer_free(&octets);
}

/* The last observation of target 1. */
static const struct heard *
heard_last(const struct boss *boss)
{
	const struct heard *last = NULL;

	for (size_t i = 0; i < boss->count; i++)
		if (boss->heard[i].kind == RECORD_OBSERVATION && boss->heard[i].target == 1)
			last = &boss->heard[i];
	assert_non_null(last);
	return last;
}

/* Feeds of each plan in turn: none, one that holds the address, one that moved it, one not its own. */
static void
location(void **state)
{
	static const char tokyo[] = "127.0.0.0/8,tokyo\n", osaka[] = "127.0.0.0/8,tokyo\n127.0.0.1/32,osaka\n";
	static const char json[] = "{\"createDate\":\"2026-08-22-15-17-05\",\"prefixes\":[{\"ip_prefix\":"
	    "\"127.0.0.0/8\",\"region\":\"tokyo\"}],\"ipv6_prefixes\":[]}";
	static struct boss boss;
	struct plan *plan = plan_begin();
	int open = lab_listen(7216);

	(void)state;
	target_add(plan, 1, "there", "127.0.0.1", 7216, 100);
	boss_start(&boss, plan);
	boss_listen(&boss, 500);
	assert_string_equal(heard_last(&boss)->region, "");
	assert_string_equal(heard_last(&boss)->unknown, "");
	feeds_send(&boss, plan, tokyo, tokyo);
	boss_listen(&boss, 500);
	assert_string_equal(heard_last(&boss)->region, "example/tokyo");
	assert_string_equal(heard_last(&boss)->unknown, "");
	/* Steady: recorded at the change and for the window, not again. */
	assert_int_equal(heard_count(&boss, RECORD_OBSERVATION, 1), 6);
	feeds_send(&boss, plan, osaka, osaka);
	boss_listen(&boss, 500);
	assert_string_equal(heard_last(&boss)->region, "example/osaka");
	feeds_send(&boss, plan, tokyo, osaka);
	boss_listen(&boss, 500);
	assert_string_equal(heard_last(&boss)->region, "");
	assert_non_null(strstr(heard_last(&boss)->unknown, "not every feed could be read"));
	/* JSON in the sandbox; no provider publishes this address. */
	feeds_send(&boss, plan, json, json);
	boss_listen(&boss, 500);
	assert_string_equal(heard_last(&boss)->unknown, "no published range holds it");
	/* The first plan again, now with its file. */
	feeds_send(&boss, plan, tokyo, tokyo);
	boss_listen(&boss, 500);
	assert_string_equal(heard_last(&boss)->region, "example/tokyo");
	assert_int_equal(boss_end(&boss), 0);
	close(open);
	plan_free(plan);
}

/* After a gap of the ledger: SELF, and every target is observed anew from there. */
static void
again(void **state)
{
	static struct boss boss;
	struct plan *plan = plan_begin();
	int open = lab_listen(7221);
	size_t self = 0, before;

	(void)state;
	target_add(plan, 1, "open", "127.0.0.1", 7221, 100);
	boss_start(&boss, plan);
	boss_listen(&boss, 800);
	before = boss.count;
	assert_int_equal(heard_count(&boss, RECORD_OBSERVATION, 1), 3);
	assert_int_equal(link_send(boss.ledger, MESSAGE_AGAIN, bytes_of(NULL, 0), -1), ERR_OK);
	boss_listen(&boss, 800);
	assert_int_equal(boss.heard[before].kind, RECORD_RUN);
	assert_int_equal(heard_count(&boss, RECORD_SELF, 0), 2);
	assert_int_equal(heard_count(&boss, RECORD_OBSERVATION, 1), 6);
	for (size_t i = before; i < boss.count; i++)
		self = boss.heard[i].kind == RECORD_SELF ? i : self;
	assert_true(hash_equal(boss.heard[self].address, boss.heard[0].address));
	assert_int_equal(boss_end(&boss), 0);
	assert_int_equal(boss.heard[boss.count - 1].kind, RECORD_COVERAGE);
	assert_int_equal(boss.heard[boss.count - 1].from, boss.heard[self].observed_ms);
	close(open);
	plan_free(plan);
}

/* The ledger takes nothing for a while: what waits is bounded, and comes in order afterwards. */
static void
full_link(void **state)
{
	static struct boss boss;
	struct plan *plan = plan_begin();
	size_t before = 0, after = 0;
	int64_t last = 0, drained;

	(void)state;
	for (uint64_t id = 1; id <= 900; id++) {
		char name[32];

		snprintf(name, sizeof(name), "t%u", (unsigned)id);
		target_add(plan, id, name, "127.0.0.1", 7300, 1000);
	}
	boss_start(&boss, plan);
	sleep(3);
	drained = clock_wall_ms();
	boss_listen(&boss, 700);
	assert_int_equal(boss.heard[0].kind, RECORD_SELF);
	for (size_t i = 1; i < boss.count; i++) {
		if (boss.heard[i].kind != RECORD_OBSERVATION)
			continue;
		before += boss.heard[i].observed_ms <= drained;
		after += boss.heard[i].observed_ms > drained;
		assert_true(boss.heard[i].observed_ms + 500 >= last);
		last = boss.heard[i].observed_ms;
	}
	/* The link, the outbox and the rounds under way, far from the 2,700 due; then it goes on. */
	assert_in_range(before, OUTBOX_MAX, 600);
	assert_true(after >= 300);
	boss.count = 0;
	lab_end(boss.pid);
	close(boss.control), close(boss.ledger);
	plan_free(plan);
}

/* Whose address a peer saw last. */
static void
peer_take(int listener, char from[INET_ADDRSTRLEN])
{
	struct sockaddr_in peer;
	socklen_t len = sizeof(peer);
	int fd;

	while ((fd = accept4(listener, (struct sockaddr *)&peer, &len, SOCK_NONBLOCK)) >= 0) {
		inet_ntop(AF_INET, &peer.sin_addr, from, INET_ADDRSTRLEN);
		close(fd);
		len = sizeof(peer);
	}
}

static void
vantages_plan(struct plan *plan, const char *osaka)
{
	static const char *const vantage[] = { "", "osaka", "nowhere" };

	plan->vantages = plan_array(plan, plan->vantage_count = 2, sizeof(*plan->vantages));
	plan->vantages[0] = (struct plan_vantage){ .name = "osaka", .source = osaka };
	plan->vantages[1] = (struct plan_vantage){ .name = "nowhere", .source = "192.0.2.99" };
	for (uint64_t id = 1; id <= 3; id++) {
		target_add(plan, id, "t", "127.0.0.1", (uint32_t)(7500 + id), 100);
		plan->target[id - 1].vantage = vantage[id - 1];
	}
}

/* One endpoint from three places; a source that changes begins its target anew and no other. */
static void
vantages(void **state)
{
	static struct boss boss;
	struct plan *plan = plan_begin(), *other = plan_begin();
	struct buffer octets = { .max = 0 };
	int open[] = { lab_listen(7501), lab_listen(7502), lab_listen(7503) };
	char from[3][INET_ADDRSTRLEN] = { "", "", "" };

	(void)state;
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(fcntl(open[i], F_SETFL, O_NONBLOCK), 0);
	vantages_plan(plan, "127.0.0.2");
	vantages_plan(other, "127.0.0.3");
	boss_start(&boss, plan);
	boss_listen(&boss, 700);
	for (size_t i = 0; i < 3; i++)
		peer_take(open[i], from[i]);
	assert_string_equal(from[0], "127.0.0.1");
	assert_string_equal(from[1], "127.0.0.2");
	assert_string_equal(from[2], "");
	plan_encode(&octets, other);
	assert_int_equal(link_send_large(boss.control, MESSAGE_PLAN, bytes_of_buffer(&octets)), ERR_OK);
	boss_listen(&boss, 700);
	peer_take(open[1], from[1]);
	assert_string_equal(from[1], "127.0.0.3");
	assert_int_equal(heard_count(&boss, RECORD_OBSERVATION, 1), 3);
	assert_int_equal(heard_count(&boss, RECORD_OBSERVATION, 2), 6);
	assert_int_equal(boss_end(&boss), 0);
	for (size_t i = 0; i < boss.count; i++)
		if (boss.heard[i].kind == RECORD_OBSERVATION) {
			assert_int_equal(boss.heard[i].outcome, boss.heard[i].target == 3 ?
			    OUTCOME_UNKNOWN : OUTCOME_UP);
			assert_int_equal(boss.heard[i].error, boss.heard[i].target == 3 ? ERR_IO : ERR_OK);
		}
	for (size_t i = 0; i < 3; i++)
		close(open[i]);
	buffer_free(&octets);
	plan_free(plan);
	plan_free(other);
}

static void
ends_with_its_links(void **state)
{
	static struct boss boss;
	struct plan *plan = plan_begin();

	(void)state;
	target_add(plan, 1, "t", "127.0.0.1", 7400, 100);
	for (int which = 0; which < 2; which++) {
		int64_t until = clock_monotonic_ns() / 1000000 + 60000;
		pid_t gone = 0;

		boss_start(&boss, plan);
		boss_listen(&boss, 400);
		close(which == 0 ? boss.control : boss.ledger);
		while (gone == 0 && clock_monotonic_ns() / 1000000 < until) {
			gone = waitpid(boss.pid, NULL, WNOHANG);
			usleep(10000);
		}
		assert_int_equal(gone, boss.pid);
		close(which == 0 ? boss.ledger : boss.control);
	}
	plan_free(plan);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_life), cmocka_unit_test(reload), cmocka_unit_test(location),
		cmocka_unit_test(again), cmocka_unit_test(vantages),
		cmocka_unit_test(full_link), cmocka_unit_test(ends_with_its_links),
	};

	lab_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
