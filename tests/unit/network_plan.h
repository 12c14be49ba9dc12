/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A carrier's network as a plan, and records that make it fail: two regions of a cloud, own
 * premises, sets with and without a spare, two services with users by area, the duties that ship.
 */
#ifndef TESTS_UNIT_NETWORK_PLAN_H
#define TESTS_UNIT_NETWORK_PLAN_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/ledger/ledger.h"
#include "monitor/state/affairs.h"
#include "monitor/state/fold.h"

enum network_instance { AMF_1, AMF_2, UPF_1, UPF_2, HSS_1, EMS_1, NETWORK_INSTANCES };
enum { NETWORK_BEGIN_S = 1796000000 };		/* 2026-11-30 09:53:20 JST */
#define NETWORK_BEGIN (INT64_C(1000) * NETWORK_BEGIN_S)

struct network {
	struct state *state;
	struct buffer plan;
	int64_t       now_ms;
	uint64_t      coverage;
	struct ledger *ledger;		/* takes every record, too; or NULL */
};

static inline const char *
network_duties(struct plan *plan)
{
	static char text[PLAN_DUTY_TEXT_MAX];
	FILE *file = fopen("monitor/state/duties/jp-telecom.duty", "r");
	size_t len = file != NULL ? fread(text, 1, sizeof(text) - 1, file) : 0;

	if (len == 0)
		abort();
	fclose(file);
	return plan_text(plan, bytes_of(text, len));
}

static inline void
network_sites(struct plan *plan)
{
	plan->sites = 3;
	plan->site = plan_array(plan, 3, sizeof(*plan->site));
	plan->site[0] = (struct plan_site){ .name = "tokyo", .provider = "cumulus",
	    .region = "east", .jurisdiction = "JP" };
	plan->site[1] = (struct plan_site){ .name = "osaka", .provider = "cumulus",
	    .region = "west", .jurisdiction = "JP" };
	plan->site[2] = (struct plan_site){ .name = "premises", .provider = "",
	    .jurisdiction = "JP" };
	plan->providers = 1;
	plan->provider = plan_array(plan, 1, sizeof(*plan->provider));
	plan->provider[0] = (struct plan_provider){ .name = "cumulus", .kind = "cloud",
	    .availability_ppm = 999500, .notice_ms = 900000 };
}

static inline void
network_instances(struct plan *plan)
{
	static const struct { const char *name, *set; uint32_t site; } rows[] = {
		[AMF_1] = { "amf-1", "amf", 0 }, [AMF_2] = { "amf-2", "amf", 1 },
		[UPF_1] = { "upf-1", "upf", 0 }, [UPF_2] = { "upf-2", "upf", 1 },
		[HSS_1] = { "hss-1", "hss", 2 }, [EMS_1] = { "ems-1", "", 2 },
	};

	plan->instances = plan->targets = NETWORK_INSTANCES;
	plan->instance = plan_array(plan, NETWORK_INSTANCES, sizeof(*plan->instance));
	plan->target = plan_array(plan, NETWORK_INSTANCES, sizeof(*plan->target));
	for (uint32_t i = 0; i < NETWORK_INSTANCES; i++) {
		plan->instance[i] = (struct plan_instance){ .name = rows[i].name,
		    .function = FUNCTION_CONTROL, .site = rows[i].site,
		    .replica_set = rows[i].set };
		plan->target[i] = (struct plan_target){ .id = i + 1, .name = rows[i].name,
		    .endpoint = rows[i].name, .instance = i, .probe = "tcp",
		    .address = "192.0.2.1", .port = 443, .interval_ms = 10000,
		    .deadline_ms = 1000, .stale_ms = INT64_C(86400000) * 40, .fail_count = 1,
		    .window = 1, .recover_count = 1 };
	}
}

/* amf: one of two is enough.  upf: both are needed.  hss: one, alone. */
static inline void
network_sets(struct plan *plan)
{
	static const struct { const char *name; uint32_t needed; int64_t switchover_ms; } rows[] = {
		{ "amf", 1, 30000 }, { "upf", 2, 0 }, { "hss", 1, 0 } };

	plan->sets = 3;
	plan->set = plan_array(plan, 3, sizeof(*plan->set));
	for (uint32_t i = 0; i < 3; i++) {
		plan->set[i] = (struct plan_set){ .name = rows[i].name, .needed = rows[i].needed,
		    .mode = i == 2 ? "none" : "active-active",
		    .switchover_ms = rows[i].switchover_ms, .serves = 2 };
		plan->set[i].serve = plan_array(plan, 2, sizeof(*plan->set[i].serve));
		plan->set[i].serve[0] = (struct plan_serve){ 0, "" };
		plan->set[i].serve[1] = (struct plan_serve){ 1, i == 1 ? "JP-13" : "" };
	}
}

static inline void
network_services(struct plan *plan)
{
	static const char *const names[] = { "voice", "data" };
	static const uint64_t users[2][2] = { { 40000, 20000 }, { 100000, 60000 } };

	plan->services = 2;
	plan->service = plan_array(plan, 2, sizeof(*plan->service));
	for (uint32_t i = 0; i < 2; i++) {
		plan->service[i] = (struct plan_service){ .name = names[i], .areas = 2,
		    .class = i == 0 ? SERVICE_CLASS_VOICE_EMERGENCY : SERVICE_CLASS_INTERNET_ACCESS };
		plan->service[i].area = plan_array(plan, 2, sizeof(*plan->service[i].area));
		plan->service[i].area[0] = (struct plan_area){ "JP-13", users[i][0] };
		plan->service[i].area[1] = (struct plan_area){ "JP-27", users[i][1] };
	}
	plan->duty_files = 1;
	plan->duties = plan_array(plan, 1, sizeof(*plan->duties));
	plan->duties[0] = (struct plan_duties){ .path = "jp-telecom.duty", .id = "jp-telecom",
	    .hash = "0000000000000000000000000000000000000000000000000000000000000000",
	    .edition = "1", .text = network_duties(plan) };
	plan->carriers = 1;
	plan->carrier = plan_array(plan, 1, sizeof(*plan->carrier));
	plan->carrier[0] = (struct plan_carrier){ .name = "Example Telecom",
	    .users_previous_fy = 500000, .users_half_first = 500000, .users_half_last = 500000 };
}

static inline struct plan *
network_plan(void)
{
	struct plan *plan = plan_new();

	plan->name = plan->name_ja = "core";
	plan->vantage = "premises";
	plan->workers = 1;
	plan->group_wait_ms = 1000;
	plan->belief_ms = plan->anchor_ms = 3600000;
	network_sites(plan);
	network_instances(plan);
	network_sets(plan);
	network_services(plan);
	return plan;
}

static inline enum err
network_blob(void *arg, struct hash hash, struct buffer *out, struct why *why)
{
	struct network *network = arg;

	if (!hash_equal(hash, hash_of(bytes_of_buffer(&network->plan))))
		return why_set(why, ERR_NOT_FOUND, "no such blob");
	buffer_put(out, network->plan.at, network->plan.len);
	return ERR_OK;
}

static inline void
network_apply(struct network *network, struct record *record)
{
	struct blob_source source = { network_blob, network };
	struct why why = { .err = ERR_OK };

	record->recorded_ms = network->now_ms;
	if (record->observed_ms == 0)
		record->observed_ms = network->now_ms;
	if (fold_apply(network->state, record, ERR_OK, &source, &why) != ERR_OK) {
		fprintf(stderr, "network: %s\n", why.text);
		abort();
	}
	if (network->ledger != NULL && (ledger_add(network->ledger, record, &why) != ERR_OK ||
	    ledger_commit(network->ledger, &why) != ERR_OK)) {
		fprintf(stderr, "network: %s\n", why.text);
		abort();
	}
}

/* At that many milliseconds after the beginning. */
static inline void
network_at(struct network *network, int64_t after_ms)
{
	network->now_ms = NETWORK_BEGIN + after_ms;
}

static inline void
network_tick(struct network *network, int64_t after_ms)
{
	struct record record = { .kind = RECORD_TICK, .role = ROLE_LEDGER };

	network_at(network, after_ms);
	network_apply(network, &record);
}

static inline void
network_see(struct network *network, int64_t after_ms, uint32_t target, enum outcome outcome)
{
	struct record record = { .kind = RECORD_OBSERVATION, .role = ROLE_WORKER };

	network_at(network, after_ms);
	record.observation.target = target + 1;
	record.observation.replicas = 1;
	record.observation.outcome = outcome;
	record.observation.error = outcome == OUTCOME_DOWN ? ERR_UNREACHABLE : ERR_OK;
	network_apply(network, &record);
}

/* All up at the beginning; takes the plan.  What happens is written to the ledger, if not NULL. */
static inline void
network_open_in(struct network *network, struct plan *plan, struct ledger *ledger)
{
	struct record record = { .kind = RECORD_CONFIG, .role = ROLE_LEDGER };
	struct hash hash;
	struct why why;

	*network = (struct network){ .state = state_new(), .ledger = ledger };
	plan_encode(&network->plan, plan);
	plan_free(plan);
	if (ledger != NULL && ledger_add_blob(ledger, bytes_of_buffer(&network->plan), &hash,
	    &why) != ERR_OK)
		abort();
	network_at(network, 0);
	record.config.plan = hash_of(bytes_of_buffer(&network->plan));
	record.config.cause = bytes_of_text("start");
	network_apply(network, &record);
	record = (struct record){ .kind = RECORD_SELF, .role = ROLE_WORKER };
	network_apply(network, &record);
	for (uint32_t i = 0; i < network->state->targets; i++)
		network_see(network, 0, i, OUTCOME_UP);
}

static inline void
network_open(struct network *network, struct plan *plan)
{
	network_open_in(network, plan, NULL);
}

static inline void
network_close(struct network *network)
{
	state_free(network->state);
	buffer_free(&network->plan);
}

/* The newest incident. */
static inline const struct incident *
network_incident(const struct network *network)
{
	return network->state->incidents > 0 ?
	    &network->state->incident[network->state->incidents - 1] : NULL;
}

#endif
