/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file of outlines: lines "origin TEXT", "sizes ARCS POINTS COUNTRIES CIRCLES", then so many
 * "arc N x y dx dy ...", "country CODE N arc ..." and "circle CODE north east km"; "#" begins a
 * remark.  Numbers of arcs count from 0.  Anything else is refused with its line.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/base/outline_part.h"

struct line_reader {
	struct bytes     left;		/* of the file */
	struct bytes     line;		/* of the line, behind what was taken */
	unsigned         number;
	struct outlines *out;
	uint32_t         arcs, points, countries, circles;	/* announced */
	struct why      *why;
};

static enum err
fault(const struct line_reader *in, enum err err, const char *what)
{
	return why_set(in->why, err, "line %u of the outlines of countries: %s; take the file "
	    "that came with this version", in->number, what);
}

/* The next word of the line; empty at its end. */
static struct bytes
word_next(struct line_reader *in)
{
	size_t from = 0, len = 0;
	struct bytes word;

	while (from < in->line.len && in->line.at[from] == ' ')
		from++;
	while (from + len < in->line.len && in->line.at[from + len] != ' ')
		len++;
	word = bytes_slice(in->line, from, len);
	in->line = bytes_slice(in->line, from + len, in->line.len);
	return word;
}

/* A whole number of at most nine digits; false if there is none or it is outside. */
static bool
number_next(struct line_reader *in, int64_t least, int64_t most, int64_t *out)
{
	struct bytes word = word_next(in);
	bool minus = word.len > 0 && word.at[0] == '-';
	int64_t value = 0;

	if (word.len <= (size_t)minus || word.len > 9 + (size_t)minus)
		return false;
	for (size_t i = minus; i < word.len; i++) {
		if (word.at[i] < '0' || word.at[i] > '9')
			return false;
		value = 10 * value + (word.at[i] - '0');
	}
	*out = minus ? -value : value;
	return *out >= least && *out <= most;
}

static bool
code_next(struct line_reader *in, char out[3])
{
	struct bytes word = word_next(in);

	if (word.len != 2 || word.at[0] < 'A' || word.at[0] > 'Z' || word.at[1] < 'A' ||
	    word.at[1] > 'Z')
		return false;
	memcpy(out, word.at, 2);
	out[2] = '\0';
	return true;
}

static enum err
sizes_take(struct line_reader *in)
{
	struct outlines *out = in->out;
	int64_t arcs, points, countries, circles;

	if (out->point != NULL || !number_next(in, 1, OUTLINE_ARCS_MAX, &arcs) ||
	    !number_next(in, 1, OUTLINE_POINTS_MAX, &points) ||
	    !number_next(in, 1, OUTLINE_COUNTRIES_MAX, &countries) ||
	    !number_next(in, 0, OUTLINE_CIRCLES_MAX, &circles))
		return fault(in, ERR_INVALID, "\"sizes\" is wrong or stands twice");
	in->arcs = (uint32_t)arcs;
	in->points = (uint32_t)points;
	in->countries = (uint32_t)countries;
	in->circles = (uint32_t)circles;
	out->arc = memory_new(in->arcs, sizeof(*out->arc));
	out->point = memory_new(in->points, sizeof(*out->point));
	out->country = memory_new(in->countries, sizeof(*out->country));
	out->circle = memory_new(in->circles + 1, sizeof(*out->circle));
	return ERR_OK;
}

static enum err
arc_take(struct line_reader *in)
{
	struct outlines *out = in->out;
	int64_t count, x = 0, y = 0, dx, dy;

	if (out->arcs == in->arcs || !number_next(in, 1, in->points - out->points, &count))
		return fault(in, ERR_INVALID, "an arc more than announced, or of too many points");
	out->arc[out->arcs++] = (struct outline_arc){ &out->point[out->points], (uint32_t)count };
	for (int64_t i = 0; i < count; i++) {
		struct outline_point *point = &out->point[out->points++];

		if (!number_next(in, -72000, 72000, &dx) || !number_next(in, -36000, 36000, &dy))
			return fault(in, ERR_INVALID, "a coordinate is missing or no number");
		x += dx;
		y += dy;
		if (x < -36000 || x > 36000 || y < -18000 || y > 18000)
			return fault(in, ERR_INVALID, "a point is not on the earth");
		*point = (struct outline_point){ .x = (int32_t)x, .y = (int32_t)y };
		outline_vector((struct place){ y * OUTLINE_STEP_UDEG, x * OUTLINE_STEP_UDEG },
		    point->vector);
	}
	return ERR_OK;
}

static enum err
country_take(struct line_reader *in)
{
	struct outlines *out = in->out;
	struct outline_country *country = &out->country[out->countries];
	int64_t count, arc;

	if (out->countries == in->countries || !code_next(in, country->code) ||
	    !number_next(in, 0, out->arcs, &count))
		return fault(in, ERR_INVALID, "a country more than announced, its code or the "
		    "number of its arcs is wrong");
	if (out->countries > 0 && strcmp(country[-1].code, country->code) >= 0)
		return fault(in, ERR_INVALID, "countries do not stand in the order of their codes");
	country->arc = memory_new((size_t)count + 1, sizeof(*country->arc));
	out->countries++;
	while (country->arcs < count) {
		if (!number_next(in, 0, (int64_t)out->arcs - 1, &arc))
			return fault(in, ERR_INVALID, "an arc of a country is not there");
		country->arc[country->arcs++] = (uint32_t)arc;
	}
	return ERR_OK;
}

/* Up to six decimals, as millionths. */
static bool
degrees_next(struct line_reader *in, int64_t most, int64_t *out)
{
	struct bytes word = word_next(in);
	bool minus = word.len > 0 && word.at[0] == '-', point = false;
	unsigned decimals = 0;
	int64_t value = 0;

	if (word.len <= (size_t)minus || word.len > 11)
		return false;
	for (size_t i = minus; i < word.len; i++) {
		if (word.at[i] == '.' && !point) {
			point = true;
			continue;
		}
		if (word.at[i] < '0' || word.at[i] > '9' || decimals == 6)
			return false;
		value = 10 * value + (word.at[i] - '0');
		decimals += point;
	}
	for (; decimals < 6; decimals++)
		value *= 10;
	*out = minus ? -value : value;
	return value <= most * 1000000;
}

static enum err
circle_take(struct line_reader *in)
{
	struct outlines *out = in->out;
	struct outline_circle *circle = &out->circle[out->circles];
	struct place centre;
	int64_t km;

	if (out->circles == in->circles || !code_next(in, circle->code) ||
	    !degrees_next(in, 90, &centre.latitude_udeg) ||
	    !degrees_next(in, 180, &centre.longitude_udeg) || !number_next(in, 1, 20000, &km))
		return fault(in, ERR_INVALID, "a circle more than announced, or it is not CODE "
		    "NORTH EAST KILOMETRES");
	outline_vector(centre, circle->vector);
	circle->km = (double)km;
	out->circles++;
	return ERR_OK;
}

static enum err
line_take(struct line_reader *in)
{
	struct bytes word = word_next(in);
	enum err err;

	if (word.len == 0)
		return ERR_OK;
	if (bytes_equal(word, bytes_of_text("origin"))) {
		if (in->out->origin != NULL || in->line.len < 2 || in->line.len > 400)
			return fault(in, ERR_INVALID, "\"origin\" is empty, too long or twice");
		in->out->origin = memory_text(bytes_slice(in->line, 1, in->line.len));
		return ERR_OK;
	}
	if (bytes_equal(word, bytes_of_text("sizes")))
		err = sizes_take(in);
	else if (in->out->point == NULL)
		err = fault(in, ERR_INVALID, "\"sizes\" must stand before it");
	else if (bytes_equal(word, bytes_of_text("arc")))
		err = arc_take(in);
	else if (bytes_equal(word, bytes_of_text("country")))
		err = country_take(in);
	else if (bytes_equal(word, bytes_of_text("circle")))
		err = circle_take(in);
	else
		err = fault(in, ERR_INVALID, "it begins with an unknown word");
	return err == ERR_OK && word_next(in).len > 0 ?
	    fault(in, ERR_INVALID, "there is more on the line than it should hold") : err;
}

static enum err
lines_take(struct line_reader *in)
{
	while (in->left.len > 0) {
		const uint8_t *end = memchr(in->left.at, '\n', in->left.len);
		size_t len = end != NULL ? (size_t)(end - in->left.at) : in->left.len;
		const uint8_t *remark = memchr(in->left.at, '#', len);
		enum err err;

		in->number++;
		in->line = bytes_slice(in->left, 0, remark != NULL ?
		    (size_t)(remark - in->left.at) : len);
		in->left = bytes_slice(in->left, len + 1, in->left.len);
		err = line_take(in);
		if (err != ERR_OK)
			return err;
	}
	if (in->out->origin == NULL || in->out->arcs != in->arcs ||
	    in->out->points != in->points || in->out->countries != in->countries ||
	    in->out->circles != in->circles || in->arcs == 0)
		return fault(in, ERR_INVALID, "the file ends before everything that \"sizes\" "
		    "announces was there, or \"origin\" is missing");
	return ERR_OK;
}

enum err
outlines_read(struct bytes file, struct outlines **out, struct why *why)
{
	struct line_reader in = { .left = file, .why = why };
	enum err err;

	*out = NULL;
	in.out = memory_new(1, sizeof(*in.out));
	err = file.len > OUTLINE_FILE_MAX ? fault(&in, ERR_LIMIT, "the file is too long") :
	    lines_take(&in);
	if (err != ERR_OK)
		outlines_free(in.out);
	else
		*out = in.out;
	return err;
}

void
outlines_free(struct outlines *outlines)
{
	if (outlines == NULL)
		return;
	for (uint32_t i = 0; i < outlines->countries; i++)
		free(outlines->country[i].arc);
	free(outlines->country);
	free(outlines->circle);
	free(outlines->point);
	free(outlines->arc);
	free(outlines->origin);
	free(outlines);
}

const char *
outlines_origin(const struct outlines *outlines)
{
	return outlines->origin;
}

size_t
outlines_count(const struct outlines *outlines)
{
	return outlines->countries;
}

const char *
outlines_code(const struct outlines *outlines, size_t at)
{
	return outlines->country[at].code;
}
