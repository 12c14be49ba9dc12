/* SPDX-License-Identifier: Apache-2.0 */
/* A paper as PDF: fonts, rows, pages, then what cairo cannot write itself. */
#include <stdio.h>
#include <string.h>

#include <cairo-pdf.h>

#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "reports/filing_memory.h"
#include "reports/press/press.h"

static cairo_status_t
put_octets(void *arg, const unsigned char *at, unsigned len)
{
	struct buffer *out = arg;

	buffer_put(out, at, len);
	return out->failed ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

/* Dates are the paper's: the clock of whoever prints it says nothing about it. */
static void
put_metadata(const struct paper *paper, cairo_surface_t *surface)
{
	struct buffer title = { .max = 0 };
	char at[TIME_TEXT], date[24];

	paper_title_text(paper, &title);
	time_utc(paper->ledger.as_of_ms, at);
	snprintf(date, sizeof(date), "%.19sZ", at);
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, buffer_text(&title));
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_SUBJECT, paper->subtitle);
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR, paper->ledger.origin);
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "sekimori-press");
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, date);
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_MOD_DATE, date);
	buffer_free(&title);
}

static void
draw(struct press *press, struct buffer *out)
{
	cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(put_octets, out, PAGE_WIDTH,
	    PAGE_HEIGHT);
	cairo_t *cr = cairo_create(surface);
	cairo_status_t status;

	put_metadata(press->paper, surface);
	cairo_tag_begin(cr, "Document", NULL);
	press_pages(press, surface, cr);
	cairo_tag_end(cr, "Document");
	cairo_destroy(cr);
	cairo_surface_finish(surface);
	status = cairo_surface_status(surface);
	cairo_surface_destroy(surface);
	if (status != CAIRO_STATUS_SUCCESS)
		press_fault(press, ERR_IO, _("the PDF cannot be made: %s"),
		    cairo_status_to_string(status));
}

enum err
press_pdf(const struct paper *paper, struct buffer *out, struct why *why)
{
	struct press press = { .paper = paper, .memory = filing_memory_new(), .why = why,
		.y = PAGE_TOP };
	struct buffer pdf = { .max = 0 };

	press_fonts(&press);
	if (press.err == ERR_OK) {
		press_head(&press);
		press_blocks(&press);
	}
	if (press.err == ERR_OK)
		draw(&press, &pdf);
	press_fonts_free(&press);
	filing_memory_free(press.memory);
	if (press.err == ERR_OK)
		press.err = press_finish(paper, bytes_of_buffer(&pdf), out, why);
	buffer_free(&pdf);
	return press.err;
}
