/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLES of SNMP notifications: one line each, to be read by whoever adds to them.
 *
 *   TRAP("oid", "name", KIND, SEVERITY, TYPE, "cause", "pair", "index")
 *     pair:  notifications with the same pair raise and clear each other; "" for an event
 *     index: the column whose instance says which one it is about (ifIndex.7 is 7); "" if none
 *
 *   TRAP_VALUE(FIELD, "column")     variables that say more, whatever the notification
 *     EVENT_TYPE, CAUSE: numbers of RFC 3877; SEVERITY: ItuPerceivedSeverity;
 *     MODEL: an OID that ends with alarmModelState (RFC 3877 5.4); RESOURCE: an OID;
 *     ADDRESS: of who really sent it (RFC 3584 3.1); NAME: sysName
 *
 * What is not listed is an indeterminate event with its OID as its title.
 */
#ifndef TRAP
#define TRAP(oid, name, KIND, SEVERITY, TYPE, cause, pair, index)
#endif
#ifndef TRAP_VALUE
#define TRAP_VALUE(FIELD, column)
#endif
/* RFC 3418 */
TRAP("1.3.6.1.6.3.1.1.5.1", "coldStart", EVENT, WARNING, PROCESSING_ERROR, "reinitialized", "", "")
TRAP("1.3.6.1.6.3.1.1.5.2", "warmStart", EVENT, WARNING, PROCESSING_ERROR, "reinitialized", "", "")
TRAP("1.3.6.1.6.3.1.1.5.5", "authenticationFailure", EVENT, WARNING, SECURITY, "authenticationFailure", "", "")
/* RFC 2863 */
TRAP("1.3.6.1.6.3.1.1.5.3", "linkDown", RAISED, MAJOR, COMMUNICATIONS, "lossOfSignal", "link", "1.3.6.1.2.1.2.2.1.1")
TRAP("1.3.6.1.6.3.1.1.5.4", "linkUp", CLEARED, CLEARED, COMMUNICATIONS, "lossOfSignal", "link", "1.3.6.1.2.1.2.2.1.1")
/* RFC 3877 */
TRAP("1.3.6.1.2.1.118.0.2", "alarmActiveState", RAISED, INDETERMINATE, NONE, "", "alarm", "")
TRAP("1.3.6.1.2.1.118.0.3", "alarmClearState", CLEARED, CLEARED, NONE, "", "alarm", "")
/* RFC 4133, RFC 4268 */
TRAP("1.3.6.1.2.1.47.2.0.1", "entConfigChange", EVENT, INDETERMINATE, EQUIPMENT, "", "", "")
TRAP("1.3.6.1.2.1.131.0.2", "entStateOperDisabled", RAISED, MAJOR, EQUIPMENT, "equipmentMalfunction", "entity", "1.3.6.1.2.1.131.1.1.1.2")
TRAP("1.3.6.1.2.1.131.0.1", "entStateOperEnabled", CLEARED, CLEARED, EQUIPMENT, "equipmentMalfunction", "entity", "1.3.6.1.2.1.131.1.1.1.2")
/* RFC 4273, and RFC 1657 before it */
TRAP("1.3.6.1.2.1.15.0.2", "bgpBackwardTransNotification", RAISED, MAJOR, COMMUNICATIONS, "routingFailure", "bgp", "1.3.6.1.2.1.15.3.1.7")
TRAP("1.3.6.1.2.1.15.0.1", "bgpEstablishedNotification", CLEARED, CLEARED, COMMUNICATIONS, "routingFailure", "bgp", "1.3.6.1.2.1.15.3.1.7")
TRAP("1.3.6.1.2.1.15.7.2", "bgpBackwardTransition", RAISED, MAJOR, COMMUNICATIONS, "routingFailure", "bgp", "1.3.6.1.2.1.15.3.1.7")
TRAP("1.3.6.1.2.1.15.7.1", "bgpEstablished", CLEARED, CLEARED, COMMUNICATIONS, "routingFailure", "bgp", "1.3.6.1.2.1.15.3.1.7")
/* NET-SNMP-AGENT-MIB */
TRAP("1.3.6.1.4.1.8072.4.0.1", "nsNotifyStart", EVENT, INDETERMINATE, PROCESSING_ERROR, "reinitialized", "", "")
TRAP("1.3.6.1.4.1.8072.4.0.2", "nsNotifyShutdown", EVENT, WARNING, PROCESSING_ERROR, "outOfService", "", "")
TRAP("1.3.6.1.4.1.8072.4.0.3", "nsNotifyRestart", EVENT, WARNING, PROCESSING_ERROR, "reinitialized", "", "")

TRAP_VALUE(EVENT_TYPE, "1.3.6.1.2.1.121.1.1.1.1.2")
TRAP_VALUE(CAUSE,      "1.3.6.1.2.1.121.1.1.1.1.3")
TRAP_VALUE(SEVERITY,   "1.3.6.1.2.1.121.1.1.1.1.1")
TRAP_VALUE(MODEL,      "1.3.6.1.2.1.118.1.2.2.1.13")
TRAP_VALUE(MODEL,      "1.3.6.1.2.1.118.1.3.2.1.10")
TRAP_VALUE(RESOURCE,   "1.3.6.1.2.1.118.1.2.2.1.10")
TRAP_VALUE(RESOURCE,   "1.3.6.1.2.1.118.1.3.2.1.8")
TRAP_VALUE(ADDRESS,    "1.3.6.1.6.3.18.1.3")
TRAP_VALUE(NAME,       "1.3.6.1.2.1.1.5")
#undef TRAP
#undef TRAP_VALUE
