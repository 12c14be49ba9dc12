/* SPDX-License-Identifier: Apache-2.0 */
/* One pass over the lines; see exposition.h.  Floating point ends here: records hold integers. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/feed/exposition.h"

enum { NUMBER_MAX = 64 };	/* octets of a value or a time */

struct label { struct bytes name, value; };	/* the value still escaped */

struct series {
	struct bytes name;
	struct label label[EXPOSITION_LABELS_MAX];
	size_t       labels;
	double       value;
	int64_t      told_ms;
};

static void
blanks(struct bytes *in)
{
	while (in->len > 0 && (in->at[0] == ' ' || in->at[0] == '\t'))
		*in = bytes_slice(*in, 1, in->len);
}

static bool
symbol(struct bytes *in, char wanted)
{
	blanks(in);
	if (in->len == 0 || in->at[0] != (uint8_t)wanted)
		return false;
	*in = bytes_slice(*in, 1, in->len);
	blanks(in);
	return true;
}

static bool
is_name(uint8_t at, bool first, bool metric)
{
	return (at >= 'a' && at <= 'z') || (at >= 'A' && at <= 'Z') || at == '_' ||
	    (metric && at == ':') || (!first && at >= '0' && at <= '9');
}

static struct bytes
name_take(struct bytes *in, bool metric)
{
	struct bytes name = bytes_of(in->at, 0);

	while (name.len < in->len && is_name(in->at[name.len], name.len == 0, metric))
		name.len++;
	*in = bytes_slice(*in, name.len, in->len);
	return name;
}

/* The text between quotes, escapes and all. */
static bool
quoted_take(struct bytes *in, struct bytes *value)
{
	size_t len = 1;

	if (in->len == 0 || in->at[0] != '"')
		return false;
	while (len < in->len && in->at[len] != '"')
		len += in->at[len] == '\\' ? 2 : 1;
	if (len >= in->len)
		return false;
	*value = bytes_slice(*in, 1, len - 1);
	*in = bytes_slice(*in, len + 1, in->len);
	return true;
}

/* One octet of a value, its escape resolved; the view moves on. */
static uint8_t
octet_take(struct bytes *value)
{
	uint8_t at = value->at[0];
	bool escaped = at == '\\' && value->len > 1;

	if (escaped)
		at = value->at[1] == 'n' ? '\n' : value->at[1];
	*value = bytes_slice(*value, escaped ? 2 : 1, value->len);
	return at;
}

static bool
labels_take(struct bytes *in, struct series *series)
{
	if (!symbol(in, '{'))
		return true;
	while (!symbol(in, '}')) {
		struct label *label = &series->label[series->labels];

		if (series->labels == EXPOSITION_LABELS_MAX)
			return false;
		label->name = name_take(in, false);
		if (label->name.len == 0 || !symbol(in, '=') || !quoted_take(in, &label->value))
			return false;
		series->labels++;
		if (!symbol(in, ',') && (in->len == 0 || in->at[0] != '}'))
			return false;
	}
	return true;
}

static bool
number_take(struct bytes *in, double *number)
{
	char text[NUMBER_MAX];
	size_t len = 0;
	char *end;

	blanks(in);
	while (len < in->len && in->at[len] != ' ' && in->at[len] != '\t')
		len++;
	if (len == 0 || len >= sizeof(text) || memchr(in->at, 0, len) != NULL)
		return false;
	memcpy(text, in->at, len);
	text[len] = '\0';
	*in = bytes_slice(*in, len, in->len);
	blanks(in);
	*number = strtod(text, &end);
	return *end == '\0';
}

static int64_t
told_of(double number, bool openmetrics)
{
	double ms = openmetrics ? number * 1000 : number;

	return ms > 0 && ms < 253402300800000.0 ? (int64_t)ms : 0;
}

static bool
series_read(struct bytes line, bool openmetrics, struct series *series)
{
	double time;

	series->labels = 0;
	series->told_ms = 0;
	series->name = name_take(&line, true);
	if (series->name.len == 0 || !labels_take(&line, series) ||
	    !number_take(&line, &series->value))
		return false;
	if (line.len > 0 && line.at[0] != '#') {
		if (!number_take(&line, &time))
			return false;
		series->told_ms = told_of(time, openmetrics);
	}
	/* OpenMetrics: an exemplar follows behind "# ". */
	return line.len == 0 || (openmetrics && line.at[0] == '#');
}

static bool
value_equal(struct bytes value, const struct exposition_matcher *matcher)
{
	size_t at = 0;

	while (value.len > 0)
		if (at == matcher->len || octet_take(&value) != matcher->value[at++])
			return false;
	return at == matcher->len;
}

static bool
matches(const struct series *series, const struct exposition_selector *selector)
{
	if (!bytes_equal(series->name, selector->name))
		return false;
	for (size_t i = 0; i < selector->matchers; i++) {
		const struct exposition_matcher *matcher = &selector->matcher[i];
		struct bytes value = bytes_of(NULL, 0);

		for (size_t j = 0; j < series->labels; j++)
			if (bytes_equal(series->label[j].name, matcher->name))
				value = series->label[j].value;
		if (value_equal(value, matcher) == matcher->differs)
			return false;
	}
	return true;
}

static void
sum_take(struct exposition_sum *sum, const struct series *series)
{
	sum->series++;
	sum->sum += series->value;
	if (series->told_ms > sum->told_ms)
		sum->told_ms = series->told_ms;
}

/* Takes one line off the front; TRUNCATED if it has no end.  OpenMetrics may leave off the last. */
static enum err
line_take(struct bytes *left, size_t number, bool openmetrics, struct bytes *line, struct why *why)
{
	const uint8_t *end = memchr(left->at, '\n', left->len);

	*line = end != NULL ? bytes_of(left->at, (size_t)(end - left->at)) : *left;
	if (end == NULL && !(openmetrics && bytes_equal(*line, bytes_of_text("# EOF"))))
		return why_set(why, ERR_TRUNCATED, "the metrics end within line %zu", number);
	if (line->len > EXPOSITION_LINE_MAX)
		return why_set(why, ERR_LIMIT, "line %zu of the metrics has more than %d octets",
		    number, EXPOSITION_LINE_MAX);
	*left = bytes_slice(*left, line->len + (end != NULL), left->len);
	if (line->len > 0 && line->at[line->len - 1] == '\r')
		line->len--;
	blanks(line);
	return ERR_OK;
}

enum err
exposition_read(struct bytes document, bool openmetrics, const struct exposition_selector *selector,
    struct exposition_sum *sum, size_t count, struct why *why)
{
	struct bytes left = document, line;
	struct series series;
	bool ended = false;

	memset(sum, 0, count * sizeof(*sum));
	if (document.len > EXPOSITION_MAX)
		return why_set(why, ERR_LIMIT, "the metrics have more than %d octets",
		    EXPOSITION_MAX);
	for (size_t number = 1; left.len > 0; number++) {
		enum err err = line_take(&left, number, openmetrics, &line, why);

		if (err != ERR_OK)
			return err;
		if (ended)
			return why_set(why, ERR_MALFORMED, "line %zu of the metrics stands behind "
			    "their end", number);
		ended = openmetrics && bytes_equal(line, bytes_of_text("# EOF"));
		if (line.len == 0 || line.at[0] == '#')
			continue;
		if (!series_read(line, openmetrics, &series))
			return why_set(why, ERR_MALFORMED, "line %zu of the metrics is no series "
			    "with a value", number);
		for (size_t i = 0; i < count; i++)
			if (matches(&series, &selector[i]))
				sum_take(&sum[i], &series);
	}
	return !openmetrics || ended ? ERR_OK : why_set(why, ERR_TRUNCATED,
	    "the metrics end without \"# EOF\"");
}

enum err
exposition_count(const struct exposition_sum *sum, double scale, uint64_t *value, struct why *why)
{
	double scaled = sum->sum * scale;

	*value = 0;
	if (sum->series == 0)
		return why_set(why, ERR_NOT_FOUND, "no such series is among the metrics");
	if (isnan(scaled))
		return why_set(why, ERR_INVALID, "its value is not a number (NaN)");
	if (scaled < 0 || scaled >= 9223372036854775808.0)
		return why_set(why, ERR_LIMIT, "its value is %g, which is no count",
		    sum->sum);
	*value = (uint64_t)scaled;
	return ERR_OK;
}

static enum err
selector_wrong(const char *text, struct why *why)
{
	return why_set(why, ERR_INVALID, "\"%.100s\" selects no series; write NAME or "
	    "NAME{LABEL=\"VALUE\",...}, with != for all but one value", text);
}

enum err
exposition_selector_read(const char *text, struct exposition_selector *selector, struct why *why)
{
	struct bytes in = bytes_of_text(text), value;

	*selector = (struct exposition_selector){ .name = name_take(&in, true) };
	if (selector->name.len == 0)
		return selector_wrong(text, why);
	if (symbol(&in, '{')) {
		while (!symbol(&in, '}')) {
			struct exposition_matcher *at = &selector->matcher[selector->matchers];

			if (selector->matchers++ == EXPOSITION_MATCHERS_MAX)
				return selector_wrong(text, why);
			at->name = name_take(&in, false);
			at->differs = symbol(&in, '!');
			if (at->name.len == 0 || !symbol(&in, '=') || !quoted_take(&in, &value) ||
			    value.len > EXPOSITION_VALUE_MAX)
				return selector_wrong(text, why);
			while (value.len > 0)
				at->value[at->len++] = octet_take(&value);
			if (!symbol(&in, ',') && (in.len == 0 || in.at[0] != '}'))
				return selector_wrong(text, why);
		}
	}
	blanks(&in);
	return in.len == 0 ? ERR_OK : selector_wrong(text, why);
}
