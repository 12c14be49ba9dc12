/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Revocation as the tls probe sees it: OCSP responses stapled by a real libssl server, in TLS 1.3
 * and 1.2, and revocation lists, each good, revoked, expired, of somebody else or forged; and what a
 * certificate that must be stapled obliges to.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <openssl/ocsp.h>

#include "tests/unit/tls_lab.h"

enum { PORT = 7301, DAY = 86400 };

static struct tls_pair root, other, leaf, oblige;
static struct buffer root_pem;

static int
group_setup(void **state)
{
	(void)state;
	root = tls_issue(NULL, "Root", true, -DAY, 10 * DAY, NULL);
	other = tls_issue(NULL, "Other", true, -DAY, 10 * DAY, NULL);
	leaf = tls_issue(&root, "leaf", false, -DAY, 5 * DAY, "IP:127.0.0.1");
	oblige = tls_issue(&root, "leaf", false, -DAY, 5 * DAY, "IP:127.0.0.1");
	tls_extension(oblige.certificate, NID_tlsfeature, "status_request");
	X509_sign(oblige.certificate, root.key, EVP_sha256());
	tls_pem(&root_pem, &root, false);
	return 0;
}

static int
group_teardown(void **state)
{
	(void)state;
	tls_pair_free(&root), tls_pair_free(&other), tls_pair_free(&leaf), tls_pair_free(&oblige);
	buffer_free(&root_pem);
	return 0;
}

/* status: V_OCSP_CERTSTATUS_*; signer: who signs; from, until: seconds from now. */
static struct buffer
ocsp_made(const struct tls_pair *of, int status, const struct tls_pair *signer, long from, long until)
{
	OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
	OCSP_CERTID *id = OCSP_cert_to_id(EVP_sha1(), of->certificate, root.certificate);
	ASN1_TIME *revoked = X509_gmtime_adj(NULL, -3600), *this = X509_gmtime_adj(NULL, from),
	    *next = X509_gmtime_adj(NULL, until);
	struct buffer out = { .max = 0 };
	unsigned char *der = NULL;
	OCSP_RESPONSE *response;
	int len;

	OCSP_basic_add1_status(basic, id, status, OCSP_REVOKED_STATUS_KEYCOMPROMISE,
	    status == V_OCSP_CERTSTATUS_REVOKED ? revoked : NULL, this, next);
	assert_int_equal(OCSP_basic_sign(basic, signer->certificate, signer->key, EVP_sha256(), NULL, 0), 1);
	response = OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic);
	len = i2d_OCSP_RESPONSE(response, &der);
	buffer_put(&out, der, (size_t)len);
	OPENSSL_free(der);
	OCSP_RESPONSE_free(response);
	OCSP_BASICRESP_free(basic);
	OCSP_CERTID_free(id);
	ASN1_TIME_free(revoked), ASN1_TIME_free(this), ASN1_TIME_free(next);
	return out;
}

/* A list of root's in PEM; lists: the certificate on it, or NULL. */
static struct buffer
crl_made(const struct tls_pair *lists, const struct tls_pair *issuer, EVP_PKEY *key, long until)
{
	X509_CRL *crl = X509_CRL_new();
	ASN1_TIME *last = X509_gmtime_adj(NULL, -7200), *next = X509_gmtime_adj(NULL, until);
	struct buffer out = { .max = 0 };
	BIO *bio = BIO_new(BIO_s_mem());
	char *at;
	long len;

	X509_CRL_set_version(crl, 1);
	X509_CRL_set_issuer_name(crl, X509_get_subject_name(issuer->certificate));
	X509_CRL_set1_lastUpdate(crl, last);
	X509_CRL_set1_nextUpdate(crl, next);
	if (lists != NULL) {
		X509_REVOKED *revoked = X509_REVOKED_new();

		X509_REVOKED_set_serialNumber(revoked, X509_get_serialNumber(lists->certificate));
		X509_REVOKED_set_revocationDate(revoked, last);
		X509_CRL_add0_revoked(crl, revoked);
	}
	X509_CRL_sign(crl, key, EVP_sha256());
	PEM_write_bio_X509_CRL(bio, crl);
	len = BIO_get_mem_data(bio, &at);
	buffer_put(&out, at, (size_t)len);
	BIO_free(bio);
	X509_CRL_free(crl);
	ASN1_TIME_free(last), ASN1_TIME_free(next);
	return out;
}

static int
staple(SSL *ssl, void *arg)
{
	const struct buffer *response = arg;
	unsigned char *copy;

	if (response->len == 0)
		return SSL_TLSEXT_ERR_NOACK;
	copy = OPENSSL_malloc(response->len);
	memcpy(copy, response->at, response->len);
	SSL_set_tlsext_status_ocsp_resp(ssl, copy, (long)response->len);
	return SSL_TLSEXT_ERR_OK;
}

/* Two rounds, so that what is kept between them is used too. */
static struct lab_seen
ask(const struct tls_pair *own, int version, struct buffer response, struct buffer crl)
{
	struct tls_server server = tls_server(own, NULL);
	struct round_option options[] = {
		{ .name = "trust", .value = "root.pem", .octets = bytes_of_buffer(&root_pem) },
		{ .name = "crl", .value = "crl.pem", .octets = bytes_of_buffer(&crl) }
	};
	struct lab_seen seen = { .times = 0 };
	struct machine *machine;
	struct endpoint *endpoint;
	uv_loop_t loop;
	pid_t pid;

	SSL_CTX_set_max_proto_version(server.ctx, version);
	SSL_CTX_set_tlsext_status_cb(server.ctx, staple);
	SSL_CTX_set_tlsext_status_arg(server.ctx, &response);
	pid = lab_serve(PORT, tls_serve, &server);
	uv_loop_init(&loop);
	machine = machine_new(&loop);
	endpoint = endpoint_new(machine, &probe_tls, "127.0.0.1", options, crl.len > 0 ? 2 : 1);
	for (int i = 0; i < 2; i++)
		lab_round(machine, &loop, endpoint, PORT, 5000, &seen);
	endpoint_free(endpoint);
	machine_free(machine);
	assert_int_equal(uv_loop_close(&loop), 0);
	lab_end(pid);
	SSL_CTX_free(server.ctx);
	buffer_free(&response);
	buffer_free(&crl);
	return seen;
}

static void
assert_text(const struct lab_seen *seen, enum fact fact, const char *want)
{
	struct bytes text = bytes_of(NULL, 0);

	if (!fact_text(bytes_of_buffer(&seen->facts), fact, &text) ||
	    !bytes_equal(text, bytes_of_text(want)))
		fail_msg("\"%.*s\" is not \"%s\": %s", (int)text.len, text.at, want, seen->detail);
}

/* revoked: 1, 0, or -1 for unknown. */
static void
assert_seen(struct lab_seen seen, enum fact fact, const char *want, int revoked, const char *part)
{
	bool flag = false, known = fact_flag(bytes_of_buffer(&seen.facts), FACT_TLS_REVOKED, &flag);

	assert_text(&seen, fact, want);
	assert_int_equal(known ? flag : -1, revoked);
	assert_int_equal(seen.outcome, part[0] == '\0' ? OUTCOME_UP : OUTCOME_DEGRADED);
	if (strstr(seen.detail, part) == NULL)
		fail_msg("%s", seen.detail);
	lab_seen_free(&seen);
}

static const struct buffer none = { .max = 0 };

static void
stapled(void **state)
{
	(void)state;
	for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
		assert_seen(ask(&leaf, version, ocsp_made(&leaf, V_OCSP_CERTSTATUS_GOOD, &root, -60,
		    3600), none), FACT_TLS_OCSP, "good", 0, "");
		assert_seen(ask(&leaf, version, ocsp_made(&leaf, V_OCSP_CERTSTATUS_REVOKED, &root,
		    -60, 3600), none), FACT_TLS_OCSP, "revoked", 1,
		    "by the stapled OCSP response: keyCompromise");
		assert_seen(ask(&leaf, version, ocsp_made(&leaf, V_OCSP_CERTSTATUS_UNKNOWN, &root,
		    -60, 3600), none), FACT_TLS_OCSP, "unknown", -1, "does not know it");
		assert_seen(ask(&leaf, version, ocsp_made(&leaf, V_OCSP_CERTSTATUS_GOOD, &root,
		    -7200, -3600), none), FACT_TLS_OCSP, "expired", -1, "not valid at this time");
		assert_seen(ask(&leaf, version, none, none), FACT_TLS_OCSP, "none", -1, "");
	}
}

static void
stapled_by_others(void **state)
{
	struct buffer nonsense = { .max = 0 };

	(void)state;
	assert_seen(ask(&leaf, TLS1_3_VERSION, ocsp_made(&leaf, V_OCSP_CERTSTATUS_GOOD, &other, -60,
	    3600), none), FACT_TLS_OCSP, "not valid", -1, "not signed by the issuer");
	/* Its own key may not say that it is good. */
	assert_seen(ask(&leaf, TLS1_3_VERSION, ocsp_made(&leaf, V_OCSP_CERTSTATUS_GOOD, &leaf, -60,
	    3600), none), FACT_TLS_OCSP, "not valid", -1, "not signed by the issuer");
	assert_seen(ask(&leaf, TLS1_3_VERSION, ocsp_made(&oblige, V_OCSP_CERTSTATUS_GOOD, &root, -60,
	    3600), none), FACT_TLS_OCSP, "not valid", -1, "another certificate");
	buffer_put_text(&nonsense, "nonsense");
	assert_seen(ask(&leaf, TLS1_3_VERSION, nonsense, none), FACT_TLS_OCSP, "not valid", -1,
	    "cannot be read");
}

static void
must_staple(void **state)
{
	(void)state;
	assert_seen(ask(&oblige, TLS1_3_VERSION, none, none), FACT_TLS_OCSP, "none", -1,
	    "obliges its server to staple");
	assert_seen(ask(&oblige, TLS1_3_VERSION, ocsp_made(&oblige, V_OCSP_CERTSTATUS_GOOD, &root,
	    -60, 3600), none), FACT_TLS_OCSP, "good", 0, "");
}

static void
listed(void **state)
{
	(void)state;
	assert_seen(ask(&leaf, TLS1_3_VERSION, none, crl_made(NULL, &root, root.key, 3600)),
	    FACT_TLS_CRL, "good", 0, "");
	assert_seen(ask(&leaf, TLS1_2_VERSION, none, crl_made(&leaf, &root, root.key, 3600)),
	    FACT_TLS_CRL, "revoked", 1, "by the configured revocation list");
	assert_seen(ask(&leaf, TLS1_3_VERSION, none, crl_made(NULL, &root, root.key, -3600)),
	    FACT_TLS_CRL, "expired", -1, "not valid at this time");
	assert_seen(ask(&leaf, TLS1_3_VERSION, none, crl_made(NULL, &other, other.key, 3600)),
	    FACT_TLS_CRL, "unknown", -1, "no list of its issuer");
	assert_seen(ask(&leaf, TLS1_3_VERSION, none, crl_made(NULL, &root, other.key, 3600)),
	    FACT_TLS_CRL, "not valid", -1, "not signed by the issuer's key");
	/* A good response does not outweigh a list that says revoked. */
	assert_seen(ask(&leaf, TLS1_3_VERSION, ocsp_made(&leaf, V_OCSP_CERTSTATUS_GOOD, &root, -60,
	    3600), crl_made(&leaf, &root, root.key, 3600)), FACT_TLS_CRL, "revoked", 1, "revoked");
}

static void
chain_facts(void **state)
{
	struct lab_seen seen = ask(&leaf, TLS1_3_VERSION, none, none);
	int64_t bits = 0;

	(void)state;
	assert_true(fact_int(bytes_of_buffer(&seen.facts), FACT_TLS_CHAIN_KEY_STRENGTH, &bits));
	assert_int_equal(bits, 128);
	assert_true(fact_int(bytes_of_buffer(&seen.facts), FACT_TLS_CHAIN_SIGNATURE_STRENGTH, &bits));
	assert_int_equal(bits, 128);
	lab_seen_free(&seen);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stapled),
		cmocka_unit_test(stapled_by_others),
		cmocka_unit_test(must_staple),
		cmocka_unit_test(listed),
		cmocka_unit_test(chain_facts)
	};

	lab_enter();
	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
