/* SPDX-License-Identifier: Apache-2.0 */
/* Facts of a DNS answer and of the signatures with it; see dns_look.h. */
#include <string.h>

#include "monitor/base/option.h"
#include "probes/dns_look.h"

enum { TEXTS_MAX = 16 };

bool
dns_option_is(const struct round *round, const char *name, const char *word)
{
	return strcmp(round_option(round, name), word) == 0;
}

static void
name_fact(struct round *round, enum fact fact, const struct dns_name *name)
{
	char text[DNS_NAME_TEXT];

	dns_name_text(name, text);
	fact_set_text(round_facts(round), fact, bytes_of_text(text));
}

size_t
dns_look_records(struct round *round, uint16_t type, const struct dns_answer *answer)
{
	struct buffer text[TEXTS_MAX] = { { .max = FACT_TEXT_MAX } };
	struct bytes view[TEXTS_MAX];
	size_t texts = 0, count = 0;

	for (size_t i = 0; i < answer->records; i++) {
		const struct dns_record *record = &answer->record[i];

		if (record->section != DNS_ANSWER || record->type != type)
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
algorithms_look(struct round *round, struct tls_finding *finding, const struct dns_seal *seal)
{
	char number[DNS_SIGNERS_MAX][16];
	struct bytes view[DNS_SIGNERS_MAX];
	bool weak = false;

	for (size_t i = 0; i < seal->algorithms; i++) {
		view[i] = bytes_of_text(dns_algorithm_name(seal->algorithm[i], number[i]));
		if (!weak && dns_algorithm_weak(seal->algorithm[i])) {
			weak = true;
			tls_finding_add(finding, ERR_MISMATCH, "a signature is made with %s, "
			    "which is not to be signed with any more (RFC 8624 3.1)",
			    (const char *)view[i].at);
		}
	}
	fact_set_texts(round_facts(round), FACT_DNS_ALGORITHMS, view, seal->algorithms);
	fact_set_flag(round_facts(round), FACT_DNS_ALGORITHM_WEAK, weak);
}

static void
expiry_look(struct round *round, struct tls_finding *finding, const struct dns_seal *seal,
    int64_t now_s)
{
	int64_t least_ms = 0, left_s = seal->expiry_s - now_s;

	(void)!duration_read(round_option(round, "least_left"), &least_ms, NULL);
	fact_set_time(round_facts(round), FACT_DNS_EXPIRY, seal->expiry_s * 1000);
	if (seal->expired)
		tls_finding_add(finding, ERR_EXPIRED, "a signature of the answer has "
		    "expired: validating resolvers answer nothing");
	else if (seal->early)
		tls_finding_add(finding, ERR_EXPIRED, "a signature of the answer is not yet "
		    "valid: look at the clock of the signer, and ours");
	else if (left_s * 1000 < least_ms)
		tls_finding_add(finding, ERR_EXPIRED, "a signature of the answer ends in "
		    "%lld hours: the zone is not signed again in time", (long long)(left_s / 3600));
}

void
dns_look_seal(struct round *round, struct tls_finding *finding, const struct dns_answer *answer)
{
	struct fact_set *facts = round_facts(round);
	int64_t now_s = round_wall_ms(round) / 1000;
	bool wanted = !dns_option_is(round, "dnssec", "optional"), whole;
	struct dns_seal seal;

	dns_seal_look(answer, now_s, &seal);
	whole = seal.sets > 0 && seal.sealed == seal.sets;
	fact_set_flag(facts, FACT_DNS_SIGNED, whole && !seal.expired && !seal.early);
	if (seal.malformed)
		tls_finding_add(finding, ERR_MALFORMED, "a signature of the answer cannot be "
		    "read");
	if (seal.sealed > 0) {
		name_fact(round, FACT_DNS_SIGNER, &seal.signer);
		algorithms_look(round, finding, &seal);
		expiry_look(round, finding, &seal, now_s);
	}
	if (wanted && !answer->edns)
		tls_finding_add(finding, ERR_UNSUPPORTED, "the server does not speak EDNS, "
		    "so that it can give no signatures (RFC 6891)");
	else if (wanted && seal.sealed == 0)
		tls_finding_add(finding, ERR_UNTRUSTED, "the answer is not signed");
	else if (wanted && !whole)
		tls_finding_add(finding, ERR_UNTRUSTED, "%zu of %zu record sets of the "
		    "answer are not signed", seal.sets - seal.sealed, seal.sets);
	if (dns_option_is(round, "dnssec", "validated") && !answer->authentic)
		tls_finding_add(finding, ERR_UNTRUSTED, "the server does not say that it "
		    "validated the answer (AD)");
}

void
dns_look_head(struct round *round, const struct dns_answer *answer, bool tcp)
{
	struct fact_set *facts = round_facts(round);
	char number[16];

	fact_set_text(facts, FACT_DNS_RCODE, bytes_of_text(dns_rcode_name(answer->rcode, number)));
	fact_set_flag(facts, FACT_DNS_AUTHORITATIVE, answer->authoritative);
	fact_set_flag(facts, FACT_DNS_AUTHENTIC, answer->authentic);
	fact_set_flag(facts, FACT_DNS_RECURSION, answer->recursion);
	fact_set_flag(facts, FACT_DNS_TCP, tcp);
	if (answer->nsid.len > 0)
		fact_set_text(facts, FACT_DNS_NSID, answer->nsid);
}
