/* SPDX-License-Identifier: Apache-2.0 */
/* See snmp_pdu.h. */
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <stdio.h>
#include <string.h>

#include "monitor/intake/snmp_pdu.h"

enum { TEXTS = 256 << 10 };

/* Texts of OIDs, of one PDU. */
static struct { char at[TEXTS]; size_t len; } texts;

/* "" if there is no room: no honest notification comes near it. */
static const char *
oid_text(const oid *at, size_t count)
{
	char *text = texts.at + texts.len;
	size_t room = TEXTS - texts.len, len = 0;

	for (size_t i = 0; i < count; i++) {
		int put = snprintf(text + len, room - len, "%s%lu", i > 0 ? "." : "",
		    (unsigned long)at[i]);

		if (put < 0 || (size_t)put >= room - len)
			return "";
		len += (size_t)put;
	}
	if (len == 0)
		return "";
	texts.len += len + 1;
	return text;
}

static void
value_read(const netsnmp_variable_list *from, struct trap_variable *out)
{
	out->object = "";
	out->octets = bytes_of(NULL, 0);
	out->is_number = out->is_address = false;
	switch (from->type) {
	case ASN_INTEGER:
		out->is_number = from->val.integer != NULL;
		out->number = out->is_number ? (int64_t)*from->val.integer : 0;
		break;
	case ASN_COUNTER:
	case ASN_GAUGE:
	case ASN_TIMETICKS:
		out->is_number = from->val.integer != NULL;
		out->number = out->is_number ? (int64_t)((uint64_t)*from->val.integer &
		    UINT32_MAX) : 0;
		break;
	case ASN_COUNTER64:
		out->is_number = from->val.counter64 != NULL;
		out->number = out->is_number ? (int64_t)(((uint64_t)(from->val.counter64->high &
		    UINT32_MAX) << 32 | (from->val.counter64->low & UINT32_MAX)) & INT64_MAX) : 0;
		break;
	case ASN_OBJECT_ID:
		if (from->val.objid != NULL)
			out->object = oid_text(from->val.objid, from->val_len / sizeof(oid));
		break;
	case ASN_IPADDRESS:
	case ASN_OCTET_STR:
	case ASN_OPAQUE:
		out->is_address = from->type == ASN_IPADDRESS;
		if (from->val.string != NULL)
			out->octets = bytes_of(from->val.string, from->val_len);
		break;
	default:
		break;
	}
}

/* RFC 3584 3.1: generic traps have notifications of their own, others hang below .0. */
static void
trap_of_v1(const struct snmp_pdu *pdu, struct trap *out)
{
	oid name[MAX_OID_LEN] = { 1, 3, 6, 1, 6, 3, 1, 1, 5, 0 };
	size_t len = 10;

	if (pdu->trap_type >= 0 && pdu->trap_type < SNMP_TRAP_ENTERPRISESPECIFIC) {
		name[9] = (oid)pdu->trap_type + 1;
	} else {
		len = pdu->enterprise_length < MAX_OID_LEN - 2 ? pdu->enterprise_length :
		    MAX_OID_LEN - 2;
		if (len > 0)
			memcpy(name, pdu->enterprise, len * sizeof(oid));
		name[len++] = 0;
		name[len++] = (oid)pdu->specific_type;
	}
	out->variable[out->variables++] = (struct trap_variable){
	    .oid = "1.3.6.1.6.3.1.1.4.1.0", .object = oid_text(name, len) };
	out->variable[out->variables++] = (struct trap_variable){
	    .oid = "1.3.6.1.6.3.18.1.3.0", .object = "", .is_address = true,
	    .octets = bytes_of(pdu->agent_addr, 4) };
}

void
snmp_pdu_read(const struct snmp_pdu *pdu, struct trap *out)
{
	texts.len = 0;
	out->variables = 0;
	if (pdu->command == SNMP_MSG_TRAP)
		trap_of_v1(pdu, out);
	for (const netsnmp_variable_list *at = pdu->variables; at != NULL &&
	     out->variables < TRAP_VARIABLES; at = at->next_variable) {
		struct trap_variable *variable = &out->variable[out->variables++];

		variable->oid = oid_text(at->name, at->name_length);
		value_read(at, variable);
	}
}
