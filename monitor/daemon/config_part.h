/* SPDX-License-Identifier: Apache-2.0 */
/* What the files that read the configuration share; everybody else uses config.h. */
#ifndef MONITOR_DAEMON_CONFIG_PART_H
#define MONITOR_DAEMON_CONFIG_PART_H

#include "monitor/base/conf.h"
#include "monitor/daemon/config.h"

/* A file that a setting names. */
struct config_use {
	const char *path;		/* absolute */
	const char *setting;		/* the row's name */
	unsigned    line;
	bool        secret;
	/* Of the probe whose target names it: probe_ops.file_check, or NULL. */
	enum err  (*check)(const char *setting, const char *path, struct bytes octets,
	    struct why *);
};

/* A name with its line, to find names given twice. */
struct config_name {
	const char *name;
	unsigned    line;
};

struct config_reader {
	const char           *folder;	/* of the configuration file, absolute */
	struct config        *config;
	struct plan          *plan;	/* being built */
	struct config_faults *faults;
	struct config_use    *use;
	size_t                uses, use_cap;
	unsigned             *declaration_line;	/* of each declaration of the plan */
	struct config_name   *named;	/* documents that stores and instances name */
	size_t                names;
	bool                  placed;		/* the monitor itself has coordinates ... */
	bool                  vantage_placed[PLAN_VANTAGE_MAX];	/* ... and each vantage */
};

/* The settings of one group against one table of rows. */
struct config_group {
	const struct conf_node  *node;
	const struct option_row *rows;
	const char *value[OPTION_MAX];	/* by row; default if not given; NULL if none or wrong */
	unsigned    line[OPTION_MAX];	/* 0 if not given */
};

void config_fault(struct config_reader *, unsigned line, const char *fmt, ...) PRINTF(3, 4);

/* Reads the settings that rows name; values are checked, paths absolute and noted as uses. */
void config_group_read(struct config_reader *, const struct conf_node *,
    const struct option_row *rows, struct config_group *);
/* Faults for members that none of the rows, and none of the lists named in children ("targets
 * stores", or NULL), names. */
void config_group_unknown(struct config_reader *, const struct conf_node *,
    const struct option_row *rows, const struct option_row *others, const char *children);
/* "" or 0 where there is no value: then there was a fault, or the row has no default. */
const char *config_group_text(const struct config_group *, const char *row);
int64_t     config_group_number(const struct config_group *, const char *row);
/* Where the setting stands, or the group if it was not given. */
unsigned    config_group_line(const struct config_group *, const char *row);
bool        config_group_given(const struct config_group *, const char *row);
/* Two settings of which the second stands in for the first where that is empty. */
const char *config_group_either(const struct config_group *, const char *row, const char *other);

/* The list called name of the group, or NULL; wrong kinds and entries beyond maximum are faults. */
const struct conf_node *config_list(struct config_reader *, const struct conf_node *,
    const char *name, size_t maximum);
/* Entry i of a list if it is a group, else NULL with a fault. */
const struct conf_node *config_entry(struct config_reader *, const struct conf_node *list,
    size_t i);
/*
 * The group called name at the root, its settings read; false if it is missing (a fault where the
 * section is required) or something else (a fault).
 */
bool config_section_group(struct config_reader *, const struct conf_node *root, const char *name,
    const struct option_row *rows, struct config_group *);
/* The list section called name, with room for the names of its entries, which is freed; or NULL. */
const struct conf_node *config_section_list(struct config_reader *, const struct conf_node *root,
    const char *name, struct config_name **names);
/* Faults for names that stand twice; what is the word for the sentence.  Reorders names. */
void config_names_unique(struct config_reader *, struct config_name *names, size_t count,
    const char *what);
/*
 * Entry i of a list with its settings read and unknown ones told, but for the list called child;
 * false with a fault if it is no group.
 */
bool config_entry_read(struct config_reader *, const struct conf_node *list, size_t i,
    const struct option_row *rows, const char *child, struct config_group *);
bool config_group_flag(const struct config_group *, const char *row);
/* Makes a path absolute, in the plan's memory. */
const char *config_path(struct config_reader *, const char *path);

/* The next part of a text with commas, without blanks around it; at is NULL after the last. */
struct bytes config_part_next(const char **at);
/* A fault if the setting is given and not two capital letters of ISO 3166-1. */
void config_check_country(struct config_reader *, const struct config_group *, const char *row);
/* A line where a setting names the file; 0 if none does. */
unsigned config_file_line(const struct config_reader *, const char *path);
/* Octets it may have: feeds may be larger than what is recorded whole. */
size_t config_file_max(const struct plan *, const char *path);
/* Notes that a setting in that line names a public file, as config_group_read does by itself. */
void config_file_note(struct config_reader *, const char *setting, const char *path, unsigned line);

void config_read_monitor(struct config_reader *, const struct conf_node *root);
void config_read_ledger(struct config_reader *, const struct conf_node *root);
void config_read_sites(struct config_reader *, const struct conf_node *root);
/* Of a probe's own settings: seal and site of a site register that were not written out. */
void config_register_fill(struct config_reader *, struct config_group *own,
    const struct plan_target *);
void config_read_instances(struct config_reader *, const struct conf_node *root);
void config_read_notices(struct config_reader *, const struct conf_node *root);
void config_read_rights(struct config_reader *, const struct conf_node *root);
void config_read_authorities(struct config_reader *, const struct conf_node *root);
void config_read_classes(struct config_reader *, const struct conf_node *root);
/* Behind data classes. */
void config_read_exceptions(struct config_reader *, const struct conf_node *root);
void config_read_feeds(struct config_reader *, const struct conf_node *root);
void config_read_packs(struct config_reader *, const struct conf_node *root);
void config_read_documents(struct config_reader *, const struct conf_node *root);
/* Behind everything its keys protect or are seen by, providers and documents. */
void config_read_keys(struct config_reader *, const struct conf_node *root);
/* Subjects are looked up: behind sites, instances, their targets, and keys. */
void config_read_declarations(struct config_reader *, const struct conf_node *root);
void config_read_carrier(struct config_reader *, const struct conf_node *root);
void config_read_services(struct config_reader *, const struct conf_node *root);
void config_read_providers(struct config_reader *, const struct conf_node *root);
/* Before instances: their targets name them. */
void config_read_vantages(struct config_reader *, const struct conf_node *root);
/* Both coordinates of a group, or a fault; false: none are given. */
bool config_place_read(struct config_reader *, const struct config_group *,
    int64_t *latitude_udeg, int64_t *longitude_udeg);
/* A fault if a distance is to be measured from a vantage without coordinates. */
void config_distance_check(struct config_reader *, unsigned line, const struct plan_target *);
/* How far countries are from vantages; behind vantages and instances. */
void config_distance_fill(struct config_reader *);
/* Behind services and instances. */
void config_read_sets(struct config_reader *, const struct conf_node *root);
/* Behind everything they speak of. */
void config_read_dependencies(struct config_reader *, const struct conf_node *root);
void config_read_listeners(struct config_reader *, const struct conf_node *root);
void config_read_sources(struct config_reader *, const struct conf_node *root);
/* Behind everything that names files. */
void config_read_downloads(struct config_reader *, const struct conf_node *root);
void config_read_duties(struct config_reader *, const struct conf_node *root);
/* Its authority is looked up: behind the authorities. */
void config_read_seal(struct config_reader *, const struct conf_node *root);
/* Settings that say where things are, of one site or instance. */
void config_site_location(struct config_reader *, const struct config_group *, struct plan_site *);
void config_instance_declared(struct config_reader *, const struct config_group *,
    struct plan_instance *);
/* The data classes that the setting "data" names, a bit each. */
uint64_t config_data(struct config_reader *, const struct config_group *);
/* "PROVIDER/REGION", or a country. */
bool config_is_place(const char *text);
uint32_t config_site_find(const struct plan *, const char *name);	/* UINT32_MAX if none */

/* One store of an instance that is in the plan, its targets aside. */
/* What is declared of a store at rest and an instance in use; documents are looked for later, with
 * config_enclosure_check(), when all are read. */
void config_rest_read(struct config_reader *, const struct conf_node *store, struct plan_store *);
void config_use_read(struct config_reader *, const struct config_group *,
    struct plan_instance *);
void config_enclosure_check(struct config_reader *);
void config_store_read(struct config_reader *, const struct conf_node *, uint32_t instance,
    struct plan_store *);
/* Faults for stores of one set that ask different things; names by index of store. */
void config_stores_check(struct config_reader *, const struct config_name *names);

/* Times of a target and what it follows, from its settings; its probe is set already. */
void config_target_schedule(struct config_reader *, const struct config_group *,
    struct plan_target *);
/* Faults for targets of one instance that follow what is not there. */
void config_follows_check(struct config_reader *, const struct plan_target *,
    const struct config_name *, size_t count);

/* Faults for names, aliases and NRF ids that two instances share; by index of instance. */
void config_aliases_check(struct config_reader *, const struct config_name *names);

/* Tells targets that read an NRF which ids the instances have; behind instances and targets. */
void config_expect_fill(struct config_reader *);
/* Wires that name no target; line: of each target of the plan, in its order. */
void config_wires_check(struct config_reader *, const struct config_name *line);

/* What "kind:name" can speak of, sorted. */
struct config_subjects {
	struct buffer names;
	const char  **name;
	size_t        count;
};

/* Of services, sets, instances, sites, providers, targets as the plan has them; freed. */
void config_subjects_make(const struct plan *, struct config_subjects *);
void config_subjects_free(struct config_subjects *);
/* A fault unless the setting is empty or KIND:NAME of one of the kinds (with blanks) and there. */
bool config_subject_check(struct config_reader *, const struct config_subjects *,
    const struct config_group *, const char *row, const char *kinds);

/* The same of a subject that stands in a setting of that name and line among others. */
bool config_subject_name(struct config_reader *, const struct config_subjects *, unsigned line,
    const char *row, const char *subject, const char *kinds);

/* Every file noted as a use is there, readable and, if secret, guarded. */
void config_check_files(struct config_reader *);
/* Behind it: what is in feeds, packs and documents; their hashes enter the plan. */
void config_feeds_check(struct config_reader *);
void config_packs_check(struct config_reader *);
void config_documents_check(struct config_reader *);
void config_duties_check(struct config_reader *);
/*
 * The folder of data files of a kind ("packs"): that of the environment's variable, of an
 * installation beside the program, of the source tree around build/NAME, or of PREFIX.
 */
void config_data_folder(const char *kind, const char *variable, char out[PATH_TEXT_MAX]);
/* SHA-256 of a file in hex, in the plan's memory, and its octets; "" if it cannot be read. */
const char *config_file_hash(struct config_reader *, const char *path, struct buffer *octets);

/* False with a reason if it is not a URL of one of the schemes ("https:// http://"). */
bool config_url(const char *url, const char *schemes, const char **reason);
/* True for an IP address or a host name that DNS could hold. */
bool config_address(const char *address);

#endif
