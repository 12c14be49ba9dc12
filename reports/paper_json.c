/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A paper as JSON: everything of the model, members in a fixed order, so that equal papers are
 * equal octets; paper_read_json() makes the same paper of it.  Times are RFC 3339 in UTC.
 */
#include <jansson.h>
#include <stdlib.h>

#include "monitor/base/timetext.h"
#include "reports/paper_json.h"
#include "reports/paper_part.h"

/* --- values ------------------------------------------------------------------------------- */

static void
put_text(json_t *object, const char *key, const char *text)
{
	json_object_set_new(object, key, json_string(text));
}

static void
put_number(json_t *object, const char *key, int64_t value)
{
	json_object_set_new(object, key, json_integer(value));
}

static void
put_flag(json_t *object, const char *key, bool value)
{
	if (value)
		json_object_set_new(object, key, json_true());
}

/* What is left out is empty. */
static void
put_some(json_t *object, const char *key, const char *text)
{
	if (text[0] != '\0')
		put_text(object, key, text);
}

static void
put_time(json_t *object, const char *key, int64_t ms)
{
	char text[TIME_TEXT];

	time_utc(ms, text);
	put_text(object, key, text);
}

static void
put_tone(json_t *object, enum paper_tone tone)
{
	if (tone != PAPER_PLAIN)
		put_text(object, "tone", paper_tone_name(tone));
}

/* --- head --------------------------------------------------------------------------------- */

static json_t *
marks_json(unsigned marks)
{
	json_t *list = json_array();

	if (marks & PAPER_DRILL)
		json_array_append_new(list, json_string("drill"));
	if (marks & PAPER_DRAFT)
		json_array_append_new(list, json_string("draft"));
	return list;
}

static json_t *
ledger_json(const struct paper_ledger *ledger)
{
	json_t *object = json_object();

	put_text(object, "origin", ledger->origin);
	put_number(object, "size", (int64_t)ledger->size);
	put_text(object, "root", ledger->root);
	put_time(object, "as_of", ledger->as_of_ms);
	if (ledger->anchor_size == 0)
		return object;
	put_number(object, "anchor_size", (int64_t)ledger->anchor_size);
	put_time(object, "anchor", ledger->anchor_ms);
	put_text(object, "anchored_by", ledger->anchored_by);
	return object;
}

static json_t *
facts_json(const struct paper *paper)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < paper->facts; i++) {
		json_t *fact = json_object();

		put_text(fact, "label", paper->fact[i].label);
		put_text(fact, "text", paper->fact[i].text);
		json_array_append_new(list, fact);
	}
	return list;
}

static json_t *
words_json(const struct paper *paper)
{
	static const char *const names[PAPER_WORDS] = {
#define PAPER_WORD(NAME, name, text) [PAPER_WORD_##NAME] = name,
#include "reports/paper_list.h"
	};
	json_t *object = json_object();

	for (int i = 0; i < PAPER_WORDS; i++)
		put_text(object, names[i], paper->word[i]);
	return object;
}

/* --- blocks ------------------------------------------------------------------------------- */

static json_t *
entry_json(const struct paper_entry *entry)
{
	json_t *object = json_object(), *records = json_array();

	put_some(object, "label", entry->label);
	put_some(object, "basis", entry->basis);
	put_text(object, "text", entry->text);
	put_some(object, "beside", entry->beside);
	put_tone(object, entry->tone);
	for (uint32_t i = 0; i < entry->cites; i++)
		json_array_append_new(records, json_integer((json_int_t)entry->cite[i]));
	json_object_set_new(object, "records", records);
	return object;
}

static void
put_field(json_t *object, const struct paper_field *field)
{
	json_t *entries = json_array();

	put_text(object, "number", field->number);
	put_text(object, "label", field->label);
	put_some(object, "key", field->key);
	put_text(object, "letter", paper_standing_letter(field->standing));
	put_text(object, "standing", paper_standing_name(field->standing));
	put_text(object, "state", field->state);
	put_some(object, "who", field->who);
	put_some(object, "duty", field->duty);
	for (uint32_t i = 0; i < field->entries; i++)
		json_array_append_new(entries, entry_json(&field->entry[i]));
	json_object_set_new(object, "entries", entries);
}

static json_t *
column_json(const struct paper_column *column)
{
	json_t *object = json_object();

	put_text(object, "head", column->head);
	if (column->align != PAPER_LEFT)
		put_text(object, "align", paper_align_name(column->align));
	if (column->width != 0)
		put_number(object, "width", column->width);
	put_flag(object, "row_head", column->row_head);
	put_flag(object, "code", column->code);
	return object;
}

/* A plain text is a string, a plain number a number; what else there is makes an object. */
static json_t *
cell_json(const struct paper_cell *cell)
{
	json_t *object, *value = cell->number ? json_integer(cell->value) :
	    json_string(cell->text);

	if (cell->tone == PAPER_PLAIN)
		return value;
	object = json_object();
	json_object_set_new(object, "text", value);
	put_tone(object, cell->tone);
	return object;
}

static void
put_table(json_t *object, const struct paper_table *table)
{
	json_t *columns = json_array(), *rows = json_array();

	put_text(object, "name", table->name);
	for (uint32_t c = 0; c < table->columns; c++)
		json_array_append_new(columns, column_json(&table->column[c]));
	json_object_set_new(object, "columns", columns);
	for (uint32_t r = 0; r < table->rows; r++) {
		json_t *row = json_array();

		for (uint32_t c = 0; c < table->columns; c++)
			json_array_append_new(row, cell_json(paper_cell_at(table, r, c)));
		json_array_append_new(rows, row);
	}
	json_object_set_new(object, "rows", rows);
}

static void
put_items(json_t *object, const struct paper_block *block)
{
	json_t *items = json_array();

	put_flag(object, "ordered", block->ordered);
	for (uint32_t i = 0; i < block->items; i++) {
		json_t *item = json_object();

		if (block->item[i].depth > 0)
			put_number(item, "depth", block->item[i].depth);
		put_tone(item, block->item[i].tone);
		put_text(item, "text", block->item[i].text);
		json_array_append_new(items, item);
	}
	json_object_set_new(object, "items", items);
}

static json_t *
block_json(const struct paper_block *block)
{
	json_t *object = json_object();

	put_text(object, "kind", paper_kind_name(block->kind));
	if (block->kind == PAPER_HEADING)
		put_number(object, "level", block->level);
	if (block->kind <= PAPER_WARNING || block->kind == PAPER_FIGURE)
		put_text(object, "text", block->text);
	if (block->kind == PAPER_FIELD)
		put_field(object, &block->field);
	if (block->kind == PAPER_TABLE)
		put_table(object, &block->table);
	if (block->kind == PAPER_LIST)
		put_items(object, block);
	if (block->kind == PAPER_FIGURE)
		json_object_set_new(object, "drawing", drawing_to_json(block->drawing));
	return object;
}

/* --- the whole ---------------------------------------------------------------------------- */

static int
put_octets(const char *at, size_t len, void *arg)
{
	struct buffer *out = arg;

	buffer_put(out, at, len);
	return out->failed ? -1 : 0;
}

void
paper_print_json(const struct paper *paper, struct buffer *out)
{
	json_t *root = json_object(), *blocks = json_array();

	put_number(root, "paper", PAPER_JSON_VERSION);
	json_object_set_new(root, "marks", marks_json(paper->marks));
	put_text(root, "language", paper->language);
	put_text(root, "title", paper->title);
	put_some(root, "subtitle", paper->subtitle);
	put_some(root, "form", paper->form);
	put_some(root, "edition", paper->edition);
	put_some(root, "status", paper->status);
	json_object_set_new(root, "ledger", ledger_json(&paper->ledger));
	json_object_set_new(root, "facts", facts_json(paper));
	put_some(root, "foot", paper->foot);
	json_object_set_new(root, "words", words_json(paper));
	for (uint32_t i = 0; i < paper->blocks; i++)
		json_array_append_new(blocks, block_json(&paper->block[i]));
	json_object_set_new(root, "blocks", blocks);
	json_dump_callback(root, put_octets, out, JSON_INDENT(1));
	buffer_put_u8(out, '\n');
	json_decref(root);
}
