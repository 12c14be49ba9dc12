/* SPDX-License-Identifier: Apache-2.0 */
/* The same page as JSON, times in RFC 3339 UTC.  Names and keys are not translated. */
#include <jansson.h>
#include <stdlib.h>

#include "monitor/base/timetext.h"
#include "monitor/state/describe.h"
#include "reports/report_status.h"
#include "reports/report_status_affairs.h"
#include "reports/report_status_protection.h"

static void
put_time(json_t *object, const char *key, int64_t ms)
{
	char text[TIME_TEXT];

	time_utc(ms, text);
	json_object_set_new(object, key, ms != 0 ? json_string(text) : json_null());
}

static void
put_count(json_t *object, const char *key, uint64_t value)
{
	json_object_set_new(object, key, json_integer((json_int_t)value));
}

/* json_string() gives NULL for what is not UTF-8. */
static void
put_text(json_t *object, const char *key, const char *text)
{
	json_t *value = json_string(text);

	json_object_set_new(object, key, value != NULL ? value : json_null());
}

static json_t *
shares_json(const struct status *s)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < s->shares; i++) {
		const struct status_share *share = &s->share[i];
		json_t *one;

		if (share->targets == 0)
			continue;
		one = json_object();
		put_text(one, "function", function_name(share->function));
		put_text(one, "site", s->state->plan->site[share->site].name);
		put_count(one, "targets", share->targets);
		put_count(one, "proven", share->proven);
		put_count(one, "unknown", share->unknown);
		put_count(one, "degraded", share->degraded);
		put_count(one, "down", share->down);
		put_time(one, "oldest_evidence", share->oldest_ms);
		json_array_append_new(list, one);
	}
	return list;
}

static json_t *
incidents_json(const struct status *s)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < s->state->incidents; i++) {
		const struct incident *incident = &s->state->incident[i];
		json_t *one;

		if (incident->resolved_ms != 0 || incident->absorbed_by != 0)
			continue;
		one = json_object();
		put_count(one, "incident", incident->id);
		put_text(one, "scope", scope_name(incident->scope));
		put_text(one, "site", incident->site_name);
		put_text(one, "instance", incident->instance_name);
		put_text(one, "health", health_name(incident->worst));
		put_count(one, "targets", incident->members);
		put_time(one, "occurred", incident->occurred_ms);
		put_time(one, "opened", incident->opened_ms);
		if (incident->acked_seq != 0)
			put_text(one, "acknowledged_by", incident->acked_by);
		put_count(one, "notes", incident->notes_total);
		json_array_append_new(list, one);
	}
	return list;
}

static json_t *
gaps_json(const struct status *s)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < s->state->gaps; i++) {
		const struct state_gap *gap = &s->state->gap[i];
		json_t *one;

		if (gap->ended_ms != 0)
			continue;
		one = json_object();
		put_count(one, "record", gap->seq);
		put_text(one, "role", role_name(gap->role) != NULL ? role_name(gap->role) :
		    "unknown");
		put_count(one, "index", gap->index);
		put_time(one, "from", gap->from_ms);
		put_text(one, "reason", gap->reason);
		json_array_append_new(list, one);
	}
	return list;
}

/* --- what is judged ----------------------------------------------------------------------- */

struct listing { const struct judgement *j; json_t *list; };

static void
add_contradiction(void *arg, uint32_t c, const struct finding *finding)
{
	struct listing *listing = arg;
	json_t *one = json_object();
	char subject[SUBJECT_TEXT];

	judgement_subject_text(listing->j, finding->subject, subject);
	put_text(one, "control", judgement_control(listing->j, c)->id);
	put_text(one, "subject", subject);
	put_time(one, "since", finding->since_ms);
	put_count(one, "record", finding->seq);
	json_array_append_new(listing->list, one);
}

static void
add_waiver(void *arg, const struct waiver *waiver)
{
	struct listing *listing = arg;
	json_t *one = json_object();

	put_count(one, "waiver", waiver->seq);
	put_text(one, "control", waiver->control);
	put_text(one, "subject", waiver->subject);
	put_text(one, "asked_by", waiver->asked_by);
	put_text(one, "agreed_by", waiver->decided_by);
	put_time(one, "until", waiver->until_ms);
	json_array_append_new(listing->list, one);
}

static json_t *
packs_aside_json(const struct judgement *j)
{
	json_t *list = json_array();
	char hash[HASH_TEXT];

	for (uint32_t p = 0; p < judgement_packs(j); p++) {
		json_t *one;

		if (judgement_pack(j, p) != NULL)
			continue;
		one = json_object();
		hash_text(judgement_pack_hash(j, p), hash);
		put_text(one, "hash", hash);
		put_text(one, "fault", judgement_pack_fault(j, p));
		json_array_append_new(list, one);
	}
	return list;
}

static json_t *
controls_json(const struct status *s)
{
	const struct judgement *j = judgement_of(s->state);
	struct listing contradictions = { j, json_array() }, waivers = { j, json_array() };
	json_t *object = json_object(), *counts = json_object();

	for (unsigned v = 0; v < VERDICTS; v++)
		put_count(counts, verdict_name((enum verdict)v), s->verdict[v]);
	json_object_set_new(object, "counts", counts);
	put_count(object, "not_decidable", s->undecidable);
	status_contradictions(s, add_contradiction, &contradictions);
	json_object_set_new(object, "contradictions", contradictions.list);
	status_waivers(s, add_waiver, &waivers);
	json_object_set_new(object, "waivers_ending", waivers.list);
	json_object_set_new(object, "packs_set_aside", packs_aside_json(j));
	return object;
}

static json_t *
ledger_json(const struct status *s, const char *path)
{
	json_t *object = json_object();

	put_text(object, "path", path);
	put_text(object, "origin", s->state->origin);
	put_count(object, "records", s->size);
	put_time(object, "newest", s->newest_ms);
	json_object_set_new(object, "stale", json_boolean(s->freshness == STALE));
	put_count(object, "checkpoint", s->checkpoint_size);
	put_text(object, "checkpoint_root", s->checkpoint_root);
	put_count(object, "anchored", s->state->anchor_size);
	put_time(object, "anchored_at", s->state->anchor_ms);
	put_text(object, "anchored_by", s->state->anchor_authority);
	json_object_set_new(object, "forked", json_boolean(s->state->fork_seq != 0));
	put_count(object, "unknown_kinds", s->state->unknown_kinds);
	return object;
}

/* null: no signer told of it.  can_leave is the token's own word, null if it does not say. */
static json_t *
own_key_json(const struct own_key_state *key)
{
	json_t *object;

	if (key->seq == 0)
		return json_null();
	object = json_object();
	put_text(object, "place", key->in_token ? "token" : "file");
	put_text(object, "model", key->model);
	json_object_set_new(object, "can_leave", key->in_token && !key->said ? json_null() :
	    json_boolean(!key->held));
	json_object_set_new(object, "signed_nonce", json_boolean(key->signed_nonce));
	put_count(object, "record", key->seq);
	return object;
}

void
status_print_json(const struct status *s, const char *path, struct buffer *out)
{
	json_t *object = json_object(), *clock = json_object();
	char *dump;

	put_text(object, "monitor", s->state->plan != NULL ? s->state->plan->name : "");
	if (s->state->plan != NULL && s->state->plan->drill[0] != '\0')
		put_text(object, "drill", s->state->plan->drill);
	json_object_set_new(object, "live", json_boolean(s->live));
	put_time(object, "at", s->now_ms);
	json_object_set_new(object, "ledger", ledger_json(s, path));
	json_object_set_new(clock, "synchronised", json_boolean(s->state->clock_synchronised));
	json_object_set_new(clock, "wall_minus_recorded_ms", json_integer(s->state->clock_step_ms));
	json_object_set_new(object, "clock", clock);
	json_object_set_new(object, "own_key", own_key_json(&s->state->own_key));
	json_object_set_new(object, "watcher_hears", s->state->watcher_seq != 0 ?
	    json_boolean(s->state->watcher_heard) : json_null());
	put_count(object, "targets", s->targets);
	put_count(object, "proven", s->proven);
	put_count(object, "unknown", s->unknown);
	put_count(object, "failed", s->failed);
	json_object_set_new(object, "shares", shares_json(s));
	json_object_set_new(object, "controls", judgement_of(s->state) != NULL ?
	    controls_json(s) : json_null());
	json_object_set_new(object, "incidents", incidents_json(s));
	json_object_set_new(object, "gaps", gaps_json(s));
	json_object_set_new(object, "protection", status_protection_json(s));
	status_affairs_json(s, object);
	put_count(object, "gaps_ever", s->state->gap_total);
	put_count(object, "exit", (uint64_t)status_code(s));
	dump = json_dumps(object, JSON_INDENT(2));
	buffer_put_text(out, dump != NULL ? dump : "{}");
	buffer_put_u8(out, '\n');
	free(dump);
	json_decref(object);
}
