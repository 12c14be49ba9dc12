/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "sekimori init": a commented configuration, a signing key and an empty state folder.  Nothing
 * that is there is ever written over; the look comes before the first write.
 */
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "monitor/base/command.h"
#include "monitor/base/file.h"
#include "monitor/base/i18n.h"
#include "monitor/base/limits.h"
#include "monitor/base/places.h"
#include "monitor/daemon/config_sample.h"
#include "monitor/ledger/note.h"

/* Made by the package or by systemd-sysusers; used where they are. */
static const char probe_user[] = "sekimori-probe", reader_group[] = "sekimori";

struct init {
	char folder[PATH_TEXT_MAX], config[PATH_TEXT_MAX], key[PATH_TEXT_MAX], state[PATH_TEXT_MAX];
	char host[65];
};

static enum err
paths_of_folder(struct init *init, const char *folder, struct why *why)
{
	/* Others pass through to the socket of state: who agrees to an act is another user. */
	enum err err = file_folder(folder, STATE_MODE, why);
	char real[PATH_MAX];

	if (err != ERR_OK)
		return err;
	if (realpath(folder, real) == NULL)
		return why_set(why, ERR_IO, "cannot find %s: %s", folder, strerror(errno));
	snprintf(init->folder, sizeof(init->folder), "%s", real);
	if (!file_path(init->state, sizeof(init->state), real, "state"))
		return why_set(why, ERR_LIMIT, "the path %.100s... is too long", real);
	return ERR_OK;
}

static enum err
paths_find(struct init *init, const char *folder, struct why *why)
{
	enum err err = ERR_OK;

	if (folder != NULL) {
		err = paths_of_folder(init, folder, why);
	} else {
		char config[PATH_TEXT_MAX];

		place_config(config);
		place_state(init->state);
		*strrchr(config, '/') = '\0';
		snprintf(init->folder, sizeof(init->folder), "%s", config);
	}
	if (err == ERR_OK &&
	    (!file_path(init->config, sizeof(init->config), init->folder, "sekimori.conf") ||
	    !file_path(init->key, sizeof(init->key), init->folder, "signing-key.pem")))
		err = why_set(why, ERR_LIMIT, "the path %.100s... is too long", init->folder);
	return err;
}

static enum err
nothing_there(const struct init *init, struct why *why)
{
	const char *paths[] = { init->config, init->key };
	char ledger[PATH_TEXT_MAX + 16];

	for (size_t i = 0; i < 2; i++)
		if (access(paths[i], F_OK) == 0 || errno != ENOENT)
			return why_set(why, ERR_INVALID, "%s is already there, and init never "
			    "writes over anything; name another folder", paths[i]);
	snprintf(ledger, sizeof(ledger), "%s/ledger.db", init->state);
	if (access(ledger, F_OK) == 0)
		return why_set(why, ERR_INVALID, "%s is already there: a new key could not go on "
		    "with that ledger; name another folder", ledger);
	return ERR_OK;
}

static enum err
write_key(const struct init *init, struct why *why)
{
	struct buffer pem = { .max = 0 };
	struct signing_key *key = NULL;
	enum err err;

	err = signing_key_make(&key, why);
	if (err == ERR_OK)
		err = signing_key_write(key, &pem, why);
	if (err == ERR_OK)
		err = file_write(init->key, bytes_of_buffer(&pem), 0600, why);
	if (pem.cap > 0)
		explicit_bzero(pem.at, pem.cap);
	buffer_free(&pem);
	signing_key_free(key);
	return err;
}

static enum err
write_config(const struct init *init, struct why *why)
{
	struct buffer text = { .max = 0 };
	char origin[sizeof(init->host) + 16];
	bool user = geteuid() == 0 && getpwnam(probe_user) != NULL;
	enum err err;

	snprintf(origin, sizeof(origin), "%s/sekimori", init->host);
	config_sample_write(&text, &(struct config_sample){ .name = init->host, .origin = origin,
	    .user = user ? probe_user : "", .state = init->state, .key = init->key });
	err = file_write(init->config, bytes_of_buffer(&text), 0640, why);
	buffer_free(&text);
	return err;
}

/* Operators are in the group that may read the ledger, if there is such a group. */
static void
state_group(const struct init *init)
{
	const struct group *group = geteuid() == 0 ? getgrnam(reader_group) : NULL;

	if (group != NULL && chown(init->state, (uid_t)-1, group->gr_gid) != 0)
		fprintf(stderr, _("sekimori init: the group of %s stays as it is: %s\n"),
		    init->state,
		    strerror(errno));
}

static void
say_next(const struct init *init, bool named)
{
	printf(_("written:\n"
	    "  %s   the configuration; sites, instances and targets are examples in comments\n"
	    "  %s   the signing key: keep a copy where the ledger is not\n"
	    "  %s   the state folder, empty\n"), init->config, init->key, init->state);
	printf(_("\nnext:\n"
	    "  1. edit %s: sites, instances, their targets\n"), init->config);
	if (named)
		printf(_("  2. sekimori check-config -c %s\n"
		    "  3. sekimori run -c %s\n"
		    "  4. sekimori tui -c %s, in another terminal\n"), init->config, init->config,
		    init->config);
	else
		printf(_("  2. sekimori check-config\n"
		    "  3. sekimori run, or systemctl enable --now sekimori\n"
		    "  4. sekimori tui, in another terminal\n"));
}

static void
host_find(struct init *init)
{
	if (gethostname(init->host, sizeof(init->host)) != 0 || init->host[0] == '\0')
		snprintf(init->host, sizeof(init->host), "localhost");
	init->host[sizeof(init->host) - 1] = '\0';
	for (char *at = init->host; *at != '\0'; at++)
		if (*at <= ' ' || *at == '+' || *at >= 0x7f)
			*at = '-';
}

static int
init_run(const struct command *command, int argc, char **argv)
{
	struct init init = { .host = "" };
	struct why why = { .err = ERR_OK };
	const char *value;
	int option = command_next(command, argc, argv, &value);
	bool named;
	enum err err;

	if (option == COMMAND_HELP)
		return EXIT_FINE;
	if (option != COMMAND_END)
		return EXIT_USAGE;
	if (argc - optind > 1)
		return command_wrong(command, _("takes one folder at most; see --help"));
	named = optind < argc;
	host_find(&init);
	err = paths_find(&init, named ? argv[optind] : NULL, &why);
	if (err == ERR_OK)
		err = nothing_there(&init, &why);
	if (err == ERR_OK && !named)
		err = file_folder(init.folder, 0750, &why);
	if (err == ERR_OK)
		err = file_folder(init.state, STATE_MODE, &why);
	if (err == ERR_OK)
		err = write_key(&init, &why);
	if (err == ERR_OK)
		err = write_config(&init, &why);
	if (err != ERR_OK)
		return command_failed(command, &why);
	state_group(&init);
	say_next(&init, named);
	return EXIT_FINE;
}

static const struct command_option init_options[] = {
	{ .name = NULL }
};

const struct command command_init = {
	.name = "init",
	.usage = "[DIR]",
	.summary = N_("write a commented configuration, a signing key and empty folders"),
	.about = N_("Without DIR it writes where the other commands look: /etc/sekimori and "
	    "/var/lib/sekimori\nas root, ~/.config/sekimori and ~/.local/state/sekimori as another "
	    "user.  What is there is\nnever written over."),
	.options = init_options,
	.run = init_run,
};
