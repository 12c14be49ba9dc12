/* SPDX-License-Identifier: Apache-2.0 */
/* What an answer changes; see tls_deep.h. */
#include "probes/tls_deep.h"

enum { PROTOCOL_VERSION = 70, INAPPROPRIATE_FALLBACK = 86 };

/* A turn that cannot be said to be complete. */
static void
spoil(struct deep *deep)
{
	deep->spoiled = true;
	deep_turn_over(deep);
}

/* The peer took something that nobody offered. */
static void
take_strange(struct deep *deep)
{
	deep->strange = true;
	spoil(deep);
}

static void
take_features(struct deep *deep, const struct tls_flight *flight)
{
	deep->compression |= flight->compression != 0;
	if (deep->features || flight->version == TLS_VERSION_SSL3)
		return;
	deep->features = true;
	deep->renegotiation = flight->renegotiation;
	deep->master_secret = flight->master_secret;
	deep->encrypt_then_mac = flight->encrypt_then_mac;
	deep->ticket = flight->ticket;
	deep->heartbeat = flight->heartbeat;
}

static void
version_refused(struct deep *deep, const struct deep_ask *ask, enum deep_answer answer,
    const struct tls_flight *flight)
{
	struct deep_version *version = &deep->version[deep->turn];
	size_t parts = ask->version < TLS_VERSION_13 ?
	    (deep->all_old.count + DEEP_CHUNK - 1) / DEEP_CHUNK : 1;

	if ((answer == DEEP_ALERT && flight->alert == PROTOCOL_VERSION) ||
	    answer == DEEP_BROKEN || deep->step >= parts) {
		version->asked = true;
		deep->not_tls |= answer == DEEP_BROKEN;
		deep_turn_over(deep);
		return;
	}
	deep->step++;
}

static void
take_version(struct deep *deep, const struct deep_ask *ask, enum deep_answer answer,
    const struct tls_flight *flight)
{
	struct deep_version *version = &deep->version[deep->turn];

	if (answer != DEEP_HELLO) {
		version_refused(deep, ask, answer, flight);
		return;
	}
	version->asked = true;
	if (flight->version > ask->version || (flight->version == ask->version &&
	    !deep_has(&ask->suites, flight->suite))) {
		take_strange(deep);
		return;
	}
	if (flight->version == ask->version) {
		version->accepted = true;
		version->chunks = deep->step > 0 && ask->version < TLS_VERSION_13;
		deep->shares |= deep->step > 0 && ask->version == TLS_VERSION_13;
		deep_add(&version->suites, flight->suite);
		if (ask->version == TLS_VERSION_13 && deep_has(&ask->groups, flight->heard.group))
			deep_add(&deep->groups13, flight->heard.group);
	}
	deep_turn_over(deep);
}

static void
take_suites(struct deep *deep, const struct deep_ask *ask, enum deep_answer answer,
    const struct tls_flight *flight)
{
	struct deep_version *version = &deep->version[deep->turn];
	bool taken = answer == DEEP_HELLO && flight->version == ask->version;

	if (taken && !deep_has(&ask->suites, flight->suite)) {
		take_strange(deep);
	} else if (taken) {
		deep_remove(&deep->left, flight->suite);
		deep_add(&version->suites, flight->suite);
	} else if (version->chunks) {
		deep->step++;
	} else {
		deep_turn_over(deep);
	}
}

static void
take_preference(struct deep *deep, enum deep_answer answer, const struct tls_flight *flight)
{
	struct deep_version *version = &deep->version[deep->turn];

	if (answer == DEEP_HELLO && flight->version == version->version)
		version->preference =
		    flight->suite == version->suites.at[0] ? DEEP_PREFERS_SERVER :
		    flight->suite == version->suites.at[version->suites.count - 1] ?
		    DEEP_PREFERS_CLIENT : DEEP_PREFERS_OTHER;
	deep_turn_over(deep);
}

static void
take_groups13(struct deep *deep, const struct deep_ask *ask, enum deep_answer answer,
    const struct tls_flight *flight)
{
	bool taken = answer == DEEP_HELLO && flight->heard.tls13;
	uint16_t group = flight->heard.group;

	if (taken && !deep_has(&ask->groups, group)) {
		take_strange(deep);
		return;
	}
	if (taken)
		deep_add(&deep->groups13, group);
	if (deep->shares)
		deep_remove(&deep->left, ask->groups.at[0]);
	else if (!taken || !deep_remove(&deep->left, group))
		deep_turn_over(deep);
}

static void
take_groups12(struct deep *deep, const struct deep_ask *ask, enum deep_answer answer,
    const struct tls_flight *flight)
{
	uint16_t group = flight->heard.group;

	if (answer != DEEP_HELLO || flight->version != ask->version) {
		if (!deep->behind && deep->groups12.count > 0)
			deep->behind = true;
		else
			deep_turn_over(deep);
	} else if (group == 0) {
		spoil(deep);
	} else if (deep_remove(&deep->left, group)) {
		deep_add(&deep->groups12, group);
	} else if (deep_has(&ask->groups, group)) {
		deep_turn_over(deep);
	} else {
		deep_add(&deep->groups12, group);
		take_strange(deep);
	}
}

/* A scheme that was not offered is taken all the same: it is what the peer signs with. */
static void
take_schemes12(struct deep *deep, const struct deep_ask *ask, enum deep_answer answer,
    const struct tls_flight *flight)
{
	uint16_t scheme = flight->heard.scheme;

	if (answer != DEEP_HELLO || flight->version != ask->version) {
		deep_turn_over(deep);
	} else if (scheme == 0) {
		spoil(deep);
	} else {
		deep_add(&deep->schemes12, scheme);
		if (!deep_remove(&deep->left, scheme))
			deep_turn_over(deep);
	}
}

static void
take_schemes13(struct deep *deep, enum deep_answer answer, const struct tls_flight *flight)
{
	struct deep_list family = deep_family(deep);
	bool taken = answer == DEEP_HELLO && flight->heard.tls13 && !flight->retry;

	if (answer == DEEP_HELLO && flight->retry) {	/* of no use: it chose no scheme yet */
		spoil(deep);
	} else if (deep->turn == 0 && taken) {
		deep->schemes13_unseen = true;
		deep_phase_over(deep);
	} else if (deep->step == 0 && (!taken || family.count == 1)) {
		if (taken)
			deep_add(&deep->schemes13, family.at[0]);
		deep_turn_over(deep);
	} else {
		if (taken && deep->step > 0)
			deep_add(&deep->schemes13, family.at[deep->step - 1]);
		deep->step++;
	}
}

static void
take_fallback(struct deep *deep, enum deep_answer answer, const struct tls_flight *flight)
{
	if (answer == DEEP_HELLO)
		deep->fallback_known = true;
	else if (answer == DEEP_ALERT && flight->alert == INAPPROPRIATE_FALLBACK)
		deep->fallback_known = deep->fallback_protected = true;
	deep_turn_over(deep);
}

void
deep_take(struct deep *deep, const struct deep_ask *ask, enum deep_answer answer,
    const struct tls_flight *flight)
{
	deep_line(deep, ask, answer, flight);
	if (answer == DEEP_SILENT) {
		deep->silences++;
		deep->unwilling |= deep->phase == DEEP_PHASE_CONTROL;
		spoil(deep);
		return;
	}
	deep->wordless |= answer == DEEP_CLOSED;
	if (answer == DEEP_HELLO && !flight->heard.tls13)
		take_features(deep, flight);
	if (answer == DEEP_HELLO && flight->heard.dh_bits != 0 &&
	    (deep->dh_bits == 0 || flight->heard.dh_bits < deep->dh_bits))
		deep->dh_bits = flight->heard.dh_bits;
	switch (deep->phase) {
	case DEEP_PHASE_VERSIONS: take_version(deep, ask, answer, flight); break;
	case DEEP_PHASE_SUITES: take_suites(deep, ask, answer, flight); break;
	case DEEP_PHASE_PREFERENCE: take_preference(deep, answer, flight); break;
	case DEEP_PHASE_GROUPS13: take_groups13(deep, ask, answer, flight); break;
	case DEEP_PHASE_GROUPS12: take_groups12(deep, ask, answer, flight); break;
	case DEEP_PHASE_SCHEMES12: take_schemes12(deep, ask, answer, flight); break;
	case DEEP_PHASE_SCHEMES13: take_schemes13(deep, answer, flight); break;
	case DEEP_PHASE_FALLBACK: take_fallback(deep, answer, flight); break;
	default:
		deep->unwilling = answer != DEEP_HELLO;
		deep_turn_over(deep);
		break;
	}
}

bool
deep_enough(const struct tls_flight *flight)
{
	struct tls_suite suite;

	return flight->hello && (flight->heard.tls13 || flight->keys || flight->done ||
	    (tls_suite_find(flight->suite, &suite) && suite.exchange == TLS_EXCHANGE_OTHER));
}
