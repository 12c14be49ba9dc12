/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "dns": asks one server one question, over TCP where the answer does not fit a datagram:
 * what it answers, for whom it answers, and what signatures come with it and until when.  With a
 * trust anchor the answer is then validated, for which libunbound asks the same server again.
 */
#include <stdio.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "probes/dns_look.h"
#include "probes/dns_validation.h"

enum { PORT = 53, TRIES = 3, FINDINGS_TEXT = 4 * DETAIL_MAX };

struct dns {
	struct dns_asked   asked;
	bool               tcp, connected, answered;
	unsigned           tries, ignored;
	struct why         last;	/* why the last one ignored was no answer */
	struct buffer      stream;	/* what came over TCP */
	struct tls_finding finding;
	enum outcome       found;	/* what the findings are, or UP */
	bool               judging;	/* the answer is there and is being validated */
	struct dns_validation validation;
};

static void
finish(struct round *round, struct dns *dns)
{
	fact_set_int(round_facts(round), FACT_DNS_IGNORED, dns->ignored);
	if (dns->finding.err == ERR_OK)
		round_finish(round, OUTCOME_UP, ERR_OK, "%s", "");
	else
		round_finish(round, dns->found == OUTCOME_UP ? OUTCOME_DEGRADED : dns->found,
		    dns->finding.err, "%s", buffer_text(&dns->finding.text));
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

	dns->finding.text.max = FINDINGS_TEXT;
	dns->found = OUTCOME_UP;
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
validity_fact(struct round *round, const struct dns_validation *validation)
{
	static const char *const word[] = {
		[DNS_SECURE] = "secure", [DNS_INSECURE] = "insecure", [DNS_BOGUS] = "bogus",
		[DNS_INDETERMINATE] = "indeterminate", [DNS_BLIND] = "indeterminate"
	};
	char text[VALIDITY_TEXT + 16];

	snprintf(text, sizeof(text), "%s%s%s", word[validation->validity],
	    validation->reason[0] != '\0' ? ": " : "", validation->reason);
	fact_set_text(round_facts(round), FACT_DNS_VALIDATION, bytes_of_text(text));
	if (validation->validity <= DNS_BOGUS)
		fact_set_flag(round_facts(round), FACT_DNS_VALIDATED,
		    validation->validity == DNS_SECURE);
}

/* The validator's word, beside what the answer itself shows. */
static void
validated(struct round *round, struct dns *dns)
{
	const struct dns_validation *validation = &dns->validation;

	validity_fact(round, validation);
	switch (validation->validity) {
	case DNS_BOGUS:
		tls_finding_add(&dns->finding, ERR_UNTRUSTED, "by our validation the answer is "
		    "bogus (%s): %s", validation->reason, dns_bogus_advice(validation->reason));
		break;
	case DNS_INSECURE:
		if (!dns_option_is(round, "dnssec", "optional"))
			tls_finding_add(&dns->finding, ERR_UNTRUSTED, "by our validation the "
			    "answer is insecure: beneath the trust anchor a zone is proven to have "
			    "no DS that can be used, or its NSEC3 have too many iterations; have a "
			    "DS published above it, and sign with 0 iterations (RFC 9276)");
		break;
	case DNS_INDETERMINATE:
		tls_finding_add(&dns->finding, ERR_UNTRUSTED, "the answer cannot be validated: %s",
		    validation->reason);
		break;
	case DNS_BLIND:
		if (dns->finding.err == ERR_OK)
			dns->found = OUTCOME_UNKNOWN;
		tls_finding_add(&dns->finding, ERR_INVALID, "we cannot validate the answer: %s",
		    validation->reason);
		break;
	default:
		break;
	}
	finish(round, dns);
}

/* The server knows nothing of the name but who else may: nobody else is asked. */
static bool
refers(const struct dns_answer *answer)
{
	size_t servers = 0;

	for (size_t i = 0; i < answer->records; i++) {
		if (answer->record[i].section == DNS_ANSWER)
			return false;
		servers += answer->record[i].section == DNS_AUTHORITY &&
		    answer->record[i].type == DNS_NS;
	}
	return servers > 0 && !answer->authoritative && answer->rcode == DNS_NOERROR;
}

static void
validate(struct round *round, struct dns *dns, const struct dns_answer *answer)
{
	struct dns_validation *validation = &dns->validation;

	if (round_option(round, "trust_anchor")[0] == '\0') {
		fact_set_text(round_facts(round), FACT_DNS_VALIDATION,
		    bytes_of_text("indeterminate: no trust_anchor is configured"));
		finish(round, dns);
		return;
	}
	dns->judging = true;
	if (refers(answer)) {
		validation->validity = DNS_INDETERMINATE;
		snprintf(validation->reason, sizeof(validation->reason), "the server refers to "
		    "others, who are not asked here");
	} else {
		dns_validation_start(round, validation, &dns->asked);
	}
	if (validation->validity != DNS_NOT_YET)
		validated(round, dns);
}

/* It answers with an error: whether that is right, and whose fault it is. */
static void
error_look(struct round *round, struct dns *dns, const struct dns_answer *answer)
{
	const char *why = dns_error_text(answer->error);
	char number[16];

	if (answer->rcode == DNS_REFUSED && dns_option_is(round, "recursion", "refused") &&
	    !dns_option_is(round, "authoritative", "true"))
		return;
	tls_finding_add(&dns->finding, ERR_REFUSED, "the server answers %s%s%s%s",
	    dns_rcode_name(answer->rcode, number), why != NULL ? " (" : "",
	    why != NULL ? why : "", why != NULL ? ")" : "");
	dns->found = answer->rcode == DNS_REFUSED ? OUTCOME_DEGRADED : OUTCOME_DOWN;
}

static void
answer_look(struct round *round, struct dns *dns, const struct dns_answer *answer)
{
	char number[16];

	if (dns_look_records(round, dns->asked.type, answer) == 0)
		tls_finding_add(&dns->finding, ERR_NOT_FOUND, answer->rcode == DNS_NXDOMAIN ?
		    "by its answer there is no such name" :
		    "by its answer the name has no record of type %s",
		    dns_type_name(dns->asked.type, number));
	if (dns_option_is(round, "authoritative", "true") && !answer->authoritative)
		tls_finding_add(&dns->finding, ERR_MISMATCH, "the server does not answer as an "
		    "authority of the zone (AA)");
	if (dns_option_is(round, "recursion", "refused") && answer->recursion)
		tls_finding_add(&dns->finding, ERR_MISMATCH, "the server offers recursion to this "
		    "vantage (RA), which is declared to be refused: strangers can use it");
	dns_look_seal(round, &dns->finding, answer);
}

static void
on_answer(struct round *round, struct dns *dns, const struct dns_answer *answer)
{
	round_answered(round);
	round_evidence(round, answer->message);
	dns_look_head(round, answer, dns->tcp);
	if (answer->rcode == DNS_NOERROR || answer->rcode == DNS_NXDOMAIN)
		answer_look(round, dns, answer);
	else
		error_look(round, dns, answer);
	/* A validator asks with CD: it may learn why a resolver says SERVFAIL. */
	if (answer->rcode == DNS_NOERROR || answer->rcode == DNS_NXDOMAIN ||
	    answer->rcode == DNS_SERVFAIL)
		validate(round, dns, answer);
	else
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

	if (dns->judging) {
		dns_validation_on(round, &dns->validation, event);
		if (dns->validation.validity != DNS_NOT_YET)
			validated(round, dns);
		return;
	}
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

	dns_validation_end(round, &dns->validation);
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
	{ .name = "trust_anchor", .type = OPTION_FILE, .minimum = 1, .maximum = 4095,
	  .help = N_("file of DS and DNSKEY records, each on one line, that the answer is "
	    "validated from; without it nothing is validated") },
	{ .name = NULL }
};

const struct probe_ops probe_dns = {
	.name        = "dns",
	.title       = N_("DNS answer and its signatures"),
	.port        = PORT,
	.options     = dns_options,
	.fault       = dns_fault,
	.scratch_len = sizeof(struct dns),
	.shared_len  = sizeof(struct dns_validations),
	.answer_max  = 2 * (DNS_MESSAGE_MAX + 2),
	.on          = dns_on,
	.end         = dns_end
};
