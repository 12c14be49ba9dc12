/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asks sekimori-witness as a monitor does: "witness_ask ADDR PORT CA CERTIFICATE KEY DIR KIND...".
 * Leaves in DIR each piece as KIND.ROLE, the sentence of what was lacking as KIND.lack, the
 * challenge that must be signed (hex) and the key it speaks of (spki, DER).  Exit 0: an answer to
 * our nonce came; 1: none; the reason on standard error.
 */
#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "attest/envelope.h"
#include "monitor/base/file.h"
#include "probes/wire/witness.h"

enum { ARGUMENTS = 7 };

static int
fail(const char *what)
{
	fprintf(stderr, "witness_ask: %s: ", what);
	ERR_print_errors_fp(stderr);
	fputc('\n', stderr);
	return 1;
}

static int
dial(const char *address, const char *port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)strtoul(
	    port, NULL, 10)) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || inet_pton(AF_INET, address, &to.sin_addr) != 1 ||
	    connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0)
		return -1;
	return fd;
}

static SSL *
shake(const char *const *argv, int fd)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	SSL *ssl;

	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	if (SSL_CTX_load_verify_file(ctx, argv[3]) != 1)
		return NULL;
	if (strcmp(argv[4], "none") != 0 && (SSL_CTX_use_certificate_chain_file(ctx, argv[4]) != 1 ||
	    SSL_CTX_use_PrivateKey_file(ctx, argv[5], SSL_FILETYPE_PEM) != 1))
		return NULL;
	ssl = SSL_new(ctx);
	SSL_CTX_free(ctx);
	if (SSL_set_fd(ssl, fd) != 1 || SSL_connect(ssl) != 1) {
		SSL_free(ssl);
		return NULL;
	}
	return ssl;
}

static void
keep(const char *dir, const char *kind, const char *role, struct bytes octets)
{
	char path[512];
	struct why why = { .err = ERR_OK };

	snprintf(path, sizeof(path), "%s/%s%s%s", dir, kind, *kind != '\0' ? "." : "", role);
	if (file_write(path, octets, 0600, &why) != ERR_OK)
		fprintf(stderr, "witness_ask: %s\n", why.text);
}

static void
answer_keep(const char *dir, const struct witness_answer *answer, struct bytes exporter)
{
	struct hash challenge = envelope_challenge(answer->nonce, exporter, answer->spki);
	char hex[HASH_TEXT];

	hash_text(challenge, hex);
	keep(dir, "", "challenge", bytes_of_text(hex));
	keep(dir, "", "spki", answer->spki);
	for (size_t i = 0; i < answer->statements; i++)
		for (size_t k = 0; k < answer->statement[i].items; k++)
			keep(dir, answer->statement[i].kind, answer->statement[i].item[k].role,
			    answer->statement[i].item[k].octets);
	for (size_t i = 0; i < answer->lacks; i++) {
		keep(dir, answer->lack[i].kind, "lack", answer->lack[i].text);
		printf("%s: %.*s\n", answer->lack[i].kind, (int)answer->lack[i].text.len,
		    (const char *)answer->lack[i].text.at);
	}
}

static int
converse(SSL *ssl, const char *dir, int kinds, const char *const *kind)
{
	uint8_t nonce[WITNESS_NONCE] = { 0 }, exporter[ENVELOPE_EXPORTER], piece[4096];
	struct witness_request request = { .nonce = bytes_of(nonce, sizeof(nonce)),
		.kinds = (size_t)kinds };
	static struct witness_answer answer;
	struct buffer out = { .max = 0 }, in = { .max = WITNESS_ANSWER_MAX + 4 };
	struct why why = { .err = ERR_OK };
	int got;

	random_fill(nonce, sizeof(nonce));
	for (int i = 0; i < kinds; i++)
		snprintf(request.kind[i], WITNESS_NAME_MAX, "%s", kind[i]);
	witness_request_write(&out, &request);
	if (SSL_export_keying_material(ssl, exporter, sizeof(exporter), WITNESS_EXPORTER,
	    strlen(WITNESS_EXPORTER), NULL, 0, 0) != 1 ||
	    SSL_write(ssl, out.at, (int)out.len) <= 0)
		return fail("asking");
	while ((got = SSL_read(ssl, piece, sizeof(piece))) > 0)
		buffer_put(&in, piece, (size_t)got);
	buffer_free(&out);
	if (in.len == 0 || SSL_get_error(ssl, got) != SSL_ERROR_ZERO_RETURN)
		return fail("the answer");
	if (witness_answer_read(bytes_of_buffer(&in), &answer, &why) != ERR_OK)
		return fail(why.text);
	if (!bytes_equal(answer.nonce, request.nonce))
		return fail("the answer is to another nonce");
	answer_keep(dir, &answer, bytes_of(exporter, sizeof(exporter)));
	buffer_free(&in);
	return 0;
}

int
main(int argc, char **argv)
{
	const char *const *arguments = (const char *const *)argv;
	SSL *ssl;
	int fd, code;

	if (argc < ARGUMENTS || argc - ARGUMENTS > WITNESS_KINDS) {
		fputs("usage: witness_ask ADDR PORT CA CERTIFICATE|none KEY DIR KIND...\n", stderr);
		return 2;
	}
	fd = dial(argv[1], argv[2]);
	if (fd < 0)
		return fail("no connection");
	ssl = shake(arguments, fd);
	if (ssl == NULL)
		return fail("the handshake");
	code = converse(ssl, argv[6], argc - ARGUMENTS, arguments + ARGUMENTS);
	SSL_free(ssl);
	close(fd);
	return code;
}
