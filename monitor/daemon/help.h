/* SPDX-License-Identifier: Apache-2.0 */
/* "sekimori help": the list of commands, and the manual pages, made from the tables. */
#ifndef MONITOR_DAEMON_HELP_H
#define MONITOR_DAEMON_HELP_H

#include "monitor/base/bytes.h"
#include "monitor/base/command.h"

/*
 * argv[1] is "help".  No operand: the list, without commands whose name has a blank ("ledger
 * audit"); a command's name: its help; --man, --man-conf, --cddl: the documents below.  Gives the
 * exit code.
 */
int help_main(int argc, char **argv, const struct command *const *commands, size_t count);

/* sekimori(8) and sekimori.conf(5) in mdoc, in English. */
void help_manual(struct buffer *, const struct command *const *commands, size_t count);
void help_manual_conf(struct buffer *);

#endif
