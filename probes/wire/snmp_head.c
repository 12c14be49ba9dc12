/* SPDX-License-Identifier: Apache-2.0 */
/* See snmp_head.h: BER of RFC 3416 and RFC 3412, as far as the head goes. */
#include "probes/wire/snmp_head.h"

enum {
	BER_INTEGER = 0x02, BER_OCTETS = 0x04, BER_SEQUENCE = 0x30,
	VERSION_V1 = 0, VERSION_V2C = 1, VERSION_V3 = 3,
	MODEL_USM = 3,
	FLAG_AUTHENTIC = 1, FLAG_PRIVATE = 2, FLAG_REPORTABLE = 4
};

/* The content of the next item if it has that tag; the reader fails otherwise. */
static struct bytes
item(struct reader *in, unsigned tag)
{
	uint64_t len;

	if (read_be(in, 1) != tag)
		in->failed = true;
	len = read_be(in, 1);
	if (len > 0x80 && len <= 0x84)
		len = read_be(in, (unsigned)len - 0x80);
	else if (len >= 0x80)
		in->failed = true;
	if (in->failed || len > in->in.len - in->at) {
		in->failed = true;
		return bytes_of(NULL, 0);
	}
	return read_bytes(in, (size_t)len);
}

/* An INTEGER that fits 32 bits and is not negative. */
static uint64_t
number(struct reader *in)
{
	struct bytes content = item(in, BER_INTEGER);
	struct reader value = reader_of(content);

	if (content.len == 0 || content.len > 5 || (content.at[0] & 0x80)) {
		in->failed = true;
		return 0;
	}
	return read_be(&value, (unsigned)content.len);
}

static enum err
head_v3(struct reader *in, struct snmp_head *out)
{
	struct reader global = reader_of(item(in, BER_SEQUENCE)), usm;
	struct bytes flags, security;
	uint64_t model;

	(void)number(&global);		/* msgID */
	(void)number(&global);		/* msgMaxSize */
	flags = item(&global, BER_OCTETS);
	model = number(&global);
	if (in->failed || global.failed || flags.len != 1)
		return ERR_MALFORMED;
	if (model != MODEL_USM)
		return ERR_UNSUPPORTED;
	out->authentic = flags.at[0] & FLAG_AUTHENTIC;
	out->private = flags.at[0] & FLAG_PRIVATE;
	out->reportable = flags.at[0] & FLAG_REPORTABLE;
	security = item(in, BER_OCTETS);
	usm = reader_of(security);
	security = item(&usm, BER_SEQUENCE);
	usm = reader_of(security);
	out->engine = item(&usm, BER_OCTETS);
	(void)number(&usm);		/* boots */
	(void)number(&usm);		/* time */
	out->user = item(&usm, BER_OCTETS);
	return in->failed || usm.failed || out->engine.len > SNMP_ENGINE_MAX ||
	    out->user.len > 32 ? ERR_MALFORMED : ERR_OK;
}

enum err
snmp_head_read(struct bytes octets, struct snmp_head *out)
{
	struct reader whole = reader_of(octets), in;
	uint64_t version;

	*out = (struct snmp_head){ .version = SNMP_VERSION_V1 };
	in = reader_of(item(&whole, BER_SEQUENCE));
	version = number(&in);
	if (whole.failed || in.failed)
		return ERR_MALFORMED;
	if (version == VERSION_V3) {
		out->version = SNMP_VERSION_V3;
		return head_v3(&in, out);
	}
	if (version != VERSION_V1 && version != VERSION_V2C)
		return ERR_UNSUPPORTED;
	out->version = version == VERSION_V1 ? SNMP_VERSION_V1 : SNMP_VERSION_V2C;
	out->community = item(&in, BER_OCTETS);
	return in.failed ? ERR_MALFORMED : ERR_OK;
}
