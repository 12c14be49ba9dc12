/* SPDX-License-Identifier: Apache-2.0 */
/* Names, areas and numbers as the paper of dependencies writes them. */
#include <inttypes.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "reports/dependencies_part.h"

static const char *
pick(const struct dependencies *d, const char *title, const char *title_ja)
{
	bool english = title != NULL && title[0] != '\0';
	bool japanese = title_ja != NULL && title_ja[0] != '\0';

	if (japanese && (d->japanese || !english))
		return title_ja;
	return english ? title : "";
}

static const char *
title_of(const struct dependencies *d, uint32_t node)
{
	const struct graph_node *at = graph_node(d->graph, node);
	const struct plan *plan = graph_plan(d->graph);
	uint32_t i = at->index;

	if (i == GRAPH_NONE)
		return "";
	switch (at->kind) {
	case GRAPH_SERVICE:
		return pick(d, plan->service[i].title, plan->service[i].title_ja);
	case GRAPH_SET:
		return pick(d, plan->set[i].title, plan->set[i].title_ja);
	case GRAPH_INSTANCE:
		return pick(d, plan->instance[i].title, plan->instance[i].title_ja);
	case GRAPH_SITE:
		return pick(d, plan->site[i].title, plan->site[i].title_ja);
	case GRAPH_PROVIDER:
		return pick(d, plan->provider[i].title, plan->provider[i].title_ja);
	default:
		return "";
	}
}

void
dependencies_name(const struct dependencies *d, uint32_t node, struct buffer *out)
{
	const char *title = title_of(d, node);

	if (title[0] == '\0' || strcmp(title, graph_node(d->graph, node)->name) == 0)
		buffer_put_text(out, graph_subject(d->graph, node));
	else
		buffer_print(out, "%s (%s)", title, graph_subject(d->graph, node));
}

void
dependencies_cell(const struct dependencies *d, struct paper *paper, enum paper_tone tone,
    uint32_t node)
{
	struct buffer text = { .max = 0 };

	dependencies_name(d, node, &text);
	paper_cell(paper, tone, buffer_text(&text));
	buffer_free(&text);
}

int64_t
dependencies_count(uint64_t users)
{
	return users < INT64_MAX ? (int64_t)users : INT64_MAX;
}

/* "JP-13, JP-27", or that it is all of the service. */
void
dependencies_areas(const struct dependencies *d, struct paper *paper, uint32_t service,
    uint64_t areas, bool whole)
{
	const struct graph_node *node = graph_node(d->graph, service);
	const struct plan_service *at;
	struct buffer text = { .max = 0 };

	if (whole || node->index == GRAPH_NONE) {
		paper_cell(paper, PAPER_PLAIN, _("everywhere"));
		return;
	}
	at = &graph_plan(d->graph)->service[node->index];
	for (uint32_t i = 0; i < at->areas; i++)
		if ((areas >> i & 1) != 0)
			buffer_print(&text, "%s%s", text.len > 0 ? ", " : "", at->area[i].area);
	paper_cell(paper, PAPER_PLAIN, buffer_text(&text));
	buffer_free(&text);
}

void
dependencies_rest(struct paper *paper, uint64_t left)
{
	struct buffer text = { .max = 0 };

	if (left == 0)
		return;
	buffer_print(&text, _("%" PRIu64 " more rows are left out; ask about one thing with "
	    "--node."), left);
	paper_warning(paper, buffer_text(&text));
	buffer_free(&text);
}
