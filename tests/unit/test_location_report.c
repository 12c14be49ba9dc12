/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report of location over a real ledger: the answer for a class of data at a moment and at an
 * earlier one, the history of moves between, the table for machines; and tokens made of the same
 * state, which read back to what it says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>
#include <unistd.h>

#include "attest/ear.h"
#include "monitor/base/command.h"
#include "monitor/base/i18n.h"
#include "monitor/daemon/locate_statement.h"
#include "monitor/daemon/signer.h"
#include "reports/location.h"
#include "reports/report_stand.h"
#include "reports/verify_ear.h"
#include "tests/screens/location_ledger.h"

static char folder[] = "/tmp/sekimori-location.XXXXXX", path[64];

struct stand { struct report_source source; struct filing_source from; struct state *later; };

static void
stand_open(struct stand *stand, const char *at)
{
	struct why why = { .text = "" };

	memset(stand, 0, sizeof(*stand));
	if (report_open(&stand->source, NULL, NULL, path, &why) != ERR_OK ||
	    report_stand(&stand->source, at, false, &stand->from, &stand->later, &why) != ERR_OK)
		fail_msg("%s", why.text);
}

static void
stand_close(struct stand *stand)
{
	state_free(stand->later);
	report_close(&stand->source);
}

static int
paper_of(const char *at, const struct location_asked *asked, struct buffer *out)
{
	struct why why = { .text = "" };
	struct paper *paper = NULL;
	struct stand stand;
	int code = EXIT_FINE;

	stand_open(&stand, at);
	if (location_paper(&stand.from, asked, &paper, &code, &why) != ERR_OK)
		fail_msg("%s", why.text);
	assert_int_equal(paper_check(paper, &why), ERR_OK);
	buffer_reset(out);
	paper_print_text(paper, out);
	paper_free(paper);
	stand_close(&stand);
	return code;
}

static void
has(struct buffer *text, const char *wanted)
{
	if (strstr(buffer_text(text), wanted) == NULL)
		fail_msg("\"%s\" is not there:\n%s", wanted, buffer_text(text));
}

static void
lacks(struct buffer *text, const char *unwanted)
{
	if (strstr(buffer_text(text), unwanted) != NULL)
		fail_msg("\"%s\" is there:\n%s", unwanted, buffer_text(text));
}

/* Where was it then, and where is it now: each from what was recorded until that moment. */
static void
test_moment(void **unused)
{
	struct location_asked asked = { .data = "subscriber" };
	struct buffer text = { .max = 0 };

	(void)unused;
	assert_int_equal(paper_of(NULL, &asked, &text), EXIT_FINDING);
	has(&text, "As it was known at 2026-11-20 09:00:4");
	has(&text, "instance:udm-1: inside: ");
	has(&text, "key:udm-hsm: contradicted: ");
	has(&text, "store:db: outside: ");
	has(&text, "store:db-copy: inside: ");
	lacks(&text, "which is not approved for them (");
	has(&text, "Ways by which data can leave");
	has(&text, "not approved");
	has(&text, "601 km");
	has(&text, "401 km");
	has(&text, "CN,KR,US");
	has(&text, "aws/us-west-2 (US)");
	has(&text, "A long time proves nothing");
	has(&text, "Limit of each proof");
	lacks(&text, "instance:amf-1");
	assert_int_equal(paper_of("2026-11-20 09:00:20", &asked, &text), EXIT_FINE);
	has(&text, "key:udm-hsm: inside: ");
	has(&text, "store:db: inside: ");
	lacks(&text, "us-west-2");
	buffer_free(&text);
}

static void
test_whole(void **unused)
{
	struct location_asked asked = { .data = NULL };
	struct buffer text = { .max = 0 };
	struct why why = { .text = "" };
	struct paper *paper = NULL;
	struct stand stand;
	int code = EXIT_FINE;

	(void)unused;
	assert_int_equal(paper_of(NULL, &asked, &text), EXIT_FINDING);
	has(&text, "instance:amf-1");
	has(&text, "its address is in");
	has(&text, "Sovereignty against resilience");
	has(&text, "db-copy");
	has(&text, "no recovery objective is declared");
	asked.data = "no-such";
	stand_open(&stand, NULL);
	assert_int_equal(location_paper(&stand.from, &asked, &paper, &code, &why), ERR_INVALID);
	assert_non_null(strstr(why.text, "no-such"));
	stand_close(&stand);
	buffer_free(&text);
}

static void
test_history(void **unused)
{
	struct location_asked asked = { .data = "subscriber", .history = true,
		.from_ms = story_time(0) - 60000, .to_ms = story_time(0) + 600000 };
	struct buffer text = { .max = 0 };

	(void)unused;
	paper_of(NULL, &asked, &text);
	has(&text, "History of moves");
	has(&text, "09:00:40 JST");
	has(&text, "key:udm-hsm");
	lacks(&text, "Nothing changed");
	asked.from_ms = story_time(0) + 42000;
	paper_of(NULL, &asked, &text);
	has(&text, "Nothing changed in that time");
	buffer_free(&text);
}

/* As many cells in every line, and no cell a spreadsheet would run. */
static void
test_csv(void **unused)
{
	struct buffer csv = { .max = 0 };
	struct location_set set;
	struct stand stand;
	unsigned lines = 0, cells = 0, want = 0;
	bool inside = false;

	(void)unused;
	stand_open(&stand, NULL);
	location_set_make(&set, stand.from.state, 0);
	location_csv(&set, &csv);
	has(&csv, "\"key:udm-hsm\",\"udm-1\",\"subscriber\",\"contradicted\"");
	has(&csv, "\"signed\",\"udm-hsm\",\"outside\",\"aws/us-west-2\",\"US\",\"A\"");
	for (const char *at = buffer_text(&csv); *at != '\0'; at++) {
		inside = *at == '"' ? !inside : inside;
		if (*at == ',' && !inside)
			cells++;
		if (*at == '\n' && !inside) {
			want = lines++ == 0 ? cells : want;
			assert_int_equal(cells, want);
			cells = 0;
		}
	}
	assert_true(lines > 8);
	location_set_free(&set);
	stand_close(&stand);
	buffer_free(&csv);
}

/* --- tokens ------------------------------------------------------------------------------- */

static void
keep(void *arg, enum shown shown, const char *kind, const char *text)
{
	buffer_print(arg, "%s %s %s\n", shown_name(shown), kind, text);
}

static void
token_of(const struct state *state, const char *subject, enum ear_form form,
    const struct signing_key *key, const struct note_verifier *verifier, struct buffer *token)
{
	struct locate_statement *made = memory_new(1, sizeof(*made));
	struct buffer claims = { .max = 0 }, text = { .max = 0 };
	struct why why = { .text = "" };
	uint8_t signature[64];
	char name[EAR_KEY_MAX];

	snprintf(name, sizeof(name), "%s+%08x", verifier->name, verifier->id);
	assert_int_equal(locate_statement_make(state, subject, made, &why), ERR_OK);
	made->ear.origin = verifier->name;
	made->ear.root = "00";
	made->ear.size = state->size;
	assert_int_equal(ear_claims(&made->ear, form, &claims, &why), ERR_OK);
	assert_int_equal(ear_to_sign(form, name, bytes_of_buffer(&claims), &text, &why), ERR_OK);
	assert_int_equal(signing_key_sign(key, bytes_of_buffer(&text), signature, &why), ERR_OK);
	assert_int_equal(ear_token(form, name, bytes_of_buffer(&claims), bytes_of(signature, 64),
	    token, &why), ERR_OK);
	locate_statement_free(made);
	buffer_free(&claims);
	buffer_free(&text);
}

static void
check_token(const struct buffer *token, const struct note_verifier *verifier,
    const struct note_verifier *other, struct buffer *told)
{
	struct why why = { .text = "" };
	bool vouched;

	buffer_reset(told);
	assert_int_equal(verify_ear(bytes_of_buffer(token), verifier, keep, told, &vouched,
	    &why), ERR_OK);
	assert_true(vouched);
	has(told, "PROVED identity signed by the key core-places+");
	buffer_reset(told);
	assert_int_equal(verify_ear(bytes_of_buffer(token), other, keep, told, &vouched,
	    &why), ERR_UNTRUSTED);
	assert_int_equal(told->len, 0);
	assert_int_equal(verify_ear(bytes_of_buffer(token), NULL, keep, told, &vouched,
	    &why), ERR_OK);
	assert_false(vouched);
	has(told, "NOT SHOWN identity");
}

static void
test_tokens(void **unused)
{
	struct signing_key *key, *another;
	struct note_verifier verifier, other;
	struct buffer told = { .max = 0 };
	struct why why = { .text = "" };
	struct stand stand;
	uint8_t raw[32];

	(void)unused;
	assert_int_equal(signing_key_make(&key, &why), ERR_OK);
	assert_int_equal(signing_key_make(&another, &why), ERR_OK);
	signing_key_public(key, raw);
	note_verifier_make("core-places", raw, &verifier);
	signing_key_public(another, raw);
	note_verifier_make("core-places", raw, &other);
	stand_open(&stand, NULL);
	for (enum ear_form form = 0; form < EAR_FORMS; form++) {
		struct buffer token = { .max = 0 };

		token_of(stand.from.state, "key:udm-hsm", form, key, &verifier, &token);
		check_token(&token, &verifier, &other, &told);
		has(&told, "ASSERTED place key:udm-hsm: contraindicated, contradicted");
		has(&told, "ASSERTED witness signed: outside, aws/us-west-2, US, A");
		buffer_reset(&token);
		token_of(stand.from.state, "instance:udm-1", form, key, &verifier, &token);
		check_token(&token, &verifier, &other, &told);
		has(&told, "ASSERTED place instance:udm-1: affirming, inside, JP");
		buffer_reset(&token);
		token_of(stand.from.state, "store:db-copy", form, key, &verifier, &token);
		check_token(&token, &verifier, &other, &told);
		has(&told, "ASSERTED place store:db-copy: warning, inside, JP");
		buffer_reset(&token);
		token_of(stand.from.state, "store:db", form, key, &verifier, &token);
		check_token(&token, &verifier, &other, &told);
		has(&told, "ASSERTED place store:db: contraindicated, outside: ");
		buffer_free(&token);
	}
	stand_close(&stand);
	signing_key_free(key);
	signing_key_free(another);
	buffer_free(&told);
}

/* What the ledger asks of the signer: read back whole, and refused wherever it is cut. */
static void
test_signer_message(void **unused)
{
	struct buffer text = { .max = 0 };
	struct bytes key, claims;
	uint64_t form;

	(void)unused;
	signer_locate_put(&text, EAR_CBOR, bytes_of_text("core-places+01234567"),
	    bytes_of("\xa1\x06\x01", 3));
	assert_true(signer_locate_read(bytes_of_buffer(&text), &form, &key, &claims));
	assert_int_equal(form, EAR_CBOR);
	assert_true(bytes_equal(key, bytes_of_text("core-places+01234567")));
	assert_int_equal(claims.len, 3);
	for (size_t i = 0; i < text.len; i++)
		assert_false(signer_locate_read(bytes_of(text.at, i), &form, &key, &claims));
	buffer_put_u8(&text, 0);
	assert_false(signer_locate_read(bytes_of_buffer(&text), &form, &key, &claims));
	buffer_free(&text);
}

static void
test_subjects(void **unused)
{
	static const char *const none[] = { "", "udm-1", "instance:", "instance:nobody",
		"site:tokyo", "key:udm-tls", "store:db ", "instance:udm-1x" };
	struct where_subject *all, found;
	struct buffer name = { .max = 0 };
	struct stand stand;
	uint32_t count;

	(void)unused;
	stand_open(&stand, NULL);
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_false(where_subject_find(stand.from.state, none[i], &found));
	count = where_subjects(stand.from.state, &all);
	assert_true(count >= 6);
	for (uint32_t i = 0; i < count; i++) {
		buffer_reset(&name);
		where_subject_name(stand.from.state, all[i], &name);
		assert_true(where_subject_find(stand.from.state, buffer_text(&name), &found));
		assert_int_equal(found.kind, all[i].kind);
		assert_int_equal(found.index, all[i].index);
		found = where_subject_of(where_subject_id(all[i]));
		assert_int_equal(found.kind, all[i].kind);
		assert_int_equal(found.index, all[i].index);
	}
	free(all);
	buffer_free(&name);
	stand_close(&stand);
}

static int
setup(void **unused)
{
	(void)unused;
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/ledger.db", folder);
	location_write(path);
	return 0;
}

static int
teardown(void **unused)
{
	(void)unused;
	story_leave_copy(path);
	unlink(path);
	return rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_moment), cmocka_unit_test(test_whole),
		cmocka_unit_test(test_history), cmocka_unit_test(test_csv),
		cmocka_unit_test(test_tokens), cmocka_unit_test(test_signer_message),
		cmocka_unit_test(test_subjects),
	};

	i18n_open("en");
	return cmocka_run_group_tests_name("location_report", tests, setup, teardown);
}
