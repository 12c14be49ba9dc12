/* SPDX-License-Identifier: Apache-2.0 */
/* Site registers by hand: their files, and "sekimori attest register". */
#ifndef REPORTS_ATTEST_REGISTER_H
#define REPORTS_ATTEST_REGISTER_H

#include "attest/site_register.h"
#include "monitor/base/command.h"

struct register_files { struct buffer text, seal, roots, stamp_roots; };
/* Paths, and two texts; each may be NULL, but that of the register. */
struct register_asked { const char *path, *roots, *stamp_roots, *officer, *site; };

/*
 * A register, its seal beside it (PATH.p7s), who may seal it and who stamp that.  A seal that is
 * not there is no error here: the rules say that it is missing.  The caller frees whether it
 * failed or not.
 */
MUST_USE enum err register_files_read(struct register_files *, const struct register_asked *,
    struct why *);
void register_files_free(struct register_files *);
/* As items of a dossier, which refers to them and to the texts. */
void register_files_put(const struct register_files *, const struct register_asked *,
    struct dossier *);

/*
 * Prints what a register says, what ends next, and how its seal stands at that moment, for people
 * or for machines; *code: the exit code.
 */
MUST_USE enum err register_check(const struct register_asked *, int64_t at_ms, bool json, int *code,
    struct why *);

extern const struct command command_attest_register;

#endif
