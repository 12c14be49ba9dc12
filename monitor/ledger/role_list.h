/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TABLE of roles (docs/ARCHITECTURE.md, Processes): ROLE(number, NAME, name, text); numbers are
 * recorded.  ROLE_APART: not started as "sekimori role NAME" but a program of its own.
 */
#ifndef ROLE_APART
#define ROLE_APART ROLE
#endif
ROLE_APART(1, SUPERVISOR, supervisor, "starts, watches, restarts; reads the configuration")
ROLE(2, LEDGER,     ledger,     "the only writer: stamps, commits, asks for signatures")
ROLE(3, SIGNER,     signer,     "holds our signing key")
ROLE(4, ENGINE,     engine,     "folds, incidents, notices, heartbeat, admin socket")
ROLE(5, WORKER,     worker,     "probes")
ROLE_APART(6, FETCH,      fetch,      "notices out, time-stamp authorities; index 1 polls feeds and metrics (sekimori-fetch)")
ROLE_APART(7, INTAKE,     intake,     "listens: traps, syslog, webhooks (sekimori-intake)")
#undef ROLE
#undef ROLE_APART
