/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A paper as XLSX: its head and fields, then one sheet for each table.  Texts are written as
 * texts and never as formulas, whatever they begin with; marks stand in the frozen head of every
 * sheet, on its tab and on every printed page.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <xlsxwriter.h>

#include "monitor/base/file.h"
#include "monitor/base/i18n.h"
#include "monitor/base/limits.h"
#include "reports/filing_memory.h"
#include "reports/paper_part.h"
#include "reports/paper_text.h"
#include "reports/press/press.h"

enum {
	SHEETS_MAX = 255,	/* of a workbook, for those who must find one; refused */
	NAME_UNITS = 31,	/* of the name of a sheet, by the format */
	CELL_UNITS = 32767,	/* of a text, by the format */
	HEAD_ROWS = 3,		/* title, ledger, heads of columns */
	WIDTH_LEAST = 8, WIDTH_MOST = 60	/* of a column, in characters */
};

enum style { STYLE_PLAIN, STYLE_STRONG, STYLE_BAD, STYLE_FAINT, STYLE_HEAD, STYLE_TITLE,
	STYLE_MARK, STYLE_LINE, STYLES };

struct book {
	const struct paper *paper;
	lxw_workbook  *workbook;
	lxw_worksheet *sheet;
	lxw_format    *style[STYLES];
	uint32_t       sheets;
	const char    *name[SHEETS_MAX];	/* taken */
	struct filing_memory *memory;
	struct why    *why;
	enum err       err;
};

static void
fault(struct book *book, enum err err, const char *what)
{
	if (book->err == ERR_OK)
		book->err = why_set(book->why, err, "%s", what);
}

/* --- texts -------------------------------------------------------------------------------- */

/* How the format counts: what is beyond the first plane counts twice. */
static size_t
units_of(const char *text)
{
	size_t units = 0;

	for (; *text != '\0'; text++)
		units += ((uint8_t)*text & 0xc0) != 0x80 ? (uint8_t)*text >= 0xf0 ? 2 : 1 : 0;
	return units;
}

static bool
is_escape(const char *at)
{
	return at[0] == '_' && at[1] == 'x' && strspn(at + 2, "0123456789abcdefABCDEF") == 4 &&
	    at[6] == '_';
}

/* "_x0041_" would be read as "A": its first character is written so that it stays. */
static void
put_text(struct book *book, uint32_t row, uint32_t column, enum style style, const char *text)
{
	struct buffer kept = { .max = 0 };

	if (book->err != ERR_OK)
		return;
	for (const char *at = text; *at != '\0'; at++) {
		if (is_escape(at))
			buffer_put_text(&kept, "_x005F");
		buffer_put_u8(&kept, (uint8_t)*at);
	}
	if (units_of(buffer_text(&kept)) > CELL_UNITS)
		fault(book, ERR_LIMIT, _("a text is too long for a cell of a spreadsheet; use "
		    "--format html"));
	else if (worksheet_write_string(book->sheet, row, (lxw_col_t)column, buffer_text(&kept),
	    book->style[style]) != LXW_NO_ERROR)
		fault(book, ERR_LIMIT, _("a table is too large for a spreadsheet; use --format "
		    "html"));
	buffer_free(&kept);
}

static void
put_number(struct book *book, uint32_t row, uint32_t column, enum style style, int64_t value)
{
	char text[24];

	/* A spreadsheet keeps 53 bits of a number; what has more stays a text. */
	if (value <= INT64_C(1) << 53 && value >= -(INT64_C(1) << 53)) {
		worksheet_write_number(book->sheet, row, (lxw_col_t)column, (double)value,
		    book->style[style]);
		return;
	}
	snprintf(text, sizeof(text), "%" PRId64, value);
	put_text(book, row, column, style, text);
}

/* --- sheets ------------------------------------------------------------------------------- */

static bool
is_taken(const struct book *book, const char *name)
{
	for (uint32_t i = 0; i < book->sheets; i++)
		if (lxw_strcasecmp(book->name[i], name) == 0)
			return true;
	return false;
}

/* The first characters that fit, without those that a name cannot have. */
static void
shorten(const char *wanted, size_t units, struct buffer *out)
{
	struct bytes rest = bytes_of_text(wanted);
	unsigned columns;
	size_t len;

	buffer_reset(out);
	while ((len = text_character(rest, &columns)) > 0) {
		size_t more = len == 4 ? 2 : 1;

		if (more > units)
			break;
		units -= more;
		if (strchr("[]:*?/\\'", rest.at[0]) != NULL)
			buffer_put_u8(out, ' ');
		else
			buffer_put(out, rest.at, len);
		rest = bytes_slice(rest, len, rest.len);
	}
}

static void
name_of(struct book *book, const char *wanted, struct buffer *out)
{
	char number[16] = "";

	for (unsigned i = 2;; i++) {
		shorten(wanted[0] != '\0' ? wanted : book->paper->word[PAPER_WORD_TABLE],
		    NAME_UNITS - strlen(number), out);
		if (out->len == 0 || strspn(buffer_text(out), " ") == out->len)
			buffer_put_text(out, "Sheet");
		buffer_put_text(out, number);
		if (!is_taken(book, buffer_text(out)))
			return;
		snprintf(number, sizeof(number), " (%u)", i);
	}
}

/* "&" begins a code there. */
static void
put_margins(struct book *book)
{
	const struct paper *paper = book->paper;
	struct buffer text = { .max = 0 }, title = { .max = 0 };

	paper_title_text(paper, &title);
	buffer_put_text(&text, "&C");
	for (const char *at = buffer_text(&title); *at != '\0' && text.len < 180; at++) {
		buffer_put_u8(&text, (uint8_t)*at);
		if (*at == '&')
			buffer_put_u8(&text, '&');
	}
	/* Cut between characters. */
	while (text.len > 0 && *buffer_text(&title) != '\0' && text.len >= 180 &&
	    (text.at[text.len - 1] & 0x80) != 0)
		text.len--;
	worksheet_set_header(book->sheet, buffer_text(&text));
	worksheet_set_footer(book->sheet, "&C&P / &N");
	buffer_free(&text);
	buffer_free(&title);
}

static void
put_top(struct book *book)
{
	const struct paper *paper = book->paper;
	struct buffer text = { .max = 0 };

	paper_title_text(paper, &text);
	put_text(book, 0, 0, paper->marks & PAPER_DRILL ? STYLE_MARK : STYLE_TITLE,
	    buffer_text(&text));
	buffer_reset(&text);
	if (paper->marks & PAPER_DRILL)
		buffer_print(&text, "%s ", paper->word[PAPER_WORD_DRILL_MEANING]);
	else if (paper->marks & PAPER_DRAFT)
		buffer_print(&text, "%s ", paper->word[PAPER_WORD_DRAFT_MEANING]);
	buffer_put_text(&text, paper->foot);
	put_text(book, 1, 0, paper->marks & PAPER_DRILL ? STYLE_MARK : STYLE_LINE,
	    buffer_text(&text));
	buffer_free(&text);
}

static void
sheet_new(struct book *book, const char *wanted)
{
	struct buffer name = { .max = 0 };

	if (book->sheets == SHEETS_MAX)
		fault(book, ERR_LIMIT, _("the document has more tables than a workbook takes "
		    "(255); use --format html"));
	if (book->err != ERR_OK)
		return;
	name_of(book, wanted, &name);
	book->name[book->sheets] = filing_text(book->memory, bytes_of_buffer(&name));
	book->sheet = workbook_add_worksheet(book->workbook, book->name[book->sheets]);
	if (book->sheet == NULL) {
		fault(book, ERR_LIMIT, _("a sheet of the workbook cannot be made"));
	} else {
		book->sheets++;
		if (book->paper->marks & PAPER_DRILL)
			worksheet_set_tab_color(book->sheet, LXW_COLOR_RED);
		worksheet_set_landscape(book->sheet);
		worksheet_set_paper(book->sheet, 9);	/* A4 */
		worksheet_fit_to_pages(book->sheet, 1, 0);
		worksheet_repeat_rows(book->sheet, 0, HEAD_ROWS - 1);
		worksheet_freeze_panes(book->sheet, HEAD_ROWS, 0);
		put_margins(book);
		put_top(book);
	}
	buffer_free(&name);
}

static void
set_width(struct book *book, uint32_t column, uint32_t columns)
{
	columns += 2;
	worksheet_set_column(book->sheet, (lxw_col_t)column, (lxw_col_t)column,
	    columns < WIDTH_LEAST ? WIDTH_LEAST : columns > WIDTH_MOST ? WIDTH_MOST : columns,
	    NULL);
}

/* --- tables ------------------------------------------------------------------------------- */

static void
widen(void *arg, struct bytes line, bool first)
{
	uint32_t *most = arg, columns = text_columns(line);

	(void)first;
	*most = columns > *most ? columns : *most;
}

static void
put_column(struct book *book, const struct paper_table *table, uint32_t c)
{
	static const enum style styles[PAPER_TONES] = { [PAPER_PLAIN] = STYLE_PLAIN,
		[PAPER_STRONG] = STYLE_STRONG, [PAPER_BAD] = STYLE_BAD,
		[PAPER_FAINT] = STYLE_FAINT };
	uint32_t most = text_columns(bytes_of_text(table->column[c].head));

	put_text(book, HEAD_ROWS - 1, c, STYLE_HEAD, table->column[c].head);
	for (uint32_t r = 0; r < table->rows && book->err == ERR_OK; r++) {
		const struct paper_cell *cell = paper_cell_at(table, r, c);

		paper_lines(cell->text, widen, &most);
		if (cell->number)
			put_number(book, HEAD_ROWS + r, c, styles[cell->tone], cell->value);
		else
			put_text(book, HEAD_ROWS + r, c, styles[cell->tone], cell->text);
	}
	set_width(book, c, most);
}

static void
put_table(struct book *book, const struct paper_table *table)
{
	sheet_new(book, table->name);
	for (uint32_t c = 0; c < table->columns && book->err == ERR_OK; c++)
		put_column(book, table, c);
	if (book->err == ERR_OK && table->rows > 0)
		worksheet_autofilter(book->sheet, HEAD_ROWS - 1, 0, HEAD_ROWS - 1 + table->rows,
		    (lxw_col_t)(table->columns - 1));
}

/* --- head and fields ---------------------------------------------------------------------- */

static void
put_facts(struct book *book)
{
	const struct paper *paper = book->paper;

	sheet_new(book, paper->word[PAPER_WORD_SPEAKS]);
	if (book->err != ERR_OK)
		return;
	put_text(book, HEAD_ROWS - 1, 0, STYLE_STRONG, paper->subtitle);
	for (uint32_t i = 0; i < paper->facts; i++) {
		put_text(book, HEAD_ROWS + i, 0, STYLE_HEAD, paper->fact[i].label);
		put_text(book, HEAD_ROWS + i, 1, STYLE_PLAIN, paper->fact[i].text);
	}
	if (paper->status[0] != '\0')
		put_text(book, HEAD_ROWS + paper->facts, 1, STYLE_STRONG, paper->status);
	set_width(book, 0, 24);
	set_width(book, 1, 100);
}

static uint32_t
put_field(struct book *book, const struct paper_field *field, uint32_t row)
{
	struct buffer text = { .max = 0 };
	uint32_t entries = field->entries > 0 ? field->entries : 1;

	for (uint32_t i = 0; i < entries; i++, row++) {
		const struct paper_entry *entry = i < field->entries ? &field->entry[i] : NULL;

		put_text(book, row, 0, STYLE_PLAIN, field->number);
		put_text(book, row, 1, STYLE_STRONG, field->label);
		buffer_reset(&text);
		buffer_print(&text, "%s: %s", paper_standing_letter(field->standing), field->state);
		put_text(book, row, 2, STYLE_PLAIN, buffer_text(&text));
		put_text(book, row, 3, STYLE_PLAIN, field->duty);
		if (entry == NULL)
			continue;
		put_text(book, row, 4, STYLE_PLAIN, entry->basis);
		put_text(book, row, 5, STYLE_PLAIN, entry->label);
		put_text(book, row, 6, entry->tone == PAPER_BAD ? STYLE_BAD : STYLE_PLAIN,
		    entry->text);
		put_text(book, row, 7, STYLE_FAINT, entry->beside);
		buffer_reset(&text);
		paper_cites_text(book->paper, entry, &text);
		put_text(book, row, 8, STYLE_FAINT, buffer_text(&text));
	}
	buffer_free(&text);
	return row;
}

/* Fields that follow one another, under the heading they stand below. */
static uint32_t
put_fields(struct book *book, uint32_t from)
{
	static const uint32_t widths[] = { 6, 30, 20, 30, 10, 20, 50, 40, 24 };
	const struct paper *paper = book->paper;
	uint32_t heading = from, row = HEAD_ROWS;

	while (heading > 0 && paper->block[heading].kind != PAPER_HEADING)
		heading--;
	sheet_new(book, paper->block[heading].kind == PAPER_HEADING ? paper->block[heading].text :
	    "");
	for (; from < paper->blocks && paper->block[from].kind == PAPER_FIELD &&
	    book->err == ERR_OK; from++)
		row = put_field(book, &paper->block[from].field, row);
	for (uint32_t c = 0; c < sizeof(widths) / sizeof(*widths) && book->err == ERR_OK; c++)
		set_width(book, c, widths[c]);
	return from;
}

/* --- the whole ---------------------------------------------------------------------------- */

static void
styles_make(struct book *book)
{
	for (int i = 0; i < STYLES; i++) {
		lxw_format *format = book->style[i] = workbook_add_format(book->workbook);

		format_set_font_name(format, "Yu Gothic");
		format_set_align(format, LXW_ALIGN_VERTICAL_TOP);
		if (i != STYLE_TITLE && i != STYLE_MARK && i != STYLE_LINE)
			format_set_text_wrap(format);
		if (i == STYLE_STRONG || i == STYLE_HEAD || i == STYLE_TITLE || i == STYLE_MARK)
			format_set_bold(format);
		if (i == STYLE_HEAD)
			format_set_bg_color(format, 0xe0e0e0);
		if (i != STYLE_TITLE && i != STYLE_MARK && i != STYLE_LINE)
			format_set_border(format, LXW_BORDER_THIN);
		if (i == STYLE_FAINT)
			format_set_font_color(format, 0x404040);
	}
	format_set_bold(book->style[STYLE_BAD]);
	format_set_border(book->style[STYLE_BAD], LXW_BORDER_MEDIUM);
	format_set_font_color(book->style[STYLE_BAD], 0x900000);
	format_set_font_color(book->style[STYLE_MARK], 0xb00000);
}

static void
put_properties(struct book *book)
{
	struct buffer title = { .max = 0 };
	lxw_doc_properties properties = { .author = (char *)(uintptr_t)book->paper->ledger.origin,
		.created = (time_t)(book->paper->ledger.as_of_ms / 1000) };

	paper_title_text(book->paper, &title);
	properties.title = (char *)(uintptr_t)buffer_text(&title);
	/* 0 would mean now. */
	if (properties.created == 0)
		properties.created = 1;
	workbook_set_properties(book->workbook, &properties);
	buffer_free(&title);
}

static void
put_all(struct book *book)
{
	const struct paper *paper = book->paper;

	styles_make(book);
	put_properties(book);
	put_facts(book);
	for (uint32_t i = 0; i < paper->blocks && book->err == ERR_OK;) {
		if (paper->block[i].kind == PAPER_FIELD) {
			i = put_fields(book, i);
			continue;
		}
		if (paper->block[i].kind == PAPER_TABLE)
			put_table(book, &paper->block[i].table);
		i++;
	}
}

static void
close_book(struct book *book, int fd, struct buffer *out)
{
	lxw_error error = workbook_close(book->workbook);

	if (book->err == ERR_OK && error != LXW_NO_ERROR)
		fault(book, ERR_IO, lxw_strerror(error));
	if (book->err == ERR_OK && lseek(fd, 0, SEEK_SET) == 0)
		book->err = file_read_fd(fd, "workbook", BUFFER_MAX, out, book->why);
}

/* The library wants a file to seek in: it gets one that is in memory alone. */
enum err
press_xlsx(const struct paper *paper, struct buffer *out, struct why *why)
{
	struct book book = { .paper = paper, .memory = filing_memory_new(), .why = why };
	int fd = memfd_create("workbook", MFD_CLOEXEC);
	char path[40];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	book.workbook = fd < 0 ? NULL : workbook_new(path);
	if (book.workbook == NULL) {
		fault(&book, ERR_IO, _("the workbook cannot be made"));
	} else {
		put_all(&book);
		close_book(&book, fd, out);
	}
	if (fd >= 0)
		close(fd);
	filing_memory_free(book.memory);
	return book.err;
}
