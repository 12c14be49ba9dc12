/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The listener: mutual TLS 1.3, one connection at a time, each step with a deadline from its
 * beginning, so that who drips octets is cut off as well as who is silent.
 */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "attest/envelope.h"
#include "monitor/base/clock.h"
#include "monitor/base/file.h"
#include "monitor/base/log.h"
#include "monitor/witness/witness.h"

enum { BACKLOG = 16, PIECE = 512, CHAIN_DEPTH = 4, NAME_OCTETS = 160, REST_MS = 100 };

struct server { SSL_CTX *ctx; int fd; };

struct peer {
	SSL    *ssl;
	int     fd;
	int64_t until_ms;	/* of the step that is being done */
	char    name[NAME_OCTETS];
};

/* --- keys and certificates ---------------------------------------------------------------- */

static enum err
refused(struct why *why, const char *name, const char *what)
{
	char text[160] = "";

	ERR_error_string_n(ERR_peek_last_error(), text, sizeof(text));
	ERR_clear_error();
	return why_set(why, ERR_INVALID, "%.120s %s: %s", name, what, text);
}

static int
no_password(char *out, int len, int writing, void *arg)
{
	(void)out, (void)len, (void)writing, (void)arg;
	return -1;
}

enum err
spki_of_pem(struct bytes pem, const char *name, struct buffer *out, struct why *why)
{
	BIO *in = BIO_new_mem_buf(pem.at, (int)pem.len);
	X509 *certificate = PEM_read_bio_X509(in, NULL, no_password, NULL);
	EVP_PKEY *key = certificate != NULL ? X509_get_pubkey(certificate) : NULL;
	unsigned char *der = NULL;
	int len;

	if (certificate == NULL && BIO_reset(in) == 1)
		key = PEM_read_bio_PUBKEY(in, NULL, no_password, NULL);
	len = key != NULL ? i2d_PUBKEY(key, &der) : -1;
	if (len > 0)
		buffer_put(out, der, (size_t)len);
	OPENSSL_free(der);
	EVP_PKEY_free(key);
	X509_free(certificate);
	BIO_free(in);
	if (len <= 0 || len > WITNESS_SPKI_MAX)
		return refused(why, name, "holds no certificate and no public key in PEM that can "
		    "be used");
	ERR_clear_error();
	return ERR_OK;
}

static enum err
own_take(SSL_CTX *ctx, const struct settings *s, struct buffer *spki, struct why *why)
{
	struct buffer pem = { .max = PEM_OCTETS };
	enum err err = file_read(s->certificate, PEM_OCTETS, &pem, why);

	if (err == ERR_OK)
		err = spki_of_pem(bytes_of_buffer(&pem), s->certificate, spki, why);
	buffer_free(&pem);
	if (err != ERR_OK)
		return err;
	SSL_CTX_set_default_passwd_cb(ctx, no_password);
	if (SSL_CTX_use_certificate_chain_file(ctx, s->certificate) != 1)
		return refused(why, s->certificate, "is no certificate in PEM");
	if (SSL_CTX_use_PrivateKey_file(ctx, s->key, SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_check_private_key(ctx) != 1)
		return refused(why, s->key, "is not the private key of --certificate in PEM, "
		    "without a password");
	return ERR_OK;
}

static enum err
trust_take(SSL_CTX *ctx, const struct settings *s, struct why *why)
{
	STACK_OF(X509_NAME) *names = SSL_load_client_CA_file(s->trust);

	if (names == NULL || SSL_CTX_load_verify_file(ctx, s->trust) != 1) {
		sk_X509_NAME_pop_free(names, X509_NAME_free);
		return refused(why, s->trust, "holds no certificate in PEM");
	}
	SSL_CTX_set_client_CA_list(ctx, names);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	SSL_CTX_set_verify_depth(ctx, CHAIN_DEPTH);
	return ERR_OK;
}

/* --- opening ------------------------------------------------------------------------------ */

/* "192.0.2.1:5737", "[2001:db8::1]:5737", "[::]:5737" */
static struct addrinfo *
address_read(const char *text)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE };
	const char *colon = strrchr(text, ':');
	struct addrinfo *found = NULL;
	char host[64];
	size_t len = colon == NULL ? 0 : (size_t)(colon - text);

	if (len >= 2 && text[0] == '[' && text[len - 1] == ']') {
		text++;
		len -= 2;
	}
	if (len == 0 || len >= sizeof(host))
		return NULL;
	memcpy(host, text, len);
	host[len] = '\0';
	return getaddrinfo(host, colon + 1, &hints, &found) == 0 ? found : NULL;
}

static enum err
listener_open(const char *text, int *fd, struct why *why)
{
	struct addrinfo *address = address_read(text);
	int one = 1, zero = 0;

	if (address == NULL)
		return why_set(why, ERR_INVALID, "--listen %.100s: it must be an address and a "
		    "port, as 192.0.2.1:5737 or [2001:db8::1]:5737", text);
	*fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (*fd >= 0) {
		setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
		setsockopt(*fd, IPPROTO_IPV6, IPV6_V6ONLY, &zero, sizeof(zero));
	}
	if (*fd < 0 || bind(*fd, address->ai_addr, address->ai_addrlen) != 0 ||
	    listen(*fd, BACKLOG) != 0)
		why_set(why, ERR_IO, "cannot listen on %.100s: %s", text, strerror(errno));
	freeaddrinfo(address);
	return why->err;
}

enum err
server_open(const struct settings *s, struct buffer *own_spki, struct server **out,
    struct why *why)
{
	struct server *server = memory_new(1, sizeof(*server));
	enum err err;

	server->ctx = SSL_CTX_new(TLS_server_method());
	if (server->ctx == NULL)
		return refused(why, "OpenSSL", "has no TLS");
	SSL_CTX_set_min_proto_version(server->ctx, TLS1_3_VERSION);
	SSL_CTX_set_options(server->ctx, SSL_OP_NO_TICKET);
	SSL_CTX_set_num_tickets(server->ctx, 0);
	SSL_CTX_set_session_cache_mode(server->ctx, SSL_SESS_CACHE_OFF);
	err = own_take(server->ctx, s, own_spki, why);
	if (err == ERR_OK)
		err = trust_take(server->ctx, s, why);
	if (err == ERR_OK)
		err = listener_open(s->listen, &server->fd, why);
	*out = server;
	return err;
}

/* --- one connection ----------------------------------------------------------------------- */

/* Waits for what the call wanted; false: it has failed, or the time is over. */
static bool
again(struct peer *peer, int result, const char *what, struct why *why)
{
	int wanted = SSL_get_error(peer->ssl, result);
	int64_t left = peer->until_ms - clock_monotonic_ns() / 1000000;
	struct pollfd poll_fd = { .fd = peer->fd,
		.events = wanted == SSL_ERROR_WANT_WRITE ? POLLOUT : POLLIN };

	if (wanted == SSL_ERROR_ZERO_RETURN ||
	    (wanted == SSL_ERROR_SYSCALL && ERR_peek_error() == 0)) {
		why_set(why, ERR_CLOSED, "it ended the connection during %s", what);
		return false;
	}
	if (wanted != SSL_ERROR_WANT_READ && wanted != SSL_ERROR_WANT_WRITE) {
		refused(why, what, "failed");
		return false;
	}
	if (left > 0 && poll(&poll_fd, 1, (int)left) > 0)
		return true;
	why_set(why, ERR_TIMEOUT, "%s took too long: cut off", what);
	return false;
}

static void
deadline(struct peer *peer, int64_t ms)
{
	peer->until_ms = clock_monotonic_ns() / 1000000 + ms;
	ERR_clear_error();
}

static bool
hello(struct peer *peer, struct why *why)
{
	X509 *certificate;
	int result;

	deadline(peer, HELLO_MS);
	while ((result = SSL_accept(peer->ssl)) != 1)
		if (!again(peer, result, "the handshake", why))
			return false;
	certificate = SSL_get0_peer_certificate(peer->ssl);
	if (certificate == NULL || SSL_get_verify_result(peer->ssl) != X509_V_OK) {
		why_set(why, ERR_UNTRUSTED, "no certificate of --trust");
		return false;
	}
	X509_NAME_oneline(X509_get_subject_name(certificate), peer->name, sizeof(peer->name));
	return true;
}

static bool
request_take(struct peer *peer, struct buffer *octets, struct witness_request *request,
    struct why *why)
{
	enum err err = ERR_TRUNCATED;

	deadline(peer, REQUEST_MS);
	while (err == ERR_TRUNCATED) {
		uint8_t piece[PIECE];
		int result = SSL_read(peer->ssl, piece, sizeof(piece));

		if (result <= 0 && !again(peer, result, "the request", why))
			return false;
		if (result <= 0)
			continue;
		buffer_put(octets, piece, (size_t)result);
		err = witness_request_read(bytes_of_buffer(octets), request, why);
	}
	return err == ERR_OK;
}

static bool
answer_give(struct peer *peer, struct bytes answer, struct why *why)
{
	uint8_t rest[PIECE];
	int result;

	deadline(peer, ANSWER_MS);
	while ((result = SSL_write(peer->ssl, answer.at, (int)answer.len)) <= 0)
		if (!again(peer, result, "the answer", why))
			return false;
	SSL_shutdown(peer->ssl);
	shutdown(peer->fd, SHUT_WR);
	/* Closing with octets unread would take the answer away from the peer. */
	while (read(peer->fd, rest, sizeof(rest)) != 0) {
		struct pollfd poll_fd = { .fd = peer->fd, .events = POLLIN };
		int64_t left = peer->until_ms - clock_monotonic_ns() / 1000000;

		if (left <= 0 || poll(&poll_fd, 1, (int)left) <= 0)
			break;
	}
	return true;
}

static bool
converse(struct peer *peer, struct witness *w, struct buffer *octets, struct why *why)
{
	struct witness_request request;
	struct buffer answer = { .max = WITNESS_ANSWER_MAX + 4 };
	uint8_t exporter[ENVELOPE_EXPORTER];
	bool done = hello(peer, why) && request_take(peer, octets, &request, why);

	if (!done)
		return false;
	if (SSL_export_keying_material(peer->ssl, exporter, sizeof(exporter), WITNESS_EXPORTER,
	    strlen(WITNESS_EXPORTER), NULL, 0, 0) != 1) {
		refused(why, "the exporter", "failed");
		return false;
	}
	answer_make(w, &request, bytes_of(exporter, sizeof(exporter)), &answer);
	done = !answer.failed && answer_give(peer, bytes_of_buffer(&answer), why);
	buffer_free(&answer);
	return done;
}

static void
address_text(const struct sockaddr_storage *address, socklen_t len, char out[NAME_OCTETS])
{
	if (getnameinfo((const struct sockaddr *)address, len, out, NAME_OCTETS, NULL, 0,
	    NI_NUMERICHOST) != 0)
		snprintf(out, NAME_OCTETS, "?");
}

void
server_turn(struct server *server, struct witness *w)
{
	struct sockaddr_storage address;
	socklen_t len = sizeof(address);
	struct buffer octets = { .max = WITNESS_REQUEST_MAX + 4 + PIECE };
	struct peer peer = { .fd = accept4(server->fd, (struct sockaddr *)&address, &len,
	    SOCK_NONBLOCK | SOCK_CLOEXEC) };
	struct why why = { .err = ERR_OK };
	char from[NAME_OCTETS];

	if (peer.fd < 0) {
		/* No descriptor, no memory: it passes, or it is seen in the log. */
		log_line(LOG_LEVEL_WARNING, "no connection: %s", strerror(errno));
		poll(NULL, 0, REST_MS);
		return;
	}
	address_text(&address, len, from);
	peer.ssl = SSL_new(server->ctx);
	if (peer.ssl != NULL && SSL_set_fd(peer.ssl, peer.fd) == 1 &&
	    converse(&peer, w, &octets, &why))
		log_line(LOG_LEVEL_INFO, "answered %s, %s", from, peer.name);
	else
		log_line(LOG_LEVEL_WARNING, "gave nothing to %s%s%s: %s", from,
		    peer.name[0] != '\0' ? ", " : "", peer.name, why.text);
	SSL_free(peer.ssl);
	close(peer.fd);
	buffer_free(&octets);
}
