/* SPDX-License-Identifier: Apache-2.0 */
/* The commented configuration that "init" writes, made from the option rows. */
#ifndef MONITOR_DAEMON_CONFIG_SAMPLE_H
#define MONITOR_DAEMON_CONFIG_SAMPLE_H

#include "monitor/base/bytes.h"

/* What stands in the file from the start; texts, "" leaves a setting commented out. */
struct config_sample {
	const char *name, *origin, *user, *state, *key;
};

/*
 * Appends the file.  Sections that must be there are settings; the others are an example behind
 * "#" at the line's start, and what is optional in them stands behind a second "#".
 */
void config_sample_write(struct buffer *, const struct config_sample *);

#endif
