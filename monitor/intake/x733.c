/* SPDX-License-Identifier: Apache-2.0 */
/* See x733.h. */
#include <string.h>
#include <strings.h>

#include "monitor/intake/x733.h"

static bool
same_word(struct bytes word, const char *text)
{
	return word.len == strlen(text) && strncasecmp((const char *)word.at, text, word.len) == 0;
}

bool
x733_severity(struct bytes word, enum severity *out)
{
	static const struct { const char *word; enum severity severity; } words[] = {
#define SEVERITY_WORD(word, SEVERITY) { word, PERCEIVED_##SEVERITY },
#include "monitor/intake/x733_list.h"
	};

	for (size_t i = 0; word.len > 0 && i < sizeof(words) / sizeof(words[0]); i++)
		if (same_word(word, words[i].word)) {
			*out = words[i].severity;
			return true;
		}
	return false;
}

static const struct {
	uint64_t        itu;
	const char     *word, *word_3gpp;
	enum alarm_type type;
} types[] = {
#define EVENT_TYPE(itu, word, word_3gpp, TYPE) { itu, word, word_3gpp, ALARM_TYPE_##TYPE },
#include "monitor/intake/x733_list.h"
};

bool
x733_alarm_type(struct bytes word, enum alarm_type *out)
{
	for (size_t i = 0; word.len > 0 && i < sizeof(types) / sizeof(types[0]); i++)
		if (same_word(word, types[i].word) || same_word(word, types[i].word_3gpp) ||
		    same_word(word, alarm_type_name(types[i].type))) {
			*out = types[i].type;
			return true;
		}
	return false;
}

enum alarm_type
x733_alarm_type_of(uint64_t itu)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (types[i].itu == itu)
			return types[i].type;
	return ALARM_TYPE_NONE;
}

const char *
x733_cause_of(uint64_t itu)
{
	switch (itu) {
#define PROBABLE_CAUSE(itu, word) case itu: return word;
#include "monitor/intake/x733_list.h"
	default:
		return NULL;
	}
}
