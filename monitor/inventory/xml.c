/* SPDX-License-Identifier: Apache-2.0 */
/* Documents as trees in one array; names and texts behind one another in one buffer. */
#include <expat.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/inventory/xml.h"

enum { NONE = UINT32_MAX };

struct xml_node {
	uint32_t name, text, text_len;	/* into the buffer */
	uint32_t child, last, next;	/* of the array; NONE */
};

struct xml {
	struct xml_node *node;
	size_t           count, cap;
	struct buffer    octets;
	XML_Parser       parser;
	uint32_t         open[XML_NESTING_MAX];
	size_t           depth;
	enum err         err;		/* why we stopped it ourselves */
};

static void
stop(struct xml *xml, enum err err)
{
	xml->err = err;
	XML_StopParser(xml->parser, XML_FALSE);
}

static uint32_t
node_add(struct xml *xml, const char *name)
{
	const char *colon = strrchr(name, ':');

	if (xml->count == xml->cap) {
		xml->cap = xml->cap > 0 ? 2 * xml->cap : 256;
		xml->node = memory_resize(xml->node, xml->cap, sizeof(*xml->node));
	}
	xml->node[xml->count] = (struct xml_node){ .name = (uint32_t)xml->octets.len,
	    .child = NONE, .last = NONE, .next = NONE };
	buffer_put_text(&xml->octets, colon != NULL ? colon + 1 : name);
	buffer_put_u8(&xml->octets, 0);
	xml->node[xml->count].text = (uint32_t)xml->octets.len;
	return (uint32_t)xml->count++;
}

static void
on_start(void *arg, const char *name, const char **attributes)
{
	struct xml *xml = arg;
	uint32_t at;

	(void)attributes;
	if (xml->depth == XML_NESTING_MAX || xml->count == XML_NODES_MAX || xml->octets.failed) {
		stop(xml, ERR_LIMIT);
		return;
	}
	at = node_add(xml, name);
	if (xml->depth > 0) {
		struct xml_node *parent = &xml->node[xml->open[xml->depth - 1]];

		if (parent->child == NONE)
			parent->child = at;
		else
			xml->node[parent->last].next = at;
		parent->last = at;
	}
	xml->open[xml->depth++] = at;
}

static void
on_end(void *arg, const char *name)
{
	struct xml *xml = arg;
	struct xml_node *node = &xml->node[xml->open[--xml->depth]];

	(void)name;
	if (node->child == NONE)
		node->text_len = (uint32_t)xml->octets.len - node->text;
}

static void
on_text(void *arg, const char *text, int len)
{
	struct xml *xml = arg;

	if (xml->depth > 0 && xml->node[xml->open[xml->depth - 1]].child == NONE)
		buffer_put(&xml->octets, text, (size_t)len);
}

static void
on_document_type(void *arg, const char *name, const char *system, const char *public, int subset)
{
	(void)name, (void)system, (void)public, (void)subset;
	stop(arg, ERR_DENIED);
}

static enum err
refused(const struct xml *xml, struct why *why)
{
	enum XML_Error error = XML_GetErrorCode(xml->parser);
	unsigned long line = XML_GetCurrentLineNumber(xml->parser);

	if (xml->err == ERR_DENIED)
		return why_set(why, ERR_DENIED, "the XML declares a document type, which is not "
		    "read (line %lu)", line);
	if (xml->err == ERR_LIMIT)
		return why_set(why, ERR_LIMIT, "the XML has too many elements (line %lu)", line);
	if (error == XML_ERROR_NO_ELEMENTS || error == XML_ERROR_UNCLOSED_TOKEN ||
	    error == XML_ERROR_PARTIAL_CHAR || error == XML_ERROR_UNCLOSED_CDATA_SECTION)
		return why_set(why, ERR_TRUNCATED, "the XML ends early (line %lu)", line);
	return why_set(why, ERR_MALFORMED, "the XML is not well-formed: %s (line %lu)",
	    XML_ErrorString(error), line);
}

enum err
xml_read(struct bytes octets, struct xml **out, struct why *why)
{
	struct xml *xml = memory_new(1, sizeof(*xml));
	enum err err = ERR_OK;

	*out = NULL;
	xml->parser = XML_ParserCreate(NULL);
	if (xml->parser == NULL) {
		free(xml);
		return why_set(why, ERR_IO, "no memory for an XML parser");
	}
	XML_SetUserData(xml->parser, xml);
	XML_SetElementHandler(xml->parser, on_start, on_end);
	XML_SetCharacterDataHandler(xml->parser, on_text);
	XML_SetStartDoctypeDeclHandler(xml->parser, on_document_type);
	if (XML_Parse(xml->parser, octets.len > 0 ? (const char *)octets.at : "",
	    (int)octets.len, 1) != XML_STATUS_OK)
		err = refused(xml, why);
	XML_ParserFree(xml->parser);
	if (err != ERR_OK)
		xml_free(xml);
	else
		*out = xml;
	return err;
}

void
xml_free(struct xml *xml)
{
	if (xml == NULL)
		return;
	free(xml->node);
	buffer_free(&xml->octets);
	free(xml);
}

const struct xml_node *
xml_root(const struct xml *xml)
{
	return &xml->node[0];
}

const char *
xml_name(const struct xml *xml, const struct xml_node *node)
{
	return (const char *)xml->octets.at + node->name;
}

static const struct xml_node *
from(const struct xml *xml, uint32_t at, const char *name, size_t len)
{
	for (; at != NONE; at = xml->node[at].next) {
		const char *its = xml_name(xml, &xml->node[at]);

		if (strncmp(its, name, len) == 0 && its[len] == '\0')
			return &xml->node[at];
	}
	return NULL;
}

const struct xml_node *
xml_child(const struct xml *xml, const struct xml_node *node, const char *name)
{
	return node != NULL ? from(xml, node->child, name, strlen(name)) : NULL;
}

const struct xml_node *
xml_next(const struct xml *xml, const struct xml_node *node, const char *name)
{
	return from(xml, node->next, name, strlen(name));
}

const struct xml_node *
xml_at(const struct xml *xml, const struct xml_node *node, const char *path)
{
	while (node != NULL && *path != '\0') {
		size_t len = strcspn(path, "/");

		node = from(xml, node->child, path, len);
		path += len + (path[len] == '/');
	}
	return node;
}

struct bytes
xml_text(const struct xml *xml, const struct xml_node *node)
{
	if (node == NULL)
		return bytes_of(NULL, 0);
	return bytes_of(xml->octets.at + node->text, node->text_len);
}

struct bytes
xml_text_at(const struct xml *xml, const struct xml_node *node, const char *path)
{
	return xml_text(xml, xml_at(xml, node, path));
}
