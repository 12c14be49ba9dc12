/* SPDX-License-Identifier: Apache-2.0 */
/* Whole files, read with a ceiling and written so that a reader sees the old or the new one. */
#ifndef MONITOR_BASE_FILE_H
#define MONITOR_BASE_FILE_H

#include "monitor/base/bytes.h"

/*
 * Appends the file's octets; at most max of them, else ERR_LIMIT; ERR_INVALID if it is not a
 * regular file.  The sentence names the path.
 */
MUST_USE enum err file_read(const char *path, size_t max, struct buffer *out, struct why *);
/* The same from an open descriptor (a memfd, a pipe); name is used in the sentence. */
MUST_USE enum err file_read_fd(int fd, const char *name, size_t max, struct buffer *out,
    struct why *);
/* Writes beside it, syncs, renames, syncs the folder; mode as given, umask not applied. */
MUST_USE enum err file_write(const char *path, struct bytes, unsigned mode, struct why *);
/* Makes the folder and its parents (0755, the last one as mode says); existing is no error. */
MUST_USE enum err file_folder(const char *path, unsigned mode, struct why *);
/* Gives the path to the owner and group of the folder, if they are not the caller's (root's). */
MUST_USE enum err file_owner_like(const char *path, const char *folder, struct why *);
/*
 * Refuses a secret that others could read or replace: must be a regular file, owned by this
 * user or root, mode 0600 or stricter.  The sentence holds the command that mends it.
 */
MUST_USE enum err file_secret(const char *path, struct why *);
/* "DIR/NAME" into out; false if it does not fit. */
bool file_path(char *out, size_t out_len, const char *dir, const char *name);

#endif
