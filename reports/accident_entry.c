/* SPDX-License-Identifier: Apache-2.0 */
/* What people entered into a paper: the newest ENTRY of each field, up to a size of the ledger. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "reports/accident.h"

const struct accident_entry *
accident_entry_of(const struct accident *a, const char *field)
{
	for (uint32_t i = 0; i < a->entries; i++)
		if (strcmp(a->entry[i].field, field) == 0)
			return hash_is_zero(a->entry[i].commitment) ? NULL : &a->entry[i];
	return NULL;
}

static struct accident_entry *
entry_room(struct accident *a, struct bytes field)
{
	for (uint32_t i = 0; i < a->entries; i++)
		if (bytes_equal(bytes_of_text(a->entry[i].field), field))
			return &a->entry[i];
	if (a->entries == ACCIDENT_ENTRIES_MAX)
		return NULL;
	a->entry = memory_resize(a->entry, a->entries + 1, sizeof(*a->entry));
	a->entry[a->entries] = (struct accident_entry){ .field = memory_text(field) };
	return &a->entry[a->entries++];
}

static bool
is_ours(const struct accident *a, const struct record_entry *entry)
{
	return entry->incident == a->order.incident && entry->period.len == 0 &&
	    bytes_equal(entry->report, bytes_of_text(a->order.report));
}

static void
take(struct accident *a, const struct record *record)
{
	struct accident_entry *entry = entry_room(a, record->entry.field);

	if (entry == NULL)
		return;
	free(entry->author);
	entry->author = memory_text(record->entry.author);
	entry->seq = record->seq;
	entry->recorded_ms = record->recorded_ms;
	entry->commitment = record->entry.text;
}

/* Behind a commitment, unless it was erased or shall stay out. */
static void
reveal(struct accident *a, struct accident_entry *entry)
{
	struct buffer salt = { .max = 0 }, value = { .max = 0 };
	struct why why;

	entry->withheld = ledger_value(a->order.source->shelf, entry->commitment, &salt, &value,
	    &why) != ERR_OK;
	/* A confirmation is nobody's words. */
	if (a->order.withhold && (value.len == 0 || value.at[0] != '='))
		entry->withheld = true;
	entry->text = memory_text(entry->withheld ? bytes_of_text("") : bytes_of_buffer(&value));
	buffer_free(&salt);
	buffer_free(&value);
}

enum err
accident_entries_read(struct accident *a, uint64_t size, struct why *why)
{
	struct ledger *ledger = a->order.source->shelf;
	uint64_t from = a->order.incident, seq;
	struct record record;
	bool grown;
	enum err err = ledger_refresh(ledger, &grown, why);

	while (err == ERR_OK) {
		err = ledger_next(ledger, RECORD_ENTRY, from, &seq, why);
		if (err != ERR_OK || seq >= size)
			break;
		err = ledger_read(ledger, seq, &record, why);
		if (err == ERR_OK && is_ours(a, &record.entry))
			take(a, &record);
		from = seq + 1;
	}
	if (err != ERR_OK && err != ERR_NOT_FOUND)
		return err;
	for (uint32_t i = 0; i < a->entries; i++)
		reveal(a, &a->entry[i]);
	return ERR_OK;
}
