/* SPDX-License-Identifier: Apache-2.0 */
/* Facts and evidence of what an NRF said, in the order of instance ids; see sbi_nrf.h. */
#include <stdlib.h>
#include <string.h>

#include "probes/sbi_nrf.h"

/* Lines of a list fact, made one after another; the fact keeps FACT_LIST_MAX of them. */
struct lines {
	struct buffer text;
	size_t        end[FACT_LIST_MAX];
	size_t        count;
};

static void
line_end(struct lines *lines)
{
	lines->end[lines->count++] = lines->text.len;
}

static void
lines_fact(struct lines *lines, struct fact_set *facts, enum fact fact)
{
	struct bytes line[FACT_LIST_MAX];
	size_t start = 0;

	for (size_t i = 0; i < lines->count; i++) {
		line[i] = bytes_of(lines->text.at + start, lines->end[i] - start);
		start = lines->end[i];
	}
	fact_set_texts(facts, fact, line, lines->count);
	buffer_free(&lines->text);
}

static int
type_order(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
types_fact(const struct nrf *nrf, struct fact_set *facts)
{
	struct lines lines = { .count = 0 };
	const char **type = memory_new(nrf->read + 1, sizeof(*type));
	size_t types = 0;

	for (size_t i = 0; i < nrf->instances; i++)
		if (nrf->instance[i].read)
			type[types++] = nrf->instance[i].type;
	qsort(type, types, sizeof(*type), type_order);
	for (size_t i = 0, same; i < types && lines.count < FACT_LIST_MAX; i += same) {
		for (same = 1; i + same < types && strcmp(type[i], type[i + same]) == 0; same++)
			;
		buffer_print(&lines.text, "%s %zu", type[i], same);
		line_end(&lines);
	}
	free(type);
	lines_fact(&lines, facts, FACT_NRF_TYPES);
}

static void
suspended_facts(const struct nrf *nrf, struct fact_set *facts)
{
	struct lines lines = { .count = 0 };
	int64_t count = 0;

	for (size_t i = 0; i < nrf->instances; i++) {
		const struct nrf_instance *instance = &nrf->instance[i];

		if (!instance->read || strcmp(instance->status, "REGISTERED") == 0)
			continue;
		count++;
		if (lines.count == FACT_LIST_MAX)
			continue;
		buffer_print(&lines.text, "%s %s %s", instance->type, instance->id,
		    instance->status);
		line_end(&lines);
	}
	fact_set_int(facts, FACT_NRF_SUSPENDED_COUNT, count);
	lines_fact(&lines, facts, FACT_NRF_SUSPENDED);
}

static void
http_lines(struct lines *lines, const struct nrf_instance *instance)
{
	const char *name = (const char *)instance->http.at;
	size_t left = instance->http.len;

	while (left > 0 && lines->count < FACT_LIST_MAX) {
		size_t len = strnlen(name, left);

		buffer_print(&lines->text, "%s %s ", instance->type, instance->id);
		buffer_put(&lines->text, name, len);
		line_end(lines);
		len = len < left ? len + 1 : left;
		name += len;
		left -= len;
	}
}

static void
http_facts(const struct nrf *nrf, struct fact_set *facts)
{
	struct lines lines = { .count = 0 };
	int64_t count = 0;

	for (size_t i = 0; i < nrf->instances; i++) {
		if (!nrf->instance[i].read)
			continue;
		count += (int64_t)nrf->instance[i].http_count;
		http_lines(&lines, &nrf->instance[i]);
	}
	fact_set_int(facts, FACT_NRF_HTTP_COUNT, count);
	lines_fact(&lines, facts, FACT_NRF_HTTP);
}

void
nrf_facts(const struct nrf *nrf, struct fact_set *facts)
{
	int64_t silent = 0;

	for (size_t i = 0; i < nrf->instances; i++)
		silent += nrf->instance[i].read && !nrf->instance[i].heartbeat;
	fact_set_int(facts, FACT_NRF_INSTANCES, (int64_t)(nrf->instances + nrf->unnamed));
	fact_set_int(facts, FACT_NRF_PROFILES, (int64_t)nrf->read);
	fact_set_int(facts, FACT_NRF_NO_HEARTBEAT_COUNT, silent);
	types_fact(nrf, facts);
	suspended_facts(nrf, facts);
	http_facts(nrf, facts);
}

void
nrf_evidence(const struct nrf *nrf, struct buffer *out)
{
	buffer_put_text(out, "[");
	for (size_t i = 0; i < nrf->instances; i++)
		buffer_print(out, "%s\"%s\"", i > 0 ? "," : "", nrf->instance[i].id);
	buffer_put_text(out, "]\n");
	for (size_t i = 0; i < nrf->instances; i++) {
		if (!nrf->instance[i].read)
			continue;
		buffer_put(out, nrf->instance[i].profile.at, nrf->instance[i].profile.len);
		buffer_put_text(out, "\n");
	}
}
