/* SPDX-License-Identifier: Apache-2.0 */
/* What a responder showed of itself in IKE_AUTH: facts, its chain as evidence, what is wrong. */
#ifndef PROBES_IKE_AUTH_LOOK_H
#define PROBES_IKE_AUTH_LOOK_H

#include "probes/ike_own.h"
#include "probes/tls_look.h"
#include "probes/wire/ike_auth.h"

/*
 * signed_octets: what the responder's AUTH is over (ike_signed_put()).  peer: whom it must be, or
 * "".  False: nothing of a key could be seen, why says it; else the finding says all that is wrong.
 */
bool ike_auth_look(struct round *, const struct ike_own *, const struct ike_auth_said *,
    struct bytes signed_octets, const char *peer, struct tls_finding *, struct why *);

#endif
