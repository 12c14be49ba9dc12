/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Session descriptions (SDP, RFC 8866): which media a peer names, and whether they are protected:
 * SRTP by keys in the description (RFC 4568) or by DTLS (RFC 5764).  Writes offers of one audio
 * medium.  Pure; every input is hostile.
 */
#ifndef PROBES_WIRE_SDP_H
#define PROBES_WIRE_SDP_H

#include "monitor/base/bytes.h"

enum {
	SDP_MAX       = 64 << 10,	/* octets of a description; then ERR_LIMIT */
	SDP_LINES_MAX = 2048,
	SDP_MEDIA_MAX = 16,		/* media kept; more are counted */
	SDP_KEY_LEN   = 30		/* master key and salt of AES_CM_128_HMAC_SHA1_80 */
};

enum sdp_profile {
	SDP_OTHER,		/* not RTP: judged by nobody here */
	SDP_PLAIN,		/* RTP/AVP, RTP/AVPF: RTP in the clear */
	SDP_SRTP,		/* RTP/SAVP, RTP/SAVPF (RFC 3711, RFC 5124) */
	SDP_DTLS		/* UDP/TLS/RTP/SAVP and its kin (RFC 5764 section 8) */
};

/* Views into the description. */
struct sdp_media {
	struct bytes     kind;		/* "audio" */
	struct bytes     transport;	/* "RTP/AVP" */
	enum sdp_profile profile;
	uint16_t         port;		/* 0: refused, or not offered any more (RFC 3264) */
	size_t           keys;		/* a=crypto lines that protect confidentiality */
	size_t           bare;		/* a=crypto lines that switch it off */
	struct bytes     suite;		/* of the first of them that protects */
	struct bytes     fingerprint;	/* hash of a=fingerprint, its own or the session's */
};

struct sdp {
	size_t           count;		/* of all media */
	struct sdp_media media[SDP_MEDIA_MAX];
};

/* ERR_MALFORMED or ERR_LIMIT. */
MUST_USE enum err sdp_read(struct bytes, struct sdp *, struct why *);
/* SRTP by its transport, and encryption is not switched off; a description of capabilities
 * (RFC 3264 section 9) says no more. */
bool              sdp_is_srtp(const struct sdp_media *);
/* The same, and there is a way to the keys: what an offer or an answer must have. */
bool              sdp_protected(const struct sdp_media *);

struct sdp_offer {
	const char *address;		/* ours, IPv4 or IPv6 as text */
	uint16_t    port;
	uint32_t    session;
	const uint8_t *key;		/* SDP_KEY_LEN octets: RTP/SAVP; NULL: RTP/AVP */
};

/* One audio medium, PCMA and PCMU, that is neither sent nor received (RFC 3264: inactive). */
void sdp_offer_write(const struct sdp_offer *, struct buffer *out);

#endif
