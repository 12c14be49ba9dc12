/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures of an answer, seen but not verified (RFC 4034 3); see dns.h. */
#include <string.h>

#include "probes/wire/dns.h"

struct signature {
	uint16_t        covers;
	uint8_t         algorithm;
	int64_t         expiry_s, inception_s;
	struct dns_name signer;
};

/* A time of 32 bits is the one nearest to now (RFC 4034 3.1.5, RFC 1982). */
static int64_t
time_near(uint32_t value, int64_t now_s)
{
	return now_s + (int32_t)(value - (uint32_t)now_s);
}

static bool
signature_read(const struct dns_answer *answer, const struct dns_record *record, int64_t now_s,
    struct signature *out)
{
	struct reader in = reader_of(record->data);
	size_t at;

	out->covers = (uint16_t)read_be(&in, 2);
	out->algorithm = (uint8_t)read_be(&in, 1);
	read_be(&in, 1 + 4);	/* labels, original TTL */
	out->expiry_s = time_near((uint32_t)read_be(&in, 4), now_s);
	out->inception_s = time_near((uint32_t)read_be(&in, 4), now_s);
	read_be(&in, 2);
	at = in.at;
	/* Something is behind the signer: the signature. */
	return !in.failed && dns_data_name(answer, record, &at, &out->signer) == ERR_OK &&
	    at < record->data.len;
}

static void
algorithm_take(struct dns_seal *seal, uint8_t algorithm)
{
	size_t at = 0;

	while (at < seal->algorithms && seal->algorithm[at] < algorithm)
		at++;
	if (seal->algorithms == DNS_SIGNERS_MAX ||
	    (at < seal->algorithms && seal->algorithm[at] == algorithm))
		return;
	memmove(&seal->algorithm[at + 1], &seal->algorithm[at], seal->algorithms - at);
	seal->algorithm[at] = algorithm;
	seal->algorithms++;
}

/* The signatures of one set: one that holds now is enough (RFC 4035 5.3.3). */
static void
set_look(const struct dns_answer *answer, const struct dns_record *set, int64_t now_s,
    struct dns_seal *seal)
{
	bool holds = false, expired = false, early = false;
	int64_t latest = 0;

	for (size_t i = 0; i < answer->records; i++) {
		const struct dns_record *record = &answer->record[i];
		struct signature signature;

		if (record->type != DNS_RRSIG || record->section != set->section ||
		    !dns_name_equal(&record->owner, &set->owner))
			continue;
		if (!signature_read(answer, record, now_s, &signature)) {
			seal->malformed = true;
			continue;
		}
		if (signature.covers != set->type)
			continue;
		algorithm_take(seal, signature.algorithm);
		if (seal->signer.len == 0)
			seal->signer = signature.signer;
		holds |= signature.expiry_s >= now_s && signature.inception_s <= now_s;
		expired |= signature.expiry_s < now_s;
		early |= signature.inception_s > now_s;
		if (latest == 0 || signature.expiry_s > latest)
			latest = signature.expiry_s;
	}
	if (latest == 0)
		return;
	seal->sealed++;
	if (!holds && !seal->expired && !seal->early) {
		seal->expired = expired;
		seal->early = early && !expired;
	}
	if (seal->expiry_s == 0 || latest < seal->expiry_s)
		seal->expiry_s = latest;
}

static bool
first_of_set(const struct dns_answer *answer, size_t at)
{
	const struct dns_record *record = &answer->record[at];

	for (size_t i = 0; i < at; i++)
		if (answer->record[i].section == record->section &&
		    answer->record[i].type == record->type &&
		    dns_name_equal(&answer->record[i].owner, &record->owner))
			return false;
	return true;
}

void
dns_seal_look(const struct dns_answer *answer, int64_t now_s, struct dns_seal *seal)
{
	enum dns_section section = DNS_AUTHORITY;
	bool renamed = false;

	*seal = (struct dns_seal){ .sets = 0 };
	for (size_t i = 0; i < answer->records; i++) {
		if (answer->record[i].section == DNS_ANSWER)
			section = DNS_ANSWER;
		renamed |= answer->record[i].type == DNS_DNAME;
	}
	for (size_t i = 0; i < answer->records; i++) {
		const struct dns_record *record = &answer->record[i];

		/* Signatures are not signed; a CNAME made from a DNAME is not (RFC 6672 5.3.1). */
		if (record->section != section || record->type == DNS_RRSIG ||
		    (record->type == DNS_CNAME && renamed) || !first_of_set(answer, i))
			continue;
		seal->sets++;
		set_look(answer, record, now_s, seal);
	}
}
