/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sbi probe against real servers: any function, an NRF, TLS that is not as it should be, and
 * the plaintext test, with what the server saw of us.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor/base/clock.h"
#include "monitor/base/file.h"
#include "monitor/base/version.h"
#include "tests/unit/sbi_lab.h"

enum { DAY = 86400 };

#define LIST "/nnrf-nfm/v1/nf-instances"
#define AMF  "4947a69a-f61b-4bc1-b9da-47c9c5d14b64"
#define UDM  "8f5c1e0e-1b7a-4a55-9f0d-6e3f0c1f2a11"
#define UPF  "c3b7d4a2-90f1-4f0e-8d53-2b9a6f1d7e02"
#define SMF  "0d6a3f58-2c41-4f57-b6a7-91e8a0c4d933"

static struct tls_pair root, other, leaf;
static struct buffer root_pem, client_pem[2], file[6];

struct lab {
	uv_loop_t           loop;
	struct machine     *machine;
	struct endpoint    *endpoint;
	struct lab_seen     seen;
	struct sbi_server   server;
	struct round_option option[12];
	size_t              options;
};

static int
group_setup(void **state)
{
	static const char *const names[] = { "nrf-nf-instances", "nfprofile-amf", "nfprofile-udm",
		"nfprofile-upf", "nfprofile-smf-http", "problem-details-403" };
	struct tls_pair client;
	char path[128];

	(void)state;
	root = tls_issue(NULL, "Lab Root", true, -DAY, 10 * DAY, NULL);
	other = tls_issue(NULL, "Other Root", true, -DAY, 10 * DAY, NULL);
	leaf = tls_issue(&root, "amf", false, -DAY, DAY, "DNS:amf.lab");
	client = tls_issue(&root, "monitor", false, -DAY, DAY, NULL);
	tls_pem(&root_pem, &root, false);
	tls_pem(&client_pem[0], &client, false), tls_pem(&client_pem[1], &client, true);
	tls_pair_free(&client);
	for (size_t i = 0; i < 6; i++) {
		snprintf(path, sizeof(path), "tests/data/sbi/%s.json", names[i]);
		assert_int_equal(file_read(path, 1 << 20, &file[i], NULL), ERR_OK);
	}
	return 0;
}

static int
group_teardown(void **state)
{
	(void)state;
	tls_pair_free(&root), tls_pair_free(&other), tls_pair_free(&leaf);
	buffer_free(&root_pem), buffer_free(&client_pem[0]), buffer_free(&client_pem[1]);
	for (size_t i = 0; i < 6; i++)
		buffer_free(&file[i]);
	return 0;
}

static void
option(struct lab *lab, const char *name, const char *value)
{
	lab->option[lab->options++] = (struct round_option){ .name = name, .value = value };
}

static void
page(struct lab *lab, const char *path, int status, struct bytes body)
{
	lab->server.page[lab->server.pages++] = (struct sbi_page){ path, status,
	    status < 400 ? "application/json" : "application/problem+json", body };
}

static int
setup(void **state)
{
	struct lab *lab = memory_new(1, sizeof(*lab));

	uv_loop_init(&lab->loop);
	lab->machine = machine_new(&lab->loop);
	lab->option[0] = (struct round_option){ .name = "trust", .value = "root.pem",
	    .octets = bytes_of_buffer(&root_pem) };
	lab->options = 1;
	option(lab, "server_name", "amf.lab");
	lab->server.seen = sbi_seen_new();
	lab->server.ctx = SSL_CTX_new(TLS_server_method());
	SSL_CTX_set_alpn_select_cb(lab->server.ctx, sbi_choose_h2, NULL);
	SSL_CTX_use_certificate(lab->server.ctx, leaf.certificate);
	SSL_CTX_use_PrivateKey(lab->server.ctx, leaf.key);
	*state = lab;
	return 0;
}

static int
teardown(void **state)
{
	struct lab *lab = *state;

	endpoint_free(lab->endpoint);
	machine_free(lab->machine);
	assert_int_equal(uv_loop_close(&lab->loop), 0);
	lab_seen_free(&lab->seen);
	munmap(lab->server.seen, sizeof(*lab->server.seen));
	SSL_CTX_free(lab->server.ctx);
	free(lab);
	return 0;
}

/* One round of an endpoint that stays for the next ones. */
static void
sbi_round(struct lab *lab, uint16_t port, int64_t deadline_ms)
{
	if (lab->endpoint == NULL)
		lab->endpoint = endpoint_new(lab->machine, &probe_sbi, "127.0.0.1", lab->option,
		    lab->options);
	lab->seen.times = 0;
	lab_round(lab->machine, &lab->loop, lab->endpoint, port, deadline_ms, &lab->seen);
	assert_int_equal(lab->seen.times, 1);
	assert_null(strstr(lab->seen.detail, "127.0"));
}

/* The same against the server of this test, which ends with it. */
static void
served_round(struct lab *lab, uint16_t port)
{
	pid_t pid = lab_serve(port, sbi_serve, &lab->server);
	unsigned ends = lab->server.seen->ends;

	sbi_round(lab, port, 4000);
	for (int i = 0; i < 200 && lab->server.seen->ends == ends; i++)
		usleep(1000);
	lab_end(pid);
}

static struct bytes
facts_of(struct lab *lab)
{
	return bytes_of_buffer(&lab->seen.facts);
}

static void
assert_text(struct lab *lab, enum fact fact, const char *text)
{
	struct bytes got;

	assert_true(fact_text(facts_of(lab), fact, &got));
	if (!bytes_equal(got, bytes_of_text(text)))
		fail_msg("fact %d is \"%.*s\", not \"%s\"", (int)fact, (int)got.len, got.at, text);
}

static int64_t
number(struct lab *lab, enum fact fact)
{
	int64_t got;

	assert_true(fact_int(facts_of(lab), fact, &got));
	return got;
}

/* The printed form of a list fact. */
static void
assert_list(struct lab *lab, enum fact fact, const char *text)
{
	struct fact_walk walk = fact_walk_of(facts_of(lab));
	struct buffer line = { .max = 0 };
	const struct fact_row *row;
	struct bytes value;
	uint64_t at;

	while (fact_walk_next(&walk, &at, &row, &value))
		if (at == (uint64_t)fact)
			fact_print(&line, row, value);
	assert_string_equal(buffer_text(&line), text);
	buffer_free(&line);
}

static void
any_function(void **state)
{
	struct lab *lab = *state;
	struct sbi_seen *seen = lab->server.seen;
	int64_t absent;

	lab->server.streams_max = 17;
	page(lab, NULL, 200, bytes_of_text("{}"));
	served_round(lab, 7301);
	assert_string_equal(lab->seen.detail, "");
	assert_int_equal(lab->seen.outcome, OUTCOME_UP);
	assert_text(lab, FACT_SBI_HTTP, "h2");
	assert_text(lab, FACT_SBI_SCHEME, "https");
	assert_text(lab, FACT_SBI_SERVER, "lab/1");
	assert_text(lab, FACT_TLS_ALPN, "h2");
	assert_int_equal(number(lab, FACT_SBI_STATUS), 200);
	assert_int_equal(number(lab, FACT_SBI_MAX_STREAMS), 17);
	assert_true(number(lab, FACT_SBI_PING_US) > 0);
	assert_false(fact_int(facts_of(lab), FACT_NRF_INSTANCES, &absent));
	assert_true(lab->seen.latency_us > 0);
	assert_int_equal(lab->seen.blobs, 1);
	/* What the function saw of us: one GET, who we are, one PING, and a polite end. */
	assert_int_equal(seen->connections, 1);
	assert_int_equal(seen->requests, 1);
	assert_int_equal(seen->pings, 1);
	assert_int_equal(seen->goaways, 1);
	assert_int_equal(seen->ends, 1);
	assert_string_equal(seen->method, "GET");
	assert_string_equal(seen->scheme, "https");
	assert_string_equal(seen->path, "/sekimori/v1/liveness");
	assert_string_equal(seen->authority, "amf.lab:7301");
	assert_string_equal(seen->agent, "sekimori/" SEKIMORI_VERSION);
}

static void
statuses(void **state)
{
	struct lab *lab = *state;

	page(lab, NULL, 403, bytes_of_buffer(&file[5]));
	option(lab, "path", "/namf-comm/v1/x");
	option(lab, "authority", "amf.5gc.example");
	served_round(lab, 7302);
	assert_int_equal(lab->seen.outcome, OUTCOME_UP);
	assert_int_equal(number(lab, FACT_SBI_STATUS), 403);
	assert_text(lab, FACT_SBI_CAUSE, "INSUFFICIENT_SCOPE");
	assert_string_equal(lab->server.seen->path, "/namf-comm/v1/x");
	assert_string_equal(lab->server.seen->authority, "amf.5gc.example");
	lab->server.page[0].status = 503;
	served_round(lab, 7303);
	assert_int_equal(lab->seen.outcome, OUTCOME_DEGRADED);
	assert_int_equal(lab->seen.err, ERR_REFUSED);
	assert_string_equal(lab->seen.detail, "the answer has status 503");
	/* A body of a kind we did not expect is no reason to doubt that it lives. */
	lab->server.page[0] = (struct sbi_page){ NULL, 404, "text/html", bytes_of_text("<html>") };
	served_round(lab, 7304);
	assert_int_equal(lab->seen.outcome, OUTCOME_UP);
}

static void
without_tls(void **state)
{
	struct lab *lab = *state;
	SSL_CTX *ctx = lab->server.ctx;

	page(lab, NULL, 204, bytes_of_text(""));
	option(lab, "scheme", "http");
	lab->server.ctx = NULL;
	served_round(lab, 7305);
	assert_int_equal(lab->seen.outcome, OUTCOME_UP);
	assert_text(lab, FACT_SBI_SCHEME, "http");
	assert_string_equal(lab->server.seen->scheme, "http");
	assert_int_equal(lab->seen.blobs, 0);
	/* HTTP/2 without TLS where TLS is spoken. */
	lab->server.ctx = ctx;
	served_round(lab, 7306);
	assert_int_equal(lab->seen.outcome, OUTCOME_DOWN);
}

static int
accept_root_only(int fine, X509_STORE_CTX *ctx)
{
	(void)ctx;
	return fine;
}

static void
tls_faults(void **state)
{
	struct lab *lab = *state;
	struct tls_pair strange = tls_issue(&other, "amf", false, -DAY, DAY, "DNS:amf.lab");

	page(lab, NULL, 200, bytes_of_text("{}"));
	SSL_CTX_use_certificate(lab->server.ctx, strange.certificate);
	SSL_CTX_use_PrivateKey(lab->server.ctx, strange.key);
	served_round(lab, 7307);
	assert_int_equal(lab->seen.outcome, OUTCOME_DEGRADED);
	assert_int_equal(lab->seen.err, ERR_UNTRUSTED);
	assert_int_equal(number(lab, FACT_SBI_STATUS), 200);
	SSL_CTX_use_certificate(lab->server.ctx, leaf.certificate);
	SSL_CTX_use_PrivateKey(lab->server.ctx, leaf.key);
	SSL_CTX_set_alpn_select_cb(lab->server.ctx, NULL, NULL);
	served_round(lab, 7308);
	assert_int_equal(lab->seen.outcome, OUTCOME_DOWN);
	assert_int_equal(lab->seen.err, ERR_MISMATCH);
	assert_non_null(strstr(lab->seen.detail, "ALPN"));
	tls_pair_free(&strange);
}

static void
mutual(void **state)
{
	struct lab *lab = *state;
	const int versions[] = { TLS1_3_VERSION, TLS1_2_VERSION };
	bool sent;

	page(lab, NULL, 200, bytes_of_text("{}"));
	SSL_CTX_set_verify(lab->server.ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
	    accept_root_only);
	X509_STORE_add_cert(SSL_CTX_get_cert_store(lab->server.ctx), root.certificate);
	for (uint16_t i = 0; i < 2; i++) {
		SSL_CTX_set_max_proto_version(lab->server.ctx, versions[i]);
		served_round(lab, 7309 + i);
		assert_int_equal(lab->seen.outcome, OUTCOME_DEGRADED);
		assert_int_equal(lab->seen.err, ERR_REFUSED);
		assert_non_null(strstr(lab->seen.detail, "client certificate"));
		assert_non_null(strstr(lab->seen.detail, "none is configured"));
	}
	option(lab, "client_certificate", "c");
	option(lab, "client_key", "k");
	lab->option[lab->options - 2].octets = bytes_of_buffer(&client_pem[0]);
	lab->option[lab->options - 1].octets = bytes_of_buffer(&client_pem[1]);
	endpoint_options(lab->endpoint, lab->option, lab->options);
	served_round(lab, 7311);
	assert_int_equal(lab->seen.outcome, OUTCOME_UP);
	assert_true(fact_flag(facts_of(lab), FACT_TLS_CLIENT_CERT_SENT, &sent) && sent);
}

/* The four instances of tests/data/sbi. */
static void
nrf_pages(struct lab *lab)
{
	page(lab, LIST, 200, bytes_of_buffer(&file[0]));
	page(lab, LIST "/" AMF, 200, bytes_of_buffer(&file[1]));
	page(lab, LIST "/" UDM, 200, bytes_of_buffer(&file[2]));
	page(lab, LIST "/" UPF, 200, bytes_of_buffer(&file[3]));
	page(lab, LIST "/" SMF, 200, bytes_of_buffer(&file[4]));
	page(lab, NULL, 404, bytes_of_buffer(&file[5]));
	option(lab, "nf", "nrf");
}

static void
nrf_whole(void **state)
{
	struct lab *lab = *state;
	struct buffer loaded = { .max = 0 };
	char *at;
	struct hash evidence;

	nrf_pages(lab);
	lab->server.streams_max = 2;
	served_round(lab, 7312);
	assert_string_equal(lab->seen.detail, "");
	assert_int_equal(lab->seen.outcome, OUTCOME_UP);
	assert_int_equal(number(lab, FACT_NRF_INSTANCES), 4);
	assert_int_equal(number(lab, FACT_NRF_PROFILES), 4);
	assert_int_equal(number(lab, FACT_NRF_SUSPENDED_COUNT), 1);
	assert_int_equal(number(lab, FACT_NRF_HTTP_COUNT), 1);
	assert_int_equal(number(lab, FACT_NRF_NO_HEARTBEAT_COUNT), 0);
	assert_list(lab, FACT_NRF_TYPES, "AMF 1, SMF 1, UDM 1, UPF 1");
	assert_list(lab, FACT_NRF_SUSPENDED, "SMF " SMF " SUSPENDED");
	assert_list(lab, FACT_NRF_HTTP, "SMF " SMF " nsmf-pdusession");
	assert_int_equal(lab->server.seen->requests, 5);
	assert_true(lab->server.seen->open_max <= 2);
	assert_int_equal(lab->server.seen->connections, 1);
	assert_int_equal(lab->seen.blobs, 2);
	evidence = lab->seen.blob_hash[1];
	/* Only the load of the AMF is another one: nothing steady changed. */
	buffer_put(&loaded, file[1].at, file[1].len);
	at = strstr(buffer_text(&loaded), "\"load\": 7");
	assert_non_null(at);
	loaded.at[(size_t)(at - (char *)loaded.at) + 8] = '9';
	lab->server.page[1].body = bytes_of_buffer(&loaded);
	lab->server.streams_max = 0;
	served_round(lab, 7313);
	assert_int_equal(lab->seen.outcome, OUTCOME_UP);
	assert_true(hash_equal(evidence, lab->seen.blob_hash[1]));
	buffer_free(&loaded);
}

static void
nrf_parts(void **state)
{
	struct lab *lab = *state;

	nrf_pages(lab);
	option(lab, "profiles_max", "2");
	option(lab, "path", LIST "/?limit=9");
	lab->server.page[0].path = LIST "/?limit=9";
	served_round(lab, 7314);
	assert_int_equal(lab->seen.outcome, OUTCOME_UP);
	assert_int_equal(number(lab, FACT_NRF_INSTANCES), 4);
	assert_int_equal(number(lab, FACT_NRF_PROFILES), 2);
	assert_int_equal(lab->server.seen->requests, 3);
	lab->options -= 2;
	lab->server.page[0].path = LIST;
	endpoint_options(lab->endpoint, lab->option, lab->options);
	/* One deregistered meanwhile: said by the counts.  One is refused, one is another's. */
	lab->server.page[2].status = 404;
	served_round(lab, 7315);
	assert_int_equal(lab->seen.outcome, OUTCOME_UP);
	assert_int_equal(number(lab, FACT_NRF_PROFILES), 3);
	lab->server.page[3].status = 500;
	lab->server.page[1].body = bytes_of_buffer(&file[2]);
	served_round(lab, 7316);
	assert_int_equal(lab->seen.outcome, OUTCOME_DEGRADED);
	assert_int_equal(number(lab, FACT_NRF_PROFILES), 1);
	assert_non_null(strstr(lab->seen.detail, "2 NF profiles could not be read"));
}

static void
nrf_refuses(void **state)
{
	struct lab *lab = *state;
	static const char *const bodies[] = { "", "{", "{}", "[1]", "{\"_links\":3}",
		"{\"_links\":{\"item\":[{}]}}", "{\"_links\":{},\"_links\":{}}", "\xff" };

	nrf_pages(lab);
	lab->server.page[0] = (struct sbi_page){ LIST, 403, "application/problem+json",
	    bytes_of_buffer(&file[5]) };
	served_round(lab, 7317);
	assert_int_equal(lab->seen.outcome, OUTCOME_DEGRADED);
	assert_text(lab, FACT_SBI_CAUSE, "INSUFFICIENT_SCOPE");
	assert_non_null(strstr(lab->seen.detail, "status 403"));
	for (uint16_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		lab->server.page[0] = (struct sbi_page){ LIST, 200, "application/json",
		    bytes_of_text(bodies[i]) };
		served_round(lab, 7320 + i);
		assert_int_equal(lab->seen.outcome, OUTCOME_DEGRADED);
		assert_int_equal(lab->seen.err, ERR_MALFORMED);
		assert_non_null(strstr(lab->seen.detail, "list of NF instances cannot be read"));
	}
}

/* The peer's words of refusal: GOAWAY before and between answers, RST_STREAM. */
static void
refusals(void **state)
{
	struct lab *lab = *state;

	page(lab, NULL, 200, bytes_of_text("{}"));
	lab->server.reset_code = NGHTTP2_REFUSED_STREAM;
	served_round(lab, 7330);
	assert_int_equal(lab->seen.outcome, OUTCOME_DEGRADED);
	assert_string_equal(lab->seen.detail, "the peer reset the request: REFUSED_STREAM");
	endpoint_free(lab->endpoint);
	lab->endpoint = NULL;
	lab->server.reset_code = 0;
	lab->server.pages = 0;
	nrf_pages(lab);
	lab->server.goaway_after = 1;
	served_round(lab, 7331);
	assert_int_equal(lab->seen.outcome, OUTCOME_DEGRADED);
	assert_int_equal(lab->seen.err, ERR_CLOSED);
	assert_non_null(strstr(lab->seen.detail, "GOAWAY (NO_ERROR) when 0 of 4"));
}

/* An NRF as large as a carrier's, and one larger than one round reads. */
static void
nrf_large(void **state)
{
	struct lab *lab = *state;
	static char path[SBI_PAGES][96];
	static struct buffer body[SBI_PAGES];
	struct buffer list = { .max = 0 };
	struct hash evidence;

	buffer_put_text(&list, "{\"_links\":{\"item\":[");
	for (unsigned i = 0; i < 70; i++) {
		buffer_print(&list, "%s{\"href\":\"https://nrf/%08x-0000-4000-8000-000000000000\"}",
		    i > 0 ? "," : "", 69 - i);
		snprintf(path[i], sizeof(path[i]), LIST "/%08x-0000-4000-8000-000000000000", i);
		buffer_print(&body[i], "{\"nfInstanceId\":\"%08X-0000-4000-8000-000000000000\","
		    "\"nfType\":\"UPF\",\"nfStatus\":\"REGISTERED\",\"x\":\"", i);
		for (unsigned k = 0; k < 2000; k++)
			buffer_put_text(&body[i], "0123456789");
		buffer_put_text(&body[i], "\"}");
		page(lab, path[i], 200, bytes_of_buffer(&body[i]));
	}
	buffer_put_text(&list, "]}}");
	page(lab, LIST, 200, bytes_of_buffer(&list));
	option(lab, "nf", "nrf");
	option(lab, "profiles_max", "1000");
	served_round(lab, 7332);
	assert_string_equal(lab->seen.detail, "");
	assert_int_equal(lab->seen.outcome, OUTCOME_UP);
	assert_int_equal(number(lab, FACT_NRF_INSTANCES), 70);
	/* 20 kB each: the octets of one round end before the list does, always at the same one. */
	assert_int_equal(number(lab, FACT_NRF_PROFILES), (1 << 20) / body[0].len);
	evidence = lab->seen.blob_hash[1];
	lab->server.streams_max = 3;
	served_round(lab, 7333);
	assert_true(hash_equal(evidence, lab->seen.blob_hash[1]));
	assert_int_equal(number(lab, FACT_NRF_NO_HEARTBEAT_COUNT), number(lab, FACT_NRF_PROFILES));
	assert_true(lab->server.seen->open_max <= 8);
	for (unsigned i = 0; i < 70; i++)
		buffer_free(&body[i]);
	buffer_free(&list);
}

static struct sbi_seen *plain_seen;

/* Reads the whole question, notes how the first connection stood, and says arg. */
static void
serve_plain(int fd, void *arg)
{
	struct bytes *say = arg;
	uint8_t octets[33];
	size_t got = 0;
	ssize_t more;

	while (got < sizeof(octets) && (more = read(fd, octets + got, sizeof(octets) - got)) > 0)
		got += (size_t)more;
	plain_seen->plain++;
	plain_seen->ends_before_plain = plain_seen->ends;
	if (got != sizeof(octets) || memcmp(octets, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 24) != 0)
		_exit(1);
	if (say->len > 0 && write(fd, say->at, say->len) < 0)
		return;
	if (say->at == NULL)
		pause();
	while (say->len > 0 && read(fd, octets, sizeof(octets)) > 0)
		;
}

/* One endpoint, its first round: what is found on the plain port. */
static void
plain_round(struct lab *lab, uint16_t port, struct bytes say, int expected)
{
	pid_t tls = lab_serve(port, sbi_serve, &lab->server);
	pid_t plain = say.len == 1 ? 0 : lab_serve(7399, serve_plain, &say);
	bool accepted = false, known;

	endpoint_free(lab->endpoint);
	lab->endpoint = NULL;
	sbi_round(lab, port, 4000);
	known = fact_flag(facts_of(lab), FACT_SBI_PLAINTEXT, &accepted);
	assert_int_equal(known ? (int)accepted : -1, expected);
	assert_int_equal(lab->seen.outcome, OUTCOME_UP);
	if (plain > 0) {
		assert_int_equal(plain_seen->ends_before_plain, plain_seen->connections);
		lab_end(plain);
	}
	lab_end(tls);
}

static void
plaintext(void **state)
{
	struct lab *lab = *state;
	struct buffer settings = { .max = 0 };

	plain_seen = lab->server.seen;
	page(lab, NULL, 200, bytes_of_text("{}"));
	option(lab, "plaintext_port", "7399");
	sbi_frame(&settings, 4, 0, 0, "\0\3\0\0\0\144", 6);
	plain_round(lab, 7340, bytes_of_buffer(&settings), 1);
	plain_round(lab, 7341, bytes_of_text("HTTP/1.1 200 OK\r\n\r\n"), 1);
	plain_round(lab, 7342, bytes_of_text("HTTP/1.1 400 Bad Request\r\n\r\n"), -1);
	plain_round(lab, 7343, bytes_of_text("HTTP/1.1 426 Upgrade Required\r\n\r\n"), -1);
	plain_round(lab, 7344, bytes_of("\25\3\1\0\2\2\106", 7), 0);
	plain_round(lab, 7345, bytes_of("", 0), 0);		/* ended without a word */
	plain_round(lab, 7346, bytes_of("x", 1), 0);		/* nobody listens */
	plain_round(lab, 7347, bytes_of(NULL, 0), -1);		/* silence */
	plain_round(lab, 7348, bytes_of_text("220 mail ready\r\n"), -1);
	buffer_free(&settings);
}

/* Rare: once, then the last finding is repeated until the interval is over. */
static void
plaintext_is_rare(void **state)
{
	struct lab *lab = *state;
	struct buffer settings = { .max = 0 };
	struct bytes say;
	bool accepted;
	pid_t tls, plain;
	int64_t begun_ms;

	plain_seen = lab->server.seen;
	page(lab, NULL, 200, bytes_of_text("{}"));
	option(lab, "plaintext_port", "7399");
	option(lab, "plaintext_interval", "1s");
	sbi_frame(&settings, 4, 0, 0, NULL, 0);
	say = bytes_of_buffer(&settings);
	tls = lab_serve(7350, sbi_serve, &lab->server);
	plain = lab_serve(7399, serve_plain, &say);
	begun_ms = clock_monotonic_ns() / 1000000;
	for (int i = 0; i < 4; i++) {
		accepted = false;
		sbi_round(lab, 7350, 4000);
		assert_true(fact_flag(facts_of(lab), FACT_SBI_PLAINTEXT, &accepted) && accepted);
	}
	/* Once in each second that the rounds took. */
	assert_in_range(plain_seen->plain, 1, 1 + (clock_monotonic_ns() / 1000000 - begun_ms) / 1000);
	lab_end(plain);
	usleep(1000000);
	sbi_round(lab, 7350, 4000);
	assert_true(fact_flag(facts_of(lab), FACT_SBI_PLAINTEXT, &accepted) && !accepted);
	lab_end(tls);
	/* Nobody answers at all: an old finding is not repeated for what could not be tested. */
	usleep(1000000);
	sbi_round(lab, 7350, 1000);
	assert_int_equal(lab->seen.outcome, OUTCOME_DOWN);
	assert_false(fact_flag(facts_of(lab), FACT_SBI_PLAINTEXT, &accepted));
	buffer_free(&settings);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(any_function), T(statuses), T(without_tls), T(tls_faults), T(mutual), T(nrf_whole),
		T(nrf_parts), T(nrf_refuses), T(refusals), T(nrf_large), T(plaintext),
		T(plaintext_is_rare),
	};

	lab_enter();
	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
