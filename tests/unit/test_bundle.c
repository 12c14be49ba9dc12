/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A real small ledger, exported and verified; then forged in every way we could think of, and in
 * every single octet.  Each forgery is refused with the sentence that says which file and where.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <getopt.h>
#include <sys/stat.h>
#include <unistd.h>

#include "monitor/base/command.h"
#include "monitor/ledger/fork.h"
#include "reports/verify.h"
#include "tests/unit/bundle_copy.h"
#include "tests/unit/world.h"

static struct world *world;
static struct authority authority;
static struct buffer roots;
static char folder[64], ledger_file[96];

/* What a verification told, as one text. */
struct told { struct buffer text; uint64_t findings; };

static void
on_claim(void *arg, enum claim_kind claim, enum shown verdict, const char *text)
{
	buffer_print(&((struct told *)arg)->text, "%s %s %s\n", shown_name(verdict),
	    claim_name(claim),
	    text);
}

static void
on_item(void *arg, const struct audit_item *item)
{
	buffer_print(&((struct told *)arg)->text, "%u %s %s\n", item->weight,
	    audit_kind_name(item->kind), item->text);
}

static enum err
judge_as(struct copy *copy, const struct verify_options *how, struct told *told, struct why *why)
{
	struct verify_teller teller = { on_claim, on_item, told };
	struct bundle_octets octets = copy_octets(copy);
	struct verify_result result;
	enum err err;

	*why = (struct why){ .err = ERR_OK };
	buffer_reset(&told->text);
	err = verify_bundle(&octets, how, &teller, &result, why);
	told->findings = result.findings;
	if (err != ERR_OK) {
		assert_string_not_equal(why->text, "");
		assert_int_equal(why->err, err);
	}
	return err;
}

static enum err
judge(struct copy *copy, struct told *told, struct why *why)
{
	struct verify_options how = { .key = &world->verifier,
	    .roots_pem = bytes_of_buffer(&roots) };

	return judge_as(copy, &how, told, why);
}

static void
says(struct told *told, const char *line)
{
	if (strstr(buffer_text(&told->text), line) == NULL)
		fail_msg("wanted \"%s\" in:\n%s", line, buffer_text(&told->text));
}

/* Six minutes: an anchor, a rotation, a worker that was killed, a second anchor. */
static int
begin(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "%s/test-bundle-XXXXXX", P_tmpdir);
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(ledger_file, sizeof(ledger_file), "%s/ledger.db", folder);
	authority = authority_make("test authority", "critical,timeStamping",
	    WORLD_BEGIN / 1000 - 100,
	    WORLD_BEGIN / 1000 + 100000);
	authority_roots(&authority, &roots);
	world = world_new();
	world_minute(world, true, true);
	world_anchor(world, &authority, "tsa");
	world_minute(world, true, true);
	world_key(world);
	world_observe(world, 2, "198.51.100.7");
	world_minute(world, true, true);
	world_gap(world, ROLE_WORKER, 1, world->covered_ms[1], "worker 1 was killed by signal 9");
	world->now_ms += 4000;
	world_self(world, ROLE_WORKER, 1);
	world_minute(world, true, true);
	world_anchor(world, &authority, "tsa");
	world_minute(world, true, true);
	world_minute(world, true, true);
	world_write(world, ledger_file);
	return 0;
}

static int
end(void **state)
{
	char command[128];

	(void)state;
	world_free(world);
	authority_free(&authority);
	buffer_free(&roots);
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	return system(command);
}

static void
export(struct copy *copy, const struct bundle_order *order)
{
	static unsigned number;
	struct ledger *ledger;
	char path[128];
	struct why why;

	snprintf(path, sizeof(path), "%s/bundle-%u", folder, number++);
	copy_must(ledger_open(&ledger, ledger_file, LEDGER_READ, &why), &why);
	copy_must(bundle_export(ledger, order, path, &why), &why);
	ledger_close(ledger);
	copy_load(copy, path);
}

static void
test_good(void **state)
{
	struct bundle_order order = { .from = 0, .to = 47 };
	struct told told = { .findings = 0 };
	struct verify_options nobody = { .key = NULL };
	struct copy copy;
	struct why why;

	(void)state;
	export(&copy, &order);
	if (judge(&copy, &told, &why) != ERR_OK)
		fail_msg("%s", why.text);
	assert_int_equal(told.findings, 0);
	says(&told, "PROVED identity ");
	says(&told, "PROVED records records 0 to 46 are as they were signed");
	says(&told, "PROVED time all of it existed before ");
	says(&told, "by CN=test authority");
	says(&told, "PROVED complete ");
	says(&told, "PROVED blobs ");
	says(&told, "PROVED values every value behind a commitment (7)");
	/* Without key and roots the same is only said. */
	assert_int_equal(judge_as(&copy, &nobody, &told, &why), ERR_OK);
	says(&told, "ASSERTED identity ");
	says(&told, "ASSERTED time ");
	says(&told, "PROVED records ");
	buffer_free(&told.text);
	copy_free(&copy);
}

/*
 * That no newer plan lies between the context and the range, a bundle cannot show: whoever makes
 * it could leave that out, and with it a worker that should have been there.
 */
static void
test_rests_on_context(void **state)
{
	struct bundle_order order = { .from = world_find(world, RECORD_CONFIG, -1, 0), .to = 47 };
	struct told told = { .findings = 0 };
	struct copy copy;
	struct why why;

	(void)state;
	export(&copy, &order);
	assert_int_equal(judge(&copy, &told, &why), ERR_OK);
	says(&told, "PROVED complete ");
	copy_free(&copy);
	order.from++;
	export(&copy, &order);
	assert_int_equal(judge(&copy, &told, &why), ERR_OK);
	assert_int_equal(told.findings, 0);
	says(&told, "ASSERTED complete ");
	buffer_free(&told.text);
	copy_free(&copy);
}

/* Every range of the ledger that a checkpoint covers makes a bundle that verifies. */
static void
test_every_range(void **state)
{
	struct told told = { .findings = 0 };

	(void)state;
	for (uint64_t from = 0; from + 1 < world->size; from += 7)
		for (uint64_t to = from + 1; to <= world->size; to += 9) {
			struct bundle_order order = { .from = from, .to = to };
			struct copy copy;
			struct why why;

			export(&copy, &order);
			if (judge(&copy, &told, &why) != ERR_OK)
				fail_msg("%u to %u: %s", (unsigned)from, (unsigned)to, why.text);
			if (told.findings != 0)
				fail_msg("%u to %u: %s", (unsigned)from, (unsigned)to,
				    buffer_text(&told.text));
			copy_free(&copy);
		}
	buffer_free(&told.text);
}

static void
test_withheld(void **state)
{
	struct bundle_order order = { .from = 0, .to = 60, .withhold = true };
	struct told told = { .findings = 0 };
	struct bundle_manifest manifest;
	struct copy copy;
	struct hash gone;
	struct why why;

	(void)state;
	export(&copy, &order);
	assert_int_equal(copy.file[BUNDLE_VALUES].len, 0);
	assert_int_equal(judge(&copy, &told, &why), ERR_OK);
	says(&told, "NOT SHOWN values 7 of 7 values");
	/* A blob left out on purpose is said, and is no longer proved. */
	copy_must(bundle_manifest_read(bytes_of_buffer(&copy.file[BUNDLE_MANIFEST]), &manifest,
	    &why),
	    &why);
	gone = hash_of(bytes_of_text("certificate chain of target 3"));
	for (size_t i = 0; i < copy.blobs; i++)
		if (hash_equal(copy.name[i], gone)) {
			buffer_free(&copy.blob[i]);
			copy.name[i] = copy.name[copy.blobs - 1];
			copy.blob[i] = copy.blob[--copy.blobs];
		}
	assert_int_not_equal(judge(&copy, &told, &why), ERR_OK);
	free(manifest.withheld);
	manifest.withheld = memory_new(1, sizeof(gone));
	manifest.withheld[0] = gone;
	manifest.withhelds = 1;
	buffer_reset(&copy.file[BUNDLE_MANIFEST]);
	bundle_manifest_write(&copy.file[BUNDLE_MANIFEST], &manifest);
	assert_int_equal(judge(&copy, &told, &why), ERR_OK);
	says(&told, "NOT SHOWN blobs 1 of the blobs");
	bundle_manifest_free(&manifest);
	buffer_free(&told.text);
	copy_free(&copy);
}

/* Claims of a filing bring the records they cite, wherever those are. */
static void
test_claims(void **state)
{
	const uint64_t cites[] = { 5, 20, 40 };
	struct bundle_claim claim = { .text = bytes_of_text("amf-0 was reachable"), .cites = cites,
	    .count = 3 };
	struct bundle_order order = { .from = 15, .to = 25, .claim = &claim, .claims = 1 };
	struct told told = { .findings = 0 };
	struct copy copy;
	struct why why;

	(void)state;
	export(&copy, &order);
	assert_int_equal(judge(&copy, &told, &why), ERR_OK);
	says(&told, "ASSERTED claim \"amf-0 was reachable\"");
	buffer_free(&told.text);
	copy_free(&copy);
}

/* The same range again is the same bundle, octet for octet. */
static void
test_same(void **state)
{
	struct bundle_order order = { .from = 10, .to = 40 };
	struct copy one, two;

	(void)state;
	export(&one, &order);
	export(&two, &order);
	for (int i = 0; i < BUNDLE_FILE_COUNT; i++)
		assert_true(bytes_equal(bytes_of_buffer(&one.file[i]),
		    bytes_of_buffer(&two.file[i])));
	assert_int_equal(one.blobs, two.blobs);
	copy_free(&one);
	copy_free(&two);
}

/* --- forgeries ---------------------------------------------------------------------------- */

struct forgery {
	const char *sentence;
	void      (*forge)(struct copy *);
};

static void
manifest_change(struct copy *copy, void (*change)(struct bundle_manifest *))
{
	struct bundle_manifest manifest;
	struct buffer old = copy->file[BUNDLE_MANIFEST];
	struct why why;

	copy_must(bundle_manifest_read(bytes_of_buffer(&old), &manifest, &why), &why);
	change(&manifest);
	copy->file[BUNDLE_MANIFEST] = (struct buffer){ 0 };
	bundle_manifest_write(&copy->file[BUNDLE_MANIFEST], &manifest);
	bundle_manifest_free(&manifest);
	buffer_free(&old);
}

/* The n-th record of a sequence file: where it begins and how long it is. */
static void
record_at(const struct copy *copy, enum bundle_file file, size_t nth, size_t *at, size_t *len)
{
	struct cbor in = cbor_of(bytes_of_buffer(&copy->file[file]), true);

	do {
		*at = in.at;
		*len = cbor_raw(&in).len;
	} while (nth-- > 0);
	assert_int_equal(in.err, ERR_OK);
}

static void flip(struct copy *copy, enum bundle_file file,
    size_t at) { copy->file[file].at[at] ^= 1; }
static void cut(struct copy *copy, enum bundle_file file, size_t by) { copy->file[file].len -= by; }

static void forge_manifest_key(struct copy *copy) { flip(copy, BUNDLE_MANIFEST, 1); }
static void forge_manifest_tail(struct copy *copy) { buffer_put_u8(&copy->file[BUNDLE_MANIFEST],
    0); }
static void forge_manifest_cut(struct copy *copy) { cut(copy, BUNDLE_MANIFEST, 1); }
static void forge_manifest_format(struct copy *copy) { flip(copy, BUNDLE_MANIFEST, 8); }
static void forge_manifest_empty(struct copy *copy) { copy->file[BUNDLE_MANIFEST].len = 0; }

static void change_size(struct bundle_manifest *m) { m->size++; }
static void forge_size(struct copy *copy) { manifest_change(copy, change_size); }
static void change_range(struct bundle_manifest *m) { m->to = m->size; m->contexts = 0; }
static void forge_range(struct copy *copy) { manifest_change(copy, change_range); }
static void change_order(struct bundle_manifest *m) { m->context[1] = m->context[0]; }
static void forge_order(struct copy *copy) { manifest_change(copy, change_order); }
static void change_values(struct bundle_manifest *m) { m->values++; }
static void forge_values(struct copy *copy) { manifest_change(copy, change_values); }

static void
change_withheld(struct bundle_manifest *m)
{
	m->withheld = memory_resize(m->withheld, 1, HASH_LEN);
	m->withheld[0] = hash_of(bytes_of_text("nothing"));
	m->withhelds = 1;
}

static void forge_withheld(struct copy *copy) { manifest_change(copy, change_withheld); }

static void
change_claim(struct bundle_manifest *m)
{
	static const uint64_t cites[] = { 999 };

	m->claim = memory_resize(m->claim, 1, sizeof(*m->claim));
	m->claim[0] = (struct bundle_claim){ .text = bytes_of_text("all was well"),
	    .cites = cites, .count = 1 };
	m->claims = 1;
}

static void forge_claim(struct copy *copy) { manifest_change(copy, change_claim); }

/* A note of this ledger of another size: an older one, properly signed. */
static void
forge_older(struct copy *copy)
{
	buffer_reset(&copy->file[BUNDLE_CHECKPOINT]);
	buffer_put(&copy->file[BUNDLE_CHECKPOINT], world->note[24].at, world->note[24].len);
}

/* With the MANIFEST mended to it, but not the tree. */
static void
forge_older_too(struct copy *copy)
{
	struct bundle_manifest manifest;
	size_t at, len;
	struct why why;

	copy_must(bundle_manifest_read(bytes_of_buffer(&copy->file[BUNDLE_MANIFEST]), &manifest,
	    &why),
	    &why);
	manifest.size = 48;
	manifest.contexts--;	/* the anchor, which is record 48 */
	record_at(copy, BUNDLE_CONTEXT, manifest.contexts, &at, &len);
	copy->file[BUNDLE_CONTEXT].len = at;
	buffer_free(&copy->file[BUNDLE_MANIFEST]);
	bundle_manifest_write(&copy->file[BUNDLE_MANIFEST], &manifest);
	bundle_manifest_free(&manifest);
	forge_older(copy);
}

static void
forge_signature(struct copy *copy)
{
	struct buffer *note = &copy->file[BUNDLE_CHECKPOINT];

	note->at[note->len - 12] = note->at[note->len - 12] == 'A' ? 'B' : 'A';
}

static void
forge_root(struct copy *copy)
{
	struct note note;
	struct why why;
	uint8_t *digit;

	copy_must(note_read(bytes_of_buffer(&copy->file[BUNDLE_CHECKPOINT]), &note, &why), &why);
	/* Another base64 digit, whatever stands there. */
	digit = &copy->file[BUNDLE_CHECKPOINT].at[note.text.len - 10];
	*digit = *digit == 'A' ? 'B' : 'A';
}

static void forge_note(struct copy *copy) { cut(copy, BUNDLE_CHECKPOINT, 1); }

static void
sign_by(struct copy *copy, const char *name, const char *origin, bool own)
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
	note_verifier_make(name, public, &verifier);
	snprintf(checkpoint.origin, sizeof(checkpoint.origin), "%s", origin);
	buffer_reset(&copy->file[BUNDLE_CHECKPOINT]);
	world_sign_note(own ? world->key : stranger, own ? &world->verifier : &verifier,
	    &checkpoint,
	    &copy->file[BUNDLE_CHECKPOINT]);
	signing_key_free(stranger);
}

static void forge_stranger(struct copy *copy) { sign_by(copy, WORLD_ORIGIN, WORLD_ORIGIN, false); }
static void forge_origin(struct copy *copy) { sign_by(copy, "", "example.org/other", true); }

static void
forge_record(struct copy *copy)
{
	size_t at, len;

	record_at(copy, BUNDLE_RECORDS, 4, &at, &len);
	flip(copy, BUNDLE_RECORDS, at + len - 1);
}

static void
forge_context(struct copy *copy)
{
	size_t at, len;

	record_at(copy, BUNDLE_CONTEXT, 1, &at, &len);
	flip(copy, BUNDLE_CONTEXT, at + len - 1);
}

/* The hash of the first record of the range is where the range begins in the tree file. */
static size_t
hash_of_record(struct copy *copy, uint64_t seq)
{
	struct bundle_octets octets = copy_octets(copy);
	struct bundle_walk walk;
	struct bundle_step step;
	struct bundle bundle;
	struct why why;
	size_t at = 0;

	copy_must(bundle_parse(&bundle, &octets, &why), &why);
	walk = (struct bundle_walk){ .bundle = &bundle };
	while (bundle_walk_next(&walk, &step) && step.at < seq)
		at += HASH_LEN;
	bundle_free(&bundle);
	return at;
}

static void
forge_leaf(struct copy *copy)
{
	flip(copy, BUNDLE_TREE, hash_of_record(copy, 31) + 3);
}

/* A changed record whose hash was changed with it, and one where only half of that was done. */
static void
forge_leaf_and_record(struct copy *copy)
{
	size_t at, len;
	struct hash leaf;

	forge_record(copy);
	record_at(copy, BUNDLE_RECORDS, 4, &at, &len);
	leaf = merkle_leaf(bytes_of(copy->file[BUNDLE_RECORDS].at + at, len));
	memcpy(copy->file[BUNDLE_TREE].at + hash_of_record(copy, 33), leaf.at, HASH_LEN);
}

static void
forge_both(struct copy *copy)
{
	forge_record(copy);
	flip(copy, BUNDLE_TREE, 0);
}

static void
forge_subtree(struct copy *copy)
{
	flip(copy, BUNDLE_TREE, copy->file[BUNDLE_TREE].len - 1);
}

static void forge_tree_cut(struct copy *copy) { cut(copy, BUNDLE_TREE, 5); }
static void forge_tree_tail(struct copy *copy) { buffer_put_u8(&copy->file[BUNDLE_TREE], 9); }

static void
forge_record_gone(struct copy *copy)
{
	size_t at, len;

	record_at(copy, BUNDLE_RECORDS, 9, &at, &len);
	copy_splice(copy, BUNDLE_RECORDS, at, len, bytes_of(NULL, 0));
}

static void
forge_record_twice(struct copy *copy)
{
	size_t at, len;

	record_at(copy, BUNDLE_RECORDS, 9, &at, &len);
	buffer_put(&copy->file[BUNDLE_RECORDS], copy->file[BUNDLE_RECORDS].at + at, len);
}

/* Two records change places; the first of them is where it shows. */
static void
forge_reordered(struct copy *copy)
{
	size_t one, one_len, two, two_len;
	struct buffer swapped = { 0 };

	record_at(copy, BUNDLE_RECORDS, 2, &one, &one_len);
	record_at(copy, BUNDLE_RECORDS, 3, &two, &two_len);
	buffer_put(&swapped, copy->file[BUNDLE_RECORDS].at + two, two_len);
	buffer_put(&swapped, copy->file[BUNDLE_RECORDS].at + one, one_len);
	copy_splice(copy, BUNDLE_RECORDS, one, one_len + two_len, bytes_of_buffer(&swapped));
	buffer_free(&swapped);
}

static void forge_records_cut(struct copy *copy) { cut(copy, BUNDLE_RECORDS, 3); }

static void
forge_records_empty(struct copy *copy)
{
	copy->file[BUNDLE_RECORDS].len = 5;
}

static void
forge_large(struct copy *copy)
{
	struct buffer item = { 0 };
	uint8_t *zeros = memory_new(RECORD_MAX, 1);

	cbor_put_bytes(&item, bytes_of(zeros, RECORD_MAX));
	copy_splice(copy, BUNDLE_RECORDS, 0, 0, bytes_of_buffer(&item));
	buffer_free(&item);
	free(zeros);
}

static void
forge_context_gone(struct copy *copy)
{
	size_t at, len;

	record_at(copy, BUNDLE_CONTEXT, 0, &at, &len);
	copy_splice(copy, BUNDLE_CONTEXT, at, len, bytes_of(NULL, 0));
}

static void
forge_context_twice(struct copy *copy)
{
	size_t at, len;

	record_at(copy, BUNDLE_CONTEXT, 0, &at, &len);
	buffer_put(&copy->file[BUNDLE_CONTEXT], copy->file[BUNDLE_CONTEXT].at + at, len);
}

/* Leaves one record of the context out and mends MANIFEST and tree to fit. */
static void
leave_out(struct copy *copy, size_t place)
{
	struct bundle_octets octets;
	struct bundle_manifest manifest;
	struct bundle_walk walk;
	struct bundle_step step;
	struct bundle bundle;
	struct why why;
	size_t at, len;

	record_at(copy, BUNDLE_CONTEXT, place, &at, &len);
	copy_splice(copy, BUNDLE_CONTEXT, at, len, bytes_of(NULL, 0));
	copy_must(bundle_manifest_read(bytes_of_buffer(&copy->file[BUNDLE_MANIFEST]), &manifest,
	    &why),
	    &why);
	manifest.contexts--;
	memmove(&manifest.context[place], &manifest.context[place + 1],
	    (manifest.contexts - place) * sizeof(manifest.context[0]));
	buffer_free(&copy->file[BUNDLE_MANIFEST]);
	bundle_manifest_write(&copy->file[BUNDLE_MANIFEST], &manifest);
	bundle_manifest_free(&manifest);
	octets = copy_octets(copy);
	copy_must(bundle_parse(&bundle, &octets, &why), &why);
	walk = (struct bundle_walk){ .bundle = &bundle };
	buffer_reset(&copy->file[BUNDLE_TREE]);
	while (bundle_walk_next(&walk, &step)) {
		struct merkle tree = { 0 };
		struct hash hash;

		for (uint64_t i = 0; i < (uint64_t)1 << step.level; i++)
			merkle_push(&tree,
			    merkle_leaf(bytes_of_buffer(&world->record[step.at + i])));
		hash = merkle_root(&tree);
		buffer_put(&copy->file[BUNDLE_TREE], hash.at, HASH_LEN);
	}
	bundle_free(&bundle);
}

static size_t
context_place(struct copy *copy, enum record_kind kind, unsigned nth)
{
	struct bundle_manifest manifest;
	struct why why;

	copy_must(bundle_manifest_read(bytes_of_buffer(&copy->file[BUNDLE_MANIFEST]), &manifest,
	    &why),
	    &why);
	for (size_t i = 0; i < manifest.contexts; i++) {
		struct record record;

		copy_must(record_decode(bytes_of_buffer(&world->record[manifest.context[i]]),
		    &record, &why),
		    &why);
		if (record.kind == kind && nth-- == 0) {
			bundle_manifest_free(&manifest);
			return i;
		}
	}
	fail_msg("no such context");
	return 0;
}

static void
forge_rotation(struct copy *copy)
{
	leave_out(copy, context_place(copy, RECORD_KEY, 1));
}

static size_t
blob_of(struct copy *copy, const char *text)
{
	struct hash hash = hash_of(bytes_of_text(text));

	for (size_t i = 0; i < copy->blobs; i++)
		if (hash_equal(copy->name[i], hash))
			return i;
	fail_msg("no such blob");
	return 0;
}

static void
forge_blob(struct copy *copy)
{
	copy->blob[blob_of(copy, "certificate chain of target 2")].at[0] ^= 1;
}

static void
forge_blob_gone(struct copy *copy)
{
	copy->name[blob_of(copy, "certificate chain of target "
	    "2")] = hash_of(bytes_of_text("elsewhere"));
}

static void
forge_plan(struct copy *copy)
{
	for (size_t i = 0; i < copy->blobs; i++)
		if (hash_equal(copy->name[i], world->plan))
			copy->name[i] = hash_of(bytes_of_text("elsewhere"));
}

static void
forge_token(struct copy *copy)
{
	struct record record;
	struct why why;

	copy_must(record_decode(bytes_of_buffer(&world->record[world_find(world, RECORD_ANCHOR, -1,
	    1)]),
	    &record, &why), &why);
	for (size_t i = 0; i < copy->blobs; i++)
		if (hash_equal(copy->name[i], record.anchor.token))
			copy->name[i] = hash_of(bytes_of_text("elsewhere"));
}

static void
forge_value(struct copy *copy)
{
	flip(copy, BUNDLE_VALUES, copy->file[BUNDLE_VALUES].len - 1);
}

static void
forge_value_gone(struct copy *copy)
{
	copy->file[BUNDLE_VALUES].len = 0;
}

static void
forge_value_twice(struct copy *copy)
{
	struct buffer *file = &copy->file[BUNDLE_VALUES];
	struct buffer again = { 0 };

	buffer_put(&again, file->at, file->len);
	buffer_put(file, again.at, again.len);
	buffer_free(&again);
}

static void
forge_value_form(struct copy *copy)
{
	copy->file[BUNDLE_VALUES].at[0]++;
}

/* Each with a part of its sentence, which says what, in which file, and where. */
static const struct forgery forgeries[] = {
	{ "MANIFEST: octet 2: ", forge_manifest_key },
	{ "octets follow its end at octet", forge_manifest_tail },
	{ "input ends early", forge_manifest_cut },
	{ "its format is \"sekimnri bundle 2\"", forge_manifest_format },
	{ "MANIFEST: octet 0: ", forge_manifest_empty },
	{ "the MANIFEST speaks of 51: another checkpoint", forge_size },
	{ "after 17 records; the MANIFEST speaks of 21", forge_range },
	{ "MANIFEST: octet 33", forge_order },
	{ "it holds 1 values, the MANIFEST speaks of 2", forge_values },
	{ "it withholds blob", forge_withheld },
	{ "claim 1 cites record 999", forge_claim },
	{ "the MANIFEST speaks of 50: another checkpoint", forge_older },
	{ "octets follow the last hash", forge_older_too },
	{ "checkpoint: ", forge_signature },
	{ "do not lead to the root that the checkpoint of 50", forge_root },
	{ "does not end with a newline", forge_note },
	{ "bears no signature by", forge_stranger },
	{ "its origin is \"example.org/other\"", forge_origin },
	{ "records.cbor: record 33, at octet", forge_record },
	{ "context.cbor: record 2, at octet", forge_context },
	{ "is not the hash of record 31, which is as it was signed", forge_leaf },
	{ "do not lead to the root", forge_leaf_and_record },
	{ "and neither leads to the signed root", forge_both },
	{ "do not lead to the root", forge_subtree },
	{ "before the tree of 50 records is complete", forge_tree_cut },
	{ "octets follow the last hash", forge_tree_tail },
	{ "records.cbor: it ends at octet", forge_record_gone },
	{ "records.cbor: there is a record too many at octet", forge_record_twice },
	{ "records.cbor: record 31, at octet", forge_reordered },
	{ "records.cbor: the record at octet", forge_records_cut },
	{ "records.cbor: its 5 octets cannot hold", forge_records_empty },
	{ "has 65541 octets; 65536 are allowed", forge_large },
	{ "context.cbor: it ends at octet", forge_context_gone },
	{ "context.cbor: there is a record too many at octet", forge_context_twice },
	{ "bears no signature by", forge_rotation },
	{ "does not have that hash", forge_blob },
	{ "(evidence), cannot be had: blobs/", forge_blob_gone },
	{ "named by record 2 (plan), cannot be had", forge_plan },
	{ "named by record 48 (token), cannot be had", forge_token },
	{ "values.cbor: the value at octet 0 is behind no commitment", forge_value },
	{ "values.cbor: it holds 0 values", forge_value_gone },
	{ "is out of order or there twice", forge_value_twice },
	{ "values.cbor: octet 0 does not begin", forge_value_form },
};

static void
test_forgeries(void **state)
{
	struct bundle_order order = { .from = 29, .to = 46 };
	struct told told = { .findings = 0 };
	struct copy good;
	struct why why;
	size_t wrong = 0, distinct = 0;

	(void)state;
	export(&good, &order);
	if (judge(&good, &told, &why) != ERR_OK)
		fail_msg("%s", why.text);
	for (size_t i = 0; i < sizeof(forgeries) / sizeof(forgeries[0]); i++) {
		struct copy copy = copy_of(&good);
		enum err err;

		forgeries[i].forge(&copy);
		err = judge(&copy, &told, &why);
		if (err == ERR_OK || strstr(why.text, forgeries[i].sentence) == NULL) {
			print_error("%zu: wanted \"%s\", got %s \"%s\"\n", i, forgeries[i].sentence,
			    err_name(err), why.text);
			wrong++;
		}
		copy_free(&copy);
	}
	assert_int_equal(wrong, 0);
	for (size_t i = 0; i < sizeof(forgeries) / sizeof(forgeries[0]); i++) {
		bool again = false;

		for (size_t j = 0; j < i; j++)
			again = again || strcmp(forgeries[j].sentence, forgeries[i].sentence) == 0;
		distinct += !again;
	}
	assert_true(distinct >= 36);
	buffer_free(&told.text);
	copy_free(&good);
}

/* The reader's own key and roots decide, not what the bundle brings. */
static void
test_strangers(void **state)
{
	struct bundle_order order = { .from = 29, .to = 46 };
	struct authority other = authority_make("test authority", "critical,timeStamping",
	    WORLD_BEGIN / 1000 - 100, WORLD_BEGIN / 1000 + 100000);
	struct told told = { .findings = 0 };
	struct buffer pem = { 0 };
	struct signing_key *stranger;
	struct note_verifier verifier;
	struct verify_options how = { .key = &verifier };
	struct copy copy;
	uint8_t public[32];
	struct why why;

	(void)state;
	export(&copy, &order);
	copy_must(signing_key_make(&stranger, &why), &why);
	signing_key_public(stranger, public);
	note_verifier_make(WORLD_ORIGIN, public, &verifier);
	assert_int_equal(judge_as(&copy, &how, &told, &why), ERR_UNTRUSTED);
	assert_non_null(strstr(why.text, "it is another ledger's"));
	authority_roots(&other, &pem);
	how = (struct verify_options){ .roots_pem = bytes_of_buffer(&pem) };
	assert_int_equal(judge_as(&copy, &how, &told, &why), ERR_UNTRUSTED);
	assert_non_null(strstr(why.text, "no pinned root stands behind"));
	signing_key_free(stranger);
	authority_free(&other);
	buffer_free(&pem);
	buffer_free(&told.text);
	copy_free(&copy);
}

/*
 * A bundle of a pruned ledger lacks the first KEY.  With a key from elsewhere the rest of the
 * chain is worth as much; without one there is nothing to hold it against.
 */
static void
test_begin_pruned(void **state)
{
	struct bundle_order order = { .from = 29, .to = 46 };
	struct verify_options nobody = { .key = NULL };
	struct told told = { .findings = 0 };
	struct record record;
	struct note_verifier first;
	struct verify_options how = { .key = &first };
	struct copy copy;
	struct why why;

	(void)state;
	export(&copy, &order);
	copy_must(record_decode(bytes_of_buffer(&world->record[0]), &record, &why), &why);
	copy_must(note_verifier_read(record.key.verifier, &first, &why), &why);
	assert_int_equal(judge_as(&copy, &how, &told, &why), ERR_OK);
	leave_out(&copy, context_place(&copy, RECORD_KEY, 0));
	assert_int_equal(judge(&copy, &told, &why), ERR_OK);
	says(&told, "PROVED identity ");
	assert_int_equal(judge_as(&copy, &how, &told, &why), ERR_OK);
	says(&told, "PROVED identity ");
	assert_int_equal(judge_as(&copy, &nobody, &told, &why), ERR_UNTRUSTED);
	assert_non_null(strstr(why.text, "the chain of keys begins at record 28, not at record 0"));
	/* Without any KEY record the key that signed must be the very one that was given. */
	leave_out(&copy, context_place(&copy, RECORD_KEY, 0));
	assert_int_equal(judge(&copy, &told, &why), ERR_OK);
	assert_int_equal(judge_as(&copy, &how, &told, &why), ERR_UNTRUSTED);
	assert_non_null(strstr(why.text, "bears no signature by"));
	assert_int_equal(judge_as(&copy, &nobody, &told, &why), ERR_UNTRUSTED);
	assert_non_null(strstr(why.text, "no KEY record"));
	buffer_free(&told.text);
	copy_free(&copy);
}

/* One octet after another: nothing verifies as it did before. */
static void
test_every_octet(void **state)
{
	struct bundle_order order = { .from = 33, .to = 37 };
	struct told told = { .findings = 0 };
	struct copy copy;
	struct why why;
	size_t octets = 0;

	(void)state;
	export(&copy, &order);
	if (judge(&copy, &told, &why) != ERR_OK)
		fail_msg("%s", why.text);
	for (int file = 0; file < BUNDLE_FILE_COUNT; file++)
		for (size_t at = 0; at < copy.file[file].len; at++, octets++) {
			uint8_t by = (uint8_t)(1u << (at + (size_t)file) % 8);

			copy.file[file].at[at] ^= by;
			if (judge(&copy, &told, &why) == ERR_OK)
				fail_msg("%s: octet %zu", bundle_file_name((enum bundle_file)file),
				    at);
			copy.file[file].at[at] ^= by;
		}
	for (size_t blob = 0; blob < copy.blobs; blob++)
		for (size_t at = 0; at < copy.blob[blob].len; at++, octets++) {
			copy.blob[blob].at[at] ^= (uint8_t)(1u << at % 8);
			if (judge(&copy, &told, &why) == ERR_OK)
				fail_msg("blob %zu: octet %zu", blob, at);
			copy.blob[blob].at[at] ^= (uint8_t)(1u << at % 8);
		}
	assert_int_equal(judge(&copy, &told, &why), ERR_OK);
	assert_true(octets > 3000);
	buffer_free(&told.text);
	copy_free(&copy);
}

/* What whoever holds the key could have signed is still judged by what it says. */
static void
test_hostile_owner(void **state)
{
	struct bundle_order order = { .from = 0, .to = 20 };
	struct told told = { .findings = 0 };
	struct world *evil = world_new(), *kept = world;
	char kept_file[96], path[96];
	struct record record;
	struct copy copy;
	struct why why;

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		world_minute(evil, true, true);
	record = (struct record){ .kind = RECORD_COVERAGE };
	copy_must(record_decode(bytes_of_buffer(&evil->record[world_find(evil, RECORD_COVERAGE, 0,
	    0)]),
	    &record, &why), &why);
	record.coverage.targets++;
	world_replace(evil, world_find(evil, RECORD_COVERAGE, 0, 0), &record);
	world_sign_again(evil);
	memcpy(kept_file, ledger_file, sizeof(kept_file));
	snprintf(path, sizeof(path), "%s/evil.db", folder);
	memcpy(ledger_file, path, sizeof(path));
	world_write(evil, ledger_file);
	world = evil;
	export(&copy, &order);
	assert_int_equal(judge(&copy, &told, &why), ERR_OK);
	assert_int_equal(told.findings, 1);
	says(&told, "NOT SHOWN complete ");
	says(&told, "NOT SHOWN time ");
	says(&told, "vouches for");
	world = kept;
	memcpy(ledger_file, kept_file, sizeof(kept_file));
	world_free(evil);
	buffer_free(&told.text);
	copy_free(&copy);
}

/* --- the folder --------------------------------------------------------------------------- */

static enum err
judge_folder(const char *path, struct why *why)
{
	struct told told = { .findings = 0 };
	struct verify_teller teller = { on_claim, on_item, &told };
	struct verify_options how = { .key = &world->verifier,
	    .roots_pem = bytes_of_buffer(&roots) };
	struct bundle_folder *open;
	struct bundle_octets octets;
	struct verify_result result;
	enum err err = bundle_folder_open(path, &open, &octets, why);

	if (err == ERR_OK)
		err = verify_bundle(&octets, &how, &teller, &result, why);
	if (err == ERR_OK)
		err = bundle_folder_rest(open, why);
	bundle_folder_close(open);
	buffer_free(&told.text);
	return err;
}

/* A second name for a blob that belongs there. */
static void
blob_in_capitals(const char *path, char file[256])
{
	char blobs[150], name[HASH_TEXT] = "";
	struct dirent *entry;
	DIR *dir;

	snprintf(blobs, sizeof(blobs), "%.100s/blobs", path);
	dir = opendir(blobs);
	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL)
		if (strpbrk(entry->d_name, "abcdef") != NULL)
			snprintf(name, sizeof(name), "%.64s", entry->d_name);
	closedir(dir);
	assert_true(name[0] != '\0');
	for (char *at = name; *at != '\0'; at++)
		*at = (char)toupper((unsigned char)*at);
	snprintf(file, 256, "%s/%s", blobs, name);
	assert_int_equal(file_write(file, bytes_of_text("extra"), 0644, &(struct why){ 0 }), ERR_OK);
}

static void
test_folder(void **state)
{
	struct bundle_order order = { .from = 29, .to = 46 };
	char path[96], file[256], other[256];
	struct ledger *ledger;
	struct why why;

	(void)state;
	snprintf(path, sizeof(path), "%s/folder", folder);
	copy_must(ledger_open(&ledger, ledger_file, LEDGER_READ, &why), &why);
	copy_must(bundle_export(ledger, &order, path, &why), &why);
	assert_int_equal(judge_folder(path, &why), ERR_OK);
	/* Never into a folder where something lies. */
	assert_int_equal(bundle_export(ledger, &order, path, &why), ERR_INVALID);
	assert_non_null(strstr(why.text, "not empty"));
	ledger_close(ledger);
	/* Something that does not belong. */
	snprintf(file, sizeof(file), "%s/README", path);
	copy_must(file_write(file, bytes_of_text("trust me"), 0644, &why), &why);
	assert_int_equal(judge_folder(path, &why), ERR_MALFORMED);
	assert_non_null(strstr(why.text, "README: it does not belong"));
	unlink(file);
	snprintf(file, sizeof(file), "%s/blobs/%064d", path, 7);
	copy_must(file_write(file, bytes_of_text("extra"), 0644, &why), &why);
	assert_int_equal(judge_folder(path, &why), ERR_MALFORMED);
	assert_non_null(strstr(why.text, "no record of the bundle names it"));
	unlink(file);
	blob_in_capitals(path, file);
	assert_int_equal(judge_folder(path, &why), ERR_MALFORMED);
	assert_non_null(strstr(why.text, "no record of the bundle names it"));
	unlink(file);
	/* A file that is missing, a link, a pipe, a folder. */
	snprintf(file, sizeof(file), "%s/tree", path);
	snprintf(other, sizeof(other), "%s/tree.kept", folder);
	assert_int_equal(rename(file, other), 0);
	assert_int_equal(judge_folder(path, &why), ERR_NOT_FOUND);
	assert_non_null(strstr(why.text, "tree: it is missing"));
	assert_int_equal(symlink(other, file), 0);
	assert_int_equal(judge_folder(path, &why), ERR_MALFORMED);
	assert_non_null(strstr(why.text, "tree: it is a link"));
	unlink(file);
	assert_int_equal(mkfifo(file, 0600), 0);
	assert_int_equal(judge_folder(path, &why), ERR_MALFORMED);
	assert_non_null(strstr(why.text, "tree: it is not a plain file"));
	unlink(file);
	assert_int_equal(mkdir(file, 0700), 0);
	assert_int_equal(judge_folder(path, &why), ERR_MALFORMED);
	rmdir(file);
	assert_int_equal(rename(other, file), 0);
	assert_int_equal(judge_folder(path, &why), ERR_OK);
	assert_int_equal(judge_folder("/nowhere/at/all", &why), ERR_NOT_FOUND);
}

static enum err
against(struct ledger *ledger, const struct buffer *note, struct why *why)
{
	struct checkpoint checkpoint;

	return checkpoint_against(ledger, bytes_of_buffer(note), &checkpoint, why);
}

/* A checkpoint from outside says whether this ledger is the one that went on. */
static void
test_fork(void **state)
{
	struct checkpoint checkpoint;
	struct signing_key *stranger;
	struct note_verifier verifier;
	struct buffer note = { 0 };
	struct ledger *ledger;
	uint8_t public[32];
	struct why why;

	(void)state;
	copy_must(ledger_open(&ledger, ledger_file, LEDGER_READ, &why), &why);
	for (size_t i = 0; i < world->notes; i++)
		assert_int_equal(against(ledger, &world->note[i], &why), ERR_OK);
	/* The same keys signed another tree of that size: the other one went on differently. */
	checkpoint = (struct checkpoint){ .origin = WORLD_ORIGIN, .size = 44,
	    .root = world_root(world, 43) };
	world_sign_note(world->key, &world->verifier, &checkpoint, &note);
	assert_int_equal(against(ledger, &note, &why), ERR_MISMATCH);
	assert_non_null(strstr(why.text, "went on differently"));
	/* A size that this ledger has not reached: it is an older copy. */
	checkpoint.size = world->size + 1;
	buffer_reset(&note);
	world_sign_note(world->key, &world->verifier, &checkpoint, &note);
	assert_int_equal(against(ledger, &note, &why), ERR_MISMATCH);
	assert_non_null(strstr(why.text, "older copy"));
	/* What is not signed by this ledger's keys says nothing about it. */
	note.at[note.len - 12] = note.at[note.len - 12] == 'A' ? 'B' : 'A';
	assert_int_equal(against(ledger, &note, &why), ERR_UNTRUSTED);
	copy_must(signing_key_make(&stranger, &why), &why);
	signing_key_public(stranger, public);
	note_verifier_make(WORLD_ORIGIN, public, &verifier);
	buffer_reset(&note);
	world_sign_note(stranger, &verifier, &checkpoint, &note);
	assert_int_equal(against(ledger, &note, &why), ERR_NOT_FOUND);
	buffer_reset(&note);
	buffer_put_text(&note, "no note");
	assert_int_equal(against(ledger, &note, &why), ERR_TRUNCATED);
	signing_key_free(stranger);
	buffer_free(&note);
	ledger_close(ledger);
}

/* A command as it is typed, without its output; gives its exit code. */
static int
typed(const struct command *command, const char *const *words)
{
	int out = dup(STDOUT_FILENO), err = dup(STDERR_FILENO), null = open("/dev/null", O_WRONLY);
	int count = 0, code;
	char *argv[16] = { NULL };

	for (; words[count] != NULL && count < 15; count++)
		argv[count] = memory_text(bytes_of_text(words[count]));
	fflush(stdout);
	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	optind = 0;
	code = command->run(command, count, argv);
	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	close(out);
	close(err);
	close(null);
	while (count > 0)
		free(argv[--count]);
	return code;
}

/* The commands over every range of the ledger, and over a ledger whose bytes were changed. */
static void
test_commands(void **state)
{
	extern const struct command command_ledger_audit, command_ledger_prove, command_ledger_show;
	char from[24], to[24], copy[96];
	const char *const audit[] = { "audit", "--ledger", ledger_file, "--from", from, "--to", to,
	    NULL };
	const char *const prove[] = { "prove", "--json", from, "--ledger", ledger_file, NULL };
	const char *const show[] = { "show", from, "--raw", "--ledger", ledger_file, NULL };
	const char *const minus[] = { "show", "--ledger", ledger_file, "--", "3", "4", NULL };
	const char *const changed[] = { "audit", "--json", "--ledger", copy, NULL };
	struct buffer octets = { 0 };
	struct record record;
	struct bytes raw;
	struct why why;
	size_t at = 0;

	(void)state;
	for (uint64_t i = 0; i < world->size; i++)
		for (uint64_t j = i + 1; j <= world->size; j += 5) {
			snprintf(from, sizeof(from), "%u", (unsigned)i);
			snprintf(to, sizeof(to), "%u", (unsigned)j);
			assert_int_equal(typed(&command_ledger_audit, audit), EXIT_FINE);
		}
	for (uint64_t i = 0; i < world->size; i++) {
		snprintf(from, sizeof(from), "%u", (unsigned)i);
		assert_int_equal(typed(&command_ledger_prove, prove), EXIT_FINE);
		assert_int_equal(typed(&command_ledger_show, show), EXIT_FINE);
	}
	snprintf(from, sizeof(from), "%u", (unsigned)world->size);
	assert_int_not_equal(typed(&command_ledger_prove, prove), EXIT_FINE);
	/* Behind "--" a word is an operand, once. */
	assert_int_equal(typed(&command_ledger_show, minus), EXIT_FINE);
	snprintf(from, sizeof(from), "last tuesday");
	assert_int_equal(typed(&command_ledger_prove, prove), EXIT_USAGE);

	/* One octet of one record, changed in the database file behind everybody's back. */
	snprintf(copy, sizeof(copy), "%s/changed.db", folder);
	copy_must(file_read(ledger_file, BUFFER_MAX, &octets, &why), &why);
	raw = bytes_of_buffer(&world->record[world_find(world, RECORD_OBSERVATION, -1, 3)]);
	copy_must(record_decode(raw, &record, &why), &why);
	while (at + raw.len <= octets.len && memcmp(octets.at + at, raw.at, raw.len) != 0)
		at++;
	assert_true(at + raw.len <= octets.len);
	octets.at[at + raw.len - 1] ^= 1;
	copy_must(file_write(copy, bytes_of_buffer(&octets), 0644, &why), &why);
	assert_int_equal(typed(&command_ledger_audit, changed), EXIT_FINDING);
	octets.at[at + raw.len - 1] ^= 1;
	copy_must(file_write(copy, bytes_of_buffer(&octets), 0644, &why), &why);
	assert_int_equal(typed(&command_ledger_audit, changed), EXIT_FINE);
	buffer_free(&octets);
}

static void
test_orders(void **state)
{
	struct bundle_order none = { .from = 5, .to = 5 }, far = { .from = 0, .to = 5000 };
	struct ledger *ledger;
	char path[96];
	struct why why;

	(void)state;
	snprintf(path, sizeof(path), "%s/never", folder);
	copy_must(ledger_open(&ledger, ledger_file, LEDGER_READ, &why), &why);
	assert_int_equal(bundle_export(ledger, &none, path, &why), ERR_INVALID);
	assert_int_equal(bundle_export(ledger, &far, path, &why), ERR_INVALID);
	assert_int_not_equal(access(path, F_OK), 0);
	ledger_close(ledger);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_rests_on_context),
		cmocka_unit_test(test_every_range),
		cmocka_unit_test(test_withheld),
		cmocka_unit_test(test_claims),
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_forgeries),
		cmocka_unit_test(test_strangers),
		cmocka_unit_test(test_begin_pruned),
		cmocka_unit_test(test_every_octet),
		cmocka_unit_test(test_hostile_owner),
		cmocka_unit_test(test_folder),
		cmocka_unit_test(test_fork),
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_orders),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
