/* SPDX-License-Identifier: Apache-2.0 */
/* What the probes "gtpu" and "gtpc" share: reading a datagram, and saying that it is no answer. */
#ifndef PROBES_GTP_H
#define PROBES_GTP_H

#include "probes/exchange.h"
#include "probes/wire/gtp.h"

/*
 * True: it was read and is a message of GTP proper, not of GTP'.  False: it was ignored, with the
 * reason.
 */
bool gtp_take(struct exchange *, struct bytes data, struct gtp_message *);
/* Ignores it, for a reason of the caller or because of its type if there is none. */
void gtp_ignore(struct exchange *, const struct gtp_message *, const char *reason);

#endif
