/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The network as it is, in the configuration: services, sets, providers, dependencies, vantages,
 * listeners, sources, duties; each good form in the plan, each fault on its line.
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

#include "monitor/base/cbor.h"
#include "monitor/base/file.h"
#include "monitor/daemon/config.h"
#include "monitor/ledger/record.h"

static const char *const names[] = { "key", "cert.pem", "roots.pem", "users", "communities", "tls-key", "open",
	"token", "jp-telecom.duty", "own.duty", "bad.duty", "twin.duty", "long.duty" };

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

static struct hash own_hash;

static int
folder_make(void **unused)
{
	struct buffer octets = { .max = 0 };
	struct why why;

	(void)unused;
	snprintf(folder, sizeof(folder), "/tmp/sekimori-network.XXXXXX");
	if (mkdtemp(folder) == NULL)
		return 1;
	for (size_t i = 0; i < NAMES; i++)
		put_file(names[i], names[i], 0600);
	put_file("cert.pem", "-----BEGIN CERTIFICATE-----\n", 0644);
	put_file("roots.pem", "-----BEGIN CERTIFICATE-----\nroots\n", 0644);
	put_file("open", "secret", 0644);
	if (file_read("monitor/state/duties/jp-telecom.duty", CONFIG_MAX, &octets, &why) != ERR_OK)
		return 1;
	put_file("jp-telecom.duty", buffer_text(&octets), 0644);
	put_file("twin.duty", buffer_text(&octets), 0644);
	/* The same under another id. */
	octets.at[strstr(buffer_text(&octets), "\"jp-telecom\"") - buffer_text(&octets) + 1] = 'x';
	put_file("own.duty", buffer_text(&octets), 0644);
	own_hash = hash_of(bytes_of_buffer(&octets));
	while (octets.len <= PLAN_DUTY_TEXT_MAX)
		buffer_put_text(&octets, "# more\n");
	put_file("long.duty", buffer_text(&octets), 0644);
	buffer_free(&octets);
	put_file("bad.duty", "duties = {\n  id = \"x\"; };\n", 0644);
	return setenv("SEKIMORI_DUTIES", "/nonexistent", 1);
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

#define HEAD "monitor = { name = \"m\"; state = \"st\"; vantage = \"premises\"; second_person = \"window correct\"; };\n" \
	"ledger = { origin = \"example.org/l\"; key = \"./key\"; };\n"
#define SITES "sites = ( { name = \"tokyo\"; jurisdiction = \"JP\"; provider = \"cloud-a\"; } );\n"

static const char good[] = HEAD SITES
    "vantages = (\n"
    "  { name = \"outside\"; title = \"Osaka\"; title_ja = \"大阪\"; source = \"192.0.2.7\"; },\n"
    "  { name = \"inside\"; source = \"192.0.2.8\"; inside = true; } );\n"
    "instances = (\n"
    "  { name = \"amf-1\"; function = \"control\"; site = \"tokyo\"; replica_set = \"amf\"; aliases = \"AMF01, 192.0.2.1\";\n"
    "    nf_instance_id = \"4947a69a-f61b-4bc1-b9da-47c9c5d14b64\"; targets = (\n"
    "    { name = \"a\"; probe = \"tcp\"; address = \"192.0.2.1\"; port = 80; vantages = \"premises, outside,inside\"; },\n"
    "    { name = \"b\"; probe = \"tcp\"; address = \"192.0.2.1\"; port = 80; vantages = \"outside\"; carries = false; },\n"
    "    { name = \"c\"; probe = \"snmp\"; address = \"192.0.2.1\"; user = \"probe\"; auth_protocol = \"SHA-256\";\n"
    "      auth_secret = \"./users\"; privacy_protocol = \"AES\"; privacy_secret = \"./tls-key\"; },\n"
    "    { name = \"d\"; probe = \"snmp\"; address = \"192.0.2.1\"; user = \"probe\"; auth_protocol = \"SHA-256\";\n"
    "      auth_secret = \"./users\"; privacy_protocol = \"AES\"; privacy_secret = \"./tls-key\"; carries = true; } ); },\n"
    "  { name = \"amf-2\"; function = \"control\"; site = \"tokyo\"; replica_set = \"amf\"; },\n"
    "  { name = \"udm\"; function = \"subscriber\"; site = \"tokyo\"; replica_set = \"undeclared\"; } );\n"
    "services = (\n"
    "  { name = \"voice\"; title_ja = \"音声\"; class = \"VOICE_EMERGENCY\"; areas = (\n"
    "    { area = \"JP-13\"; users = 120000; }, { area = \"JP-47\"; users = 0; }, { area = \"overseas\"; users = 7; } ); },\n"
    "  { name = \"mail\"; class = \"FREE_MAIL_MSG_10M\"; addon = true; } );\n"
    "replica_sets = ( { name = \"amf\"; mode = \"n+k\"; needed = 1; capacity = 80000; switchover = \"30s\";\n"
    "  rollback = \"10m\"; planned = \"2026-04-01\"; serves = ( { service = \"mail\"; },\n"
    "  { service = \"voice\"; areas = \"JP-13, overseas\"; } ); } );\n"
    "providers = ( { name = \"cloud-a\"; legal_name = \"Cloud A, Inc.\"; country = \"US\"; contract = \"No. 5\";\n"
    "    availability = \"99.95\"; notice = \"15m\"; until = \"2027-04-01\"; contact = \"x\"; },\n"
    "  { name = \"carrier-b\"; kind = \"carrier\"; } );\n"
    "dependencies = ( { from = \"replica_set:amf\"; to = \"provider:carrier-b\"; title = \"roaming\"; },\n"
    "  { from = \"provider:carrier-b\"; to = \"site:tokyo\"; }, { from = \"site:tokyo\"; to = \"provider:carrier-b\"; },\n"
    "  { from = \"service:voice\"; to = \"instance:udm\"; }, { from = \"replica_set:undeclared\"; to = \"provider:cloud-a\"; } );\n"
    "listeners = (\n"
    "  { name = \"traps\"; kind = \"trap\"; address = \"0.0.0.0\"; users = \"./users\"; communities = \"./communities\"; rate = 5; },\n"
    "  { name = \"syslog\"; kind = \"syslog\"; address = \"192.0.2.9\"; subject = \"provider:carrier-b\"; },\n"
    "  { name = \"syslog-tcp\"; kind = \"syslog\"; transport = \"tcp\"; address = \"192.0.2.9\"; },\n"
    "  { name = \"syslog-tls\"; kind = \"syslog\"; transport = \"tls\"; address = \"::1\"; certificate = \"cert.pem\";\n"
    "    key = \"./tls-key\"; trust = \"roots.pem\"; },\n"
    "  { name = \"hook\"; kind = \"webhook\"; address = \"192.0.2.9\"; certificate = \"cert.pem\"; key = \"./tls-key\";\n"
    "    users = \"./users\"; subject = \"target:a@inside\"; },\n"
    "  { name = \"local\"; kind = \"webhook\"; transport = \"tcp\"; address = \"127.0.0.1\"; port = 9100; } );\n"
    "sources = (\n"
    "  { name = \"status\"; kind = \"statuspage\"; url = \"https://status.example/x\"; subject = \"provider:cloud-a\";\n"
    "    regions = \"tokyo\"; trust = \"roots.pem\"; secret = \"./token\"; },\n"
    "  { name = \"amf\"; kind = \"prometheus\"; url = \"http://192.0.2.1:9090/metrics\"; subject = \"instance:amf-1\";\n"
    "    interval = \"5s\"; users = \"amf_registered\"; load = \"cpu{core=\\\"0\\\"}\"; } );\n"
    "carrier = { name = \"c\"; users_previous_fy = 1500000; users_half_first = 2; users_half_last = 3;\n"
    "  designated_27_5 = true; };\n"
    "duties = \"./own.duty\";\n";

static enum err
parse(const char *text, struct config *config, struct config_faults *faults, struct why *why)
{
	return config_parse(bytes_of_text(text), "test.conf", folder, config, faults, why);
}

static void
good_config(struct config *config, const char *text)
{
	struct config_faults faults;
	struct why why = { .err = ERR_OK };

	if (parse(text, config, &faults, &why) != ERR_OK)
		fail_msg("%s", why.text);
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
services_and_sets(void **unused)
{
	struct config config;
	const struct plan *plan;

	(void)unused;
	good_config(&config, good);
	plan = config.plan;
	assert_int_equal(plan->services, 2);
	assert_int_equal(plan->service[0].class, SERVICE_CLASS_VOICE_EMERGENCY);
	assert_string_equal(plan->service[0].title, "voice");
	assert_string_equal(plan->service[0].title_ja, "音声");
	assert_int_equal(plan->service[0].addon, 0);
	assert_int_equal(plan->service[0].areas, 3);
	assert_string_equal(plan->service[0].area[0].area, "JP-13");
	assert_int_equal(plan->service[0].area[0].users, 120000);
	assert_int_equal(plan->service[0].area[2].users, 7);
	assert_int_equal(plan->service[1].class, SERVICE_CLASS_FREE_MAIL_MSG_10M);
	assert_int_equal(plan->service[1].addon, 1);
	assert_int_equal(plan->sets, 1);
	assert_string_equal(plan->set[0].mode, "n+k");
	assert_int_equal(plan->set[0].needed, 1);
	assert_int_equal(plan->set[0].capacity, 80000);
	assert_int_equal(plan->set[0].switchover_ms, 30000);
	assert_int_equal(plan->set[0].rollback_ms, 600000);
	assert_int_equal(plan->set[0].planned_ms, INT64_C(1774969200000));
	assert_int_equal(plan->set[0].serves, 2);
	assert_int_equal(plan->set[0].serve[0].service, 1);
	assert_string_equal(plan->set[0].serve[0].areas, "");
	assert_int_equal(plan->set[0].serve[1].service, 0);
	assert_string_equal(plan->set[0].serve[1].areas, "JP-13,overseas");
	assert_string_equal(plan->instance[0].aliases, "AMF01, 192.0.2.1");
	assert_string_equal(plan->instance[0].nf_instance_id, "4947a69a-f61b-4bc1-b9da-47c9c5d14b64");
	assert_int_equal(plan->carrier[0].users_previous_fy, 1500000);
	assert_int_equal(plan->carrier[0].users_half_first, 2);
	assert_int_equal(plan->carrier[0].users_half_last, 3);
	assert_int_equal(plan->carrier[0].designated_27_5, 1);
	assert_int_equal(plan->carrier[0].designated_public, 0);
	assert_true(plan->second_person == (UINT64_C(1) << ACT_WINDOW | UINT64_C(1) << ACT_CORRECT));
	config_free(&config);
}

static void
providers_and_what_comes_in(void **unused)
{
	struct config config;
	const struct plan *plan;

	(void)unused;
	good_config(&config, good);
	plan = config.plan;
	assert_int_equal(plan->providers, 2);
	assert_string_equal(plan->provider[0].kind, "cloud");
	assert_int_equal(plan->provider[0].availability_ppm, 999500);
	assert_int_equal(plan->provider[0].notice_ms, 900000);
	assert_int_equal(plan->provider[0].until_ms, INT64_C(1806505200000));
	assert_string_equal(plan->provider[1].title_ja, "carrier-b");
	assert_int_equal(plan->provider[1].availability_ppm, 0);
	assert_int_equal(plan->dependencies, 5);
	assert_string_equal(plan->dependency[0].to, "provider:carrier-b");
	assert_int_equal(plan->listeners, 6);
	assert_int_equal(plan->listener[0].port, 162);
	assert_int_equal(plan->listener[0].rate, 5);
	assert_string_equal(plan->listener[0].transport, "udp");
	assert_path(plan->listener[0].communities, "communities");
	assert_int_equal(plan->listener[1].port, 514);
	assert_int_equal(plan->listener[1].rate, 200);
	assert_int_equal(plan->listener[2].port, 514);
	assert_int_equal(plan->listener[3].port, 6514);
	assert_path(plan->listener[3].key, "tls-key");
	assert_int_equal(plan->listener[4].port, 9095);
	assert_string_equal(plan->listener[4].transport, "tls");
	assert_int_equal(plan->listener[5].port, 9100);
	assert_int_equal(plan->sources, 2);
	assert_int_equal(plan->source[0].interval_ms, 60000);
	assert_string_equal(plan->source[0].regions, "tokyo");
	assert_string_equal(plan->source[1].load, "cpu{core=\"0\"}");
	assert_string_equal(plan->source[1].users, "amf_registered");
	config_free(&config);
}

/* A target that names no vantage is as it always was; its key, and so its number, stays. */
static void
vantages_make_targets(void **unused)
{
	static const struct { const char *name, *endpoint, *vantage; uint32_t aside; } wanted[] = {
		{ "a", "a", "", 0 }, { "a@outside", "a", "outside", 0 }, { "a@inside", "a", "inside", 0 },
		{ "b@outside", "b", "outside", 1 }, { "c", "c", "", 1 }, { "d", "d", "", 0 },
	};
	struct config config;
	struct buffer key = { .max = 0 };

	(void)unused;
	good_config(&config, good);
	assert_int_equal(config.plan->vantage_count, 2);
	assert_string_equal(config.plan->vantages[0].title_ja, "大阪");
	assert_int_equal(config.plan->vantages[0].inside, 0);
	assert_int_equal(config.plan->vantages[1].inside, 1);
	assert_int_equal(config.plan->targets, sizeof(wanted) / sizeof(wanted[0]));
	for (size_t i = 0; i < config.plan->targets; i++) {
		assert_string_equal(config.plan->target[i].name, wanted[i].name);
		assert_string_equal(config.plan->target[i].endpoint, wanted[i].endpoint);
		assert_string_equal(config.plan->target[i].vantage, wanted[i].vantage);
		assert_int_equal(config.plan->target[i].aside, wanted[i].aside);
	}
	plan_target_key(&key, config.plan, &config.plan->target[0]);
	assert_string_equal(buffer_text(&key), "amf-1/a/tcp/192.0.2.1:80");
	buffer_reset(&key);
	plan_target_key(&key, config.plan, &config.plan->target[1]);
	assert_string_equal(buffer_text(&key), "amf-1/a@outside/tcp/192.0.2.1:80");
	buffer_free(&key);
	config_free(&config);
}

static void
duties_are_found(void **unused)
{
	struct config config;
	char hex[HASH_TEXT];

	(void)unused;
	good_config(&config, good);
	assert_int_equal(config.plan->duty_files, 1);
	assert_path(config.plan->duties[0].path, "own.duty");
	hash_text(own_hash, hex);
	assert_string_equal(config.plan->duties[0].hash, hex);
	assert_string_equal(config.plan->duties[0].id, "xp-telecom");
	assert_true(hash_equal(hash_of(bytes_of_text(config.plan->duties[0].text)), own_hash));
	assert_true(strlen(config.plan->duties[0].edition) > 0);
	config_free(&config);
	good_config(&config, HEAD);
	assert_int_equal(config.plan->duty_files, 0);
	config_free(&config);
	assert_int_equal(setenv("SEKIMORI_DUTIES", folder, 1), 0);
	good_config(&config, HEAD);
	assert_int_equal(config.plan->duty_files, 1);
	assert_path(config.plan->duties[0].path, "jp-telecom.duty");
	config_free(&config);
	good_config(&config, HEAD "duties = ( );\n");
	assert_int_equal(config.plan->duty_files, 0);
	config_free(&config);
	good_config(&config, HEAD "duties = ( \"own\", \"jp-telecom\" );\n");
	assert_int_equal(config.plan->duty_files, 2);
	config_free(&config);
	assert_int_equal(setenv("SEKIMORI_DUTIES", "/nonexistent", 1), 0);
}

static uint64_t
entries(const struct plan *plan, unsigned which)
{
	struct buffer map = { .max = 0 };
	struct why why = { .err = ERR_OK };
	struct cbor in;
	uint64_t count;

	assert_int_equal(config_files(plan, which, &map, &why), ERR_OK);
	in = cbor_of(bytes_of_buffer(&map), true);
	count = cbor_map(&in);
	buffer_free(&map);
	return count;
}

static void
roles_get_their_files(void **unused)
{
	struct config config;

	(void)unused;
	good_config(&config, good);
	assert_int_equal(entries(config.plan, CONFIG_PUBLIC), 2);
	assert_int_equal(entries(config.plan, CONFIG_INTAKE_SECRETS), 3);
	assert_int_equal(entries(config.plan, CONFIG_SOURCE_SECRETS), 1);
	assert_int_equal(entries(config.plan, CONFIG_DUTIES), 1);
	assert_int_equal(entries(config.plan, CONFIG_NOTICE_SECRETS), 0);
	config_free(&config);
}

struct fault_case {
	const char *text;	/* behind HEAD, whose two lines come first */
	unsigned    line;
	const char *sentence;	/* part of it */
};

#define SERVICE(s) "services = ( { name = \"voice\"; class = \"LPWA\";\n" s " } );\n"
#define MEMBERS "instances = ( { name = \"i\"; function = \"oam\"; site = \"tokyo\"; replica_set = \"set\"; } );\n"
#define SET(s) SITES MEMBERS "services = ( { name = \"voice\"; class = \"LPWA\"; areas = ( { area = \"a\"; users = 1; } ); } );\n" \
	"replica_sets = ( { name = \"set\";\n" s " } );\n"
#define PROVIDER(p) "providers = ( { name = \"p\";\n" p " } );\n"
#define NEEDS(d) SITES MEMBERS "dependencies = ( {\n" d " } );\n"
#define VANTAGE(v) "vantages = ( {\n" v " } );\n"
#define TARGET(t) SITES "vantages = ( { name = \"v4\"; source = \"192.0.2.7\"; }, { name = \"v6\"; source = \"2001:db8::7\"; } );\n" \
	"instances = ( { name = \"i\"; function = \"oam\"; site = \"tokyo\"; targets = ( { name = \"t\"; \n" t " } ); } );\n"
#define TCP "probe = \"tcp\"; port = 1; address = \"192.0.2.1\"; "
#define LISTENER(l) "listeners = ( { name = \"l\";\n" l " } );\n"
#define SOURCE(s) SITES "sources = ( { name = \"s\";\n" s " } );\n"
#define FEED "kind = \"rss\"; url = \"https://a/\"; subject = \"provider:cloud-a\"; "
#define METRICS "kind = \"prometheus\"; url = \"http://a/\"; subject = \"instance:i\"; "
#define TWO(a, b) SITES "instances = ( { name = \"i\"; function = \"oam\"; site = \"tokyo\"; " a " },\n" \
	"{ name = \"j\"; function = \"oam\"; site = \"tokyo\"; " b " } );\n"

static const struct fault_case faults_wanted[] = {
	{ "services = ( { name = \"v\"; } );\n", 3, "class is missing" },
	{ "services = ( { name = \"v\"; class = \"VOICE\"; } );\n", 3, "class must be one of" },
	{ SERVICE("areas = { };"), 4, "areas must be a list" },
	{ SERVICE("areas = ( { area = \"JP-48\"; users = 1; } );"), 4, "\"JP-48\" is neither one of JP-01" },
	{ SERVICE("areas = ( { area = \"JP-00\"; users = 1; } );"), 4, "JP-00" },
	{ SERVICE("areas = ( { area = \"JP-1\"; users = 1; } );"), 4, "JP-1" },
	{ SERVICE("areas = ( { area = \"JP-013\"; users = 1; } );"), 4, "JP-013" },
	{ SERVICE("areas = ( { area = \"JP-x1\"; users = 1; } );"), 4, "JP-x1" },
	{ SERVICE("areas = ( { area = \"a,b\"; users = 1; } );"), 4, "a,b" },
	{ SERVICE("areas = ( { area = \"a\"; } );"), 4, "users is missing" },
	{ SERVICE("areas = ( { area = \"a\"; users = -1; } );"), 4, "users must be" },
	{ SERVICE("areas = ( { area = \"a\"; users = 1000000000001; } );"), 4, "too large" },
	{ SERVICE("areas = ( { area = \"a\"; users = 1; },\n{ area = \"a\"; users = 1; } );"), 5, "area \"a\" is already" },
	{ SERVICE("area = ( );"), 4, "no setting \"area\"" },
	{ SERVICE("},\n{ name = \"voice\"; class = \"OTHER\";"), 5, "service \"voice\" is already" },
	{ "replica_sets = ( { name = \"x\"; } );\n", 3, "no instance names \"x\"" },
	{ SET("needed = 2;"), 7, "needed is 2, and the set \"set\" has 1" },
	{ SET("mode = \"cold\";"), 7, "mode must be one of" },
	{ SET("switchover = \"31d\";"), 7, "switchover must be" },
	{ SET("planned = \"soon\";"), 7, "not a date" },
	{ SET("serves = ( { service = \"mail\"; } );"), 7, "no service \"mail\"" },
	{ SET("serves = ( { service = \"voice\"; areas = \"a,b\"; } );"), 7, "has no area \"b\"" },
	{ SET("serves = ( { service = \"voice\"; },\n{ service = \"voice\"; } );"), 8, "served service \"voice\" is already" },
	{ SET("},\n{ name = \"set\";"), 8, "replica set \"set\" is already" },
	{ PROVIDER("country = \"us\";"), 4, "capital letters" },
	{ PROVIDER("availability = \"100.1\";"), 4, "availability must be" },
	{ PROVIDER("availability = \"99.99999\";"), 4, "more than four decimals" },
	{ PROVIDER("kind = \"friend\";"), 4, "kind must be one of" },
	{ PROVIDER("},\n{ name = \"p\";"), 5, "provider \"p\" is already" },
	{ "providers = ( { name = \"p/q\"; } );\n", 3, "must not hold" },
	{ NEEDS("from = \"site:tokyo\";"), 5, "to is missing" },
	{ NEEDS("from = \"site:tokyo\"; to = \"site:tokyo\";"), 6, "site:tokyo cannot need itself" },
	{ NEEDS("from = \"site:tokyo\"; to = \"site:osaka\";"), 6, "there is no site \"osaka\"" },
	{ NEEDS("from = \"service:x\"; to = \"site:tokyo\";"), 6, "there is no service \"x\"" },
	{ NEEDS("from = \"target:x\"; to = \"site:tokyo\";"), 6, "must be service:NAME, replica_set:NAME, instance:NAME, "
	  "site:NAME or provider:NAME" },
	{ NEEDS("from = \"tokyo\"; to = \"instance:i\";"), 6, "from is \"tokyo\"" },
	{ NEEDS("from = \"site:\"; to = \"instance:i\";"), 6, "there is no site \"\"" },
	{ NEEDS("from = \"site:tokyo\"; to = \"instance:i\"; },\n{ from = \"site:tokyo\"; to = \"instance:i\";"), 7,
	  "dependency \"site:tokyo to instance:i\" is already" },
	{ VANTAGE("name = \"v\";"), 3, "source is missing" },
	{ VANTAGE("name = \"v\"; source = \"tokyo\";"), 4, "not an IP address that can be sent from" },
	{ VANTAGE("name = \"v\"; source = \"0.0.0.0\";"), 4, "not an IP" },
	{ VANTAGE("name = \"v\"; source = \"224.0.0.1\";"), 4, "not an IP" },
	{ VANTAGE("name = \"v\"; source = \"::\";"), 4, "not an IP" },
	{ VANTAGE("name = \"v\"; source = \"ff02::1\";"), 4, "not an IP" },
	{ VANTAGE("name = \"a@b\"; source = \"192.0.2.1\";"), 4, "must not hold \"@\"" },
	{ VANTAGE("name = \"a b\"; source = \"192.0.2.1\";"), 4, "blanks" },
	{ VANTAGE("name = \"premises\"; source = \"192.0.2.1\";"), 4, "the monitor's own vantage" },
	{ VANTAGE("name = \"v\"; source = \"192.0.2.1\"; },\n{ name = \"v\"; source = \"192.0.2.2\";"), 5, "vantage \"v\" is" },
	{ TARGET(TCP "vantages = \"v5\";"), 6, "no vantage \"v5\"" },
	{ TARGET(TCP "vantages = \"v4,\";"), 6, "no vantage \"\"" },
	{ TARGET(TCP "vantages = \"v4,v4\";"), 5, "target \"t@v4\" is already" },
	{ TARGET(TCP "vantages = \"v6\";"), 6, "one is IPv4 and the other IPv6" },
	{ TARGET("probe = \"tcp\"; port = 1; address = \"2001:db8::1\"; vantages = \"v4\";"), 6, "one is IPv4" },
	{ TARGET(TCP "carries = 1;"), 6, "carries must be true or false" },
	{ TARGET(TCP "interval = \"1s\"; vantages = \"v4,premises\"; } ); },\n{ name = \"x\"; function = \"oam\"; site = \"tokyo\";"
	  "targets = ( { name = \"t@v4\"; " TCP), 7, "target \"t@v4\" is already" },
	{ LISTENER("kind = \"trap\"; address = \"::\"; users = \"./users\"; transport = \"tcp\";"), 4, "kind trap takes udp" },
	{ LISTENER("kind = \"webhook\"; address = \"::\"; users = \"./users\"; transport = \"udp\";"), 4, "takes tcp or tls" },
	{ LISTENER("kind = \"trap\"; address = \"::\";"), 3, "no trap would be taken" },
	{ LISTENER("kind = \"webhook\"; address = \"::\"; transport = \"tcp\";"), 3, "anybody could post" },
	{ LISTENER("kind = \"syslog\"; address = \"host.example\";"), 4, "not an IP address" },
	{ LISTENER("kind = \"syslog\";"), 3, "address is missing" },
	{ LISTENER("kind = \"syslog\"; address = \"::\"; transport = \"tls\";"), 3, "certificate is missing" },
	{ LISTENER("kind = \"syslog\"; address = \"::\"; transport = \"tls\"; certificate = \"cert.pem\";"), 3, "key is missing" },
	{ LISTENER("kind = \"syslog\"; address = \"::\"; trust = \"roots.pem\";"), 4, "trust is of tls" },
	{ LISTENER("kind = \"syslog\"; address = \"::\"; users = \"./users\";"), 4, "syslog has no users" },
	{ LISTENER("kind = \"syslog\"; address = \"::\"; communities = \"./communities\";"), 4, "of traps alone" },
	{ LISTENER("kind = \"trap\"; address = \"::\"; users = \"./open\";"), 4, "chmod 600" },
	{ LISTENER("kind = \"trap\"; address = \"::\"; communities = \"public\";"), 4, "has no place in the" },
	{ LISTENER("kind = \"syslog\"; address = \"::\"; rate = 0;"), 4, "rate must be" },
	{ LISTENER("kind = \"syslog\"; address = \"::\"; subject = \"site:x\";"), 4, "no site \"x\"" },
	{ LISTENER("kind = \"syslog\"; address = \"192.0.2.1\"; },\n{ name = \"m\"; kind = \"syslog\"; address = \"0.0.0.0\";"), 5,
	  "port 514 of 0.0.0.0 is taken by the listener \"l\"" },
	{ LISTENER("kind = \"syslog\"; address = \"::\"; transport = \"tcp\"; },\n{ name = \"m\"; kind = \"webhook\"; "
	  "address = \"::1\"; port = 514; transport = \"tcp\";"), 5, "is taken by" },
	{ LISTENER("kind = \"syslog\"; address = \"::\"; },\n{ name = \"l\"; kind = \"syslog\"; address = \"::\"; port = 1;"), 5,
	  "listener \"l\" is already" },
	{ SOURCE("kind = \"smoke\"; url = \"https://a/\"; subject = \"provider:cloud-a\";"), 5, "kind must be one of" },
	{ SOURCE(FEED "interval = \"29s\";"), 5, "30s at least" },
	{ SOURCE(FEED "interval = \"4s\";"), 5, "interval must be" },
	{ SOURCE(FEED "users = \"x\";"), 5, "a status feed has none" },
	{ SOURCE("kind = \"rss\"; url = \"ftp://a/\"; subject = \"provider:cloud-a\";"), 5, "http(s)://host/path" },
	{ SOURCE("kind = \"rss\"; url = \"http://a/\"; secret = \"./token\"; subject = \"provider:cloud-a\";"), 5, "https only" },
	{ SOURCE("kind = \"rss\"; url = \"http://a/\"; subject = \"provider:x\";"), 5, "no provider \"x\"" },
	{ SOURCE("kind = \"rss\"; url = \"http://a/\"; subject = \"site:tokyo\";"), 5, "must be provider:NAME" },
	{ SOURCE(METRICS "users = \"x\";"), 5, "no instance \"i\"" },
	{ SOURCE(METRICS), 4, "nothing would be read" },
	{ SOURCE(METRICS "users = \"x{a=~\\\"b\\\"}\";"), 5, "selects no series" },
	{ SOURCE(METRICS "users = \"x\"; regions = \"a\";"), 5, "not of metrics" },
	{ SOURCE(FEED "},\n{ name = \"s\"; " FEED), 6, "source \"s\" is already" },
	{ TWO("aliases = \"x\";", "aliases = \"y, x\";"), 5, "alias \"x\" is already there in line 4" },
	{ TWO("aliases = \"j\";", ""), 4, "alias \"j\" is the name of the instance in line 5" },
	{ TWO("aliases = \"x,,y\";", ""), 4, "nothing between two commas" },
	{ TWO("nf_instance_id = \"4947a69a-f61b-4bc1-b9da-47c9c5d14b6g\";", ""), 4, "is not a UUID" },
	{ TWO("nf_instance_id = \"4947a69af-61b-4bc1-b9da-47c9c5d14b64\";", ""), 4, "is not a UUID" },
	{ TWO("nf_instance_id = \"4947a69a\";", ""), 4, "36 to 36 octets" },
	{ TWO("nf_instance_id = \"4947a69a-f61b-4bc1-b9da-47c9c5d14b64\";",
	  "nf_instance_id = \"4947a69a-f61b-4bc1-b9da-47c9c5d14b64\";"), 5, "is already there in line 4" },
	{ "duties = {\n};\n", 3, "duties must be a list" },
	{ "duties = (\n5 );\n", 4, "an entry of duties must be a text" },
	{ "duties = \"x\";\n", 3, "no file of duties \"x\" in /nonexistent" },
	{ "duties = \"./none.duty\";\n", 3, "cannot open" },
	{ "duties = (\n\"../a\", \"..\" );\n", 4, "neither the name" },
	{ "duties = (\n\"./bad.duty\" );\n", 4, "bad.duty:" },
	{ "duties = (\n\"./long.duty\" );\n", 4, "a file of duties may have 262144" },
	{ "duties = ( \"./jp-telecom.duty\",\n\"./twin.duty\" );\n", 4, "are both the duties \"jp-telecom\"" },
	{ "duties = ( \"./own.duty\",\n\"./own.duty\" );\n", 4, "file of duties" },
	{ "carrier = { name = \"c\";\nusers_previous_fy = -1; };\n", 4, "users_previous_fy must be" },
	{ "carrier = { name = \"c\";\ndesignated_public = 1; };\n", 4, "true or false" },
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
	struct config config;
	struct why why = { .err = ERR_OK };

	(void)unused;
	for (size_t i = 0; i < sizeof(faults_wanted) / sizeof(faults_wanted[0]); i++)
		fault_wanted(&faults_wanted[i]);
	assert_int_equal(parse("monitor = { name = \"m\"; state = \"st\"; second_person = \"ack\"; };\n"
	    "ledger = { origin = \"l\"; key = \"./key\"; };\n", &config, NULL, &why), ERR_INVALID);
	assert_non_null(strstr(why.text, "\"ack\" is not an act that can need a second person"));
	config_free(&config);
}

/* The words of the row are the codes of the table, which numbers what is recorded. */
static void
classes_are_the_tables(void **unused)
{
	static const char *const codes[] = {
#define X(number, NAME, code, text) [number] = code,
		SERVICE_CLASS_LIST(X)
#undef X
	};
	const struct config_section *sections;
	struct buffer words = { .max = 0 };
	size_t count;

	(void)unused;
	for (size_t i = 0; i < SERVICE_CLASSES; i++)
		buffer_print(&words, "%s%s", i > 0 ? " " : "", codes[i]);
	sections = config_sections(&count);
	for (size_t i = 0; i < count; i++)
		if (strcmp(sections[i].name, "services") == 0)
			assert_string_equal(option_find(sections[i].rows, "class")->words, buffer_text(&words));
	buffer_free(&words);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(services_and_sets), cmocka_unit_test(providers_and_what_comes_in),
		cmocka_unit_test(vantages_make_targets), cmocka_unit_test(duties_are_found),
		cmocka_unit_test(roles_get_their_files), cmocka_unit_test(each_fault_is_found),
		cmocka_unit_test(classes_are_the_tables),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
