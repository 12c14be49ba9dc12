/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bundle's folder.  It comes from a stranger: links, pipes and devices are refused unread, so
 * are names that do not belong, and every file has a ceiling.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "monitor/base/file.h"
#include "monitor/base/limits.h"
#include "monitor/base/log.h"
#include "reports/audit_set.h"
#include "reports/bundle.h"

enum { MANIFEST_MAX = 8 << 20 };

struct bundle_folder {
	int             fd, blobs;	/* blobs is -1 if there is no such folder */
	struct buffer   file[BUNDLE_FILE_COUNT];
	struct hash_set asked;		/* blobs that records name */
};

static enum err
read_at(int folder, const char *name, const char *shown, size_t max, struct buffer *out,
    struct why *why)
{
	/* Without O_NONBLOCK, opening a pipe would wait for ever. */
	int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	struct stat st;
	enum err err;

	if (fd < 0)
		return why_set(why, errno == ENOENT ? ERR_NOT_FOUND : errno == ELOOP ?
		    ERR_MALFORMED : ERR_IO,
		    errno == ENOENT ? "%s: it is missing from the bundle" :
		    errno == ELOOP ? "%s: it is a link; a bundle holds plain files" :
		    "%s: it cannot be opened", shown);
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		err = why_set(why, ERR_MALFORMED, "%s: it is not a plain file", shown);
	else
		err = file_read_fd(fd, shown, max, out, why);
	close(fd);
	return err;
}

static enum err
folder_blob(void *arg, struct hash hash, struct buffer *out, struct why *why)
{
	struct bundle_folder *folder = arg;
	char name[HASH_TEXT], shown[HASH_TEXT + 8] = "blobs/";

	hash_text(hash, name);
	memcpy(shown + 6, name, sizeof(name));
	hash_set_add(&folder->asked, hash);
	buffer_reset(out);
	if (folder->blobs < 0)
		return why_set(why, ERR_NOT_FOUND, "%s: it is missing from the bundle", shown);
	return read_at(folder->blobs, name, shown, BUFFER_MAX, out, why);
}

enum err
bundle_folder_open(const char *path, struct bundle_folder **out, struct bundle_octets *octets,
    struct why *why)
{
	static const size_t most[BUNDLE_FILE_COUNT] = { [BUNDLE_MANIFEST] = MANIFEST_MAX,
		[BUNDLE_CHECKPOINT] = NOTE_MAX + 1, [BUNDLE_TREE] = BUFFER_MAX,
		[BUNDLE_RECORDS] = BUFFER_MAX, [BUNDLE_CONTEXT] = BUFFER_MAX,
		[BUNDLE_VALUES] = BUFFER_MAX };
	struct bundle_folder *folder;
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum err err = ERR_OK;

	*out = NULL;
	if (fd < 0)
		return why_set(why, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s: no bundle "
		    "folder: %s",
		    path, strerror(errno));
	folder = memory_new(1, sizeof(*folder));
	folder->fd = fd;
	folder->blobs = openat(fd, "blobs", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	*octets = (struct bundle_octets){ .blob = folder_blob, .arg = folder };
	for (int i = 0; i < BUNDLE_FILE_COUNT && err == ERR_OK; i++) {
		const char *name = bundle_file_name((enum bundle_file)i);

		err = read_at(fd, name, name, most[i], &folder->file[i], why);
		octets->file[i] = bytes_of_buffer(&folder->file[i]);
	}
	if (err != ERR_OK) {
		bundle_folder_close(folder);
		return err;
	}
	*out = folder;
	return ERR_OK;
}

static bool
name_belongs(const struct bundle_folder *folder, const char *name)
{
	/* What is called so and is no folder, or a link to one, was not opened. */
	if (strcmp(name, "blobs") == 0)
		return folder->blobs >= 0;
	for (int i = 0; i < BUNDLE_FILE_COUNT; i++)
		if (strcmp(name, bundle_file_name((enum bundle_file)i)) == 0)
			return true;
	return false;
}

static bool
blob_belongs(const struct bundle_folder *folder, const char *name)
{
	char exact[HASH_TEXT];
	struct hash hash;

	/* Upper-case hex would be a second name for the same blob. */
	if (hex_read(name, hash.at, HASH_LEN) != ERR_OK)
		return false;
	hash_text(hash, exact);
	return strcmp(name, exact) == 0 && hash_set_has(&folder->asked, hash);
}

/* Every name in one folder, "." and ".." apart; blobs says which of the two it is. */
static enum err
names_check(const struct bundle_folder *folder, int fd, bool blobs, struct why *why)
{
	int again = dup(fd);
	DIR *dir = again >= 0 ? fdopendir(again) : NULL;
	struct dirent *entry;
	enum err err = ERR_OK;

	if (dir == NULL) {
		if (again >= 0)
			close(again);
		return why_set(why, ERR_IO, "the bundle folder cannot be listed");
	}
	rewinddir(dir);
	while (err == ERR_OK && (entry = readdir(dir)) != NULL) {
		char shown[200];

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
		    (blobs ? blob_belongs(folder, entry->d_name) :
		    name_belongs(folder, entry->d_name)))
			continue;
		text_escape(entry->d_name, strlen(entry->d_name), shown, sizeof(shown));
		err = why_set(why, ERR_MALFORMED, blobs ? "blobs/%s: no record of the bundle names "
		    "it" :
		    "%s: it does not belong into a bundle", shown);
	}
	closedir(dir);
	return err;
}

enum err
bundle_folder_rest(struct bundle_folder *folder, struct why *why)
{
	enum err err = names_check(folder, folder->fd, false, why);

	if (err == ERR_OK && folder->blobs >= 0)
		err = names_check(folder, folder->blobs, true, why);
	return err;
}

void
bundle_folder_close(struct bundle_folder *folder)
{
	if (folder == NULL)
		return;
	for (int i = 0; i < BUNDLE_FILE_COUNT; i++)
		buffer_free(&folder->file[i]);
	hash_set_free(&folder->asked);
	if (folder->blobs >= 0)
		close(folder->blobs);
	close(folder->fd);
	free(folder);
}
