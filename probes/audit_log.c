/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "audit_log": where the operators sit, by a cloud's own audit log, delivered as a file.  It
 * says who came from where and acted on which region.  A log that holds nothing of the window is
 * unknown: one that was switched off looks the same.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/hash.h"
#include "monitor/base/i18n.h"
#include "probes/audit_tally.h"
#include "probes/probe.h"

struct named { struct bytes text[FACT_LIST_MAX]; size_t count; };

static void
name_add(struct named *names, const char *text)
{
	if (names->count < FACT_LIST_MAX)
		names->text[names->count++] = bytes_of(text, strnlen(text, FACT_ENTRY_MAX));
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sorted, each once: the same log in another order is the same fact. */
static void
list_fact(struct fact_set *facts, enum fact fact, char **list, size_t count)
{
	struct named names = { .count = 0 };

	if (count > 0)
		qsort(list, count, sizeof(*list), by_text);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || strcmp(list[i - 1], list[i]) != 0)
			name_add(&names, list[i]);
	fact_set_texts(facts, fact, names.text, names.count);
}

/* --- sessions ------------------------------------------------------------------------------- */

struct counts { int64_t outside, unknown, single_factor; };

static bool
is_outside(const struct audit_tally *tally, const struct audit_session *session)
{
	return tally->jurisdictions.len > 0 && session->country[0] != '\0' &&
	    !audit_listed(tally->jurisdictions, session->country);
}

static void
countries_fact(struct fact_set *facts, const struct audit_tally *tally)
{
	char text[FACT_LIST_MAX][32], country[AUDIT_GROUPS][3];
	size_t count[AUDIT_GROUPS] = { 0 }, groups = 0;
	char *list[FACT_LIST_MAX];

	for (size_t i = 0; i < tally->sessions; i++) {
		size_t at = 0;

		while (at < groups && strcmp(country[at], tally->session[i].country) != 0)
			at++;
		if (at == groups && groups < AUDIT_GROUPS)
			memcpy(country[groups++], tally->session[i].country, 3);
		if (at < groups)
			count[at]++;
	}
	for (size_t i = 0; i < groups && i < FACT_LIST_MAX; i++) {
		snprintf(text[i], sizeof(text[i]), "%.7s %zu", country[i][0] != '\0' ? country[i] :
		    "unknown", count[i]);
		list[i] = text[i];
	}
	list_fact(facts, FACT_AUDIT_COUNTRIES, list, groups < FACT_LIST_MAX ? groups :
	    FACT_LIST_MAX);
}

static struct counts
session_facts(struct fact_set *facts, const struct audit_tally *tally)
{
	struct counts counts = { 0 };
	char **list = memory_new(AUDIT_SESSIONS_MAX, sizeof(*list));
	size_t kept = 0;

	for (size_t i = 0; i < tally->sessions; i++) {
		const struct audit_session *session = &tally->session[i];
		struct buffer text = { .max = 4096 };

		counts.unknown += session->country[0] == '\0';
		counts.single_factor += session->second_factor == AUDIT_NO;
		if (!is_outside(tally, session))
			continue;
		counts.outside++;
		buffer_print(&text, "%s from %s (%s)", session->actor, session->address,
		    session->country);
		list[kept++] = memory_text(bytes_of_buffer(&text));
		buffer_free(&text);
	}
	fact_set_int(facts, FACT_AUDIT_SESSIONS, (int64_t)tally->sessions);
	fact_set_int(facts, FACT_AUDIT_SESSIONS_UNKNOWN, counts.unknown);
	fact_set_int(facts, FACT_AUDIT_SESSIONS_SINGLE_FACTOR, counts.single_factor);
	countries_fact(facts, tally);
	if (tally->jurisdictions.len > 0) {
		fact_set_int(facts, FACT_AUDIT_SESSIONS_OUTSIDE, counts.outside);
		list_fact(facts, FACT_AUDIT_SESSIONS_OUTSIDE_LIST, list, kept);
	}
	for (size_t i = 0; i < kept; i++)
		free(list[i]);
	free(list);
	return counts;
}

/* --- the rest ------------------------------------------------------------------------------- */

static void
region_facts(struct fact_set *facts, struct audit_tally *tally)
{
	char text[FACT_LIST_MAX][96];
	char *list[FACT_LIST_MAX];
	size_t count = tally->region_groups < FACT_LIST_MAX ? tally->region_groups : FACT_LIST_MAX;

	for (size_t i = 0; i < count; i++) {
		snprintf(text[i], sizeof(text[i]), "%s %zu", tally->region[i].name,
		    tally->region[i].count);
		list[i] = text[i];
	}
	list_fact(facts, FACT_AUDIT_REGIONS, list, count);
	fact_set_int(facts, FACT_AUDIT_ACTS_UNPLACED, (int64_t)tally->acts_unplaced);
	if (tally->regions.len == 0)
		return;
	fact_set_int(facts, FACT_AUDIT_ACTS_OUTSIDE, (int64_t)tally->acts_outside);
	list_fact(facts, FACT_AUDIT_ACTS_OUTSIDE_LIST, tally->act, tally->acts);
}

static void
log_facts(struct fact_set *facts, const struct audit_tally *tally, size_t unread)
{
	fact_set_text(facts, FACT_AUDIT_PROVIDER, bytes_of_text(tally->provider));
	fact_set_int(facts, FACT_AUDIT_ENTRIES, (int64_t)tally->entries);
	fact_set_int(facts, FACT_AUDIT_UNREAD, (int64_t)unread);
	if (tally->entries == 0)
		return;
	fact_set_time(facts, FACT_AUDIT_FIRST, tally->first_ms);
	fact_set_time(facts, FACT_AUDIT_LAST, tally->last_ms);
}

static void
verdict(struct round *round, const struct audit_tally *tally, const struct counts *counts,
    size_t unread)
{
	if (counts->outside > 0 || tally->acts_outside > 0 || tally->staff_outside > 0)
		round_finish(round, OUTCOME_DEGRADED, ERR_MISMATCH, "outside what is declared: %"
		    PRId64 " sessions, %zu acts on regions, %zu accesses of the provider's staff",
		    counts->outside, tally->acts_outside, tally->staff_outside);
	else if (unread > 0)
		round_finish(round, OUTCOME_DEGRADED, ERR_UNSUPPORTED, "%zu values of the log are "
		    "no entries of that form", unread);
	else if (tally->full)
		round_finish(round, OUTCOME_DEGRADED, ERR_LIMIT, "the log has more than %d "
		    "sessions, regions or findings can be told apart", AUDIT_SESSIONS_MAX);
	else
		round_finish(round, OUTCOME_UP, ERR_OK, "%s", "");
}

static void
look(struct round *round, struct audit_tally *tally)
{
	struct fact_set *facts = round_facts(round);
	struct bytes log = round_file(round, "log");
	struct why why = { .err = ERR_OK };
	struct counts counts;
	size_t unread = 0;
	enum err err = audit_read(round_option(round, "form"), log, audit_tally_take, tally,
	    &unread, &why);

	fact_set_hash(facts, FACT_AUDIT_LOG, hash_of(log));
	if (err != ERR_OK) {
		round_finish(round, OUTCOME_UNKNOWN, err, "%s", why.text);
		return;
	}
	log_facts(facts, tally, unread);
	if (tally->entries == 0) {
		round_finish(round, OUTCOME_UNKNOWN, ERR_NOT_FOUND, "the log has no entry of the "
		    "window (%zu of other times, %zu that cannot be read): deliver a newer one, or "
		    "see whether logging is on", tally->outside_window, unread);
		return;
	}
	counts = session_facts(facts, tally);
	region_facts(facts, tally);
	fact_set_int(facts, FACT_AUDIT_STAFF, (int64_t)tally->staff);
	list_fact(facts, FACT_AUDIT_STAFF_LIST, tally->notice, tally->notices);
	round_answered(round);
	verdict(round, tally, &counts, unread);
}

static void
audit_on(struct round *round, const struct event *event)
{
	struct audit_tally *tally;
	struct audit_places *places = NULL;
	struct why why = { .err = ERR_OK };
	int64_t window = 0;

	if (event->kind == EVENT_DEADLINE) {
		round_finish(round, OUTCOME_UNKNOWN, ERR_TIMEOUT, "no time was left to read it");
		return;
	}
	if (event->kind != EVENT_START)
		return;
	if (round_file(round, "places").len > 0 &&
	    audit_places_read(round_file(round, "places"), &places, &why) != ERR_OK) {
		round_finish(round, OUTCOME_UNKNOWN, why.err, "places: %s", why.text);
		return;
	}
	tally = memory_new(1, sizeof(*tally));
	(void)!duration_read(round_option(round, "within"), &window, NULL);
	tally->provider = audit_provider(round_option(round, "form"));
	tally->places = places;
	tally->jurisdictions = bytes_of_text(round_option(round, "jurisdictions"));
	tally->regions = bytes_of_text(round_option(round, "regions"));
	tally->until_ms = round_wall_ms(round);
	tally->from_ms = tally->until_ms - window;
	look(round, tally);
	audit_tally_free(tally);
	audit_places_free(places);
	free(tally);
}

/* Only the places: a log that is cut is unknown in its rounds, and no reason to refuse a reload. */
static enum err
audit_file(const char *option, const char *path, struct bytes octets, struct why *why)
{
	struct audit_places *places = NULL;
	enum err err;

	(void)path;
	if (strcmp(option, "places") != 0)
		return ERR_OK;
	err = audit_places_read(octets, &places, why);
	audit_places_free(places);
	return err;
}

static const struct option_row audit_options[] = {
	{ .name = "log", .type = OPTION_FILE, .required = true,
	  .help = N_("file of the log, as the cloud delivers it; uncompressed, at most 4 MiB") },
	{ .name = "form", .type = OPTION_WORD, .required = true, .words = "cloudtrail azure google",
	  .help = N_("form of the log") },
	{ .name = "within", .type = OPTION_DURATION, .minimum = 3600000,
	  .maximum = INT64_C(31622400000), .otherwise = "7d",
	  .help = N_("how far back entries count") },
	{ .name = "places", .type = OPTION_FILE,
	  .help = N_("file of lines \"prefix,country\" (RFC 8805) by which addresses have a "
	      "country; without it every country is unknown") },
	{ .name = "jurisdictions", .type = OPTION_TEXT, .minimum = 2, .maximum = 400,
	  .help = N_("countries from which operators may come, such as \"JP\"") },
	{ .name = "regions", .type = OPTION_TEXT, .minimum = 3, .maximum = 1000,
	  .help = N_("regions that may be acted on, such as \"aws/ap-northeast-1\"") },
	{ .name = NULL }
};

const struct probe_ops probe_audit_log = {
	.name        = "audit_log",
	.title       = N_("operators' hands, by a cloud's audit log"),
	.local       = true,
	.options     = audit_options,
	.file_check  = audit_file,
	.scratch_len = 1,
	.on          = audit_on
};
