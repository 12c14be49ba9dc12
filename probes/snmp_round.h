/* SPDX-License-Identifier: Apache-2.0 */
/* What the probes that ask SNMPv3 agents share: their options, their memory, their facts. */
#ifndef PROBES_SNMP_ROUND_H
#define PROBES_SNMP_ROUND_H

#include "monitor/base/i18n.h"
#include "probes/probe.h"
#include "probes/snmp_talk.h"

struct snmp_shared {
	struct snmp_credentials credentials;
	uint8_t                 room[SNMP_DATAGRAM_MAX];	/* for what is decrypted */
};

#define SNMP_OPTIONS \
	{ .name = "user", .type = OPTION_TEXT, .required = true, .minimum = 1, .maximum = 32, \
	  .help = N_("SNMPv3 user name") }, \
	{ .name = "security_level", .type = OPTION_WORD, .otherwise = "authPriv", \
	  .words = "authPriv authNoPriv noAuthNoPriv", \
	  .help = N_("whether requests are authenticated and encrypted") }, \
	{ .name = "auth_protocol", .type = OPTION_WORD, .otherwise = "SHA-256", \
	  .words = "MD5 SHA SHA-224 SHA-256 SHA-384 SHA-512", \
	  .help = N_("authentication protocol") }, \
	{ .name = "auth_secret", .type = OPTION_SECRET, .minimum = 1, .maximum = 4095, \
	  .help = N_("file with the authentication pass phrase, at least 8 octets") }, \
	{ .name = "privacy_protocol", .type = OPTION_WORD, .otherwise = "AES", \
	  .words = "AES DES AES-192 AES-256 AES-192-Reeder AES-256-Reeder", \
	  .help = N_("privacy protocol; AES is AES-128, -Reeder the key extension of Cisco's " \
	      "agents") }, \
	{ .name = "privacy_secret", .type = OPTION_SECRET, .minimum = 1, .maximum = 4095, \
	  .help = N_("file with the privacy pass phrase, at least 8 octets") }, \
	{ .name = "context", .type = OPTION_TEXT, .maximum = 255, .otherwise = "", \
	  .help = N_("SNMPv3 context name") }

/* The options of a round; views, valid during the event. */
struct snmp_words snmp_round_words(const struct round *);

/* What is known of an engine's clock beyond one round; all zeros at first. */
struct snmp_clock {
	uint8_t id[SNMP_ENGINE_MAX];
	size_t  id_len;
	int64_t boots_max;		/* the most that was seen */
	int64_t boots, time_s, at_ns;	/* where the comparison of the clocks begins */
};

/*
 * Facts of an engine: its id, and, if they were proved, its boots and time, whether they are sane,
 * whether boots went back, and how far its clock went from ours since it was first seen.
 */
void snmp_engine_facts(struct round *, const struct snmp_engine *, struct snmp_clock *);

/* One request of sysUpTime.0, the least that an agent can be asked. */
struct snmp_request snmp_uptime_request(void);

#endif
