/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the probes that speak Diameter share: who asks, as their options say, and facts and words of
 * what a peer answers to the capabilities exchange.
 */
#ifndef PROBES_DIAMETER_ASK_H
#define PROBES_DIAMETER_ASK_H

#include <sys/socket.h>

#include "probes/tls_look.h"
#include "probes/wire/diameter.h"

/* Filled once in a round, in its scratch, and not moved: a reload may replace the options. */
struct diameter_who {
	struct diameter_self self;
	char                 host[DIAMETER_IDENTITY_MAX + 1], realm[DIAMETER_IDENTITY_MAX + 1];
	struct sockaddr_storage address;
	struct diameter_application application[DIAMETER_APPLICATIONS_MAX];
};

/* From the options origin_host, origin_realm, host_ip and applications; ERR_INVALID. */
MUST_USE enum err diameter_who_make(const struct round *, struct diameter_who *, struct why *);
/* A request of ours; Host-IP-Address is that of the round's connection, if none is configured. */
void diameter_ask_write(const struct round *, struct diameter_who *, enum diameter_command,
    struct diameter_ids, struct buffer *out);

/* What a capabilities answer says of its sender. */
void diameter_facts(struct round *, const struct diameter_said *);
/* "5012 (DIAMETER_UNABLE_TO_COMPLY)", and what the peer complains of. */
void diameter_result_text(const struct diameter_said *, char *out, size_t out_len);
/* What to do about a refusal that has a remedy on one of the two sides; "" for others. */
const char *diameter_remedy(uint32_t result);

/* Rows for an options table, behind TLS_OPTIONS. */
#define DIAMETER_OPTIONS                                                               \
	{ .name = "origin_host", .type = OPTION_TEXT, .required = true, .minimum = 1,   \
	  .maximum = DIAMETER_IDENTITY_MAX,                                             \
	  .help = N_("Origin-Host of the monitor: a name the peer is configured to know") }, \
	{ .name = "origin_realm", .type = OPTION_TEXT, .required = true, .minimum = 1,  \
	  .maximum = DIAMETER_IDENTITY_MAX, .help = N_("Origin-Realm of the monitor") }, \
	{ .name = "host_ip", .type = OPTION_TEXT, .minimum = 2, .maximum = 45,          \
	  .help = N_("Host-IP-Address of the monitor; default: its own address of the " \
	    "connection") },                                                            \
	{ .name = "applications", .type = OPTION_TEXT, .minimum = 1, .maximum = 1024,   \
	  .otherwise = "relay,10415:16777251",                                          \
	  .help = N_("applications to offer, with commas: relay, ID or VENDOR:ID") }

#endif
