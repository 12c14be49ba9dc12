/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The controls of a pack.  A condition is parsed where it stands, against the names of the
 * tables and the documents and declarations of its pack.
 */
#include <string.h>

#include "monitor/state/pack_part.h"

enum control_member {
	CONTROL_ID, CONTROL_CLAUSE, CONTROL_TITLE, CONTROL_TITLE_JA, CONTROL_REQUIREMENT,
	CONTROL_LEVEL, CONTROL_SUBJECT, CONTROL_APPLIES, CONTROL_CONDITION, CONTROL_LACKS,
	CONTROL_LIMIT, CONTROL_LIMIT_JA, CONTROL_SOURCE, CONTROL_CONFIDENCE, CONTROL_MEMBERS
};

static const struct pack_member control_members[CONTROL_MEMBERS] = {
	[CONTROL_ID] = { "id", true }, [CONTROL_CLAUSE] = { "clause", true },
	[CONTROL_TITLE] = { "title", true }, [CONTROL_TITLE_JA] = { "title_ja", true },
	[CONTROL_REQUIREMENT] = { "requirement", true }, [CONTROL_LEVEL] = { "level", true },
	[CONTROL_SUBJECT] = { "subject", true }, [CONTROL_APPLIES] = { "applies", false },
	[CONTROL_CONDITION] = { "condition", false }, [CONTROL_LACKS] = { "lacks", false },
	[CONTROL_LIMIT] = { "limit", false }, [CONTROL_LIMIT_JA] = { "limit_ja", false },
	[CONTROL_SOURCE] = { "source", true }, [CONTROL_CONFIDENCE] = { "confidence", true },
};

static const char *const levels[LEVELS] = {
#define X(NAME, name) [LEVEL_##NAME] = name,
	LEVEL_LIST(X)
#undef X
};

static const char *const confidences[] = { "verified", "seed", "general" };

const char *
level_name(enum level level)
{
	return (unsigned)level < LEVELS ? levels[level] : "unknown";
}

/* --- the vocabulary of a pack ------------------------------------------------------------- */

static bool
item_find(const struct pack_item *items, uint32_t count, struct bytes id, enum name_source source,
    struct condition_name *out)
{
	for (uint32_t i = 0; i < count; i++) {
		if (!bytes_equal(id, bytes_of_text(items[i].id)))
			continue;
		*out = (struct condition_name){ .source = source, .number = i,
		    .kind = SUBJECT_CARRIER, .type = items[i].type, .basis = BASIS_DECLARED,
		    .name = items[i].id };
		return true;
	}
	return false;
}

static bool
document_find(void *arg, struct bytes id, struct condition_name *out)
{
	const struct pack *pack = arg;

	return item_find(pack->document, pack->documents, id, NAME_DOCUMENT, out);
}

static bool
declaration_find(void *arg, struct bytes id, struct condition_name *out)
{
	const struct pack *pack = arg;

	return item_find(pack->declaration, pack->declarations, id, NAME_DECLARATION, out);
}

/* --- controls ----------------------------------------------------------------------------- */

static enum err
condition_take(struct pack_reader *reader, const struct conf_node *node,
    const struct pack_control *control, struct condition **out)
{
	struct condition_vocabulary vocabulary = { .arg = reader->pack, .document = document_find,
	    .declaration = declaration_find };
	struct why why = { .err = ERR_OK };
	enum err err;

	if (node == NULL)
		return ERR_OK;
	err = condition_parse(bytes_of_text(conf_text(node)), control->subject, &vocabulary, out,
	    &why);
	if (err != ERR_OK)
		return pack_fault(reader, node, err, "%s of %s, octet %llu: %s", conf_name(node),
		    control->id, (unsigned long long)why.offset, why.text);
	if (condition_names(*out) == 0 && condition_quantifiers(*out) == 0)
		return pack_fault(reader, node, ERR_INVALID, "%s of %s looks at nothing",
		    conf_name(node), control->id);
	return ERR_OK;
}

static enum err
conditions_take(struct pack_reader *reader, const struct conf_node *group,
    const struct conf_node *const *node, struct pack_control *control)
{
	enum err err;

	if (node[CONTROL_CONDITION] == NULL && node[CONTROL_LACKS] == NULL)
		return pack_fault(reader, group, ERR_INVALID, "%s has no condition, so lacks must "
		    "say what is missing to decide it", control->id);
	if (node[CONTROL_CONDITION] != NULL && node[CONTROL_LACKS] != NULL)
		return pack_fault(reader, node[CONTROL_LACKS], ERR_INVALID, "%s has a condition, "
		    "so lacks has no place in it; what a verdict does not show is its limit",
		    control->id);
	err = condition_take(reader, node[CONTROL_APPLIES], control, &control->applies);
	return err != ERR_OK ? err :
	    condition_take(reader, node[CONTROL_CONDITION], control, &control->condition);
}

static enum err
words_take(struct pack_reader *reader, const struct conf_node *const *node,
    struct pack_control *control)
{
	unsigned level, confidence;
	enum err err = pack_word(reader, node[CONTROL_LEVEL], levels, LEVELS, &level);

	if (err == ERR_OK)
		err = pack_word(reader, node[CONTROL_CONFIDENCE], confidences,
		    sizeof(confidences) / sizeof(confidences[0]), &confidence);
	if (err == ERR_OK && !subject_kind_find(bytes_of_text(conf_text(node[CONTROL_SUBJECT])),
	    &control->subject))
		err = pack_fault(reader, node[CONTROL_SUBJECT], ERR_INVALID, "there is no kind of "
		    "subject \"%.60s\"", conf_text(node[CONTROL_SUBJECT]));
	if (err == ERR_OK)
		control->level = (enum level)level;
	return err;
}

static enum err
control_read(struct pack_reader *reader, const struct conf_node *group)
{
	struct pack *pack = reader->pack;
	struct pack_control *control = &pack->control[pack->controls];
	const struct conf_node *node[CONTROL_MEMBERS] = { NULL };
	enum err err = pack_group(reader, group, control_members, CONTROL_MEMBERS, node);

	if (err == ERR_OK)
		err = pack_id(reader, node[CONTROL_ID]);
	if (err != ERR_OK)
		return err;
	*control = (struct pack_control){
		.id = conf_text(node[CONTROL_ID]), .clause = conf_text(node[CONTROL_CLAUSE]),
		.title = conf_text(node[CONTROL_TITLE]),
		.title_ja = conf_text(node[CONTROL_TITLE_JA]),
		.requirement = conf_text(node[CONTROL_REQUIREMENT]),
		.limit = pack_text(node[CONTROL_LIMIT]),
		.limit_ja = pack_text(node[CONTROL_LIMIT_JA]),
		.source = conf_text(node[CONTROL_SOURCE]),
		.confidence = conf_text(node[CONTROL_CONFIDENCE]),
		.lacks = pack_text(node[CONTROL_LACKS]),
	};
	for (uint32_t i = 0; i < pack->controls; i++)
		if (strcmp(pack->control[i].id, control->id) == 0)
			return pack_fault(reader, node[CONTROL_ID], ERR_INVALID, "the control "
			    "\"%s\" is already there", control->id);
	pack->controls++;	/* from here on its conditions are freed with it */
	err = words_take(reader, node, control);
	return err != ERR_OK ? err : conditions_take(reader, group, node, control);
}

enum err
pack_controls(struct pack_reader *reader, const struct conf_node *root)
{
	const struct conf_node *list;
	enum err err = pack_list(reader, root, "controls", PACK_CONTROLS_MAX, &list);

	if (err != ERR_OK)
		return err;
	if (list == NULL || conf_count(list) == 0)
		return pack_fault(reader, list != NULL ? list : root, ERR_INVALID, "a pack has "
		    "controls: controls = ( { ... }, { ... } );");
	reader->pack->control = memory_new(conf_count(list), sizeof(*reader->pack->control));
	for (size_t i = 0; i < conf_count(list) && err == ERR_OK; i++)
		err = control_read(reader, conf_at(list, i));
	return err;
}
