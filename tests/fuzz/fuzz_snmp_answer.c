/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An SNMP agent that answers anything: the input is a list of variables, most of them near the
 * objects that are asked for.  Facts pass our check, evidence is deterministic CBOR, rows are bounded.
 */
#include <stdlib.h>
#include <string.h>

#include "probes/snmp_answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

/* Object, column and type from one octet each, then index and text; the rest is arcs of its own. */
static size_t
oid_make(struct reader *in, unsigned place, const struct snmp_answer *answer, unsigned long *oid)
{
	unsigned how = (unsigned)read_be(in, 1);
	size_t count = how % 4 == 0 ? snmp_system_oid(place % SNMP_SYSTEM, oid) :
	    snmp_column_oid(answer, place % SNMP_COLUMNS, oid);

	if (how % 4 == 1)
		oid[count++] = (unsigned long)read_be(in, 2);
	if (how % 4 == 2 && count > 0)
		oid[count - 1] += how / 4;
	if (how % 4 == 3)
		for (unsigned i = 0; i < how / 4 && count < SNMP_OID_MAX; i++)
			oid[count++] = (unsigned long)read_be(in, 8);
	return count;
}

static void
variable(struct reader *in, struct snmp_answer *answer)
{
	unsigned long oid[SNMP_OID_MAX + 2] = { 0 }, object[SNMP_OID_MAX] = { 1, 3, 6 };
	unsigned place = (unsigned)read_be(in, 1);
	struct snmp_value value = { .oid = oid };

	value.oid_len = oid_make(in, place, answer, oid);
	value.type = (enum snmp_type)(read_be(in, 1) % (SNMP_END + 1));
	value.number = (int64_t)read_be(in, place % 8 + 1);
	value.octets = read_bytes(in, read_be(in, 1) % 64);
	value.object = object;
	value.object_len = place % SNMP_OID_MAX;
	if (place & 0x80)
		snmp_answer_system(answer, &value);
	else
		snmp_answer_column(answer, place % SNMP_COLUMNS, &value);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct reader in = reader_of(bytes_of(data, len));
	struct snmp_answer answer = { .err = ERR_OK };
	struct fact_set set = { .count = 0 };
	struct buffer out = { .max = 0 };
	struct why why;

	while (!in.failed && in.at < in.in.len)
		variable(&in, &answer);
	must(answer.interfaces <= SNMP_INTERFACES_MAX);
	snmp_answer_facts(&answer, &set);
	fact_set_write(&set, FACTS_ALL, &out);
	must(facts_check(bytes_of_buffer(&out), &why) == ERR_OK);
	buffer_reset(&out);
	snmp_answer_evidence(&answer, &out);
	must(cbor_check(bytes_of_buffer(&out), &why) == ERR_OK);
	buffer_free(&out);
	fact_set_free(&set);
	snmp_answer_free(&answer);
	return 0;
}
