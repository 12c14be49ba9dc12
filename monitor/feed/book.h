/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What of a feed has been told already, so that a statement is recorded once: when it is new, when
 * the provider changed it, and when an open event is no longer listed.  Pure; one book per source.
 */
#ifndef MONITOR_FEED_BOOK_H
#define MONITOR_FEED_BOOK_H

#include "monitor/feed/feed.h"

enum { BOOK_RECENT_MS = 86400000 };	/* what ended longer ago is not news, at a start or later */

struct book_event {
	char    *key, *title, *region, *services;
	uint64_t face;		/* of what the newest statement says */
	bool     open, told;	/* not over; something of it was told */
	bool     listed;	/* in the document that is being taken */
};

struct feed_book {
	uint64_t          *known;	/* statements of the newest document, ascending */
	size_t             knowns;
	struct book_event *event;	/* ascending by key */
	size_t             events;
};

typedef void feed_tell(void *arg, const struct feed_notice *);

/*
 * Takes what the source says now and tells what is news.  now_ms is the wall clock, UTC; regions
 * as in feed_concerns().  An event that the book knew as open and that is gone from a document that
 * was read whole is told as UNLISTED: over as far as one can tell, at no time that anybody said.
 */
void feed_book_take(struct feed_book *, const struct feed_list *, const char *regions,
    int64_t now_ms, feed_tell *, void *arg);
void feed_book_free(struct feed_book *);

#endif
