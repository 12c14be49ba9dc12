/* SPDX-License-Identifier: Apache-2.0 */
/* Collecting resources; see stock.h. */
#include <stdlib.h>
#include <string.h>

#include "monitor/inventory/stock.h"

static unsigned
marks_of(const struct resource *resource)
{
	unsigned marks = 0;

	if (resource->setting[RESOURCE_PUBLIC] == SETTING_YES)
		marks |= MARK_PUBLIC;
	if (resource->open.all > 0)
		marks |= MARK_OPEN;
	if (resource->setting[RESOURCE_ENCRYPTED] == SETTING_NO)
		marks |= MARK_UNENCRYPTED;
	if (resource->setting[RESOURCE_LOGGING] == SETTING_NO)
		marks |= MARK_UNLOGGED;
	if (resource->setting[RESOURCE_ROTATION] == SETTING_NO)
		marks |= MARK_UNROTATED;
	if (resource->administrator && resource->setting[RESOURCE_SECOND_FACTOR] == SETTING_NO)
		marks |= MARK_SINGLE_FACTOR;
	for (size_t i = 0; i < resource->edges; i++)
		if (edge_leaves(&resource->edge[i]))
			marks |= MARK_LEAVING;
	if (resource->shared.all > 0)
		marks |= MARK_SHARED;
	if (resource->unread.all + resource->unsaid.all > 0)
		marks |= MARK_UNKNOWN;
	return marks;
}

static char *
leaving_of(const struct resource *resource)
{
	struct buffer text = { .max = 0 };
	char *made;

	for (size_t i = 0; i < resource->edges; i++) {
		const char *to = resource_text(resource->edge[i].to);

		if (edge_leaves(&resource->edge[i]))
			buffer_print(&text, "%s%s", text.len > 0 ? " " : "",
			    to[0] != '\0' ? to : "unknown");
	}
	made = memory_text(bytes_of_buffer(&text));
	buffer_free(&text);
	return made;
}

static char *
title_of(const struct resource *resource)
{
	const char *name = resource_text(resource->name), *place = resource_text(resource->place);
	struct buffer text = { .max = 0 };
	char *made;

	buffer_print(&text, "%s %s", resource_text(resource->kind), resource_text(resource->id));
	if (name[0] != '\0' && strcmp(name, resource_text(resource->id)) != 0)
		buffer_print(&text, " (%s)", name);
	if (place[0] != '\0')
		buffer_print(&text, " in %s", place);
	made = memory_text(bytes_of_buffer(&text));
	buffer_free(&text);
	return made;
}

static char *
sort_of(const struct resource *resource)
{
	struct buffer text = { .max = 0 };
	char *made;

	/* Not by place: one identifier in two regions is a contradiction, too. */
	buffer_print(&text, "%s %s", resource_text(resource->kind), resource_text(resource->id));
	made = memory_text(bytes_of_buffer(&text));
	buffer_free(&text);
	return made;
}

static void
one_keep(struct stock *stock, const struct resource *resource)
{
	struct resource *one = memory_new(1, sizeof(*one));

#define X(field) resource_set(&one->field, bytes_of_text(resource_text(resource->field)));
	RESOURCE_TEXTS(X)
#undef X
	memcpy(one->setting, resource->setting, sizeof(one->setting));
	for (size_t i = 0; i < resource->edges; i++)
		resource_edge(one, resource->edge[i].kind, bytes_of_text(resource->edge[i].from),
		    bytes_of_text(resource->edge[i].to), bytes_of_text(resource->edge[i].id));
	for (size_t i = 0; i < resource->shared.count; i++)
		text_list_add(&one->shared, bytes_of_text(resource->shared.text[i]));
	for (size_t i = 0; i < resource->open.count; i++)
		text_list_add(&one->open, bytes_of_text(resource->open.text[i]));
	for (size_t i = 0; i < resource->parts.count; i++)
		text_list_add(&one->parts, bytes_of_text(resource->parts.text[i]));
	for (size_t i = 0; i < resource->unread.count; i++)
		text_list_add(&one->unread, bytes_of_text(resource->unread.text[i]));
	for (size_t i = 0; i < resource->unsaid.count; i++)
		text_list_add(&one->unsaid, bytes_of_text(resource->unsaid.text[i]));
	one->edge_all = resource->edge_all;
	one->shared.all = resource->shared.all;
	one->open.all = resource->open.all;
	one->administrator = resource->administrator;
	one->shared_known = resource->shared_known;
	one->open_known = resource->open_known;
	one->edges_known = resource->edges_known;
	one->created_ms = resource->created_ms;
	stock->one = one;
}

void
stock_put(struct stock *stock, const struct resource *resource)
{
	struct buffer line = { .max = 0 };
	struct stock_row *row;

	/* A part of one that could not be read is a part of all. */
	for (size_t i = 0; i < resource->unread.count; i++)
		text_list_print(&stock->unread, "%s %s: %s", resource_text(resource->kind),
		    resource_text(resource->id), resource->unread.text[i]);
	resource_line(&line, resource);
	if (stock->rows == STOCK_MAX || line.len > STOCK_OCTETS - stock->octets) {
		stock->full = true;
		buffer_free(&line);
		return;
	}
	if (stock->one == NULL)
		one_keep(stock, resource);
	if (stock->rows == stock->cap) {
		stock->cap = stock->cap > 0 ? 2 * stock->cap : 256;
		stock->row = memory_resize(stock->row, stock->cap, sizeof(*stock->row));
	}
	row = &stock->row[stock->rows++];
	*row = (struct stock_row){ .line = memory_text(bytes_of_buffer(&line)),
	    .sort = sort_of(resource), .title = title_of(resource),
	    .kind = memory_text(bytes_of_text(resource_text(resource->kind))),
	    .place = memory_text(bytes_of_text(resource_text(resource->place))),
	    .leaving = leaving_of(resource), .marks = marks_of(resource) };
	stock->octets += line.len;
	buffer_free(&line);
}

static void
row_free(struct stock_row *row)
{
	free(row->line);
	free(row->sort);
	free(row->kind);
	free(row->place);
	free(row->title);
	free(row->leaving);
}

static int
by_row(const void *a, const void *b)
{
	const struct stock_row *x = a, *y = b;
	int order = strcmp(x->sort, y->sort);

	return order != 0 ? order : strcmp(x->line, y->line);
}

void
stock_settle(struct stock *stock)
{
	size_t kept = 0;

	if (stock->rows > 0)
		qsort(stock->row, stock->rows, sizeof(*stock->row), by_row);
	for (size_t i = 0; i < stock->rows; i++) {
		struct stock_row *row = &stock->row[i];
		bool again = kept > 0 && strcmp(stock->row[kept - 1].sort, row->sort) == 0;

		if (again && strcmp(stock->row[kept - 1].line, row->line) == 0) {
			row_free(row);
			continue;
		}
		if (again)
			text_list_print(&stock->contradictions, "%s is listed twice, and not "
			    "the same", row->title);
		stock->row[kept++] = *row;
	}
	stock->rows = kept;
}

size_t
stock_listing(const struct stock *stock, size_t from, size_t max, struct buffer *out)
{
	while (from < stock->rows && strlen(stock->row[from].line) <= max - out->len)
		buffer_put_text(out, stock->row[from++].line);
	return from;
}

void
stock_free(struct stock *stock)
{
	for (size_t i = 0; i < stock->rows; i++)
		row_free(&stock->row[i]);
	free(stock->row);
	text_list_free(&stock->contradictions);
	text_list_free(&stock->unread);
	if (stock->one != NULL)
		resource_free(stock->one);
	free(stock->one);
	*stock = (struct stock){ .rows = 0 };
}
