/* SPDX-License-Identifier: Apache-2.0 */
/* See incoming.h. */
#include <stdio.h>
#include <string.h>

#include "monitor/base/log.h"
#include "monitor/intake/incoming.h"

void
incoming_begin(struct incoming *in, uint32_t listener, enum signal_form form, int64_t arrived_ms,
    const char *sender)
{
	in->listener = listener;
	in->form = form;
	in->kind = SIGNAL_EVENT;
	in->severity = PERCEIVED_INDETERMINATE;
	in->alarm_type = ALARM_TYPE_NONE;
	in->clock = SIGNAL_CLOCK_NONE;
	in->arrived_ms = arrived_ms;
	in->told_ms = 0;
	in->count = 1;
	in->key[0] = in->title[0] = in->cause[0] = in->subject[0] = '\0';
	in->text = bytes_of(NULL, 0);
	snprintf(in->sender, sizeof(in->sender), "%s", sender);
}

void
incoming_put(char *out, size_t out_len, struct bytes text)
{
	size_t at = strlen(out);

	if (text.len > 0 && at + 1 < out_len)
		text_escape((const char *)text.at, text.len, out + at, out_len - at);
}

void
incoming_put_text(char *out, size_t out_len, const char *text)
{
	incoming_put(out, out_len, bytes_of_text(text));
}

void
incoming_key(struct incoming *in, const struct bytes *part, size_t parts)
{
	enum { HASH_SHOWN = 17 };
	struct buffer whole = { .max = 0 };
	char hex[HASH_TEXT];

	for (size_t i = 0; i < parts; i++) {
		if (i > 0)
			buffer_put_u8(&whole, '/');
		buffer_put(&whole, part[i].at, part[i].len);
	}
	in->key[0] = '\0';
	incoming_put(in->key, sizeof(in->key), bytes_of_buffer(&whole));
	/* Escaping never shortens: what is not shorter than its input was not cut. */
	if (strlen(in->key) < whole.len || strlen(in->key) + 8 > sizeof(in->key)) {
		hash_text(hash_of(bytes_of_buffer(&whole)), hex);
		in->key[0] = '\0';
		incoming_put(in->key, sizeof(in->key) - HASH_SHOWN, bytes_of_buffer(&whole));
		snprintf(in->key + strlen(in->key), HASH_SHOWN + 1, "#%.16s", hex);
	}
	buffer_free(&whole);
}

void
incoming_told(struct incoming *in, int64_t told_ms, bool certain, bool earlier)
{
	int64_t off = told_ms > in->arrived_ms ? told_ms - in->arrived_ms :
	    in->arrived_ms - told_ms;

	in->told_ms = told_ms > 0 ? told_ms : 0;
	if (in->told_ms == 0)
		in->clock = SIGNAL_CLOCK_NONE;
	else if (certain && off <= CLOCK_AGREES_MS)
		in->clock = SIGNAL_CLOCK_AGREES;
	else if (certain && earlier && told_ms < in->arrived_ms)
		in->clock = SIGNAL_CLOCK_REPORTED;
	else
		in->clock = SIGNAL_CLOCK_DOUBTFUL;
}

void
incoming_record(const struct incoming *in, const char *source, struct record *out)
{
	*out = (struct record){ .kind = RECORD_SIGNAL, .observed_ms = in->arrived_ms };
	out->signal = (struct record_signal){ .source = bytes_of_text(source), .form = in->form,
	    .kind = in->kind, .key = bytes_of_text(in->key),
	    .subject = bytes_of_text(in->subject), .severity = in->severity,
	    .alarm_type = in->alarm_type, .cause = bytes_of_text(in->cause),
	    .title = bytes_of_text(in->title), .told = in->told_ms, .clock = in->clock,
	    .count = in->count };
}
