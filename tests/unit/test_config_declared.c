/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the configuration declares: places, data classes, feeds, packs, documents, declarations and
 * the carrier; each good form in the plan, each fault on its line.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "monitor/base/cbor.h"
#include "monitor/base/file.h"
#include "monitor/daemon/config.h"

static const char *const names[] = { "kept/feed.csv", "key", "feed.csv", "feed.json", "bad.csv", "plan.txt", "other.pack",
	"named.pack", "twin.pack", "bad.pack", "empty" };

enum { NAMES = sizeof(names) / sizeof(names[0]) };

static const char csv[] = "# date: 2026-01-02T00:00:00Z\n192.0.2.0/24,tokyo\n";
static const char aws[] = "{ \"syncToken\": \"1\", \"createDate\": \"2026-08-22-15-17-05\", \"prefixes\": [\n"
    "{ \"ip_prefix\": \"198.51.100.0/24\", \"region\": \"osaka\" } ], \"ipv6_prefixes\": [] }\n";
#define PACK(id, control) "pack = { id = \"" id "\"; edition = \"1\"; standard = \"S\"; standard_ja = \"S\"; };\n" \
	"declarations = ( { id = \"exit-test\"; type = \"int\"; title = \"tests of exit\"; title_ja = \"t\"; } );\n" \
	"documents = ( );\ncontrols = ( { id = \"" control "\"; clause = \"c\"; title = \"t\"; title_ja = \"t\";\n" \
	"requirement = \"r\"; level = \"mandatory\"; subject = \"site\"; limit = \"l\"; limit_ja = \"l\"; source = \"s\";\n" \
	"confidence = \"verified\"; condition = \"declared(\\\"exit-test\\\") > 1\"; } );\n"

static const char named[] = PACK("named", "N-1"), other[] = PACK("other", "O-1"), twin[] = PACK("twin", "N-1");

static char folder[64];

static void
put_file(const char *name, const char *text, unsigned mode)
{
	char path[PATH_TEXT_MAX];
	struct why why;

	assert_true(file_path(path, sizeof(path), folder, name));
	assert_int_equal(file_write(path, bytes_of_text(text), mode, &why), ERR_OK);
}

static const char *
kept_folder(void)
{
	static char path[80];

	snprintf(path, sizeof(path), "%s/kept", folder);
	return path;
}

static int
folder_make(void **unused)
{
	(void)unused;
	snprintf(folder, sizeof(folder), "/tmp/sekimori-declared.XXXXXX");
	if (mkdtemp(folder) == NULL)
		return 1;
	put_file("key", "key", 0600);
	put_file("feed.csv", csv, 0644);
	if (mkdir(kept_folder(), 0755) != 0)
		return 1;
	put_file("kept/feed.csv", csv, 0644);
	put_file("feed.json", aws, 0644);
	put_file("bad.csv", "192.0.2.0/24,tokyo\n192.0.2.7/24,tokyo\n", 0644);
	put_file("plan.txt", "what to do\n", 0644);
	put_file("other.pack", other, 0644);
	put_file("named.pack", named, 0644);
	put_file("twin.pack", twin, 0644);
	put_file("bad.pack", "pack = {\n id = \"x\"; };\n", 0644);
	put_file("empty", "", 0644);
	return setenv("SEKIMORI_PACKS", folder, 1);
}

static int
folder_remove(void **unused)
{
	char path[PATH_TEXT_MAX];

	(void)unused;
	for (size_t i = 0; i < NAMES; i++)
		if (file_path(path, sizeof(path), folder, names[i]))
			unlink(path);
	rmdir(kept_folder());
	return rmdir(folder);
}

#define HEAD "monitor = { name = \"m\"; state = \"st\"; };\n" \
	"ledger = { origin = \"example.org/l\"; key = \"./key\"; };\n"

static const char good[] = HEAD
    "data_classes = (\n"
    "  { name = \"subscriber\"; title = \"Subscribers\"; title_ja = \"加入者\";\n"
    "    regions = \" example/tokyo , example/osaka\"; jurisdictions = \"JP\"; },\n"
    "  { name = \"content\"; jurisdictions = \"JP, DE\"; }\n"
    ");\n"
    "sites = (\n"
    "  { name = \"tokyo\"; jurisdiction = \"JP\"; provider = \"example\"; region = \"tokyo\"; zone = \"tokyo-a\";\n"
    "    provider_name = \"Example Cloud, Inc.\"; provider_country = \"US\"; },\n"
    "  { name = \"own\"; jurisdiction = \"JP\"; }\n"
    ");\n"
    "instances = (\n"
    "  { name = \"udm-1\"; function = \"subscriber\"; site = \"tokyo\"; data = \"content, subscriber\";\n"
    "    nf = \"UDM\"; version = \"2.1\"; service = \"virtual machines\"; model = \"IaaS, shared\";\n"
    "    replica_set = \"udm\"; },\n"
    "  { name = \"amf-1\"; function = \"control\"; site = \"own\"; data = \"subscriber\"; },\n"
    "  { name = \"upf-1\"; function = \"switching\"; site = \"own\"; }\n"
    ");\n"
    "feeds = ( { provider = \"example\"; form = \"csv\"; file = \"feed.csv\"; },\n"
    "  { provider = \"elsewhere\"; form = \"aws\"; file = \"feed.json\"; } );\n"
    "packs = [ \"named\", \"./other.pack\" ];\n"
    "documents = ( { id = \"continuity-plan\"; title = \"Plan\"; file = \"plan.txt\"; date = \"2026-04-01\";\n"
    "    until = \"2027-04-01\"; author = \"A. Person\"; },\n"
    "  { id = \"training\"; date = \"2026-04-01T00:00:00Z\"; } );\n"
    "declarations = ( { id = \"exit-test\"; value = \"3\"; date = \"2026-04-02\"; },\n"
    "  { id = \"exit-test\"; subject = \"site:own\"; value = \"12\"; date = \"2026-04-02\"; author = \"B\"; },\n"
    "  { id = \"exit-test\"; subject = \"instance:amf-1\"; value = \"-1\"; date = \"2026-04-02\"; } );\n"
    "carrier = { name = \"Example Telecom\"; name_ja = \"例通信\"; address = \"Tokyo\"; representative = \"C\";\n"
    "  corporate_number = \"7000012050002\"; registration = \"2020-04-01 No. 1\"; services = \"voice,data\";\n"
    "  contact = \"NOC\"; };\n";

static enum err
parse(const char *text, struct config *config, struct config_faults *faults, struct why *why)
{
	return config_parse(bytes_of_text(text), "test.conf", folder, config, faults, why);
}

static void
good_config(struct config *config)
{
	struct config_faults faults;
	struct why why = { .err = ERR_OK };

	if (parse(good, config, &faults, &why) != ERR_OK)
		fail_msg("%s", why.text);
	config_faults_free(&faults);
}

static void
assert_file(const char *path, const char *hash, const char *name, const char *content)
{
	char expected[PATH_TEXT_MAX], hex[HASH_TEXT];

	assert_true(file_path(expected, sizeof(expected), folder, name));
	assert_string_equal(path, expected);
	hash_text(hash_of(bytes_of_text(content)), hex);
	assert_string_equal(hash, hex);
}

static void
places_and_data(void **unused)
{
	struct config config;
	const struct plan *plan;

	(void)unused;
	good_config(&config);
	plan = config.plan;
	assert_int_equal(plan->classes, 2);
	assert_string_equal(plan->class[0].regions, "example/tokyo,example/osaka");
	assert_string_equal(plan->class[0].jurisdictions, "JP");
	assert_string_equal(plan->class[1].regions, "");
	assert_string_equal(plan->class[1].jurisdictions, "JP,DE");
	assert_string_equal(plan->class[1].title_ja, "content");
	assert_string_equal(plan->site[0].region, "tokyo");
	assert_string_equal(plan->site[0].zone, "tokyo-a");
	assert_string_equal(plan->site[0].provider_name, "Example Cloud, Inc.");
	assert_string_equal(plan->site[0].provider_country, "US");
	assert_string_equal(plan->site[1].region, "");
	assert_true(plan->instance[0].data == 3);
	assert_true(plan->instance[1].data == 1);
	assert_true(plan->instance[2].data == 0);
	assert_string_equal(plan->instance[0].nf, "UDM");
	assert_string_equal(plan->instance[0].version, "2.1");
	assert_string_equal(plan->instance[0].service, "virtual machines");
	assert_string_equal(plan->instance[0].model, "IaaS, shared");
	assert_string_equal(plan->instance[0].replica_set, "udm");
	assert_string_equal(plan->instance[2].replica_set, "");
	config_free(&config);
}

static void
what_is_declared(void **unused)
{
	struct config config;
	const struct plan *plan;

	(void)unused;
	good_config(&config);
	plan = config.plan;
	assert_int_equal(plan->feeds, 2);
	assert_string_equal(plan->feed[0].provider, "example");
	assert_string_equal(plan->feed[0].form, "csv");
	assert_file(plan->feed[0].path, plan->feed[0].hash, "feed.csv", csv);
	assert_file(plan->feed[1].path, plan->feed[1].hash, "feed.json", aws);
	assert_int_equal(plan->packs, 2);
	assert_file(plan->pack[0].path, plan->pack[0].hash, "named.pack", named);
	assert_file(plan->pack[1].path, plan->pack[1].hash, "other.pack", other);
	assert_int_equal(plan->documents, 2);
	assert_file(plan->document[0].path, plan->document[0].hash, "plan.txt", "what to do\n");
	assert_int_equal(plan->document[0].date_ms, INT64_C(1774969200000));
	assert_int_equal(plan->document[0].until_ms, INT64_C(1806505200000));
	assert_string_equal(plan->document[1].title, "training");
	assert_string_equal(plan->document[1].path, "");
	assert_string_equal(plan->document[1].hash, "");
	assert_int_equal(plan->document[1].date_ms, INT64_C(1775001600000));
	assert_int_equal(plan->document[1].until_ms, 0);
	assert_int_equal(plan->declarations, 3);
	assert_string_equal(plan->declaration[0].subject, "");
	assert_string_equal(plan->declaration[1].subject, "site:own");
	assert_string_equal(plan->declaration[2].value, "-1");
	assert_int_equal(plan->carriers, 1);
	assert_string_equal(plan->carrier[0].name_ja, "例通信");
	assert_string_equal(plan->carrier[0].corporate_number, "7000012050002");
	assert_string_equal(plan->carrier[0].services, "voice,data");
	config_free(&config);
}

/* How many entries a FILES body has, and whether a file of the folder is one of them. */
static uint64_t
map_entries(const struct buffer *map, const char *name, bool *found)
{
	struct cbor in = cbor_of(bytes_of_buffer(map), true);
	char path[PATH_TEXT_MAX];
	uint64_t pairs = cbor_map(&in);

	assert_true(file_path(path, sizeof(path), folder, name));
	*found = false;
	for (uint64_t i = 0; i < pairs; i++) {
		*found = bytes_equal(cbor_text(&in), bytes_of_text(path)) || *found;
		cbor_bytes(&in);
	}
	assert_true(cbor_done(&in));
	return pairs;
}

/* The ledger keeps all, workers look up addresses, who judges needs packs, nobody else documents. */
static void
roles_get_their_files(void **unused)
{
	static const struct { unsigned which; uint64_t count; const char *in, *out; } cases[] = {
		{ CONFIG_PUBLIC, 0, NULL, "feed.csv" },
		{ CONFIG_PUBLIC | CONFIG_FEEDS, 2, "feed.json", "named.pack" },
		{ CONFIG_PACKS, 2, "other.pack", "plan.txt" },
		{ CONFIG_DOCUMENTS, 1, "plan.txt", "feed.csv" },
		{ CONFIG_PUBLIC | CONFIG_FEEDS | CONFIG_PACKS | CONFIG_DOCUMENTS, 5, "feed.csv", "key" },
	};
	struct config config;

	(void)unused;
	good_config(&config);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buffer map = { .max = 0 };
		struct why why = { .err = ERR_OK };
		bool found = true;

		assert_int_equal(config_files(config.plan, cases[i].which, &map, &why), ERR_OK);
		assert_int_equal(map_entries(&map, cases[i].out, &found), cases[i].count);
		assert_false(found);
		if (cases[i].in != NULL) {
			map_entries(&map, cases[i].in, &found);
			assert_true(found);
		}
		buffer_free(&map);
	}
	config_free(&config);
}

struct fault_case {
	const char *text;	/* behind HEAD, whose two lines come first */
	unsigned    line;
	const char *sentence;	/* part of it */
};

#define CLASS(c) "data_classes = (\n{ " c " } );\n"
#define CLASSES "data_classes = ( { name = \"a\"; regions = \"p/r\"; } );\n"
#define PLACE(s) "sites = ( { name = \"s\"; jurisdiction = \"JP\";\n" s " } );\n"
#define INSTANCE(i) CLASSES PLACE("") "instances = ( { name = \"i\"; function = \"oam\"; site = \"s\";\n" i " } );\n"
#define DOCUMENT(d) "documents = ( { id = \"d\";\n" d " } );\n"
#define DECLARATION(d) PLACE("") "declarations = ( { id = \"d\"; value = \"v\"; date = \"2026-04-01\";\n" d " } );\n"

static const struct fault_case faults_wanted[] = {
	{ CLASS("regions = \"p/r\";"), 4, "name is missing" },
	{ CLASS("name = \"a\";"), 4, "may be nowhere" },
	{ CLASS("name = \"a,b\"; regions = \"p/r\";"), 4, "must not hold commas" },
	{ CLASS("name = \" a\"; regions = \"p/r\";"), 4, "blanks at its ends" },
	{ CLASS("name = \"a\"; regions = \"tokyo\";"), 4, "\"tokyo\" in regions is not PROVIDER/REGION" },
	{ CLASS("name = \"a\"; regions = \"p/r,,p/q\";"), 4, "\"\" in regions" },
	{ CLASS("name = \"a\"; regions = \"p/r/z\";"), 4, "\"p/r/z\" in regions" },
	{ CLASS("name = \"a\"; regions = \"/r\";"), 4, "\"/r\" in regions" },
	{ CLASS("name = \"a\"; regions = \"p/\";"), 4, "\"p/\" in regions" },
	{ CLASS("name = \"a\"; jurisdictions = \"JP;DE\";"), 4, "\"JP;DE\" in jurisdictions" },
	{ CLASS("name = \"a\"; jurisdictions = \"jp\";"), 4, "two capital letters" },
	{ CLASS("name = \"a\"; jurisdictions = \"JP\"; region = \"p/r\";"), 4, "was \"regions\" meant" },
	{ CLASS("name = \"a\"; regions = \"p/r\"; },\n{ name = \"a\"; regions = \"p/r\";"), 5,
	  "data class \"a\" is already there in line 4" },
	{ PLACE("provider = \"p\"; provider_country = \"us\";"), 4, "provider_country must be two capital" },
	{ PLACE("provider = \"p\"; provider_country = \"USA\";"), 4, "2 to 2 octets" },
	{ PLACE("provider = \"p/q\";"), 4, "provider must not hold \"/\"" },
	{ PLACE("provider = \"p\"; region = \"a,b\";"), 4, "region must not hold" },
	{ PLACE("region = \"tokyo\";"), 4, "this site has none" },
	{ PLACE("zone = \"tokyo-a\";"), 4, "this site has none" },
	{ INSTANCE("data = \"b\";"), 7, "no data class \"b\"" },
	{ INSTANCE("data = \"a,\tb\";"), 7, "control characters" },
	{ INSTANCE("data = \"a b\";"), 7, "no data class \"a b\"" },
	{ INSTANCE("nf = 5;"), 7, "nf must be a text" },
#define FEED "feeds = ( { provider = \"p\"; form = \"csv\"; file = \"feed.csv\"; } );\n"
#define KEPT "feeds = ( { provider = \"p\"; form = \"csv\"; file = \"kept/feed.csv\"; } );\n"
#define DOWNLOAD(d) FEED "downloads = ( { name = \"d\"; url = \"https://h.example/f\";\n" d " } );\n"
	{ DOWNLOAD("form = \"csv\"; file = \"other.pack\";"), 5, "no other setting names" },
	{ DOWNLOAD("form = \"aws\"; file = \"feed.csv\";"), 5, "form is aws, and the section feeds reads" },
	{ DOWNLOAD("form = \"xml\"; file = \"feed.csv\";"), 5, "form must be one of" },
	{ DOWNLOAD("form = \"policy\"; file = \"feed.csv\";"), 4, "it is never fetched; leave url out" },
	{ DOWNLOAD("form = \"site-register\"; file = \"feed.csv\";"), 4, "it is never fetched" },
	{ DOWNLOAD("form = \"csv\";"), 4, "file is missing" },
	{ DOWNLOAD("form = \"csv\"; file = \"feed.csv\"; interval = \"1s\";"), 5, "interval" },
	{ DOWNLOAD("form = \"csv\"; file = \"feed.csv\";"), 5, "the configuration lies in" },
	{ KEPT "downloads = ( { name = \"d\"; form = \"csv\"; file = \"kept/feed.csv\";\nurl = \"http://h.example/f\"; } );\n",
	  5, "write https://, because over http" },
	{ KEPT "downloads = ( { name = \"d\"; form = \"csv\"; file = \"kept/feed.csv\"; url = \"https://h.example/f\"; },\n"
	  "{ name = \"e\"; form = \"csv\"; file = \"kept/feed.csv\"; url = \"https://h.example/g\"; } );\n", 5,
	  "file that is kept fresh" },
	{ "documents = ( { id = \"x\"; title = \"t\"; date = \"2026-04-01\"; file = \"plan.txt\"; } );\n"
	  "downloads = ( { name = \"d\"; url = \"https://h.example/f\"; file = \"plan.txt\";\nform = \"aws\"; } );\n", 5,
	  "is not in the section feeds" },
	{ "feeds = ( { provider = \"p\"; form = \"mmdb\";\nfile = \"feed.csv\"; } );\n", 4, "no metadata at its end" },
	{ "feeds = ( { provider = \"p\"; form = \"registry\";\nfile = \"feed.csv\"; } );\n", 4, "line 2: it is not the head" },
	{ "feeds = ( { provider = \"p\"; form = \"xml\"; file = \"feed.csv\"; } );\n", 3, "form must be one of" },
	{ "feeds = ( { provider = \"p\"; form = \"csv\"; } );\n", 3, "file is missing" },
	{ "feeds = ( { form = \"csv\"; file = \"feed.csv\"; } );\n", 3, "provider is missing" },
	{ "feeds = ( { provider = \"p/q\"; form = \"csv\"; file = \"feed.csv\"; } );\n", 3, "must not hold" },
	{ "feeds = ( { provider = \"p\"; form = \"csv\";\nfile = \"none.csv\"; } );\n", 4, "cannot open" },
	{ "feeds = ( { provider = \"p\"; form = \"csv\";\nfile = \"empty\"; } );\n", 4, "is empty" },
	{ "feeds = ( { provider = \"p\"; form = \"csv\";\nfile = \"bad.csv\"; } );\n", 4,
	  "bad.csv: line 2: \"192.0.2.7/24\" has bits set" },
	{ "feeds = ( { provider = \"p\"; form = \"aws\";\nfile = \"feed.csv\"; } );\n", 4, "line 1 is not JSON" },
	{ "feeds = ( { provider = \"p\"; form = \"csv\";\nfile = \"plan.txt\"; } );\n", 4, "plan.txt: line 1: there is no comma" },
	{ "feeds = ( { provider = \"p\"; form = \"csv\"; file = \"feed.csv\"; },\n"
	  "{ provider = \"q\"; form = \"csv\"; file = \"feed.csv\"; } );\n", 4, "feed.csv\" is already there in line 3" },
	{ "packs = { };\n", 3, "packs must be a list" },
	{ "packs = ( 5 );\n", 3, "an entry of packs must be a text in quotes" },
	{ "packs = (\n\"nowhere\" );\n", 4, "there is no pack \"nowhere\" in" },
	{ "packs = (\n\"\" );\n", 4, "1 to 4095 octets" },
	{ "packs = (\n\"..\" );\n", 4, "neither the name of a pack" },
	{ "packs = (\n\"./none.pack\" );\n", 4, "cannot open" },
	{ "packs = ( \"named\",\n \"./named.pack\" );\n", 4, "is already there in line 3" },
	{ DOCUMENT(""), 3, "date is missing" },
	{ DOCUMENT("date = \"1.4.2026\";"), 4, "\"1.4.2026\" is not a date" },
	{ DOCUMENT("date = 20260401;"), 4, "such as \"2026-04-01\"" },
	{ DOCUMENT("date = \"2026-04-01\"; until = \"2026-04-01\";"), 4, "until must be after" },
	{ DOCUMENT("date = \"2026-04-01\"; until = \"2150-04-01\";"), 4, "until must be from" },
	{ DOCUMENT("date = \"2026-04-01\"; file = \"none.pdf\";"), 4, "cannot open" },
	{ DOCUMENT("date = \"2026-04-01\"; },\n{ id = \"d\"; date = \"2026-04-01\";"), 5, "document \"d\" is already" },
	{ DECLARATION("subject = \"target:t\";"), 6, "there is no target \"t\"" },
	{ DECLARATION("subject = \"key:t\";"), 6, "\"key:t\" is not provider:NAME" },
	{ DECLARATION("subject = \"s\";"), 6, "\"s\" is not provider:NAME" },
	{ DECLARATION("subject = \"site:t\";"), 6, "there is no site \"t\"" },
	{ DECLARATION("subject = \"instance:s\";"), 6, "there is no instance \"s\"" },
	{ DECLARATION("subject = \"site:\";"), 6, "there is no site \"\"" },
	{ DECLARATION("subject = \"provider:\";"), 6, "there is no provider \"\"" },
	{ DECLARATION("subject = \"function:brain\";"), 6, "there is no function \"brain\"" },
	{ "packs = [ \"named\" ];\ndeclarations = ( { id = \"exit-test\"; date = \"2026-04-01\";\nvalue = \"yes\"; } );\n",
	  5, "the value of \"exit-test\" must be a whole number, not \"yes\": tests of exit" },
	{ "packs = [ \"named\",\n\"twin\" ];\n", 4, "packs named and twin both have a control N-1" },
	{ "packs = [\n\"bad\" ];\n", 4, "bad.pack:" },
	{ DECLARATION("subject = \"site:s\"; },\n{ id = \"d\"; subject = \"site:s\"; value = \"w\"; date = \"2026-04-01\";"),
	  7, "declaration \"d of site:s\" is already there in line 5" },
	{ "declarations = ( { id = \"d\"; date = \"2026-04-01\"; } );\n", 3, "value is missing" },
	{ "carrier = ( );\n", 3, "carrier must be a group" },
	{ "carrier = {\ncorporate_number = \"8000012050002\"; };\n", 4, "check digit" },
	{ "carrier = {\ncorporate_number = \"7000012050020\"; };\n", 4, "check digit" },
	{ "carrier = {\ncorporate_number = \"700001205000x\"; };\n", 4, "thirteen digits" },
	{ "carrier = {\ncorporate_number = \"12\"; };\n", 4, "13 to 13 octets" },
	{ "carrier = {\nnam = \"x\"; };\n", 4, "was \"name\" meant" },
};

static void
fault_wanted(const struct fault_case *wanted)
{
	struct config_faults faults;
	struct why why = { .err = ERR_OK };
	struct buffer text = { .max = 0 };
	struct config config;
	bool found = false;

	buffer_print(&text, "%s%s", HEAD, wanted->text);
	if (parse(buffer_text(&text), &config, &faults, &why) != ERR_INVALID)
		fail_msg("taken: %s", wanted->text);
	for (size_t i = 0; i < faults.count; i++)
		found = found || (faults.fault[i].line == wanted->line &&
		    strstr(faults.fault[i].text, wanted->sentence) != NULL);
	if (!found)
		fail_msg("wanted line %u \"%s\", first fault: %s", wanted->line, wanted->sentence, why.text);
	config_faults_free(&faults);
	config_free(&config);
	buffer_free(&text);
}

static void
each_fault_is_found(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof(faults_wanted) / sizeof(faults_wanted[0]); i++)
		fault_wanted(&faults_wanted[i]);
}

/* Bounds: as many classes as an instance has bits, one more is refused; a feed larger than a blob. */
static void
bounds(void **unused)
{
	struct buffer text = { .max = 0 }, large = { .max = 0 };
	struct config_faults faults;
	struct why why = { .err = ERR_OK };
	struct config config;

	(void)unused;
	for (unsigned more = 0; more < 2; more++) {
		buffer_reset(&text);
		buffer_print(&text, "%sdata_classes = (", HEAD);
		for (unsigned i = 0; i < PLAN_CLASS_MAX + more; i++)
			buffer_print(&text, "%s{ name = \"c%u\"; jurisdictions = \"JP\"; }", i > 0 ? "," : "", i);
		buffer_put_text(&text, ");\n" "sites = ( { name = \"s\"; jurisdiction = \"JP\"; } );\n"
		    "instances = ( { name = \"i\"; function = \"oam\"; site = \"s\"; data = \"c31\"; } );\n");
		assert_int_equal(parse(buffer_text(&text), &config, &faults, &why), more ? ERR_INVALID : ERR_OK);
		if (more == 0)
			assert_true(config.plan->instance[0].data == UINT64_C(1) << 31);
		else
			assert_non_null(strstr(why.text, "are more than the 32 there may be"));
		config_faults_free(&faults);
		config_free(&config);
	}
	for (unsigned i = 0; i < RANGES_FILE_MAX / 16 + 1; i++)
		buffer_put_text(&large, "# 6789012345678\n");
	put_file("empty", buffer_text(&large), 0644);
	assert_int_equal(parse(HEAD "feeds = ( { provider = \"p\"; form = \"csv\"; file = \"empty\"; } );\n",
	    &config, &faults, &why), ERR_INVALID);
	assert_int_equal(faults.total, 1);
	assert_non_null(strstr(why.text, "33554432"));
	put_file("empty", "", 0644);
	config_faults_free(&faults);
	config_free(&config);
	buffer_free(&text);
	buffer_free(&large);
}

/* Sections that are there and empty say nothing. */
static void
nothing_is_declared_without_being_asked(void **unused)
{
	struct config config;
	struct config_faults faults;
	struct why why = { .err = ERR_OK };

	(void)unused;
	assert_int_equal(parse(HEAD "carrier = { };\npacks = ( );\n", &config, &faults, &why), ERR_OK);
	assert_int_equal(config.plan->carriers, 0);
	assert_int_equal(config.plan->packs, 0);
	assert_int_equal(config.plan->feeds, 0);
	config_faults_free(&faults);
	config_free(&config);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_and_data), cmocka_unit_test(what_is_declared),
		cmocka_unit_test(roles_get_their_files), cmocka_unit_test(each_fault_is_found),
		cmocka_unit_test(bounds), cmocka_unit_test(nothing_is_declared_without_being_asked),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
