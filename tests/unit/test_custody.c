/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Custody of keys: what is declared against what is seen and proven, in each way that may go; who
 * holds a key against who hosts what it protects; and what people record of keys, which counts only
 * once somebody else agreed, whatever a writer says, before and after the state was read back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor/state/calendar.h"
#include "monitor/state/custody.h"
#include "monitor/state/judge.h"
#include "tests/unit/places_world.h"

#define CONTROL(id, condition) "{ id = \"" id "\"; clause = \"1\"; title = \"t\"; title_ja = \"t\";\n" \
	"requirement = \"r\"; level = \"mandatory\"; subject = \"custody\"; condition = \"" condition "\";\n" \
	"source = \"s\"; confidence = \"verified\"; }"

static const char pack[] =
    "pack = { id = \"t\"; edition = \"1\"; standard = \"T\"; standard_ja = \"T\"; };\ncontrols = (\n"
    CONTROL("AGREES", "custody.agrees in (\\\"proven\\\", \\\"observed\\\")") ",\n"
    CONTROL("APART", "custody.apart") ",\n"
    CONTROL("DUE", "until(custody.rotation_due) > 0s") ",\n"
    CONTROL("MADE", "known custody.ceremony") ",\n"
    CONTROL("GONE", "custody.destroyed") ",\n"
    CONTROL("PROVEN", "custody.module.proven == \\\"YubiHSM 2\\\"") "\n);\n";

enum { AKIRA = 7, YOKO = 8, NOBODY = 9 };

static struct places_world *
world_of(struct plan_key key)
{
	struct places_world *world = places_new(pack);

	key.name = "ki";
	if (key.kind == NULL)
		key.kind = "hsm";
	if (key.holder == NULL)
		key.holder = "carrier";
	if (key.protects == NULL)
		key.protects = "store:db, instance:udm-1";
	world->plan->key = plan_array(world->plan, world->plan->keys = 1, sizeof(key));
	world->plan->key[0] = key;
	places_config(world);
	return world;
}

static enum verdict
found(const struct places_world *world, const char *id)
{
	const struct judgement *j = judgement_of(world->state);

	if (judgement_pack(j, 0) == NULL)
		fail_msg("%s", judgement_pack_fault(j, 0));
	return judgement_finding(j, judgement_find(j, id), 0).verdict;
}

static struct custody
custody_of(const struct places_world *world)
{
	struct custody c;

	custody_make(&c, world->state, 0);
	return c;
}

/* --- declared against seen ------------------------------------------------------------------ */

#define ACCEPT "attest.verdict=accept;"
static const struct {
	struct plan_key key;
	const char *target, *facts;
	enum custody_item item;
	enum custody_why why;
	enum verdict agrees;
} seen[] = {
	{ { .module = "YubiHSM 2" }, "udm-hsm", ACCEPT "attest.model=YubiHSM 2", CUSTODY_MODULE,
	    CUSTODY_WHY_PART_PROVEN, VERDICT_MET },
	{ { .module = "Yubico YubiHSM 2" }, "udm-hsm", ACCEPT "attest.model=yubihsm-2", CUSTODY_MODULE,
	    CUSTODY_WHY_PART_PROVEN, VERDICT_MET },
	{ { .module = "Luna K7" }, "udm-hsm", ACCEPT "attest.model=YubiHSM 2", CUSTODY_MODULE,
	    CUSTODY_WHY_PART_PROVEN_OTHER, VERDICT_NOT_MET },
	{ { .module = "2" }, "udm-hsm", ACCEPT "attest.model=YubiHSM 2", CUSTODY_MODULE,
	    CUSTODY_WHY_PART_PROVEN_OTHER, VERDICT_NOT_MET },
	{ { .module = "YubiHSM 2" }, "udm-hsm", "attest.verdict=reject;attest.model=YubiHSM 2", CUSTODY_MODULE,
	    CUSTODY_WHY_PART_SAID, VERDICT_UNKNOWN },
	{ { .module = "SoftHSM v2" }, "udm-hsm", "token.model=SoftHSM v2", CUSTODY_MODULE,
	    CUSTODY_WHY_PART_TOLD, VERDICT_MET },
	{ { .module = "YubiHSM 2" }, "udm-hsm", "token.model=SoftHSM v2", CUSTODY_MODULE,
	    CUSTODY_WHY_PART_TOLD_OTHER, VERDICT_NOT_MET },
	{ { .module = "" }, "udm-hsm", ACCEPT "attest.model=YubiHSM 2", CUSTODY_MODULE,
	    CUSTODY_WHY_PART_UNSAID, VERDICT_UNKNOWN },
	{ { .firmware = "2.4.0" }, "udm-hsm", ACCEPT "attest.firmware=2.4.0", CUSTODY_FIRMWARE,
	    CUSTODY_WHY_PART_PROVEN, VERDICT_MET },
	{ { .firmware = "2.4" }, "udm-hsm", ACCEPT "attest.firmware=2.4.0", CUSTODY_FIRMWARE,
	    CUSTODY_WHY_PART_PROVEN_OTHER, VERDICT_NOT_MET },
	{ { .firmware = "24.0" }, "udm-hsm", ACCEPT "attest.firmware=2.4.0", CUSTODY_FIRMWARE,
	    CUSTODY_WHY_PART_PROVEN_OTHER, VERDICT_NOT_MET },
	{ { .module = "YubiHSM 2" }, "udm-hsm", ACCEPT "attest.went_back=yes;attest.model=YubiHSM 2", CUSTODY_MODULE,
	    CUSTODY_WHY_PART_SAID, VERDICT_UNKNOWN },
	{ { .holder = "carrier" }, "db-bucket", "inventory.key.holder=outside;inventory.contradictions.count=2",
	    CUSTODY_HOLDER, CUSTODY_WHY_HOLDER_SAID, VERDICT_UNKNOWN },
	{ { .holder = "carrier" }, "db-bucket", "inventory.provider=google;inventory.key.holder=provider",
	    CUSTODY_HOLDER, CUSTODY_WHY_HOLDER_KEPT, VERDICT_MET },
	{ { .serial = "31650425" }, "udm-hsm", ACCEPT "attest.serial=31650425", CUSTODY_SERIAL,
	    CUSTODY_WHY_PART_PROVEN, VERDICT_MET },
	{ { .serial = "31650426" }, "udm-hsm", ACCEPT "attest.serial=31650425", CUSTODY_SERIAL,
	    CUSTODY_WHY_PART_PROVEN_OTHER, VERDICT_NOT_MET },
	{ { .holder = "carrier" }, "db-bucket", "inventory.key.holder=provider", CUSTODY_HOLDER,
	    CUSTODY_WHY_HOLDER_DIFFERS, VERDICT_NOT_MET },
	{ { .holder = "carrier" }, "db-bucket", "inventory.key.holder=customer", CUSTODY_HOLDER,
	    CUSTODY_WHY_HOLDER_KEPT, VERDICT_MET },
	{ { .holder = "carrier" }, "db-bucket", "inventory.key.holder=outside", CUSTODY_HOLDER,
	    CUSTODY_WHY_HOLDER_AGREES, VERDICT_MET },
	{ { .holder = "provider:aws" }, "db-bucket", "inventory.key.holder=provider", CUSTODY_HOLDER,
	    CUSTODY_WHY_HOLDER_AGREES, VERDICT_MET },
	{ { .holder = "provider:aws" }, "db-bucket", "inventory.key.holder=outside", CUSTODY_HOLDER,
	    CUSTODY_WHY_HOLDER_DIFFERS, VERDICT_NOT_MET },
	{ { .holder = "provider:thales" }, "db-bucket", "inventory.key.holder=outside", CUSTODY_HOLDER,
	    CUSTODY_WHY_HOLDER_AGREES, VERDICT_MET },
	{ { .holder = "A Trust Bank" }, "db-bucket", "inventory.key.holder=provider", CUSTODY_HOLDER,
	    CUSTODY_WHY_HOLDER_DIFFERS, VERDICT_NOT_MET },
};

static void
declared_against_seen(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof(seen) / sizeof(seen[0]); i++) {
		struct plan_key key = seen[i].key;
		struct places_world *world;
		struct custody c;

		key.seen_by = "udm-hsm, db-bucket";
		world = world_of(key);
		assert_int_equal(found(world, "AGREES"), VERDICT_UNKNOWN);
		places_see(world, seen[i].target, seen[i].facts);
		c = custody_of(world);
		if (c.why[seen[i].item] != seen[i].why || found(world, "AGREES") != seen[i].agrees)
			fail_msg("case %zu: %s, %s", i, custody_why_text(c.why[seen[i].item]),
			    verdict_name(found(world, "AGREES")));
		/* Of the same facts at a target that nobody names nothing is taken. */
		world->plan->key[0].seen_by = "amf-tls";
		places_config(world);
		assert_int_equal(found(world, "AGREES"), VERDICT_UNKNOWN);
		places_free(world);
	}
}

/* A proof counts as long as its round; a contradiction stands before any number of agreements. */
static void
what_is_seen_ends(void **unused)
{
	struct places_world *world = world_of((struct plan_key){ .module = "YubiHSM 2",
		.serial = "1", .seen_by = "udm-hsm, db-bucket, udm-witness" });

	(void)unused;
	places_see(world, "udm-hsm", ACCEPT "attest.model=YubiHSM 2;attest.serial=1");
	assert_int_equal(found(world, "AGREES"), VERDICT_MET);
	assert_int_equal(found(world, "PROVEN"), VERDICT_MET);
	places_see(world, "udm-witness", ACCEPT "attest.serial=2");
	assert_int_equal(found(world, "AGREES"), VERDICT_NOT_MET);
	assert_int_equal(custody_of(world).stand, CUSTODY_CONTRADICTED);
	places_tick(world, 40 * (int64_t)PLACES_DAY);
	assert_int_equal(found(world, "AGREES"), VERDICT_UNKNOWN);
	assert_int_equal(found(world, "PROVEN"), VERDICT_UNKNOWN);
	assert_int_equal(custody_of(world).why[CUSTODY_MODULE], CUSTODY_WHY_PART_SAID);
	places_free(world);
}

static const struct { const char *holder, *host, *protects; enum verdict apart; } hosts[] = {
	{ "carrier", "", "store:db", VERDICT_MET },
	{ "provider:aws", "", "store:db", VERDICT_NOT_MET },
	{ "provider:google", "", "store:db, instance:udm-1", VERDICT_MET },
	{ "aws", "", "store:db", VERDICT_MET },		/* a third party of that name */
	{ "provider:aws", "", "target:db-bucket", VERDICT_NOT_MET },
	{ "carrier", "carrier", "store:db", VERDICT_NOT_MET },
	{ "carrier", "provider:aws", "store:db", VERDICT_MET },
	{ "carrier", "", "store:gone", VERDICT_UNKNOWN },
};

static void
holder_against_host(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		struct places_world *world = world_of((struct plan_key){
			.holder = hosts[i].holder, .host = hosts[i].host,
			.protects = hosts[i].protects });

		if (found(world, "APART") != hosts[i].apart)
			fail_msg("case %zu: %s", i, verdict_name(found(world, "APART")));
		/* Some of it stands on the carrier's own premises. */
		world->plan->store[0].site = 2;
		places_config(world);
		if (strcmp(hosts[i].holder, "carrier") == 0 && hosts[i].host[0] == '\0' &&
		    strcmp(hosts[i].protects, "store:db") == 0)
			assert_int_equal(found(world, "APART"), VERDICT_NOT_MET);
		places_free(world);
	}
}

/* --- what was done ------------------------------------------------------------------------- */

static uint64_t
put(struct places_world *world, struct record_ceremony ceremony, uint64_t uid)
{
	struct record record = { .kind = RECORD_CEREMONY, .role = ROLE_ENGINE };

	world->now_ms += 1000;
	ceremony.uid = uid;
	ceremony.author = bytes_of_text(uid == AKIRA ? "akira" : "yoko");
	ceremony.present = bytes_of_text("A, B");
	if (ceremony.step == CEREMONY_TOLD)
		ceremony.key = bytes_of_text("ki");
	record.ceremony = ceremony;
	places_put(world, &record);
	return world->state->size - 1;
}

static uint64_t
tell(struct places_world *world, enum ceremony_kind kind, int64_t at_ms)
{
	return put(world, (struct record_ceremony){ .kind = kind, .at = at_ms }, AKIRA);
}

static void
decide(struct places_world *world, uint64_t id, enum ceremony_step step, uint64_t uid)
{
	(void)put(world, (struct record_ceremony){ .step = step, .ceremony = id }, uid);
}

/* The state and its judgement as octets, and back: what follows is the same. */
static void
read_back(struct places_world *world)
{
	struct blob_source source = { places_blob, world };
	struct buffer octets = { .max = 0 }, judged = { .max = 0 };
	struct state *again = NULL;
	struct why why = { .text = "" };

	state_encode(&octets, world->state);
	judgement_encode(&judged, world->state);
	if (state_decode(bytes_of_buffer(&octets), &again, &why) != ERR_OK ||
	    judgement_restore(again, bytes_of_buffer(&judged), &source, &why) != ERR_OK)
		fail_msg("%s", why.text);
	assert_true(hash_equal(state_hash(again), state_hash(world->state)));
	assert_true(hash_equal(judgement_hash(again), judgement_hash(world->state)));
	state_free(world->state);
	world->state = again;
	buffer_free(&octets);
	buffer_free(&judged);
}

static void
two_persons(void **unused)
{
	struct places_world *world = world_of((struct plan_key){
		.rotation_ms = 100 * (int64_t)PLACES_DAY, .ceremony = 1 });
	int64_t then = world->now_ms - 90 * (int64_t)PLACES_DAY;
	uint64_t id, rotated;

	(void)unused;
	assert_int_equal(found(world, "MADE"), VERDICT_NOT_MET);
	assert_int_equal(found(world, "DUE"), VERDICT_UNKNOWN);
	id = tell(world, CEREMONY_MADE, then);
	assert_int_equal(custody_of(world).waiting, 1);
	assert_int_equal(custody_of(world).why[CUSTODY_MADE], CUSTODY_WHY_MADE_WAITS);
	decide(world, id, CEREMONY_AGREED, AKIRA);		/* the writer does not decide */
	assert_int_equal(found(world, "MADE"), VERDICT_NOT_MET);
	read_back(world);
	decide(world, id, CEREMONY_AGREED, YOKO);
	assert_int_equal(found(world, "MADE"), VERDICT_MET);
	assert_int_equal(found(world, "DUE"), VERDICT_MET);
	assert_int_equal(custody_of(world).due_ms, then + 100 * (int64_t)PLACES_DAY);
	decide(world, id, CEREMONY_REFUSED, YOKO);		/* too late */
	assert_int_equal(found(world, "MADE"), VERDICT_MET);
	read_back(world);
	places_tick(world, 11 * (int64_t)PLACES_DAY);		/* time alone */
	assert_int_equal(found(world, "DUE"), VERDICT_NOT_MET);
	assert_int_equal(custody_of(world).why[CUSTODY_ROTATION], CUSTODY_WHY_ROTATION_LATE);
	rotated = tell(world, CEREMONY_ROTATED, world->now_ms - 1000);
	assert_int_equal(found(world, "DUE"), VERDICT_NOT_MET);
	decide(world, rotated, CEREMONY_AGREED, YOKO);
	assert_int_equal(found(world, "DUE"), VERDICT_MET);
	decide(world, rotated, CEREMONY_WITHDRAWN, YOKO);
	assert_int_equal(found(world, "DUE"), VERDICT_NOT_MET);
	decide(world, rotated, CEREMONY_AGREED, YOKO);
	assert_int_equal(found(world, "DUE"), VERDICT_NOT_MET);
	read_back(world);
	assert_int_equal(found(world, "DUE"), VERDICT_NOT_MET);
	places_free(world);
}

/* The next rotation and the end of the document stand in the calendar; of a destroyed key nothing. */
static void
what_ends(void **unused)
{
	struct places_world *world = world_of((struct plan_key){ .validation = "V",
		.document = "cert", .rotation_ms = 100 * (int64_t)PLACES_DAY });
	int64_t then = world->now_ms - 90 * (int64_t)PLACES_DAY;
	struct calendar calendar;
	uint64_t made, gone;

	(void)unused;
	world->plan->document = plan_array(world->plan, world->plan->documents = 1,
	    sizeof(world->plan->document[0]));
	world->plan->document[0] = (struct plan_document){ .id = "cert", .date_ms = 1,
	    .until_ms = world->now_ms + 2 * (int64_t)PLACES_DAY };
	places_config(world);
	assert_int_equal(custody_of(world).why[CUSTODY_VALIDATION], CUSTODY_WHY_VALIDATION_HELD);
	made = tell(world, CEREMONY_MADE, then);
	decide(world, made, CEREMONY_AGREED, YOKO);
	calendar_make(&calendar, world->state);
	assert_int_equal(calendar.entries, 2);
	assert_int_equal(calendar.entry[0].kind, CALENDAR_DOCUMENT);
	assert_string_equal(calendar.entry[0].title, "cert");
	assert_int_equal(calendar.entry[1].kind, CALENDAR_CRYPTOPERIOD);
	assert_int_equal(calendar.entry[1].at_ms, then + 100 * (int64_t)PLACES_DAY);
	assert_int_equal(calendar.entry[1].seq, made);
	assert_string_equal(calendar.entry[1].subject, "custody:ki");
	calendar_free(&calendar);
	places_tick(world, 3 * (int64_t)PLACES_DAY);
	assert_int_equal(custody_of(world).why[CUSTODY_VALIDATION], CUSTODY_WHY_VALIDATION_ENDED);
	gone = tell(world, CEREMONY_DESTROYED, world->now_ms);
	decide(world, gone, CEREMONY_AGREED, YOKO);
	calendar_make(&calendar, world->state);
	assert_int_equal(calendar.entries, 0);
	calendar_free(&calendar);
	places_free(world);
}

static void
what_counts_for_nothing(void **unused)
{
	struct places_world *world = world_of((struct plan_key){ .ceremony = 1 });
	uint64_t id = tell(world, CEREMONY_MADE, world->now_ms + 86400000);

	(void)unused;
	assert_int_equal(world->state->ceremonies, 0);		/* in the future */
	decide(world, id, CEREMONY_AGREED, YOKO);
	(void)tell(world, CEREMONY_KINDS, world->now_ms);
	assert_int_equal(world->state->ceremonies, 0);
	decide(world, 12345, CEREMONY_AGREED, YOKO);
	id = tell(world, CEREMONY_MADE, world->now_ms);
	decide(world, id, CEREMONY_REFUSED, AKIRA);		/* one's own may be taken back */
	decide(world, id, CEREMONY_AGREED, YOKO);
	assert_int_equal(found(world, "MADE"), VERDICT_NOT_MET);
	assert_int_equal(found(world, "GONE"), VERDICT_NOT_MET);
	id = tell(world, CEREMONY_DESTROYED, world->now_ms);
	decide(world, id, CEREMONY_AGREED, YOKO);
	assert_int_equal(found(world, "GONE"), VERDICT_MET);
	id = tell(world, CEREMONY_ACTIVATED, world->now_ms);	/* it is used after all */
	decide(world, id, CEREMONY_AGREED, YOKO);
	assert_int_equal(found(world, "GONE"), VERDICT_NOT_MET);
	places_free(world);
}

/* What waits is never dropped; what was refused or is outdone makes room. */
static void
room(void **unused)
{
	struct places_world *world = world_of((struct plan_key){ .ceremony = 1 });
	uint64_t first = tell(world, CEREMONY_MADE, world->now_ms), last;

	(void)unused;
	while (world->state->ceremonies < CEREMONY_MAX)
		(void)tell(world, CEREMONY_ROTATED, world->now_ms);
	(void)tell(world, CEREMONY_ROTATED, world->now_ms);
	assert_int_equal(world->state->ceremonies, CEREMONY_MAX);
	assert_int_equal(world->state->ceremonies_dropped, 1);
	decide(world, first, CEREMONY_REFUSED, YOKO);
	last = tell(world, CEREMONY_MADE, world->now_ms);
	assert_null(state_ceremony(world->state, first));
	assert_non_null(state_ceremony(world->state, last));
	assert_int_equal(world->state->ceremonies_dropped, 1);
	read_back(world);
	places_free(world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(declared_against_seen), cmocka_unit_test(what_is_seen_ends),
		cmocka_unit_test(holder_against_host), cmocka_unit_test(two_persons),
		cmocka_unit_test(what_ends), cmocka_unit_test(what_counts_for_nothing), cmocka_unit_test(room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
