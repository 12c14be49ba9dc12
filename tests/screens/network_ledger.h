/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The second fixed ledger behind the golden screens: the network of tests/unit/network_plan.h
 * loses a region while a maintenance window hides one function; alarms, the provider's own words,
 * corrections and the papers that follow.  As a drill it is the same under another plan.
 */
#ifndef TESTS_SCREENS_NETWORK_LEDGER_H
#define TESTS_SCREENS_NETWORK_LEDGER_H

#include "tests/screens/ledger.h"
#include "tests/unit/network_plan.h"

static inline uint64_t
mesh_see(struct story *story, enum network_instance i, enum outcome outcome, const char *detail)
{
	struct record record = { .kind = RECORD_OBSERVATION, .role = ROLE_WORKER, .observation = {
	    .target = story->plan->target[i].id, .replicas = 1, .outcome = outcome,
	    .error = outcome == OUTCOME_DOWN ? ERR_UNREACHABLE : ERR_OK,
	    .detail = story_text(detail) } };

	story->now_ms += 1000;
	return story_add(story, &record);
}

static inline struct hash
mesh_secret(struct story *story, const char *text)
{
	uint8_t salt[32];
	struct why why = { 0 };

	memset(salt, (int)(story->now_ms / 1000 % 251), sizeof(salt));
	story_must(ledger_add_value(story->ledger, bytes_of(salt, sizeof(salt)), story_text(text),
	    &why), &why);
	return secret_commit(bytes_of(salt, sizeof(salt)), story_text(text));
}

static inline void
mesh_signal(struct story *story, enum signal_kind kind, const char *key, const char *subject,
    enum severity severity, const char *title)
{
	struct record record = { .kind = RECORD_SIGNAL, .role = ROLE_INTAKE, .signal = {
	    .source = story_text(kind == SIGNAL_NOTICE ? "cumulus-feed" : "traps"),
	    .form = kind == SIGNAL_NOTICE ? SIGNAL_FORM_STATUS : SIGNAL_FORM_TRAP, .kind = kind,
	    .key = story_text(key), .subject = story_text(subject), .severity = severity,
	    .alarm_type = ALARM_TYPE_COMMUNICATIONS, .title = story_text(title), .count = 1,
	    .told = story->now_ms - 3000, .clock = SIGNAL_CLOCK_AGREES } };

	if (kind == SIGNAL_NOTICE) {
		record.signal.started = story_time(12 * 60);
		record.signal.region = story_text("east");
	}
	record.signal.text = mesh_secret(story, title);
	story->now_ms += 500;
	story_add(story, &record);
}

static inline uint64_t
mesh_window(struct story *story, uint64_t of, uint64_t step, const char *author)
{
	struct record record = { .kind = RECORD_WINDOW, .role = ROLE_ENGINE, .window = {
	    .step = step, .window = of, .kind = WINDOW_MAINTENANCE, .uid = (uint64_t)author[0],
	    .author = story_text(author), .subject = story_text("instance:ems-1"),
	    .from = story_time(5 * 60), .until = story_time(90 * 60),
	    .ticket = story_text("CHG-311") } };

	record.window.text = mesh_secret(story, "管理装置の更新 / new release of the management");
	story->now_ms += 20000;
	return story_add(story, &record);
}

static inline void
mesh_correct(struct story *story, enum correct what, int64_t at_ms, uint64_t number,
    const char *why)
{
	struct record record = { .kind = RECORD_CORRECTION, .role = ROLE_ENGINE, .correction = {
	    .what = what, .incident = story->incident, .at = at_ms, .number = number, .uid = 1000,
	    .author = story_text("suzuki") } };

	record.correction.text = mesh_secret(story, why);
	story->now_ms += 1000;
	story_add(story, &record);
}

/* Time goes by until that minute, with a tick each. */
static inline void
mesh_until(struct story *story, unsigned minute)
{
	struct record tick = { .kind = RECORD_TICK, .role = ROLE_LEDGER };

	while (story->now_ms + STORY_MINUTE <= story_time(minute * 60)) {
		story->now_ms += STORY_MINUTE;
		story_add(story, &tick);
	}
	story->now_ms = story_time(minute * 60);
}

static inline void
mesh_begin(struct story *story, const char *drill)
{
	struct record config = { .kind = RECORD_CONFIG, .role = ROLE_LEDGER, .config = {
	    .cause = story_text("start"), .targets = NETWORK_INSTANCES } };
	struct buffer blob = { 0 };
	struct why why = { 0 };
	struct plan *plan = network_plan();

	story->plan = plan;
	plan->name = "core-west";
	plan->name_ja = "西日本コア網";
	plan->drill = drill;
	plan->second_person = UINT64_C(1) << ACT_WINDOW;
	plan->target[EMS_1].aside = 1;
	plan->dependencies = 1;
	plan->dependency = plan_array(plan, 1, sizeof(*plan->dependency));
	plan->dependency[0] = (struct plan_dependency){ "instance:hss-1", "instance:upf-1",
	    "signalling" };
	story_key(story);
	story_self(story, ROLE_LEDGER, 0);
	for (uint32_t i = 0; i < plan->targets; i++) {
		plan_target_key(&blob, plan, &plan->target[i]);
		story_must(ledger_target_id(story->ledger, bytes_of_buffer(&blob),
		    &plan->target[i].id, &why), &why);
		buffer_reset(&blob);
	}
	plan_encode(&blob, plan);
	story_must(ledger_add_blob(story->ledger, bytes_of_buffer(&blob), &config.config.plan,
	    &why), &why);
	story_must(ledger_add_blob(story->ledger, story_text("# configuration\n"),
	    &config.config.source, &why), &why);
	story_add(story, &config);
	story_self(story, ROLE_WORKER, 0);
	for (unsigned i = 0; i < NETWORK_INSTANCES; i++)
		mesh_see(story, (enum network_instance)i, OUTCOME_UP, "answered");
	buffer_free(&blob);
}

/* 09:15 on: what runs in Tokyo fails one by one, and what needs it. */
static inline void
mesh_region(struct story *story)
{
	mesh_signal(story, SIGNAL_RAISED, "if-7", "instance:upf-1", PERCEIVED_MAJOR,
	    "interface N3 down");
	mesh_see(story, UPF_1, OUTCOME_DOWN, "no route to the peer");
	story->incident = mesh_see(story, AMF_1, OUTCOME_DOWN, "no route to the peer");
	mesh_signal(story, SIGNAL_RAISED, "sctp-1", "instance:amf-1", PERCEIVED_CRITICAL,
	    "all associations lost");
	mesh_signal(story, SIGNAL_RAISED, "disk", "instance:hss-1", PERCEIVED_WARNING,
	    "disk 80 % full");
	mesh_see(story, HSS_1, OUTCOME_DEGRADED, "answers late");
	mesh_until(story, 18);
	story_act(story, ACT_ACK, story->incident, "tanaka", "東京リージョンを確認中");
	mesh_until(story, 31);
	mesh_signal(story, SIGNAL_NOTICE, "n-4711", "provider:cumulus", PERCEIVED_MAJOR,
	    "Connectivity issues in region east");
	mesh_until(story, 40);
	mesh_correct(story, CORRECT_OCCURRED, story_time(12 * 60), 0,
	    "顧客申告から / from customers' calls");
	story_act(story, ACT_NOTE, story->incident, "tanaka", "事業者に連絡済み / provider called");
}

static inline void
mesh_end(struct story *story)
{
	struct record filing = { .kind = RECORD_FILING, .role = ROLE_ENGINE, .filing = {
	    .report = story_text("prompt-report"), .edition = story_text("1"), .uid = 1000,
	    .author = story_text("suzuki"), .incident = story->incident, .paper_edition = 1 } };
	struct record tick = { .kind = RECORD_TICK, .role = ROLE_LEDGER };

	mesh_until(story, 82);
	mesh_see(story, UPF_1, OUTCOME_UP, "answered");
	mesh_see(story, AMF_1, OUTCOME_UP, "answered");
	mesh_see(story, HSS_1, OUTCOME_UP, "answered");
	mesh_signal(story, SIGNAL_CLEARED, "sctp-1", "instance:amf-1", PERCEIVED_CLEARED,
	    "all associations lost");
	mesh_until(story, 88);
	filing.filing.size = story_add(story, &tick) + 1;
	story_add(story, &filing);
	mesh_correct(story, CORRECT_DEMARCATION, 0, 2, "事業者も認めた / the provider agrees");
	mesh_until(story, 92);
}

/* Gives the number of the incident, as a person would type it. */
static inline uint64_t
mesh_write(const char *path, const char *drill)
{
	struct story story = { .now_ms = story_time(0) };
	struct why why = { 0 };
	uint64_t window;

	story_must(ledger_create(path, &why), &why);
	story_must(ledger_open(&story.ledger, path, LEDGER_WRITE, &why), &why);
	mesh_begin(&story, drill);
	mesh_until(&story, 2);
	window = mesh_window(&story, 0, WINDOW_ASKED, "tanaka");
	mesh_window(&story, window, WINDOW_AGREED, "suzuki");
	mesh_until(&story, 10);
	mesh_see(&story, EMS_1, OUTCOME_DOWN, "the connection was refused");
	mesh_until(&story, 15);
	mesh_region(&story);
	mesh_end(&story);
	story_must(ledger_commit(story.ledger, &why), &why);
	story_must(ledger_checkpoint_wal(story.ledger, &why), &why);
	ledger_close(story.ledger);
	story_leave_copy(path);
	signing_key_free(story.key);
	plan_free(story.plan);
	return story.incident;
}

#endif
