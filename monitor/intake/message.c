/* SPDX-License-Identifier: Apache-2.0 */
/* From octets of a datagram or a stream to the codec of their listener, and on as signals. */
#include "monitor/base/clock.h"
#include "monitor/intake/intake.h"
#include "monitor/intake/syslog_map.h"

void
listener_message(struct listener *listener, struct bytes octets, const char *sender)
{
	struct incoming *in = &listener->intake->incoming;
	int64_t now_ms = clock_wall_ms();
	struct syslog_message message;

	if (syslog_read(octets, now_ms, &message) != ERR_OK) {
		intake_lost(listener, LOSS_MALFORMED, 1, sender);
		return;
	}
	incoming_begin(in, listener->index, SIGNAL_FORM_SYSLOG, now_ms, sender);
	syslog_map(&message, octets, in);
	subject_put(listener->intake->subjects, listener_plan(listener)->subject, &message.host, 1,
	    in);
	intake_take(listener, in);
}
