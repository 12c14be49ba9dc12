/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A strict little checker of the HTML our reports make: balanced tags from a short list, quoted
 * attributes from another, no raw markup characters in text, known references only, links to
 * what is there, valid UTF-8 without controls or characters that turn direction.  Not HTML in
 * general: what it does not know it refuses.
 */
#ifndef TESTS_UNIT_HTML_CHECK_H
#define TESTS_UNIT_HTML_CHECK_H

#include <stdio.h>
#include <string.h>

#include "monitor/base/cbor.h"
#include "monitor/base/log.h"

enum { HTML_DEPTH = 64, HTML_IDS = 8192 };

struct html_check {
	struct bytes in;
	size_t       at;
	struct bytes open[HTML_DEPTH];
	unsigned     depth;
	struct bytes id[HTML_IDS], link[HTML_IDS];
	unsigned     ids, links, tables, heads;
	char         fault[200];
};

static inline bool
html_fault(struct html_check *h, const char *what)
{
	if (h->fault[0] == '\0')
		snprintf(h->fault, sizeof(h->fault), "octet %zu: %s: %.60s", h->at, what,
		    (const char *)h->in.at + h->at);
	return false;
}

static inline bool
html_is_one_of(struct bytes word, const char *const *list)
{
	for (; *list != NULL; list++)
		if (bytes_equal(word, bytes_of_text(*list)))
			return true;
	return false;
}

static inline bool
html_starts(const struct html_check *h, const char *text)
{
	size_t len = strlen(text);

	return h->in.len - h->at >= len && memcmp(h->in.at + h->at, text, len) == 0;
}

static inline struct bytes
html_word(struct html_check *h)
{
	size_t from = h->at;

	while (h->at < h->in.len && (strchr("abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
	    h->in.at[h->at]) != NULL ||
	    (h->at > from && h->in.at[h->at] >= '1' && h->in.at[h->at] <= '6')))
		h->at++;
	return bytes_of(h->in.at + from, h->at - from);
}

static inline bool
html_reference(struct html_check *h)
{
	static const char *const known[] = { "&amp;", "&lt;", "&gt;", "&quot;", "&#39;", NULL };

	for (size_t i = 0; known[i] != NULL; i++)
		if (html_starts(h, known[i])) {
			h->at += strlen(known[i]);
			return true;
		}
	return html_fault(h, "a reference nobody knows");
}

/* One character of text or of an attribute's value. */
static inline bool
html_character(struct html_check *h)
{
	uint8_t c = h->in.at[h->at];
	size_t len;

	if (c == '&')
		return html_reference(h);
	if (c == '<' || c == '>' || c == '"')
		return html_fault(h, "a raw character of markup");
	len = c == '\n' ? 1 : text_safe_character((const char *)h->in.at + h->at,
	    h->in.len - h->at);
	if (len == 0)
		return html_fault(h, "no harmless character");
	h->at += len;
	return true;
}

static inline bool
html_attribute(struct html_check *h)
{
	static const char *const known[] = { "lang", "charset", "name", "content", "http-equiv",
		"class", "scope", "rowspan", "colspan", "id", "href", "aria-label", "style",
		"role", "aria-hidden", "aria-labelledby", "xmlns", "viewBox", "width", "height",
		"font-family", "font-size", "font-weight", "fill", "x", "y", "rx", "d", "points",
		"stroke", "stroke-width", "stroke-dasharray", "text-anchor", "textLength",
		"lengthAdjust", "patternUnits", "refX", "refY", "markerWidth", "markerHeight",
		"markerUnits", "orient", "marker-start", "marker-end", NULL };
	struct bytes name = html_word(h), value;
	size_t from;

	if (!html_is_one_of(name, known))
		return html_fault(h, "an attribute that may not be");
	if (!html_starts(h, "=\""))
		return html_fault(h, "an attribute without a value in quotes");
	from = h->at += 2;
	while (h->at < h->in.len && h->in.at[h->at] != '"')
		/* Only our own policy quotes with the other quote. */
		if (h->in.at[h->at] == '\'' ? h->at++, false : !html_character(h))
			return false;
	value = bytes_of(h->in.at + from, h->at - from);
	h->at++;
	if (bytes_equal(name, bytes_of_text("id")) && h->ids < HTML_IDS)
		h->id[h->ids++] = value;
	if (!bytes_equal(name, bytes_of_text("href")))
		return true;
	if (value.len < 2 || value.at[0] != '#' || h->links == HTML_IDS)
		return html_fault(h, "a link to somewhere else");
	h->link[h->links++] = bytes_slice(value, 1, value.len);
	return true;
}

static inline bool
html_nests(const struct html_check *h, struct bytes tag)
{
	static const struct { const char *tag, *parent[4]; } rules[] = {
		{ "tr", { "tbody", "thead", NULL } }, { "td", { "tr", NULL } },
		{ "th", { "tr", NULL } }, { "li", { "ul", "ol", NULL } },
		{ "caption", { "table", NULL } }, { "tbody", { "table", NULL } },
		{ "thead", { "table", NULL } } };

	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++)
		if (bytes_equal(tag, bytes_of_text(rules[i].tag)))
			return h->depth > 0 && html_is_one_of(h->open[h->depth - 1],
			    rules[i].parent);
	return true;
}

static inline bool
html_style(struct html_check *h)
{
	while (h->at < h->in.len && !html_starts(h, "</style>")) {
		if (h->in.at[h->at] == '<' || html_starts(h, "url(") || html_starts(h, "@import"))
			return html_fault(h, "a style that fetches or ends early");
		h->at++;
	}
	return true;
}

static inline bool
html_open(struct html_check *h)
{
	static const char *const known[] = { "html", "head", "meta", "title", "style", "body",
		"header", "nav", "main", "section", "h1", "h2", "h3", "h4", "h5", "p", "ul", "ol",
		"li", "a", "footer", "figure", "figcaption", "colgroup", "col", "svg", "desc",
		"defs", "g", "rect", "path", "polyline", "polygon", "text", "pattern", "marker",
		"table", "caption", "thead", "tbody", "tr", "th", "td", "br", "span", "strong", "code",
		"div", NULL };
	static const char *const empty[] = { "meta", "br", "col", NULL };
	struct bytes tag;

	h->at++;
	tag = html_word(h);
	if (!html_is_one_of(tag, known))
		return html_fault(h, "an element that may not be");
	if (!html_nests(h, tag))
		return html_fault(h, "an element in the wrong place");
	while (h->at < h->in.len && h->in.at[h->at] == ' ') {
		h->at++;
		if (!html_attribute(h))
			return false;
	}
	if (html_starts(h, "/>")) {
		h->at += 2;
		return true;
	}
	if (h->at >= h->in.len || h->in.at[h->at] != '>')
		return html_fault(h, "a tag that does not end");
	h->at++;
	h->tables += bytes_equal(tag, bytes_of_text("table"));
	h->heads += bytes_equal(tag, bytes_of_text("caption"));
	if (html_is_one_of(tag, empty))
		return true;
	if (h->depth == HTML_DEPTH)
		return html_fault(h, "elements too deep");
	h->open[h->depth++] = tag;
	return !bytes_equal(tag, bytes_of_text("style")) || html_style(h);
}

static inline bool
html_close(struct html_check *h)
{
	struct bytes tag;

	h->at += 2;
	tag = html_word(h);
	if (h->depth == 0 || !bytes_equal(tag, h->open[h->depth - 1]))
		return html_fault(h, "an end tag of another element");
	h->depth--;
	if (h->at >= h->in.len || h->in.at[h->at++] != '>')
		return html_fault(h, "a tag that does not end");
	return true;
}

static inline bool
html_links(struct html_check *h)
{
	for (unsigned i = 0; i < h->links; i++) {
		bool found = false;

		for (unsigned j = 0; j < h->ids; j++)
			found |= bytes_equal(h->link[i], h->id[j]);
		if (!found)
			return html_fault(h, "a link to what is not there");
	}
	for (unsigned i = 0; i < h->ids; i++)
		for (unsigned j = 0; j < i; j++)
			if (bytes_equal(h->id[i], h->id[j]))
				return html_fault(h, "an id that stands twice");
	return true;
}

/* True if it is as it must be; else h->fault says what is not. */
static inline bool
html_check(struct html_check *h, struct bytes in)
{
	static const char type[] = "<!DOCTYPE html>\n";

	*h = (struct html_check){ .in = in };
	if (!utf8_valid(in) || !html_starts(h, type))
		return html_fault(h, "no HTML, or no UTF-8");
	h->at = sizeof(type) - 1;
	while (h->at < in.len) {
		bool good = in.at[h->at] != '<' ? html_character(h) :
		    html_starts(h, "</") ? html_close(h) : html_open(h);

		if (!good)
			return false;
	}
	if (h->depth != 0)
		return html_fault(h, "elements that do not end");
	/* Every table has its caption. */
	if (h->tables != h->heads)
		return html_fault(h, "a table without a caption");
	return html_links(h);
}

#endif
