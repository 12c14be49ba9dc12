/* SPDX-License-Identifier: Apache-2.0 */
/* What an initiator of IKE_AUTH shows of itself, and whom it trusts: from the options. */
#ifndef PROBES_IKE_OWN_H
#define PROBES_IKE_OWN_H

#include "probes/probe.h"
#include "probes/tls_anchors.h"
#include "probes/wire/ike_auth.h"

struct evp_pkey_st;		/* EVP_PKEY of libcrypto */

enum { IKE_OWN_CHAIN_MAX = 4 };

/* Kept for one endpoint; zero before the first round. */
struct ike_own {
	uint64_t            version;	/* of the options; see round_options_version() */
	struct evp_pkey_st *key;	/* NULL: none is configured, EAP is asked for */
	struct buffer       certificate[IKE_OWN_CHAIN_MAX];	/* DER, our own first */
	size_t              certificates;
	struct buffer       subject;	/* DER of our certificate's */
	struct tls_anchors *anchors;
	bool                trusts;	/* some are configured */
	struct buffer       authorities;	/* for the CERTREQ */
};

/* ERR_INVALID: a file that is not what it should be; then nothing changed. */
MUST_USE enum err ike_own_prepare(struct round *, struct ike_own *, struct why *);
void              ike_own_free(struct ike_own *);
/*
 * The type and octets of an identity as people write it: an address, a name with @ (mail), else a
 * host name.  octets: at least IKE_IDENTITY_MAX.
 */
enum { IKE_IDENTITY_MAX = 256 };
uint8_t           ike_identity_of(const char *text, uint8_t *octets, size_t *len);

#endif
