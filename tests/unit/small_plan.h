/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small plan and the records around it, for tests that need a real state: one site, two
 * instances, three targets, a webhook, a syslog and a heartbeat channel.
 */
#ifndef TESTS_UNIT_SMALL_PLAN_H
#define TESTS_UNIT_SMALL_PLAN_H

#include <stdlib.h>
#include <string.h>

#include "monitor/state/fold.h"

enum { SMALL_TARGETS = 3 };

static inline void
small_target(struct plan *plan, uint32_t at, const char *name, uint32_t instance)
{
	plan->target[at] = (struct plan_target){ .id = at + 1, .name = name, .instance = instance,
	    .probe = "tcp", .address = "192.0.2.1", .port = 443, .interval_ms = 2000,
	    .deadline_ms = 1000, .stale_ms = 60000, .fail_count = 2, .window = 3,
	    .recover_count = 2 };
}

static inline struct plan_site
small_plan_site(void)
{
	return (struct plan_site){ .name = "tokyo", .title = "Tokyo", .title_ja = "東京",
	    .provider = "example cloud", .jurisdiction = "JP" };
}

static inline struct plan *
small_plan(void)
{
	struct plan *plan = plan_new();

	plan->name = "test carrier";
	plan->name_ja = "試験網事業者";
	plan->vantage = "premises";
	plan->user = "";
	plan->newest_note = "";
	plan->workers = 1;
	plan->group_wait_ms = 1000;
	plan->belief_ms = 3600000;
	plan->anchor_ms = 3600000;
	plan->sites = 1;
	plan->site = plan_array(plan, 1, sizeof(plan->site[0]));
	plan->site[0] = small_plan_site();
	plan->instances = 2;
	plan->instance = plan_array(plan, 2, sizeof(plan->instance[0]));
	plan->instance[0] = (struct plan_instance){ .name = "amf-1", .title = "AMF", .title_ja = "",
	    .function = FUNCTION_CONTROL };
	plan->instance[1] = (struct plan_instance){ .name = "upf-1", .title = "UPF", .title_ja = "",
	    .function = FUNCTION_SWITCHING };
	plan->targets = SMALL_TARGETS;
	plan->target = plan_array(plan, SMALL_TARGETS, sizeof(plan->target[0]));
	small_target(plan, 0, "amf-1-tcp", 0);
	small_target(plan, 1, "upf-1-tcp", 1);
	small_target(plan, 2, "upf-1-n4", 1);
	plan->channels = 3;
	plan->channel = plan_array(plan, 3, sizeof(plan->channel[0]));
	plan->channel[0] = (struct plan_channel){ .name = "noc", .kind = "webhook",
	    .url = "https://noc.example/notice", .secret = "/etc/token",
	    .trust = "/etc/roots.pem" };
	plan->channel[1] = (struct plan_channel){ .name = "syslog", .kind = "syslog",
	    .url = "udp://192.0.2.9:514", .secret = "", .trust = "" };
	plan->channel[2] = (struct plan_channel){ .name = "watcher", .kind = "heartbeat",
	    .url = "https://watch.example/beat", .secret = "", .trust = "", .interval_ms = 5000 };
	plan->right = plan_array(plan, 1, sizeof(plan->right[0]));
	return plan;
}

struct small_blob { struct buffer octets; };

static inline enum err
small_get(void *arg, struct hash hash, struct buffer *out, struct why *why)
{
	struct small_blob *blob = arg;

	if (!hash_equal(hash, hash_of(bytes_of_buffer(&blob->octets))))
		return why_set(why, ERR_NOT_FOUND, "no such blob in this test");
	buffer_reset(out);
	buffer_put(out, blob->octets.at, blob->octets.len);
	return ERR_OK;
}

/* A CONFIG record for the plan; blob keeps its octets. */
static inline struct record
small_config(const struct plan *plan, struct small_blob *blob, int64_t ms)
{
	struct record record = { .kind = RECORD_CONFIG, .role = ROLE_LEDGER, .recorded_ms = ms,
	    .observed_ms = ms };

	buffer_reset(&blob->octets);
	plan_encode(&blob->octets, plan);
	record.config.plan = hash_of(bytes_of_buffer(&blob->octets));
	record.config.source = record.config.plan;
	record.config.cause = bytes_of_text("start");
	record.config.targets = plan->targets;
	return record;
}

static inline struct record
small_self(uint64_t role, int64_t ms)
{
	struct record record = { .kind = RECORD_SELF, .role = role, .recorded_ms = ms,
	    .observed_ms = ms };

	record.self.version = bytes_of_text("test");
	record.self.clock_source = bytes_of_text("kernel: synchronised");
	record.self.sandbox = bytes_of_text("none");
	return record;
}

static inline struct record
small_observation(uint64_t target, enum outcome outcome, int64_t ms)
{
	struct record record = { .kind = RECORD_OBSERVATION, .role = ROLE_WORKER, .recorded_ms = ms,
	    .observed_ms = ms - 20 };

	record.observation.target = target;
	record.observation.replicas = 1;
	record.observation.outcome = outcome;
	record.observation.error = outcome == OUTCOME_UP ? ERR_OK : ERR_REFUSED;
	record.observation.detail = bytes_of_text(outcome == OUTCOME_UP ? "" : "the peer refused");
	return record;
}

#endif
