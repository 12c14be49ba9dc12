/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Views and growing buffers.  A view never owns; a buffer owns its memory, has a stated ceiling
 * and stays failed once it was exceeded, so that a writer checks once, at the end.
 */
#ifndef MONITOR_BASE_BYTES_H
#define MONITOR_BASE_BYTES_H

#include "monitor/base/err.h"

struct bytes {			/* a view; never owns */
	const uint8_t *at;
	size_t         len;
};

struct buffer {
	uint8_t *at;
	size_t   len, cap;
	size_t   max;		/* the ceiling in bytes; 0 means BUFFER_MAX of limits.h */
	bool     failed;	/* the ceiling was hit; nothing was written past it */
};

struct bytes bytes_of(const void *at, size_t len);
struct bytes bytes_of_text(const char *text);		/* without the NUL */
struct bytes bytes_of_buffer(const struct buffer *);
bool         bytes_equal(struct bytes, struct bytes);
int          bytes_compare(struct bytes, struct bytes);	/* bytewise, shorter first; <0, 0, >0 */
struct bytes bytes_slice(struct bytes, size_t from, size_t len);	/* clipped */

/* Memory is zeroed; out of memory ends the process (limits make it unreachable in practice). */
void *memory_new(size_t count, size_t size);
void *memory_resize(void *, size_t count, size_t size);
char *memory_text(struct bytes);			/* a NUL-terminated copy; caller frees */
void  memory_trim(void);	/* gives what was freed back to the system; after large work */

void  buffer_put(struct buffer *, const void *at, size_t len);
void  buffer_put_u8(struct buffer *, uint8_t);
void  buffer_put_be(struct buffer *, uint64_t value, unsigned octets);	/* big-endian */
void  buffer_put_text(struct buffer *, const char *);	/* without the NUL */
void  buffer_print(struct buffer *, const char *fmt, ...) PRINTF(2, 3);
const char *buffer_text(struct buffer *);		/* NUL-terminates behind len; "" if empty */
void  buffer_reset(struct buffer *);			/* keeps the memory */
void  buffer_free(struct buffer *);			/* gives it back; usable again */

/* Reads from the front of untrusted bytes; once failed, every read gives zero. */
struct reader {
	struct bytes in;
	size_t       at;
	bool         failed;
};

struct reader reader_of(struct bytes);
uint64_t      read_be(struct reader *, unsigned octets);
struct bytes  read_bytes(struct reader *, size_t len);
bool          reader_done(const struct reader *);	/* all read, nothing failed */

/* Lower-case hex; out needs 2 * len + 1 octets. */
void     hex_of(struct bytes, char *out);
MUST_USE enum err hex_read(const char *text, uint8_t *out, size_t len);	/* exactly len octets */
/* Standard base64 with padding (RFC 4648 section 4), no line breaks; appended to the buffer. */
void     base64_put(struct buffer *, struct bytes);
MUST_USE enum err base64_read(struct bytes text, struct buffer *out);	/* strict */

#endif
