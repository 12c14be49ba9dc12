/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The judgement: verdicts follow the facts, silence is unknown, keys and places are held against
 * each other, waivers take two people and end, and what is judged step by step is what is judged
 * at once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "monitor/state/judge.h"
#include "tests/unit/small_plan.h"

enum { INSTANCES = 4, TARGETS = 6, BLOBS = 8, SECOND = 1000 };
#define BEGIN INT64_C(1795000000000)

static const char test_pack[] =
    "pack = { id = \"t\"; edition = \"1\"; standard = \"Test\"; standard_ja = \"T\"; };\n"
    "documents = ( { id = \"plan\"; title = \"Plan\"; title_ja = \"P\"; } );\n"
    "declarations = ( { id = \"audit\"; type = \"flag\"; title = \"A\"; title_ja = \"A\"; } );\n"
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
    "  { id = \"T-7\"; clause = \"7\"; title = \"Plan\"; title_ja = \"T\"; requirement = \"r\";\n"
    "    level = \"recommended\"; subject = \"carrier\";\n"
    "    condition = \"age(document(\\\"plan\\\")) <= 365d and declared(\\\"audit\\\")\";\n"
    "    source = \"s\"; confidence = \"seed\"; },\n"
    "  { id = \"T-8\"; clause = \"8\"; title = \"Count\"; title_ja = \"T\"; requirement = \"r\";\n"
    "    level = \"mandatory\"; subject = \"carrier\";\n"
    "    condition = \"count(target where tls.trusted == false) == 0\";\n"
    "    source = \"s\"; confidence = \"verified\"; },\n"
    "  { id = \"T-9\"; clause = \"9\"; title = \"Lacks\"; title_ja = \"T\"; requirement = \"r\";\n"
    "    level = \"mandatory\"; subject = \"carrier\"; lacks = \"call loss\";\n"
    "    source = \"s\"; confidence = \"verified\"; }\n"
    ");\n";

struct rig {
	struct state *state;
	struct buffer blob[BLOBS];
	struct hash   name[BLOBS];
	size_t        blobs;
	int64_t       now_ms;
	struct plan  *plan;
};

static enum err
rig_blob(void *arg, struct hash hash, struct buffer *out, struct why *why)
{
	struct rig *rig = arg;

	for (size_t i = 0; i < rig->blobs; i++)
		if (hash_equal(rig->name[i], hash)) {
			buffer_reset(out);
			buffer_put(out, rig->blob[i].at, rig->blob[i].len);
			return ERR_OK;
		}
	return why_set(why, ERR_NOT_FOUND, "no such blob");
}

static struct hash
rig_keep(struct rig *rig, struct bytes octets)
{
	assert_true(rig->blobs < BLOBS);
	buffer_put(&rig->blob[rig->blobs], octets.at, octets.len);
	rig->name[rig->blobs] = hash_of(octets);
	return rig->name[rig->blobs++];
}

static void
rig_put(struct rig *rig, struct record *record)
{
	struct blob_source source = { rig_blob, rig };
	struct why why;

	record->recorded_ms = rig->now_ms;
	if (record->observed_ms == 0)
		record->observed_ms = rig->now_ms;
	assert_int_equal(fold_apply(rig->state, record, ERR_OK, &source, &why), ERR_OK);
}

static void
target_make(struct plan *plan, uint32_t at, const char *name, uint32_t instance,
    const char *probe)
{
	small_target(plan, at, name, instance);
	plan->target[at].probe = probe;
}

static struct plan *
rig_plan(const char *pack_hash)
{
	struct plan *plan = small_plan();
	static struct plan_option wire = { "wire", "amf-1-tls" };

	plan->sites = 2;
	plan->site = plan_array(plan, 2, sizeof(plan->site[0]));
	plan->site[0] = (struct plan_site){ .name = "tokyo", .provider = "aws",
	    .region = "ap-northeast-1", .jurisdiction = "JP" };
	plan->site[1] = (struct plan_site){ .name = "osaka", .provider = "aws",
	    .region = "ap-northeast-3", .jurisdiction = "JP" };
	plan->instances = INSTANCES;
	plan->instance = plan_array(plan, INSTANCES, sizeof(plan->instance[0]));
	plan->instance[0] = (struct plan_instance){ .name = "amf-1", .function = FUNCTION_CONTROL,
	    .data = 1 };
	plan->instance[1] = (struct plan_instance){ .name = "amf-2", .function = FUNCTION_CONTROL,
	    .site = 1 };
	plan->instance[2] = (struct plan_instance){ .name = "udm-1",
	    .function = FUNCTION_SUBSCRIBER, .data = 1 };
	plan->instance[3] = (struct plan_instance){ .name = "udm-2", .site = 1,
	    .function = FUNCTION_SUBSCRIBER };
	plan->targets = TARGETS;
	plan->target = plan_array(plan, TARGETS, sizeof(plan->target[0]));
	target_make(plan, 0, "amf-1-tls", 0, "tls");
	target_make(plan, 1, "amf-1-key", 0, "token");
	plan->target[1].option = &wire;
	plan->target[1].options = 1;
	target_make(plan, 2, "amf-2-tls", 1, "tls");
	target_make(plan, 3, "udm-1-tls", 2, "tls");
	target_make(plan, 4, "udm-2-tls", 3, "tls");
	target_make(plan, 5, "udm-2-tcp", 3, "tcp");
	plan->classes = 1;
	plan->class = plan_array(plan, 1, sizeof(plan->class[0]));
	plan->class[0] = (struct plan_class){ .name = "subscriber",
	    .regions = "aws/ap-northeast-1, aws/ap-northeast-3", .jurisdictions = "JP" };
	plan->packs = 1;
	plan->pack = plan_array(plan, 1, sizeof(plan->pack[0]));
	plan->pack[0] = (struct plan_pack){ .path = "/p/t.pack", .hash = pack_hash };
	return plan;
}

static void
rig_config(struct rig *rig)
{
	struct record record = { .kind = RECORD_CONFIG, .role = ROLE_LEDGER };
	struct buffer octets = { 0 };

	plan_encode(&octets, rig->plan);
	record.config.plan = rig_keep(rig, bytes_of_buffer(&octets));
	record.config.cause = bytes_of_text("start");
	rig_put(rig, &record);
	buffer_free(&octets);
	record = (struct record){ .kind = RECORD_SELF, .role = ROLE_WORKER, .index = 0 };
	rig_put(rig, &record);
}

static struct rig *
rig_new(void)
{
	struct rig *rig = memory_new(1, sizeof(*rig));
	static char hex[HASH_TEXT];

	rig->state = state_new();
	rig->now_ms = BEGIN;
	hash_text(rig_keep(rig, bytes_of_text(test_pack)), hex);
	rig->plan = rig_plan(hex);
	rig_config(rig);
	return rig;
}

static void
rig_free(struct rig *rig)
{
	for (size_t i = 0; i < rig->blobs; i++)
		buffer_free(&rig->blob[i]);
	state_free(rig->state);
	plan_free(rig->plan);
	free(rig);
}

struct seen {
	const char *version, *place;
	bool        trusted, key, ssh;	/* ssh: spki is that of a host key */
	int64_t     expiry_ms;
	uint8_t     spki;		/* first octet of the hash; 0: none */
	enum outcome outcome;
};

static void
observe(struct rig *rig, uint64_t id, struct seen seen)
{
	struct fact_set *set = memory_new(1, sizeof(*set));
	struct record record = { .kind = RECORD_OBSERVATION, .role = ROLE_WORKER };
	struct hash spki = { { seen.spki } };
	struct buffer facts = { 0 };

	if (seen.version != NULL) {
		fact_set_text(set, FACT_TLS_VERSION, bytes_of_text(seen.version));
		fact_set_flag(set, FACT_TLS_TRUSTED, seen.trusted);
		fact_set_time(set, FACT_TLS_EXPIRY, seen.expiry_ms);
	}
	if (seen.spki != 0)
		fact_set_hash(set, seen.key ? FACT_KEY_SPKI : seen.ssh ? FACT_SSH_HOSTKEY_SPKI :
		    FACT_TLS_SPKI, spki);
	if (seen.key)
		fact_set_flag(set, FACT_KEY_SIGNED, true);
	if (seen.place != NULL)
		fact_set_text(set, FACT_LOC_OBSERVED, bytes_of_text(seen.place));
	fact_set_write(set, FACTS_ALL, &facts);
	record.observation = (struct record_observation){ .target = id, .replicas = 1,
	    .outcome = seen.outcome != 0 ? seen.outcome : OUTCOME_UP,
	    .facts = bytes_of_buffer(&facts) };
	rig->now_ms += 100;
	rig_put(rig, &record);
	buffer_free(&facts);
	fact_set_free(set);
	free(set);
}

static void
tick(struct rig *rig, int64_t ms)
{
	struct record record = { .kind = RECORD_TICK, .role = ROLE_LEDGER };

	rig->now_ms += ms;
	rig_put(rig, &record);
}

static enum verdict
verdict_of(const struct rig *rig, const char *control, const char *subject)
{
	const struct judgement *j = judgement_of(rig->state);
	uint32_t c = judgement_find(j, control);
	struct subject found;

	assert_true(c != UINT32_MAX);
	assert_true(judgement_subject_find(j, subject, &found));
	return judgement_finding(j, c, found.index).verdict;
}

#define NOW_GOOD(rig) ((struct seen){ .version = "TLSv1.3", .trusted = true, \
	.expiry_ms = (rig)->now_ms + INT64_C(90) * 86400 * SECOND, .spki = 7, \
	.place = "aws/ap-northeast-1" })

static void
facts_decide(void **unused)
{
	struct rig *rig = rig_new();
	struct seen seen = NOW_GOOD(rig);

	(void)unused;
	assert_int_equal(verdict_of(rig, "T-1", "target:amf-1-tls"), VERDICT_UNKNOWN);
	assert_int_equal(verdict_of(rig, "T-1", "target:udm-2-tcp"), VERDICT_NOT_APPLICABLE);
	observe(rig, 1, seen);
	assert_int_equal(verdict_of(rig, "T-1", "target:amf-1-tls"), VERDICT_MET);
	seen.version = "TLSv1";
	observe(rig, 1, seen);
	assert_int_equal(verdict_of(rig, "T-1", "target:amf-1-tls"), VERDICT_NOT_MET);
	assert_int_equal(judgement_changes(judgement_of(rig->state)), 1);
	assert_string_equal(judgement_change(judgement_of(rig->state), 0)->subject,
	    "target:amf-1-tls");
	assert_int_equal(judgement_verdict(judgement_of(rig->state),
	    judgement_find(judgement_of(rig->state), "T-9")), VERDICT_UNKNOWN);
	rig_free(rig);
}

static void
silence_is_unknown(void **unused)
{
	struct rig *rig = rig_new();

	(void)unused;
	observe(rig, 1, NOW_GOOD(rig));
	assert_int_equal(verdict_of(rig, "T-1", "target:amf-1-tls"), VERDICT_MET);
	tick(rig, 61 * SECOND);
	assert_int_equal(verdict_of(rig, "T-1", "target:amf-1-tls"), VERDICT_UNKNOWN);
	rig_free(rig);
}

static void
time_alone_decides(void **unused)
{
	struct rig *rig = rig_new();
	struct seen seen = NOW_GOOD(rig);

	(void)unused;
	seen.expiry_ms = rig->now_ms + INT64_C(30) * 86400 * SECOND + 20 * SECOND;
	observe(rig, 1, seen);
	assert_int_equal(verdict_of(rig, "T-2", "target:amf-1-tls"), VERDICT_MET);
	tick(rig, 10 * SECOND);
	assert_int_equal(verdict_of(rig, "T-2", "target:amf-1-tls"), VERDICT_MET);
	tick(rig, 10 * SECOND);
	assert_int_equal(verdict_of(rig, "T-2", "target:amf-1-tls"), VERDICT_NOT_MET);
	rig_free(rig);
}

static void
key_is_held_against_the_wire(void **unused)
{
	struct rig *rig = rig_new();
	struct seen key = { .key = true, .spki = 7 }, wire = NOW_GOOD(rig);

	(void)unused;
	observe(rig, 2, key);
	assert_int_equal(verdict_of(rig, "T-3", "key:amf-1-key"), VERDICT_UNKNOWN);
	observe(rig, 1, wire);
	assert_int_equal(verdict_of(rig, "T-3", "key:amf-1-key"), VERDICT_MET);
	wire.spki = 9;
	observe(rig, 1, wire);
	assert_int_equal(verdict_of(rig, "T-3", "key:amf-1-key"), VERDICT_NOT_MET);
	wire = (struct seen){ .ssh = true, .spki = 7 };
	observe(rig, 1, wire);
	assert_int_equal(verdict_of(rig, "T-3", "key:amf-1-key"), VERDICT_MET);
	wire.spki = 8;
	observe(rig, 1, wire);
	assert_int_equal(verdict_of(rig, "T-3", "key:amf-1-key"), VERDICT_NOT_MET);
	tick(rig, 61 * SECOND);
	assert_int_equal(verdict_of(rig, "T-3", "key:amf-1-key"), VERDICT_UNKNOWN);
	rig_free(rig);
}

static void
place_is_held_against_what_was_declared(void **unused)
{
	struct rig *rig = rig_new();
	struct seen seen = NOW_GOOD(rig);

	(void)unused;
	observe(rig, 1, seen);
	assert_int_equal(verdict_of(rig, "T-4", "target:amf-1-tls"), VERDICT_MET);
	seen.place = "aws/ap-southeast-1";
	observe(rig, 1, seen);
	assert_int_equal(verdict_of(rig, "T-4", "target:amf-1-tls"), VERDICT_NOT_MET);
	seen.place = NULL;
	observe(rig, 1, seen);
	assert_int_equal(verdict_of(rig, "T-4", "target:amf-1-tls"), VERDICT_NOT_APPLICABLE);
	rig_free(rig);
}

static void
quantifiers_count_what_changes(void **unused)
{
	struct rig *rig = rig_new();
	struct seen bad = NOW_GOOD(rig);

	(void)unused;
	bad.trusted = false;
	assert_int_equal(verdict_of(rig, "T-5", "site:tokyo"), VERDICT_UNKNOWN);
	observe(rig, 1, NOW_GOOD(rig));
	assert_int_equal(verdict_of(rig, "T-5", "site:tokyo"), VERDICT_UNKNOWN);
	observe(rig, 4, NOW_GOOD(rig));
	assert_int_equal(verdict_of(rig, "T-5", "site:tokyo"), VERDICT_MET);
	assert_int_equal(verdict_of(rig, "T-8", "carrier"), VERDICT_UNKNOWN);
	observe(rig, 4, bad);
	assert_int_equal(verdict_of(rig, "T-5", "site:tokyo"), VERDICT_NOT_MET);
	assert_int_equal(verdict_of(rig, "T-8", "carrier"), VERDICT_NOT_MET);
	rig_free(rig);
}

static void
functions_need_their_sites(void **unused)
{
	struct rig *rig = rig_new();
	struct seen key = { .key = true, .spki = 7 };

	(void)unused;
	assert_int_equal(verdict_of(rig, "T-6", "function:oam"), VERDICT_NOT_APPLICABLE);
	/* Nobody was heard of yet: both may be up. */
	assert_int_equal(verdict_of(rig, "T-6", "function:control"), VERDICT_UNKNOWN);
	observe(rig, 1, NOW_GOOD(rig));
	observe(rig, 2, key);
	observe(rig, 3, NOW_GOOD(rig));
	assert_int_equal(verdict_of(rig, "T-6", "function:control"), VERDICT_MET);
	observe(rig, 3, (struct seen){ .outcome = OUTCOME_DOWN });
	observe(rig, 3, (struct seen){ .outcome = OUTCOME_DOWN });
	assert_int_equal(verdict_of(rig, "T-6", "function:control"), VERDICT_NOT_MET);
	rig_free(rig);
}

static void
documents_are_declared_and_age(void **unused)
{
	struct rig *rig = rig_new();

	(void)unused;
	assert_int_equal(verdict_of(rig, "T-7", "carrier"), VERDICT_UNKNOWN);
	rig->plan->documents = 1;
	rig->plan->document = plan_array(rig->plan, 1, sizeof(rig->plan->document[0]));
	rig->plan->document[0] = (struct plan_document){ .id = "plan",
	    .date_ms = rig->now_ms - INT64_C(364) * 86400 * SECOND };
	rig->plan->declarations = 1;
	rig->plan->declaration = plan_array(rig->plan, 1, sizeof(rig->plan->declaration[0]));
	rig->plan->declaration[0] = (struct plan_declaration){ .id = "audit", .value = "true" };
	rig_config(rig);
	assert_int_equal(verdict_of(rig, "T-7", "carrier"), VERDICT_MET);
	tick(rig, INT64_C(2) * 86400 * SECOND);
	assert_int_equal(verdict_of(rig, "T-7", "carrier"), VERDICT_NOT_MET);
	/* A date that lies ahead is not recent. */
	rig->plan->document[0].date_ms = rig->now_ms + INT64_C(86400) * SECOND;
	rig_config(rig);
	assert_int_equal(verdict_of(rig, "T-7", "carrier"), VERDICT_UNKNOWN);
	tick(rig, INT64_C(86400) * SECOND);
	assert_int_equal(verdict_of(rig, "T-7", "carrier"), VERDICT_MET);
	rig_free(rig);
}

static uint64_t
waive(struct rig *rig, uint64_t step, uint64_t number, uint64_t uid, int64_t until_ms)
{
	struct record record = { .kind = RECORD_WAIVER, .role = ROLE_ENGINE };
	uint64_t seq = rig->state->size;

	record.waiver = (struct record_waiver){ .step = step, .waiver = number, .uid = uid,
	    .author = bytes_of_text(uid == 1 ? "one" : "two"), .until = until_ms,
	    .control = bytes_of_text("T-1"), .subject = bytes_of_text("target:amf-1-tls") };
	rig->now_ms += 10;
	rig_put(rig, &record);
	return seq;
}

static void
waivers_take_two_and_end(void **unused)
{
	struct rig *rig = rig_new();
	struct seen seen = NOW_GOOD(rig);
	uint64_t asked;

	(void)unused;
	seen.version = "TLSv1";
	observe(rig, 1, seen);
	asked = waive(rig, WAIVER_ASKED, 0, 1, rig->now_ms + 30 * SECOND);
	assert_int_equal(verdict_of(rig, "T-1", "target:amf-1-tls"), VERDICT_NOT_MET);
	(void)waive(rig, WAIVER_AGREED, asked, 1, 0);	/* by who asked: none */
	assert_int_equal(verdict_of(rig, "T-1", "target:amf-1-tls"), VERDICT_NOT_MET);
	(void)waive(rig, WAIVER_AGREED, asked, 2, 0);
	assert_int_equal(verdict_of(rig, "T-1", "target:amf-1-tls"), VERDICT_WAIVED);
	assert_int_equal(judgement_waiver(judgement_of(rig->state), 0)->step, WAIVER_AGREED);
	tick(rig, 29 * SECOND);
	assert_int_equal(verdict_of(rig, "T-1", "target:amf-1-tls"), VERDICT_WAIVED);
	tick(rig, 2 * SECOND);
	assert_int_equal(verdict_of(rig, "T-1", "target:amf-1-tls"), VERDICT_NOT_MET);
	assert_int_equal(judgement_waiver(judgement_of(rig->state), 0)->step, WAIVER_ENDED);
	/* Agreed to at the moment it ends: none. */
	asked = waive(rig, WAIVER_ASKED, 0, 1, rig->now_ms + 20);
	(void)waive(rig, WAIVER_AGREED, asked, 2, 0);
	assert_int_equal(verdict_of(rig, "T-1", "target:amf-1-tls"), VERDICT_NOT_MET);
	rig_free(rig);
}

static void
hash_is_the_same_however_it_was_reached(void **unused)
{
	static const char *const versions[] = { "TLSv1", "TLSv1.2", "TLSv1.3" };
	static const char *const places[] = { NULL, "aws/ap-northeast-1", "aws/us-east-1" };
	struct rig *rig = rig_new();
	struct blob_source source = { rig_blob, rig };
	uint32_t random = 12345;
	struct why why;

	(void)unused;
	for (int turn = 0; turn < 600; turn++) {
		struct seen seen = NOW_GOOD(rig);
		struct buffer octets = { 0 }, judged = { 0 };
		struct state *again = NULL;
		struct hash before;

		random = random * 1664525 + 1013904223;
		seen.version = versions[random >> 8 & 1 ? 2 : (random >> 9) % 3];
		seen.trusted = (random >> 12 & 3) != 0;
		seen.place = places[(random >> 14) % 3];
		seen.spki = (uint8_t)(7 + (random >> 16) % 2);
		seen.key = random >> 24 == 2;
		seen.outcome = (random >> 18 & 7) == 0 ? OUTCOME_DOWN : OUTCOME_UP;
		observe(rig, 1 + (random >> 20) % TARGETS, seen);
		if (turn % 37 == 0)
			tick(rig, 70 * SECOND);
		if (turn == 200)
			(void)waive(rig, WAIVER_ASKED, 0, 1, rig->now_ms + 3600 * SECOND);
		if (turn == 300)
			rig_config(rig);
		if (turn % 20 != 0)
			continue;
		before = judgement_hash(rig->state);
		state_encode(&octets, rig->state);
		judgement_encode(&judged, rig->state);
		assert_int_equal(state_decode(bytes_of_buffer(&octets), &again, &why), ERR_OK);
		assert_int_equal(judgement_restore(again, bytes_of_buffer(&judged), &source, &why),
		    ERR_OK);
		assert_true(hash_equal(judgement_hash(again), before));
		if (turn % 40 == 0) {
			state_free(rig->state);
			rig->state = again;
		} else {
			/* A copy that goes on leaves the first as it was. */
			struct state *first = rig->state;

			state_free(again);
			rig->state = state_copy(first);
			observe(rig, 3, seen);
			tick(rig, 100 * SECOND);
			assert_true(hash_equal(judgement_hash(first), before));
			state_free(rig->state);
			rig->state = first;
		}
		buffer_free(&octets);
		buffer_free(&judged);
	}
	rig_free(rig);
}

static void
octets_of_another_plan_are_refused(void **unused)
{
	struct rig *rig = rig_new();
	struct blob_source source = { rig_blob, rig };
	struct buffer judged = { 0 };
	struct why why;

	(void)unused;
	judgement_encode(&judged, rig->state);
	for (size_t i = 0; i < judged.len && i < 400; i++) {
		struct buffer broken = { 0 };

		buffer_put(&broken, judged.at, judged.len);
		broken.at[i] ^= 0x41;
		/* Whatever it says, it neither crashes nor leaves half a judgement. */
		(void)!judgement_restore(rig->state, bytes_of_buffer(&broken), &source, &why);
		assert_non_null(judgement_of(rig->state));
		buffer_free(&broken);
	}
	assert_int_not_equal(judgement_restore(rig->state, bytes_of(judged.at, judged.len - 1),
	    &source, &why), ERR_OK);
	assert_int_not_equal(judgement_restore(rig->state, bytes_of(NULL, 0), &source, &why),
	    ERR_OK);
	buffer_free(&judged);
	rig_free(rig);
}

static void
a_pack_that_cannot_be_had_is_set_aside(void **unused)
{
	struct rig *rig = rig_new();

	(void)unused;
	rig->plan->pack[0].hash =
	    "00000000000000000000000000000000000000000000000000000000000000ff";
	rig_config(rig);
	assert_int_equal(judgement_packs(judgement_of(rig->state)), 1);
	assert_null(judgement_pack(judgement_of(rig->state), 0));
	assert_string_equal(judgement_pack_fault(judgement_of(rig->state), 0), "no such blob");
	assert_int_equal(judgement_controls(judgement_of(rig->state)), 0);
	tick(rig, SECOND);
	rig_free(rig);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(facts_decide),
		cmocka_unit_test(silence_is_unknown),
		cmocka_unit_test(time_alone_decides),
		cmocka_unit_test(key_is_held_against_the_wire),
		cmocka_unit_test(place_is_held_against_what_was_declared),
		cmocka_unit_test(quantifiers_count_what_changes),
		cmocka_unit_test(functions_need_their_sites),
		cmocka_unit_test(documents_are_declared_and_age),
		cmocka_unit_test(waivers_take_two_and_end),
		cmocka_unit_test(hash_is_the_same_however_it_was_reached),
		cmocka_unit_test(octets_of_another_plan_are_refused),
		cmocka_unit_test(a_pack_that_cannot_be_had_is_set_aside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
