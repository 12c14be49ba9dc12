/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was parsed and proven before.  Keys are SHA-256 of all the octets that decide, so a hit
 * can only be what checking again would give; it forgets everything when it is full.
 */
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "attest/chain_part.h"

enum { SLOTS = 4096 };		/* a power of two; half of it is used at most */
enum { KEYS = 256, OBJECTS = 16, KEPT_SETS = 1024, KEPT_WAYS = 4 };
enum { PARSED_OCTETS = 2 << 20 };	/* of what is kept parsed, which is some times as large */

struct parsed { struct hash octets; struct pool pool; bool used; };
struct known_key { struct hash certificate, spki; };
struct object { struct hash octets; void *made; void (*drop)(void *); };
struct kept_key { struct hash of, spki; EVP_PKEY *key; };

struct chain_memory {
	size_t        parsed_count, parsed_octets, proven_count;
	struct parsed parsed[SLOTS];
	struct hash   proven[SLOTS];
	struct known_key key[KEYS];	/* the last one of each slot */
	struct kept_key kept[KEPT_SETS][KEPT_WAYS];	/* what was used last stands first */
	size_t        object_next;
	struct object object[OBJECTS];
};

static size_t
slot_of(struct hash hash)
{
	return ((size_t)hash.at[0] | (size_t)hash.at[1] << 8) & (SLOTS - 1);
}

struct chain_memory *
chain_memory_new(void)
{
	return memory_new(1, sizeof(struct chain_memory));
}

static void
parsed_forget(struct chain_memory *memory)
{
	for (size_t i = 0; i < SLOTS; i++)
		if (memory->parsed[i].used)
			pool_free(&memory->parsed[i].pool);
	memset(memory->parsed, 0, sizeof(memory->parsed));
	memory->parsed_count = memory->parsed_octets = 0;
}

void
chain_memory_free(struct chain_memory *memory)
{
	if (memory == NULL)
		return;
	parsed_forget(memory);
	for (size_t i = 0; i < OBJECTS; i++)
		if (memory->object[i].made != NULL)
			memory->object[i].drop(memory->object[i].made);
	for (size_t i = 0; i < KEPT_SETS * KEPT_WAYS; i++)
		EVP_PKEY_free(memory->kept[i / KEPT_WAYS][i % KEPT_WAYS].key);
	free(memory);
}

void *
chain_memory_object(const struct chain_memory *memory, struct hash octets)
{
	for (size_t i = 0; i < OBJECTS; i++)
		if (memory->object[i].made != NULL &&
		    hash_equal(memory->object[i].octets, octets))
			return memory->object[i].made;
	return NULL;
}

void
chain_memory_object_keep(struct chain_memory *memory, struct hash octets, void *object,
    void (*drop)(void *))
{
	struct object *place = &memory->object[memory->object_next++ % OBJECTS];

	if (place->made != NULL)
		place->drop(place->made);
	*place = (struct object){ .octets = octets, .made = object, .drop = drop };
}

static struct kept_key *
kept_set(struct chain_memory *memory, struct hash of)
{
	return memory->kept[((size_t)of.at[0] | (size_t)of.at[1] << 8) % KEPT_SETS];
}

/* Moves those before it behind it. */
static void
kept_first(struct kept_key *set, size_t at, struct kept_key first)
{
	memmove(&set[1], &set[0], at * sizeof(*set));
	set[0] = first;
}

EVP_PKEY *
chain_memory_key(struct chain_memory *memory, struct hash of, struct hash *spki)
{
	struct kept_key *set = memory == NULL ? NULL : kept_set(memory, of);

	for (size_t i = 0; set != NULL && i < KEPT_WAYS && set[i].key != NULL; i++)
		if (hash_equal(set[i].of, of)) {
			kept_first(set, i, set[i]);
			if (spki != NULL)
				*spki = set[0].spki;
			EVP_PKEY_up_ref(set[0].key);
			return set[0].key;
		}
	return NULL;
}

void
chain_memory_key_keep(struct chain_memory *memory, struct hash of, EVP_PKEY *key, struct hash spki)
{
	struct kept_key *set = memory == NULL || key == NULL ? NULL : kept_set(memory, of);

	if (set == NULL)
		return;
	EVP_PKEY_up_ref(key);
	EVP_PKEY_free(set[KEPT_WAYS - 1].key);
	kept_first(set, KEPT_WAYS - 1, (struct kept_key){ .of = of, .spki = spki, .key = key });
}

struct hash
chain_memory_spki(struct chain_memory *memory, struct hash certificate, X509 *of)
{
	struct known_key *known = &memory->key[certificate.at[0] % KEYS];

	if (!hash_equal(known->certificate, certificate) || hash_is_zero(certificate)) {
		known->certificate = certificate;
		known->spki = certificate_spki(of);
	}
	return known->spki;
}

const struct pool *
chain_memory_pool(struct chain_memory *memory, struct hash octets)
{
	for (size_t at = slot_of(octets); memory->parsed[at].used; at = (at + 1) & (SLOTS - 1))
		if (hash_equal(memory->parsed[at].octets, octets))
			return &memory->parsed[at].pool;
	return NULL;
}

void
chain_memory_keep(struct chain_memory *memory, struct hash octets, size_t len,
    const struct pool *from)
{
	size_t at = slot_of(octets);
	struct parsed *entry;

	if (memory->parsed_count == SLOTS / 2 || len > PARSED_OCTETS - memory->parsed_octets)
		parsed_forget(memory);
	while (memory->parsed[at].used)
		at = (at + 1) & (SLOTS - 1);
	entry = &memory->parsed[at];
	entry->octets = octets;
	entry->used = true;
	pool_share(&entry->pool, from);
	memory->parsed_count++;
	memory->parsed_octets += len;
}

bool
chain_memory_proven(const struct chain_memory *memory, struct hash pair)
{
	for (size_t at = slot_of(pair); !hash_is_zero(memory->proven[at]);
	    at = (at + 1) & (SLOTS - 1))
		if (hash_equal(memory->proven[at], pair))
			return true;
	return false;
}

void
chain_memory_prove(struct chain_memory *memory, struct hash pair)
{
	size_t at = slot_of(pair);

	if (memory->proven_count == SLOTS / 2) {
		memset(memory->proven, 0, sizeof(memory->proven));
		memory->proven_count = 0;
	}
	while (!hash_is_zero(memory->proven[at]))
		at = (at + 1) & (SLOTS - 1);
	memory->proven[at] = pair;
	memory->proven_count++;
}
