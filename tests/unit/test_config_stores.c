/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stores of instances, exceptions from where data may be, and what a data class may say: each good
 * form in the plan, each fault on its line.
 */
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
#include "monitor/state/enclosure.h"

#define HEAD "monitor = { name = \"m\"; state = \"st\"; };\n" \
	"ledger = { origin = \"example.org/l\"; key = \"./key\"; };\n"
#define CLASSES "data_classes = ( { name = \"subscriber\"; jurisdictions = \"JP\"; own_premises = true;\n" \
	"  providers = \" example, other\"; regions = \"third/tokyo\"; }, { name = \"logs\"; providers = \"x\"; } );\n"
#define SITES "sites = ( { name = \"tokyo\"; jurisdiction = \"JP\"; provider = \"example\"; region = \"tokyo\"; },\n" \
	"  { name = \"osaka\"; jurisdiction = \"JP\"; provider = \"example\"; region = \"osaka\"; } );\n"
#define TARGET(name) "{ name = \"" name "\"; probe = \"tcp\"; address = \"192.0.2.1\"; port = 1; }"
#define INSTANCE(stores) "instances = ( { name = \"udm-1\"; function = \"subscriber\"; site = \"tokyo\";\n" \
	"  stores = (\n" stores "); } );\n"

static char folder[64];

static int
folder_make(void **unused)
{
	char path[PATH_TEXT_MAX];
	struct why why;

	(void)unused;
	snprintf(folder, sizeof(folder), "/tmp/sekimori-stores.XXXXXX");
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

static const char good[] = HEAD CLASSES SITES
    "exceptions = ( { name = \"move\"; data = \"subscriber, logs\"; place = \"example/singapore\";\n"
    "  from = \"2026-01-01\"; until = \"2026-07-01\"; approver = \"CTO\"; why = \"a move\"; },\n"
    "  { name = \"land\"; data = \"logs\"; place = \"DE\"; until = \"2026-07-01\"; approver = \"CTO\"; why = \"w\"; } );\n"
    "instances = ( { name = \"amf-1\"; function = \"control\"; site = \"osaka\"; targets = ( " TARGET("a") " ); },\n"
    "  { name = \"udm-1\"; function = \"subscriber\"; site = \"tokyo\"; targets = ( " TARGET("b") " );\n"
    "  stores = ( { name = \"db\"; data = \"subscriber\"; resource = \"arn:x\"; set = \"s\"; rpo = \"5m\"; rto = \"1h\";\n"
    "      copies = 2; regions = 2; title = \"Database\"; title_ja = \"台帳\";\n"
    "      targets = ( " TARGET("c") ", " TARGET("d") " ); },\n"
    "    { name = \"copy\"; data = \"subscriber\"; site = \"osaka\"; set = \"s\"; lag = \"1m\"; takeover = \"10m\";\n"
    "      targets = ( " TARGET("e") " ); },\n"
    "    { name = \"copy-2\"; data = \"subscriber\"; set = \"s\"; synchronous = true; copies = 2; at_rest = { encrypted = true;\n"
    "      holder = \"customer\"; key = \"arn:aws:kms:x\"; document = \"assurance\"; }; },\n"
    "    { name = \"clear\"; data = \"logs\"; at_rest = { encrypted = false; }; } );\n"
    "  in_use = \"confidential-vm\"; in_use_document = \"assurance\"; } );\n"
    "documents = ( { id = \"assurance\"; title = \"A\"; date = \"2026-01-01\"; } );\n";

static void
good_is_in_the_plan(void **unused)
{
	static const uint32_t of[] = { 0, 0, 1, 1, 2 };
	struct config config;
	struct why why = { .err = ERR_OK };
	const struct plan *plan;

	(void)unused;
	if (config_parse(bytes_of_text(good), "good", folder, &config, NULL, &why) != ERR_OK)
		fail_msg("%s", why.text);
	plan = config.plan;
	assert_string_equal(plan->class[0].providers, "example,other");
	assert_int_equal(plan->class[0].own, 1);
	assert_int_equal(plan->class[1].own, 0);
	assert_int_equal(plan->exceptions, 2);
	assert_int_equal(plan->exception[0].data, 3);
	assert_int_equal(plan->exception[0].until_ms - plan->exception[0].from_ms, INT64_C(181) * 86400000);
	assert_string_equal(plan->exception[1].place, "DE");
	assert_int_equal(plan->stores, 4);
	assert_int_equal(plan->store[0].encrypted, REST_UNSAID);
	assert_int_equal(plan->store[2].encrypted, REST_YES);
	assert_int_equal(plan->store[2].key_holder, KEY_HOLDER_CUSTOMER);
	assert_string_equal(plan->store[2].key, "arn:aws:kms:x");
	assert_string_equal(plan->store[2].rest_document, "assurance");
	assert_int_equal(plan->store[3].encrypted, REST_NO);
	assert_int_equal(plan->instance[0].in_use, USE_LEVEL_UNSAID);
	assert_int_equal(plan->instance[1].in_use, USE_LEVEL_CONFIDENTIAL);
	assert_string_equal(plan->instance[1].use_document, "assurance");
	assert_string_equal(plan->store[0].title_ja, "台帳");
	assert_int_equal(plan->store[0].site, 0);
	assert_int_equal(plan->store[1].site, 1);
	assert_int_equal(plan->store[1].instance, 1);
	assert_int_equal(plan->store[0].rpo_ms, 300000);
	assert_int_equal(plan->store[0].rto_ms, 3600000);
	assert_int_equal(plan->store[1].lag_ms, 60000);
	assert_int_equal(plan->store[1].takeover_ms, 600000);
	assert_int_equal(plan->store[2].synchronous, 1);
	assert_int_equal(plan->store[0].copies, 2);
	assert_int_equal(plan->targets, 5);
	for (uint32_t i = 0; i < 5; i++) {
		assert_int_equal(plan->target[i].store, of[i]);
		assert_int_equal(plan->target[i].instance, i == 0 ? 0 : 1);
	}
	config_free(&config);
}

static const struct { const char *text; unsigned line; const char *says; } faults[] = {
	{ CLASSES SITES INSTANCE("{ name = \"db\"; }"), 9, "data is missing" },
	{ CLASSES SITES INSTANCE("{ name = \"db\"; data = \"none\"; }"), 9, "no data class \"none\"" },
	{ CLASSES SITES INSTANCE("{ name = \"db\"; data = \"logs\"; site = \"kobe\"; }"), 9, "no site \"kobe\"" },
	{ CLASSES SITES INSTANCE("{ name = \"db\"; data = \"logs\"; rpo = \"1m\"; }"), 9, "add set" },
	{ CLASSES SITES INSTANCE("{ name = \"db\"; data = \"logs\"; lag = \"1m\"; synchronous = true; }"), 9,
	    "lag or synchronous" },
	{ CLASSES SITES INSTANCE("{ name = \"db\"; data = \"logs\"; },\n{ name = \"db\"; data = \"logs\"; }"), 10,
	    "store \"db\" is already there in line 9" },
	{ CLASSES SITES INSTANCE("{ name = \"a\"; data = \"logs\"; set = \"s\"; },\n"
	    "{ name = \"b\"; data = \"logs\"; set = \"s\"; rpo = \"1m\"; },\n"
	    "{ name = \"c\"; data = \"logs\"; set = \"s\"; rpo = \"2m\"; }"), 11, "rpo of the stores" },
	{ CLASSES SITES INSTANCE("{ name = \"a\"; data = \"logs\"; set = \"s\"; },\n"
	    "{ name = \"b\"; data = \"subscriber\"; set = \"s\"; }"), 10, "data of the stores" },
	{ CLASSES SITES INSTANCE("{ name = \"a\"; data = \"logs\"; target = ( ); }"), 9, "no setting \"target\"" },
	{ CLASSES SITES INSTANCE("{ name = \"a\"; data = \"logs\"; targets = ( { name = \"t\"; probe = \"tcp\";\n"
	    "address = \"192.0.2.1\"; port = 2; intervl = \"9s\"; } ); }"), 10, "was \"interval\" meant" },
	{ CLASSES SITES INSTANCE("{ name = \"a\"; data = \"logs\"; at_rest = true; }"), 9, "must be a group in { }" },
	{ CLASSES SITES INSTANCE("{ name = \"a\"; data = \"logs\";\nat_rest = { holder = \"customer\"; }; }"), 10,
	    "encrypted is missing" },
	{ CLASSES SITES INSTANCE("{ name = \"a\"; data = \"logs\";\nat_rest = { encrypted = true;\nholder = \"somebody\"; }; }"),
	    11, "holder" },
	{ CLASSES SITES INSTANCE("{ name = \"a\"; data = \"logs\";\nat_rest = { encrypted = false;\nkey = \"k\"; }; }"), 11,
	    "what is not encrypted has no key" },
	{ CLASSES SITES INSTANCE("{ name = \"a\"; data = \"logs\";\nat_rest = { encrypted = false;\nholder = \"carrier\"; }; }"),
	    11, "what is not encrypted has no key" },
	{ CLASSES SITES INSTANCE("{ name = \"a\"; data = \"logs\";\nat_rest = { encrypted = true;\nholdr = \"carrier\"; }; }"),
	    11, "was \"holder\" meant" },
	{ CLASSES SITES INSTANCE("{ name = \"a\"; data = \"logs\";\nat_rest = { encrypted = \"yes\"; }; }"), 10, "encrypted must be" },
	{ CLASSES SITES INSTANCE("{ name = \"a\"; data = \"logs\";\nat_rest = { encrypted = true;\ndocument = \"d\"; }; }"), 11,
	    "no document \"d\"" },
	{ CLASSES SITES "instances = ( { name = \"a\"; function = \"control\"; site = \"tokyo\";\nin_use = \"sealed\"; } );\n", 8,
	    "in_use" },
	{ CLASSES SITES "instances = ( { name = \"a\"; function = \"control\"; site = \"tokyo\";\nin_use_document = \"d\"; } );\n"
	    "documents = ( { id = \"d\"; title = \"A\"; date = \"2026-01-01\"; } );\n", 8, "in_use is not given" },
	{ CLASSES SITES "instances = ( { name = \"a\"; function = \"control\"; site = \"tokyo\"; in_use = \"enclave\";\n"
	    "in_use_document = \"d\"; } );\n", 8, "no document \"d\"" },
	{ CLASSES "exceptions = ( { name = \"e\"; data = \"logs\"; place = \"Japan\"; until = \"2026-01-01\";\n"
	    "approver = \"a\"; why = \"w\"; } );\n", 5, "neither PROVIDER/REGION nor" },
	{ CLASSES "exceptions = ( { name = \"e\"; data = \"logs\"; place = \"JP\"; from = \"2026-02-01\";\n"
	    "until = \"2026-01-01\"; approver = \"a\"; why = \"w\"; } );\n", 6, "ends before it begins" },
	{ CLASSES "exceptions = ( { name = \"e\"; data = \"logs\"; place = \"JP\"; until = \"2026-01-01\"; why = \"w\"; } );\n",
	    5, "approver is missing" },
	{ "data_classes = ( { name = \"a\"; } );\n", 3, "may be nowhere" },
	{ "data_classes = ( { name = \"a\"; providers = \"x/y\"; } );\n", 3, "not the name of a provider" },
	{ "exceptions = ( { name = \"e\"; data = \"logs\"; place = \"JP\"; until = \"2026-01-01\";\n"
	    "approver = \"a\"; why = \"w\"; } );\n", 3, "no data class \"logs\"" },
};

static void
each_fault_is_named(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct config_faults found;
		struct config config;
		struct buffer text = { .max = 0 };
		struct why why = { .err = ERR_OK };

		buffer_print(&text, "%s%s", HEAD, faults[i].text);
		if (config_parse(bytes_of_buffer(&text), "f", folder, &config, &found, &why) !=
		    ERR_INVALID)
			fail_msg("taken: %s", faults[i].text);
		if (found.total != 1 || found.fault[0].line != faults[i].line ||
		    strstr(found.fault[0].text, faults[i].says) == NULL)
			fail_msg("wanted \"%s\" in line %u, %zu faults, first: %s", faults[i].says,
			    faults[i].line, found.total, why.text);
		config_faults_free(&found);
		config_free(&config);
		buffer_free(&text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_is_in_the_plan), cmocka_unit_test(each_fault_is_named),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
