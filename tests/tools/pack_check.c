/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Control packs as they are shipped: each is read as the program reads it, and no control may
 * have the id of one in another pack.  Prints a line per pack, or every fault.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/file.h"
#include "monitor/base/limits.h"
#include "monitor/state/pack.h"

struct seen {
	const char *id, *file;
};

static const char *
base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static struct pack *
load(const char *path)
{
	struct why why = { .err = ERR_OK };
	struct buffer octets = { 0 };
	struct pack *pack = NULL;

	if (file_read(path, CONFIG_MAX, &octets, &why) != ERR_OK ||
	    pack_read(base_of(path), bytes_of_buffer(&octets), &pack, &why) != ERR_OK)
		fprintf(stderr, "pack_check: %s\n", why.text);
	buffer_free(&octets);
	return pack;
}

static void
say(const char *file, const struct pack *pack)
{
	uint32_t decidable = 0;

	for (uint32_t i = 0; i < pack->controls; i++)
		decidable += pack->control[i].condition != NULL;
	printf("%s: %" PRIu32 " controls, %" PRIu32 " decidable\n", file, pack->controls,
	    decidable);
}

static int
by_id(const void *a, const void *b)
{
	return strcmp(((const struct seen *)a)->id, ((const struct seen *)b)->id);
}

/* Ids that occur twice, of all packs. */
static int
twice(struct pack *const *packs, char **paths, int count)
{
	struct seen *seen = memory_new((size_t)count * PACK_CONTROLS_MAX, sizeof(*seen));
	size_t total = 0;
	int status = 0;

	for (int i = 0; i < count; i++)
		for (uint32_t c = 0; packs[i] != NULL && c < packs[i]->controls; c++)
			seen[total++] = (struct seen){ packs[i]->control[c].id,
			    base_of(paths[i]) };
	qsort(seen, total, sizeof(*seen), by_id);
	for (size_t i = 1; i < total; i++) {
		if (strcmp(seen[i - 1].id, seen[i].id) != 0)
			continue;
		fprintf(stderr, "pack_check: the control \"%s\" is in %s and in %s\n",
		    seen[i].id, seen[i - 1].file, seen[i].file);
		status = 1;
	}
	free(seen);
	return status;
}

/* Packs are named by their ids in records. */
static int
same_pack(struct pack *const *packs, int count)
{
	int status = 0;

	for (int i = 0; i < count; i++)
		for (int j = 0; j < i && packs[i] != NULL; j++) {
			if (packs[j] == NULL || strcmp(packs[i]->id, packs[j]->id) != 0)
				continue;
			fprintf(stderr, "pack_check: two packs have the id \"%s\"\n",
			    packs[i]->id);
			status = 1;
		}
	return status;
}

int
main(int argc, char **argv)
{
	int count = argc - 1, status = 0;
	struct pack **packs;

	if (count < 1) {
		fputs("usage: pack_check FILE...\n", stderr);
		return 2;
	}
	packs = memory_new((size_t)count, sizeof(*packs));
	for (int i = 0; i < count; i++) {
		packs[i] = load(argv[i + 1]);
		if (packs[i] != NULL)
			say(base_of(argv[i + 1]), packs[i]);
		else
			status = 1;
	}
	status |= twice(packs, argv + 1, count) | same_pack(packs, count);
	for (int i = 0; i < count; i++)
		pack_free(packs[i]);
	free(packs);
	return status;
}
