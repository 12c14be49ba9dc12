/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Identity documents of the cloud this machine runs in, from its metadata service: one link-local
 * address without TLS.  What comes is signed by the provider and believed by nobody here; Azure and
 * Google sign our challenge with it, AWS signs nothing of ours.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "attest/envelope.h"
#include "monitor/base/clock.h"
#include "monitor/witness/witness.h"
#include "probes/wire/imds.h"

enum { TALK_MS = 3000, PIECE = 4096, TOKEN_MAX = 512, TARGET_MAX = 1024 };

static const struct { const char *provider, *kind; } providers[] = {
	{ "aws", "ec2-identity" }, { "azure", "azure-attested-data" },
	{ "google", "gcp-identity-token" } };

bool
imds_provider(const char *name)
{
	for (size_t i = 0; i < sizeof(providers) / sizeof(providers[0]); i++)
		if (strcmp(providers[i].provider, name) == 0)
			return true;
	return false;
}

bool
imds_gives(const struct settings *s, const char *kind)
{
	for (size_t i = 0; i < sizeof(providers) / sizeof(providers[0]); i++)
		if (s->imds != NULL && strcmp(providers[i].kind, kind) == 0)
			return strcmp(providers[i].provider, s->imds) == 0;
	return false;
}

bool
imds_address_read(const char *text, struct imds_place *out)
{
	const char *colon = strrchr(text, ':');
	struct sockaddr_in *four = (struct sockaddr_in *)&out->address;
	char host[INET_ADDRSTRLEN];
	unsigned port = 0;

	*out = (struct imds_place){ .len = sizeof(*four) };
	if (colon == NULL || (size_t)(colon - text) >= sizeof(host) || colon[1] == '\0' ||
	    strlen(colon + 1) > 5 || strspn(colon + 1, "0123456789") != strlen(colon + 1))
		return false;
	memcpy(host, text, (size_t)(colon - text));
	host[colon - text] = '\0';
	for (colon++; *colon != '\0'; colon++)
		port = 10 * port + (unsigned)(*colon - '0');
	four->sin_family = AF_INET;
	four->sin_port = htons((uint16_t)port);
	out->port = (uint16_t)port;
	snprintf(out->host, sizeof(out->host), "%s", host);
	return port > 0 && port <= 65535 && inet_pton(AF_INET, host, &four->sin_addr) == 1;
}

/* --- one request ---------------------------------------------------------------------------- */

struct talk { int fd; int64_t until_ms; };

static bool
wait_for(const struct talk *talk, short events)
{
	int64_t left = talk->until_ms - clock_monotonic_ns() / 1000000;
	struct pollfd poll_fd = { .fd = talk->fd, .events = events };

	return left > 0 && poll(&poll_fd, 1, (int)left) > 0;
}

static enum err
late(struct why *why)
{
	return why_set(why, ERR_TIMEOUT, "it takes longer than %d ms", TALK_MS);
}

static enum err
talk_connect(struct talk *talk, const struct imds_place *place, struct why *why)
{
	int fault = 0;
	socklen_t len = sizeof(fault);

	talk->until_ms = clock_monotonic_ns() / 1000000 + TALK_MS;
	talk->fd = socket(place->address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (talk->fd < 0)
		return why_set(why, ERR_IO, "no socket: %s", strerror(errno));
	if (connect(talk->fd, (const struct sockaddr *)&place->address, place->len) == 0)
		return ERR_OK;
	if (errno != EINPROGRESS)
		return why_set(why, ERR_UNREACHABLE, "no connection: %s", strerror(errno));
	if (!wait_for(talk, POLLOUT))
		return late(why);
	if (getsockopt(talk->fd, SOL_SOCKET, SO_ERROR, &fault, &len) != 0 || fault != 0)
		return why_set(why, ERR_UNREACHABLE, "no connection: %s", strerror(fault));
	return ERR_OK;
}

static enum err
talk_send(struct talk *talk, struct bytes octets, struct why *why)
{
	while (octets.len > 0) {
		ssize_t put = send(talk->fd, octets.at, octets.len, MSG_NOSIGNAL);

		if (put < 0 && errno != EAGAIN && errno != EINTR)
			return why_set(why, ERR_CLOSED, "it takes no request: %s", strerror(errno));
		if (put > 0)
			octets = bytes_slice(octets, (size_t)put, octets.len);
		else if (!wait_for(talk, POLLOUT))
			return late(why);
	}
	return ERR_OK;
}

static enum err
talk_take(struct talk *talk, struct buffer *in, struct imds_answer *answer, struct why *why)
{
	for (;;) {
		uint8_t piece[PIECE];
		ssize_t got = recv(talk->fd, piece, sizeof(piece), 0);
		enum err err;

		if (got < 0 && errno != EAGAIN && errno != EINTR)
			return why_set(why, ERR_CLOSED, "it ends the connection: %s",
			    strerror(errno));
		if (got < 0 && !wait_for(talk, POLLIN))
			return late(why);
		if (got < 0)
			continue;
		buffer_put(in, piece, (size_t)got);
		if (in->failed)
			return why_set(why, ERR_LIMIT, "its answer has more than %d octets",
			    IMDS_ANSWER_MAX);
		buffer_free(&answer->body);
		err = imds_answer_read(bytes_of_buffer(in), got == 0, answer, why);
		if (err != ERR_TRUNCATED || got == 0)
			return err;
	}
}

/* in owns the octets that answer has views of. */
static enum err
ask(const struct settings *s, const char *method, const char *target,
    const struct imds_field *fields, struct buffer *in, struct imds_answer *answer,
    struct why *why)
{
	struct buffer out = { .max = 8192 };
	struct talk talk = { .fd = -1 };
	enum err err;

	*answer = (struct imds_answer){ .status = 0 };
	in->max = IMDS_ANSWER_MAX;
	imds_request_write(&out, method, s->imds_place.host, target, fields);
	err = talk_connect(&talk, &s->imds_place, why);
	if (err == ERR_OK)
		err = talk_send(&talk, bytes_of_buffer(&out), why);
	if (err == ERR_OK)
		err = talk_take(&talk, in, answer, why);
	if (talk.fd >= 0)
		close(talk.fd);
	buffer_free(&out);
	if (err != ERR_OK)
		why_in(why, "the metadata service at %s, %s", s->imds_place.host, method);
	return err;
}

/* One GET into a piece. */
static enum err
get(const struct settings *s, const char *target, const struct imds_field *fields,
    const char *role, bool flavor, struct evidence *out, struct why *why)
{
	struct buffer in = { .max = 0 }, *piece = evidence_add(out, role);
	struct imds_answer answer;
	enum err err = piece == NULL ? why_set(why, ERR_LIMIT, "more pieces of evidence than a "
	    "message takes") : ask(s, "GET", target, fields, &in, &answer, why);

	if (piece != NULL && err == ERR_OK && answer.body.len == 0)
		err = why_set(why, ERR_NOT_FOUND, "the metadata service gives an empty document");
	/* Google's guide: without it the answer is another's. */
	if (piece != NULL && err == ERR_OK && flavor &&
	    !bytes_equal(answer.flavor, bytes_of_text("Google")))
		err = why_set(why, ERR_UNTRUSTED, "the answer is not by Google's metadata service: "
		    "it has no Metadata-Flavor");
	if (err == ERR_OK)
		buffer_put(piece, answer.body.at, answer.body.len);
	if (piece != NULL)
		buffer_free(&answer.body);
	buffer_free(&in);
	return err;
}

/* --- providers ------------------------------------------------------------------------------ */

static enum err
token_take(struct bytes body, char out[TOKEN_MAX], struct why *why)
{
	for (size_t i = 0; i < body.len; i++)
		if (body.at[i] <= ' ' || body.at[i] > '~')
			body.len = TOKEN_MAX;
	if (body.len == 0 || body.len >= TOKEN_MAX)
		return why_set(why, ERR_MALFORMED, "the metadata service gives a session token "
		    "that is none");
	memcpy(out, body.at, body.len);
	out[body.len] = '\0';
	return ERR_OK;
}

/* IMDSv2 alone: a session token by PUT, then the document with it. */
static enum err
aws(const struct settings *s, struct evidence *out, struct why *why)
{
	static const struct imds_field life[] = {
		{ "X-aws-ec2-metadata-token-ttl-seconds", "60" }, { NULL, NULL } };
	char token[TOKEN_MAX];
	const struct imds_field session[] = { { "X-aws-ec2-metadata-token", token },
		{ NULL, NULL } };
	struct buffer in = { .max = 0 };
	struct imds_answer answer;
	enum err err = ask(s, "PUT", "/latest/api/token", life, &in, &answer, why);

	if (err == ERR_OK)
		err = token_take(bytes_of_buffer(&answer.body), token, why);
	buffer_free(&answer.body);
	buffer_free(&in);
	return err != ERR_OK ? err : get(s, "/latest/dynamic/instance-identity/rsa2048", session,
	    "document", false, out, why);
}

/* No key is in a challenge of which ten digits are signed: attest/envelope.h. */
static enum err
azure(const struct settings *s, const struct asked *asked, struct evidence *out, struct why *why)
{
	static const struct imds_field fields[] = { { "Metadata", "true" }, { NULL, NULL } };
	struct hash challenge = envelope_challenge(asked->nonce, asked->exporter,
	    bytes_of(NULL, 0));
	char digits[ENVELOPE_DIGITS], target[TARGET_MAX];

	envelope_digits(hash_bytes(&challenge), digits);
	snprintf(target, sizeof(target),
	    "/metadata/attested/document?api-version=2021-02-01&nonce=%s", digits);
	return get(s, target, fields, "document", false, out, why);
}

/* The audience ends with our challenge: attest/gcp_identity.c. */
static enum err
google(const struct settings *s, const struct asked *asked, struct evidence *out, struct why *why)
{
	static const struct imds_field fields[] = { { "Metadata-Flavor", "Google" },
		{ NULL, NULL } };
	struct buffer target = { .max = TARGET_MAX };
	char hex[HASH_TEXT];
	enum err err;

	hash_text(asked->challenge, hex);
	buffer_put_text(&target, "/computeMetadata/v1/instance/service-accounts/default/identity"
	    "?format=full&audience=");
	imds_part_write(&target, s->imds_audience);
	buffer_print(&target, "%%2F%s", hex);
	err = target.failed ? why_set(why, ERR_LIMIT, "--imds-audience is too long") :
	    get(s, buffer_text(&target), fields, "token", true, out, why);
	buffer_free(&target);
	return err;
}

enum err
imds_make(struct witness *w, const struct asked *asked, struct evidence *out, struct why *why)
{
	const struct settings *s = &w->settings;

	return strcmp(s->imds, "aws") == 0 ? aws(s, out, why) :
	    strcmp(s->imds, "azure") == 0 ? azure(s, asked, out, why) : google(s, asked, out, why);
}
