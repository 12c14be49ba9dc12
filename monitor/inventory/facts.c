/* SPDX-License-Identifier: Apache-2.0 */
/* What was gathered, as facts: of the one resource that was asked for, or of the whole account. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/inventory/inventory.h"
#include "monitor/ledger/facts.h"

enum { LIST_OCTETS = 4500 };	/* of one list: all of them fit a record; the count is exact */

/* What fits of a list, in its order. */
struct told { struct bytes text[FACT_LIST_MAX]; size_t count, octets; };

static bool
tell(struct told *told, const char *text)
{
	size_t len = strnlen(text, FACT_ENTRY_MAX);

	if (told->count == FACT_LIST_MAX || told->octets + len > LIST_OCTETS)
		return false;
	told->text[told->count++] = bytes_of(text, len);
	told->octets += len;
	return true;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
list_fact(struct fact_set *facts, enum fact fact, const struct text_list *list)
{
	struct told told = { .count = 0 };
	char *sorted[RESOURCE_LIST_MAX];

	if (list->count > 0)
		memcpy(sorted, list->text, list->count * sizeof(sorted[0]));
	qsort(sorted, list->count, sizeof(sorted[0]), by_text);
	for (size_t i = 0; i < list->count && tell(&told, sorted[i]); i++)
		continue;
	fact_set_texts(facts, fact, told.text, told.count);
}

static void
text_fact(struct fact_set *facts, enum fact fact, const char *text)
{
	if (resource_text(text)[0] != '\0')
		fact_set_text(facts, fact, bytes_of_text(text));
}

static void
setting_fact(struct fact_set *facts, enum fact fact, enum setting setting)
{
	if (setting != SETTING_UNKNOWN)
		fact_set_flag(facts, fact, setting == SETTING_YES);
}

/* Destinations once each, in order. */
static void
places_fact(struct fact_set *facts, enum fact fact, struct text_list *places)
{
	struct told told = { .count = 0 };

	if (places->count > 0)
		qsort(places->text, places->count, sizeof(places->text[0]), by_text);
	for (size_t i = 0; i < places->count; i++)
		if (i == 0 || strcmp(places->text[i - 1], places->text[i]) != 0)
			tell(&told, places->text[i]);
	fact_set_texts(facts, fact, told.text, told.count);
}

static void
edge_facts(struct fact_set *facts, const struct resource *one)
{
	struct text_list edges = { .count = 0 }, places = { .count = 0 };
	int64_t unknown = 0, leaving = 0;

	for (size_t i = 0; i < one->edges; i++) {
		const struct edge *edge = &one->edge[i];
		bool said = resource_text(edge->to)[0] != '\0';

		text_list_print(&edges, "%s from %s to %s: %s", edge_word(edge->kind),
		    resource_text(edge->from), said ? edge->to : "unknown",
		    resource_text(edge->id));
		if (said)
			text_list_add(&places, bytes_of_text(edge->to));
		unknown += !said;
		leaving += edge_leaves(edge);
	}
	list_fact(facts, FACT_INVENTORY_EDGES, &edges);
	fact_set_int(facts, FACT_INVENTORY_EDGES_COUNT, (int64_t)one->edge_all);
	places_fact(facts, FACT_INVENTORY_EDGES_PLACES, &places);
	fact_set_int(facts, FACT_INVENTORY_EDGES_UNKNOWN, unknown);
	fact_set_int(facts, FACT_INVENTORY_EDGES_LEAVING, leaving);
	text_list_free(&edges);
	text_list_free(&places);
}

static void
one_facts(struct fact_set *facts, const struct resource *one)
{
	static const struct { enum resource_setting setting; enum fact fact; } settings[] = {
		{ RESOURCE_PUBLIC, FACT_INVENTORY_PUBLIC },
		{ RESOURCE_ENCRYPTED, FACT_INVENTORY_ENCRYPTED },
		{ RESOURCE_LOGGING, FACT_INVENTORY_LOGGING },
		{ RESOURCE_ROTATION, FACT_INVENTORY_ROTATION },
		{ RESOURCE_VERSIONING, FACT_INVENTORY_VERSIONING },
		{ RESOURCE_SECOND_FACTOR, FACT_INVENTORY_SECOND_FACTOR } };

	text_fact(facts, FACT_INVENTORY_KIND, one->kind);
	text_fact(facts, FACT_INVENTORY_RESOURCE, one->id);
	text_fact(facts, FACT_INVENTORY_NAME, one->name);
	text_fact(facts, FACT_INVENTORY_PLACE, one->place);
	text_fact(facts, FACT_INVENTORY_ZONE, one->zone);
	text_fact(facts, FACT_INVENTORY_STATE, one->state);
	text_fact(facts, FACT_INVENTORY_OWNER, one->owner);
	text_fact(facts, FACT_INVENTORY_KEY, one->key);
	text_fact(facts, FACT_INVENTORY_KEY_HOLDER, one->key_holder);
	text_fact(facts, FACT_INVENTORY_IN_USE, one->in_use);
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		setting_fact(facts, settings[i].fact, one->setting[settings[i].setting]);
	if (one->shared_known || one->shared.all > 0) {
		list_fact(facts, FACT_INVENTORY_SHARED, &one->shared);
		fact_set_int(facts, FACT_INVENTORY_SHARED_COUNT, (int64_t)one->shared.all);
	}
	if (one->open_known || one->open.all > 0) {
		list_fact(facts, FACT_INVENTORY_OPEN, &one->open);
		fact_set_int(facts, FACT_INVENTORY_OPEN_COUNT, (int64_t)one->open.all);
	}
	if (one->edges_known || one->edge_all > 0)
		edge_facts(facts, one);
	if (one->created_ms != 0)
		fact_set_time(facts, FACT_INVENTORY_CREATED, one->created_ms);
}

/* That there is none is known only if everything was read. */
static void
mark_facts(struct fact_set *facts, const struct stock *stock, enum stock_mark mark,
    enum fact list, enum fact count)
{
	struct told told = { .count = 0 };
	int64_t all = 0;

	for (size_t i = 0; i < stock->rows; i++) {
		if (!(stock->row[i].marks & mark))
			continue;
		tell(&told, stock->row[i].title);
		all++;
	}
	if (all == 0 && (stock->unread.all > 0 || stock->full))
		return;
	if (list != FACT_NONE)
		fact_set_texts(facts, list, told.text, told.count);
	fact_set_int(facts, count, all);
}

enum { DISTINCT_MAX = 512 };

/* Values of the rows, if counted with how often each came, in the order of their names. */
static size_t
distinct_fact(struct fact_set *facts, enum fact fact, const char **value, size_t count,
    bool counted)
{
	struct text_list texts = { .count = 0 };
	struct told told = { .count = 0 };
	size_t distinct = 0, from = 0;

	if (count > 0)
		qsort(value, count, sizeof(*value), by_text);
	for (size_t i = 1; i <= count; i++) {
		if (i < count && strcmp(value[i], value[from]) == 0)
			continue;
		if (value[from][0] != '\0') {
			if (counted)
				text_list_print(&texts, "%s %zu", value[from], i - from);
			else
				text_list_add(&texts, bytes_of_text(value[from]));
			distinct++;
		}
		from = i;
	}
	for (size_t i = 0; i < texts.count && tell(&told, texts.text[i]); i++)
		continue;
	fact_set_texts(facts, fact, told.text, told.count);
	text_list_free(&texts);
	return distinct;
}

static void
destinations_fact(struct fact_set *facts, const struct stock *stock)
{
	struct text_list places = { .count = 0 };

	for (size_t i = 0; i < stock->rows; i++) {
		const char *at = stock->row[i].leaving;

		while (*at != '\0') {
			size_t len = strcspn(at, " ");
			bool known = false;

			for (size_t j = 0; j < places.count && !known; j++)
				known = bytes_equal(bytes_of_text(places.text[j]),
				    bytes_of(at, len));
			if (!known)
				text_list_add(&places, bytes_of(at, len));
			at += len + (at[len] == ' ');
		}
	}
	places_fact(facts, FACT_INVENTORY_ALL_DESTINATIONS, &places);
	text_list_free(&places);
}

/* In no region, and without data: the account itself, its log sinks, its firewall rules. */
static bool
settings_alone(const struct stock_row *row)
{
	static const char *const kind[] = { "account", "sink", "group" };
	const char *region = strchr(row->place, '/');

	if (region == NULL || strcmp(region, "/global") != 0)
		return false;
	for (size_t i = 0; i < sizeof(kind) / sizeof(kind[0]); i++)
		if (strcmp(row->kind, kind[i]) == 0)
			return true;
	return false;
}

static void
account_facts(struct fact_set *facts, const struct inventory *inventory)
{
	static const struct { enum stock_mark mark; enum fact list, count; } marks[] = {
#define M(MARK, NAME) { MARK_##MARK, FACT_INVENTORY_ALL_##NAME, FACT_INVENTORY_ALL_##NAME##_COUNT }
		M(PUBLIC, PUBLIC), M(OPEN, OPEN), M(UNENCRYPTED, UNENCRYPTED),
		M(UNLOGGED, UNLOGGED), M(UNROTATED, UNROTATED), M(SINGLE_FACTOR, SINGLE_FACTOR),
		M(LEAVING, LEAVING), M(SHARED, SHARED),
#undef M
		{ MARK_UNKNOWN, FACT_NONE, FACT_INVENTORY_ALL_UNKNOWN_COUNT } };
	const struct stock *stock = &inventory->stock;
	const char **value = memory_new(stock->rows + 1, sizeof(*value));

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		mark_facts(facts, stock, marks[i].mark, marks[i].list, marks[i].count);
	fact_set_int(facts, FACT_INVENTORY_COUNT, (int64_t)stock->rows);
	for (size_t i = 0; i < stock->rows; i++)
		value[i] = stock->row[i].kind;
	distinct_fact(facts, FACT_INVENTORY_KINDS, value, stock->rows, true);
	for (size_t i = 0; i < stock->rows; i++)
		value[i] = settings_alone(&stock->row[i]) ? "" : stock->row[i].place;
	fact_set_int(facts, FACT_INVENTORY_PLACES_COUNT, (int64_t)distinct_fact(facts,
	    FACT_INVENTORY_PLACES, value, stock->rows, false));
	free(value);
	destinations_fact(facts, stock);
	setting_fact(facts, FACT_INVENTORY_ROOT_SECOND_FACTOR, inventory->root_second_factor);
	setting_fact(facts, FACT_INVENTORY_ROOT_KEYS, inventory->root_keys);
}

static void
listing_fact(struct fact_set *facts, const struct stock *stock)
{
	struct buffer listing = { .max = STOCK_OCTETS };

	stock_listing(stock, 0, STOCK_OCTETS, &listing);
	fact_set_hash(facts, FACT_INVENTORY_LISTING, hash_of(bytes_of_buffer(&listing)));
	buffer_free(&listing);
}

/* What could not be read; and of a single resource what its API has no answer to. */
static void
unread_fact(struct fact_set *facts, const struct stock *stock, const struct resource *one)
{
	struct text_list all = { .count = 0 };

	for (size_t i = 0; i < stock->unread.count; i++)
		text_list_add(&all, bytes_of_text(stock->unread.text[i]));
	for (size_t i = 0; one != NULL && i < one->unsaid.count; i++)
		text_list_add(&all, bytes_of_text(one->unsaid.text[i]));
	if (all.all > 0)
		list_fact(facts, FACT_INVENTORY_UNREAD, &all);
	text_list_free(&all);
}

void
inventory_facts(const struct inventory *inventory, struct fact_set *facts)
{
	static const char *const rights[] = { "unknown", "read", "write" };
	const struct stock *stock = &inventory->stock;
	bool read = inventory->result == INVENTORY_READ ||
	    inventory->result == INVENTORY_PARTIAL || inventory->result == INVENTORY_TWO_WAYS;

	fact_set_text(facts, FACT_INVENTORY_PROVIDER, inventory->request.provider);
	text_fact(facts, FACT_INVENTORY_ACCOUNT, inventory->account);
	fact_set_int(facts, FACT_INVENTORY_CALLS, (int64_t)inventory->calls);
	fact_set_int(facts, FACT_INVENTORY_THROTTLED, (int64_t)inventory->throttled);
	if (inventory->account != NULL)
		fact_set_text(facts, FACT_INVENTORY_RIGHTS,
		    bytes_of_text(rights[inventory->rights]));
	if (inventory->rights == RIGHTS_WRITE)
		list_fact(facts, FACT_INVENTORY_RIGHTS_WRITE, &inventory->rights_write);
	if (!read)
		return;
	unread_fact(facts, stock, inventory_single(inventory) ? stock->one : NULL);
	fact_set_int(facts, FACT_INVENTORY_CONTRADICTIONS_COUNT,
	    (int64_t)stock->contradictions.all);
	if (stock->contradictions.all > 0)
		list_fact(facts, FACT_INVENTORY_CONTRADICTIONS, &stock->contradictions);
	fact_set_flag(facts, FACT_INVENTORY_WHOLE, stock->unread.all == 0 && !stock->full);
	if (stock->rows > 0)
		listing_fact(facts, stock);
	if (!inventory_single(inventory))
		account_facts(facts, inventory);
	else if (stock->one != NULL && stock->contradictions.all == 0)
		one_facts(facts, stock->one);
}
