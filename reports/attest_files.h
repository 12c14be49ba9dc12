/* SPDX-License-Identifier: Apache-2.0 */
/* Files that are judged by hand: read, unpacked, and each given its role in a dossier. */
#ifndef REPORTS_ATTEST_FILES_H
#define REPORTS_ATTEST_FILES_H

#include "attest/policy.h"

struct attest_file {
	const char   *path;
	char          role[32];		/* as said on the command line, or found; "" before */
	struct buffer octets;
	struct hash   hash;		/* SHA-256 of the file as it is on the disk */
};

/*
 * "ROLE=FILE" or "FILE"; a gzip file is unpacked (RFC 1952), within 4 MiB.  The caller frees
 * octets whether it failed or not.
 */
MUST_USE enum err attest_file_read(struct attest_file *, const char *argument, struct why *);

/*
 * The verifier by its name, or, if kind is NULL, the first whose evidence one of the files is;
 * then a role for each file that has none.  ERR_INVALID: the sentence says which file or role
 * is the matter.  The dossier refers to the files.
 */
MUST_USE enum err attest_files_assign(struct attest_file *, size_t files, const char *kind,
    const struct verifier **, struct dossier *, struct why *);

/*
 * The next role behind last (NULL: the first) that the verifier needs and no file has; NULL if
 * there is none.  What lacks one is not judged: nothing is wrong of what was not shown.
 */
const struct attest_role *attest_files_lack(const struct attest_file *, size_t files,
    const struct verifier *, const struct attest_role *last);

/* A policy that accepts anything of every kind, so that all that could be asked is looked at. */
MUST_USE enum err attest_policy_any(struct policy **, struct why *);

#endif
