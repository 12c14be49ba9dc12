/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One XML document (by expat) as a tree, for answers of APIs: elements and the text of those that
 * hold no others.  Attributes, comments and prefixes are passed over; a document type is refused,
 * so there are no entities but the five of XML.  Pure.
 */
#ifndef MONITOR_INVENTORY_XML_H
#define MONITOR_INVENTORY_XML_H

#include "monitor/base/bytes.h"

enum { XML_NODES_MAX = 1 << 20, XML_NESTING_MAX = 32 };

struct xml;
struct xml_node;

/* ERR_TRUNCATED, MALFORMED, LIMIT or DENIED (a document type).  NULL after a failure. */
MUST_USE enum err xml_read(struct bytes, struct xml **, struct why *);
void xml_free(struct xml *);			/* NULL is fine */

const struct xml_node *xml_root(const struct xml *);
const char *xml_name(const struct xml *, const struct xml_node *);
/* The first child of that name, NULL if none; and the next one beside a node. */
const struct xml_node *xml_child(const struct xml *, const struct xml_node *, const char *name);
const struct xml_node *xml_next(const struct xml *, const struct xml_node *, const char *name);
/* The element at "a/b/c" below a node (which may be NULL): the first of each name, or NULL. */
const struct xml_node *xml_at(const struct xml *, const struct xml_node *, const char *path);
/* Its text; empty if it holds elements or is NULL. */
struct bytes xml_text(const struct xml *, const struct xml_node *);
/* The text at a path; empty if there is none. */
struct bytes xml_text_at(const struct xml *, const struct xml_node *, const char *path);

#endif
