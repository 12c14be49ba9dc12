/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Seven instances and what is known of their keys: bound to hardware, another key on the wire,
 * rejected, stale, by a statement alone, by a token's word alone, nothing.
 */
#ifndef TESTS_UNIT_KEYS_WORLD_H
#define TESTS_UNIT_KEYS_WORLD_H

#include <stdio.h>

#include "monitor/ledger/facts.h"
#include "tests/unit/small_plan.h"

enum { KEYS_INSTANCES = 7, KEYS_TARGETS = 11, KEYS_STALE = 0 };

#define ACCEPTED "attest.verdict=accept;attest.hardware=HSM;attest.serial=7;"
#define FRESH ACCEPTED "attest.fresh=yes;"
#define B2 FRESH "attest.binding=B2;key.spki=1;"
#define SITED "attest.site=tokyo-1;attest.register.officer=CN=Hanako Sato;"                        \
    "attest.register.id=sites, edition 2026-11"
#define INSIDE "attest.key.generated=yes;attest.key.exportable=no;"
#define SIGNED "key.signed=yes;key.spki=1;"
#define POLICY "attest.policy.id=carrier, edition 3;attest.policy=171;"

static const struct { const char *name, *nf; } keys_instance[KEYS_INSTANCES] = {
	{ "tokyo-2", "UDM" }, { "amf-1", "AMF" }, { "smf-1", "SMF" }, { "nrf-1", "NRF" },
	{ "ausf-1", "AUSF" }, { "nssf-1", "NSSF" }, { "pcf-1", "PCF" },
};

static const struct { uint32_t instance; const char *name, *probe, *wire; }
keys_target[KEYS_TARGETS] = {
	{ 0, "udm-tls", "tls", NULL }, { 0, "udm-key", "witness", "udm-tls" },
	{ 1, "amf-tls", "tls", NULL }, { 1, "amf-key", "witness", "amf-tls" },
	{ 2, "smf-tls", "tls", NULL }, { 2, "smf-key", "witness", "smf-tls" },
	{ 3, "nrf-key", "witness", "nrf-tls" },
	{ 4, "ausf-tls", "tls", NULL }, { 4, "ausf-key", "drop", "ausf-tls" },
	{ 5, "nssf-tls", "tls", NULL }, { 5, "nssf-key", "token", "nssf-tls" },
};

/* In order; the first grows stale before the others are seen. */
static const struct { const char *name; enum outcome outcome; const char *facts, *detail; }
keys_seen[] = {
	{ "nrf-key", OUTCOME_UP, B2 INSIDE POLICY "attest.kind=tpm-certify", "" },
	{ "udm-key", OUTCOME_UP, B2 INSIDE POLICY "attest.kind=tpm-certify;"
	    "attest.hardware=TPM 2.0;attest.vendor=Example;attest.model=T1;attest.firmware=7.2;"
	    "attest.expires=864000;attest.collateral.until=432000;attest.went_back=no", "" },
	{ "udm-tls", OUTCOME_UP, "tls.spki=1", "" },
	{ "amf-key", OUTCOME_UP, B2 INSIDE POLICY "attest.kind=tpm-certify", "" },
	{ "amf-tls", OUTCOME_UP, "tls.spki=2", "" },
	{ "smf-key", OUTCOME_DEGRADED, "attest.verdict=reject;attest.kind=sev-snp;"
	    "attest.rule=sev-snp/debug;" POLICY, "sev-snp/debug: debugging is allowed; expected "
	    "no, found yes" },
	{ "smf-tls", OUTCOME_UP, "tls.spki=3", "" },
	{ "ausf-key", OUTCOME_UP, ACCEPTED INSIDE POLICY "attest.kind=marvell-hsm;"
	    "attest.fresh=no;attest.binding=none;attest.made=-864000;key.spki=4", "" },
	{ "ausf-tls", OUTCOME_UP, "tls.spki=4", "" },
	{ "nssf-key", OUTCOME_UP, "key.signed=yes;key.spki=5;key.local=yes;"
	    "key.never_extractable=yes;key.kind=EC secp256r1;key.claim=the token's own word", "" },
	{ "nssf-tls", OUTCOME_UP, "tls.spki=5", "" },
};

enum { KEYS_SEEN = sizeof(keys_seen) / sizeof(keys_seen[0]) };

static inline void
keys_must(bool good, const char *what)
{
	if (!good) {
		fprintf(stderr, "keys: %s\n", what);
		abort();
	}
}

/* wire: storage for the option, as long as the plan. */
static inline void
keys_plan_target(struct plan *plan, uint32_t at, const char *name, uint32_t instance,
    const char *probe, struct plan_option *wire)
{
	small_target(plan, at, name, instance);
	plan->target[at].probe = probe;
	plan->target[at].address = "10.2.3.4";
	plan->target[at].option = wire;
	plan->target[at].options = wire->value != NULL;
}

static inline struct plan *
keys_plan(void)
{
	static struct plan_option wire[KEYS_TARGETS];
	struct plan *plan = small_plan();

	plan->instances = KEYS_INSTANCES;
	plan->targets = KEYS_TARGETS;
	plan->instance = plan_array(plan, KEYS_INSTANCES, sizeof(plan->instance[0]));
	plan->target = plan_array(plan, KEYS_TARGETS, sizeof(plan->target[0]));
	for (uint32_t i = 0; i < KEYS_INSTANCES; i++)
		plan->instance[i] = (struct plan_instance){ .name = keys_instance[i].name,
		    .nf = keys_instance[i].nf, .title = "", .title_ja = "",
		    .function = FUNCTION_SUBSCRIBER };
	for (uint32_t i = 0; i < KEYS_TARGETS; i++) {
		wire[i] = (struct plan_option){ "wire", keys_target[i].wire };
		keys_plan_target(plan, i, keys_target[i].name, keys_target[i].instance,
		    keys_target[i].probe, &wire[i]);
	}
	plan->key = plan_array(plan, plan->keys = 2, sizeof(plan->key[0]));
	plan->key[0] = (struct plan_key){ .name = "udm-ki", .kind = "tpm", .holder = "carrier",
	    .host = "provider:example", .protects = "instance:tokyo-2", .seen_by = "udm-key",
	    .module = "T1", .firmware = "7.2", .validation = "FIPS 140-3 #0000",
	    .rotation_ms = INT64_C(365) * 86400000 };
	plan->key[1] = (struct plan_key){ .name = "ausf-ki", .kind = "hsm",
	    .holder = "A Trust Bank", .host = "carrier", .protects = "instance:ausf-1",
	    .seen_by = "ausf-key", .serial = "8", .ceremony = 1 };
	return plan;
}

/* "attest.fresh=yes": a hash is its octets in decimal, a time is seconds after begin_ms. */
static inline void
keys_fact(struct fact_set *set, char *pair, int64_t begin_ms)
{
	char *value = strchr(pair, '=');
	struct hash hash = { { 0 } };
	const struct fact_row *row;

	keys_must(value != NULL, pair);
	*value++ = '\0';
	row = fact_row_by_name(pair);
	keys_must(row != NULL, pair);
	switch (row->type) {
	case FACT_TYPE_flag: fact_set_flag(set, row->fact, strcmp(value, "yes") == 0); break;
	case FACT_TYPE_text: fact_set_text(set, row->fact, bytes_of_text(value)); break;
	case FACT_TYPE_time:
		fact_set_time(set, row->fact, begin_ms + strtoll(value, NULL, 10) * 1000);
		break;
	case FACT_TYPE_hash:
		memset(hash.at, atoi(value), HASH_LEN);
		fact_set_hash(set, row->fact, hash);
		break;
	default: keys_must(false, pair);
	}
}

/* Facts apart by ';' as an OBSERVATION has them; nothing for none. */
static inline void
keys_facts(const char *text, int64_t begin_ms, struct buffer *map)
{
	struct fact_set *set = memory_new(1, sizeof(*set));
	char *copy = memory_text(bytes_of_text(text)), *rest = copy, *pair;

	while ((pair = strtok_r(rest, ";", &rest)) != NULL)
		keys_fact(set, pair, begin_ms);
	if (set->count > 0)
		fact_set_write(set, FACTS_ALL, map);
	fact_set_free(set);
	free(set);
	free(copy);
}

#endif
