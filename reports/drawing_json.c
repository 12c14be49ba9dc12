/* SPDX-License-Identifier: Apache-2.0 */
/* A drawing to JSON and back, without loss. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/limits.h"
#include "reports/paper_json.h"

static const char *const kinds[DRAWING_KINDS] = { [DRAWING_BOX] = "box", [DRAWING_LINE] = "line",
	[DRAWING_AREA] = "area", [DRAWING_TEXT] = "text", [DRAWING_BEGIN] = "begin",
	[DRAWING_END] = "end" };
static const char *const anchors[DRAWING_ANCHORS] = { [ANCHOR_START] = "start",
	[ANCHOR_MIDDLE] = "middle", [ANCHOR_END] = "end" };

static const char *
kind_name(unsigned kind)
{
	return kinds[kind];
}

static const char *
anchor_name(unsigned anchor)
{
	return anchors[anchor];
}

static const char *
role_name_of(unsigned role)
{
	return drawing_style((enum drawing_role)role)->name;
}

/* --- writing ------------------------------------------------------------------------------ */

static void
put(json_t *object, const char *key, int64_t value)
{
	json_object_set_new(object, key, json_integer(value));
}

static void
put_place(json_t *object, const struct drawing_item *item)
{
	put(object, "x", item->x);
	put(object, "y", item->y);
	if (item->kind == DRAWING_BOX) {
		put(object, "width", item->width);
		put(object, "height", item->height);
		put(object, "radius", item->size);
		return;
	}
	put(object, "size", item->size);
	put(object, "room", item->width);
	json_object_set_new(object, "anchor", json_string(anchor_name(item->anchor)));
	if (item->bold)
		json_object_set_new(object, "bold", json_true());
}

static void
put_points(json_t *object, const struct drawing_item *item)
{
	json_t *points = json_array();

	for (uint32_t i = 0; i < item->points; i++) {
		json_array_append_new(points, json_integer(item->point[i].x));
		json_array_append_new(points, json_integer(item->point[i].y));
	}
	json_object_set_new(object, "points", points);
	if (item->kind == DRAWING_AREA)
		return;
	put(object, "size", item->size);
	put(object, "arrows", item->arrows);
}

static json_t *
item_json(const struct drawing_item *item)
{
	json_t *object = json_object();

	json_object_set_new(object, "kind", json_string(kind_name(item->kind)));
	if (item->kind == DRAWING_BOX || item->kind == DRAWING_LINE || item->kind == DRAWING_AREA)
		json_object_set_new(object, "role", json_string(role_name_of(item->role)));
	if (item->kind == DRAWING_BOX || item->kind == DRAWING_TEXT)
		put_place(object, item);
	if (item->kind == DRAWING_LINE || item->kind == DRAWING_AREA)
		put_points(object, item);
	if (item->kind == DRAWING_TEXT || item->kind == DRAWING_BEGIN)
		json_object_set_new(object, "text", json_string(item->text));
	return object;
}

json_t *
drawing_to_json(const struct drawing *drawing)
{
	json_t *object = json_object(), *items = json_array();

	put(object, "width", drawing->width);
	put(object, "height", drawing->height);
	json_object_set_new(object, "title", json_string(drawing->title));
	json_object_set_new(object, "description", json_string(drawing->description));
	for (uint32_t i = 0; i < drawing->items; i++)
		json_array_append_new(items, item_json(&drawing->item[i]));
	json_object_set_new(object, "items", items);
	return object;
}

/* --- reading ------------------------------------------------------------------------------ */

static int32_t
coordinate(struct json_reading *r, const json_t *object, const char *key)
{
	return (int32_t)json_whole(r, object, key, true, -DRAWING_SIDE_MAX, DRAWING_SIDE_MAX);
}

static void
read_points(struct json_reading *r, const json_t *object, enum drawing_kind kind,
    enum drawing_role role, struct drawing *drawing)
{
	json_t *list = json_list(r, object, "points", true);
	size_t numbers = json_array_size(list);
	struct drawing_point *point;

	if (list != NULL && (numbers % 2 != 0 || numbers > 2 * (size_t)DRAWING_POINTS_MAX))
		json_fault(r, ERR_LIMIT, "points must be pairs, and not that many");
	if (r->err != ERR_OK)
		return;
	point = memory_new(numbers / 2 + 1, sizeof(*point));
	for (size_t i = 0; i < numbers; i++) {
		const json_t *value = json_array_get(list, i);
		json_int_t number = json_integer_value(value);

		if (!json_is_integer(value) || number < -DRAWING_SIDE_MAX ||
		    number > DRAWING_SIDE_MAX)
			json_fault(r, ERR_MALFORMED, "a point is no whole number within bounds");
		*(i % 2 == 0 ? &point[i / 2].x : &point[i / 2].y) =
		    r->err == ERR_OK ? (int32_t)number : 0;
	}
	if (kind == DRAWING_AREA)
		drawing_area(drawing, role, point, (uint32_t)(numbers / 2));
	else
		drawing_line(drawing, role, point, (uint32_t)(numbers / 2),
		    coordinate(r, object, "size"), (unsigned)json_whole(r, object, "arrows", true,
		    0, ARROW_START | ARROW_END));
	free(point);
}

static void
read_shape(struct json_reading *r, const json_t *value, enum drawing_kind kind,
    struct drawing *drawing)
{
	enum drawing_role role = DRAWING_PLAIN;

	if (kind == DRAWING_BOX || kind == DRAWING_LINE || kind == DRAWING_AREA)
		role = (enum drawing_role)json_word(r, value, "role", true, role_name_of,
		    DRAWING_ROLES);
	if (kind == DRAWING_BOX)
		drawing_box(drawing, role, (struct drawing_point){ coordinate(r, value, "x"),
		    coordinate(r, value, "y") }, coordinate(r, value, "width"),
		    coordinate(r, value, "height"), coordinate(r, value, "radius"));
	if (kind == DRAWING_LINE || kind == DRAWING_AREA)
		read_points(r, value, kind, role, drawing);
	if (kind == DRAWING_TEXT) {
		drawing_text(drawing, (struct drawing_point){ coordinate(r, value, "x"),
		    coordinate(r, value, "y") }, (enum drawing_anchor)json_word(r, value, "anchor",
		    true, anchor_name, DRAWING_ANCHORS), coordinate(r, value, "size"),
		    coordinate(r, value, "room"), json_text(r, value, "text", true));
		if (json_flag(r, value, "bold"))
			drawing_bold(drawing);
	}
	if (kind == DRAWING_BEGIN)
		drawing_begin(drawing, json_text(r, value, "text", true));
	if (kind == DRAWING_END)
		drawing_end(drawing);
}

static const char *
members_of(enum drawing_kind kind)
{
	switch (kind) {
	case DRAWING_BOX:   return "kind role x y width height radius";
	case DRAWING_LINE:  return "kind role points size arrows";
	case DRAWING_AREA:  return "kind role points";
	case DRAWING_TEXT:  return "kind x y size room anchor bold text";
	case DRAWING_BEGIN: return "kind text";
	default:            return "kind";
	}
}

struct drawing *
drawing_of_json(struct json_reading *r, const json_t *value)
{
	struct drawing *drawing;
	json_t *items;

	if (!json_members(r, value, "width height title description items"))
		return NULL;
	drawing = drawing_new((int32_t)json_whole(r, value, "width", true, 1, DRAWING_SIDE_MAX),
	    (int32_t)json_whole(r, value, "height", true, 1, DRAWING_SIDE_MAX),
	    json_text(r, value, "title", true), json_text(r, value, "description", true));
	items = json_list(r, value, "items", true);
	for (size_t i = 0; i < json_array_size(items) && r->err == ERR_OK; i++) {
		const json_t *item = json_array_get(items, i);
		enum drawing_kind kind = (enum drawing_kind)json_word(r, item, "kind", true,
		    kind_name, DRAWING_KINDS);

		if (json_members(r, item, members_of(kind)))
			read_shape(r, item, kind, drawing);
		if (r->err == ERR_OK && drawing->why.err != ERR_OK)
			json_fault(r, drawing->why.err, drawing->why.text);
	}
	if (r->err == ERR_OK && drawing_check(drawing, r->why) != ERR_OK)
		r->err = r->why->err;
	if (r->err == ERR_OK)
		return drawing;
	drawing_free(drawing);
	return NULL;
}
