/* SPDX-License-Identifier: Apache-2.0 */
/* TABLE of views: VIEW(name), in the order of their tabs; then those opened from others. */
VIEW(overview)
VIEW(targets)
VIEW(incidents)
VIEW(timeline)
VIEW(ledger)
VIEW(controls)
VIEW(alarms)
VIEW(services)
VIEW(duties)
VIEW(providers)
VIEW(windows)
VIEW(target)
VIEW(incident)
VIEW(control)
VIEW(record)
VIEW(help)
#undef VIEW
