/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The screen on a pseudo-terminal of 200 x 60, with a ledger of 10,000 targets judged by the packs
 * that ship, which nobody writes any more (the daemon is dead): from a key to the last octet of the
 * frame that answers it, CPU per frame, octets per frame, CPU when nobody touches it; keys while
 * 50,000 alarms come in ten seconds; then keys during the first fold of a million records.
 * usage: bench_tui [FOLDER]
 */
#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "monitor/base/clock.h"
#include "monitor/base/command.h"
#include "monitor/base/file.h"
#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "monitor/ledger/facts.h"
#include "monitor/ledger/ledger.h"
#include "monitor/state/plan.h"

enum { ROWS = 60, COLUMNS = 200, TARGETS = 10000, SITES = 20, INSTANCES = 1000, LONG = 1000000,
	FRAMES = 300, QUIET_MS = 4, BATCH = 1000,
	GROWTHS = 12, ALARMS = 50000, ALARM_SECONDS = 10, ALARM_BATCH = 500 };

extern const struct command command_tui;

static _Noreturn void
stop(const char *what, const char *text)
{
	fprintf(stderr, "bench_tui: %s: %s\n", what, text);
	exit(1);
}

/* --- the ledger --------------------------------------------------------------------------- */

static struct plan *
make_plan(void)
{
	struct plan *plan = plan_new();
	char name[64];

	plan->name = plan->name_ja = plan->vantage = "bench";
	plan->user = plan->newest_note = "";
	plan->workers = 8;
	plan->group_wait_ms = 30000;
	plan->anchor_ms = plan->belief_ms = 3600000;
	plan->sites = SITES;
	plan->site = plan_array(plan, SITES, sizeof(*plan->site));
	for (unsigned i = 0; i < SITES; i++) {
		snprintf(name, sizeof(name), "region-%u", i);
		plan->site[i] = (struct plan_site){ .name = plan_text(plan, bytes_of_text(name)),
		    .title = "Region", .title_ja = "リージョン", .provider = "cloud",
		    .region = plan_text(plan, bytes_of_text(name)), .jurisdiction = "JP" };
	}
	plan->instances = INSTANCES;
	plan->instance = plan_array(plan, INSTANCES, sizeof(*plan->instance));
	for (unsigned i = 0; i < INSTANCES; i++) {
		snprintf(name, sizeof(name), "instance-%u", i);
		plan->instance[i] = (struct plan_instance){
		    .name = plan_text(plan, bytes_of_text(name)), .title = "", .title_ja = "",
		    .function = (enum function)(i % FUNCTION_COUNT), .site = i % SITES };
	}
	plan->targets = TARGETS;
	plan->target = plan_array(plan, TARGETS, sizeof(*plan->target));
	for (unsigned i = 0; i < TARGETS; i++) {
		snprintf(name, sizeof(name), "target-%u", i);
		plan->target[i] = (struct plan_target){ .id = i + 1,
		    .name = plan_text(plan, bytes_of_text(name)), .instance = i % INSTANCES,
		    .probe = "tls", .address = "192.0.2.1", .port = 443, .interval_ms = 60000,
		    .deadline_ms = 5000, .stale_ms = 180000, .fail_count = 1, .window = 3,
		    .recover_count = 2 };
	}
	return plan;
}

static void
add(struct ledger *ledger, struct record *record, unsigned *open)
{
	struct why why = { 0 };

	if (ledger_add(ledger, record, &why) != ERR_OK ||
	    (++*open % BATCH == 0 && ledger_commit(ledger, &why) != ERR_OK))
		stop("ledger", why.text);
}

/* Every pack that ships; from the top of the source tree. */
static void
add_packs(struct ledger *ledger, struct plan *plan)
{
	struct buffer octets = { 0 };
	char hex[HASH_TEXT];
	struct hash hash;
	struct why why;
	glob_t found;

	if (glob("monitor/state/packs/*.pack", 0, NULL, &found) != 0)
		stop("packs", "none in monitor/state/packs");
	plan->pack = plan_array(plan, found.gl_pathc, sizeof(*plan->pack));
	for (size_t i = 0; i < found.gl_pathc; i++) {
		buffer_reset(&octets);
		if (file_read(found.gl_pathv[i], BLOB_MAX, &octets, &why) != ERR_OK ||
		    ledger_add_blob(ledger, bytes_of_buffer(&octets), &hash, &why) != ERR_OK)
			stop("packs", why.text);
		hash_text(hash, hex);
		plan->pack[plan->packs++] = (struct plan_pack){
		    .path = plan_text(plan, bytes_of_text(found.gl_pathv[i])),
		    .hash = plan_text(plan, bytes_of_text(hex)) };
	}
	globfree(&found);
	buffer_free(&octets);
}

/* A healthy TLS endpoint; one in a thousand is seen where nobody declared it. */
static void
make_facts(unsigned i, struct buffer *out)
{
	struct fact_set set = { 0 };
	char place[64];

	snprintf(place, sizeof(place), "cloud/region-%u", i % 1000 == 7 ? 99 : i % INSTANCES %
	    SITES);
	fact_set_text(&set, FACT_TLS_VERSION, bytes_of_text("TLSv1.3"));
	fact_set_text(&set, FACT_TLS_SUITE, bytes_of_text("TLS_AES_256_GCM_SHA384"));
	fact_set_text(&set, FACT_TLS_KEY, bytes_of_text("EC P-256"));
	fact_set_time(&set, FACT_TLS_EXPIRY, clock_wall_ms() + INT64_C(9000000000));
	fact_set_flag(&set, FACT_TLS_TRUSTED, i % 50 != 3);
	fact_set_flag(&set, FACT_TLS_NAME_MATCH, true);
	fact_set_text(&set, FACT_LOC_OBSERVED, bytes_of_text(place));
	buffer_reset(out);
	fact_set_write(&set, FACTS_ALL, out);
	fact_set_free(&set);
}

/* Every target once, one in twenty down; then ticks. */
static void
make_ledger(const char *path, unsigned ticks)
{
	struct record config = { .kind = RECORD_CONFIG, .role = ROLE_LEDGER };
	int64_t now_ms = clock_wall_ms() - 120000;
	struct plan *plan = make_plan();
	struct buffer blob = { 0 }, facts = { 0 };
	struct ledger *ledger;
	struct why why = { 0 };
	unsigned open = 0;

	if (ledger_create(path, &why) != ERR_OK ||
	    ledger_open(&ledger, path, LEDGER_WRITE, &why) != ERR_OK)
		stop("ledger", why.text);
	add_packs(ledger, plan);
	plan_encode(&blob, plan);
	if (ledger_add_blob(ledger, bytes_of_buffer(&blob), &config.config.plan, &why) != ERR_OK)
		stop("plan", why.text);
	config.recorded_ms = config.observed_ms = now_ms;
	config.config.cause = bytes_of_text("start");
	config.config.targets = TARGETS;
	add(ledger, &config, &open);
	for (unsigned i = 0; i < TARGETS; i++) {
		struct record seen = { .kind = RECORD_OBSERVATION, .role = ROLE_WORKER,
		    .recorded_ms = now_ms + i, .observed_ms = now_ms + i, .observation = {
		    .target = i + 1, .replicas = 1, .outcome = i % 20 == 0 ? OUTCOME_DOWN :
		    OUTCOME_UP, .detail = bytes_of_text("answered in time") } };

		make_facts(i, &facts);
		if (seen.observation.outcome == OUTCOME_UP)
			seen.observation.facts = bytes_of_buffer(&facts);
		add(ledger, &seen, &open);
	}
	for (unsigned i = 0; i < ticks; i++) {
		struct record tick = { .kind = RECORD_TICK, .role = ROLE_LEDGER,
		    .recorded_ms = now_ms + TARGETS + i / 10 };

		tick.observed_ms = tick.recorded_ms;
		add(ledger, &tick, &open);
	}
	if (ledger_commit(ledger, &why) != ERR_OK)
		stop("ledger", why.text);
	ledger_close(ledger);
	buffer_free(&blob);
	buffer_free(&facts);
	plan_free(plan);
}

/* --- the terminal ------------------------------------------------------------------------- */

struct terminal { int fd; pid_t process; clockid_t cpu; };

static struct terminal
begin(const char *path, char *lang)
{
	struct winsize size = { .ws_row = ROWS, .ws_col = COLUMNS };
	char name[] = "tui", ledger[] = "--ledger", language[] = "--lang";
	char *arguments[] = { name, ledger, (char *)(uintptr_t)path, language, lang, NULL };
	struct terminal terminal;

	terminal.process = forkpty(&terminal.fd, NULL, NULL, &size);
	if (terminal.process == 0) {
		setenv("TERM", "xterm-256color", 1);
		unsetenv("NO_COLOR");
		i18n_open(lang);
		_exit(command_tui.run(&command_tui, 5, arguments));
	}
	if (terminal.process < 0 || clock_getcpuclockid(terminal.process, &terminal.cpu) != 0)
		stop("pty", "cannot be opened");
	return terminal;
}

/* Reads until nothing came for that long; the time of the last octet, 0 if there was none. */
static int64_t
drain(const struct terminal *terminal, int first_ms, int quiet_ms, size_t *octets)
{
	struct pollfd ready = { .fd = terminal->fd, .events = POLLIN };
	static char text[1 << 16];
	int64_t last_ns = 0;
	ssize_t len;

	while (poll(&ready, 1, last_ns == 0 ? first_ms : quiet_ms) > 0) {
		len = read(terminal->fd, text, sizeof(text));
		if (len <= 0)
			break;
		last_ns = clock_monotonic_ns();
		*octets += (size_t)len;
	}
	return last_ns;
}

static int64_t
cpu_ns(const struct terminal *terminal)
{
	struct timespec used;

	clock_gettime(terminal->cpu, &used);
	return used.tv_sec * INT64_C(1000000000) + used.tv_nsec;
}

static void
end(struct terminal *terminal)
{
	size_t octets = 0;
	int status;

	if (write(terminal->fd, "q", 1) != 1)
		kill(terminal->process, SIGTERM);
	drain(terminal, 500, 100, &octets);
	waitpid(terminal->process, &status, 0);
	close(terminal->fd);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		stop("tui", "did not end well");
}

/* --- figures ------------------------------------------------------------------------------ */

static int
compare(const void *left, const void *right)
{
	const int64_t *a = left, *b = right;

	return *a < *b ? -1 : *a > *b;
}

/* Presses the keys in turn; a frame that brings nothing is not counted. */
static void
measure(const struct terminal *terminal, const char *what, const char *const *keys, unsigned count,
    unsigned frames)
{
	int64_t time[FRAMES], begun_cpu = cpu_ns(terminal);
	unsigned answered = 0;
	size_t octets = 0;

	for (unsigned i = 0; i < frames; i++) {
		const char *key = keys[i % count];
		int64_t begun_ns = clock_monotonic_ns(), last_ns;

		if (write(terminal->fd, key, strlen(key)) != (ssize_t)strlen(key))
			stop("pty", "takes no key");
		last_ns = drain(terminal, 500, QUIET_MS, &octets);
		if (last_ns != 0)
			time[answered++] = last_ns - begun_ns;
	}
	if (answered == 0)
		stop(what, "no key was answered");
	qsort(time, answered, sizeof(time[0]), compare);
	printf("| %-38s | %8.2f | %8.2f | %8.0f | %8zu |\n", what, (double)time[answered / 2] / 1e6,
	    (double)time[answered * 99 / 100] / 1e6,
	    (double)(cpu_ns(terminal) - begun_cpu) / 1e3 / answered, octets / answered);
	fflush(stdout);
}

/* Goes somewhere and waits until it is shown. */
static void
press(const struct terminal *terminal, const char *keys)
{
	size_t octets = 0;

	for (; *keys != '\0'; keys++) {
		if (write(terminal->fd, keys, 1) != 1)
			stop("pty", "takes no key");
		drain(terminal, 500, 20, &octets);
	}
}

static void
idle(const struct terminal *terminal, int seconds)
{
	int64_t begun_cpu = cpu_ns(terminal), until = clock_monotonic_ns() + seconds * 1000000000LL;
	size_t octets = 0;

	while (clock_monotonic_ns() < until)
		drain(terminal, 200, 50, &octets);
	printf("| %-38s | %8s | %8s | %7.2f%% | %8zu |\n", "nobody touches it, per second", "", "",
	    (double)(cpu_ns(terminal) - begun_cpu) / 1e7 / seconds, octets / (size_t)seconds);
}

/* Somebody writes again, one record at a time; the screen looks five times a second. */
static void
growth(const struct terminal *terminal, const char *path)
{
	int64_t begun_cpu = cpu_ns(terminal);
	struct ledger *ledger;
	struct why why = { 0 };
	size_t octets = 0;

	if (ledger_open(&ledger, path, LEDGER_WRITE, &why) != ERR_OK)
		stop("ledger", why.text);
	for (unsigned i = 0; i < GROWTHS; i++) {
		unsigned target = 1 + i * 37 % TARGETS;
		struct record seen = { .kind = RECORD_OBSERVATION, .role = ROLE_WORKER,
		    .recorded_ms = clock_wall_ms(), .observed_ms = clock_wall_ms(),
		    .observation = { .target = target, .replicas = 1, .outcome = OUTCOME_DOWN,
		    .detail = bytes_of_text("no answer") } };

		if (ledger_add(ledger, &seen, &why) != ERR_OK ||
		    ledger_commit(ledger, &why) != ERR_OK)
			stop("ledger", why.text);
		drain(terminal, 500, 250, &octets);
	}
	ledger_close(ledger);
	printf("| %-38s | %8s | %8s | %8.0f | %8zu |\n", "a target fails: copy, sort, frame", "",
	    "",
	    (double)(cpu_ns(terminal) - begun_cpu) / 1e3 / GROWTHS, octets / GROWTHS);
}

/* In a process of its own: 50,000 alarms about a thousand instances, spread over ten seconds. */
static _Noreturn void
write_alarms(const char *path)
{
	int64_t begun_ns = clock_monotonic_ns();
	struct ledger *ledger;
	struct why why = { 0 };

	if (ledger_open(&ledger, path, LEDGER_WRITE, &why) != ERR_OK)
		stop("ledger", why.text);
	for (unsigned i = 0; i < ALARMS; i++) {
		char key[32], subject[64];
		struct record alarm = { .kind = RECORD_SIGNAL, .role = ROLE_INTAKE,
		    .recorded_ms = clock_wall_ms(), .signal = { .source = bytes_of_text("traps"),
		    .form = SIGNAL_FORM_TRAP, .kind = SIGNAL_RAISED, .severity = 2 + i % 4,
		    .alarm_type = ALARM_TYPE_EQUIPMENT, .title = bytes_of_text("link down"),
		    .count = 1 } };

		snprintf(key, sizeof(key), "k%u", i);
		snprintf(subject, sizeof(subject), "instance:instance-%u", i % INSTANCES);
		alarm.observed_ms = alarm.recorded_ms;
		alarm.signal.key = bytes_of_text(key);
		alarm.signal.subject = bytes_of_text(subject);
		if (ledger_add(ledger, &alarm, &why) != ERR_OK ||
		    ((i + 1) % ALARM_BATCH == 0 && ledger_commit(ledger, &why) != ERR_OK))
			stop("ledger", why.text);
		if ((i + 1) % ALARM_BATCH == 0)
			while ((clock_monotonic_ns() - begun_ns) / 1000000 <
			    (int64_t)(i + 1) * ALARM_SECONDS * 1000 / ALARMS)
				usleep(1000);
	}
	ledger_close(ledger);
	_exit(0);
}

/* Keys in every view that shows alarms or incidents, while they come. */
static void
flood(const struct terminal *terminal, const char *path)
{
	static const char *const keys[] = { "7", "j", "1", "3", "j", "7", "G", "9" };
	int64_t begun_ns = clock_monotonic_ns();
	pid_t writer;
	int status;
	char what[80];

	fflush(stdout);
	writer = fork();
	if (writer == 0)
		write_alarms(path);
	measure(terminal, "keys while 50,000 alarms come", keys, 8, FRAMES);
	if (writer < 0 || waitpid(writer, &status, 0) < 0 || status != 0)
		stop("alarms", "were not written");
	snprintf(what, sizeof(what), "keys after it (%.1f s)", (double)(clock_monotonic_ns() -
	    begun_ns) / 1e9);
	measure(terminal, what, keys, 8, 100);
}

static void
heading(void)
{
	puts("| key                                    | ms median|   ms p99 |   CPU us "
	    "|   octets |");
	puts("|----------------------------------------|---------:|---------:|---------:"
	    "|---------:|");
}

static void
ten_thousand(const char *path, char *lang)
{
	static const char *const cursor[] = { "j", "j", "j", "k" }, *const pages[] = { "G", "g" };
	static const char *const views[] = { "1", "2", "3", "4", "5", "6", "7", "8", "9" };
	static const char *const filter[] = { "/", "1", "2", "3", "\r", "\033" };
	static const char *const controls[] = { "6", "o", "v", "j" };
	struct terminal terminal = begin(path, lang);
	size_t octets = 0;

	drain(&terminal, 5000, 1000, &octets);
	printf("\n10,000 targets, %s, %u x %u:\n", lang, COLUMNS, ROWS);
	heading();
	measure(&terminal, "another view", views, 9, FRAMES);
	press(&terminal, "2");
	measure(&terminal, "cursor in the list of targets", cursor, 4, FRAMES);
	measure(&terminal, "to the other end of the list", pages, 2, FRAMES);
	measure(&terminal, "typing a filter", filter, 6, FRAMES);
	measure(&terminal, "controls: order, filter, cursor", controls, 4, FRAMES);
	press(&terminal, ":control SK-ENC-TLS\r");
	measure(&terminal, "one control, cursor in its subjects", cursor, 4, FRAMES);
	measure(&terminal, "one control, to the other end", pages, 2, FRAMES);
	press(&terminal, "2");
	growth(&terminal, path);
	idle(&terminal, 5);
	if (strcmp(lang, "ja") == 0)
		flood(&terminal, path);
	end(&terminal);
}

static void
long_fold(const char *path, char *lang)
{
	static const char *const views[] = { "1", "2", "3", "4", "5", "6" };
	struct terminal terminal = begin(path, lang);
	size_t octets = 0;

	drain(&terminal, 5000, 1, &octets);
	printf("\nthe first fold of %d records, nothing cached:\n", LONG);
	heading();
	measure(&terminal, "keys while it is folded", views, 6, 10);
	end(&terminal);
}

int
main(int argc, char **argv)
{
	char folder[4000] = "/tmp/bench_tui.XXXXXX", path[2][4100], file[2 * 4100];
	char en[] = "en", ja[] = "ja";

	if (argc > 1)
		snprintf(folder, sizeof(folder), "%s/bench_tui.XXXXXX", argv[1]);
	if (mkdtemp(folder) == NULL)
		stop(folder, "cannot be made");
	snprintf(path[0], sizeof(path[0]), "%s/targets.db", folder);
	snprintf(path[1], sizeof(path[1]), "%s/long.db", folder);
	make_ledger(path[0], 0);
	make_ledger(path[1], LONG);
	ten_thousand(path[0], en);
	ten_thousand(path[0], ja);
	long_fold(path[1], en);
	for (unsigned i = 0; i < 2; i++)
		for (unsigned e = 0; e < 4; e++) {
			snprintf(file, sizeof(file), "%s%s", path[i],
			    (const char *const[]){ "", "-wal", "-shm", ".lock" }[e]);
			unlink(file);
		}
	rmdir(folder);
	return 0;
}
