/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where configuration and state are found when nobody says so: /etc/sekimori and
 * /var/lib/sekimori; for an ordinary user where those are not, below the home folder.
 */
#ifndef MONITOR_BASE_PLACES_H
#define MONITOR_BASE_PLACES_H

#include "monitor/base/limits.h"

/* Of the state folder: users outside its group may pass through to admin.sock, and read nothing. */
enum { STATE_MODE = 0751 };

/* The configuration file; where none is found, where one would be looked for. */
void place_config(char out[PATH_TEXT_MAX]);
/* The state folder; the configuration's own "state" goes before it. */
void place_state(char out[PATH_TEXT_MAX]);
/*
 * The folder of programs of our own that others start: beside the running program (a build
 * folder), in ../libexec/sekimori from there, else where an installation keeps them.  name is the
 * one that is looked for.
 */
void place_programs(const char *name, char out[PATH_TEXT_MAX]);

/*
 * The folder of data files of a kind ("packs"): that of the environment's variable, of an
 * installation beside the program, of the source tree around build/NAME, or of PREFIX.
 */
void place_data(const char *kind, const char *variable, char out[PATH_TEXT_MAX]);

#endif
