/* SPDX-License-Identifier: Apache-2.0 */
/* Reader of Diameter messages; see diameter.h.  Groups are walked with a stack of bounded depth. */
#include "probes/wire/diameter.h"
#include "probes/wire/diameter_avp.h"

enum { FLAG_VENDOR = 0x80, FLAG_MANDATORY = 0x40 };

enum diameter_step
diameter_frame(struct bytes in, struct diameter_message *message, struct why *why)
{
	struct reader reader = reader_of(in);
	struct diameter_header *header = &message->header;

	if (in.len > 0 && in.at[0] != 1) {
		why_set(why, ERR_MALFORMED, "what the peer sends is not Diameter version 1");
		return DIAMETER_BROKEN;
	}
	if (in.len < 4)
		return DIAMETER_MORE;
	read_be(&reader, 1);
	header->len = (uint32_t)read_be(&reader, 3);
	/* RFC 6733 section 3: the length counts header and padded AVPs. */
	if (header->len < DIAMETER_HEADER_LEN || header->len % 4 != 0) {
		why_set(why, ERR_MALFORMED, "the peer's message says that it has %u octets",
		    (unsigned)header->len);
		return DIAMETER_BROKEN;
	}
	if (header->len > DIAMETER_MESSAGE_MAX) {
		why_set(why, ERR_LIMIT, "the peer's message has more than %d octets",
		    DIAMETER_MESSAGE_MAX);
		return DIAMETER_BROKEN;
	}
	if (in.len < header->len)
		return DIAMETER_MORE;
	header->flags = (uint8_t)read_be(&reader, 1);
	header->command = (uint32_t)read_be(&reader, 3);
	header->application = (uint32_t)read_be(&reader, 4);
	header->hop = (uint32_t)read_be(&reader, 4);
	header->end = (uint32_t)read_be(&reader, 4);
	message->avps = read_bytes(&reader, header->len - DIAMETER_HEADER_LEN);
	return DIAMETER_MESSAGE;
}

bool
diameter_avp_next(struct reader *avps, struct diameter_avp *avp)
{
	uint32_t flags, len, head = 8;
	size_t left;

	if (avps->failed || avps->at >= avps->in.len)
		return false;
	*avp = (struct diameter_avp){ .code = (uint32_t)read_be(avps, 4) };
	flags = (uint32_t)read_be(avps, 1);
	len = (uint32_t)read_be(avps, 3);
	avp->mandatory = (flags & FLAG_MANDATORY) != 0;
	if ((flags & FLAG_VENDOR) != 0) {
		avp->vendor = (uint32_t)read_be(avps, 4);
		head = 12;
	}
	/* RFC 6733 4.1: the length counts the head of the AVP, and not the padding. */
	if (len < head)
		avps->failed = true;
	if (avps->failed)
		return false;
	avp->data = read_bytes(avps, len - head);
	left = avps->in.len - avps->at;
	/* The last AVP of a group may come without its padding: peers differ there. */
	read_bytes(avps, left < -len % 4 ? left : -len % 4);
	return !avps->failed;
}

static bool
is_group(const struct diameter_avp *avp)
{
	return avp->vendor == 0 && (avp->code == AVP_VENDOR_APPLICATION ||
	    avp->code == AVP_PROXY_INFO || avp->code == AVP_EXPERIMENTAL_RESULT);
}

/* Kept ascending; what is there already, or too much, changes nothing. */
static void
application_add(struct diameter_said *said, uint32_t id)
{
	size_t at = 0;

	while (at < said->applications && said->application[at] < id)
		at++;
	if (said->applications == DIAMETER_APPLICATIONS_MAX ||
	    (at < said->applications && said->application[at] == id))
		return;
	for (size_t i = said->applications++; i > at; i--)
		said->application[i] = said->application[i - 1];
	said->application[at] = id;
}

static void
number_keep(bool *has, uint32_t *place, uint32_t number)
{
	if (!*has)
		*place = number;
	*has = true;
}

static void
text_keep(struct bytes *place, struct bytes text)
{
	static const uint8_t none[1];

	if (place->at == NULL)
		*place = bytes_of(text.at != NULL ? text.at : none, text.len);
}

/* Unsigned32 and Enumerated of RFC 6733. */
static enum err
number_said(struct diameter_said *said, const struct diameter_avp *avp, struct why *why)
{
	struct reader reader = reader_of(avp->data);
	uint32_t number = (uint32_t)read_be(&reader, 4);

	if (!reader_done(&reader))
		return why_set(why, ERR_MALFORMED, "%s of the peer's message has %zu octets",
		    diameter_avp_name(avp->code), avp->data.len);
	if (avp->code == AVP_AUTH_APPLICATION_ID || avp->code == AVP_ACCT_APPLICATION_ID)
		application_add(said, number);
	else if (avp->code == AVP_RESULT_CODE || avp->code == AVP_EXPERIMENTAL_RESULT_CODE)
		number_keep(&said->has_result, &said->result, number);
	else if (avp->code == AVP_VENDOR_ID)
		number_keep(&said->has_vendor, &said->vendor, number);
	else if (avp->code == AVP_FIRMWARE_REVISION)
		number_keep(&said->has_firmware, &said->firmware, number);
	else if (avp->code == AVP_DISCONNECT_CAUSE)
		number_keep(&said->has_cause, &said->cause, number);
	else if (avp->code == AVP_INBAND_SECURITY && number <= 1)
		*(number == 1 ? &said->inband_tls : &said->inband_none) = true;
	return ERR_OK;
}

/* A Failed-AVP holds what was wrong, as it was sent: nothing of it is believed but its name. */
static void
failed_said(struct diameter_said *said, const struct diameter_avp *avp)
{
	struct reader reader = reader_of(avp->data);
	uint32_t code = (uint32_t)read_be(&reader, 4);
	bool vendor = (read_be(&reader, 1) & FLAG_VENDOR) != 0;

	read_be(&reader, 3);
	if (reader.failed || said->has_failed)
		return;
	said->has_failed = true;
	said->failed = code;
	said->failed_vendor = vendor ? (uint32_t)read_be(&reader, 4) : 0;
}

/* Whether this AVP counts where it stands: most count only outside every group. */
static bool
counts(const struct diameter_avp *avp, uint32_t inside)
{
	bool application = avp->code == AVP_AUTH_APPLICATION_ID ||
	    avp->code == AVP_ACCT_APPLICATION_ID;

	if (avp->code == AVP_EXPERIMENTAL_RESULT_CODE || inside == AVP_EXPERIMENTAL_RESULT)
		return inside == AVP_EXPERIMENTAL_RESULT &&
		    avp->code == AVP_EXPERIMENTAL_RESULT_CODE;
	return inside == 0 || (inside == AVP_VENDOR_APPLICATION && application);
}

static enum err
avp_said(struct diameter_said *said, const struct diameter_avp *avp, uint32_t inside,
    struct why *why)
{
	if (avp->vendor != 0 || !counts(avp, inside))
		return ERR_OK;
	switch (avp->code) {
	case AVP_ORIGIN_HOST:
		text_keep(&said->origin_host, avp->data);
		return ERR_OK;
	case AVP_ORIGIN_REALM:
		text_keep(&said->origin_realm, avp->data);
		return ERR_OK;
	case AVP_PRODUCT_NAME:
		text_keep(&said->product, avp->data);
		return ERR_OK;
	case AVP_FAILED_AVP:
		failed_said(said, avp);
		return ERR_OK;
	case AVP_AUTH_APPLICATION_ID:
	case AVP_ACCT_APPLICATION_ID:
	case AVP_RESULT_CODE:
	case AVP_EXPERIMENTAL_RESULT_CODE:
	case AVP_VENDOR_ID:
	case AVP_FIRMWARE_REVISION:
	case AVP_DISCONNECT_CAUSE:
	case AVP_INBAND_SECURITY:
		return number_said(said, avp, why);
	default:
		return ERR_OK;
	}
}

/* Where the walk through the message stands: the groups around the AVP, outermost first. */
struct walk {
	struct reader level[DIAMETER_DEPTH_MAX];
	uint32_t      group[DIAMETER_DEPTH_MAX];	/* code of each level's group, 0 outside */
	size_t        depth;
};

static enum err
group_enter(struct walk *walk, const struct diameter_avp *avp, struct why *why)
{
	if (walk->depth == DIAMETER_DEPTH_MAX)
		return why_set(why, ERR_LIMIT,
		    "groups in the peer's message are nested more than %d deep",
		    DIAMETER_DEPTH_MAX);
	walk->level[walk->depth] = reader_of(avp->data);
	walk->group[walk->depth++] = avp->code;
	return ERR_OK;
}

enum err
diameter_read(const struct diameter_message *message, struct diameter_said *said, struct why *why)
{
	struct walk walk = { .level = { reader_of(message->avps) }, .depth = 1 };
	struct diameter_avp avp;
	enum err err = ERR_OK;

	*said = (struct diameter_said){ .result = 0 };
	while (err == ERR_OK && walk.depth > 0) {
		struct reader *level = &walk.level[walk.depth - 1];
		uint32_t inside = walk.group[walk.depth - 1];

		if (diameter_avp_next(level, &avp))
			err = is_group(&avp) ? group_enter(&walk, &avp, why) :
			    avp_said(said, &avp, inside, why);
		else if (level->failed)
			err = why_set(why, ERR_MALFORMED,
			    "an AVP of the peer's message does not fit into it");
		else
			walk.depth--;
	}
	return err;
}
