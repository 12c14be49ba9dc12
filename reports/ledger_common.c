/* SPDX-License-Identifier: Apache-2.0 */
/* Options, places and progress of the ledger subcommands. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "monitor/base/clock.h"
#include "monitor/base/i18n.h"
#include "monitor/base/log.h"
#include "monitor/base/place.h"
#include "monitor/base/timetext.h"
#include "reports/ledger_common.h"

int
ledger_options(const struct command *command, int argc, char **argv, struct ledger_asked *asked,
    const char **value)
{
	struct operands operands = { .at = asked->operand, .max = LEDGER_OPERANDS_MAX,
	    .count = asked->operands };

	for (;;) {
		int got = command_among(command, argc, argv, value, &operands);

		asked->operands = operands.count;
		switch (got) {
		case LEDGER_OPTION_CONFIG: asked->config = *value; break;
		case LEDGER_OPTION_STATE:  asked->state = *value; break;
		case LEDGER_OPTION_LEDGER: asked->file = *value; break;
		case LEDGER_OPTION_FROM:   asked->from = *value; break;
		case LEDGER_OPTION_TO:     asked->to = *value; break;
		case LEDGER_OPTION_JSON:   asked->json = true; break;
		case COMMAND_END:
			if (optind >= argc)
				return COMMAND_END;
			command_wrong(command, _("there are more than %d operands"),
			    LEDGER_OPERANDS_MAX);
			return COMMAND_WRONG;
		default:
			return got;
		}
	}
}

enum err
ledger_place(struct ledger *ledger, const char *text, bool after, uint64_t *seq, struct why *why)
{
	char *end;
	int64_t ms;
	enum err err;

	if (text[0] != '\0' && strspn(text, "0123456789") == strlen(text) && strlen(text) < 19) {
		*seq = strtoull(text, &end, 10);
		return ERR_OK;
	}
	err = time_read(text, clock_wall_ms(), &ms, why);
	if (err != ERR_OK)
		return err;
	return ledger_size_at(ledger, after ? ms : ms - 1, seq, why);
}

static enum err
range_find(struct ledger_reader *reader, const struct ledger_asked *asked, struct why *why)
{
	uint64_t size = ledger_size(reader->ledger);
	enum err err = ERR_OK;

	reader->from = 0;
	reader->to = size;
	if (asked->from != NULL)
		err = ledger_place(reader->ledger, asked->from, false, &reader->from, why);
	if (err == ERR_OK && asked->to != NULL)
		err = ledger_place(reader->ledger, asked->to, true, &reader->to, why);
	if (err != ERR_OK)
		return err;
	if (reader->from > size || reader->to > size || (size > 0 && reader->from > reader->to))
		return why_set(why, ERR_INVALID, "there are no records %" PRIu64 " to %" PRIu64
		    "; the ledger has %" PRIu64, reader->from, reader->to, size);
	return ERR_OK;
}

/* A file without a write-ahead log beside it is a copy that nobody writes. */
static bool
is_copy(const char *path)
{
	char wal[PATH_TEXT_MAX + 8];

	snprintf(wal, sizeof(wal), "%s-wal", path);
	return access(wal, F_OK) != 0;
}

enum err
ledger_reader_open(struct ledger_reader *reader, const struct ledger_asked *asked, struct why *why)
{
	struct place place = { .ledger = "" };
	enum ledger_mode mode = LEDGER_READ;
	const char *path = asked->file;
	enum err err = ERR_OK;

	*reader = (struct ledger_reader){ .ledger = NULL };
	if (path == NULL) {
		err = place_find(&place, asked->config, asked->state, why);
		path = place.ledger;
	} else if (is_copy(path)) {
		mode = LEDGER_COPY;
	}
	if (err == ERR_OK && access(path, R_OK) != 0)
		err = why_set(why, ERR_NOT_FOUND, "there is no ledger %s that this user can read; "
		    "say which with -c FILE, -s DIR or --ledger FILE", path);
	if (err == ERR_OK)
		err = ledger_open(&reader->ledger, path, mode, why);
	if (err == ERR_OK)
		err = ledger_open(&reader->shelf, path, mode, why);
	if (err == ERR_OK)
		err = range_find(reader, asked, why);
	if (err != ERR_OK)
		ledger_reader_close(reader);
	return err;
}

void
ledger_reader_close(struct ledger_reader *reader)
{
	if (reader->shelf != NULL)
		ledger_close(reader->shelf);
	if (reader->ledger != NULL)
		ledger_close(reader->ledger);
	*reader = (struct ledger_reader){ .ledger = NULL };
}

void
ledger_progress(const char *doing, uint64_t done, uint64_t total)
{
	if (total == 0 || !isatty(STDERR_FILENO))
		return;
	if (done >= total)
		fputs("\r\033[K", stderr);
	else
		fprintf(stderr, "\r%s: %" PRIu64 " / %" PRIu64 " (%u %%)\033[K", doing, done, total,
		    (unsigned)(done * 100 / total));
	fflush(stderr);
}

void
ledger_put_safe(const char *text)
{
	size_t len = strlen(text), room = 4 * len + 1;
	char *safe = memory_new(room, 1);

	text_escape(text, len, safe, room);
	fputs(safe, stdout);
	free(safe);
}
