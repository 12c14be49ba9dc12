/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules file: what it holds when it was read, and each fault with its line and sentence.  A
 * fault is made by putting one text of a good file in the place of another.
 */
#include "monitor/state/duty_day.h"
#include "tests/unit/duty_world.h"

static const char GOOD[] =
    "duties = { id = \"demo\"; edition = \"1st\"; "
    "title = \"T\"; title_ja = \"J\"; };\n"	/* 1 */
    "rules = (\n"
    "  { id = \"F3\"; label = \"L\"; label_ja = \"LJ\"; title = \"T3\"; title_ja = \"TJ\";\n"
    "    article = \"A\"; article_ja = \"AJ\"; addressee = \"M\"; addressee_ja = \"MJ\";\n"
    "    trigger = \"accident\"; status = \"read\"; source = \"S\"; from = \"2026-01-02\";\n"
    "    prompt = { draft_minutes = 30; escalate_minutes = 60; status = \"assumed\";\n"	/* 6 */
    "      source = \"PS\"; };\n"
    "    due = { from = \"known\"; days = 30; first_day_counted = true; extends = false;\n"
    "      status = \"partly\"; source = \"DS\"; }; },\n"
    "  { id = \"F9\"; label = \"L\"; label_ja = \"LJ\"; title = \"T9\"; title_ja = \"TJ\";\n"
    "    article = \"A\"; article_ja = \"AJ\"; addressee = \"M\"; addressee_ja = \"MJ\";\n" /* 11 */
    "    trigger = \"small-accident\"; status = \"read\"; source = \"S\"; users = 7;\n"
    "    minutes = 5; note = \"N\"; form = \"F\"; form_ja = \"FJ\";\n"
    "    due = { from = \"fiscal-year-end\"; months = 2; first_day_counted = false;\n"
    "      extends = true; status = \"read\"; source = \"DS\"; }; } );\n"
    "accident = ( { to = \"2026-03-31\"; basis = \"B\"; basis_ja = \"BJ\"; status = \"read\";\n"
    "    source = \"S\"; classes = (\n"							/* 17 */
    "  { class = \"VOICE_EMERGENCY\"; title = \"V\"; title_ja = \"V\";\n"
    "    pairs = ( { minutes = 60; users = 30; }, { minutes = 10; users = 90; } ); },\n"
    "  { class = \"VOICE_OTHER\"; title = \"V\"; title_ja = \"V\"; counts_as = \"OTHER\"; },\n"
    "  { class = \"LPWA\"; title = \"V\"; title_ja = \"V\"; counts_as = \"OTHER\"; },\n"
    "  { class = \"FREE_MAIL_MSG_10M\"; "
    "title = \"V\"; title_ja = \"V\"; counts_as = \"OTHER\"; },\n"
    "  { class = \"FREE_INTERNET\"; title = \"V\"; title_ja = \"V\"; counts_as = \"OTHER\"; },\n"
    "  { class = \"INTERNET_ACCESS\"; title = \"V\"; title_ja = \"V\"; counts_as = \"OTHER\"; },\n"
    "  { class = \"OTHER\"; title = \"V\"; title_ja = \"V\";\n"				/* 25 */
    "    pairs = ( { minutes = 1; users = 0; } ); },\n"
    "  { class = \"SAT_SUBSEA\"; title = \"V\"; title_ja = \"V\"; all_traffic = true;\n"
    "    pairs = ( { minutes = 2; users = 0; } ); } ); } );\n"
    "near_accident = ( { from = \"2023-06-16\"; basis = \"B\"; basis_ja = \"BJ\";\n"	/* 29 */
    "    status = \"assumed\"; source = \"S\"; users = 3; prefectures = 2; conditions = (\n"
    "  { condition = \"FUNCTION\"; mark = \"d\"; mark_ja = \"D\"; "
    "title = \"T\"; title_ja = \"T\"; },\n"
    "  { condition = \"CANNOT_SWITCH\"; mark = \"2\"; mark_ja = \"2\"; "
    "title = \"T\"; title_ja = \"T\";\n"
    "    with_not_noticed = true; },\n"							/* 33 */
    "  { condition = \"FALL\"; mark = \"3\"; mark_ja = \"3\"; title = \"T\"; title_ja = \"T\";\n"
    "    even_in_disaster = true; },\n"
    "  { condition = \"NOT_NOTICED\"; mark = \"2\"; mark_ja = \"2\"; "
    "title = \"T\"; title_ja = \"T\"; }\n"
    "  ); } );\n"
    "closed_days = ( \"2026-12-29\", \"2026-12-30\" );\n";				/* 38 */

static enum err
read_text(const char *text, struct duty_rules **out, struct why *why)
{
	*why = (struct why){ .err = ERR_OK };
	return duty_rules_read("demo.duty", bytes_of_text(text), out, why);
}

static void
holds_what_was_written(void **unused)
{
	const struct duty_rule *rule;
	struct duty_rules *out;
	struct why why;

	(void)unused;
	if (read_text(GOOD, &out, &why) != ERR_OK)
		fail_msg("%s", why.text);
	assert_string_equal(out->id, "demo");
	assert_string_equal(out->edition, "1st");
	assert_string_equal(out->title_ja, "J");
	assert_int_equal(out->rules, 2);
	rule = duty_rule_find(out, "F3");
	assert_ptr_equal(rule, &out->rule[0]);
	assert_string_equal(rule->label_ja, "LJ");
	assert_string_equal(rule->title, "T3");
	assert_string_equal(rule->article_ja, "AJ");
	assert_string_equal(rule->addressee_ja, "MJ");
	assert_string_equal(rule->form, "");
	assert_string_equal(rule->note, "");
	assert_int_equal(rule->trigger, DUTY_TRIGGER_ACCIDENT);
	assert_int_equal(rule->status, DUTY_STATUS_READ);
	assert_int_equal(rule->from_day, day_of_ms(at("2026-01-02 00:00")));
	assert_true(rule->to_day == INT64_MAX);
	assert_int_equal(rule->draft_ms, 30 * MINUTE);
	assert_int_equal(rule->escalate_ms, HOUR);
	assert_int_equal(rule->prompt_status, DUTY_STATUS_ASSUMED);
	assert_string_equal(rule->prompt_source, "PS");
	assert_true(rule->has_due && rule->due.first_day_counted && !rule->due.extends);
	assert_int_equal(rule->due.origin, DUTY_ORIGIN_KNOWN);
	assert_int_equal(rule->due.days, 30);
	assert_int_equal(rule->due.status, DUTY_STATUS_PARTLY);
	rule = duty_rule_find(out, "F9");
	assert_int_equal(rule->users, 7);
	assert_int_equal(rule->span_ms, 5 * MINUTE);
	assert_string_equal(rule->form_ja, "FJ");
	assert_string_equal(rule->note, "N");
	assert_int_equal(rule->due.months, 2);
	assert_true(rule->due.extends);
	assert_null(duty_rule_find(out, "F4"));
	assert_int_equal(out->accident[0].class[DUTY_CLASS_VOICE_EMERGENCY].pairs, 2);
	assert_int_equal(out->accident[0].class[DUTY_CLASS_VOICE_EMERGENCY].pair[1].users, 90);
	assert_int_equal(out->accident[0].class[DUTY_CLASS_LPWA].row, DUTY_CLASS_OTHER);
	assert_true(out->accident[0].class[DUTY_CLASS_SAT_SUBSEA].all_traffic);
	assert_int_equal(out->near[0].users, 3);
	assert_true(out->near[0].condition[DUTY_CONDITION_CANNOT_SWITCH].with_not_noticed);
	assert_true(out->near[0].condition[DUTY_CONDITION_FALL].even_in_disaster);
	assert_false(out->near[0].condition[DUTY_CONDITION_FIRE].asked);
	assert_int_equal(out->closed_days, 2);
	assert_non_null(duty_edition_on(out, day_of_ms(at("2026-03-31 23:59"))));
	assert_null(duty_edition_on(out, day_of_ms(at("2026-04-01 00:00"))));
	assert_null(duty_near_edition_on(out, day_of_ms(at("2023-06-15 23:59"))));
	assert_non_null(duty_near_edition_on(out, day_of_ms(at("2023-06-16 00:00"))));
	duty_rules_free(out);
	duty_rules_free(NULL);
}

/* Where the table or the list has no edition, that is said and nothing is guessed. */
static void
no_edition(void **unused)
{
	struct duty_rules *own, *shipped = rules;
	const struct duty *duty;
	struct world world;
	struct why why;

	(void)unused;
	assert_int_equal(read_text(GOOD, &own, &why), ERR_OK);
	rules = own;
	world_start(&world, "2026-04-01 00:00");
	world_service(&world, DUTY_CLASS_VOICE_EMERGENCY);
	world_step(&world, 0, 1000);
	duty = world_duty(&world, HOUR, "F3");
	expect_standing(duty, DUTY_UNKNOWN, "no table");
	assert_int_equal(duty->why, DUTY_WHY_NO_EDITION);
	assert_null(world.out.accident);
	assert_int_equal(world.out.pairs, 0);
	expect_standing(world_duty(&world, HOUR, "F9"), DUTY_REACHED, "the list needs none");
	duty_rules_free(own);
	rules = shipped;
}

struct fault { const char *good, *bad, *says; };

static const struct fault faults[] = {
	{ "duties = {", "dutys = {", "demo.duty:1: duties is missing" },
	{ "duties = { id", "duties = 3; old = { id",
	  "demo.duty:1: duties must be a group in { }, not a whole number" },
	{ "id = \"demo\"", "id = \"de mo\"", "demo.duty:1: the id \"de mo\" must be of letters" },
	{ "title_ja = \"J\"", "title_ja = \" \"", "demo.duty:1: title_ja is empty" },
	{ "title = \"T\"; title_ja = \"J\"", "title = \"T\\x1b\"; title_ja = \"J\"",
	  "demo.duty:1: title holds a control character (octet 1b)" },
	{ "edition = \"1st\"", "edition = 1",
	  "demo.duty:1: edition must be a text in quotes, not a whole number" },
	{ "edition = \"1st\"", "edition = \"1\"; version = 2",
	  "demo.duty:1: there is no setting \"version\" here" },
	{ "closed_days", "holidays", "demo.duty:38: there is no setting \"holidays\" here" },
	{ "rules = (", "@include \"x\"\nrules = (", "demo.duty:2: @include is not taken" },
	{ "label_ja = \"LJ\"; title = \"T3\"", "title = \"T3\"",
	  "demo.duty:3: label_ja is missing" },
	{ "id = \"F9\"", "id = \"F3\"", "demo.duty:10: the rule \"F3\" is already there" },
	{ "trigger = \"accident\"", "trigger = \"crash\"",
	  "demo.duty:5: trigger must be one of accident, half-way-to-accident," },
	{ "status = \"read\"; source = \"S\"; from", "status = \"sure\"; source = \"S\"; from",
	  "demo.duty:5: status must be one of read, partly, assumed, not \"sure\"" },
	{ "from = \"2026-01-02\"", "from = \"2026-02-30\"",
	  "demo.duty:5: \"2026-02-30\" is not a day" },
	{ "from = \"2026-01-02\"", "from = \"2026-01-02 10:00\"",
	  "demo.duty:5: \"2026-01-02 10:00\" is not a day" },
	{ "from = \"2026-01-02\"", "from = \"2026-01-02\"; to = \"2026-01-01\"",
	  "demo.duty:5: F3 ends before it begins" },
	{ "draft_minutes = 30", "draft_minutes = 0",
	  "demo.duty:6: draft_minutes must be from 1 to 525600, not 0" },
	{ "draft_minutes = 30", "draft_minutes = 61",
	  "demo.duty:6: escalate_minutes comes before draft_minutes" },
	{ "escalate_minutes = 60; ", "", "demo.duty:6: escalate_minutes is missing" },
	{ "status = \"assumed\";\n      source = \"PS\"",
	  "status = \"law\";\n      source = \"PS\"",
	  "demo.duty:6: status must be one of read" },
	{ "days = 30; ", "", "demo.duty:8: a period has days or months, one of them" },
	{ "days = 30; ", "days = 30; months = 1; ",
	  "demo.duty:8: a period has days or months, one of them" },
	{ "days = 30; ", "days = -1; ", "demo.duty:8: days must be from 1 to 3660, not -1" },
	{ "first_day_counted = true", "first_day_counted = 1",
	  "demo.duty:8: first_day_counted must be true or false, not a whole number" },
	{ "first_day_counted = true; ", "", "demo.duty:8: first_day_counted is missing" },
	{ "from = \"known\"", "from = \"now\"",
	  "demo.duty:8: from must be one of occurred, known," },
	{ "from = \"known\"", "from = \"stopped\"",
	  "demo.duty:8: a period of the trigger accident cannot run from \"stopped\"" },
	{ "from = \"known\"", "from = \"restricted\"",
	  "demo.duty:8: a period of the trigger accident cannot run from" },
	{ "from = \"known\"", "from = \"recognised\"",
	  "demo.duty:8: a period of the trigger accident cannot run from" },
	{ "users = 7;", "", "demo.duty:10: the trigger small-accident needs users" },
	{ "minutes = 5;", "", "demo.duty:10: the trigger small-accident needs minutes" },
	{ "minutes = 5;", "minutes = 5; persons_over = 3;",
	  "demo.duty:13: persons_over has no place with the trigger small-accident" },
	{ "from = \"2026-01-02\"", "users = 3",
	  "demo.duty:5: users has no place with the trigger accident" },
	{ "trigger = \"small-accident\"", "trigger = \"public-notice\"",
	  "demo.duty:10: the trigger public-notice needs notice" },
	{ "trigger = \"small-accident\"", "trigger = \"intrusion\"",
	  "demo.duty:12: users has no place with the trigger intrusion" },
	{ "trigger = \"small-accident\"", "trigger = \"half-way-to-accident\"",
	  "demo.duty:12: users has no place with the trigger half" },
	{ "trigger = \"accident\"", "trigger = \"capacity\"",
	  "demo.duty:3: the trigger capacity needs users" },
	{ "to = \"2026-03-31\"", "from = \"2026-04-01\"; to = \"2026-03-31\"",
	  "demo.duty:16: an edition ends before it begins" },
	{ "basis = \"B\"; basis_ja = \"BJ\"; status = \"read\"",
	  "basis_ja = \"BJ\"; status = \"read\"",
	  "demo.duty:16: basis is missing" },
	{ "class = \"VOICE_EMERGENCY\"", "class = \"VOICE\"",
	  "demo.duty:18: class must be one of VOICE_EMERGENCY, VOICE_OTHER," },
	{ "class = \"LPWA\"", "class = \"VOICE_OTHER\"",
	  "demo.duty:21: the class VOICE_OTHER is already there" },
	{ "  { class = \"LPWA\"; title = \"V\"; title_ja = \"V\"; counts_as = \"OTHER\"; },\n", "",
	  "demo.duty:17: the class LPWA is missing" },
	{ "counts_as = \"OTHER\"", "counts_as = \"LPWA\"",
	  "demo.duty:17: VOICE_OTHER counts as LPWA, which has no pairs of its own" },
	{ "counts_as = \"OTHER\"", "counts_as = \"NOBODY\"",
	  "demo.duty:20: counts_as must be one of" },
	{ "counts_as = \"OTHER\"", "all_traffic = true",
	  "demo.duty:20: VOICE_OTHER has pairs or counts_as, one of them" },
	{ "pairs = ( { minutes = 1;", "counts_as = \"LPWA\"; pairs = ( { minutes = 1;",
	  "demo.duty:25: OTHER has pairs or counts_as, one of them" },
	{ "pairs = ( { minutes = 1; users = 0; } )", "pairs = ( )",
	  "demo.duty:26: pairs has no pair" },
	{ "pairs = ( { minutes = 1; users = 0; } )", "pairs = ( 3 )",
	  "demo.duty:26: an entry of pairs must be a group in { }" },
	{ "minutes = 60; users = 30;", "minutes = 60;", "demo.duty:19: users is missing" },
	{ "minutes = 60; users = 30;", "minutes = 0; users = 30;",
	  "demo.duty:19: minutes must be from 1 to 525600, not 0" },
	{ "users = 30;", "users = 2000000001;",
	  "demo.duty:19: users must be from 0 to 2000000000, not 2000000001" },
	{ "all_traffic = true", "all_traffic = \"yes\"",
	  "demo.duty:27: all_traffic must be true or false" },
	{ "from = \"2023-06-16\"", "from = \"2023/06/16\"",
	  "demo.duty:29: \"2023/06/16\" is not a day" },
	{ "users = 3;", "", "demo.duty:29: users is missing" },
	{ "prefectures = 2", "prefectures = 48",
	  "demo.duty:30: prefectures must be from 0 to 47, not 48" },
	{ "condition = \"FUNCTION\"", "condition = \"MOOD\"",
	  "demo.duty:31: condition must be one of CARRIER_SIZE," },
	{ "condition = \"FUNCTION\"", "condition = \"FALL\"",
	  "demo.duty:34: the condition FALL is already there" },
	{ "mark = \"d\"; ", "", "demo.duty:31: mark is missing" },
	{ "condition = \"FALL\"", "condition = \"PLANNED\"",
	  "demo.duty:35: even_in_disaster has no place with PLANNED, which is no event" },
	{ "condition = \"NOT_NOTICED\"", "condition = \"FIRE\"",
	  "demo.duty:30: CANNOT_SWITCH counts only with NOT_NOTICED, which is not there" },
	{ "\"2026-12-29\", ", "\"2026-12-30\", ",
	  "demo.duty:38: closed_days stand oldest first, each once" },
	{ "\"2026-12-29\", ", "\"New Year\", ", "demo.duty:38: \"New Year\" is not a day" },
	{ "\"2026-12-29\", ", "5, ", "demo.duty:38: " },
	{ "closed_days = (", "closed_days = {", "demo.duty:38: " },
};

static char *
replaced(const char *good, const char *bad)
{
	const char *found = strstr(GOOD, good);
	struct buffer text = { 0 };
	char *out;

	assert_non_null(found);
	buffer_put(&text, GOOD, (size_t)(found - GOOD));
	buffer_put_text(&text, bad);
	buffer_put_text(&text, found + strlen(good));
	out = memory_text(bytes_of_buffer(&text));
	buffer_free(&text);
	return out;
}

static void
refuse(const char *text, enum err err, const char *says)
{
	struct duty_rules *out;
	struct why why;

	if (read_text(text, &out, &why) != err || out != NULL)
		fail_msg("not refused: %s\n%s", says, why.text);
	if (strncmp(why.text, says, strlen(says)) != 0)
		fail_msg("%s\n  not %s", why.text, says);
}

static void
each_fault(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < COUNT(faults); i++) {
		char *text = replaced(faults[i].good, faults[i].bad);

		refuse(text, ERR_INVALID, faults[i].says);
		free(text);
	}
}

static const char half[] = "{ id = \"P%d\"; label = \"L\"; label_ja = \"L\"; title = \"T\"; "
    "title_ja = \"T\"; article = \"A\"; article_ja = \"A\"; addressee = \"M\"; "
    "addressee_ja = \"M\"; trigger = \"half-way-to-accident\"; status = \"read\"; "
    "source = \"S\"; time_percent = 25; users_percent = 25; %s },\n";
static const char prompt[] = "prompt = { draft_minutes = 1; escalate_minutes = 2; "
    "status = \"read\"; source = \"S\"; };";

/* A part that is no whole number is the next one: a quarter of 30 users is 8. */
static void
parts_are_rounded_up(void **unused)
{
	struct duty_rules *own, *shipped_ones = rules;
	struct buffer text = { 0 };
	struct world world;
	struct why why;
	char *made;

	(void)unused;
	buffer_put_text(&text, "rules = (\n");
	buffer_print(&text, half, 1, prompt);
	made = replaced("rules = (\n", buffer_text(&text));
	if (read_text(made, &own, &why) != ERR_OK)
		fail_msg("%s", why.text);
	free(made);
	buffer_free(&text);
	rules = own;
	world_start(&world, "2026-03-01 00:00");
	world_service(&world, DUTY_CLASS_VOICE_EMERGENCY);
	world_step(&world, 0, 7);
	expect_standing(world_duty(&world, 20 * MINUTE, "P1"), DUTY_NOT_REACHED, "seven");
	world.step[0][0].stopped = 8;
	expect_standing(world_duty(&world, 15 * MINUTE - 1, "P1"), DUTY_RUNNING, "eight");
	expect_standing(world_duty(&world, 15 * MINUTE, "P1"), DUTY_REACHED, "eight");
	duty_rules_free(own);
	rules = shipped_ones;
}

/* What takes more than one change. */
static void
larger_faults(void **unused)
{
	struct buffer text = { 0 };
	char *made;

	(void)unused;
	buffer_put_text(&text, "rules = (\n");
	buffer_print(&text, half, 1, prompt);
	buffer_print(&text, half, 2, prompt);
	made = replaced("rules = (\n", buffer_text(&text));
	refuse(made, ERR_INVALID, "demo.duty:4: the trigger half-way-to-accident may stand once");
	free(made);
	buffer_reset(&text);
	buffer_put_text(&text, "rules = (\n");
	buffer_print(&text, half, 1, "");
	made = replaced("rules = (\n", buffer_text(&text));
	refuse(made, ERR_INVALID, "demo.duty:3: P1 has neither due, prompt nor notice");
	free(made);
	buffer_reset(&text);
	buffer_put_text(&text, "rules = (\n");
	for (int i = 0; i < DUTY_RULES_MAX; i++)
		buffer_print(&text, half, i, prompt);
	made = replaced("rules = (\n", buffer_text(&text));
	refuse(made, ERR_LIMIT, "demo.duty:2: 34 rules are more than the 32 there may be");
	free(made);
	buffer_reset(&text);
	for (int i = 0; i <= DUTY_CLOSED_MAX; i++)
		buffer_print(&text, "%s\"2026-12-29\"", i > 0 ? ", " : "");
	made = replaced("\"2026-12-29\", \"2026-12-30\"", buffer_text(&text));
	refuse(made, ERR_LIMIT, "demo.duty:38: 513 closed_days are more than the 512");
	free(made);
	buffer_free(&text);
}

/* Editions may leave a gap, never overlap. */
static void
editions(void **unused)
{
	static const struct { const char *second, *says; } cases[] = {
		{ "from = \"2026-06-01\";", NULL },
		{ "from = \"2026-03-31\";", "this edition does not begin after the one before" },
		{ "", "this edition does not begin after the one before" },
	};
	const char *begin = strstr(GOOD, "near_accident = ( {");
	const char *inside = strstr(begin, "basis");
	const char *end = strstr(inside, "closed_days");

	(void)unused;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buffer text = { 0 };
		struct duty_rules *out;
		struct why why;

		buffer_put(&text, GOOD, (size_t)(begin - GOOD));
		buffer_print(&text, "near_accident = ( { to = \"2026-03-31\"; %.*s, { %s %.*s",
		    (int)(end - inside - 4), inside, cases[i].second, (int)(end - inside), inside);
		if (read_text(buffer_text(&text), &out, &why) != (cases[i].says == NULL ? ERR_OK :
		    ERR_INVALID))
			fail_msg("%zu: %s", i, why.text);
		if (cases[i].says != NULL && strstr(why.text, cases[i].says) == NULL)
			fail_msg("%zu: %s", i, why.text);
		if (out != NULL) {
			assert_int_equal(out->nears, 2);
			assert_null(duty_near_edition_on(out, day_of_ms(at("2026-04-01 00:00"))));
		}
		duty_rules_free(out);
		buffer_free(&text);
	}
}

/* A file cut anywhere is a fault with a sentence, or rules that can be judged by. */
static void
cut_anywhere(void **unused)
{
	(void)unused;
	for (size_t len = 0; len < sizeof(GOOD); len++) {
		char *octets = malloc(len > 0 ? len : 1);
		struct why why = { .err = ERR_OK };
		struct duty_rules *out;
		enum err err;

		memcpy(octets, GOOD, len);
		err = duty_rules_read("demo.duty", bytes_of(octets, len), &out, &why);
		free(octets);
		assert_int_equal(err == ERR_OK, out != NULL);
		if (err != ERR_OK)
			assert_true(strncmp(why.text, "demo.duty:", 10) == 0);
		duty_rules_free(out);
	}
}

/* Every text of the shipped file is there in both languages. */
static void
shipped(void **unused)
{
	static const char *const wanted[] = { "F3", "F4", "PRE", "F5", "F6", "F7", "F8", "F9", "F9Q",
		"F10", "F12", "F14", "NOTICE" };

	(void)unused;
	assert_int_equal(rules->rules, COUNT(wanted));
	for (size_t i = 0; i < COUNT(wanted); i++) {
		const struct duty_rule *rule = duty_rule_find(rules, wanted[i]);

		assert_non_null(rule);
		assert_int_equal(rule->form[0] == '\0', rule->form_ja[0] == '\0');
		assert_int_equal(rule->note[0] == '\0', rule->note_ja[0] == '\0');
		assert_true(rule->draft_ms == 0 || rule->prompt_status == DUTY_STATUS_ASSUMED);
		assert_int_equal(rule->advisory, strcmp(rule->id, "PRE") == 0 ||
		    strcmp(rule->id, "NOTICE") == 0);
	}
	assert_int_equal(rules->accidents, 2);
	assert_int_equal(rules->nears, 2);
	assert_int_equal(rules->accident[0].to_day + 1, rules->accident[1].from_day);
	assert_int_equal(rules->near[0].to_day + 1, rules->near[1].from_day);
}

static void
names(void **unused)
{
	enum duty_class class = DUTY_CLASSES;

	(void)unused;
	assert_true(duty_class_find(bytes_of_text("LPWA"), &class));
	assert_int_equal(class, DUTY_CLASS_LPWA);
	assert_false(duty_class_find(bytes_of_text("lpwa"), &class));
	assert_string_equal(duty_class_name(DUTY_CLASS_SAT_SUBSEA), "SAT_SUBSEA");
	assert_string_equal(duty_class_name(DUTY_CLASSES), "unknown");
	assert_string_equal(duty_condition_name(DUTY_CONDITION_FIRE), "FIRE");
	assert_string_equal(duty_status_name(DUTY_STATUS_PARTLY), "partly");
	assert_string_equal(duty_origin_name(DUTY_ORIGIN_YEAR), "fiscal-year-end");
	assert_string_equal(duty_answer_name(DUTY_SAYS_YES), "yes");
	assert_string_equal(duty_standing_name(DUTY_STANDINGS), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(holds_what_was_written),
		cmocka_unit_test(no_edition),
		cmocka_unit_test(each_fault),
		cmocka_unit_test(parts_are_rounded_up),
		cmocka_unit_test(larger_faults),
		cmocka_unit_test(editions),
		cmocka_unit_test(cut_anywhere),
		cmocka_unit_test(shipped),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, rules_open, rules_close);
}
