/* SPDX-License-Identifier: Apache-2.0 */
/* Reads scenarios; see drill.h.  Texts stay in the tree of the file, which the drill keeps. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "monitor/base/cbor.h"
#include "monitor/base/conf.h"
#include "monitor/base/log.h"
#include "monitor/base/timetext.h"
#include "monitor/state/drill.h"

struct drill_memory { struct conf *conf; };

struct drill_reader { const char *name; struct why *why; };

static enum err fault(const struct drill_reader *, const struct conf_node *, const char *fmt, ...)
    PRINTF(3, 4);

static enum err
fault(const struct drill_reader *r, const struct conf_node *node, const char *fmt, ...)
{
	unsigned line = conf_line(node) > 0 ? conf_line(node) : 1;
	char said[WHY_TEXT_MAX], safe[WHY_TEXT_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(said, sizeof(said), fmt, args);
	va_end(args);
	text_escape(said, strlen(said), safe, sizeof(safe));
	return why_at(r->why, ERR_INVALID, line, "%s:%u: %s", r->name, line, safe);
}

/* --- values ------------------------------------------------------------------------------- */

static enum err
take_text(const struct drill_reader *r, const struct conf_node *group, const char *name,
    bool required, const char **out)
{
	const struct conf_node *node = conf_member(group, name);

	*out = "";
	if (node == NULL)
		return required ? fault(r, group, "%s is missing", name) : ERR_OK;
	if (conf_kind(node) != CONF_TEXT || !utf8_valid(bytes_of_text(conf_text(node))) ||
	    strlen(conf_text(node)) > 2000)
		return fault(r, node, "%s must be a text in quotes of at most 2000 octets", name);
	for (const char *at = conf_text(node); *at != '\0'; at++)
		if ((uint8_t)*at < 0x20 || *at == 0x7f)
			return fault(r, node, "%s holds a control character", name);
	*out = conf_text(node);
	return ERR_OK;
}

static enum err
take_duration(const struct drill_reader *r, const struct conf_node *group, const char *name,
    bool required, int64_t *ms)
{
	const char *text;
	struct why why;
	enum err err = take_text(r, group, name, required, &text);

	if (err != ERR_OK || text[0] == '\0')
		return err;
	if (strcmp(text, "0s") == 0) {
		*ms = 0;
		return ERR_OK;
	}
	if (duration_read(text, ms, &why) != ERR_OK || *ms < 0 || *ms > DRILL_LONGEST_MS)
		return fault(r, conf_member(group, name),
		    "%s must be a duration of at most 7d, such as \"90s\" or \"1h30m\"", name);
	return ERR_OK;
}

static enum err
take_number(const struct drill_reader *r, const struct conf_node *group, const char *name,
    int64_t most, uint64_t *out)
{
	const struct conf_node *node = conf_member(group, name);

	if (node == NULL)
		return ERR_OK;
	if (conf_kind(node) != CONF_INTEGER || conf_integer(node) < 0 || conf_integer(node) > most)
		return fault(r, node, "%s must be a whole number within its bounds", name);
	*out = (uint64_t)conf_integer(node);
	return ERR_OK;
}

typedef const char *name_of(uint64_t);

static const char *
error_name(uint64_t number)
{
	return number < ERR_COUNT ? err_name((enum err)number) : NULL;
}

static const char *
on_name(uint64_t number)
{
	static const char *const names[DRILL_ONS] = { "scope", "all", "beside" };

	return number < DRILL_ONS ? names[number] : NULL;
}

/* The number of a word, by the function that names numbers below most. */
static enum err
take_word(const struct drill_reader *r, const struct conf_node *group, const char *name,
    name_of *names, uint64_t most, uint64_t *out)
{
	const char *text;
	enum err err = take_text(r, group, name, false, &text);

	if (err != ERR_OK || text[0] == '\0')
		return err;
	for (uint64_t i = 0; i < most; i++)
		if (names(i) != NULL && strcasecmp(names(i), text) == 0) {
			*out = i;
			return ERR_OK;
		}
	return fault(r, conf_member(group, name), "%s is none of the words that can stand there",
	    name);
}

static enum err
only_known(const struct drill_reader *r, const struct conf_node *group, const char *const *names)
{
	for (size_t i = 0; i < conf_count(group); i++) {
		const struct conf_node *node = conf_at(group, i);
		size_t known = 0;

		while (names[known] != NULL && strcmp(names[known], conf_name(node)) != 0)
			known++;
		if (names[known] == NULL)
			return fault(r, node, "there is no setting \"%.60s\" here",
			    conf_name(node));
	}
	return ERR_OK;
}

/* --- steps -------------------------------------------------------------------------------- */

static const char *const does_names[DRILL_DOES] = { "see", "alarm", "notice", "metric" };

static enum err
find_does(const struct drill_reader *r, const struct conf_node *group, struct drill_step *step)
{
	unsigned found = 0;

	for (int i = 0; i < DRILL_DOES; i++)
		if (conf_member(group, does_names[i]) != NULL) {
			step->does = (enum drill_does)i;
			found++;
		}
	return found == 1 ? ERR_OK :
	    fault(r, group, "a step has exactly one of see, alarm, notice, metric");
}

static enum err
read_does(const struct drill_reader *r, const struct conf_node *group, struct drill_step *step)
{
	const char *name = does_names[step->does];
	uint64_t number = 0;
	enum err err = ERR_OK;

	switch (step->does) {
	case DRILL_SEE:
		err = take_word(r, group, name, outcome_name, OUTCOME_COUNT, &number);
		step->outcome = (enum outcome)number;
		break;
	case DRILL_ALARM:
	case DRILL_NOTICE:
		err = take_word(r, group, name, severity_name, SEVERITIES, &number);
		step->severity = (enum severity)number;
		break;
	default:
		err = take_word(r, group, name, metric_name, METRICS, &step->metric);
		break;
	}
	return err;
}

static enum err
read_step(const struct drill_reader *r, const struct conf_node *group, struct drill_step *step)
{
	static const char *const known[] = { "at", "see", "alarm", "notice", "metric", "on",
		"count", "error", "title", "cause", "started", "value", NULL };
	uint64_t error = 0, on = 0;
	enum err err = only_known(r, group, known);

	*step = (struct drill_step){ .started_ms = -1 };
	if (err == ERR_OK)
		err = take_duration(r, group, "at", true, &step->at_ms);
	if (err == ERR_OK)
		err = find_does(r, group, step);
	if (err == ERR_OK)
		err = read_does(r, group, step);
	if (err == ERR_OK)
		err = take_word(r, group, "on", on_name, DRILL_ONS, &on);
	if (err == ERR_OK)
		err = take_word(r, group, "error", error_name, ERR_COUNT, &error);
	if (err == ERR_OK)
		err = take_number(r, group, "count", INSTANCE_MAX, &step->count);
	if (err == ERR_OK)
		err = take_number(r, group, "value", INT64_MAX, &step->value);
	if (err == ERR_OK)
		err = take_text(r, group, "title", false, &step->title);
	if (err == ERR_OK)
		err = take_text(r, group, "cause", false, &step->cause);
	if (err == ERR_OK)
		err = take_duration(r, group, "started", false, &step->started_ms);
	step->on = (enum drill_on)on;
	step->error = (enum err)error;
	return err;
}

static enum err
read_steps(const struct drill_reader *r, const struct conf_node *root, struct drill *drill)
{
	const struct conf_node *list = conf_member(root, "steps");
	enum err err = ERR_OK;

	if (list == NULL || conf_kind(list) != CONF_LIST || conf_count(list) == 0 ||
	    conf_count(list) > DRILL_STEPS_MAX)
		return fault(r, list != NULL ? list : root, "%s must be a list of 1 to 1000 groups",
		    "steps");
	drill->step = memory_new(conf_count(list), sizeof(*drill->step));
	for (size_t i = 0; i < conf_count(list) && err == ERR_OK; i++) {
		const struct conf_node *node = conf_at(list, i);

		if (conf_kind(node) != CONF_GROUP)
			return fault(r, node, "an entry of %s must be a group", "steps");
		err = read_step(r, node, &drill->step[i]);
		if (err == ERR_OK && i > 0 && drill->step[i].at_ms < drill->step[i - 1].at_ms)
			err = fault(r, node, "%s is before that of the step above", "at");
		drill->steps++;
	}
	return err;
}

/* --- the whole ---------------------------------------------------------------------------- */

static enum err
read_goals(const struct drill_reader *r, const struct conf_node *root, struct drill *drill)
{
	static const char *const known[] = { "acknowledge", "report", "restore", NULL };
	const struct conf_node *group = conf_member(root, "goals");
	enum err err;

	if (group == NULL)
		return ERR_OK;
	if (conf_kind(group) != CONF_GROUP)
		return fault(r, group, "%s must be a group", "goals");
	err = only_known(r, group, known);
	if (err == ERR_OK)
		err = take_duration(r, group, "acknowledge", false, &drill->acknowledge_ms);
	if (err == ERR_OK)
		err = take_duration(r, group, "report", false, &drill->report_ms);
	if (err == ERR_OK)
		err = take_duration(r, group, "restore", false, &drill->restore_ms);
	return err;
}

static enum err
read_head(const struct drill_reader *r, const struct conf_node *root, struct drill *drill)
{
	static const char *const known[] = { "id", "title", "title_ja", "about", "about_ja",
		"where", "of", "speed", "goals", "steps", NULL };
	const struct { const char *name; const char **out; bool required; } texts[] = {
		{ "id", &drill->id, true }, { "title", &drill->title, true },
		{ "title_ja", &drill->title_ja, true }, { "about", &drill->about, true },
		{ "about_ja", &drill->about_ja, true }, { "where", &drill->where, true },
		{ "of", &drill->of, false },
	};
	enum err err = only_known(r, root, known);

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]) && err == ERR_OK; i++)
		err = take_text(r, root, texts[i].name, texts[i].required, texts[i].out);
	if (err == ERR_OK && (drill->id[0] == '\0' || strlen(drill->id) >= NAME_MAX_LEN ||
	    strspn(drill->id, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(drill->id)))
		err = fault(r, root, "%s must be small letters, digits and hyphens", "id");
	drill->speed = 1;
	if (err == ERR_OK)
		err = take_number(r, root, "speed", DRILL_SPEED_MAX, &drill->speed);
	if (err == ERR_OK && drill->speed == 0)
		err = fault(r, root, "%s must be at least 1", "speed");
	return err;
}

enum err
drill_read(struct bytes text, const char *name, struct drill **out, struct why *why)
{
	struct drill_reader r = { .name = name, .why = why };
	struct drill *drill = memory_new(1, sizeof(*drill));
	const struct conf_node *root;
	enum err err;

	*out = NULL;
	drill->memory = memory_new(1, sizeof(*drill->memory));
	err = text.len > DRILL_FILE_MAX ? why_set(why, ERR_LIMIT,
	    "%s: a scenario has at most %d octets", name, DRILL_FILE_MAX) :
	    conf_read(name, text, &drill->memory->conf, why);
	if (err == ERR_OK) {
		root = conf_root(drill->memory->conf);
		err = read_head(&r, root, drill);
		if (err == ERR_OK)
			err = read_goals(&r, root, drill);
		if (err == ERR_OK)
			err = read_steps(&r, root, drill);
	}
	if (err != ERR_OK) {
		drill_free(drill);
		return err;
	}
	*out = drill;
	return ERR_OK;
}

void
drill_free(struct drill *drill)
{
	if (drill == NULL)
		return;
	conf_free(drill->memory->conf);
	free(drill->memory);
	free(drill->step);
	free(drill);
}
