/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A simulated SSH server that goes wrong where its script says; it signs with the key of
 * tests/data/ssh and does its own half of the cryptography.  Runs in a child, one connection at a
 * time.
 */
#ifndef TESTS_UNIT_SSH_LAB_H
#define TESTS_UNIT_SSH_LAB_H

#include "probes/ssh_crypto.h"
#include "tests/unit/probe_lab.h"
#include "tests/unit/vectors.h"

enum ssh_wrong { SSH_FINE, SSH_FORGED, SSH_BAD_POINT, SSH_OTHER_REPLY, SSH_LEAVES, SSH_IGNORES,
	SSH_TWICE, SSH_GUESSES, SSH_BAD_TAG, SSH_ENDLESS, SSH_OPEN_DOOR, SSH_BANNERS, SSH_STALLS,
	SSH_REKEYS, SSH_BAD_METHODS };

struct ssh_script {
	const char    *greeting;	/* NULL: "SSH-2.0-lab\r\n" */
	const char    *kex;		/* NULL: curve25519-sha256 */
	const char    *first;		/* octets instead of the offer, with their length */
	size_t         first_len, repeat;
	bool           hold;		/* after greeting and first */
	enum ssh_wrong wrong;
	const char    *methods;		/* NULL: "publickey" */
};

struct ssh_server {
	int                  fd;
	struct buffer        in, line, client_offer, offer, payload;
	struct ssh_cipher   *cipher[2];	/* out, in */
	uint32_t             sequence[2];
	bool                 strict;
};

static inline bool
ssh_server_write(struct ssh_server *s, struct bytes octets)
{
	return write(s->fd, octets.at, octets.len) == (ssize_t)octets.len;
}

static inline bool
ssh_server_send(struct ssh_server *s, struct bytes payload, bool spoil)
{
	struct buffer out = { 0 };
	bool fine;

	if (s->cipher[0] != NULL)
		ssh_cipher_seal(s->cipher[0], s->sequence[0], payload, &out);
	else
		ssh_packet_write(payload, 8, false, &out);
	s->sequence[0]++;
	if (spoil)
		out.at[out.len - 1] ^= 1;
	fine = ssh_server_write(s, bytes_of_buffer(&out));
	buffer_free(&out);
	return fine;
}

static inline void
ssh_server_drop(struct ssh_server *s, size_t len)
{
	memmove(s->in.at, s->in.at + len, s->in.len - len);
	s->in.len -= len;
}

static inline bool
ssh_server_more(struct ssh_server *s)
{
	uint8_t octets[4096];
	ssize_t got = read(s->fd, octets, sizeof(octets));

	if (got > 0)
		buffer_put(&s->in, octets, (size_t)got);
	return got > 0;
}

/* The client's next payload. */
static inline bool
ssh_server_read(struct ssh_server *s)
{
	struct bytes payload;
	struct why why;
	size_t used = 0;

	for (;;) {
		struct bytes in = bytes_of_buffer(&s->in);
		enum ssh_step step = s->cipher[1] != NULL ? ssh_cipher_open(s->cipher[1],
		    s->sequence[1], in, &s->payload, &used, &why) :
		    ssh_packet(in, &payload, &used, &why);

		if (step == SSH_BROKEN || (step == SSH_MORE && !ssh_server_more(s)))
			return false;
		if (step != SSH_TAKEN)
			continue;
		if (s->cipher[1] == NULL) {
			buffer_reset(&s->payload);
			buffer_put(&s->payload, payload.at, payload.len);
		}
		ssh_server_drop(s, used);
		s->sequence[1]++;
		return true;
	}
}

static inline bool
ssh_server_greeting(struct ssh_server *s)
{
	struct bytes line;
	struct why why;
	size_t used;

	while (ssh_identification(bytes_of_buffer(&s->in), &line, &used, &why) != SSH_TAKEN)
		if (!ssh_server_more(s))
			return false;
	buffer_put(&s->line, line.at, line.len);
	ssh_server_drop(s, used);
	return true;
}

static inline void
ssh_server_offer(struct ssh_server *s, const struct ssh_script *script)
{
	static const uint8_t cookie[SSH_COOKIE_LEN];
	struct ssh_offer offer = { .guesses = script->wrong == SSH_GUESSES };
	const char *lists[] = { script->kex != NULL ? script->kex :
	    script->wrong == SSH_GUESSES ? "ecdh-sha2-nistp256,curve25519-sha256" :
	    "curve25519-sha256,kex-strict-s-v00@openssh.com",
	    "ssh-ed25519", "aes128-ctr", "aes128-ctr", "hmac-sha2-256", "hmac-sha2-256", "none",
	    "none", "", "" };

	for (size_t i = 0; i < SSH_LISTS; i++)
		offer.list[i] = bytes_of_text(lists[i]);
	s->strict = ssh_strict(&offer);
	ssh_offer_write(cookie, &offer, &s->offer);
	ssh_server_send(s, bytes_of_buffer(&s->offer), false);
	if (offer.guesses)
		ssh_server_send(s, bytes_of("\x1fwrong", 6), false);
}

/* The reply, signed by the lab's key over what was exchanged. */
static inline struct ssh_exchange *
ssh_server_reply(struct ssh_server *s, const struct ssh_script *script)
{
	struct buffer file = vectors_file("tests/data/ssh/ed25519"), all = { 0 }, reply = { 0 },
	    signature = { 0 };
	struct ssh_exchange *exchange = ssh_exchange_new(bytes_of_text("curve25519-sha256"));
	struct reader in = reader_of(bytes_slice(bytes_of_buffer(&s->payload), 1, s->payload.len));
	struct bytes theirs = ssh_string(&in), ours = ssh_exchange_public(exchange);
	struct ssh_user_key *key;
	struct why why;

	if (ssh_user_key_read(bytes_of_buffer(&file), &key, &why) != ERR_OK)
		abort();
	ssh_string_put(&all, bytes_of_buffer(&s->line));
	ssh_text_put(&all, "SSH-2.0-lab");
	ssh_string_put(&all, bytes_of_buffer(&s->client_offer));
	ssh_string_put(&all, bytes_of_buffer(&s->offer));
	ssh_string_put(&all, ssh_user_key_blob(key));
	ssh_string_put(&all, theirs);
	ssh_string_put(&all, ours);
	if (ssh_exchange_finish(exchange, theirs, bytes_of_buffer(&all), &why) != ERR_OK)
		_exit(1);
	if (ssh_user_key_sign(key, script->wrong == SSH_FORGED ? bytes_of_text("another") :
	    ssh_exchange_hash(exchange), &signature) != ERR_OK)
		abort();
	buffer_put_u8(&reply, SSH_EXCHANGE_REPLY);
	ssh_string_put(&reply, ssh_user_key_blob(key));
	ssh_string_put(&reply, script->wrong == SSH_BAD_POINT ? bytes_of("\0\0\0", 3) : ours);
	ssh_string_put(&reply, bytes_of_buffer(&signature));
	if (script->wrong == SSH_OTHER_REPLY)
		reply.at[0] = SSH_KEXINIT;
	ssh_server_send(s, bytes_of_buffer(&reply), false);
	if (script->wrong == SSH_TWICE)
		ssh_server_send(s, bytes_of_buffer(&reply), false);
	ssh_user_key_free(key);
	buffer_free(&file), buffer_free(&all), buffer_free(&reply), buffer_free(&signature);
	return exchange;
}

static inline void
ssh_server_secure(struct ssh_server *s, struct ssh_exchange *exchange)
{
	struct bytes cipher = bytes_of_text("aes128-ctr"), mac = bytes_of_text("hmac-sha2-256");
	const uint8_t newkeys = SSH_NEWKEYS;

	ssh_server_send(s, bytes_of(&newkeys, 1), false);
	s->cipher[0] = ssh_cipher_new(exchange, cipher, mac, SSH_WAY_SERVER_OUT);
	if (!ssh_server_read(s) || s->payload.at[0] != SSH_NEWKEYS)
		return;
	s->cipher[1] = ssh_cipher_new(exchange, cipher, mac, SSH_WAY_SERVER_IN);
	if (s->strict)
		s->sequence[0] = s->sequence[1] = 0;
}

static inline void
ssh_server_login(struct ssh_server *s, const struct ssh_script *script)
{
	struct buffer out = { 0 };
	const uint8_t ignore[5] = { SSH_IGNORE }, success = SSH_AUTH_SUCCESS;

	if (!ssh_server_read(s) || s->payload.at[0] != SSH_SERVICE_REQUEST)
		return;
	s->payload.at[0] = SSH_SERVICE_ACCEPT;
	ssh_server_send(s, bytes_of_buffer(&s->payload), script->wrong == SSH_BAD_TAG);
	if (!ssh_server_read(s))
		return;
	while (script->wrong == SSH_ENDLESS && ssh_server_send(s, bytes_of(ignore, 5), false))
		continue;
	buffer_put_u8(&out, SSH_AUTH_BANNER);
	ssh_text_put(&out, "hello"), ssh_text_put(&out, "");
	for (unsigned i = 0; i < 500 && script->wrong == SSH_BANNERS; i++)
		ssh_server_send(s, bytes_of_buffer(&out), false);
	buffer_reset(&out);
	buffer_put_u8(&out, SSH_AUTH_FAILURE);
	ssh_text_put(&out, script->wrong == SSH_BAD_METHODS ? "a,,\x01" :
	    script->methods != NULL ? script->methods : "publickey");
	buffer_put_u8(&out, 0);
	if (script->wrong == SSH_OPEN_DOOR)
		ssh_server_send(s, bytes_of(&success, 1), false);
	else if (script->wrong == SSH_REKEYS)
		ssh_server_send(s, bytes_of_buffer(&s->offer), false);
	else if (script->wrong != SSH_STALLS)
		ssh_server_send(s, bytes_of_buffer(&out), false);
	buffer_free(&out);
}

static inline void
ssh_server_talk(struct ssh_server *s, const struct ssh_script *script)
{
	static const uint8_t leaves[] = { SSH_DISCONNECT, 0, 0, 0, 12, 0, 0, 0, 4, 'f', 'u', 'l',
	    'l', 0, 0, 0, 0 }, ignore[5] = { SSH_IGNORE };
	const char *greeting = script->greeting != NULL ? script->greeting : "SSH-2.0-lab\r\n";
	struct ssh_exchange *exchange;

	if (!ssh_server_write(s, bytes_of_text(greeting)))
		return;
	for (size_t i = 0; i < (script->repeat > 0 ? script->repeat : 1) && script->first != NULL; i++)
		if (!ssh_server_write(s, bytes_of(script->first, script->first_len)))
			return;
	if (script->greeting != NULL || script->first != NULL || script->hold) {
		while (script->hold && ssh_server_more(s))
			buffer_reset(&s->in);
		return;
	}
	ssh_server_offer(s, script);
	if (!ssh_server_greeting(s) || !ssh_server_read(s))
		return;
	buffer_put(&s->client_offer, s->payload.at, s->payload.len);
	if (!ssh_server_read(s) || s->payload.at[0] != SSH_EXCHANGE_INIT)
		return;
	if (script->wrong == SSH_LEAVES)
		ssh_server_send(s, bytes_of(leaves, sizeof(leaves)), false);
	if (script->wrong == SSH_IGNORES)
		ssh_server_send(s, bytes_of(ignore, 5), false);
	exchange = ssh_server_reply(s, script);
	ssh_server_secure(s, exchange);
	if (s->cipher[1] != NULL)
		ssh_server_login(s, script);
	ssh_exchange_free(exchange);
}

/* For lab_serve(); arg is a struct ssh_script. */
static inline void
ssh_server_serve(int fd, void *arg)
{
	struct ssh_server s = { .fd = fd };

	ssh_server_talk(&s, arg);
	while (ssh_server_more(&s))
		buffer_reset(&s.in);
	shutdown(fd, SHUT_WR);
}

#endif
