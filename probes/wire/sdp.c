/* SPDX-License-Identifier: Apache-2.0 */
/* Reader and writer of session descriptions; see sdp.h. */
#include <string.h>

#include "probes/wire/sdp.h"

/* One line: its letter and what is behind "=". */
struct line { uint8_t type; struct bytes value; };

enum { FIRST_LINES = 3 };	/* RFC 8866 section 5: v, o and s, in this order */

static bool
starts(struct bytes text, const char *word)
{
	size_t len = strlen(word);

	return text.len >= len && memcmp(text.at, word, len) == 0;
}

/* Cuts the next word at blanks; an empty word where there is none. */
static struct bytes
word_next(struct bytes *text)
{
	struct bytes word;
	size_t from = 0, at;

	while (from < text->len && text->at[from] == ' ')
		from++;
	for (at = from; at < text->len && text->at[at] != ' '; at++)
		continue;
	word = bytes_slice(*text, from, at - from);
	*text = bytes_slice(*text, at, text->len);
	return word;
}

static bool
is_word(struct bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] <= ' ' || text.at[i] > '~')
			return false;
	return text.len > 0;
}

/* RFC 8866 section 5: lines end with CR LF, and a bare LF is accepted too. */
static bool
line_next(struct reader *in, struct line *line)
{
	struct bytes rest = bytes_slice(in->in, in->at, in->in.len);
	const uint8_t *end = rest.len > 0 ? memchr(rest.at, '\n', rest.len) : NULL;
	size_t len = end != NULL ? (size_t)(end - rest.at) : 0, text = len;

	if (rest.len == 0)
		return false;
	if (text > 0 && rest.at[text - 1] == '\r')
		text--;
	if (end == NULL || text < 2 || rest.at[1] != '=' ||
	    memchr(rest.at, '\0', text) != NULL || memchr(rest.at, '\r', text) != NULL) {
		in->failed = true;
		return false;
	}
	*line = (struct line){ rest.at[0], bytes_of(rest.at + 2, text - 2) };
	in->at += len + 1;
	return true;
}

/* "49170" or "49170/2". */
static bool
port_read(struct bytes text, uint16_t *port)
{
	uint32_t number = 0;
	size_t at = 0;

	for (; at < text.len && at < 6 && text.at[at] >= '0' && text.at[at] <= '9'; at++)
		number = number * 10 + (uint32_t)(text.at[at] - '0');
	*port = (uint16_t)number;
	return at > 0 && number <= UINT16_MAX && (at == text.len || text.at[at] == '/');
}

static enum sdp_profile
profile_of(struct bytes transport)
{
	static const struct { const char *name; enum sdp_profile profile; } known[] = {
		{ "RTP/AVP", SDP_PLAIN }, { "RTP/AVPF", SDP_PLAIN },
		{ "RTP/SAVP", SDP_SRTP }, { "RTP/SAVPF", SDP_SRTP },
		{ "TCP/RTP/AVP", SDP_PLAIN }, { "TCP/RTP/AVPF", SDP_PLAIN },
		{ "UDP/TLS/RTP/SAVP", SDP_DTLS }, { "UDP/TLS/RTP/SAVPF", SDP_DTLS },
		{ "TCP/DTLS/RTP/SAVP", SDP_DTLS }, { "TCP/DTLS/RTP/SAVPF", SDP_DTLS },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (bytes_equal(transport, bytes_of_text(known[i].name)))
			return known[i].profile;
	return SDP_OTHER;
}

/* RFC 8866 5.14: "audio 49170 RTP/AVP 8 0". */
static enum err
media_read(struct bytes value, struct sdp_media *media, struct why *why)
{
	*media = (struct sdp_media){ .kind = word_next(&value) };
	if (!is_word(media->kind) || !port_read(word_next(&value), &media->port))
		return why_set(why, ERR_MALFORMED,
		    "a medium of the peer's session description has no port");
	media->transport = word_next(&value);
	if (!is_word(media->transport) || !is_word(word_next(&value)))
		return why_set(why, ERR_MALFORMED,
		    "a medium of the peer's session description has no transport or no format");
	media->profile = profile_of(media->transport);
	return ERR_OK;
}

/* RFC 4568 section 4 and 6.3: "1 AES_CM_128_HMAC_SHA1_80 inline:... [UNENCRYPTED_SRTP]". */
static enum err
crypto_read(struct bytes value, struct sdp_media *media, struct why *why)
{
	struct bytes tag = word_next(&value), suite = word_next(&value), word;
	bool bare = starts(suite, "NULL_");

	if (!is_word(tag) || !is_word(suite) || !is_word(word_next(&value)))
		return why_set(why, ERR_MALFORMED,
		    "a crypto line of the peer's session description has no key");
	while ((word = word_next(&value)).len > 0)
		bare |= bytes_equal(word, bytes_of_text("UNENCRYPTED_SRTP"));
	if (bare)
		media->bare++;
	else if (media->keys++ == 0)
		media->suite = suite;
	return ERR_OK;
}

/* RFC 8122 section 5: "sha-256 AB:CD..." */
static enum err
fingerprint_read(struct bytes value, struct bytes *hash, struct why *why)
{
	*hash = word_next(&value);
	return is_word(*hash) && is_word(word_next(&value)) ? ERR_OK : why_set(why, ERR_MALFORMED,
	    "a fingerprint of the peer's session description has no value");
}

static enum err
attribute_read(struct bytes value, struct sdp_media *media, struct why *why)
{
	if (starts(value, "crypto:"))
		return crypto_read(bytes_slice(value, 7, value.len), media, why);
	if (starts(value, "fingerprint:"))
		return fingerprint_read(bytes_slice(value, 12, value.len), &media->fingerprint,
		    why);
	return ERR_OK;
}

/* What stands in lines: the session's until the first medium, then those of the last one. */
struct place {
	struct sdp_media session, beyond;	/* beyond: a medium that is counted only */
	struct sdp_media *now;
};

static enum err
line_read(const struct line *line, struct sdp *sdp, struct place *place, struct why *why)
{
	if (line->type == 'a')
		return attribute_read(line->value, place->now, why);
	if (line->type == 'm') {
		place->now = sdp->count < SDP_MEDIA_MAX ? &sdp->media[sdp->count] :
		    &place->beyond;
		sdp->count++;
		return media_read(line->value, place->now, why);
	}
	/* RFC 8866 section 9: no other letter is allowed, whatever is unknown is an attribute. */
	return strchr("iucbkterpz", line->type) != NULL ? ERR_OK : why_set(why, ERR_MALFORMED,
	    "the peer's session description has a line that SDP does not know");
}

enum err
sdp_read(struct bytes in, struct sdp *sdp, struct why *why)
{
	static const char first[FIRST_LINES] = { 'v', 'o', 's' };
	struct place place = { .session = { .port = 0 }, .now = &place.session };
	struct reader lines = reader_of(in);
	struct line line;
	size_t count = 0;
	enum err err = ERR_OK;

	*sdp = (struct sdp){ .count = 0 };
	if (in.len > SDP_MAX)
		return why_set(why, ERR_LIMIT,
		    "the peer's session description has more than %d octets", SDP_MAX);
	while (err == ERR_OK && line_next(&lines, &line)) {
		if (++count > SDP_LINES_MAX)
			err = why_set(why, ERR_LIMIT,
			    "the peer's session description has more than %d lines", SDP_LINES_MAX);
		else if (count > FIRST_LINES)
			err = line_read(&line, sdp, &place, why);
		else if (line.type != first[count - 1] ||
		    (count == 1 && !bytes_equal(line.value, bytes_of_text("0"))))
			lines.failed = true;
		if (lines.failed)
			break;
	}
	if (err == ERR_OK && (lines.failed || count < FIRST_LINES))
		err = why_set(why, ERR_MALFORMED,
		    "what the peer calls a session description is not SDP");
	for (size_t i = 0; i < sdp->count && i < SDP_MEDIA_MAX; i++)
		if (sdp->media[i].fingerprint.len == 0)
			sdp->media[i].fingerprint = place.session.fingerprint;
	return err;
}

bool
sdp_is_srtp(const struct sdp_media *media)
{
	return (media->profile == SDP_SRTP || media->profile == SDP_DTLS) && media->bare == 0;
}

bool
sdp_protected(const struct sdp_media *media)
{
	bool keys = media->keys > 0 && media->profile == SDP_SRTP;

	return sdp_is_srtp(media) && (keys || media->fingerprint.len > 0);
}

void
sdp_offer_write(const struct sdp_offer *offer, struct buffer *out)
{
	const char *family = strchr(offer->address, ':') != NULL ? "IP6" : "IP4";

	buffer_print(out, "v=0\r\no=sekimori %u 1 IN %s %s\r\ns=-\r\nc=IN %s %s\r\nt=0 0\r\n",
	    (unsigned)offer->session, family, offer->address, family, offer->address);
	buffer_print(out, "m=audio %u RTP/%s 8 0\r\na=rtpmap:8 PCMA/8000\r\n"
	    "a=rtpmap:0 PCMU/8000\r\n", (unsigned)offer->port, offer->key != NULL ? "SAVP" : "AVP");
	if (offer->key != NULL) {
		buffer_put_text(out, "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:");
		base64_put(out, bytes_of(offer->key, SDP_KEY_LEN));
		buffer_put_text(out, "\r\n");
	}
	buffer_put_text(out, "a=inactive\r\n");
}
