/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plays supervisor and engine for one sekimori-fetch: hands it a plan with one webhook, asks for
 * something COUNT times, and prints each answer as "ERROR STATUS LENGTH first line".
 *
 *   fetch_try PROGRAM PLAN_URL ASKED_URL TRUST SECRET OCTETS MS [COUNT]     (- for no file)
 */
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "monitor/base/cbor.h"
#include "monitor/base/clock.h"
#include "monitor/base/file.h"
#include "monitor/base/limits.h"
#include "monitor/daemon/link.h"
#include "monitor/daemon/role.h"

enum { PATIENCE_MS = 30000 };

static void
must(enum err err, const char *what)
{
	if (err == ERR_OK)
		return;
	fprintf(stderr, "fetch_try: %s: %s\n", what, err_text(err));
	exit(2);
}

static const char *
path_of(const char *argument)
{
	return strcmp(argument, "-") == 0 ? "" : argument;
}

static void
put_file(struct buffer *files, const char *path)
{
	struct buffer octets = { .max = 0 };
	struct why why;

	must(file_read(path, 1 << 20, &octets, &why), path);
	cbor_put_cstr(files, path);
	cbor_put_bytes(files, bytes_of_buffer(&octets));
	buffer_free(&octets);
}

static void
hand_over(int control, int engine, char **argv)
{
	const char *trust = path_of(argv[4]), *secret = path_of(argv[5]);
	struct buffer body = { .max = 0 };
	struct plan *plan = plan_new();

	plan->name = plan->vantage = "fetch_try";
	plan->name_ja = plan->newest_note = "";
	plan->user = geteuid() == 0 ? "nobody" : "";
	plan->workers = 1;
	plan->channels = 1;
	plan->channel = plan_array(plan, 1, sizeof(plan->channel[0]));
	plan->channel[0] = (struct plan_channel){ .name = "try", .kind = "webhook", .url = argv[2],
	    .secret = secret, .trust = trust };
	plan_encode(&body, plan);
	must(link_send_large(control, MESSAGE_PLAN, bytes_of_buffer(&body)), "PLAN");
	plan_free(plan);
	buffer_reset(&body);
	/* Keys ascend: shorter paths first, then bytewise; two files at most. */
	if (trust[0] != '\0' && secret[0] != '\0') {
		bool first = strlen(trust) < strlen(secret) ||
		    (strlen(trust) == strlen(secret) && strcmp(trust, secret) < 0);

		cbor_put_map(&body, 2);
		put_file(&body, first ? trust : secret);
		put_file(&body, first ? secret : trust);
	} else {
		cbor_put_map(&body, (trust[0] != '\0') + (secret[0] != '\0'));
		if (trust[0] != '\0' || secret[0] != '\0')
			put_file(&body, trust[0] != '\0' ? trust : secret);
	}
	must(link_send_large(control, MESSAGE_FILES, bytes_of_buffer(&body)), "FILES");
	buffer_reset(&body);
	cbor_put_array(&body, 2);
	cbor_put_uint(&body, ROLE_ENGINE);
	cbor_put_uint(&body, 0);
	must(link_send(control, MESSAGE_LINK, bytes_of_buffer(&body), engine), "LINK");
	buffer_reset(&body);
	cbor_put_map(&body, 2);
	cbor_put_cstr(&body, "state");
	cbor_put_cstr(&body, "/tmp");
	cbor_put_cstr(&body, "config");
	cbor_put_cstr(&body, "/tmp/none");
	must(link_send(control, MESSAGE_START, bytes_of_buffer(&body), -1), "START");
	buffer_free(&body);
}

static pid_t
program_start(const char *program, int control)
{
	pid_t pid = fork();

	if (pid == 0) {
		if (dup2(control, ROLE_CONTROL_FD) < 0 || fcntl(ROLE_CONTROL_FD, F_SETFD, 0) != 0)
			_exit(126);
		execl(program, "sekimori-fetch", "role", "fetch", "0", (char *)NULL);
		_exit(127);
	}
	return pid;
}

static void
ask(int link, uint64_t id, char **argv)
{
	struct buffer body = { .max = 0 };
	enum err err = ERR_BUSY;

	cbor_put_array(&body, 9);
	cbor_put_uint(&body, id);
	cbor_put_cstr(&body, "POST");
	cbor_put_cstr(&body, argv[3]);
	cbor_put_cstr(&body, "application/json");
	cbor_put_bytes(&body, bytes_of_text("{\"hello\":1}"));
	cbor_put_cstr(&body, path_of(argv[4]));
	cbor_put_cstr(&body, path_of(argv[5]));
	cbor_put_uint(&body, strtoull(argv[6], NULL, 10));
	cbor_put_uint(&body, strtoull(argv[7], NULL, 10));
	while (err == ERR_BUSY) {
		struct pollfd wait = { .fd = link, .events = POLLOUT };

		err = link_send(link, MESSAGE_FETCH, bytes_of_buffer(&body), -1);
		if (err == ERR_BUSY)
			poll(&wait, 1, 1000);
	}
	must(err, "FETCH");
	buffer_free(&body);
}

static void
print_answer(struct bytes body, uint64_t count, uint8_t *seen)
{
	struct cbor in = cbor_of(body, true);
	bool four = cbor_array(&in) == 4;
	uint64_t id = cbor_uint(&in), err = cbor_uint(&in), status = cbor_uint(&in);
	struct bytes answer = cbor_bytes(&in);
	size_t line = 0;

	if (!four || !cbor_done(&in) || id == 0 || id > count || seen[id]++ != 0) {
		fprintf(stderr, "fetch_try: an answer that nobody waits for\n");
		exit(2);
	}
	while (line < answer.len && line < 200 && answer.at[line] != '\n')
		line++;
	printf("%s %" PRIu64 " %zu %.*s\n", err_name((enum err)err), status, answer.len, (int)line,
	    (const char *)answer.at);
}

int
main(int argc, char **argv)
{
	struct buffer body = { .max = 0 };
	int control[2], link[2], status;
	uint64_t count, answers = 0;
	uint8_t *seen;
	struct why why;
	pid_t pid;

	if (argc < 8) {
		fputs("usage: fetch_try PROGRAM PLAN_URL ASKED_URL TRUST SECRET OCTETS MS "
		    "[COUNT]\n", stderr);
		return 2;
	}
	count = argc > 8 ? strtoull(argv[8], NULL, 10) : 1;
	seen = memory_new(count + 1, 1);
	must(link_pair(control, &why), "link");
	must(link_pair(link, &why), "link");
	pid = program_start(argv[1], control[1]);
	close(control[1]);
	hand_over(control[0], link[1], argv);
	close(link[1]);
	for (uint64_t id = 1; id <= count; id++)
		ask(link[0], id, argv);
	while (answers < count) {
		struct pollfd wait = { .fd = link[0], .events = POLLIN };
		enum message message;
		int attached;
		enum err err;

		if (poll(&wait, 1, PATIENCE_MS) <= 0)
			must(ERR_TIMEOUT, "FETCHED");
		err = link_receive(link[0], &message, &body, &attached);
		must(err, "FETCHED");
		if (message == MESSAGE_FETCHED) {
			print_answer(bytes_of_buffer(&body), count, seen);
			answers++;
		}
	}
	must(link_send(control[0], MESSAGE_STOP, bytes_of(NULL, 0), -1), "STOP");
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		fprintf(stderr, "fetch_try: sekimori-fetch ended with status %d\n", status);
		return 1;
	}
	buffer_free(&body);
	free(seen);
	close(control[0]);
	close(link[0]);
	return 0;
}
