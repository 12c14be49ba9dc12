/* SPDX-License-Identifier: Apache-2.0 */
/* The client's side of RFC 4253 as a machine; see ssh_link.h. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "probes/ssh_link.h"

enum { OUT, IN, PACKETS_MAX = 20000 };

static const char identification[] = "SSH-2.0-sekimori";

static enum ssh_link_step PRINTF(3, 4)
failed(struct ssh_link *link, enum err err, const char *fmt, ...)
{
	va_list args;

	link->err = err;
	va_start(args, fmt);
	vsnprintf(link->text, sizeof(link->text), fmt, args);
	va_end(args);
	return SSH_LINK_FAILED;
}

void
ssh_link_send(struct ssh_link *link, struct bytes payload)
{
	if (link->cipher[OUT] != NULL)
		ssh_cipher_seal(link->cipher[OUT], link->sequence[OUT], payload, &link->out);
	else
		ssh_packet_write(payload, 8, false, &link->out);
	link->sequence[OUT]++;
}

/*
 * Names we cannot do follow ours, so that a server agrees and shows its host key; ssh_link_secure()
 * then does not go on.
 */
static const char more_ciphers[] = ",chacha20-poly1305@openssh.com,blowfish-cbc,cast128-cbc,"
    "arcfour256,arcfour128,arcfour,none";
static const char more_macs[] = ",umac-128-etm@openssh.com,umac-128@openssh.com,"
    "umac-64-etm@openssh.com,umac-64@openssh.com,hmac-sha1-96,hmac-md5-96,none";

void
ssh_link_start(struct ssh_link *link, const char *host_keys)
{
	struct ssh_offer *ours = &link->ours;
	char kex[1024], ciphers[512], macs[512];
	uint8_t cookie[SSH_COOKIE_LEN];

	snprintf(kex, sizeof(kex), "%s,ext-info-c,kex-strict-c-v00@openssh.com",
	    ssh_crypto_exchanges);
	snprintf(ciphers, sizeof(ciphers), "%s%s", ssh_crypto_ciphers, more_ciphers);
	snprintf(macs, sizeof(macs), "%s%s", ssh_crypto_macs, more_macs);
	ours->list[SSH_KEX] = bytes_of_text(kex);
	ours->list[SSH_HOSTKEY] = bytes_of_text(host_keys);
	ours->list[SSH_CIPHER_OUT] = ours->list[SSH_CIPHER_IN] = bytes_of_text(ciphers);
	ours->list[SSH_MAC_OUT] = ours->list[SSH_MAC_IN] = bytes_of_text(macs);
	ours->list[SSH_COMPRESSION_OUT] = bytes_of_text("none");
	ours->list[SSH_COMPRESSION_IN] = bytes_of_text("none");
	link->in.max = link->payload.max = ANSWER_MAX;
	random_fill(cookie, sizeof(cookie));
	ssh_offer_write(cookie, ours, &link->our_offer);
	/* From here the views are into what was written. */
	(void)!ssh_offer_read(bytes_of_buffer(&link->our_offer), ours, NULL);
	buffer_print(&link->out, "%s\r\n", identification);
	ssh_link_send(link, bytes_of_buffer(&link->our_offer));
}

static void
taken(struct ssh_link *link, size_t len)
{
	memmove(link->in.at, link->in.at + len, link->in.len - len);
	link->in.len -= len;
}

static void
copy(struct buffer *to, struct bytes from)
{
	buffer_reset(to);
	buffer_put(to, from.at, from.len);
}

/* The next packet's payload into link->payload. */
static enum ssh_step
packet_next(struct ssh_link *link, struct why *why)
{
	struct bytes in = bytes_of_buffer(&link->in), payload;
	size_t used = 0;
	enum ssh_step step;

	if (link->cipher[IN] != NULL) {
		step = ssh_cipher_open(link->cipher[IN], link->sequence[IN], in, &link->payload,
		    &used, why);
	} else {
		step = ssh_packet(in, &payload, &used, why);
		if (step == SSH_TAKEN)
			copy(&link->payload, payload);
	}
	if (step == SSH_TAKEN) {
		taken(link, used);
		link->sequence[IN]++;
		link->packets++;
	}
	return step;
}

/* RFC 4253 7.1: a guess is right only if both first names are also ours. */
static bool
guessed_wrong(const struct ssh_link *link)
{
	struct bytes list, mine, theirs;

	for (size_t i = SSH_KEX; i <= SSH_HOSTKEY; i++) {
		list = link->ours.list[i];
		if (!ssh_name_next(&list, &mine))
			return true;
		list = link->theirs.list[i];
		if (!ssh_name_next(&list, &theirs) || !bytes_equal(mine, theirs))
			return true;
	}
	return false;
}

static enum ssh_link_step
on_offer(struct ssh_link *link)
{
	struct why why = { .err = ERR_OK };

	copy(&link->their_offer, bytes_of_buffer(&link->payload));
	if (ssh_offer_read(bytes_of_buffer(&link->their_offer), &link->theirs, &why) != ERR_OK)
		return failed(link, why.err, "%s", why.text);
	for (size_t i = 0; i < SSH_LISTS; i++)
		(void)!ssh_choose(link->ours.list[i], link->theirs.list[i], &link->chosen[i]);
	link->strict = ssh_strict(&link->theirs);
	link->skip = link->theirs.guesses && guessed_wrong(link);
	link->state = SSH_LINK_REPLYING;
	return SSH_LINK_OFFER;
}

/* After OFFER: our half of the key exchange. */
static enum ssh_link_step
exchange_begin(struct ssh_link *link)
{
	struct buffer payload = { .max = 2048 };

	link->exchange = ssh_exchange_new(link->chosen[SSH_KEX]);
	if (link->exchange == NULL)
		return failed(link, ERR_UNSUPPORTED, "it offers no key exchange that this program "
		    "can do");
	if (link->chosen[SSH_HOSTKEY].len == 0)
		return failed(link, ERR_UNSUPPORTED, "it offers no host key algorithm that this "
		    "program can verify");
	buffer_put_u8(&payload, SSH_EXCHANGE_INIT);
	ssh_string_put(&payload, ssh_exchange_public(link->exchange));
	ssh_link_send(link, bytes_of_buffer(&payload));
	buffer_free(&payload);
	return SSH_LINK_MORE;
}

static enum ssh_link_step
on_reply(struct ssh_link *link)
{
	struct buffer *all = &link->transcript;
	struct why why = { .err = ERR_OK };
	struct ssh_reply reply;

	if (ssh_reply_read(bytes_of_buffer(&link->payload), &reply, &why) != ERR_OK)
		return failed(link, why.err, "%s", why.text);
	ssh_text_put(all, identification);
	ssh_string_put(all, bytes_of_buffer(&link->line));
	ssh_string_put(all, bytes_of_buffer(&link->our_offer));
	ssh_string_put(all, bytes_of_buffer(&link->their_offer));
	ssh_string_put(all, reply.host_key);
	ssh_string_put(all, ssh_exchange_public(link->exchange));
	ssh_string_put(all, reply.public);
	copy(&link->host_blob, reply.host_key);
	copy(&link->signature, reply.signature);
	if (ssh_host_key_look(reply.host_key, &link->host_key, &why) != ERR_OK ||
	    ssh_exchange_finish(link->exchange, reply.public, bytes_of_buffer(all), &why) !=
	    ERR_OK || ssh_host_key_verify(reply.host_key, link->chosen[SSH_HOSTKEY],
	    reply.signature, ssh_exchange_hash(link->exchange), &why) != ERR_OK)
		return failed(link, why.err, "%s", why.text);
	link->state = SSH_LINK_STANDING;
	return SSH_LINK_PROVEN;
}

enum err
ssh_link_secure(struct ssh_link *link, struct why *why)
{
	const uint8_t newkeys = SSH_NEWKEYS;
	struct ssh_cipher *out = ssh_cipher_new(link->exchange, link->chosen[SSH_CIPHER_OUT],
	    link->chosen[SSH_MAC_OUT], SSH_WAY_OUT);
	struct ssh_cipher *in = ssh_cipher_new(link->exchange, link->chosen[SSH_CIPHER_IN],
	    link->chosen[SSH_MAC_IN], SSH_WAY_IN);

	if (out == NULL || in == NULL || link->chosen[SSH_COMPRESSION_OUT].len == 0 ||
	    link->chosen[SSH_COMPRESSION_IN].len == 0) {
		ssh_cipher_free(out);
		ssh_cipher_free(in);
		return why_set(why, ERR_UNSUPPORTED, "it offers no encryption that this program "
		    "can do");
	}
	ssh_link_send(link, bytes_of(&newkeys, 1));
	link->cipher[OUT] = out;
	/* Strict key exchange: numbers begin anew, so that nothing before can be left out. */
	if (link->strict)
		link->sequence[OUT] = 0;
	ssh_cipher_free(in);	/* made again when the peer goes over */
	link->state = SSH_LINK_KEYING;
	return ERR_OK;
}

static enum ssh_link_step
on_newkeys(struct ssh_link *link)
{
	if (link->payload.len != 1 || link->payload.at[0] != SSH_NEWKEYS)
		return failed(link, ERR_MALFORMED, "the peer did not go over to the new keys");
	link->cipher[IN] = ssh_cipher_new(link->exchange, link->chosen[SSH_CIPHER_IN],
	    link->chosen[SSH_MAC_IN], SSH_WAY_IN);
	if (link->strict)
		link->sequence[IN] = 0;
	link->state = SSH_LINK_OPEN;
	return SSH_LINK_MORE;
}

static enum ssh_link_step
on_disconnect(struct ssh_link *link)
{
	struct bytes text;
	uint32_t code;

	if (ssh_disconnect_read(bytes_of_buffer(&link->payload), &code, &text) != ERR_OK)
		return failed(link, ERR_CLOSED, "the peer ended the connection");
	return failed(link, ERR_REFUSED, "the peer ended the connection with reason %u: %.*s",
	    (unsigned)code, text.len < 200 ? (int)text.len : 200, (const char *)text.at);
}

/* Messages every state may get.  True: taken here. */
static bool
transport(struct ssh_link *link, enum ssh_link_step *step)
{
	uint8_t number = link->payload.at[0];

	*step = SSH_LINK_MORE;
	if (number == SSH_DISCONNECT) {
		*step = on_disconnect(link);
	} else if (number == SSH_IGNORE || number == SSH_DEBUG || number == SSH_UNIMPLEMENTED) {
		if (link->state != SSH_LINK_OPEN && link->strict)
			*step = failed(link, ERR_MALFORMED, "the peer promised a strict key "
			    "exchange and sent something else within it");
	} else if (number == SSH_EXT_INFO && link->state == SSH_LINK_OPEN) {
		copy(&link->extensions, bytes_of_buffer(&link->payload));
	} else if (number == SSH_KEXINIT && link->state == SSH_LINK_OPEN) {
		*step = failed(link, ERR_UNSUPPORTED, "the peer wants new keys before it has "
		    "answered");
	} else {
		return false;
	}
	return true;
}

static enum ssh_link_step
on_packet(struct ssh_link *link)
{
	enum ssh_link_step step;

	if (transport(link, &step))
		return step;
	switch (link->state) {
	case SSH_LINK_OFFERING:
		return on_offer(link);
	case SSH_LINK_REPLYING:
		if (link->skip) {
			link->skip = false;
			return SSH_LINK_MORE;
		}
		return on_reply(link);
	case SSH_LINK_KEYING:
		return on_newkeys(link);
	default:
		return SSH_LINK_PACKET;
	}
}

static enum ssh_link_step
greeting(struct ssh_link *link, bool *went)
{
	struct why why = { .err = ERR_OK };
	struct bytes line;
	size_t used;

	switch (ssh_identification(bytes_of_buffer(&link->in), &line, &used, &why)) {
	case SSH_MORE:
		return SSH_LINK_MORE;
	case SSH_BROKEN:
		return failed(link, why.err, "%s", why.text);
	default:
		copy(&link->line, line);
		taken(link, used);
		link->state = SSH_LINK_OFFERING;
		*went = true;
		return SSH_LINK_MORE;
	}
}

enum ssh_link_step
ssh_link_read(struct ssh_link *link, struct bytes more)
{
	struct why why = { .err = ERR_OK };
	enum ssh_link_step step = SSH_LINK_MORE;

	buffer_put(&link->in, more.at, more.len);
	if (link->in.failed)
		return failed(link, ERR_LIMIT, "the peer sent more than is accepted");
	if (link->state == SSH_LINK_REPLYING && link->exchange == NULL &&
	    exchange_begin(link) == SSH_LINK_FAILED)
		return SSH_LINK_FAILED;
	while (step == SSH_LINK_MORE && link->state != SSH_LINK_STANDING) {
		bool went = false;

		if (link->state == SSH_LINK_GREETING) {
			step = greeting(link, &went);
			if (step == SSH_LINK_FAILED || !went)
				return step;
			continue;
		}
		if (link->packets > PACKETS_MAX)
			return failed(link, ERR_LIMIT, "the peer sent packets without an end");
		switch (packet_next(link, &why)) {
		case SSH_MORE:
			return SSH_LINK_MORE;
		case SSH_BROKEN:
			return failed(link, why.err, "%s", why.text);
		default:
			step = on_packet(link);
		}
	}
	return step;
}

bool
ssh_link_secured(const struct ssh_link *link)
{
	return link->state == SSH_LINK_OPEN;
}

void
ssh_link_end(struct ssh_link *link)
{
	struct buffer payload = { .max = 256 };

	if (link->said_farewell || link->our_offer.len == 0)
		return;
	link->said_farewell = true;
	ssh_disconnect_write(&payload);
	ssh_link_send(link, bytes_of_buffer(&payload));
	buffer_free(&payload);
}

void
ssh_link_free(struct ssh_link *link)
{
	struct buffer *buffers[] = { &link->in, &link->out, &link->line, &link->our_offer,
	    &link->their_offer, &link->transcript, &link->host_blob, &link->signature,
	    &link->payload, &link->extensions };

	for (size_t i = 0; i < sizeof(buffers) / sizeof(buffers[0]); i++)
		buffer_free(buffers[i]);
	ssh_exchange_free(link->exchange);
	ssh_cipher_free(link->cipher[OUT]);
	ssh_cipher_free(link->cipher[IN]);
	*link = (struct ssh_link){ .state = SSH_LINK_GREETING };
}
