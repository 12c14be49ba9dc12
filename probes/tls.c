/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "tls": one handshake, everything seen in it, then close_notify and close.  It never holds
 * a connection idle: what a server still has to say of a client certificate is read after our
 * side was closed.  A bad chain is a fact, not a failure to look.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "probes/tls_shared.h"

enum { SETTLE_NS = 1000000000 };	/* for a server's word on a client certificate */

struct tls {
	struct tls_session session;
	bool               open;	/* the session is to be closed */
	bool               connected;
	bool               done;	/* the handshake is complete */
};

static const char *
server_name(const struct round *round)
{
	const char *name = round_option(round, "server_name");

	return name[0] != '\0' ? name : round_host(round);
}

static bool
is_address(const char *host)
{
	uint8_t octets[16];

	return inet_pton(AF_INET, host, octets) == 1 || inet_pton(AF_INET6, host, octets) == 1;
}

static void
number_fact(struct round *round, enum fact fact, const char *name, unsigned number)
{
	char text[32];

	if (number == 0)
		return;
	snprintf(text, sizeof(text), "unknown (%u)", number);
	fact_set_text(round_facts(round), fact, bytes_of_text(name != NULL ? name : text));
}

static void
negotiated_facts(struct round *round, const struct tls_session *session)
{
	struct fact_set *facts = round_facts(round);
	const struct tls_heard *heard = &session->heard;
	struct bytes alpn = tls_session_alpn(session);
	char text[32];

	fact_set_text(facts, FACT_TLS_VERSION, bytes_of_text(tls_session_version(session)));
	fact_set_text(facts, FACT_TLS_SUITE, bytes_of_text(tls_session_suite(session)));
	number_fact(round, FACT_TLS_GROUP, tls_group_name(heard->group), heard->group);
	if (heard->group == 0 && heard->dh_bits > 0) {
		snprintf(text, sizeof(text), "dh %u", heard->dh_bits);
		fact_set_text(facts, FACT_TLS_GROUP, bytes_of_text(text));
	}
	number_fact(round, FACT_TLS_SIGNATURE, tls_scheme_name(heard->scheme), heard->scheme);
	if (alpn.len > 0)
		fact_set_text(facts, FACT_TLS_ALPN, alpn);
}

static void
heard_facts(struct round *round, const struct tls *tls)
{
	const struct tls_session *session = &tls->session;
	struct fact_set *facts = round_facts(round);

	if (tls->done || session->heard.certificate_requested) {
		fact_set_flag(facts, FACT_TLS_CLIENT_CERT_REQUESTED,
		    session->heard.certificate_requested);
		fact_set_flag(facts, FACT_TLS_CLIENT_CERT_SENT, session->certificate_sent);
	}
	if (session->alerted)
		number_fact(round, FACT_TLS_ALERT, tls_alert_name(session->alert), session->alert);
	if (tls->done)
		negotiated_facts(round, session);
}

/* "the peer's certificate" or "certificate 2 of the chain". */
static const char *
which_certificate(uint32_t depth, char *out, size_t out_len)
{
	if (depth == 0)
		return "the peer's certificate";
	snprintf(out, out_len, "certificate %u of the chain", depth + 1);
	return out;
}

struct finding {
	enum err      err;	/* ERR_OK: nothing is wrong */
	struct buffer text;
};

static void
finding_add(struct finding *finding, enum err err)
{
	if (finding->err == ERR_OK)
		finding->err = err;
	else
		buffer_put_text(&finding->text, ", and ");
}

static void
find_trust(struct finding *finding, const struct tls_judgement *judgement, bool trusts)
{
	char which[48], when[TIME_TEXT];

	if (judgement->fault == TLS_FAULT_NONE)
		return;
	if (judgement->fault == TLS_FAULT_UNTRUSTED) {
		finding_add(finding, ERR_UNTRUSTED);
		buffer_print(&finding->text, trusts ? "the chain is not trusted: %s" :
		    "no trust anchors are configured: %s", judgement->reason);
		return;
	}
	finding_add(finding, ERR_EXPIRED);
	time_utc(judgement->edge_ms, when);
	buffer_print(&finding->text, judgement->fault == TLS_FAULT_EXPIRED ?
	    "%s expired at %s" : "%s is not valid before %s",
	    which_certificate(judgement->depth, which, sizeof(which)), when);
}

/* The chain as evidence, as facts and as judged; false if none came that can be read. */
static bool
chain_look(struct round *round, const struct tls *tls, struct finding *finding)
{
	struct tls_shared *shared = round_shared(round);
	struct tls_kept *kept = round_kept(round);
	struct fact_set *facts = round_facts(round);
	struct bytes octets = bytes_of_buffer(&tls->session.chain);
	struct tls_judgement judgement;
	struct tls_chain *chain;
	struct hash hash;
	bool names;

	if (octets.len == 0)
		return false;
	hash = round_evidence(round, octets);
	fact_set_hash(facts, FACT_TLS_CHAIN, hash);
	chain = tls_chain_find(shared->chains, hash, octets);
	if (chain == NULL) {
		fact_set_int(facts, FACT_TLS_CHAIN_LENGTH, (int64_t)tls->session.certificates);
		return false;
	}
	tls_chain_facts(chain, facts);
	judgement = tls_chain_judge(chain, octets, tls_kept_anchors(kept), round_wall_ms(round));
	names = tls_chain_names(chain, octets, server_name(round));
	fact_set_flag(facts, FACT_TLS_TRUSTED, judgement.fault == TLS_FAULT_NONE);
	if (judgement.fault != TLS_FAULT_NONE)
		fact_set_text(facts, FACT_TLS_TRUST_REASON, bytes_of_text(judgement.reason));
	fact_set_flag(facts, FACT_TLS_NAME_MATCH, names);
	find_trust(finding, &judgement, tls_kept_trusts(kept));
	if (!names) {
		finding_add(finding, ERR_MISMATCH);
		buffer_put_text(&finding->text,
		    "the certificate does not name the peer that was asked for");
	}
	return true;
}

/* The handshake is complete: what is left to say is whether the chain is as it should be. */
static void
finish_done(struct round *round, struct tls *tls)
{
	struct finding finding = { .err = ERR_OK, .text.max = DETAIL_MAX };

	heard_facts(round, tls);
	if (!chain_look(round, tls, &finding)) {
		finding_add(&finding, ERR_UNTRUSTED);
		buffer_put_text(&finding.text, tls->session.certificates == 0 ?
		    "the peer sent no certificate: nothing authenticates it" :
		    "the peer's certificate cannot be read");
	}
	if (tls->session.alerted) {
		finding_add(&finding, ERR_REFUSED);
		buffer_print(&finding.text, tls->session.certificate_sent ?
		    "the peer refused our client certificate" :
		    "the peer asks for a client certificate and none is configured");
	}
	round_finish(round, finding.err == ERR_OK ? OUTCOME_UP : OUTCOME_DEGRADED, finding.err,
	    "%s", buffer_text(&finding.text));
	buffer_free(&finding.text);
}

/* No handshake; what was heard until then is kept all the same. */
static void
finish_failed(struct round *round, struct tls *tls, enum err err, const char *sentence)
{
	struct finding finding = { .err = ERR_OK };
	bool wants_certificate = tls->session.heard.certificate_requested && tls->session.alerted;
	enum outcome outcome = wants_certificate ? OUTCOME_DEGRADED :
	    err == ERR_IO ? OUTCOME_UNKNOWN : OUTCOME_DOWN;

	heard_facts(round, tls);
	chain_look(round, tls, &finding);
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
on_start(struct round *round)
{
	struct why why = { .err = ERR_OK };
	enum err err = tls_kept_prepare(round, &why);

	if (err != ERR_OK)
		round_finish(round, OUTCOME_UNKNOWN, err, "%s", why.text);
	else
		round_connect(round);
}

static void
on_connected(struct round *round, struct tls *tls)
{
	const char *name = server_name(round);
	struct why why = { .err = ERR_OK };
	enum err err = tls_session_open(&tls->session, tls_kept_context(round_kept(round)),
	    is_address(name) ? "" : name, round_option(round, "alpn"), &why);

	tls->connected = true;
	if (err != ERR_OK) {
		round_finish(round, OUTCOME_UNKNOWN, err, "%s", why.text);
		return;
	}
	tls->open = true;
	on_step(round, tls, bytes_of(NULL, 0));
}

static void
on_data(struct round *round, struct tls *tls, struct bytes data)
{
	if (!tls->done)
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
		on_start(round);
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

	if (tls->open)
		tls_session_close(&tls->session);
}

static const struct option_row tls_options[] = {
	{ .name = "trust", .type = OPTION_FILE, .minimum = 1, .maximum = 4095,
	  .help = N_("PEM file of the roots the chain must lead to; "
	    "without it nothing is trusted") },
	{ .name = "server_name", .type = OPTION_TEXT, .minimum = 1, .maximum = 253,
	  .help = N_("name asked for (SNI) and looked for in the certificate; "
	    "default: the address") },
	{ .name = "client_certificate", .type = OPTION_FILE, .minimum = 1, .maximum = 4095,
	  .help = N_("PEM chain for mutual TLS, own certificate first") },
	{ .name = "client_key", .type = OPTION_SECRET, .minimum = 1, .maximum = 4095,
	  .help = N_("PEM key that fits client_certificate, without a pass phrase") },
	{ .name = "alpn", .type = OPTION_TEXT, .minimum = 1, .maximum = 250,
	  .help = N_("application protocols to offer, with commas: \"h2,http/1.1\"") },
	{ .name = NULL }
};

const struct probe_ops probe_tls = {
	.name         = "tls",
	.title        = N_("TLS handshake"),
	.options      = tls_options,
	.scratch_len  = sizeof(struct tls),
	.on           = tls_on,
	.end          = tls_end,
	.shared_len   = sizeof(struct tls_shared),
	.shared_begin = tls_shared_begin,
	.shared_end   = tls_shared_end,
	.kept_len     = sizeof(struct tls_kept),
	.kept_end     = tls_kept_end
};
