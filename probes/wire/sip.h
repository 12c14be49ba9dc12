/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SIP over a stream or in datagrams (RFC 3261): writes our requests, reads what a peer sends, says
 * whether it answers them.  Strict in form: what is not a SIP message ends the connection, what
 * is somebody else's message is told apart from ours.  Pure; every input is hostile.
 */
#ifndef PROBES_WIRE_SIP_H
#define PROBES_WIRE_SIP_H

#include "monitor/base/bytes.h"

enum {
	SIP_HEAD_MAX   = 64 << 10,	/* octets of start line and headers; then ERR_LIMIT */
	SIP_LINES_MAX  = 512,		/* lines of them, folded ones counted apart */
	SIP_RANDOM_LEN = 32,		/* octets sip_ids_of() takes */
	SIP_MESSAGE_MAX = 256 << 10	/* octets of a whole message */
};

/* What makes an answer ours (RFC 3261 8.1.1.4, 8.1.1.5, 8.1.1.7). */
struct sip_ids {
	char     branch[24];		/* begins with z9hG4bK */
	char     tag[17];		/* of From */
	char     call_id[33];
	uint32_t sequence;		/* CSeq; below 2^31 */
	const char *method;		/* NULL: OPTIONS */
};

struct sip_ids sip_ids_of(const uint8_t random[SIP_RANDOM_LEN]);

struct sip_options {
	const char *uri;		/* Request-URI, and To if that is empty */
	const char *from;
	const char *transport;		/* "TLS", "TCP" or "UDP" */
	const char *sent_by;		/* our own address as Via has it: "192.0.2.1:50611" */
	const char *user_agent;
	unsigned    max_forwards;	/* 0 to 255 */
	bool        rport;		/* asks for the port we are seen with (RFC 3581) */
	const char *contact;		/* a URI; NULL: none */
	struct bytes to;		/* To as the peer has it, within a dialog or its ACK */
	struct bytes body;		/* SDP */
};

/* A SIP or SIPS URI that cannot break a request: printable, no blank, none of <>"; and a host. */
bool sip_uri_valid(const char *);
bool sip_uri_secure(const char *);		/* sips: */
/* The request of ids->method, OPTIONS (RFC 3261 11.1) among them; uri, from, contact are valid. */
void sip_options_write(const struct sip_options *, const struct sip_ids *, struct buffer *out);

/* Where reading a message stands; all zero before its first octet. */
struct sip_stream {
	size_t scanned, line, start;	/* octets looked at; where line and message began */
	size_t lines, head_end, need;	/* need: octets of it all, 0 before that is known */
	bool   carriage;		/* the octet before was CR */
};

/* Views into the octets it was read from; a missing header has a NULL view. */
struct sip_message {
	bool         request;
	unsigned     status;		/* of a response, 100 to 699 */
	struct bytes reason;
	struct bytes method;		/* of a request */
	struct bytes headers;		/* the lines between start line and empty line */
	struct bytes via;		/* the first row */
	size_t       via_rows;
	struct bytes from, to, call_id, sequence, server, content_type;
	bool         length_missing;	/* no Content-Length (RFC 3261 18.3): no body */
	struct bytes body;
	size_t       len;		/* of all, line ends before the message included */
};

enum sip_step { SIP_MORE, SIP_MESSAGE, SIP_BROKEN };

/*
 * in: all octets since the last message, kept by the caller.  MESSAGE: drop len octets and zero
 * the stream.  BROKEN: ERR_MALFORMED or ERR_LIMIT; the connection cannot be read on.
 */
enum sip_step sip_read(struct sip_stream *, struct bytes in, struct sip_message *, struct why *);

/* A response with one Via, and Via, Call-ID and CSeq of ours (RFC 3261 8.1.3.3, 17.1.3). */
bool   sip_answers(const struct sip_message *, const struct sip_ids *);
/*
 * Reads one datagram (RFC 3261 18.3): a message that lacks octets is ERR_TRUNCATED, octets behind
 * it are dropped, and without Content-Length the body is all that is left.
 */
MUST_USE enum err sip_datagram_read(struct bytes in, struct sip_message *, struct why *);
/* The port the peer saw our request come from (RFC 3581 section 4); false if it says none. */
bool   sip_rport(const struct sip_message *, uint16_t *port);
/* The URI of the first Contact, without brackets; a NULL view if there is none that is valid. */
struct bytes sip_contact(const struct sip_message *);
bool   sip_is_sdp(const struct sip_message *);	/* Content-Type is application/sdp */
/* Entries of every Allow row in order; returns how many there are, out holds the first max. */
size_t sip_allowed(const struct sip_message *, struct bytes *out, size_t max);
/* A header's value with its folds made one blank (RFC 3261 7.3.1). */
void   sip_text(struct bytes value, struct buffer *out);
/*
 * Our answer to a peer's request (RFC 3261 8.2.6).  tag: ours, for a To that has none.
 * ERR_MALFORMED: it lacks what an answer must repeat; nothing was written.
 */
MUST_USE enum err sip_answer_write(const struct sip_message *request, unsigned status,
    const char *reason, const char *tag, struct buffer *out);

#endif
