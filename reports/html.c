/* SPDX-License-Identifier: Apache-2.0 */
/* Escaping, and the elements made with it. */
#include <string.h>

#include "reports/html.h"

void
html_text(struct buffer *out, const char *text)
{
	while (*text != '\0') {
		size_t len = strcspn(text, "&<>\"'");

		buffer_put(out, text, len);
		text += len;
		switch (*text) {
		case '&':  buffer_put_text(out, "&amp;"); break;
		case '<':  buffer_put_text(out, "&lt;"); break;
		case '>':  buffer_put_text(out, "&gt;"); break;
		case '"':  buffer_put_text(out, "&quot;"); break;
		case '\'': buffer_put_text(out, "&#39;"); break;
		default:   return;
		}
		text++;
	}
}

void
html_element(struct buffer *out, const char *tag, const char *attributes, const char *text)
{
	buffer_print(out, "<%s%s%s>", tag, attributes[0] != '\0' ? " " : "", attributes);
	html_text(out, text);
	buffer_print(out, "</%s>\n", tag);
}

void
html_heads(struct buffer *out, const char *const *head, size_t heads)
{
	buffer_put_text(out, "<thead><tr>\n");
	for (size_t i = 0; i < heads; i++)
		html_element(out, "th", "scope=\"col\"", head[i]);
	buffer_put_text(out, "</tr></thead>\n");
}
