/* SPDX-License-Identifier: Apache-2.0 */
/* The head of a paper: title, marks, what it speaks for; and the one door for its texts. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/limits.h"
#include "monitor/base/timetext.h"
#include "reports/paper_part.h"

enum { ROOT_SHOWN = 16 };	/* digits of the root at the foot of a page; the head has all */

static const char *const words[PAPER_WORDS] = {
#define PAPER_WORD(NAME, name, text) [PAPER_WORD_##NAME] = text,
#include "reports/paper_list.h"
};

/* --- bounds ------------------------------------------------------------------------------- */

bool
paper_sound(const struct paper *paper)
{
	return paper->why.err == ERR_OK;
}

void
paper_fail(struct paper *paper, enum err err, const char *fmt, ...)
{
	char text[WHY_TEXT_MAX];
	va_list args;

	if (!paper_sound(paper))
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	why_set(&paper->why, err, "%s", text);
}

bool
paper_count(struct paper *paper, size_t octets)
{
	paper->octets += octets;
	if (paper->octets > PAPER_OCTETS_MAX)
		paper_fail(paper, ERR_LIMIT, _("the texts of the document take more than %d "
		    "octets; ask for a shorter period or fewer subjects"), PAPER_OCTETS_MAX);
	return paper_sound(paper);
}

const char *
paper_keep(struct paper *paper, const char *text)
{
	size_t len = strlen(text);
	const char *kept;

	if (!paper_sound(paper) || len == 0)
		return "";
	if (len > PAPER_TEXT_MAX) {
		paper_fail(paper, ERR_LIMIT, _("a text of the document has %zu octets; at most %d "
		    "can be printed: \"%.60s...\""), len, PAPER_TEXT_MAX, text);
		return "";
	}
	kept = filing_text(paper->memory, bytes_of_text(text));
	return paper_count(paper, strlen(kept)) ? kept : "";
}

enum err
paper_check(const struct paper *paper, struct why *why)
{
	enum err err = ERR_OK;

	if (!paper_sound(paper))
		return why_set(why, paper->why.err, "%s", paper->why.text);
	for (uint32_t i = 0; i < paper->blocks && err == ERR_OK; i++)
		if (paper->block[i].kind == PAPER_FIGURE)
			err = drawing_check(paper->block[i].drawing, why);
	return err;
}

/* --- the paper ---------------------------------------------------------------------------- */

struct paper *
paper_new(const char *language, const char *title)
{
	struct filing_memory *memory = filing_memory_new();
	struct paper *paper = filing_array(memory, 1, sizeof(*paper));

	*paper = (struct paper){ .memory = memory, .subtitle = "", .form = "", .edition = "",
		.status = "", .foot = "",
		.ledger = { .origin = "", .root = "", .anchored_by = "" } };
	paper->language = paper_keep(paper, language);
	paper->title = paper_keep(paper, title);
	for (int i = 0; i < PAPER_WORDS; i++)
		paper->word[i] = paper_keep(paper, _(words[i]));
	return paper;
}

void
paper_free(struct paper *paper)
{
	if (paper == NULL)
		return;
	for (uint32_t i = 0; i < paper->blocks; i++)
		drawing_free(paper->block[i].drawing);
	filing_memory_free(paper->memory);
}

void
paper_subtitle(struct paper *paper, const char *text)
{
	paper->subtitle = paper_keep(paper, text);
}

void
paper_mark(struct paper *paper, enum paper_mark mark)
{
	paper->marks |= (unsigned)mark & (PAPER_DRAFT | PAPER_DRILL);
}

void
paper_fact(struct paper *paper, const char *label, const char *text)
{
	if (!paper_sound(paper))
		return;
	if (paper->facts == PAPER_BLOCKS_MAX) {
		paper_fail(paper, ERR_LIMIT, _("the head of the document has more than %d lines"),
		    PAPER_BLOCKS_MAX);
		return;
	}
	paper->fact = filing_grow(paper->memory, paper->fact, paper->facts, sizeof(*paper->fact));
	paper->fact[paper->facts].label = paper_keep(paper, label);
	paper->fact[paper->facts++].text = paper_keep(paper, text);
}

static void
ledger_foot(struct paper *paper)
{
	const struct paper_ledger *ledger = &paper->ledger;
	struct buffer text = { .max = 0 };
	char at[TIME_TEXT];

	time_jst_s(ledger->as_of_ms, at);
	buffer_print(&text, _("%s, %" PRIu64 " records"), ledger->origin, ledger->size);
	if (ledger->root[0] != '\0')
		buffer_print(&text, _(", root %.*s..."), ROOT_SHOWN, ledger->root);
	buffer_print(&text, _(", as of %s"), at);
	paper->foot = paper_keep(paper, buffer_text(&text));
	buffer_free(&text);
}

static void
ledger_facts(struct paper *paper)
{
	const struct paper_ledger *ledger = &paper->ledger;
	struct buffer text = { .max = 0 };
	char at[TIME_TEXT];

	time_jst_s(ledger->as_of_ms, at);
	paper_fact(paper, _("Moment it speaks of"), at);
	buffer_print(&text, _("%s, %" PRIu64 " records"), ledger->origin, ledger->size);
	paper_fact(paper, _("Ledger"), buffer_text(&text));
	paper_fact(paper, _("Root of the tree"), ledger->root[0] != '\0' ? ledger->root : "-");
	buffer_reset(&text);
	if (ledger->anchor_size == 0) {
		buffer_put_text(&text, _("none: nobody outside vouches for this ledger yet"));
	} else {
		time_jst_s(ledger->anchor_ms, at);
		buffer_print(&text, _("records before #%" PRIu64 " existed before %s, by the word "
		    "of %s"), ledger->anchor_size, at, ledger->anchored_by);
	}
	paper_fact(paper, _("Time stamp"), buffer_text(&text));
	buffer_free(&text);
}

void
paper_ledger(struct paper *paper, const struct paper_ledger *ledger)
{
	paper->ledger = *ledger;
	paper->ledger.origin = paper_keep(paper, ledger->origin);
	paper->ledger.root = paper_keep(paper, ledger->root);
	paper->ledger.anchored_by = paper_keep(paper, ledger->anchored_by);
	ledger_facts(paper);
	ledger_foot(paper);
}

void
paper_form(struct paper *paper, const char *id, const char *edition, const char *status)
{
	struct buffer text = { .max = 0 };

	paper->form = paper_keep(paper, id);
	paper->edition = paper_keep(paper, edition);
	paper->status = paper_keep(paper, status);
	buffer_print(&text, status[0] != '\0' ? _("%s, edition %s; %s") : _("%s, edition %s"), id,
	    edition, status);
	paper_fact(paper, _("Form"), buffer_text(&text));
	buffer_free(&text);
}

/* --- words -------------------------------------------------------------------------------- */

void
paper_marks_text(const struct paper *paper, struct buffer *out)
{
	/* Both languages where an exercise must not be mistaken by whoever reads one of them. */
	if (paper->marks & PAPER_DRILL) {
		buffer_put_text(out, paper->word[PAPER_WORD_DRILL]);
		buffer_put_text(out, strcmp(paper->language, "ja") == 0 ? " DRILL" : " 演習");
	}
	if (paper->marks & PAPER_DRAFT)
		buffer_print(out, "%s%s", paper->marks & PAPER_DRILL ? " / " : "",
		    paper->word[PAPER_WORD_DRAFT]);
}

void
paper_title_text(const struct paper *paper, struct buffer *out)
{
	if (paper->marks != 0) {
		buffer_put_text(out, "【");
		paper_marks_text(paper, out);
		buffer_put_text(out, "】");
	}
	buffer_put_text(out, paper->title);
}

const char *
paper_standing_name(enum paper_standing standing)
{
	static const char *const names[PAPER_STANDINGS] = { [PAPER_FILLED] = "filled",
		[PAPER_PARTLY] = "partly", [PAPER_UNKNOWN] = "unknown",
		[PAPER_TO_CONFIRM] = "to-confirm", [PAPER_TO_ENTER] = "to-enter",
		[PAPER_ENTERED] = "entered" };

	return (unsigned)standing < PAPER_STANDINGS ? names[standing] : "unknown";
}

const char *
paper_standing_letter(enum paper_standing standing)
{
	return standing == PAPER_TO_CONFIRM ? "M" : standing == PAPER_TO_ENTER ||
	    standing == PAPER_ENTERED ? "H" : "A";
}

const char *
paper_kind_name(enum paper_kind kind)
{
	static const char *const names[PAPER_KINDS] = { [PAPER_HEADING] = "heading",
		[PAPER_PARAGRAPH] = "paragraph", [PAPER_NOTE] = "note",
		[PAPER_WARNING] = "warning", [PAPER_FIELD] = "field", [PAPER_TABLE] = "table",
		[PAPER_LIST] = "list", [PAPER_FIGURE] = "figure", [PAPER_BREAK] = "break" };

	return (unsigned)kind < PAPER_KINDS ? names[kind] : "unknown";
}

const char *
paper_tone_name(enum paper_tone tone)
{
	static const char *const names[PAPER_TONES] = { [PAPER_PLAIN] = "plain",
		[PAPER_STRONG] = "strong", [PAPER_BAD] = "bad", [PAPER_FAINT] = "faint" };

	return (unsigned)tone < PAPER_TONES ? names[tone] : "plain";
}

const char *
paper_align_name(enum paper_align align)
{
	return align == PAPER_RIGHT ? "right" : align == PAPER_CENTER ? "center" : "left";
}
