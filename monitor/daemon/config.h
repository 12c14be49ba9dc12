/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration file to a plan, through option rows.  Every fault is named with its line, not
 * only the first; what is returned without a fault can be run: names resolve to each other, the
 * files exist, secrets are guarded, every bound holds.  Paths in the plan are absolute.
 */
#ifndef MONITOR_DAEMON_CONFIG_H
#define MONITOR_DAEMON_CONFIG_H

#include "monitor/base/limits.h"
#include "monitor/base/log.h"
#include "monitor/base/option.h"
#include "monitor/state/plan.h"

enum { CONFIG_FAULTS_KEPT = 1000, CONFIG_FAULT_TEXT = WHY_TEXT_MAX };

struct config_fault {
	unsigned line;				/* 0: of the file as a whole */
	char     text[CONFIG_FAULT_TEXT];	/* one sentence, never a secret */
};

struct config_faults {
	size_t               count;		/* kept, ascending by line */
	size_t               total;		/* found */
	struct config_fault *fault;		/* owned; config_faults_free */
};

/* What a file says: the plan, and what only the supervisor needs. */
struct config {
	struct plan   *plan;			/* target ids are 0: the ledger gives them */
	struct buffer  source;			/* the file as written */
	char           state[PATH_TEXT_MAX];	/* state folder, absolute */
	char           key[PATH_TEXT_MAX];	/* signing key file, absolute; checked */
	char           origin[256];		/* of the ledger (C2SP tlog-checkpoint) */
	enum log_level log;
};

/*
 * Reads and checks everything.  ERR_OK: no fault.  ERR_INVALID: at least one fault (a file that
 * libconfig cannot parse is one), and why holds the first with "PATH:LINE: ".  ERR_NOT_FOUND,
 * ERR_DENIED, ERR_IO, ERR_LIMIT: the file itself cannot be had; no fault.  On any error config
 * holds nothing but source.  faults may be NULL.  Both are freed by the caller.
 */
MUST_USE enum err config_load(const char *path, struct config *, struct config_faults *,
    struct why *);
void config_free(struct config *);
void config_faults_free(struct config_faults *);

/* The same from text, for a file called name in folder; files it names are read. */
MUST_USE enum err config_parse(struct bytes text, const char *name, const char *folder,
    struct config *, struct config_faults *, struct why *);

/* What a role may hold of the files that the plan names; bits to be added. */
enum {
	CONFIG_PUBLIC         = 1 << 0,		/* certificates; the ledger keeps them as blobs */
	CONFIG_PROBE_SECRETS  = 1 << 1,		/* for workers */
	CONFIG_NOTICE_SECRETS = 1 << 2,		/* for fetch */
	CONFIG_FEEDS          = 1 << 3,		/* public too: for workers, and blobs */
	CONFIG_PACKS          = 1 << 4,		/* public too: for who judges, and blobs */
	CONFIG_DOCUMENTS      = 1 << 5,		/* public too: blobs only */
	CONFIG_DUTIES         = 1 << 6,		/* public too: for who judges, and blobs */
	CONFIG_INTAKE_SECRETS = 1 << 7,		/* of listeners: for intake */
	CONFIG_SOURCE_SECRETS = 1 << 8		/* of sources: for who fetches them */
};

/*
 * Appends the body of a FILES message: a deterministic CBOR map of path (as in the plan) to
 * octets, read now.  The caller wipes it if it asked for secrets.  The signing key is never in
 * it.  Errors as file_read and file_secret.
 */
MUST_USE enum err config_files(const struct plan *, unsigned which, struct buffer *map,
    struct why *);

/* The sections of the file, for the manual and for the file that "init" writes. */
struct config_section {
	const char              *name;		/* "monitor", "sites", "targets" */
	bool                     list;		/* ( { ... }, { ... } ), else one { ... } */
	bool                     texts;		/* a list of texts: ( "...", "..." ); no rows */
	bool                     required;
	const char              *within;	/* "instances" for targets, else NULL */
	const char              *example;	/* of texts: what the sample shows, or NULL: none */
	const struct option_row *rows;
	size_t                   maximum;	/* entries of a list */
	const char              *help;		/* N_() */
};

const struct config_section *config_sections(size_t *count);

#endif
