/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Groups and lists of the configuration against their rows.  A fault is noted and reading goes
 * on, so that one run names everything that is wrong.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/daemon/config_part.h"

void
config_fault(struct config_reader *reader, unsigned line, const char *fmt, ...)
{
	struct config_faults *faults = reader->faults;
	struct config_fault *fault;
	char text[CONFIG_FAULT_TEXT];
	va_list args;

	faults->total++;
	if (faults->count == CONFIG_FAULTS_KEPT)
		return;
	if (faults->count % 16 == 0)
		faults->fault = memory_resize(faults->fault, faults->count + 16,
		    sizeof(*faults->fault));
	fault = &faults->fault[faults->count++];
	fault->line = line;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	/* Values may have been cut inside a character. */
	text_escape(text, strlen(text), fault->text, sizeof(fault->text));
}

const char *
config_path(struct config_reader *reader, const char *path)
{
	char out[PATH_TEXT_MAX];

	if (path[0] == '/' || path[0] == '\0')
		return plan_text(reader->plan, bytes_of_text(path));
	while (strncmp(path, "./", 2) == 0)
		path += 2;
	if (snprintf(out, sizeof(out), "%s/%s", 
	    strcmp(reader->folder, "/") == 0 ? "" : reader->folder, path) >= PATH_TEXT_MAX)
		return "";
	return plan_text(reader->plan, bytes_of_text(out));
}

static void
note_use(struct config_reader *reader, const struct config_use *use)
{
	if (reader->uses == reader->use_cap) {
		reader->use_cap = reader->use_cap > 0 ? 2 * reader->use_cap : 64;
		reader->use = memory_resize(reader->use, reader->use_cap, sizeof(*reader->use));
	}
	reader->use[reader->uses++] = *use;
}

void
config_file_note(struct config_reader *reader, const char *setting, const char *path,
    unsigned line)
{
	note_use(reader, &(struct config_use){ .path = path, .setting = setting, .line = line });
}

unsigned
config_file_line(const struct config_reader *reader, const char *path)
{
	for (size_t i = 0; i < reader->uses; i++)
		if (strcmp(reader->use[i].path, path) == 0)
			return reader->use[i].line;
	return 0;
}

static enum conf_kind
kind_of(enum option_type type)
{
	return type == OPTION_INTEGER ? CONF_INTEGER : type == OPTION_FLAG ? CONF_FLAG : CONF_TEXT;
}

/* What to write instead, for the kinds that are mistaken most. */
static const char *
kind_hint(const struct option_row *row)
{
	switch (row->type) {
	case OPTION_DURATION: return ", such as \"30s\"";
	case OPTION_SIZE:     return ", such as \"16KiB\"";
	case OPTION_FIXED:    return ", such as \"35.681236\"";
	case OPTION_DATE:     return ", such as \"2026-04-01\"";
	default:              return "";
	}
}

/* The value as text, checked; NULL with a fault. */
static const char *
value_read(struct config_reader *reader, const struct option_row *row, const struct conf_node *node)
{
	char number[24];
	const char *value = conf_text(node);
	enum conf_kind kind = conf_kind(node);
	struct why why;

	if (kind != kind_of(row->type)) {
		config_fault(reader, conf_line(node), "%s must be %s%s, not %s", row->name,
		    conf_kind_text(kind_of(row->type)), kind_hint(row), conf_kind_text(kind));
		return NULL;
	}
	if (kind == CONF_INTEGER) {
		snprintf(number, sizeof(number), "%" PRId64, conf_integer(node));
		value = number;
	} else if (kind == CONF_FLAG) {
		value = conf_flag(node) ? "true" : "false";
	}
	if (option_check(row, value, &why) != ERR_OK) {
		config_fault(reader, conf_line(node), "%s", why.text);
		return NULL;
	}
	if (row->type != OPTION_FILE && row->type != OPTION_SECRET && row->type != OPTION_FOLDER)
		return plan_text(reader->plan, bytes_of_text(value));
	value = config_path(reader, value);
	if (value[0] == '\0') {
		config_fault(reader, conf_line(node), "the path of %s is too long", row->name);
		return NULL;
	}
	if (row->type == OPTION_FOLDER)
		return value;
	note_use(reader, &(struct config_use){ .path = value, .setting = row->name,
	    .line = conf_line(node), .secret = row->type == OPTION_SECRET });
	return value;
}

void
config_group_read(struct config_reader *reader, const struct conf_node *node,
    const struct option_row *rows, struct config_group *out)
{
	*out = (struct config_group){ .node = node, .rows = rows };
	for (size_t i = 0; rows != NULL && rows[i].name != NULL && i < OPTION_MAX; i++) {
		const struct conf_node *member = conf_member(node, rows[i].name);

		if (member != NULL) {
			out->line[i] = conf_line(member);
			out->value[i] = value_read(reader, &rows[i], member);
		} else {
			out->value[i] = rows[i].otherwise;
			if (rows[i].required)
				config_fault(reader, conf_line(node), "%s is missing: %s",
				    rows[i].name, rows[i].help);
		}
	}
}

/* Letters to change, add or take away to come from a to b; enough for a slip of the finger. */
static unsigned
distance(const char *a, const char *b)
{
	unsigned row[NAME_MAX_LEN + 1];
	size_t len = strlen(b);

	if (len > NAME_MAX_LEN || strlen(a) > NAME_MAX_LEN)
		return UINT32_MAX;
	for (size_t j = 0; j <= len; j++)
		row[j] = (unsigned)j;
	for (size_t i = 0; a[i] != '\0'; i++) {
		unsigned before = row[0]++;

		for (size_t j = 1; j <= len; j++) {
			unsigned best = before + (a[i] != b[j - 1]);

			before = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[len];
}

static const char *
nearest(const struct option_row *rows, const char *name, const char *best)
{
	for (; rows != NULL && rows->name != NULL; rows++)
		if (distance(name, rows->name) <= 2 &&
		    (best == NULL || distance(name, rows->name) < distance(name, best)))
			best = rows->name;
	return best;
}

static bool
is_word_of(const char *words, const char *name)
{
	size_t len = strlen(name);

	for (const char *at = words; at != NULL && *at != '\0';) {
		size_t word = strcspn(at, " ");

		if (word == len && memcmp(at, name, len) == 0)
			return true;
		at += word + strspn(at + word, " ");
	}
	return false;
}

void
config_group_unknown(struct config_reader *reader, const struct conf_node *node,
    const struct option_row *rows, const struct option_row *others, const char *children)
{
	for (size_t i = 0; i < conf_count(node); i++) {
		const struct conf_node *member = conf_at(node, i);
		const char *name = conf_name(member), *meant;

		if (option_find(rows, name) != NULL || option_find(others, name) != NULL ||
		    is_word_of(children, name))
			continue;
		meant = nearest(others, name, nearest(rows, name, NULL));
		if (meant != NULL)
			config_fault(reader, conf_line(member),
			    "there is no setting \"%.60s\" here; was \"%s\" meant?", name, meant);
		else
			config_fault(reader, conf_line(member),
			    "there is no setting \"%.60s\" here; see sekimori.conf(5)", name);
	}
}

static size_t
row_index(const struct config_group *group, const char *name)
{
	const struct option_row *row = option_find(group->rows, name);

	return row != NULL ? (size_t)(row - group->rows) : OPTION_MAX;
}

const char *
config_group_text(const struct config_group *group, const char *name)
{
	size_t i = row_index(group, name);

	return i < OPTION_MAX && group->value[i] != NULL ? group->value[i] : "";
}

int64_t
config_group_number(const struct config_group *group, const char *name)
{
	const struct option_row *row = option_find(group->rows, name);
	const char *value = config_group_text(group, name);
	enum err err = ERR_INVALID;
	int64_t number = 0;
	uint64_t octets = 0;

	if (row == NULL || value[0] == '\0')
		return 0;
	if (row->type == OPTION_DURATION)
		err = duration_read(value, &number, NULL);
	else if (row->type == OPTION_DATE)
		err = date_read(value, &number, NULL);
	else if (row->type == OPTION_FIXED)
		err = fixed_read(value, &number);
	else if (row->type == OPTION_INTEGER)
		err = integer_read(value, &number);
	else if (row->type == OPTION_SIZE && (err = size_read(value, &octets, NULL)) == ERR_OK)
		number = (int64_t)octets;
	return err == ERR_OK ? number : 0;
}

bool
config_group_flag(const struct config_group *group, const char *name)
{
	return strcmp(config_group_text(group, name), "true") == 0;
}

bool
config_group_given(const struct config_group *group, const char *name)
{
	size_t i = row_index(group, name);

	return i < OPTION_MAX && group->line[i] != 0;
}

unsigned
config_group_line(const struct config_group *group, const char *name)
{
	size_t i = row_index(group, name);

	return i < OPTION_MAX && group->line[i] != 0 ? group->line[i] : conf_line(group->node);
}

const char *
config_group_either(const struct config_group *group, const char *row, const char *other)
{
	const char *value = config_group_text(group, row);

	return value[0] != '\0' ? value : other;
}

const struct conf_node *
config_list(struct config_reader *reader, const struct conf_node *node, const char *name,
    size_t maximum)
{
	const struct conf_node *list = conf_member(node, name);

	if (list == NULL)
		return NULL;
	if (conf_kind(list) != CONF_LIST) {
		config_fault(reader, conf_line(list), "%s must be a list: %s = "
		    "( { ... }, { ... } );", name, name);
		return NULL;
	}
	if (conf_count(list) > maximum) {
		config_fault(reader, conf_line(list), "%zu %s are more than the %zu there may be",
		    conf_count(list), name, maximum);
		return NULL;
	}
	return list;
}

const struct conf_node *
config_entry(struct config_reader *reader, const struct conf_node *list, size_t i)
{
	const struct conf_node *entry = conf_at(list, i);

	if (conf_kind(entry) == CONF_GROUP)
		return entry;
	config_fault(reader, conf_line(entry), "an entry of %s must be a group in { }, not %s",
	    conf_name(list), conf_kind_text(conf_kind(entry)));
	return NULL;
}

bool
config_entry_read(struct config_reader *reader, const struct conf_node *list, size_t i,
    const struct option_row *rows, const char *child, struct config_group *out)
{
	const struct conf_node *entry = config_entry(reader, list, i);

	if (entry == NULL)
		return false;
	config_group_read(reader, entry, rows, out);
	config_group_unknown(reader, entry, rows, NULL, child);
	return true;
}

static int
by_name(const void *a, const void *b)
{
	const struct config_name *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
}

void
config_names_unique(struct config_reader *reader, struct config_name *names, size_t count,
    const char *what)
{
	if (count > 0)
		qsort(names, count, sizeof(*names), by_name);
	for (size_t i = 1; i < count; i++)
		if (names[i].name[0] != '\0' && strcmp(names[i].name, names[i - 1].name) == 0)
			config_fault(reader, names[i].line, "the %s \"%s\" is already there in "
			    "line %u", what, names[i].name, names[i - 1].line);
}
