/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The measuring client against the general path, on real servers: whatever a server is, the tls
 * probe says the same of it by both, and the measuring client finishes what it should.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <openssl/core_names.h>

#include "probes/round.h"
#include "probes/tls_shared.h"
#include "tests/unit/tls_lab.h"

enum { DAY = 86400, PORT = 7151 };

static struct tls_pair root, middle;
static struct buffer root_pem;

static int
group_setup(void **state)
{
	(void)state;
	root = tls_issue(NULL, "Lab Root", true, -DAY, 10 * DAY, NULL);
	middle = tls_issue(&root, "Lab Intermediate", true, -DAY, 5 * DAY, NULL);
	tls_pem(&root_pem, &root, false);
	return 0;
}

static int
group_teardown(void **state)
{
	(void)state;
	tls_pair_free(&root), tls_pair_free(&middle);
	buffer_free(&root_pem);
	return 0;
}

/* A leaf with a key of this kind. */
static struct tls_pair
leaf_of(EVP_PKEY *key)
{
	struct tls_pair leaf = tls_issue(&middle, "amf-1", false, -DAY, DAY, "DNS:amf.lab");

	EVP_PKEY_free(leaf.key);
	leaf.key = key;
	X509_set_pubkey(leaf.certificate, key);
	X509_sign(leaf.certificate, middle.key, EVP_sha256());
	return leaf;
}

struct answer { struct lab_seen seen; struct buffer steady; bool measured; };

static void
ask(struct answer *answer, const char *alpn, unsigned general)
{
	struct round_option option[] = {
		{ .name = "trust", .value = "root.pem", .octets = bytes_of_buffer(&root_pem) },
		{ .name = "server_name", .value = "amf.lab" }, { .name = "alpn", .value = alpn } };
	struct fact_walk walk;
	struct endpoint *endpoint;
	const struct fact_row *row;
	struct machine *machine;
	struct tls_kept *kept;
	struct bytes value;
	uint64_t number;
	uv_loop_t loop;

	uv_loop_init(&loop);
	machine = machine_new(&loop);
	endpoint = endpoint_new(machine, &probe_tls, "127.0.0.1", option, alpn != NULL ? 3 : 2);
	kept = endpoint->kept;
	kept->general = general;
	lab_round(machine, &loop, endpoint, PORT, 4000, &answer->seen);
	answer->measured = kept->general == 0;
	walk = fact_walk_of(bytes_of_buffer(&answer->seen.facts));
	while (fact_walk_next(&walk, &number, &row, &value))
		if (row->steady) {
			buffer_print(&answer->steady, "%s=", row->name);
			fact_print(&answer->steady, row, value);
			buffer_put_text(&answer->steady, "\n");
		}
	endpoint_free(endpoint);
	machine_free(machine);
	uv_loop_close(&loop);
}

static void
answer_free(struct answer *answer)
{
	lab_seen_free(&answer->seen);
	buffer_free(&answer->steady);
}

/* Both paths on one server; measured: the measuring client is to finish it. */
static void
same(const char *what, struct tls_server *server, const char *alpn, bool measured)
{
	struct answer by_measure = { 0 }, by_library = { 0 };
	pid_t pid = lab_serve(PORT, tls_serve, server);

	ask(&by_measure, alpn, 0);
	ask(&by_library, alpn, 9);
	lab_end(pid);
	if (by_measure.measured != measured)
		fail_msg("%s: was %sfinished by the measuring client: %s", what, measured ? "not " : "",
		    by_measure.seen.detail);
	assert_int_equal(by_measure.seen.outcome, by_library.seen.outcome);
	assert_string_equal(by_measure.seen.detail, by_library.seen.detail);
	if (strcmp(buffer_text(&by_measure.steady), buffer_text(&by_library.steady)) != 0)
		fail_msg("%s: measured\n%s\nlibrary\n%s", what, buffer_text(&by_measure.steady),
		    buffer_text(&by_library.steady));
	answer_free(&by_measure), answer_free(&by_library);
	SSL_CTX_free(server->ctx);
}

static void
every_kind_of_key(void **state)
{
	struct { const char *name; EVP_PKEY *key; } kind[] = {
		{ "P-256", EVP_EC_gen("P-256") }, { "P-384", EVP_EC_gen("P-384") },
		{ "P-521", EVP_EC_gen("P-521") }, { "RSA 2048", EVP_RSA_gen(2048) },
		{ "Ed25519", EVP_PKEY_Q_keygen(NULL, NULL, "ED25519") },
		{ "Ed448", EVP_PKEY_Q_keygen(NULL, NULL, "ED448") } };

	(void)state;
	for (size_t i = 0; i < sizeof(kind) / sizeof(kind[0]); i++) {
		struct tls_pair leaf = leaf_of(kind[i].key);
		struct tls_server server = tls_server(&leaf, &middle);

		same(kind[i].name, &server, NULL, true);
		tls_pair_free(&leaf);
	}
}

static int
choose_h2(SSL *ssl, const unsigned char **out, unsigned char *len, const unsigned char *in,
    unsigned in_len, void *arg)
{
	(void)ssl, (void)arg;
	return SSL_select_next_proto((unsigned char **)(uintptr_t)out, len,
	    (const unsigned char *)"\x02h2", 3, in, in_len) == OPENSSL_NPN_NEGOTIATED ?
	    SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

static void
suites_and_protocols(void **state)
{
	static const char *const suite[] = { "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384",
		"TLS_CHACHA20_POLY1305_SHA256" };
	struct tls_pair leaf = leaf_of(EVP_EC_gen("P-256"));
	struct tls_server server;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		server = tls_server(&leaf, &middle);
		SSL_CTX_set_ciphersuites(server.ctx, suite[i]);
		same(suite[i], &server, NULL, true);
	}
	server = tls_server(&leaf, &middle);
	SSL_CTX_set_alpn_select_cb(server.ctx, choose_h2, NULL);
	same("h2 chosen", &server, "http/1.1,h2", true);
	server = tls_server(&leaf, &middle);
	SSL_CTX_set_alpn_select_cb(server.ctx, choose_h2, NULL);
	same("no protocol in common", &server, "http/1.1", false);
	tls_pair_free(&leaf);
}

/* What it does not do, the other path says: old versions, another group, a client certificate. */
static void
what_it_leaves(void **state)
{
	struct tls_pair leaf = leaf_of(EVP_EC_gen("P-256"));
	struct tls_server server;

	(void)state;
	for (int version = TLS1_VERSION; version <= TLS1_2_VERSION; version++) {
		server = tls_server(&leaf, &middle);
		SSL_CTX_set_max_proto_version(server.ctx, version);
		same("old version", &server, NULL, false);
	}
	server = tls_server(&leaf, &middle);
	SSL_CTX_set1_groups_list(server.ctx, "P-384");
	same("another group", &server, NULL, false);
	server = tls_server(&leaf, &middle);
	SSL_CTX_set_verify(server.ctx, SSL_VERIFY_PEER, NULL);
	same("asks for a certificate", &server, NULL, false);
	server = tls_server(&leaf, &middle);
	SSL_CTX_set_verify(server.ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	same("insists on a certificate", &server, NULL, false);
	tls_pair_free(&leaf);
}

static void
bad_chains(void **state)
{
	struct tls_pair expired = tls_issue(&middle, "amf-1", false, -9 * DAY, -DAY, "DNS:amf.lab");
	struct tls_pair other = tls_issue(NULL, "amf-1", false, -DAY, DAY, "DNS:smf.lab");
	struct tls_server server = tls_server(&expired, &middle);

	(void)state;
	same("expired", &server, NULL, true);
	server = tls_server(&other, NULL);
	same("somebody else's", &server, NULL, true);
	server = tls_server(&other, &middle);
	same("with a stranger in the chain", &server, NULL, true);
	tls_pair_free(&expired), tls_pair_free(&other);
}

/* The private half of another key: the signature is well made and not by the certificate's key. */
static EVP_PKEY *
liars_key(EVP_PKEY *shown)
{
	EVP_PKEY *other = EVP_EC_gen("P-256"), *key = NULL;
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	char group[] = "prime256v1";
	uint8_t point[65], number[32];
	BIGNUM *secret = NULL;
	size_t len;
	OSSL_PARAM param[4];

	EVP_PKEY_get_octet_string_param(shown, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point), &len);
	EVP_PKEY_get_bn_param(other, OSSL_PKEY_PARAM_PRIV_KEY, &secret);
	BN_bn2nativepad(secret, number, sizeof(number));
	param[0] = OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0);
	param[1] = OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, len);
	param[2] = OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, number, sizeof(number));
	param[3] = OSSL_PARAM_construct_end();
	EVP_PKEY_fromdata_init(ctx);
	assert_int_equal(EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEYPAIR, param), 1);
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(other);
	BN_free(secret);
	return key;
}

static void
a_liar(void **state)
{
	struct tls_pair leaf = leaf_of(EVP_EC_gen("P-256"));
	struct tls_pair lying = { leaf.certificate, liars_key(leaf.key) };
	struct tls_server server = tls_server(&lying, &middle);
	struct answer answer = { 0 };
	pid_t pid = lab_serve(PORT, tls_serve, &server);

	(void)state;
	ask(&answer, NULL, 0);
	assert_false(answer.measured);
	assert_int_equal(answer.seen.outcome, OUTCOME_DOWN);
	assert_int_equal(answer.seen.err, ERR_MALFORMED);
	lab_end(pid);
	answer_free(&answer);
	SSL_CTX_free(server.ctx);
	EVP_PKEY_free(lying.key);
	tls_pair_free(&leaf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_key),
		cmocka_unit_test(suites_and_protocols),
		cmocka_unit_test(what_it_leaves),
		cmocka_unit_test(bad_chains),
		cmocka_unit_test(a_liar),
	};

	lab_enter();
	return cmocka_run_group_tests_name("tls_measure", tests, group_setup, group_teardown);
}
