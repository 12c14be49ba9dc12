/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Filings of hostile and of empty worlds: whatever a plan, a peer or a pack says, the documents
 * stay well-formed, nothing in them steers or hides, and what nobody knows says so.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>
#include <locale.h>

#include "monitor/base/command.h"
#include "monitor/base/file.h"
#include "reports/filing_memory.h"
#include "reports/filing_page.h"
#include "tests/unit/filing_carrier.h"
#include "tests/unit/html_check.h"

static struct form *form;

static int
forms_read(void **state)
{
	struct buffer octets = { .max = 0 };
	struct why why = { .text = "" };

	(void)state;
	setlocale(LC_CTYPE, "C.UTF-8");
	if (file_read("reports/forms/self-check.form", 1 << 20, &octets, &why) != ERR_OK ||
	    form_read("self-check.form", bytes_of_buffer(&octets), &form, &why) != ERR_OK) {
		fprintf(stderr, "%s\n", why.text);
		return -1;
	}
	buffer_free(&octets);
	return 0;
}

static int
forms_free(void **state)
{
	(void)state;
	form_free(form);
	return 0;
}

static struct filing *
made(const struct filing_source *source, const char *language)
{
	struct filing *filing = NULL;
	struct why why = { .text = "" };

	if (filing_make(source, form, language, &filing, &why) != ERR_OK)
		fail_msg("%s", why.text);
	return filing;
}

/* Every line of the text is within its columns and harmless. */
static void
text_is_sound(const struct buffer *text)
{
	struct bytes rest = bytes_of_buffer(text);

	while (rest.len > 0) {
		const uint8_t *end = memchr(rest.at, '\n', rest.len);
		struct bytes line = bytes_of(rest.at, (size_t)(end - rest.at));

		assert_non_null(end);
		if (text_columns(line) > PAGE_COLUMNS)
			fail_msg("%u columns: %.*s", text_columns(line), (int)line.len, line.at);
		for (size_t i = 0, len; i < line.len; i += len) {
			len = text_safe_character((const char *)line.at + i, line.len - i);
			if (len == 0)
				fail_msg("octet %02x in: %.*s", line.at[i], (int)line.len, line.at);
		}
		rest = bytes_slice(rest, line.len + 1, rest.len);
	}
}

/* All three formats of it, looked at with all we have; the text for more. */
static void
sound(const struct filing *filing, struct buffer *text)
{
	static struct html_check check;
	struct buffer html = { .max = 0 }, json = { .max = 0 };
	json_error_t error;
	json_t *root;

	filing_print_text(filing, text);
	text_is_sound(text);
	filing_print_html(filing, &html);
	if (!html_check(&check, bytes_of_buffer(&html)))
		fail_msg("%s", check.fault);
	filing_print_json(filing, &json);
	root = json_loadb((const char *)json.at, json.len, JSON_REJECT_DUPLICATES, &error);
	if (root == NULL)
		fail_msg("%s", error.text);
	assert_int_equal(json_array_size(json_object_get(root, "sheets")), filing->sheets);
	json_decref(root);
	buffer_free(&html);
	buffer_free(&json);
}

static bool
says(struct buffer *text, const char *what)
{
	return strstr(buffer_text(text), what) != NULL;
}

/* --- hostile texts ------------------------------------------------------------------------ */

static const char nasty[] = "</td><script>alert('x')</script>&amp;\"'`\x1b[2J\a"
    "\xe2\x80\xae" "evil" "\xe2\x80\x8f" "\xd8\x9c" "\xef\xbb\xbf" "\xc2\x85" "\xf3\xa0\x81\x81"
    "-->]]>%s%n";

static void
hostile_texts(void **state)
{
	struct filing_carrier *w = filing_carrier_new();
	struct fact_set facts = { .count = 0 };
	struct buffer text = { .max = 0 };
	struct filing_source source;
	struct filing *filing;

	(void)state;
	w->plan->site[0].title = w->plan->site[0].title_ja = nasty;
	w->plan->site[0].provider_name = w->plan->site[0].zone = nasty;
	w->plan->instance[0].title = w->plan->instance[0].title_ja = nasty;
	w->plan->instance[0].service = w->plan->instance[0].version = nasty;
	w->plan->instance[0].name = "</th>\"amf<1>\n\n\x1b";
	w->plan->target[0].name = "<script>\xe2\x80\xae";
	w->plan->class[0].title = w->plan->carrier[0].name = nasty;
	w->plan->document[0].title = w->plan->document[0].author = nasty;
	w->plan->declaration[0].value = w->plan->declaration[0].author = nasty;
	w->plan->channel[0].name = "<img src=x onerror=alert(1)>";
	filing_carrier_begin(w);
	filing_carrier_observe(w);
	filing_carrier_tls(&facts, nasty, "key");
	fact_set_text(&facts, FACT_SBI_SERVER, bytes_of(nasty, sizeof(nasty)));
	filing_carrier_place(w, &facts, "\xff\xfe<b>\r\n");
	filing_carrier_see(w, 1, &facts);
	filing_carrier_acts(w);
	source = filing_carrier_source(w);
	filing = made(&source, "ja");
	sound(filing, &text);
	assert_true(says(&text, "\\u{202e}evil\\u{200f}\\u{61c}\\u{feff}"));
	assert_true(says(&text, "\\x1b[2J\\x07"));
	assert_true(says(&text, "\\u{e0041}"));
	filing_free(filing);
	fact_set_free(&facts);
	buffer_free(&text);
	filing_carrier_free(w);
}

/* A pack may hold texts of 4,000 octets, a declaration of 511. */
static void
long_texts(void **state)
{
	struct filing_carrier *w = filing_carrier_new();
	struct buffer pack = { .max = 0 }, text = { .max = 0 };
	struct filing_source source;
	struct filing *filing;
	char *wide = memory_new(512, 1), *narrow = memory_new(4001, 1);

	(void)state;
	for (size_t i = 0; i + 3 < 512; i += 3)
		memcpy(wide + i, i % 2 == 0 ? "関" : "、", 3);
	memset(narrow, 'w', 4000);
	buffer_print(&pack, "pack = { id = \"long\"; edition = \"1\"; standard = \"%.3999s\"; "
	    "standard_ja = \"x\"; }; controls = ( { id = \"L-1\"; clause = \"%.3999s\"; title = "
	    "\"%.3999s\"; title_ja = \"x\"; requirement = \"r\"; source = \"s\"; confidence = "
	    "\"seed\"; level = \"mandatory\"; subject = \"site\"; limit = \"%.3999s\"; limit_ja = "
	    "\"%.3999s\"; condition = \"site.third_party\"; } );", narrow, narrow, narrow, narrow,
	    narrow);
	w->plan->pack[0].hash = filing_carrier_hex(w->plan, filing_carrier_blob(w, pack.at, pack.len));
	w->plan->declaration[1].value = wide;
	w->plan->site[0].title = w->plan->site[1].provider_name = wide;
	filing_carrier_begin(w);
	filing_carrier_observe(w);
	source = filing_carrier_source(w);
	filing = made(&source, "en");
	assert_int_equal(filing->standards, 1);
	assert_string_equal(filing->standard[0].fault, "");
	sound(filing, &text);
	filing_free(filing);
	free(wide);
	free(narrow);
	buffer_free(&pack);
	buffer_free(&text);
	filing_carrier_free(w);
}

/* --- what is not there -------------------------------------------------------------------- */

static void
no_plan(void **state)
{
	struct filing_source source = { .state = state_new(), .at_ms = FILING_CARRIER_BEGIN };
	struct filing *filing = made(&source, "en");
	struct buffer text = { .max = 0 };

	(void)state;
	sound(filing, &text);
	assert_true(says(&text, "No configuration was in force"));
	assert_int_equal(filing->sheets, 0);
	assert_int_equal(filing_code(filing), EXIT_UNKNOWN);
	filing_free(filing);
	state_free((struct state *)(uintptr_t)source.state);
	buffer_free(&text);
}

static void
no_packs(void **state)
{
	struct filing_carrier *w = filing_carrier_new();
	struct buffer text = { .max = 0 };
	struct filing_source source;
	struct filing *filing;

	(void)state;
	w->plan->packs = 0;
	filing_carrier_begin(w);
	filing_carrier_observe(w);
	source = filing_carrier_source(w);
	assert_null(judgement_of(source.state));
	filing = made(&source, "en");
	sound(filing, &text);
	assert_int_equal(filing->standards, 0);
	assert_true(says(&text, "No control pack is in force"));
	/* What is known is known without them: keys, places, sets. */
	assert_true(says(&text, "key.bound = proven"));
	assert_true(says(&text, "replica_set.sites = 2"));
	assert_int_equal(filing->contradictions, 1);
	assert_int_equal(filing_code(filing), EXIT_FINDING);
	filing_free(filing);
	buffer_free(&text);
	filing_carrier_free(w);
}

static void
pack_set_aside(void **state)
{
	static const char broken[] = "pack = { id = \"broken\"; };";
	struct filing_carrier *w = filing_carrier_new();
	struct buffer text = { .max = 0 };
	struct filing_source source;
	struct filing *filing;

	(void)state;
	w->plan->pack[0].hash = filing_carrier_hex(w->plan, filing_carrier_blob(w, broken,
	    sizeof(broken) - 1));
	filing_carrier_begin(w);
	source = filing_carrier_source(w);
	filing = made(&source, "en");
	sound(filing, &text);
	assert_int_equal(filing->standards, 1);
	assert_true(says(&text, "A control pack was set aside: test-rule.pack:1:"));
	assert_int_equal(filing_code(filing), EXIT_UNKNOWN);
	filing_free(filing);
	buffer_free(&text);
	filing_carrier_free(w);
}

static void
no_third_party(void **state)
{
	struct filing_carrier *w = filing_carrier_new();
	struct buffer text = { .max = 0 };
	struct filing_source source;
	struct filing *filing;

	(void)state;
	for (uint32_t i = 0; i < w->plan->sites; i++)
		w->plan->site[i].provider = "";
	filing_carrier_begin(w);
	filing_carrier_observe(w);
	source = filing_carrier_source(w);
	filing = made(&source, "en");
	sound(filing, &text);
	assert_int_equal(filing->sheets, 0);
	assert_int_equal(filing->own_instances, 4);
	assert_true(says(&text, "No instance runs on a third party's site"));
	filing_free(filing);
	buffer_free(&text);
	filing_carrier_free(w);
}

/* --- what is there ------------------------------------------------------------------------ */

static const struct filing_answer *
answer_to(const struct filing_sheet *sheet, const char *key)
{
	for (uint32_t i = 0; i < sheet->answers; i++)
		if (strcmp(sheet->answer[i].field->key, key) == 0)
			return &sheet->answer[i];
	fail_msg("there is no field %s", key);
	return NULL;
}

static const struct filing_value *
value_of(const struct filing_answer *answer, const char *name)
{
	for (uint32_t i = 0; i < answer->values; i++)
		if (strcmp(answer->value[i].name, name) == 0)
			return &answer->value[i];
	fail_msg("there is no value %s", name);
	return NULL;
}

/* Sheets by place and function; declared and observed apart; the premises on none. */
static void
sheets(void **state)
{
	struct filing_carrier *w = filing_carrier_new();
	const struct filing_value *value;
	struct filing_source source;
	struct filing *filing;

	(void)state;
	filing_carrier_begin(w);
	filing_carrier_observe(w);
	filing_carrier_acts(w);
	source = filing_carrier_source(w);
	filing = made(&source, "en");
	assert_int_equal(filing->sheets, 3);
	assert_string_equal(filing->sheet[0].instance[0].name, "amf-2");
	assert_string_equal(filing->sheet[1].instance[0].name, "amf-1");
	assert_string_equal(filing->sheet[2].instance[0].name, "udm-1");
	assert_int_equal(filing->sheet[0].answers, 22);
	value = value_of(answer_to(&filing->sheet[0], "host"), "loc.declared");
	assert_int_equal(value->basis, BASIS_DECLARED);
	value = value_of(answer_to(&filing->sheet[0], "host"), "loc.observed");
	assert_int_equal(value->basis, BASIS_OBSERVED);
	assert_true(value->contradicted);
	assert_int_equal(value->cites, 1);
	assert_int_equal(value->cite[0], 6);
	assert_false(value_of(answer_to(&filing->sheet[1], "host"), "loc.observed")->contradicted);
	value = value_of(answer_to(&filing->sheet[2], "enc"), "tls.version");
	assert_true(value->lapsed);
	assert_int_equal(answer_to(&filing->sheet[0], "signoff")->standing, FILING_BLANK);
	assert_int_equal(answer_to(&filing->sheet[0], "platform")->standing, FILING_DRAFT);
	assert_int_equal(answer_to(&filing->sheet[0], "cap")->standing, FILING_UNKNOWN);
	assert_int_equal(answer_to(&filing->sheet[0], "host")->standing, FILING_PARTLY);
	assert_int_equal(answer_to(&filing->sheet[0], "core_tag")->standing, FILING_FILLED);
	assert_int_equal(filing->count[VERDICT_WAIVED], 1);
	assert_int_equal(filing->waivers, 1);
	assert_int_equal(filing->standard[0].undecided, 1);
	assert_string_not_equal(filing->note, "");
	filing_free(filing);
	filing_carrier_free(w);
}

/* All that one subject has stands once with all it is about. */
static void
values_join(void **state)
{
	struct filing_carrier *w = filing_carrier_new();
	struct fact_set facts = { .count = 0 };
	const struct filing_value *value;
	struct filing_source source;
	struct filing *filing;

	(void)state;
	w->plan->instance[1].site = 0;
	filing_carrier_begin(w);
	filing_carrier_tls(&facts, "TLS1.3", "one");
	filing_carrier_see(w, 3, &facts);
	filing_carrier_see(w, 1, &facts);
	source = filing_carrier_source(w);
	filing = made(&source, "en");
	assert_int_equal(filing->sheets, 2);
	value = value_of(answer_to(&filing->sheet[0], "enc"), "tls.version");
	assert_int_equal(value->subjects, 2);
	assert_int_equal(value->cites, 2);
	assert_true(value->cite[0] == 3 && value->cite[1] == 4);
	/* The oldest of them is the age of what is said. */
	assert_int_equal(value->as_of_ms, FILING_CARRIER_BEGIN + 300 - 20);
	filing_free(filing);
	fact_set_free(&facts);
	filing_carrier_free(w);
}

/* Time goes on without records: what is not heard of no longer counts. */
static void
later(void **state)
{
	struct filing_carrier *w = filing_carrier_new();
	struct buffer text = { .max = 0 };
	struct blob_source blobs = { .get = filing_carrier_get, .arg = w };
	struct record tick = { .kind = RECORD_TICK, .role = ROLE_LEDGER };
	struct why why = { .text = "" };
	struct filing_source source;
	struct filing *filing;
	struct state *copy;

	(void)state;
	filing_carrier_begin(w);
	filing_carrier_observe(w);
	source = filing_carrier_source(w);
	copy = state_copy(source.state);
	source.at_ms += 3600000;
	tick.recorded_ms = tick.observed_ms = source.at_ms;
	assert_int_equal(fold_apply(copy, &tick, ERR_OK, &blobs, &why), ERR_OK);
	source.state = copy;
	filing = made(&source, "en");
	sound(filing, &text);
	assert_true(says(&text, "Nothing was recorded after"));
	assert_int_equal(filing->count[VERDICT_MET], 0);
	for (uint32_t c = 0; c < filing->standard[0].controls; c++)
		for (uint32_t i = 0; i < filing->standard[0].control[c].findings; i++)
			assert_true(filing->standard[0].control[c].finding[i].seq < source.size);
	filing_free(filing);
	state_free(copy);
	buffer_free(&text);
	filing_carrier_free(w);
}

/* --- text --------------------------------------------------------------------------------- */

static void
wrapped(const char *text, const char *expected)
{
	struct buffer out = { .max = 0 };

	page_wrap(&out, 0, 2, text);
	assert_string_equal(buffer_text(&out), expected);
	buffer_free(&out);
}

static void
lines(void **state)
{
	char word[200];

	(void)state;
	wrapped("", "\n");
	wrapped("a  b", "a b\n");
	/* 39 wide characters and a comma that may not begin a line: the one before it goes along. */
	wrapped("一一一一一一一一一一一一一一一一一一一一一一一一一一一一一一一一一一一一一一一一、二",
	    "一一一一一一一一一一一一一一一一一一一一一一一一一一一一一一一一一一一一一一一\n  一、二\n");
	/* A word longer than any line is cut. */
	memset(word, 'w', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	wrapped(word, "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww\n"
	    "  wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww\n"
	    "  wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww\n"
	    "  wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww\n");
}

/* --- the checker itself ------------------------------------------------------------------- */

static void
checker(void **state)
{
	static struct html_check h;
	static const char *const bad[] = { "<p>", "<p></b>", "<p>a < b</p>", "<p>&nbsp;</p>",
		"<script></script>", "<p onclick=\"x\"></p>", "<p class=x></p>", "<a href=\"http://x\"></a>",
		"<a href=\"#nowhere\"></a>", "<tr></tr>", "<p>\x1b</p>", "<p>\xe2\x80\xae</p>",
		"<style>@import x</style>", "<table></table>", "<p id=\"a\"></p><p id=\"a\"></p>" };
	struct buffer page = { .max = 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		buffer_reset(&page);
		buffer_print(&page, "<!DOCTYPE html>\n%s", bad[i]);
		if (html_check(&h, bytes_of_buffer(&page)))
			fail_msg("passed: %s", bad[i]);
	}
	buffer_reset(&page);
	buffer_put_text(&page, "<!DOCTYPE html>\n<p id=\"a\">&lt;<a href=\"#a\">関</a></p>");
	assert_true(html_check(&h, bytes_of_buffer(&page)));
	buffer_free(&page);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(checker), cmocka_unit_test(lines), cmocka_unit_test(hostile_texts),
		cmocka_unit_test(long_texts), cmocka_unit_test(no_plan), cmocka_unit_test(no_packs),
		cmocka_unit_test(pack_set_aside), cmocka_unit_test(no_third_party),
		cmocka_unit_test(sheets), cmocka_unit_test(values_join), cmocka_unit_test(later),
	};

	return cmocka_run_group_tests(tests, forms_read, forms_free);
}
