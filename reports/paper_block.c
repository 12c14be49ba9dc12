/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks of a paper, put one behind the other. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/limits.h"
#include "reports/paper_part.h"

static struct paper_block *
block_new(struct paper *paper, enum paper_kind kind, const char *text)
{
	struct paper_block *block;

	if (!paper_sound(paper))
		return NULL;
	if (paper->blocks == PAPER_BLOCKS_MAX) {
		paper_fail(paper, ERR_LIMIT, _("the document has more than %d blocks"),
		    PAPER_BLOCKS_MAX);
		return NULL;
	}
	paper->block = filing_grow(paper->memory, paper->block, paper->blocks,
	    sizeof(*paper->block));
	block = &paper->block[paper->blocks++];
	*block = (struct paper_block){ .kind = kind, .text = paper_keep(paper, text) };
	return block;
}

struct paper_block *
paper_last(struct paper *paper, enum paper_kind kind, const char *what)
{
	struct paper_block *block = paper->blocks > 0 ? &paper->block[paper->blocks - 1] : NULL;

	if (!paper_sound(paper))
		return NULL;
	if (block != NULL && block->kind == kind)
		return block;
	paper_fail(paper, ERR_INVALID, "%s of a document stands behind no %s", what,
	    paper_kind_name(kind));
	return NULL;
}

void
paper_heading(struct paper *paper, unsigned level, const char *text)
{
	struct paper_block *block = block_new(paper, PAPER_HEADING, text);

	if (block != NULL)
		block->level = level < 1 ? 1 : level > PAPER_LEVELS ? PAPER_LEVELS : level;
}

void
paper_paragraph(struct paper *paper, const char *text)
{
	block_new(paper, PAPER_PARAGRAPH, text);
}

void
paper_note(struct paper *paper, const char *text)
{
	block_new(paper, PAPER_NOTE, text);
}

void
paper_warning(struct paper *paper, const char *text)
{
	block_new(paper, PAPER_WARNING, text);
}

void
paper_break(struct paper *paper)
{
	block_new(paper, PAPER_BREAK, "");
}

void
paper_figure(struct paper *paper, struct drawing *drawing, const char *caption)
{
	struct paper_block *block = block_new(paper, PAPER_FIGURE, caption);

	if (block != NULL)
		block->drawing = drawing;
	else
		drawing_free(drawing);
}

/* --- fields ------------------------------------------------------------------------------- */

static const char *
standing_text(enum paper_standing standing)
{
	switch (standing) {
	case PAPER_FILLED:     return _("filled in by the program");
	case PAPER_PARTLY:     return _("filled in by the program as far as it is known");
	case PAPER_TO_CONFIRM: return _("draft, to be confirmed");
	case PAPER_TO_ENTER:   return _("blank, to be entered by a person");
	case PAPER_ENTERED:    return _("entered by a person");
	default:               return _("unknown");
	}
}

static const char *
duty_text(struct paper *paper, const struct paper_field *field)
{
	struct buffer text = { .max = 0 };
	const char *kept;

	if (field->standing == PAPER_TO_CONFIRM)
		buffer_print(&text, _("To be confirmed by: %s"), field->who);
	if (field->standing == PAPER_TO_ENTER)
		buffer_print(&text, _("To be entered by: %s"), field->who);
	kept = paper_keep(paper, buffer_text(&text));
	buffer_free(&text);
	return kept;
}

void
paper_field(struct paper *paper, const struct paper_field *field)
{
	struct paper_block *block = block_new(paper, PAPER_FIELD, "");
	unsigned standing = field->standing;

	if (block == NULL)
		return;
	block->field = (struct paper_field){ .number = paper_keep(paper, field->number),
		.label = paper_keep(paper, field->label), .key = paper_keep(paper, field->key),
		.standing = standing < PAPER_STANDINGS ? field->standing : PAPER_UNKNOWN,
		.who = paper_keep(paper, field->who) };
	block->field.state = paper_keep(paper, field->state != NULL ? field->state :
	    standing_text(field->standing));
	block->field.duty = field->duty != NULL ? paper_keep(paper, field->duty) :
	    duty_text(paper, field);
}

void
paper_entry(struct paper *paper, const struct paper_entry *wanted)
{
	struct paper_block *block = paper_last(paper, PAPER_FIELD, "an entry");
	struct paper_entry *entry;
	uint64_t *cite;

	if (block == NULL)
		return;
	if (++paper->cells > PAPER_CELLS_MAX || wanted->cites > PAPER_CELLS_MAX - paper->cells) {
		paper_fail(paper, ERR_LIMIT, _("the document has more than %d cells and entries"),
		    PAPER_CELLS_MAX);
		return;
	}
	paper->cells += wanted->cites;
	block->field.entry = filing_grow(paper->memory, block->field.entry, block->field.entries,
	    sizeof(*entry));
	entry = &block->field.entry[block->field.entries++];
	*entry = (struct paper_entry){ .text = paper_keep(paper, wanted->text),
		.beside = paper_keep(paper, wanted->beside != NULL ? wanted->beside : ""),
		.label = paper_keep(paper, wanted->label != NULL ? wanted->label : ""),
		.basis = paper_keep(paper, wanted->basis != NULL ? wanted->basis : ""),
		.tone = (unsigned)wanted->tone < PAPER_TONES ? wanted->tone : PAPER_PLAIN,
		.cites = wanted->cites };
	if (wanted->cites == 0)
		return;
	cite = filing_array(paper->memory, wanted->cites, sizeof(*cite));
	memcpy(cite, wanted->cite, wanted->cites * sizeof(*cite));
	entry->cite = cite;
}

/* --- lists -------------------------------------------------------------------------------- */

void
paper_list(struct paper *paper, bool ordered)
{
	struct paper_block *block = block_new(paper, PAPER_LIST, "");

	if (block != NULL)
		block->ordered = ordered;
}

void
paper_item(struct paper *paper, unsigned depth, enum paper_tone tone, const char *text)
{
	struct paper_block *block = paper_last(paper, PAPER_LIST, "an item");
	struct paper_item *item;

	if (block == NULL)
		return;
	if (++paper->cells > PAPER_CELLS_MAX) {
		paper_fail(paper, ERR_LIMIT, _("the document has more than %d cells and entries"),
		    PAPER_CELLS_MAX);
		return;
	}
	block->item = filing_grow(paper->memory, block->item, block->items, sizeof(*block->item));
	item = &block->item[block->items++];
	*item = (struct paper_item){ .depth = depth < PAPER_LIST_DEPTH ? depth :
	    PAPER_LIST_DEPTH - 1, .tone = (unsigned)tone < PAPER_TONES ? tone : PAPER_PLAIN,
	    .text = paper_keep(paper, text) };
}
