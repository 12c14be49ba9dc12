/* SPDX-License-Identifier: Apache-2.0 */
/* Opens a ledger for a reader, live or copied, and a replay over it. */
#include <stdio.h>
#include <unistd.h>

#include "monitor/base/i18n.h"
#include "monitor/base/log.h"
#include "monitor/base/place.h"
#include "reports/report_source.h"

static bool
is_copy(const char *path)
{
	char wal[PATH_TEXT_MAX + 8];

	snprintf(wal, sizeof(wal), "%s-wal", path);
	return access(wal, F_OK) != 0;
}

enum err
report_open(struct report_source *source, const char *config, const char *state, const char *file,
    struct why *why)
{
	struct place place = { .cache = "" };
	enum ledger_mode mode = LEDGER_READ;
	enum err err = ERR_OK;

	*source = (struct report_source){ .ledger = NULL };
	if (file == NULL)
		err = place_find(&place, config, state, why);
	else if (is_copy(file))
		mode = LEDGER_COPY;
	if (err != ERR_OK)
		return err;
	snprintf(source->path, sizeof(source->path), "%s", file != NULL ? file : place.ledger);
	if (access(source->path, R_OK) != 0)
		return why_set(why, ERR_NOT_FOUND,
		    _("there is no ledger %s that this user can read; say "
		    "which with -c FILE or --ledger FILE"), source->path);
	err = ledger_open(&source->ledger, source->path, mode, why);
	if (err == ERR_OK)
		err = ledger_open(&source->shelf, source->path, mode, why);
	if (file == NULL)
		snprintf(source->cache, sizeof(source->cache), "%s", place.cache);
	if (err == ERR_OK)
		err = replay_open(&source->replay, source->ledger, file == NULL ? place.cache :
		    NULL, why);
	if (err != ERR_OK)
		report_close(source);
	return err;
}

void
report_close(struct report_source *source)
{
	if (source->replay != NULL)
		replay_close(source->replay);
	if (source->shelf != NULL)
		ledger_close(source->shelf);
	if (source->ledger != NULL)
		ledger_close(source->ledger);
	*source = (struct report_source){ .ledger = NULL };
}

static enum err
blob_get(void *arg, struct hash hash, struct buffer *out, struct why *why)
{
	struct report_source *source = arg;
	bool grown;
	enum err err = ledger_refresh(source->shelf, &grown, why);

	return err == ERR_OK ? ledger_blob(source->shelf, hash, out, why) : err;
}

struct blob_source
report_blobs(struct report_source *source)
{
	return (struct blob_source){ .get = blob_get, .arg = source };
}

void
report_said(struct report_source *source, struct hash commitment, struct buffer *out)
{
	struct buffer salt = { .max = 0 }, value = { .max = 0 };
	char safe[4 * NOTE_TEXT_MAX + 1];
	struct why why;
	bool grown;

	if (ledger_refresh(source->shelf, &grown, &why) == ERR_OK &&
	    ledger_value(source->shelf, commitment, &salt, &value, &why) == ERR_OK) {
		text_escape((const char *)value.at, value.len, safe, sizeof(safe));
		buffer_print(out, "\"%s\"", safe);
	} else {
		buffer_put_text(out, _("(withheld)"));
	}
	buffer_free(&salt);
	buffer_free(&value);
}
