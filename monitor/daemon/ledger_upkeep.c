/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people ask the ledger role for, through the engine: backup, prune, rotate, erase.  Each is
 * recorded with its author; what removes something is recorded first and carried out after the
 * commit, and a start finishes what a crash left undone.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "monitor/base/cbor.h"
#include "monitor/base/file.h"
#include "monitor/base/log.h"
#include "monitor/base/timetext.h"
#include "monitor/daemon/ledger_role.h"

enum { BACKUP_OCTETS_PER_MS = 5000, BACKUP_NAME_MAX = 64 };

struct upkeep { uint64_t id, act; struct bytes author, text; };

void
upkeep_acted(struct ledger_role *l, uint64_t id, enum err err, const char *sentence)
{
	int engine = role_link_fd(l->start, ROLE_ENGINE, 0);
	struct buffer body = { .max = 0 };

	cbor_put_array(&body, 3);
	cbor_put_uint(&body, id);
	cbor_put_uint(&body, (uint64_t)err);
	cbor_put_cstr(&body, sentence);
	if (engine < 0 || link_send(engine, MESSAGE_ACTED, bytes_of_buffer(&body), -1) != ERR_OK)
		log_line(LOG_LEVEL_WARNING, "an answer reached nobody: %s", sentence);
	buffer_free(&body);
}

/* The loop stands still while SQLite copies or deletes: the supervisor is told for how long. */
static void
announce_work(struct ledger_role *l)
{
	if (role_ready(l->start, ledger_octets(l->ledger) / BACKUP_OCTETS_PER_MS) != ERR_OK)
		log_line(LOG_LEVEL_WARNING, "the supervisor does not take a message");
}

/* A file name of our own folder: nothing that could leave it or hide. */
static bool
name_fine(struct bytes name)
{
	if (name.len == 0 || name.len > BACKUP_NAME_MAX || name.at[0] == '.')
		return false;
	for (size_t i = 0; i < name.len; i++)
		if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-",
		    name.at[i]) == NULL || name.at[i] == '\0')
			return false;
	return true;
}

static enum err
backup(
    struct ledger_role *l, const struct upkeep *asked, char *said, size_t said_len, struct why *why)
{
	char name[BACKUP_NAME_MAX + 32], folder[PATH_TEXT_MAX], path[PATH_TEXT_MAX], now[TIME_TEXT];
	struct record record = { .kind = RECORD_BACKUP };
	uint64_t size;
	struct hash root;
	enum err err;

	if (asked->text.len > 0 && !name_fine(asked->text))
		return why_set(why, ERR_INVALID,
		    "a backup's name has at most %d letters, digits, '.', '_' "
		    "and '-', and does not begin with '.'",
		    BACKUP_NAME_MAX);
	time_utc(recorded_now(l), now);
	snprintf(name, sizeof(name), "%.*s.db", asked->text.len > 0 ? (int)asked->text.len : 19,
	    asked->text.len > 0 ? (const char *)asked->text.at : now);
	if (!file_path(folder, sizeof(folder), l->start->state, "backup") ||
	    !file_path(path, sizeof(path), folder, name))
		return why_set(why, ERR_LIMIT, "the path of the backup is too long");
	err = file_folder(folder, 0750, why);
	if (err == ERR_OK && access(path, F_OK) == 0)
		err = why_set(why, ERR_INVALID, "%s is there already; give another name", path);
	if (err != ERR_OK)
		return err;
	announce_work(l);
	err = ledger_backup(l->ledger, path, &size, why);
	if (err == ERR_OK)
		err = ledger_root(l->ledger, size, &root, why);
	if (err != ERR_OK)
		return err;
	record.backup = (struct record_backup){
		.size = size, .root = root, .name = bytes_of_text(name), .author = asked->author
	};
	batch_record(l, &record);
	snprintf(said, said_len, "%.200s holds the first %" PRIu64 " records", path, size);
	return batch_commit(l, why);
}

/* Until when: the text is a time in milliseconds UTC, or empty for the retention. */
static enum err
prune_before(struct ledger_role *l, struct bytes text, int64_t *before_ms, struct why *why)
{
	int64_t retention_ms = l->start->plan != NULL ? l->start->plan->retention_ms : 0;
	char digits[24], *end;

	if (text.len == 0 && retention_ms == 0)
		return why_set(why, ERR_INVALID, "the configuration keeps records for ever: set "
		    "monitor.retention, or say before which time to prune");
	*before_ms = recorded_now(l) - retention_ms;
	if (text.len == 0)
		return ERR_OK;
	snprintf(digits, sizeof(digits), "%.*s", (int)text.len, (const char *)text.at);
	*before_ms = (int64_t)strtoll(digits, &end, 10);
	if (text.len >= sizeof(digits) || *end != '\0')
		return why_set(why, ERR_INVALID, "prune takes a time in milliseconds UTC");
	return ERR_OK;
}

static enum err
prune(
    struct ledger_role *l, const struct upkeep *asked, char *said, size_t said_len, struct why *why)
{
	struct record record = { .kind = RECORD_NONE };
	uint64_t state, until;
	int64_t before_ms = 0;
	enum err err = prune_before(l, asked->text, &before_ms, why);

	if (err == ERR_OK &&
	    ledger_last(l->ledger, RECORD_STATE, ledger_size(l->ledger), &state, why) != ERR_OK)
		err = why_set(
		    why, ERR_NOT_FOUND, "there is no STATE record the fold could restart at");
	if (err == ERR_OK)
		err = ledger_read(l->ledger, state, &record, why);
	if (err == ERR_OK)
		err = ledger_size_at(l->ledger, before_ms, &until, why);
	if (err != ERR_OK)
		return err;
	if (until > record.state.size)
		until = record.state.size;
	if (until <= ledger_first(l->ledger)) {
		snprintf(said, said_len, "nothing is that old");
		return ERR_OK;
	}
	record = (struct record){ .kind = RECORD_PRUNE, .prune = { .until = until, .state = state,
	    .author = asked->author } };
	batch_record(l, &record);
	err = batch_commit(l, why);
	if (err != ERR_OK)
		return err;
	announce_work(l);
	err = ledger_prune(l->ledger, until, why);
	snprintf(said, said_len, "the bytes of the records before %" PRIu64 " were removed", until);
	return err;
}

static enum err
erase(
    struct ledger_role *l, const struct upkeep *asked, char *said, size_t said_len, struct why *why)
{
	struct bytes reason = bytes_slice(asked->text, 2 * HASH_LEN + 1, asked->text.len);
	struct record record = { .kind = RECORD_ERASE };
	struct buffer salt = { .max = 0 }, value = { .max = 0 };
	char text[HASH_TEXT];
	struct hash commitment;
	enum err err;

	snprintf(text, sizeof(text), "%.*s", (int)asked->text.len, (const char *)asked->text.at);
	if (asked->text.len < 2 * HASH_LEN || hex_read(text, commitment.at, HASH_LEN) != ERR_OK)
		return why_set(why, ERR_INVALID,
		    "erase takes a commitment of %d hexadecimal digits, then "
		    "the reason",
		    2 * HASH_LEN);
	err = ledger_value(l->ledger, commitment, &salt, &value, why);
	if (value.cap > 0)
		explicit_bzero(value.at, value.cap);
	buffer_free(&salt);
	buffer_free(&value);
	if (err == ERR_NOT_FOUND)
		return why_set(why, err,
		    "there is no value behind %s: it is withheld or erased already", text);
	if (err != ERR_OK)
		return err;
	record.erase = (struct record_erase){ .commitment = commitment, .author = asked->author,
	    .reason = reason };
	batch_record(l, &record);
	err = batch_commit(l, why);
	if (err == ERR_OK)
		err = ledger_erase(l->ledger, commitment, why);
	snprintf(said, said_len, "the value behind %s was erased; its commitment stays", text);
	return err;
}

void
upkeep_act(struct ledger_role *l, struct bytes body)
{
	struct cbor in = cbor_of(body, true);
	bool four = cbor_array(&in) == 4;
	struct upkeep asked = { .id = cbor_uint(&in), .act = cbor_uint(&in) };
	struct why why = { .err = ERR_OK };
	char said[WHY_TEXT_MAX] = "";
	enum err err;

	asked.author = cbor_text(&in);
	asked.text = cbor_text(&in);
	if (!four || !cbor_done(&in) || asked.author.len > 120 || asked.text.len > ACT_TEXT_MAX)
		return;
	if (l->ledger == NULL || l->held_ns != 0)
		err = why_set(&why, ERR_BUSY, "the ledger cannot commit now");
	else if (asked.act == ACT_ROTATE) {
		key_rotate(l, asked.id, asked.author);
		return;
	} else if (asked.act == ACT_BACKUP)
		err = backup(l, &asked, said, sizeof(said), &why);
	else if (asked.act == ACT_PRUNE)
		err = prune(l, &asked, said, sizeof(said), &why);
	else if (asked.act == ACT_ERASE)
		err = erase(l, &asked, said, sizeof(said), &why);
	else
		err = why_set(&why, ERR_UNSUPPORTED, "the ledger role does no such thing");
	upkeep_acted(l, asked.id, err, err == ERR_OK ? said : why.text);
}

void
upkeep_resume(struct ledger_role *l)
{
	struct record record;
	struct why why = { .err = ERR_OK };
	uint64_t seq;

	if (ledger_last(l->ledger, RECORD_PRUNE, ledger_size(l->ledger), &seq, &why) == ERR_OK &&
	    ledger_read(l->ledger, seq, &record, &why) == ERR_OK &&
	    record.prune.until > ledger_first(l->ledger)) {
		log_line(LOG_LEVEL_WARNING, "a recorded prune before %" PRIu64 " is finished",
		    record.prune.until);
		announce_work(l);
		if (ledger_prune(l->ledger, record.prune.until, &why) != ERR_OK)
			log_line(LOG_LEVEL_ERROR, "%s", why.text);
	}
	if (ledger_last(l->ledger, RECORD_ERASE, ledger_size(l->ledger), &seq, &why) == ERR_OK &&
	    ledger_read(l->ledger, seq, &record, &why) == ERR_OK &&
	    ledger_erase(l->ledger, record.erase.commitment, &why) == ERR_OK)
		log_line(LOG_LEVEL_WARNING, "a recorded erasure was finished");
}
