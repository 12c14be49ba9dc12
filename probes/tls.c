/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "tls": one handshake, everything seen in it, then close_notify and close.  It never holds
 * a connection idle: what a server still has to say of a client certificate is read after our
 * side was closed.  A bad chain is a fact, not a failure to look.
 */
#include <stdio.h>

#include "monitor/base/i18n.h"
#include "probes/tls_look.h"
#include "probes/tls_measure.h"
#include "probes/tls_options.h"

enum {
	SETTLE_NS      = 1000000000,	/* for a server's word on a client certificate */
	GENERAL_ROUNDS = 60		/* after a handshake the measuring client did not finish */
};

struct tls {
	struct tls_session session;
	struct tls_measure measure;
	bool               open;	/* the session is to be closed */
	bool               measuring;	/* by tls_measure.h; what it cannot finish is asked anew */
	bool               connected;
	bool               done;	/* the handshake is complete */
};

/* The handshake is complete: what is left to say is whether the chain is as it should be. */
static void
finish_done(struct round *round, struct tls *tls)
{
	struct tls_finding finding = { .err = ERR_OK, .text.max = DETAIL_MAX };

	tls_look_done(round, &tls->session, &finding);
	tls_look_revocation(round, &tls->session, &finding);
	round_finish(round, finding.err == ERR_OK ? OUTCOME_UP : OUTCOME_DEGRADED, finding.err,
	    "%s", buffer_text(&finding.text));
	buffer_free(&finding.text);
}

/* No handshake; what was heard until then is kept all the same. */
static void
finish_failed(struct round *round, struct tls *tls, enum err err, const char *sentence)
{
	struct tls_finding finding = { .err = ERR_OK };
	bool wants_certificate = tls->session.heard.certificate_requested && tls->session.alerted;
	enum outcome outcome = wants_certificate ? OUTCOME_DEGRADED :
	    err == ERR_IO ? OUTCOME_UNKNOWN : OUTCOME_DOWN;

	tls_look_heard(round, &tls->session, false);
	tls_look_chain(round, &tls->session, &finding);
	buffer_free(&finding.text);
	if (wants_certificate)
		round_finish(round, outcome, err,
		    "%s after it had asked for a client certificate%s", sentence,
		    tls->session.certificate_sent ? "" : "; none is configured");
	else
		round_finish(round, outcome, err, "%s", sentence);
}

static void
send_out(struct round *round, struct tls *tls)
{
	round_send(round, bytes_of_buffer(&tls->session.out));
	buffer_reset(&tls->session.out);
}

static void
on_step(struct round *round, struct tls *tls, struct bytes in)
{
	struct why why = { .err = ERR_OK };
	enum tls_step step = tls_session_step(&tls->session, in, &why);

	if (step == TLS_STEP_DONE) {
		tls->done = true;
		round_answered(round);
		tls_session_end(&tls->session);
	}
	send_out(round, tls);
	if (step == TLS_STEP_FAILED) {
		finish_failed(round, tls, why.err, why.text);
	} else if (step == TLS_STEP_DONE && tls->session.heard.tls13 &&
	    tls->session.heard.certificate_requested) {
		/* RFC 8446 4.4.2.4: the server judges our certificate after we are done. */
		round_shutdown(round);
		round_wait(round, SETTLE_NS);
	} else if (step == TLS_STEP_DONE) {
		finish_done(round, tls);
	}
}

static void
on_start(struct round *round, struct tls *tls)
{
	struct tls_shared *shared = round_shared(round);
	struct tls_kept *kept = round_kept(round);
	struct why why = { .err = ERR_OK };
	enum err err = tls_kept_prepare(round, &why);

	if (err != ERR_OK) {
		round_finish(round, OUTCOME_UNKNOWN, err, "%s", why.text);
		return;
	}
	tls->measuring = shared->tools != NULL && kept->general == 0 &&
	    !tls_kept_context(kept)->credential;
	kept->general -= kept->general > 0;
	round_connect(round);
}

static void
measure_end(struct tls *tls)
{
	if (tls->measuring)
		tls_measure_close(&tls->measure);
	tls->measuring = false;
}

/* Whatever it was, the general path says it, over a connection of its own. */
static void
measure_elsewhere(struct round *round, struct tls *tls)
{
	struct tls_kept *kept = round_kept(round);

	kept->general = GENERAL_ROUNDS;
	measure_end(tls);
	tls_session_close(&tls->session);
	tls->open = tls->connected = false;
	round_connect(round);
}

static void
measure_step(struct round *round, struct tls *tls, struct bytes in)
{
	enum tls_measure_step step = tls_measure_step(&tls->measure, in);

	if (step == TLS_MEASURE_ELSEWHERE) {
		measure_elsewhere(round, tls);
	} else if (step == TLS_MEASURE_DONE) {
		tls->done = true;
		round_answered(round);
		send_out(round, tls);
		finish_done(round, tls);
	}
}

static void
measure_begin(struct round *round, struct tls *tls)
{
	struct tls_shared *shared = round_shared(round);
	const char *name = tls_look_name(round);

	tls->open = true;
	if (!tls_measure_open(&tls->measure, shared->tools, shared->chains, &tls->session,
	    tls_look_is_address(name) ? "" : name, round_option(round, "alpn")))
		measure_elsewhere(round, tls);
	else
		send_out(round, tls);
}

static void
on_connected(struct round *round, struct tls *tls)
{
	const char *name = tls_look_name(round);
	struct why why = { .err = ERR_OK };
	enum err err;

	tls->connected = true;
	if (tls->measuring) {
		measure_begin(round, tls);
		return;
	}
	err = tls_session_open(&tls->session, tls_kept_context(round_kept(round)),
	    tls_look_is_address(name) ? "" : name, round_option(round, "alpn"), &why);

	if (err != ERR_OK) {
		round_finish(round, OUTCOME_UNKNOWN, err, "%s", why.text);
		return;
	}
	tls->open = true;
	tls_session_ask_status(&tls->session);
	on_step(round, tls, bytes_of(NULL, 0));
}

static void
on_data(struct round *round, struct tls *tls, struct bytes data)
{
	if (tls->measuring)
		measure_step(round, tls, data);
	else if (!tls->done)
		on_step(round, tls, data);
	else if (tls_session_read(&tls->session, data, NULL) == TLS_STEP_DONE)
		finish_done(round, tls);
}

static void
on_closed(struct round *round, struct tls *tls, const struct event *event)
{
	char sentence[DETAIL_MAX];

	if (tls->done) {
		finish_done(round, tls);
		return;
	}
	if (tls->measuring && tls->connected) {
		measure_elsewhere(round, tls);
		return;
	}
	snprintf(sentence, sizeof(sentence), tls->connected ?
	    "the handshake was not finished: %s" : "the port does not accept connections: %s",
	    event->text);
	finish_failed(round, tls, event->err, sentence);
}

static void
on_deadline(struct round *round, struct tls *tls)
{
	if (tls->done)
		finish_done(round, tls);
	else
		finish_failed(round, tls, ERR_TIMEOUT, tls->connected ?
		    "the peer did not finish the handshake before the deadline" :
		    "the port did not answer before the deadline");
}

static void
tls_on(struct round *round, const struct event *event)
{
	struct tls *tls = round_scratch(round);

	switch (event->kind) {
	case EVENT_START:
		on_start(round, tls);
		break;
	case EVENT_CONNECTED:
		on_connected(round, tls);
		break;
	case EVENT_DATA:
		on_data(round, tls, event->data);
		break;
	case EVENT_TIMER:
		finish_done(round, tls);
		break;
	case EVENT_CLOSED:
		on_closed(round, tls, event);
		break;
	case EVENT_DEADLINE:
		on_deadline(round, tls);
		break;
	default:
		break;
	}
}

static void
tls_end(struct round *round)
{
	struct tls *tls = round_scratch(round);

	measure_end(tls);
	if (tls->open)
		tls_session_close(&tls->session);
}

static const struct option_row tls_options[] = {
	TLS_OPTIONS,
	{ .name = "alpn", .type = OPTION_TEXT, .minimum = 1, .maximum = 250,
	  .help = N_("application protocols to offer, with commas: \"h2,http/1.1\"") },
	{ .name = "crl", .type = OPTION_FILE, .minimum = 1, .maximum = 4095,
	  .help = N_("certificate revocation lists, PEM, or one in DER") },
	{ .name = NULL }
};

const struct probe_ops probe_tls = {
	.name         = "tls",
	.title        = N_("TLS handshake"),
	.options      = tls_options,
	.fault        = tls_options_fault,
	.file_check   = tls_options_file,
	.scratch_len  = sizeof(struct tls),
	.on           = tls_on,
	.end          = tls_end,
	.shared_len   = sizeof(struct tls_shared),
	.shared_begin = tls_shared_begin,
	.shared_end   = tls_shared_end,
	.kept_len     = sizeof(struct tls_kept),
	.kept_end     = tls_kept_end
};
