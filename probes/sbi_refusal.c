/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "sbi-refusal": what a service-based interface must not take: HTTP/2 in the clear, old
 * versions of TLS, a client without a certificate or with a wrong one, a request without an access
 * token or with one for another audience (OAuth 2.0, TS 33.501 13.4.1).  Each attempt is one GET.
 */
#include <stdio.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "probes/sbi_ask.h"
#include "probes/sbi_json.h"
#include "probes/sbi_session.h"
#include "probes/tls_options.h"
#include "probes/tls_trial.h"
#include "probes/wire/sbi_preface.h"

enum { TOKEN_MAX = 8192 };

struct sbi_refusal {
	struct trials      trials;
	struct sbi_session session;
	bool               open;
	char               authority[300];
};

static const struct refusal_attempt attempts[] = {
	{ "plaintext", "3GPP TS 33.501 13.1", N_("HTTP/2 in the clear") },
	{ "plaintext-port", "3GPP TS 33.501 13.1", N_("HTTP/2 in the clear at plaintext_port") },
	TRIAL_CERTIFICATES("3GPP TS 33.501 13.1"),
	TRIAL_VERSIONS("3GPP TS 33.210 6.2"),
	{ "no-token", "3GPP TS 33.501 13.4.1", N_("a request without an access token") },
	{ "wrong-audience", "3GPP TS 33.501 13.4.1",
	  N_("a request with the access token for another audience") }
};

enum { WRONG_AUDIENCE = 10 };	/* row of attempts */

static const enum trial_kind kinds[] = {
	TRIAL_PLAINTEXT, TRIAL_PLAINTEXT_PORT, TRIAL_CERTIFICATE_KINDS, TRIAL_VERSION_KINDS,
	TRIAL_OWN, TRIAL_OWN
};

static const char *
alpn_of(const struct round *round)
{
	(void)round;
	return "h2";
}

static bool
is_plaintext(const struct trials *t)
{
	return t->kind == TRIAL_PLAINTEXT || t->kind == TRIAL_PLAINTEXT_PORT;
}

/* "Bearer TOKEN" from the file, without its line end; false if there is none that fits a field. */
static bool
token_text(struct round *round, char *out, size_t out_len)
{
	struct bytes token = round_file(round, "wrong_token");

	while (token.len > 0 && token.at[token.len - 1] <= ' ')
		token.len--;
	for (size_t i = 0; i < token.len; i++)
		if (token.at[i] <= ' ' || token.at[i] > '~')
			return false;
	if (token.len == 0 || token.len + 8 > out_len)
		return false;
	snprintf(out, out_len, "Bearer %.*s", (int)token.len, (const char *)token.at);
	return true;
}

/* The request in words: the octets on the wire hold the token, which is kept nowhere. */
static void
own_note(struct trials *t, const char *path, bool token)
{
	struct buffer text = { .max = REFUSAL_OCTETS_MAX };

	buffer_print(&text, "GET %s\n%s", path, token ? "authorization: Bearer (not kept)\n" : "");
	refusal_sent(&t->refusal, bytes_of_buffer(&text));
	buffer_free(&text);
}

static bool
ask(struct round *round, struct trials *t, struct buffer *out)
{
	struct sbi_refusal *s = round_scratch(round);
	struct sbi_request request = { .tls = true, .authority = s->authority,
	    .path = sbi_liveness_path, .accept = "application/json, application/problem+json" };
	struct why why = { .err = ERR_OK };
	char token[TOKEN_MAX] = "";

	if (is_plaintext(t)) {
		struct bytes question = sbi_plain_question();

		buffer_put(out, question.at, question.len);
		return true;
	}
	if (t->kind == TRIAL_OWN) {
		bool wrong = t->attempt == &attempts[WRONG_AUDIENCE];

		request.path = round_option(round, "path");
		if (wrong && !token_text(round, token, sizeof(token))) {
			trials_tell(round, t, REFUSAL_UNCLEAR, "not made: it needs wrong_token, a "
			    "file with an access token for another audience");
			return false;
		}
		request.authorization = wrong ? token : NULL;
		own_note(t, request.path, wrong);
	}
	s->open = sbi_session_open(&s->session, &why) == ERR_OK;
	if (s->open && sbi_session_get(&s->session, &request, 0) == ERR_OK)
		buffer_put(out, s->session.out.at, s->session.out.len);
	buffer_reset(&s->session.out);
	return true;
}

static enum refusal_answer
plain_judge(const struct trials *t, bool ended, char text[REFUSAL_TEXT])
{
	struct bytes data = bytes_of_buffer(&t->channel.data);
	bool http1 = data.len >= 12 && memcmp(data.at, "HTTP/1.", 7) == 0;

	switch (sbi_plain_judge(data)) {
	case SBI_PLAIN_MORE:
		snprintf(text, REFUSAL_TEXT, "it ended the connection within its answer");
		return ended ? REFUSAL_UNCLEAR : REFUSAL_NOT_MADE;
	case SBI_PLAIN_ACCEPTED:
		snprintf(text, REFUSAL_TEXT, "it answered in the clear");
		return REFUSAL_ACCEPTED;
	case SBI_PLAIN_REFUSED:
		snprintf(text, REFUSAL_TEXT, "it answered with an alert of TLS");
		return REFUSAL_REFUSED;
	default:
		/* TS 29.500 5.2.1: the interface is HTTP/2; whatever HTTP/1 says is no service. */
		snprintf(text, REFUSAL_TEXT, http1 ? "it took no HTTP/2 in the clear: %.12s" :
		    "it answered with something that is not HTTP", (const char *)data.at);
		return http1 ? REFUSAL_REFUSED : REFUSAL_UNCLEAR;
	}
}

/* RFC 6750 section 3: 401 with a challenge, or 403; what is not served says nothing of tokens. */
static enum refusal_answer
token_judge(const struct sbi_answer *answer, char text[REFUSAL_TEXT])
{
	if (answer->status == 401 || answer->status == 403) {
		snprintf(text, REFUSAL_TEXT, "HTTP status %d%s%.120s", answer->status,
		    answer->challenge[0] != '\0' ? ", WWW-Authenticate: " :
		    answer->status == 401 ? " without WWW-Authenticate" : "", answer->challenge);
		return REFUSAL_REFUSED;
	}
	if (answer->status / 100 == 2) {
		snprintf(text, REFUSAL_TEXT, "HTTP status %d", answer->status);
		return REFUSAL_ACCEPTED;
	}
	snprintf(text, REFUSAL_TEXT, "HTTP status %d says nothing of the token: set path to a "
	    "resource that is served", answer->status);
	return REFUSAL_UNCLEAR;
}

static enum refusal_answer
answer_judge(struct trials *t, struct sbi_answer *answer, char text[REFUSAL_TEXT])
{
	struct buffer said = { .max = REFUSAL_OCTETS_MAX };
	enum refusal_answer judged;

	if (answer->status == 0) {
		snprintf(text, REFUSAL_TEXT, "the request was not answered: %s",
		    answer->reset ? sbi_code_name(answer->code) : err_text(answer->err));
		judged = REFUSAL_UNCLEAR;
	} else if (t->kind == TRIAL_OWN) {
		buffer_print(&said, "status: %d\nwww-authenticate: %s\n", answer->status,
		    answer->challenge);
		refusal_received(&t->refusal, bytes_of_buffer(&said));
		refusal_received(&t->refusal, bytes_of_buffer(&answer->body));
		judged = token_judge(answer, text);
	} else {
		judged = trials_http(t, answer->status, text);
	}
	sbi_answer_release(answer);
	buffer_free(&said);
	return judged;
}

static enum refusal_answer
judge(struct round *round, struct trials *t, bool ended, char text[REFUSAL_TEXT])
{
	struct sbi_refusal *s = round_scratch(round);
	struct sbi_answer *answer;
	struct why why = { .err = ERR_OK };
	enum err err;

	if (is_plaintext(t))
		return plain_judge(t, ended, text);
	err = s->open ? sbi_session_read(&s->session, bytes_of_buffer(&t->channel.data), &why) :
	    why_set(&why, ERR_IO, "no memory for an HTTP/2 session");
	buffer_reset(&t->channel.data);
	if (s->open && err == ERR_OK && ended)
		sbi_session_ended(&s->session, ERR_CLOSED);
	answer = s->open ? sbi_session_done(&s->session) : NULL;
	if (answer != NULL)
		return answer_judge(t, answer, text);
	if (err != ERR_OK) {
		snprintf(text, REFUSAL_TEXT, "%.180s", why.text);
		return REFUSAL_UNCLEAR;
	}
	channel_send(round, &t->channel, bytes_of_buffer(&s->session.out));
	buffer_reset(&s->session.out);
	return REFUSAL_NOT_MADE;
}

/* GOAWAY: no connection is left to be timed out by the peer. */
static bool
leave(struct round *round, struct trials *t)
{
	struct sbi_refusal *s = round_scratch(round);

	if (is_plaintext(t)) {
		channel_send(round, &t->channel, sbi_plain_goodbye());
	} else if (s->open) {
		sbi_session_end(&s->session);
		channel_send(round, &t->channel, bytes_of_buffer(&s->session.out));
		buffer_reset(&s->session.out);
	}
	return false;
}

static void
reset(struct trials *t)
{
	struct sbi_refusal *s = (struct sbi_refusal *)t;

	if (s->open)
		sbi_session_close(&s->session);
	s->open = false;
}

static const struct trial_ops ops = {
	.table = attempts, .kind = kinds, .count = sizeof(attempts) / sizeof(attempts[0]),
	.alpn = alpn_of, .ask = ask, .judge = judge, .leave = leave, .reset = reset
};

static void
sbi_refusal_on(struct round *round, const struct event *event)
{
	struct sbi_refusal *s = round_scratch(round);
	const char *path = round_option(round, "path");

	if (event->kind != EVENT_START) {
		trials_event(round, &s->trials, event);
		return;
	}
	sbi_authority(round, true, s->authority, sizeof(s->authority));
	if (path[0] != '/' || !sbi_printable(path) || !sbi_printable(s->authority))
		round_finish(round, OUTCOME_UNKNOWN, ERR_INVALID,
		    "path must begin with \"/\", and neither path nor authority may have blanks");
	else
		trials_start(round, &s->trials, &ops, false);
}

static void
sbi_refusal_end(struct round *round)
{
	trials_free(round_scratch(round));
}

static void
sbi_refusal_shared_begin(void *shared)
{
	tls_shared_begin(shared);
	sbi_json_begin();
}

static const struct option_row sbi_refusal_options[] = {
	TLS_OPTIONS,
	TRIAL_OPTIONS,
	{ .name = "path", .type = OPTION_TEXT, .minimum = 1, .maximum = 511,
	  .otherwise = "/nnrf-nfm/v1/nf-instances",
	  .help = N_("a resource that is served to who has an access token; asked for by the "
	    "attempts no-token and wrong-audience") },
	{ .name = "wrong_token", .type = OPTION_SECRET, .minimum = 1, .maximum = 4095,
	  .help = N_("file with an access token for another audience") },
	{ .name = "authority", .type = OPTION_TEXT, .minimum = 1, .maximum = 255,
	  .help = N_("authority of the request; default: server_name or the address") },
	{ .name = NULL }
};

const struct probe_ops probe_sbi_refusal = {
	.name         = "sbi-refusal",
	.title        = N_("What a service-based interface must refuse"),
	.port         = 443,
	.options      = sbi_refusal_options,
	.fault        = tls_options_fault,
	.file_check   = tls_options_file,
	.scratch_len  = sizeof(struct sbi_refusal),
	.answer_max   = 1 << 20,
	.on           = sbi_refusal_on,
	.end          = sbi_refusal_end,
	.shared_len   = sizeof(struct tls_shared),
	.shared_begin = sbi_refusal_shared_begin,
	.shared_end   = tls_shared_end,
	.kept_len     = sizeof(struct tls_kept),
	.kept_end     = tls_kept_end
};
