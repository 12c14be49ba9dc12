/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The chain of keys in a ledger.  A KEY record begins it or continues it: the new key, and the
 * one it replaces, sign the same statement, so that nobody but the holder can hand over.
 */
#ifndef MONITOR_LEDGER_KEY_H
#define MONITOR_LEDGER_KEY_H

#include "monitor/ledger/note.h"
#include "monitor/ledger/record.h"

/*
 * Appends what is signed: "sekimori key rotation", origin, previous verifier key (empty for the
 * first) and new verifier key, each on its line.
 */
void key_statement(struct buffer *, struct bytes origin, struct bytes previous,
    struct bytes verifier);
/*
 * Checks a KEY record against the key in force (NULL for the first of a ledger) and gives the
 * key in force from there on.  ERR_UNTRUSTED: a signature is wrong; ERR_MISMATCH: it replaces
 * another key than the one in force, or names another origin than the key's.
 */
MUST_USE enum err key_check(const struct record_key *, const struct note_verifier *in_force,
    struct note_verifier *next, struct why *);

#endif
