/* SPDX-License-Identifier: Apache-2.0 */
/* A GTP peer that sends anything: what is read lies inside what came, and a part of it is nothing. */
#include <stdlib.h>
#include <string.h>

#include "probes/wire/gtp.h"

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
	struct gtp_message message, again;
	struct buffer out = { .max = 64 };
	char text[GTP_EXTENSION_TEXT];
	enum err err = gtp_read(in, &message, &why);

	must((err == ERR_OK) == (why.text[0] == '\0'));
	if (err != ERR_OK)
		return 0;
	must(message.len == len && (message.version == 1 || message.version == 2));
	must(message.sequence <= (message.version == 1 ? 0xffffu : 0xffffffu));
	must(message.ies.at == NULL ||
	    (message.ies.at >= data && message.ies.at + message.ies.len <= data + len));
	must(message.extensions <= GTP_EXTENSIONS_MAX);
	for (size_t i = 0; i < message.extensions; i++) {
		gtp_extension_text(message.extension[i], text);
		must(memchr(text, ')', sizeof(text)) != NULL);
	}
	gtp_echo_write(message.version, message.sequence, message.recovery, &out);
	must(gtp_read(bytes_of_buffer(&out), &again, &why) == ERR_OK &&
	    again.sequence == message.sequence && again.version == message.version);
	must(gtp_read(bytes_slice(in, 0, len - 1), &again, &why) != ERR_OK);
	buffer_free(&out);
	return 0;
}
