/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One SSH connection as a client, without a socket: octets of the server in, octets for it out.
 * It goes as far as its owner asks: to the offer, to a host key that has signed, or to packets
 * under encryption.  It never sends before the owner's next step what a server would act on.
 */
#ifndef PROBES_SSH_LINK_H
#define PROBES_SSH_LINK_H

#include "monitor/base/limits.h"
#include "probes/ssh_crypto.h"

enum ssh_link_step {
	SSH_LINK_MORE,
	SSH_LINK_OFFER,		/* once: identification and offer are there */
	SSH_LINK_PROVEN,	/* once: the host key signed this exchange */
	SSH_LINK_PACKET,	/* a packet for the owner, under encryption */
	SSH_LINK_FAILED
};

enum ssh_link_state { SSH_LINK_GREETING, SSH_LINK_OFFERING, SSH_LINK_REPLYING, SSH_LINK_STANDING,
	SSH_LINK_KEYING, SSH_LINK_OPEN };

struct ssh_link {
	struct buffer        in, out;		/* the owner sends and resets out */
	enum ssh_link_state  state;
	struct buffer        line;		/* the server's identification */
	struct buffer        our_offer, their_offer;	/* KEXINIT payloads */
	struct ssh_offer     ours, theirs;	/* views into these */
	struct bytes         chosen[SSH_LISTS];	/* what both have first; empty: nothing */
	bool                 strict, skip;	/* skip: the server guessed wrong */
	struct ssh_exchange *exchange;
	struct buffer        transcript;	/* what the exchange hash is over, but the secret */
	struct ssh_host_key  host_key;		/* PROVEN */
	struct buffer        host_blob, signature;
	struct ssh_cipher   *cipher[2];		/* out, in; NULL: in the clear */
	uint32_t             sequence[2];
	struct buffer        payload;		/* PACKET */
	struct buffer        extensions;	/* the server's EXT_INFO */
	unsigned             packets;		/* taken from the server */
	bool                 said_farewell;
	enum err             err;		/* FAILED */
	char                 text[DETAIL_MAX];
};

/* host_keys: signature algorithms we would take, with commas. */
void ssh_link_start(struct ssh_link *, const char *host_keys);
/* Takes octets; call again with none until MORE or FAILED. */
enum ssh_link_step ssh_link_read(struct ssh_link *, struct bytes);
/* After PROVEN, to go on: new keys both ways.  ERR_UNSUPPORTED: no cipher in common. */
MUST_USE enum err ssh_link_secure(struct ssh_link *, struct why *);
bool ssh_link_secured(const struct ssh_link *);
void ssh_link_send(struct ssh_link *, struct bytes payload);
void ssh_link_end(struct ssh_link *);		/* DISCONNECT into out, once */
void ssh_link_free(struct ssh_link *);		/* all zero again */

#endif
