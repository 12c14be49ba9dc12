/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "sekimori ledger audit": feeds a range of a ledger to the audit and says what it found.  It only
 * reads, also while the monitor writes: the size is looked at once, at the start.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "monitor/base/file.h"
#include "monitor/base/i18n.h"
#include "monitor/base/limits.h"
#include "monitor/base/log.h"
#include "monitor/base/timetext.h"
#include "reports/audit.h"
#include "reports/audit_refs.h"
#include "reports/bundle.h"
#include "reports/ledger_audit_print.h"
#include "reports/ledger_common.h"
#include "reports/ledger_pruned.h"

enum { PROGRESS_EACH = 1 << 14, ROOTS_MAX = 1 << 20 };
enum { OPTION_ROOTS = LEDGER_OPTIONS_OWN, OPTION_KEY };

static const struct command_option options[] = {
	LEDGER_OPTIONS,
	{ "roots", 'r', "FILE", N_("PEM roots of time-stamp authorities to trust") },
	{ "key", 'k', "VERIFIER", N_("a key of this ledger that you know from elsewhere") },
	{ NULL, 0, NULL, NULL }
};

/* What the reader brings: roots and a key to trust. */
struct brought { struct buffer roots; struct note_verifier key; bool keyed; };

struct auditing {
	const struct brought *brought;
	struct ledger_reader *reader;
	struct audit         *audit;
	uint64_t              from;
	uint64_t              next_size;	/* of the next stored checkpoint */
	struct buffer         next_note;
	bool                  more;		/* there is a next one */
	uint64_t              seq;		/* of the record whose values are looked at */
	enum err              err;
	struct why           *why;
};

static enum err
source_blob(void *arg, struct hash hash, struct buffer *out, struct why *why)
{
	return ledger_blob(((struct auditing *)arg)->reader->shelf, hash, out, why);
}

static enum err
source_root(void *arg, uint64_t size, struct hash *out, struct why *why)
{
	return ledger_root(((struct auditing *)arg)->reader->shelf, size, out, why);
}

static void
checkpoint_find(struct auditing *a, uint64_t at_least)
{
	buffer_reset(&a->next_note);
	a->err = ledger_checkpoint_after(a->reader->shelf, at_least, &a->next_size, &a->next_note,
	    a->why);
	a->more = a->err == ERR_OK;
	if (a->err == ERR_NOT_FOUND)
		a->err = ERR_OK;
}

/* Stored checkpoints of the size reached. */
static void
checkpoints_feed(struct auditing *a)
{
	while (a->err == ERR_OK && a->more && a->next_size == audit_size(a->audit)) {
		audit_checkpoint(a->audit, a->next_size, bytes_of_buffer(&a->next_note));
		checkpoint_find(a, a->next_size + 1);
	}
}

/* What is shown behind a commitment must be what was committed to, or be gone. */
static void
on_secret(void *arg, struct hash commitment, const char *field)
{
	struct auditing *a = arg;
	struct buffer salt = { .max = BLOB_MAX }, value = { .max = BLOB_MAX };
	struct why why = { .err = ERR_OK };
	enum err err = ledger_value(a->reader->shelf, commitment, &salt, &value, &why);
	char said[WHY_TEXT_MAX];

	if (err != ERR_OK && err != ERR_NOT_FOUND) {
		snprintf(said, sizeof(said), "%s of record %" PRIu64 ": %.300s", field, a->seq,
		    why.text);
		audit_remark(a->audit, AUDIT_FINDING, AUDIT_VALUE, a->seq, said);
	}
	buffer_free(&salt);
	buffer_free(&value);
}

/* Context, forks and keys are looked for by kind: a record hidden from that would be missed. */
static void
index_check(struct auditing *a, const struct record *record)
{
	char said[WHY_TEXT_MAX];
	struct why why;
	uint64_t seq;
	enum err err = ledger_next(a->reader->shelf, record->kind, record->seq, &seq, &why);

	/* ERR_INVALID: a kind that nobody looks for. */
	if (err == ERR_INVALID || (err == ERR_OK && seq == record->seq))
		return;
	snprintf(said, sizeof(said), "record %" PRIu64 " is not found by its kind, %s: the "
	    "database's index is damaged; export what is whole, or restore a backup", record->seq,
	    record_kind_name(record->kind));
	audit_remark(a->audit, AUDIT_FINDING, AUDIT_INDEX, record->seq, said);
}

static bool
on_record(void *arg, const struct record *record, struct bytes raw, enum err err)
{
	struct auditing *a = arg;
	struct hash leaf;
	bool known;

	checkpoints_feed(a);
	known = ledger_leaf(a->reader->shelf, record->seq, &leaf, a->why) == ERR_OK;
	audit_record(a->audit, record->seq, raw, known ? &leaf : NULL);
	/* The audit looks at the bytes itself; this is about what lies beside them. */
	if (err == ERR_OK) {
		a->seq = record->seq;
		record_secrets(record, on_secret, a);
		index_check(a, record);
	}
	if (record->seq % PROGRESS_EACH == 0)
		ledger_progress(_("auditing"), record->seq - a->from + 1,
		    a->reader->to - a->from + 1);
	return a->err == ERR_OK;
}

static enum err
context_feed(struct auditing *a, uint64_t from, uint64_t to)
{
	uint64_t *seq = NULL;
	size_t count = 0;
	enum err err = bundle_context(a->reader->ledger, from, to, to, &seq, &count, a->why);

	for (size_t i = 0; i < count && err == ERR_OK; i++) {
		struct bytes raw;

		if (seq[i] >= from)
			break;
		err = ledger_bytes(a->reader->ledger, seq[i], &raw, a->why);
		if (err == ERR_OK)
			audit_context(a->audit, seq[i], raw);
	}
	free(seq);
	return err;
}

/* The end of the range lies under a checkpoint that was signed later. */
static enum err
later_feed(struct auditing *a)
{
	struct hash_source source = ledger_hashes(a->reader->shelf);
	uint64_t size = audit_size(a->audit), at = size, seq;
	struct proof proof;
	struct bytes raw;
	enum err err;

	if (!a->more || size == 0 || a->next_size <= size)
		return ERR_OK;
	while (ledger_next(a->reader->ledger, RECORD_KEY, at, &seq, a->why) == ERR_OK &&
	    seq < a->next_size) {
		if (ledger_bytes(a->reader->ledger, seq, &raw, a->why) == ERR_OK)
			audit_context(a->audit, seq, raw);
		at = seq + 1;
	}
	err = merkle_prove_consistency(&source, size, a->next_size, &proof);
	if (err != ERR_OK)
		return why_set(a->why, err, "the tree has no hashes for a proof from %" PRIu64 " "
		    "to %"
		    PRIu64 " records", size, a->next_size);
	audit_checkpoint_later(a->audit, bytes_of_buffer(&a->next_note), &proof);
	return ERR_OK;
}

/* Where the chain of keys begins, if its first records are pruned. */
static enum err
keys_begin(struct auditing *a)
{
	char said[WHY_TEXT_MAX];
	enum err err = ledger_pruned_begin(a->reader->ledger, a->audit, a->from, said, a->why);

	if (err == ERR_OK && said[0] != '\0' && !a->brought->keyed)
		audit_remark(a->audit, AUDIT_ASSERTED, AUDIT_KEY, a->from, said);
	if (err == ERR_OK && a->brought->keyed)
		audit_give_key(a->audit, &a->brought->key);
	return err;
}

/* Bytes are gone only where a PRUNE record says so; anybody can delete rows. */
static enum err
pruned_check(struct auditing *a)
{
	uint64_t first = ledger_first(a->reader->ledger), seq;
	struct record record = { .kind = RECORD_NONE };
	char said[WHY_TEXT_MAX];
	enum err err = first == 0 ? ERR_NOT_FOUND : ledger_last(a->reader->ledger, RECORD_PRUNE,
	    ledger_size(a->reader->ledger), &seq, a->why);

	if (err == ERR_OK)
		err = ledger_read(a->reader->ledger, seq, &record, a->why);
	if (err != ERR_OK && err != ERR_NOT_FOUND)
		return err;
	if (first == 0 || (err == ERR_OK && record.prune.until >= first))
		return ERR_OK;
	snprintf(said, sizeof(said), "the bytes of records before %" PRIu64 " are gone, and no "
	    "PRUNE record accounts for it", first);
	audit_remark(a->audit, AUDIT_FINDING, AUDIT_SEQUENCE, first, said);
	return ERR_OK;
}

static enum err
feed(struct auditing *a)
{
	uint64_t from = a->from, to = a->reader->to;
	enum err err = pruned_check(a);

	if (err == ERR_OK)
		err = keys_begin(a);
	if (err == ERR_OK)
		err = context_feed(a, from, to);
	if (err != ERR_OK)
		return err;
	checkpoint_find(a, from > 0 ? from : 1);
	ledger_progress(_("auditing"), 0, to - from + 1);
	err = a->err == ERR_OK ? ledger_scan(a->reader->ledger, from, to, on_record, a, a->why) :
	    a->err;
	ledger_progress(_("auditing"), 1, 1);
	if (err == ERR_OK)
		err = a->err;
	if (err != ERR_OK)
		return err;
	checkpoints_feed(a);
	err = later_feed(a);
	if (err == ERR_OK && audit_size(a->audit) != to)
		err = why_set(a->why, ERR_NOT_FOUND, "record %" PRIu64 " is not in the database: "
		    "the sequence has a hole", audit_size(a->audit));
	if (err != ERR_OK)
		return err;
	audit_end(a->audit);
	if (a->brought->keyed && !audit_key_known(a->audit, &a->brought->key))
		audit_remark(a->audit, AUDIT_FINDING, AUDIT_KEY, to,
		    "the key that was asked for is not in this ledger's chain: it is another "
		    "ledger");
	return ERR_OK;
}

static int
run_audit(const struct command *command, struct ledger_reader *reader,
    const struct brought *brought, bool json)
{
	struct why why = { .err = ERR_OK };
	struct auditing a = { .brought = brought, .reader = reader, .why = &why };
	struct audit_source source = { source_blob, source_root, &a,
		bytes_of_buffer(&brought->roots) };
	struct hash_source hashes = ledger_hashes(reader->shelf);
	struct audit_print print = { .json = json, .to = reader->to };
	struct merkle edge;
	enum err err;
	int code;

	a.from = reader->from > ledger_first(reader->ledger) ? reader->from :
	    ledger_first(reader->ledger);
	print.from = a.from;
	if (a.from > reader->to)
		a.from = reader->to;
	if (merkle_edge(&hashes, a.from, &edge) != ERR_OK) {
		why_set(&why, ERR_NOT_FOUND, "the tree has no hashes in front of record %" PRIu64,
		    a.from);
		return command_failed(command, &why);
	}
	audit_print_begin(&print, reader->from);
	a.audit = audit_new(&source, &edge, audit_print_item, &print);
	err = feed(&a);
	code = audit_print_end(&print, a.audit, err, &why);
	audit_free(a.audit);
	buffer_free(&a.next_note);
	return code;
}

static int
audit_run(const struct command *command, int argc, char **argv)
{
	struct ledger_asked asked = { .json = false };
	struct brought brought = { .roots = { .max = ROOTS_MAX } };
	struct ledger_reader reader;
	const char *value, *file = NULL, *key = NULL;
	struct why why = { .err = ERR_OK };
	int got, code;

	while ((got = ledger_options(command, argc, argv, &asked, &value)) >= 0) {
		if (got == OPTION_ROOTS)
			file = value;
		else if (got == OPTION_KEY)
			key = value;
	}
	if (got != COMMAND_END)
		return got == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	if (asked.operands > 0)
		return command_wrong(command, _("there is nothing to do with \"%s\"; see --help"),
		    asked.operand[0]);
	brought.keyed = key != NULL;
	if (key != NULL && note_verifier_read(bytes_of_text(key), &brought.key, &why) != ERR_OK)
		return command_wrong(command, "--key: %s", why.text);
	if ((file != NULL && file_read(file, ROOTS_MAX, &brought.roots, &why) != ERR_OK) ||
	    ledger_reader_open(&reader, &asked, &why) != ERR_OK) {
		buffer_free(&brought.roots);
		return command_failed(command, &why);
	}
	code = run_audit(command, &reader, &brought, asked.json);
	ledger_reader_close(&reader);
	buffer_free(&brought.roots);
	return code;
}

const struct command command_ledger_audit = {
	.name = "ledger audit",
	.usage = "",
	.summary = N_("prove that nothing is missing and nothing was changed"),
	.about = N_("Reads only.  Sequence, canonical form, leaves, roots, signatures and the "
	    "chain of keys,\nanchors, blobs, recorded time, and for every worker of the plan in "
	    "force an account of its\ntime.  Exit code 1 if anything is open, 3 if the ledger "
	    "cannot be read."),
	.options = options,
	.run = audit_run,
};
