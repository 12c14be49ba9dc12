/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole files.  A write is seen whole or not at all, also after a power cut: the octets and the
 * folder entry are both on the disk before file_write returns.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "monitor/base/file.h"
#include "monitor/base/limits.h"

enum err
file_read_fd(int fd, const char *name, size_t max, struct buffer *out, struct why *why)
{
	size_t start = out->len;
	uint8_t piece[16384];

	for (;;) {
		ssize_t got = read(fd, piece, sizeof(piece));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return why_set(why, ERR_IO, "cannot read %s: %s", name, strerror(errno));
		if (got == 0)
			return ERR_OK;
		if (out->len - start + (size_t)got > max)
			return why_at(why, ERR_LIMIT, max, "%s has more than the %zu octets it may "
			    "have", name, max);
		buffer_put(out, piece, (size_t)got);
		if (out->failed)
			return why_set(why, ERR_LIMIT, "%s does not fit into memory", name);
	}
}

/* A FIFO would make us wait for ever, a device for what it likes to send. */
static enum err
regular(int fd, const char *path, struct why *why)
{
	struct stat about;

	if (fstat(fd, &about) != 0)
		return why_set(why, ERR_IO, "cannot look at %s: %s", path, strerror(errno));
	if (S_ISREG(about.st_mode))
		return ERR_OK;
	return why_set(why, ERR_INVALID, "%s is a %s: name a regular file", path,
	    S_ISDIR(about.st_mode) ? "folder" : S_ISFIFO(about.st_mode) ? "pipe" : "device");
}

enum err
file_read(const char *path, size_t max, struct buffer *out, struct why *why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	enum err err;

	if (fd < 0)
		return why_set(why, errno == ENOENT || errno == ENOTDIR ? ERR_NOT_FOUND :
		    errno == EACCES || errno == EPERM ? ERR_DENIED : ERR_IO, "cannot open %s: %s",
		    path, strerror(errno));
	err = regular(fd, path, why);
	if (err == ERR_OK)
		err = file_read_fd(fd, path, max, out, why);
	close(fd);
	return err;
}

static bool
write_all(int fd, struct bytes octets)
{
	while (octets.len > 0) {
		ssize_t put = write(fd, octets.at, octets.len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		octets = bytes_of(octets.at + put, octets.len - (size_t)put);
	}
	return true;
}

/* The folder a path lies in: everything before its last name. */
static void
folder_of(const char *path, char out[PATH_TEXT_MAX])
{
	const char *slash = strrchr(path, '/');
	size_t len = slash == NULL ? 0 : (size_t)(slash - path);

	if (slash == NULL)
		snprintf(out, PATH_TEXT_MAX, ".");
	else if (len == 0)
		snprintf(out, PATH_TEXT_MAX, "/");
	else
		snprintf(out, PATH_TEXT_MAX, "%.*s", (int)len, path);
}

static bool
folder_sync(const char *path)
{
	char folder[PATH_TEXT_MAX];
	int fd, failed;

	folder_of(path, folder);
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return false;
	failed = fsync(fd);
	close(fd);
	/* Some file systems cannot sync a folder and say so; they have nothing to lose by it. */
	return failed == 0 || errno == EINVAL;
}

enum err
file_write(const char *path, struct bytes octets, unsigned mode, struct why *why)
{
	char beside[PATH_TEXT_MAX];
	bool written;
	int fd;

	if (snprintf(beside, sizeof(beside), "%s.%ld.new", path, (long)getpid()) >= PATH_TEXT_MAX)
		return why_set(why, ERR_LIMIT, "the path %.100s... is too long", path);
	unlink(beside);		/* left by an earlier process of this number */
	fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return why_set(why, errno == EACCES || errno == EPERM ? ERR_DENIED : ERR_IO,
		    "cannot write beside %s: %s", path, strerror(errno));
	written = write_all(fd, octets) && fchmod(fd, (mode_t)mode) == 0 && fsync(fd) == 0;
	if (close(fd) != 0 || !written || rename(beside, path) != 0) {
		int failed = errno;

		unlink(beside);
		return why_set(why, ERR_IO, "cannot write %s: %s", path, strerror(failed));
	}
	if (!folder_sync(path))
		return why_set(why, ERR_IO, "cannot sync the folder of %s: %s", path,
		    strerror(errno));
	return ERR_OK;
}

/* Makes one folder; existing is no error. */
static enum err
folder_make(const char *path, unsigned mode, struct why *why)
{
	struct stat about;

	if (mkdir(path, (mode_t)mode) == 0) {
		if (chmod(path, (mode_t)mode) != 0)
			return why_set(why, ERR_IO, "cannot set the mode of %s: %s", path,
			    strerror(errno));
		return ERR_OK;
	}
	if (errno != EEXIST)
		return why_set(why, errno == EACCES || errno == EPERM || errno == EROFS ?
		    ERR_DENIED : ERR_IO, "cannot make the folder %s: %s", path, strerror(errno));
	if (stat(path, &about) != 0 || !S_ISDIR(about.st_mode))
		return why_set(why, ERR_INVALID, "%s is there and is not a folder", path);
	return ERR_OK;
}

enum err
file_folder(const char *path, unsigned mode, struct why *why)
{
	char part[PATH_TEXT_MAX];
	size_t len = strlen(path);

	if (len == 0 || len >= sizeof(part))
		return why_set(why, ERR_INVALID, "a folder's path must have 1 to %zu octets",
		    sizeof(part) - 1);
	memcpy(part, path, len + 1);
	while (len > 1 && part[len - 1] == '/')
		part[--len] = '\0';
	for (size_t i = 1; i < len; i++) {
		struct stat about;

		if (part[i] != '/')
			continue;
		part[i] = '\0';
		/* Looking first keeps read-only and unreadable parents out of the way. */
		if (stat(part, &about) != 0) {
			enum err err = folder_make(part, 0755, why);

			if (err != ERR_OK)
				return err;
		}
		part[i] = '/';
	}
	return folder_make(part, mode, why);
}

static bool
owner_fits(uid_t owner)
{
	return owner == geteuid() || owner == 0;
}

enum err
file_owner_like(const char *path, const char *folder, struct why *why)
{
	struct stat about, there;

	if (stat(folder, &about) != 0 || lstat(path, &there) != 0)
		return why_set(why, ERR_IO, "cannot look at %s: %s", path, strerror(errno));
	if (about.st_uid == there.st_uid || geteuid() != 0)
		return ERR_OK;
	if (lchown(path, about.st_uid, about.st_gid) != 0)
		return why_set(why, ERR_DENIED, "cannot give %s to user %u, whose folder it "
		    "lies in: %s; mend it with: chown -R %u %s", path, (unsigned)about.st_uid,
		    strerror(errno), (unsigned)about.st_uid, folder);
	return ERR_OK;
}

/* Who may write to the folder may replace the file, unless the folder is sticky. */
static enum err
secret_folder(const char *path, struct why *why)
{
	char folder[PATH_TEXT_MAX];
	struct stat about;

	folder_of(path, folder);
	if (stat(folder, &about) != 0)
		return why_set(why, ERR_IO, "cannot look at %s: %s", folder, strerror(errno));
	if (!owner_fits(about.st_uid) && !(about.st_mode & S_ISVTX))
		return why_set(why, ERR_DENIED, "%s could be replaced by user %u, who owns its "
		    "folder; mend it with: chown %u %s", path, (unsigned)about.st_uid,
		    (unsigned)geteuid(), folder);
	if ((about.st_mode & 022) != 0 && !(about.st_mode & S_ISVTX))
		return why_set(why, ERR_DENIED, "%s could be replaced by others, who may write to "
		    "its folder; mend it with: chmod go-w %s", path, folder);
	return ERR_OK;
}

enum err
file_secret(const char *path, struct why *why)
{
	char real[PATH_MAX];
	struct stat about;

	if (realpath(path, real) == NULL || stat(real, &about) != 0)
		return why_set(why, errno == ENOENT || errno == ENOTDIR ? ERR_NOT_FOUND :
		    errno == EACCES ? ERR_DENIED : ERR_IO, "cannot look at the secret %s: %s", path,
		    strerror(errno));
	if (!S_ISREG(about.st_mode))
		return why_set(why, ERR_DENIED, "the secret %s is not a regular file; name one",
		    path);
	if (!owner_fits(about.st_uid))
		return why_set(why, ERR_DENIED, "the secret %s belongs to user %u; mend it with: "
		    "chown %u %s", path, (unsigned)about.st_uid, (unsigned)geteuid(), real);
	if ((about.st_mode & 0177) != 0)
		return why_set(why, ERR_DENIED, "the secret %s has mode %04o, so others could "
		    "read it; mend it with: chmod 600 %s", path,
		    (unsigned)(about.st_mode & 07777), real);
	return secret_folder(real, why);
}

bool
file_path(char *out, size_t out_len, const char *dir, const char *name)
{
	size_t len = strlen(dir);
	const char *slash = len > 0 && dir[len - 1] == '/' ? "" : "/";

	return snprintf(out, out_len, "%s%s%s", dir, slash, name) < (int)out_len;
}
