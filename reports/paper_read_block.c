/* SPDX-License-Identifier: Apache-2.0 */
/* The blocks of a paper from JSON. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/limits.h"
#include "reports/paper_json.h"
#include "reports/paper_part.h"

static const char *
kind_name(unsigned kind)
{
	return paper_kind_name((enum paper_kind)kind);
}

static const char *
tone_name(unsigned tone)
{
	return paper_tone_name((enum paper_tone)tone);
}

static const char *
align_name(unsigned align)
{
	return paper_align_name((enum paper_align)align);
}

static const char *
standing_name(unsigned standing)
{
	return paper_standing_name((enum paper_standing)standing);
}

static enum paper_tone
read_tone(struct json_reading *r, const json_t *object)
{
	return (enum paper_tone)json_word(r, object, "tone", false, tone_name, PAPER_TONES);
}

/* Where it stands, for sentences: "blocks[3] rows[2]". */
static void
step(struct json_reading *r, const char *block, const char *list, size_t i)
{
	if (r->err == ERR_OK)
		snprintf(r->where, sizeof(r->where), "%.60s %s[%zu]", block, list, i);
}

/* --- fields ------------------------------------------------------------------------------- */

static void
read_entry(struct json_reading *r, const json_t *value, struct paper *paper)
{
	json_t *records = json_list(r, value, "records", true);
	size_t count = json_array_size(records);
	struct paper_entry entry;
	uint64_t *cite;

	if (!json_members(r, value, "label basis text beside tone records"))
		return;
	if (count > PAPER_CELLS_MAX) {
		json_fault(r, ERR_LIMIT, _("too many records"));
		return;
	}
	cite = memory_new(count + 1, sizeof(*cite));
	for (size_t i = 0; i < count; i++) {
		const json_t *number = json_array_get(records, i);

		if (!json_is_integer(number) || json_integer_value(number) < 0)
			json_fault(r, ERR_MALFORMED, _("a record is no whole number"));
		cite[i] = (uint64_t)json_integer_value(number);
	}
	entry = (struct paper_entry){ .label = json_text(r, value, "label", false),
		.basis = json_text(r, value, "basis", false),
		.text = json_text(r, value, "text", true),
		.beside = json_text(r, value, "beside", false), .tone = read_tone(r, value),
		.cite = cite, .cites = (uint32_t)count };
	paper_entry(paper, &entry);
	free(cite);
}

static void
read_field(struct json_reading *r, const json_t *value, struct paper *paper)
{
	json_t *entries = json_list(r, value, "entries", true);
	char block[80];

	if (!json_members(r, value, "kind number label key letter standing state who duty "
	    "entries"))
		return;
	snprintf(block, sizeof(block), "%.60s", r->where);
	paper_field(paper, &(struct paper_field){ .number = json_text(r, value, "number", true),
	    .label = json_text(r, value, "label", true), .key = json_text(r, value, "key", false),
	    .standing = (enum paper_standing)json_word(r, value, "standing", true, standing_name,
	    PAPER_STANDINGS), .state = json_text(r, value, "state", true),
	    .who = json_text(r, value, "who", false), .duty = json_text(r, value, "duty", false) });
	for (size_t i = 0; i < json_array_size(entries) && r->err == ERR_OK; i++) {
		step(r, block, "entries", i);
		read_entry(r, json_array_get(entries, i), paper);
	}
}

/* --- tables ------------------------------------------------------------------------------- */

static void
put_line(void *arg, struct bytes line, bool first)
{
	struct paper *paper = arg;
	char *text = memory_text(line);

	if (!first)
		paper_cell_line(paper, text);
	free(text);
}

static void
put_first(struct paper *paper, enum paper_tone tone, const char *text)
{
	char *line = memory_text(bytes_of(text, strcspn(text, "\n")));

	paper_cell(paper, tone, line);
	free(line);
	paper_lines(text, put_line, paper);
}

static void
read_cell(struct json_reading *r, const json_t *value, struct paper *paper)
{
	enum paper_tone tone = PAPER_PLAIN;

	if (json_is_object(value)) {
		if (!json_members(r, value, "text tone"))
			return;
		tone = read_tone(r, value);
		value = json_object_get(value, "text");
	}
	if (json_is_integer(value)) {
		paper_cell_number(paper, json_integer_value(value));
		paper_cell_tone(paper, tone);
	} else if (json_is_string(value)) {
		put_first(paper, tone, json_string_value(value));
	} else {
		json_fault(r, ERR_MALFORMED, _("a cell is neither a text nor a whole number"));
	}
}

static void
read_rows(struct json_reading *r, json_t *rows, size_t columns, struct paper *paper)
{
	char block[80];

	snprintf(block, sizeof(block), "%.60s", r->where);
	for (size_t i = 0; i < json_array_size(rows) && r->err == ERR_OK; i++) {
		const json_t *row = json_array_get(rows, i);

		step(r, block, "rows", i);
		if (!json_is_array(row) || json_array_size(row) != columns)
			json_fault(r, ERR_MALFORMED, _("a row is a list with a cell for each "
			    "column"));
		if (r->err == ERR_OK)
			paper_row(paper);
		for (size_t c = 0; c < columns && r->err == ERR_OK; c++)
			read_cell(r, json_array_get(row, c), paper);
	}
}

static void
read_table(struct json_reading *r, const json_t *value, struct paper *paper)
{
	struct paper_column column[PAPER_COLUMNS_MAX];
	json_t *columns = json_list(r, value, "columns", true);
	json_t *rows = json_list(r, value, "rows", true);
	size_t count = json_array_size(columns);

	if (!json_members(r, value, "kind name columns rows"))
		return;
	if (count == 0 || count > PAPER_COLUMNS_MAX) {
		json_fault(r, ERR_LIMIT, _("a table has no columns, or too many"));
		return;
	}
	for (size_t c = 0; c < count; c++) {
		const json_t *one = json_array_get(columns, c);

		if (!json_members(r, one, "head align width row_head code"))
			return;
		column[c] = (struct paper_column){ .head = json_text(r, one, "head", true),
			.align = (enum paper_align)json_word(r, one, "align", false, align_name,
			PAPER_ALIGNS),
			.width = (uint32_t)json_whole(r, one, "width", false, 0, 1000),
			.row_head = json_flag(r, one, "row_head"),
			.code = json_flag(r, one, "code") };
	}
	paper_table(paper, json_text(r, value, "name", true), column, (uint32_t)count);
	read_rows(r, rows, count, paper);
}

/* --- the others --------------------------------------------------------------------------- */

static void
read_list(struct json_reading *r, const json_t *value, struct paper *paper)
{
	json_t *items = json_list(r, value, "items", true);
	char block[80];

	if (!json_members(r, value, "kind ordered items"))
		return;
	snprintf(block, sizeof(block), "%.60s", r->where);
	paper_list(paper, json_flag(r, value, "ordered"));
	for (size_t i = 0; i < json_array_size(items) && r->err == ERR_OK; i++) {
		const json_t *item = json_array_get(items, i);

		step(r, block, "items", i);
		if (json_members(r, item, "depth tone text"))
			paper_item(paper, (unsigned)json_whole(r, item, "depth", false, 0,
			    PAPER_LIST_DEPTH - 1), read_tone(r, item),
			    json_text(r, item, "text", true));
	}
}

static void
read_figure(struct json_reading *r, const json_t *value, struct paper *paper)
{
	struct drawing *drawing;

	if (!json_members(r, value, "kind text drawing"))
		return;
	drawing = drawing_of_json(r, json_object_get(value, "drawing"));
	if (drawing != NULL)
		paper_figure(paper, drawing, json_text(r, value, "text", true));
}

static void
read_said(struct json_reading *r, const json_t *value, enum paper_kind kind, struct paper *paper)
{
	const char *text = json_text(r, value, "text", true);

	if (!json_members(r, value, kind == PAPER_HEADING ? "kind level text" : "kind text"))
		return;
	if (kind == PAPER_HEADING)
		paper_heading(paper, (unsigned)json_whole(r, value, "level", true, 1,
		    PAPER_LEVELS), text);
	else if (kind == PAPER_PARAGRAPH)
		paper_paragraph(paper, text);
	else if (kind == PAPER_NOTE)
		paper_note(paper, text);
	else
		paper_warning(paper, text);
}

void
paper_block_of_json(struct json_reading *r, const json_t *value, struct paper *paper)
{
	enum paper_kind kind = (enum paper_kind)json_word(r, value, "kind", true, kind_name,
	    PAPER_KINDS);

	if (r->err != ERR_OK)
		return;
	switch (kind) {
	case PAPER_FIELD:
		read_field(r, value, paper);
		break;
	case PAPER_TABLE:
		read_table(r, value, paper);
		break;
	case PAPER_LIST:
		read_list(r, value, paper);
		break;
	case PAPER_FIGURE:
		read_figure(r, value, paper);
		break;
	case PAPER_BREAK:
		if (json_members(r, value, "kind"))
			paper_break(paper);
		break;
	default:
		read_said(r, value, kind, paper);
		break;
	}
}
