/* SPDX-License-Identifier: Apache-2.0 */
/* Keys whose custody is declared: the good form in the plan, each fault on its line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "monitor/base/file.h"
#include "monitor/daemon/config.h"

#define HEAD "monitor = { name = \"m\"; state = \"st\"; };\n" \
	"ledger = { origin = \"example.org/l\"; key = \"./key\"; };\n" \
	"data_classes = ( { name = \"subscriber\"; jurisdictions = \"JP\"; } );\n" \
	"sites = ( { name = \"tokyo\"; jurisdiction = \"JP\"; provider = \"example\"; } );\n" \
	"instances = ( { name = \"udm-1\"; function = \"subscriber\"; site = \"tokyo\";\n" \
	"  targets = ( { name = \"t\"; probe = \"tcp\"; address = \"192.0.2.1\"; port = 1; } );\n" \
	"  stores = ( { name = \"db\"; data = \"subscriber\"; } ); } );\n" \
	"documents = ( { id = \"cert\"; date = \"2026-01-01\"; } );\n"
#define NAMED "name = \"ki\"; kind = \"hsm\"; holder = \"carrier\"; protects = \"store:db\"; "
enum { LINE = 9 };			/* of the first key */

static char folder[64];

static int
folder_make(void **unused)
{
	char path[PATH_TEXT_MAX];
	struct why why;

	(void)unused;
	snprintf(folder, sizeof(folder), "/tmp/sekimori-keys.XXXXXX");
	if (mkdtemp(folder) == NULL || !file_path(path, sizeof(path), folder, "key"))
		return 1;
	return file_write(path, bytes_of_text("key"), 0600, &why) == ERR_OK ? 0 : 1;
}

static int
folder_remove(void **unused)
{
	char path[PATH_TEXT_MAX];

	(void)unused;
	if (file_path(path, sizeof(path), folder, "key"))
		unlink(path);
	return rmdir(folder);
}

static void
good_is_in_the_plan(void **unused)
{
	static const char good[] = HEAD "keys = ( { " NAMED "validation = \"FIPS 140-3 #1\"; document = \"cert\";\n"
	    "  rotation = \"365d\"; ceremony = true; module = \"M\"; firmware = \"1\"; serial = \"7\"; },\n"
	    "  { name = \"disk\"; kind = \"kms\"; holder = \"provider:example\"; host = \"A Bank\";\n"
	    "    protects = \"instance:udm-1, target:t\"; } );\n"
	    "declarations = ( { id = \"x\"; subject = \"custody:ki\"; value = \"true\"; date = \"2026-01-01\"; } );\n";
	struct config config;
	struct why why = { .err = ERR_OK };
	const struct plan_key *key;

	(void)unused;
	if (config_parse(bytes_of_text(good), "good", folder, &config, NULL, &why) != ERR_OK)
		fail_msg("%s", why.text);
	assert_int_equal(config.plan->keys, 2);
	key = config.plan->key;
	assert_string_equal(key[0].holder, "carrier");
	assert_string_equal(key[0].host, "");
	assert_string_equal(key[0].document, "cert");
	assert_int_equal(key[0].rotation_ms, INT64_C(365) * 86400000);
	assert_int_equal(key[0].ceremony, 1);
	assert_string_equal(key[0].serial, "7");
	assert_string_equal(key[1].holder, "provider:example");
	assert_string_equal(key[1].host, "A Bank");
	assert_int_equal(key[1].rotation_ms, 0);
	assert_string_equal(config.plan->declaration[0].subject, "custody:ki");
	config_free(&config);
}

static const struct { const char *keys; unsigned line; const char *words; } wrong[] = {
	{ "keys = ( { kind = \"hsm\"; holder = \"carrier\"; protects = \"store:db\"; } );", LINE, "name is missing" },
	{ "keys = ( { name = \"k\"; kind = \"hsm\"; protects = \"store:db\"; } );", LINE, "holder is missing" },
	{ "keys = ( { name = \"k\"; kind = \"hsm\"; holder = \"carrier\"; } );", LINE, "protects is missing" },
	{ "keys = ( { name = \"k\"; kind = \"safe\"; holder = \"carrier\"; protects = \"store:db\"; } );", LINE,
	    "\"safe\"" },
	{ "keys = ( { name = \"k\"; kind = \"hsm\"; holder = \"carrier\";\n protects = \"store:db, store:x\"; } );", LINE + 1,
	    "there is no store \"x\"" },
	{ "keys = ( { name = \"k\"; kind = \"hsm\"; holder = \"carrier\";\n protects = \"site:tokyo\"; } );", LINE + 1,
	    "store:NAME, instance:NAME or target:NAME" },
	{ "keys = ( { name = \"k\"; kind = \"hsm\"; holder = \"carrier\"; protects = \" , \"; } );", LINE, "names nothing" },
	{ "keys = ( { " NAMED "host = \"provider:other\"; } );", LINE, "there is no provider \"other\"" },
	{ "keys = ( { name = \"k\"; kind = \"hsm\"; holder = \"example\"; protects = \"store:db\"; } );", LINE,
	    "third party of that name" },
	{ "keys = ( { name = \"k\"; kind = \"hsm\"; holder = \"Carrier\"; protects = \"store:db\"; } );", LINE,
	    "third party of that name" },
	{ "keys = ( { name = \"k\"; kind = \"hsm\"; holder = \"provider:other\"; protects = \"store:db\"; } );", LINE,
	    "there is no provider \"other\"" },
	{ "keys = ( { " NAMED "seen_by = \"nobody\"; } );", LINE, "none of that name" },
	{ "keys = ( { " NAMED "seen_by = \"t\"; } );", LINE, "says nothing of a key" },
	{ "keys = ( { " NAMED "document = \"none\"; } );", LINE, "there is no document \"none\"" },
	{ "keys = ( { " NAMED "rotation = \"soon\"; } );", LINE, "rotation" },
	{ "keys = ( { " NAMED "},\n { " NAMED "} );", LINE + 1, "\"ki\"" },
	{ "keys = ( { " NAMED "holders = \"x\"; } );", LINE, "holders" },
	{ "keys = ( { " NAMED "} );\ndeclarations = ( { id = \"x\"; subject = \"custody:kj\"; value = \"1\"; date = \"2026-01-01\"; } );",
	    LINE + 1, "there is no custody \"kj\"" },
};

static void
each_fault_has_its_line(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct buffer text = { .max = 0 };
		struct config_faults faults;
		struct config config;
		struct why why = { .err = ERR_OK };

		buffer_print(&text, "%s%s\n", HEAD, wrong[i].keys);
		if (config_parse(bytes_of_buffer(&text), "keys", folder, &config, &faults, &why) !=
		    ERR_INVALID)
			fail_msg("case %zu was taken", i);
		if (faults.total != 1 || faults.fault[0].line != wrong[i].line ||
		    strstr(faults.fault[0].text, wrong[i].words) == NULL)
			fail_msg("case %zu: %zu faults, line %u: %s", i, (size_t)faults.total,
			    faults.fault[0].line, faults.fault[0].text);
		config_faults_free(&faults);
		config_free(&config);
		buffer_free(&text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_is_in_the_plan), cmocka_unit_test(each_fault_has_its_line),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
