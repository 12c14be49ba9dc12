/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A NETCONF server that sends anything: each framing read at once and cut in two must give the
 * same; every message is read as hello and as reply, and all of it as a channel's message.
 */
#include <stdlib.h>
#include <string.h>

#include "probes/wire/netconf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
look(struct bytes xml)
{
	struct netconf_hello hello;
	struct why why;
	bool ok = false;
	size_t lines = 0;

	if (netconf_hello_read(xml, &hello, &why) == ERR_OK) {
		for (size_t i = 0; i < hello.capabilities.len; i++)
			lines += hello.capabilities.at[i] == '\n';
		must(lines == hello.count && hello.count > 0 && (hello.base10 || hello.base11));
		must(hello.session >= -1 && hello.session != 0 && hello.session <= UINT32_MAX);
	}
	buffer_free(&hello.capabilities);
	must(netconf_reply_read(xml, &ok, &why) == ERR_OK || !ok);
}

static void
frames(struct bytes in, bool chunked, size_t cut)
{
	struct buffer message = { 0 }, again = { 0 };
	size_t used = 0, less = 0;
	struct why why;
	enum netconf_step whole = netconf_frame(in, chunked, &message, &used, &why);
	enum netconf_step part = netconf_frame(bytes_slice(in, 0, cut), chunked, &again, &less, &why);

	/* Less may be not enough; what it says otherwise, more does not change. */
	must(part == NETCONF_MORE || part == whole);
	if (whole == NETCONF_MESSAGE) {
		must(used > 0 && used <= in.len);
		must(part == NETCONF_MORE || (less == used && again.len == message.len));
		look(bytes_of_buffer(&message));
	}
	buffer_free(&message), buffer_free(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ssh_channel_message said;
	struct bytes in;

	if (len < 1)
		return 0;
	in = bytes_of(data + 1, len - 1);
	frames(in, false, data[0] % (in.len + 1));
	frames(in, true, data[0] % (in.len + 1));
	look(in);
	if (ssh_channel_read(in, &said))
		must(said.data.len == 0 ||
		    (said.data.at >= in.at && said.data.at + said.data.len <= in.at + in.len));
	return 0;
}
