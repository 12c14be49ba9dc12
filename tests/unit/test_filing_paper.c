/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A filing as a paper says what the filing says: every field with its standing and its records,
 * every finding of the control table, and that it is a draft while people must still act.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>

#include "monitor/base/file.h"
#include "reports/filing_paper.h"
#include "tests/unit/filing_carrier.h"
#include "tests/unit/html_check.h"

struct made { struct filing_carrier *world; struct form *form; struct filing *filing;
	struct paper *paper; };

static struct made made;

static int
begin(void **state)
{
	struct buffer octets = { .max = 0 };
	struct why why = { .text = "" };
	struct filing_source source;

	(void)state;
	setlocale(LC_CTYPE, "C.UTF-8");
	made.world = filing_carrier_new();
	filing_carrier_begin(made.world);
	filing_carrier_observe(made.world);
	filing_carrier_acts(made.world);
	source = filing_carrier_source(made.world);
	if (file_read("reports/forms/self-check.form", 1 << 20, &octets, &why) != ERR_OK ||
	    form_read("self-check.form", bytes_of_buffer(&octets), &made.form, &why) != ERR_OK ||
	    filing_make(&source, made.form, "en", &made.filing, &why) != ERR_OK) {
		fprintf(stderr, "%s\n", why.text);
		return -1;
	}
	buffer_free(&octets);
	made.paper = filing_to_paper(made.filing);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	paper_free(made.paper);
	filing_free(made.filing);
	form_free(made.form);
	filing_carrier_free(made.world);
	return 0;
}

static const struct paper_field *
next_field(uint32_t *at)
{
	while (*at < made.paper->blocks && made.paper->block[*at].kind != PAPER_FIELD)
		(*at)++;
	return *at < made.paper->blocks ? &made.paper->block[(*at)++].field : NULL;
}

static void
same_answer(const struct filing_answer *answer, const struct paper_field *field)
{
	static const enum paper_standing standing[FILING_STANDINGS] = { PAPER_FILLED, PAPER_PARTLY,
		PAPER_UNKNOWN, PAPER_TO_CONFIRM, PAPER_TO_ENTER };

	assert_non_null(field);
	assert_string_equal(field->label, answer->title);
	assert_string_equal(field->key, answer->field->key);
	assert_int_equal(field->standing, standing[answer->standing]);
	assert_string_equal(field->who, answer->who);
	assert_int_equal(field->entries, answer->values);
	for (uint32_t i = 0; i < answer->values; i++) {
		const struct filing_value *value = &answer->value[i];
		const struct paper_entry *entry = &field->entry[i];

		assert_non_null(strstr(entry->text, value->text));
		assert_int_equal(entry->cites, value->cites);
		assert_memory_equal(entry->cite, value->cite, value->cites * sizeof(*value->cite));
		assert_int_equal(entry->tone == PAPER_BAD, !value->known || value->contradicted ||
		    value->lapsed);
	}
}

static void
test_every_field_is_there(void **state)
{
	const struct filing *filing = made.filing;
	uint32_t at = 0;

	(void)state;
	for (uint32_t i = 0; i < filing->covers; i++)
		same_answer(&filing->cover[i], next_field(&at));
	assert_true(filing->sheets > 0);
	for (uint32_t s = 0; s < filing->sheets; s++)
		for (unsigned head = 1; head <= filing->heads; head++)
			for (uint32_t i = 0; i < filing->sheet[s].answers; i++)
				if (filing->sheet[s].answer[i].field->head == head)
					same_answer(&filing->sheet[s].answer[i], next_field(&at));
	assert_null(next_field(&at));
	assert_int_equal(made.paper->marks, PAPER_DRAFT);
}

static bool
said(const char *what, const char *more)
{
	for (uint32_t i = 0; i < made.paper->blocks; i++) {
		const struct paper_table *table = &made.paper->block[i].table;

		for (uint32_t c = 0; c < table->cells; c++)
			if (strstr(table->cell[c].text, what) != NULL &&
			    strstr(table->cell[c].text, more) != NULL)
				return true;
	}
	return false;
}

static void
test_every_finding_is_there(void **state)
{
	char record[32];

	(void)state;
	assert_true(made.filing->standards > 0);
	for (uint32_t s = 0; s < made.filing->standards; s++)
		for (uint32_t i = 0; i < made.filing->standard[s].controls; i++) {
			const struct filing_control *control =
			    &made.filing->standard[s].control[i];

			assert_true(said(control->id, control->decided ? control->clause : ""));
			for (uint32_t f = 0; f < control->findings; f++) {
				snprintf(record, sizeof(record), "#%llu",
				    (unsigned long long)control->finding[f].seq);
				assert_true(said(control->finding[f].subject, record));
			}
		}
	assert_true(made.filing->waivers > 0);
	assert_true(said(made.filing->waiver[0].commitment, ""));
}

static void
test_every_format_prints_it(void **state)
{
	struct html_check *check = memory_new(1, sizeof(*check));
	struct buffer html = { .max = 0 }, json = { .max = 0 }, again = { .max = 0 };
	struct why why = { .text = "" };
	struct paper *back;

	(void)state;
	assert_int_equal(paper_check(made.paper, &why), ERR_OK);
	paper_print_html(made.paper, &html);
	if (!html_check(check, bytes_of_buffer(&html)))
		fail_msg("%s", check->fault);
	paper_print_json(made.paper, &json);
	if (paper_read_json(bytes_of_buffer(&json), &back, &why) != ERR_OK)
		fail_msg("%s", why.text);
	paper_print_json(back, &again);
	assert_true(bytes_equal(bytes_of_buffer(&json), bytes_of_buffer(&again)));
	paper_free(back);
	buffer_free(&html);
	buffer_free(&json);
	buffer_free(&again);
	free(check);
}

/* The three drawings of attachment i, each with its name, with health in letters. */
static void
test_figures_are_drawn(void **state)
{
	static const char *const titles[] = { "Equipment diagram", "Logical diagram",
		"Interconnection diagram" };
	struct buffer text = { .max = 0 }, html = { .max = 0 };
	uint32_t found = 0, lettered = 0;

	(void)state;
	for (uint32_t i = 0; i < made.paper->blocks; i++) {
		const struct paper_block *block = &made.paper->block[i];
		struct why why = { .text = "" };

		if (block->kind != PAPER_FIGURE)
			continue;
		assert_in_range(found, 0, 2);
		assert_string_equal(block->drawing->title, titles[found++]);
		assert_int_equal(drawing_check(block->drawing, &why), ERR_OK);
		for (uint32_t k = 0; k < block->drawing->items; k++)
			lettered += strncmp(block->drawing->item[k].text, "X ", 2) == 0 ||
			    strncmp(block->drawing->item[k].text, ". ", 2) == 0;
	}
	assert_int_equal(found, 3);
	assert_true(lettered > 0);
	filing_print_text(made.filing, &text);
	filing_print_html(made.filing, &html);
	for (int i = 0; i < 3; i++) {
		assert_non_null(strstr(buffer_text(&text), titles[i]));
		assert_non_null(strstr(buffer_text(&html), titles[i]));
	}
	assert_non_null(strstr(buffer_text(&html), "<svg"));
	buffer_free(&text);
	buffer_free(&html);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_field_is_there),
		cmocka_unit_test(test_every_finding_is_there),
		cmocka_unit_test(test_every_format_prints_it),
		cmocka_unit_test(test_figures_are_drawn),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
