/* SPDX-License-Identifier: Apache-2.0 */
/* NTP packets; see ntp.h. */
#include <stdio.h>
#include <string.h>

#include "probes/wire/ntp.h"

enum {
	VERSION = 4, MODE_CLIENT = 3, MODE_SERVER = 4, MODE_CONTROL = 6, MODE_PRIVATE = 7,
	CONTROL_RESPONSE = 0x80, CONTROL_READ = 2, CONTROL_LEN = 12,
	PRIVATE_RESPONSE = 0x80, PRIVATE_LEN = 48, PRIVATE_XNTPD = 3, PRIVATE_SYSTEM = 4,
	VERSION_OLD = 2
};

#define UNIX_1900 INT64_C(2208988800)	/* seconds from 1900 to 1970 */

uint64_t
ntp_time_of_us(int64_t unix_us)
{
	int64_t s = unix_us / 1000000, us = unix_us % 1000000;

	if (us < 0) {
		us += 1000000;
		s--;
	}
	return (uint64_t)(s + UNIX_1900) << 32 | (uint64_t)us * (UINT64_C(1) << 32) / 1000000;
}

int64_t
ntp_apart_us(uint64_t later, uint64_t earlier)
{
	int64_t apart = (int64_t)(later - earlier);
	int64_t s = apart >> 32, fraction = apart & UINT32_MAX;

	return s * 1000000 + ((fraction * 1000000 + (INT64_C(1) << 31)) >> 32);
}

void
ntp_request_write(uint64_t nonce, struct buffer *out)
{
	buffer_put_u8(out, VERSION << 3 | MODE_CLIENT);
	for (size_t i = 1; i < NTP_HEADER_LEN - 8; i++)
		buffer_put_u8(out, 0);
	buffer_put_be(out, nonce, 8);
}

/* 16 bits of seconds and 16 of their fraction. */
static int64_t
short_us(uint64_t value)
{
	return (int64_t)((value * 1000000 + (1 << 15)) >> 16);
}

enum err
ntp_read(struct bytes datagram, struct ntp_answer *answer, struct why *why)
{
	struct reader in = reader_of(datagram);
	unsigned first = (unsigned)read_be(&in, 1);
	struct bytes reference;

	answer->leap = first >> 6;
	answer->version = first >> 3 & 7;
	answer->mode = first & 7;
	answer->stratum = (unsigned)read_be(&in, 1);
	read_be(&in, 1);
	answer->precision = (int8_t)read_be(&in, 1);
	answer->root_delay_us = short_us(read_be(&in, 4));
	answer->root_dispersion_us = short_us(read_be(&in, 4));
	reference = read_bytes(&in, 4);
	read_be(&in, 8);
	answer->origin = read_be(&in, 8);
	answer->receive = read_be(&in, 8);
	answer->transmit = read_be(&in, 8);
	if (in.failed)
		return why_set(why, ERR_MALFORMED, "the peer sent %zu octets, which is no NTP "
		    "message", datagram.len);
	if (answer->version < 1 || answer->version > VERSION)
		return why_set(why, ERR_MALFORMED, "the peer sent a message of NTP version %u",
		    answer->version);
	memcpy(answer->reference, reference.at, 4);
	answer->extensions = bytes_slice(datagram, NTP_HEADER_LEN, datagram.len);
	return ERR_OK;
}

bool
ntp_answers(const struct ntp_answer *answer, uint64_t nonce)
{
	return answer->mode == MODE_SERVER && answer->origin == nonce;
}

bool
ntp_synchronised(const struct ntp_answer *answer)
{
	return answer->leap != NTP_LEAP_UNKNOWN && answer->stratum >= 1 &&
	    answer->stratum <= NTP_STRATUM_MAX && answer->transmit != 0;
}

static bool
printable(const uint8_t *at, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (at[i] < 0x21 || at[i] > 0x7e)
			return false;
	return true;
}

bool
ntp_kiss(const struct ntp_answer *answer, char out[5])
{
	/* Stratum 0 is also how a server without a source says so: then no code is there. */
	if (answer->stratum != 0 || !printable(answer->reference, 4))
		return false;
	snprintf(out, 5, "%.4s", (const char *)answer->reference);
	return true;
}

void
ntp_reference_text(const struct ntp_answer *answer, char out[NTP_REFERENCE])
{
	const uint8_t *id = answer->reference;
	size_t len = 4;

	while (len > 0 && id[len - 1] == 0)
		len--;
	if (answer->stratum <= 1 && len > 0 && printable(id, len))
		snprintf(out, NTP_REFERENCE, "%.*s", (int)len, (const char *)id);
	else
		snprintf(out, NTP_REFERENCE, "%u.%u.%u.%u", id[0], id[1], id[2], id[3]);
}

void
ntp_control_write(uint16_t sequence, struct buffer *out)
{
	buffer_put_u8(out, VERSION_OLD << 3 | MODE_CONTROL);
	buffer_put_u8(out, CONTROL_READ);
	buffer_put_be(out, sequence, 2);
	buffer_put_be(out, 0, 8);	/* status, association, offset, count */
}

void
ntp_private_write(struct buffer *out)
{
	buffer_put_u8(out, VERSION_OLD << 3 | MODE_PRIVATE);
	buffer_put_u8(out, 0);
	buffer_put_u8(out, PRIVATE_XNTPD);
	buffer_put_u8(out, PRIVATE_SYSTEM);
	for (size_t i = 4; i < PRIVATE_LEN; i++)
		buffer_put_u8(out, 0);
}

unsigned
ntp_control_mode(struct bytes datagram)
{
	unsigned mode = datagram.len > 0 ? datagram.at[0] & 7 : 0;

	if (mode == MODE_CONTROL && datagram.len >= CONTROL_LEN &&
	    (datagram.at[1] & CONTROL_RESPONSE) != 0)
		return mode;
	if (mode == MODE_PRIVATE && datagram.len >= 8 &&
	    (datagram.at[0] & PRIVATE_RESPONSE) != 0)
		return mode;
	return 0;
}
