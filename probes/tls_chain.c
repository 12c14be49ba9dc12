/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chains and the cache of them; see tls_chain.h.  What is kept of a chain is text and numbers,
 * not library objects: those are made again from the octets in the rare case of a new judgement.
 * Only the peer's key stays one.
 */
#include <openssl/err.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "probes/tls_certificate.h"
#include "probes/tls_chain.h"
#include "probes/wire/tls_handshake.h"

enum {
	CACHE_BUCKETS = 1024,
	HOST_KEEP     = 64,		/* octets of a host name kept with its judgement */
	KEEP_MAX      = 8 << 10		/* octets of text kept of a chain; above, read again */
};

struct tls_chain {
	struct hash       hash;
	struct tls_chain *next;		/* in the bucket */
	struct tls_chain *newer, *older;
	size_t            sent;		/* certificates in the octets */
	size_t            read;		/* of them understood, leaf first */
	int64_t           before[CHAIN_MAX], after[CHAIN_MAX];
	struct hash       spki;
	char             *subject, *issuer, *key;
	char             *keys[CHAIN_MAX], *signatures[CHAIN_MAX];	/* of each read */
	bool              must_staple;
	int               key_strength, signature_strength;	/* of the weakest */
	EVP_PKEY         *public_key;	/* decoding one costs two signatures: it is kept */
	struct bytes     *name;		/* into names */
	size_t            names_kept, names_count;
	struct buffer     names;

	struct {
		struct hash          anchors;
		int64_t              from_ms, until_ms;	/* holds in [from, until) */
		struct tls_judgement judgement;
	} judged[CHAIN_JUDGED_MAX];
	size_t            judged_count, judged_next;
	struct { char host[HOST_KEEP]; bool match; } named[CHAIN_JUDGED_MAX];
	size_t            named_count, named_next;
};

struct tls_chain_cache {
	struct tls_chain *bucket[CACHE_BUCKETS];
	struct tls_chain *newest, *oldest;
	struct tls_chain *loose;	/* too large to keep: until the next call */
	size_t            count;
};

static void
name_take(void *arg, struct bytes name)
{
	struct tls_chain *chain = arg;

	if (chain->names_kept == FACT_LIST_MAX)
		return;
	if (name.len > FACT_TEXT_MAX)
		name.len = FACT_TEXT_MAX;
	chain->name[chain->names_kept++].len = name.len;
	buffer_put(&chain->names, name.at, name.len);
}

/* The views are set when the buffer has stopped moving. */
static void
names_read(struct tls_chain *chain, X509 *leaf)
{
	size_t at = 0;

	chain->name = memory_new(FACT_LIST_MAX, sizeof(*chain->name));
	chain->names_count = certificate_names(leaf, name_take, chain);
	for (size_t i = 0; i < chain->names_kept; i++) {
		chain->name[i].at = chain->names.at + at;
		at += chain->name[i].len;
	}
	chain->name = memory_resize(chain->name, chain->names_kept + 1, sizeof(*chain->name));
}

static char *
text_of(struct buffer *text)
{
	char *copy = memory_text(bytes_slice(bytes_of_buffer(text), 0, FACT_TEXT_MAX));

	buffer_reset(text);
	return copy;
}

static void
leaf_read(struct tls_chain *chain, X509 *leaf)
{
	struct buffer text = { .max = ANSWER_MAX };
	unsigned char *spki = NULL;
	int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(leaf), &spki);

	if (len > 0)
		chain->spki = hash_of(bytes_of(spki, (size_t)len));
	OPENSSL_free(spki);
	certificate_name_put(&text, X509_get_subject_name(leaf));
	chain->subject = text_of(&text);
	certificate_name_put(&text, X509_get_issuer_name(leaf));
	chain->issuer = text_of(&text);
	chain->public_key = X509_get_pubkey(leaf);
	ERR_clear_error();
	certificate_key_put(&text, leaf);
	chain->key = text_of(&text);
	buffer_free(&text);
	names_read(chain, leaf);
	chain->must_staple = certificate_must_staple(leaf);
}

/* What is kept of each certificate, the leaf included. */
static void
each_read(struct tls_chain *chain, size_t i, X509 *certificate)
{
	struct buffer text = { .max = ANSWER_MAX };
	int key = certificate_key_strength(certificate);
	int signature = certificate_signature_strength(certificate);

	chain->before[i] = certificate_time_ms(X509_get0_notBefore(certificate));
	chain->after[i] = certificate_time_ms(X509_get0_notAfter(certificate));
	certificate_key_put(&text, certificate);
	chain->keys[i] = text_of(&text);
	certificate_signature_put(&text, certificate);
	chain->signatures[i] = text_of(&text);
	buffer_free(&text);
	if (i == 0 || key < chain->key_strength)
		chain->key_strength = key;
	if (i == 0 || signature < chain->signature_strength)
		chain->signature_strength = signature;
}

static void
chain_free(struct tls_chain *chain)
{
	for (size_t i = 0; i < chain->read; i++) {
		free(chain->keys[i]);
		free(chain->signatures[i]);
	}
	free(chain->subject);
	free(chain->issuer);
	free(chain->key);
	free(chain->name);
	buffer_free(&chain->names);
	EVP_PKEY_free(chain->public_key);
	free(chain);
}

static struct tls_chain *
chain_read(struct hash hash, struct bytes octets)
{
	struct tls_chain *chain = memory_new(1, sizeof(*chain));
	struct reader list = reader_of(octets);
	struct bytes der;

	chain->hash = hash;
	for (; tls_certificate_next(&list, &der); chain->sent++) {
		X509 *certificate = chain->read == chain->sent && chain->read < CHAIN_MAX ?
		    certificate_read(der) : NULL;

		if (certificate == NULL)
			continue;
		each_read(chain, chain->read, certificate);
		if (chain->read++ == 0)
			leaf_read(chain, certificate);
		X509_free(certificate);
	}
	if (chain->read == 0) {
		chain_free(chain);
		return NULL;
	}
	return chain;
}

struct tls_chain_cache *
tls_chain_cache_new(void)
{
	return memory_new(1, sizeof(struct tls_chain_cache));
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
	chain_free(chain);
}

void
tls_chain_cache_free(struct tls_chain_cache *cache)
{
	if (cache == NULL)
		return;
	while (cache->oldest != NULL)
		cache_drop(cache, cache->oldest);
	if (cache->loose != NULL)
		chain_free(cache->loose);
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
		chain_free(cache->loose);
	cache->loose = NULL;
	chain = chain_read(hash, octets);
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

EVP_PKEY *
tls_chain_key(const struct tls_chain *chain)
{
	return chain->public_key;
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
	fact_set_text(facts, FACT_TLS_KEY, bytes_of_text(chain->key));
	fact_set_hash(facts, FACT_TLS_SPKI, chain->spki);
	fact_set_times(facts, FACT_TLS_CHAIN_NOT_BEFORES, chain->before, chain->read);
	fact_set_int(facts, FACT_TLS_CHAIN_KEY_STRENGTH, chain->key_strength);
	if (chain->signature_strength < INT_MAX)
		fact_set_int(facts, FACT_TLS_CHAIN_SIGNATURE_STRENGTH, chain->signature_strength);
	texts_fact(facts, FACT_TLS_CHAIN_KEYS, chain->keys, chain->read);
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
	struct tls_judgement judgement;
	int64_t from_ms, until_ms;
	size_t place = 0;

	for (; place < chain->judged_count; place++) {
		if (!hash_equal(chain->judged[place].anchors, hash))
			continue;
		if (at_ms >= chain->judged[place].from_ms && at_ms < chain->judged[place].until_ms)
			return chain->judged[place].judgement;
		break;
	}
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
	size_t place = 0;
	bool match;

	for (; place < chain->named_count; place++)
		if (strcmp(chain->named[place].host, host) == 0)
			return chain->named[place].match;
	match = tls_verify_host(octets, host);
	if (strlen(host) >= HOST_KEEP)
		return match;
	place = chain->named_next++ % CHAIN_JUDGED_MAX;
	if (chain->named_count < CHAIN_JUDGED_MAX)
		chain->named_count++;
	memcpy(chain->named[place].host, host, strlen(host) + 1);
	chain->named[place].match = match;
	return match;
}
