/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A filing's bundle, forged in every way we could think of by somebody without the ledger's key.
 * Each forgery is refused with its own sentence; the bundle as it was exported is proved.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/filing_scene.h"

static struct scene *scene;

static enum err
judge(struct copy *copy, struct told *told, struct why *why)
{
	return scene_judge(scene, copy, told, why);
}

static int
begin(void **state)
{
	(void)state;
	scene = scene_new((struct scene_lie){ .agreed_by = 0 });
	return 0;
}

static int
end(void **state)
{
	(void)state;
	scene_free(scene);
	return 0;
}

/* --- as it was exported ------------------------------------------------------------------- */

static void
test_good(void **state)
{
	struct verify_options nobody = { .key = NULL };
	struct told told = { .proved = 0 };
	struct why why;

	(void)state;
	if (judge(&scene->good, &told, &why) != ERR_OK)
		fail_msg("%s", why.text);
	assert_int_equal(told.proved, scene->made.claims - 1);
	assert_int_equal(told.asserted + told.not_shown, 0);
	says(&told, "PROVED identity ");
	says(&told, "PROVED filing its 2 documents and ");
	says(&told, "filed by taro for the first ");
	says(&told, "the documents and claims it names existed before ");
	says(&told, "PROVED filing document self-check.ja.html is blobs/");
	says(&told, "PROVED evidence 2 observations name a proof that a key signed a nonce");
	says(&told, " observations name a chain whose leaf has the key");
	says(&told, "PROVED verdict T-1, target:udm-2-tls: waived, beneath it not met; follows ");
	says(&told, "PROVED verdict T-3, key:amf-1-key: met; follows from records ");
	says(&told, "PROVED verdict T-4, target:udm-2-tls: not met; follows from records ");
	says(&told, "; the address was not looked up again here");
	says(&told, "changes it, the bundle does not show");
	says(&told, "ASSERTED claim \"field 3 (place) of sheet 1");
	assert_int_equal(judge_as(&scene->good, &nobody, &told, &why), ERR_OK);
	says(&told, "ASSERTED identity ");
	says(&told, "; --roots FILE.pem would prove who that is");
	buffer_free(&told.text);
}

/* Where the range begins with the ledger, nothing can be missing between. */
static void
test_whole(void **state)
{
	struct told told = { .proved = 0 };
	uint64_t from = scene->from;
	char path[160];
	struct copy copy;
	struct why why;

	(void)state;
	scene->from = 0;
	snprintf(path, sizeof(path), "%s/whole", scene->folder);
	copy_must(scene_export(scene, path, &why), &why);
	scene->from = from;
	copy_load(&copy, path);
	if (judge(&copy, &told, &why) != ERR_OK)
		fail_msg("%s", why.text);
	assert_int_equal(told.proved, scene->made.claims - 1);
	says(&told, "; no later record before ");
	assert_null(strstr(buffer_text(&told.text), "the bundle does not show"));
	says(&told, "PROVED complete ");
	copy_free(&copy);
	buffer_free(&told.text);
}

/* --- forgeries ---------------------------------------------------------------------------- */

static void unfiled(struct bundle_manifest *m) { m->filed = false; }

static void
flip(struct bundle_manifest *m)
{
	struct bundle_claim *claim = scene_claim(m->claim, m->claims, "T-4", "target:udm-2-tls");

	claim->verdict = claim->beneath = VERDICT_MET;
}

static void
flip_beneath(struct bundle_manifest *m)
{
	scene_claim(m->claim, m->claims, "T-1", "target:udm-2-tls")->beneath = VERDICT_MET;
	unfiled(m);
}

static void
flip_unwaived(struct bundle_manifest *m)
{
	scene_claim(m->claim, m->claims, "T-1", "target:udm-2-tls")->verdict = VERDICT_NOT_MET;
	unfiled(m);
}

static void flip_unfiled(struct bundle_manifest *m) { flip(m); unfiled(m); }
static void claim_gone(struct bundle_manifest *m) { m->claims--; }

static void
claim_more(struct bundle_manifest *m)
{
	m->claim = memory_resize(m->claim, m->claims + 1, sizeof(*m->claim));
	m->claim[m->claims] = m->claim[m->claims - 1];
	m->claim[m->claims].text = bytes_of_text("all was well");
	m->claims++;
}

static void
claims_turned(struct bundle_manifest *m)
{
	struct bundle_claim first = m->claim[0];

	m->claim[0] = m->claim[1];
	m->claim[1] = first;
}

static void
sentence_changed(struct bundle_manifest *m)
{
	m->claim[m->claims - 1].text = bytes_of_text("field 3 (place): observed nowhere else");
}

static void
control_unknown(struct bundle_manifest *m)
{
	m->claim[0].control = bytes_of_text("T-77");
	unfiled(m);
}

static void
control_undecided(struct bundle_manifest *m)
{
	m->claim[0].control = bytes_of_text("T-9");
	m->claim[0].subject = bytes_of_text("carrier");
	unfiled(m);
}

static void
subject_unknown(struct bundle_manifest *m)
{
	m->claim[0].subject = bytes_of_text("target:amf-9-tls");
	unfiled(m);
}

static const uint64_t other_cites[] = { 0 }, far_cites[] = { 99999 };

static void
cites_changed(struct bundle_manifest *m)
{
	struct bundle_claim *claim = scene_claim(m->claim, m->claims, "T-4", "target:udm-2-tls");

	claim->cites = other_cites;
	claim->count = 1;
}

static void cites_unfiled(struct bundle_manifest *m) { cites_changed(m); unfiled(m); }

static void
cites_far(struct bundle_manifest *m)
{
	m->claim[0].cites = far_cites;
	m->claim[0].count = 1;
	unfiled(m);
}

static void rules_changed(struct bundle_manifest *m) { m->judge_version++; }

static void
later(struct bundle_manifest *m)
{
	m->at_ms = scene->fw->world->now_ms - 80000 + 600000;
	unfiled(m);
}

static void after_filing(struct bundle_manifest *m) { m->at_ms = scene->fw->world->now_ms; }

static void
asserted_sentence(struct bundle_manifest *m)
{
	m->asserted = memory_resize(m->asserted, 1, sizeof(*m->asserted));
	m->asserted[0] = m->claims - 1;
	m->asserteds = 1;
}

static void
verdict_of_two(struct bundle_manifest *m)
{
	m->claim[0].verdict = VERDICT_MET;
	m->claim[0].beneath = VERDICT_NOT_MET;
}

static void document_gone(struct bundle_manifest *m) { m->documents--; }

static void
document_renamed(struct bundle_manifest *m)
{
	m->document[0].name = bytes_of_text("self-check.kr.html");
}

static void
document_path(struct bundle_manifest *m)
{
	m->document[0].name = bytes_of_text("../html");
}

static void
document_capitals(struct bundle_manifest *m)
{
	m->document[0].name = bytes_of_text("Self-Check.EN.json");
}

static void filing_none(struct bundle_manifest *m) { m->filing = m->context[m->contexts - 1]; }
static void filing_early(struct bundle_manifest *m) { m->filing = m->to - 1; }
static void range_short(struct bundle_manifest *m) { m->from++; }
static void context_twice(struct bundle_manifest *m) { m->context[1] = m->context[0]; }
static void size_more(struct bundle_manifest *m) { m->size++; }
static void values_more(struct bundle_manifest *m) { m->values++; }

/* Those that only change the MANIFEST. */
struct manifest_forgery {
	const char *name;
	void      (*edit)(struct bundle_manifest *);
	const char *sentence;
};

static const struct manifest_forgery manifest_forgeries[] = {
	{ "verdict flipped", flip, "the claims are not those that record" },
	{ "verdict flipped, FILING let go", flip_unfiled,
	    "T-4 on target:udm-2-tls: the filing says met (beneath: met), the records of the "
	    "bundle say not-met" },
	{ "what lies beneath a waiver flipped", flip_beneath,
	    "the filing says waived (beneath: met), the records of the bundle say waived "
	    "(beneath: not-met)" },
	{ "waiver hidden", flip_unwaived, "the filing says not-met (beneath: not-met), the "
	    "records of the bundle say waived" },
	{ "claim removed", claim_gone, "(FILING) names: what the filing says was changed" },
	{ "claim added", claim_more, "what the filing says was changed since" },
	{ "claims in another order", claims_turned, "the claims are not those that record" },
	{ "sentence changed", sentence_changed, "the claims are not those that record" },
	{ "control invented", control_unknown, "is about nothing: there is no control T-77" },
	{ "control that decides nothing", control_undecided,
	    "is about nothing: no condition decides that control" },
	{ "subject invented", subject_unknown,
	    "is about nothing: the plan in force has no such subject" },
	{ "cites changed", cites_changed, "the claims are not those that record" },
	{ "cites changed, FILING let go", cites_unfiled, "and does not cite it: its cites were "
	    "changed" },
	{ "cites of nothing", cites_far, "claim 1 cites record 99999, which is not in the bundle" },
	{ "rules of another version", rules_changed, "the claims are not those that record" },
	{ "another moment", later, "the records of the bundle say unknown" },
	{ "a moment after the FILING", after_filing, "was recorded before the moment its verdicts "
	    "speak of" },
	{ "sentence marked as a verdict", asserted_sentence, "the maker's word alone is no verdict" },
	{ "verdict and beneath without waiver", verdict_of_two,
	    "not waived differs from what lies beneath it" },
	{ "document removed", document_gone, "the documents are not those that record" },
	{ "document renamed", document_renamed, "the claims are not those that record" },
	{ "document with a path", document_path, "a name that cannot be a file's" },
	{ "documents that differ in capitals", document_capitals,
	    "two documents have the same name, but for capitals" },
	{ "FILING that is none", filing_none, "which is to be its FILING, is none" },
	{ "FILING inside its own range", filing_early, "its FILING is not behind the records" },
	{ "range shortened", range_short, "there is a record too many at octet" },
	{ "context twice", context_twice, "the numbers of the context do not ascend" },
	{ "another size", size_more, "another checkpoint was put in its place" },
	{ "more values", values_more, "values.cbor: it holds 0 values, the MANIFEST speaks of 1" },
};

/* --- of files ----------------------------------------------------------------------------- */

static void
document_changed(struct copy *copy)
{
	copy->blob[scene_blob(copy, scene->document[0].hash)].at[2] ^= 1;
}

/* With its new hash as its name, here and in the MANIFEST. */
static struct hash document_hash;
static void document_rehash(struct bundle_manifest *m) { m->document[0].hash = document_hash; }

static void
document_swapped(struct copy *copy)
{
	size_t at = scene_blob(copy, scene->document[0].hash);

	copy->blob[at].at[2] ^= 1;
	copy->name[at] = document_hash = hash_of(bytes_of_buffer(&copy->blob[at]));
	scene_edit(copy, document_rehash);
}

static void
document_missing(struct copy *copy)
{
	copy->name[scene_blob(copy, scene->document[1].hash)] = hash_of(bytes_of_text("elsewhere"));
}

static void
pack_swapped(struct copy *copy)
{
	struct buffer *pack = &copy->blob[scene_blob(copy, hash_of(bytes_of_text(fw_pack)))];
	char *weak = strstr(buffer_text(pack), "30d");

	/* A month becomes a day. */
	memcpy(weak, " 1d", 3);
}

static void
pack_gone(struct copy *copy)
{
	copy->name[scene_blob(copy, hash_of(bytes_of_text(fw_pack)))] =
	    hash_of(bytes_of_text("elsewhere"));
}

static void
plan_changed(struct copy *copy)
{
	struct buffer *plan = &copy->blob[scene_blob(copy, scene->fw->world->plan)];

	plan->at[plan->len - 1] ^= 1;
}

static void
chain_swapped(struct copy *copy)
{
	struct hash own = hash_of(bytes_of_buffer(&scene->fw->chain[1]));
	size_t at = scene_blob(copy, own);

	buffer_reset(&copy->blob[at]);
	buffer_put(&copy->blob[at], scene->fw->chain[4].at, scene->fw->chain[4].len);
}

static struct hash
proof_hash(void)
{
	struct record record;
	struct record_walk walk;
	struct hash hash = { { 0 } };
	struct why why;

	copy_must(record_decode(bytes_of_buffer(&scene->fw->world->record[scene->proof]), &record,
	    &why), &why);
	walk = record_walk_of(record.observation.evidence);
	assert_true(record_hashes_next(&walk, &hash));
	return hash;
}

static void
proof_changed(struct copy *copy)
{
	struct buffer *proof = &copy->blob[scene_blob(copy, proof_hash())];

	proof->at[proof->len - 3] ^= 4;
}

static void
blob_cut(struct copy *copy)
{
	copy->blob[scene_blob(copy, hash_of(bytes_of_buffer(&scene->fw->chain[3])))].len -= 7;
}

static void
token_of_another(struct copy *copy)
{
	struct world *world = scene->fw->world;
	struct record first, last;
	struct why why;
	size_t one, two;

	copy_must(record_decode(bytes_of_buffer(&world->record[world_find(world, RECORD_ANCHOR, -1,
	    0)]), &first, &why), &why);
	copy_must(record_decode(bytes_of_buffer(&world->record[world_find(world, RECORD_ANCHOR, -1,
	    1)]), &last, &why), &why);
	one = scene_blob(copy, first.anchor.token);
	two = scene_blob(copy, last.anchor.token);
	buffer_reset(&copy->blob[two]);
	buffer_put(&copy->blob[two], copy->blob[one].at, copy->blob[one].len);
}

static void
older_checkpoint(struct copy *copy)
{
	const struct world *world = scene->fw->world;
	size_t note = world->notes;

	while (world->note_size[--note] >= scene->size)
		;
	buffer_reset(&copy->file[BUNDLE_CHECKPOINT]);
	buffer_put(&copy->file[BUNDLE_CHECKPOINT], world->note[note].at, world->note[note].len);
}

static void
stranger_signs(struct copy *copy)
{
	struct signing_key *stranger;
	struct note_verifier verifier;
	struct checkpoint checkpoint;
	struct note note;
	uint8_t public[32];
	struct why why;

	copy_must(note_read(bytes_of_buffer(&copy->file[BUNDLE_CHECKPOINT]), &note, &why), &why);
	copy_must(checkpoint_read(note.text, &checkpoint, &why), &why);
	copy_must(signing_key_make(&stranger, &why), &why);
	signing_key_public(stranger, public);
	note_verifier_make(WORLD_ORIGIN, public, &verifier);
	buffer_reset(&copy->file[BUNDLE_CHECKPOINT]);
	world_sign_note(stranger, &verifier, &checkpoint, &copy->file[BUNDLE_CHECKPOINT]);
	signing_key_free(stranger);
}

/* The n-th record of a sequence file: where it begins and how long it is. */
static size_t
record_at(const struct copy *copy, enum bundle_file file, size_t nth, size_t *len)
{
	struct cbor in = cbor_of(bytes_of_buffer(&copy->file[file]), true);
	size_t at;

	do {
		at = in.at;
		*len = cbor_raw(&in).len;
	} while (nth-- > 0);
	assert_int_equal(in.err, ERR_OK);
	return at;
}

static size_t
place_of(const struct copy *copy, uint64_t seq)
{
	struct bundle_manifest manifest;
	struct why why;
	size_t i = 0;

	copy_must(bundle_manifest_read(bytes_of_buffer(&copy->file[BUNDLE_MANIFEST]), &manifest,
	    &why), &why);
	while (i < manifest.contexts && manifest.context[i] != seq)
		i++;
	assert_true(i < manifest.contexts);
	bundle_manifest_free(&manifest);
	return i;
}

/* An OBSERVATION of the past, its version of TLS another one. */
static void
facts_changed(struct copy *copy)
{
	size_t len, at = record_at(copy, BUNDLE_CONTEXT, place_of(copy, 6), &len);
	uint8_t *version = memmem(copy->file[BUNDLE_CONTEXT].at + at, len, "TLSv1.3", 7);

	assert_non_null(version);
	version[6] = '2';
}

static void
config_changed(struct copy *copy)
{
	size_t len, at = record_at(copy, BUNDLE_CONTEXT, place_of(copy, 3), &len);

	copy->file[BUNDLE_CONTEXT].at[at + len - 1] ^= 1;
}

static void
order_swapped(struct copy *copy)
{
	size_t one_len, one = record_at(copy, BUNDLE_RECORDS, 2, &one_len);
	size_t two_len, two = record_at(copy, BUNDLE_RECORDS, 3, &two_len);
	struct buffer swapped = { 0 };

	buffer_put(&swapped, copy->file[BUNDLE_RECORDS].at + two, two_len);
	buffer_put(&swapped, copy->file[BUNDLE_RECORDS].at + one, one_len);
	copy_splice(copy, BUNDLE_RECORDS, one, one_len + two_len, bytes_of_buffer(&swapped));
	buffer_free(&swapped);
}

static void
record_twice(struct copy *copy)
{
	size_t len, at = record_at(copy, BUNDLE_RECORDS, 4, &len);
	struct buffer again = { 0 };

	buffer_put(&again, copy->file[BUNDLE_RECORDS].at + at, len);
	copy_splice(copy, BUNDLE_RECORDS, at, 0, bytes_of_buffer(&again));
	buffer_free(&again);
}

static void
record_gone(struct copy *copy)
{
	size_t len, at = record_at(copy, BUNDLE_RECORDS, 4, &len);

	copy_splice(copy, BUNDLE_RECORDS, at, len, bytes_of(NULL, 0));
}

static void
tree_changed(struct copy *copy)
{
	/* Its first hash is of record 0, which is here; the second stands for records that are not. */
	copy->file[BUNDLE_TREE].at[HASH_LEN] ^= 1;
}

/* --- of what is left out, with the tree mended -------------------------------------------- */

static void filing_gone(struct copy *copy) { scene_leave_out(scene, copy, scene->filing); }
static void cited_gone(struct copy *copy) { scene_leave_out(scene, copy, 6); }
static void waiver_gone(struct copy *copy) { scene_leave_out(scene, copy, scene->agreed); }

static void
key_gone(struct copy *copy)
{
	scene_leave_out(scene, copy, world_find(scene->fw->world, RECORD_KEY, -1, 1));
}

static void
config_gone(struct copy *copy)
{
	scene_leave_out(scene, copy, world_find(scene->fw->world, RECORD_CONFIG, -1, 0));
}

/* And out of every cite, so that nobody misses it; the FILING is let go. */
static uint64_t uncited;

static void
cite_no_more(struct bundle_manifest *m)
{
	for (size_t i = 0; i < m->claims; i++) {
		uint64_t *cites = (uint64_t *)(uintptr_t)m->claim[i].cites;
		size_t kept = 0;

		for (size_t j = 0; j < m->claim[i].count; j++)
			if (cites[j] != uncited)
				cites[kept++] = cites[j];
		m->claim[i].count = kept;
	}
	unfiled(m);
}

static void
hide(struct copy *copy, uint64_t seq)
{
	uncited = seq;
	scene_edit(copy, cite_no_more);
	scene_leave_out(scene, copy, seq);
}

static void observation_hidden(struct copy *copy) { hide(copy, 6); }
static void failure_hidden(struct copy *copy) { hide(copy, scene->failing); }
static void agreement_hidden(struct copy *copy) { hide(copy, scene->agreed); }

/* And a word of the worker from before it put in its place, so that what is stale looks fresh. */
static void
gap_hidden(struct copy *copy)
{
	struct bundle_manifest manifest;
	struct buffer old;
	struct why why;
	size_t place = place_of(copy, scene->gap);

	uncited = scene->gap;
	scene_edit(copy, cite_no_more);
	old = copy->file[BUNDLE_MANIFEST];
	copy_must(bundle_manifest_read(bytes_of_buffer(&old), &manifest, &why), &why);
	copy->file[BUNDLE_MANIFEST] = (struct buffer){ 0 };
	manifest.context[place] = world_find(scene->fw->world, RECORD_COVERAGE, 0, 2);
	scene_mend(scene, copy, &manifest);
	bundle_manifest_free(&manifest);
	buffer_free(&old);
}

/* A later begin of the range, behind the words of the workers: nobody vouches for anything. */
static void
coverage_hidden(struct copy *copy)
{
	struct bundle_manifest manifest;
	struct buffer old = copy->file[BUNDLE_MANIFEST];
	struct why why;

	copy_must(bundle_manifest_read(bytes_of_buffer(&old), &manifest, &why), &why);
	copy->file[BUNDLE_MANIFEST] = (struct buffer){ 0 };
	manifest.from = manifest.to - 1;
	for (size_t i = 0; i < manifest.contexts; i++)
		assert_true(manifest.context[i] < scene->from || manifest.context[i] >= manifest.to);
	uncited = UINT64_MAX;
	cite_no_more(&manifest);
	for (size_t i = 0; i < manifest.claims; i++) {
		uint64_t *cites = (uint64_t *)(uintptr_t)manifest.claim[i].cites;
		size_t kept = 0;

		for (size_t j = 0; j < manifest.claim[i].count; j++)
			if (cites[j] < scene->from)
				cites[kept++] = cites[j];
		manifest.claim[i].count = kept;
	}
	scene_mend(scene, copy, &manifest);
	bundle_manifest_free(&manifest);
	buffer_free(&old);
}

/* --- of the MANIFEST's octets ------------------------------------------------------------- */

static void
manifest_octet(struct copy *copy, const char *text, size_t at, uint8_t octet)
{
	struct buffer *file = &copy->file[BUNDLE_MANIFEST];
	uint8_t *found = memmem(file->at, file->len, text, strlen(text));

	assert_non_null(found);
	found[at] = octet;
}

static void version_next(struct copy *copy) { manifest_octet(copy, "sekimori bundle 2", 16, '9'); }
static void version_old(struct copy *copy) { manifest_octet(copy, "sekimori bundle 2", 16, '1'); }

/* The size, which is its first number, with a longer head than it needs. */
static void
not_deterministic(struct copy *copy)
{
	struct buffer *file = &copy->file[BUNDLE_MANIFEST];
	uint8_t *size = file->at + 21;
	uint8_t longer[3] = { 0x19, 0, 0 };

	assert_int_equal(size[0], 0x18);
	longer[2] = size[1];
	copy_splice(copy, BUNDLE_MANIFEST, 21, 2, bytes_of(longer, 3));
}

static void
huge(struct copy *copy, size_t from_end, const uint8_t *head, size_t len)
{
	copy_splice(copy, BUNDLE_MANIFEST, copy->file[BUNDLE_MANIFEST].len - from_end, 1,
	    bytes_of(head, len));
}

/* The list of asserted claims, and the record of the filing, with billions of entries. */
static void
huge_asserted(struct copy *copy)
{
	static const uint8_t head[] = { 0x9a, 0xff, 0xff, 0xff, 0xff };

	huge(copy, 5, head, sizeof(head));
}

static void
huge_filing(struct copy *copy)
{
	static const uint8_t head[] = { 0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

	huge(copy, 3, head, sizeof(head));
}

static void manifest_tail(struct copy *copy) { buffer_put_u8(&copy->file[BUNDLE_MANIFEST], 0); }

struct forgery { const char *name; void (*forge)(struct copy *); const char *sentence; };

static const struct forgery forgeries[] = {
	{ "document changed", document_changed, "the document self-check.ja.html was changed" },
	{ "document changed, its hash mended", document_swapped,
	    "the documents are not those that record" },
	{ "document missing", document_missing, "the document self-check.en.json cannot be had" },
	{ "pack weaker", pack_swapped, "(pack), does not have that hash" },
	{ "pack missing", pack_gone, "(pack), cannot be had: blobs/" },
	{ "plan changed", plan_changed, "(plan), does not have that hash" },
	{ "chain of another target", chain_swapped, "(evidence), does not have that hash" },
	{ "signature bit of a proof", proof_changed, "(evidence), does not have that hash" },
	{ "blob cut", blob_cut, "(evidence), does not have that hash" },
	{ "token of another checkpoint", token_of_another, "(token), does not have that hash" },
	{ "checkpoint older than the records", older_checkpoint, "another checkpoint was put in" },
	{ "checkpoint signed by another key", stranger_signs, "bears no signature by" },
	{ "facts of an observation", facts_changed, "context.cbor: record 6, at octet" },
	{ "CONFIG changed", config_changed, "context.cbor: record 3, at octet" },
	{ "records in another order", order_swapped, "is not the record that was signed" },
	{ "record twice", record_twice, "records.cbor: there is a record too many" },
	{ "record missing", record_gone, "records.cbor: it ends at octet" },
	{ "tree changed", tree_changed, "do not lead to the root" },
	{ "FILING left out", filing_gone, "which is to be its FILING, is not in the bundle" },
	{ "cited record left out", cited_gone, "cites record 6, which is not in the bundle" },
	{ "agreement to a waiver left out", waiver_gone, "the records of the bundle say not-met" },
	{ "rotation of the key left out", key_gone, "bears no signature by" },
	{ "CONFIG left out", config_gone, "which is not in the bundle" },
	{ "observation hidden", observation_hidden, "the records of the bundle say" },
	{ "failure hidden", failure_hidden, "the records of the bundle say" },
	{ "gap hidden", gap_hidden, "the records of the bundle say" },
	{ "agreement hidden", agreement_hidden, "the filing says waived (beneath: not-met), the "
	    "records of the bundle say not-met" },
	{ "coverage hidden", coverage_hidden, "the records of the bundle say" },
	{ "format of tomorrow", version_next, "its format is \"sekimori bundle 9\"" },
	{ "format of yesterday", version_old, "it has not the keys of its format" },
	{ "not deterministic", not_deterministic, "MANIFEST: octet 24: input breaks its own" },
	{ "billions of asserted claims", huge_asserted, "input ends early" },
	{ "billions of filings", huge_filing, "input ends early" },
	{ "something behind the MANIFEST", manifest_tail, "octets follow its end" },
};

enum {
	MANIFEST_FORGERIES = sizeof(manifest_forgeries) / sizeof(manifest_forgeries[0]),
	FORGERIES = sizeof(forgeries) / sizeof(forgeries[0])
};

static size_t
refused(struct copy *copy, const char *name, const char *sentence)
{
	struct told told = { .proved = 0 };
	struct why why;
	enum err err = judge(copy, &told, &why);
	bool good = err != ERR_OK && strstr(why.text, sentence) != NULL;

	if (!good)
		print_error("%s: wanted \"%s\", got %s \"%s\"\n", name, sentence, err_name(err),
		    why.text);
	buffer_free(&told.text);
	return good ? 0 : 1;
}

static void
test_forgeries(void **state)
{
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < MANIFEST_FORGERIES; i++) {
		struct copy copy = copy_of(&scene->good);

		scene_edit(&copy, manifest_forgeries[i].edit);
		wrong += refused(&copy, manifest_forgeries[i].name, manifest_forgeries[i].sentence);
		copy_free(&copy);
	}
	for (size_t i = 0; i < FORGERIES; i++) {
		struct copy copy = copy_of(&scene->good);

		forgeries[i].forge(&copy);
		wrong += refused(&copy, forgeries[i].name, forgeries[i].sentence);
		copy_free(&copy);
	}
	assert_int_equal(wrong, 0);
	assert_true(MANIFEST_FORGERIES + FORGERIES >= 60);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_forgeries),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
