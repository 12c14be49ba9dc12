/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "sekimori report location": where data, functions and keys are, at any moment; as a table for
 * machines; and as signed tokens, which the running daemon makes of what it believes itself.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attest/ear.h"
#include "monitor/base/clock.h"
#include "monitor/base/file.h"
#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "reports/location.h"
#include "reports/report_paper.h"

enum { OPTION_DATA = REPORT_PAPER_OPTIONS, OPTION_FROM, OPTION_TO, OPTION_CSV, OPTION_TOKEN };
enum { WORDS_MAX = 10 };

static const struct command_option options[] = {
	REPORT_PAPER_ROWS,
	[OPTION_DATA] = { "data", 0, "CLASS", N_("this class of data alone") },
	[OPTION_FROM] = { "from", 0, "TIME", N_("with the history of moves since then") },
	[OPTION_TO]   = { "to", 0, "TIME", N_("... until then; now if not given") },
	[OPTION_CSV]  = { "csv", 0, "FILE", N_("write a line for each witness there, too") },
	[OPTION_TOKEN] = { "token", 0, "FORM",
	    N_("have the daemon sign where each is, as json or cbor: files in --out DIR") },
	{ NULL, 0, NULL, NULL },
};

struct asked {
	struct report_paper   paper;
	struct location_asked location;
	const char *csv, *token;
	bool        written;		/* with the first language */
};

/* --- tokens ------------------------------------------------------------------------------- */

/* "sekimori locate" does the asking, for readers know nothing of sockets. */
static enum err
locate(const struct asked *asked, const char *subject, struct buffer *out, struct why *why)
{
	const char *words[WORDS_MAX] = { "sekimori", "locate", "--form", asked->token, subject };
	int end[2], status = 0;
	pid_t child;
	enum err err;

	if (asked->paper.config != NULL) {
		words[4] = "--config";
		words[5] = asked->paper.config;
		words[6] = subject;
	}
	fflush(NULL);
	if (pipe2(end, O_CLOEXEC) != 0)
		return why_set(why, ERR_IO, _("no pipe can be had: %s"), strerror(errno));
	child = fork();
	if (child == 0) {
		dup2(end[1], STDOUT_FILENO);
		execv("/proc/self/exe", (char **)(uintptr_t)words);
		_exit(127);
	}
	close(end[1]);
	err = child > 0 ? file_read_fd(end[0], "locate", EAR_TOKEN_MAX, out, why) :
	    why_set(why, ERR_IO, _("\"sekimori locate\" cannot be started: %s"), strerror(errno));
	close(end[0]);
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		continue;
	if (err == ERR_OK && (!WIFEXITED(status) || WEXITSTATUS(status) != 0))
		err = why_set(why, ERR_REFUSED, _("there is no token of %s: the daemon that "
		    "believes it must run, and you must have the right \"locate\""), subject);
	return err;
}

static enum err
token_write(const struct asked *asked, const char *subject, struct why *why)
{
	struct buffer token = { .max = EAR_TOKEN_MAX + 1 };
	char name[2 * NAME_MAX_LEN + 8], path[PATH_TEXT_MAX];
	enum err err = locate(asked, subject, &token, why);

	snprintf(name, sizeof(name), "%.250s.%s", subject, strcmp(asked->token, "cbor") == 0 ?
	    "cwt" : "jwt");
	for (char *at = name; *at != '\0'; at++)
		if (*at == ':' || *at == '/')
			*at = '-';
	if (err == ERR_OK && !file_path(path, sizeof(path), asked->paper.folder, name))
		err = why_set(why, ERR_LIMIT, _("the path of %s is too long"), name);
	if (err == ERR_OK && !asked->paper.force && access(path, F_OK) == 0)
		err = why_set(why, ERR_INVALID, _("%.300s is there already; name another folder, "
		    "or give --force to replace it"), path);
	if (err == ERR_OK)
		err = file_write(path, bytes_of_buffer(&token), 0644, why);
	buffer_free(&token);
	return err;
}

static enum err
tokens_write(const struct asked *asked, const struct location_set *set, struct why *why)
{
	enum err err = file_folder(asked->paper.folder, 0755, why);

	for (uint32_t i = 0; i < set->count && err == ERR_OK; i++) {
		struct buffer subject = { .max = 0 };

		where_subject_name(set->state, set->one[i].subject, &subject);
		err = token_write(asked, buffer_text(&subject), why);
		buffer_free(&subject);
	}
	return err;
}

/* --- the report --------------------------------------------------------------------------- */

/* What is of no language: written once. */
static enum err
others_write(const struct asked *asked, const struct filing_source *from, struct why *why)
{
	struct buffer csv = { .max = 0 };
	struct location_set set;
	uint64_t classes = 0;
	enum err err = ERR_OK;

	if (asked->csv == NULL && asked->token == NULL)
		return ERR_OK;
	if (asked->location.data != NULL)
		(void)location_class(from->state->plan, asked->location.data, &classes);
	location_set_make(&set, from->state, classes);
	if (asked->csv != NULL) {
		location_csv(&set, &csv);
		err = file_write(asked->csv, bytes_of_buffer(&csv), 0644, why);
	}
	if (err == ERR_OK && asked->token != NULL)
		err = tokens_write(asked, &set, why);
	location_set_free(&set);
	buffer_free(&csv);
	return err;
}

static enum err
make(void *arg, const struct filing_source *from, struct paper **paper, int *code,
    struct why *why)
{
	struct asked *asked = arg;
	enum err err = location_paper(from, &asked->location, paper, code, why);

	if (err != ERR_OK || asked->written)
		return err;
	asked->written = true;
	return others_write(asked, from, why);
}

static enum err
times_read(struct asked *asked, const char *from, const char *to, struct why *why)
{
	int64_t now_ms = clock_wall_ms();
	enum err err = ERR_OK;

	asked->location.to_ms = now_ms;
	if (from == NULL)
		return to == NULL ? ERR_OK : why_set(why, ERR_INVALID,
		    _("--to goes with --from: the history has a beginning"));
	asked->location.history = true;
	err = time_read(from, now_ms, &asked->location.from_ms, why);
	if (err == ERR_OK && to != NULL)
		err = time_read(to, now_ms, &asked->location.to_ms, why);
	if (err == ERR_OK && asked->location.to_ms < asked->location.from_ms)
		err = why_set(why, ERR_INVALID, _("the history would end before it begins"));
	return err;
}

static const char *
wrong(const struct asked *asked)
{
	if (asked->token == NULL)
		return NULL;
	if (strcmp(asked->token, "json") != 0 && strcmp(asked->token, "cbor") != 0)
		return _("a location token is written as json or cbor");
	if (asked->paper.folder == NULL)
		return _("tokens are files: name their folder with --out DIR");
	if (asked->paper.at != NULL || asked->paper.ledger != NULL)
		return _("a token says where a subject is now, by the running daemon: it goes "
		    "neither with --at nor with --ledger");
	return NULL;
}

static int
run(const struct command *command, int argc, char **argv)
{
	struct asked asked = { .paper = { .name = "location", .make = make } };
	const char *value, *from = NULL, *to = NULL;
	struct why why = { .err = ERR_OK };
	int got;

	asked.paper.arg = &asked;
	while ((got = report_paper_next(command, argc, argv, &asked.paper, &value)) >= 0) {
		switch (got) {
		case OPTION_DATA:  asked.location.data = value; break;
		case OPTION_FROM:  from = value; break;
		case OPTION_TO:    to = value; break;
		case OPTION_CSV:   asked.csv = value; break;
		case OPTION_TOKEN: asked.token = value; break;
		}
	}
	if (got != COMMAND_END)
		return got == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	if (times_read(&asked, from, to, &why) != ERR_OK)
		return command_wrong(command, "%s", why.text);
	value = wrong(&asked);
	return value != NULL ? command_wrong(command, "%s", value) :
	    report_paper_run(command, &asked.paper);
}

const struct command command_report_location = {
	.name = "report location",
	.usage = "",
	.summary = N_("where data, functions and keys are, and how that is known"),
	.about = N_("For every instance, store and key: the declaration, the provider's inventory, "
	    "signed evidence, the\naddress and physics, each with its place, age, grade and whose "
	    "word it is, never merged; the verdict\nover them and why; ways by which data can "
	    "leave; what each proof does not prove. --at answers for any\nmoment. Exit code 1 if "
	    "something is outside or contradicted, 3 if something is unknown."),
	.options = options,
	.run = run,
};
