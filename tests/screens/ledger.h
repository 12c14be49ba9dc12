/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The small fixed ledger behind the golden screens: half an hour of a made-up carrier, record by
 * record, with fixed times and a fixed key, written, folded and judged by the real code under the
 * two packs beside this file.  What is on the screens follows from these and from nothing else.
 */
#ifndef TESTS_SCREENS_LEDGER_H
#define TESTS_SCREENS_LEDGER_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "monitor/base/file.h"
#include "monitor/base/timetext.h"
#include "monitor/ledger/facts.h"
#include "monitor/ledger/ledger.h"
#include "monitor/state/plan.h"

enum { STORY_MINUTE = 60000, STORY_SITES = 3, STORY_INSTANCES = 8, STORY_TARGETS = 14,
	STORY_WORKERS = 2, STORY_PACKS = 2 };

struct story {
	struct ledger *ledger;
	struct plan   *plan;
	int64_t        now_ms;
	uint64_t       incident;	/* the first one opened, as a person would type it */
	struct signing_key *key;
	struct note_verifier verifier;
};

static inline void
story_must(enum err err, const struct why *why)
{
	if (err == ERR_OK)
		return;
	fprintf(stderr, "story: %s\n", why->text);
	exit(1);
}

/* 2026-11-20 09:00:00 JST, and so many seconds. */
static inline int64_t
story_time(int64_t seconds)
{
	return days_of_date(2026, 11, 20) * 86400000 + seconds * 1000;
}

static inline struct bytes
story_text(const char *text)
{
	return bytes_of_text(text);
}

static inline struct plan *
story_plan(void)
{
	static const struct plan_site sites[STORY_SITES] = {
		{ .name = "tokyo-1", .title = "Tokyo region 1", .title_ja = "東京リージョン1",
		    .provider = "Kumo Cloud", .jurisdiction = "JP", .region = "jp-east",
		    .latitude_udeg = 35681236, .longitude_udeg = 139767125 },
		{ .name = "osaka-2", .title = "Osaka region 2", .title_ja = "大阪リージョン2",
		    .provider = "Kumo Cloud", .jurisdiction = "JP", .region = "jp-west",
		    .latitude_udeg = 34702485, .longitude_udeg = 135495951 },
		{ .name = "premises", .title = "Own premises", .title_ja = "自社局舎",
		    .provider = "own", .jurisdiction = "JP", .latitude_udeg = 35689487,
		    .longitude_udeg = 139691706 },
	};
	static const struct { const char *name, *title, *title_ja; enum function function;
	    uint32_t site; } instances[STORY_INSTANCES] = {
		{ "amf-1", "AMF 1", "AMF 1号機", FUNCTION_SWITCHING, 0 },
		{ "upf-1", "UPF 1", "UPF 1号機", FUNCTION_SWITCHING, 0 },
		{ "upf-2", "UPF 2", "UPF 2号機", FUNCTION_SWITCHING, 1 },
		{ "smf-1", "SMF 1", "SMF 1号機", FUNCTION_CONTROL, 0 },
		{ "smf-2", "SMF 2", "SMF 2号機", FUNCTION_CONTROL, 1 },
		{ "oam-1", "Management", "運用管理装置", FUNCTION_OAM, 2 },
		{ "udm-1", "UDM 1", "加入者管理 1", FUNCTION_SUBSCRIBER, 0 },
		{ "hss-2", "HSS 2", "加入者管理 2", FUNCTION_SUBSCRIBER, 1 },
	};
	static const struct { const char *name, *probe; uint32_t instance, port; } targets[] = {
		{ "amf-1-sbi", "tls", 0, 443 }, { "amf-1-n2", "tcp", 0, 38412 },
		{ "upf-1-mgmt", "snmp", 1, 161 }, { "upf-1-pfcp", "tcp", 1, 8805 },
		{ "upf-2-mgmt", "snmp", 2, 161 }, { "upf-2-pfcp", "tcp", 2, 8805 },
		{ "smf-1-sbi", "tls", 3, 443 }, { "smf-1-mgmt", "snmp", 3, 161 },
		{ "smf-2-sbi", "tls", 4, 443 }, { "oam-1-api", "tls", 5, 443 },
		{ "oam-1-mgmt", "snmp", 5, 161 }, { "udm-1-sbi", "tls", 6, 443 },
		{ "hss-2-sbi", "tls", 7, 443 }, { "hss-2-mgmt", "snmp", 7, 161 },
	};
	struct plan *plan = plan_new();

	plan->name = "core-east";
	plan->name_ja = "東日本コア網";
	plan->vantage = "premises";
	plan->user = "sekimori";
	plan->newest_note = "";
	plan->workers = STORY_WORKERS;
	plan->group_wait_ms = 30000;
	plan->anchor_ms = 3600000;
	plan->belief_ms = 3600000;
	plan->instance_gap_ms = 200;
	plan->sites = STORY_SITES;
	plan->site = plan_array(plan, STORY_SITES, sizeof(*plan->site));
	memcpy(plan->site, sites, sizeof(sites));
	plan->instances = STORY_INSTANCES;
	plan->instance = plan_array(plan, STORY_INSTANCES, sizeof(*plan->instance));
	for (uint32_t i = 0; i < STORY_INSTANCES; i++)
		plan->instance[i] = (struct plan_instance){ .name = instances[i].name,
		    .title = instances[i].title, .title_ja = instances[i].title_ja,
		    .function = instances[i].function, .site = instances[i].site };
	plan->targets = STORY_TARGETS;
	plan->target = plan_array(plan, STORY_TARGETS, sizeof(*plan->target));
	for (uint32_t i = 0; i < STORY_TARGETS; i++) {
		char address[32];

		snprintf(address, sizeof(address), "192.0.2.%u", i + 10);
		plan->target[i] = (struct plan_target){ .name = targets[i].name,
		    .instance = targets[i].instance, .probe = targets[i].probe,
		    .address = plan_text(plan, bytes_of_text(address)), .port = targets[i].port,
		    .interval_ms = 30000, .deadline_ms = 5000, .stale_ms = 120000,
		    .fail_count = 2, .window = 3, .recover_count = 2 };
	}
	plan->documents = 1;
	plan->document = plan_array(plan, 1, sizeof(*plan->document));
	plan->document[0] = (struct plan_document){ .id = "drill", .title = "Drill of 2026",
	    .path = "", .hash = "", .author = "suzuki", .date_ms = story_time(-86400 * 100) };
	return plan;
}

/* The packs beside this file become blobs of the ledger, and the plan names them. */
static inline void
story_packs(struct story *story)
{
	static const char *const ids[STORY_PACKS] = { "promises", "rule" };
	struct plan *plan = story->plan;
	struct buffer octets = { 0 };
	struct why why = { 0 };

	plan->packs = STORY_PACKS;
	plan->pack = plan_array(plan, STORY_PACKS, sizeof(*plan->pack));
	for (unsigned i = 0; i < STORY_PACKS; i++) {
		char path[64], hex[HASH_TEXT];
		struct hash hash;

		snprintf(path, sizeof(path), "tests/screens/%s.pack", ids[i]);
		buffer_reset(&octets);
		story_must(file_read(path, 1 << 20, &octets, &why), &why);
		story_must(ledger_add_blob(story->ledger, bytes_of_buffer(&octets), &hash, &why),
		    &why);
		hash_text(hash, hex);
		plan->pack[i] = (struct plan_pack){ .path = plan_text(plan, bytes_of_text(path)),
		    .hash = plan_text(plan, bytes_of_text(hex)), .id = ids[i], .edition = "1" };
	}
	buffer_free(&octets);
}

static inline uint64_t
story_add(struct story *story, struct record *record)
{
	struct why why = { 0 };

	record->recorded_ms = story->now_ms;
	if (record->observed_ms == 0)
		record->observed_ms = story->now_ms - 20;
	story_must(ledger_add(story->ledger, record, &why), &why);
	return record->seq;
}

static inline void
story_self(struct story *story, enum role role, uint64_t index)
{
	struct record record = { .kind = RECORD_SELF, .role = role, .index = index, .self = {
	    .version = story_text("0.1.0"), .program = hash_of(story_text("program")),
	    .process = 4000 + role * 10 + index,
	    .sandbox = story_text("user sekimori, no capabilities, seccomp, Landlock"),
	    .clock_source = story_text("kernel: synchronised") } };

	story_add(story, &record);
}

static inline void
story_tls_facts(struct fact_set *set, uint64_t target, unsigned days)
{
	struct bytes names[] = { story_text("amf-1.core.example"), story_text("amf.core.example") };
	int64_t expiries[] = { story_time(86400 * days), story_time(86400 * 900) };
	char subject[64];

	snprintf(subject, sizeof(subject), "CN=nf-%u.core.example", (unsigned)target);
	fact_set_text(set, FACT_TLS_VERSION, story_text("TLSv1.3"));
	fact_set_text(set, FACT_TLS_SUITE, story_text("TLS_AES_256_GCM_SHA384"));
	fact_set_text(set, FACT_TLS_GROUP, story_text("x25519"));
	fact_set_text(set, FACT_TLS_SIGNATURE, story_text("ecdsa_secp256r1_sha256"));
	fact_set_hash(set, FACT_TLS_CHAIN, hash_of(story_text(subject)));
	fact_set_int(set, FACT_TLS_CHAIN_LENGTH, 2);
	fact_set_times(set, FACT_TLS_CHAIN_EXPIRIES, expiries, 2);
	fact_set_time(set, FACT_TLS_EXPIRY, expiries[0]);
	fact_set_texts(set, FACT_TLS_NAMES, names, 2);
	fact_set_int(set, FACT_TLS_NAMES_COUNT, 2);
	fact_set_text(set, FACT_TLS_SUBJECT, story_text(subject));
	fact_set_text(set, FACT_TLS_KEY, story_text("EC P-256"));
	fact_set_flag(set, FACT_TLS_TRUSTED, true);
	fact_set_flag(set, FACT_TLS_CLIENT_CERT_REQUESTED, true);
	fact_set_int(set, FACT_NET_CONNECT_US, 412);
}

/* One observation of target number i, seen in a region of the provider if region is not NULL. */
static inline uint64_t
story_see(struct story *story, unsigned i, enum outcome outcome, enum err error,
    const char *detail, const char *region)
{
	const struct plan_target *target = &story->plan->target[i];
	struct record record = { .kind = RECORD_OBSERVATION, .role = ROLE_WORKER,
	    .index = plan_worker_of(story->plan, target->id) };
	struct buffer facts = { 0 }, hashes = { 0 };
	struct fact_set set = { 0 };
	struct hash chain = hash_of(story_text(target->name));
	char place[64];
	uint64_t seq;

	if (outcome != OUTCOME_DOWN && strcmp(target->probe, "tls") == 0)
		story_tls_facts(&set, target->id, outcome == OUTCOME_UP ? 40 : 3);
	else if (outcome != OUTCOME_DOWN && strcmp(target->probe, "snmp") == 0)
		fact_set_text(&set, FACT_SNMP_SYS_NAME, story_text(target->name));
	else
		fact_set_flag(&set, FACT_TCP_OPEN, outcome != OUTCOME_DOWN);
	if (outcome != OUTCOME_DOWN && region != NULL) {
		snprintf(place, sizeof(place), "Kumo Cloud/%s", region);
		fact_set_text(&set, FACT_LOC_OBSERVED, story_text(place));
	}
	fact_set_write(&set, FACTS_ALL, &facts);
	record.observation = (struct record_observation){ .target = target->id, .replica = 0,
	    .replicas = 1, .outcome = outcome, .error = error,
	    .latency_us = outcome == OUTCOME_DOWN ? 0 : 1800 + 37 * i,
	    .facts = bytes_of_buffer(&facts), .evidence = record_hashes(&hashes, &chain,
	    outcome != OUTCOME_DOWN && strcmp(target->probe, "tls") == 0 ? 1 : 0),
	    .detail = story_text(detail != NULL ? detail : "answered") };
	seq = story_add(story, &record);
	fact_set_free(&set);
	buffer_free(&facts);
	buffer_free(&hashes);
	return seq;
}

/* Where it was declared; detail NULL: it is up. */
static inline uint64_t
story_observe(struct story *story, unsigned i, enum outcome outcome, enum err error,
    const char *detail)
{
	const struct plan *plan = story->plan;
	const struct plan_instance *instance = &plan->instance[plan->target[i].instance];

	return story_see(story, i, outcome, error, detail, plan->site[instance->site].region);
}

/* A minute goes by: each worker that works vouches for its targets, then the ledger ticks. */
static inline void
story_minutes(struct story *story, unsigned minutes, unsigned working)
{
	for (unsigned m = 0; m < minutes; m++) {
		struct record tick = { .kind = RECORD_TICK, .role = ROLE_LEDGER };

		story->now_ms += STORY_MINUTE - 1000;
		for (unsigned i = 0; i < STORY_WORKERS; i++) {
			struct record record = { .kind = RECORD_COVERAGE, .role = ROLE_WORKER,
			    .index = i, .coverage = { .from = story->now_ms - STORY_MINUTE,
			    .to = story->now_ms, .targets = STORY_TARGETS / 2,
			    .rounds = STORY_TARGETS } };

			if (working & 1u << i)
				story_add(story, &record);
		}
		story->now_ms += 1000;
		story_add(story, &tick);
	}
}

static inline void
story_act(struct story *story, enum act act, uint64_t incident, const char *author,
    const char *text)
{
	struct record record = { .kind = RECORD_OPERATOR, .role = ROLE_ENGINE, .operator = {
	    .act = act, .uid = 1000, .author = story_text(author), .incident = incident } };
	uint8_t salt[32];
	struct why why = { 0 };

	memset(salt, (int)act, sizeof(salt));
	record.operator.text = secret_commit(bytes_of(salt, sizeof(salt)), story_text(text));
	story_must(ledger_add_value(story->ledger, bytes_of(salt, sizeof(salt)), story_text(text),
	    &why), &why);
	story_add(story, &record);
}

/* A step of a waiver, a week long from now; waiver 0 asks for one.  Gives its record. */
static inline uint64_t
story_waive(struct story *story, uint64_t step, uint64_t waiver, const char *author,
    const char *control, const char *subject)
{
	struct record record = { .kind = RECORD_WAIVER, .role = ROLE_ENGINE, .waiver = {
	    .step = step, .waiver = waiver, .uid = 1000 + (uint64_t)author[0],
	    .author = story_text(author), .control = story_text(control),
	    .subject = story_text(subject), .until = story_time(86400 * 7) } };
	struct bytes text = story_text("the new certificate is ordered / 新しい証明書を手配済み");
	uint8_t salt[32];
	struct why why = { 0 };

	memset(salt, 0x40 + (int)step, sizeof(salt));
	record.waiver.text = secret_commit(bytes_of(salt, sizeof(salt)), text);
	story_must(ledger_add_value(story->ledger, bytes_of(salt, sizeof(salt)), text, &why), &why);
	return story_add(story, &record);
}

/* A key made of a fixed seed: PKCS #8 of RFC 8410 section 7. */
static inline void
story_key(struct story *story)
{
	static const uint8_t head[] = { 0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4,
	    0x22, 4, 0x20 };
	struct buffer der = { 0 }, pem = { 0 }, verifier = { 0 };
	struct record record = { .kind = RECORD_KEY, .role = ROLE_LEDGER, .key = {
	    .origin = story_text("core-east.example/sekimori"), .author = story_text("root") } };
	struct why why = { 0 };
	uint8_t public[32];

	buffer_put(&der, head, sizeof(head));
	for (unsigned i = 0; i < 32; i++)
		buffer_put_u8(&der, (uint8_t)(i * 7 + 1));
	buffer_put_text(&pem, "-----BEGIN PRIVATE KEY-----\n");
	base64_put(&pem, bytes_of_buffer(&der));
	buffer_put_text(&pem, "\n-----END PRIVATE KEY-----\n");
	story_must(signing_key_read(bytes_of_buffer(&pem), &story->key, &why), &why);
	signing_key_public(story->key, public);
	note_verifier_make("core-east.example/sekimori", public, &story->verifier);
	note_verifier_text(&story->verifier, &verifier);
	record.key.verifier = bytes_of_buffer(&verifier);
	story_add(story, &record);
	buffer_free(&der);
	buffer_free(&pem);
	buffer_free(&verifier);
}

/* Commits, and signs a checkpoint of what is there. */
static inline void
story_seal(struct story *story, bool anchor)
{
	struct checkpoint checkpoint = { .origin = "core-east.example/sekimori" };
	struct record record = { .kind = RECORD_ANCHOR, .role = ROLE_LEDGER };
	struct buffer note = { 0 };
	uint8_t signature[64];
	struct why why = { 0 };

	story_must(ledger_commit(story->ledger, &why), &why);
	checkpoint.size = ledger_size(story->ledger);
	story_must(ledger_root(story->ledger, checkpoint.size, &checkpoint.root, &why), &why);
	checkpoint_text(&note, &checkpoint);
	story_must(signing_key_sign(story->key, bytes_of_buffer(&note), signature, &why), &why);
	buffer_put_u8(&note, '\n');
	note_put_signature(&note, &story->verifier, bytes_of(signature, sizeof(signature)));
	story_must(ledger_add_checkpoint(story->ledger, checkpoint.size, bytes_of_buffer(&note),
	    &why), &why);
	if (anchor) {
		story->now_ms += 2000;
		record.anchor = (struct record_anchor){ .size = checkpoint.size,
		    .root = checkpoint.root, .authority = story_text("tsa.example"),
		    .stamped = story->now_ms - 500 };
		story_must(ledger_add_blob(story->ledger, bytes_of_buffer(&note),
		    &record.anchor.note, &why), &why);
		story_must(ledger_add_blob(story->ledger, story_text("token"),
		    &record.anchor.token, &why), &why);
		story_add(story, &record);
	}
	buffer_free(&note);
}

static inline void
story_begin(struct story *story)
{
	struct buffer blob = { 0 };
	struct record config = { .kind = RECORD_CONFIG, .role = ROLE_LEDGER, .config = {
	    .cause = story_text("start"), .targets = STORY_TARGETS } };
	struct why why = { 0 };

	story_key(story);
	story_self(story, ROLE_SUPERVISOR, 0);
	story_self(story, ROLE_LEDGER, 0);
	story->plan = story_plan();
	for (unsigned i = 0; i < STORY_TARGETS; i++) {
		plan_target_key(&blob, story->plan, &story->plan->target[i]);
		story_must(ledger_target_id(story->ledger, bytes_of_buffer(&blob),
		    &story->plan->target[i].id, &why), &why);
		buffer_reset(&blob);
	}
	story_packs(story);
	plan_encode(&blob, story->plan);
	story_must(ledger_add_blob(story->ledger, bytes_of_buffer(&blob), &config.config.plan,
	    &why), &why);
	story_must(ledger_add_blob(story->ledger, story_text("# configuration\n"),
	    &config.config.source, &why), &why);
	story_add(story, &config);
	story_self(story, ROLE_ENGINE, 0);
	for (unsigned i = 0; i < STORY_WORKERS; i++)
		story_self(story, ROLE_WORKER, i);
	story->now_ms += 2000;
	for (unsigned i = 0; i < STORY_TARGETS; i++)
		story_observe(story, i, OUTCOME_UP, ERR_OK, NULL);
	buffer_free(&blob);
}

/* Two rounds in a row are what it takes; gives the record that made it down. */
static inline uint64_t
story_fail(struct story *story, unsigned i, enum err error, const char *detail)
{
	story->now_ms += 1500;
	story_observe(story, i, OUTCOME_DOWN, error, detail);
	story->now_ms += 1500;
	return story_observe(story, i, OUTCOME_DOWN, error, detail);
}

static inline void
story_recover(struct story *story, unsigned i)
{
	for (unsigned round = 0; round < 2; round++) {
		story->now_ms += 1500;
		story_observe(story, i, OUTCOME_UP, ERR_OK, NULL);
	}
}

/* 09:10 to 09:20: an instance dies and comes back; somebody takes care of it. */
static inline void
story_instance(struct story *story)
{
	struct record tick = { .kind = RECORD_TICK, .role = ROLE_LEDGER };

	story->incident = story_fail(story, 0, ERR_REFUSED, "the connection was refused");
	story_fail(story, 1, ERR_REFUSED, "the connection was refused");
	story_minutes(story, 2, 3);
	story_act(story, ACT_ACK, story->incident, "tanaka", "looking at it");
	story->now_ms += 30000;
	story_act(story, ACT_NOTE, story->incident, "tanaka",
	    "ハードウェア交換を依頼 / hardware replacement asked for");
	story_minutes(story, 4, 3);
	story_recover(story, 0);
	story_recover(story, 1);
	story_add(story, &tick);
}

/* 09:20 on: a region is unreachable, an address moves, the clock steps, a worker ends. */
static inline void
story_region(struct story *story)
{
	static const unsigned osaka[] = { 4, 5, 8, 12, 13 };
	struct record clock = { .kind = RECORD_CLOCK, .role = ROLE_LEDGER };
	struct record gap = { .kind = RECORD_GAP, .role = ROLE_SUPERVISOR };
	uint64_t waiver;

	for (unsigned i = 0; i < 5; i++)
		story_fail(story, osaka[i], ERR_UNREACHABLE, "no route to the peer");
	story_minutes(story, 3, 3);
	clock.clock = (struct record_clock){ .wall = story->now_ms + 3600000, .step_ms = 3600000,
	    .cause = story_text("stepped") };
	clock.observed_ms = story->now_ms + 3600000;
	story_add(story, &clock);
	story_see(story, 11, OUTCOME_UP, ERR_OK, NULL, "us-west");
	story_minutes(story, 1, 3);
	story_recover(story, osaka[2]);
	story_observe(story, 6, OUTCOME_DEGRADED, ERR_EXPIRED,
	    "the certificate of the peer expires in 3 days");
	story->now_ms += 1500;
	story_observe(story, 6, OUTCOME_DEGRADED, ERR_EXPIRED,
	    "the certificate of the peer expires in 3 days");
	waiver = story_waive(story, 0, 0, "tanaka", "PR-ENC-CERT", "target:smf-1-sbi");
	story->now_ms += 4000;
	story_waive(story, 1, waiver, "suzuki", "PR-ENC-CERT", "target:smf-1-sbi");
	gap.gap = (struct record_gap){ .role = ROLE_WORKER, .index = 1,
	    .from = story->now_ms - 9000, .to = story->now_ms,
	    .reason = story_text("the worker was killed by signal 9") };
	story->now_ms += 9000;
	story_add(story, &gap);
}

/* The write-ahead log is empty now; without it the file is what a copy of it would be. */
static inline void
story_leave_copy(const char *path)
{
	static const char *const ends[] = { "-wal", "-shm", ".lock" };
	char file[4200];

	for (unsigned i = 0; i < 3; i++) {
		snprintf(file, sizeof(file), "%s%s", path, ends[i]);
		unlink(file);
	}
}

/* Writes the whole story into a new file; gives the number of its first incident. */
static inline uint64_t
story_write(const char *path)
{
	struct story story = { .now_ms = story_time(0) };
	struct why why = { 0 };

	story_must(ledger_create(path, &why), &why);
	story_must(ledger_open(&story.ledger, path, LEDGER_WRITE, &why), &why);
	story_begin(&story);
	story_minutes(&story, 4, 3);
	story_seal(&story, true);
	story_minutes(&story, 6, 3);
	story_instance(&story);
	story_minutes(&story, 2, 3);
	story_region(&story);
	story_seal(&story, false);
	story_minutes(&story, 1, 1);
	story_must(ledger_commit(story.ledger, &why), &why);
	story_must(ledger_checkpoint_wal(story.ledger, &why), &why);
	ledger_close(story.ledger);
	story_leave_copy(path);
	signing_key_free(story.key);
	plan_free(story.plan);
	return story.incident;
}

#endif
