/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A configuration file from its octets to a plan.  Sections are read in the order in which they
 * refer to each other; a plan is given out only when nothing at all was wrong.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "monitor/base/file.h"
#include "monitor/daemon/config_drill.h"
#include "monitor/daemon/config_part.h"
#include "monitor/daemon/config_rows.h"

enum { TARGETS_PER_WORKER = 256 };

static uint32_t
workers_choose(uint32_t targets)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	uint32_t workers = targets / TARGETS_PER_WORKER + 1;

	if (cores < 2 || workers < 1)
		return 1;
	if (workers > (uint32_t)cores - 1)
		workers = (uint32_t)cores - 1;
	return workers < WORKER_MAX ? workers : WORKER_MAX;
}

/*
 * What starts a helper gets a worker of its own: modules of tokens are somebody else's code, and
 * who reads inventories holds the keys of providers.
 */
static void
helped_worker_add(struct config_reader *reader, const char *probe, uint32_t *workers)
{
	struct plan *plan = reader->plan;
	bool wanted = false;

	for (uint32_t i = 0; i < plan->targets; i++)
		wanted = wanted || strcmp(plan->target[i].probe, probe) == 0;
	if (!wanted)
		return;
	if (plan->workers == WORKER_MAX) {
		config_fault(reader, 0, "targets of the probe %s need a worker of their own: "
		    "workers may be %d at most", probe, WORKER_MAX - 1);
		return;
	}
	plan->workers++;
	*workers = 1;
}

static void
check_sections(struct config_reader *reader, const struct conf_node *root)
{
	const struct config_section *sections;
	size_t count;

	sections = config_sections(&count);
	for (size_t i = 0; i < conf_count(root); i++) {
		const struct conf_node *node = conf_at(root, i);
		bool known = false;

		for (size_t j = 0; j < count; j++)
			known = known || (sections[j].within == NULL &&
			    strcmp(sections[j].name, conf_name(node)) == 0);
		if (!known)
			config_fault(reader, conf_line(node), "there is no section \"%.60s\"; see "
			    "sekimori.conf(5)", conf_name(node));
	}
}

static int
by_line(const void *a, const void *b)
{
	const struct config_fault *x = a, *y = b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return strcmp(x->text, y->text);
}

/* The bounds of the plan are checked once more by its own reader: every role will be one. */
static void
check_plan(struct config_reader *reader)
{
	struct buffer octets = { .max = 0 };
	struct plan *again = NULL;
	struct why why;

	plan_encode(&octets, reader->plan);
	if (octets.failed)
		config_fault(reader, 0, "the plan made of this file is too large");
	else if (plan_decode(bytes_of_buffer(&octets), &again, &why) != ERR_OK)
		config_fault(reader, 0, "%s", why.text);
	plan_free(again);
	buffer_free(&octets);
}

static void
read_all(struct config_reader *reader, const struct conf_node *root)
{
	struct plan *plan = reader->plan;

	check_sections(reader, root);
	config_read_monitor(reader, root);
	config_read_ledger(reader, root);
	config_read_classes(reader, root);
	config_read_exceptions(reader, root);
	config_read_sites(reader, root);
	config_read_vantages(reader, root);
	config_read_instances(reader, root);
	config_distance_fill(reader);
	config_read_services(reader, root);
	config_read_sets(reader, root);
	config_read_providers(reader, root);
	config_read_dependencies(reader, root);
	config_read_listeners(reader, root);
	config_read_sources(reader, root);
	config_read_notices(reader, root);
	config_read_rights(reader, root);
	config_read_authorities(reader, root);
	config_read_feeds(reader, root);
	config_read_packs(reader, root);
	config_read_duties(reader, root);
	config_read_documents(reader, root);
	config_enclosure_check(reader);
	config_read_keys(reader, root);
	config_read_declarations(reader, root);
	config_read_carrier(reader, root);
	config_read_seal(reader, root);
	config_read_downloads(reader, root);
	config_check_files(reader);
	config_feeds_check(reader);
	config_packs_check(reader);
	config_duties_check(reader);
	config_documents_check(reader);
	if (plan->workers == 0)
		plan->workers = workers_choose(plan->targets);
	helped_worker_add(reader, "token", &plan->token_workers);
	helped_worker_add(reader, "inventory", &plan->inventory_workers);
	if (reader->faults->total == 0)
		check_plan(reader);
}

/* The sentence behind "NAME:LINE: ": faults carry their line apart. */
static const char *
sentence_of(const struct why *why, const char *name)
{
	char prefix[WHY_TEXT_MAX];
	int len = snprintf(prefix, sizeof(prefix), "%s:%" PRIu64 ": ", name, why->offset);

	return len < (int)sizeof(prefix) && strncmp(why->text, prefix, (size_t)len) == 0 ?
	    why->text + len : why->text;
}

enum err
config_parse(struct bytes text, const char *name, const char *folder, struct config *config,
    struct config_faults *out, struct why *why)
{
	struct config_faults faults = { .count = 0 };
	struct config_reader reader = { .folder = folder, .config = config, .faults = &faults };
	struct conf *conf = NULL;
	struct why own;
	enum err err = ERR_OK;

	why = why != NULL ? why : &own;
	*config = (struct config){ .log = LOG_LEVEL_INFO };
	buffer_put(&config->source, text.at, text.len);
	reader.plan = plan_new();
	if (conf_read(name, text, &conf, why) != ERR_OK)
		config_fault(&reader, (unsigned)why->offset, "%s", sentence_of(why, name));
	else
		read_all(&reader, conf_root(conf));
	if (faults.count > 0) {
		qsort(faults.fault, faults.count, sizeof(*faults.fault), by_line);
		err = why_at(why, ERR_INVALID, faults.fault[0].line, "%s:%u: %s", name,
		    faults.fault[0].line, faults.fault[0].text);
		plan_free(reader.plan);
		reader.plan = NULL;
	}
	config->plan = reader.plan;
	conf_free(conf);
	free(reader.use);
	free(reader.named);
	if (out != NULL)
		*out = faults;
	else
		config_faults_free(&faults);
	return err;
}

/* A file with the section drill names the carrier's configuration that is to be played with. */
static enum err
load_text(struct bytes text, const char *path, const char *folder, struct config *config,
    struct config_faults *faults, struct why *why)
{
	struct conf *conf = NULL;
	enum err err;

	if (conf_read(path, text, &conf, NULL) == ERR_OK && config_is_drill(conf_root(conf)))
		err = config_drill_load(conf_root(conf), folder, config, faults, why);
	else
		err = config_parse(text, path, folder, config, faults, why);
	conf_free(conf);
	return err;
}

enum err
config_load(const char *path, struct config *config, struct config_faults *faults, struct why *why)
{
	struct buffer text = { .max = CONFIG_MAX + 1 };
	char folder[PATH_MAX];
	enum err err;
	char *slash;

	*config = (struct config){ .log = LOG_LEVEL_INFO };
	if (faults != NULL)
		*faults = (struct config_faults){ .count = 0 };
	err = file_read(path, CONFIG_MAX, &text, why);
	if (err == ERR_OK && realpath(path, folder) == NULL)
		err = why_set(why, ERR_IO, "cannot find the folder of %s: %s", path,
		    strerror(errno));
	if (err == ERR_OK) {
		slash = strrchr(folder, '/');
		slash[slash == folder ? 1 : 0] = '\0';
		err = load_text(bytes_of_buffer(&text), path, folder, config, faults, why);
	}
	buffer_free(&text);
	return err;
}

void
config_free(struct config *config)
{
	plan_free(config->plan);
	buffer_free(&config->source);
	*config = (struct config){ .log = LOG_LEVEL_INFO };
}

void
config_faults_free(struct config_faults *faults)
{
	free(faults->fault);
	*faults = (struct config_faults){ .count = 0 };
}
