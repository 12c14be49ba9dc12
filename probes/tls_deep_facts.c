/* SPDX-License-Identifier: Apache-2.0 */
/* What tls-deep says of what it knows; see tls_deep.h.  "No" is only said of what was asked to its
 * end, "yes" as soon as it was seen. */
#include <stdio.h>
#include <string.h>

#include "probes/tls_deep.h"

enum { DH_BITS_ENOUGH = 2048 };	/* NIST SP 800-57 part 1, until 2030 */

/* Texts for a list fact: one buffer, views set when it has stopped moving. */
struct words {
	struct buffer text;
	size_t        end[FACT_LIST_MAX];
	size_t        count;		/* also of those that did not fit */
};

/* fmt has one %s in it. */
static void
words_add(struct words *words, const char *fmt, const char *a)
{
	buffer_print(&words->text, fmt, a);
	if (words->count < FACT_LIST_MAX)
		words->end[words->count] = words->text.len;
	words->count++;
}

static void
words_fact(struct round *round, enum fact fact, struct words *words)
{
	size_t count = words->count < FACT_LIST_MAX ? words->count : FACT_LIST_MAX, at = 0;
	struct bytes view[FACT_LIST_MAX];

	for (size_t i = 0; i < count; i++) {
		view[i] = bytes_of(words->text.at + at, words->end[i] - at);
		at = words->end[i];
	}
	fact_set_texts(round_facts(round), fact, view, count);
	buffer_free(&words->text);
	words->count = 0;
}

static const char *
number_name(const char *name, unsigned number, char out[16])
{
	snprintf(out, 16, "0x%04x", number);
	return name != NULL ? name : out;
}

static const char *
suite_name(uint16_t number, char out[16])
{
	struct tls_suite suite = { .name = NULL };

	tls_suite_find(number, &suite);
	return number_name(suite.name, number, out);
}

bool
deep_any(const struct deep *deep)
{
	for (size_t i = 0; i < DEEP_VERSIONS; i++)
		if (deep->version[i].accepted)
			return true;
	return false;
}

/* A refusal without a word counts only when the peer was still willing at the end. */
static bool
refusals_count(const struct deep *deep)
{
	return !deep->wordless || (deep->phase == DEEP_PHASE_END && !deep->unwilling);
}

static bool
versions_known(const struct deep *deep)
{
	for (size_t i = 0; i < DEEP_VERSIONS; i++)
		if (!deep->version[i].asked)
			return false;
	return refusals_count(deep);
}

static bool
suites_known(const struct deep *deep)
{
	for (size_t i = 0; i < DEEP_VERSIONS; i++)
		if (deep->version[i].accepted && !deep->version[i].complete)
			return false;
	return versions_known(deep);
}

static bool
groups_known(const struct deep *deep)
{
	return versions_known(deep) && deep->groups13_done && deep->groups12_done;
}

static bool
schemes_known(const struct deep *deep)
{
	return versions_known(deep) && deep->schemes12_done && !deep->schemes13_spoiled &&
	    deep->phase > DEEP_PHASE_SCHEMES13;
}

const char *
deep_missing(struct deep *deep)
{
	const struct { bool missing; const char *name; } parts[] = {
		{ !versions_known(deep), "versions" }, { !suites_known(deep), "suites" },
		{ !groups_known(deep), "groups" }, { !schemes_known(deep), "signatures" },
		{ deep->strange, "what the peer chose without being offered it" },
		{ !refusals_count(deep),
		  "whether the peer refused or only stopped answering" },
		{ deep->phase != DEEP_PHASE_END && schemes_known(deep), "fallback" }
	};
	size_t at = 0;

	deep->missing[0] = '\0';
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (parts[i].missing)
			at += (size_t)snprintf(deep->missing + at, sizeof(deep->missing) - at,
			    "%s%s", at > 0 ? ", " : "", parts[i].name);
	if (at == 0 && deep->silences > 0)
		snprintf(deep->missing, sizeof(deep->missing), "preference or fallback");
	return deep->missing;
}

/* Every weak thing, once: the text, and why. */
static void
weak_each(const struct deep *deep, void (*each)(void *, const char *text), void *arg)
{
	char text[192];
	struct tls_suite suite;

	for (size_t i = 2; i < DEEP_VERSIONS; i++)
		if (deep->version[i].accepted) {
			snprintf(text, sizeof(text), "%s: %s",
			    tls_version_name(deep->version[i].version),
			    deep->version[i].version == TLS_VERSION_SSL3 ? "RFC 7568" :
			    "RFC 8996");
			each(arg, text);
		}
	for (size_t i = 0; i < DEEP_VERSIONS; i++)
		for (size_t j = 0; j < deep->version[i].suites.count; j++) {
			if (!tls_suite_find(deep->version[i].suites.at[j], &suite) ||
			    suite.weak == 0)
				continue;
			snprintf(text, sizeof(text), "%s %s: %s",
			    tls_version_name(deep->version[i].version), suite.name,
			    tls_weakness_name(suite.weak));
			each(arg, text);
		}
}

/* Groups, signatures, and what is weak of the connection itself. */
static void
weak_rest(const struct deep *deep, void (*each)(void *, const char *text), void *arg)
{
	char number[16], text[96];

	for (size_t i = 0; i < deep->groups12.count; i++)
		if (tls_group_is_weak(deep->groups12.at[i])) {
			snprintf(text, sizeof(text), "group %s: less than 224 bits", number_name(
			    tls_group_name(deep->groups12.at[i]), deep->groups12.at[i], number));
			each(arg, text);
		}
	for (size_t i = 0; i < deep->schemes12.count; i++)
		if (tls_scheme_is_weak(deep->schemes12.at[i])) {
			snprintf(text, sizeof(text), "signature %s: RFC 9155",
			    tls_scheme_name(deep->schemes12.at[i]));
			each(arg, text);
		}
	if (deep->dh_bits > 0 && deep->dh_bits < DH_BITS_ENOUGH) {
		snprintf(text, sizeof(text), "DH of %u bits", deep->dh_bits);
		each(arg, text);
	}
	if (deep->compression)
		each(arg, "compression: CRIME");
	if (deep->features && !deep->renegotiation)
		each(arg, "no secure renegotiation: RFC 5746");
}

static void
weak_word(void *arg, const char *text)
{
	words_add(arg, "%s", text);
}

static void
flag_fact(struct round *round, enum fact fact, bool seen, bool known)
{
	if (seen || known)
		fact_set_flag(round_facts(round), fact, seen);
}

/* All weaknesses of all accepted suites; forward: none of them lacks forward secrecy. */
static unsigned
weaknesses_of(const struct deep *deep, bool *forward, size_t *distinct)
{
	struct deep_list seen = { .count = 0 };
	struct tls_suite suite;
	unsigned weak = 0;

	*forward = true;
	for (size_t i = 0; i < DEEP_VERSIONS; i++)
		for (size_t j = 0; j < deep->version[i].suites.count; j++) {
			deep_add(&seen, deep->version[i].suites.at[j]);
			if (!tls_suite_find(deep->version[i].suites.at[j], &suite))
				continue;
			weak |= suite.weak;
			*forward &= suite.forward;
		}
	*distinct = seen.count;
	return weak;
}

static void
suite_facts(struct round *round, const struct deep *deep)
{
	static const enum fact lists[DEEP_VERSIONS] = {
		FACT_TLS_ACCEPTED_SUITES_TLS13, FACT_TLS_ACCEPTED_SUITES_TLS12,
		FACT_TLS_ACCEPTED_SUITES_TLS11, FACT_TLS_ACCEPTED_SUITES_TLS10,
		FACT_TLS_ACCEPTED_SUITES_SSL3
	};
	struct words words = { .count = 0 };
	bool known = suites_known(deep), forward;
	size_t distinct;
	unsigned weak = weaknesses_of(deep, &forward, &distinct);
	char number[16];

	for (size_t i = 0; i < DEEP_VERSIONS; i++) {
		const struct deep_version *version = &deep->version[i];

		if (!version->accepted || !version->complete || !refusals_count(deep))
			continue;
		for (size_t j = 0; j < version->suites.count; j++)
			words_add(&words, "%s", suite_name(version->suites.at[j], number));
		words_fact(round, lists[i], &words);
	}
	if (known)
		fact_set_int(round_facts(round), FACT_TLS_ACCEPTED_SUITES_COUNT,
		    (int64_t)distinct);
	flag_fact(round, FACT_TLS_ACCEPTED_NULL, weak & TLS_WEAK_NULL, known);
	flag_fact(round, FACT_TLS_ACCEPTED_EXPORT, weak & TLS_WEAK_EXPORT, known);
	flag_fact(round, FACT_TLS_ACCEPTED_ANONYMOUS, weak & TLS_WEAK_ANONYMOUS, known);
	flag_fact(round, FACT_TLS_ACCEPTED_RC4, weak & TLS_WEAK_RC4, known);
	flag_fact(round, FACT_TLS_ACCEPTED_DES, weak & TLS_WEAK_DES, known);
	flag_fact(round, FACT_TLS_ACCEPTED_3DES, weak & TLS_WEAK_3DES, known);
	if (!forward || known)
		fact_set_flag(round_facts(round), FACT_TLS_ACCEPTED_FORWARD_SECRECY, forward);
}

static void
version_facts(struct round *round, const struct deep *deep)
{
	static const char *const sides[] = { "", "%s server", "%s client", "%s by other rules" };
	struct words words = { .count = 0 }, preference = { .count = 0 };

	for (size_t i = 0; i < DEEP_VERSIONS; i++) {
		const char *name = tls_version_name(deep->version[i].version);

		if (deep->version[i].accepted)
			words_add(&words, "%s", name);
		if (deep->version[i].preference != DEEP_PREFERS_UNKNOWN)
			words_add(&preference, sides[deep->version[i].preference], name);
	}
	if (versions_known(deep))
		words_fact(round, FACT_TLS_ACCEPTED_VERSIONS, &words);
	if (suites_known(deep) && preference.count > 0)
		words_fact(round, FACT_TLS_ACCEPTED_PREFERENCE, &preference);
	buffer_free(&words.text);
	buffer_free(&preference.text);
}

static void
number_facts(struct round *round, enum fact fact, const struct deep_list *first,
    const struct deep_list *second, const char *(*name)(uint16_t))
{
	struct words words = { .count = 0 };
	struct deep_list both = *first;
	char number[16];

	for (size_t i = 0; i < second->count; i++)
		deep_add(&both, second->at[i]);
	for (size_t i = 0; i < both.count; i++)
		words_add(&words, "%s", number_name(name(both.at[i]), both.at[i], number));
	words_fact(round, fact, &words);
}

static void
group_facts(struct round *round, const struct deep *deep)
{
	static const struct deep_list none = { .count = 0 };
	struct deep_list pq = { .count = 0 };

	for (size_t i = 0; i < deep->groups13.count; i++)
		if (tls_group_is_pq(deep->groups13.at[i]))
			deep_add(&pq, deep->groups13.at[i]);
	flag_fact(round, FACT_TLS_PQ, pq.count > 0, groups_known(deep));
	if (groups_known(deep)) {
		number_facts(round, FACT_TLS_ACCEPTED_GROUPS, &deep->groups13, &deep->groups12,
		    tls_group_name);
		number_facts(round, FACT_TLS_PQ_GROUPS, &pq, &none, tls_group_name);
	}
	if (schemes_known(deep))
		number_facts(round, FACT_TLS_ACCEPTED_SIGNATURES, &deep->schemes13,
		    &deep->schemes12, tls_scheme_name);
	if (deep->version[0].accepted && schemes_known(deep))
		fact_set_flag(round_facts(round), FACT_TLS_ACCEPTED_SIGNATURES_UNSEEN,
		    deep->schemes13_unseen);
}

static void
feature_facts(struct round *round, const struct deep *deep)
{
	struct fact_set *facts = round_facts(round);

	if (deep->dh_bits > 0)
		fact_set_int(facts, FACT_TLS_ACCEPTED_DH_BITS, deep->dh_bits);
	flag_fact(round, FACT_TLS_ACCEPTED_COMPRESSION, deep->compression, suites_known(deep));
	if (deep->fallback_known)
		fact_set_flag(facts, FACT_TLS_ACCEPTED_FALLBACK_PROTECTED,
		    deep->fallback_protected);
	if (!deep->features)
		return;
	fact_set_flag(facts, FACT_TLS_ACCEPTED_RENEGOTIATION_SECURE, deep->renegotiation);
	fact_set_flag(facts, FACT_TLS_ACCEPTED_MASTER_SECRET, deep->master_secret);
	fact_set_flag(facts, FACT_TLS_ACCEPTED_ENCRYPT_THEN_MAC, deep->encrypt_then_mac);
	fact_set_flag(facts, FACT_TLS_ACCEPTED_TICKET, deep->ticket);
	fact_set_flag(facts, FACT_TLS_ACCEPTED_HEARTBEAT, deep->heartbeat);
}

void
deep_facts(struct round *round, const struct deep *deep, const char *missing,
    unsigned connections)
{
	struct fact_set *facts = round_facts(round);
	struct words weak = { .count = 0 };

	weak_each(deep, weak_word, &weak);
	weak_rest(deep, weak_word, &weak);
	/* Of a peer that accepts nothing, nothing was measured: it may not speak TLS at all. */
	if (missing[0] == '\0' && !deep_any(deep))
		missing = "all of it: no version of TLS was accepted";
	if (deep_any(deep)) {
		version_facts(round, deep);
		suite_facts(round, deep);
		group_facts(round, deep);
		feature_facts(round, deep);
		if (weak.count > 0 || missing[0] == '\0')
			fact_set_int(facts, FACT_TLS_ACCEPTED_WEAK_COUNT, (int64_t)weak.count);
		if (weak.count > 0)
			words_fact(round, FACT_TLS_ACCEPTED_WEAK, &weak);
	}
	buffer_free(&weak.text);
	fact_set_flag(facts, FACT_TLS_DEEP_COMPLETE, missing[0] == '\0');
	if (missing[0] != '\0')
		fact_set_text(facts, FACT_TLS_DEEP_MISSING, bytes_of_text(missing));
	fact_set_int(facts, FACT_TLS_DEEP_CONNECTIONS, connections);
	fact_set_hash(facts, FACT_TLS_DEEP_TRANSCRIPT,
	    round_evidence(round, bytes_of_buffer(&deep->transcript)));
}

static void
weak_found(void *arg, const char *text)
{
	tls_finding_add(arg, ERR_MISMATCH, "%s", text);
}

/* The kinds of weakness; each suite is in the facts. */
void
deep_find(const struct deep *deep, struct tls_finding *finding)
{
	bool forward;
	size_t distinct;
	unsigned weak = weaknesses_of(deep, &forward, &distinct);

	for (size_t i = 2; i < DEEP_VERSIONS; i++)
		if (deep->version[i].accepted)
			tls_finding_add(finding, ERR_MISMATCH, "%s",
			    tls_version_name(deep->version[i].version));
	for (unsigned bit = TLS_WEAK_NULL; bit <= TLS_WEAK_MD5; bit <<= 1)
		if ((weak & bit) != 0)
			tls_finding_add(finding, ERR_MISMATCH, "%s suites",
			    tls_weakness_name(bit));
	weak_rest(deep, weak_found, finding);
}
