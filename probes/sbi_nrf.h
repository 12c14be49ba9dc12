/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an NRF says of the NF instances it knows (TS 29.510): its list, their profiles, and of both
 * the facts and one piece of evidence.  Facts and evidence do not depend on the order in which
 * profiles came, nor on the members that change with every heartbeat (load, loadTimeStamp and the
 * indications of what the sender supports): these are left out of what is kept.
 */
#ifndef PROBES_SBI_NRF_H
#define PROBES_SBI_NRF_H

#include "monitor/ledger/facts.h"

enum {
	NRF_ID_TEXT     = 37,
	NRF_WORD_MAX    = 40,
	NRF_OCTETS_MAX  = 1 << 20,	/* of profiles kept in a round; see nrf_settle() */
	NRF_EXPECT_MAX  = 4095		/* octets of the ids that are expected: 110 of them */
};

struct nrf_instance {
	char          id[NRF_ID_TEXT];	/* NfInstanceId, lower case */
	char          listed[NRF_ID_TEXT];	/* the same as the NRF writes it, to ask with */
	bool          read;		/* what follows is what its profile says */
	bool          heartbeat;
	char          type[NRF_WORD_MAX], status[NRF_WORD_MAX];
	struct buffer http;		/* names of services with scheme http, each ended by NUL */
	size_t        http_count;
	size_t        octets;		/* of the profile as it came */
	struct buffer profile;		/* canonical JSON: keys sorted, volatile members left out */
};

struct nrf {
	struct nrf_instance *instance;	/* ascending by id, each once */
	size_t               instances;
	size_t               unnamed;	/* listed without a usable id */
	size_t               read, failed;	/* profiles */
	enum err             err;	/* of the first that failed, and why */
	char                 text[WHY_TEXT_MAX];
};

/*
 * The answer to GET .../nf-instances: a UriList whose _links.item (some write "items") lead to
 * the instances, or an array of NFProfile.  ERR_MALFORMED, LIMIT: it is neither.
 */
MUST_USE enum err nrf_list(struct nrf *, struct bytes body, struct why *);
/* The profile of an instance, as it was asked for. */
void nrf_profile(struct nrf *, size_t instance, struct bytes body);
/* No profile came for it: the sentence of the first that failed is kept. */
void nrf_profile_failed(struct nrf *, enum err, const char *sentence);
/*
 * Once all is read: keeps the profiles, ascending by id, whose octets are NRF_OCTETS_MAX together.
 * Which profiles a round had asked for when it stopped is a matter of time; what is kept is not.
 */
void nrf_settle(struct nrf *);
void nrf_facts(const struct nrf *, struct fact_set *);
/*
 * What the list has and lacks of those expected (ids with commas, each in any case); no fact if
 * expect is empty, for then nobody said what there should be.
 */
void nrf_expect_facts(const struct nrf *, const char *expect, struct fact_set *);
/* The ids, then each profile that was read, one JSON text a line, ascending by id. */
void nrf_evidence(const struct nrf *, struct buffer *out);
void nrf_free(struct nrf *);

#endif
