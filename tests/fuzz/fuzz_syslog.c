/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A syslog sender that sends anything: on a stream given whole and octet by octet, where both must
 * find the same messages, and each of them read and mapped to a record that passes our own check.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/intake/syslog_map.h"
#include "probes/wire/syslog_frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { MESSAGES_MAX = 4096 };

struct found { size_t count, octets; bool broken; };

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
look(struct bytes in)
{
	static struct incoming incoming;
	struct buffer out = { .max = 0 };
	struct syslog_message m;
	struct record record, again;
	struct why why = { .err = ERR_OK };

	if (syslog_read(in, INT64_C(1780000000000), &m) != ERR_OK)
		return;
	must(m.facility < 24 && m.severity < 8);
	must((m.time == SYSLOG_TIME_NONE) == (m.told_ms == 0) || m.told_ms == 0);
	inside(in, m.host), inside(in, m.app), inside(in, m.process), inside(in, m.id);
	inside(in, m.data), inside(in, m.text);
	incoming_begin(&incoming, 0, SIGNAL_FORM_SYSLOG, INT64_C(1780000000000), "192.0.2.1");
	syslog_map(&m, in, &incoming);
	incoming_record(&incoming, "fuzz", &record);
	record.role = ROLE_INTAKE;
	record_encode(&out, &record);
	must(record_check(bytes_of_buffer(&out), &again, &why) == ERR_OK);
	buffer_free(&out);
}

static struct found
read_all(struct bytes in, size_t step, bool looking)
{
	struct syslog_frame frame = { .skip = 0 };
	struct found found = { .count = 0 };
	size_t at = 0, have = step < in.len ? step : in.len;

	while (found.count < MESSAGES_MAX) {
		struct bytes message = bytes_of(NULL, 0);
		size_t used;
		bool cut;
		enum syslog_step said = syslog_frame_next(&frame, bytes_slice(in, at, have - at),
		    &used, &message, &cut);

		must(used <= have - at);
		at += used;
		if (said == SYSLOG_STEP_MESSAGE) {
			must(message.len <= SYSLOG_MESSAGE_MAX);
			inside(in, message);
			found.count++;
			found.octets += message.len;
			if (looking)
				look(message);
		}
		found.broken = said == SYSLOG_STEP_BROKEN;
		if (found.broken || (said == SYSLOG_STEP_MORE && have == in.len))
			break;
		if (said == SYSLOG_STEP_MORE) {
			must(have - at <= SYSLOG_MESSAGE_MAX + 24);
			have += step < in.len - have ? step : in.len - have;
		}
	}
	return found;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct bytes in = bytes_of(data, len);
	struct found whole, slow;

	look(in);
	whole = read_all(in, len, true);
	slow = read_all(in, 1, false);
	must(whole.count == slow.count && whole.octets == slow.octets &&
	    whole.broken == slow.broken);
	return 0;
}
