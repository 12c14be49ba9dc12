/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Data closed to the provider: for each thing that may be declared and seen of a store or an instance
 * the verdict and its reason, out of a state that follows records; and that a control reads the same
 * at every record, whatever moved it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor/state/enclosure.h"
#include "monitor/state/judge.h"
#include "tests/unit/places_world.h"

#define OK "attest.verdict=accept;attest.fresh=yes;attest.went_back=no;"
#define B1 "attest.binding=B1 B3;key.spki=1;"
#define VM OK B1 "attest.confidential=yes;attest.debug=no;"
#define SNP VM "attest.kind=sev-snp"
#define NITRO OK B1 "attest.debug=no;attest.kind=nitro-enclave"
#define BOOT OK B1 "attest.kind=tpm-quote"
#define MACHINE "inventory.kind=machine;inventory.provider=aws;inventory.in_use="

enum { UNSAID = USE_LEVEL_UNSAID, NONE = USE_LEVEL_NONE, MEASURED = USE_LEVEL_MEASURED_BOOT,
	CVM = USE_LEVEL_CONFIDENTIAL, ENCLAVE = USE_LEVEL_ENCLAVE };

/* What the witness on the instance, a drop beside it and the inventory say; NULL: nothing came. */
static const struct {
	uint32_t declared;
	const char *witness, *drop, *inventory;
	enum use_why why;
	uint32_t proven;
} uses[] = {
	{ UNSAID, NULL, NULL, NULL, USE_WHY_NOBODY, UNSAID },
	{ UNSAID, SNP, NULL, NULL, USE_WHY_PROVEN_ALONE, CVM },
	{ UNSAID, BOOT, NULL, NULL, USE_WHY_BOOT_ALONE, MEASURED },
	{ UNSAID, NULL, NULL, MACHINE "none", USE_WHY_OPEN_SEEN, UNSAID },
	{ UNSAID, NULL, NULL, MACHINE "measured-boot", USE_WHY_OPEN_SEEN, UNSAID },
	{ UNSAID, NULL, NULL, MACHINE "confidential-vm", USE_WHY_ONLY_SEEN, UNSAID },
	{ UNSAID, NULL, NULL, MACHINE "something new", USE_WHY_NOBODY, UNSAID },
	{ UNSAID, BOOT, NULL, MACHINE "confidential-vm", USE_WHY_ONLY_SEEN, MEASURED },
	{ NONE, NULL, NULL, NULL, USE_WHY_OPEN_DECLARED, UNSAID },
	{ NONE, BOOT, NULL, NULL, USE_WHY_OPEN_DECLARED, MEASURED },
	{ NONE, SNP, NULL, NULL, USE_WHY_MORE, CVM },
	{ NONE, NULL, NULL, MACHINE "none", USE_WHY_OPEN_DECLARED, UNSAID },
	{ MEASURED, NULL, NULL, NULL, USE_WHY_ONLY_DECLARED, UNSAID },
	{ MEASURED, BOOT, NULL, NULL, USE_WHY_PROVEN, MEASURED },
	{ MEASURED, OK B1 "attest.kind=nitro-tpm", NULL, NULL, USE_WHY_PROVEN, MEASURED },
	{ MEASURED, OK B1 "attest.kind=gcp-vtpm", NULL, NULL, USE_WHY_PROVEN, MEASURED },
	{ MEASURED, SNP, NULL, NULL, USE_WHY_MORE, CVM },
	{ MEASURED, NITRO, NULL, NULL, USE_WHY_OTHER_KIND, ENCLAVE },
	{ MEASURED, NULL, NULL, MACHINE "none", USE_WHY_PROVIDER_DENIES, UNSAID },
	{ MEASURED, BOOT, NULL, MACHINE "none", USE_WHY_PROVEN, MEASURED },
	{ CVM, NULL, NULL, NULL, USE_WHY_ONLY_DECLARED, UNSAID },
	{ CVM, SNP, NULL, NULL, USE_WHY_PROVEN, CVM },
	{ CVM, VM "attest.kind=intel-tdx", NULL, NULL, USE_WHY_PROVEN, CVM },
	{ CVM, VM "attest.kind=azure-hcl", NULL, NULL, USE_WHY_PROVEN, CVM },
	{ CVM, SNP, NULL, MACHINE "none", USE_WHY_PROVEN, CVM },
	{ CVM, BOOT, NULL, NULL, USE_WHY_PROVEN_LESS, MEASURED },
	/* that the key which quoted is a TPM's: the policy's own word, a maker's, an officer's */
	{ MEASURED, BOOT ";attest.endorsed=policy", NULL, NULL, USE_WHY_LACKING, UNSAID },
	{ MEASURED, BOOT ";attest.endorsed=certificate", NULL, NULL, USE_WHY_PROVEN, MEASURED },
	{ MEASURED, BOOT ";attest.endorsed=policy;attest.site=tokyo", NULL, NULL, USE_WHY_PROVEN, MEASURED },
	{ CVM, OK B1 "attest.kind=gcp-vtpm", NULL, NULL, USE_WHY_PROVEN_LESS, MEASURED },
	{ CVM, NULL, NULL, MACHINE "none", USE_WHY_PROVIDER_DENIES, UNSAID },
	{ CVM, NULL, NULL, MACHINE "measured-boot", USE_WHY_PROVIDER_DENIES, UNSAID },
	{ CVM, NULL, NULL, MACHINE "confidential-vm", USE_WHY_ONLY_SEEN, UNSAID },
	{ CVM, BOOT, NULL, MACHINE "none", USE_WHY_PROVIDER_DENIES, MEASURED },
	{ CVM, NULL, NULL, MACHINE "none;inventory.contradictions.count=1", USE_WHY_ONLY_DECLARED, UNSAID },
	{ CVM, NITRO, NULL, NULL, USE_WHY_OTHER_KIND, ENCLAVE },
	/* what does not count proves nothing */
	{ CVM, "attest.verdict=reject;attest.kind=sev-snp", NULL, NULL, USE_WHY_LACKING, UNSAID },
	{ CVM, "attest.verdict=indeterminate;attest.kind=sev-snp", NULL, NULL, USE_WHY_LACKING, UNSAID },
	{ CVM, "attest.kind=sev-snp", NULL, NULL, USE_WHY_LACKING, UNSAID },
	{ CVM, "attest.verdict=accept;attest.fresh=no;" B1 "attest.confidential=yes;attest.debug=no;attest.kind=sev-snp",
	    NULL, NULL, USE_WHY_LACKING, UNSAID },
	{ CVM, "attest.verdict=accept;" B1 "attest.confidential=yes;attest.debug=no;attest.kind=sev-snp",
	    NULL, NULL, USE_WHY_LACKING, UNSAID },
	{ CVM, OK "attest.binding=none;attest.confidential=yes;attest.debug=no;attest.kind=sev-snp",
	    NULL, NULL, USE_WHY_LACKING, UNSAID },
	{ CVM, OK "attest.confidential=yes;attest.debug=no;attest.kind=sev-snp", NULL, NULL, USE_WHY_LACKING, UNSAID },
	{ CVM, OK B1 "attest.debug=no;attest.kind=sev-snp", NULL, NULL, USE_WHY_LACKING, UNSAID },
	{ CVM, OK B1 "attest.confidential=no;attest.debug=no;attest.kind=sev-snp", NULL, NULL, USE_WHY_LACKING, UNSAID },
	{ CVM, OK B1 "attest.confidential=yes;attest.kind=sev-snp", NULL, NULL, USE_WHY_LACKING, UNSAID },
	{ CVM, "attest.verdict=accept;attest.fresh=yes;attest.went_back=yes;" B1
	    "attest.confidential=yes;attest.debug=no;attest.kind=sev-snp", NULL, NULL, USE_WHY_LACKING, UNSAID },
	{ CVM, NULL, SNP, NULL, USE_WHY_PROVEN, CVM },
	{ CVM, BOOT, "attest.verdict=reject;attest.kind=sev-snp", NULL, USE_WHY_LACKING, MEASURED },
	{ CVM, "attest.verdict=reject;attest.kind=tpm-quote", NULL, NULL, USE_WHY_LACKING, UNSAID },
	{ UNSAID, "attest.verdict=reject;attest.kind=sev-snp", NULL, NULL, USE_WHY_LACKING, UNSAID },
	/* one machine does not speak for another */
	{ CVM, SNP, "attest.verdict=reject;attest.kind=sev-snp", NULL, USE_WHY_LACKING, UNSAID },
	{ CVM, SNP, "attest.verdict=indeterminate;attest.kind=sev-snp", NULL, USE_WHY_LACKING, UNSAID },
	{ UNSAID, SNP, "attest.verdict=reject;attest.kind=sev-snp", NULL, USE_WHY_LACKING, UNSAID },
	{ NONE, SNP, "attest.verdict=reject;attest.kind=sev-snp", NULL, USE_WHY_LACKING, UNSAID },
	{ CVM, SNP, "attest.verdict=reject;attest.kind=tpm-quote", NULL, USE_WHY_PROVEN, CVM },
	{ CVM, SNP, "attest.verdict=accept;attest.fresh=no;" B1 "attest.confidential=yes;attest.debug=no;attest.kind=sev-snp",
	    NULL, USE_WHY_PROVEN, CVM },
	/* kinds that say nothing of memory */
	{ CVM, VM "attest.kind=tpm-certify", NULL, NULL, USE_WHY_ONLY_DECLARED, UNSAID },
	{ CVM, VM "attest.kind=yubihsm", NULL, NULL, USE_WHY_ONLY_DECLARED, UNSAID },
	{ CVM, VM "attest.kind=invented", NULL, NULL, USE_WHY_ONLY_DECLARED, UNSAID },
	/* debugging */
	{ CVM, OK B1 "attest.confidential=yes;attest.debug=yes;attest.kind=sev-snp", NULL, NULL, USE_WHY_DEBUGGED, UNSAID },
	{ ENCLAVE, OK B1 "attest.debug=yes;attest.kind=nitro-enclave", NULL, NULL, USE_WHY_DEBUGGED, UNSAID },
	{ UNSAID, OK B1 "attest.confidential=yes;attest.debug=yes;attest.kind=intel-tdx", NULL, NULL, USE_WHY_DEBUG_OPEN, UNSAID },
	{ MEASURED, OK B1 "attest.confidential=yes;attest.debug=yes;attest.kind=intel-tdx", NULL, NULL, USE_WHY_DEBUG_OPEN, UNSAID },
	{ CVM, OK B1 "attest.confidential=yes;attest.debug=yes;attest.kind=sev-snp", SNP, NULL, USE_WHY_DEBUGGED, UNSAID },
	{ CVM, "attest.verdict=reject;attest.debug=yes;attest.kind=sev-snp", NULL, NULL, USE_WHY_LACKING, UNSAID },
	/* enclaves */
	{ ENCLAVE, NITRO, NULL, NULL, USE_WHY_PROVEN, ENCLAVE },
	{ ENCLAVE, VM "attest.kind=intel-sgx", NULL, NULL, USE_WHY_PROVEN, ENCLAVE },
	{ ENCLAVE, SNP, NULL, NULL, USE_WHY_OTHER_KIND, CVM },
	{ ENCLAVE, BOOT, NULL, NULL, USE_WHY_OTHER_KIND, MEASURED },
	{ ENCLAVE, NULL, NULL, MACHINE "none", USE_WHY_PROVIDER_DENIES, UNSAID },
	{ ENCLAVE, NULL, NULL, "inventory.provider=azure;inventory.in_use=none", USE_WHY_ONLY_DECLARED, UNSAID },
	{ ENCLAVE, NULL, NULL, MACHINE "enclave", USE_WHY_ONLY_SEEN, UNSAID },
	{ ENCLAVE, NITRO, SNP, NULL, USE_WHY_PROVEN, CVM },
	{ CVM, OK B1 "attest.debug=no;attest.kind=intel-sgx", NULL, NULL, USE_WHY_LACKING, UNSAID },
};

static void
see(struct places_world *world, const char *name, const char *facts)
{
	if (facts != NULL)
		places_see(world, name, facts);
}

static void
memory_of_instances(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
		struct places_world *world = places_new(NULL);
		struct enclosure_use use;

		world->plan->instance[0].in_use = uses[i].declared;
		places_config(world);
		see(world, "udm-witness", uses[i].witness);
		see(world, "udm-hsm", uses[i].drop);
		see(world, "udm-machine", uses[i].inventory);
		enclosure_use_make(&use, world->state, 0);
		if (use.why != uses[i].why || use.proven != uses[i].proven)
			fail_msg("use %zu: %s, proven \"%s\"; not %s, \"%s\"", i, use_why_name(use.why),
			    use_level_name(use.proven), use_why_name(uses[i].why),
			    use_level_name((enum use_level)uses[i].proven));
		assert_int_equal(use.verdict, use_why_verdict(use.why));
		enclosure_use_free(&use);
		places_free(world);
	}
}

/* The wire shows another key than the one that the closed machine names. */
static void
another_key_on_the_wire(void **unused)
{
	static struct plan_option wire = { "wire", "udm-tls" };
	struct places_world *world = places_new(NULL);
	struct enclosure_use use;

	(void)unused;
	world->plan->instance[0].in_use = CVM;
	world->plan->target[1].option = &wire;
	world->plan->target[1].options = 1;
	places_config(world);
	places_see(world, "udm-witness", SNP);
	for (int other = 0; other < 3; other++) {
		places_see(world, "udm-tls", other == 1 ? "tls.spki=2" : "tls.spki=1");
		enclosure_use_make(&use, world->state, 0);
		assert_int_equal(use.why, other == 1 ? USE_WHY_WIRE_OTHER : USE_WHY_PROVEN);
		enclosure_use_free(&use);
	}
	places_free(world);
}

static void
old_evidence_proves_nothing(void **unused)
{
	struct places_world *world = places_new(NULL);
	struct enclosure_use use;

	(void)unused;
	world->plan->instance[0].in_use = CVM;
	places_config(world);
	places_see(world, "udm-witness", SNP);
	places_tick(world, PLACES_DAY);
	enclosure_use_make(&use, world->state, 0);
	assert_int_equal(use.why, USE_WHY_LACKING);
	assert_int_equal(use.sighting[use.by].lack, ENCLOSURE_LACK_STALE);
	assert_int_equal(use.proven, USE_LEVEL_UNSAID);
	enclosure_use_free(&use);
	places_free(world);
}

/* --- at rest ------------------------------------------------------------------------------ */

#define YES "inventory.encrypted=yes;"
#define ARN "arn:aws:kms:ap-northeast-1:1:key/a"
#define GOOGLE "projects/p/locations/l/keyRings/r/cryptoKeys/k"
#define BY(who) YES "inventory.key.holder=" who

/* bucket: of the store; key: an inventory of a key beside the instance; account: of all of it. */
static const struct {
	uint32_t encrypted, holder;
	const char *key, *bucket, *beside, *account;
	enum rest_why why;
	enum key_holder seen;
} rests[] = {
	{ REST_UNSAID, 0, "", NULL, NULL, NULL, REST_WHY_LACKING, KEY_HOLDER_UNSAID },
	{ REST_YES, 0, "", NULL, NULL, NULL, REST_WHY_LACKING, KEY_HOLDER_UNSAID },
	{ REST_NO, 0, "", NULL, NULL, NULL, REST_WHY_OPEN_DECLARED, KEY_HOLDER_UNSAID },
	{ REST_UNSAID, 0, "", BY("provider"), NULL, NULL, REST_WHY_SEEN_ALONE, KEY_HOLDER_PROVIDER },
	{ REST_UNSAID, 0, "", YES "inventory.kind=bucket", NULL, NULL, REST_WHY_HOLDER_UNSAID, KEY_HOLDER_UNSAID },
	{ REST_UNSAID, 0, "", "inventory.encrypted=no", NULL, NULL, REST_WHY_OPEN_SEEN, KEY_HOLDER_UNSAID },
	{ REST_UNSAID, 0, "", "inventory.kind=bucket", NULL, NULL, REST_WHY_UNSAID, KEY_HOLDER_UNSAID },
	{ REST_YES, 0, "", BY("provider"), NULL, NULL, REST_WHY_SEEN, KEY_HOLDER_PROVIDER },
	{ REST_YES, 0, "", BY("customer"), NULL, NULL, REST_WHY_SEEN, KEY_HOLDER_CUSTOMER },
	{ REST_YES, 0, "", BY("outside"), NULL, NULL, REST_WHY_SEEN, KEY_HOLDER_CARRIER },
	{ REST_YES, 0, "", "inventory.encrypted=no", NULL, NULL, REST_WHY_DENIED, KEY_HOLDER_UNSAID },
	{ REST_YES, 0, "", "inventory.kind=bucket", NULL, NULL, REST_WHY_UNSAID, KEY_HOLDER_UNSAID },
	{ REST_YES, 0, "", BY("provider") ";inventory.contradictions.count=2", NULL, NULL, REST_WHY_LACKING, KEY_HOLDER_UNSAID },
	{ REST_YES, 0, "", "inventory.encrypted=no;inventory.contradictions.count=2", NULL, NULL, REST_WHY_LACKING, KEY_HOLDER_UNSAID },
	{ REST_NO, 0, "", "inventory.encrypted=no", NULL, NULL, REST_WHY_OPEN_SEEN, KEY_HOLDER_UNSAID },
	{ REST_NO, 0, "", BY("provider"), NULL, NULL, REST_WHY_MORE, KEY_HOLDER_PROVIDER },
	{ REST_YES, 1, "", BY("provider"), NULL, NULL, REST_WHY_SEEN, KEY_HOLDER_PROVIDER },
	{ REST_YES, 2, "", BY("provider"), NULL, NULL, REST_WHY_HOLDER_WEAKER, KEY_HOLDER_PROVIDER },
	{ REST_YES, 3, "", BY("customer"), NULL, NULL, REST_WHY_HOLDER_WEAKER, KEY_HOLDER_CUSTOMER },
	{ REST_YES, 3, "", BY("outside"), NULL, NULL, REST_WHY_SEEN, KEY_HOLDER_CARRIER },
	{ REST_YES, 1, "", BY("outside"), NULL, NULL, REST_WHY_SEEN, KEY_HOLDER_CARRIER },
	{ REST_YES, 3, "", YES "inventory.kind=x", NULL, NULL, REST_WHY_HOLDER_UNSAID, KEY_HOLDER_UNSAID },
	{ REST_YES, 2, "", BY("somebody"), NULL, NULL, REST_WHY_HOLDER_UNSAID, KEY_HOLDER_UNSAID },
	{ REST_YES, 2, "the HSM in room 4", BY("customer"), NULL, NULL, REST_WHY_SEEN, KEY_HOLDER_CUSTOMER },
	{ REST_YES, 2, ARN, BY("customer") ";inventory.key=" ARN, NULL, NULL, REST_WHY_SEEN, KEY_HOLDER_CUSTOMER },
	{ REST_YES, 2, ARN, BY("customer") ";inventory.key=" ARN "b", NULL, NULL, REST_WHY_KEY_OTHER, KEY_HOLDER_CUSTOMER },
	{ REST_YES, 2, ARN, BY("customer"), NULL, NULL, REST_WHY_KEY_UNSAID, KEY_HOLDER_CUSTOMER },
	{ REST_YES, 2, "projects/p/keys/k", BY("customer") ";inventory.key=projects/p/keys/k/cryptoKeyVersions/3", NULL, NULL,
	    REST_WHY_SEEN, KEY_HOLDER_CUSTOMER },
	{ REST_YES, 2, "projects/p/keys/k", BY("customer") ";inventory.key=projects/p/keys/k2", NULL, NULL,
	    REST_WHY_KEY_OTHER, KEY_HOLDER_CUSTOMER },
	{ REST_YES, 2, "udm-hsm", BY("customer") ";inventory.key=" ARN, NULL, NULL, REST_WHY_SEEN, KEY_HOLDER_CUSTOMER },
	/* a key asked for by itself says whose it is, also where the resource does not */
	{ REST_YES, 2, "", YES "inventory.key=" ARN, "inventory.kind=key;inventory.key.holder=customer;inventory.key=" ARN, NULL,
	    REST_WHY_SEEN, KEY_HOLDER_CUSTOMER },
	{ REST_YES, 2, "", YES "inventory.key=" ARN, "inventory.kind=key;inventory.key.holder=provider;inventory.key=" ARN, NULL,
	    REST_WHY_HOLDER_WEAKER, KEY_HOLDER_PROVIDER },
	{ REST_YES, 2, "", YES "inventory.key=" ARN, "inventory.kind=key;inventory.key.holder=customer;inventory.key=" ARN "2", NULL,
	    REST_WHY_HOLDER_UNSAID, KEY_HOLDER_UNSAID },
	{ REST_YES, 2, "", BY("customer") ";inventory.key=" ARN, "inventory.kind=key;inventory.key.holder=provider;inventory.key=" ARN,
	    NULL, REST_WHY_SEEN, KEY_HOLDER_CUSTOMER },
	{ REST_YES, 3, "", "inventory.provider=google;" BY("customer") ";inventory.key=" GOOGLE "/cryptoKeyVersions/3", NULL, NULL,
	    REST_WHY_HOLDER_UNSAID, KEY_HOLDER_UNSAID },
	{ REST_YES, 3, "", "inventory.provider=google;" BY("customer") ";inventory.key=" GOOGLE "/cryptoKeyVersions/3",
	    "inventory.provider=google;inventory.kind=key;inventory.key.holder=outside;inventory.resource=" GOOGLE, NULL,
	    REST_WHY_SEEN, KEY_HOLDER_CARRIER },
	{ REST_YES, 3, "", "inventory.provider=google;" BY("customer") ";inventory.key=" GOOGLE "/cryptoKeyVersions/3",
	    "inventory.provider=google;inventory.kind=key;inventory.key.holder=provider;inventory.resource=" GOOGLE, NULL,
	    REST_WHY_HOLDER_WEAKER, KEY_HOLDER_CUSTOMER },
	/* a whole account names what is not encrypted, and by its silence says nothing */
	{ REST_YES, 0, "", NULL, NULL, "inventory.all.unencrypted=volume vol-2 in aws/x|bucket b1 (data) in aws/x", REST_WHY_DENIED,
	    KEY_HOLDER_UNSAID },
	{ REST_YES, 0, "", BY("provider"), NULL, "inventory.all.unencrypted=bucket b1", REST_WHY_DENIED, KEY_HOLDER_UNSAID },
	{ REST_YES, 0, "", NULL, NULL, "inventory.all.unencrypted=bucket b12|bucket xb1|b1", REST_WHY_LACKING, KEY_HOLDER_UNSAID },
	{ REST_YES, 0, "", BY("provider"), NULL, "inventory.all.unencrypted=bucket b12", REST_WHY_SEEN, KEY_HOLDER_PROVIDER },
};

static void
stores_at_rest(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof(rests) / sizeof(rests[0]); i++) {
		struct places_world *world = places_new(NULL);
		struct plan_store *store = &world->plan->store[0];
		struct enclosure_rest rest;

		store->encrypted = rests[i].encrypted;
		store->key_holder = rests[i].holder;
		store->key = rests[i].key;
		store->resource = "b1";
		world->plan->target[8].instance = 0;
		places_config(world);
		see(world, "db-bucket", rests[i].bucket);
		see(world, "udm-machine", rests[i].beside);
		see(world, "account", rests[i].account);
		enclosure_rest_make(&rest, world->state, 0);
		if (rest.why != rests[i].why || rest.seen_holder != rests[i].seen)
			fail_msg("rest %zu: %s of \"%s\"; not %s of \"%s\"", i, rest_why_name(rest.why),
			    key_holder_name(rest.seen_holder), rest_why_name(rests[i].why),
			    key_holder_name(rests[i].seen));
		assert_int_equal(rest.verdict, rest_why_verdict(rest.why));
		enclosure_rest_free(&rest);
		places_free(world);
	}
}

/* A key named by its custody, or by a target: who sees it there identifies it at the provider. */
static void
a_key_by_its_name(void **unused)
{
	static struct plan_option arn[] = { { "kind", "key" }, { "resource", ARN } };
	static const struct { const char *key; bool id, evidence; } named[] = {
		{ "wrap", true, true }, { "account", true, false }, { "udm-hsm", false, true },
		{ "elsewhere", false, false }, { "wra", false, false }, { "", false, false },
		{ "udm-tls", false, false } };

	(void)unused;
	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
		struct places_world *world = places_new(NULL);
		struct plan *plan = world->plan;
		struct enclosure_rest rest;

		plan->target[8].option = arn;
		plan->target[8].options = 2;
		plan->key = plan_array(plan, plan->keys = 1, sizeof(*plan->key));
		plan->key[0] = (struct plan_key){ .name = "wrap", .kind = "kms", .holder = "carrier",
			.host = "", .protects = "store:db", .seen_by = "account, udm-hsm", .module = "",
			.firmware = "", .serial = "", .validation = "", .document = "" };
		plan->store[0].encrypted = REST_YES;
		plan->store[0].key_holder = KEY_HOLDER_CUSTOMER;
		plan->store[0].key = named[i].key;
		places_config(world);
		places_see(world, "db-bucket", BY("customer") ";inventory.key=" ARN "2");
		enclosure_rest_make(&rest, world->state, 0);
		assert_string_equal(rest.key_id, named[i].id ? ARN : "");
		assert_int_equal(rest.key_target, named[i].evidence ? 6 : ENCLOSURE_NOBODY);
		assert_int_equal(rest.why, named[i].id ? REST_WHY_KEY_OTHER : REST_WHY_SEEN);
		enclosure_rest_free(&rest);
		places_free(world);
	}
}

/* --- judged ------------------------------------------------------------------------------- */

#define CONTROL(id, subject, condition) "{ id = \"" id "\"; clause = \"1\"; title = \"t\"; title_ja = \"t\";\n" \
	"requirement = \"r\"; level = \"mandatory\"; subject = \"" subject "\"; condition = \"" condition "\";\n" \
	"source = \"s\"; confidence = \"verified\"; }"

static const char pack[] =
    "pack = { id = \"t\"; edition = \"1\"; standard = \"T\"; standard_ja = \"T\"; };\ncontrols = (\n"
    CONTROL("E-1", "instance", "use.verdict == \\\"holds\\\"") ",\n"
    CONTROL("E-2", "instance", "use.proven in (\\\"confidential-vm\\\", \\\"enclave\\\")") ",\n"
    CONTROL("E-3", "store", "store.rest == \\\"holds\\\"") ",\n"
    CONTROL("E-4", "store", "store.encrypted") ",\n"
    CONTROL("E-5", "store", "store.key.holder in (\\\"customer\\\", \\\"carrier\\\")") ",\n"
    CONTROL("E-6", "instance", "all store : store.rest == \\\"holds\\\"") ",\n"
    CONTROL("E-7", "store", "store.encrypted.declared and store.key.holder.declared == \\\"customer\\\"") ",\n"
    CONTROL("E-8", "instance", "use.declared == \\\"confidential-vm\\\"") "\n);\n";

static enum verdict
found(const struct places_world *world, const char *id, uint32_t i)
{
	const struct judgement *j = judgement_of(world->state);

	if (judgement_pack(j, 0) == NULL)
		fail_msg("%s", judgement_pack_fault(j, 0));
	return judgement_finding(j, judgement_find(j, id), i).verdict;
}

static enum verdict
wanted(enum enclosure_verdict verdict)
{
	return verdict == ENCLOSURE_HOLDS ? VERDICT_MET : verdict == ENCLOSURE_UNKNOWN ? VERDICT_UNKNOWN :
	    VERDICT_NOT_MET;
}

static void
cells_are_right(const struct places_world *world)
{
	for (uint32_t i = 0; i < 2; i++) {
		struct enclosure_use use;
		struct enclosure_rest rest;

		enclosure_use_make(&use, world->state, i);
		assert_int_equal(found(world, "E-1", i), wanted(use.verdict));
		assert_int_equal(found(world, "E-2", i), use_level_closed(use.proven) ? VERDICT_MET :
		    use.proven == USE_LEVEL_UNSAID ? VERDICT_UNKNOWN : VERDICT_NOT_MET);
		enclosure_use_free(&use);
		enclosure_rest_make(&rest, world->state, i);
		assert_int_equal(found(world, "E-3", i), wanted(rest.verdict));
		assert_int_equal(found(world, "E-4", i), rest.seen == REST_YES ? VERDICT_MET :
		    rest.seen == REST_NO ? VERDICT_NOT_MET : VERDICT_UNKNOWN);
		assert_int_equal(found(world, "E-5", i), rest.seen_holder == KEY_HOLDER_UNSAID ?
		    VERDICT_UNKNOWN : rest.seen_holder == KEY_HOLDER_PROVIDER ? VERDICT_NOT_MET : VERDICT_MET);
		enclosure_rest_free(&rest);
	}
}

static uint64_t seed = 88172645463325252u;

static uint32_t
below(uint32_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 33) % n;
}

static void
random_step(struct places_world *world)
{
	static const char *const evidence[] = { SNP, BOOT, NITRO, "attest.verdict=reject;attest.kind=sev-snp",
		OK B1 "attest.confidential=yes;attest.debug=yes;attest.kind=sev-snp" };
	static const char *const machine[] = { MACHINE "none", MACHINE "confidential-vm",
		"inventory.kind=key;inventory.key.holder=provider;inventory.key=" ARN,
		"inventory.kind=key;inventory.key.holder=customer;inventory.key=" ARN };
	static const char *const bucket[] = { BY("provider"), BY("customer"), BY("outside"),
		"inventory.encrypted=no", YES "inventory.key=" ARN, "inventory.kind=bucket" };
	static const char *const account[] = { "inventory.all.unencrypted=bucket b1", "inventory.count=3" };

	switch (below(8)) {
	case 0: places_tick(world, below(2) == 0 ? 5000 : 70000); break;
	case 1: places_see(world, "udm-witness", evidence[below(5)]); break;
	case 2: places_see(world, "udm-hsm", evidence[below(5)]); break;
	case 3: places_see(world, "udm-machine", machine[below(4)]); break;
	case 4: places_see(world, "db-bucket", bucket[below(6)]); break;
	case 5: places_see(world, "copy-bucket", bucket[below(6)]); break;
	case 6: places_see(world, "udm-tls", below(2) == 0 ? "tls.spki=1" : "tls.spki=2"); break;
	default: places_see(world, "account", account[below(2)]); break;
	}
}

static void
controls_follow(void **unused)
{
	static struct plan_option wire = { "wire", "udm-tls" };
	struct places_world *world = places_new(pack);

	(void)unused;
	world->plan->instance[0].in_use = CVM;
	world->plan->target[1].option = &wire;
	world->plan->target[1].options = 1;
	world->plan->target[8].instance = 0;
	world->plan->store[0].encrypted = REST_YES;
	world->plan->store[0].key_holder = KEY_HOLDER_CUSTOMER;
	world->plan->store[0].resource = "b1";
	places_config(world);
	cells_are_right(world);
	assert_int_equal(found(world, "E-7", 0), VERDICT_MET);
	assert_int_equal(found(world, "E-7", 1), VERDICT_UNKNOWN);
	assert_int_equal(found(world, "E-8", 0), VERDICT_MET);
	assert_int_equal(found(world, "E-8", 1), VERDICT_UNKNOWN);
	for (int i = 0; i < 600; i++) {
		if (i == 300) {		/* the wire of the instance, seen by its store */
			world->plan->target[0].store = 1;
			places_config(world);
		}
		random_step(world);
		cells_are_right(world);
	}
	places_free(world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_of_instances), cmocka_unit_test(another_key_on_the_wire),
		cmocka_unit_test(old_evidence_proves_nothing), cmocka_unit_test(stores_at_rest), cmocka_unit_test(a_key_by_its_name),
		cmocka_unit_test(controls_follow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
