/* SPDX-License-Identifier: Apache-2.0 */
/* A folder of delivered evidence; see delivery.h. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "monitor/base/file.h"
#include "probes/delivery.h"

static const char unfinished[] = ".tmp";

static bool
ends_unfinished(const char *name)
{
	size_t len = strlen(name), end = sizeof(unfinished) - 1;

	return len >= end && strcmp(name + len - end, unfinished) == 0;
}

/* Names are shown to people and recorded. */
static bool
name_good(const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < len; i++)
		if (name[i] <= ' ' || name[i] > '~')
			return false;
	return len > 0 && len < DELIVERY_NAME;
}

static enum err
folder_refused(int code, const char *what, struct why *why)
{
	if (code == ENOENT)
		return why_set(why, ERR_NOT_FOUND, "%s is not there", what);
	if (code == EACCES || code == EPERM)
		return why_set(why, ERR_DENIED, "%s may not be read: give the monitor's workers "
		    "the right to, and reload if the folder was made anew", what);
	if (code == ENOTDIR || code == ELOOP)
		return why_set(why, ERR_INVALID, "%s is no folder", what);
	return why_set(why, ERR_IO, "%s cannot be read: %s", what, strerror(code));
}

static struct hash
state_of(const struct stat *about)
{
	uint64_t of[] = { (uint64_t)about->st_dev, (uint64_t)about->st_ino,
		(uint64_t)about->st_size, (uint64_t)about->st_mtim.tv_sec,
		(uint64_t)about->st_mtim.tv_nsec, (uint64_t)about->st_ctim.tv_sec,
		(uint64_t)about->st_ctim.tv_nsec };

	return hash_of(bytes_of(of, sizeof(of)));
}

/* --- what is in one folder ------------------------------------------------------------------ */

/* Names and what they are; a name that came and went between the two calls is passed over. */
struct scan {
	char          folder[DELIVERY_NAME], beside[DELIVERY_NAME];	/* last folder, a file */
	size_t        files, seen;
	struct delivery_file file[DELIVERY_FILES];
};

static enum err
file_take(struct scan *scan, const char *name, const struct stat *about, struct why *why)
{
	struct delivery_file *file = &scan->file[scan->files];

	if (scan->files == DELIVERY_FILES)
		return why_set(why, ERR_LIMIT, "more than %d files are in one delivery",
		    DELIVERY_FILES);
	if (!S_ISREG(about->st_mode))
		return why_set(why, ERR_INVALID, "%s is %s, no file", name,
		    S_ISLNK(about->st_mode) ? "a symbolic link" :
		    S_ISFIFO(about->st_mode) ? "a pipe" :
		    S_ISDIR(about->st_mode) ? "a folder inside a delivery" : "a device or socket");
	if (about->st_size > ENVELOPE_ITEM_MAX)
		return why_set(why, ERR_LIMIT, "%s has more than %d octets", name,
		    ENVELOPE_ITEM_MAX);
	memcpy(file->name, name, strlen(name) + 1);
	file->state = state_of(about);
	file->placed_ms = (int64_t)about->st_ctim.tv_sec * 1000 + about->st_ctim.tv_nsec / 1000000;
	if (about->st_size == 0)
		return why_set(why, ERR_BUSY, "%s is empty", name);
	scan->files++;
	return ERR_OK;
}

static enum err
name_take(struct scan *scan, int folder, const char *name, bool inner, struct why *why)
{
	struct stat about;

	if (!name_good(name))
		return why_set(why, ERR_INVALID, "a name has more than %d octets, blanks or "
		    "octets that are not ASCII", DELIVERY_NAME - 1);
	if (fstatat(folder, name, &about, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT ? ERR_OK : folder_refused(errno, name, why);
	if (S_ISDIR(about.st_mode) && !inner) {
		if (!ends_unfinished(name) && strcmp(name, scan->folder) > 0)
			memcpy(scan->folder, name, strlen(name) + 1);
		return ERR_OK;
	}
	if (!inner)
		memcpy(scan->beside, name, strlen(name) + 1);
	if (ends_unfinished(name))
		return why_set(why, ERR_BUSY, "%s is there", name);
	return file_take(scan, name, &about, why);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct delivery_file *)a)->name,
	    ((const struct delivery_file *)b)->name);
}

/* The worst is kept: what is refused for good before what only is not whole. */
static enum err
folder_scan(int fd, bool inner, struct scan *scan, struct why *why)
{
	DIR *dir = fdopendir(fd);
	struct dirent *entry;
	struct why one = { .err = ERR_OK };
	enum err err = ERR_OK, found;

	*scan = (struct scan){ .files = 0 };
	if (dir == NULL) {
		err = folder_refused(errno, "the folder", why);
		close(fd);
		return err;
	}
	while ((entry = readdir(dir)) != NULL && (err == ERR_OK || err == ERR_BUSY)) {
		if (entry->d_name[0] == '.')
			continue;
		found = ++scan->seen > DELIVERY_LOOKED ? why_set(&one, ERR_LIMIT, "more than %d "
		    "names are in one folder", DELIVERY_LOOKED) :
		    name_take(scan, fd, entry->d_name, inner, &one);
		if (found != ERR_OK && (err == ERR_OK || found != ERR_BUSY)) {
			err = found;
			*why = one;
		}
	}
	closedir(dir);
	qsort(scan->file, scan->files, sizeof(scan->file[0]), by_name);
	return err;
}

/* --- the delivery that counts --------------------------------------------------------------- */

static enum err
role_take(const struct verifier *verifier, struct delivery_file *file, struct why *why)
{
	size_t len = strcspn(file->name, ".");
	const struct attest_role *role = verifier->role;

	while (role->name != NULL && (strlen(role->name) != len ||
	    strncmp(role->name, file->name, len) != 0))
		role++;
	if (role->name == NULL)
		return why_set(why, ERR_INVALID, "%s names no role of %s, such as %s.pem; "
		    "\"sekimori attest --kinds\" lists them", file->name, verifier->set->name,
		    verifier->role->name);
	snprintf(file->role, sizeof(file->role), "%s", role->name);
	return ERR_OK;
}

static enum err
delivery_take(struct delivery *out, const struct scan *scan, const struct verifier *verifier,
    const struct stat *about, struct why *why)
{
	struct buffer all = { .max = 0 };
	struct hash folder = state_of(about);
	enum err err = ERR_OK;

	buffer_put(&all, folder.at, HASH_LEN);
	out->files = scan->files;
	for (size_t i = 0; i < scan->files && err == ERR_OK; i++) {
		out->file[i] = scan->file[i];
		err = role_take(verifier, &out->file[i], why);
		buffer_put(&all, out->file[i].name, strlen(out->file[i].name) + 1);
		buffer_put(&all, out->file[i].state.at, HASH_LEN);
	}
	out->state = hash_of(bytes_of_buffer(&all));
	buffer_free(&all);
	if (err == ERR_OK && scan->files == 0)
		err = why_set(why, ERR_NOT_FOUND, "nothing is in the folder: "
		    "deliver the files of the evidence there");
	return err;
}

static int
folder_open(int at, const char *name, bool inner)
{
	return openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK |
	    (inner ? O_NOFOLLOW : 0));
}

/* The folder of a delivery, or the given one itself; -1: why says. */
static int
delivery_open(const char *folder, const char *name, enum err *err, struct why *why)
{
	int outer = folder_open(AT_FDCWD, folder, false), inner = -1;

	if (outer < 0) {
		*err = folder_refused(errno, "the folder", why);
		return -1;
	}
	if (name[0] == '\0')
		return outer;
	inner = folder_open(outer, name, true);
	if (inner < 0)
		*err = folder_refused(errno, name, why);
	close(outer);
	return inner;
}

/* What is in an opened folder, and what it is itself; closes it. */
static enum err
opened_scan(int fd, bool inner, struct scan *scan, struct stat *about, struct why *why)
{
	enum err err;

	if (fstat(fd, about) == 0)
		return folder_scan(fd, inner, scan, why);
	err = folder_refused(errno, "the folder", why);
	close(fd);
	return err;
}

enum err
delivery_look(const char *folder, const struct verifier *verifier, struct delivery *out,
    struct why *why)
{
	struct scan *scan = memory_new(1, sizeof(*scan));
	struct stat about;
	enum err err = ERR_OK;
	int fd = delivery_open(folder, "", &err, why);
	bool inner = false;

	*out = (struct delivery){ .files = 0 };
	if (fd >= 0)
		err = opened_scan(fd, false, scan, &about, why);
	if (fd >= 0 && scan->folder[0] != '\0') {
		inner = true;
		snprintf(out->name, sizeof(out->name), "%s", scan->folder);
		if (scan->beside[0] != '\0')
			err = why_set(why, ERR_INVALID, "%s lies beside folders: what counts "
			    "cannot be told; put it into a delivery, or take it away",
			    scan->beside);
		else if (err == ERR_OK && (fd = delivery_open(folder, out->name, &err, why)) >= 0)
			err = opened_scan(fd, true, scan, &about, why);
	}
	if (err == ERR_OK && fd >= 0)
		err = delivery_take(out, scan, verifier, &about, why);
	free(scan);
	if (err != ERR_OK && inner)
		why_in(why, "delivery %s", out->name);
	return err;
}

static enum err
file_read_same(int folder, struct delivery_file *file, struct why *why)
{
	int fd = openat(folder, file->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat about;
	enum err err;

	if (fd < 0)
		return errno == ENOENT || errno == ELOOP ? why_set(why, ERR_BUSY, "%s was "
		    "exchanged", file->name) : folder_refused(errno, file->name, why);
	file->octets.max = ENVELOPE_ITEM_MAX;
	err = file_read_fd(fd, file->name, ENVELOPE_ITEM_MAX, &file->octets, why);
	if (fstat(fd, &about) != 0 || !hash_equal(state_of(&about), file->state))
		err = why_set(why, ERR_BUSY, "%s was written to", file->name);
	close(fd);
	return err;
}

enum err
delivery_read(const char *folder, struct delivery *delivery, struct why *why)
{
	struct buffer all = { .max = 0 };
	enum err err = ERR_OK;
	int fd = delivery_open(folder, delivery->name, &err, why);
	size_t sum = 0;

	for (size_t i = 0; fd >= 0 && i < delivery->files && err == ERR_OK; i++) {
		struct delivery_file *file = &delivery->file[i];
		struct hash one;

		err = file_read_same(fd, file, why);
		sum += file->octets.len;
		if (err == ERR_OK && sum > DELIVERY_OCTETS)
			err = why_set(why, ERR_LIMIT, "the files have more than %d octets together",
			    DELIVERY_OCTETS);
		one = hash_of(bytes_of_buffer(&file->octets));
		buffer_put(&all, file->role, strlen(file->role) + 1);
		buffer_put(&all, one.at, HASH_LEN);
	}
	if (fd >= 0)
		close(fd);
	delivery->content = hash_of(bytes_of_buffer(&all));
	buffer_free(&all);
	if (err != ERR_OK && delivery->name[0] != '\0')
		why_in(why, "delivery %s", delivery->name);
	return err;
}

void
delivery_free(struct delivery *delivery)
{
	for (size_t i = 0; i < delivery->files; i++)
		buffer_free(&delivery->file[i].octets);
}
