/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RSS 2.0 and 1.0 and Atom (RFC 4287) by expat, in one pass.  A document type is refused before
 * anything in it is read, so there are no entities but the five of XML and nothing external.
 */
#include <expat.h>
#include <string.h>

#include "monitor/feed/feed_part.h"

enum {
	XML_DEPTH_MAX = 64,		/* open elements: expat keeps each; unreadable */
	FIELD_MAX     = 64 << 10	/* octets of one field of an item; the rest is left out */
};

#define NS_ATOM    "http://www.w3.org/2005/Atom|"
#define NS_RSS1    "http://purl.org/rss/1.0/|"
#define NS_RDF     "http://www.w3.org/1999/02/22-rdf-syntax-ns#|"
#define NS_DATE    "http://purl.org/dc/elements/1.1/|"
#define NS_CONTENT "http://purl.org/rss/1.0/modules/content/|"

struct reading {
	XML_Parser        parser;
	struct bytes      document;
	feed_item_take   *take;
	void             *arg;
	struct feed_item  item;
	struct buffer     name;		/* of the category that is being read */
	struct buffer    *into;		/* where text goes, NULL: nowhere */
	size_t            depth, item_depth, from;	/* item_depth 0: outside items */
	enum err          err;		/* why we stopped it ourselves */
};

static void
stop(struct reading *r, enum err err)
{
	r->err = err;
	XML_StopParser(r->parser, XML_FALSE);
}

/* The name without the namespaces whose words we know; NULL for any other. */
static const char *
known(const char *name)
{
	static const char *const spaces[] = { NS_ATOM, NS_RSS1, NS_RDF, NS_DATE, NS_CONTENT };

	if (strchr(name, '|') == NULL)
		return name;
	for (size_t i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++)
		if (strncmp(name, spaces[i], strlen(spaces[i])) == 0)
			return name + strlen(spaces[i]);
	return NULL;
}

static const char *
attribute(const char **attributes, const char *name)
{
	for (size_t i = 0; attributes[i] != NULL; i += 2)
		if (strcmp(attributes[i], name) == 0)
			return attributes[i + 1];
	return NULL;
}

static void
item_reset(struct feed_item *item)
{
	struct buffer *fields[] = { &item->key, &item->title, &item->link, &item->body,
	    &item->published, &item->updated, &item->category.text };

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		buffer_free(fields[i]);
		fields[i]->max = FIELD_MAX;
	}
	item->category.count = 0;
}

static struct buffer *
field_of(struct reading *r, const char *name)
{
	static const struct { const char *name; size_t field; } fields[] = {
		{ "guid", offsetof(struct feed_item, key) },
		{ "id", offsetof(struct feed_item, key) },
		{ "title", offsetof(struct feed_item, title) },
		{ "link", offsetof(struct feed_item, link) },
		{ "description", offsetof(struct feed_item, body) },
		{ "summary", offsetof(struct feed_item, body) },
		{ "content", offsetof(struct feed_item, body) },
		{ "encoded", offsetof(struct feed_item, body) },
		{ "pubDate", offsetof(struct feed_item, published) },
		{ "published", offsetof(struct feed_item, published) },
		{ "date", offsetof(struct feed_item, published) },
		{ "updated", offsetof(struct feed_item, updated) },
	};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		struct buffer *field = (struct buffer *)((char *)&r->item + fields[i].field);

		/* The first of its kind counts: a description before its longer content. */
		if (strcmp(name, fields[i].name) == 0)
			return field->len == 0 ? field : NULL;
	}
	return NULL;
}

static void
field_begin(struct reading *r, const char *name, const char **attributes)
{
	const char *href = attribute(attributes, "href"), *rel = attribute(attributes, "rel");
	const char *term = attribute(attributes, "term");

	r->into = field_of(r, name);
	if (strcmp(name, "link") == 0 && href != NULL) {
		if (r->into != NULL && (rel == NULL || strcmp(rel, "alternate") == 0))
			buffer_put_text(r->into, href);
		r->into = NULL;
	}
	if (strcmp(name, "category") == 0) {
		buffer_reset(&r->name);
		r->into = &r->name;
		if (term != NULL)
			buffer_put_text(r->into, term);
	}
}

static void
on_start(void *arg, const char *full, const char **attributes)
{
	struct reading *r = arg;
	const char *name = known(full);

	if (++r->depth > XML_DEPTH_MAX) {
		stop(r, ERR_LIMIT);
		return;
	}
	if (r->depth == 1 && (name == NULL || (strcmp(name, "rss") != 0 &&
	    strcmp(name, "feed") != 0 && strcmp(name, "RDF") != 0))) {
		stop(r, ERR_UNSUPPORTED);
		return;
	}
	if (r->item_depth == 0 && name != NULL &&
	    (strcmp(name, "item") == 0 || strcmp(name, "entry") == 0)) {
		item_reset(&r->item);
		r->item_depth = r->depth;
		r->from = (size_t)XML_GetCurrentByteIndex(r->parser);
	} else if (r->item_depth != 0 && r->depth == r->item_depth + 1) {
		r->into = NULL;
		if (name != NULL)
			field_begin(r, name, attributes);
	}
}

static void
item_end(struct reading *r)
{
	size_t end = (size_t)XML_GetCurrentByteIndex(r->parser) +
	    (size_t)XML_GetCurrentByteCount(r->parser);

	r->item.raw = end > r->from ? bytes_slice(r->document, r->from, end - r->from) :
	    bytes_of(NULL, 0);
	r->take(r->arg, &r->item);
	r->item.number++;
	r->item_depth = 0;
}

static void
on_end(void *arg, const char *full)
{
	struct reading *r = arg;

	(void)full;
	if (r->item_depth != 0 && r->depth == r->item_depth + 1) {
		if (r->into == &r->name)
			feed_name_add(&r->item.category, bytes_of_buffer(&r->name));
		r->into = NULL;
	} else if (r->item_depth != 0 && r->depth == r->item_depth) {
		item_end(r);
	}
	r->depth--;
}

static void
on_text(void *arg, const char *text, int len)
{
	struct reading *r = arg;

	if (r->into != NULL && len > 0)
		buffer_put(r->into, text, (size_t)len);
}

static void
on_document_type(void *arg, const char *name, const char *system, const char *public, int subset)
{
	(void)name, (void)system, (void)public, (void)subset;
	stop(arg, ERR_DENIED);
}

static enum err
refused(const struct reading *r, struct why *why)
{
	enum XML_Error error = XML_GetErrorCode(r->parser);
	unsigned long line = XML_GetCurrentLineNumber(r->parser);

	if (r->err == ERR_DENIED)
		return why_set(why, ERR_DENIED, "the XML declares a document type, which is not "
		    "read (line %lu)", line);
	if (r->err == ERR_LIMIT)
		return why_set(why, ERR_LIMIT, "the XML is nested deeper than %d (line %lu)",
		    XML_DEPTH_MAX, line);
	if (r->err == ERR_UNSUPPORTED)
		return why_set(why, ERR_UNSUPPORTED, "the XML is neither RSS nor Atom");
	if (error == XML_ERROR_NO_ELEMENTS || error == XML_ERROR_UNCLOSED_TOKEN ||
	    error == XML_ERROR_PARTIAL_CHAR || error == XML_ERROR_UNCLOSED_CDATA_SECTION)
		return why_set(why, ERR_TRUNCATED, "the XML ends early (line %lu)", line);
	return why_set(why, ERR_MALFORMED, "the XML is not well-formed: %s (line %lu)",
	    XML_ErrorString(error), line);
}

enum err
feed_xml_read(struct bytes document, feed_item_take *take, void *arg, struct why *why)
{
	struct reading r = { .parser = XML_ParserCreateNS(NULL, '|'), .document = document,
	    .take = take, .arg = arg, .name.max = FIELD_MAX };
	enum err err = ERR_OK;

	if (r.parser == NULL)
		return why_set(why, ERR_IO, "no memory for an XML parser");
	XML_SetUserData(r.parser, &r);
	XML_SetElementHandler(r.parser, on_start, on_end);
	XML_SetCharacterDataHandler(r.parser, on_text);
	XML_SetStartDoctypeDeclHandler(r.parser, on_document_type);
	if (XML_Parse(r.parser, document.len > 0 ? (const char *)document.at : "",
	    (int)document.len, 1) != XML_STATUS_OK)
		err = refused(&r, why);
	XML_ParserFree(r.parser);
	item_reset(&r.item);
	buffer_free(&r.name);
	return err;
}

bool
feed_is_xml(struct bytes document)
{
	size_t at = 0;

	/* Past a byte order mark, and the zero octets of UTF-16. */
	while (at < document.len && at < 512 && (document.at[at] >= 0xbb || document.at[at] <= ' '))
		at++;
	return at < document.len && document.at[at] == '<';
}
