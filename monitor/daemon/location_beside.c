/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Witnesses beside the provider's own ranges: the registry's country of the holder, which is not
 * where an address is used, and the guess of a database.  They corroborate or contradict; neither
 * ever becomes loc.observed.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "monitor/daemon/location_part.h"
#include "monitor/daemon/ranges.h"

enum { REASON_MAX = 3 * NAME_MAX_LEN };

/* --- registries ---------------------------------------------------------------------------- */

/* What the registries' files together say of an address. */
struct holding {
	const struct feed  *feed, *other;	/* other: one that names another holder */
	struct ranges_found found;
};

static void
holding_take(struct holding *holding, const struct feed *feed, const struct ranges_found *found)
{
	const struct ranges_found *had = &holding->found;

	if (holding->feed == NULL) {
		holding->feed = feed;
		holding->found = *found;
	} else if (had->answer != found->answer || (had->answer == RANGES_REGION &&
	    strcmp(had->region, found->region) != 0)) {
		holding->other = feed;
	}
}

static void
holding_reason(const struct location *location, const struct holding *holding,
    char out[REASON_MAX])
{
	out[0] = '\0';
	if (holding->feed == NULL)
		snprintf(out, REASON_MAX, "no registry's file holds it%s",
		    location->refused[WITNESS_REGISTRY] == 0 ? "" :
		    ", and not every one could be read");
	else if (holding->other != NULL)
		snprintf(out, REASON_MAX, "%s and %s name different holders",
		    holding->feed->provider, holding->other->provider);
	else if (holding->found.answer != RANGES_REGION)
		snprintf(out, REASON_MAX, "it is registered for no one country");
}

void
registry_facts(const struct location *location, const struct sockaddr *address,
    struct fact_set *facts)
{
	struct holding holding = { .feed = NULL };
	char reason[REASON_MAX];
	int64_t date_ms;

	for (size_t i = 0; i < location->feeds; i++) {
		struct ranges_found found = { .answer = RANGES_NONE };

		if (location->feed[i].kind == WITNESS_REGISTRY)
			found = ranges_find(location->feed[i].ranges, address);
		if (found.answer != RANGES_NONE)
			holding_take(&holding, &location->feed[i], &found);
	}
	holding_reason(location, &holding, reason);
	if (reason[0] != '\0')
		fact_set_text(facts, FACT_LOC_REGISTRY_UNKNOWN, bytes_of_text(reason));
	if (holding.feed == NULL || holding.other != NULL)
		return;
	date_ms = ranges_date_ms(holding.feed->ranges);
	fact_set_text(facts, FACT_LOC_REGISTRY, bytes_of_text(holding.feed->provider));
	fact_set_hash(facts, FACT_LOC_REGISTRY_FEED, holding.feed->hash);
	if (date_ms != 0)
		fact_set_time(facts, FACT_LOC_REGISTRY_DATE, date_ms);
	if (holding.found.answer == RANGES_REGION)
		fact_set_text(facts, FACT_LOC_REGISTRY_COUNTRY,
		    bytes_of_text(holding.found.region));
}

/* --- databases ----------------------------------------------------------------------------- */

struct guess {
	const struct feed *country_feed, *number_feed;
	struct mmdb_found  country, number;
	bool               disputed;
	char               damaged[REASON_MAX];	/* "" if every database could be searched */
};

static const uint8_t *
octets_of(const struct sockaddr *address, unsigned *octets)
{
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)address;
	bool mapped;

	*octets = 4;
	if (address->sa_family == AF_INET)
		return (const uint8_t *)&((const struct sockaddr_in *)address)->sin_addr;
	mapped = IN6_IS_ADDR_V4MAPPED(&six->sin6_addr);
	*octets = mapped ? 4 : 16;
	return six->sin6_addr.s6_addr + (mapped ? 12 : 0);
}

static void
guess_take(struct guess *guess, const struct feed *feed, const uint8_t *at, unsigned octets)
{
	struct mmdb_found found;
	struct why why = { .err = ERR_OK };

	if (mmdb_find(&feed->mmdb, at, octets, &found, &why) != ERR_OK) {
		snprintf(guess->damaged, sizeof(guess->damaged), "%s: %.200s", feed->provider,
		    why.text);
		return;
	}
	if (found.country[0] != '\0' && guess->country_feed != NULL)
		guess->disputed |= strcmp(found.country, guess->country.country) != 0;
	if (found.country[0] != '\0' && guess->country_feed == NULL) {
		guess->country_feed = feed;
		guess->country = found;
	}
	if (found.number != 0 && guess->number_feed == NULL) {
		guess->number_feed = feed;
		guess->number = found;
	}
}

static void
number_facts(const struct guess *guess, struct fact_set *facts)
{
	if (guess->number_feed == NULL || guess->number.number > UINT32_MAX)
		return;
	fact_set_int(facts, FACT_LOC_MMDB_ASN, (int64_t)guess->number.number);
	if (guess->number.holder[0] != '\0')
		fact_set_text(facts, FACT_LOC_MMDB_HOLDER, bytes_of_text(guess->number.holder));
	fact_set_hash(facts, FACT_LOC_MMDB_ASN_FEED, guess->number_feed->hash);
	fact_set_time(facts, FACT_LOC_MMDB_ASN_DATE, guess->number_feed->mmdb.date_ms);
}

void
mmdb_facts(const struct location *location, const struct sockaddr *address,
    struct fact_set *facts)
{
	struct guess guess = { .country_feed = NULL };
	const char *reason = NULL;
	unsigned octets;
	const uint8_t *at = octets_of(address, &octets);

	for (size_t i = 0; i < location->feeds; i++)
		if (location->feed[i].kind == WITNESS_MMDB)
			guess_take(&guess, &location->feed[i], at, octets);
	number_facts(&guess, facts);
	if (guess.damaged[0] != '\0')
		reason = guess.damaged;
	else if (guess.disputed)
		reason = "two databases name different countries";
	else if (guess.country_feed == NULL)
		reason = location->refused[WITNESS_MMDB] == 0 ? "no database names a country" :
		    "no database names a country, and not every one could be read";
	if (reason != NULL) {
		fact_set_text(facts, FACT_LOC_MMDB_UNKNOWN, bytes_of_text(reason));
		return;
	}
	fact_set_text(facts, FACT_LOC_MMDB_COUNTRY, bytes_of_text(guess.country.country));
	fact_set_hash(facts, FACT_LOC_MMDB_FEED, guess.country_feed->hash);
	fact_set_time(facts, FACT_LOC_MMDB_DATE, guess.country_feed->mmdb.date_ms);
}
