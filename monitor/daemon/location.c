/* SPDX-License-Identifier: Apache-2.0 */
/* Feeds to facts; see location.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/daemon/location.h"
#include "monitor/daemon/location_part.h"
#include "monitor/daemon/ranges.h"

/* What all feeds together say of an address. */
struct claim {
	const struct feed  *feed;	/* with the most specific range; NULL: none holds it */
	const struct feed  *other;	/* of another provider */
	struct ranges_found found;
	bool                disputed;	/* two files of the provider, each as specific */
};

struct location *
location_new(void)
{
	return memory_new(1, sizeof(struct location));
}

void
location_free(struct location *location)
{
	for (size_t i = 0; location != NULL && i < location->feeds; i++) {
		free(location->feed[i].provider);
		ranges_free(location->feed[i].ranges);
	}
	free(location);
}

static enum witness_kind
witness_of(const char *form)
{
	return strcmp(form, "registry") == 0 ? WITNESS_REGISTRY :
	    strcmp(form, "mmdb") == 0 ? WITNESS_MMDB : WITNESS_PROVIDER;
}

bool
location_views(const char *form)
{
	return witness_of(form) == WITNESS_MMDB;
}

enum err
location_add(struct location *location, const struct plan_feed *planned, struct bytes octets,
    struct why *why)
{
	struct feed feed = { .kind = witness_of(planned->form), .hash = hash_of(octets) };
	char hex[HASH_TEXT];
	enum err err = ERR_OK;

	hash_text(feed.hash, hex);
	if (location->feeds == PLAN_FEED_MAX)
		err = why_set(why, ERR_LIMIT, "there are more than %d feeds", PLAN_FEED_MAX);
	else if (strcmp(hex, planned->hash) != 0)
		err = why_set(why, ERR_MISMATCH, "the file was changed since the configuration was "
		    "read; have it read again");
	else if (feed.kind == WITNESS_MMDB)
		err = mmdb_read(octets, &feed.mmdb, why);
	else
		err = ranges_read(planned->form, octets, &feed.ranges, why);
	if (err != ERR_OK) {
		location->refused[feed.kind]++;
		why_in(why, "%s", planned->path);
		return err;
	}
	feed.provider = memory_text(bytes_of_text(planned->provider));
	location->feed[location->feeds++] = feed;
	location->taken[feed.kind]++;
	return ERR_OK;
}

static bool
found_same(const struct ranges_found *a, const struct ranges_found *b)
{
	return a->answer == b->answer && (a->answer != RANGES_REGION ||
	    strcmp(a->region, b->region) == 0);
}

static void
claim_take(struct claim *claim, const struct feed *feed, const struct ranges_found *found)
{
	if (claim->feed != NULL && strcmp(claim->feed->provider, feed->provider) != 0) {
		claim->other = feed;
		return;
	}
	if (claim->feed != NULL && found->bits == claim->found.bits &&
	    !found_same(found, &claim->found))
		claim->disputed = true;
	if (claim->feed != NULL && found->bits <= claim->found.bits)
		return;
	claim->feed = feed;
	claim->found = *found;
	claim->disputed = false;
}

/* Why no region is known, as half a sentence; "" if one is. */
static void
claim_reason(const struct location *location, const struct claim *claim, char *out, size_t len)
{
	out[0] = '\0';
	/* A feed that was not read may hold a longer prefix, or another provider's claim. */
	if (claim->feed != NULL && claim->other == NULL && location->refused[WITNESS_PROVIDER] > 0)
		snprintf(out, len, "not every feed could be read: another may hold it, too");
	else if (claim->feed == NULL)
		snprintf(out, len, "no published range holds it%s",
		    location->refused[WITNESS_PROVIDER] == 0 ? "" :
		    ", and not every feed could be read");
	else if (claim->other != NULL)
		snprintf(out, len, "it is published by two providers: %s and %s",
		    claim->feed->provider, claim->other->provider);
	else if (claim->disputed)
		snprintf(out, len, "two files of %s name different regions", claim->feed->provider);
	else if (claim->found.answer == RANGES_UNKNOWN)
		snprintf(out, len, "%s", claim->found.reason);
}

static void
claim_facts(const struct claim *claim, bool region, struct fact_set *facts)
{
	int64_t date_ms = ranges_date_ms(claim->feed->ranges);
	struct buffer place = { .max = 0 };

	fact_set_text(facts, FACT_LOC_OBSERVED_PROVIDER, bytes_of_text(claim->feed->provider));
	fact_set_hash(facts, FACT_LOC_FEED, claim->feed->hash);
	if (date_ms != 0)
		fact_set_time(facts, FACT_LOC_FEED_DATE, date_ms);
	if (!region)
		return;
	buffer_print(&place, "%s/%s", claim->feed->provider, claim->found.region);
	fact_set_text(facts, FACT_LOC_OBSERVED, bytes_of_buffer(&place));
	buffer_free(&place);
}

static void
provider_facts(const struct location *location, const struct sockaddr *address,
    struct fact_set *facts)
{
	struct claim claim = { .feed = NULL };
	char reason[3 * NAME_MAX_LEN];

	for (size_t i = 0; i < location->feeds; i++) {
		struct ranges_found found = { .answer = RANGES_NONE };

		if (location->feed[i].kind == WITNESS_PROVIDER)
			found = ranges_find(location->feed[i].ranges, address);
		if (found.answer != RANGES_NONE)
			claim_take(&claim, &location->feed[i], &found);
	}
	claim_reason(location, &claim, reason, sizeof(reason));
	if (reason[0] != '\0')
		fact_set_text(facts, FACT_LOC_UNKNOWN, bytes_of_text(reason));
	if (claim.feed != NULL && claim.other == NULL && location->refused[WITNESS_PROVIDER] == 0)
		claim_facts(&claim, reason[0] == '\0', facts);
}

void
location_facts(const struct location *location, const struct sockaddr *address,
    struct fact_set *facts)
{
	static void (*const witness[WITNESSES])(const struct location *, const struct sockaddr *,
	    struct fact_set *) = { provider_facts, registry_facts, mmdb_facts };

	if (address->sa_family != AF_INET && address->sa_family != AF_INET6)
		return;
	for (size_t i = 0; i < WITNESSES; i++)
		if (location->taken[i] + location->refused[i] > 0)
			witness[i](location, address, facts);
}
