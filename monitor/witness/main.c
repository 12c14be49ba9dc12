/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sekimori-witness: opens its files, its devices and its listener, gives up everything else, and
 * answers one monitor after another until it is ended.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "monitor/base/file.h"
#include "monitor/base/log.h"
#include "monitor/daemon/sandbox.h"
#include "monitor/witness/witness.h"

#define CALL(name, roles)
#include "monitor/daemon/sandbox_list.h"

#define EVENT_LOG "/sys/kernel/security/tpm0/binary_bios_measurements"
#define TSM_FOLDER "/sys/kernel/config/tsm/report"

enum { EXIT_WRONG = 2, EXIT_HANGS = 3, DESCRIPTORS = 64, PATHS_MAX = 16 + DOCUMENTS_MAX };

struct paths {
	struct sandbox_path path[PATHS_MAX];
	char                folder[DOCUMENTS_MAX][4096];
	size_t              count, folders;
};

static void
on_deadline(int signal_number)
{
	static const char text[] = "<3>witness: a device does not answer: ending, to be started "
	    "anew\n";

	(void)signal_number;
	(void)!write(STDERR_FILENO, text, sizeof(text) - 1);
	_exit(EXIT_HANGS);
}

static void
path_add(struct paths *paths, const char *path, unsigned access)
{
	paths->path[paths->count++] = (struct sandbox_path){ path, access };
}

/* A file that another program replaces is another file: its folder is what must be open. */
static void
folder_add(struct paths *paths, const char *path)
{
	char *folder = paths->folder[paths->folders++], *slash;

	snprintf(folder, sizeof(paths->folder[0]), "%s", path);
	slash = strrchr(folder, '/');
	if (slash == NULL)
		snprintf(folder, sizeof(paths->folder[0]), ".");
	else
		slash[slash == folder ? 1 : 0] = '\0';
	path_add(paths, folder, SANDBOX_READ);
}

static void
paths_fill(struct paths *paths, const struct settings *s)
{
	/* A TPM that failed is opened anew, and so is the library that speaks to it. */
	static const char *const libraries[] = { "/usr/lib", "/lib", "/lib64", "/usr/lib64",
		"/etc/ld.so.cache", "/proc/self" };

	path_add(paths, "/dev/null", SANDBOX_READ | SANDBOX_WRITE);
	path_add(paths, s->tsm, SANDBOX_READ | SANDBOX_WRITE);
	for (size_t i = 0; i < sizeof(libraries) / sizeof(libraries[0]); i++)
		path_add(paths, libraries[i], SANDBOX_READ);
	if (s->tpm != NULL && strncmp(s->tpm, "device:", 7) == 0)
		path_add(paths, s->tpm + 7, SANDBOX_READ | SANDBOX_WRITE);
	for (size_t i = 0; i < s->documents; i++)
		folder_add(paths, s->document[i].path);
}

static enum err
confine(const struct settings *s, struct why *why)
{
	static struct paths paths;
	const struct rlimit none = { 0, 0 }, few = { DESCRIPTORS, DESCRIPTORS };
	struct buffer text = { .max = 4096 };
	bool network = s->tpm != NULL && strncmp(s->tpm, "device", 6) != 0;
	enum err err = ERR_OK;

	paths_fill(&paths, s);
	setrlimit(RLIMIT_CORE, &none);
	setrlimit(RLIMIT_NOFILE, &few);
	prctl(PR_SET_DUMPABLE, 0);
	if (s->nsm && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		err = why_set(why, ERR_DENIED, "new privileges cannot be given up");
	if (!s->nsm)
		err = user_enter(0, 0, &text, why);
	/* Whoever started it may end before it. */
	prctl(PR_SET_PDEATHSIG, 0);
	/* A TPM behind a socket may be anywhere: tests alone have both. */
	if (err == ERR_OK && s->imds != NULL && !network)
		err = landlock_enter_to(paths.path, paths.count, s->imds_place.port, &text, why);
	else if (err == ERR_OK)
		err = landlock_enter(paths.path, paths.count, network, &text, why);
	if (err == ERR_OK)
		err = seccomp_enter(network ? S_WITNESS_NET : s->imds != NULL ? S_WITNESS_IMDS :
		    S_WITNESS, SANDBOX_REFUSE, &text, why);
	if (err == ERR_OK)
		log_line(LOG_LEVEL_INFO, "confined: %s", buffer_text(&text));
	buffer_free(&text);
	return err;
}

static enum err
files_read(struct witness *w, struct why *why)
{
	const struct settings *s = &w->settings;
	struct buffer pem = { .max = PEM_OCTETS };
	enum err err = ERR_OK;

	if (s->ak_certificate != NULL)
		err = file_read(s->ak_certificate, PEM_OCTETS, &w->ak_certificate, why);
	if (err == ERR_OK && s->event_log != NULL)
		err = file_read(s->event_log, DOCUMENT_OCTETS, &w->event_log, why);
	else if (s->tpm != NULL && file_read(EVENT_LOG, DOCUMENT_OCTETS, &w->event_log, NULL) !=
	    ERR_OK)
		buffer_reset(&w->event_log);
	if (err == ERR_OK && s->speaks != NULL) {
		buffer_reset(&w->spki);
		err = file_read(s->speaks, PEM_OCTETS, &pem, why);
		if (err == ERR_OK)
			err = spki_of_pem(bytes_of_buffer(&pem), s->speaks, &w->spki, why);
	}
	buffer_free(&pem);
	return err;
}

static void
devices_open(struct witness *w)
{
	struct why why = { .err = ERR_OK };

	w->sev_guest = open("/dev/sev-guest", O_RDWR | O_CLOEXEC);
	w->nsm = w->settings.nsm ? open("/dev/nsm", O_RDWR | O_CLOEXEC) : -1;
	if (w->settings.tpm == NULL)
		return;
	w->tpm = tpm_new(w->settings.tpm);
	if (tpm_open(w->tpm, &why) != ERR_OK)
		log_line(LOG_LEVEL_WARNING, "%s; it is tried again when somebody asks", why.text);
}

static void
signals_set(void)
{
	const struct sigaction ignored = { .sa_handler = SIG_IGN },
	    ends = { .sa_handler = on_deadline };

	sigaction(SIGPIPE, &ignored, NULL);
	sigaction(SIGALRM, &ends, NULL);
}

int
main(int argc, char **argv)
{
	static struct witness w = { .sev_guest = -1, .nsm = -1 };
	struct server *server = NULL;
	struct why why = { .err = ERR_OK };
	int code = settings_read(argc, argv, &w.settings);

	if (code >= 0)
		return code;
	w.settings.tsm = TSM_FOLDER;
	log_open("witness", LOG_LEVEL_INFO);
	/* The library writes to standard error by itself otherwise. */
	setenv("TSS2_LOG", "all+NONE", 1);
	signals_set();
	if (server_open(&w.settings, &w.spki, &server, &why) != ERR_OK ||
	    files_read(&w, &why) != ERR_OK) {
		log_line(LOG_LEVEL_ERROR, "%s", why.text);
		return EXIT_WRONG;
	}
	devices_open(&w);
	if (w.settings.imds != NULL && (w.settings.imds_place.port != IMDS_PORT ||
	    strcmp(w.settings.imds_place.host, IMDS_HOST) != 0))
		log_line(LOG_LEVEL_WARNING, "the metadata service is asked at %s:%u and not at "
		    "%s:%d: this is for tests", w.settings.imds_place.host,
		    w.settings.imds_place.port, IMDS_HOST, IMDS_PORT);
	if (confine(&w.settings, &why) != ERR_OK) {
		log_line(LOG_LEVEL_ERROR, "%s", why.text);
		return EXIT_WRONG;
	}
	log_line(LOG_LEVEL_INFO, "answers on %s", w.settings.listen);
	for (;;)
		server_turn(server, &w);
}
