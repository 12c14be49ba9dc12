/* SPDX-License-Identifier: Apache-2.0 */
/* TABLE of probes: one line each, PROBE(name). */
PROBE(tcp)
PROBE(tls)
PROBE(snmp)
PROBE(sbi)
#undef PROBE
