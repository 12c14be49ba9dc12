/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Discovery: what an NRF says becomes stanzas that the configuration reader accepts, whatever
 * strangers write into their profiles; what differs is found; addresses and users are bounded;
 * peers that are no NRF end in one sentence and exit code 3.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "monitor/base/command.h"
#include "monitor/base/file.h"
#include "monitor/daemon/discover_core.h"
#include "monitor/daemon/discover_snmp.h"
#include "tests/unit/probe_lab.h"

#define ID(n) "0000000" n "-0000-4000-8000-000000000000"

extern const struct command command_discover;

static char folder[] = "/tmp/sekimori-discover-XXXXXX";

/* A file of this test; good until four more were asked for. */
static const char *
place(const char *name)
{
	static char path[4][64];
	static unsigned next;
	char *out = path[next++ % 4];

	snprintf(out, sizeof(path[0]), "%s/%s", folder, name);
	return out;
}

static const char evidence[] =
    "[\"" ID("1") "\",\"" ID("2") "\",\"" ID("3") "\",\"" ID("4") "\",\"" ID("5") "\"]\n"
    "{\"nfInstanceId\":\"" ID("1") "\",\"nfType\":\"AMF\",\"nfStatus\":\"REGISTERED\","
    "\"nfInstanceName\":\"amf east\",\"nfSetIdList\":[\"set1.amfset.5gc\"],"
    "\"ipv4Addresses\":[\"192.0.2.1\"],\"nfServices\":[{\"scheme\":\"https\"},"
    "{\"scheme\":\"http\",\"ipEndPoints\":[{\"ipv4Address\":\"192.0.2.1\",\"port\":7777},"
    "{\"port\":7777},{\"port\":99999}]}]}\n"
    "{\"nfInstanceId\":\"" ID("2") "\",\"nfType\":\"UDM\",\"nfStatus\":\"SUSPENDED\","
    "\"nfInstanceName\":\"amf east\",\"fqdn\":\"udm.example.net\","
    "\"nfServiceList\":{\"a\":{\"scheme\":\"https\"},\"b\":3}}\n"
    /* Somebody who would like to write our configuration. */
    "{\"nfInstanceId\":\"" ID("3") "\",\"nfType\":\"X\\\"; y = \\\"\",\"nfStatus\":\"OK\\n}\","
    "\"nfInstanceName\":\"\\\"; targets = ();\\n\",\"nfSetIdList\":[\"\\\"\\n\"],"
    "\"nfServices\":[{\"fqdn\":\"a\\\"; b\"},{\"ipEndPoints\":{}},[],null]}\n"
    "{\"nfInstanceId\":\"" ID("4") "\",\"nfType\":\"NRF\",\"nfStatus\":\"REGISTERED\","
    "\"nfServices\":[{\"scheme\":\"http\",\"fqdn\":\"nrf.example.net\"}]}\n"
    "{\"nfInstanceId\":\"" ID("9") "\",\"nfType\":\"AMF\",\"nfStatus\":\"REGISTERED\"}\n";

static void
read_core(struct discovered_core *core)
{
	struct why why = { .text = "" };

	if (discovered_core_read(bytes_of_text(evidence), core, &why) != ERR_OK)
		fail_msg("%s", why.text);
}

static void
core_is_read(void **unused)
{
	struct discovered_core core;
	const struct discovered_nf *nf;

	(void)unused;
	read_core(&core);
	assert_int_equal(core.count, 5);
	assert_int_equal(core.unread, 1);
	nf = core.nf;
	assert_string_equal(nf[0].name, "amf-east");
	assert_string_equal(nf[0].set, "set1.amfset.5gc");
	assert_int_equal(nf[0].endpoints, 3);
	assert_int_equal(nf[0].endpoint[0].port, 443);
	assert_true(nf[0].endpoint[0].tls);
	assert_int_equal(nf[0].endpoint[1].port, 7777);
	assert_int_equal(nf[0].endpoint[2].port, 80);	/* 99999 is none */
	/* One name belongs to one. */
	assert_string_equal(nf[1].name, "udm-" ID("2"));
	assert_string_equal(nf[1].endpoint[0].address, "udm.example.net");
	assert_int_equal(nf[1].endpoints, 1);
	assert_int_equal(nf[2].endpoints, 0);
	assert_false(nf[4].read);
	assert_string_equal(nf[4].name, "nf-00000005");
	discovered_core_free(&core);
}

/* One that calls itself as another would be called: neither loses its name to the other. */
static void
names_stay_apart(void **unused)
{
	static const char text[] = "[\"" ID("1") "\",\"" ID("2") "\",\"" ID("3") "\"]\n"
	    "{\"nfInstanceId\":\"" ID("1") "\",\"nfInstanceName\":\"x\"}\n"
	    "{\"nfInstanceId\":\"" ID("2") "\",\"nfInstanceName\":\"nf-" ID("3") "\"}\n"
	    "{\"nfInstanceId\":\"" ID("3") "\",\"nfInstanceName\":\"x\"}\n";
	struct discovered_core core;
	struct why why;

	(void)unused;
	assert_int_equal(discovered_core_read(bytes_of_text(text), &core, &why), ERR_OK);
	assert_string_equal(core.nf[1].name, "nf-" ID("3"));
	assert_string_equal(core.nf[2].name, "nf-" ID("3") "-2");
	discovered_core_free(&core);
}

static void
what_is_no_evidence(void **unused)
{
	static const char *const wrong[] = { "", "{}", "[\"x\"", "3\n", "[]\n[]\n", "[]\nnull\n" };
	struct discovered_core core;
	struct why why;

	(void)unused;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(discovered_core_read(bytes_of_text(wrong[i]), &core, &why),
		    ERR_MALFORMED);
		discovered_core_free(&core);
	}
	assert_int_equal(discovered_core_read(bytes_of_text("[3,\"a\",null]\n"), &core, &why), ERR_OK);
	assert_int_equal(core.count, 0);
	discovered_core_free(&core);
}

/* The file init would write, without its lists, and what was discovered. */
static enum err
config_of(const char *stanzas, struct config *config, struct why *why)
{
	struct buffer text = { .max = 0 };
	enum err err;

	buffer_print(&text, "monitor = { name = \"m\"; state = \"%s\"; };\n"
	    "ledger = { origin = \"example.org/m\"; key = \"%s\"; };\n", place("m"), place("key"));
	buffer_put_text(&text, stanzas);
	err = config_parse(bytes_of_buffer(&text), "test.conf", "/tmp", config, NULL, why);
	buffer_free(&text);
	return err;
}

static void
key_make(void)
{
	struct why why;

	assert_int_equal(file_write(place("key"), bytes_of_text("key"), 0600, &why),
	    ERR_OK);
}

static void
stanzas_are_accepted(void **unused)
{
	struct discovered_core core;
	struct config config;
	struct buffer out = { .max = 0 };
	const char *site;
	struct why why = { .text = "" };
	struct core_findings findings;

	(void)unused;
	key_make();
	read_core(&core);
	assert_int_equal(discover_site(NULL, NULL, &site, &out, &why), ERR_OK);
	discovered_core_stanzas(&core, NULL, site, &(struct stanza_options){ 0 }, &out);
	if (config_of(buffer_text(&out), &config, &why) != ERR_OK)
		fail_msg("%s\n%s", why.text, buffer_text(&out));
	assert_int_equal(config.plan->instances, 5);
	assert_int_equal(config.plan->targets, 5);
	assert_string_equal(config.plan->instance[0].nf_instance_id, ID("1"));
	/* Who reads an NRF is told whom to expect there; nobody else is. */
	for (uint32_t i = 0; i < config.plan->targets; i++) {
		const struct plan_target *target = &config.plan->target[i];
		const char *expect = plan_option(target, "expect", "");

		assert_int_equal(expect[0] != '\0', strcmp(plan_option(target, "nf", ""), "nrf") == 0);
		if (expect[0] != '\0')
			assert_string_equal(expect, ID("1") "," ID("2") "," ID("3") "," ID("4") ","
			    ID("5"));
	}
	discovered_core_match(&core, config.plan);
	findings = discovered_core_findings(&core, config.plan);
	assert_int_equal(findings.unconfigured + findings.missing + findings.differs, 0);
	buffer_reset(&out);
	discovered_core_stanzas(&core, config.plan, site, &(struct stanza_options){ 0 }, &out);
	assert_int_equal(out.len, 0);
	config_free(&config);
	discovered_core_free(&core);
	buffer_free(&out);
}

static void
differences_are_found(void **unused)
{
	struct discovered_core core;
	struct config config;
	struct core_findings findings;
	struct buffer out = { .max = 0 };
	struct why why = { .text = "" };

	(void)unused;
	key_make();
	read_core(&core);
	if (config_of("sites = ( { name = \"a\"; jurisdiction = \"JP\"; } );\n"
	    "instances = ( { name = \"amf-east\"; function = \"control\"; site = \"a\"; nf = \"SMF\"; "
	    "nf_instance_id = \"" ID("1") "\"; },\n{ name = \"gone\"; function = \"control\"; "
	    "site = \"a\"; nf_instance_id = \"" ID("8") "\"; },\n{ name = \"own\"; "
	    "function = \"oam\"; site = \"a\"; } );\n", &config, &why) != ERR_OK)
		fail_msg("%s", why.text);
	discovered_core_match(&core, config.plan);
	findings = discovered_core_findings(&core, config.plan);
	assert_int_equal(findings.unconfigured, 4);
	assert_int_equal(findings.missing, 1);
	assert_int_equal(findings.differs, 1);
	assert_int_equal(findings.unnamed, 1);
	discovered_core_stanzas(&core, config.plan, "a",
	    &(struct stanza_options){ .trust = "/a\"b" }, &out);
	assert_null(strstr(buffer_text(&out), ID("1") "\";"));
	assert_non_null(strstr(buffer_text(&out), "trust = \"/a\\\"b\";"));
	config_free(&config);
	discovered_core_free(&core);
	buffer_free(&out);
}

static void
hosts(void **unused)
{
	struct snmp_hosts list = { .host = NULL };
	struct why why = { .text = "" };

	(void)unused;
	assert_int_equal(snmp_hosts_add(&list, "192.0.2.0/29", &why), ERR_OK);
	assert_int_equal(list.count, 6);
	assert_string_equal(list.host[0], "192.0.2.1");
	assert_string_equal(list.host[5], "192.0.2.6");
	assert_int_equal(snmp_hosts_add(&list, "192.0.2.5-192.0.2.8", &why), ERR_OK);
	assert_int_equal(list.count, 8);
	assert_int_equal(snmp_hosts_add(&list, "198.51.100.4/31", &why), ERR_OK);
	assert_int_equal(snmp_hosts_add(&list, "198.51.100.9/32", &why), ERR_OK);
	assert_int_equal(snmp_hosts_add(&list, "router-1.example.net", &why), ERR_OK);
	assert_int_equal(list.count, 12);
	assert_int_equal(snmp_hosts_add(&list, "192.0.2.9-192.0.2.1", &why), ERR_INVALID);
	assert_int_equal(snmp_hosts_add(&list, "192.0.2.0/33", &why), ERR_INVALID);
	assert_int_equal(snmp_hosts_add(&list, "192.0.2.0/x", &why), ERR_INVALID);
	assert_int_equal(snmp_hosts_add(&list, "a b", &why), ERR_INVALID);
	assert_int_equal(snmp_hosts_add(&list, "", &why), ERR_INVALID);
	assert_int_equal(snmp_hosts_add(&list, "10.0.0.0/8", &why), ERR_LIMIT);
	assert_int_equal(snmp_hosts_add(&list, "0.0.0.0-255.255.255.255", &why), ERR_LIMIT);
	assert_int_equal(snmp_hosts_add(&list, "10.0.0.0/22", &why), ERR_LIMIT);
	snmp_hosts_free(&list);
}

static void
users(void **unused)
{
	struct snmp_users list;
	struct why why = { .text = "" };

	(void)unused;
	assert_int_equal(snmp_users_read(bytes_of_text("# who\n\n a noAuthNoPriv\n"
	    "b authPriv\tSHA-256 /x AES /y\n"), &list, &why), ERR_OK);
	assert_int_equal(list.count, 2);
	assert_string_equal(list.user[1].word[3], "/x");
	assert_int_equal(snmp_users_read(bytes_of_text(""), &list, &why), ERR_INVALID);
	assert_int_equal(snmp_users_read(bytes_of_text("a\n"), &list, &why), ERR_INVALID);
	assert_int_equal(snmp_users_read(bytes_of_text("a authPriv SHA /x\n"), &list, &why), ERR_INVALID);
	assert_int_equal(snmp_users_read(bytes_of_text("a authPriv 1 2 3 4 5\n"), &list, &why),
	    ERR_INVALID);
	assert_int_equal(snmp_users_read(bytes_of_text("a noAuthNoPriv\na noAuthNoPriv\n"
	    "a noAuthNoPriv\na noAuthNoPriv\na noAuthNoPriv\na noAuthNoPriv\na noAuthNoPriv\n"
	    "a noAuthNoPriv\na noAuthNoPriv\n"), &list, &why), ERR_LIMIT);
}

/* A peer that takes connections and says this to each. */
static pid_t
peer_start(const char *says, size_t len, uint16_t *port)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t address_len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0), peer;
	pid_t pid;

	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(fd, 4), 0);
	getsockname(fd, (struct sockaddr *)&address, &address_len);
	*port = ntohs(address.sin_port);
	pid = fork();
	if (pid == 0) {
		char in[512];

		while ((peer = accept(fd, NULL, NULL)) >= 0) {
			if (write(peer, says, len) != (ssize_t)len || read(peer, in, sizeof(in)) < 0)
				_exit(1);
			close(peer);
		}
		_exit(0);
	}
	close(fd);
	return pid;
}

static int
discover(const char *const *words, struct buffer *said)
{
	const char *path = place("said");
	struct why why = { .text = "" };
	int argc = 0, status = -1;
	pid_t child = fork();

	while (words[argc] != NULL)
		argc++;
	if (child == 0) {
		int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

		dup2(fd, 1);
		dup2(fd, 2);
		optind = 1;
		status = command_discover.run(&command_discover, argc, (char **)(uintptr_t)words);
		fflush(NULL);
		_exit(status);
	}
	assert_true(waitpid(child, &status, 0) == child && WIFEXITED(status));
	buffer_reset(said);
	assert_int_equal(file_read(path, BUFFER_MAX, said, &why), ERR_OK);
	unlink(path);
	return WEXITSTATUS(status);
}

static void
hostile_peers(void **unused)
{
	static const struct { const char *says; size_t len; } peer[] = {
		{ "", 0 }, { "HTTP/1.1 200 OK\r\n\r\n", 19 }, { "\0\0\0\4\0\0\0\0\0\0\0\1\7\0\0\0\0", 17 },
		{ "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 11 } };
	struct buffer said = { .max = 0 };
	char url[64];

	(void)unused;
	for (size_t i = 0; i < sizeof(peer) / sizeof(peer[0]); i++) {
		uint16_t port;
		pid_t pid = peer_start(peer[i].says, peer[i].len, &port);
		const char *newline;

		for (int tls = 0; tls < 2; tls++) {
			snprintf(url, sizeof(url), "http%s://127.0.0.1:%u", tls ? "s" : "", port);
			assert_int_equal(discover((const char *[]){ "discover", "nrf", url, NULL },
			    &said), EXIT_UNKNOWN);
			newline = strchr(buffer_text(&said), '\n');
			assert_true(newline != NULL && newline[1] == '\0');
		}
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	assert_int_equal(discover((const char *[]){ "discover", "nrf", "ftp://x", NULL }, &said),
	    EXIT_USAGE);
	assert_int_equal(discover((const char *[]){ "discover", "nrf", "http://a;b", NULL }, &said),
	    EXIT_USAGE);
	assert_int_equal(discover((const char *[]){ "discover", "nrf", "http://[::1", NULL }, &said),
	    EXIT_USAGE);
	assert_int_equal(discover((const char *[]){ "discover", "nothing", NULL }, &said), EXIT_USAGE);
	assert_int_equal(discover((const char *[]){ "discover", "snmp", "127.0.0.1", NULL }, &said),
	    EXIT_USAGE);
	assert_int_equal(discover((const char *[]){ "discover", "--help", NULL }, &said), EXIT_FINE);
	buffer_free(&said);
}

static void
put(const char *path, const char *text)
{
	struct why why = { .text = "" };

	if (file_write(path, bytes_of_text(text), 0600, &why) != ERR_OK)
		fail_msg("%s", why.text);
}

/* A real agent: the second user is answered, and a range is asked around it. */
static void
agents(void **unused)
{
	struct buffer said = { .max = 0 }, text = { .max = 0 };
	char users_file[64];
	pid_t pid;

	(void)unused;
	put(place("snmpd"), "engineID discover\ncreateUser probe SHA-256 "
	    "\"auth-pass-phrase\" AES \"privacy-pass-phrase\"\nrouser probe authpriv\n"
	    "sysName Edge \"7\"; x = 1\n");
	put(place("auth"), "auth-pass-phrase");
	put(place("privacy"), "privacy-pass-phrase");
	buffer_print(&text, "# wrong first\nprobe authPriv SHA %s AES %s\n", place("auth"),
	    place("privacy"));
	buffer_print(&text, "probe authPriv SHA-256 %s AES %s\n", place("auth"), place("privacy"));
	put(place("users"), buffer_text(&text));
	buffer_free(&text);
	snprintf(users_file, sizeof(users_file), "%s", place("users"));
	pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, 1);
		dup2(null, 2);
		setenv("SNMP_PERSISTENT_DIR", place("state"), 1);
		setenv("MIBS", "", 1);
		execl("/usr/sbin/snmpd", "snmpd", "-f", "-LE", "0", "-C", "-c",
		    place("snmpd"), "udp:127.0.0.78:16178", (char *)NULL);
		_exit(127);
	}
	lab_await_udp("127.0.0.78", 16178);
	assert_int_equal(discover((const char *[]){ "discover", "snmp", "127.0.0.77-127.0.0.78",
	    "--port", "16178", "--users", users_file, NULL }, &said), EXIT_FINE);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_non_null(strstr(buffer_text(&said), "1 of 2"));
	assert_non_null(strstr(buffer_text(&said), "name = \"edge-7-x-1\";"));
	assert_non_null(strstr(buffer_text(&said), "auth_protocol = \"SHA-256\";"));
	assert_null(strstr(buffer_text(&said), "auth-pass-phrase"));
	assert_int_equal(discover((const char *[]){ "discover", "snmp", "127.0.0.78", "--port", "16178",
	    "--users", users_file, NULL }, &said), EXIT_UNKNOWN);
	buffer_free(&said);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(core_is_read),
		cmocka_unit_test(names_stay_apart),
		cmocka_unit_test(what_is_no_evidence),
		cmocka_unit_test(stanzas_are_accepted),
		cmocka_unit_test(differences_are_found),
		cmocka_unit_test(hosts),
		cmocka_unit_test(users),
		cmocka_unit_test(hostile_peers),
		cmocka_unit_test(agents),
	};
	char command[128];
	int failed;

	signal(SIGPIPE, SIG_IGN);
	if (mkdtemp(folder) == NULL)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command) == 0 ? failed : 1;
}
