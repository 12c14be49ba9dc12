/* SPDX-License-Identifier: Apache-2.0 */
/* See snmp.h. */
#include <string.h>

#include "probes/wire/snmp.h"

enum {
	VERSION_1 = 0, VERSION_2C = 1, VERSION_3 = 3,
	MODEL_USM = 3,
	SIZE_MIN = 484,			/* RFC 3412 section 6: msgMaxSize */
	COUNT_MAX = INT32_MAX
};

static bool
is_pdu(unsigned tag)
{
	return tag >= SNMP_PDU_GET && tag <= SNMP_PDU_REPORT && tag != SNMP_PDU_TRAP_V1;
}

static enum err
usm_read(struct bytes security, struct snmp_outer *out)
{
	struct reader whole = reader_of(security), in;

	in = reader_of(ber_take(&whole, BER_SEQUENCE));
	out->engine = ber_take(&in, BER_OCTETS);
	out->boots = ber_take_number(&in, INT32_MIN, UINT32_MAX);
	out->time = ber_take_number(&in, INT32_MIN, UINT32_MAX);
	out->user = ber_take(&in, BER_OCTETS);
	out->digest = ber_take(&in, BER_OCTETS);
	out->salt = ber_take(&in, BER_OCTETS);
	return reader_done(&whole) && reader_done(&in) && out->engine.len <= SNMP_ENGINE_MAX &&
	    out->user.len <= SNMP_USER_MAX ? ERR_OK : ERR_MALFORMED;
}

static enum err
outer_v3(struct reader *in, struct snmp_outer *out)
{
	struct reader global = reader_of(ber_take(in, BER_SEQUENCE));
	struct bytes flags;
	int64_t model;
	size_t from;

	out->id = ber_take_number(&global, 0, COUNT_MAX);
	out->max_size = ber_take_number(&global, SIZE_MIN, COUNT_MAX);
	flags = ber_take(&global, BER_OCTETS);
	model = ber_take_number(&global, 1, COUNT_MAX);
	if (in->failed || !reader_done(&global) || flags.len != 1)
		return ERR_MALFORMED;
	if (model != MODEL_USM)
		return ERR_UNSUPPORTED;
	out->flags = flags.at[0] & (SNMP_FLAG_AUTHENTIC | SNMP_FLAG_PRIVATE | SNMP_FLAG_REPORTABLE);
	/* RFC 3412 7.2 step 4: privacy without authentication is invalid. */
	if ((out->flags & SNMP_FLAG_PRIVATE) && !(out->flags & SNMP_FLAG_AUTHENTIC))
		return ERR_MALFORMED;
	if (usm_read(ber_take(in, BER_OCTETS), out) != ERR_OK)
		return ERR_MALFORMED;
	from = in->at;
	out->scoped = ber_take(in, out->flags & SNMP_FLAG_PRIVATE ? BER_OCTETS : BER_SEQUENCE);
	if (!(out->flags & SNMP_FLAG_PRIVATE))
		out->scoped = bytes_slice(in->in, from, in->at - from);
	return reader_done(in) ? ERR_OK : ERR_MALFORMED;
}

enum err
snmp_outer_read(struct bytes octets, struct snmp_outer *out)
{
	struct reader whole = reader_of(octets), in;
	int64_t version;
	unsigned tag;
	size_t from;

	*out = (struct snmp_outer){ .version = SNMP_VERSION_V1 };
	in = reader_of(ber_take(&whole, BER_SEQUENCE));
	version = ber_take_number(&in, 0, COUNT_MAX);
	if (!reader_done(&whole) || in.failed)
		return ERR_MALFORMED;
	if (version == VERSION_3) {
		out->version = SNMP_VERSION_V3;
		return outer_v3(&in, out);
	}
	if (version != VERSION_1 && version != VERSION_2C)
		return ERR_UNSUPPORTED;
	out->version = version == VERSION_1 ? SNMP_VERSION_V1 : SNMP_VERSION_V2C;
	out->community = ber_take(&in, BER_OCTETS);
	from = in.at;
	(void)ber_element(&in, &tag);
	out->scoped = bytes_slice(in.in, from, in.at - from);
	return reader_done(&in) ? ERR_OK : ERR_MALFORMED;
}

static enum err
pdu_read(struct reader *in, struct snmp_inner *out)
{
	struct reader pdu = reader_of(ber_element(in, &out->pdu));
	struct bytes number;
	bool request;

	if (in->failed || !is_pdu(out->pdu))
		return out->pdu == SNMP_PDU_TRAP_V1 ? ERR_UNSUPPORTED : ERR_MALFORMED;
	number = ber_take(&pdu, BER_INTEGER);
	request = ber_number(number, &out->request);
	out->error_status = ber_take_number(&pdu, INT32_MIN, COUNT_MAX);
	out->error_index = ber_take_number(&pdu, INT32_MIN, COUNT_MAX);
	out->variables = ber_take(&pdu, BER_SEQUENCE);
	return request && out->request >= INT32_MIN && out->request <= COUNT_MAX &&
	    reader_done(&pdu) ? ERR_OK : ERR_MALFORMED;
}

enum err
snmp_inner_read(struct bytes pdu, struct snmp_inner *out)
{
	struct reader in = reader_of(pdu);
	enum err err;

	*out = (struct snmp_inner){ .pdu = 0 };
	err = pdu_read(&in, out);
	return err != ERR_OK || reader_done(&in) ? err : ERR_MALFORMED;
}

enum err
snmp_scoped_read(struct bytes scoped, bool padded, struct snmp_inner *out)
{
	struct reader whole = reader_of(scoped), in;
	enum err err;

	*out = (struct snmp_inner){ .pdu = 0 };
	in = reader_of(ber_take(&whole, BER_SEQUENCE));
	out->context_engine = ber_take(&in, BER_OCTETS);
	out->context = ber_take(&in, BER_OCTETS);
	if (whole.failed || in.failed || (!padded && !reader_done(&whole)))
		return ERR_MALFORMED;
	err = pdu_read(&in, out);
	return err != ERR_OK || reader_done(&in) ? err : ERR_MALFORMED;
}

/* Agents that forget the zero in front of a high bit mean a number without sign. */
static bool
unsigned_fits(struct bytes content, int64_t *out)
{
	struct reader in;

	if (content.len == 5 && content.at[0] == 0)
		content = bytes_slice(content, 1, 4);
	in = reader_of(content);
	*out = (int64_t)read_be(&in, content.len > 4 ? 0 : (unsigned)content.len);
	return content.len > 0 && content.len <= 4;
}

static bool
value_fits(struct snmp_variable *variable)
{
	struct bytes content = variable->content;

	switch (variable->tag) {
	case BER_INTEGER:
		return ber_number(content, &variable->number) && variable->number >= INT32_MIN &&
		    variable->number <= INT32_MAX;
	case SNMP_TAG_COUNTER32:
	case SNMP_TAG_GAUGE32:
	case SNMP_TAG_TICKS:
		return unsigned_fits(content, &variable->number);
	case BER_OBJECT:
		return ber_object(content, variable->object, &variable->object_len);
	case SNMP_TAG_COUNTER64:
		return content.len > 0 && content.len <= 8 + (size_t)(content.at[0] == 0);
	case SNMP_TAG_ADDRESS:
		return content.len == 4;
	case BER_OCTETS:
	case SNMP_TAG_OPAQUE:
		return true;
	case BER_NULL:
	case SNMP_TAG_NO_OBJECT:
	case SNMP_TAG_NO_INSTANCE:
	case SNMP_TAG_END:
		return content.len == 0;
	default:
		return false;
	}
}

bool
snmp_variable_next(struct reader *variables, struct snmp_variable *out)
{
	struct reader in;

	if (variables->failed || reader_done(variables))
		return false;
	in = reader_of(ber_take(variables, BER_SEQUENCE));
	out->number = 0;
	out->object_len = 0;
	if (!ber_object(ber_take(&in, BER_OBJECT), out->name, &out->name_len))
		in.failed = true;
	out->content = ber_element(&in, &out->tag);
	if (!reader_done(&in) || !value_fits(out))
		variables->failed = true;
	return !variables->failed;
}

void
snmp_pdu_write(struct ber_writer *out, const struct snmp_request *request)
{
	size_t end = out->left;

	for (size_t i = request->names; i > 0; i--) {
		size_t pair = out->left;

		ber_put_octets(out, BER_NULL, bytes_of(NULL, 0));
		ber_put_object(out, request->name[i - 1], request->name_len[i - 1]);
		ber_put_head(out, BER_SEQUENCE, pair);
	}
	ber_put_head(out, BER_SEQUENCE, end);
	ber_put_number(out, BER_INTEGER, request->repetitions);
	ber_put_number(out, BER_INTEGER, 0);
	ber_put_number(out, BER_INTEGER, request->request);
	ber_put_head(out, request->pdu, end);
}

void
snmp_scoped_write(struct ber_writer *out, struct bytes context_engine, struct bytes context)
{
	ber_put_octets(out, BER_OCTETS, context);
	ber_put_octets(out, BER_OCTETS, context_engine);
	ber_put_head(out, BER_SEQUENCE, out->size);
}

void
snmp_community_write(struct ber_writer *out, enum snmp_version version, struct bytes community)
{
	ber_put_octets(out, BER_OCTETS, community);
	ber_put_number(out, BER_INTEGER, version == SNMP_VERSION_V1 ? VERSION_1 : VERSION_2C);
	ber_put_head(out, BER_SEQUENCE, out->size);
}

size_t
snmp_outer_write(struct ber_writer *out, const struct snmp_outer *outer, size_t digest_len)
{
	static const uint8_t zeros[64];
	uint8_t flags = (uint8_t)outer->flags;
	size_t security = out->left, at;

	ber_put_octets(out, BER_OCTETS, outer->salt);
	ber_put(out, bytes_of(zeros, digest_len));
	at = out->size - out->left;
	ber_put_head(out, BER_OCTETS, out->left + digest_len);
	ber_put_octets(out, BER_OCTETS, outer->user);
	ber_put_number(out, BER_INTEGER, outer->time);
	ber_put_number(out, BER_INTEGER, outer->boots);
	ber_put_octets(out, BER_OCTETS, outer->engine);
	ber_put_head(out, BER_SEQUENCE, security);
	ber_put_head(out, BER_OCTETS, security);
	security = out->left;
	ber_put_number(out, BER_INTEGER, MODEL_USM);
	ber_put_octets(out, BER_OCTETS, bytes_of(&flags, 1));
	ber_put_number(out, BER_INTEGER, outer->max_size);
	ber_put_number(out, BER_INTEGER, outer->id);
	ber_put_head(out, BER_SEQUENCE, security);
	ber_put_number(out, BER_INTEGER, VERSION_3);
	ber_put_head(out, BER_SEQUENCE, out->size);
	return at;
}

enum snmp_report
snmp_report_of(const struct snmp_inner *inner)
{
	/* usmStats: 1.3.6.1.6.3.15.1.1.N.0 */
	static const unsigned long base[] = { 1, 3, 6, 1, 6, 3, 15, 1, 1 };
	enum { BASE = sizeof(base) / sizeof(base[0]) };
	struct reader in = reader_of(inner->variables);
	struct snmp_variable variable;

	if (inner->pdu != SNMP_PDU_REPORT || !snmp_variable_next(&in, &variable) ||
	    variable.name_len != BASE + 2 || memcmp(variable.name, base, sizeof(base)) != 0 ||
	    variable.name[BASE] < SNMP_REPORT_LEVEL ||
	    variable.name[BASE] > SNMP_REPORT_DECRYPTION || variable.name[BASE + 1] != 0)
		return SNMP_REPORT_OTHER;
	return (enum snmp_report)variable.name[BASE];
}
