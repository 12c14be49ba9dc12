/* SPDX-License-Identifier: Apache-2.0 */
/* See snmp_answer.h. */
#include <stdlib.h>
#include <string.h>

#include "monitor/base/cbor.h"
#include "probes/snmp_answer.h"

enum { SYS_DESCR, SYS_OBJECT, SYS_UPTIME, SYS_NAME, SYS_LOCATION };
enum { IF_DESCR, IF_ADMIN, IF_OPER };
enum { STATUS_UP = 1, STATUS_DOWN = 2, STATUS_NOT_PRESENT = 6, STATUS_LOWER_DOWN = 7 };
enum { TEXT_MAX = 1024, NAME_TEXT_MAX = 255 };

static const unsigned long system_arc[SNMP_SYSTEM] = { 1, 2, 3, 5, 6 };
static const unsigned long column_arc[SNMP_COLUMNS] = { 2, 7, 8 };
static const unsigned long system_base[] = { 1, 3, 6, 1, 2, 1, 1 };
static const unsigned long entry_base[] = { 1, 3, 6, 1, 2, 1, 2, 2, 1 };

enum {
	SYSTEM_BASE = sizeof(system_base) / sizeof(system_base[0]),
	ENTRY_BASE  = sizeof(entry_base) / sizeof(entry_base[0])
};

size_t
snmp_system_oid(unsigned object, unsigned long oid[SNMP_OID_MAX])
{
	memcpy(oid, system_base, sizeof(system_base));
	oid[SYSTEM_BASE] = system_arc[object];
	oid[SYSTEM_BASE + 1] = 0;
	return SYSTEM_BASE + 2;
}

size_t
snmp_column_oid(const struct snmp_answer *answer, unsigned column, unsigned long oid[SNMP_OID_MAX])
{
	if (answer->done[column])
		return 0;
	memcpy(oid, entry_base, sizeof(entry_base));
	oid[ENTRY_BASE] = column_arc[column];
	if (!answer->begun[column])
		return ENTRY_BASE + 1;
	oid[ENTRY_BASE + 1] = answer->last[column];
	return ENTRY_BASE + 2;
}

static void
oid_text(struct buffer *out, const unsigned long *oid, size_t len)
{
	for (size_t i = 0; i < len && i < SNMP_OID_MAX; i++)
		buffer_print(out, i == 0 ? "%lu" : ".%lu", oid[i]);
}

void
snmp_answer_system(struct snmp_answer *answer, const struct snmp_value *value)
{
	unsigned long oid[SNMP_OID_MAX];

	for (unsigned i = 0; i < SNMP_SYSTEM; i++) {
		size_t len = snmp_system_oid(i, oid);
		enum snmp_type type = i == SYS_OBJECT ? SNMP_OBJECT : i == SYS_UPTIME ? SNMP_TICKS :
		    SNMP_OCTETS;

		if (value->oid_len != len || memcmp(value->oid, oid, len * sizeof(oid[0])) != 0)
			continue;
		if (value->type != type || answer->system[i])
			return;
		answer->system[i] = true;
		if (type == SNMP_TICKS)
			answer->uptime_cs = value->number;
		else if (type == SNMP_OBJECT)
			oid_text(&answer->text[i], value->object, value->object_len);
		else
			buffer_put(&answer->text[i], value->octets.at,
			    value->octets.len < TEXT_MAX ? value->octets.len : TEXT_MAX);
		return;
	}
}

static struct snmp_interface *
interface_find(struct snmp_answer *answer, unsigned long index)
{
	size_t low = 0, high = answer->interfaces;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (answer->interface[middle].index == index)
			return &answer->interface[middle];
		if (answer->interface[middle].index < index)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static void
interface_add(struct snmp_answer *answer, unsigned long index, struct bytes name)
{
	struct snmp_interface *row;

	if (answer->interfaces == SNMP_INTERFACES_MAX) {
		answer->err = ERR_LIMIT;
		return;
	}
	if (answer->interface == NULL)
		answer->interface = memory_new(SNMP_INTERFACES_MAX, sizeof(*answer->interface));
	row = &answer->interface[answer->interfaces++];
	*row = (struct snmp_interface){ .index = index };
	row->name.len = name.len < NAME_TEXT_MAX ? name.len : NAME_TEXT_MAX;
	buffer_put(&answer->names, name.at, row->name.len);
}

static void
column_take(struct snmp_answer *answer, unsigned column, unsigned long index,
    const struct snmp_value *value)
{
	struct snmp_interface *row;

	if (column == IF_DESCR) {
		if (value->type == SNMP_OCTETS)
			interface_add(answer, index, value->octets);
		return;
	}
	row = interface_find(answer, index);
	if (row == NULL || value->type != SNMP_INTEGER)
		return;
	*(column == IF_ADMIN ? &row->admin : &row->oper) = value->number;
}

/* A column ends where an object behind it comes; one that goes back would never end. */
void
snmp_answer_column(struct snmp_answer *answer, unsigned column, const struct snmp_value *value)
{
	unsigned long index;

	if (answer->done[column] || answer->err != ERR_OK)
		return;
	if (value->type == SNMP_END || value->oid_len != ENTRY_BASE + 2 ||
	    memcmp(value->oid, entry_base, sizeof(entry_base)) != 0 ||
	    value->oid[ENTRY_BASE] != column_arc[column]) {
		answer->done[column] = true;
		return;
	}
	index = value->oid[ENTRY_BASE + 1];
	if (answer->begun[column] && index <= answer->last[column]) {
		answer->err = ERR_MALFORMED;
		return;
	}
	answer->begun[column] = true;
	answer->last[column] = index;
	column_take(answer, column, index, value);
}

bool
snmp_answer_table_done(const struct snmp_answer *answer)
{
	for (unsigned i = 0; i < SNMP_COLUMNS; i++)
		if (!answer->done[i])
			return false;
	return true;
}

static bool
is_down(int64_t oper)
{
	return oper == STATUS_DOWN || oper == STATUS_NOT_PRESENT || oper == STATUS_LOWER_DOWN;
}

static void
interface_facts(struct snmp_answer *answer, struct fact_set *facts)
{
	struct bytes up[FACT_LIST_MAX], down[FACT_LIST_MAX];
	size_t ups = 0, downs = 0, at = 0;

	for (size_t i = 0; i < answer->interfaces; i++) {
		struct snmp_interface *row = &answer->interface[i];

		row->name.at = answer->names.at + at;
		at += row->name.len;
		if (row->admin != STATUS_UP)
			continue;
		if (row->oper == STATUS_UP && ups < FACT_LIST_MAX)
			up[ups++] = row->name;
		if (is_down(row->oper) && downs < FACT_LIST_MAX)
			down[downs++] = row->name;
	}
	fact_set_int(facts, FACT_SNMP_IF_COUNT, (int64_t)answer->interfaces);
	fact_set_texts(facts, FACT_SNMP_IF_UP, up, ups);
	fact_set_texts(facts, FACT_SNMP_IF_DOWN, down, downs);
}

void
snmp_answer_facts(struct snmp_answer *answer, struct fact_set *facts)
{
	static const struct { unsigned object; enum fact fact; } texts[] = {
		{ SYS_DESCR, FACT_SNMP_SYS_DESCR }, { SYS_OBJECT, FACT_SNMP_SYS_OBJECT },
		{ SYS_NAME, FACT_SNMP_SYS_NAME }, { SYS_LOCATION, FACT_SNMP_SYS_LOCATION } };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (answer->system[texts[i].object])
			fact_set_text(facts, texts[i].fact,
			    bytes_of_buffer(&answer->text[texts[i].object]));
	if (answer->system[SYS_UPTIME])
		fact_set_int(facts, FACT_SNMP_SYS_UPTIME_CS, answer->uptime_cs);
	if (snmp_answer_table_done(answer))
		interface_facts(answer, facts);
}

static void
pair_head(struct buffer *out, const unsigned long *oid, size_t len)
{
	struct buffer text = { .max = 4096 };

	oid_text(&text, oid, len);
	cbor_put_array(out, 2);
	cbor_put_text(out, bytes_of_buffer(&text));
	buffer_free(&text);
}

static void
row_evidence(const struct snmp_interface *row, struct bytes name, struct buffer *out)
{
	unsigned long oid[ENTRY_BASE + 2];

	memcpy(oid, entry_base, sizeof(entry_base));
	oid[ENTRY_BASE + 1] = row->index;
	for (unsigned i = 0; i < SNMP_COLUMNS; i++) {
		oid[ENTRY_BASE] = column_arc[i];
		pair_head(out, oid, ENTRY_BASE + 2);
		if (i == IF_DESCR)
			cbor_put_bytes(out, name);
		else
			cbor_put_int(out, i == IF_ADMIN ? row->admin : row->oper);
	}
}

void
snmp_answer_evidence(const struct snmp_answer *answer, struct buffer *out)
{
	size_t objects = 0, at = 0;
	unsigned long oid[SNMP_OID_MAX];

	for (unsigned i = 0; i < SNMP_SYSTEM; i++)
		objects += answer->system[i] && i != SYS_UPTIME;
	cbor_put_array(out, objects + SNMP_COLUMNS * answer->interfaces);
	for (unsigned i = 0; i < SNMP_SYSTEM; i++) {
		if (!answer->system[i] || i == SYS_UPTIME)
			continue;
		pair_head(out, oid, snmp_system_oid(i, oid));
		if (i == SYS_OBJECT)
			cbor_put_text(out, bytes_of_buffer(&answer->text[i]));
		else
			cbor_put_bytes(out, bytes_of_buffer(&answer->text[i]));
	}
	for (size_t i = 0; i < answer->interfaces; i++) {
		struct bytes name = bytes_of(answer->names.at + at, answer->interface[i].name.len);

		row_evidence(&answer->interface[i], name, out);
		at += name.len;
	}
}

void
snmp_answer_free(struct snmp_answer *answer)
{
	for (unsigned i = 0; i < SNMP_SYSTEM; i++)
		buffer_free(&answer->text[i]);
	buffer_free(&answer->names);
	free(answer->interface);
	answer->interface = NULL;
}
