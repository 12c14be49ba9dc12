/* SPDX-License-Identifier: Apache-2.0 */
/* Statements are compared by digest: of what was said once, and of the face an event shows now. */
#include <stdlib.h>
#include <string.h>

#include "monitor/feed/book.h"

static uint64_t
digest_of(struct buffer *text)
{
	struct hash hash = hash_of(bytes_of_buffer(text));
	uint64_t digest;

	memcpy(&digest, hash.at, sizeof(digest));
	buffer_free(text);
	return digest;
}

static void
put(struct buffer *out, const char *text)
{
	buffer_put(out, text, strlen(text) + 1);
}

static uint64_t
statement_of(const struct feed_notice *notice)
{
	struct buffer text = { .max = 0 };

	put(&text, notice->key);
	put(&text, notice->text);
	buffer_put_be(&text, notice->state, 4);
	buffer_put_be(&text, (uint64_t)notice->told_ms, 8);
	return digest_of(&text);
}

static uint64_t
face_of(const struct feed_notice *notice)
{
	struct buffer text = { .max = 0 };

	put(&text, notice->title);
	put(&text, notice->region);
	put(&text, notice->services);
	buffer_put_be(&text, notice->state, 4);
	buffer_put_be(&text, notice->severity, 4);
	buffer_put_be(&text, (uint64_t)notice->started_ms, 8);
	buffer_put_be(&text, (uint64_t)notice->ended_ms, 8);
	return digest_of(&text);
}

static int
by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static int
by_key(const void *a, const void *b)
{
	return strcmp(((const struct book_event *)a)->key, ((const struct book_event *)b)->key);
}

static bool
is_known(const struct feed_book *book, const struct feed_notice *notice)
{
	uint64_t statement = statement_of(notice);

	return book->knowns > 0 && bsearch(&statement, book->known, book->knowns,
	    sizeof(statement), by_number) != NULL;
}

static struct book_event *
event_find(const struct feed_book *book, char *key)
{
	struct book_event wanted = { .key = key };

	return book->events == 0 ? NULL : bsearch(&wanted, book->event, book->events,
	    sizeof(wanted), by_key);
}

static bool
is_recent(const struct feed_notice *notice, int64_t now_ms)
{
	return notice->told_ms != 0 && notice->told_ms > now_ms - BOOK_RECENT_MS;
}

/* An event that is not over, ended lately, or may be either, for it has no date. */
static bool
is_news(const struct feed_notice *newest, int64_t now_ms)
{
	return feed_state_open(newest->state) || is_recent(newest, now_ms) ||
	    (newest->told_ms == 0 && !feed_state_over(newest->state));
}

struct taking {
	struct feed_book *book, next;
	const char       *regions;
	int64_t           now_ms;
	feed_tell        *tell;
	void             *arg;
};

/* The statements of one event, oldest first. */
static void
event_take(struct taking *t, const struct feed_notice *first, size_t count)
{
	const struct feed_notice *newest = &first[count - 1];
	struct book_event *before = event_find(t->book, first->key);
	uint64_t face = face_of(newest);
	bool told = before != NULL ? before->told : is_news(newest, t->now_ms);

	for (size_t i = 0; i < count; i++) {
		const struct feed_notice *at = &first[i];
		bool changed = before != NULL && at == newest && before->face != face;
		bool due = before != NULL || i == 0 || at == newest || is_recent(at, t->now_ms);

		t->next.known[t->next.knowns++] = statement_of(at);
		/* An old event that moves again is news again, but only what moved. */
		told |= before != NULL && is_news(at, t->now_ms) && !is_known(t->book, at);
		if (told && due && (!is_known(t->book, at) || changed))
			t->tell(t->arg, at);
	}
	if (before != NULL)
		before->listed = true;
	t->next.event[t->next.events++] = (struct book_event){ .key = memory_text(bytes_of_text(
	    newest->key)), .title = memory_text(bytes_of_text(newest->title)),
	    .region = memory_text(bytes_of_text(newest->region)),
	    .services = memory_text(bytes_of_text(newest->services)), .face = face,
	    .open = !feed_state_over(newest->state), .told = told };
}

static void
unlisted_tell(struct taking *t)
{
	for (size_t i = 0; i < t->book->events; i++) {
		struct book_event *event = &t->book->event[i];
		char nothing[] = "";
		struct feed_notice notice = { .key = event->key, .title = event->title,
		    .region = event->region, .services = event->services, .text = nothing,
		    .state = FEED_UNLISTED, .severity = PERCEIVED_CLEARED, .first = true,
		    .newest = true };

		if (!event->listed && event->open && event->told)
			t->tell(t->arg, &notice);
	}
}

void
feed_book_take(struct feed_book *book, const struct feed_list *list, const char *regions,
    int64_t now_ms, feed_tell *tell, void *arg)
{
	struct taking t = { .book = book, .regions = regions, .now_ms = now_ms, .tell = tell,
	    .arg = arg };

	t.next.known = memory_new(list->notices + 1, sizeof(*t.next.known));
	t.next.event = memory_new(list->notices + 1, sizeof(*t.next.event));
	for (size_t i = 0, count; i < list->notices; i += count) {
		bool concerns = false;

		for (count = 0; i + count == i || (i + count < list->notices &&
		    !list->notice[i + count].first); count++)
			concerns |= feed_concerns(&list->notice[i + count], regions);
		if (concerns)
			event_take(&t, &list->notice[i], count);
	}
	/* What was left out may be listed all the same. */
	if (list->left_out == 0)
		unlisted_tell(&t);
	feed_book_free(book);
	*book = t.next;
	qsort(book->known, book->knowns, sizeof(*book->known), by_number);
}

void
feed_book_free(struct feed_book *book)
{
	for (size_t i = 0; i < book->events; i++) {
		free(book->event[i].key), free(book->event[i].title);
		free(book->event[i].region), free(book->event[i].services);
	}
	free(book->known);
	free(book->event);
	*book = (struct feed_book){ .knowns = 0 };
}
