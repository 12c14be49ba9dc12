/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small carrier for filings: two sites of a provider and one of its own, four network
 * functions, one pack.  Among what is seen: a place that is not the declared one, an old TLS
 * version that is waived, a key that is bound, a target nobody hears of any more.  No clock, no
 * key of its own: the same octets each time.
 */
#ifndef TESTS_UNIT_FILING_CARRIER_H
#define TESTS_UNIT_FILING_CARRIER_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/ledger/merkle.h"
#include "reports/filing.h"

enum { FILING_CARRIER_RECORDS = 200, FILING_CARRIER_BLOBS = 8 };
#define FILING_CARRIER_BEGIN INT64_C(1795000000000)

struct filing_carrier {
	struct plan  *plan;		/* to be changed before filing_carrier_begin() */
	struct state *state;
	struct merkle tree;
	struct buffer record[FILING_CARRIER_RECORDS];
	uint64_t      records;
	struct buffer blob[FILING_CARRIER_BLOBS];
	size_t        blobs;
	int64_t       now_ms;
	int64_t       config_ms;
	uint64_t      anchor_seq;
};

static const char filing_carrier_pack[] =
    "pack = { id = \"test-rule\"; edition = \"2026\"; standard = \"Rules for a test\";\n"
    "  standard_ja = \"試験のための規則\"; };\n"
    "controls = (\n"
    " { id = \"T-1\"; clause = \"Art. 1\"; title = \"Links are encrypted\"; title_ja = \"通信路の暗号化\";\n"
    "   requirement = \"TLS 1.3\"; limit = \"what our vantage saw\"; limit_ja = \"観測点から見えた範囲に限る\";\n"
    "   source = \"test\"; confidence = \"verified\"; level = \"mandatory\"; subject = \"target\";\n"
    "   applies = \"known tls.version\"; condition = \"tls.version == \\\"TLS1.3\\\"\"; },\n"
    " { id = \"T-2\"; clause = \"Art. 2\"; title = \"The place is the declared one\"; title_ja = \"申告どおりの場所\";\n"
    "   requirement = \"place\"; source = \"test\"; confidence = \"verified\"; level = \"contradiction\";\n"
    "   subject = \"target\"; applies = \"site.third_party\"; condition = \"loc.observed == loc.declared\"; },\n"
    " { id = \"T-3\"; clause = \"Art. 3\"; title = \"Keys are bound\"; title_ja = \"鍵の結付け\";\n"
    "   requirement = \"keys\"; source = \"test\"; confidence = \"verified\"; level = \"mandatory\";\n"
    "   subject = \"key\"; condition = \"key.bound == \\\"proven\\\"\"; },\n"
    " { id = \"T-4\"; clause = \"Art. 4\"; title = \"Staff is trained\"; title_ja = \"教育訓練\";\n"
    "   requirement = \"training\"; source = \"test\"; confidence = \"verified\"; level = \"recommended\";\n"
    "   subject = \"carrier\"; lacks = \"a record of trainings\"; }\n"
    ");\n";

static inline void
filing_carrier_must(bool holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "filing_carrier: %s\n", what);
		abort();
	}
}

static inline struct hash
filing_carrier_blob(struct filing_carrier *w, const void *at, size_t len)
{
	filing_carrier_must(w->blobs < FILING_CARRIER_BLOBS, "too many blobs");
	buffer_put(&w->blob[w->blobs], at, len);
	w->blobs++;
	return hash_of(bytes_of(at, len));
}

static inline enum err
filing_carrier_get(void *arg, struct hash hash, struct buffer *out, struct why *why)
{
	struct filing_carrier *w = arg;

	for (size_t i = 0; i < w->blobs; i++)
		if (hash_equal(hash_of(bytes_of_buffer(&w->blob[i])), hash)) {
			buffer_reset(out);
			buffer_put(out, w->blob[i].at, w->blob[i].len);
			return ERR_OK;
		}
	return why_set(why, ERR_NOT_FOUND, "there is no such blob");
}

static inline const char *
filing_carrier_hex(struct plan *plan, struct hash hash)
{
	char hex[HASH_TEXT];

	hash_text(hash, hex);
	return plan_text(plan, bytes_of_text(hex));
}

static inline uint64_t
filing_carrier_put(struct filing_carrier *w, struct record record)
{
	struct blob_source source = { .get = filing_carrier_get, .arg = w };
	struct buffer *octets = &w->record[w->records];
	struct why why = { .text = "" };

	filing_carrier_must(w->records < FILING_CARRIER_RECORDS, "too many records");
	record.recorded_ms = w->now_ms;
	record.observed_ms = record.observed_ms != 0 ? record.observed_ms : w->now_ms - 20;
	record.role = record.role != 0 ? record.role : ROLE_LEDGER;
	record_encode(octets, &record);
	merkle_push(&w->tree, merkle_leaf(bytes_of_buffer(octets)));
	filing_carrier_must(record_decode(bytes_of_buffer(octets), &record, &why) == ERR_OK, why.text);
	filing_carrier_must(fold_apply(w->state, &record, ERR_OK, &source, &why) == ERR_OK, why.text);
	w->now_ms += 100;
	return w->records++;
}

static inline void
filing_carrier_instance(struct plan *plan, uint32_t at, const char *name, enum function function,
    uint32_t site)
{
	plan->instance[at] = (struct plan_instance){ .name = name, .title = "", .title_ja = "",
		.function = function, .site = site, .nf = "", .version = "", .service = "",
		.model = "", .replica_set = "" };
	if (plan->site[site].provider[0] != '\0') {
		plan->instance[at].service = "Compute";
		plan->instance[at].model = "IaaS shared";
	}
}

static inline void
filing_carrier_target(struct plan *plan, uint32_t at, const char *name, uint32_t instance,
    const char *probe)
{
	plan->target[at] = (struct plan_target){ .id = at + 1, .name = name, .instance = instance,
		.probe = probe, .address = "192.0.2.1", .port = 443, .interval_ms = 10000,
		.deadline_ms = 3000, .stale_ms = 60000, .fail_count = 2, .window = 3,
		.recover_count = 2 };
}

static inline void
filing_carrier_sites(struct plan *plan)
{
	plan->sites = 3;
	plan->site = plan_array(plan, 3, sizeof(*plan->site));
	plan->site[0] = (struct plan_site){ .name = "tokyo", .title = "Tokyo region",
		.title_ja = "東京リージョン", .provider = "example-cloud", .jurisdiction = "JP",
		.region = "tokyo-1", .zone = "tokyo-1a", .provider_name = "Example Cloud, Inc.",
		.provider_country = "US" };
	plan->site[1] = plan->site[0];
	plan->site[1].name = "osaka";
	plan->site[1].title = "Osaka region";
	plan->site[1].title_ja = "大阪リージョン";
	plan->site[1].region = "osaka-1";
	plan->site[1].zone = "";
	plan->site[2] = (struct plan_site){ .name = "premises", .title = "Own premises",
		.title_ja = "自社局舎", .provider = "", .jurisdiction = "JP", .region = "", .zone = "",
		.provider_name = "", .provider_country = "" };
}

static inline void
filing_carrier_network(struct plan *plan)
{
	plan->instances = 4;
	plan->instance = plan_array(plan, 4, sizeof(*plan->instance));
	filing_carrier_instance(plan, 0, "amf-1", FUNCTION_CONTROL, 0);
	filing_carrier_instance(plan, 1, "amf-2", FUNCTION_CONTROL, 1);
	filing_carrier_instance(plan, 2, "udm-1", FUNCTION_SUBSCRIBER, 0);
	filing_carrier_instance(plan, 3, "upf-1", FUNCTION_SWITCHING, 2);
	plan->instance[0].nf = plan->instance[1].nf = "AMF";
	plan->instance[0].version = plan->instance[1].version = "3.1";
	plan->instance[0].replica_set = plan->instance[1].replica_set = "amf";
	plan->instance[2].nf = "UDM";
	plan->instance[2].data = 1;
	plan->targets = 5;
	plan->target = plan_array(plan, 5, sizeof(*plan->target));
	filing_carrier_target(plan, 0, "amf-1-tls", 0, "tls");
	filing_carrier_target(plan, 1, "amf-1-key", 0, "token");
	filing_carrier_target(plan, 2, "amf-2-tls", 1, "tls");
	filing_carrier_target(plan, 3, "udm-1-sbi", 2, "sbi");
	filing_carrier_target(plan, 4, "upf-1-tcp", 3, "tcp");
	plan->target[1].options = 1;
	plan->target[1].option = plan_array(plan, 1, sizeof(*plan->target[1].option));
	plan->target[1].option[0] = (struct plan_option){ "wire", "amf-1-tls" };
	plan->classes = 1;
	plan->class = plan_array(plan, 1, sizeof(*plan->class));
	plan->class[0] = (struct plan_class){ .name = "subscriber", .title = "Subscriber data",
		.title_ja = "加入者情報", .regions = "example-cloud/tokyo-1", .jurisdictions = "JP" };
	plan->channels = 1;
	plan->channel = plan_array(plan, 1, sizeof(*plan->channel));
	plan->channel[0] = (struct plan_channel){ .name = "noc", .kind = "webhook",
		.url = "https://noc.example/", .secret = "", .trust = "" };
}

static inline void
filing_carrier_papers(struct plan *plan)
{
	plan->carriers = 1;
	plan->carrier = plan_array(plan, 1, sizeof(*plan->carrier));
	plan->carrier[0] = (struct plan_carrier){ .name = "Example Mobile Corporation",
		.name_ja = "エグザンプルモバイル株式会社", .address = "東京都千代田区一丁目1番1号",
		.representative = "関守 太郎", .corporate_number = "1234567890123",
		.registration = "第999号（2020-04-01）", .services = "携帯電話", .contact = "" };
	plan->documents = 1;
	plan->document = plan_array(plan, 1, sizeof(*plan->document));
	plan->document[0] = (struct plan_document){ .id = "assurance.soc2", .title = "SOC 2 report",
		.path = "", .hash = "", .date_ms = FILING_CARRIER_BEGIN - INT64_C(86400000) * 30,
		.until_ms = 0, .author = "auditor" };
	plan->declarations = 2;
	plan->declaration = plan_array(plan, 2, sizeof(*plan->declaration));
	plan->declaration[0] = (struct plan_declaration){ .id = "platform.hypervisor",
		.subject = "site:tokyo", .value = "KVM", .date_ms = FILING_CARRIER_BEGIN -
		INT64_C(86400000), .author = "alice" };
	plan->declaration[1] = (struct plan_declaration){ .id = "contract.until", .subject = "",
		.value = "2028-03-31", .date_ms = FILING_CARRIER_BEGIN - INT64_C(86400000),
		.author = "bob" };
}

static inline struct filing_carrier *
filing_carrier_new(void)
{
	struct filing_carrier *w = memory_new(1, sizeof(*w));
	struct plan *plan = plan_new();

	*w = (struct filing_carrier){ .plan = plan, .state = state_new(),
		.now_ms = FILING_CARRIER_BEGIN };
	plan->name = "example monitor";
	plan->name_ja = "監視装置";
	plan->vantage = plan->user = plan->newest_note = "";
	plan->workers = 1;
	plan->group_wait_ms = plan->anchor_ms = plan->belief_ms = 60000;
	filing_carrier_sites(plan);
	filing_carrier_network(plan);
	filing_carrier_papers(plan);
	plan->feeds = 1;
	plan->feed = plan_array(plan, 1, sizeof(*plan->feed));
	plan->feed[0] = (struct plan_feed){ .provider = "example-cloud", .form = "csv",
		.path = "ranges.csv", .hash = filing_carrier_hex(plan,
		filing_carrier_blob(w, "192.0.2.0/24,JP\n", 16)) };
	plan->packs = 1;
	plan->pack = plan_array(plan, 1, sizeof(*plan->pack));
	plan->pack[0] = (struct plan_pack){ .path = "test-rule.pack", .hash = filing_carrier_hex(plan,
		filing_carrier_blob(w, filing_carrier_pack, sizeof(filing_carrier_pack) - 1)) };
	return w;
}

/* KEY, CONFIG and the worker's SELF. */
static inline void
filing_carrier_begin(struct filing_carrier *w)
{
	struct record key = { .kind = RECORD_KEY }, config = { .kind = RECORD_CONFIG };
	struct record self = { .kind = RECORD_SELF, .role = ROLE_WORKER };
	struct buffer octets = { .max = 0 };

	key.key.origin = bytes_of_text("example.org/monitor");
	key.key.verifier = bytes_of_text("example.org/monitor+00000000+AQ==");
	filing_carrier_put(w, key);
	plan_encode(&octets, w->plan);
	config.config.plan = filing_carrier_blob(w, octets.at, octets.len);
	config.config.source = config.config.plan;
	config.config.cause = bytes_of_text("start");
	config.config.targets = w->plan->targets;
	w->config_ms = w->now_ms;
	filing_carrier_put(w, config);
	self.self.version = bytes_of_text("test");
	self.self.sandbox = bytes_of_text("none");
	filing_carrier_put(w, self);
	buffer_free(&octets);
}

static inline void
filing_carrier_see(struct filing_carrier *w, uint64_t target, const struct fact_set *facts)
{
	struct record record = { .kind = RECORD_OBSERVATION, .role = ROLE_WORKER };
	struct buffer map = { .max = 0 };

	fact_set_write(facts, FACTS_ALL, &map);
	record.observation = (struct record_observation){ .target = target, .replicas = 1,
		.outcome = OUTCOME_UP, .latency_us = 1200, .facts = bytes_of_buffer(&map) };
	filing_carrier_put(w, record);
	buffer_free(&map);
}

static inline void
filing_carrier_place(struct filing_carrier *w, struct fact_set *facts, const char *region)
{
	fact_set_text(facts, FACT_LOC_OBSERVED, bytes_of_text(region));
	fact_set_text(facts, FACT_LOC_OBSERVED_PROVIDER, bytes_of_text("example-cloud"));
	fact_set_hash(facts, FACT_LOC_FEED, hash_of(bytes_of_buffer(&w->blob[0])));
	fact_set_time(facts, FACT_LOC_FEED_DATE, FILING_CARRIER_BEGIN - INT64_C(86400000) * 3);
}

static inline void
filing_carrier_tls(struct fact_set *facts, const char *version, const char *key)
{
	fact_set_reset(facts);
	fact_set_text(facts, FACT_TLS_VERSION, bytes_of_text(version));
	fact_set_text(facts, FACT_TLS_SUITE, bytes_of_text("TLS_AES_256_GCM_SHA384"));
	fact_set_flag(facts, FACT_TLS_TRUSTED, true);
	fact_set_hash(facts, FACT_TLS_SPKI, hash_of(bytes_of_text(key)));
}

static inline void
filing_carrier_observe(struct filing_carrier *w)
{
	struct fact_set facts = { .count = 0 };

	filing_carrier_tls(&facts, "TLS1.3", "key one");
	fact_set_text(&facts, FACT_SBI_SERVER, bytes_of_text("amf/3.1 (\"open\" <core>)"));
	fact_set_text(&facts, FACT_SBI_SCHEME, bytes_of_text("https"));
	filing_carrier_place(w, &facts, "example-cloud/tokyo-1");
	filing_carrier_see(w, 4, &facts);
	w->now_ms += 90000;
	filing_carrier_tls(&facts, "TLS1.3", "key one");
	filing_carrier_place(w, &facts, "example-cloud/tokyo-1");
	filing_carrier_see(w, 1, &facts);
	fact_set_reset(&facts);
	fact_set_hash(&facts, FACT_KEY_SPKI, hash_of(bytes_of_text("key one")));
	fact_set_flag(&facts, FACT_KEY_SIGNED, true);
	fact_set_flag(&facts, FACT_KEY_NEVER_EXTRACTABLE, true);
	filing_carrier_see(w, 2, &facts);
	filing_carrier_tls(&facts, "TLS1.2", "key two");
	filing_carrier_place(w, &facts, "example-cloud/osaka-2");
	filing_carrier_see(w, 3, &facts);
	fact_set_reset(&facts);
	fact_set_flag(&facts, FACT_TCP_OPEN, true);
	filing_carrier_see(w, 5, &facts);
	fact_set_free(&facts);
}

/* Asked for by one, agreed by another; and a time stamp. */
static inline void
filing_carrier_acts(struct filing_carrier *w)
{
	struct record waiver = { .kind = RECORD_WAIVER, .role = ROLE_ENGINE };
	struct record anchor = { .kind = RECORD_ANCHOR };
	uint8_t salt[32] = { 7 };

	waiver.waiver = (struct record_waiver){ .step = 0, .uid = 1001,
		.author = bytes_of_text("alice"), .control = bytes_of_text("T-1"),
		.subject = bytes_of_text("target:amf-2-tls"),
		.until = FILING_CARRIER_BEGIN + INT64_C(86400000) * 14,
		.text = secret_commit(bytes_of(salt, 32), bytes_of_text("until the upgrade")) };
	waiver.waiver.waiver = filing_carrier_put(w, waiver);
	waiver.waiver.step = 1;
	waiver.waiver.uid = 1002;
	waiver.waiver.author = bytes_of_text("bob");
	filing_carrier_put(w, waiver);
	anchor.anchor = (struct record_anchor){ .size = w->records,
		.root = merkle_root(&w->tree), .authority = bytes_of_text("tsa-1"),
		.stamped = w->now_ms + 500 };
	w->now_ms += 1000;
	w->anchor_seq = filing_carrier_put(w, anchor);
}

static inline struct filing_source
filing_carrier_source(const struct filing_carrier *w)
{
	return (struct filing_source){ .state = w->state, .at_ms = w->state->now_ms,
		.newest_ms = w->state->now_ms, .size = w->records, .root = merkle_root(&w->tree),
		.config_ms = w->config_ms, .anchor_seq = w->anchor_seq };
}

static inline void
filing_carrier_free(struct filing_carrier *w)
{
	state_free(w->state);
	plan_free(w->plan);
	for (size_t i = 0; i < w->records; i++)
		buffer_free(&w->record[i]);
	for (size_t i = 0; i < w->blobs; i++)
		buffer_free(&w->blob[i]);
	free(w);
}

#endif
