/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can go wrong, and the one sentence that says so.  Every function that can fail returns
 * enum err; the sentence goes into a struct why and is fit to enter the ledger as evidence.
 */
#ifndef MONITOR_BASE_ERR_H
#define MONITOR_BASE_ERR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The numbers are recorded: only append. */
#define ERR_LIST(X)                                                     \
	X(OK,          "ok")                                            \
	X(TRUNCATED,   "input ends early")                              \
	X(MALFORMED,   "input breaks its own format")                   \
	X(LIMIT,       "a stated limit was exceeded")                   \
	X(UNSUPPORTED, "valid, but not something this version handles") \
	X(UNTRUSTED,   "signature or chain does not verify")            \
	X(EXPIRED,     "outside its validity period")                   \
	X(MISMATCH,    "not what was expected")                         \
	X(TIMEOUT,     "no answer before the deadline")                 \
	X(REFUSED,     "the peer refused")                              \
	X(UNREACHABLE, "no route to the peer")                          \
	X(BUSY,        "a bounded queue is full")                       \
	X(IO,          "the operating system failed us")                \
	X(NOT_FOUND,   "there is no such thing")                        \
	X(DENIED,      "not permitted")                                 \
	X(CLOSED,      "the peer ended the connection")                 \
	X(RESOLVE,     "the name does not resolve")                     \
	X(INVALID,     "the request or configuration is wrong")

enum err {
#define X(name, text) ERR_##name,
	ERR_LIST(X)
#undef X
	ERR_COUNT
};

enum { WHY_TEXT_MAX = 400 };

/* One sentence: what, where, and what to do.  text is "" while nothing failed. */
struct why {
	enum err err;
	uint64_t offset;		/* byte of the input where reading stopped, or 0 */
	char     text[WHY_TEXT_MAX];
};

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/* "the peer refused" for ERR_REFUSED; a fixed text for numbers this version does not know. */
const char *err_text(enum err);
/* "REFUSED" for ERR_REFUSED. */
const char *err_name(enum err);

/* Fills why (which may be NULL) and returns err, so that "return why_set(...)" is one line. */
enum err why_set(struct why *, enum err, const char *fmt, ...) PRINTF(3, 4);
/* The same with the offset in the input at which reading stopped. */
enum err why_at(struct why *, enum err, uint64_t offset, const char *fmt, ...) PRINTF(4, 5);
/* Puts "prefix: " before the sentence already there, for a caller that knows the file's name. */
enum err why_in(struct why *, const char *fmt, ...) PRINTF(2, 3);

#endif
