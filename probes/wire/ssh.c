/* SPDX-License-Identifier: Apache-2.0 */
/* Reader and writer of SSH messages; see ssh.h. */
#include <string.h>

#include "probes/wire/ssh.h"

enum { PADDING_MIN = 4, CLEAR_BLOCK = 8, PACKET_MIN = 12, BY_APPLICATION = 11 };

static bool
line_begins(struct bytes line, const char *text)
{
	size_t len = strlen(text);

	return line.len >= len && memcmp(line.at, text, len) == 0;
}

static enum ssh_step
identified(struct bytes line, struct why *why)
{
	for (size_t i = 0; i < line.len; i++)
		if (line.at[i] < 0x20 || line.at[i] > 0x7e) {
			why_set(why, ERR_MALFORMED, "the peer's SSH identification has octets that "
			    "are not printable");
			return SSH_BROKEN;
		}
	if (line_begins(line, "SSH-2.0-") || line_begins(line, "SSH-1.99-"))
		return SSH_TAKEN;
	why_set(why, ERR_UNSUPPORTED, "the peer speaks SSH-1 alone, which is broken: %.*s",
	    (int)line.len, (const char *)line.at);
	return SSH_BROKEN;
}

enum ssh_step
ssh_identification(struct bytes in, struct bytes *line, size_t *used, struct why *why)
{
	size_t from = 0;

	for (size_t lines = 0;; lines++) {
		struct bytes left = bytes_slice(in, from, in.len);
		const uint8_t *end = left.len == 0 ? NULL : memchr(left.at, '\n', left.len);
		size_t len = end == NULL ? left.len : (size_t)(end - left.at) + 1;

		if (len > SSH_LINE_MAX || lines > SSH_LINES_MAX) {
			why_set(why, ERR_LIMIT, "the peer sent lines without an SSH identification "
			    "among them; is this an SSH port?");
			return SSH_BROKEN;
		}
		if (end == NULL)
			return SSH_MORE;
		*line = bytes_slice(left, 0, len - 1);
		if (line->len > 0 && line->at[line->len - 1] == '\r')
			line->len--;
		from += len;
		if (line_begins(*line, "SSH-"))
			break;
	}
	*used = from;
	return identified(*line, why);
}

bool
ssh_speaks_old(struct bytes line)
{
	return line_begins(line, "SSH-1.99-");
}

bool
ssh_length_fits(uint32_t len, size_t block, bool apart)
{
	return len <= SSH_PACKET_MAX && (size_t)len + 4 >= PACKET_MIN &&
	    (len + (apart ? 0 : 4)) % block == 0;
}

bool
ssh_payload(struct bytes packet, struct bytes *payload)
{
	size_t padding = packet.len > 0 ? packet.at[0] : 0;

	/* A packet carries at least its message number. */
	if (padding < PADDING_MIN || packet.len < padding + 2)
		return false;
	*payload = bytes_slice(packet, 1, packet.len - 1 - padding);
	return true;
}

enum ssh_step
ssh_packet(struct bytes in, struct bytes *payload, size_t *used, struct why *why)
{
	struct reader reader = reader_of(in);
	uint32_t len = (uint32_t)read_be(&reader, 4);

	if (reader.failed)
		return SSH_MORE;
	if (!ssh_length_fits(len, CLEAR_BLOCK, false)) {
		why_set(why, len > SSH_PACKET_MAX ? ERR_LIMIT : ERR_MALFORMED,
		    "the peer sent an SSH packet of %u octets, which cannot be", (unsigned)len);
		return SSH_BROKEN;
	}
	if (in.len - 4 < len)
		return SSH_MORE;
	if (!ssh_payload(bytes_slice(in, 4, len), payload)) {
		why_set(why, ERR_MALFORMED,
		    "the peer sent an SSH packet whose padding does not fit");
		return SSH_BROKEN;
	}
	*used = 4 + (size_t)len;
	return SSH_TAKEN;
}

void
ssh_packet_write(struct bytes payload, size_t block, bool apart, struct buffer *out)
{
	static const uint8_t zeros[64];
	size_t head = apart ? 1 : 5;
	size_t padding = block - (head + payload.len) % block;

	if (padding < PADDING_MIN)
		padding += block;
	buffer_put_be(out, 1 + payload.len + padding, 4);
	buffer_put_u8(out, (uint8_t)padding);
	buffer_put(out, payload.at, payload.len);
	buffer_put(out, zeros, padding);
}

struct bytes
ssh_string(struct reader *in)
{
	return read_bytes(in, read_be(in, 4));
}

void
ssh_string_put(struct buffer *out, struct bytes octets)
{
	buffer_put_be(out, octets.len, 4);
	buffer_put(out, octets.at, octets.len);
}

void
ssh_text_put(struct buffer *out, const char *text)
{
	ssh_string_put(out, bytes_of_text(text));
}

void
ssh_number_put(struct buffer *out, struct bytes number)
{
	bool sign;

	while (number.len > 0 && number.at[0] == 0)
		number = bytes_slice(number, 1, number.len);
	sign = number.len > 0 && (number.at[0] & 0x80) != 0;
	buffer_put_be(out, number.len + (sign ? 1 : 0), 4);
	if (sign)
		buffer_put_u8(out, 0);
	buffer_put(out, number.at, number.len);
}

struct bytes
ssh_number(struct bytes mpint)
{
	if (mpint.len > 0 && (mpint.at[0] & 0x80) != 0)
		return bytes_of(NULL, 0);
	while (mpint.len > 0 && mpint.at[0] == 0)
		mpint = bytes_slice(mpint, 1, mpint.len);
	return mpint;
}

enum err
ssh_reply_read(struct bytes payload, struct ssh_reply *reply, struct why *why)
{
	struct reader in = reader_of(payload);

	if (read_be(&in, 1) != SSH_EXCHANGE_REPLY)
		return why_set(why, ERR_MALFORMED, "the peer sent another message where its key "
		    "exchange reply belongs");
	reply->host_key = ssh_string(&in);
	reply->public = ssh_string(&in);
	reply->signature = ssh_string(&in);
	return reader_done(&in) ? ERR_OK :
	    why_set(why, ERR_MALFORMED, "the peer's key exchange reply breaks its format");
}

bool
ssh_key_read(struct bytes blob, struct ssh_key *key)
{
	struct reader in = reader_of(blob);

	key->algorithm = ssh_string(&in);
	for (key->parts = 0; !in.failed && in.at < blob.len; key->parts++) {
		if (key->parts == SSH_KEY_PARTS)
			return false;
		key->part[key->parts] = ssh_string(&in);
	}
	return reader_done(&in) && key->parts > 0;
}

struct bytes
ssh_key_of(struct bytes signature_algorithm)
{
	return line_begins(signature_algorithm, "rsa-sha2-") ? bytes_of_text("ssh-rsa") :
	    signature_algorithm;
}

bool
ssh_signature_read(struct bytes blob, struct bytes *algorithm, struct bytes *octets)
{
	struct reader in = reader_of(blob);

	*algorithm = ssh_string(&in);
	*octets = ssh_string(&in);
	return reader_done(&in);
}

enum err
ssh_disconnect_read(struct bytes payload, uint32_t *code, struct bytes *text)
{
	struct reader in = reader_of(payload);

	read_be(&in, 1);
	*code = (uint32_t)read_be(&in, 4);
	*text = ssh_string(&in);
	return in.failed ? ERR_MALFORMED : ERR_OK;
}

void
ssh_disconnect_write(struct buffer *payload)
{
	buffer_put_u8(payload, SSH_DISCONNECT);
	buffer_put_be(payload, BY_APPLICATION, 4);
	ssh_text_put(payload, "measured");
	ssh_text_put(payload, "");
}

bool
ssh_extension(struct bytes payload, const char *name, struct bytes *value)
{
	struct reader in = reader_of(payload);
	uint64_t count;

	read_be(&in, 1);
	count = read_be(&in, 4);
	for (uint64_t i = 0; i < count && !in.failed; i++) {
		struct bytes key = ssh_string(&in);

		*value = ssh_string(&in);
		if (!in.failed && bytes_equal(key, bytes_of_text(name)))
			return true;
	}
	return false;
}
