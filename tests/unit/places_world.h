/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A subscriber register in Tokyo with a database and its copy in Osaka, who looks at them, and a
 * state that follows; facts are written as "attest.region=ap-northeast-1;inventory.public=yes".
 */
#ifndef TESTS_UNIT_PLACES_WORLD_H
#define TESTS_UNIT_PLACES_WORLD_H

#include <stdio.h>

#include "monitor/ledger/facts.h"
#include "tests/unit/small_plan.h"

#define PLACES_BEGIN INT64_C(1795000000000)
enum { PLACES_BLOBS = 8, PLACES_DAY = 86400000 };

struct places_world {
	struct state *state;
	struct plan  *plan;
	struct buffer blob[PLACES_BLOBS];
	size_t        blobs;
	int64_t       now_ms;
};

static inline void
places_must(bool good, const char *what)
{
	if (!good) {
		fprintf(stderr, "places: %s\n", what);
		abort();
	}
}

enum { PLACES_NAMES = 9 };
static const struct { const char *name, *probe; uint32_t instance, store; } places_target[] = {
	{ "udm-tls", "tls", 0, 0 }, { "udm-witness", "witness", 0, 0 },
	{ "udm-machine", "inventory", 0, 0 }, { "udm-distance", "distance", 0, 0 },
	{ "db-bucket", "inventory", 0, 1 }, { "copy-bucket", "inventory", 0, 2 },
	{ "udm-hsm", "drop", 0, 0 }, { "amf-tls", "tls", 1, 0 }, { "account", "inventory", 1, 0 },
};

static inline struct plan *
places_plan(void)
{
	static struct plan_option resource = { "resource", "x" };
	struct plan *plan = small_plan();

	plan->site = plan_array(plan, plan->sites = 3, sizeof(*plan->site));
	plan->site[0] = (struct plan_site){ .name = "tokyo", .title = "", .title_ja = "",
	    .provider = "aws", .region = "ap-northeast-1", .jurisdiction = "JP" };
	plan->site[1] = (struct plan_site){ .name = "osaka", .title = "", .title_ja = "",
	    .provider = "aws", .region = "ap-northeast-3", .jurisdiction = "JP" };
	plan->site[2] = (struct plan_site){ .name = "premises", .title = "", .title_ja = "",
	    .jurisdiction = "JP", .provider = "", .region = "" };
	plan->class = plan_array(plan, plan->classes = 2, sizeof(*plan->class));
	plan->class[0] = (struct plan_class){ .name = "subscriber", .title = "", .title_ja = "",
	    .regions = "", .jurisdictions = "JP", .providers = "" };
	plan->class[1] = (struct plan_class){ .name = "logs", .title = "", .title_ja = "",
	    .regions = "aws/ap-northeast-1", .jurisdictions = "", .providers = "" };
	plan->instance[0] = (struct plan_instance){ .name = "udm-1", .title = "", .title_ja = "",
	    .function = FUNCTION_SUBSCRIBER, .data = 1 };
	plan->instance[1] = (struct plan_instance){ .name = "amf-1", .title = "", .title_ja = "",
	    .function = FUNCTION_CONTROL, .site = 0 };
	plan->store = plan_array(plan, plan->stores = 2, sizeof(*plan->store));
	plan->store[0] = (struct plan_store){ .name = "db", .title = "", .title_ja = "", .data = 1,
	    .resource = "", .set = "register" };
	plan->store[1] = plan->store[0];
	plan->store[1].name = "db-copy";
	plan->store[1].site = 1;
	plan->targets = PLACES_NAMES;
	plan->target = plan_array(plan, PLACES_NAMES, sizeof(*plan->target));
	for (uint32_t i = 0; i < PLACES_NAMES; i++) {
		small_target(plan, i, places_target[i].name, places_target[i].instance);
		plan->target[i].probe = places_target[i].probe;
		plan->target[i].store = places_target[i].store;
		if (strcmp(places_target[i].probe, "inventory") == 0 && i + 1 < PLACES_NAMES) {
			plan->target[i].option = &resource;
			plan->target[i].options = 1;
		}
	}
	return plan;
}

static inline enum err
places_blob(void *arg, struct hash hash, struct buffer *out, struct why *why)
{
	struct places_world *world = arg;

	for (size_t i = 0; i < world->blobs; i++)
		if (hash_equal(hash_of(bytes_of_buffer(&world->blob[i])), hash)) {
			buffer_reset(out);
			buffer_put(out, world->blob[i].at, world->blob[i].len);
			return ERR_OK;
		}
	return why_set(why, ERR_NOT_FOUND, "no such blob");
}

static inline void
places_put(struct places_world *world, struct record *record)
{
	struct blob_source source = { places_blob, world };
	struct why why = { .text = "" };

	record->recorded_ms = record->observed_ms = world->now_ms;
	places_must(fold_apply(world->state, record, ERR_OK, &source, &why) == ERR_OK, why.text);
}

static inline void
places_tick(struct places_world *world, int64_t ms)
{
	struct record record = { .kind = RECORD_TICK, .role = ROLE_LEDGER };

	world->now_ms += ms;
	places_put(world, &record);
}

/* Puts the plan as it is now in force. */
static inline void
places_config(struct places_world *world)
{
	struct record record = { .kind = RECORD_CONFIG, .role = ROLE_LEDGER };
	struct buffer *octets = &world->blob[world->blobs++];

	places_must(world->blobs <= PLACES_BLOBS, "too many configurations");
	plan_encode(octets, world->plan);
	record.config.plan = hash_of(bytes_of_buffer(octets));
	record.config.cause = bytes_of_text("start");
	places_put(world, &record);
}

/* pack: text of a control pack, or NULL. */
static inline struct places_world *
places_new(const char *pack)
{
	static char hex[HASH_TEXT];
	struct places_world *world = memory_new(1, sizeof(*world));
	struct record record = { .kind = RECORD_SELF, .role = ROLE_WORKER };

	world->plan = places_plan();
	world->now_ms = PLACES_BEGIN;
	world->state = state_new();
	if (pack != NULL) {
		buffer_put_text(&world->blob[world->blobs++], pack);
		hash_text(hash_of(bytes_of_text(pack)), hex);
		world->plan->packs = 1;
		world->plan->pack = plan_array(world->plan, 1, sizeof(world->plan->pack[0]));
		world->plan->pack[0] = (struct plan_pack){ .path = "/p/t.pack", .hash = hex };
	}
	places_config(world);
	places_put(world, &record);
	return world;
}

static inline void
places_free(struct places_world *world)
{
	for (size_t i = 0; i < world->blobs; i++)
		buffer_free(&world->blob[i]);
	state_free(world->state);
	plan_free(world->plan);
	free(world);
}

static inline void
places_texts(struct fact_set *set, enum fact fact, char *list)
{
	struct bytes text[16];
	size_t count = 0;
	char *rest = list, *one;

	while ((one = strtok_r(rest, "|", &rest)) != NULL && count < 16)
		text[count++] = bytes_of_text(one);
	fact_set_texts(set, fact, text, count);
}

static inline void
places_fact(struct fact_set *set, char *pair)
{
	char *value = strchr(pair, '=');
	struct hash hash = { { 0 } };
	const struct fact_row *row;

	places_must(value != NULL, pair);
	*value++ = '\0';
	row = fact_row_by_name(pair);
	places_must(row != NULL, pair);
	switch (row->type) {
	case FACT_TYPE_flag: fact_set_flag(set, row->fact, strcmp(value, "yes") == 0); break;
	case FACT_TYPE_int: fact_set_int(set, row->fact, strtoll(value, NULL, 10)); break;
	case FACT_TYPE_text: fact_set_text(set, row->fact, bytes_of_text(value)); break;
	case FACT_TYPE_texts: places_texts(set, row->fact, value); break;
	case FACT_TYPE_hash:
		memset(hash.at, atoi(value), HASH_LEN);
		fact_set_hash(set, row->fact, hash);
		break;
	default: places_must(false, pair);
	}
}

static inline uint64_t
places_id(const struct places_world *world, const char *name)
{
	for (uint32_t i = 0; i < world->plan->targets; i++)
		if (strcmp(world->plan->target[i].name, name) == 0)
			return world->plan->target[i].id;
	places_must(false, name);
	return 0;
}

/* An OBSERVATION of the target with these facts, apart by ';'. */
static inline void
places_see(struct places_world *world, const char *name, const char *facts)
{
	struct record record = { .kind = RECORD_OBSERVATION, .role = ROLE_WORKER };
	struct fact_set *set = memory_new(1, sizeof(*set));
	char *copy = memory_text(bytes_of_text(facts)), *rest = copy, *pair;
	struct buffer map = { .max = 0 };

	while ((pair = strtok_r(rest, ";", &rest)) != NULL)
		places_fact(set, pair);
	fact_set_write(set, FACTS_ALL, &map);
	record.observation.target = places_id(world, name);
	record.observation.replicas = 1;
	record.observation.outcome = OUTCOME_UP;
	record.observation.facts = bytes_of_buffer(&map);
	record.observation.detail = bytes_of_text("");
	world->now_ms += 10;
	places_put(world, &record);
	buffer_free(&map);
	fact_set_free(set);
	free(set);
	free(copy);
}

#endif
