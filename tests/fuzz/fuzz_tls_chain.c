/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chains from strangers: what is read gives facts that pass our own check and that the library alone
 * would give, judgements hold for the whole time they are said to hold, and nothing is trusted that
 * no anchor vouches for.
 */
#include <stdlib.h>

#include "probes/tls_chain_part.h"
#include "probes/tls_path.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

/* The same chain, read by the library alone. */
static void
library_try(struct bytes octets, struct bytes facts)
{
	struct tls_chain *chain = tls_chain_read(NULL, hash_of(octets), octets);
	enum tls_named named = tls_path_host(octets, "amf.example");
	struct fact_set set = { .count = 0 };
	struct buffer other = { .max = 0 };

	must(chain != NULL);
	tls_chain_facts(chain, &set);
	fact_set_write(&set, FACTS_ALL, &other);
	must(bytes_equal(bytes_of_buffer(&other), facts));
	must(named == TLS_NAMED_ELSEWHERE ||
	    (named == TLS_NAMED) == tls_verify_host(octets, "amf.example"));
	buffer_free(&other);
	fact_set_free(&set);
	tls_chain_free(chain);
}

static void
chain_try(struct tls_chain_cache *cache, const struct tls_anchors *none, struct bytes octets)
{
	struct tls_chain *chain = tls_chain_find(cache, hash_of(octets), octets);
	const int64_t at_ms = 1790000000000;
	struct tls_judgement judgement;
	struct fact_set set = { .count = 0 };
	struct buffer facts = { .max = 0 };
	int64_t from, until;
	struct why why;

	judgement = tls_verify(octets, none, at_ms, &from, &until);
	must(judgement.fault == TLS_FAULT_UNTRUSTED);
	must(from <= at_ms && until > at_ms);
	(void)tls_verify_host(octets, "amf.example");
	if (chain == NULL) {
		must(tls_chain_read(NULL, hash_of(octets), octets) == NULL);
		return;
	}
	must(tls_chain_judge(chain, octets, none, at_ms).fault == TLS_FAULT_UNTRUSTED);
	(void)tls_chain_names(chain, octets, "192.0.2.1");
	tls_chain_facts(chain, &set);
	fact_set_write(&set, FACTS_ALL, &facts);
	must(facts_check(bytes_of_buffer(&facts), &why) == ERR_OK);
	must(facts.len < RECORD_MAX);
	library_try(octets, bytes_of_buffer(&facts));
	buffer_free(&facts);
	fact_set_free(&set);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct tls_anchors *none;
	static struct tls_chain_cache *cache;
	struct why why;

	if (cache == NULL)
		cache = tls_chain_cache_new();
	if (none == NULL)
		must(tls_anchors_new(&none, bytes_of(NULL, 0), &why) == ERR_OK);
	chain_try(cache, none, bytes_of(data, len));
	return 0;
}
