/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ledger about which a filing can be made: four network functions in two regions, TLS endpoints
 * with real certificates, a key in a token with real proofs, a control pack, a waiver.  Tests
 * change it before it is written, to see what verify makes of a ledger whose owner lied.
 */
#ifndef TESTS_UNIT_FILING_WORLD_H
#define TESTS_UNIT_FILING_WORLD_H

#include <openssl/ec.h>
#include <openssl/evp.h>

#include "attest/possession.h"
#include "monitor/state/judge.h"
#include "tests/unit/world.h"

enum { FW_TARGETS = 6, FW_TOKEN = 2, FW_WAIVED = 5 };
enum { FW_KEYS = FW_TARGETS + 1 };	/* one for each wire, and a stranger's */

static const char fw_pack[] =
    "pack = { id = \"t\"; edition = \"1\"; standard = \"Test\"; standard_ja = \"T\"; };\n"
    "documents = ( { id = \"plan\"; title = \"Plan\"; title_ja = \"P\"; } );\n"
    "controls = (\n"
    "  { id = \"T-1\"; clause = \"1\"; title = \"TLS\"; title_ja = \"T\"; requirement = \"r\";\n"
    "    level = \"mandatory\"; subject = \"target\"; applies = \"target.probe == \\\"tls\\\"\";\n"
    "    condition = \"tls.version in (\\\"TLSv1.2\\\", \\\"TLSv1.3\\\")\"; source = \"s\";\n"
    "    confidence = \"verified\"; },\n"
    "  { id = \"T-2\"; clause = \"2\"; title = \"Expiry\"; title_ja = \"T\"; requirement = \"r\";\n"
    "    level = \"mandatory\"; subject = \"target\"; applies = \"target.probe == \\\"tls\\\"\";\n"
    "    condition = \"until(tls.expiry) >= 30d\"; source = \"s\"; confidence = \"verified\"; },\n"
    "  { id = \"T-3\"; clause = \"3\"; title = \"Key\"; title_ja = \"T\"; requirement = \"r\";\n"
    "    level = \"contradiction\"; subject = \"key\"; condition = \"key.bound == \\\"proven\\\"\";\n"
    "    source = \"s\"; confidence = \"verified\"; },\n"
    "  { id = \"T-4\"; clause = \"4\"; title = \"Place\"; title_ja = \"T\"; requirement = \"r\";\n"
    "    level = \"contradiction\"; subject = \"target\"; applies = \"known loc.observed\";\n"
    "    condition = \"loc.observed == loc.declared and loc.observed in loc.approved\";\n"
    "    source = \"s\"; confidence = \"verified\"; },\n"
    "  { id = \"T-5\"; clause = \"5\"; title = \"All\"; title_ja = \"T\"; requirement = \"r\";\n"
    "    level = \"mandatory\"; subject = \"site\";\n"
    "    condition = \"all target where target.probe == \\\"tls\\\": tls.trusted\";\n"
    "    source = \"s\"; confidence = \"verified\"; },\n"
    "  { id = \"T-6\"; clause = \"6\"; title = \"Spread\"; title_ja = \"T\"; requirement = \"r\";\n"
    "    level = \"mandatory\"; subject = \"function\"; applies = \"function.instances > 0\";\n"
    "    condition = \"function.sites.up >= 2\"; source = \"s\"; confidence = \"verified\"; },\n"
    "  { id = \"T-7\"; clause = \"7\"; title = \"Anchor\"; title_ja = \"T\"; requirement = \"r\";\n"
    "    level = \"recommended\"; subject = \"carrier\";\n"
    "    condition = \"age(ledger.anchor) <= 1d and monitor.workers.blind == 0\";\n"
    "    source = \"s\"; confidence = \"seed\"; },\n"
    "  { id = \"T-8\"; clause = \"8\"; title = \"Up\"; title_ja = \"T\"; requirement = \"r\";\n"
    "    level = \"mandatory\"; subject = \"target\"; condition = \"target.health == \\\"up\\\"\";\n"
    "    source = \"s\"; confidence = \"verified\"; },\n"
    "  { id = \"T-9\"; clause = \"9\"; title = \"Lacks\"; title_ja = \"T\"; requirement = \"r\";\n"
    "    level = \"mandatory\"; subject = \"carrier\"; lacks = \"call loss\";\n"
    "    source = \"s\"; confidence = \"verified\"; }\n"
    ");\n";

struct filing_world {
	struct world    *world;
	struct plan     *plan;		/* what the next CONFIG takes */
	EVP_PKEY        *key[FW_KEYS];	/* [id]: on the wire of target id; [0]: a stranger's */
	struct buffer    chain[FW_KEYS];
	struct hash      spki[FW_KEYS];
	uint8_t          proofs;	/* made so far: each with a nonce of its own */
	struct authority authority;
};

/* What a round saw; fields that are 0 are as they should be. */
struct fw_seen {
	const char  *version, *place;
	enum outcome outcome;
	unsigned     wire;		/* whose chain is named; 0: its own */
	struct bytes proof;		/* of possession; empty: a fresh one */
	uint64_t     replica, replicas;	/* which address of how many; 0 of 1 */
	bool         untrusted, unlisted;	/* unlisted: the chain is not among the evidence */
	bool         ike;		/* an IKE responder's, not a TLS server's */
};

static inline void
fw_key(struct filing_world *fw, unsigned number)
{
	const int64_t valid[2] = { WORLD_BEGIN / 1000 - 100, WORLD_BEGIN / 1000 + 86400 * 90 };
	unsigned char *der = NULL;
	X509 *made;
	int len;

	fw->key[number] = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	made = authority_certificate("amf.example", fw->key[number], fw->authority.root,
	    fw->authority.root_key, valid);
	world_must(X509_sign(made, fw->authority.root_key, EVP_sha256()) > 0, "no certificate");
	len = i2d_X509(made, &der);
	buffer_put_be(&fw->chain[number], (uint64_t)len, 3);
	buffer_put(&fw->chain[number], der, (size_t)len);
	OPENSSL_free(der);
	der = NULL;
	len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(made), &der);
	fw->spki[number] = hash_of(bytes_of(der, (size_t)len));
	OPENSSL_free(der);
	X509_free(made);
}

/* Key "number" signs the nonce that begins with "nonce". */
static inline void
fw_prove(const struct filing_world *fw, unsigned number, uint8_t nonce, struct buffer *out)
{
	uint8_t octets[POSSESSION_NONCE] = { nonce }, raw[64];
	struct hash digest = possession_digest(bytes_of(octets, sizeof(octets)));
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(fw->key[number], NULL);
	struct possession possession = { .nonce = bytes_of(octets, sizeof(octets)),
	    .algorithm = POSSESSION_ECDSA, .attribute = { { 0x103, true }, { 0x162, false } },
	    .attributes = 2, .manufacturer = bytes_of_text("maker") };
	unsigned char der[256], *spki = NULL;
	const unsigned char *at = der;
	size_t len = sizeof(der);
	ECDSA_SIG *signature;

	world_must(EVP_PKEY_sign_init(context) == 1 &&
	    EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) == 1 &&
	    EVP_PKEY_sign(context, der, &len, digest.at, HASH_LEN) == 1, "no signature");
	signature = d2i_ECDSA_SIG(NULL, &at, (long)len);
	BN_bn2binpad(ECDSA_SIG_get0_r(signature), raw, 32);
	BN_bn2binpad(ECDSA_SIG_get0_s(signature), raw + 32, 32);
	len = (size_t)i2d_PUBKEY(fw->key[number], &spki);
	possession.spki = bytes_of(spki, len);
	possession.signature = bytes_of(raw, sizeof(raw));
	possession_write(out, &possession);
	ECDSA_SIG_free(signature);
	EVP_PKEY_CTX_free(context);
	OPENSSL_free(spki);
}

static inline void
fw_target(struct plan *plan, uint32_t at, const char *name, uint32_t instance, const char *probe)
{
	plan->target[at] = (struct plan_target){ .id = at + 1, .name = name, .instance = instance,
	    .probe = probe, .address = "192.0.2.1", .port = 443, .interval_ms = 10000,
	    .deadline_ms = 3000, .stale_ms = 240000, .fail_count = 2, .window = 3,
	    .recover_count = 2 };
}

static inline struct plan *
fw_plan(struct world *world)
{
	struct plan *plan = plan_new();
	char hex[HASH_TEXT];

	hash_text(world_blob(world, bytes_of_text(fw_pack)), hex);
	plan->name = "test carrier";
	plan->name_ja = plan->vantage = plan->user = plan->newest_note = "";
	plan->workers = 2;
	plan->group_wait_ms = plan->anchor_ms = plan->belief_ms = 60000;
	plan->sites = 2;
	plan->site = plan_array(plan, 2, sizeof(*plan->site));
	plan->site[0] = (struct plan_site){ .name = "tokyo", .title = "", .title_ja = "",
	    .provider = "aws", .region = "ap-northeast-1", .jurisdiction = "JP" };
	plan->site[1] = plan->site[0];
	plan->site[1].name = "osaka";
	plan->site[1].region = "ap-northeast-3";
	plan->instances = 4;
	plan->instance = plan_array(plan, 4, sizeof(*plan->instance));
	plan->instance[0] = (struct plan_instance){ .name = "amf-1", .title = "", .title_ja = "",
	    .function = FUNCTION_CONTROL, .data = 1 };
	plan->instance[1] = plan->instance[2] = plan->instance[3] = plan->instance[0];
	plan->instance[1].name = "amf-2";
	plan->instance[1].site = 1;
	plan->instance[2].name = "udm-1";
	plan->instance[3].name = "udm-2";
	plan->instance[2].function = plan->instance[3].function = FUNCTION_SUBSCRIBER;
	plan->instance[3].site = 1;
	plan->targets = FW_TARGETS;
	plan->target = plan_array(plan, FW_TARGETS, sizeof(*plan->target));
	fw_target(plan, 0, "amf-1-tls", 0, "tls");
	fw_target(plan, 1, "amf-1-key", 0, "token");
	fw_target(plan, 2, "amf-2-tls", 1, "tls");
	fw_target(plan, 3, "udm-1-tls", 2, "tls");
	fw_target(plan, 4, "udm-2-tls", 3, "tls");
	fw_target(plan, 5, "udm-2-tcp", 3, "tcp");
	plan->target[1].option = plan_array(plan, 1, sizeof(*plan->target[1].option));
	plan->target[1].option[0] = (struct plan_option){ "wire", "amf-1-tls" };
	plan->target[1].options = 1;
	plan->classes = 1;
	plan->class = plan_array(plan, 1, sizeof(*plan->class));
	plan->class[0] = (struct plan_class){ .name = "subscriber", .title = "", .title_ja = "",
	    .regions = "aws/ap-northeast-1, aws/ap-northeast-3", .jurisdictions = "JP" };
	plan->packs = 1;
	plan->pack = plan_array(plan, 1, sizeof(*plan->pack));
	plan->pack[0] = (struct plan_pack){ .path = "/p/t.pack", .id = "t", .edition = "1",
	    .hash = plan_text(plan, bytes_of_text(hex)) };
	return plan;
}

static inline void
fw_config(struct filing_world *fw, const char *cause)
{
	struct world *world = fw->world;
	struct hash pack = hash_of(bytes_of_text(fw_pack));
	struct record record = { .kind = RECORD_PACK };
	struct buffer octets = { 0 }, files = { 0 };

	record.pack = (struct record_pack){ .pack = pack, .id = bytes_of_text("t"),
	    .edition = bytes_of_text("1") };
	world_put(world, &record);
	plan_encode(&octets, fw->plan);
	world->plan = world_blob(world, bytes_of_buffer(&octets));
	record = (struct record){ .kind = RECORD_CONFIG };
	record.config = (struct record_config){ .plan = world->plan,
	    .source = world_blob(world, bytes_of_text("monitor = { name = \"test\"; };\n")),
	    .files = record_hashes(&files, &pack, 1),
	    .cause = bytes_of_text(cause), .targets = fw->plan->targets };
	world_put(world, &record);
	world->targets[0] = world->targets[1] = 0;
	for (uint32_t i = 0; i < fw->plan->targets; i++)
		world->targets[plan_worker_of(fw->plan, fw->plan->target[i].id)]++;
	buffer_free(&octets);
	buffer_free(&files);
}

static inline void
fw_facts_tls(const struct filing_world *fw, uint64_t id, const struct fw_seen *seen,
    struct fact_set *facts)
{
	unsigned wire = seen->wire != 0 ? seen->wire : (unsigned)id;

	fact_set_text(facts, FACT_TLS_VERSION,
	    bytes_of_text(seen->version != NULL ? seen->version : "TLSv1.3"));
	fact_set_flag(facts, FACT_TLS_TRUSTED, !seen->untrusted);
	fact_set_time(facts, FACT_TLS_EXPIRY, WORLD_BEGIN + INT64_C(90) * 86400000);
	fact_set_hash(facts, seen->ike ? FACT_IKE_AUTH_SPKI : FACT_TLS_SPKI, fw->spki[id]);
	fact_set_int(facts, seen->ike ? FACT_IKE_AUTH_CHAIN_LENGTH : FACT_TLS_CHAIN_LENGTH, 1);
	fact_set_hash(facts, seen->ike ? FACT_IKE_AUTH_CHAIN : FACT_TLS_CHAIN, hash_of(bytes_of_buffer(&fw->chain[wire])));
	fact_set_text(facts, FACT_LOC_OBSERVED, bytes_of_text(seen->place != NULL ? seen->place :
	    id == 3 || id == 5 ? "aws/ap-northeast-3" : "aws/ap-northeast-1"));
}

static inline struct hash
fw_evidence(struct filing_world *fw, uint64_t id, const struct fw_seen *seen)
{
	struct buffer proof = { .max = 0 };
	struct hash hash;

	if (id != FW_TOKEN)
		return world_blob(fw->world,
		    bytes_of_buffer(&fw->chain[seen->wire != 0 ? seen->wire : id]));
	if (seen->proof.len > 0)
		return world_blob(fw->world, seen->proof);
	fw_prove(fw, 1, ++fw->proofs, &proof);
	hash = world_blob(fw->world, bytes_of_buffer(&proof));
	buffer_free(&proof);
	return hash;
}

static inline uint64_t
fw_observe(struct filing_world *fw, uint64_t id, struct fw_seen seen)
{
	struct record record = { .kind = RECORD_OBSERVATION, .role = ROLE_WORKER,
		.index = plan_worker_of(fw->plan, id) };
	struct fact_set *facts = memory_new(1, sizeof(*facts));
	struct buffer map = { 0 }, list = { 0 };
	bool tls = strcmp(fw->plan->target[id - 1].probe, "tls") == 0;
	struct hash evidence;
	uint64_t seq;

	if (tls)
		fw_facts_tls(fw, id, &seen, facts);
	else if (id == FW_TOKEN) {
		fact_set_hash(facts, FACT_KEY_SPKI, fw->spki[1]);
		fact_set_flag(facts, FACT_KEY_SIGNED, true);
		fact_set_flag(facts, FACT_KEY_SENSITIVE, true);
	} else
		fact_set_flag(facts, FACT_TCP_OPEN, seen.outcome != OUTCOME_DOWN);
	fact_set_write(facts, FACTS_ALL, &map);
	record.observation = (struct record_observation){ .target = id,
	    .replica = seen.replica, .replicas = seen.replicas > 0 ? seen.replicas : 1,
	    .outcome = seen.outcome != 0 ? seen.outcome : OUTCOME_UP, .latency_us = 900,
	    .facts = bytes_of_buffer(&map) };
	if ((tls || id == FW_TOKEN) && !seen.unlisted) {
		evidence = fw_evidence(fw, id, &seen);
		record.observation.evidence = record_hashes(&list, &evidence, 1);
	}
	fw->world->now_ms += 50;
	seq = world_put(fw->world, &record);
	fact_set_free(facts);
	free(facts);
	buffer_free(&map);
	buffer_free(&list);
	return seq;
}

static inline uint64_t
fw_waive(struct filing_world *fw, uint64_t step, uint64_t number, uint64_t uid, int64_t until_ms)
{
	struct record record = { .kind = RECORD_WAIVER, .role = ROLE_ENGINE };

	record.waiver = (struct record_waiver){ .step = step, .waiver = number, .uid = uid,
	    .author = bytes_of_text(uid == 1 ? "one" : "two"), .until = until_ms,
	    .control = bytes_of_text("T-1"), .subject = bytes_of_text("target:udm-2-tls") };
	fw->world->now_ms += 10;
	return world_put(fw->world, &record);
}

/* KEY, CONFIG, both workers; nothing observed yet. */
static inline struct filing_world *
fw_new(void)
{
	struct filing_world *fw = memory_new(1, sizeof(*fw));
	struct world *world = memory_new(1, sizeof(*world));

	fw->world = world;
	world->now_ms = WORLD_BEGIN;
	fw->authority = authority_make("test authority", "critical,timeStamping",
	    WORLD_BEGIN / 1000 - 100, WORLD_BEGIN / 1000 + 1000000);
	for (unsigned i = 0; i < FW_KEYS; i++)
		fw_key(fw, i);
	world_key(world);
	world_self(world, ROLE_LEDGER, 0);
	fw->plan = fw_plan(world);
	fw_config(fw, "start");
	world->now_ms += 300;
	world_self(world, ROLE_WORKER, 0);
	world_self(world, ROLE_WORKER, 1);
	return fw;
}

static inline void
fw_free(struct filing_world *fw)
{
	for (unsigned i = 0; i < FW_KEYS; i++) {
		EVP_PKEY_free(fw->key[i]);
		buffer_free(&fw->chain[i]);
	}
	plan_free(fw->plan);
	authority_free(&fw->authority);
	world_free(fw->world);
	free(fw);
}

static inline enum err
fw_blob(void *arg, struct hash hash, struct buffer *out, struct why *why)
{
	enum err err = world_get_blob(arg, hash, out);

	return err == ERR_OK ? err : why_set(why, err, "no such blob in this test");
}

/* What all records before "size" say. */
static inline struct state *
fw_state(const struct filing_world *fw, uint64_t size)
{
	struct blob_source source = { fw_blob, fw->world };
	struct state *state = state_new();
	struct record record;
	struct why why;

	for (uint64_t i = 0; i < size; i++) {
		world_must(record_decode(bytes_of_buffer(&fw->world->record[i]), &record, &why) ==
		    ERR_OK, why.text);
		world_must(fold_apply(state, &record, ERR_OK, &source, &why) == ERR_OK, why.text);
	}
	return state;
}

#endif
