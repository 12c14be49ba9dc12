/* SPDX-License-Identifier: Apache-2.0 */
/* TABLE of commands, in the order of "sekimori help": COMMAND(identifier). */
COMMAND(init)
COMMAND(check_config)
COMMAND(run)
COMMAND(tui)
COMMAND(status)
COMMAND(controls)
COMMAND(rejudge)
COMMAND(replay)
COMMAND(report)
COMMAND(probe)
COMMAND(ack)
COMMAND(note)
COMMAND(waive)
COMMAND(file)
COMMAND(ledger)
COMMAND(verify)
#undef COMMAND
