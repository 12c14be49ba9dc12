/* SPDX-License-Identifier: Apache-2.0 */
/* Control packs: what one holds when it was read, and each fault with its line and sentence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/state/pack.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char HEAD[] =
    "pack = { id = \"demo\"; edition = \"1st\"; standard = \"Demo\";\n"
    "  standard_ja = \"\xe8\xa6\x8b\xe6\x9c\xac\"; };\n";

static const char ITEMS[] =
    "documents = ( { id = \"plan\"; title = \"Plan\"; title_ja = \"P\"; } );\n"
    "declarations = (\n"
    "  { id = \"f\"; type = \"flag\"; title = \"F\"; title_ja = \"F\"; },\n"
    "  { id = \"i\"; type = \"int\"; title = \"I\"; title_ja = \"I\"; },\n"
    "  { id = \"s\"; type = \"text\"; title = \"S\"; title_ja = \"S\"; },\n"
    "  { id = \"t\"; type = \"time\"; title = \"T\"; title_ja = \"T\"; } );\n";

/* A control without its id and what decides it. */
#define CONTROL "clause = \"Art. 1\"; title = \"T\"; title_ja = \"T\"; requirement = \"R\"; "      \
    "level = \"mandatory\"; source = \"here\"; confidence = \"seed\"; "
#define TARGET CONTROL "subject = \"target\"; "

static enum err
read_text(const char *text, struct pack **pack, struct why *why)
{
	*why = (struct why){ .err = ERR_OK };
	return pack_read("demo.pack", bytes_of_text(text), pack, why);
}

static void
holds_what_was_written(void **unused)
{
	struct buffer text = { 0 };
	struct pack *pack;
	struct why why;

	(void)unused;
	buffer_print(&text, "%s%scontrols = (\n%s,\n%s\n);\n", HEAD, ITEMS,
	    "{ id = \"D-1\"; " TARGET "applies = \"target.probe == \\\"tls\\\"\";\n"
	    "  condition = \"age(document(\\\"plan\\\")) < 1d and declared(\\\"f\\\") and \"\n"
	    "    \"declared(\\\"i\\\") > 1 and declared(\\\"s\\\") == \\\"x\\\" and \"\n"
	    "    \"age(declared(\\\"t\\\")) < 1d\"; limit = \"L\"; limit_ja = \"LJ\"; }",
	    "{ id = \"D-2\"; clause = \"Art. 2\"; title = \"Two\"; title_ja = \"Ni\"; "
	    "requirement = \"R2\"; level = \"recommended\"; subject = \"store\"; "
	    "source = \"there\"; confidence = \"verified\"; lacks = \"stores\"; }");
	if (read_text(buffer_text(&text), &pack, &why) != ERR_OK)
		fail_msg("%s", why.text);
	buffer_free(&text);
	assert_string_equal(pack->id, "demo");
	assert_string_equal(pack->edition, "1st");
	assert_string_equal(pack->standard, "Demo");
	assert_string_equal(pack->standard_ja, "\xe8\xa6\x8b\xe6\x9c\xac");
	assert_int_equal(pack->documents, 1);
	assert_int_equal(pack->document[0].type, FACT_TYPE_time);
	assert_int_equal(pack->declarations, 4);
	assert_int_equal(pack->declaration[1].type, FACT_TYPE_int);
	assert_string_equal(pack->declaration[3].id, "t");
	assert_int_equal(pack->controls, 2);
	assert_string_equal(pack->control[0].id, "D-1");
	assert_string_equal(pack->control[0].limit_ja, "LJ");
	assert_string_equal(pack->control[0].lacks, "");
	assert_int_equal(pack->control[0].level, LEVEL_MANDATORY);
	assert_int_equal(pack->control[0].subject, SUBJECT_TARGET);
	assert_non_null(pack->control[0].applies);
	assert_int_equal(condition_names(pack->control[0].condition), 5);
	assert_int_equal(condition_name_at(pack->control[0].condition, 1, NULL)->source,
	    NAME_DECLARATION);
	assert_string_equal(pack->control[1].requirement, "R2");
	assert_string_equal(pack->control[1].lacks, "stores");
	assert_string_equal(pack->control[1].limit, "");
	assert_string_equal(pack->control[1].source, "there");
	assert_string_equal(pack->control[1].confidence, "verified");
	assert_int_equal(pack->control[1].level, LEVEL_RECOMMENDED);
	assert_int_equal(pack->control[1].subject, SUBJECT_STORE);
	assert_null(pack->control[1].condition);
	pack_free(pack);
	pack_free(NULL);
}

/* What follows HEAD, and what the sentence begins with; HEAD has two lines. */
struct fault { const char *text, *says; };

static void
refuse(const char *front, const struct fault *bad, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct buffer text = { 0 };
		struct pack *pack;
		struct why why;

		buffer_print(&text, "%s%s", front, bad[i].text);
		if (read_text(buffer_text(&text), &pack, &why) != ERR_INVALID || pack != NULL)
			fail_msg("not refused: %s", bad[i].text);
		if (strncmp(why.text, bad[i].says, strlen(bad[i].says)) != 0)
			fail_msg("%s\n  %s", bad[i].text, why.text);
		buffer_free(&text);
	}
}

static void
refuses_heads(void **unused)
{
	static const struct fault bad[] = {
		{ "", "demo.pack:1: a pack says what it is" },
		{ "pack = 3;", "demo.pack:1: a pack says" },
		{ "pack = { edition = \"1\"; };", "demo.pack:1: id is missing" },
		{ "pack = { id = \"a b\"; edition = \"1\"; standard = \"s\"; "
		  "standard_ja = \"j\"; };", "demo.pack:1: the id \"a b\" must be of letters" },
		{ "pack = { id = \"\";\n};", "demo.pack:1: id is empty" },
		{ "pack = {\n id = 7;\n};",
		    "demo.pack:2: id must be a text in quotes, not a whole" },
		{ "pack = { id = \"a\";\nversion = \"1\"; };", "demo.pack:1: edition is missing" },
		{ "pack = { id = \"a\"; edition = \"1\"; standard = \"s\"; standard_ja = \"j\";\n"
		  "version = \"1\"; };", "demo.pack:2: there is no setting \"version\" here" },
		{ "\nrules = ( );", "demo.pack:2: there is no setting \"rules\" in a pack" },
		{ "pack = { id = \"a\"; id = \"b\"; };", "demo.pack:1: duplicate" },
		{ "pack = {", "demo.pack:1: \"{\" is opened here and never closed" },
		{ "pack = { id = \"\\x1b[2J\"; };", "demo.pack:1: id holds a control character "
		    "(octet 1b)" },
		{ "pack = { id = \"\\xff\"; };", "demo.pack:1: id is not UTF-8" },
		{ "@include \"/etc/passwd\"", "demo.pack:1: @include is not taken" },
	};

	(void)unused;
	refuse("", bad, COUNT(bad));
}

static void
refuses_items(void **unused)
{
	static const struct fault bad[] = {
		{ "documents = { };", "demo.pack:3: documents must be a list" },
		{ "documents = ( 3 );", "demo.pack:3: an entry of documents must be a group" },
		{ "documents = ( { id = \"a\"; title = \"A\"; } );",
		    "demo.pack:3: title_ja is missing" },
		{ "documents = ( { id = \"a\"; title = \" \"; title_ja = \"A\"; } );",
		    "demo.pack:3: title is empty" },
		{ "documents = ( { id = \"a\"; title = \"A\"; title_ja = \"A\"; type = \"time\"; } "
		  ");", "demo.pack:3: there is no setting \"type\" here" },
		{ "documents = ( { id = \"a\"; title = \"A\"; title_ja = \"A\"; },\n"
		  "{ id = \"a\"; title = \"A\"; title_ja = \"A\"; } );",
		    "demo.pack:4: the document \"a\" is already there" },
		{ "declarations = ( { id = \"a\"; title = \"A\"; title_ja = \"A\"; } );",
		    "demo.pack:3: type is missing" },
		{ "declarations = ( { id = \"a\"; title = \"A\"; title_ja = \"A\";\n"
		  "type = \"hash\"; } );",
		    "demo.pack:4: type must be one of flag, int, text, time, not \"hash\"" },
		{ "declarations = ( { id = \"a\"; title = \"A\"; title_ja = \"A\"; type = \"int\"; "
		  "},\n { id = \"a\"; title = \"B\"; title_ja = \"B\"; type = \"int\"; } );",
		    "demo.pack:4: the declaration \"a\" is already there" },
	};

	(void)unused;
	refuse(HEAD, bad, COUNT(bad));
}

static void
refuses_controls(void **unused)
{
	static const struct fault bad[] = {
		{ "", "demo.pack:1: a pack has controls" },
		{ "controls = ( );", "demo.pack:3: a pack has controls" },
		{ "controls = ( { id = \"A\"; } );", "demo.pack:3: clause is missing" },
		{ "controls = ( { id = \"A\"; " TARGET "} );",
		    "demo.pack:3: A has no condition, so lacks must say" },
		{ "controls = ( { id = \"A\"; " TARGET "condition = \"tls.trusted\";\n"
		  "lacks = \"x\"; } );", "demo.pack:4: A has a condition, so lacks has no place" },
		{ "controls = ( { id = \"A\"; " TARGET "lacks = \"\"; } );",
		    "demo.pack:3: lacks is empty" },
		{ "controls = ( { id = \"A\"; " TARGET "\ncondition = \"\"; } );",
		    "demo.pack:4: condition is empty" },
		{ "controls = ( { id = \"A\"; " TARGET "\n"
		  "condition = \"tls.trusted and x.y\"; } );",
		    "demo.pack:4: condition of A, octet 16: there is no name \"x.y\"" },
		{ "controls = ( { id = \"A\"; " TARGET "lacks = \"x\";\n"
		  "applies = \"tls.version\"; } );",
		    "demo.pack:4: applies of A, octet 0: tls.version is a text and" },
		{ "controls = ( { id = \"A\"; " TARGET "condition = \"true\"; } );",
		    "demo.pack:3: condition of A looks at nothing" },
		{ "controls = ( { id = \"A\"; " TARGET
		  "condition = \"known document(\\\"plan\\\")\"; } );",
		    "demo.pack:3: condition of A, octet 15: the pack lists no document \"plan\"" },
		{ "controls = ( { id = \"A\"; " CONTROL "subject = \"workload\";\n"
		  "condition = \"tls.trusted\"; } );",
		    "demo.pack:4: condition of A, octet 0: there are no subjects of kind workload" },
		{ "controls = ( { id = \"A\"; " CONTROL "subject = \"house\"; lacks = \"x\"; } );",
		    "demo.pack:3: there is no kind of subject \"house\"" },
		{ "controls = ( { id = \"A\"; " TARGET "lacks = \"x\"; },\n{ id = \"A\"; " TARGET
		  "lacks = \"x\"; } );", "demo.pack:4: the control \"A\" is already there" },
		{ "controls = ( { id = \"A\"; " TARGET "lacks = \"x\"; severity = \"high\"; } );",
		    "demo.pack:3: there is no setting \"severity\" here" },
		{ "controls = ( { id = \"A\"; clause = \"c\"; title = \"t\"; title_ja = \"t\"; "
		  "requirement = \"r\"; level = \"basic\"; subject = \"target\"; source = \"s\"; "
		  "confidence = \"seed\"; lacks = \"x\"; } );",
		    "demo.pack:3: level must be one of contradiction, mandatory, recommended," },
		{ "controls = ( { id = \"A\"; clause = \"c\"; title = \"t\"; title_ja = \"t\"; "
		  "requirement = \"r\"; level = \"mandatory\"; subject = \"target\"; "
		  "source = \"s\"; confidence = \"sure\"; lacks = \"x\"; } );",
		    "demo.pack:3: confidence must be one of verified, seed, general, not \"su" },
		{ "controls = ( { id = \"A\"; " TARGET "lacks = \"a\\nb\"; } );",
		    "demo.pack:3: lacks holds a control character (octet 0a)" },
	};

	(void)unused;
	refuse(HEAD, bad, COUNT(bad));
}

/* count entries of a list, each made of what stands before and behind its number. */
static enum err
read_many(const char *list, size_t count, const char *behind, struct why *why)
{
	struct buffer text = { 0 };
	struct pack *pack;
	enum err err;

	buffer_print(&text, "%s%s = (", HEAD, list);
	for (size_t i = 0; i < count; i++)
		buffer_print(&text, "%s{ id = \"X-%zu\"; %s}", i > 0 ? "," : "", i, behind);
	buffer_print(&text, ");\n%s", strcmp(list, "controls") == 0 ? "" :
	    "controls = ( { id = \"A\"; " TARGET "lacks = \"x\"; } );");
	err = read_text(buffer_text(&text), &pack, why);
	pack_free(pack);
	buffer_free(&text);
	return err;
}

static void
bounds(void **unused)
{
	const char *item = "title = \"T\"; title_ja = \"T\"; ";
	struct buffer text = { 0 };
	struct pack *pack;
	struct why why;

	(void)unused;
	assert_int_equal(read_many("controls", PACK_CONTROLS_MAX, TARGET
	    "condition = \"tls.trusted\"; ", &why), ERR_OK);
	assert_int_equal(read_many("controls", PACK_CONTROLS_MAX + 1, TARGET "lacks = \"x\"; ",
	    &why), ERR_LIMIT);
	assert_non_null(strstr(why.text, "513 controls are more than the 512"));
	assert_int_equal(read_many("documents", PACK_ITEMS_MAX, item, &why), ERR_OK);
	assert_int_equal(read_many("documents", PACK_ITEMS_MAX + 1, item, &why), ERR_LIMIT);
	for (size_t extra = 0; extra < 2; extra++) {
		buffer_reset(&text);
		buffer_print(&text, "%scontrols = ( { id = \"A\"; " TARGET "lacks = \"", HEAD);
		for (size_t i = 0; i < PACK_TEXT_MAX + extra; i++)
			buffer_put_u8(&text, 'x');
		buffer_put_text(&text, "\"; } );");
		assert_int_equal(read_text(buffer_text(&text), &pack, &why),
		    extra == 0 ? ERR_OK : ERR_LIMIT);
		pack_free(pack);
	}
	buffer_free(&text);
}

/* A file cut anywhere is a fault with a sentence, or a smaller pack; never anything else. */
static void
cut_anywhere(void **unused)
{
	struct buffer text = { 0 };

	(void)unused;
	buffer_print(&text, "%s%scontrols = ( { id = \"A\"; " TARGET
	    "condition = \"tls.trusted\"; } );\n", HEAD, ITEMS);
	for (size_t len = 0; len <= text.len; len++) {
		char *octets = malloc(len > 0 ? len : 1);
		struct why why = { .err = ERR_OK };
		struct pack *pack;
		enum err err;

		memcpy(octets, text.at, len);
		err = pack_read("demo.pack", bytes_of(octets, len), &pack, &why);
		free(octets);
		assert_int_equal(err == ERR_OK, pack != NULL);
		if (err == ERR_OK)
			assert_string_equal(pack->control[0].id, "A");
		else
			assert_true(strncmp(why.text, "demo.pack:", 10) == 0);
		pack_free(pack);
	}
	buffer_free(&text);
}

static void
levels(void **unused)
{
	(void)unused;
	assert_string_equal(level_name(LEVEL_CONTRADICTION), "contradiction");
	assert_string_equal(level_name(LEVEL_MANDATORY), "mandatory");
	assert_string_equal(level_name(LEVEL_RECOMMENDED), "recommended");
	assert_string_equal(level_name(LEVELS), "unknown");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(holds_what_was_written),
		cmocka_unit_test(refuses_heads),
		cmocka_unit_test(refuses_items),
		cmocka_unit_test(refuses_controls),
		cmocka_unit_test(bounds),
		cmocka_unit_test(cut_anywhere),
		cmocka_unit_test(levels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
