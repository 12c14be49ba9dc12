/* SPDX-License-Identifier: Apache-2.0 */
/* What a row of configuration takes, in words: for the manual and for the file "init" writes. */
#include <inttypes.h>

#include "monitor/base/i18n.h"
#include "monitor/base/option.h"

static bool
bounded(const struct option_row *row)
{
	return row->minimum != 0 || row->maximum != 0;
}

static void
bounds(const struct option_row *row, void (*print)(int64_t, char out[TIME_TEXT]),
    struct buffer *out)
{
	char least[TIME_TEXT], most[TIME_TEXT];

	if (!bounded(row))
		return;
	print(row->minimum, least);
	print(row->maximum, most);
	buffer_print(out, _(", %s to %s"), least, most);
}

static void
number_text(int64_t value, char out[TIME_TEXT])
{
	fixed_text(value * 1000000, out);
}

static void
octets_text(int64_t value, char out[TIME_TEXT])
{
	size_text((uint64_t)value, out);
}

static void
describe_text(const struct option_row *row, struct buffer *out)
{
	buffer_put_text(out, _("text"));
	if (row->minimum == row->maximum && bounded(row))
		buffer_print(out, _(", %" PRId64 " octets"), row->maximum);
	else if (row->minimum > 0)
		buffer_print(out, _(", %" PRId64 " to %" PRId64 " octets"), row->minimum,
		    row->maximum);
	else if (row->maximum > 0)
		buffer_print(out, _(", at most %" PRId64 " octets"), row->maximum);
}

void
option_describe(const struct option_row *row, struct buffer *out)
{
	switch (row->type) {
	case OPTION_TEXT:
		describe_text(row, out);
		break;
	case OPTION_WORD:
		buffer_print(out, _("one of: %s"), row->words);
		break;
	case OPTION_INTEGER:
		buffer_put_text(out, _("whole number"));
		bounds(row, number_text, out);
		break;
	case OPTION_FLAG:
		buffer_put_text(out, _("true or false"));
		break;
	case OPTION_DURATION:
		buffer_put_text(out, _("duration"));
		bounds(row, duration_text, out);
		break;
	case OPTION_SIZE:
		buffer_put_text(out, _("size"));
		bounds(row, octets_text, out);
		break;
	case OPTION_FILE:
		buffer_put_text(out, _("path of a file, which is recorded"));
		break;
	case OPTION_SECRET:
		buffer_put_text(out, _("path of a file with a secret, which is never recorded"));
		break;
	case OPTION_FOLDER:
		buffer_put_text(out, _("path of a folder, whose files are read in each round"));
		break;
	case OPTION_FIXED:
		buffer_put_text(out, _("decimal number as text"));
		bounds(row, fixed_text, out);
		break;
	case OPTION_DATE:
		buffer_put_text(out, _("date, such as 2026-04-01, in Japan Standard Time"));
		break;
	}
	if (row->required)
		buffer_put_text(out, _("; required"));
	else if (row->otherwise != NULL && row->otherwise[0] != '\0')
		buffer_print(out, _("; %s if not given"), row->otherwise);
}
