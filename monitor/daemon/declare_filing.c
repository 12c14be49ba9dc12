/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Filings, and what people enter into papers.
 *
 *   FILE 0, INCIDENT   lines: report, edition of its form, size, root, claims, edition of the
 *                      paper (0: not frozen), record of the edition it replaces (0: none), then
 *                      each document, an empty line, each seal; hashes in hex
 *   FILL 0, INCIDENT   lines: report, period, field, then what is entered (may have more lines;
 *                      nothing withdraws what was entered)
 */
#include <inttypes.h>
#include <string.h>

#include "monitor/daemon/engine_declare.h"

enum { DOCUMENTS_MAX = 16 };

/* Hashes up to an empty line or the end. */
static enum err
take_hashes(struct declaring *d, struct hash *out, size_t *count, const char *what,
    struct why *why)
{
	for (*count = 0; d->text.len > 0; (*count)++) {
		struct bytes line = declare_line(d);

		if (line.len == 0)
			break;
		if (*count == DOCUMENTS_MAX)
			return why_set(why, ERR_LIMIT, "a filing has at most %d %ss", DOCUMENTS_MAX,
			    what);
		if (!declare_hash(line, &out[*count]))
			return why_set(why, ERR_INVALID, "a %s of the filing is not named by a "
			    "SHA-256", what);
	}
	return ERR_OK;
}

/* An edition replaces one that was recorded, of the same report and incident. */
static enum err
previous_check(const struct declaring *d, const struct record_filing *filing, struct why *why)
{
	struct record before;

	if (filing->previous == 0)
		return ERR_OK;
	if (filing->previous >= d->engine->state->size ||
	    ledger_read(d->engine->ledger, filing->previous, &before, why) != ERR_OK ||
	    before.kind != RECORD_FILING || before.filing.incident != filing->incident ||
	    !bytes_equal(before.filing.report, filing->report))
		return why_set(why, ERR_INVALID, "record %" PRIu64 " is no earlier edition of this "
		    "paper", filing->previous);
	return ERR_OK;
}

enum err
declare_filing(struct declaring *d, struct record *record, struct why *why)
{
	struct record_filing *filing = &record->filing;
	struct hash document[DOCUMENTS_MAX], seal[DOCUMENTS_MAX];
	size_t documents = 0, seals = 0;
	int64_t size = -1, edition = 0, previous = 0;
	enum err err;

	filing->report = declare_line(d);
	filing->edition = declare_line(d);
	if (!declare_number(declare_line(d), &size) ||
	    (uint64_t)size > d->engine->state->size ||
	    !declare_hash(declare_line(d), &filing->root) ||
	    !declare_hash(declare_line(d), &filing->claims) || filing->report.len == 0 ||
	    !declare_number(declare_line(d), &edition) ||
	    !declare_number(declare_line(d), &previous))
		return why_set(why, ERR_INVALID, "a filing needs a report, an edition, a size of "
		    "this ledger, hashes and the edition of the paper");
	err = take_hashes(d, document, &documents, "document", why);
	if (err == ERR_OK)
		err = take_hashes(d, seal, &seals, "seal", why);
	if (err != ERR_OK)
		return err;
	if (documents == 0)
		return why_set(why, ERR_INVALID, "a filing has 1 to %d documents", DOCUMENTS_MAX);
	if (seals != 0 && seals != documents)
		return why_set(why, ERR_INVALID, "a filing has a seal of each document, or none");
	filing->size = (uint64_t)size;
	filing->incident = d->pending->incident;
	filing->paper_edition = (uint64_t)edition;
	filing->previous = (uint64_t)previous;
	filing->documents = record_hashes(&d->scratch[0], document, documents);
	filing->seals = record_hashes(&d->scratch[1], seal, seals);
	return previous_check(d, filing, why);
}

enum err
declare_entry(struct declaring *d, struct record *record, struct why *why)
{
	struct record_entry *entry = &record->entry;

	entry->incident = d->pending->incident;
	entry->report = declare_line(d);
	entry->period = declare_line(d);
	entry->field = declare_line(d);
	if (entry->report.len == 0 || entry->field.len == 0)
		return why_set(why, ERR_INVALID, "say which report and which field of it");
	if (entry->incident != 0 && state_incident(d->engine->state, entry->incident) == NULL)
		return why_set(why, ERR_NOT_FOUND, "there is no incident %" PRIu64
		    "; \"sekimori status\" lists them", entry->incident);
	d->said = d->text;
	return ERR_OK;
}
