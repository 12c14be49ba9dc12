/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An SSH server that sends anything: greeting and packets in the clear, read at once and octet by
 * octet, must give the same; every reader gets every payload, as does the reader of host keys.
 */
#include <stdlib.h>
#include <string.h>

#include "probes/wire/ssh.h"

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

static void
look_offer(struct bytes payload)
{
	static const char ours[] = "curve25519-sha256,a";
	struct buffer again = { 0 };
	struct ssh_offer offer;
	struct bytes name, list;
	struct why why;

	if (ssh_offer_read(payload, &offer, &why) != ERR_OK)
		return;
	ssh_offer_write(payload.at + 1, &offer, &again);
	must(again.len == payload.len);
	buffer_free(&again);
	for (size_t i = 0; i < SSH_LISTS; i++) {
		size_t all = 0;

		inside(payload, offer.list[i]);
		for (list = offer.list[i]; ssh_name_next(&list, &name); all += name.len + 1) {
			inside(payload, name);
			must(name.len > 0 && name.len <= SSH_NAME_MAX);
			(void)ssh_weakness((enum ssh_class)(i % 4), name);
			(void)ssh_post_quantum(name);
		}
		must(all == (offer.list[i].len == 0 ? 0 : offer.list[i].len + 1));
		if (ssh_choose(bytes_of_text(ours), offer.list[i], &name))
			must(bytes_equal(name, bytes_of_text("a")) || name.len == 17);
	}
	must(!(ssh_terrapin(&offer) && ssh_strict(&offer)));
}

static void
look(struct bytes payload)
{
	struct bytes a = bytes_of(NULL, 0), b = a;
	struct ssh_reply reply;
	struct ssh_key key;
	struct why why;
	uint32_t code;
	bool partial;

	look_offer(payload);
	if (ssh_reply_read(payload, &reply, &why) == ERR_OK) {
		inside(payload, reply.host_key), inside(payload, reply.signature);
		if (ssh_key_read(reply.host_key, &key))
			must(key.parts > 0 && key.parts <= SSH_KEY_PARTS);
		if (ssh_signature_read(reply.signature, &a, &b))
			inside(payload, a), inside(payload, b);
		must(ssh_number(reply.public).len <= reply.public.len);
	}
	if (ssh_disconnect_read(payload, &code, &a) == ERR_OK)
		inside(payload, a);
	if (ssh_extension(payload, "server-sig-algs", &a))
		inside(payload, a);
	if (ssh_failure_read(payload, &a, &partial, &why) == ERR_OK)
		inside(payload, a);
}

/* How far reading goes, with step octets more at a time. */
static size_t
read_all(struct bytes in, size_t step, bool *broken)
{
	bool greeted = false;
	size_t from = 0, have = step < in.len ? step : in.len, used;
	struct why why;

	for (;;) {
		struct bytes part = bytes_slice(in, from, have - from), view;
		enum ssh_step said = greeted ? ssh_packet(part, &view, &used, &why) :
		    ssh_identification(part, &view, &used, &why);

		*broken = said == SSH_BROKEN;
		if (*broken)
			return from;
		if (said == SSH_TAKEN) {
			must(used > 0 && used <= part.len);
			inside(part, view);
			must(!greeted || view.len > 0);
			if (greeted && step >= in.len)
				look(view);
			from += used;
			greeted = true;
		} else if (have == in.len) {
			return from;
		} else {
			have += step < in.len - have ? step : in.len - have;
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct bytes in = bytes_of(data, len);
	bool whole_broken, slow_broken;
	size_t whole, slow;

	if (len == 0)
		return 0;
	look(in);
	whole = read_all(in, in.len, &whole_broken);
	/* Octet by octet costs the square of the length. */
	slow = read_all(in, in.len <= 128 ? 1 : 61, &slow_broken);
	must(whole == slow && whole_broken == slow_broken);
	return 0;
}
