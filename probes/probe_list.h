/* SPDX-License-Identifier: Apache-2.0 */
/* TABLE of probes: one line each, PROBE(name). */
PROBE(tcp)
PROBE(tls)
PROBE(tls_deep)
PROBE(snmp)
PROBE(token)
PROBE(sip)
PROBE(diameter)
PROBE(sbi)
PROBE(pfcp)
PROBE(gtpu)
PROBE(gtpc)
PROBE(radius)
PROBE(ssh)
PROBE(ike)
PROBE(ike_deep)
PROBE(ntp)
#undef PROBE
