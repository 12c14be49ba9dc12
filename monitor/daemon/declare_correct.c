/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people correct of an incident.
 *
 *   CORRECT N     lines: what (correction_list.h), other incident, time (ms UTC), number, name,
 *                 targets (names with commas), why (may have more lines)
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/daemon/engine_declare.h"
#include "monitor/state/demarcation.h"
#include "monitor/state/duty.h"

static enum err
merge_check(const struct state *state, const struct record_correction *made, struct why *why)
{
	const struct incident *other = state_incident(state, made->other);

	if (made->other == made->incident)
		return why_set(why, ERR_INVALID, "an incident cannot be merged with itself");
	if (other == NULL)
		return why_set(why, ERR_NOT_FOUND, "there is no incident %" PRIu64
		    "; \"sekimori status\" lists them", made->other);
	if (other->absorbed_by != 0)
		return why_set(why, ERR_INVALID, "incident %" PRIu64 " became part of incident %"
		    PRIu64 "; merge with that one", made->other, other->absorbed_by);
	return ERR_OK;
}

static int
by_id(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static uint64_t
target_id(const struct plan *plan, struct bytes name)
{
	for (uint32_t i = 0; i < plan->targets; i++)
		if (bytes_equal(bytes_of_text(plan->target[i].name), name))
			return plan->target[i].id;
	return 0;
}

static struct bytes
word_take(struct bytes *list)
{
	const uint8_t *comma = list->len > 0 ? memchr(list->at, ',', list->len) : NULL;
	size_t len = comma != NULL ? (size_t)(comma - list->at) : list->len;
	struct bytes word = bytes_of(list->at, len);

	*list = bytes_slice(*list, comma != NULL ? len + 1 : len, list->len);
	while (word.len > 0 && word.at[0] == ' ')
		word = bytes_slice(word, 1, word.len);
	while (word.len > 0 && word.at[word.len - 1] == ' ')
		word.len--;
	return word;
}

/* Names to ids, ascending, each once: all of them members of the incident, but not all of it. */
static enum err
split_check(struct declaring *d, const struct incident *incident, struct bytes names,
    struct record_correction *made, struct why *why)
{
	uint64_t *ids = memory_new(incident->members, sizeof(*ids));
	uint32_t count = 0;
	enum err err = ERR_OK;

	while (err == ERR_OK && names.len > 0) {
		struct bytes name = word_take(&names);
		uint64_t id = target_id(d->engine->state->plan, name);
		bool member = false, again = false;

		for (uint32_t i = 0; i < incident->members; i++)
			member = member || incident->member[i].target == id;
		for (uint32_t i = 0; i < count; i++)
			again = again || ids[i] == id;
		if (id == 0 || !member)
			err = why_set(why, ERR_NOT_FOUND, "\"%.*s\" is no target of incident %"
			    PRIu64, name.len < 100 ? (int)name.len : 100,
			    (const char *)name.at, incident->id);
		else if (!again)
			ids[count++] = id;
	}
	if (err == ERR_OK && (count == 0 || count == incident->members))
		err = why_set(why, ERR_INVALID, "say some targets of incident %" PRIu64
		    ", but not all", incident->id);
	qsort(ids, count, sizeof(*ids), by_id);
	if (err == ERR_OK)
		made->targets = record_ids(&d->scratch[0], ids, count);
	free(ids);
	return err;
}

static bool
is_condition(struct bytes name)
{
	static const char *const others[] = { "business_stopped", "restriction", "intrusion" };

	for (int i = 0; i < DUTY_CONDITIONS; i++)
		if (bytes_equal(name, bytes_of_text(
		    duty_condition_name((enum duty_condition_code)i))))
			return true;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (bytes_equal(name, bytes_of_text(others[i])))
			return true;
	return false;
}

static bool
is_leak(struct bytes name)
{
	return bytes_equal(name, bytes_of_text("secrecy")) ||
	    bytes_equal(name, bytes_of_text("user_data")) ||
	    bytes_equal(name, bytes_of_text("foreign"));
}

/* Or whose traffic was restricted, for all services together. */
static bool
is_service(const struct plan *plan, struct bytes name)
{
	if (bytes_equal(name, bytes_of_text("restriction")))
		return true;
	for (uint32_t i = 0; i < plan->services; i++)
		if (bytes_equal(name, bytes_of_text(plan->service[i].name)))
			return true;
	return false;
}

static enum err
value_check(const struct declaring *d, const struct record_correction *made, struct why *why)
{
	const struct state *state = d->engine->state;
	int len = made->name.len < 100 ? (int)made->name.len : 100;
	const char *name = (const char *)made->name.at;

	switch ((enum correct)made->what) {
	case CORRECT_MERGED:
		return merge_check(state, made, why);
	case CORRECT_OCCURRED:
	case CORRECT_KNOWN:
	case CORRECT_RESTORED:
		if (made->at > state->now_ms)
			return why_set(why, ERR_INVALID, "that time is still to come");
		return ERR_OK;
	case CORRECT_STOPPED:
	case CORRECT_DEGRADED:
		return is_service(state->plan, made->name) ? ERR_OK : why_set(why, ERR_NOT_FOUND,
		    "there is no service \"%.*s\"", len, name);
	case CORRECT_DEMARCATION:
		return made->number < SIDES ? ERR_OK : why_set(why, ERR_INVALID,
		    "say undetermined, carrier, provider or interconnect");
	case CORRECT_CAUSE:
		return made->number <= 3 ? ERR_OK : why_set(why, ERR_INVALID, "say unknown, "
		    "equipment, human or external");
	case CORRECT_CONDITION:
		return is_condition(made->name) && made->number <= 2 ? ERR_OK : why_set(why,
		    ERR_NOT_FOUND, "there is no condition \"%.*s\" of a duty", len, name);
	case CORRECT_LEAK:
		return is_leak(made->name) ? ERR_OK : why_set(why, ERR_NOT_FOUND, "say secrecy, "
		    "user_data or foreign, not \"%.*s\"", len, name);
	default:
		return ERR_OK;
	}
}

enum err
declare_correction(struct declaring *d, struct record *record, struct why *why)
{
	struct record_correction *made = &record->correction;
	const struct state *state = d->engine->state;
	const struct incident *incident = state_incident(state, d->pending->incident);
	int64_t other, number;
	struct bytes targets;
	char what[32];
	enum err err = declare_text(declare_line(d), what, sizeof(what),
	    "a correction says what it corrects", why);

	if (err != ERR_OK)
		return err;
	if (incident == NULL || state->plan == NULL)
		return why_set(why, ERR_NOT_FOUND, "there is no incident %" PRIu64
		    "; \"sekimori status\" lists them", d->pending->incident);
	made->what = correct_by_name(what);
	made->incident = incident->id;
	if (made->what == CORRECT_NONE || !declare_number(declare_line(d), &other) ||
	    !declare_number(declare_line(d), &made->at) ||
	    !declare_number(declare_line(d), &number))
		return why_set(why, ERR_INVALID, "a correction needs a kind, an incident, a time "
		    "and a number");
	made->other = (uint64_t)other;
	made->number = (uint64_t)number;
	made->name = declare_line(d);
	targets = declare_line(d);
	d->said = d->text;
	if (d->said.len == 0)
		return why_set(why, ERR_INVALID, "a correction needs a reason");
	if (made->what == CORRECT_SPLIT)
		return split_check(d, incident, targets, made, why);
	return value_check(d, made, why);
}
