/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Status feeds: the first octet says which kind.  Whatever is read has clean and bounded texts, is
 * in order, and is news at most once; whatever is refused leaves nothing and says why.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/base/cbor.h"
#include "monitor/base/log.h"
#include "monitor/feed/book.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
check_text(const char *text, size_t max)
{
	size_t len = strlen(text);

	must(len <= max && utf8_valid(bytes_of(text, len)));
	for (size_t i = 0; i < len;) {
		size_t octets = text_safe_character(text + i, len - i);

		must(octets > 0);
		i += octets;
	}
}

static void
check_list(const struct feed_list *list)
{
	for (size_t i = 0; i < list->notices; i++) {
		const struct feed_notice *at = &list->notice[i];

		check_text(at->key, FEED_KEY_MAX), check_text(at->title, FEED_TITLE_MAX);
		check_text(at->region, FEED_PLACES_MAX), check_text(at->services, FEED_PLACES_MAX);
		check_text(at->text, FEED_TEXT_MAX);
		must(at->state < FEED_STATES && (unsigned)at->severity < SEVERITIES);
		must(at->told_ms >= 0 && at->started_ms >= 0 && at->ended_ms >= 0);
		must(!feed_state_over(at->state) || at->severity == PERCEIVED_CLEARED);
		must(i == 0 || strcmp(at[-1].key, at->key) <= 0);
		must(at->first == (i == 0 || at[-1].newest));
		must(i == 0 || at->first || at[-1].told_ms <= at->told_ms);
	}
	must(list->notices == 0 || list->notice[list->notices - 1].newest);
}

static void
count(void *arg, const struct feed_notice *notice)
{
	must(notice->key != NULL && notice->title != NULL && notice->region != NULL);
	++*(size_t *)arg;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static bool begun;
	struct feed_list list = { .notices = 0 };
	struct feed_book book = { .knowns = 0 };
	struct why why = { .err = ERR_OK };
	size_t news = 0, again = 0;

	if (!begun)
		feed_begin();
	begun = true;
	if (len == 0)
		return 0;
	if (feed_read((enum feed_kind)(data[0] % 7), bytes_of(data + 1, len - 1), &list, &why) !=
	    ERR_OK) {
		must(why.text[0] != '\0' && list.notices == 0 && list.notice == NULL);
		return 0;
	}
	check_list(&list);
	feed_book_take(&book, &list, data[0] & 0x80 ? "ap-northeast-1" : "",
	    INT64_C(1768500000000), count, &news);
	must(news <= list.notices);
	feed_book_take(&book, &list, data[0] & 0x80 ? "ap-northeast-1" : "",
	    INT64_C(1768500000000), count, &again);
	must(again == 0);
	feed_book_free(&book);
	feed_list_free(&list);
	return 0;
}
