/* SPDX-License-Identifier: Apache-2.0 */
/* A chain as it is kept, for tls_chain.c and tls_chain_read.c alone. */
#ifndef PROBES_TLS_CHAIN_PART_H
#define PROBES_TLS_CHAIN_PART_H

#include "probes/tls_chain.h"
#include "probes/tls_key.h"

enum { HOST_KEEP = 64 };	/* octets of a host name kept with its judgement */

struct tls_chain {
	struct hash       hash;
	struct tls_keys  *keys;		/* of the cache; may be NULL */
	struct tls_chain *next;		/* in the bucket */
	struct tls_chain *newer, *older;
	size_t            sent;		/* certificates in the octets */
	size_t            read;		/* of them understood, leaf first */
	int64_t           before[CHAIN_MAX], after[CHAIN_MAX];
	struct hash       spki;
	char             *subject, *issuer;
	char             *key_text[CHAIN_MAX], *signatures[CHAIN_MAX];	/* of each read */
	bool              must_staple;
	int               key_strength, signature_strength;	/* of the weakest */
	struct tls_key    public_key;	/* of the first */
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

/* NULL if the first certificate cannot be read at all. */
struct tls_chain *tls_chain_read(struct tls_keys *, struct hash, struct bytes octets);
void              tls_chain_free(struct tls_chain *);

#endif
