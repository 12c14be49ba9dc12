/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that are kept fresh: each is one that another setting names, so that what is fetched is
 * read, hashed and recorded as if a person had put it there.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/daemon/config_part.h"
#include "monitor/daemon/config_rows.h"
#include "monitor/daemon/download.h"

static const struct config_use *
use_find(const struct config_reader *reader, const char *path)
{
	for (size_t i = 0; i < reader->uses; i++)
		if (strcmp(reader->use[i].path, path) == 0)
			return &reader->use[i];
	return NULL;
}

static const struct plan_feed *
feed_find(const struct plan *plan, const char *path)
{
	for (uint32_t i = 0; i < plan->feeds; i++)
		if (strcmp(plan->feed[i].path, path) == 0)
			return &plan->feed[i];
	return NULL;
}

/* Whether it is a file that may be exchanged. */
static bool
check_use(struct config_reader *reader, const struct config_group *group,
    const struct plan_download *download)
{
	const struct plan_feed *feed = feed_find(reader->plan, download->path);
	const struct config_use *use = use_find(reader, download->path);

	if (use == NULL)
		config_fault(reader, config_group_line(group, "file"), "no other setting names "
		    "%.200s: a file is kept fresh for who uses it", download->path);
	else if (use->secret)
		config_fault(reader, config_group_line(group, "file"), "%.200s is a secret in line "
		    "%u; secrets are not fetched", download->path, use->line);
	else if (feed != NULL && strcmp(feed->form, download->form) != 0)
		config_fault(reader, config_group_line(group, "form"), "form is %s, and the "
		    "section feeds reads %.200s as %s", download->form, download->path, feed->form);
	else if (feed == NULL && download_is_feed(download->form))
		config_fault(reader, config_group_line(group, "form"), "form is %s, and %.200s is "
		    "not in the section feeds", download->form, download->path);
	else
		return true;
	return false;
}

static bool
lies_below(const char *path, const char *folder, size_t len)
{
	return strncmp(path, folder, len) == 0 && (path[len] == '/' || path[len] == '\0');
}

/*
 * Who fetches may open the whole folder, and would be worth breaking if more than such files lay
 * there: no configuration, no state, no key and no secret.
 */
static void
check_folder(struct config_reader *reader, const struct config_group *group,
    const struct plan_download *download)
{
	size_t len = (size_t)(strrchr(download->path, '/') - download->path);
	const char *holds = NULL;

	if (lies_below(reader->folder, download->path, len))
		holds = "the configuration";
	else if (lies_below(reader->config->state, download->path, len))
		holds = "the state folder";
	else if (lies_below(reader->config->key, download->path, len))
		holds = "the signing key";
	for (size_t i = 0; i < reader->uses && holds == NULL; i++)
		if (reader->use[i].secret && lies_below(reader->use[i].path, download->path, len))
			holds = "a secret";
	if (holds != NULL)
		config_fault(reader, config_group_line(group, "file"), "%s lies in %.*s, which the "
		    "process that fetches may open: give files that are kept fresh a folder of "
		    "their own", holds, (int)len, download->path);
}

static void
read_download(struct config_reader *reader, const struct config_group *group,
    struct plan_download *download)
{
	const char *path = config_group_text(group, "file"), *reason;

	*download = (struct plan_download){ .name = config_group_text(group, "name"),
	    .form = config_group_text(group, "form"), .url = config_group_text(group, "url"),
	    .trust = config_group_text(group, "trust"),
	    .path = path[0] != '\0' ? config_path(reader, path) : "",
	    .interval_ms = config_group_number(group, "interval"),
	    .age_ms = config_group_number(group, "max_age"),
	    .margin_ms = config_group_number(group, "margin") };
	/* What the rows refused was told already. */
	if (download->form[0] == '\0' || path[0] == '\0')
		return;
	if (check_use(reader, group, download))
		check_folder(reader, group, download);
	if (download->url[0] == '\0')
		return;
	if (download_by_hand(download->form)) {
		config_fault(reader, config_group_line(group, "url"), "a %s is what a person "
		    "decides: it is never fetched; leave url out, and it is watched",
		    download->form);
		return;
	}
	if (!config_url(download->url, download_signed(download->form) ? "https:// http://" :
	    "https://", &reason))
		config_fault(reader, config_group_line(group, "url"), "url: %s%s", reason,
		    download_signed(download->form) ? "" : "; write https://, because over http "
		    "anybody could change the file");
}

void
config_read_downloads(struct config_reader *reader, const struct conf_node *root)
{
	struct config_name *names;
	const struct conf_node *list = config_section_list(reader, root, "downloads", &names);
	struct plan *plan = reader->plan;
	struct config_name *paths;
	struct config_group group;

	if (list == NULL)
		return;
	plan->download = plan_array(plan, conf_count(list), sizeof(*plan->download));
	paths = memory_new(conf_count(list), sizeof(*paths));
	for (size_t i = 0; i < conf_count(list); i++) {
		struct plan_download *download = &plan->download[plan->downloads];

		if (!config_entry_read(reader, list, i, config_download_rows, NULL, &group))
			continue;
		read_download(reader, &group, download);
		paths[plan->downloads] = (struct config_name){ download->path,
		    conf_line(group.node) };
		names[plan->downloads++] = (struct config_name){ download->name,
		    conf_line(group.node) };
	}
	config_names_unique(reader, names, plan->downloads, "download");
	config_names_unique(reader, paths, plan->downloads, "file that is kept fresh");
	free(paths);
	free(names);
}
