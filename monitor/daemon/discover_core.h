/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A core as its NRF knows it (TS 29.510), from the evidence of the probe sbi; stanzas of it for a
 * configuration; and what of it a configuration lacks, or has and the NRF does not know.
 */
#ifndef MONITOR_DAEMON_DISCOVER_CORE_H
#define MONITOR_DAEMON_DISCOVER_CORE_H

#include "monitor/daemon/discover.h"

enum { NF_ENDPOINTS_MAX = 8, NF_WORD_MAX = 40, NF_ID_TEXT = 37 };

struct nf_endpoint { char address[DISCOVER_HOST_MAX]; uint32_t port; bool tls; };

struct discovered_nf {
	char id[NF_ID_TEXT];		/* nfInstanceId, lower case */
	bool read;			/* its profile was; else only the id is known */
	char type[NF_WORD_MAX], status[NF_WORD_MAX];
	char name[NAME_MAX_LEN];	/* nfInstanceName, cleaned; or type and begin of the id */
	char set[NAME_MAX_LEN];		/* first of nfSetIdList, cleaned, or "" */
	struct nf_endpoint endpoint[NF_ENDPOINTS_MAX];  size_t endpoints;
	size_t more;			/* endpoints that are not kept */
	uint32_t configured;		/* index of its instance, or UINT32_MAX */
};

struct discovered_core {
	struct discovered_nf *nf;  size_t count;	/* ascending by id */
	size_t unread;			/* profiles of them that were not read */
};

/* ERR_MALFORMED: it is not what the probe keeps.  Freed by discovered_core_free in any case. */
MUST_USE enum err discovered_core_read(struct bytes evidence, struct discovered_core *,
    struct why *);
void discovered_core_free(struct discovered_core *);

/* Finds each in the plan by its nf_instance_id. */
void discovered_core_match(struct discovered_core *, const struct plan *);
/* Whether the instance has an id that the NRF does not know. */
bool discovered_core_lacks(const struct discovered_core *, const struct plan_instance *);
/* How many there are of both, and of those configured as another function. */
struct core_findings { size_t unconfigured, missing, differs, unnamed; };
struct core_findings discovered_core_findings(const struct discovered_core *,
    const struct plan *);

/* What stands in every target of a stanza; NULL is left out. */
struct stanza_options { const char *trust, *certificate, *key; };
/* The instances that the plan (may be NULL) has not, to paste. */
void discovered_core_stanzas(const struct discovered_core *, const struct plan *,
    const char *site, const struct stanza_options *, struct buffer *out);

#endif
