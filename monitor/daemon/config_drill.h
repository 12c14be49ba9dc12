/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration of an exercise; see config_drill.c. */
#ifndef MONITOR_DAEMON_CONFIG_DRILL_H
#define MONITOR_DAEMON_CONFIG_DRILL_H

#include "monitor/base/conf.h"
#include "monitor/daemon/config.h"

bool config_is_drill(const struct conf_node *root);
/*
 * As config_load, of a file with the section drill in that folder: the configuration it names,
 * changed so that it can only play.
 */
MUST_USE enum err config_drill_load(const struct conf_node *root, const char *folder,
    struct config *, struct config_faults *, struct why *);

#endif
