/* SPDX-License-Identifier: Apache-2.0 */
/* TLS client over libssl; see tls_session.h.  The peer's messages are heard through libssl's
 * message callback, so that a chain is kept even where libssl cannot read it. */
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <string.h>

#include "monitor/base/limits.h"
#include "probes/tls_library.h"
#include "probes/tls_session.h"

enum { ALPN_MAX = 256 };

/* The strongest first, what authenticates nobody last: a server's own choice is what we want to
 * see. */
static const char suites[] = "ALL:-aNULL:COMPLEMENTOFALL:aNULL:@SECLEVEL=0";

static int
octets_read(BIO *bio, char *out, int len)
{
	struct tls_session *session = BIO_get_data(bio);
	size_t take = session->in.len < (size_t)len ? session->in.len : (size_t)len;

	BIO_clear_retry_flags(bio);
	if (take == 0) {
		BIO_set_retry_read(bio);
		return -1;
	}
	memcpy(out, session->in.at, take);
	session->in = bytes_slice(session->in, take, session->in.len);
	return (int)take;
}

static int
octets_write(BIO *bio, const char *octets, int len)
{
	struct tls_session *session = BIO_get_data(bio);

	BIO_clear_retry_flags(bio);
	buffer_put(&session->out, octets, (size_t)len);
	return len;
}

static long
octets_control(BIO *bio, int command, long number, void *pointer)
{
	(void)bio, (void)number, (void)pointer;
	return command == BIO_CTRL_FLUSH || command == BIO_CTRL_DUP ? 1 : 0;
}

/* Made once for each context and hung on it: OpenSSL gives no static method. */
static BIO_METHOD *
octets_method(void)
{
	BIO_METHOD *method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "sekimori session");

	if (method != NULL) {
		BIO_meth_set_read(method, octets_read);
		BIO_meth_set_write(method, octets_write);
		BIO_meth_set_ctrl(method, octets_control);
	}
	return method;
}

static enum tls_exchange
exchange_of(const SSL *ssl)
{
	const SSL_CIPHER *cipher = SSL_get_pending_cipher(ssl);

	switch (cipher != NULL ? SSL_CIPHER_get_kx_nid(cipher) : NID_undef) {
	case NID_kx_ecdhe:
	case NID_kx_ecdhe_psk:
		return TLS_EXCHANGE_ECDHE;
	case NID_kx_dhe:
		return TLS_EXCHANGE_DHE;
	default:
		return TLS_EXCHANGE_OTHER;
	}
}

/* Ours: an empty list is 3 octets of length, in TLS 1.3 behind one of context. */
static void
hear_own(struct tls_session *session, struct bytes message)
{
	if (message.len > 4 && message.at[0] == TLS_CERTIFICATE)
		session->certificate_sent = message.len > 4 + 4;
}

static void
on_message(int write, int version, int type, const void *at, size_t len, SSL *ssl, void *arg)
{
	struct tls_session *session = arg;
	struct bytes message = bytes_of(at, len);

	(void)version;
	if (type == SSL3_RT_ALERT && !write && len == 2 && message.at[1] != SSL_AD_CLOSE_NOTIFY) {
		session->alert = message.at[1];
		session->alerted = true;
	}
	if (type != SSL3_RT_HANDSHAKE || len == 0)
		return;
	if (write) {
		hear_own(session, message);
		return;
	}
	if (message.at[0] == SSL3_MT_NEWSESSION_TICKET)
		session->ticket = true;
	tls_hear(&session->heard, message, exchange_of(ssl));
	if (session->status.len == 0)
		tls_stapled(message, session->heard.tls13, &session->status);
	if (message.at[0] == TLS_CERTIFICATE && session->certificates == 0)
		session->certificates = tls_certificates(message, session->heard.tls13,
		    &session->chain);
}

/* The chain is judged afterwards, from its octets and against the anchors of the target. */
static int
verify_later(X509_STORE_CTX *store, void *arg)
{
	(void)arg;
	X509_STORE_CTX_set_error(store, X509_V_OK);
	return 1;
}

static const char *
library_reason(void)
{
	unsigned long code = ERR_peek_error();
	const char *text = ERR_reason_error_string(code);

	return text != NULL ? text : "no reason given";
}

/* A key with a pass phrase would make OpenSSL ask at the terminal: it is refused instead. */
static int
no_pass_phrase(char *out, int len, int write, void *arg)
{
	(void)out, (void)len, (void)write, (void)arg;
	return -1;
}

static enum err
credential_key(SSL_CTX *ctx, struct bytes pem, struct why *why)
{
	BIO *in = BIO_new_mem_buf(pem.at, (int)pem.len);
	EVP_PKEY *key = PEM_read_bio_PrivateKey(in, NULL, no_pass_phrase, NULL);
	bool fine = key != NULL && SSL_CTX_use_PrivateKey(ctx, key) == 1;

	BIO_free(in);
	EVP_PKEY_free(key);
	if (!fine)
		return why_set(why, ERR_INVALID,
		    "client_key is not an unencrypted PEM key that fits client_certificate (%s)",
		    library_reason());
	return ERR_OK;
}

static enum err
credential_chain(SSL_CTX *ctx, struct bytes pem, struct why *why)
{
	BIO *in = BIO_new_mem_buf(pem.at, (int)pem.len);
	X509 *certificate = PEM_read_bio_X509(in, NULL, no_pass_phrase, NULL);
	bool fine = certificate != NULL && SSL_CTX_use_certificate(ctx, certificate) == 1;

	X509_free(certificate);
	while (fine && (certificate = PEM_read_bio_X509(in, NULL, no_pass_phrase, NULL)) != NULL) {
		fine = SSL_CTX_add1_chain_cert(ctx, certificate) == 1;
		X509_free(certificate);
	}
	BIO_free(in);
	if (!fine)
		return why_set(why, ERR_INVALID,
		    "client_certificate is not a PEM chain, own first (%s)", library_reason());
	return ERR_OK;
}

static void
context_settings(SSL_CTX *ctx)
{
	SSL_CTX_set_min_proto_version(ctx, 0);
	SSL_CTX_set_cipher_list(ctx, suites);
	SSL_CTX_set_security_level(ctx, 0);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION |
	    SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_AUTO_RETRY);
	SSL_CTX_set_max_cert_list(ctx, ANSWER_MAX);
	SSL_CTX_set_cert_verify_callback(ctx, verify_later, NULL);
	SSL_CTX_set_msg_callback(ctx, on_message);
}

enum err
tls_context_open(struct tls_context *context, struct bytes certificate, struct bytes key,
    struct why *why)
{
	enum err err = ERR_OK;

	*context = (struct tls_context){ .credential = certificate.len > 0 };
	ERR_clear_error();
	if ((certificate.len > 0) != (key.len > 0))
		return why_set(why, ERR_INVALID,
		    "client_certificate and client_key are needed both or neither");
	context->ctx = SSL_CTX_new_ex(tls_library(), NULL, TLS_client_method());
	context->method = octets_method();
	if (context->ctx == NULL || context->method == NULL)
		err = why_set(why, ERR_IO, "no TLS context: %s", library_reason());
	if (err == ERR_OK)
		context_settings(context->ctx);
	if (err == ERR_OK && certificate.len > 0)
		err = credential_chain(context->ctx, certificate, why);
	if (err == ERR_OK && certificate.len > 0)
		err = credential_key(context->ctx, key, why);
	if (err != ERR_OK)
		tls_context_close(context);
	ERR_clear_error();
	return err;
}

void
tls_context_close(struct tls_context *context)
{
	SSL_CTX_free(context->ctx);
	BIO_meth_free(context->method);
	*context = (struct tls_context){ .ctx = NULL };
}

/* "h2,http/1.1" as the extension has it (RFC 7301 section 3.1); 0 if it does not fit. */
static size_t
alpn_wire(const char *list, uint8_t out[ALPN_MAX])
{
	size_t at = 0;

	while (*list != '\0') {
		size_t len = strcspn(list, ",");

		if (len == 0 || len > 255 || at + 1 + len > ALPN_MAX)
			return 0;
		out[at++] = (uint8_t)len;
		memcpy(out + at, list, len);
		at += len;
		list += len + (list[len] == ',');
	}
	return at;
}

enum err
tls_session_open(struct tls_session *session, const struct tls_context *context,
    const char *server_name, const char *alpn, struct why *why)
{
	uint8_t protocols[ALPN_MAX];
	size_t len = alpn_wire(alpn, protocols);
	BIO *bio;

	*session = (struct tls_session){ .chain.max = ANSWER_MAX, .status.max = ANSWER_MAX,
	    .out.max = ANSWER_MAX };
	if (alpn[0] != '\0' && len == 0)
		return why_set(why, ERR_INVALID,
		    "alpn is not a list of protocol names with commas");
	session->ssl = SSL_new(context->ctx);
	bio = BIO_new(context->method);
	if (session->ssl == NULL || bio == NULL) {
		BIO_free(bio);
		tls_session_close(session);
		return why_set(why, ERR_IO, "no TLS session: %s", library_reason());
	}
	BIO_set_data(bio, session);
	BIO_set_init(bio, 1);
	SSL_set_bio(session->ssl, bio, bio);
	SSL_set_msg_callback_arg(session->ssl, session);
	SSL_set_connect_state(session->ssl);
	if (server_name[0] != '\0' && SSL_set_tlsext_host_name(session->ssl, server_name) != 1) {
		tls_session_close(session);
		return why_set(why, ERR_INVALID, "the server name is too long for TLS");
	}
	if (len > 0)
		SSL_set_alpn_protos(session->ssl, protocols, (unsigned)len);
	return ERR_OK;
}

void
tls_session_ask_status(struct tls_session *session)
{
	SSL_set_tlsext_status_type(session->ssl, TLSEXT_STATUSTYPE_ocsp);
}

void
tls_session_limit(struct tls_session *session, unsigned version)
{
	SSL_set_max_proto_version(session->ssl, (int)version);
}

bool
tls_session_group(struct tls_session *session, const char *name)
{
	bool fine = SSL_set1_groups_list(session->ssl, name) == 1;

	ERR_clear_error();
	return fine;
}

void
tls_session_close(struct tls_session *session)
{
	SSL_free(session->ssl);
	session->ssl = NULL;
	buffer_free(&session->out);
	buffer_free(&session->chain);
	buffer_free(&session->status);
}

static enum tls_step
step_failed(struct tls_session *session, struct why *why)
{
	const char *alert = session->alerted ? tls_alert_name(session->alert) : NULL;

	if (session->alerted)
		why_set(why, ERR_REFUSED, "the peer refused the handshake with alert %s (%u)",
		    alert != NULL ? alert : "unknown", session->alert);
	else if (ERR_GET_REASON(ERR_peek_error()) == SSL_R_EXCESSIVE_MESSAGE_SIZE)
		why_set(why, ERR_LIMIT, "the peer's handshake is larger than is accepted");
	else
		why_set(why, ERR_MALFORMED,
		    "the peer's answer is not a TLS handshake we can finish: %s", library_reason());
	ERR_clear_error();
	return TLS_STEP_FAILED;
}

enum tls_step
tls_session_step(struct tls_session *session, struct bytes in, struct why *why)
{
	int got;

	session->in = in;
	ERR_clear_error();
	got = SSL_do_handshake(session->ssl);
	if (got == 1) {
		session->established = true;
		return TLS_STEP_DONE;
	}
	if (SSL_get_error(session->ssl, got) == SSL_ERROR_WANT_READ)
		return TLS_STEP_MORE;
	return step_failed(session, why);
}

enum tls_step
tls_session_read(struct tls_session *session, struct bytes in, struct buffer *data)
{
	char part[4096];
	int got;

	if (in.len > 0)
		session->in = in;
	ERR_clear_error();
	while ((got = SSL_read(session->ssl, part, sizeof(part))) > 0)
		if (data != NULL)
			buffer_put(data, part, (size_t)got);
	if (SSL_get_error(session->ssl, got) == SSL_ERROR_WANT_READ)
		return TLS_STEP_MORE;
	ERR_clear_error();
	return TLS_STEP_DONE;
}

enum err
tls_session_write(struct tls_session *session, struct bytes data)
{
	ERR_clear_error();
	if (data.len > 0 && SSL_write(session->ssl, data.at, (int)data.len) != (int)data.len) {
		ERR_clear_error();
		return ERR_CLOSED;
	}
	return ERR_OK;
}

void
tls_session_end(struct tls_session *session)
{
	ERR_clear_error();
	if (session->established)
		SSL_shutdown(session->ssl);
	ERR_clear_error();
}

const char *
tls_session_version(const struct tls_session *session)
{
	return session->ssl != NULL ? SSL_get_version(session->ssl) : session->measured.version;
}

const char *
tls_session_suite(const struct tls_session *session)
{
	const SSL_CIPHER *cipher = session->ssl != NULL ?
	    SSL_get_current_cipher(session->ssl) : NULL;
	const char *name = cipher != NULL ? SSL_CIPHER_standard_name(cipher) :
	    session->measured.suite;

	return name != NULL ? name : "";
}

struct bytes
tls_session_alpn(const struct tls_session *session)
{
	const unsigned char *name;
	unsigned len;

	if (session->ssl == NULL)
		return bytes_of(session->measured.alpn, session->measured.alpn_len);
	SSL_get0_alpn_selected(session->ssl, &name, &len);
	return bytes_of(name, len);
}

bool
tls_session_export(const struct tls_session *session, const char *label, struct bytes context,
    uint8_t *out, size_t len)
{
	return session->established && SSL_export_keying_material(session->ssl, out, len, label,
	    strlen(label), context.at, context.len, 1) == 1;
}
