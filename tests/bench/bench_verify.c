/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long a stranger waits: a filing of 500 instances whose bundle holds 10,000 records, every
 * verdict of all shipped packs, and a certificate chain for each of 2,500 targets; exported, and
 * verified from its folder.  The same records without claims beside it.
 */
#include <glob.h>
#include <sys/resource.h>
#include <unistd.h>

#include "monitor/base/clock.h"
#include "monitor/base/file.h"
#include "monitor/replay/replay.h"
#include "reports/verify.h"
#include "tests/unit/claims_of.h"
#include "tests/unit/world.h"

enum { SITES = 50, INSTANCES = 500, PER = 5, ROUNDS = 4, WORKERS = 4 };
enum { TARGETS = INSTANCES * PER };

struct bench {
	struct world  *world;		/* for its key */
	struct ledger *ledger;
	struct authority authority;
	struct plan   *plan;
	struct hash   *chain, *spki;	/* by target */
	struct hash    pack[PLAN_PACK_MAX];
	int64_t        now_ms;
	char           folder[96];
};

static void
must(enum err err, const struct why *why)
{
	if (err == ERR_OK)
		return;
	fprintf(stderr, "bench_verify: %s\n", why->text);
	exit(1);
}

static void
row(const char *what, double value, const char *unit, const char *aim)
{
	printf("| %-58s | %12.2f %-10s | %-12s |\n", what, value, unit, aim);
	fflush(stdout);
}

static double
seconds(int64_t since_ns)
{
	return (double)(clock_monotonic_ns() - since_ns) / 1e9;
}

static void
add(struct bench *b, struct record record)
{
	struct why why;

	record.recorded_ms = b->now_ms;
	record.observed_ms = b->now_ms - 20;
	if (record.role == 0)
		record.role = ROLE_LEDGER;
	must(ledger_add(b->ledger, &record, &why), &why);
}

static const char *
name_of(struct plan *plan, const char *prefix, uint32_t number)
{
	char name[64];

	snprintf(name, sizeof(name), "%s-%u", prefix, number);
	return plan_text(plan, bytes_of_text(name));
}

static void
packs_add(struct bench *b)
{
	struct plan *plan = b->plan;
	struct why why;
	glob_t found;

	if (glob("monitor/state/packs/*.pack", 0, NULL, &found) != 0)
		must(ERR_NOT_FOUND, &(struct why){ .text = "no packs here" });
	plan->pack = plan_array(plan, found.gl_pathc, sizeof(*plan->pack));
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct buffer octets = { .max = BLOB_MAX };
		char hex[HASH_TEXT];
		struct hash hash;

		must(file_read(found.gl_pathv[i], BLOB_MAX, &octets, &why), &why);
		must(ledger_add_blob(b->ledger, bytes_of_buffer(&octets), &hash, &why), &why);
		b->pack[plan->packs] = hash;
		hash_text(hash, hex);
		plan->pack[plan->packs++] = (struct plan_pack){ .path = "pack", .id = "", .edition = "",
		    .hash = plan_text(plan, bytes_of_text(hex)) };
		buffer_free(&octets);
	}
	globfree(&found);
}

static void
plan_make(struct bench *b)
{
	struct plan *plan = b->plan = plan_new();

	plan->name = "bench";
	plan->workers = WORKERS;
	plan->group_wait_ms = plan->anchor_ms = plan->belief_ms = 60000;
	plan->site = plan_array(plan, SITES, sizeof(*plan->site));
	plan->instance = plan_array(plan, INSTANCES, sizeof(*plan->instance));
	plan->target = plan_array(plan, TARGETS, sizeof(*plan->target));
	plan->sites = SITES;
	plan->instances = INSTANCES;
	plan->targets = TARGETS;
	for (uint32_t i = 0; i < SITES; i++)
		plan->site[i] = (struct plan_site){ .name = name_of(plan, "site", i),
		    .provider = "aws", .region = name_of(plan, "region", i % 4),
		    .jurisdiction = "JP" };
	for (uint32_t i = 0; i < INSTANCES; i++)
		plan->instance[i] = (struct plan_instance){ .name = name_of(plan, "nf", i),
		    .site = i % SITES, .function = i % FUNCTION_COUNT, .nf = "AMF" };
	for (uint32_t i = 0; i < TARGETS; i++)
		plan->target[i] = (struct plan_target){ .id = i + 1, .name = name_of(plan, "t", i),
		    .instance = i / PER, .probe = "tls", .address = "192.0.2.1", .port = 443,
		    .interval_ms = 10000, .deadline_ms = 3000, .stale_ms = 3600000,
		    .fail_count = 2, .window = 3, .recover_count = 2 };
	packs_add(b);
}

static void
chains_make(struct bench *b)
{
	const int64_t valid[2] = { WORLD_BEGIN / 1000 - 100, WORLD_BEGIN / 1000 + 86400 * 90 };
	struct why why;

	b->chain = memory_new(TARGETS, sizeof(*b->chain));
	b->spki = memory_new(TARGETS, sizeof(*b->spki));
	for (uint32_t i = 0; i < TARGETS; i++) {
		EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
		X509 *made = authority_certificate("nf.example", key, b->authority.root,
		    b->authority.root_key, valid);
		unsigned char *der = NULL, *spki = NULL;
		struct buffer chain = { .max = 0 };
		int len, spki_len;

		X509_sign(made, b->authority.root_key, EVP_sha256());
		len = i2d_X509(made, &der);
		spki_len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(made), &spki);
		buffer_put_be(&chain, (uint64_t)len, 3);
		buffer_put(&chain, der, (size_t)len);
		b->spki[i] = hash_of(bytes_of(spki, (size_t)spki_len));
		must(ledger_add_blob(b->ledger, bytes_of_buffer(&chain), &b->chain[i], &why), &why);
		buffer_free(&chain);
		OPENSSL_free(der);
		OPENSSL_free(spki);
		X509_free(made);
		EVP_PKEY_free(key);
	}
}

static void
observe(struct bench *b, uint32_t target, int64_t turn, struct fact_set *facts)
{
	struct buffer map = { .max = 0 }, list = { .max = 0 };

	fact_set_reset(facts);
	fact_set_text(facts, FACT_TLS_VERSION, bytes_of_text("TLSv1.3"));
	fact_set_text(facts, FACT_TLS_SUITE, bytes_of_text("TLS_AES_256_GCM_SHA384"));
	fact_set_text(facts, FACT_TLS_KEY, bytes_of_text("EC secp256r1"));
	fact_set_time(facts, FACT_TLS_EXPIRY, WORLD_BEGIN + INT64_C(90) * 86400000);
	fact_set_hash(facts, FACT_TLS_CHAIN, b->chain[target]);
	fact_set_int(facts, FACT_TLS_CHAIN_LENGTH, 1);
	fact_set_hash(facts, FACT_TLS_SPKI, b->spki[target]);
	fact_set_flag(facts, FACT_TLS_TRUSTED, turn % 3 != 1);
	fact_set_flag(facts, FACT_TLS_NAME_MATCH, true);
	fact_set_text(facts, FACT_LOC_OBSERVED, bytes_of_text("aws/region-0"));
	fact_set_write(facts, FACTS_ALL, &map);
	add(b, (struct record){ .kind = RECORD_OBSERVATION, .role = ROLE_WORKER,
	    .index = plan_worker_of(b->plan, target + 1),
	    .observation = { .target = target + 1, .replicas = 1, .outcome = OUTCOME_UP,
	    .latency_us = 1200, .facts = bytes_of_buffer(&map),
	    .evidence = record_hashes(&list, &b->chain[target], 1) } });
	buffer_free(&map);
	buffer_free(&list);
}

static void
records_make(struct bench *b)
{
	struct fact_set *facts = memory_new(1, sizeof(*facts));
	struct buffer octets = { .max = 0 }, files = { .max = 0 };
	struct record record;
	struct why why;
	struct hash plan;

	must(record_decode(bytes_of_buffer(&b->world->record[0]), &record, &why), &why);
	must(ledger_add(b->ledger, &record, &why), &why);
	plan_encode(&octets, b->plan);
	must(ledger_add_blob(b->ledger, bytes_of_buffer(&octets), &plan, &why), &why);
	add(b, (struct record){ .kind = RECORD_CONFIG, .config = { .plan = plan,
	    .files = record_hashes(&files, b->pack, b->plan->packs),
	    .cause = bytes_of_text("start"), .targets = TARGETS } });
	for (uint64_t i = 0; i < WORKERS; i++)
		add(b, (struct record){ .kind = RECORD_SELF, .role = ROLE_WORKER, .index = i,
		    .self = { .version = bytes_of_text("bench"), .plan = plan } });
	for (int64_t turn = 0; turn < ROUNDS; turn++)
		for (uint32_t i = 0; i < TARGETS; i++) {
			b->now_ms += 7;
			observe(b, i, turn, facts);
		}
	must(ledger_commit(b->ledger, &why), &why);
	fact_set_free(facts);
	free(facts);
	buffer_free(&octets);
	buffer_free(&files);
}

static void
sign(struct bench *b)
{
	struct checkpoint checkpoint = { .size = ledger_size(b->ledger) };
	struct buffer note = { .max = 0 };
	struct why why;

	snprintf(checkpoint.origin, sizeof(checkpoint.origin), "%s", WORLD_ORIGIN);
	must(ledger_root(b->ledger, checkpoint.size, &checkpoint.root, &why), &why);
	world_sign_note(b->world->key, &b->world->verifier, &checkpoint, &note);
	must(ledger_add_checkpoint(b->ledger, checkpoint.size, bytes_of_buffer(&note), &why), &why);
	buffer_free(&note);
}

static void
bench_begin(struct bench *b)
{
	char path[128];
	struct why why;

	*b = (struct bench){ .world = memory_new(1, sizeof(*b->world)), .now_ms = WORLD_BEGIN };
	snprintf(b->folder, sizeof(b->folder), "%s/bench-verify-XXXXXX", P_tmpdir);
	if (mkdtemp(b->folder) == NULL)
		exit(1);
	snprintf(path, sizeof(path), "%s/ledger.db", b->folder);
	b->world->now_ms = WORLD_BEGIN;
	world_key(b->world);
	b->authority = authority_make("bench", NULL, WORLD_BEGIN / 1000, WORLD_BEGIN / 1000 + 1000);
	must(ledger_create(path, &why), &why);
	must(ledger_open(&b->ledger, path, LEDGER_WRITE, &why), &why);
	plan_make(b);
	chains_make(b);
	records_make(b);
	sign(b);
}

static void
bench_end(struct bench *b)
{
	char command[160];

	snprintf(command, sizeof(command), "rm -rf '%s'", b->folder);
	if (system(command) != 0)
		exit(1);
	ledger_close(b->ledger);
	plan_free(b->plan);
	authority_free(&b->authority);
	world_free(b->world);
	free(b->chain);
	free(b->spki);
}

/* --- the figures -------------------------------------------------------------------------- */

struct counted { size_t proved, others; };

static void
on_claim(void *arg, enum claim_kind claim, enum shown verdict, const char *text)
{
	struct counted *counted = arg;

	if (claim == CLAIM_JUDGED && verdict == SHOWN_PROVED)
		counted->proved++;
	else if (claim == CLAIM_JUDGED && counted->others++ == 0)
		fprintf(stderr, "bench_verify: %s\n", text);
}

static void
on_item(void *arg, const struct audit_item *item)
{
	(void)arg, (void)item;
}

static double
verify(const struct bench *b, const char *path, size_t verdicts)
{
	struct verify_options how = { .key = &b->world->verifier };
	struct counted counted = { .proved = 0 };
	struct verify_teller teller = { on_claim, on_item, &counted };
	int64_t begun = clock_monotonic_ns();
	struct bundle_folder *folder;
	struct bundle_octets octets;
	struct verify_result result;
	struct why why;
	double took;

	must(bundle_folder_open(path, &folder, &octets, &why), &why);
	must(verify_bundle(&octets, &how, &teller, &result, &why), &why);
	must(bundle_folder_rest(folder, &why), &why);
	took = seconds(begun);
	bundle_folder_close(folder);
	if (counted.proved != verdicts || counted.others != 0)
		must(ERR_MISMATCH, &(struct why){ .text = "not every verdict is proved" });
	return took;
}

static void
one_bundle(struct bench *b, const char *name, const struct bundle_order *order, bool filing)
{
	char path[128], what[128];
	int64_t begun = clock_monotonic_ns();
	struct why why;

	snprintf(path, sizeof(path), "%s/%s", b->folder, name);
	must(filing ? bundle_export_filing(b->ledger, order, path, &why) :
	    bundle_export(b->ledger, order, path, &why), &why);
	snprintf(what, sizeof(what), "export: %s, %zu claims", name, order->claims);
	row(what, seconds(begun), "s", "-");
	snprintf(what, sizeof(what), "verify: %s, %u records, %zu claims", name,
	    (unsigned)(order->to - order->from), order->claims);
	row(what, verify(b, path, order->claims), "s", "< 2 s");
}

int
main(void)
{
	struct bundle_order order = { .from = 0 };
	struct replay *replay;
	struct claims_of made;
	struct rusage usage;
	struct bench b;
	struct why why;

	bench_begin(&b);
	order.to = ledger_size(b.ledger);
	one_bundle(&b, "plain", &order, false);
	must(replay_open(&replay, b.ledger, NULL, &why), &why);
	must(replay_to_size(replay, order.to, &why), &why);
	claims_of_state(&made, replay_state(replay), 0);
	order.claim = made.claim;
	order.claims = made.claims;
	one_bundle(&b, "filing", &order, true);
	/* The same, but the range is its last record: what judges lies in the context. */
	order.from = order.to - 1;
	one_bundle(&b, "short-range", &order, true);
	getrusage(RUSAGE_SELF, &usage);
	row("memory at most, of all of it", (double)usage.ru_maxrss / 1024, "MB", "-");
	claims_of_free(&made);
	replay_close(replay);
	bench_end(&b);
	return 0;
}
