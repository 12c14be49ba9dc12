/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates made on the spot and a libssl server in a child process, for the TLS tests. */
#ifndef TESTS_UNIT_TLS_LAB_H
#define TESTS_UNIT_TLS_LAB_H

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <time.h>

#include "monitor/base/bytes.h"
#include "probes/wire/tls_handshake.h"
#include "tests/unit/probe_lab.h"

struct tls_pair { X509 *certificate; EVP_PKEY *key; };

struct tls_server {
	SSL_CTX *ctx;
	bool     reads;		/* waits for the client's end before it closes */
};

static inline void
tls_extension(X509 *certificate, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *extension;

	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, certificate, certificate, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	X509_add_ext(certificate, extension, -1);
	X509_EXTENSION_free(extension);
}

/* issuer NULL: self-signed.  Times are seconds from now.  san: "DNS:a,IP:127.0.0.1", NULL for none. */
static inline struct tls_pair
tls_issue(const struct tls_pair *issuer, const char *name, bool ca, long from_s, long until_s,
    const char *san)
{
	struct tls_pair pair = { X509_new(), EVP_EC_gen("P-256") };
	X509_NAME *subject = X509_get_subject_name(pair.certificate);
	static long serial = 1;

	X509_set_version(pair.certificate, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(pair.certificate), ++serial);
	X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1, 0);
	X509_set_issuer_name(pair.certificate, issuer != NULL ?
	    X509_get_subject_name(issuer->certificate) : subject);
	X509_gmtime_adj(X509_getm_notBefore(pair.certificate), from_s);
	X509_gmtime_adj(X509_getm_notAfter(pair.certificate), until_s);
	X509_set_pubkey(pair.certificate, pair.key);
	tls_extension(pair.certificate, NID_basic_constraints, ca ? "critical,CA:TRUE" : "CA:FALSE");
	if (san != NULL)
		tls_extension(pair.certificate, NID_subject_alt_name, san);
	X509_sign(pair.certificate, issuer != NULL ? issuer->key : pair.key, EVP_sha256());
	return pair;
}

static inline void
tls_pair_free(struct tls_pair *pair)
{
	X509_free(pair->certificate);
	EVP_PKEY_free(pair->key);
}

static inline void
tls_pem(struct buffer *out, const struct tls_pair *pair, bool key)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *at;
	long len;

	if (key)
		PEM_write_bio_PrivateKey(bio, pair->key, NULL, NULL, 0, NULL, NULL);
	else
		PEM_write_bio_X509(bio, pair->certificate);
	len = BIO_get_mem_data(bio, &at);
	buffer_put(out, at, (size_t)len);
	BIO_free(bio);
}

/* The octets of a chain as a peer sends them. */
static inline void
tls_octets(struct buffer *out, const struct tls_pair *const *pairs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		unsigned char *der = NULL;
		int len = i2d_X509(pairs[i]->certificate, &der);

		buffer_put_be(out, (uint64_t)len, 3);
		buffer_put(out, der, (size_t)len);
		OPENSSL_free(der);
	}
}

static inline struct tls_server
tls_server(const struct tls_pair *leaf, const struct tls_pair *intermediate)
{
	struct tls_server server = { .ctx = SSL_CTX_new(TLS_server_method()) };

	SSL_CTX_set_security_level(server.ctx, 0);
	SSL_CTX_set_min_proto_version(server.ctx, 0);
	SSL_CTX_set_dh_auto(server.ctx, 1);
	if (leaf != NULL) {
		SSL_CTX_use_certificate(server.ctx, leaf->certificate);
		SSL_CTX_use_PrivateKey(server.ctx, leaf->key);
	}
	if (intermediate != NULL)
		SSL_CTX_add1_chain_cert(server.ctx, intermediate->certificate);
	return server;
}

static inline void
tls_serve(int fd, void *arg)
{
	struct tls_server *server = arg;
	SSL *ssl = SSL_new(server->ctx);
	char octets[256];

	SSL_set_fd(ssl, fd);
	if (SSL_accept(ssl) == 1)
		while (SSL_read(ssl, octets, sizeof(octets)) > 0)
			;
	SSL_shutdown(ssl);
	SSL_free(ssl);
	shutdown(fd, SHUT_WR);
}

#endif
