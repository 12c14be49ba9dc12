/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a filing costs: 500 instances on 20 third-party sites, 2,000 targets, every shipped pack;
 * the model, then each format.  HTML is to take under 2 s in all.
 */
#include <glob.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "monitor/base/clock.h"
#include "monitor/base/file.h"
#include "reports/filing.h"
#include "reports/filing_claims.h"

enum { SITES = 20, INSTANCES = 500, TARGETS = 2000, PACKS_MAX = 64, RECORDS_BLOBS = 80 };
#define BEGIN INT64_C(1795000000000)

struct shelf { struct buffer blob[RECORDS_BLOBS]; size_t blobs; };

static void
must(enum err err, const struct why *why)
{
	if (err == ERR_OK)
		return;
	fprintf(stderr, "bench_filing: %s\n", why->text);
	exit(1);
}

static const char *
keep(struct shelf *shelf, struct plan *plan, struct bytes octets)
{
	char hex[HASH_TEXT];

	buffer_put(&shelf->blob[shelf->blobs++], octets.at, octets.len);
	hash_text(hash_of(octets), hex);
	return plan_text(plan, bytes_of_text(hex));
}

static enum err
get(void *arg, struct hash hash, struct buffer *out, struct why *why)
{
	struct shelf *shelf = arg;

	for (size_t i = 0; i < shelf->blobs; i++)
		if (hash_equal(hash_of(bytes_of_buffer(&shelf->blob[i])), hash)) {
			buffer_reset(out);
			buffer_put(out, shelf->blob[i].at, shelf->blob[i].len);
			return ERR_OK;
		}
	return why_set(why, ERR_NOT_FOUND, "no such blob");
}

static const char *
numbered(struct plan *plan, const char *name, uint32_t number)
{
	char text[64];

	snprintf(text, sizeof(text), "%s-%u", name, number);
	return plan_text(plan, bytes_of_text(text));
}

static void
add_packs(struct plan *plan, struct shelf *shelf)
{
	glob_t found;
	struct why why = { .text = "no packs" };

	must(glob("monitor/state/packs/*.pack", 0, NULL, &found) == 0 ? ERR_OK : ERR_NOT_FOUND,
	    &why);
	plan->pack = plan_array(plan, found.gl_pathc, sizeof(*plan->pack));
	for (size_t i = 0; i < found.gl_pathc && i < PACKS_MAX; i++) {
		struct buffer octets = { .max = 0 };

		must(file_read(found.gl_pathv[i], BLOB_MAX, &octets, &why), &why);
		plan->pack[plan->packs++] = (struct plan_pack){
			.path = plan_text(plan, bytes_of_text(found.gl_pathv[i])),
			.hash = keep(shelf, plan, bytes_of_buffer(&octets)) };
		buffer_free(&octets);
	}
	globfree(&found);
}

static void
add_network(struct plan *plan)
{
	static const char *const probes[] = { "tls", "sbi", "token", "snmp" };

	plan->sites = SITES;
	plan->site = plan_array(plan, SITES, sizeof(*plan->site));
	for (uint32_t i = 0; i < SITES; i++)
		plan->site[i] = (struct plan_site){ .name = numbered(plan, "site", i), .title = "",
			.title_ja = "", .provider = i % 2 == 0 ? "cloud-a" : "cloud-b",
			.jurisdiction = "JP", .region = numbered(plan, "region", i / 2), .zone = "a",
			.provider_name = "Cloud, Inc.", .provider_country = "US" };
	plan->instances = INSTANCES;
	plan->instance = plan_array(plan, INSTANCES, sizeof(*plan->instance));
	for (uint32_t i = 0; i < INSTANCES; i++)
		plan->instance[i] = (struct plan_instance){ .name = numbered(plan, "nf", i),
			.title = "", .title_ja = "", .function = (enum function)(i / SITES % 4),
			.site = i % SITES, .nf = "AMF", .version = "3.1", .service = "Compute",
			.model = "IaaS shared", .replica_set = numbered(plan, "set", i / 2) };
	plan->targets = TARGETS;
	plan->target = plan_array(plan, TARGETS, sizeof(*plan->target));
	for (uint32_t i = 0; i < TARGETS; i++)
		plan->target[i] = (struct plan_target){ .id = i + 1,
			.name = numbered(plan, "target", i), .instance = i / 4, .probe = probes[i % 4],
			.address = "192.0.2.1", .port = 443, .interval_ms = 30000,
			.deadline_ms = 5000, .stale_ms = 3600000, .fail_count = 2, .window = 3,
			.recover_count = 2 };
}

static struct record
config_of(struct plan *plan, struct shelf *shelf)
{
	struct record record = { .kind = RECORD_CONFIG, .role = ROLE_LEDGER };
	struct buffer octets = { .max = STATE_MAX };

	plan_encode(&octets, plan);
	record.config.plan = hash_of(bytes_of_buffer(&octets));
	keep(shelf, plan, bytes_of_buffer(&octets));
	record.config.source = record.config.plan;
	record.config.cause = bytes_of_text("start");
	record.config.targets = plan->targets;
	buffer_free(&octets);
	return record;
}

static void
facts_of(struct fact_set *facts, uint32_t target)
{
	char region[32];

	snprintf(region, sizeof(region), "cloud-a/region-%u", target / 4 % SITES / 2);
	fact_set_reset(facts);
	fact_set_text(facts, FACT_TLS_VERSION, bytes_of_text(target % 50 == 0 ? "TLS1.2" : "TLS1.3"));
	fact_set_text(facts, FACT_TLS_SUITE, bytes_of_text("TLS_AES_256_GCM_SHA384"));
	fact_set_flag(facts, FACT_TLS_TRUSTED, true);
	fact_set_flag(facts, FACT_TLS_NAME_MATCH, true);
	fact_set_hash(facts, FACT_TLS_SPKI, hash_of(bytes_of(&target, sizeof(target))));
	fact_set_time(facts, FACT_TLS_EXPIRY, BEGIN + INT64_C(86400000) * (30 + target % 300));
	fact_set_text(facts, FACT_LOC_OBSERVED, bytes_of_text(region));
	fact_set_text(facts, FACT_LOC_OBSERVED_PROVIDER, bytes_of_text("cloud-a"));
}

static void
apply(struct state *state, struct record record, struct blob_source *blobs)
{
	struct buffer octets = { .max = 0 };
	struct why why = { .text = "" };

	record.recorded_ms = record.observed_ms = BEGIN + (int64_t)state->size * 10;
	record_encode(&octets, &record);
	must(record_decode(bytes_of_buffer(&octets), &record, &why), &why);
	must(fold_apply(state, &record, ERR_OK, blobs, &why), &why);
	buffer_free(&octets);
}

static void
make_world(struct state *state, struct shelf *shelf)
{
	struct blob_source blobs = { .get = get, .arg = shelf };
	struct record self = { .kind = RECORD_SELF, .role = ROLE_WORKER };
	struct fact_set facts = { .count = 0 };
	struct buffer map = { .max = 0 };
	struct plan *plan = plan_new();

	plan->name = plan->name_ja = plan->vantage = plan->user = plan->newest_note = "";
	plan->workers = 1;
	plan->group_wait_ms = plan->anchor_ms = plan->belief_ms = 60000;
	add_network(plan);
	add_packs(plan, shelf);
	apply(state, config_of(plan, shelf), &blobs);
	apply(state, self, &blobs);
	for (uint32_t i = 0; i < TARGETS; i++) {
		struct record record = { .kind = RECORD_OBSERVATION, .role = ROLE_WORKER };

		facts_of(&facts, i);
		buffer_reset(&map);
		fact_set_write(&facts, FACTS_ALL, &map);
		record.observation = (struct record_observation){ .target = i + 1, .replicas = 1,
			.outcome = OUTCOME_UP, .facts = bytes_of_buffer(&map) };
		apply(state, record, &blobs);
	}
	fact_set_free(&facts);
	buffer_free(&map);
	plan_free(plan);
}

static double
seconds(int64_t since_ns)
{
	return (double)(clock_cpu_ns() - since_ns) / 1e9;
}

static void
row(const char *what, double value, const char *unit, const char *aim)
{
	printf("| %-46s | %10.3f %-9s | %-8s |\n", what, value, unit, aim);
	fflush(stdout);
}

static void
print(const struct filing *filing, const char *name, double model,
    void (*format)(const struct filing *, struct buffer *))
{
	struct buffer out = { .max = 0 };
	int64_t begun = clock_cpu_ns();
	char what[64];

	format(filing, &out);
	snprintf(what, sizeof(what), "%s, with the model", name);
	row(what, model + seconds(begun), "s", "< 2");
	snprintf(what, sizeof(what), "%s, size", name);
	row(what, (double)out.len / 1e6, "MB", out.failed ? "TOO LARGE" : "-");
	buffer_free(&out);
}

int
main(void)
{
	struct filing_source source = { .at_ms = BEGIN + 60000 };
	struct shelf *shelf = memory_new(1, sizeof(*shelf));
	struct state *state = state_new();
	struct buffer octets = { .max = 0 };
	struct filing_claims claims;
	struct filing *filing;
	struct form *form;
	struct why why;
	int64_t begun;
	double model;

	setlocale(LC_CTYPE, "C.UTF-8");
	must(file_read("reports/forms/self-check.form", FORM_OCTETS_MAX, &octets, &why), &why);
	must(form_read("self-check.form", bytes_of_buffer(&octets), &form, &why), &why);
	make_world(state, shelf);
	source.state = state;
	source.size = state->size;
	source.newest_ms = state->now_ms;
	begun = clock_cpu_ns();
	must(filing_make(&source, form, "en", &filing, &why), &why);
	model = seconds(begun);
	row("model: 500 instances, 2,000 targets, all packs", model, "s", "< 2");
	row("sheets", filing->sheets, "sheets", "-");
	row("findings that are met", filing->count[VERDICT_MET], "findings", "-");
	row("findings that are not", filing->count[VERDICT_NOT_MET], "findings", "-");
	row("findings that are unknown", filing->count[VERDICT_UNKNOWN], "findings", "-");
	print(filing, "HTML", model, filing_print_html);
	print(filing, "text", model, filing_print_text);
	print(filing, "JSON", model, filing_print_json);
	begun = clock_cpu_ns();
	filing_claims_make(filing, &claims);
	row("claims", seconds(begun), "s", "-");
	row("claims", claims.claims, "claims", "-");
	filing_claims_free(&claims);
	form_free(form);
	state_free(state);
	for (size_t i = 0; i < shelf->blobs; i++)
		buffer_free(&shelf->blob[i]);
	free(shelf);
	buffer_free(&octets);
	return 0;
}
