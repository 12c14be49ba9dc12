/* SPDX-License-Identifier: Apache-2.0 */
/* The fourth fixed ledger behind the golden screens: places of tests/unit/places_world.h. */
#ifndef TESTS_SCREENS_LOCATION_LEDGER_H
#define TESTS_SCREENS_LOCATION_LEDGER_H

#include "tests/screens/network_ledger.h"
#include "tests/unit/places_world.h"

static inline struct plan *
location_plan(void)
{
	static struct plan_reach reach[] = { { "CN", 1000 }, { "JP", 0 }, { "KR", 678 },
		{ "US", 900 } };
	struct plan *plan = places_plan();

	plan->name = "core-places";
	plan->name_ja = "所在の網";
	plan->latitude_udeg = 35681000;
	plan->longitude_udeg = 139767000;
	plan->reach = reach;
	plan->reaches = sizeof(reach) / sizeof(reach[0]);
	plan->vantages = plan_array(plan, plan->vantage_count = 2, sizeof(*plan->vantages));
	plan->vantages[0] = (struct plan_vantage){ .name = "fukuoka", .title = "", .title_ja = "",
	    .source = "192.0.2.1", .latitude_udeg = 33590000, .longitude_udeg = 130401000,
	    .reach = reach, .reaches = sizeof(reach) / sizeof(reach[0]) };
	plan->vantages[1] = plan->vantages[0];
	plan->vantages[1].name = "sapporo";
	plan->vantages[1].latitude_udeg = 43062000;
	plan->vantages[1].longitude_udeg = 141354000;
	return plan;
}

static inline void
location_begin(struct story *story)
{
	struct record config = { .kind = RECORD_CONFIG, .role = ROLE_LEDGER, .config = {
	    .cause = story_text("start"), .targets = PLACES_NAMES } };
	struct plan *plan = story->plan = location_plan();
	struct buffer blob = { 0 };
	struct why why = { 0 };

	story_key(story);
	story_self(story, ROLE_LEDGER, 0);
	for (uint32_t i = 0; i < plan->targets; i++) {
		buffer_reset(&blob);
		plan_target_key(&blob, plan, &plan->target[i]);
		story_must(ledger_target_id(story->ledger, bytes_of_buffer(&blob),
		    &plan->target[i].id, &why), &why);
	}
	buffer_reset(&blob);
	plan_encode(&blob, plan);
	story_must(ledger_add_blob(story->ledger, bytes_of_buffer(&blob), &config.config.plan,
	    &why), &why);
	story_must(ledger_add_blob(story->ledger, story_text("# configuration\n"),
	    &config.config.source, &why), &why);
	story_add(story, &config);
	story_self(story, ROLE_WORKER, 0);
	buffer_free(&blob);
}

static inline void
location_see(struct story *story, const char *name, const char *text)
{
	struct record record = { .kind = RECORD_OBSERVATION, .role = ROLE_WORKER };
	struct fact_set *set = memory_new(1, sizeof(*set));
	char *copy = memory_text(bytes_of_text(text)), *rest = copy, *pair;
	struct buffer facts = { 0 };

	while ((pair = strtok_r(rest, ";", &rest)) != NULL)
		places_fact(set, pair);
	fact_set_write(set, FACTS_ALL, &facts);
	record.observation = (struct record_observation){ .replicas = 1, .outcome = OUTCOME_UP,
	    .facts = bytes_of_buffer(&facts), .detail = story_text("") };
	for (uint32_t t = 0; t < story->plan->targets; t++)
		if (strcmp(story->plan->target[t].name, name) == 0)
			record.observation.target = story->plan->target[t].id;
	story_add(story, &record);
	buffer_free(&facts);
	fact_set_free(set);
	free(set);
	free(copy);
}

#define LOCATION_SIGNED "attest.verdict=accept;attest.provider=aws;attest.place.grade=A;" \
	"attest.region="

#define LOCATION_BUCKET "inventory.kind=bucket;inventory.place=aws/ap-northeast-"

/*
 * In Tokyo, as signed, listed and measured; forty seconds later a key is signed to be elsewhere, and
 * a bucket gains a replication abroad.
 */
static inline uint64_t
location_write(const char *path)
{
	struct record tick = { .kind = RECORD_TICK, .role = ROLE_LEDGER };
	struct story story = { .now_ms = story_time(0) };
	struct why why = { 0 };

	story_must(ledger_create(path, &why), &why);
	story_must(ledger_open(&story.ledger, path, LEDGER_WRITE, &why), &why);
	location_begin(&story);
	location_see(&story, "udm-tls", "loc.observed=aws/ap-northeast-1");
	location_see(&story, "udm-witness", LOCATION_SIGNED "ap-northeast-1");
	location_see(&story, "amf-tls", "loc.observed=aws/us-west-2");
	location_see(&story, "udm-hsm", LOCATION_SIGNED "ap-northeast-1");
	location_see(&story, "udm-machine", "inventory.kind=machine;"
	    "inventory.place=aws/ap-northeast-1");
	location_see(&story, "udm-distance", "rtt.min_us=4003;rtt.median_us=4100;rtt.samples=20;"
	    "bound.km=601;bound.km.fibre=401");
	location_see(&story, "db-bucket", LOCATION_BUCKET "1");
	location_see(&story, "copy-bucket", LOCATION_BUCKET "3");
	story.now_ms += 40000;
	story_add(&story, &tick);
	location_see(&story, "udm-hsm", LOCATION_SIGNED "us-west-2");
	location_see(&story, "db-bucket", LOCATION_BUCKET "1;inventory.edges.places=aws/us-west-2;"
	    "inventory.edges.count=1");
	story.now_ms += 5000;
	story_add(&story, &tick);
	story_must(ledger_commit(story.ledger, &why), &why);
	story_must(ledger_checkpoint_wal(story.ledger, &why), &why);
	ledger_close(story.ledger);
	story_leave_copy(path);
	signing_key_free(story.key);
	plan_free(story.plan);
	return 0;
}

#endif
