/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "tls-refusal": what a server of any protocol over TLS must not accept: plaintext, old
 * versions, and where it authenticates its clients, the wrong ones.  With request = http an answer
 * that refuses counts; otherwise TLS alone is judged.
 */
#include <stdio.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "probes/tls_options.h"
#include "probes/tls_trial.h"

static const struct refusal_attempt attempts[] = {
	{ "plaintext", "3GPP TS 33.210 6.2", N_("a request in the clear") },
	{ "plaintext-port", "3GPP TS 33.210 6.2",
	  N_("a request in the clear to plaintext_port") },
	TRIAL_CERTIFICATES("3GPP TS 33.310 6.1"),
	TRIAL_VERSIONS("RFC 8996 section 4")
};

static const enum trial_kind kinds[] = {
	TRIAL_PLAINTEXT, TRIAL_PLAINTEXT_PORT, TRIAL_CERTIFICATE_KINDS, TRIAL_VERSION_KINDS
};

static bool
speaks_http(const struct round *round)
{
	return strcmp(round_option(round, "request"), "http") == 0;
}

static const char *
alpn_of(const struct round *round)
{
	const char *alpn = round_option(round, "alpn");

	return alpn[0] == '\0' && speaks_http(round) ? "http/1.1" : alpn;
}

static bool
ask(struct round *round, struct trials *t, struct buffer *out)
{
	if (speaks_http(round) || t->kind == TRIAL_PLAINTEXT || t->kind == TRIAL_PLAINTEXT_PORT)
		buffer_print(out, "GET / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n",
		    tls_look_name(round));
	return true;
}

/* "HTTP/1.1 400 Bad Request": 0 if it is no such line, -1 if it is not there yet. */
static int
http_status(struct bytes data)
{
	int status = 0;

	if (memcmp(data.at, "HTTP/", data.len < 5 ? data.len : 5) != 0)
		return 0;
	if (data.len < 12)
		return -1;
	for (size_t i = 9; i < 12; i++)
		status = data.at[i] >= '0' && data.at[i] <= '9' && status >= 0 ?
		    status * 10 + (data.at[i] - '0') : -1000;
	return data.at[8] == ' ' && status >= 100 ? status : 0;
}

static enum refusal_answer
judge(struct round *round, struct trials *t, bool ended, char text[REFUSAL_TEXT])
{
	struct bytes data = bytes_of_buffer(&t->channel.data);
	int status = http_status(data);

	(void)round;
	if (status < 0 && !ended)
		return REFUSAL_NOT_MADE;
	if (status > 0)
		return trials_http(t, status, text);
	snprintf(text, REFUSAL_TEXT, "it answered with %zu octets", data.len);
	return REFUSAL_ACCEPTED;
}

static const struct trial_ops ops = {
	.table = attempts, .kind = kinds, .count = sizeof(attempts) / sizeof(attempts[0]),
	.alpn = alpn_of, .ask = ask, .judge = judge
};

static void
tls_refusal_on(struct round *round, const struct event *event)
{
	if (event->kind == EVENT_START)
		trials_start(round, round_scratch(round), &ops, false);
	else
		trials_event(round, round_scratch(round), event);
}

static void
tls_refusal_end(struct round *round)
{
	trials_free(round_scratch(round));
}

static const struct option_row options[] = {
	TLS_OPTIONS,
	TRIAL_OPTIONS,
	{ .name = "alpn", .type = OPTION_TEXT, .maximum = 255,
	  .help = N_("application protocols to offer, with commas") },
	{ .name = "request", .type = OPTION_WORD, .otherwise = "none", .words = "none http",
	  .help = N_("http: behind the handshake a request is made, whose answer counts") },
	{ .name = NULL }
};

const struct probe_ops probe_tls_refusal = {
	.name         = "tls-refusal",
	.title        = N_("What a TLS server must refuse"),
	.port         = 443,
	.options      = options,
	.fault        = tls_options_fault,
	.file_check   = tls_options_file,
	.scratch_len  = sizeof(struct trials),
	.on           = tls_refusal_on,
	.end          = tls_refusal_end,
	.shared_len   = sizeof(struct tls_shared),
	.shared_begin = tls_shared_begin,
	.shared_end   = tls_shared_end,
	.kept_len     = sizeof(struct tls_kept),
	.kept_end     = tls_kept_end
};
