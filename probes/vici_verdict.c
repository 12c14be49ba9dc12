/* SPDX-License-Identifier: Apache-2.0 */
/* Judges what the SAs show; see vici_verdict.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/vici_verdict.h"
#include "probes/wire/ike.h"

enum {
	TOGETHER_S  = 3,	/* an SA made within so many seconds was made in IKE_AUTH */
	LATE_S      = 60,	/* a rekey may come so much later than it was planned */
	NAME_SHOWN  = 48
};

void
vici_origins_free(struct vici_origins *origins)
{
	free(origins->at);
	*origins = (struct vici_origins){ .at = NULL };
}

void
vici_verdict_free(struct vici_verdict *verdict)
{
	vici_origins_free(&verdict->seen);
}

static void
origin_add(struct vici_origins *origins, uint32_t id, bool later)
{
	if (origins->count == VICI_ORIGINS_MAX)
		return;
	if (origins->count == origins->cap) {
		origins->cap = origins->cap > 0 ? 2 * origins->cap : 16;
		origins->at = memory_resize(origins->at, origins->cap, sizeof(*origins->at));
	}
	origins->at[origins->count++] = (struct vici_origin){ .id = id, .later = later };
}

static const struct vici_origin *
origin_find(const struct vici_origins *origins, uint32_t id)
{
	for (size_t i = 0; i < origins->count; i++)
		if (origins->at[i].id == id)
			return &origins->at[i];
	return NULL;
}

static void
line_add(struct vici_lines *lines, struct buffer *text)
{
	const char *line = buffer_text(text);
	size_t at = 0;
	int order = 1;

	while (at < lines->count && (order = strcmp(lines->line[at], line)) < 0)
		at++;
	if (lines->count < VICI_LINES && (at == lines->count || order != 0)) {
		memmove(lines->line[at + 1], lines->line[at],
		    (lines->count - at) * sizeof(lines->line[0]));
		snprintf(lines->line[at], VICI_LINE_LEN, "%s", line);
		lines->count++;
	}
	buffer_reset(text);
}

/* Printable octets of what the daemon says, cut. */
static void
word_put(struct buffer *text, struct bytes word)
{
	for (size_t i = 0; i < word.len && i < NAME_SHOWN; i++)
		buffer_put_u8(text, word.at[i] > 0x20 && word.at[i] < 0x7f ? word.at[i] : '?');
}

static void
algorithm_put(struct buffer *text, const char *before, struct bytes name, uint32_t bits)
{
	if (name.len == 0)
		return;
	buffer_put_text(text, before);
	word_put(text, name);
	if (bits != 0)
		buffer_print(text, "_%u", (unsigned)bits);
}

static void
finding_add(struct vici_verdict *verdict, size_t *count, const char *kind, struct bytes name,
    const char *says)
{
	struct buffer text = { .max = VICI_LINE_LEN - 1 };

	++*count;
	buffer_print(&text, "%s ", kind);
	word_put(&text, name);
	buffer_print(&text, ": %s", says);
	line_add(&verdict->findings, &text);
	buffer_free(&text);
}

static void
weak_look(struct vici_verdict *verdict, const char *kind, struct bytes sa, uint8_t type,
    struct bytes name)
{
	const struct ike_algorithm *row = ike_algorithm_named(type, name);
	char says[80];

	if (row == NULL || !row->weak)
		return;
	snprintf(says, sizeof(says), "%.40s is weak", row->name);
	finding_add(verdict, &verdict->weak, kind, sa, says);
}

static bool
is_one(struct bytes state, const char *const *states)
{
	for (; *states != NULL; states++)
		if (bytes_equal(state, bytes_of_text(*states)))
			return true;
	return false;
}

static bool
ike_counts(const struct vici_ike *ike)
{
	static const char *const states[] = { "ESTABLISHED", "REKEYING", NULL };

	return is_one(ike->state, states);
}

void
vici_verdict_ike(struct vici_verdict *verdict, const struct vici_ike *ike)
{
	struct buffer text = { .max = VICI_LINE_LEN - 1 };

	if (!ike_counts(ike))
		return;
	verdict->sas++;
	if (ike->established_s > verdict->oldest_s)
		verdict->oldest_s = ike->established_s;
	word_put(&text, ike->name);
	algorithm_put(&text, " ", ike->encryption, ike->bits);
	algorithm_put(&text, "/", ike->integrity, 0);
	algorithm_put(&text, "/", ike->prf, 0);
	algorithm_put(&text, "/", ike->group, 0);
	algorithm_put(&text, "+", ike->additional, 0);
	line_add(&verdict->ikes, &text);
	buffer_free(&text);
	weak_look(verdict, "IKE SA", ike->name, IKE_ENCR, ike->encryption);
	weak_look(verdict, "IKE SA", ike->name, IKE_INTEG, ike->integrity);
	weak_look(verdict, "IKE SA", ike->name, IKE_PRF, ike->prf);
	weak_look(verdict, "IKE SA", ike->name, IKE_KE, ike->group);
	if (verdict->max_age_s > 0 && ike->established_s > verdict->max_age_s)
		finding_add(verdict, &verdict->overdue, "IKE SA", ike->name,
		    "older than max_age allows");
	else if (ike->has_rekey && ike->rekey_s < -LATE_S)
		finding_add(verdict, &verdict->overdue, "IKE SA", ike->name,
		    "its time to be rekeyed is over");
}

/*
 * What its keys come from.  Where the IKE SA was itself rekeyed it is younger than the child it
 * took over, and only what was seen before tells: without that it is unknown, and no finding.
 */
static const char *
keys_of(struct vici_verdict *verdict, const struct vici_ike *ike, const struct vici_child *child)
{
	const struct vici_origin *known = origin_find(verdict->known, child->id);
	int64_t after_s = ike->established_s - child->installed_s;
	bool later = known != NULL ? known->later : after_s > TOGETHER_S;

	if (child->group.len > 0 || child->additional.len > 0)
		return NULL;
	if (known == NULL && after_s < -TOGETHER_S)
		return "keys of unknown origin";
	origin_add(&verdict->seen, child->id, later);
	return later ? "no key exchange" : "keys of the IKE SA";
}

static void
declared_mark(struct vici_verdict *verdict, struct bytes name)
{
	const char *at = verdict->declared;

	for (unsigned bit = 0; *at != '\0' && bit < VICI_DECLARED_MAX; bit++) {
		size_t from = strspn(at, " "), len = strcspn(at, ","), end = len;

		while (end > from && at[end - 1] == ' ')
			end--;
		if (end > from && bytes_equal(name, bytes_of(at + from, end - from)))
			verdict->present |= UINT64_C(1) << bit;
		at += len + (at[len] == ',');
	}
}

static void
child_lifetime(struct vici_verdict *verdict, const struct vici_child *child)
{
	if (child->has_life && child->life_s < 0)
		finding_add(verdict, &verdict->overdue, "CHILD SA", child->name,
		    "its lifetime is over");
	else if (child->has_rekey && child->rekey_s < -LATE_S)
		finding_add(verdict, &verdict->overdue, "CHILD SA", child->name,
		    "its time to be rekeyed is over");
	else if (verdict->max_age_s > 0 && child->installed_s > verdict->max_age_s)
		finding_add(verdict, &verdict->overdue, "CHILD SA", child->name,
		    "older than max_age allows");
}

void
vici_verdict_child(struct vici_verdict *verdict, const struct vici_ike *ike,
    const struct vici_child *child)
{
	static const char *const states[] = { "INSTALLED", "UPDATING", "REKEYING", NULL };
	struct buffer text = { .max = VICI_LINE_LEN - 1 };
	const char *keys;

	if (!ike_counts(ike) || !is_one(child->state, states))
		return;
	declared_mark(verdict, child->name);
	keys = keys_of(verdict, ike, child);
	word_put(&text, child->name);
	algorithm_put(&text, " ", child->mode, 0);
	algorithm_put(&text, " ", child->protocol, 0);
	buffer_put_text(&text, child->encapsulated ? "-in-UDP" : "");
	algorithm_put(&text, " ", child->encryption, child->bits);
	algorithm_put(&text, "/", child->integrity, 0);
	buffer_put_text(&text, child->extended ? "/ESN" : "");
	if (keys != NULL)
		buffer_print(&text, " (%s)", keys);
	algorithm_put(&text, "/", child->group, 0);
	algorithm_put(&text, "+", child->additional, 0);
	line_add(&verdict->children, &text);
	buffer_free(&text);
	if (keys != NULL && strcmp(keys, "no key exchange") == 0)
		finding_add(verdict, &verdict->no_pfs, "CHILD SA", child->name,
		    "keyed anew without a key exchange (no PFS)");
	weak_look(verdict, "CHILD SA", child->name, IKE_ENCR, child->encryption);
	weak_look(verdict, "CHILD SA", child->name, IKE_INTEG, child->integrity);
	weak_look(verdict, "CHILD SA", child->name, IKE_KE, child->group);
	child_lifetime(verdict, child);
}

/* How many are declared, and how many of them are not there; each is a finding. */
static size_t
declared_look(struct vici_verdict *verdict, size_t *missing)
{
	const char *at = verdict->declared;
	unsigned bit = 0;

	*missing = 0;
	for (; *at != '\0' && bit < VICI_DECLARED_MAX; bit++) {
		size_t from = strspn(at, " "), len = strcspn(at, ",");

		if (!(verdict->present >> bit & 1))
			finding_add(verdict, missing, "CHILD SA", bytes_of(at + from, len - from),
			    "declared, and not there");
		at += len + (at[len] == ',');
	}
	return bit;
}

static void
lines_fact(struct round *round, enum fact fact, const struct vici_lines *lines)
{
	struct bytes text[VICI_LINES];

	for (size_t i = 0; i < lines->count; i++)
		text[i] = bytes_of_text(lines->line[i]);
	fact_set_texts(round_facts(round), fact, text, lines->count);
}

/* Where nothing runs, nothing is weak: no count says so. */
static void
verdict_facts(struct round *round, const struct vici_verdict *verdict)
{
	struct fact_set *facts = round_facts(round);

	fact_set_int(facts, FACT_SA_COUNT, (int64_t)verdict->sas);
	lines_fact(round, FACT_SA_FINDINGS, &verdict->findings);
	if (verdict->sas == 0)
		return;
	lines_fact(round, FACT_SA_IKE, &verdict->ikes);
	lines_fact(round, FACT_SA_CHILDREN, &verdict->children);
	fact_set_int(facts, FACT_SA_NO_PFS_COUNT, (int64_t)verdict->no_pfs);
	fact_set_int(facts, FACT_SA_WEAK_COUNT, (int64_t)verdict->weak);
	fact_set_int(facts, FACT_SA_OVERDUE_COUNT, (int64_t)verdict->overdue);
	fact_set_int(facts, FACT_SA_OLDEST_S, verdict->oldest_s);
}

void
vici_verdict_finish(struct round *round, struct vici_verdict *verdict)
{
	struct buffer text = { .max = DETAIL_MAX };
	size_t missing, declared = declared_look(verdict, &missing);

	verdict_facts(round, verdict);
	if (declared > 0)
		fact_set_int(round_facts(round), FACT_SA_MISSING_COUNT, (int64_t)missing);
	for (size_t i = 0; i < verdict->findings.count; i++)
		buffer_print(&text, "%s%s", i > 0 ? "; " : "", verdict->findings.line[i]);
	if (declared > 0 && missing == declared)
		round_finish(round, OUTCOME_DOWN, ERR_NOT_FOUND, "none of the declared CHILD SAs "
		    "is there: %.300s", buffer_text(&text));
	else if (verdict->findings.count > 0)
		round_finish(round, OUTCOME_DEGRADED, missing > 0 ? ERR_NOT_FOUND : ERR_MISMATCH,
		    "%.380s", buffer_text(&text));
	else if (verdict->sas == 0)
		round_finish(round, OUTCOME_UNKNOWN, ERR_NOT_FOUND, "the daemon has no established "
		    "IKE SA, and the option children says of none that it must be there");
	else
		round_finish(round, OUTCOME_UP, ERR_OK, "%s", "");
	buffer_free(&text);
	vici_origins_free(verdict->known);
	*verdict->known = verdict->seen;
	verdict->seen = (struct vici_origins){ .at = NULL };
}
