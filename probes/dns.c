/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "dns": asks one server one question, over TCP where the answer does not fit a datagram:
 * what it answers, for whom it answers, and what signatures come with it and until when.
 */
#include <stdio.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "probes/tls_look.h"
#include "probes/wire/dns.h"

enum { PORT = 53, TRIES = 3, TEXTS_MAX = 16 };

struct dns {
	struct dns_asked   asked;
	bool               tcp, connected, answered;
	unsigned           tries, ignored;
	struct why         last;	/* why the last one ignored was no answer */
	struct buffer      stream;	/* what came over TCP */
	struct tls_finding finding;
};

static bool
option_is(const struct round *round, const char *name, const char *word)
{
	return strcmp(round_option(round, name), word) == 0;
}

static void
finish(struct round *round, struct dns *dns)
{
	fact_set_int(round_facts(round), FACT_DNS_IGNORED, dns->ignored);
	if (dns->finding.err == ERR_OK)
		round_finish(round, OUTCOME_UP, ERR_OK, "%s", "");
	else
		round_finish(round, OUTCOME_DEGRADED, dns->finding.err, "%s",
		    buffer_text(&dns->finding.text));
}

static void
finish_failed(struct round *round, struct dns *dns, enum outcome outcome, enum err err,
    const char *text)
{
	fact_set_int(round_facts(round), FACT_DNS_IGNORED, dns->ignored);
	if (dns->ignored > 0 && err == ERR_TIMEOUT)
		round_finish(round, outcome, dns->last.err, "%u datagrams of the server are no "
		    "answer, the last because %s", dns->ignored, dns->last.text);
	else
		round_finish(round, outcome, err, "%s", text);
}

static void
ask(struct round *round, struct dns *dns)
{
	struct buffer out = { .max = 512 }, framed = { .max = 512 };

	random_fill(&dns->asked.id, sizeof(dns->asked.id));
	dns_query_write(&dns->asked, &out);
	if (dns->tcp)
		buffer_put_be(&framed, out.len, 2);
	buffer_put(&framed, out.at, out.len);
	round_send(round, bytes_of_buffer(&framed));
	buffer_free(&out), buffer_free(&framed);
	dns->tries++;
	if (!dns->tcp && dns->tries < TRIES)
		round_wait(round, round_left_ns(round) / (TRIES + 1 - dns->tries));
}

static void
on_start(struct round *round, struct dns *dns)
{
	struct why why = { .err = ERR_OK };

	dns->finding.text.max = DETAIL_MAX;
	dns->stream.max = DNS_MESSAGE_MAX + 2;
	dns->asked.type = (uint16_t)dns_type_of(round_option(round, "type"));
	if (dns_name_of(round_option(round, "query"), &dns->asked.name, &why) != ERR_OK) {
		round_finish(round, OUTCOME_UNKNOWN, why.err, "the option name: %s", why.text);
		return;
	}
	round_datagram(round, 0);
	ask(round, dns);
}

static void
name_fact(struct round *round, enum fact fact, const struct dns_name *name)
{
	char text[DNS_NAME_TEXT];

	dns_name_text(name, text);
	fact_set_text(round_facts(round), fact, bytes_of_text(text));
}

/* Records of the type asked for; how many there are. */
static size_t
records_fact(struct round *round, const struct dns *dns, const struct dns_answer *answer)
{
	struct buffer text[TEXTS_MAX] = { { .max = FACT_TEXT_MAX } };
	struct bytes view[TEXTS_MAX];
	size_t texts = 0, count = 0;

	for (size_t i = 0; i < answer->records; i++) {
		const struct dns_record *record = &answer->record[i];

		if (record->section != DNS_ANSWER || record->type != dns->asked.type)
			continue;
		count++;
		if (texts == TEXTS_MAX)
			continue;
		text[texts].max = DNS_MESSAGE_MAX;
		if (dns_data_text(answer, record, &text[texts]) != ERR_OK)
			buffer_put_text(&text[texts], " (malformed)");
		view[texts] = bytes_of_buffer(&text[texts]);
		texts++;
	}
	fact_set_texts(round_facts(round), FACT_DNS_ANSWER, view, texts);
	for (size_t i = 0; i < texts; i++)
		buffer_free(&text[i]);
	return count;
}

static void
algorithms_look(struct round *round, struct dns *dns, const struct dns_seal *seal)
{
	char number[DNS_SIGNERS_MAX][16];
	struct bytes view[DNS_SIGNERS_MAX];
	bool weak = false;

	for (size_t i = 0; i < seal->algorithms; i++) {
		view[i] = bytes_of_text(dns_algorithm_name(seal->algorithm[i], number[i]));
		if (!weak && dns_algorithm_weak(seal->algorithm[i])) {
			weak = true;
			tls_finding_add(&dns->finding, ERR_MISMATCH, "a signature is made with %s, "
			    "which is not to be signed with any more (RFC 8624 3.1)",
			    (const char *)view[i].at);
		}
	}
	fact_set_texts(round_facts(round), FACT_DNS_ALGORITHMS, view, seal->algorithms);
	fact_set_flag(round_facts(round), FACT_DNS_ALGORITHM_WEAK, weak);
}

static void
expiry_look(struct round *round, struct dns *dns, const struct dns_seal *seal, int64_t now_s)
{
	int64_t least_ms = 0, left_s = seal->expiry_s - now_s;

	(void)!duration_read(round_option(round, "least_left"), &least_ms, NULL);
	fact_set_time(round_facts(round), FACT_DNS_EXPIRY, seal->expiry_s * 1000);
	if (seal->expired)
		tls_finding_add(&dns->finding, ERR_EXPIRED, "a signature of the answer has "
		    "expired: validating resolvers answer nothing");
	else if (seal->early)
		tls_finding_add(&dns->finding, ERR_EXPIRED, "a signature of the answer is not yet "
		    "valid: look at the clock of the signer, and ours");
	else if (left_s * 1000 < least_ms)
		tls_finding_add(&dns->finding, ERR_EXPIRED, "a signature of the answer ends in "
		    "%lld hours: the zone is not signed again in time", (long long)(left_s / 3600));
}

static void
seal_look(struct round *round, struct dns *dns, const struct dns_answer *answer)
{
	struct fact_set *facts = round_facts(round);
	int64_t now_s = round_wall_ms(round) / 1000;
	bool wanted = !option_is(round, "dnssec", "optional"), whole;
	struct dns_seal seal;

	dns_seal_look(answer, now_s, &seal);
	whole = seal.sets > 0 && seal.sealed == seal.sets;
	fact_set_flag(facts, FACT_DNS_SIGNED, whole && !seal.expired && !seal.early);
	if (seal.malformed)
		tls_finding_add(&dns->finding, ERR_MALFORMED, "a signature of the answer cannot be "
		    "read");
	if (seal.sealed > 0) {
		name_fact(round, FACT_DNS_SIGNER, &seal.signer);
		algorithms_look(round, dns, &seal);
		expiry_look(round, dns, &seal, now_s);
	}
	if (wanted && !answer->edns)
		tls_finding_add(&dns->finding, ERR_UNSUPPORTED, "the server does not speak EDNS, "
		    "so that it can give no signatures (RFC 6891)");
	else if (wanted && seal.sealed == 0)
		tls_finding_add(&dns->finding, ERR_UNTRUSTED, "the answer is not signed");
	else if (wanted && !whole)
		tls_finding_add(&dns->finding, ERR_UNTRUSTED, "%zu of %zu record sets of the "
		    "answer are not signed", seal.sets - seal.sealed, seal.sets);
	if (option_is(round, "dnssec", "validated") && !answer->authentic)
		tls_finding_add(&dns->finding, ERR_UNTRUSTED, "the server does not say that it "
		    "validated the answer (AD)");
}

static void
facts_of(struct round *round, const struct dns *dns, const struct dns_answer *answer)
{
	struct fact_set *facts = round_facts(round);
	char number[16];

	fact_set_text(facts, FACT_DNS_RCODE, bytes_of_text(dns_rcode_name(answer->rcode, number)));
	fact_set_flag(facts, FACT_DNS_AUTHORITATIVE, answer->authoritative);
	fact_set_flag(facts, FACT_DNS_AUTHENTIC, answer->authentic);
	fact_set_flag(facts, FACT_DNS_RECURSION, answer->recursion);
	fact_set_flag(facts, FACT_DNS_TCP, dns->tcp);
	if (answer->nsid.len > 0)
		fact_set_text(facts, FACT_DNS_NSID, answer->nsid);
}

/* It answers with an error: whether that is right, and whose fault it is. */
static void
error_finish(struct round *round, struct dns *dns, const struct dns_answer *answer)
{
	const char *why = dns_error_text(answer->error);
	char text[DETAIL_MAX], number[16];

	if (answer->rcode == DNS_REFUSED && option_is(round, "recursion", "refused") &&
	    !option_is(round, "authoritative", "true")) {
		finish(round, dns);
		return;
	}
	snprintf(text, sizeof(text), "the server answers %s%s%s%s",
	    dns_rcode_name(answer->rcode, number), why != NULL ? " (" : "",
	    why != NULL ? why : "", why != NULL ? ")" : "");
	finish_failed(round, dns, answer->rcode == DNS_REFUSED ? OUTCOME_DEGRADED : OUTCOME_DOWN,
	    ERR_REFUSED, text);
}

static void
on_answer(struct round *round, struct dns *dns, const struct dns_answer *answer)
{
	char number[16];

	round_answered(round);
	round_evidence(round, answer->message);
	facts_of(round, dns, answer);
	if (answer->rcode != DNS_NOERROR && answer->rcode != DNS_NXDOMAIN) {
		error_finish(round, dns, answer);
		return;
	}
	if (records_fact(round, dns, answer) == 0)
		tls_finding_add(&dns->finding, ERR_NOT_FOUND, answer->rcode == DNS_NXDOMAIN ?
		    "by its answer there is no such name" :
		    "by its answer the name has no record of type %s",
		    dns_type_name(dns->asked.type, number));
	if (option_is(round, "authoritative", "true") && !answer->authoritative)
		tls_finding_add(&dns->finding, ERR_MISMATCH, "the server does not answer as an "
		    "authority of the zone (AA)");
	if (option_is(round, "recursion", "refused") && answer->recursion)
		tls_finding_add(&dns->finding, ERR_MISMATCH, "the server offers recursion to this "
		    "vantage (RA), which is declared to be refused: strangers can use it");
	seal_look(round, dns, answer);
	finish(round, dns);
}

/* Over TCP: the kernel keeps strangers out, so what is no answer is the server's fault. */
static void
on_stream(struct round *round, struct dns *dns, struct bytes data)
{
	struct why why = { .err = ERR_OK };
	struct dns_answer answer;
	size_t len;

	buffer_put(&dns->stream, data.at, data.len);
	if (dns->stream.len < 2)
		return;
	len = (size_t)(dns->stream.at[0] << 8 | dns->stream.at[1]);
	if (dns->stream.len < 2 + len)
		return;
	if (dns_read(bytes_of(dns->stream.at + 2, len), &answer, &why) != ERR_OK)
		finish_failed(round, dns, OUTCOME_DOWN, why.err, why.text);
	else if (!dns_answers(&answer, &dns->asked))
		finish_failed(round, dns, OUTCOME_DOWN, ERR_MISMATCH, "what the server sent over "
		    "TCP answers another question");
	else
		on_answer(round, dns, &answer);
}

static void
on_datagram(struct round *round, struct dns *dns, struct bytes data)
{
	struct why why = { .err = ERR_OK };
	struct dns_answer answer;
	enum err err = dns_read(data, &answer, &why);

	/* A truncated answer may end anywhere: only its head and question count (RFC 2181 9). */
	if (!dns_answers(&answer, &dns->asked) || (err != ERR_OK && !answer.truncated)) {
		dns->ignored++;
		if (err == ERR_OK)
			(void)why_set(&why, ERR_MISMATCH, "its identifier or question is not ours");
		dns->last = why;
		return;
	}
	if (!answer.truncated) {
		on_answer(round, dns, &answer);
		return;
	}
	dns->tcp = true;
	round_unwatch(round);
	round_connect(round);
}

/* Nothing more comes. */
static void
on_end(struct round *round, struct dns *dns, enum err err, const char *text)
{
	char whole[DETAIL_MAX];

	if (!dns->tcp) {
		finish_failed(round, dns, err == ERR_IO || err == ERR_DENIED ? OUTCOME_UNKNOWN :
		    OUTCOME_DOWN, err, text);
		return;
	}
	snprintf(whole, sizeof(whole), "the answer does not fit a datagram, and over TCP there is "
	    "none: %s", text);
	finish_failed(round, dns, err == ERR_IO ? OUTCOME_UNKNOWN : OUTCOME_DOWN, err, whole);
}

static void
dns_on(struct round *round, const struct event *event)
{
	struct dns *dns = round_scratch(round);

	switch (event->kind) {
	case EVENT_START:
		on_start(round, dns);
		break;
	case EVENT_CONNECTED:
		ask(round, dns);
		break;
	case EVENT_TIMER:
		if (!dns->tcp)
			ask(round, dns);
		break;
	case EVENT_DATA:
		if (dns->tcp)
			on_stream(round, dns, event->data);
		else
			on_datagram(round, dns, event->data);
		break;
	case EVENT_CLOSED:
		on_end(round, dns, event->err, event->text);
		break;
	case EVENT_DEADLINE:
		on_end(round, dns, ERR_TIMEOUT, "the server did not answer before the deadline");
		break;
	default:
		break;
	}
}

static void
dns_end(struct round *round)
{
	struct dns *dns = round_scratch(round);

	buffer_free(&dns->stream);
	buffer_free(&dns->finding.text);
}

static const char *
dns_fault(const char *(*option)(const void *of, const char *name), const void *of)
{
	struct dns_name name;

	if (dns_name_of(option(of, "query"), &name, NULL) != ERR_OK)
		return N_("the option query is no name of DNS");
	return NULL;
}

static const struct option_row dns_options[] = {
	{ .name = "query", .type = OPTION_TEXT, .required = true, .minimum = 1, .maximum = 253,
	  .help = N_("name that is asked for") },
	{ .name = "type", .type = OPTION_WORD, .otherwise = "A",
	  .words = "A AAAA NS SOA MX TXT SRV NAPTR CNAME PTR DS DNSKEY TLSA",
	  .help = N_("type of record that is asked for") },
	{ .name = "authoritative", .type = OPTION_FLAG, .otherwise = "false",
	  .help = N_("the server is an authority of the name's zone and must answer as one") },
	{ .name = "recursion", .type = OPTION_WORD, .otherwise = "allowed",
	  .words = "allowed refused",
	  .help = N_("what is right at this vantage; with refused an offer to resolve is a "
	    "finding") },
	{ .name = "dnssec", .type = OPTION_WORD, .otherwise = "signed",
	  .words = "validated signed optional",
	  .help = N_("whether the answer must be signed, and whether the server must say that it "
	    "validated it") },
	{ .name = "least_left", .type = OPTION_DURATION, .otherwise = "1d", .minimum = 0,
	  .maximum = INT64_C(365) * 86400000,
	  .help = N_("a signature that ends sooner is a finding") },
	{ .name = NULL }
};

const struct probe_ops probe_dns = {
	.name        = "dns",
	.title       = N_("DNS answer and its signatures"),
	.port        = PORT,
	.options     = dns_options,
	.fault       = dns_fault,
	.scratch_len = sizeof(struct dns),
	.answer_max  = 2 * (DNS_MESSAGE_MAX + 2),
	.on          = dns_on,
	.end         = dns_end
};
