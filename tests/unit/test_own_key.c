/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The monitor's own key: descriptions of keys in tokens are read, written and refused by the line;
 * a key made in a token of SoftHSM2 signs what verifies, and what is wrong is one sentence.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "attest/possession.h"
#include "monitor/daemon/own_key.h"
#include "probes/helper.h"
#include "tests/unit/token_lab.h"

#define HEAD "sekimori token key 1\n"
#define WHOLE HEAD "# a comment\nmodule = /m.so\r\n token=t \n\nobject = o/1\npin =  1 2\nnetwork = true"

static void
descriptions_are_read_and_written(void **unused)
{
	struct own_token *token = memory_new(2, sizeof(*token));
	struct buffer out = { .max = 0 };
	struct why why = { .err = ERR_OK };

	(void)unused;
	assert_true(own_token_is(bytes_of_text(WHOLE)));
	assert_false(own_token_is(bytes_of_text("-----BEGIN PRIVATE KEY-----")));
	assert_int_equal(own_token_read(bytes_of_text(WHOLE), &token[0], &why), ERR_OK);
	assert_string_equal(token[0].module, "/m.so");
	assert_string_equal(token[0].token, "t");
	assert_string_equal(token[0].object, "o/1");
	assert_string_equal(token[0].pin, "1 2");
	assert_true(token[0].network);
	own_token_write(&out, &token[0]);
	assert_int_equal(own_token_read(bytes_of_buffer(&out), &token[1], &why), ERR_OK);
	assert_memory_equal(&token[0], &token[1], sizeof(token[0]));
	buffer_free(&out);
	free(token);
}

static void
wrong_descriptions_are_refused_by_the_line(void **unused)
{
	static const struct { const char *file, *words; } cases[] = {
		{ HEAD "module = /m.so\ntoken = t\n", "object is missing" },
		{ HEAD "object = o\ntoken = t\n", "module is missing" },
		{ HEAD "module = m.so\nobject = o\ntoken = t\n", "absolute path" },
		{ HEAD "module = /m.so\nobject = o\n", "neither token nor serial" },
		{ HEAD "module = /m.so\nobjekt = o\n", "line 3: there is no setting" },
		{ HEAD "module = /m.so\nsecret\n", "line 3 is not NAME = VALUE" },
		{ HEAD "token =\n", "line 2: token is empty" },
		{ HEAD "token = 123456789012345678901234567890123\n", "token is empty or too long" }
	};
	struct own_token *token = memory_new(1, sizeof(*token));

	(void)unused;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct why why = { .err = ERR_OK };

		assert_int_not_equal(own_token_read(bytes_of_text(cases[i].file), token, &why),
		    ERR_OK);
		if (strstr(why.text, cases[i].words) == NULL || strstr(why.text, "secret") != NULL)
			fail_msg("\"%s\" does not say \"%s\"", why.text, cases[i].words);
	}
	free(token);
}

static void
describe(struct own_token *token, const char *object)
{
	*token = (struct own_token){ .module = SOFTHSM, .token = "own", .pin = PIN };
	snprintf(token->object, sizeof(token->object), "%s", object);
	snprintf(token->paths, sizeof(token->paths), "%s", folder);
	snprintf(token->environment, sizeof(token->environment),
	    "SOFTHSM2_CONF=%s/softhsm2.conf", folder);
}

static void
refused(struct own_token *token, int program, bool make, enum err err, const char *words)
{
	struct own_key *key = NULL;
	struct why why = { .err = ERR_OK };

	if (own_key_of_token(token, program, make, &key, &why) != err)
		fail_msg("%s: %s", err_name(why.err), why.text);
	assert_null(key);
	if (strstr(why.text, words) == NULL || strstr(why.text, token->pin) != NULL)
		fail_msg("\"%s\" does not say \"%s\"", why.text, words);
}

static void
a_key_is_made_in_a_token_and_signs(void **unused)
{
	struct own_token *token = memory_new(1, sizeof(*token));
	struct bytes text = bytes_of_text("example.org/own\n1\nAAAA\n");
	struct own_key *key = NULL, *again = NULL;
	struct possession proof;
	struct why why = { .err = ERR_OK };
	uint8_t public[32], same[32], signature[64];
	int low = helper_open("sekimori-token", 0).file, program = fcntl(low, F_DUPFD_CLOEXEC, 16);

	(void)unused;
	describe(token, "sekimori/1");
	refused(token, program, false, ERR_NOT_FOUND, "has no key of the object's label");
	assert_int_equal(own_key_of_token(token, program, true, &key, &why), ERR_OK);
	assert_int_equal(own_key_sign(key, text, signature, &why), ERR_OK);
	own_key_public(key, public);
	assert_int_equal(ed25519_verify(public, text, bytes_of(signature, 64)), ERR_OK);
	assert_int_equal(possession_read(own_key_proof(key), &proof, &why), ERR_OK);
	assert_string_equal(own_key_token(key)->object, "sekimori/1");
	refused(token, program, true, ERR_NOT_FOUND, "more than one key");
	assert_int_equal(own_key_of_token(token, program, false, &again, &why), ERR_OK);
	own_key_public(again, same);
	assert_memory_equal(public, same, 32);
	own_key_free(again);
	own_key_free(key);
	describe(token, "curve");
	refused(token, program, false, ERR_UNSUPPORTED, "not an Ed25519 key");
	snprintf(token->token, sizeof(token->token), "none");
	refused(token, program, false, ERR_NOT_FOUND, "no token of the label");
	describe(token, "sekimori/1");
	snprintf(token->pin, sizeof(token->pin), "99999");
	refused(token, program, false, ERR_DENIED, "refused the PIN");
	snprintf(token->module, sizeof(token->module), "/nowhere.so");
	refused(token, program, false, ERR_IO, "cannot be used");
	refused(token, -1, false, ERR_IO, "not installed");
	close(program);
	close(low);
	free(token);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(descriptions_are_read_and_written),
		cmocka_unit_test(wrong_descriptions_are_refused_by_the_line),
		cmocka_unit_test(a_key_is_made_in_a_token_and_signs),
	};
	int failed;

	hsm_begin();
	token_make("own");
	key_make("own", "EC:prime256v1", "01", "curve");
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	hsm_end();
	return failed;
}
