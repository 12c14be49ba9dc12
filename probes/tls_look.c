/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Facts and sentences of a handshake, for every probe that speaks TLS.  A bad chain is a fact, not
 * a failure to look.
 */
#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>

#include "monitor/base/timetext.h"
#include "probes/tls_look.h"

const char *
tls_look_name(const struct round *round)
{
	const char *name = round_option(round, "server_name");

	return name[0] != '\0' ? name : round_host(round);
}

bool
tls_look_is_address(const char *host)
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

void
tls_look_heard(struct round *round, const struct tls_session *session, bool done)
{
	struct fact_set *facts = round_facts(round);

	if (done || session->heard.certificate_requested) {
		fact_set_flag(facts, FACT_TLS_CLIENT_CERT_REQUESTED,
		    session->heard.certificate_requested);
		fact_set_flag(facts, FACT_TLS_CLIENT_CERT_SENT, session->certificate_sent);
	}
	if (session->alerted)
		number_fact(round, FACT_TLS_ALERT, tls_alert_name(session->alert), session->alert);
	if (done)
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

void
tls_finding_add(struct tls_finding *finding, enum err err, const char *fmt, ...)
{
	char text[DETAIL_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (finding->err == ERR_OK)
		finding->err = err;
	else
		buffer_put_text(&finding->text, ", and ");
	buffer_put_text(&finding->text, text);
}

static void
find_trust(struct tls_finding *finding, const struct tls_judgement *judgement, bool trusts)
{
	char which[48], when[TIME_TEXT];

	if (judgement->fault == TLS_FAULT_NONE)
		return;
	if (judgement->fault == TLS_FAULT_UNTRUSTED) {
		tls_finding_add(finding, ERR_UNTRUSTED, trusts ? "the chain is not trusted: %s" :
		    "no trust anchors are configured: %s", judgement->reason);
		return;
	}
	time_utc(judgement->edge_ms, when);
	tls_finding_add(finding, ERR_EXPIRED, judgement->fault == TLS_FAULT_EXPIRED ?
	    "%s expired at %s" : "%s is not valid before %s",
	    which_certificate(judgement->depth, which, sizeof(which)), when);
}

bool
tls_look_chain(struct round *round, const struct tls_session *session,
    struct tls_finding *finding)
{
	struct tls_shared *shared = round_shared(round);
	struct tls_kept *kept = round_kept(round);
	struct fact_set *facts = round_facts(round);
	struct bytes octets = bytes_of_buffer(&session->chain);
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
		fact_set_int(facts, FACT_TLS_CHAIN_LENGTH, (int64_t)session->certificates);
		return false;
	}
	tls_chain_facts(chain, facts);
	judgement = tls_chain_judge(chain, octets, tls_kept_anchors(kept), round_wall_ms(round));
	names = tls_chain_names(chain, octets, tls_look_name(round));
	fact_set_flag(facts, FACT_TLS_TRUSTED, judgement.fault == TLS_FAULT_NONE);
	if (judgement.fault != TLS_FAULT_NONE)
		fact_set_text(facts, FACT_TLS_TRUST_REASON, bytes_of_text(judgement.reason));
	fact_set_flag(facts, FACT_TLS_NAME_MATCH, names);
	find_trust(finding, &judgement, tls_kept_trusts(kept));
	if (!names)
		tls_finding_add(finding, ERR_MISMATCH,
		    "the certificate does not name the peer that was asked for");
	return true;
}

const struct bytes *
tls_look_listed(struct round *round, const struct tls_session *session, size_t *count)
{
	struct tls_shared *shared = round_shared(round);
	struct bytes octets = bytes_of_buffer(&session->chain);
	struct tls_chain *chain = octets.len > 0 ?
	    tls_chain_find(shared->chains, hash_of(octets), octets) : NULL;

	*count = 0;
	return chain != NULL ? tls_chain_listed(chain, count) : NULL;
}

bool
tls_look_names(struct round *round, const struct tls_session *session, const char *host)
{
	struct tls_shared *shared = round_shared(round);
	struct bytes octets = bytes_of_buffer(&session->chain);
	struct tls_chain *chain = octets.len > 0 ?
	    tls_chain_find(shared->chains, hash_of(octets), octets) : NULL;

	return chain != NULL && tls_chain_names(chain, octets, host);
}

void
tls_look_done(struct round *round, const struct tls_session *session,
    struct tls_finding *finding)
{
	tls_look_heard(round, session, true);
	if (!tls_look_chain(round, session, finding))
		tls_finding_add(finding, ERR_UNTRUSTED, session->certificates == 0 ?
		    "the peer sent no certificate: nothing authenticates it" :
		    "the peer's certificate cannot be read");
	if (session->alerted)
		tls_finding_add(finding, ERR_REFUSED, session->certificate_sent ?
		    "the peer refused our client certificate" :
		    "the peer asks for a client certificate and none is configured");
}

/* Judged anew only when what is judged, or the time, says so: it costs signatures. */
static bool
judged_before(const struct tls_judged *judged, struct hash of, int64_t at_ms)
{
	return at_ms < judged->until_ms && hash_equal(judged->of, of);
}

static struct tls_status
judged_now(struct tls_judged *judged, struct hash of, struct tls_status status)
{
	*judged = (struct tls_judged){ .of = of, .status = status, .until_ms =
	    status.said == TLS_REVOCATION_GOOD && status.next_ms != INT64_MIN ?
	    status.next_ms : 0 };
	return status;
}

static struct tls_status
stapled_status(struct round *round, struct bytes response, struct bytes chain)
{
	struct tls_kept *kept = round_kept(round);
	struct hash of = hash_of3(bytes_of_text("stapled"), response, chain);
	int64_t at_ms = round_wall_ms(round);

	if (response.len == 0)
		return (struct tls_status){ .said = TLS_REVOCATION_NONE };
	if (judged_before(&kept->stapled, of, at_ms))
		return kept->stapled.status;
	return judged_now(&kept->stapled, of,
	    tls_ocsp_judge(response, chain, tls_kept_anchors(kept), at_ms));
}

static struct tls_status
listed_status(struct round *round, struct bytes chain)
{
	struct tls_kept *kept = round_kept(round);
	int64_t at_ms = round_wall_ms(round);
	struct hash of;

	if (kept->crls == NULL)
		return (struct tls_status){ .said = TLS_REVOCATION_NONE };
	of = hash_of(chain);
	if (judged_before(&kept->listed, of, at_ms))
		return kept->listed.status;
	return judged_now(&kept->listed, of,
	    tls_crl_judge(kept->crls, chain, tls_kept_anchors(kept), at_ms));
}

static void
find_revocation(struct tls_finding *finding, const struct tls_status *status, const char *source)
{
	char which[48], when[TIME_TEXT];

	switch (status->said) {
	case TLS_REVOCATION_REVOKED:
		time_utc(status->revoked_ms, when);
		tls_finding_add(finding, ERR_UNTRUSTED, "%s was revoked at %s by %s%s%s",
		    which_certificate(status->depth, which, sizeof(which)), when, source,
		    status->reason[0] != '\0' ? ": " : "", status->reason);
		break;
	case TLS_REVOCATION_EXPIRED:
		tls_finding_add(finding, ERR_EXPIRED, "%s is not valid at this time", source);
		break;
	case TLS_REVOCATION_INVALID:
	case TLS_REVOCATION_UNKNOWN:
		tls_finding_add(finding, ERR_UNTRUSTED, "%s says nothing of the certificate: %s",
		    source, status->reason);
		break;
	default:
		break;
	}
}

static void
time_fact(struct round *round, enum fact fact, int64_t ms)
{
	if (ms != INT64_MIN)
		fact_set_time(round_facts(round), fact, ms);
}

void
tls_look_revocation(struct round *round, const struct tls_session *session,
    struct tls_finding *finding)
{
	struct tls_shared *shared = round_shared(round);
	struct tls_kept *kept = round_kept(round);
	struct fact_set *facts = round_facts(round);
	struct bytes chain = bytes_of_buffer(&session->chain);
	struct bytes response = bytes_of_buffer(&session->status);
	struct tls_chain *known = chain.len > 0 ?
	    tls_chain_find(shared->chains, hash_of(chain), chain) : NULL;
	struct tls_status stapled, listed;
	bool must;

	if (known == NULL)
		return;
	must = tls_chain_must_staple(known);
	stapled = stapled_status(round, response, chain);
	listed = listed_status(round, chain);
	fact_set_text(facts, FACT_TLS_OCSP, bytes_of_text(tls_revocation_name(stapled.said)));
	fact_set_flag(facts, FACT_TLS_MUST_STAPLE, must);
	if (response.len > 0) {
		round_evidence(round, response);
		time_fact(round, FACT_TLS_OCSP_THIS_UPDATE, stapled.this_ms);
		time_fact(round, FACT_TLS_OCSP_NEXT_UPDATE, stapled.next_ms);
	}
	if (kept->crls != NULL) {
		fact_set_text(facts, FACT_TLS_CRL,
		    bytes_of_text(tls_revocation_name(listed.said)));
		time_fact(round, FACT_TLS_CRL_NEXT_UPDATE, listed.next_ms);
	}
	if (stapled.said == TLS_REVOCATION_REVOKED || listed.said == TLS_REVOCATION_REVOKED)
		fact_set_flag(facts, FACT_TLS_REVOKED, true);
	else if (stapled.said == TLS_REVOCATION_GOOD || listed.said == TLS_REVOCATION_GOOD)
		fact_set_flag(facts, FACT_TLS_REVOKED, false);
	find_revocation(finding, &stapled, "the stapled OCSP response");
	find_revocation(finding, &listed, "the configured revocation list");
	if (must && response.len == 0)
		tls_finding_add(finding, ERR_NOT_FOUND,
		    "the certificate obliges its server to staple and nothing was stapled");
}
