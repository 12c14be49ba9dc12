/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Vantages: every probe that asks a peer sends from the address it was given, and one that cannot
 * be sent from makes a round unknown, whatever the probe, and never down.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/mman.h>

#include "probes/resolve.h"
#include "tests/unit/probe_lab.h"
#include "tests/unit/vectors.h"

enum { PORT = 7101 };

/* In memory shared with the server. */
struct witness {
	volatile unsigned came;
	char              from[INET_ADDRSTRLEN];
};

struct lab {
	uv_loop_t       loop;
	struct machine *machine;
	struct lab_seen seen;
	struct witness *witness;
};

#define POLICY "policy = \"p\"; edition = \"1\";"
#define PERMISSION "permissions = ( { who = \"t\"; until = \"2099-01-01\"; why = \"t\"; " \
	"hosts = [ \"127.0.0.1\" ]; attempts = [ \"all\" ]; } );\n"

static struct round_option every_option[] = {
	{ .name = "banner", .value = "true" },
	{ .name = "user", .value = "probe" },
	{ .name = "auth_secret", .value = "/a", .octets = { .at = (const uint8_t *)"pass-phrase", .len = 11 } },
	{ .name = "privacy_secret", .value = "/p", .octets = { .at = (const uint8_t *)"pass-phrase", .len = 11 } },
	{ .name = "permission", .value = "/m", .octets = { .at = (const uint8_t *)PERMISSION,
	    .len = sizeof(PERMISSION) - 1 } },
	{ .name = "origin_host", .value = "probe.example" },
	{ .name = "origin_realm", .value = "example" },
	{ .name = "secret", .value = "/secret", .octets = { .at = (const uint8_t *)"s", .len = 1 } },
	{ .name = "query", .value = "www.example" },
	{ .name = "prefixes", .value = "192.0.2.0/24 AS64500" },
	{ .name = "key", .value = "tests/data/ssh/ed25519" },
	{ .name = "kind", .value = "timestamp" },
	{ .name = "provider", .value = "aws" },
	{ .name = "credential", .value = "/c", .octets = { .at = (const uint8_t *)"[a]", .len = 3 } },
	{ .name = "policy", .value = "/policy", .octets = { .at = (const uint8_t *)POLICY,
	    .len = sizeof(POLICY) - 1 } },
};

static int
setup(void **state)
{
	struct lab *lab = memory_new(1, sizeof(*lab));

	uv_loop_init(&lab->loop);
	lab->machine = machine_new(&lab->loop);
	lab->witness = mmap(NULL, sizeof(*lab->witness), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	*state = lab;
	return lab->witness == MAP_FAILED;
}

static int
teardown(void **state)
{
	struct lab *lab = *state;

	machine_free(lab->machine);
	assert_int_equal(uv_loop_close(&lab->loop), 0);
	lab_seen_free(&lab->seen);
	munmap(lab->witness, sizeof(*lab->witness));
	free(lab);
	return 0;
}

static void
witness_take(struct witness *witness, const struct sockaddr_in *peer)
{
	inet_ntop(AF_INET, &peer->sin_addr, witness->from, sizeof(witness->from));
	witness->came++;
}

static void
serve_witness(int fd, void *arg)
{
	struct sockaddr_in peer;
	socklen_t len = sizeof(peer);

	if (getpeername(fd, (struct sockaddr *)&peer, &len) == 0)
		witness_take(arg, &peer);
}

static pid_t
serve_datagrams(uint16_t port, struct witness *witness)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) }, peer;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	pid_t pid;

	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	pid = fork();
	if (pid != 0) {
		close(fd);
		return pid;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		socklen_t len = sizeof(peer);
		char octets[2048];

		if (recvfrom(fd, octets, sizeof(octets), 0, (struct sockaddr *)&peer, &len) >= 0)
			witness_take(witness, &peer);
	}
}

static struct endpoint *
endpoint_from(struct lab *lab, const struct probe_ops *ops, const char *source)
{
	struct endpoint *endpoint = endpoint_new(lab->machine, ops, "127.0.0.1", every_option,
	    sizeof(every_option) / sizeof(every_option[0]));
	struct sockaddr_storage address = { .ss_family = AF_UNSPEC };

	/* What is no address must not become the system's own choice. */
	(void)address_read(source, 9, &address);
	endpoint_source(endpoint, "osaka", (struct sockaddr *)&address);
	return endpoint;
}

static void
round_from(struct lab *lab, const struct probe_ops *ops, const char *source, uint16_t port)
{
	struct endpoint *endpoint = endpoint_from(lab, ops, source);

	lab_round(lab->machine, &lab->loop, endpoint, port, 300, &lab->seen);
	endpoint_free(endpoint);
}

static void
assert_unusable(const struct lab *lab, const char *probe)
{
	if (lab->seen.outcome != OUTCOME_UNKNOWN || lab->seen.err != ERR_IO)
		fail_msg("%s: %s (%s): %s", probe, outcome_name(lab->seen.outcome),
		    err_name(lab->seen.err), lab->seen.detail);
	assert_non_null(strstr(lab->seen.detail, "the vantage osaka cannot be used"));
	assert_null(strstr(lab->seen.detail, "127."));
}

/* Each kind in turn; the peer is the witness. */
static void
peers_see_the_source(void **state)
{
	struct lab *lab = *state;
	pid_t tcp = lab_serve(PORT, serve_witness, lab->witness);
	pid_t udp = serve_datagrams(PORT, lab->witness);
	const struct probe_ops *const *table;
	size_t count, asked = 0;

	table = probe_table(&count);
	for (size_t i = 0; i < count; i++) {
		unsigned before = lab->witness->came;

		/* Echoes are answered by the kernel: test_icmp.c looks at their source. */
		if (table[i]->local || table[i] == &probe_icmp)
			continue;
		round_from(lab, table[i], "127.0.0.2", PORT);
		for (int wait = 0; lab->witness->came == before && wait < 6000; wait++)
			usleep(10000);
		if (lab->witness->came == before || strcmp(lab->witness->from, "127.0.0.2") != 0)
			fail_msg("%s came %s from %s: %s", table[i]->name, lab->witness->came == before ?
			    "never" : "once", lab->witness->from, lab->seen.detail);
		/* Of a peer that does not answer, attempts that must be refused prove nothing. */
		if (strstr(table[i]->name, "-refusal") == NULL)
			assert_int_not_equal(lab->seen.outcome, OUTCOME_UNKNOWN);
		asked++;
	}
	assert_true(asked >= 6);
	lab_end(tcp), lab_end(udp);
}

/* An address that is not this machine's: no probe is begun, nobody is asked, nothing is down. */
static void
unusable_is_unknown(void **state)
{
	static const char *const sources[] = { "192.0.2.99", "2001:db8::9", "osaka.example" };
	struct lab *lab = *state;
	pid_t tcp = lab_serve(PORT, serve_witness, lab->witness);
	const struct probe_ops *const *table;
	size_t count;

	table = probe_table(&count);
	for (size_t i = 0; i < count; i++)
		for (size_t s = 0; s < sizeof(sources) / sizeof(sources[0]) && !table[i]->local; s++) {
			round_from(lab, table[i], sources[s], PORT);
			assert_unusable(lab, table[i]->name);
			assert_int_equal(lab->seen.latency_us, 0);
		}
	usleep(50000);
	assert_int_equal(lab->witness->came, 0);
	lab_end(tcp);
}

/* Gives lo a second address of IPv6; the kernel makes it usable a little later. */
static void
second_v6(void)
{
	struct sockaddr_in6 own = { .sin6_family = AF_INET6 };
	struct { struct in6_addr address; uint32_t prefix; int index; } request = { .prefix = 128,
	    .index = (int)if_nametoindex("lo") };
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	inet_pton(AF_INET6, "2001:db8::7", &request.address);
	assert_int_equal(ioctl(fd, SIOCSIFADDR, &request), 0);
	own.sin6_addr = request.address;
	for (int wait = 0; bind(fd, (struct sockaddr *)&own, sizeof(own)) != 0; wait++) {
		assert_true(wait < 6000);
		usleep(10000);
	}
	close(fd);
}

/* The first octets that come to a socket of ours at ::1, and from whom. */
static void
v6_round(struct lab *lab, const struct probe_ops *ops, int type)
{
	struct sockaddr_in6 own = { .sin6_family = AF_INET6, .sin6_port = htons(PORT),
	    .sin6_addr = IN6ADDR_LOOPBACK_INIT }, peer;
	struct endpoint *endpoint = endpoint_from(lab, ops, "2001:db8::7");
	int fd = socket(AF_INET6, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1, got;
	unsigned before = lab->seen.times;
	socklen_t len = sizeof(peer);
	char octets[2048], text[INET6_ADDRSTRLEN];

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	assert_int_equal(bind(fd, (struct sockaddr *)&own, sizeof(own)), 0);
	if (type == SOCK_STREAM)
		assert_int_equal(listen(fd, 4), 0);
	assert_int_equal(machine_start(lab->machine, &(struct round_request){ .endpoint = endpoint,
	    .address = (struct sockaddr *)&own, .address_len = sizeof(own), .deadline_ms = 300 * lab_patience(),
	    .done = lab_take, .arg = &lab->seen }), ERR_OK);
	while (lab->seen.times == before)
		uv_run(&lab->loop, UV_RUN_ONCE);
	if (type == SOCK_STREAM)
		got = accept(fd, (struct sockaddr *)&peer, &len);
	else
		got = (int)recvfrom(fd, octets, sizeof(octets), 0, (struct sockaddr *)&peer, &len);
	assert_true(got >= 0);
	assert_string_equal(inet_ntop(AF_INET6, &peer.sin6_addr, text, sizeof(text)), "2001:db8::7");
	if (type == SOCK_STREAM)
		close(got);
	close(fd);
	endpoint_free(endpoint);
}

static void
v6_has_sources_too(void **state)
{
	second_v6();
	v6_round(*state, &probe_tcp, SOCK_STREAM);
	v6_round(*state, &probe_snmp, SOCK_DGRAM);
}

/* It can be bound, and nothing leaves by it: of another family, or without a way. */
static void
no_way_is_unknown(void **state)
{
	struct lab *lab = *state;
	struct endpoint *endpoint;

	round_from(lab, &probe_tcp, "::1", PORT);
	assert_unusable(lab, "tcp");
	endpoint = endpoint_from(lab, &probe_tcp, "127.0.0.2");
	assert_int_equal(lab_start(lab->machine, endpoint, "192.0.2.1", 80, 300, &lab->seen), ERR_OK);
	while (lab->seen.times < 2)
		uv_run(&lab->loop, UV_RUN_ONCE);
	assert_unusable(lab, "tcp");
	endpoint_free(endpoint);
	endpoint = endpoint_from(lab, &probe_snmp, "127.0.0.2");
	assert_int_equal(lab_start(lab->machine, endpoint, "192.0.2.1", 161, 300, &lab->seen), ERR_OK);
	while (lab->seen.times < 3)
		uv_run(&lab->loop, UV_RUN_ONCE);
	assert_unusable(lab, "snmp");
	endpoint_free(endpoint);
}

/* From a vantage that works, a peer that refuses is down as ever. */
static void
down_stays_down(void **state)
{
	struct lab *lab = *state;

	round_from(lab, &probe_tcp, "127.0.0.2", PORT + 1);
	assert_int_equal(lab->seen.outcome, OUTCOME_DOWN);
	assert_int_equal(lab->seen.err, ERR_REFUSED);
}

static void
alias_set(bool up)
{
	struct ifreq request = { .ifr_name = "lo:1" };
	struct sockaddr_in *address = (struct sockaddr_in *)&request.ifr_addr;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (up) {
		address->sin_family = AF_INET;
		inet_pton(AF_INET, "192.0.2.7", &address->sin_addr);
		assert_int_equal(ioctl(fd, SIOCSIFADDR, &request), 0);
	} else {
		assert_int_equal(ioctl(fd, SIOCSIFFLAGS, &request), 0);
	}
	close(fd);
}

/* An address that goes and comes again, for a probe that keeps its session between rounds. */
static void
vantage_goes_and_comes(void **state)
{
	static const struct probe_ops *const kinds[] = { &probe_tcp, &probe_snmp };
	struct lab *lab = *state;
	pid_t tcp = lab_serve(PORT, serve_witness, lab->witness);
	pid_t udp = serve_datagrams(PORT, lab->witness);

	for (size_t i = 0; i < 2; i++) {
		struct endpoint *endpoint;

		alias_set(true);
		endpoint = endpoint_from(lab, kinds[i], "192.0.2.7");
		for (unsigned round = 0; round < 3; round++) {
			if (round == 1)
				alias_set(false);
			if (round == 2)
				alias_set(true);
			lab_round(lab->machine, &lab->loop, endpoint, PORT, 300, &lab->seen);
			if (round == 1)
				assert_unusable(lab, kinds[i]->name);
			else
				assert_int_not_equal(lab->seen.outcome, OUTCOME_UNKNOWN);
			usleep(20000);
			assert_string_equal(lab->witness->from, "192.0.2.7");
		}
		endpoint_free(endpoint);
		alias_set(false);
	}
	lab_end(tcp), lab_end(udp);
}

static void
resolved_take_first(void *arg, const struct resolved *resolved)
{
	*(struct resolved *)arg = *resolved;
}

/* Only addresses that can be reached from the vantage; that there are others is no fault of the name. */
static void
names_give_the_family(void **state)
{
	struct lab *lab = *state;
	struct resolver *resolver = resolver_new(&lab->loop);
	struct resolve_request request = { .host = "192.0.2.1", .port = 1, .family = AF_INET6,
	    .deadline_ms = 4000 };
	struct resolved got = { .err = ERR_COUNT };

	assert_null(resolve_start(resolver, &request, resolved_take_first, &got));
	assert_int_equal(got.err, ERR_RESOLVE);
	assert_false(got.final);
	assert_non_null(strstr(got.text, "of the family of the vantage"));
	request.family = AF_INET;
	assert_null(resolve_start(resolver, &request, resolved_take_first, &got));
	assert_int_equal(got.err, ERR_OK);
	request.host = "localhost";
	got.err = ERR_COUNT;
	resolve_start(resolver, &request, resolved_take_first, &got);
	while (got.err == ERR_COUNT)
		uv_run(&lab->loop, UV_RUN_ONCE);
	assert_int_equal(got.err, ERR_OK);
	for (size_t i = 0; i < got.count; i++)
		assert_int_equal(got.address[i].ss_family, AF_INET);
	resolver_free(resolver);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = { T(peers_see_the_source), T(v6_has_sources_too), T(unusable_is_unknown),
	    T(no_way_is_unknown), T(down_stays_down), T(vantage_goes_and_comes), T(names_give_the_family) };

	struct buffer key = vectors_file("tests/data/ssh/ed25519");
	int failed;

	for (size_t i = 0; i < sizeof(every_option) / sizeof(every_option[0]); i++)
		if (strcmp(every_option[i].name, "key") == 0)
			every_option[i].octets = bytes_of_buffer(&key);
	lab_enter();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	buffer_free(&key);
	return failed;
}
