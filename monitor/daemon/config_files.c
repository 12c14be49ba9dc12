/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files a configuration names: checked when it is read, and packed for the roles that may
 * have them, so that no role opens a path of its own.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "monitor/base/cbor.h"
#include "monitor/base/file.h"
#include "monitor/daemon/config_part.h"
#include "monitor/daemon/download.h"
#include "probes/probe.h"

static const char private_mark[] = "PRIVATE KEY-----";

enum { SECRET_MAX = 64 << 10 };	/* octets of a secret: a key or a token; refused */

size_t
config_file_max(const struct plan *plan, const char *path)
{
	for (uint32_t i = 0; i < plan->feeds; i++)
		if (strcmp(plan->feed[i].path, path) == 0)
			return download_max(plan->feed[i].form);
	return BLOB_MAX;
}

static int
by_use(const void *a, const void *b)
{
	const struct config_use *x = a, *y = b;
	int order = strcmp(x->path, y->path);

	if (order == 0)
		order = (int)x->secret - (int)y->secret;
	return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
}

/* What is read: octets and files of the public ones, each path once. */
struct public_files { size_t files, octets; };

static enum err
check_file(const struct plan *plan, const struct config_use *use, struct public_files *all,
    struct why *why)
{
	struct buffer octets = { .max = 0 };
	enum err err = use->secret ? file_secret(use->path, why) : ERR_OK;

	if (err == ERR_OK)
		err = file_read(use->path, use->secret ? SECRET_MAX :
		    config_file_max(plan, use->path), &octets, why);
	if (err == ERR_OK && octets.len == 0)
		err = why_set(why, ERR_INVALID, "%s is empty", use->path);
	if (err == ERR_OK && !use->secret && memmem(octets.at, octets.len, private_mark,
	    sizeof(private_mark) - 1) != NULL)
		err = why_set(why, ERR_INVALID, "%s holds a private key, and public files are "
		    "recorded; name a file with certificates alone", use->path);
	if (!use->secret && octets.len <= BLOB_MAX) {
		all->files++;
		all->octets += octets.len;
	}
	if (octets.cap > 0)
		explicit_bzero(octets.at, octets.cap);
	buffer_free(&octets);
	return err;
}

/* What the probe that reads it says of its content. */
static enum err
check_content(const struct config_use *use, struct why *why)
{
	struct buffer octets = { .max = 0 };
	enum err err = file_read(use->path, BLOB_MAX, &octets, why);

	if (err == ERR_OK)
		err = use->check(use->setting, use->path, bytes_of_buffer(&octets), why);
	buffer_free(&octets);
	return err;
}

static bool
same_content(const struct config_use *a, const struct config_use *b)
{
	return a->check == b->check && strcmp(a->setting, b->setting) == 0;
}

/* Thousands of targets name the same few files: each is looked at once, all users are told. */
void
config_check_files(struct config_reader *reader)
{
	struct public_files all = { .files = 0 };
	enum err err = ERR_OK, content = ERR_OK;
	struct why why, content_why = { .err = ERR_OK };

	if (reader->uses > 0)
		qsort(reader->use, reader->uses, sizeof(*reader->use), by_use);
	for (size_t i = 0; i < reader->uses; i++) {
		const struct config_use *use = &reader->use[i], *before = i > 0 ? use - 1 : NULL;

		bool again = before != NULL && strcmp(before->path, use->path) == 0;

		if (!again || before->secret != use->secret)
			err = check_file(reader->plan, use, &all, &why);
		if (!again || !same_content(before, use))
			content = err == ERR_OK && use->check != NULL ?
			    check_content(use, &content_why) : ERR_OK;
		if (again && before->secret != use->secret)
			config_fault(reader, use->line, "%s is a public file in line %u and a "
			    "secret here; public files are recorded, so a secret needs a file of "
			    "its own", use->path,
			    before->line);
		else if (err != ERR_OK)
			config_fault(reader, use->line, "%s: %s", use->setting, why.text);
		else if (content != ERR_OK)
			config_fault(reader, use->line, "%s: %s", use->setting, content_why.text);
	}
	/* They cross a link in one message, and a CONFIG record names them all. */
	if (all.files > CONFIG_FILES_MAX || all.octets > CONFIG_OCTETS_MAX)
		config_fault(reader, 0, "%zu public files of %zu octets are named, and %d of %d "
		    "octets together can be recorded with a configuration; leave out the files "
		    "of documents", all.files, all.octets, CONFIG_FILES_MAX, CONFIG_OCTETS_MAX);
}

struct path {
	const char *at;
	bool        secret;
};

struct path_list {
	struct path *file;
	size_t       count, cap;
};

static void
path_add(struct path_list *list, const char *path, bool secret)
{
	if (path[0] == '\0')
		return;
	if (list->count == list->cap) {
		list->cap = list->cap > 0 ? 2 * list->cap : 64;
		list->file = memory_resize(list->file, list->cap, sizeof(*list->file));
	}
	list->file[list->count++] = (struct path){ .at = path, .secret = secret };
}

static void
target_paths(const struct plan_target *target, unsigned which, struct path_list *list)
{
	const struct probe_ops *probe = probe_find(target->probe);

	for (uint32_t i = 0; probe != NULL && i < target->options; i++) {
		const struct option_row *row = option_find(probe->options, target->option[i].name);

		if (row != NULL && row->type == OPTION_FILE && (which & CONFIG_PUBLIC))
			path_add(list, target->option[i].value, false);
		if (row != NULL && row->type == OPTION_SECRET && (which & CONFIG_PROBE_SECRETS))
			path_add(list, target->option[i].value, true);
	}
}

/* What intake holds, and what is fetched beside notices. */
static void
incoming_paths(const struct plan *plan, unsigned which, struct path_list *list)
{
	for (uint32_t i = 0; i < plan->listeners; i++) {
		const struct plan_listener *listener = &plan->listener[i];

		if (which & CONFIG_PUBLIC) {
			path_add(list, listener->certificate, false);
			path_add(list, listener->trust, false);
		}
		if (which & CONFIG_INTAKE_SECRETS) {
			path_add(list, listener->key, true);
			path_add(list, listener->users, true);
			path_add(list, listener->communities, true);
		}
	}
	for (uint32_t i = 0; i < plan->downloads && (which & CONFIG_PUBLIC); i++)
		path_add(list, plan->download[i].trust, false);
	for (uint32_t i = 0; i < plan->sources; i++) {
		if (which & CONFIG_PUBLIC)
			path_add(list, plan->source[i].trust, false);
		if (which & CONFIG_SOURCE_SECRETS)
			path_add(list, plan->source[i].secret, true);
	}
	for (uint32_t i = 0; i < plan->duty_files && (which & CONFIG_DUTIES); i++)
		path_add(list, plan->duties[i].path, false);
}

static void
plan_paths(const struct plan *plan, unsigned which, struct path_list *list)
{
	struct stat about;

	for (uint32_t i = 0; i < plan->targets; i++)
		target_paths(&plan->target[i], which, list);
	for (uint32_t i = 0; i < plan->channels; i++) {
		if (which & CONFIG_PUBLIC)
			path_add(list, plan->channel[i].trust, false);
		if (which & CONFIG_NOTICE_SECRETS)
			path_add(list, plan->channel[i].secret, true);
	}
	for (uint32_t i = 0; i < plan->authorities && (which & CONFIG_PUBLIC); i++)
		path_add(list, plan->authority[i].trust, false);
	for (uint32_t i = 0; i < plan->seals && (which & CONFIG_PUBLIC); i++) {
		path_add(list, plan->seal[i].certificate, false);
		path_add(list, plan->seal[i].chain, false);
	}
	/* What is larger than a blob is known by its hash alone. */
	for (uint32_t i = 0; i < plan->feeds && (which & CONFIG_FEEDS); i++)
		if (stat(plan->feed[i].path, &about) != 0 || about.st_size <= BLOB_MAX)
			path_add(list, plan->feed[i].path, false);
	for (uint32_t i = 0; i < plan->packs && (which & CONFIG_PACKS); i++)
		path_add(list, plan->pack[i].path, false);
	for (uint32_t i = 0; i < plan->documents && (which & CONFIG_DOCUMENTS); i++)
		path_add(list, plan->document[i].path, false);
	incoming_paths(plan, which, list);
}

/* RFC 8949 4.2.1: the shorter key first, then octet by octet, as their encodings compare. */
static int
by_key(const void *a, const void *b)
{
	const struct path *x = a, *y = b;
	size_t x_len = strlen(x->at), y_len = strlen(y->at);

	return x_len != y_len ? (x_len > y_len) - (x_len < y_len) : strcmp(x->at, y->at);
}

static void
path_sort(struct path_list *list)
{
	size_t unique = 0;

	if (list->count == 0)
		return;
	qsort(list->file, list->count, sizeof(*list->file), by_key);
	for (size_t i = 0; i < list->count; i++)
		if (i == 0 || strcmp(list->file[i].at, list->file[unique - 1].at) != 0)
			list->file[unique++] = list->file[i];
	list->count = unique;
}

static enum err
file_put(struct buffer *map, const struct path *file, struct why *why)
{
	struct buffer octets = { .max = 0 };
	enum err err = file->secret ? file_secret(file->at, why) : ERR_OK;

	if (err == ERR_OK)
		err = file_read(file->at, file->secret ? SECRET_MAX : BLOB_MAX, &octets, why);
	if (err == ERR_OK) {
		cbor_put_cstr(map, file->at);
		cbor_put_bytes(map, bytes_of_buffer(&octets));
		if (map->failed)
			err = why_set(why, ERR_LIMIT,
			    "the files of the configuration are too large together");
	}
	if (octets.cap > 0)
		explicit_bzero(octets.at, octets.cap);
	buffer_free(&octets);
	return err;
}

enum err
config_files(const struct plan *plan, unsigned which, struct buffer *map, struct why *why)
{
	struct path_list all = { .count = 0 };
	enum err err = ERR_OK;

	plan_paths(plan, which, &all);
	path_sort(&all);
	cbor_put_map(map, all.count);
	for (size_t i = 0; i < all.count && err == ERR_OK; i++)
		err = file_put(map, &all.file[i], why);
	free(all.file);
	return err;
}
