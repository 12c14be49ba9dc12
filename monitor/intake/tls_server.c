/* SPDX-License-Identifier: Apache-2.0 */
/* See tls_server.h: OpenSSL between two memory BIOs. */
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <stdlib.h>

#include "monitor/intake/tls_server.h"

struct tls_server { SSL_CTX *ctx; };

struct tls_peer {
	SSL *ssl;
	BIO *in, *out;		/* of the SSL */
	bool open, done;
};

static enum err
refused(struct why *why, const char *what)
{
	char text[160] = "";

	ERR_error_string_n(ERR_peek_last_error(), text, sizeof(text));
	ERR_clear_error();
	return why_set(why, ERR_INVALID, "%s: %s", what, text);
}

static enum err
chain_take(SSL_CTX *ctx, struct bytes pem, struct why *why)
{
	BIO *in = BIO_new_mem_buf(pem.at, (int)pem.len);
	X509 *own = PEM_read_bio_X509(in, NULL, NULL, NULL), *more;
	bool fine = own != NULL && SSL_CTX_use_certificate(ctx, own) == 1;

	X509_free(own);
	while (fine && (more = PEM_read_bio_X509(in, NULL, NULL, NULL)) != NULL)
		fine = SSL_CTX_add1_chain_cert(ctx, more) == 1 && (X509_free(more), true);
	BIO_free(in);
	if (!fine)
		return refused(why, "the certificate file holds no usable PEM certificate");
	ERR_clear_error();	/* the end of the file is one */
	return ERR_OK;
}

static int
no_password(char *out, int len, int writing, void *arg)
{
	(void)out, (void)len, (void)writing, (void)arg;
	return -1;
}

static enum err
key_take(SSL_CTX *ctx, struct bytes pem, struct why *why)
{
	BIO *in = BIO_new_mem_buf(pem.at, (int)pem.len);
	EVP_PKEY *key = PEM_read_bio_PrivateKey(in, NULL, no_password, NULL);
	bool fine = key != NULL && SSL_CTX_use_PrivateKey(ctx, key) == 1 &&
	    SSL_CTX_check_private_key(ctx) == 1;

	EVP_PKEY_free(key);
	BIO_free(in);
	return fine ? ERR_OK : refused(why, "the key file holds no private key of the certificate");
}

static enum err
trust_take(SSL_CTX *ctx, struct bytes pem, struct why *why)
{
	BIO *in = BIO_new_mem_buf(pem.at, (int)pem.len);
	X509_STORE *store = SSL_CTX_get_cert_store(ctx);
	size_t count = 0;
	X509 *root;

	while ((root = PEM_read_bio_X509(in, NULL, NULL, NULL)) != NULL) {
		count += X509_STORE_add_cert(store, root) == 1 &&
		    SSL_CTX_add_client_CA(ctx, root) == 1;
		X509_free(root);
	}
	BIO_free(in);
	ERR_clear_error();
	if (count == 0)
		return why_set(why, ERR_INVALID, "the trust file holds no PEM certificate");
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	return ERR_OK;
}

enum err
tls_server_open(struct bytes certificate, struct bytes key, struct bytes trust,
    struct tls_server **out, struct why *why)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	enum err err;

	*out = NULL;
	if (ctx == NULL)
		return refused(why, "no TLS");
	SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
	SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
	    SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_TICKET);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
	err = chain_take(ctx, certificate, why);
	if (err == ERR_OK)
		err = key_take(ctx, key, why);
	if (err == ERR_OK && trust.len > 0)
		err = trust_take(ctx, trust, why);
	if (err != ERR_OK) {
		SSL_CTX_free(ctx);
		return err;
	}
	*out = memory_new(1, sizeof(**out));
	(*out)->ctx = ctx;
	return ERR_OK;
}

void
tls_server_close(struct tls_server *server)
{
	if (server == NULL)
		return;
	SSL_CTX_free(server->ctx);
	free(server);
}

struct tls_peer *
tls_peer_open(struct tls_server *server)
{
	struct tls_peer *peer = memory_new(1, sizeof(*peer));

	peer->ssl = SSL_new(server->ctx);
	peer->in = BIO_new(BIO_s_mem());
	peer->out = BIO_new(BIO_s_mem());
	if (peer->ssl == NULL || peer->in == NULL || peer->out == NULL) {
		SSL_free(peer->ssl);
		BIO_free(peer->in);
		BIO_free(peer->out);
		free(peer);
		ERR_clear_error();
		return NULL;
	}
	BIO_set_mem_eof_return(peer->in, -1);
	SSL_set_bio(peer->ssl, peer->in, peer->out);
	SSL_set_accept_state(peer->ssl);
	return peer;
}

void
tls_peer_close(struct tls_peer *peer)
{
	if (peer == NULL)
		return;
	SSL_free(peer->ssl);
	free(peer);
}

/* After every call, after a failed one too: an alert may be among it. */
static void
out_take(struct tls_peer *peer, struct buffer *out)
{
	char octets[4096];
	int len;

	while ((len = BIO_read(peer->out, octets, sizeof(octets))) > 0)
		buffer_put(out, octets, (size_t)len);
}

static enum tls_state
state_after(struct tls_peer *peer, int result, struct why *why)
{
	int error = SSL_get_error(peer->ssl, result);

	if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE)
		return peer->open ? TLS_STATE_OPEN : TLS_STATE_HELLO;
	peer->done = true;
	if (error == SSL_ERROR_ZERO_RETURN)
		return TLS_STATE_ENDED;
	refused(why, "TLS");
	return TLS_STATE_FAILED;
}

enum tls_state
tls_peer_read(struct tls_peer *peer, struct bytes in, struct buffer *out, struct buffer *plain,
    struct why *why)
{
	enum tls_state state = peer->open ? TLS_STATE_OPEN : TLS_STATE_HELLO;
	uint8_t octets[4096];
	int result;

	if (peer->done || (in.len > 0 && BIO_write(peer->in, in.at, (int)in.len) != (int)in.len))
		return TLS_STATE_FAILED;
	ERR_clear_error();
	if (!peer->open) {
		result = SSL_do_handshake(peer->ssl);
		peer->open = result == 1;
		state = peer->open ? TLS_STATE_OPEN : state_after(peer, result, why);
	}
	while (state == TLS_STATE_OPEN) {
		result = SSL_read(peer->ssl, octets, sizeof(octets));
		if (result <= 0) {
			state = state_after(peer, result, why);
			break;
		}
		buffer_put(plain, octets, (size_t)result);
	}
	out_take(peer, out);
	ERR_clear_error();
	return state;
}

enum err
tls_peer_write(struct tls_peer *peer, struct bytes data, struct buffer *out)
{
	bool sent;

	if (peer->done || !peer->open)
		return ERR_CLOSED;
	ERR_clear_error();
	sent = SSL_write(peer->ssl, data.at, (int)data.len) == (int)data.len;
	out_take(peer, out);
	ERR_clear_error();
	return sent ? ERR_OK : ERR_CLOSED;
}

void
tls_peer_end(struct tls_peer *peer, struct buffer *out)
{
	if (peer->open && !peer->done)
		SSL_shutdown(peer->ssl);
	peer->done = true;
	out_take(peer, out);
	ERR_clear_error();
}
