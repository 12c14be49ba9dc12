/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fork detection at the start: checkpoints that were anchored and kept outside the database must
 * be part of this ledger's past.  If one is not, this is a restored copy that goes on: that is
 * recorded once per checkpoint, and the work continues.
 */
#include <unistd.h>

#include "monitor/base/file.h"
#include "monitor/base/log.h"
#include "monitor/daemon/ledger_role.h"
#include "monitor/ledger/fork.h"

static bool
fork_known(struct ledger_role *l, struct hash note)
{
	uint64_t before = ledger_size(l->ledger), seq;
	struct record record;
	struct why why;

	while (ledger_last(l->ledger, RECORD_FORK, before, &seq, &why) == ERR_OK &&
	    ledger_read(l->ledger, seq, &record, &why) == ERR_OK) {
		if (hash_equal(record.fork.note, note))
			return true;
		before = seq;
	}
	return false;
}

static void
fork_record(
    struct ledger_role *l, struct bytes note, const struct checkpoint *anchored, const char *reason)
{
	struct record record = { .kind = RECORD_FORK };

	record.fork = (struct record_fork){ .size = ledger_size(l->ledger),
		.anchored_size = anchored->size,
		.anchored_root = anchored->root,
		.note = hash_of(note),
		.reason = bytes_of_text(reason) };
	batch_blob(l, note);
	batch_record(l, &record);
	log_line(LOG_LEVEL_ERROR, "the ledger forked: %s", reason);
}

static void
fork_look_at(struct ledger_role *l, const char *path)
{
	struct buffer note = { .max = NOTE_MAX };
	struct why why = { .err = ERR_OK };
	struct checkpoint anchored;
	enum err err;

	if (path[0] == '\0' || access(path, F_OK) != 0)
		return;
	err = file_read(path, NOTE_MAX, &note, &why);
	if (err == ERR_OK)
		err = checkpoint_against(l->ledger, bytes_of_buffer(&note), &anchored, &why);
	if (err == ERR_MISMATCH && !fork_known(l, hash_of(bytes_of_buffer(&note))))
		fork_record(l, bytes_of_buffer(&note), &anchored, why.text);
	else if (err != ERR_OK && err != ERR_MISMATCH)
		log_line(
		    LOG_LEVEL_WARNING, "%s shows nothing about this ledger: %s", path, why.text);
	buffer_free(&note);
}

void
fork_look(struct ledger_role *l)
{
	char path[PATH_TEXT_MAX];

	if (file_path(path, sizeof(path), l->start->state, "newest-checkpoint"))
		fork_look_at(l, path);
	fork_look_at(l, l->start->newest_note);
}
