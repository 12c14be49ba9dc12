/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tls probe against real servers: what it must see of good, old, expired and mutual ones, and
 * that nonsense, silence, resets and floods are each one recorded outcome.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor/base/clock.h"
#include "tests/unit/tls_lab.h"

enum { DAY = 86400 };

static struct tls_pair root, other_root, middle;
static struct buffer root_pem;

struct lab {
	uv_loop_t       loop;
	struct machine *machine;
	struct lab_seen seen;
	struct round_option option[6];
	size_t          options;
};

static int
group_setup(void **state)
{
	(void)state;
	root = tls_issue(NULL, "Lab Root", true, -DAY, 10 * DAY, NULL);
	other_root = tls_issue(NULL, "Other Root", true, -DAY, 10 * DAY, NULL);
	middle = tls_issue(&root, "Lab Intermediate", true, -DAY, 5 * DAY, NULL);
	tls_pem(&root_pem, &root, false);
	return 0;
}

static int
group_teardown(void **state)
{
	(void)state;
	tls_pair_free(&root), tls_pair_free(&other_root), tls_pair_free(&middle);
	buffer_free(&root_pem);
	return 0;
}

static int
setup(void **state)
{
	struct lab *lab = memory_new(1, sizeof(*lab));

	uv_loop_init(&lab->loop);
	lab->machine = machine_new(&lab->loop);
	lab->option[0] = (struct round_option){ .name = "trust", .value = "root.pem",
	    .octets = bytes_of_buffer(&root_pem) };
	lab->option[1] = (struct round_option){ .name = "server_name", .value = "amf.lab" };
	lab->options = 2;
	*state = lab;
	return 0;
}

static int
teardown(void **state)
{
	struct lab *lab = *state;

	machine_free(lab->machine);
	assert_int_equal(uv_loop_close(&lab->loop), 0);
	lab_seen_free(&lab->seen);
	free(lab);
	return 0;
}

static void
tls_round(struct lab *lab, uint16_t port, int64_t deadline_ms)
{
	struct endpoint *endpoint = endpoint_new(lab->machine, &probe_tls, "127.0.0.1", lab->option,
	    lab->options);

	lab->seen.times = 0;
	lab_round(lab->machine, &lab->loop, endpoint, port, deadline_ms, &lab->seen);
	assert_int_equal(lab->seen.times, 1);
	assert_null(strstr(lab->seen.detail, "127.0"));
	endpoint_free(endpoint);
}

static void
tls_round_with(struct lab *lab, uint16_t port, struct tls_server *server)
{
	pid_t pid = lab_serve(port, tls_serve, server);

	tls_round(lab, port, 4000);
	lab_end(pid);
	SSL_CTX_free(server->ctx);
}

static void
assert_fact_text(struct lab *lab, enum fact fact, const char *text)
{
	struct bytes got;

	assert_true(fact_text(bytes_of_buffer(&lab->seen.facts), fact, &got));
	if (!bytes_equal(got, bytes_of_text(text)))
		fail_msg("fact %d is \"%.*s\", not \"%s\"", (int)fact, (int)got.len, got.at, text);
}

static void
assert_fact_flag(struct lab *lab, enum fact fact, bool value)
{
	bool got;

	assert_true(fact_flag(bytes_of_buffer(&lab->seen.facts), fact, &got));
	assert_int_equal(got, value);
}

static int64_t
fact_number(struct lab *lab, enum fact fact)
{
	int64_t got;

	assert_true(fact_int(bytes_of_buffer(&lab->seen.facts), fact, &got));
	return got;
}

static void
tls13_good(void **state)
{
	struct lab *lab = *state;
	struct tls_pair leaf = tls_issue(&middle, "amf", false, -DAY, 2 * DAY,
	    "DNS:amf.lab,DNS:*.amf.lab,IP:192.0.2.9,URI:urn:uuid:1");
	struct tls_server server = tls_server(&leaf, &middle);
	const struct tls_pair *sent[] = { &leaf, &middle };
	struct buffer octets = { .max = 0 };
	int64_t now = clock_wall_ms();
	struct hash chain;

	tls_round_with(lab, 7101, &server);
	assert_string_equal(lab->seen.detail, "");
	assert_int_equal(lab->seen.outcome, OUTCOME_UP);
	assert_fact_text(lab, FACT_TLS_VERSION, "TLSv1.3");
	assert_fact_text(lab, FACT_TLS_SUITE, "TLS_AES_256_GCM_SHA384");
	assert_fact_text(lab, FACT_TLS_SIGNATURE, "ecdsa_secp256r1_sha256");
	assert_fact_text(lab, FACT_TLS_KEY, "EC secp256r1");
	assert_fact_text(lab, FACT_TLS_SUBJECT, "CN=amf");
	assert_fact_text(lab, FACT_TLS_ISSUER, "CN=Lab Intermediate");
	assert_fact_flag(lab, FACT_TLS_TRUSTED, true);
	assert_fact_flag(lab, FACT_TLS_NAME_MATCH, true);
	assert_fact_flag(lab, FACT_TLS_CLIENT_CERT_REQUESTED, false);
	assert_int_equal(fact_number(lab, FACT_TLS_CHAIN_LENGTH), 2);
	assert_int_equal(fact_number(lab, FACT_TLS_NAMES_COUNT), 4);
	assert_true(llabs(fact_number(lab, FACT_TLS_EXPIRY) - (now + 2 * DAY * 1000LL)) < 5000);
	assert_true(lab->seen.latency_us > 0);
	tls_octets(&octets, sent, 2);
	assert_int_equal(lab->seen.blobs, 1);
	assert_true(bytes_equal(bytes_of_buffer(&octets), bytes_of_buffer(&lab->seen.blob[0])));
	assert_true(fact_hash(bytes_of_buffer(&lab->seen.facts), FACT_TLS_CHAIN, &chain));
	assert_true(hash_equal(chain, hash_of(bytes_of_buffer(&octets))));
	buffer_free(&octets);
	tls_pair_free(&leaf);
}

static void
tls12_and_older(void **state)
{
	struct lab *lab = *state;
	struct tls_pair leaf = tls_issue(&middle, "old", false, -DAY, 2 * DAY, "DNS:amf.lab");
	struct tls_server server = tls_server(&leaf, &middle);

	SSL_CTX_set_max_proto_version(server.ctx, TLS1_2_VERSION);
	tls_round_with(lab, 7102, &server);
	assert_int_equal(lab->seen.outcome, OUTCOME_UP);
	assert_fact_text(lab, FACT_TLS_VERSION, "TLSv1.2");
	assert_fact_text(lab, FACT_TLS_GROUP, "x25519");
	assert_fact_text(lab, FACT_TLS_SUITE, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
	server = tls_server(&leaf, &middle);
	SSL_CTX_set_max_proto_version(server.ctx, TLS1_VERSION);
	SSL_CTX_set_cipher_list(server.ctx, "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0");
	tls_round_with(lab, 7103, &server);
	assert_int_equal(lab->seen.outcome, OUTCOME_UP);
	assert_fact_text(lab, FACT_TLS_VERSION, "TLSv1");
	tls_pair_free(&leaf);
}

static void
tls_anonymous(void **state)
{
	struct lab *lab = *state;
	struct tls_server server = tls_server(NULL, NULL);

	SSL_CTX_set_max_proto_version(server.ctx, TLS1_2_VERSION);
	SSL_CTX_set_cipher_list(server.ctx, "ADH-AES128-SHA:@SECLEVEL=0");
	tls_round_with(lab, 7104, &server);
	assert_int_equal(lab->seen.outcome, OUTCOME_DEGRADED);
	assert_int_equal(lab->seen.err, ERR_UNTRUSTED);
	assert_fact_text(lab, FACT_TLS_SUITE, "TLS_DH_anon_WITH_AES_128_CBC_SHA");
	assert_int_equal(lab->seen.blobs, 0);
}

/* One round against a leaf of these times, name and issuer. */
static void
faulty_round(struct lab *lab, uint16_t port, const struct tls_pair *issuer, long from, long until,
    const char *san)
{
	struct tls_pair leaf = tls_issue(issuer, "faulty", false, from, until, san);
	struct tls_server server = tls_server(&leaf, issuer == &middle ? &middle : NULL);

	tls_round_with(lab, port, &server);
	tls_pair_free(&leaf);
	assert_int_equal(lab->seen.outcome, OUTCOME_DEGRADED);
	assert_int_equal(lab->seen.blobs, 1);
	assert_fact_text(lab, FACT_TLS_VERSION, "TLSv1.3");
}

static void
tls_faults(void **state)
{
	struct lab *lab = *state;

	faulty_round(lab, 7105, &middle, -2 * DAY, -60, "DNS:amf.lab");
	assert_int_equal(lab->seen.err, ERR_EXPIRED);
	assert_non_null(strstr(lab->seen.detail, "the peer's certificate expired at 20"));
	assert_fact_flag(lab, FACT_TLS_TRUSTED, false);
	faulty_round(lab, 7106, &middle, DAY, 2 * DAY, "DNS:amf.lab");
	assert_int_equal(lab->seen.err, ERR_EXPIRED);
	assert_non_null(strstr(lab->seen.detail, "is not valid before 20"));
	faulty_round(lab, 7107, &other_root, -DAY, DAY, "DNS:amf.lab");
	assert_int_equal(lab->seen.err, ERR_UNTRUSTED);
	assert_fact_flag(lab, FACT_TLS_NAME_MATCH, true);
	faulty_round(lab, 7108, &middle, -DAY, DAY, "DNS:smf.lab");
	assert_int_equal(lab->seen.err, ERR_MISMATCH);
	assert_fact_flag(lab, FACT_TLS_TRUSTED, true);
	assert_fact_flag(lab, FACT_TLS_NAME_MATCH, false);
	/* The name as subject only does not count; two findings are both said. */
	faulty_round(lab, 7109, &middle, -2 * DAY, -60, NULL);
	assert_int_equal(lab->seen.err, ERR_EXPIRED);
	assert_non_null(strstr(lab->seen.detail, ", and the certificate does not name"));
}

static void
tls_no_trust_configured(void **state)
{
	struct lab *lab = *state;

	lab->option[0] = lab->option[1];
	lab->options = 1;
	faulty_round(lab, 7110, &middle, -DAY, DAY, "DNS:amf.lab");
	assert_int_equal(lab->seen.err, ERR_UNTRUSTED);
	assert_non_null(strstr(lab->seen.detail, "no trust anchors are configured"));
}

static void
tls_bad_files(void **state)
{
	struct lab *lab = *state;

	lab->option[0].octets = bytes_of_text("-----BEGIN CERTIFICATE-----\nnonsense");
	tls_round(lab, 7111, 1000);
	assert_int_equal(lab->seen.outcome, OUTCOME_UNKNOWN);
	assert_int_equal(lab->seen.err, ERR_INVALID);
	lab->option[0].octets = bytes_of_buffer(&root_pem);
	lab->option[2] = (struct round_option){ .name = "client_certificate", .value = "c",
	    .octets = bytes_of_buffer(&root_pem) };
	lab->options = 3;
	tls_round(lab, 7111, 1000);
	assert_int_equal(lab->seen.err, ERR_INVALID);
}

static void
tls_thousand_names(void **state)
{
	struct lab *lab = *state;
	struct buffer san = { .max = 0 };
	struct tls_server server;
	struct tls_pair leaf;

	buffer_put_text(&san, "DNS:amf.lab");
	for (int i = 1; i < 1000; i++)
		buffer_print(&san, ",DNS:host-%d.amf.lab", i);
	leaf = tls_issue(&middle, "many", false, -DAY, DAY, buffer_text(&san));
	server = tls_server(&leaf, &middle);
	tls_round_with(lab, 7112, &server);
	assert_int_equal(lab->seen.outcome, OUTCOME_UP);
	assert_int_equal(fact_number(lab, FACT_TLS_NAMES_COUNT), 1000);
	assert_true(lab->seen.facts.len < 16384);
	assert_true(lab->seen.blob[0].len > 15000);
	buffer_free(&san);
	tls_pair_free(&leaf);
}

static int
accept_root_only(int fine, X509_STORE_CTX *ctx)
{
	(void)ctx;
	return fine;
}

static struct tls_server
mutual_server(const struct tls_pair *leaf, int version)
{
	struct tls_server server = tls_server(leaf, &middle);

	SSL_CTX_set_max_proto_version(server.ctx, version);
	SSL_CTX_set_verify(server.ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
	    accept_root_only);
	X509_STORE_add_cert(SSL_CTX_get_cert_store(server.ctx), root.certificate);
	return server;
}

static void
tls_mutual(void **state)
{
	struct lab *lab = *state;
	struct tls_pair leaf = tls_issue(&middle, "amf", false, -DAY, DAY, "DNS:amf.lab");
	struct tls_pair good = tls_issue(&root, "monitor", false, -DAY, DAY, NULL);
	struct tls_pair bad = tls_issue(&other_root, "monitor", false, -DAY, DAY, NULL);
	const int versions[] = { TLS1_3_VERSION, TLS1_2_VERSION };
	struct buffer pem[4] = { 0 };
	struct tls_server server;

	tls_pem(&pem[0], &good, false), tls_pem(&pem[1], &good, true);
	tls_pem(&pem[2], &bad, false), tls_pem(&pem[3], &bad, true);
	for (uint16_t i = 0; i < 2; i++) {
		lab->options = 2;
		server = mutual_server(&leaf, versions[i]);
		tls_round_with(lab, 7113 + i, &server);
		assert_int_equal(lab->seen.outcome, OUTCOME_DEGRADED);
		assert_int_equal(lab->seen.err, ERR_REFUSED);
		assert_fact_flag(lab, FACT_TLS_CLIENT_CERT_REQUESTED, true);
		assert_fact_flag(lab, FACT_TLS_CLIENT_CERT_SENT, false);
		assert_fact_text(lab, FACT_TLS_ALERT, i == 0 ? "certificate_required" :
		    "handshake_failure");
		assert_fact_flag(lab, FACT_TLS_TRUSTED, true);
		for (uint16_t k = 0; k < 2; k++) {
			lab->option[2] = (struct round_option){ .name = "client_certificate",
			    .value = "c", .octets = bytes_of_buffer(&pem[2 * k]) };
			lab->option[3] = (struct round_option){ .name = "client_key",
			    .value = "k", .octets = bytes_of_buffer(&pem[2 * k + 1]) };
			lab->options = 4;
			server = mutual_server(&leaf, versions[i]);
			tls_round_with(lab, 7115 + 2 * i + k, &server);
			assert_fact_flag(lab, FACT_TLS_CLIENT_CERT_SENT, true);
			assert_int_equal(lab->seen.outcome, k == 0 ? OUTCOME_UP : OUTCOME_DEGRADED);
		}
	}
	for (size_t i = 0; i < 4; i++)
		buffer_free(&pem[i]);
	tls_pair_free(&leaf), tls_pair_free(&good), tls_pair_free(&bad);
}

static void
serve_plain(int fd, void *arg)
{
	struct bytes octets = *(struct bytes *)arg;

	if (write(fd, octets.at, octets.len) < 0)
		return;
	usleep(20000);
}

static void
serve_hang(int fd, void *arg)
{
	(void)fd, (void)arg;
	for (;;)
		pause();
}

static void
serve_reset(int fd, void *arg)
{
	struct linger hard = { .l_onoff = 1, .l_linger = 0 };
	char octets[64];

	(void)arg;
	if (read(fd, octets, sizeof(octets)) > 0)
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
}

/* One handshake record after another, each a ServerHello that never ends, 100 MB of them. */
static void
serve_flood(int fd, void *arg)
{
	static uint8_t record[16384 + 5] = { 22, 3, 3, 0x40, 0, 2, 0xff, 0xff, 0xff };

	(void)arg;
	for (int i = 0; i < 6400; i++)
		if (write(fd, record, sizeof(record)) <= 0)
			return;
}

static void
tls_hostile(void **state)
{
	struct lab *lab = *state;
	static struct bytes plain[4];
	pid_t pid;

	plain[0] = bytes_of_text("220 mail ready\r\n");
	plain[1] = bytes_of_text("HTTP/1.1 400 Bad Request\r\n\r\n");
	plain[2] = bytes_of("\x15\x03\x03\x00\x02\x02\x46", 7);	/* alert protocol_version */
	plain[3] = bytes_of("\x16\x03\x03\x00\x04\x02\x00\x00\x00", 9);	/* an empty ServerHello */
	for (uint16_t i = 0; i < 4; i++) {
		pid = lab_serve(7121 + i, serve_plain, &plain[i]);
		tls_round(lab, 7121 + i, 2000);
		lab_end(pid);
		assert_int_equal(lab->seen.outcome, OUTCOME_DOWN);
		assert_int_equal(lab->seen.err, i == 2 ? ERR_REFUSED : ERR_MALFORMED);
	}
	pid = lab_serve(7125, serve_hang, NULL);
	tls_round(lab, 7125, 200);
	lab_end(pid);
	assert_int_equal(lab->seen.err, ERR_TIMEOUT);
	pid = lab_serve(7126, serve_reset, NULL);
	tls_round(lab, 7126, 2000);
	lab_end(pid);
	assert_int_equal(lab->seen.err, ERR_CLOSED);
	pid = lab_serve(7127, serve_flood, NULL);
	tls_round(lab, 7127, 4000);
	lab_end(pid);
	assert_int_equal(lab->seen.outcome, OUTCOME_DOWN);
	assert_true(lab->seen.err == ERR_LIMIT || lab->seen.err == ERR_MALFORMED);
	tls_round(lab, 7128, 1000);
	assert_int_equal(lab->seen.err, ERR_REFUSED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(tls13_good), T(tls12_and_older), T(tls_anonymous), T(tls_faults),
		T(tls_no_trust_configured), T(tls_bad_files), T(tls_thousand_names), T(tls_mutual),
		T(tls_hostile),
	};

	lab_enter();
	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
