/* SPDX-License-Identifier: Apache-2.0 */
/* A notification as net-snmp read it, as what trap_map.h maps. */
#ifndef MONITOR_INTAKE_SNMP_PDU_H
#define MONITOR_INTAKE_SNMP_PDU_H

#include "monitor/intake/trap_map.h"

struct snmp_pdu;
/* Views point into the PDU and into memory of this file, until the next call.  Of an SNMPv1 trap
 * it makes what RFC 3584 3.1 says. */
void snmp_pdu_read(const struct snmp_pdu *, struct trap *);

#endif
