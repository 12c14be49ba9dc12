/* SPDX-License-Identifier: Apache-2.0 */
/* Diameter messages we send: three requests, and answers to what a peer asks; see diameter.h. */
#include <string.h>

#include "probes/wire/diameter.h"
#include "probes/wire/diameter_avp.h"

enum {
	FLAG_MANDATORY = 0x40,
	ADDRESS_IPV4 = 1, ADDRESS_IPV6 = 2,	/* IANA address family numbers */
	INBAND_TLS = 1,				/* RFC 6733 6.10 */
	CAUSE_DO_NOT_WANT_TO_TALK = 2		/* RFC 6733 5.4.3: do not reconnect for it */
};

bool
diameter_identity_valid(const char *text)
{
	size_t len = strlen(text), label = 0;

	for (size_t i = 0; i < len; i++) {
		uint8_t c = (uint8_t)text[i], letter = c | 0x20;
		bool word = (letter >= 'a' && letter <= 'z') || (c >= '0' && c <= '9') ||
		    c == '-' || c == '_';

		if (!word && (c != '.' || label == 0))
			return false;
		label = word ? label + 1 : 0;
	}
	return label > 0 && len <= DIAMETER_IDENTITY_MAX;
}

static enum err
number_next(struct bytes *text, uint32_t *number)
{
	uint64_t value = 0;
	size_t at = 0;

	for (; at < text->len && text->at[at] >= '0' && text->at[at] <= '9'; at++) {
		value = value * 10 + (uint64_t)(text->at[at] - '0');
		if (value > UINT32_MAX)
			return ERR_INVALID;
	}
	*text = bytes_of(text->at + at, text->len - at);
	*number = (uint32_t)value;
	return at > 0 ? ERR_OK : ERR_INVALID;
}

/* "relay", "ID" or "VENDOR:ID". */
static enum err
application_read(struct bytes text, struct diameter_application *out)
{
	enum err err;

	*out = (struct diameter_application){ .id = DIAMETER_RELAY };
	if (bytes_equal(text, bytes_of_text("relay")))
		return ERR_OK;
	err = number_next(&text, &out->id);
	if (err == ERR_OK && text.len > 0 && text.at[0] == ':') {
		out->vendor = out->id;
		text = bytes_of(text.at + 1, text.len - 1);
		err = number_next(&text, &out->id);
	}
	return text.len > 0 ? ERR_INVALID : err;
}

enum err
diameter_applications_read(const char *text,
    struct diameter_application out[DIAMETER_APPLICATIONS_MAX], size_t *count, struct why *why)
{
	*count = 0;
	for (;;) {
		size_t len = strcspn(text, ", ");

		if (*count == DIAMETER_APPLICATIONS_MAX)
			return why_set(why, ERR_INVALID, "more than %d applications are listed",
			    DIAMETER_APPLICATIONS_MAX);
		if (application_read(bytes_of(text, len), &out[(*count)++]) != ERR_OK)
			return why_set(why, ERR_INVALID, "the option applications takes relay, an "
			    "id or VENDOR:ID, with commas: \"relay,10415:16777251\"");
		text += len;
		if (*text == '\0')
			return ERR_OK;
		text += strspn(text, ", ");
	}
}

static void
avp_put(struct buffer *out, enum diameter_code code, bool mandatory, struct bytes data)
{
	buffer_put_be(out, code, 4);
	buffer_put_u8(out, mandatory ? FLAG_MANDATORY : 0);
	buffer_put_be(out, 8 + data.len, 3);
	buffer_put(out, data.at, data.len);
	buffer_put_be(out, 0, -data.len % 4);
}

static void
number_put(struct buffer *out, enum diameter_code code, bool mandatory, uint32_t number)
{
	uint8_t octets[4] = { (uint8_t)(number >> 24), (uint8_t)(number >> 16),
	    (uint8_t)(number >> 8), (uint8_t)number };

	avp_put(out, code, mandatory, bytes_of(octets, sizeof(octets)));
}

static void
header_put(struct buffer *out, const struct diameter_header *header)
{
	buffer_put_u8(out, 1);
	buffer_put_be(out, DIAMETER_HEADER_LEN, 3);
	buffer_put_u8(out, header->flags);
	buffer_put_be(out, header->command, 3);
	buffer_put_be(out, header->application, 4);
	buffer_put_be(out, header->hop, 4);
	buffer_put_be(out, header->end, 4);
}

/* The length, now that the message is there. */
static void
length_put(struct buffer *out, size_t from)
{
	size_t len = out->len - from;

	if (out->failed)
		return;
	out->at[from + 1] = (uint8_t)(len >> 16);
	out->at[from + 2] = (uint8_t)(len >> 8);
	out->at[from + 3] = (uint8_t)len;
}

static void
origin_put(struct buffer *out, const struct diameter_self *self)
{
	avp_put(out, AVP_ORIGIN_HOST, true, bytes_of_text(self->host));
	avp_put(out, AVP_ORIGIN_REALM, true, bytes_of_text(self->realm));
}

/* RFC 6733 6.11: the vendor and one application. */
static void
vendor_application_put(struct buffer *out, const struct diameter_application *application)
{
	struct buffer group = { .max = 64 };

	number_put(&group, AVP_VENDOR_ID, true, application->vendor);
	number_put(&group, AVP_AUTH_APPLICATION_ID, true, application->id);
	avp_put(out, AVP_VENDOR_APPLICATION, true, bytes_of_buffer(&group));
	buffer_free(&group);
}

/* Each vendor once, whatever the order. */
static void
vendors_put(struct buffer *out, const struct diameter_self *self)
{
	for (size_t i = 0; i < self->applications; i++) {
		bool first = self->application[i].vendor != 0;

		for (size_t k = 0; k < i; k++)
			first &= self->application[k].vendor != self->application[i].vendor;
		if (first)
			number_put(out, AVP_SUPPORTED_VENDOR_ID, true, self->application[i].vendor);
	}
}

/* RFC 6733 5.3.1 and 5.3.2, behind the origin. */
static void
capabilities_put(struct buffer *out, const struct diameter_self *self)
{
	uint8_t address[2 + 16] = { 0, self->address.len == 16 ? ADDRESS_IPV6 : ADDRESS_IPV4 };
	size_t len = self->address.len == 16 ? 16 : 4;

	if (self->address.len == len)
		memcpy(address + 2, self->address.at, len);
	avp_put(out, AVP_HOST_IP_ADDRESS, true, bytes_of(address, 2 + len));
	number_put(out, AVP_VENDOR_ID, true, 0);
	avp_put(out, AVP_PRODUCT_NAME, false, bytes_of_text(self->product));
	vendors_put(out, self);
	for (size_t i = 0; i < self->applications; i++)
		if (self->application[i].vendor == 0)
			number_put(out, AVP_AUTH_APPLICATION_ID, true, self->application[i].id);
	if (self->inband_tls)
		number_put(out, AVP_INBAND_SECURITY, true, INBAND_TLS);
	for (size_t i = 0; i < self->applications; i++)
		if (self->application[i].vendor != 0)
			vendor_application_put(out, &self->application[i]);
}

void
diameter_request_write(const struct diameter_self *self, enum diameter_command command,
    struct diameter_ids ids, struct buffer *out)
{
	size_t from = out->len;

	header_put(out, &(struct diameter_header){ .flags = DIAMETER_REQUEST, .command = command,
	    .hop = ids.hop, .end = ids.end });
	origin_put(out, self);
	if (command == DIAMETER_CAPABILITIES)
		capabilities_put(out, self);
	else if (command == DIAMETER_DISCONNECT)
		number_put(out, AVP_DISCONNECT_CAUSE, true, CAUSE_DO_NOT_WANT_TO_TALK);
	length_put(out, from);
}

void
diameter_answer_write(const struct diameter_self *self, const struct diameter_header *request,
    uint32_t result, struct buffer *out)
{
	struct diameter_header header = *request;
	size_t from = out->len;

	/* RFC 6733 6.2: P comes back, R is cleared; E where the result is a protocol error. */
	header.flags = (uint8_t)((request->flags & DIAMETER_PROXIABLE) |
	    (result / 1000 == 3 ? DIAMETER_ERROR : 0));
	header_put(out, &header);
	number_put(out, AVP_RESULT_CODE, true, result);
	origin_put(out, self);
	if (request->command == DIAMETER_CAPABILITIES && result == DIAMETER_SUCCESS)
		capabilities_put(out, self);
	length_put(out, from);
}

bool
diameter_answers(const struct diameter_header *header, enum diameter_command command,
    struct diameter_ids ids)
{
	return (header->flags & DIAMETER_REQUEST) == 0 && header->command == command &&
	    header->hop == ids.hop && header->end == ids.end;
}
