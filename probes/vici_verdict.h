/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the SAs of an IKE daemon show: algorithms in use, a key exchange at each rekey, lifetimes,
 * what is missing.  A CHILD SA made with the IKE SA takes its keys from the IKE SA's key exchange
 * (RFC 7296 2.17) and shows none of its own: that is no finding; one made later must.
 */
#ifndef PROBES_VICI_VERDICT_H
#define PROBES_VICI_VERDICT_H

#include "probes/probe.h"
#include "probes/wire/vici.h"

enum { VICI_LINES = FACT_LIST_MAX, VICI_LINE_LEN = 160, VICI_DECLARED_MAX = 64,
	VICI_ORIGINS_MAX = 4096 };

/* Lines, sorted, each once; those beyond VICI_LINES are only counted. */
struct vici_lines { char line[VICI_LINES][VICI_LINE_LEN]; size_t count; };

/* Whether a CHILD SA, by its id, was made together with its IKE SA; kept between rounds. */
struct vici_origin { uint32_t id; bool later; };
struct vici_origins { struct vici_origin *at; size_t count, cap; };
void vici_origins_free(struct vici_origins *);

struct vici_verdict {
	int64_t             max_age_s;	/* 0: none declared */
	const char         *declared;	/* names of CHILD SAs with commas, or "" */
	struct vici_origins *known;	/* of the round before */
	struct vici_origins seen;	/* of this round; becomes the known ones */
	struct vici_lines   ikes, children, findings;
	size_t              sas, no_pfs, weak, overdue;
	int64_t             oldest_s;
	uint64_t            present;	/* bits of the declared ones */
};

/* One IKE SA and, for each of its CHILD SAs, the second. */
void vici_verdict_ike(struct vici_verdict *, const struct vici_ike *);
void vici_verdict_child(struct vici_verdict *, const struct vici_ike *, const struct vici_child *);
/* Facts and the end of the round. */
void vici_verdict_finish(struct round *, struct vici_verdict *);
void vici_verdict_free(struct vici_verdict *);

#endif
