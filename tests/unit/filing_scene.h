/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A filing with its bundle, whole: the ledger goes through outages, a waiver and a new key, a
 * filing is written and recorded, and what was recorded is stamped.  A lie is what its owner does
 * differently, with the key at hand; a forgery is what somebody else does to the bundle.
 */
#ifndef TESTS_UNIT_FILING_SCENE_H
#define TESTS_UNIT_FILING_SCENE_H

#include <unistd.h>

#include "reports/verify.h"
#include "tests/unit/bundle_copy.h"
#include "tests/unit/claims_of.h"
#include "tests/unit/filing_world.h"

enum { SCENE_DOCUMENTS = 2 };

static const char scene_sentence[] = "field 3 (place) of sheet 1: observed aws/ap-northeast-1";

struct scene {
	struct filing_world *fw;
	struct state        *state;	/* at the filing's size */
	struct claims_of     made;
	struct bundle_document document[SCENE_DOCUMENTS];
	uint64_t             from, size;	/* of the filing */
	uint64_t             filing;	/* number of its FILING record */
	uint64_t             proof, failing, gap, agreed;	/* numbers of records */
	struct buffer        roots;
	char                 folder[96], ledger[128];
	struct copy          good;	/* the bundle as it was exported */
	struct record_filing paper;	/* incident, edition, previous: of a paper about one */
};

/* How the owner of the ledger lies; all zero is how it should be. */
struct scene_lie {
	struct fw_seen proof;		/* the token's second round */
	struct fw_seen wire;		/* the first round of amf-1-tls */
	uint64_t agreed_by;		/* 0: a second person */
	int64_t  waived_ms;		/* 0: for thirty days */
	bool     token_swapped;		/* the anchor names the token of another checkpoint */
	void   (*prepare)(struct scene *, struct scene_lie *);	/* once keys and worlds are there */
	void   (*claims)(struct scene *);	/* before they are recorded */
};

/* Never two checkpoints of one size. */
static inline void
scene_sign(struct world *world)
{
	if (world->notes == 0 || world->note_size[world->notes - 1] != world->size)
		world_checkpoint(world);
}

static inline void
scene_anchor(struct scene *scene, bool swapped)
{
	struct world *world = scene->fw->world;
	struct record record, first;
	struct why why;

	scene_sign(world);
	world_anchor(world, &scene->fw->authority, "tsa");
	if (!swapped)
		return;
	copy_must(record_decode(bytes_of_buffer(&world->record[world->size - 1]), &record, &why),
	    &why);
	copy_must(record_decode(bytes_of_buffer(&world->record[world_find(world, RECORD_ANCHOR, -1,
	    0)]), &first, &why), &why);
	record.anchor.token = first.anchor.token;
	world_replace(world, world->size - 1, &record);
}

/* Until just before the range: everything is seen once, one key is shown twice, one fails. */
static inline void
scene_past(struct scene *scene, const struct scene_lie *lie)
{
	struct filing_world *fw = scene->fw;
	uint64_t asked;

	for (uint64_t id = 1; id <= FW_TARGETS; id++)
		fw_observe(fw, id, id == 1 ? lie->wire : id == FW_WAIVED ?
		    (struct fw_seen){ .version = "TLSv1" } : (struct fw_seen){ .version = NULL });
	world_minute(fw->world, true, true);
	asked = fw_waive(fw, 0, 0, 1, fw->world->now_ms +
	    (lie->waived_ms > 0 ? lie->waived_ms : INT64_C(30) * 86400000));
	scene->agreed = fw_waive(fw, 1, asked, lie->agreed_by > 0 ? lie->agreed_by : 2, 0);
	scene_anchor(scene, false);
	world_minute(fw->world, true, true);
	world_key(fw->world);
	scene->proof = fw_observe(fw, FW_TOKEN, lie->proof);
	scene->failing = fw_observe(fw, 6, (struct fw_seen){ .outcome = OUTCOME_DOWN });
	fw_observe(fw, 6, (struct fw_seen){ .outcome = OUTCOME_DOWN });
	world_minute(fw->world, true, true);
	scene->gap = fw->world->size;
	world_gap(fw->world, ROLE_WORKER, 0, fw->world->covered_ms[0], "worker 0 was killed");
	fw->world->now_ms += 2000;
	world_self(fw->world, ROLE_WORKER, 0);
	/* Of its targets only one was seen again: of the others nothing is known. */
	for (uint64_t id = 1; id <= FW_TARGETS; id++)
		if (plan_worker_of(fw->plan, id) == 0) {
			fw_observe(fw, id, (struct fw_seen){ .version = NULL });
			break;
		}
	world_minute(fw->world, true, true);
}

static inline void
scene_range(struct scene *scene)
{
	struct filing_world *fw = scene->fw;

	scene->from = fw->world->size;
	world_minute(fw->world, true, true);
	fw_observe(fw, 5, (struct fw_seen){ .version = "TLSv1", .place = "aws/eu-west-1" });
	world_minute(fw->world, true, true);
	scene->size = fw->world->size;
}

static inline void
scene_document(struct scene *scene, size_t at, const char *name, const char *text)
{
	scene->document[at] = (struct bundle_document){ .name = bytes_of_text(name),
	    .octets = bytes_of_text(text), .hash = hash_of(bytes_of_text(text)) };
}

static inline struct bundle_claims
scene_claims(const struct scene *scene)
{
	return (struct bundle_claims){ .document = scene->document, .documents = SCENE_DOCUMENTS,
	    .claim = scene->made.claim, .claims = scene->made.claims };
}

static inline void
scene_file(struct scene *scene)
{
	struct world *world = scene->fw->world;
	struct bundle_claims claims = scene_claims(scene);
	struct record record = { .kind = RECORD_FILING, .role = ROLE_ENGINE };
	struct buffer list = { 0 }, seals = { 0 };
	struct hash hash[SCENE_DOCUMENTS], seal[SCENE_DOCUMENTS];
	bool sealed = !hash_is_zero(scene->document[0].seal);

	for (size_t i = 0; i < SCENE_DOCUMENTS; i++) {
		hash[i] = scene->document[i].hash;
		seal[i] = scene->document[i].seal;
	}
	world->now_ms += 5000;
	record.filing = (struct record_filing){ .report = bytes_of_text("self-check"),
	    .edition = bytes_of_text("1"), .size = scene->size,
	    .root = world_root(world, scene->size),
	    .documents = record_hashes(&list, hash, SCENE_DOCUMENTS),
	    .claims = bundle_claims_hash(&claims), .uid = 1000, .author = bytes_of_text("taro"),
	    .seals = record_hashes(&seals, seal, sealed ? SCENE_DOCUMENTS : 0),
	    .incident = scene->paper.incident, .paper_edition = scene->paper.paper_edition,
	    .previous = scene->paper.previous };
	scene->filing = world_put(world, &record);
	buffer_free(&list);
	buffer_free(&seals);
}

/* Every verdict and one sentence; then the owner's own idea of them. */
static inline void
scene_say(struct scene *scene, const struct scene_lie *lie)
{
	scene->state = fw_state(scene->fw, scene->size);
	claims_of_state(&scene->made, scene->state, 2);
	scene->made.cites[scene->made.claims][0] = 6;
	scene->made.claim[scene->made.claims] = (struct bundle_claim){
	    .text = bytes_of_text(scene_sentence), .count = 1,
	    .cites = scene->made.cites[scene->made.claims] };
	scene->made.claims++;
	scene_document(scene, 0, "self-check.ja.html", "<html>jiko kanshi</html>\n");
	scene_document(scene, 1, "self-check.en.json", "{ \"report\": \"self-check\" }\n");
	if (lie->claims != NULL)
		lie->claims(scene);
}

static inline enum err
scene_export(const struct scene *scene, const char *path, struct why *why)
{
	struct bundle_order order = { .from = scene->from, .to = scene->size,
	    .claim = scene->made.claim, .claims = scene->made.claims,
	    .document = scene->document, .documents = SCENE_DOCUMENTS };
	struct ledger *ledger;
	enum err err = ledger_open(&ledger, scene->ledger, LEDGER_READ, why);

	if (err != ERR_OK)
		return err;
	err = bundle_export_filing(ledger, &order, path, why);
	ledger_close(ledger);
	return err;
}

static inline struct scene *
scene_new(struct scene_lie lie)
{
	struct scene *scene = memory_new(1, sizeof(*scene));
	char path[160];
	struct why why;

	snprintf(scene->folder, sizeof(scene->folder), "%s/test-filing-XXXXXX", P_tmpdir);
	world_must(mkdtemp(scene->folder) != NULL, "no folder");
	snprintf(scene->ledger, sizeof(scene->ledger), "%s/ledger.db", scene->folder);
	scene->fw = fw_new();
	authority_roots(&scene->fw->authority, &scene->roots);
	if (lie.prepare != NULL)
		lie.prepare(scene, &lie);
	scene_past(scene, &lie);
	scene_range(scene);
	scene_anchor(scene, lie.token_swapped);
	scene_say(scene, &lie);
	scene_file(scene);
	world_minute(scene->fw->world, true, true);
	scene_anchor(scene, false);
	scene_sign(scene->fw->world);
	world_write(scene->fw->world, scene->ledger);
	snprintf(path, sizeof(path), "%s/bundle", scene->folder);
	copy_must(scene_export(scene, path, &why), &why);
	copy_load(&scene->good, path);
	return scene;
}

static inline void
scene_free(struct scene *scene)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf '%s'", scene->folder);
	world_must(system(command) == 0, "the folder stays");
	copy_free(&scene->good);
	claims_of_free(&scene->made);
	state_free(scene->state);
	buffer_free(&scene->roots);
	fw_free(scene->fw);
	free(scene);
}

/* --- judging ------------------------------------------------------------------------------ */

/* What verify told, as one text, and how many verdicts came out how. */
struct told { struct buffer text; size_t proved, asserted, not_shown; };

static inline void
told_claim(void *arg, enum claim_kind claim, enum shown verdict, const char *text)
{
	struct told *told = arg;

	buffer_print(&told->text, "%s %s %s\n", shown_name(verdict), claim_name(claim), text);
	if (claim != CLAIM_JUDGED)
		return;
	told->proved += verdict == SHOWN_PROVED;
	told->asserted += verdict == SHOWN_ASSERTED;
	told->not_shown += verdict == SHOWN_NOT_SHOWN;
}

static inline void
told_item(void *arg, const struct audit_item *item)
{
	(void)arg, (void)item;
}

static inline enum err
judge_octets(const struct bundle_octets *octets, const struct verify_options *how,
    struct told *told, struct why *why)
{
	struct verify_teller teller = { told_claim, told_item, told };
	struct verify_result result;
	enum err err;

	*why = (struct why){ .err = ERR_OK };
	buffer_reset(&told->text);
	told->proved = told->asserted = told->not_shown = 0;
	err = verify_bundle(octets, how, &teller, &result, why);
	world_must(err == ERR_OK || (why->text[0] != '\0' && why->err == err), "no sentence");
	return err;
}

static inline enum err
judge_as(struct copy *copy, const struct verify_options *how, struct told *told, struct why *why)
{
	struct bundle_octets octets = copy_octets(copy);

	return judge_octets(&octets, how, told, why);
}

/* By somebody who has the ledger's key and the authority's root. */
static inline enum err
scene_judge(const struct scene *scene, struct copy *copy, struct told *told, struct why *why)
{
	struct verify_options how = { .key = &scene->fw->world->verifier,
	    .roots_pem = bytes_of_buffer(&scene->roots) };

	return judge_as(copy, &how, told, why);
}

static inline void
says(struct told *told, const char *line)
{
	if (strstr(buffer_text(&told->text), line) == NULL) {
		fprintf(stderr, "wanted \"%s\" in:\n%s", line, buffer_text(&told->text));
		world_must(false, "not said");
	}
}

/* --- forging ------------------------------------------------------------------------------ */

/* Changes the MANIFEST; what it points to may grow by one. */
static inline void
scene_edit(struct copy *copy, void (*edit)(struct bundle_manifest *))
{
	struct bundle_manifest manifest;
	struct buffer old = copy->file[BUNDLE_MANIFEST];
	struct why why;

	copy_must(bundle_manifest_read(bytes_of_buffer(&old), &manifest, &why), &why);
	copy->file[BUNDLE_MANIFEST] = (struct buffer){ 0 };
	edit(&manifest);
	bundle_manifest_write(&copy->file[BUNDLE_MANIFEST], &manifest);
	bundle_manifest_free(&manifest);
	buffer_free(&old);
}

static inline void
scene_sequence(const struct scene *scene, struct copy *copy, const struct bundle_manifest *manifest)
{
	const struct world *world = scene->fw->world;

	buffer_reset(&copy->file[BUNDLE_RECORDS]);
	buffer_reset(&copy->file[BUNDLE_CONTEXT]);
	for (uint64_t seq = manifest->from; seq < manifest->to; seq++)
		buffer_put(&copy->file[BUNDLE_RECORDS], world->record[seq].at,
		    world->record[seq].len);
	for (size_t i = 0; i < manifest->contexts; i++)
		buffer_put(&copy->file[BUNDLE_CONTEXT], world->record[manifest->context[i]].at,
		    world->record[manifest->context[i]].len);
}

/* Other records under the same signature: a forger knows every hash, and mends the tree. */
static inline void
scene_mend(const struct scene *scene, struct copy *copy, struct bundle_manifest *manifest)
{
	struct bundle_octets octets;
	struct bundle_walk walk;
	struct bundle_step step;
	struct bundle bundle;
	struct why why;

	buffer_reset(&copy->file[BUNDLE_MANIFEST]);
	bundle_manifest_write(&copy->file[BUNDLE_MANIFEST], manifest);
	scene_sequence(scene, copy, manifest);
	octets = copy_octets(copy);
	copy_must(bundle_parse(&bundle, &octets, &why), &why);
	walk = (struct bundle_walk){ .bundle = &bundle };
	buffer_reset(&copy->file[BUNDLE_TREE]);
	while (bundle_walk_next(&walk, &step)) {
		struct merkle tree = { 0 };
		struct hash hash;

		for (uint64_t i = 0; i < (uint64_t)1 << step.level; i++)
			merkle_push(&tree, merkle_leaf(
			    bytes_of_buffer(&scene->fw->world->record[step.at + i])));
		hash = merkle_root(&tree);
		buffer_put(&copy->file[BUNDLE_TREE], hash.at, HASH_LEN);
	}
	bundle_free(&bundle);
}

/* Leaves one record of the context out. */
static inline void
scene_leave_out(const struct scene *scene, struct copy *copy, uint64_t seq)
{
	struct bundle_manifest manifest;
	struct buffer old = copy->file[BUNDLE_MANIFEST];
	struct why why;
	size_t kept = 0;

	copy_must(bundle_manifest_read(bytes_of_buffer(&old), &manifest, &why), &why);
	for (size_t i = 0; i < manifest.contexts; i++)
		if (manifest.context[i] != seq)
			manifest.context[kept++] = manifest.context[i];
	world_must(kept + 1 == manifest.contexts, "that record is not in the context");
	manifest.contexts = kept;
	copy->file[BUNDLE_MANIFEST] = (struct buffer){ 0 };
	scene_mend(scene, copy, &manifest);
	bundle_manifest_free(&manifest);
	buffer_free(&old);
}

static inline size_t
scene_blob(const struct copy *copy, struct hash hash)
{
	for (size_t i = 0; i < copy->blobs; i++)
		if (hash_equal(copy->name[i], hash))
			return i;
	world_must(false, "there is no such blob in the bundle");
	return 0;
}

/* The claim about that control and subject. */
static inline struct bundle_claim *
scene_claim(struct bundle_claim *claim, size_t claims, const char *control, const char *subject)
{
	for (size_t i = 0; i < claims; i++)
		if (bytes_equal(claim[i].control, bytes_of_text(control)) &&
		    bytes_equal(claim[i].subject, bytes_of_text(subject)))
			return &claim[i];
	world_must(false, "there is no such claim");
	return NULL;
}

#endif
