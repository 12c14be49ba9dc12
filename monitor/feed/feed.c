/* SPDX-License-Identifier: Apache-2.0 */
/* The list of statements: filled by a reader of one form, then put in order; see feed.h. */
#include <stdlib.h>
#include <string.h>

#include "monitor/feed/feed_part.h"

enum feed_kind
feed_kind_by_name(const char *name)
{
#define FEED_KIND(NAME, text)                                                   \
	if (strcmp(name, text) == 0)                                            \
		return FEED_##NAME;
#include "monitor/feed/feed_list.h"
	return FEED_NONE;
}

static const struct { const char *word; int open; } states[] = {
#define FEED_STATE(NAME, text, is_open) [FEED_##NAME] = { text, is_open },
#include "monitor/feed/feed_list.h"
};

const char *
feed_state_word(enum feed_state state)
{
	return state < FEED_STATES ? states[state].word : "informed";
}

bool
feed_state_open(enum feed_state state)
{
	return state < FEED_STATES && states[state].open == 1;
}

bool
feed_state_over(enum feed_state state)
{
	return state < FEED_STATES && states[state].open == 0;
}

static char *
copy_clean(struct bytes text, size_t max, void (*clean)(struct buffer *, struct bytes, size_t))
{
	struct buffer out = { .max = 0 };
	char *copy;

	clean(&out, text, max);
	copy = memory_text(bytes_of_buffer(&out));
	buffer_free(&out);
	return copy;
}

/* A key must stay unique: one that is too long is replaced by its hash, never cut. */
static char *
copy_key(struct bytes key)
{
	char hex[HASH_TEXT];

	if (key.len <= FEED_KEY_MAX)
		return copy_clean(key, FEED_KEY_MAX + 1, feed_clean);
	hash_text(hash_of(key), hex);
	return memory_text(bytes_of_text(hex));
}

void
feed_add(struct feed_list *list, const struct feed_draft *draft)
{
	if (list->notices == FEED_NOTICES_MAX) {
		list->left_out++;
		return;
	}
	if (list->notices == list->cap) {
		list->cap = list->cap > 0 ? 2 * list->cap : 32;
		list->notice = memory_resize(list->notice, list->cap, sizeof(*list->notice));
	}
	list->notice[list->notices++] = (struct feed_notice){
		.key = copy_key(draft->key),
		.title = copy_clean(draft->title, FEED_TITLE_MAX, feed_clean_html),
		.region = copy_clean(draft->region, FEED_PLACES_MAX, feed_clean),
		.services = copy_clean(draft->services, FEED_PLACES_MAX, feed_clean),
		.text = copy_clean(draft->text, FEED_TEXT_MAX, feed_clean_html),
		.state = draft->state,
		.severity = feed_state_over(draft->state) ? PERCEIVED_CLEARED : draft->severity,
		.told_ms = draft->told_ms,
		.doubtful = draft->doubtful,
		.started_ms = draft->started_ms,
		.ended_ms = draft->ended_ms,
		.order = draft->order,
		.item = draft->item
	};
}

struct bytes
feed_keep(struct feed_list *list, char *text)
{
	if (text == NULL)
		return bytes_of(NULL, 0);
	if (list->keeps == list->keep_cap) {
		list->keep_cap = list->keep_cap > 0 ? 2 * list->keep_cap : 32;
		list->kept = memory_resize(list->kept, list->keep_cap, sizeof(*list->kept));
	}
	list->kept[list->keeps++] = text;
	return bytes_of_text(text);
}

static int
notice_order(const void *a, const void *b)
{
	const struct feed_notice *x = a, *y = b;
	int keys = strcmp(x->key, y->key);

	if (keys != 0)
		return keys;
	if (x->told_ms != y->told_ms)
		return x->told_ms < y->told_ms ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

static void
list_settle(struct feed_list *list)
{
	if (list->notices > 0)
		qsort(list->notice, list->notices, sizeof(*list->notice), notice_order);
	for (size_t i = 0; i < list->notices; i++) {
		struct feed_notice *at = &list->notice[i];

		at->first = i == 0 || strcmp(at[-1].key, at->key) != 0;
		at->newest = i + 1 == list->notices || strcmp(at[1].key, at->key) != 0;
	}
}

static enum err
read_form(enum feed_kind kind, struct bytes document, struct feed_list *list, struct why *why)
{
	switch (kind) {
	case FEED_STATUSPAGE:
		if (!feed_is_xml(document))
			return statuspage_read(document, list, why);
		return syndication_read(kind, document, list, why);
	case FEED_AWS:
		if (!feed_is_xml(document))
			return aws_read(document, list, why);
		return syndication_read(kind, document, list, why);
	case FEED_GOOGLE:
		if (!feed_is_xml(document))
			return google_read(document, list, why);
		return syndication_read(kind, document, list, why);
	case FEED_AZURE:
	case FEED_RSS:
	case FEED_ATOM:
		return syndication_read(kind, document, list, why);
	case FEED_NONE:
		break;
	}
	return why_set(why, ERR_UNSUPPORTED, "there is no such kind of status feed");
}

enum err
feed_read(enum feed_kind kind, struct bytes document, struct feed_list *list, struct why *why)
{
	enum err err;

	if (document.len > FEED_DOCUMENT_MAX)
		return why_set(why, ERR_LIMIT, "the feed has more than %d octets",
		    FEED_DOCUMENT_MAX);
	err = read_form(kind, document, list, why);
	if (err != ERR_OK)
		feed_list_free(list);
	else
		list_settle(list);
	return err;
}

void
feed_list_free(struct feed_list *list)
{
	for (size_t i = 0; i < list->notices; i++) {
		struct feed_notice *at = &list->notice[i];

		free(at->key), free(at->title), free(at->region);
		free(at->services), free(at->text);
	}
	for (size_t i = 0; i < list->keeps; i++)
		free(list->kept[i]);
	free(list->notice);
	free(list->kept);
	*list = (struct feed_list){ .notices = 0 };
}

/* Whole words only: "ap-northeast-1" is no part of "ap-northeast-10". */
static bool
names_word(const char *text, struct bytes word)
{
	char wanted[FEED_TITLE_MAX];
	struct bytes left = bytes_of_text(text);
	size_t behind;

	if (word.len == 0 || word.len >= sizeof(wanted))
		return false;
	memcpy(wanted, word.at, word.len);
	wanted[word.len] = '\0';
	while ((behind = feed_find(left, wanted)) > 0) {
		size_t front = behind - word.len;
		uint8_t before = front > 0 ? left.at[front - 1] : ' ';
		uint8_t after = behind < left.len ? left.at[behind] : ' ';

		if (strchr(" ,;:()[]/|", before) != NULL && strchr(" ,;:()[]/|.", after) != NULL)
			return true;
		left = bytes_slice(left, front + 1, left.len);
	}
	return false;
}

bool
feed_concerns(const struct feed_notice *notice, const char *regions)
{
	const char *at = regions;

	if (regions[strspn(regions, ", ")] == '\0' ||
	    (notice->region[0] == '\0' && notice->services[0] == '\0') ||
	    names_word(notice->region, bytes_of_text("global")))
		return true;
	while (*at != '\0') {
		size_t len = strcspn(at, ",");
		struct bytes word = bytes_of(at, len);

		while (word.len > 0 && word.at[0] == ' ')
			word = bytes_slice(word, 1, word.len);
		while (word.len > 0 && word.at[word.len - 1] == ' ')
			word.len--;
		if (names_word(notice->region, word) || names_word(notice->services, word) ||
		    names_word(notice->title, word))
			return true;
		at += len + (at[len] == ',');
	}
	return false;
}
