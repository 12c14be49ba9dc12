/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a control pack: every member has its place in a table, everything else is refused.
 * Texts stay in the tree of the file, which the pack keeps.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/cbor.h"
#include "monitor/base/log.h"
#include "monitor/state/pack_part.h"

struct pack_memory { struct conf *conf; };

enum head_member { HEAD_ID, HEAD_EDITION, HEAD_STANDARD, HEAD_STANDARD_JA, HEAD_MEMBERS };

static const struct pack_member head_members[HEAD_MEMBERS] = {
	[HEAD_ID] = { "id", true }, [HEAD_EDITION] = { "edition", true },
	[HEAD_STANDARD] = { "standard", true }, [HEAD_STANDARD_JA] = { "standard_ja", true },
};

enum item_member { ITEM_ID, ITEM_TITLE, ITEM_TITLE_JA, ITEM_TYPE, ITEM_MEMBERS };

/* A document has no type. */
static const struct pack_member item_members[ITEM_MEMBERS] = {
	[ITEM_ID] = { "id", true }, [ITEM_TITLE] = { "title", true },
	[ITEM_TITLE_JA] = { "title_ja", true }, [ITEM_TYPE] = { "type", true },
};

enum { ITEM_WORDS = 4 };

static const char *const item_words[ITEM_WORDS] = { "flag", "int", "text", "time" };
static const enum fact_type item_types[ITEM_WORDS] = { FACT_TYPE_flag, FACT_TYPE_int,
	FACT_TYPE_text, FACT_TYPE_time };

enum err
pack_fault(struct pack_reader *reader, const struct conf_node *node, enum err err, const char *fmt,
    ...)
{
	unsigned line = conf_line(node) > 0 ? conf_line(node) : 1;
	char text[WHY_TEXT_MAX], safe[WHY_TEXT_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	/* Values may have been cut inside a character. */
	text_escape(text, strlen(text), safe, sizeof(safe));
	return why_at(reader->why, err, line, "%s:%u: %s", reader->name, line, safe);
}

/* --- texts -------------------------------------------------------------------------------- */

enum err
pack_text_check(struct pack_reader *reader, const struct conf_node *node, bool one_line)
{
	const char *text = conf_text(node);

	if (conf_kind(node) != CONF_TEXT)
		return pack_fault(reader, node, ERR_INVALID, "%s must be %s, not %s",
		    conf_name(node), conf_kind_text(CONF_TEXT), conf_kind_text(conf_kind(node)));
	if (strlen(text) > PACK_TEXT_MAX)
		return pack_fault(reader, node, ERR_LIMIT, "%s has more than %d octets",
		    conf_name(node), PACK_TEXT_MAX);
	/* An escape in the file can make octets that the file itself may not hold. */
	if (!utf8_valid(bytes_of_text(text)))
		return pack_fault(reader, node, ERR_INVALID, "%s is not UTF-8 text",
		    conf_name(node));
	for (; *text != '\0'; text++) {
		if ((uint8_t)*text >= 0x20 && *text != 0x7f)
			continue;
		if (!one_line && (*text == '\n' || *text == '\t' || *text == '\r'))
			continue;
		return pack_fault(reader, node, ERR_INVALID, "%s holds a control character (octet "
		    "%02x); a long text is several texts in quotes, one after another",
		    conf_name(node), (unsigned)(uint8_t)*text);
	}
	return ERR_OK;
}

static bool
is_condition(const struct pack_member *member)
{
	return strcmp(member->name, "condition") == 0 || strcmp(member->name, "applies") == 0;
}

/* The texts of a group by its table; NULL where one was not given. */
enum err
pack_group(struct pack_reader *reader, const struct conf_node *group,
    const struct pack_member *members, size_t count, const struct conf_node **out)
{
	for (size_t i = 0; i < count; i++) {
		enum err err;

		out[i] = conf_member(group, members[i].name);
		if (out[i] == NULL && !members[i].required)
			continue;
		if (out[i] == NULL)
			return pack_fault(reader, group, ERR_INVALID, "%s is missing",
			    members[i].name);
		err = pack_text_check(reader, out[i], !is_condition(&members[i]));
		if (err != ERR_OK)
			return err;
		if (strspn(conf_text(out[i]), " ") == strlen(conf_text(out[i])))
			return pack_fault(reader, out[i], ERR_INVALID, "%s is empty",
			    members[i].name);
	}
	for (size_t i = 0; i < conf_count(group); i++) {
		const struct conf_node *node = conf_at(group, i);
		size_t known = 0;

		while (known < count && strcmp(conf_name(node), members[known].name) != 0)
			known++;
		if (known == count)
			return pack_fault(reader, node, ERR_INVALID, "there is no setting "
			    "\"%.60s\" here", conf_name(node));
	}
	return ERR_OK;
}

const char *
pack_text(const struct conf_node *node)
{
	return node != NULL ? conf_text(node) : "";
}

/* Ids stand in records, reports and on screens. */
enum err
pack_id(struct pack_reader *reader, const struct conf_node *node)
{
	const char *id = conf_text(node);
	size_t good = strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789-_.");

	if (strlen(id) >= NAME_MAX_LEN)
		return pack_fault(reader, node, ERR_INVALID, "an id has fewer than %d octets",
		    NAME_MAX_LEN);
	if (id[good] != '\0')
		return pack_fault(reader, node, ERR_INVALID, "the id \"%s\" must be of letters, "
		    "digits and - _ .", id);
	return ERR_OK;
}

/* The place of the word in the table. */
enum err
pack_word(struct pack_reader *reader, const struct conf_node *node, const char *const *words,
    size_t count, unsigned *out)
{
	char all[200] = "";

	for (size_t i = 0; i < count; i++) {
		*out = (unsigned)i;
		if (strcmp(conf_text(node), words[i]) == 0)
			return ERR_OK;
		snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s%s", i > 0 ? ", " : "",
		    words[i]);
	}
	return pack_fault(reader, node, ERR_INVALID, "%s must be one of %s, not \"%.60s\"",
	    conf_name(node), all, conf_text(node));
}

/* --- lists -------------------------------------------------------------------------------- */

/* The list called name, or NULL; every entry of it a group, at most maximum. */
enum err
pack_list(struct pack_reader *reader, const struct conf_node *root, const char *name,
    size_t maximum, const struct conf_node **out)
{
	const struct conf_node *list = conf_member(root, name);

	*out = list;
	if (list == NULL)
		return ERR_OK;
	if (conf_kind(list) != CONF_LIST)
		return pack_fault(reader, list, ERR_INVALID, "%s must be a list: %s = ( { ... }, "
		    "{ ... } );", name, name);
	if (conf_count(list) > maximum)
		return pack_fault(reader, list, ERR_LIMIT, "%zu %s are more than the %zu there "
		    "may be", conf_count(list), name, maximum);
	for (size_t i = 0; i < conf_count(list); i++)
		if (conf_kind(conf_at(list, i)) != CONF_GROUP)
			return pack_fault(reader, conf_at(list, i), ERR_INVALID, "an entry of %s "
			    "must be a group in { }, not %s", name,
			    conf_kind_text(conf_kind(conf_at(list, i))));
	return ERR_OK;
}

static enum err
item_read(struct pack_reader *reader, const struct conf_node *group, bool document,
    struct pack_item *items, uint32_t *count)
{
	const struct conf_node *node[ITEM_MEMBERS] = { NULL };
	struct pack_item item;
	unsigned type = 0;
	enum err err = pack_group(reader, group, item_members,
	    document ? (size_t)ITEM_TYPE : (size_t)ITEM_MEMBERS, node);

	if (err == ERR_OK)
		err = pack_id(reader, node[ITEM_ID]);
	if (err != ERR_OK)
		return err;
	item.id = conf_text(node[ITEM_ID]);
	item.title = conf_text(node[ITEM_TITLE]);
	item.title_ja = conf_text(node[ITEM_TITLE_JA]);
	if (!document)
		err = pack_word(reader, node[ITEM_TYPE], item_words, ITEM_WORDS, &type);
	if (err != ERR_OK)
		return err;
	item.type = document ? FACT_TYPE_time : item_types[type];
	for (uint32_t i = 0; i < *count; i++)
		if (strcmp(items[i].id, item.id) == 0)
			return pack_fault(reader, node[ITEM_ID], ERR_INVALID, "the %s \"%s\" is "
			    "already there", document ? "document" : "declaration", item.id);
	items[(*count)++] = item;
	return ERR_OK;
}

static enum err
items_read(struct pack_reader *reader, const struct conf_node *root, bool document,
    struct pack_item **items, uint32_t *count)
{
	const struct conf_node *list;
	enum err err = pack_list(reader, root, document ? "documents" : "declarations",
	    PACK_ITEMS_MAX, &list);

	if (err != ERR_OK || list == NULL)
		return err;
	*items = memory_new(conf_count(list) + 1, sizeof(**items));
	for (size_t i = 0; i < conf_count(list) && err == ERR_OK; i++)
		err = item_read(reader, conf_at(list, i), document, *items, count);
	return err;
}

/* --- the whole ---------------------------------------------------------------------------- */

static enum err
head_read(struct pack_reader *reader, const struct conf_node *root)
{
	const struct conf_node *group = conf_member(root, "pack"), *node[HEAD_MEMBERS] = { NULL };
	struct pack *pack = reader->pack;
	enum err err;

	for (size_t i = 0; i < conf_count(root); i++) {
		const char *name = conf_name(conf_at(root, i));

		if (strcmp(name, "pack") != 0 && strcmp(name, "documents") != 0 &&
		    strcmp(name, "declarations") != 0 && strcmp(name, "controls") != 0)
			return pack_fault(reader, conf_at(root, i), ERR_INVALID, "there is no "
			    "setting \"%.60s\" in a pack", name);
	}
	if (group == NULL || conf_kind(group) != CONF_GROUP)
		return pack_fault(reader, group != NULL ? group : root, ERR_INVALID, "a pack says "
		    "what it is: pack = { id, edition, standard, standard_ja };");
	err = pack_group(reader, group, head_members, HEAD_MEMBERS, node);
	if (err == ERR_OK)
		err = pack_id(reader, node[HEAD_ID]);
	if (err != ERR_OK)
		return err;
	pack->id = conf_text(node[HEAD_ID]);
	pack->edition = conf_text(node[HEAD_EDITION]);
	pack->standard = conf_text(node[HEAD_STANDARD]);
	pack->standard_ja = conf_text(node[HEAD_STANDARD_JA]);
	return ERR_OK;
}

enum err
pack_read(const char *name, struct bytes octets, struct pack **out, struct why *why)
{
	struct pack_reader reader = { .name = name, .why = why };
	const struct conf_node *root;
	struct conf *conf;
	enum err err;

	*out = NULL;
	err = conf_read(name, octets, &conf, why);
	if (err != ERR_OK)
		return err;
	reader.pack = memory_new(1, sizeof(*reader.pack));
	reader.pack->memory = memory_new(1, sizeof(*reader.pack->memory));
	reader.pack->memory->conf = conf;
	root = conf_root(conf);
	err = head_read(&reader, root);
	if (err == ERR_OK)
		err = items_read(&reader, root, true, &reader.pack->document,
		    &reader.pack->documents);
	if (err == ERR_OK)
		err = items_read(&reader, root, false, &reader.pack->declaration,
		    &reader.pack->declarations);
	if (err == ERR_OK)
		err = pack_controls(&reader, root);
	if (err == ERR_OK)
		*out = reader.pack;
	else
		pack_free(reader.pack);
	return err;
}

void
pack_free(struct pack *pack)
{
	if (pack == NULL)
		return;
	for (uint32_t i = 0; i < pack->controls; i++) {
		condition_free(pack->control[i].applies);
		condition_free(pack->control[i].condition);
	}
	conf_free(pack->memory->conf);
	free(pack->memory);
	free(pack->document);
	free(pack->declaration);
	free(pack->control);
	free(pack);
}
