/* SPDX-License-Identifier: Apache-2.0 */
/* Requests of the SIP probes and facts of their answers; see sip_ask.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/version.h"
#include "probes/resolve.h"
#include "probes/sip_ask.h"
#include "probes/wire/sdp.h"

enum { MEDIA_TEXT = 96 };

static unsigned
address_port(const struct round *round)
{
	size_t len;
	const struct sockaddr *address = round_address(round, &len);

	return ntohs(address->sa_family == AF_INET6 ?
	    ((const struct sockaddr_in6 *)address)->sin6_port :
	    ((const struct sockaddr_in *)address)->sin_port);
}

static void
uri_make(const struct round *round, struct sip_who *who)
{
	const char *uri = round_option(round, "uri"), *host = round_host(round);
	bool six = strchr(host, ':') != NULL, tls = strcmp(who->transport, "TLS") == 0;
	unsigned port = address_port(round);
	char text[8] = "";

	if (uri[0] != '\0') {
		snprintf(who->uri, sizeof(who->uri), "%s", uri);
		return;
	}
	if (port != (tls ? SIP_PORT_TLS : SIP_PORT))
		snprintf(text, sizeof(text), ":%u", port);
	snprintf(who->uri, sizeof(who->uri), "sip:%s%s%s%s;transport=%s", six ? "[" : "", host,
	    six ? "]" : "", text, round_option(round, "transport"));
}

enum err
sip_who_make(const struct round *round, struct sip_who *who, struct why *why)
{
	const char *transport = round_option(round, "transport");

	who->transport = strcmp(transport, "tls") == 0 ? "TLS" :
	    strcmp(transport, "udp") == 0 ? "UDP" : "TCP";
	uri_make(round, who);
	snprintf(who->from, sizeof(who->from), "%s", round_option(round, "from"));
	who->max_forwards = (unsigned)strtoul(round_option(round, "max_forwards"), NULL, 10);
	if (!sip_uri_valid(who->uri) || !sip_uri_valid(who->from))
		return why_set(why, ERR_INVALID,
		    "the options uri and from must be SIP URIs such as sip:pcscf.example.net");
	/* RFC 3261 26.2.2: sips promises TLS on every hop. */
	if (who->transport[0] == 'T' && who->transport[1] == 'L')
		return ERR_OK;
	return !sip_uri_secure(who->uri) ? ERR_OK : why_set(why, ERR_INVALID,
	    "a sips URI is only asked over TLS: set the option transport to tls");
}

void
sip_sent_by(const struct round *round, char *out, size_t out_len)
{
	struct sockaddr_storage local;

	snprintf(out, out_len, "anonymous.invalid");
	if (round_local_address(round, &local))
		address_text((struct sockaddr *)&local, out, out_len);
}

struct sip_ids
sip_ask_ids(void)
{
	uint8_t random[SIP_RANDOM_LEN];

	random_fill(random, sizeof(random));
	return sip_ids_of(random);
}

void
sip_ask_write(const struct round *round, const struct sip_who *who, const struct sip_ids *ids,
    struct buffer *out)
{
	char sent_by[80];
	struct sip_options options = {
		.uri = who->uri,
		.from = who->from,
		.transport = who->transport,
		.sent_by = sent_by,
		.user_agent = "sekimori/" SEKIMORI_VERSION,
		.max_forwards = who->max_forwards,
		.rport = who->transport[0] == 'U'
	};

	sip_sent_by(round, sent_by, sizeof(sent_by));
	sip_options_write(&options, ids, out);
}

static void
text_fact(struct round *round, enum fact fact, struct bytes value)
{
	struct buffer text = { .max = SIP_HEAD_MAX };

	sip_text(value, &text);
	fact_set_text(round_facts(round), fact, bytes_of_buffer(&text));
	buffer_free(&text);
}

void
sip_answer_facts(struct round *round, const struct sip_message *answer)
{
	struct bytes allowed[FACT_LIST_MAX];
	size_t count = sip_allowed(answer, allowed, FACT_LIST_MAX);

	fact_set_int(round_facts(round), FACT_SIP_STATUS, answer->status);
	text_fact(round, FACT_SIP_REASON, answer->reason);
	if (answer->server.at != NULL)
		text_fact(round, FACT_SIP_SERVER, answer->server);
	if (count > 0)
		fact_set_texts(round_facts(round), FACT_SIP_ALLOW, allowed,
		    count < FACT_LIST_MAX ? count : FACT_LIST_MAX);
}

/* "SDES AES_CM_128_HMAC_SHA1_80", "DTLS sha-256", "none"; never a key. */
static void
keys_text(const struct sdp_media *media, char *out)
{
	if (media->bare > 0)
		snprintf(out, MEDIA_TEXT, "none: encryption switched off");
	else if (media->keys > 0)
		snprintf(out, MEDIA_TEXT, "SDES %.*s", (int)media->suite.len,
		    (const char *)media->suite.at);
	else if (media->fingerprint.len > 0)
		snprintf(out, MEDIA_TEXT, "DTLS %.*s", (int)media->fingerprint.len,
		    (const char *)media->fingerprint.at);
	else
		snprintf(out, MEDIA_TEXT, "none");
}

static bool
sdp_facts(struct round *round, const struct sdp *sdp)
{
	static const size_t most = SDP_MEDIA_MAX;
	char kinds[SDP_MEDIA_MAX][MEDIA_TEXT], keys[SDP_MEDIA_MAX][MEDIA_TEXT];
	struct bytes kind[SDP_MEDIA_MAX], key[SDP_MEDIA_MAX];
	size_t count = sdp->count < most ? sdp->count : most;
	bool all = sdp->count > 0 && sdp->count <= most;

	for (size_t i = 0; i < count; i++) {
		const struct sdp_media *media = &sdp->media[i];

		snprintf(kinds[i], MEDIA_TEXT, "%.*s %.*s", (int)media->kind.len,
		    (const char *)media->kind.at, (int)media->transport.len,
		    (const char *)media->transport.at);
		keys_text(media, keys[i]);
		kind[i] = bytes_of_text(kinds[i]);
		key[i] = bytes_of_text(keys[i]);
		all &= sdp_is_srtp(media);
	}
	fact_set_texts(round_facts(round), FACT_SIP_SDP_MEDIA, kind, count);
	fact_set_texts(round_facts(round), FACT_SIP_SDP_KEYS, key, count);
	fact_set_flag(round_facts(round), FACT_SIP_SDP_SRTP, all);
	return all;
}

void
sip_sdp_look(struct round *round, const struct sip_message *answer, bool required,
    struct tls_finding *finding)
{
	struct why why = { .err = ERR_OK };
	struct sdp sdp;

	if (!sip_is_sdp(answer) || answer->body.len == 0)
		return;
	if (sdp_read(answer->body, &sdp, &why) != ERR_OK)
		tls_finding_add(finding, why.err, "%s", why.text);
	else if (sdp.count > 0 && !sdp_facts(round, &sdp) && required)
		tls_finding_add(finding, ERR_MISMATCH,
		    "its session description names media without SRTP");
}
