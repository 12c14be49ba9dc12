/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An HTTP/2 server in a child process, over TLS or not, that serves fixed pages and writes what it
 * saw into shared memory; and frames made by hand for servers that do not keep to the rules.
 */
#ifndef TESTS_UNIT_SBI_LAB_H
#define TESTS_UNIT_SBI_LAB_H

#include <nghttp2/nghttp2.h>
#include <sys/mman.h>

#include "tests/unit/tls_lab.h"

enum { SBI_PAGES = 80, SBI_OPEN = 64 };

/* Shared between the test and its servers. */
struct sbi_seen {
	unsigned connections, requests, open, open_max, goaways, pings, ends;
	unsigned ends_before_plain;	/* ends of this server when the plain one was connected to */
	unsigned plain;			/* connections of the plain server */
	char     agent[64], authority[128], path[256], method[16], scheme[16];
};

struct sbi_page {
	const char  *path;		/* NULL: any */
	int          status;
	const char  *type;
	struct bytes body;
};

struct sbi_server {
	SSL_CTX         *ctx;		/* NULL: without TLS */
	struct sbi_page  page[SBI_PAGES];
	size_t           pages;
	uint32_t         streams_max;	/* 0: none said */
	unsigned         goaway_after;	/* requests answered before GOAWAY; 0: never */
	uint32_t         goaway_code;
	uint32_t         reset_code;	/* not 0: requests are reset with it */
	struct sbi_seen *seen;
	/* of the connection */
	SSL             *ssl;
	int              fd;
	struct { int32_t stream; char path[256]; size_t page, at; } open[SBI_OPEN];
};

static inline struct sbi_seen *
sbi_seen_new(void)
{
	return mmap(NULL, sizeof(struct sbi_seen), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

static inline size_t
sbi_open_find(const struct sbi_server *server, int32_t stream)
{
	size_t i = 0;

	while (i < SBI_OPEN - 1 && server->open[i].stream != stream)
		i++;
	return i;
}

static inline void
sbi_keep(char *out, size_t out_len, const uint8_t *value, size_t len)
{
	snprintf(out, out_len, "%.*s", (int)len, value);
}

static inline int
sbi_on_begin(nghttp2_session *session, const nghttp2_frame *frame, void *arg)
{
	struct sbi_server *server = arg;
	size_t i = sbi_open_find(server, 0);

	(void)session;
	server->open[i].stream = frame->hd.stream_id;
	server->open[i].at = 0;
	server->seen->requests++;
	if (++server->seen->open > server->seen->open_max)
		server->seen->open_max = server->seen->open;
	return 0;
}

static inline int
sbi_on_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name,
    size_t name_len, const uint8_t *value, size_t len, uint8_t flags, void *arg)
{
	struct sbi_server *server = arg;
	struct sbi_seen *seen = server->seen;
	struct bytes field = bytes_of(name, name_len);

	(void)session, (void)flags;
	if (bytes_equal(field, bytes_of_text(":path"))) {
		size_t i = sbi_open_find(server, frame->hd.stream_id);

		sbi_keep(server->open[i].path, sizeof(server->open[i].path), value, len);
		sbi_keep(seen->path, sizeof(seen->path), value, len);
	} else if (bytes_equal(field, bytes_of_text(":method"))) {
		sbi_keep(seen->method, sizeof(seen->method), value, len);
	} else if (bytes_equal(field, bytes_of_text(":scheme"))) {
		sbi_keep(seen->scheme, sizeof(seen->scheme), value, len);
	} else if (bytes_equal(field, bytes_of_text(":authority"))) {
		sbi_keep(seen->authority, sizeof(seen->authority), value, len);
	} else if (bytes_equal(field, bytes_of_text("user-agent"))) {
		sbi_keep(seen->agent, sizeof(seen->agent), value, len);
	}
	return 0;
}

static inline ssize_t
sbi_read_body(nghttp2_session *session, int32_t stream, uint8_t *out, size_t room,
    uint32_t *flags, nghttp2_data_source *source, void *arg)
{
	struct sbi_server *server = arg;
	size_t i = sbi_open_find(server, stream), left;
	const struct sbi_page *page = &server->page[server->open[i].page];

	(void)session, (void)source;
	left = page->body.len - server->open[i].at;
	if (left <= room)
		*flags |= NGHTTP2_DATA_FLAG_EOF;
	else
		left = room;
	if (left > 0)
		memcpy(out, page->body.at + server->open[i].at, left);
	server->open[i].at += left;
	return (ssize_t)left;
}

static inline nghttp2_nv
sbi_field(const char *name, const char *value)
{
	return (nghttp2_nv){ (uint8_t *)(uintptr_t)name, (uint8_t *)(uintptr_t)value, strlen(name),
	    strlen(value), 0 };
}

static inline void
sbi_answer(nghttp2_session *session, struct sbi_server *server, int32_t stream)
{
	size_t i = sbi_open_find(server, stream), page = 0;
	nghttp2_data_provider body = { .read_callback = sbi_read_body };
	char status[8];

	if (server->reset_code != 0) {
		nghttp2_submit_rst_stream(session, 0, stream, server->reset_code);
		return;
	}
	while (page < server->pages - 1 && server->page[page].path != NULL &&
	    strcmp(server->page[page].path, server->open[i].path) != 0)
		page++;
	server->open[i].page = page;
	snprintf(status, sizeof(status), "%d", server->page[page].status);
	nghttp2_submit_response(session, stream, (nghttp2_nv[]){ sbi_field(":status", status),
	    sbi_field("server", "lab/1"), sbi_field("content-type", server->page[page].type) }, 3,
	    &body);
	if (server->goaway_after > 0 && server->seen->requests >= server->goaway_after)
		nghttp2_submit_goaway(session, 0, stream, server->goaway_code, NULL, 0);
}

static inline int
sbi_on_frame(nghttp2_session *session, const nghttp2_frame *frame, void *arg)
{
	struct sbi_server *server = arg;

	if (frame->hd.type == NGHTTP2_GOAWAY)
		server->seen->goaways++;
	if (frame->hd.type == NGHTTP2_PING && !(frame->hd.flags & NGHTTP2_FLAG_ACK))
		server->seen->pings++;
	if (frame->hd.type == NGHTTP2_HEADERS && frame->hd.flags & NGHTTP2_FLAG_END_STREAM)
		sbi_answer(session, server, frame->hd.stream_id);
	return 0;
}

static inline int
sbi_on_close(nghttp2_session *session, int32_t stream, uint32_t code, void *arg)
{
	struct sbi_server *server = arg;

	(void)session, (void)code;
	server->open[sbi_open_find(server, stream)].stream = 0;
	server->seen->open--;
	return 0;
}

static inline bool
sbi_write(struct sbi_server *server, const uint8_t *at, size_t len)
{
	if (server->ssl != NULL)
		return SSL_write(server->ssl, at, (int)len) == (int)len;
	return write(server->fd, at, len) == (ssize_t)len;
}

static inline bool
sbi_write_all(nghttp2_session *session, struct sbi_server *server)
{
	const uint8_t *at;
	ssize_t got;

	while ((got = nghttp2_session_mem_send(session, &at)) > 0)
		if (!sbi_write(server, at, (size_t)got))
			return false;
	return got == 0;
}

static inline void
sbi_talk(struct sbi_server *server)
{
	nghttp2_session_callbacks *callbacks;
	nghttp2_settings_entry most = { NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS,
	    server->streams_max };
	nghttp2_session *session;
	uint8_t octets[16384];
	ssize_t got;

	nghttp2_session_callbacks_new(&callbacks);
	nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, sbi_on_begin);
	nghttp2_session_callbacks_set_on_header_callback(callbacks, sbi_on_header);
	nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, sbi_on_frame);
	nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, sbi_on_close);
	nghttp2_session_server_new(&session, callbacks, server);
	nghttp2_session_callbacks_del(callbacks);
	nghttp2_submit_settings(session, 0, &most, server->streams_max > 0);
	while (sbi_write_all(session, server)) {
		got = server->ssl != NULL ? SSL_read(server->ssl, octets, sizeof(octets)) :
		    read(server->fd, octets, sizeof(octets));
		if (got <= 0) {
			server->seen->ends++;
			break;
		}
		if (nghttp2_session_mem_recv(session, octets, (size_t)got) < 0)
			break;
	}
	nghttp2_session_del(session);
}

/* For lab_serve(). */
static inline void
sbi_serve(int fd, void *arg)
{
	struct sbi_server *server = arg;

	server->seen->connections++;
	server->seen->open = 0;
	memset(server->open, 0, sizeof(server->open));
	server->fd = fd;
	server->ssl = NULL;
	if (server->ctx != NULL) {
		server->ssl = SSL_new(server->ctx);
		SSL_set_fd(server->ssl, fd);
	}
	if (server->ssl == NULL || SSL_accept(server->ssl) == 1)
		sbi_talk(server);
	if (server->ssl != NULL)
		SSL_shutdown(server->ssl);
	SSL_free(server->ssl);
	shutdown(fd, SHUT_WR);
}

static inline int
sbi_choose_h2(SSL *ssl, const unsigned char **out, unsigned char *out_len,
    const unsigned char *in, unsigned in_len, void *arg)
{
	(void)ssl, (void)arg;
	for (unsigned i = 0; i + 3 <= in_len; i += in[i] + 1u)
		if (memcmp(in + i, "\2h2", 3) == 0) {
			*out = in + i + 1;
			*out_len = 2;
			return SSL_TLSEXT_ERR_OK;
		}
	return SSL_TLSEXT_ERR_NOACK;
}

static inline void
sbi_frame(struct buffer *out, unsigned type, unsigned flags, unsigned stream, const void *payload,
    size_t len)
{
	buffer_put_be(out, len, 3);
	buffer_put_be(out, type, 1);
	buffer_put_be(out, flags, 1);
	buffer_put_be(out, stream, 4);
	buffer_put(out, payload, len);
}

#endif
