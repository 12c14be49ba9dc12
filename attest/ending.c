/* SPDX-License-Identifier: Apache-2.0 */
/* What ends by itself; see ending.h. */
#include <openssl/obj_mac.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "attest/appraisal.h"
#include "attest/chain_part.h"
#include "attest/ending.h"
#include "monitor/base/timetext.h"

enum { LEAD_PART = 4, NAME_TEXT = 256, NAME_KEPT = 24, CLAIM_TEXT = 1000 };

#define LEAD_MS (INT64_C(7) * 86400000)

int64_t
ending_lead_ms(int64_t from_ms, int64_t until_ms, int64_t margin_ms)
{
	int64_t life;

	if (margin_ms > 0)
		return margin_ms;
	if (from_ms == ENDING_UNKNOWN || __builtin_sub_overflow(until_ms, from_ms, &life))
		return LEAD_MS;
	life = life > 0 ? life : 0;
	return life / LEAD_PART < LEAD_MS ? life / LEAD_PART : LEAD_MS;
}

bool
ending_counts(const struct ending *ending, int64_t margin_ms)
{
	int64_t life;

	if (ending->from_ms == ENDING_UNKNOWN ||
	    __builtin_sub_overflow(ending->until_ms, ending->from_ms, &life))
		return true;
	return life > LEAD_MS && life > margin_ms;
}

static int64_t
told_ms(const struct ending *ending)
{
	return ending->until_ms - ending_lead_ms(ending->from_ms, ending->until_ms, 0);
}

void
ending_note(struct appraisal *a, const char *what, int64_t from_ms, int64_t until_ms)
{
	struct ending ending = { .from_ms = from_ms, .until_ms = until_ms }, *at = NULL, *last;

	snprintf(ending.what, sizeof(ending.what), "%s", what);
	/* No date is before 1970, and that is how a register says that it has none. */
	if (from_ms <= 0)
		ending.from_ms = ENDING_UNKNOWN;
	if (until_ms == INT64_MAX || until_ms < 0 || !ending_counts(&ending, 0))
		return;
	for (size_t i = 0; i < a->endings && at == NULL; i++)
		if (strcmp(a->ending[i].what, ending.what) == 0)
			at = &a->ending[i];
	if (at == NULL && a->endings < ENDINGS_MAX) {
		a->ending[a->endings++] = ending;
		return;
	}
	/* No room: the last to be told gives way. */
	last = &a->ending[0];
	for (size_t i = 1; i < a->endings; i++)
		if (told_ms(&a->ending[i]) > told_ms(last))
			last = &a->ending[i];
	at = at != NULL ? at : last;
	if (told_ms(&ending) < told_ms(at))
		*at = ending;
}

/* Nitro documents bring their own chain, which AWS makes anew from days to hours. */
static bool
is_made_anew(const struct appraisal *a)
{
	return strncmp(a->partition[0].set->name, "nitro-", 6) == 0;
}

/* Letters, digits and few others, so that it is one word. */
static void
what_of(char what[ENDING_WHAT], const char *role, const X509_NAME *subject)
{
	int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
	const ASN1_STRING *name = at < 0 ? NULL :
	    X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at));
	size_t len;

	snprintf(what, ENDING_WHAT, "%.30s", role != NULL ? role : "evidence");
	len = strlen(what);
	if (name == NULL || ASN1_STRING_length(name) <= 0)
		return;
	what[len++] = '/';
	for (int i = 0; i < ASN1_STRING_length(name) && i < NAME_KEPT; i++) {
		unsigned char c = ASN1_STRING_get0_data(name)[i];
		bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
		    (c >= 'a' && c <= 'z') || c == '.' || c == '_';

		what[len++] = plain ? (char)c : '-';
	}
	what[len] = '\0';
}

void
ending_certificate(struct appraisal *a, const struct pool *pool, X509 *certificate)
{
	int64_t from_s = certificate_from_s(certificate);
	int64_t until_s = certificate_until_s(certificate);
	const char *role = NULL;
	char what[ENDING_WHAT];

	if (is_made_anew(a) || from_s == INT64_MAX)
		return;
	for (size_t i = 0; i < pool->certificates && role == NULL; i++)
		if (X509_cmp(pool->certificate[i], certificate) == 0)
			role = pool->certificate_role[i];
	what_of(what, role, X509_get_subject_name(certificate));
	ending_note(a, what, from_s * 1000, until_s * 1000);
}

void
ending_list(struct appraisal *a, const struct pool *pool, const X509_CRL *list)
{
	int64_t from_s, until_s;
	const char *role = NULL;
	char what[ENDING_WHAT];

	if (is_made_anew(a) || !asn1_time_s(X509_CRL_get0_lastUpdate(list), &from_s) ||
	    !asn1_time_s(X509_CRL_get0_nextUpdate(list), &until_s))
		return;
	for (size_t i = 0; i < pool->lists; i++)
		if (pool->list[i] == list)
			role = pool->list_role[i];
	what_of(what, role, X509_CRL_get_issuer(list));
	ending_note(a, what, from_s * 1000, until_s * 1000);
}

/* --- the claim ---------------------------------------------------------------------------- */

static void
sort(struct ending *ending, size_t count)
{
	for (size_t i = 1; i < count; i++)
		for (size_t j = i; j > 0 && (told_ms(&ending[j]) < told_ms(&ending[j - 1]) ||
		    (told_ms(&ending[j]) == told_ms(&ending[j - 1]) &&
		    strcmp(ending[j].what, ending[j - 1].what) < 0)); j--) {
			struct ending one = ending[j];

			ending[j] = ending[j - 1];
			ending[j - 1] = one;
		}
}

void
ending_claim(struct appraisal *a)
{
	struct buffer text = { .max = CLAIM_TEXT };
	char from[TIME_TEXT], until[TIME_TEXT];

	sort(a->ending, a->endings);
	for (size_t i = 0; i < a->endings && i < ENDINGS_TOLD; i++) {
		const struct ending *one = &a->ending[i];

		snprintf(from, sizeof(from), "..");
		if (one->from_ms != ENDING_UNKNOWN)
			time_utc(one->from_ms, from);
		time_utc(one->until_ms, until);
		buffer_print(&text, "%s%s %s/%s", i > 0 ? ", " : "", one->what, from, until);
	}
	if (text.len > 0)
		claims_text(&a->claims, CLAIM_ENDS, bytes_of_buffer(&text));
	buffer_free(&text);
}

/* Up to the separator, of visible ASCII; false if there is none, or it has no room. */
static bool
word_take(struct bytes text, size_t *at, char separator, char *out, size_t size)
{
	size_t len = 0;

	while (*at + len < text.len && text.at[*at + len] != (uint8_t)separator) {
		if (text.at[*at + len] <= ' ' || text.at[*at + len] > '~')
			return false;
		len++;
	}
	if (len == 0 || len >= size || (separator != ',' && *at + len == text.len))
		return false;
	memcpy(out, text.at + *at, len);
	out[len] = '\0';
	*at += len + (*at + len < text.len);
	return true;
}

bool
ending_next(struct bytes text, size_t *at, struct ending *out)
{
	char from[TIME_TEXT], until[TIME_TEXT];

	while (*at < text.len && text.at[*at] == ' ')
		(*at)++;
	*out = (struct ending){ .from_ms = ENDING_UNKNOWN };
	return *at < text.len && word_take(text, at, ' ', out->what, sizeof(out->what)) &&
	    word_take(text, at, '/', from, sizeof(from)) &&
	    word_take(text, at, ',', until, sizeof(until)) &&
	    (strcmp(from, "..") == 0 || date_read(from, &out->from_ms, NULL) == ERR_OK) &&
	    date_read(until, &out->until_ms, NULL) == ERR_OK;
}
