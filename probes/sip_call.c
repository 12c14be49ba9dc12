/* SPDX-License-Identifier: Apache-2.0 */
/* A call made to be refused; see sip_call.h. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "monitor/base/version.h"
#include "probes/net.h"
#include "probes/sip_call.h"
#include "probes/wire/sdp.h"

enum { PORT_DISCARD = 9, CONTACT_MAX = 160 };	/* RFC 3264 5.1: inactive, so no port is used */

/* A request of this call; ids say method and number, to and body may be empty. */
static void
request_put(struct round *round, struct sip_call *call, const struct sip_ids *ids,
    struct sip_options options, struct buffer *out)
{
	char sent_by[80], contact[CONTACT_MAX];

	sip_sent_by(round, sent_by, sizeof(sent_by));
	snprintf(contact, sizeof(contact), "sip:sekimori@%s;transport=%s", sent_by,
	    strcmp(call->who.transport, "TLS") == 0 ? "tls" : "tcp");
	if (options.uri == NULL)
		options.uri = call->who.uri;
	options.from = call->who.from;
	options.transport = call->who.transport;
	options.sent_by = sent_by;
	options.user_agent = "sekimori/" SEKIMORI_VERSION;
	options.max_forwards = call->who.max_forwards;
	if (strcmp(ids->method, "INVITE") == 0)
		options.contact = contact;
	sip_options_write(&options, ids, out);
}

static void
own_address(const struct round *round, char out[INET6_ADDRSTRLEN])
{
	struct sockaddr_storage local;
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)&local;
	const struct sockaddr_in *four = (const struct sockaddr_in *)&local;

	snprintf(out, INET6_ADDRSTRLEN, "0.0.0.0");
	if (round_local_address(round, &local))
		inet_ntop(local.ss_family, local.ss_family == AF_INET6 ?
		    (const void *)&six->sin6_addr : (const void *)&four->sin_addr, out,
		    INET6_ADDRSTRLEN);
}

void
sip_call_begin(struct round *round, struct sip_call *call, const struct sip_who *who, bool secure,
    struct buffer *out)
{
	struct buffer body = { .max = SDP_MAX };
	uint8_t key[SDP_KEY_LEN];
	char address[INET6_ADDRSTRLEN];
	struct sdp_offer offer = { .address = address, .port = PORT_DISCARD, .session = 1,
	    .key = secure ? key : NULL };

	*call = (struct sip_call){ .who = *who, .ids = sip_ask_ids() };
	call->ids.method = "INVITE";
	random_fill(key, sizeof(key));
	own_address(round, address);
	sdp_offer_write(&offer, &body);
	request_put(round, call, &call->ids, (struct sip_options){ .body = bytes_of_buffer(&body) },
	    out);
	buffer_free(&body);
}

/* What an answer's description does with our medium: the first line of each kind decides. */
static void
media_note(struct sip_call *call, const struct sip_message *message)
{
	struct why why = { .err = ERR_OK };
	struct sdp sdp;

	if (!sip_is_sdp(message) || message->body.len == 0 ||
	    sdp_read(message->body, &sdp, &why) != ERR_OK || sdp.count == 0)
		return;
	call->media = SIP_MEDIA_REFUSED;
	for (size_t i = 0; i < sdp.count && i < SDP_MEDIA_MAX; i++) {
		if (sdp.media[i].port == 0)
			continue;
		if (!sdp_protected(&sdp.media[i])) {
			call->media = SIP_MEDIA_CLEAR;
			return;
		}
		call->media = SIP_MEDIA_SRTP;
	}
}

/* RFC 3261 17.1.1.3: the ACK of a refusal has the branch of the INVITE. */
static void
refusal_ack(struct round *round, struct sip_call *call, const struct sip_message *message,
    struct buffer *out)
{
	struct sip_ids ids = call->ids;

	ids.method = "ACK";
	request_put(round, call, &ids, (struct sip_options){ .to = message->to }, out);
}

/* RFC 3261 13.2.2.4 and 15.1.1: it was taken: acknowledged, and ended at once. */
static void
answer_end(struct round *round, struct sip_call *call, const struct sip_message *message,
    struct buffer *out)
{
	struct bytes contact = sip_contact(message);
	struct sip_ids ids = call->ids, fresh = sip_ask_ids();
	char uri[SIP_URI_LEN];

	snprintf(uri, sizeof(uri), "%s", call->who.uri);
	if (contact.len > 0 && contact.len < sizeof(uri))
		snprintf(uri, sizeof(uri), "%.*s", (int)contact.len, (const char *)contact.at);
	memcpy(ids.branch, fresh.branch, sizeof(ids.branch));
	ids.method = "ACK";
	request_put(round, call, &ids, (struct sip_options){ .uri = uri, .to = message->to }, out);
	fresh = sip_ask_ids();
	memcpy(ids.branch, fresh.branch, sizeof(ids.branch));
	ids.method = "BYE";
	ids.sequence++;
	request_put(round, call, &ids, (struct sip_options){ .uri = uri, .to = message->to }, out);
}

bool
sip_call_cancel(struct round *round, struct sip_call *call, struct buffer *out)
{
	struct sip_ids ids = call->ids;

	if (call->cancelled || call->status > 0 || call->rang == 0)
		return false;
	call->cancelled = true;
	ids.method = "CANCEL";
	request_put(round, call, &ids, (struct sip_options){ .uri = NULL }, out);
	return true;
}

enum sip_call_step
sip_call_take(struct round *round, struct sip_call *call, const struct sip_message *message,
    struct buffer *out)
{
	if (!sip_answers(message, &call->ids))
		return SIP_CALL_MORE;
	media_note(call, message);
	if (message->status < 200) {
		call->rang = message->status;
		return SIP_CALL_MORE;
	}
	call->status = message->status;
	if (message->status < 300)
		answer_end(round, call, message, out);
	else
		refusal_ack(round, call, message, out);
	return SIP_CALL_OVER;
}

enum refusal_answer
sip_call_judge(const struct sip_call *call, char *text, size_t text_len)
{
	unsigned status = call->status;

	if (call->media == SIP_MEDIA_CLEAR) {
		snprintf(text, text_len, "SIP status %u with media in the clear",
		    call->rang > 100 ? call->rang : status);
		return REFUSAL_ACCEPTED;
	}
	/* RFC 3261 21.4.26, 21.4.13, 21.6.4, 21.4.4; RFC 3264 section 6: port 0. */
	if (status == 488 || status == 415 || status == 606 || status == 403 ||
	    (status / 100 == 2 && call->media == SIP_MEDIA_REFUSED)) {
		snprintf(text, text_len, "SIP status %u%s", status,
		    status / 100 == 2 ? " without the medium" : "");
		return REFUSAL_REFUSED;
	}
	if (call->cancelled)
		snprintf(text, text_len, "it rang (%u) without saying which media, and was "
		    "cancelled: let the test address answer by itself", call->rang);
	else
		snprintf(text, text_len, "SIP status %u says nothing of the media", status);
	return REFUSAL_UNCLEAR;
}
