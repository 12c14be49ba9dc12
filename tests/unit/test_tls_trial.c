/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attempts at a TLS server, against servers that verify, that take anybody, that are silent, that
 * end every connection, that talk without end: closed only where each was refused by name, or
 * beside a connection that worked.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "probes/tls_negative.h"
#include "tests/unit/tls_lab.h"

enum { DAY = 86400 };

enum manner { VERIFIES, TAKES_ALL, ASKS_NOBODY, SILENT, ENDS, NOISE, FLOOD };

struct script { enum manner manner; SSL_CTX *ctx; };

static const char permission[] = "permissions = ( { who = \"lab\"; until = \"9998-12-31\"; "
    "why = \"test\"; hosts = [ \"127.0.0.1\" ]; attempts = [ \"all\" ]; } );\n";
static struct tls_pair root, leaf, own;
static struct buffer root_pem, own_pem, own_key;
static uint16_t port = 9300;

static int
group_setup(void **state)
{
	(void)state;
	root = tls_issue(NULL, "Lab Root", true, -DAY, 10 * DAY, NULL);
	leaf = tls_issue(&root, "server", false, -DAY, DAY, "IP:127.0.0.1");
	own = tls_issue(&root, "monitor", false, -DAY, DAY, "DNS:monitor.lab");
	tls_pem(&root_pem, &root, false);
	tls_pem(&own_pem, &own, false);
	tls_pem(&own_key, &own, true);
	return 0;
}

static int
group_teardown(void **state)
{
	(void)state;
	tls_pair_free(&root), tls_pair_free(&leaf), tls_pair_free(&own);
	buffer_free(&root_pem), buffer_free(&own_pem), buffer_free(&own_key);
	return 0;
}

static int
take_any(int fine, X509_STORE_CTX *store)
{
	(void)fine, (void)store;
	return 1;
}

static SSL_CTX *
context_new(enum manner manner, int version)
{
	struct tls_server server = tls_server(&leaf, NULL);

	SSL_CTX_set_min_proto_version(server.ctx, version);
	SSL_CTX_set_max_proto_version(server.ctx, version);
	X509_STORE_add_cert(SSL_CTX_get_cert_store(server.ctx), root.certificate);
	if (manner == VERIFIES)
		SSL_CTX_set_verify(server.ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	if (manner == TAKES_ALL)
		SSL_CTX_set_verify(server.ctx, SSL_VERIFY_PEER, take_any);
	return server.ctx;
}

static void
serve(int fd, void *arg)
{
	const struct script *script = arg;
	struct tls_server server = { .ctx = script->ctx };
	char octets[4096] = "noise";

	switch (script->manner) {
	case SILENT:
		while (read(fd, octets, sizeof(octets)) > 0)
			;
		break;
	case ENDS:
		(void)!read(fd, octets, sizeof(octets));
		break;
	case NOISE:
		(void)!read(fd, octets, sizeof(octets));
		(void)!write(fd, "\x99\x99\x99\x99\x99\x99", 6);
		break;
	case FLOOD:
		while (write(fd, octets, sizeof(octets)) > 0)
			;
		break;
	default:
		tls_serve(fd, &server);
	}
}

static void
trial_round(struct lab_seen *seen, struct script script, const char *attempts, bool credential)
{
	struct round_option option[5] = {
		{ .name = "permission", .value = "/p", .octets = bytes_of_text(permission) },
		{ .name = "attempts", .value = attempts },
		{ .name = "trust", .value = "/r", .octets = bytes_of_buffer(&root_pem) },
		{ .name = "client_certificate", .value = "/c", .octets = bytes_of_buffer(&own_pem) },
		{ .name = "client_key", .value = "/k", .octets = bytes_of_buffer(&own_key) },
	};
	struct machine *machine;
	struct endpoint *endpoint;
	uv_loop_t loop;
	pid_t pid = lab_serve(++port, serve, &script);

	uv_loop_init(&loop);
	machine = machine_new(&loop);
	endpoint = endpoint_new(machine, &probe_tls_refusal, "127.0.0.1", option, credential ? 5 : 3);
	lab_round(machine, &loop, endpoint, port, script.ctx != NULL ? 3000 : 800, seen);
	endpoint_free(endpoint);
	machine_free(machine);
	assert_int_equal(uv_loop_close(&loop), 0);
	lab_end(pid);
}

static void
assert_seen(const struct lab_seen *seen, enum outcome outcome, const char *says)
{
	if (seen->outcome != outcome || strstr(seen->detail, says) == NULL)
		fail_msg("%s, %s: %s", outcome_name(seen->outcome), err_name(seen->err), seen->detail);
}

static const char certificates[] = "no-client-certificate,wrong-ca,forged-ca";

static void
verified_is_closed(void **state)
{
	static const int versions[] = { TLS1_3_VERSION, TLS1_2_VERSION };
	struct lab_seen seen = { 0 };
	struct script script = { .manner = VERIFIES };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		script.ctx = context_new(VERIFIES, versions[i]);
		trial_round(&seen, script, certificates, true);
		assert_seen(&seen, OUTCOME_UP, "all 3 attempts were refused");
		assert_int_equal(seen.blobs, 3);
		trial_round(&seen, script, "tls-1.1,tls-1.0,plaintext", true);
		assert_seen(&seen, OUTCOME_UP, "all 3 attempts were refused");
		SSL_CTX_free(script.ctx);
	}
	lab_seen_free(&seen);
}

/* Without a credential of ours, what is refused by name still counts; forged-ca lacks its model. */
static void
without_credential(void **state)
{
	struct lab_seen seen = { 0 };
	struct script script = { .manner = VERIFIES, .ctx = context_new(VERIFIES, TLS1_3_VERSION) };

	(void)state;
	trial_round(&seen, script, "no-client-certificate,wrong-ca", false);
	assert_seen(&seen, OUTCOME_UP, "all 2 attempts were refused");
	trial_round(&seen, script, "forged-ca", false);
	assert_seen(&seen, OUTCOME_UNKNOWN, "needs client_certificate");
	trial_round(&seen, script, "expired-certificate", true);
	assert_seen(&seen, OUTCOME_UNKNOWN, "needs expired_certificate");
	trial_round(&seen, script, "plaintext-port", true);
	assert_seen(&seen, OUTCOME_UNKNOWN, "needs plaintext_port");
	SSL_CTX_free(script.ctx);
	lab_seen_free(&seen);
}

static void
anybody_is_found(void **state)
{
	struct lab_seen seen = { 0 };
	struct script script = { .manner = TAKES_ALL, .ctx = context_new(TAKES_ALL, TLS1_3_VERSION) };

	(void)state;
	trial_round(&seen, script, certificates, true);
	assert_seen(&seen, OUTCOME_DEGRADED, "(3 of 3 attempts accepted)");
	SSL_CTX_free(script.ctx);
	script.ctx = context_new(ASKS_NOBODY, TLS1_2_VERSION);
	trial_round(&seen, script, certificates, true);
	assert_seen(&seen, OUTCOME_DEGRADED, "it asks for no client certificate");
	SSL_CTX_free(script.ctx);
	script.ctx = context_new(ASKS_NOBODY, TLS1_1_VERSION);
	trial_round(&seen, script, "tls-1.1,tls-1.0", true);
	assert_seen(&seen, OUTCOME_DEGRADED, "tls-1.1 was accepted");
	SSL_CTX_free(script.ctx);
	lab_seen_free(&seen);
}

/* Who serves nobody refuses nobody. */
static void
hostile_is_unknown(void **state)
{
	static const enum manner manners[] = { SILENT, ENDS, NOISE, FLOOD };
	struct lab_seen seen = { 0 };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		trial_round(&seen, (struct script){ .manner = manners[i] },
		    "no-client-certificate,tls-1.1,plaintext", true);
		assert_seen(&seen, OUTCOME_UNKNOWN, "stays unclear");
	}
	lab_seen_free(&seen);
}

static X509 *
certificate_of(const struct buffer *pem)
{
	BIO *in = BIO_new_mem_buf(pem->at, (int)pem->len);
	X509 *certificate = PEM_read_bio_X509(in, NULL, NULL, NULL);

	BIO_free(in);
	assert_non_null(certificate);
	return certificate;
}

/* It names the real issuer, is not signed by it, and says what it is. */
static void
made_certificates(void **state)
{
	struct buffer pem = { 0 }, key = { 0 };
	struct why why = { .err = ERR_OK };
	int64_t now_ms = (int64_t)time(NULL) * 1000;
	char name[128];
	X509 *forged;

	(void)state;
	assert_int_equal(tls_negative_make(TLS_NEGATIVE_FORGED, bytes_of_buffer(&own_pem), now_ms, &pem,
	    &key, &why), ERR_OK);
	forged = certificate_of(&pem);
	assert_int_equal(X509_NAME_cmp(X509_get_issuer_name(forged),
	    X509_get_subject_name(root.certificate)), 0);
	assert_int_not_equal(X509_verify(forged, root.key), 1);
	X509_NAME_oneline(X509_get_subject_name(forged), name, sizeof(name));
	assert_string_equal(name, "/CN=sekimori negative test");
	assert_true(X509_cmp_current_time(X509_get0_notAfter(forged)) > 0);
	X509_free(forged);
	assert_int_equal(tls_negative_make(TLS_NEGATIVE_FORGED, bytes_of_text("no PEM"), now_ms, &pem, &key,
	    &why), ERR_INVALID);
	buffer_free(&pem), buffer_free(&key);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verified_is_closed), cmocka_unit_test(without_credential),
		cmocka_unit_test(anybody_is_found), cmocka_unit_test(hostile_is_unknown),
		cmocka_unit_test(made_certificates),
	};

	lab_enter();
	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
