/* SPDX-License-Identifier: Apache-2.0 */
/* Which question comes next, and what an answer changes; see tls_deep.h.  Every turn makes a list
 * shorter or ends, so that the questions end whatever is answered. */
#include <string.h>

#include "probes/tls_deep.h"


/* The first is not allowed to sign a handshake (RFC 8446 4.2.3): who answers it answers all. */
static const struct { uint16_t from, to; } families[] = {
	{ 0x0401, 0x0401 }, { 0x0201, 0x0203 }, { 0x0403, 0x0603 }, { 0x0804, 0x0806 },
	{ 0x0807, 0x0808 }, { 0x0809, 0x080b }, { 0x081a, 0x081c }, { 0x0904, 0x0906 },
	{ 0x0708, 0x070f }
};
enum { FAMILIES = sizeof(families) / sizeof(families[0]) };

void
deep_begin(struct deep *deep)
{
	struct buffer transcript = deep->transcript;

	*deep = (struct deep){ .transcript = transcript };
	deep->transcript.max = ANSWER_MAX;
	buffer_reset(&deep->transcript);
	for (size_t i = 0; i < DEEP_VERSIONS; i++)
		deep->version[i].version = (uint16_t)(TLS_VERSION_13 - i);
	deep->all13.count = tls_suites(true, deep->all13.at, DEEP_SUITES);
	deep->all_old.count = tls_suites(false, deep->all_old.at, DEEP_SUITES);
	deep->all_groups.count = tls_groups(deep->all_groups.at, DEEP_SUITES);
	deep->all_schemes.count = tls_schemes(deep->all_schemes.at, DEEP_SUITES);
}

void
deep_free(struct deep *deep)
{
	buffer_free(&deep->transcript);
}

/* The newest accepted version that is older than TLS 1.3; NULL if there is none. */
static const struct deep_version *
newest_old(const struct deep *deep)
{
	for (size_t i = 1; i < DEEP_VERSIONS; i++)
		if (deep->version[i].accepted)
			return &deep->version[i];
	return NULL;
}

static const struct deep_version *
newest(const struct deep *deep)
{
	return deep->version[0].accepted ? &deep->version[0] : newest_old(deep);
}

/* Everything a version can be asked; extensions where the version has them. */
static void
ask_all(const struct deep *deep, struct deep_ask *ask, uint16_t version)
{
	ask->version = version;
	ask->share = 0;
	ask->suites = version == TLS_VERSION_13 ? deep->all13 : deep->all_old;
	ask->groups.count = ask->schemes.count = 0;
	if (version != TLS_VERSION_SSL3)
		ask->groups = deep->all_groups;
	if (version >= TLS_VERSION_12)
		ask->schemes = deep->all_schemes;
}

/* A key share for a server that answers nothing without one, and for questions behind it. */
static uint16_t
share_of(const struct deep *deep)
{
	static const uint16_t usual[] = { 29, 23, 24, 25, 30 };
	struct buffer key = { .max = 0 };
	uint16_t group = 0;

	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]) && group == 0; i++)
		if (deep_has(&deep->groups13, usual[i]))
			group = usual[i];
	for (size_t i = 0; i < deep->groups13.count && group == 0; i++)
		if (tls_share_public(deep->groups13.at[i], &key))
			group = deep->groups13.at[i];
	buffer_free(&key);
	return group != 0 ? group : usual[0];
}

/* The part of the suites that are left which one question offers. */
static void
part_of_left(const struct deep *deep, const struct deep_version *version, struct deep_list *out)
{
	size_t from = version->chunks ? deep->step * DEEP_CHUNK : 0;
	size_t max = version->chunks ? DEEP_CHUNK : DEEP_SUITES;

	out->count = 0;
	for (size_t i = from; i < deep->left.count && out->count < max; i++)
		out->at[out->count++] = deep->left.at[i];
}

/* Versions: step 0 is all at once; then in parts, or for TLS 1.3 with a key share. */
static bool
ask_version(const struct deep *deep, struct deep_ask *ask)
{
	const struct deep_version *version = &deep->version[deep->turn];
	struct deep_list all;

	ask_all(deep, ask, version->version);
	if (deep->step == 0)
		return true;
	if (version->version == TLS_VERSION_13) {
		ask->share = 29;
		return true;
	}
	all = ask->suites;
	ask->suites.count = 0;
	for (size_t i = (deep->step - 1) * DEEP_CHUNK; i < all.count &&
	    ask->suites.count < DEEP_CHUNK; i++)
		ask->suites.at[ask->suites.count++] = all.at[i];
	return true;
}

static bool
ask_suites(const struct deep *deep, struct deep_ask *ask)
{
	const struct deep_version *version = &deep->version[deep->turn];

	if (!version->accepted)
		return false;
	ask_all(deep, ask, version->version);
	part_of_left(deep, version, &ask->suites);
	if (version->version == TLS_VERSION_13 && deep->shares)
		ask->share = share_of(deep);
	return ask->suites.count > 0;
}

static bool
ask_preference(const struct deep *deep, struct deep_ask *ask)
{
	const struct deep_version *version = &deep->version[deep->turn];

	if (!version->accepted || version->suites.count < 2)
		return false;
	ask_all(deep, ask, version->version);
	for (size_t i = 0; i < version->suites.count; i++)
		ask->suites.at[i] = version->suites.at[version->suites.count - 1 - i];
	ask->suites.count = version->suites.count;
	if (version->version == TLS_VERSION_13 && deep->shares)
		ask->share = share_of(deep);
	return true;
}

static bool
ask_groups13(const struct deep *deep, struct deep_ask *ask)
{
	struct buffer key = { .max = 0 };
	bool can;

	if (!deep->version[0].accepted)
		return false;
	ask_all(deep, ask, TLS_VERSION_13);
	ask->groups = deep->left;
	if (!deep->shares)
		return ask->groups.count > 0;
	if (ask->groups.count == 0)
		return false;
	ask->groups.at[0] = ask->groups.at[ask->groups.count - 1];
	ask->groups.count = 1;
	can = tls_share_public(ask->groups.at[0], &key);
	buffer_free(&key);
	ask->share = can ? ask->groups.at[0] : 0;
	return true;
}

/* Suites of the version that were accepted and name the exchange in ServerKeyExchange. */
static struct deep_list
suites_with(const struct deep_version *version, bool dhe, bool is_signed)
{
	struct deep_list list = { .count = 0 };
	struct tls_suite suite;

	for (size_t i = 0; i < version->suites.count; i++) {
		if (!tls_suite_find(version->suites.at[i], &suite) ||
		    (suite.exchange != TLS_EXCHANGE_ECDHE &&
		    (!dhe || suite.exchange != TLS_EXCHANGE_DHE)))
			continue;
		if (is_signed && (suite.psk || (suite.weak & TLS_WEAK_ANONYMOUS) != 0))
			continue;
		list.at[list.count++] = suite.number;
	}
	return list;
}

static bool
ask_groups12(const struct deep *deep, struct deep_ask *ask)
{
	const struct deep_version *version = newest_old(deep);

	if (version == NULL || version->version == TLS_VERSION_SSL3)
		return false;
	ask_all(deep, ask, version->version);
	ask->suites = suites_with(version, false, false);
	ask->groups = deep->left;
	/* RFC 8422 5.1: an ECDSA certificate is sent to who offers its own curve too. */
	for (size_t i = 0; deep->behind && i < deep->groups12.count; i++)
		deep_add(&ask->groups, deep->groups12.at[i]);
	return ask->suites.count > 0 && deep->left.count > 0;
}

static bool
ask_schemes12(const struct deep *deep, struct deep_ask *ask)
{
	const struct deep_version *version = &deep->version[1];

	if (!version->accepted)
		return false;
	ask_all(deep, ask, TLS_VERSION_12);
	ask->suites = suites_with(version, true, true);
	ask->schemes = deep->left;
	return ask->suites.count > 0 && ask->schemes.count > 0;
}

struct deep_list
deep_family(const struct deep *deep)
{
	const struct deep_list *all = &deep->all_schemes;
	struct deep_list list = { .count = 0 };
	uint16_t from = families[deep->turn].from, to = families[deep->turn].to;

	for (size_t i = 0; i < all->count; i++) {
		bool ecdsa = (all->at[i] & 0xff) == 3;

		if (all->at[i] < from || all->at[i] > to || all->at[i] == 0x0202 ||
		    (from == 0x0403 && !ecdsa))
			continue;
		list.at[list.count++] = all->at[i];
	}
	return list;
}

static bool
ask_schemes13(const struct deep *deep, struct deep_ask *ask)
{
	struct deep_list family;

	if (!deep->version[0].accepted || deep->turn >= FAMILIES)
		return false;
	family = deep_family(deep);
	ask_all(deep, ask, TLS_VERSION_13);
	ask->share = share_of(deep);
	/* No other group: a server that prefers one would ask for it first. */
	ask->groups = (struct deep_list){ .at = { ask->share }, .count = 1 };
	ask->schemes = family;
	if (deep->step == 0)
		return true;
	if (deep->step > family.count)
		return false;
	ask->schemes.at[0] = family.at[deep->step - 1];
	ask->schemes.count = 1;
	return true;
}

/* The newest version but one, with the signal that it is a fallback. */
static bool
ask_fallback(const struct deep *deep, struct deep_ask *ask)
{
	const struct deep_version *best = newest(deep);

	for (size_t i = 1; i < DEEP_VERSIONS; i++) {
		const struct deep_version *version = &deep->version[i];

		if (!version->accepted || version == best)
			continue;
		ask_all(deep, ask, version->version);
		ask->suites = version->suites;
		ask->suites.at[ask->suites.count++] = TLS_SUITE_SCSV_FALLBACK;
		return ask->suites.count < DEEP_SUITES;
	}
	return false;
}

static bool
ask_control(const struct deep *deep, struct deep_ask *ask)
{
	const struct deep_version *version = newest(deep);

	if (!deep->wordless || version == NULL)
		return false;
	ask_all(deep, ask, version->version);
	ask->suites = version->suites;
	if (version->version == TLS_VERSION_13)
		ask->share = share_of(deep);
	return true;
}

static void
phase_start(struct deep *deep)
{
	const struct deep_version *version;

	deep->step = 0;
	deep->behind = deep->spoiled = false;
	if (deep->phase == DEEP_PHASE_SUITES) {
		version = &deep->version[deep->turn];
		deep->left = version->version == TLS_VERSION_13 ? deep->all13 : deep->all_old;
		if (!version->chunks)
			for (size_t i = 0; i < version->suites.count; i++)
				deep_remove(&deep->left, version->suites.at[i]);
	} else if (deep->phase == DEEP_PHASE_GROUPS13 || deep->phase == DEEP_PHASE_GROUPS12) {
		deep->left = deep->all_groups;
		for (size_t i = 0; deep->phase == DEEP_PHASE_GROUPS13 &&
		    i < deep->groups13.count; i++)
			deep_remove(&deep->left, deep->groups13.at[i]);
	} else if (deep->phase == DEEP_PHASE_SCHEMES12) {
		deep->left = deep->all_schemes;
	}
}

static const size_t turns[] = {
	[DEEP_PHASE_VERSIONS] = DEEP_VERSIONS, [DEEP_PHASE_SUITES] = DEEP_VERSIONS,
	[DEEP_PHASE_PREFERENCE] = DEEP_VERSIONS, [DEEP_PHASE_GROUPS13] = 1,
	[DEEP_PHASE_GROUPS12] = 1, [DEEP_PHASE_SCHEMES12] = 1,
	[DEEP_PHASE_SCHEMES13] = FAMILIES, [DEEP_PHASE_FALLBACK] = 1, [DEEP_PHASE_CONTROL] = 1
};

void
deep_phase_over(struct deep *deep)
{
	deep->turn = turns[deep->phase] - 1;
	deep_turn_over(deep);
}

/* Its next turn, or the next phase. */
void
deep_turn_over(struct deep *deep)
{
	switch (deep->phase) {
	case DEEP_PHASE_SUITES: deep->version[deep->turn].complete = !deep->spoiled; break;
	case DEEP_PHASE_GROUPS13: deep->groups13_done = !deep->spoiled; break;
	case DEEP_PHASE_GROUPS12: deep->groups12_done = !deep->spoiled; break;
	case DEEP_PHASE_SCHEMES12: deep->schemes12_done = !deep->spoiled; break;
	case DEEP_PHASE_SCHEMES13: deep->schemes13_spoiled |= deep->spoiled; break;
	default: break;
	}
	if (++deep->turn >= turns[deep->phase]) {
		deep->phase++;
		deep->turn = 0;
	}
	if (deep->phase != DEEP_PHASE_END)
		phase_start(deep);
}

bool
deep_next(struct deep *deep, struct deep_ask *ask)
{
	static bool (*const asks[])(const struct deep *, struct deep_ask *) = {
		[DEEP_PHASE_VERSIONS] = ask_version, [DEEP_PHASE_SUITES] = ask_suites,
		[DEEP_PHASE_PREFERENCE] = ask_preference, [DEEP_PHASE_GROUPS13] = ask_groups13,
		[DEEP_PHASE_GROUPS12] = ask_groups12, [DEEP_PHASE_SCHEMES12] = ask_schemes12,
		[DEEP_PHASE_SCHEMES13] = ask_schemes13, [DEEP_PHASE_FALLBACK] = ask_fallback,
		[DEEP_PHASE_CONTROL] = ask_control
	};

	while (deep->phase != DEEP_PHASE_END && deep->silences < DEEP_SILENCES) {
		if (asks[deep->phase](deep, ask))
			return true;
		deep_turn_over(deep);
	}
	return false;
}
