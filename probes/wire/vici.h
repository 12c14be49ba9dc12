/* SPDX-License-Identifier: Apache-2.0 */
/*
 * strongSwan's vici protocol, as its README of libcharon's plugin describes it: packets over a
 * stream, messages of sections, lists and values, and what a list-sa event says of an IKE SA and
 * its CHILD SAs.  Pure; what comes over the socket is hostile too.
 */
#ifndef PROBES_WIRE_VICI_H
#define PROBES_WIRE_VICI_H

#include "monitor/base/bytes.h"

enum {
	VICI_PACKET_MAX = 512 << 10,	/* octets of a packet, as strongSwan limits it */
	VICI_DEPTH_MAX  = 8		/* sections in each other; more breaks the message */
};

enum vici_type { VICI_REQUEST, VICI_RESPONSE, VICI_COMMAND_UNKNOWN, VICI_REGISTER,
	VICI_UNREGISTER, VICI_CONFIRM, VICI_EVENT_UNKNOWN, VICI_EVENT };

/* A request or a registration without a message; name has at most 255 octets. */
void vici_write(enum vici_type, const char *name, struct buffer *out);

struct vici_packet {
	enum vici_type type;
	struct bytes   name;		/* of an event */
	struct bytes   message;
	size_t         len;		/* octets of all of it, to be dropped */
};

enum vici_step { VICI_MORE, VICI_PACKET, VICI_BROKEN };
/* The packet at the front of in; BROKEN: ERR_MALFORMED or ERR_LIMIT with the reason. */
enum vici_step vici_frame(struct bytes in, struct vici_packet *, struct why *);

enum vici_kind { VICI_SECTION = 1, VICI_SECTION_END, VICI_VALUE, VICI_LIST, VICI_ITEM,
	VICI_LIST_END };
struct vici_element {
	enum vici_kind kind;
	struct bytes   name, value;
	unsigned       depth;		/* sections around it */
};

struct vici_walk { struct reader in; unsigned depth; bool list, broken; };
struct vici_walk vici_walk_of(struct bytes message);
/* False: the message ended, or is broken, which broken then says. */
bool vici_next(struct vici_walk *, struct vici_element *);

/* Texts and numbers as the daemon gives them; views; a number that is not there is 0. */
struct vici_child {
	struct bytes name, state, mode, protocol, encryption, integrity, group, additional;
	uint32_t     id, bits;
	bool         encapsulated, extended;	/* UDP; extended sequence numbers */
	bool         has_life, has_rekey;
	int64_t      installed_s;	/* seconds ago */
	int64_t      rekey_s, life_s;	/* seconds from now; below 0: it should have been */
	uint64_t     octets;		/* both ways */
};

struct vici_ike {
	struct bytes name, state, encryption, integrity, prf, group, additional;
	uint32_t     id, bits;
	bool         has_rekey;
	int64_t      established_s;	/* seconds ago */
	int64_t      rekey_s;		/* seconds from now */
};

/*
 * Reads a list-sa event: on_child once for each CHILD SA, after the IKE SA is complete.
 * ERR_MALFORMED: the message is broken or has no IKE SA; on_child was not called.
 */
MUST_USE enum err vici_sa_read(struct bytes message, struct vici_ike *,
    void (*on_child)(void *arg, const struct vici_ike *, const struct vici_child *), void *arg,
    struct why *);
/* The value of that name outside every section; empty if there is none. */
struct bytes vici_value(struct bytes message, const char *name);

#endif
