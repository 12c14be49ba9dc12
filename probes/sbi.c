/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "sbi": a 5G service-based interface (TS 29.500): HTTP/2 over TLS with ALPN, or without TLS
 * where the configuration says so; one GET that changes nothing and a PING.  Of an NRF it reads
 * the list of NF instances and their profiles.  It ends with GOAWAY, close_notify and FIN and
 * never leaves a connection idle.  Evidence is what sbi_nrf.h keeps of list and profiles; other
 * bodies are not kept, because they may carry a new trace id each time.
 */
#include <stdio.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "probes/sbi.h"
#include "probes/sbi_ask.h"
#include "probes/sbi_json.h"
#include "probes/tls_options.h"

enum {
	PING_NS   = 300000000,	/* for the PING, once everything else is answered */
	ENDING_NS = 300000000,	/* for the peer's end, before plaintext is tried */
	PATH_MAX_LEN = 512
};

static void
finish(struct round *round, struct sbi *sbi)
{
	sbi_plain_fact(round);
	round_finish(round, sbi->outcome, sbi->err, "%s", sbi->sentence);
}

static void
flush(struct round *round, struct sbi *sbi)
{
	channel_send(round, &sbi->channel, bytes_of_buffer(&sbi->session.out));
	buffer_reset(&sbi->session.out);
}

static const char *
path_of(const struct round *round, const struct sbi *sbi)
{
	const char *path = round_option(round, "path");

	if (path[0] != '\0')
		return path;
	return sbi->wants_nrf ? sbi_list_path : sbi->wants_sepp ? sbi_n32c_path :
	    sbi_liveness_path;
}

static void
on_start(struct round *round, struct sbi *sbi)
{
	bool tls = strcmp(round_option(round, "scheme"), "http") != 0;
	int64_t profiles = 0;

	sbi->wants_sepp = strcmp(round_option(round, "nf"), "sepp") == 0;
	sbi->wants_nrf = strcmp(round_option(round, "nf"), "nrf") == 0;
	if (integer_read(round_option(round, "profiles_max"), &profiles) == ERR_OK)
		sbi->profiles_max = (size_t)profiles;
	sbi->channel.tls = tls;
	sbi_authority(round, tls, sbi->authority, sizeof(sbi->authority));
	if (path_of(round, sbi)[0] != '/' || !sbi_printable(path_of(round, sbi)) ||
	    !sbi_printable(sbi->authority))
		round_finish(round, OUTCOME_UNKNOWN, ERR_INVALID,
		    "path must begin with \"/\", and neither path nor authority may have blanks");
	else if (channel_start(round, &sbi->channel, tls) == CHANNEL_FAILED)
		round_finish(round, OUTCOME_UNKNOWN, sbi->channel.err, "%s", sbi->channel.text);
}

static enum err
get(struct sbi *sbi, const char *path, const char *accept, size_t tag)
{
	struct sbi_request request = { .tls = sbi->channel.tls, .authority = sbi->authority,
	    .path = path, .accept = accept };

	return sbi_session_get(&sbi->session, &request, tag);
}

/* As many as the peer and our own bounds allow at a time. */
static void
ask_profiles(struct round *round, struct sbi *sbi)
{
	static const char accept[] = "application/json, application/problem+json";
	char base[PATH_MAX_LEN], path[PATH_MAX_LEN + NRF_ID_TEXT + 1];
	size_t most = sbi->session.streams_max < SBI_STREAMS ? sbi->session.streams_max :
	    SBI_STREAMS;

	if (!sbi->listed || sbi->concluded || sbi->nrf.read + sbi->nrf.failed == sbi->nrf.instances)
		return;
	snprintf(base, sizeof(base), "%s", path_of(round, sbi));
	base[strcspn(base, "?")] = '\0';
	if (base[strlen(base) - 1] == '/')
		base[strlen(base) - 1] = '\0';
	while (sbi->next < sbi->nrf.instances && sbi->next < sbi->profiles_max &&
	    sbi->session.octets < SBI_PROFILES_OCTETS &&
	    sbi_session_busy(&sbi->session) < most) {
		snprintf(path, sizeof(path), "%s/%s", base, sbi->nrf.instance[sbi->next].listed);
		if (get(sbi, path, accept, sbi->next) != ERR_OK)
			return;
		sbi->next++;
	}
}

/* Takes what is answered, asks for what is next; true when there is nothing left to wait for. */
static bool
progress(struct round *round, struct sbi *sbi)
{
	struct sbi_answer *answer;

	if (sbi->session.ping_acked && !sbi->pinged) {
		sbi->pinged = true;
		fact_set_int(round_facts(round), FACT_SBI_PING_US,
		    (round_now_ns(round) - sbi->asked_ns) / 1000);
	}
	while ((answer = sbi_session_done(&sbi->session)) != NULL) {
		if (!sbi->done)
			sbi_take_answer(round, sbi, answer);
		else
			sbi_take_profile(sbi, answer);
		sbi_answer_release(answer);
	}
	if (!sbi->done)
		return false;
	ask_profiles(round, sbi);
	return sbi_session_busy(&sbi->session) == 0;
}

/* GOAWAY, close_notify, FIN; then the plaintext test, if one is due. */
static void
conclude(struct round *round, struct sbi *sbi, struct sbi_failure failure)
{
	sbi->concluded = true;
	if (sbi->opened && failure.err != ERR_OK) {
		sbi_session_ended(&sbi->session, failure.err);
		progress(round, sbi);
	}
	sbi_verdict(round, sbi, failure);
	if (sbi->opened) {
		sbi_session_end(&sbi->session);
		flush(round, sbi);
	}
	channel_end(round, &sbi->channel);
	if (!sbi_plain_due(round, sbi)) {
		finish(round, sbi);
	} else if (sbi->closed) {
		sbi_plain_begin(round, sbi);
	} else {
		sbi->phase = SBI_ENDING;
		round_wait(round, ENDING_NS);
	}
}

static void
on_ready(struct round *round, struct sbi *sbi)
{
	struct why why = { .err = ERR_OK };
	enum err err = ERR_OK;

	if (sbi->channel.tls &&
	    !bytes_equal(tls_session_alpn(&sbi->channel.session), bytes_of_text("h2")))
		err = why_set(&why, ERR_MISMATCH,
		    "the peer did not choose h2 by ALPN: it does not speak HTTP/2 here");
	else
		err = sbi_session_open(&sbi->session, &why);
	if (err != ERR_OK) {
		conclude(round, sbi, (struct sbi_failure){ err, why.text });
		return;
	}
	sbi->opened = true;
	sbi->asked_ns = round_now_ns(round);
	if (get(sbi, path_of(round, sbi), sbi->wants_nrf ?
	    "application/3gppHal+json, application/json, application/problem+json" :
	    "application/json, application/problem+json", 0) != ERR_OK)
		conclude(round, sbi, (struct sbi_failure){ ERR_IO, "the request cannot be made" });
	else
		flush(round, sbi);
}

static void
on_data(struct round *round, struct sbi *sbi)
{
	struct why why = { .err = ERR_OK };
	enum err err = sbi_session_read(&sbi->session, bytes_of_buffer(&sbi->channel.data), &why);
	bool over;

	buffer_reset(&sbi->channel.data);
	over = progress(round, sbi);
	flush(round, sbi);
	if (err != ERR_OK)
		conclude(round, sbi, (struct sbi_failure){ err, why.text });
	else if (over && (sbi->pinged || sbi->answer_err != ERR_OK))
		conclude(round, sbi, (struct sbi_failure){ ERR_OK, "" });
	else if (over && !sbi->waits) {
		sbi->waits = true;
		round_wait(round, PING_NS);
	}
}

/* What the peer sent before its end is taken first; what it left unanswered is answered so. */
static void
on_ended(struct round *round, struct sbi *sbi)
{
	struct why why = { .err = ERR_OK };
	enum err err = ERR_OK;

	if (sbi->opened) {
		if (sbi->channel.data.len > 0)
			err = sbi_session_read(&sbi->session,
			    bytes_of_buffer(&sbi->channel.data), &why);
		progress(round, sbi);
		sbi->concluded = true;
		sbi_session_ended(&sbi->session, ERR_CLOSED);
		progress(round, sbi);
	}
	conclude(round, sbi, (struct sbi_failure){ err, why.text });
}

static void
on_step(struct round *round, struct sbi *sbi, enum channel_step step)
{
	switch (step) {
	case CHANNEL_READY:
		on_ready(round, sbi);
		if (!sbi->concluded && sbi->channel.data.len > 0)
			on_data(round, sbi);
		break;
	case CHANNEL_DATA:
		on_data(round, sbi);
		break;
	case CHANNEL_ENDED:
		on_ended(round, sbi);
		break;
	case CHANNEL_FAILED:
		conclude(round, sbi,
		    (struct sbi_failure){ sbi->channel.err, sbi->channel.text });
		break;
	default:
		break;
	}
}

static void
sbi_on(struct round *round, const struct event *event)
{
	struct sbi *sbi = round_scratch(round);

	sbi->last = event->kind == EVENT_DEADLINE;
	sbi->closed = event->kind == EVENT_CLOSED;
	if (event->kind == EVENT_START) {
		on_start(round, sbi);
	} else if (sbi->phase == SBI_PLAIN) {
		if (sbi_plain_event(round, sbi, event))
			finish(round, sbi);
	} else if (sbi->phase == SBI_ENDING) {
		if (sbi->last)
			finish(round, sbi);
		else if (event->kind == EVENT_CLOSED || event->kind == EVENT_TIMER)
			sbi_plain_begin(round, sbi);
	} else if (event->kind == EVENT_TIMER) {
		conclude(round, sbi, (struct sbi_failure){ ERR_OK, "" });
	} else {
		on_step(round, sbi, channel_event(round, &sbi->channel, event, "h2"));
	}
}

static void
sbi_end(struct round *round)
{
	struct sbi *sbi = round_scratch(round);

	if (sbi->opened)
		sbi_session_close(&sbi->session);
	nrf_free(&sbi->nrf);
	channel_free(&sbi->channel);
}

/* What OpenSSL and jansson load late is loaded before the sandbox. */
static void
sbi_shared_begin(void *shared)
{
	tls_shared_begin(shared);
	sbi_json_begin();
}

static const struct option_row sbi_options[] = {
	TLS_OPTIONS,
	{ .name = "scheme", .type = OPTION_WORD, .otherwise = "https", .words = "https http",
	  .help = N_("http: HTTP/2 without TLS, by prior knowledge") },
	{ .name = "nf", .type = OPTION_WORD, .otherwise = "any", .words = "any nrf sepp",
	  .help = N_("nrf: read the list of NF instances and their profiles too; sepp: look for "
	    "the N32-c handshake") },
	{ .name = "nf_instance", .type = OPTION_TEXT, .minimum = 36, .maximum = 36,
	  .help = N_("NF instance id that the certificate must name as urn:uuid "
	    "(TS 33.310 6.1.3c)") },
	{ .name = "path", .type = OPTION_TEXT, .minimum = 1, .maximum = PATH_MAX_LEN - 1,
	  .help = N_("path of the request; default: one that no function serves, "
	    "of an NRF /nnrf-nfm/v1/nf-instances") },
	{ .name = "expect", .type = OPTION_TEXT, .maximum = NRF_EXPECT_MAX,
	  .help = N_("ids of the NF instances an NRF must list, and no others, with commas; if not "
	    "given, the nf_instance_id of all instances, where they fit") },
	{ .name = "profiles_max", .type = OPTION_INTEGER, .minimum = 0, .maximum = 1024,
	  .otherwise = "64", .help = N_("how many NF profiles are read of an NRF in a round") },
	{ .name = "authority", .type = OPTION_TEXT, .minimum = 1, .maximum = 255,
	  .help = N_("authority of the request; default: server_name or the address") },
	{ .name = "plaintext_port", .type = OPTION_INTEGER, .minimum = 1, .maximum = 65535,
	  .help = N_("permits the test whether this port takes HTTP/2 without TLS") },
	{ .name = "plaintext_interval", .type = OPTION_DURATION, .minimum = 1000,
	  .maximum = 86400000, .otherwise = "10m",
	  .help = N_("the plaintext test is made at most once in this time") },
	{ .name = NULL }
};

const struct probe_ops probe_sbi = {
	.name         = "sbi",
	.title        = N_("5G service-based interface"),
	.port         = 443,
	.options      = sbi_options,
	.fault        = tls_options_fault,
	.file_check   = tls_options_file,
	.scratch_len  = sizeof(struct sbi),
	.answer_max   = SBI_CONNECTION_MAX,
	.on           = sbi_on,
	.end          = sbi_end,
	.shared_len   = sizeof(struct tls_shared),
	.shared_begin = sbi_shared_begin,
	.shared_end   = tls_shared_end,
	.kept_len     = sizeof(struct sbi_kept),
	.kept_end     = tls_kept_end
};
