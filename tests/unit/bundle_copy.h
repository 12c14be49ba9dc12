/* SPDX-License-Identifier: Apache-2.0 */
/* A bundle's files in memory, so that a test can forge them one by one and judge the result. */
#ifndef TESTS_UNIT_BUNDLE_COPY_H
#define TESTS_UNIT_BUNDLE_COPY_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/file.h"
#include "monitor/base/limits.h"
#include "reports/bundle.h"

enum { COPY_BLOBS = 512 };

struct copy {
	struct buffer file[BUNDLE_FILE_COUNT];
	struct hash   name[COPY_BLOBS];
	struct buffer blob[COPY_BLOBS];
	size_t        blobs;
};

static inline void
copy_must(enum err err, const struct why *why)
{
	if (err != ERR_OK) {
		fprintf(stderr, "copy: %s\n", why->text);
		abort();
	}
}

static inline void
copy_load(struct copy *copy, const char *path)
{
	char below[PATH_TEXT_MAX];
	struct dirent *entry;
	struct why why = { .text = "" };
	DIR *dir;

	*copy = (struct copy){ .blobs = 0 };
	for (int i = 0; i < BUNDLE_FILE_COUNT; i++) {
		snprintf(below, sizeof(below), "%s/%s", path, bundle_file_name((enum bundle_file)i));
		copy_must(file_read(below, BUFFER_MAX, &copy->file[i], &why), &why);
	}
	snprintf(below, sizeof(below), "%s/blobs", path);
	dir = opendir(below);
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.' || copy->blobs == COPY_BLOBS)
			continue;
		snprintf(below, sizeof(below), "%s/blobs/%s", path, entry->d_name);
		copy_must(hex_read(entry->d_name, copy->name[copy->blobs].at, HASH_LEN), &why);
		copy_must(file_read(below, BUFFER_MAX, &copy->blob[copy->blobs++], &why), &why);
	}
	closedir(dir);
}

static inline void
copy_free(struct copy *copy)
{
	for (int i = 0; i < BUNDLE_FILE_COUNT; i++)
		buffer_free(&copy->file[i]);
	for (size_t i = 0; i < copy->blobs; i++)
		buffer_free(&copy->blob[i]);
}

static inline struct copy
copy_of(const struct copy *from)
{
	struct copy out = { .blobs = from->blobs };

	for (int i = 0; i < BUNDLE_FILE_COUNT; i++)
		buffer_put(&out.file[i], from->file[i].at, from->file[i].len);
	for (size_t i = 0; i < from->blobs; i++) {
		out.name[i] = from->name[i];
		buffer_put(&out.blob[i], from->blob[i].at, from->blob[i].len);
	}
	return out;
}

static inline enum err
copy_blob(void *arg, struct hash hash, struct buffer *out, struct why *why)
{
	const struct copy *copy = arg;
	char text[HASH_TEXT];

	for (size_t i = 0; i < copy->blobs; i++)
		if (hash_equal(copy->name[i], hash)) {
			buffer_reset(out);
			buffer_put(out, copy->blob[i].at, copy->blob[i].len);
			return ERR_OK;
		}
	hash_text(hash, text);
	return why_set(why, ERR_NOT_FOUND, "blobs/%s: it is missing from the bundle", text);
}

static inline struct bundle_octets
copy_octets(struct copy *copy)
{
	struct bundle_octets out = { .blob = copy_blob, .arg = copy };

	for (int i = 0; i < BUNDLE_FILE_COUNT; i++)
		out.file[i] = bytes_of_buffer(&copy->file[i]);
	return out;
}

/* Puts octets in the place of others of one file. */
static inline void
copy_splice(struct copy *copy, enum bundle_file file, size_t at, size_t len, struct bytes by)
{
	struct buffer out = { 0 };
	struct bytes all = bytes_of_buffer(&copy->file[file]);

	buffer_put(&out, all.at, at);
	buffer_put(&out, by.at, by.len);
	buffer_put(&out, all.at + at + len, all.len - at - len);
	buffer_free(&copy->file[file]);
	copy->file[file] = out;
}

#endif
