/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Seals in a filing's bundle: what verify says of a good one, and of each way in which one is not;
 * and that neither document nor seal can be exchanged behind the FILING that names both.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/filing_scene.h"
#include "tests/unit/seal_lab.h"

enum { AT_S = WORLD_BEGIN / 1000, YEAR_S = 31536000 };

enum wrong { GOOD, SWAPPED, OTHER_KEY, EXPIRED, NO_REFERENCE, OTHER_TOKEN, NO_STAMP, WRONGS };

static struct sealer sealer, stranger;
static struct authority stamps;
static struct buffer trust;		/* of the sealer's authority and of the stamps' */
static enum wrong wrong;
static struct buffer made[SCENE_DOCUMENTS];

static void
seal_one(size_t i, struct bytes document)
{
	const struct seal_order order = { .plain = wrong == NO_REFERENCE };
	const struct sealer *by = wrong == OTHER_KEY && i == 0 ? &stranger : &sealer;
	char *text = memory_text(document);
	CMS_ContentInfo *cms = seal_cms(by, text, &order);

	stamps.at_s = wrong == EXPIRED && i == 0 ? AT_S + 2 * YEAR_S : AT_S + 60;
	if (wrong != NO_STAMP)
		seal_stamp(cms, &stamps, wrong == OTHER_TOKEN && i == 0 ?
		    bytes_of_text("another signature") : seal_cms_signature(cms));
	buffer_free(&made[i]);
	seal_der(cms, &made[i]);
	free(text);
}

static void
seal_all(struct scene *scene)
{
	for (size_t i = 0; i < SCENE_DOCUMENTS; i++)
		seal_one(i, scene->document[i].octets);
	for (size_t i = 0; i < SCENE_DOCUMENTS; i++) {
		size_t from = wrong == SWAPPED ? 1 - i : i;

		scene->document[i].seal_octets = bytes_of_buffer(&made[from]);
		scene->document[i].seal = hash_of(scene->document[i].seal_octets);
	}
}

static struct scene *
scene_sealed(enum wrong how)
{
	wrong = how;
	return scene_new((struct scene_lie){ .claims = seal_all });
}

static enum err
judge(const struct scene *scene, struct copy *copy, struct told *told, struct why *why)
{
	struct verify_options how = { .key = &scene->fw->world->verifier,
	    .roots_pem = bytes_of_buffer(&scene->roots), .trust_pem = bytes_of_buffer(&trust),
	    .at_s = AT_S + 5 * YEAR_S };

	return judge_as(copy, &how, told, why);
}

/* Two roots of one name, and nothing else to tell them apart, would be a chance of which is tried. */
static void
root_rename(struct authority *authority, const char *name)
{
	X509_NAME *own = X509_NAME_new();

	X509_NAME_add_entry_by_txt(own, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1,
	    0);
	X509_set_subject_name(authority->root, own);
	X509_set_issuer_name(authority->root, own);
	X509_set_issuer_name(authority->certificate, own);
	X509_sign(authority->root, authority->root_key, EVP_sha256());
	X509_sign(authority->certificate, authority->root_key, EVP_sha256());
	X509_NAME_free(own);
}

static int
begin(void **state)
{
	(void)state;
	sealer = sealer_make("P-256", "critical,digitalSignature", AT_S - YEAR_S, AT_S + YEAR_S);
	stranger = sealer_make("P-256", NULL, AT_S - YEAR_S, AT_S + YEAR_S);
	stamps = authority_make("seal stamps", "critical,timeStamping", AT_S - 1000,
	    AT_S + 9 * YEAR_S);
	root_rename(&stamps, "root of seal stamps");
	seal_pem(sealer.root, &trust);
	seal_pem(stamps.root, &trust);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	sealer_free(&sealer);
	sealer_free(&stranger);
	authority_free(&stamps);
	buffer_free(&trust);
	for (size_t i = 0; i < SCENE_DOCUMENTS; i++)
		buffer_free(&made[i]);
	return 0;
}

static void
test_good(void **state)
{
	struct scene *scene = scene_sealed(GOOD);
	struct verify_options nobody = { .key = NULL, .at_s = AT_S };
	struct told told = { .proved = 0 };
	struct why why;

	(void)state;
	if (judge(scene, &scene->good, &told, &why) != ERR_OK)
		fail_msg("%s", why.text);
	says(&told, "PROVED seal document self-check.ja.html is sealed by "
	    "CN=Example Telecom e-seal before 2026-11-18 ");
	says(&told, "PROVED seal document self-check.en.json is sealed by ");
	says(&told, "as CN=seal stamps vouches (CAdES-B-T)");
	assert_int_equal(judge_as(&scene->good, &nobody, &told, &why), ERR_OK);
	says(&told, "ASSERTED seal document self-check.ja.html is sealed by "
	    "CN=Example Telecom e-seal, says the seal; --trust");
	scene_free(scene);
	buffer_free(&told.text);
}

static void
test_wrong(void **state)
{
	static const char *const sentence[WRONGS] = {
		[SWAPPED] = "has the seal of document self-check.en.json: the seals were swapped",
		[OTHER_KEY] = "no trusted root stands behind the certificate of who sealed",
		[EXPIRED] = "a certificate had expired when the seal is known to have existed",
		[NO_REFERENCE] = "does not sign which certificate it is by",
		[OTHER_TOKEN] = "the signature time stamp was made over another signature",
	};
	struct told told = { .proved = 0 };
	struct why why;

	(void)state;
	for (enum wrong how = SWAPPED; how <= OTHER_TOKEN; how++) {
		struct scene *scene = scene_sealed(how);

		assert_int_equal(judge(scene, &scene->good, &told, &why), ERR_OK);
		says(&told, "NOT SHOWN seal document self-check.ja.html");
		says(&told, sentence[how]);
		if (how != SWAPPED && how != NO_REFERENCE)
			says(&told, "PROVED seal document self-check.en.json is sealed by");
		scene_free(scene);
	}
	buffer_free(&told.text);
}

/* Its certificate has expired long ago when it is looked at; the FILING's anchor dates it. */
static void
test_no_stamp(void **state)
{
	struct scene *scene = scene_sealed(NO_STAMP);
	struct verify_options late = { .trust_pem = bytes_of_buffer(&trust),
		.at_s = AT_S + 5 * YEAR_S };
	struct told told = { .proved = 0 };
	struct why why;

	(void)state;
	assert_int_equal(judge(scene, &scene->good, &told, &why), ERR_OK);
	says(&told, "PROVED seal document self-check.ja.html is sealed by CN=Example Telecom "
	    "e-seal; when, nobody outside vouches for (CAdES-B-B)");
	says(&told, "stamped the FILING that names it");
	/* Without the root of who stamped that, nothing dates it. */
	assert_int_equal(judge_as(&scene->good, &late, &told, &why), ERR_OK);
	says(&told, "NOT SHOWN seal document self-check.ja.html: its seal does not hold: a "
	    "certificate had expired");
	scene_free(scene);
	buffer_free(&told.text);
}

static struct buffer *
blob_of(struct copy *copy, struct hash hash)
{
	for (size_t i = 0; i < copy->blobs; i++)
		if (hash_equal(copy->name[i], hash))
			return &copy->blob[i];
	abort();
}

static void
seals_left_out(struct bundle_manifest *manifest)
{
	manifest->sealed = false;
}

static void
seals_crossed(struct bundle_manifest *manifest)
{
	struct hash first = manifest->document[0].seal;

	manifest->document[0].seal = manifest->document[1].seal;
	manifest->document[1].seal = first;
}

static void
test_forged(void **state)
{
	struct scene *scene = scene_sealed(GOOD);
	struct told told = { .proved = 0 };
	struct buffer *blob;
	struct why why;

	(void)state;
	blob = blob_of(&scene->good, scene->document[0].hash);
	blob->at[3] ^= 1;
	assert_int_equal(judge(scene, &scene->good, &told, &why), ERR_UNTRUSTED);
	assert_non_null(strstr(why.text, "the document self-check.ja.html was changed"));
	blob->at[3] ^= 1;
	blob = blob_of(&scene->good, scene->document[1].seal);
	blob->at[blob->len - 9] ^= 1;
	assert_int_equal(judge(scene, &scene->good, &told, &why), ERR_UNTRUSTED);
	assert_non_null(strstr(why.text, "the seal of the document self-check.en.json was "
	    "changed"));
	blob->at[blob->len - 9] ^= 1;
	scene_edit(&scene->good, seals_crossed);
	assert_int_equal(judge(scene, &scene->good, &told, &why), ERR_UNTRUSTED);
	assert_non_null(strstr(why.text, "the seals are not those that record"));
	scene_edit(&scene->good, seals_crossed);
	assert_int_equal(judge(scene, &scene->good, &told, &why), ERR_OK);
	scene_edit(&scene->good, seals_left_out);
	assert_int_equal(judge(scene, &scene->good, &told, &why), ERR_UNTRUSTED);
	assert_non_null(strstr(why.text, "the seals are not those that record"));
	scene_free(scene);
	buffer_free(&told.text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good), cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_no_stamp), cmocka_unit_test(test_forged)
	};

	return cmocka_run_group_tests(tests, begin, end);
}
