/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a form: every member has its place in a table, everything else is refused, and a fact
 * nobody declared is an error when the form is read and never when a filing is written.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/conf.h"
#include "monitor/base/log.h"
#include "reports/filing_form.h"
#include "reports/filing_memory.h"

struct form_reader {
	const char           *name;
	struct form          *form;
	struct filing_memory *memory;
	struct why           *why;
};

/* A member of a group: where its text goes. */
struct member { const char *name; const char **text; bool required; };

enum { MEMBERS_MAX = 16 };

static enum err fault(struct form_reader *, const struct conf_node *, enum err,
    const char *fmt, ...) PRINTF(4, 5);

static enum err
fault(struct form_reader *reader, const struct conf_node *node, enum err err, const char *fmt, ...)
{
	unsigned line = conf_line(node) > 0 ? conf_line(node) : 1;
	char text[WHY_TEXT_MAX], safe[WHY_TEXT_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	text_escape(text, strlen(text), safe, sizeof(safe));
	return why_at(reader->why, err, line, "%s:%u: %s", reader->name, line, safe);
}

static enum err
text_of(struct form_reader *reader, const struct conf_node *node, const char **out)
{
	if (conf_kind(node) != CONF_TEXT)
		return fault(reader, node, ERR_INVALID, "%s must be %s, not %s", conf_name(node),
		    conf_kind_text(CONF_TEXT), conf_kind_text(conf_kind(node)));
	if (strlen(conf_text(node)) > FORM_TEXT_MAX)
		return fault(reader, node, ERR_LIMIT, "%s has more than %d octets",
		    conf_name(node), FORM_TEXT_MAX);
	*out = filing_text(reader->memory, bytes_of_text(conf_text(node)));
	return ERR_OK;
}

static bool
is_one_of(const char *name, const char *const *others)
{
	for (; *others != NULL; others++)
		if (strcmp(*others, name) == 0)
			return true;
	return false;
}

/* The texts of a group by the table; "others" are members somebody else reads. */
static enum err
group(struct form_reader *reader, const struct conf_node *node, const struct member *member,
    const char *const *others)
{
	enum err err = ERR_OK;

	if (conf_kind(node) != CONF_GROUP)
		return fault(reader, node, ERR_INVALID, "this must be a group in { }, not %s",
		    conf_kind_text(conf_kind(node)));
	for (const struct member *one = member; one->name != NULL && err == ERR_OK; one++) {
		const struct conf_node *found = conf_member(node, one->name);

		*one->text = "";
		if (found != NULL)
			err = text_of(reader, found, one->text);
		else if (one->required)
			err = fault(reader, node, ERR_INVALID, "%s is missing", one->name);
		if (err == ERR_OK && one->required && (*one->text)[0] == '\0')
			err = fault(reader, found, ERR_INVALID, "%s is empty", one->name);
	}
	for (size_t i = 0; i < conf_count(node) && err == ERR_OK; i++) {
		const char *name = conf_name(conf_at(node, i));
		const struct member *one = member;

		while (one->name != NULL && strcmp(one->name, name) != 0)
			one++;
		if (one->name == NULL && !is_one_of(name, others))
			err = fault(reader, conf_at(node, i), ERR_INVALID, "there is no setting "
			    "\"%.60s\" here", name);
	}
	return err;
}

static enum err
list(struct form_reader *reader, const struct conf_node *in, const char *name, size_t maximum,
    const struct conf_node **out)
{
	*out = conf_member(in, name);
	if (*out == NULL)
		return ERR_OK;
	if (conf_kind(*out) != CONF_LIST)
		return fault(reader, *out, ERR_INVALID, "%s must be a list in ( )", name);
	if (conf_count(*out) > maximum)
		return fault(reader, *out, ERR_LIMIT, "%zu entries of %s are more than the %zu "
		    "there may be", conf_count(*out), name, maximum);
	return ERR_OK;
}

/* The place of the word in the table. */
static enum err
word(struct form_reader *reader, const struct conf_node *in, const char *name, const char *text,
    const char *const *words, unsigned *out)
{
	const struct conf_node *node = conf_member(in, name);

	for (*out = 0; words[*out] != NULL; (*out)++)
		if (strcmp(words[*out], text) == 0)
			return ERR_OK;
	return fault(reader, node != NULL ? node : in, ERR_INVALID, "%s cannot be \"%.60s\"", name,
	    text);
}

/* --- parts -------------------------------------------------------------------------------- */

static const char *const from_words[] = {
#define X(NAME, name) [FORM_FROM_##NAME] = name,
	FORM_FROM_LIST(X)
#undef X
	NULL
};

static const char *const carrier_words[] = { "name", "address", "representative",
	"corporate_number", "registration", "services", "contact", NULL };

static enum err
read_facts(struct form_reader *reader, const struct conf_node *node, struct form_part *part)
{
	const struct conf_node *names;
	enum err err = list(reader, node, "facts", FORM_NAMES_MAX, &names);

	for (size_t i = 0; names != NULL && err == ERR_OK && i < conf_count(names); i++) {
		const char *name = conf_text(conf_at(names, i));

		part->fact = filing_grow(reader->memory, part->fact, part->facts,
		    sizeof(*part->fact));
		if (!condition_name_find(bytes_of_text(name), &part->fact[part->facts]))
			err = fault(reader, conf_at(names, i), ERR_INVALID,
			    "there is no fact \"%.60s\"", name);
		part->facts++;
	}
	return err;
}

static enum err
read_declared(struct form_reader *reader, const struct conf_node *node, struct form_part *part)
{
	const struct conf_node *names;
	enum err err = list(reader, node, "declared", FORM_NAMES_MAX, &names);

	for (size_t i = 0; names != NULL && err == ERR_OK && i < conf_count(names); i++) {
		part->declared = filing_grow(reader->memory, part->declared, part->declareds,
		    sizeof(*part->declared));
		err = text_of(reader, conf_at(names, i), &part->declared[part->declareds]);
		if (err == ERR_OK && part->declared[part->declareds][0] == '\0')
			err = fault(reader, conf_at(names, i), ERR_INVALID,
			    "an entry of declared is empty");
		part->declareds++;
	}
	return err;
}

static enum err
read_part(struct form_reader *reader, const struct conf_node *node, struct form_part *part)
{
	static const char *const others[] = { "facts", "declared", NULL };
	const char *from = "";
	const struct member member[] = { { "title", &part->title, false },
		{ "title_ja", &part->title_ja, false }, { "text", &part->text, false },
		{ "text_ja", &part->text_ja, false }, { "from", &from, false },
		{ "member", &part->member, false }, { "lacks", &part->lacks, false },
		{ "lacks_ja", &part->lacks_ja, false }, { NULL, NULL, false } };
	unsigned number = 0;
	enum err err = group(reader, node, member, others);

	if (err == ERR_OK)
		err = word(reader, node, "from", from, from_words, &number);
	part->from = (enum form_from)number;
	if (err == ERR_OK && part->from == FORM_FROM_CARRIER)
		err = word(reader, node, "member", part->member, carrier_words, &number);
	if (err == ERR_OK)
		err = read_facts(reader, node, part);
	if (err == ERR_OK)
		err = read_declared(reader, node, part);
	return err;
}

/* --- fields ------------------------------------------------------------------------------- */

static enum err
read_number(struct form_reader *reader, const struct conf_node *in, const char *name,
    size_t maximum, unsigned *out)
{
	const struct conf_node *node = conf_member(in, name);
	int64_t number = node != NULL ? conf_integer(node) : 0;

	if (node == NULL || conf_kind(node) != CONF_INTEGER || number < 1 ||
	    (uint64_t)number > maximum)
		return fault(reader, node != NULL ? node : in, ERR_INVALID,
		    "%s must be a whole number from 1 to %zu", name, maximum);
	*out = (unsigned)number;
	return ERR_OK;
}

static enum err
read_parts(struct form_reader *reader, const struct conf_node *node, struct form_field *field)
{
	const struct conf_node *parts;
	enum err err = list(reader, node, "parts", FORM_PARTS_MAX, &parts);

	for (size_t i = 0; parts != NULL && err == ERR_OK && i < conf_count(parts); i++) {
		field->part = filing_grow(reader->memory, field->part, field->parts,
		    sizeof(*field->part));
		err = read_part(reader, conf_at(parts, i), &field->part[field->parts++]);
	}
	return err;
}

static enum err
read_field(struct form_reader *reader, const struct conf_node *node, struct form_field *field)
{
	static const char *const others[] = { "number", "head", "parts", NULL };
	static const char *const fills[] = { "A", "M", "H", NULL };
	static const char *const states[] = { "read", "partly", "assumed", NULL };
	static const char *const requires[] = { "", "yes", "no", NULL };
	const char *fill = "", *status = "", *required = "";
	const struct member member[] = { { "key", &field->key, true },
		{ "title", &field->title, true }, { "title_ja", &field->title_ja, true },
		{ "fill", &fill, true }, { "status", &status, true },
		{ "source", &field->source, true }, { "who", &field->who, false },
		{ "who_ja", &field->who_ja, false }, { "required", &required, false },
		{ NULL, NULL, false } };
	unsigned number = 0;
	enum err err = group(reader, node, member, others);

	if (err == ERR_OK)
		err = read_number(reader, node, "number", FORM_FIELDS_MAX, &field->number);
	if (err == ERR_OK && conf_member(node, "head") != NULL)
		err = read_number(reader, node, "head", reader->form->heads, &field->head);
	if (err == ERR_OK)
		err = word(reader, node, "fill", fill, fills, &number);
	field->fill = (enum form_fill)number;
	if (err == ERR_OK)
		err = word(reader, node, "status", status, states, &number);
	field->status = (enum form_status)number;
	if (err == ERR_OK)
		err = word(reader, node, "required", required, requires, &number);
	field->optional = number == 2;
	if (field->status > reader->form->status)
		reader->form->status = field->status;
	if (err == ERR_OK && field->fill == FORM_H && field->who[0] == '\0')
		return fault(reader, node, ERR_INVALID, "who must enter it is missing (who)");
	return err == ERR_OK ? read_parts(reader, node, field) : err;
}

static enum err
read_fields(struct form_reader *reader, const struct conf_node *in, const char *name,
    struct form_field **fields, uint32_t *count)
{
	const struct conf_node *node;
	enum err err = list(reader, in, name, FORM_FIELDS_MAX, &node);

	for (size_t i = 0; node != NULL && err == ERR_OK && i < conf_count(node); i++) {
		*fields = filing_grow(reader->memory, *fields, *count, sizeof(**fields));
		err = read_field(reader, conf_at(node, i), &(*fields)[(*count)++]);
	}
	return err;
}

/* --- the whole ---------------------------------------------------------------------------- */

static enum err
read_heads(struct form_reader *reader, const struct conf_node *in)
{
	static const char *const others[] = { NULL };
	struct form *form = reader->form;
	const struct conf_node *node;
	enum err err = list(reader, in, "heads", FORM_FIELDS_MAX, &node);

	for (size_t i = 0; node != NULL && err == ERR_OK && i < conf_count(node); i++) {
		struct member member[3] = { { "title", NULL, true }, { "title_ja", NULL, true },
			{ NULL, NULL, false } };

		form->head = filing_grow(reader->memory, form->head, form->heads,
		    sizeof(*form->head));
		member[0].text = &form->head[form->heads].title;
		member[1].text = &form->head[form->heads].title_ja;
		err = group(reader, conf_at(node, i), member, others);
		form->heads++;
	}
	return err;
}

static enum err
read_root(struct form_reader *reader, const struct conf_node *root)
{
	static const char *const others[] = { "heads", "cover", "fields", NULL };
	struct form *form = reader->form;
	const struct member member[] = { { "id", &form->id, true },
		{ "edition", &form->edition, true }, { "source", &form->source, true },
		{ "title", &form->title, true }, { "title_ja", &form->title_ja, true },
		{ "basis", &form->basis, true }, { "basis_ja", &form->basis_ja, true },
		{ NULL, NULL, false } };
	const struct conf_node *node = conf_member(root, "form");
	enum err err;

	if (node == NULL || conf_count(root) != 1)
		return fault(reader, root, ERR_INVALID, "a form is one group: form = { ... };");
	err = group(reader, node, member, others);
	if (err == ERR_OK)
		err = read_heads(reader, node);
	if (err == ERR_OK)
		err = read_fields(reader, node, "cover", &form->cover, &form->covers);
	if (err == ERR_OK)
		err = read_fields(reader, node, "fields", &form->field, &form->fields);
	for (uint32_t i = 0; i < form->fields && err == ERR_OK; i++)
		if (form->field[i].head == 0)
			err = fault(reader, node, ERR_INVALID, "field %u stands under no head",
			    form->field[i].number);
	return err;
}

enum err
form_read(const char *name, struct bytes octets, struct form **out, struct why *why)
{
	struct filing_memory *memory;
	struct form_reader reader = { .name = name, .why = why };
	struct conf *conf;
	enum err err;

	*out = NULL;
	if (octets.len > FORM_OCTETS_MAX)
		return why_set(why, ERR_LIMIT, "%s has more than %d octets", name,
		    FORM_OCTETS_MAX);
	err = conf_read(name, octets, &conf, why);
	if (err != ERR_OK)
		return err;
	memory = filing_memory_new();
	reader.memory = memory;
	reader.form = filing_array(memory, 1, sizeof(*reader.form));
	*reader.form = (struct form){ .memory = memory, .hash = hash_of(octets) };
	err = read_root(&reader, conf_root(conf));
	conf_free(conf);
	if (err == ERR_OK)
		*out = reader.form;
	else
		filing_memory_free(memory);
	return err;
}

void
form_free(struct form *form)
{
	if (form != NULL)
		filing_memory_free(form->memory);
}

const char *
form_fill_name(enum form_fill fill)
{
	return fill == FORM_A ? "A" : fill == FORM_M ? "M" : "H";
}

const char *
form_status_name(enum form_status status)
{
	return status == FORM_READ ? "read" : status == FORM_PARTLY ? "partly" : "assumed";
}
