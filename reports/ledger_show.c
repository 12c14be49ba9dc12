/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "sekimori ledger show": records as they were written, for people, as JSON lines or as CBOR in
 * diagnostic notation.  Values behind commitments are shown where the ledger still has them.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "monitor/base/cbor.h"
#include "monitor/base/i18n.h"
#include "monitor/base/limits.h"
#include "monitor/base/log.h"
#include "monitor/base/timetext.h"
#include "monitor/ledger/text.h"
#include "reports/audit_refs.h"
#include "reports/ledger_common.h"

enum { OPTION_KIND = LEDGER_OPTIONS_OWN, OPTION_RAW };

static const struct command_option options[] = {
	LEDGER_OPTIONS,
	{ "kind", 'k', "KIND", N_("only this kind, such as OBSERVATION or GAP") },
	{ "raw", 'w', NULL, N_("the bytes in CBOR diagnostic notation") },
	{ NULL, 0, NULL, NULL }
};

struct showing {
	struct ledger_reader *reader;
	uint64_t              kind;		/* 0: all */
	bool                  json, raw;
	struct buffer         line;
	unsigned              values;		/* of this record, so far */
	uint64_t              shown;
};

/* A value as text where it is text, else in hex. */
static void
put_value(struct buffer *out, struct bytes value, bool json)
{
	char *text = memory_new(4 * value.len + 1, 1);

	if (utf8_valid(value) && !json) {
		text_escape((const char *)value.at, value.len, text, 4 * value.len + 1);
		buffer_print(out, "\"%s\"", text);
	} else if (utf8_valid(value)) {
		text_put_json(out, value);
	} else {
		hex_of(value, text);
		buffer_print(out, json ? "\"hex:%s\"" : "hex %s", text);
	}
	free(text);
}

static void
on_secret(void *arg, struct hash commitment, const char *field)
{
	struct showing *showing = arg;
	struct buffer salt = { .max = BLOB_MAX }, value = { .max = BLOB_MAX };
	struct why why;
	bool have = ledger_value(showing->reader->shelf, commitment, &salt, &value, &why) == ERR_OK;

	if (showing->json) {
		buffer_print(&showing->line, "%s\"%s\":", showing->values++ > 0 ? "," : "", field);
		if (have)
			put_value(&showing->line, bytes_of_buffer(&value), true);
		else
			buffer_put_text(&showing->line, "null");
	} else {
		buffer_print(&showing->line, "\n           %s: ", field);
		if (have)
			put_value(&showing->line, bytes_of_buffer(&value), false);
		else
			buffer_put_text(&showing->line, _("(withheld or erased)"));
	}
	buffer_free(&salt);
	buffer_free(&value);
}

static void
line_json(struct showing *showing, const struct record *record, enum err err)
{
	buffer_print(&showing->line, "{\"record\":%" PRIu64 ",", record->seq);
	if (err == ERR_UNSUPPORTED) {
		buffer_print(&showing->line, "\"unknown_kind\":%u}", (unsigned)record->kind);
		return;
	}
	buffer_put_text(&showing->line, "\"is\":");
	record_print_json(&showing->line, record);
	buffer_put_text(&showing->line, ",\"values\":{");
	showing->values = 0;
	record_secrets(record, on_secret, showing);
	buffer_put_text(&showing->line, "}}");
}

static void
line_text(struct showing *showing, const struct record *record, enum err err)
{
	char when[TIME_TEXT];

	time_jst(record->recorded_ms, when);
	buffer_print(&showing->line, "%8" PRIu64 "  %s  ", record->seq, when);
	record_print(&showing->line, record);
	if (err == ERR_OK)
		record_secrets(record, on_secret, showing);
}

static bool
on_record(void *arg, const struct record *record, struct bytes raw, enum err err)
{
	struct showing *showing = arg;

	if (showing->kind != 0 && (uint64_t)record->kind != showing->kind)
		return true;
	showing->shown++;
	buffer_reset(&showing->line);
	if (showing->raw) {
		buffer_print(&showing->line, "%8" PRIu64 "  ", record->seq);
		cbor_print(&showing->line, raw);
	} else if (showing->json) {
		line_json(showing, record, err);
	} else {
		line_text(showing, record, err);
	}
	buffer_put_text(&showing->line, "\n");
	/* A closed pipe ("| head") ends it. */
	return fwrite(showing->line.at, 1, showing->line.len, stdout) == showing->line.len;
}

static bool
kind_read(const char *text, uint64_t *kind)
{
	for (*kind = 1; *kind < 4096; ++*kind) {
		const char *name = record_kind_name(*kind);

		if (name != NULL && strcasecmp(name, text) == 0)
			return true;
	}
	return false;
}

/* Pruning leaves KEY records. */
static enum err
show_kept(struct showing *showing, struct why *why)
{
	struct ledger *ledger = showing->reader->ledger, *shelf = showing->reader->shelf;
	uint64_t at = 0, seq;
	enum err err;

	while ((err = ledger_next(shelf, RECORD_KEY, at, &seq, why)) == ERR_OK &&
	    seq < ledger_first(ledger) && seq < showing->reader->to) {
		err = ledger_scan(ledger, seq, seq + 1, on_record, showing, why);
		if (err != ERR_OK)
			return err;
		at = seq + 1;
	}
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static enum err
show(struct showing *showing, const struct ledger_asked *asked, struct why *why)
{
	struct ledger *ledger = showing->reader->ledger;
	uint64_t from = showing->reader->from, seq;
	enum err err = ERR_OK;

	if (asked->operands == 0) {
		if (from < ledger_first(ledger) && asked->from == NULL) {
			from = ledger_first(ledger);
			err = show_kept(showing, why);
		}
		return err != ERR_OK ? err :
		    ledger_scan(ledger, from, showing->reader->to, on_record, showing, why);
	}
	for (int i = 0; i < asked->operands && err == ERR_OK; i++) {
		err = ledger_place(ledger, asked->operand[i], false, &seq, why);
		if (err == ERR_OK && seq >= ledger_size(ledger))
			err = why_set(why, ERR_NOT_FOUND, "there is no record %s; the ledger has %"
			    PRIu64,
			    asked->operand[i], ledger_size(ledger));
		if (err == ERR_OK)
			err = ledger_scan(ledger, seq, seq + 1, on_record, showing, why);
	}
	return err;
}

static int
show_run(const struct command *command, int argc, char **argv)
{
	struct ledger_asked asked = { .json = false };
	struct ledger_reader reader;
	struct showing showing = { .reader = &reader };
	struct why why = { .err = ERR_OK };
	const char *value;
	int got, code = EXIT_FINE;

	while ((got = ledger_options(command, argc, argv, &asked, &value)) >= 0) {
		if (got == OPTION_RAW)
			showing.raw = true;
		else if (got == OPTION_KIND && !kind_read(value, &showing.kind))
			return command_wrong(command, _("there is no record kind \"%s\""), value);
	}
	if (got != COMMAND_END)
		return got == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	showing.json = asked.json;
	if (ledger_reader_open(&reader, &asked, &why) != ERR_OK)
		return command_failed(command, &why);
	if (show(&showing, &asked, &why) != ERR_OK)
		code = command_failed(command, &why);
	buffer_free(&showing.line);
	ledger_reader_close(&reader);
	return code;
}

const struct command command_ledger_show = {
	.name = "ledger show",
	.usage = "[RECORD...]",
	.summary = N_("print records"),
	.about = N_("RECORD is a record number, or a time for the first record from then on.  "
	    "Times: \"2026-11-20 09:15\"\n(JST), RFC 3339, @SECONDS or -2h.  --json prints one "
	    "object per line."),
	.options = options,
	.run = show_run,
};
