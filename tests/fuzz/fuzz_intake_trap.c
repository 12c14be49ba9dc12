/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An SNMP sender that sends anything: the head of the message, a file of users, and a notification
 * as net-snmp decodes it, mapped to a record that passes our own check.
 */
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/intake/snmp_pdu.h"
#include "monitor/intake/trap_users.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
begin(void)
{
	static bool begun;

	if (begun)
		return;
	begun = true;
	setenv("MIBS", "", 1);
	setenv("MIBDIRS", "/dev/null", 1);
	setenv("SNMPCONFPATH", "/dev/null", 1);
	setenv("SNMP_PERSISTENT_DIR", "/dev/null", 1);
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_READ_CONFIGS, 1);
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_PERSIST_STATE, 1);
	snmp_disable_log();
	netsnmp_register_loghandler(NETSNMP_LOGHANDLER_NONE, LOG_DEBUG);
	init_snmp("fuzz");
	snmp_disable_log();
}

static void
notification_look(const netsnmp_pdu *pdu)
{
	static struct trap trap;
	static struct incoming in;
	struct buffer text = { .max = 0 }, out = { .max = 0 };
	struct record record, again;
	struct why why = { .err = ERR_OK };
	struct bytes who[2];
	size_t whos;

	snmp_pdu_read(pdu, &trap);
	must(trap.variables <= TRAP_VARIABLES);
	incoming_begin(&in, 0, SIGNAL_FORM_TRAP, INT64_C(1780000000000), "192.0.2.1");
	if (trap_map(&trap, &in, &text, who, &whos) == ERR_OK) {
		must(whos <= 2 && in.title[0] != '\0' && in.key[0] != '\0');
		incoming_record(&in, "fuzz", &record);
		record.role = ROLE_INTAKE;
		record_encode(&out, &record);
		must(record_check(bytes_of_buffer(&out), &again, &why) == ERR_OK);
	}
	buffer_free(&out);
	buffer_free(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct trap_user user[4];
	struct snmp_head head;
	struct why why = { .err = ERR_OK };
	netsnmp_pdu *pdu;
	size_t left = len, count;
	u_char *copy;

	begin();
	if (snmp_head_read(bytes_of(data, len), &head) == ERR_OK)
		must(head.engine.len <= SNMP_ENGINE_MAX && head.user.len <= 32);
	if (trap_users_read(bytes_of(data, len), user, 4, &count, &why) != ERR_OK)
		must(why.text[0] != '\0');
	pdu = calloc(1, sizeof(*pdu));
	copy = memory_new(len + 1, 1);
	memcpy(copy, data, len);
	if (snmp_pdu_parse(pdu, copy, &left) == 0)
		notification_look(pdu);
	snmp_free_pdu(pdu);
	free(copy);
	return 0;
}
