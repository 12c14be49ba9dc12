/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP/2 over nghttp2's memory interface; see sbi_session.h. */
#include <nghttp2/nghttp2.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/limits.h"
#include "monitor/base/version.h"
#include "probes/sbi_session.h"

enum {
	CONTROL_MAX       = 64,		/* unsent answers to SETTINGS and PING: more is a flood */
	CONTINUATIONS_MAX = 8,
	SETTINGS_MAX      = 32,		/* entries of one SETTINGS frame */
	OUT_MAX           = 256 << 10
};

static struct sbi_answer *
answer_of(struct sbi_session *session, int32_t stream)
{
	for (size_t i = 0; i < SBI_STREAMS; i++)
		if (session->answer[i].used && !session->answer[i].done &&
		    session->answer[i].stream == stream)
			return &session->answer[i];
	return NULL;
}

/* Too much of something, or no answer at all: the stream is given up, the connection is not. */
static void
answer_refuse(struct sbi_session *session, struct sbi_answer *answer, enum err err)
{
	if (answer->err != ERR_OK)
		return;
	answer->err = err;
	nghttp2_submit_rst_stream(session->handle, NGHTTP2_FLAG_NONE, answer->stream,
	    err == ERR_LIMIT ? NGHTTP2_ENHANCE_YOUR_CALM : NGHTTP2_PROTOCOL_ERROR);
}

/* Three digits, nghttp2 sees to that; but it lets "051" pass. */
static void
status_take(struct sbi_session *session, struct sbi_answer *answer, struct bytes value)
{
	answer->status_read = 0;
	for (size_t i = 0; i < value.len && i < 3; i++)
		answer->status_read = answer->status_read * 10 + (value.at[i] - '0');
	if (answer->status_read < 100)
		answer_refuse(session, answer, ERR_MALFORMED);
	else if (answer->status_read < 200 && ++answer->interim > SBI_INTERIM_MAX)
		answer_refuse(session, answer, ERR_LIMIT);
}

static int
on_header(nghttp2_session *handle, const nghttp2_frame *frame, const uint8_t *name,
    size_t name_len, const uint8_t *value, size_t value_len, uint8_t flags, void *arg)
{
	struct sbi_session *session = arg;
	struct sbi_answer *answer = answer_of(session, frame->hd.stream_id);
	struct bytes field = bytes_of(name, name_len);

	(void)handle, (void)flags;
	if (answer == NULL || answer->err != ERR_OK)
		return 0;
	answer->field_octets += name_len + value_len;
	if (++answer->fields > SBI_FIELDS_MAX || answer->field_octets > SBI_FIELD_OCTETS)
		answer_refuse(session, answer, ERR_LIMIT);
	else if (bytes_equal(field, bytes_of_text(":status")))
		status_take(session, answer, bytes_of(value, value_len));
	else if (bytes_equal(field, bytes_of_text("server")))
		snprintf(answer->server, sizeof(answer->server), "%.*s",
		    (int)(value_len < SBI_TEXT_MAX ? value_len : SBI_TEXT_MAX), value);
	else if (bytes_equal(field, bytes_of_text("www-authenticate")))
		snprintf(answer->challenge, sizeof(answer->challenge), "%.*s",
		    (int)(value_len < SBI_TEXT_MAX ? value_len : SBI_TEXT_MAX), value);
	return 0;
}

static int
on_data(nghttp2_session *handle, uint8_t flags, int32_t stream, const uint8_t *at, size_t len,
    void *arg)
{
	struct sbi_session *session = arg;
	struct sbi_answer *answer = answer_of(session, stream);

	(void)handle, (void)flags;
	if (answer == NULL || answer->err != ERR_OK)
		return 0;
	buffer_put(&answer->body, at, len);
	if (answer->body.failed)
		answer_refuse(session, answer, ERR_LIMIT);
	return 0;
}

static void
settings_take(struct sbi_session *session, const nghttp2_settings *settings)
{
	session->settings = true;
	for (size_t i = 0; i < settings->niv; i++)
		if (settings->iv[i].settings_id == NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS)
			session->streams_max = settings->iv[i].value;
}

static int
on_frame(nghttp2_session *handle, const nghttp2_frame *frame, void *arg)
{
	struct sbi_session *session = arg;
	struct sbi_answer *answer = answer_of(session, frame->hd.stream_id);

	(void)handle;
	if (frame->hd.type == NGHTTP2_SETTINGS && !(frame->hd.flags & NGHTTP2_FLAG_ACK))
		settings_take(session, &frame->settings);
	if (frame->hd.type == NGHTTP2_PING && frame->hd.flags & NGHTTP2_FLAG_ACK)
		session->ping_acked = true;
	if (frame->hd.type == NGHTTP2_GOAWAY) {
		session->goaway = true;
		session->goaway_code = frame->goaway.error_code;
	}
	if (answer == NULL)
		return 0;
	if (frame->hd.type == NGHTTP2_RST_STREAM)
		answer->reset = true;
	if (frame->hd.type == NGHTTP2_HEADERS && answer->status_read >= 200)
		answer->status = answer->status_read;
	if ((frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA) &&
	    frame->hd.flags & NGHTTP2_FLAG_END_STREAM)
		answer->ended = true;
	return 0;
}

static int
on_stream_close(nghttp2_session *handle, int32_t stream, uint32_t code, void *arg)
{
	struct sbi_answer *answer = answer_of(arg, stream);

	(void)handle;
	if (answer == NULL)
		return 0;
	answer->done = true;
	answer->code = code;
	/* What is too large is an answer all the same. */
	if (answer->err == ERR_LIMIT && answer->status_read >= 200)
		answer->status = answer->status_read;
	if (answer->err == ERR_OK && !(answer->ended && code == NGHTTP2_NO_ERROR))
		answer->err = answer->reset || ((struct sbi_session *)arg)->goaway ? ERR_REFUSED :
		    code != NGHTTP2_NO_ERROR ? ERR_MALFORMED : ERR_CLOSED;
	return 0;
}

static int
on_not_sent(nghttp2_session *handle, const nghttp2_frame *frame, int code, void *arg)
{
	struct sbi_answer *answer = answer_of(arg, frame->hd.stream_id);

	(void)handle, (void)code;
	if (answer != NULL && frame->hd.type == NGHTTP2_HEADERS) {
		answer->done = true;
		answer->err = ERR_CLOSED;
	}
	return 0;
}

/* The library ends a connection that broke HTTP/2 by a GOAWAY of its own. */
static int
on_sent(nghttp2_session *handle, const nghttp2_frame *frame, void *arg)
{
	struct sbi_session *session = arg;

	(void)handle;
	if (frame->hd.type == NGHTTP2_GOAWAY && frame->goaway.error_code != NGHTTP2_NO_ERROR) {
		session->broken = NGHTTP2_ERR_PROTO;
		session->broken_code = frame->goaway.error_code;
	}
	return 0;
}

static enum err
handle_new(struct sbi_session *session)
{
	nghttp2_session_callbacks *callbacks = NULL;
	nghttp2_option *option = NULL;
	int failed = nghttp2_session_callbacks_new(&callbacks);

	if (failed == 0)
		failed = nghttp2_option_new(&option);
	if (failed == 0) {
		nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
		nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
		nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
		nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_stream_close);
		nghttp2_session_callbacks_set_on_frame_not_send_callback(callbacks, on_not_sent);
		nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, on_sent);
		nghttp2_option_set_max_outbound_ack(option, CONTROL_MAX);
		nghttp2_option_set_max_settings(option, SETTINGS_MAX);
		nghttp2_option_set_max_continuations(option, CONTINUATIONS_MAX);
		nghttp2_option_set_max_reserved_remote_streams(option, 0);
		nghttp2_option_set_peer_max_concurrent_streams(option, SBI_STREAMS);
		nghttp2_option_set_no_closed_streams(option, 1);
		failed = nghttp2_session_client_new2(&session->handle, callbacks, session, option);
	}
	nghttp2_option_del(option);
	nghttp2_session_callbacks_del(callbacks);
	return failed == 0 ? ERR_OK : ERR_IO;
}

/* What the library has to say goes into out. */
static void
pull(struct sbi_session *session)
{
	const uint8_t *at;
	ssize_t got;

	while ((got = nghttp2_session_mem_send(session->handle, &at)) > 0)
		buffer_put(&session->out, at, (size_t)got);
	if (got < 0 && session->broken == 0)
		session->broken = (int)got;
}

enum err
sbi_session_open(struct sbi_session *session, struct why *why)
{
	static const nghttp2_settings_entry settings[] = {
		{ NGHTTP2_SETTINGS_ENABLE_PUSH, 0 },
		{ NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, SBI_FIELD_OCTETS }
	};

	*session = (struct sbi_session){ .streams_max = UINT32_MAX, .out.max = OUT_MAX };
	for (size_t i = 0; i < SBI_STREAMS; i++)
		session->answer[i].body.max = ANSWER_MAX;
	if (handle_new(session) != ERR_OK ||
	    nghttp2_submit_settings(session->handle, NGHTTP2_FLAG_NONE, settings,
	    sizeof(settings) / sizeof(settings[0])) != 0 ||
	    nghttp2_submit_ping(session->handle, NGHTTP2_FLAG_NONE, NULL) != 0) {
		sbi_session_close(session);
		return why_set(why, ERR_IO, "no memory for an HTTP/2 session");
	}
	pull(session);
	return ERR_OK;
}

void
sbi_session_close(struct sbi_session *session)
{
	nghttp2_session_del(session->handle);
	session->handle = NULL;
	for (size_t i = 0; i < SBI_STREAMS; i++)
		buffer_free(&session->answer[i].body);
	buffer_free(&session->out);
}

static nghttp2_nv
field(const char *name, const char *value)
{
	return (nghttp2_nv){ .name = (uint8_t *)(uintptr_t)name, .namelen = strlen(name),
	    .value = (uint8_t *)(uintptr_t)value, .valuelen = strlen(value) };
}

enum err
sbi_session_get(struct sbi_session *session, const struct sbi_request *request, size_t tag)
{
	const nghttp2_nv fields[] = {
		field(":method", "GET"),
		field(":scheme", request->tls ? "https" : "http"),
		field(":authority", request->authority),
		field(":path", request->path),
		field("accept", request->accept),
		field("user-agent", "sekimori/" SEKIMORI_VERSION),
		field("authorization", request->authorization != NULL ?
		    request->authorization : "")
	};
	size_t i = 0, count = sizeof(fields) / sizeof(fields[0]);

	while (i < SBI_STREAMS && session->answer[i].used)
		i++;
	if (i == SBI_STREAMS)
		return ERR_BUSY;
	if (session->goaway || session->broken != 0)
		return ERR_CLOSED;
	session->answer[i].stream = nghttp2_submit_request(session->handle, NULL, fields,
	    request->authorization != NULL ? count : count - 1, NULL, NULL);
	if (session->answer[i].stream < 0)
		return ERR_CLOSED;
	session->answer[i].used = true;
	session->answer[i].tag = tag;
	pull(session);
	return ERR_OK;
}

/* What is plainly another protocol is named, not called broken HTTP/2. */
static enum err
first_octets(struct bytes in, struct why *why)
{
	if (in.len >= 5 && memcmp(in.at, "HTTP/", 5) == 0)
		return why_set(why, ERR_MISMATCH, "the peer speaks HTTP/1, not HTTP/2");
	if (in.len >= 2 && in.at[0] == 0x15 && in.at[1] == 3)
		return why_set(why, ERR_MISMATCH, "the peer expects TLS");
	return ERR_OK;
}

static enum err
broke(const struct sbi_session *session, struct why *why)
{
	switch (session->broken) {
	case NGHTTP2_ERR_FLOODED:
	case NGHTTP2_ERR_TOO_MANY_CONTINUATIONS:
		return why_set(why, ERR_LIMIT, "the peer floods the HTTP/2 connection: %s",
		    nghttp2_strerror(session->broken));
	case NGHTTP2_ERR_PROTO:
		return why_set(why, ERR_MALFORMED, "the peer breaks HTTP/2: %s",
		    nghttp2_http2_strerror(session->broken_code));
	default:
		return why_set(why, ERR_MALFORMED, "the peer breaks HTTP/2: %s",
		    nghttp2_strerror(session->broken));
	}
}

enum err
sbi_session_read(struct sbi_session *session, struct bytes in, struct why *why)
{
	enum err err = session->octets == 0 ? first_octets(in, why) : ERR_OK;
	ssize_t got;

	if (err != ERR_OK)
		return err;
	session->octets += in.len;
	got = nghttp2_session_mem_recv(session->handle, in.at, in.len);
	if (got < 0)
		session->broken = (int)got;
	pull(session);
	return session->broken != 0 ? broke(session, why) : ERR_OK;
}

struct sbi_answer *
sbi_session_done(struct sbi_session *session)
{
	for (size_t i = 0; i < SBI_STREAMS; i++)
		if (session->answer[i].used && session->answer[i].done)
			return &session->answer[i];
	return NULL;
}

void
sbi_answer_release(struct sbi_answer *answer)
{
	struct buffer body = answer->body;

	buffer_reset(&body);
	*answer = (struct sbi_answer){ .body = body };
}

size_t
sbi_session_busy(const struct sbi_session *session)
{
	size_t busy = 0;

	for (size_t i = 0; i < SBI_STREAMS; i++)
		busy += session->answer[i].used && !session->answer[i].done;
	return busy;
}

void
sbi_session_ended(struct sbi_session *session, enum err err)
{
	for (size_t i = 0; i < SBI_STREAMS; i++)
		if (session->answer[i].used && !session->answer[i].done) {
			session->answer[i].done = true;
			if (session->answer[i].err == ERR_OK)
				session->answer[i].err = err;
		}
}

void
sbi_session_end(struct sbi_session *session)
{
	if (session->broken != 0)
		return;
	nghttp2_session_terminate_session(session->handle, NGHTTP2_NO_ERROR);
	pull(session);
}

const char *
sbi_code_name(uint32_t code)
{
	return nghttp2_http2_strerror(code);
}
