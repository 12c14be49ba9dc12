/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the probes that speak SIP share: who is asked and by whom, as their options say, the request
 * made of it, and the facts of an answer and of the session description in it.
 */
#ifndef PROBES_SIP_ASK_H
#define PROBES_SIP_ASK_H

#include "probes/tls_look.h"
#include "probes/wire/sip.h"

enum {
	SIP_PORT_TLS = 5061, SIP_PORT = 5060,
	SIP_URI_LEN = 320	/* a configured URI, or a name with what is around it */
};

/* Filled once in a round: a reload may replace the options. */
struct sip_who {
	const char *transport;	/* "TLS", "TCP" or "UDP" */
	char        uri[SIP_URI_LEN], from[SIP_URI_LEN];
	unsigned    max_forwards;
};

/*
 * From the options transport, uri, from and max_forwards.  ERR_INVALID: they do not fit each other.
 * Without uri it is "sip:HOST:PORT;transport=tls", the port where it is not the usual one.
 */
MUST_USE enum err sip_who_make(const struct round *, struct sip_who *, struct why *);
/* A request of ids->method, with our address of the round's connection in Via. */
void sip_ask_write(const struct round *, const struct sip_who *, const struct sip_ids *,
    struct buffer *out);
/* New ids from the system's randomness. */
struct sip_ids sip_ask_ids(void);
/* Our own address as Via has it; out holds 80 octets. */
void sip_sent_by(const struct round *, char *out, size_t out_len);

/* Status, reason, server and methods. */
void sip_answer_facts(struct round *, const struct sip_message *);
/*
 * The session description of an answer as facts; what is wrong with it goes into the finding.
 * required: media without SRTP are wrong.
 */
void sip_sdp_look(struct round *, const struct sip_message *, bool required,
    struct tls_finding *);

/* Rows for an options table, behind TLS_OPTIONS. */
#define SIP_OPTIONS                                                                    \
	{ .name = "transport", .type = OPTION_WORD, .otherwise = "tls",                \
	  .words = "tls tcp udp",                                                      \
	  .help = N_("over TLS (usual port 5061), TCP or UDP (5060)") },               \
	{ .name = "uri", .type = OPTION_TEXT, .minimum = 5, .maximum = 256,            \
	  .help = N_("SIP URI that is asked; default: sip: and the address") },        \
	{ .name = "from", .type = OPTION_TEXT, .minimum = 5, .maximum = 256,           \
	  .otherwise = "sip:sekimori@anonymous.invalid",                               \
	  .help = N_("SIP URI of the monitor in From") },                              \
	{ .name = "max_forwards", .type = OPTION_INTEGER, .minimum = 0,                \
	  .maximum = 255, .otherwise = "70",                                           \
	  .help = N_("Max-Forwards; 0 asks the first hop itself") }

#endif
