/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "sekimori ledger prove": one record's inclusion in the newest signed checkpoint as a C2SP
 * tlog-proof.  The record's bytes ride in its "extra" line, so that the proof stands alone: the
 * leaf is SHA-256(0x00 || extra).
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "monitor/base/cbor.h"
#include "monitor/base/i18n.h"
#include "reports/ledger_common.h"

static const struct command_option options[] = {
	LEDGER_OPTIONS,
	{ NULL, 0, NULL, NULL }
};

struct proving {
	uint64_t      seq, size;
	struct buffer raw, note, text;
};

static void
put_proof(struct proving *p, const struct proof *proof)
{
	buffer_put_text(&p->text, "c2sp.org/tlog-proof@v1\nextra ");
	base64_put(&p->text, bytes_of_buffer(&p->raw));
	buffer_print(&p->text, "\nindex %" PRIu64 "\n", p->seq);
	for (size_t i = 0; i < proof->count; i++) {
		base64_put(&p->text, hash_bytes(&proof->hash[i]));
		buffer_put_text(&p->text, "\n");
	}
	buffer_put_text(&p->text, "\n");
	buffer_put(&p->text, p->note.at, p->note.len);
}

/* Checked before it is handed out: a proof that does not hold would be blamed on its reader. */
static enum err
prove(struct ledger *ledger, struct proving *p, struct why *why)
{
	struct hash_source source = ledger_hashes(ledger);
	struct checkpoint checkpoint;
	struct proof proof;
	struct note note;
	struct bytes raw;
	enum err err = ledger_bytes(ledger, p->seq, &raw, why);

	if (err != ERR_OK)
		return err;
	buffer_put(&p->raw, raw.at, raw.len);
	err = ledger_checkpoint(ledger, UINT64_MAX, &p->size, &p->note, why);
	if (err == ERR_NOT_FOUND || (err == ERR_OK && p->size <= p->seq))
		return why_set(why, ERR_NOT_FOUND, "record %" PRIu64 " is not signed yet: the "
		    "newest "
		    "checkpoint has %" PRIu64 " records", p->seq, err == ERR_OK ? p->size : 0);
	if (err == ERR_OK)
		err = merkle_prove_inclusion(&source, p->seq, p->size, &proof);
	if (err == ERR_OK)
		err = note_read(bytes_of_buffer(&p->note), &note, why);
	if (err == ERR_OK)
		err = checkpoint_read(note.text, &checkpoint, why);
	if (err == ERR_OK && (checkpoint.size != p->size || merkle_check_inclusion(
	    merkle_leaf(bytes_of_buffer(&p->raw)), p->seq, p->size, &proof,
	    checkpoint.root) != ERR_OK))
		err = why_set(why, ERR_UNTRUSTED, "record %" PRIu64 " does not lead to the signed "
		    "root; \"sekimori ledger audit\" says what was changed", p->seq);
	if (err == ERR_OK)
		put_proof(p, &proof);
	return err;
}

static void
print_json(struct proving *p)
{
	struct buffer diagnostic = { 0 };
	char *hex = memory_new(2 * p->raw.len + 1, 1);
	json_t *out = json_object();

	hex_of(bytes_of_buffer(&p->raw), hex);
	cbor_print(&diagnostic, bytes_of_buffer(&p->raw));
	json_object_set_new(out, "record", json_integer((json_int_t)p->seq));
	json_object_set_new(out, "size", json_integer((json_int_t)p->size));
	json_object_set_new(out, "proof", json_string(buffer_text(&p->text)));
	json_object_set_new(out, "hex", json_string(hex));
	json_object_set_new(out, "diagnostic", json_string(buffer_text(&diagnostic)));
	json_dumpf(out, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(out);
	buffer_free(&diagnostic);
	free(hex);
}

/* The proof alone goes to standard output, so that "> FILE.tlog-proof" is one. */
static void
print_text(struct proving *p)
{
	struct buffer diagnostic = { 0 };
	char *hex = memory_new(2 * p->raw.len + 1, 1);

	fputs(buffer_text(&p->text), stdout);
	fflush(stdout);
	hex_of(bytes_of_buffer(&p->raw), hex);
	cbor_print(&diagnostic, bytes_of_buffer(&p->raw));
	fprintf(stderr, _("record %llu in hex:\n%s\nthe same in CBOR diagnostic notation:\n%s\n"),
	    (unsigned long long)p->seq, hex, buffer_text(&diagnostic));
	buffer_free(&diagnostic);
	free(hex);
}

static int
prove_run(const struct command *command, int argc, char **argv)
{
	struct ledger_asked asked = { .json = false };
	struct ledger_reader reader;
	struct proving proving = { .seq = 0 };
	struct why why = { .err = ERR_OK };
	const char *value;
	enum err err;
	int got, code = EXIT_FINE;

	while ((got = ledger_options(command, argc, argv, &asked, &value)) >= 0)
		continue;
	if (got != COMMAND_END)
		return got == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	if (asked.operands != 1)
		return command_wrong(command, _("say which record: its number; see --help"));
	if (ledger_reader_open(&reader, &asked, &why) != ERR_OK)
		return command_failed(command, &why);
	err = ledger_place(reader.ledger, asked.operand[0], false, &proving.seq, &why);
	if (err == ERR_OK)
		err = prove(reader.ledger, &proving, &why);
	if (err != ERR_OK)
		code = command_failed(command, &why);
	else if (asked.json)
		print_json(&proving);
	else
		print_text(&proving);
	buffer_free(&proving.raw);
	buffer_free(&proving.note);
	buffer_free(&proving.text);
	ledger_reader_close(&reader);
	return code;
}

const struct command command_ledger_prove = {
	.name = "ledger prove",
	.usage = "RECORD",
	.summary = N_("prove that one record is in the signed ledger"),
	.about = N_("Prints a C2SP tlog-proof (c2sp.org/tlog-proof) on standard output, and the "
	    "record on standard error.\nThe record's bytes are the proof's \"extra\" line."),
	.options = options,
	.run = prove_run,
};
