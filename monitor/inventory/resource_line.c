/* SPDX-License-Identifier: Apache-2.0 */
/* The canonical line of a resource: keys in the order of their names, lists sorted. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/inventory/resource.h"

struct line { struct buffer *out; bool begun; };

/* Texts were escaped when they were put in: only what JSON itself needs is left. */
static void
quoted(struct buffer *out, const char *text)
{
	buffer_put_u8(out, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			buffer_put_u8(out, '\\');
		buffer_put_u8(out, (uint8_t)*text);
	}
	buffer_put_u8(out, '"');
}

static void
key(struct line *line, const char *name)
{
	buffer_put_u8(line->out, line->begun ? ',' : '{');
	line->begun = true;
	quoted(line->out, name);
	buffer_put_u8(line->out, ':');
}

static void
text(struct line *line, const char *name, const char *value)
{
	if (resource_text(value)[0] == '\0')
		return;
	key(line, name);
	quoted(line->out, value);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
list(struct line *line, const char *name, const struct text_list *list, bool known)
{
	char *sorted[RESOURCE_LIST_MAX];

	if (list->count == 0 && !known)
		return;
	if (list->count > 0)
		memcpy(sorted, list->text, list->count * sizeof(sorted[0]));
	qsort(sorted, list->count, sizeof(sorted[0]), by_text);
	key(line, name);
	buffer_put_u8(line->out, '[');
	for (size_t i = 0; i < list->count; i++) {
		buffer_put_text(line->out, i > 0 ? "," : "");
		quoted(line->out, sorted[i]);
	}
	buffer_put_u8(line->out, ']');
	if (list->all > list->count) {
		char count[32];

		snprintf(count, sizeof(count), "%s_count", name);
		key(line, count);
		buffer_print(line->out, "%zu", list->all);
	}
}

static void
setting(struct line *line, const struct resource *resource, enum resource_setting which)
{
	if (resource->setting[which] == SETTING_UNKNOWN)
		return;
	key(line, resource_setting_word(which));
	buffer_put_text(line->out, resource->setting[which] == SETTING_YES ? "true" : "false");
}

static int
by_edge(const void *a, const void *b)
{
	const struct edge *x = a, *y = b;
	int order = (x->kind > y->kind) - (x->kind < y->kind);

	if (order == 0)
		order = strcmp(resource_text(x->to), resource_text(y->to));
	return order != 0 ? order : strcmp(resource_text(x->id), resource_text(y->id));
}

static void
edges(struct line *line, const struct resource *resource)
{
	struct edge sorted[RESOURCE_EDGE_MAX];

	if (resource->edges == 0 && !resource->edges_known)
		return;
	if (resource->edges > 0)
		memcpy(sorted, resource->edge, resource->edges * sizeof(sorted[0]));
	qsort(sorted, resource->edges, sizeof(sorted[0]), by_edge);
	key(line, "edges");
	buffer_put_u8(line->out, '[');
	for (size_t i = 0; i < resource->edges; i++) {
		struct line inner = { .out = line->out };

		buffer_put_text(line->out, i > 0 ? "," : "");
		text(&inner, "from", sorted[i].from);
		text(&inner, "id", sorted[i].id);
		text(&inner, "kind", edge_word(sorted[i].kind));
		text(&inner, "to", sorted[i].to);
		buffer_put_u8(line->out, '}');
	}
	buffer_put_u8(line->out, ']');
	if (resource->edge_all > resource->edges) {
		key(line, "edges_count");
		buffer_print(line->out, "%zu", resource->edge_all);
	}
}

void
resource_line(struct buffer *out, const struct resource *resource)
{
	struct line line = { .out = out };

	if (resource->administrator) {
		key(&line, "administrator");
		buffer_put_text(out, "true");
	}
	if (resource->created_ms != 0) {
		key(&line, "created_ms");
		buffer_print(out, "%" PRId64, resource->created_ms);
	}
	edges(&line, resource);
	setting(&line, resource, RESOURCE_ENCRYPTED);
	text(&line, "id", resource->id);
	text(&line, "in_use", resource->in_use);
	text(&line, "key", resource->key);
	text(&line, "key_holder", resource->key_holder);
	text(&line, "kind", resource->kind);
	setting(&line, resource, RESOURCE_LOGGING);
	text(&line, "name", resource->name);
	list(&line, "open", &resource->open, resource->open_known);
	text(&line, "owner", resource->owner);
	list(&line, "parts", &resource->parts, false);
	text(&line, "place", resource->place);
	setting(&line, resource, RESOURCE_PUBLIC);
	setting(&line, resource, RESOURCE_ROTATION);
	setting(&line, resource, RESOURCE_SECOND_FACTOR);
	list(&line, "shared", &resource->shared, resource->shared_known);
	text(&line, "state", resource->state);
	list(&line, "unread", &resource->unread, false);
	list(&line, "unsaid", &resource->unsaid, false);
	setting(&line, resource, RESOURCE_VERSIONING);
	text(&line, "zone", resource->zone);
	buffer_put_text(out, line.begun ? "}\n" : "{}\n");
}
