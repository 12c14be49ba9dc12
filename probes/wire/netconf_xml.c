/* SPDX-License-Identifier: Apache-2.0 */
/* What a NETCONF server says, by expat: its hello, and its reply to close-session. */
#include <expat.h>
#include <stdlib.h>
#include <string.h>

#include "probes/wire/netconf.h"

enum { DEPTH_MAX = 32 };

#define SPACE "urn:ietf:params:xml:ns:netconf:base:1.0|"

struct reading {
	XML_Parser            parser;
	struct netconf_hello *hello;	/* NULL: a reply is read */
	struct buffer         text;	/* of the element that is being read */
	bool                  take;	/* its text counts */
	size_t                depth;
	bool                  root, ours, ok, error;
	enum err              err;
	char                **capability;
	char                  tag[64];
};

static void
stop(struct reading *r, enum err err)
{
	if (r->err == ERR_OK)
		r->err = err;
	XML_StopParser(r->parser, XML_FALSE);
}

static bool
is(const char *name, const char *local)
{
	return strncmp(name, SPACE, strlen(SPACE)) == 0 && strcmp(name + strlen(SPACE), local) == 0;
}

static void
on_begin(void *arg, const char *name, const char **attributes)
{
	struct reading *r = arg;

	buffer_reset(&r->text);
	r->take = false;
	if (++r->depth > DEPTH_MAX) {
		stop(r, ERR_LIMIT);
		return;
	}
	if (r->depth == 1) {
		r->root = is(name, r->hello != NULL ? "hello" : "rpc-reply");
		for (size_t i = 0; attributes[i] != NULL; i += 2)
			if (strcmp(attributes[i], "message-id") == 0)
				r->ours = strcmp(attributes[i + 1], "1") == 0;
		if (!r->root)
			stop(r, ERR_MALFORMED);
		return;
	}
	if (r->hello != NULL) {
		r->take = (r->depth == 3 && is(name, "capability")) ||
		    (r->depth == 2 && is(name, "session-id"));
		return;
	}
	r->ok = r->ok || (r->depth == 2 && is(name, "ok"));
	r->error = r->error || (r->depth == 2 && is(name, "rpc-error"));
	r->take = r->depth == 3 && is(name, "error-tag");
}

static void
on_text(void *arg, const char *at, int len)
{
	struct reading *r = arg;

	if (r->take)
		buffer_put(&r->text, at, (size_t)len);
	if (r->text.failed)
		stop(r, ERR_LIMIT);
}

static struct bytes
trimmed(struct bytes text)
{
	while (text.len > 0 && strchr(" \t\r\n", text.at[0]) != NULL)
		text = bytes_slice(text, 1, text.len);
	while (text.len > 0 && strchr(" \t\r\n", text.at[text.len - 1]) != NULL)
		text.len--;
	return text;
}

static void
capability_take(struct reading *r, struct bytes text)
{
	struct netconf_hello *hello = r->hello;

	if (text.len == 0 || memchr(text.at, '\n', text.len) != NULL) {
		stop(r, ERR_MALFORMED);
		return;
	}
	if (hello->count == NETCONF_CAPABILITIES_MAX) {
		stop(r, ERR_LIMIT);
		return;
	}
	hello->base10 = hello->base10 || bytes_equal(text, bytes_of_text(NETCONF_BASE_1_0));
	hello->base11 = hello->base11 || bytes_equal(text, bytes_of_text(NETCONF_BASE_1_1));
	r->capability[hello->count++] = memory_text(text);
}

static void
session_take(struct reading *r, struct bytes text)
{
	int64_t session = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9' || session > UINT32_MAX)
			session = INT64_MAX / 20;
		else
			session = session * 10 + (text.at[i] - '0');
	}
	/* RFC 6241 appendix C: 1 to 4294967295, and at most one. */
	if (session < 1 || session > UINT32_MAX || r->hello->session >= 0)
		stop(r, ERR_MALFORMED);
	else
		r->hello->session = session;
}

static void
on_end(void *arg, const char *name)
{
	struct reading *r = arg;
	struct bytes text = trimmed(bytes_of_buffer(&r->text));

	r->depth--;
	if (!r->take)
		return;
	r->take = false;
	if (r->hello == NULL) {
		size_t len = text.len < sizeof(r->tag) - 1 ? text.len : sizeof(r->tag) - 1;

		if (len > 0)
			memcpy(r->tag, text.at, len);
		r->tag[len] = '\0';
	} else if (is(name, "capability")) {
		capability_take(r, text);
	} else {
		session_take(r, text);
	}
}

static void
on_doctype(void *arg, const char *name, const char *system, const char *public, int internal)
{
	(void)name, (void)system, (void)public, (void)internal;
	stop(arg, ERR_MALFORMED);
}

static void
parse(struct reading *r, struct bytes xml)
{
	/* What is left of a message end before it is no part of the document. */
	xml = trimmed(xml);
	r->parser = XML_ParserCreateNS("UTF-8", '|');
	r->text.max = NETCONF_CAPABILITY_MAX;
	XML_SetUserData(r->parser, r);
	XML_SetElementHandler(r->parser, on_begin, on_end);
	XML_SetCharacterDataHandler(r->parser, on_text);
	XML_SetStartDoctypeDeclHandler(r->parser, on_doctype);
	if (XML_Parse(r->parser, (const char *)xml.at, (int)xml.len, 1) != XML_STATUS_OK &&
	    r->err == ERR_OK)
		r->err = ERR_MALFORMED;
	XML_ParserFree(r->parser);
	buffer_free(&r->text);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sorted, each once: the same set gives the same octets, whatever order a server chose. */
static void
capabilities_join(struct netconf_hello *hello, char **capability)
{
	size_t all = hello->count;

	qsort(capability, all, sizeof(*capability), by_text);
	hello->count = 0;
	for (size_t i = 0; i < all; i++) {
		if (i == 0 || strcmp(capability[i], capability[i - 1]) != 0) {
			buffer_print(&hello->capabilities, "%s\n", capability[i]);
			hello->count++;
		}
	}
	for (size_t i = 0; i < all; i++)
		free(capability[i]);
}

enum err
netconf_hello_read(struct bytes xml, struct netconf_hello *hello, struct why *why)
{
	struct reading r = { .hello = hello };

	*hello = (struct netconf_hello){ .session = -1 };
	hello->capabilities.max = NETCONF_MESSAGE_MAX;
	r.capability = memory_new(NETCONF_CAPABILITIES_MAX, sizeof(*r.capability));
	parse(&r, xml);
	capabilities_join(hello, r.capability);
	free(r.capability);
	if (r.err == ERR_LIMIT)
		return why_set(why, ERR_LIMIT, "the server's hello has more or longer capabilities "
		    "than are accepted");
	if (r.err != ERR_OK || hello->count == 0)
		return why_set(why, ERR_MALFORMED, "the server's hello is not one of NETCONF");
	if (!hello->base10 && !hello->base11)
		return why_set(why, ERR_UNSUPPORTED, "the server announces neither base:1.0 nor "
		    "base:1.1");
	return ERR_OK;
}

enum err
netconf_reply_read(struct bytes xml, bool *ok, struct why *why)
{
	struct reading r = { .hello = NULL };

	parse(&r, xml);
	*ok = r.err == ERR_OK && r.ok && !r.error && r.ours;
	if (r.err != ERR_OK || (!r.ok && !r.error))
		return why_set(why, ERR_MALFORMED,
		    "the server's answer to close-session is no reply");
	if (!r.ours)
		return why_set(why, ERR_MALFORMED, "the server answered another message than ours");
	if (r.error)
		return why_set(why, ERR_REFUSED, "the server refused close-session: %s", r.tag);
	return ERR_OK;
}
