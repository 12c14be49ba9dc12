/* SPDX-License-Identifier: Apache-2.0 */
/* Claims of a filing, to be checked one by one against the records they name. */
#include <inttypes.h>
#include <string.h>

#include "reports/accident.h"
#include "reports/filing_claims.h"
#include "reports/filing_part.h"

enum { CLAIM_TEXT_MAX = 2000 };

static struct bundle_claim *
claim_new(struct filing_claims *claims)
{
	claims->claim = filing_grow(claims->memory, claims->claim, claims->claims,
	    sizeof(*claims->claim));
	return &claims->claim[claims->claims++];
}

static void
add_finding(struct filing_claims *claims, const struct filing_control *control,
    const struct filing_finding *finding)
{
	*claim_new(claims) = (struct bundle_claim){ .control = bytes_of_text(control->id),
		.subject = bytes_of_text(finding->subject), .verdict = finding->verdict,
		.beneath = finding->beneath, .cites = finding->cite, .count = finding->cites };
}

static void
add_sentence(struct filing_claims *claims, struct buffer *text, const uint64_t *cite,
    uint32_t cites)
{
	const char *kept;

	if (text->len > CLAIM_TEXT_MAX) {
		text->len = CLAIM_TEXT_MAX;
		while (text->len > 0 && (text->at[text->len] & 0xc0) == 0x80)
			text->len--;
		buffer_put_text(text, " [cut]");
	}
	kept = filing_text(claims->memory, bytes_of_buffer(text));
	*claim_new(claims) = (struct bundle_claim){ .text = bytes_of_text(kept), .cites = cite,
		.count = cites };
	buffer_reset(text);
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

/* Its words stand in the document and behind the commitment, not here. */
static void
put_entry(struct filing_claims *claims, const struct filing_answer *answer, struct buffer *text,
    uint64_t **cite, uint32_t *cites)
{
	if (answer->entry == NULL)
		return;
	buffer_print(text, "; %s by %s in record %" PRIu64, answer->confirmed ? "confirmed" :
	    answer->moved ? "confirmed before it changed" : "entered", answer->entry->author,
	    answer->entry->seq);
	cite_add(claims->memory, cite, cites, answer->entry->seq);
}

/* Which paper it is; verify compares it with the FILING record. */
static void
add_paper(struct filing_claims *claims)
{
	const struct filing *filing = claims->filing;
	const struct accident_order *order = &filing->accident->order;
	struct buffer text = { .max = 0 };
	uint64_t *cite = NULL;
	uint32_t cites = 0;

	buffer_print(&text, CLAIM_OF_PAPER, filing->form->id, order->incident, order->edition);
	cite_add(claims->memory, &cite, &cites, order->incident);
	if (order->previous != 0 && order->edition != 0)
		cite_add(claims->memory, &cite, &cites, order->previous);
	add_sentence(claims, &text, cite, cites);
	buffer_free(&text);
}

static void
add_answer(struct filing_claims *claims, const char *where, const struct filing_answer *answer,
    struct buffer *text)
{
	uint64_t *cite = NULL;
	uint32_t cites = 0;

	buffer_print(text, "field %u (%s) of %s: %s", answer->field->number, answer->field->key,
	    where, filing_standing_name(answer->standing));
	put_entry(claims, answer, text, &cite, &cites);
	for (uint32_t i = 0; i < answer->values; i++) {
		const struct filing_value *value = &answer->value[i];

		put_value(value, text);
		for (uint32_t c = 0; c < value->cites; c++)
			cite_add(claims->memory, &cite, &cites, value->cite[c]);
	}
	add_sentence(claims, text, cite, cites);
}

static void
add_answers(struct filing_claims *claims, const char *where, const struct filing_answer *answer,
    uint32_t answers)
{
	struct buffer text = { .max = 0 };

	for (uint32_t i = 0; i < answers; i++)
		if (answer[i].field->fill == FORM_A || claims->filing->accident != NULL)
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
filing_claims_make(struct filing *filing, struct filing_claims *claims)
{
	*claims = (struct filing_claims){ .memory = filing_memory_new(), .filing = filing };
	if (filing->accident != NULL)
		add_paper(claims);
	for (uint32_t s = 0; s < filing->standards; s++) {
		const struct filing_standard *standard = &filing->standard[s];

		for (uint32_t c = 0; c < standard->controls; c++)
			for (uint32_t i = 0; i < standard->control[c].findings; i++)
				add_finding(claims, &standard->control[c],
				    &standard->control[c].finding[i]);
	}
	add_answers(claims, filing->accident != NULL ? "the paper" : "the cover", filing->cover,
	    filing->covers);
	for (uint32_t i = 0; i < filing->sheets; i++)
		add_sheet(claims, &filing->sheet[i]);
}

void
filing_claims_free(struct filing_claims *claims)
{
	filing_memory_free(claims->memory);
	filing_free(claims->filing);
	*claims = (struct filing_claims){ .claims = 0 };
}
