/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From what was heard to facts, outcome and sentence.  Any HTTP/2 answer says that the function
 * lives; what is wrong with it, or with its TLS, degrades it.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "probes/sbi.h"
#include "probes/sbi_json.h"

enum { STATUS_FAILED = 500, CAUSE_MAX = 128 };

void
sbi_take_answer(struct round *round, struct sbi *sbi, const struct sbi_answer *answer)
{
	struct fact_set *facts = round_facts(round);
	struct bytes body = bytes_of_buffer(&answer->body);
	struct why why = { .err = ERR_OK };
	char cause[CAUSE_MAX] = "";

	sbi->done = true;
	sbi->answer_err = answer->err;
	sbi->code = answer->code;
	sbi->reset = answer->reset;
	sbi->status = answer->status;
	if (answer->status == 0)
		return;
	round_answered(round);
	fact_set_int(facts, FACT_SBI_STATUS, answer->status);
	if (answer->server[0] != '\0')
		fact_set_text(facts, FACT_SBI_SERVER, bytes_of_text(answer->server));
	if (answer->status >= 400)
		sbi_json_cause(body, cause, sizeof(cause));
	if (cause[0] != '\0')
		fact_set_text(facts, FACT_SBI_CAUSE, bytes_of_text(cause));
	if (answer->challenge[0] != '\0')
		fact_set_text(facts, FACT_SBI_CHALLENGE, bytes_of_text(answer->challenge));
	if (sbi->wants_sepp && (answer->status < 500 || answer->status == 501))
		fact_set_flag(facts, FACT_SBI_N32C, answer->status != 404);
	if (!sbi->wants_nrf || answer->err != ERR_OK || answer->status / 100 != 2)
		return;
	sbi->list_err = nrf_list(&sbi->nrf, body, &why);
	sbi->listed = sbi->list_err == ERR_OK;
	snprintf(sbi->list_text, sizeof(sbi->list_text), "%s", why.text);
}

void
sbi_take_profile(struct sbi *sbi, const struct sbi_answer *answer)
{
	char text[WHY_TEXT_MAX];

	if (answer->err == ERR_OK && answer->status / 100 == 2) {
		nrf_profile(&sbi->nrf, answer->tag, bytes_of_buffer(&answer->body));
		return;
	}
	/* An instance may deregister between the list and its profile. */
	if (answer->err == ERR_OK && answer->status == 404)
		return;
	if (answer->err == ERR_OK)
		snprintf(text, sizeof(text), "status %d", answer->status);
	else if (answer->err == ERR_REFUSED)
		snprintf(text, sizeof(text), "the request was reset: %s",
		    sbi_code_name(answer->code));
	else
		snprintf(text, sizeof(text), "%s", err_text(answer->err));
	nrf_profile_failed(&sbi->nrf, answer->err == ERR_OK ? ERR_REFUSED : answer->err, text);
}

static void
facts_heard(struct round *round, struct sbi *sbi)
{
	struct fact_set *facts = round_facts(round);
	struct buffer evidence = { .max = BLOB_MAX };

	if (!sbi->opened || !sbi->session.settings)
		return;
	fact_set_text(facts, FACT_SBI_HTTP, bytes_of_text("h2"));
	fact_set_text(facts, FACT_SBI_SCHEME,
	    bytes_of_text(sbi->channel.tls ? "https" : "http"));
	if (sbi->session.streams_max != UINT32_MAX)
		fact_set_int(facts, FACT_SBI_MAX_STREAMS, sbi->session.streams_max);
	if (!sbi->listed)
		return;
	nrf_settle(&sbi->nrf);
	nrf_facts(&sbi->nrf, facts);
	nrf_expect_facts(&sbi->nrf, round_option(round, "expect"), facts);
	nrf_evidence(&sbi->nrf, &evidence);
	if (!evidence.failed)
		round_evidence(round, bytes_of_buffer(&evidence));
	buffer_free(&evidence);
}

/* The first request was not answered as HTTP means it. */
static void
find_answer(const struct sbi *sbi, struct tls_finding *finding)
{
	switch (sbi->answer_err) {
	case ERR_OK:
		break;
	case ERR_REFUSED:
		tls_finding_add(finding, ERR_REFUSED, sbi->reset ?
		    "the peer reset the request: %s" :
		    "the peer ended the connection with GOAWAY: %s",
		    sbi_code_name(sbi->reset ? sbi->code : sbi->session.goaway_code));
		break;
	case ERR_LIMIT:
		tls_finding_add(finding, ERR_LIMIT, "the answer is larger than is accepted");
		break;
	case ERR_CLOSED:
		tls_finding_add(finding, ERR_CLOSED, sbi->session.goaway ?
		    "the peer ended the connection with GOAWAY (%s) before it answered" :
		    "the peer ended the connection before it answered",
		    sbi_code_name(sbi->session.goaway_code));
		break;
	default:
		tls_finding_add(finding, sbi->answer_err,
		    "the answer is not what HTTP/2 allows: %s", sbi_code_name(sbi->code));
		break;
	}
}

static void
find_profiles(const struct sbi *sbi, struct tls_finding *finding)
{
	const struct nrf *nrf = &sbi->nrf;
	size_t wanted = nrf->instances < sbi->profiles_max ? nrf->instances : sbi->profiles_max;

	if (sbi->session.goaway && nrf->read + nrf->failed < nrf->instances && sbi->next < wanted)
		tls_finding_add(finding, ERR_CLOSED,
		    "the peer ended the connection with GOAWAY (%s) when %zu of %zu NF profiles "
		    "were read", sbi_code_name(sbi->session.goaway_code), nrf->read, wanted);
	if (nrf->unnamed > 0)
		tls_finding_add(finding, ERR_MALFORMED,
		    "%zu of the NRF's links lead to no NF instance id", nrf->unnamed);
	if (nrf->failed > 0)
		tls_finding_add(finding, nrf->err, "%zu NF profiles could not be read: %s",
		    nrf->failed, nrf->text);
}

static void
find_status(const struct sbi *sbi, struct tls_finding *finding)
{
	if (sbi->status >= STATUS_FAILED)
		tls_finding_add(finding, ERR_REFUSED, "the answer has status %d", sbi->status);
	else if (sbi->wants_sepp && sbi->status == 404)
		tls_finding_add(finding, ERR_REFUSED,
		    "the resource of the N32-c handshake is not there: status 404");
	else if (!sbi->wants_nrf || sbi->status == 0 || sbi->answer_err != ERR_OK)
		return;
	else if (sbi->status / 100 != 2)
		tls_finding_add(finding, ERR_REFUSED,
		    "the NRF did not give its list of NF instances: status %d", sbi->status);
	else if (!sbi->listed)
		tls_finding_add(finding, sbi->list_err,
		    "the NRF's list of NF instances cannot be read: %s", sbi->list_text);
	else
		find_profiles(sbi, finding);
}

/* TS 33.310 6.1.3c.3: the certificate of an NF names its instance by a URI, "urn:uuid:...". */
static void
find_instance(struct round *round, const struct sbi *sbi, struct tls_finding *finding)
{
	static const char scheme[] = "urn:uuid:";
	const char *expected = round_option(round, "nf_instance");
	struct bytes uris[FACT_LIST_MAX];
	const struct bytes *names;
	size_t count, found = 0, len = sizeof(scheme) - 1;
	bool match = false;

	if (!sbi->channel.opened)
		return;
	names = tls_look_listed(round, &sbi->channel.session, &count);
	for (size_t i = 0; i < count; i++) {
		if (names[i].len < len || strncasecmp((const char *)names[i].at, scheme, len) != 0)
			continue;
		match |= names[i].len - len == strlen(expected) &&
		    strncasecmp((const char *)names[i].at + len, expected, names[i].len - len) == 0;
		uris[found++] = names[i];
	}
	if (found > 0)
		fact_set_texts(round_facts(round), FACT_SBI_NF_URIS, uris, found);
	if (expected[0] == '\0')
		return;
	fact_set_flag(round_facts(round), FACT_SBI_NF_MATCH, match);
	if (!match)
		tls_finding_add(finding, ERR_MISMATCH, found > 0 ?
		    "the certificate names another NF instance than the one expected" :
		    "the certificate names no NF instance (urn:uuid)");
}

/* TLS itself was not finished; a peer that wants a certificate we lack is there all the same. */
static void
verdict_handshake(struct round *round, struct sbi *sbi, struct sbi_failure failure)
{
	const struct tls_session *tls = &sbi->channel.session;
	bool wanted = sbi->channel.opened && tls->alerted && tls->heard.certificate_requested;

	channel_look(round, &sbi->channel, NULL);
	sbi->err = failure.err;
	sbi->outcome = failure.err == ERR_INVALID ? OUTCOME_UNKNOWN :
	    channel_failed_outcome(&sbi->channel, failure.err);
	snprintf(sbi->sentence, sizeof(sbi->sentence), "%s%s%s", failure.text,
	    wanted ? " after it had asked for a client certificate" : "",
	    wanted && !tls->certificate_sent ? "; none is configured" : "");
}

void
sbi_verdict(struct round *round, struct sbi *sbi, struct sbi_failure failure)
{
	struct tls_finding finding = { .err = ERR_OK, .text.max = DETAIL_MAX };
	bool alerted, lives;

	if (!sbi->channel.ready) {
		verdict_handshake(round, sbi, failure);
		return;
	}
	if (failure.err == ERR_OK)
		find_answer(sbi, &finding);
	find_status(sbi, &finding);
	/* An alert behind the handshake has its sentence from channel_look() already. */
	alerted = sbi->channel.opened && sbi->channel.session.alerted;
	if (failure.err != ERR_OK && !(alerted && failure.err == ERR_REFUSED))
		tls_finding_add(&finding, failure.err, "%s", failure.text);
	channel_look(round, &sbi->channel, &finding);
	find_instance(round, sbi, &finding);
	facts_heard(round, sbi);
	lives = sbi->status != 0 || sbi->reset || (sbi->opened && sbi->session.goaway) || alerted;
	sbi->err = finding.err;
	sbi->outcome = !lives ? OUTCOME_DOWN :
	    finding.err == ERR_OK ? OUTCOME_UP : OUTCOME_DEGRADED;
	snprintf(sbi->sentence, sizeof(sbi->sentence), "%s", buffer_text(&finding.text));
	buffer_free(&finding.text);
}
