/* SPDX-License-Identifier: Apache-2.0 */
/* See http.h: the parser is the library's. */
#include <http_parser.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "monitor/intake/http.h"

enum { NAME_ROOM = 32, VALUE_ROOM = HTTP_TOKEN_MAX + 16 };

struct http {
	http_parser          parser;
	struct http_request  request;
	char                 name[NAME_ROOM], value[VALUE_ROOM];
	size_t               name_len, value_len, head_len;
	bool                 in_value, begun, whole;
};

static void
text_add(char *out, size_t room, size_t *len, const char *at, size_t count)
{
	/* What is cut no longer fits any name or token: it reads as another one. */
	for (size_t i = 0; i < count && *len < room - 1; i++)
		out[(*len)++] = at[i];
	out[*len] = '\0';
}

static void
header_end(struct http *http)
{
	struct http_request *request = &http->request;
	const char *value = http->value;

	if (http->name_len > 0 && strcasecmp(http->name, "authorization") == 0 &&
	    strncasecmp(value, "bearer ", 7) == 0 && http->value_len < VALUE_ROOM - 1) {
		value += 7 + strspn(value + 7, " ");
		memcpy(request->token, value, strnlen(value, HTTP_TOKEN_MAX - 1) + 1);
		request->token[HTTP_TOKEN_MAX - 1] = '\0';
	}
	if (strcasecmp(http->name, "expect") == 0)
		request->expects = strcasecmp(value, "100-continue") == 0;
	explicit_bzero(http->value, sizeof(http->value));
	http->name_len = http->value_len = 0;
	http->name[0] = '\0';
	http->in_value = false;
}

/* Not zero: no more of this head, it is longer than any honest one. */
static int
head_add(struct http *http, size_t count)
{
	http->head_len += count;
	return http->head_len > HTTP_HEADERS_MAX;
}

static int
on_begin(http_parser *parser)
{
	struct http *http = parser->data;
	struct buffer body = http->request.body;

	buffer_reset(&body);
	explicit_bzero(&http->request, sizeof(http->request));
	http->request.body = body;
	http->head_len = http->name_len = http->value_len = 0;
	http->name[0] = http->value[0] = '\0';
	http->in_value = http->whole = false;
	http->begun = true;
	return 0;
}

static int
on_url(http_parser *parser, const char *at, size_t count)
{
	(void)at;
	return head_add(parser->data, count);
}

static int
on_name(http_parser *parser, const char *at, size_t count)
{
	struct http *http = parser->data;

	if (http->in_value)
		header_end(http);
	text_add(http->name, sizeof(http->name), &http->name_len, at, count);
	return head_add(http, count);
}

static int
on_value(http_parser *parser, const char *at, size_t count)
{
	struct http *http = parser->data;

	http->in_value = true;
	text_add(http->value, sizeof(http->value), &http->value_len, at, count);
	return head_add(http, count);
}

static int
on_head(http_parser *parser)
{
	struct http *http = parser->data;

	if (http->in_value)
		header_end(http);
	http->request.post = parser->method == HTTP_POST;
	http->request.keep = http_should_keep_alive(parser) != 0;
	/* Said beforehand: nobody waits for what will not be taken. */
	http->request.too_large = parser->content_length != UINT64_MAX &&
	    parser->content_length > INTAKE_BODY_MAX;
	return http->request.too_large ? -1 : 0;
}

static int
on_body(http_parser *parser, const char *at, size_t count)
{
	struct http *http = parser->data;

	if (http->request.body.len + count > INTAKE_BODY_MAX)
		http->request.too_large = true;
	else
		buffer_put(&http->request.body, at, count);
	return http->request.too_large;
}

static int
on_whole(http_parser *parser)
{
	struct http *http = parser->data;

	http->begun = false;
	http->whole = true;
	http_parser_pause(parser, 1);
	return 0;
}

static const http_parser_settings settings = { .on_message_begin = on_begin, .on_url = on_url,
	.on_header_field = on_name, .on_header_value = on_value, .on_headers_complete = on_head,
	.on_body = on_body, .on_message_complete = on_whole };

struct http *
http_new(void)
{
	struct http *http = memory_new(1, sizeof(*http));

	http_parser_init(&http->parser, HTTP_REQUEST);
	http->parser.data = http;
	http->request.body.max = INTAKE_BODY_MAX;
	return http;
}

void
http_free(struct http *http)
{
	if (http == NULL)
		return;
	buffer_free(&http->request.body);
	explicit_bzero(http, sizeof(*http));
	free(http);
}

enum http_step
http_read(struct http *http, struct bytes in, size_t *used)
{
	*used = 0;
	if (in.len == 0)
		return HTTP_STEP_MORE;
	http->whole = false;
	if (HTTP_PARSER_ERRNO(&http->parser) == HPE_PAUSED)
		http_parser_pause(&http->parser, 0);
	*used = http_parser_execute(&http->parser, &settings, (const char *)in.at, in.len);
	if (http->parser.upgrade != 0)
		return HTTP_STEP_BROKEN;
	if (http->whole)
		return HTTP_STEP_REQUEST;
	return HTTP_PARSER_ERRNO(&http->parser) == HPE_OK ? HTTP_STEP_MORE : HTTP_STEP_BROKEN;
}

struct http_request *
http_request(struct http *http)
{
	return &http->request;
}

bool
http_begun(const struct http *http)
{
	return http->begun;
}
