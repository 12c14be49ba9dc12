/* SPDX-License-Identifier: Apache-2.0 */
/* The list of an NRF against the NF instances somebody expects there; see sbi_nrf.h. */
#include <string.h>
#include <strings.h>

#include "probes/sbi_nrf.h"

/* Lines of a list fact; the fact keeps the first FACT_LIST_MAX, the count has all. */
struct found {
	struct buffer text;
	size_t        end[FACT_LIST_MAX];
	size_t        kept, count;
};

static void
found_end(struct found *found)
{
	if (found->count++ < FACT_LIST_MAX)
		found->end[found->kept++] = found->text.len;
}

static void
found_facts(struct found *found, struct fact_set *facts, enum fact list, enum fact count)
{
	struct bytes line[FACT_LIST_MAX];
	size_t start = 0;

	for (size_t i = 0; i < found->kept; i++) {
		line[i] = bytes_of(found->text.at + start, found->end[i] - start);
		start = found->end[i];
	}
	fact_set_texts(facts, list, line, found->kept);
	fact_set_int(facts, count, (int64_t)found->count);
	buffer_free(&found->text);
}

/* The next id of a list with commas, without blanks; false at its end. */
static bool
next_id(const char **list, struct bytes *id)
{
	size_t len;

	*list += strspn(*list, ", ");
	len = strcspn(*list, ", ");
	*id = bytes_of(*list, len);
	*list += len;
	return len > 0;
}

static bool
same_id(struct bytes id, const char *known)
{
	return id.len == strlen(known) && strncasecmp((const char *)id.at, known, id.len) == 0;
}

static bool
expects(const char *expect, const char *known)
{
	struct bytes id;

	while (next_id(&expect, &id))
		if (same_id(id, known))
			return true;
	return false;
}

static bool
lists(const struct nrf *nrf, struct bytes id)
{
	for (size_t i = 0; i < nrf->instances; i++)
		if (same_id(id, nrf->instance[i].id))
			return true;
	return false;
}

void
nrf_expect_facts(const struct nrf *nrf, const char *expect, struct fact_set *facts)
{
	struct found more = { .count = 0 }, missing = { .count = 0 };
	const char *at = expect;
	struct bytes id;

	if (expect[0] == '\0')
		return;
	for (size_t i = 0; i < nrf->instances; i++) {
		const struct nrf_instance *instance = &nrf->instance[i];

		if (expects(expect, instance->id))
			continue;
		if (instance->read && more.count < FACT_LIST_MAX)
			buffer_print(&more.text, "%s ", instance->type);
		if (more.count < FACT_LIST_MAX)
			buffer_put_text(&more.text, instance->id);
		found_end(&more);
	}
	while (next_id(&at, &id)) {
		if (lists(nrf, id))
			continue;
		if (missing.count < FACT_LIST_MAX)
			buffer_put(&missing.text, id.at, id.len);
		found_end(&missing);
	}
	found_facts(&more, facts, FACT_NRF_UNCONFIGURED, FACT_NRF_UNCONFIGURED_COUNT);
	found_facts(&missing, facts, FACT_NRF_MISSING, FACT_NRF_MISSING_COUNT);
}
