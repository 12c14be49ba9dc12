/* SPDX-License-Identifier: Apache-2.0 */
/* Claims of a filing: sentences that can be checked one by one against the records they name. */
#include <inttypes.h>
#include <string.h>

#include "monitor/base/timetext.h"
#include "reports/filing_claims.h"
#include "reports/filing_part.h"

enum { CLAIM_TEXT_MAX = 2000 };

static void
add(struct filing_claims *claims, struct buffer *text, const uint64_t *cite, uint32_t cites)
{
	struct bundle_claim *claim;
	const char *kept;

	if (text->len > CLAIM_TEXT_MAX) {
		text->len = CLAIM_TEXT_MAX;
		while (text->len > 0 && (text->at[text->len] & 0xc0) == 0x80)
			text->len--;
		buffer_put_text(text, " [cut]");
	}
	kept = filing_text(claims->memory, bytes_of_buffer(text));
	claims->claim = filing_grow(claims->memory, claims->claim, claims->claims,
	    sizeof(*claims->claim));
	claim = &claims->claim[claims->claims++];
	*claim = (struct bundle_claim){ .text = bytes_of_text(kept), .cites = cite,
		.count = cites };
	buffer_reset(text);
}

/* --- controls ----------------------------------------------------------------------------- */

static void
add_finding(struct filing_claims *claims, const struct filing_standard *standard,
    const struct filing_control *control, const struct filing_finding *finding,
    struct buffer *text)
{
	char since[TIME_TEXT];

	time_utc(finding->since_ms, since);
	buffer_print(text, "control %s (%s, %s, %s) on %s: %s, since %s, decided by record %"
	    PRIu64, control->id, standard->id, standard->edition, control->clause, finding->subject,
	    verdict_name(finding->verdict), since, finding->seq);
	if (finding->missing[0] != '\0')
		buffer_print(text, "; missing %s", finding->missing);
	if (finding->waiver != 0)
		buffer_print(text, "; waived by record %" PRIu64 ", beneath %s", finding->waiver,
		    verdict_name(finding->beneath));
	add(claims, text, finding->cite, finding->cites);
}

/* --- fields ------------------------------------------------------------------------------- */

static void
put_value(const struct filing_value *value, struct buffer *text)
{
	if (!value->known) {
		buffer_print(text, "; unknown: %s", value->text);
	} else {
		buffer_print(text, "; %s%s%s ", filing_basis_name(value->basis),
		    value->contradicted ? " contradicting what is declared" : "",
		    value->lapsed ? " but no longer counting" : "");
		if (value->name[0] != '\0')
			buffer_print(text, "%s = ", value->name);
		buffer_put_text(text, value->text);
	}
	if (value->subjects > 0)
		buffer_print(text, " (%s%s)", value->subject[0], value->subjects > 1 ?
		    " and others" : "");
}

static void
add_answer(struct filing_claims *claims, const char *where, const struct filing_answer *answer,
    struct buffer *text)
{
	uint64_t *cite = NULL;
	uint32_t cites = 0;

	buffer_print(text, "field %u (%s) of %s: %s", answer->field->number, answer->field->key,
	    where, filing_standing_name(answer->standing));
	for (uint32_t i = 0; i < answer->values; i++) {
		const struct filing_value *value = &answer->value[i];

		put_value(value, text);
		for (uint32_t c = 0; c < value->cites; c++)
			cite_add(claims->memory, &cite, &cites, value->cite[c]);
	}
	add(claims, text, cite, cites);
}

static void
add_answers(struct filing_claims *claims, const char *where, const struct filing_answer *answer,
    uint32_t answers)
{
	struct buffer text = { .max = 0 };

	for (uint32_t i = 0; i < answers; i++)
		if (answer[i].field->fill == FORM_A)
			add_answer(claims, where, &answer[i], &text);
	buffer_free(&text);
}

static void
add_sheet(struct filing_claims *claims, const struct filing_sheet *sheet)
{
	struct buffer where = { .max = 0 };

	buffer_print(&where, "sheet %s/%s/%s/%s", sheet->provider, sheet->region, sheet->service,
	    function_name(sheet->function));
	add_answers(claims, buffer_text(&where), sheet->answer, sheet->answers);
	buffer_free(&where);
}

/* --- the whole ---------------------------------------------------------------------------- */

void
filing_claims_make(const struct filing *filing, struct filing_claims *claims)
{
	struct buffer text = { .max = 0 };

	*claims = (struct filing_claims){ .memory = filing_memory_new() };
	for (uint32_t s = 0; s < filing->standards; s++) {
		const struct filing_standard *standard = &filing->standard[s];

		for (uint32_t c = 0; c < standard->controls; c++)
			for (uint32_t i = 0; i < standard->control[c].findings; i++)
				add_finding(claims, standard, &standard->control[c],
				    &standard->control[c].finding[i], &text);
	}
	add_answers(claims, "the cover", filing->cover, filing->covers);
	for (uint32_t i = 0; i < filing->sheets; i++)
		add_sheet(claims, &filing->sheet[i]);
	buffer_free(&text);
}

void
filing_claims_free(struct filing_claims *claims)
{
	filing_memory_free(claims->memory);
	*claims = (struct filing_claims){ .claims = 0 };
}

static void
print_claim(const struct bundle_claim *claim, struct buffer *out)
{
	buffer_put(out, claim->text.at, claim->text.len);
	for (size_t i = 0; i < claim->count; i++)
		buffer_print(out, "%c#%" PRIu64, i > 0 ? ' ' : '\t', claim->cites[i]);
	buffer_put_u8(out, '\n');
}

void
filing_claims_print(const struct filing *filing, const struct filing_claims *claims,
    const struct filing_document *document, size_t documents, struct buffer *out)
{
	char at[TIME_TEXT], hash[HASH_TEXT];

	time_utc(filing->at_ms, at);
	hash_text(filing->form->hash, hash);
	buffer_print(out, "sekimori claims 1\nreport %s\nedition %s\nform %s\nat %s\nsize %" PRIu64
	    "\nroot %s\n", filing->form->id, filing->form->edition, hash, at, filing->size,
	    filing->root);
	for (size_t i = 0; i < documents; i++) {
		hash_text(document[i].hash, hash);
		buffer_print(out, "document %s %s\n", hash, document[i].name);
	}
	buffer_put_u8(out, '\n');
	for (uint32_t i = 0; i < claims->claims; i++)
		print_claim(&claims->claim[i], out);
}
