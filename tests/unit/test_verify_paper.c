/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bundles of papers about incidents: whose incident and which edition it is is proved; a paper put
 * in another's place, another edition, an entry that was changed are refused, whether by a
 * stranger or by the owner of the ledger's key.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <inttypes.h>

#include "reports/filing_claims.h"
#include "tests/unit/filing_scene.h"

enum { INCIDENT = 5 };

static uint64_t entry_seq, earlier_seq, other_seq;
static char claim_text[100];
static uint64_t claim_cites[2];
static uint64_t claimed_incident, claimed_edition;

static uint64_t
put_filing(struct world *world, uint64_t incident)
{
	struct record record = { .kind = RECORD_FILING, .role = ROLE_ENGINE };
	struct buffer list = { 0 };
	struct hash document = hash_of(bytes_of_text("first"));
	uint64_t seq;

	record.filing = (struct record_filing){ .report = bytes_of_text("self-check"),
	    .edition = bytes_of_text("1"), .size = world->size,
	    .root = world_root(world, world->size),
	    .documents = record_hashes(&list, &document, 1),
	    .claims = hash_of(bytes_of_text("claims")), .author = bytes_of_text("taro"),
	    .incident = incident, .paper_edition = 1 };
	seq = world_put(world, &record);
	buffer_free(&list);
	return seq;
}

/* An entry with its words, and two papers of before. */
static void
prepare(struct scene *scene, struct scene_lie *lie)
{
	struct world *world = scene->fw->world;
	struct world_value *value = &world->value[world->values++];
	struct record record = { .kind = RECORD_ENTRY, .role = ROLE_ENGINE };

	(void)lie;
	memset(value->salt, 99, sizeof(value->salt));
	snprintf(value->text, sizeof(value->text), "a power failure of the provider");
	value->before = world->size;
	record.entry = (struct record_entry){ .report = bytes_of_text("self-check"),
	    .incident = INCIDENT, .field = bytes_of_text("inc.cause"),
	    .author = bytes_of_text("hanako"),
	    .text = secret_commit(bytes_of(value->salt, 32), bytes_of_text(value->text)) };
	entry_seq = world_put(world, &record);
	earlier_seq = put_filing(world, INCIDENT);
	other_seq = put_filing(world, INCIDENT + 1);
}

static void
say_paper(struct scene *scene, uint64_t previous)
{
	scene->paper = (struct record_filing){ .incident = INCIDENT, .paper_edition = 2,
	    .previous = previous };
	snprintf(claim_text, sizeof(claim_text), CLAIM_OF_PAPER, "self-check", claimed_incident,
	    claimed_edition);
	claim_cites[0] = entry_seq;
	claim_cites[1] = previous;
	scene->made.claim[0] = (struct bundle_claim){ .text = bytes_of_text(claim_text),
	    .cites = claim_cites, .count = 2 };
}

static void
say_good(struct scene *scene)
{
	claimed_incident = INCIDENT;
	claimed_edition = 2;
	say_paper(scene, earlier_seq);
}

static void
say_other_incident(struct scene *scene)
{
	claimed_incident = INCIDENT + 1;
	claimed_edition = 2;
	say_paper(scene, earlier_seq);
}

static void
say_other_edition(struct scene *scene)
{
	claimed_incident = INCIDENT;
	claimed_edition = 3;
	say_paper(scene, earlier_seq);
}

static void
say_other_previous(struct scene *scene)
{
	claimed_incident = INCIDENT;
	claimed_edition = 2;
	say_paper(scene, other_seq);
}

static void
good(void **state)
{
	struct scene *scene = scene_new((struct scene_lie){ .prepare = prepare,
	    .claims = say_good });
	struct told told = { .proved = 0 };
	struct why why;

	(void)state;
	if (scene_judge(scene, &scene->good, &told, &why) != ERR_OK)
		fail_msg("%s", why.text);
	says(&told, "PROVED filing it is edition 2 of a paper about incident 5");
	says(&told, "PROVED filing it replaces the edition of record ");
	says(&told, "ASSERTED claim \"paper self-check of incident 5, edition 2");
	buffer_free(&told.text);
	scene_free(scene);
}

static void
lies(void **state)
{
	static const struct { void (*claims)(struct scene *); const char *sentence; } rows[] = {
		{ say_other_incident, "is of another paper than the first claim says" },
		{ say_other_edition, "is of another paper than the first claim says" },
		{ say_other_previous, "which is not the edition before of the same paper" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct scene *scene = scene_new((struct scene_lie){ .prepare = prepare,
		    .claims = rows[i].claims });
		struct told told = { .proved = 0 };
		struct why why;

		if (scene_judge(scene, &scene->good, &told, &why) == ERR_OK ||
		    strstr(why.text, rows[i].sentence) == NULL)
			fail_msg("%zu: wanted \"%s\", got \"%s\"", i, rows[i].sentence, why.text);
		buffer_free(&told.text);
		scene_free(scene);
	}
}

/* A list is of no single incident: the first claim says which list and edition. */
static void
say_list(struct scene *scene, uint64_t edition, uint64_t previous)
{
	scene->paper = (struct record_filing){ .paper_edition = 2, .previous = previous };
	snprintf(claim_text, sizeof(claim_text), CLAIM_OF_LIST, "self-check", edition);
	claim_cites[0] = previous;
	scene->made.claim[0] = (struct bundle_claim){ .text = bytes_of_text(claim_text),
	    .cites = claim_cites, .count = 1 };
}

static void
prepare_list(struct scene *scene, struct scene_lie *lie)
{
	(void)lie;
	earlier_seq = put_filing(scene->fw->world, 0);
	other_seq = put_filing(scene->fw->world, INCIDENT);
}

static void
say_good_list(struct scene *scene)
{
	say_list(scene, 2, earlier_seq);
}

static void
say_list_edition(struct scene *scene)
{
	say_list(scene, 1, earlier_seq);
}

static void
say_list_previous(struct scene *scene)
{
	say_list(scene, 2, other_seq);
}

static void
lists(void **state)
{
	static const struct { void (*claims)(struct scene *); const char *sentence; } rows[] = {
		{ say_good_list, "" },
		{ say_list_edition, "is of another paper than the first claim says" },
		{ say_list_previous, "which is not the edition before of the same paper" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct scene *scene = scene_new((struct scene_lie){ .prepare = prepare_list,
		    .claims = rows[i].claims });
		struct told told = { .proved = 0 };
		struct why why = { .text = "" };
		enum err err = scene_judge(scene, &scene->good, &told, &why);

		if ((err == ERR_OK) != (i == 0) || strstr(why.text, rows[i].sentence) == NULL)
			fail_msg("%zu: wanted \"%s\", got \"%s\"", i, rows[i].sentence, why.text);
		if (i == 0)
			says(&told, "PROVED filing it is edition 2 of the list self-check");
		buffer_free(&told.text);
		scene_free(scene);
	}
}

/* The first place of a text in a file of the bundle gets another letter. */
static void
change(struct copy *copy, enum bundle_file file, const char *text)
{
	struct bytes all = bytes_of_buffer(&copy->file[file]);
	uint8_t *at = memmem(all.at, all.len, text, strlen(text));

	assert_non_null(at);
	at[0] ^= 1;
}

/* One record of an exercise among real ones, cited by a claim, all of it signed by the ledger's own key. */
static void
prepare_drill(struct scene *scene, struct scene_lie *lie)
{
	struct record record = { .kind = RECORD_TICK, .role = ROLE_LEDGER, .drill = true };

	prepare(scene, lie);
	entry_seq = world_put(scene->fw->world, &record);
}

static void
an_exercise_is_not_mixed_in(void **state)
{
	struct scene *scene = scene_new((struct scene_lie){ .prepare = prepare_drill,
	    .claims = say_good });
	struct told told = { .proved = 0 };
	struct why why = { .text = "" };

	(void)state;
	assert_int_equal(scene_judge(scene, &scene->good, &told, &why), ERR_UNTRUSTED);
	if (strstr(why.text, "an exercise, and those before it are not so") == NULL)
		fail_msg("%s", why.text);
	buffer_free(&told.text);
	scene_free(scene);
}

/* By somebody without the key. */
static void
forgeries(void **state)
{
	static const struct { enum bundle_file file; const char *text, *sentence; } rows[] = {
		{ BUNDLE_CONTEXT, "inc.cause", "" },
		{ BUNDLE_CONTEXT, "hanako", "" },
		{ BUNDLE_VALUES, "a power failure", "" },
		{ BUNDLE_MANIFEST, "edition 2", "the claims are not those that record" },
	};
	struct scene *scene = scene_new((struct scene_lie){ .prepare = prepare,
	    .claims = say_good });

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct copy copy = copy_of(&scene->good);
		struct told told = { .proved = 0 };
		struct why why;

		change(&copy, rows[i].file, rows[i].text);
		if (scene_judge(scene, &copy, &told, &why) == ERR_OK ||
		    strstr(why.text, rows[i].sentence) == NULL)
			fail_msg("%zu: wanted \"%s\", got \"%s\"", i, rows[i].sentence, why.text);
		buffer_free(&told.text);
		copy_free(&copy);
	}
	scene_free(scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(good), cmocka_unit_test(lies),
		cmocka_unit_test(lists),
		cmocka_unit_test(forgeries),
		cmocka_unit_test(an_exercise_is_not_mixed_in) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
