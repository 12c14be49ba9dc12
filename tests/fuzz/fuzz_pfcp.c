/* SPDX-License-Identifier: Apache-2.0 */
/* A PFCP peer that sends anything: what is read lies inside what came, and reads again the same. */
#include <stdlib.h>

#include "probes/wire/pfcp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct bytes in = bytes_of(data, len);
	struct why why = { .err = ERR_OK };
	struct pfcp_message message, again;
	struct buffer out = { .max = 64 };
	enum err err = pfcp_read(in, &message, &why);

	must((err == ERR_OK) == (why.text[0] == '\0'));
	if (err != ERR_OK)
		return 0;
	must(message.len <= len && message.sequence <= PFCP_SEQUENCE_MAX);
	must(message.ies.at == NULL ||
	    (message.ies.at >= data && message.ies.at + message.ies.len <= data + len));
	must(!message.has_recovery || message.ies.len >= 8);
	pfcp_heartbeat_write(message.sequence, message.recovery_ms, &out);
	must(pfcp_read(bytes_of_buffer(&out), &again, &why) == ERR_OK &&
	    again.sequence == message.sequence);
	must(!message.has_recovery || again.recovery_ms == message.recovery_ms);
	/* One octet less of the only message there is, is never a message. */
	if (!message.follow_on)
		must(pfcp_read(bytes_slice(in, 0, len - 1), &again, &why) != ERR_OK);
	buffer_free(&out);
	return 0;
}
