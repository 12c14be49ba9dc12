/* SPDX-License-Identifier: Apache-2.0 */
/* A small network as a plan, for tests of what is made from it. */
#ifndef TESTS_UNIT_GRAPH_WORLD_H
#define TESTS_UNIT_GRAPH_WORLD_H

#include "monitor/state/plan.h"

static struct plan_area voice_area[] = { { "JP-13", 700 }, { "JP-27", 300 } };
static struct plan_area mail_area[] = { { "JP-27", 50 } };

/*
 * voice (Tokyo 700, Osaka 300) is carried by amf (1 of 2), upf-east (Tokyo), upf-west (Osaka); mail
 * needs voice.  amf-1 and upf-e in tokyo, amf-2 and upf-w in osaka; both sites run by aws, which
 * needs another carrier, which needs another cloud.
 */
static inline struct plan *
graph_world(void)
{
	static const char *const instance[] = { "amf-1", "amf-2", "upf-e", "upf-w" };
	static const char *const set[] = { "amf", "upf-east", "upf-west" };
	static const char *const of[] = { "amf", "amf", "upf-east", "upf-west" };
	static const char *const areas[] = { "", "JP-13", " JP-27 , JP-99" };
	static const uint32_t site[] = { 0, 1, 0, 1 };
	struct plan *plan = plan_new();

	plan->service = plan_array(plan, plan->services = 2, sizeof(*plan->service));
	plan->service[0] = (struct plan_service){ .name = "voice", .area = voice_area, .areas = 2 };
	plan->service[1] = (struct plan_service){ .name = "mail", .area = mail_area, .areas = 1 };
	plan->set = plan_array(plan, plan->sets = 3, sizeof(*plan->set));
	for (uint32_t i = 0; i < 3; i++) {
		plan->set[i] = (struct plan_set){ .name = set[i], .needed = i == 0, .serves = 1 };
		plan->set[i].serve = plan_array(plan, 1, sizeof(struct plan_serve));
		plan->set[i].serve[0] = (struct plan_serve){ .service = 0, .areas = areas[i] };
	}
	plan->instance = plan_array(plan, plan->instances = 4, sizeof(*plan->instance));
	for (uint32_t i = 0; i < 4; i++)
		plan->instance[i] = (struct plan_instance){ .name = instance[i], .site = site[i],
			.replica_set = of[i], .nf = i < 2 ? "AMF" : "UPF" };
	plan->site = plan_array(plan, plan->sites = 2, sizeof(*plan->site));
	plan->site[0] = (struct plan_site){ .name = "tokyo", .provider = "aws" };
	plan->site[1] = (struct plan_site){ .name = "osaka", .provider = "aws" };
	plan->provider = plan_array(plan, plan->providers = 1, sizeof(*plan->provider));
	plan->provider[0] = (struct plan_provider){ .name = "aws" };
	plan->dependency = plan_array(plan, plan->dependencies = 3, sizeof(*plan->dependency));
	plan->dependency[0] = (struct plan_dependency){ "service:mail", "service:voice", "" };
	plan->dependency[1] = (struct plan_dependency){ "provider:aws", "provider:carrier-b", "" };
	plan->dependency[2] = (struct plan_dependency){ "provider:carrier-b", "power:east", "" };
	return plan;
}

#endif
