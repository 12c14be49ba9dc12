/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fonts and text.  The family is named, and its real bold is used; characters it lacks may come
 * from other installed fonts, and one that none has stops the press with its name and place.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "reports/filing_memory.h"
#include "reports/press/press.h"

#define LEADING 1.45	/* these fonts have no room between lines of their own */

static const char family[] = "BIZ UDPGothic";
static const char family_code[] = "BIZ UDGothic";

static const struct { double size; bool bold, code; } faces[PRESS_FACES] = {
	[FACE_BODY] = { 9.5, false, false }, [FACE_CELL] = { 8.5, false, false },
	[FACE_CELL_STRONG] = { 8.5, true, false }, [FACE_SMALL] = { 7, false, false },
	[FACE_SMALL_STRONG] = { 7, true, false }, [FACE_CODE] = { 7.5, false, true },
	[FACE_TITLE] = { 17, true, false }, [FACE_SUBTITLE] = { 11, false, false },
	[FACE_HEAD_1] = { 13.5, true, false }, [FACE_HEAD_2] = { 11.5, true, false },
	[FACE_HEAD_3] = { 10, true, false }, [FACE_HEAD_4] = { 9.5, true, false },
	[FACE_MARK] = { 120, true, false },
};

double
press_face_size(enum press_face face)
{
	return faces[face].size;
}

void
press_fault(struct press *press, enum err err, const char *fmt, ...)
{
	char text[WHY_TEXT_MAX];
	va_list args;

	if (press->err != ERR_OK)
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	press->err = why_set(press->why, err, "%s", text);
}

/* --- fonts -------------------------------------------------------------------------------- */

static bool
is_installed(PangoContext *context, const PangoFontDescription *wanted)
{
	PangoFont *font = pango_context_load_font(context, wanted);
	PangoFontDescription *found = font != NULL ? pango_font_describe(font) : NULL;
	const char *name = found != NULL ? pango_font_description_get_family(found) : NULL;
	bool same = name != NULL && strcmp(name, pango_font_description_get_family(wanted)) == 0;

	if (found != NULL)
		pango_font_description_free(found);
	if (font != NULL)
		g_object_unref(font);
	return same;
}

/* A hyphen in a hash that is broken would be read as part of it. */
static void
add_everywhere(PangoAttrList *list)
{
	pango_attr_list_insert(list, pango_attr_insert_hyphens_new(FALSE));
	pango_attr_list_insert(list, pango_attr_line_height_new(LEADING));
}

void
press_fonts(struct press *press)
{
	PangoFontMap *map = pango_cairo_font_map_new();
	cairo_font_options_t *options = cairo_font_options_create();

	/* Points are points, and outlines stay as they were drawn. */
	pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(map), 72);
	press->context = pango_font_map_create_context(map);
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
	pango_cairo_context_set_font_options(press->context, options);
	pango_context_set_round_glyph_positions(press->context, FALSE);
	pango_context_set_language(press->context, pango_language_from_string(
	    strcmp(press->paper->language, "en") == 0 ? "en" : "ja"));
	press->attributes = pango_attr_list_new();
	add_everywhere(press->attributes);
	for (int face = 0; face < PRESS_FACES; face++) {
		PangoFontDescription *font = pango_font_description_new();

		pango_font_description_set_family_static(font, faces[face].code ? family_code :
		    family);
		pango_font_description_set_absolute_size(font, faces[face].size * PANGO_SCALE);
		pango_font_description_set_weight(font, faces[face].bold ? PANGO_WEIGHT_BOLD :
		    PANGO_WEIGHT_NORMAL);
		press->font[face] = font;
		if (!is_installed(press->context, font))
			press_fault(press, ERR_NOT_FOUND, _("the font \"%s\" is not installed; "
			    "install the package fonts-morisawa-bizud-gothic, or use --format "
			    "html"),
			    pango_font_description_get_family(font));
	}
	cairo_font_options_destroy(options);
	g_object_unref(map);
}

void
press_fonts_free(struct press *press)
{
	for (int face = 0; face < PRESS_FACES; face++)
		if (press->font[face] != NULL)
			pango_font_description_free(press->font[face]);
	for (uint32_t i = 0; i < press->layouts; i++)
		g_object_unref(press->layout[i]);
	if (press->attributes != NULL)
		pango_attr_list_unref(press->attributes);
	if (press->context != NULL)
		g_object_unref(press->context);
}

/* --- what cannot be printed --------------------------------------------------------------- */

/* Where the text stands, as a reader finds it: below which heading, in which row. */
static void
put_where(const struct press *press, struct buffer *out)
{
	const struct paper *paper = press->paper;
	uint32_t i = press->block;

	while (i > 0 && (i >= paper->blocks || paper->block[i].kind != PAPER_HEADING))
		i--;
	if (i < paper->blocks && paper->block[i].kind == PAPER_HEADING)
		buffer_print(out, _("below \"%.80s\""), paper->block[i].text);
	else
		buffer_put_text(out, _("in the head of the document"));
	if (press->row > 0)
		buffer_print(out, _(", row %u, column %u"), press->row, press->column);
}

static gunichar
unknown_in(PangoLayout *layout)
{
	PangoLayoutIter *iter = pango_layout_get_iter(layout);
	gunichar found = 0;

	do {
		PangoLayoutRun *run = pango_layout_iter_get_run_readonly(iter);

		for (int i = 0; run != NULL && i < run->glyphs->num_glyphs && found == 0; i++)
			if (run->glyphs->glyphs[i].glyph & PANGO_GLYPH_UNKNOWN_FLAG)
				found = run->glyphs->glyphs[i].glyph & ~PANGO_GLYPH_UNKNOWN_FLAG;
	} while (found == 0 && pango_layout_iter_next_run(iter));
	pango_layout_iter_free(iter);
	return found;
}

static void
check_glyphs(struct press *press, PangoLayout *layout)
{
	struct buffer where = { .max = 0 };

	if (press->err != ERR_OK || pango_layout_get_unknown_glyphs_count(layout) == 0)
		return;
	put_where(press, &where);
	press_fault(press, ERR_UNSUPPORTED, _("no installed font has the character U+%04X (%s); "
	    "install a font that has it, or use --format html"),
	    (unsigned)unknown_in(layout), buffer_text(&where));
	buffer_free(&where);
}

/* --- layouts ------------------------------------------------------------------------------ */

PangoLayout *
press_layout(struct press *press, enum press_face face, const char *text, double width,
    PangoAlignment align)
{
	PangoLayout *layout = pango_layout_new(press->context);

	press->layout = filing_grow(press->memory, press->layout, press->layouts,
	    sizeof(PangoLayout *));
	press->layout[press->layouts++] = layout;
	pango_layout_set_font_description(layout, press->font[face]);
	pango_layout_set_alignment(layout, align);
	pango_layout_set_attributes(layout, press->attributes);
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	if (width > 0)
		pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
	pango_layout_set_text(layout, text, -1);
	check_glyphs(press, layout);
	return layout;
}

PangoLayout *
press_layout_text(struct press *press, enum press_face face, struct press_text *text, double width,
    PangoAlignment align)
{
	PangoLayout *layout = press_layout(press, face, "", width, align);

	if (text->attributes != NULL) {
		add_everywhere(text->attributes);
		pango_layout_set_attributes(layout, text->attributes);
	}
	pango_layout_set_text(layout, buffer_text(&text->text), (int)text->text.len);
	check_glyphs(press, layout);
	if (text->attributes != NULL)
		pango_attr_list_unref(text->attributes);
	buffer_free(&text->text);
	*text = (struct press_text){ .attributes = NULL };
	return layout;
}

static void
attribute(struct press_text *text, PangoAttribute *attr, size_t from)
{
	if (text->attributes == NULL)
		text->attributes = pango_attr_list_new();
	attr->start_index = (guint)from;
	attr->end_index = (guint)text->text.len;
	pango_attr_list_insert(text->attributes, attr);
}

void
press_text_add(struct press *press, struct press_text *text, enum press_face face,
    const char *added)
{
	size_t from = text->text.len;

	buffer_put_text(&text->text, added);
	if (text->text.len > from)
		attribute(text, pango_attr_font_desc_new(press->font[face]), from);
}

void
press_text_tone(struct press *press, struct press_text *text, enum paper_tone tone,
    enum press_face plain, const char *added)
{
	size_t from = text->text.len;

	if (added[0] == '\0')
		return;
	if (tone == PAPER_BAD)
		press_text_add(press, text, FACE_CELL_STRONG, "▲ ");
	press_text_add(press, text, tone == PAPER_BAD || tone == PAPER_STRONG ? FACE_CELL_STRONG :
	    tone == PAPER_FAINT ? FACE_SMALL : plain, added);
	if (tone == PAPER_BAD)
		attribute(text, pango_attr_foreground_new(0x9000, 0, 0), from);
	if (tone == PAPER_FAINT)
		attribute(text, pango_attr_foreground_new(0x4000, 0x4000, 0x4000), from);
}
