/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plays supervisor and ledger for one polling sekimori-fetch: hands it a plan with one source and
 * prints each record as it comes, "BLOB LENGTH" and "VALUE" lines before it; a record that the
 * ledger would refuse is an error.  With seconds 0 it goes on until it is ended by SIGTERM.
 *
 *   feed_try PROGRAM SECONDS kind=KIND url=URL [interval=MS] [trust=] [secret=] [regions=]
 *            [users=] [sessions=] [peers=] [load=]
 *   feed_try PROGRAM SECONDS form=FORM file=PATH url=URL [interval=MS] [trust=] [age=MS] [margin=MS]
 *            a file that is kept fresh; prints "RELOAD" when the supervisor is asked for one
 */
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "monitor/base/cbor.h"
#include "monitor/base/clock.h"
#include "monitor/base/file.h"
#include "monitor/daemon/link.h"
#include "monitor/daemon/role.h"

static volatile sig_atomic_t ended;

static void
on_end(int number)
{
	(void)number;
	ended = 1;
}

static void
must(enum err err, const char *what, const struct why *why)
{
	if (err == ERR_OK)
		return;
	fprintf(stderr, "feed_try: %s: %s\n", what, why != NULL ? why->text : err_text(err));
	exit(2);
}

static const char *
argument(char **argv, const char *name)
{
	size_t len = strlen(name);

	for (; *argv != NULL; argv++)
		if (strncmp(*argv, name, len) == 0 && (*argv)[len] == '=')
			return *argv + len + 1;
	return "";
}

static void
put_file(struct buffer *files, const char *path)
{
	struct buffer octets = { .max = 0 };
	struct why why;

	must(file_read(path, 1 << 20, &octets, &why), path, &why);
	cbor_put_cstr(files, path);
	cbor_put_bytes(files, bytes_of_buffer(&octets));
	buffer_free(&octets);
}

/* Keys ascend: shorter paths first, then bytewise. */
static void
send_files(int control, const char *trust, const char *secret)
{
	struct buffer body = { .max = 0 };
	size_t a = strlen(trust), b = strlen(secret);
	bool first = a < b || (a == b && strcmp(trust, secret) < 0);

	cbor_put_map(&body, (a > 0) + (b > 0));
	if (a > 0 && (first || b == 0))
		put_file(&body, trust);
	if (b > 0)
		put_file(&body, secret);
	if (a > 0 && b > 0 && !first)
		put_file(&body, trust);
	must(link_send_large(control, MESSAGE_FILES, bytes_of_buffer(&body)), "FILES", NULL);
	buffer_free(&body);
}

static bool
keeps(char **argv)
{
	return argument(argv, "file")[0] != '\0';
}

static int64_t
number(char **argv, const char *name, int64_t otherwise)
{
	const char *text = argument(argv, name);

	return text[0] != '\0' ? strtoll(text, NULL, 10) : otherwise;
}

static void
plan_keep(struct plan *plan, char **argv)
{
	plan->downloads = 1;
	plan->download = plan_array(plan, 1, sizeof(plan->download[0]));
	plan->download[0] = (struct plan_download){ .name = "try", .form = argument(argv, "form"),
	    .url = argument(argv, "url"), .trust = argument(argv, "trust"),
	    .path = argument(argv, "file"), .interval_ms = number(argv, "interval", 1000),
	    .age_ms = number(argv, "age", 0), .margin_ms = number(argv, "margin", 0) };
}

static struct plan *
plan_make(char **argv)
{
	struct plan *plan = plan_new();
	bool metrics = strcmp(argument(argv, "kind"), "prometheus") == 0;

	plan->name = plan->vantage = "feed_try";
	plan->name_ja = plan->newest_note = plan->drill = "";
	plan->user = geteuid() == 0 ? "nobody" : "";
	plan->workers = 1;
	plan->sites = plan->instances = plan->providers = 1;
	plan->sources = !keeps(argv);
	plan->site = plan_array(plan, 1, sizeof(plan->site[0]));
	plan->site[0] = (struct plan_site){ .name = "here", .title = "", .title_ja = "",
	    .provider = "cloud", .jurisdiction = "JP" };
	plan->instance = plan_array(plan, 1, sizeof(plan->instance[0]));
	plan->instance[0] = (struct plan_instance){ .name = "amf-1", .title = "", .title_ja = "",
	    .function = FUNCTION_CONTROL };
	plan->provider = plan_array(plan, 1, sizeof(plan->provider[0]));
	plan->provider[0] = (struct plan_provider){ .name = "cloud", .kind = "cloud" };
	if (keeps(argv)) {
		plan_keep(plan, argv);
		return plan;
	}
	plan->source = plan_array(plan, 1, sizeof(plan->source[0]));
	plan->source[0] = (struct plan_source){ .name = "try", .kind = argument(argv, "kind"),
	    .url = argument(argv, "url"), .trust = argument(argv, "trust"),
	    .secret = argument(argv, "secret"), .regions = argument(argv, "regions"),
	    .users = argument(argv, "users"), .sessions = argument(argv, "sessions"),
	    .peers = argument(argv, "peers"), .load = argument(argv, "load"),
	    .interval_ms = number(argv, "interval", 1000),
	    .subject = metrics ? "instance:amf-1" : "provider:cloud" };
	return plan;
}

static void
hand_over(int control, int ledger, char **argv)
{
	struct buffer body = { .max = 0 };
	struct plan *plan = plan_make(argv);

	plan_encode(&body, plan);
	must(link_send_large(control, MESSAGE_PLAN, bytes_of_buffer(&body)), "PLAN", NULL);
	plan_free(plan);
	send_files(control, argument(argv, "trust"), argument(argv, "secret"));
	buffer_reset(&body);
	cbor_put_array(&body, 2);
	cbor_put_uint(&body, ROLE_LEDGER);
	cbor_put_uint(&body, 0);
	must(link_send(control, MESSAGE_LINK, bytes_of_buffer(&body), ledger), "LINK", NULL);
	buffer_reset(&body);
	cbor_put_map(&body, 3);
	cbor_put_cstr(&body, "log");
	cbor_put_cstr(&body, "7");
	cbor_put_cstr(&body, "state");
	cbor_put_cstr(&body, "/tmp");
	cbor_put_cstr(&body, "config");
	cbor_put_cstr(&body, "/tmp/none");
	must(link_send(control, MESSAGE_START, bytes_of_buffer(&body), -1), "START", NULL);
	buffer_free(&body);
}

static pid_t
program_start(const char *program, int control, const char *index)
{
	pid_t pid = fork();

	if (pid == 0) {
		if (dup2(control, ROLE_CONTROL_FD) < 0 || fcntl(ROLE_CONTROL_FD, F_SETFD, 0) != 0)
			_exit(126);
		execl(program, "sekimori-fetch", "role", "fetch", index, (char *)NULL);
		_exit(127);
	}
	return pid;
}

static void
print_message(enum message message, struct bytes body)
{
	struct buffer line = { .max = 0 };
	struct why why = { .err = ERR_OK };
	struct record record;

	if (message == MESSAGE_BLOB)
		printf("BLOB %zu\n", body.len);
	else if (message == MESSAGE_VALUE && body.len > 32)
		printf("VALUE %.*s\n", (int)(body.len - 32), (const char *)body.at + 32);
	if (message != MESSAGE_RECORD)
		return;
	must(record_check(body, &record, &why), "a record", &why);
	record_print(&line, &record);
	printf("%s\n", buffer_text(&line));
	buffer_free(&line);
}

/* False when the link ended. */
static bool
listen(int control, int link, struct buffer *body)
{
	struct pollfd wait[2] = { { .fd = link, .events = POLLIN },
		{ .fd = control, .events = POLLIN } };
	enum message message;
	int attached;
	enum err err = ERR_OK;

	(void)poll(wait, 2, 200);
	while (link_receive(control, &message, body, &attached) == ERR_OK) {
		if (attached >= 0)
			close(attached);
		if (message == MESSAGE_RELOAD)
			puts("RELOAD");
	}
	while (err == ERR_OK) {
		err = link_receive(link, &message, body, &attached);
		if (attached >= 0)
			close(attached);
		if (err == ERR_OK)
			print_message(message, bytes_of_buffer(body));
	}
	return err == ERR_BUSY;
}

int
main(int argc, char **argv)
{
	struct buffer body = { .max = 0 };
	int control[2], link[2], status;
	int64_t until;
	struct why why;
	pid_t pid;

	if (argc < 5) {
		fputs("usage: feed_try PROGRAM SECONDS kind=KIND url=URL [NAME=VALUE...]\n", stderr);
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGTERM, on_end);
	until = clock_monotonic_ns() + strtoll(argv[2], NULL, 10) * INT64_C(1000000000);
	must(link_pair(control, &why), "link", &why);
	must(link_pair(link, &why), "link", &why);
	pid = program_start(argv[1], control[1], keeps(argv + 3) ? "2" : "1");
	close(control[1]);
	hand_over(control[0], link[1], argv + 3);
	close(link[1]);
	while (!ended && (strcmp(argv[2], "0") == 0 || clock_monotonic_ns() < until) &&
	    listen(control[0], link[0], &body))
		continue;
	must(link_send(control[0], MESSAGE_STOP, bytes_of(NULL, 0), -1), "STOP", NULL);
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		fprintf(stderr, "feed_try: sekimori-fetch ended with status %d\n", status);
		return 1;
	}
	listen(control[0], link[0], &body);
	buffer_free(&body);
	close(control[0]);
	close(link[0]);
	return 0;
}
