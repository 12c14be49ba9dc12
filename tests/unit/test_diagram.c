/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Diagrams: no two boxes cut each other, no text leaves its box or meets another, everything is on
 * the sheet; small and large networks, with and without health; equal plans, equal drawings.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "reports/diagram.h"
#include "tests/unit/graph_world.h"

struct rect { int32_t x, y, width, height; };

static const char *
name_of(struct plan *plan, const char *form, uint32_t number)
{
	char text[64];

	snprintf(text, sizeof(text), form, number);
	return plan_text(plan, bytes_of_text(text));
}

static void
fill_sets(struct plan *plan, uint32_t sets)
{
	plan->set = plan_array(plan, plan->sets = sets, sizeof(*plan->set));
	for (uint32_t i = 0; i < sets; i++) {
		plan->set[i] = (struct plan_set){ .name = name_of(plan, "set-%u", i), .title = "",
			.title_ja = "", .mode = "n+k", .needed = 1,
			.serves = plan->services > 0 };
		plan->set[i].serve = plan_array(plan, 1, sizeof(struct plan_serve));
		plan->set[i].serve[0] = (struct plan_serve){ .service =
			plan->services > 0 ? i % plan->services : 0, .areas = "" };
	}
}

/* A network of any size, with long Japanese titles. */
static struct plan *
large(uint32_t services, uint32_t sets, uint32_t instances, uint32_t sites)
{
	static const char *const nf[] = { "AMF", "SMF", "UPF", "UDM", "P-CSCF" };
	struct plan *plan = plan_new();

	plan->service = plan_array(plan, plan->services = services, sizeof(*plan->service));
	for (uint32_t i = 0; i < services; i++)
		plan->service[i] = (struct plan_service){ .name = name_of(plan, "service-%u", i),
			.title_ja = "音声通話の電気通信役務（緊急通報を含む、全国すべての都道府県）",
			.title = "" };
	fill_sets(plan, sets);
	plan->site = plan_array(plan, plan->sites = sites, sizeof(*plan->site));
	for (uint32_t i = 0; i < sites; i++)
		plan->site[i] = (struct plan_site){ .name = name_of(plan, "site-%u", i),
			.title_ja = i % 2 == 0 ? "東京第一データセンター（大手町）北棟三階" : "",
			.title = "", .provider = i % 5 == 0 ? "" : name_of(plan, "p-%u", i % 5),
			.region = "ap-northeast-1", .zone = "a", .jurisdiction = "JP" };
	plan->instance = plan_array(plan, plan->instances = instances, sizeof(*plan->instance));
	for (uint32_t i = 0; i < instances; i++)
		plan->instance[i] = (struct plan_instance){ .title = "", .title_ja = "",
			.name = name_of(plan, "instance-of-a-long-name-%u", i),
			.function = (enum function)(i % FUNCTION_COUNT), .site = i * 7 % sites,
			.nf = nf[i % 5], .version = "2.1.0", .model = "IaaS shared",
			.replica_set = sets > 0 && i % 9 != 0 ? plan->set[i % sets].name : "" };
	plan->dependencies = 40;
	plan->dependency = plan_array(plan, 40, sizeof(*plan->dependency));
	for (uint32_t i = 0; i < 40; i++)
		plan->dependency[i] = (struct plan_dependency){ i % 3 == 0 ?
			name_of(plan, "provider:p-%u", i % 7) : name_of(plan, "site:site-%u",
			i % sites), name_of(plan, "provider:p-%u", i * 3 % 11), "専用線" };
	return plan;
}

static bool
meet(struct rect a, struct rect b)
{
	return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height &&
	    b.y < a.y + a.height;
}

static bool
holds(struct rect a, struct rect b)
{
	return a.x <= b.x && a.y <= b.y && a.x + a.width >= b.x + b.width &&
	    a.y + a.height >= b.y + b.height;
}

static struct rect
text_rect(const struct drawing_item *item)
{
	int32_t width = drawing_text_width(item->text, item->size);
	struct rect rect = { item->x, item->y - item->size * 8 / 10, width, item->size };

	if (item->width > 0 && width > item->width)
		rect.width = item->width;
	if (item->anchor == ANCHOR_MIDDLE)
		rect.x -= rect.width / 2;
	if (item->anchor == ANCHOR_END)
		rect.x -= rect.width;
	return rect;
}

static bool
rect_of(const struct drawing_item *item, struct rect *out)
{
	if (item->kind == DRAWING_BOX)
		*out = (struct rect){ item->x, item->y, item->width, item->height };
	else if (item->kind == DRAWING_TEXT)
		*out = text_rect(item);
	return (item->kind == DRAWING_BOX && item->role != DRAWING_INK) ||
	    item->kind == DRAWING_TEXT;
}

/* Two boxes: apart, or one in the other; a text is within a box or apart from it; no two texts. */
static void
check_pair(const struct drawing_item *a, const struct drawing_item *b)
{
	struct rect x, y;
	bool texts = a->kind == DRAWING_TEXT && b->kind == DRAWING_TEXT;

	if (!rect_of(a, &x) || !rect_of(b, &y) || !meet(x, y))
		return;
	if (!texts && (holds(x, y) || holds(y, x)))
		return;
	fail_msg("%s at %d,%d %dx%d \"%s\" meets %s at %d,%d %dx%d \"%s\"",
	    a->kind == DRAWING_TEXT ? "text" : "box", x.x, x.y, x.width, x.height, a->text,
	    b->kind == DRAWING_TEXT ? "text" : "box", y.x, y.y, y.width, y.height, b->text);
}

static void
check(const struct drawing *drawing)
{
	struct rect sheet = { 0, 0, drawing->width, drawing->height }, rect;
	struct why why = { .text = "" };

	if (drawing_check(drawing, &why) != ERR_OK)
		fail_msg("%s", why.text);
	for (uint32_t i = 0; i < drawing->items; i++) {
		const struct drawing_item *item = &drawing->item[i];

		if (rect_of(item, &rect) && !holds(sheet, rect))
			fail_msg("\"%s\" at %d,%d leaves the sheet", item->text, rect.x, rect.y);
		for (uint32_t p = 0; p < item->points; p++)
			assert_true(item->point[p].x >= 0 && item->point[p].x <= sheet.width &&
			    item->point[p].y >= 0 && item->point[p].y <= sheet.height);
		for (uint32_t k = 0; k < i; k++)
			check_pair(&drawing->item[k], item);
	}
}

static void
draw(struct plan *plan, const struct state *state)
{
	struct graph *graph = graph_new(plan);

	for (enum diagram_kind kind = 0; kind < DIAGRAMS; kind++) {
		struct drawing *once = diagram_draw(kind, graph, state);
		struct drawing *again = diagram_draw(kind, graph, state);
		struct buffer a = { .max = 0 }, b = { .max = 0 };

		check(once);
		drawing_print_svg_file(once, &a);
		drawing_print_svg_file(again, &b);
		assert_true(a.len > 0 && bytes_equal(bytes_of_buffer(&a), bytes_of_buffer(&b)));
		buffer_free(&a);
		buffer_free(&b);
		drawing_free(once);
		drawing_free(again);
	}
	graph_free(graph);
}

static void
fill_names(struct plan *plan)
{
	for (uint32_t i = 0; i < plan->sets; i++)
		for (uint32_t k = 0; k < plan->set[i].serves; k++)
			assert_non_null(plan->set[i].serve[k].areas);
}

static void
small_network(void **unused)
{
	struct plan *plan = graph_world();

	(void)unused;
	fill_names(plan);
	draw(plan, NULL);
	plan_free(plan);
}

static void
networks_of_all_sizes(void **unused)
{
	static const uint32_t size[][4] = { { 0, 0, 0, 1 }, { 1, 0, 3, 1 }, { 3, 12, 30, 4 },
		{ 5, 40, 120, 12 }, { 8, 100, 500, 20 }, { 64, 400, 1000, 60 } };

	(void)unused;
	for (size_t i = 0; i < sizeof(size) / sizeof(size[0]); i++) {
		struct plan *plan = large(size[i][0], size[i][1], size[i][2], size[i][3]);

		draw(plan, NULL);
		plan_free(plan);
	}
}

/* Health by letter: of a group, how many are as bad as the worst. */
static void
health_is_shown(void **unused)
{
	struct plan *plan = large(2, 4, 100, 2);
	struct plan_target target = { .instance = 1 };
	struct target_state down = { .plan = &target, .health = HEALTH_DOWN };
	struct state state = { .plan = plan, .target = &down, .targets = 1 };
	struct graph *graph = graph_new(plan);
	struct drawing *drawing = diagram_draw(DIAGRAM_EQUIPMENT, graph, &state);
	uint32_t bad = 0;

	(void)unused;
	check(drawing);
	for (uint32_t i = 0; i < drawing->items; i++)
		bad += drawing->item[i].kind == DRAWING_TEXT &&
		    strncmp(drawing->item[i].text, "X 1/", 4) == 0;
	assert_int_equal(bad, 1);
	drawing_free(drawing);
	graph_free(graph);
	draw(plan, &state);
	plan_free(plan);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_network),
		cmocka_unit_test(networks_of_all_sizes),
		cmocka_unit_test(health_is_shown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
