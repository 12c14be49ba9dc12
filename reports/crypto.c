/* SPDX-License-Identifier: Apache-2.0 */
/* Names of algorithms taken apart, and the inventory made of a state's facts; see crypto.h. */
#include <stdlib.h>
#include <string.h>

#include "monitor/ledger/facts.h"
#include "reports/crypto.h"

enum { NAME_MAX_OCTETS = 512, PARTS_MAX = 16 };

static const struct crypto_algorithm algorithm[] = {
#define ALGORITHM(name, words, primitive, classical, level, quantum, standing)                   \
	{ name, words, primitive, classical, level, CRYPTO_##quantum, CRYPTO_##standing },
#include "reports/crypto_list.h"
};

enum { ALGORITHMS = sizeof(algorithm) / sizeof(algorithm[0]) };

static const struct { const char *title, *type; } protocol[] = {
#define CRYPTO_PROTOCOL(NAME, title, type) { title, type },
#include "reports/crypto_list.h"
};

static const struct { enum fact fact; enum crypto_protocol protocol; enum crypto_role role;
    enum crypto_basis basis; } fact_role[] = {
#define CRYPTO_FACT(fact, protocol, role, basis)                                                 \
	{ FACT_##fact, CRYPTO_##protocol, CRYPTO_##role, CRYPTO_##basis },
#include "reports/crypto_list.h"
};

size_t
crypto_algorithms(const struct crypto_algorithm **rows)
{
	*rows = algorithm;
	return ALGORITHMS;
}

const char *
crypto_protocol_title(enum crypto_protocol which)
{
	return protocol[which].title;
}

const char *
crypto_protocol_type(enum crypto_protocol which)
{
	return protocol[which].type;
}

/* Lower case, each run of what is neither letter nor digit one '-', none at the ends. */
static size_t
name_normal(struct bytes name, char out[NAME_MAX_OCTETS])
{
	size_t len = 0;

	for (size_t i = 0; i < name.len && len + 1 < NAME_MAX_OCTETS; i++) {
		char c = (char)name.at[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			out[len++] = c;
		else if (len > 0 && out[len - 1] != '-')
			out[len++] = '-';
	}
	while (len > 0 && out[len - 1] == '-')
		len--;
	out[len] = '\0';
	return len;
}

/* How many octets of text the longest of the words is that it begins with, at a word's end. */
static size_t
words_match(const char *words, const char *text)
{
	size_t best = 0;

	while (*words != '\0') {
		size_t len = strcspn(words, " ");

		if (len > best && strncmp(text, words, len) == 0 &&
		    (text[len] == '\0' || text[len] == '-'))
			best = len;
		words += len + (words[len] == ' ');
	}
	return best;
}

size_t
crypto_classify(struct bytes name, size_t *row, size_t max)
{
	char text[NAME_MAX_OCTETS];
	size_t len = name_normal(name, text), count = 0;

	for (size_t at = 0; at < len && count < max;) {
		size_t best = 0, which = 0;

		for (size_t i = 0; i < ALGORITHMS; i++) {
			size_t match = words_match(algorithm[i].words, text + at);

			if (match > best) {
				best = match;
				which = i;
			}
		}
		if (best > 0)
			row[count++] = which;
		else
			best = strcspn(text + at, "-");
		at += best + (text[at + best] == '-');
	}
	return count;
}

static void
fact_walk_names(const struct crypto_item *from, struct bytes value, enum fact_type type,
    void (*each)(void *arg, const struct crypto_item *), void *arg)
{
	struct cbor cbor = cbor_of(value, true);
	struct crypto_item item = *from;
	uint64_t count = type == FACT_TYPE_texts ? cbor_array(&cbor) : 1;

	for (; count > 0 && cbor.err == ERR_OK; count--) {
		item.name = cbor_text(&cbor);
		if (item.name.len > 0)
			each(arg, &item);
	}
}

static void
replica_walk(struct crypto_item *item, struct bytes facts,
    void (*each)(void *arg, const struct crypto_item *), void *arg)
{
	struct fact_walk walk = fact_walk_of(facts);
	const struct fact_row *row;
	struct bytes value;
	uint64_t number;

	while (fact_walk_next(&walk, &number, &row, &value))
		for (size_t i = 0; i < sizeof(fact_role) / sizeof(fact_role[0]); i++) {
			if (row == NULL || fact_role[i].fact != row->fact)
				continue;
			item->protocol = fact_role[i].protocol;
			item->role = fact_role[i].role;
			item->basis = fact_role[i].basis;
			fact_walk_names(item, value, row->type, each, arg);
		}
}

void
crypto_walk(const struct state *state, void (*each)(void *arg, const struct crypto_item *),
    void *arg)
{
	for (uint32_t i = 0; i < state->targets; i++)
		for (uint32_t r = 0; r < state->target[i].replicas; r++) {
			const struct replica_state *replica = &state->target[i].replica[r];
			struct crypto_item item = { .target = &state->target[i], .place = i,
			    .replica = r };

			if (replica->seen && replica->reason != REASON_STALE)
				replica_walk(&item, bytes_of_buffer(&replica->facts), each, arg);
		}
}

/* --- the inventory ------------------------------------------------------------------------ */

struct making {
	struct crypto_inventory *inventory;
	uint32_t  cap;
	uint32_t *used_in, *offered_in;	/* by row: the interface that counted it last, plus one */
};

static struct crypto_interface *
interface_of(struct making *making, const struct crypto_item *item)
{
	struct crypto_inventory *inventory = making->inventory;
	struct crypto_interface *interface;

	/* Items come target by target, replica by replica: only the last few can be meant. */
	for (uint32_t i = inventory->interfaces; i-- > 0;) {
		interface = &inventory->interface[i];
		if (interface->place != item->place || interface->replica != item->replica)
			break;
		if (interface->protocol == item->protocol)
			return interface;
	}
	if (inventory->interfaces == making->cap) {
		making->cap = making->cap * 2 + 64;
		inventory->interface = memory_resize(inventory->interface, making->cap,
		    sizeof(*inventory->interface));
	}
	interface = &inventory->interface[inventory->interfaces++];
	memset(interface, 0, sizeof(*interface));
	interface->place = item->place;
	interface->replica = item->replica;
	interface->protocol = item->protocol;
	interface->ready = item->protocol == CRYPTO_SNMP ? CRYPTO_READY_NONE :
	    CRYPTO_READY_UNKNOWN;
	return interface;
}

static void
ready_take(struct crypto_interface *interface, const struct crypto_item *item, size_t row)
{
	bool exchange = strcmp(algorithm[row].primitive, "kem") == 0 ||
	    strcmp(algorithm[row].primitive, "key-agree") == 0 ||
	    strcmp(algorithm[row].primitive, "pke") == 0;
	enum crypto_ready ready = algorithm[row].quantum == CRYPTO_VULNERABLE ? CRYPTO_READY_NOT :
	    item->basis == CRYPTO_USED ? CRYPTO_READY_USED : CRYPTO_READY_OFFERED;

	if (exchange && (item->role == CRYPTO_KEY_EXCHANGE || item->role == CRYPTO_SUITE) &&
	    interface->ready != CRYPTO_READY_NONE && ready < interface->ready)
		interface->ready = ready;
}

static void
algorithm_take(struct making *making, struct crypto_interface *interface,
    const struct crypto_item *item, size_t row)
{
	struct crypto_inventory *inventory = making->inventory;
	uint32_t *last = item->basis == CRYPTO_USED ? &making->used_in[row] :
	    &making->offered_in[row];

	if (*last != inventory->interfaces) {
		*last = inventory->interfaces;
		(item->basis == CRYPTO_USED ? inventory->used : inventory->offered)[row]++;
	}
	if (interface->worst_name == NULL || algorithm[row].standing > interface->worst) {
		interface->worst = algorithm[row].standing;
		interface->worst_name = algorithm[row].name;
	}
	ready_take(interface, item, row);
}

/* Each version of TLS has a list of its own, and most names stand in several. */
static bool
listed(const struct buffer *text, struct bytes name)
{
	struct bytes rest = bytes_of_buffer(text);

	while (rest.len > 0) {
		const uint8_t *comma = memchr(rest.at, ',', rest.len);
		size_t len = comma != NULL ? (size_t)(comma - rest.at) : rest.len;

		if (bytes_equal(bytes_slice(rest, 0, len), name))
			return true;
		rest = bytes_slice(rest, len + 2, rest.len);
	}
	return false;
}

static void
inventory_take(void *arg, const struct crypto_item *item)
{
	struct making *making = arg;
	struct crypto_interface *interface = interface_of(making, item);
	struct buffer *text = item->basis == CRYPTO_USED ? &interface->text[item->role] :
	    &interface->offered[item->role];
	size_t row[PARTS_MAX], rows = 0;

	text->max = 32 << 10;
	if (listed(text, item->name))
		return;
	if (text->len > 0)
		buffer_put_text(text, ", ");
	buffer_put(text, item->name.at, item->name.len);
	if (item->role == CRYPTO_VERSION)
		return;
	rows = crypto_classify(item->name, row, PARTS_MAX);
	for (size_t i = 0; i < rows; i++)
		algorithm_take(making, interface, item, row[i]);
	interface->unclassified += rows == 0;
}

const char *
crypto_text(const struct buffer *text)
{
	return text->len > 0 ? (const char *)text->at : "";
}

/* From now on nothing is put into them. */
static void
texts_end(struct crypto_inventory *inventory)
{
	for (uint32_t i = 0; i < inventory->interfaces; i++)
		for (size_t role = 0; role < CRYPTO_ROLES; role++) {
			buffer_text(&inventory->interface[i].text[role]);
			buffer_text(&inventory->interface[i].offered[role]);
		}
}

void
crypto_inventory_make(struct crypto_inventory *inventory, const struct state *state)
{
	struct making making = { .inventory = inventory };
	uint32_t at = 0;

	memset(inventory, 0, sizeof(*inventory));
	inventory->used = memory_new(ALGORITHMS, sizeof(uint32_t));
	inventory->offered = memory_new(ALGORITHMS, sizeof(uint32_t));
	making.used_in = memory_new(ALGORITHMS, sizeof(uint32_t));
	making.offered_in = memory_new(ALGORITHMS, sizeof(uint32_t));
	crypto_walk(state, inventory_take, &making);
	texts_end(inventory);
	free(making.used_in);
	free(making.offered_in);
	inventory->silent = memory_new(state->targets + 1, sizeof(uint32_t));
	for (uint32_t i = 0; i < state->targets; i++) {
		while (at < inventory->interfaces && inventory->interface[at].place < i)
			at++;
		if (at == inventory->interfaces || inventory->interface[at].place != i)
			inventory->silent[inventory->silents++] = i;
	}
}

void
crypto_inventory_free(struct crypto_inventory *inventory)
{
	for (uint32_t i = 0; i < inventory->interfaces; i++)
		for (size_t role = 0; role < CRYPTO_ROLES; role++) {
			buffer_free(&inventory->interface[i].text[role]);
			buffer_free(&inventory->interface[i].offered[role]);
		}
	free(inventory->interface);
	free(inventory->used);
	free(inventory->offered);
	free(inventory->silent);
}
