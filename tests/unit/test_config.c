/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Configuration: a good one to its plan; each kind of fault found, on its line, together with the
 * others; files handed only to who may have them; what "init" writes read back.
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
#include "monitor/base/conf.h"
#include "monitor/base/file.h"
#include "monitor/daemon/config.h"
#include "monitor/daemon/config_sample.h"
#include "monitor/ledger/record.h"
#include "probes/probe.h"

static const char *const names[] = { "key", "ca.pem", "token", "snmp-auth", "snmp-privacy", "bad-mode",
	"with-key.pem", "torn.pem", "empty", "policy", "slip", "floor" };

enum { NAMES = sizeof(names) / sizeof(names[0]) };

static char folder[64];

static void
put_file(const char *name, const char *text, unsigned mode)
{
	char path[PATH_TEXT_MAX];
	struct why why;

	assert_true(file_path(path, sizeof(path), folder, name));
	assert_int_equal(file_write(path, bytes_of_text(text), mode, &why), ERR_OK);
}

static int
folder_make(void **unused)
{
	struct buffer root = { .max = 8193 };

	(void)unused;
	snprintf(folder, sizeof(folder), "/tmp/sekimori-config.XXXXXX");
	if (mkdtemp(folder) == NULL)
		return 1;
	for (size_t i = 0; i < NAMES; i++)
		put_file(names[i], names[i], 0600);
	if (file_read("tests/data/attest/tpm-swtpm/ca-root.pem", 8192, &root, NULL) != ERR_OK)
		return 1;
	put_file("ca.pem", buffer_text(&root), 0644);
	buffer_free(&root);
	put_file("torn.pem", "-----BEGIN CERTIFICATE-----\n", 0644);
	put_file("bad-mode", "secret", 0644);
	put_file("with-key.pem", "-----BEGIN CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\n", 0600);
	put_file("empty", "", 0600);
	put_file("policy", "policy = \"p\"; edition = \"1\";\nnitro-tpm = {\n};\n", 0644);
	put_file("slip", "policy = \"p\"; edition = \"1\";\nnitro-tpm = {\n"
	    "  mesurement = [ \"*\" ];\n};\n", 0644);
	put_file("floor", "policy = \"p\"; edition = \"1\";\nsev-snp = {\n"
	    "  tcb_genoa = \"bl=x\";\n};\n", 0644);
	return 0;
}

static int
folder_remove(void **unused)
{
	char path[PATH_TEXT_MAX];

	(void)unused;
	for (size_t i = 0; i < NAMES; i++)
		if (file_path(path, sizeof(path), folder, names[i]))
			unlink(path);
	return rmdir(folder);
}

static const char head[] =
    "monitor = { name = \"m\"; state = \"st\"; workers = 3; };\n"
    "ledger = { origin = \"example.org/l\"; key = \"./key\"; };\n";

static const char body[] =
    "sites = (\n"
    "  { name = \"tokyo\"; title = \"Tokyo\"; jurisdiction = \"JP\"; latitude = \"35.68\";\n"
    "    longitude = \"-139.77\"; provider = \"cloud\"; },\n"
    "  { name = \"own\"; title_ja = \"自社\"; jurisdiction = \"JP\"; }\n"
    ");\n"
    "instances = (\n"
    "  { name = \"amf\"; function = \"control\"; site = \"own\"; targets = (\n"
    "    { name = \"amf-tls\"; probe = \"tls\"; address = \"amf.example\"; port = 443;\n"
    "      trust = \"ca.pem\"; },\n"
    "    { name = \"amf-tcp\"; probe = \"tcp\"; address = \"2001:db8::1\"; port = 38412;\n"
    "      interval = \"2s\"; stale = \"100s\"; fail_count = 2; window = 3; recover_count = 1; } ); },\n"
    "  { name = \"hss\"; function = \"subscriber\"; site = \"tokyo\"; targets = (\n"
    "    { name = \"hss-snmp\"; probe = \"snmp\"; address = \"192.0.2.14\"; user = \"probe\";\n"
    "      auth_protocol = \"SHA-256\"; auth_secret = \"./snmp-auth\"; privacy_protocol = \"AES\";\n"
    "      privacy_secret = \"./snmp-privacy\"; } ); }\n"
    ");\n"
    "notices = (\n"
    "  { name = \"noc\"; kind = \"webhook\"; url = \"https://noc.example:8443/n?x=1\"; secret = \"./token\";\n"
    "    trust = \"ca.pem\"; },\n"
    "  { name = \"log\"; kind = \"syslog\"; url = \"udp://[2001:db8::2]:514\"; },\n"
    "  { name = \"watch\"; kind = \"heartbeat\"; url = \"https://watch.example/h\"; interval = \"5s\"; }\n"
    ");\n"
    "rights = ( { user = \"root\"; acts = \" ack  note backup\"; } );\n"
    "authorities = ( { name = \"tsa\"; url = \"http://tsa.example/\"; trust = \"ca.pem\"; } );\n";

static enum err
parse(const char *text, struct config *config, struct config_faults *faults, struct why *why)
{
	return config_parse(bytes_of_text(text), "test.conf", folder, config, faults, why);
}

static void
good_config(struct config *config)
{
	char text[sizeof(head) + sizeof(body)];
	struct config_faults faults;
	struct why why = { .err = ERR_OK };

	snprintf(text, sizeof(text), "%s%s", head, body);
	if (parse(text, config, &faults, &why) != ERR_OK)
		fail_msg("%s", why.text);
	assert_int_equal(faults.total, 0);
	config_faults_free(&faults);
}

static void
assert_path(const char *path, const char *name)
{
	char expected[PATH_TEXT_MAX];

	assert_true(file_path(expected, sizeof(expected), folder, name));
	assert_string_equal(path, expected);
}

static void
good_gives_the_plan(void **unused)
{
	struct config config;
	const struct plan *plan;

	(void)unused;
	good_config(&config);
	plan = config.plan;
	assert_path(config.state, "st");
	assert_path(config.key, "key");
	assert_string_equal(config.origin, "example.org/l");
	assert_int_equal(config.log, LOG_LEVEL_INFO);
	assert_string_equal(plan->name, "m");
	assert_string_equal(plan->name_ja, "m");
	assert_string_equal(plan->vantage, "premises");
	assert_int_equal(plan->workers, 3);
	assert_int_equal(plan->group_wait_ms, 5000);
	assert_int_equal(plan->belief_ms, 3600000);
	assert_int_equal(plan->anchor_ms, 3600000);
	assert_int_equal(plan->retention_ms, 0);
	assert_int_equal(plan->instance_gap_ms, 200);
	assert_string_equal(plan->newest_note, "");
	assert_int_equal(plan->sites, 2);
	assert_int_equal(plan->site[0].latitude_udeg, 35680000);
	assert_int_equal(plan->site[0].longitude_udeg, -139770000);
	assert_string_equal(plan->site[0].title_ja, "Tokyo");
	assert_string_equal(plan->site[1].title, "own");
	assert_string_equal(plan->site[1].title_ja, "自社");
	assert_int_equal(plan->instances, 2);
	assert_int_equal(plan->instance[0].function, FUNCTION_CONTROL);
	assert_int_equal(plan->instance[0].site, 1);
	assert_int_equal(plan->instance[1].function, FUNCTION_SUBSCRIBER);
	assert_int_equal(plan->rights, 1);
	assert_true(plan->right[0].acts == (UINT64_C(1) << ACT_ACK | UINT64_C(1) << ACT_NOTE |
	    UINT64_C(1) << ACT_BACKUP));
	assert_string_equal(plan->authority[0].url, "http://tsa.example/");
	config_free(&config);
}

static void
good_gives_the_targets(void **unused)
{
	struct config config;
	const struct plan_target *t;

	(void)unused;
	good_config(&config);
	assert_int_equal(config.plan->targets, 3);
	t = &config.plan->target[0];
	assert_int_equal(t->id, 0);
	assert_int_equal(t->port, 443);
	assert_int_equal(t->interval_ms, 60000);
	assert_int_equal(t->deadline_ms, 10000);
	assert_int_equal(t->stale_ms, 210000);
	assert_int_equal(t->fail_count, 3);
	assert_int_equal(t->window, 5);
	assert_int_equal(t->recover_count, 2);
	assert_path(plan_option(t, "trust", ""), "ca.pem");
	t = &config.plan->target[1];
	assert_int_equal(t->port, 38412);
	assert_int_equal(t->interval_ms, 2000);
	assert_int_equal(t->deadline_ms, 2000);
	assert_int_equal(t->stale_ms, 100000);
	assert_int_equal(t->fail_count, 2);
	t = &config.plan->target[2];
	assert_int_equal(t->port, probe_find("snmp")->port);
	assert_int_equal(t->instance, 1);
	for (uint32_t i = 1; i < t->options; i++)
		assert_true(strcmp(t->option[i - 1].name, t->option[i].name) < 0);
	assert_path(plan_option(t, "auth_secret", ""), "snmp-auth");
	assert_int_equal(config.plan->channel[0].interval_ms, 0);
	assert_int_equal(config.plan->channel[2].interval_ms, 5000);
	assert_path(config.plan->channel[0].secret, "token");
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
		struct bytes key = cbor_text(&in);

		cbor_bytes(&in);
		*found = *found || bytes_equal(key, bytes_of_text(path));
	}
	assert_true(cbor_done(&in));
	assert_int_equal(cbor_check(bytes_of_buffer(map), NULL), ERR_OK);
	return pairs;
}

static void
roles_get_their_files(void **unused)
{
	static const struct { unsigned which; uint64_t count; const char *in, *out; } cases[] = {
		{ 0, 0, NULL, "ca.pem" },
		{ CONFIG_PUBLIC, 1, "ca.pem", "token" },
		{ CONFIG_PUBLIC, 1, "ca.pem", "snmp-auth" },
		{ CONFIG_PROBE_SECRETS, 2, "snmp-auth", "token" },
		{ CONFIG_NOTICE_SECRETS, 1, "token", "snmp-auth" },
		{ CONFIG_PUBLIC | CONFIG_PROBE_SECRETS, 3, "snmp-privacy", "token" },
		{ CONFIG_PUBLIC | CONFIG_PROBE_SECRETS | CONFIG_NOTICE_SECRETS, 4, "token", "key" },
	};
	struct config config;

	(void)unused;
	good_config(&config);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buffer map = { .max = 0 };
		struct why why = { .err = ERR_OK };
		bool found;

		assert_int_equal(config_files(config.plan, cases[i].which, &map, &why), ERR_OK);
		if (cases[i].in != NULL) {
			assert_int_equal(map_entries(&map, cases[i].in, &found), cases[i].count);
			assert_true(found);
		}
		assert_int_equal(map_entries(&map, cases[i].out, &found), cases[i].count);
		assert_false(found);
		buffer_free(&map);
	}
	config_free(&config);
}

/* A secret opened to others after the start is not handed on. */
static void
secrets_are_checked_again(void **unused)
{
	struct buffer map = { .max = 0 };
	struct why why = { .err = ERR_OK };
	struct config config;
	char path[PATH_TEXT_MAX];

	(void)unused;
	good_config(&config);
	assert_true(file_path(path, sizeof(path), folder, "token"));
	assert_int_equal(chmod(path, 0604), 0);
	assert_int_equal(config_files(config.plan, CONFIG_NOTICE_SECRETS, &map, &why), ERR_DENIED);
	assert_int_equal(chmod(path, 0600), 0);
	buffer_free(&map);
	config_free(&config);
}

struct fault_case {
	const char *text;	/* behind head, whose two lines come first */
	unsigned    line;
	const char *sentence;	/* part of it */
};

#define SITE "sites = ( { name = \"s\"; jurisdiction = \"JP\"; } );\n"
#define TARGET(t) SITE "instances = ( { name = \"i\"; function = \"oam\"; site = \"s\"; targets = (\n" \
	"{ name = \"t\"; " t " } ); } );\n"
#define TCP "probe = \"tcp\"; address = \"a\"; port = 1; "
#define DROP(kind, policy) "probe = \"drop\"; kind = \"" kind "\"; policy = \"" policy "\"; " \
	"document = \"ca.pem\"; "
#define NOTICE(n) "notices = (\n{ name = \"n\"; " n " } );\n"

static const struct fault_case faults_wanted[] = {
	{ "site = ( );\n", 3, "no section \"site\"" },
	{ "sites = { };\n", 3, "must be a list" },
	{ "sites = ( 5 );\n", 3, "must be a group" },
	{ "sites = ( { name = \"s\"; } );\n", 3, "jurisdiction is missing" },
	{ "sites = ( { name = \"s\"; jurisdiction = \"jp\"; } );\n", 3, "capital letters" },
	{ "sites = ( { name = 5; jurisdiction = \"JP\"; } );\n", 3, "name must be a text in quotes" },
	{ "sites = ( { name = \"s\"; jurisdiction = \"JP\"; latitude = 35.6; } );\n", 3,
	  "such as \"35.681236\"" },
	{ "sites = ( { name = \"s\"; jurisdiction = \"JP\"; latitude = \"91\"; } );\n", 3, "-90 to 90" },
	{ "sites = ( { name = \"s\"; jurisdiction = \"JP\"; lattitude = \"1\"; } );\n", 3,
	  "was \"latitude\" meant" },
	{ "sites = ( { name = \"s\"; jurisdiction = \"JP\"; },\n{ name = \"s\"; jurisdiction = \"JP\"; } );\n",
	  4, "already there in line 3" },
	{ "sites = ( { name = \"s\"; name = \"s\"; } );\n", 3, "duplicate" },
	{ "instances = ( { name = \"i\"; function = \"oam\"; site = \"x\"; } );\n", 3, "no site \"x\"" },
	{ SITE "instances = ( { name = \"i\"; function = \"brain\"; site = \"s\"; } );\n", 4,
	  "function must be one of" },
	{ TARGET("probe = \"telepathy\"; address = \"a\";"), 5, "no probe \"telepathy\"; there are: tcp, tls" },
	{ TARGET("probe = \"tcp\"; address = \"a\";"), 5, "port is missing" },
	{ TARGET(DROP("telepathy", "policy")), 5, "no such kind of evidence" },
	{ TARGET(DROP("sev-snp", "floor")), 5, "floor:3: \"tcb_genoa\" cannot be read: \"bl=x\"" },
	{ TARGET(DROP("yubihsm", "policy") "challenge = \"1d\"; "), 5, "belong together" },
	{ TARGET(DROP("yubihsm", "policy") "challenge = \"1d\"; challenge_key = \"./secret\"; "), 5,
	  "belong together" },
	{ TARGET(DROP("nitro-tpm", "policy") "folder = \"in\"; challenge = \"1d\"; "
	  "challenge_key = \"./secret\"; "), 5, "takes no answer to a challenge" },
	{ TARGET(DROP("yubihsm", "policy") "folder = \"\"; "), 5, "must be the path of a folder" },
	{ TARGET(DROP("nitro-tpm", "slip")), 5, "slip:3: " },
	{ TARGET(DROP("nitro-tpm", "ca.pem")), 5, "ca.pem:1: " },
	{ TARGET(DROP("nitro-tpm", "none")), 5, "none" },
	{ TARGET(DROP("nitro-tpm", "slip") "}, {\nname = \"u\"; " DROP("nitro-tpm", "slip")), 6,
	  "policy: " },
	/* A file that is no policy may still be what another option asks for. */
	{ TARGET(DROP("nitro-tpm", "policy") "}, {\nname = \"u\"; " DROP("nitro-tpm", "ca.pem")), 6,
	  "ca.pem:1: " },
	{ TARGET("probe = \"tcp\"; address = \"a:1\"; port = 1;"), 5, "neither an IP address nor" },
	{ TARGET("probe = \"tcp\"; address = \"192.0.2.300\"; port = 1;"), 5, "neither an IP" },
	{ TARGET("probe = \"tcp\"; address = \"a b\"; port = 1;"), 5, "neither an IP" },
	{ TARGET("probe = \"tcp\"; address = \"a\"; port = \"1\";"), 5, "port must be a whole number" },
	{ TARGET("probe = \"tcp\"; address = \"a\"; port = 65536;"), 5, "1 to 65535" },
	{ TARGET("probe = \"tcp\"; address = \"a\"; port = 0;"), 5, "1 to 65535" },
	{ TARGET("probe = \"tcp\"; address = \"a\"; port = 5000000000;"), 5, "too large" },
	{ TARGET("probe = \"tcp\"; address = \"a\"; port = 0x50;"), 5, "decimal" },
	{ TARGET(TCP "interval = \"2 parsecs\";"), 5, "interval: \"2 parsecs\" is not a duration" },
	{ TARGET(TCP "interval = 30;"), 5, "such as \"30s\"" },
	{ TARGET(TCP "interval = \"10ms\";"), 5, "interval must be 1s to 1d" },
	{ TARGET(TCP "interval = \"5s\"; deadline = \"6s\";"), 5, "a round must end" },
	{ TARGET(TCP "stale = \"59s\";"), 5, "stale must be 1m" },
	{ TARGET(TCP "interval = \"2m\"; stale = \"61s\";"), 5, "could never be known" },
	{ TARGET(TCP "fail_count = 6;"), 5, "can never be reached in a window of 5" },
	{ TARGET(TCP "window = 33;"), 5, "window must be 1 to 32" },
	{ TARGET(TCP "deadline = \"31m\"; interval = \"1h\";"), 5, "deadline must be" },
	{ TARGET(TCP "follows = \"u\";"), 5, "follows \"u\", and its instance has no such" },
	{ TARGET(TCP "follows = \"t\";"), 5, "itself follows a target" },
	{ TARGET(TCP "interval = \"1d\"; at = \"24:00\";"), 5, "not a time of the day" },
	{ TARGET(TCP "interval = \"1d\"; at = \"1:300\";"), 5, "not a time of the day" },
	{ TARGET(TCP "interval = \"7h\"; at = \"02:30\";"), 5, "it is 7h" },
	{ TARGET(TCP "trust = \"ca.pem\";"), 5, "no setting \"trust\"" },
	{ TARGET(TCP "intervall = \"5s\";"), 5, "was \"interval\" meant" },
	{ TARGET("probe = \"tls\"; address = \"a\"; port = 443; trust = \"missing.pem\";"), 5, "cannot open" },
	{ TARGET("probe = \"tls\"; address = \"a\"; port = 443; trust = \"empty\";"), 5, "is empty" },
	{ TARGET("probe = \"tls\"; address = \"a\"; port = 443; trust = \"torn.pem\";"), 5, "there is no certificate in PEM in it" },
	{ TARGET("probe = \"ike-auth\"; address = \"a\"; client_certificate = \"torn.pem\"; client_key = \"./token\";"), 5, "there is no certificate in PEM in it" },
	{ TARGET("probe = \"ike-auth\"; address = \"a\"; client_certificate = \"ca.pem\";"), 5, "client_certificate and client_key are needed both or neither" },
	{ TARGET("probe = \"witness\"; address = \"a\"; kind = \"tpm-quote\"; policy = \"policy\"; client_key = \"./token\";"), 5, "client_certificate and client_key are needed both or neither" },
	{ TARGET("probe = \"tls\"; address = \"a\"; port = 443; trust = \"with-key.pem\";"), 5, "holds a private key" },
	{ TARGET("probe = \"tls\"; address = \"a\"; port = 443; trust = \"key\";"), 2, "a secret needs a file of its own" },
	{ TARGET("probe = \"tls\"; address = \"a\"; port = 443; client_key = \"./bad-mode\";"), 5, "chmod 600" },
	{ TARGET("probe = \"tls\"; address = \"a\"; port = 443; client_key = \"hunter2\";"), 5, "has no place in the" },
	{ NOTICE("kind = \"pigeon\"; url = \"https://a/\";"), 4, "kind must be one of" },
	{ NOTICE("kind = \"webhook\"; url = \"http://a/\";"), 4, "must be \"https://host/path\"" },
	{ NOTICE("kind = \"webhook\"; url = \"https://u:p@a/\";"), 4, "user or password" },
	{ NOTICE("kind = \"webhook\"; url = \"https://a b/\";"), 4, "character" },
	{ NOTICE("kind = \"webhook\"; url = \"https://a:0/\";"), 4, "host or port" },
	{ NOTICE("kind = \"webhook\"; url = \"https:///x\";"), 4, "host or port" },
	{ NOTICE("kind = \"webhook\"; url = \"https://[::1/x\";"), 4, "host or port" },
	{ NOTICE("kind = \"webhook\"; url = \"https://a/\"; interval = \"5s\";"), 4, "only a heartbeat" },
	{ NOTICE("kind = \"syslog\"; url = \"unix:log\";"), 4, "absolute path" },
	{ NOTICE("kind = \"syslog\"; url = \"udp://a:70000\";"), 4, "host or port" },
	{ NOTICE("kind = \"syslog\"; url = \"unix:/dev/log\"; secret = \"./token\";"), 4, "neither secret" },
	{ NOTICE("kind = \"webhook\"; url = \"https://a/\"; secret = \"./none\";"), 4, "cannot look at" },
	{ "rights = ( { user = \"root\"; acts = \"ack fly\"; } );\n", 3, "no act \"fly\"" },
	{ "authorities = ( { name = \"a\"; url = \"ftp://a/\"; trust = \"ca.pem\"; } );\n", 3, "http(s)" },
	{ "authorities = ( { name = \"a\"; url = \"http://a/\"; } );\n", 3, "trust is missing" },
	{ "# comment\n@include \"/etc/passwd\"\n", 4, "@include" },
	{ "rights = ( { user = \"ro\not\"; acts = \"ack\"; } );\n", 3, "control characters" },
	{ "rights = ( ; );\n", 3, "syntax error" },
	{ "rights = ( { ) };\n", 3, "\")\" stands where \"}\"" },
	{ "rights = (\n\n", 3, "never closed" },
	{ "a = \"open\n", 3, "no closing quote" },
	{ "/* open\n", 3, "no end" },
	{ "a = ((((((((((1))))))))));\n", 3, "nested" },
	{ "a = \"\x01\";\n", 3, "control character" },
	{ "a = \"\xff\";\n", 1, "not UTF-8" },
};

static void
fault_wanted(const struct fault_case *wanted)
{
	struct config_faults faults;
	struct why why = { .err = ERR_OK };
	struct buffer text = { .max = 0 };
	struct config config;
	bool found = false;

	buffer_print(&text, "%s%s", head, wanted->text);
	assert_int_equal(parse(buffer_text(&text), &config, &faults, &why), ERR_INVALID);
	assert_null(config.plan);
	assert_non_null(strstr(why.text, "test.conf:"));
	for (size_t i = 0; i < faults.count; i++)
		found = found || (faults.fault[i].line == wanted->line &&
		    strstr(faults.fault[i].text, wanted->sentence) != NULL);
	if (!found)
		fail_msg("wanted line %u \"%s\", first fault: %s", wanted->line, wanted->sentence, why.text);
	assert_null(strstr(why.text, "hunter2"));
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

static void
a_policy_that_is_read_is_no_fault(void **unused)
{
	static const char text[] = TARGET(DROP("nitro-tpm", "policy") "}, {\nname = \"u\"; "
	    DROP("nitro-enclave", "policy"));
	struct config_faults faults;
	struct why why = { .err = ERR_OK };
	struct buffer all = { .max = 0 };
	struct config config;

	(void)unused;
	buffer_print(&all, "%s%s", head, text);
	if (parse(buffer_text(&all), &config, &faults, &why) != ERR_OK)
		fail_msg("%s", why.text);
	assert_int_equal(config.plan->targets, 2);
	assert_true(config.plan->target[0].aside);	/* no service is lost with it */
	config_faults_free(&faults);
	config_free(&config);
	buffer_free(&all);
}

/* A log that shows something takes no service down, unless somebody says that it does. */
static void
what_asks_no_endpoint_carries_nothing(void **unused)
{
#define AUDIT "probe = \"audit_log\"; log = \"ca.pem\"; form = \"azure\"; "
	static const char text[] = TARGET(AUDIT "}, {\nname = \"u\"; carries = true; " AUDIT
	    "}, {\nname = \"v\"; " TCP);
	struct config_faults faults;
	struct why why = { .err = ERR_OK };
	struct buffer all = { .max = 0 };
	struct config config;

	(void)unused;
	buffer_print(&all, "%s%s", head, text);
	if (parse(buffer_text(&all), &config, &faults, &why) != ERR_OK)
		fail_msg("%s", why.text);
	assert_int_equal(config.plan->targets, 3);
	assert_true(config.plan->target[0].aside);
	assert_false(config.plan->target[1].aside);
	assert_false(config.plan->target[2].aside);
	config_faults_free(&faults);
	config_free(&config);
	buffer_free(&all);
}

/* When a target is looked at: at a time of the day, after another one, and as its defaults say. */
static void
times_of_targets(void **unused)
{
	struct why why = { .err = ERR_OK };
	struct buffer text = { .max = 0 };
	struct config_faults faults;
	struct config config;

	(void)unused;
	buffer_print(&text, "%s%s", head, SITE "instances = ( { name = \"i\"; function = \"oam\"; "
	    "site = \"s\"; deep_connections = 50; targets = ( { name = \"t\"; " TCP "},\n"
	    "{ name = \"u\"; follows = \"t\"; interval = \"1d\"; at = \"00:00\"; " TCP "},\n"
	    "{ name = \"v\"; interval = \"12h\"; at = \"02:30\"; deadline = \"30m\"; " TCP "} ); } );\n");
	assert_int_equal(parse(buffer_text(&text), &config, &faults, &why), ERR_OK);
	assert_int_equal(config.plan->deep_connections, 1000);
	assert_int_equal(config.plan->instance[0].deep_connections, 50);
	assert_int_equal(config.plan->target[0].interval_ms, 60000);
	assert_int_equal(config.plan->target[0].at_minute, 0);
	assert_string_equal(config.plan->target[0].follows, "");
	assert_int_equal(config.plan->target[1].at_minute, 1440);
	assert_string_equal(config.plan->target[1].follows, "t");
	assert_int_equal(config.plan->target[2].at_minute, 150);
	assert_int_equal(config.plan->target[2].deadline_ms, 1800000);
	config_faults_free(&faults);
	config_free(&config);
	buffer_free(&text);
}

static void
all_faults_are_named(void **unused)
{
	static const char text[] = "monitor = { nme = \"m\"; retention = \"5h\"; workers = 63; };\n"
	    "ledger = { origin = \"a b\"; key = \"./missing\"; };\n"
	    "sites = ( { name = \"s\"; jurisdiction = \"JP\"; },\n"
	    "  { name = \"s\"; } );\n";
	static const struct { unsigned line; const char *sentence; } wanted[] = {
		{ 1, "name is missing" }, { 1, "no setting \"nme\"" }, { 1, "retention" },
		{ 1, "workers must be 0 to 62" }, { 2, "cannot look at" }, { 2, "blanks" },
		{ 4, "jurisdiction" }, { 4, "already there in line 3" },
	};
	struct config_faults faults;
	struct why why = { .err = ERR_OK };
	struct config config;

	(void)unused;
	assert_int_equal(parse(text, &config, &faults, &why), ERR_INVALID);
	assert_int_equal(faults.total, sizeof(wanted) / sizeof(wanted[0]));
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		bool found = false;

		for (size_t j = 0; j < faults.count; j++)
			found = found || (faults.fault[j].line == wanted[i].line &&
			    strstr(faults.fault[j].text, wanted[i].sentence) != NULL);
		if (!found)
			fail_msg("line %u: %s", wanted[i].line, wanted[i].sentence);
	}
	for (size_t i = 1; i < faults.count; i++)
		assert_true(faults.fault[i - 1].line <= faults.fault[i].line);
	config_faults_free(&faults);
	config_free(&config);
	assert_int_equal(parse("", &config, &faults, &why), ERR_INVALID);
	assert_int_equal(faults.total, 2);
	config_faults_free(&faults);
	config_free(&config);
}

#define TOKEN "probe = \"token\"; module = \"/m.so\"; token = \"t\"; key = \"k\"; "

/* Targets of the probe token: no address, a worker of their own, options that go together. */
static void
tokens_get_a_worker(void **unused)
{
	static const struct { const char *target, *sentence; } wrong[] = {
		{ TOKEN "address = \"192.0.2.1\";", "neither address nor port" },
		{ TOKEN "port = 443;", "neither address nor port" },
		{ "probe = \"token\"; module = \"m.so\"; token = \"t\"; key = \"k\";", "absolute" },
		{ "probe = \"token\"; module = \"/m.so\"; key = \"k\";", "neither token nor serial" },
		{ "probe = \"token\"; module = \"/m.so\"; serial = \"1\";", "neither key nor key_id" },
		{ "probe = \"token\"; module = \"/m.so\"; serial = \"1\"; key_id = \"0g\";", "hex" },
		{ TOKEN "used = \"key=1\";", "id=HEX or label=TEXT" },
		{ TOKEN "wire = \"a, nobody\";", "names the wire \"nobody\", and there is no such" },
		{ "probe = \"tcp\"; port = 1;", "address is missing" },
	};
	struct config_faults faults;
	struct why why = { .err = ERR_OK };
	struct config config;
	char text[2048];

	(void)unused;
	snprintf(text, sizeof(text), "%s" SITE "instances = ( { name = \"i\"; function = \"oam\"; "
	    "site = \"s\"; targets = ( { name = \"a\"; " TOKEN "}, { name = \"b\"; probe = \"tcp\"; "
	    "address = \"192.0.2.1\"; port = 1; } ); } );\n", head);
	assert_int_equal(parse(text, &config, &faults, &why), ERR_OK);
	assert_int_equal(config.plan->workers, 4);
	assert_int_equal(config.plan->token_workers, 1);
	assert_string_equal(config.plan->target[0].address, "token");
	assert_int_equal(config.plan->target[0].port, 0);
	config_free(&config);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(text, sizeof(text), "%s" SITE "instances = ( { name = \"i\"; function = "
		    "\"oam\"; site = \"s\"; targets = (\n { name = \"a\"; %s } ); } );\n", head,
		    wrong[i].target);
		assert_int_equal(parse(text, &config, &faults, &why), ERR_INVALID);
		assert_int_equal(faults.total, 1);
		assert_int_equal(faults.fault[0].line, 5);
		if (strstr(faults.fault[0].text, wrong[i].sentence) == NULL)
			fail_msg("\"%s\" does not say \"%s\"", faults.fault[0].text, wrong[i].sentence);
		config_faults_free(&faults);
		config_free(&config);
	}
	/* All there may be are taken already. */
	snprintf(text, sizeof(text), "monitor = { name = \"m\"; state = \"st\"; workers = %d; };\n"
	    "ledger = { origin = \"example.org/l\"; key = \"./key\"; };\n" SITE "instances = ( { name = "
	    "\"i\"; function = \"oam\"; site = \"s\"; targets = ( { name = \"a\"; " TOKEN "} ); } );\n",
	    WORKER_MAX);
	assert_int_equal(parse(text, &config, &faults, &why), ERR_INVALID);
	assert_non_null(strstr(why.text, "workers may be 61 at most"));
	config_faults_free(&faults);
	config_free(&config);
}

/* Who audits a token is told the keys of all targets on it, and of no other token. */
static void
an_audit_knows_the_keys_in_use(void **unused)
{
	struct config_faults faults;
	struct why why = { .err = ERR_OK };
	struct config config;
	char text[2048];

	(void)unused;
	snprintf(text, sizeof(text), "%s" SITE "instances = ( { name = \"i\"; function = \"oam\"; "
	    "site = \"s\"; targets = ( { name = \"a\"; audit = true; used = \"label=boot\"; " TOKEN
	    "}, { name = \"b\"; probe = \"token\"; module = \"/m.so\"; token = \"t\"; key_id = "
	    "\"0a\"; }, { name = \"c\"; probe = \"token\"; module = \"/m.so\"; token = \"u\"; "
	    "key = \"other\"; } ); } );\n", head);
	assert_int_equal(parse(text, &config, &faults, &why), ERR_OK);
	assert_string_equal(plan_option(&config.plan->target[0], "used", ""),
	    "label=boot,label=k,id=0a");
	assert_string_equal(plan_option(&config.plan->target[1], "used", ""), "");
	config_free(&config);
}

/* Ten thousand targets: faults are counted beyond those kept, the gap of an instance is counted. */
static void
many(void **unused)
{
	struct buffer text = { .max = 0 };
	struct config_faults faults;
	struct why why = { .err = ERR_OK };
	struct config config;

	(void)unused;
	buffer_print(&text, "%s" SITE "instances = (", head);
	for (unsigned i = 0; i < 10000; i++)
		buffer_print(&text, "%s{ name = \"i%u\"; function = \"oam\"; site = \"s\"; targets = ( { name = "
		    "\"t%u\"; probe = \"tls\"; address = \"a%u.example\"; port = 443; trust = \"ca.pem\"; } ); }\n",
		    i > 0 ? "," : "", i, i, i);
	buffer_put_text(&text, ");\n");
	assert_int_equal(parse(buffer_text(&text), &config, &faults, &why), ERR_OK);
	assert_int_equal(config.plan->targets, 10000);
	config_free(&config);
	for (char *at = strstr(buffer_text(&text), "\"tls\""); at != NULL; at = strstr(at, "\"tls\""))
		memcpy(at, "\"tlx\"", 5);
	assert_int_equal(parse(buffer_text(&text), &config, &faults, &why), ERR_INVALID);
	assert_int_equal(faults.total, 10000);
	assert_int_equal(faults.count, CONFIG_FAULTS_KEPT);
	config_faults_free(&faults);
	config_free(&config);
	buffer_reset(&text);
	buffer_print(&text, "%s" SITE "instances = ( { name = \"i\"; function = \"oam\"; site = \"s\"; targets = (",
	    head);
	for (unsigned i = 0; i < 6; i++)
		buffer_print(&text, "%s{ name = \"t%u\"; " TCP "interval = \"1s\"; stale = \"2m\"; }",
		    i > 0 ? "," : "", i);
	buffer_put_text(&text, "); } );\n");
	assert_int_equal(parse(buffer_text(&text), &config, &faults, &why), ERR_INVALID);
	assert_non_null(strstr(why.text, "instance_gap"));
	config_faults_free(&faults);
	config_free(&config);
	buffer_free(&text);
}

static void
files_are_loaded(void **unused)
{
	char path[PATH_TEXT_MAX];
	struct config_faults faults;
	struct why why = { .err = ERR_OK };
	struct config config;

	(void)unused;
	put_file("empty", head, 0644);
	assert_true(file_path(path, sizeof(path), folder, "empty"));
	assert_int_equal(config_load(path, &config, &faults, &why), ERR_OK);
	assert_path(config.key, "key");
	assert_true(bytes_equal(bytes_of_buffer(&config.source), bytes_of_text(head)));
	config_faults_free(&faults);
	config_free(&config);
	put_file("empty", "", 0600);
	assert_true(file_path(path, sizeof(path), folder, "none.conf"));
	assert_int_equal(config_load(path, &config, &faults, &why), ERR_NOT_FOUND);
	assert_int_equal(faults.total, 0);
	config_free(&config);
	assert_int_equal(config_load(path, &config, NULL, NULL), ERR_NOT_FOUND);
	config_free(&config);
}

/* Takes the "#" at the start of lines away, so that the examples count. */
static void
uncomment(struct buffer *text)
{
	size_t kept = 0;

	for (size_t i = 0; i < text->len; i++)
		if (text->at[i] != '#' || (i > 0 && text->at[i - 1] != '\n') || text->at[i + 1] != '\t')
			text->at[kept++] = text->at[i];
	text->len = kept;
}

static void
what_init_writes_is_right(void **unused)
{
	struct config_sample sample = { .name = "a \"quoted\\ name", .origin = "o", .user = "",
	    .state = "/state", .key = "./key" };
	struct buffer text = { .max = 0 };
	struct config_faults faults;
	struct why why = { .err = ERR_OK };
	struct config config;

	(void)unused;
	config_sample_write(&text, &sample);
	if (parse(buffer_text(&text), &config, &faults, &why) != ERR_OK)
		fail_msg("%s", why.text);
	assert_string_equal(config.plan->name, sample.name);
	assert_string_equal(config.state, "/state");
	assert_int_equal(config.plan->targets, 0);
	config_faults_free(&faults);
	config_free(&config);
	/* The examples: two faults, a trust anchor and a feed that somebody must fetch first. */
	uncomment(&text);
	assert_int_equal(parse(buffer_text(&text), &config, &faults, &why), ERR_INVALID);
	if (faults.total != 2)
		fail_msg("%s", why.text);
	assert_non_null(strstr(faults.fault[0].text, "tsa-roots.pem"));
	assert_non_null(strstr(faults.fault[1].text, "ip-ranges.json"));
	config_faults_free(&faults);
	config_free(&config);
	buffer_free(&text);
}

/* Rows are an interface: each has help, none is named twice, every default passes its own check. */
static void
check_rows(const struct option_row *rows, const struct option_row *others)
{
	size_t count = 0;

	for (const struct option_row *row = rows; row != NULL && row->name != NULL; row++, count++) {
		struct why why = { .err = ERR_OK };

		assert_ptr_equal(option_find(rows, row->name), row);
		if (option_find(others, row->name) != NULL)
			fail_msg("%s is a setting of every target too", row->name);
		assert_non_null(row->help);
		if (row->otherwise != NULL && row->otherwise[0] != '\0' &&
		    option_check(row, row->otherwise, &why) != ERR_OK)
			fail_msg("%s", why.text);
		if (row->type == OPTION_WORD)
			assert_non_null(row->words);
	}
	assert_true(count < OPTION_MAX);
}

static void
rows_are_right(void **unused)
{
	const struct config_section *sections;
	const struct option_row *targets = NULL, *functions = NULL;
	const struct probe_ops *const *probes;
	size_t count, words = 0;

	(void)unused;
	sections = config_sections(&count);
	for (size_t i = 0; i < count; i++) {
		check_rows(sections[i].rows, NULL);
		if (strcmp(sections[i].name, "targets") == 0)
			targets = sections[i].rows;
		if (strcmp(sections[i].name, "instances") == 0)
			functions = option_find(sections[i].rows, "function");
	}
	probes = probe_table(&count);
	for (size_t i = 0; i < count; i++)
		check_rows(probes[i]->options, targets);
	for (unsigned i = 0; i < FUNCTION_COUNT; i++)
		assert_int_equal(option_check(functions, function_name((enum function)i), NULL), ERR_OK);
	for (const char *at = functions->words; at != NULL; at = strchr(at + 1, ' '))
		words++;
	assert_int_equal(words, FUNCTION_COUNT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_gives_the_plan), cmocka_unit_test(good_gives_the_targets),
		cmocka_unit_test(roles_get_their_files), cmocka_unit_test(secrets_are_checked_again),
		cmocka_unit_test(each_fault_is_found), cmocka_unit_test(a_policy_that_is_read_is_no_fault),
		cmocka_unit_test(what_asks_no_endpoint_carries_nothing),
		cmocka_unit_test(times_of_targets), cmocka_unit_test(all_faults_are_named),
		cmocka_unit_test(many), cmocka_unit_test(tokens_get_a_worker),
		cmocka_unit_test(an_audit_knows_the_keys_in_use),
		cmocka_unit_test(files_are_loaded),
		cmocka_unit_test(what_init_writes_is_right), cmocka_unit_test(rows_are_right),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
