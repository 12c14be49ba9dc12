/* SPDX-License-Identifier: Apache-2.0 */
/*
 * NETCONF of a client that says hello and goodbye (RFC 6241, RFC 6242): framing of both versions,
 * hello with capabilities, the reply to close-session; and the SSH channel that carries it
 * (RFC 4254).  Pure; every input is hostile.  A document type ends reading, so that there are no
 * entities.
 */
#ifndef PROBES_WIRE_NETCONF_H
#define PROBES_WIRE_NETCONF_H

#include "monitor/base/bytes.h"

enum {
	NETCONF_MESSAGE_MAX      = 1 << 20,	/* octets of a message; then ERR_LIMIT */
	NETCONF_CAPABILITIES_MAX = 4096,
	NETCONF_CAPABILITY_MAX   = 1023,	/* octets of one; then ERR_LIMIT */
	NETCONF_WINDOW           = 4 << 20	/* octets a server may send in all */
};

#define NETCONF_BASE_1_0 "urn:ietf:params:netconf:base:1.0"
#define NETCONF_BASE_1_1 "urn:ietf:params:netconf:base:1.1"

void netconf_hello_write(struct buffer *out);
void netconf_close_write(bool chunked, struct buffer *out);	/* message-id "1" */

enum netconf_step { NETCONF_MORE, NETCONF_MESSAGE, NETCONF_BROKEN };
/* The message at the front of in; message is replaced; used: what to drop. */
enum netconf_step netconf_frame(struct bytes in, bool chunked, struct buffer *message,
    size_t *used, struct why *);

struct netconf_hello {
	struct buffer capabilities;	/* each with a line end, sorted, each once */
	size_t        count;
	bool          base10, base11;
	int64_t       session;		/* -1: it gave none */
};

/* The caller frees capabilities, whatever is returned. */
MUST_USE enum err netconf_hello_read(struct bytes xml, struct netconf_hello *, struct why *);
/* A reply to our close-session: *ok, or an error's tag in the sentence. */
MUST_USE enum err netconf_reply_read(struct bytes xml, bool *ok, struct why *);

/* ---- the channel ---- */

/* Octets that the user's key signs (RFC 4252 7); a request is all behind the first string. */
void ssh_login_write(struct bytes session, const char *user, const char *algorithm,
    struct bytes key, struct buffer *out);
void ssh_channel_open_write(struct buffer *payload);
void ssh_channel_subsystem_write(uint32_t channel, struct buffer *payload);
void ssh_channel_data_write(uint32_t channel, struct bytes data, struct buffer *payload);

struct ssh_channel_message {
	uint32_t     sender, window;	/* of a confirmation; window: also of an adjustment */
	struct bytes data;		/* of DATA */
	bool         reply;		/* of a global request: it wants one */
};
/* Of messages 80 to 100; false: it breaks its format, or is not for our channel. */
bool ssh_channel_read(struct bytes payload, struct ssh_channel_message *);

#endif
