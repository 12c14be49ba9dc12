/* SPDX-License-Identifier: Apache-2.0 */
/* The words for the stages of an event, in headlines and in fields; see feed_part.h. */
#include <string.h>
#include <strings.h>

#include "monitor/feed/feed_part.h"

static const struct { const char *word; enum feed_state state; } words[] = {
	{ "investigating", FEED_INVESTIGATING },
	{ "identified", FEED_IDENTIFIED },
	{ "monitoring", FEED_MONITORING },
	{ "resolved", FEED_RESOLVED },
	{ "mitigated", FEED_RESOLVED },
	{ "postmortem", FEED_RESOLVED },
	{ "scheduled", FEED_SCHEDULED },
	{ "in_progress", FEED_MAINTENANCE },
	{ "in progress", FEED_MAINTENANCE },
	{ "verifying", FEED_MAINTENANCE },
	{ "completed", FEED_COMPLETED },
	{ "update", FEED_ONGOING },
	{ "active", FEED_ONGOING },
};

/* Anywhere in a headline, for there are no blanks between words; what is not over comes first. */
static const struct { const char *word; enum feed_state state; } words_ja[] = {
	{ "未復旧", FEED_ONGOING },
	{ "復旧見込", FEED_ONGOING },
	{ "復旧作業", FEED_ONGOING },
	{ "復旧時期", FEED_ONGOING },
	{ "復旧", FEED_RESOLVED },
	{ "回復", FEED_RESOLVED },
	{ "解消", FEED_RESOLVED },
	{ "完了", FEED_COMPLETED },
	{ "調査中", FEED_INVESTIGATING },
	{ "経過観察", FEED_MONITORING },
	{ "メンテナンス", FEED_SCHEDULED },
	{ "工事", FEED_SCHEDULED },
	{ "障害", FEED_ONGOING },
	{ "発生", FEED_ONGOING },
};

enum feed_state
feed_state_of_word(struct bytes word)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (word.len == strlen(words[i].word) &&
		    strncasecmp((const char *)word.at, words[i].word, word.len) == 0)
			return words[i].state;
	return FEED_INFORMED;
}

/* "names cannot be resolved" is no stage: a mark must stand on both sides of the word. */
static bool
stands_alone(struct bytes title, size_t from, size_t behind)
{
	while (from > 0 && title.at[from - 1] == ' ')
		from--;
	while (behind < title.len && title.at[behind] == ' ')
		behind++;
	return (from == 0 || strchr("[(-:|", title.at[from - 1]) != NULL) &&
	    (behind == title.len || strchr("])-:|", title.at[behind]) != NULL) &&
	    (from != 0 || behind != title.len);
}

enum feed_state
feed_state_of_title(struct bytes title)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t behind = feed_find(title, words[i].word);

		if (behind > 0 && stands_alone(title, behind - strlen(words[i].word), behind))
			return words[i].state;
	}
	for (size_t i = 0; i < sizeof(words_ja) / sizeof(words_ja[0]); i++)
		if (title.len > 0 && memmem(title.at, title.len, words_ja[i].word,
		    strlen(words_ja[i].word)) != NULL)
			return words_ja[i].state;
	return FEED_INFORMED;
}
