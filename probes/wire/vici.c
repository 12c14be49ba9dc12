/* SPDX-License-Identifier: Apache-2.0 */
/* Codec of vici; see vici.h. */
#include <assert.h>
#include <string.h>

#include "probes/wire/vici.h"

enum { LENGTH_LEN = 4, NAME_MAX_LEN = 255, NUMBER_MAX_LEN = 20 };

void
vici_write(enum vici_type type, const char *name, struct buffer *out)
{
	size_t len = strlen(name);

	assert(len <= NAME_MAX_LEN);
	buffer_put_be(out, 2 + len, LENGTH_LEN);
	buffer_put_be(out, type, 1);
	buffer_put_be(out, len, 1);
	buffer_put_text(out, name);
}

enum vici_step
vici_frame(struct bytes in, struct vici_packet *packet, struct why *why)
{
	struct reader reader = reader_of(in);
	uint64_t len = read_be(&reader, LENGTH_LEN), type;

	if (reader.failed)
		return VICI_MORE;
	if (len < 1 || len > VICI_PACKET_MAX) {
		why_set(why, len < 1 ? ERR_MALFORMED : ERR_LIMIT, "a packet of the daemon says "
		    "that it has %llu octets, and may have 1 to %d", (unsigned long long)len,
		    VICI_PACKET_MAX);
		return VICI_BROKEN;
	}
	if (in.len < LENGTH_LEN + len)
		return VICI_MORE;
	*packet = (struct vici_packet){ .len = LENGTH_LEN + (size_t)len };
	reader = reader_of(bytes_slice(in, LENGTH_LEN, (size_t)len));
	type = read_be(&reader, 1);
	packet->type = (enum vici_type)type;
	if (type == VICI_EVENT)
		packet->name = read_bytes(&reader, read_be(&reader, 1));
	if (reader.failed || type > VICI_EVENT) {
		why_set(why, ERR_MALFORMED, "a packet of the daemon is of type %u or ends early",
		    (unsigned)type);
		return VICI_BROKEN;
	}
	packet->message = bytes_slice(reader.in, reader.at, reader.in.len);
	return VICI_PACKET;
}

struct vici_walk
vici_walk_of(struct bytes message)
{
	return (struct vici_walk){ .in = reader_of(message) };
}

/* Where this kind of element may stand: items in lists alone, all else outside of them. */
static bool
in_place(const struct vici_walk *walk, uint64_t kind)
{
	switch (kind) {
	case VICI_SECTION:
		return !walk->list && walk->depth < VICI_DEPTH_MAX;
	case VICI_SECTION_END:
		return !walk->list && walk->depth > 0;
	case VICI_VALUE:
	case VICI_LIST:
		return !walk->list;
	case VICI_ITEM:
	case VICI_LIST_END:
		return walk->list;
	default:
		return false;
	}
}

bool
vici_next(struct vici_walk *walk, struct vici_element *element)
{
	uint64_t kind;

	if (walk->broken || walk->in.at == walk->in.in.len) {
		walk->broken = walk->broken || walk->depth > 0 || walk->list;
		return false;
	}
	kind = read_be(&walk->in, 1);
	walk->broken = !in_place(walk, kind);
	if (walk->broken)
		return false;
	*element = (struct vici_element){ .kind = (enum vici_kind)kind };
	if (kind == VICI_SECTION || kind == VICI_VALUE || kind == VICI_LIST)
		element->name = read_bytes(&walk->in, read_be(&walk->in, 1));
	if (kind == VICI_VALUE || kind == VICI_ITEM)
		element->value = read_bytes(&walk->in, read_be(&walk->in, 2));
	walk->broken = walk->in.failed;
	walk->depth -= kind == VICI_SECTION_END;
	element->depth = walk->depth;
	walk->depth += kind == VICI_SECTION;
	walk->list = kind == VICI_LIST || (walk->list && kind != VICI_LIST_END);
	return !walk->broken;
}

static bool
named(struct bytes name, const char *text)
{
	return bytes_equal(name, bytes_of_text(text));
}

/* A decimal number with a sign; what is none, or is too large, is 0. */
static int64_t
number_of(struct bytes text)
{
	bool minus = text.len > 0 && text.at[0] == '-';
	int64_t number = 0;

	if (text.len - minus == 0 || text.len - minus >= NUMBER_MAX_LEN - 1)
		return 0;
	for (size_t i = minus; i < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return 0;
		number = number * 10 + (text.at[i] - '0');
	}
	return minus ? -number : number;
}

/* Values both kinds of SA have; true if it was one. */
static bool
common_take(struct bytes name, struct bytes value, struct bytes *encryption,
    struct bytes *integrity, struct bytes *group)
{
	if (named(name, "encr-alg"))
		*encryption = value;
	else if (named(name, "integ-alg"))
		*integrity = value;
	else if (named(name, "dh-group"))
		*group = value;
	else
		return false;
	return true;
}

/* Additional key exchanges are ake1 to ake7 (RFC 9370, strongSwan 6); the first is kept. */
static bool
is_additional(struct bytes name)
{
	return name.len == 4 && memcmp(name.at, "ake", 3) == 0 && name.at[3] >= '1' &&
	    name.at[3] <= '7';
}

static void
ike_take(struct vici_ike *ike, struct bytes name, struct bytes value)
{
	if (common_take(name, value, &ike->encryption, &ike->integrity, &ike->group))
		return;
	if (named(name, "state"))
		ike->state = value;
	else if (named(name, "prf-alg"))
		ike->prf = value;
	else if (named(name, "encr-keysize"))
		ike->bits = (uint32_t)number_of(value);
	else if (named(name, "uniqueid"))
		ike->id = (uint32_t)number_of(value);
	else if (named(name, "established"))
		ike->established_s = number_of(value);
	else if (named(name, "rekey-time"))
		ike->rekey_s = number_of(value), ike->has_rekey = true;
	else if (is_additional(name) && ike->additional.len == 0)
		ike->additional = value;
}

static void
child_time_take(struct vici_child *child, struct bytes name, struct bytes value)
{
	int64_t number = number_of(value);

	if (named(name, "install-time"))
		child->installed_s = number;
	else if (named(name, "rekey-time"))
		child->rekey_s = number, child->has_rekey = true;
	else if (named(name, "life-time"))
		child->life_s = number, child->has_life = true;
	else if ((named(name, "bytes-in") || named(name, "bytes-out")) && number > 0)
		child->octets += (uint64_t)number;
	else if (is_additional(name) && child->additional.len == 0)
		child->additional = value;
}

static void
child_take(struct vici_child *child, struct bytes name, struct bytes value)
{
	if (common_take(name, value, &child->encryption, &child->integrity, &child->group))
		return;
	if (named(name, "name"))
		child->name = value;
	else if (named(name, "state"))
		child->state = value;
	else if (named(name, "mode"))
		child->mode = value;
	else if (named(name, "protocol"))
		child->protocol = value;
	else if (named(name, "encap"))
		child->encapsulated = named(value, "yes");
	else if (named(name, "esn"))
		child->extended = number_of(value) > 0 || named(value, "yes");
	else if (named(name, "encr-keysize"))
		child->bits = (uint32_t)number_of(value);
	else if (named(name, "uniqueid"))
		child->id = (uint32_t)number_of(value);
	else
		child_time_take(child, name, value);
}

/* Sections: the IKE SA, in it child-sas, in that one section for each child. */
enum err
vici_sa_read(struct bytes message, struct vici_ike *ike,
    void (*on_child)(void *arg, const struct vici_ike *, const struct vici_child *), void *arg,
    struct why *why)
{
	struct vici_walk walk = vici_walk_of(message);
	struct vici_element element;
	struct vici_child child;
	bool children = false;

	*ike = (struct vici_ike){ .id = 0 };
	while (vici_next(&walk, &element)) {
		if (element.kind == VICI_SECTION && element.depth == 0 && ike->name.at == NULL)
			ike->name = element.name;
		else if (element.kind == VICI_VALUE && element.depth == 1)
			ike_take(ike, element.name, element.value);
	}
	if (walk.broken || ike->name.at == NULL)
		return why_set(why, ERR_MALFORMED, "an IKE SA as the daemon tells it breaks the "
		    "form of vici");
	walk = vici_walk_of(message);
	while (vici_next(&walk, &element)) {
		if (element.kind == VICI_SECTION && element.depth == 1)
			children = named(element.name, "child-sas");
		else if (element.kind == VICI_SECTION && element.depth == 2)
			child = (struct vici_child){ .name = element.name };
		else if (element.kind == VICI_VALUE && element.depth == 3 && children)
			child_take(&child, element.name, element.value);
		else if (element.kind == VICI_SECTION_END && element.depth == 2 && children)
			on_child(arg, ike, &child);
	}
	return ERR_OK;
}

struct bytes
vici_value(struct bytes message, const char *name)
{
	struct vici_walk walk = vici_walk_of(message);
	struct vici_element element;

	while (vici_next(&walk, &element))
		if (element.kind == VICI_VALUE && element.depth == 0 && named(element.name, name))
			return element.value;
	return bytes_of(NULL, 0);
}
