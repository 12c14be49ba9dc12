/* SPDX-License-Identifier: Apache-2.0 */
/* See approved.h. */
#include <stdio.h>
#include <string.h>

#include "monitor/base/comma.h"
#include "monitor/state/approved.h"

/* Provider and region of a place text; both empty if there is no slash. */
struct parts { struct bytes provider, region; };

static struct parts
parts_of(struct bytes text)
{
	const uint8_t *slash = text.len > 0 ? memchr(text.at, '/', text.len) : NULL;
	size_t before = slash != NULL ? (size_t)(slash - text.at) : 0;

	if (slash == NULL)
		return (struct parts){ .provider = { .len = 0 } };
	return (struct parts){ bytes_slice(text, 0, before),
		bytes_slice(text, before + 1, text.len - before - 1) };
}

/* One word for what evidence and configurations call differently; else the word itself. */
static struct bytes
canonical(struct bytes provider)
{
	static const struct { const char *word, *name; } names[] = {
#define CLOUD_NAME(word, provider) { word, #provider },
#include "monitor/state/cloud_list.h"
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (bytes_equal(provider, bytes_of_text(names[i].word)))
			return bytes_of_text(names[i].name);
	return provider;
}

static bool
is_cloud(struct bytes provider)
{
	static const char *const names[] = {
#define CLOUD_NAME(word, provider) #provider,
#include "monitor/state/cloud_list.h"
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (bytes_equal(provider, bytes_of_text(names[i])))
			return true;
	return false;
}

static void
country_put(struct place *place, struct bytes country)
{
	if (country.len == 2)
		snprintf(place->country, sizeof(place->country), "%c%c", country.at[0],
		    country.at[1]);
}

/* Sites that stand in one region and name two countries leave it unknown. */
static bool
country_of_sites(const struct plan *plan, const struct parts *parts, struct place *place)
{
	const char *found = "";

	for (uint32_t i = 0; i < plan->sites; i++) {
		const struct plan_site *site = &plan->site[i];

		if (site->jurisdiction[0] == '\0' || site->region[0] == '\0' ||
		    !bytes_equal(bytes_of_text(site->region), parts->region) ||
		    !bytes_equal(canonical(bytes_of_text(site->provider[0] != '\0' ?
		    site->provider : "own")), canonical(parts->provider)))
			continue;
		if (found[0] != '\0' && strcmp(found, site->jurisdiction) != 0)
			return true;
		found = site->jurisdiction;
	}
	country_put(place, bytes_of_text(found));
	return found[0] != '\0';
}

static void
country_of_table(const struct parts *parts, struct place *place)
{
	static const struct { const char *provider, *region, *country; } regions[] = {
#define CLOUD_REGION(provider, region, country) { #provider, region, country },
#include "monitor/state/cloud_list.h"
	};
	struct bytes provider = canonical(parts->provider);

	for (size_t i = 0; i < sizeof(regions) / sizeof(regions[0]); i++)
		if (bytes_equal(parts->region, bytes_of_text(regions[i].region)) &&
		    bytes_equal(provider, bytes_of_text(regions[i].provider))) {
			country_put(place, bytes_of_text(regions[i].country));
			return;
		}
}

struct place
place_of_words(const struct plan *plan, struct bytes provider, struct bytes region)
{
	struct place place = { .text = "" };
	struct parts parts = { provider, region };

	if (provider.len == 0 || region.len == 0 || provider.len + region.len + 2 > PLACE_TEXT)
		return place;
	snprintf(place.text, sizeof(place.text), "%.*s/%.*s", (int)provider.len,
	    (const char *)provider.at, (int)region.len, (const char *)region.at);
	place.own = bytes_equal(provider, bytes_of_text("own"));
	if (!country_of_sites(plan, &parts, &place))
		country_of_table(&parts, &place);
	return place;
}

struct place
place_of_text(const struct plan *plan, struct bytes text)
{
	struct parts parts = parts_of(text);

	return place_of_words(plan, parts.provider, parts.region);
}

struct place
place_of_country(struct bytes country)
{
	struct place place = { .text = "" };

	country_put(&place, country);
	return place;
}

/* The country as this site declares it, whatever others say of the region. */
struct place
place_of_site(const struct plan *plan, uint32_t site)
{
	const struct plan_site *s = &plan->site[site];
	struct place place = place_of_words(plan,
	    bytes_of_text(s->provider[0] != '\0' ? s->provider : "own"), bytes_of_text(s->region));

	place.own = s->provider[0] == '\0';
	if (s->jurisdiction[0] != '\0')
		country_put(&place, bytes_of_text(s->jurisdiction));
	return place;
}

bool
place_is_known(const struct place *place)
{
	return place->text[0] != '\0' || place->country[0] != '\0';
}

enum place_same
place_compare(const struct place *a, const struct place *b)
{
	struct parts x = parts_of(bytes_of_text(a->text)), y = parts_of(bytes_of_text(b->text));
	struct bytes p = canonical(x.provider), q = canonical(y.provider);

	if (p.len > 0 && bytes_equal(p, q))
		return bytes_equal(x.region, y.region) ? PLACES_SAME : PLACES_DIFFER;
	/* Two clouds are two places; a word of the plan's own may stand for either. */
	if ((is_cloud(p) && is_cloud(q)) || (a->own && is_cloud(q)) || (b->own && is_cloud(p)))
		return PLACES_DIFFER;
	if (a->country[0] == '\0' || b->country[0] == '\0')
		return PLACES_UNCLEAR;
	if (strcmp(a->country, b->country) != 0)
		return PLACES_DIFFER;
	return p.len > 0 && q.len > 0 ? PLACES_UNCLEAR : PLACES_SAME;
}

/* --- what the plan approves --------------------------------------------------------------- */

static bool
is_region(struct bytes listed, const struct place *place)
{
	struct parts x = parts_of(listed), y = parts_of(bytes_of_text(place->text));

	return y.provider.len > 0 && bytes_equal(x.region, y.region) &&
	    bytes_equal(canonical(x.provider), canonical(y.provider));
}

static enum approval
by_country(const struct plan_class *class, const struct place *place)
{
	if (class->jurisdictions[0] == '\0')
		return APPROVAL_YES;
	if (place->country[0] == '\0')
		return APPROVAL_UNCLEAR;
	return comma_has(class->jurisdictions, bytes_of_text(place->country)) ? APPROVAL_YES :
	    APPROVAL_NO;
}

static enum approval
by_region(const struct plan_class *class, const struct place *place)
{
	struct bytes provider = canonical(parts_of(bytes_of_text(place->text)).provider), word;
	const char *list = class->regions;

	if (list[0] == '\0' && class->providers[0] == '\0' && !class->own)
		return APPROVAL_YES;
	if (place->own && class->own)
		return APPROVAL_YES;
	while (comma_next(&list, &word))
		if (is_region(word, place))
			return APPROVAL_YES;
	for (list = class->providers; comma_next(&list, &word);)
		if (provider.len > 0 && bytes_equal(canonical(word), provider))
			return APPROVAL_YES;
	return provider.len > 0 || place->own ? APPROVAL_NO : APPROVAL_UNCLEAR;
}

static bool
exception_holds(const struct plan_exception *exception, uint32_t class, const struct place *place)
{
	bool region = strchr(exception->place, '/') != NULL;

	if ((exception->data >> class & 1) == 0)
		return false;
	return region ? is_region(bytes_of_text(exception->place), place) :
	    place->country[0] != '\0' && strcmp(exception->place, place->country) == 0;
}

static enum approval
class_approves(const struct plan *plan, uint32_t class, const struct place *place, int64_t now_ms,
    struct approved *out)
{
	enum approval country = by_country(&plan->class[class], place);
	enum approval region = by_region(&plan->class[class], place);
	enum approval approval = country == APPROVAL_NO || region == APPROVAL_NO ? APPROVAL_NO :
	    country == APPROVAL_YES && region == APPROVAL_YES ? APPROVAL_YES : APPROVAL_UNCLEAR;

	for (uint32_t i = 0; i < plan->exceptions && approval != APPROVAL_YES; i++) {
		const struct plan_exception *exception = &plan->exception[i];

		if (!exception_holds(exception, class, place) || exception->from_ms > now_ms)
			continue;
		if (exception->until_ms <= now_ms) {
			out->expired = i + 1;
			continue;
		}
		out->exception = i + 1;
		return APPROVAL_YES;
	}
	return approval;
}

struct approved
place_approved(const struct plan *plan, const struct place *place, uint64_t data, int64_t now_ms)
{
	struct approved out = { .approval = data == 0 ? APPROVAL_UNCLEAR : APPROVAL_YES };

	for (uint32_t i = 0; i < plan->classes; i++) {
		enum approval approval = (data >> i & 1) == 0 ? APPROVAL_YES :
		    class_approves(plan, i, place, now_ms, &out);

		/* NO is worse than UNCLEAR, which is worse than YES. */
		if (approval == APPROVAL_YES || out.approval == APPROVAL_NO)
			continue;
		if (approval == APPROVAL_NO || out.approval == APPROVAL_YES) {
			out.approval = approval;
			out.class = i;
		}
	}
	if (out.approval != APPROVAL_YES)
		out.exception = 0;
	else
		out.expired = 0;
	return out;
}

int64_t
approved_next_ms(const struct plan *plan, uint64_t data, int64_t now_ms)
{
	int64_t next = INT64_MAX;

	for (uint32_t i = 0; i < plan->exceptions; i++) {
		const struct plan_exception *exception = &plan->exception[i];

		if ((exception->data & data) == 0)
			continue;
		if (exception->from_ms > now_ms && exception->from_ms < next)
			next = exception->from_ms;
		if (exception->until_ms > now_ms && exception->until_ms < next)
			next = exception->until_ms;
	}
	return next;
}
