/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people entered meets what was drafted.  An entry "=HASH" confirms the draft with that hash
 * and no other: where the draft moved since, it is to be confirmed again, and the paper says so.
 */
#include <stdio.h>
#include <string.h>

#include "reports/accident_part.h"

struct hash
accident_draft_hash(const struct filing_answer *answer)
{
	struct buffer all = { .max = 0 };
	struct hash hash;

	for (uint32_t i = 0; i < answer->values; i++)
		buffer_print(&all, "%s\n%s\n%s\n", answer->value[i].name, answer->value[i].text,
		    answer->value[i].how);
	hash = hash_of(bytes_of_buffer(&all));
	buffer_free(&all);
	return hash;
}

void
accident_digests(const struct filing *filing, struct accident_order *order)
{
	order->digests = 0;
	for (uint32_t i = 0; i < filing->covers && i < FORM_FIELDS_MAX; i++) {
		struct accident_digest *digest = &order->digest[order->digests++];

		snprintf(digest->field, sizeof(digest->field), "%s",
		    filing->cover[i].field->key);
		digest->hash = accident_draft_hash(&filing->cover[i]);
	}
}

static bool
confirms(const struct accident *a, const struct accident_entry *entry)
{
	char hex[HASH_TEXT];

	for (size_t i = 0; i < a->order.digests; i++) {
		if (strcmp(a->order.digest[i].field, entry->field) != 0)
			continue;
		hash_text(a->order.digest[i].hash, hex);
		return strcmp(entry->text + 1, hex) == 0;
	}
	return false;
}

static void
take_entry(const struct accident *a, struct filing_answer *answer)
{
	const struct accident_entry *entry = accident_entry_of(a, answer->field->key);

	if (entry == NULL)
		return;
	answer->entry = entry;
	if (entry->text[0] != '=' || entry->withheld) {
		answer->standing = FILING_ENTERED;
		return;
	}
	answer->confirmed = confirms(a, entry);
	answer->moved = !answer->confirmed;
	if (answer->confirmed)
		answer->standing = FILING_ENTERED;
}

void
accident_answer(struct maker *m, struct filing_answer *answer)
{
	take_entry(m->source->accident, answer);
	if (answer->standing == FILING_ENTERED)
		return;
	m->filing->blank += answer->field->fill == FORM_H;
	m->filing->unconfirmed += answer->field->fill == FORM_M;
	m->filing->required += answer->field->fill != FORM_A && !answer->field->optional;
}
