/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list of a fiscal year as a filing: its documents, a claim for each cell with the records it
 * rests on, recorded by the daemon, frozen as an edition, bundled.  An edition is made again from
 * the records it spoke for.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "reports/filing_memory.h"
#include "reports/report_stand.h"
#include "reports/yearly.h"

/* --- claims ------------------------------------------------------------------------------- */

static void
claim_add(struct filing_claims *all, struct bytes text, const uint64_t *cites, size_t count)
{
	uint64_t *kept = filing_array(all->memory, count + 1, sizeof(*kept));

	if (count > 0)
		memcpy(kept, cites, count * sizeof(*kept));
	all->claim = filing_grow(all->memory, all->claim, all->claims, sizeof(*all->claim));
	all->claim[all->claims++] = (struct bundle_claim){ .cites = kept, .count = count,
		.text = bytes_of_text(filing_text(all->memory, text)) };
}

static enum err
claim_row(struct filing_claims *all, const struct yearly *list, const struct filing_source *from,
    const struct form *form, uint64_t incident, struct why *why)
{
	struct accident *accident = NULL;
	struct filing *filing = NULL;
	struct filing_claims row;
	enum err err = yearly_row(list, from, form, incident, &accident, &filing, why);

	if (err == ERR_OK) {
		filing_claims_make(filing, &row);
		for (uint32_t i = 0; i < row.claims; i++)
			claim_add(all, row.claim[i].text, row.claim[i].cites, row.claim[i].count);
		filing_claims_free(&row);
	} else {
		filing_free(filing);
	}
	accident_close(accident);
	return err;
}

/* In English, whatever the documents speak. */
static enum err
make_claims(const struct yearly *list, const struct filing_source *from,
    struct filing_documents *d, struct why *why)
{
	struct buffer text = { .max = 0 };
	enum err err = ERR_OK;

	d->claims = (struct filing_claims){ .memory = filing_memory_new() };
	i18n_open("en");
	buffer_print(&text, CLAIM_OF_LIST, list->report, list->edition);
	claim_add(&d->claims, bytes_of_buffer(&text), &list->previous, list->previous != 0);
	buffer_free(&text);
	for (uint32_t i = 0; i < from->state->incidents && err == ERR_OK; i++)
		if (yearly_lists(list, from, &from->state->incident[i]))
			err = claim_row(&d->claims, list, from, d->form,
			    from->state->incident[i].id, why);
	i18n_open(NULL);
	bundle_claims_write(&d->claims_octets, &(struct bundle_claims){ .at_ms = d->at_ms,
	    .document = d->document, .documents = d->documents, .claim = d->claims.claim,
	    .claims = d->claims.claims });
	snprintf(d->claims_name, FILING_NAME_MAX, "yearly-list.claims");
	if (err == ERR_OK && d->claims_octets.failed)
		err = why_set(why, ERR_LIMIT, _("%s would be larger than %d octets"),
		    d->claims_name, BUFFER_MAX);
	d->claims_hash = hash_of(bytes_of_buffer(&d->claims_octets));
	return err;
}

static enum err
make_documents(struct yearly *list, const struct filing_source *from,
    struct filing_documents *d, int *code, struct why *why)
{
	enum err err = form_load("yearly-list", &d->form, why);

	d->size = from->size;
	d->root = from->root;
	d->at_ms = from->at_ms > from->newest_ms ? from->at_ms : 0;
	d->edition = list->edition;
	d->previous = list->previous;
	snprintf(d->report, sizeof(d->report), "%s", list->report);
	if (err == ERR_OK)
		err = report_paper_documents(&list->paper, from, d, code, why);
	d->code = *code;
	d->required = list->required;
	return err == ERR_OK ? make_claims(list, from, d, why) : err;
}

/* --- where it stands ---------------------------------------------------------------------- */

/*
 * An edition stands where it stood: at the end of the year if no record came in between, else at
 * the last record it spoke for.
 */
static enum err
stand_again(struct yearly *list, struct report_source *source, struct accident_order *order,
    struct filing_source *from, struct state **later, struct why *why)
{
	uint64_t size = 0;
	enum err err = accident_edition_find(order, &size, why);
	char end[32];

	list->previous = order->previous;
	snprintf(end, sizeof(end), "@%" PRId64, list->to_ms / 1000);
	if (err == ERR_OK)
		err = report_stand(source, end, false, from, later, why);
	if (err != ERR_OK || from->size == size)
		return err;
	state_free(*later);
	*later = NULL;
	return report_stand_size(source, size, from, why);
}

static enum err
stand(struct yearly *list, struct report_source *source, struct accident_order *order,
    struct filing_source *from, struct state **later, struct why *why)
{
	uint64_t newest = 0;
	bool grown;
	enum err err = ERR_OK;

	if (list->edition != 0)
		return stand_again(list, source, order, from, later, why);
	if (list->bundle != NULL && list->paper.at == NULL) {
		filing_wait_signed(source->shelf);
		err = ledger_refresh(source->ledger, &grown, why);
	}
	if (err == ERR_OK)
		err = report_stand(source, list->paper.at, list->bundle != NULL, from, later, why);
	if (err == ERR_OK && list->freeze)
		err = accident_edition_newest(order, UINT64_MAX, &newest, why);
	if (list->freeze) {
		list->edition = newest + 1;
		list->previous = order->previous;
	}
	return err;
}

/* --- writing ------------------------------------------------------------------------------ */

static enum err
lacks_check(const struct yearly *list, const struct filing_documents *d, struct why *why)
{
	if (!list->freeze || list->as_known || d->required == 0)
		return ERR_OK;
	return why_set(why, ERR_INVALID, _("%" PRIu32 " fields of this list are blank or not "
	    "confirmed; \"sekimori report fill yearly-list --incident N\" asks for them, "
	    "--as-known files what is known"), d->required);
}

/* Files, record, bundle: in an order in which nothing is recorded that was not kept. */
static enum err
write_all(const struct yearly *list, struct filing_documents *d, struct report_source *source,
    struct why *why)
{
	const struct report_paper *paper = &list->paper;
	enum err err = lacks_check(list, d, why);

	if (err == ERR_OK && paper->folder == NULL && list->bundle == NULL && d->documents > 1)
		err = why_set(why, ERR_INVALID,
		    _("several documents need --out DIR; standard output takes one"));
	if (err == ERR_OK && paper->seal)
		err = filing_documents_seal(d, source->shelf, paper->config, paper->no_timestamp,
		    why);
	if (err == ERR_OK && paper->folder == NULL && list->bundle == NULL)
		err = filing_documents_print(d, why);
	if (err == ERR_OK && paper->folder != NULL)
		err = filing_documents_save(d, paper->folder, paper->force, why);
	if (err == ERR_OK && list->record)
		err = filing_documents_record(d, paper->config, why);
	if (err == ERR_OK && list->record && list->bundle != NULL)
		filing_wait_signed(source->shelf);
	if (err == ERR_OK && list->bundle != NULL)
		err = filing_documents_bundle(d, source, list->bundle, list->withhold, why);
	return err;
}

int
yearly_file(const struct command *command, struct yearly *list)
{
	struct accident_order *order = memory_new(1, sizeof(*order));
	struct filing_documents *d = memory_new(1, sizeof(*d));
	struct filing_source from = { .state = NULL };
	struct report_source source;
	struct state *later = NULL;
	struct why why = { .err = ERR_OK };
	bool again = list->edition != 0;
	int code = EXIT_FINE;
	enum err err = report_open(&source, list->paper.config, NULL, list->paper.ledger, &why);

	if (err == ERR_OK) {
		*order = (struct accident_order){ .source = &source, .report = list->report,
			.edition = list->edition };
		err = stand(list, &source, order, &from, &later, &why);
		if (err == ERR_OK)
			err = make_documents(list, &from, d, &code, &why);
		if (err == ERR_OK)
			err = write_all(list, d, &source, &why);
		if (err == ERR_OK && again)
			err = accident_edition_same(d, order, &why);
		state_free(later);
		report_close(&source);
	}
	if (err != ERR_OK)
		code = err == ERR_INVALID ? command_wrong(command, "%s", why.text) :
		    command_failed(command, &why);
	filing_documents_free(d);
	free(d);
	free(order);
	return code;
}
