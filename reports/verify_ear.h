/* SPDX-License-Identifier: Apache-2.0 */
/* "sekimori verify FILE": a location token (attest/ear.h), judged with no network and no ledger. */
#ifndef REPORTS_VERIFY_EAR_H
#define REPORTS_VERIFY_EAR_H

#include "monitor/ledger/note.h"
#include "reports/verify.h"

typedef void verify_ear_told(void *arg, enum shown, const char *kind, const char *text);

/*
 * key: whom the reader trusts, or NULL.  ERR_OK: the token is well-formed and, with a key, signed
 * by it; *vouched says whether a key was there to say so.  ERR_UNTRUSTED: the key's signature
 * does not hold.  Texts are untrusted.
 */
MUST_USE enum err verify_ear(struct bytes token, const struct note_verifier *key,
    verify_ear_told *told, void *arg, bool *vouched, struct why *);
/* Reads, judges and prints; the exit code. */
int verify_ear_run(const char *path, const struct note_verifier *key, bool json);

#endif
