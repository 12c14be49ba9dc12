/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an answer to the dns probe shows by itself, as facts and findings: its head, its records,
 * the signatures that came with it.  They are read here; dns_validation.h verifies them.
 */
#ifndef PROBES_DNS_LOOK_H
#define PROBES_DNS_LOOK_H

#include "probes/tls_look.h"
#include "probes/wire/dns.h"

bool   dns_option_is(const struct round *, const char *name, const char *word);
/* Response code, flags, the server's identifier. */
void   dns_look_head(struct round *, const struct dns_answer *, bool tcp);
/* Records of that type; how many there are. */
size_t dns_look_records(struct round *, uint16_t type, const struct dns_answer *);
void   dns_look_seal(struct round *, struct tls_finding *, const struct dns_answer *);

#endif
