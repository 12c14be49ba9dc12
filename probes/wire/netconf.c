/* SPDX-License-Identifier: Apache-2.0 */
/* NETCONF framing and what we say; the SSH channel below it; see netconf.h. */
#include <string.h>

#include "probes/wire/netconf.h"
#include "probes/wire/ssh.h"

#define END_1_0 "]]>]]>"
#define SPACE   "urn:ietf:params:xml:ns:netconf:base:1.0"

void
netconf_hello_write(struct buffer *out)
{
	buffer_put_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><hello xmlns=\"" SPACE
	    "\"><capabilities><capability>" NETCONF_BASE_1_0 "</capability><capability>"
	    NETCONF_BASE_1_1 "</capability></capabilities></hello>" END_1_0);
}

void
netconf_close_write(bool chunked, struct buffer *out)
{
	static const char rpc[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><rpc message-id=\"1\" "
	    "xmlns=\"" SPACE "\"><close-session/></rpc>";

	if (chunked)
		buffer_print(out, "\n#%zu\n%s\n##\n", sizeof(rpc) - 1, rpc);
	else
		buffer_print(out, "%s" END_1_0, rpc);
}

static enum netconf_step
broken(struct why *why, enum err err, const char *text)
{
	why_set(why, err, "%s", text);
	return NETCONF_BROKEN;
}

static enum netconf_step
frame_old(struct bytes in, struct buffer *message, size_t *used, struct why *why)
{
	const uint8_t *end = in.len == 0 ? NULL : memmem(in.at, in.len, END_1_0, strlen(END_1_0));

	if (end == NULL)
		return in.len <= NETCONF_MESSAGE_MAX ? NETCONF_MORE :
		    broken(why, ERR_LIMIT, "the peer sent a NETCONF message without an end");
	buffer_put(message, in.at, (size_t)(end - in.at));
	*used = (size_t)(end - in.at) + strlen(END_1_0);
	return NETCONF_MESSAGE;
}

/* RFC 6242 4.2: the digits of a chunk's length; -1: more octets are needed, -2: none can be. */
static int64_t
chunk_len(struct bytes in, size_t *at)
{
	int64_t len = 0;
	size_t digits = 0;

	for (; *at < in.len && in.at[*at] >= '0' && in.at[*at] <= '9'; (*at)++, digits++) {
		len = len * 10 + (in.at[*at] - '0');
		if (len == 0 || len > NETCONF_MESSAGE_MAX)
			return -2;
	}
	if (*at == in.len)
		return -1;
	return digits > 0 && in.at[(*at)++] == '\n' ? len : -2;
}

static enum netconf_step
frame_chunks(struct bytes in, struct buffer *message, size_t *used, struct why *why)
{
	static const char wrong[] = "the peer's NETCONF chunks break their format";
	size_t at = 0;

	for (;;) {
		int64_t len;

		for (size_t i = 0; i < 2; i++)
			if (at + i < in.len && in.at[at + i] != "\n#"[i])
				return broken(why, ERR_MALFORMED, wrong);
		if (in.len - at < 3)
			return NETCONF_MORE;
		at += 2;
		if (in.at[at] == '#')
			break;
		len = chunk_len(in, &at);
		if (len == -2)
			return broken(why, ERR_MALFORMED, wrong);
		if (len < 0 || in.len - at < (size_t)len)
			return NETCONF_MORE;
		if (message->len + (size_t)len > NETCONF_MESSAGE_MAX)
			return broken(why, ERR_LIMIT, "the peer sent a NETCONF message that is "
			    "longer than is accepted");
		buffer_put(message, in.at + at, (size_t)len);
		at += (size_t)len;
	}
	if (in.len - at < 2)
		return NETCONF_MORE;
	if (in.at[at + 1] != '\n' || message->len == 0)
		return broken(why, ERR_MALFORMED, wrong);
	*used = at + 2;
	return NETCONF_MESSAGE;
}

enum netconf_step
netconf_frame(struct bytes in, bool chunked, struct buffer *message, size_t *used,
    struct why *why)
{
	buffer_reset(message);
	return chunked ? frame_chunks(in, message, used, why) : frame_old(in, message, used, why);
}

void
ssh_login_write(struct bytes session, const char *user, const char *algorithm, struct bytes key,
    struct buffer *out)
{
	ssh_string_put(out, session);
	buffer_put_u8(out, SSH_AUTH_REQUEST);
	ssh_text_put(out, user);
	ssh_text_put(out, "ssh-connection");
	ssh_text_put(out, "publickey");
	buffer_put_u8(out, 1);
	ssh_text_put(out, algorithm);
	ssh_string_put(out, key);
}

void
ssh_channel_open_write(struct buffer *payload)
{
	buffer_put_u8(payload, SSH_CHANNEL_OPEN);
	ssh_text_put(payload, "session");
	buffer_put_be(payload, 0, 4);
	buffer_put_be(payload, NETCONF_WINDOW, 4);
	buffer_put_be(payload, 32768, 4);
}

void
ssh_channel_subsystem_write(uint32_t channel, struct buffer *payload)
{
	buffer_put_u8(payload, SSH_CHANNEL_REQUEST);
	buffer_put_be(payload, channel, 4);
	ssh_text_put(payload, "subsystem");
	buffer_put_u8(payload, 1);
	ssh_text_put(payload, "netconf");
}

void
ssh_channel_data_write(uint32_t channel, struct bytes data, struct buffer *payload)
{
	buffer_put_u8(payload, SSH_CHANNEL_DATA);
	buffer_put_be(payload, channel, 4);
	ssh_string_put(payload, data);
}

bool
ssh_channel_read(struct bytes payload, struct ssh_channel_message *message)
{
	struct reader in = reader_of(payload);
	unsigned number = (unsigned)read_be(&in, 1);

	*message = (struct ssh_channel_message){ .sender = 0 };
	if (number == SSH_GLOBAL_REQUEST) {
		ssh_string(&in);
		message->reply = read_be(&in, 1) != 0;
		return !in.failed;
	}
	/* We have one channel, and it is number 0. */
	if (number < SSH_CHANNEL_CONFIRMATION || read_be(&in, 4) != 0)
		return false;
	if (number == SSH_CHANNEL_CONFIRMATION) {
		message->sender = (uint32_t)read_be(&in, 4);
		message->window = (uint32_t)read_be(&in, 4);
		read_be(&in, 4);
	} else if (number == SSH_CHANNEL_WINDOW) {
		message->window = (uint32_t)read_be(&in, 4);
	} else if (number == SSH_CHANNEL_DATA) {
		message->data = ssh_string(&in);
	} else if (number == SSH_CHANNEL_REQUEST) {
		ssh_string(&in);
		message->reply = read_be(&in, 1) != 0;
	}
	return !in.failed;
}
