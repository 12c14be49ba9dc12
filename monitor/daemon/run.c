/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "sekimori run": reads the configuration, takes the state folder for itself alone (flock, so a
 * lock never outlives its holder), and becomes the supervisor.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "monitor/base/command.h"
#include "monitor/base/file.h"
#include "monitor/base/i18n.h"
#include "monitor/base/places.h"
#include "monitor/daemon/supervisor.h"

enum { OPTION_CONFIG, OPTION_FOREGROUND, OPTION_CHECK, OPTION_REPORT };

static const struct command_option run_options[] = { { "config", 'c', "FILE",
	                                                 N_("configuration file") },
	{ "foreground", 'f', NULL, N_("stay in the foreground (it always does)") },
	{ "check", 0, NULL, N_("check everything a start needs, and end") },
	{ "sandbox-report", 0, NULL,
	    N_("say on standard error what the sandbox refuses (for developers)") },
	{ .name = NULL } };

/* The holder's process id, for the sentence; 0 if it is not readable. */
static long
lock_holder(int fd)
{
	char text[32] = "";
	ssize_t len = pread(fd, text, sizeof(text) - 1, 0);

	return len > 0 ? strtol(text, NULL, 10) : 0;
}

static enum err
lock_take(const char *state, int *fd, struct why *why)
{
	char path[PATH_TEXT_MAX];
	enum err err = file_folder(state, STATE_MODE, why);

	if (err != ERR_OK)
		return err;
	if (!file_path(path, sizeof(path), state, "lock"))
		return why_set(why, ERR_LIMIT, "the path of the state folder is too long");
	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (*fd < 0)
		return why_set(why, ERR_IO, "%s: %s", path, strerror(errno));
	if (flock(*fd, LOCK_EX | LOCK_NB) == 0) {
		if (ftruncate(*fd, 0) != 0 || dprintf(*fd, "%d\n", (int)getpid()) < 0)
			return why_set(why, ERR_IO, "%s: %s", path, strerror(errno));
		return ERR_OK;
	}
	why_set(why, ERR_DENIED,
	    "another daemon (pid %ld) already works on %s; stop it first, or give "
	    "this one a state folder of its own",
	    lock_holder(*fd), state);
	close(*fd);
	*fd = -1;
	return ERR_DENIED;
}

static int
load(const struct command *command, const char *path, struct config *config)
{
	struct config_faults faults = { .count = 0 };
	struct why why = { .err = ERR_OK };
	enum err err = config_load(path, config, &faults, &why);

	for (size_t i = 0; i < faults.count; i++)
		fprintf(stderr, "%s:%u: %s\n", path, faults.fault[i].line, faults.fault[i].text);
	if (err != ERR_OK && faults.total > 0) {
		config_faults_free(&faults);
		return command_wrong(command, _("nothing was started: mend %s first (\"sekimori "
		    "check-config\" reads it again)"), path);
	}
	config_faults_free(&faults);
	if (err == ERR_OK)
		err = file_secret(config->key, &why);
	return err == ERR_OK ? EXIT_FINE : command_failed(command, &why);
}

static enum err
programs_there(const struct supervisor *s, struct why *why)
{
	const struct plan *plan = s->config->plan;
	char path[PATH_TEXT_MAX + 32], folder[PATH_TEXT_MAX];

	snprintf(path, sizeof(path), "%s/sekimori-fetch", s->libexec);
	if ((plan->channels > 0 || plan->authorities > 0 || plan->sources > 0 ||
	    plan->downloads > 0) && access(path, X_OK) != 0)
		return why_set(why, ERR_INVALID, "%s is not there, and channels, authorities, "
		    "sources or downloads are configured: install it", path);
	snprintf(path, sizeof(path), "%s/sekimori-intake", s->libexec);
	if (plan->listeners > 0 && access(path, X_OK) != 0)
		return why_set(why, ERR_INVALID, "%s is not there, and listeners are configured: "
		    "install it", path);
	place_programs("sekimori-token", folder);
	snprintf(path, sizeof(path), "%s/sekimori-token", folder);
	if (plan->token_workers > 0 && access(path, X_OK) != 0)
		return why_set(why, ERR_INVALID, "%s is not there, and targets of the probe token "
		    "are configured: install it", path);
	place_programs("sekimori-inventory", folder);
	snprintf(path, sizeof(path), "%s/sekimori-inventory", folder);
	if (plan->inventory_workers > 0 && access(path, X_OK) != 0)
		return why_set(why, ERR_INVALID, "%s is not there, and targets of the probe "
		    "inventory are configured: install it", path);
	return ERR_OK;
}

static int
run_with(const struct command *command, struct supervisor *s, bool check)
{
	struct buffer program = { .max = 0 };
	struct why why = { .err = ERR_OK };
	enum err err;
	int status;

	place_programs("sekimori-fetch", s->libexec);
	err = programs_there(s, &why);
	if (err == ERR_OK)
		err = lock_take(s->config->state, &s->lock, &why);
	if (err != ERR_OK)
		return command_failed(command, &why);
	if (check) {
		printf(_("%s is fine: %u targets, %u workers\n"), s->config_path,
		    s->config->plan->targets, s->config->plan->workers);
		close(s->lock);
		return EXIT_FINE;
	}
	log_open("supervisor", s->config->log);
	if (file_read("/proc/self/exe", BUFFER_MAX, &program, &why) == ERR_OK)
		s->program = hash_of(bytes_of_buffer(&program));
	buffer_free(&program);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	umask(0027);
	notify_open(&s->notify);
	status = supervisor_run(s);
	notify_close(&s->notify);
	close(s->lock);
	return status;
}

static int
run_run(const struct command *command, int argc, char **argv)
{
	struct supervisor *s = memory_new(1, sizeof(*s));
	char path[PATH_TEXT_MAX];
	const char *value;
	bool check = false;
	int option, status;

	place_config(path);
	while ((option = command_next(command, argc, argv, &value)) >= 0) {
		if (option == OPTION_CONFIG)
			snprintf(path, sizeof(path), "%s", value);
		if (option == OPTION_CHECK)
			check = true;
		if (option == OPTION_REPORT)
			s->sandbox_report = true;
	}
	if (option != COMMAND_END || optind < argc) {
		free(s);
		if (option == COMMAND_HELP)
			return EXIT_FINE;
		return option == COMMAND_WRONG ? EXIT_USAGE
		                               : command_wrong(command, _("takes no operands"));
	}
	s->config = memory_new(1, sizeof(*s->config));
	s->config_path = path;
	s->lock = s->notify.fd = -1;
	status = load(command, path, s->config);
	if (status == EXIT_FINE)
		status = run_with(command, s, check);
	config_free(s->config);
	free(s->config);
	free(s);
	return status;
}

const struct command command_run = { .name = "run",
	.usage = "",
	.summary = N_("watch: start the daemon"),
	.about = N_(
	    "Starts one process per role and stays in the foreground until SIGTERM.  SIGHUP reads\n"
	    "the configuration again; a faulty one is refused and the old one stays in force."),
	.options = run_options,
	.run = run_run };
