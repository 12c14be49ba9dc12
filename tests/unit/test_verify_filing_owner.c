/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the owner of the ledger, with its key at hand, can and cannot make of a filing: proofs by
 * another key, old nonces, somebody else's chain, a waiver without a second person, verdicts the
 * records do not lead to.  And what a bundle says where something is withheld or was never filed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <ctype.h>
#include <sys/stat.h>

#include "attest/x509_leaf.h"
#include "monitor/state/fold.h"
#include "tests/unit/filing_scene.h"

/* --- lies --------------------------------------------------------------------------------- */

static struct buffer proof;

/* The proof by a stranger's key, which is not the one that is named. */
static void
by_another_key(struct scene *scene, struct scene_lie *lie)
{
	fw_prove(scene->fw, 0, 77, &proof);
	lie->proof.proof = bytes_of_buffer(&proof);
}

/* The first proof's nonce has the number 1; signed again it is another proof. */
static void
by_an_old_nonce(struct scene *scene, struct scene_lie *lie)
{
	fw_prove(scene->fw, 1, 1, &proof);
	lie->proof.proof = bytes_of_buffer(&proof);
}

static void
by_a_changed_bit(struct scene *scene, struct scene_lie *lie)
{
	struct possession read;
	struct why why;

	fw_prove(scene->fw, 1, 78, &proof);
	copy_must(possession_read(bytes_of_buffer(&proof), &read, &why), &why);
	((uint8_t *)(uintptr_t)read.signature.at)[9] ^= 1;
	lie->proof.proof = bytes_of_buffer(&proof);
}

static void
by_no_proof(struct scene *scene, struct scene_lie *lie)
{
	(void)scene;
	lie->proof.unlisted = true;
}

static void say_met(struct bundle_claim *claim) { claim->verdict = claim->beneath = VERDICT_MET; }

/* Says in the filing that the address was where it may be. */
static void
claim_place(struct scene *scene)
{
	say_met(scene_claim(scene->made.claim, scene->made.claims, "T-4", "target:udm-2-tls"));
}

static void
claim_waived(struct scene *scene)
{
	scene_claim(scene->made.claim, scene->made.claims, "T-1", "target:udm-2-tls")->verdict =
	    VERDICT_WAIVED;
}

/* Those of which the bundle as exported is refused. */
struct lie { const char *name; struct scene_lie lie; const char *sentence; };

static const struct lie lies[] = {
	{ "proof by another key", { .prepare = by_another_key },
	    "says something else of key.spki than its evidence proves" },
	{ "proof with an old nonce", { .prepare = by_an_old_nonce },
	    "an old nonce was used again" },
	{ "proof with a changed bit", { .prepare = by_a_changed_bit },
	    "says that a key signed, its evidence does not show it" },
	{ "chain of another target", { .wire = { .wire = 4 } },
	    "was on the wire is not that of the chain it names: the leaf of the chain has another" },
	{ "chain of another responder of IKE", { .wire = { .wire = 4, .ike = true } },
	    "was on the wire is not that of the chain it names: the leaf of the chain has another" },
	{ "chain that is no evidence", { .wire = { .unlisted = true } },
	    "is not among its evidence" },
	{ "token of another checkpoint", { .token_swapped = true }, "does not hold: " },
};

static void
test_lies(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		struct scene *scene = scene_new(lies[i].lie);
		struct told told = { .proved = 0 };
		struct why why;

		if (scene_judge(scene, &scene->good, &told, &why) == ERR_OK ||
		    strstr(why.text, lies[i].sentence) == NULL)
			fail_msg("%s: wanted \"%s\", got \"%s\"", lies[i].name, lies[i].sentence,
			    why.text);
		buffer_free(&told.text);
		buffer_free(&proof);
		scene_free(scene);
	}
}

static void clear_marks(struct bundle_manifest *m) { m->asserteds = 0; }

/*
 * Verdicts the records do not lead to are never proved: the export marks them, and whoever takes
 * the mark away is refused.
 */
static void
test_false_verdicts(void **state)
{
	static const struct lie false_ones[] = {
		{ "another place", { .claims = claim_place }, "the filing says met" },
		{ "waiver agreed to by who asked", { .agreed_by = 1, .claims = claim_waived },
		    "the filing says waived (beneath: not-met), the records of the bundle say "
		    "not-met" },
		{ "waiver after its end", { .waived_ms = 30000, .claims = claim_waived },
		    "the filing says waived (beneath: not-met), the records of the bundle say "
		    "not-met" } };

	(void)state;
	for (size_t i = 0; i < sizeof(false_ones) / sizeof(false_ones[0]); i++) {
		struct scene *scene = scene_new(false_ones[i].lie);
		struct told told = { .proved = 0 };
		struct copy copy = copy_of(&scene->good);
		struct why why;

		copy_must(scene_judge(scene, &copy, &told, &why), &why);
		assert_int_equal(told.asserted, 1);
		says(&told, "; says the maker of the bundle, the records that are here do not lead "
		    "to it");
		scene_edit(&copy, clear_marks);
		assert_int_equal(scene_judge(scene, &copy, &told, &why), ERR_MISMATCH);
		if (strstr(why.text, false_ones[i].sentence) == NULL)
			fail_msg("%s: \"%s\"", false_ones[i].name, why.text);
		copy_free(&copy);
		buffer_free(&told.text);
		scene_free(scene);
	}
}

static void
test_bare(void **state)
{
	struct scene *scene = scene_new((struct scene_lie){ .prepare = by_no_proof });
	struct told told = { .proved = 0 };
	struct why why;

	(void)state;
	copy_must(scene_judge(scene, &scene->good, &told, &why), &why);
	says(&told, "NOT SHOWN evidence 1 observations say that a key signed, and name no proof");
	buffer_free(&told.text);
	scene_free(scene);
}

/* --- chains as a peer sent them ----------------------------------------------------------- */

static void
test_chains(void **state)
{
	struct filing_world *fw = fw_new();
	struct buffer two = { 0 };
	struct bytes leaf;
	struct why why;
	size_t count;

	(void)state;
	buffer_put(&two, fw->chain[1].at, fw->chain[1].len);
	buffer_put(&two, fw->chain[2].at, fw->chain[2].len);
	assert_int_equal(x509_chain_leaf(bytes_of_buffer(&two), &leaf, &count, &why), ERR_OK);
	assert_int_equal(count, 2);
	assert_int_equal(leaf.len, fw->chain[1].len - 3);
	assert_int_equal(x509_leaf_spki(leaf, fw->spki[1], &why), ERR_OK);
	assert_int_equal(x509_leaf_spki(leaf, fw->spki[2], &why), ERR_MISMATCH);
	/* Every cut breaks off, but the one between the two. */
	for (size_t len = 0; len < two.len; len++)
		assert_int_equal(x509_chain_leaf(bytes_of(two.at, len), &leaf, &count, &why),
		    len == fw->chain[1].len ? ERR_OK : ERR_MALFORMED);
	for (size_t len = 0; len < fw->chain[1].len - 3; len++)
		assert_int_equal(x509_leaf_spki(bytes_of(two.at + 3, len), fw->spki[2], &why),
		    ERR_MALFORMED);
	buffer_free(&two);
	fw_free(fw);
}

/* --- less than all ------------------------------------------------------------------------ */

static void unfiled(struct bundle_manifest *m) { m->filed = false; }
static struct hash withheld;

static void
withhold(struct bundle_manifest *m)
{
	m->withheld = memory_resize(m->withheld, 1, sizeof(*m->withheld));
	m->withheld[0] = withheld;
	m->withhelds = 1;
}

static struct copy
without(const struct scene *scene, struct hash hash)
{
	struct copy copy = copy_of(&scene->good);
	size_t at = scene_blob(&copy, hash);

	withheld = hash;
	buffer_free(&copy.blob[at]);
	copy.name[at] = copy.name[--copy.blobs];
	copy.blob[at] = copy.blob[copy.blobs];
	scene_edit(&copy, withhold);
	return copy;
}

static void rules_next(struct bundle_manifest *m) { m->judge_version++; m->filed = false; }

static void
test_less(void **state)
{
	struct scene *scene = scene_new((struct scene_lie){ .agreed_by = 0 });
	struct told told = { .proved = 0 };
	size_t verdicts = scene->made.claims - 1;
	struct copy copy = copy_of(&scene->good);
	struct why why;
	char other[128];

	(void)state;
	/* Never filed: its documents are whatever the maker put there. */
	scene_edit(&copy, unfiled);
	scene_leave_out(scene, &copy, scene->filing);
	copy_must(scene_judge(scene, &copy, &told, &why), &why);
	says(&told, "ASSERTED filing no FILING record names its 2 documents");
	says(&told, "ASSERTED filing document self-check.ja.html is blobs/");
	assert_null(strstr(buffer_text(&told.text), "PROVED filing"));
	assert_int_equal(told.proved, verdicts);
	/* Judged by rules of another version: nothing is contradicted, nothing proved. */
	scene_edit(&copy, rules_next);
	copy_must(scene_judge(scene, &copy, &told, &why), &why);
	assert_int_equal(told.not_shown, verdicts);
	snprintf(other, sizeof(other), "it cannot be judged from this bundle: it was judged by "
	    "version %d.%d of our", FOLD_VERSION, JUDGE_VERSION + 1);
	says(&told, other);
	copy_free(&copy);
	/* Without its pack or plan a verdict cannot be judged. */
	copy = without(scene, hash_of(bytes_of_text(fw_pack)));
	copy_must(scene_judge(scene, &copy, &told, &why), &why);
	assert_int_equal(told.not_shown, verdicts);
	says(&told, "; it cannot be judged from this bundle: a control pack is not here: ");
	copy_free(&copy);
	copy = without(scene, scene->fw->world->plan);
	copy_must(scene_judge(scene, &copy, &told, &why), &why);
	assert_int_equal(told.not_shown, verdicts);
	says(&told, "; it cannot be judged from this bundle: record 3: ");
	copy_free(&copy);
	copy = without(scene, hash_of(bytes_of_buffer(&scene->fw->chain[1])));
	copy_must(scene_judge(scene, &copy, &told, &why), &why);
	assert_int_equal(told.proved, verdicts);
	says(&told, "NOT SHOWN evidence 1 pieces of evidence are withheld");
	copy_free(&copy);
	buffer_free(&told.text);
	scene_free(scene);
}

static void
test_strangers(void **state)
{
	struct scene *scene = scene_new((struct scene_lie){ .agreed_by = 0 });
	struct scene *other = scene_new((struct scene_lie){ .agreed_by = 0 });
	struct verify_options key = { .key = &other->fw->world->verifier };
	struct verify_options roots = { .roots_pem = bytes_of_buffer(&other->roots) };
	struct told told = { .proved = 0 };
	struct copy copy;
	struct why why;

	(void)state;
	assert_int_equal(judge_as(&scene->good, &key, &told, &why), ERR_UNTRUSTED);
	assert_non_null(strstr(why.text, "it is another ledger's"));
	assert_int_equal(judge_as(&scene->good, &roots, &told, &why), ERR_UNTRUSTED);
	assert_non_null(strstr(why.text, "no pinned root stands behind"));
	/* A checkpoint and a tree of another ledger under this one's records. */
	copy = copy_of(&scene->good);
	for (int i = BUNDLE_CHECKPOINT; i <= BUNDLE_TREE; i++) {
		buffer_reset(&copy.file[i]);
		buffer_put(&copy.file[i], other->good.file[i].at, other->good.file[i].len);
	}
	assert_int_equal(scene_judge(scene, &copy, &told, &why), ERR_UNTRUSTED);
	assert_non_null(strstr(why.text, "record 0, at octet 0, is not the record that was signed"));
	copy_free(&copy);
	buffer_free(&told.text);
	scene_free(scene);
	scene_free(other);
}

/* --- format 1 ----------------------------------------------------------------------------- */

/* A plain bundle as it was written before filings: key 7 a list of claims, nothing behind it. */
static void
make_format_1(struct copy *copy)
{
	static const uint8_t seven[] = { 7, 0x83, 0x80, 0x80, 0x80, 8, 0x80, 9, 0x80 };
	static const uint8_t seven_1[] = { 7, 0x80 };
	struct buffer *file = &copy->file[BUNDLE_MANIFEST];
	size_t at = file->len - sizeof(seven);
	uint8_t *format = memmem(file->at, file->len, "bundle 2", 8);

	assert_memory_equal(file->at + at, seven, sizeof(seven));
	assert_int_equal(file->at[0], 0xaa);
	file->at[0] = 0xa8;
	format[7] = '1';
	copy_splice(copy, BUNDLE_MANIFEST, at, sizeof(seven), bytes_of(seven_1, sizeof(seven_1)));
}

static void
test_format_1(void **state)
{
	struct scene *scene = scene_new((struct scene_lie){ .agreed_by = 0 });
	struct bundle_order order = { .from = scene->from, .to = scene->size };
	struct told told = { .proved = 0 };
	struct ledger *ledger;
	struct copy copy;
	struct why why;
	char path[160];

	(void)state;
	snprintf(path, sizeof(path), "%s/plain", scene->folder);
	copy_must(ledger_open(&ledger, scene->ledger, LEDGER_READ, &why), &why);
	copy_must(bundle_export(ledger, &order, path, &why), &why);
	ledger_close(ledger);
	copy_load(&copy, path);
	copy_must(scene_judge(scene, &copy, &told, &why), &why);
	make_format_1(&copy);
	copy_must(scene_judge(scene, &copy, &told, &why), &why);
	says(&told, "PROVED identity ");
	says(&told, "PROVED records ");
	copy_free(&copy);
	buffer_free(&told.text);
	scene_free(scene);
}

/* --- the folder --------------------------------------------------------------------------- */

static enum err
judge_folder(const struct scene *scene, const char *path, struct why *why)
{
	struct verify_options how = { .key = &scene->fw->world->verifier,
	    .roots_pem = bytes_of_buffer(&scene->roots) };
	struct told told = { .proved = 0 };
	struct bundle_folder *open;
	struct bundle_octets octets;
	enum err err = bundle_folder_open(path, &open, &octets, why);

	if (err == ERR_OK)
		err = judge_octets(&octets, &how, &told, why);
	if (err == ERR_OK)
		err = bundle_folder_rest(open, why);
	bundle_folder_close(open);
	buffer_free(&told.text);
	return err;
}

struct place { char bundle[128], document[256], pack[256], other[256]; };

static void
put(const char *folder, const char *name, const char *text)
{
	char path[300];
	struct why why;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	copy_must(file_write(path, bytes_of_text(text), 0644, &why), &why);
}

static void folder_unlisted(const struct place *p) { put(p->bundle, "README", "trust me"); }
static void folder_capitals(const struct place *p) { put(p->bundle, "manifest", "another"); }
static void folder_document(const struct place *p) { put(p->bundle, "self-check.ja.html", "<p>"); }

static void
folder_blob(const struct place *p)
{
	put(p->bundle, "blobs/" "00000000000000000000000000000000000000000000000000000000000000aa", "?");
}

static void
folder_blob_capitals(const struct place *p)
{
	char upper[300];
	size_t from = strlen(p->pack) - 64;

	snprintf(upper, sizeof(upper), "%s", p->pack);
	for (size_t i = from; upper[i] != '\0'; i++)
		upper[i] = (char)toupper((unsigned char)upper[i]);
	assert_int_equal(link(p->pack, upper), 0);
}

static void
folder_link(const struct place *p)
{
	assert_int_equal(rename(p->document, p->other), 0);
	assert_int_equal(symlink(p->other, p->document), 0);
}

static void
folder_pipe(const struct place *p)
{
	assert_int_equal(unlink(p->pack), 0);
	assert_int_equal(mkfifo(p->pack, 0600), 0);
}

static void folder_cut(const struct place *p) { assert_int_equal(truncate(p->document, 3), 0); }
static void folder_gone(const struct place *p) { assert_int_equal(unlink(p->document), 0); }

static void
folder_blobs_link(const struct place *p)
{
	char blobs[160];

	snprintf(blobs, sizeof(blobs), "%s/blobs", p->bundle);
	assert_int_equal(rename(blobs, p->other), 0);
	assert_int_equal(symlink(p->other, blobs), 0);
}

static const struct {
	const char *name;
	void      (*forge)(const struct place *);
	const char *sentence;
} folders[] = {
	{ "a file more", folder_unlisted, "README: it does not belong into a bundle" },
	{ "MANIFEST in other capitals", folder_capitals, "manifest: it does not belong" },
	{ "document beside the MANIFEST", folder_document, "self-check.ja.html: it does not belong" },
	{ "blob that nobody names", folder_blob, "no record of the bundle names it" },
	{ "blob in capitals", folder_blob_capitals, "no record of the bundle names it" },
	{ "link", folder_link, "it is a link; a bundle holds plain files" },
	{ "pipe", folder_pipe, "it is not a plain file" },
	{ "document cut", folder_cut, "the document self-check.ja.html was changed" },
	{ "document gone", folder_gone, "the document self-check.ja.html cannot be had" },
	{ "blobs by a link", folder_blobs_link, "it is missing from the bundle" },
};

static void
test_folder(void **state)
{
	struct scene *scene = scene_new((struct scene_lie){ .agreed_by = 0 });
	char document[HASH_TEXT], pack[HASH_TEXT];

	(void)state;
	hash_text(scene->document[0].hash, document);
	hash_text(hash_of(bytes_of_text(fw_pack)), pack);
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		struct place p;
		struct why why = { .err = ERR_OK };

		snprintf(p.bundle, sizeof(p.bundle), "%s/folder-%zu", scene->folder, i);
		snprintf(p.document, sizeof(p.document), "%s/blobs/%s", p.bundle, document);
		snprintf(p.pack, sizeof(p.pack), "%s/blobs/%s", p.bundle, pack);
		snprintf(p.other, sizeof(p.other), "%s/other-%zu", scene->folder, i);
		copy_must(scene_export(scene, p.bundle, &why), &why);
		copy_must(judge_folder(scene, p.bundle, &why), &why);
		folders[i].forge(&p);
		if (judge_folder(scene, p.bundle, &why) == ERR_OK ||
		    strstr(why.text, folders[i].sentence) == NULL)
			fail_msg("%s: wanted \"%s\", got \"%s\"", folders[i].name,
			    folders[i].sentence, why.text);
	}
	scene_free(scene);
}

/* One octet after another: no change of a file is proved as before, none is a crash. */
static void
test_every_octet(void **state)
{
	struct scene *scene = scene_new((struct scene_lie){ .agreed_by = 0 });
	struct told told = { .proved = 0 };
	struct copy *copy = &scene->good;
	struct why why;
	size_t octets = 0;

	(void)state;
	for (int file = 0; file < BUNDLE_FILE_COUNT; file++)
		for (size_t at = 0; at < copy->file[file].len; at += 3, octets++) {
			uint8_t by = (uint8_t)(1u << (at + (size_t)file) % 8);

			copy->file[file].at[at] ^= by;
			if (scene_judge(scene, copy, &told, &why) == ERR_OK)
				fail_msg("%s: octet %zu", bundle_file_name((enum bundle_file)file),
				    at);
			copy->file[file].at[at] ^= by;
		}
	assert_true(octets > 1500);
	buffer_free(&told.text);
	scene_free(scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lies),
		cmocka_unit_test(test_false_verdicts),
		cmocka_unit_test(test_bare),
		cmocka_unit_test(test_chains),
		cmocka_unit_test(test_less),
		cmocka_unit_test(test_strangers),
		cmocka_unit_test(test_format_1),
		cmocka_unit_test(test_folder),
		cmocka_unit_test(test_every_octet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
