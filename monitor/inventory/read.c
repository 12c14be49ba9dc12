/* SPDX-License-Identifier: Apache-2.0 */
/* A round from its request to its reply; see inventory.h. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/log.h"
#include "monitor/inventory/inventory.h"
#include "monitor/ledger/facts.h"

enum { SPARE_MS = 300 };	/* of the round's time, for the reply itself */

static const struct { const char *name; void (*function)(struct inventory *); } providers[] = {
#define PROVIDER(name, function) { name, function },
#include "monitor/inventory/provider_list.h"
};

void
inventory_step(struct inventory *inventory, const char *fmt, ...)
{
	char text[INVENTORY_STEP_MAX + 1];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	inventory->transport->step(inventory->transport->arg, bytes_of_text(text));
}

bool
inventory_fail(struct inventory *inventory, enum inventory_result result, const char *fmt, ...)
{
	char text[INVENTORY_TEXT_MAX + 1];
	va_list args;

	if (inventory->result != INVENTORY_READ)
		return false;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	text_escape(text, strlen(text), inventory->text, sizeof(inventory->text));
	inventory->result = result;
	return false;
}

bool
inventory_failed(struct inventory *inventory, const struct why *why)
{
	enum inventory_result result = why->err == ERR_BUSY ? INVENTORY_BUSY :
	    why->err == ERR_TIMEOUT ? INVENTORY_TIME :
	    why->err == ERR_DENIED ? INVENTORY_REFUSED :
	    why->err == ERR_NOT_FOUND ? INVENTORY_NONE :
	    why->err == ERR_INVALID ? INVENTORY_CREDENTIAL :
	    why->err == ERR_MALFORMED || why->err == ERR_TRUNCATED || why->err == ERR_LIMIT ||
	    why->err == ERR_UNSUPPORTED ? INVENTORY_NONSENSE : INVENTORY_UNREACHED;

	return inventory_fail(inventory, result, "%s", why->text);
}

/* Into one of the lists of what is said beside resources. */
static void
list_print(struct text_list *list, const char *fmt, va_list args)
{
	char text[RESOURCE_TEXT_MAX];

	vsnprintf(text, sizeof(text), fmt, args);
	text_list_add(list, bytes_of_text(text));
}

void
inventory_unread(struct inventory *inventory, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	list_print(&inventory->stock.unread, fmt, args);
	va_end(args);
}

void
inventory_contradiction(struct inventory *inventory, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	list_print(&inventory->stock.contradictions, fmt, args);
	va_end(args);
}

void
inventory_put(struct inventory *inventory, const struct resource *resource)
{
	stock_put(&inventory->stock, resource);
}

bool
inventory_account(struct inventory *inventory, struct bytes account)
{
	resource_set(&inventory->account, account);
	if (inventory->request.account.len == 0 ||
	    bytes_equal(inventory->request.account, bytes_of_text(inventory->account)))
		return true;
	return inventory_fail(inventory, INVENTORY_ACCOUNT, "%.*s is declared, the provider says "
	    "%s",
	    (int)inventory->request.account.len, (const char *)inventory->request.account.at,
	    inventory->account);
}

bool
inventory_rights(struct inventory *inventory)
{
	struct buffer text = { .max = INVENTORY_TEXT_MAX };

	if (inventory->rights != RIGHTS_WRITE || inventory->request.allow_write)
		return true;
	for (size_t i = 0; i < inventory->rights_write.count; i++)
		buffer_print(&text, "%s%s", i > 0 ? ", " : "", inventory->rights_write.text[i]);
	inventory_fail(inventory, INVENTORY_RIGHTS, "%s", buffer_text(&text));
	buffer_free(&text);
	return false;
}

bool
inventory_wants(const struct inventory *inventory, const char *kind)
{
	return inventory->request.kind.len == 0 ||
	    bytes_equal(inventory->request.kind, bytes_of_text(kind));
}

bool
inventory_single(const struct inventory *inventory)
{
	return inventory->request.resource.len > 0;
}

bool
inventory_region(const struct inventory *inventory, size_t *at, char *region, size_t region_len)
{
	struct bytes list = inventory->request.regions;
	size_t len = 0;

	while (*at < list.len && (list.at[*at] == ' ' || list.at[*at] == ','))
		++*at;
	for (; *at < list.len && list.at[*at] != ' ' && list.at[*at] != ','; ++*at)
		if (len < region_len - 1)
			region[len++] = (char)list.at[*at];
	region[len] = '\0';
	return len > 0;
}

/* What came, even if it is good, is said to be less than all where it is. */
static void
judge(struct inventory *inventory)
{
	struct stock *stock = &inventory->stock;

	if (inventory->result != INVENTORY_READ)
		return;
	if (inventory_single(inventory) && stock->rows == 0 && stock->unread.count == 0)
		inventory_fail(inventory, INVENTORY_NONE, "%s", "");
	else if (stock->contradictions.all > 0)
		inventory_fail(inventory, INVENTORY_TWO_WAYS, "%zu times, first: %.200s",
		    stock->contradictions.all, stock->contradictions.text[0]);
	else if (stock->full)
		inventory_fail(inventory, INVENTORY_PARTIAL, "more than %d resources or %d octets",
		    STOCK_MAX, STOCK_OCTETS);
	else if (stock->unread.all > 0)
		inventory_fail(inventory, INVENTORY_PARTIAL, "%zu parts, first: %.200s",
		    stock->unread.all, stock->unread.text[0]);
}

static void
ask_provider(struct inventory *inventory)
{
	for (size_t i = 0; i < sizeof(providers) / sizeof(providers[0]); i++)
		if (bytes_equal(inventory->request.provider, bytes_of_text(providers[i].name))) {
			providers[i].function(inventory);
			return;
		}
	inventory_fail(inventory, INVENTORY_OPTIONS, "this version knows no such provider");
}

/* What was read for another account, or by rights that are too many, is not handed on. */
static bool
tells(enum inventory_result result)
{
	return result == INVENTORY_READ || result == INVENTORY_PARTIAL ||
	    result == INVENTORY_TWO_WAYS;
}

static void
reply_put(struct inventory *inventory, struct buffer *reply)
{
	struct buffer blob[INVENTORY_EVIDENCE_MAX] = { { .max = 0 } }, facts = { .max = 0 };
	struct inventory_reply out = { .result = inventory->result };
	struct fact_set *set = memory_new(1, sizeof(*set));
	size_t at = 0;

	inventory_facts(inventory, set);
	fact_set_write(set, FACTS_ALL, &facts);
	while (tells(inventory->result) && at < inventory->stock.rows &&
	    out.evidences < INVENTORY_EVIDENCE_MAX) {
		at = stock_listing(&inventory->stock, at, BLOB_MAX, &blob[out.evidences]);
		out.evidence[out.evidences] = bytes_of_buffer(&blob[out.evidences]);
		out.evidences++;
	}
	out.text = bytes_of_text(inventory->text);
	out.facts = bytes_of_buffer(&facts);
	inventory_reply_write(reply, &out);
	for (size_t i = 0; i < INVENTORY_EVIDENCE_MAX; i++)
		buffer_free(&blob[i]);
	buffer_free(&facts);
	fact_set_free(set);
	free(set);
}

void
inventory_run(struct bytes request, const struct transport *transport, struct buffer *reply)
{
	struct inventory inventory = { .transport = transport };
	struct why why = { .err = ERR_OK };

	if (inventory_request_read(request, &inventory.request, &why) != ERR_OK) {
		inventory_fail(&inventory, INVENTORY_OPTIONS, "%s", why.text);
	} else {
		inventory.until_ms = transport->now_ms(transport->arg) +
		    (int64_t)inventory.request.time_ms - SPARE_MS;
		ask_provider(&inventory);
	}
	stock_settle(&inventory.stock);
	judge(&inventory);
	reply_put(&inventory, reply);
	stock_free(&inventory.stock);
	text_list_free(&inventory.rights_write);
	free(inventory.account);
}
