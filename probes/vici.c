/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "vici": asks strongSwan's IKE daemon on this host, over its local socket, which SAs run,
 * and changes nothing.  The socket is the daemon's own word: what it says of its SAs is observed,
 * not proven.  A daemon that cannot be asked says nothing of its SAs: unknown.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "probes/vici_verdict.h"

enum {
	READ_LEN = 64 << 10,
	READS_A_TURN = 16,
	OCTETS_MAX = 64 << 20		/* of one round; some 40,000 IKE SAs */
};

enum step { STEP_VERSION, STEP_REGISTER, STEP_LIST };

struct vici {
	int                 fd;
	enum step           step;
	struct buffer       in;		/* octets of a packet that is not whole yet */
	size_t              received;
	struct vici_verdict verdict;
	char                declared[PATH_TEXT_MAX];	/* a reload may replace the option */
};

struct vici_kept { struct vici_origins origins; };

/* A list of a few hundred octets goes out at once, or the socket is not one we can use. */
static bool
packet_send(struct round *round, struct vici *vici, enum vici_type type, const char *name)
{
	struct buffer out = { .max = 512 };
	ssize_t sent;
	bool whole;
	int error;

	vici_write(type, name, &out);
	sent = send(vici->fd, out.at, out.len, MSG_DONTWAIT | MSG_NOSIGNAL);
	error = errno;
	whole = sent > 0 && (size_t)sent == out.len;
	buffer_free(&out);
	if (!whole)
		round_finish(round, OUTCOME_UNKNOWN, ERR_IO, "the daemon's socket takes no "
		    "request: %s", sent < 0 ? strerror(error) : "it is full");
	return whole;
}

static void
connect_failed(struct round *round, int error)
{
	if (error == ECONNREFUSED)
		round_finish(round, OUTCOME_DOWN, ERR_REFUSED, "nobody listens at the daemon's "
		    "socket: the IKE daemon ended");
	else if (error == EACCES || error == EPERM)
		round_finish(round, OUTCOME_UNKNOWN, ERR_DENIED, "the daemon's socket is not for "
		    "our user: give its group to the user of the workers (vici plugin, and the "
		    "option user)");
	else if (error == ENOENT || error == ENOTDIR)
		round_finish(round, OUTCOME_UNKNOWN, ERR_NOT_FOUND, "there is no socket at the "
		    "path of the option socket: the IKE daemon does not run, or has it elsewhere");
	else
		round_finish(round, OUTCOME_UNKNOWN, error == EAGAIN ? ERR_BUSY : ERR_IO,
		    "the daemon's socket cannot be reached: %s", strerror(error));
}

static void
on_start(struct round *round, struct vici *vici)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct vici_kept *kept = round_kept(round);
	const char *path = round_option(round, "socket");
	int64_t ms = 0;

	vici->fd = -1;
	vici->in.max = VICI_PACKET_MAX + READ_LEN;
	vici->verdict.known = &kept->origins;
	snprintf(vici->declared, sizeof(vici->declared), "%s", round_option(round, "children"));
	vici->verdict.declared = vici->declared;
	if (duration_read(round_option(round, "max_age"), &ms, NULL) == ERR_OK)
		vici->verdict.max_age_s = ms / 1000;
	if (path[0] != '/' || strlen(path) >= sizeof(address.sun_path)) {
		round_finish(round, OUTCOME_UNKNOWN, ERR_INVALID, "the option socket must be an "
		    "absolute path of at most %zu octets", sizeof(address.sun_path) - 1);
		return;
	}
	memcpy(address.sun_path, path, strlen(path) + 1);
	vici->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (vici->fd < 0 || connect(vici->fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
		connect_failed(round, errno);
		return;
	}
	if (packet_send(round, vici, VICI_REQUEST, "version"))
		round_watch(round, vici->fd);
}

static void
daemon_fact(struct round *round, struct bytes message)
{
	struct bytes name = vici_value(message, "daemon"), version = vici_value(message, "version");
	struct buffer text = { .max = 128 };

	buffer_put(&text, name.at, name.len < 40 ? name.len : 40);
	buffer_put_text(&text, " ");
	buffer_put(&text, version.at, version.len < 40 ? version.len : 40);
	fact_set_text(round_facts(round), FACT_SA_DAEMON, bytes_of_buffer(&text));
	buffer_free(&text);
}

static void
child_take(void *arg, const struct vici_ike *ike, const struct vici_child *child)
{
	vici_verdict_child(arg, ike, child);
}

static void
unexpected(struct round *round, const struct vici_packet *packet)
{
	round_finish(round, OUTCOME_UNKNOWN, packet->type == VICI_COMMAND_UNKNOWN ||
	    packet->type == VICI_EVENT_UNKNOWN ? ERR_UNSUPPORTED : ERR_MALFORMED,
	    "the daemon answered with a packet of type %u out of turn: is it strongSwan?",
	    (unsigned)packet->type);
}

/* True: the round is finished. */
static bool
on_packet(struct round *round, struct vici *vici, const struct vici_packet *packet)
{
	struct vici_ike ike;
	struct why why = { .err = ERR_OK };

	if (vici->step == STEP_VERSION && packet->type == VICI_RESPONSE) {
		round_answered(round);
		daemon_fact(round, packet->message);
		vici->step = STEP_REGISTER;
		return !packet_send(round, vici, VICI_REGISTER, "list-sa");
	}
	if (vici->step == STEP_REGISTER && packet->type == VICI_CONFIRM) {
		vici->step = STEP_LIST;
		return !packet_send(round, vici, VICI_REQUEST, "list-sas");
	}
	if (vici->step == STEP_LIST && packet->type == VICI_EVENT) {
		if (vici_sa_read(packet->message, &ike, child_take, &vici->verdict, &why) ==
		    ERR_OK) {
			vici_verdict_ike(&vici->verdict, &ike);
			return false;
		}
		round_finish(round, OUTCOME_UNKNOWN, why.err, "%s", why.text);
		return true;
	}
	if (vici->step == STEP_LIST && packet->type == VICI_RESPONSE)
		vici_verdict_finish(round, &vici->verdict);
	else
		unexpected(round, packet);
	return true;
}

/* True: the round is finished. */
static bool
packets_read(struct round *round, struct vici *vici)
{
	struct bytes in = bytes_of_buffer(&vici->in);
	struct why why = { .err = ERR_OK };
	struct vici_packet packet;
	enum vici_step step;
	size_t used = 0;

	while ((step = vici_frame(bytes_slice(in, used, in.len), &packet, &why)) == VICI_PACKET) {
		used += packet.len;
		if (on_packet(round, vici, &packet))
			return true;
	}
	if (step == VICI_BROKEN) {
		round_finish(round, OUTCOME_UNKNOWN, why.err, "%s", why.text);
		return true;
	}
	memmove(vici->in.at, vici->in.at + used, vici->in.len - used);
	vici->in.len -= used;
	return false;
}

static void
on_readable(struct round *round, struct vici *vici)
{
	uint8_t octets[READ_LEN];

	for (int i = 0; i < READS_A_TURN; i++) {
		ssize_t got = recv(vici->fd, octets, sizeof(octets), MSG_DONTWAIT);

		if (got < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (got <= 0) {
			round_finish(round, OUTCOME_UNKNOWN, ERR_CLOSED, "the daemon ended the "
			    "connection before it had told its SAs");
			return;
		}
		vici->received += (size_t)got;
		if (vici->received > OCTETS_MAX) {
			round_finish(round, OUTCOME_UNKNOWN, ERR_LIMIT, "the daemon tells more "
			    "than %d octets of SAs", OCTETS_MAX);
			return;
		}
		buffer_put(&vici->in, octets, (size_t)got);
		if (packets_read(round, vici))
			return;
	}
}

static void
vici_on(struct round *round, const struct event *event)
{
	struct vici *vici = round_scratch(round);

	switch (event->kind) {
	case EVENT_START:
		on_start(round, vici);
		break;
	case EVENT_READABLE:
	case EVENT_CLOSED:	/* a reset: what came before it is still there to be read */
		on_readable(round, vici);
		break;
	case EVENT_DEADLINE:
		round_finish(round, OUTCOME_UNKNOWN, ERR_TIMEOUT, "the daemon took the connection "
		    "and did not tell its SAs before the deadline");
		break;
	default:
		break;
	}
}

static void
vici_end(struct round *round)
{
	struct vici *vici = round_scratch(round);

	round_unwatch(round);
	if (vici->fd > 0)
		close(vici->fd);
	buffer_free(&vici->in);
	vici_verdict_free(&vici->verdict);
}

static void
vici_kept_end(void *at, void *shared)
{
	struct vici_kept *kept = at;

	(void)shared;
	vici_origins_free(&kept->origins);
}

static const struct option_row vici_options[] = {
	{ .name = "socket", .type = OPTION_TEXT, .minimum = 2, .maximum = 107,
	  .otherwise = "/var/run/charon.vici",
	  .help = N_("path of the daemon's vici socket; the user of the workers must be allowed to "
	      "write to it") },
	{ .name = "children", .type = OPTION_TEXT, .minimum = 1, .maximum = PATH_TEXT_MAX - 1,
	  .help = N_("names of CHILD SAs, with commas, that must be there") },
	{ .name = "max_age", .type = OPTION_DURATION, .minimum = 1000,
	  .maximum = 366 * INT64_C(86400000),
	  .help = N_("an SA that is older is a finding; without it only the daemon's own lifetimes "
	      "count") },
	{ .name = NULL }
};

const struct probe_ops probe_vici = {
	.name        = "vici",
	.title       = N_("running SAs of strongSwan, over its vici socket"),
	.local       = true,
	.options     = vici_options,
	.scratch_len = sizeof(struct vici),
	.on          = vici_on,
	.end         = vici_end,
	.kept_len    = sizeof(struct vici_kept),
	.kept_end    = vici_kept_end
};
