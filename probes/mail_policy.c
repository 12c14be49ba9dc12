/* SPDX-License-Identifier: Apache-2.0 */
/* SPF and DMARC of a domain; see mail_policy.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "probes/mail_policy.h"
#include "probes/resolve.h"
#include "probes/wire/mail.h"

enum { TRIES = 3, DATAGRAM_MAX = 4096, READS_MAX = 16 };

#define TRY_NS INT64_C(700000000)

static enum err
ask(struct round *round, struct mail_policy *policy, struct why *why)
{
	const char *domain = round_option(round, "domain");
	struct buffer out = { .max = 512 };
	char name[DNS_NAME_TEXT];
	ssize_t sent;

	snprintf(name, sizeof(name), "%s%s", policy->dmarc ? "_dmarc." : "", domain);
	if (dns_name_of(name, &policy->asked.name, why) != ERR_OK)
		return why->err;
	policy->asked.type = DNS_TXT;
	random_fill(&policy->asked.id, sizeof(policy->asked.id));
	policy->tries++;
	dns_query_write(&policy->asked, &out);
	sent = send(policy->fd, out.at, out.len, MSG_DONTWAIT | MSG_NOSIGNAL);
	buffer_free(&out);
	round_wait(round, TRY_NS);
	if (sent < 0 && errno != EAGAIN && errno != ECONNREFUSED)
		return why_set(why, ERR_IO, "the resolver cannot be asked: %s", strerror(errno));
	return ERR_OK;
}

enum err
mail_policy_start(struct round *round, struct mail_policy *policy, struct why *why)
{
	const struct sockaddr *source = round_source(round);
	struct sockaddr_storage address = { .ss_family = AF_UNSPEC };
	const struct sockaddr *to = (const struct sockaddr *)&address;
	uint16_t port = (uint16_t)strtoul(round_option(round, "resolver_port"), NULL, 10);

	if (!address_read(round_option(round, "resolver"), port, &address))
		return why_set(why, ERR_INVALID, "the option resolver is no address");
	policy->fd = socket(to->sa_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (policy->fd < 0)
		return why_set(why, ERR_IO, "no socket for the resolver: %s", strerror(errno));
	policy->opened = policy->authentic = true;
	if ((source != NULL && source->sa_family == to->sa_family &&
	    bind(policy->fd, source, address_len(source)) != 0) ||
	    connect(policy->fd, to, address_len(to)) != 0)
		return why_set(why, ERR_IO, "the resolver cannot be reached: %s", strerror(errno));
	round_watch(round, policy->fd);
	return ask(round, policy, why);
}

/* The only record that is one, or how many there are. */
static size_t
text_find(const struct dns_answer *answer, bool (*is)(struct bytes), struct buffer *out)
{
	struct buffer text = { .max = DNS_MESSAGE_MAX };
	size_t count = 0;

	for (size_t i = 0; i < answer->records; i++) {
		const struct dns_record *record = &answer->record[i];

		buffer_reset(&text);
		if (record->section != DNS_ANSWER || record->type != DNS_TXT ||
		    dns_txt(record, &text) != ERR_OK || !is(bytes_of_buffer(&text)))
			continue;
		if (count++ == 0)
			buffer_put(out, text.at, text.len);
	}
	buffer_free(&text);
	return count;
}

static void
spf_look(struct round *round, const struct dns_answer *answer, struct tls_finding *finding)
{
	struct buffer text = { .max = DNS_MESSAGE_MAX };
	size_t count = text_find(answer, mail_is_spf, &text);
	const char *all = mail_spf_all(bytes_of_buffer(&text));

	fact_set_text(round_facts(round), FACT_MAIL_SPF, bytes_of_buffer(&text));
	if (count == 1)
		fact_set_text(round_facts(round), FACT_MAIL_SPF_ALL, bytes_of_text(all));
	if (count == 0)
		tls_finding_add(finding, ERR_NOT_FOUND, "the domain has no SPF record: anybody can "
		    "send in its name");
	else if (count > 1)
		tls_finding_add(finding, ERR_MALFORMED, "the domain has %zu SPF records, so that "
		    "none counts (RFC 7208 4.5)", count);
	else if (strcmp(all, "pass") == 0)
		tls_finding_add(finding, ERR_MISMATCH, "the domain's SPF record lets everybody "
		    "send in its name");
	buffer_free(&text);
}

static void
dmarc_look(struct round *round, const struct dns_answer *answer, struct tls_finding *finding)
{
	struct buffer text = { .max = DNS_MESSAGE_MAX };
	size_t count = text_find(answer, mail_is_dmarc, &text);
	const char *policy = mail_dmarc_policy(bytes_of_buffer(&text));

	fact_set_text(round_facts(round), FACT_MAIL_DMARC, bytes_of_buffer(&text));
	if (count == 1 && policy != NULL)
		fact_set_text(round_facts(round), FACT_MAIL_DMARC_POLICY, bytes_of_text(policy));
	if (count == 0)
		tls_finding_add(finding, ERR_NOT_FOUND, "the domain has no DMARC record");
	else if (count > 1 || policy == NULL)
		tls_finding_add(finding, ERR_MALFORMED, "the domain's DMARC record %s", count > 1 ?
		    "is not the only one, so that none counts (RFC 7489 6.6.3)" :
		    "has no policy that can be read");
	else if (strcmp(policy, "none") == 0)
		tls_finding_add(finding, ERR_MISMATCH, "the domain's DMARC policy is none: what "
		    "others send in its name is delivered");
	buffer_free(&text);
}

/* True: it is an answer, and was dealt with; over: no other question is asked. */
static bool
answer_take(struct round *round, struct mail_policy *policy, struct bytes datagram,
    struct tls_finding *finding, bool *over)
{
	struct why why = { .err = ERR_OK };
	struct dns_answer answer;
	enum err err = dns_read(datagram, &answer, &why);

	if (!dns_answers(&answer, &policy->asked) || (err != ERR_OK && !answer.truncated))
		return false;
	round_evidence(round, datagram);
	*over = true;
	if (answer.truncated || (answer.rcode != DNS_NOERROR && answer.rcode != DNS_NXDOMAIN)) {
		tls_finding_add(finding, ERR_REFUSED, answer.truncated ? "the resolver's answer "
		    "does not fit a datagram, so that SPF and DMARC are not known" : "the resolver "
		    "refuses, so that SPF and DMARC are not known");
		return true;
	}
	policy->authentic = policy->authentic && answer.authentic;
	if (policy->dmarc) {
		dmarc_look(round, &answer, finding);
		fact_set_flag(round_facts(round), FACT_MAIL_DNS_AUTHENTIC, policy->authentic);
		return true;
	}
	spf_look(round, &answer, finding);
	policy->dmarc = true;
	policy->tries = 0;
	if (ask(round, policy, &why) != ERR_OK)
		tls_finding_add(finding, why.err, "%s", why.text);
	else
		*over = false;
	return true;
}

bool
mail_policy_event(struct round *round, struct mail_policy *policy, const struct event *event,
    struct tls_finding *finding)
{
	uint8_t datagram[DATAGRAM_MAX];
	struct why why = { .err = ERR_OK };
	bool over = false;

	for (unsigned i = 0; i < READS_MAX && event->kind == EVENT_READABLE && !over; i++) {
		ssize_t got = recv(policy->fd, datagram, sizeof(datagram), MSG_DONTWAIT);

		if (got < 0)
			break;
		answer_take(round, policy, bytes_of(datagram, (size_t)got), finding, &over);
	}
	if (event->kind == EVENT_TIMER && policy->tries < TRIES) {
		if (ask(round, policy, &why) != ERR_OK) {
			tls_finding_add(finding, why.err, "%s", why.text);
			over = true;
		}
	} else if (event->kind == EVENT_TIMER || event->kind == EVENT_CLOSED) {
		tls_finding_add(finding, ERR_TIMEOUT, "the resolver does not answer, so that SPF "
		    "and DMARC are not known");
		over = true;
	}
	return over;
}

void
mail_policy_end(struct round *round, struct mail_policy *policy)
{
	if (!policy->opened)
		return;
	/* Unwatched before it is closed: the loop must not hold a descriptor that is gone. */
	round_unwatch(round);
	close(policy->fd);
	policy->opened = false;
}
