/* SPDX-License-Identifier: Apache-2.0 */
/* See accident_edition.h. */
#include <inttypes.h>
#include <stdio.h>

#include "monitor/base/i18n.h"
#include "reports/accident_edition.h"

struct edition { uint64_t number, seq, size, previous; };

static bool
is_ours(const struct accident_order *order, const struct record_filing *filing)
{
	return filing->incident == order->incident && filing->paper_edition > 0 &&
	    bytes_equal(filing->report, bytes_of_text(order->report));
}

/* The newest one of that number, of any if 0, before "before"; number 0 if there is none. */
static enum err
edition_of(const struct accident_order *order, uint64_t number, uint64_t before,
    struct edition *out, struct why *why)
{
	struct ledger *ledger = order->source->shelf;
	struct record record;
	uint64_t seq = before;
	bool grown;
	enum err err = ledger_refresh(ledger, &grown, why);

	*out = (struct edition){ .number = 0 };
	while (err == ERR_OK && seq > 0 &&
	    (err = ledger_last(ledger, RECORD_FILING, seq, &seq, why)) == ERR_OK) {
		err = ledger_read(ledger, seq, &record, why);
		if (err != ERR_OK || !is_ours(order, &record.filing) ||
		    (number != 0 && record.filing.paper_edition != number))
			continue;
		*out = (struct edition){ record.filing.paper_edition, seq, record.filing.size,
			record.filing.previous };
		return ERR_OK;
	}
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err
accident_edition_newest(struct accident_order *order, uint64_t size, uint64_t *number,
    struct why *why)
{
	struct edition newest;
	enum err err = edition_of(order, 0, size, &newest, why);

	*number = newest.number;
	order->previous = newest.number > 0 ? newest.seq : 0;
	return err;
}

enum err
accident_edition_find(struct accident_order *order, uint64_t *size, struct why *why)
{
	struct edition found;
	enum err err = edition_of(order, order->edition, UINT64_MAX, &found, why);

	if (err == ERR_OK && found.number == 0 && order->incident == 0)
		err = why_set(why, ERR_NOT_FOUND, _("no edition %" PRIu64 " of %s was frozen"),
		    order->edition, order->report);
	else if (err == ERR_OK && found.number == 0)
		err = why_set(why, ERR_NOT_FOUND, _("no edition %" PRIu64 " of %s was frozen for "
		    "incident %" PRIu64), order->edition, order->report, order->incident);
	if (err == ERR_OK && found.size == 0)
		err = why_set(why, ERR_NOT_FOUND, _("edition %" PRIu64 " of %s, record #%" PRIu64
		    ", says to speak for no record at all: it cannot be made again"),
		    order->edition, order->report, found.seq);
	order->previous = found.previous;
	*size = found.size;
	return err;
}

enum err
accident_edition_same(const struct filing_documents *d, const struct accident_order *order,
    struct why *why)
{
	struct edition found;
	struct record record;
	size_t same = 0;
	enum err err = edition_of(order, order->edition, UINT64_MAX, &found, why);

	if (err == ERR_OK)
		err = ledger_read(order->source->shelf, found.seq, &record, why);
	for (size_t i = 0; err == ERR_OK && i < d->documents; i++) {
		struct record_walk walk = record_walk_of(record.filing.documents);
		bool is = false;
		struct hash hash;

		while (record_hashes_next(&walk, &hash))
			is = is || hash_equal(hash, d->document[i].hash);
		fprintf(stderr, is ? _("%s: octet by octet as record #%" PRIu64 " names it\n") :
		    _("%s: not among the documents that record #%" PRIu64 " names\n"), d->name[i],
		    found.seq);
		same += is;
	}
	if (err == ERR_OK && same == 0)
		return why_set(why, ERR_MISMATCH, _("none of it is a document of edition %" PRIu64
		    ": another language, format or option was frozen, or a withheld value was "
		    "erased since"), order->edition);
	return err;
}
