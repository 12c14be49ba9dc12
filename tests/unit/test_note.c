/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signed notes, checkpoints and keys against the specification's own cases, against notes other
 * programs signed, and against what an attacker would try.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "monitor/ledger/key.h"
#include "monitor/ledger/merkle.h"
#include "tests/unit/vectors.h"

static void
test_verifier_keys(void **state)
{
	json_t *all = vectors_json("tests/data/tlog/signed-note-vectors.json"), *one;
	size_t i, good = 0;

	(void)state;
	json_array_foreach(json_object_get(all, "vkeys"), i, one) {
		const char *text = vectors_text(one, "vkey");
		struct note_verifier verifier;
		struct buffer again = { 0 };
		struct why why = { 0 };

		if (!json_is_true(json_object_get(one, "ok"))) {
			assert_int_not_equal(note_verifier_read(bytes_of_text(text), &verifier,
			    &why), ERR_OK);
			assert_string_not_equal(why.text, "");
			continue;
		}
		good++;
		assert_int_equal(note_verifier_read(bytes_of_text(text), &verifier, &why), ERR_OK);
		note_verifier_text(&verifier, &again);
		assert_string_equal(buffer_text(&again), text);
		buffer_free(&again);
		for (size_t from = 0; from < strlen(text); from++)
			for (size_t len = 0; len < strlen(text); len++)
				if (from + len <= strlen(text))
					assert_int_not_equal(note_verifier_read(bytes_of(
					    text + from, len), &verifier, NULL), ERR_OK);
		for (size_t at = 0; at < strlen(text); at++) {
			char *changed = memory_text(bytes_of_text(text));

			changed[at]++;
			assert_int_not_equal(note_verifier_read(bytes_of_text(changed), &verifier,
			    NULL),
			    ERR_OK);
			free(changed);
		}
	}
	assert_int_equal(good, 2);
	json_decref(all);
}

/* Opens a note as a client with these keys would: all known signatures verify, at least one is. */
static bool
opens(struct bytes octets, const json_t *keys, size_t *verified)
{
	struct note note;
	struct why why = { 0 };
	const json_t *one;
	size_t i;

	*verified = 0;
	if (note_read(octets, &note, &why) != ERR_OK) {
		assert_string_not_equal(why.text, "");
		return false;
	}
	json_array_foreach(keys, i, one) {
		struct note_verifier verifier;
		enum err err;

		assert_int_equal(note_verifier_read(bytes_of_text(json_string_value(one)),
		    &verifier,
		    &why), ERR_OK);
		err = note_verify(&note, &verifier, &why);
		if (err == ERR_UNTRUSTED)
			return false;
		*verified += err == ERR_OK;
	}
	return *verified > 0;
}

static void
test_published_notes(void **state)
{
	json_t *all = vectors_json("tests/data/tlog/signed-note-vectors.json"), *one;
	size_t i, verified;

	(void)state;
	json_array_foreach(json_object_get(all, "open"), i, one) {
		struct buffer octets = { 0 };
		const char *result = vectors_text(one, "result"), *name = vectors_text(one, "name");
		bool good = strcmp(result, "ok") == 0;

		/* Two keys of one name and id: which of them is meant is the caller's to refuse. */
		if (strncmp(result, "ambiguous", 9) == 0)
			continue;
		assert_int_equal(base64_read(bytes_of_text(vectors_text(one, "note_b64")), &octets),
		    ERR_OK);
		if (opens(bytes_of_buffer(&octets), json_object_get(one, "keys"),
		    &verified) != good)
			fail_msg("%s: wanted %s", name, result);
		if (good)
			assert_int_equal(verified, json_array_size(json_object_get(one,
			    "verified")));
		buffer_free(&octets);
	}
	assert_int_equal(i, 16);
	json_decref(all);
}

/* The signature of the specification's key is deterministic, so ours must be the same octets. */
static void
test_published_signature(void **state)
{
	json_t *all = vectors_json("tests/data/tlog/signed-note-vectors.json");
	const json_t *sign = json_object_get(all, "sign");
	const char *secret = strstr(vectors_text(sign, "skey"), "+c74f20a3+") + 10;
	static const char head[] =
	    "\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";
	struct buffer seed = { 0 }, der = { 0 }, pem = { 0 }, note = { 0 };
	struct signing_key *key;
	struct note_verifier verifier;
	uint8_t public[32], signature[64];
	struct why why;

	(void)state;
	assert_int_equal(base64_read(bytes_of_text(secret), &seed), ERR_OK);
	assert_int_equal(seed.len, 33);
	buffer_put(&der, head, 16);
	buffer_put(&der, seed.at + 1, 32);
	buffer_put_text(&pem, "-----BEGIN PRIVATE KEY-----\n");
	base64_put(&pem, bytes_of_buffer(&der));
	buffer_put_text(&pem, "\n-----END PRIVATE KEY-----\n");
	assert_int_equal(signing_key_read(bytes_of_buffer(&pem), &key, &why), ERR_OK);
	signing_key_public(key, public);
	note_verifier_make("PeterNeumann", public, &verifier);
	buffer_put_text(&note, vectors_text(sign, "text"));
	assert_int_equal(signing_key_sign(key, bytes_of_buffer(&note), signature, &why), ERR_OK);
	buffer_put_text(&note, "\n");
	note_put_signature(&note, &verifier, bytes_of(signature, sizeof(signature)));
	assert_string_equal(buffer_text(&note), vectors_text(sign, "signed"));
	signing_key_free(key);
	buffer_free(&seed);
	buffer_free(&der);
	buffer_free(&pem);
	buffer_free(&note);
	json_decref(all);
}

static void
test_published_checkpoints(void **state)
{
	json_t *all = vectors_json("tests/data/tlog/checkpoints.json"), *one;
	size_t i, checkpoints = 0, cosigned = 0;

	(void)state;
	json_array_foreach(all, i, one) {
		const char *text = vectors_text(one, "note");
		const json_t *verifies = json_object_get(one, "verifies"), *want;
		const char *vkey;
		struct note note;
		struct checkpoint checkpoint;
		struct why why = { 0 };

		assert_int_equal(note_read(bytes_of_text(text), &note, &why), ERR_OK);
		if (strncmp(vectors_text(one, "name"), "signed-note", 11) != 0) {
			struct buffer again = { 0 };

			checkpoints++;
			assert_int_equal(checkpoint_read(note.text, &checkpoint, &why), ERR_OK);
			checkpoint_text(&again, &checkpoint);
			assert_memory_equal(again.at, note.text.at, again.len);
			buffer_free(&again);
		}
		json_object_foreach((json_t *)verifies, vkey, want) {
			struct note_verifier verifier;
			enum err err;

			assert_int_equal(note_verifier_read(bytes_of_text(vkey), &verifier, &why),
			    ERR_OK);
			err = note_verify(&note, &verifier, &why);
			if ((err == ERR_OK) != json_is_true(want))
				fail_msg("%s: %s", vectors_text(one, "name"), why.text);
			cosigned += err == ERR_OK && verifier.type == NOTE_COSIGNATURE;
		}
	}
	assert_int_equal(checkpoints, json_array_size(all) - 2);
	assert_int_equal(cosigned, 3);
	json_decref(all);
}

/* A cosignature's time is signed: an hour later is another statement. */
static void
test_cosignature_time(void **state)
{
	struct buffer octets = vectors_file("tests/data/tlog/sunlight/checkpoint");
	const char *vkey =
	    "mirror.example.org+3fb148ef+BAAjjch9GyYz0sJsJx7ALhbdAtz2ov0unbzSl1vMp94O";
	struct note_verifier verifier;
	struct note note;
	struct why why;

	(void)state;
	assert_int_equal(note_read(bytes_of_buffer(&octets), &note, &why), ERR_OK);
	assert_int_equal(note_verifier_read(bytes_of_text(vkey), &verifier, &why), ERR_OK);
	assert_int_equal(note_verify(&note, &verifier, &why), ERR_OK);
	note.signature[0].octets[7]++;
	assert_int_equal(note_verify(&note, &verifier, &why), ERR_UNTRUSTED);
	note.signature[0].octets[7]--;
	note.signature[0].len--;
	assert_int_equal(note_verify(&note, &verifier, &why), ERR_UNTRUSTED);
	note.signature[0].len = 4;
	assert_int_equal(note_verify(&note, &verifier, &why), ERR_UNTRUSTED);
	verifier.type = NOTE_ED25519;
	assert_int_equal(note_verify(&note, &verifier, &why), ERR_UNTRUSTED);
	verifier.id++;
	assert_int_equal(note_verify(&note, &verifier, &why), ERR_NOT_FOUND);
	buffer_free(&octets);
}

/* Whole tlog-proofs over another program's log: inclusion of its entries in its checkpoints. */
static void
test_tessera_proofs(void **state)
{
	json_t *all = vectors_json("tests/data/tlog/proofs-from-tessera-log.json"), *one;
	struct note_verifier verifier;
	struct why why;
	size_t i;

	(void)state;
	assert_int_equal(note_verifier_read(bytes_of_text(vectors_text(all, "vkey")), &verifier,
	    &why), ERR_OK);
	json_array_foreach(json_object_get(all, "tlog_proof"), i, one) {
		const char *at = strstr(vectors_text(one, "proof"), "\nindex ") + 1;
		struct proof proof = { 0 };
		struct note note;
		struct checkpoint checkpoint;

		for (at = strchr(at, '\n') + 1; *at != '\n'; at = strchr(at, '\n') + 1) {
			struct buffer hash = { 0 };

			assert_int_equal(base64_read(bytes_of(at, strcspn(at, "\n")), &hash),
			    ERR_OK);
			memcpy(proof.hash[proof.count++].at, hash.at, HASH_LEN);
			buffer_free(&hash);
		}
		assert_int_equal(note_read(bytes_of_text(at + 1), &note, &why), ERR_OK);
		assert_int_equal(note_verify(&note, &verifier, &why), ERR_OK);
		assert_int_equal(checkpoint_read(note.text, &checkpoint, &why), ERR_OK);
		assert_int_equal(merkle_check_inclusion(
		    merkle_leaf(bytes_of_text(vectors_text(one, "entry"))),
		    vectors_number(one, "index"), checkpoint.size, &proof, checkpoint.root),
		    ERR_OK);
	}
	assert_int_equal(i, 7);
	json_decref(all);
}

static void
test_bad_checkpoints(void **state)
{
	static const char *const bad[] = {
		"", "\n", "a\n", "a\n1\n", "\n1\nAAAA\n", "a\n1\nAAAA\n",
		"a\n01\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
		"a\n-1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
		"a\n+1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
		"a\n0x1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
		"a\n\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
		"a\n1 \n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
		"a\n18446744073709551616\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
		"a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n",
		"a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU\n",
		"a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
		"a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n",
		"a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nx",
		"a\tb\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
		"\xff\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
	};
	struct checkpoint checkpoint;
	struct why why;
	char longest[700];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		why = (struct why){ 0 };
		if (checkpoint_read(bytes_of_text(bad[i]), &checkpoint, &why) == ERR_OK)
			fail_msg("accepted %s", bad[i]);
		assert_string_not_equal(why.text, "");
	}
	assert_int_equal(checkpoint_read(bytes_of_text("a b\n18446744073709551615\n"
	    "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nextension\n"), &checkpoint, &why),
	    ERR_OK);
	assert_true(checkpoint.size == UINT64_MAX);
	assert_string_equal(checkpoint.origin, "a b");
	memset(longest, 'o', sizeof(longest));
	snprintf(longest + 256, sizeof(longest) - 256,
	    "\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n");
	assert_int_equal(checkpoint_read(bytes_of_text(longest), &checkpoint, &why), ERR_LIMIT);
	assert_int_equal(checkpoint_read(bytes_of_text(longest + 1), &checkpoint, &why), ERR_OK);
}

static void
test_note_bounds(void **state)
{
	struct buffer text = { 0 };
	struct note_verifier verifier;
	struct note note;
	struct why why;
	uint8_t key[32] = { 1 }, large[2400] = { 0 };

	(void)state;
	note_verifier_make("example.org/many", key, &verifier);
	buffer_put_text(&text, "text\n\n");
	for (unsigned i = 0; i < NOTE_SIGNATURES_MAX; i++)
		note_put_signature(&text, &verifier, bytes_of(key, i % 2 == 0 ? 1 : 32));
	assert_int_equal(note_read(bytes_of_buffer(&text), &note, &why), ERR_OK);
	assert_int_equal(note.count, NOTE_SIGNATURES_MAX);
	note_put_signature(&text, &verifier, bytes_of(key, 32));
	assert_int_equal(note_read(bytes_of_buffer(&text), &note, &why), ERR_LIMIT);
	buffer_reset(&text);
	buffer_put_text(&text, "text\n\n");
	note_put_signature(&text, &verifier, bytes_of(large, sizeof(large)));
	note_put_signature(&text, &verifier, bytes_of(key, 32));
	assert_int_equal(note_read(bytes_of_buffer(&text), &note, &why), ERR_OK);
	assert_int_equal(note.count, 1);
	assert_int_equal(note.passed_over, 1);
	while (text.len <= NOTE_MAX)
		buffer_put_text(&text, "x\n");
	assert_int_equal(note_read(bytes_of_buffer(&text), &note, &why), ERR_LIMIT);
	buffer_free(&text);
	/* Every kind of Unicode space in a name. */
	for (unsigned code = 0x2000; code <= 0x200a; code++) {
		char line[64];

		snprintf(line, sizeof(line), "t\n\n\xe2\x80\x94 a%c%c%cb AAAAAAA=\n", 0xe2, 0x80,
		    (int)(code - 0x2000 + 0x80));
		assert_int_equal(note_read(bytes_of_text(line), &note, &why), ERR_MALFORMED);
	}
	assert_int_equal(note_read(bytes_of_text("t\n\n\xe2\x80\x94 a\xc2\xa0" "b AAAAAAA=\n"),
	    &note,
	    &why), ERR_MALFORMED);
	assert_int_equal(note_read(bytes_of_text("t\n\n\xe2\x80\x94 a+b AAAAAAA=\n"), &note, &why),
	    ERR_MALFORMED);
	assert_int_equal(note_read(bytes_of_text("t\n\n\xe2\x80\x94 ab AAAAAA==\n"), &note, &why),
	    ERR_MALFORMED);
	assert_int_equal(note_read(bytes_of_text("t\n\n\xe2\x80\x94 ab AAAAAAA=\n"), &note, &why),
	    ERR_OK);
	assert_int_equal(note_read(bytes_of_text("t\n\n\xe2\x80\x94 ab AAAAAAA= \n"), &note, &why),
	    ERR_MALFORMED);
}

/* Flipping any bit of a signed note never leaves it verified. */
static void
test_every_bit(void **state)
{
	struct signing_key *key;
	struct note_verifier verifier;
	struct buffer text = { 0 };
	uint8_t public[32], signature[64];
	struct why why;

	(void)state;
	assert_int_equal(signing_key_make(&key, &why), ERR_OK);
	signing_key_public(key, public);
	note_verifier_make("example.org/bits", public, &verifier);
	buffer_put_text(&text,
	    "example.org/bits\n7\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n");
	assert_int_equal(signing_key_sign(key, bytes_of_buffer(&text), signature, &why), ERR_OK);
	buffer_put_text(&text, "\n");
	note_put_signature(&text, &verifier, bytes_of(signature, sizeof(signature)));
	for (size_t bit = 0; bit <= text.len * 8; bit++) {
		struct note note;
		enum err err;

		if (bit < text.len * 8)
			text.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
		err = note_read(bytes_of_buffer(&text), &note, &why);
		if (err == ERR_OK)
			err = note_verify(&note, &verifier, &why);
		assert_int_equal(err == ERR_OK, bit == text.len * 8);
		if (bit < text.len * 8)
			text.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	buffer_free(&text);
	signing_key_free(key);
}

static void
test_key_files(void **state)
{
	struct signing_key *key = NULL, *again = NULL;
	struct buffer pem = { 0 };
	uint8_t a[32], b[32], signature[64];
	struct why why = { 0 };
	EVP_PKEY *other = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	BIO *bio = BIO_new(BIO_s_mem());
	char *text;
	long len;

	(void)state;
	assert_int_equal(signing_key_make(&key, &why), ERR_OK);
	assert_int_equal(signing_key_write(key, &pem, &why), ERR_OK);
	assert_int_equal(signing_key_read(bytes_of_buffer(&pem), &again, &why), ERR_OK);
	signing_key_public(key, a);
	signing_key_public(again, b);
	assert_memory_equal(a, b, 32);
	assert_int_equal(signing_key_sign(again, bytes_of_text("x"), signature, &why), ERR_OK);
	assert_int_equal(ed25519_verify(a, bytes_of_text("x"), bytes_of(signature, 64)), ERR_OK);
	assert_int_equal(ed25519_verify(a, bytes_of_text("y"), bytes_of(signature, 64)),
	    ERR_UNTRUSTED);
	assert_int_equal(ed25519_verify(a, bytes_of_text("x"), bytes_of(signature, 63)),
	    ERR_UNTRUSTED);
	signing_key_free(again);
	assert_int_equal(signing_key_read(bytes_slice(bytes_of_buffer(&pem), 0, pem.len / 2),
	    &again,
	    &why), ERR_MALFORMED);
	assert_null(again);
	assert_int_equal(signing_key_read(bytes_of(NULL, 0), &again, &why), ERR_MALFORMED);
	assert_int_equal(signing_key_read(bytes_of_text("nonsense"), &again, &why), ERR_MALFORMED);
	assert_int_equal(PEM_write_bio_PKCS8PrivateKey(bio, other, NULL, NULL, 0, NULL, NULL), 1);
	len = BIO_get_mem_data(bio, &text);
	assert_int_equal(signing_key_read(bytes_of(text, (size_t)len), &again, &why),
	    ERR_UNSUPPORTED);
	BIO_free(bio);
	EVP_PKEY_free(other);
	signing_key_free(key);
	buffer_free(&pem);
}

struct hand { struct signing_key *key; struct note_verifier verifier; struct buffer text; };

static void
hand_make(struct hand *hand)
{
	uint8_t public[32];

	*hand = (struct hand){ 0 };
	assert_int_equal(signing_key_make(&hand->key, NULL), ERR_OK);
	signing_key_public(hand->key, public);
	note_verifier_make("example.org/ledger", public, &hand->verifier);
	note_verifier_text(&hand->verifier, &hand->text);
}

static void
hand_free(struct hand *hand)
{
	signing_key_free(hand->key);
	buffer_free(&hand->text);
}

/* The chain of keys: each KEY record hands over from the one before, or is refused. */
static void
test_rotation(void **state)
{
	struct hand one, two, three;
	struct buffer statement = { 0 };
	uint8_t by_new[64], by_old[64];
	struct record_key record = { 0 };
	struct note_verifier next;
	struct why why;

	(void)state;
	hand_make(&one);
	hand_make(&two);
	hand_make(&three);
	record.origin = bytes_of_text("example.org/ledger");
	record.verifier = bytes_of_buffer(&one.text);
	key_statement(&statement, record.origin, bytes_of(NULL, 0), record.verifier);
	assert_int_equal(signing_key_sign(one.key, bytes_of_buffer(&statement), by_new, &why),
	    ERR_OK);
	record.signature = bytes_of(by_new, 64);
	assert_int_equal(key_check(&record, NULL, &next, &why), ERR_OK);
	assert_int_equal(next.id, one.verifier.id);
	assert_int_equal(key_check(&record, &one.verifier, &next, &why), ERR_MISMATCH);

	record.previous = bytes_of_buffer(&one.text);
	record.verifier = bytes_of_buffer(&two.text);
	buffer_reset(&statement);
	key_statement(&statement, record.origin, record.previous, record.verifier);
	assert_int_equal(signing_key_sign(two.key, bytes_of_buffer(&statement), by_new, &why),
	    ERR_OK);
	assert_int_equal(signing_key_sign(one.key, bytes_of_buffer(&statement), by_old, &why),
	    ERR_OK);
	record.signature = bytes_of(by_new, 64);
	record.previous_signature = bytes_of(by_old, 64);
	assert_int_equal(key_check(&record, &one.verifier, &next, &why), ERR_OK);
	assert_int_equal(next.id, two.verifier.id);
	assert_int_equal(key_check(&record, NULL, &next, &why), ERR_MISMATCH);
	assert_int_equal(key_check(&record, &three.verifier, &next, &why), ERR_MISMATCH);
	by_old[3] ^= 1;
	assert_int_equal(key_check(&record, &one.verifier, &next, &why), ERR_UNTRUSTED);
	by_old[3] ^= 1;
	by_new[3] ^= 1;
	assert_int_equal(key_check(&record, &one.verifier, &next, &why), ERR_UNTRUSTED);
	by_new[3] ^= 1;
	record.origin = bytes_of_text("example.org/ledgers");
	assert_int_equal(key_check(&record, &one.verifier, &next, &why), ERR_UNTRUSTED);
	record.origin = bytes_of_text("example.org\nledger");
	assert_int_equal(key_check(&record, &one.verifier, &next, &why), ERR_MALFORMED);
	record.verifier = bytes_of_text("nonsense");
	assert_int_equal(key_check(&record, &one.verifier, &next, &why), ERR_MALFORMED);
	hand_free(&one);
	hand_free(&two);
	hand_free(&three);
	buffer_free(&statement);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verifier_keys),
		cmocka_unit_test(test_published_notes),
		cmocka_unit_test(test_published_signature),
		cmocka_unit_test(test_published_checkpoints),
		cmocka_unit_test(test_cosignature_time),
		cmocka_unit_test(test_tessera_proofs),
		cmocka_unit_test(test_bad_checkpoints),
		cmocka_unit_test(test_note_bounds),
		cmocka_unit_test(test_every_bit),
		cmocka_unit_test(test_key_files),
		cmocka_unit_test(test_rotation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
