/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a paper says otherwise than the edition before: that one is made again from the records it
 * spoke for, and the fields are compared as they are read.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "reports/accident_edition.h"
#include "reports/filing_memory.h"
#include "reports/report_stand.h"

static void
put_answer(const struct filing_answer *answer, struct buffer *out)
{
	const struct accident_entry *entry = answer->entry;

	buffer_reset(out);
	if (answer->standing == FILING_ENTERED && !answer->confirmed)
		buffer_put_text(out, entry->withheld ? _("(withheld)") : entry->text);
	for (uint32_t i = 0; i < answer->values; i++)
		buffer_print(out, "%s%s%s%s", out->len > 0 ? "; " : "", answer->value[i].label,
		    answer->value[i].label[0] != '\0' ? ": " : "", answer->value[i].text);
	if (out->len == 0)
		buffer_put_text(out, _("(blank)"));
}

static void
add_change(struct filing *filing, struct filing_change **list, const struct filing_answer *answer,
    struct buffer *before, struct buffer *now)
{
	struct filing_change *change;

	*list = filing_grow(filing->memory, *list, filing->changes, sizeof(**list));
	change = &(*list)[filing->changes++];
	*change = (struct filing_change){
		.number = filing_print(filing->memory, "%u", answer->field->number),
		.title = filing_text(filing->memory, bytes_of_text(answer->title)),
		.before = filing_text(filing->memory, bytes_of_buffer(before)),
		.now = filing_text(filing->memory, bytes_of_buffer(now)) };
	filing->change = *list;
}

static void
compare(struct filing *filing, const struct filing *earlier)
{
	struct buffer before = { .max = 0 }, now = { .max = 0 };
	struct filing_change *list = NULL;

	for (uint32_t i = 0; i < filing->covers && i < earlier->covers; i++) {
		put_answer(&earlier->cover[i], &before);
		put_answer(&filing->cover[i], &now);
		if (strcmp(buffer_text(&before), buffer_text(&now)) != 0)
			add_change(filing, &list, &filing->cover[i], &before, &now);
	}
	buffer_free(&before);
	buffer_free(&now);
}

/* The filing as it was, without what it differed in from one before it. */
static enum err
make_earlier(const struct accident_order *order, const struct form *form,
    const struct filing_source *from, struct filing *filing, struct why *why)
{
	struct filing_source with = *from;
	struct accident *accident = NULL;
	struct filing *earlier = NULL;
	enum err err = accident_open(order, from, &accident, why);

	with.accident = accident;
	if (err == ERR_OK)
		err = filing_make(&with, form, i18n_language(), &earlier, why);
	if (err == ERR_OK)
		compare(filing, earlier);
	filing_free(earlier);
	accident_close(accident);
	return err;
}

/* Whoever recorded it gave a size at which there was no such incident: nothing to compare with. */
static void
cannot_compare(struct filing *filing, const struct accident_order *order,
    const struct record_filing *before)
{
	filing->warning = filing_grow(filing->memory, filing->warning, filing->warnings,
	    sizeof(*filing->warning));
	filing->warning[filing->warnings++] = filing_print(filing->memory, _("What changed since "
	    "edition %" PRIu64 " cannot be shown: its record #%" PRIu64 " says to speak for the "
	    "first %" PRIu64 " records, and the incident was not among them."),
	    before->paper_edition, order->previous, before->size);
}

enum err
accident_changes(const struct accident_order *order, const struct form *form,
    struct filing *filing, struct why *why)
{
	struct accident_order earlier = *order;
	struct filing_source from = { .state = NULL };
	struct record record;
	struct state *own;
	enum err err = ledger_read(order->source->shelf, order->previous, &record, why);

	if (err != ERR_OK)
		return err;
	if (record.filing.size <= order->incident) {
		cannot_compare(filing, order, &record.filing);
		return ERR_OK;
	}
	filing->since_edition = record.filing.paper_edition;
	earlier.edition = record.filing.paper_edition;
	earlier.previous = record.filing.previous;
	err = report_stand_size(order->source, record.filing.size, &from, why);
	if (err != ERR_OK)
		return err;
	own = state_copy(from.state);
	from.state = own;
	err = make_earlier(&earlier, form, &from, filing, why);
	state_free(own);
	return err;
}
