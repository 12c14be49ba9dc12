/* SPDX-License-Identifier: Apache-2.0 */
/* Places in a bundle: proved by signed evidence judged again, else somebody's word; and which
 * records a filing cites for them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor/state/judge.h"
#include "reports/verify_part.h"
#include "tests/unit/places_world.h"

#define TOKYO "ap-northeast-1"
#define SIGNED "attest.verdict=accept;attest.provider=aws;attest.place.grade=A;attest.region="

static bool
answer(void *arg, const struct where_testimony *t)
{
	assert_int_equal(t->witness, WITNESS_SIGNED);
	return *(bool *)arg;
}

static enum shown
shown_of(struct places_world *world, enum where_kind kind, uint32_t index, bool here)
{
	struct whereabouts w;
	enum shown shown;

	whereabouts_make(&w, world->state, kind, index);
	shown = verify_place_shown(&w, answer, &here);
	whereabouts_free(&w);
	return shown;
}

static void
only_signed_evidence_that_is_here_proves(void **unused)
{
	struct places_world *world = places_new(NULL);

	(void)unused;
	assert_int_equal(shown_of(world, WHERE_OF_INSTANCE, 0, true), SHOWN_NOT_SHOWN);
	places_see(world, "udm-machine", "inventory.place=aws/" TOKYO);
	assert_int_equal(shown_of(world, WHERE_OF_INSTANCE, 0, true), SHOWN_ASSERTED);
	places_see(world, "udm-witness", SIGNED TOKYO);
	assert_int_equal(shown_of(world, WHERE_OF_INSTANCE, 0, true), SHOWN_PROVED);
	assert_int_equal(shown_of(world, WHERE_OF_INSTANCE, 0, false), SHOWN_ASSERTED);
	places_see(world, "udm-witness", SIGNED "eu-west-1");
	assert_int_equal(shown_of(world, WHERE_OF_INSTANCE, 0, true), SHOWN_PROVED);
	places_see(world, "db-bucket", "inventory.place=aws/us-east-1");
	assert_int_equal(shown_of(world, WHERE_OF_STORE, 0, true), SHOWN_ASSERTED);
	places_free(world);
}

struct cited { uint64_t seq[16]; size_t count; };

static void
cite(void *arg, uint64_t seq)
{
	struct cited *cited = arg;

	assert_true(cited->count < 16);
	cited->seq[cited->count++] = seq;
}

static bool
has(const struct cited *cited, uint64_t seq)
{
	for (size_t i = 0; i < cited->count; i++)
		if (cited->seq[i] == seq)
			return true;
	return false;
}

/* A filing that cited the newest witness alone could leave out the one that contradicts. */
static void
every_witness_is_cited(void **unused)
{
	static const char pack[] = "pack = { id = \"t\"; edition = \"1\"; standard = \"T\"; standard_ja = \"T\"; };\n"
	    "controls = ( { id = \"P\"; clause = \"1\"; title = \"t\"; title_ja = \"t\"; requirement = \"r\";\n"
	    "level = \"mandatory\"; subject = \"instance\"; condition = \"loc.verdict == \\\"inside\\\"\";\n"
	    "source = \"s\"; confidence = \"verified\"; } );\n";
	struct places_world *world = places_new(pack);
	struct condition_name name;
	struct cited cited = { .count = 0 };

	(void)unused;
	places_see(world, "udm-machine", "inventory.place=aws/" TOKYO);
	places_see(world, "udm-witness", SIGNED "eu-west-1");
	places_see(world, "udm-tls", "loc.observed=aws/" TOKYO);
	assert_true(condition_name_find(bytes_of_text("loc.verdict"), &name));
	judgement_places(world->state, (struct subject){ SUBJECT_INSTANCE, 0, 0 }, &name, cite, &cited);
	for (uint32_t i = 0; i < 3; i++)
		assert_true(has(&cited, world->state->target[i].replica[0].seq));
	cited.count = 0;
	assert_true(condition_name_find(bytes_of_text("instance.name"), &name));
	judgement_places(world->state, (struct subject){ SUBJECT_INSTANCE, 0, 0 }, &name, cite, &cited);
	assert_int_equal(cited.count, 0);
	places_free(world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_signed_evidence_that_is_here_proves),
		cmocka_unit_test(every_witness_is_cited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
