/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values of a field: what several subjects share stands once, with all of them and all the
 * records it rests on.
 */
#include <inttypes.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "monitor/ledger/text.h"
#include "reports/filing_part.h"

void
cite_add(struct filing_memory *memory, uint64_t **cite, uint32_t *cites, uint64_t seq)
{
	uint32_t at = *cites;

	if (seq == UINT64_MAX)
		return;
	while (at > 0 && (*cite)[at - 1] > seq)
		at--;
	if (at > 0 && (*cite)[at - 1] == seq)
		return;
	*cite = filing_grow(memory, *cite, *cites, sizeof(**cite));
	memmove(*cite + at + 1, *cite + at, (*cites - at) * sizeof(**cite));
	(*cite)[at] = seq;
	(*cites)++;
}

static bool
same(const struct filing_value *a, const struct filing_value *b)
{
	return a->basis == b->basis && a->known == b->known && a->lapsed == b->lapsed &&
	    a->contradicted == b->contradicted && strcmp(a->name, b->name) == 0 &&
	    strcmp(a->text, b->text) == 0 && strcmp(a->how, b->how) == 0;
}

static struct filing_value *
value_new(struct filling *f, const struct filing_value *clean)
{
	struct filing_memory *memory = f->maker->memory;
	struct filing_answer *answer = f->answer;
	struct filing_value *value;

	answer->value = filing_grow(memory, answer->value, answer->values, sizeof(*value));
	value = &answer->value[answer->values++];
	*value = *clean;
	answer->unknowns += !value->known || value->lapsed;
	answer->contradicted |= value->contradicted;
	return value;
}

void
filling_add(struct filling *f, const struct filing_value *wanted, const char *subject,
    uint64_t cite)
{
	struct filing_memory *memory = f->maker->memory;
	struct filing_value clean = *wanted, *value = NULL;

	clean.name = filing_text(memory, bytes_of_text(wanted->name));
	clean.text = filing_text(memory, bytes_of_text(wanted->text));
	clean.how = filing_text(memory, bytes_of_text(wanted->how));
	clean.label = maker_text(f->maker, f->part->title, f->part->title_ja);
	for (uint32_t i = f->from; i < f->answer->values && value == NULL; i++)
		if (same(&f->answer->value[i], &clean))
			value = &f->answer->value[i];
	if (value == NULL)
		value = value_new(f, &clean);
	if (clean.as_of_ms != 0 && (value->as_of_ms == 0 || clean.as_of_ms < value->as_of_ms))
		value->as_of_ms = clean.as_of_ms;
	cite_add(memory, &value->cite, &value->cites, cite);
	if (subject[0] == '\0')
		return;
	value->subject = filing_grow(memory, value->subject, value->subjects,
	    sizeof(*value->subject));
	value->subject[value->subjects++] = filing_text(memory, bytes_of_text(subject));
}

void
filling_declare(struct filling *f, const char *name, const char *subject, const char *text)
{
	struct filing_value value = { .basis = BASIS_DECLARED, .known = true, .name = name,
		.text = text, .how = "", .as_of_ms = f->maker->source->config_ms };

	filling_add(f, &value, subject, f->maker->filing->config_seq);
}

void
filling_unknown(struct filling *f, const char *subject, const char *text, const char *how)
{
	struct filing_value value = { .name = "", .how = how };
	struct buffer whole = { .max = 0 };

	buffer_print(&whole, _("unknown: %s"), text);
	value.text = buffer_text(&whole);
	filling_add(f, &value, subject, UINT64_MAX);
	buffer_free(&whole);
}

/* --- for people --------------------------------------------------------------------------- */

void
value_print(struct buffer *out, enum fact_type type, const struct value *value)
{
	const struct fact_row row = { .type = type, .name = "" };
	char text[TIME_TEXT];

	switch (type) {
	case FACT_TYPE_flag:
		buffer_put_text(out, value->flag ? "yes" : "no");
		break;
	case FACT_TYPE_int:
		buffer_print(out, "%" PRId64, value->number);
		break;
	case FACT_TYPE_time:
		time_jst_s(value->number, text);
		buffer_put_text(out, text);
		break;
	case FACT_TYPE_text:
		text_put_escaped(out, value->text);
		break;
	case FACT_TYPE_hash:
		text_put_hex(out, value->text);
		break;
	default:
		fact_print(out, &row, value->list);
		break;
	}
}

const char *
filing_basis_name(unsigned basis)
{
	return basis == BASIS_DECLARED ? "declared" : basis == BASIS_OBSERVED ? "observed" :
	    basis == BASIS_PROVEN ? "proven" : "derived";
}

const char *
filing_basis_text(unsigned basis)
{
	return basis == BASIS_DECLARED ? _("declared") : basis == BASIS_OBSERVED ? _("observed") :
	    basis == BASIS_PROVEN ? _("proven") : _("derived");
}

const char *
filing_standing_name(enum filing_standing standing)
{
	static const char *const names[FILING_STANDINGS] = { [FILING_FILLED] = "filled",
		[FILING_PARTLY] = "partly", [FILING_UNKNOWN] = "unknown",
		[FILING_DRAFT] = "draft", [FILING_BLANK] = "blank",
		[FILING_ENTERED] = "entered" };

	return (unsigned)standing < FILING_STANDINGS ? names[standing] : "unknown";
}

const char *
filing_standing_text(enum filing_standing standing)
{
	switch (standing) {
	case FILING_FILLED: return _("filled in by the program");
	case FILING_PARTLY: return _("filled in by the program as far as it is known");
	case FILING_DRAFT:  return _("draft, to be confirmed");
	case FILING_BLANK:  return _("blank, to be entered by a person");
	case FILING_ENTERED: return _("entered by a person");
	default:            return _("unknown");
	}
}
