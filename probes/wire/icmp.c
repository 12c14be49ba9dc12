/* SPDX-License-Identifier: Apache-2.0 */
#include "probes/wire/icmp.h"

enum {
	FOUR_REQUEST = 8, FOUR_REPLY = 0, FOUR_UNREACHABLE = 3, FOUR_TIME = 11, FOUR_PARAMETER = 12,
	SIX_REQUEST = 128, SIX_REPLY = 129, SIX_UNREACHABLE = 1, SIX_BIG = 2, SIX_TIME = 3,
	SIX_PARAMETER = 4
};

/* RFC 792, RFC 1122 3.2.2.1, RFC 1812 5.2.7.1. */
static const char *const four_code[] = { "network unreachable", "host unreachable",
	"protocol unreachable", "port unreachable", "fragmentation needed", "source route failed",
	"network unknown", "host unknown", "source host isolated",
	"network administratively prohibited", "host administratively prohibited",
	"network unreachable for this type of service",
	"host unreachable for this type of service", "administratively prohibited",
	"host precedence violation", "precedence cutoff" };

/* RFC 4443 3.1. */
static const char *const six_code[] = { "no route to the destination",
	"administratively prohibited", "beyond the scope of the source address",
	"address unreachable", "port unreachable", "source address failed policy",
	"route is rejected" };

void
icmp_echo_write(bool six, uint16_t sequence, struct bytes data, struct buffer *out)
{
	buffer_put_u8(out, six ? SIX_REQUEST : FOUR_REQUEST);
	buffer_put_u8(out, 0);
	buffer_put_be(out, 0, 4);
	buffer_put_be(out, sequence, 2);
	buffer_put(out, data.at, data.len);
}

enum err
icmp_reply_read(struct bytes in, bool six, struct icmp_echo *out, struct why *why)
{
	struct reader reader = reader_of(in);
	uint8_t type = (uint8_t)read_be(&reader, 1), code = (uint8_t)read_be(&reader, 1);

	(void)read_be(&reader, 4);
	out->sequence = (uint16_t)read_be(&reader, 2);
	if (reader.failed)
		return why_at(why, ERR_TRUNCATED, in.len, "it ends within an ICMP header");
	if (type != (six ? SIX_REPLY : FOUR_REPLY) || code != 0)
		return why_at(why, ERR_MISMATCH, 0, "it is no Echo Reply");
	out->data = bytes_slice(in, ICMP_HEADER, in.len);
	return ERR_OK;
}

const char *
icmp_error_text(bool six, uint8_t type, uint8_t code)
{
	if (!six && type == FOUR_UNREACHABLE && code < sizeof(four_code) / sizeof(four_code[0]))
		return four_code[code];
	if (six && type == SIX_UNREACHABLE && code < sizeof(six_code) / sizeof(six_code[0]))
		return six_code[code];
	if (type == (six ? SIX_TIME : FOUR_TIME))
		return code == 0 ? "time to live exceeded" : "reassembly took too long";
	if (type == (six ? SIX_PARAMETER : FOUR_PARAMETER))
		return "parameter problem";
	return six && type == SIX_BIG ? "packet too big" : "ICMP error";
}
