/* SPDX-License-Identifier: Apache-2.0 */
/* TABLE of "sekimori discover ..." in the order of its help: DISCOVER_COMMAND(identifier). */
DISCOVER_COMMAND(nrf)
DISCOVER_COMMAND(snmp)
#undef DISCOVER_COMMAND
