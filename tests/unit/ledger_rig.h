/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A rig for the ledger and signer roles as real processes: starts them, plays supervisor, engine
 * and worker over their links, and looks into the ledger with a reader of its own.
 */
#ifndef TESTS_UNIT_LEDGER_RIG_H
#define TESTS_UNIT_LEDGER_RIG_H

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "monitor/base/cbor.h"
#include "monitor/base/clock.h"
#include "monitor/base/file.h"
#include "monitor/daemon/link.h"
#include "monitor/daemon/role.h"
#include "monitor/ledger/key.h"
#include "monitor/ledger/ledger.h"

/* How long anything is awaited: more than a loaded machine needs, for only a failure takes it. */
enum { PATIENCE_MS = 60000, TARGETS = 3 };

struct rig {
	char          folder[64], state[96], path[112], key[112];
	pid_t         ledger, signer;
	int           control, signer_control;	/* our ends */
	int           worker, engine;
	struct buffer body;			/* of the last message */
	const char   *address[TARGETS], *origin, *drill;
};

/* --- the folder ---------------------------------------------------------------------------- */

static void
key_write(const char *path)
{
	struct buffer pem = { .max = 0 };
	struct signing_key *key;
	struct why why;

	assert_int_equal(signing_key_make(&key, &why), ERR_OK);
	assert_int_equal(signing_key_write(key, &pem, &why), ERR_OK);
	assert_int_equal(file_write(path, bytes_of_buffer(&pem), 0600, &why), ERR_OK);
	signing_key_free(key);
	buffer_free(&pem);
}

static int
setup(void **state)
{
	struct rig *rig = memory_new(1, sizeof(*rig));

	snprintf(rig->folder, sizeof(rig->folder), "%s/sekimori-ledger-XXXXXX", P_tmpdir);
	if (mkdtemp(rig->folder) == NULL)
		return -1;
	snprintf(rig->state, sizeof(rig->state), "%s/state", rig->folder);
	snprintf(rig->path, sizeof(rig->path), "%s/ledger.db", rig->state);
	snprintf(rig->key, sizeof(rig->key), "%s/key.pem", rig->folder);
	mkdir(rig->state, 0700);
	key_write(rig->key);
	rig->address[0] = "192.0.2.1";
	rig->address[1] = "192.0.2.2";
	rig->origin = "example.org/test";
	rig->drill = "";
	*state = rig;
	return 0;
}

static int
teardown(void **state)
{
	struct rig *rig = *state;
	static const char *const names[] = { "state/ledger.db", "state/ledger.db-wal",
		"state/ledger.db-shm", "state/ledger.db.lock", "state/newest-checkpoint",
		"state/backup/b.db", "state/backup", "state", "key.pem", "key.pem.next",
		"key.pem.previous", "" };
	char path[256];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", rig->folder, names[i]);
		remove(path);
	}
	buffer_free(&rig->body);
	free(rig);
	return 0;
}

/* --- processes ----------------------------------------------------------------------------- */

static pid_t
role_process(enum role role, int *control)
{
	int link[2];
	pid_t pid;

	assert_int_equal(link_pair(link, NULL), ERR_OK);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct role_start *start = memory_new(1, sizeof(*start));
		struct why why;

		dup2(link[1], ROLE_CONTROL_FD);
		close_range(ROLE_CONTROL_FD + 1, ~0U, 0);
		if (role_begin(start, role, 0, &why) != ERR_OK)
			_exit(99);
		_exit(role == ROLE_LEDGER ? ledger_main(start) : signer_main(start));
	}
	close(link[1]);
	*control = link[0];
	return pid;
}

static void
link_give(int control, uint64_t role, uint64_t index, int fd)
{
	struct buffer body = { .max = 0 };

	cbor_put_array(&body, 2);
	cbor_put_uint(&body, role);
	cbor_put_uint(&body, index);
	assert_int_equal(link_send(control, MESSAGE_LINK, bytes_of_buffer(&body), fd), ERR_OK);
	close(fd);
	buffer_free(&body);
}

/* A link between the ledger and a role that this test plays; our end. */
static int
link_played(struct rig *rig, enum role role, uint64_t index)
{
	int pair[2];

	assert_int_equal(link_pair(pair, NULL), ERR_OK);
	link_give(rig->control, role, index, pair[1]);
	return pair[0];
}

static void
start_give(struct rig *rig, int control)
{
	struct buffer body = { .max = 0 };

	cbor_put_map(&body, 2);
	cbor_put_cstr(&body, "key");
	cbor_put_cstr(&body, rig->key);
	cbor_put_cstr(&body, "state");
	cbor_put_cstr(&body, rig->state);
	assert_int_equal(link_send(control, MESSAGE_START, bytes_of_buffer(&body), -1), ERR_OK);
	buffer_free(&body);
}

static struct plan *
plan_make(struct rig *rig)
{
	struct plan *plan = plan_new();
	const char *none = plan_text(plan, bytes_of_text(""));

	plan->name = plan_text(plan, bytes_of_text("test"));
	plan->name_ja = plan->vantage = plan->user = plan->newest_note = none;
	plan->drill = plan_text(plan, bytes_of_text(rig->drill));
	plan->workers = 2;
	plan->group_wait_ms = plan->anchor_ms = plan->belief_ms = 60000;
	plan->site = plan_array(plan, 1, sizeof(*plan->site));
	plan->sites = 1;
	plan->site[0] = (struct plan_site){ .name = plan_text(plan, bytes_of_text("here")),
	    .title = none, .title_ja = none, .provider = none,
	    .jurisdiction = plan_text(plan, bytes_of_text("JP")) };
	plan->instance = plan_array(plan, 1, sizeof(*plan->instance));
	plan->instances = 1;
	plan->instance[0] = (struct plan_instance){ .name = plan_text(plan, bytes_of_text("one")),
	    .title = none, .title_ja = none };
	plan->target = plan_array(plan, TARGETS, sizeof(*plan->target));
	for (uint32_t i = 0; i < TARGETS; i++) {
		if (rig->address[i] == NULL)
			continue;
		plan->target[plan->targets++] = (struct plan_target){ .port = 80,
			.interval_ms = 60000,
			.name = plan_text(plan, bytes_of_text(rig->address[i])),
			.probe = plan_text(plan, bytes_of_text("tcp")),
			.deadline_ms = 5000,
			.address = plan_text(plan, bytes_of_text(rig->address[i])),
			.stale_ms = 200000,
			.fail_count = 3,
			.window = 5,
			.recover_count = 2 };
	}
	return plan;
}

static void
config_give(struct rig *rig, const char *cause)
{
	struct buffer body = { .max = 0 }, octets = { .max = 0 };
	struct plan *plan = plan_make(rig);

	plan_encode(&octets, plan);
	cbor_put_array(&body, 4);
	cbor_put_cstr(&body, cause);
	cbor_put_bytes(&body, bytes_of_text("the file as written"));
	cbor_put_bytes(&body, bytes_of_buffer(&octets));
	cbor_put_cstr(&body, rig->origin);
	assert_int_equal(
	    link_send_large(rig->control, MESSAGE_CONFIG, bytes_of_buffer(&body)), ERR_OK);
	buffer_free(&body);
	buffer_free(&octets);
	plan_free(plan);
}

/* The next message of that kind; others are passed over.  False: the link closed or time is up. */
static bool
expect(struct rig *rig, int from, enum message wanted)
{
	int64_t until_ms = clock_monotonic_ns() / 1000000 + PATIENCE_MS;

	for (;;) {
		struct pollfd wait = { .fd = from, .events = POLLIN };
		enum message message;
		int attached;
		enum err err = link_receive(from, &message, &rig->body, &attached);

		if (attached >= 0)
			close(attached);
		if (err == ERR_OK && message == wanted)
			return true;
		if (err == ERR_CLOSED || clock_monotonic_ns() / 1000000 > until_ms)
			return false;
		if (err == ERR_BUSY)
			poll(&wait, 1, 100);
	}
}

/* Ledger, signer and all links. */
static void
begin_only(struct rig *rig)
{
	int pair[2];

	rig->ledger = role_process(ROLE_LEDGER, &rig->control);
	rig->signer = role_process(ROLE_SIGNER, &rig->signer_control);
	assert_int_equal(link_pair(pair, NULL), ERR_OK);
	link_give(rig->control, ROLE_SIGNER, 0, pair[0]);
	link_give(rig->signer_control, ROLE_LEDGER, 0, pair[1]);
	rig->worker = link_played(rig, ROLE_WORKER, 1);
	rig->engine = link_played(rig, ROLE_ENGINE, 0);
	start_give(rig, rig->control);
	start_give(rig, rig->signer_control);
	config_give(rig, "start");
}

/* The same, until the plan came back. */
static void
begin(struct rig *rig)
{
	begin_only(rig);
	assert_true(expect(rig, rig->control, MESSAGE_PLAN));
}

static int
ended(pid_t pid)
{
	int status = -1;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void
end(struct rig *rig, bool cleanly)
{
	if (cleanly)
		assert_int_equal(
		    link_send(rig->control, MESSAGE_STOP, bytes_of(NULL, 0), -1), ERR_OK);
	else
		kill(rig->ledger, SIGKILL);
	assert_int_equal(ended(rig->ledger), cleanly ? 0 : -SIGKILL);
	close(rig->control);
	close(rig->worker);
	close(rig->engine);
	close(rig->signer_control);
	assert_int_equal(ended(rig->signer), 0);
}

/* --- what the ledger holds ------------------------------------------------------------------ */

static struct ledger *
look(struct rig *rig)
{
	struct ledger *ledger;
	struct why why = { .err = ERR_OK };

	if (ledger_open(&ledger, rig->path, LEDGER_READ, &why) != ERR_OK)
		fail_msg("%s", why.text);
	return ledger;
}

struct count { enum record_kind kind; uint64_t role, index; const char *reason; unsigned found; };

static bool
on_count(void *arg, const struct record *record, struct bytes raw, enum err err)
{
	struct count *count = arg;
	const char *reason = count->reason;

	(void)raw;
	assert_int_equal(err, ERR_OK);
	if (record->kind != count->kind)
		return true;
	if (record->kind == RECORD_GAP)
		count->found += record->gap.role == count->role &&
		    record->gap.index == count->index &&
		    memmem(record->gap.reason.at, record->gap.reason.len, reason, strlen(reason)) !=
		        NULL;
	else
		count->found += record->role == count->role && record->index == count->index;
	return true;
}

static unsigned
records(struct rig *rig, enum record_kind kind, uint64_t role, uint64_t index, const char *reason)
{
	struct count count = { kind, role, index, reason, 0 };
	struct ledger *ledger = look(rig);
	struct why why;

	assert_int_equal(
	    ledger_scan(ledger, 0, ledger_size(ledger), on_count, &count, &why), ERR_OK);
	ledger_close(ledger);
	return count.found;
}

static int64_t
now_ms(void)
{
	return clock_monotonic_ns() / 1000000;
}

/* Polls the ledger until so many are recorded: what was sent is, within a batch. */
static bool
recorded_so_often(struct rig *rig, enum record_kind kind, uint64_t role, uint64_t index,
    const char *reason, unsigned often)
{
	int64_t until_ms = now_ms() + PATIENCE_MS;

	while (records(rig, kind, role, index, reason) < often) {
		if (now_ms() > until_ms)
			return false;
		usleep(50000);
	}
	return true;
}

static bool
recorded(struct rig *rig, enum record_kind kind, uint64_t role, uint64_t index, const char *reason)
{
	return recorded_so_often(rig, kind, role, index, reason, 1);
}

static uint64_t
size_now(struct rig *rig)
{
	struct ledger *ledger = look(rig);
	uint64_t size = ledger_size(ledger);

	ledger_close(ledger);
	return size;
}

/* --- what roles say ------------------------------------------------------------------------- */

static void
say(int link, struct record *record)
{
	struct buffer bytes = { .max = 0 };

	record->observed_ms = clock_wall_ms();
	record_encode(&bytes, record);
	assert_int_equal(link_send(link, MESSAGE_RECORD, bytes_of_buffer(&bytes), -1), ERR_OK);
	buffer_free(&bytes);
}

static int64_t
say_coverage(int link)
{
	struct record record = { .kind = RECORD_COVERAGE, .role = ROLE_ENGINE, .index = 9 };

	record.coverage.to = clock_wall_ms();
	record.coverage.from = record.coverage.to - 1000;
	say(link, &record);
	return record.coverage.to;
}

static void
say_self(int link)
{
	struct record record = { .kind = RECORD_SELF };

	record.self.version = bytes_of_text("test");
	say(link, &record);
}

#endif
