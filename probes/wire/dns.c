/* SPDX-License-Identifier: Apache-2.0 */
/* DNS messages: the question, and the answer; see dns.h. */
#include <string.h>

#include "probes/wire/dns.h"

enum {
	HEADER = 12, CLASS_IN = 1, LABEL_MAX = 63, POINTER = 0xc0, OPTION_NSID = 3,
	OPTION_ERROR = 15
};

enum {	/* of the second 16 bits */
	FLAG_RESPONSE = 0x8000, FLAG_AUTHORITATIVE = 0x0400, FLAG_TRUNCATED = 0x0200,
	FLAG_RECURSION_DESIRED = 0x0100, FLAG_RECURSION = 0x0080, FLAG_AUTHENTIC = 0x0020
};

#define EDNS_DO UINT32_C(0x8000)

void
dns_query_write(const struct dns_asked *asked, struct buffer *out)
{
	buffer_put_be(out, asked->id, 2);
	/* AD: we understand it in the answer (RFC 6840 5.7). */
	buffer_put_be(out, FLAG_RECURSION_DESIRED | FLAG_AUTHENTIC, 2);
	buffer_put_be(out, 1, 2);
	buffer_put_be(out, 0, 2);
	buffer_put_be(out, 0, 2);
	buffer_put_be(out, 1, 2);
	buffer_put(out, asked->name.at, asked->name.len);
	buffer_put_be(out, asked->type, 2);
	buffer_put_be(out, CLASS_IN, 2);
	buffer_put_u8(out, 0);
	buffer_put_be(out, DNS_OPT, 2);
	buffer_put_be(out, DNS_UDP_MAX, 2);
	buffer_put_be(out, EDNS_DO, 4);
	buffer_put_be(out, 4, 2);
	buffer_put_be(out, OPTION_NSID, 2);
	buffer_put_be(out, 0, 2);
}

static uint8_t
lower(uint8_t octet)
{
	return octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet | 0x20) : octet;
}

/*
 * The name at *at, which moves behind it.  Each pointer leads before the part that holds it, so
 * that there is an end; end: the first octet that the name itself may not reach.
 */
static enum err
name_read(struct bytes message, size_t end, size_t *at, struct dns_name *out)
{
	size_t place = *at, start = *at, len = 0;
	bool jumped = false;

	for (;;) {
		size_t limit = jumped ? message.len : end;
		uint8_t label;

		if (place >= limit)
			return ERR_MALFORMED;
		label = message.at[place++];
		if ((label & POINTER) == POINTER) {
			if (place >= limit)
				return ERR_MALFORMED;
			place = (size_t)(label & ~POINTER) << 8 | message.at[place];
			if (place >= start)
				return ERR_MALFORMED;
			if (!jumped)
				*at += 2;
			start = place;
			jumped = true;
			continue;
		}
		if (label > LABEL_MAX || label > limit - place || len + 1 + label > DNS_NAME_MAX)
			return ERR_MALFORMED;
		out->at[len++] = label;
		for (unsigned i = 0; i < label; i++)
			out->at[len++] = lower(message.at[place++]);
		if (!jumped)
			*at = place;
		if (label == 0)
			break;
	}
	out->len = (uint8_t)len;
	return ERR_OK;
}

static bool
options_read(struct bytes data, struct dns_answer *answer)
{
	struct reader in = reader_of(data);

	while (!in.failed && in.at < data.len) {
		uint64_t code = read_be(&in, 2);
		struct bytes value = read_bytes(&in, (size_t)read_be(&in, 2));

		if (in.failed)
			break;
		if (code == OPTION_NSID && answer->nsid.len == 0)
			answer->nsid = bytes_slice(value, 0, DNS_NSID_MAX);
		if (code == OPTION_ERROR && answer->error < 0 && value.len >= 2) {
			answer->error = value.at[0] << 8 | value.at[1];
			answer->error_text = bytes_slice(value, 2, value.len);
		}
	}
	return !in.failed;
}

static enum err
option_take(const struct dns_record *record, struct dns_answer *answer, struct why *why)
{
	if (answer->edns || record->section != DNS_ADDITIONAL || record->owner.len != 1)
		return why_set(why, ERR_MALFORMED, "the answer's OPT record is twice there or in "
		    "the wrong place");
	answer->edns = true;
	answer->dnssec = (record->ttl & EDNS_DO) != 0;
	answer->rcode |= record->ttl >> 24 << 4;
	if (!options_read(record->data, answer))
		return why_set(why, ERR_MALFORMED, "an option of the answer is longer than its "
		    "record");
	return ERR_OK;
}

static enum err
record_read(struct bytes message, size_t *at, struct dns_record *record, struct why *why)
{
	struct reader in = reader_of(message);

	if (name_read(message, message.len, at, &record->owner) != ERR_OK)
		return why_set(why, ERR_MALFORMED, "a name at octet %zu of the answer is none",
		    *at);
	in.at = *at;
	record->type = (uint16_t)read_be(&in, 2);
	record->class = (uint16_t)read_be(&in, 2);
	record->ttl = (uint32_t)read_be(&in, 4);
	record->data = read_bytes(&in, (size_t)read_be(&in, 2));
	*at = in.at;
	return !in.failed ? ERR_OK : why_set(why, ERR_MALFORMED, "a record of the answer is "
	    "longer than the message");
}

static enum err
section_read(struct dns_answer *answer, enum dns_section section, size_t count, size_t *at,
    struct why *why)
{
	for (size_t i = 0; i < count; i++) {
		struct dns_record spare, *record = &spare;
		enum err err;

		if (answer->records < DNS_RECORDS_MAX)
			record = &answer->record[answer->records];
		err = record_read(answer->message, at, record, why);
		record->section = section;
		if (err == ERR_OK && record->type == DNS_OPT)
			err = option_take(record, answer, why);
		else if (err == ERR_OK && record == &spare)
			err = why_set(why, ERR_LIMIT, "the answer has more than %d records",
			    DNS_RECORDS_MAX);
		else if (err == ERR_OK)
			answer->records++;
		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

static enum err
question_read(struct dns_answer *answer, size_t *at, struct why *why)
{
	struct dns_name name;
	struct reader in = reader_of(answer->message);

	for (unsigned i = 0; i < answer->questions; i++) {
		struct dns_name *to = i == 0 ? &answer->question : &name;
		uint16_t type, class;

		if (name_read(answer->message, answer->message.len, at, to) != ERR_OK)
			return why_set(why, ERR_MALFORMED, "the answer's question has no name");
		in.at = *at;
		type = (uint16_t)read_be(&in, 2);
		class = (uint16_t)read_be(&in, 2);
		if (in.failed)
			return why_set(why, ERR_MALFORMED, "the answer ends in its question");
		if (i == 0) {
			answer->question_type = type;
			answer->question_class = class;
		}
		*at = in.at;
	}
	return ERR_OK;
}

static void
header_read(struct reader *in, struct dns_answer *answer, size_t count[3])
{
	unsigned flags;

	answer->id = (uint16_t)read_be(in, 2);
	flags = (unsigned)read_be(in, 2);
	answer->response = (flags & FLAG_RESPONSE) != 0;
	answer->opcode = flags >> 11 & 15;
	answer->authoritative = (flags & FLAG_AUTHORITATIVE) != 0;
	answer->truncated = (flags & FLAG_TRUNCATED) != 0;
	answer->recursion = (flags & FLAG_RECURSION) != 0;
	answer->authentic = (flags & FLAG_AUTHENTIC) != 0;
	answer->rcode = flags & 15;
	answer->questions = (unsigned)read_be(in, 2);
	for (unsigned i = 0; i < 3; i++)
		count[i] = (size_t)read_be(in, 2);
}

enum err
dns_read(struct bytes message, struct dns_answer *answer, struct why *why)
{
	struct reader in = reader_of(message);
	size_t count[3], at = HEADER;
	enum err err;

	answer->message = message;
	answer->question.len = 0;
	answer->question_type = answer->question_class = 0;
	answer->edns = answer->dnssec = false;
	answer->nsid = answer->error_text = bytes_of(NULL, 0);
	answer->error = -1;
	answer->records = 0;
	header_read(&in, answer, count);
	if (in.failed)
		return why_set(why, ERR_MALFORMED, "the peer sent %zu octets, which is no DNS "
		    "message", message.len);
	err = question_read(answer, &at, why);
	for (unsigned i = 0; i < 3 && err == ERR_OK; i++)
		err = section_read(answer, (enum dns_section)i, count[i], &at, why);
	if (err == ERR_OK && at != message.len)
		return why_set(why, ERR_MALFORMED, "%zu octets are behind the answer's records",
		    message.len - at);
	return err;
}

bool
dns_answers(const struct dns_answer *answer, const struct dns_asked *asked)
{
	return answer->response && answer->opcode == 0 && answer->id == asked->id &&
	    answer->questions == 1 && answer->question_type == asked->type &&
	    answer->question_class == CLASS_IN && dns_name_equal(&answer->question, &asked->name);
}

enum err
dns_data_name(const struct dns_answer *answer, const struct dns_record *record, size_t *at,
    struct dns_name *out)
{
	size_t base = (size_t)(record->data.at - answer->message.at), place = base + *at;
	enum err err;

	if (*at > record->data.len)
		return ERR_MALFORMED;
	err = name_read(answer->message, base + record->data.len, &place, out);
	*at = place - base;
	return err;
}
