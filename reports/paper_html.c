/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A paper as one HTML file: no script, nothing from outside, figures inline as SVG, readable by a
 * screen reader, printed on A4.  States are words, never colours alone; the marks of a draft or
 * an exercise stay in sight on the screen and stand on every printed page.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "reports/html.h"
#include "reports/paper_part.h"
#include "reports/paper_text.h"

static const char style[] =
    "body{font-family:\"Noto Sans CJK JP\",\"Noto Sans JP\",\"Hiragino Sans\",\"Yu Gothic\",Meiryo,"
    "sans-serif;line-height:1.6;color:#111;background:#fff;max-width:60rem;margin:0 auto;"
    "padding:1rem}\n"
    "h1{font-size:1.6rem;margin-bottom:.25rem}h2{font-size:1.3rem;border-bottom:2px solid #111;"
    "margin-top:2.5rem}\n"
    "h3{font-size:1.12rem;margin-top:1.75rem}h4,h5{font-size:1rem;margin-top:1.25rem}\n"
    "table{border-collapse:collapse;width:100%;margin:.5rem 0 1.25rem}\n"
    "caption{text-align:left;font-weight:bold;padding:.25rem 0}\n"
    "th,td{border:1px solid #555;padding:.3rem .5rem;vertical-align:top;text-align:left;"
    "overflow-wrap:anywhere}\n"
    "caption.unseen{position:absolute;width:1px;height:1px;overflow:hidden;padding:0;"
    "clip-path:inset(50%)}\n"
    "thead th{background:#e8e8e8}th[scope=row]{background:#f4f4f4;font-weight:normal}\n"
    ".right{text-align:right;white-space:nowrap}.center{text-align:center}\n"
    ".code{font-family:\"Noto Sans Mono CJK JP\",\"Noto Sans Mono\",Consolas,monospace;"
    "font-size:.9em}\n"
    ".strong{font-weight:bold}.bad{border:2px solid #a00;padding:0 .25rem;font-weight:bold}\n"
    ".faint{color:#444;font-size:.85em}ul,ol{margin:.25rem 0;padding-left:1.4rem}"
    "p{margin:.4rem 0}\n"
    ".note{border-left:4px solid #555;padding:.25rem .75rem}"
    ".warning{border:2px solid #a00;padding:.25rem .75rem}\n"
    ".blank{border:1px dashed #111;min-height:3.5em;margin:.25rem 0}.duty{font-weight:bold}\n"
    "figure{margin:1rem 0}figure svg{max-width:100%;height:auto}figcaption{font-weight:bold}\n"
    ".mark{position:sticky;top:0;z-index:2;border:3px solid #a00;background:#fff;color:#a00;"
    "padding:.25rem .75rem;font-weight:bold;text-align:center}\n"
    ".mark.draft{border-color:#555;color:#333}\n"
    ".behind{position:fixed;inset:0;z-index:1;pointer-events:none;display:flex;"
    "align-items:center;justify-content:center;font-size:16vmin;font-weight:bold;color:#a00;"
    "opacity:.13;transform:rotate(-30deg);white-space:nowrap}.behind.draft{color:#333;"
    "opacity:.08}\n"
    "footer{border-top:1px solid #555;margin-top:2rem;font-size:.85em;color:#333}\n"
    "@page{size:A4;margin:18mm 15mm}\n"
    "@media print{body{max-width:none;padding:0;font-size:9.5pt}nav{display:none}"
    ".break{break-before:page}h1,h2,h3,h4,h5,caption,figcaption{break-after:avoid}"
    "tr,li,figure{break-inside:avoid}thead{display:table-header-group}"
    ".mark{position:fixed;top:0;left:0;right:0}a{color:inherit;text-decoration:none}}\n";

static const char *const tone_class[PAPER_TONES] = { [PAPER_PLAIN] = "", [PAPER_STRONG] = "strong",
	[PAPER_BAD] = "bad", [PAPER_FAINT] = "faint" };

/* --- head --------------------------------------------------------------------------------- */

static const char *
mark_class(const struct paper *paper)
{
	return paper->marks & PAPER_DRILL ? "" : " draft";
}

static void
put_marks(const struct paper *paper, struct buffer *out)
{
	struct buffer text = { .max = 0 };

	if (paper->marks == 0)
		return;
	paper_marks_text(paper, &text);
	buffer_print(out, "<div class=\"behind%s\" aria-hidden=\"true\">", mark_class(paper));
	html_text(out, buffer_text(&text));
	buffer_print(out, "</div>\n<p class=\"mark%s\" role=\"note\">", mark_class(paper));
	html_text(out, buffer_text(&text));
	if (paper->marks & PAPER_DRILL) {
		buffer_put_text(out, "<br>");
		html_text(out, paper->word[PAPER_WORD_DRILL_MEANING]);
	}
	if (paper->marks & PAPER_DRAFT) {
		buffer_put_text(out, "<br>");
		html_text(out, paper->word[PAPER_WORD_DRAFT_MEANING]);
	}
	buffer_put_text(out, "</p>\n");
	buffer_free(&text);
}

static void
put_facts(const struct paper *paper, struct buffer *out)
{
	if (paper->facts == 0)
		return;
	buffer_put_text(out, "<table>\n");
	html_element(out, "caption", "", paper->word[PAPER_WORD_SPEAKS]);
	buffer_put_text(out, "<tbody>\n");
	for (uint32_t i = 0; i < paper->facts; i++) {
		buffer_put_text(out, "<tr>");
		html_element(out, "th", "scope=\"row\"", paper->fact[i].label);
		html_element(out, "td", "", paper->fact[i].text);
		buffer_put_text(out, "</tr>\n");
	}
	buffer_put_text(out, "</tbody>\n</table>\n");
}

static void
put_start(const struct paper *paper, struct buffer *out)
{
	struct buffer title = { .max = 0 };

	paper_title_text(paper, &title);
	buffer_print(out, "<!DOCTYPE html>\n<html lang=\"");
	html_text(out, paper->language);
	buffer_put_text(out, "\">\n<head>\n<meta charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	    "style-src 'unsafe-inline'\">\n");
	html_element(out, "title", "", buffer_text(&title));
	buffer_print(out, "<style>\n%s</style>\n</head>\n<body>\n", style);
	put_marks(paper, out);
	buffer_put_text(out, "<header>\n");
	html_element(out, "h1", "", buffer_text(&title));
	if (paper->subtitle[0] != '\0')
		html_element(out, "p", "", paper->subtitle);
	if (paper->status[0] != '\0')
		html_element(out, "p", "class=\"note strong\"", paper->status);
	put_facts(paper, out);
	buffer_put_text(out, "</header>\n");
	buffer_free(&title);
}

static void
put_contents(const struct paper *paper, struct buffer *out)
{
	uint32_t heads = 0;

	for (uint32_t i = 0; i < paper->blocks; i++)
		heads += paper->block[i].kind == PAPER_HEADING && paper->block[i].level <= 2;
	if (heads < 3)
		return;
	buffer_put_text(out, "<nav aria-label=\"");
	html_text(out, paper->word[PAPER_WORD_CONTENTS]);
	buffer_put_text(out, "\">\n");
	html_element(out, "h2", "", paper->word[PAPER_WORD_CONTENTS]);
	buffer_put_text(out, "<ul>\n");
	for (uint32_t i = 0; i < paper->blocks; i++) {
		const struct paper_block *block = &paper->block[i];

		if (block->kind != PAPER_HEADING || block->level > 2)
			continue;
		buffer_print(out, "<li%s><a href=\"#b%" PRIu32 "\">", block->level > 1 ?
		    " style=\"margin-left:1.4rem\"" : "", i + 1);
		html_text(out, block->text);
		buffer_put_text(out, "</a></li>\n");
	}
	buffer_put_text(out, "</ul>\n</nav>\n");
}

/* --- lines -------------------------------------------------------------------------------- */

static void
put_line(void *arg, struct bytes line, bool first)
{
	struct buffer *out = arg;
	char *text = memory_text(line);

	buffer_put_text(out, first ? "" : "<br>");
	html_text(out, text);
	free(text);
}

static void
put_toned(struct buffer *out, enum paper_tone tone, const char *text)
{
	if (tone != PAPER_PLAIN && text[0] != '\0')
		buffer_print(out, "<span class=\"%s\">", tone_class[tone]);
	paper_lines(text, put_line, out);
	if (tone != PAPER_PLAIN && text[0] != '\0')
		buffer_put_text(out, "</span>");
}

/* --- fields ------------------------------------------------------------------------------- */

static void
put_entry(const struct paper *paper, const struct paper_entry *entry, struct buffer *out)
{
	struct buffer text = { .max = 0 };

	buffer_put_text(out, "<li>");
	if (entry->basis[0] != '\0') {
		put_toned(out, entry->tone == PAPER_BAD ? PAPER_BAD : PAPER_STRONG, entry->basis);
		buffer_put_u8(out, ' ');
	}
	if (entry->label[0] != '\0') {
		html_text(out, entry->label);
		buffer_put_text(out, ": ");
	}
	put_toned(out, entry->basis[0] != '\0' && entry->tone == PAPER_BAD ? PAPER_STRONG :
	    entry->tone, entry->text);
	buffer_put_text(&text, entry->beside);
	if (entry->beside[0] != '\0' && entry->cites > 0)
		buffer_put_text(&text, "; ");
	paper_cites_text(paper, entry, &text);
	if (text.len > 0) {
		buffer_put_u8(out, ' ');
		put_toned(out, PAPER_FAINT, buffer_text(&text));
	}
	buffer_put_text(out, "</li>\n");
	buffer_free(&text);
}

static void
put_field(const struct paper *paper, const struct paper_field *field, struct buffer *out)
{
	buffer_put_text(out, "<tr>");
	html_element(out, "td", "class=\"right\"", field->number);
	buffer_put_text(out, "<th scope=\"row\">");
	html_text(out, field->label);
	if (field->key[0] != '\0') {
		buffer_put_text(out, "<br>");
		put_toned(out, PAPER_FAINT, field->key);
	}
	buffer_print(out, "</th>\n<td><p class=\"strong\">%s: ",
	    paper_standing_letter(field->standing));
	html_text(out, field->state);
	buffer_put_text(out, "</p>\n");
	if (field->standing == PAPER_TO_ENTER)
		buffer_put_text(out, "<div class=\"blank\"></div>\n");
	if (field->duty[0] != '\0')
		html_element(out, "p", "class=\"duty\"", field->duty);
	if (field->entries > 0)
		buffer_put_text(out, "<ul>\n");
	for (uint32_t i = 0; i < field->entries; i++)
		put_entry(paper, &field->entry[i], out);
	buffer_put_text(out, field->entries > 0 ? "</ul>\n</td></tr>\n" : "</td></tr>\n");
}

/* A table has a name, also where its heading is all there is to see of it. */
static void
put_unseen_caption(const struct paper *paper, uint32_t i, struct buffer *out)
{
	while (i > 0 && paper->block[i].kind != PAPER_HEADING)
		i--;
	html_element(out, "caption", "class=\"unseen\"", paper->blocks > 0 &&
	    paper->block[i].kind == PAPER_HEADING ? paper->block[i].text :
	    paper->word[PAPER_WORD_TABLE]);
}

/* Fields that follow one another are one table. */
static void
put_fields(const struct paper *paper, uint32_t i, struct buffer *out)
{
	bool first = i == 0 || paper->block[i - 1].kind != PAPER_FIELD;
	bool last = i + 1 == paper->blocks || paper->block[i + 1].kind != PAPER_FIELD;

	if (first) {
		buffer_put_text(out, "<table>\n");
		put_unseen_caption(paper, i, out);
		buffer_put_text(out, "<colgroup><col style=\"width:3.5rem\">"
		    "<col style=\"width:28%\"><col></colgroup>\n<tbody>\n");
	}
	put_field(paper, &paper->block[i].field, out);
	if (last)
		buffer_put_text(out, "</tbody>\n</table>\n");
}

/* --- tables and lists --------------------------------------------------------------------- */

static void
put_cell(const struct paper_column *column, const struct paper_cell *cell, struct buffer *out)
{
	static const char *const align[PAPER_ALIGNS] = { [PAPER_LEFT] = "",
		[PAPER_RIGHT] = "right", [PAPER_CENTER] = "center" };
	const char *tag = column->row_head ? "th" : "td";

	buffer_print(out, "<%s%s", tag, column->row_head ? " scope=\"row\"" : "");
	if (column->align != PAPER_LEFT || column->code)
		buffer_print(out, " class=\"%s%s%s\"", align[column->align],
		    column->align != PAPER_LEFT && column->code ? " " : "",
		    column->code ? "code" : "");
	buffer_put_u8(out, '>');
	put_toned(out, cell->tone, cell->text);
	buffer_print(out, "</%s>", tag);
}

static void
put_table(const struct paper *paper, uint32_t i, struct buffer *out)
{
	const struct paper_table *table = &paper->block[i].table;

	buffer_put_text(out, "<table>\n");
	if (table->name[0] != '\0')
		html_element(out, "caption", "", table->name);
	else
		put_unseen_caption(paper, i, out);
	buffer_put_text(out, "<thead><tr>\n");
	for (uint32_t c = 0; c < table->columns; c++)
		html_element(out, "th", "scope=\"col\"", table->column[c].head);
	buffer_put_text(out, "</tr></thead>\n<tbody>\n");
	for (uint32_t r = 0; r < table->rows; r++) {
		buffer_put_text(out, "<tr>");
		for (uint32_t c = 0; c < table->columns; c++)
			put_cell(&table->column[c], paper_cell_at(table, r, c), out);
		buffer_put_text(out, "</tr>\n");
	}
	if (table->rows == 0) {
		buffer_print(out, "<tr><td colspan=\"%" PRIu32 "\">", table->columns);
		html_text(out, paper->word[PAPER_WORD_NOTHING]);
		buffer_put_text(out, "</td></tr>\n");
	}
	buffer_put_text(out, "</tbody>\n</table>\n");
}

/* A deeper item belongs to the one before it. */
static void
put_list(const struct paper_block *block, struct buffer *out)
{
	const char *tag = block->ordered ? "ol" : "ul";
	unsigned open = 0;

	for (uint32_t i = 0; i < block->items; i++) {
		const struct paper_item *item = &block->item[i];
		/* One level at a time: a list may not stand in a list without an item. */
		unsigned depth = item->depth + 1 > open + 1 ? open + 1 : item->depth + 1;

		for (; open > depth; open--)
			buffer_print(out, "</li></%s>\n", tag);
		if (open == depth)
			buffer_put_text(out, "</li>\n");
		for (; open < depth; open++)
			buffer_print(out, "<%s>\n", tag);
		buffer_put_text(out, "<li>");
		put_toned(out, item->tone, item->text);
	}
	for (; open > 0; open--)
		buffer_print(out, "</li></%s>\n", tag);
}

/* --- blocks ------------------------------------------------------------------------------- */

static void
put_figure(const struct paper_block *block, uint32_t i, struct buffer *out)
{
	char id[24];

	snprintf(id, sizeof(id), "figure-%" PRIu32, i + 1);
	buffer_put_text(out, "<figure>\n");
	drawing_print_svg(block->drawing, id, out);
	html_element(out, "figcaption", "", block->text[0] != '\0' ? block->text :
	    block->drawing->title);
	buffer_put_text(out, "</figure>\n");
}

static void
put_heading(const struct paper *paper, uint32_t i, struct buffer *out)
{
	const struct paper_block *block = &paper->block[i];
	bool breaks = i > 0 && paper->block[i - 1].kind == PAPER_BREAK;

	buffer_print(out, "<h%u id=\"b%" PRIu32 "\"%s>", block->level + 1, i + 1,
	    breaks ? " class=\"break\"" : "");
	html_text(out, block->text);
	buffer_print(out, "</h%u>\n", block->level + 1);
}

static void
put_said(const struct paper *paper, const char *class, enum paper_word word, const char *said,
    struct buffer *out)
{
	buffer_print(out, "<p class=\"%s\"><strong>", class);
	html_text(out, paper->word[word]);
	buffer_put_text(out, ":</strong> ");
	html_text(out, said);
	buffer_put_text(out, "</p>\n");
}

static void
put_block(const struct paper *paper, uint32_t i, struct buffer *out)
{
	const struct paper_block *block = &paper->block[i];

	switch (block->kind) {
	case PAPER_HEADING:
		put_heading(paper, i, out);
		break;
	case PAPER_PARAGRAPH:
		html_element(out, "p", "", block->text);
		break;
	case PAPER_NOTE:
		put_said(paper, "note", PAPER_WORD_NOTE, block->text, out);
		break;
	case PAPER_WARNING:
		put_said(paper, "warning", PAPER_WORD_WARNING, block->text, out);
		break;
	case PAPER_FIELD:
		put_fields(paper, i, out);
		break;
	case PAPER_TABLE:
		put_table(paper, i, out);
		break;
	case PAPER_LIST:
		put_list(block, out);
		break;
	case PAPER_FIGURE:
		put_figure(block, i, out);
		break;
	default:
		if (i + 1 < paper->blocks && paper->block[i + 1].kind != PAPER_HEADING)
			buffer_put_text(out, "<div class=\"break\"></div>\n");
		break;
	}
}

void
paper_print_html(const struct paper *paper, struct buffer *out)
{
	put_start(paper, out);
	put_contents(paper, out);
	buffer_put_text(out, "<main>\n");
	for (uint32_t i = 0; i < paper->blocks; i++)
		put_block(paper, i, out);
	buffer_put_text(out, "</main>\n<footer>\n");
	if (paper->foot[0] != '\0')
		html_element(out, "p", "", paper->foot);
	buffer_put_text(out, "</footer>\n</body>\n</html>\n");
}
