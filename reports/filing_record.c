/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asking the daemon to record a filing.  "sekimori file" does the asking, for readers know nothing
 * of sockets; and waiting until what it recorded is signed.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "monitor/base/i18n.h"
#include "monitor/ledger/note.h"
#include "reports/filing_write.h"

enum { HASHES_MAX = 2 + 2 * BUNDLE_DOCUMENTS_MAX, WORDS_MAX = 16 + HASHES_MAX, NUMBERS = 4 };
enum { LOOK_MS = 100, WAIT_MS = 5 * CHECKPOINT_MS };

enum err
filing_exec(const char *const *words, struct why *why)
{
	int status = 0;
	pid_t child;

	fflush(NULL);
	child = fork();
	if (child < 0)
		return why_set(why, ERR_IO, _("\"sekimori %s\" cannot be started: %s"), words[1],
		    strerror(errno));
	if (child == 0) {
		execv("/proc/self/exe", (char **)(uintptr_t)words);
		_exit(127);
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		continue;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return why_set(why, ERR_REFUSED, _("the daemon did not record it"));
	return ERR_OK;
}

/* Options in front: behind the first operand none would be read. */
static void
words_of(const struct filing_documents *d, const char *config, char hex[][HASH_TEXT],
    const char *words[WORDS_MAX], char number[NUMBERS][24])
{
	static const char *const names[NUMBERS] = { NULL, "--incident", "--paper-edition",
		"--previous" };
	const uint64_t numbers[NUMBERS] = { d->size, d->incident, d->edition, d->previous };
	size_t count = 0, hashes = 0;

	words[count++] = "sekimori";
	words[count++] = "file";
	if (config != NULL) {
		words[count++] = "--config";
		words[count++] = config;
	}
	for (size_t i = 0; i < NUMBERS; i++) {
		snprintf(number[i], 24, "%" PRIu64, numbers[i]);
		if (names[i] == NULL || numbers[i] == 0)
			continue;
		words[count++] = names[i];
		words[count++] = number[i];
	}
	hash_text(d->root, hex[0]);
	hash_text(d->claims_hash, hex[1]);
	words[count++] = d->report[0] != '\0' ? d->report : d->form->id;
	words[count++] = d->form->edition;
	words[count++] = number[0];
	words[count++] = hex[hashes++];
	words[count++] = hex[hashes++];
	for (size_t i = 0; i < d->documents; i++) {
		hash_text(d->document[i].hash, hex[hashes]);
		words[count++] = hex[hashes++];
	}
	for (size_t i = 0; d->sealed && i < d->documents; i++) {
		if (i == 0)
			words[count++] = "seals";
		hash_text(d->document[i].seal, hex[hashes]);
		words[count++] = hex[hashes++];
	}
	words[count] = NULL;
}

enum err
filing_documents_record(const struct filing_documents *d, const char *config, struct why *why)
{
	char hex[HASHES_MAX][HASH_TEXT], number[NUMBERS][24];
	const char *words[WORDS_MAX];

	words_of(d, config, hex, words, number);
	return filing_exec(words, why);
}

void
filing_wait_signed(struct ledger *ledger)
{
	uint64_t need = 0, size = 0;

	for (int waited = 0; waited <= WAIT_MS; waited += LOOK_MS) {
		struct timespec pause = { .tv_nsec = LOOK_MS * 1000000L };
		struct buffer note = { .max = NOTE_MAX };
		struct why why;
		bool grown;

		if (ledger_refresh(ledger, &grown, &why) != ERR_OK)
			return;
		need = need == 0 ? ledger_size(ledger) : need;
		if (ledger_checkpoint(ledger, UINT64_MAX, &size, &note, &why) != ERR_OK)
			size = 0;
		buffer_free(&note);
		if (size >= need)
			return;
		nanosleep(&pause, NULL);
	}
}
