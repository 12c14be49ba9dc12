/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An HTTP/2 client without a socket (RFC 9113): octets of the peer in, octets for the peer out.
 * It sends GET and PING only.  Fields, bodies, interim answers and control frames are bounded;
 * what goes beyond is reset and named, and the rest of the connection goes on where it can.
 */
#ifndef PROBES_SBI_SESSION_H
#define PROBES_SBI_SESSION_H

#include "monitor/base/bytes.h"

struct nghttp2_session;

enum {
	SBI_STREAMS       = 8,		/* requests at a time, whatever the peer allows */
	SBI_FIELDS_MAX    = 64,		/* fields of one answer, trailers included */
	SBI_FIELD_OCTETS  = 16 << 10,	/* names and values of one answer */
	SBI_INTERIM_MAX   = 8,		/* answers with status 1xx before the final one */
	SBI_TEXT_MAX      = 128		/* octets kept of one field */
};

struct sbi_request {
	bool        tls;
	const char *authority, *path, *accept;
	const char *authorization;	/* "Bearer ..."; NULL: none */
};

struct sbi_answer {
	bool          used, done, ended;	/* ended: the peer said END_STREAM */
	bool          reset;		/* by the peer, see code */
	int32_t       stream;
	size_t        tag;		/* the caller's */
	int           status;		/* of the final answer; 0: none came whole */
	int           status_read;	/* of the field block that is being read */
	enum err      err;		/* done: ERR_OK, or why it is not whole */
	uint32_t      code;		/* HTTP/2 error code the stream was closed with */
	unsigned      fields, interim;
	size_t        field_octets;
	char          server[SBI_TEXT_MAX];
	char          challenge[SBI_TEXT_MAX];	/* WWW-Authenticate */
	struct buffer body;
};

/* Lives in its owner's memory and does not move while open. */
struct sbi_session {
	struct nghttp2_session *handle;
	struct buffer     out;		/* for the peer; the owner sends and resets it */
	struct sbi_answer answer[SBI_STREAMS];
	size_t            octets;	/* taken from the peer */
	bool              settings, ping_acked, goaway;	/* what the peer said */
	uint32_t          goaway_code;
	uint32_t          streams_max;	/* the peer's SETTINGS; UINT32_MAX: no bound said */
	int               broken;	/* of nghttp2, 0: the peer keeps to HTTP/2 */
	uint32_t          broken_code;
};

/* Preface, SETTINGS and a PING into out.  ERR_IO if the library has no memory. */
MUST_USE enum err sbi_session_open(struct sbi_session *, struct why *);
void              sbi_session_close(struct sbi_session *);
/* One more GET into out.  ERR_BUSY: SBI_STREAMS are in use; ERR_CLOSED: the peer takes no more. */
MUST_USE enum err sbi_session_get(struct sbi_session *, const struct sbi_request *, size_t tag);
/*
 * Takes octets of the peer.  ERR_MALFORMED, LIMIT, MISMATCH: it does not keep to HTTP/2 or its
 * bounds; the sentence says how, and nothing more may be read.  out may hold octets either way.
 */
MUST_USE enum err sbi_session_read(struct sbi_session *, struct bytes in, struct why *);
/* An answer that is done, NULL if none is; back with sbi_answer_release(). */
struct sbi_answer *sbi_session_done(struct sbi_session *);
void               sbi_answer_release(struct sbi_answer *);
size_t             sbi_session_busy(const struct sbi_session *);	/* without an end yet */
/* Nothing more will be read: requests without an end are done, with this error. */
void               sbi_session_ended(struct sbi_session *, enum err);
void               sbi_session_end(struct sbi_session *);	/* GOAWAY into out */
const char        *sbi_code_name(uint32_t code);	/* "REFUSED_STREAM" */

#endif
