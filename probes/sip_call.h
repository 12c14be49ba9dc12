/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One call that is made to be refused: INVITE with an offer, and the way out of it whatever the
 * peer does: ACK of a refusal, CANCEL of what rings, ACK and BYE of what answers (RFC 3261 9, 13,
 * 15, 17.1.1).
 */
#ifndef PROBES_SIP_CALL_H
#define PROBES_SIP_CALL_H

#include "probes/refusal.h"
#include "probes/sip_ask.h"

enum sip_call_step { SIP_CALL_MORE, SIP_CALL_OVER };
enum sip_call_media { SIP_MEDIA_NONE, SIP_MEDIA_CLEAR, SIP_MEDIA_SRTP, SIP_MEDIA_REFUSED };

struct sip_call {
	struct sip_who      who;
	struct sip_ids      ids;	/* of the INVITE */
	unsigned            status;	/* of the final answer; 0: none */
	unsigned            rang;	/* status of the last provisional answer but 100 */
	enum sip_call_media media;	/* what an answer described, of whatever status */
	bool                cancelled;
};

/* The INVITE into out; who->uri is called.  secure: RTP/SAVP, else RTP/AVP. */
void sip_call_begin(struct round *, struct sip_call *, const struct sip_who *, bool secure,
    struct buffer *out);
/* A message of the peer; what it is owed goes into out. */
enum sip_call_step sip_call_take(struct round *, struct sip_call *, const struct sip_message *,
    struct buffer *out);
/* CANCEL into out if the peer has said anything (RFC 3261 9.1); false if there is nothing to
 * cancel. */
bool sip_call_cancel(struct round *, struct sip_call *, struct buffer *out);
/* What a call that is over says of its offer of RTP/AVP. */
enum refusal_answer sip_call_judge(const struct sip_call *, char *text, size_t text_len);

#endif
