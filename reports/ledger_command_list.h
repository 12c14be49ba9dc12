/* SPDX-License-Identifier: Apache-2.0 */
/* TABLE of "sekimori ledger ..." in the order of its help: LEDGER_COMMAND(identifier). */
LEDGER_COMMAND(audit)
LEDGER_COMMAND(show)
LEDGER_COMMAND(prove)
LEDGER_COMMAND(export)
LEDGER_COMMAND(backup)
LEDGER_COMMAND(prune)
LEDGER_COMMAND(rotate)
LEDGER_COMMAND(erase)
#undef LEDGER_COMMAND
