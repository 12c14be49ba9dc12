/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One conversation with one SNMPv3 agent: what to send, and what a datagram that came is worth.
 * An answer is believed that has our numbers, the engine, user and security level asked for, a
 * right digest and a time within the window (RFC 3414 section 3.2); anything else leaves the
 * request open, so that the agent's own answer is still heard.  No clock, no socket.
 */
#ifndef PROBES_SNMP_TALK_H
#define PROBES_SNMP_TALK_H

#include "probes/snmp_credential.h"

enum {
	SNMP_REQUEST_MAX = 2048,	/* octets of a message of ours */
	SNMP_PDU_MAX     = 1024		/* ... of its PDU */
};

/* What is known of the engine; all zeros at first, kept between rounds. */
struct snmp_engine {
	uint8_t        id[SNMP_ENGINE_MAX];
	size_t         id_len;		/* 0: not known yet */
	bool           proven;		/* boots and time came in an authentic message */
	int64_t        boots, time_s;	/* ... as that said, or as discovery said */
	int64_t        at_ns;		/* when, monotonic */
	struct usm_key auth, privacy;	/* localised */
};

enum snmp_said {
	SNMP_SAID_NOTHING,		/* that is believed */
	SNMP_SAID_ENGINE,		/* discovery is done: the engine's id is known */
	SNMP_SAID_ANSWER,		/* a Response; snmp_talk.answer */
	SNMP_SAID_NO,			/* a Report that refuses; snmp_talk.report */
	SNMP_SAID_AGAIN			/* our time was wrong and is right now: send again */
};

struct snmp_talk {
	const struct snmp_credential *credential;
	struct snmp_engine           *engine;
	uint64_t         salt;		/* grows with each message; random at first */
	bool             open;		/* a request was sent and not answered */
	bool             discovery;	/* ... of the engine */
	int64_t          first, last;	/* msgIDs of it: one for each time it was sent */
	int64_t          request;	/* its request-id */
	unsigned         windows;	/* times it was told that its time is wrong */
	uint8_t          pdu[SNMP_PDU_MAX];
	size_t           pdu_len;
	bool             unproved;	/* something came that is not authentic as asked */
	bool             malformed;	/* something authentic came that breaks its format */
	bool             insane;	/* ... boots or time beyond RFC 3414 2.2 */
	enum snmp_report report;
	struct snmp_inner answer;	/* views of the datagram or of room */
};

/* Begins with nothing open; random is 16 octets nobody can guess. */
void snmp_talk_begin(struct snmp_talk *, const struct snmp_credential *, struct snmp_engine *,
    const uint8_t random[16]);

/* The question for the engine's id (RFC 3414 section 4). */
MUST_USE enum err snmp_talk_discover(struct snmp_talk *, struct ber_writer *out);
/* A request with the credential's security; request->request is chosen here. */
MUST_USE enum err snmp_talk_ask(struct snmp_talk *, struct snmp_request, int64_t now_ns,
    struct ber_writer *out);
/* The open request once more, with a number and a time of its own. */
MUST_USE enum err snmp_talk_again(struct snmp_talk *, int64_t now_ns, struct ber_writer *out);

/*
 * What a datagram says.  room holds what is decrypted, SNMP_DATAGRAM_MAX octets; answer and its
 * variables, all of them checked, are valid until the next call.
 */
enum snmp_said snmp_talk_hear(struct snmp_talk *, struct bytes datagram, int64_t now_ns,
    uint8_t *room);

/* In words for a sentence: "usmStatsWrongDigests: ...". */
const char *snmp_report_text(enum snmp_report);
/* RFC 3414 2.2: boots from 1, below the latched 2^31-1, time to 2^31-1. */
bool snmp_engine_sane(int64_t boots, int64_t time_s);

#endif
