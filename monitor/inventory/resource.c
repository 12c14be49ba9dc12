/* SPDX-License-Identifier: Apache-2.0 */
/* Resources and lists of them; see resource.h. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/log.h"
#include "monitor/inventory/resource.h"

void
resource_set(char **field, struct bytes text)
{
	char safe[RESOURCE_TEXT_MAX];

	text_escape((const char *)text.at, text.len, safe, sizeof(safe));
	free(*field);
	*field = memory_text(bytes_of_text(safe));
}

void
resource_print(char **field, const char *fmt, ...)
{
	char text[RESOURCE_TEXT_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	resource_set(field, bytes_of_text(text));
}

const char *
resource_text(const char *field)
{
	return field != NULL ? field : "";
}

void
text_list_add(struct text_list *list, struct bytes text)
{
	list->all++;
	if (list->count == RESOURCE_LIST_MAX)
		return;
	if (list->count == list->cap) {
		list->cap = list->cap > 0 ? 2 * list->cap : 8;
		list->text = memory_resize(list->text, list->cap, sizeof(*list->text));
	}
	list->text[list->count] = NULL;
	resource_set(&list->text[list->count++], text);
}

void
text_list_print(struct text_list *list, const char *fmt, ...)
{
	char text[RESOURCE_TEXT_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	text_list_add(list, bytes_of_text(text));
}

void
text_list_free(struct text_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->text[i]);
	free(list->text);
	*list = (struct text_list){ .count = 0 };
}

void
resource_edge(struct resource *resource, enum edge_kind kind, struct bytes from, struct bytes to,
    struct bytes id)
{
	struct edge *edge;

	resource->edge_all++;
	if (resource->edges == RESOURCE_EDGE_MAX)
		return;
	if (resource->edges == resource->edge_cap) {
		resource->edge_cap = resource->edge_cap > 0 ? 2 * resource->edge_cap : 4;
		resource->edge = memory_resize(resource->edge, resource->edge_cap,
		    sizeof(*resource->edge));
	}
	edge = &resource->edge[resource->edges++];
	*edge = (struct edge){ .kind = kind };
	resource_set(&edge->from, from);
	resource_set(&edge->to, to);
	resource_set(&edge->id, id);
}

bool
edge_leaves(const struct edge *edge)
{
	return strcmp(resource_text(edge->from), resource_text(edge->to)) != 0 ||
	    resource_text(edge->to)[0] == '\0';
}

void
resource_free(struct resource *resource)
{
#define X(field) free(resource->field);
	RESOURCE_TEXTS(X)
#undef X
	text_list_free(&resource->shared);
	text_list_free(&resource->open);
	text_list_free(&resource->parts);
	text_list_free(&resource->unread);
	text_list_free(&resource->unsaid);
	for (size_t i = 0; i < resource->edges; i++) {
		free(resource->edge[i].from);
		free(resource->edge[i].to);
		free(resource->edge[i].id);
	}
	free(resource->edge);
	*resource = (struct resource){ .kind = NULL };
}

struct resource *
page_add(struct page *page)
{
	if (page->count == PAGE_MAX)
		return NULL;
	if (page->count == page->cap) {
		page->cap = page->cap > 0 ? 2 * page->cap : 16;
		page->resource = memory_resize(page->resource, page->cap,
		    sizeof(*page->resource));
	}
	page->resource[page->count] = (struct resource){ .kind = NULL };
	return &page->resource[page->count++];
}

void
page_free(struct page *page)
{
	for (size_t i = 0; i < page->count; i++)
		resource_free(&page->resource[i]);
	free(page->resource);
	free(page->next);
	*page = (struct page){ .count = 0 };
}

const char *
setting_word(enum setting setting)
{
	return setting == SETTING_YES ? "yes" : setting == SETTING_NO ? "no" : "unknown";
}

const char *
edge_word(enum edge_kind kind)
{
	static const char *const words[EDGE_KIND_COUNT] = {
#define X(NAME, words) [EDGE_##NAME] = words,
		EDGE_KINDS(X)
#undef X
	};

	return (unsigned)kind < EDGE_KIND_COUNT ? words[kind] : "";
}

const char *
resource_setting_word(enum resource_setting setting)
{
	static const char *const words[RESOURCE_SETTING_COUNT] = {
#define X(NAME, word) [RESOURCE_##NAME] = word,
		RESOURCE_SETTINGS(X)
#undef X
	};

	return (unsigned)setting < RESOURCE_SETTING_COUNT ? words[setting] : "";
}
