/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cache of chains, their facts and judgements; see tls_chain.h.  What is kept of a chain is
 * text and numbers, not library objects: those are made again from the octets in the rare case of
 * a new judgement.  Only a peer's key that is no point stays one.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "probes/tls_chain_part.h"
#include "probes/tls_path.h"

enum {
	CACHE_BUCKETS = 1024,
	KEEP_MAX      = 8 << 10		/* octets of text kept of a chain; above, read again */
};

struct tls_chain_cache {
	struct tls_chain *bucket[CACHE_BUCKETS];
	struct tls_chain *newest, *oldest;
	struct tls_chain *loose;	/* too large to keep: until the next call */
	struct tls_keys  *keys;		/* NULL: the library lacks some; it then reads everything */
	size_t            count;
};

struct tls_chain_cache *
tls_chain_cache_new(void)
{
	struct tls_chain_cache *cache = memory_new(1, sizeof(*cache));

	cache->keys = tls_keys_new();
	return cache;
}

static void
age_unlink(struct tls_chain_cache *cache, struct tls_chain *chain)
{
	*(chain->newer != NULL ? &chain->newer->older : &cache->newest) = chain->older;
	*(chain->older != NULL ? &chain->older->newer : &cache->oldest) = chain->newer;
	chain->newer = chain->older = NULL;
}

static void
age_newest(struct tls_chain_cache *cache, struct tls_chain *chain)
{
	chain->older = cache->newest;
	*(cache->newest != NULL ? &cache->newest->newer : &cache->oldest) = chain;
	cache->newest = chain;
}

static struct tls_chain **
bucket_of(struct tls_chain_cache *cache, struct hash hash)
{
	return &cache->bucket[(hash.at[0] << 8 | hash.at[1]) % CACHE_BUCKETS];
}

static void
cache_drop(struct tls_chain_cache *cache, struct tls_chain *chain)
{
	struct tls_chain **at = bucket_of(cache, chain->hash);

	while (*at != chain)
		at = &(*at)->next;
	*at = chain->next;
	age_unlink(cache, chain);
	cache->count--;
	tls_chain_free(chain);
}

void
tls_chain_cache_free(struct tls_chain_cache *cache)
{
	if (cache == NULL)
		return;
	while (cache->oldest != NULL)
		cache_drop(cache, cache->oldest);
	if (cache->loose != NULL)
		tls_chain_free(cache->loose);
	tls_keys_free(cache->keys);
	free(cache);
}

size_t
tls_chain_cache_count(const struct tls_chain_cache *cache)
{
	return cache->count;
}

struct tls_chain *
tls_chain_find(struct tls_chain_cache *cache, struct hash hash, struct bytes octets)
{
	struct tls_chain *chain = *bucket_of(cache, hash);

	while (chain != NULL && !hash_equal(chain->hash, hash))
		chain = chain->next;
	if (chain != NULL) {
		age_unlink(cache, chain);
		age_newest(cache, chain);
		return chain;
	}
	if (cache->loose != NULL)
		tls_chain_free(cache->loose);
	cache->loose = NULL;
	chain = tls_chain_read(cache->keys, hash, octets);
	if (chain == NULL)
		return NULL;
	if (chain->names.len > KEEP_MAX) {
		cache->loose = chain;
		return chain;
	}
	if (cache->count >= CHAIN_CACHE_MAX)
		cache_drop(cache, cache->oldest);
	chain->next = *bucket_of(cache, hash);
	*bucket_of(cache, hash) = chain;
	age_newest(cache, chain);
	cache->count++;
	return chain;
}

bool
tls_chain_signed(const struct tls_chain *chain, uint16_t scheme, struct bytes text,
    struct bytes signature)
{
	return chain->keys != NULL &&
	    tls_key_signed(chain->keys, &chain->public_key, scheme, text, signature);
}

static void
texts_fact(struct fact_set *facts, enum fact fact, char *const *texts, size_t count)
{
	struct bytes view[CHAIN_MAX];

	for (size_t i = 0; i < count; i++)
		view[i] = bytes_of_text(texts[i]);
	fact_set_texts(facts, fact, view, count);
}

void
tls_chain_facts(const struct tls_chain *chain, struct fact_set *facts)
{
	int64_t expiry = INT64_MAX, not_before = INT64_MIN;

	for (size_t i = 0; i < chain->read; i++) {
		expiry = chain->after[i] < expiry ? chain->after[i] : expiry;
		not_before = chain->before[i] > not_before ? chain->before[i] : not_before;
	}
	fact_set_int(facts, FACT_TLS_CHAIN_LENGTH, (int64_t)chain->sent);
	fact_set_times(facts, FACT_TLS_CHAIN_EXPIRIES, chain->after, chain->read);
	fact_set_time(facts, FACT_TLS_EXPIRY, expiry);
	fact_set_time(facts, FACT_TLS_NOT_BEFORE, not_before);
	fact_set_texts(facts, FACT_TLS_NAMES, chain->name, chain->names_kept);
	fact_set_int(facts, FACT_TLS_NAMES_COUNT, (int64_t)chain->names_count);
	fact_set_text(facts, FACT_TLS_SUBJECT, bytes_of_text(chain->subject));
	fact_set_text(facts, FACT_TLS_ISSUER, bytes_of_text(chain->issuer));
	fact_set_text(facts, FACT_TLS_KEY, bytes_of_text(chain->key_text[0]));
	fact_set_hash(facts, FACT_TLS_SPKI, chain->spki);
	fact_set_times(facts, FACT_TLS_CHAIN_NOT_BEFORES, chain->before, chain->read);
	fact_set_int(facts, FACT_TLS_CHAIN_KEY_STRENGTH, chain->key_strength);
	if (chain->signature_strength < INT_MAX)
		fact_set_int(facts, FACT_TLS_CHAIN_SIGNATURE_STRENGTH, chain->signature_strength);
	texts_fact(facts, FACT_TLS_CHAIN_KEYS, chain->key_text, chain->read);
	texts_fact(facts, FACT_TLS_CHAIN_SIGNATURES, chain->signatures, chain->read);
}

bool
tls_chain_must_staple(const struct tls_chain *chain)
{
	return chain->must_staple;
}

struct tls_judgement
tls_chain_judge(struct tls_chain *chain, struct bytes octets, const struct tls_anchors *anchors,
    int64_t at_ms)
{
	struct hash hash = tls_anchors_hash(anchors);
	struct tls_judgement judgement = { .fault = TLS_FAULT_NONE };
	int64_t from_ms, until_ms;
	size_t place = 0;

	for (; place < chain->judged_count; place++) {
		if (!hash_equal(chain->judged[place].anchors, hash))
			continue;
		if (at_ms >= chain->judged[place].from_ms && at_ms < chain->judged[place].until_ms)
			return chain->judged[place].judgement;
		break;
	}
	if (!tls_path_verify(chain->keys, octets, anchors, at_ms, &from_ms, &until_ms))
		judgement = tls_verify(octets, anchors, at_ms, &from_ms, &until_ms);
	if (place == chain->judged_count && place < CHAIN_JUDGED_MAX)
		chain->judged_count++;
	else if (place == chain->judged_count)
		place = chain->judged_next++ % CHAIN_JUDGED_MAX;
	chain->judged[place].anchors = hash;
	chain->judged[place].from_ms = from_ms;
	chain->judged[place].until_ms = until_ms;
	chain->judged[place].judgement = judgement;
	return judgement;
}

const struct bytes *
tls_chain_listed(const struct tls_chain *chain, size_t *count)
{
	*count = chain->names_kept;
	return chain->name;
}

bool
tls_chain_names(struct tls_chain *chain, struct bytes octets, const char *host)
{
	enum tls_named named;
	size_t place = 0;
	bool match;

	for (; place < chain->named_count; place++)
		if (strcmp(chain->named[place].host, host) == 0)
			return chain->named[place].match;
	named = chain->keys == NULL ? TLS_NAMED_ELSEWHERE : tls_path_host(octets, host);
	match = named == TLS_NAMED_ELSEWHERE ? tls_verify_host(octets, host) : named == TLS_NAMED;
	if (strlen(host) >= HOST_KEEP)
		return match;
	place = chain->named_next++ % CHAIN_JUDGED_MAX;
	if (chain->named_count < CHAIN_JUDGED_MAX)
		chain->named_count++;
	memcpy(chain->named[place].host, host, strlen(host) + 1);
	chain->named[place].match = match;
	return match;
}
