/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A daemon that sends anything: packets found are the same however the octets come, views stay
 * inside, and an IKE SA that is read names its children no more often than it has sections.
 */
#include <stdlib.h>

#include "probes/wire/vici.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
inside(struct bytes in, struct bytes view)
{
	must(view.len == 0 || (view.at >= in.at && view.at + view.len <= in.at + in.len));
}

struct seen { struct bytes in; size_t children; };

static void
on_child(void *arg, const struct vici_ike *ike, const struct vici_child *child)
{
	struct seen *seen = arg;

	seen->children++;
	inside(seen->in, child->name), inside(seen->in, child->state), inside(seen->in, child->mode);
	inside(seen->in, child->encryption), inside(seen->in, child->group);
	inside(seen->in, child->integrity), inside(seen->in, child->additional);
	inside(seen->in, ike->name), inside(seen->in, ike->state), inside(seen->in, ike->prf);
}

static void
look(struct bytes message)
{
	struct seen seen = { .in = message };
	struct vici_walk walk = vici_walk_of(message);
	struct vici_element element;
	struct vici_ike ike;
	size_t sections = 0, steps = 0;
	enum err err;

	while (vici_next(&walk, &element)) {
		must(++steps <= message.len && element.depth <= VICI_DEPTH_MAX);
		inside(message, element.name), inside(message, element.value);
		sections += element.kind == VICI_SECTION;
	}
	err = vici_sa_read(message, &ike, on_child, &seen, NULL);
	must(err == ERR_OK ? !walk.broken && seen.children <= sections : seen.children == 0);
	inside(message, vici_value(message, "version"));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct bytes in = bytes_of(data, len);
	struct vici_packet packet, again;
	size_t used = 0;

	while (vici_frame(bytes_slice(in, used, in.len), &packet, NULL) == VICI_PACKET) {
		must(packet.len >= 5 && packet.len <= in.len - used);
		must(vici_frame(bytes_slice(in, used, packet.len - 1), &again, NULL) == VICI_MORE);
		inside(bytes_slice(in, used, packet.len), packet.message);
		inside(bytes_slice(in, used, packet.len), packet.name);
		look(packet.message);
		used += packet.len;
	}
	look(in);
	return 0;
}
