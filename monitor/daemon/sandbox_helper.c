/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a worker that starts a helper may do beyond a worker: start that program and nothing else,
 * and let it read what it needs (for tokens what the options name).  The helper confines itself
 * further, to its own target's.
 */
#include <elf.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "monitor/base/places.h"
#include "monitor/daemon/own_key.h"
#include "monitor/daemon/role.h"
#include "monitor/daemon/sandbox.h"
#include "probes/probe.h"

void
sandbox_path_add(struct sandbox_paths *paths, struct bytes path, unsigned access)
{
	if (path.len == 0)
		return;
	if (paths->count == paths->cap) {
		paths->cap = paths->cap > 0 ? 2 * paths->cap : 64;
		paths->path = memory_resize(paths->path, paths->cap, sizeof(*paths->path));
	}
	paths->path[paths->count++] =
	    (struct sandbox_path){ .path = memory_text(path), .access = access };
}

static int
by_path(const void *a, const void *b)
{
	const struct sandbox_path *x = a, *y = b;
	int order = strcmp(x->path, y->path);

	return order != 0 ? order : (x->access > y->access) - (x->access < y->access);
}

static void
path_free(const struct sandbox_path *path)
{
	free((void *)(uintptr_t)path->path);
}

void
sandbox_paths_free(struct sandbox_paths *paths)
{
	for (size_t i = 0; i < paths->count; i++)
		path_free(&paths->path[i]);
	free(paths->path);
	*paths = (struct sandbox_paths){ .path = NULL };
}

/* Hundreds of keys live behind one module. */
static void
paths_unique(struct sandbox_paths *paths)
{
	size_t kept = 0;

	if (paths->count > 0)
		qsort(paths->path, paths->count, sizeof(*paths->path), by_path);
	for (size_t i = 0; i < paths->count; i++) {
		if (kept > 0 && by_path(&paths->path[kept - 1], &paths->path[i]) == 0)
			path_free(&paths->path[i]);
		else
			paths->path[kept++] = paths->path[i];
	}
	paths->count = kept;
}

const char *
sandbox_helper(const struct role_start *start)
{
	const struct plan *plan = start->plan;
	uint32_t from_end;

	if (start->role == ROLE_SIGNER)
		return start->own_token[0] != NULL || start->own_token[1] != NULL ||
		    start->own_token[2] != NULL ? "sekimori-token" : NULL;
	if (start->role != ROLE_WORKER || plan == NULL || start->index >= plan->workers)
		return NULL;
	from_end = plan->workers - start->index;
	if (from_end <= plan->token_workers)
		return "sekimori-token";
	return from_end <= plan->token_workers + plan->inventory_workers ? "sekimori-inventory" :
	    NULL;
}

static bool
for_tokens(const struct role_start *start)
{
	const char *helper = sandbox_helper(start);

	return helper != NULL && strcmp(helper, "sekimori-token") == 0;
}

/* Entries between commas, without the blanks around them. */
static void
list_add(struct sandbox_paths *paths, const char *list)
{
	while (*list != '\0') {
		size_t len = strcspn(list, ","), from = strspn(list, " "), end = len;

		while (end > from && list[end - 1] == ' ')
			end--;
		if (end > from)
			sandbox_path_add(paths, bytes_of(list + from, end - from),
			    SANDBOX_READ | SANDBOX_WRITE);
		list += len + (list[len] == ',');
	}
}

static void
module_add(struct sandbox_paths *paths, const char *module)
{
	const char *slash = strrchr(module, '/');

	if (slash != NULL && slash != module)
		sandbox_path_add(paths, bytes_of(module, (size_t)(slash - module)), SANDBOX_READ);
}

/* Of the signer whose key, or next key, is in a token. */
static void
own_add(const struct role_start *start, struct sandbox_paths *paths, bool *network)
{
	for (size_t i = 0; i < sizeof(start->own_token) / sizeof(start->own_token[0]); i++) {
		const struct own_token *token = start->own_token[i];

		if (token == NULL)
			continue;
		module_add(paths, token->module);
		list_add(paths, token->paths);
		*network = *network || token->network;
	}
}

static void
targets_add(const struct plan *plan, struct sandbox_paths *paths, bool *network)
{
	for (uint32_t i = 0; i < plan->targets; i++) {
		const struct plan_target *target = &plan->target[i];

		if (strcmp(target->probe, "token") != 0)
			continue;
		module_add(paths, plan_option(target, "module", ""));
		list_add(paths, plan_option(target, "paths", ""));
		if (strcmp(plan_option(target, "network", "false"), "true") == 0)
			*network = true;
	}
}

/* The loader that the kernel starts for our programs, the helper among them. */
static int
interpreter_add(struct dl_phdr_info *info, size_t len, void *arg)
{
	(void)len;
	for (size_t i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_INTERP)
			sandbox_path_add(arg, bytes_of_text((const char *)(uintptr_t)
			    (info->dlpi_addr + info->dlpi_phdr[i].p_vaddr)),
			    SANDBOX_READ | SANDBOX_EXECUTE);
	/* The program itself comes first; libraries have none of ours. */
	return 1;
}

void
sandbox_helper_paths(const struct role_start *start, struct sandbox_paths *paths, bool *network)
{
	static const char *const read_only[] = { "/etc/ssl", "/usr/share/ca-certificates",
		"/usr/local/lib", "/dev/urandom", "/dev/random" };
	char folder[PATH_TEXT_MAX], program[PATH_TEXT_MAX + 32];
	const char *helper = sandbox_helper(start);

	/* A provider's API is always behind the network. */
	*network = !for_tokens(start);
	if (start->role == ROLE_SIGNER)
		own_add(start, paths, network);
	else if (for_tokens(start))
		targets_add(start->plan, paths, network);
	for (size_t i = 0; i < sizeof(read_only) / sizeof(read_only[0]); i++)
		sandbox_path_add(paths, bytes_of_text(read_only[i]), SANDBOX_READ);
	place_programs(helper, folder);
	snprintf(program, sizeof(program), "%s/%s", folder, helper);
	sandbox_path_add(paths, bytes_of_text(program), SANDBOX_READ | SANDBOX_EXECUTE);
	dl_iterate_phdr(interpreter_add, paths);
	paths_unique(paths);
}

/* Folders that probes of this worker's targets look into; each once. */
void
sandbox_folders(const struct role_start *start, struct sandbox_paths *paths)
{
	const struct plan *plan = start->plan;

	for (uint32_t i = 0; plan != NULL && i < plan->targets; i++) {
		const struct plan_target *target = &plan->target[i];
		const struct probe_ops *probe = probe_find(target->probe);

		if (start->role != ROLE_WORKER || probe == NULL ||
		    plan_worker_of(plan, target->id) != start->index)
			continue;
		for (uint32_t j = 0; j < target->options; j++) {
			const struct option_row *row = option_find(probe->options,
			    target->option[j].name);

			if (row != NULL && row->type == OPTION_FOLDER)
				sandbox_path_add(paths, bytes_of_text(target->option[j].value),
				    SANDBOX_READ);
		}
	}
	paths_unique(paths);
}

/* A right holds for a folder and not for its path: one that was made anew wants another worker. */
static void
folders_basis(const struct role_start *start, struct buffer *text)
{
	struct sandbox_paths paths = { .path = NULL };
	struct stat about;

	sandbox_folders(start, &paths);
	for (size_t i = 0; i < paths.count; i++) {
		bool there = stat(paths.path[i].path, &about) == 0;

		buffer_put(text, paths.path[i].path, strlen(paths.path[i].path) + 1);
		buffer_put_be(text, there ? about.st_dev : 0, 8);
		buffer_put_be(text, there ? about.st_ino : 0, 8);
	}
	sandbox_paths_free(&paths);
}

bool
sandbox_for_echo(const struct role_start *start)
{
	const struct plan *plan = start->plan;

	for (uint32_t i = 0; plan != NULL && i < plan->targets; i++)
		if (strcmp(plan->target[i].probe, probe_icmp.name) == 0 &&
		    plan_worker_of(plan, plan->target[i].id) == start->index)
			return true;
	return false;
}

struct hash
sandbox_basis(const struct role_start *start)
{
	struct sandbox_paths paths = { .path = NULL };
	struct buffer text = { .max = 0 };
	struct hash basis = { { 0 } };
	bool network = false;

	if (sandbox_for_echo(start))
		buffer_put_text(&text, "echo");
	for (uint32_t i = 0; sandbox_for_keeping(start) && i < start->plan->downloads; i++) {
		const struct plan_download *download = &start->plan->download[i];

		buffer_put(&text, download->path, strlen(download->path) + 1);
		buffer_put_u8(&text, download->url[0] != '\0');
	}
	if (sandbox_helper(start) != NULL && !for_tokens(start))
		buffer_put_text(&text, "inventory");
	folders_basis(start, &text);
	if (!for_tokens(start)) {
		if (text.len > 0)
			basis = hash_of(bytes_of_buffer(&text));
		buffer_free(&text);
		return basis;
	}
	targets_add(start->plan, &paths, &network);
	paths_unique(&paths);
	buffer_put_u8(&text, network ? 2 : 1);
	for (size_t i = 0; i < paths.count; i++) {
		buffer_put_text(&text, paths.path[i].path);
		buffer_put_be(&text, paths.path[i].access, 2);
	}
	basis = hash_of(bytes_of_buffer(&text));
	sandbox_paths_free(&paths);
	buffer_free(&text);
	return basis;
}
