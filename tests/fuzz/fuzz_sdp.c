/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Session descriptions of peers: whatever is read lies within the octets, what is protected is SRTP,
 * and adding a medium in the clear never makes a description look better.
 */
#include <stdlib.h>
#include <string.h>

#include "probes/wire/sdp.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(bool true_)
{
	if (!true_)
		abort();
}

static bool
within(struct bytes view, struct bytes in)
{
	return view.at == NULL || (view.at >= in.at && view.at + view.len <= in.at + in.len);
}

static void
look(const struct sdp_media *media, struct bytes in)
{
	must(within(media->kind, in) && within(media->transport, in));
	must(within(media->suite, in) && within(media->fingerprint, in));
	must(media->kind.len > 0 && media->transport.len > 0);
	must(!sdp_protected(media) || sdp_is_srtp(media));
	must(!sdp_is_srtp(media) || (media->bare == 0 && memmem(media->transport.at,
	    media->transport.len, "SAVP", 4) != NULL));
	must((media->keys == 0) == (media->suite.len == 0));
}

/* The same with one more medium: those before it are read as they were. */
static void
longer(const struct sdp *before, struct bytes in)
{
	static const char more[] = "m=audio 9 RTP/AVP 0\r\n";
	struct buffer out = { 0 };
	struct why why;
	struct sdp after;

	buffer_put(&out, in.at, in.len);
	buffer_put_text(&out, more);
	if (sdp_read(bytes_of_buffer(&out), &after, &why) == ERR_OK) {
		must(after.count == before->count + 1);
		if (after.count <= SDP_MEDIA_MAX)
			must(after.media[before->count].profile == SDP_PLAIN &&
			    !sdp_protected(&after.media[before->count]));
		for (size_t i = 0; i < before->count && i < SDP_MEDIA_MAX; i++)
			must(after.media[i].profile == before->media[i].profile &&
			    sdp_protected(&after.media[i]) == sdp_protected(&before->media[i]));
	}
	buffer_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct bytes in = bytes_of(data, len);
	struct why why = { .err = ERR_OK };
	struct sdp sdp;

	if (sdp_read(in, &sdp, &why) != ERR_OK) {
		must(why.err == ERR_MALFORMED || why.err == ERR_LIMIT);
		return 0;
	}
	for (size_t i = 0; i < sdp.count && i < SDP_MEDIA_MAX; i++)
		look(&sdp.media[i], in);
	longer(&sdp, in);
	return 0;
}
