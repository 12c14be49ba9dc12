/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Operands of a condition, and which names its subject may read: its own, and those of what it
 * belongs to as far as the configuration fixes them, so that a change below or above never makes
 * anybody look at all subjects.
 */
#include <assert.h>
#include <string.h>

#include "monitor/state/condition_part.h"

/* Says where the name can be read instead. */
static enum err
not_readable(struct draft *draft, const struct word *word, const struct condition_name *name)
{
	const char *own = subject_kind_name(name->kind), *here = subject_kind_name(draft->subject);
	char shown[4 * SOURCE_SHOWN + 8];

	source_show(word->source, shown);
	if (subject_is_above(name->kind, draft->subject))
		return why_at(draft->why, ERR_INVALID, word->offset, "%s changes with what is "
		    "observed, so a %s cannot read it from its %s: use the subject %s", shown,
		    here, own, own);
	if (draft->place == 0 && subject_is_above(draft->subject, name->kind))
		return why_at(draft->why, ERR_INVALID, word->offset, "%s belongs to a %s below "
		    "the subject %s: use the subject %s, or a quantifier such as all %s: ...",
		    shown, own, here, own, own);
	return why_at(draft->why, ERR_INVALID, word->offset, "%s belongs to a %s, which is not "
	    "above the subject %s: use the subject %s", shown, own, here, own);
}

static bool
may_read(const struct draft *draft, const struct condition_name *name)
{
	if (name->source == NAME_DOCUMENT || name->source == NAME_DECLARATION)
		return true;
	if (name->source == NAME_FACT && draft->subject == SUBJECT_KEY)
		return true;
	return name->kind == draft->subject ||
	    (!name->moving && subject_is_above(name->kind, draft->subject));
}

/* The same name inside and outside a quantifier is two: other subjects move them. */
static enum err
name_use(struct draft *draft, const struct condition_name *name, uint32_t *index)
{
	for (uint32_t i = 0; i < draft->made.names; i++) {
		const struct used_name *used = &draft->name[i];

		*index = i;
		if (used->place == draft->place && used->name.source == name->source &&
		    used->name.number == name->number)
			return ERR_OK;
	}
	if (draft->made.names == CONDITION_NODES_MAX)
		return why_at(draft->why, ERR_LIMIT, draft->word.offset, "the condition has more "
		    "than %d names; say it in two controls", CONDITION_NODES_MAX);
	*index = draft->made.names++;
	draft->name[*index] = (struct used_name){ .name = *name, .place = draft->place };
	return ERR_OK;
}

/* "(" text ")" behind document or declared. */
static enum err
item_read(struct draft *draft, bool document, uint32_t *index)
{
	const struct condition_vocabulary *words = draft->vocabulary;
	char shown[4 * SOURCE_SHOWN + 8];
	struct condition_name name;
	struct word id;
	bool found;
	enum err err = draft_next(draft);

	if (err == ERR_OK)
		err = draft_expect(draft, WORD_OPEN, "\"(\"");
	id = draft->word;
	if (err == ERR_OK)
		err = draft_expect(draft, WORD_TEXT, "an id in quotes");
	if (err == ERR_OK)
		err = draft_expect(draft, WORD_CLOSE, "\")\"");
	if (err != ERR_OK)
		return err;
	found = words != NULL && (document ? words->document != NULL &&
	    words->document(words->arg, id.text, &name) : words->declaration != NULL &&
	    words->declaration(words->arg, id.text, &name));
	if (!found)
		return why_at(draft->why, ERR_INVALID, id.offset, "the pack lists no %s \"%s\"",
		    document ? "document" : "declaration", source_show(id.text, shown));
	return name_use(draft, &name, index);
}

enum err
operand_name(struct draft *draft, uint32_t *index)
{
	char shown[4 * SOURCE_SHOWN + 8];
	struct word word = draft->word;
	struct condition_name name;
	enum err err;

	if (word_is(&word, "document") || word_is(&word, "declared"))
		return item_read(draft, word_is(&word, "document"), index);
	if (word.kind != WORD_NAME)
		return draft_expect(draft, WORD_NAME, "a name");
	if (!condition_name_find(word.source, &name))
		return why_at(draft->why, ERR_INVALID, word.offset, "there is no name \"%s\"",
		    source_show(word.source, shown));
	if (!may_read(draft, &name))
		return not_readable(draft, &word, &name);
	err = draft_next(draft);
	return err == ERR_OK ? name_use(draft, &name, index) : err;
}

/* The argument of age, until or size, whose type it must be. */
static enum err
argument_read(struct draft *draft, struct operand *made, enum fact_type type)
{
	char shown[4 * SOURCE_SHOWN + 8];
	const char *what = type == FACT_TYPE_time ? "a time" : "a list of texts";
	struct word function = draft->word, word;
	enum err err = draft_next(draft);

	if (err == ERR_OK)
		err = draft_expect(draft, WORD_OPEN, "\"(\"");
	word = draft->word;
	if (err == ERR_OK)
		err = operand_name(draft, &made->index);
	if (err == ERR_OK && draft->name[made->index].name.type != type)
		err = why_at(draft->why, ERR_INVALID, word.offset, "%.*s() takes %s, and %s is "
		    "none", (int)function.source.len, (const char *)function.source.at, what,
		    source_show(bytes_slice(draft->made.text, word.offset, draft->ended -
		    word.offset), shown));
	return err == ERR_OK ? draft_expect(draft, WORD_CLOSE, "\")\"") : err;
}

static enum err
count_read(struct draft *draft, struct operand *made)
{
	enum err err = draft_next(draft);

	made->kind = FROM_COUNT;
	made->type = OPERAND_INT;
	if (err == ERR_OK)
		err = draft_expect(draft, WORD_OPEN, "\"(\"");
	if (err == ERR_OK)
		err = draft_quantifier(draft, QUANTIFIER_COUNT, &made->index);
	return err == ERR_OK ? draft_expect(draft, WORD_CLOSE, "\")\"") : err;
}

static enum err
word_operand(struct draft *draft, struct operand *made)
{
	enum err err;

	if (word_is(&draft->word, "true") || word_is(&draft->word, "false")) {
		*made = (struct operand){ .kind = FROM_LITERAL, .type = OPERAND_FLAG,
		    .number = word_is(&draft->word, "true") };
		return draft_next(draft);
	}
	if (word_is(&draft->word, "count"))
		return count_read(draft, made);
	if (word_is(&draft->word, "size")) {
		*made = (struct operand){ .kind = FROM_SIZE, .type = OPERAND_INT };
		return argument_read(draft, made, FACT_TYPE_texts);
	}
	if (word_is(&draft->word, "age") || word_is(&draft->word, "until")) {
		*made = (struct operand){ .type = OPERAND_DURATION,
		    .kind = word_is(&draft->word, "age") ? FROM_AGE : FROM_UNTIL };
		return argument_read(draft, made, FACT_TYPE_time);
	}
	err = operand_name(draft, &made->index);
	if (err == ERR_OK)
		made->type = (enum operand_type)draft->name[made->index].name.type;
	return err;
}

enum err
operand_read(struct draft *draft, uint32_t *index)
{
	size_t from = draft->word.offset;
	struct operand made = { .kind = FROM_NAME };
	struct word word = draft->word;
	enum err err;

	switch (word.kind) {
	case WORD_NAME:
		err = word_operand(draft, &made);
		break;
	case WORD_TEXT:
	case WORD_INTEGER:
	case WORD_DURATION:
		made.kind = FROM_LITERAL;
		made.type = word.kind == WORD_TEXT ? OPERAND_TEXT : word.kind == WORD_INTEGER ?
		    OPERAND_INT : OPERAND_DURATION;
		made.number = word.number;
		made.text = word.text;
		err = draft_next(draft);
		break;
	default:
		err = draft_expect(draft, WORD_NAME, "a name or a value");
	}
	if (err != ERR_OK)
		return err;
	if (draft->made.operands == CONDITION_NODES_MAX)
		return why_at(draft->why, ERR_LIMIT, from, "the condition has more than %d "
		    "operands; say it in two controls", CONDITION_NODES_MAX);
	made.source = bytes_slice(draft->made.text, from, draft->ended - from);
	*index = draft->made.operands++;
	draft->operand[*index] = made;
	return ERR_OK;
}
