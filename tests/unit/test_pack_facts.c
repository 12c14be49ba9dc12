/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Controls that ship, each judged on worlds where its facts are good, bad and missing (the table
 * is pack_facts_list.h): what is not known is never met, and what is refused must have been tried.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/file.h"
#include "monitor/base/limits.h"
#include "monitor/state/pack.h"
#include "tests/unit/condition_world.h"

enum { WORDS = 64, ENTRIES = 16, PACKS = 32 };
#define NOW INT64_C(1795000000000)
#define DAY_MS INT64_C(86400000)

/* verdict: '+' met, '-' not met, '?' unknown, '0' the control does not apply. */
struct row { const char *pack, *control; char verdict; const char *world; };
#define ROW(pack, control, verdict, world) { pack, control, verdict, world },
static const struct row rows[] = {
#include "tests/unit/pack_facts_list.h"
#include "tests/unit/pack_facts_more_list.h"
#include "tests/unit/pack_facts_attest_list.h"
#include "tests/unit/pack_facts_location_list.h"
#include "tests/unit/pack_facts_enclosure_list.h"
#include "tests/unit/pack_facts_custody_list.h"
};
#undef ROW
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/*
 * "a=1 b=[x,y] | c=yes": words of the subject, then of each element below it, which reads those of
 * the subject, too.  A time is in days from now.  @id: a document or a declaration.  ~: a blank.
 */
struct told {
	char          text[2048];
	const char   *word[WORDS];
	uint32_t      of[WORDS], words, elements;
	struct buffer list[WORDS];
};

static void
told_read(struct told *told, const char *world)
{
	char *rest = NULL;

	*told = (struct told){ .words = 0 };
	assert_true((size_t)snprintf(told->text, sizeof(told->text), "%s", world) <
	    sizeof(told->text));
	for (char *word = strtok_r(told->text, " ", &rest); word != NULL;
	    word = strtok_r(NULL, " ", &rest)) {
		if (strcmp(word, "|") == 0) {
			told->elements++;
			continue;
		}
		assert_true(told->words < WORDS);
		for (char *blank = strchr(word, '~'); blank != NULL; blank = strchr(blank, '~'))
			*blank = ' ';
		told->of[told->words] = told->elements;
		told->word[told->words++] = word;
	}
}

static void
told_free(struct told *told)
{
	for (size_t i = 0; i < WORDS; i++)
		buffer_free(&told->list[i]);
}

static struct bytes
list_of(struct buffer *out, const char *text)
{
	char copy[512], *rest = NULL, *entry[ENTRIES];
	size_t count = 0;

	assert_true((size_t)snprintf(copy, sizeof(copy), "%s", text) < sizeof(copy));
	for (char *at = strtok_r(copy, "[,]", &rest); at != NULL; at = strtok_r(NULL, "[,]", &rest)) {
		assert_true(count < ENTRIES);
		entry[count++] = at;
	}
	buffer_reset(out);
	cbor_put_array(out, count);
	for (size_t i = 0; i < count; i++)
		cbor_put_text(out, bytes_of_text(entry[i]));
	return bytes_of_buffer(out);
}

static struct value
value_of(struct told *told, size_t i, enum fact_type type, const char *text)
{
	struct value value = { .known = true };

	switch (type) {
	case FACT_TYPE_flag:
		assert_true(strcmp(text, "yes") == 0 || strcmp(text, "no") == 0);
		value.flag = text[0] == 'y';
		break;
	case FACT_TYPE_int:
		value.number = strtoll(text, NULL, 10);
		break;
	case FACT_TYPE_time:
		value.number = NOW + strtoll(text, NULL, 10) * DAY_MS;
		break;
	case FACT_TYPE_text:
		value.text = bytes_of_text(text);
		break;
	default:
		value.list = list_of(&told->list[i], text);
		break;
	}
	return value;
}

static struct value
told_value(void *arg, const struct subject *subject, const struct condition_name *name)
{
	struct told *told = arg;
	bool own = name->source == NAME_DOCUMENT || name->source == NAME_DECLARATION;
	size_t len = strlen(name->name);

	for (size_t i = 0; i < told->words; i++) {
		const char *word = told->word[i] + own;

		if ((told->of[i] != 0 && told->of[i] != subject->index) ||
		    own != (told->word[i][0] == '@') || strncmp(word, name->name, len) != 0 ||
		    word[len] != '=')
			continue;
		return value_of(told, i, name->type, word + len + 1);
	}
	return (struct value){ .known = false };
}

static struct tally
told_tally(void *arg, const struct condition_world *world, const void *condition, size_t q,
    const struct subject *subject)
{
	const struct told *told = arg;
	struct tally tally = { 0 };
	int64_t next_ms = INT64_MAX;

	(void)subject;
	for (uint32_t i = 0; i < told->elements; i++) {
		struct subject element = { .kind = condition_quantifier_kind(condition, q),
		    .index = i + 1 };

		condition_element(condition, q, &element, world, &tally, &next_ms);
	}
	return tally;
}

static char
judged(const struct pack_control *control, const char *text)
{
	static const char signs[] = { [TRUTH_FALSE] = '-', [TRUTH_UNKNOWN] = '?',
		[TRUTH_TRUE] = '+' };
	struct told told;
	struct condition_world world = { .arg = &told, .now_ms = NOW, .value = told_value,
	    .tally = told_tally };
	struct subject subject = { .kind = control->subject };
	struct condition_result result;
	enum truth applies = TRUTH_TRUE;
	char sign;

	told_read(&told, text);
	if (control->applies != NULL)
		applies = condition_judge(control->applies, &subject, &world, &result);
	sign = signs[condition_judge(control->condition, &subject, &world, &result)];
	told_free(&told);
	return applies == TRUTH_FALSE ? '0' : applies == TRUTH_UNKNOWN ? '?' : sign;
}

static struct pack *
pack_named(const char *id)
{
	static struct pack *kept[PACKS];
	static size_t count;
	struct buffer octets = { 0 };
	struct why why = { 0 };
	char path[128];

	for (size_t i = 0; i < count; i++)
		if (id != NULL && strcmp(kept[i]->id, id) == 0)
			return kept[i];
	if (id == NULL) {
		while (count > 0)
			pack_free(kept[--count]);
		return NULL;
	}
	snprintf(path, sizeof(path), "monitor/state/packs/%s.pack", id);
	assert_true(count < PACKS);
	if (file_read(path, CONFIG_MAX, &octets, &why) != ERR_OK ||
	    pack_read(id, bytes_of_buffer(&octets), &kept[count], &why) != ERR_OK)
		fail_msg("%s: %s", path, why.text);
	buffer_free(&octets);
	return kept[count++];
}

static const struct pack_control *
control_named(const char *pack_id, const char *id)
{
	const struct pack *pack = pack_named(pack_id);

	for (uint32_t i = 0; i < pack->controls; i++)
		if (strcmp(pack->control[i].id, id) == 0)
			return &pack->control[i];
	fail_msg("there is no control %s in %s", id, pack_id);
	return NULL;
}

static void
judges_each_row(void **unused)
{
	size_t wrong = 0;

	(void)unused;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char sign = judged(control_named(rows[i].pack, rows[i].control), rows[i].world);

		if (sign == rows[i].verdict)
			continue;
		print_error("%s: %c and not %c: %s\n", rows[i].control, sign, rows[i].verdict,
		    rows[i].world);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

/* Each control of the table is there good, bad and missing, and says its limit in both languages. */
static void
covers_good_bad_and_missing(void **unused)
{
	static const char signs[] = "+-?0";

	(void)unused;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct pack_control *control = control_named(rows[i].pack, rows[i].control);
		char found[5] = "    ";

		for (size_t j = 0; j < COUNT(rows); j++) {
			const char *at = strchr(signs, rows[j].verdict);

			if (strcmp(rows[j].control, rows[i].control) != 0)
				continue;
			found[at - signs] = '+';
		}
		/* Some do not apply while their fact is missing: that is no verdict, either. */
		if (memcmp(found, "++", 2) != 0 || memcmp(found + 2, "  ", 2) == 0)
			fail_msg("%s is not judged good, bad and missing", rows[i].control);
		if (control->limit[0] == '\0' || control->limit_ja[0] == '\0')
			fail_msg("%s does not say its limit", rows[i].control);
	}
}

/* With no fact at all nothing that ships is met, unless it asks only for what must not be. */
static void
nothing_is_met_from_silence(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (judged(control_named(rows[i].pack, rows[i].control), "") == '+')
			fail_msg("%s is met and nothing is known", rows[i].control);
}

static int
forget_packs(void **unused)
{
	(void)unused;
	pack_named(NULL);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(judges_each_row),
		cmocka_unit_test(covers_good_bad_and_missing),
		cmocka_unit_test(nothing_is_met_from_silence),
	};

	return cmocka_run_group_tests(tests, NULL, forget_packs);
}
